//! The change log: every batch as it was saved, in numbered segment files. It is the truth under sled: a batch is saved
//! once it is durable here, and sled can be built again from it.
//!
//! A record is a batch (1 ‖ generation ‖ operations ‖ sealed head) or rows that were moved from an older file
//! (2 ‖ operations). An operation is row key ‖ u32 length ‖ value; without a value it removes the row. Of several values
//! of a row the one with the greatest generation counts, so order and repetition do no harm. Files are emptied from the
//! oldest on: its living rows are written to the newest, synced, then it goes. A removal there is dropped with it, for
//! every value it removes is older, and so in no other file.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::row::{Generation, Row, RowKey};
use crate::segment::{Disk, Position, Segment, SegmentError};

/// A file of about this size is closed and a new one begun.
const FILE: u64 = 8 * 1024 * 1024;
/// What a segment puts before a record: length and checksum.
const FRAME: u64 = 8;
/// What a row takes besides its value: key and length.
const OPERATION: u64 = 20;
/// Rows are moved in records of about this size.
const MOVED: usize = 1024 * 1024;
/// So many bytes of old values may lie about in any case; beyond, a sixth of the living ones.
const SLACK: u64 = 2 * 1024 * 1024;

const BATCH: u8 = 1;
const ROWS: u8 = 2;

/// One operation of a batch.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Op {
    /// Writes a row.
    Put(RowKey, Vec<u8>),
    /// Removes a row.
    Remove(RowKey),
}

/// Where the newest value of a row lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Spot {
    pub generation: Generation,
    file: u64,
    /// The offset of the value in the file.
    at: u64,
    /// The length of the value; none if the row was removed.
    length: Option<u32>,
}

impl Spot {
    /// Whether the row is there, and was not removed.
    pub fn is_live(&self) -> bool {
        self.length.is_some()
    }
}

/// The batch with the greatest generation.
pub(super) struct Newest {
    pub generation: Generation,
    /// The sealed head that came with it.
    pub head: Vec<u8>,
    file: u64,
}

/// What the change log holds.
#[derive(Default)]
pub(super) struct Found {
    /// Every row's newest spot, removed ones too.
    pub rows: HashMap<RowKey, Spot>,
    /// The newest batch.
    pub newest: Option<Newest>,
    /// Whether a file is missing, or a record damaged or unknown.
    pub damaged: bool,
    sizes: BTreeMap<u64, u64>,
}

/// Reads the change log without changing anything.
pub(super) fn scan(disk: &dyn Disk, dir: &Path) -> Result<Found, SegmentError> {
    let mut found = Found::default();
    let mut torn = false;
    for (number, path) in files(disk, dir)? {
        let follows = found.sizes.last_key_value().is_none_or(|(last, _)| *last + 1 == number);
        // A torn tail is what a crash leaves in the file that was written to, and so only in the last.
        found.damaged |= torn || !follows;
        let mut known = true;
        let (_, recovery) = Segment::scan(disk, &path, &mut |position, record| {
            known &= found.take(number, position, record).is_some();
        })?;
        found.damaged |= !known || !recovery.damage.is_empty();
        torn = recovery.torn > 0;
        found.sizes.insert(number, recovery.length);
    }
    Ok(found)
}

impl Found {
    /// Takes one record in; none if it is no record of this version.
    fn take(&mut self, file: u64, position: Position, record: &[u8]) -> Option<()> {
        let parsed = parse(record)?;
        for (key, offset, value) in parsed.operations {
            let generation = match value {
                Some(value) => Row::parse(value)?.generation,
                None => parsed.head?.0,
            };
            let length = value.map(|value| value.len() as u32);
            let spot = Spot { generation, file, at: position.at + FRAME + offset, length };
            self.rows
                .entry(key)
                .and_modify(|known| {
                    if known.generation <= generation {
                        *known = spot;
                    }
                })
                .or_insert(spot);
        }
        if let Some((generation, head)) = parsed.head
            && self.newest.as_ref().is_none_or(|newest| newest.generation <= generation)
        {
            self.newest = Some(Newest { generation, head: head.to_vec(), file });
        }
        Some(())
    }
}

/// The change log, open for writing.
pub(super) struct Log {
    disk: Arc<dyn Disk>,
    dir: PathBuf,
    current: Segment,
    number: u64,
    rows: HashMap<RowKey, Spot>,
    newest: Option<Newest>,
    /// Bytes of each file.
    sizes: BTreeMap<u64, u64>,
    /// Bytes of living rows.
    live: u64,
}

impl Log {
    /// Opens the change log for writing, as it was found.
    pub fn open(disk: &Arc<dyn Disk>, dir: &Path, found: Found) -> Result<Self, SegmentError> {
        let number = found.sizes.last_key_value().map_or(1, |(last, _)| *last);
        let (current, _) = Segment::open_or_create(disk, &path(dir, number), &mut |_, _| {})?;
        let mut sizes = found.sizes;
        sizes.insert(number, current.length());
        let mut rows = found.rows;
        rows.retain(|_, spot| spot.is_live());
        let live = rows.values().map(weight).sum();
        let newest = found.newest;
        Ok(Self { disk: Arc::clone(disk), dir: dir.to_owned(), current, number, rows, newest, sizes, live })
    }

    /// Returns where a row lies.
    pub fn spot(&self, key: &RowKey) -> Option<&Spot> {
        self.rows.get(key)
    }

    /// Returns how many rows there are.
    pub fn count(&self) -> u64 {
        self.rows.len() as u64
    }

    /// Appends a batch with the head after it; it is durable when this returns.
    pub fn append(&mut self, generation: Generation, ops: &[Op], head: &[u8]) -> Result<(), SegmentError> {
        let mut record = vec![BATCH];
        record.extend_from_slice(&generation.to_be_bytes());
        let places = write_ops(
            &mut record,
            ops.iter().map(|op| match op {
                Op::Put(key, value) => (*key, Some(value.as_slice())),
                Op::Remove(key) => (*key, None),
            }),
        );
        record.extend_from_slice(head);
        if self.current.length() > FILE {
            self.rotate()?;
        }
        let position = self.write(&record)?;
        for (key, offset, length) in places {
            let spot = Spot { generation, file: self.number, at: position.at + FRAME + offset, length };
            self.place(key, spot);
        }
        self.newest = Some(Newest { generation, head: head.to_vec(), file: self.number });
        Ok(())
    }

    /// Returns the value of a row. It is not checked here: nothing but the true value opens.
    pub fn read(&self, key: &RowKey) -> io::Result<Option<Vec<u8>>> {
        let Some(Spot { file, at, length: Some(length), .. }) = self.rows.get(key) else { return Ok(None) };
        let mut value = vec![0; *length as usize];
        self.disk.open(&path(&self.dir, *file))?.read_at(*at, &mut value)?;
        Ok(Some(value))
    }

    /// Calls `each` with every row, file by file.
    pub fn each(&self, each: &mut dyn FnMut(&RowKey, &[u8])) -> Result<(), SegmentError> {
        self.sizes.keys().try_for_each(|file| self.each_of(*file, each))
    }

    fn each_of(&self, file: u64, each: &mut dyn FnMut(&RowKey, &[u8])) -> Result<(), SegmentError> {
        Segment::scan(&*self.disk, &path(&self.dir, file), &mut |position, record| {
            let Some(parsed) = parse(record) else { return };
            for (key, offset, value) in parsed.operations {
                let here = |spot: &Spot| spot.file == file && spot.at == position.at + FRAME + offset;
                if let Some(value) = value
                    && self.rows.get(&key).is_some_and(here)
                {
                    each(&key, value);
                }
            }
        })?;
        Ok(())
    }

    /// Returns how many bytes the living rows take.
    pub fn live(&self) -> u64 {
        self.live
    }

    /// Returns all rows, in the order of their keys.
    pub fn keys(&self) -> Vec<RowKey> {
        let mut keys: Vec<RowKey> = self.rows.keys().copied().collect();
        keys.sort_unstable();
        keys
    }

    /// Whether so many old values lie about that emptying a file is worth its while.
    pub fn is_untidy(&self) -> bool {
        let total: u64 = self.sizes.values().sum();
        total > self.live + self.live / 6 + SLACK
    }

    /// Empties the oldest file: moves its living rows to the newest and removes it. Safe at every step.
    pub fn empty_oldest(&mut self) -> Result<(), SegmentError> {
        let Some((&oldest, _)) = self.sizes.first_key_value() else { return Ok(()) };
        if oldest == self.number || self.current.length() > FILE {
            self.rotate()?;
        }
        let mut rows: Vec<(RowKey, Vec<u8>)> = Vec::new();
        self.each_of(oldest, &mut |key, value| rows.push((*key, value.to_vec())))?;
        self.move_rows(|each| rows.iter().for_each(|(key, value)| each(key, value)))?;
        if let Some(newest) = self.newest.take_if(|newest| newest.file == oldest) {
            self.append(newest.generation, &[], &newest.head)?;
        }
        self.remove_file(oldest)?;
        self.disk.sync_dir(&self.dir)?;
        Ok(())
    }

    /// Writes the whole log anew from the rows that `source` hands out, ending with this head, and removes the files
    /// before. After an error the files before are all there, and so is what they say.
    pub fn rewrite(
        &mut self,
        source: impl FnOnce(&mut dyn FnMut(&RowKey, &[u8])),
        generation: Generation,
        head: &[u8],
    ) -> Result<(), SegmentError> {
        let old: Vec<u64> = self.sizes.keys().copied().collect();
        self.rotate()?;
        self.rows.clear();
        self.live = 0;
        self.move_rows(source)?;
        self.append(generation, &[], head)?;
        for number in old {
            self.remove_file(number)?;
        }
        self.disk.sync_dir(&self.dir)?;
        Ok(())
    }

    fn move_rows(&mut self, source: impl FnOnce(&mut dyn FnMut(&RowKey, &[u8]))) -> Result<(), SegmentError> {
        let mut waiting: Vec<(RowKey, Vec<u8>)> = Vec::new();
        let mut size = 0;
        let mut result = Ok(());
        source(&mut |key, value| {
            size += value.len();
            waiting.push((*key, value.to_vec()));
            if size > MOVED && result.is_ok() {
                result = self.write_moved(&waiting);
                waiting.clear();
                size = 0;
            }
        });
        result?;
        self.write_moved(&waiting)
    }

    fn write_moved(&mut self, rows: &[(RowKey, Vec<u8>)]) -> Result<(), SegmentError> {
        if rows.is_empty() {
            return Ok(());
        }
        if self.current.length() > FILE {
            self.rotate()?;
        }
        let mut record = vec![ROWS];
        let places = write_ops(&mut record, rows.iter().map(|(key, value)| (*key, Some(value.as_slice()))));
        let position = self.write(&record)?;
        for ((key, offset, length), (_, value)) in places.into_iter().zip(rows) {
            let generation = Row::parse(value).map_or(0, |row| row.generation);
            self.place(key, Spot { generation, file: self.number, at: position.at + FRAME + offset, length });
        }
        Ok(())
    }

    /// Writes one record; it is durable when this returns, and after an error nothing of it is kept.
    fn write(&mut self, record: &[u8]) -> Result<Position, SegmentError> {
        if self.current.is_poisoned() {
            self.current.reopen()?;
        }
        let position = self.current.append(record)?;
        self.current.sync()?;
        self.sizes.insert(self.number, self.current.length());
        Ok(position)
    }

    fn rotate(&mut self) -> Result<(), SegmentError> {
        let number = self.number + 1;
        self.current = Segment::create(&self.disk, &path(&self.dir, number))?;
        self.number = number;
        self.sizes.insert(number, 0);
        Ok(())
    }

    fn place(&mut self, key: RowKey, spot: Spot) {
        let before = if spot.is_live() { self.rows.insert(key, spot) } else { self.rows.remove(&key) };
        self.live = self.live + weight(&spot) - before.as_ref().map_or(0, weight);
    }

    fn remove_file(&mut self, number: u64) -> Result<(), SegmentError> {
        self.disk.remove(&path(&self.dir, number))?;
        self.sizes.remove(&number);
        Ok(())
    }
}

fn weight(spot: &Spot) -> u64 {
    spot.length.map_or(0, |length| u64::from(length) + OPERATION)
}

fn path(dir: &Path, number: u64) -> PathBuf {
    dir.join(format!("{number:016x}.log"))
}

/// Returns the files of the log, oldest first; other names are not looked at.
fn files(disk: &dyn Disk, dir: &Path) -> io::Result<Vec<(u64, PathBuf)>> {
    let number = |name: &str| u64::from_str_radix(name.strip_suffix(".log")?, 16).ok();
    let mut files: Vec<_> = disk.list(dir)?.iter().filter_map(|name| number(name)).collect();
    files.sort_unstable();
    Ok(files.into_iter().map(|number| (number, path(dir, number))).collect())
}

/// Writes operations, and returns for each where its value begins in the record and how long it is.
fn write_ops<'a>(
    record: &mut Vec<u8>,
    ops: impl ExactSizeIterator<Item = (RowKey, Option<&'a [u8]>)>,
) -> Vec<(RowKey, u64, Option<u32>)> {
    record.extend_from_slice(&(ops.len() as u32).to_be_bytes());
    ops.map(|(key, value)| {
        let length = value.map(|value| value.len() as u32);
        record.extend_from_slice(&key);
        record.extend_from_slice(&length.unwrap_or(0).to_be_bytes());
        let offset = record.len() as u64;
        record.extend_from_slice(value.unwrap_or_default());
        (key, offset, length)
    })
    .collect()
}

struct Parsed<'a> {
    operations: Vec<(RowKey, u64, Option<&'a [u8]>)>,
    head: Option<(Generation, &'a [u8])>,
}

fn parse(record: &[u8]) -> Option<Parsed<'_>> {
    let (kind, rest) = record.split_first()?;
    let (generation, mut rest) = match *kind {
        BATCH => {
            let (generation, rest) = rest.split_first_chunk::<8>()?;
            (Some(Generation::from_be_bytes(*generation)), rest)
        }
        ROWS => (None, rest),
        _ => return None,
    };
    let (count, after) = rest.split_first_chunk::<4>()?;
    rest = after;
    let mut operations = Vec::new();
    for _ in 0..u32::from_be_bytes(*count) {
        let (key, after) = rest.split_first_chunk::<16>()?;
        let (length, after) = after.split_first_chunk::<4>()?;
        let length = u32::from_be_bytes(*length) as usize;
        let (value, after) = after.split_at_checked(length)?;
        let offset = (record.len() - after.len() - length) as u64;
        operations.push((*key, offset, (length > 0).then_some(value)));
        rest = after;
    }
    Some(Parsed { operations, head: generation.map(|generation| (generation, rest)) })
}

/// Returns the rows of a record, whatever became of them.
#[cfg(test)]
pub(super) fn operations(record: &[u8]) -> Vec<(RowKey, &[u8])> {
    let operations = parse(record).map(|parsed| parsed.operations).unwrap_or_default();
    operations.into_iter().filter_map(|(key, _, value)| Some((key, value?))).collect()
}
