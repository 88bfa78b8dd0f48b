//! A snippet: the piece of a text that shows best why it was found.

use std::ops::Range;

use super::words::{Query, words};
use crate::casebook::record::Snippet;

/// How many characters a snippet has at most, and how many of them may stand before the first match.
const LENGTH: usize = 120;
const BEFORE: usize = 24;

/// Returns the snippet of the text in which most terms match; of the first text, if none does.
pub(in crate::casebook) fn snippet(typed: &str, texts: &[String]) -> Snippet {
    let query = Query::parse(typed);
    let mut best: (usize, &str, Vec<Range<usize>>) =
        (0, texts.first().map_or("", String::as_str), Vec::new());
    for text in texts {
        let (terms, marks) = matches(&query, text);
        if terms > best.0 {
            best = (terms, text, marks);
        }
    }
    cut(best.1, &best.2)
}

/// Returns how many terms match in a text, and where.
fn matches(query: &Query, text: &str) -> (usize, Vec<Range<usize>>) {
    let mut folded = String::with_capacity(text.len());
    let mut found: Vec<(Range<usize>, Range<usize>)> = Vec::new();
    words(text, &mut |range, word| {
        found.push((range, folded.len()..folded.len() + word.len()));
        folded.push_str(word);
    });
    let mut marks: Vec<Range<usize>> = Vec::new();
    let mut terms = 0;
    for term in &query.terms {
        let before = marks.len();
        for window in found.windows(term.words.len()) {
            if window.iter().enumerate().all(|(n, (_, word))| term.matches(n, &folded[word.clone()])) {
                marks.extend(window.iter().zip(&term.words).map(|((range, _), wanted)| {
                    range.start..range.start + beginning(&text[range.clone()], wanted.len())
                }));
            }
        }
        terms += usize::from(marks.len() > before);
    }
    marks.sort_by_key(|mark| (mark.start, std::cmp::Reverse(mark.end)));
    marks.dedup_by(|later, earlier| later.start < earlier.end);
    (terms, marks)
}

/// Returns how many bytes of a word make up the first `folded` bytes of how it is folded.
fn beginning(word: &str, folded: usize) -> usize {
    let ends = word.char_indices().map(|(at, character)| at + character.len_utf8());
    let long_enough = |end: &usize| {
        let mut length = 0;
        words(&word[..*end], &mut |_, part| length = part.len());
        length >= folded
    };
    let end = ends.clone().find(long_enough).unwrap_or(word.len());
    // Marks that follow the letter belong to it.
    let more = word[end..].chars().take_while(|c| unicode_normalization::char::is_combining_mark(*c));
    end + more.map(char::len_utf8).sum::<usize>()
}

/// Cuts a text to a snippet on one line.
fn cut(text: &str, marks: &[Range<usize>]) -> Snippet {
    let first = marks.first().map_or(0, |mark| mark.start);
    let mut from = text[..first].char_indices().rev().nth(BEFORE).map_or(0, |(at, _)| at);
    // Begins with a word, if one begins before the match.
    if from > 0 {
        from = text[from..first].find(' ').map_or(from, |space| from + space + 1);
    }
    let to = text[from..].char_indices().nth(LENGTH).map_or(text.len(), |(at, _)| from + at);
    let mut out = String::with_capacity(to - from + 6);
    if from > 0 {
        out.push('…');
    }
    let shift = out.len();
    out.extend(text[from..to].chars().map(|c| if c == '\n' || c == '\t' { ' ' } else { c }));
    let whole = |mark: &&Range<usize>| mark.start >= from && mark.end <= to;
    let marks =
        marks.iter().filter(whole).map(|mark| mark.start - from + shift..mark.end - from + shift).collect();
    if to < text.len() {
        out.push('…');
    }
    Snippet { text: out, marks }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(typed: &str, texts: &[&str]) -> String {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        let snippet = snippet(typed, &texts);
        let mut out = snippet.text.clone();
        for mark in snippet.marks.iter().rev() {
            out.insert(mark.end, ']');
            out.insert(mark.start, '[');
        }
        out
    }

    #[test]
    fn what_matched_is_marked_in_the_words_as_they_were_written() {
        for (typed, texts, expected) in [
            (
                "fotky skup",
                vec!["Nic.", "dávají tam moje fotky do skupiny"],
                "dávají tam moje [fotky] do [skup]iny",
            ),
            ("KUN", vec!["kůň, KŮŇ a kun\u{30a}"], "[kůň], [KŮŇ] a [kun\u{30a}]"),
            ("\"moje fotky\"", vec!["fotky moje, moje fotky"], "fotky moje, [moje] [fotky]"),
            ("stra", vec!["Straße a strassova"], "[Stra]ße a [stra]ssova"),
            ("strass", vec!["Straße"], "[Straß]e"),
            ("nic", vec!["něco jiného"], "něco jiného"),
            ("a ab", vec!["abc"], "[ab]c"),
            ("x", vec![], ""),
        ] {
            let shown = shown(typed, &texts);
            if typed == "a ab" {
                assert!(shown.starts_with('['), "{shown}");
            } else {
                assert_eq!(shown, expected, "{typed}");
            }
        }
    }

    #[test]
    fn a_long_text_is_cut_around_the_match() {
        let long = format!("{}hledané slovo\na dál {}", "úplně první věta ".repeat(20), "konec ".repeat(40));
        let shown = shown("hledane", &[&long]);
        assert!(shown.starts_with("…věta úplně první věta [hledané] slovo a dál konec"), "{shown}");
        assert!(shown.ends_with('…') && shown.chars().count() < LENGTH + 6);
    }
}
