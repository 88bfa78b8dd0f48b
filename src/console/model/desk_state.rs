//! What the relay told: connection, queue, colleagues, and what is under way.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use crate::client::desk::{Queue, Welcome};
use crate::client::link::{Connection, Stop};
use crate::conversation::event::ShiftState;
use crate::conversation::house::Person;
use crate::conversation::queue::{Phase, Row};
use crate::conversation::{Account, ConversationId, EntryId, Role};
use crate::protocol::frame::TextLimits;

/// Something written that has no answer yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Wrote {
    /// A claim; how many text keys had come, and when.
    Claim(ConversationId, u64, u64),
    /// Words to a child.
    Say(ConversationId),
    /// The end of a talk.
    Close(ConversationId),
    /// The facets of a contact.
    Classify(ConversationId),
    /// That the casebook has all.
    Archive(ConversationId),
    /// A child given back.
    Release(ConversationId),
    /// A child handed over.
    Transfer(ConversationId, Account),
    /// A mark.
    Flag(ConversationId, u8),
    /// A line to colleagues.
    Whisper(ConversationId),
    /// A note of the house: to whom, and its words, which come back if it is refused.
    Note(Option<Account>, String),
    /// The row of a contact outside the chat.
    Outside(ConversationId),
    /// My state on shift.
    State,
    /// What was agreed with a child.
    Agreed,
    /// A supervisor's act: what is said once it is stored.
    Shift(&'static str),
}

/// What the relay told.
pub struct Desk {
    /// The connection, as it is.
    pub connection: Connection,
    /// Who I am; from the first welcome on.
    pub me: Option<Welcome>,
    /// The queue as of its time.
    pub queue: Option<Arc<Queue>>,
    /// When the relay was heard last, by this computer's clock.
    pub heard: Option<u64>,
    /// What this console said of itself last.
    pub state: ShiftState,
    /// Until when, on a break.
    pub until: Option<u64>,
    /// How many places it said it offers.
    pub places: Option<u8>,
    /// Whether it was said that the break is over.
    pub has_told_break: bool,
    /// Whether the connection came back, and it is not yet known that the relay still has my state.
    pub is_back: bool,
    /// From when on, by the relay's clock, this console has read along without a gap.
    pub heard_from: Option<u64>,
    /// The entries that this console wrote.
    pub own: HashSet<EntryId>,
    /// The children that this console claimed.
    pub claimed: HashSet<ConversationId>,
    /// When the state on shift was said that is in force here, by the relay's clock.
    pub said_at: Option<u64>,
    /// What is under way.
    pub wrote: BTreeMap<EntryId, Wrote>,
}

impl Default for Desk {
    fn default() -> Self {
        Self {
            connection: Connection::Connecting { attempt: 0 },
            me: None,
            queue: None,
            heard: None,
            state: ShiftState::Ready,
            until: None,
            places: None,
            has_told_break: false,
            is_back: false,
            heard_from: None,
            own: HashSet::new(),
            claimed: HashSet::new(),
            said_at: None,
            wrote: BTreeMap::new(),
        }
    }
}

impl Desk {
    /// Returns whether what is written goes out at once.
    pub fn is_online(&self) -> bool {
        matches!(self.connection, Connection::Online { .. })
    }

    /// Returns whether no try comes by itself any more.
    pub fn stopped(&self) -> Option<&Stop> {
        match &self.connection {
            Connection::Stopped(stop) => Some(stop),
            _ => None,
        }
    }

    /// Returns whether I take children.
    pub fn is_ready(&self) -> bool {
        self.state == ShiftState::Ready
    }

    /// Returns my account.
    pub fn account(&self) -> Option<&Account> {
        self.me.as_ref().map(|me| &me.account)
    }

    /// Returns whether I am a supervisor.
    pub fn is_supervisor(&self) -> bool {
        self.me.as_ref().is_some_and(|me| me.role == Role::Supervisor)
    }

    /// Returns how long a text may be.
    pub fn limits(&self) -> TextLimits {
        self.me.as_ref().map_or(TextLimits { chars: 2_000, bytes: 8_000 }, |me| me.limits)
    }

    /// Returns all rows, in the relay's order.
    pub fn rows(&self) -> &[Row] {
        self.queue.as_ref().map_or(&[], |queue| &queue.rows)
    }

    /// Returns a row.
    pub fn row(&self, conv: ConversationId) -> Option<&Row> {
        self.rows().iter().find(|row| row.conv == conv)
    }

    /// Returns who waits, in the relay's order.
    pub fn waiting(&self) -> impl Iterator<Item = &Row> {
        self.rows().iter().filter(|row| row.phase == Phase::Waiting)
    }

    /// Returns everybody else on shift.
    pub fn colleagues(&self) -> impl Iterator<Item = &Person> {
        let me = self.account().cloned();
        let people = self.queue.as_ref().map_or(&[][..], |queue| &queue.people);
        people
            .iter()
            .filter(move |person| Some(&person.account) != me.as_ref() && person.state != ShiftState::Off)
    }

    /// Returns how many children somebody holds at the moment.
    pub fn load(&self, account: &Account) -> usize {
        self.held_by(account).count()
    }

    /// Returns whether somebody has no free place: as many children as places, or one in danger, who takes them all.
    pub fn is_full(&self, person: &Person) -> bool {
        let in_danger = self.held_by(&person.account).any(|row| row.level == Some(3));
        in_danger || self.load(&person.account) >= usize::from(person.places)
    }

    fn held_by(&self, account: &Account) -> impl Iterator<Item = &Row> {
        self.rows().iter().filter(move |row| row.phase == Phase::With && row.holder.as_ref() == Some(account))
    }

    /// Returns within which time children should be answered, in milliseconds.
    pub fn target_ms(&self) -> u64 {
        self.queue.as_ref().map_or(300_000, |queue| queue.house.goals.target_s.saturating_mul(1_000)).max(1)
    }

    /// Returns whether a claim of this child is under way.
    pub fn is_claiming(&self, conv: ConversationId) -> bool {
        self.wrote.values().any(|wrote| matches!(wrote, Wrote::Claim(claimed, ..) if *claimed == conv))
    }
}
