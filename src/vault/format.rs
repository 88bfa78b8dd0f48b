//! The bytes of the file, as the module's head describes them: read without trust, written in one way.

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305};
use hkdf::Hkdf;
use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::VaultError;
use super::cost::Cost;
use super::keys::Keys;
use super::paper::RecoveryCode;
use super::passphrase::Passphrase;
use crate::conversation::encoding::domain;
use crate::sealing::{CryptoRng, Secret};

const MAGIC: &[u8; 8] = b"oporavlt";
const VERSION: u16 = 1;
const RECOVERY: u8 = 1;
const PASSPHRASE: u8 = 2;
/// A slot without its kind and cost: salt, nonce, V sealed.
const SEALED_V: usize = 48;

/// Everything before the keys: id and slots. It can be written without knowing a passphrase.
#[derive(Clone)]
pub(super) struct Head {
    casebook_id: [u8; 16],
    recovery: Option<Slot>,
    cost: Cost,
    passphrase: Slot,
}

/// V, sealed under what one way of unlocking gives.
#[derive(Clone)]
struct Slot {
    salt: [u8; 16],
    nonce: [u8; 24],
    sealed: [u8; SEALED_V],
}

/// The keys as read, and what they are bound to.
pub(super) struct SealedKeys<'a> {
    before: &'a [u8],
    nonce: [u8; 24],
    sealed: &'a [u8],
}

impl Head {
    /// Seals V anew in every slot.
    pub(super) fn sealed(
        casebook_id: [u8; 16],
        v: &Secret<[u8; 32]>,
        passphrase: &Passphrase,
        cost: Cost,
        code: Option<&RecoveryCode>,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, VaultError> {
        let mut head = Self { casebook_id, recovery: None, cost, passphrase: Slot::empty(rng) };
        if let Some(code) = code {
            let mut slot = Slot::empty(rng);
            head.recovery = Some(slot.clone());
            let key = recovery_key(code, &slot.salt, casebook_id);
            slot.sealed = slot.seal(&key, v, &head.before_recovery(&slot))?;
            head.recovery = Some(slot);
        }
        head.with_passphrase(v, passphrase, cost, rng)
    }

    /// Seals V anew in the slot of the passphrase; the bytes before it stay as they are.
    pub(super) fn with_passphrase(
        &self,
        v: &Secret<[u8; 32]>,
        passphrase: &Passphrase,
        cost: Cost,
        rng: &mut impl CryptoRng,
    ) -> Result<Self, VaultError> {
        let mut head = Self { cost, passphrase: Slot::empty(rng), ..self.clone() };
        let key = cost.stretch(passphrase.expose().as_bytes(), &head.passphrase.salt)?;
        head.passphrase.sealed = head.passphrase.seal(&key, v, &head.before_passphrase())?;
        Ok(head)
    }

    /// Reads a file up to the sealed keys, checking all that can be checked without a secret.
    pub(super) fn parse(bytes: &[u8]) -> Result<(Self, SealedKeys<'_>), VaultError> {
        let mut rest = Reader(bytes);
        if &rest.array()? != MAGIC {
            return Err(VaultError::Damaged);
        }
        let version = u16::from_be_bytes(rest.array()?);
        if version > VERSION {
            return Err(VaultError::Newer(version));
        }
        let (whole, checksum) = bytes.split_last_chunk::<32>().ok_or(VaultError::Damaged)?;
        if version == 0 || <[u8; 32]>::from(Sha256::digest(whole)) != *checksum {
            return Err(VaultError::Damaged);
        }
        let casebook_id = rest.array()?;
        let [slots] = rest.array()?;
        let recovery = match slots {
            1 => None,
            2 => {
                let (kind, cost): ([u8; 1], [u8; 12]) = (rest.array()?, rest.array()?);
                if kind != [RECOVERY] || cost != [0; 12] {
                    return Err(VaultError::Damaged);
                }
                Some(rest.slot()?)
            }
            _ => return Err(VaultError::Damaged),
        };
        if rest.array()? != [PASSPHRASE] {
            return Err(VaultError::Damaged);
        }
        let cost = Cost::parse(rest.array()?)?;
        let head = Self { casebook_id, recovery, cost, passphrase: rest.slot()? };
        let nonce = rest.array()?;
        let length = u32::from_be_bytes(rest.array()?);
        let before = bytes.len() - rest.0.len();
        let sealed = rest.0.strip_suffix(checksum).ok_or(VaultError::Damaged)?;
        if usize::try_from(length) != Ok(sealed.len()) {
            return Err(VaultError::Damaged);
        }
        Ok((head, SealedKeys { before: &bytes[..before], nonce, sealed }))
    }

    pub(super) fn open_with_passphrase(
        &self,
        passphrase: &Passphrase,
    ) -> Result<Secret<[u8; 32]>, VaultError> {
        let key = self.cost.stretch(passphrase.expose().as_bytes(), &self.passphrase.salt)?;
        self.passphrase.open(&key, &self.before_passphrase())
    }

    pub(super) fn open_with_recovery(&self, code: &RecoveryCode) -> Result<Secret<[u8; 32]>, VaultError> {
        let slot = self.recovery.as_ref().ok_or(VaultError::NoRecovery)?;
        let key = recovery_key(code, &slot.salt, self.casebook_id);
        slot.open(&key, &self.before_recovery(slot))
    }

    /// Returns the whole file.
    pub(super) fn with_keys(&self, keys: &Keys, rng: &mut impl CryptoRng) -> Result<Vec<u8>, VaultError> {
        let plain = keys.written()?;
        let mut out = self.before_passphrase();
        out.extend_from_slice(&self.passphrase.sealed);
        let mut nonce = [0; 24];
        rng.fill_bytes(&mut nonce);
        out.extend_from_slice(&nonce);
        let length = u32::try_from(plain.len() + 16).map_err(|_| VaultError::Damaged)?;
        out.extend_from_slice(&length.to_be_bytes());
        let cipher = keys_cipher(&keys.casebook, self.casebook_id);
        let sealed = cipher.encrypt(&nonce.into(), Payload { msg: &plain, aad: &out });
        out.extend_from_slice(&sealed.map_err(|_| VaultError::Damaged)?);
        let checksum = Sha256::digest(&out);
        out.extend_from_slice(&checksum);
        Ok(out)
    }

    pub(super) fn casebook_id(&self) -> [u8; 16] {
        self.casebook_id
    }

    pub(super) fn cost(&self) -> Cost {
        self.cost
    }

    pub(super) fn has_recovery(&self) -> bool {
        self.recovery.is_some()
    }

    /// Returns all bytes before the sealed V of the recovery slot.
    fn before_recovery(&self, slot: &Slot) -> Vec<u8> {
        let mut out = MAGIC.to_vec();
        out.extend_from_slice(&VERSION.to_be_bytes());
        out.extend_from_slice(&self.casebook_id);
        out.push(if self.recovery.is_some() { 2 } else { 1 });
        out.push(RECOVERY);
        out.extend_from_slice(&[0; 12]);
        out.extend_from_slice(&slot.salt);
        out.extend_from_slice(&slot.nonce);
        out
    }

    /// Returns all bytes before the sealed V of the passphrase's slot.
    fn before_passphrase(&self) -> Vec<u8> {
        let mut out = match &self.recovery {
            Some(slot) => {
                let mut out = self.before_recovery(slot);
                out.extend_from_slice(&slot.sealed);
                out
            }
            None => {
                let mut out = MAGIC.to_vec();
                out.extend_from_slice(&VERSION.to_be_bytes());
                out.extend_from_slice(&self.casebook_id);
                out.push(1);
                out
            }
        };
        out.push(PASSPHRASE);
        out.extend_from_slice(&self.cost.bytes());
        out.extend_from_slice(&self.passphrase.salt);
        out.extend_from_slice(&self.passphrase.nonce);
        out
    }
}

impl Slot {
    /// Draws salt and nonce of a slot that is sealed next.
    fn empty(rng: &mut impl CryptoRng) -> Self {
        let mut slot = Self { salt: [0; 16], nonce: [0; 24], sealed: [0; SEALED_V] };
        rng.fill_bytes(&mut slot.salt);
        rng.fill_bytes(&mut slot.nonce);
        slot
    }

    fn seal(
        &self,
        key: &Secret<[u8; 32]>,
        v: &Secret<[u8; 32]>,
        before: &[u8],
    ) -> Result<[u8; SEALED_V], VaultError> {
        let cipher = XChaCha20Poly1305::new(key.expose().into());
        let sealed = cipher.encrypt(&self.nonce.into(), Payload { msg: v.expose(), aad: before });
        sealed.ok().and_then(|sealed| sealed.try_into().ok()).ok_or(VaultError::Damaged)
    }

    fn open(&self, key: &Secret<[u8; 32]>, before: &[u8]) -> Result<Secret<[u8; 32]>, VaultError> {
        let cipher = XChaCha20Poly1305::new(key.expose().into());
        let v = cipher.decrypt(&self.nonce.into(), Payload { msg: &self.sealed, aad: before });
        let v = Zeroizing::new(v.map_err(|_| VaultError::WrongPassphrase)?);
        Secret::copied(&v).ok_or(VaultError::Damaged)
    }
}

impl SealedKeys<'_> {
    pub(super) fn open(&self, v: &Secret<[u8; 32]>, casebook_id: [u8; 16]) -> Result<Keys, VaultError> {
        let cipher = keys_cipher(v, casebook_id);
        let plain = cipher.decrypt(&self.nonce.into(), Payload { msg: self.sealed, aad: self.before });
        Keys::read(&Zeroizing::new(plain.map_err(|_| VaultError::Damaged)?), v)
    }
}

fn keys_cipher(v: &Secret<[u8; 32]>, casebook_id: [u8; 16]) -> XChaCha20Poly1305 {
    let mut info = domain("vault");
    info.extend_from_slice(&casebook_id);
    let key = expanded(None, v.expose(), &info);
    XChaCha20Poly1305::new(key.expose().into())
}

fn recovery_key(code: &RecoveryCode, salt: &[u8; 16], casebook_id: [u8; 16]) -> Secret<[u8; 32]> {
    let mut info = domain("recovery");
    info.extend_from_slice(&casebook_id);
    expanded(Some(salt), code.bits().expose(), &info)
}

fn expanded(salt: Option<&[u8]>, secret: &[u8], info: &[u8]) -> Secret<[u8; 32]> {
    let mut out = Secret::new([0; 32]);
    // The only error is an output of over 8,160 bytes.
    let done = Hkdf::<Sha256>::new(salt, secret).expand(info, out.expose_mut());
    debug_assert!(done.is_ok());
    out
}

/// What is left to read.
struct Reader<'a>(&'a [u8]);

impl Reader<'_> {
    fn array<const N: usize>(&mut self) -> Result<[u8; N], VaultError> {
        let (taken, rest) = self.0.split_first_chunk().ok_or(VaultError::Damaged)?;
        self.0 = rest;
        Ok(*taken)
    }

    fn slot(&mut self) -> Result<Slot, VaultError> {
        Ok(Slot { salt: self.array()?, nonce: self.array()?, sealed: self.array()? })
    }
}
