//! Whether the terminal's ground is dark or light: asked once at the start (OSC 11), with a bounded wait. Not a key
//! that is pressed meanwhile is lost, and an answer that comes too late is not taken for keys.

use std::io::{self, IsTerminal as _, Write as _};
use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::TerminalEvent;

/// How long the terminal has for its answer. Over a slow line it comes later; then it is heard later.
const WAIT: Duration = Duration::from_millis(100);
/// For how long after that an answer is expected among the keys.
const LATE: Duration = Duration::from_secs(5);
/// The longest answer that is one.
const ANSWER: usize = 40;

/// What a terminal writes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ground {
    /// Dark, so that letters must be light.
    Dark,
    /// Light, so that letters must be dark.
    Light,
}

/// What the terminal answered, and what was typed meanwhile.
#[derive(Debug, Default)]
pub struct Asked {
    /// The ground, if the terminal told.
    pub ground: Option<Ground>,
    /// Keys that came meanwhile.
    pub typed: Vec<TerminalEvent>,
    /// What hears an answer that is still to come.
    pub late: Option<Late>,
}

/// Asks the terminal, which must be in raw mode and not read by anybody else.
///
/// # Errors
/// Fails if the terminal is gone.
pub fn ask() -> io::Result<Asked> {
    let stdin = io::stdin();
    if !stdin.is_terminal() {
        // Keys come from elsewhere, and so would the answer.
        return Ok(Asked::default());
    }
    let mut out = io::stdout();
    // The second question is answered by every terminal, so that one that does not know the first is not waited for.
    out.write_all(b"\x1b]11;?\x1b\\\x1b[c")?;
    out.flush()?;
    let until = Instant::now() + WAIT;
    let mut bytes = Vec::new();
    loop {
        let sorted = sort(&bytes);
        let left = until.saturating_duration_since(Instant::now());
        if sorted.is_done || left.is_zero() {
            let late = (!sorted.is_done).then(|| Late::new(sorted.open));
            return Ok(Asked { ground: sorted.ground, typed: keys_of(&sorted.rest), late });
        }
        let wait = Timespec::try_from(left).map_err(io::Error::other)?;
        let mut fds = [PollFd::new(&stdin, PollFlags::IN)];
        match poll(&mut fds, Some(&wait)) {
            Ok(0) => continue,
            Err(rustix::io::Errno::INTR) => continue,
            Err(error) => return Err(error.into()),
            Ok(_) => {}
        }
        let mut chunk = [0; 1024];
        match rustix::io::read(&stdin, &mut chunk) {
            Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
            Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Bytes, told apart: the terminal's answers, and what a person typed.
#[derive(Default)]
struct Sorted {
    ground: Option<Ground>,
    /// Whether the last answer has come.
    is_done: bool,
    /// What was typed.
    rest: Vec<u8>,
    /// The beginning of an answer whose end has not come.
    open: Option<String>,
}

fn sort(bytes: &[u8]) -> Sorted {
    let mut sorted = Sorted::default();
    let mut left = bytes;
    while let Some((first, others)) = left.split_first() {
        if let Some(body) = left.strip_prefix(b"\x1b]") {
            let bell = body.iter().position(|byte| *byte == 7).map(|end| (end, 1));
            let st = body.windows(2).position(|two| two == b"\x1b\\").map(|end| (end, 2));
            match [bell, st].into_iter().flatten().min() {
                Some((end, length)) => {
                    sorted.ground = ground_of(&String::from_utf8_lossy(&body[..end])).or(sorted.ground);
                    left = &body[end + length..];
                }
                None => {
                    sorted.open = Some(String::from_utf8_lossy(body).trim_end_matches('\x1b').to_owned());
                    return sorted;
                }
            }
        } else if let Some(body) = left.strip_prefix(b"\x1b[?")
            && let Some(end) = body.iter().position(|byte| byte.is_ascii_alphabetic())
        {
            sorted.is_done |= body[end] == b'c';
            left = &body[end + 1..];
        } else {
            sorted.rest.push(*first);
            left = others;
        }
    }
    sorted
}

/// Reads `11;rgb:1212/1212/1212`: up to four hexadecimal digits for each of red, green and blue.
fn ground_of(answer: &str) -> Option<Ground> {
    let (_, parts) = answer.strip_prefix("11;")?.split_once(':')?;
    let parts: Vec<f64> = parts.split('/').take(3).map(part).collect::<Option<_>>()?;
    let [red, green, blue] = parts.try_into().ok()?;
    // As light as the eye sees it (Rec. 601): a dark blue is dark, a dark yellow is not.
    Some(if 0.299 * red + 0.587 * green + 0.114 * blue > 0.5 { Ground::Light } else { Ground::Dark })
}

fn part(digits: &str) -> Option<f64> {
    let most = 16_u32.checked_pow(u32::try_from(digits.len()).ok()?)?.checked_sub(1)?;
    Some(f64::from(u32::from_str_radix(digits, 16).ok()?) / f64::from(most))
}

/// Returns the keys that bytes stand for: letters and what a passphrase needs. A function key pressed before there is
/// anything to see means nothing, and is dropped whole.
fn keys_of(bytes: &[u8]) -> Vec<TerminalEvent> {
    let text = String::from_utf8_lossy(bytes);
    let mut letters = text.chars().peekable();
    let mut keys = Vec::new();
    let mut press = |code, modifiers| {
        let event = KeyEvent::new(code, modifiers);
        keys.push(TerminalEvent::Key(event.into(), event));
    };
    while let Some(letter) = letters.next() {
        match letter {
            '\x1b' if matches!(letters.peek(), Some('[' | 'O')) => {
                letters.next();
                while letters.next().is_some_and(|letter| !matches!(letter, '@'..='~')) {}
            }
            '\x1b' => press(KeyCode::Esc, KeyModifiers::NONE),
            '\r' | '\n' => press(KeyCode::Enter, KeyModifiers::NONE),
            '\t' => press(KeyCode::Tab, KeyModifiers::NONE),
            '\x7f' | '\x08' => press(KeyCode::Backspace, KeyModifiers::NONE),
            '\x01'..='\x1a' => {
                let letter = char::from(letter as u8 - 1 + b'a');
                press(KeyCode::Char(letter), KeyModifiers::CONTROL);
            }
            letter if letter.is_control() => {}
            letter => press(KeyCode::Char(letter), KeyModifiers::NONE),
        }
    }
    keys
}

/// Hears an answer that comes among the keys. crossterm does not know it: `ESC ]` arrives as Alt with `]`, then letters.
#[derive(Debug)]
pub struct Late {
    until: Instant,
    /// What is held back, because it may be an answer.
    held: Vec<TerminalEvent>,
    body: Option<String>,
}

/// What a key was.
#[derive(Debug, PartialEq, Eq)]
pub enum Heard {
    /// Keys, as they were.
    Keys(Vec<TerminalEvent>),
    /// The answer.
    Ground(Ground),
}

impl Late {
    fn new(open: Option<String>) -> Self {
        Self { until: Instant::now() + LATE, held: Vec::new(), body: open }
    }

    /// Returns whether nothing more is expected, so that keys need not pass here.
    pub fn is_over(&self) -> bool {
        self.body.is_none() && Instant::now() > self.until
    }

    /// Takes an event and returns what is known now: nothing while it may still become an answer.
    pub fn hear(&mut self, event: TerminalEvent) -> Heard {
        let key = match &event {
            TerminalEvent::Key(_, key) => Some((key.code, key.modifiers)),
            _ => None,
        };
        let Some(body) = &mut self.body else {
            if key != Some((KeyCode::Char(']'), KeyModifiers::ALT)) {
                return Heard::Keys(vec![event]);
            }
            self.body = Some(String::new());
            self.held.push(event);
            return Heard::Keys(Vec::new());
        };
        match key {
            Some((KeyCode::Char('g'), KeyModifiers::CONTROL))
            | Some((KeyCode::Char('\\'), KeyModifiers::ALT)) => {
                if let Some(ground) = ground_of(body) {
                    (self.body, self.until) = (None, Instant::now());
                    self.held.clear();
                    return Heard::Ground(ground);
                }
            }
            Some((KeyCode::Char(letter), KeyModifiers::NONE))
                if body.len() < ANSWER && (letter.is_ascii_alphanumeric() || ";:/".contains(letter)) =>
            {
                body.push(letter);
                if "11;rgb".starts_with(&body.chars().take(6).collect::<String>()) {
                    self.held.push(event);
                    return Heard::Keys(Vec::new());
                }
            }
            _ => {}
        }
        self.body = None;
        let mut keys = std::mem::take(&mut self.held);
        keys.push(event);
        Heard::Keys(keys)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(bytes: &str) -> Vec<(KeyCode, KeyModifiers)> {
        let codes = keys_of(bytes.as_bytes()).into_iter().map(|event| match event {
            TerminalEvent::Key(_, key) => (key.code, key.modifiers),
            other => panic!("{other:?}"),
        });
        codes.collect()
    }

    #[test]
    fn answers_and_keys_are_told_apart() {
        for (case, bytes, ground, is_done, rest) in [
            ("dark", "\x1b]11;rgb:1e1e/1e1e/1e1e\x1b\\\x1b[?62;4c", Some(Ground::Dark), true, ""),
            ("light, with a bell", "\x1b]11;rgb:ff/ff/e0\x07\x1b[?6c", Some(Ground::Light), true, ""),
            ("with alpha", "\x1b]11;rgba:0000/0000/0000/ffff\x07", Some(Ground::Dark), false, ""),
            ("a terminal that does not know", "\x1b[?1;2c", None, true, ""),
            ("typed around it", "he\x1b]11;rgb:0/0/0\x07sl\x1b[?6co\r", Some(Ground::Dark), true, "heslo\r"),
            ("half of it", "a\x1b]11;rgb:00", None, false, "a"),
            ("nonsense", "\x1b]11;rgb:zz/zz/zz\x07\x1b]4;1;red\x07", None, false, ""),
            ("a function key", "\x1bOQ", None, false, "\x1bOQ"),
        ] {
            let sorted = sort(bytes.as_bytes());
            assert_eq!(sorted.ground, ground, "{case}");
            assert_eq!(sorted.is_done, is_done, "{case}");
            assert_eq!(sorted.rest, rest.as_bytes(), "{case}");
        }
    }

    #[test]
    fn what_was_typed_meanwhile_is_typed() {
        let none = KeyModifiers::NONE;
        let letter = |letter| (KeyCode::Char(letter), none);
        assert_eq!(typed("hě\x7f"), [letter('h'), letter('ě'), (KeyCode::Backspace, none)]);
        assert_eq!(typed("\x1b[15~\x1bOQa\r"), [letter('a'), (KeyCode::Enter, none)]);
        assert_eq!(typed("\x03"), [(KeyCode::Char('c'), KeyModifiers::CONTROL)]);
    }

    fn key(letter: char, modifiers: KeyModifiers) -> TerminalEvent {
        let event = KeyEvent::new(KeyCode::Char(letter), modifiers);
        TerminalEvent::Key(event.into(), event)
    }

    /// What crossterm makes of bytes of which it knows nothing.
    fn keys(text: &str) -> Vec<TerminalEvent> {
        let mut keys = Vec::new();
        let mut alt = KeyModifiers::NONE;
        for letter in text.chars() {
            match letter {
                '\x1b' => alt = KeyModifiers::ALT,
                '\x07' => keys.push(key('g', KeyModifiers::CONTROL)),
                letter => keys.push(key(letter, std::mem::replace(&mut alt, KeyModifiers::NONE))),
            }
        }
        keys
    }

    #[test]
    fn an_answer_that_comes_late_is_not_taken_for_keys() {
        for (case, open, bytes, ground, left) in [
            ("whole", None, "\x1b]11;rgb:0000/0000/0000\x1b\\", Some(Ground::Dark), ""),
            ("its end", Some("11;rgb:ff"), "ff/ffff/ffff\x07", Some(Ground::Light), ""),
            ("among letters", None, "a\x1b]11;rgb:0/0/0\x07b", Some(Ground::Dark), "ab"),
            ("only keys", None, "\x1b]ahoj", None, "\x1b]ahoj"),
            ("keys that begin alike", None, "\x1b]11x", None, "\x1b]11x"),
        ] {
            let mut late = Late::new(open.map(str::to_owned));
            let (mut found, mut came) = (None, Vec::new());
            for event in keys(bytes) {
                match late.hear(event) {
                    Heard::Ground(ground) => found = Some(ground),
                    Heard::Keys(events) => came.extend(events),
                }
            }
            assert_eq!(found, ground, "{case}");
            assert_eq!(came, keys(left), "{case}");
        }
    }
}
