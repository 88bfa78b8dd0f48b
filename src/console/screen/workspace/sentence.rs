//! The one sentence above the footer: what was just said, what is wrong, who is in danger, who waits; and who waits beside it.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::client::link::{Connection, Lost};
use crate::console::keymap::{Command, Context};
use crate::console::model::{Model, QUIET_MS, Waiting};
use crate::console::theme::Role;
use crate::console::widget::wrap::wrap;
use crate::console::widget::{clip, put, put_right, width};

/// Draws the notice in the last row of the area, or in more of it if it is too long for one.
pub(super) fn draw(model: &Model, area: Rect, buffer: &mut Buffer) {
    let Some((text, role)) = notice(model) else { return };
    // Who waits for me is always to be seen, also while something else is said.
    let asks = asks_mark(model).filter(|_| {
        model.notice.is_some() || !matches!(role, Role::WaitLate | Role::WaitSoon | Role::WaitOk)
    });
    let room = asks.as_ref().map_or(0, |(text, _)| u16::try_from(width(text) + 2).unwrap_or(0));
    let style = model.look.style(role);
    let last = area.height.saturating_sub(1);
    let columns = usize::from(area.width.saturating_sub(room + 2));
    let lines = wrap(&text, columns);
    match lines.as_slice() {
        [first, second] if last > 0 => {
            put(buffer, area, 1, last - 1, text[first.clone()].trim_end(), style);
            put(buffer, area, 1, last, &text[second.clone()], style);
        }
        _ => {
            let words = Rect { width: area.width.saturating_sub(room), ..area };
            put(buffer, words, 1, last, &text, style);
        }
    }
    if let Some((text, role)) = asks {
        put_right(buffer, area, 1, last, &text, model.look.style(role));
    }
}

/// Returns how long a child of mine has waited for me, in a few letters.
pub fn asks_mark(model: &Model) -> Option<(String, Role)> {
    let waits = model.waits_for_me();
    let (_, asks) = waits.first()?;
    let wait = model.lasted(*asks);
    let count = if waits.len() > 1 { format!("{} · ", waits.len()) } else { String::new() };
    Some((format!("● {count}{}", model.look.wait(wait)), role_of(model.waiting(wait))))
}

fn role_of(waiting: Waiting) -> Role {
    match waiting {
        Waiting::Late => Role::WaitLate,
        Waiting::Soon => Role::WaitSoon,
        Waiting::Ok => Role::WaitOk,
    }
}

/// Returns what must be said of a child in danger, or of one that has fallen silent.
fn chat_sentence(model: &Model) -> Option<(String, Role)> {
    let look = &model.look;
    let in_danger = model.chats.iter().filter(|chat| !chat.is_gone());
    if let Some((chat, since)) = in_danger.filter_map(|chat| Some((chat, chat.danger_since()?))).next() {
        let watchers: Vec<String> = chat.transcript.watchers().iter().map(|who| look.name(who)).collect();
        let id = if watchers.is_empty() { "notice-danger" } else { "notice-danger-seen" };
        let values = [
            ("handle", model.handle(chat.conv).into()),
            ("wait", look.wait(model.lasted(since)).into()),
            ("who", watchers.join(", ").into()),
        ];
        return Some((look.say_with(id, &values), Role::Danger));
    }
    None
}

/// Returns that the child in front has been silent for long, and how to ask gently.
fn quiet_sentence(model: &Model) -> Option<(String, Role)> {
    let chat = model.chat()?;
    let quiet = chat.quiet(model.now()).filter(|quiet| *quiet >= QUIET_MS && chat.draft.is_blank())?;
    let values = [("handle", model.handle(chat.conv).into()), ("wait", model.look.wait(quiet).into())];
    Some((model.look.say_with("notice-quiet", &values), Role::WaitSoon))
}

/// Returns the one sentence of the notice line: what was just said, what is wrong, or who waits.
pub fn notice(model: &Model) -> Option<(String, Role)> {
    said(model).or_else(|| who_waits(model))
}

/// Returns what was just said, what is wrong, or who is in danger.
pub fn said(model: &Model) -> Option<(String, Role)> {
    let look = &model.look;
    if let Some(notice) = &model.notice {
        return Some((notice.text.clone(), notice.role));
    }
    if let Some(sentence) = connection_sentence(model) {
        return Some((sentence, Role::Warning));
    }
    if let Some((chat, sent)) = model.longest_on_its_way() {
        let words = clip(&sent.text.as_str().replace('\n', " "), 24);
        let values = [("handle", model.handle(chat.conv).into()), ("words", words.into())];
        return Some((look.say_with("not-yet-stored", &values), Role::Warning));
    }
    chat_sentence(model)
}

fn who_waits(model: &Model) -> Option<(String, Role)> {
    let look = &model.look;
    let waits = model.waits_for_me();
    let Some((conv, asks)) = waits.first() else { return quiet_sentence(model) };
    let wait = model.lasted(*asks);
    let role = role_of(model.waiting(wait));
    let values = [("handle", model.handle(*conv).into()), ("wait", look.wait(wait).into())];
    Some((look.say_with("notice-waits", &values), role))
}

fn connection_sentence(model: &Model) -> Option<String> {
    let look = &model.look;
    let key = || look.key(Command::MenuOpen, Context::Global);
    match &model.desk.connection {
        Connection::Waiting { retry_at_ms, why, .. } => {
            let seconds = retry_at_ms.saturating_sub(model.wall).div_ceil(1_000);
            let id = if *why == Lost::Busy { "relay-busy" } else { "relay-gone" };
            Some(look.say_with(id, &[("seconds", seconds.into()), ("key", key().into())]))
        }
        Connection::Stopped(stop) => {
            use crate::client::link::Stop;
            use crate::protocol::Goodbye;
            let id = match stop {
                Stop::Goodbye(Goodbye::Revoked) => "stopped-revoked",
                Stop::Goodbye(Goodbye::Replaced) => "stopped-replaced",
                Stop::Goodbye(_) => "stopped-goodbye",
                Stop::LoginFailed => "stopped-login",
                Stop::Card(_) => "stopped-card",
                Stop::NotOurs => "stopped-not-ours",
                Stop::Left | Stop::Gone | Stop::Line(_) => return None,
            };
            Some(look.say_with(id, &[("key", key().into())]))
        }
        Connection::Connecting { .. } | Connection::Online { .. } => None,
    }
}
