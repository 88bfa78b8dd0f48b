//! Vault and casebook of this computer. Without a passphrase only what anybody sees of the files is looked at.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::{Area, Found, Mark, said};
use crate::casebook::{Casebook, CasebookError};
use crate::cli::{Exit, Global, Outcome, keys, places};
use crate::config::Paths;
use crate::locale::{Locale, Value};
use crate::vault::{Keys, VaultFile};

/// Looks at both; returns the keys if a passphrase opened them.
pub fn look(
    global: &Global,
    paths: &Paths,
    unlock: bool,
    locale: &Locale,
) -> Outcome<(Vec<Found>, Option<Keys>)> {
    let vault = places::vault(paths);
    let (mut found, is_there) = file(&vault, locale);
    if !is_there {
        return Ok((found, None));
    }
    if !unlock && global.passphrase_file.is_none() {
        let text = locale.say("doctor-vault-locked");
        found.push(Found::new(Mark::Ok, Area::Vault, text));
        return Ok((found, None));
    }
    match keys::open(global, &vault, locale) {
        Ok((keys, file)) => {
            found.push(opened(&keys, locale));
            found.push(casebook(&places::casebook(paths), &keys, &file, locale));
            Ok((found, Some(keys)))
        }
        Err(failure) => {
            let text = failure.sentence(locale);
            found.push(Found::new(Mark::Trouble, Area::Vault, text).ends(failure.exit));
            Ok((found, None))
        }
    }
}

/// Looks at the vault's file from outside. Returns whether it is there to be opened.
fn file(vault: &Path, locale: &Locale) -> (Vec<Found>, bool) {
    let shown = vault.display().to_string();
    let found =
        |mark, id, values: &[(&str, &str)]| vec![Found::new(mark, Area::Vault, said(locale, id, values))];
    let read = std::fs::metadata(vault).and_then(|about| std::fs::File::open(vault).map(|_| about));
    match read {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            (found(Mark::Look, "doctor-vault-none", &[("file", &shown)]), false)
        }
        Err(error) => {
            let reason = error.to_string();
            let values = [("file", shown.as_str()), ("reason", &reason)];
            (found(Mark::Trouble, "doctor-vault-unreadable", &values), false)
        }
        Ok(about) if about.permissions().mode() & 0o077 != 0 => {
            (found(Mark::Trouble, "doctor-vault-open-to-others", &[("file", &shown)]), true)
        }
        Ok(_) => (found(Mark::Ok, "doctor-vault-there", &[("file", &shown)]), true),
    }
}

fn opened(keys: &Keys, locale: &Locale) -> Found {
    let (count, name) = (keys.line_seeds.len() as u64, keys.account.as_str());
    let (mark, id) = match count {
        0 => (Mark::Look, "doctor-vault-no-keys"),
        _ => (Mark::Ok, "doctor-vault-opens"),
    };
    Found::new(mark, Area::Vault, locale.say_with(id, &[("name", name.into()), ("keys", count.into())]))
}

/// Opens the casebook as the console does, reads every record and follows the audit from its beginning.
fn casebook(folder: &Path, keys: &Keys, file: &VaultFile, locale: &Locale) -> Found {
    let found = |mark, id, values: &[(&str, Value<'_>)]| {
        Found::new(mark, Area::Casebook, locale.say_with(id, values))
    };
    if !folder.exists() {
        return found(Mark::Ok, "doctor-casebook-none", &[]);
    }
    let (casebook, report) = match Casebook::open(folder, file.casebook_id(), &keys.casebook, &mut |_, _| {})
    {
        Ok(opened) => opened,
        Err(CasebookError::InUse(process)) => {
            let process = process.to_string();
            return found(Mark::Look, "doctor-casebook-in-use", &[("process", process.as_str().into())]);
        }
        Err(error) => {
            let exit = if matches!(error, CasebookError::Damaged) { Exit::Damaged } else { Exit::Failed };
            return found(Mark::Trouble, error.text_id(), &[]).ends(exit);
        }
    };
    if let Some(line) = casebook.broken_audit() {
        let line = line.to_string();
        return found(Mark::Trouble, "doctor-casebook-audit", &[("line", line.as_str().into())])
            .ends(Exit::Damaged);
    }
    if report.unreadable > 0 {
        return found(Mark::Trouble, "doctor-casebook-lost", &[("count", report.unreadable.into())])
            .ends(Exit::Damaged);
    }
    let (contacts, audits) = (casebook.count() as u64, casebook.audit().count() as u64);
    found(Mark::Ok, "doctor-casebook-ok", &[("count", contacts.into()), ("audits", audits.into())])
}
