//! Who waits for whom, and how long: what decides F2 and F6, and what the top line, the list and the bell say.

use super::{Chat, Model};
use crate::conversation::ConversationId;
use crate::conversation::event::ShiftState;
use crate::conversation::queue::Row;

/// How long a child that comes back is left to the colleague it talked with, in milliseconds.
const COURTESY_MS: u64 = 60_000;

/// How a wait looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Waiting {
    /// Not long yet.
    Ok,
    /// Over half of the target.
    Soon,
    /// Over the target.
    Late,
}

impl Waiting {
    /// Returns the mark that stands before it: colour is never alone.
    pub fn mark(self) -> &'static str {
        match self {
            Self::Ok => " ",
            Self::Soon => "!",
            Self::Late => "‼",
        }
    }
}

impl Model {
    /// Returns how long something has lasted that began at `since` by the relay's clock, in milliseconds. The two clocks
    /// may differ a little: never less than nothing.
    pub fn lasted(&self, since: u64) -> u64 {
        self.wall.saturating_sub(since)
    }

    /// Returns how a wait looks against the line's target.
    pub fn waiting(&self, wait_ms: u64) -> Waiting {
        let target = self.desk.target_ms();
        match wait_ms {
            wait if wait > target => Waiting::Late,
            wait if wait > target / 2 => Waiting::Soon,
            _ => Waiting::Ok,
        }
    }

    /// Returns how many children wait in the queue, and how long the first of them has.
    pub fn queue_waits(&self) -> (usize, Option<u64>) {
        let waits: Vec<u64> = self.desk.waiting().map(|row| self.lasted(row.since)).collect();
        (waits.len(), waits.iter().max().copied())
    }

    /// Returns since when a child of mine has waited for my answer, by the relay's clock.
    pub fn asks(&self, chat: &Chat) -> Option<u64> {
        if chat.is_loaded() {
            chat.transcript.asks()
        } else {
            self.desk.row(chat.conv).and_then(|row| row.asks)
        }
    }

    /// Returns my chats whose child waits for an answer, the longest wait first.
    pub fn waits_for_me(&self) -> Vec<(ConversationId, u64)> {
        let mut waits: Vec<_> =
            self.chats.iter().filter_map(|chat| Some((chat.conv, self.asks(chat)?))).collect();
        waits.sort_by_key(|(_, asks)| *asks);
        waits
    }

    /// Returns whom F6 goes to: the longest wait, or the next one if that is in front already.
    pub fn who_waits_for_me(&self) -> Option<ConversationId> {
        let waits = self.waits_for_me();
        let in_front = waits.iter().position(|(conv, _)| Some(*conv) == self.front);
        match in_front {
            Some(_) if waits.len() == 1 => None,
            Some(place) => waits.get((place + 1) % waits.len()).map(|(conv, _)| *conv),
            None => waits.first().map(|(conv, _)| *conv),
        }
    }

    /// Returns how many children I hold; a chat with only its form left holds no place.
    pub fn held(&self) -> usize {
        self.chats.iter().filter(|chat| !chat.is_over()).count()
    }

    /// Returns how many children I take at once: mine, at most the line's.
    pub fn places(&self) -> usize {
        let line = self.desk.queue.as_ref().map_or(u8::MAX, |queue| queue.house.goals.places.max(1));
        usize::from(self.settings.places.min(line))
    }

    /// Returns whether there is a free place. A child at high or immediate risk takes all of them.
    pub fn has_place(&self) -> bool {
        let takes_all =
            |chat: &Chat| !chat.is_over() && chat.contact.facets.risk.is_some_and(|risk| risk >= 3);
        self.held() < self.places() && !self.chats.iter().any(takes_all)
    }

    /// Returns the child whom F2 takes: the relay's order decides. A child that comes back is left for a minute to the
    /// colleague it talked with, if that one is ready.
    pub fn next_child(&self) -> Option<&Row> {
        self.desk.waiting().find(|row| !self.desk.is_claiming(row.conv) && !self.is_left_to_another(row))
    }

    fn is_left_to_another(&self, row: &Row) -> bool {
        let Some(former) = row.back.as_ref().and_then(|back| back.holder.as_ref()) else { return false };
        let is_ready = self.desk.colleagues().any(|person| {
            &person.account == former && person.state == ShiftState::Ready && person.away.is_none()
        });
        is_ready && self.lasted(row.since) < COURTESY_MS
    }

    /// Returns the handle of a conversation; with a number where two on the screen would be alike.
    pub fn handle(&self, conv: ConversationId) -> String {
        let start = [conv.0[0], conv.0[1], conv.0[2]];
        let plain = |other: ConversationId| (other.0[0] % 32, other.0[1] % 64);
        let is_alike = |other: ConversationId| other != conv && plain(other) == plain(conv);
        let rows = self.desk.rows().iter().map(|row| row.conv);
        if rows.chain(self.chats.iter().map(|chat| chat.conv)).any(is_alike) {
            self.look.locale.handle_numbered(start)
        } else {
            self.look.locale.handle(start)
        }
    }
}
