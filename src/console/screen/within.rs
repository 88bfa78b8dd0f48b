//! Finding words in the conversation in front: each Enter goes to the one before.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Next, Press, Screen, workspace};
use crate::console::keymap::Command;
use crate::console::model::Model;
use crate::console::model::guard::fold;
use crate::console::theme::Role;
use crate::console::widget::{TextBox, fill, put, put_right};
use crate::conversation::ConversationId;
use crate::conversation::transcript::What;

/// What the line knows.
#[derive(Debug)]
pub struct State {
    /// The chat.
    pub conv: ConversationId,
    query: TextBox,
    /// The lines that hold the words, the newest first.
    found: Vec<usize>,
    at: usize,
}

/// Opens the search for the chat in front.
pub fn open(model: &mut Model) {
    if let Some(conv) = model.front {
        model.push(Screen::Within(State { conv, query: TextBox::line(), found: Vec::new(), at: 0 }));
    }
}

impl State {
    fn search(&mut self, model: &Model) {
        let query = fold(&self.query.text());
        let Some(chat) = model.chat_of(self.conv) else { return };
        let holds = |what: &What| match what {
            What::Said(words) | What::Whispered(words) => fold(words.text.as_str()).contains(&query),
            _ => false,
        };
        let lines = chat.transcript.lines();
        self.found = match query.is_empty() {
            true => Vec::new(),
            false => (0..lines.len()).rev().filter(|place| holds(&lines[*place].what)).collect(),
        };
        self.at = 0;
    }

    fn show(&self, model: &mut Model) {
        let place = self.found.get(self.at).map(|line| (line + 1, 0));
        if let Some(chat) = model.chat_of_mut(self.conv) {
            let is_last = place.is_some_and(|(end, _)| end >= chat.transcript.lines().len());
            chat.scroll = place.filter(|_| !is_last);
        }
    }
}

/// Takes a key.
pub fn update(state: &mut State, press: &Press, model: &mut Model) -> Next {
    match press {
        Press::Command(Command::Open | Command::ChatUp) => {
            state.at = (state.at + 1) % state.found.len().max(1);
        }
        Press::Command(Command::ChatDown) => {
            state.at = (state.at + state.found.len().saturating_sub(1)) % state.found.len().max(1);
        }
        Press::Command(Command::Back | Command::FindInChat) => return Next::Close,
        Press::Command(command) => {
            if !state.query.command(*command) {
                return Next::Pass;
            }
            state.search(model);
        }
        Press::Key(event) => {
            state.query.key(*event);
            state.search(model);
        }
        Press::Paste(text) => {
            state.query.insert(text);
            state.search(model);
        }
    }
    state.show(model);
    Next::Stay
}

/// Draws the line of the search in the place of the notice.
pub fn draw(model: &Model, state: &State, frame: &mut Frame<'_>) {
    let look = &model.look;
    let whole = frame.area();
    let y = workspace::panes(model).writing.bottom();
    let line = Rect { y, height: 1, ..whole }.intersection(whole);
    let buffer = frame.buffer_mut();
    fill(buffer, line, look.style(Role::Text));
    let x = put(buffer, line, 1, 0, &format!("{} ", look.say("within-title")), look.style(Role::TextStrong));
    let field = Rect { x: line.x + x, width: line.width.saturating_sub(x + 30), ..line };
    let cursor = state.query.draw(buffer, field, look.style(Role::Text));
    let at = if state.found.is_empty() { 0 } else { state.at + 1 };
    let values = [("at", at.into()), ("count", state.found.len().into())];
    put_right(buffer, line, 1, 0, &look.say_with("within-count", &values), look.style(Role::Hint));
    frame.set_cursor_position(super::inside(cursor, whole));
}
