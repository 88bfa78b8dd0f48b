//! `opora keys init`: a new line, on the keeper's own computer.

use std::path::PathBuf;

use clap::Args;

use super::{CostChoice, new_passphrase, now, random, trouble};
use crate::cli::{Exit, Failure, Global, Outcome, places, prompt, say};
use crate::config::RelayUrl;
use crate::conversation::Account;
use crate::locale::Locale;
use crate::sealing::card::fingerprint;
use crate::vault::{self, VaultError};

#[derive(Args)]
pub struct Init {
    #[arg(long, value_name = "NAME")]
    line: Option<String>,
    #[arg(long, value_name = "NAME")]
    name: Option<String>,
    #[arg(long, value_name = "URL")]
    relay: Option<String>,
    #[arg(long, value_name = "NUMBER")]
    phone: Option<String>,
    #[arg(long, value_name = "FILE", default_value = "line.json")]
    out: PathBuf,
    #[arg(long, value_enum, default_value = "calibrated")]
    cost: CostChoice,
}

/// Runs `opora keys init`.
pub fn run(global: &Global, options: &Init, locale: &Locale) -> Outcome {
    let paths = places::paths(global)?;
    let vault_file = places::vault(&paths);
    if vault_file.exists() {
        return Err(trouble(&vault_file, &VaultError::Exists));
    }
    if options.out.exists() {
        let reason = locale.say("cli-file-there");
        return Err(Failure::new(Exit::Refused, "cli-error-file")
            .with("file", options.out.display())
            .with("reason", reason));
    }
    let ask = |given: &Option<String>, question: &str, default: &str| match given {
        Some(given) => Ok(given.clone()),
        None => prompt::line(&locale.say(question), default),
    };
    let line = ask(&options.line, "cli-ask-line", "")?;
    let name = ask(&options.name, "cli-ask-name", "")?;
    let account = Account::parse(&name)
        .ok_or_else(|| Failure::new(Exit::Usage, "cli-error-name").with("name", &name))?;
    let relay = ask(&options.relay, "cli-ask-relay", "ws://127.0.0.1:8787")?;
    let relay: RelayUrl =
        relay.parse().map_err(|_| Failure::new(Exit::Usage, "cli-error-relay-url").with("url", &relay))?;
    let phone = ask(&options.phone, "cli-ask-phone", "116 111")?;
    let passphrase = new_passphrase(global.passphrase_file.as_deref(), locale)?;
    let cost = options.cost.cost(&vault_file)?;
    let mut rng = random();
    let (keys, file) = vault::found(&line, account, &relay.to_string(), &phone, now(), &mut rng);
    // The vault first: a line.json whose root is nowhere would be a line that nobody can ever renew.
    vault::create(&vault_file, &passphrase, &keys, cost).map_err(|error| trouble(&vault_file, &error))?;
    let text = serde_json::to_string_pretty(&file).map_err(|error| Failure::io(&options.out, &error))?;
    std::fs::write(&options.out, text).map_err(|error| Failure::io(&options.out, &error))?;
    let made = |id, name, value: String| say(&locale.say_with(id, &[(name, value.as_str().into())]));
    made("cli-keys-made", "vault", vault_file.display().to_string());
    made("cli-keys-fingerprint", "fingerprint", fingerprint(&keys.root_public));
    made("cli-keys-next", "file", options.out.display().to_string());
    Ok(())
}
