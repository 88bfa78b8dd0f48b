#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::fs;

use proptest::prelude::*;
use tempfile::TempDir;

use super::*;
use crate::casebook::erased::Erased;
use crate::casebook::rows::Rows;
use crate::segment::RealDisk;
use crate::segment::fault::{Cut, FaultDisk};

/// What the store should hold: key to mark and record.
type Model = BTreeMap<u8, (u8, Vec<u8>)>;

fn keys() -> Keys {
    Keys::derive([1; 16], &[2; 32])
}

fn row_key(key: u8) -> RowKey {
    [key; 16]
}

fn mark(mark: u8) -> Mark {
    Mark([100 + mark; 16])
}

fn words(key: u8, n: usize, size: usize) -> Vec<u8> {
    format!("canary {key} {n} ").into_bytes().into_iter().cycle().take(size).collect()
}

fn open_at(disk: &Arc<dyn Disk>, dir: &Path) -> Result<(Store, StoreReport, Model), StoreError> {
    let mut found = Model::new();
    let mut each = |key: RowKey, mark: Mark, plain: Plain| {
        found.insert(key[0], (mark.0[0] - 100, plain.to_vec()));
    };
    let (store, report) = Store::open(disk, dir, keys(), &|plain| plain, &mut each, &mut |_, _| {})?;
    Ok((store, report, found))
}

fn open_real(dir: &Path) -> (Store, StoreReport, Model) {
    open_at(&(Arc::new(RealDisk) as Arc<dyn Disk>), dir).unwrap()
}

fn put(key: u8, m: u8, plain: &[u8]) -> Write {
    Write::Put(row_key(key), mark(m), Zeroizing::new(plain.to_vec()))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to)
        } else {
            _ = fs::copy(entry.path(), to).unwrap()
        }
    }
}

/// Harm that is done to sled's folder.
#[derive(Debug, Clone, Copy)]
enum Harm {
    None,
    Gone,
    Cut(u32),
    Flip(u32),
    CutSnapshot,
    GarbledSnapshot,
    NoConfig,
}

fn harm(rows: &Path, harm: Harm) {
    let db = rows.join("db");
    match harm {
        Harm::None => {}
        Harm::Gone => fs::remove_dir_all(rows).unwrap(),
        Harm::Cut(at) => {
            let bytes = fs::read(&db).unwrap_or_default();
            fs::write(&db, &bytes[..bytes.len().min(at as usize)]).unwrap();
        }
        Harm::Flip(at) => {
            let mut bytes = fs::read(&db).unwrap_or_default();
            if let Some(byte) =
                (!bytes.is_empty()).then(|| at as usize % bytes.len()).and_then(|at| bytes.get_mut(at))
            {
                *byte ^= 1;
            }
            fs::write(&db, bytes).unwrap();
        }
        Harm::CutSnapshot => fs::write(rows.join("snap.0000000000000400.generating"), b"cut").unwrap(),
        Harm::GarbledSnapshot => {
            for entry in fs::read_dir(rows).unwrap() {
                let path = entry.unwrap().path();
                if path.file_name().unwrap().to_string_lossy().starts_with("snap.") {
                    fs::write(path, [7; 100]).unwrap();
                }
            }
        }
        Harm::NoConfig => _ = fs::remove_file(rows.join("conf")),
    }
}

#[derive(Debug, Clone)]
enum Step {
    Save(Vec<(u8, u8, Option<usize>)>),
    Erase(u8),
    Tidy,
    Reopen,
    Kill(Option<u64>, Harm),
    PowerFailsAfter(u64),
    NoRoom(u64),
}

fn step() -> impl Strategy<Value = Step> {
    let change = (0u8..12, 0u8..5, prop::option::weighted(0.8, 1usize..1200));
    let harm = prop_oneof![
        5 => Just(Harm::None),
        1 => Just(Harm::Gone),
        2 => any::<u32>().prop_map(|at| Harm::Cut(at % 600_000)),
        2 => (0u32..40_000).prop_map(Harm::Flip),
        1 => Just(Harm::CutSnapshot),
        1 => Just(Harm::GarbledSnapshot),
        1 => Just(Harm::NoConfig),
    ];
    prop_oneof![
        8 => prop::collection::vec(change, 1..5).prop_map(Step::Save),
        1 => (0u8..5).prop_map(Step::Erase),
        1 => Just(Step::Tidy),
        1 => Just(Step::Reopen),
        3 => (prop::option::of(any::<u64>()), harm).prop_map(|(seed, harm)| Step::Kill(seed, harm)),
        1 => (0u64..6000).prop_map(Step::PowerFailsAfter),
        1 => (0u64..6000).prop_map(Step::NoRoom),
    ]
}

/// A store on a bad disk, beside what it must hold.
struct World {
    dir: TempDir,
    disk: FaultDisk,
    store: Option<Store>,
    model: Model,
    /// What it may hold as well, after a batch that failed: it is saved whole or not at all.
    other: Option<Model>,
    gone: Vec<u8>,
    n: usize,
}

impl World {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let mut world = Self {
            dir,
            disk: FaultDisk::default(),
            store: None,
            model: Model::new(),
            other: None,
            gone: Vec::new(),
            n: 0,
        };
        world.open();
        world
    }

    fn open(&mut self) {
        let disk: Arc<dyn Disk> = Arc::new(self.disk.clone());
        let (store, report, found) = open_at(&disk, self.dir.path()).unwrap();
        assert_eq!(report.unreadable, 0, "{report:?}");
        // Of a casebook in which nothing was ever saved, a key on the shelf may remain from a save without room. If sled
        // is ruined too, nobody can tell it from one whose change log was taken away: then it is said.
        assert!(!report.mended.pieced || self.model.is_empty(), "the change log was whole: {report:?}");
        if self.other.as_ref() == Some(&found) {
            self.model = found;
        } else {
            assert!(self.model == found, "keys {:?} expected, {:?} found", self.model.keys(), found.keys());
        }
        self.other = None;
        assert!(store.verify().unwrap());
        self.store = Some(store);
    }

    /// Ends the process as SIGKILL (no seed) or a power cut does; what sled has not handed on is lost.
    fn kill(&mut self, seed: Option<u64>, harmed: Harm) {
        let rows = self.dir.path().join("rows");
        let aside = self.dir.path().join("aside");
        copy(&rows, &aside);
        self.disk = match seed {
            None => self.disk.kill(),
            Some(seed) => self.disk.cut_power(Cut::Torn(seed)),
        };
        self.store = None;
        fs::remove_dir_all(&rows).unwrap();
        fs::rename(&aside, &rows).unwrap();
        harm(&rows, harmed);
        self.open();
    }

    fn step(&mut self, step: Step) {
        match step {
            Step::Reopen => {
                self.store = None;
                self.disk = self.disk.kill();
                self.open();
            }
            Step::Kill(seed, harm) => self.kill(seed, harm),
            Step::PowerFailsAfter(steps) => self.disk.power_fails_after(steps),
            Step::NoRoom(bytes) => self.disk.room(Some(bytes)),
            Step::Tidy => {
                let store = self.store.as_mut().unwrap();
                if store.log.empty_oldest().is_err() {
                    self.recover();
                }
            }
            Step::Save(changes) => self.save(&changes),
            Step::Erase(mark) => self.erase(mark),
        }
    }

    fn save(&mut self, changes: &[(u8, u8, Option<usize>)]) {
        let mut after = self.model.clone();
        let mut writes = Vec::new();
        for (key, m, size) in changes {
            self.n += 1;
            match size {
                Some(size) => {
                    let plain = words(*key, self.n, *size);
                    writes.push(put(*key, *m, &plain));
                    after.insert(*key, (*m, plain));
                }
                None => {
                    writes.push(Write::Remove(row_key(*key)));
                    after.remove(key);
                }
            }
        }
        let forbidden = changes.iter().any(|(_, m, size)| size.is_some() && self.gone.contains(m));
        match self.store.as_mut().unwrap().save(writes, 5) {
            Ok(()) => {
                assert!(!forbidden);
                self.model = after;
                for (key, (_, plain)) in &self.model {
                    assert!(
                        **self.store.as_ref().unwrap().read(&row_key(*key)).unwrap().as_ref().unwrap()
                            == *plain
                    );
                }
            }
            Err(StoreError::Erased) => assert!(forbidden),
            // The words are still in memory; the console says so, and saves them again.
            Err(StoreError::Full) => self.disk.room(None),
            Err(_) => {
                self.other = Some(after);
                self.recover();
            }
        }
    }

    fn erase(&mut self, m: u8) {
        let of_mark: Vec<u8> =
            self.model.iter().filter(|(_, (of, _))| *of == m).map(|(key, _)| *key).collect();
        let writes = of_mark.iter().map(|key| Write::Remove(row_key(*key))).collect();
        let erasure = Erasure { id: mark(m).0, what: Erased::Case, marks: vec![mark(m)] };
        let mut after = self.model.clone();
        after.retain(|_, (of, _)| *of != m);
        match self.store.as_mut().unwrap().erase(&[erasure], writes, 6) {
            Ok(()) => {
                self.model = after;
                self.gone.push(m);
            }
            Err(_) => {
                self.disk.room(None);
                self.other = Some(after);
                self.recover();
                if self.store.as_ref().unwrap().erased.has_mark(mark(m)) {
                    self.model.retain(|_, (of, _)| *of != m);
                    self.gone.push(m);
                }
            }
        }
    }

    /// The power went in the middle of something.
    fn recover(&mut self) {
        self.disk.room(None);
        self.kill(Some(self.n as u64), Harm::None);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: cases(), max_shrink_iters: 200, ..ProptestConfig::default() })]
    #[test]
    fn any_sequence_of_saves_kills_and_harm_to_sled_equals_the_model(steps in prop::collection::vec(step(), 1..25)) {
        let mut world = World::new();
        for step in steps {
            world.step(step);
        }
        world.disk.room(None);
        world.kill(None, Harm::None);
        prop_assert!(!world.disk.keeps(b"canary"), "words lie open on the disk");
    }
}

fn cases() -> u32 {
    if std::env::var_os("OPORA_LONG").is_some() { 1_000 } else { 32 }
}

/// A store with twenty rows in four cases, some rewritten, some removed; closed.
fn twenty() -> (TempDir, Model) {
    let dir = tempfile::tempdir().unwrap();
    let (mut store, _, _) = open_real(dir.path());
    let mut model = Model::new();
    for n in 0..40u8 {
        let plain = words(n % 22, n.into(), 100 + usize::from(n) * 40);
        store.save(vec![put(n % 22, n % 4, &plain)], n.into()).unwrap();
        model.insert(n % 22, (n % 4, plain));
    }
    store.save(vec![Write::Remove(row_key(20)), Write::Remove(row_key(21))], 50).unwrap();
    model.remove(&20);
    model.remove(&21);
    (dir, model)
}

#[test]
fn a_clean_store_says_when_it_was_saved_last_and_mends_nothing() {
    let (dir, model) = twenty();
    let (store, report, found) = open_real(dir.path());
    assert!(found == model);
    assert_eq!(report, StoreReport { saved: 50, ..StoreReport::default() });
    assert_eq!(store.head().count, 20);
}

#[test]
fn sled_harmed_in_any_way_is_put_aside_and_built_again() {
    let harms = [Harm::Gone, Harm::CutSnapshot, Harm::GarbledSnapshot, Harm::NoConfig]
        .into_iter()
        .chain((0..8).map(|n| Harm::Cut(n * 70_001)))
        .chain((0..16).map(|n| Harm::Flip(n * 2_237)));
    for harmed in harms {
        let (dir, model) = twenty();
        harm(&dir.path().join("rows"), harmed);
        let (store, report, found) = open_real(dir.path());
        assert!(found == model, "{harmed:?}: {report:?}");
        assert!(!report.mended.pieced && report.unreadable == 0, "{harmed:?}: {report:?}");
        assert!(store.verify().unwrap(), "{harmed:?}");
        drop(store);
        let (_, report, found) = open_real(dir.path());
        assert!(found == model && report.mended == Mended::default(), "{harmed:?}, opened again: {report:?}");
    }
}

type Tamper<'a> = &'a dyn Fn(&sled::Db);
type Harming = Box<dyn Fn(&Path)>;

/// Opens sled behind the store's back. It waits as the store does: a closed sled lets go of its lock from another thread.
fn tamper(dir: &Path, act: impl FnOnce(&sled::Db)) {
    let rows = Rows::open(&dir.join("rows")).unwrap();
    rows.with(|db| {
        act(db);
        db.flush().map(drop)
    })
    .unwrap();
}

#[test]
fn rows_changed_by_hand_are_noticed_and_come_back() {
    let swap = |db: &sled::Db| {
        let (a, b) = (db.get([1; 16]).unwrap().unwrap(), db.get([5; 16]).unwrap().unwrap());
        db.insert([1; 16], b).unwrap();
        db.insert([5; 16], a).unwrap();
    };
    let remove = |db: &sled::Db| _ = db.remove([3; 16]).unwrap();
    let flip = |db: &sled::Db| {
        let mut value = db.get([3; 16]).unwrap().unwrap().to_vec();
        value[60] ^= 1;
        db.insert([3; 16], value).unwrap();
    };
    let foreign = |db: &sled::Db| _ = db.insert([77; 16], vec![7; 400]).unwrap();
    let headless = |db: &sled::Db| _ = db.remove("head").unwrap();
    let cases: [(&str, Tamper<'_>); 5] = [
        ("swapped", &swap),
        ("removed", &remove),
        ("flipped", &flip),
        ("foreign", &foreign),
        ("headless", &headless),
    ];
    for (case, act) in cases {
        let (dir, model) = twenty();
        tamper(dir.path(), act);
        let (store, report, found) = open_real(dir.path());
        assert!(found == model, "{case}: {report:?}");
        if case != "headless" {
            assert!(
                report.mended.sled && dir.path().join("quarantine/rows-1").exists(),
                "{case}: {report:?}"
            );
        }
        assert!(store.verify().unwrap(), "{case}");
    }
}

#[test]
fn a_row_rolled_back_is_noticed() {
    let dir = tempfile::tempdir().unwrap();
    let (mut store, _, _) = open_real(dir.path());
    store.save(vec![put(1, 1, b"old"), put(2, 1, b"two")], 1).unwrap();
    drop(store);
    let mut old = None;
    tamper(dir.path(), |db| old = db.get([1; 16]).unwrap());
    let (mut store, _, _) = open_real(dir.path());
    store.save(vec![put(1, 1, b"new")], 2).unwrap();
    drop(store);
    tamper(dir.path(), |db| _ = db.insert([1; 16], old.unwrap()).unwrap());
    let (_, report, found) = open_real(dir.path());
    assert!(report.mended.sled);
    assert_eq!(found[&1].1, b"new");
}

#[test]
fn a_change_log_harmed_in_any_way_is_written_again_from_sled() {
    let log = |dir: &Path| dir.join("log/0000000000000001.log");
    let length = fs::metadata(log(twenty().0.path())).unwrap().len() as usize;
    let mut harms: Vec<(String, Harming)> = vec![
        ("gone".into(), Box::new(move |dir| fs::remove_file(log(dir)).unwrap())),
        ("folder gone".into(), Box::new(|dir| fs::remove_dir_all(dir.join("log")).unwrap())),
    ];
    for at in (0..length).step_by(length / 6) {
        harms.push((
            format!("cut to {at}"),
            Box::new(move |dir| {
                let bytes = fs::read(log(dir)).unwrap();
                fs::write(log(dir), &bytes[..at]).unwrap();
            }),
        ));
        harms.push((
            format!("flipped at {at}"),
            Box::new(move |dir| {
                let mut bytes = fs::read(log(dir)).unwrap();
                bytes[at] ^= 1;
                fs::write(log(dir), bytes).unwrap();
            }),
        ));
    }
    for (case, act) in harms {
        let (dir, model) = twenty();
        act(dir.path());
        let (store, report, found) = open_real(dir.path());
        assert!(found == model, "{case}: {report:?}");
        assert!(report.mended.log && !report.mended.pieced && report.unreadable == 0, "{case}: {report:?}");
        assert!(store.verify().unwrap(), "{case}");
        drop(store);
        // Now the change log is whole again: sled may go.
        harm(&dir.path().join("rows"), Harm::Gone);
        assert!(open_real(dir.path()).2 == model, "{case}, then without sled");
    }
}

#[test]
fn of_two_damaged_copies_the_best_of_both_is_kept_and_the_loss_is_told() {
    let (dir, model) = twenty();
    let path = dir.path().join("log/0000000000000001.log");
    let mut bytes = fs::read(&path).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&path, bytes).unwrap();
    harm(&dir.path().join("rows"), Harm::Gone);
    let (store, report, found) = open_real(dir.path());
    assert!(report.mended.pieced);
    assert!(found.len() as u64 + report.unreadable == 20, "{report:?}");
    assert!(found.iter().filter(|(key, value)| model.get(key) != Some(*value)).count() <= 1);
    assert!(dir.path().join("quarantine/log-1").exists());
    assert!(store.verify().unwrap());
    drop(store);
    assert_eq!(open_real(dir.path()).1.mended, Mended::default());
}

#[test]
fn other_keys_open_nothing_and_harm_nothing() {
    let (dir, model) = twenty();
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    for other in [Keys::derive([1; 16], &[3; 32]), Keys::derive([2; 16], &[2; 32])] {
        let never = &mut |_, _, _: Plain| panic!("opened");
        let opened = Store::open(&disk, dir.path(), other, &|plain| plain, never, &mut |_, _| {});
        assert!(matches!(opened, Err(StoreError::OtherKeys)));
    }
    let (_, report, found) = open_real(dir.path());
    assert!(found == model && report.mended == Mended::default());
}

#[test]
fn a_second_process_is_refused_with_the_number_of_the_first() {
    let (dir, _) = twenty();
    let (_store, _, _) = open_real(dir.path());
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let second = open_at(&disk, dir.path());
    assert!(matches!(second, Err(StoreError::Held(process)) if process == std::process::id()));
}

#[test]
fn files_are_their_owners_alone() {
    use std::os::unix::fs::PermissionsExt as _;
    fn check(dir: &Path) {
        for entry in fs::read_dir(dir).unwrap() {
            let entry = entry.unwrap();
            let is_dir = entry.file_type().unwrap().is_dir();
            let mode = entry.metadata().unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, if is_dir { 0o700 } else { 0o600 }, "{}", entry.path().display());
            if is_dir {
                check(&entry.path());
            }
        }
    }
    let (dir, _) = twenty();
    check(dir.path());
}

#[test]
fn an_erased_case_is_gone_for_whoever_has_all_other_keys() {
    let (dir, model) = twenty();
    let (mut store, _, _) = open_real(dir.path());
    let secret = store.shelf.key(mark(2)).unwrap().clone();
    let of_case: Vec<u8> = model.iter().filter(|(_, (m, _))| *m == 2).map(|(key, _)| *key).collect();
    let erasure = Erasure { id: [9; 16], what: Erased::Case, marks: vec![mark(2)] };
    store.erase(&[erasure], of_case.iter().map(|key| Write::Remove(row_key(*key))).collect(), 60).unwrap();
    assert!(matches!(store.save(vec![put(1, 2, b"again")], 61), Err(StoreError::Erased)));
    drop(store);
    let mut files = Vec::new();
    let mut folders = vec![dir.path().to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            if entry.file_type().unwrap().is_dir() {
                folders.push(entry.path())
            } else {
                files.push(entry.path())
            }
        }
    }
    for file in files {
        let bytes = fs::read(&file).unwrap();
        for sealed in bytes.windows(72) {
            // Whoever has V could open the sealed key of the case, if it were anywhere.
            if sealed.len() == 72 && file.to_string_lossy().contains("shelf") {
                let opened = keys().open_shelved(mark(2), sealed.try_into().unwrap());
                assert!(opened.is_err(), "{}", file.display());
            }
        }
        assert!(!bytes.windows(32).any(|window| window == secret.as_slice()), "{}", file.display());
        assert!(!bytes.windows(6).any(|window| window == b"canary"), "{}", file.display());
    }
    let (_, report, found) = open_real(dir.path());
    assert!(found.values().all(|(m, _)| *m != 2) && found.len() == model.len() - of_case.len(), "{report:?}");
    assert_eq!(report.unreadable, 0);
}

#[test]
fn an_erasure_cut_short_after_any_step_is_finished_at_the_next_start() {
    for only_listed in [true, false] {
        let (dir, model) = twenty();
        let (mut store, _, _) = open_real(dir.path());
        let erasure = Erasure { id: [9; 16], what: Erased::Case, marks: vec![mark(2)] };
        store.erased.add(&[erasure]).unwrap();
        if !only_listed {
            store.shelf.destroy([mark(2)]).unwrap();
        }
        drop(store);
        for _ in 0..2 {
            let (store, report, found) = open_real(dir.path());
            assert!(found.values().all(|(m, _)| *m != 2) && !found.is_empty() && found.len() < model.len());
            assert_eq!((report.unreadable, store.shelf.key(mark(2)).is_some()), (0, false), "{only_listed}");
            assert_eq!(store.head().count as usize, found.len(), "the rows are gone too");
        }
    }
}

#[test]
fn a_full_disk_takes_nothing_and_harms_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let disk = FaultDisk::default();
    let shared: Arc<dyn Disk> = Arc::new(disk.clone());
    let (mut store, _, _) = open_at(&shared, dir.path()).unwrap();
    store.save(vec![put(1, 1, b"first")], 1).unwrap();
    for room in (0..2000).step_by(97) {
        disk.room(Some(room));
        let result = store.save(vec![put(2, 2, &words(2, 1, 1500))], 2);
        assert!(matches!(result, Err(StoreError::Full)), "{room}: {result:?}");
        assert_eq!(**store.read(&row_key(1)).unwrap().unwrap(), *b"first");
        assert!(store.read(&row_key(2)).unwrap().is_none());
    }
    disk.room(None);
    store.save(vec![put(2, 2, b"second")], 3).unwrap();
    drop(store);
    let shared: Arc<dyn Disk> = Arc::new(disk.kill());
    let (_, report, found) = open_at(&shared, dir.path()).unwrap();
    assert_eq!((found.len(), report.saved, report.mended), (2, 3, Mended::default()));
}

#[test]
fn a_save_costs_one_sync() {
    let dir = tempfile::tempdir().unwrap();
    let disk = FaultDisk::default();
    let shared: Arc<dyn Disk> = Arc::new(disk.clone());
    let (mut store, _, _) = open_at(&shared, dir.path()).unwrap();
    store.save(vec![put(1, 1, b"the case is new")], 1).unwrap();
    let before = disk.syncs();
    for n in 0..10 {
        store.save(vec![put(1, 1, b"the note"), put(2, 1, b"the draft")], n).unwrap();
    }
    assert_eq!(disk.syncs() - before, 10);
}

#[test]
fn sled_written_anew_is_smaller_and_an_exchange_cut_short_is_finished() {
    let dir = tempfile::tempdir().unwrap();
    let (mut store, _, _) = open_real(dir.path());
    let mut model = Model::new();
    for n in 0..900usize {
        let key = (n * 7 % 150) as u8;
        let plain = words(key, n, 7_000);
        store.save(vec![put(key, key % 5, &plain)], n as u64).unwrap();
        model.insert(key, (key % 5, plain));
        if n % 10 == 0 {
            store.flush();
        }
    }
    let size = || {
        let files = walk(&dir.path().join("rows"));
        files.iter().map(|path| fs::metadata(path).unwrap().len()).sum::<u64>()
    };
    let before = size();
    assert!(before > 4_000_000, "{before}");
    // Changes that come while it is written anew are in it too.
    let mut steps = 0;
    while store.tidy().unwrap() {
        let key = (steps * 11 % 150) as u8;
        let plain = words(key, 9_000 + steps, 7_000);
        if steps < 12 {
            store.save(vec![put(key, key % 5, &plain)], 4_000).unwrap();
            model.insert(key, (key % 5, plain));
        }
        steps += 1;
    }
    assert!(store.verify().unwrap());
    assert!(size() < before, "{} is not less than {before}", size());
    drop(store);
    for case in ["nothing left over", "half written", "between the two renames", "the former one still there"]
    {
        let [rows, new, old] = ["rows", "rows.new", "rows.old"].map(|name| dir.path().join(name));
        match case {
            "half written" => fs::create_dir(&new).unwrap(),
            "between the two renames" => {
                fs::rename(&rows, &new).unwrap();
                fs::create_dir(&old).unwrap();
            }
            "the former one still there" => fs::create_dir(&old).unwrap(),
            _ => {}
        }
        let (_, report, found) = open_real(dir.path());
        assert!(found == model, "{case}");
        assert_eq!(report.mended, Mended::default(), "{case}: nothing was damaged");
        assert!(!new.exists() && !old.exists(), "{case}");
    }
}

fn walk(dir: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[test]
fn emptying_files_keeps_every_row_and_makes_the_log_smaller() {
    let dir = tempfile::tempdir().unwrap();
    let (mut store, _, _) = open_real(dir.path());
    let mut model = Model::new();
    for n in 0..1_400usize {
        let key = if n < 100 { n as u8 } else { (n % 7) as u8 };
        let plain = words(key, n, 7_000);
        store.save(vec![put(key, key % 5, &plain)], n as u64).unwrap();
        model.insert(key, (key % 5, plain));
        if n % 400 == 0 {
            while store.tidy().unwrap() {}
        }
    }
    while store.tidy().unwrap() {}
    let size: u64 = fs::read_dir(dir.path().join("log"))
        .unwrap()
        .map(|file| file.unwrap().metadata().unwrap().len())
        .sum();
    assert!(size < 100 * 8_400 * 5 / 4 + 3 * 1024 * 1024, "{size}");
    drop(store);
    harm(&dir.path().join("rows"), Harm::Gone);
    let (_, report, found) = open_real(dir.path());
    assert!(found == model, "{report:?}");
}
