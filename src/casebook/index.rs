//! Search: an index in memory, built after the casebook is unlocked and wiped when it is locked. Nothing of it is on the
//! disk, where even the number of times a word occurs would speak.
//!
//! A thread of its own takes documents in order and folds them into parts; searching reads beside it. A contact has up to
//! four documents (label, note, transcript, case), so that a change of one does not need the others.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, Sender, SyncSender, TryRecvError, channel, sync_channel};
use std::sync::{Arc, PoisonError, RwLock};
use std::thread::JoinHandle;

use zeroize::Zeroize as _;

use part::{Builder, Part, Serial};
use words::{Query, Term};

mod part;
pub(super) mod snippet;
mod words;

/// A part of more documents is not merged any further.
const LARGE: usize = 16 * 1024;
/// So many documents make a part while more of them wait.
const BATCH: u32 = 8 * 1024;
const DEAD: u32 = u32::MAX;
/// Marks a document that goes.
const GONE: u32 = 1 << 31;
/// More terms than this nobody types.
const TERMS: usize = 32;

/// What a document of a contact is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece {
    /// The name on the screen.
    Label,
    /// The note and other forms.
    Note,
    /// The words of the chat.
    Transcript,
    /// What is known of the case.
    Case,
}

impl Piece {
    /// Returns what a match there counts: a name more than a word of a chat.
    fn weight(document: u32) -> f32 {
        match document & 3 {
            0 => 2.0,
            2 => 0.6,
            _ => 1.0,
        }
    }
}

/// A contact's number in the order of loading.
pub(super) type Number = u32;

/// The index and the thread that fills it.
pub(super) struct Index {
    sender: Option<Sender<Job>>,
    shared: Arc<RwLock<Parts>>,
    /// Documents that were put and not sent yet.
    batch: Vec<Document>,
    sent: u64,
    done: Arc<AtomicU64>,
    is_closing: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

/// A document's number, and its texts; without texts it goes.
type Document = (u32, Vec<String>);

enum Job {
    Put(Vec<Document>),
    /// Tells when all before is indexed.
    Settle(SyncSender<()>),
}

#[derive(Default)]
struct Parts {
    parts: Vec<Part>,
    /// The document of each serial, or `DEAD`.
    documents: Vec<u32>,
    newest: HashMap<u32, Serial>,
    /// One more than the greatest number of a contact.
    numbers: usize,
}

impl Index {
    /// Starts an empty index.
    pub fn start() -> std::io::Result<Self> {
        let shared = Arc::new(RwLock::new(Parts::default()));
        let done = Arc::new(AtomicU64::new(0));
        let is_closing = Arc::new(AtomicBool::new(false));
        let (sender, receiver) = channel();
        let filling = Filling { shared: Arc::clone(&shared), done: Arc::clone(&done), ..Filling::default() };
        let filling = Filling { is_closing: Arc::clone(&is_closing), ..filling };
        let thread = std::thread::Builder::new()
            .name("casebook-index".into())
            .spawn(move || filling.run(&receiver))?;
        Ok(Self {
            sender: Some(sender),
            shared,
            batch: Vec::new(),
            sent: 0,
            done,
            is_closing,
            thread: Some(thread),
        })
    }

    /// Puts a document of a contact in the place of the one before; without texts it goes. It is found some time after
    /// the next `send`.
    pub fn put(&mut self, number: Number, piece: Piece, texts: Vec<String>) {
        self.batch.push((number << 2 | piece as u32, texts));
    }

    /// Hands over what was put: once for a whole casebook, so that reading it waits for no word, and once a save.
    pub fn send(&mut self) {
        self.sent += self.batch.len() as u64;
        let batch = std::mem::take(&mut self.batch);
        self.ask(Job::Put(batch));
    }

    /// Returns once everything that was sent can be found.
    pub fn settle(&self) {
        let (sender, receiver) = sync_channel(1);
        self.ask(Job::Settle(sender));
        _ = receiver.recv();
    }

    /// Returns how many documents of how many can be found already.
    pub fn progress(&self) -> (u64, u64) {
        (self.done.load(Ordering::Acquire), self.sent)
    }

    /// Returns how many bytes the index takes.
    pub fn bytes(&self) -> usize {
        let parts = self.shared.read().unwrap_or_else(PoisonError::into_inner);
        parts.parts.iter().map(Part::bytes).sum::<usize>() + parts.documents.len() * 12
    }

    /// Returns the contacts in which every term matches, each with how well.
    pub fn search(&self, typed: &str) -> Vec<(Number, f32)> {
        let query = Query::parse(typed);
        if query.terms.is_empty() {
            return Vec::new();
        }
        self.shared.read().unwrap_or_else(PoisonError::into_inner).search(&query)
    }

    fn ask(&self, job: Job) {
        if let Some(sender) = &self.sender {
            _ = sender.send(job);
        }
    }
}

impl Drop for Index {
    fn drop(&mut self) {
        self.is_closing.store(true, Ordering::Release);
        self.sender = None;
        if let Some(thread) = self.thread.take() {
            _ = thread.join();
        }
    }
}

/// Returns a text as the search sees it: its words, folded, with a space between them.
pub(super) fn folded(text: &str) -> String {
    let mut out: Vec<String> = Vec::new();
    words::words(text, &mut |_, word| out.push(word.to_owned()));
    out.join(" ")
}

/// The thread that fills the index.
#[derive(Default)]
struct Filling {
    shared: Arc<RwLock<Parts>>,
    done: Arc<AtomicU64>,
    is_closing: Arc<AtomicBool>,
    builder: Builder,
    pending: Vec<(Serial, u32)>,
    taken: u32,
}

impl Filling {
    fn run(mut self, jobs: &Receiver<Job>) {
        loop {
            // While more waits, it goes into the same part.
            let job = match jobs.try_recv() {
                Err(TryRecvError::Empty) => {
                    self.publish();
                    jobs.recv().ok()
                }
                received => received.ok(),
            };
            match job {
                None => return,
                Some(Job::Put(documents)) => documents.into_iter().for_each(|document| self.take(document)),
                Some(Job::Settle(sender)) => {
                    self.publish();
                    _ = sender.send(());
                }
            }
        }
    }

    /// Indexes a document, or only wipes it once the index is to be closed.
    fn take(&mut self, (document, mut texts): Document) {
        if !self.is_closing.load(Ordering::Acquire) {
            self.taken += 1;
            let serial: Serial = self.taken;
            if !texts.is_empty() {
                self.builder.add(serial, &texts);
            }
            self.pending.push((serial, if texts.is_empty() { document | GONE } else { document }));
            if self.builder.documents() >= BATCH {
                self.publish();
            }
        }
        texts.iter_mut().for_each(|text| text.zeroize());
    }

    fn publish(&mut self) {
        publish(&self.shared, &mut self.builder, &mut self.pending);
        self.done.store(self.taken.into(), Ordering::Release);
    }
}

/// Makes what was collected findable, then merges parts of like size, so that there are never many.
fn publish(shared: &RwLock<Parts>, builder: &mut Builder, pending: &mut Vec<(Serial, u32)>) {
    if pending.is_empty() {
        return;
    }
    let part = std::mem::take(builder).finish();
    {
        let mut parts = shared.write().unwrap_or_else(PoisonError::into_inner);
        for (serial, document) in pending.drain(..) {
            parts.name(serial, document);
        }
        parts.parts.extend(part);
    }
    while let Some(merged) = {
        // Read beside the searches: nobody else writes.
        let parts = shared.read().unwrap_or_else(PoisonError::into_inner);
        parts.merged_last_two()
    } {
        let mut parts = shared.write().unwrap_or_else(PoisonError::into_inner);
        let left = parts.parts.len() - 2;
        parts.parts.truncate(left);
        parts.parts.push(merged);
    }
}

impl Parts {
    /// Gives a serial its document; the serial it had before is dead.
    fn name(&mut self, serial: Serial, job: u32) {
        let document = job & !GONE;
        if self.documents.len() <= serial as usize {
            self.documents.resize(serial as usize + 1, DEAD);
        }
        let before = if job & GONE == 0 {
            self.documents[serial as usize] = document;
            self.newest.insert(document, serial)
        } else {
            self.newest.remove(&document)
        };
        if let Some(before) = before {
            self.documents[before as usize] = DEAD;
        }
        self.numbers = self.numbers.max((document >> 2) as usize + 1);
    }

    fn merged_last_two(&self) -> Option<Part> {
        let [.., a, b] = self.parts.as_slice() else { return None };
        let [living_a, living_b] = [a, b].map(|part| self.living(part));
        if living_a > 2 * living_b.max(1) || living_a + living_b > LARGE {
            return None;
        }
        Some(Part::merged(a, b, &|serial| self.documents[serial as usize] == DEAD))
    }

    fn living(&self, part: &Part) -> usize {
        let (from, to) = part.serials();
        self.documents[from as usize..=to as usize].iter().filter(|document| **document != DEAD).count()
    }

    fn search(&self, query: &Query) -> Vec<(Number, f32)> {
        let mut matched = vec![0u8; self.numbers];
        let mut score = vec![0f32; self.numbers];
        let mut of_term = vec![0f32; self.numbers];
        let mut touched: Vec<Number> = Vec::new();
        for (n, term) in query.terms.iter().take(TERMS).enumerate() {
            touched.clear();
            for part in &self.parts {
                visit(part, term, &mut |serial, exact, times| {
                    let document = self.documents[serial as usize];
                    let number = document >> 2;
                    if document == DEAD || usize::from(matched[number as usize]) != n {
                        return;
                    }
                    let of_number = &mut of_term[number as usize];
                    if *of_number == 0.0 {
                        touched.push(number);
                    }
                    let weight = Piece::weight(document) * if exact { 2.0 } else { 1.0 };
                    *of_number += weight * if times == 1 { 1.0 } else { 1.0 + (times as f32).ln() };
                });
            }
            // A rare word says more than a common one.
            let rarity = (1.0 + self.numbers as f32 / touched.len().max(1) as f32).ln();
            for number in &touched {
                matched[*number as usize] += 1;
                score[*number as usize] += rarity * std::mem::take(&mut of_term[*number as usize]);
            }
        }
        touched.into_iter().map(|number| (number, score[number as usize])).collect()
    }
}

/// Calls `each` with the documents of a part in which the term matches, whether a word of it is exactly so, and how
/// often. A document may come more than once.
fn visit(part: &Part, term: &Term, each: &mut impl FnMut(Serial, bool, u32)) {
    let Some((last, before)) = term.words.split_last() else { return };
    let range = part.range(last, term.open);
    if before.is_empty() {
        for n in range {
            let exact = part.is(n, last);
            part.each(n, &mut |serial, times| each(serial, exact, times));
        }
        return;
    }
    let Some(phrases) = phrases(part, before) else { return };
    for n in range {
        let exact = part.is(n, last);
        let mut at = 0;
        part.each_with_positions(n, &mut |serial, positions| {
            while phrases.get(at).is_some_and(|(known, _)| *known < serial) {
                at += 1;
            }
            if let Some((known, ends)) = phrases.get(at)
                && *known == serial
            {
                let times = positions
                    .iter()
                    .filter(|position| position.checked_sub(1).is_some_and(|end| ends.contains(&end)));
                match times.count() {
                    0 => {}
                    times => each(serial, exact, times as u32),
                }
            }
        });
    }
}

/// Returns the documents in which these words follow each other, and the positions of the last.
fn phrases(part: &Part, words: &[String]) -> Option<Vec<(Serial, Vec<u32>)>> {
    let mut found: Option<Vec<(Serial, Vec<u32>)>> = None;
    for word in words {
        let n = part.range(word, false).next()?;
        let mut next = Vec::new();
        let mut at = 0;
        part.each_with_positions(n, &mut |serial, positions| {
            let Some(before) = &found else {
                next.push((serial, positions.to_vec()));
                return;
            };
            while before.get(at).is_some_and(|(known, _)| *known < serial) {
                at += 1;
            }
            if let Some((known, ends)) = before.get(at)
                && *known == serial
            {
                let follows =
                    |position: &&u32| position.checked_sub(1).is_some_and(|end| ends.contains(&end));
                let positions: Vec<u32> = positions.iter().filter(follows).copied().collect();
                if !positions.is_empty() {
                    next.push((serial, positions));
                }
            }
        });
        found = Some(next);
    }
    found
}

#[cfg(test)]
mod tests;
