//! What is where: built by reading the segments, changed by the writer after each sync, asked by every reader.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::num::NonZeroU32;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use super::record::{self, Header};
use crate::conversation::{ConversationId, Entry, Log, Seq};
use crate::journal::quarter::Quarter;
use crate::journal::shelf::{Shelf, StorageKey};
use crate::journal::{Head, ReadError, Standing};
use crate::segment::{Position, Reader, SegmentError};

/// A segment: a day, counted from 1970, or the house.
pub(super) type FileId = u32;
/// The house's segment.
pub(super) const HOUSE_FILE: FileId = u32::MAX;

#[derive(Default)]
pub(super) struct Index {
    pub conversations: HashMap<ConversationId, Conversation>,
    pub house: House,
    pub readers: HashMap<FileId, Reader>,
    /// Which conversations have records on a day: when the last is erased, the day goes.
    pub residents: BTreeMap<FileId, BTreeSet<ConversationId>>,
}

pub(super) struct Conversation {
    /// None if its shelf file is damaged.
    pub key: Option<Arc<StorageKey>>,
    pub shelf: Shelf,
    pub logs: [LogIndex; 2],
    pub days: BTreeSet<FileId>,
    pub damaged: bool,
}

pub(super) struct House {
    pub log: LogIndex,
    /// Beside each place, which key seals it.
    pub keeps: Vec<Option<Quarter>>,
    pub keys: HashMap<Option<Quarter>, Arc<StorageKey>>,
}

pub(super) struct LogIndex {
    /// The place of entry n at n - 1; none if it is gone, which only the house's may be.
    pub places: Vec<Option<Place>>,
    pub head: Head,
}

/// Where a record is: 16 bytes for each entry on disk.
#[derive(Clone, Copy)]
pub(super) struct Place {
    file: FileId,
    length: NonZeroU32,
    at: u64,
}

/// All that it takes to read one entry without holding the index.
pub(super) struct Fetch {
    position: Position,
    reader: Reader,
    key: Arc<StorageKey>,
}

pub(super) fn read(index: &RwLock<Index>) -> RwLockReadGuard<'_, Index> {
    index.read().unwrap_or_else(PoisonError::into_inner)
}

pub(super) fn write(index: &RwLock<Index>) -> RwLockWriteGuard<'_, Index> {
    index.write().unwrap_or_else(PoisonError::into_inner)
}

impl Index {
    /// Returns the head of a log; that of an empty one, too, for what is not known.
    pub fn head(&self, conv: ConversationId, log: Log) -> Head {
        self.log(conv, log).map_or_else(|| Head::start(conv, log), |log| log.head)
    }

    /// Returns the key that seals records under this header.
    pub fn key(&self, header: &Header) -> Option<&Arc<StorageKey>> {
        match self.conversations.get(&header.conv) {
            Some(conversation) => conversation.key.as_ref(),
            None if header.conv.is_house() => self.house.keys.get(&header.keeps),
            None => None,
        }
    }

    pub fn standings(&self) -> Vec<Standing> {
        let standing = |(conv, conversation): (&ConversationId, &Conversation)| Standing {
            conv: *conv,
            talk: conversation.logs[0].head,
            desk: conversation.logs[1].head,
            damaged: conversation.damaged,
        };
        let mut all: Vec<_> = self.conversations.iter().map(standing).collect();
        all.sort_unstable_by_key(|standing| standing.conv);
        all
    }

    /// Returns how to read up to `limit` entries behind `after`, as far as they are there without a gap.
    pub fn wanted(
        &self,
        conv: ConversationId,
        log: Log,
        after: Seq,
        limit: usize,
    ) -> Result<Vec<Fetch>, ReadError> {
        let places = &self.log(conv, log).ok_or(ReadError::NotShelved)?.places;
        let rest = usize::try_from(after).ok().and_then(|after| places.get(after..)).unwrap_or_default();
        let fetch = |(n, place): (usize, &Option<Place>)| {
            let place = (*place)?;
            let key = match self.conversations.get(&conv) {
                Some(conversation) => conversation.key.as_ref()?,
                None => self.house.keys.get(self.house.keeps.get(after as usize + n)?)?,
            };
            let reader = self.readers.get(&place.file)?.clone();
            Some(Fetch { position: place.position(), reader, key: Arc::clone(key) })
        };
        let wanted: Vec<_> = rest.iter().take(limit).enumerate().map_while(fetch).collect();
        if wanted.is_empty() && limit > 0 {
            if self.conversations.get(&conv).is_some_and(|conversation| conversation.damaged) {
                return Err(ReadError::Damaged);
            }
            let gone = rest.iter().take_while(|place| place.is_none()).count();
            if gone > 0 {
                return Err(ReadError::Gone { until: after + gone as u64 });
            }
        }
        Ok(wanted)
    }

    /// Notes a durable record as the next of its log.
    pub fn take(&mut self, entry: &Entry, keeps: Option<Quarter>, file: FileId, position: Position) {
        let place = Place::new(file, position);
        if entry.conv.is_house() {
            self.house.push(Head::after(entry), keeps, place);
        } else if let Some(conversation) = self.conversations.get_mut(&entry.conv) {
            conversation.logs[usize::from(entry.log.number())].push(Head::after(entry), place);
            self.settle(entry.conv, file);
        }
    }

    /// Notes that a conversation has a record on a day.
    pub fn settle(&mut self, conv: ConversationId, day: FileId) {
        if let Some(conversation) = self.conversations.get_mut(&conv)
            && conversation.days.insert(day)
        {
            self.residents.entry(day).or_default().insert(conv);
        }
    }

    /// Takes a conversation out and returns the days on which nobody is left.
    pub fn forget(&mut self, conv: ConversationId) -> Vec<FileId> {
        let days = self.conversations.remove(&conv).map(|conversation| conversation.days).unwrap_or_default();
        let mut empty = Vec::new();
        for day in days {
            let residents = self.residents.entry(day).or_default();
            residents.remove(&conv);
            if residents.is_empty() {
                self.residents.remove(&day);
                empty.push(day);
            }
        }
        empty
    }

    /// Notes that a record turned out to be unreadable: its conversation is closed, the house goes on without it.
    pub fn lose(&mut self, conv: ConversationId, log: Log, seq: Seq) {
        let nth = usize::try_from(seq - 1).unwrap_or(usize::MAX);
        let log = match self.conversations.get_mut(&conv) {
            Some(conversation) => {
                conversation.damaged = true;
                &mut conversation.logs[usize::from(log.number())]
            }
            None => &mut self.house.log,
        };
        if let Some(place) = log.places.get_mut(nth) {
            *place = None;
        }
    }

    fn log(&self, conv: ConversationId, log: Log) -> Option<&LogIndex> {
        match self.conversations.get(&conv) {
            Some(conversation) => Some(&conversation.logs[usize::from(log.number())]),
            None => (conv.is_house() && log == Log::Desk).then_some(&self.house.log),
        }
    }
}

impl Conversation {
    pub fn new(conv: ConversationId, key: Option<StorageKey>, shelf: Shelf) -> Self {
        let logs = Log::BOTH.map(|log| LogIndex::new(conv, log));
        let damaged = key.is_none();
        Self { key: key.map(Arc::new), shelf, logs, days: BTreeSet::new(), damaged }
    }
}

impl House {
    pub fn push(&mut self, head: Head, keeps: Option<Quarter>, place: Option<Place>) {
        self.log.push(head, place);
        self.keeps.push(keeps);
    }

    /// Forgets the quarters before `since` and returns them.
    pub fn forget_before(&mut self, since: Quarter) {
        self.keys.retain(|keeps, _| keeps.is_none_or(|quarter| quarter >= since));
        for (place, keeps) in self.log.places.iter_mut().zip(&self.keeps) {
            if keeps.is_some_and(|quarter| quarter < since) {
                *place = None;
            }
        }
    }
}

impl Default for House {
    fn default() -> Self {
        let log = LogIndex::new(ConversationId::HOUSE, Log::Desk);
        Self { log, keeps: Vec::new(), keys: HashMap::new() }
    }
}

impl LogIndex {
    fn new(conv: ConversationId, log: Log) -> Self {
        Self { places: Vec::new(), head: Head::start(conv, log) }
    }

    fn push(&mut self, head: Head, place: Option<Place>) {
        self.places.push(place);
        self.head = head;
    }

    /// Returns whether an entry of this log is known to stand behind `at` of `file`, so that none is lost there.
    pub fn goes_on_behind(&self, file: FileId, at: u64) -> bool {
        let last = self.places.iter().rev().find_map(|place| *place);
        last.is_some_and(|last| last.file > file || (last.file == file && last.at > at))
    }
}

impl Place {
    pub fn new(file: FileId, position: Position) -> Option<Self> {
        NonZeroU32::new(position.length).map(|length| Self { file, length, at: position.at })
    }

    fn position(self) -> Position {
        Position { at: self.at, length: self.length.get() }
    }
}

impl Fetch {
    pub fn entry(&self) -> Result<Entry, SegmentError> {
        let mut record = self.reader.read(self.position)?;
        let entry =
            Header::parse(&record).ok().and_then(|header| record::open(&mut record, &header, &self.key));
        entry.ok_or(SegmentError::Damaged(self.position.at))
    }
}
