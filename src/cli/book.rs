//! Opening the casebook for a command: passphrase, vault, progress on the terminal, and every error as one sentence.

use std::io::{IsTerminal as _, Write as _};
use std::path::{Path, PathBuf};

use super::keys::now;
use super::{Exit, Failure, Global, Outcome, keys, places};
use crate::casebook::backup::{self, BackupError};
use crate::casebook::record::{Audited, Change};
use crate::casebook::{self, Casebook, CasebookError, NotFinished};
use crate::locale::Locale;
use crate::vault;

/// A casebook that a command may use.
pub struct Book {
    /// The casebook.
    pub casebook: Casebook,
    /// The keys of its vault.
    pub keys: vault::Keys,
    /// Where the vault is.
    pub vault_path: PathBuf,
}

/// Opens the casebook of a profile with a passphrase that is asked for, and says what had to be mended.
///
/// # Errors
/// Fails with the sentence of what is wrong.
pub fn open(global: &Global, locale: &Locale) -> Outcome<Book> {
    let paths = places::paths(global)?;
    let vault_path = places::vault(&paths);
    let (mut keys, mut vault) = keys::open(global, &vault_path, locale)?;
    let folder = places::casebook(&paths);
    // A rekey that was cut short goes on first.
    let finished = casebook::finish_rekey(&folder, &mut vault, &mut keys, now(), &mut |_, _| {});
    finished.map_err(|error| match error {
        NotFinished::Casebook(error) => trouble(&error),
        NotFinished::Vault(error) => keys::trouble(&vault_path, &error),
    })?;
    let mut progress = Progress::new("casebook-reading", locale);
    let opened = Casebook::open(&folder, vault.casebook_id(), &keys.casebook, &mut |done, total| {
        progress.show(done, total);
    });
    drop(progress);
    let (mut casebook, report) = opened.map_err(|error| trouble(&error))?;
    for id in report.text_ids() {
        let values = [("count", report.unreadable.into()), ("total", report.records.into())];
        tell(&locale.say_with(id, &values));
    }
    before_upgrade(&mut casebook, &places::backups(&paths), &vault_path, locale);
    let audit = Change::Audit(now(), Audited::Unlocked, String::new());
    casebook.save(vec![audit], now()).map_err(|error| trouble(&error))?;
    Ok(Book { casebook, keys, vault_path })
}

/// Makes the copy that every new version of opora makes first. Without room for it the work goes on, and it is said.
fn before_upgrade(casebook: &mut Casebook, folder: &Path, vault: &Path, locale: &Locale) {
    let mut progress = Progress::new("backup-before-upgrade", locale);
    let made =
        backup::before_upgrade(casebook, folder, vault, now(), &mut |done, total| progress.show(done, total));
    drop(progress);
    match made {
        Ok(None) => {}
        Ok(Some(file)) => {
            let file = file.display().to_string();
            tell(&locale.say_with("backup-upgrade-made", &[("file", file.as_str().into())]));
        }
        Err(error) => {
            tracing::warn!(%error, "no copy before the upgrade");
            tell(&locale.say("backup-upgrade-failed"));
        }
    }
}

/// Says what is wrong with a casebook.
pub fn trouble(error: &CasebookError) -> Failure {
    let exit = match error {
        CasebookError::InUse(_) => Exit::Locked,
        CasebookError::OtherKeys => Exit::Refused,
        CasebookError::Newer(_) | CasebookError::Damaged => Exit::Damaged,
        CasebookError::Full | CasebookError::Erased | CasebookError::Io(_) => Exit::Failed,
    };
    let process = match error {
        CasebookError::InUse(process) => *process,
        _ => 0,
    };
    let id = match error {
        CasebookError::Full => "cli-error-full",
        CasebookError::InUse(0) => "cli-error-in-use-unknown",
        other => other.text_id(),
    };
    Failure::new(exit, id).with("process", process)
}

/// Says what is wrong with a backup.
pub fn backup_trouble(file: &Path, error: &BackupError) -> Failure {
    let exit = match error {
        BackupError::Casebook(error) => return trouble(error),
        BackupError::WrongPassphrase => Exit::Locked,
        BackupError::Damaged(_) => Exit::Damaged,
        BackupError::OtherKeys | BackupError::Exists | BackupError::Cost => Exit::Refused,
        _ => Exit::Failed,
    };
    if let BackupError::Io(reason) = error {
        return Failure::io(file, reason);
    }
    let at = match error {
        BackupError::Damaged(at) => *at,
        _ => 0,
    };
    Failure::new(exit, error.text_id()).with("at", at)
}

/// Says something beside the output.
pub fn tell(sentence: &str) {
    _ = writeln!(std::io::stderr(), "{sentence}");
}

/// A line on the terminal that says how far something is; nothing where nobody looks.
pub struct Progress<'a> {
    id: &'static str,
    locale: &'a Locale,
    shown: Option<u64>,
    is_seen: bool,
}

impl<'a> Progress<'a> {
    /// Begins; `id` takes `done` and `total`.
    pub fn new(id: &'static str, locale: &'a Locale) -> Self {
        Self { id, locale, shown: None, is_seen: std::io::stderr().is_terminal() }
    }

    /// Shows how far it is, when a percent more is done.
    pub fn show(&mut self, done: u64, total: u64) {
        let percent = done.saturating_mul(100) / total.max(1);
        if self.is_seen && self.shown != Some(percent) {
            self.shown = Some(percent);
            let sentence = self.locale.say_with(self.id, &[("done", done.into()), ("total", total.into())]);
            _ = write!(std::io::stderr(), "\r\x1b[K{sentence}");
        }
    }
}

impl Drop for Progress<'_> {
    fn drop(&mut self) {
        if self.shown.is_some() {
            _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}
