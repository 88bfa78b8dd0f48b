//! What a disk's cache holds and what of it lasts: names and contents as seen, and the changes that wait for a sync.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// What no sync kept is lost or kept in units of this size, when it stands in the place of older bytes.
const SECTOR: u64 = 512;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Node {
    Folder,
    File(usize),
}

#[derive(Clone)]
pub(super) enum Naming {
    Set(PathBuf, Node),
    Unset(PathBuf),
}

#[derive(Default, Clone)]
pub(super) struct Inode {
    /// What a reader sees.
    pub seen: Vec<u8>,
    /// What outlives a power cut.
    pub kept: Vec<u8>,
    /// What the next sync makes durable; a failed sync forgets it, though readers still see it.
    pub waiting: Vec<Change>,
}

#[derive(Clone)]
pub(super) enum Change {
    Write(u64, Vec<u8>),
    Truncate(u64),
}

impl Naming {
    pub fn folder(&self) -> PathBuf {
        let (Self::Set(path, _) | Self::Unset(path)) = self;
        path.parent().unwrap_or(Path::new("")).to_owned()
    }

    pub fn apply(&self, names: &mut BTreeMap<PathBuf, Node>) {
        match self {
            Self::Set(path, node) => _ = names.insert(path.clone(), *node),
            Self::Unset(path) => _ = names.remove(path),
        }
    }
}

impl Inode {
    pub fn cut(&mut self, dice: Option<&mut Dice>) {
        let waiting = std::mem::take(&mut self.waiting);
        if let Some(dice) = dice {
            let lasting = dice.below(waiting.len() + 1);
            for change in &waiting[..lasting] {
                change.apply(&mut self.kept);
            }
            if let Some(Change::Write(at, bytes)) = waiting.get(lasting) {
                self.halve(*at, bytes, dice);
            }
        }
        self.seen = self.kept.clone();
    }

    /// Keeps a part of a write: any number of bytes where it makes the file longer, whole sectors where it does not.
    fn halve(&mut self, at: u64, bytes: &[u8], dice: &mut Dice) {
        let part = whole_sectors(at, dice.below(bytes.len() + 1), self.kept.len());
        Change::Write(at, bytes[..part].to_vec()).apply(&mut self.kept);
        let grown = at + part as u64 == self.kept.len() as u64;
        if grown && dice.below(3) == 0 {
            // The length reached the disk, the last bytes did not.
            self.kept.resize(self.kept.len() + dice.below(bytes.len() - part + 1), 0);
        }
    }
}

/// Returns how much of the first `part` bytes of a write at `at` can be there without the rest: all of it where they
/// make a file of `length` longer, else whole sectors.
pub(super) fn whole_sectors(at: u64, part: usize, length: usize) -> usize {
    let end = at + part as u64;
    if end >= length as u64 {
        return part;
    }
    usize::try_from((end / SECTOR * SECTOR).saturating_sub(at)).unwrap_or(0)
}

impl Change {
    pub fn apply(&self, content: &mut Vec<u8>) {
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        match self {
            Self::Write(at, bytes) => {
                let (at, end) = (place(*at), place(*at) + bytes.len());
                if content.len() < end {
                    content.resize(end, 0);
                }
                content[at..end].copy_from_slice(bytes);
            }
            Self::Truncate(length) => content.resize(place(*length), 0),
        }
    }
}

/// SplitMix64: the same seed, the same cut.
pub(super) struct Dice(pub u64);

impl Dice {
    pub fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }
}
