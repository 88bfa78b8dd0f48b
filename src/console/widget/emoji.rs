//! Emoji by their names. Terminals do not agree on the width of many of them: only those that all draw two columns wide
//! are drawn; the others are shown by name, `:heart:`, so that no row shifts.

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthChar as _;

use crate::locale::Locale;

/// The emoji that can be put in, with the ids of their names (`emoji-smile`). Each is one character, two columns wide
/// everywhere since Unicode 9.
const NAMED: [(&str, &str); 24] = [
    ("smile", "🙂"),
    ("grin", "😀"),
    ("laugh", "😂"),
    ("wink", "😉"),
    ("hug", "🤗"),
    ("relief", "😌"),
    ("think", "🤔"),
    ("neutral", "😐"),
    ("sad", "🙁"),
    ("cry", "😢"),
    ("sob", "😭"),
    ("angry", "😠"),
    ("scared", "😨"),
    ("worried", "😟"),
    ("tired", "😴"),
    ("heart", "💙"),
    ("broken", "💔"),
    ("thumb", "👍"),
    ("clap", "👏"),
    ("wave", "👋"),
    ("strong", "💪"),
    ("fingers", "🤞"),
    ("sun", "🌞"),
    ("star", "🌟"),
];

/// Other names for what children write and what many terminals draw in one column or in two.
const IN_DOUBT: [(char, &str); 8] = [
    ('❤', "heart"),
    ('☹', "sad"),
    ('☺', "smile"),
    ('☀', "sun"),
    ('✌', "victory"),
    ('♥', "heart"),
    ('☠', "skull"),
    ('✨', "sparkles"),
];

/// Returns the emoji whose name, in the language spoken, has a word that begins so; all for an empty beginning.
pub fn find(locale: &Locale, beginning: &str) -> Vec<(String, &'static str)> {
    let beginning = crate::console::model::guard::fold(beginning.trim_end_matches(':'));
    let named = NAMED.iter().map(|(id, emoji)| (locale.say(&format!("emoji-{id}")), *emoji));
    let fits = |(name, _): &(String, &str)| {
        crate::console::model::guard::fold(name).split(['_', ' ']).any(|word| word.starts_with(&beginning))
    };
    named.filter(fits).collect()
}

/// Returns a text in which everything is as wide as it is counted: pictures in doubt are given by name.
pub fn readable(text: &str) -> String {
    if text.is_ascii() {
        return text.to_owned();
    }
    text.graphemes(true).map(readable_one).collect()
}

fn readable_one(grapheme: &str) -> String {
    let mut letters = grapheme.chars();
    let (Some(first), rest) = (letters.next(), letters.next()) else { return String::new() };
    if let Some((_, name)) = IN_DOUBT.iter().find(|(emoji, _)| *emoji == first) {
        return format!(":{name}:");
    }
    let is_picture = matches!(u32::from(first), 0x1f000..=0x1faff | 0x2600..=0x27bf | 0x2b00..=0x2bff);
    if !is_picture {
        return grapheme.to_owned();
    }
    // Unicode 9 made these wide; what came later, flags, and anything put together is in doubt.
    let is_sure = rest.is_none()
        && first.width() == Some(2)
        && matches!(u32::from(first), 0x1f300..=0x1f6d2 | 0x1f910..=0x1f93e | 0x1f940..=0x1f945);
    if is_sure {
        return grapheme.to_owned();
    }
    let known = NAMED.iter().find(|(_, emoji)| emoji.starts_with(first));
    known.map_or_else(|| ":emoji:".to_owned(), |(name, _)| format!(":{name}:"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::console::widget::width;
    use crate::locale::Lang;

    #[test]
    fn pictures_are_as_wide_as_they_are_counted_or_named() {
        for (case, text, shown) in [
            ("words", "ahoj, čau", "ahoj, čau"),
            ("sure", "dobře 🙂", "dobře 🙂"),
            ("one column or two", "mám tě ráda ❤", "mám tě ráda :heart:"),
            ("newer than terminals", "🫠", ":emoji:"),
            ("a skin tone", "👍🏽", ":thumb:"),
            ("a flag", "🇨🇿", ":emoji:"),
        ] {
            assert_eq!(readable(text), shown, "{case}");
        }
        for (name, emoji) in NAMED {
            assert_eq!((width(emoji), emoji.chars().count()), (2, 1), "{name}");
        }
    }

    #[test]
    fn emoji_are_found_by_name_in_both_languages() {
        assert_eq!(find(&Locale::new(Lang::En), "sa"), [("sad".to_owned(), "🙁")]);
        assert_eq!(find(&Locale::new(Lang::Cs), "smut"), [("smutek".to_owned(), "🙁")]);
        assert_eq!(find(&Locale::new(Lang::En), "").len(), NAMED.len());
    }
}
