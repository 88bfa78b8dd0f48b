//! Keeping and forgetting: what is erased when, the contact row that stays, the quarters of an hour of staffing.

use sha2::{Digest as _, Sha256};

use super::append::{After, Job};
use super::{Alarm, Effect, Failure, Metric, SessionId, Switchboard};
use crate::conversation::encoding::domain;
use crate::conversation::event::{Interval, ShiftState};
use crate::conversation::queue::{End, How, Phase};
use crate::conversation::{ConversationId, EntryId, Event, Kind};
use crate::protocol::Refusal;
use crate::relay::rules::{DAY, MINUTE};

/// A quarter of an hour.
pub(super) const QUARTER: u64 = 15 * MINUTE;
/// How long until an erasing that failed is tried again.
const ERASE_AGAIN_MS: u64 = 1000;
/// After the end, an account counts as busy with the contact for this long at most.
pub(super) const WRAP_MS: u64 = 30 * MINUTE;

/// Sums of staffing since the last quarter began, in account-milliseconds.
#[derive(Default)]
pub struct Meter {
    /// Until when it has counted; 0 before it began.
    pub at: u64,
    pub staffed: u64,
    pub slots: u64,
    pub session: u64,
    pub with: u64,
    pub busy: u64,
}

impl Switchboard {
    /// What is looked after once a minute.
    pub(super) fn minute(&mut self) {
        self.alarm(MINUTE, Alarm::Minute);
        self.meter_on();
        let mono = self.now.mono;
        self.addresses.retain(|_, counted| {
            !counted.opens.is_idle(mono)
                || !counted.failed.is_idle(mono)
                || counted.busy_until > mono
                || counted.work_until > mono
        });
        self.tickets.retain(|_, ticket| ticket.until > mono);
        let wall = self.now.wall;
        let (notes, longest) = (self.house.notes.len(), self.rules.keep.notes_ms);
        self.house.notes.retain(|(until, note)| *until > wall && note.at + longest > wall);
        self.floor.house |= self.house.notes.len() != notes;
        self.floor.fold_waits(wall);
        let there: Vec<ConversationId> =
            self.talks.iter().filter(|(_, held)| held.child.is_some()).map(|(conv, _)| *conv).collect();
        for conv in there {
            self.out.push(Effect::Stamp { conv, at: wall });
        }
        let overdue = self.overdue();
        if self.floor.overdue != overdue {
            self.floor.house = true;
            self.count(Metric::Unarchived(overdue.len()));
            self.floor.overdue = overdue;
        }
        self.erase_unreadable();
        for conv in self.due() {
            self.erase_words(conv, None);
        }
        if self.kept_day != wall / DAY {
            self.kept_day = wall / DAY;
            self.forget_old_rows();
        }
    }

    /// Once a day: what the house keeps for two years, and no longer.
    fn forget_old_rows(&mut self) {
        let now = self.now.wall;
        let before = now.saturating_sub(self.rules.keep.rows_ms);
        self.out.push(Effect::EraseHouse { before });
        self.house.contacts.retain(|(opened, _), _| *opened >= before);
        self.house.intervals.retain(|start, _| *start >= before);
        let agreed = now.saturating_sub(self.rules.keep.agreed_ms);
        self.house.agreed.retain(|_, notes| {
            notes.retain(|note| note.at >= agreed);
            !notes.is_empty()
        });
    }

    /// Returns the conversations whose words have been kept for as long as was promised.
    fn due(&self) -> Vec<ConversationId> {
        let keep = self.rules.keep;
        let due = |held: &super::Held| {
            let talk = &held.talk;
            let Some(end) = talk.end else {
                // A damaged log takes no end: what is left of it is kept as long as one that nobody archived.
                let book = self.books.get(&talk.conv).filter(|book| book.damaged)?;
                return Some(book.newest_at().max(held.shelf.stamp) + keep.unarchived_ms);
            };
            Some(match (talk.archived, talk.taken, end.how) {
                (Some(at), _, _) => at + keep.words_ms,
                (None, None, How::Left(_)) => end.at + keep.words_ms,
                _ if self.house.owed.contains(&talk.conv) => end.at + keep.danger_ms,
                _ => end.at + keep.unarchived_ms,
            })
        };
        let now = self.now.wall.max(self.newest_at());
        let is_due = |held: &super::Held| !held.erasing && due(held).is_some_and(|at| at <= now);
        self.talks.iter().filter(|(_, held)| is_due(held)).map(|(conv, _)| *conv).collect()
    }

    /// A log turned out to be damaged: it is closed for good, waits no more, and supervisors are told.
    pub(super) fn damage(&mut self, conv: ConversationId) {
        let Some(book) = self.books.get_mut(&conv) else { return };
        if !std::mem::replace(&mut book.damaged, true) {
            self.refresh(conv);
            self.tell_damage();
        }
    }

    pub(super) fn tell_damage(&mut self) {
        self.floor.house = true;
        let damaged = self.damaged().len();
        self.count(Metric::Damaged(damaged));
    }

    pub(super) fn is_damaged(&self, conv: ConversationId) -> bool {
        self.books.get(&conv).is_some_and(|book| book.damaged)
    }

    /// Returns the conversations that damage closed.
    pub(super) fn damaged(&self) -> Vec<ConversationId> {
        let closed = |book: &&super::book::Book| book.damaged && !book.conv.is_house();
        let mut damaged: Vec<_> = self.books.values().filter(closed).map(|book| book.conv).collect();
        damaged.sort_unstable();
        damaged
    }

    /// What lies on the shelf and never became a talk, or is one no more, goes as late as anything may.
    fn erase_unreadable(&mut self) {
        let (now, longest) = (self.now.wall, self.rules.keep.unarchived_ms);
        let due = |since: &u64| since + longest <= now;
        let convs: Vec<_> =
            self.unreadable.iter().filter(|(_, since)| due(since)).map(|(conv, _)| *conv).collect();
        for conv in convs {
            self.unreadable.remove(&conv);
            if !self.talks.contains_key(&conv) {
                self.books.remove(&conv);
                self.out.push(Effect::Erase { conv });
                self.tell_damage();
            }
        }
    }

    /// Returns the ended talks that nobody archived for so long that supervisors are told.
    fn overdue(&self) -> Vec<ConversationId> {
        let now = self.now.wall.max(self.newest_at());
        let is_overdue = |held: &super::Held| {
            let ended = held.talk.end.filter(|_| held.talk.has_row() && !held.erasing);
            ended.is_some_and(|end| end.at + self.rules.keep.told_ms <= now)
        };
        let mut overdue: Vec<ConversationId> =
            self.talks.iter().filter(|(_, held)| is_overdue(held)).map(|(conv, _)| *conv).collect();
        overdue.sort_unstable();
        overdue
    }

    fn newest_at(&self) -> u64 {
        self.books.get(&ConversationId::HOUSE).map_or(0, |book| book.newest_at())
    }

    /// Writes the row that stays, then lets the words go. `end` stands for the end of a talk that has none; with it,
    /// or with a forgetting that is owed, the child asked: the row says less, and the desk is told.
    pub(super) fn erase_words(&mut self, conv: ConversationId, end: Option<End>) {
        let forgotten = end.is_some() || self.house.owed.contains(&conv);
        let held_by = self.mean_held(conv);
        let Some(held) = self.talks.get_mut(&conv) else { return };
        if std::mem::replace(&mut held.erasing, true) {
            return;
        }
        let mut talk = held.talk.clone();
        talk.end = talk.end.or(end);
        let contact = held.contact;
        let row = talk.contact(held_by, forgotten).filter(|_| !self.rules.drill);
        let last = match (row, forgotten) {
            (Some(row), true) => {
                self.write_row(contact, Event::Contact(row, None), After::Nothing);
                Event::Erased(conv)
            }
            (Some(row), false) => {
                return self.write_row(contact, Event::Contact(row, None), After::Erase(conv));
            }
            (None, true) => Event::Erased(conv),
            (None, false) => return self.let_words_go(conv),
        };
        self.write_house(last, After::Erase(conv));
    }

    fn write_row(&mut self, id: EntryId, event: Event, after: After) {
        let house = ConversationId::HOUSE;
        let is_there = self.books.get(&house).is_some_and(|book| book.known(&id).is_some());
        if is_there {
            // A restart came between the row and the erasing.
            self.then(house, after);
        } else {
            self.enqueue(house, Job::House { event, id: Some(id), after });
        }
    }

    /// Takes the conversation out of the fold and destroys its words.
    pub(super) fn let_words_go(&mut self, conv: ConversationId) {
        let Some(held) = self.talks.remove(&conv) else { return };
        for hold in &held.talk.holds {
            if let Some(convs) = self.held_by.get_mut(&hold.account) {
                convs.remove(&conv);
            }
        }
        self.refresh(conv);
        if let Some(book) = self.books.remove(&conv) {
            let readers = book.watchers.clone();
            self.refuse_rest(book);
            for id in readers {
                self.drop_watch(id, conv);
            }
        }
        self.out.push(Effect::Erase { conv });
        if let Some(child) = held.child
            && !self.forgetting.contains_key(&conv)
        {
            self.close(child, crate::protocol::Goodbye::Bye);
        }
    }

    /// Whoever still waits for a turn is refused: the conversation is no more.
    fn refuse_rest(&mut self, book: super::book::Book) {
        let flight = book.flight.and_then(|flight| flight.writer.map(|writer| (writer, flight.entry.id)));
        let jobs = book.queue.into_iter().filter_map(|job| match job {
            Job::Append { session, draft, .. } => Some((session, draft.id)),
            _ => None,
        });
        let waiting: Vec<(SessionId, EntryId)> = flight.into_iter().chain(jobs).collect();
        for (session, id) in waiting {
            let about = super::session::About { id: Some(id), conv: Some(book.conv), ..Default::default() };
            self.refuse_about(session, Refusal::NotAllowed, "append", about);
        }
    }

    pub(super) fn erased(&mut self, conv: ConversationId, result: Result<(), Failure>) {
        if result.is_err() {
            // Nobody is told that words are gone which are not.
            return self.alarm(ERASE_AGAIN_MS, Alarm::EraseAgain(conv));
        }
        if let Some(session) = self.forgetting.remove(&conv) {
            self.answer_forgotten(session, conv);
        }
    }

    /// What an erasing that a restart interrupted still owes.
    pub(super) fn erase_after_restart(&mut self) {
        let convs: Vec<ConversationId> = self
            .talks
            .iter()
            .filter(|(conv, held)| {
                self.house.erased.contains_key(conv)
                    || self.house.contacts.contains_key(&(held.talk.opened, held.contact))
            })
            .map(|(conv, _)| *conv)
            .collect();
        for conv in convs {
            self.let_words_go(conv);
        }
    }

    /// Returns, in hundredths, the mean number of talks that the holders of a talk had while they held it.
    pub(super) fn mean_held(&self, conv: ConversationId) -> Option<u64> {
        let talk = &self.talks.get(&conv)?.talk;
        let span = |hold: &crate::conversation::queue::Hold, end: Option<End>| {
            let until = hold.until.unwrap_or(self.now.wall).min(end.map_or(u64::MAX, |end| end.at));
            (hold.from, until.max(hold.from))
        };
        let (mut time, mut overlap) = (0, 0);
        for hold in &talk.holds {
            let (from, until) = span(hold, talk.end);
            time += until - from;
            for other in self.held_by.get(&hold.account).into_iter().flatten() {
                let Some(other) = self.talks.get(other) else { continue };
                for theirs in other.talk.holds.iter().filter(|theirs| theirs.account == hold.account) {
                    let (start, end) = span(theirs, other.talk.end);
                    overlap += end.min(until).saturating_sub(start.max(from));
                }
            }
        }
        (overlap * 100).checked_div(time)
    }

    /// Counts staffing up to now, before anything changes it, and writes each quarter that is over.
    pub(super) fn meter_on(&mut self) {
        let now = self.now.wall;
        if self.meter.at == 0 {
            self.meter.at = now;
        }
        loop {
            let boundary = (self.meter.at / QUARTER + 1) * QUARTER;
            self.meter_to(now.min(boundary));
            if now < boundary {
                return;
            }
            let meter = std::mem::take(&mut self.meter);
            self.meter.at = boundary;
            self.write_quarter(boundary - QUARTER, meter);
        }
    }

    /// Writes a quarter that is over, unless it is written or nobody was there.
    pub(super) fn write_quarter(&mut self, start: u64, meter: Meter) {
        let Meter { staffed, slots, session, with, busy, .. } = meter;
        let seconds = |ms: u64| (ms + 500) / 1000;
        let interval = Interval {
            start,
            staffed_s: seconds(staffed),
            slots_s: seconds(slots),
            session_s: seconds(session),
            with_s: seconds(with),
            busy_s: seconds(busy),
        };
        let id = interval_id(start);
        let is_new = self.books.get(&ConversationId::HOUSE).is_some_and(|book| book.known(&id).is_none());
        if is_new && (staffed > 0 || session > 0) && !self.rules.drill {
            let job = Job::House { event: Event::Interval(interval), id: Some(id), after: After::Nothing };
            self.enqueue(ConversationId::HOUSE, job);
        }
    }

    fn meter_to(&mut self, until: u64) {
        let time = until.saturating_sub(self.meter.at);
        self.meter.at = self.meter.at.max(until);
        if time == 0 {
            return;
        }
        let mut sums = [0_u64; 5];
        for account in self.presences.keys() {
            if self.may_take_over(account) {
                continue;
            }
            let (state, _) = self.state_of(account);
            let load = self.floor.load(account) as u64;
            if matches!(state.state, ShiftState::Ready | ShiftState::Locked) {
                sums[0] += 1;
                sums[1] += u64::from(state.places);
            }
            sums[2] += load;
            sums[3] += u64::from(load > 0);
            sums[4] += u64::from(load > 0 || self.wraps_up(account, until));
        }
        let Meter { staffed, slots, session, with, busy, .. } = &mut self.meter;
        for (sum, count) in [staffed, slots, session, with, busy].into_iter().zip(sums) {
            *sum += count * time;
        }
    }

    fn wraps_up(&self, account: &crate::conversation::Account, at: u64) -> bool {
        self.mine(account).iter().filter_map(|conv| self.talks.get(conv)).any(|held| {
            held.talk.phase == Phase::Ended && held.talk.end.is_some_and(|end| at < end.at + WRAP_MS)
        })
    }
}

/// Returns SHA-256(D("interval") ‖ u64 start)[..16]: a quarter is written once, whatever happens.
fn interval_id(start: u64) -> EntryId {
    let hash = Sha256::new().chain_update(domain("interval")).chain_update(start.to_be_bytes()).finalize();
    let mut id = [0; 16];
    id.copy_from_slice(&hash[..16]);
    EntryId(id)
}

/// Returns the kind of one of the house's own events.
pub(super) fn kind_of(event: &Event) -> Kind {
    match event {
        Event::Invited(_) => Kind::Invited,
        Event::Joined(_) => Kind::Joined,
        Event::Granted(_) => Kind::Granted,
        Event::Revoked { .. } => Kind::Revoked,
        Event::Card(_) => Kind::Card,
        Event::Login(_) => Kind::Login,
        Event::Logout(_) => Kind::Logout,
        Event::Looked(_) => Kind::Looked,
        Event::Erased(_) => Kind::Erased,
        Event::Contact(..) => Kind::Contact,
        Event::Interval(_) => Kind::Interval,
        _ => Kind::Setting,
    }
}
