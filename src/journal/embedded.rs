//! The journal of one node: segment files on this machine's disk, an index in memory that is built by reading them,
//! and one thread that writes, with one sync for all that wait.
//!
//! ```text
//! lock                      held by the one relay that uses the folder
//! probe                     there for a moment, when it is asked whether the disk takes anything
//! days/2025-11-24/log       the day's records of all conversations
//! house/log                 the records of the house
//! shelf/<conv in hex>.key   a conversation's storage key and token
//! shelf/house.key           the key of accounts and audit; house-2025-4.key, that of a quarter of the rest
//! ```
//!
//! It never keeps an index on disk, so none can be wrong, and never asks a clock: days and quarters are those of the
//! entries. A day's folder goes when all conversations in it are erased.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{self, Sender};
use std::sync::{Arc, RwLock};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::quarter::{Quarter, date_of_day};
use super::{
    AppendError, Appended, Head, Journal, ReadError, Replay, Report, Shelf, Standing, StoreError, Stored,
};
use crate::conversation::{ConversationId, Entry, EntryId, Log, Seq};
use crate::segment::{Disk, RealDisk, SegmentError};

mod damage;
mod index;
mod record;
mod survey;
mod writer;

use index::Index;
use survey::{Mode, Survey};
use writer::{Request, Writer};

/// What a journal waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Waits {
    /// How long a relay that starts waits for the lock of one that is dying.
    pub lock: Duration,
    /// How long an append waits for others to share its sync, and only if the one before had so much company.
    pub gather: Duration,
}

impl Default for Waits {
    fn default() -> Self {
        Self { lock: Duration::from_secs(5), gather: Duration::from_millis(2) }
    }
}

/// The journal of one node.
pub struct Embedded {
    index: Arc<RwLock<Index>>,
    /// Unbounded, and yet bounded: each conversation has one append in flight.
    requests: Option<Sender<Request>>,
    writer: Option<JoinHandle<()>>,
    _lock: Box<dyn Send + Sync>,
}

/// Why a journal does not open.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Another relay uses the folder.
    #[error("another relay uses {0}")]
    Locked(PathBuf),
    /// A record in a form that this version does not know; all records are left as they are.
    #[error("{0} was written by a newer version")]
    Newer(PathBuf),
    /// The key of accounts and audit is damaged: nobody could sign in.
    #[error("the key of the house is damaged: {0}")]
    HouseKey(PathBuf),
    /// The disk is full; even opening must write a little.
    #[error("no room to open {0}")]
    Full(PathBuf),
    /// The file system failed.
    #[error("{path}: {source}")]
    Io {
        /// Where.
        path: PathBuf,
        /// How.
        source: io::Error,
    },
}

impl Embedded {
    /// Opens the journal in a folder, or makes it, and tells `replay` every entry that can be read.
    ///
    /// # Errors
    /// Fails if another relay uses the folder, a newer version wrote it or the disk fails; damage is in the [`Report`].
    pub fn open(root: &Path, replay: &mut dyn FnMut(Replay)) -> Result<(Self, Report), OpenError> {
        Self::open_on(Arc::new(RealDisk), root, Waits::default(), replay)
    }

    /// As [`Embedded::open`], on any disk, and waiting as it is told.
    ///
    /// # Errors
    /// As `open`.
    pub fn open_on(
        disk: Arc<dyn Disk>,
        root: &Path,
        waits: Waits,
        replay: &mut dyn FnMut(Replay),
    ) -> Result<(Self, Report), OpenError> {
        let home = Home(root.to_owned());
        home.make(&*disk)?;
        let lock = home.lock(&*disk, waits.lock)?;
        let survey = Survey::run(&disk, &home, Mode::Repair, replay)?;
        let index = Arc::new(RwLock::new(survey.index));
        let writer = Writer::new(disk, home, Arc::clone(&index), survey.segments, waits.gather);
        let (requests, inbox) = mpsc::channel();
        let thread = thread::Builder::new().name("journal".into()).spawn(move || writer.run(&inbox));
        let writer = Some(thread.map_err(|source| OpenError::Io { path: root.to_owned(), source })?);
        Ok((Self { index, requests: Some(requests), writer, _lock: lock }, survey.report))
    }

    fn ask(&self, request: Request) {
        let Some(requests) = &self.requests else { return request.fail() };
        if let Err(mpsc::SendError(request)) = requests.send(request) {
            // The writer is gone, which only a bug can do: nothing is acknowledged any more.
            request.fail();
        }
    }

    fn index(&self) -> std::sync::RwLockReadGuard<'_, Index> {
        index::read(&self.index)
    }
}

/// Verifies segments, shelf and chains of the journal in a folder without changing them, and says what it found.
///
/// # Errors
/// Fails if a relay uses the folder, a newer version wrote it or the disk fails.
pub fn check(root: &Path, progress: &mut dyn FnMut(Replay)) -> Result<Report, OpenError> {
    check_on(Arc::new(RealDisk), root, progress)
}

/// As [`check`], on any disk.
///
/// # Errors
/// As `check`.
pub fn check_on(
    disk: Arc<dyn Disk>,
    root: &Path,
    progress: &mut dyn FnMut(Replay),
) -> Result<Report, OpenError> {
    let home = Home(root.to_owned());
    let _lock = home.lock(&*disk, Duration::ZERO)?;
    Ok(Survey::run(&disk, &home, Mode::Look, progress)?.report)
}

impl Journal for Embedded {
    fn append(&self, entry: Entry, done: Appended) {
        self.ask(Request::Append(entry, done));
    }

    fn read(
        &self,
        conv: ConversationId,
        log: Log,
        after: Seq,
        limit: usize,
    ) -> Result<Vec<Entry>, ReadError> {
        let wanted = self.index().wanted(conv, log, after, limit)?;
        let mut entries = Vec::with_capacity(wanted.len());
        for fetch in wanted {
            match fetch.entry() {
                Ok(entry) => entries.push(entry),
                // What is readable comes first; who asks again meets the failure.
                Err(_) if !entries.is_empty() => break,
                Err(SegmentError::Io(error)) if error.kind() != io::ErrorKind::UnexpectedEof => {
                    tracing::error!(%error, "the journal cannot read");
                    return Err(ReadError::Failed);
                }
                Err(error) => {
                    tracing::error!(%conv, %error, "a record decayed");
                    index::write(&self.index).lose(conv, log, after + 1);
                    return self.index().wanted(conv, log, after, limit).and(Err(ReadError::Damaged));
                }
            }
        }
        Ok(entries)
    }

    fn head(&self, conv: ConversationId, log: Log) -> Head {
        self.index().head(conv, log)
    }

    fn conversations(&self) -> Vec<Standing> {
        self.index().standings()
    }

    fn shelve(&self, conv: ConversationId, shelf: Shelf, done: Stored) {
        self.ask(Request::Shelve(conv, shelf, done));
    }

    fn shelf(&self, conv: ConversationId) -> Option<Shelf> {
        self.index().conversations.get(&conv).map(|conversation| conversation.shelf)
    }

    fn stamp(&self, conv: ConversationId, at: u64) {
        if let Some(conversation) = index::write(&self.index).conversations.get_mut(&conv) {
            conversation.shelf.stamp = at;
        }
        self.ask(Request::Stamp(conv, at));
    }

    fn forget_token(&self, conv: ConversationId, done: Stored) {
        self.ask(Request::ForgetToken(conv, done));
    }

    fn contact_id(&self, conv: ConversationId) -> Option<EntryId> {
        self.index().conversations.get(&conv)?.key.as_ref().map(|key| key.contact_id(conv))
    }

    fn erase(&self, conv: ConversationId, done: Stored) {
        self.ask(Request::Erase(conv, done));
    }

    fn probe(&self, done: Stored) {
        self.ask(Request::Probe(done));
    }

    fn erase_house(&self, before: u64, done: Stored) {
        self.ask(Request::EraseHouse(Quarter::of(before), done));
    }
}

impl Drop for Embedded {
    /// Finishes what was asked for, then lets go of the folder.
    fn drop(&mut self) {
        self.requests = None;
        if let Some(writer) = self.writer.take()
            && writer.thread().id() != thread::current().id()
            && writer.join().is_err()
        {
            tracing::error!("the journal's writer had panicked");
        }
    }
}

/// Where everything lies.
struct Home(PathBuf);

impl Home {
    fn probe(&self) -> PathBuf {
        self.0.join("probe")
    }

    fn house_dir(&self) -> PathBuf {
        self.0.join("house")
    }

    fn house_log(&self) -> PathBuf {
        self.house_dir().join("log")
    }

    fn days_dir(&self) -> PathBuf {
        self.0.join("days")
    }

    fn day_dir(&self, day: u32) -> PathBuf {
        self.days_dir().join(date_of_day(day).to_string())
    }

    fn day_log(&self, day: u32) -> PathBuf {
        self.day_dir(day).join("log")
    }

    fn shelf_dir(&self) -> PathBuf {
        self.0.join("shelf")
    }

    fn shelf(&self, conv: ConversationId) -> PathBuf {
        self.shelf_dir().join(file_name(conv))
    }

    fn house_key(&self, keeps: Option<Quarter>) -> PathBuf {
        self.shelf_dir().join(match keeps {
            Some(quarter) => format!("house-{}.key", quarter.spelled()),
            None => "house.key".to_owned(),
        })
    }

    fn make(&self, disk: &dyn Disk) -> Result<(), OpenError> {
        for dir in [self.house_dir(), self.days_dir(), self.shelf_dir()] {
            disk.create_dir(&dir).map_err(|error| OpenError::at(&dir, error))?;
        }
        for dir in [Some(&*self.0), self.0.parent()].into_iter().flatten() {
            if !dir.as_os_str().is_empty() {
                disk.sync_dir(dir).map_err(|error| OpenError::at(dir, error))?;
            }
        }
        Ok(())
    }

    fn lock(&self, disk: &dyn Disk, patience: Duration) -> Result<Box<dyn Send + Sync>, OpenError> {
        let path = self.0.join("lock");
        disk.lock(&path, patience).map_err(|error| match error.kind() {
            io::ErrorKind::WouldBlock => OpenError::Locked(self.0.clone()),
            _ => OpenError::at(&path, error),
        })
    }
}

/// Whose a file on the shelf is.
#[derive(Clone, Copy)]
enum Owner {
    Conversation(ConversationId),
    House(Option<Quarter>),
}

impl Owner {
    fn of(name: &str) -> Option<Self> {
        let stem = name.strip_suffix(".key")?;
        if stem == "house" {
            return Some(Self::House(None));
        }
        if let Some(quarter) = stem.strip_prefix("house-") {
            return Quarter::parse(quarter).map(|quarter| Self::House(Some(quarter)));
        }
        let conv = ConversationId(u128::from_str_radix(stem, 16).ok()?.to_be_bytes());
        (file_name(conv) == name).then_some(Self::Conversation(conv))
    }

    fn conv(self) -> ConversationId {
        match self {
            Self::Conversation(conv) => conv,
            Self::House(_) => ConversationId::HOUSE,
        }
    }
}

/// Returns the name of a conversation's shelf file: hexadecimal, because some file systems do not tell `a` from `A`.
fn file_name(conv: ConversationId) -> String {
    format!("{:032x}.key", u128::from_be_bytes(conv.0))
}

impl OpenError {
    fn at(path: &Path, error: impl Into<SegmentError>) -> Self {
        let path = path.to_owned();
        match error.into() {
            SegmentError::Full => Self::Full(path),
            SegmentError::Io(source) if crate::segment::disk::is_full(&source) => Self::Full(path),
            SegmentError::Io(source) => Self::Io { path, source },
            other => Self::Io { path, source: io::Error::other(other) },
        }
    }
}

/// Says a disk's failure in the words of the contract, once, where it happens.
fn failure(path: &Path, error: impl Into<SegmentError>) -> AppendError {
    let error = error.into();
    let full = match &error {
        SegmentError::Full => true,
        SegmentError::Io(error) => crate::segment::disk::is_full(error),
        _ => false,
    };
    // The folder, not the file: names on the shelf are whole ids, which belong in no log.
    let folder = path.parent().and_then(Path::file_name).unwrap_or_default();
    tracing::error!(?folder, %error, "the journal cannot write");
    if full { AppendError::StorageFull } else { AppendError::Failed }
}

impl From<AppendError> for StoreError {
    fn from(error: AppendError) -> Self {
        match error {
            AppendError::StorageFull => Self::StorageFull,
            AppendError::NotShelved => Self::NotShelved,
            _ => Self::Failed,
        }
    }
}

#[cfg(test)]
mod tests;
