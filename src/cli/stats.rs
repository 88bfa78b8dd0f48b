//! `opora stats`: whom the line reached and whom it did not, from the rows that the house keeps. Fetched over the link,
//! opened with the house key of the vault, counted here; nothing is stored.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use super::house::House;
use super::{Exit, Failure, Global, Outcome, keys, say};
use crate::console::model::watch::goals;
use crate::conversation::event::Interval;
use crate::locale::Locale;
use crate::report::intervals;
use crate::report::line::{self, Line};
use crate::report::page::{self, Options as Asked};
use crate::report::period::Period;
use crate::report::statistics::{By, Row, Statistics};

mod report;
mod staffing;

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Options {
    #[command(subcommand)]
    what: Option<What>,
    #[command(flatten)]
    fetch: Fetch,
    #[arg(long, value_name = "QUARTER")]
    quarter: Option<String>,
    #[arg(long, value_name = "GROUP")]
    by: Option<Grouping>,
    #[arg(long, value_name = "K", num_args = 0..=1, default_missing_value = "5")]
    outside: Option<u64>,
    #[arg(long)]
    explain: bool,
    #[arg(long)]
    csv: bool,
    #[arg(long, conflicts_with = "csv")]
    json: bool,
}

#[derive(Subcommand)]
enum What {
    Report(report::Options),
    Staffing(staffing::Options),
}

/// From where, and in which zone days are meant.
#[derive(Args)]
struct Fetch {
    #[arg(long, value_name = "URL")]
    relay: Option<String>,
    #[arg(long, value_name = "ZONE")]
    zone: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Grouping {
    Hour,
    Weekday,
    Topic,
    Age,
    Language,
    Channel,
    Interval,
}

impl Grouping {
    fn by(self) -> Option<By> {
        Some(match self {
            Self::Hour => By::Hour,
            Self::Weekday => By::Weekday,
            Self::Topic => By::Family,
            Self::Age => By::Age,
            Self::Language => By::Language,
            Self::Channel => By::Channel,
            Self::Interval => return None,
        })
    }
}

/// Runs `opora stats`.
pub fn run(global: &Global, options: &Options, locale: &Locale) -> Outcome {
    match &options.what {
        Some(What::Report(options)) => report::run(global, options, locale),
        Some(What::Staffing(options)) => staffing::run(global, options, locale),
        None => tables(global, options, locale),
    }
}

/// What was fetched of a period, and what is asked of it.
struct Fetched {
    rows: Vec<Row>,
    intervals: Vec<Interval>,
    asked: Asked,
}

impl Fetch {
    fn zone(&self) -> Outcome<TimeZone> {
        match &self.zone {
            None => Ok(TimeZone::system()),
            Some(name) => TimeZone::get(name)
                .map_err(|_| Failure::new(Exit::Usage, "cli-error-zone").with("zone", name)),
        }
    }

    /// Returns the quarter or month of this name, or the quarter that runs.
    fn period(&self, name: Option<&str>) -> Outcome<Period> {
        let zone = self.zone()?;
        let now = keys::now();
        let today = Period::new(now, now + 1, &zone).local(now).date;
        let running = format!("{:04}-Q{}", today.year(), (today.month() - 1) / 3 + 1);
        let name = name.unwrap_or(&running);
        Period::parse(name, &zone)
            .ok_or_else(|| Failure::new(Exit::Usage, "cli-error-period").with("period", name))
    }

    fn fetch(&self, global: &Global, period: Period, locale: &Locale) -> Outcome<Fetched> {
        keys::runtime()?.block_on(async {
            let mut house = House::connect(global, self.relay.clone(), locale).await?;
            let rows = house.rows(period.from, period.to, locale).await;
            let told = house.queue.house.goals;
            house.leave().await;
            let (rows, intervals) = rows?;
            let asked = Asked {
                period,
                goals: goals(&told),
                slots: u32::from(told.places).max(1),
                patience_s: None,
                shrinkage: 0.3,
                hide_below: None,
                made: keys::now(),
            };
            Ok(Fetched { rows, intervals, asked })
        })
    }
}

impl Fetched {
    fn statistics(&self) -> Statistics {
        Statistics::of(self.asked.period.clone(), self.asked.goals.terms, &self.rows, &self.intervals)
    }

    /// Quarters of an hour as CSV.
    fn intervals_csv(&self) -> String {
        let Asked { period, goals, .. } = &self.asked;
        intervals::csv(&intervals::quarters(period, goals.terms, &self.rows, &self.intervals))
    }
}

/// The lines of a grouping, or the one of the whole period; small ones hidden outside of the house.
fn lines(statistics: &Statistics, by: Option<By>, k: Option<u64>) -> Vec<Line> {
    match by {
        Some(by) => Line::all(statistics, by, k),
        None => {
            let mut line = Line::of("all", &statistics.queue);
            if let Some(k) = k {
                line.hide_small(k);
            }
            vec![line]
        }
    }
}

fn tables(global: &Global, options: &Options, locale: &Locale) -> Outcome {
    let is_interval = options.by == Some(Grouping::Interval);
    if is_interval && options.outside.is_some() {
        return Err(Failure::new(Exit::Refused, "cli-error-intervals-outside"));
    }
    let period = options.fetch.period(options.quarter.as_deref())?;
    let mut fetched = options.fetch.fetch(global, period, locale)?;
    fetched.asked.hide_below = options.outside;
    let statistics = fetched.statistics();
    if is_interval {
        print(&fetched.intervals_csv());
        return Ok(());
    }
    let by = options.by.and_then(Grouping::by);
    let lines = lines(&statistics, by, options.outside);
    if options.csv {
        print(&line::csv(&lines, options.outside));
    } else if options.json {
        say(&as_json(&fetched.asked, &statistics, by, &lines).to_string());
    } else if let Some(by) = by {
        print(&table(by, &lines, &fetched.asked, locale));
    } else {
        print(&numbers(&statistics, &fetched.asked, options.explain, locale));
    }
    Ok(())
}

/// Writes text that has its own line ends.
fn print(text: &str) {
    say(text.trim_end_matches('\n'));
}

/// The numbers of the whole period, one a line.
fn numbers(statistics: &Statistics, asked: &Asked, explain: bool, locale: &Locale) -> String {
    let mut rows = Vec::new();
    let mut below = Vec::new();
    for number in page::numbers(statistics, asked, locale) {
        rows.push(vec![number.name, number.value, number.goal]);
        below.push(number.what);
    }
    let mut text = format!("{}\n", page::period_name(&asked.period, locale));
    for (line, what) in aligned(&rows).lines().zip(below) {
        text.push_str(&format!("{line}\n"));
        if explain {
            text.push_str(&format!("    {what}\n"));
        }
    }
    text
}

/// A grouping, one group a line.
fn table(by: By, lines: &[Line], asked: &Asked, locale: &Locale) -> String {
    let heads = ["group", "offered", "answered", "reach", "level", "abandonment", "p50", "p90", "aht"];
    let mut rows = vec![heads.map(|head| locale.say(&format!("report-{head}"))).to_vec()];
    let count = |count: Option<u64>| match (count, asked.hide_below) {
        (Some(count), _) => count.to_string(),
        (None, Some(k)) => format!("<{k}"),
        (None, None) => "–".to_owned(),
    };
    let seconds = |seconds: Option<f64>| seconds.map_or_else(|| "–".to_owned(), |s| format!("{s:.0} s"));
    for line in lines {
        rows.push(vec![
            page::label(by, &line.key, locale),
            count(line.offered),
            count(line.answered),
            locale.percent(line.reach),
            locale.percent(line.service_level),
            locale.percent(line.abandonment),
            seconds(line.wait_p50_s),
            seconds(line.wait_p90_s),
            seconds(line.aht_s),
        ]);
    }
    aligned(&rows)
}

/// Sets cells into columns: the first to the left, the others to the right.
fn aligned(rows: &[Vec<String>]) -> String {
    use crate::console::widget::width;
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widest = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell)).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(widest).collect();
    let mut text = String::new();
    for row in rows {
        let cells = row.iter().enumerate().map(|(column, cell)| {
            let space = " ".repeat(widths[column] - width(cell));
            if column == 0 { format!("{cell}{space}") } else { format!("{space}{cell}") }
        });
        text.push_str(cells.collect::<Vec<_>>().join("  ").trim_end());
        text.push('\n');
    }
    text
}

fn as_json(asked: &Asked, statistics: &Statistics, by: Option<By>, lines: &[Line]) -> Value {
    let staff = &statistics.staff;
    let (first, last) = asked.period.ends();
    json!({
        "from": asked.period.from,
        "to": asked.period.to,
        "first_day": first.to_string(),
        "last_day": last.to_string(),
        "by": by.map(By::name),
        "hidden_below": asked.hide_below,
        "goals": {
            "target_s": asked.goals.terms.target_ms / 1000,
            "short_s": asked.goals.terms.short_ms / 1000,
            "service_level": asked.goals.service_level,
            "abandonment": asked.goals.abandonment,
        },
        "lines": lines,
        "staff": {
            "staffed_s": staff.staffed_s,
            "slots_s": staff.slots_s,
            "session_s": staff.session_s,
            "with_s": staff.with_s,
            "busy_s": staff.busy_s,
            "concurrency": staff.concurrency(),
            "occupancy": staff.occupancy(),
            "slot_use": staff.slot_use(),
        },
    })
}

/// Makes a folder and writes a file into it.
fn write(folder: &std::path::Path, name: &str, text: &str) -> Outcome<PathBuf> {
    std::fs::create_dir_all(folder).map_err(|error| Failure::io(folder, &error))?;
    let file = folder.join(name);
    std::fs::write(&file, text).map_err(|error| Failure::io(&file, &error))?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_each_other_whatever_the_script() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let text = aligned(&[row(["Přišlo", "1 204", ""]), row(["日本", "7", "goal"])]);
        assert_eq!(text, "Přišlo  1 204\n日本        7  goal\n");
    }
}
