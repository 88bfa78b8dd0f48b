//! A disk in memory that behaves as badly as real ones may: at a power cut it loses what was not synced, syncs fail
//! and lie, room ends, and power goes at any byte. For tests of whatever keeps promises on a [`Disk`]; never for data.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::disk::{Disk, File};

mod cache;

use cache::{Change, Dice, Inode, Naming, Node, whole_sectors};

/// The disk. Clones share it; after a cut or kill the old clones and their files only fail, as do a dead process's.
#[derive(Clone)]
pub struct FaultDisk {
    world: Arc<Mutex<World>>,
    life: u64,
}

/// What of the writes that no sync kept a power cut leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Nothing.
    Strict,
    /// A part of each file's and folder's newest changes, drawn from this seed: a write may be halved or end in zeros.
    Torn(u64),
}

#[derive(Default, Clone)]
struct World {
    life: u64,
    seen: BTreeMap<PathBuf, Node>,
    kept: BTreeMap<PathBuf, Node>,
    inodes: Vec<Inode>,
    /// Changes of names by folder, which its sync makes durable.
    renames: BTreeMap<PathBuf, Vec<Naming>>,
    locks: BTreeSet<PathBuf>,
    faults: Faults,
    syncs: u64,
}

#[derive(Default, Clone)]
struct Faults {
    fail_sync: Option<u64>,
    room: Option<u64>,
    steps: Option<u64>,
    lie: bool,
}

struct FaultFile {
    disk: FaultDisk,
    inode: usize,
}

struct FaultLock {
    disk: FaultDisk,
    path: PathBuf,
}

impl Default for FaultDisk {
    fn default() -> Self {
        let world = World { seen: root(), kept: root(), ..World::default() };
        Self { world: Arc::new(Mutex::new(world)), life: 0 }
    }
}

impl FaultDisk {
    /// Cuts the power: what was not synced is gone as `cut` says. Returns the disk after the machine came up again.
    pub fn cut_power(&self, cut: Cut) -> Self {
        let mut world = self.lock_world();
        let mut dice = match cut {
            Cut::Strict => None,
            Cut::Torn(seed) => Some(Dice(seed)),
        };
        let World { renames, kept, inodes, .. } = &mut *world;
        for (_, waiting) in std::mem::take(renames) {
            let lasting = dice.as_mut().map_or(0, |dice| dice.below(waiting.len() + 1));
            waiting.into_iter().take(lasting).for_each(|naming| naming.apply(kept));
        }
        for inode in inodes {
            inode.cut(dice.as_mut());
        }
        world.seen = world.kept.clone();
        self.reborn(&mut world)
    }

    /// Kills every process that uses the disk; the cache outlives them. Returns the disk for the next process.
    pub fn kill(&self) -> Self {
        self.reborn(&mut self.lock_world())
    }

    /// Returns another disk with the same content, cached and durable, which goes its own way from here; nobody uses it.
    pub fn copy(&self) -> Self {
        let copy = Self { world: Arc::new(Mutex::new(self.lock_world().clone())), life: self.life };
        copy.kill()
    }

    /// Lets the n-th sync from now fail, of a file or folder; 1 is the next.
    pub fn fail_sync(&self, nth: u64) {
        self.lock_world().faults.fail_sync = Some(nth);
    }

    /// Lets the disk be full after `bytes` more; `None` makes room again.
    pub fn room(&self, bytes: Option<u64>) {
        self.lock_world().faults.room = bytes;
    }

    /// Lets power go after so many steps: each written byte is one, and each other change, sync and rename.
    pub fn power_fails_after(&self, steps: u64) {
        self.lock_world().faults.steps = Some(steps);
    }

    /// Lets syncs say they did what they did not, as a program would that skipped them.
    pub fn skip_syncs(&self) {
        self.lock_world().faults.lie = true;
    }

    /// Returns how many syncs of files and folders were asked for.
    pub fn syncs(&self) -> u64 {
        self.lock_world().syncs
    }

    /// Returns what a reader sees of a file.
    pub fn content(&self, path: &Path) -> Option<Vec<u8>> {
        let world = self.lock_world();
        match world.seen.get(path) {
            Some(&Node::File(inode)) => Some(world.inodes[inode].seen.clone()),
            _ => None,
        }
    }

    /// Puts `bytes` into a file, durably, behind everybody's back: a decayed medium.
    pub fn decay(&self, path: &Path, bytes: Vec<u8>) {
        let mut world = self.lock_world();
        if let Some(&Node::File(inode)) = world.seen.get(path) {
            world.inodes[inode] = Inode { seen: bytes.clone(), kept: bytes, waiting: Vec::new() };
        }
    }

    /// Returns the paths of all files a reader sees.
    pub fn files(&self) -> Vec<PathBuf> {
        let world = self.lock_world();
        world
            .seen
            .iter()
            .filter(|(_, node)| matches!(node, Node::File(_)))
            .map(|(path, _)| path.clone())
            .collect()
    }

    /// Returns whether any durable byte sequence on the disk, named or not, contains `canary`.
    pub fn keeps(&self, canary: &[u8]) -> bool {
        let world = self.lock_world();
        world.inodes.iter().any(|inode| inode.kept.windows(canary.len()).any(|window| window == canary))
    }

    fn reborn(&self, world: &mut World) -> Self {
        world.life += 1;
        world.locks.clear();
        world.faults = Faults { lie: world.faults.lie, room: world.faults.room, ..Faults::default() };
        Self { world: Arc::clone(&self.world), life: world.life }
    }

    fn lock_world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters the disk for something that changes nothing.
    fn look(&self) -> io::Result<MutexGuard<'_, World>> {
        let world = self.lock_world();
        if world.life != self.life {
            return Err(io::Error::other("this process is dead"));
        }
        if world.faults.steps == Some(0) {
            return Err(io::Error::other("the power is off"));
        }
        Ok(world)
    }

    /// Enters the disk for one change.
    fn step(&self) -> io::Result<MutexGuard<'_, World>> {
        let mut world = self.look()?;
        if let Some(steps) = &mut world.faults.steps {
            *steps -= 1;
        }
        Ok(world)
    }

    /// Enters the disk for one sync; `Some` says that it is to fail or to do nothing.
    fn sync_step(&self) -> io::Result<(MutexGuard<'_, World>, Option<io::Result<()>>)> {
        let mut world = self.step()?;
        world.syncs += 1;
        let mut told = world.faults.lie.then_some(Ok(()));
        if let Some(nth) = &mut world.faults.fail_sync {
            *nth -= 1;
            if *nth == 0 {
                world.faults.fail_sync = None;
                told = Some(Err(io::Error::other("input/output error")));
            }
        }
        Ok((world, told))
    }

    fn name(&self, naming: &[Naming], check: impl FnOnce(&World) -> io::Result<()>) -> io::Result<()> {
        let mut world = self.step()?;
        check(&world)?;
        for naming in naming {
            naming.apply(&mut world.seen);
            world.renames.entry(naming.folder()).or_default().push(naming.clone());
        }
        Ok(())
    }
}

impl Disk for FaultDisk {
    fn create(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        let inode = {
            let mut world = self.look()?;
            world.inodes.push(Inode::default());
            world.inodes.len() - 1
        };
        self.name(&[Naming::Set(path.to_owned(), Node::File(inode))], |world| {
            if world.seen.contains_key(path) {
                return Err(io::ErrorKind::AlreadyExists.into());
            }
            match world.faults.room {
                Some(0) => Err(io::ErrorKind::StorageFull.into()),
                _ if path.parent().is_some_and(|parent| world.seen.contains_key(parent)) => Ok(()),
                _ => Err(io::ErrorKind::NotFound.into()),
            }
        })?;
        Ok(Arc::new(FaultFile { disk: self.clone(), inode }))
    }

    fn open(&self, path: &Path) -> io::Result<Arc<dyn File>> {
        match self.look()?.seen.get(path) {
            Some(&Node::File(inode)) => Ok(Arc::new(FaultFile { disk: self.clone(), inode })),
            Some(Node::Folder) => Err(io::ErrorKind::IsADirectory.into()),
            None => Err(io::ErrorKind::NotFound.into()),
        }
    }

    fn create_dir(&self, path: &Path) -> io::Result<()> {
        let missing: Vec<_> = {
            let world = self.look()?;
            path.ancestors().filter(|path| !world.seen.contains_key(*path)).map(Path::to_owned).collect()
        };
        let naming: Vec<_> = missing.into_iter().rev().map(|path| Naming::Set(path, Node::Folder)).collect();
        self.name(&naming, |_| Ok(()))
    }

    fn list(&self, dir: &Path) -> io::Result<Vec<String>> {
        let world = self.look()?;
        if world.seen.get(dir) != Some(&Node::Folder) {
            return Err(io::ErrorKind::NotFound.into());
        }
        let inside = world.seen.keys().filter(|path| path.parent() == Some(dir));
        Ok(inside.filter_map(|path| Some(path.file_name()?.to_string_lossy().into_owned())).collect())
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        let node = self.look()?.seen.get(from).copied().ok_or(io::ErrorKind::NotFound)?;
        self.name(&[Naming::Set(to.to_owned(), node), Naming::Unset(from.to_owned())], |_| Ok(()))
    }

    fn remove(&self, path: &Path) -> io::Result<()> {
        self.name(&[Naming::Unset(path.to_owned())], |world| match world.seen.get(path) {
            Some(Node::File(_)) => Ok(()),
            _ => Err(io::ErrorKind::NotFound.into()),
        })
    }

    fn remove_dir(&self, path: &Path) -> io::Result<()> {
        self.name(&[Naming::Unset(path.to_owned())], |world| match world.seen.get(path) {
            Some(Node::Folder) if world.seen.keys().any(|inside| inside.parent() == Some(path)) => {
                Err(io::ErrorKind::DirectoryNotEmpty.into())
            }
            Some(Node::Folder) => Ok(()),
            _ => Err(io::ErrorKind::NotFound.into()),
        })
    }

    fn sync_dir(&self, dir: &Path) -> io::Result<()> {
        let (mut world, told) = self.sync_step()?;
        told.unwrap_or_else(|| {
            let waiting = world.renames.remove(dir).unwrap_or_default();
            waiting.iter().for_each(|naming| naming.apply(&mut world.kept));
            Ok(())
        })
    }

    fn lock(&self, path: &Path, _patience: Duration) -> io::Result<Box<dyn Send + Sync>> {
        if !self.look()?.locks.insert(path.to_owned()) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        Ok(Box::new(FaultLock { disk: self.clone(), path: path.to_owned() }))
    }
}

impl File for FaultFile {
    fn length(&self) -> io::Result<u64> {
        Ok(self.disk.look()?.inodes[self.inode].seen.len() as u64)
    }

    fn read_at(&self, at: u64, into: &mut [u8]) -> io::Result<()> {
        let world = self.disk.look()?;
        let at = usize::try_from(at).map_err(io::Error::other)?;
        let bytes = world.inodes[self.inode].seen.get(at..).and_then(|rest| rest.get(..into.len()));
        into.copy_from_slice(bytes.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn write_at(&self, at: u64, bytes: &[u8]) -> io::Result<()> {
        let mut world = self.disk.look()?;
        let length = world.inodes[self.inode].seen.len();
        let mut fits = bytes.len();
        let mut result = Ok(());
        let longer = (at + bytes.len() as u64).saturating_sub(length as u64);
        if let Some(room) = &mut world.faults.room {
            if longer > *room {
                fits = fits.saturating_sub(usize::try_from(longer - *room).map_err(io::Error::other)?);
                result = Err(io::ErrorKind::StorageFull.into());
            }
            *room = room.saturating_sub(longer);
        }
        if let Some(steps) = &mut world.faults.steps {
            let left = steps.saturating_sub(fits as u64);
            if left == 0 {
                fits = whole_sectors(at, usize::try_from(*steps).map_err(io::Error::other)?, length);
                result = Err(io::Error::other("the power is off"));
            }
            *steps = left;
        }
        let change = Change::Write(at, bytes[..fits].to_vec());
        let inode = &mut world.inodes[self.inode];
        change.apply(&mut inode.seen);
        inode.waiting.push(change);
        result
    }

    fn truncate(&self, length: u64) -> io::Result<()> {
        let mut world = self.disk.step()?;
        let inode = &mut world.inodes[self.inode];
        let freed = (inode.seen.len() as u64).saturating_sub(length);
        Change::Truncate(length).apply(&mut inode.seen);
        inode.waiting.push(Change::Truncate(length));
        if let Some(room) = &mut world.faults.room {
            *room += freed;
        }
        Ok(())
    }

    fn sync(&self) -> io::Result<()> {
        let (mut world, told) = self.disk.sync_step()?;
        let inode = &mut world.inodes[self.inode];
        match told {
            Some(Ok(())) => Ok(()),
            Some(error) => {
                // As kernels do: the cache holds the bytes, thinks them clean, and will not write them again.
                inode.waiting.clear();
                error
            }
            None => {
                let Inode { kept, waiting, .. } = inode;
                waiting.drain(..).for_each(|change| change.apply(kept));
                Ok(())
            }
        }
    }

    fn forget_cache(&self, _tail: u64) {
        let mut world = self.disk.lock_world();
        let Inode { seen, kept, waiting } = &mut world.inodes[self.inode];
        *seen = kept.clone();
        waiting.iter().for_each(|change| change.apply(seen));
    }
}

impl Drop for FaultLock {
    fn drop(&mut self) {
        let mut world = self.disk.lock_world();
        if world.life == self.disk.life {
            world.locks.remove(&self.path);
        }
    }
}

impl fmt::Debug for FaultDisk {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FaultDisk(life {})", self.life)
    }
}

fn root() -> BTreeMap<PathBuf, Node> {
    ["", "/"].into_iter().map(|path| (path.into(), Node::Folder)).collect()
}
