//! A release of case summaries: which candidates leave, how coarse, in which order, and what the ledger keeps of it. Pure;
//! no word of a text is looked at here.
//!
//! The quasi-identifiers are made coarser until k and l hold (`anonymise::risk`). The other columns are known to some
//! people too (a classmate knows where it happens), so each of their values stays only where at least k rows of the
//! group have it; otherwise it is given up as `*`. Rows stand in an order that says nothing of time or casebook.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::summary::{Candidate, Facts};
use crate::anonymise::generalise::Audience;
use crate::anonymise::ledger::{self, hex};
use crate::anonymise::risk::{self, ANY, Refused, Risk, Step};

/// The columns of a release of summaries, without the summary.
pub const COLUMNS: [&str; 15] = [
    "release_id",
    "row",
    "period",
    "region",
    "age_band",
    "gender",
    "person",
    "channel",
    "topic_primary",
    "topics_other",
    "online",
    "where",
    "risk",
    "outcomes",
    "contacts_band",
];

/// The columns that are no quasi-identifiers and yet may be known, in the order in which they are kept while they can be.
const BESIDE: [usize; 5] = [10, 14, 11, 9, 13];

/// What would leave.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The id of the release: of its contents, so the same candidates give the same.
    pub id: String,
    /// To whom.
    pub audience: Audience,
    /// The rows in the order of the file.
    pub rows: Vec<Row>,
    /// What was made coarser.
    pub steps: Vec<Step>,
    /// How many candidates came in.
    pub candidates: usize,
    /// How many of them were dropped.
    pub dropped: usize,
    /// What remains.
    pub risk: Risk,
    /// How many values were given up as `*` beside the quasi-identifiers.
    pub given_up: usize,
}

/// One row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its columns, as `COLUMNS` names them.
    pub cells: [String; 15],
    /// Which candidate it is.
    pub candidate: usize,
    /// Its quasi-identifiers, as the ledger keeps them.
    pub cell: String,
}

/// Plans a release of candidates.
///
/// # Errors
/// Fails where k and l cannot be reached by dropping few.
pub fn plan(candidates: &[Candidate], audience: Audience) -> Result<Plan, Refused> {
    let cases: Vec<risk::Case> =
        candidates.iter().enumerate().map(|(row, one)| one.facts.case(row)).collect();
    let release = risk::release(&cases, audience)?.into_inner();
    let id = id(candidates, audience);
    let mut rows: Vec<Row> = release
        .cases
        .iter()
        .map(|case| {
            let facts = &candidates[case.row].facts;
            Row { cells: cells(&id, case, facts, &release.steps), candidate: case.row, cell: case.cell() }
        })
        .collect();
    let given_up = give_up(&mut rows, audience);
    rows.sort_by_cached_key(|row| {
        let hash = Sha256::new()
            .chain_update(id.as_bytes())
            .chain_update(candidates[row.candidate].case.as_bytes())
            .finalize();
        (row.cells[2..].to_vec(), hash.to_vec())
    });
    for (at, row) in rows.iter_mut().enumerate() {
        row.cells[1] = (at + 1).to_string();
    }
    Ok(Plan {
        id,
        audience,
        rows,
        candidates: candidates.len(),
        dropped: release.dropped,
        steps: release.steps,
        risk: release.risk,
        given_up,
    })
}

impl Plan {
    /// Returns what the ledger keeps of it; the digest of the files is filled in when they are written.
    pub fn entry(&self, candidates: &[Candidate], days: (i64, i64)) -> ledger::Release {
        let mut cells: BTreeMap<String, u64> = BTreeMap::new();
        for row in &self.rows {
            *cells.entry(row.cell.clone()).or_default() += 1;
        }
        ledger::Release {
            table: "summaries".to_owned(),
            is_public: self.audience == Audience::Public,
            days,
            levels: self.steps.iter().map(|step| code(*step).to_owned()).collect(),
            rows: self.rows.len() as u64,
            cells,
            cases: self
                .rows
                .iter()
                .map(|row| (candidates[row.candidate].case.clone(), row.cell.clone()))
                .collect(),
            ..ledger::Release::default()
        }
    }
}

/// Returns the code of a step, as `release.json` and the ledger have it.
pub fn code(step: Step) -> &'static str {
    match step {
        Step::Region => "region",
        Step::Age => "age_band",
        Step::Topic => "topic",
        Step::Gender => "gender",
        Step::Period => "period",
    }
}

fn id(candidates: &[Candidate], audience: Audience) -> String {
    let mut lines: Vec<String> =
        candidates.iter().map(|one| format!("{}|{}", one.case, one.facts.case(0).cell())).collect();
    lines.sort_unstable();
    let public = audience == Audience::Public;
    let mut hash = Sha256::new().chain_update(b"opora release\0").chain_update([u8::from(public)]);
    lines.iter().for_each(|line| hash.update(line.as_bytes()));
    hex(&hash.finalize()[..8])
}

fn cells(id: &str, case: &risk::Case, facts: &Facts, steps: &[Step]) -> [String; 15] {
    let family = |topic: &String| match steps.contains(&Step::Topic) {
        true => topic.split('.').next().unwrap_or_default().to_owned(),
        false => topic.clone(),
    };
    let mut others: Vec<String> = facts.topics.iter().skip(1).map(family).collect();
    others.retain(|topic| *topic != case.topic);
    let list = |mut codes: Vec<String>| {
        codes.sort_unstable();
        codes.dedup();
        codes.join(" ")
    };
    [
        id.to_owned(),
        String::new(),
        case.period.clone(),
        case.region.clone(),
        case.age_band.clone(),
        case.gender.clone(),
        case.person.clone(),
        case.channel.clone(),
        case.topic.clone(),
        list(others),
        facts.online.clone(),
        list(facts.places.clone()),
        case.risk.clone(),
        list(facts.outcomes.clone()),
        facts.contacts_band().to_owned(),
    ]
}

/// Gives up values beside the quasi-identifiers until every group that shares all of them has k rows and l troubles.
/// Returns how many values went.
fn give_up(rows: &mut [Row], audience: Audience) -> usize {
    let mut groups: BTreeMap<String, Vec<usize>> = BTreeMap::new();
    for (at, row) in rows.iter().enumerate() {
        groups.entry(row.cell.clone()).or_default().push(at);
    }
    let mut groups: Vec<Vec<usize>> = groups.into_values().collect();
    let mut given_up = 0;
    for column in BESIDE {
        let mut finer = Vec::new();
        for group in groups {
            let mut parts: BTreeMap<String, Vec<usize>> = BTreeMap::new();
            for at in &group {
                parts.entry(rows[*at].cells[column].clone()).or_default().push(*at);
            }
            let mut parts: Vec<Vec<usize>> = parts.into_values().collect();
            parts.sort_by_key(|part| (part.len(), part.first().copied()));
            let holds = |part: &[usize]| holds(rows, part, audience);
            let mut rest: Vec<usize> = Vec::new();
            let mut kept: Vec<Vec<usize>> = Vec::new();
            for part in parts {
                if holds(&part) { kept.push(part) } else { rest.extend(part) }
            }
            // What is given up must be a group by itself; if it is too small, it takes the smallest other in.
            while !rest.is_empty() && !holds(&rest) && !kept.is_empty() {
                rest.extend(kept.remove(0));
            }
            for at in &rest {
                given_up += usize::from(rows[*at].cells[column] != ANY);
                rows[*at].cells[column] = ANY.to_owned();
            }
            finer.extend(kept);
            finer.extend((!rest.is_empty()).then_some(rest));
        }
        groups = finer;
    }
    given_up
}

fn holds(rows: &[Row], part: &[usize], audience: Audience) -> bool {
    let troubles: std::collections::BTreeSet<(&str, &str)> =
        part.iter().map(|at| (rows[*at].cells[8].as_str(), rows[*at].cells[12].as_str())).collect();
    part.len() >= audience.k() && troubles.len() >= audience.l()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use proptest::prelude::*;

    use super::*;

    fn candidate(at: usize, facts: Facts) -> Candidate {
        Candidate { case: format!("{at:04}"), contact: None, facts, text: None, masks: Vec::new() }
    }

    fn facts(picks: &[usize]) -> Facts {
        let text = |codes: &[&str], at: usize| codes[picks[at] % codes.len()].to_owned();
        Facts {
            period: "2026-Q3".into(),
            region: text(&["CZ-10", "CZ-64"], 0),
            age_band: text(&["a12_14", "a15_17"], 1),
            gender: text(&["girl", "boy"], 2),
            person: "child".into(),
            channel: "chat".into(),
            topics: vec![text(&["violence.bullying", "violence.physical", "mental.mood"], 3)],
            online: text(&["online", "offline"], 4),
            places: vec![text(&["gaming", "social", "messaging"], 5)],
            risk: text(&["R0", "R1", "R2"], 6),
            outcomes: vec![text(&["listened", "info"], 7)],
            contacts: picks[0] as u32,
            language: "cs".into(),
        }
    }

    #[test]
    fn the_same_candidates_in_any_order_give_the_same_release() {
        let one: Vec<Candidate> =
            (0..60).map(|at| candidate(at, facts(&[at, at / 2, at / 3, at, at, at, at / 4, at]))).collect();
        let mut other = one.clone();
        other.reverse();
        let rows = |candidates: &[Candidate]| {
            let plan = plan(candidates, Audience::Partner).unwrap();
            plan.rows.iter().map(|row| row.cells.clone()).collect::<Vec<_>>()
        };
        assert_eq!(rows(&one), rows(&other));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn nobody_is_alone_with_all_that_may_be_known(picks in proptest::collection::vec(proptest::collection::vec(0_usize..6, 8), 0..160), public in any::<bool>()) {
            let audience = if public { Audience::Public } else { Audience::Partner };
            let candidates: Vec<Candidate> = picks.iter().enumerate().map(|(at, picks)| candidate(at, facts(picks))).collect();
            if let Ok(plan) = plan(&candidates, audience) {
                // Everything but the number of the row and the risk, which nobody outside knows.
                let mut alike: BTreeMap<Vec<&str>, usize> = BTreeMap::new();
                let known = |row: &Row| -> Vec<String> { [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14].map(|at| row.cells[at].clone()).to_vec() };
                let rows: Vec<Vec<String>> = plan.rows.iter().map(known).collect();
                for row in &rows { *alike.entry(row.iter().map(String::as_str).collect()).or_default() += 1; }
                prop_assert!(alike.values().all(|count| *count >= audience.k()));
                prop_assert!(plan.dropped * 20 <= candidates.len());
            }
        }
    }
}
