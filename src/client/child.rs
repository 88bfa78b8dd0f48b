//! The child's link, as the page has it, for drills and tests: it draws K, seals it to the line, and keeps nothing on
//! any disk. It connects when there is something to say, and speaks for one conversation only.

mod receive;
mod speech;
#[cfg(test)]
mod tests;

pub use speech::*;

use super::address::Address;
use super::link::{
    self, Beat, Effect, Input, Item, Lifeline, Link, Moment, Outbox, Packet, State, check_text,
};
use super::reader::{Reader, Ring};
use crate::conversation::event::{Event, Facts, Rated};
use crate::conversation::sealed::{Place, Side, Under};
use crate::conversation::{ConversationId, EntryId, Hash, Kind, Log, Pen, Seq};
use crate::protocol::frame::{ClientSignal, TextLimits};
use crate::protocol::{Refusal, ToClient, ToRelay};
use crate::sealing::body::{self, At, Body, Clear};
use crate::sealing::line::TalkKey;
use crate::sealing::{CryptoRng, Secret};

/// The relay drops what comes faster than this, in milliseconds.
const TYPING: u64 = 2_000;
/// A reader that has a hole asks again no sooner than this, in milliseconds.
const HOLE: u64 = 2_000;

/// What a child's link begins with.
pub struct Setup {
    /// The relay.
    pub address: Address,
    /// The pinned root key.
    pub root: [u8; 65],
    /// The serial pinned with it.
    pub least_serial: u64,
    /// When the pin was made, in milliseconds since 1970: no card may have expired by then.
    pub built: u64,
    /// The child's language.
    pub lang: String,
    /// The ticket of a talk that was left within ten minutes.
    pub after: Option<EntryId>,
}

/// The link of one child.
pub struct ChildLink {
    setup: Setup,
    line: Lifeline,
    limits: TextLimits,
    talk: Option<Talk>,
    outbox: Outbox<Words>,
    /// When it last said that it writes.
    typed: Option<u64>,
    is_leaving: bool,
    has_ended: bool,
}

/// What a child wrote.
#[derive(Clone, PartialEq, Eq)]
enum Words {
    Say(String),
    Tell(Facts),
    Rate(Rated),
}

/// The talk, from the first word on.
struct Talk {
    conv: ConversationId,
    token: Secret<[u8; 32]>,
    key: TalkKey,
    pen: Pen,
    /// How many entries of the pen are on disk.
    count: u64,
    reader: Reader,
    /// `open` without its work, the same in every repeat.
    open: Option<ToRelay>,
    is_open: bool,
    /// The head served on this socket; none before `welcome`.
    served: Option<Seq>,
    asked_at: u64,
    /// When to ask or to open again: the relay said so, or a hole waits for its replay.
    retry_at: Option<u64>,
    /// The last `hello`, for another try of `open` on the same socket.
    hello: Option<(Hash, u32)>,
}

type Turn<'a> = link::Turn<'a, Update>;

impl Link for ChildLink {
    type Command = Command;
    type Update = Update;

    fn update(&mut self, input: Input<Command>, now: Moment, rng: &mut dyn CryptoRng) -> Vec<Effect<Update>> {
        if self.has_ended {
            return Vec::new();
        }
        let mut turn = Turn::new(now, rng);
        match input {
            Input::Begin | Input::Opened => {}
            Input::Frame(frame) => self.frame(*frame, &mut turn),
            Input::Lost(why) => self.lose(why, 0, &mut turn),
            Input::Tick => self.tick(&mut turn),
            Input::Command(command) => self.command(command, &mut turn),
        }
        if self.line.is_up() {
            self.pump(&mut turn);
        }
        turn.effects
    }

    fn wake_at(&self) -> Option<u64> {
        let outbox = self.outbox.wake_at().filter(|_| self.line.is_up());
        let talk = self.talk.as_ref().and_then(|talk| talk.retry_at).filter(|_| self.line.is_alive());
        [self.line.wake_at(), outbox, talk].into_iter().flatten().min()
    }
}

impl ChildLink {
    /// Makes a link that dials with the first words.
    pub fn new(setup: Setup) -> Self {
        Self {
            setup,
            line: Lifeline::new(),
            limits: TextLimits { chars: 2_000, bytes: 8_000 },
            talk: None,
            outbox: Outbox::new(),
            typed: None,
            is_leaving: false,
            has_ended: false,
        }
    }

    /// Returns the conversation, once there is one.
    pub fn conv(&self) -> Option<ConversationId> {
        self.talk.as_ref().map(|talk| talk.conv)
    }

    fn dial(&mut self, turn: &mut Turn<'_>) {
        self.line.dial(turn.now);
        turn.tell(Update::Connection(Connection::Connecting { attempt: self.line.attempt() }));
        turn.effects.push(Effect::Dial);
    }

    fn lose(&mut self, why: Lost, least: u64, turn: &mut Turn<'_>) {
        if !self.line.is_alive() {
            return;
        }
        if self.is_leaving {
            return self.end(Stop::Left, turn);
        }
        if let Lost::Closed(code) = why
            && !code.reconnects()
        {
            return self.end(Stop::Goodbye(code), turn);
        }
        let code = if let Lost::Closed(code) = why { Some(code) } else { None };
        let wait = self.line.lose(code, least, turn.now, turn.rng);
        self.settle_down();
        let (attempt, retry_at_ms) = (self.line.attempt(), turn.now.wall + wait);
        turn.tell(Update::Connection(Connection::Waiting { retry_at_ms, attempt, why }));
    }

    /// Hangs up; nothing is tried again by itself.
    fn stop(&mut self, why: Stop, turn: &mut Turn<'_>) {
        turn.effects.push(Effect::HangUp);
        self.line.rest();
        self.settle_down();
        turn.tell(Update::Connection(Connection::Stopped(why)));
    }

    /// Stops for good: the talk is over for this page.
    fn end(&mut self, why: Stop, turn: &mut Turn<'_>) {
        self.stop(why, turn);
        self.has_ended = true;
        self.talk = None;
        turn.effects.push(Effect::End);
    }

    fn settle_down(&mut self) {
        self.outbox.ground();
        self.typed = None;
        if let Some(talk) = &mut self.talk {
            (talk.served, talk.retry_at, talk.hello) = (None, None, None);
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
        let Some(talk) = &mut self.talk else { return };
        if self.line.is_alive() && talk.retry_at.is_some_and(|at| turn.now.mono >= at) {
            talk.retry_at = None;
            if talk.is_open { self.resume(turn) } else { self.open(turn) }
        }
    }

    fn command(&mut self, command: Command, turn: &mut Turn<'_>) {
        match command {
            Command::Say { id, text } => match check_text(&text, self.limits) {
                Ok(()) => self.write(id, Words::Say(text), turn),
                Err(why) => turn.tell(Update::Refused { id, why }),
            },
            Command::Tell { id, facts } => self.write(id, Words::Tell(facts), turn),
            Command::Rate { id, rated } => self.write(id, Words::Rate(rated), turn),
            Command::Typing { on } => self.typing(on, turn),
            Command::Hidden => self.signal(ClientSignal::Hidden, turn),
            Command::Leave => {
                self.is_leaving = true;
                match self.conv().filter(|_| self.line.is_up()) {
                    Some(conv) => turn.send(ToRelay::Leave { conv }),
                    None => self.end(Stop::Left, turn),
                }
            }
            Command::Forget => {
                if let Some(conv) = self.conv().filter(|_| self.line.is_up()) {
                    turn.send(ToRelay::Forget { conv });
                }
            }
            Command::RetryNow if !self.line.is_alive() && self.talk.is_some() => self.dial(turn),
            Command::RetryNow => {}
        }
    }

    fn write(&mut self, id: EntryId, words: Words, turn: &mut Turn<'_>) {
        let conv = match &self.talk {
            Some(talk) => talk.conv,
            None => {
                let talk = Talk::new(turn);
                let conv = talk.conv;
                self.talk = Some(talk);
                self.dial(turn);
                conv
            }
        };
        self.outbox.push(Item::new(id, conv, Log::Talk, words));
    }

    fn typing(&mut self, on: bool, turn: &mut Turn<'_>) {
        let now = turn.now.mono;
        if self.typed.is_some_and(|last| now < last + TYPING) || (!on && self.typed.is_none()) {
            return;
        }
        self.typed = on.then_some(now);
        self.signal(if on { ClientSignal::Typing } else { ClientSignal::Idle }, turn);
    }

    fn signal(&mut self, kind: ClientSignal, turn: &mut Turn<'_>) {
        if let Some(conv) = self.conv().filter(|_| self.line.is_up()) {
            turn.send(ToRelay::Signal { conv, kind });
        }
    }

    /// Seals and sends what may go: one append at a time.
    fn pump(&mut self, turn: &mut Turn<'_>) {
        let Some(talk) = &self.talk else { return };
        if talk.reader.stopped().is_some() {
            return self.outbox.ground();
        }
        for command in self.outbox.firsts() {
            let Some(item) = self.outbox.by_command(command) else { continue };
            if item.state == State::Fresh && talk.is_level() {
                match talk.seal(&item.act, turn) {
                    Some(packet) => (item.packet, item.state) = (Some(packet), State::Sealed),
                    None => {
                        self.outbox.remove(command);
                        let why = Denied::Relay(Refusal::TooLong);
                        turn.tell(Update::Refused { id: command, why });
                        return self.pump(turn);
                    }
                }
            }
            if let Some(frame) = self.outbox.fly(command, turn.now) {
                turn.send(frame);
            }
        }
    }
}

impl Talk {
    fn new(turn: &mut Turn<'_>) -> Self {
        let conv = ConversationId(turn.random());
        Self {
            conv,
            token: Secret::random(&mut turn.rng),
            key: TalkKey::random(&mut turn.rng),
            pen: Pen(turn.random()),
            count: 0,
            reader: Reader::new(conv, Log::Talk),
            open: None,
            is_open: false,
            served: None,
            asked_at: 0,
            retry_at: None,
            hello: None,
        }
    }

    /// Whether all that was served has come.
    fn is_level(&self) -> bool {
        self.served.is_some_and(|head| self.reader.head() >= head)
    }

    fn seal(&self, words: &Words, turn: &mut Turn<'_>) -> Option<Packet> {
        let id = EntryId(turn.random());
        let (kind, clear, text) = match words {
            Words::Say(text) => (Kind::Said, Clear::Nothing, text.as_str()),
            Words::Tell(facts) => (Kind::Told, Clear::Facts(facts.clone()), ""),
            Words::Rate(rated) => {
                let data = Event::Rated(*rated).data()?;
                return Some(Packet { id, kind: Kind::Rated, data, expect: None, place: None });
            }
        };
        let place = Place { side: Side::Child, pen: self.pen, n: self.count + 1, seen: self.reader.seen() };
        let at = At::conversation(self.conv, kind, id);
        let body = Body::text("", text);
        let sealed = body::seal(body::Key::Talk(&self.key), &at, &clear, Under::Talk(place), &body).ok()?;
        Some(Packet { id, kind, data: sealed.data(), expect: None, place: Some((place.pen, place.n)) })
    }
}
