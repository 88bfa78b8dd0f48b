//! The board: whether a child is in danger of being missed, in six numbers with their goals, and who is with whom.
//!
//! A fold over queue rows, people and contact rows; the live queue and a replayed journal give it the same inputs and so
//! the same numbers. What an update costs does not depend on how many wait. Colleagues stand in the order of their
//! names and nothing here compares them with each other. It refuses nothing and cannot fail.

use std::collections::{BTreeMap, BTreeSet};

use super::event::{Contact, ShiftState};
use super::house::Person;
use super::id::{Account, ConversationId, EntryId, Role};
use super::queue::{Phase, Row};
use super::tally::{Fate, Tally, Terms};

mod measure;
mod past;

pub use measure::{Alarm, AlarmKind, Measure, Six, Verdict};
pub use past::{CELL_MS, CELLS, Hour, Spark};

/// From this mark on a talk takes all of its counsellor's places.
const HEAVY: u8 = 2;

/// The goals of the line.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Goals {
    /// The limits of a wait.
    pub terms: Terms,
    /// The share to be answered within the target, 0 to 1.
    pub service_level: f64,
    /// The share that gives up at most, 0 to 1.
    pub abandonment: f64,
}

impl Default for Goals {
    fn default() -> Self {
        Self { terms: Terms::default(), service_level: 0.8, abandonment: 0.08 }
    }
}

/// A colleague's line of the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Colleague<'a> {
    /// What the relay says of it.
    pub person: &'a Person,
    /// The talks it holds that have not ended.
    pub chats: usize,
    /// The child that waits longest for its answer, and since when.
    pub asks: Option<(u64, ConversationId)>,
    /// Since when it works without a break; nothing on a break and off shift.
    pub since_break: Option<u64>,
    /// Places that are free.
    pub free: u64,
}

/// What of a colleague the rows say.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
struct Load {
    chats: usize,
    heavy: usize,
    asks: BTreeSet<(u64, ConversationId)>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct OnShift {
    person: Person,
    since_break: Option<u64>,
}

/// A mark on a talk, and since when it was seen; a mark that stood at the first sight has no time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    level: u8,
    since: Option<u64>,
}

/// Whether an answered contact is known from its row of the queue, from what stays of it, or from both.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Known {
    row: bool,
    contact: bool,
}

/// The board, folded.
#[derive(Debug, Clone, PartialEq)]
pub struct Board {
    goals: Goals,
    day: u64,
    now: u64,
    rows: BTreeMap<ConversationId, Row>,
    contacts: BTreeMap<(u64, EntryId), Contact>,
    people: BTreeMap<Account, OnShift>,
    loads: BTreeMap<Account, Load>,
    marks: BTreeMap<ConversationId, Mark>,
    /// All who wait, by the time since when.
    waiting: BTreeSet<(u64, ConversationId)>,
    /// Of those the ones that nobody took yet and that are within the target, by the time of their opening.
    in_time: BTreeSet<(u64, ConversationId)>,
    /// The ones past it.
    late: BTreeSet<(u64, ConversationId)>,
    /// Answered contacts of today by opening and answer, which name one contact in queue and rows alike.
    answered: BTreeMap<(u64, u64), Known>,
    asks: BTreeSet<(u64, ConversationId)>,
    today: Tally,
    free: u64,
    places: u64,
}

impl Board {
    /// Begins an empty board of the day that began at `day`, in milliseconds since 1970.
    pub fn new(goals: Goals, day: u64) -> Self {
        Self {
            goals,
            day,
            now: day,
            rows: BTreeMap::new(),
            contacts: BTreeMap::new(),
            people: BTreeMap::new(),
            loads: BTreeMap::new(),
            marks: BTreeMap::new(),
            waiting: BTreeSet::new(),
            in_time: BTreeSet::new(),
            late: BTreeSet::new(),
            answered: BTreeMap::new(),
            asks: BTreeSet::new(),
            today: Tally::default(),
            free: 0,
            places: 0,
        }
    }

    /// Takes new goals or a new day; what the board knows it keeps, and counts it anew.
    pub fn begin_day(&mut self, goals: Goals, day: u64) {
        let old = std::mem::replace(self, Self::new(goals, day));
        let keep = old.now.saturating_sub(CELLS as u64 * CELL_MS);
        self.now = old.now;
        self.marks = old.marks;
        for ((_, id), contact) in old.contacts {
            if contact.opened >= day || contact.ended >= keep {
                self.contact(id, contact);
            }
        }
        for row in old.rows.into_values() {
            self.set(row, old.now);
        }
        for shift in old.people.into_values() {
            self.person(shift);
        }
        self.advance(old.now);
    }

    /// Takes a new or changed row of the queue, seen at `at`.
    pub fn set(&mut self, row: Row, at: u64) {
        let before = self.take_out(row.conv);
        let mark = self.marks.get(&row.conv).copied();
        // Danger does not end with the talk: the mark stands until the row goes.
        match row.level.filter(|level| *level > 0) {
            Some(level) => {
                let since = match mark {
                    Some(mark) if mark.level == level => mark.since,
                    _ => before.is_some().then_some(at),
                };
                self.marks.insert(row.conv, Mark { level, since });
            }
            None => _ = self.marks.remove(&row.conv),
        }
        self.put_in(row);
    }

    /// Takes that a row went.
    pub fn remove(&mut self, conv: ConversationId) {
        self.take_out(conv);
        self.marks.remove(&conv);
    }

    /// Takes what stays of a contact; the same id again replaces it.
    pub fn contact(&mut self, id: EntryId, contact: Contact) {
        let opened = contact.opened;
        if let Some(old) = self.contacts.insert((opened, id), contact.clone()) {
            self.count_contact(&old, false);
        }
        self.count_contact(&contact, true);
    }

    /// Takes all who are on shift.
    pub fn people(&mut self, people: impl IntoIterator<Item = Person>) {
        let before = std::mem::take(&mut self.people);
        (self.free, self.places) = (0, 0);
        for person in people {
            let at_work = matches!(person.state, ShiftState::Ready | ShiftState::Locked);
            // A lock is no break: the time goes on.
            let known = before.get(&person.account).and_then(|shift| shift.since_break);
            let since_break = at_work.then(|| known.unwrap_or(person.since));
            self.person(OnShift { person, since_break });
        }
    }

    /// Takes that it is `now`: who has waited past the target by then was missed.
    pub fn advance(&mut self, now: u64) {
        self.now = now;
        while let Some((opened, conv)) = self.in_time.first().copied()
            && now.saturating_sub(opened) > self.goals.terms.target_ms
        {
            self.in_time.remove(&(opened, conv));
            self.late.insert((opened, conv));
            if opened >= self.day {
                self.today += Tally::of_fate(Fate::Late, self.goals.terms);
            }
        }
    }

    /// Returns the goals.
    pub fn goals(&self) -> &Goals {
        &self.goals
    }

    /// Returns the time of the last `advance`.
    pub fn now(&self) -> u64 {
        self.now
    }

    /// Returns today's sums: every contact of today whose fate is known. A child that waits counts as offered once it
    /// waits past the target.
    pub fn today(&self) -> Tally {
        self.today
    }

    /// Returns the six numbers.
    pub fn six(&self) -> Six {
        let longest = self.waiting.first().map(|(since, _)| self.now.saturating_sub(*since));
        Six::new(
            &self.goals,
            &self.today,
            self.waiting.len(),
            longest,
            self.free,
            self.places,
            self.marks.len(),
        )
    }

    /// Returns who waits longest.
    pub fn longest(&self) -> Option<&Row> {
        self.waiting.first().and_then(|(_, conv)| self.rows.get(conv))
    }

    /// Returns a row of the queue.
    pub fn row(&self, conv: ConversationId) -> Option<&Row> {
        self.rows.get(&conv)
    }

    /// Returns the colleagues' lines by name.
    pub fn colleagues(&self) -> impl Iterator<Item = Colleague<'_>> {
        self.people.values().map(|shift| {
            let load = self.loads.get(&shift.person.account);
            Colleague {
                person: &shift.person,
                chats: load.map_or(0, |load| load.chats),
                asks: load.and_then(|load| load.asks.first().copied()),
                since_break: shift.since_break,
                free: free(shift, load),
            }
        })
    }

    /// Returns what needs somebody now, the gravest first.
    pub fn alarms(&self) -> Vec<Alarm> {
        let past = (self.now.saturating_sub(self.goals.terms.target_ms), ConversationId([0; 16]));
        let mut alarms = Vec::new();
        let mut alarm =
            |kind, conv, account, since| alarms.push(Alarm { kind, conv, account, since, others: 0 });
        for (conv, mark) in &self.marks {
            let holder = self.rows.get(conv).and_then(|row| row.holder.clone());
            match mark.level {
                3.. => alarm(AlarmKind::Danger, Some(*conv), holder, mark.since),
                HEAVY => alarm(AlarmKind::SecondEyes, Some(*conv), holder, mark.since),
                _ => {}
            }
        }
        for (asked, conv) in self.asks.range(..past) {
            let holder = self.rows.get(conv).and_then(|row| row.holder.clone());
            alarm(AlarmKind::Unanswered, Some(*conv), holder, Some(*asked));
        }
        for shift in self.people.values() {
            let person = &shift.person;
            if person.away.is_some() && self.loads.get(&person.account).is_some_and(|load| load.chats > 0) {
                alarm(AlarmKind::Away, None, Some(person.account.clone()), person.away);
            }
        }
        if let Some((since, conv)) = self.waiting.first() {
            let late = self.waiting.range(..past).count();
            let waits = |kind, count: usize| Alarm {
                kind,
                conv: Some(*conv),
                account: None,
                since: Some(*since),
                others: count - 1,
            };
            if self.places == 0 {
                alarms.push(waits(AlarmKind::NobodyTakes, self.waiting.len()));
            } else if late > 0 {
                alarms.push(waits(AlarmKind::LongWait, late));
            }
        }
        alarms.sort_by_key(|alarm| (alarm.kind, alarm.since.unwrap_or(0)));
        alarms
    }

    fn put_in(&mut self, row: Row) {
        match row.phase {
            Phase::Waiting => {
                self.waiting.insert((row.since, row.conv));
                if row.taken.is_none() {
                    self.in_time.insert((row.opened, row.conv));
                }
            }
            Phase::With => {
                if let Some(asked) = row.asks {
                    self.asks.insert((asked, row.conv));
                }
                if let Some(holder) = row.holder.clone() {
                    self.change_load(&holder, |load| {
                        load.chats += 1;
                        load.heavy += usize::from(is_heavy(&row));
                        load.asks.extend(row.asks.map(|asked| (asked, row.conv)));
                    });
                }
            }
            Phase::Ended => {}
        }
        if let Some(taken) = row.taken {
            self.know((row.opened, taken), row.back.is_some(), |known| known.row = true);
        }
        self.rows.insert(row.conv, row);
        self.advance(self.now);
    }

    fn take_out(&mut self, conv: ConversationId) -> Option<Row> {
        let row = self.rows.remove(&conv)?;
        self.waiting.remove(&(row.since, conv));
        self.in_time.remove(&(row.opened, conv));
        if self.late.remove(&(row.opened, conv)) && row.opened >= self.day {
            self.today -= Tally::of_fate(Fate::Late, self.goals.terms);
        }
        if let Some(asked) = row.asks {
            self.asks.remove(&(asked, conv));
        }
        if let (Phase::With, Some(holder)) = (row.phase, row.holder.clone()) {
            self.change_load(&holder, |load| {
                load.chats -= 1;
                load.heavy -= usize::from(is_heavy(&row));
                if let Some(asked) = row.asks {
                    load.asks.remove(&(asked, conv));
                }
            });
        }
        if let Some(taken) = row.taken {
            self.know((row.opened, taken), row.back.is_some(), |known| known.row = false);
        }
        Some(row)
    }

    /// Counts a contact that was taken once, whether the queue still has its row, only its numbers stay, or both.
    fn know(&mut self, (opened, taken): (u64, u64), back: bool, change: impl FnOnce(&mut Known)) {
        let known = self.answered.entry((opened, taken)).or_default();
        let was = known.row || known.contact;
        change(known);
        let is = known.row || known.contact;
        if !is {
            self.answered.remove(&(opened, taken));
        }
        if opened < self.day || was == is {
            return;
        }
        let mut tally = Tally::of_fate(Fate::Answered(taken.saturating_sub(opened)), self.goals.terms);
        tally.came_again = u64::from(back);
        if is { self.today += tally } else { self.today -= tally }
    }

    fn count_contact(&mut self, contact: &Contact, counts: bool) {
        if let Some(taken) = contact.taken {
            self.know((contact.opened, taken), contact.back, |known| known.contact = counts);
        } else if contact.opened >= self.day {
            let tally = Tally::of(contact, self.goals.terms);
            if counts { self.today += tally } else { self.today -= tally }
        }
    }

    fn person(&mut self, shift: OnShift) {
        self.free += free(&shift, self.loads.get(&shift.person.account));
        self.places += places(&shift.person);
        self.people.insert(shift.person.account.clone(), shift);
    }

    fn change_load(&mut self, account: &Account, change: impl FnOnce(&mut Load)) {
        let load = self.loads.entry(account.clone()).or_default();
        let shift = self.people.get(account);
        let before = shift.map_or(0, |shift| free(shift, Some(load)));
        change(load);
        let after = shift.map_or(0, |shift| free(shift, Some(load)));
        self.free = self.free - before + after;
        if *load == Load::default() {
            self.loads.remove(account);
        }
    }
}

fn is_heavy(row: &Row) -> bool {
    row.level.is_some_and(|level| level >= HEAVY)
}

/// Returns the places of who takes children now.
fn places(person: &Person) -> u64 {
    let takes = person.state == ShiftState::Ready && person.away.is_none();
    if takes { u64::from(person.places) } else { 0 }
}

/// Returns the free ones of them: none beside a talk in danger.
fn free(shift: &OnShift, load: Option<&Load>) -> u64 {
    let (chats, heavy) = load.map_or((0, 0), |load| (load.chats, load.heavy));
    if heavy > 0 { 0 } else { places(&shift.person).saturating_sub(chats as u64) }
}

impl Colleague<'_> {
    /// Whether it takes children and has no place left.
    pub fn is_busy(&self) -> bool {
        self.person.state == ShiftState::Ready && self.free == 0
    }

    /// Whether it may be given a child by a supervisor: signed in, with a connection, not off.
    pub fn is_here(&self) -> bool {
        self.person.away.is_none() && self.person.state != ShiftState::Off
    }

    /// Whether it is a supervisor.
    pub fn is_supervisor(&self) -> bool {
        self.person.role == Role::Supervisor
    }
}

#[cfg(test)]
mod tests;
