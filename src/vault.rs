//! The key file of one account: a passphrase opens the identity, the box, the line seeds and house keys, the
//! casebook's key, and for the key keeper the root. It does not know the casebook or the relay, keeps no passphrase, and
//! is written only as a whole: a new file, synced, renamed over the old one.
//!
//! What may fail is [`VaultError`]; nothing is computed from a file before its form, its checksum and the bounds of its
//! cost were checked.
//!
//! # The file, version 1
//!
//! Numbers are big-endian. Everything sealed is XChaCha20-Poly1305, and its associated data is **every byte of the file
//! before it**, so that no part of an older file fits into a newer one.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `oporavlt` |
//! | 2 | version, 1 |
//! | 16 | casebook id, random, the same for the casebook's whole life |
//! | 1 | number of slots: 1, or 2 with recovery |
//! | 101 each | slots; recovery stands first, the passphrase last, so that a new passphrase rewrites one slot |
//! | 24 | nonce of the keys |
//! | 4 | their length as sealed |
//! | … | the keys: a version byte, then postcard, sealed under HKDF-SHA256(V, no salt, D("vault") ‖ casebook id, 32) |
//! | 32 | SHA-256 of all before: tells damage from a wrong passphrase, and protects nothing |
//!
//! A slot is u8 kind (1 recovery, 2 passphrase) ‖ u32 memory in KiB ‖ u32 passes ‖ u32 lanes (all 0 for recovery) ‖ 16
//! bytes of salt ‖ 24 of nonce ‖ V (32 random bytes) sealed. Its key is Argon2id(passphrase in NFC, salt), or
//! HKDF-SHA256(recovery code, salt, D("recovery") ‖ casebook id).

use std::path::{Path, PathBuf};

use rand::Rng as _;

use crate::sealing::{CryptoRng, Secret};

mod cost;
mod file;
mod format;
pub mod invite;
pub mod keeper;
mod keys;
mod paper;
pub mod passphrase;
pub mod process;
pub mod team;
pub mod tries;

pub use cost::Cost;
pub use invite::InviteCode;
pub use keeper::{KeeperError, NewCard, found};
pub use keys::{Accepted, Keys};
pub use paper::{BadPaperCode, RecoveryCode, RootError};
pub use passphrase::{Passphrase, Weak};
pub use team::{Admitted, Member, Team};
pub use tries::Tries;

/// Why a vault does not open or is not written.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    /// There is no vault at the path.
    #[error("there is no vault here")]
    Missing,
    /// There is one already, and it is not overwritten.
    #[error("there is a vault here already")]
    Exists,
    /// The passphrase or recovery code does not open it.
    #[error("that passphrase does not open this vault")]
    WrongPassphrase,
    /// It has no slot for a recovery code.
    #[error("this vault has no recovery code")]
    NoRecovery,
    /// An earlier rekey is not finished: the casebook is still being written anew.
    #[error("the last rekey is not finished")]
    RekeyUnfinished,
    /// The file was changed, cut, or is no vault.
    #[error("the vault is damaged")]
    Damaged,
    /// A newer opora wrote it.
    #[error("the vault is of version {0}, which this opora does not know")]
    Newer(u16),
    /// Its cost is outside the bounds: a changed file could else make this machine work for hours.
    #[error("the cost of the vault is outside its bounds")]
    Bounds,
    /// The cost needs more memory than there is.
    #[error("not enough memory to open the vault")]
    NoMemory,
    /// The disk.
    #[error("{doing} {}", path.display())]
    Io {
        /// What was being done, such as `cannot write`.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why it failed.
        source: std::io::Error,
    },
}

impl VaultError {
    /// Returns the id of its sentence in `locales/*/vault.ftl`.
    pub fn text_id(&self) -> &'static str {
        match self {
            Self::Missing => "vault-missing",
            Self::Exists => "vault-exists",
            Self::WrongPassphrase => "vault-wrong-passphrase",
            Self::NoRecovery => "vault-no-recovery",
            Self::RekeyUnfinished => "vault-rekey-unfinished",
            Self::Damaged => "vault-damaged",
            Self::Newer(_) => "vault-newer",
            Self::Bounds => "vault-bounds",
            Self::NoMemory => "vault-no-memory",
            Self::Io { .. } => "vault-io",
        }
    }
}

/// An open vault's file: it saves the keys again without the passphrase.
pub struct VaultFile {
    path: PathBuf,
    head: format::Head,
}

/// Writes a new vault; its folder is made if it is missing. The file has mode 0600, the folder 0700.
///
/// # Errors
/// Fails if there is a vault already, the cost is out of bounds, or the disk fails.
pub fn create(
    path: &Path,
    passphrase: &Passphrase,
    keys: &Keys,
    cost: Cost,
) -> Result<VaultFile, VaultError> {
    let mut rng = random();
    let mut casebook_id = [0; 16];
    rng.fill_bytes(&mut casebook_id);
    let head = format::Head::sealed(casebook_id, &keys.casebook, passphrase, cost, None, &mut rng)?;
    file::create(path, &head.with_keys(keys, &mut rng)?)?;
    Ok(VaultFile { path: path.to_owned(), head })
}

/// Opens a vault. Takes as long as its cost says, a second if it was calibrated here.
///
/// # Errors
/// Fails as [`VaultError`] says; nothing is written.
pub fn open(path: &Path, passphrase: &Passphrase) -> Result<(Keys, VaultFile), VaultError> {
    open_by(path, |head| head.open_with_passphrase(passphrase))
}

/// Opens a vault by the recovery code on paper; the caller then has a new passphrase chosen and set.
///
/// # Errors
/// Fails as [`VaultError`] says; nothing is written.
pub fn recover(path: &Path, code: &RecoveryCode) -> Result<(Keys, VaultFile), VaultError> {
    open_by(path, |head| head.open_with_recovery(code))
}

fn open_by(
    path: &Path,
    unlock: impl FnOnce(&format::Head) -> Result<Secret<[u8; 32]>, VaultError>,
) -> Result<(Keys, VaultFile), VaultError> {
    let bytes = file::read(path)?;
    let (head, sealed) = format::Head::parse(&bytes)?;
    let v = unlock(&head)?;
    let keys = sealed.open(&v, head.casebook_id())?;
    Ok((keys, VaultFile { path: path.to_owned(), head }))
}

impl VaultFile {
    /// Returns the casebook's id, which every sealed row of it is bound to.
    pub fn casebook_id(&self) -> [u8; 16] {
        self.head.casebook_id()
    }

    /// Whether a recovery code opens this vault.
    pub fn has_recovery(&self) -> bool {
        self.head.has_recovery()
    }

    /// Writes the keys as they are now.
    ///
    /// # Errors
    /// Fails if the disk does; the file then is what it was.
    pub fn save(&self, keys: &Keys) -> Result<(), VaultError> {
        file::replace(&self.path, &self.head.with_keys(keys, &mut random())?)
    }

    /// Reads the keys again, changes them and writes them: what another program of the same person wrote meanwhile (a
    /// console that was granted a key, a command that rotated) is not lost. `keys` is what stands in the file afterwards.
    ///
    /// # Errors
    /// Fails if the disk does, or another program gave the vault a new key; the file and `keys` then are what they were.
    pub fn amend<R>(
        &mut self,
        keys: &mut Keys,
        change: impl FnOnce(&mut Keys) -> R,
    ) -> Result<R, VaultError> {
        let _lock = file::lock(&self.path)?;
        let (head, mut fresh) = self.again(&keys.casebook)?;
        let result = change(&mut fresh);
        file::replace(&self.path, &head.with_keys(&fresh, &mut random())?)?;
        (self.head, *keys) = (head, fresh);
        Ok(result)
    }

    /// Reads the file as it stands now.
    fn again(&self, v: &Secret<[u8; 32]>) -> Result<(format::Head, Keys), VaultError> {
        let bytes = file::read(&self.path)?;
        let (head, sealed) = format::Head::parse(&bytes)?;
        let keys = sealed.open(v, head.casebook_id())?;
        Ok((head, keys))
    }

    /// Sets another passphrase. The recovery code stays as it is.
    ///
    /// # Errors
    /// Fails if the cost is out of bounds or the disk fails; the old passphrase then stays.
    pub fn set_passphrase(&mut self, keys: &Keys, new: &Passphrase, cost: Cost) -> Result<(), VaultError> {
        let mut rng = random();
        let _lock = file::lock(&self.path)?;
        let (head, keys) = self.again(&keys.casebook)?;
        let head = head.with_passphrase(&keys.casebook, new, cost, &mut rng)?;
        self.put(head, &keys, &mut rng)
    }

    /// Makes a new recovery code, to be written on paper; an older one opens nothing from now on.
    ///
    /// # Errors
    /// Fails if the passphrase is not the vault's, or the disk fails; the old code then stays.
    pub fn set_recovery(&mut self, keys: &Keys, passphrase: &Passphrase) -> Result<RecoveryCode, VaultError> {
        self.head.open_with_passphrase(passphrase)?;
        let mut rng = random();
        let (code, cost) = (RecoveryCode::random(&mut rng), self.head.cost());
        let id = self.casebook_id();
        let head = format::Head::sealed(id, &keys.casebook, passphrase, cost, Some(&code), &mut rng)?;
        let _lock = file::lock(&self.path)?;
        let (_, keys) = self.again(&keys.casebook)?;
        self.put(head, &keys, &mut rng).map(|()| code)
    }

    /// Gives the vault and the casebook a new key, after a theft. The former one stays in [`Keys::former`] until the
    /// casebook was written anew and [`VaultFile::finish_rekey`] is called, so that a crash between loses nothing.
    /// Returns a new recovery code if there was one, as the old one would open the old key only.
    ///
    /// # Errors
    /// Fails if an earlier rekey is not finished, the cost is out of bounds or the disk fails; the keys and
    /// the file then are what they were.
    pub fn rekey(
        &mut self,
        keys: &mut Keys,
        passphrase: &Passphrase,
        cost: Cost,
    ) -> Result<Option<RecoveryCode>, VaultError> {
        if keys.former.is_some() {
            return Err(VaultError::RekeyUnfinished);
        }
        let mut rng = random();
        let _lock = file::lock(&self.path)?;
        *keys = self.again(&keys.casebook)?.1;
        if keys.former.is_some() {
            return Err(VaultError::RekeyUnfinished);
        }
        let code = self.has_recovery().then(|| RecoveryCode::random(&mut rng));
        let new = Secret::random(&mut rng);
        let head = format::Head::sealed(self.casebook_id(), &new, passphrase, cost, code.as_ref(), &mut rng)?;
        keys.former = Some(std::mem::replace(&mut keys.casebook, new));
        let written = self.put(head, keys, &mut rng);
        if written.is_err()
            && let Some(former) = keys.former.take()
        {
            keys.casebook = former;
        }
        written.map(|()| code)
    }

    /// Forgets the key from before a rekey, once nothing is sealed under it.
    ///
    /// # Errors
    /// Fails if the disk does; the former key then is still there.
    pub fn finish_rekey(&mut self, keys: &mut Keys) -> Result<(), VaultError> {
        self.amend(keys, |keys| keys.former = None)
    }

    fn put(&mut self, head: format::Head, keys: &Keys, rng: &mut impl CryptoRng) -> Result<(), VaultError> {
        file::replace(&self.path, &head.with_keys(keys, rng)?)?;
        self.head = head;
        Ok(())
    }
}

/// The operating system's generator: what is drawn here lives for years.
fn random() -> impl CryptoRng {
    rand::rand_core::UnwrapErr(rand::rngs::SysRng)
}

#[cfg(test)]
mod tests;
