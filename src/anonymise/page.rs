//! A note made ready for reading: one byte a character, without case or accents, so that every pattern is plain ASCII
//! and every offset is an offset in characters; and its words, each looked up once.

use unicode_normalization::{UnicodeNormalization as _, is_nfc};

use super::lexicon::{Entry, Flags, Lexicon};

/// The byte for a letter outside the Latin script, a numeral that is no digit, and any other character.
pub const LETTER: u8 = 0xF0;
const OTHER: u8 = 0xF2;

/// A text in NFC, its folded twin and its words.
pub struct Page {
    pub text: String,
    /// One byte a character of `text`.
    pub fold: Vec<u8>,
    /// Which characters are capital letters.
    pub capital: Vec<bool>,
    pub tokens: Vec<Token>,
    /// Whether capitals say nothing here, since there are hardly any or hardly anything else.
    pub caseless: bool,
    /// Whether sentences mostly begin without a capital, though some names have one.
    pub lax: bool,
}

/// What a token is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    Word,
    Number,
    /// One mark, in its folded form.
    Mark(u8),
}

/// How a word is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Case {
    Lower,
    /// `Eva`, also `McKenna`.
    Capital,
    /// `EVA`, two letters or more.
    Upper,
}

/// What stands between a token and the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Gap {
    None,
    Space,
    Line,
}

/// A word, a number or a mark, with what the lists know of it.
#[derive(Clone, Copy, Debug)]
pub struct Token {
    /// In characters.
    pub start: usize,
    pub end: usize,
    pub sort: Sort,
    pub case: Case,
    pub gap: Gap,
    pub entry: Entry,
}

impl Page {
    /// Reads a text; linear in its length.
    pub fn read(text: &str, lexicon: &Lexicon) -> Page {
        let text = if is_nfc(text) { text.to_owned() } else { text.nfc().collect() };
        let mut page = Page {
            fold: Vec::with_capacity(text.len()),
            capital: Vec::with_capacity(text.len()),
            tokens: Vec::with_capacity(text.len() / 4),
            caseless: false,
            lax: false,
            text,
        };
        let mut bytes = Vec::with_capacity(page.text.len() + 1);
        for (byte, character) in page.text.char_indices() {
            page.fold.push(fold_char(character));
            page.capital.push(character.is_uppercase());
            bytes.push(byte);
        }
        bytes.push(page.text.len());
        (page.caseless, page.lax) = page.spares_capitals();
        page.tokenise(&bytes, lexicon);
        page
    }

    /// Whether capitals say nothing: there are hardly any but in plates and short forms, or hardly anything else, or
    /// sentences begin without one and none stands inside them. And whether sentences at least begin without.
    fn spares_capitals(&self) -> (bool, bool) {
        let (mut letters, mut capitals, mut words, mut inner, mut bare) =
            (0usize, 0usize, 0usize, 0usize, 0usize);
        // Whether a sentence ended before this place, and the length of the word before.
        let (mut ended, mut length) = (true, 0usize);
        for (at, byte) in self.fold.iter().enumerate() {
            if !is_letter(*byte) {
                match byte {
                    b'!' | b'?' => ended = true,
                    b'.' => ended = length > 3,
                    b'\n' | b':' | b'-' | b'*' | b'|' | b'>' => ended = true,
                    b' ' | b'"' | b'\'' | b'(' => {}
                    _ => ended = false,
                }
                length = if is_letter(*byte) || *byte == b' ' { length } else { 0 };
                continue;
            }
            letters += 1;
            let begins = at == 0 || !is_letter(self.fold[at - 1]);
            let lower_next =
                self.fold.get(at + 1).is_some_and(|next| is_letter(*next)) && !self.capital[at + 1];
            capitals += usize::from(self.capital[at]);
            if begins {
                length = 0;
                let word = self.capital[at] && lower_next;
                words += usize::from(word);
                inner += usize::from(word && !ended);
                bare += usize::from(
                    !self.capital[at] && ended && at > 0 && self.fold[at - 1] == b' ' && lower_next,
                );
                ended = false;
            }
            length += 1;
        }
        let caseless = letters > 0
            && (words * 150 < letters && capitals * 10 < letters
                || capitals * 10 > letters * 6
                || inner == 0 && bare > words && words < 3);
        (caseless, bare > 1 && bare > words - inner)
    }

    fn tokenise(&mut self, bytes: &[usize], lexicon: &Lexicon) {
        let fold = &self.fold;
        // Czech has an accent on every seventh letter or so.
        let accented = (self.text.len() - fold.len()) * 40 > fold.len();
        let mut gap = Gap::Line;
        let mut at = 0;
        let mut exact = String::new();
        while at < fold.len() {
            let first = fold[at];
            if first == b'\n' || first == b' ' {
                gap = if first == b'\n' || gap == Gap::Line { Gap::Line } else { Gap::Space };
                at += 1;
                continue;
            }
            let start = at;
            let sort = if is_letter(first) {
                at = end_of_word(fold, at);
                Sort::Word
            } else if first.is_ascii_digit() {
                while at < fold.len() && fold[at].is_ascii_digit() {
                    at += 1;
                }
                Sort::Number
            } else {
                at += 1;
                Sort::Mark(first)
            };
            let (mut case, mut entry) = (Case::Lower, Entry::default());
            if sort == Sort::Word {
                case = case_of(&self.capital[start..at]);
                let written = &self.text[bytes[start]..bytes[at]];
                entry = if written.len() == at - start {
                    lexicon.find(&fold[start..at])
                } else {
                    exact.clear();
                    exact.extend(written.chars().flat_map(char::to_lowercase));
                    lexicon.find(exact.as_bytes())
                };
                // Where accents are written, a capital without them is no accented word.
                if entry.flags.any(Flags::BARE_WORD) && !(accented && case != Case::Lower) {
                    entry.flags = entry.flags | Flags::WORD;
                }
            }
            self.tokens.push(Token { start, end: at, sort, case, gap, entry });
            gap = Gap::None;
        }
    }

    /// Returns the folded letters of a token.
    pub fn word(&self, token: &Token) -> &[u8] {
        &self.fold[token.start..token.end]
    }
}

/// Returns where a word that begins at `at` ends. An apostrophe belongs to it only in names like O'Brien.
fn end_of_word(fold: &[u8], mut at: usize) -> usize {
    let start = at;
    loop {
        while at < fold.len() && is_letter(fold[at]) {
            at += 1;
        }
        let prefix = at - start == 1 && matches!(fold[start], b'o' | b'd');
        let more = fold.get(at) == Some(&b'\'')
            && fold[at + 1..].iter().take(3).filter(|byte| is_letter(**byte)).count() == 3;
        if !(prefix && more) {
            return at;
        }
        at += 1;
    }
}

fn case_of(capital: &[bool]) -> Case {
    let count = capital.iter().filter(|capital| **capital).count();
    match (capital.first(), count) {
        (_, 0) => Case::Lower,
        (Some(true), count) if count > 1 && count == capital.len() => Case::Upper,
        (Some(true), _) => Case::Capital,
        _ => Case::Lower,
    }
}

/// Returns whether a folded byte is a letter.
pub fn is_letter(byte: u8) -> bool {
    byte.is_ascii_lowercase() || byte == LETTER
}

/// Returns the folded byte of a character: a letter without case and accent, a digit, a plain mark.
pub fn fold_char(character: char) -> u8 {
    if character.is_ascii() {
        return match character {
            '\n' | '\r' => b'\n',
            '\t' => b' ',
            '`' => b'\'',
            _ => (character as u8).to_ascii_lowercase(),
        };
    }
    match character {
        'á' | 'Á' | 'à' | 'À' | 'â' | 'Â' | 'ä' | 'Ä' | 'ã' | 'Ã' | 'å' | 'Å' | 'ā' | 'Ā' | 'ă' | 'Ă'
        | 'ą' | 'Ą' | 'æ' | 'Æ' => b'a',
        'č' | 'Č' | 'ć' | 'Ć' | 'ç' | 'Ç' | 'ĉ' | 'Ĉ' => b'c',
        'ď' | 'Ď' | 'đ' | 'Đ' | 'ð' | 'Ð' => b'd',
        'é' | 'É' | 'ě' | 'Ě' | 'è' | 'È' | 'ê' | 'Ê' | 'ë' | 'Ë' | 'ē' | 'Ē' | 'ę' | 'Ę' | 'ė' | 'Ė' => {
            b'e'
        }
        'ğ' | 'Ğ' | 'ģ' | 'Ģ' => b'g',
        'í' | 'Í' | 'ì' | 'Ì' | 'î' | 'Î' | 'ï' | 'Ï' | 'ī' | 'Ī' | 'ı' | 'İ' | 'ĩ' | 'Ĩ' => {
            b'i'
        }
        'ľ' | 'Ľ' | 'ĺ' | 'Ĺ' | 'ł' | 'Ł' | 'ļ' | 'Ļ' => b'l',
        'ň' | 'Ň' | 'ñ' | 'Ñ' | 'ń' | 'Ń' | 'ņ' | 'Ņ' => b'n',
        'ó' | 'Ó' | 'ö' | 'Ö' | 'ô' | 'Ô' | 'ò' | 'Ò' | 'õ' | 'Õ' | 'ő' | 'Ő' | 'ø' | 'Ø' | 'ō' | 'Ō'
        | 'ơ' | 'Ơ' | 'œ' | 'Œ' => b'o',
        'ř' | 'Ř' | 'ŕ' | 'Ŕ' => b'r',
        'š' | 'Š' | 'ś' | 'Ś' | 'ş' | 'Ş' | 'ș' | 'Ș' | 'ß' => b's',
        'ť' | 'Ť' | 'ţ' | 'Ţ' | 'ț' | 'Ț' | 'þ' | 'Þ' => b't',
        'ú' | 'Ú' | 'ů' | 'Ů' | 'ü' | 'Ü' | 'ù' | 'Ù' | 'û' | 'Û' | 'ű' | 'Ű' | 'ū' | 'Ū' | 'ũ' | 'Ũ'
        | 'ư' | 'Ư' => b'u',
        'ý' | 'Ý' | 'ÿ' | 'Ÿ' | 'ỳ' | 'Ỳ' => b'y',
        'ž' | 'Ž' | 'ź' | 'Ź' | 'ż' | 'Ż' => b'z',
        '‘' | '’' | '‚' | '‛' | '´' | 'ʼ' | '′' => b'\'',
        '„' | '“' | '”' | '«' | '»' | '‟' | '″' | '‹' | '›' => b'"',
        '‐' | '‑' | '‒' | '–' | '—' | '―' | '−' => b'-',
        '\u{2028}' | '\u{2029}' | '\u{85}' => b'\n',
        '…' => b'.',
        '＠' | '﹫' => b'@',
        '．' => b'.',
        '０'..='９' => b'0' + (character as u32 - '０' as u32) as u8,
        '٠'..='٩' => b'0' + (character as u32 - '٠' as u32) as u8,
        '۰'..='۹' => b'0' + (character as u32 - '۰' as u32) as u8,
        _ if ('\u{1EA0}'..='\u{1EF9}').contains(&character) => vietnamese(character),
        _ if character.is_whitespace() => b' ',
        _ if character.is_alphabetic() || is_combining(character) => LETTER,
        _ => OTHER,
    }
}

fn is_combining(character: char) -> bool {
    unicode_normalization::char::is_combining_mark(character)
}

/// The base letter of one of the many Vietnamese vowels with two marks.
fn vietnamese(character: char) -> u8 {
    let base = std::iter::once(character).nfd().next().unwrap_or(character);
    if base.is_ascii() { (base as u8).to_ascii_lowercase() } else { LETTER }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_character_folds_to_one_byte_and_offsets_are_characters() {
        let page = Page::read("Žofčin „mail“ – O’Brien’s…", &Lexicon::default());
        assert_eq!(page.fold, b"zofcin \"mail\" - o'brien's.");
        let words: Vec<_> = page
            .tokens
            .iter()
            .filter(|token| token.sort == Sort::Word)
            .map(|token| (token.start, token.end))
            .collect();
        assert_eq!(words, [(0, 6), (8, 12), (16, 23), (24, 25)]);
    }

    #[test]
    fn a_decomposed_text_is_composed_first() {
        let page = Page::read("Z\u{30c}ofka", &Lexicon::default());
        assert_eq!((page.text.as_str(), page.fold.len()), ("Žofka", 5));
    }
}
