//! The statistics of a period: every definition of docs/src/design/domain.md, section 6, as a fold over contact rows and
//! intervals. Folds of parts merge to the fold of the whole. A contact belongs to the moment of its `opened`.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::period::Period;
use super::spread::{Mean, Spread};
use crate::conversation::event::{Contact, Interval};
use crate::conversation::tally::{Fate, Staff, Tally, Terms, fate};
use crate::taxonomy::{Facets, Taxonomy};

/// A contact as the house keeps it, and its facets where a house key opened them.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The numbers.
    pub contact: Contact,
    /// What was classified.
    pub facets: Option<Facets>,
}

/// The channel whose contacts wait in the queue; of the others nobody knows who gave up.
pub const QUEUE: &str = "chat";
/// Code of what nobody told.
pub const UNKNOWN: &str = "unknown";
/// Finishing a note counts for at most this long: 30 minutes.
pub const WRAP_MS: u64 = 1_800_000;
/// Ratings are shown from so many on.
pub const LEAST_RATINGS: u64 = 5;

/// By what contacts are grouped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum By {
    /// Hour of the day, `00` to `23`.
    Hour,
    /// Day of the week, `1` Monday to `7`.
    Weekday,
    /// Family of the main topic.
    Family,
    /// Age band of the child.
    Age,
    /// Language of the talk.
    Language,
    /// Channel; the only one that counts more than the queue.
    Channel,
}

impl By {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Hour, Self::Weekday, Self::Family, Self::Age, Self::Language, Self::Channel];

    /// Returns its name in commands and files.
    pub fn name(self) -> &'static str {
        match self {
            Self::Hour => "hour",
            Self::Weekday => "weekday",
            Self::Family => "topic",
            Self::Age => "age",
            Self::Language => "language",
            Self::Channel => "channel",
        }
    }

    /// Returns what `name` names.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|by| by.name() == name)
    }
}

/// Contacts of one group.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Group {
    /// The sums.
    pub tally: Tally,
    /// Waits of those answered.
    pub waits: Spread,
    /// Waits of those who gave up.
    pub gave_up: Spread,
    /// From the opening to the counsellor's first message.
    pub first: Spread,
    /// Each contact's median from a child's message to the counsellor's next.
    pub gaps: Spread,
    /// Handle times: from taken to ended and the note after it.
    pub handle: Mean,
    /// How the child felt afterwards, 1 to 4.
    pub felt: Mean,
    /// Whether it felt listened to, 0 to 2.
    pub heard: Mean,
}

impl Group {
    fn add(&mut self, contact: &Contact, terms: Terms) {
        self.tally += Tally::of(contact, terms);
        match fate(contact) {
            Fate::Answered(wait) => self.waits.add(wait),
            Fate::Abandoned(wait, _) => self.gave_up.add(wait),
            Fate::Late => {}
        }
        if let Some(first) = contact.first {
            self.first.add(first.saturating_sub(contact.opened));
        }
        if let Some(gap) = contact.gap_ms {
            self.gaps.add(gap);
        }
        if let Some(handle) = handle_ms(contact) {
            self.handle.add(handle);
        }
        if let Some(rated) = contact.rated {
            rated.felt.into_iter().for_each(|felt| self.felt.add(u64::from(felt)));
            rated.heard.into_iter().for_each(|heard| self.heard.add(u64::from(heard)));
        }
    }

    fn merge(&mut self, other: &Self) {
        self.tally += other.tally;
        self.waits.merge(&other.waits);
        self.gave_up.merge(&other.gave_up);
        self.first.merge(&other.first);
        self.gaps.merge(&other.gaps);
        self.handle.merge(other.handle);
        self.felt.merge(other.felt);
        self.heard.merge(other.heard);
    }
}

/// Returns how long a contact that was taken kept its counsellor, in milliseconds: until it ended and the note after it.
pub fn handle_ms(contact: &Contact) -> Option<u64> {
    let taken = contact.taken?;
    let wrap = contact.archived.map_or(0, |archived| archived.saturating_sub(contact.ended).min(WRAP_MS));
    Some(contact.ended.saturating_sub(taken) + wrap)
}

/// Returns how many talks its holder had meanwhile, rounded to whole ones.
pub fn concurrency(contact: &Contact) -> Option<u64> {
    contact.held.map(|held| ((held + 50) / 100).max(1))
}

/// An hour of the week.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WeekHour {
    /// The queue's contacts.
    pub tally: Tally,
    /// The staffing.
    pub staff: Staff,
    /// How long this hour was in the whole period, in seconds: the clocks' changes counted as they are.
    pub length_s: u64,
}

/// The statistics of a period.
#[derive(Debug, Clone, PartialEq)]
pub struct Statistics {
    period: Period,
    terms: Terms,
    /// All contacts of the queue.
    pub queue: Group,
    /// Their groups by code. Only `By::Channel` holds the other channels too.
    pub by: BTreeMap<By, BTreeMap<String, Group>>,
    /// Handle times by channel and by how many talks the holder had; nothing where that is not known.
    pub handle: BTreeMap<(String, Option<u64>), Mean>,
    /// Counselling contacts of all channels by the family of their main topic.
    pub topics: BTreeMap<String, u64>,
    /// Contacts of all channels by kind, as classified.
    pub kinds: BTreeMap<String, u64>,
    /// The queue by day.
    pub days: BTreeMap<Date, Tally>,
    /// The queue and its staffing by the hour of the week, Monday's first hour first.
    pub week: Vec<WeekHour>,
    /// The staffing of the whole period.
    pub staff: Staff,
}

impl Statistics {
    /// Begins the empty statistics of a period.
    pub fn new(period: Period, terms: Terms) -> Self {
        let mut week = vec![WeekHour::default(); 168];
        for start in period.quarters() {
            week[period.local(start).of_week()].length_s += 900;
        }
        Self {
            period,
            terms,
            queue: Group::default(),
            by: By::ALL.into_iter().map(|by| (by, BTreeMap::new())).collect(),
            handle: BTreeMap::new(),
            topics: BTreeMap::new(),
            kinds: BTreeMap::new(),
            days: BTreeMap::new(),
            week,
            staff: Staff::default(),
        }
    }

    /// Folds rows and intervals; what lies outside the period is not counted.
    pub fn of(period: Period, terms: Terms, rows: &[Row], intervals: &[Interval]) -> Self {
        let mut statistics = Self::new(period, terms);
        rows.iter().for_each(|row| statistics.add(row));
        intervals.iter().for_each(|interval| statistics.add_interval(interval));
        statistics
    }

    /// Returns the period.
    pub fn period(&self) -> &Period {
        &self.period
    }

    /// Returns the limits.
    pub fn terms(&self) -> Terms {
        self.terms
    }

    /// Adds a contact.
    pub fn add(&mut self, row: &Row) {
        let Row { contact, facets } = row;
        if !self.period.contains(contact.opened) {
            return;
        }
        let facets = facets.as_ref();
        self.group(By::Channel, &contact.channel, contact);
        if let Some(handle) = handle_ms(contact) {
            let key = (contact.channel.clone(), concurrency(contact));
            self.handle.entry(key).or_default().add(handle);
        }
        if let Some(facets) = facets {
            count(&mut self.kinds, facets.kind.as_str());
            if let Some(topic) = facets.topics.first() {
                count(&mut self.topics, topic.family().as_str());
            }
        }
        if contact.channel != QUEUE {
            return;
        }
        let local = self.period.local(contact.opened);
        let tally = Tally::of(contact, self.terms);
        self.queue.add(contact, self.terms);
        *self.days.entry(local.date).or_default() += tally;
        self.week[local.of_week()].tally += tally;
        self.group(By::Hour, &format!("{:02}", local.hour), contact);
        self.group(By::Weekday, &(local.weekday() + 1).to_string(), contact);
        let family = facets.and_then(|facets| facets.topics.first()).map(|topic| topic.family());
        let family = family.as_ref().map(|family| family.as_str()).or(contact.facts.topic.as_deref());
        self.group(By::Family, family.unwrap_or(UNKNOWN), contact);
        let age = facets.map(|facets| facets.age_band.as_str()).filter(|age| *age != UNKNOWN);
        self.group(By::Age, age.or(contact.facts.age.as_deref()).unwrap_or(UNKNOWN), contact);
        self.group(By::Language, &contact.lang, contact);
    }

    /// Adds a quarter of an hour of staffing.
    pub fn add_interval(&mut self, interval: &Interval) {
        if self.period.contains(interval.start) {
            let staff = Staff::of(interval);
            self.staff += staff;
            self.week[self.period.local(interval.start).of_week()].staff += staff;
        }
    }

    /// Adds the statistics of another part of the same period.
    pub fn merge(&mut self, other: &Self) {
        self.queue.merge(&other.queue);
        for (by, groups) in &other.by {
            let ours = self.by.entry(*by).or_default();
            for (key, group) in groups {
                ours.entry(key.clone()).or_default().merge(group);
            }
        }
        for (key, mean) in &other.handle {
            self.handle.entry(key.clone()).or_default().merge(*mean);
        }
        for (ours, theirs) in [(&mut self.topics, &other.topics), (&mut self.kinds, &other.kinds)] {
            theirs.iter().for_each(|(key, count)| *ours.entry(key.clone()).or_default() += count);
        }
        for (date, tally) in &other.days {
            *self.days.entry(*date).or_default() += *tally;
        }
        for (ours, theirs) in self.week.iter_mut().zip(&other.week) {
            ours.tally += theirs.tally;
            ours.staff += theirs.staff;
        }
        self.staff += other.staff;
    }

    /// Returns the keys of a grouping in the order in which they are shown: all hours and days, other codes that occur
    /// in the order of the taxonomy, those it does not know behind them, what is unknown last.
    pub fn keys(&self, by: By) -> Vec<String> {
        let found = self.by.get(&by);
        let taxonomy = Taxonomy::shipped();
        let known: Vec<String> = match by {
            By::Hour => return (0..24).map(|hour| format!("{hour:02}")).collect(),
            By::Weekday => return (1..=7).map(|day| day.to_string()).collect(),
            By::Family => taxonomy.families().iter().map(|family| family.as_str().to_owned()).collect(),
            By::Age => taxonomy.codes(crate::taxonomy::Facet::AgeBand).to_vec(),
            By::Language => Vec::new(),
            By::Channel => taxonomy.codes(crate::taxonomy::Facet::Channel).to_vec(),
        };
        let mut keys: Vec<String> = found.into_iter().flat_map(|groups| groups.keys().cloned()).collect();
        let place = |key: &String| known.iter().position(|code| code == key).unwrap_or(known.len());
        keys.sort_by_key(|key| (key == UNKNOWN, place(key)));
        keys
    }

    /// Returns a group; nothing where nobody came.
    pub fn of_key(&self, by: By, key: &str) -> Option<&Group> {
        self.by.get(&by).and_then(|groups| groups.get(key))
    }

    /// Returns the mean handle time of the queue in seconds at so many talks at once, if at least so many were.
    pub fn handle_s(&self, concurrency: u64, least: u64) -> Option<f64> {
        let mean = self.handle.get(&(QUEUE.to_owned(), Some(concurrency)))?;
        mean.of_at_least(least).map(|ms| ms / 1000.0)
    }

    fn group(&mut self, by: By, key: &str, contact: &Contact) {
        let groups = self.by.entry(by).or_default();
        if !groups.contains_key(key) {
            groups.insert(key.to_owned(), Group::default());
        }
        if let Some(group) = groups.get_mut(key) {
            group.add(contact, self.terms);
        }
    }
}

fn count(counts: &mut BTreeMap<String, u64>, key: &str) {
    match counts.get_mut(key) {
        Some(count) => *count += 1,
        None => _ = counts.insert(key.to_owned(), 1),
    }
}

#[cfg(test)]
pub(super) mod tests;
