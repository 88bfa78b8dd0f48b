//! The queue as the relay tells it: the whole first, then what changed. A hole in the versions asks for the whole.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::speech::{ContactRow, House, Notice, Queue};
use crate::client::reader::{Ring, open_body, words};
use crate::conversation::house::Person;
use crate::conversation::queue::Row;
use crate::conversation::{Account, ConversationId, EntryId, Event, Kind, Seq};
use crate::protocol::frame::{HouseView, Note, Numbered};

/// The state of the queue.
#[derive(Default)]
pub(super) struct Fold {
    ver: Option<u64>,
    rows: BTreeMap<ConversationId, Row>,
    people: Vec<Person>,
    house: Option<HouseView>,
    /// All that was forgotten, as far as this run knows.
    erased: BTreeSet<ConversationId>,
}

/// What changes the fold: `queue+` without its statistics.
pub(super) struct Delta {
    pub ver: u64,
    pub set: Vec<Row>,
    pub del: Vec<ConversationId>,
    pub people: Option<Vec<Person>>,
    pub house: Option<HouseView>,
}

impl Fold {
    /// Takes the whole.
    pub(super) fn set(&mut self, ver: u64, rows: Vec<Row>, people: Vec<Person>, house: HouseView) {
        self.ver = Some(ver);
        self.rows = rows.into_iter().map(|row| (row.conv, row)).collect();
        (self.people, self.house) = (people, Some(house));
    }

    /// Takes a change; `false` if one before it is missing.
    pub(super) fn change(&mut self, delta: Delta) -> bool {
        if self.ver.and_then(|ver| ver.checked_add(1)) != Some(delta.ver) {
            self.ver = None;
            return false;
        }
        self.ver = Some(delta.ver);
        self.rows.extend(delta.set.into_iter().map(|row| (row.conv, row)));
        for conv in delta.del {
            self.rows.remove(&conv);
        }
        self.people = delta.people.unwrap_or(std::mem::take(&mut self.people));
        self.house = delta.house.or(self.house.take());
        true
    }

    /// Forgets the version: the next socket begins with the whole.
    pub(super) fn lose(&mut self) {
        self.ver = None;
    }

    /// Notes what was forgotten and returns what is new of it.
    pub(super) fn erase(&mut self, erased: Vec<ConversationId>) -> Vec<ConversationId> {
        erased.into_iter().filter(|conv| self.erased.insert(*conv)).collect()
    }

    /// Returns a row.
    pub(super) fn row(&self, conv: ConversationId) -> Option<&Row> {
        self.rows.get(&conv)
    }

    /// Returns what an account holds.
    pub(super) fn held_by(&self, account: &Account) -> Vec<ConversationId> {
        self.rows.values().filter(|row| row.holder.as_ref() == Some(account)).map(|row| row.conv).collect()
    }

    /// Returns the head of the house.
    pub(super) fn house_head(&self) -> Seq {
        self.house.as_ref().map_or(0, |house| house.head)
    }

    /// Returns the queue as the console sees it; none before the first `queue`.
    pub(super) fn seen(&self, ring: Ring<'_>, as_of: u64) -> Option<Arc<Queue>> {
        let house = self.house.as_ref()?;
        let mut rows: Vec<Row> = self.rows.values().cloned().collect();
        rows.sort_by_key(|row| (row.order, row.opened, row.conv));
        let notice = |kind, note: &Note| notice(ring, kind, note);
        let house = House {
            line: house.line.clone(),
            goals: house.goals,
            doors: house.doors.as_ref().map(|note| notice(Kind::Doors, note)),
            hold: house.hold.as_ref().map(|note| notice(Kind::Hold, note)),
            notes: house.notes.iter().map(|note| notice(Kind::Announced, note)).collect(),
            joins: house.joins.clone(),
            overdue: house.overdue.clone(),
            damaged: house.damaged.clone(),
        };
        Some(Arc::new(Queue { rows, people: self.people.clone(), house, as_of }))
    }
}

fn notice(ring: Ring<'_>, kind: Kind, note: &Note) -> Notice {
    let event = Event::parse(kind, &note.data).ok();
    let (to, until) = match &event {
        Some(Event::Announced(announced, _)) => (announced.to.clone(), Some(announced.until)),
        Some(Event::Doors(doors, _)) => (None, doors.until),
        _ => (None, None),
    };
    let words = event.as_ref().and_then(Event::sealed).and_then(|sealed| {
        open_body(ring, (ConversationId::HOUSE, kind, note.id), sealed).map(|body| words(&body))
    });
    Notice { id: note.id, at: note.at, by: note.by.clone(), to, until, words }
}

/// Opens what a contact row still has sealed.
pub(super) fn contact_row(ring: Ring<'_>, row: Numbered<crate::conversation::event::Contact>) -> ContactRow {
    let facets = row.data.class.as_ref().and_then(|class| class_of(ring, row.id, class.id, &class.data));
    ContactRow { id: row.id, contact: row.data, facets }
}

fn class_of(ring: Ring<'_>, contact: EntryId, id: EntryId, data: &str) -> Option<String> {
    let event = Event::parse(Kind::Classified, data).ok()?;
    let ring = Ring { contact: Some(contact), ..ring };
    // The conversation is gone and unknown; a class is bound to its contact row alone.
    let body = open_body(ring, (ConversationId::HOUSE, Kind::Classified, id), event.sealed()?)?;
    Some(body.text.clone())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::event::Facts;
    use crate::conversation::queue::Phase;
    use crate::protocol::frame::{Goals, Line, LineState};

    fn row(conv: u8, order: i64) -> Row {
        Row {
            conv: ConversationId([conv; 16]),
            lang: "cs".into(),
            facts: Facts::default(),
            phase: Phase::Waiting,
            opened: 1,
            since: 1,
            order,
            head: 0,
            taken: None,
            holder: None,
            asks: None,
            level: None,
            back: None,
        }
    }

    fn house() -> HouseView {
        let line = Line { state: LineState::Open, next: None, wait_min: None };
        let goals = Goals::default();
        HouseView {
            head: 3,
            line,
            goals,
            doors: None,
            hold: None,
            notes: vec![],
            joins: vec![],
            overdue: vec![],
            damaged: vec![],
        }
    }

    fn change(ver: u64, set: Vec<Row>, del: Vec<ConversationId>) -> Delta {
        Delta { ver, set, del, people: None, house: None }
    }

    fn order(fold: &Fold) -> Vec<u8> {
        let ring = Ring { talk: None, line: &[], house: &[], contact: None };
        fold.seen(ring, 0).expect("a queue").rows.iter().map(|row| row.conv.0[0]).collect()
    }

    #[test]
    fn changes_are_folded_in_the_relays_order() {
        let mut fold = Fold::default();
        fold.set(7, vec![row(1, 10), row(2, 5)], vec![], house());
        assert_eq!(order(&fold), [2, 1]);
        assert!(fold.change(change(8, vec![row(3, 7), row(1, 1)], vec![])));
        assert_eq!(order(&fold), [1, 2, 3]);
        assert!(fold.change(change(9, vec![], vec![ConversationId([2; 16])])));
        assert_eq!((order(&fold), fold.house_head()), (vec![1, 3], 3));
    }

    #[test]
    fn a_hole_asks_for_the_whole() {
        let mut fold = Fold::default();
        assert!(!fold.change(change(1, vec![], vec![])), "nothing before");
        fold.set(7, vec![row(1, 10)], vec![], house());
        assert!(!fold.change(change(9, vec![row(2, 1)], vec![])), "8 is missing");
        assert!(!fold.change(change(10, vec![row(3, 1)], vec![])), "until the whole comes");
        assert_eq!(order(&fold), [1]);
        fold.set(11, vec![], vec![], house());
        assert!(fold.change(change(12, vec![row(3, 1)], vec![])));
    }

    #[test]
    fn what_was_forgotten_is_told_once() {
        let mut fold = Fold::default();
        let (one, two) = (ConversationId([1; 16]), ConversationId([2; 16]));
        assert_eq!(fold.erase(vec![one]), [one]);
        assert_eq!(fold.erase(vec![one, two]), [two]);
    }
}
