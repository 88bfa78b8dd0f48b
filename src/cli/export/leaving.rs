//! The way out: a plan is checked against the ledger, written, entered, and given its name.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use sha2::{Digest as _, Sha256};

use super::files::Folder;
use super::{How, Quarter, days, not_reviewed, read, refusal, there_or_io, today};
use crate::anonymise::Anonymiser;
use crate::anonymise::generalise::Audience;
use crate::anonymise::ledger::{Ledger, Release, hex};
use crate::casebook::record::{Audited, Change};
use crate::cli::book::{self, Book, Progress};
use crate::cli::keys::now;
use crate::cli::{Exit, Failure, Outcome, say};
use crate::conversation::safe_text::SafeText;
use crate::locale::{Locale, Value};
use crate::report::package::{self, Column, Format, Manifest};
use crate::report::release::{self, COLUMNS, Plan};
use crate::report::summary::{self, Candidate};

/// Summaries on their way out.
pub struct Leaving<'a> {
    pub quarter: &'a Quarter,
    pub how: &'a How,
    pub formats: &'a [Format],
    pub anonymiser: &'a Anonymiser,
}

impl Leaving<'_> {
    /// Lets candidates leave, or says why not. `open` is how many nobody has decided yet.
    pub fn leave(
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

/// Describes columns in words.
pub fn columns(names: &[&'static str], locale: &Locale) -> Vec<Column> {
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
pub fn finish(
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

/// The hash that a release in this casebook would carry.
fn ledger_hash(ledger: &Ledger) -> String {
    let last = ledger.releases().last().and_then(|last| serde_json::to_vec(last).ok());
    last.map_or_else(|| "-".to_owned(), |last| hex(&Sha256::digest(&last)))
}
