//! Who waits for whom, and how long: what decides F2 and F6, and what the top line, the list and the bell say.

use super::{Chat, Model, Standing};
use crate::conversation::ConversationId;
use crate::conversation::event::ShiftState;
use crate::conversation::queue::{Phase, Row};

/// How long a child that comes back is left to the colleague it talked with, in milliseconds.
const COURTESY_MS: u64 = 60_000;

/// How long after its counsellor's last socket went a child may be taken by any colleague, in milliseconds.
const LEFT_MS: u64 = 120_000;
/// After how long a child is quiet, in milliseconds: soon its own page will ask whether it is still there.
pub const QUIET_MS: u64 = 5 * 60_000;

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
    /// Returns the time by the relay's clock, in milliseconds since 1970: entries and waits are told by it, so a wrong
    /// clock on this computer changes none of them.
    pub fn now(&self) -> u64 {
        self.relay_clock.map_or(self.wall, |(mono, relay)| relay + self.mono.saturating_sub(mono))
    }

    /// Takes how far the relay's clock is ahead of this computer's.
    pub(super) fn set_clock(&mut self, ahead_ms: i64) {
        self.relay_clock = Some((self.mono, self.wall.saturating_add_signed(ahead_ms)));
    }

    /// Nothing the relay wrote is from the future: a computer that slept catches up with it.
    pub(super) fn clock_at_least(&mut self, at: u64) {
        if self.relay_clock.is_some() && at > self.now() {
            self.relay_clock = Some((self.mono, at));
        }
    }

    /// Returns how long something has lasted that began at `since` by the relay's clock, in milliseconds. The two clocks
    /// may differ a little: never less than nothing.
    pub fn lasted(&self, since: u64) -> u64 {
        self.now().saturating_sub(since)
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
        let mut waits: Vec<_> = self.mine().filter_map(|chat| Some((chat.conv, self.asks(chat)?))).collect();
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

    /// Returns the chats that are mine to answer or to close.
    pub fn mine(&self) -> impl Iterator<Item = &Chat> {
        self.chats.iter().filter(|chat| chat.is_mine())
    }

    /// Returns how many children I hold; a chat with only its form left holds no place.
    pub fn held(&self) -> usize {
        self.mine().filter(|chat| !chat.is_over()).count()
    }

    /// Returns how many children I take at once: mine, at most the line's.
    pub fn places(&self) -> usize {
        let line = self.desk.queue.as_ref().map_or(u8::MAX, |queue| queue.house.goals.places.max(1));
        usize::from(self.settings.places.min(line))
    }

    /// Returns whether there is a free place. A child at high or immediate risk takes all of them.
    pub fn has_place(&self) -> bool {
        self.held() < self.places() && !self.is_full_by_risk()
    }

    /// Returns whether a child at high or immediate risk takes all my places.
    pub fn is_full_by_risk(&self) -> bool {
        self.chats.iter().any(Chat::takes_all)
    }

    /// Returns the number of places the others may reckon with: no more than are taken, while one child takes all.
    pub(super) fn offered(&self) -> u8 {
        let places = if self.is_full_by_risk() { self.held() } else { self.places() };
        u8::try_from(places.max(1)).unwrap_or(u8::MAX)
    }

    /// Returns children whose counsellor has been gone for two minutes: any colleague may take them.
    pub fn left_behind(&self) -> impl Iterator<Item = &Row> {
        let people = self.desk.queue.as_ref().map_or(&[][..], |queue| &queue.people);
        let is_left = move |row: &&Row| {
            let holder = people.iter().find(|person| Some(&person.account) == row.holder.as_ref());
            let is_away =
                holder.is_none_or(|person| person.away.is_some_and(|away| self.lasted(away) >= LEFT_MS));
            row.phase == Phase::With && is_away && row.holder.is_some() && !self.is_of_mine(row.conv)
        };
        self.desk.rows().iter().filter(is_left)
    }

    /// Returns marked conversations that a supervisor should look at: the highest mark first.
    pub fn alarms(&self) -> Vec<&Row> {
        let is_alarm = |row: &&Row| {
            row.level.is_some_and(|level| level >= 2)
                && row.phase == Phase::With
                && row.holder.as_ref() != self.desk.account()
        };
        let mut rows: Vec<&Row> = self.desk.rows().iter().filter(is_alarm).collect();
        rows.retain(|_| self.desk.is_supervisor());
        rows.sort_by_key(|row| std::cmp::Reverse(row.level));
        rows
    }

    /// Returns what of colleagues' chats stands in the list: what was left behind, and what a supervisor should look at.
    pub fn of_others(&self) -> Vec<&Row> {
        let is_here = |row: &Row| self.chat_of(row.conv).is_some_and(|chat| !chat.is_gone());
        let mut rows: Vec<&Row> = self.alarms();
        rows.extend(self.left_behind());
        rows.retain(|row| !is_here(row));
        let mut known = Vec::new();
        rows.retain(|row| {
            !known.contains(&row.conv) && {
                known.push(row.conv);
                true
            }
        });
        rows
    }

    /// Returns whether a conversation is mine, or was a moment ago.
    fn is_of_mine(&self, conv: ConversationId) -> bool {
        self.chat_of(conv).is_some_and(|chat| matches!(chat.standing, Standing::Mine | Standing::Handed(_)))
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
