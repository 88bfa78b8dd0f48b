//! How a child's side ends: it leaves, asks to be forgotten, or is away for too long; and the ticket with which it may
//! come back.

use std::collections::HashMap;

use super::append::{After, Job};
use super::{Alarm, Effect, SessionId, Switchboard, Ticket};
use crate::conversation::event::{LeftReason, Setting};
use crate::conversation::house::OWED;
use crate::conversation::queue::{Back, End, How};
use crate::conversation::{ConversationId, EntryId, Event, Kind, Log};
use crate::protocol::Goodbye;
use crate::protocol::frame::ToClient;

impl Switchboard {
    pub(super) fn leave(&mut self, id: SessionId, conv: ConversationId) {
        self.enqueue(conv, Job::Leave { session: id });
    }

    pub(super) fn leave_turn(&mut self, conv: ConversationId, id: SessionId) {
        let Some(held) = self.talks.get(&conv) else { return };
        if held.talk.end.is_some() {
            return self.bye(id, conv);
        }
        self.write_own(conv, Log::Talk, Kind::Left, Event::Left(LeftReason::Leave), None, After::Bye(id));
    }

    /// A child left by itself at `left`: its ticket holds from now on.
    pub(super) fn ticket_begins(&mut self, conv: ConversationId, left: u64) {
        let Some(held) = self.talks.get(&conv) else { return };
        let back = Back { conv, holder: held.talk.holder.clone() };
        let ticket = Ticket { back, left, until: self.now.mono + self.rules.keep.ticket_ms };
        self.tickets.insert(held.shelf.after, ticket);
    }

    /// The way back is destroyed and the socket closed.
    pub(super) fn bye(&mut self, id: SessionId, conv: ConversationId) {
        self.destroy_token(conv);
        self.close(id, Goodbye::Bye);
    }

    pub(super) fn destroy_token(&mut self, conv: ConversationId) {
        if let Some(held) = self.talks.get_mut(&conv)
            && held.shelf.token.take().is_some()
        {
            self.out.push(Effect::ForgetToken { conv });
        }
    }

    pub(super) fn forget(&mut self, id: SessionId, conv: ConversationId) {
        self.enqueue(conv, Job::Forget { session: id });
    }

    pub(super) fn forget_turn(&mut self, conv: ConversationId, id: SessionId) {
        let Some(held) = self.talks.get(&conv) else { return };
        let kept = held.talk.level == Some(3) && held.talk.archived.is_none();
        if !kept {
            let end = End { at: self.now.wall, how: How::Left(LeftReason::Leave), seq: 0 };
            self.forgetting.insert(conv, id);
            self.erase_words(conv, Some(end));
        } else if held.talk.end.is_some() {
            self.forgotten(id, conv);
        } else {
            let event = Event::Left(LeftReason::Leave);
            self.write_own(conv, Log::Talk, Kind::Left, event, None, After::Forgotten(id));
        }
    }

    /// The same answers as if all were erased; what is owed is noted where it outlives a restart.
    pub(super) fn forgotten(&mut self, id: SessionId, conv: ConversationId) {
        let setting = Setting { name: OWED.to_owned(), value: conv.to_b64() };
        self.write_house(Event::Setting(setting), After::Nothing);
        self.answer_forgotten(id, conv);
    }

    pub(super) fn answer_forgotten(&mut self, id: SessionId, conv: ConversationId) {
        self.send(id, ToClient::Ok { re: "forget".to_owned(), conv: Some(conv) });
        self.bye(id, conv);
    }

    pub(super) fn child_gone(&mut self, id: SessionId, conv: ConversationId) {
        let Some(held) = self.talks.get_mut(&conv) else { return };
        if held.child == Some(id) {
            held.child = None;
            self.absence_begins(conv, self.rules.keep.absence_ms);
        }
    }

    pub(super) fn absence_begins(&mut self, conv: ConversationId, in_ms: u64) {
        let at = self.now.mono + in_ms;
        if let Some(held) = self.talks.get_mut(&conv)
            && held.shelf.token.is_some()
        {
            held.absent_at = Some(at);
            self.alarms.insert((at, Alarm::Absence(conv)));
        }
    }

    pub(super) fn absence(&mut self, conv: ConversationId) {
        let Some(held) = self.talks.get(&conv) else { return };
        if held.child.is_none() && held.absent_at.is_some_and(|at| at <= self.now.mono) {
            self.enqueue(conv, Job::Absent);
        }
    }

    pub(super) fn absent_turn(&mut self, conv: ConversationId) {
        let Some(held) = self.talks.get(&conv) else { return };
        if held.child.is_some() || held.shelf.token.is_none() {
            return;
        }
        self.destroy_token(conv);
        if self.talks.get(&conv).is_some_and(|held| held.talk.end.is_none()) {
            let event = Event::Left(LeftReason::Absent);
            self.write_own(conv, Log::Talk, Kind::Left, event, None, After::Nothing);
        }
    }

    /// The time of feedback after `closed` is over.
    pub(super) fn way_back_ends(&mut self, conv: ConversationId) {
        let over = self.talks.get(&conv).is_some_and(|held| held.talk.end.is_some());
        if over {
            self.destroy_token(conv);
        }
    }

    /// Times under an hour go on over a restart, with two minutes left at least.
    pub(super) fn talks_after_restart(&mut self) {
        let keep = self.rules.keep;
        let wall = self.now.wall;
        let left =
            |from: u64, time: u64| (from + time).saturating_sub(wall).clamp(keep.restart_ms.min(time), time);
        let convs: Vec<ConversationId> = self.talks.keys().copied().collect();
        for conv in convs {
            let Some(held) = self.talks.get(&conv) else { continue };
            let there_at = held.absent_at.unwrap_or(wall);
            let (end, lookers) = (held.talk.end, held.talk.lookers.clone());
            self.absence_begins(conv, left(there_at, keep.absence_ms));
            if let Some(end) = end {
                self.alarm(left(end.at, keep.feedback_ms), Alarm::WayBack(conv));
            }
            for account in lookers {
                self.alarm(keep.watch_off_ms, Alarm::WatchOff(conv, account));
            }
        }
    }

    /// Finds again, from `after` and the shelves, which talks came back from which: the first that opened with a ticket
    /// in its time spent it. What is not spent goes on.
    pub(super) fn link_returned(&mut self) {
        let ticket_ms = self.rules.keep.ticket_ms;
        let mut tickets: HashMap<EntryId, (u64, Back)> = HashMap::new();
        for held in self.talks.values() {
            if let Some(End { at, how: How::Left(LeftReason::Leave), .. }) = held.talk.end {
                let holder = held.talk.holder_at(at).cloned();
                tickets.insert(held.shelf.after, (at, Back { conv: held.talk.conv, holder }));
            }
        }
        let mut returned: Vec<(u64, ConversationId, EntryId)> = self
            .talks
            .values()
            .filter_map(|held| held.talk.after.map(|after| (held.talk.opened, held.talk.conv, after)))
            .collect();
        returned.sort_unstable();
        for (opened, conv, after) in returned {
            let in_time = |left: u64| left < opened && opened <= left + ticket_ms;
            if tickets.get(&after).is_some_and(|(left, _)| in_time(*left))
                && let Some((_, back)) = tickets.remove(&after)
                && let Some(held) = self.talks.get_mut(&conv)
            {
                held.talk.came_back(back);
            }
        }
        for (after, (left, back)) in tickets {
            let rest = (left + ticket_ms).saturating_sub(self.now.wall);
            self.tickets.insert(after, Ticket { back, left, until: self.now.mono + rest });
        }
    }
}
