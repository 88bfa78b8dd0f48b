//! The copy of the rows in sled: what it is given late, and how it is written anew, in the order of its keys, when it has
//! grown far beyond what it holds. Sled takes twice the space for what comes in any order and never gives it all back.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::casebook::log::{Log, Op};
use crate::casebook::row::RowKey;
use crate::casebook::rows::{Rows, RowsError};

/// So many saves are given to sled at once; until then the change log serves what it lacks.
const LATE: usize = 256;
/// So many rows are copied in one go.
const COPIED: usize = 512;
/// So many bytes too much sled may take in any case; beyond, a sixth of what it holds.
const SLACK: u64 = 1024 * 1024;

/// Sled, if it works, and what it was not given yet.
pub(super) struct Mirror {
    dir: PathBuf,
    /// None once sled failed: everything is read from the change log then, until the next start.
    rows: Option<Rows>,
    /// Rows that were saved and that sled does not have yet; none for one that was removed.
    late: BTreeMap<RowKey, Option<Vec<u8>>>,
    /// The sealed head that belongs to them.
    head: Option<Vec<u8>>,
    anew: Option<Anew>,
    /// How large it was when it was last written anew: it is not tried again before it has grown.
    smallest: u64,
}

/// A second sled that is being written in the order of the keys.
struct Anew {
    rows: Rows,
    /// The rows there were when it was begun.
    keys: Vec<RowKey>,
    /// So many of them are copied.
    copied: usize,
}

impl Mirror {
    /// Takes an open sled below `dir`.
    pub fn new(dir: &Path, rows: Option<Rows>) -> Self {
        Self { dir: dir.to_owned(), rows, late: BTreeMap::new(), head: None, anew: None, smallest: 0 }
    }

    /// Finishes an exchange that was cut short; without one, what is left of it goes.
    pub fn settle(dir: &Path) -> io::Result<()> {
        let [rows, anew, former] = paths(dir);
        if !rows.exists() && former.exists() && anew.exists() {
            fs::rename(&anew, &rows)?;
        }
        remove(&anew)?;
        remove(&former)
    }

    /// Takes a batch that is saved already.
    pub fn take(&mut self, ops: Vec<Op>, head: &[u8]) {
        if self.rows.is_none() {
            return;
        }
        for op in ops {
            match op {
                Op::Put(key, value) => _ = self.late.insert(key, Some(value)),
                Op::Remove(key) => _ = self.late.insert(key, None),
            }
        }
        self.head = Some(head.to_vec());
        if self.late.len() >= LATE {
            self.catch_up(false);
        }
    }

    /// Returns the value of a row, if it has it.
    pub fn get(&self, key: &RowKey) -> Option<Vec<u8>> {
        match self.late.get(key) {
            Some(late) => late.clone(),
            None => self.rows.as_ref().and_then(|rows| rows.get(key).ok().flatten()),
        }
    }

    /// Calls `each` with every row it has or will have; none if there is no sled.
    pub fn each(&self, each: &mut dyn FnMut(&RowKey, &[u8])) -> Option<Result<(), RowsError>> {
        let read = self.rows.as_ref()?.each(&mut |key, value| {
            if !self.late.contains_key(key) {
                each(key, value);
            }
        });
        self.late.iter().for_each(|(key, value)| value.iter().for_each(|value| each(key, value)));
        Some(read)
    }

    /// Gives sled what it lacks, and with `flush` to the operating system.
    pub fn catch_up(&mut self, flush: bool) {
        let Some(rows) = &self.rows else { return };
        let ops: Vec<Op> = std::mem::take(&mut self.late)
            .into_iter()
            .map(|(key, value)| value.map_or(Op::Remove(key), |value| Op::Put(key, value)))
            .collect();
        let head = self.head.take();
        let mut result = Ok(());
        if !ops.is_empty() || head.is_some() {
            result = rows.apply(&ops, head.as_deref());
            if let Some(anew) = &self.anew {
                result = result.and_then(|()| anew.rows.apply(&ops, head.as_deref()));
            }
        }
        if flush {
            result = result.and_then(|()| rows.flush());
        }
        if let Err(error) = result {
            self.give_up(&error);
        }
    }

    /// What sled says changes nothing: all of it is in the change log.
    fn give_up(&mut self, error: &RowsError) {
        tracing::warn!(%error, "sled failed; the change log serves until the next start");
        (self.rows, self.anew) = (None, None);
        self.late.clear();
    }

    /// Does a piece of writing sled anew, if it is worth it, and returns whether more is left.
    pub fn tidy(&mut self, log: &Log) -> io::Result<bool> {
        let Some(rows) = &self.rows else { return Ok(false) };
        if self.anew.is_none() {
            // Written anew, sled takes about five thirds of its rows.
            let least = self.smallest.max(log.live() + log.live() * 2 / 3);
            let is_worth_it = rows.size().is_ok_and(|size| size > least + least / 6 + SLACK);
            if is_worth_it {
                self.begin_anew(log)?;
            }
            return Ok(is_worth_it);
        }
        self.catch_up(false);
        let Some(anew) = &mut self.anew else { return Ok(false) };
        let (is_whole, result) = anew.go_on(log)?;
        match result {
            Err(error) => {
                self.give_up(&error);
                return Ok(false);
            }
            Ok(()) if is_whole => self.exchange()?,
            Ok(()) => {}
        }
        Ok(!is_whole)
    }

    fn begin_anew(&mut self, log: &Log) -> io::Result<()> {
        let [_, anew, _] = paths(&self.dir);
        remove(&anew)?;
        match Rows::open(&anew) {
            Ok(rows) => self.anew = Some(Anew { rows, keys: log.keys(), copied: 0 }),
            Err(error) => tracing::warn!(%error, "no second sled could be begun"),
        }
        Ok(())
    }

    /// Puts the new sled in the place of the old one. Cut short anywhere, `settle` finishes it.
    fn exchange(&mut self) -> io::Result<()> {
        let [rows, new, former] = paths(&self.dir);
        let (Some(anew), Some(old)) = (self.anew.take(), self.rows.take()) else { return Ok(()) };
        let head = old.head();
        let whole =
            head.and_then(|head| anew.rows.apply(&[], head.as_deref())).and_then(|()| anew.rows.flush());
        drop((old, anew));
        match whole {
            Ok(()) => {
                fs::rename(&rows, &former)?;
                fs::rename(&new, &rows)?;
                remove(&former)?;
            }
            Err(error) => {
                tracing::warn!(%error, "the second sled did not become whole; the first one stays");
                remove(&new)?;
            }
        }
        match Rows::open(&rows) {
            Ok(rows) => {
                self.smallest = rows.size().unwrap_or(u64::MAX);
                self.rows = Some(rows);
            }
            Err(error) => self.give_up(&error),
        }
        Ok(())
    }
}

impl Anew {
    /// Copies rows; returns whether all are copied.
    fn go_on(&mut self, log: &Log) -> io::Result<(bool, Result<(), RowsError>)> {
        let next = self.keys.iter().skip(self.copied).take(COPIED);
        let mut ops = Vec::with_capacity(COPIED);
        for key in next {
            // A row that was removed meanwhile gives its place back; one that was changed is copied as it is now.
            ops.push(log.read(key)?.map_or(Op::Remove(*key), |value| Op::Put(*key, value)));
        }
        self.copied += ops.len();
        Ok((self.copied == self.keys.len(), self.rows.apply(&ops, None)))
    }
}

impl Drop for Mirror {
    fn drop(&mut self) {
        self.catch_up(false);
        self.anew = None;
        self.rows = None;
        let [_, anew, _] = paths(&self.dir);
        _ = remove(&anew);
    }
}

/// Returns where sled is, where it is written anew, and where the former one waits to be removed.
fn paths(dir: &Path) -> [PathBuf; 3] {
    ["rows", "rows.new", "rows.old"].map(|name| dir.join(name))
}

fn remove(path: &Path) -> io::Result<()> {
    match fs::remove_dir_all(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}
