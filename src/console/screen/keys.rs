//! The keys of this screen, made from the keymap.

use ratatui::Frame;

use super::{Next, Press, Screen};
use crate::console::keymap::{Command, Context};
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::console::widget::wrap::wrap;
use crate::console::widget::{fill, pad, put, rule};

/// What the screen knows.
#[derive(Debug)]
pub struct State {
    context: Context,
    top: usize,
}

/// Shows the keys of where the focus is.
pub fn open(model: &mut Model) {
    let context = model.context();
    model.push(Screen::Keys(State { context, top: 0 }));
}

/// Takes a key.
pub fn update(state: &mut State, press: &Press, model: &mut Model) -> Next {
    let page = usize::from(model.size.1.saturating_sub(5)).max(1);
    let last = rows(model, state).len().saturating_sub(page);
    match press {
        Press::Command(Command::ChatUp) => state.top = state.top.saturating_sub(1),
        Press::Command(Command::ChatDown) => state.top = (state.top + 1).min(last),
        Press::Command(Command::ScrollUp) => state.top = state.top.saturating_sub(page),
        Press::Command(Command::ScrollDown) => state.top = (state.top + page).min(last),
        Press::Command(Command::MenuOpen) => return Next::Pass,
        _ => return Next::Close,
    }
    Next::Stay
}

enum Row {
    Title(String),
    Key(String, String),
}

/// The column in which it says what a key does.
const WHAT: usize = 16;

fn rows(model: &Model, state: &State) -> Vec<Row> {
    let look = &model.look;
    let mut contexts = vec![state.context];
    // In a box of text the letters of the list work with Alt.
    if state.context.takes_text() {
        contexts.push(Context::List);
    }
    contexts.push(Context::Global);
    let mut rows = Vec::new();
    for context in contexts {
        let mut bound: Vec<(Command, Vec<String>)> = Vec::new();
        for (keys, command) in look.keymap.bindings(context) {
            match bound.iter_mut().find(|(known, _)| *known == command) {
                Some((_, all)) => all.push(keys),
                None => bound.push((command, vec![keys])),
            }
        }
        bound.sort();
        if bound.is_empty() {
            continue;
        }
        rows.push(Row::Title(look.say(&format!("keys-{}", context.name()))));
        for (command, keys) in bound {
            let what = look.say(&format!("{}-what", command.text_id()));
            // What does not fit goes on below: nothing is cut.
            let columns = usize::from(model.size.0.min(80)).saturating_sub(WHAT + 2).max(8);
            let mut keys = keys.join(" ");
            for range in wrap(&what, columns) {
                rows.push(Row::Key(std::mem::take(&mut keys), what[range].to_owned()));
            }
        }
    }
    rows
}

/// Draws the keys.
pub fn draw(model: &Model, state: &State, frame: &mut Frame<'_>) {
    let look = &model.look;
    let whole = frame.area();
    let area = super::sheet(whole);
    let buffer = frame.buffer_mut();
    fill(buffer, whole, look.style(Role::Text));
    put(
        buffer,
        area,
        1,
        0,
        &look.say_with("keys-title", &[("keymap", look.keymap.name().into())]),
        look.style(Role::TextStrong),
    );
    rule(buffer, area, 1, "", look.style(Role::Rule), look.style(Role::Text));
    let page = usize::from(area.height.saturating_sub(4));
    for (y, row) in rows(model, state).iter().skip(state.top).take(page).enumerate() {
        let y = 2 + u16::try_from(y).unwrap_or(0);
        match row {
            Row::Title(title) => _ = put(buffer, area, 1, y, title, look.style(Role::TextStrong)),
            Row::Key(keys, what) => {
                let x = put(buffer, area, 1, y, &pad(keys, WHAT - 2), look.style(Role::Key));
                put(buffer, area, x + 1, y, what, look.style(Role::Text));
            }
        }
    }
    put(buffer, area, 1, area.height.saturating_sub(1), &look.say("keys-hint"), look.style(Role::Hint));
    frame.set_cursor_position((whole.x, whole.y));
}
