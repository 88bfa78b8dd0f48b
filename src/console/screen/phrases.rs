//! Phrases, and the help that can be named: put into the message box to be edited, never sent by themselves.

use crossterm::event::KeyCode;
use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Next, Press, Screen};
use crate::console::keymap::Command;
use crate::console::model::guard::fold;
use crate::console::model::{Model, Pane, QUIET_MS};
use crate::console::theme::Role;
use crate::console::widget::{TextBox, emoji, pad, put, rule};
use crate::conversation::{ConversationId, SafeText};
use crate::locale::Phrase;

/// What the window knows.
#[derive(Debug)]
pub struct State {
    /// The chat.
    pub conv: ConversationId,
    query: TextBox,
    selected: usize,
}

/// One thing to put in.
enum Found {
    Phrase(Phrase),
    Help(String, String),
    Emoji(String, String),
}

/// Opens the phrases for the chat in front.
pub fn open(model: &mut Model) {
    if let Some(conv) = model.front {
        model.pane = Pane::Box;
        model.push(Screen::Phrases(State { conv, query: TextBox::line(), selected: 0 }));
    }
}

/// Opens the emoji by their names.
pub fn open_emoji(model: &mut Model) {
    if let Some(conv) = model.front {
        model.pane = Pane::Box;
        let mut query = TextBox::line();
        query.insert(":");
        model.push(Screen::Phrases(State { conv, query, selected: 0 }));
    }
}

fn found(model: &Model, state: &State) -> Vec<Found> {
    let Some(chat) = model.chat_of(state.conv) else { return Vec::new() };
    let query = state.query.text();
    if let Some(name) = query.strip_prefix(':') {
        let named = |(name, emoji): &(String, &str)| Found::Emoji(name.clone(), (*emoji).to_owned());
        return emoji::find(&model.look.locale, name).iter().map(named).collect();
    }
    let lang = chat.lang();
    let phrases = model.phrases(lang);
    let mut fitting = phrases.find(&query);
    // To a child that has fallen silent the gentle question is offered first.
    let is_quiet = chat.quiet(model.now()).is_some_and(|quiet| quiet >= QUIET_MS);
    if query.is_empty() && is_quiet {
        fitting.sort_by_key(|phrase| phrase.code != "quiet");
    }
    let mut found: Vec<Found> = fitting.into_iter().cloned().map(Found::Phrase).collect();
    let folded = fold(&query);
    for resource in model.taxonomy.resources() {
        let (name, line) = (resource.name.get(lang.code()), resource.line(lang.code()));
        if folded.is_empty() || fold(name).split(' ').any(|word| word.starts_with(&folded)) {
            found.push(Found::Help(SafeText::line(name).to_string(), line));
        }
    }
    found
}

/// Takes a key.
pub fn update(state: &mut State, press: &Press, model: &mut Model) -> Next {
    match press {
        Press::Command(Command::ChatUp) => state.selected = state.selected.saturating_sub(1),
        Press::Command(Command::ChatDown) => {
            state.selected = (state.selected + 1).min(found(model, state).len().saturating_sub(1));
        }
        Press::Command(Command::Open) => {
            let found = found(model, state);
            match found.get(state.selected) {
                Some(Found::Phrase(phrase)) => model.insert_phrase(phrase),
                Some(Found::Help(_, line) | Found::Emoji(_, line)) => model.insert_words(line),
                // Nothing fits: what was typed goes where it would have gone, so no letter is lost.
                None => model.insert_words(&format!("/{}", state.query.text())),
            }
            return Next::Close;
        }
        Press::Command(Command::Back | Command::PhrasesOpen) => return Next::Close,
        Press::Command(command) => {
            if !state.query.command(*command) {
                return Next::Pass;
            }
            state.selected = 0;
        }
        Press::Key(event) if event.code == KeyCode::Backspace && state.query.is_empty() => {
            return Next::Close;
        }
        Press::Key(event) => {
            state.query.key(*event);
            state.selected = 0;
        }
        Press::Paste(text) => state.query.insert(text),
    }
    Next::Stay
}

/// Draws the window.
pub fn draw(model: &Model, state: &State, frame: &mut Frame<'_>) {
    let look = &model.look;
    let whole = frame.area();
    let area = super::window(whole, 72, 16);
    let buffer = frame.buffer_mut();
    super::framed(
        model,
        area,
        &look.say_with("phrases-title", &[("handle", model.handle(state.conv).into())]),
        buffer,
    );
    let area = super::inner(area);
    let x = put(buffer, area, 1, 0, "/", look.style(Role::Key));
    let field = Rect { x: area.x + x, width: area.width.saturating_sub(x + 1), height: 1, ..area };
    let cursor = state.query.draw(buffer, field, look.style(Role::Text));
    rule(buffer, area, 1, "", look.style(Role::Rule), look.style(Role::Text));
    let found = found(model, state);
    let rows = usize::from(area.height.saturating_sub(5)).max(1);
    let skip = (state.selected + 1).saturating_sub(rows);
    for (y, (place, found)) in found.iter().enumerate().skip(skip).take(rows).enumerate() {
        let y = 2 + u16::try_from(y).unwrap_or(0);
        let is_selected = place == state.selected;
        let mark = if is_selected { "▸" } else { " " };
        let (code, title) = match found {
            Found::Phrase(phrase) => (format!("/{}", phrase.code), model.phrase_title(phrase)),
            Found::Help(name, _) => (look.say("phrases-help"), name.clone()),
            Found::Emoji(name, emoji) => (format!(":{name}:"), emoji.clone()),
        };
        let style = look.style(if is_selected { Role::Focus } else { Role::Text });
        put(buffer, area, 0, y, &format!("{mark}{} {title}", pad(&code, 12)), style);
    }
    let below = area.height.saturating_sub(3);
    let words = match found.get(state.selected) {
        Some(Found::Phrase(phrase)) => {
            let filled = model.chat_of(state.conv).map(|chat| model.fill_phrase(phrase, chat));
            SafeText::line(&filled.unwrap_or_default()).to_string()
        }
        Some(Found::Help(_, line) | Found::Emoji(_, line)) => SafeText::line(line).to_string(),
        None => look.say("phrases-nothing"),
    };
    put(buffer, area, 1, below + 1, &words, look.style(Role::TextDim));
    put(buffer, area, 1, below + 2, &look.say("phrases-hint"), look.style(Role::Hint));
    frame.set_cursor_position(super::inside(cursor, whole));
}
