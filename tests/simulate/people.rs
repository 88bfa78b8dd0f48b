//! The people of a simulated line: a link each, what they wrote, what they were told.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use opora::client::address::Address;
use opora::client::child::{self, ChildLink};
use opora::client::desk::{self, DeskLink, OutboxItem, Queue};
use opora::client::link::{Connection, Effect, Input, Link as _, Lost, Moment};
use opora::conversation::transcript::Shown;
use opora::conversation::{Account, ConversationId, EntryId, Log, Seq};
use opora::protocol::{ToClient, ToRelay};
use opora::sealing::Secret;
use opora::sealing::grant::BoxSeed;
use opora::sealing::house::HouseKey;
use opora::sealing::identity::Identity;
use opora::sealing::line::LineSeed;
use rand::rngs::StdRng;

/// The line's keys, the same for all.
pub struct Keys {
    pub root: [u8; 65],
    pub seed: [u8; 32],
    pub house: [u8; 32],
}

pub fn address() -> Address {
    Address::parse("ws://127.0.0.1:8787").expect("an address")
}

/// A person's link.
pub enum Linked {
    Child(Box<ChildLink>),
    Desk(Box<DeskLink>),
}

/// What a link asks of the world.
pub enum Wish {
    Dial,
    HangUp,
    Send(ToRelay),
    Keep(OutboxItem),
}

/// What one run of a program was shown, of one conversation and log.
pub type ShownLog = Vec<Shown>;

/// One run of a program: a console that was killed begins another.
#[derive(Default)]
pub struct Run {
    pub shown: BTreeMap<(ConversationId, Log), ShownLog>,
    pub altered: BTreeSet<ConversationId>,
}

/// A command and what became of it.
#[derive(Debug, Clone)]
pub struct Written {
    /// The words, if it had any: unique in the whole world.
    pub text: Option<String>,
    pub is_claim: bool,
    pub conv: Option<ConversationId>,
    pub fate: Fate,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    Open,
    Stored { log: Log, entry: EntryId, seq: Seq },
    Refused,
}

pub struct Person {
    pub link: Linked,
    pub account: Option<Account>,
    pub runs: Vec<Run>,
    pub written: HashMap<EntryId, Written>,
    /// In the order they were written.
    pub order: Vec<EntryId>,
    /// The casebook's outbox: what survives a kill.
    pub kept: BTreeMap<EntryId, OutboxItem>,
    pub queue: Option<Arc<Queue>>,
    /// What a desk holds, as it knows.
    pub mine: BTreeSet<ConversationId>,
    pub conv: Option<ConversationId>,
    pub is_online: bool,
    pub has_left: bool,
    /// The socket it is on.
    pub session: Option<u64>,
    pub stored_twice: bool,
    /// When its next tick is planned.
    pub ticks_at: Option<u64>,
}

impl Person {
    pub fn child(keys: &Keys) -> Self {
        let (root, lang) = (keys.root, "cs".to_owned());
        let setup = child::Setup { address: address(), root, least_serial: 0, built: 0, lang, after: None };
        Self::new(Linked::Child(Box::new(ChildLink::new(setup))), None)
    }

    pub fn desk(keys: &Keys, name: &str, number: u8) -> Self {
        let account = Account::parse(name).expect("a name");
        let link = desk_link(keys, name, number, vec![]);
        Self::new(Linked::Desk(Box::new(link)), Some(account))
    }

    fn new(link: Linked, account: Option<Account>) -> Self {
        Self {
            link,
            account,
            runs: vec![Run::default()],
            written: HashMap::new(),
            order: vec![],
            kept: BTreeMap::new(),
            queue: None,
            mine: BTreeSet::new(),
            conv: None,
            is_online: false,
            has_left: false,
            session: None,
            stored_twice: false,
            ticks_at: None,
        }
    }

    /// The console is killed and begins again with what its casebook holds.
    pub fn restart(&mut self, keys: &Keys, number: u8) {
        let name = self.account.clone().expect("a desk");
        let outbox: Vec<OutboxItem> = self.order.iter().filter_map(|id| self.kept.get(id)).cloned().collect();
        // What was not yet kept was never promised: it is gone with the process, or went out already.
        for (id, written) in &mut self.written {
            if written.fate == Fate::Open && !self.kept.contains_key(id) {
                written.fate = Fate::Refused;
            }
        }
        self.link = Linked::Desk(Box::new(desk_link(keys, name.as_str(), number, outbox)));
        self.runs.push(Run::default());
        (self.queue, self.is_online) = (None, false);
        self.mine.clear();
    }

    pub fn wake_at(&self) -> Option<u64> {
        match &self.link {
            Linked::Child(link) => link.wake_at(),
            Linked::Desk(link) => link.wake_at(),
        }
    }

    pub fn begin(&mut self, now: Moment, rng: &mut StdRng) -> Vec<Wish> {
        match &mut self.link {
            Linked::Child(_) => vec![],
            Linked::Desk(link) => {
                let effects = link.update(Input::Begin, now, rng);
                self.desk_effects(effects)
            }
        }
    }

    pub fn hear(&mut self, frame: ToClient, now: Moment, rng: &mut StdRng) -> Vec<Wish> {
        let frame = Box::new(frame);
        match &mut self.link {
            Linked::Child(link) => {
                let effects = link.update(Input::Frame(frame), now, rng);
                self.child_effects(effects)
            }
            Linked::Desk(link) => {
                let effects = link.update(Input::Frame(frame), now, rng);
                self.desk_effects(effects)
            }
        }
    }

    pub fn tick(&mut self, now: Moment, rng: &mut StdRng) -> Vec<Wish> {
        match &mut self.link {
            Linked::Child(link) => {
                let effects = link.update(Input::Tick, now, rng);
                self.child_effects(effects)
            }
            Linked::Desk(link) => {
                let effects = link.update(Input::Tick, now, rng);
                self.desk_effects(effects)
            }
        }
    }

    pub fn lose(&mut self, now: Moment, rng: &mut StdRng) -> Vec<Wish> {
        self.session = None;
        match &mut self.link {
            Linked::Child(link) => {
                let effects = link.update(Input::Lost(Lost::Broken), now, rng);
                self.child_effects(effects)
            }
            Linked::Desk(link) => {
                let effects = link.update(Input::Lost(Lost::Broken), now, rng);
                self.desk_effects(effects)
            }
        }
    }

    pub fn ask_child(&mut self, command: child::Command, now: Moment, rng: &mut StdRng) -> Vec<Wish> {
        let Linked::Child(link) = &mut self.link else { unreachable!("a child") };
        let effects = link.update(Input::Command(command), now, rng);
        self.child_effects(effects)
    }

    pub fn ask_desk(&mut self, command: desk::Command, now: Moment, rng: &mut StdRng) -> Vec<Wish> {
        let Linked::Desk(link) = &mut self.link else { unreachable!("a desk") };
        let effects = link.update(Input::Command(command), now, rng);
        self.desk_effects(effects)
    }

    pub fn run(&mut self) -> &mut Run {
        self.runs.last_mut().expect("a run")
    }

    fn show(&mut self, shown: Shown) {
        self.run().shown.entry((shown.conv, shown.log)).or_default().push(shown);
    }

    fn store(&mut self, id: EntryId, conv: ConversationId, log: Log, entry: EntryId, seq: Seq) {
        if let Some(written) = self.written.get_mut(&id) {
            // A console that is killed after the acknowledgement and before it noted it hears it again.
            let fate = Fate::Stored { log, entry, seq };
            self.stored_twice |= matches!(&written.fate, Fate::Stored { .. }) && written.fate != fate;
            (written.conv, written.fate) = (Some(conv), fate);
        }
    }

    fn refuse(&mut self, id: EntryId) {
        if let Some(written) = self.written.get_mut(&id) {
            written.fate = Fate::Refused;
        }
    }

    fn connection(&mut self, connection: &Connection) {
        self.is_online = matches!(connection, Connection::Online { .. });
        if let Connection::Stopped(_) = connection {
            self.has_left = true;
        }
    }

    fn child_effects(&mut self, effects: Vec<Effect<child::Update>>) -> Vec<Wish> {
        let mut wishes = Vec::new();
        for effect in effects {
            match effect {
                Effect::Dial => wishes.push(Wish::Dial),
                Effect::HangUp => wishes.push(Wish::HangUp),
                Effect::Send(frame) => wishes.push(Wish::Send(*frame)),
                Effect::End => self.has_left = true,
                Effect::Tell(update) => match *update {
                    child::Update::Connection(connection) => self.connection(&connection),
                    child::Update::Open { conv, .. } => self.conv = Some(conv),
                    child::Update::Line(shown) => self.show(shown),
                    child::Update::Stored { id, entry, seq, .. } => {
                        let conv = self.conv.expect("open before anything is stored");
                        self.store(id, conv, Log::Talk, entry, seq);
                    }
                    child::Update::Refused { id, .. } => self.refuse(id),
                    child::Update::Altered(_) => {
                        let conv = self.conv.unwrap_or(ConversationId([0; 16]));
                        self.run().altered.insert(conv);
                    }
                    _ => {}
                },
            }
        }
        wishes
    }

    fn desk_effects(&mut self, effects: Vec<Effect<desk::Update>>) -> Vec<Wish> {
        let mut wishes = Vec::new();
        for effect in effects {
            match effect {
                Effect::Dial => wishes.push(Wish::Dial),
                Effect::HangUp => wishes.push(Wish::HangUp),
                Effect::Send(frame) => wishes.push(Wish::Send(*frame)),
                Effect::End => self.has_left = true,
                Effect::Tell(update) => self.told(*update, &mut wishes),
            }
        }
        wishes
    }

    fn told(&mut self, update: desk::Update, wishes: &mut Vec<Wish>) {
        match update {
            desk::Update::Connection(connection) => self.connection(&connection),
            desk::Update::Welcome(welcome) => self.mine = welcome.mine.into_iter().collect(),
            desk::Update::Queue(queue) => {
                for row in &queue.rows {
                    if row.holder == self.account {
                        self.mine.insert(row.conv);
                    } else {
                        self.mine.remove(&row.conv);
                    }
                }
                self.queue = Some(queue);
            }
            desk::Update::NotWatched { conv, .. } => _ = self.mine.remove(&conv),
            desk::Update::Line(shown) => self.show(shown),
            desk::Update::Stored { id, conv, log, entry, seq, .. } => {
                if self.written.get(&id).is_some_and(|written| written.is_claim) {
                    self.mine.insert(conv);
                }
                self.store(id, conv, log, entry, seq);
            }
            desk::Update::Refused { id, .. } => self.refuse(id),
            desk::Update::Altered { conv, .. } => _ = self.run().altered.insert(conv),
            desk::Update::Keep(item) => wishes.push(Wish::Keep(item)),
            desk::Update::Drop { id } => _ = self.kept.remove(&id),
            _ => {}
        }
    }
}

fn desk_link(keys: &Keys, name: &str, number: u8, outbox: Vec<OutboxItem>) -> DeskLink {
    DeskLink::new(desk::Setup {
        address: address(),
        identity: identity(number),
        box_seed: BoxSeed::new([number; 32]),
        line_seeds: vec![LineSeed::from_secret(Secret::new(keys.seed))],
        house_keys: vec![HouseKey::from_secret(Secret::new(keys.house))],
        root: keys.root,
        least_serial: 0,
        alias: name.to_owned(),
        outbox,
        is_kept: true,
    })
}

pub fn identity(number: u8) -> Identity {
    Identity::new([100 + number; 32])
}
