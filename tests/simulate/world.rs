//! The world: relay, journal, people and network, moved by one list of events in the order of a pretend time.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BinaryHeap, HashMap};
use std::sync::{Arc, Mutex};

use opora::client::child;
use opora::client::desk::{self, Act, OutboxItem};
use opora::client::link::Moment;
use opora::conversation::event::{ClosedReason, Facts, Feel, ShiftState, State};
use opora::conversation::queue::Phase;
use opora::conversation::{ConversationId, Entry, EntryId, Log, Role};
use opora::journal::{Journal as _, Memory};
use opora::protocol::{Goodbye, ToClient, ToRelay};
use opora::relay::rules::{Rate, Rules};
use opora::relay::switchboard::{Door, Effect, Failure, Input, Now, Switchboard};
use opora::relay::{first_entries, gather};
use opora::sealing::Secret;
use opora::sealing::card::{Card, FirstAccount, LineFile, LineKey};
use opora::sealing::grant::{BoxSeed, Root};
use opora::sealing::house::HouseKey;
use opora::sealing::line::LineSeed;
use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use crate::network::{self, Way};
use crate::people::{Fate, Keys, Linked, Person, Wish, Written, identity};

/// Where pretend time begins, in milliseconds since 1970.
const DAWN: u64 = 1_700_000_000_000;
/// How long people are active, and how long the world then gets to become quiet.
const DAY: u64 = 25_000;
const NIGHT: u64 = 150_000;

/// What the network and the machines do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Weather {
    /// Sockets are slow and break.
    Bad,
    /// And relay and consoles are killed.
    Killing,
    /// Frames are dropped, repeated and reordered within a socket.
    Broken,
}

/// A fault planted in the world, which a check must find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mutation {
    /// The relay acknowledges before the disk has it: a kill loses it.
    AckBeforeDisk,
    /// The relay gives a child its desk log too.
    DeskToChild,
    /// A page that says the same words again, as new ones, when no answer comes.
    SaidAnew,
    /// A replay leaves out its last entry.
    ShortReplay,
}

impl Mutation {
    pub const ALL: [Self; 4] = [Self::AckBeforeDisk, Self::DeskToChild, Self::SaidAnew, Self::ShortReplay];
}

/// What a lying relay changes on the way to a reader.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lie {
    Words,
    Hash,
    Number,
    Author,
    Again,
}

impl Lie {
    pub const ALL: [Self; 5] = [Self::Words, Self::Hash, Self::Number, Self::Author, Self::Again];
}

enum Event {
    /// A person does something.
    Act(usize),
    /// Time is up for a link, maybe.
    Tick(usize),
    /// A dialled socket arrives at the relay.
    Arrives {
        person: usize,
        session: u64,
    },
    ToRelay {
        session: u64,
        frame: ToRelay,
    },
    ToClient {
        session: u64,
        frame: ToClient,
    },
    /// The relay sees that a socket is gone.
    GoneAtRelay {
        session: u64,
    },
    /// A link sees that its socket is gone.
    GoneAtLink {
        person: usize,
        session: u64,
    },
    /// The disk, or a replay, answers a relay of this age.
    Disk {
        age: u64,
        input: Input,
    },
    /// With [`Mutation::AckBeforeDisk`]: an entry reaches the disk at last.
    Late {
        age: u64,
        entry: Entry,
    },
    Wake {
        age: u64,
    },
    Kept {
        person: usize,
        run: usize,
        item: OutboxItem,
    },
    Cut(usize),
    KillRelay,
    StartRelay,
    KillConsole(usize),
    Unanswered {
        person: usize,
        id: EntryId,
    },
}

struct Wire {
    person: usize,
    out: Way,
    back: Way,
    is_open: bool,
}

pub struct World {
    pub weather: Weather,
    mutation: Option<Mutation>,
    pub lie: Option<Lie>,
    rng: StdRng,
    now: u64,
    events: BinaryHeap<Reverse<(u64, u64)>>,
    what: HashMap<u64, Event>,
    count: u64,
    keys: Keys,
    pub people: Vec<Person>,
    pub journal: Arc<Memory>,
    board: Option<Switchboard>,
    /// Grows with each relay: what an older one asked of the disk is nobody's answer.
    age: u64,
    wires: BTreeMap<u64, Wire>,
    words: u64,
    /// What may never happen, and did.
    pub broken: Option<String>,
    pub cuts: u64,
    pub kills: u64,
    is_night: bool,
    is_traced: bool,
}

impl World {
    pub fn new(seed: u64, weather: Weather, mutation: Option<Mutation>, lie: Option<Lie>) -> Self {
        let keys = Keys { root: root().public(), seed: [1; 32], house: [2; 32] };
        let people = vec![
            Person::child(&keys),
            Person::child(&keys),
            Person::desk(&keys, "Jana", 2),
            Person::desk(&keys, "Petr", 3),
        ];
        let journal = Arc::new(Memory::new(seed));
        for entry in first_entries(&line_file(&keys), DAWN - 1) {
            journal.append(entry, Box::new(|result| result.expect("a first entry")));
        }
        let mut world = Self {
            weather,
            mutation,
            lie,
            rng: StdRng::seed_from_u64(seed),
            now: 0,
            events: BinaryHeap::new(),
            what: HashMap::new(),
            count: 0,
            keys,
            people,
            journal,
            board: None,
            age: 0,
            wires: BTreeMap::new(),
            words: 0,
            broken: None,
            cuts: 0,
            kills: 0,
            is_night: false,
            is_traced: std::env::var_os("SIMULATE_TRACE").is_some(),
        };
        world.start_relay();
        world.plan();
        world
    }

    /// Plans what people and fate do by day.
    fn plan(&mut self) {
        for person in 0..self.people.len() {
            let moment = self.moment();
            let wishes = self.people[person].begin(moment, &mut self.rng);
            self.grant(person, wishes);
            self.say_ready(person);
            for _ in 0..self.rng.random_range(8..16) {
                let at = self.rng.random_range(0..DAY);
                self.at(at, Event::Act(person));
            }
            for _ in 0..self.rng.random_range(0..4) {
                let at = self.rng.random_range(0..DAY);
                self.at(at, Event::Cut(person));
            }
        }
        if self.weather == Weather::Killing {
            for _ in 0..self.rng.random_range(1..3) {
                let at = self.rng.random_range(1_000..DAY);
                self.at(at, Event::KillRelay);
            }
            for _ in 0..self.rng.random_range(0..3) {
                let (at, person) = (self.rng.random_range(1_000..DAY), self.rng.random_range(2..4));
                self.at(at, Event::KillConsole(person));
            }
        }
    }

    fn at(&mut self, time: u64, event: Event) {
        self.count += 1;
        self.events.push(Reverse((time.max(self.now), self.count)));
        self.what.insert(self.count, event);
    }

    fn moment(&self) -> Moment {
        Moment { mono: self.now, wall: DAWN + self.now }
    }

    /// Plays the day.
    pub fn play(&mut self) {
        self.until(DAY);
    }

    /// The weather clears, everybody comes back, and nobody does anything new.
    pub fn heal(&mut self) {
        self.is_night = true;
        if self.board.is_none() {
            self.start_relay();
        }
        // What was dropped last is missed at the next word or the next socket; here the socket comes first.
        for person in 0..self.people.len() {
            self.cut(person);
        }
        self.until(DAY + NIGHT);
    }

    fn until(&mut self, end: u64) {
        while let Some(Reverse((time, _))) = self.events.peek()
            && *time <= end
        {
            let Some(Reverse((time, number))) = self.events.pop() else { break };
            self.now = time;
            if let Some(event) = self.what.remove(&number) {
                self.happen(event);
            }
        }
        self.now = end;
    }

    fn is_loose(&self) -> bool {
        self.weather == Weather::Broken && !self.is_night
    }

    /// Says what happens, if `SIMULATE_TRACE` is set: for a seed that failed.
    fn trace(&self, event: &Event) {
        let short = |text: String| text.chars().take(240).collect::<String>();
        let what = match event {
            Event::ToRelay { session, frame } => {
                let person = self.wires.get(session).map(|wire| wire.person);
                format!("{person:?} ({session}) -> {}", short(frame.to_text()))
            }
            Event::ToClient { session, frame } => {
                let person = self.wires.get(session).map(|wire| wire.person);
                format!("{person:?} ({session}) <- {}", short(frame.to_text()))
            }
            Event::GoneAtLink { person, session } => format!("{person} loses {session}"),
            Event::GoneAtRelay { session } => format!("the relay loses {session}"),
            Event::KillConsole(person) => format!("console {person} is killed"),
            Event::KillRelay => "the relay is killed".to_owned(),
            Event::StartRelay => "the relay starts".to_owned(),
            Event::Disk { input, .. } => short(format!("disk: {input:?}")),
            _ => return,
        };
        eprintln!("{:>7} {what}", self.now);
    }

    fn happen(&mut self, event: Event) {
        if self.is_traced {
            self.trace(&event);
        }
        match event {
            Event::Act(person) => self.act(person),
            Event::Tick(person) => {
                let moment = self.moment();
                self.people[person].ticks_at = None;
                if self.people[person].wake_at().is_some_and(|at| at <= self.now) {
                    let wishes = self.people[person].tick(moment, &mut self.rng);
                    self.grant(person, wishes);
                }
            }
            Event::Arrives { person, session } => self.arrive(person, session),
            Event::ToRelay { session, frame } => {
                if self.wires.get(&session).is_some_and(|wire| wire.is_open) {
                    self.relay(Input::Frame { session, frame });
                }
            }
            Event::ToClient { session, frame } => self.deliver(session, frame),
            Event::GoneAtRelay { session } => self.relay(Input::Closed { session }),
            Event::GoneAtLink { person, session } => {
                if self.people[person].session == Some(session) {
                    let moment = self.moment();
                    let wishes = self.people[person].lose(moment, &mut self.rng);
                    self.grant(person, wishes);
                }
            }
            Event::Disk { age, input } if age == self.age => self.relay(input),
            Event::Late { age, entry } if age == self.age => self.journal.append(entry, Box::new(|_| {})),
            Event::Wake { age } if age == self.age => self.relay(Input::Woken),
            Event::Disk { .. } | Event::Late { .. } | Event::Wake { .. } => {}
            Event::Kept { person, run, item } => {
                if self.people[person].runs.len() == run {
                    let id = item.id;
                    self.people[person].kept.insert(id, item);
                    self.ask_desk(person, desk::Command::Kept { id });
                }
            }
            Event::Cut(person) => self.cut(person),
            Event::KillRelay => self.kill_relay(),
            Event::StartRelay if self.board.is_none() => self.start_relay(),
            Event::StartRelay => {}
            Event::KillConsole(person) => {
                self.kills += 1;
                self.cut_wire(person, false);
                self.people[person].restart(&self.keys, u8::try_from(person).expect("few"));
                let moment = self.moment();
                let wishes = self.people[person].begin(moment, &mut self.rng);
                self.grant(person, wishes);
                self.say_ready(person);
            }
            Event::Unanswered { person, id } => self.say_anew(person, id),
        }
    }

    // ---- people -----------------------------------------------------------------------------------------------

    fn id(&mut self) -> EntryId {
        EntryId(self.rng.random())
    }

    /// Words that nobody else in this world writes.
    fn words(&mut self, who: &str) -> String {
        self.words += 1;
        format!("{who} {}", self.words)
    }

    fn note(
        &mut self,
        person: usize,
        id: EntryId,
        conv: Option<ConversationId>,
        text: Option<String>,
        is_claim: bool,
    ) {
        self.people[person].order.push(id);
        self.people[person].written.insert(id, Written { text, is_claim, conv, fate: Fate::Open });
    }

    fn act(&mut self, person: usize) {
        if self.is_night || self.people[person].has_left {
            return;
        }
        match self.people[person].link {
            Linked::Child(_) => self.child_acts(person),
            Linked::Desk(_) => self.desk_acts(person),
        }
    }

    fn child_acts(&mut self, person: usize) {
        let id = self.id();
        let command = match self.rng.random_range(0..20) {
            0 if self.people[person].conv.is_some() => child::Command::Leave,
            1..3 => {
                self.note(person, id, None, None, false);
                let facts = Facts { feel: Some(Feel::Bad), ..Facts::default() };
                child::Command::Tell { id, facts }
            }
            3..5 => child::Command::Typing { on: true },
            _ => {
                let text = self.words(&format!("child {person}"));
                self.note(person, id, None, Some(text.clone()), false);
                if self.mutation == Some(Mutation::SaidAnew) {
                    self.at(self.now + 400, Event::Unanswered { person, id });
                }
                child::Command::Say { id, text }
            }
        };
        let moment = self.moment();
        let wishes = self.people[person].ask_child(command, moment, &mut self.rng);
        self.grant(person, wishes);
    }

    /// The planted page: no answer yet, so the same words again, as new ones.
    fn say_anew(&mut self, person: usize, id: EntryId) {
        let Some(written) = self.people[person].written.get(&id).cloned() else { return };
        if written.fate == Fate::Open
            && let Some(text) = written.text
        {
            let again = self.id();
            self.note(person, again, None, Some(text.clone()), false);
            let moment = self.moment();
            let command = child::Command::Say { id: again, text };
            let wishes = self.people[person].ask_child(command, moment, &mut self.rng);
            self.grant(person, wishes);
        }
    }

    fn desk_acts(&mut self, person: usize) {
        let mine: Vec<_> = self.people[person].mine.iter().copied().collect();
        let waiting: Vec<_> = self.people[person]
            .queue
            .iter()
            .flat_map(|queue| &queue.rows)
            .filter(|row| row.phase == Phase::Waiting)
            .map(|row| row.conv)
            .collect();
        let name = self.people[person].account.clone().expect("a desk");
        let dice = self.rng.random_range(0..20);
        let (conv, act, text) = match (waiting.first(), mine.first()) {
            (Some(conv), _) if dice < 12 => (*conv, Act::Claim, None),
            (_, None) => return,
            (_, Some(first)) => {
                let conv = mine[self.rng.random_range(0..mine.len())];
                let text = self.words(name.as_str());
                let other = if name.as_str() == "Jana" { 3 } else { 2 };
                let to = self.people[other].account.clone().expect("a desk");
                match dice {
                    0 => (conv, Act::Release { reason: text.clone() }, Some(text)),
                    1 => (conv, Act::Transfer { to, brief: text.clone() }, Some(text)),
                    2 => (conv, Act::Flag { level: 1, reason: text.clone() }, Some(text)),
                    3 | 4 => (conv, Act::Whisper { text: text.clone() }, Some(text)),
                    5 => {
                        let shown =
                            self.people[person].run().shown.get(&(*first, Log::Talk)).map_or(0, Vec::len);
                        (*first, Act::Close { reason: ClosedReason::Ended, read: shown as u64 }, None)
                    }
                    6 => (conv, Act::Classify { facets: "{\"risk\":0}".to_owned() }, None),
                    7 => (conv, Act::Archive, None),
                    _ => (conv, Act::Say { text: text.clone() }, Some(text)),
                }
            }
        };
        let id = self.id();
        self.note(person, id, Some(conv), text, act == Act::Claim);
        self.ask_desk(person, desk::Command::Write { id, conv, act });
    }

    /// A console says of itself that it is on shift; without anybody the line is closed.
    fn say_ready(&mut self, person: usize) {
        if matches!(self.people[person].link, Linked::Desk(_)) {
            let state = State { state: ShiftState::Ready, until: None, places: 3 };
            let (id, conv) = (self.id(), ConversationId::HOUSE);
            self.ask_desk(person, desk::Command::Write { id, conv, act: Act::State(state) });
        }
    }

    fn ask_desk(&mut self, person: usize, command: desk::Command) {
        let moment = self.moment();
        let wishes = self.people[person].ask_desk(command, moment, &mut self.rng);
        self.grant(person, wishes);
    }

    /// Does what a link asks for.
    fn grant(&mut self, person: usize, wishes: Vec<Wish>) {
        for wish in wishes {
            match wish {
                Wish::Dial => self.dial(person),
                Wish::HangUp => self.cut_wire(person, false),
                Wish::Send(frame) => self.send(person, frame),
                Wish::Keep(item) => {
                    let (run, at) = (self.people[person].runs.len(), self.now + self.rng.random_range(1..60));
                    self.at(at, Event::Kept { person, run, item });
                }
            }
        }
        let wake = self.people[person].wake_at();
        if let Some(at) = wake.filter(|at| self.people[person].ticks_at != Some(*at)) {
            self.people[person].ticks_at = Some(at);
            self.at(at, Event::Tick(person));
        }
    }

    // ---- the network --------------------------------------------------------------------------------------------

    fn dial(&mut self, person: usize) {
        self.count += 1;
        let session = self.count;
        self.people[person].session = Some(session);
        let (out, back) = (Way::default(), Way::default());
        self.wires.insert(session, Wire { person, out, back, is_open: false });
        let at = self.now + self.rng.random_range(1..80);
        self.at(at, Event::Arrives { person, session });
    }

    fn arrive(&mut self, person: usize, session: u64) {
        if self.people[person].session != Some(session) {
            return;
        }
        if self.board.is_none() {
            return self.at(self.now + 5, Event::GoneAtLink { person, session });
        }
        if let Some(wire) = self.wires.get_mut(&session) {
            wire.is_open = true;
        }
        let door = if person < 2 { Door::Child } else { Door::Desk };
        self.relay(Input::Connected { session, door, address: None });
    }

    fn send(&mut self, person: usize, frame: ToRelay) {
        let is_loose = self.is_loose();
        let Some(session) = self.people[person].session else { return };
        let Some(wire) = self.wires.get_mut(&session).filter(|wire| wire.is_open) else { return };
        for at in wire.out.arrivals(self.now, is_loose, &mut self.rng) {
            self.at(at, Event::ToRelay { session, frame: frame.clone() });
        }
    }

    fn deliver(&mut self, session: u64, mut frame: ToClient) {
        let Some(wire) = self.wires.get(&session) else { return };
        let person = wire.person;
        if self.people[person].session != Some(session) {
            return;
        }
        if let Some(lie) = self.lie.filter(|_| !self.is_night || self.rng.random_bool(0.5)) {
            network::lie(&mut frame, lie, &mut self.rng);
        }
        let moment = self.moment();
        let wishes = self.people[person].hear(frame, moment, &mut self.rng);
        self.grant(person, wishes);
    }

    fn cut(&mut self, person: usize) {
        if self.people[person].session.is_some() {
            self.cuts += 1;
            self.cut_wire(person, true);
        }
    }

    /// Breaks a person's socket; the relay learns of it later, the link too if it did not do it itself.
    fn cut_wire(&mut self, person: usize, tells_link: bool) {
        let Some(session) = self.people[person].session else { return };
        if let Some(wire) = self.wires.get_mut(&session)
            && std::mem::replace(&mut wire.is_open, false)
        {
            let at = self.now + self.rng.random_range(1..400);
            self.at(at, Event::GoneAtRelay { session });
        }
        if tells_link {
            let at = self.now + self.rng.random_range(1..200);
            self.at(at, Event::GoneAtLink { person, session });
        } else {
            self.people[person].session = None;
        }
    }

    // ---- the relay ----------------------------------------------------------------------------------------------

    fn start_relay(&mut self) {
        self.age += 1;
        let mut entries: HashMap<ConversationId, Vec<Entry>> = HashMap::new();
        for entry in self.journal.replay() {
            entries.entry(entry.conv).or_default().push(entry);
        }
        let now = Now { wall: DAWN + self.now, mono: self.now };
        let seed = self.rng.random();
        let mut board = Switchboard::new(rules(), self.keys.root, seed, now);
        for kept in gather(&*self.journal, entries) {
            if kept.damaged {
                self.broken = Some("the journal of an honest relay is damaged".to_owned());
            }
            board.restore(kept);
        }
        let first = board.start(now).expect("a card");
        self.board = Some(board);
        self.perform(first);
    }

    fn kill_relay(&mut self) {
        if self.board.take().is_none() {
            return;
        }
        self.kills += 1;
        self.age += 1;
        for person in 0..self.people.len() {
            let Some(session) = self.people[person].session else { continue };
            if let Some(wire) = self.wires.get_mut(&session) {
                wire.is_open = false;
            }
            let at = self.now + self.rng.random_range(1..300);
            self.at(at, Event::GoneAtLink { person, session });
        }
        let at = self.now + self.rng.random_range(100..4_000);
        self.at(at, Event::StartRelay);
    }

    fn relay(&mut self, input: Input) {
        let now = Now { wall: DAWN + self.now, mono: self.now };
        let Some(board) = &mut self.board else { return };
        let mut effects = board.update(now, input);
        effects.extend(board.update(now, Input::Settle));
        self.perform(effects);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Send { to, frame } => self.say(to, frame),
                Effect::SendAll { to, frame } => to.into_iter().for_each(|to| self.say(to, frame.clone())),
                Effect::Replay { to, mut frames } => {
                    if self.mutation == Some(Mutation::ShortReplay) {
                        frames.pop();
                    }
                    frames.into_iter().for_each(|frame| self.say(to, frame));
                    self.answer(Input::Drained { session: to });
                }
                Effect::Close { session, goodbye } => self.close(session, goodbye),
                Effect::Shelve { conv, shelf } => {
                    let result =
                        stored(|done| self.journal.shelve(conv, shelf, done)).map_err(|_| Failure::Damaged);
                    let contact = self.journal.contact_id(conv);
                    let result = result.and(contact.ok_or(Failure::Damaged));
                    self.answer(Input::Shelved { conv, result });
                }
                Effect::ForgetToken { conv } => self.journal.forget_token(conv, Box::new(|_| {})),
                Effect::Stamp { conv, at } => self.journal.stamp(conv, at),
                Effect::Append(entry) => self.append(entry),
                Effect::Read { session, conv, log, after, limit } => {
                    let entries = self.journal.read(conv, log, after, limit).map_err(|_| Failure::Damaged);
                    self.answer(Input::Replayed { session, conv, log, after, entries });
                }
                Effect::Erase { conv } => {
                    self.journal.erase(conv, Box::new(|_| {}));
                    self.answer(Input::Erased { conv, result: Ok(()) });
                }
                Effect::EraseHouse { before } => self.journal.erase_house(before, Box::new(|_| {})),
                Effect::WakeAt(at) => self.at(at, Event::Wake { age: self.age }),
                Effect::Count(_) => {}
            }
        }
    }

    /// The disk answers after a while, in no particular order.
    fn answer(&mut self, input: Input) {
        let at = self.now + self.rng.random_range(1..25);
        self.at(at, Event::Disk { age: self.age, input });
    }

    fn append(&mut self, entry: Entry) {
        let (conv, age) = (entry.conv, self.age);
        if self.mutation == Some(Mutation::AckBeforeDisk) {
            self.at(self.now + 300, Event::Late { age, entry });
            return self.answer(Input::Logged { conv, result: Ok(()) });
        }
        let result = Arc::new(Mutex::new(Ok(())));
        let told = Arc::clone(&result);
        self.journal.append(entry, Box::new(move |outcome| *told.lock().expect("one thread") = outcome));
        let result = *result.lock().expect("one thread");
        if let Err(error) = result {
            self.broken.get_or_insert(format!("the switchboard appended what does not follow: {error}"));
        }
        self.answer(Input::Logged { conv, result: result.map_err(|_| Failure::Damaged) });
    }

    fn say(&mut self, session: u64, frame: ToClient) {
        let Some(wire) = self.wires.get_mut(&session).filter(|wire| wire.is_open) else { return };
        let person = wire.person;
        let mut frames = vec![frame];
        if self.mutation == Some(Mutation::DeskToChild)
            && let (true, Some(conv)) = (person < 2, self.people[person].conv)
            && let Ok(entries) = self.journal.read(conv, Log::Desk, 0, 1)
        {
            frames.extend(entries.into_iter().map(ToClient::Entry));
        }
        for frame in frames {
            self.watch_child(person, &frame);
            // A websocket keeps its order; the links must survive more than that, but for the first words of a socket and
            // the heads it serves, from which they could only conclude that something was withheld.
            let is_content = matches!(
                frame,
                ToClient::Entry(_)
                    | ToClient::Appended { .. }
                    | ToClient::Queue { .. }
                    | ToClient::QueueDelta { .. }
            );
            let is_loose = is_content && self.is_loose();
            let Some(wire) = self.wires.get_mut(&session) else { return };
            for at in wire.back.arrivals(self.now, is_loose, &mut self.rng) {
                self.at(at, Event::ToClient { session, frame: frame.clone() });
            }
        }
    }

    /// What is said to a child holds nothing of the desk.
    fn watch_child(&mut self, person: usize, frame: &ToClient) {
        if person >= 2 {
            return;
        }
        let text = frame.to_text();
        // With its quotes or its `line`, which no id or hash has by chance.
        let names = ["\"Jana\"", "\"Petr\"", "line Jana", "line Petr", "\"log\":\"desk\"", "\"author\""];
        if names.iter().any(|name| text.contains(name)) {
            self.broken.get_or_insert(format!("said to a child: {text}"));
        }
    }

    fn close(&mut self, session: u64, goodbye: Goodbye) {
        self.say(session, ToClient::Goodbye { code: goodbye, retry_ms: None });
        if let Some(wire) = self.wires.get_mut(&session) {
            let person = wire.person;
            if std::mem::replace(&mut wire.is_open, false) {
                self.at(self.now + 1_000, Event::GoneAtLink { person, session });
                self.at(self.now + 1, Event::GoneAtRelay { session });
            }
        }
    }
}

/// Carries out a request of the journal, which answers before it returns.
fn stored(ask: impl FnOnce(opora::journal::Stored)) -> Result<(), opora::journal::StoreError> {
    let result = Arc::new(Mutex::new(Ok(())));
    let told = Arc::clone(&result);
    ask(Box::new(move |outcome| *told.lock().expect("one thread") = outcome));
    let told = result.lock().expect("one thread");
    *told
}

fn root() -> Root {
    Root::from_secret(Secret::new([7; 32])).expect("a root")
}

fn rules() -> Rules {
    let mut rules = Rules::default();
    rules.limits.child_append = Rate { every_ms: 50, burst: 10 };
    // Nobody is away long enough to lose a child to a colleague: so a second claim is always a fault.
    rules.keep.takeover_ms = 3_600_000;
    rules
}

fn line_file(keys: &Keys) -> LineFile {
    let (seed, house) = (LineSeed::new(keys.seed), HouseKey::new(keys.house));
    let hour = 3_600_000;
    let card = Card {
        v: 1,
        line: "simulated".to_owned(),
        serial: 1,
        keys: vec![LineKey { id: seed.id(), public: seed.public(), from: DAWN - hour, until: DAWN + hour }],
        house: Some(vec![house.id()]),
        revoked: vec![],
        relays: vec![],
        phone: "116 111".to_owned(),
        issued: DAWN - hour,
        expires: DAWN + hour,
    };
    let card = card.to_text();
    let account = |(name, number): (&str, u8)| FirstAccount {
        name: opora::conversation::Account::parse(name).expect("a name"),
        role: Role::Counsellor,
        key: identity(number).public(),
        box_key: BoxSeed::new([number; 32]).public(),
    };
    let accounts = [("Jana", 2), ("Petr", 3)].map(account).to_vec();
    LineFile { sig: root().sign_card(&card), card, root: keys.root, accounts, grants: vec![] }
}
