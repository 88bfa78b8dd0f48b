//! Text to event and back: which fields a kind must have, which it may not, and where its seal stands.

use serde::{Deserialize, Serialize};

use super::field::present_salt;
use super::{Announced, Doors, Facts};
use crate::conversation::chain::Hash;
use crate::conversation::encoding::b64;
use crate::conversation::event::{BadData, Event, Kind};
use crate::conversation::id::{Account, ConversationId, KeyId, Pen, Tag};
use crate::conversation::sealed::{Place, SealedBody, Side, Under};
use crate::conversation::strict::{self, present, present_integer};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Nothing {}
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Reason<T> {
    reason: T,
}
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Name {
    name: Account,
}
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct WhoName {
    who: Account,
    name: Account,
}
#[derive(Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
struct Conv {
    conv: ConversationId,
}

/// Every field that a sealed `data` may have; which of them a kind must have is said in [`parse`].
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Sealed<'a> {
    #[serde(default, deserialize_with = "present")]
    facts: Option<Facts>,
    #[serde(default, deserialize_with = "present")]
    to: Option<Account>,
    #[serde(default, deserialize_with = "present_integer")]
    level: Option<u64>,
    #[serde(default, deserialize_with = "present")]
    open: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    on: Option<bool>,
    #[serde(default, deserialize_with = "present_integer")]
    until: Option<u64>,
    #[serde(default, deserialize_with = "present")]
    tag: Option<Tag>,
    #[serde(default, deserialize_with = "present")]
    s: Option<Side>,
    #[serde(default, deserialize_with = "present")]
    pen: Option<Pen>,
    #[serde(default, deserialize_with = "present_integer")]
    n: Option<u64>,
    #[serde(default, deserialize_with = "present")]
    seen: Option<(u64, Hash)>,
    #[serde(default, deserialize_with = "present")]
    key: Option<KeyId>,
    #[serde(default, deserialize_with = "present_salt")]
    salt: Option<[u8; 12]>,
    /// Read as it stands: whatever must be escaped is no b64.
    #[serde(rename = "ct")]
    _ct: &'a str,
}

/// Which seal a kind's body has.
#[derive(Clone, Copy)]
enum Family {
    Talk,
    Desk,
    House,
}

impl<'a> Sealed<'a> {
    fn read(data: &'a str, family: Family) -> Result<(Self, SealedBody), BadData> {
        let mut fields: Self = json(data)?;
        let (clear, ct) = SealedBody::split(data).ok_or_else(|| bad("ct is not last, or no padded body"))?;
        let place = match (fields.s.take(), fields.pen.take(), fields.n.take(), fields.seen.take()) {
            (Some(side), Some(pen), Some(n), Some(seen)) if n >= 1 && seen.0 <= strict::MAX_INTEGER => {
                Some(Place { side, pen, n, seen })
            }
            (None, None, None, None) => None,
            _ => return Err(bad("s, pen, n, seen belong together")),
        };
        let under = match (family, place, fields.key.take(), fields.salt.take()) {
            (Family::Talk, Some(place), None, None) => Under::Talk(place),
            (Family::Desk, Some(place), Some(key), None) => Under::Desk(place, key),
            (Family::House, None, Some(key), Some(salt)) => Under::House(key, salt),
            _ => return Err(bad("fields of another seal")),
        };
        Ok((fields, SealedBody { clear: clear.to_owned(), under, ct }))
    }

    /// Fails unless every clear field has been taken.
    fn done(&self) -> Result<(), BadData> {
        let left = self.facts.is_some() || self.to.is_some() || self.level.is_some() || self.open.is_some();
        let left = left || self.on.is_some() || self.until.is_some() || self.tag.is_some();
        if left { Err(bad("a field of another kind")) } else { Ok(()) }
    }
}

/// Reads the `data` of an entry of this kind.
pub fn parse(kind: Kind, data: &str) -> Result<Event, BadData> {
    use Family::{Desk, House, Talk};
    let body = |family, wrap: fn(SealedBody) -> Event| {
        let (fields, body) = Sealed::read(data, family)?;
        fields.done()?;
        Ok(wrap(body))
    };
    let nothing = |event| json::<Nothing>(data).map(|_| event);
    match kind {
        Kind::Opened => Ok(Event::Opened(json(data)?)),
        Kind::Told => {
            let (mut fields, body) = Sealed::read(data, Talk)?;
            let facts = take(&mut fields.facts, "facts")?;
            fields.done().map(|()| Event::Told(facts, body))
        }
        Kind::Said => body(Talk, Event::Said),
        Kind::Left => Ok(Event::Left(json::<Reason<_>>(data)?.reason)),
        Kind::Closed => Ok(Event::Closed(json::<Reason<_>>(data)?.reason)),
        Kind::Rated => Ok(Event::Rated(json(data)?)),
        Kind::Claimed => nothing(Event::Claimed),
        Kind::Released => body(Desk, Event::Released),
        Kind::Transferred => {
            let (mut fields, body) = Sealed::read(data, Desk)?;
            let to = take(&mut fields.to, "to")?;
            fields.done().map(|()| Event::Transferred(to, body))
        }
        Kind::Moved => body(Desk, Event::Moved),
        Kind::Flagged => {
            let (mut fields, body) = Sealed::read(data, Desk)?;
            let level = take(&mut fields.level, "level")?;
            let level = u8::try_from(level).ok().filter(|level| *level <= 3).ok_or_else(|| bad("level"))?;
            fields.done().map(|()| Event::Flagged(level, body))
        }
        Kind::Classified => body(House, Event::Classified),
        Kind::Whispered => body(Desk, Event::Whispered),
        Kind::Watched => Ok(Event::Watched(json(data)?)),
        Kind::Archived => nothing(Event::Archived),
        Kind::Invited => Ok(Event::Invited(json(data)?)),
        Kind::Joined => Ok(Event::Joined(json(data)?)),
        Kind::Granted => Ok(Event::Granted(json(data)?)),
        Kind::Revoked => json::<WhoName>(data).map(|WhoName { who, name }| Event::Revoked { who, name }),
        Kind::Card => Ok(Event::Card(json(data)?)),
        Kind::Login => Ok(Event::Login(json::<Name>(data)?.name)),
        Kind::Logout => Ok(Event::Logout(json::<Name>(data)?.name)),
        Kind::Looked => Ok(Event::Looked(json(data)?)),
        Kind::Erased => Ok(Event::Erased(json::<Conv>(data)?.conv)),
        Kind::Setting => Ok(Event::Setting(json(data)?)),
        Kind::State => Ok(Event::State(json(data)?)),
        Kind::Doors => {
            let (mut fields, body) = Sealed::read(data, House)?;
            let doors = Doors { open: take(&mut fields.open, "open")?, until: fields.until.take() };
            fields.done().map(|()| Event::Doors(doors, body))
        }
        Kind::Hold => {
            let (mut fields, body) = Sealed::read(data, House)?;
            let on = take(&mut fields.on, "on")?;
            fields.done().map(|()| Event::Hold(on, body))
        }
        Kind::Announced => {
            let (mut fields, body) = Sealed::read(data, House)?;
            let announced = Announced { to: fields.to.take(), until: take(&mut fields.until, "until")? };
            fields.done().map(|()| Event::Announced(announced, body))
        }
        Kind::Agreed => {
            let (mut fields, body) = Sealed::read(data, House)?;
            let tag = take(&mut fields.tag, "tag")?;
            fields.done().map(|()| Event::Agreed(tag, body))
        }
        Kind::Contact => contact(data),
        Kind::Interval => Ok(Event::Interval(json(data)?)),
    }
}

/// A contact row: the relay's is plain numbers; an account's ends with its facets sealed under the house key.
fn contact(data: &str) -> Result<Event, BadData> {
    let Some((clear, ct)) = SealedBody::split(data) else { return Ok(Event::Contact(json(data)?, None)) };
    #[derive(Deserialize)]
    struct Seal {
        key: KeyId,
        #[serde(default, deserialize_with = "present_salt")]
        salt: Option<[u8; 12]>,
    }
    // A stands open at its end; the seal's own fields are the last two of it.
    let (row, _) = clear.rsplit_once(",\"key\":").ok_or_else(|| bad("key is missing"))?;
    let seal: Seal = json(&format!("{clear}}}"))?;
    let salt = seal.salt.ok_or_else(|| bad("salt is missing"))?;
    let tail = format!(",\"key\":\"{}\",\"salt\":\"{}\"", seal.key.to_b64(), b64(&salt));
    if format!("{row}{tail}") != clear {
        return Err(bad("key and salt stand before ct"));
    }
    let body = SealedBody { clear: clear.to_owned(), under: Under::House(seal.key, salt), ct };
    Ok(Event::Contact(json(&format!("{row}}}"))?, Some(body)))
}

/// Returns the `data` of the relay's own entries and of those that carry no seal.
pub fn write(event: &Event) -> Option<String> {
    let json = |value: Result<String, serde_json::Error>| value.ok();
    match event {
        Event::Opened(opened) => json(serde_json::to_string(opened)),
        Event::Left(reason) => json(serde_json::to_string(&Reason { reason })),
        Event::Closed(reason) => json(serde_json::to_string(&Reason { reason })),
        Event::Rated(rated) => json(serde_json::to_string(rated)),
        Event::Claimed | Event::Archived => Some("{}".to_owned()),
        Event::Watched(watched) => json(serde_json::to_string(watched)),
        Event::Invited(invited) => json(serde_json::to_string(invited)),
        Event::Joined(joined) => json(serde_json::to_string(joined)),
        Event::Granted(granted) => json(serde_json::to_string(granted)),
        Event::Revoked { who, name } => {
            json(serde_json::to_string(&WhoName { who: who.clone(), name: name.clone() }))
        }
        Event::Card(card) => json(serde_json::to_string(card)),
        Event::Login(name) | Event::Logout(name) => json(serde_json::to_string(&Name { name: name.clone() })),
        Event::Looked(looked) => json(serde_json::to_string(looked)),
        Event::Erased(conv) => json(serde_json::to_string(&Conv { conv: *conv })),
        Event::Setting(setting) => json(serde_json::to_string(setting)),
        Event::State(state) => json(serde_json::to_string(state)),
        Event::Contact(contact, None) => json(serde_json::to_string(contact)),
        Event::Interval(interval) => json(serde_json::to_string(interval)),
        _ => event.sealed().map(SealedBody::data),
    }
}

fn json<'a, T: Deserialize<'a>>(data: &'a str) -> Result<T, BadData> {
    strict::parse(data).map_err(|error| BadData(error.to_string()))
}

fn bad(what: &str) -> BadData {
    BadData(what.to_owned())
}

fn take<T>(field: &mut Option<T>, name: &str) -> Result<T, BadData> {
    field.take().ok_or_else(|| BadData(format!("{name} is missing")))
}
