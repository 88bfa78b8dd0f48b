//! Who is served which entries: replays as the socket drains, 64 at a time and in turn between conversations, then live.

use super::append::FULL_RETRY_MS;
use super::session::About;
use super::{Effect, Failure, SessionId, Switchboard};
use crate::conversation::{Account, ConversationId, Entry, Log, Role, Seq};
use crate::protocol::Refusal;
use crate::protocol::frame::ToClient;

/// What one socket is served of one conversation.
#[derive(Debug, Clone)]
pub struct Watch {
    pub conv: ConversationId,
    /// The newest numbers sent of talk and desk; `Seq::MAX` for a log it never reads.
    pub sent: [Seq; 2],
    /// Where its right ended: what stands behind is not served.
    pub until: Option<[Seq; 2]>,
}

impl Watch {
    fn sent(&mut self, log: Log) -> &mut Seq {
        &mut self.sent[usize::from(log.number())]
    }
}

impl Switchboard {
    /// Begins to serve a socket, or begins again, behind the numbers it holds.
    pub(super) fn begin_watch(&mut self, id: SessionId, conv: ConversationId, from: [Seq; 2]) {
        let served = self.served(id, conv);
        let Some(session) = self.sessions.get_mut(&id) else { return };
        let sent =
            [0, 1].map(|log| if served[log] == Seq::MAX { Seq::MAX } else { from[log].min(served[log]) });
        session.watches.retain(|watch| watch.conv != conv);
        session.watches.push(Watch { conv, sent, until: None });
        if let Some(book) = self.books.get_mut(&conv)
            && !book.watchers.contains(&id)
        {
            book.watchers.push(id);
        }
        self.replay(id);
    }

    /// Returns the heads of what a socket may be served now; `Seq::MAX` for a log it never reads.
    pub(super) fn served(&self, id: SessionId, conv: ConversationId) -> [Seq; 2] {
        let (Some(book), Some(session)) = (self.books.get(&conv), self.sessions.get(&id)) else {
            return [0, 0];
        };
        if session.account().is_none() {
            return [book.head(Log::Talk), Seq::MAX];
        }
        let end = self.talks.get(&conv).and_then(|held| held.talk.end);
        let talk = end.map_or(Seq::MAX, |end| end.seq).min(book.head(Log::Talk));
        [talk, book.head(Log::Desk)]
    }

    /// Reads on for a socket that has room, if something is left to replay.
    pub(super) fn replay(&mut self, id: SessionId) {
        let Some(session) = self.sessions.get(&id) else { return };
        if session.replaying {
            return;
        }
        let count = session.watches.len();
        for step in 0..count {
            let index = (session.turn + step) % count;
            let watch = &session.watches[index];
            let conv = watch.conv;
            let heads = watch.until.unwrap_or_else(|| self.served(id, conv));
            let behind = Log::BOTH.into_iter().find(|log| {
                let log = usize::from(log.number());
                watch.sent[log] != Seq::MAX && heads[log] != Seq::MAX && watch.sent[log] < heads[log]
            });
            if let Some(log) = behind {
                let after = watch.sent[usize::from(log.number())];
                let room = heads[usize::from(log.number())] - after;
                let limit = self.rules.limits.replay.min(usize::try_from(room).unwrap_or(usize::MAX));
                if let Some(session) = self.sessions.get_mut(&id) {
                    session.replaying = true;
                    session.turn = index + 1;
                }
                self.out.push(Effect::Read { session: id, conv, log, after, limit });
                return;
            }
        }
    }

    pub(super) fn replayed(
        &mut self,
        id: SessionId,
        conv: ConversationId,
        log: Log,
        after: Seq,
        entries: Result<Vec<Entry>, Failure>,
    ) {
        let Some(session) = self.sessions.get_mut(&id) else { return };
        session.replaying = false;
        let is_child = session.account().is_none();
        let Some(watch) = session.watches.iter_mut().find(|watch| watch.conv == conv) else {
            return self.replay(id);
        };
        if *watch.sent(log) != after {
            // The watch began again while this was read.
            return self.replay(id);
        }
        match entries {
            Ok(entries) if !entries.is_empty() => {
                if let Some(last) = entries.last() {
                    *watch.sent(log) = last.seq;
                }
                session.replaying = true;
                let frames = entries.into_iter().map(|entry| entry_frame(entry, is_child)).collect();
                self.out.push(Effect::Replay { to: id, frames });
                self.end_watch_if_over(id, conv);
            }
            Err(Failure::Gone(until)) if until > after => {
                *watch.sent(log) = until;
                self.end_watch_if_over(id, conv);
                self.replay(id);
            }
            failed => {
                self.drop_watch(id, conv);
                if failed == Err(Failure::Damaged) {
                    self.damage(conv);
                }
                // A disk that cannot be read now may be later; a damaged record never.
                let (code, retry_ms) = match failed {
                    Err(Failure::StorageFull) => (Refusal::StorageFull, Some(FULL_RETRY_MS)),
                    _ => (Refusal::LogDamaged, None),
                };
                let about = About { conv: Some(conv), retry_ms, ..About::default() };
                self.refuse_about(id, code, "watch", about);
                self.replay(id);
            }
        }
    }

    pub(super) fn drained(&mut self, id: SessionId) {
        if let Some(session) = self.sessions.get_mut(&id) {
            session.replaying = false;
            self.replay(id);
        }
    }

    /// Tells everybody who reads the log live; leaves to the replay whoever is behind.
    pub(super) fn deliver(&mut self, entry: &Entry, writer: Option<SessionId>, answer: bool) {
        let conv = entry.conv;
        let watchers = self.books.get(&conv).map(|book| book.watchers.clone()).unwrap_or_default();
        let mut desk = Vec::new();
        let mut writer_watches = false;
        for id in watchers {
            let served = self.served(id, conv)[usize::from(entry.log.number())];
            let Some(session) = self.sessions.get_mut(&id) else { continue };
            let is_child = session.account().is_none();
            let Some(watch) = session.watches.iter_mut().find(|watch| watch.conv == conv) else { continue };
            let limit = watch.until.map_or(served, |until| until[usize::from(entry.log.number())]);
            if *watch.sent(entry.log) == Seq::MAX || entry.seq > limit {
                continue;
            }
            if *watch.sent(entry.log) + 1 != entry.seq {
                // Behind: the replay brings it, to the writer too, as an `entry` with its own id.
                writer_watches |= writer == Some(id);
                self.replay(id);
                continue;
            }
            *watch.sent(entry.log) = entry.seq;
            if writer == Some(id) && answer {
                writer_watches = true;
                self.send(id, appended(entry));
            } else if writer == Some(id) {
                writer_watches = true;
            } else if is_child {
                self.send(id, entry_frame(entry.clone(), true));
            } else {
                desk.push(id);
            }
        }
        if let Some(writer) = writer.filter(|_| answer && !writer_watches) {
            self.send(writer, appended(entry));
        }
        match desk.as_slice() {
            [] => {}
            [one] => self.send(*one, entry_frame(entry.clone(), false)),
            _ => self.out.push(Effect::SendAll { to: desk, frame: entry_frame(entry.clone(), false) }),
        }
    }

    /// Ends, after the entry that ends it, the right of whoever may no longer read; gives it back to whoever may again.
    pub(super) fn rights_after(&mut self, entry: &Entry) {
        let conv = entry.conv;
        if conv.is_house() {
            return;
        }
        let watchers = self.books.get(&conv).map(|book| book.watchers.clone()).unwrap_or_default();
        for id in watchers {
            let Some(account) = self.sessions.get(&id).and_then(|session| session.account()).cloned() else {
                continue;
            };
            let may = self.may_read(&account, conv);
            let heads = self.served(id, conv);
            let Some(session) = self.sessions.get_mut(&id) else { continue };
            let Some(watch) = session.watches.iter_mut().find(|watch| watch.conv == conv) else { continue };
            match (may, watch.until) {
                (true, Some(_)) => {
                    watch.until = None;
                    self.replay(id);
                }
                (false, None) => {
                    watch.until = Some(heads);
                    self.end_watch_if_over(id, conv);
                }
                _ => {}
            }
        }
    }

    fn end_watch_if_over(&mut self, id: SessionId, conv: ConversationId) {
        let over = self.sessions.get(&id).is_some_and(|session| {
            session.watches.iter().any(|watch| {
                watch.conv == conv
                    && watch.until.is_some_and(|until| watch.sent[0] >= until[0] && watch.sent[1] >= until[1])
            })
        });
        if over {
            self.drop_watch(id, conv);
        }
    }

    /// Ends a watch without a word.
    pub(super) fn drop_watch(&mut self, id: SessionId, conv: ConversationId) {
        if let Some(session) = self.sessions.get_mut(&id) {
            session.watches.retain(|watch| watch.conv != conv);
        }
        if let Some(book) = self.books.get_mut(&conv) {
            book.watchers.retain(|watcher| *watcher != id);
        }
    }

    /// Whether an account may read the conversation's logs now.
    pub(super) fn may_read(&self, account: &Account, conv: ConversationId) -> bool {
        let Some(role) = self.house.member(account).map(|member| member.joined.role) else { return false };
        if conv.is_house() {
            return role == Role::Supervisor;
        }
        self.talks.get(&conv).is_some_and(|held| held.talk.may_read(account, role))
    }
}

/// Returns the frame of an entry; a child is not told which account wrote.
pub(super) fn entry_frame(mut entry: Entry, to_child: bool) -> ToClient {
    if to_child {
        entry.author = None;
    }
    ToClient::Entry(entry)
}

fn appended(entry: &Entry) -> ToClient {
    let &Entry { id, conv, log, seq, at, h, .. } = entry;
    ToClient::Appended { id, conv, log, seq, at, h }
}
