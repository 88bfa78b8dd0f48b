//! The power goes: a real ext4 on a loop device is cut off from its device while a program acknowledges, comes up again,
//! and what was acknowledged is there. The same with a program that skips its syncs shows that a loss would be seen.
//! Needs root, loop devices and xfsprogs; elsewhere it says that it was skipped.
#![allow(clippy::panic, reason = "a test says no by panicking")]

use std::collections::HashMap;
use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::Duration;

use opora::casebook::Casebook;
use opora::casebook::record::{Change, Draft};
use opora::conversation::{By, ConversationId, Entry, EntryId, Kind, Log, Seq, chain};
use opora::journal::embedded::Waits;
use opora::journal::{Embedded, Finding, Head, Journal as _, Replay, Shelf};
use opora::sealing::Secret;
use opora::segment::{Disk, File, RealDisk};
use rand::RngExt as _;

#[path = "support/mounted.rs"]
mod mounted;
#[path = "support/process.rs"]
mod process;

use mounted::Mounted;
use process::{Program, count, is_root, part, tell};

/// How many conversations are written to at the same time.
const TALKS: u8 = 8;
const NOON: u64 = 1_763_985_600_000;

/// The disk of a program that forgets to sync.
#[derive(Debug)]
struct Forgetful;

struct ForgetfulFile(Arc<dyn File>);

impl Disk for Forgetful {
    fn create(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        Ok(Arc::new(ForgetfulFile(RealDisk.create(path)?)))
    }
    fn open(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        Ok(Arc::new(ForgetfulFile(RealDisk.open(path)?)))
    }
    fn create_dir(&self, path: &Path) -> io::Result<()> {
        RealDisk.create_dir(path)
    }
    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        RealDisk.list(dir)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        RealDisk.rename(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        RealDisk.remove(path)
    }
    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        RealDisk.remove_dir(path)
    }
    fn sync_dir(&self, _: &Path) -> io::Result<()> {
        Ok(())
    }
    fn lock(&self, path: &Path, patience: Duration) -> io::Result<Box<dyn Send + Sync>> {
        RealDisk.lock(path, patience)
    }
}

impl File for ForgetfulFile {
    fn length(&self) -> io::Result<u64> {
        self.0.length()
    }
    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        self.0.read_at(at, into)
    }
    fn write_at(&self, at: u64, bytes: &[u8]) -> io::Result<()> {
        self.0.write_at(at, bytes)
    }
    fn truncate(&self, length: u64) -> io::Result<()> {
        self.0.truncate(length)
    }
    fn sync(&self) -> io::Result<()> {
        Ok(())
    }
    fn forget_cache(&self, tail: u64) {
        self.0.forget_cache(tail);
    }
}

fn disk(of: &str) -> Arc<dyn Disk> {
    if of == "true" { Arc::new(RealDisk) } else { Arc::new(Forgetful) }
}

// ---- the relay's journal ----------------------------------------------------------------------------------------

fn next(head: Head, conv: ConversationId) -> Entry {
    let (seq, log, kind) = (head.seq + 1, Log::Talk, Kind::Said);
    let data = format!(r#"{{"s":"child","ct":"{}"}}"#, "x".repeat(1_500));
    let id = EntryId(rand::random());
    let mut entry =
        Entry { conv, log, seq, at: NOON, by: By::Child, author: None, kind, id, data, h: head.h };
    entry.h = chain::of_entry(head.h, &entry);
    entry
}

#[test]
fn journal_program() {
    let Some(with) = part("journal_program") else { return };
    let (of, folder) = with.split_once(' ').expect("a disk and a folder");
    let opened = Embedded::open_on(disk(of), Path::new(folder), Waits::default(), &mut |_| {});
    let (journal, _) = opened.expect("opens");
    let talks: Vec<_> = (0..TALKS).map(|_| ConversationId(rand::random())).collect();
    let (told, fates) = channel();
    for conv in &talks {
        let (shelf, told) = (Shelf { token: None, after: EntryId([0; 16]), stamp: NOON }, told.clone());
        journal.shelve(*conv, shelf, Box::new(move |fate| told.send(fate.is_ok()).expect("heard")));
    }
    if !fates.iter().take(talks.len()).all(|is_done| is_done) {
        return;
    }
    loop {
        let (told, fates) = channel();
        for conv in &talks {
            let entry = next(journal.head(*conv, Log::Talk), *conv);
            let (number, seq, told) = (u128::from_be_bytes(conv.0), entry.seq, told.clone());
            let done = move |fate: Result<(), _>| _ = told.send((number, seq, fate.is_ok()));
            journal.append(entry, Box::new(done));
        }
        drop(told);
        for (number, seq, is_done) in fates {
            if !is_done {
                return;
            }
            tell(&format!("acknowledged {number} {seq}"));
        }
    }
}

/// Lets a program write, cuts the power, and returns what it said before.
fn until_the_power_goes(disk: &Mounted, name: &str, with: &str, promises: usize) -> Vec<String> {
    let program = Program::part(name, with);
    let mut heard = Vec::new();
    while heard.iter().filter(|line: &&String| line.starts_with('@')).count() < promises {
        match program.try_hear("@") {
            Ok(line) => heard.push(line),
            Err(seen) => panic!("{name} ended by itself: {seen:?}"),
        }
    }
    // A machine without power runs no program either: told to die first, it cannot acknowledge what the file system
    // answers once it is cut off, and a sync that has begun is still cut in the middle.
    program.shoot();
    disk.cut_power();
    heard.extend(program.kill());
    disk.come_up();
    heard
}

/// Returns how many acknowledged entries are not there after each of some power cuts.
fn lost_by_the_journal(syncs: bool, rounds: usize) -> Option<(usize, usize)> {
    let home = tempfile::tempdir().expect("a folder");
    let disk = Mounted::ext4(home.path())?;
    let folder = disk.path.join("journal");
    let with = format!("{syncs} {}", folder.display());
    let mut acknowledged: HashMap<ConversationId, Seq> = HashMap::new();
    let (mut lost, mut all) = (0, 0);
    for round in 0..rounds {
        let promises = rand::rng().random_range(20..300);
        for line in until_the_power_goes(&disk, "journal_program", &with, promises) {
            let Some(words) = line.strip_prefix("@acknowledged ").and_then(|said| said.split_once(' '))
            else {
                continue;
            };
            let conv = ConversationId(words.0.parse::<u128>().expect("a number").to_be_bytes());
            let newest = acknowledged.entry(conv).or_default();
            *newest = (*newest).max(words.1.parse().expect("a number"));
        }
        let mut heads: HashMap<ConversationId, Seq> = HashMap::new();
        let opened = Embedded::open(&folder, &mut |replay| {
            if let Replay::Entry(entry) = replay {
                let head = heads.entry(entry.conv).or_default();
                assert_eq!(entry.seq, *head + 1, "round {round}: in order");
                *head = entry.seq;
            }
        });
        let Ok((_journal, report)) = opened else {
            assert!(!syncs, "round {round}: the journal does not open");
            return Some((1, 1));
        };
        let leaves = |found: &&Finding| matches!(found, Finding::Torn { .. } | Finding::Leftover { .. });
        let harm: Vec<_> = report.findings.iter().filter(|found| !leaves(found)).collect();
        assert!(!syncs || harm.is_empty(), "round {round}: {harm:?}");
        for (conv, newest) in &acknowledged {
            let there = heads.get(conv).copied().unwrap_or(0);
            lost += usize::try_from(newest.saturating_sub(there)).expect("few");
        }
        all += promises;
        if lost > 0 {
            break;
        }
    }
    Some((lost, all))
}

#[test]
fn what_the_journal_acknowledged_is_there_after_the_power_went() {
    if !is_root("cutting the power needs a loop device") {
        return;
    }
    let Some((lost, all)) = lost_by_the_journal(true, count(3, 100)) else { return };
    eprintln!("{all} acknowledged, {lost} lost");
    assert_eq!(lost, 0, "of {all}");
}

#[test]
fn a_journal_that_skipped_its_syncs_would_be_seen_to_lose() {
    if !is_root("cutting the power needs a loop device") {
        return;
    }
    let Some((lost, all)) = lost_by_the_journal(false, 5) else { return };
    eprintln!("{all} acknowledged without syncs, {lost} lost");
    assert!(lost > 0, "none of {all} lost without a single sync: the cut cuts nothing");
}

// ---- the casebook -----------------------------------------------------------------------------------------------

#[test]
fn casebook_program() {
    let Some(with) = part("casebook_program") else { return };
    let (of, folder) = with.split_once(' ').expect("a disk and a folder");
    let opened =
        Casebook::open_on(&disk(of), Path::new(folder), [1; 16], &Secret::new([2; 32]), &mut |_, _| {});
    let (mut casebook, _) = opened.expect("opens");
    loop {
        let id: [u8; 16] = rand::random();
        let draft = Draft { conv: ConversationId(id), text: "x".repeat(700), at: 1 };
        if casebook.save(vec![Change::Draft(draft)], NOON).is_err() {
            return;
        }
        tell(&format!("saved {}", u128::from_be_bytes(id)));
    }
}

fn lost_by_the_casebook(syncs: bool, rounds: usize) -> Option<(usize, usize)> {
    let home = tempfile::tempdir().expect("a folder");
    let disk = Mounted::ext4(home.path())?;
    let folder = disk.path.join("casebook");
    let with = format!("{syncs} {}", folder.display());
    let mut saved: Vec<u128> = Vec::new();
    for round in 0..rounds {
        let promises = rand::rng().random_range(5..60);
        let heard = until_the_power_goes(&disk, "casebook_program", &with, promises);
        saved.extend(heard.iter().filter_map(|line| line.strip_prefix("@saved ")?.parse::<u128>().ok()));
        let opened = Casebook::open(&folder, [1; 16], &Secret::new([2; 32]), &mut |_, _| {});
        let Ok((casebook, report)) = opened else {
            assert!(!syncs, "round {round}: the casebook does not open");
            return Some((saved.len(), saved.len()));
        };
        assert!(!syncs || report.unreadable == 0, "round {round}: {report:?}");
        let there: std::collections::HashSet<u128> =
            casebook.drafts().iter().map(|draft| u128::from_be_bytes(draft.conv.0)).collect();
        let lost = saved.iter().filter(|id| !there.contains(id)).count();
        if lost > 0 {
            return Some((lost, saved.len()));
        }
    }
    Some((0, saved.len()))
}

#[test]
fn what_the_casebook_saved_is_there_after_the_power_went() {
    if !is_root("cutting the power needs a loop device") {
        return;
    }
    let Some((lost, all)) = lost_by_the_casebook(true, count(3, 100)) else { return };
    eprintln!("{all} saved, {lost} lost");
    assert_eq!(lost, 0, "of {all}");
}

#[test]
fn a_casebook_that_skipped_its_syncs_would_be_seen_to_lose() {
    if !is_root("cutting the power needs a loop device") {
        return;
    }
    let Some((lost, all)) = lost_by_the_casebook(false, 5) else { return };
    eprintln!("{all} saved without syncs, {lost} lost");
    assert!(lost > 0, "none of {all} lost without a single sync: the cut cuts nothing");
}
