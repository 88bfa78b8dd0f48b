//! One contract, every engine: what `Journal` promises is asked of the journal in memory, of the embedded one on this
//! machine's disk, and of the embedded one on a disk that forgets what was not synced.

use std::path::Path;
use std::sync::mpsc::channel;
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use opora::conversation::{By, ConversationId, Entry, EntryId, Hash, Kind, Log, Seq, chain};
use opora::journal::embedded::Waits;
use opora::journal::{
    AppendError, Embedded, Head, Journal, Memory, ReadError, Replay, Shelf, Standing, StoreError, Stored,
    Token,
};
use opora::segment::fault::{Cut, FaultDisk};

const HOUSE: ConversationId = ConversationId::HOUSE;
/// 2025-11-24, noon.
const NOON: u64 = 1_763_985_600_000;
const DAY: u64 = 86_400_000;
const NO_WAIT: Waits = Waits { lock: Duration::ZERO, gather: Duration::from_millis(2) };

/// Gives up a journal and opens it again; also what the opening replayed.
type Restart = Box<dyn FnMut(Arc<dyn Journal>) -> (Arc<dyn Journal>, Vec<Entry>)>;

/// An engine under test, and how it comes back after the worst that may happen to it.
struct Engine {
    name: &'static str,
    journal: Arc<dyn Journal>,
    restart: Restart,
}

fn engines(check: impl Fn(&mut Engine)) {
    let home = tempfile::tempdir().expect("a folder");
    for mut engine in [memory(), on_disk(home.path()), on_fault_disk()] {
        check(&mut engine);
    }
}

fn memory() -> Engine {
    let memory = Arc::new(Memory::new(7));
    let shared = Arc::clone(&memory);
    Engine { name: "memory", journal: memory, restart: Box::new(move |same| (same, shared.replay())) }
}

fn on_disk(root: &Path) -> Engine {
    let root = root.join("deep/journal");
    let open = move || {
        let mut entries = Vec::new();
        let (journal, report) = Embedded::open(&root, &mut |replay| {
            if let Replay::Entry(entry) = replay {
                entries.push(entry);
            }
        })
        .expect("opens");
        assert_eq!(report.findings, []);
        (Arc::new(journal) as Arc<dyn Journal>, entries)
    };
    let journal = open().0;
    Engine {
        name: "embedded",
        journal,
        restart: Box::new(move |old| {
            drop(old);
            open()
        }),
    }
}

fn on_fault_disk() -> Engine {
    let open = |disk: &FaultDisk| {
        let mut entries = Vec::new();
        let shared = Arc::new(disk.clone());
        let (journal, _) = Embedded::open_on(shared, Path::new("/journal"), NO_WAIT, &mut |replay| {
            if let Replay::Entry(entry) = replay {
                entries.push(entry);
            }
        })
        .expect("opens");
        (Arc::new(journal) as Arc<dyn Journal>, entries)
    };
    let mut disk = FaultDisk::default();
    let journal = open(&disk).0;
    Engine {
        name: "embedded, power cut",
        journal,
        restart: Box::new(move |old| {
            disk = disk.cut_power(Cut::Strict);
            drop(old);
            open(&disk)
        }),
    }
}

fn conv(n: u8) -> ConversationId {
    ConversationId([n; 16])
}

fn shelf(n: u8) -> Shelf {
    let token = Token { half: Hash([n; 32]), token_hash: Hash([n ^ 0xff; 32]) };
    Shelf { token: Some(token), after: EntryId([n; 16]), stamp: NOON }
}

fn entry(head: Head, conv: ConversationId, log: Log, kind: Kind, at: u64) -> Entry {
    let seq = head.seq + 1;
    let mut id = [log.number(); 16];
    id[..8].copy_from_slice(&seq.to_be_bytes());
    let data = r#"{"s":"child","ct":"příliš žluťoučký \" \\ \u0001"}"#.to_owned();
    let mut entry =
        Entry { conv, log, seq, at, by: By::Line, author: None, kind, id: EntryId(id), data, h: head.h };
    entry.h = chain::of_entry(head.h, &entry);
    entry
}

fn append(journal: &dyn Journal, entry: Entry) -> Result<(), AppendError> {
    let (told, fate) = channel();
    journal.append(entry, Box::new(move |result| told.send(result).expect("the test waits")));
    fate.recv().expect("done is called")
}

fn say(journal: &dyn Journal, conv: ConversationId, log: Log, kind: Kind, at: u64) -> Entry {
    let entry = entry(journal.head(conv, log), conv, log, kind, at);
    append(journal, entry.clone()).expect("appended");
    entry
}

fn stored(ask: impl FnOnce(Stored)) -> Result<(), StoreError> {
    let (told, fate) = channel();
    ask(Box::new(move |result| told.send(result).expect("the test waits")));
    fate.recv().expect("done is called")
}

fn shelve(journal: &dyn Journal, n: u8) -> ConversationId {
    stored(|done| journal.shelve(conv(n), shelf(n), done)).expect("shelved");
    conv(n)
}

#[test]
fn what_is_acknowledged_is_read_in_order_before_and_after_a_restart() {
    engines(|engine| {
        let journal = Arc::clone(&engine.journal);
        let (a, b) = (shelve(&*journal, 1), shelve(&*journal, 2));
        let mut talk = Vec::new();
        let mut desk = Vec::new();
        for n in 0..10 {
            talk.push(say(&*journal, a, Log::Talk, Kind::Said, NOON + n));
            desk.push(say(&*journal, a, Log::Desk, Kind::Whispered, NOON + n));
            say(&*journal, b, Log::Talk, Kind::Said, NOON + n);
        }
        let house = say(&*journal, HOUSE, Log::Desk, Kind::Joined, NOON);
        let check = |journal: &dyn Journal| {
            for (after, limit) in [(0, 100), (0, 3), (4, 3), (9, 5), (10, 5), (11, 5), (Seq::MAX, 5), (3, 0)]
            {
                let at = (after as usize).min(10);
                let expected = &talk[at..(at + limit).min(10)];
                assert_eq!(
                    journal.read(a, Log::Talk, after, limit).expect("readable"),
                    expected,
                    "{after} {limit}"
                );
            }
            assert_eq!(journal.read(a, Log::Desk, 0, 100).expect("readable"), desk);
            assert_eq!(
                journal.read(HOUSE, Log::Desk, 0, 100).expect("readable"),
                std::slice::from_ref(&house)
            );
            let last = talk.last().expect("ten");
            assert_eq!(journal.head(a, Log::Talk), Head { seq: 10, h: last.h });
            let heads = |conv| (journal.head(conv, Log::Talk), journal.head(conv, Log::Desk));
            let standing = |conv| {
                let (talk, desk) = heads(conv);
                Standing { conv, talk, desk, damaged: false }
            };
            assert_eq!(journal.conversations(), [standing(a), standing(b)]);
        };
        check(&*journal);
        engine.journal = Arc::new(Memory::default());
        let (journal, replayed) = (engine.restart)(journal);
        check(&*journal);
        assert_eq!(replayed.first(), Some(&house), "{}: the house comes first", engine.name);
        for (log, expected) in [(Log::Talk, &talk), (Log::Desk, &desk)] {
            let told: Vec<_> = replayed.iter().filter(|entry| entry.conv == a && entry.log == log).collect();
            assert_eq!(told, expected.iter().collect::<Vec<_>>(), "{}", engine.name);
        }
        say(&*journal, a, Log::Talk, Kind::Said, NOON + DAY);
    });
}

#[test]
fn an_append_that_does_not_follow_the_head_is_a_conflict() {
    engines(|engine| {
        let journal = &*engine.journal;
        let id = shelve(journal, 1);
        let first = say(journal, id, Log::Talk, Kind::Said, NOON);
        let right = entry(journal.head(id, Log::Talk), id, Log::Talk, Kind::Said, NOON);
        for (case, wrong) in [
            ("the same again", first),
            ("a number too far", Entry { seq: 3, ..right.clone() }),
            ("no number", Entry { seq: 0, ..right.clone() }),
            (
                "another hash before",
                entry(Head { seq: 1, h: Hash([9; 32]) }, id, Log::Talk, Kind::Said, NOON),
            ),
            ("another hash", Entry { h: Hash([9; 32]), ..right.clone() }),
            ("other data", Entry { data: "{}".into(), ..right.clone() }),
        ] {
            let conflict = Err(AppendError::Conflict { head: 1 });
            assert_eq!(append(journal, wrong), conflict, "{}: {case}", engine.name);
        }
        append(journal, right).expect("appended");
        assert_eq!(journal.head(id, Log::Talk).seq, 2);
    });
}

#[test]
fn of_fifty_that_race_for_one_head_one_wins() {
    engines(|engine| {
        let id = shelve(&*engine.journal, 1);
        let start = Arc::new(Barrier::new(50));
        let racers: Vec<_> = (0..50)
            .map(|n| {
                let (journal, start) = (Arc::clone(&engine.journal), Arc::clone(&start));
                thread::spawn(move || {
                    let claim = entry(Head::start(id, Log::Desk), id, Log::Desk, Kind::Claimed, NOON + n);
                    start.wait();
                    append(&*journal, claim)
                })
            })
            .collect();
        let fates: Vec<_> = racers.into_iter().map(|racer| racer.join().expect("no panic")).collect();
        let lost = Err(AppendError::Conflict { head: 1 });
        assert_eq!(fates.iter().filter(|fate| fate.is_ok()).count(), 1, "{}", engine.name);
        assert_eq!(fates.iter().filter(|fate| **fate == lost).count(), 49, "{}", engine.name);
    });
}

#[test]
fn requests_are_carried_out_in_order_without_waiting() {
    engines(|engine| {
        let journal = &*engine.journal;
        let (told, fates) = channel();
        journal.shelve(conv(1), shelf(1), Box::new(|result| result.expect("shelved")));
        let mut head = Head::start(conv(1), Log::Talk);
        for n in 0..20 {
            let entry = entry(head, conv(1), Log::Talk, Kind::Said, NOON + n * DAY / 4);
            head = Head { seq: entry.seq, h: entry.h };
            let told = told.clone();
            journal.append(entry, Box::new(move |result| told.send((n, result)).expect("the test waits")));
        }
        let fates: Vec<_> = fates.iter().take(20).collect();
        assert_eq!(fates, (0..20).map(|n| (n, Ok(()))).collect::<Vec<_>>(), "{}", engine.name);
        stored(|done| journal.erase(conv(1), done)).expect("erased");
        assert_eq!(journal.conversations(), [], "{}", engine.name);
    });
}

#[test]
fn nothing_is_taken_that_has_no_place() {
    engines(|engine| {
        let journal = &*engine.journal;
        for (case, conv, log) in
            [("never shelved", conv(9), Log::Talk), ("the house has no talk", HOUSE, Log::Talk)]
        {
            let entry = entry(Head::start(conv, log), conv, log, Kind::Said, NOON);
            assert_eq!(append(journal, entry), Err(AppendError::NotShelved), "{}: {case}", engine.name);
            assert_eq!(journal.head(conv, log), Head::start(conv, log));
        }
        assert_eq!(journal.read(conv(9), Log::Talk, 0, 9), Err(ReadError::NotShelved));
        assert_eq!(journal.read(HOUSE, Log::Desk, 0, 9), Ok(vec![]));
        assert_eq!((journal.shelf(conv(9)), journal.contact_id(conv(9))), (None, None));
        let missing = stored(|done| journal.forget_token(conv(9), done));
        assert_eq!(missing, Err(StoreError::NotShelved), "{}", engine.name);
        journal.stamp(conv(9), NOON);
        assert_eq!(stored(|done| journal.shelve(HOUSE, shelf(1), done)), Err(StoreError::Taken));
        shelve(journal, 1);
        assert_eq!(stored(|done| journal.shelve(conv(1), shelf(2), done)), Err(StoreError::Taken));
        assert_eq!(journal.shelf(conv(1)), Some(shelf(1)), "{}", engine.name);
    });
}

#[test]
fn the_shelf_outlives_a_restart_until_it_is_erased() {
    engines(|engine| {
        let journal = Arc::clone(&engine.journal);
        let ids = [1, 2, 3].map(|n| shelve(&*journal, n));
        ids.iter().for_each(|id| _ = say(&*journal, *id, Log::Talk, Kind::Said, NOON));
        let contacts = ids.map(|id| journal.contact_id(id).expect("shelved"));
        assert!(contacts[0] != contacts[1] && contacts[1] != contacts[2], "{}", engine.name);
        stored(|done| journal.forget_token(ids[1], done)).expect("forgotten");
        stored(|done| journal.erase(ids[2], done)).expect("erased");
        stored(|done| journal.erase(ids[2], done)).expect("gone already is no error");
        let check = |journal: &dyn Journal| {
            assert_eq!(journal.shelf(ids[0]), Some(shelf(1)));
            assert_eq!(journal.shelf(ids[1]), Some(Shelf { token: None, ..shelf(2) }));
            assert_eq!((journal.shelf(ids[2]), journal.contact_id(ids[2])), (None, None));
            assert_eq!(journal.contact_id(ids[0]), Some(contacts[0]));
            assert_eq!(journal.read(ids[2], Log::Talk, 0, 9), Err(ReadError::NotShelved));
            assert_eq!(journal.conversations().len(), 2);
            let entry = entry(journal.head(ids[2], Log::Talk), ids[2], Log::Talk, Kind::Said, NOON);
            assert_eq!(append(journal, entry), Err(AppendError::NotShelved));
        };
        check(&*journal);
        engine.journal = Arc::new(Memory::default());
        let (journal, replayed) = (engine.restart)(journal);
        check(&*journal);
        assert_eq!(replayed.len(), 2, "{}", engine.name);
        journal.stamp(ids[0], NOON + 1);
        assert_eq!(journal.shelf(ids[0]), Some(Shelf { stamp: NOON + 1, ..shelf(1) }));
    });
}

#[test]
fn the_house_forgets_old_quarters_but_not_accounts_and_audit() {
    engines(|engine| {
        let journal = Arc::clone(&engine.journal);
        let kinds = [Kind::Joined, Kind::State, Kind::Contact, Kind::Looked, Kind::Interval];
        let entries: Vec<_> = kinds
            .iter()
            .enumerate()
            .map(|(n, kind)| say(&*journal, HOUSE, Log::Desk, *kind, NOON + n as u64 * 40 * DAY))
            .collect();
        // 2025-12-31 is still in the quarter of the first two; 2026-03-31 in that of the third.
        stored(|done| journal.erase_house(NOON + 38 * DAY, done)).expect("nothing to erase yet");
        let read = |journal: &dyn Journal, after| journal.read(HOUSE, Log::Desk, after, 9);
        assert_eq!(read(&*journal, 0).as_deref(), Ok(&entries[..]), "{}", engine.name);
        stored(|done| journal.erase_house(NOON + 5 * 40 * DAY, done)).expect("erased");
        let check = |journal: &dyn Journal| {
            assert_eq!(read(journal, 0).as_deref(), Ok(&entries[..1]));
            assert_eq!(read(journal, 1), Err(ReadError::Gone { until: 3 }));
            assert_eq!(read(journal, 3).as_deref(), Ok(&entries[3..]));
            let next =
                entry(journal.head(HOUSE, Log::Desk), HOUSE, Log::Desk, Kind::Interval, NOON + 200 * DAY);
            assert_eq!(next.seq, 6);
        };
        check(&*journal);
        engine.journal = Arc::new(Memory::default());
        let (journal, replayed) = (engine.restart)(journal);
        check(&*journal);
        let kept = [entries[0].clone(), entries[3].clone(), entries[4].clone()];
        assert_eq!(replayed, kept, "{}", engine.name);
        say(&*journal, HOUSE, Log::Desk, Kind::Interval, NOON + 200 * DAY);
    });
}

#[test]
fn a_journal_in_memory_fails_when_it_is_told_to() {
    let journal = Memory::new(1);
    let id = shelve(&journal, 1);
    say(&journal, id, Log::Talk, Kind::Said, NOON);
    let next = entry(journal.head(id, Log::Talk), id, Log::Talk, Kind::Said, NOON);
    journal.fail(Some(AppendError::StorageFull));
    assert_eq!(append(&journal, next.clone()), Err(AppendError::StorageFull));
    assert_eq!(stored(|done| journal.shelve(conv(2), shelf(2), done)), Err(StoreError::StorageFull));
    assert_eq!(journal.read(id, Log::Talk, 0, 9).expect("reading goes on").len(), 1);
    journal.fail(None);
    append(&journal, next).expect("appended");
    journal.damage(id);
    let third = entry(journal.head(id, Log::Talk), id, Log::Talk, Kind::Said, NOON);
    assert_eq!(append(&journal, third), Err(AppendError::Damaged));
    assert_eq!(journal.read(id, Log::Talk, 0, 9).expect("what was readable").len(), 2);
    assert_eq!(journal.read(id, Log::Talk, 2, 9), Err(ReadError::Damaged));
    assert!(journal.conversations()[0].damaged);
}

#[test]
fn a_lock_that_a_dying_process_holds_is_waited_for() {
    let home = tempfile::tempdir().expect("a folder");
    let open = |patience| {
        let disk = Arc::new(opora::segment::RealDisk);
        Embedded::open_on(disk, home.path(), Waits { lock: patience, ..Waits::default() }, &mut |_| {})
            .map(|(journal, _)| journal)
    };
    let dying = open(Duration::ZERO).expect("free");
    let refused = open(Duration::ZERO).err().expect("held").to_string();
    assert!(refused.starts_with("another relay uses"), "{refused}");
    let (trying, tries) = channel();
    thread::scope(|scope| {
        let waiting = scope.spawn(|| {
            trying.send(()).expect("the test waits");
            open(Duration::from_secs(60)).is_ok()
        });
        tries.recv().expect("it tries");
        drop(dying);
        assert!(waiting.join().expect("no panic"), "the lock was waited for");
    });
}
