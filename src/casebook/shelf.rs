//! The shelf: the random keys of cases and transcripts, each sealed in a slot of its own, in two files that mirror each
//! other. Neither sled nor the change log ever holds these keys, so overwriting two slots destroys a case everywhere.
//!
//! A slot is 128 bytes and crosses no sector: mark (16) ‖ sealed key (72) ‖ zeros. A free slot is all zeros.

use std::collections::{HashMap, HashSet};
use std::io;
use std::path::Path;
use std::sync::Arc;

use zeroize::Zeroizing;

use super::row::{Key32, Keys, Mark, draw};
use crate::segment::disk::{self, Disk, File};

const SLOT: usize = 128;
const NAMES: [&str; 2] = ["shelf.a", "shelf.b"];

/// The keys by their marks.
pub(super) struct Shelf {
    files: [Arc<dyn File>; 2],
    keys: HashMap<Mark, (usize, Key32)>,
    /// Slots that may be taken, the last one first.
    free: Vec<usize>,
    /// How many slots the files have.
    slots: usize,
}

/// What was found on the shelf when it was opened.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct ShelfReport {
    /// Slots that one file had lost and the other gave back.
    pub mended: u64,
    /// Slots that neither file can give back.
    pub lost: u64,
}

impl Shelf {
    /// Opens the shelf in `dir`, or makes it, and mends each file by the other.
    pub fn open(disk: &Arc<dyn Disk>, dir: &Path, keys: &Keys) -> io::Result<(Self, ShelfReport)> {
        let mut files = Vec::with_capacity(2);
        let mut bytes = Vec::with_capacity(2);
        for name in NAMES {
            let file = match disk.open(&dir.join(name)) {
                Err(error) if error.kind() == io::ErrorKind::NotFound => disk.create(&dir.join(name))?,
                opened => opened?,
            };
            bytes.push(disk::read_whole(&*file)?);
            files.push(file);
        }
        disk.sync_dir(dir)?;
        let [a, b] = [files.remove(0), files.remove(0)];
        let slots = bytes[0].len().max(bytes[1].len()).div_ceil(SLOT);
        let mut shelf = Self { files: [a, b], keys: HashMap::new(), free: Vec::new(), slots };
        let report = shelf.read(keys, [&bytes[0], &bytes[1]])?;
        Ok((shelf, report))
    }

    fn read(&mut self, keys: &Keys, files: [&[u8]; 2]) -> io::Result<ShelfReport> {
        let mut report = ShelfReport::default();
        for slot in (0..self.slots).rev() {
            let [a, b] =
                files.map(|bytes| bytes.get(slot * SLOT..).and_then(|rest| rest.first_chunk::<SLOT>()));
            let [key_a, key_b] = [a, b].map(|bytes| bytes.and_then(|bytes| open_slot(keys, bytes)));
            let blank =
                |bytes: Option<&[u8; SLOT]>| bytes.is_none_or(|bytes| bytes.iter().all(|byte| *byte == 0));
            match (key_a, key_b) {
                (Some((mark, key)), Some(_)) => _ = self.keys.insert(mark, (slot, key)),
                (Some((mark, key)), None) => {
                    self.mend(1, slot, a)?;
                    report.mended += 1;
                    self.keys.insert(mark, (slot, key));
                }
                (None, Some((mark, key))) => {
                    self.mend(0, slot, b)?;
                    report.mended += 1;
                    self.keys.insert(mark, (slot, key));
                }
                (None, None) if blank(a) && blank(b) => self.free.push(slot),
                (None, None) => report.lost += 1,
            }
        }
        if report.mended > 0 {
            self.sync()?;
        }
        Ok(report)
    }

    fn mend(&self, file: usize, slot: usize, from: Option<&[u8; SLOT]>) -> io::Result<()> {
        from.map_or(Ok(()), |bytes| self.files[file].write_at((slot * SLOT) as u64, bytes))
    }

    /// Returns the keys of these marks as one file has them, without opening or mending the others.
    pub fn peek(
        disk: &dyn Disk,
        dir: &Path,
        keys: &Keys,
        marks: &HashSet<Mark>,
    ) -> io::Result<HashMap<Mark, Key32>> {
        let bytes = disk::read_whole(&*disk.open(&dir.join(NAMES[0]))?)?;
        let slots = bytes.chunks_exact(SLOT).filter_map(|slot| slot.first_chunk::<SLOT>());
        let wanted = slots.filter(|slot| slot.first_chunk().is_some_and(|mark| marks.contains(&Mark(*mark))));
        Ok(wanted.filter_map(|slot| open_slot(keys, slot)).collect())
    }

    /// Returns the key of a mark.
    pub fn key(&self, mark: Mark) -> Option<&Key32> {
        self.keys.get(&mark).map(|(_, key)| key)
    }

    /// Returns all marks.
    pub fn marks(&self) -> impl Iterator<Item = Mark> {
        self.keys.keys().copied()
    }

    /// Draws a key for each mark that has none, and returns once all are durable.
    pub fn add(&mut self, keys: &Keys, marks: impl IntoIterator<Item = Mark>) -> io::Result<()> {
        let mut added: Vec<(Mark, usize, Key32)> = Vec::new();
        for mark in marks {
            if self.keys.contains_key(&mark) || added.iter().any(|(known, ..)| *known == mark) {
                continue;
            }
            let slot = self.free.pop().unwrap_or_else(|| {
                self.slots += 1;
                self.slots - 1
            });
            added.push((mark, slot, Zeroizing::new(draw::<32>())));
        }
        if added.is_empty() {
            return Ok(());
        }
        let written = added.iter().try_for_each(|(mark, slot, key)| {
            let mut bytes = [0; SLOT];
            bytes[..16].copy_from_slice(&mark.0);
            bytes[16..88].copy_from_slice(&keys.seal_shelved(*mark, key, draw()));
            self.write(*slot, &bytes)
        });
        match written.and_then(|()| self.sync()) {
            Ok(()) => {
                self.keys.extend(added.into_iter().map(|(mark, slot, key)| (mark, (slot, key))));
                Ok(())
            }
            Err(error) => {
                // What was written opens nothing; the slots are blanked as far as the disk still takes it.
                for (_, slot, _) in added.into_iter().rev() {
                    _ = self.write(slot, &[0; SLOT]);
                    self.free.push(slot);
                }
                Err(error)
            }
        }
    }

    /// Overwrites the slots of these marks in both files and returns once nothing of them is left.
    pub fn destroy(&mut self, marks: impl IntoIterator<Item = Mark>) -> io::Result<()> {
        let mut found = false;
        for mark in marks {
            if let Some((slot, _)) = self.keys.get(&mark) {
                found = true;
                self.write(*slot, &[0; SLOT])?;
                self.free.push(*slot);
                self.keys.remove(&mark);
            }
        }
        if found { self.sync() } else { Ok(()) }
    }

    fn write(&self, slot: usize, bytes: &[u8; SLOT]) -> io::Result<()> {
        self.files.iter().try_for_each(|file| file.write_at((slot * SLOT) as u64, bytes))
    }

    fn sync(&self) -> io::Result<()> {
        self.files.iter().try_for_each(|file| file.sync())
    }
}

fn open_slot(keys: &Keys, bytes: &[u8; SLOT]) -> Option<(Mark, Key32)> {
    let (mark, rest) = bytes.split_first_chunk::<16>()?;
    let mark = Mark(*mark);
    Some((mark, keys.open_shelved(mark, rest.first_chunk::<72>()?).ok()?))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::segment::RealDisk;

    fn open(dir: &Path) -> (Shelf, ShelfReport) {
        let disk: Arc<dyn Disk> = Arc::new(RealDisk);
        Shelf::open(&disk, dir, &Keys::derive([1; 16], &[2; 32])).unwrap()
    }

    fn marks(range: std::ops::Range<u8>) -> impl Iterator<Item = Mark> {
        range.map(|n| Mark([n; 16]))
    }

    #[test]
    fn a_destroyed_key_is_in_no_file_and_its_slot_serves_again() {
        let dir = tempfile::tempdir().unwrap();
        let keys = Keys::derive([1; 16], &[2; 32]);
        let (mut shelf, _) = open(dir.path());
        shelf.add(&keys, marks(10..14)).unwrap();
        let slot = std::fs::read(dir.path().join("shelf.a")).unwrap()[SLOT..2 * SLOT].to_vec();
        assert_eq!(&slot[..16], &[11; 16]);
        shelf.destroy(marks(11..12)).unwrap();
        for name in NAMES {
            let bytes = std::fs::read(dir.path().join(name)).unwrap();
            assert!(!bytes.windows(16).any(|window| window == &slot[20..36]), "{name}");
        }
        drop(shelf);
        let (mut shelf, report) = open(dir.path());
        assert_eq!(report, ShelfReport::default());
        assert!(shelf.key(Mark([11; 16])).is_none() && shelf.key(Mark([12; 16])).is_some());
        shelf.add(&keys, marks(20..21)).unwrap();
        assert_eq!(std::fs::metadata(dir.path().join("shelf.a")).unwrap().len(), 4 * SLOT as u64);
    }

    #[test]
    fn each_file_mends_the_other() {
        for (case, harm) in [
            ("gone", (|path| std::fs::remove_file(path).unwrap()) as fn(&Path)),
            ("empty", |path| std::fs::write(path, b"").unwrap()),
            ("cut", |path| std::fs::write(path, &std::fs::read(path).unwrap()[..3 * SLOT - 60]).unwrap()),
            ("flipped", |path| {
                let mut bytes = std::fs::read(path).unwrap();
                bytes[SLOT + 50] ^= 1;
                std::fs::write(path, bytes).unwrap();
            }),
        ] {
            for name in NAMES {
                let dir = tempfile::tempdir().unwrap();
                let (mut shelf, _) = open(dir.path());
                shelf.add(&Keys::derive([1; 16], &[2; 32]), marks(10..14)).unwrap();
                let before = marks(10..14).map(|mark| shelf.key(mark).unwrap().clone()).collect::<Vec<_>>();
                drop(shelf);
                harm(&dir.path().join(name));
                let (shelf, report) = open(dir.path());
                assert!(report.mended > 0 && report.lost == 0, "{case} {name}: {report:?}");
                let after = marks(10..14).map(|mark| shelf.key(mark).unwrap().clone()).collect::<Vec<_>>();
                assert!(before == after, "{case} {name}");
                drop(shelf);
                assert_eq!(open(dir.path()).1, ShelfReport::default(), "{case} {name}: mended for good");
            }
        }
    }

    #[test]
    fn what_both_files_lost_is_told() {
        let dir = tempfile::tempdir().unwrap();
        let (mut shelf, _) = open(dir.path());
        shelf.add(&Keys::derive([1; 16], &[2; 32]), marks(10..12)).unwrap();
        drop(shelf);
        for name in NAMES {
            let path = dir.path().join(name);
            let mut bytes = std::fs::read(&path).unwrap();
            bytes[30] ^= 1;
            std::fs::write(&path, bytes).unwrap();
        }
        assert_eq!(open(dir.path()).1, ShelfReport { mended: 0, lost: 1 });
    }
}
