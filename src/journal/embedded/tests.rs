use std::collections::{BTreeMap, BTreeSet};
use std::sync::mpsc::channel;

use proptest::prelude::*;

use super::*;
use crate::conversation::chain::{self, Hash};
use crate::conversation::{By, Kind};
use crate::journal::Token;
use crate::segment::fault::{Cut, FaultDisk};

const ROOT: &str = "/journal";
/// 2025-11-24, noon.
const NOON: u64 = 1_763_985_600_000;
const DAY: u64 = 86_400_000;
const NO_WAIT: Waits = Waits { lock: Duration::ZERO, gather: Duration::from_millis(2) };

type Opened = (Embedded, Vec<Entry>, Report);

fn try_open(disk: &FaultDisk) -> Result<Opened, OpenError> {
    let mut entries = Vec::new();
    let (journal, report) =
        Embedded::open_on(Arc::new(disk.clone()), Path::new(ROOT), NO_WAIT, &mut |replay| {
            if let Replay::Entry(entry) = replay {
                entries.push(entry);
            }
        })?;
    Ok((journal, entries, report))
}

fn open(disk: &FaultDisk) -> Opened {
    try_open(disk).expect("opens")
}

fn conv(n: u8) -> ConversationId {
    // No byte of one id stands in another at the same place, as with random ids.
    ConversationId(std::array::from_fn(|i| n.wrapping_mul(37) ^ (i as u8).wrapping_mul(n | 1) | 1))
}

fn next(journal: &Embedded, conv: ConversationId, log: Log, at: u64) -> Entry {
    let Head { seq, h } = journal.head(conv, log);
    let kind = match (conv.is_house(), log) {
        (true, _) => Kind::Interval,
        (false, Log::Talk) => Kind::Said,
        (false, Log::Desk) => Kind::Whispered,
    };
    let seq = seq + 1;
    let mut id = [0; 16];
    id[..8].copy_from_slice(&seq.to_be_bytes());
    id[8] = log.number();
    let data = format!("{{\"ct\":\"word {seq}\"}}");
    let mut entry = Entry { conv, log, seq, at, by: By::Relay, author: None, kind, id: EntryId(id), data, h };
    entry.h = chain::of_entry(h, &entry);
    entry
}

fn append(journal: &Embedded, entry: Entry) -> Result<(), AppendError> {
    let (told, fate) = channel();
    journal.append(entry, Box::new(move |result| told.send(result).expect("the test waits")));
    fate.recv().expect("done is called")
}

fn say(journal: &Embedded, conv: ConversationId, at: u64) -> Entry {
    let entry = next(journal, conv, Log::Talk, at);
    append(journal, entry.clone()).expect("appended");
    entry
}

fn stored(ask: impl FnOnce(Stored)) -> Result<(), StoreError> {
    let (told, fate) = channel();
    ask(Box::new(move |result| told.send(result).expect("the test waits")));
    fate.recv().expect("done is called")
}

fn fresh(n: u8) -> Shelf {
    let token = Token { half: Hash([n; 32]), token_hash: Hash([n + 100; 32]) };
    Shelf { token: Some(token), after: EntryId([n; 16]), stamp: NOON }
}

fn shelve(journal: &Embedded, n: u8) -> ConversationId {
    stored(|done| journal.shelve(conv(n), fresh(n), done)).expect("shelved");
    conv(n)
}

fn all(journal: &Embedded, conv: ConversationId, log: Log) -> Vec<Entry> {
    journal.read(conv, log, 0, usize::MAX).expect("readable")
}

/// Three conversations that take turns on one day, and one entry of the house.
fn busy_day(disk: &FaultDisk) -> BTreeMap<ConversationId, Vec<Entry>> {
    let (journal, ..) = open(disk);
    let convs = [1, 2, 3].map(|n| shelve(&journal, n));
    append(&journal, next(&journal, ConversationId::HOUSE, Log::Desk, NOON)).expect("appended");
    let mut said: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for turn in [0, 1, 2, 0, 0, 1, 2] {
        said.entry(convs[turn]).or_default().push(say(&journal, convs[turn], NOON));
    }
    said
}

fn day_log(day: &str) -> PathBuf {
    Path::new(ROOT).join("days").join(day).join("log")
}

#[test]
fn a_flipped_byte_closes_the_conversation_it_hits_and_no_other() {
    let disk = FaultDisk::default();
    let said = busy_day(&disk);
    let path = day_log("2025-11-24");
    let whole = disk.content(&path).expect("a file");
    let order: Vec<Entry> = open(&disk).1.into_iter().filter(|entry| !entry.conv.is_house()).collect();
    let record = whole.len() / order.len();
    assert_eq!(whole.len() % order.len(), 0, "all records of this test are as long");
    for at in 0..whole.len() {
        let disk = disk.copy();
        let mut bytes = whole.clone();
        bytes[at] ^= 1 << (at % 8);
        disk.decay(&path, bytes);
        let (journal, entries, report) = open(&disk);
        let hit = &order[at / record];
        for (conv, said) in &said {
            let read: Vec<_> = entries.iter().filter(|entry| entry.conv == *conv).cloned().collect();
            let whole = if conv == &hit.conv { hit.seq as usize - 1 } else { said.len() };
            assert_eq!(read, said[..whole], "byte {at}");
            assert_eq!(journal.read(*conv, Log::Talk, 0, 9).unwrap_or_default(), said[..whole], "byte {at}");
        }
        if at / record + 1 == order.len() {
            // A last record whose length or last byte decayed cannot be told from a torn one.
            let torn = at % record < 4 || at + 1 == whole.len();
            if report.damaged().is_empty() {
                assert!(torn, "byte {at}");
                continue;
            }
        }
        assert_eq!(report.damaged(), [hit.conv], "byte {at}: {report:?}");
        let entry = next(&journal, hit.conv, Log::Talk, NOON);
        assert_eq!(append(&journal, entry), Err(AppendError::Damaged), "byte {at}");
        assert_eq!(journal.read(hit.conv, Log::Talk, hit.seq - 1, 9), Err(ReadError::Damaged), "byte {at}");
        if at % 31 == 0 {
            for other in said.keys().filter(|conv| **conv != hit.conv) {
                say(&journal, *other, NOON);
            }
        }
    }
}

#[test]
fn a_day_cut_at_any_byte_is_a_prefix_of_each_conversation() {
    let disk = FaultDisk::default();
    busy_day(&disk);
    let path = day_log("2025-11-24");
    let whole = disk.content(&path).expect("a file");
    let order: Vec<Entry> = open(&disk).1.into_iter().filter(|entry| !entry.conv.is_house()).collect();
    for length in (0..=whole.len()).rev() {
        let disk = disk.copy();
        disk.decay(&path, whole[..length].to_vec());
        let (_, entries, report) = open(&disk);
        let expected = length / (whole.len() / order.len());
        assert_eq!(entries[1..], order[..expected], "{length} bytes");
        assert_eq!(report.damaged(), [], "{length} bytes");
    }
}

#[test]
fn a_sector_of_zeros_closes_what_cannot_be_proven_whole_and_the_rest_goes_on() {
    let disk = FaultDisk::default();
    let (journal, ..) = open(&disk);
    let [lost, proven] = [shelve(&journal, 1), shelve(&journal, 2)];
    let first = say(&journal, lost, NOON);
    for _ in 0..2 {
        append(&journal, next(&journal, proven, Log::Desk, NOON)).expect("appended");
        say(&journal, proven, NOON);
    }
    drop(journal);
    let path = day_log("2025-11-24");
    let mut bytes = disk.content(&path).expect("a file");
    bytes[..300].fill(0);
    disk.decay(&path, bytes);
    let (journal, entries, report) = open(&disk);
    assert!(!entries.contains(&first));
    assert_eq!(report.damaged(), [lost]);
    say(&journal, proven, NOON);
}

#[test]
fn a_flipped_byte_of_a_shelf_file_never_gives_another_key_or_token() {
    let disk = FaultDisk::default();
    let said = busy_day(&disk);
    let (id, said) = said.first_key_value().expect("one");
    let home = Home(ROOT.into());
    let path = home.shelf(*id);
    let whole = disk.content(&path).expect("a file");
    let (journal, ..) = open(&disk);
    let shelf = journal.shelf(*id).expect("shelved");
    drop(journal);
    for at in (0..80).chain(4090..whole.len()) {
        let disk = disk.copy();
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        disk.decay(&path, bytes);
        let (journal, entries, report) = open(&disk);
        let found = journal.shelf(*id).expect("shelved");
        let read: Vec<_> = entries.iter().filter(|entry| entry.conv == *id).collect();
        if report.damaged() == [*id] {
            assert!(at < 76 && read.is_empty(), "byte {at}");
            assert_eq!(journal.read(*id, Log::Talk, 0, 9), Err(ReadError::Damaged));
            stored(|done| journal.erase(*id, done)).expect("what is damaged can be erased");
        } else {
            assert!(at >= 76 && read.len() == said.len(), "byte {at}");
            assert!(found.token.is_none() || found.token == shelf.token, "byte {at}");
            assert!(found.stamp == 0 || found.stamp == shelf.stamp, "byte {at}");
        }
        assert_eq!(entries.iter().filter(|entry| entry.conv != *id && !entry.conv.is_house()).count(), 4);
    }
}

#[test]
fn the_house_goes_on_over_a_damaged_record() {
    let disk = FaultDisk::default();
    let (journal, ..) = open(&disk);
    let house: Vec<Entry> = (0..3)
        .map(|_| {
            let entry = next(&journal, ConversationId::HOUSE, Log::Desk, NOON);
            append(&journal, entry.clone()).expect("appended");
            entry
        })
        .collect();
    drop(journal);
    let path = Path::new(ROOT).join("house/log");
    let whole = disk.content(&path).expect("a file");
    for at in whole.len() / 3..whole.len() * 2 / 3 {
        let disk = disk.copy();
        let mut bytes = whole.clone();
        bytes[at] ^= 0x20;
        disk.decay(&path, bytes);
        let (journal, entries, report) = open(&disk);
        assert_eq!(entries, [house[0].clone(), house[2].clone()], "byte {at}");
        assert_eq!((report.damaged(), report.findings.len()), (vec![], 1), "byte {at}");
        let read = |after| journal.read(ConversationId::HOUSE, Log::Desk, after, 9);
        assert_eq!(read(0), Ok(vec![house[0].clone()]));
        assert_eq!(read(1), Err(ReadError::Gone { until: 2 }));
        assert_eq!(read(2), Ok(vec![house[2].clone()]));
        append(&journal, next(&journal, ConversationId::HOUSE, Log::Desk, NOON)).expect("goes on");
    }
}

#[test]
fn a_record_that_decays_while_the_relay_runs_closes_its_conversation() {
    let disk = FaultDisk::default();
    busy_day(&disk);
    let (journal, ..) = open(&disk);
    let path = day_log("2025-11-24");
    let mut bytes = disk.content(&path).expect("a file");
    bytes[100] ^= 1;
    disk.decay(&path, bytes);
    assert_eq!(journal.read(conv(1), Log::Talk, 0, 9), Err(ReadError::Damaged));
    let entry = next(&journal, conv(1), Log::Talk, NOON);
    assert_eq!(append(&journal, entry), Err(AppendError::Damaged));
    assert_eq!(journal.read(conv(2), Log::Talk, 0, 9).expect("others are read").len(), 2);
}

#[test]
fn nothing_is_acknowledged_after_a_failed_sync_until_the_file_was_checked() {
    let disk = FaultDisk::default();
    let (journal, ..) = open(&disk);
    let id = shelve(&journal, 1);
    let first = say(&journal, id, NOON);
    let second = next(&journal, id, Log::Talk, NOON);
    disk.fail_sync(1);
    assert_eq!(append(&journal, second.clone()), Err(AppendError::Failed));
    assert_eq!(all(&journal, id, Log::Talk), std::slice::from_ref(&first), "what failed is not served");
    // The next append checks the file; the check fails too, then succeeds.
    disk.fail_sync(1);
    assert_eq!(append(&journal, second.clone()), Err(AppendError::Failed));
    assert_eq!(append(&journal, second.clone()), Ok(()));
    let (journal, entries, report) = open(&disk.cut_power(Cut::Strict));
    assert_eq!(entries, [first, second]);
    assert_eq!(report.findings, []);
    say(&journal, id, NOON);
}

#[test]
fn a_full_disk_takes_nothing_and_reading_and_erasing_go_on() {
    let disk = FaultDisk::default();
    let (journal, ..) = open(&disk);
    let id = shelve(&journal, 1);
    let first = say(&journal, id, NOON);
    let second = next(&journal, id, Log::Talk, NOON);
    for room in [0, 1, 100, 300] {
        disk.room(Some(room));
        assert_eq!(append(&journal, second.clone()), Err(AppendError::StorageFull), "room {room}");
        let shelving = stored(|done| journal.shelve(conv(9), fresh(9), done));
        assert_eq!(shelving, Err(StoreError::StorageFull), "room {room}");
        assert_eq!(all(&journal, id, Log::Talk), std::slice::from_ref(&first), "room {room}");
    }
    let later = next(&journal, id, Log::Talk, NOON + DAY);
    assert_eq!(append(&journal, later), Err(AppendError::StorageFull), "nor a new day");
    stored(|done| journal.forget_token(id, done)).expect("destroying needs no room");
    disk.room(None);
    append(&journal, second.clone()).expect("room again");
    let (journal, entries, report) = open(&disk.cut_power(Cut::Strict));
    assert_eq!((entries, report.findings), (vec![first, second], vec![]));
    disk.room(Some(0));
    let disk = disk.kill();
    drop(journal);
    let (journal, entries, _) = open(&disk);
    assert_eq!(entries.len(), 2, "a relay starts on a full disk, too");
    stored(|done| journal.erase(id, done)).expect("erasing needs no room");
}

#[test]
fn all_that_waits_is_kept_by_one_sync() {
    let disk = FaultDisk::default();
    let (journal, ..) = open(&disk);
    let convs: Vec<_> = (1..=100).map(|n| shelve(&journal, n)).collect();
    let [(entered, wait_entered), (go, wait_go)] = [channel(), channel()];
    // The writer stands still in this callback while the others queue.
    let first = next(&journal, convs[0], Log::Talk, NOON);
    journal.append(
        first,
        Box::new(move |result| {
            result.expect("appended");
            entered.send(()).expect("the test waits");
            wait_go.recv().expect("the test goes on");
        }),
    );
    wait_entered.recv().expect("appended");
    let before = disk.syncs();
    let (told, fates) = channel();
    for conv in &convs[1..] {
        let (told, entry) = (told.clone(), next(&journal, *conv, Log::Talk, NOON));
        journal.append(entry, Box::new(move |result| told.send(result).expect("the test waits")));
    }
    drop(told);
    go.send(()).expect("the writer waits");
    assert_eq!(fates.iter().filter(Result::is_ok).count(), 99);
    assert_eq!(disk.syncs() - before, 1);
}

#[test]
fn of_two_appends_in_one_batch_on_one_head_the_first_wins() {
    let disk = FaultDisk::default();
    let (journal, ..) = open(&disk);
    let id = shelve(&journal, 1);
    let (told, fates) = channel();
    let entry = next(&journal, id, Log::Talk, NOON);
    for n in 0..3_u64 {
        let mut rival = Entry { at: NOON + n, ..entry.clone() };
        rival.h = chain::of_entry(chain::start(id, Log::Talk), &rival);
        let told = told.clone();
        journal.append(rival, Box::new(move |result| told.send((n, result)).expect("the test waits")));
    }
    drop(told);
    let lost = Err(AppendError::Conflict { head: 1 });
    assert_eq!(fates.iter().collect::<BTreeMap<_, _>>(), BTreeMap::from([(0, Ok(())), (1, lost), (2, lost)]));
}

#[test]
fn erasing_destroys_the_key_and_the_day_goes_with_its_last_conversation() {
    let disk = FaultDisk::default();
    busy_day(&disk);
    let (journal, ..) = open(&disk);
    let path = day_log("2025-11-24");
    let shelf = disk.content(&Home(ROOT.into()).shelf(conv(1))).expect("a file");
    let key = shelf[24..56].to_vec();
    assert!(disk.keeps(&key), "the test knows where the key is");
    stored(|done| journal.erase(conv(1), done)).expect("erased");
    assert!(!disk.keeps(&key), "overwritten, not only unlinked");
    assert_eq!(journal.read(conv(1), Log::Talk, 0, 9), Err(ReadError::NotShelved));
    assert_eq!((journal.shelf(conv(1)), journal.contact_id(conv(1))), (None, None));
    assert_eq!(append(&journal, next(&journal, conv(1), Log::Talk, NOON)), Err(AppendError::NotShelved));
    stored(|done| journal.erase(conv(1), done)).expect("gone already is no error");
    assert!(disk.content(&path).is_some(), "others are still there");
    drop(journal);
    let (journal, entries, report) = open(&disk.cut_power(Cut::Strict));
    assert_eq!((report.erased, report.findings.len()), (3, 0));
    assert!(entries.iter().all(|entry| entry.conv != conv(1)));
    stored(|done| journal.erase(conv(2), done)).expect("erased");
    stored(|done| journal.erase(conv(3), done)).expect("erased");
    assert!(disk.content(&path).is_none());
    let again = shelve(&journal, 4);
    say(&journal, again, NOON);
    assert!(disk.content(&path).is_some(), "the day begins anew");
}

#[test]
fn an_erasing_is_finished_or_not_begun_wherever_power_fails() {
    let mut finished = BTreeSet::new();
    for seed in 0..40_u64 {
        let disk = FaultDisk::default();
        busy_day(&disk);
        let (journal, ..) = open(&disk);
        let key = disk.content(&Home(ROOT.into()).shelf(conv(1))).expect("a file")[24..56].to_vec();
        disk.power_fails_after(seed * 130);
        let done = stored(|done| journal.erase(conv(1), done)).is_ok();
        let disk = disk.cut_power(Cut::Torn(seed));
        drop(journal);
        let (journal, entries, report) = open(&disk);
        let read = entries.iter().filter(|entry| entry.conv == conv(1)).count();
        assert_eq!(report.damaged(), [], "seed {seed}");
        assert!(read == 0 || (read == 3 && !done), "seed {seed}");
        assert_eq!(disk.keeps(&key), read == 3, "seed {seed}");
        assert_eq!(journal.conversations().len(), if read == 0 { 2 } else { 3 }, "seed {seed}");
        finished.insert(done);
    }
    assert_eq!(finished.len(), 2, "both must happen");
}

#[test]
fn the_house_forgets_quarters_and_its_chain_goes_on() {
    let disk = FaultDisk::default();
    let (journal, ..) = open(&disk);
    let house = ConversationId::HOUSE;
    let mut entries = Vec::new();
    for (n, kind) in
        [Kind::Interval, Kind::Joined, Kind::Interval, Kind::Looked, Kind::Interval].into_iter().enumerate()
    {
        let mut entry = Entry { kind, ..next(&journal, house, Log::Desk, NOON + n as u64 * 60 * DAY) };
        entry.h = chain::of_entry(journal.head(house, Log::Desk).h, &entry);
        append(&journal, entry.clone()).expect("appended");
        entries.push(entry);
    }
    stored(|done| journal.erase_house(NOON + 4 * 60 * DAY, done)).expect("erased");
    let read = |journal: &Embedded, after| journal.read(house, Log::Desk, after, 9);
    let disk = disk.cut_power(Cut::Strict);
    let check = |journal: &Embedded| {
        assert_eq!(read(journal, 0), Err(ReadError::Gone { until: 1 }));
        assert_eq!(read(journal, 1), Ok(vec![entries[1].clone()]));
        assert_eq!(read(journal, 2), Err(ReadError::Gone { until: 3 }));
        assert_eq!(read(journal, 3), Ok(entries[3..].to_vec()));
    };
    drop(journal);
    let (journal, replayed, report) = open(&disk);
    check(&journal);
    assert_eq!(replayed, [entries[1].clone(), entries[3].clone(), entries[4].clone()]);
    assert_eq!((report.erased, report.findings), (2, vec![]));
    append(&journal, next(&journal, house, Log::Desk, NOON + 4 * 60 * DAY)).expect("the chain goes on");
}

#[test]
fn entries_of_a_conversation_stay_in_order_over_midnight_and_clocks_that_run_back() {
    let disk = FaultDisk::default();
    let (journal, ..) = open(&disk);
    let id = shelve(&journal, 1);
    let mut order = vec![say(&journal, id, NOON), say(&journal, id, NOON + DAY)];
    let desk = next(&journal, id, Log::Desk, NOON);
    append(&journal, desk.clone()).expect("appended");
    order.push(desk);
    order.push(say(&journal, id, NOON + 3 * DAY));
    drop(journal);
    let (_, entries, report) = open(&disk.cut_power(Cut::Strict));
    assert_eq!(entries, order);
    assert_eq!(report.segments, 3);
}

#[test]
fn what_the_tab_needs_is_kept_renewed_and_destroyed() {
    let disk = FaultDisk::default();
    let (journal, ..) = open(&disk);
    let id = shelve(&journal, 1);
    assert_eq!(journal.shelf(id), Some(fresh(1)));
    let contact = journal.contact_id(id).expect("shelved");
    let again = stored(|done| journal.shelve(id, fresh(2), done));
    assert_eq!(again, Err(StoreError::Taken));
    journal.stamp(id, NOON + 60_000);
    drop(journal);
    let disk = disk.kill();
    let (journal, ..) = open(&disk);
    assert_eq!(journal.shelf(id), Some(Shelf { stamp: NOON + 60_000, ..fresh(1) }));
    assert_eq!(journal.contact_id(id), Some(contact));
    stored(|done| journal.forget_token(id, done)).expect("forgotten");
    assert!(!disk.keeps(&[101; 32]), "the token hash is overwritten");
    drop(journal);
    let (journal, ..) = open(&disk.cut_power(Cut::Strict));
    assert_eq!(journal.shelf(id), Some(Shelf { token: None, stamp: NOON + 60_000, ..fresh(1) }));
}

#[test]
fn a_folder_has_one_relay_and_a_newer_one_is_left_alone() {
    let disk = FaultDisk::default();
    let (journal, ..) = open(&disk);
    assert!(matches!(try_open(&disk), Err(OpenError::Locked(_))));
    assert!(matches!(
        check_on(Arc::new(disk.clone()), Path::new(ROOT), &mut |_| {}),
        Err(OpenError::Locked(_))
    ));
    drop(journal);
    let (journal, ..) = open(&disk);
    drop(journal);
    let shared: Arc<dyn Disk> = Arc::new(disk.clone());
    let (mut segment, _) =
        crate::segment::Segment::open_or_create(&shared, &Path::new(ROOT).join("house/log"), &mut |_, _| {})
            .expect("opens");
    segment.append(&[2; 200]).expect("staged");
    segment.sync().expect("kept");
    assert!(matches!(try_open(&disk), Err(OpenError::Newer(_))));
}

#[test]
fn a_check_finds_everything_and_changes_nothing() {
    let disk = FaultDisk::default();
    busy_day(&disk);
    let path = day_log("2025-11-24");
    let mut bytes = disk.content(&path).expect("a file");
    bytes[20] ^= 1;
    bytes.extend_from_slice(b"torn");
    disk.decay(&path, bytes);
    let shared: Arc<dyn Disk> = Arc::new(disk.clone());
    shared.create(&Path::new(ROOT).join("shelf/notes.txt")).expect("made");
    shared.create(&Home(ROOT.into()).shelf(conv(7))).expect("made");
    let before: Vec<_> = disk.files().iter().map(|path| (path.clone(), disk.content(path))).collect();
    let mut progress = Vec::new();
    let report = check_on(shared, Path::new(ROOT), &mut |replay| {
        if let Replay::Progress { read, total } = replay {
            progress.push((read, total));
        }
    })
    .expect("checked");
    let after: Vec<_> = disk.files().iter().map(|path| (path.clone(), disk.content(path))).collect();
    assert_eq!(before, after);
    assert_eq!((report.segments, report.conversations), (2, 3));
    assert_eq!(report.damaged(), [conv(1)]);
    assert_eq!(report.entries, 1 + 4, "the house's, and those of the other two");
    for expected in ["Torn", "Damaged", "Leftover", "Stranger"] {
        assert!(
            report.findings.iter().any(|finding| format!("{finding:?}").starts_with(expected)),
            "{expected}"
        );
    }
    assert!(progress.last().is_some_and(|(read, total)| read == total && *total > 0));
    let (_, _, opened) = open(&disk);
    assert_eq!(opened.damaged(), report.damaged());
}

#[test]
fn a_lost_house_key_is_an_error_of_its_own() {
    let disk = FaultDisk::default();
    let (journal, ..) = open(&disk);
    let house = ConversationId::HOUSE;
    let mut joined = Entry { kind: Kind::Joined, ..next(&journal, house, Log::Desk, NOON) };
    joined.h = chain::of_entry(chain::start(house, Log::Desk), &joined);
    append(&journal, joined).expect("appended");
    drop(journal);
    disk.decay(&Home(ROOT.into()).house_key(None), b"rubbish".to_vec());
    assert!(matches!(try_open(&disk), Err(OpenError::HouseKey(_))));
}

#[test]
fn a_build_that_skips_syncs_is_caught() {
    for (skipped, expected) in [(false, 7), (true, 0)] {
        let disk = FaultDisk::default();
        if skipped {
            disk.skip_syncs();
        }
        let said: usize = busy_day(&disk).values().map(Vec::len).sum();
        assert_eq!(said, 7, "all were acknowledged");
        let (_, entries, _) = open(&disk.cut_power(Cut::Strict));
        assert_eq!(
            entries.iter().filter(|entry| !entry.conv.is_house()).count(),
            expected,
            "skipped: {skipped}"
        );
    }
}

/// What happens to a journal in a property test.
#[derive(Debug, Clone)]
enum Step {
    Shelve(u8),
    Append(u8, bool),
    House,
    Erase(u8),
    ForgetToken(u8),
    Midnight,
    FailSync(u64),
    PowerFailsAfter(u64),
    Room(u64),
    Kill,
    Cut(Option<u64>),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        3 => (0..4_u8).prop_map(Step::Shelve),
        12 => (0..4_u8, any::<bool>()).prop_map(|(n, desk)| Step::Append(n, desk)),
        2 => Just(Step::House),
        1 => (0..4_u8).prop_map(Step::Erase),
        1 => (0..4_u8).prop_map(Step::ForgetToken),
        1 => Just(Step::Midnight),
        1 => (1..4_u64).prop_map(Step::FailSync),
        1 => (0..6000_u64).prop_map(Step::PowerFailsAfter),
        1 => (0..6000_u64).prop_map(Step::Room),
        1 => Just(Step::Kill),
        2 => proptest::option::of(any::<u64>()).prop_map(Step::Cut),
    ]
}

/// What was promised, and what was asked for without an answer that it is kept.
#[derive(Default)]
struct Model {
    /// Conversations by the number of their births, since an id is never used again.
    promised: BTreeMap<ConversationId, [Vec<Entry>; 2]>,
    unsure: Vec<Entry>,
    unsure_shelves: BTreeSet<ConversationId>,
    unsure_erased: BTreeSet<ConversationId>,
    erased: BTreeSet<ConversationId>,
}

impl Model {
    /// Compares after an opening, and takes over what of the unsure turned out to be kept.
    fn meets(
        &mut self,
        journal: &Embedded,
        replayed: &[Entry],
        report: &Report,
    ) -> Result<(), TestCaseError> {
        prop_assert_eq!(report.damaged(), vec![]);
        let standing: BTreeSet<_> = journal.conversations().iter().map(|standing| standing.conv).collect();
        for erased in &self.erased {
            prop_assert!(!standing.contains(erased), "erased is erased");
        }
        for conv in &standing {
            if self.unsure_shelves.contains(conv) {
                self.promised.entry(*conv).or_default();
            }
            prop_assert!(self.promised.contains_key(conv), "nothing comes from nowhere");
        }
        for gone in std::mem::take(&mut self.unsure_erased) {
            if !standing.contains(&gone) {
                self.promised.remove(&gone);
                self.erased.insert(gone);
            }
        }
        for (conv, logs) in &mut self.promised {
            prop_assert!(conv.is_house() || standing.contains(conv), "a promised conversation is there");
            for (log, promised) in Log::BOTH.into_iter().zip(logs) {
                let Ok(found) = journal.read(*conv, log, 0, usize::MAX) else {
                    prop_assert!(conv.is_house() && log == Log::Talk);
                    continue;
                };
                let (kept, more) = found.split_at(promised.len().min(found.len()));
                prop_assert_eq!(kept, &promised[..], "what was acknowledged is there, in order");
                prop_assert!(more.iter().all(|entry| self.unsure.contains(entry)), "and nothing invented");
                let told: Vec<_> = replayed
                    .iter()
                    .filter(|entry| (entry.conv, entry.log) == (*conv, log))
                    .cloned()
                    .collect();
                prop_assert_eq!(&told, &found, "the replay tells the same");
                let mut head = Head::start(*conv, log);
                for entry in &found {
                    prop_assert!(head.admit(entry).is_ok(), "the chain holds");
                    head = Head::after(entry);
                }
                *promised = found;
            }
        }
        self.unsure.clear();
        self.unsure_shelves.clear();
        Ok(())
    }
}

fn run(steps: &[Step]) -> Result<(), TestCaseError> {
    let mut disk = FaultDisk::default();
    let mut journal = open(&disk).0;
    let mut model = Model::default();
    model.promised.insert(ConversationId::HOUSE, Default::default());
    let (mut born, mut now) = (0, NOON);
    let mut living = [conv(251), conv(252), conv(253), conv(254)];
    for step in steps {
        match *step {
            Step::Shelve(n) => {
                born += 1;
                let id = conv(born);
                living[usize::from(n)] = id;
                match stored(|done| journal.shelve(id, fresh(1), done)) {
                    Ok(()) => _ = model.promised.insert(id, Default::default()),
                    Err(_) => _ = model.unsure_shelves.insert(id),
                }
            }
            Step::Append(..) | Step::House => {
                let (id, log) = match *step {
                    Step::Append(n, desk) => (living[usize::from(n)], Log::BOTH[usize::from(desk)]),
                    _ => (ConversationId::HOUSE, Log::Desk),
                };
                let entry = next(&journal, id, log, now);
                match append(&journal, entry.clone()) {
                    Ok(()) => {
                        let logs = model.promised.get_mut(&id);
                        prop_assert!(logs.is_some(), "an append needs a shelf");
                        logs.expect("some")[usize::from(log.number())].push(entry);
                    }
                    Err(_) => model.unsure.push(entry),
                }
            }
            Step::Erase(n) => {
                let id = living[usize::from(n)];
                match stored(|done| journal.erase(id, done)) {
                    Ok(()) => {
                        model.promised.remove(&id);
                        model.erased.insert(id);
                        model.unsure_erased.remove(&id);
                        model.unsure_shelves.remove(&id);
                    }
                    Err(_) => _ = model.unsure_erased.insert(id),
                }
            }
            Step::ForgetToken(n) => {
                let id = living[usize::from(n)];
                if stored(|done| journal.forget_token(id, done)).is_ok() {
                    prop_assert_eq!(journal.shelf(id).and_then(|shelf| shelf.token), None);
                }
            }
            Step::Midnight => now += DAY,
            Step::FailSync(nth) => disk.fail_sync(nth),
            Step::PowerFailsAfter(steps) => disk.power_fails_after(steps),
            Step::Room(bytes) => disk.room(Some(bytes)),
            Step::Kill | Step::Cut(_) => {
                let after = match *step {
                    Step::Cut(seed) => disk.cut_power(seed.map_or(Cut::Strict, Cut::Torn)),
                    _ => disk.kill(),
                };
                drop(journal);
                disk = after;
                disk.room(None);
                let (opened, replayed, report) = open(&disk);
                journal = opened;
                model.meets(&journal, &replayed, &report)?;
            }
        }
    }
    drop(journal);
    let (journal, replayed, report) = open(&disk.cut_power(Cut::Strict));
    model.meets(&journal, &replayed, &report)
}

#[test]
fn power_that_goes_while_a_file_is_made_leaves_it_whole_or_absent() {
    for first in 1..9 {
        for then in 1..9 {
            let steps = [Step::PowerFailsAfter(first), Step::House, Step::PowerFailsAfter(then), Step::House];
            run(&steps.iter().cloned().chain([Step::Kill, Step::House]).collect::<Vec<_>>())
                .expect("whole or absent");
        }
    }
}

proptest! {
    #[test]
    fn whatever_happens_the_promised_is_there(steps in proptest::collection::vec(step(), 1..60)) {
        run(&steps)?;
    }

    #[test]
    fn any_bytes_as_a_record_are_an_error_and_no_panic(mut bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        if let Ok(header) = record::Header::parse(&bytes) {
            let key = crate::journal::shelf::StorageKey::new([7; 32]);
            prop_assert!(record::open(&mut bytes, &header, &key).is_none());
        }
    }

    #[test]
    fn any_bytes_as_a_day_open(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let disk = FaultDisk::default();
        busy_day(&disk);
        disk.decay(&day_log("2025-11-24"), bytes);
        open(&disk);
    }
}
