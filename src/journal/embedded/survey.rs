//! Reads everything at start: shelf, house, then day by day. Builds the index, tells the caller each entry, finds out
//! whose a damaged record was, and finishes what a crash interrupted.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::num::NonZero;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;

use super::damage::{FRAME, Hole};
use super::index::{Conversation, FileId, HOUSE_FILE, Index, Place};
use super::record::{self, HEADER, Header, Strange};
use super::{Home, OpenError, Owner};
use crate::conversation::{ConversationId, Entry, EntryId};
use crate::journal::quarter::parse_day;
use crate::journal::shelf::{self, Found, Shelf};
use crate::journal::{Finding, Head, Replay, Report};
use crate::segment::{Disk, Position, Reader, Recovery, Segment, SegmentError};

/// So many records are opened together, by as many threads as the machine has processors.
const BATCH: usize = 4096;
/// Progress is told each time so many bytes were read.
const PROGRESS: u64 = 256 * 1024;
/// Whether a survey may change anything.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    Repair,
    Look,
}

/// What a survey found.
pub(super) struct Survey {
    pub index: Index,
    pub segments: BTreeMap<FileId, Segment>,
    pub report: Report,
}

struct Surveyor<'a> {
    disk: &'a Arc<dyn Disk>,
    home: &'a Home,
    mode: Mode,
    replay: &'a mut dyn FnMut(Replay),
    survey: Survey,
    days: Vec<FileId>,
    waiting: Vec<Waiting>,
    holes: Vec<Hole>,
    /// Conversations that have records and no key.
    erased: BTreeSet<ConversationId>,
    read: u64,
    total: u64,
}

impl Survey {
    pub fn run(
        disk: &Arc<dyn Disk>,
        home: &Home,
        mode: Mode,
        replay: &mut dyn FnMut(Replay),
    ) -> Result<Self, OpenError> {
        let survey = Self { index: Index::default(), segments: BTreeMap::new(), report: Report::default() };
        let mut surveyor = Surveyor {
            disk,
            home,
            mode,
            replay,
            survey,
            days: Vec::new(),
            waiting: Vec::new(),
            holes: Vec::new(),
            erased: BTreeSet::new(),
            read: 0,
            total: 0,
        };
        surveyor.read_shelf()?;
        surveyor.read_segments()?;
        surveyor.find_owners();
        surveyor.tidy()?;
        Ok(surveyor.survey)
    }
}

impl Surveyor<'_> {
    fn read_shelf(&mut self) -> Result<(), OpenError> {
        let dir = self.home.shelf_dir();
        for name in list(&**self.disk, &dir)? {
            let path = dir.join(&name);
            let Some(owner) = Owner::of(&name) else {
                self.find(Finding::Stranger { path });
                continue;
            };
            if let (Owner::House(_), Mode::Repair) = (owner, self.mode) {
                shelf::settle(&**self.disk, &path).map_err(|error| OpenError::at(&path, error))?;
            }
            let found = self.read_shelf_file(&path, owner.conv())?;
            let index = &mut self.survey.index;
            match (owner, found) {
                (Owner::Conversation(conv), Found::Whole(key, shelf)) => {
                    index.conversations.insert(conv, Conversation::new(conv, Some(key), shelf));
                }
                (Owner::House(keeps), Found::Whole(key, _)) => {
                    index.house.keys.insert(keeps, Arc::new(key));
                }
                (Owner::Conversation(conv), Found::Damaged) => {
                    // Whether anything was lost, only its records can tell.
                    let unknown = Shelf { token: None, after: EntryId([0; 16]), stamp: 0 };
                    index.conversations.insert(conv, Conversation::new(conv, None, unknown));
                }
                // A key of the house that was never finished has no records; if it has, `read_segments` says so.
                (Owner::House(None), _) => {}
                (Owner::House(Some(_)), Found::Damaged) => self.find(Finding::Shelf { path, conv: None }),
                (_, Found::Blank) => self.clear_shelf(path)?,
            }
        }
        Ok(())
    }

    fn read_shelf_file(&self, path: &Path, conv: ConversationId) -> Result<Found, OpenError> {
        shelf::read(&**self.disk, path, conv).map_err(|error| OpenError::at(path, error))
    }

    fn read_segments(&mut self) -> Result<(), OpenError> {
        let days = self.home.days_dir();
        let mut files = vec![(HOUSE_FILE, self.home.house_log())];
        for name in list(&**self.disk, &days)? {
            match parse_day(&name) {
                Some(day) => {
                    self.days.push(day);
                    files.push((day, self.home.day_log(day)));
                }
                None => self.find(Finding::Stranger { path: days.join(name) }),
            }
        }
        for (_, path) in &files {
            self.total += self.disk.open(path).and_then(|file| file.length()).unwrap_or(0);
        }
        for (file, path) in files {
            self.read_segment(file, &path)?;
        }
        (self.replay)(Replay::Progress { read: self.total, total: self.total });
        Ok(())
    }

    fn read_segment(&mut self, file: FileId, path: &Path) -> Result<(), OpenError> {
        let disk = Arc::clone(self.disk);
        let mode = self.mode;
        let mut strange = Vec::new();
        let mut each = |position: Position, record: &[u8]| {
            self.progress(position);
            match Header::parse(record) {
                Ok(header) if header.conv.is_house() == (file == HOUSE_FILE) => {
                    self.waiting.push(Waiting { header, position, record: record.to_vec(), entry: None });
                }
                Ok(_) => strange.push((Strange::Malformed, position)),
                Err(why) => strange.push((why, position)),
            }
            if self.waiting.len() >= BATCH {
                self.take_waiting(file, path);
            }
        };
        let opened = match mode {
            Mode::Repair => Segment::open(&disk, path, &mut each).map(|(segment, recovery)| {
                let reader = segment.reader();
                (Some(segment), reader, recovery)
            }),
            Mode::Look => Segment::scan(&*disk, path, &mut each).map(|(reader, found)| (None, reader, found)),
        };
        let (segment, reader, recovery) = match opened {
            // A folder without its file: the writer makes one when it needs it. Opening needs no room on the disk.
            Err(SegmentError::Io(error)) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            opened => opened.map_err(|error| OpenError::at(path, error))?,
        };
        self.take_waiting(file, path);
        self.survey.segments.extend(segment.map(|segment| (file, segment)));
        if strange.iter().any(|(why, _)| *why == Strange::Newer) {
            return Err(OpenError::Newer(path.to_owned()));
        }
        if file == HOUSE_FILE {
            let house = &self.survey.index.house;
            if house.keeps.contains(&None) && !house.keys.contains_key(&None) {
                return Err(OpenError::HouseKey(self.home.house_key(None)));
            }
        }
        let malformed = strange.into_iter().map(|(_, position)| position.at..end(position));
        for range in recovery.damage.iter().cloned().chain(malformed) {
            let bytes = reader.raw(&range).map_err(|error| OpenError::at(path, error))?;
            self.holes.push(Hole { file, path: path.to_owned(), range, bytes });
        }
        self.conclude(file, path, reader, &recovery);
        Ok(())
    }

    fn conclude(&mut self, file: FileId, path: &Path, reader: Reader, recovery: &Recovery) {
        self.survey.index.readers.insert(file, reader);
        let report = &mut self.survey.report;
        report.segments += 1;
        report.bytes += recovery.length + recovery.torn;
        if recovery.torn > 0 {
            self.find(Finding::Torn { path: path.to_owned(), at: recovery.length, bytes: recovery.torn });
        }
    }

    fn progress(&mut self, position: Position) {
        let before = self.read / PROGRESS;
        self.read += FRAME as u64 + u64::from(position.length);
        if self.read / PROGRESS > before {
            (self.replay)(Replay::Progress { read: self.read, total: self.total });
        }
    }

    fn take_waiting(&mut self, file: FileId, path: &Path) {
        let mut waiting = std::mem::take(&mut self.waiting);
        open_all(&mut waiting, &self.survey.index);
        for record in waiting.drain(..) {
            let Header { conv, log, seq, .. } = record.header;
            let range = record.position.at..end(record.position);
            let taken = match conv.is_house() {
                true => self.take_house(record),
                false => self.take_talk(file, record),
            };
            match taken {
                Ok(()) => {}
                Err(Unreadable::Unchained) => self.find(Finding::Unchained { conv, log, seq }),
                Err(Unreadable::Unsealed) => {
                    self.find(Finding::Damaged { path: path.to_owned(), range, conv: Some(conv) });
                }
            }
        }
        self.waiting = waiting;
    }

    fn take_talk(&mut self, file: FileId, record: Waiting) -> Result<(), Unreadable> {
        let Waiting { header, position, entry, .. } = record;
        let Survey { index, report, .. } = &mut self.survey;
        let Some(conversation) = index.conversations.get_mut(&header.conv) else {
            report.erased += 1;
            self.erased.insert(header.conv);
            return Ok(());
        };
        let head = conversation.logs[usize::from(header.log.number())].head;
        match entry.ok_or(Unreadable::Unsealed) {
            Ok(entry) if head.admit(&entry).is_ok() => {
                report.entries += 1;
                index.take(&entry, None, file, position);
                (self.replay)(Replay::Entry(entry));
                Ok(())
            }
            broken => {
                // Behind the first break nothing follows any more: it is told once. Without a key all is unreadable.
                let told = std::mem::replace(&mut conversation.damaged, true);
                index.settle(header.conv, file);
                if told { Ok(()) } else { broken.and(Err(Unreadable::Unchained)) }
            }
        }
    }

    /// The house goes on over what cannot be read, from the hash that stands in clear.
    fn take_house(&mut self, record: Waiting) -> Result<(), Unreadable> {
        let Waiting { header, position, entry, .. } = record;
        let Survey { index, report, .. } = &mut self.survey;
        let house = &mut index.house;
        let before = house.log.head;
        let gap = header.seq.checked_sub(before.seq + 1).ok_or(Unreadable::Unchained)?;
        if gap > self.total / HEADER as u64 {
            return Err(Unreadable::Unchained);
        }
        for seq in before.seq + 1..header.seq {
            house.push(Head { seq, h: before.h }, header.keeps, None);
        }
        let head = Head { seq: header.seq, h: header.h };
        let Some(entry) = entry else {
            house.push(head, header.keeps, None);
            if house.keys.contains_key(&header.keeps) {
                return Err(Unreadable::Unsealed);
            }
            report.erased += 1;
            return Ok(());
        };
        report.entries += 1;
        house.push(head, header.keeps, Place::new(HOUSE_FILE, position));
        let chained = gap > 0 || entry.follows(before.h);
        (self.replay)(Replay::Entry(entry));
        if chained { Ok(()) } else { Err(Unreadable::Unchained) }
    }

    /// Closes the conversations whose records lay in the holes, and only those.
    fn find_owners(&mut self) {
        for hole in std::mem::take(&mut self.holes) {
            let owners = match hole.file {
                HOUSE_FILE => BTreeSet::from([ConversationId::HOUSE]),
                _ => hole.owners(&self.survey.index, &self.erased),
            };
            let found = |conv| Finding::Damaged { path: hole.path.clone(), range: hole.range.clone(), conv };
            if owners.is_empty() {
                self.find(found(None));
            }
            for conv in owners {
                if let Some(conversation) = self.survey.index.conversations.get_mut(&conv) {
                    conversation.damaged = true;
                    self.survey.index.settle(conv, hole.file);
                }
                self.find(found(Some(conv)));
            }
        }
    }

    fn tidy(&mut self) -> Result<(), OpenError> {
        let conversations = &self.survey.index.conversations;
        let unused = conversations.iter().filter(|(_, conversation)| conversation.days.is_empty());
        for conv in unused.map(|(conv, _)| *conv).collect::<Vec<_>>() {
            self.prove_unused(conv)?;
        }
        let keyless = self.survey.index.conversations.iter().filter(|(_, talk)| talk.key.is_none());
        let keyless: Vec<_> = keyless.map(|(conv, _)| *conv).collect();
        for conv in keyless {
            self.find(Finding::Shelf { path: self.home.shelf(conv), conv: Some(conv) });
        }
        self.survey.report.conversations = self.survey.index.conversations.len() as u64;
        if self.mode == Mode::Repair {
            let dir = self.home.shelf_dir();
            self.disk.sync_dir(&dir).map_err(|error| OpenError::at(&dir, error))?;
            for day in std::mem::take(&mut self.days) {
                if self.survey.index.residents.contains_key(&day) {
                    continue;
                }
                self.survey.segments.remove(&day);
                self.survey.index.readers.remove(&day);
                super::writer::remove_day(&**self.disk, self.home, day);
            }
        }
        Ok(())
    }

    /// A record proves that its conversation's shelf file was durable before. Where there is none, the file may be
    /// torn, or in the cache alone: then nobody was promised anything, and it goes.
    fn prove_unused(&mut self, conv: ConversationId) -> Result<(), OpenError> {
        let path = self.home.shelf(conv);
        if self.mode == Mode::Repair {
            shelf::settle(&**self.disk, &path).map_err(|error| OpenError::at(&path, error))?;
        }
        if !matches!(self.read_shelf_file(&path, conv)?, Found::Whole(..)) {
            self.survey.index.conversations.remove(&conv);
            self.clear_shelf(path)?;
        }
        Ok(())
    }

    fn clear_shelf(&mut self, path: PathBuf) -> Result<(), OpenError> {
        if self.mode == Mode::Repair {
            shelf::destroy(&**self.disk, &path).map_err(|error| OpenError::at(&path, error))?;
        }
        self.find(Finding::Leftover { path });
        Ok(())
    }

    fn find(&mut self, finding: Finding) {
        self.survey.report.findings.push(finding);
    }
}

/// A record that is whole and not yet taken.
struct Waiting {
    header: Header,
    position: Position,
    record: Vec<u8>,
    /// What it says, once it was opened; none if it cannot be.
    entry: Option<Entry>,
}

/// Opens records, which is most of the work of starting, on all processors.
fn open_all(waiting: &mut [Waiting], index: &Index) {
    let open = |waiting: &mut [Waiting]| {
        for Waiting { header, record, entry, .. } in waiting {
            *entry = index.key(header).and_then(|key| record::open(record, header, key));
        }
    };
    let workers = thread::available_parallelism().map_or(1, NonZero::get);
    let share = waiting.len().div_ceil(workers).max(BATCH / 16);
    thread::scope(|scope| {
        let mut shares = waiting.chunks_mut(share);
        let own = shares.next();
        for share in shares {
            scope.spawn(|| open(share));
        }
        own.into_iter().for_each(open);
    });
}

/// Why a record that is whole is not taken.
enum Unreadable {
    Unsealed,
    Unchained,
}

fn end(position: Position) -> u64 {
    position.at + FRAME as u64 + u64::from(position.length)
}

/// Lists a folder; one that is not there yet is empty.
fn list(disk: &dyn Disk, dir: &Path) -> Result<Vec<String>, OpenError> {
    match disk.list(dir) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(Vec::new()),
        listed => listed.map_err(|error| OpenError::at(dir, error)),
    }
}
