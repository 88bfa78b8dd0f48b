//! What the relay may say to a client.

use serde::{Deserialize, Serialize};

use crate::conversation::chain::Hash;
use crate::conversation::event::data::{bytes48, bytes64, bytes65};
use crate::conversation::event::{Contact, Interval, Joined};
use crate::conversation::house::{Note, Person};
use crate::conversation::queue::{Phase, Row};
use crate::conversation::{Account, ConversationId, Entry, EntryId, KeyId, Log, Role, Seq};
use crate::protocol::refusal::{Goodbye, Refusal};

/// The state of the line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineState {
    /// Somebody is free.
    Open,
    /// Everybody is taken; one waits.
    Busy,
    /// The queue is at its limit.
    Full,
    /// Nobody is there.
    Closed,
}

/// The line, as a child may know it before it writes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its state.
    pub state: LineState,
    /// When it opens, in milliseconds since 1970.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<u64>,
    /// Minutes others waited in the last hour: median and 90th percentile.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_min: Option<(u32, u32)>,
}

/// A line card with its signature, and the root key that consoles pin.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignedCard {
    /// The card's JSON text, as signed.
    pub card: String,
    /// ECDSA P-256 with SHA-256 over D("card") ‖ card, r ‖ s.
    #[serde(with = "bytes64")]
    pub sig: [u8; 64],
    /// The root public key, uncompressed.
    #[serde(with = "bytes65")]
    pub root: [u8; 65],
}

/// How long a text may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TextLimits {
    /// In Unicode scalar values.
    pub chars: u32,
    /// In bytes of UTF-8.
    pub bytes: u32,
}

/// A sealed key for an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The key's id.
    pub key: KeyId,
    /// HPKE's encapsulated key.
    #[serde(with = "bytes65")]
    pub enc: [u8; 65],
    /// The sealed key.
    #[serde(with = "bytes48")]
    pub ct: [u8; 48],
}

/// The goals of the line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Goals {
    /// Answered within, in seconds.
    pub target_s: u64,
    /// The share of children to answer within it, in percent.
    pub level: u8,
    /// At most this share gives up, in percent.
    pub abandoned: u8,
    /// The default of places.
    pub places: u8,
}

/// The fold of the house that everybody at the desk sees.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HouseView {
    /// The house's head, for `expect`.
    pub head: Seq,
    /// The line, as in `hello`.
    pub line: Line,
    /// Its goals.
    pub goals: Goals,
    /// The newest `doors`, while shut.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub doors: Option<Note>,
    /// The newest `hold`, while on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hold: Option<Note>,
    /// Announcements in force.
    #[serde(default)]
    pub notes: Vec<Note>,
    /// Accounts that joined and wait for keys; supervisors only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub joins: Vec<Joined>,
    /// Talks that ended long ago and that nobody archived; supervisors only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub overdue: Vec<ConversationId>,
    /// Conversations that a damaged record closed; supervisors only.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub damaged: Vec<ConversationId>,
}

/// A sealed text found under a tag.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the fields are those of its entry")]
pub struct Found {
    pub at: u64,
    pub by: Account,
    pub id: EntryId,
    pub data: String,
}

/// A numbered row of statistics.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Numbered<T> {
    /// Its entry's id.
    pub id: EntryId,
    /// The row.
    pub data: T,
}

/// What the relay may say to a client.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "t", rename_all = "snake_case")]
pub enum ToClient {
    /// The first word on every socket, and again after `work` and `line_key_retired`.
    Hello {
        /// The protocol's version, 1.
        v: u8,
        /// 32 random bytes of this socket.
        nonce: Hash,
        /// The relay's clock.
        now: u64,
        /// How many bits of work `open` needs.
        work: u32,
        /// The line card.
        card: SignedCard,
        /// How long a text may be.
        limits: TextLimits,
        /// The line.
        line: Line,
        /// Practice: nothing here is a real child.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        drill: Option<bool>,
    },
    /// Proof was accepted. A child has `conv`, `half`, `after`, `head`, `phase`; the desk has `account`, `role`, `mine`.
    Welcome {
        /// The child's conversation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conv: Option<ConversationId>,
        /// The relay's half of what a reload needs.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        half: Option<Hash>,
        /// The ticket for after leaving.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<EntryId>,
        /// The head of talk.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        head: Option<Seq>,
        /// Where it stands.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        phase: Option<Phase>,
        /// The account.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        account: Option<Account>,
        /// Its role.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        role: Option<Role>,
        /// What it holds and has not archived.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        mine: Option<Vec<ConversationId>>,
    },
    /// The keys granted to this account, and the card in force.
    Keys {
        /// Sealed to the account's box.
        grants: Vec<Grant>,
        /// The card.
        card: SignedCard,
    },
    /// A watch began; entries follow.
    Watching {
        /// The conversation.
        conv: ConversationId,
        /// The head of talk as served.
        talk: Seq,
        /// The head of desk as served.
        desk: Seq,
        /// The id of its contact row, under which classes are sealed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        contact: Option<EntryId>,
    },
    /// An entry.
    Entry(Entry),
    /// The entry is on disk.
    Appended {
        /// The append's id.
        id: EntryId,
        /// The conversation.
        conv: ConversationId,
        /// The log.
        log: Log,
        /// Its number.
        seq: Seq,
        /// Its time.
        at: u64,
        /// The chain's hash after it.
        h: Hash,
    },
    /// A request without an answer of its own was done.
    Ok {
        /// The type it answers.
        re: String,
        /// The conversation.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conv: Option<ConversationId>,
    },
    /// A request was refused; the socket stays open.
    Refused {
        /// Why.
        code: Refusal,
        /// The type it answers.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        re: Option<String>,
        /// The append's id.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        id: Option<EntryId>,
        /// The conversation (desk only).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        conv: Option<ConversationId>,
        /// A fixed text.
        detail: String,
        /// When to repeat.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_ms: Option<u64>,
        /// The true head, after `conflict`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        head: Option<Seq>,
        /// Who holds it, after `conflict`.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        holder: Option<Account>,
    },
    /// The whole queue.
    Queue {
        /// Its version.
        ver: u64,
        /// All rows.
        rows: Vec<Row>,
        /// Everybody on shift.
        people: Vec<Person>,
        /// The house.
        house: HouseView,
        /// What was forgotten in the last 30 days.
        erased: Vec<ConversationId>,
    },
    /// What changed since the version before; a hole means `sync`.
    #[serde(rename = "queue+")]
    QueueDelta {
        /// The previous version + 1.
        ver: u64,
        /// New or changed rows.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        set: Vec<Row>,
        /// Rows that went.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        del: Vec<ConversationId>,
        /// Everybody, if anybody changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        people: Option<Vec<Person>>,
        /// The house, if it changed.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        house: Option<HouseView>,
        /// Newly forgotten.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        erased: Vec<ConversationId>,
        /// Contacts that ended; supervisors only.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        done: Vec<Numbered<Contact>>,
    },
    /// What was agreed under a tag in the last year.
    Found {
        /// The texts, sealed.
        entries: Vec<Found>,
    },
    /// Rows of statistics.
    Rows {
        /// Contacts.
        contacts: Vec<Numbered<Contact>>,
        /// Quarters of an hour.
        intervals: Vec<Numbered<Interval>>,
        /// Give it as `after` for the next.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        more: Option<String>,
    },
    /// Something that need not last.
    Signal(RelaySignal),
    /// The answer to `ping`.
    Pong {
        /// As asked.
        n: u64,
    },
    /// The socket closes after it.
    Goodbye {
        /// Why.
        code: Goodbye,
        /// When to come again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_ms: Option<u64>,
    },
}

/// A signal from the relay: `value` depends on `kind`, so unused fields are absent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RelaySignal {
    /// The conversation.
    pub conv: ConversationId,
    /// What.
    pub kind: SignalKind,
    /// A phase, `true`/`false` for away, or a place.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<serde_json::Value>,
}

/// What the relay may signal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SignalKind {
    /// Somebody writes.
    Typing,
    /// Somebody stopped writing.
    Idle,
    /// The child's page is hidden.
    Hidden,
    /// The child's conversation changed its phase.
    Phase,
    /// Its counsellor's connection is lost (true) or back (false).
    Away,
    /// Its place: {`before`, `wait_min`?}.
    Place,
}

impl ToClient {
    /// Reads one message, ignoring unknown fields.
    ///
    /// # Errors
    /// Returns the reason if it is no frame of this protocol.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        serde_json::from_str(text)
    }

    /// Writes the message.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Makes a refusal with its fixed detail and nothing else.
    pub fn refused(code: Refusal, re: &str) -> Self {
        Self::Refused {
            code,
            re: Some(re.to_owned()),
            id: None,
            conv: None,
            detail: code.detail().to_owned(),
            retry_ms: None,
            head: None,
            holder: None,
        }
    }
}
