//! The switchboard decides which counsellor gets which child, and who may read and write what. It does no I/O: `server`
//! brings it inputs and performs the effects it returns, so a race between two counsellors is a list of inputs in a
//! test. Time comes with every input; randomness from a seed handed in at the beginning.
//!
//! Nothing is believed before it is on disk: an append is judged, handed to the journal, and changes the state only when
//! [`Input::Logged`] comes back. One append is under way per conversation; the others wait, so that each is judged on
//! true state.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::conversation::event::ShiftState;
use crate::conversation::queue::{Back, Talk};
use crate::conversation::{Account, ConversationId, EntryId, Log};
use crate::protocol::frame::{ClientSignal, SignedCard, ToClient, ToRelay};
use crate::protocol::{Goodbye, Refusal};

use self::book::Book;
use self::card::LineCard;
use self::dice::Dice;
use self::floor::Floor;
use self::limit::Bucket;
use self::presence::Presence;
use self::session::{Proof, Session};
use super::rules::{MINUTE, Rules};
use crate::conversation::house::House;
use crate::journal::Shelf;
use crate::sealing::card::Card;

mod append;
mod book;
mod card;
mod child;
mod desk;
mod dice;
mod floor;
mod io;
mod judge;
mod keeping;
mod keys;
mod leaving;
mod limit;
mod presence;
pub mod rights;
mod roll;
mod serve;
mod session;
#[cfg(test)]
mod tests;
mod view;

pub use self::card::BadCard;
pub use self::io::{AddressKey, Door, Effect, Failure, Input, Kept, Metric, Now, SessionId};

/// A conversation as it is now: its fold, its shelf, and who is there.
struct Held {
    talk: Talk,
    shelf: Shelf,
    contact: EntryId,
    /// The child's socket.
    child: Option<SessionId>,
    /// The monotonic time at which the absent child counts as gone.
    absent_at: Option<u64>,
    /// The child's appends.
    appends: Bucket,
    /// The child's signals.
    signals: Bucket,
    /// The last place told to the child.
    told_place: Option<(u64, Option<(u32, u32)>)>,
    /// Erasing is under way.
    erasing: bool,
}

/// What may happen at a time. The order is that of the monotonic clock.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Alarm {
    Proof(SessionId),
    Silence(SessionId),
    Absence(ConversationId),
    WayBack(ConversationId),
    Away(Account),
    Gone(Account),
    WatchOff(ConversationId, Account),
    Retry(ConversationId),
    EraseAgain(ConversationId),
    Places,
    Minute,
}

/// A ticket of somebody who left.
#[derive(Debug, Clone)]
struct Ticket {
    back: Back,
    /// When it left, by its entry.
    left: u64,
    until: u64,
}

/// What is counted of one address.
#[derive(Default)]
struct Address {
    opens: Bucket,
    failed: Bucket,
    busy_until: u64,
    work_until: u64,
}

/// The relay's mind.
pub struct Switchboard {
    rules: Rules,
    root: [u8; 65],
    card: LineCard,
    dice: Dice,
    now: Now,
    house: House,
    books: HashMap<ConversationId, Book>,
    talks: HashMap<ConversationId, Held>,
    sessions: HashMap<SessionId, Session>,
    presences: HashMap<Account, Presence>,
    addresses: HashMap<AddressKey, Address>,
    tickets: HashMap<EntryId, Ticket>,
    opens: std::collections::VecDeque<u64>,
    alarms: BTreeSet<(u64, Alarm)>,
    told_wake: Option<u64>,
    floor: Floor,
    meter: keeping::Meter,
    /// Who was on shift, as the house tells; of a relay that began it is empty.
    roll: roll::Roll,
    /// Which conversations an account ever held that are still kept.
    held_by: BTreeMap<Account, BTreeSet<ConversationId>>,
    /// Children who wait to hear that their words are gone.
    forgetting: HashMap<ConversationId, SessionId>,
    /// What is on the shelf and no talk, and since when.
    unreadable: BTreeMap<ConversationId, u64>,
    /// The day for which old rows were last looked after.
    kept_day: u64,
    latest: Latest,
    stopping: bool,
    out: Vec<Effect>,
}

/// The newest times of entries whose order counts across conversations, in wall milliseconds.
#[derive(Debug, Default)]
struct Latest {
    talk: u64,
    revoked: u64,
}

impl Switchboard {
    /// Makes an empty switchboard. `seed` must be random in a real relay; `root` is the public key that signs cards.
    pub fn new(rules: Rules, root: [u8; 65], seed: [u8; 32], now: Now) -> Self {
        let mut books = HashMap::new();
        books.insert(ConversationId::HOUSE, Book::new(ConversationId::HOUSE));
        Self {
            rules,
            root,
            card: LineCard::none(root),
            dice: Dice::new(seed),
            now,
            house: House::default(),
            books,
            talks: HashMap::new(),
            sessions: HashMap::new(),
            presences: HashMap::new(),
            addresses: HashMap::new(),
            tickets: HashMap::new(),
            opens: std::collections::VecDeque::new(),
            alarms: BTreeSet::new(),
            told_wake: None,
            floor: Floor::default(),
            meter: keeping::Meter::default(),
            roll: roll::Roll::default(),
            held_by: BTreeMap::new(),
            forgetting: HashMap::new(),
            unreadable: BTreeMap::new(),
            kept_day: 0,
            latest: Latest::default(),
            stopping: false,
            out: Vec::new(),
        }
    }

    /// Takes one conversation from the journal, before [`Self::start`]. The house comes first, for its revocations belong
    /// among the entries of the talks.
    pub fn restore(&mut self, kept: Kept) {
        if kept.shelf.is_some() && kept.entries.is_empty() && !kept.damaged {
            // The relay died between shelf and first entry: nothing was promised, and `open` must find its place free.
            return self.out.push(Effect::Erase { conv: kept.conv });
        }
        let mut book = Book::new(kept.conv);
        book.damaged = kept.damaged;
        let mut entries = kept.entries;
        entries.sort_by_key(|entry| (entry.at, entry.log, entry.seq));
        let mut talk: Option<Talk> = None;
        let mut revoked = self.house.revocations().into_iter().peekable();
        for entry in &entries {
            while let Some((at, account)) = revoked.next_if(|(at, _)| *at < entry.at) {
                if let Some(talk) = &mut talk {
                    talk.cut_off(&account, at);
                }
            }
            let Ok(event) = entry.event() else {
                book.damaged = true;
                break;
            };
            if !book.restore(entry, &event) {
                book.damaged = true;
                break;
            }
            if kept.conv.is_house() {
                self.house.apply(entry, &event);
                self.roll.apply(entry, &event, &self.rules.keep);
            } else if let Some(talk) = &mut talk {
                talk.apply(entry, &event);
            } else {
                talk = Talk::begin(entry, &event);
            }
        }
        if kept.conv.is_house() {
            for log in Log::BOTH {
                book.ends_at(log, kept.heads[usize::from(log.number())]);
            }
        }
        match (talk, kept.shelf) {
            (Some(mut talk), Some(shelf)) => {
                for (at, account) in revoked {
                    talk.cut_off(&account, at);
                }
                self.hold(talk, shelf, kept.contact, book.newest_at().max(shelf.stamp));
            }
            (None, Some(shelf)) => {
                // A stamp may be lost with its key: then it counts from now.
                let since = Some(shelf.stamp).filter(|stamp| *stamp > 0).unwrap_or(self.now.wall);
                self.unreadable.insert(kept.conv, since);
            }
            _ => {}
        }
        if !kept.conv.is_house() {
            self.latest.talk = self.latest.talk.max(book.newest_at());
        }
        self.books.insert(kept.conv, book);
    }

    /// Ends the beginning: after it every input is welcome. Returns what to do first.
    ///
    /// # Errors
    /// Fails if the house has no card that can be read.
    pub fn start(&mut self, now: Now) -> Result<Vec<Effect>, BadCard> {
        self.now = now;
        let card = self.house.card.clone().ok_or(BadCard)?;
        self.card = LineCard::read(SignedCard { card: card.card, sig: card.sig, root: self.root })?;
        self.latest.revoked = self.house.revocations().last().map_or(0, |(at, _)| *at);
        self.meter_after_restart();
        for account in self.house.members.keys().cloned().collect::<Vec<_>>() {
            self.presence_after_restart(&account);
        }
        self.roll = roll::Roll::default();
        self.link_returned();
        self.erase_after_restart();
        self.talks_after_restart();
        self.floor.begin(now.wall);
        self.refresh_all();
        self.tell_damage();
        self.alarm(MINUTE, Alarm::Minute);
        self.finish();
        Ok(std::mem::take(&mut self.out))
    }

    /// Takes one input and returns what to do about it, in order.
    pub fn update(&mut self, now: Now, input: Input) -> Vec<Effect> {
        self.now = Now { wall: now.wall.max(self.now.wall), mono: now.mono.max(self.now.mono) };
        match input {
            Input::Connected { session, door, address } => self.connected(session, door, address),
            Input::Frame { session, frame } => self.frame(session, frame),
            Input::BadFrame { session } => self.bad_frame(session),
            Input::Closed { session } => self.gone(session),
            Input::Shelved { conv, result } => self.shelved(conv, result),
            Input::Logged { conv, result } => self.logged(conv, result),
            Input::Replayed { session, conv, log, after, entries } => {
                self.replayed(session, conv, log, after, entries);
            }
            Input::Drained { session } => self.drained(session),
            Input::Missed { session } => self.send_queue(session),
            Input::Erased { conv, result } => self.erased(conv, result),
            Input::Woken => {
                self.told_wake = None;
                self.woken();
            }
            Input::Settle => self.settle(),
            Input::Stop => self.stop(),
        }
        self.finish();
        std::mem::take(&mut self.out)
    }

    /// Takes one frame of a session: who may say it is decided here, what it does elsewhere.
    fn frame(&mut self, id: SessionId, frame: ToRelay) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        session.heard = self.now.mono;
        let (door, proof) = (session.door, session.proof.clone());
        let re = frame.name();
        match (frame, door, proof) {
            (ToRelay::Ping { n }, _, _) => self.send(id, ToClient::Pong { n }),
            (ToRelay::Open { conv, token_hash, lang, seals, after, work }, Door::Child, _) => {
                self.open(id, child::Open { conv, token_hash, lang, seals, after }, work);
            }
            (ToRelay::Resume { conv, token, have }, Door::Child, _) => self.resume(id, conv, token, have),
            (ToRelay::Leave { conv }, _, Proof::Child(own)) if own == conv => self.leave(id, conv),
            (ToRelay::Forget { conv }, _, Proof::Child(own)) if own == conv => self.forget(id, conv),
            (ToRelay::Login { host, key, sig }, Door::Desk, Proof::None) => self.login(id, &host, key, &sig),
            (ToRelay::Join { host, invite, key, box_key, sig }, Door::Desk, Proof::None) => {
                self.join(id, &host, keys::Join { invite, key, box_key, sig });
            }
            (ToRelay::Append { id: entry, conv, log, kind, data, expect }, _, proof) => {
                self.append(id, &proof, append::Asked { id: entry, conv, log, kind, data, expect });
            }
            (ToRelay::Signal { conv, kind }, _, proof) => self.signal(id, &proof, conv, kind),
            (ToRelay::Watch { conv, talk, desk }, _, Proof::Desk(account)) => {
                self.watch(id, &account, conv, [talk, desk]);
            }
            (ToRelay::Unwatch { conv }, _, Proof::Desk(_)) => self.unwatch(id, conv),
            (ToRelay::Sync {}, _, Proof::Desk(_)) => self.send_queue(id),
            (ToRelay::Find { tag }, _, Proof::Desk(_)) => self.find(id, &tag),
            (ToRelay::Rows { from, to, after }, _, Proof::Desk(account)) => {
                self.rows(id, &account, from..to, after.as_deref());
            }
            (
                frame @ (ToRelay::Invite { .. }
                | ToRelay::Grant { .. }
                | ToRelay::Revoke { .. }
                | ToRelay::Card { .. }),
                _,
                Proof::Desk(account),
            ) => self.keep_house(id, &account, frame),
            _ => self.refuse(id, Refusal::NotAllowed, re),
        }
    }

    fn signal(&mut self, id: SessionId, proof: &Proof, conv: ConversationId, kind: ClientSignal) {
        match proof {
            Proof::Child(own) if *own == conv => self.child_signal(conv, kind),
            Proof::Desk(account) => self.desk_signal(account, conv, kind),
            _ => _ = id,
        }
    }

    fn woken(&mut self) {
        while let Some((at, _)) = self.alarms.first()
            && *at <= self.now.mono
        {
            let Some((_, alarm)) = self.alarms.pop_first() else { break };
            self.rings(alarm);
        }
    }

    fn rings(&mut self, alarm: Alarm) {
        match alarm {
            Alarm::Proof(session) => self.proof_is_due(session),
            Alarm::Silence(session) => self.silence(session),
            Alarm::Absence(conv) => self.absence(conv),
            Alarm::WayBack(conv) => self.way_back_ends(conv),
            Alarm::Away(account) => self.away(&account),
            Alarm::Gone(account) => self.off_shift(&account),
            Alarm::WatchOff(conv, account) => self.watch_off(conv, account),
            Alarm::Retry(conv) => self.retry(conv),
            Alarm::EraseAgain(conv) => self.out.push(Effect::Erase { conv }),
            Alarm::Places => self.tell_places(),
            Alarm::Minute => self.minute(),
        }
    }

    /// Rings `in_ms` milliseconds from now.
    fn alarm(&mut self, in_ms: u64, alarm: Alarm) {
        self.alarms.insert((self.now.mono + in_ms, alarm));
    }

    fn finish(&mut self) {
        let first = self.alarms.first().map(|(at, _)| *at);
        if let Some(at) = first
            && self.told_wake != Some(at)
        {
            self.told_wake = Some(at);
            self.out.push(Effect::WakeAt(at));
        }
    }

    fn stop(&mut self) {
        self.stopping = true;
        let all: Vec<SessionId> = self.sessions.keys().copied().collect();
        for session in all {
            self.close(session, Goodbye::Restart);
        }
    }

    fn send(&mut self, to: SessionId, frame: ToClient) {
        self.out.push(Effect::Send { to, frame });
    }

    fn count(&mut self, metric: Metric) {
        self.out.push(Effect::Count(metric));
    }

    fn random_id(&mut self) -> EntryId {
        EntryId(self.dice.bytes16())
    }

    /// Returns the number of children waiting, of children with somebody, of accounts with a socket, and of those of
    /// them that take children.
    pub fn gauges(&self) -> [usize; 4] {
        let (waiting, with) = self.floor.counts();
        let (mut here, mut ready) = (0, 0);
        for (account, _) in self.presences.iter().filter(|(_, presence)| !presence.sockets.is_empty()) {
            here += 1;
            ready += usize::from(self.state_of(account).0.state == ShiftState::Ready);
        }
        [waiting, with, here, ready]
    }

    /// Returns the card in force.
    pub fn card(&self) -> Option<&Card> {
        self.card.card()
    }

    /// Returns the fold of a conversation, for tests and `--check`.
    pub fn talk(&self, conv: ConversationId) -> Option<&Talk> {
        self.talks.get(&conv).map(|held| &held.talk)
    }

    /// Returns the fold of the house.
    pub fn house(&self) -> &House {
        &self.house
    }
}
