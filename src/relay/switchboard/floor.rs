//! The queue as everybody at the desk sees it, and what of it changed. What it costs does not depend on how
//! many wait.

use std::collections::{BTreeSet, HashMap, HashSet, VecDeque};

use serde_json::json;

use super::{Alarm, Effect, Metric, SessionId, Switchboard};
use crate::conversation::event::{Contact, LeftReason};
use crate::conversation::queue::{How, Phase, Talk};
use crate::conversation::{Account, ConversationId, Entry, Event, Role};
use crate::protocol::frame::{Line, Numbered, SignalKind, ToClient};
use crate::relay::rules::{HOUR, MINUTE};

/// What of a talk decides whom to tell.
pub struct Before {
    holder: Option<Account>,
    phase: Phase,
    taken: bool,
}

impl Before {
    pub fn of(talk: &Talk) -> Self {
        Self { holder: talk.holder.clone(), phase: talk.phase, taken: talk.taken.is_some() }
    }
}

/// Who waits in which order, and what the desk has not been told yet.
#[derive(Default)]
pub struct Floor {
    order: BTreeSet<(i64, ConversationId)>,
    placed: HashMap<ConversationId, i64>,
    counted: HashMap<ConversationId, Account>,
    loads: HashMap<Account, usize>,
    shown: HashSet<ConversationId>,
    ver: u64,
    rows: BTreeSet<ConversationId>,
    pub people: bool,
    pub house: bool,
    pub erased: Vec<ConversationId>,
    /// Ended talks that nobody archived for too long.
    pub overdue: Vec<ConversationId>,
    done: Vec<Numbered<Contact>>,
    /// When each of the last hour's children was taken, and how long it had waited.
    waits: VecDeque<(u64, u64)>,
    /// How long a child waits, in minutes: by the last hour, from the median to the 90th percentile.
    pub wait_min: Option<(u32, u32)>,
    told_line: Option<Line>,
    places_due: bool,
    places_at: Option<u64>,
}

impl Floor {
    /// Versions begin at the time of the start, so that no client takes a new relay's for the old one's.
    pub fn begin(&mut self, wall: u64) {
        self.ver = wall;
    }

    /// Returns how many wait and how many are with somebody.
    pub fn counts(&self) -> (usize, usize) {
        (self.order.len(), self.counted.len())
    }

    pub fn load(&self, account: &Account) -> usize {
        self.loads.get(account).copied().unwrap_or(0)
    }

    /// Puts a conversation where it now belongs. Returns whether the order of those who wait changed.
    fn place(&mut self, conv: ConversationId, order: Option<i64>) -> bool {
        let before = self.placed.get(&conv).copied();
        if before == order {
            return false;
        }
        if let Some(before) = before {
            self.order.remove(&(before, conv));
            self.placed.remove(&conv);
        }
        if let Some(order) = order {
            self.order.insert((order, conv));
            self.placed.insert(conv, order);
        }
        true
    }

    fn count(&mut self, conv: ConversationId, holder: Option<Account>) {
        if let Some(before) = self.counted.remove(&conv)
            && let Some(load) = self.loads.get_mut(&before)
        {
            *load -= 1;
            if *load == 0 {
                self.loads.remove(&before);
            }
        }
        if let Some(holder) = holder {
            *self.loads.entry(holder.clone()).or_default() += 1;
            self.counted.insert(conv, holder);
        }
    }

    fn waited(&mut self, now: u64, wait: u64) {
        self.waits.push_back((now, wait));
        self.fold_waits(now);
    }

    /// Median and 90th percentile (nearest rank) of the last hour's waits, in whole minutes begun.
    pub fn fold_waits(&mut self, now: u64) {
        while self.waits.front().is_some_and(|(at, _)| *at + HOUR <= now) {
            self.waits.pop_front();
        }
        let mut waits: Vec<u64> = self.waits.iter().map(|(_, wait)| *wait).collect();
        waits.sort_unstable();
        let rank = |percent: usize| {
            let index = (waits.len() * percent).div_ceil(100).saturating_sub(1);
            waits.get(index).map(|wait| u32::try_from(wait.div_ceil(MINUTE)).unwrap_or(u32::MAX))
        };
        self.wait_min = rank(50).zip(rank(90));
    }
}

impl Switchboard {
    /// An entry of a conversation is folded: everybody whom it changes something for is told.
    pub(super) fn talk_took(&mut self, before: &Before, entry: &Entry, event: &Event) {
        let conv = entry.conv;
        self.meter_on();
        let Some(held) = self.talks.get(&conv) else { return };
        let talk = &held.talk;
        let (phase, holder) = (talk.phase, talk.holder.clone());
        let child_session = held.child;
        let wait =
            (!before.taken).then_some(talk.taken).flatten().map(|taken| taken.saturating_sub(talk.opened));
        let abandoned = talk.end.is_some() && talk.taken.is_none();
        let owed = self.house.owed.contains(&conv);
        match event {
            Event::Said(_) => self.count(Metric::Said),
            Event::Claimed => self.count(Metric::Claimed),
            Event::Left(_) | Event::Closed(_) => {
                self.count(if abandoned { Metric::Abandoned } else { Metric::Ended });
            }
            _ => {}
        }
        if let Some(wait) = wait {
            self.floor.waited(self.now.wall, wait);
        }
        if holder != before.holder {
            if let Some(holder) = &holder {
                self.held_by.entry(holder.clone()).or_default().insert(conv);
            }
            self.look_on_after(conv);
        }
        self.refresh(conv);
        if phase != before.phase {
            self.tell_phase(conv, phase);
        }
        if holder != before.holder && phase == Phase::With {
            let was_away = before.holder.as_ref().is_some_and(|before| self.is_away(before));
            let is_away = holder.as_ref().is_some_and(|holder| self.is_away(holder));
            if was_away != is_away {
                self.signal_child(conv, SignalKind::Away, Some(json!(is_away)));
            }
        }
        if let Event::Left(LeftReason::Leave) = event {
            self.ticket_begins(conv, entry.at);
        }
        if let Event::Closed(_) = event {
            self.alarm(self.rules.keep.feedback_ms, Alarm::WayBack(conv));
            if talk_is_misuse(self.talks.get(&conv).map(|held| &held.talk)) {
                self.misused(child_session);
            }
        }
        if matches!(event, Event::Archived) && owed {
            self.erase_words(conv, None);
        }
    }

    fn misused(&mut self, child: Option<SessionId>) {
        let address = child.and_then(|child| self.sessions.get(&child)).and_then(|session| session.address);
        if let Some(address) = address {
            let until = self.now.mono + self.rules.limits.misuse_ms;
            self.addresses.entry(address).or_default().work_until = until;
        }
    }

    pub(super) fn tell_phase(&mut self, conv: ConversationId, phase: Phase) {
        let value = serde_json::to_value(phase).ok();
        self.signal_child(conv, SignalKind::Phase, value);
        if phase == Phase::Waiting {
            self.tell_place(conv);
        }
    }

    /// Puts a conversation's row, order and load where they now belong.
    pub(super) fn refresh(&mut self, conv: ConversationId) {
        let (order, holder, has_row) = match self.talks.get(&conv) {
            Some(held) => {
                let (talk, has_row) = (&held.talk, self.shows(&held.talk));
                let waits = talk.phase == Phase::Waiting && has_row;
                let holder = talk.holder.clone().filter(|_| talk.phase == Phase::With);
                (waits.then(|| talk.order(&self.rules.ahead)), holder, has_row)
            }
            None => (None, None, false),
        };
        let moved = self.floor.place(conv, order);
        self.floor.count(conv, holder);
        self.floor.rows.insert(conv);
        if !has_row && self.floor.shown.contains(&conv) {
            self.done(conv);
        }
        if moved && !self.floor.places_due {
            self.floor.places_due = true;
            let next = self.floor.places_at.map_or(0, |at| at + self.rules.keep.place_ms);
            self.alarms.insert((next.max(self.now.mono), Alarm::Places));
        }
    }

    /// Whether the desk sees a row of it. Nobody can be given a child whose log is damaged: it does not wait.
    fn shows(&self, talk: &Talk) -> bool {
        talk.has_row() && (talk.phase != Phase::Waiting || !self.is_damaged(talk.conv))
    }

    pub(super) fn refresh_all(&mut self) {
        let convs: Vec<ConversationId> = self.talks.keys().copied().collect();
        for conv in convs {
            self.refresh(conv);
            if self.talks.get(&conv).is_some_and(|held| self.shows(&held.talk)) {
                self.floor.shown.insert(conv);
            }
        }
        self.floor.rows.clear();
    }

    /// A row goes: supervisors get its numbers.
    fn done(&mut self, conv: ConversationId) {
        if self.rules.drill {
            return;
        }
        let held = self.mean_held(conv);
        if let Some(row) = self
            .talks
            .get(&conv)
            .and_then(|talk| talk.talk.contact(held, false).map(|data| Numbered { id: talk.contact, data }))
        {
            self.floor.done.push(row);
        }
    }

    /// Tells the desk what changed since the last time, once.
    pub(super) fn settle(&mut self) {
        let line = self.line();
        if self.floor.told_line.as_ref() != Some(&line) {
            self.floor.told_line = Some(line);
            self.floor.house = true;
        }
        let floor = &mut self.floor;
        let quiet = floor.rows.is_empty() && !floor.people && !floor.house && floor.erased.is_empty();
        if quiet && floor.done.is_empty() {
            return;
        }
        let (changed, erased, done) = (
            std::mem::take(&mut floor.rows),
            std::mem::take(&mut floor.erased),
            std::mem::take(&mut floor.done),
        );
        let (people, house) = (std::mem::take(&mut floor.people), std::mem::take(&mut floor.house));
        floor.ver += 1;
        let ver = floor.ver;
        let (mut set, mut del) = (Vec::new(), Vec::new());
        for conv in changed {
            let held = self.talks.get(&conv).filter(|held| self.shows(&held.talk));
            match held.and_then(|held| held.talk.row(&self.rules.ahead)) {
                Some(row) => {
                    self.floor.shown.insert(conv);
                    set.push(row);
                }
                None if self.floor.shown.remove(&conv) => del.push(conv),
                None => {}
            }
        }
        let (counsellors, supervisors) = self.desks();
        let people = people.then(|| self.people());
        for (to, role) in [(counsellors, Role::Counsellor), (supervisors, Role::Supervisor)] {
            if to.is_empty() {
                continue;
            }
            let done = if role == Role::Supervisor { done.clone() } else { Vec::new() };
            let frame = ToClient::QueueDelta {
                ver,
                set: set.clone(),
                del: del.clone(),
                people: people.clone(),
                house: house.then(|| self.house_view(role)),
                erased: erased.clone(),
                done,
            };
            self.out.push(Effect::SendAll { to, frame });
        }
    }

    /// Sends the whole queue.
    pub(super) fn send_queue(&mut self, id: SessionId) {
        let role = self
            .sessions
            .get(&id)
            .and_then(|session| session.account())
            .and_then(|account| self.house.member(account))
            .map(|member| member.joined.role);
        let Some(role) = role else { return };
        let ahead = &self.rules.ahead;
        let mut rows: Vec<_> = self
            .talks
            .values()
            .filter(|held| self.shows(&held.talk))
            .filter_map(|held| held.talk.row(ahead))
            .collect();
        rows.sort_by_key(|row| (row.order, row.conv));
        let since = self.now.wall.saturating_sub(self.rules.keep.forgotten_ms);
        let erased =
            self.house.erased.iter().filter(|(_, at)| **at >= since).map(|(conv, _)| *conv).collect();
        let frame = ToClient::Queue {
            ver: self.floor.ver,
            rows,
            people: self.people(),
            house: self.house_view(role),
            erased,
        };
        self.send(id, frame);
    }

    /// Tells one child its place.
    pub(super) fn tell_place(&mut self, conv: ConversationId) {
        let Some(order) = self.floor.placed.get(&conv).copied() else { return };
        let before = self.floor.order.range(..(order, conv)).count();
        self.tell_place_if_new(conv, before as u64);
    }

    /// Tells every waiting child whose place changed, at most once in 15 s.
    pub(super) fn tell_places(&mut self) {
        self.floor.places_due = false;
        self.floor.places_at = Some(self.now.mono);
        let order: Vec<ConversationId> = self.floor.order.iter().map(|(_, conv)| *conv).collect();
        for (before, conv) in order.into_iter().enumerate() {
            self.tell_place_if_new(conv, before as u64);
        }
    }

    fn tell_place_if_new(&mut self, conv: ConversationId, before: u64) {
        let wait_min = self.floor.wait_min;
        let Some(held) = self.talks.get_mut(&conv) else { return };
        if held.child.is_none() || held.told_place == Some((before, wait_min)) {
            return;
        }
        held.told_place = Some((before, wait_min));
        let value = match wait_min {
            Some((low, high)) => json!({ "before": before, "wait_min": [low, high] }),
            None => json!({ "before": before }),
        };
        self.signal_child(conv, SignalKind::Place, Some(value));
    }
}

fn talk_is_misuse(talk: Option<&Talk>) -> bool {
    use crate::conversation::event::ClosedReason::Misuse;
    talk.and_then(|talk| talk.end).is_some_and(|end| end.how == How::Closed(Misuse))
}
