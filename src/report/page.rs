//! The report of a period as one HTML file: no script, plots beside their tables, each number with its definition; for
//! paper, for the screen, for those who hear it. Texts come from the locale, numbers from the folds; what is written
//! into the page is escaped here.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;

use super::line::{Line, hidden};
use super::period::{Period, moment};
use super::statistics::{By, LEAST_RATINGS, Row, Statistics, UNKNOWN};
use super::svg::Plot;
use crate::conversation::board::Goals;
use crate::conversation::event::Interval;
use crate::conversation::tally::Tally;
use crate::locale::Locale;
use crate::taxonomy::{Facet, Family};

mod plan;
mod text;

use text::{Page, Table, share};
pub use text::{escape, seconds};

/// What a report is asked to show.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// Of which time.
    pub period: Period,
    /// The goals of the line.
    pub goals: Goals,
    /// Places of a counsellor.
    pub slots: u32,
    /// The mean time after which children give up, in seconds, if staffing is to count on it.
    pub patience_s: Option<f64>,
    /// The share of paid time away from the line, 0 to below 1.
    pub shrinkage: f64,
    /// Outside the house counts of 1 to below this are hidden.
    pub hide_below: Option<u64>,
    /// When the report is made, in milliseconds since 1970.
    pub made: u64,
}

/// The limits of the classes of waits, in seconds.
const WAITS_S: [u64; 8] = [10, 30, 60, 120, 300, 600, 1200, 3600];

/// A number of a period in words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Number {
    /// What it is called.
    pub name: String,
    /// The number; `–` where there is none.
    pub value: String,
    /// Its goal; empty where it has none.
    pub goal: String,
    /// How it is defined.
    pub what: String,
}

/// Returns the numbers of a whole period, as the report shows them.
pub fn numbers(statistics: &Statistics, options: &Options, locale: &Locale) -> Vec<Number> {
    Report { statistics, options, locale, page: Page::new(locale) }.all_numbers()
}

/// Returns what a group is called.
pub fn label(by: By, key: &str, locale: &Locale) -> String {
    let id = match by {
        By::Family => Family::new(key).label_id(),
        By::Age => Facet::AgeBand.label_id(key),
        By::Channel => Facet::Channel.label_id(key),
        By::Language => format!("lang-{key}"),
        By::Weekday => format!("weekday-{key}"),
        By::Hour => return key.to_owned(),
    };
    match key {
        UNKNOWN => locale.say("word-unknown"),
        key => locale.try_say(&id, &[]).unwrap_or_else(|| key.to_owned()),
    }
}

/// Returns the report of the rows and intervals of a period.
pub fn report(rows: &[Row], intervals: &[Interval], options: &Options, locale: &Locale) -> String {
    let statistics = Statistics::of(options.period.clone(), options.goals.terms, rows, intervals);
    page(&statistics, options, locale)
}

/// Returns the report of statistics that were folded before.
pub fn page(statistics: &Statistics, options: &Options, locale: &Locale) -> String {
    let mut report = Report { statistics, options, locale, page: Page::new(locale) };
    report.numbers();
    report.hours();
    report.weekdays();
    report.waits();
    report.level();
    report.topics();
    report.groups();
    report.handling();
    report.plan();
    report.methods();
    report.end()
}

struct Report<'a> {
    statistics: &'a Statistics,
    options: &'a Options,
    locale: &'a Locale,
    page: Page<'a>,
}

impl Report<'_> {
    fn say(&self, id: &str) -> String {
        self.locale.say(id)
    }

    /// Returns a count as shown: grouped, `<k` where hidden.
    fn count(&self, count: Option<u64>) -> String {
        let hidden = || self.options.hide_below.map_or_else(|| "–".to_owned(), |k| format!("<{k}"));
        count.map_or_else(hidden, |count| self.locale.number(i64::try_from(count).unwrap_or(i64::MAX)))
    }

    fn seconds(&self, seconds: Option<f64>) -> String {
        text::seconds(self.locale, seconds)
    }

    fn decimal(&self, value: Option<f64>, places: usize) -> String {
        value.map_or_else(|| "–".to_owned(), |value| self.locale.decimal(value, places))
    }

    fn k(&self, count: u64) -> Option<u64> {
        let is_hidden = self.options.hide_below.is_some_and(|k| super::line::is_small(count, k));
        (!is_hidden).then_some(count)
    }

    /// The numbers of the whole period, each with its goal and its definition.
    fn numbers(&mut self) {
        let mut table = Table::new(&["report-number", "report-value", "report-goal", "report-definition"]);
        for Number { name, value, goal, what } in self.all_numbers() {
            table.row(&name, &[value, goal, what]);
        }
        self.page.heading("report-numbers");
        self.page.paragraph(&self.say("report-numbers-about"));
        self.page.table(&table.with_class("numbers"), &self.say("report-numbers"));
    }

    fn all_numbers(&self) -> Vec<Number> {
        let mut line = Line::of("", &self.statistics.queue);
        if let Some(k) = self.options.hide_below {
            line.hide_small(k);
        }
        let (goals, staff) = (&self.options.goals, &self.statistics.staff);
        let later = line.abandoned.zip(line.short).map(|(abandoned, short)| abandoned - short);
        let percent = |share: Option<f64>| self.locale.percent(share);
        let goal = |id: &str, share: f64| self.locale.say_with(id, &[("goal", percent(Some(share)).into())]);
        let at_least = goal("report-goal-at-least", goals.service_level);
        let at_most = goal("report-goal-at-most", goals.abandonment);
        let rows = [
            ("offered", self.count(line.offered), ""),
            ("answered", self.count(line.answered), ""),
            ("reach", percent(line.reach), ""),
            ("level", percent(line.service_level), at_least.as_str()),
            ("abandonment", percent(line.abandonment), at_most.as_str()),
            ("short", self.count(line.short), ""),
            ("later", self.count(later), ""),
            ("by-hand", self.count(line.by_hand), ""),
            ("by-network", self.count(line.by_network), ""),
            ("came-again", self.count(line.came_again), ""),
            ("asa", self.seconds(line.asa_s), ""),
            ("p50", self.seconds(line.wait_p50_s), ""),
            ("p90", self.seconds(line.wait_p90_s), ""),
            ("first", self.seconds(line.first_p50_s), ""),
            ("gap", self.seconds(line.gap_p50_s), ""),
            ("aht", self.seconds(line.aht_s), ""),
            ("concurrency", self.decimal(staff.concurrency(), 2), ""),
            ("occupancy", percent(staff.occupancy()), ""),
            ("slot-use", percent(staff.slot_use()), ""),
            ("felt", self.decimal(line.felt, 1), ""),
            ("heard", self.decimal(line.heard, 1), ""),
        ];
        let number = |(name, value, goal): (&str, String, &str)| Number {
            name: self.say(&format!("report-{name}")),
            value,
            goal: goal.to_owned(),
            what: self.locale.say_with(&format!("report-{name}-what"), &self.limits()),
        };
        rows.into_iter().map(number).collect()
    }

    fn limits(&self) -> [(&'static str, crate::locale::Value<'static>); 3] {
        let terms = self.options.goals.terms;
        let seconds = |ms: u64| text::seconds(self.locale, Some(ms as f64 / 1000.0));
        [
            ("short", seconds(terms.short_ms).into()),
            ("target", seconds(terms.target_ms).into()),
            ("least", LEAST_RATINGS.into()),
        ]
    }

    fn hours(&mut self) {
        let lines = Line::all(self.statistics, By::Hour, self.options.hide_below);
        let labels: Vec<String> = lines.iter().map(|line| line.key.clone()).collect();
        self.reach("report-hours", "hours", &lines, &labels, true);
    }

    fn weekdays(&mut self) {
        let lines = Line::all(self.statistics, By::Weekday, self.options.hide_below);
        let labels: Vec<String> = (1..=7).map(|day| self.say(&format!("weekday-{day}"))).collect();
        self.reach("report-weekdays", "weekdays", &lines, &labels, true);
    }

    /// A section of who came and who was reached, group by group.
    fn reach(&mut self, title: &str, id: &str, lines: &[Line], labels: &[String], is_plotted: bool) {
        let columns = ["report-group", "report-offered", "report-answered", "report-reach", "report-level"];
        let columns =
            [&columns[..], &["report-abandonment", "report-p50", "report-p90", "report-aht"]].concat();
        let mut table = Table::new(&columns);
        for (line, label) in lines.iter().zip(labels) {
            let percent = |share| self.locale.percent(share);
            let cells = [
                self.count(line.offered),
                self.count(line.answered),
                percent(line.reach),
                percent(line.service_level),
                percent(line.abandonment),
                self.seconds(line.wait_p50_s),
                self.seconds(line.wait_p90_s),
                self.seconds(line.aht_s),
            ];
            table.row(label, &cells);
        }
        let heading = self.say(title);
        self.page.heading(title);
        if is_plotted {
            let about = self.say(&format!("{title}-about"));
            let number = |value: f64| self.locale.number(value.round() as i64);
            let plot = Plot { id, title: &heading, about: &about, labels, value: &number };
            let of = |part: fn(&Line) -> Option<u64>| -> Vec<Option<f64>> {
                lines.iter().map(|line| part(line).map(|count| count as f64)).collect()
            };
            let drawn = plot.columns(&of(|line| line.offered), &of(|line| line.answered), &[]);
            self.page.figure(&drawn, &self.say("report-legend-reach"));
        }
        self.page.table(&table, &heading);
    }

    /// How long those waited who were answered, and those who gave up.
    fn waits(&mut self) {
        let limits = WAITS_S.map(|limit| limit * 1000);
        let queue = &self.statistics.queue;
        let (answered, gave_up) = (queue.waits.classes(&limits), queue.gave_up.classes(&limits));
        let shown = |counts: &[u64]| -> Vec<Option<u64>> {
            counts.iter().zip(self.hide(counts)).map(|(count, hide)| (!hide).then_some(*count)).collect()
        };
        let (answered, gave_up) = (shown(&answered), shown(&gave_up));
        let up_to = |limit: &u64| {
            let limit = text::seconds(self.locale, Some(*limit as f64));
            self.locale.say_with("report-up-to", &[("limit", limit.into())])
        };
        let last = text::seconds(self.locale, WAITS_S.last().map(|limit| *limit as f64));
        let labels: Vec<String> = WAITS_S
            .iter()
            .map(up_to)
            .chain([self.locale.say_with("report-longer", &[("limit", last.into())])])
            .collect();
        let mut table = Table::new(&["report-wait", "report-answered", "report-gave-up"]);
        for ((label, answered), gave_up) in labels.iter().zip(&answered).zip(&gave_up) {
            table.row(label, &[self.count(*answered), self.count(*gave_up)]);
        }
        let (heading, about) = (self.say("report-waits"), self.say("report-waits-about"));
        let number = |value: f64| self.locale.number(value.round() as i64);
        let axis = self.wait_axis();
        let plot = Plot { id: "waits", title: &heading, about: &about, labels: &axis, value: &number };
        let both: Vec<Option<f64>> = answered
            .iter()
            .zip(&gave_up)
            .map(|(answered, gave_up)| answered.zip(*gave_up).map(|(one, other)| (one + other) as f64))
            .collect();
        let answered: Vec<Option<f64>> =
            answered.iter().map(|count| count.map(|count| count as f64)).collect();
        let drawn = plot.columns(&both, &answered, &[]);
        self.page.heading("report-waits");
        self.page.figure(&drawn, &self.say("report-legend-waits"));
        self.page.table(&table, &heading);
    }

    /// Short names of the classes of waits: as wide as their columns, so that each can stand under its own.
    fn wait_axis(&self) -> Vec<String> {
        let length = |seconds: u64| match seconds {
            0..60 => self.locale.say_with("report-axis-seconds", &[("count", seconds.into())]),
            _ => self.locale.say_with("report-axis-minutes", &[("count", (seconds / 60).into())]),
        };
        let below = WAITS_S.iter().map(|limit| format!("<{}", length(*limit)));
        below.chain(WAITS_S.last().map(|limit| format!("≥{}", length(*limit)))).collect()
    }

    /// The service level by day, over more than six weeks by week.
    fn level(&mut self) {
        let (first, last) = self.options.period.ends();
        let by_week = first.until(last).is_ok_and(|span| span.get_days() >= 42);
        let step = if by_week { 7 } else { 1 };
        let monday = i32::from(first.weekday().to_monday_zero_offset());
        let begin = if by_week { first.checked_sub(monday.days()).unwrap_or(first) } else { first };
        let (mut starts, mut next) = (Vec::new(), Some(begin));
        while let Some(start) = next.filter(|start| *start <= last) {
            starts.push(start);
            next = start.checked_add(step.days()).ok();
        }
        let sums: Vec<Tally> = starts.iter().map(|start| self.days_from(*start, step)).collect();
        let hide = self.hide(&sums.iter().map(|tally| tally.offered).collect::<Vec<_>>());
        let level = |(tally, hide): (&Tally, &bool)| {
            let missed = tally.tried() - tally.within;
            let is_shown = !hide && [tally.within, missed, tally.short].iter().all(|n| self.k(*n).is_some());
            tally.service_level().filter(|_| is_shown)
        };
        let levels: Vec<Option<f64>> = sums.iter().zip(&hide).map(level).collect();
        let labels: Vec<String> = starts.iter().map(|start| self.locale.date((*start).max(first))).collect();
        let mut table = Table::new(&[
            if by_week { "report-week-of" } else { "report-day" },
            "report-offered",
            "report-level",
        ]);
        for (((label, tally), hide), level) in labels.iter().zip(&sums).zip(&hide).zip(&levels) {
            let offered = (!hide).then_some(tally.offered);
            table.row(label, &[self.count(offered), self.locale.percent(*level)]);
        }
        let (heading, about) = (self.say("report-level-time"), self.say("report-level-time-about"));
        let percent = |value: f64| self.locale.percent(Some(value));
        let plot = Plot { id: "level", title: &heading, about: &about, labels: &labels, value: &percent };
        let drawn = plot.shares(&levels, self.options.goals.service_level);
        self.page.heading("report-level-time");
        let goal = self.locale.percent(Some(self.options.goals.service_level));
        self.page.figure(&drawn, &self.locale.say_with("report-legend-level", &[("goal", goal.into())]));
        self.page.table(&table, &heading);
    }

    fn days_from(&self, start: Date, days: i32) -> Tally {
        let end = start.checked_add(days.days()).unwrap_or(Date::MAX);
        let mut sum = Tally::default();
        self.statistics.days.range(start..end).for_each(|(_, tally)| sum += *tally);
        sum
    }

    /// What it was about, over all channels.
    fn topics(&mut self) {
        let topics = &self.statistics.topics;
        let (labels, shown, table) =
            self.shares(topics, "report-topic", |report, family| report.label(By::Family, family));
        let (heading, about) = (self.say("report-topics"), self.say("report-topics-about"));
        self.page.heading("report-topics");
        self.page.paragraph(&about);
        if labels.is_empty() {
            return self.page.paragraph(&self.say("report-nothing"));
        }
        let number = |value: f64| self.locale.number(value.round() as i64);
        let plot = Plot { id: "topics", title: &heading, about: &about, labels: &labels, value: &number };
        let values: Vec<Option<f64>> = shown.iter().map(|count| count.map(|count| count as f64)).collect();
        self.page.figure(&plot.bars(&values), &self.say("report-legend-topics"));
        self.page.table(&table, &heading);
        let kind = |report: &Self, kind: &str| {
            report.locale.try_say(&Facet::Kind.label_id(kind), &[]).unwrap_or_else(|| kind.to_owned())
        };
        let (_, _, kinds) = self.shares(&self.statistics.kinds, "report-kind", kind);
        self.page.table(&kinds, &self.say("report-kinds"));
    }

    /// Returns counts, the greatest first, with their labels and as a table with shares.
    fn shares(
        &self,
        counts: &BTreeMap<String, u64>,
        column: &'static str,
        label: impl Fn(&Self, &str) -> String,
    ) -> (Vec<String>, Vec<Option<u64>>, Table) {
        let mut sorted: Vec<(&String, u64)> = counts.iter().map(|(key, count)| (key, *count)).collect();
        sorted.sort_by_key(|(key, count)| (std::cmp::Reverse(*count), *key));
        let counts: Vec<u64> = sorted.iter().map(|(_, count)| *count).collect();
        let all = counts.iter().sum();
        let shown = counts.iter().zip(self.hide(&counts)).map(|(count, hide)| (!hide).then_some(*count));
        let shown: Vec<Option<u64>> = shown.collect();
        let labels: Vec<String> = sorted.iter().map(|(key, _)| label(self, key)).collect();
        let mut table = Table::new(&[column, "report-contacts", "report-share"]);
        for (label, count) in labels.iter().zip(&shown) {
            let part = count.and_then(|count| share(count, all));
            table.row(label, &[self.count(*count), self.locale.percent(part)]);
        }
        (labels, shown, table)
    }

    /// Returns which of the counts of a line are hidden: none in the house.
    fn hide(&self, counts: &[u64]) -> Vec<bool> {
        self.options.hide_below.map_or_else(|| vec![false; counts.len()], |k| hidden(counts, k))
    }

    /// Reach by what the child told and by channel.
    fn groups(&mut self) {
        for (by, title) in [
            (By::Family, "report-by-topic"),
            (By::Age, "report-by-age"),
            (By::Language, "report-by-language"),
            (By::Channel, "report-by-channel"),
        ] {
            let lines = Line::all(self.statistics, by, self.options.hide_below);
            let labels: Vec<String> = lines.iter().map(|line| self.label(by, &line.key)).collect();
            if labels.is_empty() {
                continue;
            }
            self.reach(title, by.name(), &lines, &labels, false);
        }
    }

    /// How long contacts take, by channel and by how many talks a counsellor had.
    fn handling(&mut self) {
        let mut table = Table::new(&["report-channel", "report-at-once", "report-contacts", "report-aht"]);
        let counts: Vec<u64> = self.statistics.handle.values().map(|mean| mean.count).collect();
        for (((channel, at_once), mean), hide) in self.statistics.handle.iter().zip(self.hide(&counts)) {
            let count = (!hide).then_some(mean.count);
            let seconds = mean.value().filter(|_| count.is_some()).map(|ms| ms / 1000.0);
            let at_once = at_once.map_or_else(|| "–".to_owned(), |at_once| at_once.to_string());
            table
                .row(&self.label(By::Channel, channel), &[at_once, self.count(count), self.seconds(seconds)]);
        }
        self.page.heading("report-handling");
        self.page.paragraph(&self.say("report-handling-about"));
        self.page.table(&table, &self.say("report-handling"));
    }

    fn methods(&mut self) {
        self.page.heading("report-methods");
        for id in
            ["report-method-rows", "report-method-time", "report-method-percentile", "report-method-staff"]
        {
            self.page.paragraph(&self.say(id));
        }
        if let Some(k) = self.options.hide_below {
            self.page.paragraph(&self.locale.say_with("report-method-hidden", &[("k", k.into())]));
        }
        self.page.paragraph(&self.say("report-method-people"));
        self.page.paragraph(&self.say("report-sources"));
    }

    fn label(&self, by: By, key: &str) -> String {
        label(by, key, self.locale)
    }

    fn end(self) -> String {
        let Self { options, locale, page, .. } = self;
        let period = period_name(&options.period, locale);
        let title = locale.say_with("report-title", &[("period", period.into())]);
        let made = options.period.zone().to_datetime(moment(options.made));
        let made = format!("{} {}", locale.date_year(made.date()), locale.clock(made.time()));
        let zone = options.period.zone().iana_name().unwrap_or("UTC").to_owned();
        let intro = locale.say_with("report-intro", &[("made", made.into()), ("zone", zone.into())]);
        page.end(&title, &intro)
    }
}

/// Returns the name of a period: a quarter, or its first and last day.
pub fn period_name(period: &Period, locale: &Locale) -> String {
    if let Some((year, number)) = period.as_quarter() {
        let values = [("number", number.to_string().into()), ("year", year.to_string().into())];
        return locale.say_with("report-quarter", &values);
    }
    let (first, last) = period.ends();
    let values = [("first", locale.date_year(first).into()), ("last", locale.date_year(last).into())];
    locale.say_with("report-days", &values)
}

#[cfg(test)]
mod tests;
