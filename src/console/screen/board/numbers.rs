//! The six numbers, each above its goal, and the curves of the last hour.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::words::{self, NAMES};
use crate::console::model::Model;
use crate::console::model::watch::Watch;
use crate::console::theme::Role;
use crate::console::widget::{put, width};

/// Below this the numbers stand under each other.
const ACROSS: u16 = 76;
const BARS: [&str; 8] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"];

/// Draws the numbers and returns how many rows they took.
pub fn draw(model: &Model, watch: &Watch, area: Rect, buffer: &mut Buffer) -> u16 {
    if area.width < ACROSS || area.height < 12 {
        return draw_down(model, watch, area, buffer);
    }
    let look = &model.look;
    let six = watch.board.six();
    let step = (area.width - 2).min(120) / 6;
    for (place, name) in NAMES.iter().enumerate() {
        let x = 2 + step * u16::try_from(place).unwrap_or(0);
        let cell = Rect { x: area.x + x, width: step.saturating_sub(1), ..area };
        put(buffer, cell, 0, 0, &look.say(&format!("board-{name}")), look.style(Role::TextDim));
        let (mark, role) = super::verdict(model, words::measure(&six, name));
        let written = format!("{} {mark}", words::value(look, &six, name));
        put(buffer, cell, 0, 1, written.trim_end(), look.style(role));
        put(buffer, cell, 0, 2, &words::goal(look, watch, name), look.style(Role::TextDim));
    }
    let spark = watch.board.spark();
    let curve = look.style(Role::ChartOne);
    let at = |place: u16| Rect { x: area.x + 2 + step * place, width: step.saturating_sub(1), ..area };
    put(buffer, at(0), 0, 3, &counts(&spark.waiting), curve);
    put(buffer, at(1), 0, 3, &look.say("board-last-hour"), look.style(Role::TextDim));
    put(buffer, at(2), 0, 3, &shares(&spark.service_level), curve);
    put(buffer, at(3), 0, 3, &shares(&spark.abandoned), curve);
    4
}

fn draw_down(model: &Model, watch: &Watch, area: Rect, buffer: &mut Buffer) -> u16 {
    let look = &model.look;
    let six = watch.board.six();
    let labels = NAMES.map(|name| look.say(&format!("board-{name}")));
    let column = labels.iter().map(|label| width(label)).max().unwrap_or(0) + 2;
    for (y, (name, label)) in NAMES.iter().zip(&labels).enumerate() {
        let y = u16::try_from(y).unwrap_or(0);
        put(buffer, area, 1, y, label, look.style(Role::TextDim));
        let (mark, role) = super::verdict(model, words::measure(&six, name));
        let x = u16::try_from(column).unwrap_or(0) + 1;
        let written = format!("{} {mark}", words::value(look, &six, name));
        let x = put(buffer, area, x, y, written.trim_end(), look.style(role));
        put(buffer, area, x.max(26) + 2, y, &words::goal(look, watch, name), look.style(Role::TextDim));
    }
    6.min(area.height)
}

/// Draws counts as bars, the highest being full; nothing is a low stroke.
pub fn counts(values: &[u64]) -> String {
    let highest = values.iter().copied().max().unwrap_or(0).max(1);
    values.iter().map(|value| bar(*value as f64 / highest as f64)).collect()
}

/// Draws shares of one as bars; where there is none, a dot.
fn shares(values: &[Option<f64>]) -> String {
    values.iter().map(|value| value.map_or("·", bar)).collect()
}

/// Returns the bar of a share of one.
pub fn bar(share: f64) -> &'static str {
    // 0 to 1 in eighths, rounded.
    let place = (share.clamp(0.0, 1.0) * 7.0).round() as usize;
    BARS[place.min(7)]
}
