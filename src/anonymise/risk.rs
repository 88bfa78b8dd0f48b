//! How likely it is that somebody is recognised in what leaves: k-anonymity and l-diversity over cases, the order in
//! which columns are made coarser until both hold, and the measures that are shown beside them.
//!
//! Whoever knows all of a child's quasi-identifiers finds at least k cases that look the same (k-anonymity), and among
//! these at least l different troubles (distinct l-diversity). How many children of the whole population look the same
//! cannot be computed from a sample of those who called: it is said, not estimated.

use std::collections::{BTreeMap, BTreeSet};

use super::Anonymised;
use super::generalise::{self, Audience};

impl Audience {
    /// Returns how many cases must look the same.
    pub fn k(self) -> usize {
        match self {
            Audience::Partner => 5,
            Audience::Public => 10,
        }
    }

    /// Returns how many different troubles such cases must have.
    pub fn l(self) -> usize {
        match self {
            Audience::Partner => 2,
            Audience::Public => 3,
        }
    }
}

/// One case as it would be released. What others may know of a child stands in codes of the taxonomy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Case {
    /// The closed quarter, `2026-Q1`.
    pub period: String,
    /// A region, nothing finer.
    pub region: String,
    /// `a12_14`.
    pub age_band: String,
    /// Gender of the child.
    pub gender: String,
    /// Who contacted the line.
    pub person: String,
    /// By which channel.
    pub channel: String,
    /// `violence.bullying`.
    pub topic: String,
    /// The risk level.
    pub risk: String,
    /// The masked summary; never in a public release.
    pub summary: Option<Anonymised<String>>,
    /// Which of the caller's own rows this is.
    pub row: usize,
}

/// What is made coarser, in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// Region becomes the country.
    Region,
    /// Age becomes 0–11, 12–18, 19 and more.
    Age,
    /// Topic becomes its family.
    Topic,
    /// Gender becomes unknown.
    Gender,
    /// The quarter becomes its half-year.
    Period,
}

impl Step {
    /// All steps, in order.
    pub const ALL: [Step; 5] = [Step::Region, Step::Age, Step::Topic, Step::Gender, Step::Period];
}

/// What stands where a value was given up.
pub const ANY: &str = "*";

/// The largest share of cases that may be dropped, in percent.
const DROPPED: usize = 5;

/// What leaves, with its risk.
#[derive(Clone, Debug, PartialEq)]
pub struct Release {
    /// The cases, made coarser, in the order they came.
    pub cases: Vec<Case>,
    /// What was made coarser.
    pub steps: Vec<Step>,
    /// How many cases were dropped.
    pub dropped: usize,
    /// What remains.
    pub risk: Risk,
}

/// What is said of a set of cases.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Risk {
    /// The size of the smallest group that looks the same; 0 when there are no cases.
    pub k: usize,
    /// The fewest different troubles in a group.
    pub l: usize,
    /// The largest distance of a group's troubles from those of all, 0 to 1 (total variation). Shown, not enforced.
    pub t: f64,
    /// How many cases were alone with their quasi-identifiers before anything was made coarser.
    pub uniques: usize,
}

/// Why nothing leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "{unsafe_cases} of {cases} cases would stand out even at the coarsest; at most {DROPPED} % may be dropped"
)]
pub struct Refused {
    /// How many would have to be dropped.
    pub unsafe_cases: usize,
    /// Of how many.
    pub cases: usize,
}

/// Makes cases coarser until k and l hold, then drops what stands out still, or refuses.
pub fn release(cases: &[Case], audience: Audience) -> Result<Anonymised<Release>, Refused> {
    let uniques = groups(cases).values().filter(|group| group.len() == 1).count();
    let mut current = cases.to_vec();
    if audience == Audience::Public {
        current.iter_mut().for_each(|case| case.summary = None);
    }
    let mut steps = Vec::new();
    let mut outside = standing_out(&current, audience);
    for step in Step::ALL {
        if outside.is_empty() {
            break;
        }
        current.iter_mut().for_each(|case| coarsen(case, step));
        steps.push(step);
        outside = standing_out(&current, audience);
    }
    if outside.len() * 100 > cases.len() * DROPPED {
        return Err(Refused { unsafe_cases: outside.len(), cases: cases.len() });
    }
    let dropped = outside.len();
    let kept: Vec<Case> = current
        .into_iter()
        .enumerate()
        .filter(|(at, _)| !outside.contains(at))
        .map(|(_, case)| case)
        .collect();
    let risk = Risk { uniques, ..measure(&kept) };
    Ok(Anonymised(Release { cases: kept, steps, dropped, risk }))
}

impl Case {
    /// Returns its quasi-identifiers as one cell of the ledger.
    pub fn cell(&self) -> String {
        [&self.period, &self.region, &self.age_band, &self.gender, &self.person, &self.channel, &self.topic]
            .map(String::as_str)
            .join("|")
    }
}

/// Returns k, l, t and uniques of cases as they are.
pub fn measure(cases: &[Case]) -> Risk {
    let groups = groups(cases);
    let all = troubles(cases.iter());
    let distance = |group: &Vec<usize>| {
        let own = troubles(group.iter().map(|at| &cases[*at]));
        let shares: Vec<(f64, f64)> = all
            .iter()
            .map(|(trouble, count)| {
                let own = own.get(trouble).copied().unwrap_or(0);
                (share(own, group.len()), share(*count, cases.len()))
            })
            .collect();
        let (own, all): (Vec<f64>, Vec<f64>) = shares.into_iter().unzip();
        total_variation(&own, &all)
    };
    Risk {
        k: groups.values().map(Vec::len).min().unwrap_or(0),
        l: groups.values().map(|group| troubles(group.iter().map(|at| &cases[*at])).len()).min().unwrap_or(0),
        t: groups.values().map(distance).fold(0.0, f64::max),
        uniques: groups.values().filter(|group| group.len() == 1).count(),
    }
}

/// Returns half the sum of the differences of two distributions over the same values, 0 to 1.
pub fn total_variation(one: &[f64], other: &[f64]) -> f64 {
    one.iter().zip(other).map(|(one, other)| (one - other).abs()).sum::<f64>() / 2.0
}

fn share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

type Quasi<'a> = [&'a str; 7];

/// The cases that look the same. The topic counts as it is shown: as itself, later as its family.
fn groups(cases: &[Case]) -> BTreeMap<Quasi<'_>, Vec<usize>> {
    let mut groups: BTreeMap<Quasi<'_>, Vec<usize>> = BTreeMap::new();
    for (at, case) in cases.iter().enumerate() {
        let quasi: Quasi<'_> = [
            &case.period,
            &case.region,
            &case.age_band,
            &case.gender,
            &case.person,
            &case.channel,
            &case.topic,
        ];
        groups.entry(quasi).or_default().push(at);
    }
    groups
}

fn troubles<'a>(cases: impl Iterator<Item = &'a Case>) -> BTreeMap<(&'a str, &'a str), usize> {
    let mut troubles = BTreeMap::new();
    for case in cases {
        *troubles.entry((case.topic.as_str(), case.risk.as_str())).or_default() += 1;
    }
    troubles
}

/// Returns which cases are in a group that is too small or too much of one kind.
fn standing_out(cases: &[Case], audience: Audience) -> BTreeSet<usize> {
    groups(cases)
        .into_values()
        .filter(|group| {
            group.len() < audience.k() || troubles(group.iter().map(|at| &cases[*at])).len() < audience.l()
        })
        .flatten()
        .collect()
}

fn coarsen(case: &mut Case, step: Step) {
    match step {
        Step::Region => case.region = "CZ".into(),
        Step::Age => case.age_band = coarse_band(&case.age_band),
        Step::Topic => case.topic.truncate(case.topic.find('.').unwrap_or(case.topic.len())),
        Step::Gender => case.gender = ANY.into(),
        Step::Period => case.period = half_year(&case.period),
    }
}

/// Whether a value is another one or is made coarser to it.
pub(super) fn is_within(fine: &str, coarse: &str) -> bool {
    fine == coarse
        || coarse == ANY
        || coarse == "CZ"
        || coarse_band(fine) == coarse
        || half_year(fine) == coarse && fine.contains("-Q")
        || fine.strip_prefix(coarse).is_some_and(|rest| rest.starts_with('.'))
}

/// `a12_14` becomes `a12_18`; what says no age stays.
fn coarse_band(band: &str) -> String {
    let years = band.rsplit(|letter: char| !letter.is_ascii_digit()).find_map(|digits| digits.parse().ok());
    match years.map(|years: u32| generalise::coarse_age(years + u32::from(band.starts_with("over")))) {
        Some((low, Some(high))) => format!("a{low}_{high}"),
        Some((low, None)) => format!("over{}", low - 1),
        None => band.to_owned(),
    }
}

/// `2026-Q3` becomes `2026-H2`.
fn half_year(quarter: &str) -> String {
    match quarter.split_once("-Q") {
        Some((year, "1" | "2")) => format!("{year}-H1"),
        Some((year, "3" | "4")) => format!("{year}-H2"),
        _ => ANY.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn case(region: &str, band: &str, topic: &str, risk: &str) -> Case {
        Case {
            period: "2026-Q1".into(),
            region: region.into(),
            age_band: band.into(),
            gender: "girl".into(),
            person: "child".into(),
            channel: "chat".into(),
            topic: topic.into(),
            risk: risk.into(),
            summary: None,
            row: 0,
        }
    }

    #[test]
    fn the_distance_of_a_class_is_the_total_variation() {
        assert!((total_variation(&[0.5, 0.5, 0.0], &[0.25, 0.25, 0.5]) - 0.5).abs() < 1e-12);
    }

    #[test]
    fn nothing_is_coarser_than_it_must_be() {
        let same: Vec<Case> =
            (0..6).map(|at| case("south", "a12_14", "a.x", if at % 2 == 0 { "R1" } else { "R2" })).collect();
        let released = release(&same, Audience::Partner).expect("a release").into_inner();
        assert_eq!((released.steps.len(), released.risk.k, released.risk.l), (0, 6, 2));

        let mut mixed = same.clone();
        mixed.iter_mut().take(2).for_each(|case| case.region = "north".into());
        let released = release(&mixed, Audience::Partner).expect("a release").into_inner();
        assert_eq!(
            (released.steps.as_slice(), released.cases[0].region.as_str()),
            (&[Step::Region][..], "CZ")
        );

        mixed[0].age_band = "a15_17".into();
        let released = release(&mixed, Audience::Partner).expect("a release").into_inner();
        assert_eq!((released.steps.len(), released.cases[0].age_band.as_str()), (2, "a12_18"));
    }

    #[test]
    fn a_group_of_one_trouble_stands_out_however_large() {
        let same: Vec<Case> = (0..50).map(|_| case("south", "a12_14", "a.x", "R1")).collect();
        assert_eq!(release(&same, Audience::Partner), Err(Refused { unsafe_cases: 50, cases: 50 }));
    }

    #[test]
    fn at_most_one_in_twenty_is_dropped() {
        let mut cases: Vec<Case> =
            (0..40).map(|at| case("s", "a12_14", "a.x", if at % 2 == 0 { "R1" } else { "R2" })).collect();
        let odd = |person: &str| Case { person: person.into(), ..case("s", "a12_14", "a.x", "R1") };
        cases.extend([odd("parent"), odd("teacher")]);
        assert_eq!(release(&cases, Audience::Partner).expect("a release").get().dropped, 2);
        cases.push(odd("sibling"));
        assert_eq!(release(&cases, Audience::Partner), Err(Refused { unsafe_cases: 3, cases: 43 }));
    }

    #[test]
    fn the_public_gets_no_free_text() {
        let with_text = |at: usize| Case {
            summary: Some(Anonymised("words".to_owned())),
            ..case("s", "a12_14", "a.x", ["R0", "R1", "R2"][at % 3])
        };
        let cases: Vec<Case> = (0..12).map(with_text).collect();
        let public = release(&cases, Audience::Public).expect("a release").into_inner();
        assert!(public.cases.iter().all(|case| case.summary.is_none()));
        assert!(
            release(&cases, Audience::Partner)
                .expect("a release")
                .get()
                .cases
                .iter()
                .all(|case| case.summary.is_some())
        );
    }

    proptest! {
        #[test]
        fn whatever_is_released_holds_k_and_l(
            picks in proptest::collection::vec((0usize..3, 0usize..4, 0usize..4, 0usize..4, 0usize..2), 0..200),
            public in any::<bool>(),
        ) {
            let audience = if public { Audience::Public } else { Audience::Partner };
            let cases: Vec<Case> = picks
                .iter()
                .map(|(region, band, topic, risk, person)| Case {
                    person: ["child", "parent"][*person].into(),
                    ..case(["s", "n", "w"][*region], ["a5_8", "a9_11", "a12_14", "over26"][*band], ["a.x", "a.y", "b.x", "b.z"][*topic], ["R0", "R1", "R2", "R3"][*risk])
                })
                .collect();
            if let Ok(released) = release(&cases, audience) {
                let released = released.into_inner();
                let risk = measure(&released.cases);
                prop_assert!(released.cases.is_empty() || risk.k >= audience.k() && risk.l >= audience.l());
                prop_assert!(risk.uniques == 0);
                prop_assert!(released.dropped * 20 <= cases.len());
            }
        }
    }
}
