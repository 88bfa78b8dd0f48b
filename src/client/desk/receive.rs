//! What the desk's link makes of the relay's frames.

use super::fold::{self, Delta};
use super::*;
use crate::client::reader::Outcome;
use crate::conversation::event::{By, Seal};
use crate::conversation::{Entry, Hash, Seq};
use crate::protocol::frame::{Grant, RelaySignal, SignalKind, SignedCard};
use crate::sealing::card;
use crate::sealing::grant::GrantedKey;

/// What `refused` says, beside the code.
pub(super) struct Refused {
    pub code: Refusal,
    pub re: Option<String>,
    pub id: Option<EntryId>,
    pub conv: Option<ConversationId>,
    pub retry_ms: u64,
    pub head: Option<Seq>,
    pub holder: Option<Account>,
}

/// What `appended` says.
struct Appended {
    id: EntryId,
    conv: ConversationId,
    log: Log,
    seq: Seq,
    at: u64,
    h: Hash,
}

impl DeskLink {
    pub(super) fn frame(&mut self, frame: ToClient, turn: &mut Turn<'_>) {
        if !self.line.is_alive() {
            return;
        }
        self.line.hear(turn.now);
        match frame {
            ToClient::Hello { v, nonce, now, card, limits, drill, .. } if !self.line.is_up() => {
                (self.limits, self.is_drill) = (limits, drill == Some(true));
                self.ahead_ms = now.cast_signed().saturating_sub(turn.now.wall.cast_signed());
                self.hello(v, nonce, &card, turn);
            }
            ToClient::Welcome { account: Some(account), role: Some(role), mine, .. } => {
                self.welcome(account, role, mine.unwrap_or_default(), turn);
            }
            ToClient::Refused { code, re, id, conv, retry_ms, head, holder, .. } => {
                let retry_ms = retry_ms.unwrap_or(1_000);
                self.refused(Refused { code, re, id, conv, retry_ms, head, holder }, turn);
            }
            ToClient::Goodbye { code, retry_ms } => {
                turn.effects.push(Effect::HangUp);
                self.lose(Lost::Closed(code), retry_ms.unwrap_or(0), turn);
            }
            _ if !self.line.is_up() => {}
            ToClient::Keys { grants, card } => self.granted(grants, &card, turn),
            ToClient::Watching { conv, talk, desk, contact } => {
                self.watching(conv, (talk, desk), contact, turn);
            }
            ToClient::Entry(entry) => self.entry(&entry, turn),
            ToClient::Appended { id, conv, log, seq, at, h } => {
                self.appended(Appended { id, conv, log, seq, at, h }, turn);
            }
            ToClient::Ok { re, .. } => self.asks.done(&re, turn),
            ToClient::Found { entries } => self.asks.found(entries, &self.keys, turn),
            ToClient::Rows { contacts, intervals, more } => {
                let contacts = contacts.into_iter().map(|row| fold::contact_row(self.ring(), row)).collect();
                self.asks.rows(contacts, intervals, more, turn);
            }
            ToClient::Queue { ver, rows, people, house, erased } => {
                self.queue.set(ver, rows, people, house);
                self.queue_changed(erased, turn);
            }
            ToClient::QueueDelta { ver, set, del, people, house, erased, done } => {
                if !done.is_empty() {
                    let rows = done.into_iter().map(|row| fold::contact_row(self.ring(), row)).collect();
                    turn.tell(Update::Ended(rows));
                }
                if self.queue.change(Delta { ver, set, del, people, house }) {
                    self.queue_changed(erased, turn);
                } else {
                    turn.send(ToRelay::Sync {});
                    self.erased(erased, turn);
                }
            }
            ToClient::Signal(signal) => self.signal(&signal, turn),
            ToClient::Pong { .. } => turn.tell(Update::Heard(turn.now.wall)),
            ToClient::Hello { .. } | ToClient::Welcome { .. } => {}
        }
    }

    fn hello(&mut self, v: u8, nonce: Hash, card: &SignedCard, turn: &mut Turn<'_>) {
        if v != 1 {
            return self.stop(Stop::NotOurs, turn);
        }
        match self.check(card, turn) {
            Ok(card) => self.card = Some(card),
            Err(error) => return self.stop(Stop::Card(error), turn),
        }
        let (host, key) = (self.address.host.clone(), self.identity.public());
        let proof = match &self.invitation {
            Some(invitation) => {
                let (invite, box_key) = (invitation.public(), self.box_seed.public());
                let sig = invitation.sign_join(&host, nonce, key, &box_key);
                ToRelay::Join { host, invite, key, box_key, sig }
            }
            None => {
                let sig = self.identity.sign_login(&host, nonce);
                ToRelay::Login { host, key, sig }
            }
        };
        turn.send(proof);
    }

    /// Checks a card by this computer's own clock against the pinned root and the newest serial seen.
    fn check(&self, card: &SignedCard, turn: &Turn<'_>) -> Result<Card, card::CardError> {
        let dialled = self.address.on_card();
        card::check(&card.card, &card.sig, &self.root, turn.now.wall, self.serial, dialled.as_deref())
    }

    fn welcome(&mut self, account: Account, role: Role, mine: Vec<ConversationId>, turn: &mut Turn<'_>) {
        let Some(phone) = self.card.as_ref().map(|card| card.phone.clone()) else { return };
        self.line.prove();
        self.invitation = None;
        self.me = Some((account.clone(), role));
        self.held = mine.iter().copied().collect();
        let host = self.address.host.clone();
        turn.tell(Update::Connection(Connection::Online { host, since: turn.now.wall }));
        let (limits, is_drill, ahead_ms) = (self.limits, self.is_drill, self.ahead_ms);
        let welcome = Welcome { account, role, mine: mine.clone(), limits, is_drill, ahead_ms, phone };
        turn.tell(Update::Welcome(welcome));
        for conv in mine {
            self.threads.entry(conv).or_insert_with(|| Thread::new(conv, false)).is_read = true;
        }
        let convs: Vec<_> = self.threads.keys().copied().collect();
        convs.into_iter().for_each(|conv| self.ask_for(conv, turn));
    }

    /// Opens what was granted; whatever is new goes to the vault.
    fn granted(&mut self, grants: Vec<Grant>, card: &SignedCard, turn: &mut Turn<'_>) {
        let Some((me, _)) = &self.me else { return };
        let Ok(card) = self.check(card, turn) else { return };
        let has_newer_card = card.serial > self.serial;
        self.serial = card.serial;
        turn.tell(Update::Card(Box::new(card.clone())));
        self.card = Some(card);
        let mut new = NewKeys { line_seeds: vec![], house_keys: vec![], serial: self.serial };
        for Grant { key, enc, ct } in grants {
            let is_known = self.keys.line.iter().any(|seed| seed.id() == key)
                || self.keys.house.iter().any(|house| house.id() == key);
            if is_known {
                continue;
            }
            match self.box_seed.open_grant(me, &Seal { key, enc, ct }) {
                Ok(GrantedKey::Line(seed)) => {
                    new.line_seeds.push(seed.secret().duplicate());
                    self.keys.line.push(seed);
                }
                Ok(GrantedKey::House(house)) => {
                    new.house_keys.push(house.secret().duplicate());
                    self.keys.house.push(house);
                }
                // Not for this box, or not what it says: nothing can be done with it.
                Err(_) => {}
            }
        }
        let is_new = !new.line_seeds.is_empty() || !new.house_keys.is_empty();
        for thread in self.threads.values_mut() {
            thread.open(&self.keys);
        }
        if is_new || has_newer_card {
            turn.tell(Update::Keys(new));
        }
        if is_new && let Some(queue) = self.queue.seen(self.ring(), turn.now.wall) {
            turn.tell(Update::Queue(queue));
        }
    }

    fn watching(
        &mut self,
        conv: ConversationId,
        (talk, desk): (Seq, Seq),
        contact: Option<EntryId>,
        turn: &mut Turn<'_>,
    ) {
        let Some(thread) = self.threads.get_mut(&conv).filter(|thread| thread.is_read) else { return };
        if thread.stopped().is_some() {
            return;
        }
        thread.contact = contact.or(thread.contact);
        thread.served = Some((talk, desk));
        for (log, head) in [(Log::Talk, talk), (Log::Desk, desk)] {
            if let Err(why) = thread.reader_mut(log).serve(head) {
                return self.altered(conv, log, why, turn);
            }
        }
        turn.tell(Update::Watching { conv, contact, talk, desk });
    }

    fn entry(&mut self, entry: &Entry, turn: &mut Turn<'_>) {
        // What comes of a conversation not watched is ignored; and so is what comes before `watching`, which a replay
        // brings again.
        let Some(thread) = self.threads.get_mut(&entry.conv).filter(|thread| thread.served.is_some()) else {
            return;
        };
        let own = self.outbox.by_wire(entry.id).filter(|item| item.conv == entry.conv);
        let own = own.and_then(|item| {
            let packet = item.packet.as_ref()?;
            let is_as_sent = (item.log, packet.kind, &packet.data) == (entry.log, entry.kind, &entry.data)
                && entry.account() == self.me.as_ref().map(|(me, _)| me);
            Some((item.command, is_as_sent))
        });
        if let Some((_, false)) = own {
            let is_new = thread.stopped().is_none();
            thread.reader_mut(entry.log).stop(Alteration::OwnBytesChanged);
            if is_new {
                self.altered(entry.conv, entry.log, Alteration::OwnBytesChanged, turn);
            }
            return;
        }
        if self.take(entry, turn)
            && let Some((command, _)) = own
        {
            self.settle(command, entry.seq, entry.at, turn);
        }
    }

    fn appended(&mut self, appended: Appended, turn: &mut Turn<'_>) {
        let Appended { id, conv, log, seq, at, h } = appended;
        // An acknowledgement that comes twice, or after the entry itself, finds nothing here.
        let Some(item) = self.outbox.by_wire(id).filter(|item| (item.conv, item.log) == (conv, log)) else {
            return;
        };
        let (Some(packet), Some((me, _))) = (item.packet.clone(), self.me.clone()) else { return };
        let command = item.command;
        let is_talk = log == Log::Talk;
        let by = if is_talk { By::Line } else { By::Account(me.clone()) };
        let author = is_talk.then_some(me);
        let entry = Entry { conv, log, seq, at, by, author, kind: packet.kind, id, data: packet.data, h };
        if self.threads.get(&conv).is_some_and(|thread| thread.served.is_some()) {
            self.take(&entry, turn);
        }
        self.settle(command, seq, at, turn);
    }

    /// Gives an entry to its reader and tells what comes of it; `true` unless it is still missing or was altered.
    fn take(&mut self, entry: &Entry, turn: &mut Turn<'_>) -> bool {
        let (conv, log) = (entry.conv, entry.log);
        let Some(thread) = self.threads.get_mut(&conv) else { return false };
        let was_stopped = thread.stopped().is_some();
        match thread.take(entry, &self.keys) {
            Outcome::Shown(shown) | Outcome::Unread(shown) => {
                let is_archived = shown.what == What::Archived;
                turn.tell(Update::Line(shown));
                if is_archived {
                    self.archived(conv, turn);
                }
                true
            }
            Outcome::Ignored => true,
            Outcome::Ask => {
                // The replay under way may bring it; only if nothing came for a while is it asked for again.
                if turn.now.mono >= thread.asked_at + HOLE {
                    self.ask_for(conv, turn);
                } else {
                    thread.retry_at = Some(thread.asked_at + HOLE);
                }
                false
            }
            Outcome::Stopped(why) => {
                if !was_stopped {
                    self.altered(conv, log, why, turn);
                }
                false
            }
        }
    }

    /// `archived` is the last entry its holder is served; a supervisor who asked for it reads on.
    fn archived(&mut self, conv: ConversationId, turn: &mut Turn<'_>) {
        self.held.remove(&conv);
        if self.threads.get(&conv).is_some_and(|thread| !thread.is_asked) {
            self.threads.remove(&conv);
            turn.tell(Update::NotWatched { conv, code: None });
        }
    }

    /// What was written is on the relay's disk.
    fn settle(&mut self, command: EntryId, seq: Seq, at: u64, turn: &mut Turn<'_>) {
        let Some(Item { conv, log, act, packet: Some(packet), is_told, .. }) = self.outbox.remove(command)
        else {
            return;
        };
        if let Some((pen, n)) = packet.place {
            self.counts.insert((conv, log, pen), n);
        }
        if let Some(thread) = self.threads.get_mut(&conv) {
            thread.reader_mut(log).acknowledge(seq);
        }
        turn.tell(Update::Stored { id: command, conv, log, entry: packet.id, seq, at });
        if is_told {
            turn.tell(Update::Drop { id: command });
        }
        match act {
            Act::Claim => {
                self.held.insert(conv);
                self.watch(conv, false, turn);
                // It is read only from here on, and must be there.
                if let Some(thread) = self.threads.get_mut(&conv) {
                    thread.reader_mut(log).acknowledge(seq);
                }
            }
            Act::Archive => self.archived(conv, turn),
            _ => {}
        }
    }

    fn refused(&mut self, refused: Refused, turn: &mut Turn<'_>) {
        let Refused { code, re, id, conv, retry_ms, .. } = &refused;
        if !self.line.is_up() {
            return match code {
                Refusal::Busy | Refusal::Rate => {
                    turn.effects.push(Effect::HangUp);
                    self.lose(Lost::Busy, *retry_ms, turn);
                }
                // Spent, perhaps by this very account before its connection broke.
                Refusal::LoginFailed if self.invitation.take().is_some() => {
                    turn.effects.push(Effect::HangUp);
                    self.lose(Lost::Broken, 0, turn);
                }
                Refusal::LoginFailed => self.stop(Stop::LoginFailed, turn),
                _ => self.stop(Stop::NotOurs, turn),
            };
        }
        if let Some(id) = id {
            return self.append_refused(*id, refused, turn);
        }
        match (re.as_deref(), conv) {
            (Some("watch"), Some(conv)) if code.is_repeated() => {
                if let Some(thread) = self.threads.get_mut(conv) {
                    thread.retry_at = Some(turn.now.mono + retry_ms);
                }
            }
            (Some("watch"), Some(conv)) => {
                self.held.remove(conv);
                if let Some(thread) = self.threads.get_mut(conv).filter(|thread| thread.is_read) {
                    thread.rest();
                    turn.tell(Update::NotWatched { conv: *conv, code: Some(*code) });
                }
            }
            (Some(re), _) => self.asks.refused(re, *code, turn),
            (None, _) => {}
        }
    }

    fn append_refused(&mut self, id: EntryId, refused: Refused, turn: &mut Turn<'_>) {
        let Refused { code, retry_ms, head, holder, .. } = refused;
        let me = self.me.as_ref().map(|(me, _)| me.clone());
        let Some(item) = self.outbox.by_wire(id) else { return };
        if code.is_repeated() {
            item.state = State::Later(turn.now.mono + retry_ms);
            return;
        }
        let command = item.command;
        // Somebody else holds it: the race is lost, and the loser learns to whom. Otherwise only the head had moved.
        let is_lost = match item.act {
            Act::Claim => holder.is_some(),
            _ => holder.is_some() && holder != me,
        };
        if code == Refusal::Conflict && !is_lost && item.anew < ANEW {
            return item.again(head);
        }
        self.refuse(command, Denied::Relay(code), holder, turn);
    }

    fn queue_changed(&mut self, erased: Vec<ConversationId>, turn: &mut Turn<'_>) {
        self.erased(erased, turn);
        if let Some(queue) = self.queue.seen(self.ring(), turn.now.wall) {
            turn.tell(Update::Queue(queue));
        }
        let Some((me, _)) = &self.me else { return };
        let mine = self.queue.held_by(me);
        let has_lost = |conv: &ConversationId| self.queue.row(*conv).is_some() && !mine.contains(conv);
        self.held.retain(|conv| !has_lost(conv));
        for conv in mine {
            // Handed over or assigned: nobody asks for it, it is simply theirs now.
            if self.held.insert(conv) {
                self.watch(conv, false, turn);
            }
            // The row knows of more than was served: if that lasts, the watch ended while somebody else held the child.
            let head = self.queue.row(conv).map_or(0, |row| row.head);
            if let Some(thread) = self.threads.get_mut(&conv)
                && thread.desk.head() < head
                && thread.retry_at.is_none()
            {
                thread.retry_at = Some(turn.now.mono + HOLE);
            }
        }
    }

    fn erased(&mut self, erased: Vec<ConversationId>, turn: &mut Turn<'_>) {
        for conv in self.queue.erase(erased) {
            self.threads.remove(&conv);
            self.held.remove(&conv);
            for item in self.outbox.remove_all(conv).into_iter().filter(|item| item.is_told) {
                turn.tell(Update::Drop { id: item.command });
            }
            turn.tell(Update::Erased { conv });
        }
    }

    fn signal(&mut self, signal: &RelaySignal, turn: &mut Turn<'_>) {
        let conv = signal.conv;
        let signal = match signal.kind {
            SignalKind::Typing => ChildSignal::Typing,
            SignalKind::Idle => ChildSignal::Idle,
            SignalKind::Hidden => ChildSignal::Hidden,
            SignalKind::Phase | SignalKind::Away | SignalKind::Place => return,
        };
        if self.threads.contains_key(&conv) {
            turn.tell(Update::Signal { conv, signal });
        }
    }
}
