//! The desk's side: login, watching, signals to the child, what was agreed, rows of statistics.

use std::collections::BTreeMap;
use std::ops::Range;

use super::append::{After, Job};
use super::session::About;
use super::view::newest_that_fit;
use super::{SessionId, Switchboard};
use crate::conversation::event::{Contact, Looked, Watched};
use crate::conversation::house::Note;
use crate::conversation::queue::Phase;
use crate::conversation::{Account, ConversationId, EntryId, Event, Hash, Kind, Log, Role, Seq, Tag};
use crate::protocol::Refusal;
use crate::protocol::frame::{ClientSignal, Found, Numbered, RelaySignal, ToClient};
use crate::relay::rules::SECOND;
use crate::sealing::identity;

impl Switchboard {
    pub(super) fn login(&mut self, id: SessionId, host: &str, key: Hash, sig: &[u8; 64]) {
        if let Some(retry) = self.logins_wait(id) {
            return self.refuse_proof(id, Refusal::Busy, "login", Some(retry));
        }
        let Some(nonce) = self.sessions.get(&id).map(|session| session.nonce) else { return };
        let is_ours = self.rules.hosts.iter().any(|own| own == host);
        let account = self.house.by_key(&key).map(|(account, _)| account.clone());
        match account {
            Some(account) if is_ours && identity::verify_login(key, host, nonce, sig) => {
                let sockets = self.presences.get(&account).map_or(0, |presence| presence.sockets.len());
                if sockets >= self.rules.limits.account_sockets {
                    return self.refuse_proof(id, Refusal::Busy, "login", Some(5 * SECOND));
                }
                self.admit(id, &account);
            }
            _ => self.login_failed(id, "login"),
        }
    }

    /// Returns how long this socket's address must wait before it may try to log in.
    pub(super) fn logins_wait(&self, id: SessionId) -> Option<u64> {
        let address = self.sessions.get(&id)?.address?;
        let until = self.addresses.get(&address)?.busy_until;
        until.checked_sub(self.now.mono).filter(|wait| *wait > 0)
    }

    pub(super) fn login_failed(&mut self, id: SessionId, re: &str) {
        self.count(super::Metric::LoginFailed);
        if let Some(address) = self.sessions.get(&id).and_then(|session| session.address) {
            let (now, limits) = (self.now.mono, self.rules.limits);
            let counted = self.addresses.entry(address).or_default();
            if counted.failed.take(now, limits.failed_login).is_err() {
                counted.busy_until = now + limits.failed_login_ms;
            }
        }
        self.refuse_proof(id, Refusal::LoginFailed, re, None);
    }

    pub(super) fn watch(&mut self, id: SessionId, account: &Account, conv: ConversationId, from: [Seq; 2]) {
        if !self.may_read(account, conv) {
            return self.refuse_watch(id, conv, Refusal::NotAllowed, None);
        }
        let account = account.clone();
        self.enqueue(conv, Job::Watch { session: id, account, from });
    }

    fn refuse_watch(&mut self, id: SessionId, conv: ConversationId, code: Refusal, retry_ms: Option<u64>) {
        let about = About { conv: Some(conv), retry_ms, ..About::default() };
        self.refuse_about(id, code, "watch", about);
    }

    pub(super) fn watch_turn(
        &mut self,
        conv: ConversationId,
        id: SessionId,
        account: Account,
        from: [Seq; 2],
    ) {
        let Some(session) = self.sessions.get(&id) else { return };
        if !self.may_read(&account, conv) {
            return self.refuse_watch(id, conv, Refusal::NotAllowed, None);
        }
        let others = session.watches.iter().filter(|watch| watch.conv != conv).count();
        if others >= self.rules.limits.watched {
            return self.refuse_watch(id, conv, Refusal::Busy, Some(10 * SECOND));
        }
        if !self.must_be_seen(conv, &account) {
            return self.serve(id, &account, conv, from);
        }
        let looked = Looked { who: account.clone(), conv: conv.to_string() };
        self.write_house(Event::Looked(looked), After::Nothing);
        let watched = Event::Watched(Watched { who: account.clone(), on: true });
        self.write_own(conv, Log::Desk, Kind::Watched, watched, None, After::Serve(id, account, from));
    }

    /// Whether an account reads along that does not hold the child, and the log does not say so yet.
    fn must_be_seen(&self, conv: ConversationId, account: &Account) -> bool {
        let Some(held) = self.talks.get(&conv) else { return false };
        let talk = &held.talk;
        let is_supervisor =
            self.house.member(account).is_some_and(|member| member.joined.role == Role::Supervisor);
        is_supervisor && talk.holder.as_ref() != Some(account) && !talk.lookers.contains(account)
    }

    /// Whoever still watches and no longer holds the child is written down before the next entry is served.
    pub(super) fn look_on_after(&mut self, conv: ConversationId) {
        let watchers = self.books.get(&conv).map(|book| book.watchers.clone()).unwrap_or_default();
        for id in watchers {
            let Some(account) = self.sessions.get(&id).and_then(|session| session.account()).cloned() else {
                continue;
            };
            if self.must_be_seen(conv, &account)
                && let Some(book) = self.books.get_mut(&conv)
            {
                book.queue.push_front(Job::LookOn { account });
            }
        }
    }

    pub(super) fn look_on_turn(&mut self, conv: ConversationId, account: Account) {
        if self.must_be_seen(conv, &account) && self.looks_in(conv, &account).1 {
            let looked = Looked { who: account.clone(), conv: conv.to_string() };
            self.write_house(Event::Looked(looked), After::Nothing);
            let watched = Event::Watched(Watched { who: account, on: true });
            self.write_own(conv, Log::Desk, Kind::Watched, watched, None, After::Nothing);
        }
    }

    pub(super) fn look_off_turn(&mut self, conv: ConversationId, account: Account) {
        if self.looks_in(conv, &account) == (true, false) {
            let watched = Event::Watched(Watched { who: account, on: false });
            self.write_own(conv, Log::Desk, Kind::Watched, watched, None, After::Nothing);
        }
    }

    pub(super) fn serve(&mut self, id: SessionId, account: &Account, conv: ConversationId, from: [Seq; 2]) {
        if !self.sessions.contains_key(&id) || !self.may_read(account, conv) {
            self.watch_ended(account, conv);
            return;
        }
        let [talk, desk] = self.served(id, conv);
        let contact = self.talks.get(&conv).map(|held| held.contact);
        self.send(id, ToClient::Watching { conv, talk, desk, contact });
        self.begin_watch(id, conv, from);
    }

    pub(super) fn unwatch(&mut self, id: SessionId, conv: ConversationId) {
        let account = self.sessions.get(&id).and_then(|session| session.account()).cloned();
        self.drop_watch(id, conv);
        self.send(id, ToClient::Ok { re: "unwatch".to_owned(), conv: Some(conv) });
        if let Some(account) = account {
            self.watch_ended(&account, conv);
        }
    }

    pub(super) fn desk_signal(&mut self, account: &Account, conv: ConversationId, kind: ClientSignal) {
        let Some(held) = self.talks.get(&conv) else { return };
        let holds = held.talk.holder.as_ref() == Some(account) && held.talk.phase == Phase::With;
        if let Some(child) = held.child.filter(|_| holds && kind != ClientSignal::Hidden) {
            let kind = super::child::signal_kind(kind);
            self.send(child, ToClient::Signal(RelaySignal { conv, kind, value: None }));
        }
    }

    pub(super) fn find(&mut self, id: SessionId, tag: &Tag) {
        let limits = self.rules.limits;
        let since = self.now.wall.saturating_sub(self.rules.keep.agreed_ms);
        let newest = self.house.found(tag, since).rev().take(limits.answer_rows).collect::<Vec<_>>();
        let notes =
            newest_that_fit(newest.into_iter().rev(), limits.client_bytes / 2, |note| note.data.len());
        let entry = |note: Note| Found { at: note.at, by: note.by, id: note.id, data: note.data };
        let entries = notes.into_iter().map(entry).collect();
        self.send(id, ToClient::Found { entries });
    }

    pub(super) fn rows(&mut self, id: SessionId, account: &Account, time: Range<u64>, after: Option<&str>) {
        let role = self.house.member(account).map(|member| member.joined.role);
        if role != Some(Role::Supervisor) {
            return self.refuse(id, Refusal::NotAllowed, "rows");
        }
        let cursor = match after.map(RowsCursor::parse) {
            None => RowsCursor::begin(time.start),
            Some(Some(cursor)) => cursor,
            Some(None) => return self.refuse(id, Refusal::BadFrame, "rows"),
        };
        let mut contacts: BTreeMap<(u64, EntryId), Contact> = BTreeMap::new();
        let (from, end) = (cursor.contact, (time.end, EntryId([0; 16])));
        if from < end {
            // One more than a page tells whether there is another; a page costs the same however many come after it.
            let kept = self.house.contacts.range(from..end).take(self.rules.limits.answer_rows + 1);
            contacts.extend(kept.map(|(key, row)| (*key, row.clone())));
        }
        if !self.rules.drill {
            for (conv, held) in &self.talks {
                let key = (held.talk.opened, held.contact);
                if (from..end).contains(&key)
                    && let Some(row) = held.talk.contact(self.mean_held(*conv), false)
                {
                    contacts.entry(key).or_insert(row);
                }
            }
        }
        let rows = self.rules.limits.answer_rows;
        // Rows differ in what their class takes: an answer ends where the message would become too long.
        let mut room = self.rules.limits.client_bytes / 2;
        let mut fits = |row: &Contact| {
            let class = row.class.as_ref().map_or(0, |class| class.data.len());
            let left = room.checked_sub(class + CONTACT_BYTES);
            room = left.unwrap_or(0);
            left.is_some()
        };
        let count = contacts.values().take(rows).take_while(|row| fits(row)).count();
        let next_contact = contacts.keys().nth(count).copied();
        let start = cursor.interval.max(time.start);
        let mut intervals: Vec<_> = if start < time.end {
            self.house.intervals.range(start..time.end).take(rows + 1).map(|(_, row)| *row).collect()
        } else {
            Vec::new()
        };
        let next_interval = intervals.get(rows).map(|(_, row)| row.start);
        intervals.truncate(rows);
        let more = (next_contact.is_some() || next_interval.is_some()).then(|| {
            RowsCursor { contact: next_contact.unwrap_or(end), interval: next_interval.unwrap_or(time.end) }
                .spell()
        });
        let contacts =
            contacts.into_iter().take(count).map(|((_, id), data)| Numbered { id, data }).collect();
        let intervals = intervals.into_iter().map(|(id, data)| Numbered { id, data }).collect();
        self.send(id, ToClient::Rows { contacts, intervals, more });
    }
}

/// What a contact row takes in a message beside its class, in bytes, at most.
const CONTACT_BYTES: usize = 1024;

/// Where the next page of rows begins, spelled as the string `more`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct RowsCursor {
    contact: (u64, EntryId),
    interval: u64,
}

impl RowsCursor {
    fn begin(from: u64) -> Self {
        Self { contact: (from, EntryId([0; 16])), interval: from }
    }

    fn spell(self) -> String {
        format!("{}.{}.{}", self.contact.0, self.contact.1.to_b64(), self.interval)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.');
        let cursor = Self {
            contact: (parts.next()?.parse().ok()?, EntryId::parse(parts.next()?)?),
            interval: parts.next()?.parse().ok()?,
        };
        parts.next().is_none().then_some(cursor)
    }
}
