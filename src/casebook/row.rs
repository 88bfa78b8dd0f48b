//! A row: one sealed record as it lies in sled and in the change log, and the keys that seal it.
//!
//! Value = shelf mark (16) ‖ generation (u64) ‖ nonce (24) ‖ XChaCha20-Poly1305, aad D("row") ‖ casebook id ‖ row key ‖
//! mark ‖ generation. What is sealed is padded to 256 × 2^k, so that a size says little; kind, names and times are inside.

use chacha20poly1305::XChaCha20Poly1305;
use chacha20poly1305::aead::{AeadInOut as _, KeyInit as _};
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::conversation::encoding::domain;

/// A key of 32 bytes that is wiped when dropped.
pub(super) type Key32 = Zeroizing<[u8; 32]>;

/// Where a row lies: 16 random bytes.
pub(super) type RowKey = [u8; 16];

/// The number of the batch a row was written in: 1, 2, 3 …
pub(super) type Generation = u64;

/// The name of a key that seals rows. Those of cases and transcripts are random and lie on the shelf; three are derived.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Mark(pub [u8; 16]);

impl Mark {
    /// Rows that belong to no case: settings, what comes before a case is known.
    pub const HOUSE: Self = Self([0; 16]);
    /// What waits to be sent.
    pub const OUTBOX: Self = Self([1; 16]);
    /// The audit.
    pub const AUDIT: Self = Self([2; 16]);

    /// Whether its key is derived, and so never on the shelf.
    pub fn is_derived(self) -> bool {
        [Self::HOUSE, Self::OUTBOX, Self::AUDIT].contains(&self)
    }
}

/// Something sealed did not open: a wrong key, or bytes that were changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("sealed bytes do not open")]
pub(super) struct DoesNotOpen;

/// The keys that come from V, and the id of the casebook they belong to.
pub(super) struct Keys {
    pub id: [u8; 16],
    rows: Key32,
    outbox: Key32,
    audit: Key32,
    shelf: Key32,
    head: Key32,
    /// HMAC under the head's key, begun once.
    witness: Hmac<Sha256>,
    pub backup: Key32,
}

impl Keys {
    /// Derives all keys: HKDF-SHA256(salt = casebook id, V, D("casebook " + name)).
    pub fn derive(id: [u8; 16], v: &[u8; 32]) -> Self {
        let hkdf = Hkdf::<Sha256>::new(Some(&id), v);
        let key = |name: &str| {
            let mut out = Zeroizing::new([0; 32]);
            #[expect(clippy::expect_used, reason = "HKDF gives up to 8,160 bytes")]
            hkdf.expand(&domain(&format!("casebook {name}")), &mut *out)
                .expect("32 bytes are no too long output");
            out
        };
        let head = key("head");
        #[expect(clippy::expect_used, reason = "HMAC takes keys of any length")]
        let witness = Hmac::new_from_slice(&*head).expect("a key of any length");
        Self {
            id,
            rows: key("rows"),
            outbox: key("outbox"),
            audit: key("audit"),
            shelf: key("shelf"),
            head,
            witness,
            backup: key("backup"),
        }
    }

    /// Returns the derived key of a mark; none for marks of the shelf.
    pub fn derived(&self, mark: Mark) -> Option<&Key32> {
        match mark {
            Mark::HOUSE => Some(&self.rows),
            Mark::OUTBOX => Some(&self.outbox),
            Mark::AUDIT => Some(&self.audit),
            _ => None,
        }
    }

    /// Seals a key of the shelf: nonce (24) ‖ sealed key (48).
    pub fn seal_shelved(&self, mark: Mark, key: &Key32, nonce: [u8; 24]) -> [u8; 72] {
        let mut out = [0; 72];
        let sealed = seal(&self.shelf, nonce, &self.aad("shelf", &[&mark.0]), key.as_slice());
        out[..24].copy_from_slice(&nonce);
        out[24..].copy_from_slice(&sealed);
        out
    }

    /// Opens a key of the shelf.
    pub fn open_shelved(&self, mark: Mark, sealed: &[u8; 72]) -> Result<Key32, DoesNotOpen> {
        let (nonce, sealed) = sealed.split_first_chunk::<24>().ok_or(DoesNotOpen)?;
        let plain = open(&self.shelf, *nonce, &self.aad("shelf", &[&mark.0]), sealed)?;
        let key: [u8; 32] = plain.as_slice().try_into().map_err(|_| DoesNotOpen)?;
        Ok(Zeroizing::new(key))
    }

    /// Seals the head of a generation: nonce (24) ‖ sealed.
    pub fn seal_head(&self, head: &Head, nonce: [u8; 24]) -> Vec<u8> {
        let mut plain = [0; Head::BYTES];
        plain[..8].copy_from_slice(&head.generation.to_be_bytes());
        plain[8..16].copy_from_slice(&head.count.to_be_bytes());
        plain[16..24].copy_from_slice(&head.at.to_be_bytes());
        plain[24..].copy_from_slice(&head.sum);
        let mut out = nonce.to_vec();
        out.extend(seal(&self.head, nonce, &self.aad("head", &[]), &plain));
        out
    }

    /// Opens a head.
    pub fn open_head(&self, sealed: &[u8]) -> Result<Head, DoesNotOpen> {
        let (nonce, sealed) = sealed.split_first_chunk::<24>().ok_or(DoesNotOpen)?;
        let plain = open(&self.head, *nonce, &self.aad("head", &[]), sealed)?;
        let number = |at: usize| plain.get(at..at + 8)?.try_into().ok().map(u64::from_be_bytes);
        let sum = plain.get(24..Head::BYTES).and_then(|sum| sum.try_into().ok());
        match (number(0), number(8), number(16), sum) {
            (Some(generation), Some(count), Some(at), Some(sum)) => Ok(Head { generation, count, at, sum }),
            _ => Err(DoesNotOpen),
        }
    }

    /// Returns what a row adds to the sum of the head: HMAC(head, key ‖ generation ‖ SHA-256(value)).
    pub fn witness(&self, key: &RowKey, value: &[u8]) -> [u8; 32] {
        let generation = Row::parse(value).map_or(0, |row| row.generation);
        let mut hmac = self.witness.clone();
        hmac.update(key);
        hmac.update(&generation.to_be_bytes());
        hmac.update(&Sha256::digest(value));
        hmac.finalize().into_bytes().into()
    }

    /// Seals a record as a row.
    pub fn seal_row(
        &self,
        by: &Key32,
        key: &RowKey,
        mark: Mark,
        generation: Generation,
        nonce: [u8; 24],
        plain: &[u8],
    ) -> Vec<u8> {
        let padded = pad(plain);
        let aad = self.aad("row", &[key, &mark.0, &generation.to_be_bytes()]);
        let sealed = seal(by, nonce, &aad, &padded);
        [&mark.0[..], &generation.to_be_bytes(), &nonce, &sealed].concat()
    }

    /// Opens a row; the plain record is wiped when dropped.
    pub fn open_row(
        &self,
        by: &Key32,
        key: &RowKey,
        row: &Row<'_>,
    ) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
        let aad = self.aad("row", &[key, &row.mark.0, &row.generation.to_be_bytes()]);
        let mut plain = open(by, row.nonce, &aad, row.sealed)?;
        let (length, _) = plain.split_first_chunk::<4>().ok_or(DoesNotOpen)?;
        let length = u32::from_be_bytes(*length) as usize;
        if length > plain.len() - 4 {
            return Err(DoesNotOpen);
        }
        plain.truncate(4 + length);
        plain.drain(..4);
        Ok(plain)
    }

    fn aad(&self, label: &str, parts: &[&[u8]]) -> Vec<u8> {
        let mut aad = domain(label);
        aad.extend_from_slice(&self.id);
        for part in parts {
            aad.extend_from_slice(part);
        }
        aad
    }
}

/// What every batch ends with: how many rows there are after it, and their sum. A row that was swapped, rolled back or
/// removed by hand makes another sum.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Head {
    /// The newest batch.
    pub generation: Generation,
    /// How many rows there are.
    pub count: u64,
    /// When the newest batch was saved, in milliseconds since 1970.
    pub at: u64,
    /// XOR of the witnesses of all rows.
    pub sum: [u8; 32],
}

impl Head {
    const BYTES: usize = 56;

    /// Adds a witness, or takes it out again.
    pub fn toggle(&mut self, witness: &[u8; 32]) {
        for (sum, byte) in self.sum.iter_mut().zip(witness) {
            *sum ^= byte;
        }
    }
}

/// A row's value, taken apart but not opened.
pub(super) struct Row<'a> {
    pub mark: Mark,
    pub generation: Generation,
    nonce: [u8; 24],
    sealed: &'a [u8],
}

impl<'a> Row<'a> {
    /// Takes a value apart; none if it is too short to be a row.
    pub fn parse(value: &'a [u8]) -> Option<Self> {
        let (mark, rest) = value.split_first_chunk::<16>()?;
        let (generation, rest) = rest.split_first_chunk::<8>()?;
        let (nonce, sealed) = rest.split_first_chunk::<24>()?;
        let generation = Generation::from_be_bytes(*generation);
        Some(Self { mark: Mark(*mark), generation, nonce: *nonce, sealed })
    }
}

/// Draws fresh random bytes.
pub(super) fn draw<const N: usize>() -> [u8; N] {
    let mut bytes = [0; N];
    rand::Rng::fill_bytes(&mut rand::rng(), &mut bytes);
    bytes
}

/// Seals bytes under a key; the result is 16 bytes longer.
pub(super) fn seal(key: &Key32, nonce: [u8; 24], aad: &[u8], plain: &[u8]) -> Vec<u8> {
    let cipher = XChaCha20Poly1305::new((&**key).into());
    let mut bytes = Vec::with_capacity(plain.len() + 16);
    bytes.extend_from_slice(plain);
    #[expect(clippy::expect_used, reason = "a Vec grows, and nothing here comes near 256 GiB")]
    cipher.encrypt_in_place(&nonce.into(), aad, &mut bytes).expect("the cipher takes it");
    bytes
}

/// Opens what `seal` sealed.
pub(super) fn open(
    key: &Key32,
    nonce: [u8; 24],
    aad: &[u8],
    sealed: &[u8],
) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
    let cipher = XChaCha20Poly1305::new((&**key).into());
    let mut bytes = Zeroizing::new(sealed.to_vec());
    cipher.decrypt_in_place(&nonce.into(), aad, &mut *bytes).map_err(|_| DoesNotOpen)?;
    Ok(bytes)
}

/// Returns u32 length ‖ bytes ‖ zeros, 256 × 2^k bytes long.
fn pad(plain: &[u8]) -> Zeroizing<Vec<u8>> {
    let size = (plain.len() + 4).next_power_of_two().max(256);
    let mut out = Zeroizing::new(Vec::with_capacity(size));
    out.extend_from_slice(&u32::try_from(plain.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend_from_slice(plain);
    out.resize(size, 0);
    out
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    fn keys() -> Keys {
        Keys::derive([7; 16], &[9; 32])
    }

    #[test]
    fn a_size_says_little() {
        for (plain, sealed) in [(0, 256), (252, 256), (253, 512), (508, 512), (1500, 2048), (5000, 8192)] {
            assert_eq!(pad(&vec![1; plain]).len(), sealed, "{plain}");
        }
    }

    #[test]
    fn a_row_opens_only_where_it_was_put() {
        let keys = keys();
        let by = Zeroizing::new([3; 32]);
        let value = keys.seal_row(&by, &[1; 16], Mark([5; 16]), 8, [2; 24], b"words");
        let row = Row::parse(&value).unwrap();
        assert_eq!((row.mark, row.generation), (Mark([5; 16]), 8));
        assert_eq!(*keys.open_row(&by, &[1; 16], &row).unwrap(), b"words");

        assert!(keys.open_row(&by, &[2; 16], &row).is_err(), "under another row key");
        assert!(keys.open_row(&Zeroizing::new([4; 32]), &[1; 16], &row).is_err(), "under another case's key");
        assert!(
            Keys::derive([8; 16], &[9; 32]).open_row(&by, &[1; 16], &row).is_err(),
            "in another casebook"
        );
        for at in 0..value.len() {
            let mut flipped = value.clone();
            flipped[at] ^= 1;
            let row = Row::parse(&flipped).unwrap();
            assert!(keys.open_row(&by, &[1; 16], &row).is_err(), "byte {at} flipped");
        }
        for length in 0..value.len() {
            let cut = Row::parse(&value[..length]).map(|row| keys.open_row(&by, &[1; 16], &row));
            assert!(!matches!(cut, Some(Ok(_))), "cut to {length}");
        }
    }

    #[test]
    fn a_head_opens_only_in_its_casebook() {
        let head = Head { generation: 3, count: 2, at: 5, sum: [1; 32] };
        let sealed = keys().seal_head(&head, [2; 24]);
        assert_eq!(keys().open_head(&sealed).unwrap(), head);
        assert!(Keys::derive([7; 16], &[8; 32]).open_head(&sealed).is_err());
        assert!(keys().open_head(&sealed[1..]).is_err());
    }

    #[test]
    fn a_shelved_key_opens_only_for_its_case() {
        let key = Zeroizing::new([6; 32]);
        let sealed = keys().seal_shelved(Mark([1; 16]), &key, [2; 24]);
        assert_eq!(*keys().open_shelved(Mark([1; 16]), &sealed).unwrap(), *key);
        assert!(keys().open_shelved(Mark([2; 16]), &sealed).is_err());
    }

    #[test]
    fn every_row_has_its_own_witness() {
        let keys = keys();
        let by = Zeroizing::new([3; 32]);
        let row = |generation| keys.seal_row(&by, &[1; 16], Mark::HOUSE, generation, [2; 24], b"words");
        let mut head = Head::default();
        head.toggle(&keys.witness(&[1; 16], &row(1)));
        assert_ne!(keys.witness(&[1; 16], &row(1)), keys.witness(&[1; 16], &row(2)), "rolled back");
        assert_ne!(keys.witness(&[1; 16], &row(1)), keys.witness(&[2; 16], &row(1)), "swapped");
        head.toggle(&keys.witness(&[1; 16], &row(1)));
        assert_eq!(head, Head::default());
    }
}
