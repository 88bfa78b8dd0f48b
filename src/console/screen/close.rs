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
use crate::console::widget::{cell, fill, put, put_right, rule, width};
use crate::conversation::{ConversationId, Log, Role as Rank};
use crate::taxonomy::RiskLevel;

/// What the screen knows; all that is entered stands in the chat.
#[derive(Debug)]
pub struct State {
    /// The chat.
    pub conv: ConversationId,
}

/// The outcomes with a letter of their own: command, code, the letter's text.
const OUTCOMES: [(Command, &str); 5] = [
    (Command::FormListened, "listened"),
    (Command::FormInfo, "info"),
    (Command::FormRefer, "refer"),
    (Command::FormLeft, "ended_by_child"),
    (Command::FormMisuse, "misuse"),
];

/// The column in which values begin.
const VALUES: u16 = 13;

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
        facets.risk.get_or_insert(0);
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
        Press::Command(Command::Back | Command::FormLater | Command::ChatClose) => return Next::Close,
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
            model.run(Command::NoteToggle);
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
    fields.extend([Field::Note, Field::Goodbye]);
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
        Some(Field::Note) | None => {}
    }
}

/// Left and right in a row of choices.
fn turn(model: &mut Model, conv: ConversationId, forward: bool) {
    let mono = model.mono;
    let supervisors: Vec<String> = model
        .desk
        .colleagues()
        .filter(|person| person.role == Rank::Supervisor)
        .map(|person| person.account.to_string())
        .collect();
    let Some(chat) = model.chat_of_mut(conv) else { return };
    match chat.closing.field {
        Field::Online => topics::turn_online(model, conv, forward),
        Field::Risk => {
            let risk = chat.contact.facets.risk.unwrap_or(0);
            let next = if forward { risk + 1 } else { risk + 4 };
            chat.contact.facets.risk = Some(next % 5);
            chat.contact_changed(mono);
        }
        Field::Supervisor if !supervisors.is_empty() => {
            let place = supervisors.iter().position(|name| *name == chat.contact.supervisor);
            let next = place.map_or(0, |place| (place + 1) % supervisors.len());
            chat.contact.supervisor.clone_from(&supervisors[next]);
            chat.contact_changed(mono);
        }
        _ => {}
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

/// A row of the form: its field, label, text, and a hint at the right.
struct Row {
    field: Option<Field>,
    label: String,
    text: String,
    hint: String,
}

fn rows(model: &Model, chat: &Chat) -> Vec<Row> {
    let look = &model.look;
    let key = |command| look.key(command, Context::Form);
    let hint = |id: &str, command| format!("{} {}", key(command), look.say(id));
    let row = |field, id: &str, text: String, hint: String| Row {
        field: Some(field),
        label: look.say(id),
        text,
        hint,
    };
    let more = |text: String, hint: String| Row { field: None, label: String::new(), text, hint };
    let facets = &chat.contact.facets;
    let change = hint("close-change", Command::TopicsOpen);
    let names: Vec<String> = facets.topics.iter().map(|topic| workspace::topic_name(model, topic)).collect();
    let mut rows = Vec::new();
    let first = names.first().cloned().unwrap_or_else(|| "–".to_owned());
    let is_short = names.len() < 2;
    rows.push(row(
        Field::Topics,
        "close-topics",
        first,
        if is_short { change.clone() } else { String::new() },
    ));
    for (place, name) in names.iter().enumerate().skip(1) {
        let is_last = place + 1 == names.len();
        rows.push(more(name.clone(), if is_last { change.clone() } else { String::new() }));
    }
    rows.push(row(Field::Online, "close-online", topics::online_choices(model, chat), String::new()));
    rows.push(row(Field::Child, "close-child", child(model, chat), hint("close-change", Command::FormChild)));
    rows.extend(outcome_rows(model, chat));
    rows.push(row(Field::Risk, "close-risk", risks(model, chat), String::new()));
    if facets.risk.is_some_and(|risk| risk >= 3) {
        let name = if chat.contact.supervisor.is_empty() {
            "–".to_owned()
        } else {
            chat.contact.supervisor.clone()
        };
        rows.push(row(Field::Supervisor, "close-supervisor", name, look.say("close-space")));
    }
    rows.push(more(String::new(), String::new()));
    let lines = look.say_with("count-lines", &[("count", chat.note.lines().into())]);
    let saved = match chat.contact_keeping.saved_at {
        Some(at) => format!(" · {}", look.say_with("note-saved", &[("at", look.clock_seconds(at).into())])),
        None => String::new(),
    };
    rows.push(row(
        Field::Note,
        "close-note",
        format!("{lines}{saved}"),
        hint("close-open", Command::NoteToggle),
    ));
    let mark = if chat.closing.goodbye { "[x]" } else { "[ ]" };
    let goodbye = if chat.is_over() {
        look.say("close-goodbye-over")
    } else {
        format!("{mark} {}", look.say("close-goodbye-send"))
    };
    rows.push(row(Field::Goodbye, "close-goodbye", goodbye, hint("close-change", Command::FormGoodbye)));
    rows.push(more(String::new(), String::new()));
    rows
}

fn child(model: &Model, chat: &Chat) -> String {
    let look = &model.look;
    let facets = &chat.contact.facets;
    let code = |code: &Option<String>| code.clone().unwrap_or_else(|| "unknown".to_owned());
    let age = look.say_or(&format!("age-{}", code(&facets.age_band)), "");
    let gender = look.say_or(&format!("gender-{}", code(&facets.gender)), "").to_lowercase();
    let person = facets.person.as_deref().filter(|person| !matches!(*person, "child" | "unknown"));
    let values = [("age", age.into()), ("gender", gender.into()), ("lang", facets.language.as_str().into())];
    let mut text = look.say_with("close-child-facts", &values);
    if let Some(person) = person {
        text = format!("{text}   {}", look.say_or(&format!("person-{person}"), person).to_lowercase());
    }
    text
}

fn outcome_rows(model: &Model, chat: &Chat) -> Vec<Row> {
    let look = &model.look;
    let facets = &chat.contact.facets;
    let is_plain = |kind: &str| kind == "counselling";
    let mut cells: Vec<String> = OUTCOMES
        .iter()
        .map(|(command, code)| {
            let is_ticked = match *code {
                "refer" => facets.outcomes.iter().any(|code| !has_letter(code)),
                "misuse" => facets.kind.as_deref().is_some_and(|kind| !is_plain(kind)),
                code => facets.outcomes.iter().any(|known| known == code),
            };
            let letter = look.key(*command, Context::Form);
            let mark = if is_ticked { "✓".to_owned() } else { letter };
            format!("[{mark}] {}", look.say(&format!("close-outcome-{}", code.replace('_', "-"))))
        })
        .collect();
    let others: Vec<String> = facets
        .outcomes
        .iter()
        .filter(|code| !has_letter(code))
        .map(|code| look.say_or(&format!("outcome-{}", code.replace('.', "-")), code))
        .collect();
    let mut rows = Vec::new();
    for pair in cells.chunks_mut(2) {
        let text = match pair {
            [one, two] => format!("{} {two}", crate::console::widget::pad(one, 27)),
            [one] => one.clone(),
            _ => String::new(),
        };
        rows.push(Row { field: None, label: String::new(), text, hint: String::new() });
    }
    if let Some(kind) = facets.kind.as_deref().filter(|kind| !is_plain(kind)) {
        let text = look.say_or(&format!("kind-{kind}"), kind);
        rows.push(Row {
            field: None, label: String::new(), text: format!("→ {text}"), hint: String::new()
        });
    }
    if !others.is_empty() {
        rows.push(Row {
            field: None,
            label: String::new(),
            text: format!("→ {}", others.join(", ")),
            hint: String::new(),
        });
    }
    if let Some(first) = rows.first_mut() {
        first.field = Some(Field::Outcome);
        first.label = look.say("close-outcome");
    }
    rows
}

fn has_letter(code: &str) -> bool {
    matches!(code, "listened" | "info" | "ended_by_child")
}

fn risks(model: &Model, chat: &Chat) -> String {
    let level = |level: &RiskLevel, with_number: bool| {
        let mark = if chat.contact.facets.risk == Some(level.number()) { "(•)" } else { "( )" };
        let name = model.look.say(&format!("{}.short", level.label_id()));
        if with_number { format!("{mark} {} {name}", level.number()) } else { format!("{mark} {name}") }
    };
    let all = |with_number| {
        RiskLevel::ALL.iter().map(|risk| level(risk, with_number)).collect::<Vec<_>>().join(" ")
    };
    let numbered = all(true);
    let room = usize::from(model.size.0.min(80).saturating_sub(VALUES + 1));
    if width(&numbered) <= room { numbered } else { all(false) }
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
    let until = chat.end().map_or(model.wall, |(at, _)| at);
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
    for row in rows(model, chat) {
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
    put(buffer, area, 1, y, &table_row(model, chat), look.style(Role::TextDim));
    rule(buffer, area, y + 1, "", look.style(Role::Rule), look.style(Role::Text));
    let (sentence, role) = sentence(model, chat, state.conv);
    put(buffer, area, 1, y + 2, &sentence, look.style(role));
    hints(model, area, buffer);
    frame.set_cursor_position(super::inside(Some(cursor.into()), whole));
}

/// What the quarterly table will say of it.
fn table_row(model: &Model, chat: &Chat) -> String {
    let look = &model.look;
    let facets = &chat.contact.facets;
    let Some(topic) = facets.topics.first().filter(|_| facets.kind.as_deref() == Some("counselling")) else {
        let kind = facets.kind.as_deref().unwrap_or("counselling");
        return look.say_with("close-table", &[("row", look.say_or(&format!("kind-{kind}"), kind).into())]);
    };
    let family = crate::taxonomy::TopicId::from(topic.as_str()).family();
    let family = look.say_or(&family.label_id(), family.as_str());
    let mut parts = vec![format!("{family} › {}", workspace::topic_name(model, topic).to_lowercase())];
    if let Some(online) = facets.online.as_deref() {
        parts.push(look.say_or(&format!("online-{online}"), online).to_lowercase());
    }
    if let Some(age) = facets.age_band.as_deref() {
        parts.push(look.say_or(&format!("age-{age}"), age));
    }
    look.say_with("close-table", &[("row", parts.join(" · ").into())])
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
        Some(missing) => (look.say(missing), Role::Warning),
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
