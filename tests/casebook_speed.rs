//! How fast the casebook is: figures for whoever asks, no assertions about time. `OPORA_CONTACTS=100000 cargo test
//! --release --test casebook_speed -- --ignored --nocapture`.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a program that measures and prints")]

use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use opora::casebook::record::{Change, Filter};
use opora::casebook::{Casebook, synthetic};
use opora::sealing::Secret;

fn open(dir: &Path) -> (Casebook, Duration) {
    let begun = Instant::now();
    let (casebook, report) = Casebook::open(dir, [7; 16], &Secret::new([1; 32]), &mut |_, _| {}).unwrap();
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

fn resident_mib() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

/// Processor time of all threads so far: what a machine that is busy with others cannot distort.
fn processor() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
    let ticks: u64 = fields[11..13].iter().map(|ticks| ticks.parse::<u64>().unwrap()).sum();
    Duration::from_millis(ticks * 10)
}

fn percentiles(mut took: Vec<Duration>) -> String {
    took.sort_unstable();
    let at = |share: f64| took[((took.len() - 1) as f64 * share) as usize].as_secs_f64() * 1_000.0;
    format!("p50 {:.3} ms, p99 {:.3} ms, max {:.3} ms", at(0.5), at(0.99), at(1.0))
}

#[test]
#[ignore = "measures"]
fn figures() {
    let contacts: u64 = std::env::var("OPORA_CONTACTS").ok().and_then(|n| n.parse().ok()).unwrap_or(10_000);
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("casebook");
    let plain: usize = (0..100)
        .map(|n| synthetic::contact(n).note.fields.iter().map(|(_, words)| words.len()).sum::<usize>())
        .sum();
    let plain = plain as u64 * contacts / 100;

    let begun = Instant::now();
    let (mut casebook, _) = open(&dir);
    for from in (0..contacts).step_by(256) {
        casebook.save((from..(from + 256).min(contacts)).map(put).collect(), from).unwrap();
    }
    println!(
        "{contacts} contacts, {} MB of words; written in {:.1} s",
        plain / 1_000_000,
        begun.elapsed().as_secs_f64()
    );
    drop(casebook);
    println!("disk {:.2} x words", bytes(&dir) as f64 / plain as f64);

    println!("open, first after writing {:.2} s", open(&dir).1.as_secs_f64());
    let (before, busy) = (resident_mib(), processor());
    let (mut casebook, took) = open(&dir);
    println!("open {:.2} s, {:.2} s of processor", took.as_secs_f64(), (processor() - busy).as_secs_f64());
    let begun = Instant::now();
    casebook.settle();
    let busy = (processor() - busy).as_secs_f64();
    println!("index complete {:.2} s later, {busy:.2} s of processor in all", begun.elapsed().as_secs_f64());
    println!(
        "index {:.2} x words; memory {} MiB more, {:.2} x words",
        casebook.index_bytes() as f64 / plain as f64,
        resident_mib() - before,
        (resident_mib() - before) as f64 * 1_048_576.0 / plain as f64
    );

    for letters in [1, 2, 3, 4, 6] {
        let mut took = Vec::new();
        let mut total = 0;
        for n in 0..400 {
            let word: String =
                synthetic::word(n * n * 3 % 60_000).chars().chain("neto".chars()).take(letters).collect();
            let begun = Instant::now();
            total += casebook.find(&word, &Filter::default(), 50).unwrap().total;
            took.push(begun.elapsed());
        }
        println!("{letters} letters: {}; {} hits each", percentiles(took), total / 400);
    }
    let mut took = Vec::new();
    for n in 0..200 {
        let typed = format!("{} {}", synthetic::word(n % 40), synthetic::word(n * 31 % 2_000));
        let begun = Instant::now();
        casebook.find(&typed, &Filter::default(), 50).unwrap();
        took.push(begun.elapsed());
    }
    println!("two words: {}", percentiles(took));
    let mut took = Vec::new();
    for n in 0..100 {
        let typed = format!("\"{} {}\"", synthetic::word(n % 8), synthetic::word(n % 13));
        let begun = Instant::now();
        casebook.find(&typed, &Filter::default(), 50).unwrap();
        took.push(begun.elapsed());
    }
    println!("phrase of common words: {}", percentiles(took));

    let mut file = std::fs::File::create(home.path().join("plain")).unwrap();
    let (mut plainly, mut saved) = (Vec::new(), Vec::new());
    for n in 0..1_000 {
        let begun = Instant::now();
        file.write_all(&[7; 2_200]).unwrap();
        file.sync_data().unwrap();
        plainly.push(begun.elapsed());
        let begun = Instant::now();
        casebook.save(vec![put(n * 7 % contacts)], n).unwrap();
        saved.push(begun.elapsed());
    }
    // What the console does after half a minute without a key.
    while casebook.tidy().unwrap() {}
    println!("append and fdatasync of the same size: {}", percentiles(plainly));
    println!("save a note: {}", percentiles(saved));

    let rewritten = contacts.min(20_000);
    let begun = Instant::now();
    for round in 0..5 {
        for from in (0..rewritten).step_by(64) {
            casebook.save((from..(from + 64).min(rewritten)).map(put).collect(), round).unwrap();
            while casebook.tidy().unwrap() {}
        }
    }
    let head = casebook.count() as u64 * 2_200;
    drop(casebook);
    println!(
        "{rewritten} rewritten five times in {:.1} s; disk {:.2} x sealed rows (log {} MB, sled {} MB, shelf {} MB)",
        begun.elapsed().as_secs_f64(),
        bytes(&dir) as f64 / head as f64,
        bytes(&dir.join("log")) / 1_000_000,
        bytes(&dir.join("rows")) / 1_000_000,
        (std::fs::metadata(dir.join("shelf.a")).unwrap().len() * 2) / 1_000_000,
    );
    println!("open again {:.2} s", open(&dir).1.as_secs_f64());
    std::fs::remove_dir_all(dir.join("rows")).unwrap();
    println!("open and build sled {:.2} s", open(&dir).1.as_secs_f64());
    println!("sled {} MB when built in one go", bytes(&dir.join("rows")) / 1_000_000);
    println!("open again {:.2} s", open(&dir).1.as_secs_f64());
}
