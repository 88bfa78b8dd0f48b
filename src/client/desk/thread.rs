//! One conversation as the desk reads it: both logs, and K, which the first entry gives to whoever has the line seed.

use crate::client::link::Alteration;
use crate::client::reader::{Outcome, Reader, Ring};
use crate::conversation::event::{By, Opened};
use crate::conversation::{ConversationId, Entry, EntryId, Event, Kind, Log, Seq};
use crate::sealing::house::HouseKey;
use crate::sealing::line::{LineSeed, TalkKey};

/// The keys of an account.
pub(super) struct Keyring {
    pub line: Vec<LineSeed>,
    pub house: Vec<HouseKey>,
}

/// The state of reading one conversation.
pub(super) struct Thread {
    pub conv: ConversationId,
    pub talk: Reader,
    pub desk: Reader,
    pub key: Option<TalkKey>,
    /// What holds K, while no seed opens it: the key may be granted yet.
    pub opened: Option<Opened>,
    /// The id of its contact row.
    pub contact: Option<EntryId>,
    /// The number of the child's last message.
    pub last_of_child: Seq,
    /// Whether the console asked for it, beside what the account holds.
    pub is_asked: bool,
    /// Whether it is read at all. What is no longer read is kept, so that it goes on from there if it is read again.
    pub is_read: bool,
    /// The heads served on this socket; none before `watching`.
    pub served: Option<(Seq, Seq)>,
    /// When it was last asked for, on the monotonic clock.
    pub asked_at: u64,
    /// When to ask again: the relay said so.
    pub retry_at: Option<u64>,
}

impl Thread {
    pub(super) fn new(conv: ConversationId, is_asked: bool) -> Self {
        Self {
            conv,
            talk: Reader::new(conv, Log::Talk),
            desk: Reader::new(conv, Log::Desk),
            key: None,
            opened: None,
            contact: None,
            last_of_child: 0,
            is_asked,
            is_read: true,
            served: None,
            asked_at: 0,
            retry_at: None,
        }
    }

    pub(super) fn reader(&self, log: Log) -> &Reader {
        match log {
            Log::Talk => &self.talk,
            Log::Desk => &self.desk,
        }
    }

    pub(super) fn reader_mut(&mut self, log: Log) -> &mut Reader {
        match log {
            Log::Talk => &mut self.talk,
            Log::Desk => &mut self.desk,
        }
    }

    /// Whether all that was served has come, so that what is written now is written on what is known.
    pub(super) fn is_level(&self) -> bool {
        self.served.is_some_and(|(talk, desk)| self.talk.head() >= talk && self.desk.head() >= desk)
    }

    /// Ends reading, until it is watched again.
    pub(super) fn rest(&mut self) {
        (self.is_read, self.is_asked, self.served, self.retry_at) = (false, false, None, None);
    }

    /// Why it stopped, if either log did.
    pub(super) fn stopped(&self) -> Option<Alteration> {
        self.talk.stopped().or(self.desk.stopped())
    }

    /// Tries the seeds on what is not open yet.
    pub(super) fn open(&mut self, keys: &Keyring) {
        if let Some(opened) = &self.opened {
            self.key = keys.line.iter().find_map(|seed| seed.open(self.conv, opened).ok());
            self.opened = self.opened.take().filter(|_| self.key.is_none());
        }
    }

    /// Takes an entry of either log.
    pub(super) fn take(&mut self, entry: &Entry, keys: &Keyring) -> Outcome {
        if let Some(why) = self.stopped() {
            return Outcome::Stopped(why);
        }
        let other = if entry.log == Log::Talk { &self.desk } else { &self.talk };
        if entry.seq == self.reader(entry.log).head() + 1 && other.has(entry.id) {
            return self.reader_mut(entry.log).stop(Alteration::IdAgain);
        }
        let Self { key, contact, .. } = self;
        let ring = Ring { talk: key.as_ref(), line: &keys.line, house: &keys.house, contact: *contact };
        let reader = if entry.log == Log::Talk { &mut self.talk } else { &mut self.desk };
        let outcome = reader.take(entry, ring);
        if matches!(outcome, Outcome::Shown(_) | Outcome::Unread(_)) {
            if let (Kind::Opened, Ok(Event::Opened(opened))) = (entry.kind, entry.event()) {
                self.opened = Some(opened);
                self.open(keys);
            }
            if entry.kind == Kind::Said && entry.by == By::Child {
                self.last_of_child = entry.seq;
            }
        }
        outcome
    }
}
