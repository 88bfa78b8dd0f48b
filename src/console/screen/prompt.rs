//! Words for colleagues, in a box of their own that no child can be reached from: a brief, a reason, a whisper.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Next, Press, Screen};
use crate::client::desk::Act;
use crate::console::keymap::Command;
use crate::console::model::{Model, Wrote};
use crate::console::theme::Role;
use crate::console::widget::{TextBox, put};
use crate::conversation::{Account, ConversationId};

/// For what the words are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    /// The brief for the colleague who takes over.
    HandOver(Account),
    /// Why the child goes back to the queue.
    Release,
    /// A line to colleagues.
    Whisper,
    /// Why a waiting child comes to the head of the queue.
    Move,
    /// Why the doors are shut, and until when.
    ShutDoors(Option<u64>),
    /// Why only supervisors hand out children.
    Hold,
    /// A note to all consoles or to one.
    Announce(Option<Account>),
}

/// How long an announcement stands, in milliseconds: 12 hours.
const ANNOUNCED_MS: u64 = 12 * 3_600_000;

/// What the window knows.
#[derive(Debug)]
pub struct State {
    /// The chat.
    pub conv: ConversationId,
    purpose: Purpose,
    words: TextBox,
}

/// Opens a box for words.
pub fn open(model: &mut Model, conv: ConversationId, purpose: Purpose) {
    model.push(Screen::Prompt(State { conv, purpose, words: TextBox::default() }));
}

/// Takes a key.
pub fn update(state: &mut State, press: &Press, model: &mut Model) -> Next {
    match press {
        Press::Command(Command::TextSend) => return send(state, model),
        Press::Command(Command::Back) => return Next::Close,
        Press::Command(command) => {
            if !state.words.command(*command) {
                return Next::Pass;
            }
        }
        Press::Key(event) => _ = state.words.key(*event),
        Press::Paste(text) => state.words.insert(text),
    }
    Next::Stay
}

fn send(state: &mut State, model: &mut Model) -> Next {
    if state.words.is_blank() {
        model.tell(Role::Warning, "prompt-empty", &[]);
        return Next::Stay;
    }
    let conv = state.conv;
    let text = state.words.take().trim().to_owned();
    match &state.purpose {
        Purpose::HandOver(to) => {
            let act = Act::Transfer { to: to.clone(), brief: text };
            model.write(conv, act, Wrote::Transfer(conv, to.clone()));
        }
        Purpose::Release => _ = model.write(conv, Act::Release { reason: text }, Wrote::Release(conv)),
        // Who does not have the chat before them is told that the words arrived.
        Purpose::Whisper if model.chat_of(conv).is_none() => {
            model.act_on_shift(conv, Act::Whisper { text }, "board-whispered");
        }
        Purpose::Whisper => _ = model.write(conv, Act::Whisper { text }, Wrote::Whisper(conv)),
        Purpose::Move => model.act_on_shift(conv, Act::Move { reason: text }, "board-moved"),
        Purpose::ShutDoors(until) => {
            let act = Act::Doors { open: false, until: *until, reason: text };
            model.act_on_shift(conv, act, "board-doors-shut");
        }
        Purpose::Hold => model.act_on_shift(conv, Act::Hold { on: true, reason: text }, "board-hold-on"),
        Purpose::Announce(to) => {
            let act = Act::Announce { to: to.clone(), until: model.wall + ANNOUNCED_MS, text };
            model.act_on_shift(conv, act, "board-announced");
        }
    }
    Next::Close
}

/// Draws the window: its colour and its place are not those of the message box.
pub fn draw(model: &Model, state: &State, frame: &mut Frame<'_>) {
    let look = &model.look;
    let whole = frame.area();
    let handle = model.handle(state.conv);
    let title = match &state.purpose {
        Purpose::HandOver(to) => {
            look.say_with("prompt-hand-over", &[("handle", handle.into()), ("who", look.name(to).into())])
        }
        Purpose::Release => look.say_with("prompt-release", &[("handle", handle.into())]),
        Purpose::Whisper => look.say_with("prompt-whisper", &[("handle", handle.into())]),
        Purpose::Move => look.say_with("prompt-move", &[("handle", handle.into())]),
        Purpose::ShutDoors(Some(until)) => {
            look.say_with("prompt-shut-doors-until", &[("at", look.clock(*until).into())])
        }
        Purpose::ShutDoors(None) => look.say("prompt-shut-doors"),
        Purpose::Hold => look.say("prompt-hold"),
        Purpose::Announce(None) => look.say("prompt-announce-all"),
        Purpose::Announce(Some(to)) => look.say_with("prompt-announce-one", &[("who", look.name(to).into())]),
    };
    let area = super::window(whole, 64, 9);
    let buffer = frame.buffer_mut();
    super::framed(model, area, &title, buffer);
    let area = super::inner(area);
    put(buffer, area, 1, 0, &look.say("prompt-safe"), look.style(Role::WhoColleague));
    let field = Rect {
        x: area.x + 1,
        y: area.y + 2.min(area.height),
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(4),
    };
    let cursor = state.words.draw(buffer, field, look.style(Role::WhoColleague));
    let last = area.height.saturating_sub(1);
    match &model.notice {
        Some(notice) => put(buffer, area, 1, last, &notice.text, look.style(notice.role)),
        None => put(buffer, area, 1, last, &look.say("prompt-hint"), look.style(Role::Hint)),
    };
    frame.set_cursor_position(super::inside(cursor, whole));
}
