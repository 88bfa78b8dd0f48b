//! `opora export brief`: public releases in, one page out.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{files, there_or_io};
use crate::cli::{Exit, Failure, Outcome, say};
use crate::locale::Locale;
use crate::report::brief::{self, BriefError, Quarter};

#[derive(Args)]
pub struct Options {
    #[arg(value_name = "DIR", required = true)]
    folders: Vec<PathBuf>,
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
}

/// Makes the page; it needs no vault, for all in it has left already.
pub fn run(options: &Options, locale: &Locale) -> Outcome {
    let quarters = options.folders.iter().map(|folder| read(folder)).collect::<Outcome<Vec<_>>>()?;
    let newest = quarters.iter().map(|quarter| quarter.period.as_str()).max().unwrap_or_default();
    let out = options.out.clone().unwrap_or_else(|| PathBuf::from(format!("opora-brief-{newest}.html")));
    let page = brief::page(&quarters, locale).unwrap_or_default();
    files::write_new(&out, page.as_bytes()).map_err(|error| there_or_io(&out, &error))?;
    say(&out.display().to_string());
    Ok(())
}

fn read(folder: &Path) -> Outcome<Quarter> {
    let text = |name: &str| {
        let file = folder.join(name);
        std::fs::read_to_string(&file).map_err(|error| Failure::io(&file, &error))
    };
    let manifest = text("release.json")?;
    // A release for partners is refused before its table is looked for.
    let trouble = |error: BriefError| {
        let id = match error {
            BriefError::Damaged => "export-error-brief-damaged",
            BriefError::NotPublic => "export-error-brief-partner",
        };
        Failure::new(Exit::Refused, id).with("file", folder.display())
    };
    if let Err(BriefError::NotPublic) = Quarter::read(&manifest, "[]") {
        return Err(trouble(BriefError::NotPublic));
    }
    Quarter::read(&manifest, &text("insafe_quarter.json")?).map_err(trouble)
}
