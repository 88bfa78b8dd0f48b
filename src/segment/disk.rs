//! The few things a segment asks of a disk, so that a test can put a worse disk under it (`segment::fault`).

use std::fmt::Debug;
use std::fs::{self, DirBuilder, OpenOptions, TryLockError};
use std::io;
use std::os::unix::fs::{DirBuilderExt as _, FileExt as _, OpenOptionsExt as _};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A file system with a cache: what is written is seen at once, and lasts only once synced; a name lasts only once
/// its folder is synced.
pub trait Disk: Send + Sync + Debug {
    /// Makes an empty file, readable by its owner alone; fails if the name is taken.
    ///
    /// # Errors
    /// Whatever the file system says.
    fn create(&self, path: &Path) -> io::Result<Arc<dyn File>>;

    /// Opens a file for reading and writing.
    ///
    /// # Errors
    /// Whatever the file system says.
    fn open(&self, path: &Path) -> io::Result<Arc<dyn File>>;

    /// Makes a folder for its owner alone, with those above it; one that is there is no error.
    ///
    /// # Errors
    /// Whatever the file system says.
    fn create_dir(&self, path: &Path) -> io::Result<()>;

    /// Returns the names in a folder, sorted.
    ///
    /// # Errors
    /// Whatever the file system says.
    fn list(&self, dir: &Path) -> io::Result<Vec<String>>;

    /// Gives a file another name in the same folder, in the place of any file of that name.
    ///
    /// # Errors
    /// Whatever the file system says.
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()>;

    /// Takes a file's name away.
    ///
    /// # Errors
    /// Whatever the file system says.
    fn remove(&self, path: &Path) -> io::Result<()>;

    /// Takes an empty folder away.
    ///
    /// # Errors
    /// Whatever the file system says.
    fn remove_dir(&self, path: &Path) -> io::Result<()>;

    /// Returns once the names in a folder are durable.
    ///
    /// # Errors
    /// Whatever the file system says.
    fn sync_dir(&self, dir: &Path) -> io::Result<()>;

    /// Takes the lock of this name for as long as the result lives, waiting up to `patience` for a dying holder.
    ///
    /// # Errors
    /// `WouldBlock` if another still holds it then; else whatever the file system says.
    fn lock(&self, path: &Path, patience: Duration) -> io::Result<Box<dyn Send + Sync>>;
}

/// An open file. Writing takes `&self`: readers share the handle with the one writer.
pub trait File: Send + Sync {
    /// Returns its length in bytes.
    ///
    /// # Errors
    /// Whatever the file system says.
    fn length(&self) -> io::Result<u64>;

    /// Fills `into` from offset `at`.
    ///
    /// # Errors
    /// `UnexpectedEof` if the file ends before; else whatever the file system says.
    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<()>;

    /// Writes all of `bytes` at offset `at`; after an error some of them may be there.
    ///
    /// # Errors
    /// Whatever the file system says.
    fn write_at(&self, at: u64, bytes: &[u8]) -> io::Result<()>;

    /// Cuts the file to `length`.
    ///
    /// # Errors
    /// Whatever the file system says.
    fn truncate(&self, length: u64) -> io::Result<()>;

    /// Returns once the content is durable. After an error nobody knows what is, and a second call tells nothing.
    ///
    /// # Errors
    /// Whatever the file system says.
    fn sync(&self) -> io::Result<()>;

    /// Forgets what the cache holds of the file's last `tail` bytes, as far as it can, so that reading asks the disk.
    fn forget_cache(&self, tail: u64);
}

/// Reads a whole file.
///
/// # Errors
/// Whatever the file system says.
pub fn read_whole(file: &dyn File) -> io::Result<Vec<u8>> {
    let length = usize::try_from(file.length()?).map_err(io::Error::other)?;
    let mut bytes = vec![0; length];
    file.read_at(0, &mut bytes)?;
    Ok(bytes)
}

/// Whether an error says that there is no room.
pub fn is_full(error: &io::Error) -> bool {
    use io::ErrorKind::{FileTooLarge, QuotaExceeded, StorageFull};
    matches!(error.kind(), StorageFull | QuotaExceeded | FileTooLarge)
}

/// The machine's own file system.
#[derive(Debug, Clone, Copy, Default)]
pub struct RealDisk;

struct RealFile(fs::File);

/// Held as long as the file is open: the kernel drops it with the process.
struct RealLock(#[expect(dead_code, reason = "held, never read")] fs::File);

impl Disk for RealDisk {
    fn create(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        let file = OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(path)?;
        Ok(Arc::new(RealFile(file)))
    }

    fn open(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        Ok(Arc::new(RealFile(OpenOptions::new().read(true).write(true).open(path)?)))
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(0o700).create(path)
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let mut names = fs::read_dir(dir)?
            .map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()))
            .collect::<io::Result<Vec<_>>>()?;
        names.sort_unstable();
        Ok(names)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        fs::rename(from, to)
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        fs::remove_file(path)
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        fs::remove_dir(path)
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        fs::File::open(dir)?.sync_all()
    }

    fn lock(&self, path: &Path, patience: Duration) -> io::Result<Box<dyn Send + Sync>> {
        const PAUSE: Duration = Duration::from_millis(50);
        let file =
            OpenOptions::new().read(true).write(true).create(true).truncate(false).mode(0o600).open(path)?;
        let until = Instant::now() + patience;
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(Box::new(RealLock(file))),
                Err(TryLockError::WouldBlock) if Instant::now() < until => std::thread::sleep(PAUSE),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

impl File for RealFile {
    fn length(&self) -> io::Result<u64> {
        Ok(self.0.metadata()?.len())
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        self.0.read_exact_at(into, at)
    }

    fn write_at(&self, at: u64, bytes: &[u8]) -> io::Result<()> {
        self.0.write_all_at(bytes, at)
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        self.0.set_len(length)
    }

    fn sync(&self) -> io::Result<()> {
        self.0.sync_data()
    }

    #[cfg_attr(not(target_os = "linux"), expect(unused_variables, reason = "only Linux has the call"))]
    fn forget_cache(&self, tail: u64) {
        #[cfg(target_os = "linux")]
        {
            let from = self.length().unwrap_or(0).saturating_sub(tail);
            let _ = rustix::fs::fadvise(&self.0, from, None, rustix::fs::Advice::DontNeed);
        }
    }
}
