//! Words for colleagues, in a window of their own that no child can be reached from: a brief, a reason, a whisper, a
//! hand-over note. What is typed here leaves only as [`ForColleagues`], and that type knows no way to a child. A phrase
//! for oneself is made here too.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Next, Press, Screen};
use crate::client::desk::Act;
use crate::console::keymap::Command;
use crate::console::model::{Chat, Effect, Model, Wrote};
use crate::console::theme::Role;
use crate::console::widget::wrap::wrap;
use crate::console::widget::{TextBox, put};
use crate::conversation::transcript::What;
use crate::conversation::{Account, ConversationId};
use crate::locale::{Lang, Phrase, Phrases};

/// How long a hand-over note stands, in milliseconds: three days.
const NOTE_MS: u64 = 3 * 24 * 60 * 60_000;
/// How many whispers stand above the box.
const WHISPERS: usize = 5;

/// For what the words are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// The three lines for the colleague who takes over.
    HandOver(Account),
    /// Why the child goes back to the queue.
    Release,
    /// A line to colleagues.
    Whisper,
    /// Why a waiting child comes to the head of the queue.
    Move,
    /// Why the doors are shut, and until when.
    ShutDoors(Option<u64>),
    /// Why only supervisors hand out children.
    Hold,
    /// A note to all consoles or to one.
    Announce(Option<Account>),
    /// A hand-over note, to somebody or to all.
    Note(Option<Account>),
    /// A phrase of one's own, in a language.
    Phrase(Lang),
}

impl Purpose {
    /// Returns the labels of the fields; a single field has none.
    fn labels(&self) -> &'static [&'static str] {
        match self {
            Self::HandOver(_) => &["brief-why", "brief-agreed", "brief-watch"],
            Self::Phrase(_) => &["phrase-code", "phrase-for-what", "phrase-text"],
            _ => &[""],
        }
    }

    fn is_one_line(&self, field: usize) -> bool {
        matches!(self, Self::HandOver(_)) || matches!(self, Self::Phrase(_)) && field < 2
    }
}

/// Words that only colleagues may read. They can become a whisper, a brief, a reason or a note, and nothing else.
struct ForColleagues(String);

impl ForColleagues {
    fn whisper(self) -> Act {
        Act::Whisper { text: self.0 }
    }

    fn brief(self, to: Account) -> Act {
        Act::Transfer { to, brief: self.0 }
    }

    fn reason(self) -> Act {
        Act::Release { reason: self.0 }
    }

    fn moving(self) -> Act {
        Act::Move { reason: self.0 }
    }

    fn doors_shut(self, until: Option<u64>) -> Act {
        Act::Doors { open: false, until, reason: self.0 }
    }

    fn holding(self) -> Act {
        Act::Hold { on: true, reason: self.0 }
    }

    fn note(self, to: Option<Account>, until: u64) -> Act {
        Act::Announce { to, until, text: self.0 }
    }
}

/// How long an announcement stands, in milliseconds: 12 hours.
const ANNOUNCED_MS: u64 = 12 * 3_600_000;

/// What the window knows.
#[derive(Debug)]
pub struct State {
    /// The chat; the house for a note.
    pub conv: ConversationId,
    purpose: Purpose,
    fields: Vec<TextBox>,
    active: usize,
}

/// Opens a box for words.
pub fn open(model: &mut Model, conv: ConversationId, purpose: Purpose) {
    open_with(model, conv, purpose, &[]);
}

/// Opens a box that already holds words.
pub fn open_with(model: &mut Model, conv: ConversationId, purpose: Purpose, words: &[&str]) {
    let fields = (0..purpose.labels().len())
        .map(|place| {
            let mut field = if purpose.is_one_line(place) { TextBox::line() } else { TextBox::default() };
            field.insert(words.get(place).copied().unwrap_or_default());
            field
        })
        .collect();
    model.push(Screen::Prompt(State { conv, purpose, fields, active: 0 }));
}

/// Opens the box for a phrase out of what stands in the message box, else out of what was sent last.
pub fn open_phrase(model: &mut Model) {
    let Some(chat) = model.chat() else { return };
    let (conv, lang) = (chat.conv, chat.lang());
    let text = if chat.draft.is_blank() { model.last_of_mine(chat) } else { chat.draft.text() };
    open_with(model, conv, Purpose::Phrase(lang), &["", "", text.trim()]);
}

/// Takes a key.
pub fn update(state: &mut State, press: &Press, model: &mut Model) -> Next {
    let last = state.fields.len() - 1;
    let is_one_line = state.purpose.is_one_line(state.active);
    match press {
        Press::Command(Command::TextSend) => return send(state, model),
        Press::Command(Command::Back) => return Next::Close,
        Press::Command(Command::TextNewline) if is_one_line => state.active = (state.active + 1).min(last),
        Press::Command(Command::PaneNext | Command::ChatDown) => {
            state.active = (state.active + 1) % (last + 1)
        }
        Press::Command(Command::PanePrevious | Command::ChatUp) => {
            state.active = (state.active + last) % (last + 1);
        }
        Press::Command(command) => {
            if !state.fields[state.active].command(*command) {
                return Next::Pass;
            }
        }
        Press::Key(event) => {
            let field = &mut state.fields[state.active];
            match event.code {
                crossterm::event::KeyCode::Down if field.at_edge(true) => {
                    state.active = (state.active + 1).min(last);
                }
                crossterm::event::KeyCode::Up if field.at_edge(false) => {
                    state.active = state.active.saturating_sub(1);
                }
                _ => _ = field.key(*event),
            }
        }
        Press::Paste(text) => state.fields[state.active].insert(text),
    }
    Next::Stay
}

/// Returns what was typed; several fields become labelled lines.
fn words(state: &State, model: &Model) -> ForColleagues {
    let labels = state.purpose.labels();
    let lines = state.fields.iter().zip(labels).filter(|(field, _)| !field.is_blank());
    let line = |(field, label): (&TextBox, &&str)| match labels.len() {
        1 => field.text().trim().to_owned(),
        _ => format!("{}: {}", model.look.say(label), field.text().trim()),
    };
    ForColleagues(lines.map(line).collect::<Vec<_>>().join("\n"))
}

fn send(state: &mut State, model: &mut Model) -> Next {
    let conv = state.conv;
    if let Purpose::Phrase(lang) = state.purpose {
        return make_phrase(state, lang, model);
    }
    if state.fields.iter().all(TextBox::is_blank) {
        model.tell(Role::Warning, "prompt-empty", &[]);
        return Next::Stay;
    }
    let words = words(state, model);
    match state.purpose.clone() {
        Purpose::HandOver(to) => {
            model.send_all_out(true);
            model.write(conv, words.brief(to.clone()), Wrote::Transfer(conv, to));
        }
        Purpose::Release => {
            model.send_all_out(true);
            model.write(conv, words.reason(), Wrote::Release(conv));
        }
        // Who does not have the chat before them is told that the words arrived.
        Purpose::Whisper if model.chat_of(conv).is_none() => {
            model.act_on_shift(conv, words.whisper(), "board-whispered");
        }
        Purpose::Whisper => _ = model.write(conv, words.whisper(), Wrote::Whisper(conv)),
        Purpose::Move => model.act_on_shift(conv, words.moving(), "board-moved"),
        Purpose::ShutDoors(until) => model.act_on_shift(conv, words.doors_shut(until), "board-doors-shut"),
        Purpose::Hold => model.act_on_shift(conv, words.holding(), "board-hold-on"),
        Purpose::Announce(to) => {
            let until = model.now() + ANNOUNCED_MS;
            model.act_on_shift(conv, words.note(to, until), "board-announced");
        }
        Purpose::Note(to) => {
            let (until, text) = (model.now() + NOTE_MS, words.0.clone());
            model.write(ConversationId::HOUSE, words.note(to.clone(), until), Wrote::Note(to, text));
        }
        Purpose::Phrase(_) => {}
    }
    Next::Close
}

fn make_phrase(state: &mut State, lang: Lang, model: &mut Model) -> Next {
    let [code, title, text] = &state.fields[..] else { return Next::Close };
    let code = code.text().trim().to_owned();
    let is_code = !code.is_empty() && code.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit());
    if !is_code {
        state.active = 0;
        model.tell(Role::Warning, "phrase-needs-code", &[]);
        return Next::Stay;
    }
    if text.is_blank() {
        state.active = 2;
        model.tell(Role::Warning, "prompt-empty", &[]);
        return Next::Stay;
    }
    let title = if title.is_blank() { code.clone() } else { title.text().trim().to_owned() };
    let phrase = Phrase::new(code.clone(), title, text.text().trim());
    // As its file will be read at the next start.
    if let Err(error) = Phrases::parse("phrases.toml", &phrase.to_toml()) {
        state.active = 2;
        model.tell(Role::Warning, "phrase-bad", &[("reason", error.what.into())]);
        return Next::Stay;
    }
    model.add_phrase(lang, phrase.clone());
    model.effect(Effect::KeepPhrase(lang, phrase));
    model.tell(Role::Ok, "phrase-made", &[("code", code.into())]);
    Next::Close
}

fn title(model: &Model, state: &State) -> String {
    let look = &model.look;
    let handle = model.handle(state.conv);
    match &state.purpose {
        Purpose::HandOver(to) => {
            look.say_with("prompt-hand-over", &[("handle", handle.into()), ("who", look.name(to).into())])
        }
        Purpose::Release => look.say_with("prompt-release", &[("handle", handle.into())]),
        Purpose::Whisper => look.say_with("prompt-whisper", &[("handle", handle.into())]),
        Purpose::Move => look.say_with("prompt-move", &[("handle", handle.into())]),
        Purpose::ShutDoors(Some(until)) => {
            look.say_with("prompt-shut-doors-until", &[("at", look.clock(*until).into())])
        }
        Purpose::ShutDoors(None) => look.say("prompt-shut-doors"),
        Purpose::Hold => look.say("prompt-hold"),
        Purpose::Announce(None) => look.say("prompt-announce-all"),
        Purpose::Announce(Some(to)) => look.say_with("prompt-announce-one", &[("who", look.name(to).into())]),
        Purpose::Note(Some(to)) => look.say_with("prompt-note-to", &[("who", look.name(to).into())]),
        Purpose::Note(None) => look.say("prompt-note"),
        Purpose::Phrase(_) => look.say("prompt-phrase"),
    }
}

/// Draws the window: its colour and its place are not those of the message box.
pub fn draw(model: &Model, state: &State, frame: &mut Frame<'_>) {
    let look = &model.look;
    let whole = frame.area();
    let whispers = whispers(model, state, usize::from(whole.width.min(68)).saturating_sub(6));
    let rows = match state.purpose {
        Purpose::HandOver(_) => 9,
        Purpose::Phrase(_) => 12,
        _ => 9 + u16::try_from(whispers.len()).unwrap_or(0),
    };
    let area = super::window(whole, 68, rows);
    let buffer = frame.buffer_mut();
    super::framed(model, area, &title(model, state), buffer);
    let area = super::inner(area);
    let safe = if matches!(state.purpose, Purpose::Phrase(_)) { "phrase-safe" } else { "prompt-safe" };
    put(buffer, area, 1, 0, &look.say(safe), look.style(Role::WhoColleague));
    let mut y = 1;
    for line in &whispers {
        put(buffer, area, 1, y, line, look.style(Role::TextDim));
        y += 1;
    }
    y += 1;
    let cursor = draw_fields(
        model,
        state,
        Rect { y: area.y + y.min(area.height), height: area.height.saturating_sub(y + 1), ..area },
        buffer,
    );
    let last = area.height.saturating_sub(1);
    match &model.notice {
        Some(notice) => put(buffer, area, 1, last, &notice.text, look.style(notice.role)),
        None => {
            let hint = if state.fields.len() > 1 { "prompt-hint-fields" } else { "prompt-hint" };
            put(buffer, area, 1, last, &look.say(hint), look.style(Role::Hint))
        }
    };
    frame.set_cursor_position(super::inside(cursor, whole));
}

fn draw_fields(model: &Model, state: &State, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let look = &model.look;
    let mut cursor = None;
    let labels: Vec<String> = state
        .purpose
        .labels()
        .iter()
        .map(|id| if id.is_empty() { String::new() } else { look.say(id) })
        .collect();
    let indent = labels.iter().map(|label| crate::console::widget::width(label) + 2).max().unwrap_or(0);
    let indent = if labels.len() == 1 { 1 } else { u16::try_from(indent + 1).unwrap_or(1) };
    for (place, field) in state.fields.iter().enumerate() {
        let y = u16::try_from(place).unwrap_or(u16::MAX);
        let is_last = place + 1 == state.fields.len();
        let height = if is_last { area.height.saturating_sub(y) } else { 1 };
        let is_active = place == state.active;
        put(
            buffer,
            area,
            1,
            y,
            &labels[place],
            look.style(if is_active { Role::Focus } else { Role::TextDim }),
        );
        let room = Rect {
            x: area.x + indent.min(area.width),
            y: area.y + y,
            width: area.width.saturating_sub(indent + 1),
            height,
        };
        let at = field.draw(buffer, room.intersection(area), look.style(Role::WhoColleague));
        cursor = if is_active { at } else { cursor };
    }
    cursor
}

/// Returns the last whispers of a chat, which stand above the box: who, and what.
fn whispers(model: &Model, state: &State, columns: usize) -> Vec<String> {
    let Some(chat) = model.chat_of(state.conv).filter(|_| state.purpose == Purpose::Whisper) else {
        return Vec::new();
    };
    let said = |chat: &Chat| {
        let lines = chat.transcript.lines().iter();
        let whispered = lines.filter_map(|line| match &line.what {
            What::Whispered(words) => Some((line, words)),
            _ => None,
        });
        whispered
            .flat_map(|(line, words)| {
                let who = line.who.account().map(|who| model.look.name(who)).unwrap_or_default();
                let text = format!(
                    "{} {who}: {}",
                    model.look.clock(line.at),
                    words.text.as_str().replace('\n', " ")
                );
                wrap(&text, columns).into_iter().map(|range| text[range].to_owned()).collect::<Vec<_>>()
            })
            .collect::<Vec<_>>()
    };
    let all = said(chat);
    all[all.len().saturating_sub(WHISPERS)..].to_vec()
}
