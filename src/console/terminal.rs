//! The terminal: taken on start, given back on every way out. `crossterm::Event` ends here.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use crokey::KeyCombination;
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange, Event, KeyEvent,
    KeyEventKind,
};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use crossterm::{cursor, execute};
use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;

/// What a terminal can tell the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TerminalEvent {
    /// A key: the combination for the keymap, and the event itself for text boxes.
    Key(KeyCombination, KeyEvent),
    /// Pasted text, as one piece: its line ends never send.
    Paste(String),
    /// A new size, in columns and rows.
    Resize(u16, u16),
    /// The window has the focus again.
    FocusGained,
    /// The window lost the focus.
    FocusLost,
}

impl TerminalEvent {
    /// Returns what the console hears of a terminal's event; `None` for key releases and the mouse.
    pub fn from_crossterm(event: Event) -> Option<Self> {
        match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => Some(Self::Key(key.into(), key)),
            Event::Paste(text) => Some(Self::Paste(text)),
            Event::Resize(columns, rows) => Some(Self::Resize(columns, rows)),
            Event::FocusGained => Some(Self::FocusGained),
            Event::FocusLost => Some(Self::FocusLost),
            Event::Key(_) | Event::Mouse(_) => None,
        }
    }
}

/// Whether the terminal is ours and must be given back.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The screen, held: dropping it gives the terminal back as it was.
pub struct Screen {
    /// What to draw on.
    pub terminal: Terminal<CrosstermBackend<io::Stdout>>,
}

impl Screen {
    /// Takes the terminal: raw mode, the other screen, bracketed paste, focus events. Kitty's keyboard protocol and the
    /// mouse stay off: the one breaks dead keys, the other the selection of text. A panic gives the terminal back first.
    ///
    /// # Errors
    /// Fails if standard output is no terminal.
    pub fn take() -> io::Result<Self> {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            give_back();
            before(info);
        }));
        take_modes()?;
        Ok(Self { terminal: Terminal::new(CrosstermBackend::new(io::stdout()))? })
    }

    /// Gives the terminal back while the program is stopped (SIGTSTP).
    pub fn suspend(&mut self) {
        give_back();
    }

    /// Takes it again (SIGCONT); everything must be drawn anew.
    ///
    /// # Errors
    /// Fails if the terminal is gone.
    pub fn resume(&mut self) -> io::Result<()> {
        take_modes()?;
        self.terminal.clear()
    }

    /// Rings the bell: no word, no name.
    ///
    /// # Errors
    /// Fails if the terminal is gone.
    pub fn bell(&mut self) -> io::Result<()> {
        let mut out = io::stdout();
        out.write_all(b"\x07")?;
        out.flush()
    }
}

impl Screen {
    /// Puts words on the clipboard, by the terminal's own sequence (OSC 52).
    ///
    /// # Errors
    /// Fails if the terminal is gone.
    pub fn copy(&mut self, words: &str) -> io::Result<()> {
        execute!(io::stdout(), crossterm::clipboard::CopyToClipboard::to_clipboard_from(words))
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

fn take_modes() -> io::Result<()> {
    enable_raw_mode()?;
    TAKEN.store(true, Ordering::SeqCst);
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste, EnableFocusChange)
}

/// Gives the terminal back; once is enough, twice does no harm. For panics and signals, where no [`Screen`] is at hand.
pub fn give_back() {
    if TAKEN.swap(false, Ordering::SeqCst) {
        // On the way out there is nobody left to tell of an error.
        _ = execute!(
            io::stdout(),
            DisableFocusChange,
            DisableBracketedPaste,
            LeaveAlternateScreen,
            cursor::Show
        );
        _ = disable_raw_mode();
    }
}
