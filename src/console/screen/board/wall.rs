//! The board for a big screen on a wall: the six numbers large, what needs somebody now, and no name and no handle, for
//! whoever walks past reads it too.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::words::{self, NAMES};
use crate::console::model::Model;
use crate::console::model::watch::Watch;
use crate::console::screen::inside;
use crate::console::theme::Role;
use crate::console::widget::{put, put_right, width};

/// Digits of three columns and five rows, a bit a cell.
const FONT: [(char, [u8; 5]); 14] = [
    ('0', [7, 5, 5, 5, 7]),
    ('1', [2, 6, 2, 2, 7]),
    ('2', [7, 1, 7, 4, 7]),
    ('3', [7, 1, 7, 1, 7]),
    ('4', [5, 5, 7, 1, 1]),
    ('5', [7, 4, 7, 1, 7]),
    ('6', [7, 4, 7, 5, 7]),
    ('7', [7, 1, 2, 2, 2]),
    ('8', [7, 5, 7, 5, 7]),
    ('9', [7, 5, 7, 1, 7]),
    (':', [0, 2, 0, 2, 0]),
    ('/', [1, 1, 2, 4, 4]),
    ('%', [5, 1, 2, 4, 5]),
    ('–', [0, 0, 7, 0, 0]),
];

/// Draws the wall.
pub fn draw(model: &Model, watch: &Watch, frame: &mut Frame<'_>) {
    let whole = frame.area();
    let look = &model.look;
    let buffer = frame.buffer_mut();
    let (as_of, role) = super::as_of(model);
    put(buffer, whole, 1, 0, &look.clock(model.wall), look.style(Role::TextStrong));
    put_right(buffer, whole, 1, 0, &as_of, look.style(role));
    let six = watch.board.six();
    let (across, down) = if whole.width >= 72 { (3, 2) } else { (1, 6) };
    let alarms = watch.board.alarms();
    let for_alarms = u16::try_from(alarms.len().clamp(1, 4)).unwrap_or(1) + 1;
    let body = Rect { y: whole.y + 2, height: whole.height.saturating_sub(2 + for_alarms), ..whole };
    let (columns, rows) = (body.width / across, body.height / down);
    for (place, name) in NAMES.iter().enumerate() {
        let place = u16::try_from(place).unwrap_or(0);
        let tile = Rect {
            x: body.x + columns * (place % across),
            y: body.y + rows * (place / across),
            width: columns,
            height: rows,
        };
        draw_tile(model, watch, tile, name, &words::value(look, &six, name), buffer);
    }
    let top = whole.height.saturating_sub(for_alarms);
    for (y, alarm) in alarms.iter().take(4).enumerate() {
        let y = top + u16::try_from(y).unwrap_or(0);
        let (mark, role) = words::alarm_mark(alarm.kind);
        let since = alarm.since.map_or_else(|| "–".to_owned(), |since| look.wait(model.lasted(since)));
        let kind = look.say(&format!("board-wall-{}", words::alarm_name(alarm.kind)));
        put(buffer, whole, 1, y, &format!("{mark} {since}  {kind}"), look.style(role));
    }
    if alarms.is_empty() {
        put(buffer, whole, 1, top, &look.say("board-no-alarm"), look.style(Role::TextDim));
    }
    frame.set_cursor_position(inside(None, whole));
}

fn draw_tile(model: &Model, watch: &Watch, tile: Rect, name: &str, value: &str, buffer: &mut Buffer) {
    let look = &model.look;
    let six = watch.board.six();
    let (mark, role) = words::verdict(words::measure(&six, name).verdict);
    let label = format!("{} {mark}", look.say(&format!("board-{name}")));
    put(buffer, tile, 2, 0, label.trim_end(), look.style(Role::TextDim));
    // A word between two numbers becomes a stroke: there is no room for letters.
    let number = if name == "free" {
        let count = six.free.value.unwrap_or(0.0);
        format!("{count:.0}/{}", six.places)
    } else {
        value.to_owned()
    };
    let scale = scale(tile, &number);
    if scale == 0 {
        put(buffer, tile, 2, 1, value, look.style(role));
    } else {
        draw_big(tile, &number, scale, look.style(role), buffer);
    }
    let below = 1 + 5 * scale.max(1);
    if below < tile.height {
        put(buffer, tile, 2, below, &words::goal(look, watch, name), look.style(Role::TextDim));
    }
}

/// Returns how often a cell of the font is repeated so that a number fits; 0 if it does not fit at all.
fn scale(tile: Rect, number: &str) -> u16 {
    let letters = u16::try_from(width(number)).unwrap_or(u16::MAX);
    let across = tile.width.saturating_sub(3) / letters.saturating_mul(8).max(1);
    let down = tile.height.saturating_sub(3) / 5;
    across.min(down).min(3)
}

fn draw_big(tile: Rect, number: &str, scale: u16, style: ratatui::style::Style, buffer: &mut Buffer) {
    let mut x = 2;
    for letter in number.chars() {
        let Some((_, rows)) = FONT.iter().find(|(known, _)| *known == letter) else {
            x += 2 * scale;
            continue;
        };
        for (y, bits) in rows.iter().enumerate() {
            for column in 0..3_u16 {
                if bits & (4 >> column) == 0 {
                    continue;
                }
                let block = "█".repeat(usize::from(2 * scale));
                for row in 0..scale {
                    let y = 1 + u16::try_from(y).unwrap_or(0) * scale + row;
                    put(buffer, tile, x + column * 2 * scale, y, &block, style);
                }
            }
        }
        x += 8 * scale;
    }
}
