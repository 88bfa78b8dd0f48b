//! What is asked that is no entry: one at a time, in order, since `ok` and `found` do not say what they answer.

use std::collections::VecDeque;

use super::Turn;
use super::speech::{Agreed, Answer, ContactRow, Request, Update};
use super::thread::Keyring;
use crate::client::reader::{Ring, open_body, words};
use crate::conversation::event::Interval;
use crate::conversation::{ConversationId, Event, Hash, Kind};
use crate::protocol::frame::{Found, Numbered};
use crate::protocol::{Refusal, ToRelay};
use crate::sealing::house::HouseKey;

/// The requests not yet answered.
#[derive(Default)]
pub(super) struct Asks {
    waiting: VecDeque<Ask>,
}

struct Ask {
    number: u64,
    request: Request,
    is_sent: bool,
    /// How many house keys were asked for, in `find`.
    keys_done: usize,
    found: Vec<Agreed>,
    /// Where the next page begins, in `rows`.
    after: Option<String>,
}

impl Ask {
    fn frame(&self, house: &[HouseKey]) -> Option<ToRelay> {
        Some(match self.request.clone() {
            Request::Find { phrase } => ToRelay::Find { tag: house.get(self.keys_done)?.tag(&phrase) },
            Request::Rows { from, to } => ToRelay::Rows { from, to, after: self.after.clone() },
            Request::Invite { public, name, role, until } => {
                ToRelay::Invite { public: Hash(public), name, role, until }
            }
            Request::Grant { account, key, enc, ct } => ToRelay::Grant { account, key, enc, ct },
            Request::Revoke { account } => ToRelay::Revoke { account },
            Request::Card { card, sig } => ToRelay::Card { card, sig },
        })
    }
}

impl Asks {
    pub(super) fn push(&mut self, number: u64, request: Request) {
        let (is_sent, keys_done, found, after) = (false, 0, Vec::new(), None);
        self.waiting.push_back(Ask { number, request, is_sent, keys_done, found, after });
    }

    /// The socket is gone; the first goes again on the next one.
    pub(super) fn ground(&mut self) {
        if let Some(first) = self.waiting.front_mut() {
            first.is_sent = false;
        }
    }

    /// Sends the first, unless its answer is still awaited.
    pub(super) fn send(&mut self, house: &[HouseKey], turn: &mut Turn<'_>) {
        while let Some(first) = self.waiting.front_mut().filter(|ask| !ask.is_sent) {
            match first.frame(house) {
                Some(frame) => {
                    first.is_sent = true;
                    return turn.send(frame);
                }
                // Without any house key there is nothing to be found.
                None => self.answer(Answer::Found(Vec::new()), turn),
            }
        }
    }

    /// Returns the first if it was sent and is of this type.
    fn first(&mut self, re: &str) -> Option<&mut Ask> {
        self.waiting.front_mut().filter(|ask| ask.is_sent && ask.request.name() == re)
    }

    fn answer(&mut self, answer: Answer, turn: &mut Turn<'_>) {
        if let Some(ask) = self.waiting.pop_front() {
            turn.tell(Update::Answer { ask: ask.number, answer });
        }
    }

    pub(super) fn done(&mut self, re: &str, turn: &mut Turn<'_>) {
        if self.first(re).is_some() {
            self.answer(Answer::Done, turn);
        }
    }

    pub(super) fn refused(&mut self, re: &str, code: Refusal, turn: &mut Turn<'_>) {
        if self.first(re).is_some() {
            self.answer(Answer::Refused(code), turn);
        }
    }

    pub(super) fn found(&mut self, entries: Vec<Found>, keys: &Keyring, turn: &mut Turn<'_>) {
        let Some(ask) = self.first("find") else { return };
        ask.found.extend(entries.into_iter().map(|entry| agreed(entry, &keys.house)));
        ask.keys_done += 1;
        ask.is_sent = false;
        if ask.keys_done >= keys.house.len() {
            let mut found = std::mem::take(&mut ask.found);
            found.sort_by_key(|agreed| std::cmp::Reverse(agreed.at));
            self.answer(Answer::Found(found), turn);
        }
    }

    pub(super) fn rows(
        &mut self,
        contacts: Vec<ContactRow>,
        intervals: Vec<Numbered<Interval>>,
        more: Option<String>,
        turn: &mut Turn<'_>,
    ) {
        let Some(ask) = self.first("rows") else { return };
        let intervals = intervals.into_iter().map(|row| (row.id, row.data)).collect();
        let is_last = more.is_none();
        let answer = Answer::Rows { contacts, intervals, is_last };
        if is_last {
            return self.answer(answer, turn);
        }
        (ask.after, ask.is_sent) = (more, false);
        turn.tell(Update::Answer { ask: ask.number, answer });
    }
}

fn agreed(entry: Found, house: &[HouseKey]) -> Agreed {
    let ring = Ring { talk: None, line: &[], house, contact: None };
    let event = Event::parse(Kind::Agreed, &entry.data).ok();
    let words = event.as_ref().and_then(Event::sealed).and_then(|sealed| {
        open_body(ring, (ConversationId::HOUSE, Kind::Agreed, entry.id), sealed).map(|body| words(&body))
    });
    Agreed { at: entry.at, by: entry.by, id: entry.id, words }
}
