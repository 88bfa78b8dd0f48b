//! Another console of the same account, on another computer. What is done there stands here too and is said in one sentence;
//! the newest state on shift counts for both; and nobody answers a child twice without being asked.

use super::{Gate, Gone, Model, Wrote};
use crate::console::keymap::{Command, Context};
use crate::console::theme::Role;
use crate::conversation::ConversationId;
use crate::conversation::event::ShiftState;
use crate::conversation::transcript::{Shown, What};

impl Wrote {
    /// Returns the conversation it is about; nothing for what is of the house.
    pub(super) fn conv(&self) -> Option<ConversationId> {
        match self {
            Self::Claim(conv, ..)
            | Self::Say(conv)
            | Self::Close(conv)
            | Self::Classify(conv)
            | Self::Archive(conv)
            | Self::Release(conv)
            | Self::Transfer(conv, _)
            | Self::Flag(conv, _)
            | Self::Whisper(conv)
            | Self::Outside(conv) => Some(*conv),
            Self::Note(..) | Self::State | Self::Agreed | Self::Shift(_) => None,
        }
    }
}

impl Model {
    /// Returns whether an entry of my account came from another console. The entry of what this one wrote comes while
    /// it is under way, is known by its id, or, after a restart, is older than this connection or still in the outbox.
    fn is_from_elsewhere(&self, line: &Shown) -> bool {
        let is_me = self.desk.account().is_some() && line.who.account() == self.desk.account();
        let is_under_way = || self.desk.wrote.values().any(|wrote| wrote.conv() == Some(line.conv));
        let is_sent = || self.chat_of(line.conv).is_some_and(|chat| !chat.transcript.pending().is_empty());
        let is_own_claim = line.what == What::Claimed && self.desk.claimed.contains(&line.conv);
        is_me
            && !self.is_alone()
            && self.desk.heard_from.is_some_and(|from| line.at > from)
            && !self.desk.own.contains(&line.id)
            && !is_own_claim
            && !is_under_way()
            && !is_sent()
    }

    /// A line of a chat of mine: says what I did at another computer.
    pub(super) fn elsewhere(&mut self, line: &Shown) {
        if !self.is_from_elsewhere(line) {
            return;
        }
        let id = match &line.what {
            What::Said(_) => "elsewhere-wrote",
            What::Claimed => "elsewhere-took",
            What::Closed(_) => "elsewhere-closed",
            What::Archived => "elsewhere-archived",
            _ => return,
        };
        let mono = self.mono;
        if let (What::Said(_), Some(chat)) = (&line.what, self.chat_of_mut(line.conv)) {
            chat.elsewhere_at = Some(mono);
        }
        if line.what == What::Archived {
            self.let_go(line.conv, Gone::Archived);
        }
        let key = self.look.key(Command::CaseFind, Context::Global);
        let values = [("handle", self.handle(line.conv).into()), ("key", key.into())];
        self.tell(Role::WhoColleague, id, &values);
    }

    /// Takes over a state on shift that is newer than mine, for it was said at another computer. Only a lock is not taken
    /// over by whoever works here: that the line is staffed is said again.
    pub(super) fn state_elsewhere(&mut self) {
        let Some(said) = self.desk.said_at.filter(|_| self.leaving.is_none() && !self.is_alone()) else {
            return;
        };
        let people = self.desk.queue.as_ref().map_or(&[][..], |queue| &queue.people);
        let me = people.iter().find(|person| Some(&person.account) == self.desk.account());
        let Some((state, until, since)) = me.map(|me| (me.state, me.until, me.since)) else { return };
        if since <= said || self.desk.wrote.values().any(|wrote| matches!(wrote, Wrote::State)) {
            return;
        }
        self.desk.said_at = Some(since);
        let is_open = matches!(self.gate, Gate::Open);
        if state == ShiftState::Locked && is_open {
            let is_on = self.desk.state != ShiftState::Off;
            return if is_on {
                self.say_state(self.desk.state, self.desk.until);
            };
        }
        if (state, until) == (self.desk.state, self.desk.until) {
            return;
        }
        (self.desk.state, self.desk.until, self.desk.has_told_break) = (state, until, false);
        let id = match state {
            ShiftState::Ready => "elsewhere-ready",
            ShiftState::Break => "elsewhere-break",
            ShiftState::Off => "elsewhere-off",
            ShiftState::Locked => return,
        };
        if is_open {
            let until = until.map(|until| self.look.clock(until)).unwrap_or_default();
            let key = self.look.key(Command::MenuOpen, Context::Global);
            self.tell(Role::WhoColleague, id, &[("until", until.into()), ("key", key.into())]);
        }
    }

    /// Returns how long ago I wrote to a child at another computer, in milliseconds.
    pub(super) fn wrote_elsewhere(&self, conv: ConversationId) -> Option<u64> {
        Some(self.mono.saturating_sub(self.chat_of(conv)?.elsewhere_at?))
    }
}
