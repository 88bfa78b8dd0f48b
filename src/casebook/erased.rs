//! What was erased and must stay so: ids that say nothing, kept in clear beside the rows and beside every backup. The
//! list is written before anything is destroyed, so that an erasure that was cut short is finished at the next start, and
//! so that an older backup cannot bring a forgotten case back.

use std::collections::HashSet;
use std::path::Path;
use std::sync::Arc;

use super::row::Mark;
use crate::segment::{Disk, Segment, SegmentError};

/// The name of the list, in the casebook's folder and beside backups.
pub(super) const NAME: &str = "erased";

/// One erasure.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Erasure {
    /// A case, a contact, or the contact whose transcript is meant; the ids are random and do not collide.
    pub id: [u8; 16],
    /// What of it.
    pub what: Erased,
    /// The keys that were destroyed.
    pub marks: Vec<Mark>,
}

/// What was erased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Erased {
    /// A case with all its contacts.
    Case,
    /// A contact.
    Contact,
    /// The transcript of a contact.
    Transcript,
    /// Only keys: their rows live on under new ones.
    Keys,
}

/// The list, open for writing.
pub(super) struct ErasedList {
    file: Segment,
    marks: HashSet<Mark>,
    ids: HashSet<(Erased, [u8; 16])>,
}

impl ErasedList {
    /// Opens the list in `dir`, or makes it.
    pub fn open(disk: &Arc<dyn Disk>, dir: &Path) -> Result<Self, SegmentError> {
        let (mut marks, mut ids) = (HashSet::new(), HashSet::new());
        let (file, _) = Segment::open_or_create(disk, &dir.join(NAME), &mut |_, record| {
            if let Some(erasure) = read(record) {
                ids.insert((erasure.what, erasure.id));
                marks.extend(erasure.marks);
            }
        })?;
        Ok(Self { file, marks, ids })
    }

    /// Adds to the list; it is durable when this returns.
    pub fn add(&mut self, erasures: &[Erasure]) -> Result<(), SegmentError> {
        if self.file.is_poisoned() {
            self.file.reopen()?;
        }
        for erasure in erasures {
            self.file.append(&write(erasure))?;
        }
        self.file.sync()?;
        for erasure in erasures {
            self.ids.insert((erasure.what, erasure.id));
            self.marks.extend(&erasure.marks);
        }
        Ok(())
    }

    /// Whether a key was destroyed, or must be.
    pub fn has_mark(&self, mark: Mark) -> bool {
        self.marks.contains(&mark)
    }

    /// Returns all keys on the list.
    pub fn marks(&self) -> impl Iterator<Item = Mark> {
        self.marks.iter().copied()
    }

    /// Whether this was erased.
    pub fn has(&self, what: Erased, id: [u8; 16]) -> bool {
        self.ids.contains(&(what, id))
    }

    /// Returns what was erased by id, without the keys: what a backup has to know.
    pub fn ids(&self) -> impl Iterator<Item = (Erased, [u8; 16])> {
        self.ids.iter().copied().filter(|(what, _)| *what != Erased::Keys)
    }
}

/// Reads a list without changing anything, and returns what was erased by id.
pub(super) fn scan(disk: &dyn Disk, path: &Path) -> Result<Vec<(Erased, [u8; 16])>, SegmentError> {
    let mut ids = Vec::new();
    Segment::scan(disk, path, &mut |_, record| {
        ids.extend(
            read(record)
                .filter(|erasure| erasure.what != Erased::Keys)
                .map(|erasure| (erasure.what, erasure.id)),
        );
    })?;
    Ok(ids)
}

impl Erased {
    /// Returns the byte that stands for it.
    pub fn code(self) -> u8 {
        match self {
            Self::Case => 1,
            Self::Transcript => 2,
            Self::Keys => 3,
            Self::Contact => 4,
        }
    }

    /// Returns what a byte stands for.
    pub fn of_code(code: u8) -> Option<Self> {
        [Self::Case, Self::Transcript, Self::Keys, Self::Contact].into_iter().find(|what| what.code() == code)
    }
}

fn write(erasure: &Erasure) -> Vec<u8> {
    let mut record = vec![erasure.what.code()];
    record.extend_from_slice(&erasure.id);
    erasure.marks.iter().for_each(|mark| record.extend_from_slice(&mark.0));
    record
}

fn read(record: &[u8]) -> Option<Erasure> {
    let (code, rest) = record.split_first()?;
    let (id, rest) = rest.split_first_chunk::<16>()?;
    let (marks, []) = rest.as_chunks::<16>() else { return None };
    let marks = marks.iter().map(|mark| Mark(*mark)).collect();
    Some(Erasure { id: *id, what: Erased::of_code(*code)?, marks })
}
