//! The screens: each has a state, an `update` that takes a key, and a `draw` that only reads. The workspace lies at the
//! bottom; the others stand on a stack above it.

use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Margin, Position, Rect};

use super::keymap::{Command, Context};
use super::model::{Gate, Model};
use super::theme::Role;
use super::widget::{clip, fill, put, put_right, width};
use crate::conversation::ConversationId;

pub mod ask;
pub mod board;
pub mod casework;
pub mod choice;
pub mod close;
pub mod find;
pub mod keys;
pub mod menu;
pub mod note;
pub mod phrases;
pub mod preview;
pub mod prompt;
pub mod small;
pub mod talk;
pub mod topics;
pub mod unlock;
pub mod within;
pub mod workspace;

#[cfg(test)]
mod tests;

/// What a key came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Press {
    /// A bound key.
    Command(Command),
    /// Any other.
    Key(KeyEvent),
    /// Pasted text.
    Paste(String),
}

/// What becomes of a screen after a key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// It stays.
    Stay,
    /// It goes.
    Close,
    /// It did not know the command; it stays unless the command closes it.
    Pass,
}

/// Something that lies over the workspace.
#[expect(clippy::large_enum_variant, reason = "there are a handful of them, on a stack that is mostly empty")]
pub enum Screen {
    /// All commands.
    Menu(menu::State),
    /// All keys.
    Keys(keys::State),
    /// The topics of a chat.
    Topics(topics::State),
    /// The closing form of a chat.
    Close(close::State),
    /// A few things to choose from.
    Choice(choice::State),
    /// Words for somebody: a brief, a reason, a whisper.
    Prompt(prompt::State),
    /// Help from a supervisor.
    Ask(ask::State),
    /// Phrases for the message box.
    Phrases(phrases::State),
    /// Earlier cases.
    Find(find::State),
    /// Words of this conversation.
    Within(within::State),
    /// The work around a case.
    Casework(casework::State),
    /// What may leave the house, before somebody's eyes.
    Preview(Box<preview::State>),
    /// The board of the shift, for supervisors.
    Board,
}

impl Screen {
    /// Returns which table of the keymap is asked first.
    pub fn context(&self) -> Context {
        match self {
            Self::Menu(_) | Self::Topics(_) | Self::Phrases(_) | Self::Find(_) | Self::Within(_) => {
                Context::Search
            }
            Self::Prompt(_) => Context::Text,
            Self::Close(_) => Context::Form,
            Self::Ask(_) => Context::Ask,
            Self::Keys(_) | Self::Choice(_) => Context::Search,
            Self::Casework(state) => state.context(),
            Self::Preview(state) => state.context(),
            Self::Board => Context::Board,
        }
    }

    /// Returns whether it is small and stands over what it is about.
    pub fn is_window(&self) -> bool {
        !matches!(
            self,
            Self::Menu(_) | Self::Keys(_) | Self::Close(_) | Self::Find(_) | Self::Preview(_) | Self::Board
        )
    }

    /// Returns the conversation it is about: it goes when that goes.
    pub fn conv(&self) -> Option<ConversationId> {
        match self {
            Self::Topics(state) => Some(state.conv),
            Self::Close(state) => Some(state.conv),
            Self::Prompt(state) => Some(state.conv),
            Self::Ask(state) => Some(state.conv),
            Self::Phrases(state) => Some(state.conv),
            Self::Within(state) => Some(state.conv),
            Self::Choice(state) => state.conv,
            Self::Casework(state) => state.conv,
            Self::Menu(_) | Self::Keys(_) | Self::Find(_) | Self::Preview(_) | Self::Board => None,
        }
    }

    /// Takes a key.
    pub fn update(&mut self, press: &Press, model: &mut Model) -> Next {
        match self {
            Self::Menu(state) => menu::update(state, press, model),
            Self::Keys(state) => keys::update(state, press, model),
            Self::Topics(state) => topics::update(state, press, model),
            Self::Close(state) => close::update(state, press, model),
            Self::Choice(state) => choice::update(state, press, model),
            Self::Prompt(state) => prompt::update(state, press, model),
            Self::Ask(state) => ask::update(state, press, model),
            Self::Phrases(state) => phrases::update(state, press, model),
            Self::Find(state) => find::update(state, press, model),
            Self::Within(state) => within::update(state, press, model),
            Self::Casework(state) => casework::update(state, press, model),
            Self::Preview(state) => preview::update(state, press, model),
            Self::Board => board::update(press, model),
        }
    }
}

/// Draws what is to be seen.
pub fn draw(model: &Model, frame: &mut Frame<'_>) {
    let area = frame.area();
    if area.is_empty() {
        return;
    }
    match &model.gate {
        Gate::Locked(state) => unlock::draw(model, state, frame),
        Gate::Open if area.width < small::COLUMNS || area.height < small::ROWS => small::draw(model, frame),
        Gate::Open => {
            let top = model.screens.last();
            if top.is_none_or(Screen::is_window) {
                // A form or a search stays to be seen below what it asks.
                match model.screens.iter().rev().nth(1) {
                    Some(below @ (Screen::Close(_) | Screen::Find(_))) => draw_top(model, below, frame),
                    _ => draw_under(model, frame),
                }
            }
            if let Some(screen) = top {
                draw_top(model, screen, frame);
                if !screen.is_window() {
                    draw_asks(model, frame);
                }
            }
        }
    }
    if model.look.is_ascii {
        super::ascii::screen(frame.buffer_mut());
    }
}

/// Who waits for me is to be seen over whole screens too: in the lowest row that is empty at its end.
fn draw_asks(model: &Model, frame: &mut Frame<'_>) {
    let Some((text, role)) = workspace::asks_mark(model) else { return };
    let area = sheet(frame.area());
    let columns = u16::try_from(width(&text) + 2).unwrap_or(u16::MAX).min(area.width);
    let buffer = frame.buffer_mut();
    let is_free = |y: &u16| (area.right() - columns..area.right()).all(|x| buffer[(x, *y)].symbol() == " ");
    if let Some(y) = (area.top()..area.bottom()).rev().find(is_free) {
        put_right(buffer, area, 1, y - area.y, &text, model.look.style(role));
    }
}

/// Draws one screen, without what lies below it.
pub(super) fn draw_top(model: &Model, screen: &Screen, frame: &mut Frame<'_>) {
    match screen {
        Screen::Menu(state) => menu::draw(model, state, frame),
        Screen::Keys(state) => keys::draw(model, state, frame),
        Screen::Close(state) => close::draw(model, state, frame),
        Screen::Find(state) => find::draw(model, state, frame),
        Screen::Preview(state) => preview::draw(model, state, frame),
        Screen::Board => board::draw(model, frame),
        Screen::Topics(state) => topics::draw(model, state, frame),
        Screen::Choice(state) => choice::draw(model, state, frame),
        Screen::Prompt(state) => prompt::draw(model, state, frame),
        Screen::Ask(state) => ask::draw(model, state, frame),
        Screen::Phrases(state) => phrases::draw(model, state, frame),
        Screen::Casework(state) => casework::draw(model, state, frame),
        Screen::Within(state) => within::draw(model, state, frame),
    }
}

/// Draws what a small window stands over: the board, or the workspace.
fn draw_under(model: &Model, frame: &mut Frame<'_>) {
    match model.has_board_open() {
        true => board::draw(model, frame),
        false => workspace::draw(model, frame),
    }
}

/// Returns the part of the terminal that forms and menus take: 80 columns at most, in the middle.
pub(super) fn sheet(whole: Rect) -> Rect {
    let columns = whole.width.min(80);
    Rect { x: whole.x + (whole.width - columns) / 2, width: columns, ..whole }
}

/// Returns the part that a small window over the workspace takes.
fn window(whole: Rect, columns: u16, rows: u16) -> Rect {
    let (columns, rows) = (columns.min(whole.width), rows.min(whole.height));
    Rect {
        x: whole.x + (whole.width - columns) / 2,
        y: whole.y + (whole.height - rows) / 2,
        width: columns,
        height: rows,
    }
}

/// Empties the area of a small window and draws its frame and title.
fn framed(model: &Model, area: Rect, title: &str, buffer: &mut Buffer) {
    let line = model.look.style(Role::Rule);
    fill(buffer, area, model.look.style(Role::Text));
    if area.width < 4 || area.height < 3 {
        return;
    }
    let across = "─".repeat(usize::from(area.width - 2));
    put(buffer, area, 0, 0, &format!("┌{across}┐"), line);
    put(buffer, area, 0, area.height - 1, &format!("└{across}┘"), line);
    for y in 1..area.height - 1 {
        put(buffer, area, 0, y, "│", line);
        put(buffer, area, area.width - 1, y, "│", line);
    }
    let title = clip(title, usize::from(area.width - 4));
    put(buffer, area, 2, 0, &format!(" {title} "), model.look.style(Role::TextStrong));
}

/// Returns the area inside the frame of a small window.
fn inner(area: Rect) -> Rect {
    area.inner(Margin::new(1, 1))
}

/// Returns a place for the cursor that is inside the terminal.
pub(super) fn inside(cursor: Option<Position>, whole: Rect) -> Position {
    let at = cursor.unwrap_or(whole.as_position());
    Position::new(at.x.min(whole.right().saturating_sub(1)), at.y.min(whole.bottom().saturating_sub(1)))
}
