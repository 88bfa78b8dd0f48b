//! What a board knows: the live fold of the queue, what ended today, the same weekday a week ago, and what the next
//! hours bring. It is fed with what the link tells and says what to ask of the relay; it draws nothing and asks no clock,
//! so the screen, `opora board --once` and a wall show the same numbers.

use std::collections::BTreeMap;

use jiff::ToSpan as _;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::client::desk::{Answer, ContactRow, Queue, Request};
use crate::conversation::ConversationId;
use crate::conversation::board::{Board, Goals};
use crate::conversation::event::Contact;
use crate::conversation::house::Person;
use crate::conversation::queue::Row;
use crate::conversation::tally::{Tally, Terms};
use crate::protocol::frame;
use crate::report::period::Period;
use crate::report::statistics::{self, QUEUE, Statistics};
use crate::report::week::{HALF_HOUR_MS, HalfHour, WeekAhead, demand};

/// Under which number the rows of today are asked for.
pub const TODAY: u64 = 0x626f_6172_6400;
/// Under which number the weeks before today are asked for.
pub const PAST: u64 = TODAY + 1;
/// After how long without a word of the relay a board is stale, in milliseconds. The relay is heard every 20 s.
pub const STALE_MS: u64 = 30_000;
/// How many days back a forecast looks.
const PAST_DAYS: i64 = 56;
const HOUR_MS: u64 = 3_600_000;

/// One of the next hours.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HourAhead {
    /// When it begins, in milliseconds since 1970.
    pub start: u64,
    /// How many children are expected in it.
    pub expected: f64,
    /// How many counsellors reach the goal; nothing if no number of them does.
    pub needed: Option<u32>,
}

/// What came of the weeks before today.
struct Past {
    statistics: Statistics,
    openings: Vec<u64>,
    is_whole: bool,
}

impl Past {
    fn of(from: u64, to: u64, zone: &TimeZone) -> Self {
        let statistics = Statistics::new(Period::new(from, to, zone), Terms::default());
        Self { statistics, openings: Vec::new(), is_whole: false }
    }
}

/// A board and what stands beside it.
pub struct Watch {
    /// The numbers.
    pub board: Board,
    zone: TimeZone,
    rows: BTreeMap<ConversationId, Row>,
    people: Vec<Person>,
    places: u32,
    next_day: u64,
    /// The contacts of the same weekday a week ago, and when that day began.
    week_ago: (u64, Vec<Contact>),
    past: Past,
    halves: Vec<HalfHour>,
    has_today: bool,
    /// A day began, and nobody was told to ask anew.
    is_due: bool,
}

impl Watch {
    /// Begins an empty board of the day of `now`.
    pub fn new(zone: TimeZone, now: u64) -> Self {
        let (day, next_day) = day_of(&zone, now);
        Self {
            board: Board::new(Goals::default(), day),
            rows: BTreeMap::new(),
            people: Vec::new(),
            places: 3,
            next_day,
            week_ago: (days_before(&zone, day, 7), Vec::new()),
            past: Past::of(days_before(&zone, day, PAST_DAYS), day, &zone),
            halves: Vec::new(),
            has_today: false,
            is_due: false,
            zone,
        }
    }

    /// Returns what to ask of the relay: after every welcome, and when a day begins.
    pub fn asks(&mut self) -> [(u64, Request); 2] {
        let (day, _) = day_of(&self.zone, self.next_day.saturating_sub(1));
        let from = days_before(&self.zone, day, PAST_DAYS);
        self.past = Past::of(from, day, &self.zone);
        self.week_ago = (days_before(&self.zone, day, 7), Vec::new());
        // The last hour may reach into yesterday; what ends while it is asked for comes by itself.
        let today = Request::Rows { from: day.saturating_sub(HOUR_MS), to: (1 << 53) - 1 };
        [(TODAY, today), (PAST, Request::Rows { from, to: day })]
    }

    /// Takes the queue as it is at `now`.
    pub fn queue(&mut self, queue: &Queue, now: u64) {
        self.advance(now);
        let goals = goals(&queue.house.goals);
        self.places = u32::from(queue.house.goals.places).max(1);
        if goals != *self.board.goals() {
            self.board.begin_day(goals, day_of(&self.zone, now).0);
        }
        let new: BTreeMap<ConversationId, &Row> = queue.rows.iter().map(|row| (row.conv, row)).collect();
        let gone: Vec<ConversationId> =
            self.rows.keys().filter(|conv| !new.contains_key(conv)).copied().collect();
        for conv in gone {
            self.rows.remove(&conv);
            self.board.remove(conv);
        }
        for (conv, row) in new {
            if self.rows.get(&conv) != Some(row) {
                self.rows.insert(conv, row.clone());
                self.board.set(row.clone(), now);
            }
        }
        if self.people != queue.people {
            self.people.clone_from(&queue.people);
            self.board.people(self.people.iter().cloned());
        }
        self.board.advance(now);
    }

    /// Takes what stays of contacts that just ended.
    pub fn ended(&mut self, rows: &[ContactRow]) {
        for row in rows.iter().filter(|row| row.contact.channel == QUEUE) {
            self.board.contact(row.id, row.contact.clone());
        }
    }

    /// Takes a page of rows that was asked for.
    pub fn answer(&mut self, ask: u64, answer: &Answer) {
        let Answer::Rows { contacts, intervals, is_last } = answer else { return };
        match ask {
            TODAY => {
                self.ended(contacts);
                self.has_today |= is_last;
            }
            PAST => {
                let (from, to) = day_of(&self.zone, self.week_ago.0);
                for row in contacts.iter().filter(|row| row.contact.channel == QUEUE) {
                    let contact = &row.contact;
                    self.past.openings.push(contact.opened);
                    self.past.statistics.add(&statistics::Row { contact: contact.clone(), facets: None });
                    if (from..to).contains(&contact.opened) {
                        self.week_ago.1.push(contact.clone());
                    }
                }
                intervals.iter().for_each(|(_, interval)| self.past.statistics.add_interval(interval));
                if *is_last {
                    self.past.is_whole = true;
                    self.forecast();
                }
            }
            _ => {}
        }
    }

    fn forecast(&mut self) {
        let statistics = &self.past.statistics;
        let demand = demand(statistics, self.board.goals(), self.places, None);
        let openings = self.past.openings.iter().copied();
        let first = self.past.openings.iter().min().copied();
        // A line that is younger than the weeks asked for begins with its first child, not with weeks of silence.
        let whole = statistics.period();
        let period = Period::new(first.unwrap_or(whole.from).max(whole.from), whole.to, &self.zone);
        let ahead = demand.and_then(|demand| WeekAhead::of(openings, &period, &demand));
        self.halves = ahead.map(|ahead| ahead.halves).unwrap_or_default();
    }

    /// Takes that it is `now`; returns whether a new day began, so that [`Watch::asks`] is due.
    pub fn tick(&mut self, now: u64) -> bool {
        self.advance(now);
        std::mem::take(&mut self.is_due)
    }

    fn advance(&mut self, now: u64) {
        self.board.advance(now);
        if now < self.next_day {
            return;
        }
        let (day, next_day) = day_of(&self.zone, now);
        self.next_day = next_day;
        let goals = *self.board.goals();
        self.board.begin_day(goals, day);
        self.is_due = true;
    }

    /// Whether the rows of today have come: before that the shares of today say nothing.
    pub fn has_today(&self) -> bool {
        self.has_today
    }

    /// Returns the sums of the same weekday a week ago up to this time of day, once that is known.
    pub fn week_ago(&self) -> Option<Tally> {
        let (from, contacts) = &self.week_ago;
        let (day, _) = day_of(&self.zone, self.board.now());
        let until = from + self.board.now().saturating_sub(day);
        let terms = self.board.goals().terms;
        (self.past.is_whole && !contacts.is_empty()).then(|| Tally::fold(contacts, *from, until, terms))
    }

    /// Returns the hours after this one that the forecast reaches: at most `count`.
    pub fn ahead(&self, count: usize) -> Vec<HourAhead> {
        let next = (self.board.now() / HALF_HOUR_MS + 1) * HALF_HOUR_MS;
        let first = self.halves.iter().position(|half| half.start >= next).unwrap_or(self.halves.len());
        self.halves[first..]
            .chunks_exact(2)
            .take(count)
            .map(|pair| HourAhead {
                start: pair[0].start,
                expected: pair[0].arrivals.expected + pair[1].arrivals.expected,
                needed: pair[0]
                    .needed
                    .zip(pair[1].needed)
                    .map(|(one, two)| one.counsellors.max(two.counsellors)),
            })
            .collect()
    }
}

/// Returns the goals as the numbers are judged by them.
pub fn goals(goals: &frame::Goals) -> Goals {
    Goals {
        terms: Terms { target_ms: goals.target_s.saturating_mul(1_000), ..Terms::default() },
        service_level: f64::from(goals.level) / 100.0,
        abandonment: f64::from(goals.abandoned) / 100.0,
    }
}

/// Returns when the day of a moment began, and when the next one does.
fn day_of(zone: &TimeZone, at: u64) -> (u64, u64) {
    whole_day(zone, date_of(zone, at)).unwrap_or((at, at + 24 * HOUR_MS))
}

/// Returns when the day began that is so many days before the one of a moment.
fn days_before(zone: &TimeZone, at: u64, days: i64) -> u64 {
    let date = date_of(zone, at).checked_sub(days.days()).ok();
    date.and_then(|date| whole_day(zone, date))
        .map_or(at.saturating_sub(days.unsigned_abs() * 24 * HOUR_MS), |(from, _)| from)
}

fn whole_day(zone: &TimeZone, date: Date) -> Option<(u64, u64)> {
    let day = Period::days(date, date.tomorrow().ok()?, zone)?;
    Some((day.from, day.to))
}

fn date_of(zone: &TimeZone, at: u64) -> Date {
    Period::new(at, at + 1, zone).local(at).date
}
