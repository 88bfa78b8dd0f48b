//! How fast the casebook is, as ratios wherever a time would speak of the machine: unlocking, the first list, queries and
//! saving at three sizes, and what it takes of memory and disk. `OPORA_CONTACTS=1000,20000` asks for other sizes.
//!
//! Every size is measured in a process of its own, so that memory is its own too.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a program that measures and prints")]

use std::io::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use opora::casebook::record::{Change, Filter};
use opora::casebook::{Casebook, newest, synthetic};
use opora::sealing::Secret;

const SIZES: &str = "1000,10000,100000";
const CHILD: &str = "OPORA_CASEBOOK_BENCH";
/// So many notes are rewritten, so often, for the figure of the disk.
const REWRITTEN: u64 = 20_000;
const ROUNDS: u64 = 5;
/// So many contacts a list shows at first.
const LISTED: usize = 200;
const V: [u8; 32] = [1; 32];
const ID: [u8; 16] = [7; 16];

fn open(dir: &Path) -> (Casebook, Duration) {
    let begun = Instant::now();
    let (casebook, report) = Casebook::open(dir, ID, &Secret::new(V), &mut |_, _| {}).unwrap();
    let took = begun.elapsed();
    assert_eq!(report.unreadable, 0);
    (casebook, took)
}

fn put(n: u64) -> Change {
    Change::Contact(Box::new(synthetic::contact(n)))
}

fn bytes(dir: &Path) -> u64 {
    let entries = std::fs::read_dir(dir).unwrap().map(|entry| entry.unwrap().path());
    entries
        .map(|path| if path.is_dir() { bytes(&path) } else { std::fs::metadata(path).unwrap().len() })
        .sum()
}

/// Bytes of memory that are this process's own.
fn resident() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("RssAnon")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() * 1024
}

/// Processor time of all threads so far: what a machine that is busy with others cannot distort as much.
fn processor() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: u64 = fields[11..13].iter().map(|ticks| ticks.parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * 10)
}

fn at(took: &mut [Duration], share: f64) -> f64 {
    took.sort_unstable();
    took[((took.len() - 1) as f64 * share) as usize].as_secs_f64() * 1_000.0
}

/// Calls `once` so often, and returns how long each took.
fn timed(count: u64, mut once: impl FnMut(u64)) -> Vec<Duration> {
    let each = (0..count).map(|n| {
        let begun = Instant::now();
        once(n);
        begun.elapsed()
    });
    each.collect()
}

fn query(casebook: &Casebook, letters: usize) -> (Vec<Duration>, usize) {
    let mut total = 0;
    let took = timed(400, |n| {
        let word = synthetic::word(n * n * 3 % 60_000);
        let typed: String = word.chars().chain("neto".chars()).take(letters).collect();
        total += casebook.find(&typed, &Filter::default(), 50).unwrap().total;
    });
    (took, total / 400)
}

/// What is compared from size to size: milliseconds.
struct Figures {
    open: f64,
    query: f64,
    save: f64,
}

fn measure(contacts: u64) -> Figures {
    let home = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let dir = home.path().join("casebook");
    let words = |n| synthetic::contact(n).note.fields.iter().map(|(_, words)| words.len()).sum::<usize>();
    let plain = (0..100).map(words).sum::<usize>() as u64 * contacts / 100;

    let begun = Instant::now();
    let (mut casebook, _) = open(&dir);
    for from in (0..contacts).step_by(256) {
        casebook.save((from..(from + 256).min(contacts)).map(put).collect(), from).unwrap();
    }
    while casebook.tidy().unwrap() {}
    drop(casebook);
    let (mb, seconds) = (plain / 1_000_000, begun.elapsed().as_secs_f64());
    println!("\n{contacts} contacts, {mb} MB of words; written in {seconds:.1} s");

    let mut first = timed(5, |_| assert_eq!(newest(&dir, ID, &Secret::new(V), LISTED).len(), LISTED));
    println!("first list: {:.1} ms, at worst {:.1} ms", at(&mut first, 0.5), at(&mut first, 1.0));
    let (before, busy) = (resident(), processor());
    let (mut casebook, took) = open(&dir);
    let of_open = (processor() - busy).as_secs_f64();
    println!("unlock to usable: {:.2} s, {of_open:.2} s of processor", took.as_secs_f64());
    let begun = Instant::now();
    casebook.settle();
    let (later, of_all) = (begun.elapsed().as_secs_f64(), (processor() - busy).as_secs_f64());
    println!("everything can be found {later:.2} s later; {of_all:.2} s of processor in all");
    let (memory, index) = (resident() - before, casebook.index_bytes());
    let times = |bytes: u64| bytes as f64 / plain as f64;
    println!("memory / plain words: {:.2}, of it the index {:.2}", times(memory), times(index as u64));

    let mut six = 0.0;
    for letters in [1, 2, 3, 4, 6] {
        let (mut took, hits) = query(&casebook, letters);
        six = at(&mut took, 0.99);
        println!("{letters} letters: p50 {:.2} ms, p99 {six:.2} ms; {hits} hits each", at(&mut took, 0.5));
    }

    let mut file = std::fs::File::create(home.path().join("plain")).unwrap();
    let (mut bare, mut saved) = (Vec::new(), Vec::new());
    for n in 0..1_000 {
        bare.extend(timed(1, |_| {
            file.write_all(&[7; 2_200]).unwrap();
            file.sync_data().unwrap();
        }));
        let change = vec![put(n * 7 % contacts)];
        let begun = Instant::now();
        casebook.save(change, n).unwrap();
        saved.push(begun.elapsed());
    }
    let save = at(&mut saved, 0.5);
    let (p50, p99) = (save / at(&mut bare, 0.5), at(&mut saved, 0.99) / at(&mut bare, 0.99));
    println!("save a note / append and fdatasync: p50 {p50:.2}, p99 {p99:.2}");

    let sealed = casebook.sealed_bytes();
    let rewritten = contacts.min(REWRITTEN);
    let begun = Instant::now();
    let mut largest = 0;
    for round in 0..ROUNDS {
        for from in (0..rewritten).step_by(64) {
            casebook.save((from..(from + 64).min(rewritten)).map(put).collect(), round).unwrap();
            // What the console does after half a minute without a key.
            while casebook.tidy().unwrap() {}
            if from % 1_024 == 0 {
                largest = largest.max(bytes(&dir));
            }
        }
    }
    drop(casebook);
    let share = |bytes: u64| bytes as f64 / sealed as f64;
    println!(
        "{rewritten} rewritten {ROUNDS} times in {:.1} s; disk / sealed payload: {:.2} (log {:.2}, sled {:.2}, keys {:.2}), at most {:.2}",
        begun.elapsed().as_secs_f64(),
        share(bytes(&dir)),
        share(bytes(&dir.join("log"))),
        share(bytes(&dir.join("rows"))),
        share(std::fs::metadata(dir.join("shelf.a")).unwrap().len() * 2),
        share(largest),
    );
    std::fs::remove_dir_all(dir.join("rows")).unwrap();
    println!("unlock and build sled: {:.2} s", open(&dir).1.as_secs_f64());
    println!("sled built in one go / sealed payload: {:.2}", share(bytes(&dir.join("rows"))));
    Figures { open: of_open * 1_000.0, query: six, save }
}

fn main() {
    if let Ok(contacts) = std::env::var(CHILD) {
        let Figures { open, query, save } = measure(contacts.parse().unwrap());
        println!("figures {open} {query} {save}");
        return;
    }
    let sizes = std::env::var("OPORA_CONTACTS").unwrap_or_else(|_| SIZES.to_owned());
    let mut before: Option<(u64, Vec<f64>)> = None;
    for size in sizes.split(',') {
        let output = Command::new(std::env::current_exe().unwrap()).env(CHILD, size).output().unwrap();
        let text = String::from_utf8_lossy(&output.stdout);
        let (told, figures) = text.rsplit_once("figures ").unwrap_or((&text, ""));
        print!("{told}{}", String::from_utf8_lossy(&output.stderr));
        let figures: Vec<f64> = figures.split_whitespace().map(|figure| figure.parse().unwrap()).collect();
        let size: u64 = size.parse().unwrap();
        if let (Some((smaller, of_smaller)), [open, query, save]) = (&before, &figures[..]) {
            let times = size as f64 / *smaller as f64;
            println!(
                "growth from {smaller} to {size} (times {times:.0}): unlocking {:.1}, query p99 {:.1}, save p50 {:.1}",
                open / of_smaller[0],
                query / of_smaller[1],
                save / of_smaller[2]
            );
        }
        before = (figures.len() == 3).then_some((size, figures));
    }
}
