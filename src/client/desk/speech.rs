//! What the console may ask of its link, and what it is told.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

pub use crate::client::link::{Alteration, Connection, Denied, Lost, Stop};
use crate::conversation::event::{ClosedReason, Contact, Interval, Joined, State};
use crate::conversation::house::Person;
use crate::conversation::queue::Row;
pub use crate::conversation::transcript::{HouseEvent, Shown, What, Who, Words};
use crate::conversation::{Account, ConversationId, EntryId, KeyId, Log, Role, Seq};
use crate::protocol::Refusal;
use crate::protocol::frame::{Goals, Line, TextLimits};
use crate::sealing::Secret;
use crate::sealing::card::Card;

/// What the console asks of its link. Its `Debug` shows no word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Command {
    /// Reads a conversation, or the house ([`ConversationId::HOUSE`], supervisors). What the account holds is read
    /// without being asked.
    Watch {
        /// Which.
        conv: ConversationId,
    },
    /// No longer reads it.
    Unwatch {
        /// Which.
        conv: ConversationId,
    },
    /// Forgets what was read of a conversation and reads it from its beginning: after [`Update::Altered`], or when
    /// new keys may open what could not be read. The console drops its transcript first.
    Reload {
        /// Which.
        conv: ConversationId,
    },
    /// Writes one entry. Idempotent on `id`: the same id again changes nothing.
    Write {
        /// The console's random id, under which [`Update::Stored`] or [`Update::Refused`] answers.
        id: EntryId,
        /// Where; the house for what concerns the team.
        conv: ConversationId,
        /// What.
        act: Act,
    },
    /// The counsellor begins or stops writing to the child. Call it on every key; the link sends what is needed.
    Typing {
        /// To whom.
        conv: ConversationId,
        /// Whether it writes.
        on: bool,
    },
    /// Asks for something that is no entry; answered under `ask` by [`Update::Answer`].
    Ask {
        /// The console's number.
        ask: u64,
        /// What.
        request: Request,
    },
    /// An [`Update::Keep`] is on disk: its bytes may now be sent.
    Kept {
        /// The item's id.
        id: EntryId,
    },
    /// The alias under which words are written from now on.
    Alias(String),
    /// Asks for the whole queue again.
    Sync,
    /// Tries to connect now, also after [`Connection::Stopped`].
    RetryNow,
    /// Ends the connection for good; the updates end after [`Connection::Stopped`].
    Leave,
}

/// What may be written: one entry each. `Debug` shows the name only. Texts are checked against the relay's limits; one that is too long comes back
/// as [`Update::Refused`] and nothing was sent.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Act {
    /// Takes the child. One claim wins; a loser learns the holder.
    Claim,
    /// Writes to the child.
    Say {
        /// The words.
        text: String,
    },
    /// Ends the talk, unless the child wrote something behind `read`.
    Close {
        /// Why.
        reason: ClosedReason,
        /// The last talk number the counsellor has seen.
        read: Seq,
    },
    /// Gives the child back to the queue.
    Release {
        /// Why.
        reason: String,
    },
    /// Hands the child to somebody.
    Transfer {
        /// To whom.
        to: Account,
        /// What the receiver must know.
        brief: String,
    },
    /// Moves a waiting child to the head.
    Move {
        /// Why.
        reason: String,
    },
    /// Marks the conversation, 0 to 3.
    Flag {
        /// How much.
        level: u8,
        /// Why.
        reason: String,
    },
    /// Stores the facets of domain.md 1.
    Classify {
        /// JSON text.
        facets: String,
    },
    /// Writes to colleagues only.
    Whisper {
        /// The words.
        text: String,
    },
    /// Says that the casebook has what it keeps.
    Archive,
    /// House: says how one is on shift.
    State(State),
    /// House: opens or shuts the doors.
    Doors {
        /// Open, or shut until a time.
        open: bool,
        /// Until when, in milliseconds since 1970.
        until: Option<u64>,
        /// Why.
        reason: String,
    },
    /// House: only supervisors hand out children, or everybody.
    Hold {
        /// Whether it is on.
        on: bool,
        /// Why.
        reason: String,
    },
    /// House: a note to all or to one.
    Announce {
        /// To whom; everybody if absent.
        to: Option<Account>,
        /// Until when, in milliseconds since 1970.
        until: u64,
        /// The note.
        text: String,
    },
    /// House: what was agreed with a child who may return. An empty text withdraws it.
    Agree {
        /// The phrase the child will say.
        phrase: String,
        /// What was agreed.
        text: String,
    },
    /// House: the row of a contact outside the chat (phone, e-mail …).
    Contact {
        /// Its numbers.
        contact: Box<Contact>,
        /// Its facets, JSON text.
        facets: String,
    },
}

/// What may be asked that is no entry.
#[derive(Clone, PartialEq, Eq)]
pub enum Request {
    /// What was agreed under a phrase in the last year, under every house key.
    Find {
        /// The phrase, as the child says it.
        phrase: String,
    },
    /// Supervisors: contact rows and intervals of a half-open time, in milliseconds since 1970.
    Rows {
        /// From.
        from: u64,
        /// To, exclusive.
        to: u64,
    },
    /// Supervisors: invites an account.
    Invite {
        /// The one-time Ed25519 public key.
        public: [u8; 32],
        /// The account's name.
        name: Account,
        /// Its role.
        role: Role,
        /// Until when, in milliseconds since 1970.
        until: u64,
    },
    /// Supervisors: hands a key to an account, sealed to its box.
    Grant {
        /// To whom.
        account: Account,
        /// The key's id.
        key: KeyId,
        /// HPKE's encapsulated key.
        enc: [u8; 65],
        /// The sealed key.
        ct: [u8; 48],
    },
    /// Supervisors: cuts an account or an invitation off.
    Revoke {
        /// Its name.
        account: Account,
    },
    /// Supervisors: brings a new line card.
    Card {
        /// Its text.
        card: String,
        /// The root's signature.
        sig: [u8; 64],
    },
}

/// What the console is told.
pub enum Update {
    /// The connection changed.
    Connection(Connection),
    /// The relay knows this account. Comes after every reconnect.
    Welcome(Welcome),
    /// The whole queue, newly folded; rows are in the relay's order, the least first.
    Queue(Arc<Queue>),
    /// The relay was heard, at this time in milliseconds since 1970 by this computer's clock; at least every 20 s.
    Heard(u64),
    /// Reading of a conversation began or began again after a reconnect; lines follow up to these heads, then live.
    Watching {
        /// Which.
        conv: ConversationId,
        /// The id of its contact row; not for the house.
        contact: Option<EntryId>,
        /// The head of talk.
        talk: Seq,
        /// The head of desk.
        desk: Seq,
    },
    /// The conversation is not read, or no longer. If it is read again, its lines go on from there.
    NotWatched {
        /// Which.
        conv: ConversationId,
        /// The relay's refusal; absent if the right has ended as it should (archived, unwatched).
        code: Option<Refusal>,
    },
    /// A new entry, exactly once and in its log's order.
    Line(Shown),
    /// What was written is on the relay's disk. [`Update::Line`] comes too, before or after, if the conversation is
    /// read; not if it was written from the queue.
    Stored {
        /// The id of the command.
        id: EntryId,
        /// The conversation.
        conv: ConversationId,
        /// The log.
        log: Log,
        /// The id on the wire: another one if it had to be decided anew.
        entry: EntryId,
        /// Its number.
        seq: Seq,
        /// Its time, in milliseconds since 1970 by the relay's clock.
        at: u64,
    },
    /// What was written was refused for good; nothing of it is stored.
    Refused {
        /// The id of the command.
        id: EntryId,
        /// The conversation.
        conv: ConversationId,
        /// Why.
        why: Denied,
        /// Who holds the child: after a claim that lost.
        holder: Option<Account>,
    },
    /// *This conversation was altered on the way*: nothing more of it is shown or sent until [`Command::Reload`].
    Altered {
        /// Which.
        conv: ConversationId,
        /// Which log.
        log: Log,
        /// How it was found.
        why: Alteration,
    },
    /// The child does something that need not last.
    Signal {
        /// The conversation.
        conv: ConversationId,
        /// What.
        signal: ChildSignal,
    },
    /// The words of a conversation were forgotten: erase its transcript. May come again after a restart.
    Erased {
        /// Which.
        conv: ConversationId,
    },
    /// Contacts that ended now; supervisors.
    Ended(Vec<ContactRow>),
    /// The answer to [`Command::Ask`].
    Answer {
        /// The console's number.
        ask: u64,
        /// The answer.
        answer: Answer,
    },
    /// New keys for the vault.
    Keys(NewKeys),
    /// The line card in force, checked: after every welcome, and whenever it changes.
    Card(Box<Card>),
    /// Put this on disk, then say [`Command::Kept`]; the same id again replaces what was kept before.
    Keep(OutboxItem),
    /// It need not be kept any longer.
    Drop {
        /// The item's id.
        id: EntryId,
    },
}

/// The answer to a request.
pub enum Answer {
    /// Done.
    Done,
    /// Refused.
    Refused(Refusal),
    /// What was agreed, newest first.
    Found(Vec<Agreed>),
    /// One page of rows; the next comes by itself unless this is the last.
    Rows {
        /// Contacts.
        contacts: Vec<ContactRow>,
        /// Quarters of an hour, with the id of each.
        intervals: Vec<(EntryId, Interval)>,
        /// Whether no more comes.
        is_last: bool,
    },
}

/// Who one is on this relay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Welcome {
    /// The account.
    pub account: Account,
    /// Its role.
    pub role: Role,
    /// What it holds and has not archived.
    pub mine: Vec<ConversationId>,
    /// How long a text may be.
    pub limits: TextLimits,
    /// Practice: nothing here is a real child.
    pub is_drill: bool,
    /// How far the relay's clock is ahead of this computer's, in milliseconds: waits are told by the relay's.
    pub ahead_ms: i64,
    /// The line's telephone number.
    pub phone: String,
}

/// The queue as of a time.
#[derive(Debug, Clone, PartialEq)]
pub struct Queue {
    /// Everybody who waits or is with somebody; the least order first.
    pub rows: Vec<Row>,
    /// Everybody on shift.
    pub people: Vec<Person>,
    /// The house.
    pub house: House,
    /// When this was heard, in milliseconds since 1970 by this computer's clock.
    pub as_of: u64,
}

/// The house, with its notices opened.
#[derive(Debug, Clone, PartialEq)]
pub struct House {
    /// The state of the line.
    pub line: Line,
    /// Its goals.
    pub goals: Goals,
    /// Set while the doors are shut.
    pub doors: Option<Notice>,
    /// Set while only supervisors hand out children.
    pub hold: Option<Notice>,
    /// Announcements in force for this account.
    pub notes: Vec<Notice>,
    /// Accounts that joined and wait for keys; supervisors.
    pub joins: Vec<Joined>,
    /// Talks that ended long ago and that nobody archived; supervisors.
    pub overdue: Vec<ConversationId>,
    /// Conversations that a damaged record closed; supervisors.
    pub damaged: Vec<ConversationId>,
}

/// A sealed text of the house in force.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// Its entry's id.
    pub id: EntryId,
    /// When, in milliseconds since 1970.
    pub at: u64,
    /// By whom.
    pub by: Account,
    /// To whom; everybody if absent.
    pub to: Option<Account>,
    /// Until when it stands.
    pub until: Option<u64>,
    /// The words; absent if they could not be read.
    pub words: Option<Words>,
}

/// What was agreed with a child who may return.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Agreed {
    /// When, in milliseconds since 1970.
    pub at: u64,
    /// By whom.
    pub by: Account,
    /// Its entry's id.
    pub id: EntryId,
    /// The words; absent if they could not be read.
    pub words: Option<Words>,
}

/// A contact row with its facets opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactRow {
    /// Its id.
    pub id: EntryId,
    /// Its numbers.
    pub contact: Contact,
    /// Its facets as JSON text; absent if there are none or they could not be read.
    pub facets: Option<String>,
}

/// What a child does that need not last.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ChildSignal {
    Typing,
    Idle,
    Hidden,
}

/// Keys that were granted and that the vault does not have yet: raw, for the vault only.
pub struct NewKeys {
    /// Line seeds.
    pub line_seeds: Vec<Secret<[u8; 32]>>,
    /// House keys.
    pub house_keys: Vec<Secret<[u8; 32]>>,
    /// The serial of the newest card seen; no lower one is accepted again.
    pub serial: u64,
}

/// Something written that the relay has not acknowledged: opaque bytes for the casebook's outbox, given back to the
/// link at the next start. The bytes hold plain words; the casebook seals them.
#[derive(Clone, PartialEq, Eq)]
pub struct OutboxItem {
    /// The id of the command.
    pub id: EntryId,
    /// The conversation.
    pub conv: ConversationId,
    /// All the link needs to go on with it.
    pub bytes: Vec<u8>,
}

impl OutboxItem {
    /// Returns what was to be written, so that a person can be shown it; `None` if the bytes are not of this program.
    pub fn act(&self) -> Option<Act> {
        #[derive(Deserialize)]
        struct Kept {
            act: Act,
        }
        serde_json::from_slice::<Kept>(&self.bytes).ok().map(|kept| kept.act)
    }
}

impl fmt::Debug for OutboxItem {
    /// Shows no word.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "OutboxItem({} in {}, {} bytes)", self.id, self.conv, self.bytes.len())
    }
}

impl Act {
    /// Returns its name, for logs and tests.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Claim => "claim",
            Self::Say { .. } => "say",
            Self::Close { .. } => "close",
            Self::Release { .. } => "release",
            Self::Transfer { .. } => "transfer",
            Self::Move { .. } => "move",
            Self::Flag { .. } => "flag",
            Self::Classify { .. } => "classify",
            Self::Whisper { .. } => "whisper",
            Self::Archive => "archive",
            Self::State(_) => "state",
            Self::Doors { .. } => "doors",
            Self::Hold { .. } => "hold",
            Self::Announce { .. } => "announce",
            Self::Agree { .. } => "agree",
            Self::Contact { .. } => "contact",
        }
    }
}

impl fmt::Debug for Act {
    /// Shows the name only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Request {
    /// Returns the name of its frame.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Find { .. } => "find",
            Self::Rows { .. } => "rows",
            Self::Invite { .. } => "invite",
            Self::Grant { .. } => "grant",
            Self::Revoke { .. } => "revoke",
            Self::Card { .. } => "card",
        }
    }
}

impl fmt::Debug for Request {
    /// Shows the name only.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
