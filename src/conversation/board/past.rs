//! The last hour and the day so far, read from rows and contacts alone, so that a board that was just opened shows the
//! same curves as one that has stood there all day.

use std::collections::BTreeMap;

use super::Board;
use crate::conversation::event::{Contact, Facts};
use crate::conversation::queue::{Phase, Row};
use crate::conversation::tally::{Fate, Tally, fate};

/// Cells of a curve of the last hour.
pub const CELLS: usize = 8;
/// What one cell stands for, in milliseconds: 7.5 minutes.
pub const CELL_MS: u64 = 450_000;

const HOUR_MS: u64 = 3_600_000;

/// Three curves of the last hour, the newest cell last.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spark {
    /// How many waited at the end of each cell.
    pub waiting: [u64; CELLS],
    /// The service level of those who came in each cell.
    pub service_level: [Option<f64>; CELLS],
    /// The abandonment of those who came in each cell.
    pub abandoned: [Option<f64>; CELLS],
}

/// An hour of the day, by real time since its beginning: a day of 23 or 25 hours has as many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hour {
    /// When it began, in milliseconds since 1970.
    pub start: u64,
    /// Its sums.
    pub tally: Tally,
}

/// A contact as far as curves need it: from a row or from what stays.
struct Seen {
    opened: u64,
    fate: Option<Fate>,
    waits: [Option<(u64, u64)>; 2],
}

impl Board {
    /// Returns the curves of the last hour up to the last `advance`. Costs a pass over the rows and the contacts.
    pub fn spark(&self) -> Spark {
        let start = self.now.saturating_sub(CELLS as u64 * CELL_MS);
        let mut sums = [Tally::default(); CELLS];
        let mut waiting = [0; CELLS];
        self.each_seen(start, |seen| {
            let cell = seen.opened.checked_sub(start).map(|after| (after / CELL_MS) as usize);
            if let (Some(fate), Some(sum)) = (seen.fate, cell.and_then(|cell| sums.get_mut(cell))) {
                *sum += Tally::of_fate(fate, self.goals.terms);
            }
            for (cell, count) in waiting.iter_mut().enumerate() {
                let end = start + (cell as u64 + 1) * CELL_MS;
                let waits = |(from, to): &(u64, u64)| *from <= end && end < *to;
                *count += u64::from(seen.waits.iter().flatten().any(waits));
            }
        });
        Spark {
            waiting,
            service_level: sums.map(|sum| sum.service_level()),
            abandoned: sums.map(|sum| sum.abandonment()),
        }
    }

    /// Returns the hours of today up to the last `advance`.
    pub fn hours(&self) -> Vec<Hour> {
        let count = (self.now.saturating_sub(self.day)) / HOUR_MS + 1;
        let mut hours: Vec<Hour> = (0..count)
            .map(|hour| Hour { start: self.day + hour * HOUR_MS, tally: Tally::default() })
            .collect();
        self.each_seen(self.day, |seen| {
            let hour = seen.opened.checked_sub(self.day).map(|after| (after / HOUR_MS) as usize);
            if let (Some(fate), Some(hour)) = (seen.fate, hour.and_then(|hour| hours.get_mut(hour))) {
                hour.tally += Tally::of_fate(fate, self.goals.terms);
            }
        });
        hours
    }

    /// Returns how many of today's children told which topic, by its code.
    pub fn topics(&self) -> BTreeMap<&str, u64> {
        let contacts = self.contacts.range((self.day, crate::conversation::EntryId([0; 16]))..);
        let past = contacts.map(|(_, contact)| &contact.facts);
        let rows = self.rows.values().filter(|row| row.opened >= self.day && !self.is_past(row));
        let mut topics = BTreeMap::new();
        for topic in past.chain(rows.map(|row| &row.facts)).filter_map(topic) {
            *topics.entry(topic).or_default() += 1;
        }
        topics
    }

    /// Whether what stays of the row's contact is known as well.
    fn is_past(&self, row: &Row) -> bool {
        let same = |taken| self.answered.get(&(row.opened, taken)).is_some_and(|known| known.contact);
        row.phase == Phase::Ended && row.taken.is_some_and(same)
    }

    fn each_seen(&self, from: u64, mut see: impl FnMut(Seen)) {
        for contact in self.contacts.values().filter(|contact| contact.ended >= from) {
            see(past(contact));
        }
        for row in self.rows.values().filter(|row| !self.is_past(row)) {
            see(self.present(row));
        }
    }

    fn present(&self, row: &Row) -> Seen {
        let late = self.now.saturating_sub(row.opened) > self.goals.terms.target_ms;
        let fate = match row.taken {
            Some(taken) => Some(Fate::Answered(taken.saturating_sub(row.opened))),
            None => late.then_some(Fate::Late),
        };
        let again = (row.phase == Phase::Waiting && row.taken.is_some()).then_some((row.since, u64::MAX));
        Seen { opened: row.opened, fate, waits: [Some((row.opened, row.taken.unwrap_or(u64::MAX))), again] }
    }
}

fn past(contact: &Contact) -> Seen {
    let waits = (contact.opened, contact.taken.unwrap_or(contact.ended));
    Seen { opened: contact.opened, fate: Some(fate(contact)), waits: [Some(waits), None] }
}

fn topic(facts: &Facts) -> Option<&str> {
    facts.topic.as_deref()
}
