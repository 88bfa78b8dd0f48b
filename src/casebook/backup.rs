//! Backups: the whole casebook in one sealed file that opens with a passphrase of its own, or with the casebook's key.
//!
//! A backup is written beside its name, synced, read back whole, and only then given its name. Restoring reads all of it
//! before anything is written, builds the casebook beside its place, and puts it there at once; what stood there is kept
//! aside. What was erased since stays erased: the list of it lies beside the casebook and beside every backup.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use super::change::Batch;
use super::erased::{self, Erased, Erasure};
use super::lock::Lock;
use super::migrate::Record;
use super::record::{Audited, Change};
use super::row::Keys;
use super::store::StoreError;
use super::{Casebook, CasebookError};
use crate::sealing::Secret;
use crate::segment::SegmentError;
use crate::vault::{Cost, Passphrase};
use sealed::Key;
use stream::{Item, read, write};
use told::{listed, remember};

mod sealed;
mod stream;
mod told;
mod upgrade;

pub use upgrade::before_upgrade;

/// So many records are restored in one batch.
const BATCH: usize = 256;

/// What opens a backup.
pub enum With<'a> {
    /// Its own passphrase.
    Passphrase(&'a Passphrase),
    /// The key of the casebook it was made of.
    Casebook([u8; 16], &'a Secret<[u8; 32]>),
}

/// What a backup holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Contents {
    /// When it was made, in milliseconds since 1970.
    pub made: u64,
    /// The casebook it was made of.
    pub casebook: [u8; 16],
    /// How many contacts.
    pub contacts: u64,
    /// How many records in all.
    pub records: u64,
    /// Its size in bytes.
    pub bytes: u64,
}

/// What was restored.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Restored {
    /// What the backup held.
    pub contents: Contents,
    /// How many records were left out, because they were erased since.
    pub erased: u64,
    /// Where the casebook is now that stood in its place.
    pub aside: Option<PathBuf>,
    /// Files that were attached to the backup, such as the key file: name and content.
    pub attached: Vec<(String, Vec<u8>)>,
}

/// Why a backup is not made, or not restored. Nothing that was there is changed then.
#[derive(Debug, thiserror::Error)]
pub enum BackupError {
    /// It opens with another passphrase, or with none.
    #[error("the passphrase does not open the backup")]
    WrongPassphrase,
    /// It is a backup of another casebook.
    #[error("the backup belongs to another casebook")]
    OtherKeys,
    /// Bytes from here on are not as they were written, or missing.
    #[error("the backup is damaged at byte {0}")]
    Damaged(u64),
    /// Another kind of file.
    #[error("the file is not a backup")]
    NotABackup,
    /// A newer opora wrote it.
    #[error("a newer opora wrote the backup")]
    Newer,
    /// It asks for more than is allowed.
    #[error("the cost of the passphrase is out of bounds")]
    Cost,
    /// The name is taken.
    #[error("the target exists")]
    Exists,
    /// No room.
    #[error("the disk is full")]
    Full,
    /// The casebook failed.
    #[error(transparent)]
    Casebook(#[from] CasebookError),
    /// The file system failed.
    #[error(transparent)]
    Io(io::Error),
}

impl BackupError {
    /// Returns the id of the sentence that a person sees; it takes `at` for [`BackupError::Damaged`].
    pub fn text_id(&self) -> &'static str {
        match self {
            Self::WrongPassphrase => "backup-error-passphrase",
            Self::OtherKeys => "backup-error-other-keys",
            Self::Damaged(_) => "backup-error-damaged",
            Self::NotABackup => "backup-error-not-a-backup",
            Self::Newer => "backup-error-newer",
            Self::Cost => "backup-error-cost",
            Self::Exists => "backup-error-exists",
            Self::Full => "backup-error-full",
            Self::Casebook(error) => error.text_id(),
            Self::Io(_) => "backup-error-io",
        }
    }
}

impl From<io::Error> for BackupError {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            _ if crate::segment::disk::is_full(&error) => Self::Full,
            io::ErrorKind::AlreadyExists => Self::Exists,
            _ => Self::Io(error),
        }
    }
}

impl From<SegmentError> for BackupError {
    fn from(error: SegmentError) -> Self {
        Self::Casebook(error.into())
    }
}

/// Makes a backup of an open casebook in `file`, reads it back, and notes that there is a verified one.
///
/// # Errors
/// Fails if the name is taken or the disk fails; there is no file of that name then.
pub fn create(
    casebook: &mut Casebook,
    file: &Path,
    passphrase: Option<(&Passphrase, Cost)>,
    attached: &[(&str, &[u8])],
    now: u64,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Contents, BackupError> {
    if file.exists() {
        return Err(BackupError::Exists);
    }
    let part = beside(file, "part");
    _ = fs::remove_file(&part);
    let written = write(casebook, &part, passphrase, attached, now, progress).and_then(|()| {
        let (id, own) = (casebook.store.keys.id, &casebook.store.keys.backup);
        let contents = read(&part, &Key::Own(id, own), &mut |_| Ok(()), &mut |_, _| {})?;
        // A hard link fails if the name was taken meanwhile; a rename would overwrite.
        fs::hard_link(&part, file)?;
        sync_folder(folder_of(file))?;
        Ok(contents)
    });
    _ = fs::remove_file(&part);
    let contents = written?;
    remember(casebook, folder_of(file), now)?;
    Ok(contents)
}

/// Reads a whole backup and returns what was attached to it; writes nothing.
///
/// # Errors
/// Says why it would not do for a restore.
pub fn attached(
    file: &Path,
    with: &With<'_>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Vec<(String, Vec<u8>)>, BackupError> {
    let mut found = Vec::new();
    let mut take = |item: Item| {
        if let Item::Attached(name, bytes) = item {
            found.push((name, bytes));
        }
        Ok(())
    };
    with_key(with, |key| read(file, key, &mut take, progress))?;
    Ok(found)
}

/// Reads a whole backup and returns what it holds; writes nothing.
///
/// # Errors
/// Says why it would not do for a restore.
pub fn verify(
    file: &Path,
    with: &With<'_>,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Contents, BackupError> {
    with_key(with, |key| read(file, key, &mut |_| Ok(()), progress))
}

/// Restores a backup to `dir`, sealed under this casebook id and key. What stands there is put aside, and what it knows
/// to be erased stays erased. What waited to be sent is left out: it was sent since, or is too old.
///
/// # Errors
/// Nothing is changed then.
pub fn restore(
    file: &Path,
    with: &With<'_>,
    dir: &Path,
    id: [u8; 16],
    v: &Secret<[u8; 32]>,
    now: u64,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Restored, BackupError> {
    let mut restored = Restored::default();
    let _lock = if dir.exists() {
        Some(Lock::take(dir).map_err(StoreError::from).map_err(CasebookError::from)?)
    } else {
        None
    };
    let mut gone = listed(&dir.join(erased::NAME))?;
    gone.extend(listed(&folder_of(file).join(erased::NAME))?);
    let mut first = |item: Item| {
        match item {
            Item::Gone(what, id) => gone.push((what, id)),
            Item::Attached(name, bytes) => restored.attached.push((name, bytes)),
            Item::Record(_) => {}
        }
        Ok(())
    };
    restored.contents = with_key(with, |key| read(file, key, &mut first, progress))?;

    let new = beside(dir, "restoring");
    remove_folder(&new)?;
    let built = build(file, with, &new, id, v, &gone, now, progress);
    match built {
        Ok(erased) => restored.erased = erased,
        Err(error) => {
            _ = remove_folder(&new);
            return Err(error);
        }
    }
    if dir.exists() {
        let aside = (1..).map(|n| beside(dir, &format!("replaced-{n}"))).find(|path| !path.exists());
        let aside = aside.ok_or(BackupError::Exists)?;
        fs::rename(dir, &aside)?;
        restored.aside = Some(aside);
    }
    fs::rename(&new, dir)?;
    sync_folder(folder_of(dir))?;
    Ok(restored)
}

impl Casebook {
    /// Writes records as they are, each under the key it belongs to. Returns how many were erased and so left out.
    pub(super) fn import(&mut self, records: Vec<Record>, now: u64) -> Result<u64, CasebookError> {
        let mut batch = Batch::default();
        let mut left_out = 0;
        for record in records {
            match batch.add_record(self, record) {
                Err(CasebookError::Erased) => left_out += 1,
                result => result?,
            }
        }
        self.store.save(batch.writes()?, now)?;
        batch.done(self);
        Ok(left_out)
    }
}

#[expect(clippy::too_many_arguments, reason = "what restore was given, and what it found")]
fn build(
    file: &Path,
    with: &With<'_>,
    dir: &Path,
    id: [u8; 16],
    v: &Secret<[u8; 32]>,
    gone: &[(Erased, [u8; 16])],
    now: u64,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<u64, BackupError> {
    let (mut casebook, _) = Casebook::open(dir, id, v, &mut |_, _| {})?;
    let gone: Vec<Erasure> =
        gone.iter().map(|(what, id)| Erasure { id: *id, what: *what, marks: Vec::new() }).collect();
    casebook.store.erased.add(&gone)?;
    let mut waiting = Vec::new();
    let mut left_out = 0;
    let mut take = |casebook: &mut Casebook, item: Item| -> Result<(), BackupError> {
        match item {
            Item::Record(record) if matches!(*record, Record::Outbox(_)) => {}
            Item::Record(record) => waiting.push(*record),
            Item::Attached(..) | Item::Gone(..) => {}
        }
        if waiting.len() >= BATCH {
            left_out += casebook.import(std::mem::take(&mut waiting), now)?;
        }
        Ok(())
    };
    with_key(with, |key| read(file, key, &mut |item| take(&mut casebook, item), progress))?;
    left_out += casebook.import(waiting, now)?;
    casebook.save(vec![Change::Audit(now, Audited::Restored, String::new())], now)?;
    Ok(left_out)
}

fn with_key<T>(
    with: &With<'_>,
    act: impl FnOnce(&Key<'_>) -> Result<T, BackupError>,
) -> Result<T, BackupError> {
    match with {
        With::Passphrase(passphrase) => act(&Key::Passphrase(passphrase)),
        With::Casebook(id, v) => act(&Key::Own(*id, &Keys::derive(*id, v.expose()).backup)),
    }
}

/// Returns the path with another ending, in the same folder.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(ending);
    path.with_file_name(name)
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

fn remove_folder(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
