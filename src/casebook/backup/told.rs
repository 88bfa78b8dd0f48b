//! What a casebook knows of its backups, and what their folders are told: when the last verified one was made, where
//! backups lie, and the list of what was erased that is written beside them.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use super::BackupError;
use crate::casebook::Casebook;
use crate::casebook::erased::{self, Erased, ErasedList, Erasure};
use crate::casebook::record::{Audited, Change, Setting};
use crate::segment::{Disk, RealDisk};

/// The setting with the time of the last verified backup, and the one with the folders of all backups.
const VERIFIED: &str = "backup.verified";
const FOLDERS: &str = "backup.folders";
impl Casebook {
    /// Returns when the last verified backup was made, in milliseconds since 1970.
    pub fn last_backup(&self) -> Option<u64> {
        self.setting(VERIFIED)?.parse().ok()
    }

    /// Tells the folders of all backups what was erased, as far as they are there; the next backup tells the rest.
    pub(in crate::casebook) fn tell_backups(&self) {
        for folder in self.setting(FOLDERS).unwrap_or_default().lines().filter(|folder| !folder.is_empty()) {
            if let Err(error) = tell(self, Path::new(folder)) {
                tracing::warn!(%error, "a folder of backups could not be told what was erased");
            }
        }
    }
}

/// Notes the backup, and tells its folder what was erased.
pub(super) fn remember(casebook: &mut Casebook, folder: &Path, now: u64) -> Result<(), BackupError> {
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
pub(super) fn listed(path: &Path) -> Result<Vec<(Erased, [u8; 16])>, BackupError> {
    Ok(if path.exists() { erased::scan(&RealDisk, path)? } else { Vec::new() })
}
