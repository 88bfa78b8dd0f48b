//! The workspace: who waits, my chats, colleagues; the conversation; the message box; and beside them the note.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{board, note, talk};
use crate::client::link::Connection;
use crate::console::keymap::{Command, Context};
use crate::console::model::{Chat, Model, Pane, SaveFailure, Standing, Waiting};
use crate::console::theme::Role;
use crate::console::widget::wrap::wrap;
use crate::console::widget::{cell, clip, fill, put, put_right, width};
use crate::conversation::event::ShiftState;

pub(in crate::console) mod list;
mod sentence;

pub use sentence::{asks_mark, notice, said};

/// From how many columns on the note opens beside the conversation.
pub const BESIDE: u16 = 120;
/// From how many columns on the note is always there.
pub const THREE: u16 = 150;

/// Where everything stands. What has no place at this size is absent.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Panes {
    /// Who waits, my chats, colleagues.
    pub list: Option<Rect>,
    /// The conversation.
    pub talk: Option<Rect>,
    /// The note.
    pub note: Option<Rect>,
    /// The message box.
    pub writing: Rect,
    /// The columns of the seams between them.
    seams: Vec<u16>,
}

/// Returns where everything stands at this size.
pub fn panes(model: &Model) -> Panes {
    let (columns, rows) = model.size;
    let box_rows = match rows {
        0..12 => 1,
        12..24 => 2,
        24..32 => 3,
        _ => 4,
    };
    let body_rows = rows.saturating_sub(box_rows + 5);
    let writing = Rect::new(1, 3 + body_rows, columns.saturating_sub(2), box_rows);
    let body = Rect::new(0, 2, columns, body_rows);
    let mut panes = Panes { writing, ..Panes::default() };
    let is_full = columns >= 80 && rows >= 24;
    if !is_full {
        match model.pane {
            Pane::List => panes.list = Some(body),
            Pane::Note if model.chat().is_some_and(Chat::has_note) => panes.note = Some(body),
            Pane::Box | Pane::Note => panes.talk = Some(body),
        }
        return panes;
    }
    if model.is_alone() {
        panes.talk = Some(body);
        return panes;
    }
    let wants_note = model.chat().is_some_and(Chat::has_note) && (model.is_note_open || columns >= THREE);
    // No name of a child may be cut: two could then look alike. The longest has 14 letters, in Czech two more.
    let list_columns = if columns >= THREE { 28 } else { 26 };
    let note_columns = if columns >= THREE { 52 } else { 40 };
    let has_list = !(wants_note && columns < BESIDE);
    let mut left = 0;
    if has_list {
        panes.list = Some(Rect::new(0, 2, list_columns, body_rows));
        panes.seams.push(list_columns);
        left = list_columns + 1;
    } else {
        panes.note = Some(Rect::new(0, 2, note_columns, body_rows));
        panes.seams.push(note_columns);
        left += note_columns + 1;
    }
    let mut right = columns;
    if wants_note && has_list {
        right = columns - note_columns;
        panes.note = Some(Rect::new(right, 2, note_columns, body_rows));
        panes.seams.push(right - 1);
        right -= 1;
    }
    panes.talk = Some(Rect::new(left, 2, right.saturating_sub(left), body_rows));
    panes
}

/// Draws the workspace.
pub fn draw(model: &Model, frame: &mut Frame<'_>) {
    let area = frame.area();
    let panes = panes(model);
    let buffer = frame.buffer_mut();
    fill(buffer, area, model.look.style(Role::Text));
    top_line(model, area, buffer);
    rules(model, &panes, area, buffer);
    let hides = model.settings.blur && !model.is_focused;
    let mut cursor = None;
    if let Some(list_area) = panes.list {
        cursor = list::draw(model, list_area, buffer).filter(|_| model.pane == Pane::List);
    }
    if let (Some(talk_area), false) = (panes.talk, hides) {
        talk::draw(model, talk_area, buffer);
    }
    if let (Some(note_area), false) = (panes.note, hides) {
        let in_note = note::draw(model, note_area, buffer);
        cursor = if model.pane == Pane::Note { in_note } else { cursor };
    }
    if let (Some(chat), false) = (model.chat(), hides) {
        if chat.has_box() {
            let in_box = chat.draft.draw(buffer, panes.writing, model.look.style(Role::Text));
            cursor = if model.pane == Pane::Box { in_box } else { cursor };
        } else {
            banner(model, chat, panes.writing, buffer);
        }
    }
    let below = panes.writing.bottom();
    // A sentence too long for its row takes the last of the box, if nothing stands there.
    let spare = model.chat().is_none_or(Chat::has_box)
        && panes.writing.height > 1
        && cursor.is_none_or(|at| at.y + 1 != below)
        && (0..area.width).all(|x| buffer.cell((x, below - 1)).is_none_or(|cell| cell.symbol() == " "));
    let first = below - u16::from(spare);
    sentence::draw(model, Rect::new(0, first, area.width, below + 1 - first).intersection(area), buffer);
    footer(model, Rect::new(0, below + 1, area.width, 1).intersection(area), buffer);
    let home = (1.min(area.width - 1), panes.writing.y.min(area.height - 1));
    frame
        .set_cursor_position(cursor.map_or(home, |at| (at.x.min(area.width - 1), at.y.min(area.height - 1))));
}

fn top_line(model: &Model, area: Rect, buffer: &mut Buffer) {
    let look = &model.look;
    let line = Rect { height: 1, ..area };
    let is_wide = area.width >= THREE;
    let as_of = model.desk.queue.as_ref().map(|queue| model.desk.heard.unwrap_or(0).max(queue.as_of));
    let clock = match (is_wide, as_of) {
        (true, Some(as_of)) => look.say_with("top-as-of", &[("at", look.clock_seconds(as_of).into())]),
        _ => look.clock(model.now()),
    };
    let right = put_right(buffer, line, 1, 0, &clock, look.style(Role::TextDim));
    let (waits, waits_short, late) = queue_sentence(model);
    let gap = if is_wide { 15 } else { 4 };
    let me = model.desk.account().map(|me| look.name(me)).unwrap_or_default();
    let (state, role) = my_state(model);
    let held = look.say_with("top-held", &[("held", model.held().into()), ("places", model.places().into())]);
    // What the supervisors have in force stands in everyone's line, before what is on the screen anyway.
    let in_force = house_in_force(model);
    let (held, short) = (format!(" · {}", in_force.as_ref().unwrap_or(&held)), String::new());
    let dense = if in_force.is_some() { &held } else { &short };
    let tries = [
        (format!(" opora · {me} · "), &held, &waits, gap),
        (format!(" {me} · "), &held, &waits, 2),
        (format!(" {me} · "), dense, if in_force.is_some() { &waits_short } else { &waits }, 2),
        (" ".to_owned(), dense, &waits_short, 2),
        (" ".to_owned(), &short, &waits_short, 2),
    ];
    let room = |who: &str, held: &str, waits: &str, gap: u16| {
        width(who) + width(&state) + width(held) + 1 + width(waits) + usize::from(gap)
    };
    let fits = |(who, held, waits, gap): &(String, &String, &String, u16)| {
        room(who, held, waits, *gap) <= usize::from(right)
    };
    let (who, held, waits, gap) = tries.iter().find(|one| fits(one)).unwrap_or(&tries[4]);
    let x = right.saturating_sub(gap + u16::try_from(width(waits)).unwrap_or(0));
    let left = Rect { width: x.saturating_sub(1), ..line };
    let end = put(buffer, left, 0, 0, who, look.style(Role::TextStrong));
    let end = put(buffer, left, end, 0, &state, look.style(role));
    put(buffer, left, end, 0, held, look.style(Role::Text));
    put(buffer, Rect { width: right, ..line }, x, 0, waits, look.style(late));
}

/// Returns what the supervisors have in force: by whom and since when.
pub fn house_in_force(model: &Model) -> Option<String> {
    let look = &model.look;
    let house = &model.desk.queue.as_ref()?.house;
    let (id, notice) = match (&house.doors, &house.hold) {
        (Some(doors), _) => ("house-doors", doors),
        (None, Some(hold)) => ("house-hold", hold),
        (None, None) => return None,
    };
    let values = [("who", look.name(&notice.by).into()), ("at", look.clock(notice.at).into())];
    Some(look.say_with(id, &values))
}

/// Returns what the top line says of the queue, long and short, and how it looks.
fn queue_sentence(model: &Model) -> (String, String, Role) {
    let look = &model.look;
    let (count, longest) = model.queue_waits();
    let Some(wait) = longest else { return (look.say("top-nobody"), String::new(), Role::WaitOk) };
    let (mark, role) = match model.waiting(wait) {
        Waiting::Late => (" ‼", Role::WaitLate),
        Waiting::Soon => (" !", Role::WaitSoon),
        Waiting::Ok => ("", Role::WaitOk),
    };
    let values = [("count", count.into()), ("wait", look.wait(wait).into())];
    let say = |id: &str| format!("{}{mark}", look.say_with(id, &values));
    (say("top-waiting"), say("top-waiting-short"), role)
}

/// Returns what I am: the truth about the connection comes before the state on shift.
fn my_state(model: &Model) -> (String, Role) {
    let look = &model.look;
    match &model.desk.connection {
        Connection::Online { .. } => {}
        Connection::Connecting { .. } => return (look.say("state-connecting"), Role::StateOffline),
        Connection::Waiting { .. } => return (look.say("state-no-relay"), Role::Error),
        Connection::Stopped(_) => return (look.say("state-stopped"), Role::Error),
    }
    if model.desk.me.as_ref().is_some_and(|me| me.is_drill) && model.settings.welcome.is_none() {
        return (look.say("state-practice"), Role::StateReady);
    }
    match model.desk.state {
        ShiftState::Ready if model.has_place() => (look.say("state-ready"), Role::StateReady),
        ShiftState::Ready => (look.say("state-busy"), Role::StateBusy),
        ShiftState::Locked => (look.say("state-locked"), Role::StateOffline),
        ShiftState::Off => (look.say("state-off"), Role::StateOffline),
        ShiftState::Break => {
            let until = model.desk.until.map(|until| look.clock(until)).unwrap_or_default();
            (look.say_with("state-break", &[("until", until.into())]), Role::StateBreak)
        }
    }
}

/// What stands where others have a box: that one reads along, and that nothing can be written to the child.
fn banner(model: &Model, chat: &Chat, area: Rect, buffer: &mut Buffer) {
    let text = along(model, chat);
    for (y, range) in wrap(&text, usize::from(area.width)).into_iter().enumerate() {
        let y = u16::try_from(y).unwrap_or(u16::MAX);
        put(buffer, area, 0, y, &text[range], model.look.style(Role::WhoColleague));
    }
}

/// Returns that one reads along, and who sees it.
pub fn along(model: &Model, chat: &Chat) -> String {
    let look = &model.look;
    let holder = model.desk.row(chat.conv).and_then(|row| row.holder.as_ref());
    match holder {
        Some(who) => look.say_with("along-with", &[("who", look.name(who).into())]),
        None => look.say("along-alone"),
    }
}

/// The two long rules: above the panes with their titles, above the message box with the name of the child.
fn rules(model: &Model, panes: &Panes, area: Rect, buffer: &mut Buffer) {
    let look = &model.look;
    let line = look.style(Role::Rule);
    let stroke = "─".repeat(usize::from(area.width));
    let lower = panes.writing.y.saturating_sub(1);
    put(buffer, area, 0, 1, &stroke, line);
    put(buffer, area, 0, lower, &stroke, line);
    for seam in &panes.seams {
        cell(buffer, area, *seam, 1, "┬", line);
        cell(buffer, area, *seam, lower, "┴", line);
        for y in 2..lower {
            cell(buffer, area, *seam, y, "│", line);
        }
    }
    let titled = |pane: Option<Rect>, text: String, has_focus: bool, buffer: &mut Buffer| {
        let Some(pane) = pane else { return };
        let style = look.style(if has_focus { Role::Focus } else { Role::TextStrong });
        let room = usize::from(pane.width.saturating_sub(2));
        put(buffer, area, pane.x + 1, 1, &clip(&text, room), style);
    };
    let waiting = look.say_with("list-waiting", &[("count", model.desk.waiting().count().into())]);
    titled(panes.list, waiting, model.pane == Pane::List, buffer);
    if let Some(chat) = model.chat() {
        titled(panes.talk, chat_title(model, chat), false, buffer);
        titled(panes.note, note::title(model, chat), model.pane == Pane::Note, buffer);
        let to = box_title(model, chat);
        let style = look.style(if model.pane == Pane::Box { Role::Focus } else { Role::TextStrong });
        let end = put(buffer, area, 1, lower, &format!("{to} "), style);
        let (text, role) = draft_state(model, chat);
        if !text.is_empty() && usize::from(area.width) > usize::from(end) + width(&text) + 10 {
            put_right(buffer, area, 6, lower, &format!(" {text} "), look.style(role));
        }
    }
}

/// Returns to whom the box writes; a box that reaches nobody says so.
pub fn box_title(model: &Model, chat: &Chat) -> String {
    let id = match &chat.standing {
        Standing::Mine => "box-to",
        Standing::Watched => "box-along",
        _ => "box-to-nobody",
    };
    model.look.say_with(id, &[("handle", model.handle(chat.conv).to_uppercase().into())])
}

/// Returns what stands above a conversation: the handle, and what is known.
pub fn chat_title(model: &Model, chat: &Chat) -> String {
    let look = &model.look;
    let facets = &chat.contact.facets;
    let mut parts = vec![model.handle(chat.conv).to_uppercase()];
    let age = facets.age_band.clone().or_else(|| chat.transcript.facts().age.clone());
    if let Some(age) = age.filter(|age| age != "unknown") {
        parts.push(look.say_or(&format!("age-{age}"), &age));
    }
    if let Some(topic) = facets.topics.first() {
        let topic = without_brackets(&topic_name(model, topic)).to_lowercase();
        match facets.online.as_deref() {
            Some(online @ ("online" | "mixed")) => {
                let online = look.say_or(&format!("online-{online}"), online).to_lowercase();
                parts.push(format!("{online}: {topic}"));
            }
            _ => parts.push(topic),
        }
    }
    let until = chat.end().map_or(model.now(), |(at, _)| at);
    if chat.is_outside() {
        let channel = &chat.contact.facets.channel;
        parts.push(look.say_or(&crate::taxonomy::Facet::Channel.label_id(channel), channel));
    }
    if chat.is_live_outside() {
        parts.push(look.wait(until.saturating_sub(chat.contact.opened)));
    } else {
        parts.push(look.minutes(until.saturating_sub(chat.contact.opened)));
    }
    for watcher in chat.transcript.watchers() {
        parts.push(look.say_with("title-reads-along", &[("who", look.name(watcher).into())]));
    }
    parts.join(" · ")
}

/// Returns the name of a topic in the language spoken.
pub fn topic_name(model: &Model, topic: &str) -> String {
    model.look.say_or(&crate::taxonomy::TopicId::from(topic).label_id(), topic)
}

/// Returns the name of a topic without what explains it in brackets, for places where a glance must do.
pub fn without_brackets(name: &str) -> &str {
    name.split(" (").next().unwrap_or(name)
}

fn draft_state(model: &Model, chat: &Chat) -> (String, Role) {
    let look = &model.look;
    let count = chat.draft.chars();
    let limit = usize::try_from(model.desk.limits().chars).unwrap_or(usize::MAX);
    if count > limit {
        let values = [("count", count.into()), ("limit", limit.into())];
        return (look.say_with("draft-count", &values), Role::Unsaved);
    }
    match (chat.draft_keeping.failed, chat.draft_keeping.saved_at) {
        (Some(SaveFailure::DiskFull | SaveFailure::Failed), _) => (look.say("draft-memory"), Role::Unsaved),
        _ if chat.draft.is_empty() => (String::new(), Role::Saved),
        (None, Some(at)) if !chat.draft_keeping.is_unsaved() => {
            (look.say_with("draft-saved", &[("at", look.clock_seconds(at).into())]), Role::Saved)
        }
        _ => (look.say("draft-unsaved"), Role::Draft),
    }
}

/// Returns who I am, my state and how many chats I have: what the top line begins with.
pub fn status(model: &Model) -> String {
    let me = model.desk.account().map(|me| model.look.name(me)).unwrap_or_default();
    let values = [("held", model.held().into()), ("places", model.places().into())];
    let held = house_in_force(model).unwrap_or_else(|| model.look.say_with("top-held", &values));
    format!("{me} · {} · {held}", my_state(model).0)
}

/// The commands whose keys the footer names; when it is too narrow the last go first, and `F9 Menu` goes last.
const FOOTER: [Command; 8] = [
    Command::MenuOpen,
    Command::ChatTake,
    Command::CaseFind,
    Command::NoteToggle,
    Command::TopicsOpen,
    Command::ChatNext,
    Command::HelpAsk,
    Command::ChatClose,
];

/// What can be done in a talk that is read along.
const ALONG: [Command; 6] = [
    Command::MenuOpen,
    Command::BoardWhisper,
    Command::BoardTakeOver,
    Command::BoardAssign,
    Command::ChatLookIn,
    Command::Back,
];

fn footer(model: &Model, area: Rect, buffer: &mut Buffer) {
    if model.context() == Context::Board {
        return board::draw_keys(model, &ALONG, area, buffer);
    }
    let look = &model.look;
    let is_wide = area.width >= THREE;
    let gap = if is_wide { 3 } else { 1 };
    let hints: Vec<(String, String)> = FOOTER
        .iter()
        .filter_map(|command| {
            let key = look.keymap.keys_of(*command, Context::Global).into_iter().next()?;
            let id = format!("foot-{}", command.id().replace(['.', '_'], "-"));
            Some((key, look.say(&if is_wide { format!("{id}-long") } else { id })))
        })
        .collect();
    draw_hints(&hints, gap, area, buffer, look.style(Role::Key), look.style(Role::Hint));
    if is_wide {
        put_right(buffer, area, 1, 0, &look.say("foot-panes"), look.style(Role::Hint));
    }
}

/// Draws keys and what they do, as many as fit, the first ones first.
pub fn draw_hints(
    hints: &[(String, String)],
    gap: u16,
    area: Rect,
    buffer: &mut Buffer,
    key: Style,
    hint: Style,
) {
    let mut x = 1;
    for (place, (keys, text)) in hints.iter().enumerate() {
        let needs = width(keys) + 1 + width(text);
        if place > 0 && usize::from(x) + needs > usize::from(area.width) {
            break;
        }
        x = put(buffer, area, x, 0, keys, key);
        x = put(buffer, area, x + 1, 0, text, hint).saturating_add(gap);
    }
}
