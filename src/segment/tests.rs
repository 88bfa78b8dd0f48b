use proptest::prelude::*;

use super::fault::{Cut, FaultDisk};
use super::*;

const PATH: &str = "/log";

fn disk() -> (FaultDisk, Arc<dyn Disk>) {
    let fault = FaultDisk::default();
    (fault.clone(), Arc::new(fault))
}

fn shared(fault: &FaultDisk) -> Arc<dyn Disk> {
    Arc::new(fault.clone())
}

fn read_all(fault: &FaultDisk) -> (Vec<Vec<u8>>, Recovery) {
    let mut records = Vec::new();
    let (_, recovery) =
        Segment::open(&shared(fault), Path::new(PATH), &mut |_, record| records.push(record.to_vec()))
            .expect("opens");
    (records, recovery)
}

fn keep(segment: &mut Segment, record: &[u8]) -> Position {
    let position = segment.append(record).expect("staged");
    segment.sync().expect("kept");
    position
}

#[test]
fn what_is_synced_is_read_back_and_what_is_staged_is_not() {
    let (fault, disk) = disk();
    let mut segment = Segment::create(&disk, Path::new(PATH)).expect("created");
    let first = keep(&mut segment, b"first");
    let second = keep(&mut segment, b"second");
    segment.append(b"never synced").expect("staged");
    assert_eq!(segment.reader().read(first).expect("read"), b"first");
    assert_eq!(segment.reader().read(second).expect("read"), b"second");
    assert!(matches!(segment.append(b""), Err(SegmentError::Size(0))));
    let (records, recovery) = read_all(&fault.cut_power(Cut::Strict));
    assert_eq!(records, [b"first".to_vec(), b"second".to_vec()]);
    assert_eq!((recovery.torn, recovery.damage), (0, vec![]));
}

#[test]
fn a_segment_cut_at_any_byte_is_a_prefix_that_goes_on() {
    let records: Vec<Vec<u8>> = (1..=5).map(|n| vec![n; usize::from(n) * 7]).collect();
    let (fault, disk) = disk();
    let mut segment = Segment::create(&disk, Path::new(PATH)).expect("created");
    let ends: Vec<u64> =
        records.iter().map(|record| (keep(&mut segment, record), segment.length()).1).collect();
    let whole = fault.content(Path::new(PATH)).expect("a file");
    for length in 0..=whole.len() {
        fault.decay(Path::new(PATH), whole[..length].to_vec());
        let (found, recovery) = read_all(&fault);
        let expected = ends.iter().take_while(|end| **end <= length as u64).count();
        assert_eq!(found, records[..expected], "cut at {length}");
        assert_eq!(recovery.damage, [], "cut at {length}");
        assert_eq!(recovery.length + recovery.torn, length as u64);
        let (mut segment, _) = Segment::open(&disk, Path::new(PATH), &mut |_, _| {}).expect("opens");
        keep(&mut segment, b"after");
        assert_eq!(read_all(&fault).0.last().expect("one"), b"after", "cut at {length}");
    }
}

#[test]
fn a_flipped_byte_is_damage_or_a_shorter_tail_and_never_another_record() {
    let records: Vec<Vec<u8>> = (1..=4).map(|n| vec![n; usize::from(n) * 9]).collect();
    let (fault, disk) = disk();
    let mut segment = Segment::create(&disk, Path::new(PATH)).expect("created");
    let places: Vec<_> = records.iter().map(|record| keep(&mut segment, record)).collect();
    let whole = fault.content(Path::new(PATH)).expect("a file");
    for at in 0..whole.len() {
        for flip in [1, 0x80, 0xff] {
            let mut bytes = whole.clone();
            bytes[at] ^= flip;
            let hit = places.iter().rposition(|place| place.at <= at as u64).expect("in a record");
            fault.decay(Path::new(PATH), bytes);
            let reader = Reader(disk.open(Path::new(PATH)).expect("opens"));
            assert!(reader.read(places[hit]).is_err(), "byte {at}");
            let (found, recovery) = read_all(&fault);
            let mut expected = records.clone();
            expected.remove(hit);
            assert_eq!(found, expected, "byte {at}");
            if hit + 1 < records.len() {
                assert_eq!(recovery.damage, std::slice::from_ref(&(places[hit].at..places[hit + 1].at)));
            } else if at < places[hit].at as usize + 4 {
                assert!(recovery.torn > 0 && recovery.damage.is_empty(), "byte {at}: its length");
            } else {
                let decayed = places[hit].at..segment.length();
                assert_eq!(
                    (recovery.torn, &recovery.damage[..]),
                    (0, std::slice::from_ref(&decayed)),
                    "byte {at}"
                );
            }
        }
    }
}

#[test]
fn zeros_behind_a_crash_are_a_tail() {
    let (fault, disk) = disk();
    let mut segment = Segment::create(&disk, Path::new(PATH)).expect("created");
    keep(&mut segment, b"kept");
    let mut bytes = fault.content(Path::new(PATH)).expect("a file");
    bytes.resize(bytes.len() + 4096, 0);
    fault.decay(Path::new(PATH), bytes);
    let (records, recovery) = read_all(&fault);
    assert_eq!((records, recovery.torn), (vec![b"kept".to_vec()], 4096));
}

#[test]
fn a_full_disk_takes_nothing_and_harms_nothing() {
    for room in 0..40 {
        let (fault, disk) = disk();
        let mut segment = Segment::create(&disk, Path::new(PATH)).expect("created");
        let first = keep(&mut segment, b"first");
        fault.room(Some(room));
        let record = [7; 32];
        segment.append(&record).expect("staged");
        assert!(matches!(segment.sync(), Err(SegmentError::Full)), "room {room}");
        assert!(!segment.is_poisoned());
        assert_eq!(segment.reader().read(first).expect("reading goes on"), b"first");
        assert_eq!(read_all(&fault).1.torn, 0, "the half-written record is undone");
        fault.room(None);
        keep(&mut segment, b"second");
        assert_eq!(read_all(&fault.cut_power(Cut::Strict)).0, [b"first".to_vec(), b"second".to_vec()]);
    }
}

#[test]
fn after_a_failed_sync_nothing_is_kept_until_the_file_was_checked() {
    let (fault, disk) = disk();
    let mut segment = Segment::create(&disk, Path::new(PATH)).expect("created");
    keep(&mut segment, b"first");
    fault.fail_sync(1);
    segment.append(b"lost").expect("staged");
    assert!(matches!(segment.sync(), Err(SegmentError::Io(_))));
    assert!(matches!(segment.append(b"refused"), Err(SegmentError::Poisoned)));
    assert!(matches!(segment.sync(), Err(SegmentError::Poisoned)));
    segment.reopen().expect("checked");
    keep(&mut segment, b"second");
    assert_eq!(read_all(&fault.cut_power(Cut::Strict)).0, [b"first".to_vec(), b"second".to_vec()]);
}

#[test]
fn bytes_of_a_failed_sync_are_not_believed_by_the_next_process() {
    let (fault, disk) = disk();
    let mut segment = Segment::create(&disk, Path::new(PATH)).expect("created");
    keep(&mut segment, b"first");
    fault.fail_sync(1);
    segment.append(b"only in the cache").expect("staged");
    segment.sync().expect_err("fails");
    let fault = fault.kill();
    let found = read_all(&fault).0;
    assert_eq!(found, read_all(&fault.cut_power(Cut::Strict)).0, "what a start sees outlives a power cut");
}

#[test]
fn a_reopening_that_misses_a_kept_record_stays_closed() {
    let (fault, disk) = disk();
    let mut segment = Segment::create(&disk, Path::new(PATH)).expect("created");
    let first = keep(&mut segment, b"first");
    keep(&mut segment, b"second");
    fault.fail_sync(1);
    segment.append(b"lost").expect("staged");
    segment.sync().expect_err("fails");
    let mut bytes = fault.content(Path::new(PATH)).expect("a file");
    bytes[10] ^= 1;
    fault.decay(Path::new(PATH), bytes);
    assert!(matches!(segment.reopen(), Err(SegmentError::Damaged(at)) if at == first.at));
    assert!(segment.is_poisoned());
}

#[test]
fn a_replaced_segment_is_old_or_new_at_every_step() {
    let old = [b"one".to_vec(), b"two".to_vec(), b"three".to_vec()];
    let new = [b"two".to_vec()];
    let mut seen = [false; 2];
    for steps in 0..60 {
        let (fault, disk) = disk();
        let mut segment = Segment::create(&disk, Path::new(PATH)).expect("created");
        old.iter().for_each(|record| _ = keep(&mut segment, record));
        fault.power_fails_after(steps);
        let done = segment.replace(&new).is_ok();
        let found = read_all(&fault.cut_power(Cut::Torn(steps))).0;
        assert!(found == old || found == new, "{steps} steps");
        assert!(!done || found == new, "{steps} steps");
        seen[usize::from(done)] = true;
        if done {
            break;
        }
    }
    assert_eq!(seen, [true; 2]);
}

#[test]
fn a_replacement_left_by_a_crash_is_no_hindrance() {
    let (_, disk) = disk();
    let mut segment = Segment::create(&disk, Path::new(PATH)).expect("created");
    keep(&mut segment, b"old");
    Segment::create(&disk, Path::new("/log.new")).expect("left over");
    segment.replace([b"new"]).expect("replaced");
    keep(&mut segment, b"newer");
    let mut found = Vec::new();
    Segment::scan(&*disk, Path::new(PATH), &mut |_, record| found.push(record.to_vec())).expect("reads");
    assert_eq!(found, [b"new".to_vec(), b"newer".to_vec()]);
}

/// Appends records one by one until the power fails; returns how many were promised, and what is there afterwards.
fn until_power_fails(steps: u64, cut: Cut, skip_syncs: bool) -> (usize, Vec<Vec<u8>>) {
    let (fault, disk) = disk();
    if skip_syncs {
        fault.skip_syncs();
    }
    let mut segment = Segment::create(&disk, Path::new(PATH)).expect("created");
    fault.power_fails_after(steps);
    let mut promised = 0;
    for n in 0..8_u8 {
        segment.append(&[n; 20]).expect("staged");
        if segment.sync().is_err() {
            break;
        }
        promised += 1;
    }
    let after = fault.cut_power(cut);
    match Segment::open(&shared(&after), Path::new(PATH), &mut |_, _| {}) {
        Ok(_) => (promised, read_all(&after).0),
        Err(_) => (promised, Vec::new()),
    }
}

#[test]
fn a_build_that_skips_syncs_is_caught() {
    let (promised, found) = until_power_fails(200, Cut::Strict, false);
    assert!(promised > 3 && found.len() >= promised);
    let (promised, found) = until_power_fails(200, Cut::Strict, true);
    assert!(promised > found.len(), "the disk must show what a skipped sync loses");
}

#[test]
fn the_real_disk_keeps_files_and_folders_for_their_owner() {
    use std::os::unix::fs::PermissionsExt as _;
    let home = tempfile::tempdir().expect("a folder");
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let dir = home.path().join("a/b");
    disk.create_dir(&dir).expect("made");
    disk.create_dir(&dir).expect("is there already");
    let path = dir.join("log");
    let (mut segment, _) = Segment::open_or_create(&disk, &path, &mut |_, _| {}).expect("made");
    keep(&mut segment, b"first");
    segment.replace([b"second"]).expect("replaced");
    segment.reopen().expect("checked");
    drop(segment);
    let mut found = Vec::new();
    Segment::open(&disk, &path, &mut |_, record| found.push(record.to_vec())).expect("opens");
    assert_eq!(found, [b"second"]);
    let mode = |path: &Path| path.metadata().expect("there").permissions().mode() & 0o777;
    assert_eq!((mode(&path), mode(&dir)), (0o600, 0o700));
    let lock = disk.lock(&dir.join("lock"), std::time::Duration::ZERO).expect("free");
    let error = disk.lock(&dir.join("lock"), std::time::Duration::ZERO).err().expect("held");
    assert_eq!(error.kind(), io::ErrorKind::WouldBlock);
    drop(lock);
    disk.lock(&dir.join("lock"), std::time::Duration::ZERO).expect("free again");
}

proptest! {
    #[test]
    fn whenever_power_fails_the_promised_records_are_there(steps in 0_u64..260, seed: u64, strict: bool) {
        let cut = if strict { Cut::Strict } else { Cut::Torn(seed) };
        let (promised, found) = until_power_fails(steps, cut, false);
        prop_assert!(found.len() >= promised);
        prop_assert!(found.iter().enumerate().all(|(n, record)| *record == vec![n as u8; 20]));
    }

    #[test]
    fn any_bytes_open_and_what_is_appended_is_found(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let (fault, disk) = disk();
        Segment::create(&disk, Path::new(PATH)).expect("created");
        fault.decay(Path::new(PATH), bytes);
        let (mut segment, _) = Segment::open(&disk, Path::new(PATH), &mut |_, _| {}).expect("opens");
        keep(&mut segment, b"after");
        prop_assert_eq!(read_all(&fault).0.pop().expect("one"), b"after");
    }
}
