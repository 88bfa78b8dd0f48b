//! Taking a child: the next one, one chosen from the list, one left behind by a colleague.

use super::{Model, Pane, Wrote};
use crate::casebook::Before;
use crate::client::desk::Act;
use crate::console::keymap::{Command, Context};
use crate::console::screen;
use crate::console::theme::Role;
use crate::conversation::event::ShiftState;
use crate::conversation::queue::Phase;
use crate::conversation::{ConversationId, SafeText};

impl Model {
    /// F2 takes the most urgent child; on the row of a waiting child the list asks first.
    pub(super) fn take(&mut self) {
        let selected =
            self.selected.and_then(|conv| self.desk.row(conv)).filter(|row| row.phase == Phase::Waiting);
        if self.pane == Pane::List
            && let Some(row) = selected
        {
            return screen::choice::open_take(self, row.conv);
        }
        let hold = self.desk.queue.as_ref().is_some_and(|queue| queue.house.hold.is_some());
        if hold && !self.desk.is_supervisor() {
            return self.tell(Role::Warning, "take-hold", &[]);
        }
        if self.desk.state == ShiftState::Break {
            let key = self.look.key(Command::Break, Context::List);
            return self.tell(Role::Warning, "take-break", &[("key", key.into())]);
        }
        if self.is_full_by_risk() {
            return self.tell(Role::Warning, "take-high-risk", &[]);
        }
        if !self.has_place() {
            let values = [("held", self.held().into()), ("places", self.places().into())];
            return self.tell(Role::Warning, "take-no-place", &values);
        }
        if let Some(conv) = self.next_child().map(|row| row.conv) {
            self.claim(conv);
        }
    }

    /// Claims a child: one wins, and whoever loses learns who it was.
    pub(in crate::console) fn claim(&mut self, conv: ConversationId) {
        if self.restored.is_keyless {
            return self.tell(Role::Warning, "take-no-keys", &[]);
        }
        let (typed, mono) = (self.typed, self.mono);
        self.write(conv, Act::Claim, Wrote::Claim(conv, typed, mono));
        // Who only hears the screen must know at once that the key did something.
        if self.desk.is_online() {
            self.tell(Role::WhoSystem, "taking", &[("handle", self.handle(conv).into())]);
        }
    }

    /// A child that came back is known here: its contact goes into the same case, and what was agreed is said.
    pub(super) fn recalled(&mut self, conv: ConversationId, before: Before) {
        let mono = self.mono;
        let Some(chat) = self.chat_of_mut(conv) else { return };
        chat.contact.case = before.case;
        chat.contact.facets.repeat = true;
        chat.contact_changed(mono);
        let agreed = SafeText::line(&before.agreed).to_string();
        let handle = SafeText::line(&before.handle).to_string();
        let id = if agreed.is_empty() { "casebook-returned-linked" } else { "casebook-returned" };
        let values = [("count", before.times.into()), ("agreed", agreed.into()), ("handle", handle.into())];
        let text = self.look.say_with(id, &values);
        if let Some(chat) = self.chat_of_mut(conv) {
            chat.before = Some(text);
        }
        self.tell(Role::Ok, id, &values);
    }

    pub(super) fn is_of_another(&self, conv: ConversationId) -> bool {
        self.desk
            .row(conv)
            .is_some_and(|row| row.holder.is_some() && row.holder.as_ref() != self.desk.account())
    }

    /// Asks, then takes a child over: the one selected in the list, or the one that is read along.
    pub(super) fn take_over(&mut self) {
        let selected = self.selected.filter(|_| self.pane == Pane::List).or(self.front);
        match selected.filter(|conv| self.is_of_another(*conv)) {
            Some(conv) => screen::choice::open_take_over(self, conv),
            None => screen::choice::open_left_behind(self),
        }
    }
}
