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
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, mpsc};
use std::thread;

use super::row::{Generation, Row, RowKey};
use crate::segment::{Disk, Position, Segment, SegmentError, disk};

/// A file of about this size is closed and a new one begun.
const FILE: u64 = 8 * 1024 * 1024;
/// What a segment puts before a record: length and checksum.
const FRAME: u64 = 8;
/// What a row takes besides its value: key and length.
const OPERATION: u64 = 20;
/// Rows are moved in records of about this size.
const MOVED: usize = 1024 * 1024;
/// So many rows are handed over at once by a thread that reads …
const HANDED: usize = 256;
/// … and so many such handfuls may wait.
const WAITING: usize = 16;
/// So many bytes of old values may lie about in any case; beyond, a tenth of the living ones.
const SLACK: u64 = 1024 * 1024;

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

/// Reads about so many bytes of the newest files, and returns the values in them, the newest first; removed and older
/// ones are left out as far as these files tell. Nothing is changed.
pub(super) fn newest(
    disk: &dyn Disk,
    dir: &Path,
    bytes: u64,
) -> Result<Vec<(RowKey, Vec<u8>)>, SegmentError> {
    let mut found = Found::default();
    let mut values = HashMap::new();
    let mut read = 0;
    for (number, path) in files(disk, dir)?.into_iter().rev() {
        let (_, recovery) = Segment::scan(disk, &path, &mut |position, record| {
            _ = found.take(number, position, record);
            for (key, offset, value) in parse(record).map(|parsed| parsed.operations).unwrap_or_default() {
                if let Some(value) = value {
                    values.insert((number, position.at + FRAME + offset), (key, value.to_vec()));
                }
            }
        })?;
        read += recovery.length;
        if read >= bytes {
            break;
        }
    }
    let mut spots: Vec<Spot> = found.rows.into_values().filter(Spot::is_live).collect();
    spots.sort_unstable_by_key(|spot| std::cmp::Reverse(spot.generation));
    Ok(spots.into_iter().filter_map(|spot| values.remove(&(spot.file, spot.at))).collect())
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

    /// Calls `each` with every row, file by file. What it hands out is not checked here: nothing but the true value
    /// opens, and none other makes the sum of the head.
    pub fn each(&self, each: &mut dyn FnMut(&RowKey, &[u8])) -> Result<(), SegmentError> {
        self.by_file().iter().try_for_each(|(file, rows)| self.each_of(*file, rows, each))
    }

    /// The same with as many threads as the machine has cores: `work` is done there, and `each` gets what came of it,
    /// in any order.
    pub fn each_at_once<T: Send>(
        &self,
        work: &(dyn Fn(&RowKey, &[u8]) -> T + Sync),
        each: &mut dyn FnMut(T),
    ) -> Result<(), SegmentError> {
        let files: Vec<_> = self.by_file().into_iter().collect();
        let cores = thread::available_parallelism().map_or(1, usize::from);
        let next = AtomicUsize::new(0);
        let (sender, receiver) = mpsc::sync_channel(WAITING);
        let read = |sender: &mpsc::SyncSender<_>| {
            // Whoever no longer listens has met an error.
            while let Some((file, rows)) = files.get(next.fetch_add(1, Ordering::Relaxed)) {
                let mut done = Vec::with_capacity(HANDED);
                let read = self.each_of(*file, rows, &mut |key, value| {
                    done.push(work(key, value));
                    if done.len() == HANDED {
                        _ = sender.send(Ok(std::mem::replace(&mut done, Vec::with_capacity(HANDED))));
                    }
                });
                _ = sender.send(read.map(|()| done));
            }
        };
        thread::scope(|scope| {
            for _ in 0..cores.min(files.len()) {
                let sender = sender.clone();
                let read = &read;
                scope.spawn(move || read(&sender));
            }
            drop(sender);
            receiver.into_iter().try_for_each(|done: Result<Vec<T>, SegmentError>| {
                done?.into_iter().for_each(&mut *each);
                Ok(())
            })
        })
    }

    /// Returns the rows of each file in the order in which they lie there: the row, where it begins, and its length.
    fn by_file(&self) -> BTreeMap<u64, Vec<(RowKey, u64, u32)>> {
        let mut files: BTreeMap<u64, Vec<_>> = BTreeMap::new();
        for (key, spot) in &self.rows {
            if let Some(length) = spot.length {
                files.entry(spot.file).or_default().push((*key, spot.at, length));
            }
        }
        files.values_mut().for_each(|rows| rows.sort_unstable_by_key(|(_, at, _)| *at));
        files
    }

    fn each_of(
        &self,
        file: u64,
        rows: &[(RowKey, u64, u32)],
        each: &mut dyn FnMut(&RowKey, &[u8]),
    ) -> Result<(), SegmentError> {
        let bytes = disk::read_whole(&*self.disk.open(&path(&self.dir, file))?)?;
        for (key, at, length) in rows {
            // One that was cut off meanwhile is missed by whoever counts.
            let value = bytes.get(*at as usize..).and_then(|rest| rest.get(..*length as usize));
            value.into_iter().for_each(|value| each(key, value));
        }
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
        total > self.live + self.live / 10 + SLACK
    }

    /// Empties the oldest file: moves its living rows to the newest and removes it. Safe at every step.
    pub fn empty_oldest(&mut self) -> Result<(), SegmentError> {
        let Some((&oldest, _)) = self.sizes.first_key_value() else { return Ok(()) };
        if oldest == self.number || self.current.length() > FILE {
            self.rotate()?;
        }
        let mut rows: Vec<(RowKey, Vec<u8>)> = Vec::new();
        let living = self.by_file().remove(&oldest).unwrap_or_default();
        self.each_of(oldest, &living, &mut |key, value| rows.push((*key, value.to_vec())))?;
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
