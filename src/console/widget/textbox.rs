//! A box of text: what is typed or pasted is made safe on its way in, so what is drawn and kept is safe.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::widgets::Widget as _;
use ratatui_textarea::{CursorMove, TextArea, WrapMode};

use crate::console::keymap::Command;
use crate::conversation::SafeText;

/// Editable text with a cursor, undo and soft wrap.
#[derive(Debug, Clone)]
pub struct TextBox {
    area: TextArea<'static>,
    one_line: bool,
}

impl Default for TextBox {
    fn default() -> Self {
        Self::with("")
    }
}

impl TextBox {
    /// Returns a box that holds `text`, the cursor at its end.
    pub fn with(text: &str) -> Self {
        let text = SafeText::new(text);
        let mut area = TextArea::new(text.as_str().split('\n').map(str::to_owned).collect());
        area.set_cursor_line_style(Style::new());
        area.set_cursor_style(Style::new());
        area.set_wrap_mode(WrapMode::WordOrGlyph);
        area.move_cursor(CursorMove::Bottom);
        area.move_cursor(CursorMove::End);
        Self { area, one_line: false }
    }

    /// Returns an empty box of one line, in which no newline can come to be.
    pub fn line() -> Self {
        let mut line = Self { one_line: true, ..Self::default() };
        line.area.set_wrap_mode(WrapMode::None);
        line
    }

    /// Returns an empty box of one line that shows dots.
    pub fn secret() -> Self {
        let mut line = Self::line();
        line.area.set_mask_char('•');
        line.area.set_max_histories(0);
        line
    }

    /// Returns the text.
    pub fn text(&self) -> String {
        self.area.lines().join("\n")
    }

    /// Returns the text as it may be drawn.
    pub fn safe(&self) -> SafeText {
        SafeText::new(&self.text())
    }

    /// Returns how many characters it holds.
    pub fn chars(&self) -> usize {
        self.area.lines().iter().map(|line| line.chars().count() + 1).sum::<usize>() - 1
    }

    /// Returns whether nothing is in it.
    pub fn is_empty(&self) -> bool {
        self.area.is_empty()
    }

    /// Returns whether there is nothing in it but white space.
    pub fn is_blank(&self) -> bool {
        self.area.lines().iter().all(|line| line.trim().is_empty())
    }

    /// Takes everything out: the box is empty, and undo brings nothing back, for the words have gone elsewhere.
    pub fn take(&mut self) -> String {
        let text = self.text();
        let (one_line, mask) = (self.one_line, self.area.mask_char());
        *self = if mask.is_some() {
            Self::secret()
        } else if one_line {
            Self::line()
        } else {
            Self::default()
        };
        text
    }

    /// Empties the box; undo brings the text back.
    pub fn clear(&mut self) {
        self.area.clear();
    }

    /// Puts text in at the cursor, made safe; in a box of one line newlines become spaces.
    pub fn insert(&mut self, text: &str) {
        let safe = if self.one_line { SafeText::line(text) } else { SafeText::new(text) };
        if !safe.is_empty() {
            self.area.insert_str(safe.as_str());
        }
    }

    /// Does what a bound command says; returns whether the command concerns a box of text.
    pub fn command(&mut self, command: Command) -> bool {
        match command {
            Command::TextNewline if !self.one_line => self.area.insert_newline(),
            Command::TextUndo => _ = self.area.undo(),
            Command::TextRedo => _ = self.area.redo(),
            Command::TextDeleteWord => _ = self.area.delete_word(),
            Command::TextDeleteLine => _ = self.area.delete_line_by_head(),
            _ => return false,
        }
        true
    }

    /// Does what an unbound key does in a box; returns whether the key concerns a box.
    pub fn key(&mut self, key: KeyEvent) -> bool {
        let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
        let alt = key.modifiers.contains(KeyModifiers::ALT);
        match key.code {
            // AltGr arrives as Ctrl with Alt where a terminal tells it at all; it makes letters.
            KeyCode::Char(letter) if ctrl == alt => self.insert(letter.encode_utf8(&mut [0; 4])),
            KeyCode::Enter if !self.one_line => self.area.insert_newline(),
            KeyCode::Backspace if ctrl || alt => _ = self.area.delete_word(),
            KeyCode::Backspace => _ = self.area.delete_char(),
            KeyCode::Delete if ctrl => _ = self.area.delete_next_word(),
            KeyCode::Delete => _ = self.area.delete_next_char(),
            KeyCode::Left if ctrl => self.area.move_cursor(CursorMove::WordBack),
            KeyCode::Right if ctrl => self.area.move_cursor(CursorMove::WordForward),
            KeyCode::Left => self.area.move_cursor(CursorMove::Back),
            KeyCode::Right => self.area.move_cursor(CursorMove::Forward),
            KeyCode::Up => self.area.move_cursor(CursorMove::Up),
            KeyCode::Down => self.area.move_cursor(CursorMove::Down),
            KeyCode::Home => self.area.move_cursor(CursorMove::Head),
            KeyCode::End => self.area.move_cursor(CursorMove::End),
            _ => return false,
        }
        true
    }

    /// Returns whether the cursor stands in the first or last line of the text.
    pub fn at_edge(&self, last: bool) -> bool {
        let row = self.area.cursor().0;
        if last { row + 1 == self.area.lines().len() } else { row == 0 }
    }

    /// Draws the text into `area` and returns where the cursor stands on the screen, if there is room for one.
    pub fn draw(&self, buffer: &mut Buffer, area: Rect, style: Style) -> Option<Position> {
        if area.is_empty() {
            return None;
        }
        (&self.area).render(area, buffer);
        buffer.set_style(area, style);
        let (top, left) = self.area.scroll_offset();
        let cursor = self.area.screen_cursor();
        let column = u16::try_from(cursor.col).ok()?.checked_sub(left)?.min(area.width - 1);
        let row = u16::try_from(cursor.row).ok()?.checked_sub(top)?.min(area.height - 1);
        Some(Position::new(area.x + column, area.y + row))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn press(area: &mut TextBox, text: &str) {
        for letter in text.chars() {
            area.key(KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE));
        }
    }

    #[test]
    fn what_is_typed_is_what_is_there() {
        let mut area = TextBox::default();
        press(&mut area, "Ahoj, jsem tady");
        area.command(Command::TextNewline);
        press(&mut area, "pro tebe.");
        assert_eq!(area.text(), "Ahoj, jsem tady\npro tebe.");
        assert_eq!(area.chars(), 25);
        assert_eq!(area.take(), "Ahoj, jsem tady\npro tebe.");
        assert!(area.is_empty());
    }

    #[test]
    fn what_is_pasted_can_do_nothing_but_be_read() {
        let mut area = TextBox::default();
        area.insert("a\u{1b}[31mb\r\nc\u{202e}d");
        assert_eq!(area.text(), "a[31mb\nc·d");
        let mut line = TextBox::line();
        line.insert("a\nb");
        line.key(KeyEvent::new(KeyCode::Enter, KeyModifiers::NONE));
        assert_eq!(line.text(), "a b");
    }

    #[test]
    fn the_cursor_is_drawn_where_the_next_letter_goes() {
        let area = Rect::new(3, 1, 10, 3);
        let mut buffer = Buffer::empty(Rect::new(0, 0, 20, 6));
        for (case, text, at) in [
            ("empty", "", (3, 1)),
            ("a word", "ahoj", (7, 1)),
            ("wide letters", "日本", (7, 1)),
            ("wrapped", "ahoj lidi moji", (7, 2)),
        ] {
            let cursor = TextBox::with(text).draw(&mut buffer, area, Style::new());
            assert_eq!(cursor, Some(Position::from(at)), "{case}");
        }
    }
}
