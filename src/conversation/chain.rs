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
    input.reserve(160 + link.data.len());
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

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::conversation::event::{By, Event, Kind};

    fn vectors() -> Value {
        serde_json::from_str(include_str!("../sealing/vectors/protocol-vectors.json"))
            .expect("vectors are JSON")
    }

    fn hex(text: &Value) -> Vec<u8> {
        let text = text.as_str().expect("hex");
        (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).expect("hex")).collect()
    }

    #[test]
    fn the_chains_of_all_three_logs_are_the_vectors() {
        let vectors = vectors();
        let conv = ConversationId(hex(&vectors["open"]["conv"]).try_into().expect("16 bytes"));
        for (name, conv, log, entries) in [
            ("talk", conv, Log::Talk, &vectors["talk"]),
            ("desk", conv, Log::Desk, &vectors["desk"]["log"]),
            ("house", ConversationId::HOUSE, Log::Desk, &vectors["house"]["log"]),
        ] {
            let entries = entries.as_array().expect("entries");
            let mut before = start(conv, log);
            assert_eq!(before.as_bytes(), hex(&entries[0]["h"]), "{name} 0");
            for entry in &entries[1..] {
                let kind: Kind = serde_json::from_value(entry["kind"].clone()).expect("a kind");
                let by: By = serde_json::from_value(entry["by"].clone()).expect("an author");
                let data = entry["data"].as_str().expect("data").to_owned();
                let event = Event::parse(kind, &data).expect("honest data");
                assert_eq!(event.data().as_deref(), Some(data.as_str()), "{name}: one spelling");
                assert!(kind.room().is(conv, log), "{name}: {kind}");
                let id = EntryId(hex(&entry["id"]).try_into().expect("16 bytes"));
                let (seq, at) = (entry["seq"].as_u64().expect("seq"), entry["at"].as_u64().expect("at"));
                before =
                    next(before, Link { seq, at, by: &by.spelled(), kind: kind.as_str(), id, data: &data });
                assert_eq!(before.as_bytes(), hex(&entry["h"]), "{name} {seq}");
            }
        }
    }

    #[test]
    fn data_that_is_not_as_its_kind_says_is_refused() {
        for case in vectors()["strict"]["data"].as_array().expect("cases") {
            let kind: Kind = serde_json::from_value(case["kind"].clone()).expect("a kind");
            let data = case["data"].as_str().expect("data");
            let parsed = Event::parse(kind, data);
            if case["name"] == "s is not the writer's side" {
                // Only whoever knows the author can refuse this one; the parser must show what it says.
                let event = parsed.expect("well formed");
                let place = event.sealed().and_then(|body| body.under.place()).expect("a place");
                assert_ne!(Some(place.side), By::Child.side());
            } else {
                assert!(parsed.is_err(), "{}", case["name"]);
            }
        }
    }
}
