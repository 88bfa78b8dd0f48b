//! `opora stats report`: the report of a period as one HTML file, and the same as CSV.

use std::path::PathBuf;

use clap::Args;

use super::{Fetch, Fetched, lines, write};
use crate::cli::{Global, Outcome, say};
use crate::locale::Locale;
use crate::report::line;
use crate::report::page;
use crate::report::statistics::By;

#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    fetch: Fetch,
    #[arg(long, value_name = "QUARTER")]
    quarter: String,
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    #[arg(long, value_name = "K", num_args = 0..=1, default_missing_value = "5")]
    outside: Option<u64>,
    #[arg(long, value_name = "SECONDS")]
    patience: Option<f64>,
    #[arg(long, value_name = "SHARE", default_value_t = 0.3)]
    shrinkage: f64,
    #[arg(long, value_name = "N")]
    slots: Option<u32>,
}

/// Runs `opora stats report`.
pub fn run(global: &Global, options: &Options, locale: &Locale) -> Outcome {
    let period = options.fetch.period(Some(&options.quarter))?;
    let mut fetched = options.fetch.fetch(global, period, locale)?;
    let asked = &mut fetched.asked;
    asked.hide_below = options.outside;
    (asked.patience_s, asked.shrinkage) = (options.patience, options.shrinkage);
    asked.slots = options.slots.unwrap_or(asked.slots);
    for file in files(&fetched, locale) {
        let written = write(&options.out, &file.0, &file.1)?;
        say(&written.display().to_string());
    }
    Ok(())
}

/// Returns the files of the report: name and text. Outside of the house there are no quarters of an hour, for in each of
/// them there are few.
fn files(fetched: &Fetched, locale: &Locale) -> Vec<(String, String)> {
    let statistics = fetched.statistics();
    let k = fetched.asked.hide_below;
    let html = page::page(&statistics, &fetched.asked, locale);
    let mut files = vec![
        ("report.html".to_owned(), html),
        ("all.csv".to_owned(), line::csv(&lines(&statistics, None, k), k)),
    ];
    for by in By::ALL {
        files.push((format!("by_{}.csv", by.name()), line::csv(&lines(&statistics, Some(by), k), k)));
    }
    if k.is_none() {
        files.push(("queue_intervals.csv".to_owned(), fetched.intervals_csv()));
    }
    files
}
