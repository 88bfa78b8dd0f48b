//! The file of a backup: a header with the slots of its key, then chunks that are sealed one by one.
//!
//! | bytes | what |
//! |---|---|
//! | 8 | `oporabak` |
//! | 2 | version, 1 |
//! | 16 | casebook id |
//! | 8 | when it was made, milliseconds since 1970 |
//! | 72 | slot of the casebook's own key: nonce (24) ‖ content key, sealed (48) |
//! | 1 | whether there is a slot for a passphrase |
//! | 100 | that slot: memory, passes, lanes (u32 each) ‖ salt (16) ‖ nonce (24) ‖ content key, sealed (48) |
//! | 16 | the first part of every chunk's nonce; the second is its number |
//! | 32 | SHA-256 of all before: tells damage from a wrong passphrase, and protects nothing |
//!
//! The associated data of a slot is every byte before it, that of a chunk the SHA-256 of the header, its number and
//! whether it is the last. A chunk holds 64 KiB, the last one what is left: so none can be cut off, moved or repeated.

use std::fs::File;
use std::io::{self, Read, Write as _};

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::BackupError;
use crate::casebook::row::{self, Key32, draw};
use crate::conversation::encoding::domain;
use crate::vault::{Cost, Passphrase};

const MAGIC: &[u8; 8] = b"oporabak";
const VERSION: u16 = 1;
const CHUNK: usize = 64 * 1024;
const TAG: usize = 16;

/// What seals a new backup.
pub(super) struct Seals<'a> {
    pub id: [u8; 16],
    pub own: &'a Key32,
    pub passphrase: Option<(&'a Passphrase, Cost)>,
}

/// What opens a backup.
pub(super) enum Key<'a> {
    Passphrase(&'a Passphrase),
    Own([u8; 16], &'a Key32),
}

struct Stream {
    key: Key32,
    nonce: [u8; 16],
    header: [u8; 32],
    number: u64,
}

impl Stream {
    fn nonce(&self) -> [u8; 24] {
        let mut nonce = [0; 24];
        nonce[..16].copy_from_slice(&self.nonce);
        nonce[16..].copy_from_slice(&self.number.to_be_bytes());
        nonce
    }

    fn aad(&self, last: bool) -> Vec<u8> {
        let mut aad = domain("backup chunk");
        aad.extend_from_slice(&self.header);
        aad.extend_from_slice(&self.number.to_be_bytes());
        aad.push(last.into());
        aad
    }
}

/// Writes a backup.
pub(super) struct Sealer {
    file: File,
    stream: Stream,
    waiting: Zeroizing<Vec<u8>>,
    pub bytes: u64,
}

impl Sealer {
    /// Writes the header.
    pub fn begin(mut file: File, seals: &Seals<'_>, made: u64) -> Result<Self, BackupError> {
        let key: Key32 = Zeroizing::new(draw());
        let mut header = MAGIC.to_vec();
        header.extend_from_slice(&VERSION.to_be_bytes());
        header.extend_from_slice(&seals.id);
        header.extend_from_slice(&made.to_be_bytes());
        seal_slot(&mut header, seals.own, &key);
        header.push(seals.passphrase.is_some().into());
        if let Some((passphrase, cost)) = seals.passphrase {
            let salt: [u8; 16] = draw();
            let stretched =
                cost.stretch(passphrase.expose().as_bytes(), &salt).map_err(|_| BackupError::Cost)?;
            header.extend_from_slice(&cost.bytes());
            header.extend_from_slice(&salt);
            seal_slot(&mut header, &Zeroizing::new(*stretched.expose()), &key);
        }
        let nonce: [u8; 16] = draw();
        header.extend_from_slice(&nonce);
        let sum: [u8; 32] = Sha256::digest(&header).into();
        header.extend_from_slice(&sum);
        file.write_all(&header)?;
        let stream = Stream { key, nonce, header: sum, number: 0 };
        Ok(Self {
            file,
            stream,
            waiting: Zeroizing::new(Vec::with_capacity(2 * CHUNK)),
            bytes: header.len() as u64,
        })
    }

    /// Appends to what is sealed.
    pub fn write(&mut self, mut bytes: &[u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            // A full chunk is written only when more follows: it may be the last.
            if self.waiting.len() == CHUNK {
                self.chunk(false)?;
            }
            let (now, later) = bytes.split_at(bytes.len().min(CHUNK - self.waiting.len()));
            self.waiting.extend_from_slice(now);
            bytes = later;
        }
        Ok(())
    }

    /// Writes the last chunk; the file is durable when this returns.
    pub fn finish(mut self) -> io::Result<u64> {
        self.chunk(true)?;
        self.file.sync_all()?;
        Ok(self.bytes)
    }

    fn chunk(&mut self, last: bool) -> io::Result<()> {
        let stream = &mut self.stream;
        let sealed = row::seal(&stream.key, stream.nonce(), &stream.aad(last), &self.waiting);
        self.file.write_all(&sealed)?;
        self.bytes += sealed.len() as u64;
        stream.number += 1;
        self.waiting.clear();
        Ok(())
    }
}

/// Reads a backup; every byte it hands out was authenticated.
pub(super) struct Opener {
    file: File,
    stream: Stream,
    /// Bytes of the file that were read.
    pub at: u64,
    /// Bytes of the file.
    pub length: u64,
    pub id: [u8; 16],
    pub made: u64,
    open: Zeroizing<Vec<u8>>,
    used: usize,
    is_done: bool,
}

impl Opener {
    /// Reads the header and opens the key. Nothing is computed from a header that is damaged or out of bounds.
    pub fn begin(mut file: File, key: &Key<'_>) -> Result<Self, BackupError> {
        let length = file.metadata()?.len();
        let mut header = Vec::new();
        let read = |file: &mut File, header: &mut Vec<u8>, count: u64| {
            let before = header.len() as u64;
            io::Read::by_ref(file).take(count).read_to_end(header)?;
            if header.len() as u64 == before + count {
                Ok(())
            } else {
                Err(BackupError::Damaged(header.len() as u64))
            }
        };
        match read(&mut file, &mut header, 10) {
            Err(BackupError::Damaged(_)) => return Err(BackupError::NotABackup),
            result => result?,
        }
        if header[..8] != MAGIC[..] {
            return Err(BackupError::NotABackup);
        }
        if header[8..10] != VERSION.to_be_bytes() {
            return Err(BackupError::Newer);
        }
        read(&mut file, &mut header, 16 + 8 + 72 + 1)?;
        let has_passphrase = header[106] == 1;
        read(&mut file, &mut header, if has_passphrase { 100 } else { 0 } + 16 + 32)?;
        let (told, sum) = header.split_at(header.len() - 32);
        let found: [u8; 32] = Sha256::digest(told).into();
        if found != *sum {
            return Err(BackupError::Damaged(0));
        }
        let at = |from: usize| <[u8; 16]>::try_from(&told[from..from + 16]).unwrap_or_default();
        let (id, nonce) = (at(10), at(told.len() - 16));
        let made = u64::from_be_bytes(told[26..34].try_into().unwrap_or_default());
        let key = match key {
            Key::Own(own_id, own) if *own_id == id => open_slot(told, 34, own)?,
            Key::Own(..) => return Err(BackupError::OtherKeys),
            Key::Passphrase(_) if !has_passphrase => return Err(BackupError::WrongPassphrase),
            Key::Passphrase(passphrase) => {
                let cost = told[107..119].try_into().map_err(|_| BackupError::Cost)?;
                let cost = Cost::parse(cost).map_err(|_| BackupError::Cost)?;
                let stretched =
                    cost.stretch(passphrase.expose().as_bytes(), &at(119)).map_err(|_| BackupError::Cost)?;
                open_slot(told, 135, &Zeroizing::new(*stretched.expose()))?
            }
        };
        let stream = Stream { key, nonce, header: found, number: 0 };
        let at = header.len() as u64;
        let open = Zeroizing::new(Vec::new());
        Ok(Self { file, stream, at, length, id, made, open, used: 0, is_done: false })
    }

    /// Fills `into`.
    pub fn read(&mut self, mut into: &mut [u8]) -> Result<(), BackupError> {
        while !into.is_empty() {
            if self.used == self.open.len() {
                self.chunk()?;
            }
            let count = into.len().min(self.open.len() - self.used);
            let (now, later) = into.split_at_mut(count);
            now.copy_from_slice(&self.open[self.used..self.used + count]);
            self.used += count;
            into = later;
        }
        Ok(())
    }

    /// Checks that nothing follows.
    pub fn finish(&mut self) -> Result<(), BackupError> {
        while !self.is_done {
            self.chunk()?;
        }
        if self.used == self.open.len() && self.at == self.length {
            Ok(())
        } else {
            Err(BackupError::Damaged(self.at))
        }
    }

    fn chunk(&mut self) -> Result<(), BackupError> {
        if self.is_done {
            return Err(BackupError::Damaged(self.at));
        }
        let mut sealed = Vec::new();
        io::Read::by_ref(&mut self.file).take((CHUNK + TAG) as u64).read_to_end(&mut sealed)?;
        let last = self.at + sealed.len() as u64 == self.length;
        let stream = &mut self.stream;
        self.open = row::open(&stream.key, stream.nonce(), &stream.aad(last), &sealed)
            .map_err(|_| BackupError::Damaged(self.at))?;
        stream.number += 1;
        self.at += sealed.len() as u64;
        self.used = 0;
        self.is_done = last;
        Ok(())
    }
}

fn seal_slot(header: &mut Vec<u8>, by: &Key32, key: &Key32) {
    let aad = [domain("backup"), header.clone()].concat();
    let nonce: [u8; 24] = draw();
    header.extend_from_slice(&nonce);
    header.extend_from_slice(&row::seal(by, nonce, &aad, key.as_slice()));
}

fn open_slot(header: &[u8], at: usize, by: &Key32) -> Result<Key32, BackupError> {
    let aad = [&domain("backup"), &header[..at]].concat();
    let slot = header.get(at..at + 72).and_then(|slot| slot.split_first_chunk::<24>());
    let (nonce, sealed) = slot.ok_or(BackupError::Damaged(at as u64))?;
    let plain = row::open(by, *nonce, &aad, sealed).map_err(|_| BackupError::WrongPassphrase)?;
    plain.as_slice().try_into().map(Zeroizing::new).map_err(|_| BackupError::Damaged(at as u64))
}
