//! The line card in force, as far as the relay reads it: which keys a child may seal to, which keys may be granted.

use serde::Deserialize;

use crate::conversation::KeyId;
use crate::protocol::frame::SignedCard;

/// The house has no card, or one that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the house has no line card that can be read")]
pub struct BadCard;

/// A line card, its signature checked by whoever took it in.
#[derive(Debug, Clone)]
pub struct LineCard {
    signed: SignedCard,
    facts: Facts,
}

#[derive(Debug, Clone, Default, Deserialize)]
struct Facts {
    #[serde(default)]
    serial: u64,
    #[serde(default)]
    keys: Vec<LineKey>,
    #[serde(default)]
    house: Vec<KeyId>,
    #[serde(default)]
    revoked: Vec<KeyId>,
}

#[derive(Debug, Clone, Deserialize)]
struct LineKey {
    id: KeyId,
    from: u64,
    until: u64,
}

impl LineCard {
    /// No card yet.
    pub fn none(root: [u8; 65]) -> Self {
        Self {
            signed: SignedCard { card: String::new(), sig: [0; 64], root },
            facts: Facts::default(),
        }
    }

    /// Reads a card whose signature was checked before.
    pub fn read(signed: SignedCard) -> Result<Self, BadCard> {
        let facts = serde_json::from_str(&signed.card).map_err(|_| BadCard)?;
        Ok(Self { signed, facts })
    }

    /// Returns it as it crosses the wire.
    pub fn signed(&self) -> &SignedCard {
        &self.signed
    }

    /// Returns its number: a later card has a higher one.
    pub fn serial(&self) -> u64 {
        self.facts.serial
    }

    /// Whether a child may seal to this key at `now`.
    pub fn is_valid(&self, key: &KeyId, now: u64) -> bool {
        let in_time = |line: &LineKey| line.id == *key && line.from <= now && now < line.until;
        self.facts.keys.iter().any(in_time) && !self.facts.revoked.contains(key)
    }

    /// Whether the card names this key, valid or not: it may be granted.
    pub fn names(&self, key: &KeyId) -> bool {
        self.facts.keys.iter().any(|line| line.id == *key)
            || self.facts.house.contains(key)
            || self.facts.revoked.contains(key)
    }
}
