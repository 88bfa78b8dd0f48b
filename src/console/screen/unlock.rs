//! The passphrase: at the start, and after the lock. No name and no word of a chat is shown here before it is known;
//! then the newest contacts stand here while the rest of the casebook is read.

use crokey::KeyCombination;
use crossterm::event::KeyEvent;
use ratatui::Frame;
use ratatui::layout::Rect;
use zeroize::Zeroizing;

use super::board::wall;
use super::workspace;
use crate::casebook::record::ContactSummary;
use crate::console::keymap::{Command, Context, Lookup};
use crate::console::model::watch::Watch;
use crate::console::model::{Effect, Gate, Model, UnlockFailure};
use crate::console::theme::Role;
use crate::console::widget::wrap::wrap;
use crate::console::widget::{TextBox, fill, pad, put, rule};
use crate::conversation::SafeText;
use crate::vault::tries::{Tries, Try};

/// What the screen knows.
#[derive(Debug)]
pub struct State {
    /// What is typed.
    pub passphrase: TextBox,
    /// Whether it was open before.
    pub is_relock: bool,
    /// Whether a try is under way.
    pub is_trying: bool,
    /// How far the casebook is, in percent.
    pub progress: Option<u8>,
    /// The newest contacts, to be seen while the rest is read.
    pub newest: Vec<ContactSummary>,
    /// What went wrong.
    pub failure: Option<UnlockFailure>,
    /// The wrong tries, and the pause after five.
    pub tries: Tries,
    /// How many are left before the pause.
    pub left: u32,
    /// Whether leaving was asked once.
    pub asked_to_leave: bool,
}

impl Default for State {
    fn default() -> Self {
        Self {
            passphrase: TextBox::secret(),
            is_relock: false,
            is_trying: false,
            progress: None,
            newest: Vec::new(),
            failure: None,
            tries: Tries::default(),
            left: 0,
            asked_to_leave: false,
        }
    }
}

impl State {
    /// The try went wrong.
    pub fn failed(&mut self, failure: UnlockFailure, mono: u64) {
        (self.is_trying, self.progress) = (false, None);
        self.newest.clear();
        if failure == UnlockFailure::WrongPassphrase {
            self.left = match self.tries.wrong(mono) {
                Try::Left(left) => left,
                Try::PausedUntil(_) => 0,
            };
        }
        self.failure = Some(failure);
    }
}

/// Takes a key.
pub fn key(model: &mut Model, keys: KeyCombination, event: KeyEvent) {
    let command = match model.look.keymap.lookup(Context::Text, &[keys]) {
        Lookup::Command(command) => Some(command),
        _ => None,
    };
    let mono = model.mono;
    let holds_chats = model.desk.rows().iter().any(|row| row.holder.as_ref() == model.desk.account());
    let Gate::Locked(state) = &mut model.gate else { return };
    match command {
        Some(Command::Quit) if state.is_relock && holds_chats && !state.asked_to_leave => {
            state.asked_to_leave = true
        }
        Some(Command::Quit) => model.effect(Effect::Quit),
        Some(Command::TextSend) => {
            let may_try = matches!(state.tries.at(mono), Try::Left(_));
            if !state.is_trying && may_try && !state.passphrase.is_empty() {
                let passphrase = Zeroizing::new(state.passphrase.take());
                (state.is_trying, state.failure) = (true, None);
                model.effect(Effect::Unlock(passphrase));
            }
        }
        Some(Command::TextDeleteWord | Command::TextDeleteLine) => _ = state.passphrase.take(),
        Some(Command::Language) => model.switch_language(),
        _ => {
            state.asked_to_leave = false;
            state.passphrase.key(event);
        }
    }
}

/// Draws the screen.
pub fn draw(model: &Model, state: &State, frame: &mut Frame<'_>) {
    let look = &model.look;
    let whole = frame.area();
    fill(frame.buffer_mut(), whole, look.style(Role::Text));
    // Who looks at the board looks at nothing else: locked, it goes on without names, like the one on the wall.
    if let Some(watch) = model.supervision.watch.as_deref().filter(|_| state.is_relock && model.is_alone()) {
        return draw_below_board(model, state, watch, frame);
    }
    let area = Rect { width: whole.width.min(80), ..whole };
    let is_tiny = area.height < 9;
    let buffer = frame.buffer_mut();
    let mut y = 0;
    let title = if state.is_relock { look.say("lock-title") } else { look.say("unlock-title") };
    put(buffer, area, 1, y, &title, look.style(Role::TextStrong));
    y += 1;
    if !is_tiny {
        rule(buffer, area, y, "", look.style(Role::Rule), look.style(Role::Text));
        y += 2;
    }
    if state.is_relock {
        for (text, role) in what_waits(model) {
            put(buffer, area, 1, y, &text, look.style(role));
            y += 1;
        }
        y += u16::from(!is_tiny);
    }
    let prompt = format!("{} ", look.say("unlock-prompt"));
    let x = put(buffer, area, 1, y, &prompt, look.style(Role::Text));
    let field = Rect { x: area.x + x, y: area.y + y, width: area.width.saturating_sub(x), height: 1 }
        .intersection(area);
    let cursor = state.passphrase.draw(buffer, field, look.style(Role::Text));
    y += 2;
    if let Some((sentence, role)) = sentence(model, state) {
        for range in wrap(&sentence, usize::from(area.width.saturating_sub(2))) {
            put(buffer, area, 1, y, &sentence[range], look.style(role));
            y += 1;
        }
    }
    let last = area.height.saturating_sub(1);
    for contact in state.newest.iter().filter(|_| state.is_trying) {
        if y + 2 >= last {
            break;
        }
        y += 1;
        let date = look.locale.date(look.civil(contact.opened).date());
        let handle = SafeText::line(&contact.handle);
        let topic = contact.facets.topics.first();
        let topic = topic.map(|topic| workspace::topic_name(model, topic)).unwrap_or_default();
        let line = format!("{} {} {topic}", pad(&date, 7), pad(handle.as_str(), 16));
        put(buffer, area, 1, y, &line, look.style(Role::TextDim));
    }
    if last > y {
        let quit = look.key(Command::Quit, Context::Global);
        let hint = if state.is_relock { "lock-hint" } else { "unlock-hint" };
        put(buffer, area, 1, last, &look.say_with(hint, &[("key", quit.into())]), look.style(Role::Hint));
    }
    frame.set_cursor_position(cursor.unwrap_or((0, 0).into()));
}

/// Draws the board as it may be seen by anybody, and the passphrase below it.
fn draw_below_board(model: &Model, state: &State, watch: &Watch, frame: &mut Frame<'_>) {
    let look = &model.look;
    let whole = frame.area();
    let above = Rect { height: whole.height.saturating_sub(3), ..whole };
    let buffer = frame.buffer_mut();
    wall::draw(model, watch, above, buffer);
    rule(buffer, whole, above.height, "", look.style(Role::Rule), look.style(Role::Text));
    let y = above.height + 1;
    let prompt = format!("{} · {} ", look.say("lock-title"), look.say("unlock-prompt"));
    let x = put(buffer, whole, 1, y, &prompt, look.style(Role::Text));
    let field = Rect { x: whole.x + x, y: whole.y + y, width: whole.width.saturating_sub(x), height: 1 }
        .intersection(whole);
    let cursor = state.passphrase.draw(buffer, field, look.style(Role::Text));
    let quit = look.key(Command::Quit, Context::Global);
    let hint = || (look.say_with("unlock-hint", &[("key", quit.into())]), Role::Hint);
    let (text, role) = sentence(model, state).unwrap_or_else(hint);
    put(buffer, whole, 1, y + 1, &text, look.style(role));
    frame.set_cursor_position(cursor.unwrap_or((0, 0).into()));
}

/// What a locked screen may say: numbers, no names.
fn what_waits(model: &Model) -> Vec<(String, Role)> {
    let look = &model.look;
    let me = model.desk.account();
    let mine = model.desk.rows().iter().filter(|row| row.holder.as_ref() == me && row.asks.is_some());
    let asks: Vec<u64> = mine.filter_map(|row| row.asks).map(|asks| model.lasted(asks)).collect();
    let mut lines = Vec::new();
    if let Some(longest) = asks.iter().max() {
        let values = [("count", asks.len().into()), ("wait", look.wait(*longest).into())];
        lines.push((look.say_with("lock-mine", &values), Role::WaitSoon));
    }
    let (count, longest) = model.queue_waits();
    if let Some(longest) = longest {
        let values = [("count", count.into()), ("wait", look.wait(longest).into())];
        lines.push((look.say_with("small-queue", &values), Role::Text));
    }
    lines.push((look.say("lock-colleagues"), Role::TextDim));
    lines
}

fn sentence(model: &Model, state: &State) -> Option<(String, Role)> {
    let look = &model.look;
    if state.asked_to_leave {
        return Some((look.say("lock-leave"), Role::Warning));
    }
    if state.is_trying {
        return Some(match state.progress {
            Some(percent) => (look.say_with("unlock-reading", &[("percent", percent.into())]), Role::TextDim),
            None => (look.say("unlock-trying"), Role::TextDim),
        });
    }
    // A copy: whether the pause is over is asked again at the next try.
    if let Try::PausedUntil(until) = state.tries.clone().at(model.mono) {
        let seconds = until.saturating_sub(model.mono).div_ceil(1_000);
        return Some((look.say_with("unlock-pause", &[("seconds", seconds.into())]), Role::Error));
    }
    let text = match state.failure.as_ref()? {
        UnlockFailure::WrongPassphrase => {
            look.say_with("unlock-wrong", &[("left", state.left.max(1).into())])
        }
        UnlockFailure::InUse(Some(process)) => {
            look.say_with("unlock-in-use", &[("process", process.to_string().into())])
        }
        UnlockFailure::InUse(None) => look.say("unlock-in-use-unknown"),
        UnlockFailure::Failed(sentence) => crate::conversation::SafeText::line(sentence).to_string(),
    };
    Some((text, Role::Error))
}
