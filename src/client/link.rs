//! What both links share: time and randomness as input, how a connection is told to a person, and why words were not
//! stored.

use crate::protocol::{Goodbye, Refusal};

/// The moment of an input: time and randomness come from outside, so that a test can say both.
#[derive(Clone, Copy)]
pub struct Moment {
    /// Milliseconds on a clock that never jumps; only differences mean something.
    pub mono: u64,
    /// Milliseconds since 1970 by this computer's own clock.
    pub wall: u64,
    /// 32 fresh random bytes, never used for another input.
    pub random: [u8; 32],
}

/// The state of a connection, as honest as it can be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Connection {
    /// On the way: dialling, or waiting for the relay's first words and its answer to the proof.
    Connecting {
        /// How many tries went before this one.
        attempt: u32,
    },
    /// Proven: what is written goes out at once.
    Online {
        /// The relay's name, as dialled.
        host: String,
        /// Since when, in milliseconds since 1970 by this computer's clock.
        since: u64,
    },
    /// The relay does not answer; everything written is kept, and the next try comes by itself.
    Waiting {
        /// When, in milliseconds since 1970 by this computer's clock.
        retry_at_ms: u64,
        /// How many tries failed in a row.
        attempt: u32,
        /// Why the last one ended.
        why: Lost,
    },
    /// No try comes by itself any more; `RetryNow` begins again.
    Stopped(Stop),
}

/// Why a connection was lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// Nothing answers at this address, or what answers is no relay.
    Unreachable,
    /// The socket broke or fell silent.
    Broken,
    /// The relay closed it.
    Closed(Goodbye),
    /// The relay is busy (too many sockets of this account, or too many tries from this address).
    Busy,
}

/// Why a connection is not tried again by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// Another connection took its place, the account was closed, or the relay took offence.
    Goodbye(Goodbye),
    /// This program was told to leave.
    Left,
    /// No such account, or a false signature.
    LoginFailed,
    /// The line card is not to be trusted; the text is for a log, the sentence for people says to use the telephone.
    Card(String),
    /// The relay speaks another version, or not this protocol.
    NotOurs,
    /// What the child had is gone: it was away for too long, or left.
    Gone,
    /// The line takes nobody now.
    Line(Refusal),
}

/// Why something that was to be written was not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denied {
    /// The relay refused it for good.
    Relay(Refusal),
    /// The child wrote meanwhile, and nobody closes over an unread message.
    Unread,
    /// No key to seal it with: the keeper has not granted it yet, or the card has none that is valid.
    NoKey,
    /// This conversation was altered on the way; nothing more is sent in this view.
    Altered,
}

/// Why a reader stopped: *this conversation was altered on the way*.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alteration {
    /// An entry's hash does not follow from the one before.
    FalseHash,
    /// Another entry under a number that was already read.
    AnotherHistory,
    /// An id for the second time.
    IdAgain,
    /// Its own words came back changed.
    OwnBytesChanged,
    /// The log is shorter than what was acknowledged: words were not delivered.
    NotDelivered,
    /// An opened body names an entry this log does not have.
    FalseSeen,
    /// An opened body is not the next of its pen.
    FalseCount,
}
