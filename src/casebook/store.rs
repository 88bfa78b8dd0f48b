//! The store: sealed rows in sled, the change log under it, the shelf of keys beside it. A batch is *saved* once the
//! change log is durable; then sled gets it. At every start sled is checked against the sealed head, brought up to date or
//! built again, and the change log is mended from sled if it is the one that was harmed. Only what neither has is lost,
//! and that is told.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zeroize::Zeroizing;

use super::erased::{ErasedList, Erasure};
use super::lock::{Lock, LockError};
use super::log::{Log, Op};
use super::row::{Head, Keys, Mark, Row, RowKey, draw};
use super::shelf::Shelf;
use crate::segment::{Disk, SegmentError};
use mirror::Mirror;

mod mend;
mod mirror;

pub use mend::Mended;

/// A record, opened; wiped when dropped.
pub(super) type Plain = Zeroizing<Vec<u8>>;

/// One change to the rows.
pub(super) enum Write {
    /// Writes a record under the key of a mark, which is drawn if it is new.
    Put(RowKey, Mark, Plain),
    /// Removes a row.
    Remove(RowKey),
}

/// Why the store does not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub(super) enum StoreError {
    /// Another process has it open.
    #[error("process {0} has the casebook open")]
    Held(u32),
    /// Nothing of the batch is saved.
    #[error("the disk is full")]
    Full,
    /// Its key was destroyed.
    #[error("the case was erased")]
    Erased,
    /// These keys do not open this casebook.
    #[error("the casebook belongs to another key file")]
    OtherKeys,
    /// Something that should be readable is not.
    #[error("a record is damaged")]
    Damaged,
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl From<SegmentError> for StoreError {
    fn from(error: SegmentError) -> Self {
        match error {
            SegmentError::Full => Self::Full,
            SegmentError::Io(error) => error.into(),
            SegmentError::Damaged(_) => Self::Damaged,
            error @ (SegmentError::Poisoned | SegmentError::Size(_)) => io::Error::other(error).into(),
        }
    }
}

impl From<LockError> for StoreError {
    fn from(error: LockError) -> Self {
        match error {
            LockError::Held(process) => Self::Held(process),
            LockError::Io(error) => error.into(),
        }
    }
}

/// Turns an error of a file into one of the store.
fn typed(error: io::Error) -> StoreError {
    if crate::segment::disk::is_full(&error) { StoreError::Full } else { error.into() }
}

/// What was found when the store was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct StoreReport {
    /// When the newest batch was saved, in milliseconds since 1970; 0 for a new casebook.
    pub saved: u64,
    /// What had to be mended.
    pub mended: Mended,
    /// Records that cannot be read.
    pub unreadable: u64,
}

/// The store, open.
pub(super) struct Store {
    pub keys: Keys,
    pub erased: ErasedList,
    dir: PathBuf,
    shelf: Shelf,
    log: Log,
    sled: Mirror,
    head: Head,
    witnesses: HashMap<RowKey, [u8; 32]>,
    _lock: Lock,
}

impl Store {
    /// Opens the store in `dir`, or makes it. Every record that can be opened is given to `read`, on all cores, and what
    /// came of it to `each`; `progress` hears how many of how many rows are done.
    pub fn open<T: Send>(
        disk: &Arc<dyn Disk>,
        dir: &Path,
        keys: Keys,
        read: &(dyn Fn(Plain) -> T + Sync),
        each: &mut dyn FnMut(RowKey, Mark, T),
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<(Self, StoreReport), StoreError> {
        make_folder(dir)?;
        disk.create_dir(dir)?;
        disk.create_dir(&dir.join("log"))?;
        let lock = Lock::take(dir)?;
        let erased = ErasedList::open(disk, dir)?;
        let (mut shelf, shelved) = Shelf::open(disk, dir, &keys).map_err(typed)?;
        shelf.destroy(erased.marks()).map_err(typed)?;
        Mirror::settle(dir)?;
        let settled = mend::settle(disk, dir, &keys, &shelf)?;
        let mut report =
            StoreReport { saved: settled.head.at, mended: settled.mended, unreadable: settled.lost };
        report.mended.shelf = shelved.mended > 0;
        let mut store = Self {
            keys,
            erased,
            dir: dir.to_owned(),
            shelf,
            log: settled.log,
            sled: Mirror::new(dir, settled.rows),
            head: settled.head,
            witnesses: settled.witnesses,
            _lock: lock,
        };
        report.unreadable += store.load(read, each, progress)?;
        store.tighten();
        Ok((store, report))
    }

    /// Reads every row, finishes erasures that were cut short, and frees keys that no row needs.
    fn load<T: Send>(
        &mut self,
        read: &(dyn Fn(Plain) -> T + Sync),
        each: &mut dyn FnMut(RowKey, Mark, T),
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<u64, StoreError> {
        let total = self.log.count();
        let (mut done, mut unreadable) = (0, 0);
        let mut used: HashSet<Mark> = HashSet::new();
        let mut leftover = Vec::new();
        let open = |key: &RowKey, value: &[u8]| {
            let Some(row) = Row::parse(value) else { return (*key, None, None) };
            let by = self.key(row.mark).filter(|_| !self.erased.has_mark(row.mark));
            let plain = by.and_then(|by| self.keys.open_row(by, key, &row).ok());
            (*key, Some(row.mark), plain.map(read))
        };
        // Both copies agree now; the change log is read in one go, sled page by page.
        self.log.each_at_once(&open, &mut |(key, mark, record)| {
            done += 1;
            if done % 1024 == 0 {
                progress(done, total);
            }
            used.extend(mark);
            match (mark, record) {
                (Some(mark), Some(record)) => each(key, mark, record),
                (Some(mark), None) if self.erased.has_mark(mark) => leftover.push(key),
                _ => unreadable += 1,
            }
        })?;
        progress(total, total);
        if !leftover.is_empty() {
            self.save(leftover.into_iter().map(Write::Remove).collect(), self.head.at)?;
        }
        // A key whose first row was never saved. If anything is missing it stays: its rows may still be found.
        if unreadable == 0 && self.head.count > 0 {
            let unused: Vec<Mark> = self.shelf.marks().filter(|mark| !used.contains(mark)).collect();
            self.shelf.destroy(unused).map_err(typed)?;
        }
        Ok(unreadable)
    }

    fn key(&self, mark: Mark) -> Option<&super::row::Key32> {
        self.keys.derived(mark).or_else(|| self.shelf.key(mark))
    }

    /// Saves a batch: it is durable, as a whole, when this returns. After an error nothing of it is.
    pub fn save(&mut self, writes: Vec<Write>, now: u64) -> Result<(), StoreError> {
        if writes.is_empty() {
            return Ok(());
        }
        let marks = writes.iter().filter_map(|write| match write {
            Write::Put(_, mark, _) if !mark.is_derived() => Some(*mark),
            _ => None,
        });
        if marks.clone().any(|mark| self.erased.has_mark(mark)) {
            return Err(StoreError::Erased);
        }
        self.shelf.add(&self.keys, marks).map_err(typed)?;

        let generation = self.head.generation + 1;
        let mut head = Head { generation, at: now, ..self.head };
        let mut ops = Vec::with_capacity(writes.len());
        let mut changed: HashMap<RowKey, Option<[u8; 32]>> = HashMap::new();
        for write in writes {
            let op = match write {
                Write::Put(key, mark, plain) => {
                    let by = self.key(mark).ok_or(StoreError::Damaged)?;
                    Op::Put(key, self.keys.seal_row(by, &key, mark, generation, draw(), &plain))
                }
                Write::Remove(key) => Op::Remove(key),
            };
            let (Op::Put(key, _) | Op::Remove(key)) = &op;
            let before = changed.get(key).copied().unwrap_or_else(|| self.witnesses.get(key).copied());
            let after = match &op {
                Op::Put(key, value) => Some(self.keys.witness(key, value)),
                Op::Remove(_) => None,
            };
            for witness in [before, after].iter().flatten() {
                head.toggle(witness);
            }
            head.count = head.count + u64::from(after.is_some()) - u64::from(before.is_some());
            changed.insert(*key, after);
            ops.push(op);
        }
        let sealed = self.keys.seal_head(&head, draw());
        self.log.append(generation, &ops, &sealed)?;

        self.head = head;
        for (key, witness) in changed {
            match witness {
                Some(witness) => self.witnesses.insert(key, witness),
                None => self.witnesses.remove(&key),
            };
        }
        self.sled.take(ops, &sealed);
        Ok(())
    }

    /// Returns a record, opened.
    pub fn read(&self, key: &RowKey) -> Result<Option<Plain>, StoreError> {
        let Some(spot) = self.log.spot(key) else { return Ok(None) };
        let opened = |value: &[u8]| {
            let row = Row::parse(value).filter(|row| row.generation == spot.generation)?;
            self.keys.open_row(self.key(row.mark)?, key, &row).ok()
        };
        // The change log is read first: one read at a known place. What the disk harmed there since, sled has.
        let from_log = self.log.read(key);
        let plain = from_log.as_ref().ok().and_then(|value| opened(value.as_ref()?));
        match plain.or_else(|| opened(&self.sled.get(key)?)) {
            Some(plain) => Ok(Some(plain)),
            None => Err(from_log.map_or_else(StoreError::from, |_| StoreError::Damaged)),
        }
    }

    /// Erases: the list first, then the keys, then the rows. Cut short anywhere, the next start finishes it.
    pub fn erase(&mut self, erasures: &[Erasure], writes: Vec<Write>, now: u64) -> Result<(), StoreError> {
        self.erased.add(erasures)?;
        self.shelf
            .destroy(erasures.iter().flat_map(|erasure| erasure.marks.iter().copied()))
            .map_err(typed)?;
        self.save(writes, now)
    }

    /// Destroys keys whose rows live on under new ones.
    pub fn retire(&mut self, marks: Vec<Mark>) -> Result<(), StoreError> {
        if marks.is_empty() {
            return Ok(());
        }
        self.erased.add(&[Erasure {
            id: [0; 16],
            what: super::erased::Erased::Keys,
            marks: marks.clone(),
        }])?;
        self.shelf.destroy(marks).map_err(typed)
    }

    /// Does a piece of the work that keeps the files small, and returns whether more is left.
    pub fn tidy(&mut self) -> Result<bool, StoreError> {
        if self.log.is_untidy() {
            self.log.empty_oldest()?;
            return Ok(true);
        }
        if self.sled.tidy(&self.log)? {
            return Ok(true);
        }
        self.flush();
        Ok(false)
    }

    /// Hands what sled has in memory to the operating system.
    pub fn flush(&mut self) {
        self.sled.catch_up(true);
    }

    /// Checks everything on the disk against the head, without mending: what `doctor` does.
    pub fn verify(&self) -> Result<bool, StoreError> {
        let mut log = Tally::new(&self.keys, self.head.count);
        self.log.each(&mut |key, value| log.take(key, value))?;
        let mut rows = Tally::new(&self.keys, self.head.count);
        match self.sled.each(&mut |key, value| rows.take(key, value)) {
            Some(read) => read.map_err(io::Error::other)?,
            None => self.log.each(&mut |key, value| rows.take(key, value))?,
        }
        Ok(log.fits(&self.head) && rows.fits(&self.head))
    }

    /// Returns how many rows there are, and when the newest batch was saved.
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Returns how many bytes the living rows take, in one of the two copies.
    pub fn sealed_bytes(&self) -> u64 {
        self.log.live()
    }

    fn tighten(&self) {
        if let Err(error) = owner_only(&self.dir) {
            tracing::warn!(%error, "the casebook's files could not be closed to others");
        }
    }
}

impl Drop for Store {
    fn drop(&mut self) {
        self.sled.catch_up(false);
        self.tighten();
    }
}

/// Counts and sums rows as the head does.
pub(super) struct Tally<'a> {
    keys: &'a Keys,
    head: Head,
    pub witnesses: HashMap<RowKey, [u8; 32]>,
}

impl<'a> Tally<'a> {
    /// Begins to count about so many rows.
    pub fn new(keys: &'a Keys, rows: u64) -> Self {
        // The number comes from a sealed head, but no damage may ask for all memory.
        let capacity = usize::try_from(rows).unwrap_or(usize::MAX).min(1 << 20);
        Self { keys, head: Head::default(), witnesses: HashMap::with_capacity(capacity) }
    }

    pub fn take(&mut self, key: &RowKey, value: &[u8]) {
        let witness = self.keys.witness(key, value);
        self.head.toggle(&witness);
        self.head.count += 1;
        self.witnesses.insert(*key, witness);
    }

    /// Returns the head that fits.
    pub fn head(&self, generation: super::row::Generation, at: u64) -> Head {
        Head { generation, at, ..self.head }
    }

    /// Whether this is what the head says.
    pub fn fits(&self, head: &Head) -> bool {
        self.head.count == head.count && self.head.sum == head.sum
    }
}

fn make_folder(dir: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)
}

/// Sled makes its files as the umask says: takes all rights of others away.
fn owner_only(dir: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o700))?;
    for entry in std::fs::read_dir(dir)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() {
            owner_only(&entry.path())?;
        } else if kind.is_file() {
            std::fs::set_permissions(entry.path(), std::fs::Permissions::from_mode(0o600))?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
