//! The guard before a sentence leaves: it holds Enter once when the eyes may be with another child. Data in, data out.

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use crate::locale::PLACEHOLDERS;

/// Why Enter is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hold {
    /// The chat in front changed a moment ago.
    Switched,
    /// A line of the child came a moment ago.
    NewLine,
    /// The text names another open chat.
    Names(String),
    /// The same text stands in another chat's box.
    SameDraft(String),
    /// A phrase's gap was not filled.
    Gap(String),
    /// I wrote to this child at another computer a moment ago.
    Elsewhere,
}

/// How long that is a moment, in milliseconds: who wrote there may not have looked here yet.
const ELSEWHERE_MS: u64 = 10_000;

impl Hold {
    /// Returns the id of the sentence that says why.
    pub fn text_id(&self) -> &'static str {
        match self {
            Self::Switched => "hold-switched",
            Self::NewLine => "hold-new-line",
            Self::Names(_) => "hold-names",
            Self::SameDraft(_) => "hold-same-draft",
            Self::Gap(_) => "hold-gap",
            Self::Elsewhere => "hold-elsewhere",
        }
    }
}

/// Another open chat.
#[derive(Debug, Clone, Copy)]
pub struct Other<'a> {
    /// Its handle.
    pub handle: &'a str,
    /// What stands in its box.
    pub draft: &'a str,
}

/// What is about to be sent, and what happened before. Times are in milliseconds before now.
#[derive(Debug, Clone, Copy)]
pub struct Sending<'a> {
    /// The words.
    pub text: &'a str,
    /// Since when this chat has been in front.
    pub in_front: u64,
    /// Since when the child's last line has been there.
    pub heard: Option<u64>,
    /// Since when what I wrote at another computer has been there.
    pub elsewhere: Option<u64>,
    /// How long the guard holds.
    pub guard: u64,
}

/// Returns why these words should be looked at once more.
pub fn check<'a>(sending: Sending<'_>, others: impl Iterator<Item = Other<'a>> + Clone) -> Option<Hold> {
    let text = fold(sending.text);
    let same = |draft: &str| !draft.trim().is_empty() && fold(draft) == text;
    if let Some(other) = others.clone().find(|other| same(other.draft)) {
        return Some(Hold::SameDraft(other.handle.to_owned()));
    }
    if let Some(other) = others.clone().find(|other| text.contains(&fold(other.handle))) {
        return Some(Hold::Names(other.handle.to_owned()));
    }
    if let Some(gap) = PLACEHOLDERS.iter().find(|gap| sending.text.contains(&format!("{{{gap}}}"))) {
        return Some(Hold::Gap((*gap).to_owned()));
    }
    if sending.elsewhere.is_some_and(|ago| ago < ELSEWHERE_MS) {
        return Some(Hold::Elsewhere);
    }
    if sending.in_front < sending.guard {
        return Some(Hold::Switched);
    }
    sending.heard.is_some_and(|heard| heard < sending.guard).then_some(Hold::NewLine)
}

/// Takes capitals, diacritics and outer space off.
pub fn fold(text: &str) -> String {
    text.trim().nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn enter_is_held_when_the_eyes_may_be_elsewhere() {
        let others = [
            Other { handle: "Red Owl", draft: "Ahoj, jsem tady." },
            Other { handle: "Šedý Medvěd", draft: "" },
        ];
        let red = || "Red Owl".to_owned();
        let sending = Sending { text: "a", in_front: 5_000, heard: None, elsewhere: None, guard: 700 };
        for (ago, held) in [(9_999, Some(Hold::Elsewhere)), (10_000, None)] {
            let sending = Sending { elsewhere: Some(ago), ..sending };
            assert_eq!(check(sending, others.iter().copied()), held, "answered elsewhere {ago} ms ago");
        }
        for (case, text, in_front, heard, held) in [
            ("calm", "Ptej se.", 5_000, Some(5_000), None),
            ("nothing heard yet", "Ptej se.", 5_000, None, None),
            ("just switched", "Ptej se.", 699, None, Some(Hold::Switched)),
            ("long enough", "Ptej se.", 700, None, None),
            ("the child just wrote", "Ptej se.", 5_000, Some(10), Some(Hold::NewLine)),
            ("names another", "Jak je, red owl?", 5_000, None, Some(Hold::Names(red()))),
            ("without accents", "sedy medved", 5_000, None, Some(Hold::Names("Šedý Medvěd".to_owned()))),
            ("a gap", "Jsme tu do {closes}.", 5_000, None, Some(Hold::Gap("closes".to_owned()))),
            ("braces that are no gap", "{hm}", 5_000, None, None),
            ("another's words", " ahoj, jsem tady. ", 5_000, None, Some(Hold::SameDraft(red()))),
        ] {
            let sending = Sending { text, in_front, heard, ..sending };
            assert_eq!(check(sending, others.iter().copied()), held, "{case}");
        }
    }
}
