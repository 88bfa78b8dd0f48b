//! Passphrases: 14 characters of one's own or six words that opora draws; no rules about kinds of characters; the
//! commonest are refused, and those that only look long.

use std::sync::LazyLock;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;
use zeroize::{Zeroize as _, Zeroizing};

use crate::sealing::{CryptoRng, Secret};

/// The least length of a passphrase, in characters.
pub const LEAST_CHARACTERS: usize = 14;
/// How many words are drawn.
const WORDS: usize = 6;
/// A passphrase of fewer different characters is refused.
const LEAST_DIFFERENT: usize = 5;
/// A unit of this many characters or fewer, said again and again, is refused.
const LONGEST_UNIT: usize = 8;
/// How few characters in a row of the keyboard or the alphabet count as one.
const SHORTEST_RUN: usize = 3;

const ENGLISH: &str = include_str!("../../wordlists/passphrase-en.txt");
const CZECH: &str = include_str!("../../wordlists/passphrase-cs.txt");
const COMMON: &str = include_str!("../../wordlists/passphrase-common.txt");

/// A passphrase, in NFC: the same on every keyboard. Wiped when dropped.
pub struct Passphrase {
    text: Secret<String>,
}

/// Why a new passphrase is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Weak {
    /// It has too few characters: this many.
    #[error("{0} characters are too few")]
    Short(usize),
    /// It is one of the commonest, or made of them, of rows of keys or of repetition.
    #[error("this is among the first that a thief tries")]
    Common,
}

impl Weak {
    /// Returns the id of its sentence in `locales/*/vault.ftl`.
    pub fn text_id(self) -> &'static str {
        match self {
            Self::Short(_) => "passphrase-short",
            Self::Common => "passphrase-common",
        }
    }
}

impl Passphrase {
    /// Takes what was typed, to open a vault. The caller wipes the field it was typed into.
    pub fn new(typed: &str) -> Self {
        let mut text = Secret::new(String::with_capacity(typed.len() * 3));
        text.expose_mut().extend(typed.nfc());
        Self { text }
    }

    /// Takes what was typed as a new passphrase, if it is good enough.
    ///
    /// # Errors
    /// Returns why it is not.
    pub fn choose(typed: &str) -> Result<Self, Weak> {
        judge(typed).map(|_| Self::new(typed))
    }

    /// Draws six words of a language (`cs`; every other is English), with spaces between them.
    pub fn proposed(lang: &str, rng: &mut impl CryptoRng) -> Self {
        let words: Vec<_> = entries(if lang == "cs" { CZECH } else { ENGLISH }).collect();
        let mut text = Secret::new(String::with_capacity(WORDS * 12));
        for _ in 0..WORDS {
            if !text.expose().is_empty() {
                text.expose_mut().push(' ');
            }
            text.expose_mut().push_str(words[below(words.len(), rng)]);
        }
        Self { text }
    }

    /// Returns the text: for the screen that proposes it, and for the key.
    pub fn expose(&self) -> &str {
        self.text.expose()
    }
}

/// Judges a new passphrase while it is typed; returns how many characters it has.
///
/// # Errors
/// Returns why it is refused.
pub fn judge(typed: &str) -> Result<usize, Weak> {
    let characters = Zeroizing::new(typed.nfc().collect::<String>()).chars().count();
    if characters < LEAST_CHARACTERS {
        return Err(Weak::Short(characters));
    }
    let folded = folded(typed);
    let mut different = folded.to_vec();
    different.sort_unstable();
    different.dedup();
    let few = different.len() < LEAST_DIFFERENT;
    different.zeroize();
    if few || is_repetition(&folded) || is_made_of_common(&folded) {
        Err(Weak::Common)
    } else {
        Ok(characters)
    }
}

/// Returns the characters without accents, case, spaces and punctuation: a thief's program tries all of these.
fn folded(typed: &str) -> Zeroizing<Vec<char>> {
    let bare = typed.nfd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase);
    Zeroizing::new(bare.filter(|letter| letter.is_alphanumeric()).collect())
}

fn is_repetition(text: &[char]) -> bool {
    (1..=LONGEST_UNIT.min(text.len() / 2)).any(|unit| text.iter().zip(&text[unit..]).all(|(a, b)| a == b))
}

/// Whether common words, digits and rows of keys are all there is.
fn is_made_of_common(text: &[char]) -> bool {
    static WORDS: LazyLock<Vec<Vec<char>>> =
        LazyLock::new(|| entries(COMMON).map(|word| word.chars().collect()).collect());
    // reached[i]: the first i characters are made of such pieces.
    let mut reached = vec![false; text.len() + 1];
    reached[0] = true;
    for at in 0..text.len() {
        if !reached[at] {
            continue;
        }
        let rest = &text[at..];
        reached[at + 1] |= rest[0].is_ascii_digit();
        for length in SHORTEST_RUN..=rest.len() {
            reached[at + length] |= is_run(&rest[..length]);
        }
        for word in WORDS.iter().filter(|word| rest.starts_with(word)) {
            reached[at + word.len()] = true;
        }
    }
    reached[text.len()]
}

/// Whether the characters follow each other on a keyboard or in the alphabet, forwards or backwards.
fn is_run(text: &[char]) -> bool {
    const ROWS: [&str; 7] = [
        "qwertyuiop",
        "qwertzuiop",
        "asdfghjkl",
        "zxcvbnm",
        "yxcvbnm",
        "abcdefghijklmnopqrstuvwxyz",
        "01234567890",
    ];
    let forwards: String = text.iter().collect();
    let backwards: String = text.iter().rev().collect();
    ROWS.iter().any(|row| row.contains(&forwards) || row.contains(&backwards))
        || text.iter().all(|letter| *letter == text[0])
}

/// Returns the entries of a word list: one a line, `#` begins a comment.
fn entries(list: &'static str) -> impl Iterator<Item = &'static str> {
    list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'))
}

/// Draws a number below `limit`, each equally likely.
fn below(limit: usize, rng: &mut impl CryptoRng) -> usize {
    let limit = u32::try_from(limit).unwrap_or(u32::MAX).max(1);
    // Values of the last, incomplete round are drawn again.
    let whole = u32::MAX - u32::MAX % limit;
    loop {
        let drawn = rng.next_u32();
        if drawn < whole {
            return usize::try_from(drawn % limit).unwrap_or_default();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;
    use crate::sealing::tests::Bytes;

    #[test]
    fn fourteen_characters_are_enough_and_the_commonest_are_not() {
        for (typed, judged) in [
            ("šest slov žlutě", Ok(15)),
            ("moje kočka spí na topení", Ok(24)),
            ("kolo trava hrnek", Ok(16)),
            ("n8Qz!vw2#Lr7xT", Ok(14)),
            ("", Err(Weak::Short(0))),
            ("trinact znaku", Err(Weak::Short(13))),
            // 14 bytes, 13 characters; and the same in NFD.
            ("třinact znaku", Err(Weak::Short(13))),
            ("tr\u{30c}inact znaku", Err(Weak::Short(13))),
            ("passwordpassword", Err(Weak::Common)),
            ("Password12345678", Err(Weak::Common)),
            ("Heslo-heslo-heslo!", Err(Weak::Common)),
            ("HesloJeHeslo2024", Err(Weak::Common)),
            ("aaaaaaaaaaaaaaaa", Err(Weak::Common)),
            ("abcabcabcabcabcabc", Err(Weak::Common)),
            ("qwertyuiopasdfgh", Err(Weak::Common)),
            ("poiuztrewq 98765", Err(Weak::Common)),
            ("1234567890123456", Err(Weak::Common)),
            ("14. 3. 2009, 116111", Err(Weak::Common)),
            ("Linka bezpečí 116111", Err(Weak::Common)),
            ("iloveyou iloveyou", Err(Weak::Common)),
            ("correct horse battery staple", Err(Weak::Common)),
            ("..............", Err(Weak::Common)),
        ] {
            assert_eq!(judge(typed), judged, "{typed}");
            assert_eq!(Passphrase::choose(typed).err(), judged.err(), "{typed}");
        }
    }

    #[test]
    fn the_same_words_are_the_same_passphrase_on_every_keyboard() {
        assert_eq!(Passphrase::new("z\u{30c}luty\u{301} ku\u{30a}n").expose(), "žlutý kůn");
    }

    #[test]
    fn the_lists_are_long_enough_and_easy_to_type() {
        for (name, list) in [("en", ENGLISH), ("cs", CZECH)] {
            let words: Vec<_> = entries(list).collect();
            let different: BTreeSet<_> = words.iter().collect();
            assert_eq!(words.len(), different.len(), "{name}: a word twice");
            assert!(words.len() >= 1024, "{name}: {} words are fewer than 60 bits in six", words.len());
            for word in words {
                let fits =
                    (3..=9).contains(&word.len()) && word.bytes().all(|byte| byte.is_ascii_lowercase());
                assert!(fits, "{name}: {word}");
            }
        }
        for word in entries(COMMON) {
            assert_eq!(folded(word).iter().collect::<String>(), word, "common words are listed folded");
        }
    }

    #[test]
    fn what_is_proposed_is_accepted() {
        let mut rng = rand::rng();
        for lang in ["cs", "en"] {
            for _ in 0..200 {
                let proposed = Passphrase::proposed(lang, &mut rng);
                assert_eq!(proposed.expose().split(' ').count(), 6);
                assert!(judge(proposed.expose()).is_ok(), "{}", proposed.expose());
            }
        }
    }

    #[test]
    fn every_word_is_equally_likely() {
        // 7 does not divide 2^32: the values of the last round are drawn again.
        let mut rng = Bytes::new(&[0xff, 0xff, 0xff, 0xff, 5, 0, 0, 0]);
        assert_eq!(below(7, &mut rng), 5);
        let mut counts = [0u32; 7];
        let mut rng = rand::rng();
        (0..70_000).for_each(|_| counts[below(7, &mut rng)] += 1);
        assert!(counts.iter().all(|count| (9_000..11_000).contains(count)), "{counts:?}");
    }

    proptest! {
        #[test]
        fn any_text_is_judged(typed in ".{0,60}") {
            _ = judge(&typed);
            let longer = format!("{typed} kolo trava hrnek okno");
            prop_assert!(judge(&longer).is_ok());
        }
    }
}
