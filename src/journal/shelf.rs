//! The shelf holds one small file per conversation, and a few for the house: the storage key under which its records
//! are sealed, and what a child's tab needs to come back. Erasing a conversation destroys its file; without the key
//! its records are noise.
//!
//! The key never shares a sector with anything that is written again, so no torn write can harm it.

use std::fmt;
use std::io;
use std::path::Path;

use chacha20poly1305::aead::AeadInOut as _;
use chacha20poly1305::{Key, KeyInit as _, Tag, XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::conversation::encoding::domain;
use crate::conversation::{ConversationId, EntryId, Hash};
use crate::segment::disk::{Disk, File, read_whole};

/// What a conversation has beside its entries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shelf {
    /// What lets the same tab resume; destroyed when the talk was left or is over.
    pub token: Option<Token>,
    /// The ticket with which the child's next conversation may go to the head of the queue.
    pub after: EntryId,
    /// When the child was last known to be there, in milliseconds since 1970.
    pub stamp: u64,
}

/// The relay's part of what a tab needs to resume.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Token {
    /// Half of the key under which the tab keeps K.
    pub half: Hash,
    /// SHA-256(D("token") ‖ token).
    pub token_hash: Hash,
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

/// The key of a conversation's records, zeroed when it goes.
pub(crate) struct StorageKey(Zeroizing<[u8; 32]>);

impl StorageKey {
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    pub fn draw() -> Self {
        Self::new(rand::random())
    }

    /// Returns HMAC-SHA-256(storage key, D("contact") ‖ conv)[..16].
    pub fn contact_id(&self, conv: ConversationId) -> EntryId {
        // HMAC's own padding of a key shorter than a block, so that there is no length to be wrong.
        let mut block = Zeroizing::new([0; 64]);
        block[..32].copy_from_slice(&*self.0);
        let mut mac = Hmac::<Sha256>::new((&*block).into());
        mac.update(&domain("contact"));
        mac.update(conv.as_bytes());
        let mac: [u8; 32] = mac.finalize().into_bytes().into();
        EntryId(std::array::from_fn(|n| mac[n]))
    }

    /// Seals `bytes` in place; the tag stands apart.
    pub fn seal(&self, nonce: &[u8; 24], aad: &[u8], bytes: &mut [u8]) -> Option<[u8; 16]> {
        let sealed = self.cipher().encrypt_inout_detached(&XNonce::from(*nonce), aad, bytes.into());
        sealed.ok().map(Into::into)
    }

    /// Opens `bytes` in place; false if they are not what was sealed.
    pub fn open(&self, nonce: &[u8; 24], aad: &[u8], bytes: &mut [u8], tag: &[u8; 16]) -> bool {
        self.cipher()
            .decrypt_inout_detached(&XNonce::from(*nonce), aad, bytes.into(), &Tag::from(*tag))
            .is_ok()
    }

    fn cipher(&self) -> XChaCha20Poly1305 {
        XChaCha20Poly1305::new(&Key::from(*self.0))
    }
}

/// The parts of a shelf file, each with its own checksum: the key first, what is written again a page behind it.
mod part {
    pub const MAGIC: &[u8; 8] = b"oporash1";
    pub const KEY: u64 = 0;
    pub const KEY_BYTES: usize = 8 + 16 + 32 + 16;
    pub const TOKEN: u64 = 4096;
    pub const TOKEN_BYTES: usize = 64;
    pub const STAMP: u64 = 4096 + 512;
    pub const STAMP_BYTES: usize = 8;
    pub const SUM: usize = 4;
    pub const FILE_BYTES: usize = STAMP as usize + STAMP_BYTES + SUM;
}

/// What a shelf file was found to hold.
pub(crate) enum Found {
    Whole(StorageKey, Shelf),
    /// Zeros: an erasing, or a creation, that was interrupted.
    Blank,
    Damaged,
}

/// Writes the file of `conv` durably; its name is durable once the folder is synced.
pub(crate) fn create(
    disk: &dyn Disk,
    path: &Path,
    conv: ConversationId,
    key: &StorageKey,
    shelf: &Shelf,
) -> io::Result<()> {
    let file = match disk.create(path) {
        // Left over from a creation that failed half-way: nobody was promised anything.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => disk.open(path)?,
        result => result?,
    };
    let mut bytes = Zeroizing::new(vec![0; part::FILE_BYTES]);
    let key = Zeroizing::new([part::MAGIC, conv.as_bytes(), &*key.0, shelf.after.as_bytes()].concat());
    let stamp = shelf.stamp.to_be_bytes();
    put(&mut bytes, part::KEY, &key);
    shelf.token.iter().for_each(|token| put(&mut bytes, part::TOKEN, &token.bytes()));
    put(&mut bytes, part::STAMP, &stamp);
    file.write_at(0, &bytes)?;
    file.sync()
}

/// Reads the file of `conv`.
pub(crate) fn read(disk: &dyn Disk, path: &Path, conv: ConversationId) -> io::Result<Found> {
    let bytes = Zeroizing::new(read_whole(&*disk.open(path)?)?);
    let Some(key) = get(&bytes, part::KEY, part::KEY_BYTES) else {
        let first = &bytes[..bytes.len().min(part::KEY_BYTES + part::SUM)];
        return Ok(if first.iter().all(|byte| *byte == 0) { Found::Blank } else { Found::Damaged });
    };
    let parsed = (|| {
        let rest = key.strip_prefix(part::MAGIC)?.strip_prefix(conv.as_bytes())?;
        let (key, after) = rest.split_first_chunk()?;
        let after = EntryId(after.try_into().ok()?);
        let token = get(&bytes, part::TOKEN, part::TOKEN_BYTES).and_then(Token::parse);
        let stamp = get(&bytes, part::STAMP, part::STAMP_BYTES).and_then(|stamp| stamp.try_into().ok());
        Some((StorageKey::new(*key), Shelf { token, after, stamp: stamp.map_or(0, u64::from_be_bytes) }))
    })();
    Ok(parsed.map_or(Found::Damaged, |(key, shelf)| Found::Whole(key, shelf)))
}

/// Makes sure that what [`read`] finds outlives a power cut: a process that died may have left it in the cache alone.
pub(crate) fn settle(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    let file = disk.open(path)?;
    file.forget_cache(u64::MAX);
    file.sync()
}

/// Renews the stamp. Not synced: a power cut may bring back an older one.
pub(crate) fn write_stamp(disk: &dyn Disk, path: &Path, at: u64) -> io::Result<()> {
    let mut bytes = vec![0; part::STAMP_BYTES + part::SUM];
    put(&mut bytes, 0, &at.to_be_bytes());
    disk.open(path)?.write_at(part::STAMP, &bytes)
}

/// Destroys the token.
pub(crate) fn forget_token(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    let file = disk.open(path)?;
    file.write_at(part::TOKEN, &[0; part::TOKEN_BYTES + part::SUM])?;
    file.sync()
}

/// Overwrites all of the file, and takes its name away; durable once the folder is synced. Gone already is no error.
pub(crate) fn destroy(disk: &dyn Disk, path: &Path) -> io::Result<()> {
    let file = match disk.open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        result => result?,
    };
    overwrite(&*file)?;
    disk.remove(path)
}

fn overwrite(file: &dyn File) -> io::Result<()> {
    let length = usize::try_from(file.length()?).map_err(io::Error::other)?.min(part::FILE_BYTES);
    file.write_at(0, &vec![0; length])?;
    file.sync()
}

impl Token {
    fn bytes(&self) -> [u8; part::TOKEN_BYTES] {
        let mut bytes = [0; part::TOKEN_BYTES];
        bytes[..32].copy_from_slice(self.half.as_bytes());
        bytes[32..].copy_from_slice(self.token_hash.as_bytes());
        bytes
    }

    fn parse(bytes: &[u8]) -> Option<Self> {
        let (half, token_hash) = bytes.split_first_chunk()?;
        Some(Self { half: Hash(*half), token_hash: Hash(token_hash.try_into().ok()?) })
    }
}

/// Puts a part and its checksum into the file's bytes.
fn put(file: &mut [u8], at: u64, part: &[u8]) {
    let at = at as usize;
    file[at..at + part.len()].copy_from_slice(part);
    let sum = crc32c::crc32c(part).to_be_bytes();
    file[at + part.len()..at + part.len() + part::SUM].copy_from_slice(&sum);
}

/// Returns a part whose checksum is right. Zeros are no part: they are what destroying leaves.
fn get(file: &[u8], at: u64, length: usize) -> Option<&[u8]> {
    let (part, rest) = file.get(at as usize..)?.split_at_checked(length)?;
    let sum = rest.get(..part::SUM)?;
    (crc32c::crc32c(part).to_be_bytes() == sum && part.iter().any(|byte| *byte != 0)).then_some(part)
}
