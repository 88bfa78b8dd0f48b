//! From an act to the bytes that go over the wire: which kind it is, on which head it was decided, under which key it
//! is sealed. Sealing waits until what was served has been read, so that nobody writes on what they do not know.

use super::*;
use crate::client::link::check_text;
use crate::conversation::event::{Announced, Doors, Event};
use crate::conversation::sealed::{Place, Side, Under};
use crate::conversation::{Kind, Seq, chain};
use crate::sealing::body::{self, At, Body, Clear};
use serde::{Deserialize, Serialize};

/// An outbox item's bytes.
#[derive(Serialize, Deserialize)]
struct Kept {
    act: Act,
    log: Log,
    packet: Option<Packet>,
}

impl OutboxItem {
    pub(super) fn of(item: &Item<Act>) -> Self {
        let kept = Kept { act: item.act.clone(), log: item.log, packet: item.packet.clone() };
        // Plain data: JSON can always be written.
        let bytes = serde_json::to_vec(&kept).unwrap_or_default();
        Self { id: item.command, conv: item.conv, bytes }
    }

    /// Returns the item as it was kept; `None` for bytes of another program.
    pub(super) fn restored(&self) -> Option<Item<Act>> {
        let kept: Kept = serde_json::from_slice(&self.bytes).ok()?;
        let mut item = Item::new(self.id, self.conv, kept.log, kept.act);
        item.is_told = true;
        if kept.packet.is_some() {
            (item.packet, item.state) = (kept.packet, State::Sealed);
        }
        Some(item)
    }
}

/// Checks what can be checked without the relay, and returns the log the act belongs to.
pub(super) fn check(act: &Act, conv: ConversationId, limits: TextLimits) -> Result<Log, Denied> {
    let (kind, text) = (kind(act), text(act));
    check_text(text, limits)?;
    let log = if kind.room().is(conv, Log::Talk) { Log::Talk } else { Log::Desk };
    // What concerns the team goes to the house, and nothing else does.
    if kind.room().is(conv, log) { Ok(log) } else { Err(Denied::Relay(Refusal::NotAllowed)) }
}

fn kind(act: &Act) -> Kind {
    match act {
        Act::Claim => Kind::Claimed,
        Act::Say { .. } => Kind::Said,
        Act::Close { .. } => Kind::Closed,
        Act::Release { .. } => Kind::Released,
        Act::Transfer { .. } => Kind::Transferred,
        Act::Move { .. } => Kind::Moved,
        Act::Flag { .. } => Kind::Flagged,
        Act::Classify { .. } => Kind::Classified,
        Act::Whisper { .. } => Kind::Whispered,
        Act::Archive => Kind::Archived,
        Act::State(_) => Kind::State,
        Act::Doors { .. } => Kind::Doors,
        Act::Hold { .. } => Kind::Hold,
        Act::Announce { .. } => Kind::Announced,
        Act::Agree { .. } => Kind::Agreed,
        Act::Contact { .. } => Kind::Contact,
    }
}

/// The text that is sealed; empty for what has none.
fn text(act: &Act) -> &str {
    match act {
        Act::Say { text } | Act::Whisper { text } | Act::Announce { text, .. } | Act::Agree { text, .. } => {
            text
        }
        Act::Release { reason } | Act::Move { reason } | Act::Flag { reason, .. } => reason,
        Act::Doors { reason, .. } | Act::Hold { reason, .. } => reason,
        Act::Transfer { brief, .. } => brief,
        Act::Classify { facets } | Act::Contact { facets, .. } => facets,
        Act::Claim | Act::Close { .. } | Act::Archive | Act::State(_) => "",
    }
}

/// What stands in clear before the seal.
fn clear(act: &Act, house: Option<&HouseKey>) -> Clear {
    match act {
        Act::Transfer { to, .. } => Clear::To(to.clone()),
        Act::Flag { level, .. } => Clear::Level(*level),
        Act::Doors { open, until, .. } => Clear::Doors(Doors { open: *open, until: *until }),
        Act::Hold { on, .. } => Clear::On(*on),
        Act::Announce { to, until, .. } => Clear::Announced(Announced { to: to.clone(), until: *until }),
        Act::Agree { phrase, .. } => house.map_or(Clear::Nothing, |key| Clear::Tag(key.tag(phrase))),
        Act::Contact { contact, .. } => Clear::Contact(contact.clone()),
        _ => Clear::Nothing,
    }
}

impl DeskLink {
    /// Seals the item if it is fresh and everything it needs is known; `None` if not yet, or no longer needed.
    pub(super) fn seal(&mut self, command: EntryId, turn: &mut Turn<'_>) -> Result<Option<Packet>, Denied> {
        let Some(item) = self.outbox.by_command(command).filter(|item| item.state == State::Fresh) else {
            return Ok(None);
        };
        let (conv, log, act, head, is_first) =
            (item.conv, item.log, item.act.clone(), item.head, item.anew == 0);
        if let Some(thread) = self.reading(conv) {
            if thread.stopped().is_some() {
                return Err(Denied::Altered);
            }
            // What the last refusal knew of must have been read too.
            if !thread.is_level() || head.is_some_and(|head| thread.reader(log).head() < head) {
                return Ok(None);
            }
        }
        let kind = kind(&act);
        let expect = self.expect(conv, &act, head)?;
        // The command's own id, so that whoever wrote it knows its entry; a new one for what is decided anew.
        let id = if is_first { command } else { EntryId(turn.random()) };
        let at = At::conversation(conv, kind, id);
        let body = Body::text(&self.alias, text(&act));
        let place = match &act {
            Act::Claim => return plain(id, kind, &Event::Claimed, expect),
            Act::Close { reason, .. } => return plain(id, kind, &Event::Closed(*reason), expect),
            Act::Archive => return plain(id, kind, &Event::Archived, None),
            Act::State(state) => return plain(id, kind, &Event::State(*state), None),
            Act::Classify { facets } => {
                let Some(thread) = self.reading(conv) else { return Err(Denied::NoKey) };
                let contact = thread.contact.ok_or(Denied::NoKey)?;
                let body = Body::json("", facets);
                return self.seal_house(&At::contact(contact, id), &act, &body, turn).map(Some);
            }
            Act::Contact { facets, .. } => {
                return self.seal_house(&at, &act, &Body::json("", facets), turn).map(Some);
            }
            _ if conv.is_house() => {
                let sealed = self.seal_house(&at, &act, &body, turn)?;
                return Ok(Some(Packet { expect, ..sealed }));
            }
            _ => self.place(conv, log, turn)?,
        };
        let (place, seed) = place;
        let clear = clear(&act, None);
        let sealed = if log == Log::Talk {
            let key = self.reading(conv).and_then(|thread| thread.key.as_ref()).ok_or(Denied::NoKey)?;
            body::seal(body::Key::Talk(key), &at, &clear, Under::Talk(place), &body)
        } else {
            let seed = self.keys.line.iter().find(|line| Some(line.id()) == seed).ok_or(Denied::NoKey)?;
            let under = Under::Desk(place, seed.id());
            body::seal(body::Key::Desk(&seed.desk_key(conv)), &at, &clear, under, &body)
        };
        let data = sealed.map_err(|_| Denied::Relay(Refusal::TooLong))?.data();
        Ok(Some(Packet { id, kind, data, expect, place: Some((place.pen, place.n)) }))
    }

    /// Returns the head the act is decided on, for the kinds that need one.
    fn expect(&self, conv: ConversationId, act: &Act, hint: Option<Seq>) -> Result<Option<Seq>, Denied> {
        let thread = self.reading(conv);
        let known = match act {
            Act::Close { read, .. } => match thread {
                Some(thread) if thread.last_of_child > *read => return Err(Denied::Unread),
                Some(thread) => thread.talk.head(),
                // Who does not read it cannot know of a newer message: only the head that was seen counts.
                None if hint.is_some() => return Err(Denied::Unread),
                None => *read,
            },
            Act::Claim | Act::Release { .. } | Act::Transfer { .. } => {
                let row = self.queue.row(conv).map_or(0, |row| row.head);
                thread.map_or(row, |thread| thread.desk.head())
            }
            Act::Doors { .. } | Act::Hold { .. } => {
                thread.map_or(self.queue.house_head(), |thread| thread.desk.head())
            }
            _ => return Ok(None),
        };
        Ok(Some(hint.map_or(known, |hint| hint.max(known))))
    }

    /// Returns where the next body of a log stands, and for desk the line key it is sealed under.
    fn place(
        &mut self,
        conv: ConversationId,
        log: Log,
        turn: &mut Turn<'_>,
    ) -> Result<(Place, Option<KeyId>), Denied> {
        let seed = match log {
            Log::Talk => None,
            Log::Desk => Some(self.newest_line_key(turn.now.wall).ok_or(Denied::NoKey)?),
        };
        let pen = *self.pens.entry(seed).or_insert_with(|| Pen(turn.random()));
        let n = self.counts.get(&(conv, log, pen)).copied().unwrap_or(0) + 1;
        let reader = self.reading(conv).map(|thread| thread.reader(log));
        // Who writes without reading names the log's beginning.
        let seen = reader.map_or_else(|| (0, chain::start(conv, log)), |reader| reader.seen());
        Ok((Place { side: Side::Line, pen, n, seen }, seed))
    }

    /// Returns the newest valid line key of the card that this account has.
    fn newest_line_key(&self, now: u64) -> Option<KeyId> {
        let has = |id: &KeyId| self.keys.line.iter().any(|seed| seed.id() == *id);
        self.card.as_ref()?.keys_at(now).iter().map(|key| key.id).find(has)
    }

    fn seal_house(&self, at: &At, act: &Act, body: &Body, turn: &mut Turn<'_>) -> Result<Packet, Denied> {
        let newest = self.card.as_ref().and_then(Card::house_key);
        let key = self.keys.house.iter().find(|key| Some(key.id()) == newest);
        let key = key.or(self.keys.house.last()).ok_or(Denied::NoKey)?;
        let under = Under::House(key.id(), turn.random());
        let sealed = body::seal(body::Key::House(key), at, &clear(act, Some(key)), under, body);
        let data = sealed.map_err(|_| Denied::Relay(Refusal::TooLong))?.data();
        Ok(Packet { id: at.id, kind: at.kind, data, expect: None, place: None })
    }
}

/// An entry without a seal.
fn plain(id: EntryId, kind: Kind, event: &Event, expect: Option<Seq>) -> Result<Option<Packet>, Denied> {
    let data = event.data().ok_or(Denied::Relay(Refusal::BadFrame))?;
    Ok(Some(Packet { id, kind, data, expect, place: None }))
}
