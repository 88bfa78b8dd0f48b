#![expect(clippy::unwrap_used, reason = "tests")]

use std::fs;
use std::io;
use std::path::PathBuf;

use tempfile::TempDir;

use super::record::{Audited, Facets, Filter, Kept, Line, Note, PromiseId, Setting, Speaker};
use super::*;
use crate::conversation::id::EntryId;

const CANARIES: [&str; 6] = ["kanarek", "liska", "Blue Fox", "slibeno", "rozepsano", "modra"];

fn v() -> Secret<[u8; 32]> {
    Secret::new([5; 32])
}

fn open(dir: &Path) -> (Casebook, Report) {
    Casebook::open(dir, [9; 16], &v(), &mut |_, _| {}).unwrap()
}

fn contact(n: u8, case: u8, words: &str) -> Contact {
    let mut contact = Contact::begun(
        ContactId([n; 16]),
        CaseId([case; 16]),
        "chat",
        "Blue Fox",
        "Jana",
        u64::from(n) * 1_000,
    );
    contact.conv = Some(ConversationId([n; 16]));
    contact.ended = Some(u64::from(n) * 1_000 + 500);
    contact.facets = Facets { topics: vec!["violence.bullying".into()], ..contact.facets };
    contact.note = Note { template: "dap".into(), version: 1, fields: vec![("data".into(), words.into())] };
    contact
}

fn put(contact: Contact) -> Change {
    Change::Contact(Box::new(contact))
}

fn transcript(n: u8, words: &str) -> Change {
    Change::Transcript(Transcript {
        contact: ContactId([n; 16]),
        conv: Some(ConversationId([n; 16])),
        lines: vec![Line { at: 1, by: Speaker::Child, kind: "said".into(), text: words.into() }],
    })
}

fn case(n: u8, phrase: &str) -> Case {
    Case {
        id: CaseId([n; 16]),
        handle: "Blue Fox".into(),
        opened: 1,
        phrase: Some(phrase.into()),
        agreed: "dohodnuto".into(),
        hold: false,
    }
}

fn promise(n: u8, case: u8, contact: Option<u8>, due: u64) -> Promise {
    Promise {
        id: PromiseId([n; 16]),
        case: CaseId([case; 16]),
        contact: contact.map(|n| ContactId([n; 16])),
        what: "slibeno zavolat".into(),
        by: "Jana".into(),
        due,
        done: None,
    }
}

fn draft(n: u8) -> Change {
    Change::Draft(Draft { conv: ConversationId([n; 16]), text: "rozepsano".into(), at: 7 })
}

fn keep(n: u8, order: u64) -> OutboxItem {
    OutboxItem { id: EntryId([n; 16]), conv: ConversationId([1; 16]), order, bytes: vec![n; 30] }
}

/// Two contacts in case 1, one in case 2, with all that belongs to them; closed.
fn filled() -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    let (mut casebook, _) = open(dir.path());
    casebook
        .save(
            vec![
                put(contact(1, 1, "kanarek jedna")),
                put(contact(2, 1, "kanarek dva")),
                put(contact(3, 2, "kanarek tri")),
                transcript(1, "liska rekla"),
                transcript(3, "liska mlci"),
                Change::Case(case(1, "modrá liška")),
                Change::Promise(promise(1, 1, Some(1), 5_000)),
                draft(1),
                draft(3),
            ],
            100,
        )
        .unwrap();
    dir
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(self::files(&path)) } else { files.push(path) }
    }
    files
}

fn found(casebook: &Casebook, typed: &str) -> Vec<u8> {
    casebook.settle();
    let hits = casebook.find(typed, &Filter::default(), 10).unwrap().hits;
    let mut ids: Vec<u8> = hits.iter().map(|hit| hit.contact.id.0[0]).collect();
    ids.sort_unstable();
    ids
}

#[test]
fn everything_comes_back_as_it_was_saved() {
    let dir = filled();
    let (mut casebook, report) = open(dir.path());
    assert_eq!((report.contacts, report.cases, report.unreadable, report.saved), (3, 2, 0, 100));
    assert!(casebook.contact(ContactId([1; 16])).unwrap().unwrap() == contact(1, 1, "kanarek jedna"));
    assert_eq!(casebook.transcript(ContactId([3; 16])).unwrap().unwrap().lines[0].text, "liska mlci");
    assert!(casebook.transcript(ContactId([2; 16])).unwrap().is_none());
    assert_eq!(casebook.case_by_phrase("Modra LISKA!").unwrap().id, CaseId([1; 16]));
    assert!(casebook.case_by_phrase("").is_none() && casebook.case_by_phrase("modra").is_none());
    assert_eq!(casebook.contacts_of(CaseId([1; 16])).iter().map(|c| c.id.0[0]).collect::<Vec<_>>(), [2, 1]);
    assert_eq!((casebook.drafts().len(), casebook.promises().len()), (2, 1));
    assert_eq!(casebook.summary(ContactId([2; 16])).unwrap().due, Some(5_000));
    assert_eq!(casebook.with_conversation().unwrap().len(), 3);
    let due = Filter { due: Some(5_001), ..Filter::default() };
    assert_eq!(casebook.list(&due, 10).len(), 2);

    let kept = Promise { done: Some(4_000), ..promise(1, 1, Some(1), 5_000) };
    casebook.save(vec![Change::Promise(kept), Change::DropDraft(ConversationId([1; 16]))], 101).unwrap();
    assert!(casebook.promises().is_empty() && casebook.promises_of(CaseId([1; 16])).len() == 1);
    assert_eq!((casebook.drafts().len(), casebook.list(&due, 10).len()), (1, 0));
}

#[test]
fn the_outbox_comes_back_in_its_order() {
    let dir = tempfile::tempdir().unwrap();
    let (mut casebook, _) = open(dir.path());
    casebook.save(vec![Change::Keep(keep(3, 30)), Change::Keep(keep(1, 10))], 1).unwrap();
    casebook
        .save(vec![Change::Keep(keep(2, 20)), Change::Keep(keep(4, 40)), Change::Drop(EntryId([3; 16]))], 2)
        .unwrap();
    casebook
        .save(
            vec![Change::Keep(keep(5, 50)), Change::Drop(EntryId([5; 16])), Change::Drop(EntryId([99; 16]))],
            3,
        )
        .unwrap();
    for _ in 0..2 {
        assert_eq!(casebook.outbox().iter().map(|item| item.id.0[0]).collect::<Vec<_>>(), [1, 2, 4]);
        drop(casebook);
        casebook = open(dir.path()).0;
    }
    casebook.save(vec![Change::Setting(Setting { name: "a".into(), value: "b".into() })], 4).unwrap();
    assert_eq!((casebook.setting("a"), casebook.setting("b")), (Some("b"), None));
}

#[test]
fn what_was_saved_is_found_and_shown_with_what_matched() {
    let dir = filled();
    let (mut casebook, _) = open(dir.path());
    for (typed, expected) in [
        ("kanar", vec![1, 2, 3]),
        ("KANÁREK dva", vec![2]),
        ("kanarek liska", vec![1, 2, 3]),
        ("liska mlci", vec![3]),
        ("\"modra liska\"", vec![1, 2]),
        ("fox", vec![1, 2, 3]),
        ("vorvan", vec![]),
        ("", vec![1, 2, 3]),
    ] {
        assert_eq!(found(&casebook, typed), expected, "{typed}");
    }
    let hit = &casebook.find("mlci", &Filter::default(), 10).unwrap().hits[0];
    assert_eq!(
        (hit.snippet.text.as_str(), format!("{:?}", hit.snippet.marks)),
        ("liska mlci", "[6..10]".to_owned())
    );
    let only = Filter { case: Some(CaseId([1; 16])), ..Filter::default() };
    assert_eq!(casebook.find("kanarek", &only, 1).unwrap().total, 2);

    casebook.save(vec![put(contact(2, 1, "vorvan"))], 101).unwrap();
    assert_eq!((found(&casebook, "vorvan"), found(&casebook, "dva")), (vec![2], vec![]));
    casebook.save(vec![Change::Case(case(1, "zeleny pes"))], 102).unwrap();
    assert_eq!((found(&casebook, "zeleny"), found(&casebook, "modra")), (vec![1, 2], vec![]));
}

#[test]
fn no_word_lies_open_in_any_file() {
    let dir = filled();
    for file in files(dir.path()) {
        let bytes = fs::read(&file).unwrap();
        for canary in CANARIES {
            let here = bytes.windows(canary.len()).any(|window| window == canary.as_bytes());
            assert!(!here, "{canary} in {}", file.display());
        }
    }
}

#[test]
fn an_erased_case_is_gone_everywhere_and_does_not_come_back() {
    let dir = filled();
    let (mut casebook, _) = open(dir.path());
    assert!(casebook.erase_case(CaseId([1; 16]), 200).unwrap());
    assert!(!casebook.erase_case(CaseId([1; 16]), 200).unwrap());
    for _ in 0..2 {
        assert_eq!(found(&casebook, "kanarek"), [3]);
        assert_eq!(found(&casebook, "liska"), [3]);
        assert!(casebook.contact(ContactId([1; 16])).unwrap().is_none());
        assert!(casebook.transcript(ContactId([1; 16])).unwrap().is_none());
        assert!(casebook.case(CaseId([1; 16])).is_none() && casebook.promises().is_empty());
        assert_eq!((casebook.drafts().len(), casebook.count()), (1, 1));
        let again = casebook.save(vec![put(contact(1, 1, "kanarek"))], 201);
        assert!(matches!(again, Err(CasebookError::Erased)));
        let elsewhere = casebook.save(vec![put(contact(1, 2, "kanarek"))], 201);
        assert!(matches!(elsewhere, Err(CasebookError::Erased)), "nor in another case");
        assert!(matches!(casebook.save(vec![transcript(1, "liska")], 201), Err(CasebookError::Erased)));
        assert_eq!(casebook.audit().map(|audit| audit.what).collect::<Vec<_>>(), [Audited::Erased]);
        assert!(casebook.verify().unwrap());
        drop(casebook);
        casebook = open(dir.path()).0;
    }
}

/// Opens every old value of every row with every key that is left, as a thief with the passphrase would.
fn all_that_can_still_be_read(dir: &Path) -> Vec<Vec<u8>> {
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let keys = Keys::derive([9; 16], &[5; 32]);
    let (shelf, _) = shelf::Shelf::open(&disk, dir, &keys).unwrap();
    let mut plain = Vec::new();
    for file in files(&dir.join("log")) {
        crate::segment::Segment::scan(&*disk, &file, &mut |_, record| {
            for (key, value) in log::operations(record) {
                let Some(row) = row::Row::parse(value) else { continue };
                let by = keys.derived(row.mark).or_else(|| shelf.key(row.mark));
                plain
                    .extend(by.and_then(|by| keys.open_row(by, &key, &row).ok()).map(|plain| plain.to_vec()));
            }
        })
        .unwrap();
    }
    plain
}

fn readable(dir: &Path, words: &str) -> bool {
    all_that_can_still_be_read(dir)
        .iter()
        .any(|plain| plain.windows(words.len()).any(|window| window == words.as_bytes()))
}

#[test]
fn erased_words_cannot_be_read_with_all_keys_that_are_left() {
    let dir = filled();
    assert!(readable(dir.path(), "kanarek jedna") && readable(dir.path(), "liska rekla"));
    open(dir.path()).0.erase_case(CaseId([1; 16]), 200).unwrap();
    for gone in ["kanarek jedna", "kanarek dva", "liska rekla", "modr\u{e1}", "slibeno"] {
        assert!(!readable(dir.path(), gone), "{gone}");
    }
    assert!(
        readable(dir.path(), "kanarek tri") && readable(dir.path(), "liska mlci"),
        "the other case is there"
    );
}

#[test]
fn a_contact_that_moved_takes_its_old_words_along_into_oblivion() {
    let dir = filled();
    let (mut casebook, _) = open(dir.path());
    // Contact 1 leaves case 1, where contact 2 stays; contact 3 is alone in case 2 and is joined with 1.
    casebook.save(vec![put(contact(1, 2, "kanarek jedna"))], 101).unwrap();
    for _ in 0..2 {
        assert_eq!(casebook.contacts_of(CaseId([1; 16])).len(), 1);
        assert_eq!(casebook.contacts_of(CaseId([2; 16])).len(), 2);
        assert_eq!(casebook.promises_of(CaseId([2; 16])).len(), 1, "the promise went along");
        assert!(casebook.case(CaseId([1; 16])).is_some());
        assert!(casebook.verify().unwrap());
        drop(casebook);
        casebook = open(dir.path()).0;
        assert_eq!(casebook.count(), 3);
    }
    casebook.erase_case(CaseId([2; 16]), 102).unwrap();
    drop(casebook);
    assert!(!readable(dir.path(), "kanarek jedna") && !readable(dir.path(), "kanarek tri"));
    assert!(!readable(dir.path(), "slibeno") && !readable(dir.path(), "rozepsano"));
    let (casebook, report) = open(dir.path());
    assert_eq!((report.contacts, report.unreadable), (1, 0));
    assert_eq!(found(&casebook, "kanarek"), [2]);
}

#[test]
fn the_last_contact_that_leaves_ends_the_case() {
    let dir = filled();
    let (mut casebook, _) = open(dir.path());
    casebook.save(vec![put(contact(1, 2, "kanarek jedna")), put(contact(2, 2, "kanarek dva"))], 101).unwrap();
    for _ in 0..2 {
        assert!(casebook.case(CaseId([1; 16])).is_none());
        assert_eq!(casebook.contacts_of(CaseId([2; 16])).len(), 3);
        assert_eq!(casebook.promises_of(CaseId([2; 16])).len(), 1);
        assert_eq!(found(&casebook, "modra"), [1, 2, 3], "what was agreed goes along");
        drop(casebook);
        casebook = open(dir.path()).0;
    }
}

#[test]
fn a_child_may_have_its_chat_erased_and_the_note_stays() {
    let dir = filled();
    let (mut casebook, _) = open(dir.path());
    let conv = ConversationId([1; 16]);
    casebook.save(vec![Change::Keep(keep(1, 1))], 150).unwrap();
    assert!(casebook.forget_conversation(conv, 200).unwrap());
    assert!(!casebook.forget_conversation(conv, 200).unwrap());
    for _ in 0..2 {
        let contact = casebook.contact(ContactId([1; 16])).unwrap().unwrap();
        assert_eq!((contact.kept, contact.conv), (Kept::Forgotten, None));
        assert_eq!(contact.note.field("data"), "kanarek jedna");
        assert!(casebook.transcript(contact.id).unwrap().is_none());
        assert!(found(&casebook, "rekla").is_empty() && casebook.outbox().is_empty());
        assert!(matches!(casebook.save(vec![transcript(1, "liska rekla")], 201), Err(CasebookError::Erased)));
        drop(casebook);
        assert!(!readable(dir.path(), "liska rekla"));
        casebook = open(dir.path()).0;
    }
}

#[test]
fn only_what_is_over_and_not_held_expires() {
    let dir = filled();
    let (mut casebook, _) = open(dir.path());
    let unfinished = Contact { ended: None, ..contact(4, 4, "kanarek") };
    let held = Case { hold: true, phrase: None, ..case(5, "") };
    casebook.save(vec![put(unfinished), put(contact(5, 5, "kanarek")), Change::Case(held)], 150).unwrap();
    assert!(casebook.expired(3_500).is_empty(), "case 1 has an open promise, case 2 ends at 3,500");
    assert_eq!(casebook.expired(99_999), [CaseId([2; 16])]);
    assert_eq!(casebook.expire(99_999, 200).unwrap(), [CaseId([2; 16])]);
    assert_eq!(casebook.count(), 4);
}

#[test]
fn a_clock_set_back_loses_nothing_and_the_newest_words_win() {
    let home = filled();
    let dir = home.path().to_owned();
    let (mut casebook, report) = open(&dir);
    let (saved, count) = (report.saved, report.contacts);
    casebook.save(vec![put(contact(1, 1, "napsáno podle hodin"))], saved + 1_000).unwrap();
    // The battery of the clock is empty: it is 1970 again.
    casebook.save(vec![put(contact(1, 1, "napsáno potom"))], 5).unwrap();
    drop(casebook);
    let (casebook, report) = open(&dir);
    assert_eq!((report.contacts, report.unreadable, report.mended), (count, 0, Mended::default()));
    assert_eq!(casebook.contact(ContactId([1; 16])).unwrap().unwrap().note.field("data"), "napsáno potom");
    assert!(casebook.verify().unwrap());
    assert_eq!(casebook.broken_audit(), None);
}

#[test]
fn the_audit_is_a_chain() {
    let dir = tempfile::tempdir().unwrap();
    let (mut casebook, _) = open(dir.path());
    for n in 0..3 {
        let line = |what| Change::Audit(n, what, format!("{n}"));
        casebook.save(vec![line(Audited::Unlocked), line(Audited::Exported)], n).unwrap();
    }
    drop(casebook);
    let (mut casebook, _) = open(dir.path());
    assert_eq!(casebook.audit().map(|audit| audit.n).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    assert_eq!(casebook.broken_audit(), None);
    casebook.memory.audits.get_mut(&3).unwrap().detail.push('!');
    assert_eq!(casebook.broken_audit(), Some(4));
    casebook.memory.audits.remove(&2);
    assert_eq!(casebook.broken_audit(), Some(3));
}

#[test]
fn every_error_and_every_mending_has_its_sentence_in_both_languages() {
    let errors = [
        CasebookError::InUse(1),
        CasebookError::Full,
        CasebookError::Erased,
        CasebookError::OtherKeys,
        CasebookError::Newer(RecordError::Newer { kind: 1, version: 9 }),
        CasebookError::Damaged,
        CasebookError::Io(io::ErrorKind::PermissionDenied.into()),
        CasebookError::Io(io::ErrorKind::Other.into()),
    ];
    let all = Mended { sled: true, log: true, shelf: true, pieced: false };
    let reports = [
        Report { mended: all, ..Report::default() },
        Report { unreadable: 3, mended: Mended { pieced: true, ..all }, ..Report::default() },
        Report { mended: Mended { pieced: true, ..all }, ..Report::default() },
    ];
    let ids = errors.iter().map(CasebookError::text_id).chain(reports.iter().flat_map(Report::text_ids));
    let ids: Vec<&str> = ids.collect();
    for lang in ["en", "cs"] {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("locales").join(lang).join("casebook.ftl");
        let texts = fs::read_to_string(path).unwrap();
        for id in &ids {
            assert!(texts.contains(&format!("\n{id} =")), "{lang}: {id}");
        }
    }
}

#[test]
fn a_folder_that_may_not_be_written_is_an_error_with_its_sentence() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("file");
    fs::write(&path, b"").unwrap();
    let opened = Casebook::open(&path.join("casebook"), [9; 16], &v(), &mut |_, _| {});
    assert!(matches!(opened, Err(CasebookError::Io(_))));
}

/// Lets a contact go of its conversation, as the console does once the relay knows that all is here.
fn archive(casebook: &mut Casebook, n: u8) {
    let mut contact = casebook.contact(ContactId([n; 16])).unwrap().unwrap();
    contact.conv = None;
    casebook.save(vec![put(contact)], 300).unwrap();
}

#[test]
fn a_child_may_have_its_chat_erased_after_it_was_archived_too() {
    let dir = filled();
    let (mut casebook, _) = open(dir.path());
    archive(&mut casebook, 3);
    drop(casebook);
    let (mut casebook, _) = open(dir.path());
    assert!(casebook.forget_conversation(ConversationId([3; 16]), 400).unwrap());
    assert!(casebook.transcript(ContactId([3; 16])).unwrap().is_none());
    assert_eq!(casebook.contact(ContactId([3; 16])).unwrap().unwrap().kept, Kept::Forgotten);
    assert!(!casebook.forget_conversation(ConversationId([3; 16]), 500).unwrap(), "once");
}

#[test]
fn of_a_child_that_comes_back_its_case_and_what_was_agreed_are_known() {
    let dir = filled();
    let (mut casebook, _) = open(dir.path());
    archive(&mut casebook, 1);
    let before = casebook.before(ConversationId([1; 16])).unwrap();
    assert!(before.case == CaseId([1; 16]) && before.times == 2 && before.agreed == "dohodnuto");
    assert!(casebook.before(ConversationId([9; 16])).is_none());
}

#[test]
fn what_was_agreed_goes_along_when_nobody_stays_and_a_hold_stays_with_its_case() {
    let dir = filled();
    let (mut casebook, _) = open(dir.path());
    let held = Case { hold: true, ..case(1, "modrá liška") };
    casebook.save(vec![Change::Case(held)], 200).unwrap();
    let agreed = Case { agreed: "jindy".into(), ..case(1, "rudá sova") };
    casebook.save(vec![Change::Agreed(agreed)], 201).unwrap();
    assert!(casebook.case(CaseId([1; 16])).unwrap().hold, "agreeing anew lifts no hold");
    let moved = |n: u8| Contact { case: CaseId([2; 16]), ..contact(n, 1, "kanarek") };
    casebook.save(vec![put(moved(1))], 202).unwrap();
    assert!(casebook.case(CaseId([2; 16])).is_none(), "one stays, and its phrase too");
    casebook.save(vec![put(moved(2))], 203).unwrap();
    drop(casebook);
    {
        let (casebook, _) = open(dir.path());
        let joined = casebook.case_by_phrase("ruda sova").unwrap();
        assert!(joined.id == CaseId([2; 16]) && joined.agreed == "jindy" && joined.hold);
        assert!(casebook.case(CaseId([1; 16])).is_none());
    }
}

#[test]
fn the_newest_contacts_are_seen_before_the_casebook_is_read_and_only_by_its_own_key() {
    let dir = filled();
    let ids = |key: &Secret<[u8; 32]>, limit| -> Vec<u8> {
        newest(dir.path(), [9; 16], key, limit).iter().map(|contact| contact.id.0[0]).collect()
    };
    assert_eq!(ids(&v(), 9), [3, 2, 1]);
    let (mut casebook, _) = open(dir.path());
    casebook.erase_case(CaseId([2; 16]), 300).unwrap();
    assert_eq!(ids(&v(), 9), [2, 1], "beside the writer too, and nothing that was erased");
    assert!(ids(&Secret::new([6; 32]), 9).is_empty());
    assert!(newest(&dir.path().join("nowhere"), [9; 16], &v(), 9).is_empty());
}
