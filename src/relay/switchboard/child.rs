//! The child's side: it opens, comes back, leaves, asks to be forgotten; it is told its place and who is there.

use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::append::{After, Job};
use super::book::{Book, Draft};
use super::session::{About, Proof};
use super::{Effect, Failure, Held, Metric, SessionId, Switchboard};
use crate::conversation::encoding::domain;
use crate::conversation::event::{Opened, Seal, data::is_lang};
use crate::conversation::queue::{Phase, Talk};
use crate::conversation::{By, ConversationId, EntryId, Event, Hash, Kind, Log, Seq};
use crate::journal::{Shelf, Token};
use crate::protocol::frame::{ClientSignal, LineState, RelaySignal, SignalKind, ToClient};
use crate::protocol::{Goodbye, Refusal};
use crate::relay::rules::{MINUTE, SECOND};
use crate::sealing::identity::work;

/// The frame `open`, without its work.
#[derive(Debug, Clone)]
pub struct Open {
    pub conv: ConversationId,
    pub token_hash: Hash,
    pub lang: String,
    pub seals: Vec<Seal>,
    pub after: Option<EntryId>,
}

impl Open {
    fn event(&self) -> Event {
        let Self { lang, seals, after, .. } = self.clone();
        Event::Opened(Opened { lang, seals, after })
    }

    fn draft(&self) -> Option<Draft> {
        let data = self.event().data()?;
        let id = EntryId(self.conv.0);
        Some(Draft { id, log: Log::Talk, kind: Kind::Opened, data, by: By::Child, author: None })
    }
}

/// How many opens a minute are remembered at most.
const OPENS_KEPT: usize = 10_000;

impl Switchboard {
    pub(super) fn open(&mut self, id: SessionId, open: Open, work: Option<u64>) {
        let Some(session) = self.sessions.get(&id) else { return };
        let conv = open.conv;
        match &session.proof {
            Proof::Child(own) if *own != conv => return self.refuse(id, Refusal::NotAllowed, "open"),
            _ => {}
        }
        if conv.is_house() || !is_lang(&open.lang) || !(1..=2).contains(&open.seals.len()) {
            return self.refuse_proof(id, Refusal::BadFrame, "open", None);
        }
        if self.books.contains_key(&conv) {
            // Known, or just being opened: its turn tells whether it is the same.
            return self.enqueue(conv, Job::Open { session: id, open });
        }
        if let Err((code, retry_ms)) = self.may_open(id, &open, work) {
            self.refuse_proof(id, code, "open", retry_ms);
            if matches!(code, Refusal::Work | Refusal::LineKeyRetired) {
                self.renew_work(id);
                self.hello(id);
            }
            return;
        }
        self.opens.push_back(self.now.mono);
        self.opens.truncate(OPENS_KEPT);
        self.books.insert(conv, Book::new(conv));
        self.enqueue(conv, Job::Open { session: id, open });
    }

    fn may_open(
        &mut self,
        id: SessionId,
        open: &Open,
        work: Option<u64>,
    ) -> Result<(), (Refusal, Option<u64>)> {
        let (nonce, bits, address) =
            self.sessions.get(&id).map_or((Hash([0; 32]), 0, None), |s| (s.nonce, s.work, s.address));
        if let Some(address) = address {
            let (now, rate) = (self.now.mono, self.rules.limits.open);
            let counted = self.addresses.entry(address).or_default();
            counted.opens.take(now, rate).map_err(|retry| (Refusal::Rate, Some(retry)))?;
        }
        let done = |w| work::check(nonce, open.conv, bits, w);
        if bits > 0 && !work.is_some_and(done) {
            return Err((Refusal::Work, None));
        }
        if self.house.erased.contains_key(&open.conv) {
            return Err((Refusal::ConvTaken, None));
        }
        match self.line().state {
            LineState::Closed => return Err((Refusal::LineClosed, None)),
            LineState::Full => return Err((Refusal::QueueFull, Some(MINUTE))),
            LineState::Open | LineState::Busy => {}
        }
        let now = self.now.wall;
        if !open.seals.iter().all(|seal| self.card.is_valid(&seal.key, now)) {
            return Err((Refusal::LineKeyRetired, None));
        }
        Ok(())
    }

    /// Returns whether this session's `open` is under way, and nothing waits behind it yet.
    pub(super) fn is_opening(&self, id: SessionId, conv: ConversationId) -> bool {
        let Some(book) = self.books.get(&conv) else { return false };
        let opens = |job: &Job| matches!(job, Job::Open { session, .. } if *session == id);
        let appends = |job: &Job| matches!(job, Job::Append { session, .. } if *session == id);
        let is_written = book.flight.as_ref().is_some_and(|flight| flight.after == After::Welcome(id));
        (is_written || book.queue.iter().any(opens)) && !book.queue.iter().any(appends)
    }

    pub(super) fn open_turn(&mut self, id: SessionId, open: Open) {
        let conv = open.conv;
        let Some(draft) = open.draft() else { return };
        let Some(book) = self.books.get(&conv) else { return };
        if book.damaged {
            return self.refuse_proof(id, Refusal::LogDamaged, "open", None);
        }
        if let Some((_, _, line)) = book.known(&draft.id) {
            let same = line.print == draft.print()
                && self
                    .talks
                    .get(&conv)
                    .and_then(|held| held.shelf.token)
                    .is_some_and(|token| token.token_hash == open.token_hash);
            if same {
                self.welcome_child(id, conv, 0);
            } else {
                self.refuse_proof(id, Refusal::ConvTaken, "open", None);
            }
            return;
        }
        let token = Token { token_hash: open.token_hash, half: Hash(self.dice.bytes32()) };
        let shelf = Shelf { token: Some(token), after: self.random_id(), stamp: self.now.wall };
        let Some(book) = self.books.get_mut(&conv) else { return };
        // The turn is kept until the shelf is on disk: the job stands first again, stalled.
        book.queue.push_front(Job::Open { session: id, open });
        book.stalled = true;
        book.shelving = Some(shelf);
        self.out.push(Effect::Shelve { conv, shelf });
    }

    pub(super) fn shelved(&mut self, conv: ConversationId, result: Result<EntryId, Failure>) {
        let Some(book) = self.books.get_mut(&conv) else { return };
        let Some(shelf) = book.shelving.take() else { return };
        book.stalled = false;
        let Some(Job::Open { session, open }) = book.queue.pop_front() else { return };
        match result {
            Ok(contact) => {
                book.shelved = Some((shelf, contact));
                // Whoever comes back by ticket comes after it left, on disk too: so a restart knows who spent it.
                if let Some(ticket) = open.after.and_then(|after| self.tickets.get(&after)) {
                    book.comes_after(ticket.left);
                }
                if let Some(draft) = open.draft() {
                    self.write(conv, draft, open.event(), Some(session), After::Welcome(session));
                }
            }
            Err(failure) => {
                let code = match failure {
                    Failure::StorageFull => Refusal::StorageFull,
                    Failure::Damaged | Failure::Gone(_) => Refusal::LogDamaged,
                };
                self.refuse_proof(session, code, "open", Some(SECOND * 5));
                self.not_opened(conv);
            }
        }
        self.pump(conv);
    }

    /// Forgets a conversation that never came to be; others who wait to open it the same way may try again.
    pub(super) fn not_opened(&mut self, conv: ConversationId) {
        let Some(book) = self.books.remove(&conv) else { return };
        for job in book.queue {
            match job {
                Job::Open { session, .. } => {
                    self.refuse_proof(session, Refusal::Busy, "open", Some(SECOND));
                }
                Job::Append { session, draft, .. } => {
                    let about = About { id: Some(draft.id), conv: Some(conv), ..About::default() };
                    self.refuse_about(session, Refusal::NotAllowed, "append", about);
                }
                _ => {}
            }
        }
        if book.shelved.is_some() {
            self.out.push(Effect::Erase { conv });
        }
    }

    /// Takes a conversation into the fold, new or from disk. `there_at` is when the child was last known to be there.
    pub(super) fn hold(&mut self, talk: Talk, shelf: Shelf, contact: EntryId, there_at: u64) {
        let conv = talk.conv;
        for hold in &talk.holds {
            self.held_by.entry(hold.account.clone()).or_default().insert(conv);
        }
        let held = Held {
            talk,
            shelf,
            contact,
            child: None,
            absent_at: Some(there_at),
            appends: Default::default(),
            signals: Default::default(),
            told_place: None,
            erasing: false,
        };
        self.talks.insert(conv, held);
    }

    /// `opened` is on disk.
    pub(super) fn opened(&mut self, talk: Talk) {
        let conv = talk.conv;
        let Some((shelf, contact)) = self.books.get_mut(&conv).and_then(|book| book.shelved.take()) else {
            return;
        };
        let now = self.now;
        let ticket = talk.after.and_then(|after| self.tickets.remove(&after)).filter(|t| t.until > now.mono);
        self.hold(talk, shelf, contact, now.wall);
        if let Some(held) = self.talks.get_mut(&conv) {
            held.absent_at = None;
            if let Some(ticket) = ticket {
                held.talk.came_back(ticket.back);
            }
        }
        self.absence_begins(conv, self.rules.keep.absence_ms);
        self.count(Metric::Opened);
    }

    pub(super) fn resume(&mut self, id: SessionId, conv: ConversationId, token: Hash, have: Seq) {
        let Some(session) = self.sessions.get(&id) else { return };
        if matches!(&session.proof, Proof::Child(own) if *own != conv) {
            return self.refuse(id, Refusal::NotAllowed, "resume");
        }
        let hash = Hash(Sha256::new().chain_update(domain("token")).chain_update(token.0).finalize().into());
        let kept = self.talks.get(&conv).and_then(|held| held.shelf.token);
        if kept.is_some_and(|kept| kept.token_hash == hash) {
            self.welcome_child(id, conv, have);
        } else {
            self.refuse_proof(id, Refusal::ResumeGone, "resume", None);
        }
    }

    /// Lets the child in on this socket; an older one gives way.
    pub(super) fn welcome_child(&mut self, id: SessionId, conv: ConversationId, have: Seq) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        session.proof = Proof::Child(conv);
        let head = self.books.get(&conv).map_or(0, |book| book.head(Log::Talk));
        let Some(held) = self.talks.get_mut(&conv) else { return };
        let Some(token) = held.shelf.token else { return };
        let older = held.child.replace(id).filter(|older| *older != id);
        held.absent_at = None;
        held.told_place = None;
        let frame = ToClient::Welcome {
            conv: Some(conv),
            half: Some(token.half),
            after: Some(held.shelf.after),
            head: Some(head),
            phase: Some(held.talk.phase),
            account: None,
            role: None,
            mine: None,
        };
        let holder = held.talk.holder.clone().filter(|_| held.talk.phase == Phase::With);
        let is_waiting = held.talk.phase == Phase::Waiting;
        if let Some(older) = older {
            self.close(older, Goodbye::Replaced);
        }
        self.send(id, frame);
        self.out.push(Effect::Stamp { conv, at: self.now.wall });
        if holder.is_some_and(|holder| self.is_away(&holder)) {
            self.signal_child(conv, SignalKind::Away, Some(json!(true)));
        }
        if is_waiting {
            self.tell_place(conv);
        }
        self.begin_watch(id, conv, [have, 0]);
    }

    pub(super) fn signal_child(
        &mut self,
        conv: ConversationId,
        kind: SignalKind,
        value: Option<serde_json::Value>,
    ) {
        if let Some(child) = self.talks.get(&conv).and_then(|held| held.child) {
            self.send(child, ToClient::Signal(RelaySignal { conv, kind, value }));
        }
    }

    pub(super) fn child_signal(&mut self, conv: ConversationId, kind: ClientSignal) {
        let (now, rate) = (self.now.mono, self.rules.limits.child_signal);
        let Some(held) = self.talks.get_mut(&conv) else { return };
        if held.talk.end.is_some() || held.signals.take(now, rate).is_err() {
            return;
        }
        let watchers = self.books.get(&conv).map(|book| book.watchers.clone()).unwrap_or_default();
        let to: Vec<SessionId> = watchers
            .into_iter()
            .filter(|id| self.sessions.get(id).is_some_and(|session| session.account().is_some()))
            .collect();
        if !to.is_empty() {
            let frame = ToClient::Signal(RelaySignal { conv, kind: signal_kind(kind), value: None });
            self.out.push(Effect::SendAll { to, frame });
        }
    }

    /// How much work an `open` from this address takes now, in bits.
    pub(super) fn work_for(&mut self, address: Option<super::AddressKey>) -> u32 {
        let minute_ago = self.now.mono.saturating_sub(MINUTE);
        while self.opens.front().is_some_and(|at| *at < minute_ago) {
            self.opens.pop_front();
        }
        let limits = &self.rules.limits;
        let flooded = self.opens.len() as u64 > limits.opens_per_min;
        let misused = address
            .and_then(|address| self.addresses.get(&address))
            .is_some_and(|counted| counted.work_until > self.now.mono);
        if flooded || misused { limits.work_bits } else { 0 }
    }

    fn renew_work(&mut self, id: SessionId) {
        let Some(address) = self.sessions.get(&id).map(|session| session.address) else { return };
        let work = self.work_for(address);
        if let Some(session) = self.sessions.get_mut(&id) {
            session.work = work;
        }
    }
}

/// Returns what the desk is told of a client's signal, and the other way round.
pub(super) fn signal_kind(kind: ClientSignal) -> SignalKind {
    match kind {
        ClientSignal::Typing => SignalKind::Typing,
        ClientSignal::Idle => SignalKind::Idle,
        ClientSignal::Hidden => SignalKind::Hidden,
    }
}
