//! What the store finds when it opens: sled and the change log, each possibly behind, damaged or gone. The sealed head
//! says which of them is whole; the other is mended from it. If neither is, what can be opened of both is kept.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::Path;
use std::sync::Arc;

use super::{StoreError, Tally};
use crate::casebook::log::{self, Log, Op};
use crate::casebook::row::{Generation, Head, Key32, Keys, Mark, Row, RowKey, draw};
use crate::casebook::rows::{Rows, RowsError};
use crate::casebook::shelf::Shelf;
use crate::segment::Disk;

/// How many rows sled is given at once when it is built.
const CHUNK: usize = 512;

/// What had to be mended at the start.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Mended {
    /// Sled was put aside or missing, and built again from the change log.
    pub sled: bool,
    /// The change log was damaged or behind, and written again from sled.
    pub log: bool,
    /// One of the two files of keys was mended by the other.
    pub shelf: bool,
    /// Neither sled nor the change log was whole: what could be opened of both was kept.
    pub pieced: bool,
}

/// A store that agrees with itself.
pub(super) struct Settled {
    pub log: Log,
    pub rows: Option<Rows>,
    pub head: Head,
    /// What each row adds to the sum of the head.
    pub witnesses: HashMap<RowKey, [u8; 32]>,
    pub mended: Mended,
    /// How many rows the head knew of and nobody has.
    pub lost: u64,
}

/// Makes sled and the change log agree. The two are read beside each other.
pub(super) fn settle(
    disk: &Arc<dyn Disk>,
    dir: &Path,
    keys: &Keys,
    shelf: &Shelf,
) -> Result<Settled, StoreError> {
    let rows_dir = dir.join("rows");
    let was_missing = !rows_dir.exists();
    let (rows, found) = beside(|| Rows::open(&rows_dir).ok(), || log::scan(&**disk, &dir.join("log")));
    let (rows, found) = (rows.flatten(), found?);
    let log_head = found.newest.as_ref().map(|newest| keys.open_head(&newest.head));
    let rows_head = rows.as_ref().and_then(|rows| rows.head().ok()?).map(|sealed| keys.open_head(&sealed));
    let (log_head, rows_head) = match (log_head, rows_head) {
        (Some(Err(_)), None | Some(Err(_))) | (None, Some(Err(_))) => return Err(StoreError::OtherKeys),
        (log_head, rows_head) => (log_head.and_then(Result::ok), rows_head.and_then(Result::ok)),
    };
    let damaged = found.damaged;
    let removed = found.rows.iter().filter(|(_, spot)| !spot.is_live());
    let removed = removed.map(|(key, spot)| (*key, spot.generation)).collect();
    let log = Log::open(disk, &dir.join("log"), found)?;
    let mut mender = Mender { dir, keys, shelf, log, removed, mended: Mended::default() };

    let (whole, fitting_log) = beside(
        || rows.as_ref().and_then(|rows| mender.complete(rows, log_head, rows_head)),
        || mender.fitting_log(log_head),
    );
    let fitting_log = fitting_log?;
    if let Some(rows) = rows {
        if let Some(whole) = whole.flatten() {
            let head = whole.head;
            mender.mended.sled = was_missing && head.count > 0;
            if damaged || log_head.unwrap_or_default() != head || !whole.log_agrees {
                mender.write_log(&head, |each| _ = rows.each(each))?;
                mender.mended.log = true;
            }
            return Ok(mender.settled(Some(rows), head, whole.witnesses, 0));
        }
        if fitting_log.is_none() {
            let expected = log_head.into_iter().chain(rows_head).max_by_key(|head| head.generation);
            return mender.piece_together(Some(rows), expected.unwrap_or_default());
        }
    }
    match (log_head, fitting_log) {
        (Some(head), Some(witnesses)) => {
            let rows = mender.build_sled(&head);
            mender.mended.sled = true;
            Ok(mender.settled(rows, head, witnesses, 0))
        }
        (None, _) if mender.log.count() == 0 => {
            // Sled is there and does not open, and there is no change log. If there are keys, there were rows.
            mender.mended.pieced = !was_missing && mender.shelf.marks().next().is_some();
            let rows = mender.build_sled(&Head::default());
            Ok(mender.settled(rows, Head::default(), HashMap::new(), 0))
        }
        (log_head, _) => mender.piece_together(None, log_head.unwrap_or_default()),
    }
}

/// Does both at once, the first on a thread of its own; none if that one panicked.
fn beside<A: Send, B>(first: impl FnOnce() -> A + Send, second: impl FnOnce() -> B) -> (Option<A>, B) {
    std::thread::scope(|scope| {
        let first = scope.spawn(first);
        let second = second();
        (first.join().ok(), second)
    })
}

/// Sled, found to be what a head says.
struct Whole {
    head: Head,
    witnesses: HashMap<RowKey, [u8; 32]>,
    /// Whether the change log has exactly the same rows.
    log_agrees: bool,
}

struct Mender<'a> {
    dir: &'a Path,
    keys: &'a Keys,
    shelf: &'a Shelf,
    log: Log,
    /// Rows that the change log says were removed, and in which generation.
    removed: HashMap<RowKey, Generation>,
    mended: Mended,
}

impl Mender<'_> {
    fn settled(
        self,
        rows: Option<Rows>,
        head: Head,
        witnesses: HashMap<RowKey, [u8; 32]>,
        lost: u64,
    ) -> Settled {
        Settled { log: self.log, rows, head, witnesses, mended: self.mended, lost }
    }

    /// Returns the head that sled fulfils, once it was given what it lacks; none if it fulfils none.
    fn complete(&self, rows: &Rows, log_head: Option<Head>, rows_head: Option<Head>) -> Option<Whole> {
        let head = match (log_head, rows_head) {
            (None, None) if self.log.count() == 0 => Head::default(),
            (None, None) => return None,
            (Some(log), rows_head) if rows_head.is_none_or(|rows| rows.generation <= log.generation) => {
                let known = rows_head.map_or(0, |head| head.generation);
                if known < log.generation {
                    self.bring_up(rows, known, &log).ok()?;
                }
                log
            }
            (_, rows_head) => rows_head?,
        };
        let mut tally = Tally::new(self.keys, head.count);
        let mut log_agrees = self.log.count() == head.count;
        let read = rows.each(&mut |key, value| {
            tally.take(key, value);
            let generation = Row::parse(value).map(|row| row.generation);
            log_agrees &= self.log.spot(key).map(|spot| spot.generation) == generation;
        });
        (read.is_ok() && tally.fits(&head)).then_some(Whole { head, witnesses: tally.witnesses, log_agrees })
    }

    /// Gives sled what was saved after `known`.
    fn bring_up(&self, rows: &Rows, known: Generation, head: &Head) -> Result<(), StoreError> {
        let removed = self.removed.iter().filter(|(_, generation)| **generation > known);
        let mut ops: Vec<Op> = removed.map(|(key, _)| Op::Remove(*key)).collect();
        let is_new = |key: &RowKey| self.log.spot(key).is_some_and(|spot| spot.generation > known);
        // In the order of the keys sled takes less room.
        let keys: Vec<RowKey> = self.log.keys().into_iter().filter(is_new).collect();
        for key in keys {
            if let Some(value) = self.log.read(&key)? {
                ops.push(Op::Put(key, value));
            }
            if ops.len() >= CHUNK {
                rows.apply(&ops, None).map_err(sled)?;
                ops.clear();
            }
        }
        let sealed = self.keys.seal_head(head, draw());
        rows.apply(&ops, Some(&sealed)).and_then(|()| rows.flush()).map_err(sled)
    }

    /// Returns the witnesses of the change log's rows, if they are what the head says.
    fn fitting_log(&self, head: Option<Head>) -> Result<Option<HashMap<RowKey, [u8; 32]>>, StoreError> {
        let Some(head) = head else { return Ok(None) };
        let mut tally = Tally::new(self.keys, head.count);
        self.log.each(&mut |key, value| tally.take(key, value))?;
        Ok(tally.fits(&head).then_some(tally.witnesses))
    }

    /// Writes the change log anew; the damaged one is put aside as far as there is room.
    fn write_log(
        &mut self,
        head: &Head,
        source: impl FnOnce(&mut dyn FnMut(&RowKey, &[u8])),
    ) -> Result<(), StoreError> {
        if let Err(error) = self.put_aside("log", copy_folder) {
            tracing::warn!(%error, "the damaged change log could not be copied to quarantine");
        }
        let sealed = self.keys.seal_head(head, draw());
        Ok(self.log.rewrite(source, head.generation, &sealed)?)
    }

    /// Builds sled from the change log. Without room for it the change log serves alone.
    fn build_sled(&mut self, head: &Head) -> Option<Rows> {
        let built = self
            .put_aside("rows", |from, to| fs::rename(from, to))
            .map_err(StoreError::from)
            .and_then(|()| Rows::open(&self.dir.join("rows")).map_err(sled))
            .and_then(|rows| self.bring_up(&rows, 0, head).map(|()| rows));
        built
            .inspect_err(
                |error| tracing::warn!(%error, "sled could not be built; the change log serves alone"),
            )
            .ok()
    }

    /// Keeps of every row the newest value that opens, from wherever it is.
    fn piece_together(mut self, rows: Option<Rows>, expected: Head) -> Result<Settled, StoreError> {
        let mut best: HashMap<RowKey, (Generation, Vec<u8>)> = HashMap::new();
        let mut newest = expected.generation;
        let mut take = |key: &RowKey, value: &[u8]| {
            let Some(row) = Row::parse(value) else { return };
            newest = newest.max(row.generation);
            let known = best.get(key).map(|(generation, _)| *generation).max(self.removed.get(key).copied());
            let by = self.key(row.mark);
            if known.is_none_or(|known| known < row.generation)
                && by.is_some_and(|by| self.keys.open_row(by, key, &row).is_ok())
            {
                best.insert(*key, (row.generation, value.to_vec()));
            }
        };
        self.log.each(&mut take)?;
        if let Some(rows) = &rows {
            _ = rows.each(&mut take);
        }
        drop(rows);
        let mut tally = Tally::new(self.keys, best.len() as u64);
        best.iter().for_each(|(key, (_, value))| tally.take(key, value));
        let head = tally.head(newest + 1, expected.at);
        self.write_log(&head, |each| best.iter().for_each(|(key, (_, value))| each(key, value)))?;
        let rows = self.build_sled(&head);
        self.mended.pieced = true;
        Ok(self.settled(rows, head, tally.witnesses, expected.count.saturating_sub(head.count)))
    }

    fn key(&self, mark: Mark) -> Option<&Key32> {
        self.keys.derived(mark).or_else(|| self.shelf.key(mark))
    }

    /// Puts a folder aside into `quarantine/`, under a name that says which one it was.
    fn put_aside(&self, name: &str, act: impl FnOnce(&Path, &Path) -> io::Result<()>) -> io::Result<()> {
        let from = self.dir.join(name);
        if !from.exists() {
            return Ok(());
        }
        let quarantine = self.dir.join("quarantine");
        fs::create_dir_all(&quarantine)?;
        let to = (1..).map(|n| quarantine.join(format!("{name}-{n}"))).find(|path| !path.exists());
        act(&from, &to.unwrap_or(quarantine))
    }
}

fn sled(error: RowsError) -> StoreError {
    io::Error::other(error).into()
}

fn copy_folder(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}
