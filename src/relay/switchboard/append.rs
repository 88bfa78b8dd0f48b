//! Appends: the checks in the order of the protocol's table, the turn of each, and what happens once it is on disk.

use super::book::Draft;
use super::floor::Before;
use super::judge::Verdict;
use super::rights;
use super::session::{About, Proof};
use super::{Alarm, Effect, Failure, Metric, Now, SessionId, Switchboard, child};
use crate::conversation::event::Joined;
use crate::conversation::queue::Talk;
use crate::conversation::sealed::Place;
use crate::conversation::{Account, By, ConversationId, Entry, EntryId, Event, Kind, Log, Seq};
use crate::protocol::Refusal;
use crate::protocol::frame::ToClient;

/// How long until the relay's own entry is tried again after the disk was full, in milliseconds.
const RETRY_MS: u64 = 1000;
/// What a client is told to wait when the disk is full.
pub(super) const FULL_RETRY_MS: u64 = 5000;
/// What a client is told to wait when too much waits for one log.
const BUSY_RETRY_MS: u64 = 500;

/// The frame `append`.
pub struct Asked {
    pub id: EntryId,
    pub conv: ConversationId,
    pub log: Log,
    pub kind: Kind,
    pub data: String,
    pub expect: Option<Seq>,
}

/// What waits for its turn at a conversation's logs.
pub enum Job {
    /// A client's append.
    Append { session: SessionId, draft: Draft, event: Event, expect: Option<Seq> },
    /// A child opens; the shelf is not yet on disk.
    Open { session: SessionId, open: child::Open },
    /// A child leaves.
    Leave { session: SessionId },
    /// A child wants to be forgotten.
    Forget { session: SessionId },
    /// A child was away for too long.
    Absent,
    /// An account watches from these numbers.
    Watch { session: SessionId, account: Account, from: [Seq; 2] },
    /// A supervisor who gave the child away reads on.
    LookOn { account: Account },
    /// A supervisor no longer looks in.
    LookOff { account: Account },
    /// The relay's own entry of the house.
    House { event: Event, id: Option<EntryId>, after: After },
}

/// What the journal is writing.
pub struct Flight {
    pub entry: Entry,
    pub event: Event,
    /// The socket that wrote it.
    pub writer: Option<SessionId>,
    pub after: After,
}

/// What happens once it is on disk.
#[derive(Debug, Clone, PartialEq)]
pub enum After {
    /// Nothing more.
    Nothing,
    /// The child is let in.
    Welcome(SessionId),
    /// The child may go.
    Bye(SessionId),
    /// The child may go, and was answered as if all were erased.
    Forgotten(SessionId),
    /// The account is served.
    Serve(SessionId, Account, [Seq; 2]),
    /// The request of this type was done.
    Done(SessionId, &'static str),
    /// A new account is let in.
    Admit(SessionId, Box<Joined>),
    /// The words may go; the child was answered if it waits.
    Erase(ConversationId),
}

impl Switchboard {
    /// The checks that need no turn: proof, shape, size, rate.
    pub(super) fn append(&mut self, id: SessionId, proof: &Proof, asked: Asked) {
        let (entry, conv) = (asked.id, asked.conv);
        let refuse = |this: &mut Self, code, retry_ms| {
            let about = About { id: Some(entry), conv: Some(conv), retry_ms, ..About::default() };
            this.refuse_about(id, code, "append", about);
        };
        // The first words may come right behind their opening: they wait for their turn, which comes after it.
        let opening = Proof::Child(conv);
        let proof = match proof {
            Proof::None if self.is_opening(id, conv) => &opening,
            Proof::None => return refuse(self, Refusal::NotAllowed, None),
            proof => proof,
        };
        let child = matches!(proof, Proof::Child(_));
        let Ok(event) = Event::parse(asked.kind, &asked.data) else {
            return refuse(self, Refusal::BadFrame, None);
        };
        let by = match (proof, asked.log) {
            (Proof::Desk(account), Log::Desk) => By::Account(account.clone()),
            (Proof::Desk(_), Log::Talk) => By::Line,
            _ => By::Child,
        };
        let side = event.sealed().and_then(|body| body.under.place()).map(|place: &Place| place.side);
        let side_is_right = side.is_none_or(|side| by.side() == Some(side));
        let expects = rights::expects(asked.kind) && !child;
        if !side_is_right || expects != asked.expect.is_some() || !is_own_shape(&event) {
            return refuse(self, Refusal::BadFrame, None);
        }
        if asked.data.len() > self.rules.limits.data_bytes {
            return refuse(self, Refusal::TooLong, None);
        }
        if let Err(retry) = self.take_append(proof) {
            return refuse(self, Refusal::Rate, Some(retry));
        }
        let author = match (proof, asked.log) {
            (Proof::Desk(account), Log::Talk) => Some(account.clone()),
            _ => None,
        };
        let Asked { id: entry, conv, log, kind, data, expect } = asked;
        let draft = Draft { id: entry, log, kind, data, by, author };
        let Some(book) = self.books.get(&conv) else {
            return refuse(self, Refusal::NotAllowed, None);
        };
        if book.queue.len() >= self.rules.limits.jobs {
            return refuse(self, Refusal::Busy, Some(BUSY_RETRY_MS));
        }
        self.enqueue(conv, Job::Append { session: id, draft, event, expect });
    }

    fn take_append(&mut self, proof: &Proof) -> Result<(), u64> {
        let (now, limits) = (self.now.mono, self.rules.limits);
        match proof {
            Proof::Child(conv) => {
                self.talks.get_mut(conv).map_or(Ok(()), |held| held.appends.take(now, limits.child_append))
            }
            Proof::Desk(account) => self
                .presence(account)
                .map_or(Ok(()), |presence| presence.appends.take(now, limits.desk_append)),
            Proof::None => Ok(()),
        }
    }

    /// Lets a job wait for its turn, which may be at once.
    pub(super) fn enqueue(&mut self, conv: ConversationId, job: Job) {
        if let Some(book) = self.books.get_mut(&conv) {
            book.queue.push_back(job);
            self.pump(conv);
        }
    }

    /// Writes the relay's own entry of the house.
    pub(super) fn write_house(&mut self, event: Event, after: After) {
        self.enqueue(ConversationId::HOUSE, Job::House { event, id: None, after });
    }

    /// Gives turns until the journal has something to write or nothing waits.
    pub(super) fn pump(&mut self, conv: ConversationId) {
        loop {
            let Some(book) = self.books.get_mut(&conv) else { return };
            if book.flight.is_some() || book.stalled {
                return;
            }
            let Some(job) = book.queue.pop_front() else { return };
            self.turn(conv, job);
        }
    }

    fn turn(&mut self, conv: ConversationId, job: Job) {
        match job {
            Job::Append { session, draft, event, expect } => {
                self.client_turn(conv, session, draft, event, expect)
            }
            Job::Open { session, open } => self.open_turn(session, open),
            Job::Leave { session } => self.leave_turn(conv, session),
            Job::Forget { session } => self.forget_turn(conv, session),
            Job::Absent => self.absent_turn(conv),
            Job::Watch { session, account, from } => self.watch_turn(conv, session, account, from),
            Job::LookOn { account } => self.look_on_turn(conv, account),
            Job::LookOff { account } => self.look_off_turn(conv, account),
            Job::House { event, id, after } => self.house_turn(event, id, after),
        }
    }

    fn client_turn(
        &mut self,
        conv: ConversationId,
        session: SessionId,
        draft: Draft,
        event: Event,
        expect: Option<Seq>,
    ) {
        let Some(book) = self.books.get(&conv) else { return };
        match self.judge(book, session, &draft, &event, expect) {
            Ok(Verdict::Write) => self.write(conv, draft, event, Some(session), After::Nothing),
            Ok(Verdict::Repeat(seq)) => {
                if let Some(line) = book.line(draft.log, seq) {
                    let (at, h) = (line.at, line.h);
                    self.send(session, ToClient::Appended { id: draft.id, conv, log: draft.log, seq, at, h });
                }
            }
            Err(no) => {
                let about = About {
                    id: Some(draft.id),
                    conv: Some(conv),
                    retry_ms: None,
                    head: no.head,
                    holder: no.holder,
                };
                self.refuse_about(session, no.code, "append", about);
            }
        }
    }

    /// Hands an entry to the journal.
    pub(super) fn write(
        &mut self,
        conv: ConversationId,
        draft: Draft,
        event: Event,
        writer: Option<SessionId>,
        after: After,
    ) {
        let now = self.apart(conv, draft.kind);
        let Some(book) = self.books.get_mut(&conv) else { return };
        let entry = book.entry(draft, now);
        if !conv.is_house() {
            self.latest.talk = self.latest.talk.max(entry.at);
        } else if entry.kind == Kind::Revoked {
            self.latest.revoked = entry.at;
        }
        book.flight = Some(Flight { entry: entry.clone(), event, writer, after });
        self.out.push(Effect::Append(entry));
    }

    /// Returns now, moved on so that no entry of a talk shares a millisecond with a revocation: a restart must see which
    /// came first.
    fn apart(&self, conv: ConversationId, kind: Kind) -> Now {
        let floor = match kind {
            Kind::Revoked => self.latest.talk + 1,
            _ if conv.is_house() => 0,
            _ => self.latest.revoked + 1,
        };
        Now { wall: self.now.wall.max(floor), ..self.now }
    }

    /// Writes the relay's own entry; `None` for `id` draws one.
    pub(super) fn write_own(
        &mut self,
        conv: ConversationId,
        log: Log,
        kind: Kind,
        event: Event,
        id: Option<EntryId>,
        after: After,
    ) {
        let id = id.unwrap_or_else(|| self.random_id());
        let Some(data) = event.data() else { return };
        let draft = Draft { id, log, kind, data, by: By::Relay, author: None };
        self.write(conv, draft, event, None, after);
    }

    pub(super) fn logged(&mut self, conv: ConversationId, result: Result<(), Failure>) {
        let Some(book) = self.books.get_mut(&conv) else { return };
        let Some(flight) = book.flight.take() else { return };
        match result {
            Ok(()) => {
                if !book.apply(&flight.entry, &flight.event) {
                    self.damage(conv);
                }
                self.count(Metric::Appended);
                self.on_disk(flight);
            }
            Err(failure) => self.not_on_disk(conv, flight, failure),
        }
        self.pump(conv);
    }

    fn on_disk(&mut self, flight: Flight) {
        let Flight { entry, event, writer, after } = flight;
        let conv = entry.conv;
        if conv.is_house() {
            self.house_took(&entry, &event);
        } else if let Some(held) = self.talks.get_mut(&conv) {
            let before = Before::of(&held.talk);
            held.talk.apply(&entry, &event);
            self.talk_took(&before, &entry, &event);
        } else if let Some(talk) = Talk::begin(&entry, &event) {
            self.opened(talk);
            self.refresh(conv);
        }
        self.deliver(&entry, writer, after == After::Nothing);
        self.rights_after(&entry);
        self.then(conv, after);
    }

    pub(super) fn then(&mut self, conv: ConversationId, after: After) {
        match after {
            After::Nothing => {}
            After::Welcome(session) => self.welcome_child(session, conv, 0),
            After::Bye(session) => self.bye(session, conv),
            After::Forgotten(session) => self.forgotten(session, conv),
            After::Serve(session, account, from) => self.serve(session, &account, conv, from),
            After::Done(session, re) => self.send(session, ToClient::Ok { re: re.to_owned(), conv: None }),
            After::Admit(session, joined) => self.admit(session, &joined.name),
            After::Erase(conv) => self.let_words_go(conv),
        }
    }

    fn not_on_disk(&mut self, conv: ConversationId, flight: Flight, failure: Failure) {
        let code = match failure {
            Failure::StorageFull => Refusal::StorageFull,
            Failure::Damaged | Failure::Gone(_) => Refusal::LogDamaged,
        };
        let retry_ms = (failure == Failure::StorageFull).then_some(FULL_RETRY_MS);
        if failure == Failure::Damaged {
            self.damage(conv);
        }
        let Flight { entry, event, writer, after } = flight;
        match (writer, after) {
            (Some(session), After::Welcome(_)) => {
                self.not_opened(conv);
                self.refuse_proof(session, code, "open", retry_ms);
            }
            (Some(session), _) => {
                let about = About { id: Some(entry.id), conv: Some(conv), retry_ms, ..About::default() };
                self.refuse_about(session, code, "append", about);
            }
            (None, After::Done(session, re)) => {
                self.refuse_about(session, code, re, About { retry_ms, ..About::default() });
            }
            (None, After::Admit(session, _)) => self.refuse_proof(session, code, "join", retry_ms),
            (None, after) if failure == Failure::StorageFull => {
                let job = own_again(&entry, event, after);
                if let (Some(job), Some(book)) = (job, self.books.get_mut(&conv)) {
                    book.queue.push_front(job);
                    book.stalled = true;
                    self.alarm(RETRY_MS, Alarm::Retry(conv));
                }
            }
            // A damaged log takes no more entries; whoever waits must not wait for it.
            (None, after) => self.then(conv, after),
        }
    }

    pub(super) fn retry(&mut self, conv: ConversationId) {
        if let Some(book) = self.books.get_mut(&conv) {
            book.stalled = false;
            self.pump(conv);
        }
    }
}

/// Turns the relay's own entry that found no room into the job it came from.
fn own_again(entry: &Entry, event: Event, after: After) -> Option<Job> {
    Some(match (event, after) {
        (Event::Left(_), After::Bye(session)) => Job::Leave { session },
        (Event::Left(_), After::Forgotten(session)) => Job::Forget { session },
        (Event::Left(_), _) => Job::Absent,
        (Event::Watched(_), After::Serve(session, account, from)) => Job::Watch { session, account, from },
        (Event::Watched(watched), _) if watched.on => Job::LookOn { account: watched.who },
        (Event::Watched(watched), _) => Job::LookOff { account: watched.who },
        (event, after) if entry.conv.is_house() => Job::House { event, id: Some(entry.id), after },
        _ => return None,
    })
}

/// Checks that only the relay can make, beyond the shape of the data itself.
fn is_own_shape(event: &Event) -> bool {
    match event {
        // The relay's rows of chats are its own; an account's are of other channels, with their facets sealed.
        Event::Contact(contact, body) => contact.channel != "chat" && body.is_some(),
        _ => true,
    }
}
