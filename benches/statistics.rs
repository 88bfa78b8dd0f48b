//! What a quarter costs, and what one more child costs a board: 500,000 rows to the whole report, and one change of the
//! queue with 200 counsellors and 500 waiting beside the same with 10 and 25. The second is a ratio: it should be near 1.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::tz::TimeZone;
use opora::conversation::board::{Board, Goals};
use opora::conversation::event::{Contact, Facts, Interval, ShiftState};
use opora::conversation::house::Person;
use opora::conversation::queue::{Phase, Row};
use opora::conversation::{Account, ConversationId, Role};
use opora::locale::{Lang, Locale};
use opora::report::page::{Options, report};
use opora::report::period::Period;
use opora::report::statistics;
use opora::report::week::{WeekAhead, demand};

const HOUR: u64 = 3_600_000;

fn options() -> Option<Options> {
    let zone = TimeZone::get("Europe/Prague").ok()?;
    let period = Period::parse("2026-Q3", &zone)?;
    let made = period.to + HOUR;
    let goals = Goals::default();
    Some(Options { period, goals, slots: 3, patience_s: None, shrinkage: 0.3, hide_below: None, made })
}

/// Rows spread over a period, most in its evenings, every sixth of them never answered.
fn rows(period: &Period, count: u64) -> Vec<statistics::Row> {
    let step = (period.to - period.from) / count;
    let row = |n: u64| {
        let opened = period.from + n * step;
        let taken = (!n.is_multiple_of(6)).then_some(opened + n * 7919 % 600_000);
        let ended = taken.unwrap_or(opened) + 300_000 + n * 104_729 % 2_400_000;
        let contact = Contact {
            channel: "chat".to_owned(),
            opened,
            taken,
            first: taken.map(|taken| taken + 9_000),
            ended,
            archived: taken.map(|_| ended + 240_000),
            reason: if taken.is_some() { "ended" } else { "leave" }.to_owned(),
            lines: Some((20, 20)),
            gap_ms: taken.map(|_| 30_000 + n % 60_000),
            facts: Facts { age: Some("a12_14".to_owned()), topic: Some("family".to_owned()), feel: None },
            lang: "cs".to_owned(),
            level: None,
            held: taken.map(|_| 100 + n % 250),
            back: false,
            rated: None,
            class: None,
        };
        statistics::Row { contact, facets: None }
    };
    (0..count).map(row).collect()
}

fn quarter(criterion: &mut Criterion) {
    let Some(options) = options() else { return };
    let locale = Locale::new(Lang::En);
    let rows = rows(&options.period, 500_000);
    let interval = |start| Interval {
        start,
        staffed_s: 3600,
        slots_s: 10_800,
        session_s: 5000,
        with_s: 3000,
        busy_s: 3300,
    };
    let intervals: Vec<Interval> = options.period.quarters().map(interval).collect();
    let mut group = criterion.benchmark_group("statistics");
    group.sample_size(10);
    group.bench_function("500,000 rows to the report of a quarter", |bencher| {
        bencher.iter(|| black_box(report(&rows, &intervals, &options, &locale)));
    });
    let statistics =
        statistics::Statistics::of(options.period.clone(), options.goals.terms, &rows, &intervals);
    if let Some(demand) = demand(&statistics, &options.goals, 3, None) {
        let openings: Vec<u64> = rows.iter().map(|row| row.contact.opened).collect();
        group.bench_function("a week ahead from a quarter", |bencher| {
            bencher.iter(|| black_box(WeekAhead::of(openings.iter().copied(), &options.period, &demand)));
        });
    }
    group.finish();
}

fn name(n: u64) -> Option<Account> {
    Account::parse(&format!("Counsellor {n:03}"))
}

fn child(n: u64, now: u64) -> Row {
    let mut conv = [0; 16];
    conv[..8].copy_from_slice(&(n + 1).to_be_bytes());
    Row {
        conv: ConversationId(conv),
        lang: "cs".to_owned(),
        facts: Facts::default(),
        phase: Phase::Waiting,
        opened: now - n * 500,
        since: now - n * 500,
        order: 0,
        head: 0,
        taken: None,
        holder: None,
        asks: None,
        level: None,
        back: None,
    }
}

fn board(counsellors: u64, waiting: u64, now: u64) -> Board {
    let mut board = Board::new(Goals::default(), now - 8 * HOUR);
    let person = |n| {
        let (state, since) = (ShiftState::Ready, now - HOUR);
        let (until, places, away) = (None, 3, None);
        Some(Person { account: name(n)?, role: Role::Counsellor, state, since, until, places, away })
    };
    board.people((0..counsellors).filter_map(person));
    for n in 0..waiting + counsellors {
        let holder = n.checked_sub(waiting).and_then(name);
        let row = child(n, now);
        board.set(
            match holder {
                Some(holder) => Row { phase: Phase::With, taken: Some(now), holder: Some(holder), ..row },
                None => row,
            },
            now,
        );
    }
    board.advance(now);
    board
}

fn one_update(criterion: &mut Criterion) {
    let now = 1_800_000_000_000;
    let mut group = criterion.benchmark_group("board update");
    for (counsellors, waiting) in [(10, 25), (200, 500)] {
        let mut board = board(counsellors, waiting, now);
        let taken = Row {
            phase: Phase::With,
            taken: Some(now),
            holder: name(counsellors / 2),
            ..child(waiting / 2, now)
        };
        group.bench_function(format!("{counsellors} counsellors, {waiting} waiting"), |bencher| {
            bencher.iter(|| {
                // The child is taken, writes, and is given back: three changes, the numbers after each, and the board is
                // as it was before.
                for row in [taken.clone(), Row { asks: Some(now), ..taken.clone() }, child(waiting / 2, now)]
                {
                    board.set(row, now);
                    black_box(board.six());
                }
            });
        });
    }
    group.finish();
}

criterion_group!(benches, quarter, one_update);
criterion_main!(benches);
