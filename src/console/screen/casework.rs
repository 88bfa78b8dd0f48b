//! The work around a case: a new contact outside the chat, what was promised, what was agreed, what must be told on.
//! A sheet's letters choose at once; words go into a box of their own that no child can be reached from.

use crossterm::event::KeyCode;
use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Next, Press, Screen};
use crate::casebook::record::PromiseId;
use crate::console::keymap::{Command, Context};
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::console::widget::wrap::wrap;
use crate::console::widget::{TextBox, put, width};
use crate::conversation::ConversationId;

mod deeds;
mod own;
mod sheets;

pub use deeds::agreed;
pub use own::{ask_own, own};
pub use sheets::{open_due, run};

/// What a letter of a sheet does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Nothing; the sheet goes.
    Nothing,
    /// A new contact on a channel.
    New(String),
    /// A contact by phone that needs no words: its kind.
    Quick(String),
    /// A promise was kept.
    Kept(PromiseId),
    /// Goes on to the words of a promise that is due at this time.
    Until(u64),
    /// Something the child has disclosed.
    Tick(Tick),
    /// Goes on to what was decided.
    Decide,
    /// Goes on to who decided it too.
    Second,
}

/// What can be ticked of a disclosure.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Tick {
    Name,
    Address,
    Facts,
    Told,
}

/// For what words are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// A promise that is due at this time.
    Promise(u64),
    /// The phrase a child will say when it comes back.
    Phrase,
    /// What was agreed under a phrase.
    Agreed(String),
    /// A phrase a child has said.
    Find,
    /// What was decided about telling on.
    Decision,
    /// Who decided it too.
    Second,
}

/// One line of a sheet.
#[derive(Debug, Clone)]
pub struct Item {
    letter: Option<char>,
    text: String,
    deed: Deed,
    is_ticked: bool,
}

/// What the window knows.
#[derive(Debug)]
pub struct State {
    /// The chat it is about, if it is about one.
    pub conv: Option<ConversationId>,
    title: String,
    lines: Vec<String>,
    body: Body,
}

#[derive(Debug)]
enum Body {
    Sheet {
        items: Vec<Item>,
        selected: usize,
        /// Whether the sheet stays, and shows ticks.
        stays: bool,
        /// A tick that was warned about and is taken when it comes again.
        warned: bool,
    },
    Words(Box<TextBox>, Purpose),
}

impl State {
    fn sheet(
        conv: Option<ConversationId>,
        title: String,
        lines: Vec<String>,
        items: Vec<Item>,
        stays: bool,
    ) -> Self {
        Self { conv, title, lines, body: Body::Sheet { items, selected: 0, stays, warned: false } }
    }

    fn words(conv: Option<ConversationId>, title: String, lines: Vec<String>, purpose: Purpose) -> Self {
        Self { conv, title, lines, body: Body::Words(Box::new(TextBox::line()), purpose) }
    }

    /// Returns which table of the keymap is asked first.
    pub fn context(&self) -> Context {
        match self.body {
            Body::Sheet { .. } => Context::Search,
            Body::Words(..) => Context::Text,
        }
    }
}

/// Gives each item a letter of its text that no other has.
fn lettered(items: Vec<(String, Deed, bool)>) -> Vec<Item> {
    let mut taken: Vec<char> = Vec::new();
    let mut letter = |text: &str| {
        let letters = text.chars().flat_map(char::to_lowercase).filter(char::is_ascii_lowercase);
        let free = letters.into_iter().find(|letter| !taken.contains(letter));
        taken.extend(free);
        free
    };
    let make =
        |(text, deed, is_ticked): (String, Deed, bool)| Item { letter: letter(&text), text, deed, is_ticked };
    items.into_iter().map(make).collect()
}

/// Takes a key.
pub fn update(state: &mut State, press: &Press, model: &mut Model) -> Next {
    let conv = state.conv;
    match &mut state.body {
        Body::Sheet { items, selected, stays, warned } => {
            let count = items.len();
            let place = match press {
                Press::Command(Command::ChatUp | Command::PanePrevious) => {
                    *selected = selected.saturating_sub(1);
                    return Next::Stay;
                }
                Press::Command(Command::ChatDown | Command::PaneNext) => {
                    *selected = (*selected + 1).min(count.saturating_sub(1));
                    return Next::Stay;
                }
                Press::Command(Command::Open) => *selected,
                Press::Command(Command::Back) => return Next::Close,
                Press::Command(_) => return Next::Pass,
                Press::Key(event) => match event.code {
                    KeyCode::Char(' ') => *selected,
                    KeyCode::Char(typed) => {
                        let is = |item: &Item| typed.to_lowercase().next() == item.letter;
                        let Some(place) = items.iter().position(is) else { return Next::Stay };
                        *selected = place;
                        place
                    }
                    _ => return Next::Stay,
                },
                Press::Paste(_) => return Next::Stay,
            };
            let Some(item) = items.get_mut(place) else { return Next::Close };
            if let Deed::Tick(tick) = item.deed
                && !*warned
                && deeds::must_be_told_first(model, conv, tick)
            {
                *warned = true;
                model.tell(Role::Warning, "disclosure-tell-first", &[]);
                return Next::Stay;
            }
            if *stays && matches!(item.deed, Deed::Tick(_) | Deed::Kept(_)) {
                item.is_ticked = !item.is_ticked;
            }
            let (deed, is_ticked, stays) = (item.deed.clone(), item.is_ticked, *stays);
            deeds::perform(model, conv, &deed, is_ticked);
            let goes_on = matches!(deed, Deed::Decide | Deed::Second | Deed::Nothing);
            if stays && !goes_on { Next::Stay } else { Next::Close }
        }
        Body::Words(words, purpose) => {
            match press {
                Press::Command(Command::TextSend) if words.is_blank() => {
                    model.tell(Role::Warning, "prompt-empty", &[]);
                }
                Press::Command(Command::TextSend) => {
                    let (text, purpose) = (words.take().trim().to_owned(), purpose.clone());
                    deeds::written(model, conv, purpose, text);
                    return Next::Close;
                }
                Press::Command(Command::Back) => return Next::Close,
                Press::Command(command) => {
                    if !words.command(*command) {
                        return Next::Pass;
                    }
                }
                Press::Key(event) => _ = words.key(*event),
                Press::Paste(text) => words.insert(text),
            }
            Next::Stay
        }
    }
}

/// Draws the window.
pub fn draw(model: &Model, state: &State, frame: &mut Frame<'_>) {
    let look = &model.look;
    let whole = frame.area();
    let columns = 70.min(whole.width);
    let text_columns = usize::from(columns.saturating_sub(4));
    let lines: Vec<String> = state
        .lines
        .iter()
        .flat_map(|line| {
            wrap(line, text_columns).into_iter().map(|range| line[range].to_owned()).collect::<Vec<_>>()
        })
        .collect();
    let body = match &state.body {
        Body::Sheet { items, .. } => items.len(),
        Body::Words(..) => 2,
    };
    let rows =
        u16::try_from(lines.len() + body + 4).unwrap_or(u16::MAX).min(whole.height.saturating_sub(2)).max(5);
    let area = super::window(whole, columns, rows);
    let buffer = frame.buffer_mut();
    super::framed(model, area, &state.title, buffer);
    let area = super::inner(area);
    let mut y = 0;
    let mut cursor = None;
    let room = area.height.saturating_sub(1);
    // What is to be chosen is always to be seen; of what is only said, the beginning.
    let said = usize::from(room).saturating_sub(body.min(usize::from(room) / 2));
    for line in lines.iter().take(said) {
        put(buffer, area, 1, y, line, look.style(Role::Text));
        y += 1;
    }
    match &state.body {
        Body::Sheet { items, selected, stays, .. } => {
            let rows = usize::from(room.saturating_sub(y)).max(1);
            let skip = (selected + 1).saturating_sub(rows);
            for (place, item) in items.iter().enumerate().skip(skip).take(rows) {
                let is_selected = place == *selected;
                let mark = if is_selected { "▸" } else { " " };
                let tick = match (stays, item.is_ticked) {
                    (true, true) => "[x] ",
                    (true, false) if matches!(item.deed, Deed::Tick(_) | Deed::Kept(_)) => "[ ] ",
                    _ => "",
                };
                let letter = item.letter.map_or_else(|| "   ".to_owned(), |letter| format!("[{letter}]"));
                let style = look.style(if is_selected { Role::Focus } else { Role::Text });
                let x = put(buffer, area, 0, y, mark, style);
                let x = put(buffer, area, x, y, &format!("{letter} "), look.style(Role::Key));
                put(buffer, area, x, y, &format!("{tick}{}", item.text), style);
                if is_selected {
                    cursor = Some((area.x, area.y + y).into());
                }
                y += 1;
            }
        }
        Body::Words(words, _) => {
            let field = Rect { x: area.x + 1, y: area.y + y, width: area.width.saturating_sub(2), height: 1 };
            cursor = words.draw(buffer, field.intersection(area), look.style(Role::Text));
        }
    }
    let last = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
    let hint = match (&state.body, &model.notice) {
        (_, Some(notice)) => (notice.text.clone(), notice.role),
        (Body::Sheet { .. }, None) => (look.say("casework-hint"), Role::Hint),
        (Body::Words(..), None) => (look.say("prompt-hint"), Role::Hint),
    };
    let hint = (crate::console::widget::clip(&hint.0, usize::from(area.width.saturating_sub(2))), hint.1);
    debug_assert!(width(&hint.0) <= usize::from(area.width));
    put(buffer, last, 1, 0, &hint.0, look.style(hint.1));
    frame.set_cursor_position(super::inside(cursor, whole));
}

fn push(model: &mut Model, state: State) {
    model.push(Screen::Casework(state));
}

#[cfg(test)]
mod tests;
