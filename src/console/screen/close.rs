//! The closing form: letters choose, a missing field is named, Enter closes. What was set during the chat is there.

use crossterm::event::KeyCode;
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Next, Press, Screen, choice, topics, workspace};
use crate::console::keymap::{Command, Context};
use crate::console::model::closing::Field;
use crate::console::model::{Chat, Model};
use crate::console::theme::Role;
use crate::console::widget::{cell, fill, put, put_right, rule};
use crate::conversation::{ConversationId, Log, Role as Rank};

mod rows;

use rows::VALUES;

/// What the screen knows; all that is entered stands in the chat.
#[derive(Debug)]
pub struct State {
    /// The chat.
    pub conv: ConversationId,
}

/// Opens the form of the chat in front.
pub fn open(model: &mut Model) {
    let Some(conv) = model.front else { return };
    let says_goodbye = model.goodbye(conv).is_some();
    let mono = model.mono;
    let Some(chat) = model.chat_of_mut(conv) else { return };
    if chat.closing.is_under_way() {
        let handle = model.handle(conv);
        return model.tell(Role::Text, "close-under-way", &[("handle", handle.into())]);
    }
    chat.closing.read = chat.transcript.head(Log::Talk);
    if !chat.closing.was_opened {
        chat.closing.was_opened = true;
        chat.closing.goodbye = says_goodbye && !chat.is_over();
        let facets = &mut chat.contact.facets;
        facets.kind.get_or_insert_with(|| "counselling".to_owned());
        if chat.contact.facets.age_band.is_none() {
            chat.contact.facets.age_band.clone_from(&chat.transcript.facts().age);
        }
        chat.contact_changed(mono);
    }
    model.screens.retain(|screen| !matches!(screen, Screen::Close(_)));
    model.push(Screen::Close(State { conv }));
}

/// Takes a key.
pub fn update(state: &mut State, press: &Press, model: &mut Model) -> Next {
    let conv = state.conv;
    match press {
        Press::Command(Command::FormConfirm) => {
            return if model.confirm_closing(conv) { Next::Close } else { Next::Stay };
        }
        Press::Command(Command::Back | Command::FormLater | Command::ChatClose) => {
            model.settle_risk(conv);
            return Next::Close;
        }
        Press::Command(Command::FormRisk) => turn_risk(model, conv, true),
        Press::Command(Command::FormTick) => tick(model, conv),
        Press::Command(Command::ChatDown | Command::PaneNext) => step(model, conv, true),
        Press::Command(Command::ChatUp | Command::PanePrevious) => step(model, conv, false),
        Press::Command(Command::FormListened) => outcome(model, conv, "listened"),
        Press::Command(Command::FormInfo) => outcome(model, conv, "info"),
        Press::Command(Command::FormLeft) => outcome(model, conv, "ended_by_child"),
        Press::Command(Command::FormRefer) => choice::open_outcomes(model, conv),
        Press::Command(Command::FormMisuse) => choice::open_kinds(model, conv),
        Press::Command(Command::FormChild) => choice::open_child(model, conv),
        Press::Command(Command::FormOnline) => topics::turn_online(model, conv, true),
        Press::Command(Command::FormGoodbye) => goodbye(model, conv),
        Press::Command(Command::TopicsOpen) => topics::open(model),
        Press::Command(Command::NoteToggle) => {
            // Open already or not: what is typed next belongs to the note.
            model.open_note();
            return Next::Close;
        }
        Press::Command(_) => return Next::Pass,
        Press::Key(event) => match event.code {
            KeyCode::Right => turn(model, conv, true),
            KeyCode::Left => turn(model, conv, false),
            _ => {}
        },
        Press::Paste(_) => {}
    }
    Next::Stay
}

fn fields(chat: &Chat) -> Vec<Field> {
    let mut fields = vec![Field::Topics, Field::Online, Field::Child, Field::Outcome, Field::Risk];
    if chat.contact.facets.risk.is_some_and(|risk| risk >= 3) {
        fields.push(Field::Supervisor);
    }
    fields.push(Field::Note);
    if !chat.is_outside() {
        fields.push(Field::Words);
    }
    fields.push(Field::Goodbye);
    fields
}

fn step(model: &mut Model, conv: ConversationId, down: bool) {
    let Some(chat) = model.chat_of_mut(conv) else { return };
    let fields = fields(chat);
    let place = fields.iter().position(|field| *field == chat.closing.field).unwrap_or(0);
    let next = if down { place + 1 } else { place + fields.len() - 1 };
    chat.closing.field = fields[next % fields.len()];
}

/// Space ticks or opens what the focus is on.
fn tick(model: &mut Model, conv: ConversationId) {
    match model.chat_of(conv).map(|chat| chat.closing.field) {
        Some(Field::Topics) => topics::open(model),
        Some(Field::Online | Field::Risk | Field::Supervisor) => turn(model, conv, true),
        Some(Field::Child) => choice::open_child(model, conv),
        Some(Field::Outcome) => choice::open_outcomes(model, conv),
        Some(Field::Goodbye) => goodbye(model, conv),
        Some(Field::Words) => turn(model, conv, true),
        Some(Field::Note) | None => {}
    }
}

/// Left and right in a row of choices.
fn turn(model: &mut Model, conv: ConversationId, forward: bool) {
    let mono = model.mono;
    let eyes = second_eyes(model);
    let Some(chat) = model.chat_of_mut(conv) else { return };
    match chat.closing.field {
        Field::Online => topics::turn_online(model, conv, forward),
        Field::Risk => turn_risk(model, conv, forward),
        Field::Words => chat.closing.keeps_none = !chat.closing.keeps_none,
        Field::Supervisor => {
            // Whoever is alone has the own name, which is the one by which the contact is.
            let own = vec![chat.contact.by.clone()];
            let eyes = if eyes.is_empty() { own } else { eyes };
            let place = eyes.iter().position(|name| *name == chat.contact.supervisor);
            let next = place.map_or(0, |place| (place + 1) % eyes.len());
            chat.contact.supervisor.clone_from(&eyes[next]);
            chat.contact_changed(mono);
        }
        _ => {}
    }
}

/// Returns who may be the second pair of eyes: the supervisors on shift; at an hour without any, the other colleagues. No
/// chat may become one that cannot be closed.
fn second_eyes(model: &Model) -> Vec<String> {
    let names = |is_one: &dyn Fn(Rank) -> bool| {
        let those = model.desk.colleagues().filter(|person| is_one(person.role));
        those.map(|person| person.account.to_string()).collect::<Vec<_>>()
    };
    let supervisors = names(&|role| role == Rank::Supervisor);
    if supervisors.is_empty() { names(&|_| true) } else { supervisors }
}

/// The next level of risk; the first is none, and a person chooses it too.
fn turn_risk(model: &mut Model, conv: ConversationId, forward: bool) {
    let mono = model.mono;
    if let Some(chat) = model.chat_of_mut(conv) {
        let next = match (chat.contact.facets.risk, forward) {
            (None, _) => 0,
            (Some(risk), true) => (risk + 1) % 5,
            (Some(risk), false) => (risk + 4) % 5,
        };
        chat.contact.facets.risk = Some(next);
        chat.contact_changed(mono);
    }
}

fn outcome(model: &mut Model, conv: ConversationId, code: &str) {
    let mono = model.mono;
    let Some(chat) = model.chat_of_mut(conv) else { return };
    let outcomes = &mut chat.contact.facets.outcomes;
    match outcomes.iter().position(|known| known == code) {
        Some(place) => _ = outcomes.remove(place),
        None => outcomes.push(code.to_owned()),
    }
    chat.contact_changed(mono);
}

fn goodbye(model: &mut Model, conv: ConversationId) {
    if let Some(chat) = model.chat_of_mut(conv) {
        chat.closing.goodbye = !chat.closing.goodbye && !chat.is_over();
    }
}

/// Draws the form.
pub fn draw(model: &Model, state: &State, frame: &mut Frame<'_>) {
    let look = &model.look;
    let Some(chat) = model.chat_of(state.conv) else { return };
    let whole = frame.area();
    let area = super::sheet(whole);
    let buffer = frame.buffer_mut();
    fill(buffer, whole, look.style(Role::Text));
    let handle = model.handle(state.conv).to_uppercase();
    put(
        buffer,
        area,
        1,
        0,
        &look.say_with("close-title", &[("handle", handle.into())]),
        look.style(Role::TextStrong),
    );
    let until = chat.end().map_or(model.now(), |(at, _)| at);
    let messages = chat
        .transcript
        .lines()
        .iter()
        .filter(|line| crate::console::model::chat::is_said(&line.what))
        .count();
    let values = [
        ("length", look.minutes(until.saturating_sub(chat.contact.opened)).into()),
        ("messages", look.say_with("count-messages", &[("count", messages.into())]).into()),
    ];
    put_right(buffer, area, 1, 0, &look.say_with("close-length", &values), look.style(Role::TextDim));
    rule(buffer, area, 1, "", look.style(Role::Rule), look.style(Role::Text));
    let mut y = 2;
    let mut cursor = (0, 2);
    for row in rows::rows(model, chat) {
        if y + 5 >= area.height {
            break;
        }
        let is_focused = row.field == Some(chat.closing.field);
        if is_focused {
            cursor = (area.x, area.y + y);
            cell(buffer, area, 0, y, "▸", look.style(Role::Focus));
        }
        put(
            buffer,
            area,
            1,
            y,
            &row.label,
            look.style(if is_focused { Role::Focus } else { Role::TextStrong }),
        );
        let room =
            Rect { width: area.width.saturating_sub(if row.hint.is_empty() { 1 } else { 13 }), ..area };
        put(buffer, room, VALUES, y, &row.text, look.style(Role::Text));
        if !row.hint.is_empty() {
            put(buffer, area, area.width.saturating_sub(12), y, &row.hint, look.style(Role::Hint));
        }
        y += 1;
    }
    put(buffer, area, 1, y, &rows::table_row(model, chat), look.style(Role::TextDim));
    rule(buffer, area, y + 1, "", look.style(Role::Rule), look.style(Role::Text));
    let (sentence, role) = sentence(model, chat, state.conv);
    put(buffer, area, 1, y + 2, &sentence, look.style(role));
    hints(model, area, buffer);
    frame.set_cursor_position(super::inside(Some(cursor.into()), whole));
}

fn sentence(model: &Model, chat: &Chat, conv: ConversationId) -> (String, Role) {
    let look = &model.look;
    if let Some(notice) = &model.notice {
        return (notice.text.clone(), notice.role);
    }
    if !chat.is_over() && chat.transcript.unread(chat.closing.read) > 0 {
        let words = chat
            .transcript
            .last_of_child()
            .map(|words| words.as_str().replace('\n', " "))
            .unwrap_or_default();
        let values = [("handle", model.handle(conv).into()), ("words", words.into())];
        return (look.say_with("close-wrote", &values), Role::Warning);
    }
    match model.missing(conv) {
        Some(missing) => (missing, Role::Warning),
        None => (look.say("close-complete"), Role::Ok),
    }
}

fn hints(model: &Model, area: Rect, buffer: &mut Buffer) {
    let look = &model.look;
    let last = area.height.saturating_sub(1);
    put(buffer, area, 1, last.saturating_sub(1), &look.say("close-hint"), look.style(Role::Hint));
    let hints: Vec<(String, String)> = [
        (Command::FormConfirm, "close-do"),
        (Command::Back, "close-back"),
        (Command::FormLater, "close-later"),
    ]
    .into_iter()
    .map(|(command, id)| (look.key(command, Context::Form), look.say(id)))
    .collect();
    let line = Rect { y: area.y + last, height: 1, ..area };
    workspace::draw_hints(&hints, 3, line, buffer, look.style(Role::Key), look.style(Role::Hint));
}
