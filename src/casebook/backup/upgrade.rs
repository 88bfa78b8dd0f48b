//! The copy that is made before a new version of opora writes its first row.

use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use super::{BackupError, create};
use crate::casebook::Casebook;
use crate::casebook::record::{Change, Setting};

/// The setting with the version of opora that wrote here last.
const WRITTEN_BY: &str = "opora.version";

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
