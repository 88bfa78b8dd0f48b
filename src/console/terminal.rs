//! The terminal: taken on start, given back on every way out. `crossterm::Event` ends here. A screen is drawn on, or, for
//! screen readers, told in finished lines; the console does not know which.

use std::future::poll_fn;
use std::io::{self, Write};
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::Poll;

use crokey::KeyCombination;
use crossterm::event::{
    DisableBracketedPaste, DisableFocusChange, EnableBracketedPaste, EnableFocusChange, Event, EventStream,
    KeyEvent, KeyEventKind, MouseButton, MouseEvent, MouseEventKind,
};
use crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};
use crossterm::{cursor, execute, style};
use futures_util::StreamExt as _;
use ratatui::Terminal;

use super::model::Model;
use super::plain::{self, Plain};
use super::screen;

pub mod ground;
mod joined;
pub mod paper;

use ground::{Asked, Ground, Heard};
use paper::Paper;

/// What a terminal can tell the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TerminalEvent {
    /// A key: the combination for the keymap, and the event itself for text boxes.
    Key(KeyCombination, KeyEvent),
    /// Pasted text, as one piece: its line ends never send.
    Paste(String),
    /// A new size, in columns and rows.
    Resize(u16, u16),
    /// The mouse, at a column and a row: only if it was asked for.
    Mouse(Mouse, u16, u16),
    /// The window has the focus again.
    FocusGained,
    /// The window lost the focus.
    FocusLost,
}

/// What a mouse did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mouse {
    /// The wheel, away from the hand.
    WheelUp,
    /// The wheel, towards the hand.
    WheelDown,
    /// The left button.
    Click,
}

/// Returns the next event if it is there already; if not, its coming wakes the task that asked.
///
/// The stream remembers the waker of whoever found nothing first, and no later one. `now_or_never` asks with a waker
/// that wakes nobody: a key that is pressed afterwards would lie there until the next timer.
pub async fn at_hand(events: &mut EventStream) -> Option<Option<io::Result<Event>>> {
    poll_fn(|context| match events.poll_next_unpin(context) {
        Poll::Ready(event) => Poll::Ready(Some(event)),
        Poll::Pending => Poll::Ready(None),
    })
    .await
}

impl TerminalEvent {
    /// Returns what the console hears of a terminal's event; `None` for key releases and what else a mouse does.
    pub fn from_crossterm(event: Event) -> Option<Self> {
        match event {
            Event::Key(key) if key.kind != KeyEventKind::Release => Some(Self::Key(key.into(), key)),
            Event::Paste(text) => Some(Self::Paste(text)),
            Event::Resize(columns, rows) => Some(Self::Resize(columns, rows)),
            Event::FocusGained => Some(Self::FocusGained),
            Event::FocusLost => Some(Self::FocusLost),
            Event::Mouse(MouseEvent { kind, column, row, .. }) => {
                let what = match kind {
                    MouseEventKind::ScrollUp => Mouse::WheelUp,
                    MouseEventKind::ScrollDown => Mouse::WheelDown,
                    MouseEventKind::Down(MouseButton::Left) => Mouse::Click,
                    _ => return None,
                };
                Some(Self::Mouse(what, column, row))
            }
            Event::Key(_) => None,
        }
    }
}

/// Notices of the desktop, by the terminal's own sequences.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Desktop {
    /// None.
    #[default]
    None,
    /// OSC 9: iTerm2, Windows Terminal, kitty, foot, WezTerm.
    Osc9,
    /// OSC 777: rxvt, foot, Ghostty, VTE.
    Osc777,
}

/// How the terminal is used.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Manner {
    /// Finished lines instead of a screen, for screen readers.
    pub is_plain: bool,
    /// Wheel and clicks.
    pub has_mouse: bool,
    /// Whether an alert rings.
    pub rings: bool,
    /// Whether an alert is a notice of the desktop too.
    pub desktop: Desktop,
    /// Colours even where the environment does not want them.
    pub forces_colour: bool,
}

/// What was taken of the terminal and must be given back: bits, for signals and panics come at any moment.
static TAKEN: AtomicU8 = AtomicU8::new(0);
const RAW: u8 = 1;
const PLAIN: u8 = 2;
const MOUSE: u8 = 4;

/// Buttons and the wheel, with coordinates that have no end. Not every movement, as crossterm would have it.
const MOUSE_ON: &[u8] = b"\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &[u8] = b"\x1b[?1006l\x1b[?1000l";
/// Empties the screen and what was above it: a line that was told stays there otherwise.
const FORGET: &[u8] = b"\x1b[H\x1b[2J\x1b[3J";

/// The screen, held: dropping it gives the terminal back as it was.
pub struct Screen {
    face: Face,
    manner: Manner,
    late: Option<ground::Late>,
    joined: joined::Joined,
}

/// What the console is shown on.
enum Face {
    Drawn(Terminal<Paper<io::Stdout>>),
    Told(Plain),
}

impl Screen {
    /// Takes the terminal: raw mode, the other screen, bracketed paste, focus events. Kitty's keyboard protocol stays off,
    /// for it breaks dead keys, and the mouse too unless it is wanted, for it breaks the selection of text. A panic gives
    /// the terminal back first. If `asks`, the terminal is asked for its ground on the way.
    ///
    /// # Errors
    /// Fails if standard output is no terminal.
    pub fn take(manner: Manner, asks: bool) -> io::Result<(Self, Asked)> {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            give_back();
            before(info);
        }));
        if manner.forces_colour {
            style::force_color_output(true);
        }
        enable_raw_mode()?;
        TAKEN.store(bits(manner), Ordering::SeqCst);
        let asked = if asks { ground::ask() } else { Ok(Asked::default()) };
        let taken = asked.and_then(|asked| Self::begin(manner).map(|face| (face, asked)));
        let (face, mut asked) = taken.inspect_err(|_| give_back())?;
        let late = asked.late.take();
        Ok((Self { face, manner, late, joined: joined::Joined::default() }, asked))
    }

    fn begin(manner: Manner) -> io::Result<Face> {
        take_modes(manner)?;
        Ok(if manner.is_plain {
            Face::Told(Plain::default())
        } else {
            Face::Drawn(Terminal::new(Paper::new(io::stdout()))?)
        })
    }

    /// Returns how many columns and rows the console has.
    ///
    /// # Errors
    /// Fails if the terminal is gone.
    pub fn size(&self) -> io::Result<(u16, u16)> {
        match self.face {
            Face::Drawn(_) => crossterm::terminal::size(),
            Face::Told(_) => Ok(plain::SIZE),
        }
    }

    /// Returns what the console hears of an event, and the terminal's ground if it told that only now. Events that come in
    /// one piece end with [`Screen::pause`].
    pub fn hear(&mut self, event: Event) -> (Vec<TerminalEvent>, Option<Ground>) {
        let Some(event) = TerminalEvent::from_crossterm(event) else { return (Vec::new(), None) };
        if matches!((&self.face, &event), (Face::Told(_), TerminalEvent::Resize(..))) {
            return (Vec::new(), None);
        }
        self.late = self.late.take().filter(|late| !late.is_over());
        let heard = match &mut self.late {
            Some(late) => late.hear(event),
            None => Heard::Keys(vec![event]),
        };
        match heard {
            Heard::Keys(events) => {
                (events.into_iter().flat_map(|event| self.joined.hear(event)).collect(), None)
            }
            Heard::Ground(ground) => {
                self.late = None;
                (Vec::new(), Some(ground))
            }
        }
    }

    /// Nothing more has come: returns what was held back until that was known.
    pub fn pause(&mut self) -> Vec<TerminalEvent> {
        self.joined.end()
    }

    /// Shows the console as it is now: what did not change costs nothing. While the terminal is given back, nothing is
    /// shown.
    ///
    /// # Errors
    /// Fails if the terminal is gone.
    pub fn draw(&mut self, model: &Model) -> io::Result<()> {
        if !is_taken() {
            return Ok(());
        }
        match &mut self.face {
            Face::Drawn(terminal) => terminal.draw(|frame| screen::draw(model, frame)).map(|_| ()),
            Face::Told(plain) => {
                let (columns, _) = crossterm::terminal::size()?;
                let bytes = plain.tell(model, columns);
                if bytes.is_empty() {
                    return Ok(());
                }
                let mut out = io::stdout();
                out.write_all(bytes.as_bytes())?;
                out.flush()
            }
        }
    }

    /// Forgets what is on the screen: the words there must go.
    ///
    /// # Errors
    /// Fails if the terminal is gone.
    pub fn clear(&mut self) -> io::Result<()> {
        match &mut self.face {
            Face::Drawn(terminal) => terminal.clear(),
            Face::Told(plain) => {
                plain.forget();
                let mut out = io::stdout();
                out.write_all(FORGET)?;
                out.flush()
            }
        }
    }

    /// Gives the terminal back while the program is stopped (SIGTSTP).
    pub fn suspend(&mut self) {
        give_back();
    }

    /// Takes it again (SIGCONT), whoever stopped the program and whatever was done to the terminal meanwhile; everything
    /// is drawn anew.
    ///
    /// # Errors
    /// Fails if the terminal is gone.
    pub fn resume(&mut self) -> io::Result<()> {
        // crossterm keeps what raw mode was entered from; left first, it takes what the shell has now.
        give_back();
        enable_raw_mode()?;
        TAKEN.store(bits(self.manner), Ordering::SeqCst);
        take_modes(self.manner)?;
        self.clear()
    }

    /// Calls for attention: no word, no name.
    ///
    /// # Errors
    /// Fails if the terminal is gone.
    pub fn alert(&mut self) -> io::Result<()> {
        let mut out = io::stdout();
        out.write_all(alert(self.manner))?;
        out.flush()
    }
}

impl Screen {
    /// Paints something else than the console: what comes before it.
    ///
    /// # Errors
    /// Fails if the terminal is gone.
    pub fn paint(&mut self, draw: impl FnOnce(&mut ratatui::Frame<'_>)) -> io::Result<()> {
        match &mut self.face {
            Face::Drawn(terminal) => terminal.draw(draw).map(|_| ()),
            Face::Told(_) => Ok(()),
        }
    }

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

fn bits(manner: Manner) -> u8 {
    let bit = |is: bool, bit| if is { bit } else { 0 };
    RAW | bit(manner.is_plain, PLAIN) | bit(manner.has_mouse, MOUSE)
}

fn alert(manner: Manner) -> &'static [u8] {
    match (manner.rings, manner.desktop) {
        (true, Desktop::None) => b"\x07",
        (true, Desktop::Osc9) => b"\x07\x1b]9;opora\x1b\\",
        (true, Desktop::Osc777) => b"\x07\x1b]777;notify;opora;\x1b\\",
        (false, Desktop::None) => b"",
        (false, Desktop::Osc9) => b"\x1b]9;opora\x1b\\",
        (false, Desktop::Osc777) => b"\x1b]777;notify;opora;\x1b\\",
    }
}

fn take_modes(manner: Manner) -> io::Result<()> {
    let mut out = io::stdout();
    if !manner.is_plain {
        execute!(out, EnterAlternateScreen)?;
    }
    if manner.has_mouse {
        out.write_all(MOUSE_ON)?;
    }
    execute!(out, EnableBracketedPaste, EnableFocusChange)
}

/// Returns whether the terminal is ours at the moment: not after a panic, nor while the program is stopped.
pub fn is_taken() -> bool {
    TAKEN.load(Ordering::SeqCst) != 0
}

/// Gives the terminal back; once is enough, twice does no harm. For panics and signals, where no [`Screen`] is at hand.
pub fn give_back() {
    let taken = TAKEN.swap(0, Ordering::SeqCst);
    if taken == 0 {
        return;
    }
    // On the way out there is nobody left to tell of an error.
    let mut out = io::stdout();
    if taken & MOUSE != 0 {
        _ = out.write_all(MOUSE_OFF);
    }
    _ = execute!(
        out,
        DisableFocusChange,
        DisableBracketedPaste,
        style::SetAttribute(style::Attribute::Reset)
    );
    if taken & PLAIN != 0 {
        _ = out.write_all(FORGET);
    } else {
        _ = execute!(out, LeaveAlternateScreen);
    }
    _ = execute!(out, cursor::Show);
    _ = disable_raw_mode();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_alert_carries_no_word() {
        for rings in [false, true] {
            for desktop in [Desktop::None, Desktop::Osc9, Desktop::Osc777] {
                let bytes = alert(Manner { rings, desktop, ..Manner::default() });
                assert_eq!(bytes.starts_with(b"\x07"), rings, "{desktop:?}");
                let text = String::from_utf8_lossy(bytes);
                let letters: String = text.chars().filter(char::is_ascii_alphabetic).collect();
                assert!(["", "opora", "notifyopora"].contains(&letters.as_str()), "{text:?}");
            }
        }
    }
}
