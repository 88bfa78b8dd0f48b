//! The first run, in four steps: language, passphrase, invitation, practice. A value with keys in and questions out, and
//! below it the small loop that asks them; nothing leaves this computer before the invitation, and nothing is written by
//! this file: joining is what the caller gives.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::Frame;
use ratatui::layout::Rect;
use zeroize::Zeroizing;

use super::keymap::{Command, Context, Lookup};
use super::look::Look;
use super::terminal::{Manner, Screen, TerminalEvent};
use super::theme::Role;
use super::widget::wrap::wrap;
use super::widget::{TextBox, fill, pad, put, put_right, rule};
use super::{ConsoleError, screen};
use crate::locale::{Lang, Locale};
use crate::vault::{self, InviteCode, Weak};

/// What is asked of the caller: joins with an invitation and a passphrase, or says why not.
pub type Join<'a> = dyn FnMut(&Joining, &Locale) -> Result<(), String> + 'a;

/// What somebody joins with.
pub struct Joining {
    /// The invitation, as it was pasted.
    pub code: Zeroizing<String>,
    /// The new passphrase.
    pub passphrase: Zeroizing<String>,
}

/// How the first run ended.
pub struct First {
    /// The language chosen.
    pub lang: Lang,
    /// The passphrase of the vault that was made; none if nobody joined.
    pub passphrase: Option<Zeroizing<String>>,
    /// Whether a practice child is wanted first.
    pub practises: bool,
    /// Left before the end.
    pub has_left: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Step {
    Language,
    Passphrase,
    Invitation,
    Practice,
}

const STEPS: [(Step, &str); 4] = [
    (Step::Language, "first-language"),
    (Step::Passphrase, "first-passphrase"),
    (Step::Invitation, "first-invitation"),
    (Step::Practice, "first-practice"),
];

/// What a key came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    Stay,
    Join,
    End { practises: bool },
    Leave,
}

struct State {
    look: Look,
    step: Step,
    new: TextBox,
    again: TextBox,
    /// Whether the passphrase is typed for the second time.
    is_again: bool,
    code: TextBox,
    has_joined: bool,
    is_joining: bool,
    sentence: Option<(String, Role)>,
    /// Proposed to whom nothing comes to mind.
    proposed: Zeroizing<String>,
}

impl State {
    fn new(look: Look, proposed: Zeroizing<String>) -> Self {
        Self {
            look,
            step: Step::Language,
            new: TextBox::secret(),
            again: TextBox::secret(),
            is_again: false,
            code: TextBox::line(),
            has_joined: false,
            is_joining: false,
            sentence: None,
            proposed,
        }
    }

    fn say(&mut self, role: Role, id: &str) {
        self.sentence = Some((self.look.say(id), role));
    }

    fn go(&mut self, step: Step) {
        (self.step, self.sentence) = (step, None);
    }

    fn key(&mut self, press: (Option<Command>, KeyEvent)) -> Next {
        let (command, event) = press;
        match command {
            Some(Command::Quit) => return Next::Leave,
            Some(Command::Back) => self.back(),
            Some(Command::TextSend) => return self.enter(),
            _ => match (self.step, event.code) {
                (
                    Step::Language,
                    KeyCode::Up | KeyCode::Down | KeyCode::Left | KeyCode::Right | KeyCode::Tab,
                ) => {
                    let lang = if self.look.locale.lang() == Lang::En { Lang::Cs } else { Lang::En };
                    self.look.locale = Locale::new(lang);
                }
                (Step::Practice, KeyCode::Char('s' | 'S')) => return Next::End { practises: false },
                (Step::Passphrase, _) => {
                    let field = if self.is_again { &mut self.again } else { &mut self.new };
                    match command {
                        Some(Command::TextDeleteWord | Command::TextDeleteLine) => _ = field.take(),
                        _ => _ = field.key(event),
                    }
                }
                (Step::Invitation, _) => match command {
                    Some(command) => _ = self.code.command(command),
                    None => _ = self.code.key(event),
                },
                _ => {}
            },
        }
        Next::Stay
    }

    fn paste(&mut self, text: &str) {
        match self.step {
            Step::Passphrase if self.is_again => self.again.insert(text),
            Step::Passphrase => self.new.insert(text),
            Step::Invitation => self.code.insert(text),
            Step::Language | Step::Practice => {}
        }
    }

    /// One step back; what was typed stays.
    fn back(&mut self) {
        match self.step {
            Step::Passphrase if self.is_again => {
                _ = self.again.take();
                self.is_again = false;
            }
            Step::Passphrase => self.go(Step::Language),
            Step::Invitation => {
                _ = self.again.take();
                self.is_again = false;
                self.go(Step::Passphrase);
            }
            // Who has joined has a vault under that passphrase: there is no way back.
            Step::Practice if !self.has_joined => self.go(Step::Invitation),
            Step::Language | Step::Practice => {}
        }
    }

    fn enter(&mut self) -> Next {
        match self.step {
            Step::Language => self.go(Step::Passphrase),
            Step::Passphrase if !self.is_again => {
                match vault::passphrase::judge(&Zeroizing::new(self.new.text())) {
                    Ok(_) => (self.is_again, self.sentence) = (true, None),
                    Err(weak) => self.sentence = Some((self.weak(weak), Role::Warning)),
                }
            }
            Step::Passphrase => {
                let (new, again) = (Zeroizing::new(self.new.text()), Zeroizing::new(self.again.text()));
                if new == again {
                    self.go(Step::Invitation);
                } else {
                    _ = self.again.take();
                    self.is_again = false;
                    self.say(Role::Warning, "first-differ");
                }
            }
            Step::Invitation if self.code.is_blank() => self.go(Step::Practice),
            Step::Invitation => match InviteCode::parse(&self.code.text()) {
                Ok(_) => {
                    (self.is_joining, self.sentence) = (true, None);
                    return Next::Join;
                }
                Err(_) => self.say(Role::Warning, "invite-bad-code"),
            },
            Step::Practice => return Next::End { practises: true },
        }
        Next::Stay
    }

    fn joined(&mut self, result: Result<(), String>) {
        self.is_joining = false;
        match result {
            Ok(()) => {
                self.has_joined = true;
                self.go(Step::Practice);
            }
            Err(sentence) => {
                self.sentence = Some((crate::conversation::SafeText::new(&sentence).to_string(), Role::Error))
            }
        }
    }

    fn weak(&self, weak: Weak) -> String {
        match weak {
            Weak::Short(count) => {
                self.look.say_with("passphrase-short", &[("characters", (count as u64).into())])
            }
            Weak::Common => self.look.say("passphrase-common"),
        }
    }

    fn draw(&self, frame: &mut Frame<'_>) {
        let look = &self.look;
        let whole = frame.area();
        if whole.is_empty() {
            return;
        }
        let area = screen::sheet(whole);
        let buffer = frame.buffer_mut();
        fill(buffer, whole, look.style(Role::Text));
        put(buffer, area, 1, 0, &look.say("first-title"), look.style(Role::TextStrong));
        let at = STEPS.iter().position(|(step, _)| *step == self.step).unwrap_or(0) + 1;
        let values = [("at", at.into()), ("count", STEPS.len().into())];
        put_right(buffer, area, 1, 0, &look.say_with("first-step", &values), look.style(Role::TextDim));
        rule(buffer, area, 1, "", look.style(Role::Rule), look.style(Role::Text));
        let mut y = 2;
        let mut cursor = None;
        for (place, (step, id)) in STEPS.iter().enumerate() {
            let is_here = *step == self.step;
            let mark = if *step < self.step {
                "✓"
            } else if is_here {
                "▸"
            } else {
                " "
            };
            let role = if is_here { Role::Focus } else { Role::Text };
            let x = put(
                buffer,
                area,
                1,
                y,
                &format!("{} {mark} {}", place + 1, pad(&look.say(id), 14)),
                look.style(role),
            );
            let what =
                if *step == Step::Language { self.languages() } else { look.say(&format!("{id}-what")) };
            let columns = usize::from(area.width.saturating_sub(x + 1)).max(2);
            for range in wrap(&what, columns) {
                put(
                    buffer,
                    area,
                    x,
                    y,
                    &what[range],
                    look.style(if is_here { Role::Text } else { Role::TextDim }),
                );
                y += 1;
            }
            if is_here {
                let field = Rect {
                    x: area.x + x.min(area.width),
                    y: area.y + y,
                    width: area.width.saturating_sub(x + 1),
                    height: 1,
                };
                cursor = self.draw_field(field.intersection(area), buffer);
                y += if matches!(step, Step::Passphrase | Step::Invitation) { 2 } else { 1 };
            }
        }
        y += 1;
        if let Some((text, role)) = self.hint() {
            for range in wrap(&text, usize::from(area.width.saturating_sub(2)).max(2)) {
                put(buffer, area, 1, y, &text[range], look.style(role));
                y += 1;
            }
        }
        let last = area.height.saturating_sub(1);
        let hint = if self.step == Step::Practice { "first-hint-practice" } else { "first-hint" };
        put(buffer, area, 1, last, &look.say(hint), look.style(Role::Hint));
        frame.set_cursor_position(screen::inside(cursor, whole));
    }

    fn draw_field(
        &self,
        field: Rect,
        buffer: &mut ratatui::buffer::Buffer,
    ) -> Option<ratatui::layout::Position> {
        let (label, words) = match self.step {
            Step::Passphrase if self.is_again => ("first-again", &self.again),
            Step::Passphrase => ("first-new", &self.new),
            Step::Invitation => ("first-code", &self.code),
            Step::Language | Step::Practice => return Some(field.as_position()),
        };
        let x = put(buffer, field, 0, 0, &format!("{} ", self.look.say(label)), self.look.style(Role::Text));
        let room = Rect { x: field.x + x.min(field.width), width: field.width.saturating_sub(x), ..field };
        words.draw(buffer, room, self.look.style(Role::Text))
    }

    fn languages(&self) -> String {
        let name = |(lang, name): (Lang, &str)| {
            let mark = if self.look.locale.lang() == lang { "(•)" } else { "( )" };
            format!("{mark} {name}")
        };
        [(Lang::En, "English"), (Lang::Cs, "čeština")].map(name).join("   ")
    }

    /// What is wrong, or how good what is typed is, or what else is to be known here.
    fn hint(&self) -> Option<(String, Role)> {
        let look = &self.look;
        if self.is_joining {
            return Some((look.say("first-joining"), Role::TextDim));
        }
        if let Some(sentence) = &self.sentence {
            return Some(sentence.clone());
        }
        match self.step {
            Step::Passphrase if self.new.is_empty() => {
                let values = [("words", self.proposed.as_str().into())];
                Some((look.say_with("first-proposal", &values), Role::TextDim))
            }
            Step::Passphrase => match vault::passphrase::judge(&Zeroizing::new(self.new.text())) {
                Ok(count) => Some((
                    look.say_with("passphrase-good", &[("characters", (count as u64).into())]),
                    Role::Ok,
                )),
                Err(weak) => Some((self.weak(weak), Role::TextDim)),
            },
            Step::Practice if self.has_joined => Some((look.say("first-joined"), Role::Ok)),
            Step::Language | Step::Invitation | Step::Practice => {
                Some((look.say("first-nothing-yet"), Role::TextDim))
            }
        }
    }
}

/// Leads through the four steps on the terminal. `proposed` are words for a passphrase.
///
/// # Errors
/// Fails if there is no terminal.
pub fn run(look: Look, proposed: Zeroizing<String>, join: &mut Join<'_>) -> Result<First, ConsoleError> {
    let (mut screen, _) = Screen::take(Manner::default(), false).map_err(ConsoleError::Terminal)?;
    let mut state = State::new(look, proposed);
    loop {
        screen.paint(|frame| state.draw(frame)).map_err(ConsoleError::Terminal)?;
        let event = crossterm::event::read().map_err(ConsoleError::Terminal)?;
        let next = match TerminalEvent::from_crossterm(event) {
            Some(TerminalEvent::Key(keys, event)) => {
                let command = match state.look.keymap.lookup(Context::Text, &[keys]) {
                    Lookup::Command(command) => Some(command),
                    Lookup::Prefix | Lookup::Nothing => None,
                };
                state.key((command, event))
            }
            Some(TerminalEvent::Paste(text)) => {
                state.paste(&text);
                Next::Stay
            }
            _ => Next::Stay,
        };
        match next {
            Next::Stay => {}
            Next::Join => {
                screen.paint(|frame| state.draw(frame)).map_err(ConsoleError::Terminal)?;
                let joining = Joining {
                    code: Zeroizing::new(state.code.text()),
                    passphrase: Zeroizing::new(state.new.text()),
                };
                let result = join(&joining, &state.look.locale.clone());
                state.joined(result);
            }
            Next::End { practises } => return Ok(ended(&state, practises, false)),
            Next::Leave => return Ok(ended(&state, false, true)),
        }
    }
}

fn ended(state: &State, practises: bool, has_left: bool) -> First {
    let passphrase = state.has_joined.then(|| Zeroizing::new(state.new.text()));
    First { lang: state.look.locale.lang(), passphrase, practises, has_left }
}

#[cfg(test)]
mod tests {
    use crossterm::event::KeyModifiers;
    use ratatui::Terminal;
    use ratatui::backend::TestBackend;

    use super::*;
    use crate::console::keymap::Keymap;
    use crate::console::theme::Theme;

    fn begun(lang: Lang) -> State {
        let look = Look {
            theme: Theme::shipped("mono").expect("shipped"),
            locale: Locale::new(lang),
            keymap: Keymap::shipped("default").expect("shipped"),
            zone: jiff::tz::TimeZone::UTC,
            is_ascii: false,
        };
        State::new(look, Zeroizing::new("six words that nobody would guess".to_owned()))
    }

    fn press(state: &mut State, command: Command) -> Next {
        state.key((Some(command), KeyEvent::new(KeyCode::Null, KeyModifiers::NONE)))
    }

    fn shown(state: &State, (columns, rows): (u16, u16)) -> String {
        let mut terminal = Terminal::new(TestBackend::new(columns, rows)).expect("a terminal");
        terminal.draw(|frame| state.draw(frame)).expect("drawn");
        let buffer = terminal.backend().buffer().clone();
        let line = |y: u16| (0..columns).map(|x| buffer[(x, y)].symbol()).collect::<String>();
        (0..rows).map(|y| line(y).trim_end().to_owned()).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn four_steps_lead_to_a_practice_child() {
        let mut state = begun(Lang::En);
        state.key((None, KeyEvent::new(KeyCode::Down, KeyModifiers::NONE)));
        assert_eq!(state.look.locale.lang(), Lang::Cs);
        press(&mut state, Command::TextSend);
        state.paste("krátké");
        press(&mut state, Command::TextSend);
        assert!(state.sentence.is_some() && !state.is_again, "too easy");
        state.new = TextBox::secret();
        state.paste("sedm kulhavých velbloudů tiše");
        press(&mut state, Command::TextSend);
        state.paste("sedm kulhavých velbloudů");
        press(&mut state, Command::TextSend);
        assert!(state.step == Step::Passphrase && !state.is_again, "they differ: from the beginning");
        press(&mut state, Command::TextSend);
        state.paste("sedm kulhavých velbloudů tiše");
        press(&mut state, Command::TextSend);
        assert_eq!(state.step, Step::Invitation);
        state.paste("ABCD-EFGH");
        assert_eq!(press(&mut state, Command::TextSend), Next::Stay);
        assert!(state.sentence.is_some(), "no invitation");
        press(&mut state, Command::TextDeleteLine);
        press(&mut state, Command::TextSend);
        assert_eq!((state.step, state.has_joined), (Step::Practice, false), "skipped, to look around");
        assert_eq!(press(&mut state, Command::TextSend), Next::End { practises: true });
        assert!(
            ended(&state, true, false).passphrase.is_none(),
            "nobody joined: nothing is under that passphrase"
        );
    }

    #[test]
    fn a_refused_invitation_says_why_and_a_good_one_goes_on() {
        let mut state = begun(Lang::En);
        (state.step, state.is_joining) = (Step::Invitation, true);
        state.joined(Err("The relay does not answer.".to_owned()));
        assert!(shown(&state, (80, 24)).contains("The relay does not answer."));
        state.joined(Ok(()));
        press(&mut state, Command::Back);
        assert_eq!(state.step, Step::Practice, "the vault is there");
    }

    #[test]
    fn the_steps_as_they_are_seen() {
        for lang in Lang::ALL {
            for size in [(80, 24), (160, 45)] {
                let mut state = begun(lang);
                press(&mut state, Command::TextSend);
                state.paste("sedm kulhavých velbloudů");
                insta::assert_snapshot!(
                    format!("passphrase_{}x{}_{lang}", size.0, size.1),
                    shown(&state, size)
                );
                state.step = Step::Practice;
                insta::assert_snapshot!(
                    format!("practice_{}x{}_{lang}", size.0, size.1),
                    shown(&state, size)
                );
            }
        }
        for size in [(1, 1), (10, 3), (40, 10), (300, 100)] {
            let mut state = begun(Lang::Cs);
            for (step, _) in STEPS {
                state.step = step;
                shown(&state, size);
            }
        }
    }
}
