//! What was promised, and what is on disk.

use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use opora::casebook::record::{Change, Draft};
use opora::client::reader::{Outcome, Reader, Ring};
use opora::conversation::transcript::{Shown, What, Who};
use opora::conversation::{ConversationId, Entry, EntryId, Event, Log, Seq, chain};
use opora::drill::Ledger;
use opora::journal::{Embedded, Finding, Replay};

use crate::DEADLINE;
use crate::process::Program;
use crate::wire::TestLine;

/// A draft with words of its own.
pub fn draft(id: [u8; 16]) -> Change {
    Change::Draft(Draft {
        conv: ConversationId(id),
        text: format!("words {}", u128::from_be_bytes(id)),
        at: 1,
    })
}

pub fn check_chain(entries: &[Entry]) {
    let Some(first) = entries.first() else { return };
    let mut before = chain::start(first.conv, first.log);
    for (place, entry) in entries.iter().enumerate() {
        assert_eq!(entry.seq, place as u64 + 1, "numbered without holes");
        assert!(entry.follows(before), "entry {} does not follow", entry.seq);
        before = entry.h;
    }
}

/// Everything in a journal, read as a console reads it: chains, seals, pens and what their writers had seen.
pub struct Audit {
    places: HashMap<(ConversationId, Log, EntryId), Vec<Seq>>,
    /// How often each text stands in all talks.
    texts: HashMap<String, usize>,
}

impl Audit {
    /// Opens the journal a killed relay left.
    pub fn of(journal: &Path, line: &TestLine) -> Self {
        let mut logs: HashMap<(ConversationId, Log), Vec<Entry>> = HashMap::new();
        let (_journal, report) = Embedded::open(journal, &mut |replay| {
            if let Replay::Entry(entry) = replay {
                logs.entry((entry.conv, entry.log)).or_default().push(entry);
            }
        })
        .expect("opens");
        let crash_leaves =
            |found: &&Finding| matches!(found, Finding::Torn { .. } | Finding::Leftover { .. });
        let harm: Vec<_> = report.findings.iter().filter(|found| !crash_leaves(found)).collect();
        assert!(harm.is_empty(), "{harm:?}");
        let mut audit = Self { places: HashMap::new(), texts: HashMap::new() };
        let keys: HashMap<_, _> = logs
            .iter()
            .filter_map(|((conv, _), entries)| match entries.first()?.event() {
                Ok(Event::Opened(opened)) => Some((*conv, line.seed.open(*conv, &opened).ok()?)),
                _ => None,
            })
            .collect();
        for ((conv, log), entries) in &logs {
            check_chain(entries);
            let mut reader = Reader::new(*conv, *log);
            for entry in entries {
                audit.places.entry((*conv, *log, entry.id)).or_default().push(entry.seq);
                let ring = Ring {
                    talk: keys.get(conv),
                    line: std::slice::from_ref(&line.seed),
                    house: std::slice::from_ref(&line.house),
                    contact: None,
                };
                match reader.take(entry, ring) {
                    Outcome::Shown(Shown { what: What::Said(words), .. }) => {
                        *audit.texts.entry(words.text.as_str().to_owned()).or_default() += 1;
                    }
                    Outcome::Shown(_) => {}
                    other => panic!("{:?} {} of {conv} was not read: {other:?}", entry.kind, entry.seq),
                }
            }
        }
        audit
    }

    /// How often an entry stands under a number.
    pub fn times(&self, conv: ConversationId, log: Log, id: EntryId, seq: Seq) -> usize {
        let places = self.places.get(&(conv, log, id));
        places
            .map_or(0, |places| if places.len() == 1 { usize::from(places[0] == seq) } else { places.len() })
    }
}

/// The desk programs of one line and all that they said.
pub struct Desks {
    folder: PathBuf,
    port: u16,
    ledger: Arc<Ledger>,
    running: Vec<(Program, u64)>,
    promised: Promised,
}

/// What the desks said, over all their runs.
#[derive(Default)]
pub struct Promised {
    kept: HashMap<u128, String>,
    stored: Vec<(u128, ConversationId, Log, EntryId, Seq)>,
    refused: HashSet<u128>,
}

impl Desks {
    pub fn start(names: &[String], folder: &Path, port: u16, ledger: Arc<Ledger>) -> Self {
        let (running, promised) = (Vec::new(), Promised::default());
        let mut desks = Self { folder: folder.to_owned(), port, ledger, running, promised };
        for place in 0..names.len() {
            let program = desks.begin(place);
            desks.running.push(program);
        }
        desks
    }

    fn begin(&self, place: usize) -> (Program, u64) {
        let (number, folder) = (place + 1, self.folder.join(format!("casebook {}", place + 1)));
        let with = format!("{number} {} {}", self.port, folder.display());
        (Program::part("desk_program", &with), self.ledger.reader())
    }

    /// Kills one with SIGKILL and starts it again with what its casebook holds.
    pub fn kill_and_start(&mut self, place: usize) {
        let fresh_reader = self.running[place].1;
        let (program, _) = self.running.remove(place);
        self.hear(program.kill(), fresh_reader);
        let program = self.begin(place);
        self.running.insert(place, program);
    }

    /// Waits until so many more were acknowledged, to children or desks.
    pub async fn until_acknowledged(&mut self, more: u64) {
        let goal = self.ledger.report().acknowledged + more;
        let until = Instant::now() + DEADLINE;
        while self.ledger.report().acknowledged < goal {
            assert!(Instant::now() < until, "the line stands still: {:?}", self.ledger.report());
            self.collect();
            tokio::time::sleep(Duration::from_millis(30)).await;
        }
    }

    fn collect(&mut self) {
        let said: Vec<_> = self.running.iter().map(|(program, reader)| (program.heard(), *reader)).collect();
        said.into_iter().for_each(|(lines, reader)| self.hear(lines, reader));
    }

    fn hear(&mut self, lines: Vec<String>, reader: u64) {
        for line in lines {
            let Some(said) = line.strip_prefix('@') else { continue };
            let words: Vec<&str> = said.splitn(6, ' ').collect();
            let number = |place: usize| words[place].parse::<u128>().expect("a number");
            let conv = |place: usize| ConversationId(number(place).to_be_bytes());
            let log = |place: usize| if words[place] == "0" { Log::Talk } else { Log::Desk };
            let entry = |place: usize| EntryId(number(place).to_be_bytes());
            let seq = |place: usize| words[place].parse::<Seq>().expect("a number");
            match words[0] {
                "kept" => {
                    let text = said.splitn(3, ' ').nth(2).unwrap_or_default().to_owned();
                    self.promised.kept.entry(number(1)).or_insert(text);
                }
                "stored" => {
                    let stored = (number(1), conv(2), log(3), entry(4), seq(5));
                    if stored.2 == Log::Talk {
                        self.ledger.acknowledge(stored.1, stored.3, stored.4, Instant::now());
                    }
                    self.promised.stored.push(stored);
                }
                "refused" => _ = self.promised.refused.insert(number(1)),
                "shown" => {
                    let (conv, log, id, seq) = (conv(1), log(2), entry(3), seq(4));
                    let shown = Shown { conv, log, seq, at: 0, who: Who::Relay, id, what: What::Claimed };
                    self.ledger.show(reader, &shown, false);
                }
                "altered" => panic!("an honest relay was called a liar: {said}"),
                _ => {}
            }
        }
    }

    /// Lets them finish what they wrote, and go.
    pub fn finish(mut self) -> Promised {
        for (program, _) in &mut self.running {
            program.say("go");
        }
        for (program, reader) in std::mem::take(&mut self.running) {
            let (status, lines) = program.end();
            assert!(lines.iter().any(|line| line == "@done"), "{status:?} {:?}", lines.last());
            self.hear(lines, reader);
        }
        self.promised
    }
}

impl Promised {
    /// Holds what was promised to the desks against the disk; returns how many texts were kept.
    pub fn check(&self, audit: &Audit) -> usize {
        for (_, conv, log, entry, seq) in &self.stored {
            assert_eq!(audit.times(*conv, *log, *entry, *seq), 1, "stored as {seq} of {log:?}");
        }
        let stored: HashSet<u128> = self.stored.iter().map(|stored| stored.0).collect();
        let texts: Vec<_> = self.kept.iter().filter(|(_, text)| !text.is_empty()).collect();
        for (id, text) in &texts {
            let times = audit.texts.get(*text).copied().unwrap_or(0);
            // Kept in a casebook and never refused: it must have come through in the end, once.
            let expected = usize::from(!self.refused.contains(*id) || stored.contains(*id));
            assert_eq!(times, expected, "{text}");
        }
        for (text, times) in audit.texts.iter().filter(|(text, _)| text.starts_with("Jana ")) {
            assert_eq!(*times, 1, "{text}");
        }
        texts.len()
    }
}
