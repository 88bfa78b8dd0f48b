//! Wrapping by what the terminal will show: graphemes and their widths, never bytes.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

/// Returns the ranges of `text` that fill lines of `columns`, one after the other; a newline ends a line. Words move
/// whole to the next line; one that is longer than a line is broken between graphemes. At least one line comes back.
pub fn wrap(text: &str, columns: usize) -> Vec<Range<usize>> {
    let columns = columns.max(2);
    let mut lines = Vec::new();
    let mut start = 0;
    for paragraph in text.split('\n') {
        wrap_paragraph(paragraph, start, columns, &mut lines);
        start += paragraph.len() + 1;
    }
    lines
}

fn wrap_paragraph(paragraph: &str, offset: usize, columns: usize, lines: &mut Vec<Range<usize>>) {
    // The line so far, and where its last word began if a space stands before it.
    let (mut begin, mut used) = (0, 0);
    let mut word: Option<(usize, usize)> = None;
    for (at, grapheme) in paragraph.grapheme_indices(true) {
        let wide = grapheme.width();
        if grapheme == " " {
            // A space at the end of a full line hangs over its edge and is not drawn.
            used += 1;
            word = Some((at + 1, used));
            continue;
        }
        if used + wide > columns {
            let (end, next, gone) = match word {
                Some((word_at, before)) if word_at > begin => (word_at, word_at, before),
                _ => (at, at, used),
            };
            lines.push(offset + begin..offset + trimmed(paragraph, begin, end));
            (begin, used, word) = (next, used - gone, None);
        }
        used += wide;
    }
    lines.push(offset + begin..offset + paragraph.len());
}

/// Returns `end` without the spaces before it.
fn trimmed(text: &str, begin: usize, end: usize) -> usize {
    begin + text[begin..end].trim_end_matches(' ').len()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::conversation::SafeText;

    #[test]
    fn words_move_whole_and_long_ones_break() {
        for (case, text, columns, lines) in [
            ("empty", "", 10, vec![""]),
            ("short", "ahoj", 10, vec!["ahoj"]),
            ("two words", "ahoj lidi", 6, vec!["ahoj", "lidi"]),
            ("exact", "ahoj lidi", 9, vec!["ahoj lidi"]),
            ("newline", "a\n\nb", 9, vec!["a", "", "b"]),
            ("long word", "aaaaaaaa b", 4, vec!["aaaa", "aaaa", "b"]),
            ("word after a long one", "x aaaaaa", 4, vec!["x", "aaaa", "aa"]),
            ("wide", "日本語", 4, vec!["日本", "語"]),
            (
                "marks stay with their letter",
                "e\u{301}e\u{301}e\u{301}",
                2,
                vec!["e\u{301}e\u{301}", "e\u{301}"],
            ),
        ] {
            let found: Vec<&str> = wrap(text, columns).into_iter().map(|range| &text[range]).collect();
            assert_eq!(found, lines, "{case}");
        }
    }

    proptest! {
        #[test]
        fn nothing_is_lost_and_nothing_sticks_out(text in any::<String>(), columns in 2_usize..40) {
            let text = SafeText::new(&text);
            let text = text.as_str();
            let lines = wrap(text, columns);
            let mut end = 0;
            for range in &lines {
                prop_assert!(text[end..range.start].chars().all(|c| c == ' ' || c == '\n'));
                end = range.end;
                let line = text[range.clone()].trim_end_matches(' ');
                let widths: Vec<usize> = line.graphemes(true).map(|g| g.width()).collect();
                let wide: usize = widths.iter().sum();
                // One letter may be wider than a whole line of two columns; then it stands alone.
                prop_assert!(wide <= columns || widths.len() == 1, "{wide} > {columns}");
            }
            prop_assert!(text[end..].chars().all(|c| c == ' ' || c == '\n'));
        }
    }
}
