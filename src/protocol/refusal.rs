//! Why the relay says no. Codes are stable, cross the wire, and each is a sentence in every locale (`refused-CODE`).

use serde::{Deserialize, Serialize};

/// Why one request was refused; the socket stays open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(
    missing_docs,
    reason = "docs/src/design/protocol.md explains each; locales hold the sentence for people"
)]
pub enum Refusal {
    BadFrame,
    TooLong,
    Rate,
    Busy,
    Work,
    NotAllowed,
    ConvTaken,
    ResumeGone,
    LineClosed,
    QueueFull,
    LineKeyRetired,
    LoginFailed,
    IdReused,
    Conflict,
    BadOrder,
    BadSeen,
    Closed,
    StorageFull,
    LogDamaged,
}

impl Refusal {
    /// All refusals.
    pub const ALL: [Self; 19] = [
        Self::BadFrame,
        Self::TooLong,
        Self::Rate,
        Self::Busy,
        Self::Work,
        Self::NotAllowed,
        Self::ConvTaken,
        Self::ResumeGone,
        Self::LineClosed,
        Self::QueueFull,
        Self::LineKeyRetired,
        Self::LoginFailed,
        Self::IdReused,
        Self::Conflict,
        Self::BadOrder,
        Self::BadSeen,
        Self::Closed,
        Self::StorageFull,
        Self::LogDamaged,
    ];

    /// Returns whether a client repeats the same bytes after `retry_ms`.
    pub fn is_repeated(self) -> bool {
        matches!(self, Self::Rate | Self::Busy | Self::StorageFull)
    }

    /// Returns the fixed English text for `detail`; it never holds anything a client sent.
    pub fn detail(self) -> &'static str {
        match self {
            Self::BadFrame => "not a frame of this protocol",
            Self::TooLong => "longer than this relay takes",
            Self::Rate => "faster than this relay takes; the same bytes again after retry_ms",
            Self::Busy => "the relay is busy; the same bytes again after retry_ms",
            Self::Work => "the work asked for in hello is missing or wrong; a new hello follows",
            Self::NotAllowed => "not allowed here",
            Self::ConvTaken => "this conversation id is taken",
            Self::ResumeGone => "nothing is kept under this token",
            Self::LineClosed => "the line is closed",
            Self::QueueFull => "the queue is full",
            Self::LineKeyRetired => "sealed to a key that is no longer valid; a new hello follows",
            Self::LoginFailed => "no such account, invitation or signature",
            Self::IdReused => "this id was used for something else",
            Self::Conflict => "decided on an older head",
            Self::BadOrder => "n is not the next of this pen",
            Self::BadSeen => "seen names an entry this log does not have",
            Self::Closed => "the talk has ended",
            Self::StorageFull => "the relay's disk is full; the same bytes again after retry_ms",
            Self::LogDamaged => "this log is damaged and closed",
        }
    }
}

/// Why the relay closes a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "docs/src/design/protocol.md explains each")]
pub enum Goodbye {
    Bye,
    Restart,
    Abuse,
    TooBig,
    Timeout,
    Slow,
    Replaced,
    Revoked,
}

impl Goodbye {
    /// Returns the websocket close code.
    pub fn close_code(self) -> u16 {
        match self {
            Self::Bye => 1000,
            Self::Restart => 1012,
            Self::Abuse => 1008,
            Self::TooBig => 1009,
            Self::Timeout => 4000,
            Self::Slow => 4001,
            Self::Replaced => 4002,
            Self::Revoked => 4003,
        }
    }

    /// Returns the code that a websocket close code stands for.
    pub fn from_close_code(code: u16) -> Option<Self> {
        use Goodbye::{Abuse, Bye, Replaced, Restart, Revoked, Slow, Timeout, TooBig};
        let all = [Bye, Restart, Abuse, TooBig, Timeout, Slow, Replaced, Revoked];
        all.into_iter().find(|goodbye| goodbye.close_code() == code)
    }

    /// Returns whether a client reconnects by itself after it.
    pub fn reconnects(self) -> bool {
        !matches!(self, Self::Bye | Self::Replaced | Self::Revoked | Self::Abuse)
    }
}
