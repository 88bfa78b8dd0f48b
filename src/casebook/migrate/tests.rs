#![expect(clippy::unwrap_used, reason = "tests")]
//! The golden files: one a kind and version. They are only added to; a change of bytes is a new version.

use std::path::PathBuf;

use super::*;
use crate::casebook::record::{
    Audited, CaseId, ContactId, Decision, Disclosure, Facets, Kept, Line, Note, PromiseId, Speaker,
};
use crate::casebook::row::{Keys, Mark};
use crate::casebook::store::{Store, Write};
use crate::conversation::encoding::b64;
use crate::conversation::id::{ConversationId, EntryId};

fn words(text: &str) -> String {
    text.to_owned()
}

/// One record a kind, with every field filled, so that a field that moves is seen.
fn samples() -> Vec<(&'static str, Record)> {
    let contact = Contact {
        id: ContactId([1; 16]),
        case: CaseId([2; 16]),
        conv: Some(ConversationId([3; 16])),
        handle: words("Blue Fox"),
        by: words("Jana"),
        facets: Facets {
            kind: Some(words("counselling")),
            channel: words("chat"),
            person: Some(words("child")),
            age_band: Some(words("a12_14")),
            gender: Some(words("girl")),
            region: Some(words("CZ-64")),
            topics: vec![words("violence.bullying"), words("peers.class")],
            online: Some(words("mixed")),
            places: vec![words("messaging")],
            risk4c: vec![words("conduct")],
            risk: Some(2),
            outcomes: vec![words("listened"), words("callback")],
            repeat: true,
            language: words("cs"),
        },
        opened: 1_794_000_000_000,
        taken: Some(1_794_000_060_000),
        ended: Some(1_794_002_000_000),
        note: Note {
            template: words("dap"),
            version: 1,
            fields: vec![(words("data"), words("Fotky ve skupině."))],
        },
        forms: vec![Note {
            template: words("safety"),
            version: 2,
            fields: vec![(words("signs"), words("…"))],
        }],
        kept: Kept::Here,
        disclosure: Some(Disclosure {
            name: true,
            address: false,
            facts: true,
            child_told: true,
            decision: words("wait"),
            second: words("Eva"),
            at: Some(1_794_002_100_000),
        }),
        supervisor: words("Eva"),
        finished: Some(1_794_002_200_000),
        lines: (20, 21),
    };
    let line =
        |by, kind: &str, text: &str| Line { at: 1_794_000_070_000, by, kind: words(kind), text: words(text) };
    vec![
        ("contact", Record::Contact(contact)),
        (
            "case",
            Record::Case(Case {
                id: CaseId([2; 16]),
                handle: words("Blue Fox"),
                opened: 1_794_000_000_000,
                phrase: Some(words("modrá liška")),
                agreed: words("writes again on Friday"),
                hold: true,
            }),
        ),
        (
            "transcript",
            Record::Transcript(Transcript {
                contact: ContactId([1; 16]),
                conv: Some(ConversationId([3; 16])),
                lines: vec![
                    line(Speaker::Child, "said", "ahoj"),
                    line(Speaker::Line(words("Jana")), "said", "Ahoj, jsem tady."),
                    line(Speaker::Colleague(words("Eva")), "whispered", "ask where she is"),
                    line(Speaker::Relay, "left", ""),
                ],
            }),
        ),
        (
            "draft",
            Record::Draft(Draft {
                conv: ConversationId([3; 16]),
                text: words("To je mi líto"),
                at: 1_794_000_080_000,
            }),
        ),
        (
            "outbox",
            Record::Outbox(OutboxItem {
                id: EntryId([4; 16]),
                conv: ConversationId([3; 16]),
                order: 300,
                bytes: vec![0, 1, 255],
            }),
        ),
        (
            "promise",
            Record::Promise(Promise {
                id: PromiseId([5; 16]),
                case: CaseId([2; 16]),
                contact: Some(ContactId([1; 16])),
                what: words("ask how it went"),
                by: words("Jana"),
                due: 1_794_300_000_000,
                done: Some(1_794_290_000_000),
            }),
        ),
        (
            "setting",
            Record::Setting(Setting { name: words("backup.verified"), value: words("1794000000000") }),
        ),
        (
            "audit",
            Record::Audit(Audit {
                n: 2,
                at: 1_794_000_000_000,
                what: Audited::Exported,
                detail: words("2026-Q3, 118"),
                before: [6; 32],
            }),
        ),
        (
            "reviewed",
            Record::Reviewed(Box::new(Reviewed {
                contact: ContactId([1; 16]),
                case: CaseId([2; 16]),
                source: [7; 32],
                decisions: vec![
                    Decision { start: 3, end: 8, keep: Some(words("a shop")) },
                    Decision { start: 12, end: 17, keep: None },
                ],
                by: words("Eva"),
                at: 1_794_000_000_000,
            })),
        ),
        ("released", Record::Released(Released { n: 3, release: words("{}"), before: [8; 32] })),
    ]
}

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/casebook").join(name)
}

#[test]
fn every_version_that_was_written_can_be_read() {
    for (name, record) in samples() {
        let bytes = record.write().unwrap();
        let file = golden(&format!("{name}.v{}", bytes[1]));
        if std::env::var_os("OPORA_GOLDEN").is_some() && !file.exists() {
            std::fs::write(&file, &*bytes).unwrap();
        }
        let kept = std::fs::read(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
        assert!(kept == *bytes, "{name}: the bytes changed; that needs a new version");
        assert!(Record::read(&kept).unwrap() == record, "{name}");
    }
    let known = samples().len() + OLD.len();
    let files = std::fs::read_dir(golden("")).unwrap().count();
    assert_eq!(files, known, "each golden file belongs to a version that is tested here");
}

/// Versions that are no longer written; each holds what its newest sample holds.
const OLD: [(&str, &str); 1] = [("contact", "contact.v1")];

#[test]
fn what_an_older_opora_wrote_becomes_the_newest() {
    for (name, file) in OLD {
        let (_, newest) = samples().into_iter().find(|(sample, _)| *sample == name).unwrap();
        let bytes = std::fs::read(golden(file)).unwrap();
        assert!(bytes[1] < newest.write().unwrap()[1], "{file} is old");
        assert!(Record::read(&bytes).unwrap() == newest, "{file}");
    }
}

/// A whole casebook as opora 0.1 left it, every contact in its first version: `tests/crash.rs` kills the next opora at each
/// step of making it new. Sled is left out; it is built from the change log.
#[test]
fn a_casebook_of_an_older_opora_is_kept() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/golden/old-casebook");
    if std::env::var_os("OPORA_GOLDEN").is_some() && !folder.exists() {
        let disk: std::sync::Arc<dyn crate::segment::Disk> = std::sync::Arc::new(crate::segment::RealDisk);
        let keys = Keys::derive([1; 16], &[2; 32]);
        let read = |_: Zeroizing<Vec<u8>>| ();
        let (mut store, _) =
            Store::open(&disk, &folder, keys, &read, &mut |_, _, ()| {}, &mut |_, _| {}).unwrap();
        let old = std::fs::read(golden("contact.v1")).unwrap();
        for n in 1..=4 {
            // Kind and version; then contact, case and chat, each 22 letters behind their number.
            let mut bytes = old.clone();
            for (at, id) in [(3, 1), (26, 2), (50, 3)] {
                assert_eq!(bytes[at..at + 22], *b64(&[id; 16]).as_bytes());
                bytes[at..at + 22].copy_from_slice(b64(&[n; 16]).as_bytes());
            }
            store
                .save(vec![Write::Put([n; 16], Mark([100 + n; 16]), Zeroizing::new(bytes))], n.into())
                .unwrap();
        }
        drop(store);
        std::fs::remove_dir_all(folder.join("rows")).unwrap();
        std::fs::remove_file(folder.join("lock")).unwrap();
    }
    assert_eq!(
        std::fs::read_dir(folder).unwrap().count(),
        4,
        "change log, two files of keys, the list of what was erased"
    );
}

#[test]
fn what_is_no_record_is_refused() {
    let whole = samples()[0].1.write().unwrap();
    for length in 0..whole.len() {
        assert!(Record::read(&whole[..length]).is_err(), "cut to {length}");
    }
    let longer = [&whole[..], &[0]].concat();
    assert_eq!(Record::read(&longer), Err(RecordError::Broken { kind: CONTACT, version: 2 }));
    assert_eq!(Record::read(&[CONTACT, 9, 0]), Err(RecordError::Newer { kind: CONTACT, version: 9 }));
    assert_eq!(Record::read(&[99, 1]), Err(RecordError::Newer { kind: 99, version: 1 }));
}

#[test]
fn a_record_never_shows_its_words() {
    for (name, record) in samples() {
        let shown = format!("{record:?}");
        for word in ["Fotky", "liška", "líto", "Ahoj", "Friday", "went", "Blue"] {
            assert!(!shown.contains(word), "{name} shows {word}");
        }
    }
}

proptest::proptest! {
    #[test]
    fn hostile_bytes_never_panic(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300), kind in 0u8..10) {
        _ = Record::read(&bytes);
        _ = Record::read(&[&[kind, 1 + kind % 2], &bytes[..]].concat());
    }
}
