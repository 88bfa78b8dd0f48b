//! A new passphrase, and after a theft a new key for vault and casebook. A rekey that was cut short goes on with the next
//! command or console that opens the casebook.

use std::path::{Path, PathBuf};

use clap::Args;

use super::{CostChoice, new_passphrase, now, own, trouble};
use crate::casebook::{self, Casebook, CasebookError, NotFinished};
use crate::cli::{Exit, Failure, Global, Outcome, places, say};
use crate::locale::Locale;

#[derive(Args)]
pub struct NewPassphrase {
    #[arg(long, value_name = "FILE")]
    new_passphrase_file: Option<PathBuf>,
    #[arg(long, value_enum, default_value = "calibrated")]
    cost: CostChoice,
}

#[derive(Args)]
pub struct Rekey {
    #[arg(long, value_name = "FILE")]
    new_passphrase_file: Option<PathBuf>,
    #[arg(long, value_enum, default_value = "calibrated")]
    cost: CostChoice,
}

/// Runs `opora keys passphrase`.
pub fn passphrase(global: &Global, options: &NewPassphrase, locale: &Locale) -> Outcome {
    let (vault, keys, mut file) = own(global, locale)?;
    let new = new_passphrase(options.new_passphrase_file.as_deref(), locale)?;
    let cost = options.cost.cost(&vault)?;
    file.set_passphrase(&keys, &new, cost).map_err(|error| trouble(&vault, &error))?;
    say(&locale.say("cli-keys-passphrase-set"));
    Ok(())
}

/// Runs `opora keys rekey`.
pub fn rekey(global: &Global, options: &Rekey, locale: &Locale) -> Outcome {
    let paths = places::paths(global)?;
    let casebook = places::casebook(&paths);
    let (vault, mut keys, mut file) = own(global, locale)?;
    if keys.former.is_none() {
        // Whoever has the casebook open would go on under the old key: better nothing is begun.
        if casebook.exists() {
            let opened = Casebook::open(&casebook, file.casebook_id(), &keys.casebook, &mut |_, _| {});
            drop(opened.map_err(|error| casebook_trouble(&error, &casebook, locale))?);
        }
        let new = new_passphrase(options.new_passphrase_file.as_deref(), locale)?;
        let cost = options.cost.cost(&vault)?;
        let code = file.rekey(&mut keys, &new, cost).map_err(|error| trouble(&vault, &error))?;
        if let Some(code) = code {
            say(&locale.say("cli-keys-recovery-code"));
            say(&code.to_text());
        }
    } else {
        say(&locale.say("cli-keys-rekey-goes-on"));
    }
    let finished = casebook::finish_rekey(&casebook, &mut file, &mut keys, now(), &mut |_, _| {});
    finished.map_err(|error| not_finished(&error, &casebook, locale))?;
    say(&locale.say("cli-keys-rekeyed"));
    Ok(())
}

fn not_finished(error: &NotFinished, dir: &Path, locale: &Locale) -> Failure {
    let reason = match error {
        NotFinished::Casebook(error) => casebook_trouble(error, dir, locale).sentence(locale),
        NotFinished::Vault(error) => error.to_string(),
    };
    Failure::new(Exit::Failed, "cli-error-rekey").with("reason", reason)
}

fn casebook_trouble(error: &CasebookError, dir: &Path, locale: &Locale) -> Failure {
    match error {
        CasebookError::InUse(process) => {
            Failure::new(Exit::Locked, "cli-error-in-use").with("process", process)
        }
        other => {
            let reason = locale.say(other.text_id());
            let exit = if matches!(other, CasebookError::Damaged) { Exit::Damaged } else { Exit::Failed };
            Failure::new(exit, "cli-error-casebook").with("folder", dir.display()).with("reason", reason)
        }
    }
}
