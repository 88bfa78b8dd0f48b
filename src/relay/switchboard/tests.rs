//! The switchboard in a world of one thread: a journal in memory, sockets that are lists of frames, a clock set by hand.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex};

use super::*;
use crate::conversation::encoding::b64;
use crate::conversation::event::{CardSet, Joined, Seal};
use crate::conversation::sealed::Side;
use crate::conversation::{By, Entry, Event, Hash, KeyId, Kind, Pen, Role, Seq, chain};
use crate::journal::{AppendError, Journal as _, Memory};
use crate::protocol::frame::Row;
use crate::relay::gather;
use crate::sealing::card::{Card, LineKey};
use crate::sealing::identity::Identity;

mod checks;
mod child;
mod desk;
mod fold;
mod house;
mod kept;

pub(super) const START: u64 = 1_700_000_000_000;

/// P-256's generator, which is a point of the curve.
const POINT: &str = "BGsX0fLhLEJH-Lzm5WOkQPJ3A32BLeszoPShOUXYmMKWT-NC4v4af5uO5-tKfA-eFivOM1drMV7Oy7ZAaDe_UfU";

pub(super) fn account(name: &str) -> Account {
    Account::parse(name).unwrap()
}

pub(super) fn identity(name: &str) -> Identity {
    let mut seed = [0; 32];
    seed[..name.len()].copy_from_slice(name.as_bytes());
    Identity::new(seed)
}

fn point() -> [u8; 65] {
    crate::conversation::encoding::unb64(POINT).unwrap().try_into().unwrap()
}

/// The id that [`POINT`] has as a line key.
pub(super) fn line_key() -> KeyId {
    use sha2::{Digest as _, Sha256};
    let mut input = crate::conversation::encoding::domain("line key");
    input.extend_from_slice(&point());
    let hash = Sha256::digest(&input);
    KeyId(hash[..16].try_into().unwrap())
}

pub(super) fn house_key() -> KeyId {
    KeyId([0x77; 16])
}

pub(super) fn card(serial: u64, revoked: &[KeyId]) -> String {
    let key = LineKey { id: line_key(), public: point(), from: 0, until: START + 100 * 86_400_000 };
    Card {
        v: 1,
        line: "test".into(),
        serial,
        keys: vec![key],
        house: Some(vec![house_key()]),
        revoked: revoked.to_vec(),
        relays: vec!["wss://localhost".into()],
        phone: "116 111".into(),
        issued: START,
        expires: START + 80 * 86_400_000,
    }
    .to_text()
}

/// A world with one relay.
pub(super) struct World {
    pub sw: Switchboard,
    pub journal: Arc<Memory>,
    pub now: Now,
    pub inbox: HashMap<SessionId, VecDeque<ToClient>>,
    pub closed: HashMap<SessionId, Goodbye>,
    pub proofs: HashMap<SessionId, Account>,
    pub rules: Rules,
    next: SessionId,
    pub serial: u64,
    /// While set, the journal keeps what it is given.
    pub slow: bool,
    held: VecDeque<Entry>,
    /// Replays are read only on demand while set.
    pub lazy: bool,
    reads: VecDeque<Effect>,
    /// While set, the disk erases nothing.
    pub cannot_erase: bool,
}

impl World {
    pub fn new() -> Self {
        Self::with(Rules::default())
    }

    pub fn with(rules: Rules) -> Self {
        let journal = Arc::new(Memory::new(1));
        let mut before = chain::start(ConversationId::HOUSE, Log::Desk);
        let mut events: Vec<(Kind, Event)> = [
            ("Jana", Role::Counsellor),
            ("Petr", Role::Counsellor),
            ("Adam", Role::Counsellor),
            ("Eva", Role::Supervisor),
            ("Iva", Role::Supervisor),
        ]
        .into_iter()
        .map(|(name, role)| {
            let joined = Joined {
                name: account(name),
                role,
                host: None,
                nonce: None,
                key: identity(name).public(),
                box_key: point(),
                sig: None,
            };
            (Kind::Joined, Event::Joined(joined))
        })
        .collect();
        events.push((Kind::Card, Event::Card(CardSet { who: None, card: card(1, &[]), sig: [0; 64] })));
        for (n, (kind, event)) in events.into_iter().enumerate() {
            let mut entry = Entry {
                conv: ConversationId::HOUSE,
                log: Log::Desk,
                seq: n as u64 + 1,
                at: START,
                by: By::Relay,
                author: None,
                kind,
                id: EntryId([200 + n as u8; 16]),
                data: event.data().unwrap(),
                h: before,
            };
            entry.h = chain::of_entry(before, &entry);
            before = entry.h;
            journal.append(entry, Box::new(|result| result.unwrap()));
        }
        let now = Now { wall: START, mono: 1000 };
        let sw = Switchboard::new(rules.clone(), point(), [1; 32], now);
        let mut world = Self {
            sw,
            journal,
            now,
            inbox: HashMap::new(),
            closed: HashMap::new(),
            proofs: HashMap::new(),
            rules,
            next: 1,
            serial: 0,
            slow: false,
            held: VecDeque::new(),
            lazy: false,
            reads: VecDeque::new(),
            cannot_erase: false,
        };
        world.begin();
        world
    }

    /// Reads the journal into a fresh switchboard.
    fn begin(&mut self) {
        self.sw = Switchboard::new(self.rules.clone(), point(), [2; 32], self.now);
        let mut entries: HashMap<ConversationId, Vec<Entry>> = HashMap::new();
        for entry in self.journal.replay() {
            entries.entry(entry.conv).or_default().push(entry);
        }
        for kept in gather(&*self.journal, entries) {
            self.sw.restore(kept);
        }
        let first = self.sw.start(self.now).unwrap();
        self.perform(first);
        self.settle();
    }

    /// Kills the relay and starts it again, `away_ms` later.
    pub fn restart(&mut self, away_ms: u64) {
        self.held.clear();
        self.reads.clear();
        self.inbox.clear();
        self.now.wall += away_ms;
        self.begin();
    }

    pub fn input(&mut self, input: Input) {
        let effects = self.sw.update(self.now, input);
        self.perform(effects);
        self.settle();
    }

    fn settle(&mut self) {
        let effects = self.sw.update(self.now, Input::Settle);
        self.perform(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        let mut effects: VecDeque<Effect> = effects.into();
        while let Some(effect) = effects.pop_front() {
            let input = self.one(effect);
            if let Some(input) = input {
                effects.extend(self.sw.update(self.now, input));
            }
        }
    }

    fn one(&mut self, effect: Effect) -> Option<Input> {
        match effect {
            Effect::Send { to, frame } => self.inbox.entry(to).or_default().push_back(frame),
            Effect::SendAll { to, frame } => {
                for to in to {
                    self.inbox.entry(to).or_default().push_back(frame.clone());
                }
            }
            Effect::Replay { to, frames } => {
                self.inbox.entry(to).or_default().extend(frames);
                return Some(Input::Drained { session: to });
            }
            Effect::Close { session, goodbye } => _ = self.closed.insert(session, goodbye),
            Effect::Shelve { conv, shelf } => {
                let stored = Arc::new(Mutex::new(Ok(())));
                let told = Arc::clone(&stored);
                self.journal.shelve(conv, shelf, Box::new(move |result| *told.lock().unwrap() = result));
                let result = match *stored.lock().unwrap() {
                    Ok(()) => Ok(self.journal.contact_id(conv).unwrap()),
                    Err(_) => Err(Failure::StorageFull),
                };
                return Some(Input::Shelved { conv, result });
            }
            Effect::ForgetToken { conv } => self.journal.forget_token(conv, Box::new(|_| {})),
            Effect::Stamp { conv, at } => self.journal.stamp(conv, at),
            Effect::Append(entry) if self.slow => self.held.push_back(entry),
            Effect::Append(entry) => return Some(self.append(entry)),
            read @ Effect::Read { .. } if self.lazy => self.reads.push_back(read),
            Effect::Read { session, conv, log, after, limit } => {
                return Some(self.read(session, conv, log, after, limit));
            }
            Effect::Erase { conv } if self.cannot_erase => {
                return Some(Input::Erased { conv, result: Err(Failure::StorageFull) });
            }
            Effect::Erase { conv } => {
                self.journal.erase(conv, Box::new(|result| result.unwrap()));
                return Some(Input::Erased { conv, result: Ok(()) });
            }
            Effect::EraseHouse { before } => self.journal.erase_house(before, Box::new(|_| {})),
            Effect::WakeAt(_) | Effect::Count(_) => {}
        }
        None
    }

    fn read(&self, session: SessionId, conv: ConversationId, log: Log, after: Seq, limit: usize) -> Input {
        let entries = self.journal.read(conv, log, after, limit).map_err(|error| match error {
            crate::journal::ReadError::Gone { until } => Failure::Gone(until),
            _ => Failure::Damaged,
        });
        Input::Replayed { session, conv, log, after, entries }
    }

    fn append(&self, entry: Entry) -> Input {
        let conv = entry.conv;
        let fate = Arc::new(Mutex::new(None));
        let told = Arc::clone(&fate);
        self.journal.append(entry, Box::new(move |result| *told.lock().unwrap() = Some(result)));
        let result = match fate.lock().unwrap().take().unwrap() {
            Ok(()) => Ok(()),
            Err(AppendError::StorageFull | AppendError::Failed) => Err(Failure::StorageFull),
            Err(_) => Err(Failure::Damaged),
        };
        Input::Logged { conv, result }
    }

    /// The slow journal writes all it was given.
    pub fn flush(&mut self) {
        while let Some(entry) = self.held.pop_front() {
            let input = self.append(entry);
            self.input(input);
        }
    }

    /// The disk answers the oldest read.
    pub fn answer_read(&mut self) -> bool {
        let Some(Effect::Read { session, conv, log, after, limit }) = self.reads.pop_front() else {
            return false;
        };
        let input = self.read(session, conv, log, after, limit);
        self.input(input);
        true
    }

    /// Time goes on, with every alarm on its way ringing.
    pub fn pass(&mut self, ms: u64) {
        let until = self.now.mono + ms;
        loop {
            let next = self.sw.alarms.first().map(|(at, _)| *at).filter(|at| *at <= until);
            let to = next.unwrap_or(until).max(self.now.mono);
            self.now.wall += to - self.now.mono;
            self.now.mono = to;
            self.input(Input::Woken);
            if next.is_none() {
                return;
            }
        }
    }

    pub fn connect(&mut self, door: Door, address: Option<AddressKey>) -> SessionId {
        let session = self.next;
        self.next += 1;
        self.input(Input::Connected { session, door, address });
        session
    }

    pub fn say(&mut self, session: SessionId, frame: ToRelay) {
        self.input(Input::Frame { session, frame });
    }

    /// Says something and returns the frames that came back, without those of queue and signals.
    pub fn ask(&mut self, session: SessionId, frame: ToRelay) -> Vec<ToClient> {
        self.inbox.remove(&session);
        self.say(session, frame);
        let all = self.inbox.remove(&session).unwrap_or_default();
        all.into_iter()
            .filter(|frame| {
                !matches!(frame, ToClient::QueueDelta { .. } | ToClient::Queue { .. } | ToClient::Signal(_))
            })
            .collect()
    }

    /// Says something and returns its refusal.
    pub fn refused(&mut self, session: SessionId, frame: ToRelay) -> Option<Refusal> {
        self.ask(session, frame).into_iter().find_map(|frame| match frame {
            ToClient::Refused { code, .. } => Some(code),
            _ => None,
        })
    }

    pub fn frames(&mut self, session: SessionId) -> Vec<ToClient> {
        self.inbox.remove(&session).unwrap_or_default().into()
    }

    /// Returns kind and number of each entry and `appended` that came.
    pub fn entries(&mut self, session: SessionId) -> Vec<String> {
        self.frames(session)
            .into_iter()
            .filter_map(|frame| match frame {
                ToClient::Entry(entry) => Some(format!("{} {}", entry.kind, entry.seq)),
                ToClient::Appended { seq, .. } => Some(format!("appended {seq}")),
                _ => None,
            })
            .collect()
    }

    /// Signs in, and says that it is ready; who was cut off is refused both.
    pub fn login(&mut self, name: &str) -> SessionId {
        let session = self.sign_in(name);
        self.by_desk(session, ConversationId::HOUSE, Kind::State, r#""state":"ready","places":3"#);
        session
    }

    /// Signs in and says nothing of itself.
    pub fn sign_in(&mut self, name: &str) -> SessionId {
        let session = self.connect(Door::Desk, None);
        let frames = self.frames(session);
        let ToClient::Hello { nonce, .. } = frames[0] else { panic!("hello comes first") };
        self.say(session, login_frame(name, nonce));
        self.proofs.insert(session, account(name));
        session
    }

    /// Opens a conversation on a new socket.
    pub fn open(&mut self) -> (SessionId, ConversationId) {
        let session = self.connect(Door::Child, None);
        let conv = self.fresh();
        self.say(session, open_frame(conv, None));
        (session, conv)
    }

    pub fn fresh(&mut self) -> ConversationId {
        self.serial += 1;
        let mut conv = [9; 16];
        conv[..8].copy_from_slice(&self.serial.to_be_bytes());
        ConversationId(conv)
    }

    pub fn fresh_id(&mut self) -> EntryId {
        EntryId(self.fresh().0)
    }

    /// Returns the frame of an append, sealed as far as the relay can tell.
    pub fn frame(&mut self, conv: ConversationId, kind: Kind, clear: &str, by: Side) -> ToRelay {
        let id = self.fresh_id();
        let log = if kind.room().is(conv, Log::Talk) { Log::Talk } else { Log::Desk };
        let pen = Pen(id.0[..8].try_into().unwrap());
        let data = sealed(kind, conv, clear, by, pen, 1, (0, chain::start(conv, log)));
        let expect = rights::expects(kind).then(|| self.head(conv, log));
        ToRelay::Append { id, conv, log, kind, data, expect }
    }

    pub fn head(&self, conv: ConversationId, log: Log) -> Seq {
        self.sw.books.get(&conv).map_or(0, |book| book.head(log))
    }

    pub fn by_desk(
        &mut self,
        session: SessionId,
        conv: ConversationId,
        kind: Kind,
        clear: &str,
    ) -> Option<Refusal> {
        let frame = self.frame(conv, kind, clear, Side::Line);
        self.refused(session, frame)
    }

    pub fn by_child(
        &mut self,
        session: SessionId,
        conv: ConversationId,
        kind: Kind,
        clear: &str,
    ) -> Option<Refusal> {
        let frame = self.frame(conv, kind, clear, Side::Child);
        self.refused(session, frame)
    }

    pub fn row(&self, conv: ConversationId) -> Option<Row> {
        self.sw.talk(conv).and_then(|talk| talk.row(&self.sw.rules.ahead))
    }
}

/// Returns `data` of a kind: sealed kinds get a body of zeros.
pub(super) fn sealed(
    kind: Kind,
    conv: ConversationId,
    clear: &str,
    by: Side,
    pen: Pen,
    n: u64,
    seen: (Seq, Hash),
) -> String {
    let clear = if clear.is_empty() { String::new() } else { format!("{clear},") };
    let side = if by == Side::Child { "child" } else { "line" };
    let place =
        format!(r#""s":"{side}","pen":"{}","n":{n},"seen":[{},"{}"]"#, pen.to_b64(), seen.0, seen.1.to_b64());
    let ct = b64(&[0; 272]);
    match kind {
        Kind::Claimed | Kind::Archived => "{}".to_owned(),
        Kind::Closed | Kind::Rated | Kind::State | Kind::Left => {
            format!("{{{}}}", clear.trim_end_matches(','))
        }
        Kind::Told | Kind::Said => format!(r#"{{{clear}{place},"ct":"{ct}"}}"#),
        Kind::Classified | Kind::Contact => house_sealed(&clear, &ct),
        _ if conv.is_house() => house_sealed(&clear, &ct),
        _ => format!(r#"{{{clear}{place},"key":"{}","ct":"{ct}"}}"#, line_key().to_b64()),
    }
}

fn house_sealed(clear: &str, ct: &str) -> String {
    let (key, salt) = (house_key().to_b64(), b64(&[5; 12]));
    format!(r#"{{{clear}"key":"{key}","salt":"{salt}","ct":"{ct}"}}"#)
}

pub(super) fn login_frame(name: &str, nonce: Hash) -> ToRelay {
    let identity = identity(name);
    let sig = identity.sign_login("localhost", nonce);
    ToRelay::Login { host: "localhost".into(), key: identity.public(), sig }
}

pub(super) fn token_of(conv: ConversationId) -> Hash {
    let mut token = [3; 32];
    token[..16].copy_from_slice(&conv.0);
    Hash(token)
}

pub(super) fn open_frame(conv: ConversationId, after: Option<EntryId>) -> ToRelay {
    use sha2::{Digest as _, Sha256};
    let hash = Sha256::new()
        .chain_update(crate::conversation::encoding::domain("token"))
        .chain_update(token_of(conv).0)
        .finalize();
    let seal = Seal { key: line_key(), enc: [4; 65], ct: [1; 48] };
    ToRelay::Open {
        conv,
        token_hash: Hash(hash.into()),
        lang: "cs".into(),
        seals: vec![seal],
        after,
        work: None,
    }
}

pub(super) fn resume_frame(conv: ConversationId, have: Seq) -> ToRelay {
    ToRelay::Resume { conv, token: token_of(conv), have }
}
