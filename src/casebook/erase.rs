//! Forgetting: a case, a child's chat, cases past their time. The keys go first, so that what is forgotten cannot be
//! read wherever a copy of its rows still lies.

use super::change::Batch;
use super::erased::{Erased, Erasure};
use super::memory::Name;
use super::migrate::Record;
use super::record::{Audited, CaseId, ContactId, Kept};
use super::row::Mark;
use super::{Casebook, CasebookError};
use crate::conversation::id::ConversationId;

impl Casebook {
    /// Erases a case with all its contacts, chats, promises and drafts, for ever. Returns whether there was one.
    ///
    /// # Errors
    /// Fails if the disk does; what was begun is finished at the next start.
    pub fn erase_case(&mut self, case: CaseId, now: u64) -> Result<bool, CasebookError> {
        let members: Vec<ContactId> = self.memory.members.get(&case).into_iter().flatten().copied().collect();
        let conversations: Vec<ConversationId> =
            members.iter().filter_map(|id| self.memory.summary(*id)?.conv).collect();
        let belongs = |name: &Name| match name {
            Name::Contact(id) | Name::Transcript(id) | Name::Reviewed(id) => members.contains(id),
            Name::Case(id) => *id == case,
            Name::Draft(conv) => conversations.contains(conv),
            Name::Promise(id) => self.memory.promises.get(id).is_some_and(|promise| promise.case == case),
            Name::Outbox(id) => self
                .memory
                .outbox
                .iter()
                .any(|((_, known), item)| known == id && conversations.contains(&item.conv)),
            Name::Setting(_) | Name::Audit(_) | Name::Released(_) => false,
        };
        let names: Vec<Name> = self.memory.places.keys().filter(|name| belongs(name)).cloned().collect();
        if names.is_empty() {
            return Ok(false);
        }
        let places = names.iter().filter_map(|name| self.memory.places.get(name));
        let mut marks: Vec<Mark> = places.map(|(_, mark)| *mark).filter(|mark| !mark.is_derived()).collect();
        marks.sort_unstable();
        marks.dedup();
        let mut erasures = vec![Erasure { id: case.0, what: Erased::Case, marks }];
        erasures.extend(members.iter().map(|id| Erasure {
            id: id.0,
            what: Erased::Contact,
            marks: Vec::new(),
        }));

        let mut batch = Batch::default();
        names.into_iter().for_each(|name| batch.remove(self, name));
        batch.audit(self, now, Audited::Erased, format!("1, {}", members.len()));
        self.store.erase(&erasures, batch.writes()?, now)?;
        batch.done(self);
        self.memory.forget_mark(case);
        self.tell_backups();
        Ok(true)
    }

    /// Erases the words of a conversation, because the child wanted it so: its chat, and what was not sent yet. The
    /// counsellor's note stays. Returns whether there was anything.
    ///
    /// # Errors
    /// Fails if the disk does; what was begun is finished at the next start.
    pub fn forget_conversation(&mut self, conv: ConversationId, now: u64) -> Result<bool, CasebookError> {
        let Some(id) = self.of_conversation(conv) else { return Ok(false) };
        let Some(mut contact) = self.contact(id)? else { return Ok(false) };
        let mut batch = Batch::default();
        let transcript = self.memory.places.get(&Name::Transcript(id)).map(|(_, mark)| *mark);
        let erasure = Erasure { id: id.0, what: Erased::Transcript, marks: transcript.into_iter().collect() };
        batch.remove(self, Name::Transcript(id));
        batch.remove(self, Name::Draft(conv));
        let waiting = self.memory.outbox.values().filter(|item| item.conv == conv);
        waiting.map(|item| Name::Outbox(item.id)).for_each(|name| batch.remove(self, name));
        contact.kept = Kept::Forgotten;
        contact.conv = None;
        let mark = self.memory.mark_of(contact.case);
        batch.put(self, mark, Record::Contact(contact));
        batch.audit(self, now, Audited::Erased, "0, 1".to_owned());
        self.store.erase(&[erasure], batch.writes()?, now)?;
        batch.done(self);
        self.tell_backups();
        Ok(true)
    }

    /// Returns the cases whose last contact ended before `before`: without a hold, without an open promise, and nothing
    /// unfinished in them.
    pub fn expired(&self, before: u64) -> Vec<CaseId> {
        let is_over = |case: &CaseId| {
            let contacts = self.contacts_of(*case);
            !self.case(*case).is_some_and(|case| case.hold)
                && contacts
                    .iter()
                    .all(|contact| contact.ended.unwrap_or(u64::MAX) < before && contact.due.is_none())
        };
        let mut cases: Vec<CaseId> = self.memory.members.keys().copied().filter(is_over).collect();
        cases.sort_unstable();
        cases
    }

    /// Erases the cases that [`Casebook::expired`] names, and returns them.
    ///
    /// # Errors
    /// Fails if the disk does; the cases before are erased then.
    pub fn expire(&mut self, before: u64, now: u64) -> Result<Vec<CaseId>, CasebookError> {
        let cases = self.expired(before);
        for case in &cases {
            self.erase_case(*case, now)?;
        }
        Ok(cases)
    }
}
