//! The casebook: what a counsellor writes and keeps. Cases, contacts, notes, drafts, the outbox; every byte of it sealed,
//! and saved only when the disk has said so.
//!
//! A casebook has one writer and does not know the network, the relay or the screen. What may fail is
//! [`CasebookError`]: after an error nothing of a batch is saved, and the caller still has the words.

use std::path::Path;
use std::sync::Arc;

use crate::conversation::id::ConversationId;
use crate::sealing::Secret;
use crate::segment::{Disk, RealDisk};
use erased::Erased;
use index::Index;
use memory::{Memory, Name};
use migrate::{Record, RecordError};
use record::{
    Case, CaseId, Change, Contact, ContactId, ContactSummary, Draft, OutboxItem, Promise, Reviewed,
    Transcript,
};
use row::{Keys, Mark, RowKey};
use store::Store;

pub mod backup;
mod chain;
mod change;
mod erase;
mod erased;
mod error;
mod find;
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

pub use error::CasebookError;
pub use find::FoundContacts;
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
                find::put_in_index(&mut index, &mut memory, &record);
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

    /// Returns what a reviewer decided of a contact's summary.
    pub fn reviewed(&self, id: ContactId) -> Option<&Reviewed> {
        self.memory.reviewed.get(&id)
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

    /// Returns how many bytes the sealed records take, each counted once.
    pub fn sealed_bytes(&self) -> u64 {
        self.store.sealed_bytes()
    }

    fn record(&self, name: &Name) -> Result<Option<Record>, CasebookError> {
        let Some((key, _)) = self.memory.places.get(name) else { return Ok(None) };
        match self.store.read(key)? {
            Some(plain) => Ok(Some(Record::read(&plain)?)),
            None => Ok(None),
        }
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
}

#[cfg(test)]
mod tests;
