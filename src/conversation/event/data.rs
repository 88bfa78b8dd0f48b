//! The `data` of each kind: its shape on the wire, and nothing else. What is said here once is what the relay accepts,
//! what readers expect, and what the relay's own entries look like.

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer, Serialize, de};

use super::{BadData, Event, Kind};
use crate::conversation::chain::Hash;
use crate::conversation::encoding::{b64, unb64};
use crate::conversation::id::{Account, ConversationId, EntryId, KeyId, Pen, Role, Tag};
use crate::conversation::sealed::{Place, SealedBody, Side, Under};
use crate::conversation::strict::{self, integer, present, present_integer};

/// K sealed to one line key.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Seal {
    /// The line key's id.
    pub key: KeyId,
    /// HPKE's encapsulated key, 65 bytes uncompressed.
    #[serde(with = "bytes65")]
    pub enc: [u8; 65],
    /// The sealed K, 48 bytes.
    #[serde(with = "bytes48")]
    pub ct: [u8; 48],
}

/// `opened`: the language, and K under one or two line keys; `after` links it to a talk that was left.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Opened {
    /// A language tag: 2 to 16 letters, digits or `-`.
    #[serde(deserialize_with = "lang")]
    pub lang: String,
    /// One or two seals.
    #[serde(deserialize_with = "seals")]
    pub seals: Vec<Seal>,
    /// The ticket of the talk before.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub after: Option<EntryId>,
}

/// How a child says it feels before the talk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Feel {
    VeryBad,
    Bad,
    SoSo,
    Good,
}

impl Feel {
    /// Returns the code on the wire.
    pub fn code(self) -> &'static str {
        match self {
            Self::VeryBad => "very_bad",
            Self::Bad => "bad",
            Self::SoSo => "so_so",
            Self::Good => "good",
        }
    }
}

/// What a child chose to tell while it waits, in clear for the queue; codes of the taxonomy.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// An age band such as `a12_14`.
    #[serde(default, deserialize_with = "present_code", skip_serializing_if = "Option::is_none")]
    pub age: Option<String>,
    /// A topic family such as `violence`.
    #[serde(default, deserialize_with = "present_code", skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// How it feels.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub feel: Option<Feel>,
}

/// Why a child's side ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeftReason {
    /// It pressed *leave*.
    Leave,
    /// It was away for the time of absence.
    Absent,
}

/// Why the line's side ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum ClosedReason {
    Ended,
    Misuse,
    Other,
}

/// A child's answers after the talk.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rated {
    /// How it feels now, 1 (very bad) to 4 (good).
    #[serde(default, deserialize_with = "felt", skip_serializing_if = "Option::is_none")]
    pub felt: Option<u8>,
    /// Whether it felt listened to: 0 no, 1 partly, 2 yes.
    #[serde(default, deserialize_with = "heard", skip_serializing_if = "Option::is_none")]
    pub heard: Option<u8>,
}

/// A supervisor reads along, or no longer does.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Watched {
    pub who: Account,
    pub on: bool,
}

/// An invitation: the one-time key that may join under a name until a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are those of the frame `invite`")]
pub struct Invited {
    pub who: Account,
    pub name: Account,
    pub role: Role,
    #[serde(rename = "pub")]
    pub public: Hash,
    #[serde(deserialize_with = "integer")]
    pub until: u64,
}

/// An account: its identity key and its box. The first ones come from `line.json` and carry no proof.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are those of the frame `join`")]
pub struct Joined {
    pub name: Account,
    pub role: Role,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub host: Option<String>,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub nonce: Option<Hash>,
    /// The Ed25519 public key.
    pub key: Hash,
    /// The P-256 public key, uncompressed, to which grants are sealed.
    #[serde(rename = "box", with = "bytes65")]
    pub box_key: [u8; 65],
    #[serde(
        default,
        deserialize_with = "present_b64",
        serialize_with = "some_b64",
        skip_serializing_if = "Option::is_none"
    )]
    pub sig: Option<Vec<u8>>,
}

/// A key sealed to an account's box.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are those of the frame `grant`")]
pub struct Granted {
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub who: Option<Account>,
    pub name: Account,
    pub key: KeyId,
    #[serde(with = "bytes65")]
    pub enc: [u8; 65],
    #[serde(with = "bytes48")]
    pub ct: [u8; 48],
}

/// A line card as it came into force.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are those of the frame `card`")]
pub struct CardSet {
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub who: Option<Account>,
    pub card: String,
    #[serde(with = "bytes64")]
    pub sig: [u8; 64],
}

/// A supervisor was served a conversation; only the first letters of its id are kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Looked {
    pub who: Account,
    pub conv: String,
}

/// A setting that changed while the relay was down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Setting {
    pub name: String,
    pub value: String,
}

/// What an account says of itself on shift.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ShiftState {
    /// Takes children.
    Ready,
    /// The screen is locked; the line stays staffed.
    Locked,
    /// On a break.
    Break,
    /// Off shift.
    Off,
}

/// `state`: an account's state, until when, and how many children it takes at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct State {
    pub state: ShiftState,
    #[serde(default, deserialize_with = "present_integer", skip_serializing_if = "Option::is_none")]
    pub until: Option<u64>,
    #[serde(deserialize_with = "places")]
    pub places: u8,
}

/// `doors`: open, or shut until a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Doors {
    pub open: bool,
    pub until: Option<u64>,
}

/// `announced`: to whom, and until when it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub struct Announced {
    pub to: Option<Account>,
    pub until: u64,
}

/// The sealed facets of a contact row: the newest `classified`, by its id, still sealed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the names say it")]
pub struct ContactClass {
    pub id: EntryId,
    pub data: String,
}

/// The row that stays of a contact: numbers only, no conversation, no account. Times in milliseconds since 1970.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "domain.md 6 and the protocol's table of the house define each")]
pub struct Contact {
    pub channel: String,
    #[serde(deserialize_with = "integer")]
    pub opened: u64,
    #[serde(default, deserialize_with = "present_integer", skip_serializing_if = "Option::is_none")]
    pub taken: Option<u64>,
    #[serde(default, deserialize_with = "present_integer", skip_serializing_if = "Option::is_none")]
    pub first: Option<u64>,
    #[serde(deserialize_with = "integer")]
    pub ended: u64,
    #[serde(default, deserialize_with = "present_integer", skip_serializing_if = "Option::is_none")]
    pub archived: Option<u64>,
    pub reason: String,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub lines: Option<(u64, u64)>,
    #[serde(default, deserialize_with = "present_integer", skip_serializing_if = "Option::is_none")]
    pub gap_ms: Option<u64>,
    #[serde(default)]
    pub facts: Facts,
    pub lang: String,
    #[serde(default, deserialize_with = "present_integer", skip_serializing_if = "Option::is_none")]
    pub level: Option<u64>,
    #[serde(default, deserialize_with = "present_integer", skip_serializing_if = "Option::is_none")]
    pub held: Option<u64>,
    #[serde(default)]
    pub back: bool,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub rated: Option<Rated>,
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub class: Option<ContactClass>,
}

/// A quarter of an hour of staffing: sums over accounts, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "domain.md 6 defines each")]
pub struct Interval {
    #[serde(deserialize_with = "integer")]
    pub start: u64,
    #[serde(deserialize_with = "integer")]
    pub staffed_s: u64,
    #[serde(deserialize_with = "integer")]
    pub slots_s: u64,
    #[serde(deserialize_with = "integer")]
    pub session_s: u64,
    #[serde(deserialize_with = "integer")]
    pub with_s: u64,
    #[serde(deserialize_with = "integer")]
    pub busy_s: u64,
}

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
struct Sealed {
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
    #[serde(rename = "ct")]
    _ct: String,
}

/// Which seal a kind's body has.
#[derive(Clone, Copy)]
enum Family {
    Talk,
    Desk,
    House,
}

impl Sealed {
    fn read(data: &str, family: Family) -> Result<(Self, SealedBody), BadData> {
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

pub(super) fn parse(kind: Kind, data: &str) -> Result<Event, BadData> {
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
pub(super) fn write(event: &Event) -> Option<String> {
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

fn json<T: DeserializeOwned>(data: &str) -> Result<T, BadData> {
    strict::parse(data).map_err(|error| BadData(error.to_string()))
}

fn bad(what: &str) -> BadData {
    BadData(what.to_owned())
}

fn take<T>(field: &mut Option<T>, name: &str) -> Result<T, BadData> {
    field.take().ok_or_else(|| BadData(format!("{name} is missing")))
}

fn lang<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if !is_lang(&text) {
        return Err(de::Error::custom("not a language tag"));
    }
    Ok(text)
}

/// Returns whether `text` is a language tag as `open` takes it: 2 to 16 ASCII letters, digits or `-`.
pub fn is_lang(text: &str) -> bool {
    (2..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

fn seals<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Seal>, D::Error> {
    let seals = Vec::<Seal>::deserialize(deserializer)?;
    if !(1..=2).contains(&seals.len()) {
        return Err(de::Error::custom("one or two seals"));
    }
    Ok(seals)
}

fn present_code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let fits = (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_.".contains(&byte));
    if fits { Ok(Some(text)) } else { Err(de::Error::custom("not a code")) }
}

fn small<'de, D: Deserializer<'de>>(
    deserializer: D,
    range: std::ops::RangeInclusive<u8>,
) -> Result<Option<u8>, D::Error> {
    let value = u8::deserialize(deserializer)?;
    if range.contains(&value) { Ok(Some(value)) } else { Err(de::Error::custom("out of range")) }
}

fn felt<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u8>, D::Error> {
    small(deserializer, 1..=4)
}

fn heard<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u8>, D::Error> {
    small(deserializer, 0..=2)
}

fn places<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    small(deserializer, 0..=20)?.ok_or_else(|| de::Error::custom("places"))
}

fn present_salt<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<[u8; 12]>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let salt = unb64(&text).and_then(|bytes| bytes.try_into().ok());
    salt.map(Some).ok_or_else(|| de::Error::custom("not a salt"))
}

fn present_b64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<u8>>, D::Error> {
    let text = String::deserialize(deserializer)?;
    unb64(&text).map(Some).ok_or_else(|| de::Error::custom("not b64"))
}

fn some_b64<S: serde::Serializer>(value: &Option<Vec<u8>>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&b64(value.as_deref().unwrap_or_default()))
}

/// Defines a serde module for a fixed number of bytes in b64.
macro_rules! bytes_module {
    ($name:ident, $length:expr) => {
        /// Serde for a fixed number of bytes in b64.
        pub(crate) mod $name {
            use super::*;
            /// Writes b64.
            pub fn serialize<S: serde::Serializer>(
                value: &[u8; $length],
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&b64(value))
            }
            /// Reads exactly this many bytes of b64.
            pub fn deserialize<'de, D: Deserializer<'de>>(
                deserializer: D,
            ) -> Result<[u8; $length], D::Error> {
                let text = String::deserialize(deserializer)?;
                let bytes = unb64(&text).and_then(|bytes| bytes.try_into().ok());
                bytes.ok_or_else(|| de::Error::custom(concat!("not ", stringify!($length), " bytes")))
            }
        }
    };
}
bytes_module!(bytes48, 48);
bytes_module!(bytes64, 64);
bytes_module!(bytes65, 65);
