//! Records to bytes and back: kind byte, version byte, postcard. Every version that was ever written can be read; a
//! changed record gets the next version here and its migration, and its old shape stays. Golden files hold the bytes.

use serde::Serialize;
use serde::de::DeserializeOwned;
use zeroize::Zeroizing;

use super::record::{
    Audit, Case, Contact, Draft, OutboxItem, Promise, Released, Reviewed, Setting, Transcript,
};

mod old;

/// A record of any kind.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(clippy::large_enum_variant, reason = "a record is read and handed on; a box would cost more")]
#[expect(missing_docs, reason = "the types say it")]
pub enum Record {
    Contact(Contact),
    Case(Case),
    Transcript(Transcript),
    Draft(Draft),
    Outbox(OutboxItem),
    Promise(Promise),
    Setting(Setting),
    Audit(Audit),
    Reviewed(Box<Reviewed>),
    Released(Released),
}

/// Why bytes are no record.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RecordError {
    /// Written by a newer opora.
    #[error("record kind {kind} version {version} was written by a newer opora")]
    Newer {
        /// The kind byte.
        kind: u8,
        /// The version byte.
        version: u8,
    },
    /// Not what this kind and version look like.
    #[error("record kind {kind} version {version} cannot be read")]
    Broken {
        /// The kind byte.
        kind: u8,
        /// The version byte.
        version: u8,
    },
}

const CONTACT: u8 = 1;
const CASE: u8 = 2;
const TRANSCRIPT: u8 = 3;
const DRAFT: u8 = 4;
const OUTBOX: u8 = 5;
const PROMISE: u8 = 6;
const SETTING: u8 = 7;
const AUDIT: u8 = 8;
const REVIEWED: u8 = 9;
const RELEASED: u8 = 10;

impl Record {
    /// Writes the record in its newest version; the bytes are wiped when dropped.
    ///
    /// # Errors
    /// Fails only if postcard does, which these shapes do not allow.
    pub fn write(&self) -> Result<Zeroizing<Vec<u8>>, RecordError> {
        match self {
            Self::Contact(record) => write(CONTACT, 2, record),
            Self::Case(record) => write(CASE, 1, record),
            Self::Transcript(record) => write(TRANSCRIPT, 1, record),
            Self::Draft(record) => write(DRAFT, 1, record),
            Self::Outbox(record) => write(OUTBOX, 1, record),
            Self::Promise(record) => write(PROMISE, 1, record),
            Self::Setting(record) => write(SETTING, 1, record),
            Self::Audit(record) => write(AUDIT, 1, record),
            Self::Reviewed(record) => write(REVIEWED, 1, &**record),
            Self::Released(record) => write(RELEASED, 1, record),
        }
    }

    /// Reads a record of any version and brings it to the newest.
    ///
    /// # Errors
    /// Says whether a newer opora wrote it, or nobody did.
    pub fn read(bytes: &[u8]) -> Result<Self, RecordError> {
        let [kind, version, body @ ..] = bytes else {
            return Err(RecordError::Broken { kind: 0, version: 0 });
        };
        let (kind, version) = (*kind, *version);
        let broken = RecordError::Broken { kind, version };
        match (kind, version) {
            (CONTACT, 1) => read(body).map(old::ContactV1::newest).map(Self::Contact).ok_or(broken),
            (CONTACT, 2) => read(body).map(Self::Contact).ok_or(broken),
            (CASE, 1) => read(body).map(Self::Case).ok_or(broken),
            (TRANSCRIPT, 1) => read(body).map(Self::Transcript).ok_or(broken),
            (DRAFT, 1) => read(body).map(Self::Draft).ok_or(broken),
            (OUTBOX, 1) => read(body).map(Self::Outbox).ok_or(broken),
            (PROMISE, 1) => read(body).map(Self::Promise).ok_or(broken),
            (SETTING, 1) => read(body).map(Self::Setting).ok_or(broken),
            (AUDIT, 1) => read(body).map(Self::Audit).ok_or(broken),
            (REVIEWED, 1) => read(body).map(|record| Self::Reviewed(Box::new(record))).ok_or(broken),
            (RELEASED, 1) => read(body).map(Self::Released).ok_or(broken),
            (_, 0) => Err(broken),
            _ => Err(RecordError::Newer { kind, version }),
        }
    }
}

fn write<T: Serialize>(kind: u8, version: u8, record: &T) -> Result<Zeroizing<Vec<u8>>, RecordError> {
    // Room for the whole first, so that no half-written copy of the words is left behind by a growing buffer.
    let broken = RecordError::Broken { kind, version };
    let size = postcard::experimental::serialized_size(record).map_err(|_| broken)?;
    let mut bytes = Zeroizing::new(Vec::with_capacity(size + 2));
    bytes.extend_from_slice(&[kind, version]);
    bytes.resize(size + 2, 0);
    postcard::to_slice(record, &mut bytes[2..]).map_err(|_| broken)?;
    Ok(bytes)
}

/// Reads a body whole: bytes left over are damage too.
fn read<T: DeserializeOwned>(body: &[u8]) -> Option<T> {
    match postcard::take_from_bytes(body) {
        Ok((record, [])) => Some(record),
        _ => None,
    }
}

#[cfg(test)]
mod tests;
