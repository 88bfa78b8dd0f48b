//! Reads everything at start: shelf, house, then day by day. Builds the index, tells the caller each entry, finds out
//! whose a damaged record was, and finishes what a crash interrupted.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::damage::{FRAME, Hole};
use super::index::{Conversation, FileId, HOUSE_FILE, Index, Place};
use super::record::{self, HEADER, Header, Strange};
use super::{Home, OpenError, file_name};
use crate::conversation::{ConversationId, EntryId};
use crate::journal::quarter::{Quarter, parse_day};
use crate::journal::shelf::{self, Found, Shelf};
use crate::journal::{Finding, Head, Replay, Report};
use crate::segment::{Disk, Position, Reader, Recovery, Segment, SegmentError};

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
    holes: Vec<Hole>,
    /// Conversations that have records and no key.
    erased: BTreeSet<ConversationId>,
    read: u64,
    total: u64,
}

/// Whose a file on the shelf is.
#[derive(Clone, Copy)]
enum Owner {
    Conversation(ConversationId),
    House(Option<Quarter>),
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
            if let Err(why) = self.take(file, path, position, record) {
                strange.push((why, position));
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

    fn take(&mut self, file: FileId, path: &Path, position: Position, record: &[u8]) -> Result<(), Strange> {
        let header = Header::parse(record)?;
        if header.conv.is_house() != (file == HOUSE_FILE) {
            return Err(Strange::Malformed);
        }
        let taken = match header.conv.is_house() {
            true => self.take_house(&header, position, record),
            false => self.take_talk(&header, file, position, record),
        };
        if let Err(unreadable) = taken {
            let range = position.at..end(position);
            let (conv, log, seq) = (header.conv, header.log, header.seq);
            self.find(match unreadable {
                Unreadable::Unsealed => Finding::Damaged { path: path.to_owned(), range, conv: Some(conv) },
                Unreadable::Unchained => Finding::Unchained { conv, log, seq },
            });
        }
        Ok(())
    }

    fn take_talk(
        &mut self,
        header: &Header,
        file: FileId,
        position: Position,
        record: &[u8],
    ) -> Result<(), Unreadable> {
        let Survey { index, report, .. } = &mut self.survey;
        let Some(conversation) = index.conversations.get_mut(&header.conv) else {
            report.erased += 1;
            self.erased.insert(header.conv);
            return Ok(());
        };
        let entry = match &conversation.key {
            Some(key) => record::open(&mut record.to_vec(), header, key),
            None => {
                index.settle(header.conv, file);
                return Ok(());
            }
        };
        let head = conversation.logs[usize::from(header.log.number())].head;
        let admitted = match &entry {
            None => Err(Unreadable::Unsealed),
            Some(entry) => head.admit(entry).map_err(|_| Unreadable::Unchained),
        };
        if let Err(unreadable) = admitted {
            let known = std::mem::replace(&mut conversation.damaged, true);
            index.settle(header.conv, file);
            // Behind the first break nothing follows any more: it is told once.
            return if known { Ok(()) } else { Err(unreadable) };
        }
        if let Some(entry) = entry {
            report.entries += 1;
            index.take(&entry, None, file, position);
            (self.replay)(Replay::Entry(entry));
        }
        Ok(())
    }

    /// The house goes on over what cannot be read, from the hash that stands in clear.
    fn take_house(&mut self, header: &Header, position: Position, record: &[u8]) -> Result<(), Unreadable> {
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
        let Some(key) = house.keys.get(&header.keeps) else {
            report.erased += 1;
            house.push(head, header.keeps, None);
            return Ok(());
        };
        let Some(entry) = record::open(&mut record.to_vec(), header, key) else {
            house.push(head, header.keeps, None);
            return Err(Unreadable::Unsealed);
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

/// Why a record that is whole is not taken.
enum Unreadable {
    Unsealed,
    Unchained,
}

impl Owner {
    fn of(name: &str) -> Option<Self> {
        let stem = name.strip_suffix(".key")?;
        if stem == "house" {
            return Some(Self::House(None));
        }
        if let Some(quarter) = stem.strip_prefix("house-") {
            return Quarter::parse(quarter).map(|quarter| Self::House(Some(quarter)));
        }
        let conv = ConversationId(u128::from_str_radix(stem, 16).ok()?.to_be_bytes());
        (file_name(conv) == name).then_some(Self::Conversation(conv))
    }

    fn conv(self) -> ConversationId {
        match self {
            Self::Conversation(conv) => conv,
            Self::House(_) => ConversationId::HOUSE,
        }
    }
}

fn end(position: Position) -> u64 {
    position.at + FRAME as u64 + u64::from(position.length)
}

fn list(disk: &dyn Disk, dir: &Path) -> Result<Vec<String>, OpenError> {
    disk.list(dir).map_err(|error| OpenError::at(dir, error))
}
