//! The board for a big screen on a wall: the six numbers large, what needs somebody now, and no name and no handle, for
//! whoever walks past reads it too.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::words::{self, NAMES};
use crate::console::model::Model;
use crate::console::model::watch::Watch;
use crate::console::theme::Role;
use crate::console::widget::{put, put_right};

/// Letters are five rows high, as wide as `columns` says; a bit is a cell of so many columns and rows of the screen.
const CELLS: [(u16, u16); 4] = [(6, 3), (4, 2), (2, 1), (1, 1)];
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
    (':', [0, 1, 0, 1, 0]),
    ('/', [1, 1, 2, 4, 4]),
    ('%', [5, 1, 2, 4, 5]),
    ('–', [0, 0, 7, 0, 0]),
];

/// Draws the wall into a part of the screen.
pub fn draw(model: &Model, watch: &Watch, whole: Rect, buffer: &mut Buffer) {
    let look = &model.look;
    let (as_of, role) = super::as_of(model);
    put(buffer, whole, 1, 0, &look.clock(model.wall), look.style(Role::TextStrong));
    put_right(buffer, whole, 1, 0, &as_of, look.style(role));
    let six = watch.board.six();
    let (across, down) = if whole.width >= 72 { (3, 2) } else { (1, 6) };
    let alarms = watch.board.alarms();
    let silent = super::silence(model);
    let lines = alarms.len().clamp(1, 4) + usize::from(silent.is_some());
    let for_alarms = u16::try_from(lines).unwrap_or(1) + 1;
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
    let mut top = whole.height.saturating_sub(for_alarms);
    if let Some(silent) = silent {
        put(buffer, whole, 1, top, &words::silent(look, silent), look.style(Role::Error));
        top += 1;
    }
    for (y, alarm) in alarms.iter().take(4).enumerate() {
        let y = top + u16::try_from(y).unwrap_or(0);
        let (mark, role) = words::alarm_mark(alarm.kind);
        let since = alarm.since.map_or_else(|| "–".to_owned(), |since| look.wait(model.lasted(since)));
        let kind = words::nameless(look, alarm);
        put(buffer, whole, 1, y, &format!("{mark} {since}  {kind}"), look.style(role));
    }
    if alarms.is_empty() {
        put(buffer, whole, 1, top, &look.say("board-no-alarm"), look.style(Role::TextDim));
    }
}

fn draw_tile(model: &Model, watch: &Watch, tile: Rect, name: &str, value: &str, buffer: &mut Buffer) {
    let look = &model.look;
    let six = watch.board.six();
    let (mark, role) = super::verdict(model, words::measure(&six, name));
    let label = format!("{} {mark}", look.say(&format!("board-{name}")));
    put(buffer, tile, 2, 0, label.trim_end(), look.style(Role::TextDim));
    // A word between two numbers becomes a stroke: there is no room for letters.
    let number = if name == "free" {
        let count = six.free.value.unwrap_or(0.0);
        format!("{count:.0}/{}", six.places)
    } else {
        value.to_owned()
    };
    let below = match cell(tile, &number) {
        None => {
            put(buffer, tile, 2, 1, value, look.style(role));
            2
        }
        Some(cell) => {
            draw_big(tile, &number, cell, look.style(role), buffer);
            1 + 5 * cell.1
        }
    };
    if below < tile.height {
        put(buffer, tile, 2, below, &words::goal(look, watch, name), look.style(Role::TextDim));
    }
}

/// Returns the size of a cell of the font in which a number fits, the largest first.
fn cell(tile: Rect, number: &str) -> Option<(u16, u16)> {
    let cells: u16 = number.chars().map(|letter| columns(letter) + 1).sum();
    let fits = |(wide, high): &(u16, u16)| {
        cells * wide <= tile.width.saturating_sub(2) && 5 * high + 1 < tile.height
    };
    CELLS.into_iter().find(fits)
}

/// How many cells a letter is wide; a colon takes no more than it needs, for a wait is the longest of the numbers.
fn columns(letter: char) -> u16 {
    if letter == ':' { 1 } else { 3 }
}

fn draw_big(
    tile: Rect,
    number: &str,
    (wide, high): (u16, u16),
    style: ratatui::style::Style,
    buffer: &mut Buffer,
) {
    let mut x = 2;
    let block = "█".repeat(usize::from(wide));
    for letter in number.chars() {
        let columns = columns(letter);
        let rows = FONT.iter().find(|(known, _)| *known == letter).map_or([0; 5], |(_, rows)| *rows);
        for (y, bits) in rows.iter().enumerate() {
            let set = (0..columns).filter(|column| bits & (1 << (columns - 1 - column)) != 0);
            for column in set {
                for row in 0..high {
                    let y = 1 + u16::try_from(y).unwrap_or(0) * high + row;
                    put(buffer, tile, x + column * wide, y, &block, style);
                }
            }
        }
        x += (columns + 1) * wide;
    }
}
