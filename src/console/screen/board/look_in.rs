//! A talk of somebody else, read along: its holder has been told who reads. Nothing can be written to the child from
//! here; a whisper goes to the colleague.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::super::talk::{self, Scroll};
use super::super::{Next, Press, inside, workspace};
use crate::console::keymap::{Command, Context};
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::console::widget::{clip, fill, put, rule};

/// Takes a key.
pub fn update(press: &Press, model: &mut Model) -> Next {
    let Press::Command(command) = press else { return Next::Stay };
    match command {
        Command::Back | Command::BoardLook => return Next::Close,
        Command::ScrollUp | Command::ChatUp => scroll(model, Scroll::PageUp),
        Command::ScrollDown | Command::ChatDown => scroll(model, Scroll::PageDown),
        Command::ScrollTop => scroll(model, Scroll::Top),
        Command::ScrollBottom => scroll(model, Scroll::Bottom),
        command if command.is_of_supervisors() => model.run(*command),
        _ => return Next::Pass,
    }
    Next::Stay
}

/// Where the talk stands.
fn talk_area(columns: u16, rows: u16) -> Rect {
    Rect::new(0, 2, columns, rows.saturating_sub(4))
}

fn scroll(model: &mut Model, how: Scroll) {
    let area = talk_area(model.size.0, model.size.1);
    let place =
        model.supervision.looking.as_ref().map(|looking| talk::scrolled(model, &looking.chat, area, how));
    if let (Some(place), Some(looking)) = (place, &mut model.supervision.looking) {
        looking.chat.scroll = place;
    }
}

/// Draws the talk.
pub fn draw(model: &Model, frame: &mut Frame<'_>) {
    let look = &model.look;
    let whole = frame.area();
    let buffer = frame.buffer_mut();
    fill(buffer, whole, look.style(Role::Text));
    let Some(looking) = &model.supervision.looking else { return };
    let chat = &looking.chat;
    let holder = model.desk.row(chat.conv).and_then(|row| row.holder.clone()).or(looking.holder.clone());
    let values = [
        ("handle", model.handle(chat.conv).to_uppercase().into()),
        ("who", holder.as_ref().map_or_else(|| "–".to_owned(), |who| look.name(who)).into()),
    ];
    let id = if holder.is_some() { "board-look-title" } else { "board-look-waiting" };
    let title = clip(&look.say_with(id, &values), usize::from(whole.width.saturating_sub(2)));
    put(buffer, whole, 1, 0, &title, look.style(Role::TextStrong));
    rule(buffer, whole, 1, "", look.style(Role::Rule), look.style(Role::Text));
    let area = talk_area(whole.width, whole.height).intersection(whole);
    let is_blurred = model.settings.blur && !model.is_focused;
    if chat.is_loaded() && !is_blurred {
        talk::draw_chat(model, chat, area, buffer);
    } else {
        put(buffer, area, 1, 0, &look.say("board-look-coming"), look.style(Role::TextDim));
    }
    let last = whole.height.saturating_sub(1);
    if let Some(notice) = &model.notice {
        put(buffer, whole, 1, last.saturating_sub(1), &notice.text, look.style(notice.role));
    }
    let mut commands = vec![Command::BoardWhisper, Command::BoardAssign, Command::Back];
    if !model.is_alone() {
        commands.insert(1, Command::BoardTakeOver);
    }
    let hints: Vec<(String, String)> = commands
        .into_iter()
        .map(|command| {
            let id = format!("hint-{}", command.id().replace(['.', '_'], "-"));
            (look.key(command, Context::Board), look.say(&id))
        })
        .collect();
    let foot = Rect { y: whole.y + last, height: 1, ..whole };
    workspace::draw_hints(&hints, 2, foot, buffer, look.style(Role::Key), look.style(Role::Hint));
    frame.set_cursor_position(inside(None, whole));
}
