//! `SafeText`: the only text that may be drawn, exported, put in a title or logged. Made in one place, here.

use std::fmt;

use serde::Serialize;
use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// What stands for a character that must not act: bidi controls, zero-width and tag characters.
const MARK: char = '·';
/// How many combining marks a letter may carry; more are dropped (Vietnamese needs two, Hebrew with accents three).
const MARKS_PER_LETTER: usize = 4;

/// Text in NFC that can do nothing but be read: no control character but newline, nothing invisible or turning.
#[derive(Clone, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct SafeText(String);

impl SafeText {
    /// Makes any text safe. Making a safe text safe again changes nothing.
    pub fn new(text: &str) -> Self {
        let mut out = String::with_capacity(text.len());
        let mut marks = 0;
        for character in text.nfc() {
            match character {
                '\n' => out.push('\n'),
                '\t' => out.push(' '),
                character if character.is_control() => continue,
                '\u{2028}' | '\u{2029}' => out.push('\n'),
                character if acts(character) => out.push(MARK),
                character if is_combining_mark(character) => {
                    marks += 1;
                    if marks <= MARKS_PER_LETTER {
                        out.push(character);
                    }
                    continue;
                }
                character => out.push(character),
            }
            marks = 0;
        }
        // Dropped controls can bring a letter and its mark together; NFC again makes the result a fixed point.
        if !unicode_normalization::is_nfc(&out) {
            out = out.nfc().collect();
        }
        Self(out)
    }

    /// The same on one line: newlines become spaces.
    pub fn line(text: &str) -> Self {
        Self(Self::new(text).0.replace('\n', " "))
    }

    /// Returns the text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Returns whether nothing is left.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Characters that change what stands around them, or hide.
fn acts(character: char) -> bool {
    matches!(character,
        '\u{00ad}' | '\u{034f}' | '\u{061c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}' | '\u{180b}'..='\u{180f}'
        | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{fe00}'..='\u{fe0f}'
        | '\u{feff}' | '\u{ffa0}' | '\u{fff9}'..='\u{fffc}' | '\u{1bca0}'..='\u{1bca3}' | '\u{1d173}'..='\u{1d17a}'
        | '\u{e0000}'..='\u{e0fff}')
}

impl fmt::Display for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SafeText {
    /// Shows the length only: a child's words do not belong in logs or panics.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SafeText({} chars)", self.0.chars().count())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn hostile_text_becomes_visible_text() {
        for (case, text, safe) in [
            ("colour and title", "a\u{1b}[31mb\u{1b}]0;x\u{7}", "a[31mb]0;x"),
            ("C1", "a\u{9b}31mb", "a31mb"),
            ("bidi", "a\u{202e}b", "a·b"),
            ("zero width", "a\u{200b}b\u{feff}", "a·b·"),
            ("tag characters", "a\u{e0041}", "a·"),
            ("newline stays", "a\r\nb", "a\nb"),
            ("decomposed Czech", "c\u{30c}au", "čau"),
            (
                "a tower of marks",
                "x\u{0315}\u{0315}\u{0315}\u{0315}\u{0315}\u{0315}",
                "x\u{0315}\u{0315}\u{0315}\u{0315}",
            ),
        ] {
            assert_eq!(SafeText::new(text).as_str(), safe, "{case}");
        }
    }

    proptest! {
        #[test]
        fn safe_is_safe_and_stays_so(text in any::<String>()) {
            let safe = SafeText::new(&text);
            prop_assert!(!safe.as_str().contains(|c: char| (c.is_control() && c != '\n') || acts(c)));
            prop_assert_eq!(SafeText::new(safe.as_str()), safe);
        }
    }
}
