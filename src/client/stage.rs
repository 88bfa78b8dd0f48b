//! For the links' tests: a line with its keys, logs written by hand, and a link driven input by input.

use rand::SeedableRng as _;
use rand::rngs::StdRng;

use super::address::Address;
use super::link::{Effect, Input, Link, Moment};
use crate::conversation::event::By;
use crate::conversation::{Account, ConversationId, Entry, EntryId, Hash, KeyId, Kind, Log, Seq, chain};
use crate::protocol::frame::{Line, LineState, SignedCard, TextLimits};
use crate::protocol::{ToClient, ToRelay};
use crate::sealing::Secret;
use crate::sealing::card::{Card, LineKey};
use crate::sealing::grant::Root;
use crate::sealing::house::HouseKey;
use crate::sealing::line::LineSeed;

/// Now, for cards: any time after `from` and before `until`.
pub(super) const WALL: u64 = 1_700_000_000_000;

pub(super) fn address() -> Address {
    Address::parse("ws://127.0.0.1:8787").expect("an address")
}

pub(super) fn account(name: &str) -> Account {
    Account::parse(name).expect("an account")
}

pub(super) fn id(byte: u8) -> EntryId {
    EntryId([byte; 16])
}

/// The keeper's keys.
pub(super) struct Keeper {
    pub root: Root,
    pub seed: [u8; 32],
    pub house: [u8; 32],
}

impl Keeper {
    pub(super) fn new() -> Self {
        let root = Root::from_secret(Secret::new([7; 32])).expect("a root");
        Self { root, seed: [1; 32], house: [2; 32] }
    }

    pub(super) fn line_seed(&self) -> LineSeed {
        LineSeed::new(self.seed)
    }

    pub(super) fn card(&self, change: impl FnOnce(&mut Card)) -> SignedCard {
        let seed = self.line_seed();
        let day = 24 * 3_600_000;
        let (id, public, from, until) = (seed.id(), seed.public(), WALL - day, WALL + day);
        let mut card = Card {
            v: 1,
            line: "Linka".into(),
            serial: 5,
            keys: vec![LineKey { id, public, from, until }],
            house: Some(vec![HouseKey::new(self.house).id()]),
            revoked: vec![],
            relays: vec!["wss://chat.example.cz".into()],
            phone: "116 111".into(),
            issued: WALL - day,
            expires: WALL + day,
        };
        change(&mut card);
        let text = card.to_text();
        let sig = self.root.sign_card(&text);
        SignedCard { card: text, sig, root: self.root.public() }
    }

    pub(super) fn hello(&self, nonce: u8) -> ToClient {
        self.hello_with(nonce, 0, self.card(|_| {}))
    }

    pub(super) fn hello_with(&self, nonce: u8, work: u32, card: SignedCard) -> ToClient {
        ToClient::Hello {
            v: 1,
            nonce: Hash([nonce; 32]),
            now: WALL,
            work,
            card,
            limits: TextLimits { chars: 2_000, bytes: 8_000 },
            line: Line { state: LineState::Open, next: None, wait_min: None },
            drill: None,
        }
    }

    pub(super) fn key_id(&self) -> KeyId {
        self.line_seed().id()
    }
}

/// One log, written as an honest relay writes it.
pub(super) struct Written {
    conv: ConversationId,
    log: Log,
    pub entries: Vec<Entry>,
}

impl Written {
    pub(super) fn new(conv: ConversationId, log: Log) -> Self {
        Self { conv, log, entries: Vec::new() }
    }

    pub(super) fn head(&self) -> (Seq, Hash) {
        self.entries.last().map_or_else(|| (0, chain::start(self.conv, self.log)), |last| (last.seq, last.h))
    }

    pub(super) fn write(&mut self, by: By, kind: Kind, id: EntryId, data: &str) -> Entry {
        let (seq, before) = self.head();
        let (conv, log, at, data) = (self.conv, self.log, WALL + seq, data.to_owned());
        let author = (by == By::Line).then(|| account("Jana"));
        let h = Hash([0; 32]);
        let mut entry = Entry { conv, log, seq: seq + 1, at, by, author, kind, id, data, h };
        entry.h = chain::of_entry(before, &entry);
        self.entries.push(entry.clone());
        entry
    }

    /// Writes what a link sent, as the relay would, and answers it.
    pub(super) fn take(&mut self, by: By, frame: &ToRelay) -> (Entry, ToClient) {
        let ToRelay::Append { id, kind, data, .. } = frame else { unreachable!("no append: {frame:?}") };
        let entry = self.write(by, *kind, *id, data);
        let Entry { id, conv, log, seq, at, h, .. } = entry.clone();
        (entry, ToClient::Appended { id, conv, log, seq, at, h })
    }
}

/// A link and what it did since it was last asked.
pub(super) struct Driven<L: Link> {
    pub link: L,
    pub now: Moment,
    rng: StdRng,
    pub sent: Vec<ToRelay>,
    pub told: Vec<L::Update>,
    pub dials: usize,
    pub hang_ups: usize,
}

impl<L: Link> Driven<L> {
    pub(super) fn new(link: L) -> Self {
        let now = Moment { mono: 1_000_000, wall: WALL };
        let rng = StdRng::seed_from_u64(1);
        Self { link, now, rng, sent: vec![], told: vec![], dials: 0, hang_ups: 0 }
    }

    pub(super) fn input(&mut self, input: Input<L::Command>) {
        for effect in self.link.update(input, self.now, &mut self.rng) {
            match effect {
                Effect::Dial => self.dials += 1,
                Effect::HangUp => self.hang_ups += 1,
                Effect::Send(frame) => self.sent.push(*frame),
                Effect::Tell(update) => self.told.push(*update),
                Effect::End => {}
            }
        }
    }

    pub(super) fn hear(&mut self, frame: ToClient) {
        // Over the wire and back, as in earnest.
        let frame = ToClient::parse(&frame.to_text()).expect("a frame");
        self.input(Input::Frame(Box::new(frame)));
    }

    pub(super) fn ask(&mut self, command: L::Command) {
        self.input(Input::Command(command));
    }

    /// Lets time pass, tick by tick as the link wishes.
    pub(super) fn pass(&mut self, millis: u64) {
        let end = self.now.mono + millis;
        while let Some(at) = self.link.wake_at().filter(|at| *at <= end) {
            let step = at.saturating_sub(self.now.mono);
            self.now = Moment { mono: self.now.mono + step, wall: self.now.wall + step };
            self.input(Input::Tick);
        }
        let step = end - self.now.mono;
        self.now = Moment { mono: end, wall: self.now.wall + step };
    }

    pub(super) fn sent(&mut self) -> Vec<ToRelay> {
        std::mem::take(&mut self.sent)
    }

    pub(super) fn told(&mut self) -> Vec<L::Update> {
        std::mem::take(&mut self.told)
    }

    /// Returns the one frame sent.
    pub(super) fn one(&mut self) -> ToRelay {
        let mut sent = self.sent();
        assert_eq!(sent.len(), 1, "{sent:?}");
        sent.remove(0)
    }
}
