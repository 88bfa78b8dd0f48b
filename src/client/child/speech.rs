//! What a child's program may ask of its link, and what it is told.

use std::fmt;

pub use crate::client::link::{Alteration, Connection, Denied, Lost, Stop};
use crate::conversation::event::{Facts, Rated};
use crate::conversation::queue::Phase;
pub use crate::conversation::transcript::{Shown, What, Who};
use crate::conversation::{ConversationId, EntryId, Seq};
use crate::protocol::frame::{Line, TextLimits};

/// What a child does. Ids are drawn by the program; the same id again changes nothing.
#[derive(Clone, PartialEq, Eq)]
pub enum Command {
    /// Writes; the first words open the talk.
    Say {
        /// The program's id.
        id: EntryId,
        /// The words.
        text: String,
    },
    /// Tells something in clear for the queue.
    Tell {
        /// The program's id.
        id: EntryId,
        /// What.
        facts: Facts,
    },
    /// Rates the talk after its end.
    Rate {
        /// The program's id.
        id: EntryId,
        /// How it was.
        rated: Rated,
    },
    /// Begins or stops writing.
    Typing {
        /// Whether it writes.
        on: bool,
    },
    /// The page is hidden.
    Hidden,
    /// Leaves now, for good.
    Leave,
    /// Wants its words erased; ends the talk.
    Forget,
    /// Tries to connect now.
    RetryNow,
}

impl fmt::Debug for Command {
    /// Shows no word.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Say { .. } => "Say",
            Self::Tell { .. } => "Tell",
            Self::Rate { .. } => "Rate",
            Self::Typing { .. } => "Typing",
            Self::Hidden => "Hidden",
            Self::Leave => "Leave",
            Self::Forget => "Forget",
            Self::RetryNow => "RetryNow",
        })
    }
}

/// What a child's program is told.
#[derive(Debug, Clone, PartialEq)]
pub enum Update {
    /// The connection changed.
    Connection(Connection),
    /// The relay's first words.
    Hello {
        /// The line.
        line: Line,
        /// How long a text may be.
        limits: TextLimits,
        /// Practice.
        is_drill: bool,
    },
    /// The talk is open, or open again after a reconnect.
    Open {
        /// The conversation.
        conv: ConversationId,
        /// The ticket for coming back within ten minutes of leaving.
        after: Option<EntryId>,
    },
    /// A new entry, exactly once and in order.
    Line(Shown),
    /// What was written is on the relay's disk.
    Stored {
        /// The program's id.
        id: EntryId,
        /// The id on the wire.
        entry: EntryId,
        /// Its number.
        seq: Seq,
        /// Its time, by the relay's clock.
        at: u64,
    },
    /// What was written was refused for good.
    Refused {
        /// The program's id.
        id: EntryId,
        /// Why.
        why: Denied,
    },
    /// Where the talk stands.
    Phase(Phase),
    /// Its counsellor's connection is lost, or back.
    Away(bool),
    /// Its place in the queue.
    Place {
        /// How many are before it.
        before: u64,
        /// Minutes others waited, median and 90th percentile.
        wait_min: Option<(u32, u32)>,
    },
    /// Its counsellor writes, or no longer.
    Typing(bool),
    /// *This conversation was altered on the way*: nothing more is shown or sent.
    Altered(Alteration),
    /// Its words are erased.
    Forgotten,
}
