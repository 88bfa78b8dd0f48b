//! A segment is an append-only file of checked records: u32 length, CRC-32C over length and record, record; numbers
//! are big-endian. It lies under the journal and under the casebook, which decide what a record means.
//!
//! It never says that a record is kept before the disk has said so, never returns a record that differs from what was
//! appended, and never drops a damaged record without reporting it. It fails when the disk does: a full disk takes
//! nothing and harms nothing; after a failed sync nothing more is kept until [`Segment::reopen`] has checked the file.

use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

pub mod disk;
pub mod fault;

pub use disk::{Disk, File, RealDisk};

/// The largest record in bytes; a length above it is damage.
pub const RECORD: usize = 16 * 1024 * 1024;

/// Length and checksum before each record.
const FRAME: usize = 8;

/// An append-only file of records, with one writer.
pub struct Segment {
    disk: Arc<dyn Disk>,
    path: PathBuf,
    file: Arc<dyn File>,
    /// Everything before is durable.
    kept: u64,
    /// Framed records that wait for the next sync.
    staged: Vec<u8>,
    /// Damage that was known when the file was opened.
    damage: Vec<Range<u64>>,
    /// A sync or an undoing failed, so that what the file holds is not known.
    poisoned: bool,
}

/// Where a record lies in its segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// The offset of its frame.
    pub at: u64,
    /// The length of the record.
    pub length: u32,
}

/// What was found when a segment was read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Recovery {
    /// How many records were whole.
    pub records: u64,
    /// Up to where the segment holds.
    pub length: u64,
    /// How many bytes behind that belong to no record: what a crash left of an append that nobody was promised.
    pub torn: u64,
    /// Bytes that are no record although records follow, or that are a decayed last one: something that was kept is lost.
    /// (A last record whose length or last byte decayed cannot be told from a torn one.)
    pub damage: Vec<Range<u64>>,
}

/// Why a segment does not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum SegmentError {
    /// Nothing of what was staged is kept; the segment is as before and reading goes on.
    #[error("the disk is full")]
    Full,
    /// A sync failed earlier: nothing is kept until `reopen`.
    #[error("an earlier write failed, and the file was not checked since")]
    Poisoned,
    /// The record at this place is not what was appended.
    #[error("the record at {0} is damaged")]
    Damaged(u64),
    /// A record of more than [`RECORD`] bytes, or of none.
    #[error("a record of {0} bytes does not fit")]
    Size(usize),
    /// The file system failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

/// Reads records of a segment beside its writer; cheap to clone, holds the file open.
#[derive(Clone)]
pub struct Reader(Arc<dyn File>);

impl Segment {
    /// Makes an empty segment whose name is durable.
    ///
    /// # Errors
    /// Fails if the name is taken or the disk does not take it.
    pub fn create(disk: &Arc<dyn Disk>, path: &Path) -> Result<Self, SegmentError> {
        let file = disk.create(path).map_err(typed)?;
        file.sync().map_err(typed)?;
        disk.sync_dir(folder(path)).map_err(typed)?;
        Ok(Self::over(disk, path, file, Recovery::default()))
    }

    /// Opens a segment, calls `each` with every whole record in order, and cuts off a torn tail.
    ///
    /// # Errors
    /// Fails only if the disk does; damage is told in the [`Recovery`].
    pub fn open(
        disk: &Arc<dyn Disk>,
        path: &Path,
        each: &mut dyn FnMut(Position, &[u8]),
    ) -> Result<(Self, Recovery), SegmentError> {
        let file = disk.open(path)?;
        // The cache may hold what a failed sync never wrote, and that is the end of the file: nothing is written
        // behind it. A sync writes less than this at once; the rest may come from the cache.
        file.forget_cache(RECORD as u64);
        let recovery = walk(&disk::read_whole(&*file)?, each);
        // Even a whole tail may be in the cache alone, left by a writer that died before its sync: only what is
        // durable may be built upon. The name may be as young.
        if recovery.torn > 0 {
            file.truncate(recovery.length).map_err(typed)?;
        }
        file.sync().map_err(typed)?;
        disk.sync_dir(folder(path)).map_err(typed)?;
        let segment = Self::over(disk, path, file, recovery.clone());
        Ok((segment, recovery))
    }

    /// Opens the segment, or makes it if there is none.
    ///
    /// # Errors
    /// As `open` and `create`.
    pub fn open_or_create(
        disk: &Arc<dyn Disk>,
        path: &Path,
        each: &mut dyn FnMut(Position, &[u8]),
    ) -> Result<(Self, Recovery), SegmentError> {
        match Self::open(disk, path, each) {
            Err(SegmentError::Io(error)) if error.kind() == io::ErrorKind::NotFound => {
                Ok((Self::create(disk, path)?, Recovery::default()))
            }
            result => result,
        }
    }

    /// Reads a segment without changing anything.
    ///
    /// # Errors
    /// Fails only if the disk does.
    pub fn scan(
        disk: &dyn Disk,
        path: &Path,
        each: &mut dyn FnMut(Position, &[u8]),
    ) -> Result<(Reader, Recovery), SegmentError> {
        let file = disk.open(path)?;
        let recovery = walk(&disk::read_whole(&*file)?, each);
        Ok((Reader(file), recovery))
    }

    /// Puts a new segment of `records` in the place of this one, at once: after a crash the file holds all the old
    /// records or all the new. An error leaves the old one in place.
    ///
    /// # Errors
    /// Fails if the disk does.
    pub fn replace<R: AsRef<[u8]>>(
        &mut self,
        records: impl IntoIterator<Item = R>,
    ) -> Result<(), SegmentError> {
        const BATCH: usize = 1024 * 1024;
        let new = self.path.with_extension("new");
        match self.disk.remove(&new) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
        let mut written = Self::create(&self.disk, &new)?;
        for record in records {
            written.append(record.as_ref())?;
            if written.staged.len() > BATCH {
                written.sync()?;
            }
        }
        written.sync()?;
        self.disk.rename(&new, &self.path).map_err(typed)?;
        // From here on the name is the new file's, in the cache at least; whether it lasts, the folder's sync tells.
        let named = self.disk.sync_dir(folder(&self.path)).map_err(typed);
        written.path = std::mem::take(&mut self.path);
        written.poisoned = named.is_err();
        *self = written;
        named
    }

    /// Stages a record for the next [`Segment::sync`] and returns where it will lie.
    ///
    /// # Errors
    /// Fails if the record is too long or empty, or the segment poisoned.
    pub fn append(&mut self, record: &[u8]) -> Result<Position, SegmentError> {
        if self.poisoned {
            return Err(SegmentError::Poisoned);
        }
        let size = SegmentError::Size(record.len());
        let length = match u32::try_from(record.len()) {
            Ok(length) if (1..=RECORD).contains(&record.len()) => length,
            _ => return Err(size),
        };
        let position = Position { at: self.kept + self.staged.len() as u64, length };
        self.staged.extend_from_slice(&length.to_be_bytes());
        self.staged.extend_from_slice(&checksum(length, record).to_be_bytes());
        self.staged.extend_from_slice(record);
        Ok(position)
    }

    /// Writes what is staged and returns once it is durable; on any error nothing of it is kept.
    ///
    /// # Errors
    /// A disk that is full while writing leaves the segment as it was; after any other error it is poisoned.
    pub fn sync(&mut self) -> Result<(), SegmentError> {
        if self.poisoned {
            return Err(SegmentError::Poisoned);
        }
        if self.staged.is_empty() {
            return Ok(());
        }
        let staged = std::mem::take(&mut self.staged);
        if let Err(error) = self.file.write_at(self.kept, &staged) {
            // Part of it may be written: the next append must not stand behind it.
            self.poisoned = self.file.truncate(self.kept).is_err() || !disk::is_full(&error);
            return Err(typed(error));
        }
        if let Err(error) = self.file.sync() {
            self.poisoned = true;
            return Err(typed(error));
        }
        self.kept += staged.len() as u64;
        self.staged = staged;
        self.staged.clear();
        Ok(())
    }

    /// Opens the file anew after a failure, checks that all that was kept is there, and cuts off the rest.
    ///
    /// # Errors
    /// Fails, and leaves the segment poisoned, if the disk fails again or a kept record is gone.
    pub fn reopen(&mut self) -> Result<(), SegmentError> {
        self.poisoned = true;
        self.staged.clear();
        let file = self.disk.open(&self.path)?;
        file.forget_cache(u64::MAX);
        let mut bytes = disk::read_whole(&*file)?;
        if (bytes.len() as u64) < self.kept {
            return Err(SegmentError::Damaged(bytes.len() as u64));
        }
        bytes.truncate(usize::try_from(self.kept).unwrap_or(usize::MAX));
        let found = walk(&bytes, &mut |_, _| {});
        if found.torn > 0 || found.damage != self.damage {
            let first = found.damage.iter().find(|range| !self.damage.contains(range));
            return Err(SegmentError::Damaged(first.map_or(found.length, |range| range.start)));
        }
        // The bytes behind were written to the cache once; after a failed sync the kernel may think them clean.
        // Cutting them off makes the next append write its bytes anew.
        file.truncate(self.kept).map_err(typed)?;
        file.sync().map_err(typed)?;
        self.disk.sync_dir(folder(&self.path)).map_err(typed)?;
        self.file = file;
        self.poisoned = false;
        Ok(())
    }

    /// Forgets what was staged since the last sync.
    pub fn unstage(&mut self) {
        self.staged.clear();
    }

    /// Returns whether a failure closed the segment until [`Segment::reopen`].
    pub fn is_poisoned(&self) -> bool {
        self.poisoned
    }

    /// Returns how many bytes are durable.
    pub fn length(&self) -> u64 {
        self.kept
    }

    /// Returns the file's path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Returns a reader of what is durable; after `reopen` and `replace` take a new one.
    pub fn reader(&self) -> Reader {
        Reader(Arc::clone(&self.file))
    }

    fn over(disk: &Arc<dyn Disk>, path: &Path, file: Arc<dyn File>, found: Recovery) -> Self {
        Self {
            disk: Arc::clone(disk),
            path: path.to_owned(),
            file,
            kept: found.length,
            staged: Vec::new(),
            damage: found.damage,
            poisoned: false,
        }
    }
}

impl Reader {
    /// Returns the record at `position`, checked.
    ///
    /// # Errors
    /// Fails if it is damaged or the disk fails.
    pub fn read(&self, position: Position) -> Result<Vec<u8>, SegmentError> {
        let mut bytes = vec![0; FRAME + position.length as usize];
        self.0.read_at(position.at, &mut bytes)?;
        match record_at(&bytes, 0) {
            Some(record) if record.len() == position.length as usize => {
                bytes.drain(..FRAME);
                Ok(bytes)
            }
            _ => Err(SegmentError::Damaged(position.at)),
        }
    }

    /// Returns the bytes of a damaged range as they are, for whoever looks for an owner in them.
    ///
    /// # Errors
    /// Fails if the disk does.
    pub fn raw(&self, range: &Range<u64>) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; usize::try_from(range.end - range.start).map_err(io::Error::other)?];
        self.0.read_at(range.start, &mut bytes)?;
        Ok(bytes)
    }
}

/// Calls `each` with the whole records of `bytes`. A place without one is damage if a record follows, else mostly the
/// tail that a crash leaves.
fn walk(bytes: &[u8], each: &mut dyn FnMut(Position, &[u8])) -> Recovery {
    let mut found = Recovery::default();
    let mut at = 0;
    while at < bytes.len() {
        if let Some(record) = record_at(bytes, at) {
            each(Position { at: at as u64, length: record.len() as u32 }, record);
            found.records += 1;
            at += FRAME + record.len();
            continue;
        }
        let next = (at + 1..bytes.len()).find(|&next| record_at(bytes, next).is_some());
        match next.or_else(|| decayed_end(bytes, at)) {
            Some(next) => {
                found.damage.push(at as u64..next as u64);
                at = next;
            }
            None => break,
        }
    }
    found.length = at as u64;
    found.torn = (bytes.len() - at) as u64;
    found
}

/// Returns the record whose frame begins at `at`, if there is a whole one.
fn record_at(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let (length, rest) = bytes.get(at..)?.split_first_chunk::<4>()?;
    let (sum, rest) = rest.split_first_chunk::<4>()?;
    let length = u32::from_be_bytes(*length);
    if !(1..=RECORD).contains(&(length as usize)) {
        return None;
    }
    let record = rest.get(..length as usize)?;
    (checksum(length, record) == u32::from_be_bytes(*sum)).then_some(record)
}

/// Returns the end of a last record that is there in its whole length and yet is not what was appended. A crash leaves
/// a short one, or one whose end never came and reads as zeros: this one has decayed.
fn decayed_end(bytes: &[u8], at: usize) -> Option<usize> {
    let length = u32::from_be_bytes(*bytes.get(at..)?.first_chunk()?) as usize;
    (bytes.len() - at == FRAME.checked_add(length)? && *bytes.last()? != 0).then_some(bytes.len())
}

/// The length is part of the sum: a run of zeros, as some file systems leave after a crash, is no record.
fn checksum(length: u32, record: &[u8]) -> u32 {
    crc32c::crc32c_append(crc32c::crc32c(&length.to_be_bytes()), record)
}

fn typed(error: io::Error) -> SegmentError {
    if disk::is_full(&error) { SegmentError::Full } else { SegmentError::Io(error) }
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests;
