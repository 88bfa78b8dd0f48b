//! The journal keeps entries, and what each conversation needs beside them, for as long as it has promised to: it
//! alone decides races, and nothing is acknowledged before it is on disk. [`Journal`] is the contract; [`embedded`]
//! keeps it with segment files, [`memory`] with a `Vec` for simulations.
//!
//! It never reads what an entry says, never invents a number, time or hash (the switchboard computes them, the journal
//! checks them), and never lets one damaged record harm another conversation. A full disk, a failed sync and a damaged
//! record are typed errors, and reading goes on.

use std::ops::Range;
use std::path::PathBuf;

use crate::conversation::chain::{self, Hash};
use crate::conversation::{ConversationId, Entry, EntryId, Log, Seq};

pub mod embedded;
pub mod memory;
mod quarter;
pub mod shelf;

pub use embedded::Embedded;
pub use memory::Memory;
pub use shelf::{Shelf, Token};

/// Called once with the fate of an append, when it is decided: from the journal's own thread, so it must be quick.
pub type Appended = Box<dyn FnOnce(Result<(), AppendError>) + Send>;

/// Called once when something other than an append is on disk, or failed; must be quick too.
pub type Stored = Box<dyn FnOnce(Result<(), StoreError>) + Send>;

/// The contract every engine keeps. Requests are carried out in the order in which they are made; a request that
/// builds on an earlier one (an append on the shelf of its conversation) need not wait for it.
pub trait Journal: Send + Sync {
    /// Puts an entry behind the head of its log and calls `done` once it is durable.
    ///
    /// The entry is taken only if its `seq` is the head's + 1 and its `h` follows from the head's: of two writers that
    /// decided on the same head, one wins. Its conversation must be on the shelf; the house always is.
    fn append(&self, entry: Entry, done: Appended);

    /// Returns up to `limit` entries of a log, in order, from `after` + 1 on.
    ///
    /// # Errors
    /// Fails if the first of them cannot be read; what can be read before a damaged entry is returned first.
    fn read(&self, conv: ConversationId, log: Log, after: Seq, limit: usize)
    -> Result<Vec<Entry>, ReadError>;

    /// Returns the head of a log: that of the empty log, too, if nothing is known of the conversation.
    fn head(&self, conv: ConversationId, log: Log) -> Head;

    /// Returns all conversations on the shelf, in the order of their ids; the house is not among them.
    fn conversations(&self) -> Vec<Standing>;

    /// Puts a new conversation on the shelf and draws its storage key. Comes before its first append.
    fn shelve(&self, conv: ConversationId, shelf: Shelf, done: Stored);

    /// Returns what is on the shelf for a conversation.
    fn shelf(&self, conv: ConversationId) -> Option<Shelf>;

    /// Notes that the child was there at `at`; over a power cut the newest notes may be lost.
    fn stamp(&self, conv: ConversationId, at: u64);

    /// Destroys the token hash and half of a conversation, so that no tab can resume it.
    fn forget_token(&self, conv: ConversationId, done: Stored);

    /// Returns the id of a conversation's contact row, which nobody can tell once the conversation is erased.
    fn contact_id(&self, conv: ConversationId) -> Option<EntryId>;

    /// Destroys all of a conversation; calls `done` once its words cannot come back. Gone already is no error.
    fn erase(&self, conv: ConversationId, done: Stored);

    /// Finds out whether something new could be kept now; after a failure, when nobody has anything to keep.
    fn probe(&self, done: Stored);

    /// Destroys what the house keeps for two years (all but accounts and audit) of quarters that ended by `before`,
    /// in milliseconds since 1970. The chain goes on over it.
    fn erase_house(&self, before: u64, done: Stored);
}

/// The end of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The newest entry's number; 0 if there is none.
    pub seq: Seq,
    /// The chain's hash after it.
    pub h: Hash,
}

impl Head {
    /// Returns the head of a log without entries.
    pub fn start(conv: ConversationId, log: Log) -> Self {
        Self { seq: 0, h: chain::start(conv, log) }
    }

    /// Checks that `entry` comes next.
    pub(crate) fn admit(&self, entry: &Entry) -> Result<(), AppendError> {
        if Some(entry.seq) != self.seq.checked_add(1) || !entry.follows(self.h) {
            return Err(AppendError::Conflict { head: self.seq });
        }
        Ok(())
    }

    /// Returns the head after `entry`.
    pub(crate) fn after(entry: &Entry) -> Self {
        Self { seq: entry.seq, h: entry.h }
    }
}

/// How one conversation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The conversation.
    pub conv: ConversationId,
    /// The head of talk.
    pub talk: Head,
    /// The head of desk.
    pub desk: Head,
    /// Whether a damaged record closed it: it takes no appends, and is read up to the damage.
    pub damaged: bool,
}

/// Why an append was not taken. None of it is in the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// The entry does not follow the head: another came first.
    #[error("decided on an older head than {head}")]
    Conflict {
        /// The number of the true head.
        head: Seq,
    },
    /// The conversation is not on the shelf: never opened, or erased.
    #[error("the conversation is not on the shelf")]
    NotShelved,
    /// A damaged record closed the conversation.
    #[error("the conversation is damaged")]
    Damaged,
    /// There is no room; the same append may be tried again.
    #[error("the disk is full")]
    StorageFull,
    /// The disk failed, or failed before and its files are not yet proven whole; it may be tried again.
    #[error("the disk failed")]
    Failed,
}

/// Why something other than an append was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// A conversation of this id is on the shelf already.
    #[error("the conversation is on the shelf already")]
    Taken,
    /// The conversation is not on the shelf.
    #[error("the conversation is not on the shelf")]
    NotShelved,
    /// There is no room.
    #[error("the disk is full")]
    StorageFull,
    /// The disk failed; it may be tried again.
    #[error("the disk failed")]
    Failed,
}

/// Why entries cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The conversation is not on the shelf: never opened, or erased.
    #[error("the conversation is not on the shelf")]
    NotShelved,
    /// The next entry is damaged, and nothing behind it is served.
    #[error("the conversation is damaged")]
    Damaged,
    /// The house's next entries are erased or damaged; reading goes on after `until`.
    #[error("the entries up to {until} are gone")]
    Gone {
        /// The last entry that is gone.
        until: Seq,
    },
    /// The disk failed.
    #[error("the disk failed")]
    Failed,
}

/// What is told while a journal opens.
#[derive(Debug)]
pub enum Replay {
    /// The next entry that can be read: the house first, then day by day; in order within each conversation.
    Entry(Entry),
    /// So many bytes of so many are read.
    Progress {
        /// Bytes read.
        read: u64,
        /// Bytes to read in all.
        total: u64,
    },
}

/// What was found when a journal was opened or checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// Segment files read.
    pub segments: u64,
    /// Bytes in them.
    pub bytes: u64,
    /// Entries that were read, sealed as promised and chained to the one before.
    pub entries: u64,
    /// Conversations on the shelf.
    pub conversations: u64,
    /// Records whose key was destroyed, as it should be.
    pub erased: u64,
    /// What was not as it should be.
    pub findings: Vec<Finding>,
}

impl Report {
    /// Returns the conversations that are closed because of damage.
    pub fn damaged(&self) -> Vec<ConversationId> {
        let mut damaged: Vec<_> = self.findings.iter().filter_map(Finding::closes).collect();
        damaged.sort_unstable();
        damaged.dedup();
        damaged
    }
}

/// One thing that was not as it should be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Finding {
    /// A crash left part of an append that nobody was promised; opening cuts it off.
    Torn {
        /// The segment.
        path: PathBuf,
        /// Where the part begins.
        at: u64,
        /// How long it is.
        bytes: u64,
    },
    /// A record is lost.
    Damaged {
        /// The segment.
        path: PathBuf,
        /// Where it lay.
        range: Range<u64>,
        /// Whose it was, or may have been; none if it can only have been of an erased conversation.
        conv: Option<ConversationId>,
    },
    /// An entry does not follow the one before it in its log.
    Unchained {
        /// Its conversation.
        conv: ConversationId,
        /// Its log.
        log: Log,
        /// Its number.
        seq: Seq,
    },
    /// A shelf file is damaged; without its key the conversation cannot be read.
    Shelf {
        /// The file.
        path: PathBuf,
        /// Whose it is; none if it kept a quarter of the house.
        conv: Option<ConversationId>,
    },
    /// A shelf file whose making or erasing was interrupted; opening takes it away.
    Leftover {
        /// The file.
        path: PathBuf,
    },
    /// A file or folder that is none of the journal's; it is left alone.
    Stranger {
        /// The path.
        path: PathBuf,
    },
}

impl Finding {
    fn closes(&self) -> Option<ConversationId> {
        let conv = match self {
            Self::Unchained { conv, .. } => Some(*conv),
            Self::Damaged { conv, .. } | Self::Shelf { conv, .. } => *conv,
            _ => None,
        };
        conv.filter(|conv| !conv.is_house())
    }
}
