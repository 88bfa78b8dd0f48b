//! Help from a supervisor: a second pair of eyes, handing over, danger to life; and words to colleagues.

use ratatui::Frame;

use super::{Next, Press, Screen, choice, prompt, workspace};
use crate::client::desk::Act;
use crate::console::keymap::{Command, Context};
use crate::console::model::{Model, Wrote};
use crate::console::theme::Role;
use crate::console::widget::put;
use crate::conversation::ConversationId;

/// What the sheet knows.
#[derive(Debug)]
pub struct State {
    /// The chat.
    pub conv: ConversationId,
}

/// What can be asked, in the order of the sheet.
const ASKS: [Command; 5] =
    [Command::AskSecond, Command::AskHandOver, Command::AskDanger, Command::AskWhisper, Command::ChatRelease];

/// Opens the sheet for the chat in front.
pub fn open(model: &mut Model) {
    if let Some(conv) = model.front {
        model.push(Screen::Ask(State { conv }));
    }
}

/// Takes a key.
pub fn update(_: &mut State, press: &Press, model: &mut Model) -> Next {
    match press {
        Press::Command(command) if ASKS.contains(command) => {
            model.run(*command);
            Next::Close
        }
        Press::Command(Command::Back | Command::HelpAsk) => Next::Close,
        Press::Command(_) => Next::Pass,
        Press::Key(_) | Press::Paste(_) => Next::Stay,
    }
}

/// Asks the supervisors to look at the chat in front.
pub fn second(model: &mut Model) {
    if let Some(conv) = model.front {
        model.write(conv, Act::Flag { level: 2, reason: String::new() }, Wrote::Flag(conv, 2));
    }
}

/// Asks to whom the child in front is handed over.
pub fn hand_over(model: &mut Model) {
    if let Some(conv) = model.front {
        choice::open_colleagues(model, conv);
    }
}

/// Asks once, then alarms all supervisors.
pub fn danger(model: &mut Model) {
    if let Some(conv) = model.front {
        choice::open_danger(model, conv);
    }
}

/// Opens the box for words to colleagues.
pub fn whisper(model: &mut Model) {
    if let Some(conv) = model.front {
        prompt::open(model, conv, prompt::Purpose::Whisper);
    }
}

/// Asks why the child goes back to the queue.
pub fn release(model: &mut Model) {
    if let Some(conv) = model.front {
        prompt::open(model, conv, prompt::Purpose::Release);
    }
}

/// Draws the sheet.
pub fn draw(model: &Model, state: &State, frame: &mut Frame<'_>) {
    let look = &model.look;
    let whole = frame.area();
    let area = super::window(whole, 78, 9);
    let buffer = frame.buffer_mut();
    let title = look.say_with("ask-title", &[("handle", model.handle(state.conv).into())]);
    super::framed(model, area, &title, buffer);
    let area = super::inner(area);
    for (y, command) in ASKS.iter().enumerate() {
        let y = u16::try_from(y).unwrap_or(0);
        let key = look.key(*command, Context::Ask);
        let role = if *command == Command::AskDanger { Role::Danger } else { Role::Text };
        put(buffer, area, 1, y, &key, look.style(Role::Key));
        let x = put(buffer, area, 8, y, &look.say(&command.text_id()), look.style(role));
        let what = look.say(&format!("{}-what", command.text_id()));
        if x < 30 {
            put(buffer, area, 30, y, &what, look.style(Role::TextDim));
        }
    }
    let hints = vec![(look.key(Command::Back, Context::Ask), look.say("hint-back"))];
    let last = ratatui::layout::Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
    workspace::draw_hints(&hints, 3, last, buffer, look.style(Role::Key), look.style(Role::Hint));
    frame.set_cursor_position(super::inside(Some(area.as_position()), whole));
}
