//! The journal beside a bare log that has no cipher, chain or index and syncs each group once: what the promises cost,
//! as ratios of one run. And opening a journal beside reading its files.

#![expect(clippy::print_stdout, reason = "ratios are this program's result")]

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::hint::black_box;
use std::io::Write as _;
use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use opora::conversation::{By, ConversationId, Entry, EntryId, Kind, Log, chain};
use opora::journal::{Appended, Embedded, Head, Journal, Replay, Shelf};

const NOON: u64 = 1_763_985_600_000;
/// The data of one message of 200 characters: a sealed body of 1,024 bytes in base64, and what stands before it.
const DATA: usize = 1600;
const CONVERSATIONS: usize = 800;

/// Anything that takes entries and says when they are durable.
trait Sink {
    fn take(&self, entry: Entry, done: Appended);
}

impl Sink for Embedded {
    fn take(&self, entry: Entry, done: Appended) {
        self.append(entry, done);
    }
}

/// The bare log: all that waits in one write, one `fdatasync`, then the answers.
struct BareLog(Sender<(Entry, Appended)>);

impl BareLog {
    fn new(path: &Path) -> Self {
        let mut file = File::create(path).expect("a file");
        let (requests, inbox) = channel::<(Entry, Appended)>();
        thread::spawn(move || {
            while let Ok(first) = inbox.recv() {
                let batch: Vec<_> = std::iter::once(first).chain(inbox.try_iter()).collect();
                let mut bytes = Vec::new();
                batch.iter().for_each(|(entry, _)| serde_json::to_writer(&mut bytes, entry).expect("JSON"));
                file.write_all(&bytes).expect("written");
                file.sync_data().expect("synced");
                batch.into_iter().for_each(|(_, done)| done(Ok(())));
            }
        });
        Self(requests)
    }
}

impl Sink for BareLog {
    fn take(&self, entry: Entry, done: Appended) {
        self.0.send((entry, done)).expect("the log lives");
    }
}

fn conv(n: usize) -> ConversationId {
    ConversationId((n as u128 + 1).wrapping_mul(0x9e37_79b9_7f4a_7c15_f39c_c060_5ced_c835).to_be_bytes())
}

fn entry(n: usize, head: &mut Head) -> Entry {
    let seq = head.seq + 1;
    let id = EntryId((u128::from(seq) << 64 | n as u128).to_be_bytes());
    let data = format!("{{\"s\":\"child\",\"ct\":\"{}\"}}", "x".repeat(DATA - 24));
    let (by, kind) = (By::Child, Kind::Said);
    let mut entry =
        Entry { conv: conv(n), log: Log::Talk, seq, at: NOON, by, author: None, kind, id, data, h: head.h };
    entry.h = chain::of_entry(head.h, &entry);
    *head = Head { seq, h: entry.h };
    entry
}

/// Appends `count` entries with `flying` conversations that each have one in flight; returns how long it took.
fn drive(sink: &dyn Sink, heads: &mut [Head], flying: usize, count: u64) -> Duration {
    let (told, answers) = channel();
    let start = Instant::now();
    let mut asked = 0;
    let mut ask = |n: usize, heads: &mut [Head]| {
        let told = told.clone();
        let done = move |result: Result<(), _>| {
            result.expect("appended");
            told.send(n).expect("the driver lives");
        };
        sink.take(entry(n, &mut heads[n]), Box::new(done));
        asked += 1;
        asked
    };
    let mut sent = 0;
    for n in 0..flying.min(count as usize) {
        sent = ask(n, heads);
    }
    for _ in 0..count {
        let n = answers.recv().expect("an answer");
        if sent < count {
            sent = ask(n, heads);
        }
    }
    start.elapsed()
}

fn journal(dir: &Path) -> Embedded {
    let (journal, _) = Embedded::open(dir, &mut |_| {}).expect("opens");
    let (told, answers) = channel();
    for n in 0..CONVERSATIONS {
        let shelf = Shelf { token: None, after: EntryId([0; 16]), stamp: NOON };
        let told = told.clone();
        journal.shelve(conv(n), shelf, Box::new(move |result| told.send(result).expect("the driver lives")));
    }
    answers.iter().take(CONVERSATIONS).for_each(|result| result.expect("shelved"));
    journal
}

fn heads() -> Vec<Head> {
    (0..CONVERSATIONS).map(|n| Head::start(conv(n), Log::Talk)).collect()
}

/// Time per entry of each way, to be told as ratios.
#[derive(Default)]
struct Rates(RefCell<BTreeMap<String, (f64, u64)>>);

impl Rates {
    fn note(&self, way: &str, count: u64, took: Duration) -> Duration {
        let mut rates = self.0.borrow_mut();
        let (seconds, entries) = rates.entry(way.to_owned()).or_default();
        *seconds += took.as_secs_f64();
        *entries += count;
        took
    }

    fn ratio(&self, what: &str, way: &str, other: &str) {
        let rates = self.0.borrow();
        if let (Some((seconds, entries)), Some((other_seconds, other_entries))) =
            (rates.get(way), rates.get(other))
        {
            let ratio = (*entries as f64 / seconds) / (*other_entries as f64 / other_seconds);
            println!("{what}: {ratio:.2}");
        }
    }
}

fn append(criterion: &mut Criterion) {
    let home = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let rates = Rates::default();
    let embedded = journal(&home.path().join("journal"));
    let bare = BareLog::new(&home.path().join("bare"));
    let (mut kept, mut logged) = (heads(), heads());
    let mut group = criterion.benchmark_group("append");
    group.sample_size(10).throughput(Throughput::Elements(1));
    for flying in [1, 64, CONVERSATIONS] {
        group.bench_function(BenchmarkId::new("bare log", flying), |bench| {
            bench.iter_custom(|count| {
                rates.note(&format!("bare {flying}"), count, drive(&bare, &mut logged, flying, count))
            });
        });
        group.bench_function(BenchmarkId::new("journal", flying), |bench| {
            bench.iter_custom(|count| {
                rates.note(&format!("journal {flying}"), count, drive(&embedded, &mut kept, flying, count))
            });
        });
    }
    group.finish();
    for flying in [1, 64, CONVERSATIONS] {
        let what = format!("throughput of the journal / of the bare log, {flying} in flight");
        rates.ratio(&what, &format!("journal {flying}"), &format!("bare {flying}"));
    }
    rates.ratio("throughput of the journal with 64 in flight / with 1", "journal 64", "journal 1");
}

fn start(criterion: &mut Criterion) {
    const ENTRIES: u64 = 20_000;
    let home = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder");
    let rates = Rates::default();
    drive(&journal(home.path()), &mut heads(), CONVERSATIONS, ENTRIES);
    let log = home.path().join("days/2025-11-24/log");
    let mut group = criterion.benchmark_group("start");
    group.sample_size(10).throughput(Throughput::Elements(ENTRIES));
    let many = |count: u64, once: &dyn Fn()| {
        let start = Instant::now();
        (0..count).for_each(|_| once());
        start.elapsed()
    };
    group.bench_function("read the files", |bench| {
        let read = || _ = black_box(fs::read(&log).expect("read"));
        bench.iter_custom(|count| rates.note("files", count * ENTRIES, many(count, &read)));
    });
    group.bench_function("open the journal", |bench| {
        let open = || {
            let mut entries = 0;
            let mut replay = |replay| entries += u64::from(matches!(replay, Replay::Entry(_)));
            drop(Embedded::open(home.path(), &mut replay).expect("opens"));
            assert_eq!(entries, ENTRIES);
        };
        bench.iter_custom(|count| rates.note("open", count * ENTRIES, many(count, &open)));
    });
    group.finish();
    rates.ratio("speed of opening the journal / of reading its files from the cache", "open", "files");
}

criterion_group!(benches, append, start);
criterion_main!(benches);
