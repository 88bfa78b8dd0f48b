//! `opora keys`: making a line on the keeper's computer, inviting, joining, cutting off, renewing, and what is kept on paper.
//! One file a deed; here is what they share.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand, ValueEnum};

use super::{Exit, Failure, Global, Outcome, places, prompt};
use crate::client::address::Address;
use crate::config;
use crate::locale::Locale;
use crate::vault::{self, Cost, Keys, Passphrase, VaultError, VaultFile};

mod init;
mod join;
mod line;
mod list;
mod paper;
mod renew;
mod team;
mod visit;

#[derive(Args)]
pub struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Init(init::Init),
    Invite(team::Invite),
    Join(join::Join),
    List,
    Revoke(team::Revoke),
    RotateLine(team::RotateLine),
    Line(line::Line),
    Recovery(paper::Recovery),
    Passphrase(renew::NewPassphrase),
    Rekey(renew::Rekey),
    Root(paper::Root),
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CostChoice {
    Calibrated,
    Floor,
}

impl CostChoice {
    fn cost(self, vault: &Path) -> Outcome<Cost> {
        match self {
            Self::Calibrated => Cost::calibrated().map_err(|error| trouble(vault, &error)),
            Self::Floor => Ok(Cost::floor()),
        }
    }
}

/// Runs `opora keys`.
pub fn run(global: &Global, options: &Options, locale: &Locale) -> Outcome {
    // A core file would hold the line's keys; where the system does not let us forbid it, nothing else is worse.
    _ = vault::process::guard();
    match &options.command {
        Command::Init(options) => init::run(global, options, locale),
        Command::Invite(options) => team::invite(global, options, locale),
        Command::Join(options) => join::run(global, options, locale),
        Command::List => list::run(global, locale),
        Command::Revoke(options) => team::revoke(global, options, locale),
        Command::RotateLine(options) => team::rotate_line(global, options, locale),
        Command::Line(options) => line::run(global, options, locale),
        Command::Recovery(options) => paper::recovery(global, options, locale),
        Command::Passphrase(options) => renew::passphrase(global, options, locale),
        Command::Rekey(options) => renew::rekey(global, options, locale),
        Command::Root(options) => paper::root(global, options, locale),
    }
}

/// Opens the vault of the profile that was asked for.
fn own(global: &Global, locale: &Locale) -> Outcome<(PathBuf, Keys, VaultFile)> {
    let vault = places::vault(&places::paths(global)?);
    let (keys, file) = open(global, &vault, locale)?;
    Ok((vault, keys, file))
}

/// Returns the relay to go to: what was asked for, what is set, what the line card named last.
fn relay(global: &Global, asked: Option<&str>, keys: &Keys, locale: &Locale) -> Outcome<Address> {
    let paths = places::paths(global)?;
    let given = vec![("relay", asked.map(str::to_owned))];
    let layers = places::layers(global, paths.config_file(), given, locale)?;
    let loaded = config::Console::load(&layers).map_err(|errors| places::settings(&errors, locale))?;
    let url = loaded.settings.relay.map(|url| url.to_string()).or_else(|| keys.relays.first().cloned());
    let Some(url) = url else {
        let file = paths.config_file().display();
        return Err(Failure::new(Exit::Usage, "cli-error-no-relay-url").with("file", file));
    };
    address(&url)
}

fn address(url: &str) -> Outcome<Address> {
    Address::parse(url).map_err(|_| Failure::new(Exit::Usage, "cli-error-relay-url").with("url", url))
}

/// Returns what a command that talks to a relay runs on.
///
/// # Errors
/// Fails if the system gives no threads or sockets.
pub(super) fn runtime() -> Outcome<tokio::runtime::Runtime> {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    runtime.map_err(|error| Failure::ready(Exit::Failed, error.to_string()))
}

/// Reads a code that was given by hand or on paper: from a file, or from whoever sits there. It is never an argument.
fn code(file: Option<&Path>, question: &str, locale: &Locale) -> Outcome<zeroize::Zeroizing<String>> {
    match file {
        Some(path) => {
            let text = std::fs::read_to_string(path).map_err(|error| Failure::io(path, &error))?;
            Ok(text.into())
        }
        None => prompt::line(&locale.say(question), "").map(Into::into),
    }
}

/// Asks for a new passphrase until it is good enough; one from a file is taken or refused.
pub(super) fn new_passphrase(file: Option<&Path>, locale: &Locale) -> Outcome<Passphrase> {
    let proposed = Passphrase::proposed(locale.lang().code(), &mut random());
    if file.is_none() {
        let line = locale.say_with("cli-keys-proposal", &[("words", proposed.expose().into())]);
        _ = writeln!(std::io::stderr(), "{line}");
    }
    loop {
        let typed = prompt::new_passphrase(file, locale)?;
        let failure = match Passphrase::choose(&typed) {
            Ok(passphrase) => return Ok(passphrase),
            Err(weak) => Failure::new(Exit::Refused, "cli-error-weak-passphrase")
                .with("reason", weak_reason(weak, locale))
                .with("words", proposed.expose()),
        };
        if file.is_some() {
            return Err(failure);
        }
        _ = writeln!(std::io::stderr(), "{}", failure.sentence(locale));
    }
}

fn weak_reason(weak: vault::Weak, locale: &Locale) -> String {
    match weak {
        vault::Weak::Short(count) => locale.say_with("cli-weak-short", &[("count", (count as u64).into())]),
        vault::Weak::Common => locale.say("cli-weak-common"),
    }
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

/// Returns a moment as people write it, by this computer's clock.
fn until(at_ms: u64) -> String {
    let at = i64::try_from(at_ms).ok().and_then(|at| jiff::Timestamp::from_millisecond(at).ok());
    jiff::tz::TimeZone::system().to_datetime(at.unwrap_or_default()).strftime("%Y-%m-%d %H:%M").to_string()
}

/// The time, in milliseconds since 1970.
pub(super) fn now() -> u64 {
    u64::try_from(jiff::Timestamp::now().as_millisecond()).unwrap_or_default()
}

/// The system's randomness, behind a generator that cannot fail halfway.
pub(super) fn random() -> rand::rngs::ThreadRng {
    rand::rng()
}
