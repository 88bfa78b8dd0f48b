//! A new key for the whole casebook, after a theft: it is written anew beside its place and put there at once. Cut short
//! anywhere, the next start goes on: until the very end the former key opens what is in place, after it the new one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::erased::Erasure;
use super::{Casebook, CasebookError};
use crate::sealing::Secret;
use crate::vault::{self, VaultError, VaultFile};

/// So many records are written in one batch.
const BATCH: usize = 256;

/// Seals the casebook in `dir` under `new`. A casebook that is sealed so already is left as it is; none is no error.
///
/// # Errors
/// Fails if neither key opens it, if somebody has it open, or if the disk fails; it is then as it was.
pub fn rekey(
    dir: &Path,
    id: [u8; 16],
    former: &Secret<[u8; 32]>,
    new: &Secret<[u8; 32]>,
    now: u64,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), CasebookError> {
    finish(dir)?;
    if !dir.exists() {
        return Ok(());
    }
    match Casebook::open(dir, id, new, &mut |_, _| {}) {
        Err(CasebookError::OtherKeys) => {}
        opened => return opened.map(drop),
    }
    let growing = beside(dir, "rekeying");
    remove(&growing)?;
    {
        let (old, _) = Casebook::open(dir, id, former, &mut |_, _| {})?;
        let (mut fresh, _) = Casebook::open(&growing, id, new, &mut |_, _| {})?;
        let gone = old.store.erased.ids().map(|(what, id)| Erasure { id, what, marks: Vec::new() });
        fresh.store.erased.add(&gone.collect::<Vec<_>>())?;
        let mut names: Vec<_> = old.memory.places.keys().cloned().collect();
        names.sort_unstable();
        for (n, names) in names.chunks(BATCH).enumerate() {
            progress((n * BATCH) as u64, old.store.head().count);
            let records = names.iter().filter_map(|name| old.record(name).transpose());
            fresh.import(records.collect::<Result<_, _>>()?, now)?;
        }
        fresh.store.flush();
    }
    fs::rename(&growing, beside(dir, "rekeyed"))?;
    finish(dir)
}

/// Why a rekey was not finished. Nothing is lost: it goes on at the next try.
#[derive(Debug, thiserror::Error)]
pub enum NotFinished {
    /// The casebook could not be written anew.
    #[error(transparent)]
    Casebook(#[from] CasebookError),
    /// The vault could not be written.
    #[error(transparent)]
    Vault(#[from] VaultError),
}

/// Writes the casebook anew under the vault's new key, if the vault still holds a former one, and then forgets that one.
/// Whoever opens a casebook calls this first; returns whether there was something to finish.
///
/// # Errors
/// Fails if the casebook is in use or does not open, or the disk fails; the next call goes on.
pub fn finish_rekey(
    dir: &Path,
    file: &mut VaultFile,
    keys: &mut vault::Keys,
    now: u64,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<bool, NotFinished> {
    let Some(former) = &keys.former else { return Ok(false) };
    rekey(dir, file.casebook_id(), former, &keys.casebook, now, progress)?;
    file.finish_rekey(keys)?;
    Ok(true)
}

/// Puts a casebook that was written anew in its place, and removes the former one.
pub(super) fn finish(dir: &Path) -> Result<(), CasebookError> {
    let (rekeyed, former) = (beside(dir, "rekeyed"), beside(dir, "former"));
    if rekeyed.exists() {
        if dir.exists() && !former.exists() {
            fs::rename(dir, &former)?;
        }
        fs::rename(&rekeyed, dir)?;
    }
    if former.exists() && dir.exists() {
        fs::File::open(dir.parent().unwrap_or(dir))?.sync_all()?;
        // The former key is in a thief's hands: what it opens goes first.
        for name in ["shelf.a", "shelf.b"] {
            let path = former.join(name);
            if let Ok(length) = fs::metadata(&path).map(|data| data.len()) {
                fs::write(&path, vec![0; length as usize])?;
                fs::File::open(&path)?.sync_all()?;
            }
        }
        remove(&former)?;
    }
    Ok(())
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

fn beside(dir: &Path, ending: &str) -> PathBuf {
    let mut name = dir.file_name().unwrap_or_default().to_owned();
    name.push(".");
    name.push(ending);
    dir.with_file_name(name)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::casebook::record::{CaseId, Change, Contact, ContactId, Filter};
    use crate::conversation::id::{ConversationId, EntryId};

    fn key(n: u8) -> Secret<[u8; 32]> {
        Secret::new([n; 32])
    }

    fn filled(dir: &Path) {
        let (mut casebook, _) = Casebook::open(dir, [9; 16], &key(1), &mut |_, _| {}).unwrap();
        for n in 0..5 {
            let contact =
                Contact::begun(ContactId([n; 16]), CaseId([n; 16]), "chat", "Blue Fox", "Jana", n.into());
            casebook.save(vec![Change::Contact(Box::new(contact))], 1).unwrap();
        }
        let (id, conv) = (EntryId([1; 16]), ConversationId([1; 16]));
        casebook
            .save(vec![Change::Keep(super::super::OutboxItem { id, conv, order: 1, bytes: vec![1] })], 2)
            .unwrap();
        casebook.erase_case(CaseId([4; 16]), 3).unwrap();
    }

    fn check(dir: &Path) {
        assert!(matches!(
            Casebook::open(dir, [9; 16], &key(1), &mut |_, _| {}),
            Err(CasebookError::OtherKeys)
        ));
        let (mut casebook, report) = Casebook::open(dir, [9; 16], &key(2), &mut |_, _| {}).unwrap();
        assert_eq!((report.contacts, report.unreadable, casebook.outbox().len()), (4, 0, 1));
        assert_eq!(casebook.list(&Filter::default(), 9).len(), 4);
        assert_eq!(casebook.broken_audit(), None);
        let erased = Contact::begun(ContactId([4; 16]), CaseId([4; 16]), "chat", "", "", 1);
        assert!(matches!(
            casebook.save(vec![Change::Contact(Box::new(erased))], 4),
            Err(CasebookError::Erased)
        ));
    }

    #[test]
    fn a_casebook_moves_to_a_new_key_whole() {
        let home = tempfile::tempdir().unwrap();
        let dir = home.path().join("casebook");
        rekey(&dir, [9; 16], &key(1), &key(2), 5, &mut |_, _| {}).unwrap();
        assert!(!dir.exists(), "there was none");
        filled(&dir);
        for _ in 0..2 {
            rekey(&dir, [9; 16], &key(1), &key(2), 5, &mut |_, _| {}).unwrap();
            check(&dir);
        }
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1, "nothing of the former one is left");
        let wrong = rekey(&dir, [9; 16], &key(1), &key(3), 5, &mut |_, _| {});
        assert!(matches!(wrong, Err(CasebookError::OtherKeys)));
        check(&dir);
    }

    #[test]
    fn cut_short_after_any_step_it_goes_on() {
        for step in 0..4 {
            let home = tempfile::tempdir().unwrap();
            let dir = home.path().join("casebook");
            filled(&dir);
            let old = home.path().join("old");
            fs::rename(&dir, &old).unwrap();
            filled(&dir);
            rekey(&dir, [9; 16], &key(1), &key(2), 5, &mut |_, _| {}).unwrap();
            // Goes back to how it stood after each step.
            let (rekeyed, former, growing) =
                (beside(&dir, "rekeyed"), beside(&dir, "former"), beside(&dir, "rekeying"));
            match step {
                0 => {
                    fs::create_dir(&growing).unwrap();
                    fs::rename(&dir, home.path().join("unused")).unwrap();
                    fs::rename(&old, &dir).unwrap();
                }
                1 => {
                    fs::rename(&dir, &rekeyed).unwrap();
                    fs::rename(&old, &dir).unwrap();
                }
                2 => {
                    fs::rename(&dir, &rekeyed).unwrap();
                    fs::rename(&old, &former).unwrap();
                }
                _ => fs::rename(&old, &former).unwrap(),
            }
            rekey(&dir, [9; 16], &key(1), &key(2), 5, &mut |_, _| {}).unwrap();
            check(&dir);
            assert!(!rekeyed.exists() && !former.exists() && !growing.exists(), "{step}");
        }
    }
}
