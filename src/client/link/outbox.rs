//! What was written and is not yet acknowledged. One append at a time per conversation and log is on its way; it is
//! sealed once and its bytes are repeated unchanged until the relay has answered.

use serde::{Deserialize, Serialize};

use super::Moment;
use crate::conversation::{ConversationId, EntryId, Kind, Log, Pen, Seq};
use crate::protocol::ToRelay;

/// An honest relay answers at once, or the socket breaks; after this long the same bytes go again, in milliseconds.
const PATIENCE: u64 = 15_000;

/// An append as it goes over the wire, byte for byte the same each time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::client) struct Packet {
    pub id: EntryId,
    pub kind: Kind,
    pub data: String,
    pub expect: Option<Seq>,
    /// The pen and its count, which the relay has on disk once it acknowledged this.
    pub place: Option<(Pen, u64)>,
}

/// Where an item is on its way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::client) enum State {
    /// To be sealed when it comes first.
    Fresh,
    /// Sealed; may go out once it is kept.
    Sealed,
    /// Sent, at this time.
    Flying(u64),
    /// To be repeated at this time: the relay asked for it.
    Later(u64),
}

/// Something written.
#[derive(Debug, Clone)]
pub(in crate::client) struct Item<A> {
    /// The id under which the program asked.
    pub command: EntryId,
    pub conv: ConversationId,
    pub log: Log,
    pub act: A,
    pub packet: Option<Packet>,
    pub state: State,
    /// How many times it was given out to be kept and that was not yet done.
    pub keeps: u32,
    /// Whether it was ever given out to be kept.
    pub is_told: bool,
    /// How many times it was decided anew.
    pub anew: u32,
    /// The head of its log, as the relay's last refusal said.
    pub head: Option<Seq>,
}

impl<A> Item<A> {
    pub(in crate::client) fn new(command: EntryId, conv: ConversationId, log: Log, act: A) -> Self {
        let (packet, state) = (None, State::Fresh);
        Self { command, conv, log, act, packet, state, keeps: 0, is_told: false, anew: 0, head: None }
    }

    /// Forgets the seal: it is decided anew.
    pub(in crate::client) fn again(&mut self, head: Option<Seq>) {
        (self.packet, self.state, self.head) = (None, State::Fresh, head.or(self.head));
        self.anew += 1;
    }

    fn is_due(&self, now: Moment) -> bool {
        self.keeps == 0
            && match self.state {
                State::Fresh => false,
                State::Sealed => true,
                State::Flying(since) => now.mono >= since + PATIENCE,
                State::Later(until) => now.mono >= until,
            }
    }
}

/// All items, in the order they were written.
#[derive(Debug)]
pub(in crate::client) struct Outbox<A> {
    items: Vec<Item<A>>,
}

impl<A> Outbox<A> {
    pub(in crate::client) fn new() -> Self {
        Self { items: Vec::new() }
    }

    /// Adds an item, unless its command is known.
    pub(in crate::client) fn push(&mut self, item: Item<A>) -> bool {
        let is_new = self.items.iter().all(|known| known.command != item.command);
        if is_new {
            self.items.push(item);
        }
        is_new
    }

    /// Returns the item of a command.
    pub(in crate::client) fn by_command(&mut self, command: EntryId) -> Option<&mut Item<A>> {
        self.items.iter_mut().find(|item| item.command == command)
    }

    /// Returns the item whose append has this id on the wire.
    pub(in crate::client) fn by_wire(&mut self, id: EntryId) -> Option<&mut Item<A>> {
        self.items.iter_mut().find(|item| item.packet.as_ref().is_some_and(|packet| packet.id == id))
    }

    /// Takes an item out.
    pub(in crate::client) fn remove(&mut self, command: EntryId) -> Option<Item<A>> {
        let place = self.items.iter().position(|item| item.command == command)?;
        Some(self.items.remove(place))
    }

    /// Takes all items of a conversation out.
    pub(in crate::client) fn remove_all(&mut self, conv: ConversationId) -> Vec<Item<A>> {
        self.items.extract_if(.., |item| item.conv == conv).collect()
    }

    /// Returns all items.
    pub(in crate::client) fn items_mut(&mut self) -> impl Iterator<Item = &mut Item<A>> {
        self.items.iter_mut()
    }

    /// Returns the command of the item that is first in its log, for each log that has one.
    pub(in crate::client) fn firsts(&self) -> Vec<EntryId> {
        let is_first = |(place, item): &(usize, &Item<A>)| {
            !self.items[..*place].iter().any(|other| (other.conv, other.log) == (item.conv, item.log))
        };
        self.items.iter().enumerate().filter(is_first).map(|(_, item)| item.command).collect()
    }

    /// Returns the frame of an item that is due, and notes that it flies.
    pub(in crate::client) fn fly(&mut self, command: EntryId, now: Moment) -> Option<ToRelay> {
        let item = self.by_command(command)?;
        if !item.is_due(now) {
            return None;
        }
        let Packet { id, kind, data, expect, .. } = item.packet.clone()?;
        item.state = State::Flying(now.mono);
        Some(ToRelay::Append { id, conv: item.conv, log: item.log, kind, data, expect })
    }

    /// Brings down what flies: the socket is gone, and all of it goes again on the next one.
    pub(in crate::client) fn ground(&mut self) {
        self.ground_if(|_| true);
    }

    /// Brings down what flies of one conversation: nothing more of it is sent.
    pub(in crate::client) fn ground_all(&mut self, conv: ConversationId) {
        self.ground_if(|item| item.conv == conv);
    }

    fn ground_if(&mut self, is_meant: impl Fn(&Item<A>) -> bool) {
        for item in self.items.iter_mut().filter(|item| is_meant(item)) {
            if matches!(item.state, State::Flying(_) | State::Later(_)) {
                item.state = State::Sealed;
            }
        }
    }

    /// Returns when the next item is due by time alone.
    pub(in crate::client) fn wake_at(&self) -> Option<u64> {
        let due = |item: &Item<A>| match item.state {
            State::Flying(since) => Some(since + PATIENCE),
            State::Later(until) => Some(until),
            State::Fresh | State::Sealed => None,
        };
        self.items.iter().filter_map(due).min()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn item(command: u8, conv: u8, log: Log) -> Item<()> {
        let mut item = Item::new(EntryId([command; 16]), ConversationId([conv; 16]), log, ());
        let (id, data) = (EntryId([100 + command; 16]), format!("bytes of {command}"));
        item.packet = Some(Packet { id, kind: Kind::Said, data, expect: None, place: None });
        item.state = State::Sealed;
        item
    }

    fn at(mono: u64) -> Moment {
        Moment { mono, wall: 0 }
    }

    #[test]
    fn one_at_a_time_in_each_log() {
        let mut outbox = Outbox::new();
        for (command, conv, log) in
            [(1, 1, Log::Talk), (2, 1, Log::Talk), (3, 1, Log::Desk), (4, 2, Log::Talk), (5, 2, Log::Talk)]
        {
            assert!(outbox.push(item(command, conv, log)));
        }
        assert!(!outbox.push(item(1, 1, Log::Talk)), "a command is taken once");
        let firsts: Vec<u8> = outbox.firsts().iter().map(|id| id.0[0]).collect();
        assert_eq!(firsts, [1, 3, 4]);
        outbox.remove(EntryId([1; 16]));
        let firsts: Vec<u8> = outbox.firsts().iter().map(|id| id.0[0]).collect();
        assert_eq!(firsts, [2, 3, 4]);
    }

    #[test]
    fn the_same_bytes_go_again_after_a_loss_a_refusal_and_a_silence() {
        let mut outbox = Outbox::new();
        let id = EntryId([1; 16]);
        outbox.push(item(1, 1, Log::Talk));
        let first = outbox.fly(id, at(0)).expect("due");
        assert_eq!(outbox.fly(id, at(1)), None, "it flies");
        assert_eq!(outbox.fly(id, at(PATIENCE)), Some(first.clone()), "silence");
        outbox.ground();
        assert_eq!(outbox.fly(id, at(PATIENCE + 1)), Some(first.clone()), "a loss");
        outbox.by_command(id).expect("there").state = State::Later(90_000);
        assert_eq!((outbox.wake_at(), outbox.fly(id, at(89_999))), (Some(90_000), None));
        assert_eq!(outbox.fly(id, at(90_000)), Some(first), "a refusal with retry_ms");
    }

    #[test]
    fn what_is_not_kept_does_not_fly() {
        let mut outbox = Outbox::new();
        let mut kept = item(1, 1, Log::Talk);
        kept.keeps = 1;
        outbox.push(kept);
        assert_eq!(outbox.fly(EntryId([1; 16]), at(0)), None);
        outbox.by_command(EntryId([1; 16])).expect("there").keeps = 0;
        assert!(outbox.fly(EntryId([1; 16]), at(0)).is_some());
    }
}
