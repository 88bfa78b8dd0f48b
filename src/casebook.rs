//! The casebook: what a counsellor writes and keeps. Cases, contacts, notes, drafts, the outbox; every byte of it sealed,
//! and saved only when the disk has said so.
//!
//! A casebook has one writer and does not know the network, the relay or the screen. What may fail is
//! [`CasebookError`]: after an error nothing of a batch is saved, and the caller still has the words.

use std::io;
use std::path::Path;
use std::sync::Arc;

use sha2::{Digest as _, Sha256};

use crate::conversation::id::ConversationId;
use crate::sealing::Secret;
use crate::segment::{Disk, RealDisk, SegmentError};
use erased::Erased;
use index::{Index, Piece};
use memory::{Memory, Name};
use migrate::{Record, RecordError};
use record::{
    Audit, Case, CaseId, Change, Contact, ContactId, ContactSummary, Draft, Filter, Hit, OutboxItem, Promise,
    Released, Reviewed, Transcript,
};
use row::{Keys, Mark, RowKey};
use store::{Store, StoreError};

pub mod backup;
mod change;
mod erase;
mod erased;
mod index;
mod link;
mod lock;
mod log;
mod memory;
pub mod migrate;
mod newest;
pub mod record;
mod rekey;
mod row;
mod rows;
mod shelf;
mod store;
pub mod synthetic;

pub use link::Before;
pub use newest::newest;
pub use rekey::{NotFinished, finish_rekey, rekey};
pub use store::Mended;

/// An open casebook. Dropping it wipes the index and the keys.
pub struct Casebook {
    store: Store,
    memory: Memory,
    index: Index,
}

/// What was found when the casebook was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Report {
    /// When something was saved last, in milliseconds since 1970; 0 in a new casebook.
    pub saved: u64,
    /// How many contacts there are.
    pub contacts: u64,
    /// How many cases.
    pub cases: u64,
    /// How many records cannot be read.
    pub unreadable: u64,
    /// How many records there are in all.
    pub records: u64,
    /// What had to be mended.
    pub mended: Mended,
}

/// Why the casebook does not do what it was asked to.
#[derive(Debug, thiserror::Error)]
pub enum CasebookError {
    /// Another process has it open; 0 if it did not say which.
    #[error("process {0} has the casebook open")]
    InUse(u32),
    /// No room: nothing of the batch is saved.
    #[error("the disk is full")]
    Full,
    /// The case, or this child's chat, was erased and does not come back.
    #[error("the case was erased")]
    Erased,
    /// The key file is that of another casebook.
    #[error("the casebook belongs to another key file")]
    OtherKeys,
    /// A newer opora wrote it.
    #[error(transparent)]
    Newer(RecordError),
    /// A record that is there cannot be read.
    #[error("a record is damaged")]
    Damaged,
    /// The file system failed.
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl CasebookError {
    /// Returns the id of the sentence that a person sees; it takes `process` for [`CasebookError::InUse`].
    pub fn text_id(&self) -> &'static str {
        match self {
            Self::InUse(_) => "casebook-error-in-use",
            Self::Full => "casebook-error-full",
            Self::Erased => "casebook-error-erased",
            Self::OtherKeys => "casebook-error-other-keys",
            Self::Newer(_) => "casebook-error-newer",
            Self::Damaged => "casebook-error-damaged",
            Self::Io(error) if error.kind() == io::ErrorKind::PermissionDenied => "casebook-error-denied",
            Self::Io(error) if error.kind() == io::ErrorKind::ReadOnlyFilesystem => "casebook-error-denied",
            Self::Io(_) => "casebook-error-io",
        }
    }
}

impl From<StoreError> for CasebookError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Held(process) => Self::InUse(process),
            StoreError::Full => Self::Full,
            StoreError::Erased => Self::Erased,
            StoreError::OtherKeys => Self::OtherKeys,
            StoreError::Damaged => Self::Damaged,
            StoreError::Io(error) => error.into(),
        }
    }
}

impl From<SegmentError> for CasebookError {
    fn from(error: SegmentError) -> Self {
        StoreError::from(error).into()
    }
}

impl From<RecordError> for CasebookError {
    fn from(error: RecordError) -> Self {
        match error {
            RecordError::Newer { .. } => Self::Newer(error),
            RecordError::Broken { .. } => Self::Damaged,
        }
    }
}

impl Report {
    /// Returns the ids of the sentences that the unlock screen shows, the gravest first; each takes `count` and `total`.
    pub fn text_ids(&self) -> Vec<&'static str> {
        let lines = [
            (self.unreadable > 0, "casebook-unreadable"),
            (self.mended.pieced && self.unreadable == 0, "casebook-mended-pieced"),
            (self.mended.sled && !self.mended.pieced, "casebook-mended-sled"),
            (self.mended.log && !self.mended.pieced, "casebook-mended-log"),
            (self.mended.shelf, "casebook-mended-shelf"),
        ];
        lines.into_iter().filter(|(said, _)| *said).map(|(_, id)| id).collect()
    }
}

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoundContacts {
    /// How many contacts there are in all that match.
    pub total: usize,
    /// The best of them.
    pub hits: Vec<Hit>,
}

impl Casebook {
    /// Opens the casebook in `dir`, or makes it there. `progress` hears how many records of how many are read.
    ///
    /// # Errors
    /// Fails if another process has it, the keys are not its own, a newer opora wrote it, or the disk fails. Damage is
    /// mended, and told in the report.
    pub fn open(
        dir: &Path,
        id: [u8; 16],
        v: &Secret<[u8; 32]>,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<(Self, Report), CasebookError> {
        let disk: Arc<dyn Disk> = Arc::new(RealDisk);
        Self::open_on(&disk, dir, id, v, progress)
    }

    /// The same on another disk, for tests.
    ///
    /// # Errors
    /// As `open`.
    pub fn open_on(
        disk: &Arc<dyn Disk>,
        dir: &Path,
        id: [u8; 16],
        v: &Secret<[u8; 32]>,
        progress: &mut dyn FnMut(u64, u64),
    ) -> Result<(Self, Report), CasebookError> {
        rekey::finish(dir)?;
        let (mut memory, mut index) = (Memory::default(), Index::start()?);
        let (mut newer, mut broken) = (None, 0);
        let mut each = |key: RowKey, mark: Mark, read: Result<Record, RecordError>| match read {
            Ok(record) => {
                put_in_index(&mut index, &mut memory, &record);
                memory.apply(&record, key, mark);
            }
            Err(error @ RecordError::Newer { .. }) => newer = Some(error),
            Err(RecordError::Broken { .. }) => broken += 1,
        };
        let keys = Keys::derive(id, v.expose());
        let (store, found) =
            Store::open(disk, dir, keys, &|plain| Record::read(&plain), &mut each, progress)?;
        if let Some(error) = newer {
            return Err(error.into());
        }
        let mut casebook = Self { store, memory, index };
        let cases: Vec<CaseId> = casebook.memory.cases.keys().copied().collect();
        cases.into_iter().for_each(|case| casebook.put_case_in_index(case));
        casebook.index.send();
        let report = Report {
            saved: found.saved,
            contacts: casebook.memory.count() as u64,
            cases: casebook.memory.members.len() as u64,
            unreadable: found.unreadable + broken,
            records: casebook.store.head().count,
            mended: found.mended,
        };
        Ok((casebook, report))
    }

    /// Returns how many contacts there are.
    pub fn count(&self) -> usize {
        self.memory.count()
    }

    /// Returns a contact with its note.
    ///
    /// # Errors
    /// Fails if it is there and cannot be read.
    pub fn contact(&self, id: ContactId) -> Result<Option<Contact>, CasebookError> {
        match self.record(&Name::Contact(id))? {
            Some(Record::Contact(contact)) => Ok(Some(contact)),
            _ => Ok(None),
        }
    }

    /// Returns the kept words of a contact.
    ///
    /// # Errors
    /// Fails if they are there and cannot be read.
    pub fn transcript(&self, id: ContactId) -> Result<Option<Transcript>, CasebookError> {
        match self.record(&Name::Transcript(id))? {
            Some(Record::Transcript(transcript)) => Ok(Some(transcript)),
            _ => Ok(None),
        }
    }

    /// Returns a contact as lists show it.
    pub fn summary(&self, id: ContactId) -> Option<ContactSummary> {
        self.memory.summary(id)
    }

    /// Returns the contact of a conversation, also of one that was archived and whose words are kept.
    pub fn of_conversation(&self, conv: ConversationId) -> Option<ContactId> {
        self.memory.of_conversation(conv)
    }

    /// Returns the contacts whose conversation the relay may still hold, oldest first.
    ///
    /// # Errors
    /// Fails if one of them cannot be read.
    pub fn with_conversation(&self) -> Result<Vec<Contact>, CasebookError> {
        let mut contacts = Vec::new();
        for id in self.memory.conversations.values() {
            contacts.extend(self.contact(*id)?);
        }
        contacts.sort_by_key(|contact| (contact.opened, contact.id));
        Ok(contacts)
    }

    /// Returns contacts that the filter lets through, newest first.
    pub fn list(&self, filter: &Filter, limit: usize) -> Vec<ContactSummary> {
        let passing = self.memory.newest().filter(|number| self.memory.passes(*number, filter).is_some());
        passing.take(limit).filter_map(|number| self.memory.numbered(number)).collect()
    }

    /// Finds contacts by words; without words, the newest. The best come first, among equals the newest.
    ///
    /// # Errors
    /// Fails if a contact that was found cannot be read.
    pub fn find(&self, typed: &str, filter: &Filter, limit: usize) -> Result<FoundContacts, CasebookError> {
        let mut ranked: Vec<(f32, u64, u32)> = if typed.trim().is_empty() {
            let passing = self.memory.newest().filter_map(|n| Some((0.0, self.memory.passes(n, filter)?, n)));
            passing.collect()
        } else {
            let matching = self.index.search(typed).into_iter();
            matching.filter_map(|(n, score)| Some((score, self.memory.passes(n, filter)?, n))).collect()
        };
        let total = ranked.len();
        let order = |a: &(f32, u64, u32), b: &(f32, u64, u32)| b.0.total_cmp(&a.0).then(b.1.cmp(&a.1));
        if total > limit && limit > 0 {
            ranked.select_nth_unstable_by(limit - 1, order);
        }
        ranked.truncate(limit);
        ranked.sort_by(order);
        let hits = ranked.into_iter().filter_map(|(_, _, number)| {
            let contact = self.memory.numbered(number)?;
            Some(
                self.texts(&contact)
                    .map(|texts| Hit { snippet: index::snippet::snippet(typed, &texts), contact }),
            )
        });
        Ok(FoundContacts { total, hits: hits.collect::<Result<_, _>>()? })
    }

    /// Returns how many documents of how many can be found already; the index fills behind the first screen.
    pub fn indexed(&self) -> (u64, u64) {
        self.index.progress()
    }

    /// Returns once everything that was saved can be found.
    pub fn settle(&self) {
        self.index.settle();
    }

    /// Returns how many bytes the index takes.
    pub fn index_bytes(&self) -> usize {
        self.index.bytes()
    }

    /// Returns a case.
    pub fn case(&self, id: CaseId) -> Option<&Case> {
        self.memory.cases.get(&id)
    }

    /// Returns all cases that have something of their own to say.
    pub fn cases(&self) -> impl Iterator<Item = &Case> {
        self.memory.cases.values()
    }

    /// Returns the contacts of a case, newest first.
    pub fn contacts_of(&self, case: CaseId) -> Vec<ContactSummary> {
        let members = self.memory.members.get(&case).into_iter().flatten();
        let mut contacts: Vec<_> = members.filter_map(|id| self.memory.summary(*id)).collect();
        contacts.sort_by_key(|contact| std::cmp::Reverse(contact.opened));
        contacts
    }

    /// Returns the case that has this agreed phrase, however it is spelled and accented.
    pub fn case_by_phrase(&self, phrase: &str) -> Option<&Case> {
        let wanted = index::folded(phrase);
        let has = |case: &&Case| case.phrase.as_deref().is_some_and(|known| index::folded(known) == wanted);
        self.memory.cases.values().filter(|_| !wanted.is_empty()).find(has)
    }

    /// Returns all drafts.
    pub fn drafts(&self) -> Vec<Draft> {
        self.memory.drafts.values().cloned().collect()
    }

    /// Returns what waits to be sent, in its order.
    pub fn outbox(&self) -> Vec<OutboxItem> {
        self.memory.outbox.values().cloned().collect()
    }

    /// Returns the promises that are still open, the most urgent first.
    pub fn promises(&self) -> Vec<Promise> {
        let mut open: Vec<_> =
            self.memory.promises.values().filter(|promise| promise.done.is_none()).cloned().collect();
        open.sort_by_key(|promise| (promise.due, promise.id));
        open
    }

    /// Returns all promises of a case, kept ones too.
    pub fn promises_of(&self, case: CaseId) -> Vec<Promise> {
        let mut all: Vec<_> =
            self.memory.promises.values().filter(|promise| promise.case == case).cloned().collect();
        all.sort_by_key(|promise| (promise.due, promise.id));
        all
    }

    /// Returns a setting.
    pub fn setting(&self, name: &str) -> Option<&str> {
        self.memory.settings.get(name).map(String::as_str)
    }

    /// Returns the audit, oldest first.
    pub fn audit(&self) -> impl Iterator<Item = &Audit> {
        self.memory.audits.values()
    }

    /// Returns the number of the first line of the audit that does not follow the one before; none if all do.
    pub fn broken_audit(&self) -> Option<u64> {
        let mut before = ([0; 32], 0);
        for (n, audit) in &self.memory.audits {
            if audit.before != before.0 || *n != before.1 + 1 {
                return Some(*n);
            }
            before = (chained(audit), *n);
        }
        None
    }

    /// Returns what a reviewer decided of a contact's summary.
    pub fn reviewed(&self, id: ContactId) -> Option<&Reviewed> {
        self.memory.reviewed.get(&id)
    }

    /// Returns the ledger of releases, oldest first.
    pub fn released(&self) -> impl Iterator<Item = &Released> {
        self.memory.released.values()
    }

    /// Returns the number of the first release that does not follow the one before; none if all do.
    pub fn broken_ledger(&self) -> Option<u64> {
        let mut before = ([0; 32], 0);
        for (n, released) in &self.memory.released {
            if released.before != before.0 || *n != before.1 + 1 {
                return Some(*n);
            }
            before = (chained_release(released), *n);
        }
        None
    }

    /// Checks every record on the disk against the sealed head, in sled and in the change log, without mending.
    ///
    /// # Errors
    /// Fails if the disk does.
    pub fn verify(&self) -> Result<bool, CasebookError> {
        Ok(self.store.verify()?)
    }

    /// Saves a batch of changes: when this returns, it survives the process and the power.
    ///
    /// # Errors
    /// Nothing of it is saved then, and the caller still has the words.
    pub fn save(&mut self, changes: Vec<Change>, now: u64) -> Result<(), CasebookError> {
        change::save(self, changes, now)
    }

    /// Does a piece of the work that keeps the files small, for idle moments; returns whether more is left.
    ///
    /// # Errors
    /// Fails if the disk does; everything is as before then.
    pub fn tidy(&mut self) -> Result<bool, CasebookError> {
        Ok(self.store.tidy()?)
    }

    fn record(&self, name: &Name) -> Result<Option<Record>, CasebookError> {
        let Some((key, _)) = self.memory.places.get(name) else { return Ok(None) };
        match self.store.read(key)? {
            Some(plain) => Ok(Some(Record::read(&plain)?)),
            None => Ok(None),
        }
    }

    /// Returns the texts of a contact in which a search may have matched.
    fn texts(&self, contact: &ContactSummary) -> Result<Vec<String>, CasebookError> {
        let mut texts = self.contact(contact.id)?.map(|contact| note_texts(&contact)).unwrap_or_default();
        texts.extend(self.transcript(contact.id)?.into_iter().flat_map(transcript_texts));
        texts.extend(self.memory.cases.get(&contact.case).into_iter().flat_map(case_texts));
        texts.push(contact.handle.clone());
        Ok(texts)
    }

    fn refuse_erased(&self, case: CaseId, contact: Option<ContactId>) -> Result<(), CasebookError> {
        let erased = &self.store.erased;
        let gone =
            erased.has(Erased::Case, case.0) || contact.is_some_and(|id| erased.has(Erased::Contact, id.0));
        if gone { Err(CasebookError::Erased) } else { Ok(()) }
    }

    fn refuse_erased_transcript(&self, contact: ContactId) -> Result<(), CasebookError> {
        let erased = &self.store.erased;
        let gone = erased.has(Erased::Transcript, contact.0) || erased.has(Erased::Contact, contact.0);
        if gone { Err(CasebookError::Erased) } else { Ok(()) }
    }

    /// Takes a removed record out of memory and index.
    fn forget(&mut self, name: &Name) {
        let pieces: &[Piece] = match name {
            Name::Contact(_) => &[Piece::Label, Piece::Note, Piece::Case],
            Name::Transcript(_) => &[Piece::Transcript],
            _ => &[],
        };
        if let Name::Contact(id) | Name::Transcript(id) = name {
            let number = self.memory.number_of(*id);
            pieces.iter().for_each(|piece| self.index.put(number, *piece, Vec::new()));
        }
        self.memory.remove(name);
        if let Name::Case(case) = name {
            self.put_case_in_index(*case);
        }
    }

    fn put_case_of_contact_in_index(&mut self, id: ContactId, case: CaseId) {
        let texts = self.memory.cases.get(&case).map(case_texts).unwrap_or_default();
        let number = self.memory.number_of(id);
        self.index.put(number, Piece::Case, texts);
    }

    fn put_case_in_index(&mut self, case: CaseId) {
        let members: Vec<ContactId> = self.memory.members.get(&case).into_iter().flatten().copied().collect();
        members.into_iter().for_each(|id| self.put_case_of_contact_in_index(id, case));
    }
}

fn put_in_index(index: &mut Index, memory: &mut Memory, record: &Record) {
    match record {
        Record::Contact(contact) => {
            let number = memory.number_of(contact.id);
            index.put(number, Piece::Label, vec![contact.handle.clone()]);
            index.put(number, Piece::Note, note_texts(contact));
        }
        Record::Transcript(transcript) => {
            let number = memory.number_of(transcript.contact);
            index.put(number, Piece::Transcript, transcript_texts(transcript.clone()));
        }
        _ => {}
    }
}

fn note_texts(contact: &Contact) -> Vec<String> {
    let notes = std::iter::once(&contact.note).chain(&contact.forms);
    let mut texts: Vec<String> =
        notes.flat_map(|note| note.fields.iter().map(|(_, words)| words.clone())).collect();
    texts.extend(contact.disclosure.iter().map(|disclosure| disclosure.decision.clone()));
    texts.retain(|text| !text.is_empty());
    texts
}

fn transcript_texts(transcript: Transcript) -> Vec<String> {
    transcript.lines.into_iter().map(|line| line.text).filter(|text| !text.is_empty()).collect()
}

fn case_texts(case: &Case) -> Vec<String> {
    case.phrase.iter().chain([&case.agreed]).filter(|text| !text.is_empty()).cloned().collect()
}

/// Returns what the next line of the audit must carry.
fn chained(audit: &Audit) -> [u8; 32] {
    Record::Audit(audit.clone()).write().map(|bytes| Sha256::digest(&*bytes).into()).unwrap_or_default()
}

/// Returns what the next release must carry.
fn chained_release(released: &Released) -> [u8; 32] {
    Record::Released(released.clone()).write().map(|bytes| Sha256::digest(&*bytes).into()).unwrap_or_default()
}

#[cfg(test)]
mod tests;
