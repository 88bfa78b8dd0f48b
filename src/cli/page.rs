//! `opora page`: builds the child's page into one file, for whoever hosts it elsewhere, and compares a page that is served
//! with what this program builds.

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use jiff::tz::TimeZone;

use super::relay::settings;
use super::{Exit, Failure, Global, Outcome, keys, places, say};
use crate::client::fetch::{FetchError, PageAddress, fetch};
use crate::config::{self, RelayUrl};
use crate::console::PageVerdict;
use crate::locale::{Locale, Value};
use crate::relay::page::check::{Checked, Part, check, differences};
use crate::relay::page::own::{Own, OwnError};
use crate::relay::page::{BuiltPage, PageInputs, build};
use crate::sealing::card::{self, Card, LineFile, fingerprint};
use crate::taxonomy::Resource;

#[derive(Args)]
pub struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Build(Build),
    Check(Check),
}

#[derive(Args)]
struct Build {
    #[arg(long, value_name = "FILE", default_value = "page.html")]
    out: PathBuf,
    #[arg(long, value_name = "FILE", default_value = "line.json")]
    line: PathBuf,
    #[arg(long, value_name = "URL")]
    relay: Option<String>,
}

#[derive(Args)]
struct Check {
    #[arg(value_name = "URL")]
    url: String,
    #[arg(long, value_name = "FILE")]
    line: Option<PathBuf>,
    #[arg(long, value_name = "URL")]
    relay: Option<String>,
}

/// Runs `opora page`.
pub fn run(global: &Global, options: &Options, locale: &Locale) -> Outcome {
    match &options.command {
        Command::Build(options) => self::build_page(global, options, locale),
        Command::Check(options) => self::check_page(global, options, locale),
    }
}

fn build_page(global: &Global, options: &Build, locale: &Locale) -> Outcome {
    let (line, card) = line(&options.line)?;
    let (inputs, own) = inputs(global, &line, &card, options.relay.as_deref(), locale)?;
    let BuiltPage { html, sha256, csp } =
        build(&inputs).map_err(|error| Failure::ready(Exit::Usage, error.to_string()))?;
    std::fs::write(&options.out, &html).map_err(|error| Failure::io(&options.out, &error))?;
    let (file, hash) = (options.out.display().to_string(), hex(&sha256));
    let values =
        [("file", file.as_str().into()), ("bytes", html.len().into()), ("hash", hash.as_str().into())];
    say(&locale.say_with("cli-page-built", &values));
    say(&format!("Content-Security-Policy: {csp}"));
    warn_of_stale_help(&own.help, locale);
    for lang in own.drafts.iter().filter(|lang| inputs.languages.contains(lang)) {
        super::warn(&locale.say_with("cli-page-draft", &[("lang", lang.as_str().into())]));
    }
    Ok(())
}

/// Fetches a page and says calmly what it is. A page that is not the line's ends with the code of a refusal.
fn check_page(global: &Global, options: &Check, locale: &Locale) -> Outcome {
    let address = PageAddress::parse(&options.url)
        .map_err(|_| Failure::new(Exit::Usage, "cli-error-page-url").with("url", &options.url))?;
    let meant = match &options.line {
        Some(file) => {
            let (line, card) = line(file)?;
            Some(inputs(global, &line, &card, options.relay.as_deref(), locale)?.0)
        }
        None => None,
    };
    let runtime = keys::runtime()?;
    let html = runtime.block_on(fetch(&address)).map_err(|error| {
        let exit = if matches!(error, FetchError::Nobody(_)) { Exit::NoRelay } else { Exit::Failed };
        Failure::new(exit, "cli-error-page").with("url", &options.url).with("reason", error)
    })?;
    let hash = hex(&sha256(&html));
    let values =
        [("url", options.url.as_str().into()), ("bytes", html.len().into()), ("hash", hash.as_str().into())];
    say(&locale.say_with("cli-page-served", &values));
    let (inputs, is_same) = match check(&html) {
        Checked::Foreign => return Err(Failure::new(Exit::Refused, "cli-page-foreign")),
        Checked::Same(inputs) => {
            say(&locale.say("cli-page-same"));
            (inputs, true)
        }
        Checked::Differs(inputs, part) => {
            let id = match part {
                Part::Script => "cli-page-differs-script",
                Part::Style => "cli-page-differs-style",
                Part::Text => "cli-page-differs-text",
            };
            say(&locale.say(id));
            (inputs, false)
        }
    };
    let is_meant = match meant {
        Some(meant) => compare(&inputs, &meant, locale),
        None => {
            name(&inputs, locale);
            true
        }
    };
    if is_same && is_meant { Ok(()) } else { Err(Failure::new(Exit::Refused, "cli-page-not-it")) }
}

/// Says which inputs are not as they were meant; returns whether all are.
fn compare(page: &PageInputs, meant: &PageInputs, locale: &Locale) -> bool {
    let others = differences(page, meant);
    for other in &others {
        let values: [(&str, Value<'_>); 3] = [
            ("setting", other.setting.into()),
            ("page", other.page.as_str().into()),
            ("meant", other.meant.as_str().into()),
        ];
        say(&locale.say_with("cli-page-setting", &values));
    }
    if others.is_empty() {
        say(&locale.say("cli-page-settings-same"));
    }
    others.is_empty()
}

/// Says what the page trusts, for a person to compare.
fn name(page: &PageInputs, locale: &Locale) {
    let fingerprint = fingerprint(&page.root);
    let relay = page.relay.clone().unwrap_or_else(|| locale.say("cli-page-own-relay"));
    let values: [(&str, Value<'_>); 4] = [
        ("fingerprint", fingerprint.as_str().into()),
        ("relay", relay.as_str().into()),
        ("phone", page.phone.as_str().into()),
        ("exit", page.exit_url.as_str().into()),
    ];
    say(&locale.say_with("cli-page-names", &values));
}

/// What a console makes of the page that its relay serves.
pub fn judge(html: &[u8], root: &[u8; 65], relays: &[String]) -> PageVerdict {
    let is_ours = |page: &PageInputs| {
        page.root == *root
            && page.relay.as_ref().is_none_or(|relay| relays.iter().any(|named| named == relay))
    };
    match check(html) {
        Checked::Same(page) if is_ours(&page) => PageVerdict::Same,
        Checked::Same(_) => PageVerdict::OtherLine,
        Checked::Differs(..) | Checked::Foreign => PageVerdict::Differs,
    }
}

/// Returns the names of the help on the page that nobody checked within a year.
pub fn stale_help<'a>(help: &'a [Resource], lang: &str) -> Vec<&'a str> {
    let today = TimeZone::system().to_datetime(jiff::Timestamp::now()).date();
    let stale = help.iter().filter(|resource| resource.is_stale(today));
    stale.map(|resource| resource.name.get(lang)).collect()
}

fn warn_of_stale_help(help: &[Resource], locale: &Locale) {
    let names = stale_help(help, locale.lang().code());
    if !names.is_empty() {
        let list = names.join("; ");
        let values = [("count", names.len().into()), ("names", list.as_str().into())];
        super::warn(&locale.say_with("cli-page-stale", &values));
    }
}

fn line(file: &Path) -> Outcome<(LineFile, Card)> {
    let bad = |reason: String| {
        Failure::new(Exit::Failed, "cli-error-line-file").with("file", file.display()).with("reason", reason)
    };
    let text = std::fs::read_to_string(file).map_err(|error| bad(error.to_string()))?;
    let line = LineFile::parse(&text).map_err(|error| bad(error.to_string()))?;
    // An expired card still names the line: a page of it refuses to seal until the relay has a newer one.
    let card =
        card::parse_signed(&line.card, &line.sig, &line.root).map_err(|error| bad(error.to_string()))?;
    Ok((line, card))
}

fn inputs(
    global: &Global,
    line: &LineFile,
    card: &Card,
    relay: Option<&str>,
    locale: &Locale,
) -> Outcome<(PageInputs, Own)> {
    let file = global.config.clone().unwrap_or_else(|| PathBuf::from(config::DEFAULT_RELAY_CONFIG));
    let layers = places::layers(global, &file, Vec::new(), locale)?;
    let loaded = config::Relay::load(&layers).map_err(|errors| places::settings(&errors, locale))?;
    let config = loaded.settings;
    let absence_ms = u64::try_from(config.keep.absence.as_millis()).unwrap_or(u64::MAX);
    let mut page = settings::page(&config);
    page.read_own().map_err(|error| own_trouble(&error))?;
    let mut inputs = page.inputs(line.root, Some(card), absence_ms);
    if let Some(relay) = relay {
        let url: RelayUrl = relay
            .parse()
            .map_err(|()| Failure::new(Exit::Usage, "cli-error-relay-url").with("url", relay))?;
        let url = url.to_string();
        if !card.names(&url) && url.starts_with("wss://") {
            let known = card.relays.join(", ");
            return Err(Failure::new(Exit::Refused, "cli-error-page-relay")
                .with("url", url)
                .with("known", known));
        }
        inputs.relay = Some(url);
    }
    Ok((inputs, page.own))
}

/// Says what is wrong with the line's own texts or help.
pub fn own_trouble(error: &OwnError) -> Failure {
    Failure::new(Exit::Usage, "cli-error-page-own").with("reason", error)
}

fn sha256(bytes: &[u8]) -> [u8; 32] {
    use sha2::{Digest as _, Sha256};
    Sha256::digest(bytes).into()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
