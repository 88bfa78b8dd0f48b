//! What has left the house, and what may not leave any more because of it. Two releases that are harmless alone can tell
//! of one child together: a quarter that was counted twice with nine days between, a group with and without one of its
//! parts. So every release is kept, chained to the one before, and a new one is refused if anybody who sees both could
//! compute a number from 1 to k − 1.
//!
//! Pure: the casebook keeps the entries, the caller says what day it is. Counts stand here as they are, for differences
//! need them; they are sealed with the casebook and never leave it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::generalise::Audience;

mod differences;

use differences::differences;

/// One thing that left the house. Its JSON is what the casebook keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Release {
    /// `summaries`, `insafe`, `chi`, `queue`.
    pub table: String,
    /// Whether everybody may have it; else those bound by an agreement.
    pub is_public: bool,
    /// When, in milliseconds since 1970.
    pub at: u64,
    /// The account of the releaser.
    pub by: String,
    /// To whom, in words.
    pub to: String,
    /// The span it counts, in days since 1970, half-open.
    pub days: (i64, i64),
    /// What it was narrowed to: facet and code, by facet; a code holds all that begin with it and a full stop.
    pub filter: BTreeMap<String, String>,
    /// What was made coarser.
    pub levels: Vec<String>,
    /// How many rows it has.
    pub rows: u64,
    /// The cells that are shown, and their true counts.
    pub cells: BTreeMap<String, u64>,
    /// The cells that are hidden.
    pub hidden: BTreeSet<String>,
    /// For summaries: the cell of each case, by the case's digest.
    pub cases: BTreeMap<String, String>,
    /// SHA-256 of the files that left, in hexadecimal.
    pub digest: String,
}

/// Why something may not leave.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The period is not over, or is no whole quarter, half-year or year.
    #[error("only closed quarters leave")]
    NotClosed,
    /// Cases are in an earlier summary release to the same audience.
    #[error("{0} cases have left before to the same audience")]
    CaseAgain(usize),
    /// Together with an earlier release a number from 1 to k − 1 could be computed.
    #[error("together with earlier releases {cell} would tell of {count} children")]
    Difference {
        /// The cell, as its table names it.
        cell: String,
        /// How many would be told of.
        count: u64,
    },
    /// A cell that was hidden would be shown.
    #[error("{0} was hidden before")]
    HiddenBefore(String),
}

/// All releases, in order.
#[derive(Clone, Debug, Default)]
pub struct Ledger {
    releases: Vec<Release>,
}

impl Ledger {
    /// Takes the releases of a casebook, in order.
    pub fn new(releases: Vec<Release>) -> Ledger {
        Ledger { releases }
    }

    /// Returns all releases, in order.
    pub fn releases(&self) -> &[Release] {
        &self.releases
    }

    /// Adds a release that was allowed.
    pub fn add(&mut self, release: Release) {
        self.releases.push(release);
    }

    /// Says whether a release may leave; `today` is in days since 1970.
    ///
    /// # Errors
    /// Returns the first reason why not.
    pub fn allows(&self, new: &Release, today: i64) -> Result<(), Refusal> {
        if !is_closed(new.days, today) {
            return Err(Refusal::NotClosed);
        }
        let again = self.taken(new.is_public);
        match new.cases.keys().filter(|case| again.contains(case.as_str())).count() {
            0 => self.tells_nothing(new),
            again => Err(Refusal::CaseAgain(again)),
        }
    }

    /// Returns the digests of cases that left in a summary to this audience.
    pub fn taken(&self, is_public: bool) -> BTreeSet<&str> {
        let same = self.releases.iter().filter(|old| old.is_public == is_public);
        same.flat_map(|old| old.cases.keys().map(String::as_str)).collect()
    }

    /// Returns the cells of a table that were hidden and so stay hidden: by an equal filter, over any part of the span.
    pub fn hidden(&self, table: &str, days: (i64, i64), filter: &BTreeMap<String, String>) -> BTreeSet<&str> {
        let same = self
            .releases
            .iter()
            .filter(|old| old.table == table && old.filter == *filter && old.days == days);
        same.flat_map(|old| old.hidden.iter().map(String::as_str)).collect()
    }

    /// Checks a release against all before, whatever its period: for whoever sees the public ones, and for partners,
    /// who see all.
    ///
    /// # Errors
    /// Returns the first number that could be computed.
    pub fn tells_nothing(&self, new: &Release) -> Result<(), Refusal> {
        for hidden in self.hidden(&new.table, new.days, &new.filter) {
            if new.cells.contains_key(hidden) {
                return Err(Refusal::HiddenBefore(hidden.to_owned()));
            }
        }
        let sees = |audience: Audience| {
            let old = self.releases.iter().filter(move |old| audience == Audience::Partner || old.is_public);
            old.chain(std::iter::once(new)).collect::<Vec<_>>()
        };
        if new.is_public {
            differences(&sees(Audience::Public), new, Audience::Public)?;
        }
        differences(&sees(Audience::Partner), new, Audience::Partner)
    }
}

/// Returns the digest by which a ledger knows a case: nobody finds the case by it who does not have the casebook.
pub fn case_digest(case: &[u8; 16]) -> String {
    let hash = Sha256::new().chain_update(b"opora release case\0").chain_update(case).finalize();
    hex(&hash[..16])
}

/// Returns bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether days are whole quarters that are over.
fn is_closed(days: (i64, i64), today: i64) -> bool {
    let starts_quarter = |day: i64| {
        let date = i32::try_from(day)
            .ok()
            .and_then(|day| jiff::civil::date(1970, 1, 1).checked_add(jiff::Span::new().days(day)).ok());
        date.is_some_and(|date| date.day() == 1 && [1, 4, 7, 10].contains(&date.month()))
    };
    days.0 < days.1 && days.1 <= today && starts_quarter(days.0) && starts_quarter(days.1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn day(date: &str) -> i64 {
        let date: jiff::civil::Date = date.parse().expect("a date");
        i64::from((date - jiff::civil::date(1970, 1, 1)).get_days())
    }

    fn table(
        is_public: bool,
        from: &str,
        to: &str,
        filter: &[(&str, &str)],
        cells: &[(&str, u64)],
    ) -> Release {
        Release {
            table: "insafe".into(),
            is_public,
            days: (day(from), day(to)),
            filter: filter.iter().map(|(facet, code)| (facet.to_string(), code.to_string())).collect(),
            cells: cells.iter().map(|(cell, count)| (cell.to_string(), *count)).collect(),
            ..Release::default()
        }
    }

    fn refuses(before: &[Release], new: &Release) -> bool {
        Ledger::new(before.to_vec()).tells_nothing(new).is_err()
    }

    #[test]
    fn only_closed_quarters_leave() {
        let ledger = Ledger::default();
        for (from, to, today, allowed) in [
            ("2026-01-01", "2026-04-01", "2026-04-01", true),
            ("2026-01-01", "2026-04-01", "2026-03-31", false),
            ("2026-01-01", "2027-01-01", "2027-02-01", true),
            ("2026-01-02", "2026-04-01", "2026-06-01", false),
            ("2026-01-01", "2026-03-31", "2026-06-01", false),
        ] {
            let new = table(false, from, to, &[], &[("a", 30)]);
            assert_eq!(ledger.allows(&new, day(today)).is_ok(), allowed, "{from} to {to} on {today}");
        }
    }

    #[test]
    fn planted_differences_are_refused() {
        let quarter =
            |is_public, count| table(is_public, "2026-01-01", "2026-04-01", &[], &[("oscec", count)]);
        let part = |filter: &[(&str, &str)], count| {
            table(false, "2026-01-01", "2026-04-01", filter, &[("all", count)])
        };
        for (case, before, new, refused) in [
            (
                "sextortion, 23 to 31 March and 24 to 2 April",
                vec![table(false, "2026-01-01", "2026-04-01", &[], &[("oscec", 23)])],
                table(false, "2026-01-01", "2026-04-03", &[], &[("oscec", 24)]),
                true,
            ),
            ("the same again", vec![quarter(false, 23)], quarter(false, 23), false),
            ("a correction of one", vec![quarter(false, 23)], quarter(false, 24), true),
            ("a correction of many", vec![quarter(false, 23)], quarter(false, 28), false),
            ("partner, then public", vec![quarter(false, 23)], quarter(true, 25), true),
            ("public, then partner", vec![quarter(true, 23)], quarter(false, 25), true),
            (
                "another cell",
                vec![table(false, "2026-01-01", "2026-04-01", &[], &[("love", 22)])],
                quarter(false, 23),
                false,
            ),
            (
                "three releases: two halves and the year, two days apart",
                vec![
                    table(false, "2026-01-01", "2026-07-01", &[], &[("oscec", 40)]),
                    table(false, "2026-07-01", "2027-01-01", &[], &[("oscec", 50)]),
                ],
                table(false, "2026-01-01", "2027-01-03", &[], &[("oscec", 92)]),
                true,
            ),
            (
                "three releases: the year less two of its quarters",
                vec![
                    table(true, "2026-01-01", "2026-04-01", &[], &[("oscec", 40)]),
                    table(true, "2026-04-01", "2026-10-01", &[], &[("oscec", 50)]),
                ],
                table(true, "2026-01-01", "2027-01-01", &[], &[("oscec", 97)]),
                true,
            ),
            (
                "the year with a quarter that is large",
                vec![table(true, "2026-01-01", "2026-10-01", &[], &[("oscec", 90)])],
                table(true, "2026-01-01", "2027-01-01", &[], &[("oscec", 130)]),
                false,
            ),
            (
                "a filter in a filter",
                vec![part(&[("topic", "violence")], 30)],
                part(&[("topic", "violence.sextortion")], 28),
                true,
            ),
            (
                "all but two parts that lie apart",
                vec![part(&[], 60), part(&[("gender", "girl")], 37)],
                part(&[("gender", "boy")], 20),
                true,
            ),
            (
                "parts that lie apart and leave many",
                vec![part(&[], 60), part(&[("gender", "girl")], 30)],
                part(&[("gender", "boy")], 20),
                false,
            ),
            (
                "partner has the whole, the public two parts",
                vec![part(&[], 60), Release { is_public: true, ..part(&[("gender", "girl")], 37) }],
                Release { is_public: true, ..part(&[("gender", "boy")], 20) },
                true,
            ),
            (
                "the public may not know what ten would tell, though partners may",
                vec![Release { is_public: true, ..part(&[], 60) }],
                Release { is_public: true, ..part(&[("gender", "girl")], 53) },
                true,
            ),
            ("a partner may", vec![part(&[], 60)], part(&[("gender", "girl")], 53), false),
        ] {
            assert_eq!(refuses(&before, &new), refused, "{case}");
        }
    }

    #[test]
    fn hidden_stays_hidden() {
        let mut old = table(false, "2026-01-01", "2026-04-01", &[], &[("love", 30)]);
        old.hidden.insert("oscec".into());
        let new = table(false, "2026-01-01", "2026-04-01", &[], &[("love", 30), ("oscec", 12)]);
        assert_eq!(Ledger::new(vec![old]).tells_nothing(&new), Err(Refusal::HiddenBefore("oscec".into())));
    }

    fn summaries(is_public: bool, cases: &[(usize, &str)]) -> Release {
        Release {
            table: "summaries".into(),
            is_public,
            days: (day("2026-01-01"), day("2026-04-01")),
            cases: cases.iter().map(|(case, cell)| (case.to_string(), cell.to_string())).collect(),
            ..Release::default()
        }
    }

    fn in_cell(range: std::ops::Range<usize>, cell: &'static str) -> Vec<(usize, &'static str)> {
        range.map(|case| (case, cell)).collect()
    }

    #[test]
    fn a_case_leaves_once_to_an_audience_and_no_few_are_told_by_two() {
        let (fine, coarse) = ("2026-Q1|CZ-10|a12_14|girl", "2026-Q1|CZ|a12_18|*");
        let partner = summaries(false, &in_cell(0..30, coarse));
        let ledger = Ledger::new(vec![partner.clone()]);
        let today = day("2026-05-01");
        assert_eq!(ledger.allows(&partner, today), Err(Refusal::CaseAgain(30)));
        assert_eq!(
            ledger.allows(&summaries(false, &in_cell(29..60, coarse)), today),
            Err(Refusal::CaseAgain(1))
        );
        for (case, new, refused) in [
            ("all but two, to the public", summaries(true, &in_cell(0..28, coarse)), true),
            ("all, to the public", summaries(true, &in_cell(0..30, coarse)), false),
            ("all but many", summaries(true, &in_cell(0..20, coarse)), false),
            ("more finely, two fewer", summaries(true, &in_cell(0..28, fine)), true),
            ("others", summaries(true, &in_cell(40..70, coarse)), false),
        ] {
            assert_eq!(ledger.allows(&new, today).is_err(), refused, "{case}");
        }
    }

    proptest! {
        /// Whatever is allowed one after the other: no span of days between any two bounds can be computed to be few.
        #[test]
        fn what_is_allowed_tells_of_nobody(picks in proptest::collection::vec((0_usize..5, 1_usize..5, any::<bool>()), 1..9), seeds in proptest::collection::vec(0_u64..9, 8)) {
            let mut ledger = Ledger::default();
            for (from, length, is_public) in picks {
                let to = (from + length).min(8);
                let count: u64 = seeds[from..to].iter().sum();
                let k = if is_public { 10 } else { 5 };
                if from == to || (1..k).contains(&count) { continue; }
                let new = Release { days: (from as i64, to as i64), ..table(is_public, "2026-01-01", "2026-04-01", &[], &[("a", count)]) };
                if ledger.tells_nothing(&new).is_ok() { ledger.add(new); }
            }
            // Solve by brute force: sums of any spans with factors -1, 0, 1 that come out as one span of days.
            for (audience, k) in [(true, 10), (false, 5)] {
                let seen: Vec<&Release> = ledger.releases().iter().filter(|old| !audience || old.is_public).collect();
                let count = seen.len().min(7);
                for code in 0..3_usize.pow(count as u32) {
                    let (mut span, mut sum, mut rest) = ([0_i64; 8], 0_i64, code);
                    for old in &seen[..count] {
                        let factor = (rest % 3) as i64 - 1;
                        rest /= 3;
                        (old.days.0..old.days.1).for_each(|day| span[day as usize] += factor);
                        sum += factor * old.cells["a"] as i64;
                    }
                    if span.iter().all(|part| (0..=1).contains(part)) && span.contains(&1) {
                        // One span in one piece, as a person would read it.
                        let first = span.iter().position(|part| *part == 1).unwrap_or(0);
                        let last = span.iter().rposition(|part| *part == 1).unwrap_or(0);
                        if span[first..=last].iter().all(|part| *part == 1) {
                            prop_assert!(!(1..k).contains(&sum), "{sum} in {span:?}");
                        }
                    }
                }
            }
        }
    }
}
