//! Every decoder against bytes that nobody wrote and against honest ones that were changed: no panic, bounded memory,
//! and what is read is written again as it was. `OPORA_LONG=1` tries a hundred times as many.
//!
//! Held elsewhere: segments and journal records (`src/segment/tests.rs`, `src/journal/embedded/tests.rs`), cards, seals
//! and padded bodies (`src/sealing`), vault files and codes (`src/vault`), casebook records, change log and sled
//! (`src/casebook`), settings (`src/config`), untrusted text (`src/conversation/safe_text.rs`).
#![allow(clippy::panic, reason = "a test says no by panicking")]

use std::path::Path;
use std::sync::Arc;

use opora::conversation::sealed::{Place, Side, Under};
use opora::conversation::{ConversationId, EntryId, Event, Hash, KeyId, Kind, Pen, SealedBody};
use opora::journal::embedded::Waits;
use opora::journal::{Embedded, Journal as _, Shelf};
use opora::protocol::{ToClient, ToRelay};
use opora::sealing::Secret;
use opora::sealing::body::{self, At, Key};
use opora::sealing::card::{self, LineFile};
use opora::sealing::grant::Root;
use opora::sealing::house::HouseKey;
use opora::sealing::line::{LineSeed, TalkKey};
use opora::segment::Disk;
use opora::segment::fault::FaultDisk;
use opora::vault::invite::InviteCode;
use proptest::prelude::*;
use proptest::sample::Index;

const TO_RELAY: &str = include_str!("golden/frames/to_relay.jsonl");
const TO_CLIENT: &str = include_str!("golden/frames/to_client.jsonl");
const VECTORS: &str = include_str!("../src/sealing/vectors/protocol-vectors.json");
/// No decoder may ask for more than this beside what it was given.
const ROOM: u64 = 64 * 1024 * 1024;

fn config() -> ProptestConfig {
    let cases = if std::env::var_os("OPORA_LONG").is_some() { 40_000 } else { 400 };
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// The most memory this process ever had; 0 where the kernel does not tell.
fn most() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default().trim();
    line.split(' ').next().and_then(|kib| kib.parse::<u64>().ok()).unwrap_or(0) * 1024
}

/// One change of honest bytes.
#[derive(Debug, Clone)]
enum Change {
    Set(Index, u8),
    Cut(Index),
    Drop(Index, Index),
    Again(Index, Index),
    Put(Index, Vec<u8>),
}

fn change() -> impl Strategy<Value = Change> {
    // What parsers stumble over comes more often than chance would have it.
    let piece = prop_oneof![
        prop::collection::vec(any::<u8>(), 1..6),
        prop::sample::select(vec![
            &b"\""[..],
            b"{",
            b"}",
            b"[",
            b"]",
            b",",
            b":",
            b"\\",
            b"\\u0000",
            b"\\ud800",
            b"null",
            b"-1",
            b"1e9",
            b"0.0",
            b"18446744073709551616",
            b"9007199254740992",
            b"\xef\xbb\xbf",
            b"\xff",
            b"{}",
            b"\"ct\":\"\"",
            b"\0",
        ])
        .prop_map(<[u8]>::to_vec),
        Just(b"[".repeat(3_000)),
        Just(b"{\"a\":".repeat(600)),
    ];
    prop_oneof![
        (any::<Index>(), any::<u8>()).prop_map(|(at, byte)| Change::Set(at, byte)),
        any::<Index>().prop_map(Change::Cut),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Change::Drop(from, to)),
        (any::<Index>(), any::<Index>()).prop_map(|(from, to)| Change::Again(from, to)),
        (any::<Index>(), piece).prop_map(|(at, bytes)| Change::Put(at, bytes)),
    ]
}

fn changed(mut bytes: Vec<u8>, changes: &[Change]) -> Vec<u8> {
    for change in changes {
        let length = bytes.len();
        let range = |from: &Index, to: &Index| {
            let (from, to) = (from.index(length + 1), to.index(length + 1));
            from.min(to)..from.max(to)
        };
        match change {
            _ if length == 0 => return bytes,
            Change::Set(at, byte) => bytes[at.index(length)] = *byte,
            Change::Cut(at) => bytes.truncate(at.index(length)),
            Change::Drop(from, to) => drop(bytes.drain(range(from, to))),
            Change::Again(from, to) => {
                let again = bytes[range(from, to)].to_vec();
                bytes.extend_from_slice(&again);
            }
            Change::Put(at, piece) => {
                let at = at.index(length);
                bytes.splice(at..at, piece.iter().copied());
            }
        }
    }
    bytes.truncate(32 * 1024);
    bytes
}

fn text(bytes: Vec<u8>) -> String {
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Any text, or a changed one of these.
fn near(honest: Vec<String>) -> impl Strategy<Value = String> {
    let changes = prop::collection::vec(change(), 1..4);
    prop_oneof![
        1 => prop::collection::vec(any::<u8>(), 0..600).prop_map(text),
        1 => "\\PC{0,200}",
        6 => (prop::sample::select(honest), changes)
            .prop_map(|(honest, changes)| text(changed(honest.into_bytes(), &changes))),
    ]
}

fn lines(of: &str) -> Vec<String> {
    of.lines().map(str::to_owned).collect()
}

/// Honest data of every kind that the vectors and golden frames have.
fn data() -> Vec<(Kind, String)> {
    let mut found = Vec::new();
    let mut walk = vec![serde_json::from_str::<serde_json::Value>(VECTORS).expect("vectors")];
    walk.extend(TO_CLIENT.lines().map(|line| serde_json::from_str(line).expect("a golden frame")));
    while let Some(value) = walk.pop() {
        match value {
            serde_json::Value::Array(items) => walk.extend(items),
            serde_json::Value::Object(fields) => {
                let kind = fields.get("kind").and_then(|kind| serde_json::from_value(kind.clone()).ok());
                if let (Some(kind), Some(data)) = (kind, fields.get("data").and_then(|data| data.as_str())) {
                    found.push((kind, data.to_owned()));
                }
                walk.extend(fields.into_iter().map(|(_, value)| value));
            }
            _ => {}
        }
    }
    assert!(found.len() > 6, "the vectors have data");
    found
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_frame_to_the_relay_is_refused_or_written_again_as_it_was(frame in near(lines(TO_RELAY))) {
        let before = most();
        if let Ok(read) = ToRelay::parse(&frame) {
            let written = read.to_text();
            prop_assert_eq!(ToRelay::parse(&written).ok(), Some(read));
        }
        prop_assert!(most() <= before + ROOM);
    }

    #[test]
    fn a_frame_to_a_client_is_refused_or_written_again_as_it_was(frame in near(lines(TO_CLIENT))) {
        let before = most();
        if let Ok(read) = ToClient::parse(&frame) {
            let written = read.to_text();
            prop_assert_eq!(ToClient::parse(&written).ok().map(|again| again.to_text()), Some(written));
        }
        prop_assert!(most() <= before + ROOM);
    }

    #[test]
    fn data_of_any_kind_is_refused_or_read_alike_twice(
        kind in prop::sample::select(Kind::ALL.to_vec()),
        data in near(data().into_iter().map(|(_, data)| data).collect()),
    ) {
        let before = most();
        if let Ok(event) = Event::parse(kind, &data) {
            if let Some(sealed) = event.sealed() {
                // Whatever it claims to be sealed under, no key of ours opens what was not sealed with it.
                let id = EntryId([1; 16]);
                let at = At { subject: [1; 16], kind, id };
                let (talk, house) = (TalkKey::new([9; 32]), HouseKey::new([9; 32]));
                let desk = LineSeed::new([9; 32]).desk_key(ConversationId([1; 16]));
                for key in [Key::Talk(&talk), Key::Desk(&desk), Key::House(&house)] {
                    prop_assert!(body::open(key, &at, sealed).is_err());
                }
            }
            prop_assert_eq!(Event::parse(kind, &data).ok(), Some(event));
        }
        prop_assert!(most() <= before + ROOM);
    }

    #[test]
    fn any_sealed_bytes_are_an_error_value(
        ct in prop::collection::vec(any::<u8>(), 0..9_000), which in 0..3_u8, n: u64, seq: u64,
    ) {
        let conv = ConversationId([1; 16]);
        let place = Place { side: Side::Child, pen: Pen([1; 8]), n, seen: (seq, Hash([2; 32])) };
        let under = match which {
            0 => Under::Talk(place),
            1 => Under::Desk(place, KeyId([3; 16])),
            _ => Under::House(KeyId([3; 16]), [4; 12]),
        };
        let sealed = SealedBody { clear: "{\"s\":\"child\"".to_owned(), under, ct };
        let at = At::conversation(conv, Kind::Said, EntryId([1; 16]));
        let talk = TalkKey::new([9; 32]);
        prop_assert!(body::open(Key::Talk(&talk), &at, &sealed).is_err());
    }

    #[test]
    fn a_card_a_line_file_and_a_code_are_refused_or_read(bytes in near(honest_texts())) {
        let before = most();
        // Signed by whoever asks to be believed: then only its form is looked at.
        let root = Root::from_secret(Secret::new([7; 32])).expect("a root");
        let signed = root.sign_card(&bytes);
        let read = |bytes: &str, sig| card::parse_signed(bytes, sig, &root.public());
        if let Ok(card) = read(&bytes, &signed) {
            let text = card.to_text();
            prop_assert_eq!(read(&text, &root.sign_card(&text)).ok(), Some(card));
        }
        if let Ok(file) = LineFile::parse(&bytes) {
            prop_assert_eq!(LineFile::parse(&file.to_text()).ok(), Some(file));
        }
        _ = InviteCode::parse(&bytes);
        prop_assert!(most() <= before + ROOM);
    }

    #[test]
    fn a_shelf_file_of_any_bytes_never_gives_another_key_or_token(
        changes in prop::collection::vec(change(), 1..4), any_bytes in prop::collection::vec(any::<u8>(), 0..6_000), is_any: bool,
    ) {
        let (disk, file, honest) = shelved();
        let bytes = if is_any { any_bytes } else { changed(honest.clone(), &changes) };
        let before = most();
        disk.remove(&file).expect("removed");
        let written = disk.create(&file).expect("made");
        written.write_at(0, &bytes).and_then(|()| written.sync()).expect("written");
        let opened = Embedded::open_on(Arc::clone(&disk), Path::new("/journal"), Waits::default(), &mut |_| {});
        if let Ok((journal, report)) = opened {
            let read = journal.shelf(CONV);
            let is_known = read.is_none_or(|read| read.after == SHELF.after);
            prop_assert!(is_known || !report.findings.is_empty(), "another shelf, and nothing found");
            if let Some(token) = read.and_then(|read| read.token) {
                prop_assert_eq!(Some(token), SHELF.token);
            }
        }
        prop_assert!(most() <= before + ROOM);
    }
}

const CONV: ConversationId = ConversationId([7; 16]);
const SHELF: Shelf = Shelf {
    token: Some(opora::journal::Token { half: Hash([1; 32]), token_hash: Hash([2; 32]) }),
    after: EntryId([3; 16]),
    stamp: 4,
};

/// A journal with one conversation on the shelf, closed; and its file.
fn shelved() -> (Arc<dyn Disk>, std::path::PathBuf, Vec<u8>) {
    let disk = FaultDisk::default();
    let shared: Arc<dyn Disk> = Arc::new(disk.clone());
    let opened = Embedded::open_on(shared, Path::new("/journal"), Waits::default(), &mut |_| {});
    let (journal, _) = opened.expect("opens");
    let (told, fate) = std::sync::mpsc::channel();
    journal.shelve(CONV, SHELF, Box::new(move |result| told.send(result).expect("the test waits")));
    fate.recv().expect("told").expect("shelved");
    drop(journal);
    let disk: Arc<dyn Disk> = Arc::new(disk.kill());
    let folder = Path::new("/journal/shelf");
    let name = disk.list(folder).expect("a folder").into_iter().find(|name| name.contains("0707"));
    let file = folder.join(name.expect("a shelf file"));
    let bytes = opora::segment::disk::read_whole(&*disk.open(&file).expect("opens")).expect("read");
    (disk, file, bytes)
}

fn honest_texts() -> Vec<String> {
    let cards = TO_CLIENT.lines().filter_map(|line| {
        let value: serde_json::Value = serde_json::from_str(line).expect("a golden frame");
        Some(value["card"]["card"].as_str()?.to_owned())
    });
    let vectors: serde_json::Value = serde_json::from_str(VECTORS).expect("vectors");
    let mut texts: Vec<String> = cards.collect();
    texts.extend(vectors["card"]["card"].as_str().map(str::to_owned));
    texts
}
