//! `opora keys`: making a line on the keeper's computer, and looking at what a vault holds.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use super::{Exit, Failure, Global, Outcome, places, prompt, say};
use crate::config::RelayUrl;
use crate::conversation::{Account, Role};
use crate::locale::Locale;
use crate::sealing::card::fingerprint;
use crate::vault::{self, Cost, Passphrase, VaultError};

#[derive(Args)]
pub struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Init(Init),
    List,
}

#[derive(Args)]
struct Init {
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

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CostChoice {
    Calibrated,
    Floor,
}

/// Runs `opora keys`.
pub fn run(global: &Global, options: &Options, locale: &Locale) -> Outcome {
    match &options.command {
        Command::Init(init) => self::init(global, init, locale),
        Command::List => list(global, locale),
    }
}

fn init(global: &Global, options: &Init, locale: &Locale) -> Outcome {
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
    let passphrase = new_passphrase(global, locale)?;
    let cost = match options.cost {
        CostChoice::Calibrated => Cost::calibrated().map_err(|error| trouble(&vault_file, &error))?,
        CostChoice::Floor => Cost::floor(),
    };
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

/// Asks for a new passphrase until it is good enough; one from a file is taken or refused.
fn new_passphrase(global: &Global, locale: &Locale) -> Outcome<Passphrase> {
    let proposed = Passphrase::proposed(locale.lang().code(), &mut random());
    if global.passphrase_file.is_none() {
        let line = locale.say_with("cli-keys-proposal", &[("words", proposed.expose().into())]);
        _ = writeln!(std::io::stderr(), "{line}");
    }
    loop {
        let typed = prompt::new_passphrase(global.passphrase_file.as_deref(), locale)?;
        let failure = match Passphrase::choose(&typed) {
            Ok(passphrase) => return Ok(passphrase),
            Err(weak) => Failure::new(Exit::Refused, "cli-error-weak-passphrase")
                .with("reason", weak_reason(weak, locale))
                .with("words", proposed.expose()),
        };
        if global.passphrase_file.is_some() {
            return Err(failure);
        }
        _ = writeln!(std::io::stderr(), "{}", failure.sentence(locale));
    }
}

pub(super) fn weak_reason(weak: vault::Weak, locale: &Locale) -> String {
    match weak {
        vault::Weak::Short(count) => locale.say_with("cli-weak-short", &[("count", (count as u64).into())]),
        vault::Weak::Common => locale.say("cli-weak-common"),
    }
}

fn list(global: &Global, locale: &Locale) -> Outcome {
    let paths = places::paths(global)?;
    let file = places::vault(&paths);
    let (keys, _) = open(global, &file, locale)?;
    let role = match keys.role {
        Role::Counsellor => "role-counsellor",
        Role::Supervisor => "role-supervisor",
    };
    let role = locale.say(role);
    say(&locale.say_with(
        "cli-keys-list-account",
        &[("name", keys.account.as_str().into()), ("role", role.as_str().into())],
    ));
    let fingerprint = fingerprint(&keys.root_public);
    say(&locale.say_with("cli-keys-list-fingerprint", &[("fingerprint", fingerprint.as_str().into())]));
    for seed in &keys.line_seeds {
        say(&locale.say_with("cli-keys-list-line-key", &[("id", seed.id().to_b64().as_str().into())]));
    }
    for key in &keys.house_keys {
        say(&locale.say_with("cli-keys-list-house-key", &[("id", key.id().to_b64().as_str().into())]));
    }
    Ok(())
}

/// Opens a vault with a passphrase that is asked for.
///
/// # Errors
/// Fails with the sentence of what is wrong.
pub fn open(global: &Global, file: &Path, locale: &Locale) -> Outcome<(vault::Keys, vault::VaultFile)> {
    if !file.exists() {
        return Err(trouble(file, &VaultError::Missing));
    }
    let typed = prompt::passphrase(global.passphrase_file.as_deref(), &locale.say("cli-ask-passphrase"))?;
    vault::open(file, &Passphrase::new(&typed)).map_err(|error| trouble(file, &error))
}

/// Says what is wrong with a vault.
pub fn trouble(file: &Path, error: &VaultError) -> Failure {
    let (exit, id) = match error {
        VaultError::Missing => (Exit::Failed, "cli-error-no-vault"),
        VaultError::Exists => (Exit::Refused, "cli-error-vault-there"),
        VaultError::WrongPassphrase => (Exit::Locked, "cli-error-wrong-passphrase"),
        VaultError::Damaged => (Exit::Damaged, "cli-error-vault"),
        _ => (Exit::Failed, "cli-error-vault"),
    };
    let source = std::error::Error::source(error).map(|source| format!(" ({source})")).unwrap_or_default();
    Failure::new(exit, id).with("file", file.display()).with("reason", format!("{error}{source}"))
}

/// The time, in milliseconds since 1970.
pub(super) fn now() -> u64 {
    u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap_or_default()
}

/// The system's randomness, behind a generator that cannot fail halfway.
pub(super) fn random() -> rand::rngs::ThreadRng {
    rand::rng()
}
