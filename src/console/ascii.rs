//! Only ASCII for opora's own frames and marks, for poor fonts: drawn as always, and then changed sign by sign. Letters
//! with accents are no marks and stay.

use ratatui::buffer::Buffer;

/// Returns the ASCII sign for one of opora's own; each keeps its width, and no two marks become alike.
fn sign(letter: char) -> Option<char> {
    Some(match letter {
        '─' | '━' | '–' | '—' | '−' => '-',
        '│' | '┃' => '|',
        '┌' | '┐' | '└' | '┘' | '├' | '┤' | '┬' | '┴' | '┼' => '+',
        '▸' | '›' | '→' => '>',
        '‹' | '←' => '<',
        '↑' => '^',
        '↓' => 'v',
        '●' | '•' => '*',
        '○' => 'o',
        '◇' => '%',
        '‼' => '#',
        '⚑' => '@',
        '✓' => 'x',
        '×' => 'x',
        '÷' => '/',
        '·' => '.',
        '…' => '~',
        '“' | '”' | '„' => '"',
        '‘' | '’' | '‚' => '\'',
        '█' => '#',
        '\u{a0}' | '\u{202f}' => ' ',
        _ => return None,
    })
}

/// Changes every sign of a text.
pub fn text(text: &str) -> String {
    text.chars().map(|letter| sign(letter).unwrap_or(letter)).collect()
}

/// Changes every sign of a screen.
pub fn screen(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        let mut letters = cell.symbol().chars();
        if let (Some(letter), None) = (letters.next(), letters.next())
            && let Some(sign) = sign(letter)
        {
            cell.set_char(sign);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stay_apart() {
        let marks = ["‼", "!", "●", "○", "◇", "⚑", "▸"].map(text);
        let mut apart = marks.to_vec();
        apart.sort();
        apart.dedup();
        assert_eq!(apart.len(), marks.len(), "{marks:?}");
        assert_eq!(text("Škola › šikana…"), "Škola > šikana~");
    }
}
