//! Finding contacts: what of a record goes into the index, lists, and searches with their snippets.

use super::index::{self, Index, Piece};
use super::memory::{Memory, Name};
use super::migrate::Record;
use super::record::{Case, CaseId, Contact, ContactId, ContactSummary, Filter, Hit, Transcript};
use super::{Casebook, CasebookError};

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FoundContacts {
    /// How many contacts there are in all that match.
    pub total: usize,
    /// The best of them.
    pub hits: Vec<Hit>,
}

impl Casebook {
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

    /// Returns the texts of a contact in which a search may have matched.
    fn texts(&self, contact: &ContactSummary) -> Result<Vec<String>, CasebookError> {
        let mut texts = self.contact(contact.id)?.map(|contact| note_texts(&contact)).unwrap_or_default();
        texts.extend(self.transcript(contact.id)?.into_iter().flat_map(transcript_texts));
        texts.extend(self.memory.cases.get(&contact.case).into_iter().flat_map(case_texts));
        texts.push(contact.handle.clone());
        Ok(texts)
    }

    /// Takes a removed record out of memory and index.
    pub(super) fn forget(&mut self, name: &Name) {
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

    pub(super) fn put_case_of_contact_in_index(&mut self, id: ContactId, case: CaseId) {
        let texts = self.memory.cases.get(&case).map(case_texts).unwrap_or_default();
        let number = self.memory.number_of(id);
        self.index.put(number, Piece::Case, texts);
    }

    pub(super) fn put_case_in_index(&mut self, case: CaseId) {
        let members: Vec<ContactId> = self.memory.members.get(&case).into_iter().flatten().copied().collect();
        members.into_iter().for_each(|id| self.put_case_of_contact_in_index(id, case));
    }
}

pub(super) fn put_in_index(index: &mut Index, memory: &mut Memory, record: &Record) {
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
