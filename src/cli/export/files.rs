//! The folder of a release: written beside its place under another name, synced, and renamed in one step. Until then
//! nothing has the name that was asked for, so what was cut short never looks whole.

use std::fs::{self, File as Disk};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use crate::anonymise::ledger::hex;
use crate::report::package::{File, Format};

/// A release that is being written.
pub struct Folder {
    part: PathBuf,
    out: PathBuf,
    files: Vec<File>,
    is_done: bool,
}

impl Folder {
    /// Begins; what a killed run left under the passing name is taken away first.
    ///
    /// # Errors
    /// Fails if something has the name already, or the disk does.
    pub fn begin(out: &Path) -> io::Result<Self> {
        let name = out.file_name().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?;
        if out.symlink_metadata().is_ok() {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        let mut passing = std::ffi::OsString::from(".");
        passing.push(name);
        passing.push(".part");
        let part = out.with_file_name(passing);
        match part.symlink_metadata() {
            Ok(found) if found.is_dir() => fs::remove_dir_all(&part)?,
            Ok(_) => return Err(io::ErrorKind::AlreadyExists.into()),
            Err(_) => {}
        }
        fs::create_dir(&part)?;
        private(&part)?;
        Ok(Self { part, out: out.to_owned(), files: Vec::new(), is_done: false })
    }

    /// Begins a file of the folder.
    ///
    /// # Errors
    /// Fails if the disk does.
    pub fn file(&self, name: &str) -> io::Result<Writer> {
        let file = Disk::options().write(true).create_new(true).open(self.part.join(name))?;
        Ok(Writer { file: BufWriter::new(file), hash: Sha256::new(), bytes: 0, name: name.to_owned() })
    }

    /// Ends a file: it is on the disk when this returns.
    ///
    /// # Errors
    /// Fails if the disk does.
    pub fn close(&mut self, writer: Writer, format: Format) -> io::Result<()> {
        let Writer { mut file, hash, bytes, name } = writer;
        file.flush()?;
        file.get_ref().sync_all()?;
        self.files.push(File { name, format, bytes, sha256: hex(&hash.finalize()) });
        Ok(())
    }

    /// Writes a file whole.
    ///
    /// # Errors
    /// Fails if the disk does.
    pub fn text(&mut self, name: &str, text: &str, format: Format) -> io::Result<()> {
        let mut writer = self.file(name)?;
        writer.write_all(text.as_bytes())?;
        self.close(writer, format)
    }

    /// Returns the files so far.
    pub fn files(&self) -> &[File] {
        &self.files
    }

    /// Gives the folder its name.
    ///
    /// # Errors
    /// Fails if somebody took the name meanwhile, or the disk does.
    pub fn finish(mut self) -> io::Result<()> {
        Disk::open(&self.part)?.sync_all()?;
        fs::rename(&self.part, &self.out)?;
        self.is_done = true;
        let parent = self.out.parent().filter(|parent| !parent.as_os_str().is_empty());
        Disk::open(parent.unwrap_or_else(|| Path::new(".")))?.sync_all()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if !self.is_done {
            _ = fs::remove_dir_all(&self.part);
        }
    }
}

/// A file that is being written; its digest is made on the way.
pub struct Writer {
    file: BufWriter<Disk>,
    hash: Sha256,
    bytes: u64,
    name: String,
}

impl Write for Writer {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.file.write(bytes)?;
        self.hash.update(&bytes[..count]);
        self.bytes += count as u64;
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

/// Writes one file whole and for its owner alone; it appears under its name in one step.
///
/// # Errors
/// Fails if it is there already, or the disk fails.
pub fn write_new(out: &Path, bytes: &[u8]) -> io::Result<()> {
    if out.symlink_metadata().is_ok() {
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    let folder = out.parent().filter(|parent| !parent.as_os_str().is_empty());
    let mut file = tempfile_in(folder.unwrap_or_else(|| Path::new(".")), out)?;
    file.0.write_all(bytes)?;
    file.0.sync_all()?;
    fs::rename(&file.1, out)
}

fn tempfile_in(folder: &Path, out: &Path) -> io::Result<(Disk, PathBuf)> {
    let mut name = std::ffi::OsString::from(".");
    name.push(out.file_name().ok_or_else(|| io::Error::from(io::ErrorKind::InvalidInput))?);
    name.push(".part");
    let path = folder.join(name);
    _ = fs::remove_file(&path);
    let file = Disk::options().write(true).create_new(true).open(&path)?;
    private(&path)?;
    Ok((file, path))
}

#[cfg(unix)]
fn private(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = if path.is_dir() { 0o700 } else { 0o600 };
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
}

#[cfg(not(unix))]
fn private(_path: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn a_folder_appears_whole_or_not_at_all() {
        let home = tempfile::tempdir().unwrap();
        let out = home.path().join("release");
        let names = || {
            let mut names: Vec<_> = fs::read_dir(home.path())
                .unwrap()
                .map(|entry| entry.unwrap().file_name().into_string().unwrap())
                .collect();
            names.sort();
            names
        };
        let mut folder = Folder::begin(&out).unwrap();
        folder.text("a.csv", "a\n", Format::Csv).unwrap();
        assert_eq!(names(), [".release.part"], "nothing has the name before all is there");
        drop(folder);
        assert!(names().is_empty(), "what was given up is gone");

        // A run that was killed leaves its part; the next one begins anew.
        std::mem::forget(Folder::begin(&out).unwrap());
        fs::write(home.path().join(".release.part/half.csv"), "ha").unwrap();
        let mut folder = Folder::begin(&out).unwrap();
        folder.text("a.csv", "a\n", Format::Csv).unwrap();
        assert_eq!(folder.files()[0].sha256.len(), 64);
        folder.finish().unwrap();
        assert_eq!(names(), ["release"]);
        assert_eq!(fs::read_dir(&out).unwrap().count(), 1);
        assert_eq!(Folder::begin(&out).err().unwrap().kind(), io::ErrorKind::AlreadyExists);
    }
}
