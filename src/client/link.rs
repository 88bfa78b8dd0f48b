//! What both links share: how they are driven, how long they wait, what they have not yet stored, and how a connection
//! is told to a person. Pure: time and randomness come in with each input.

mod lifeline;
mod outbox;

pub(super) use lifeline::{Beat, Lifeline};
pub(super) use outbox::{Item, Outbox, Packet, State};

use crate::protocol::{Goodbye, Refusal, ToClient, ToRelay};
use crate::sealing::CryptoRng;
use crate::sealing::card::CardError;

/// The moment of an input.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Moment {
    /// Milliseconds on a clock that never jumps; only differences mean something.
    pub mono: u64,
    /// Milliseconds since 1970 by this computer's own clock.
    pub wall: u64,
}

/// All that can happen to a link.
#[derive(Debug)]
pub enum Input<C> {
    /// The program begins: connect.
    Begin,
    /// The dialled socket is open.
    Opened,
    /// The relay said something.
    Frame(Box<ToClient>),
    /// The socket is gone, or never came to be.
    Lost(Lost),
    /// Time has come: see [`Link::wake_at`].
    Tick,
    /// The program asks for something.
    Command(C),
}

/// All that a link can ask for. Effects are performed in order.
#[derive(Debug)]
pub enum Effect<U> {
    /// Open a socket; the answer is [`Input::Opened`] or [`Input::Lost`].
    Dial,
    /// Close the socket, if there is one, without an answer.
    HangUp,
    /// Send a frame.
    Send(Box<ToRelay>),
    /// Tell the program.
    Tell(Box<U>),
    /// Nothing will ever come again.
    End,
}

/// A connection that survives, as the shell drives it: the desk's and the child's.
pub trait Link {
    /// What the program may ask.
    type Command: Send + 'static;
    /// What the program is told.
    type Update: Send + 'static;

    /// Takes an input and returns what to do.
    fn update(
        &mut self,
        input: Input<Self::Command>,
        now: Moment,
        rng: &mut dyn CryptoRng,
    ) -> Vec<Effect<Self::Update>>;

    /// Returns when [`Input::Tick`] is wanted, on the monotonic clock.
    fn wake_at(&self) -> Option<u64>;
}

/// One call of `update`: the moment, the randomness, and what is to be done.
pub(super) struct Turn<'a, U> {
    pub now: Moment,
    pub rng: &'a mut dyn CryptoRng,
    pub effects: Vec<Effect<U>>,
}

impl<'a, U> Turn<'a, U> {
    pub fn new(now: Moment, rng: &'a mut dyn CryptoRng) -> Self {
        Self { now, rng, effects: Vec::new() }
    }

    pub fn send(&mut self, frame: ToRelay) {
        self.effects.push(Effect::Send(Box::new(frame)));
    }

    pub fn tell(&mut self, update: U) {
        self.effects.push(Effect::Tell(Box::new(update)));
    }

    pub fn random<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.rng.fill_bytes(&mut bytes);
        bytes
    }
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
    /// The line card is not to be trusted.
    Card(CardError),
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

/// How long a text is against the relay's limits; `Err` is what a refusal would be.
pub(super) fn check_text(text: &str, limits: crate::protocol::frame::TextLimits) -> Result<(), Denied> {
    let bytes = (limits.bytes as usize).min(crate::protocol::limits::TEXT_BYTES);
    let is_long = text.len() > bytes || text.chars().count() > limits.chars as usize;
    if is_long { Err(Denied::Relay(Refusal::TooLong)) } else { Ok(()) }
}
