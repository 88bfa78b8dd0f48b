//! Who was on shift when, read from the house as it is restored: what a relay that starts again must know of the quarter
//! of an hour that ran, and of whoever was there. Without it each restart would leave a gap in the staffing.

use std::collections::BTreeMap;

use super::Switchboard;
use super::keeping::{Meter, QUARTER, WRAP_MS};
use crate::conversation::event::{ShiftState, State};
use crate::conversation::queue::Talk;
use crate::conversation::{Account, ConversationId, Entry, Event};
use crate::relay::rules::Keep;

/// What the house tells of one account.
#[derive(Debug, Default, Clone)]
struct There {
    /// Since when it is on this shift: short absences do not end it.
    since: u64,
    is_here: bool,
    gone: u64,
    said: Option<(State, u64)>,
}

/// The roll of the shift, folded from the house, and the staffing of the quarter in which it stands.
#[derive(Debug, Default)]
pub struct Roll {
    accounts: BTreeMap<Account, There>,
    quarter: u64,
    at: u64,
    staffed: u64,
    slots: u64,
}

impl Roll {
    /// Takes the next entry of the house.
    pub fn apply(&mut self, entry: &Entry, event: &Event, keep: &Keep) {
        let (account, at) = match (event, entry.account()) {
            (Event::Login(name) | Event::Logout(name) | Event::Revoked { name, .. }, _) => (name, entry.at),
            (Event::State(_), Some(by)) => (by, entry.at),
            _ => return,
        };
        self.advance(at, keep);
        let there = self.accounts.entry(account.clone()).or_default();
        match event {
            Event::Login(_) => {
                if !there.is_here && there.gone + keep.absence_ms <= at {
                    there.since = at;
                }
                there.is_here = true;
            }
            Event::Logout(_) => (there.is_here, there.gone) = (false, at),
            Event::State(state) => there.said = Some((*state, at)),
            _ => _ = self.accounts.remove(account),
        }
    }

    /// Returns since when an account is on this shift.
    pub fn since(&self, account: &Account) -> Option<u64> {
        self.accounts.get(account).map(|there| there.since)
    }

    /// Counts up to a time; of a quarter before the one that ends with it or goes on nothing stays.
    fn advance(&mut self, to: u64, keep: &Keep) {
        let quarter = to.saturating_sub(1) / QUARTER * QUARTER;
        if self.quarter != quarter {
            (self.quarter, self.at, self.staffed, self.slots) = (quarter, self.at.max(quarter), 0, 0);
        }
        for there in self.accounts.values() {
            // Whoever lost the connection is still counted while nobody may take over.
            let until = if there.is_here { to } else { to.min(there.gone + keep.takeover_ms) };
            let said = there.said.filter(|(_, at)| *at >= there.since).map(|(state, _)| state);
            if let Some(State { state: ShiftState::Ready | ShiftState::Locked, places, .. }) = said {
                let time = until.saturating_sub(self.at);
                self.staffed += time;
                self.slots += time * u64::from(places);
            }
        }
        self.at = self.at.max(to);
    }
}

impl Switchboard {
    /// Takes up the quarters where the relay before left them: the one in which it stopped is written if it is over, and
    /// what is known of the one that runs is counted on.
    pub(super) fn meter_after_restart(&mut self) {
        let now = self.now.wall;
        let house = self.books.get(&ConversationId::HOUSE).map_or(0, super::book::Book::newest_at);
        let newest = house.max(self.latest.talk).min(now);
        let quarter = newest.saturating_sub(1) / QUARTER * QUARTER;
        let end = quarter + QUARTER;
        // A relay that was away for long had nobody on shift meanwhile; a restart ends no shift.
        let is_short = now - newest <= QUARTER;
        if now >= end {
            let meter = self.metered(quarter, if is_short { end } else { newest });
            self.write_quarter(quarter, meter);
        }
        let running = now / QUARTER * QUARTER;
        self.meter = match (is_short, running == quarter) {
            (true, _) => self.metered(running, now),
            (false, true) => self.metered(running, newest),
            (false, false) => Meter::default(),
        };
        self.meter.at = now;
    }

    /// Returns what the logs say of the staffing between two times of one quarter.
    fn metered(&mut self, from: u64, to: u64) -> Meter {
        let (keep, mut meter) = (self.rules.keep, Meter::default());
        if to <= from {
            return meter;
        }
        self.roll.advance(to, &keep);
        (meter.staffed, meter.slots) = (self.roll.staffed, self.roll.slots);
        for (account, convs) in &self.held_by {
            let talks = convs.iter().filter_map(|conv| Some(&self.talks.get(conv)?.talk));
            let (mut with, mut busy) = (Vec::new(), Vec::new());
            for talk in talks {
                let held: Vec<(u64, u64)> = spans(talk, account, from, to).collect();
                meter.session += held.iter().map(|(start, end)| end - start).sum::<u64>();
                with.extend(held);
                busy.extend(wrap(talk, account, from, to));
            }
            busy.extend(&with);
            meter.with += covered(with);
            meter.busy += covered(busy);
        }
        meter
    }
}

/// Returns when an account held a talk that went on, within two times.
fn spans(talk: &Talk, account: &Account, from: u64, to: u64) -> impl Iterator<Item = (u64, u64)> {
    let over = talk.end.map_or(u64::MAX, |end| end.at);
    let holds = talk.holds.iter().filter(move |hold| hold.account == *account);
    holds
        .map(move |hold| (hold.from.max(from), hold.until.unwrap_or(u64::MAX).min(over).min(to)))
        .filter(|(start, end)| start < end)
}

/// Returns when its last holder wrote the note of a talk that had ended, within two times.
fn wrap(talk: &Talk, account: &Account, from: u64, to: u64) -> Option<(u64, u64)> {
    let end = talk.end.filter(|_| talk.holder.as_ref() == Some(account))?;
    let until = talk.archived.unwrap_or(u64::MAX).min(end.at + WRAP_MS).min(to);
    Some((end.at.max(from), until)).filter(|(start, end)| start < end)
}

/// Returns how much time spans cover together.
fn covered(mut spans: Vec<(u64, u64)>) -> u64 {
    spans.sort_unstable();
    let (mut sum, mut reached) = (0, 0);
    for (start, end) in spans {
        sum += end.saturating_sub(start.max(reached));
        reached = reached.max(end);
    }
    sum
}
