//! The line card in force, as far as the relay reads it: which keys a child may seal to, which keys may be granted.

use crate::conversation::KeyId;
use crate::conversation::strict;
use crate::protocol::frame::SignedCard;
use crate::sealing::card::Card;

/// The house has no card, or one that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the house has no line card that can be read")]
pub struct BadCard;

/// A line card whose signature was checked by whoever took it in.
#[derive(Debug, Clone)]
pub struct LineCard {
    signed: SignedCard,
    card: Option<Card>,
}

impl LineCard {
    /// No card yet.
    pub fn none(root: [u8; 65]) -> Self {
        Self { signed: SignedCard { card: String::new(), sig: [0; 64], root }, card: None }
    }

    /// Reads a card whose signature was checked before.
    pub fn read(signed: SignedCard) -> Result<Self, BadCard> {
        let card = strict::parse(&signed.card).map_err(|_| BadCard)?;
        Ok(Self { signed, card: Some(card) })
    }

    /// Returns it as it crosses the wire.
    pub fn signed(&self) -> &SignedCard {
        &self.signed
    }

    /// Returns its number: a later card has a higher one.
    pub fn serial(&self) -> u64 {
        self.card.as_ref().map_or(0, |card| card.serial)
    }

    /// Returns it as it was read.
    pub fn card(&self) -> Option<&Card> {
        self.card.as_ref()
    }

    /// Whether a child may seal to this key at `now`.
    pub fn is_valid(&self, key: &KeyId, now: u64) -> bool {
        let valid = |card: &Card| card.keys.iter().any(|line| line.id == *key && card.is_valid(line, now));
        self.card.as_ref().is_some_and(valid)
    }

    /// Whether the card names this key, valid or not: it may be granted.
    pub fn names(&self, key: &KeyId) -> bool {
        self.card.as_ref().is_some_and(|card| card.names_key(*key))
    }
}
