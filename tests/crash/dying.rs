//! A disk that kills its process at a step.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use opora::segment::{Disk, File, RealDisk};
use rustix::process::{Signal, getpid, kill_process};

use crate::process::tell;

/// The real disk; once told, each change counts down, a write twice: its first half, and the rest.
#[derive(Debug, Clone)]
pub struct DyingDisk(Arc<AtomicI64>);

struct DyingFile(Arc<dyn File>, DyingDisk);

impl Default for DyingDisk {
    fn default() -> Self {
        Self(Arc::new(AtomicI64::new(i64::MAX)))
    }
}

impl DyingDisk {
    /// Dies before the `steps`-th step from now is done.
    pub fn die_after(&self, steps: i64) {
        self.0.store(steps, Ordering::SeqCst);
    }

    /// Takes a step, which may be the last.
    pub fn step(&self) {
        if self.0.fetch_sub(1, Ordering::SeqCst) == 1 {
            kill_process(getpid(), Signal::KILL).expect("dies");
            loop {
                std::thread::park();
            }
        }
    }

    fn wrap(&self, file: io::Result<Arc<dyn File>>) -> io::Result<Arc<dyn File>> {
        Ok(Arc::new(DyingFile(file?, self.clone())))
    }
}

/// Reads `die N` from the test, until it says no more.
pub fn obey(disk: &DyingDisk) {
    for line in io::stdin().lines().map_while(Result::ok) {
        if let Some(steps) = line.strip_prefix("die ").and_then(|steps| steps.parse().ok()) {
            disk.die_after(steps);
            tell("dies");
        }
    }
}

impl Disk for DyingDisk {
    fn create(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        self.step();
        self.wrap(RealDisk.create(path))
    }
    fn open(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        self.wrap(RealDisk.open(path))
    }
    fn create_dir(&self, path: &Path) -> io::Result<()> {
        self.step();
        RealDisk.create_dir(path)
    }
    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        RealDisk.list(dir)
    }
    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step();
        RealDisk.rename(from, to)
    }
    fn remove(&self, path: &Path) -> io::Result<()> {
        self.step();
        RealDisk.remove(path)
    }
    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.step();
        RealDisk.remove_dir(path)
    }
    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        self.step();
        RealDisk.sync_dir(dir)
    }
    fn lock(&self, path: &Path, patience: Duration) -> io::Result<Box<dyn Send + Sync>> {
        RealDisk.lock(path, patience)
    }
}

impl File for DyingFile {
    fn length(&self) -> io::Result<u64> {
        self.0.length()
    }
    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        self.0.read_at(at, into)
    }
    fn write_at(&self, at: u64, bytes: &[u8]) -> io::Result<()> {
        let (first, rest) = bytes.split_at(bytes.len() / 2);
        self.1.step();
        self.0.write_at(at, first)?;
        self.1.step();
        self.0.write_at(at + first.len() as u64, rest)
    }
    fn truncate(&self, length: u64) -> io::Result<()> {
        self.1.step();
        self.0.truncate(length)
    }
    fn sync(&self) -> io::Result<()> {
        self.1.step();
        let synced = self.0.sync();
        self.1.step();
        synced
    }
    fn forget_cache(&self, tail: u64) {
        self.0.forget_cache(tail);
    }
}
