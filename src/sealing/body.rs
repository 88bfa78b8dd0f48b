//! Sealed bodies: what a person wrote, made into the `data` of an entry and back. Everything in front of the ciphertext
//! is authenticated byte for byte, and each body has a key of its own, so that no writer can use a nonce twice.

use aes_gcm::aead::{Aead as _, Payload};
use aes_gcm::{Aes256Gcm, KeyInit as _};
use serde::Serialize;
use zeroize::Zeroizing;

use super::house::HouseKey;
use super::line::{DeskKey, TalkKey};
use super::{CannotRead, SealError, Secret, derive};
use crate::conversation::encoding::{b64, domain, lp};
use crate::conversation::event::{Announced, Contact, Doors, Event, Facts, Room};
use crate::conversation::sealed::{Place, Side, Under};
use crate::conversation::{Account, ConversationId, EntryId, Kind, SealedBody, Tag};

mod padded;

pub use padded::{Body, BodyKind};

/// The key under which a body is sealed; each belongs to one column of the protocol's table.
pub enum Key<'a> {
    /// Talk.
    Talk(&'a TalkKey),
    /// Desk.
    Desk(&'a DeskKey),
    /// Classes and the texts of the house.
    House(&'a HouseKey),
}

/// Where a body stands; the log follows from its [`Under`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct At {
    /// The conversation; for a class the id of its contact row; for the house 16 zero bytes.
    pub subject: [u8; 16],
    /// The entry's kind.
    pub kind: Kind,
    /// The entry's id.
    pub id: EntryId,
}

impl At {
    /// A body of talk or desk, or a text of the house.
    pub fn conversation(conv: ConversationId, kind: Kind, id: EntryId) -> Self {
        Self { subject: conv.0, kind, id }
    }

    /// A `classified`, which binds the id of the contact row (from `watching`) in the place of the conversation.
    pub fn contact(row: EntryId, id: EntryId) -> Self {
        Self { subject: row.0, kind: Kind::Classified, id }
    }
}

/// The fields of an entry that stand in clear before its seal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Clear {
    /// None.
    Nothing,
    /// `told`.
    Facts(Facts),
    /// `transferred`.
    To(Account),
    /// `flagged`.
    Level(u8),
    /// `doors`.
    Doors(Doors),
    /// `hold`.
    On(bool),
    /// `announced`.
    Announced(Announced),
    /// `agreed`.
    Tag(Tag),
    /// `contact` of an account: phone, e-mail …
    Contact(Box<Contact>),
}

/// Seals a body. The result is parsed as the relay will parse it, so what comes out is accepted there.
///
/// # Errors
/// Fails if name or text is too long, or kind, clear fields, place and key do not belong together.
pub fn seal(
    key: Key<'_>,
    at: &At,
    clear: &Clear,
    under: Under,
    body: &Body,
) -> Result<SealedBody, SealError> {
    if !key.fits(&under) || !body.fits(at.kind, &under) {
        return Err(SealError::Mismatch);
    }
    let plain = body.padded()?;
    let clear = written(clear, &under).ok_or(SealError::Mismatch)?;
    let bind = bind(at, &under, &clear);
    let (cipher, nonce) = cipher(&key, &bind);
    let sealed = cipher.encrypt(&nonce.into(), Payload { msg: &plain, aad: &bind });
    let sealed = SealedBody { clear, under, ct: sealed.map_err(|_| SealError::TooLong)? };
    match Event::parse(at.kind, &sealed.data()) {
        Ok(event) if event.sealed() == Some(&sealed) => Ok(sealed),
        _ => Err(SealError::Mismatch),
    }
}

/// Opens a body.
///
/// # Errors
/// Fails alike for a wrong key, a changed byte, and a body that is not as the protocol says.
pub fn open(key: Key<'_>, at: &At, sealed: &SealedBody) -> Result<Body, CannotRead> {
    if !key.fits(&sealed.under) {
        return Err(CannotRead);
    }
    let bind = bind(at, &sealed.under, &sealed.clear);
    let (cipher, nonce) = cipher(&key, &bind);
    let plain = cipher.decrypt(&nonce.into(), Payload { msg: &sealed.ct, aad: &bind });
    let body = Body::unpadded(&Zeroizing::new(plain.map_err(|_| CannotRead)?))?;
    if body.fits(at.kind, &sealed.under) { Ok(body) } else { Err(CannotRead) }
}

impl Key<'_> {
    /// Whether this is the key that the body names.
    fn fits(&self, under: &Under) -> bool {
        match (self, under) {
            (Self::Talk(_), Under::Talk(_)) => true,
            (Self::Desk(key), Under::Desk(_, id)) => key.id() == *id,
            (Self::House(key), Under::House(id, _)) => key.id() == *id,
            _ => false,
        }
    }

    fn secret(&self) -> &Secret<[u8; 32]> {
        match self {
            Self::Talk(key) => key.secret(),
            Self::Desk(key) => key.secret(),
            Self::House(key) => key.secret(),
        }
    }
}

impl Body {
    /// Whether a body like this belongs to the kind and place: JSON in classes and contacts, text elsewhere; a child
    /// has no name; each kind in its own log.
    fn fits(&self, kind: Kind, under: &Under) -> bool {
        let json = matches!(kind, Kind::Classified | Kind::Contact);
        let nameless = under.place().is_none_or(|place| place.side == Side::Line) || self.name.is_empty();
        let room = match under {
            Under::Talk(_) => kind.room() == Room::Talk,
            Under::Desk(..) => kind.room() == Room::Desk && kind != Kind::Classified,
            Under::House(..) => kind.room() == Room::House || kind == Kind::Classified,
        };
        json == (self.kind == BodyKind::Json) && nameless && room
    }
}

/// Returns D("msg") ‖ subject ‖ u8 log ‖ LP(kind) ‖ id ‖ LP(A).
fn bind(at: &At, under: &Under, clear: &str) -> Vec<u8> {
    let log = match under {
        Under::Talk(_) => 0,
        Under::Desk(..) => 1,
        Under::House(..) => 2,
    };
    let mut bind = domain("msg");
    bind.extend_from_slice(&at.subject);
    bind.push(log);
    lp(&mut bind, at.kind.as_str().as_bytes());
    bind.extend_from_slice(at.id.as_bytes());
    lp(&mut bind, clear.as_bytes());
    bind
}

/// Returns AES-256-GCM under the body's own key, and its nonce: 44 bytes of HKDF over what it is bound to.
fn cipher(key: &Key<'_>, bind: &[u8]) -> (Aes256Gcm, [u8; 12]) {
    let okm: Secret<[u8; 44]> = derive(key.secret().expose(), bind);
    let (mut own, mut nonce) = (Secret::new([0; 32]), [0; 12]);
    own.expose_mut().copy_from_slice(&okm.expose()[..32]);
    nonce.copy_from_slice(&okm.expose()[32..]);
    (Aes256Gcm::new(own.expose().into()), nonce)
}

/// Returns A: the clear fields and those of the seal, as JSON that stands open at its end.
fn written(clear: &Clear, under: &Under) -> Option<String> {
    let mut out = match clear {
        Clear::Nothing => "{}".to_owned(),
        Clear::Facts(facts) => json(&One { facts: Some(facts), ..One::default() })?,
        Clear::To(to) => json(&One { to: Some(to), ..One::default() })?,
        Clear::Level(level) => json(&One { level: Some(*level), ..One::default() })?,
        Clear::Doors(doors) => json(&One { open: Some(doors.open), until: doors.until, ..One::default() })?,
        Clear::On(on) => json(&One { on: Some(*on), ..One::default() })?,
        Clear::Announced(note) => {
            json(&One { to: note.to.as_ref(), until: Some(note.until), ..One::default() })?
        }
        Clear::Tag(tag) => json(&One { tag: Some(tag), ..One::default() })?,
        Clear::Contact(contact) => json(contact)?,
    };
    out.pop();
    if out.len() > 1 {
        out.push(',');
    }
    match under {
        Under::Talk(place) => out.push_str(&placed(place)),
        Under::Desk(place, key) => out.push_str(&format!("{},\"key\":\"{}\"", placed(place), key.to_b64())),
        Under::House(key, salt) => {
            out.push_str(&format!("\"key\":\"{}\",\"salt\":\"{}\"", key.to_b64(), b64(salt)));
        }
    }
    Some(out)
}

fn placed(place: &Place) -> String {
    let side = match place.side {
        Side::Child => "child",
        Side::Line => "line",
    };
    let (pen, (seq, h)) = (place.pen.to_b64(), &place.seen);
    format!("\"s\":\"{side}\",\"pen\":\"{pen}\",\"n\":{},\"seen\":[{seq},\"{}\"]", place.n, h.to_b64())
}

fn json(value: &impl Serialize) -> Option<String> {
    serde_json::to_string(value).ok()
}

/// Every clear field, in the order in which those that are there are written.
#[derive(Default, Serialize)]
struct One<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    facts: Option<&'a Facts>,
    #[serde(skip_serializing_if = "Option::is_none")]
    to: Option<&'a Account>,
    #[serde(skip_serializing_if = "Option::is_none")]
    level: Option<u8>,
    #[serde(skip_serializing_if = "Option::is_none")]
    open: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    on: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    until: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    tag: Option<&'a Tag>,
}

#[cfg(test)]
mod tests;
