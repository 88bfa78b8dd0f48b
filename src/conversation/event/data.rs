//! The `data` of each kind: its shape on the wire, and nothing else. What is said here once is what the relay accepts,
//! what readers expect, and what the relay's own entries look like.

use serde::{Deserialize, Serialize};

use crate::conversation::chain::Hash;
use crate::conversation::id::{Account, EntryId, KeyId, Role};
use crate::conversation::strict::{integer, present, present_integer};
pub(super) use codec::{parse, write};
pub use field::is_lang;
pub(crate) use field::{bytes48, bytes64, bytes65};
use field::{felt, heard, lang, places, present_b64, present_code, seals, some_b64};

mod codec;
mod field;

/// K sealed to one line key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    /// The line key's id.
    pub key: KeyId,
    /// HPKE's encapsulated key, 65 bytes uncompressed.
    #[serde(with = "bytes65")]
    pub enc: [u8; 65],
    /// The sealed K, 48 bytes.
    #[serde(with = "bytes48")]
    pub ct: [u8; 48],
}

/// `opened`: the language, and K under one or two line keys; `after` links it to a talk that was left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opened {
    /// A language tag: 2 to 16 letters, digits or `-`.
    #[serde(deserialize_with = "lang")]
    pub lang: String,
    /// One or two seals.
    #[serde(deserialize_with = "seals")]
    pub seals: Vec<Seal>,
    /// The ticket of the talk before.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub after: Option<EntryId>,
}

/// How a child says it feels before the talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Feel {
    VeryBad,
    Bad,
    SoSo,
    Good,
}

impl Feel {
    /// Returns the code on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::VeryBad => "very_bad",
            Self::Bad => "bad",
            Self::SoSo => "so_so",
            Self::Good => "good",
        }
    }
}

/// What a child chose to tell while it waits, in clear for the queue; codes of the taxonomy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// An age band such as `a12_14`.
    #[serde(default, deserialize_with = "present_code", skip_serializing_if = "Option::is_none")]
    pub age: Option<String>,
    /// A topic family such as `violence`.
    #[serde(default, deserialize_with = "present_code", skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// How it feels.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub feel: Option<Feel>,
}

/// Why a child's side ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftReason {
    /// It pressed *leave*.
    Leave,
    /// It was away for the time of absence.
    Absent,
}

/// Why the line's side ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum ClosedReason {
    Ended,
    Misuse,
    Other,
}

/// A child's answers after the talk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rated {
    /// How it feels now, 1 (very bad) to 4 (good).
    #[serde(default, deserialize_with = "felt", skip_serializing_if = "Option::is_none")]
    pub felt: Option<u8>,
    /// Whether it felt listened to: 0 no, 1 partly, 2 yes.
    #[serde(default, deserialize_with = "heard", skip_serializing_if = "Option::is_none")]
    pub heard: Option<u8>,
}

/// A supervisor reads along, or no longer does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Watched {
    pub who: Account,
    pub on: bool,
}

/// An invitation: the one-time key that may join under a name until a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are those of the frame `invite`")]
pub struct Invited {
    pub who: Account,
    pub name: Account,
    pub role: Role,
    #[serde(rename = "pub")]
    pub public: Hash,
    #[serde(deserialize_with = "integer")]
    pub until: u64,
}

/// An account: its identity key and its box. The first ones come from `line.json` and carry no proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are those of the frame `join`")]
pub struct Joined {
    pub name: Account,
    pub role: Role,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Hash>,
    /// The Ed25519 public key.
    pub key: Hash,
    /// The P-256 public key, uncompressed, to which grants are sealed.
    #[serde(rename = "box", with = "bytes65")]
    pub box_key: [u8; 65],
    #[serde(
        default,
        deserialize_with = "present_b64",
        serialize_with = "some_b64",
        skip_serializing_if = "Option::is_none"
    )]
    pub sig: Option<Vec<u8>>,
}

/// A key sealed to an account's box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are those of the frame `grant`")]
pub struct Granted {
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub who: Option<Account>,
    pub name: Account,
    pub key: KeyId,
    #[serde(with = "bytes65")]
    pub enc: [u8; 65],
    #[serde(with = "bytes48")]
    pub ct: [u8; 48],
}

/// A line card as it came into force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are those of the frame `card`")]
pub struct CardSet {
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub who: Option<Account>,
    pub card: String,
    #[serde(with = "bytes64")]
    pub sig: [u8; 64],
}

/// A supervisor was served a conversation; only the first letters of its id are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Looked {
    pub who: Account,
    pub conv: String,
}

/// A setting that changed while the relay was down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Setting {
    pub name: String,
    pub value: String,
}

/// What an account says of itself on shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShiftState {
    /// Takes children.
    Ready,
    /// The screen is locked; the line stays staffed.
    Locked,
    /// On a break.
    Break,
    /// Off shift.
    Off,
}

/// `state`: an account's state, until when, and how many children it takes at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct State {
    pub state: ShiftState,
    #[serde(default, deserialize_with = "present_integer", skip_serializing_if = "Option::is_none")]
    pub until: Option<u64>,
    #[serde(deserialize_with = "places")]
    pub places: u8,
}

/// `doors`: open, or shut until a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Doors {
    pub open: bool,
    pub until: Option<u64>,
}

/// `announced`: to whom, and until when it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Announced {
    pub to: Option<Account>,
    pub until: u64,
}

/// The sealed facets of a contact row: the newest `classified`, by its id, still sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ContactClass {
    pub id: EntryId,
    pub data: String,
}

/// The row that stays of a contact: numbers only, no conversation, no account. Times in milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "domain.md 6 and the protocol's table of the house define each")]
pub struct Contact {
    pub channel: String,
    #[serde(deserialize_with = "integer")]
    pub opened: u64,
    #[serde(default, deserialize_with = "present_integer", skip_serializing_if = "Option::is_none")]
    pub taken: Option<u64>,
    #[serde(default, deserialize_with = "present_integer", skip_serializing_if = "Option::is_none")]
    pub first: Option<u64>,
    #[serde(deserialize_with = "integer")]
    pub ended: u64,
    #[serde(default, deserialize_with = "present_integer", skip_serializing_if = "Option::is_none")]
    pub archived: Option<u64>,
    pub reason: String,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub lines: Option<(u64, u64)>,
    #[serde(default, deserialize_with = "present_integer", skip_serializing_if = "Option::is_none")]
    pub gap_ms: Option<u64>,
    #[serde(default)]
    pub facts: Facts,
    pub lang: String,
    #[serde(default, deserialize_with = "present_integer", skip_serializing_if = "Option::is_none")]
    pub level: Option<u64>,
    #[serde(default, deserialize_with = "present_integer", skip_serializing_if = "Option::is_none")]
    pub held: Option<u64>,
    #[serde(default)]
    pub back: bool,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub rated: Option<Rated>,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub class: Option<ContactClass>,
}

/// A quarter of an hour of staffing: sums over accounts, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "domain.md 6 defines each")]
pub struct Interval {
    #[serde(deserialize_with = "integer")]
    pub start: u64,
    #[serde(deserialize_with = "integer")]
    pub staffed_s: u64,
    #[serde(deserialize_with = "integer")]
    pub slots_s: u64,
    #[serde(deserialize_with = "integer")]
    pub session_s: u64,
    #[serde(deserialize_with = "integer")]
    pub with_s: u64,
    #[serde(deserialize_with = "integer")]
    pub busy_s: u64,
}
