//! A journal in memory for simulations: the contract without a disk. Every request is carried out before the call
//! returns, so the same inputs give the same run. What a disk would do wrong is set by hand.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use sha2::{Digest as _, Sha256};

use super::quarter::Quarter;
use super::shelf::StorageKey;
use super::{AppendError, Appended, Head, Journal, ReadError, Shelf, Standing, StoreError, Stored};
use crate::conversation::{ConversationId, Entry, EntryId, Log, Seq};

/// The journal in memory.
#[derive(Default)]
pub struct Memory {
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    seed: u64,
    house: Vec<Entry>,
    /// Quarters of the house before this one are erased.
    house_since: Option<Quarter>,
    conversations: BTreeMap<ConversationId, Conversation>,
    fault: Option<AppendError>,
}

struct Conversation {
    key: StorageKey,
    shelf: Shelf,
    logs: [Vec<Entry>; 2],
    damaged: bool,
}

impl Memory {
    /// Returns an empty journal whose keys come from `seed`.
    pub fn new(seed: u64) -> Self {
        Self { state: Mutex::new(State { seed, ..State::default() }) }
    }

    /// Lets every append and shelving fail so (`StorageFull` or `Failed`), or succeed again.
    pub fn fail(&self, fault: Option<AppendError>) {
        self.lock().fault = fault;
    }

    /// Closes a conversation as if its last record were damaged.
    pub fn damage(&self, conv: ConversationId) {
        if let Some(conversation) = self.lock().conversations.get_mut(&conv) {
            conversation.damaged = true;
        }
    }

    /// Returns all entries that an opening would replay: the house first.
    pub fn replay(&self) -> Vec<Entry> {
        let state = self.lock();
        let mut all: Vec<Entry> =
            state.house.iter().filter(|entry| state.house_has(entry)).cloned().collect();
        let talks = state.conversations.values().flat_map(|conversation| conversation.logs.iter().flatten());
        let mut talks: Vec<Entry> = talks.cloned().collect();
        talks.sort_by_key(|entry| entry.at);
        all.extend(talks);
        all
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn entries(&self, conv: ConversationId, log: Log) -> &[Entry] {
        match self.conversations.get(&conv) {
            Some(conversation) => &conversation.logs[usize::from(log.number())],
            None if conv.is_house() && log == Log::Desk => &self.house,
            None => &[],
        }
    }

    fn head(&self, conv: ConversationId, log: Log) -> Head {
        self.entries(conv, log).last().map_or_else(|| Head::start(conv, log), Head::after)
    }

    fn house_has(&self, entry: &Entry) -> bool {
        Quarter::keeping(entry).is_none_or(|quarter| Some(quarter) >= self.house_since)
    }

    fn append(&mut self, entry: Entry) -> Result<(), AppendError> {
        if entry.conv.is_house() {
            if entry.log != Log::Desk {
                return Err(AppendError::NotShelved);
            }
        } else if self.conversations.get(&entry.conv).ok_or(AppendError::NotShelved)?.damaged {
            return Err(AppendError::Damaged);
        }
        self.head(entry.conv, entry.log).admit(&entry)?;
        if let Some(fault) = self.fault {
            return Err(fault);
        }
        match self.conversations.get_mut(&entry.conv) {
            Some(conversation) => conversation.logs[usize::from(entry.log.number())].push(entry),
            None => self.house.push(entry),
        }
        Ok(())
    }

    fn shelve(&mut self, conv: ConversationId, shelf: Shelf) -> Result<(), StoreError> {
        if conv.is_house() || self.conversations.contains_key(&conv) {
            return Err(StoreError::Taken);
        }
        match self.fault {
            Some(AppendError::StorageFull) => return Err(StoreError::StorageFull),
            Some(_) => return Err(StoreError::Failed),
            None => {}
        }
        let drawn = Sha256::new().chain_update(self.seed.to_be_bytes()).chain_update(conv.as_bytes());
        let key = StorageKey::new(drawn.finalize().into());
        self.conversations.insert(conv, Conversation { key, shelf, logs: [vec![], vec![]], damaged: false });
        Ok(())
    }

    fn read(
        &self,
        conv: ConversationId,
        log: Log,
        after: Seq,
        limit: usize,
    ) -> Result<Vec<Entry>, ReadError> {
        let entries = match self.conversations.get(&conv) {
            None if !conv.is_house() => return Err(ReadError::NotShelved),
            _ => self.entries(conv, log),
        };
        let rest = usize::try_from(after).ok().and_then(|after| entries.get(after..)).unwrap_or_default();
        if self.conversations.get(&conv).is_some_and(|conversation| conversation.damaged) && rest.is_empty() {
            return Err(ReadError::Damaged);
        }
        if !conv.is_house() {
            return Ok(rest.iter().take(limit).cloned().collect());
        }
        let gone = rest.iter().take_while(|entry| !self.house_has(entry)).last();
        match gone {
            Some(entry) if limit > 0 => Err(ReadError::Gone { until: entry.seq }),
            _ => Ok(rest.iter().take_while(|entry| self.house_has(entry)).take(limit).cloned().collect()),
        }
    }
}

impl Journal for Memory {
    fn append(&self, entry: Entry, done: Appended) {
        let result = self.lock().append(entry);
        done(result);
    }

    fn read(
        &self,
        conv: ConversationId,
        log: Log,
        after: Seq,
        limit: usize,
    ) -> Result<Vec<Entry>, ReadError> {
        self.lock().read(conv, log, after, limit)
    }

    fn head(&self, conv: ConversationId, log: Log) -> Head {
        self.lock().head(conv, log)
    }

    fn conversations(&self) -> Vec<Standing> {
        let state = self.lock();
        let standing = |(conv, conversation): (&ConversationId, &Conversation)| Standing {
            conv: *conv,
            talk: state.head(*conv, Log::Talk),
            desk: state.head(*conv, Log::Desk),
            damaged: conversation.damaged,
        };
        state.conversations.iter().map(standing).collect()
    }

    fn shelve(&self, conv: ConversationId, shelf: Shelf, done: Stored) {
        let result = self.lock().shelve(conv, shelf);
        done(result);
    }

    fn shelf(&self, conv: ConversationId) -> Option<Shelf> {
        self.lock().conversations.get(&conv).map(|conversation| conversation.shelf)
    }

    fn stamp(&self, conv: ConversationId, at: u64) {
        if let Some(conversation) = self.lock().conversations.get_mut(&conv) {
            conversation.shelf.stamp = at;
        }
    }

    fn forget_token(&self, conv: ConversationId, done: Stored) {
        let result = match self.lock().conversations.get_mut(&conv) {
            Some(conversation) => {
                conversation.shelf.token = None;
                Ok(())
            }
            None => Err(StoreError::NotShelved),
        };
        done(result);
    }

    fn contact_id(&self, conv: ConversationId) -> Option<EntryId> {
        self.lock().conversations.get(&conv).map(|conversation| conversation.key.contact_id(conv))
    }

    fn erase(&self, conv: ConversationId, done: Stored) {
        self.lock().conversations.remove(&conv);
        done(Ok(()));
    }

    fn probe(&self, done: Stored) {
        done(Ok(()));
    }

    fn erase_house(&self, before: u64, done: Stored) {
        let mut state = self.lock();
        state.house_since = state.house_since.max(Some(Quarter::of(before)));
        drop(state);
        done(Ok(()));
    }
}
