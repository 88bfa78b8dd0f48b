//! The tables that others ask a helpline for: Insafe's quarter and Child Helpline International's year, counted from the
//! house's contact rows, hidden and rounded as `anonymise::table` says. Pure: rows come as they are handed in.

use std::collections::{BTreeMap, BTreeSet};

use super::period::Period;
use super::statistics::{Row, UNKNOWN};
use crate::anonymise::generalise::Audience;
use crate::anonymise::ledger;
use crate::anonymise::table::{Place, Published, Table, rounded};
use crate::taxonomy::{Facet, Facets, Online, Taxonomy};

/// A table as its file has it, and what the ledger keeps of it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Counted {
    /// The names of the columns.
    pub columns: Vec<&'static str>,
    /// The rows.
    pub rows: Vec<Vec<String>>,
    /// Cells that are shown, and their true counts.
    pub cells: BTreeMap<String, u64>,
    /// Cells that are hidden.
    pub hidden: BTreeSet<String>,
    /// Lines of which one cell holds everything.
    pub groups: Vec<String>,
    /// How many contacts it counts.
    pub base: u64,
}

impl Counted {
    /// Returns what the ledger keeps of it.
    pub fn entry(&self, table: &str, audience: Audience, days: (i64, i64)) -> ledger::Release {
        ledger::Release {
            table: table.to_owned(),
            is_public: audience == Audience::Public,
            days,
            rows: self.rows.len() as u64,
            cells: self.cells.clone(),
            hidden: self.hidden.clone(),
            ..ledger::Release::default()
        }
    }

    /// Takes one row of counts that sum up, or do not, and writes it line by line.
    fn section(
        &mut self,
        section: &Section,
        audience: Audience,
        before: &BTreeSet<&str>,
        write: &mut dyn FnMut(&mut Self, &str, Shown),
    ) {
        let counts: Vec<u64> = section.counts.iter().map(|(_, count)| *count).collect();
        let key = |code: &str| format!("{}|{code}", section.name);
        let hidden_before: BTreeSet<Place> = section
            .counts
            .iter()
            .enumerate()
            .filter(|(_, (code, _))| before.contains(key(code).as_str()))
            .map(|(at, _)| (0, at))
            .collect();
        let published =
            section.sums.then(|| Table::new(std::slice::from_ref(&counts)).publish(audience, &hidden_before));
        let k = audience.k() as u64;
        // The table would hide its sum, which the other sections tell: then the section says nothing, noughts included.
        let says_nothing = published.as_ref().is_some_and(|published| {
            published.shown((0, counts.len())).is_none() && counts.iter().sum::<u64>() >= k
        });
        for (at, (code, count)) in section.counts.iter().enumerate() {
            let is_hidden = match &published {
                Some(published) => says_nothing || published.shown((0, at)).is_none(),
                None => (1..k).contains(count) || hidden_before.contains(&(0, at)),
            };
            let holds_all = section.sums && *count > 0 && counts.iter().sum::<u64>() == *count;
            self.note(&key(code), *count, is_hidden);
            if holds_all && !is_hidden {
                self.groups.push(key(code));
            }
            let shown = Shown::of(*count, is_hidden, audience, holds_all);
            write(self, code, shown);
        }
    }

    fn note(&mut self, key: &str, count: u64, is_hidden: bool) {
        match is_hidden {
            true => _ = self.hidden.insert(key.to_owned()),
            false => _ = self.cells.insert(key.to_owned(), count),
        }
    }
}

/// A count as it may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shown {
    count: Option<u64>,
    is_rounded: bool,
    holds_all: bool,
}

impl Shown {
    fn of(count: u64, is_hidden: bool, audience: Audience, holds_all: bool) -> Self {
        match (is_hidden, audience) {
            (true, _) => Self { count: None, is_rounded: false, holds_all: false },
            (false, Audience::Partner) => Self { count: Some(count), is_rounded: false, holds_all },
            (false, Audience::Public) => Self { count: Some(rounded(count)), is_rounded: true, holds_all },
        }
    }

    fn words(self) -> String {
        self.count.map(|count| count.to_string()).unwrap_or_default()
    }

    /// `<k` stands at every hidden cell, at small ones and at those that protect them: which is which would tell.
    fn remark(self) -> &'static str {
        match self {
            Self { count: None, .. } => "<k",
            Self { holds_all: true, is_rounded: true, .. } => "rounded; all in one cell",
            Self { holds_all: true, .. } => "all in one cell",
            Self { is_rounded: true, .. } => "rounded",
            Self { .. } => "",
        }
    }
}

/// Counts by code. Where a contact has one code of a facet they sum up to the base.
struct Section {
    name: &'static str,
    counts: Vec<(String, u64)>,
    sums: bool,
}

impl Section {
    fn new(name: &'static str, codes: impl IntoIterator<Item = String>, sums: bool) -> Self {
        Self { name, counts: codes.into_iter().map(|code| (code, 0)).collect(), sums }
    }

    /// Counts one; a code that is not offered any more gets a line of its own.
    fn add(&mut self, code: &str) {
        match self.counts.iter_mut().find(|(known, _)| known == code) {
            Some((_, count)) => *count += 1,
            None => self.counts.push((code.to_owned(), 1)),
        }
    }
}

fn codes(taxonomy: &Taxonomy, facet: Facet) -> Vec<String> {
    let mut codes = taxonomy.codes(facet).to_vec();
    if !codes.iter().any(|code| code == UNKNOWN) {
        codes.push(UNKNOWN.to_owned());
    }
    codes
}

fn is_talk(facets: &Facets) -> bool {
    matches!(facets.kind.as_str(), "counselling" | "information")
}

fn in_period<'a>(
    rows: impl IntoIterator<Item = &'a Row>,
    period: &Period,
) -> impl Iterator<Item = &'a Facets> {
    rows.into_iter().filter(|row| period.contains(row.contact.opened)).filter_map(|row| row.facets.as_ref())
}

/// Counts Insafe's quarter: counselling and information that happens online, by its primary topic.
///
/// `label` gives the words of a section's code; `before` are the cells that were hidden in an earlier release.
pub fn insafe<'a>(
    rows: impl IntoIterator<Item = &'a Row>,
    period: &Period,
    name: &str,
    audience: Audience,
    taxonomy: &Taxonomy,
    before: &BTreeSet<&str>,
    label: &dyn Fn(&str, &str) -> String,
) -> Counted {
    let categories = taxonomy.insafe_categories().iter().map(|code| code.as_str().to_owned());
    let grouped = |band: &str| {
        let group =
            taxonomy.age_groups().iter().find(|group| group.bands.iter().any(|own| own.as_str() == band));
        group.map_or(band.to_owned(), |group| group.id.clone())
    };
    let mut ages: Vec<String> = taxonomy.age_groups().iter().map(|group| group.id.clone()).collect();
    for band in codes(taxonomy, Facet::AgeBand) {
        let group = grouped(&band);
        if !ages.contains(&group) {
            ages.push(group);
        }
    }
    let mut sections = [
        Section::new("topic", categories, true),
        Section::new("age", ages, true),
        Section::new("gender", codes(taxonomy, Facet::Gender), true),
        Section::new("channel", codes(taxonomy, Facet::Channel), true),
        Section::new("person", codes(taxonomy, Facet::Person), true),
        Section::new("where", codes(taxonomy, Facet::Where), false),
    ];
    let mut base = 0;
    for facets in in_period(rows, period).filter(|facets| is_talk(facets)) {
        let Some(online) = facets.online.filter(|online| *online != Online::Offline) else { continue };
        base += 1;
        let topic = facets.topics.first().and_then(|topic| taxonomy.insafe(topic, online));
        sections[0].add(topic.as_ref().map_or("other", |topic| topic.as_str()));
        sections[1].add(&grouped(facets.age_band.as_str()));
        sections[2].add(facets.gender.as_str());
        sections[3].add(facets.channel.as_str());
        sections[4].add(facets.person.as_str());
        facets.places.iter().for_each(|place| sections[5].add(place.as_str()));
    }
    let columns = vec!["period", "section", "code", "label", "count", "share", "note"];
    let mut counted = Counted { columns, base, ..Counted::default() };
    let k = audience.k() as u64;
    let all = Shown::of(base, (1..k).contains(&base), audience, false);
    counted.note("total|all", base, all.count.is_none());
    let write = |counted: &mut Counted, section: &str, code: &str, shown: Shown| {
        // A share is of what is shown, so that it tells no more than that.
        let share = match (shown.count, all.count) {
            (Some(count), Some(all)) if all > 0 => format!("{:.3}", count as f64 / all as f64),
            _ => String::new(),
        };
        counted.rows.push(vec![
            name.to_owned(),
            section.to_owned(),
            code.to_owned(),
            label(section, code),
            shown.words(),
            share,
            shown.remark().to_owned(),
        ]);
    };
    write(&mut counted, "total", "all", all);
    for section in &sections {
        counted.section(section, audience, before, &mut |counted, code, shown| {
            write(counted, section.name, code, shown);
        });
    }
    counted
}

/// The genders of Child Helpline International's form; what is none of the first three is the last.
const GENDERS: [&str; 4] = ["girl", "boy", "non_binary", "unknown"];

/// Counts Child Helpline International's year: counselling by sub-category and gender, and four sections beside it.
pub fn chi<'a>(
    rows: impl IntoIterator<Item = &'a Row>,
    period: &Period,
    year: &str,
    audience: Audience,
    taxonomy: &Taxonomy,
    before: &BTreeSet<&str>,
) -> Counted {
    let mut subs: Vec<(String, String)> = taxonomy
        .chi_families()
        .iter()
        .flat_map(|family| {
            family.subs.iter().map(|sub| {
                let sub = sub.as_str();
                (family.id.as_str().to_owned(), sub.split_once('.').map_or(sub, |(_, sub)| sub).to_owned())
            })
        })
        .collect();
    subs.push((UNKNOWN.to_owned(), UNKNOWN.to_owned()));
    let mut counts = vec![vec![0_u64; GENDERS.len()]; subs.len()];
    let actions = taxonomy.chi_actions().iter().map(|action| action.as_str().to_owned());
    let mut sections = [
        Section::new("channel", codes(taxonomy, Facet::Channel), true),
        Section::new("age", codes(taxonomy, Facet::AgeBand), true),
        Section::new("kind", taxonomy.codes(Facet::Kind).to_vec(), true),
        Section::new("action", actions, false),
    ];
    let mut base = 0;
    for facets in in_period(rows, period) {
        sections[2].add(facets.kind.as_str());
        // All but the kinds count the same contacts, so that no difference of two sums tells of others.
        if facets.kind.as_str() != "counselling" {
            continue;
        }
        base += 1;
        sections[0].add(facets.channel.as_str());
        sections[1].add(facets.age_band.as_str());
        let outcomes = facets.outcomes.iter().filter_map(|outcome| taxonomy.outcome(outcome));
        let acted: BTreeSet<&str> = outcomes.map(|outcome| outcome.chi.as_str()).collect();
        acted.into_iter().for_each(|action| sections[3].add(action));
        let online = facets.online.unwrap_or(Online::Offline);
        let sub = facets.topics.first().and_then(|topic| taxonomy.chi(topic, online));
        let place = sub.and_then(|sub| {
            let parts = sub.as_str().split_once('.')?;
            subs.iter().position(|(family, own)| parts == (family.as_str(), own.as_str()))
        });
        let gender = GENDERS.iter().position(|gender| *gender == facets.gender.as_str());
        counts[place.unwrap_or(subs.len() - 1)][gender.unwrap_or(GENDERS.len() - 1)] += 1;
    }
    let columns = vec!["year", "family", "sub_category", "girls", "boys", "non_binary", "unknown", "total"];
    let mut counted = Counted { columns, base, ..Counted::default() };
    let last = subs.len();
    let key = |row: usize, column: usize| {
        let (family, sub) = subs.get(row).map_or(("all", "all"), |(family, sub)| (family, sub));
        format!("{family}|{sub}|{}", GENDERS.get(column).unwrap_or(&"total"))
    };
    let all: Vec<Place> =
        (0..=last).flat_map(|row| (0..=GENDERS.len()).map(move |column| (row, column))).collect();
    let hidden: BTreeSet<Place> =
        all.into_iter().filter(|(row, column)| before.contains(key(*row, *column).as_str())).collect();
    let published: Published = Table::new(&counts).publish(audience, &hidden);
    counted.groups = published.groups().into_iter().map(|row| key(row, GENDERS.len())).collect();
    for row in 0..=last {
        let (family, sub) = subs.get(row).map_or(("all", "all"), |(family, sub)| (family, sub));
        let mut line = vec![year.to_owned(), family.to_owned(), sub.to_owned()];
        for column in 0..=GENDERS.len() {
            let shown = published.shown((row, column));
            line.push(shown.map_or_else(|| "<k".to_owned(), |count| count.to_string()));
            let count = published.true_count((row, column)).unwrap_or(0);
            counted.note(&key(row, column), count, shown.is_none());
        }
        counted.rows.push(line);
    }
    for section in &sections {
        counted.section(section, audience, before, &mut |counted, code, shown| {
            let mut line = vec![year.to_owned(), section.name.to_owned(), code.to_owned()];
            line.extend(std::iter::repeat_n(String::new(), GENDERS.len()));
            line.push(shown.count.map_or_else(|| "<k".to_owned(), |count| count.to_string()));
            counted.rows.push(line);
        });
    }
    counted
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use jiff::tz::TimeZone;

    use super::*;

    fn row(at: u64, topic: &str, gender: &str, online: Online) -> Row {
        let mut facets = Facets::new("chat".into(), "cs");
        facets.topics = vec![topic.into()];
        facets.gender = gender.into();
        facets.online = Some(online);
        facets.age_band = "a12_14".into();
        facets.person = "child".into();
        facets.outcomes = vec!["listened".into()];
        let contact =
            serde_json::json!({"channel": "chat", "opened": at, "ended": at, "reason": "", "lang": "cs"});
        Row { contact: serde_json::from_value(contact).unwrap(), facets: Some(facets) }
    }

    fn quarter() -> Period {
        Period::parse("2026-Q3", &TimeZone::UTC).unwrap()
    }

    fn rows(counts: &[(&str, &str, u64)]) -> Vec<Row> {
        counts
            .iter()
            .flat_map(|(topic, gender, count)| {
                (0..*count).map(|_| row(quarter().from + 5, topic, gender, Online::Online))
            })
            .collect()
    }

    #[test]
    fn insafe_counts_what_is_online_by_its_primary_topic_and_hides_few() {
        let mut rows = rows(&[
            ("violence.bullying", "girl", 12),
            ("violence.sextortion", "girl", 3),
            ("peers.partner", "boy", 20),
        ]);
        rows.push(row(quarter().from, "violence.bullying", "girl", Online::Offline));
        rows.push(row(quarter().to, "violence.bullying", "girl", Online::Online));
        let label = |_: &str, code: &str| code.to_owned();
        let counted = insafe(
            &rows,
            &quarter(),
            "2026-Q3",
            Audience::Partner,
            Taxonomy::shipped(),
            &BTreeSet::new(),
            &label,
        );
        let line = |code: &str| {
            let line = counted.rows.iter().find(|line| line[2] == code).unwrap();
            (line[4].as_str(), line[5].as_str(), line[6].as_str())
        };
        assert_eq!(counted.base, 35);
        assert_eq!(line("all"), ("35", "1.000", ""));
        assert_eq!(line("love"), ("20", "0.571", ""));
        // The small one, and the one by which it could be computed.
        assert_eq!((line("oscec"), line("cyberbullying")), (("", "", "<k"), ("", "", "<k")));
        assert_eq!(line("12_18"), ("35", "1.000", "all in one cell"));
        assert!(counted.hidden.contains("topic|oscec") && counted.cells["topic|love"] == 20);
        let public = insafe(
            &rows,
            &quarter(),
            "2026-Q3",
            Audience::Public,
            Taxonomy::shipped(),
            &BTreeSet::new(),
            &label,
        );
        let boys = public.rows.iter().find(|line| line[2] == "boy").unwrap();
        assert_eq!((boys[4].as_str(), boys[6].as_str()), ("20", "rounded"));
    }

    #[test]
    fn chi_counts_sub_categories_by_gender_and_protects_the_sums() {
        let rows = rows(&[
            ("violence.bullying", "girl", 12),
            ("violence.bullying", "boy", 3),
            ("violence.bullying", "non_binary", 20),
            ("peers.friends", "girl", 9),
            ("peers.friends", "boy", 14),
            ("peers.friends", "non_binary", 8),
        ]);
        let counted =
            chi(&rows, &quarter(), "2026", Audience::Partner, Taxonomy::shipped(), &BTreeSet::new());
        let line = |sub: &str| counted.rows.iter().find(|line| line[2] == sub).unwrap()[3..].to_vec();
        assert_eq!(line("cyberbullying"), ["<k", "<k", "20", "0", "35"]);
        assert_eq!(line("friends"), ["<k", "<k", "8", "0", "31"]);
        assert_eq!(line("a12_14"), ["", "", "", "", "66"]);
        assert_eq!(line("direct").last().map(String::as_str), Some("66"));
    }

    /// Everybody came by chat, and chat was hidden in an earlier release of the quarter: the total would tell it.
    #[test]
    fn what_was_hidden_before_is_not_told_by_the_total_of_the_other_sections() {
        let rows = rows(&[("violence.bullying", "girl", 12), ("peers.partner", "boy", 20)]);
        let before = BTreeSet::from(["channel|chat"]);
        let label = |_: &str, code: &str| code.to_owned();
        let file =
            insafe(&rows, &quarter(), "2026-Q3", Audience::Partner, Taxonomy::shipped(), &before, &label);
        assert_eq!(file.cells["total|all"], 32);
        assert!(!file.cells.keys().any(|key| key.starts_with("channel|")), "{:?}", file.cells);
    }

    /// What somebody can compute who lays the two files beside each other: of each section whose counts sum up, the sum
    /// is known by the others, so what is hidden in it must be two cells or more that hold k together.
    #[test]
    fn sections_that_share_a_sum_give_no_hidden_cell_away() {
        let mut state = 7_u64;
        let mut pick = |most: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize % most
        };
        let topics =
            ["violence.bullying", "violence.sextortion", "peers.partner", "peers.friends", "mental.mood"];
        let (mut hidden_cells, label) = (0, |_: &str, code: &str| code.to_owned());
        for _ in 0..150 {
            let count = 6 + pick(60);
            let rows: Vec<Row> = (0..count)
                .map(|_| {
                    let common = pick(3) > 0;
                    let topic = topics[if common { 0 } else { pick(topics.len()) }];
                    let gender = ["girl", "boy", "non_binary"][if pick(4) > 0 { 0 } else { pick(3) }];
                    let mut row = row(quarter().from + 5, topic, gender, Online::Online);
                    let facets = row.facets.as_mut().unwrap();
                    facets.age_band = ["a9_11", "a12_14", "a15_17"][pick(3)].into();
                    facets.person = ["child", "child", "child", "parent"][pick(4)].into();
                    row
                })
                .collect();
            for (audience, k) in [(Audience::Partner, 5_usize), (Audience::Public, 10)] {
                let none = BTreeSet::new();
                let shipped = Taxonomy::shipped();
                let insafe = insafe(&rows, &quarter(), "2026-Q3", audience, shipped, &none, &label);
                let chi = chi(&rows, &quarter(), "2026", audience, shipped, &none);
                // All rows are online counselling, so that both files count the same children, and say how many.
                for (file, names) in [
                    (&insafe, &["topic", "age", "gender", "channel", "person"][..]),
                    (&chi, &["channel", "age"]),
                ] {
                    for name in names {
                        let of = |key: &&String| key.starts_with(&format!("{name}|"));
                        let shown: u64 =
                            file.cells.iter().filter(|(key, _)| of(key)).map(|(_, count)| count).sum();
                        let hidden = file.hidden.iter().filter(of).count();
                        hidden_cells += hidden;
                        let rest = (count as u64).saturating_sub(shown);
                        assert!(
                            hidden == 0 || count < k || hidden > 1 && rest >= k as u64,
                            "{name}: {hidden} hidden cells hold {rest} of {count}"
                        );
                    }
                }
            }
        }
        assert!(hidden_cells > 100, "{hidden_cells} hidden cells prove little");
    }
}
