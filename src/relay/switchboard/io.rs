//! All that can happen to the switchboard, and all it can ask for.

use crate::conversation::{ConversationId, Entry, EntryId, Log, Seq};
use crate::journal::{Head, Shelf};
use crate::protocol::frame::{ToClient, ToRelay};
use crate::protocol::{Goodbye, Refusal};

/// A socket, numbered by the shell; never used twice.
pub type SessionId = u64;
/// A sender's address, as counted: a hash under a key that changes hourly. `None` counts nowhere.
pub type AddressKey = u64;

/// The time of an input, in milliseconds: since 1970, and of a clock that only goes forward.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Now {
    /// Since 1970.
    pub wall: u64,
    /// Monotonic.
    pub mono: u64,
}

/// Which endpoint a socket came in by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Door {
    /// `/ws/child`.
    Child,
    /// `/ws/desk`.
    Desk,
}

/// Why the journal did not do as asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// No room on disk; later perhaps.
    StorageFull,
    /// The log is damaged.
    Damaged,
    /// The house's entries up to this one are erased; reading goes on behind it.
    Gone(Seq),
}

/// Everything that can happen to the switchboard.
#[derive(Debug)]
pub enum Input {
    /// A socket came.
    Connected {
        /// Its number.
        session: SessionId,
        /// Its endpoint.
        door: Door,
        /// Where it is counted.
        address: Option<AddressKey>,
    },
    /// A socket said something well formed.
    Frame {
        /// Which.
        session: SessionId,
        /// What.
        frame: ToRelay,
    },
    /// A socket said something that is no frame.
    BadFrame {
        /// Which.
        session: SessionId,
    },
    /// A socket is gone.
    Closed {
        /// Which.
        session: SessionId,
    },
    /// A new shelf is on disk; with the contact id that its storage key gives.
    Shelved {
        /// The conversation.
        conv: ConversationId,
        /// Its contact id.
        result: Result<EntryId, Failure>,
    },
    /// The one append under way of a conversation is on disk, or is not.
    Logged {
        /// The conversation.
        conv: ConversationId,
        /// Whether.
        result: Result<(), Failure>,
    },
    /// What a `Read` asked for.
    Replayed {
        /// For whom.
        session: SessionId,
        /// Of which conversation.
        conv: ConversationId,
        /// Of which log.
        log: Log,
        /// Behind which number.
        after: Seq,
        /// In order.
        entries: Result<Vec<Entry>, Failure>,
    },
    /// A socket has written all of the last replay and can take more.
    Drained {
        /// Which.
        session: SessionId,
    },
    /// A socket was too slow for some queue deltas, which were dropped, and has room again.
    Missed {
        /// Which.
        session: SessionId,
    },
    /// A conversation's words are off the disk, or are not.
    Erased {
        /// Which.
        conv: ConversationId,
        /// Whether.
        result: Result<(), Failure>,
    },
    /// The time of the last `WakeAt` has come.
    Woken,
    /// Nothing more is at hand: what the queue's readers must know is told now, once.
    Settle,
    /// The relay is about to stop.
    Stop,
}

/// Everything the switchboard can ask for, to be done in this order.
#[derive(Debug, PartialEq)]
pub enum Effect {
    /// Say it to one.
    Send {
        /// To whom.
        to: SessionId,
        /// What.
        frame: ToClient,
    },
    /// Say the same to several.
    SendAll {
        /// To whom.
        to: Vec<SessionId>,
        /// What.
        frame: ToClient,
    },
    /// Say these entries, which do not count as live; then `Drained`.
    Replay {
        /// To whom.
        to: SessionId,
        /// In order.
        frames: Vec<ToClient>,
    },
    /// Say goodbye and close.
    Close {
        /// Which.
        session: SessionId,
        /// Why.
        goodbye: Goodbye,
    },
    /// Put a new shelf on disk before the first entry; then `Shelved`.
    Shelve {
        /// The conversation.
        conv: ConversationId,
        /// The shelf.
        shelf: Shelf,
    },
    /// Destroy the token of a conversation; nobody waits for it.
    ForgetToken {
        /// The conversation.
        conv: ConversationId,
    },
    /// The child is there: renew the shelf's stamp.
    Stamp {
        /// The conversation.
        conv: ConversationId,
        /// The time, in milliseconds since 1970.
        at: u64,
    },
    /// Write it; then `Logged`.
    Append(Entry),
    /// Read entries; then `Replayed`.
    Read {
        /// For whom.
        session: SessionId,
        /// Of which conversation.
        conv: ConversationId,
        /// Of which log.
        log: Log,
        /// Behind which number.
        after: Seq,
        /// How many at most.
        limit: usize,
    },
    /// Destroy what the house keeps for two years of quarters that ended by this time; nobody waits for it.
    EraseHouse {
        /// In milliseconds since 1970.
        before: u64,
    },
    /// Destroy the conversation's words and shelf; then `Erased`.
    Erase {
        /// Which.
        conv: ConversationId,
    },
    /// Come back at this monotonic time; replaces the last.
    WakeAt(u64),
    /// Count one.
    Count(Metric),
}

/// What is counted; numbers only.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Metric {
    Opened,
    Claimed,
    Said,
    Ended,
    Abandoned,
    Appended,
    Refused(Refusal),
    LoginFailed,
    /// So many talks ended and nobody archived them for longer than `keep.told`.
    Unarchived(usize),
    /// So many conversations are closed by damage.
    Damaged(usize),
}

/// A conversation as the journal has it, to begin from.
#[derive(Debug)]
pub struct Kept {
    /// Which; the house has neither shelf nor contact.
    pub conv: ConversationId,
    /// Its shelf.
    pub shelf: Option<Shelf>,
    /// Its contact id.
    pub contact: EntryId,
    /// The entries of both logs, each in order.
    pub entries: Vec<Entry>,
    /// The heads of talk and desk.
    pub heads: [Head; 2],
    /// Whether a part of it is damaged.
    pub damaged: bool,
}
