//! One socket as the switchboard sees it: its proof, its offences, its clocks, what it watches.

use super::limit::Bucket;
use super::serve::Watch;
use super::{AddressKey, Alarm, Door, Effect, Metric, SessionId, Switchboard};
use crate::conversation::{Account, ConversationId, EntryId, Hash};
use crate::protocol::frame::ToClient;
use crate::protocol::{Goodbye, Refusal};

/// For whom a socket speaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Proof {
    /// Nobody yet.
    None,
    /// The child of this conversation.
    Child(ConversationId),
    /// This account.
    Desk(Account),
}

/// One socket.
pub struct Session {
    pub door: Door,
    pub address: Option<AddressKey>,
    pub proof: Proof,
    pub nonce: Hash,
    /// Bits of work its `hello` asked for.
    pub work: u32,
    /// When it came.
    pub since: u64,
    /// When it last said anything.
    pub heard: u64,
    /// Refused tries to prove itself.
    pub failed: u32,
    /// `bad_frame` and `not_allowed`.
    pub offences: Bucket,
    pub watches: Vec<Watch>,
    /// A replay is being read or written.
    pub replaying: bool,
    /// Whose turn it is among the watches.
    pub turn: usize,
}

impl Session {
    pub fn account(&self) -> Option<&Account> {
        match &self.proof {
            Proof::Desk(account) => Some(account),
            _ => None,
        }
    }
}

/// What a refusal says beside its code.
#[derive(Debug, Default)]
pub struct About {
    pub id: Option<EntryId>,
    pub conv: Option<ConversationId>,
    pub retry_ms: Option<u64>,
    pub head: Option<u64>,
    pub holder: Option<Account>,
}

impl Switchboard {
    pub(super) fn connected(&mut self, id: SessionId, door: Door, address: Option<AddressKey>) {
        let nonce = Hash(self.dice.bytes32());
        let work = if door == Door::Child { self.work_for(address) } else { 0 };
        let session = Session {
            door,
            address,
            proof: Proof::None,
            nonce,
            work,
            since: self.now.mono,
            heard: self.now.mono,
            failed: 0,
            offences: Bucket::default(),
            watches: Vec::new(),
            replaying: false,
            turn: 0,
        };
        self.sessions.insert(id, session);
        self.hello(id);
        let limits = &self.rules.limits;
        let due = if work > 0 { limits.proof_work_ms } else { limits.proof_ms };
        let silence = limits.silence_ms;
        self.alarm(due, Alarm::Proof(id));
        self.alarm(silence, Alarm::Silence(id));
    }

    pub(super) fn hello(&mut self, id: SessionId) {
        let Some(session) = self.sessions.get(&id) else { return };
        let frame = ToClient::Hello {
            v: 1,
            nonce: session.nonce,
            now: self.now.wall,
            work: session.work,
            card: self.card.signed().clone(),
            limits: self.rules.text,
            line: self.line(),
            drill: self.rules.drill.then_some(true),
        };
        self.send(id, frame);
    }

    pub(super) fn proof_is_due(&mut self, id: SessionId) {
        let Some(session) = self.sessions.get(&id).filter(|session| session.proof == Proof::None) else {
            return;
        };
        // Work may have been asked for since it came.
        let due = session.since + if session.work > 0 { self.rules.limits.proof_work_ms } else { 0 };
        match due.checked_sub(self.now.mono).filter(|left| *left > 0) {
            Some(left) => self.alarm(left, Alarm::Proof(id)),
            None => self.close(id, Goodbye::Timeout),
        }
    }

    pub(super) fn silence(&mut self, id: SessionId) {
        let Some(session) = self.sessions.get(&id) else { return };
        let silent = self.now.mono - session.heard;
        let limit = self.rules.limits.silence_ms;
        if silent >= limit {
            self.close(id, Goodbye::Timeout);
        } else {
            self.alarm(limit - silent, Alarm::Silence(id));
        }
    }

    pub(super) fn bad_frame(&mut self, id: SessionId) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        session.heard = self.now.mono;
        self.out.push(Effect::Count(Metric::Refused(Refusal::BadFrame)));
        let frame = ToClient::Refused {
            code: Refusal::BadFrame,
            re: None,
            id: None,
            conv: None,
            detail: Refusal::BadFrame.detail().to_owned(),
            retry_ms: None,
            head: None,
            holder: None,
        };
        self.send(id, frame);
        self.offence(id, Refusal::BadFrame);
    }

    pub(super) fn refuse(&mut self, id: SessionId, code: Refusal, re: &str) {
        self.refuse_about(id, code, re, About::default());
    }

    pub(super) fn refuse_about(&mut self, id: SessionId, code: Refusal, re: &str, about: About) {
        let Some(session) = self.sessions.get(&id) else { return };
        let conv = about.conv.filter(|_| session.door == Door::Desk);
        let frame = ToClient::Refused {
            code,
            re: Some(re.to_owned()),
            id: about.id,
            conv,
            detail: code.detail().to_owned(),
            retry_ms: about.retry_ms,
            head: about.head,
            holder: about.holder.filter(|_| conv.is_some()),
        };
        self.send(id, frame);
        self.count(Metric::Refused(code));
        self.offence(id, code);
    }

    /// A refused try to prove oneself: one too many closes the socket.
    pub(super) fn refuse_proof(&mut self, id: SessionId, code: Refusal, re: &str, retry_ms: Option<u64>) {
        self.refuse_about(id, code, re, About { retry_ms, ..About::default() });
        let Some(session) = self.sessions.get_mut(&id) else { return };
        if session.proof != Proof::None {
            return;
        }
        session.failed += 1;
        if session.failed > self.rules.limits.tries {
            self.close(id, Goodbye::Timeout);
        }
    }

    fn offence(&mut self, id: SessionId, code: Refusal) {
        if !matches!(code, Refusal::BadFrame | Refusal::NotAllowed) {
            return;
        }
        let rate = self.rules.limits.offences;
        let now = self.now.mono;
        let Some(session) = self.sessions.get_mut(&id) else { return };
        if session.offences.take(now, rate).is_err() {
            self.close(id, Goodbye::Abuse);
        }
    }

    /// Says goodbye and forgets the socket.
    pub(super) fn close(&mut self, id: SessionId, goodbye: Goodbye) {
        if self.sessions.contains_key(&id) {
            self.out.push(Effect::Close { session: id, goodbye });
            self.gone(id);
        }
    }

    /// Forgets a socket.
    pub(super) fn gone(&mut self, id: SessionId) {
        let Some(session) = self.sessions.remove(&id) else { return };
        for watch in &session.watches {
            if let Some(book) = self.books.get_mut(&watch.conv) {
                book.watchers.retain(|watcher| *watcher != id);
            }
        }
        match session.proof {
            Proof::None => {}
            Proof::Child(conv) => self.child_gone(id, conv),
            Proof::Desk(account) => {
                for watch in &session.watches {
                    self.watch_ended(&account, watch.conv);
                }
                self.desk_gone(id, &account);
            }
        }
    }
}
