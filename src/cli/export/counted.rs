//! The tables of Insafe and Child Helpline International, and of the queue, as commands: rows in, a package out.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};

use jiff::tz::TimeZone;
use serde::Deserialize;

use super::files::Folder;
use super::leaving::{columns, finish};
use super::{Table, What, days, ledger, refusal, there_or_io, today};
use crate::anonymise::generalise::Audience;
use crate::cli::book;
use crate::cli::house::House;
use crate::cli::keys;
use crate::cli::{Exit, Failure, Global, Outcome, say};
use crate::conversation::Role;
use crate::conversation::event::{Contact, Interval};
use crate::conversation::safe_text::SafeText;
use crate::conversation::tally::Terms;
use crate::locale::{Locale, Value};
use crate::report::intervals;
use crate::report::package::{Format, Manifest};
use crate::report::period::Period;
use crate::report::queue_table;
use crate::report::statistics::Row;
use crate::report::tables::{self, Counted};
use crate::taxonomy::{Facets, Taxonomy};

/// A contact row of the house with its facets opened.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RowLine {
    contact: Contact,
    facets: Option<Facets>,
}

/// Counts a table and lets it leave.
pub fn run(global: &Global, what: &What, name: &str, formats: &[Format], locale: &Locale) -> Outcome {
    let wrong = || Failure::new(Exit::Usage, "export-error-quarter").with("quarter", SafeText::line(name));
    let (table, name, period) = match what.table {
        Table::Chi => {
            let year = name.split('-').next().unwrap_or_default().to_owned();
            ("chi", year.clone(), self::year(&year).ok_or_else(wrong)?)
        }
        other => {
            let table = if other == Table::Queue { "queue" } else { "insafe" };
            (table, name.to_owned(), Period::parse(name, &TimeZone::system()).ok_or_else(wrong)?)
        }
    };
    let Fetched { rows, intervals, terms } = match &what.rows {
        Some(file) => Fetched { rows: read(file)?, ..Fetched::default() },
        None => fetch(global, &period, locale)?,
    };
    let mut book = book::open(global, locale)?;
    if book.keys.role != Role::Supervisor {
        return Err(Failure::new(Exit::Refused, "export-error-not-releaser"));
    }
    let ledger = ledger(&book)?;
    let audience = what.how.class.audience();
    let days = days(&period);
    let before = ledger.hidden(table, days, &std::collections::BTreeMap::new());
    let taxonomy = Taxonomy::shipped();
    let label = |section: &str, code: &str| {
        let group = if section == "topic" { "insafe" } else { section };
        let named = locale.try_say(&format!("{group}-{}", code.replace('.', "-")), &[]);
        named.unwrap_or_else(|| code.replace('_', "–"))
    };
    let mut levels = Vec::new();
    let counted = match what.table {
        Table::Queue => {
            let earlier = ledger.releases().iter().rev().find(|old| old.table == table && old.days == days);
            let bound = earlier.and_then(|old| old.levels.first()).map(String::as_str);
            let quarters = intervals::quarters(&period, terms, &rows, &intervals);
            let (counted, span) = queue_table::queue(&quarters, audience, bound, &before);
            levels.push(span.to_owned());
            counted
        }
        Table::Chi => tables::chi(&rows, &period, &name, audience, taxonomy, &before),
        _ => tables::insafe(&rows, &period, &name, audience, taxonomy, &before, &label),
    };
    let mut entry = counted.entry(table, audience, days);
    entry.levels.clone_from(&levels);
    ledger.allows(&entry, today()).map_err(|reason| refusal(&reason))?;
    let statement = statement(&counted, audience, levels.first().map(String::as_str), locale);
    if what.how.check {
        statement.iter().for_each(|sentence| say(sentence));
        say(&locale.say_with("export-would", &[("rows", (counted.rows.len() as u64).into())]));
        return Ok(());
    }
    let out = what
        .how
        .out
        .clone()
        .unwrap_or_else(|| PathBuf::from(format!("opora-{table}-{name}-{}", what.how.class.name())));
    let mut folder = Folder::begin(&out).map_err(|error| there_or_io(&out, &error))?;
    write(&counted, table, formats, &mut folder, &out)?;
    entry.rows = counted.rows.len() as u64;
    let manifest = Manifest {
        id: format!("{table}-{}-{}", name.to_lowercase(), what.how.class.name()),
        table: table.to_owned(),
        period: name,
        class: what.how.class.name().to_owned(),
        k: audience.k() as u64,
        rows_in: counted.base,
        rows_out: counted.rows.len() as u64,
        hidden: counted.hidden.len() as u64,
        groups: counted.groups.clone(),
        statement,
        levels,
        ..Manifest::default()
    };
    let described = columns(&counted.columns, locale);
    finish(&mut book, &ledger, folder, entry, manifest, (&described, &out, &what.how.to), locale)?;
    let shown = [
        ("base", Value::from(counted.base)),
        ("hidden", (counted.hidden.len() as u64).into()),
        ("groups", (counted.groups.len() as u64).into()),
    ];
    say(&locale.say_with("export-table-done", &shown));
    say(&out.display().to_string());
    Ok(())
}

fn year(year: &str) -> Option<Period> {
    let first = Period::parse(&format!("{year}-Q1"), &TimeZone::system())?.ends().0;
    let end = first.checked_add(jiff::Span::new().years(1)).ok()?;
    Period::days(first, end, &TimeZone::system())
}

/// What the house knows of a period.
#[derive(Default)]
struct Fetched {
    rows: Vec<Row>,
    intervals: Vec<Interval>,
    terms: Terms,
}

/// Fetches the rows from the relay.
fn fetch(global: &Global, period: &Period, locale: &Locale) -> Outcome<Fetched> {
    keys::runtime()?.block_on(async {
        let mut house = House::connect(global, None, locale).await?;
        let rows = house.rows(period.from, period.to, locale).await;
        let target_ms = house.queue.house.goals.target_s * 1_000;
        house.leave().await;
        let (rows, intervals) = rows?;
        Ok(Fetched { rows, intervals, terms: Terms { target_ms, ..Terms::default() } })
    })
}

fn read(file: &Path) -> Outcome<Vec<Row>> {
    let failed = |error: &dyn std::fmt::Display| Failure::io(file, error);
    let opened = BufReader::new(std::fs::File::open(file).map_err(|error| failed(&error))?);
    let mut rows = Vec::new();
    for line in opened.lines() {
        let line = line.map_err(|error| failed(&error))?;
        if line.trim().is_empty() {
            continue;
        }
        let RowLine { contact, facets } = serde_json::from_str(&line).map_err(|error| failed(&error))?;
        rows.push(Row { contact, facets });
    }
    Ok(rows)
}

fn write(counted: &Counted, table: &str, formats: &[Format], folder: &mut Folder, out: &Path) -> Outcome {
    let failed = |error: std::io::Error| Failure::io(out, &error);
    let stem = match table {
        "chi" => "chi_year",
        "queue" => "queue_intervals",
        _ => "insafe_quarter",
    };
    for format in formats {
        let mut writer = folder.file(&format!("{stem}.{}", format.ending())).map_err(failed)?;
        writer.write_all(format.head(&counted.columns).as_bytes()).map_err(failed)?;
        for (done, row) in counted.rows.iter().enumerate() {
            let cells: Vec<&str> = row.iter().map(String::as_str).collect();
            let line = format.row(&counted.columns, &cells, done as u64);
            writer.write_all(line.as_bytes()).map_err(failed)?;
        }
        writer.write_all(format.foot().as_bytes()).map_err(failed)?;
        folder.close(writer, *format).map_err(failed)?;
    }
    Ok(())
}

fn statement(counted: &Counted, audience: Audience, span: Option<&str>, locale: &Locale) -> Vec<String> {
    let values = [
        ("k", Value::from(audience.k() as u64)),
        ("hidden", (counted.hidden.len() as u64).into()),
        ("groups", (counted.groups.len() as u64).into()),
        ("base", counted.base.into()),
        ("span", span.unwrap_or_default().into()),
    ];
    let mut ids = vec!["export-risk-hidden"];
    if span.is_some() {
        ids.push("export-risk-span");
    }
    if audience == Audience::Public {
        ids.push("export-risk-rounded");
    }
    if !counted.groups.is_empty() {
        ids.push("export-risk-groups");
    }
    ids.push("export-risk-combined");
    ids.into_iter().map(|id| locale.say_with(id, &values)).collect()
}
