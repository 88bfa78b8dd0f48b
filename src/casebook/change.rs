//! Changes become rows: each record gets its place and the key of its case, and a contact that moves to another case
//! takes its words away from the old case's key.

use std::collections::{BTreeMap, BTreeSet};

use super::chain::{chained, chained_release};
use super::find::put_in_index;
use super::memory::Name;
use super::migrate::Record;
use super::record::{Audit, Audited, Case, CaseId, Change, ContactId, Promise, Released};
use super::row::{Mark, RowKey, draw};
use super::store::Write;
use super::{Casebook, CasebookError, link};
use crate::conversation::id::ConversationId;

/// A batch, worked out but not yet saved.
#[derive(Default)]
pub(super) struct Batch {
    puts: Vec<(RowKey, Mark, Record)>,
    removes: Vec<(Name, RowKey)>,
    /// Keys that nothing needs any more once the batch is saved.
    retired: Vec<Mark>,
}

/// Saves changes.
pub(super) fn save(casebook: &mut Casebook, changes: Vec<Change>, now: u64) -> Result<(), CasebookError> {
    let mut batch = Batch::default();
    batch.unlink(casebook, &changes)?;
    for change in changes {
        batch.add(casebook, change)?;
    }
    let writes = batch.writes()?;
    casebook.store.save(writes, now)?;
    let retired = std::mem::take(&mut batch.retired);
    batch.done(casebook);
    // The batch is saved whatever becomes of the old keys: no row needs them, and the next start frees them.
    if let Err(error) = casebook.store.retire(retired) {
        tracing::warn!(%error, "old keys could not be destroyed yet");
    }
    Ok(())
}

impl Batch {
    /// Adds a record at its place, under this key.
    pub fn put(&mut self, casebook: &Casebook, mark: Mark, record: Record) {
        let name = Name::of(&record);
        let waiting = self.puts.iter().find(|(_, _, other)| Name::of(other) == name).map(|(key, ..)| *key);
        let key = waiting.unwrap_or_else(|| casebook.memory.key_of(&name));
        self.puts.push((key, mark, record));
    }

    /// Removes a record, if it is there.
    pub fn remove(&mut self, casebook: &Casebook, name: Name) {
        if let Some((key, _)) = casebook.memory.places.get(&name) {
            self.removes.push((name, *key));
        }
    }

    /// Adds a line to the audit.
    pub fn audit(&mut self, casebook: &Casebook, at: u64, what: Audited, detail: String) {
        let waiting = self.puts.iter().rev().find_map(|(_, _, record)| match record {
            Record::Audit(audit) => Some(audit),
            _ => None,
        });
        let before = waiting.or_else(|| casebook.memory.audits.values().next_back());
        let audit = Audit {
            n: before.map_or(0, |audit| audit.n) + 1,
            at,
            what,
            detail,
            before: before.map_or([0; 32], chained),
        };
        self.put(casebook, Mark::AUDIT, Record::Audit(audit));
    }

    /// Appends a release to the ledger.
    fn release(&mut self, casebook: &Casebook, release: String) {
        let waiting = self.puts.iter().rev().find_map(|(_, _, record)| match record {
            Record::Released(released) => Some(released),
            _ => None,
        });
        let before = waiting.or_else(|| casebook.memory.released.values().next_back());
        let released = Released {
            n: before.map_or(0, |released| released.n) + 1,
            release,
            before: before.map_or([0; 32], chained_release),
        };
        self.put(casebook, Mark::HOUSE, Record::Released(released));
    }

    fn add(&mut self, casebook: &mut Casebook, change: Change) -> Result<(), CasebookError> {
        let record = match change {
            Change::Contact(contact) => Record::Contact(*contact),
            Change::Case(case) => Record::Case(case),
            Change::Promise(promise) => Record::Promise(promise),
            Change::Transcript(transcript) => Record::Transcript(transcript),
            Change::Draft(draft) => Record::Draft(draft),
            Change::Keep(item) => Record::Outbox(item),
            Change::Setting(setting) => Record::Setting(setting),
            Change::DropDraft(conv) => {
                self.drop_record(casebook, Name::Draft(conv));
                return Ok(());
            }
            Change::Drop(id) => {
                self.drop_record(casebook, Name::Outbox(id));
                return Ok(());
            }
            Change::Agreed(agreed) => Record::Case(match casebook.case(agreed.id) {
                Some(known) => Case { phrase: agreed.phrase, agreed: agreed.agreed, ..known.clone() },
                None => agreed,
            }),
            Change::Reviewed(reviewed) => Record::Reviewed(reviewed),
            Change::Release(release) => {
                self.release(casebook, release);
                return Ok(());
            }
            Change::Audit(at, what, detail) => {
                self.audit(casebook, at, what, detail);
                return Ok(());
            }
        };
        self.add_record(casebook, record)
    }

    /// Adds a record under the key it belongs to; refuses what was erased.
    pub fn add_record(&mut self, casebook: &mut Casebook, record: Record) -> Result<(), CasebookError> {
        let mark = match &record {
            Record::Contact(contact) => {
                casebook.refuse_erased(contact.case, Some(contact.id))?;
                casebook.memory.mark_of(contact.case)
            }
            Record::Case(case) => {
                casebook.refuse_erased(case.id, None)?;
                casebook.memory.mark_of(case.id)
            }
            Record::Promise(promise) => {
                casebook.refuse_erased(promise.case, promise.contact)?;
                casebook.memory.mark_of(promise.case)
            }
            Record::Transcript(transcript) => {
                casebook.refuse_erased_transcript(transcript.contact)?;
                let known = casebook.memory.places.get(&Name::Transcript(transcript.contact));
                known.map_or_else(|| Mark(draw()), |(_, mark)| *mark)
            }
            Record::Draft(draft) => self.mark_of_conversation(casebook, draft.conv),
            Record::Outbox(_) => Mark::OUTBOX,
            Record::Setting(_) => Mark::HOUSE,
            Record::Audit(_) => Mark::AUDIT,
            Record::Reviewed(reviewed) => {
                casebook.refuse_erased(reviewed.case, Some(reviewed.contact))?;
                casebook.memory.mark_of(reviewed.case)
            }
            Record::Released(_) => Mark::HOUSE,
        };
        self.put(casebook, mark, record);
        Ok(())
    }

    /// Removes a record, and what the same batch put there before.
    fn drop_record(&mut self, casebook: &Casebook, name: Name) {
        self.puts.retain(|(_, _, record)| Name::of(record) != name);
        self.remove(casebook, name);
    }

    /// A draft belongs to the case of its conversation's contact, if there is one.
    fn mark_of_conversation(&self, casebook: &mut Casebook, conv: ConversationId) -> Mark {
        let waiting = self.puts.iter().rev().find_map(|(_, mark, record)| match record {
            Record::Contact(contact) if contact.conv == Some(conv) => Some(*mark),
            _ => None,
        });
        let known = casebook.memory.conversations.get(&conv).and_then(|id| casebook.memory.summary(*id));
        waiting.or_else(|| known.map(|contact| casebook.memory.mark_of(contact.case))).unwrap_or(Mark::HOUSE)
    }

    /// Contacts that move to another case leave no word under the key of the old one: what stays there gets a new key,
    /// and the old key is destroyed. A case that all contacts leave is no more; what it promised and agreed goes with them.
    fn unlink(&mut self, casebook: &mut Casebook, changes: &[Change]) -> Result<(), CasebookError> {
        let mut leaving: BTreeMap<CaseId, (BTreeSet<ContactId>, CaseId)> = BTreeMap::new();
        for change in changes {
            if let Change::Contact(contact) = change
                && let Some(before) = casebook.memory.summary(contact.id)
                && before.case != contact.case
            {
                let (who, to) = leaving.entry(before.case).or_insert_with(|| (BTreeSet::new(), contact.case));
                who.insert(contact.id);
                *to = contact.case;
            }
        }
        for (from, (who, to)) in leaving {
            casebook.refuse_erased(to, None)?;
            let old = casebook.memory.mark_of(from);
            let is_left = casebook.memory.members.get(&from).is_none_or(|members| members.is_subset(&who));
            self.rekey(casebook, &Move { from, to, who, is_left, old })?;
            self.retired.push(old);
        }
        Ok(())
    }

    fn rekey(&mut self, casebook: &mut Casebook, moved: &Move) -> Result<(), CasebookError> {
        let new = Mark(draw());
        let there = casebook.memory.mark_of(moved.to);
        let under_old = casebook.memory.places.iter().filter(|(_, (_, mark))| *mark == moved.old);
        let mut names: Vec<Name> = under_old.map(|(name, _)| name.clone()).collect();
        names.sort_unstable();
        for name in names {
            match casebook.record(&name)? {
                // The caller's own change writes it.
                Some(Record::Contact(contact)) if moved.who.contains(&contact.id) => {}
                Some(Record::Case(left)) if moved.is_left => {
                    self.remove(casebook, name);
                    let case = link::joined(casebook.case_or_new(moved.to), left, moved.to);
                    self.put(casebook, there, Record::Case(case));
                }
                Some(Record::Promise(promise)) if moved.takes(promise.contact) => {
                    self.put(casebook, there, Record::Promise(Promise { case: moved.to, ..promise }));
                }
                Some(Record::Reviewed(reviewed)) if moved.takes(Some(reviewed.contact)) => {
                    let reviewed = Box::new(super::record::Reviewed { case: moved.to, ..*reviewed });
                    self.put(casebook, there, Record::Reviewed(reviewed));
                }
                Some(Record::Draft(draft)) if moved.takes(casebook.of_conversation(draft.conv)) => {
                    self.put(casebook, there, Record::Draft(draft));
                }
                Some(record) => self.put(casebook, new, record),
                None => {}
            }
        }
        if moved.is_left {
            casebook.memory.forget_mark(moved.from)
        } else {
            casebook.memory.set_mark(moved.from, new)
        }
        Ok(())
    }

    /// Returns the batch as the store takes it.
    pub fn writes(&self) -> Result<Vec<Write>, CasebookError> {
        let mut writes: Vec<Write> = self.removes.iter().map(|(_, key)| Write::Remove(*key)).collect();
        for (key, mark, record) in &self.puts {
            writes.push(Write::Put(*key, *mark, record.write()?));
        }
        Ok(writes)
    }

    /// Takes a batch that is saved into memory and index.
    pub fn done(self, casebook: &mut Casebook) {
        for (name, _) in &self.removes {
            casebook.forget(name);
        }
        for (key, mark, record) in &self.puts {
            put_in_index(&mut casebook.index, &mut casebook.memory, record);
            casebook.memory.apply(record, *key, *mark);
            match record {
                Record::Case(case) => casebook.put_case_in_index(case.id),
                Record::Contact(contact) => casebook.put_case_of_contact_in_index(contact.id, contact.case),
                _ => {}
            }
        }
        casebook.index.send();
    }
}

/// Contacts that move from a case to another.
struct Move {
    from: CaseId,
    to: CaseId,
    who: BTreeSet<ContactId>,
    /// Whether nobody stays.
    is_left: bool,
    old: Mark,
}

impl Move {
    /// Whether what belongs to this contact goes along.
    fn takes(&self, contact: Option<ContactId>) -> bool {
        self.is_left || contact.is_some_and(|contact| self.who.contains(&contact))
    }
}
