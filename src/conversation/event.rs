//! Entries and events: what happened to a conversation, for ever. An event with its id, number, time and author is
//! an entry. `data` crosses the wire as a string, so that every side hashes the same bytes; [`Event::parse`] is the
//! one place that reads it, strictly.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::chain::{self, Hash};
use super::id::{Account, ConversationId, EntryId, Tag};
use super::sealed::{SealedBody, Side};

pub(crate) mod data;

pub use data::{
    Announced, CardSet, ClosedReason, Contact, ContactClass, Doors, Facts, Feel, Granted, Interval, Invited,
    Joined, LeftReason, Looked, Opened, Rated, Seal, Setting, ShiftState, State, Watched,
};

/// An entry's number in its log: 1, 2, 3 … without gaps; 0 stands for the empty log.
pub type Seq = u64;

/// The two logs of a conversation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Log {
    /// What the child reads too.
    Talk,
    /// What no child ever reads; the house is a desk log.
    Desk,
}

impl Log {
    /// Both, in the order of their numbers.
    pub const BOTH: [Self; 2] = [Self::Talk, Self::Desk];

    /// Returns the number that stands for the log in hashes and seals: talk 0, desk 1.
    pub fn number(self) -> u8 {
        match self {
            Self::Talk => 0,
            Self::Desk => 1,
        }
    }
}

/// The author of an entry.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum By {
    /// The child of the conversation.
    Child,
    /// Some counsellor, in talk: the child is not told which account.
    Line,
    /// An account, in desk and house.
    Account(Account),
    /// The relay itself.
    Relay,
}

impl By {
    /// Returns the spelling that is hashed: `child`, `line`, `line Jana`, `relay`.
    pub fn spelled(&self) -> std::borrow::Cow<'static, str> {
        match self {
            Self::Child => "child".into(),
            Self::Line => "line".into(),
            Self::Account(account) => format!("line {account}").into(),
            Self::Relay => "relay".into(),
        }
    }

    /// Returns the side whose seal an entry of this author must carry; none for the relay.
    pub fn side(&self) -> Option<Side> {
        match self {
            Self::Child => Some(Side::Child),
            Self::Line | Self::Account(_) => Some(Side::Line),
            Self::Relay => None,
        }
    }
}

impl Serialize for By {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.spelled())
    }
}

impl<'de> Deserialize<'de> for By {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        match text.as_str() {
            "child" => Ok(Self::Child),
            "line" => Ok(Self::Line),
            "relay" => Ok(Self::Relay),
            other => {
                let account = other.strip_prefix("line ").and_then(Account::parse);
                account.map(Self::Account).ok_or_else(|| de::Error::custom("not an author"))
            }
        }
    }
}

/// Defines the kinds once: name on the wire, and the log each belongs to (`house` is a desk log of its own).
macro_rules! kinds {
    ($($kind:ident $spelled:literal $room:ident),* $(,)?) => {
        /// The kind of an entry. Its name on the wire is its name in lower case.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        #[expect(missing_docs, reason = "the table of kinds in docs/src/design/protocol.md says what each is")]
        pub enum Kind { $($kind),* }

        impl Kind {
            /// All kinds.
            pub const ALL: &'static [Self] = &[$(Self::$kind),*];

            /// Returns the name on the wire.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$kind => $spelled),* }
            }

            /// Returns where entries of this kind stand.
            pub fn room(self) -> Room {
                match self { $(Self::$kind => Room::$room),* }
            }
        }
    };
}

/// Where a kind of entry may stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// The talk log of a conversation.
    Talk,
    /// The desk log of a conversation.
    Desk,
    /// The house.
    House,
}

impl Room {
    /// Returns whether `log` of `conv` is this room.
    pub fn is(self, conv: ConversationId, log: Log) -> bool {
        self == match (conv.is_house(), log) {
            (true, Log::Desk) => Self::House,
            (true, Log::Talk) => return false,
            (false, Log::Talk) => Self::Talk,
            (false, Log::Desk) => Self::Desk,
        }
    }
}

kinds! {
    Opened "opened" Talk, Told "told" Talk, Said "said" Talk, Left "left" Talk, Closed "closed" Talk, Rated "rated" Talk,
    Claimed "claimed" Desk, Released "released" Desk, Transferred "transferred" Desk, Moved "moved" Desk,
    Flagged "flagged" Desk, Classified "classified" Desk, Whispered "whispered" Desk, Watched "watched" Desk,
    Archived "archived" Desk,
    Invited "invited" House, Joined "joined" House, Granted "granted" House, Revoked "revoked" House, Card "card" House,
    Login "login" House, Logout "logout" House, Looked "looked" House, Erased "erased" House, Setting "setting" House,
    State "state" House, Doors "doors" House, Hold "hold" House, Announced "announced" House, Agreed "agreed" House,
    Contact "contact" House, Interval "interval" House,
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One entry of a log: the same JSON on the wire and on disk.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The conversation.
    pub conv: ConversationId,
    /// Which of its logs.
    pub log: Log,
    /// Its number there.
    pub seq: Seq,
    /// When the relay wrote it, in milliseconds since 1970, never less than the entry before.
    pub at: u64,
    /// Its author, as hashed.
    pub by: By,
    /// The account behind `line` in talk; never sent to a child, not hashed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub author: Option<Account>,
    /// Its kind.
    pub kind: Kind,
    /// Its id.
    pub id: EntryId,
    /// Its data: JSON in a string.
    pub data: String,
    /// The chain's hash after it.
    pub h: Hash,
}

impl Entry {
    /// Returns the account that wrote it, in either log.
    pub fn account(&self) -> Option<&Account> {
        match &self.by {
            By::Account(account) => Some(account),
            _ => self.author.as_ref(),
        }
    }

    /// Parses what happened.
    ///
    /// # Errors
    /// Fails if `data` is not as the kind says.
    pub fn event(&self) -> Result<Event, BadData> {
        Event::parse(self.kind, &self.data)
    }

    /// Returns whether `h` is right after `before`.
    pub fn follows(&self, before: Hash) -> bool {
        chain::of_entry(before, self) == self.h
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Entry({} {:?} {} {} at {})", self.conv, self.log, self.seq, self.kind, self.at)
    }
}

/// What happened: an entry's kind and data, parsed. [`SealedBody`] stays closed here.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    clippy::large_enum_variant,
    reason = "an event is read and dropped; boxing would cost more than it saves"
)]
pub enum Event {
    /// A child opened the conversation.
    Opened(Opened),
    /// A child told facts that the queue shows in clear; the sealed empty text authenticates them.
    Told(Facts, SealedBody),
    /// Somebody wrote.
    Said(SealedBody),
    /// The child left, or was away for too long.
    Left(LeftReason),
    /// A person at the line ended the talk.
    Closed(ClosedReason),
    /// The child said afterwards how it was.
    Rated(Rated),
    /// An account took the child.
    Claimed,
    /// The child went back to the queue.
    Released(SealedBody),
    /// The child was handed to another account, who holds at once.
    Transferred(Account, SealedBody),
    /// A supervisor moved a waiting child to the head.
    Moved(SealedBody),
    /// A mark from 0 to 3 that routes alarms.
    Flagged(u8, SealedBody),
    /// The facets of the contact, under the house key.
    Classified(SealedBody),
    /// A word between colleagues.
    Whispered(SealedBody),
    /// A supervisor began or ended reading along.
    Watched(Watched),
    /// The holder's casebook has what it needs.
    Archived,
    /// A supervisor invited an account.
    Invited(Invited),
    /// An account came to be.
    Joined(Joined),
    /// A key was handed to an account.
    Granted(Granted),
    /// An account or invitation was cut off.
    Revoked {
        /// Who did it.
        who: Account,
        /// Whom it concerns.
        name: Account,
    },
    /// A new line card is in force.
    Card(CardSet),
    /// An account's first socket came.
    Login(Account),
    /// An account's last socket went.
    Logout(Account),
    /// A supervisor read a conversation.
    Looked(Looked),
    /// A conversation's words were erased.
    Erased(ConversationId),
    /// A setting changed.
    Setting(Setting),
    /// An account's state on shift.
    State(State),
    /// The doors of the line.
    Doors(Doors, SealedBody),
    /// Whether only supervisors hand out children.
    Hold(bool, SealedBody),
    /// A note to all or to one.
    Announced(Announced, SealedBody),
    /// What was agreed with a child who may return.
    Agreed(Tag, SealedBody),
    /// The row that stays of a contact; an account's own (phone, e-mail) seals its facets in the entry.
    Contact(Contact, Option<SealedBody>),
    /// A quarter of an hour of staffing.
    Interval(Interval),
}

/// `data` that is not what its kind says. The reason names fields, never values.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("bad data: {0}")]
pub struct BadData(pub String);

impl Event {
    /// Parses the `data` of an entry of `kind`, strictly.
    ///
    /// # Errors
    /// Returns [`BadData`] for anything an honest writer would not have written.
    pub fn parse(kind: Kind, data: &str) -> Result<Self, BadData> {
        data::parse(kind, data)
    }

    /// Returns the `data` string of this event: the one canonical spelling for the relay's own entries, the writer's
    /// bytes for sealed ones. `None` only if JSON cannot be written, which these shapes do not allow.
    pub fn data(&self) -> Option<String> {
        data::write(self)
    }

    /// Returns the sealed body, if this kind has one.
    pub fn sealed(&self) -> Option<&SealedBody> {
        match self {
            Self::Told(_, body)
            | Self::Said(body)
            | Self::Released(body)
            | Self::Transferred(_, body)
            | Self::Moved(body)
            | Self::Flagged(_, body)
            | Self::Classified(body)
            | Self::Whispered(body)
            | Self::Doors(_, body)
            | Self::Hold(_, body)
            | Self::Announced(_, body)
            | Self::Agreed(_, body) => Some(body),
            Self::Contact(_, body) => body.as_ref(),
            _ => None,
        }
    }
}
