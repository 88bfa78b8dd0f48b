//! A sealed body as everyone may see it: who wrote it where, and bytes that nobody here can open. The words
//! themselves are opened and made only in `sealing`, which the relay may not name.

use std::fmt;

use super::chain::Hash;
use super::encoding::{b64, unb64};
use super::event::Seq;
use super::id::{KeyId, Pen};

/// The sizes a padded body may have, in bytes; the ciphertext is 16 longer.
pub const BUCKETS: [usize; 4] = [256, 1024, 4096, 8192];
/// The length of the authentication tag at the end of every ciphertext, in bytes.
pub const TAG_LENGTH: usize = 16;

/// Which side wrote a sealed body of a conversation's log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Side {
    /// The child.
    Child,
    /// A counsellor or supervisor.
    Line,
}

/// Where a body stands among its writer's others: authenticated, and checked by every reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Who wrote it; must agree with the entry's `by`.
    pub side: Side,
    /// The writer's run.
    pub pen: Pen,
    /// 1, 2, 3 … over the entries on disk of that pen in that log.
    pub n: u64,
    /// An entry of the same log that the writer had verified; number 0 is the log's start.
    pub seen: (Seq, Hash),
}

/// Under what a body is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Under {
    /// The conversation's key: talk.
    Talk(Place),
    /// The line key named: desk.
    Desk(Place, KeyId),
    /// The house key named, with 12 random bytes of salt: classes, and texts of the house.
    House(KeyId, [u8; 12]),
}

impl Under {
    /// Returns the place, which every body but those under a house key has.
    pub fn place(&self) -> Option<&Place> {
        match self {
            Self::Talk(place) | Self::Desk(place, _) => Some(place),
            Self::House(..) => None,
        }
    }
}

/// A body sealed by its writer: `clear` is A of the protocol, authenticated byte for byte; `ct` is AES-256-GCM.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedBody {
    /// All of `data` before `,"ct":"`.
    pub clear: String,
    /// The parsed fields of `clear` that every sealed body has.
    pub under: Under,
    /// The ciphertext and its tag.
    pub ct: Vec<u8>,
}

impl SealedBody {
    /// Returns the `data` string of an entry: A ‖ `,"ct":"` ‖ b64(ct) ‖ `"}`.
    pub fn data(&self) -> String {
        format!("{},\"ct\":\"{}\"}}", self.clear, b64(&self.ct))
    }

    /// Splits `data` into A and the ciphertext; `None` unless `ct` stands last and is the length of a padded body.
    pub(super) fn split(data: &str) -> Option<(&str, Vec<u8>)> {
        let (clear, rest) = data.rsplit_once(",\"ct\":\"")?;
        let ct = unb64(rest.strip_suffix("\"}")?)?;
        BUCKETS.iter().any(|bucket| bucket + TAG_LENGTH == ct.len()).then_some((clear, ct))
    }
}

impl fmt::Debug for SealedBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SealedBody({} bytes)", self.ct.len())
    }
}
