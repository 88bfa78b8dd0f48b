//! The one thread that writes. It takes all that waits, writes it, syncs once, and only then tells anybody.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::sync::{Arc, RwLock};
use std::time::{Duration, Instant};

use super::index::{self, Conversation, FileId, HOUSE_FILE, Index};
use super::{Home, failure, record};
use crate::conversation::{ConversationId, Entry, Log};
use crate::journal::quarter::{Quarter, day_of};
use crate::journal::shelf::{self, Shelf, StorageKey};
use crate::journal::{AppendError, Appended, Head, StoreError, Stored};
use crate::segment::{Disk, Position, Segment};

/// A commit waits for company only if the one before had so much of it.
const COMPANY: usize = 8;
/// The most requests of one commit, so that the first of them is not kept waiting by the last.
const BATCH: usize = 4096;

/// What the writer is asked to do.
pub(super) enum Request {
    Append(Entry, Appended),
    Shelve(ConversationId, Shelf, Stored),
    Stamp(ConversationId, u64),
    ForgetToken(ConversationId, Stored),
    Erase(ConversationId, Stored),
    EraseHouse(Quarter, Stored),
    Probe(Stored),
}

impl Request {
    /// Answers that nothing can be kept any more.
    pub fn fail(self) {
        match self {
            Self::Append(_, done) => done(Err(AppendError::Failed)),
            Self::Stamp(..) => {}
            Self::Shelve(_, _, done)
            | Self::ForgetToken(_, done)
            | Self::Erase(_, done)
            | Self::EraseHouse(_, done)
            | Self::Probe(done) => done(Err(StoreError::Failed)),
        }
    }
}

pub(super) struct Writer {
    disk: Arc<dyn Disk>,
    home: Home,
    index: Arc<RwLock<Index>>,
    segments: BTreeMap<FileId, Segment>,
    gather: Duration,
}

/// Appends that are in their segments and wait for the sync.
#[derive(Default)]
struct Staged {
    appends: Vec<StagedAppend>,
    /// Where each log ends if all goes well, and in which file that is.
    heads: HashMap<(ConversationId, Log), Head>,
    files: HashMap<ConversationId, FileId>,
}

struct StagedAppend {
    entry: Entry,
    keeps: Option<Quarter>,
    file: FileId,
    position: Position,
    done: Appended,
}

impl Writer {
    pub fn new(
        disk: Arc<dyn Disk>,
        home: Home,
        index: Arc<RwLock<Index>>,
        segments: BTreeMap<FileId, Segment>,
        gather: Duration,
    ) -> Self {
        Self { disk, home, index, segments, gather }
    }

    /// Works until nobody can ask any more.
    pub fn run(mut self, inbox: &Receiver<Request>) {
        let mut company = 0;
        while let Ok(first) = inbox.recv() {
            let batch = gather(inbox, first, company, self.gather);
            company = batch.len();
            self.perform(batch);
        }
    }

    fn perform(&mut self, batch: Vec<Request>) {
        let mut staged = Staged::default();
        let mut erasing = Vec::new();
        let (shelvings, others): (Vec<_>, Vec<_>) =
            batch.into_iter().partition(|request| matches!(request, Request::Shelve(..)));
        // A new conversation's id is random and stands in no request before its own: shelving all of them first
        // changes no result, and costs one sync of the folder.
        self.shelve(shelvings);
        for request in others {
            if !matches!(request, Request::Append(..)) {
                self.commit(&mut staged);
            }
            if !matches!(request, Request::Erase(..)) {
                self.erase(&mut erasing);
            }
            match request {
                Request::Append(entry, done) => self.stage(entry, done, &mut staged),
                Request::Erase(conv, done) => erasing.push((conv, done)),
                Request::Stamp(conv, at) => self.stamp(conv, at),
                Request::ForgetToken(conv, done) => done(self.forget_token(conv)),
                Request::EraseHouse(since, done) => done(self.erase_house(since)),
                Request::Probe(done) => done(self.probe()),
                Request::Shelve(..) => {}
            }
        }
        self.commit(&mut staged);
        self.erase(&mut erasing);
    }

    fn stage(&mut self, entry: Entry, done: Appended, staged: &mut Staged) {
        let file = self.file_of(&entry);
        if staged.files.get(&entry.conv).is_some_and(|earlier| *earlier != file) {
            // Two files sync apart, and an entry may not be kept without the one before it.
            self.commit(staged);
        }
        match self.write(&entry, file, staged) {
            Ok((keeps, position)) => {
                staged.heads.insert((entry.conv, entry.log), Head::after(&entry));
                staged.files.insert(entry.conv, file);
                staged.appends.push(StagedAppend { entry, keeps, file, position, done });
            }
            Err(error) => done(Err(error)),
        }
    }

    fn write(
        &mut self,
        entry: &Entry,
        file: FileId,
        staged: &Staged,
    ) -> Result<(Option<Quarter>, Position), AppendError> {
        let head = staged.heads.get(&(entry.conv, entry.log)).copied();
        let (head, key) = {
            let index = index::read(&self.index);
            let key = match index.conversations.get(&entry.conv) {
                Some(conversation) if conversation.damaged => return Err(AppendError::Damaged),
                Some(conversation) => conversation.key.clone(),
                None if file == HOUSE_FILE && entry.log == Log::Desk => None,
                None => return Err(AppendError::NotShelved),
            };
            (head.unwrap_or_else(|| index.head(entry.conv, entry.log)), key)
        };
        head.admit(entry)?;
        let (keeps, key) = match key {
            Some(key) => (None, key),
            None => (Quarter::keeping(entry), self.house_key(Quarter::keeping(entry))?),
        };
        let record = record::seal(entry, keeps, &key).ok_or(AppendError::Failed)?;
        let path = self.log_path(file);
        let position = self.segment(file)?.append(&record).map_err(|error| failure(&path, error))?;
        Ok((keeps, position))
    }

    /// Syncs what is staged, and then tells who asked.
    fn commit(&mut self, staged: &mut Staged) {
        let Staged { appends, .. } = std::mem::take(staged);
        let mut fates = BTreeMap::new();
        for append in &appends {
            fates.entry(append.file).or_insert(Ok(()));
        }
        for (file, fate) in &mut fates {
            let path = self.log_path(*file);
            if let Some(segment) = self.segments.get_mut(file) {
                *fate = segment.sync().map_err(|error| failure(&path, error));
            }
        }
        let mut index = index::write(&self.index);
        for StagedAppend { entry, keeps, file, position, .. } in &appends {
            if fates[file].is_ok() {
                index.take(entry, *keeps, *file, *position);
            }
        }
        drop(index);
        for StagedAppend { file, done, .. } in appends {
            done(fates[&file]);
        }
    }

    fn shelve(&mut self, shelvings: Vec<Request>) {
        let mut made: Vec<(ConversationId, StorageKey, Shelf, Stored)> = Vec::new();
        for request in shelvings {
            let Request::Shelve(conv, shelf, done) = request else { continue };
            let taken = conv.is_house()
                || index::read(&self.index).conversations.contains_key(&conv)
                || made.iter().any(|(other, ..)| *other == conv);
            if taken {
                done(Err(StoreError::Taken));
                continue;
            }
            let key = StorageKey::draw();
            let path = self.home.shelf(conv);
            match shelf::create(&*self.disk, &path, conv, &key, &shelf) {
                Ok(()) => made.push((conv, key, shelf, done)),
                Err(error) => {
                    let error = failure(&path, error);
                    self.drop_shelf(conv);
                    done(Err(error.into()));
                }
            }
        }
        if made.is_empty() {
            return;
        }
        let dir = self.home.shelf_dir();
        let synced = self.disk.sync_dir(&dir).map_err(|error| failure(&dir, error));
        for (conv, key, shelf, done) in made {
            if synced.is_ok() {
                let conversation = Conversation::new(conv, Some(key), shelf);
                index::write(&self.index).conversations.insert(conv, conversation);
            } else {
                self.drop_shelf(conv);
            }
            done(synced.map_err(Into::into));
        }
    }

    /// Takes back a shelf file that nobody was promised. If that fails too, the next start finds it unused.
    fn drop_shelf(&self, conv: ConversationId) {
        if let Err(error) = shelf::destroy(&*self.disk, &self.home.shelf(conv)) {
            tracing::warn!(%conv, %error, "a shelf file without a conversation stays behind");
        }
    }

    fn stamp(&self, conv: ConversationId, at: u64) {
        if index::read(&self.index).conversations.contains_key(&conv)
            && let Err(error) = shelf::write_stamp(&*self.disk, &self.home.shelf(conv), at)
        {
            tracing::warn!(%conv, %error, "a stamp was not renewed");
        }
    }

    fn forget_token(&self, conv: ConversationId) -> Result<(), StoreError> {
        if !index::read(&self.index).conversations.contains_key(&conv) {
            return Err(StoreError::NotShelved);
        }
        let path = self.home.shelf(conv);
        shelf::forget_token(&*self.disk, &path).map_err(|error| failure(&path, error))?;
        if let Some(conversation) = index::write(&self.index).conversations.get_mut(&conv) {
            conversation.shelf.token = None;
        }
        Ok(())
    }

    /// Erases several conversations, with one sync of the folder.
    fn erase(&mut self, erasing: &mut Vec<(ConversationId, Stored)>) {
        if erasing.is_empty() {
            return;
        }
        let mut destroyed: Vec<_> = erasing
            .drain(..)
            .map(|(conv, done)| {
                let path = self.home.shelf(conv);
                (conv, done, shelf::destroy(&*self.disk, &path).map_err(|error| failure(&path, error)))
            })
            .collect();
        let dir = self.home.shelf_dir();
        let synced = self.disk.sync_dir(&dir).map_err(|error| failure(&dir, error));
        let mut empty = BTreeSet::new();
        for (conv, _, result) in &mut destroyed {
            *result = result.and(synced);
            if result.is_ok() {
                empty.extend(index::write(&self.index).forget(*conv));
            }
        }
        for day in empty {
            self.segments.remove(&day);
            index::write(&self.index).readers.remove(&day);
            remove_day(&*self.disk, &self.home, day);
        }
        for (_, done, result) in destroyed {
            done(result.map_err(Into::into));
        }
    }

    fn erase_house(&self, since: Quarter) -> Result<(), StoreError> {
        let dir = self.home.shelf_dir();
        let mut gone: Vec<_> = index::read(&self.index).house.keys.keys().copied().flatten().collect();
        gone.retain(|quarter| *quarter < since);
        for quarter in gone {
            let path = self.home.house_key(Some(quarter));
            shelf::destroy(&*self.disk, &path).map_err(|error| failure(&path, error))?;
        }
        self.disk.sync_dir(&dir).map_err(|error| failure(&dir, error))?;
        index::write(&self.index).house.forget_before(since);
        Ok(())
    }

    /// Brings back what failed, and writes as much as an entry takes to a file of its own.
    fn probe(&mut self) -> Result<(), StoreError> {
        const AS_MUCH: usize = 16 * 1024;
        let failed = self.segments.iter().filter(|(_, segment)| segment.is_poisoned()).map(|(file, _)| *file);
        for file in failed.collect::<Vec<_>>() {
            self.segment(file)?;
        }
        let path = self.home.probe();
        let made = match self.disk.create(&path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => self.disk.open(&path),
            made => made,
        };
        let kept = made.and_then(|file| file.write_at(0, &[0; AS_MUCH]).and_then(|()| file.sync()));
        // Whatever came of it, the next probe begins anew; what is left of this one is no part of the journal.
        let removed = self.disk.remove(&path);
        kept.and(removed).map_err(|error| failure(&path, error).into())
    }

    /// Returns the key that keeps an entry of the house; draws and keeps a new one when a quarter begins.
    fn house_key(&self, keeps: Option<Quarter>) -> Result<Arc<StorageKey>, AppendError> {
        if let Some(key) = index::read(&self.index).house.keys.get(&keeps) {
            return Ok(Arc::clone(key));
        }
        let (key, path, dir) = (StorageKey::draw(), self.home.house_key(keeps), self.home.shelf_dir());
        let shelf = Shelf { token: None, after: crate::conversation::EntryId([0; 16]), stamp: 0 };
        shelf::create(&*self.disk, &path, ConversationId::HOUSE, &key, &shelf)
            .and_then(|()| self.disk.sync_dir(&dir))
            .map_err(|error| failure(&path, error))?;
        let key = Arc::new(key);
        index::write(&self.index).house.keys.insert(keeps, Arc::clone(&key));
        Ok(key)
    }

    /// Returns the file an entry goes to: the day of its time, but never one before its conversation's newest, so
    /// that reading day by day keeps the order of both logs.
    fn file_of(&self, entry: &Entry) -> FileId {
        if entry.conv.is_house() {
            return HOUSE_FILE;
        }
        let index = index::read(&self.index);
        let newest =
            index.conversations.get(&entry.conv).and_then(|conversation| conversation.days.last().copied());
        day_of(entry.at).max(newest.unwrap_or(0))
    }

    /// Returns a segment that can be written: makes it if it is new, checks it if it failed.
    fn segment(&mut self, file: FileId) -> Result<&mut Segment, AppendError> {
        let path = self.log_path(file);
        if !self.segments.contains_key(&file) {
            if file != HOUSE_FILE {
                let dir = self.home.day_dir(file);
                let made =
                    self.disk.create_dir(&dir).and_then(|()| self.disk.sync_dir(&self.home.days_dir()));
                made.map_err(|error| failure(&dir, error))?;
            }
            let opened = Segment::open_or_create(&self.disk, &path, &mut |_, _| {});
            let (segment, _) = opened.map_err(|error| failure(&path, error))?;
            index::write(&self.index).readers.insert(file, segment.reader());
            self.segments.insert(file, segment);
        }
        let segment = self.segments.get_mut(&file).ok_or(AppendError::Failed)?;
        if segment.is_poisoned() {
            segment.reopen().map_err(|error| failure(&path, error))?;
            tracing::info!(?file, "a segment was checked after a failure and goes on");
            index::write(&self.index).readers.insert(file, segment.reader());
        }
        Ok(segment)
    }

    fn log_path(&self, file: FileId) -> std::path::PathBuf {
        if file == HOUSE_FILE { self.home.house_log() } else { self.home.day_log(file) }
    }
}

/// Takes the folder of a day away, whose keys are all gone. What fails is done at the next start.
pub(super) fn remove_day(disk: &dyn Disk, home: &Home, day: FileId) {
    let gone = |result: io::Result<()>| match result {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        result => result,
    };
    let removed = gone(disk.remove(&home.day_log(day)))
        .and_then(|()| gone(disk.remove_dir(&home.day_dir(day))))
        .and_then(|()| disk.sync_dir(&home.days_dir()));
    if let Err(error) = removed {
        tracing::warn!(%error, "the folder of an erased day stays until the next start");
    }
}

/// Takes what waits. If the last commit had company and this one has less, it waits for the rest, but not for long.
fn gather(inbox: &Receiver<Request>, first: Request, company: usize, wait: Duration) -> Vec<Request> {
    let mut batch = vec![first];
    let mut until = None;
    loop {
        batch.extend(inbox.try_iter().take(BATCH - batch.len()));
        if batch.len() >= BATCH || company < COMPANY || batch.len() >= company {
            return batch;
        }
        let until = *until.get_or_insert_with(|| Instant::now() + wait);
        match inbox.recv_timeout(until.saturating_duration_since(Instant::now())) {
            Ok(request) => batch.push(request),
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => return batch,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::channel;
    use std::thread;

    use super::*;

    #[test]
    fn a_commit_waits_for_company_as_long_as_it_is_told_and_no_longer() {
        let stamp = |n| Request::Stamp(ConversationId([n; 16]), 0);
        let (requests, inbox) = channel();
        let all = |company, wait| gather(&inbox, stamp(0), company, wait).len();
        for n in 1..8 {
            requests.send(stamp(n)).expect("sent");
        }
        assert_eq!(all(9, Duration::ZERO), 8, "not at all");
        for n in 1..8 {
            requests.send(stamp(n)).expect("sent");
        }
        thread::scope(|scope| {
            scope.spawn(|| requests.clone().send(stamp(9)).is_ok());
            assert_eq!(all(9, Duration::from_secs(60)), 9, "for the one who is on the way");
        });
    }
}
