//! Sled, and everything that is known against it: it does not sync, opens truncated files without a word, cannot open
//! over a snapshot that was cut, and may panic on damage. So it is never the only copy: whatever happens here, the change
//! log has every row, and the store checks what sled holds against the sealed head.

use std::cell::Cell;
use std::fs;
use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::Once;
use std::time::{Duration, Instant};

use super::log::Op;
use super::row::RowKey;

/// The head's key: shorter than any row's.
const HEAD: &[u8] = b"head";
/// Sled's own default is a gibibyte.
const CACHE: u64 = 32 * 1024 * 1024;
/// How long the lock of a dying process is waited for.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(20);

/// Sealed rows in sled.
pub(super) struct Rows {
    db: Option<sled::Db>,
}

/// Sled failed; the store takes the rows from the change log.
#[derive(Debug, thiserror::Error)]
pub(super) enum RowsError {
    #[error("sled: {0}")]
    Sled(#[from] sled::Error),
    #[error("sled panicked")]
    Panicked,
    #[error(transparent)]
    Io(#[from] io::Error),
}

impl Rows {
    /// Opens the rows in `dir`, or makes them.
    pub fn open(dir: &Path) -> Result<Self, RowsError> {
        remove_cut_snapshots(dir)?;
        let until = Instant::now() + PATIENCE;
        loop {
            let opened = guarded(|| {
                sled::Config::new()
                    .path(dir)
                    .cache_capacity(CACHE)
                    .flush_every_ms(None)
                    .mode(sled::Mode::LowSpace)
                    .open()
            });
            match opened {
                Ok(db) => return Ok(Self { db: Some(db) }),
                Err(error) if is_held(&error) && Instant::now() < until => std::thread::sleep(PAUSE),
                Err(error) => return Err(error),
            }
        }
    }

    /// Applies a batch at once, with the head after it.
    pub fn apply(&self, ops: &[Op], head: Option<&[u8]>) -> Result<(), RowsError> {
        let mut batch = sled::Batch::default();
        for op in ops {
            match op {
                Op::Put(key, value) => batch.insert(key, value.as_slice()),
                Op::Remove(key) => batch.remove(key),
            }
        }
        if let Some(head) = head {
            batch.insert(HEAD, head);
        }
        self.with(|db| db.apply_batch(batch))
    }

    /// Returns the value of a row.
    pub fn get(&self, key: &RowKey) -> Result<Option<Vec<u8>>, RowsError> {
        Ok(self.with(|db| db.get(key))?.map(|value| value.to_vec()))
    }

    /// Returns the sealed head.
    pub fn head(&self) -> Result<Option<Vec<u8>>, RowsError> {
        Ok(self.with(|db| db.get(HEAD))?.map(|value| value.to_vec()))
    }

    /// Calls `each` with every row.
    pub fn each(&self, each: &mut dyn FnMut(&RowKey, &[u8])) -> Result<(), RowsError> {
        self.with(|db| {
            for row in db.iter() {
                let (key, value) = row?;
                if let Ok(key) = RowKey::try_from(&key[..]) {
                    each(&key, &value);
                }
            }
            Ok(())
        })
    }

    /// Returns how many bytes it takes on disk.
    pub fn size(&self) -> Result<u64, RowsError> {
        self.with(sled::Db::size_on_disk)
    }

    /// Hands what is in memory to the operating system.
    pub fn flush(&self) -> Result<(), RowsError> {
        self.with(|db| db.flush().map(drop))
    }

    pub(super) fn with<T>(&self, act: impl FnOnce(&sled::Db) -> sled::Result<T>) -> Result<T, RowsError> {
        let db = self.db.as_ref().ok_or(RowsError::Panicked)?;
        guarded(|| act(db))
    }
}

impl Drop for Rows {
    fn drop(&mut self) {
        let db = self.db.take();
        _ = guarded(|| {
            drop(db);
            Ok(())
        });
    }
}

/// A snapshot that was not finished keeps sled from opening.
fn remove_cut_snapshots(dir: &Path) -> io::Result<()> {
    let entries = match fs::read_dir(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
        entries => entries?,
    };
    for entry in entries {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "generating") {
            fs::remove_file(path)?;
        }
    }
    Ok(())
}

fn is_held(error: &RowsError) -> bool {
    match error {
        RowsError::Sled(sled::Error::Io(error)) => {
            error.kind() == io::ErrorKind::WouldBlock || error.to_string().contains("WouldBlock")
        }
        _ => false,
    }
}

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Turns a panic of sled into an error. The panic hook, which gives the terminal back, must not hear of it.
fn guarded<T>(act: impl FnOnce() -> sled::Result<T>) -> Result<T, RowsError> {
    static QUIET: Once = Once::new();
    QUIET.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            let of_sled = std::thread::current().name().is_some_and(|name| name.starts_with("sled"));
            if !of_sled && !GUARDED.get() {
                before(info);
            }
        }));
    });
    let outer = GUARDED.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(act));
    GUARDED.set(outer);
    result.map_err(|_| RowsError::Panicked)?.map_err(RowsError::from)
}
