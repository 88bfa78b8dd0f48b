//! Appends: the checks in the order of the protocol's table, the turn of each, and what happens once it is on disk.

use super::book::{Book, Draft};
use super::floor::Before;
use super::rights::{self, Right, Stand, While, Who};
use super::session::{About, Proof};
use super::{Alarm, Effect, Failure, Metric, SessionId, Switchboard, child};
use crate::conversation::event::Joined;
use crate::conversation::queue::{How, Talk};
use crate::conversation::sealed::Place;
use crate::conversation::{Account, By, ConversationId, Entry, EntryId, Event, Kind, Log, Role, Seq};
use crate::protocol::Refusal;
use crate::protocol::frame::ToClient;

/// How long until the relay's own entry is tried again after the disk was full, in milliseconds.
const RETRY_MS: u64 = 1000;
/// What a client is told to wait when the disk is full.
const FULL_RETRY_MS: u64 = 5000;
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

/// Why an append is not taken.
pub(super) struct No {
    pub code: Refusal,
    pub head: Option<Seq>,
    pub holder: Option<Account>,
}

impl From<Refusal> for No {
    fn from(code: Refusal) -> Self {
        Self { code, head: None, holder: None }
    }
}

/// What the checks say.
enum Verdict {
    Write,
    Repeat(Seq),
}

impl Switchboard {
    /// The checks that need no turn: proof, shape, size, rate.
    pub(super) fn append(&mut self, id: SessionId, proof: &Proof, asked: Asked) {
        let (entry, conv) = (asked.id, asked.conv);
        let refuse = |this: &mut Self, code, retry_ms| {
            let about = About { id: Some(entry), conv: Some(conv), retry_ms, ..About::default() };
            this.refuse_about(id, code, "append", about);
        };
        if *proof == Proof::None {
            return refuse(self, Refusal::NotAllowed, None);
        }
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
    pub(super) fn to_house(&mut self, event: Event, after: After) {
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

    /// The checks on true state, in the order of the protocol's table.
    fn judge(
        &self,
        book: &Book,
        session: SessionId,
        draft: &Draft,
        event: &Event,
        expect: Option<Seq>,
    ) -> Result<Verdict, No> {
        let session = self.sessions.get(&session).ok_or(Refusal::NotAllowed)?;
        let (who, account) = match &session.proof {
            Proof::None => return Err(Refusal::NotAllowed.into()),
            Proof::Child(own) if *own == book.conv => (Who::Child, None),
            Proof::Child(_) => return Err(Refusal::NotAllowed.into()),
            Proof::Desk(account) => {
                let role = self.house.member(account).ok_or(Refusal::NotAllowed)?.joined.role;
                if !self.concerns(account, role, book.conv) {
                    return Err(Refusal::NotAllowed.into());
                }
                (if role == Role::Supervisor { Who::Supervisor } else { Who::Counsellor }, Some(account))
            }
        };
        if let Some((log, seq, line)) = book.known(&draft.id) {
            let same = log == draft.log && line.print == draft.print();
            return if same { Ok(Verdict::Repeat(seq)) } else { Err(Refusal::IdReused.into()) };
        }
        if !book.conv.is_house() && book.head(draft.log) >= self.rules.limits.entries {
            return Err(Refusal::TooLong.into());
        }
        let right = rights::find(draft.kind, who)
            .filter(|right| right.kind.room().is(book.conv, draft.log))
            .ok_or(Refusal::NotAllowed)?;
        let head = book.head(draft.log);
        let holder = self.talks.get(&book.conv).and_then(|held| held.talk.holder.clone());
        if expect.is_some_and(|expect| expect != head) {
            return Err(No { code: Refusal::Conflict, head: Some(head), holder });
        }
        self.judge_relation(book, right, account, event, head)?;
        if let Some(place) = event.sealed().and_then(|body| body.under.place()) {
            if book.hash_at(draft.log, place.seen.0) != Some(place.seen.1) {
                return Err(Refusal::BadSeen.into());
            }
            if book.count_of(draft.log, place.pen) + 1 != place.n {
                return Err(Refusal::BadOrder.into());
            }
        }
        if book.damaged { Err(Refusal::LogDamaged.into()) } else { Ok(Verdict::Write) }
    }

    /// Free, holder, away, ended.
    fn judge_relation(
        &self,
        book: &Book,
        right: &Right,
        account: Option<&Account>,
        event: &Event,
        head: Seq,
    ) -> Result<(), No> {
        let Some(held) = self.talks.get(&book.conv) else {
            return self.judge_house(account, event).map_err(No::from);
        };
        let talk = &held.talk;
        if !self.is_in_time(held, right.when) {
            let ended = talk.end.is_some();
            return Err(if ended { Refusal::Closed } else { Refusal::NotAllowed }.into());
        }
        if right.when == While::Feedback && talk.rated.is_some() {
            return Err(Refusal::NotAllowed.into());
        }
        let stand = account.map_or(Stand::OWN, |account| self.stand(held, account, right.who));
        if !right.stand.meets(stand) {
            return match (&talk.holder, account) {
                (Some(holder), Some(account)) if right.expect && holder != account => {
                    Err(No { code: Refusal::Conflict, head: Some(head), holder: Some(holder.clone()) })
                }
                _ => Err(Refusal::NotAllowed.into()),
            };
        }
        if let Event::Transferred(to, _) = event {
            let connected = self.presences.get(to).is_some_and(|presence| !presence.sockets.is_empty());
            if self.house.member(to).is_none() || !connected || talk.holder.as_ref() == Some(to) {
                return Err(Refusal::NotAllowed.into());
            }
        }
        Ok(())
    }

    fn is_in_time(&self, held: &super::Held, when: While) -> bool {
        let talk = &held.talk;
        match when {
            While::Talking => talk.end.is_none(),
            While::Kept => talk.archived.is_none(),
            While::Over => talk.end.is_some() && talk.archived.is_none(),
            While::Feedback => talk.end.is_some_and(|end| {
                matches!(end.how, How::Closed(_)) && self.now.wall < end.at + self.rules.keep.feedback_ms
            }),
            While::House => true,
        }
    }

    fn stand(&self, held: &super::Held, account: &Account, who: Who) -> Stand {
        let talk = &held.talk;
        let mut stand = match &talk.holder {
            None if self.house.hold.is_some() && who == Who::Counsellor => Stand::KEPT,
            None => Stand::FREE,
            Some(holder) if holder == account => Stand::HOLDER,
            Some(holder) if self.may_take_over(holder) => Stand::AWAY.or(Stand::OTHER),
            Some(_) => Stand::OTHER,
        };
        if talk.last.as_ref() == Some(account) {
            stand = stand.or(Stand::LAST);
        }
        stand
    }

    fn judge_house(&self, account: Option<&Account>, event: &Event) -> Result<(), Refusal> {
        if account.is_none() {
            return Err(Refusal::NotAllowed);
        }
        match event {
            Event::Announced(announced, _) => match &announced.to {
                Some(to) if self.house.member(to).is_none() => Err(Refusal::NotAllowed),
                _ => Ok(()),
            },
            _ => Ok(()),
        }
    }

    /// Whether the desk sees the conversation's row, may read it or has written in it.
    fn concerns(&self, account: &Account, role: Role, conv: ConversationId) -> bool {
        if conv.is_house() {
            return true;
        }
        self.talks.get(&conv).is_some_and(|held| {
            let talk = &held.talk;
            talk.has_row() || talk.may_read(account, role) || talk.writers.contains(account)
        })
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
        let now = self.now;
        let Some(book) = self.books.get_mut(&conv) else { return };
        let entry = book.entry(draft, now);
        book.flight = Some(Flight { entry: entry.clone(), event, writer, after });
        self.out.push(Effect::Append(entry));
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
                    book.damaged = true;
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
            Failure::Damaged => Refusal::LogDamaged,
        };
        let retry_ms = (failure == Failure::StorageFull).then_some(FULL_RETRY_MS);
        let Some(book) = self.books.get_mut(&conv) else { return };
        if failure == Failure::Damaged {
            book.damaged = true;
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
