//! `opora export`: case summaries and tables that leave the house, after a person has seen every word and the ledger has
//! nothing against them. Whatever is refused is said with its reason, and nothing is written then.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use jiff::tz::TimeZone;

use super::book::{self, Book, Progress};
use super::keys::random;
use super::{Exit, Failure, Global, Outcome, places, say};
use crate::anonymise::generalise::Audience;
use crate::anonymise::ledger::{Ledger, Refusal};
use crate::anonymise::{Anonymiser, Lists};
use crate::conversation::Role;
use crate::conversation::safe_text::SafeText;
use crate::locale::{Locale, Value};
use crate::report::handover::{Handover, HandoverError};
use crate::report::package::Format;
use crate::report::period::Period;
use crate::report::summary::{self, Candidate, Gathered};

mod brief;
mod counted;
mod files;
mod leaving;
mod review;

use leaving::Leaving;

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true, subcommand_negates_reqs = true)]
pub struct Options {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    what: What,
}

#[derive(Subcommand)]
enum Command {
    Review(Review),
    Merge(Merge),
    Brief(brief::Options),
}

#[derive(Args)]
struct What {
    #[arg(long, value_name = "QUARTER", required = true)]
    quarter: Option<String>,
    #[arg(long, value_enum, default_value = "summaries")]
    table: Table,
    #[arg(long, value_name = "FILE")]
    rows: Option<PathBuf>,
    #[arg(long)]
    another: bool,
    #[command(flatten)]
    how: How,
}

/// How something leaves.
#[derive(Args)]
struct How {
    #[arg(long, value_enum, default_value = "partner")]
    class: Class,
    #[arg(long, value_name = "FORMATS", value_delimiter = ',', default_value = "csv,json,md")]
    format: Vec<String>,
    #[arg(long, value_name = "WHO", default_value = "")]
    to: String,
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[arg(long)]
    check: bool,
}

#[derive(Args)]
struct Merge {
    #[arg(value_name = "FILE", required = true)]
    files: Vec<PathBuf>,
    #[command(flatten)]
    how: How,
}

#[derive(Args)]
pub struct Review {
    #[arg(long, value_name = "QUARTER")]
    quarter: String,
    #[arg(long)]
    another: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Class {
    Partner,
    Public,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Table {
    Summaries,
    Insafe,
    Chi,
    Queue,
}

impl Class {
    fn audience(self) -> Audience {
        match self {
            Self::Partner => Audience::Partner,
            Self::Public => Audience::Public,
        }
    }

    fn name(self) -> &'static str {
        match self {
            Self::Partner => "partner",
            Self::Public => "public",
        }
    }
}

/// Runs `opora export`.
pub fn run(global: &Global, options: &Options, locale: &Locale) -> Outcome {
    match &options.command {
        Some(Command::Review(options)) => review::run(global, options, locale),
        Some(Command::Merge(options)) => merge(global, options, locale),
        Some(Command::Brief(options)) => brief::run(options, locale),
        None => export(global, &options.what, locale),
    }
}

fn export(global: &Global, what: &What, locale: &Locale) -> Outcome {
    let formats = formats(&what.how.format)?;
    let name = what.quarter.clone().unwrap_or_default();
    if what.table == Table::Chi {
        return counted::run(global, what, &name, &formats, locale);
    }
    let quarter = Quarter::parse(&name)?;
    if matches!(what.table, Table::Insafe | Table::Queue) {
        return counted::run(global, what, &name, &formats, locale);
    }
    let mut book = book::open(global, locale)?;
    let ledger = ledger(&book)?;
    let anonymiser = anonymiser(global)?;
    let is_public = what.how.class == Class::Public;
    let hands_over = book.keys.role != Role::Supervisor;
    let mut progress = Progress::new("export-gathering", locale);
    let gathered = summary::gather(
        &book.casebook,
        &quarter.name,
        quarter.span(),
        &ledger.taken(is_public && !hands_over),
        (!is_public || hands_over, what.another),
        &mut |done, total| progress.show(done, total),
    )
    .map_err(|error| book::trouble(&error))?;
    drop(progress);
    if gathered.left > 0 {
        book::tell(&locale.say_with("export-left-before", &[("count", (gathered.left as u64).into())]));
    }
    if hands_over {
        return hand_over(&book, &quarter, gathered, &anonymiser, &what.how, locale);
    }
    let release = Leaving { quarter: &quarter, how: &what.how, formats: &formats, anonymiser: &anonymiser };
    let Gathered { ready, open, .. } = gathered;
    release.leave(&mut book, &ledger, &ready, open.len(), locale)
}

fn merge(global: &Global, options: &Merge, locale: &Locale) -> Outcome {
    let formats = formats(&options.how.format)?;
    let mut book = book::open(global, locale)?;
    if book.keys.role != Role::Supervisor {
        return Err(Failure::new(Exit::Refused, "export-error-not-releaser"));
    }
    let ledger = ledger(&book)?;
    let anonymiser = anonymiser(global)?;
    let mut handovers: Vec<Handover> = Vec::new();
    for file in &options.files {
        let bytes = std::fs::read(file).map_err(|error| Failure::io(file, &error))?;
        let opened = Handover::open(&bytes, &book.keys.house_keys, &anonymiser);
        handovers.push(opened.map_err(|error| handover_trouble(file, error))?);
    }
    let periods: std::collections::BTreeSet<&str> =
        handovers.iter().map(|handover| handover.period.as_str()).collect();
    let (Some(name), 1) = (periods.first(), periods.len()) else {
        return Err(Failure::new(Exit::Usage, "export-error-periods"));
    };
    let quarter = Quarter::parse(name)?;
    // The releaser's own cases belong to the sum: k in one casebook says nothing of it.
    let is_public = options.how.class == Class::Public;
    let taken = ledger.taken(is_public);
    let mut progress = Progress::new("export-gathering", locale);
    let own = summary::gather(
        &book.casebook,
        &quarter.name,
        quarter.span(),
        &taken,
        (!is_public, false),
        &mut |done, total| progress.show(done, total),
    );
    drop(progress);
    let own = own.map_err(|error| book::trouble(&error))?;
    let mut all: BTreeMap<String, Candidate> =
        own.ready.into_iter().map(|candidate| (candidate.case.clone(), candidate)).collect();
    for handover in handovers {
        let ready = handover.candidates.into_iter().filter(|one| !taken.contains(one.case.as_str()));
        all.extend(ready.map(|candidate| (candidate.case.clone(), candidate)));
    }
    let candidates: Vec<Candidate> = all.into_values().collect();
    let release =
        Leaving { quarter: &quarter, how: &options.how, formats: &formats, anonymiser: &anonymiser };
    release.leave(&mut book, &ledger, &candidates, own.open.len(), locale)
}

/// A closed quarter.
pub struct Quarter {
    name: String,
    period: Period,
}

impl Quarter {
    fn parse(name: &str) -> Outcome<Self> {
        let wrong =
            || Failure::new(Exit::Usage, "export-error-quarter").with("quarter", SafeText::line(name));
        let period = Period::parse(name, &TimeZone::system()).ok_or_else(wrong)?;
        let (year, number) = period.as_quarter().ok_or_else(wrong)?;
        Ok(Self { name: format!("{year:04}-Q{number}"), period })
    }

    fn span(&self) -> (u64, u64) {
        (self.period.from, self.period.to)
    }
}

/// Returns the days of a period, half-open, in days since 1970.
fn days(period: &Period) -> (i64, i64) {
    let (first, last) = period.ends();
    (day(first), day(last) + 1)
}

fn day(date: jiff::civil::Date) -> i64 {
    let since = date.duration_since(jiff::civil::date(1970, 1, 1));
    since.as_secs() / 86_400
}

fn today() -> i64 {
    day(TimeZone::system().to_datetime(jiff::Timestamp::now()).date())
}

fn formats(given: &[String]) -> Outcome<Vec<Format>> {
    let mut formats = Vec::new();
    for ending in given {
        let wrong =
            || Failure::new(Exit::Usage, "export-error-format").with("format", SafeText::line(ending));
        formats.push(Format::from_ending(ending.trim()).ok_or_else(wrong)?);
    }
    formats.sort_unstable();
    formats.dedup();
    Ok(formats)
}

/// Returns the anonymiser with the helpline's own list over the shipped ones.
fn anonymiser(global: &Global) -> Outcome<Anonymiser> {
    let mut lists = Lists::shipped();
    let file = own_list(global)?;
    match std::fs::read_to_string(&file) {
        Ok(text) => lists.lay_over(&text).map_err(|error| {
            Failure::new(Exit::Usage, "anonymise-error-own")
                .with("file", file.display())
                .with("line", error.line)
                .with("text", SafeText::line(&error.text))
        })?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(Failure::io(&file, &error)),
    }
    Ok(Anonymiser::new(&lists))
}

fn own_list(global: &Global) -> Outcome<PathBuf> {
    Ok(places::paths(global)?.taxonomy().join("anonymise.txt"))
}

/// Returns the ledger of a casebook, if its chain holds.
fn ledger(book: &Book) -> Outcome<Ledger> {
    crate::report::review::ledger(&book.casebook)
        .map_err(|n| Failure::new(Exit::Damaged, "export-error-ledger").with("number", n))
}

fn handover_trouble(file: &Path, error: HandoverError) -> Failure {
    let (exit, id) = match error {
        HandoverError::Damaged => (Exit::Damaged, "export-error-candidates-damaged"),
        HandoverError::Newer => (Exit::Damaged, "export-error-candidates-newer"),
        HandoverError::OtherKey => (Exit::Refused, "export-error-candidates-key"),
    };
    Failure::new(exit, id).with("file", file.display())
}

/// Seals a counsellor's reviewed candidates for the releaser.
fn hand_over(
    book: &Book,
    quarter: &Quarter,
    gathered: Gathered,
    anonymiser: &Anonymiser,
    how: &How,
    locale: &Locale,
) -> Outcome {
    if !gathered.open.is_empty() {
        return Err(not_reviewed(gathered.open.len(), &quarter.name));
    }
    let mut candidates = gathered.ready;
    let mut progress = Progress::new("export-masking", locale);
    let total = candidates.len() as u64;
    for (done, candidate) in candidates.iter_mut().enumerate() {
        progress.show(done as u64 + 1, total);
        let Some(contact) = read(book, candidate)? else { continue };
        let mut texts = Vec::with_capacity(4);
        for variant in 0..4 {
            let reviewed = book.casebook.reviewed(contact.id);
            let masked = summary::masked(anonymiser, &contact, reviewed, variant);
            let (text, masks) = masked.map_err(|_| not_reviewed(1, &quarter.name))?;
            candidate.masks = masks;
            texts.push(text);
        }
        candidate.text = texts.try_into().ok();
    }
    drop(progress);
    let count = Value::from(total);
    if how.check {
        say(&locale.say_with("export-would-hand-over", &[("count", count)]));
        return Ok(());
    }
    let by = book.keys.account.as_str().to_owned();
    let name = format!("candidates-{}.opora", quarter.name);
    let out = how.out.clone().unwrap_or_else(|| PathBuf::from(name));
    let key = book.keys.house_keys.last().ok_or_else(|| Failure::new(Exit::Failed, "export-error-no-key"))?;
    let handover = Handover { period: quarter.name.clone(), by, candidates };
    let sealed = handover.seal(key, &mut random()).map_err(|error| handover_trouble(&out, error))?;
    files::write_new(&out, &sealed).map_err(|error| there_or_io(&out, &error))?;
    let file = out.display().to_string();
    say(&locale.say_with("export-handed-over", &[("count", count), ("file", file.as_str().into())]));
    Ok(())
}

/// Reads the contact of a candidate, if its note has anything to summarise.
fn read(book: &Book, candidate: &Candidate) -> Outcome<Option<crate::casebook::record::Contact>> {
    let Some(id) = candidate.contact else { return Ok(None) };
    let contact = book.casebook.contact(id).map_err(|error| book::trouble(&error))?;
    Ok(contact.filter(|contact| !summary::proposed(contact).is_empty()))
}

fn not_reviewed(count: usize, quarter: &str) -> Failure {
    Failure::new(Exit::Refused, "export-error-not-reviewed").with("count", count).with("quarter", quarter)
}

fn there_or_io(out: &Path, error: &std::io::Error) -> Failure {
    match error.kind() {
        std::io::ErrorKind::AlreadyExists => {
            Failure::new(Exit::Refused, "export-error-there").with("file", out.display())
        }
        _ => Failure::io(out, error),
    }
}

/// Says in words why the ledger is against something.
fn refusal(refusal: &Refusal) -> Failure {
    match refusal {
        Refusal::NotClosed => Failure::new(Exit::Refused, "export-error-not-closed"),
        Refusal::CaseAgain(count) => Failure::new(Exit::Refused, "export-error-again").with("count", count),
        Refusal::Difference { cell, count } => Failure::new(Exit::Refused, "export-error-difference")
            .with("cell", if cell.is_empty() { "–" } else { cell })
            .with("count", count),
        Refusal::HiddenBefore(cell) => Failure::new(Exit::Refused, "export-error-hidden").with("cell", cell),
    }
}
