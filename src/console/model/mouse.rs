//! The mouse, where it is wanted: the wheel moves the conversation or a list, a click goes where it points. Everything
//! it does can be done with keys; it sends nothing and closes nothing.

use ratatui::layout::Position;

use super::{Gate, Model, Pane};
use crate::console::keymap::Command;
use crate::console::screen::{Press, talk, workspace};
use crate::console::terminal::Mouse;

/// How many rows the wheel moves the conversation at once.
const ROWS: usize = 3;

impl Model {
    pub(super) fn mouse(&mut self, what: Mouse, column: u16, row: u16) {
        self.last_key = self.mono;
        if matches!(self.gate, Gate::Locked(_)) {
            return;
        }
        match (what, self.screens.is_empty()) {
            (Mouse::WheelUp, true) => talk::scroll(self, talk::Scroll::Up(ROWS)),
            (Mouse::WheelDown, true) => talk::scroll(self, talk::Scroll::Down(ROWS)),
            (Mouse::WheelUp, false) => self.press(Press::Command(Command::ChatUp)),
            (Mouse::WheelDown, false) => self.press(Press::Command(Command::ChatDown)),
            (Mouse::Click, true) => self.click(Position::new(column, row)),
            (Mouse::Click, false) => {}
        }
    }

    fn click(&mut self, at: Position) {
        let panes = workspace::panes(self);
        if let Some(list) = panes.list.filter(|list| list.contains(at)) {
            self.pane = Pane::List;
            match workspace::list::child_at(self, list, at) {
                Some(conv) if self.chat_of(conv).is_some() => self.bring_to_front(conv),
                conv => self.selected = conv.or(self.selected),
            }
        } else if panes.note.is_some_and(|note| note.contains(at)) {
            self.pane = Pane::Note;
        } else if panes.writing.contains(at) || panes.talk.is_some_and(|talk| talk.contains(at)) {
            self.pane = Pane::Box;
        }
    }
}
