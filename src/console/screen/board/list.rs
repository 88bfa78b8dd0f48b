//! What needs somebody now, colleagues by name, and who waits: one list, of which each row can be selected.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::words;
use crate::console::model::supervision::Target;
use crate::console::model::watch::Watch;
use crate::console::model::{Model, Waiting};
use crate::console::theme::Role;
use crate::console::widget::{pad, put, rule, width};
use crate::conversation::board::{Alarm, Colleague};
use crate::conversation::event::ShiftState;
use crate::conversation::queue::Row;

/// After how long without a break a mark stands beside it, in milliseconds: two hours.
const LONG_MS: u64 = 2 * 3_600_000;
/// How many alarms are shown; the gravest come first.
const ALARMS: usize = 6;

/// A row: a heading, or something to select with its pieces.
enum Line {
    Heading(String),
    Words(String, Role),
    Item(Target, Vec<(u16, String, Role)>),
}

/// Returns what can be selected, from the top.
pub fn targets(model: &Model) -> Vec<Target> {
    let Some(watch) = model.supervision.watch.as_deref() else { return Vec::new() };
    lines(model, watch, 80)
        .into_iter()
        .filter_map(|line| match line {
            Line::Item(target, _) => Some(target),
            _ => None,
        })
        .collect()
}

/// Draws the list and returns where its cursor stands.
pub fn draw(model: &Model, watch: &Watch, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let look = &model.look;
    let lines = lines(model, watch, area.width);
    let selected = model.supervision.selected.as_ref();
    let place =
        lines.iter().position(|line| matches!(line, Line::Item(target, _) if Some(target) == selected));
    let rows = usize::from(area.height);
    let skip = place.map_or(0, |place| (place + 1).saturating_sub(rows));
    for (y, (number, line)) in lines.iter().enumerate().skip(skip).take(rows).enumerate() {
        let y = u16::try_from(y).unwrap_or(u16::MAX);
        let line_area = Rect { y: area.y + y, height: 1, ..area };
        match line {
            Line::Heading(title) => {
                rule(
                    buffer,
                    line_area,
                    0,
                    &format!(" {title} "),
                    look.style(Role::Rule),
                    look.style(Role::TextStrong),
                );
            }
            Line::Words(words, role) => _ = put(buffer, line_area, 1, 0, words, look.style(*role)),
            Line::Item(_, pieces) => {
                let is_selected = place == Some(number);
                if is_selected {
                    put(buffer, line_area, 0, 0, "▸", look.style(Role::Focus));
                }
                for (place, (x, text, role)) in pieces.iter().enumerate() {
                    // A piece ends before the next begins: two columns never run together.
                    let end = pieces.get(place + 1).map_or(area.width, |(next, ..)| next.saturating_sub(1));
                    let piece = Rect { width: end.min(area.width), ..line_area };
                    put(buffer, piece, *x, 0, text, look.style(*role));
                }
                if is_selected {
                    buffer.set_style(line_area, look.style(Role::Focus));
                }
            }
        }
    }
    let y = place.map_or(0, |place| place.saturating_sub(skip));
    (area.height > 0)
        .then(|| Position::new(area.x, area.y + u16::try_from(y).unwrap_or(0).min(area.height - 1)))
}

fn lines(model: &Model, watch: &Watch, columns: u16) -> Vec<Line> {
    let look = &model.look;
    let alarms = watch.board.alarms();
    let silent = super::silence(model).map(|silent| Line::Words(words::silent(look, silent), Role::Error));
    let mut lines: Vec<Line> = silent.into_iter().collect();
    lines.extend(alarms.iter().take(ALARMS).map(|alarm| alarm_line(model, alarm)));
    if let Some(more) = alarms.len().checked_sub(ALARMS).filter(|more| *more > 0) {
        lines.push(Line::Words(look.say_with("list-more", &[("count", more.into())]), Role::TextDim));
    }
    if alarms.is_empty() {
        lines.push(Line::Words(look.say("board-no-alarm"), Role::TextDim));
    }
    lines.extend(in_force(model));
    lines.push(Line::Heading(heading(model, columns)));
    let colleagues =
        watch.board.colleagues().filter(|line| line.person.state != ShiftState::Off || line.chats > 0);
    let before = lines.len();
    lines.extend(colleagues.map(|line| colleague_line(model, &line, columns)));
    if lines.len() == before {
        lines.push(Line::Words(look.say("board-nobody-here"), Role::TextDim));
    }
    let waiting: Vec<&Row> = model.desk.waiting().collect();
    if !waiting.is_empty() {
        lines.push(Line::Heading(look.say_with("list-waiting", &[("count", waiting.len().into())])));
        lines.extend(waiting.into_iter().map(|row| child_line(model, row)));
    }
    lines
}

/// What the supervisors have in force: shut doors, children handed out by hand.
fn in_force(model: &Model) -> Vec<Line> {
    let look = &model.look;
    let house = model.desk.queue.as_ref().map(|queue| &queue.house);
    let doors = house.and_then(|house| Some(("house-doors", house.doors.as_ref()?)));
    let hold = house.and_then(|house| Some(("house-hold", house.hold.as_ref()?)));
    let notices = doors.into_iter().chain(hold);
    let words = |(id, notice)| words::in_force(look, notice, id, model.wall);
    notices.map(|notice| Line::Words(words(notice), Role::Warning)).collect()
}

fn alarm_line(model: &Model, alarm: &Alarm) -> Line {
    let look = &model.look;
    let (mark, role) = words::alarm_mark(alarm.kind);
    let since = alarm.since.map_or_else(|| "–".to_owned(), |since| look.wait(model.lasted(since)));
    let handle = alarm.conv.map(|conv| model.handle(conv)).unwrap_or_default();
    let pieces = vec![
        (1, mark.to_owned(), role),
        (3, since, role),
        (11, handle, Role::TextStrong),
        (27, words::alarm(look, alarm), role),
    ];
    Line::Item(Target::Alarm(alarm.kind, alarm.conv, alarm.account.clone()), pieces)
}

/// Where the columns of a colleague's line begin: state, chats, the child who waits, the time since a break.
fn columns_of(columns: u16) -> [u16; 4] {
    let spare = columns.saturating_sub(80) / 4;
    [12 + spare, 32 + 2 * spare, 40 + 2 * spare, 63 + 3 * spare]
}

fn heading(model: &Model, columns: u16) -> String {
    let look = &model.look;
    let [_, chats, child, pause] = columns_of(columns);
    let mut text = look.say("board-colleagues");
    for (at, id) in [(chats, "board-chats"), (child, "board-child-waits"), (pause, "board-since-break")] {
        let room = usize::from(at).saturating_sub(width(&text) + 3);
        text = format!("{text} {} {}", "─".repeat(room), look.say(id));
    }
    text
}

fn colleague_line(model: &Model, line: &Colleague<'_>, columns: u16) -> Line {
    let look = &model.look;
    let person = line.person;
    let (state, role) = state_of(model, line);
    let [state_at, chats_at, child_at, pause_at] = columns_of(columns);
    let chats = if line.chats == 0 && line.since_break.is_none() {
        "–".to_owned()
    } else {
        format!("{}/{}", line.chats, person.places)
    };
    let (child, child_role) = match line.asks {
        Some((asks, conv)) => {
            let wait = model.lasted(asks);
            let role = match model.waiting(wait) {
                Waiting::Late => Role::WaitLate,
                Waiting::Soon => Role::WaitSoon,
                Waiting::Ok => Role::Text,
            };
            (format!("{} {}", look.wait(wait), model.handle(conv)), role)
        }
        None => ("–".to_owned(), Role::TextDim),
    };
    let (pause, pause_role) = match line.since_break.map(|since| model.lasted(since)) {
        Some(length) if length >= LONG_MS => (format!("{} !", look.minutes(length)), Role::WaitSoon),
        Some(length) => (look.minutes(length), Role::Text),
        None => ("–".to_owned(), Role::TextDim),
    };
    let name = pad(&look.name(&person.account), usize::from(state_at).saturating_sub(3));
    let pieces = vec![
        (2, name.trim_end().to_owned(), Role::Text),
        (state_at, state, role),
        (chats_at, chats, Role::Text),
        (child_at, child, child_role),
        (pause_at, pause, pause_role),
    ];
    Line::Item(Target::Colleague(person.account.clone()), pieces)
}

fn state_of(model: &Model, line: &Colleague<'_>) -> (String, Role) {
    let look = &model.look;
    let person = line.person;
    if let Some(away) = person.away {
        let since = look.wait(model.lasted(away));
        return (look.say_with("board-away", &[("since", since.into())]), Role::StateOffline);
    }
    match person.state {
        ShiftState::Break => match person.until {
            Some(until) => {
                (look.say_with("board-break", &[("until", look.clock(until).into())]), Role::StateBreak)
            }
            None => (look.say("colleague-on-break"), Role::StateBreak),
        },
        ShiftState::Off => (look.say("state-off"), Role::StateOffline),
        ShiftState::Locked => (look.say("state-locked"), Role::StateOffline),
        ShiftState::Ready if line.is_busy() => (look.say("state-busy"), Role::StateBusy),
        ShiftState::Ready => (look.say("state-ready"), Role::StateReady),
    }
}

fn child_line(model: &Model, row: &Row) -> Line {
    let look = &model.look;
    let wait = model.lasted(row.since);
    let how = model.waiting(wait);
    let role = match how {
        Waiting::Late => Role::WaitLate,
        Waiting::Soon => Role::WaitSoon,
        Waiting::Ok => Role::WaitOk,
    };
    let mut told = words::told(look, row);
    if let Some(feel) = row.facts.feel {
        let feel = look.say(&format!("feel-{}", feel.code()));
        told = format!("{told} · {}", look.say_with("list-feels", &[("feel", feel.into())]));
    }
    if row.back.is_some() {
        told = format!("{told} · {}", look.say("list-back"));
    }
    let pieces = vec![
        (1, how.mark().trim().to_owned(), role),
        (3, look.wait(wait), role),
        (11, model.handle(row.conv), Role::TextStrong),
        (27, told, Role::Text),
    ];
    Line::Item(Target::Child(row.conv), pieces)
}
