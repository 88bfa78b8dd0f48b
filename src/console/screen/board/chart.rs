//! The day: hours that came and hours that were answered, in one line or as a chart with the topics below it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::numbers::bar;
use crate::console::model::Model;
use crate::console::model::watch::Watch;
use crate::console::theme::Role;
use crate::console::widget::{clip, put, put_right, rule, width};
use crate::conversation::board::Hour;

/// How many rows a bar of the chart has at most.
const HEIGHT: u16 = 10;

/// Draws the last hours of today in one line: two bars an hour, who came and who was answered.
pub fn draw_today(model: &Model, watch: &Watch, area: Rect, buffer: &mut Buffer) {
    let look = &model.look;
    let title = look.say("board-today");
    rule(buffer, area, 0, &format!(" {title} "), look.style(Role::Rule), look.style(Role::TextStrong));
    let hours = watch.board.hours();
    let highest = highest(&hours);
    let mut x = u16::try_from(width(&title) + 4).unwrap_or(0);
    let fits = usize::from(area.width.saturating_sub(x + 1) / 6);
    for hour in hours.iter().skip(hours.len().saturating_sub(fits)) {
        let label = look.civil(hour.start).hour();
        x = put(buffer, area, x, 0, &format!(" {label:02} "), look.style(Role::TextDim));
        let (offered, answered) = (hour.tally.offered, hour.tally.answered);
        let share = |count: u64| bar(count as f64 / highest as f64);
        let came = if offered == 0 { "·" } else { share(offered) };
        let taken = if answered == 0 { "·" } else { share(answered) };
        x = put(buffer, area, x, 0, came, look.style(Role::ChartOne));
        x = put(buffer, area, x, 0, taken, look.style(Role::ChartThree));
    }
}

fn highest(hours: &[Hour]) -> u64 {
    hours.iter().map(|hour| hour.tally.offered).max().unwrap_or(0).max(1)
}

/// Draws the hours of today as columns, the service level of each under it, and the topics.
pub fn draw_day(model: &Model, watch: &Watch, area: Rect, buffer: &mut Buffer) {
    let look = &model.look;
    let hours = watch.board.hours();
    let highest = highest(&hours);
    let title = look.say("board-day");
    rule(buffer, area, 0, &format!(" {title} "), look.style(Role::Rule), look.style(Role::TextStrong));
    let height = HEIGHT.min(area.height.saturating_sub(14).max(4));
    put(buffer, area, 0, 1, &highest.to_string(), look.style(Role::TextDim));
    let (left, step) = (4_u16, 2_u16);
    for (place, hour) in hours.iter().enumerate().take(usize::from(area.width.saturating_sub(left) / step)) {
        let x = left + step * u16::try_from(place).unwrap_or(0);
        let tally = &hour.tally;
        // From the ground: answered, then who gave up, then who still waits past the target.
        let rows = |count: u64| (count as f64 / highest as f64 * f64::from(height)).round() as u16;
        let (answered, gone, all) =
            (rows(tally.answered), rows(tally.answered + tally.abandoned), rows(tally.offered));
        for y in 0..all.max(gone) {
            let (symbol, role) = match y {
                y if y < answered => ("█", Role::ChartOne),
                y if y < gone => ("▒", Role::ChartTwo),
                _ => ("░", Role::ChartThree),
            };
            put(buffer, area, x, height.saturating_sub(y), symbol, look.style(role));
        }
        let (mark, role) = match tally.service_level() {
            Some(level) if level >= watch.board.goals().service_level => ("✓", Role::Ok),
            Some(_) => ("!", Role::ChartGoal),
            None => ("·", Role::TextDim),
        };
        put(buffer, area, x, height + 1, mark, look.style(role));
        let label = look.civil(hour.start).hour();
        if label % 3 == 0 {
            put(buffer, area, x, height + 2, &format!("{label:02}"), look.style(Role::TextDim));
        }
    }
    let mut y = height + 3;
    for id in ["board-day-legend", "board-day-goal"] {
        let goal = look.locale.percent(Some(watch.board.goals().service_level));
        put(buffer, area, 0, y, &look.say_with(id, &[("goal", goal.into())]), look.style(Role::TextDim));
        y += 1;
    }
    draw_topics(
        model,
        watch,
        Rect { y: area.y + y + 1, height: area.height.saturating_sub(y + 1), ..area },
        buffer,
    );
}

fn draw_topics(model: &Model, watch: &Watch, area: Rect, buffer: &mut Buffer) {
    let look = &model.look;
    let title = look.say("board-topics");
    rule(buffer, area, 0, &format!(" {title} "), look.style(Role::Rule), look.style(Role::TextStrong));
    let mut topics: Vec<(&str, u64)> = watch.board.topics().into_iter().collect();
    topics.sort_by_key(|(topic, count)| (std::cmp::Reverse(*count), *topic));
    if topics.is_empty() {
        put(buffer, area, 1, 1, &look.say("board-topics-none"), look.style(Role::TextDim));
    }
    for (y, (topic, count)) in topics.into_iter().enumerate().take(usize::from(area.height.saturating_sub(1)))
    {
        let line = Rect { y: area.y + 1 + u16::try_from(y).unwrap_or(0), height: 1, ..area };
        let id = if topic.contains('.') { "topic" } else { "family" };
        let name = look.say_or(&format!("{id}-{}", topic.replace('.', "-")), topic);
        put(
            buffer,
            line,
            1,
            0,
            &clip(&name, usize::from(area.width.saturating_sub(8))),
            look.style(Role::Text),
        );
        put_right(buffer, line, 1, 0, &count.to_string(), look.style(Role::Text));
    }
}
