//! Words as the search sees them: lower case, without diacritics, each with the place it has in the text.

use std::ops::Range;
use std::sync::OnceLock;

use unicode_normalization::char::{decompose_canonical, is_combining_mark};

/// Longer words are cut: nobody types more, and nothing of a word that long is language.
const LONGEST: usize = 40;
/// Letters below this are folded by a table.
const TABLE: usize = 0x250;

/// Calls `each` with every word of `text`: its range and how it is folded.
pub(super) fn words<'a>(text: &'a str, each: &mut dyn FnMut(Range<usize>, &str)) {
    let mut folded = String::with_capacity(32);
    let mut start = None;
    for (at, character) in text.char_indices().chain([(text.len(), ' ')]) {
        if character.is_ascii_alphanumeric() {
            start.get_or_insert(at);
            folded.push(character.to_ascii_lowercase());
        } else if !character.is_ascii() && (character.is_alphanumeric() || is_combining_mark(character)) {
            if is_combining_mark(character) && start.is_none() {
                continue;
            }
            start.get_or_insert(at);
            fold(character, &mut folded);
        } else if let Some(from) = start.take() {
            if folded.len() > LONGEST
                && let Some((cut, _)) = folded.char_indices().nth(LONGEST)
            {
                folded.truncate(cut);
            }
            if !folded.is_empty() {
                each(from..at, &folded);
            }
            folded.clear();
        }
    }
}

/// Appends a letter in lower case, without its marks.
fn fold(character: char, out: &mut String) {
    static FOLDED: OnceLock<Vec<String>> = OnceLock::new();
    let table = FOLDED.get_or_init(|| {
        let letters = (0..TABLE as u32).map(|code| char::from_u32(code).unwrap_or(' '));
        letters.map(|letter| slowly(letter)).collect()
    });
    match table.get(character as usize) {
        Some(folded) => out.push_str(folded),
        None => out.push_str(&slowly(character)),
    }
}

fn slowly(character: char) -> String {
    let mut out = String::new();
    for lower in character.to_lowercase() {
        decompose_canonical(lower, |part| {
            if !is_combining_mark(part) {
                match part {
                    'ł' => out.push('l'),
                    'đ' => out.push('d'),
                    'ø' => out.push('o'),
                    'ı' => out.push('i'),
                    'æ' => out.push_str("ae"),
                    'œ' => out.push_str("oe"),
                    'ß' => out.push_str("ss"),
                    part => out.push(part),
                }
            }
        });
    }
    out
}

/// What somebody looks for: every term must match.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Query {
    pub terms: Vec<Term>,
}

/// Words that must stand one after the other.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Term {
    /// The words, folded; at least one.
    pub words: Vec<String>,
    /// Whether the last word may go on.
    pub open: bool,
}

impl Query {
    /// Reads what was typed. Words match by their beginnings; what stands in quotes is a phrase, whose last word may go
    /// on until the quote is closed.
    pub fn parse(typed: &str) -> Self {
        let is_quote = |c: char| matches!(c, '"' | '“' | '”' | '„' | '«' | '»');
        let mut terms = Vec::new();
        let mut add = |text: &str, open: bool| {
            let mut term = Term { words: Vec::new(), open };
            words(text, &mut |_, word| term.words.push(word.to_owned()));
            if !term.words.is_empty() && !terms.contains(&term) {
                terms.push(term);
            }
        };
        let pieces: Vec<&str> = typed.split(is_quote).collect();
        for (n, piece) in pieces.iter().enumerate() {
            if n % 2 == 1 {
                add(piece, n + 1 == pieces.len());
            } else {
                piece.split_whitespace().for_each(|word| add(word, true));
            }
        }
        Self { terms }
    }
}

impl Term {
    /// Whether `word` matches at place `n` of the term.
    pub fn matches(&self, n: usize, word: &str) -> bool {
        let wanted = &self.words[n];
        if self.open && n + 1 == self.words.len() {
            word.starts_with(wanted.as_str())
        } else {
            word == wanted
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(text: &str) -> Vec<String> {
        let mut out = Vec::new();
        words(text, &mut |_, word| out.push(word.to_owned()));
        out
    }

    #[test]
    fn words_lose_case_and_marks() {
        for (text, expected) in [
            ("Příliš žluťoučký KŮŇ", vec!["prilis", "zlutoucky", "kun"]),
            ("ŠÁRKA ß Łódź İstanbul", vec!["sarka", "ss", "lodz", "istanbul"]),
            ("c\u{30c}esky\u{301} \u{301}sám", vec!["cesky", "sam"]),
            ("e-mail, a12_14; 3.B!", vec!["e", "mail", "a12", "14", "3", "b"]),
            ("Ελλάδα Привет йод", vec!["ελλαδα", "привет", "иод"]),
            ("", vec![]),
            ("… — 🦊", vec![]),
        ] {
            assert_eq!(folded(text), expected, "{text}");
        }
        assert_eq!(folded(&"a".repeat(300)), ["a".repeat(LONGEST)]);
    }

    #[test]
    fn a_word_knows_its_place() {
        let text = "máma to nesmí";
        let mut places = Vec::new();
        words(text, &mut |range, _| places.push(&text[range]));
        assert_eq!(places, ["máma", "to", "nesmí"]);
    }

    #[test]
    fn what_was_typed_becomes_terms() {
        let term = |words: &[&str], open| Term {
            words: words.iter().map(|word| (*word).to_owned()).collect(),
            open,
        };
        for (typed, expected) in [
            ("fotky skup", vec![term(&["fotky"], true), term(&["skup"], true)]),
            ("Fotky fotky", vec![term(&["fotky"], true)]),
            ("„máma nesmí“ vědět", vec![term(&["mama", "nesmi"], false), term(&["vedet"], true)]),
            ("\"máma nes", vec![term(&["mama", "nes"], true)]),
            ("e-mail", vec![term(&["e", "mail"], true)]),
            ("  \" ,", vec![]),
        ] {
            assert_eq!(Query::parse(typed).terms, expected, "{typed}");
        }
    }
}
