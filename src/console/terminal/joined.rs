//! Esc and another key that arrive in one piece, as they do over a slow line: `ESC ESC O S`. crossterm takes both `ESC`
//! for one Esc and the rest for letters, which would stand in the message box. Here they become the two keys again.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::TerminalEvent;

/// What came behind an Esc in the same piece.
#[derive(Debug, Default)]
pub struct Joined {
    is_after_esc: bool,
    held: Vec<TerminalEvent>,
    spelled: String,
}

impl Joined {
    /// Takes the next event of a piece and returns what is known now.
    pub fn hear(&mut self, event: TerminalEvent) -> Vec<TerminalEvent> {
        let key = match &event {
            TerminalEvent::Key(_, key) => Some((key.code, key.modifiers - KeyModifiers::SHIFT)),
            _ => None,
        };
        if let (true, Some((KeyCode::Char(letter), KeyModifiers::NONE))) = (self.is_after_esc, key) {
            self.spelled.push(letter);
            self.held.push(event);
            return match spells(&self.spelled) {
                Spelled::Key(code, modifiers) => {
                    *self = Self::default();
                    let event = KeyEvent::new(code, modifiers);
                    vec![TerminalEvent::Key(event.into(), event)]
                }
                Spelled::Beginning => Vec::new(),
                Spelled::Nothing => self.end(),
            };
        }
        let mut events = self.end();
        self.is_after_esc = key == Some((KeyCode::Esc, KeyModifiers::NONE));
        events.push(event);
        events
    }

    /// The piece is over: what was held back were letters.
    pub fn end(&mut self) -> Vec<TerminalEvent> {
        std::mem::take(self).held
    }
}

enum Spelled {
    Key(KeyCode, KeyModifiers),
    Beginning,
    Nothing,
}

/// Returns the key that a terminal spells so, without its `ESC`.
fn spells(text: &str) -> Spelled {
    let (kind, rest) = text.split_at(text.len().min(1));
    let digits = rest.trim_end_matches(|letter: char| !letter.is_ascii_digit() && letter != ';');
    let Some(last) = rest[digits.len()..].chars().next() else {
        let begins = matches!(kind, "O") && rest.is_empty() || kind == "[" && rest.len() <= 4;
        return if begins { Spelled::Beginning } else { Spelled::Nothing };
    };
    let (number, modifiers) = digits.split_once(';').unwrap_or((digits, "1"));
    let modifiers = match modifiers {
        "1" => KeyModifiers::NONE,
        "2" => KeyModifiers::SHIFT,
        "3" => KeyModifiers::ALT,
        "5" => KeyModifiers::CONTROL,
        _ => return Spelled::Nothing,
    };
    let code = match (kind, last, number) {
        ("O", 'P'..='S', "") => KeyCode::F(u8::try_from(u32::from(last) - u32::from('O')).unwrap_or(1)),
        ("O" | "[", 'A', _) => KeyCode::Up,
        ("O" | "[", 'B', _) => KeyCode::Down,
        ("O" | "[", 'C', _) => KeyCode::Right,
        ("O" | "[", 'D', _) => KeyCode::Left,
        ("O" | "[", 'H', _) | ("[", '~', "1" | "7") => KeyCode::Home,
        ("O" | "[", 'F', _) | ("[", '~', "4" | "8") => KeyCode::End,
        ("[", 'Z', "") => return Spelled::Key(KeyCode::BackTab, KeyModifiers::SHIFT),
        ("[", '~', "3") => KeyCode::Delete,
        ("[", '~', "5") => KeyCode::PageUp,
        ("[", '~', "6") => KeyCode::PageDown,
        ("[", '~', "11" | "12" | "13" | "14" | "15" | "17" | "18" | "19" | "20" | "21" | "23" | "24") => {
            const NUMBERS: [&str; 12] =
                ["11", "12", "13", "14", "15", "17", "18", "19", "20", "21", "23", "24"];
            let place = NUMBERS.iter().position(|known| *known == number).unwrap_or(0);
            KeyCode::F(u8::try_from(place + 1).unwrap_or(1))
        }
        _ => return Spelled::Nothing,
    };
    Spelled::Key(code, modifiers)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(code: KeyCode, modifiers: KeyModifiers) -> TerminalEvent {
        let event = KeyEvent::new(code, modifiers);
        TerminalEvent::Key(event.into(), event)
    }

    /// What crossterm makes of bytes that begin with two ESC: one Esc, and letters.
    fn piece(text: &str) -> Vec<TerminalEvent> {
        let mut joined = Joined::default();
        let mut events = joined.hear(key(KeyCode::Esc, KeyModifiers::NONE));
        for letter in text.chars() {
            let shift = if letter.is_uppercase() { KeyModifiers::SHIFT } else { KeyModifiers::NONE };
            events.extend(joined.hear(key(KeyCode::Char(letter), shift)));
        }
        events.extend(joined.end());
        events
    }

    #[test]
    fn esc_and_a_key_in_one_piece_are_two_keys() {
        let none = KeyModifiers::NONE;
        for (text, code, modifiers) in [
            ("OS", KeyCode::F(4), none),
            ("[15~", KeyCode::F(5), none),
            ("[20~", KeyCode::F(9), none),
            ("[A", KeyCode::Up, none),
            ("[1;5B", KeyCode::Down, KeyModifiers::CONTROL),
            ("[6~", KeyCode::PageDown, none),
            ("[Z", KeyCode::BackTab, KeyModifiers::SHIFT),
        ] {
            assert_eq!(piece(text), [key(KeyCode::Esc, none), key(code, modifiers)], "{text}");
        }
    }

    #[test]
    fn letters_behind_an_esc_stay_letters() {
        let none = KeyModifiers::NONE;
        let letters = |text: &str| -> Vec<TerminalEvent> {
            let shift = |letter: char| if letter.is_uppercase() { KeyModifiers::SHIFT } else { none };
            let esc = std::iter::once(key(KeyCode::Esc, none));
            esc.chain(text.chars().map(|letter| key(KeyCode::Char(letter), shift(letter)))).collect()
        };
        for text in ["a", "O", "[", "Ok", "[x", "[99~", "[1;9A"] {
            assert_eq!(piece(text), letters(text), "{text}");
        }
        assert_eq!(
            piece("OPa"),
            [key(KeyCode::Esc, none), key(KeyCode::F(1), none), key(KeyCode::Char('a'), none)]
        );
        let mut joined = Joined::default();
        joined.hear(key(KeyCode::Esc, none));
        joined.end();
        assert_eq!(joined.hear(key(KeyCode::Char('O'), none)).len(), 1, "another piece: typed by hand");
    }
}
