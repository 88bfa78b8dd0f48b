//! How much the anonymiser costs beside bare regexes over the same notes, beside itself on longer texts (it is linear)
//! and with short lists (it is flat in them). Ratios count, not milliseconds.

use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use opora::anonymise::{Anonymiser, Lists};
use opora::locale::Lang;
use regex::Regex;

fn notes() -> String {
    include_str!("../tests/golden/notes-dev.jsonl")
        .lines()
        .filter_map(|line| {
            serde_json::from_str::<serde_json::Value>(line).ok()?.get("text")?.as_str().map(str::to_owned)
        })
        .collect::<Vec<_>>()
        .join("\n")
}

fn mask(criterion: &mut Criterion) {
    let text = notes();
    let shipped = Anonymiser::new(&Lists::shipped());
    let short = Anonymiser::new(&Lists::default());
    let patterns: Vec<Regex> = [
        r"\b\d{6}/?\d{3,4}\b",
        r"[\w.+-]+@[\w-]+\.[\w.]+",
        r"(?:\+420|00420)? ?\d{3} ?\d{3} ?\d{3}",
        r"https?://\S+|www\.\S+",
        r"@[\w.]+",
    ]
    .iter()
    .filter_map(|pattern| Regex::new(pattern).ok())
    .collect();

    let mut group = criterion.benchmark_group("mask");
    for times in [1, 4, 16] {
        let text = text.repeat(times);
        group.throughput(Throughput::Elements(text.chars().count() as u64));
        group.bench_with_input(BenchmarkId::new("anonymiser", times), &text, |bencher, text| {
            bencher.iter(|| shipped.spans(text, Lang::Cs));
        });
    }
    group.throughput(Throughput::Elements(text.chars().count() as u64));
    group.bench_function("without lists", |bencher| bencher.iter(|| short.spans(&text, Lang::Cs)));
    group.bench_function("bare regexes", |bencher| {
        bencher.iter(|| patterns.iter().map(|pattern| pattern.find_iter(&text).count()).sum::<usize>());
    });
    group.finish();
}

criterion_group!(benches, mask);
criterion_main!(benches);
