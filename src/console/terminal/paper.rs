//! The backend that ratatui draws on: one write a frame, and nothing at all for a frame in which nothing changed.

use std::cell::RefCell;
use std::io::{self, Write};
use std::rc::Rc;

use crossterm::{cursor, queue};
use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

/// Bytes that wait for the end of the frame.
#[derive(Clone, Default)]
struct Ink(Rc<RefCell<Vec<u8>>>);

impl Write for Ink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.borrow_mut().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        // The frame is written when it is whole.
        Ok(())
    }
}

/// A terminal to draw on.
pub struct Paper<W: Write> {
    out: W,
    ink: Ink,
    inner: CrosstermBackend<Ink>,
    /// Where the cursor was put, if nothing was drawn since.
    at: Option<Position>,
    is_cursor_shown: Option<bool>,
    /// A size that is not asked for: for what is no terminal.
    size: Option<Size>,
}

impl<W: Write> Paper<W> {
    /// Draws on `out`, whose size the terminal tells.
    pub fn new(out: W) -> Self {
        let ink = Ink::default();
        let inner = CrosstermBackend::new(ink.clone());
        Self { out, ink, inner, at: None, is_cursor_shown: None, size: None }
    }

    /// Draws on something of a fixed size that is no terminal: tests and benches.
    pub fn sized(out: W, columns: u16, rows: u16) -> Self {
        Self { size: Some(Size::new(columns, rows)), ..Self::new(out) }
    }

    /// Returns what is drawn on.
    pub fn out(&mut self) -> &mut W {
        &mut self.out
    }
}

impl<W: Write> Backend for Paper<W> {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        let mut content = content.peekable();
        if content.peek().is_none() {
            return Ok(());
        }
        self.at = None;
        self.inner.draw(content)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        match self.is_cursor_shown.replace(false) {
            Some(false) => Ok(()),
            _ => queue!(self.ink, cursor::Hide),
        }
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        match self.is_cursor_shown.replace(true) {
            Some(true) => Ok(()),
            _ => queue!(self.ink, cursor::Show),
        }
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        // Never asked of the terminal: its answer would come among the keys.
        Ok(self.at.unwrap_or_default())
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        let position = position.into();
        if self.at.replace(position) == Some(position) {
            return Ok(());
        }
        queue!(self.ink, cursor::MoveTo(position.x, position.y))
    }

    fn clear(&mut self) -> io::Result<()> {
        self.clear_region(ClearType::All)
    }

    fn clear_region(&mut self, region: ClearType) -> io::Result<()> {
        (self.at, self.is_cursor_shown) = (None, None);
        self.inner.clear_region(region)
    }

    fn size(&self) -> io::Result<Size> {
        self.size.map_or_else(|| self.inner.size(), Ok)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        self.inner.window_size()
    }

    fn flush(&mut self) -> io::Result<()> {
        let mut ink = self.ink.0.borrow_mut();
        if ink.is_empty() {
            return Ok(());
        }
        let written = self.out.write_all(&ink).and_then(|()| self.out.flush());
        ink.clear();
        written
    }
}

#[cfg(test)]
mod tests {
    use ratatui::Terminal;
    use ratatui::text::Text;

    use super::*;

    #[test]
    fn a_frame_in_which_nothing_changed_costs_no_byte_and_one_letter_few() {
        let mut terminal = Terminal::new(Paper::sized(Vec::new(), 160, 45)).expect("a terminal");
        let mut draw = |text: &str, cursor: (u16, u16)| {
            terminal
                .draw(|frame| {
                    frame.render_widget(Text::raw(text.to_owned()), frame.area());
                    frame.set_cursor_position(cursor);
                })
                .expect("drawn");
            std::mem::take(terminal.backend_mut().out())
        };
        assert!(draw("ahoj", (4, 0)).len() > 10);
        assert_eq!(draw("ahoj", (4, 0)), b"");
        assert!(draw("ahoj!", (5, 0)).len() < 40);
        assert_eq!(draw("ahoj!", (0, 0)), b"\x1b[1;1H", "only the cursor moves");
    }
}
