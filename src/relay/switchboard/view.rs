//! What the desk sees of the house, and everybody of the line: folded from accounts, doors, notes and who waits.

use super::Switchboard;
use crate::conversation::Role;
use crate::conversation::event::ShiftState;
use crate::protocol::frame::{HouseView, Line, LineState};

/// What a row of an answer takes in a message beside its data, in bytes, at most.
pub(super) const ROW_BYTES: usize = 256;

impl Switchboard {
    pub(super) fn house_view(&self, role: Role) -> HouseView {
        let now = self.now.wall;
        let shut = self.house.doors.as_ref().filter(|_| !self.house.doors_open(now));
        let (joins, overdue, damaged) = match role {
            Role::Supervisor => {
                (self.house.joins().cloned().collect(), self.floor.overdue.clone(), self.damaged())
            }
            Role::Counsellor => Default::default(),
        };
        let notes = self.house.notes_at(now, self.rules.keep.notes_ms);
        HouseView {
            head: self.house.head,
            line: self.line(),
            goals: self.rules.goals,
            doors: shut.map(|(_, note)| note.clone()),
            hold: self.house.hold.clone(),
            notes: newest_that_fit(notes, self.rules.limits.client_bytes / 2, |note| note.data.len()),
            joins,
            overdue,
            damaged,
        }
    }

    /// Returns the state of the line.
    pub(super) fn line(&self) -> Line {
        let now = self.now.wall;
        let in_hours = self.rules.is_open(now);
        let (mut staffed, mut free) = (false, false);
        for account in self.presences.keys() {
            let (state, _) = self.state_of(account);
            if self.house.member(account).is_none() || self.may_take_over(account) {
                continue;
            }
            staffed |= state.state != ShiftState::Off;
            let ready = state.state == ShiftState::Ready && !self.is_away(account);
            free |= ready && self.floor.load(account) < usize::from(state.places);
        }
        let (waiting, _) = self.floor.counts();
        let state = if !in_hours || !self.house.doors_open(now) || !staffed {
            LineState::Closed
        } else if waiting >= self.rules.limits.waiting {
            LineState::Full
        } else if free {
            LineState::Open
        } else {
            LineState::Busy
        };
        let next = (state == LineState::Closed).then(|| self.opens_next(in_hours)).flatten();
        Line { state, next, wait_min: self.floor.wait_min }
    }

    /// When a closed line opens: known only if it is the clock or the doors that keep it shut.
    fn opens_next(&self, in_hours: bool) -> Option<u64> {
        let doors = self.house.doors.as_ref().filter(|_| !self.house.doors_open(self.now.wall));
        match doors {
            Some((doors, _)) => doors.until.map(|until| self.rules.next_opening(until).unwrap_or(until)),
            None if !in_hours => self.rules.next_opening(self.now.wall),
            None => None,
        }
    }
}

/// Returns the newest that fit into so many bytes together, oldest first: one message to a client has a limit.
pub(super) fn newest_that_fit<'a, T: Clone + 'a>(
    all: impl DoubleEndedIterator<Item = &'a T>,
    mut room: usize,
    bytes: impl Fn(&T) -> usize,
) -> Vec<T> {
    let fits = |one: &&T| {
        // Field names, id, time and author stand beside the data.
        let left = room.checked_sub(bytes(one) + ROW_BYTES);
        room = left.unwrap_or(0);
        left.is_some()
    };
    let mut newest: Vec<T> = all.rev().take_while(fits).cloned().collect();
    newest.reverse();
    newest
}
