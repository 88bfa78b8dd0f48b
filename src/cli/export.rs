//! `opora export`: case summaries and tables that leave the house, after a person has seen every word and the ledger has
//! nothing against them. Whatever is refused is said with its reason, and nothing is written then.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};
use jiff::tz::TimeZone;

use super::book::{self, Book, Progress};
use super::keys::{now, random};
use super::{Exit, Failure, Global, Outcome, places, say};
use crate::anonymise::generalise::Audience;
use crate::anonymise::ledger::{Ledger, Refusal, Release, hex};
use crate::anonymise::{Anonymiser, Lists};
use crate::casebook::record::{Audited, Change};
use crate::conversation::Role;
use crate::conversation::safe_text::SafeText;
use crate::locale::{Locale, Value};
use crate::report::handover::{Handover, HandoverError};
use crate::report::package::{self, Column, Format, Manifest};
use crate::report::period::Period;
use crate::report::release::{self, COLUMNS, Plan};
use crate::report::summary::{self, Candidate, Gathered};

mod counted;
mod files;
mod review;

use files::Folder;

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
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
    if what.table == Table::Insafe {
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
    let damaged = |n: u64| Failure::new(Exit::Damaged, "export-error-ledger").with("number", n);
    if let Some(n) = book.casebook.broken_ledger() {
        return Err(damaged(n));
    }
    let read = book
        .casebook
        .released()
        .map(|released| serde_json::from_str::<Release>(&released.release).map_err(|_| damaged(released.n)));
    Ok(Ledger::new(read.collect::<Outcome<_>>()?))
}

/// The hash that a release in this casebook would carry.
fn ledger_hash(ledger: &Ledger) -> String {
    use sha2::{Digest as _, Sha256};
    let last = ledger.releases().last().and_then(|last| serde_json::to_vec(last).ok());
    last.map_or_else(|| "-".to_owned(), |last| hex(&Sha256::digest(&last)))
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

/// Summaries on their way out.
struct Leaving<'a> {
    quarter: &'a Quarter,
    how: &'a How,
    formats: &'a [Format],
    anonymiser: &'a Anonymiser,
}

impl Leaving<'_> {
    fn leave(
        &self,
        book: &mut Book,
        ledger: &Ledger,
        candidates: &[Candidate],
        open: usize,
        locale: &Locale,
    ) -> Outcome {
        let audience = self.how.class.audience();
        if open > 0 && audience == Audience::Partner {
            let failure = not_reviewed(open, &self.quarter.name);
            if !self.how.check {
                return Err(failure);
            }
            say(&failure.sentence(locale));
        }
        let plan = release::plan(candidates, audience).map_err(|refused| {
            Failure::new(Exit::Refused, "export-error-k")
                .with("count", refused.unsafe_cases)
                .with("total", refused.cases)
                .with("k", audience.k())
                .with("l", audience.l())
        })?;
        if plan.rows.is_empty() {
            return Err(
                Failure::new(Exit::Refused, "export-error-nothing").with("quarter", &self.quarter.name)
            );
        }
        let mut entry = plan.entry(candidates, days(&self.quarter.period));
        ledger.allows(&entry, today()).map_err(|reason| refusal(&reason))?;
        let statement = statement(&plan, locale);
        if self.how.check {
            statement.iter().for_each(|sentence| say(sentence));
            say(&locale.say_with("export-would", &[("rows", (plan.rows.len() as u64).into())]));
            return Ok(());
        }
        let name = format!("opora-{}-{}", self.quarter.name, self.how.class.name());
        let out = self.how.out.clone().unwrap_or_else(|| PathBuf::from(name));
        let mut folder = Folder::begin(&out).map_err(|error| there_or_io(&out, &error))?;
        let (masks, kept) = self.write(book, &plan, candidates, &mut folder, &out, locale)?;
        let manifest = Manifest {
            id: plan.id.clone(),
            table: "summaries".to_owned(),
            period: self.quarter.name.clone(),
            class: self.how.class.name().to_owned(),
            k: audience.k() as u64,
            l: audience.l() as u64,
            levels: entry.levels.clone(),
            rows_in: plan.candidates as u64,
            rows_out: plan.rows.len() as u64,
            dropped: plan.dropped as u64,
            given_up: plan.given_up as u64,
            t: Some(format!("{:.3}", plan.risk.t)),
            uniques: plan.risk.uniques as u64,
            masks,
            kept,
            statement,
            ..Manifest::default()
        };
        let columns = columns(&summary_columns(audience), locale);
        entry.rows = plan.rows.len() as u64;
        finish(book, ledger, folder, entry, manifest, (&columns, &out, &self.how.to), locale)?;
        let shown = [
            ("rows", Value::from(plan.rows.len() as u64)),
            ("total", (plan.candidates as u64).into()),
            ("dropped", (plan.dropped as u64).into()),
            ("k", (audience.k() as u64).into()),
        ];
        say(&locale.say_with("export-done", &shown));
        say(&out.display().to_string());
        Ok(())
    }

    /// Writes the rows in every form at once; texts are masked on the way and never lie on the disk otherwise.
    fn write(
        &self,
        book: &Book,
        plan: &Plan,
        candidates: &[Candidate],
        folder: &mut Folder,
        out: &Path,
        locale: &Locale,
    ) -> Outcome<(BTreeMap<String, u64>, Vec<String>)> {
        let names = summary_columns(plan.audience);
        let variant = summary::variant(&plan.steps);
        let failed = |error: std::io::Error| Failure::io(out, &error);
        let mut writers = Vec::new();
        for format in self.formats {
            let name = format!("case_summaries.{}", format.ending());
            let mut writer = folder.file(&name).map_err(failed)?;
            writer.write_all(format.head(&names).as_bytes()).map_err(failed)?;
            writers.push((*format, writer));
        }
        let (mut masks, mut kept) = (BTreeMap::<String, u64>::new(), Vec::new());
        let mut progress = Progress::new("export-writing", locale);
        let total = plan.rows.len() as u64;
        for (done, row) in plan.rows.iter().enumerate() {
            progress.show(done as u64 + 1, total);
            let candidate = &candidates[row.candidate];
            let mut text = String::new();
            let mut own = candidate.masks.clone();
            if plan.audience == Audience::Partner {
                if let Some(texts) = &candidate.text {
                    text.clone_from(texts[variant].get());
                } else if let Some(contact) = read(book, candidate)? {
                    let reviewed = book.casebook.reviewed(contact.id);
                    let masked = summary::masked(self.anonymiser, &contact, reviewed, variant);
                    let (masked, counts) = masked.map_err(|_| not_reviewed(1, &self.quarter.name))?;
                    text = masked.into_inner();
                    own = counts;
                    let decisions = reviewed.into_iter().flat_map(|reviewed| &reviewed.decisions);
                    kept.extend(decisions.filter_map(|decision| decision.keep.clone()));
                }
                own.into_iter()
                    .for_each(|(kind, count)| *masks.entry(kind.code().to_owned()).or_default() += count);
            }
            let mut cells: Vec<&str> = row.cells.iter().map(String::as_str).collect();
            if plan.audience == Audience::Partner {
                cells.push(&text);
            }
            for (format, writer) in &mut writers {
                let line = format.row(&names, &cells, done as u64);
                writer.write_all(line.as_bytes()).map_err(failed)?;
            }
        }
        for (format, mut writer) in writers {
            writer.write_all(format.foot().as_bytes()).map_err(failed)?;
            folder.close(writer, format).map_err(failed)?;
        }
        kept.sort();
        kept.dedup();
        Ok((masks, kept))
    }
}

fn summary_columns(audience: Audience) -> Vec<&'static str> {
    let mut names = COLUMNS.to_vec();
    if audience == Audience::Partner {
        names.push("summary");
    }
    names
}

fn columns(names: &[&'static str], locale: &Locale) -> Vec<Column> {
    let column = |name: &&'static str| Column {
        name,
        kind: package::kind_of(name),
        description: locale.say(&format!("export-column-{}", name.replace('_', "-"))),
    };
    names.iter().map(column).collect()
}

/// Says in plain words what remains of risk, and what cannot be computed.
fn statement(plan: &Plan, locale: &Locale) -> Vec<String> {
    let number = |count: usize| Value::from(count as u64);
    let t = format!("{:.2}", plan.risk.t);
    let levels: Vec<String> = plan
        .steps
        .iter()
        .map(|step| locale.say(&format!("export-level-{}", release::code(*step).replace('_', "-"))))
        .collect();
    let levels = if levels.is_empty() { locale.say("export-level-none") } else { levels.join(", ") };
    let values = [
        ("k", number(plan.risk.k)),
        ("l", number(plan.risk.l)),
        ("uniques", number(plan.risk.uniques)),
        ("total", number(plan.candidates)),
        ("rows", number(plan.rows.len())),
        ("dropped", number(plan.dropped)),
        ("given", number(plan.given_up)),
        ("t", t.as_str().into()),
        ("levels", levels.as_str().into()),
    ];
    let mut ids = vec![
        "export-risk-alike",
        "export-risk-uniques",
        "export-risk-levels",
        "export-risk-dropped",
        "export-risk-t",
        "export-risk-population",
    ];
    if plan.audience == Audience::Partner {
        ids.push("export-risk-text");
    }
    ids.into_iter().map(|id| locale.say_with(id, &values)).collect()
}

/// Writes what describes the release, enters it into the ledger, and gives the folder its name, in this order: a release
/// that the ledger does not know never has its name, and one that it knows and that was cut short is only a refusal more.
fn finish(
    book: &mut Book,
    ledger: &Ledger,
    mut folder: Folder,
    mut entry: Release,
    mut manifest: Manifest,
    (columns, out, to): (&[Column], &Path, &str),
    locale: &Locale,
) -> Outcome {
    let failed = |error: std::io::Error| Failure::io(out, &error);
    let json = |error: serde_json::Error| Failure::ready(Exit::Failed, error.to_string());
    manifest.reviewer = book.keys.account.as_str().to_owned();
    manifest.ledger = ledger_hash(ledger);
    manifest.opora = env!("CARGO_PKG_VERSION").to_owned();
    manifest.files = folder.files().iter().map(|file| (file.name.clone(), file.sha256.clone())).collect();
    let values = [
        ("period", manifest.period.as_str().into()),
        ("table", manifest.table.as_str().into()),
        ("line", book.keys.line.as_str().into()),
    ];
    let title = locale.say_with("export-title", &values);
    let readme = readme(&title, &manifest, columns, locale);
    folder.text("README.md", &readme, Format::Md).map_err(failed)?;
    let statement = manifest.statement.join(" ");
    let data =
        package::datapackage(&manifest.id, &title, &statement, columns, folder.files()).map_err(json)?;
    let manifest_text = format!("{}\n", serde_json::to_string_pretty(&manifest).map_err(json)?);
    folder.text("release.json", &manifest_text, Format::Json).map_err(failed)?;
    folder.text("datapackage.json", &data, Format::Json).map_err(failed)?;
    entry.at = now();
    entry.by = manifest.reviewer.clone();
    entry.to = SafeText::line(to).to_string();
    entry.digest = folder
        .files()
        .iter()
        .find(|file| file.name == "datapackage.json")
        .map(|file| file.sha256.clone())
        .unwrap_or_default();
    let detail = format!("{} {} {}, {}", manifest.table, manifest.period, manifest.class, manifest.rows_out);
    let changes = vec![
        Change::Release(serde_json::to_string(&entry).map_err(json)?),
        Change::Audit(now(), Audited::Exported, detail),
    ];
    book.casebook.save(changes, now()).map_err(|error| book::trouble(&error))?;
    folder.finish().map_err(failed)
}

fn readme(title: &str, manifest: &Manifest, columns: &[Column], locale: &Locale) -> String {
    let mut text = format!("# {title}\n\n");
    for sentence in &manifest.statement {
        text.push_str(&format!("- {sentence}\n"));
    }
    text.push_str(&format!("\n## {}\n\n", locale.say("export-readme-columns")));
    for column in columns {
        text.push_str(&format!("- `{}`: {}\n", column.name, column.description));
    }
    text.push_str(&format!(
        "\n{}\n",
        locale.say_with("export-readme-cite", &[("id", manifest.id.as_str().into())])
    ));
    text
}
