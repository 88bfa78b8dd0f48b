//! What can be computed from several releases together, and whether it would tell of few.

use std::collections::{BTreeMap, BTreeSet};

use super::super::generalise::Audience;
use super::super::risk;
use super::{Refusal, Release};

/// Whether a number would tell of few.
fn tells(count: u64, audience: Audience) -> bool {
    (1..audience.k() as u64).contains(&count)
}

pub fn differences(releases: &[&Release], new: &Release, audience: Audience) -> Result<(), Refusal> {
    let same: Vec<&Release> = releases.iter().copied().filter(|old| old.table == new.table).collect();
    for cell in new.cells.keys() {
        let filters: BTreeSet<&BTreeMap<String, String>> =
            same.iter().filter(|old| old.cells.contains_key(cell)).map(|old| &old.filter).collect();
        let mut counts: BTreeMap<&BTreeMap<String, String>, Spans> = BTreeMap::new();
        for filter in filters {
            let mut spans = Spans::default();
            for old in same.iter().filter(|old| old.filter == *filter) {
                if let Some(count) = old.cells.get(cell) {
                    spans.add(old.days, i128::from(*count), cell, audience)?;
                }
            }
            counts.insert(filter, spans);
        }
        for spans in counts.values() {
            if let Some(count) = spans.known().find(|(_, count)| tells(count.unsigned_abs() as u64, audience))
            {
                return Err(Refusal::Difference { cell: cell.clone(), count: count.1.unsigned_abs() as u64 });
            }
        }
        nested(&counts, cell, audience)?;
    }
    people(releases, new, audience)
}

/// Counts of one cell over spans of days. A span is an edge between its two days; along a chain of edges the count of
/// any span between can be computed.
#[derive(Default)]
struct Spans {
    /// For each day: the group of days it is connected with, and the count from the group's first day.
    days: BTreeMap<i64, (usize, i128)>,
    groups: usize,
}

impl Spans {
    fn add(&mut self, days: (i64, i64), count: i128, cell: &str, audience: Audience) -> Result<(), Refusal> {
        let mut place = |day: i64| {
            let groups = &mut self.groups;
            *self.days.entry(day).or_insert_with(|| {
                *groups += 1;
                (*groups, 0)
            })
        };
        let (from, to) = (place(days.0), place(days.1));
        if from.0 == to.0 {
            // The same span again: a correction is nothing, or at least k.
            let change = (to.1 - from.1 - count).unsigned_abs() as u64;
            return match tells(change, audience) {
                true => Err(Refusal::Difference { cell: cell.to_owned(), count: change }),
                false => Ok(()),
            };
        }
        let shift = from.1 + count - to.1;
        for place in self.days.values_mut().filter(|place| place.0 == to.0) {
            *place = (from.0, place.1 + shift);
        }
        Ok(())
    }

    /// Every span whose count can be computed.
    fn known(&self) -> impl Iterator<Item = ((i64, i64), i128)> {
        self.days.iter().flat_map(move |(from, (group, before))| {
            let after = self.days.range(from + 1..).filter(move |(_, (other, _))| other == group);
            after.map(move |(to, (_, count))| ((*from, *to), count - before))
        })
    }
}

/// How many parts of a group are tried together; more than any helpline publishes of one cell.
const PARTS: usize = 12;

/// A group less one or several of its parts that lie apart from each other must not be few.
fn nested(
    counts: &BTreeMap<&BTreeMap<String, String>, Spans>,
    cell: &str,
    audience: Audience,
) -> Result<(), Refusal> {
    for (whole, spans) in counts {
        for (days, all) in spans.known() {
            let parts: Vec<(&BTreeMap<String, String>, i128)> = counts
                .iter()
                .filter(|(part, _)| part != &whole && holds(whole, part))
                .filter_map(|(part, spans)| {
                    spans.known().find(|(other, _)| *other == days).map(|(_, count)| (*part, count))
                })
                .take(PARTS)
                .collect();
            for chosen in 1_u32..1 << parts.len() {
                let chosen: Vec<&(&BTreeMap<String, String>, i128)> =
                    (0..parts.len()).filter(|at| chosen & 1 << at != 0).map(|at| &parts[at]).collect();
                let are_apart = chosen
                    .iter()
                    .enumerate()
                    .all(|(at, one)| chosen[..at].iter().all(|other| apart(one.0, other.0)));
                let left = (all - chosen.iter().map(|part| part.1).sum::<i128>()).unsigned_abs() as u64;
                if are_apart && tells(left, audience) {
                    return Err(Refusal::Difference { cell: cell.to_owned(), count: left });
                }
            }
        }
    }
    Ok(())
}

/// Whether everything one filter lets through the other does too.
fn holds(whole: &BTreeMap<String, String>, part: &BTreeMap<String, String>) -> bool {
    whole.iter().all(|(facet, code)| part.get(facet).is_some_and(|own| begins(own, code)))
}

/// Whether no case passes both.
fn apart(one: &BTreeMap<String, String>, other: &BTreeMap<String, String>) -> bool {
    one.iter()
        .any(|(facet, code)| other.get(facet).is_some_and(|own| !begins(own, code) && !begins(code, own)))
}

fn begins(code: &str, with: &str) -> bool {
    code.strip_prefix(with).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

/// Cases that left to one audience and again to another: as a whole and group by group, who stands in one and not in the
/// other must not be few.
fn people(releases: &[&Release], new: &Release, audience: Audience) -> Result<(), Refusal> {
    if new.cases.is_empty() {
        return Ok(());
    }
    let others = || releases.iter().copied().filter(|old| !old.cases.is_empty() && *old != new);
    let mut sets: Vec<BTreeMap<&str, &str>> = others().map(cases).collect();
    // What left to the other audience over time, together.
    sets.push(others().filter(|old| old.is_public != new.is_public).flat_map(cases).collect());
    let own = cases(new);
    for old in sets.iter().filter(|old| !old.is_empty()) {
        few("", &own.keys().copied().collect(), &old.keys().copied().collect(), audience)?;
        // By the cells of either: the coarser of two that hold each other is the one whose parts are compared.
        for (cells, of) in [(&own, old), (old, &own)] {
            let mut groups: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
            for (case, cell) in cells {
                groups.entry(cell).or_default().insert(case);
            }
            for (cell, group) in groups {
                // The cells of the other that lie in this one by what they say.
                let within: BTreeSet<&str> =
                    of.iter().filter(|(_, other)| lies_in(other, cell)).map(|(case, _)| *case).collect();
                few(cell, &group, &within, audience)?;
            }
        }
    }
    Ok(())
}

fn cases(release: &Release) -> BTreeMap<&str, &str> {
    release.cases.iter().map(|(case, cell)| (case.as_str(), cell.as_str())).collect()
}

/// Whether a cell says the same as another or more exactly: `2026-Q1|CZ-10|a12_14` lies in `2026-H1|CZ|a12_18`.
fn lies_in(fine: &str, coarse: &str) -> bool {
    let (mut fine, mut coarse) = (fine.split('|'), coarse.split('|'));
    loop {
        return match (fine.next(), coarse.next()) {
            (None, None) => true,
            (Some(fine), Some(coarse)) if risk::is_within(fine, coarse) => continue,
            _ => false,
        };
    }
}

/// Refuses if one set holds the other and few are left over.
fn few(cell: &str, one: &BTreeSet<&str>, other: &BTreeSet<&str>, audience: Audience) -> Result<(), Refusal> {
    if one.is_disjoint(other) || !(one.is_subset(other) || other.is_subset(one)) {
        return Ok(());
    }
    let count = one.len().abs_diff(other.len()) as u64;
    match tells(count, audience) {
        true => Err(Refusal::Difference { cell: cell.to_owned(), count }),
        false => Ok(()),
    }
}
