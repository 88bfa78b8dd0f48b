//! What is inside the sealed chunks of a backup: items, one after the other, each kind ‖ u32 length ‖ bytes; the last one
//! says how many records there were.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::Path;

use super::sealed::{Key, Opener, Sealer, Seals};
use super::{BackupError, Contents};
use crate::casebook::erased::Erased;
use crate::casebook::migrate::Record;
use crate::casebook::{Casebook, CasebookError};
use crate::vault::{Cost, Passphrase};

const RECORD: u8 = 1;
const ATTACHED: u8 = 2;
const GONE: u8 = 3;
const END: u8 = 4;
/// An item is never larger than what a casebook can save.
const LARGEST: u32 = 64 * 1024 * 1024;

/// One item of the sealed stream.
pub(super) enum Item {
    Record(Box<Record>),
    Attached(String, Vec<u8>),
    Gone(Erased, [u8; 16]),
}

/// Writes all records of a casebook, and what is attached to them.
pub(super) fn write(
    casebook: &Casebook,
    part: &Path,
    passphrase: Option<(&Passphrase, Cost)>,
    attached: &[(&str, &[u8])],
    now: u64,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), BackupError> {
    let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(part)?;
    let keys = &casebook.store.keys;
    let mut sealer = Sealer::begin(file, &Seals { id: keys.id, own: &keys.backup, passphrase }, now)?;
    for (name, bytes) in attached {
        item(&mut sealer, ATTACHED, &[&[name.len().min(255) as u8], name.as_bytes(), bytes].concat())?;
    }
    for (what, id) in casebook.store.erased.ids() {
        item(&mut sealer, GONE, &[&[what.code()], &id[..]].concat())?;
    }
    let total = casebook.memory.places.len() as u64;
    let mut names: Vec<_> = casebook.memory.places.keys().collect();
    names.sort_unstable();
    let mut count = 0u64;
    for name in names {
        let (key, _) = casebook.memory.places[name];
        let plain = casebook.store.read(&key).map_err(CasebookError::from)?.ok_or(CasebookError::Damaged)?;
        item(&mut sealer, RECORD, &plain)?;
        count += 1;
        if count.is_multiple_of(256) {
            progress(count, total);
        }
    }
    item(&mut sealer, END, &count.to_be_bytes())?;
    sealer.finish()?;
    progress(total, total);
    Ok(())
}

fn item(sealer: &mut Sealer, kind: u8, bytes: &[u8]) -> Result<(), BackupError> {
    let length = u32::try_from(bytes.len()).ok().filter(|length| *length <= LARGEST);
    let length =
        length.ok_or_else(|| BackupError::Io(io::Error::other("a record is too large for a backup")))?;
    sealer.write(&[kind])?;
    sealer.write(&length.to_be_bytes())?;
    Ok(sealer.write(bytes)?)
}

/// Reads a backup to its end.
pub(super) fn read(
    path: &Path,
    key: &Key<'_>,
    each: &mut dyn FnMut(Item) -> Result<(), BackupError>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Contents, BackupError> {
    let mut opener = Opener::begin(File::open(path)?, key)?;
    let mut contents =
        Contents { made: opener.made, casebook: opener.id, bytes: opener.length, ..Contents::default() };
    loop {
        let (mut kind, mut length) = ([0], [0; 4]);
        opener.read(&mut kind)?;
        opener.read(&mut length)?;
        let length = u32::from_be_bytes(length);
        let damaged = BackupError::Damaged(opener.at);
        if length > LARGEST {
            return Err(damaged);
        }
        let mut bytes = zeroize::Zeroizing::new(vec![0; length as usize]);
        opener.read(&mut bytes)?;
        match kind[0] {
            RECORD => {
                let record = Record::read(&bytes).map_err(CasebookError::from)?;
                contents.records += 1;
                contents.contacts += u64::from(matches!(record, Record::Contact(_)));
                each(Item::Record(Box::new(record)))?;
                if contents.records.is_multiple_of(256) {
                    progress(opener.at, opener.length);
                }
            }
            ATTACHED => {
                let (name, content) = bytes
                    .split_first()
                    .and_then(|(length, rest)| rest.split_at_checked(usize::from(*length)))
                    .ok_or(damaged)?;
                each(Item::Attached(String::from_utf8_lossy(name).into_owned(), content.to_vec()))?;
            }
            GONE => {
                let gone = bytes
                    .split_first()
                    .and_then(|(code, id)| Some((Erased::of_code(*code)?, id.try_into().ok()?)));
                let (what, id) = gone.ok_or(damaged)?;
                each(Item::Gone(what, id))?;
            }
            END if *bytes == contents.records.to_be_bytes() => break,
            _ => return Err(damaged),
        }
    }
    opener.finish()?;
    progress(opener.length, opener.length);
    Ok(contents)
}
