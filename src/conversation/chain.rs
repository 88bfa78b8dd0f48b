//! Each log's hash chain: every reader recomputes it, so nothing in the middle can be changed, dropped or moved.

use sha2::{Digest, Sha256};

use super::encoding::{domain, lp};
use super::event::{Entry, Log};
use super::id::{ConversationId, EntryId, bytes_newtype};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use std::fmt;

use super::encoding::{b64, unb64};

bytes_newtype!(
    /// A link of a chain, or any SHA-256.
    Hash, 32
);

/// Returns h_0 of a log: SHA-256(D("log") ‖ conv ‖ u8 log).
pub fn start(conv: ConversationId, log: Log) -> Hash {
    let mut input = domain("log");
    input.extend_from_slice(conv.as_bytes());
    input.push(log.number());
    Hash(Sha256::digest(&input).into())
}

/// What of an entry its chain authenticates, beside the hash before it.
#[derive(Debug, Clone, Copy)]
pub struct Link<'a> {
    /// The entry's number.
    pub seq: u64,
    /// Its time, in milliseconds since 1970.
    pub at: u64,
    /// Its author as spelled on the wire (`child`, `line`, `line Jana`, `relay`).
    pub by: &'a str,
    /// Its kind as spelled on the wire.
    pub kind: &'a str,
    /// Its id.
    pub id: EntryId,
    /// Its data, after JSON unescaping.
    pub data: &'a str,
}

/// Returns h_n = SHA-256(D("entry") ‖ h_{n-1} ‖ u64 seq ‖ u64 at ‖ LP(by) ‖ LP(kind) ‖ id ‖ LP(data)).
pub fn next(before: Hash, link: Link<'_>) -> Hash {
    let mut input = domain("entry");
    input.extend_from_slice(before.as_bytes());
    input.extend_from_slice(&link.seq.to_be_bytes());
    input.extend_from_slice(&link.at.to_be_bytes());
    lp(&mut input, link.by.as_bytes());
    lp(&mut input, link.kind.as_bytes());
    input.extend_from_slice(link.id.as_bytes());
    lp(&mut input, link.data.as_bytes());
    Hash(Sha256::digest(&input).into())
}

/// Returns the hash that `entry` must carry after `before`.
pub fn of_entry(before: Hash, entry: &Entry) -> Hash {
    let by = entry.by.spelled();
    let kind = entry.kind.as_str();
    next(before, Link { seq: entry.seq, at: entry.at, by: &by, kind, id: entry.id, data: &entry.data })
}
