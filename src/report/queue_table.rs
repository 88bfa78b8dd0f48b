//! `queue_intervals.csv` as it leaves the house: sums of who came, was answered and waited, by channel and by spans of time
//! that are just long enough. A quarter of an hour in which three children came is no statistic, so the spans grow (an hour,
//! a day, a week) until hardly anybody stands in one that must be hidden. No sum of all is given, so no hidden span can be
//! computed from the shown ones.

use std::collections::{BTreeMap, BTreeSet};

use super::intervals::Quarter;
use super::period::{QUARTER_MS, moment};
use super::tables::Counted;
use crate::anonymise::generalise::Audience;
use crate::anonymise::table::rounded;
use crate::conversation::tally::Staff;

/// The spans, from the finest, by their code in ISO 8601.
const SPANS: [(&str, u64); 4] =
    [("PT15M", QUARTER_MS), ("PT1H", 4 * QUARTER_MS), ("P1D", 96 * QUARTER_MS), ("P7D", 672 * QUARTER_MS)];

/// At most so many of a hundred contacts may stand in hidden spans before the spans grow.
const HIDDEN_PERCENT: u64 = 5;

/// The columns of the file. The longest wait of a span is one child's and does not leave.
pub const COLUMNS: [&str; 14] = [
    "start",
    "channel",
    "offered",
    "answered",
    "abandoned",
    "short_abandoned",
    "within_target",
    "wait_sum_s",
    "handle_sum_s",
    "session_s",
    "with_s",
    "busy_s",
    "staffed_s",
    "slots_s",
];

/// Counts the table from quarters of an hour. `span` is that of an earlier release of the same period, which binds: the
/// same contacts in longer and in shorter spans would tell of hidden ones. `before` are the cells that were hidden.
///
/// Returns the table and the code of its spans.
pub fn queue(
    quarters: &BTreeMap<(u64, String), Quarter>,
    audience: Audience,
    span: Option<&str>,
    before: &BTreeSet<&str>,
) -> (Counted, &'static str) {
    let k = audience.k() as u64;
    let bound = span.and_then(|code| SPANS.iter().find(|(known, _)| *known == code));
    let (code, length) = *bound.unwrap_or_else(|| {
        let fits = |(_, length): &&(&str, u64)| {
            let sums = sums(quarters, *length);
            let all: u64 = sums.values().map(|sum| sum.tally.offered).sum();
            let few = |offered: &u64| (1..k).contains(offered);
            let hidden: u64 = sums.values().map(|sum| sum.tally.offered).filter(few).sum();
            hidden * 100 <= all * HIDDEN_PERCENT
        };
        SPANS.iter().find(fits).unwrap_or(&SPANS[SPANS.len() - 1])
    });
    let mut counted = Counted { columns: COLUMNS.to_vec(), ..Counted::default() };
    for ((start, channel), sum) in sums(quarters, length) {
        counted.base += sum.tally.offered;
        row(&mut counted, &moment(start).to_string(), &channel, &sum, audience, before);
    }
    (counted, code)
}

fn sums(quarters: &BTreeMap<(u64, String), Quarter>, length: u64) -> BTreeMap<(u64, String), Quarter> {
    let mut sums: BTreeMap<(u64, String), Quarter> = BTreeMap::new();
    for ((start, channel), quarter) in quarters {
        let sum = sums.entry((start / length * length, channel.clone())).or_default();
        sum.tally += quarter.tally;
        sum.handle_ms += quarter.handle_ms;
        sum.staff += quarter.staff;
    }
    sums
}

fn row(
    counted: &mut Counted,
    start: &str,
    channel: &str,
    sum: &Quarter,
    audience: Audience,
    before: &BTreeSet<&str>,
) {
    let k = audience.k() as u64;
    let key = |column: &str| format!("{start}|{channel}|{column}");
    let is_public = audience == Audience::Public;
    let small = |count: u64| (1..k).contains(&count);
    let was_hidden = |column: &str| before.contains(key(column).as_str());
    let tally = &sum.tally;
    if small(tally.offered) || was_hidden("offered") {
        // Not even a row: that somebody came in this span is hidden too.
        counted.hidden.insert(key("offered"));
        return;
    }
    // Nobody came, and nothing else is to be said: a row would only tell of contacts that never waited in a queue.
    if tally.offered == 0 && (is_public || sum.staff == Staff::default()) {
        return;
    }
    // Of a sum with two parts one part gives the other, so both are hidden or none.
    let split = |one: u64, other: u64| small(one) || small(other);
    let parts = split(tally.answered, tally.abandoned) || was_hidden("answered") || was_hidden("abandoned");
    let short = parts
        || split(tally.short, tally.abandoned.saturating_sub(tally.short))
        || was_hidden("short_abandoned");
    let within = parts
        || split(tally.within, tally.answered.saturating_sub(tally.within))
        || was_hidden("within_target");
    let mut line = vec![start.to_owned(), channel.to_owned()];
    for (column, count, is_hidden) in [
        ("offered", tally.offered, false),
        ("answered", tally.answered, parts),
        ("abandoned", tally.abandoned, parts),
        ("short_abandoned", tally.short, short),
        ("within_target", tally.within, within),
    ] {
        if is_hidden {
            counted.hidden.insert(key(column));
            line.push(String::new());
            continue;
        }
        counted.cells.insert(key(column), count);
        line.push(if is_public { rounded(count) } else { count }.to_string());
    }
    // Sums of time belong to those answered; the public gets none, for an exact sum gives an exact count away.
    let seconds = |ms: u64| ((ms + 500) / 1000).to_string();
    let timed = !parts && !is_public;
    line.extend([tally.wait_ms, sum.handle_ms].map(|ms| if timed { seconds(ms) } else { String::new() }));
    let staff = &sum.staff;
    // A span without answers may hold the end of one child's talk.
    let talks = timed && tally.answered > 0;
    let seconds = |shown: bool, seconds: u64| if shown { seconds.to_string() } else { String::new() };
    line.extend([staff.session_s, staff.with_s, staff.busy_s].map(|time| seconds(talks, time)));
    line.extend([staff.staffed_s, staff.slots_s].map(|time| seconds(!is_public, time)));
    counted.rows.push(line);
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quarters(counts: &[(u64, u64, u64)]) -> BTreeMap<(u64, String), Quarter> {
        let quarter = |(answered, abandoned): (u64, u64)| {
            let mut quarter = Quarter::default();
            quarter.tally.answered = answered;
            quarter.tally.abandoned = abandoned;
            quarter.tally.offered = answered + abandoned;
            quarter.tally.within = answered;
            quarter.tally.wait_ms = answered * 10_000;
            quarter
        };
        counts
            .iter()
            .map(|(at, one, two)| ((at * QUARTER_MS, "chat".to_owned()), quarter((*one, *two))))
            .collect()
    }

    #[test]
    fn spans_grow_until_hardly_anybody_is_hidden() {
        let none = BTreeSet::new();
        let busy = quarters(&[(0, 6, 0), (1, 7, 0)]);
        assert_eq!(queue(&busy, Audience::Partner, None, &none).1, "PT15M");
        let calm = quarters(&[(0, 2, 0), (1, 3, 0), (4, 2, 0), (6, 6, 0)]);
        let (counted, span) = queue(&calm, Audience::Partner, None, &none);
        assert_eq!((span, counted.rows.len()), ("PT1H", 2));
        assert_eq!(counted.rows[0][2], "5");
        let (counted, span) = queue(&calm, Audience::Public, None, &none);
        assert_eq!((span, counted.rows[0][2].as_str()), ("P1D", "15"), "13 to the nearest 5");
        // What was released once in hours stays in hours, whatever would fit now.
        assert_eq!(queue(&busy, Audience::Partner, Some("P1D"), &none).1, "P1D");
    }

    #[test]
    fn no_small_number_stands_in_a_row_or_follows_from_it() {
        let none = BTreeSet::new();
        for answered in 0..14 {
            for abandoned in 0..14 {
                let one = quarters(&[(0, answered, abandoned), (1, 200, 100)]);
                for audience in [Audience::Partner, Audience::Public] {
                    let (counted, _) = queue(&one, audience, Some("PT15M"), &none);
                    let k = audience.k() as u64;
                    let Some(row) = counted.rows.iter().find(|row| row[0].ends_with("00:00:00Z")) else {
                        assert!(answered + abandoned < k);
                        continue;
                    };
                    let number = |at: usize| row[at].parse::<u64>().ok();
                    for at in 2..7 {
                        assert!(!number(at).is_some_and(|count| (1..k).contains(&count)), "{row:?}");
                    }
                    assert_eq!(number(3).is_some(), number(4).is_some(), "one part gives the other: {row:?}");
                    if let (Some(offered), Some(answered)) = (number(2), number(3)) {
                        let rest = offered.saturating_sub(answered);
                        assert!(audience == Audience::Public || !(1..k).contains(&rest), "{row:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_span_in_which_nobody_came_tells_of_no_single_talk() {
        let mut quarters = quarters(&[(0, 20, 0)]);
        quarters.insert((QUARTER_MS, "phone".to_owned()), Quarter::default());
        let staff = Staff { session_s: 300, with_s: 300, busy_s: 400, staffed_s: 900, slots_s: 2700 };
        quarters.insert((QUARTER_MS, "chat".to_owned()), Quarter { staff, ..Quarter::default() });
        let (counted, _) = queue(&quarters, Audience::Partner, Some("PT15M"), &BTreeSet::new());
        assert_eq!(counted.rows.len(), 2, "a call was in no queue: {:?}", counted.rows);
        assert_eq!(counted.rows[1][9..], ["", "", "", "900", "2700"]);
    }

    #[test]
    fn what_was_hidden_stays_hidden() {
        let before = BTreeSet::from(["1970-01-01T00:00:00Z|chat|offered"]);
        let (counted, _) = queue(&quarters(&[(0, 50, 0)]), Audience::Partner, Some("PT15M"), &before);
        assert!(counted.rows.is_empty() && counted.hidden.len() == 1);
    }
}
