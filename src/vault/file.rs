//! The vault's file on disk: read whole, written whole. A crash at any moment leaves the old file or the new one.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{ErrorKind, Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

use super::VaultError;

/// No vault is larger: even a thousand keys take less.
const MOST_BYTES: u64 = 1024 * 1024;

/// Reads the file.
pub(super) fn read(path: &Path) -> Result<Vec<u8>, VaultError> {
    let file = File::open(path).map_err(|source| match source.kind() {
        ErrorKind::NotFound => VaultError::Missing,
        _ => failed("cannot read", path)(source),
    })?;
    let mut bytes = Vec::new();
    file.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(failed("cannot read", path))?;
    let fits = u64::try_from(bytes.len()).is_ok_and(|length| length <= MOST_BYTES);
    if fits { Ok(bytes) } else { Err(VaultError::Damaged) }
}

/// Waits for whoever changes the vault now, and keeps others from it until the lock is dropped.
pub(super) fn lock(path: &Path) -> Result<File, VaultError> {
    let lock = named(path, ".lock");
    let file = OpenOptions::new().write(true).create(true).truncate(false).mode(0o600).open(&lock);
    let locked = file.and_then(|file| file.lock().map(|()| file));
    locked.map_err(failed("cannot write", &lock))
}

/// Writes a file that must not be there yet, and its folder.
pub(super) fn create(path: &Path, bytes: &[u8]) -> Result<(), VaultError> {
    if std::fs::symlink_metadata(path).is_ok() {
        return Err(VaultError::Exists);
    }
    let folder = folder(path);
    let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
    made.map_err(failed("cannot make the folder", folder))?;
    replace(path, bytes)
}

/// Writes a new file beside the old one, syncs it, renames it over the old one and syncs the folder.
pub(super) fn replace(path: &Path, bytes: &[u8]) -> Result<(), VaultError> {
    let new = beside(path);
    match std::fs::remove_file(&new) {
        Err(source) if source.kind() != ErrorKind::NotFound => {
            return Err(failed("cannot write", &new)(source));
        }
        _ => {}
    }
    let written =
        OpenOptions::new().write(true).create_new(true).mode(0o600).open(&new).and_then(|mut file| {
            file.write_all(bytes)?;
            file.sync_all()
        });
    let renamed = written.and_then(|()| std::fs::rename(&new, path));
    if let Err(source) = renamed {
        // The old file is whole; what is left of the new one is of no use.
        _ = std::fs::remove_file(&new);
        return Err(failed("cannot write", path)(source));
    }
    let folder = folder(path);
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed("cannot sync the folder", folder))
}

/// Returns the name under which the new file is written.
fn beside(path: &Path) -> PathBuf {
    named(path, ".new")
}

fn named(path: &Path, ending: &str) -> PathBuf {
    let mut name = std::ffi::OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(ending);
    path.with_file_name(name)
}

fn folder(path: &Path) -> &Path {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    }
}

fn failed(doing: &'static str, path: &Path) -> impl FnOnce(std::io::Error) -> VaultError {
    let path = path.to_owned();
    move |source| VaultError::Io { doing, path, source }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt as _;

    use super::*;

    fn mode(path: &Path) -> u32 {
        std::fs::metadata(path).expect("there").permissions().mode() & 0o777
    }

    #[test]
    fn files_and_folders_are_for_one_person_only() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("a/b/vault");
        create(&path, b"one").expect("written");
        assert_eq!(
            (mode(&path), mode(&home.path().join("a/b")), mode(&home.path().join("a"))),
            (0o600, 0o700, 0o700)
        );
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).expect("set");
        replace(&path, b"two").expect("written");
        assert_eq!((mode(&path), read(&path).expect("read")), (0o600, b"two".to_vec()));
    }

    #[test]
    fn a_vault_is_never_overwritten_by_a_new_one() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("vault");
        assert!(matches!(read(&path), Err(VaultError::Missing)));
        create(&path, b"one").expect("written");
        assert!(matches!(create(&path, b"two"), Err(VaultError::Exists)));
        assert_eq!(read(&path).expect("read"), b"one");
    }

    #[test]
    fn what_a_crash_left_is_in_nobodys_way() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("vault");
        create(&path, b"one").expect("written");
        std::fs::write(beside(&path), b"half a fi").expect("written");
        assert_eq!(read(&path).expect("read"), b"one");
        replace(&path, b"two").expect("written");
        assert_eq!(read(&path).expect("read"), b"two");
        assert!(!beside(&path).exists());
    }

    #[test]
    fn a_failed_write_leaves_the_old_file() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("vault");
        create(&path, b"one").expect("written");
        // A folder in the way of the new file fails for everybody, root too.
        std::fs::create_dir(beside(&path)).expect("made");
        assert!(matches!(replace(&path, b"two"), Err(VaultError::Io { .. })));
        assert_eq!(read(&path).expect("read"), b"one");
    }

    #[test]
    fn a_file_of_any_size_is_no_vault() {
        let home = tempfile::tempdir().expect("a folder");
        let path = home.path().join("vault");
        let file = File::create(&path).expect("made");
        file.set_len(MOST_BYTES + 1).expect("set");
        assert!(matches!(read(&path), Err(VaultError::Damaged)));
    }
}
