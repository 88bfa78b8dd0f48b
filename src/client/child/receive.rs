//! What the child's link makes of the relay's frames.

use super::*;
use crate::client::reader::Outcome;
use crate::conversation::Entry;
use crate::conversation::derive::token_hash;
use crate::conversation::event::{By, Opened};
use crate::conversation::queue::Phase;
use crate::protocol::frame::{RelaySignal, SignalKind, SignedCard};
use crate::sealing::identity::work;
use crate::sealing::{SealError, card};

/// A `place` signal's value.
#[derive(serde::Deserialize)]
struct Before {
    before: u64,
    #[serde(default)]
    wait_min: Option<(u32, u32)>,
}

impl ChildLink {
    pub(super) fn frame(&mut self, frame: ToClient, turn: &mut Turn<'_>) {
        if !self.line.is_alive() {
            return;
        }
        self.line.hear(turn.now);
        match frame {
            ToClient::Hello { v, nonce, now, work, card, limits, line, drill } if !self.line.is_up() => {
                self.limits = limits;
                turn.tell(Update::Hello { line, limits, is_drill: drill == Some(true) });
                self.hello(v, (nonce, work), &card, now, turn);
            }
            ToClient::Welcome { conv: Some(conv), after, head: Some(head), phase, .. } => {
                self.welcome(conv, after, head, phase, turn);
            }
            ToClient::Refused { code, id, retry_ms, .. } => {
                self.refused(code, id, retry_ms.unwrap_or(1_000), turn);
            }
            ToClient::Goodbye { code, retry_ms } => {
                turn.effects.push(Effect::HangUp);
                self.lose(Lost::Closed(code), retry_ms.unwrap_or(0), turn);
            }
            _ if !self.line.is_up() => {}
            ToClient::Entry(entry) => self.entry(&entry, turn),
            ToClient::Appended { id, conv, log: Log::Talk, seq, at, h } => {
                self.appended(id, conv, (seq, at, h), turn);
            }
            ToClient::Ok { re, .. } if re == "forget" => turn.tell(Update::Forgotten),
            ToClient::Signal(signal) => self.signalled(&signal, turn),
            // All else is for the desk, or only shows that somebody is there.
            _ => {}
        }
    }

    fn hello(&mut self, v: u8, hello: (Hash, u32), card: &SignedCard, relay_now: u64, turn: &mut Turn<'_>) {
        if v != 1 || hello.1 > crate::protocol::limits::WORK_BITS {
            return self.stop(Stop::NotOurs, turn);
        }
        // A child's clock may be wrong; the relay's may not lie before the pin was made.
        let now = relay_now.max(self.setup.built);
        let dialled = self.setup.address.on_card();
        let (root, least) = (&self.setup.root, self.setup.least_serial);
        let card = match card::check(&card.card, &card.sig, root, now, least, dialled.as_deref()) {
            Ok(card) => card,
            Err(error) => return self.stop(Stop::Card(error), turn),
        };
        let Some(talk) = &mut self.talk else { return };
        talk.hello = Some(hello);
        if talk.is_open {
            return self.resume(turn);
        }
        if talk.open.is_none() {
            let keys = card.keys_at(now);
            let seals: Result<Vec<_>, SealError> = keys
                .iter()
                .map(|key| talk.key.seal_to(&key.public, talk.conv, &self.setup.lang, &mut turn.rng))
                .collect();
            let Ok(seals) = seals else { return self.stop(Stop::NotOurs, turn) };
            let (conv, lang, after) = (talk.conv, self.setup.lang.clone(), self.setup.after);
            let token_hash = token_hash(talk.token.expose());
            talk.open = Some(ToRelay::Open { conv, token_hash, lang, seals, after, work: None });
        }
        self.open(turn);
    }

    /// Sends `open`, with the work this socket's `hello` asked for.
    pub(super) fn open(&mut self, turn: &mut Turn<'_>) {
        let Some(talk) = &mut self.talk else { return };
        let (Some(mut open), Some((nonce, bits))) = (talk.open.clone(), talk.hello) else { return };
        if let ToRelay::Open { work, .. } = &mut open
            && bits > 0
        {
            *work = Some(work::find(nonce, talk.conv, bits));
        }
        turn.send(open);
    }

    /// Asks for what is not there yet; also on the same socket, which replaces nothing.
    pub(super) fn resume(&mut self, turn: &mut Turn<'_>) {
        let Some(talk) = &mut self.talk else { return };
        talk.asked_at = turn.now.mono;
        let (conv, token, have) = (talk.conv, Hash(*talk.token.expose()), talk.reader.head());
        turn.send(ToRelay::Resume { conv, token, have });
    }

    fn welcome(
        &mut self,
        conv: ConversationId,
        after: Option<EntryId>,
        head: Seq,
        phase: Option<Phase>,
        turn: &mut Turn<'_>,
    ) {
        let Some(talk) = self.talk.as_mut().filter(|talk| talk.conv == conv && talk.hello.is_some()) else {
            return;
        };
        if !self.line.is_up() {
            self.line.prove();
            let host = self.setup.address.host.clone();
            turn.tell(Update::Connection(Connection::Online { host, since: turn.now.wall }));
            turn.tell(Update::Open { conv, after });
        }
        (talk.is_open, talk.served) = (true, Some(head));
        if let Err(why) = talk.reader.serve(head) {
            return turn.tell(Update::Altered(why));
        }
        if let Some(phase) = phase {
            turn.tell(Update::Phase(phase));
        }
    }

    fn entry(&mut self, entry: &Entry, turn: &mut Turn<'_>) {
        let Some(talk) = self.talk.as_mut().filter(|talk| talk.conv == entry.conv) else { return };
        let own = self.outbox.by_wire(entry.id).and_then(|item| {
            let packet = item.packet.as_ref()?;
            let is_as_sent =
                entry.by == By::Child && (packet.kind, &packet.data) == (entry.kind, &entry.data);
            Some((item.command, is_as_sent))
        });
        let is_changed = matches!(own, Some((_, false))) || !talk.is_own_opening(entry);
        if is_changed || entry.log != Log::Talk {
            // An entry of the desk never comes to a child from an honest relay.
            return talk.alter(Alteration::OwnBytesChanged, turn);
        }
        if talk.take(entry, turn)
            && let Some((command, _)) = own
        {
            self.settle(command, (entry.seq, entry.at), turn);
        }
    }

    fn appended(
        &mut self,
        id: EntryId,
        conv: ConversationId,
        (seq, at, h): (Seq, u64, Hash),
        turn: &mut Turn<'_>,
    ) {
        let Some(item) = self.outbox.by_wire(id).filter(|item| item.conv == conv) else { return };
        let (Some(packet), command) = (item.packet.clone(), item.command) else { return };
        let (by, author, log) = (By::Child, None, Log::Talk);
        let entry = Entry { conv, log, seq, at, by, author, kind: packet.kind, id, data: packet.data, h };
        if let Some(talk) = self.talk.as_mut().filter(|talk| talk.served.is_some()) {
            talk.take(&entry, turn);
        }
        self.settle(command, (seq, at), turn);
    }

    /// What was written is on the relay's disk.
    fn settle(&mut self, command: EntryId, (seq, at): (Seq, u64), turn: &mut Turn<'_>) {
        let Some(Item { packet: Some(packet), .. }) = self.outbox.remove(command) else { return };
        if let Some(talk) = &mut self.talk {
            talk.reader.acknowledge(seq);
            talk.count = packet.place.map_or(talk.count, |(_, n)| n);
        }
        turn.tell(Update::Stored { id: command, entry: packet.id, seq, at });
    }

    fn refused(&mut self, code: Refusal, id: Option<EntryId>, retry_ms: u64, turn: &mut Turn<'_>) {
        let now = turn.now.mono;
        if let Some(id) = id {
            let Some(item) = self.outbox.by_wire(id) else { return };
            if code.is_repeated() {
                item.state = State::Later(now + retry_ms);
                return;
            }
            let command = item.command;
            self.outbox.remove(command);
            return turn.tell(Update::Refused { id: command, why: Denied::Relay(code) });
        }
        let Some(talk) = &mut self.talk else { return };
        match code {
            code if code.is_repeated() => talk.retry_at = Some(now + retry_ms),
            // A new `hello` follows on the same socket.
            Refusal::Work => {}
            Refusal::LineKeyRetired => talk.open = None,
            Refusal::ResumeGone => self.end(Stop::Gone, turn),
            _ if self.line.is_up() => {}
            Refusal::LineClosed | Refusal::QueueFull => self.stop(Stop::Line(code), turn),
            _ => self.stop(Stop::NotOurs, turn),
        }
    }

    fn signalled(&mut self, signal: &RelaySignal, turn: &mut Turn<'_>) {
        if self.conv() != Some(signal.conv) {
            return;
        }
        let value = signal.value.clone().unwrap_or_default();
        let update = match signal.kind {
            SignalKind::Typing => Some(Update::Typing(true)),
            SignalKind::Idle => Some(Update::Typing(false)),
            SignalKind::Phase => serde_json::from_value(value).ok().map(Update::Phase),
            SignalKind::Away => value.as_bool().map(Update::Away),
            SignalKind::Place => serde_json::from_value::<Before>(value)
                .ok()
                .map(|Before { before, wait_min }| Update::Place { before, wait_min }),
            SignalKind::Hidden => None,
        };
        update.into_iter().for_each(|update| turn.tell(update));
    }
}

impl Talk {
    /// Whether entry 1 is what was sent in `open`; other entries are not its business.
    fn is_own_opening(&self, entry: &Entry) -> bool {
        if entry.seq != 1 {
            return true;
        }
        let Some(ToRelay::Open { lang, seals, after, .. }) = &self.open else { return false };
        let opened = Opened { lang: lang.clone(), seals: seals.clone(), after: *after };
        let data = Event::Opened(opened).data();
        entry.id.0 == self.conv.0 && entry.by == By::Child && data.as_ref() == Some(&entry.data)
    }

    fn alter(&mut self, why: Alteration, turn: &mut Turn<'_>) {
        if self.reader.stopped().is_none() {
            self.reader.stop(why);
            turn.tell(Update::Altered(why));
        }
    }

    /// Gives an entry to the reader; `true` unless it is still missing or was altered.
    fn take(&mut self, entry: &Entry, turn: &mut Turn<'_>) -> bool {
        let was_stopped = self.reader.stopped().is_some();
        let ring = Ring { talk: Some(&self.key), line: &[], house: &[], contact: None };
        match self.reader.take(entry, ring) {
            Outcome::Shown(shown) | Outcome::Unread(shown) => {
                turn.tell(Update::Line(shown));
                true
            }
            Outcome::Ignored => true,
            Outcome::Ask => {
                // The replay under way may bring it; only if nothing came for a while is it asked for again.
                self.retry_at = Some(turn.now.mono.max(self.asked_at + HOLE));
                false
            }
            Outcome::Stopped(why) => {
                if !was_stopped {
                    turn.tell(Update::Altered(why));
                }
                false
            }
        }
    }
}
