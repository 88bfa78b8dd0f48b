//! A window that is too small for panes: what must be known in a line or two. Keys still do what they do.

use ratatui::Frame;

use super::workspace;
use crate::console::keymap::{Command, Context};
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::console::widget::wrap::wrap;
use crate::console::widget::{fill, put};

/// Below this there are no panes.
pub const COLUMNS: u16 = 40;
/// Below this there are no panes.
pub const ROWS: u16 = 10;

/// Draws as many lines as fit, the most important first.
pub fn draw(model: &Model, frame: &mut Frame<'_>) {
    let look = &model.look;
    let area = frame.area();
    fill(frame.buffer_mut(), area, look.style(Role::Text));
    let mut lines = Vec::new();
    let asks = model.waits_for_me().first().map(|(_, asks)| model.lasted(*asks));
    if let Some(wait) = asks {
        lines.push((look.say_with("small-asks", &[("wait", look.wait(wait).into())]), Role::WaitSoon));
    }
    let (count, longest) = model.queue_waits();
    lines.push(match longest {
        Some(wait) => {
            let values = [("count", count.into()), ("wait", look.wait(wait).into())];
            (look.say_with("small-queue", &values), Role::Text)
        }
        None => (look.say("top-nobody"), Role::Text),
    });
    let size = format!("{}x{}", area.width, area.height);
    let needs = format!("{COLUMNS}x{ROWS}");
    let values = [("size", size.into()), ("needs", needs.into())];
    let window = look.say_with("small-window", &values);
    let columns = usize::from(area.width);
    lines.extend(wrap(&window, columns).into_iter().map(|range| (window[range].to_owned(), Role::TextDim)));
    if let Some((notice, role)) = workspace::notice(model).filter(|_| model.notice.is_some()) {
        lines.insert(0, (notice, role));
    }
    let next = look.key(Command::ChatNext, Context::Global);
    let menu = look.key(Command::MenuOpen, Context::Global);
    lines.push((look.say_with("small-keys", &[("next", next.into()), ("menu", menu.into())]), Role::Hint));
    for (y, (text, role)) in lines.iter().enumerate() {
        let y = u16::try_from(y).unwrap_or(u16::MAX);
        put(frame.buffer_mut(), area, 0, y, text, look.style(*role));
    }
    frame.set_cursor_position((0, 0));
}
