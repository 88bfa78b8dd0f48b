//! The few strokes everything is drawn with: a text put at a place and cut to a width, a rule, a filled area. None of
//! them can draw outside the area it is given, whatever its size.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr;

/// Returns how many columns a text takes.
pub fn width(text: &str) -> usize {
    text.graphemes(true).map(UnicodeWidthStr::width).sum()
}

/// Returns as much of `text` as fits into `columns`, ending in `…` if something was cut.
pub fn clip(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let (mut out, mut used) = (String::new(), 0);
    for grapheme in text.graphemes(true) {
        if used + grapheme.width() + 1 > columns {
            break;
        }
        used += grapheme.width();
        out.push_str(grapheme);
    }
    if columns > 0 {
        out.push('…');
    }
    out
}

/// Returns `text` cut or filled with spaces to exactly `columns`.
pub fn pad(text: &str, columns: usize) -> String {
    let mut out = clip(text, columns);
    out.extend(std::iter::repeat_n(' ', columns.saturating_sub(width(&out))));
    out
}

/// Draws one line of text at column `x`, row `y` of `area`, cut to what fits there; returns the column after it.
pub fn put(buffer: &mut Buffer, area: Rect, x: u16, y: u16, text: &str, style: Style) -> u16 {
    if x >= area.width || y >= area.height {
        return x;
    }
    let text = clip(text, usize::from(area.width - x));
    buffer.set_string(area.x + x, area.y + y, &text, style);
    x.saturating_add(u16::try_from(width(&text)).unwrap_or(u16::MAX))
}

/// Draws one line of text that ends `gap` columns before the right edge; returns the column it begins in.
pub fn put_right(buffer: &mut Buffer, area: Rect, gap: u16, y: u16, text: &str, style: Style) -> u16 {
    let wide = u16::try_from(width(text)).unwrap_or(u16::MAX);
    let x = area.width.saturating_sub(gap).saturating_sub(wide);
    put(buffer, area, x, y, text, style);
    x
}

/// Draws a rule over the whole row `y` of `area`, with a title after its first stroke.
pub fn rule(buffer: &mut Buffer, area: Rect, y: u16, title: &str, line: Style, text: Style) {
    let stroke = "─".repeat(usize::from(area.width));
    put(buffer, area, 0, y, &stroke, line);
    if !title.is_empty() {
        put(buffer, area, 1, y, &clip(title, usize::from(area.width.saturating_sub(2))), text);
    }
}

/// Gives all cells of `area` a style and empties them.
pub fn fill(buffer: &mut Buffer, area: Rect, style: Style) {
    let area = area.intersection(buffer.area);
    for y in area.top()..area.bottom() {
        for x in area.left()..area.right() {
            buffer[(x, y)].reset();
            buffer[(x, y)].set_style(style);
        }
    }
}

/// Draws one character at a place of `area`, if that is inside it.
pub fn cell(buffer: &mut Buffer, area: Rect, x: u16, y: u16, symbol: &str, style: Style) {
    if x < area.width && y < area.height {
        buffer.set_string(area.x + x, area.y + y, symbol, style);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_graphemes() {
        for (case, text, columns, cut) in [
            ("fits", "ahoj", 4, "ahoj"),
            ("cut", "ahoj lidi", 5, "ahoj…"),
            ("wide", "日本語", 4, "日…"),
            ("nothing", "ahoj", 0, ""),
            ("one", "ahoj", 1, "…"),
        ] {
            assert_eq!(clip(text, columns), cut, "{case}");
            assert_eq!(width(&pad(text, columns)), columns, "{case}");
        }
    }
}
