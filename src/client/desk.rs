//! The desk's link: a counsellor's or supervisor's connection, as one pure `update`. It keeps the outbox, reads what
//! the account holds and what the console asks for, folds the queue, and tells the console only what it verified.

mod asks;
mod fold;
mod receive;
mod sealer;
mod speech;
#[cfg(test)]
mod tests;
mod thread;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use asks::Asks;
use fold::Fold;
pub use speech::*;
use thread::{Keyring, Thread};

use super::address::Address;
use super::link::{self, Beat, Effect, Input, Item, Lifeline, Link, Moment, Outbox, Packet, State};
use super::reader::Ring;
use crate::conversation::{Account, ConversationId, EntryId, KeyId, Log, Pen, Role};
use crate::protocol::frame::{ClientSignal, TextLimits};
use crate::protocol::{Refusal, ToClient, ToRelay};
use crate::sealing::CryptoRng;
use crate::sealing::card::Card;
use crate::sealing::grant::BoxSeed;
use crate::sealing::house::HouseKey;
use crate::sealing::identity::{Identity, Invitation};
use crate::sealing::line::LineSeed;

/// While the counsellor goes on writing, the child is told so this often, in milliseconds.
const TYPING: u64 = 3_000;
/// A reader that has a hole asks again no sooner than this, in milliseconds.
const HOLE: u64 = 2_000;
/// How often something is decided anew before a person is asked. More means that nobody could ever decide.
const ANEW: u32 = 50;

/// What a desk's link begins with: the vault's keys, and the casebook's outbox.
pub struct Setup {
    /// The relay.
    pub address: Address,
    /// Signs logins.
    pub identity: Identity,
    /// Opens grants.
    pub box_seed: BoxSeed,
    /// The line seeds the vault has.
    pub line_seeds: Vec<LineSeed>,
    /// The house keys the vault has.
    pub house_keys: Vec<HouseKey>,
    /// The pinned root key.
    pub root: [u8; 65],
    /// The highest serial of a card seen so far.
    pub least_serial: u64,
    /// The alias under which words are written: 1 to 64 bytes.
    pub alias: String,
    /// What was not acknowledged in earlier runs, oldest first.
    pub outbox: Vec<OutboxItem>,
    /// Whether [`Update::Keep`] is answered by [`Command::Kept`], and nothing is sent before.
    pub is_kept: bool,
}

/// The link of one account.
pub struct DeskLink {
    address: Address,
    identity: Identity,
    box_seed: BoxSeed,
    /// The account is new: it joins with this, and logs in from then on.
    invitation: Option<Invitation>,
    keys: Keyring,
    root: [u8; 65],
    serial: u64,
    alias: String,
    is_kept: bool,
    line: Lifeline,
    outbox: Outbox<Act>,
    asks: Asks,
    threads: BTreeMap<ConversationId, Thread>,
    queue: Fold,
    card: Option<Card>,
    me: Option<(Account, Role)>,
    /// What the account holds and has not archived.
    held: BTreeSet<ConversationId>,
    limits: TextLimits,
    is_drill: bool,
    /// How far the relay's clock is ahead of this computer's, in milliseconds.
    ahead_ms: i64,
    /// The pen of talk (no key), and one per line key of desk.
    pens: HashMap<Option<KeyId>, Pen>,
    /// How many entries of a pen are on disk in a log.
    counts: HashMap<(ConversationId, Log, Pen), u64>,
    /// When each child was last told that somebody writes.
    typing: HashMap<ConversationId, u64>,
    has_ended: bool,
}

pub(super) type Turn<'a> = link::Turn<'a, Update>;

impl Link for DeskLink {
    type Command = Command;
    type Update = Update;

    fn update(&mut self, input: Input<Command>, now: Moment, rng: &mut dyn CryptoRng) -> Vec<Effect<Update>> {
        if self.has_ended {
            return Vec::new();
        }
        let mut turn = Turn::new(now, rng);
        match input {
            Input::Begin => self.dial(&mut turn),
            // The relay speaks first.
            Input::Opened => {}
            Input::Frame(frame) => self.frame(*frame, &mut turn),
            Input::Lost(why) => self.lose(why, 0, &mut turn),
            Input::Tick => self.tick(&mut turn),
            Input::Command(command) => self.command(command, &mut turn),
        }
        self.pump(&mut turn);
        turn.effects
    }

    fn wake_at(&self) -> Option<u64> {
        let outbox = self.outbox.wake_at().filter(|_| self.line.is_up());
        let threads = self.threads.values().filter_map(|thread| thread.retry_at);
        let threads = threads.min().filter(|_| self.line.is_up());
        [self.line.wake_at(), outbox, threads].into_iter().flatten().min()
    }
}

impl DeskLink {
    /// Makes a link that waits for [`Input::Begin`].
    pub fn new(setup: Setup) -> Self {
        let mut outbox = Outbox::new();
        setup.outbox.iter().filter_map(OutboxItem::restored).for_each(|item| _ = outbox.push(item));
        Self {
            address: setup.address,
            identity: setup.identity,
            box_seed: setup.box_seed,
            invitation: None,
            keys: Keyring { line: setup.line_seeds, house: setup.house_keys },
            root: setup.root,
            serial: setup.least_serial,
            alias: setup.alias,
            is_kept: setup.is_kept,
            line: Lifeline::new(),
            outbox,
            asks: Asks::default(),
            threads: BTreeMap::new(),
            queue: Fold::default(),
            card: None,
            me: None,
            held: BTreeSet::new(),
            limits: TextLimits { chars: 2_000, bytes: 8_000 },
            is_drill: false,
            ahead_ms: 0,
            pens: HashMap::new(),
            counts: HashMap::new(),
            typing: HashMap::new(),
            has_ended: false,
        }
    }

    /// Makes the link of an account that does not exist yet. If the invitation was spent already, perhaps by itself on a
    /// connection that broke, it logs in.
    pub fn joining(setup: Setup, invitation: Invitation) -> Self {
        Self { invitation: Some(invitation), ..Self::new(setup) }
    }

    fn ring(&self) -> Ring<'_> {
        Ring { talk: None, line: &self.keys.line, house: &self.keys.house, contact: None }
    }

    fn dial(&mut self, turn: &mut Turn<'_>) {
        self.line.dial(turn.now);
        turn.tell(Update::Connection(Connection::Connecting { attempt: self.line.attempt() }));
        turn.effects.push(Effect::Dial);
    }

    /// The socket is gone: what flew goes again on the next one.
    fn lose(&mut self, why: Lost, least: u64, turn: &mut Turn<'_>) {
        if !self.line.is_alive() {
            return;
        }
        if let Lost::Closed(code) = why
            && !code.reconnects()
        {
            return self.stop(Stop::Goodbye(code), turn);
        }
        let code = if let Lost::Closed(code) = why { Some(code) } else { None };
        let wait = self.line.lose(code, least, turn.now, turn.rng);
        self.settle_down();
        let attempt = self.line.attempt();
        let retry_at_ms = turn.now.wall + wait;
        turn.tell(Update::Connection(Connection::Waiting { retry_at_ms, attempt, why }));
    }

    /// Hangs up; nothing is tried again by itself.
    fn stop(&mut self, why: Stop, turn: &mut Turn<'_>) {
        turn.effects.push(Effect::HangUp);
        self.line.rest();
        self.settle_down();
        turn.tell(Update::Connection(Connection::Stopped(why)));
    }

    fn settle_down(&mut self) {
        self.outbox.ground();
        self.asks.ground();
        self.queue.lose();
        self.typing.clear();
        self.card = None;
        for thread in self.threads.values_mut() {
            (thread.served, thread.retry_at) = (None, None);
        }
    }

    fn tick(&mut self, turn: &mut Turn<'_>) {
        match self.line.beat(turn.now) {
            Some(Beat::Dial) => self.dial(turn),
            Some(Beat::Ping(n)) => turn.send(ToRelay::Ping { n }),
            Some(Beat::Drop) => {
                turn.effects.push(Effect::HangUp);
                self.lose(Lost::Broken, 0, turn);
            }
            None => {}
        }
        let due = |thread: &&mut Thread| thread.retry_at.is_some_and(|at| turn.now.mono >= at);
        let due: Vec<_> = self.threads.values_mut().filter(due).map(|thread| thread.conv).collect();
        due.into_iter().for_each(|conv| self.ask_for(conv, turn));
    }

    fn command(&mut self, command: Command, turn: &mut Turn<'_>) {
        match command {
            Command::Watch { conv } => self.watch(conv, true, turn),
            Command::Unwatch { conv } => self.unwatch(conv, turn),
            Command::Reload { conv } => {
                if let Some(thread) = self.threads.get_mut(&conv) {
                    let (is_asked, is_read) = (thread.is_asked, thread.is_read);
                    *thread = Thread { is_read, ..Thread::new(conv, is_asked) };
                    self.ask_for(conv, turn);
                }
            }
            Command::Write { id, conv, act } => self.write(id, conv, act, turn),
            Command::Typing { conv, on } => self.typing(conv, on, turn),
            Command::Ask { ask, request } => self.asks.push(ask, request),
            Command::Kept { id } => {
                if let Some(item) = self.outbox.by_command(id) {
                    item.keeps = item.keeps.saturating_sub(1);
                }
            }
            Command::Alias(alias) => self.alias = alias,
            Command::Sync if self.line.is_up() => turn.send(ToRelay::Sync {}),
            Command::Sync => {}
            Command::RetryNow if !self.line.is_alive() => self.dial(turn),
            Command::RetryNow => {}
            Command::Leave => {
                self.stop(Stop::Left, turn);
                self.has_ended = true;
                turn.effects.push(Effect::End);
            }
        }
    }

    fn write(&mut self, id: EntryId, conv: ConversationId, act: Act, turn: &mut Turn<'_>) {
        match sealer::check(&act, conv, self.limits) {
            Ok(log) => _ = self.outbox.push(Item::new(id, conv, log, act)),
            Err(why) => turn.tell(Update::Refused { id, conv, why, holder: None }),
        }
    }

    fn typing(&mut self, conv: ConversationId, on: bool, turn: &mut Turn<'_>) {
        let now = turn.now.mono;
        let last = self.typing.get(&conv).copied();
        let kind = match (on, last) {
            _ if !self.line.is_up() => return,
            (true, Some(last)) if now < last + TYPING => return,
            (true, _) => ClientSignal::Typing,
            (false, Some(_)) => ClientSignal::Idle,
            (false, None) => return,
        };
        if on {
            self.typing.insert(conv, now);
        } else {
            self.typing.remove(&conv);
        }
        turn.send(ToRelay::Signal { conv, kind });
    }

    /// Returns the thread of a conversation that is being read.
    fn reading(&self, conv: ConversationId) -> Option<&Thread> {
        self.threads.get(&conv).filter(|thread| thread.is_read)
    }

    /// Reads a conversation from now on, from where it was read before.
    fn watch(&mut self, conv: ConversationId, is_asked: bool, turn: &mut Turn<'_>) {
        let thread = self.threads.entry(conv).or_insert_with(|| Thread::new(conv, false));
        thread.is_asked |= is_asked;
        thread.is_read = true;
        // Also if it seems to be served: a watch whose right ended ends without a word.
        self.ask_for(conv, turn);
    }

    fn unwatch(&mut self, conv: ConversationId, turn: &mut Turn<'_>) {
        let is_held = self.held.contains(&conv);
        let Some(thread) = self.threads.get_mut(&conv).filter(|thread| thread.is_read) else { return };
        thread.is_asked = false;
        if is_held {
            return;
        }
        thread.rest();
        if self.line.is_up() {
            turn.send(ToRelay::Unwatch { conv });
        }
        turn.tell(Update::NotWatched { conv, code: None });
    }

    /// Asks the relay for what a thread does not have yet.
    fn ask_for(&mut self, conv: ConversationId, turn: &mut Turn<'_>) {
        let Some(thread) = self.threads.get_mut(&conv) else { return };
        thread.retry_at = None;
        if self.line.is_up() && thread.is_read && thread.stopped().is_none() {
            thread.asked_at = turn.now.mono;
            let (talk, desk) = (thread.talk.head(), thread.desk.head());
            turn.send(ToRelay::Watch { conv, talk, desk });
        }
    }

    /// *This conversation was altered on the way*: nothing more of it is shown or sent.
    fn altered(&mut self, conv: ConversationId, log: Log, why: Alteration, turn: &mut Turn<'_>) {
        self.outbox.ground_all(conv);
        turn.tell(Update::Altered { conv, log, why });
    }

    /// Seals and sends whatever may go, and has the rest kept.
    fn pump(&mut self, turn: &mut Turn<'_>) {
        if self.line.is_up() {
            self.asks.send(&self.keys.house, turn);
            while self.pump_once(turn) {}
        }
        if self.is_kept {
            let untold = self.outbox.items_mut().filter(|item| !item.is_told && item.state == State::Fresh);
            for item in untold {
                keep(item, turn);
            }
        }
    }

    /// Returns whether an item went away, so that another is first now.
    fn pump_once(&mut self, turn: &mut Turn<'_>) -> bool {
        let mut has_refused = false;
        for command in self.outbox.firsts() {
            match self.seal(command, turn) {
                Ok(Some(packet)) => {
                    let is_kept = self.is_kept;
                    if let Some(item) = self.outbox.by_command(command) {
                        (item.packet, item.state) = (Some(packet), State::Sealed);
                        if is_kept {
                            keep(item, turn);
                        }
                    }
                }
                Ok(None) => {}
                Err(why) => {
                    self.refuse(command, why, None, turn);
                    has_refused = true;
                    continue;
                }
            }
            let conv = self.outbox.by_command(command).map(|item| item.conv);
            let is_stopped =
                conv.and_then(|conv| self.threads.get(&conv)).and_then(Thread::stopped).is_some();
            if !is_stopped && let Some(frame) = self.outbox.fly(command, turn.now) {
                turn.send(frame);
            }
        }
        has_refused
    }

    /// Takes an item out for good.
    fn refuse(&mut self, command: EntryId, why: Denied, holder: Option<Account>, turn: &mut Turn<'_>) {
        if let Some(item) = self.outbox.remove(command) {
            turn.tell(Update::Refused { id: command, conv: item.conv, why, holder });
            if item.is_told {
                turn.tell(Update::Drop { id: command });
            }
        }
    }
}

/// Has an item put on disk; its bytes go out once that is done.
fn keep(item: &mut Item<Act>, turn: &mut Turn<'_>) {
    item.keeps += 1;
    item.is_told = true;
    turn.tell(Update::Keep(OutboxItem::of(item)));
}
