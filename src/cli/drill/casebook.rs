//! `opora drill casebook`: a data folder of its own with a casebook of invented contacts, to practise and to measure in.

use std::path::PathBuf;

use clap::Args;

use crate::casebook::record::Change;
use crate::casebook::{Casebook, CasebookError, backup, synthetic};
use crate::cli::{Exit, Failure, Global, Outcome, book, keys, say};
use crate::conversation::Account;
use crate::locale::Locale;
use crate::vault::{self, Cost, Passphrase};

/// So many contacts are saved at once.
const BATCH: u64 = 256;

#[derive(Args)]
pub struct Options {
    #[arg(value_name = "DIR")]
    dir: PathBuf,
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    contacts: u64,
}

/// Runs `opora drill casebook`.
pub fn run(global: &Global, options: &Options, locale: &Locale) -> Outcome {
    let vault_file = options.dir.join("vault");
    let folder = options.dir.join("casebook");
    // Invented contacts never come among true ones.
    if vault_file.exists() || folder.exists() {
        let reason = locale.say("cli-file-there");
        let file = options.dir.display();
        return Err(Failure::new(Exit::Refused, "cli-error-file").with("file", file).with("reason", reason));
    }
    let mut rng = keys::random();
    let given = global.passphrase_file.is_some();
    let passphrase = match global.passphrase_file.as_deref() {
        Some(file) => keys::new_passphrase(Some(file), locale)?,
        None => Passphrase::proposed(locale.lang().code(), &mut rng),
    };
    let account = Account::parse(synthetic::BY).ok_or_else(|| super::failed("no name"))?;
    let (own, _) = vault::found("opora drill", account, "ws://127.0.0.1", "116 111", keys::now(), &mut rng);
    let vault = vault::create(&vault_file, &passphrase, &own, Cost::floor())
        .map_err(|error| keys::trouble(&vault_file, &error))?;
    let (mut casebook, _) =
        Casebook::open(&folder, vault.casebook_id(), &own.casebook, &mut |_, _| {}).map_err(trouble)?;
    // While there is nothing to copy yet: the first opening has no upgrade before it.
    backup::before_upgrade(
        &mut casebook,
        &options.dir.join("backups"),
        &vault_file,
        keys::now(),
        &mut |_, _| {},
    )
    .map_err(|error| book::backup_trouble(&vault_file, &error))?;
    let mut progress = book::Progress::new("cli-drill-casebook-progress", locale);
    let put = |n| Change::Contact(Box::new(synthetic::contact(n)));
    for from in (0..options.contacts).step_by(BATCH as usize) {
        let to = (from + BATCH).min(options.contacts);
        casebook.save((from..to).map(put).collect(), keys::now()).map_err(trouble)?;
        progress.show(to, options.contacts);
    }
    while casebook.tidy().map_err(trouble)? {}
    drop(progress);
    let shown = options.dir.display().to_string();
    say(&locale.say_with("cli-drill-casebook-made", &[("dir", shown.as_str().into())]));
    if !given {
        let drawn = [("passphrase", passphrase.expose().into())];
        say(&locale.say_with("cli-drill-casebook-passphrase", &drawn));
    }
    Ok(())
}

fn trouble(error: CasebookError) -> Failure {
    book::trouble(&error)
}
