//! The board: six numbers beside their goals, what needs somebody now, who is with whom, who waits; today, a week ago and
//! the next hours. Colleagues stand by name; nothing here puts one before another.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Next, Press, choice, inside, prompt, workspace};
use crate::client::desk::Act;
use crate::console::keymap::{Command, Context};
use crate::console::model::Model;
use crate::console::model::supervision::{Alone, Target};
use crate::console::model::watch::STALE_MS;
use crate::console::theme::Role;
use crate::console::widget::{fill, put, put_right, rule, width};
use crate::conversation::ConversationId;
use crate::conversation::board::Measure;

mod chart;
mod list;
mod numbers;
pub(super) mod wall;
pub mod words;

/// From this size on the day's chart stands beside the list.
const WIDE: (u16, u16) = (150, 30);
/// How many columns the list takes there.
const LIST: u16 = 96;

/// Takes a key.
pub fn update(press: &Press, model: &mut Model) -> Next {
    let Press::Command(command) = press else { return Next::Stay };
    match command {
        Command::ChatUp | Command::PanePrevious => {
            step(model, |place, _| place.map_or(0, |place| place.saturating_sub(1)))
        }
        Command::ChatDown | Command::PaneNext => step(model, |place, _| place.map_or(0, |place| place + 1)),
        Command::ScrollUp => step(model, |place, _| place.map_or(0, |place| place.saturating_sub(10))),
        Command::ScrollDown => step(model, |place, _| place.map_or(0, |place| place + 10)),
        Command::ScrollTop => step(model, |_, _| 0),
        Command::ScrollBottom => step(model, |_, last| last),
        Command::Back if model.is_alone() => choice::open_leave(model),
        Command::Back => return Next::Close,
        Command::ChatLookIn => look(model),
        command if command.is_of_supervisors() => model.run(*command),
        _ => return Next::Pass,
    }
    Next::Stay
}

/// Moves the selection to the place that `to` makes of the place it has, if it has one, and of the last one.
fn step(model: &mut Model, to: impl FnOnce(Option<usize>, usize) -> usize) {
    let targets = list::targets(model);
    let Some(last) = targets.len().checked_sub(1) else { return };
    let place = to(selected(model, &targets), last).min(last);
    (model.supervision.selected, model.supervision.place) = (targets.get(place).cloned(), place);
}

/// Returns the place of what is selected; what is gone has the place it had.
fn selected(model: &Model, targets: &[Target]) -> Option<usize> {
    let target = model.supervision.selected.as_ref()?;
    Some(targets.iter().position(|other| other == target).unwrap_or(model.supervision.place))
}

/// Does what a command of the board says to the talk it means.
pub fn act(model: &mut Model, command: Command) {
    const HOUSE: ConversationId = ConversationId::HOUSE;
    match (command, model.board_meant()) {
        (Command::BoardShutDoors, _) => choice::open_doors(model),
        (Command::BoardOpenDoors, _) => {
            let act = Act::Doors { open: true, until: None, reason: String::new() };
            model.act_on_shift(HOUSE, act, "board-doors-open");
        }
        (Command::BoardHold, _) => {
            let is_on = model.desk.queue.as_ref().is_some_and(|queue| queue.house.hold.is_some());
            if is_on {
                let act = Act::Hold { on: false, reason: String::new() };
                return model.act_on_shift(HOUSE, act, "board-hold-off");
            }
            prompt::open(model, HOUSE, prompt::Purpose::Hold);
        }
        (Command::BoardAnnounce, _) => choice::open_announce(model),
        (Command::BoardWhisper, Some(conv)) => prompt::open(model, conv, prompt::Purpose::Whisper),
        (Command::BoardTakeOver, Some(conv)) => choice::open_take_over(model, conv),
        (Command::BoardAssign, Some(conv)) => choice::open_colleagues(model, conv),
        (Command::BoardMove, Some(conv)) => prompt::open(model, conv, prompt::Purpose::Move),
        _ => {}
    }
}

/// Looks in; where a colleague is selected that has several children, asks into which talk.
fn look(model: &mut Model) {
    match (model.supervision.selected.clone(), model.board_meant()) {
        (Some(Target::Colleague(account)), _) if model.desk.load(&account) > 1 => {
            choice::open_talks(model, &account);
        }
        (_, Some(conv)) if model.desk.row(conv).is_some() => model.look_in(conv),
        _ => model.tell(Role::Warning, "not-here-no-child", &[]),
    }
}

/// Draws the board.
pub fn draw(model: &Model, frame: &mut Frame<'_>) {
    let whole = frame.area();
    fill(frame.buffer_mut(), whole, model.look.style(Role::Text));
    let Some(watch) = model.supervision.watch.as_deref() else {
        let buffer = frame.buffer_mut();
        let (text, role) = match model.desk.me.is_some() && !model.desk.is_supervisor() {
            true => (model.look.say("not-here-supervisors"), Role::Warning),
            false => (model.look.say("state-connecting"), Role::TextDim),
        };
        put(buffer, whole, 1, 0, &text, model.look.style(role));
        let below = Rect { y: whole.y + 1, height: whole.height.saturating_sub(1), ..whole };
        if let Some((text, role)) = workspace::notice(model) {
            put(buffer, below, 1, 1, &text, model.look.style(role));
        }
        return frame.set_cursor_position(inside(None, whole));
    };
    if model.supervision.alone == Some(Alone::Wall) {
        wall::draw(model, watch, whole, frame.buffer_mut());
        return frame.set_cursor_position(inside(None, whole));
    }
    let buffer = frame.buffer_mut();
    title(model, whole, buffer);
    rule(buffer, whole, 1, "", model.look.style(Role::Rule), model.look.style(Role::Text));
    let is_wide = whole.width >= WIDE.0 && whole.height >= WIDE.1;
    let top = Rect { y: whole.y + 2, height: whole.height.saturating_sub(2), ..whole };
    let used = numbers::draw(model, watch, top, buffer);
    let foot = if whole.height >= 24 { 5 } else { 2 };
    let body = Rect {
        y: top.y + used,
        height: top.height.saturating_sub(used + foot),
        width: if is_wide { LIST } else { whole.width },
        ..top
    };
    let cursor = list::draw(model, watch, body, buffer);
    if is_wide {
        let beside = Rect { x: whole.x + LIST + 2, width: whole.width - LIST - 3, ..body };
        chart::draw_day(model, watch, beside, buffer);
    }
    let last = whole.height.saturating_sub(1);
    if foot == 5 {
        chart::draw_today(model, watch, Rect { y: whole.y + last - 4, height: 1, ..whole }, buffer);
        let lines = [words::week_ago(&model.look, watch), words::ahead(&model.look, watch, 3)];
        for (y, line) in lines.into_iter().enumerate() {
            let y = last - 3 + u16::try_from(y).unwrap_or(0);
            put(buffer, whole, 1, y, &line, model.look.style(Role::TextDim));
        }
    }
    // Who waits for me is of the workspace; what was just said and what is wrong stand here too.
    let is_told = model.notice.is_some() || !model.desk.is_online();
    if let Some((text, role)) = workspace::notice(model).filter(|_| is_told) {
        put(buffer, whole, 1, last.saturating_sub(1), &text, model.look.style(role));
    }
    hints(model, Rect { y: whole.y + last, height: 1, ..whole }, buffer);
    frame.set_cursor_position(inside(cursor, whole));
}

fn title(model: &Model, whole: Rect, buffer: &mut ratatui::buffer::Buffer) {
    let look = &model.look;
    let (text, role) = as_of(model);
    let x = put(buffer, whole, 1, 0, &look.say("board-title"), look.style(Role::TextStrong));
    let x = put(buffer, whole, x, 0, " · ", look.style(Role::TextDim));
    let end = put(buffer, whole, x, 0, &text, look.style(role));
    let force = workspace::house_in_force(model);
    let right = force.unwrap_or_else(|| model.desk.account().map(|me| look.name(me)).unwrap_or_default());
    if usize::from(end) + width(&right) + 3 < usize::from(whole.width) {
        put_right(buffer, whole, 1, 0, &right, look.style(Role::Text));
    } else {
        // Shut doors must not be overlooked where the window is small.
        put(buffer, whole, end + 2, 0, &right, look.style(Role::Text));
    }
}

/// Returns as of when the board is, or for how long the relay has been silent.
fn as_of(model: &Model) -> (String, Role) {
    let look = &model.look;
    match silence(model) {
        None => {
            let at = heard(model).map(|at| look.clock_seconds(at)).unwrap_or_default();
            (look.say_with("board-as-of", &[("at", at.into())]), Role::TextDim)
        }
        Some(silent) => (look.say_with("board-stale", &[("seconds", (silent / 1_000).into())]), Role::Error),
    }
}

/// Returns the mark and the look of a number: what may be wrong by now does not shine.
fn verdict(model: &Model, measure: Measure) -> (&'static str, Role) {
    let (mark, role) = words::verdict(measure.verdict);
    (mark, if silence(model).is_some() { Role::TextDim } else { role })
}

/// Returns when the relay was last heard, if it ever was.
fn heard(model: &Model) -> Option<u64> {
    model.desk.queue.as_ref().map(|queue| model.desk.heard.unwrap_or(0).max(queue.as_of))
}

/// Returns for how long the relay has been silent, in milliseconds, if the numbers may be wrong by now.
fn silence(model: &Model) -> Option<u64> {
    let silent = model.wall.saturating_sub(heard(model)?);
    (!model.desk.is_online() || silent >= STALE_MS).then_some(silent)
}

fn hints(model: &Model, area: Rect, buffer: &mut ratatui::buffer::Buffer) {
    let are_shut = model.desk.queue.as_ref().is_some_and(|queue| queue.house.doors.is_some());
    let commands = [
        Command::MenuOpen,
        Command::ChatLookIn,
        Command::BoardWhisper,
        Command::BoardTakeOver,
        Command::BoardAssign,
        Command::BoardMove,
        if are_shut { Command::BoardOpenDoors } else { Command::BoardShutDoors },
        Command::BoardHold,
        Command::BoardAnnounce,
        Command::Back,
    ];
    draw_keys(model, &commands, area, buffer);
}

/// Draws what can be done from the board, and in a talk that is read along, with its keys.
pub fn draw_keys(model: &Model, commands: &[Command], area: Rect, buffer: &mut ratatui::buffer::Buffer) {
    let look = &model.look;
    let hints: Vec<(String, String)> = commands
        .iter()
        .filter(|command| !(model.is_alone() && **command == Command::BoardTakeOver))
        .map(|command| {
            let context = if *command == Command::MenuOpen { Context::Global } else { Context::Board };
            let id = format!("hint-{}", command.id().replace(['.', '_'], "-"));
            (look.key(*command, context), look.say(&id))
        })
        .collect();
    workspace::draw_hints(&hints, 2, area, buffer, look.style(Role::Key), look.style(Role::Hint));
}

#[cfg(test)]
mod tests;
