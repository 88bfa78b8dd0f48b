//! What the switchboard must know of two logs to judge the next append: heads, hashes, ids, pens. Words are not here.

use std::collections::{HashMap, VecDeque};

use sha2::{Digest as _, Sha256};

use super::append::{Flight, Job};
use super::{Now, SessionId};
use crate::conversation::encoding::lp;
use crate::conversation::{
    Account, By, ConversationId, Entry, EntryId, Event, Hash, Kind, Log, Pen, Seq, chain,
};
use crate::journal::{Head, Shelf};

/// One entry, remembered without its words.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Line {
    /// Its time.
    pub at: u64,
    /// The chain's hash after it.
    pub h: Hash,
    /// What author, log, kind and data hash to: a repeat of an id must have the same.
    pub print: [u8; 16],
}

/// What is to be written, before the relay has numbered it.
#[derive(Debug, Clone)]
pub struct Draft {
    /// Its id.
    pub id: EntryId,
    /// Which log.
    pub log: Log,
    /// Its kind.
    pub kind: Kind,
    /// Its data.
    pub data: String,
    /// Its author as hashed.
    pub by: By,
    /// The account behind `line` in talk.
    pub author: Option<Account>,
}

impl Draft {
    /// Returns the fingerprint by which a repeat is known.
    pub fn print(&self) -> [u8; 16] {
        print(&self.by, self.author.as_ref(), self.log, self.kind, &self.data)
    }
}

fn print(by: &By, author: Option<&Account>, log: Log, kind: Kind, data: &str) -> [u8; 16] {
    let mut input = Vec::with_capacity(96 + data.len());
    input.push(log.number());
    lp(&mut input, by.spelled().as_bytes());
    lp(&mut input, author.map_or("", Account::as_str).as_bytes());
    lp(&mut input, kind.as_str().as_bytes());
    lp(&mut input, data.as_bytes());
    let mut print = [0; 16];
    print.copy_from_slice(&Sha256::digest(&input)[..16]);
    print
}

/// The two logs of one conversation (of the house: the one).
pub struct Book {
    /// The conversation.
    pub conv: ConversationId,
    lines: [Vec<Line>; 2],
    ids: HashMap<EntryId, (Log, Seq)>,
    pens: HashMap<(Log, Pen), u64>,
    newest: Option<(Log, u64)>,
    /// What waits for its turn.
    pub queue: VecDeque<Job>,
    /// What the journal is writing.
    pub flight: Option<Flight>,
    /// Set while the journal could not write the relay's own entry; tried again later.
    pub stalled: bool,
    /// Set for good once the log is damaged.
    pub damaged: bool,
    /// A new conversation's shelf on its way to disk.
    pub shelving: Option<Shelf>,
    /// A new conversation's shelf and contact id, until `opened` is on disk too.
    pub shelved: Option<(Shelf, EntryId)>,
    /// Who is served it.
    pub watchers: Vec<SessionId>,
}

impl Book {
    /// Begins with empty logs.
    pub fn new(conv: ConversationId) -> Self {
        Self {
            conv,
            lines: [Vec::new(), Vec::new()],
            ids: HashMap::new(),
            pens: HashMap::new(),
            newest: None,
            queue: VecDeque::new(),
            flight: None,
            stalled: false,
            damaged: false,
            shelving: None,
            shelved: None,
            watchers: Vec::new(),
        }
    }

    /// Returns the head of a log.
    pub fn head(&self, log: Log) -> Seq {
        self.lines[usize::from(log.number())].len() as Seq
    }

    /// Returns the entry with this number.
    pub fn line(&self, log: Log, seq: Seq) -> Option<&Line> {
        let index = usize::try_from(seq.checked_sub(1)?).ok()?;
        self.lines[usize::from(log.number())].get(index)
    }

    /// Returns the chain's hash after `seq`, which is 0 for the start.
    pub fn hash_at(&self, log: Log, seq: Seq) -> Option<Hash> {
        if seq == 0 { Some(chain::start(self.conv, log)) } else { self.line(log, seq).map(|line| line.h) }
    }

    /// Returns where an id stands.
    pub fn known(&self, id: &EntryId) -> Option<(Log, Seq, &Line)> {
        let (log, seq) = self.ids.get(id)?;
        self.line(*log, *seq).map(|line| (*log, *seq, line))
    }

    /// Returns how many entries a pen has in a log.
    pub fn count_of(&self, log: Log, pen: Pen) -> u64 {
        self.pens.get(&(log, pen)).copied().unwrap_or(0)
    }

    /// Returns the time of the newest entry.
    pub fn newest_at(&self) -> u64 {
        self.newest.map_or(0, |(_, at)| at)
    }

    /// Lets the first entry come after this time.
    pub fn comes_after(&mut self, at: u64) {
        self.newest.get_or_insert((Log::Desk, at));
    }

    /// Numbers, times and chains a draft. Entries of the two logs never share a millisecond: their order is in `at`.
    pub fn entry(&self, draft: Draft, now: Now) -> Entry {
        let at = match self.newest {
            Some((log, at)) if log == draft.log => now.wall.max(at),
            Some((_, at)) => now.wall.max(at + 1),
            None => now.wall,
        };
        let seq = self.head(draft.log) + 1;
        let before = self.hash_at(draft.log, seq - 1).unwrap_or(Hash([0; 32]));
        let Draft { id, log, kind, data, by, author } = draft;
        let mut entry = Entry { conv: self.conv, log, seq, at, by, author, kind, id, data, h: before };
        entry.h = chain::of_entry(before, &entry);
        entry
    }

    /// Takes an entry that the journal has read, with its chain checked. Of the house, entries before it may be erased:
    /// their places stay empty, and the chain goes on over them.
    pub fn restore(&mut self, entry: &Entry, event: &Event) -> bool {
        let next = self.head(entry.log) + 1;
        if entry.seq < next || (entry.seq > next && !self.conv.is_house()) {
            return false;
        }
        self.leave_empty(entry.log, entry.seq - 1);
        self.push(entry, event);
        true
    }

    /// Ends the reading of a log at its true head, whose entry may be erased.
    pub fn ends_at(&mut self, log: Log, head: Head) {
        if self.head(log) < head.seq {
            self.leave_empty(log, head.seq);
            if let Some(line) = self.lines[usize::from(log.number())].last_mut() {
                line.h = head.h;
            }
        }
    }

    fn leave_empty(&mut self, log: Log, until: Seq) {
        let empty = Line { at: 0, h: Hash([0; 32]), print: [0; 16] };
        let lines = &mut self.lines[usize::from(log.number())];
        while (lines.len() as Seq) < until {
            lines.push(empty);
        }
    }

    /// Takes an entry that is on disk. Returns false if it is not the next or its hash is wrong.
    pub fn apply(&mut self, entry: &Entry, event: &Event) -> bool {
        let follows = self
            .hash_at(entry.log, entry.seq.saturating_sub(1))
            .is_some_and(|before| entry.seq == self.head(entry.log) + 1 && entry.follows(before));
        if !follows {
            return false;
        }
        self.push(entry, event);
        true
    }

    fn push(&mut self, entry: &Entry, event: &Event) {
        let print = print(&entry.by, entry.author.as_ref(), entry.log, entry.kind, &entry.data);
        self.lines[usize::from(entry.log.number())].push(Line { at: entry.at, h: entry.h, print });
        self.ids.insert(entry.id, (entry.log, entry.seq));
        self.newest = Some((entry.log, entry.at.max(self.newest_at())));
        if let Some(place) = event.sealed().and_then(|body| body.under.place()) {
            self.pens.insert((entry.log, place.pen), place.n);
        }
    }
}
