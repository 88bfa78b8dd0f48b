//! Backups: the whole casebook in one sealed file that opens with a passphrase of its own, or with the casebook's key.
//!
//! A backup is written beside its name, synced, read back whole, and only then given its name. Restoring reads all of it
//! before anything is written, builds the casebook beside its place, and puts it there at once; what stood there is kept
//! aside. What was erased since stays erased: the list of it lies beside the casebook and beside every backup.

use std::fs::{self, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::change::Batch;
use super::erased::{self, Erased, ErasedList, Erasure};
use super::lock::Lock;
use super::migrate::Record;
use super::record::{Audited, Change, Setting};
use super::row::Keys;
use super::{Casebook, CasebookError};
use crate::sealing::Secret;
use crate::segment::{Disk, RealDisk, SegmentError};
use crate::vault::{Cost, Passphrase};
use sealed::{Key, Opener, Sealer, Seals};

mod sealed;

const RECORD: u8 = 1;
const ATTACHED: u8 = 2;
const GONE: u8 = 3;
const END: u8 = 4;
/// So many records are restored in one batch.
const BATCH: usize = 256;
/// An item is never larger than what a casebook can save.
const LARGEST: u32 = 64 * 1024 * 1024;

/// The setting with the time of the last verified backup, and the one with the folders of all backups.
const VERIFIED: &str = "backup.verified";
const FOLDERS: &str = "backup.folders";
/// The setting with the version of opora that wrote here last.
const WRITTEN_BY: &str = "opora.version";

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

/// Makes a verified copy before this version of opora writes its first row: opened by the casebook's own key, with the
/// vault in it. The newest two such copies stay. Returns where it is; none if this version has been here before, or there
/// is nothing to copy.
///
/// # Errors
/// Fails as [`create`] does; it is tried again at the next opening.
pub fn before_upgrade(
    casebook: &mut Casebook,
    folder: &Path,
    vault: &Path,
    now: u64,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Option<PathBuf>, BackupError> {
    let this = env!("CARGO_PKG_VERSION");
    if casebook.setting(WRITTEN_BY) == Some(this) {
        return Ok(None);
    }
    let made = if casebook.count() == 0 {
        None
    } else {
        fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let file = folder.join(format!("before-{this}-{now:013}.opora"));
        let vault = fs::read(vault)?;
        create(casebook, &file, None, &[("vault", &vault)], now, progress)?;
        forget_older(folder)?;
        Some(file)
    };
    let setting = Setting { name: WRITTEN_BY.to_owned(), value: this.to_owned() };
    casebook.save(vec![Change::Setting(setting)], now)?;
    Ok(made)
}

/// Removes all but the newest two of the copies that were made before upgrades.
fn forget_older(folder: &Path) -> io::Result<()> {
    let mut copies: Vec<(String, PathBuf)> = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        // Sorted by when they were made, whatever the versions are called.
        if let Some(time) = name.strip_suffix(".opora").filter(|name| name.starts_with("before-")) {
            copies.push((time.rsplit('-').next().unwrap_or_default().to_owned(), entry.path()));
        }
    }
    copies.sort();
    let older = copies.len().saturating_sub(2);
    copies[..older].iter().try_for_each(|(_, path)| fs::remove_file(path))
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
        Some(Lock::take(dir).map_err(super::StoreError::from).map_err(CasebookError::from)?)
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
    /// Returns when the last verified backup was made, in milliseconds since 1970.
    pub fn last_backup(&self) -> Option<u64> {
        self.setting(VERIFIED)?.parse().ok()
    }

    /// Tells the folders of all backups what was erased, as far as they are there; the next backup tells the rest.
    pub(super) fn tell_backups(&self) {
        for folder in self.setting(FOLDERS).unwrap_or_default().lines().filter(|folder| !folder.is_empty()) {
            if let Err(error) = tell(self, Path::new(folder)) {
                tracing::warn!(%error, "a folder of backups could not be told what was erased");
            }
        }
    }

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

/// One item of the sealed stream.
enum Item {
    Record(Box<Record>),
    Attached(String, Vec<u8>),
    Gone(Erased, [u8; 16]),
}

fn write(
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
fn read(
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

/// Notes the backup, and tells its folder what was erased.
fn remember(casebook: &mut Casebook, folder: &Path, now: u64) -> Result<(), BackupError> {
    let folder = fs::canonicalize(folder)?.to_string_lossy().into_owned();
    let mut folders: Vec<String> =
        casebook.setting(FOLDERS).unwrap_or_default().lines().map(str::to_owned).collect();
    if !folders.contains(&folder) {
        folders.push(folder);
    }
    let setting = |name: &str, value: String| Change::Setting(Setting { name: name.to_owned(), value });
    casebook.save(
        vec![
            setting(VERIFIED, now.to_string()),
            setting(FOLDERS, folders.join("\n")),
            Change::Audit(now, Audited::BackedUp, String::new()),
        ],
        now,
    )?;
    casebook.tell_backups();
    Ok(())
}

fn tell(casebook: &Casebook, folder: &Path) -> Result<(), BackupError> {
    let known = casebook.store.erased.ids();
    let disk: Arc<dyn Disk> = Arc::new(RealDisk);
    let mut list = ErasedList::open(&disk, folder)?;
    let new = known.filter(|(what, id)| !list.has(*what, *id));
    let new: Vec<Erasure> = new.map(|(what, id)| Erasure { id, what, marks: Vec::new() }).collect();
    Ok(list.add(&new)?)
}

/// Returns what a list says; nothing if there is none.
fn listed(path: &Path) -> Result<Vec<(Erased, [u8; 16])>, BackupError> {
    Ok(if path.exists() { erased::scan(&RealDisk, path)? } else { Vec::new() })
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
