//! `opora doctor`: looks at all that a console stands on and says, a line each, what is good, what deserves a look and
//! what is trouble, with what to do. It looks and changes nothing; without a passphrase it opens nothing.

use std::path::PathBuf;

use clap::{Args, ValueEnum};
use serde::Serialize;

use super::{Exit, Failure, Global, Outcome, places, say};
use crate::config::{self, DEFAULT_RELAY_CONFIG, Loaded, Shown};
use crate::locale::{Locale, Value};

mod keys;
mod own;
mod relay;
mod terminal;

#[derive(Args)]
pub struct Options {
    #[arg(long)]
    terminal: bool,
    #[arg(long)]
    keys: bool,
    #[arg(long, value_name = "WHOSE", num_args = 0..=1, default_missing_value = "console")]
    settings: Option<Whose>,
    #[arg(long, value_name = "URL")]
    relay: Option<String>,
    #[arg(long)]
    unlock: bool,
    #[arg(long)]
    json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Whose {
    Console,
    Relay,
}

/// How something stands. The order is that of gravity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
enum Mark {
    Ok,
    Look,
    Trouble,
}

/// What was looked at; the names are those of `--json`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
enum Area {
    Terminal,
    Settings,
    Vault,
    Casebook,
    Relay,
    Card,
    Clock,
    Page,
    Proxy,
}

/// One line of what was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Found {
    mark: Mark,
    area: Area,
    text: String,
    /// How the command ends if this is trouble.
    #[serde(skip)]
    exit: Option<Exit>,
}

impl Found {
    fn new(mark: Mark, area: Area, text: String) -> Self {
        Self { mark, area, text, exit: None }
    }

    fn ends(self, exit: Exit) -> Self {
        Self { exit: Some(exit), ..self }
    }
}

/// Says a text with values that are texts.
fn said(locale: &Locale, id: &str, values: &[(&str, &str)]) -> String {
    let values: Vec<(&str, Value<'_>)> =
        values.iter().map(|(name, value)| (*name, (*value).into())).collect();
    locale.say_with(id, &values)
}

/// Runs `opora doctor`.
pub fn run(global: &Global, options: &Options, locale: &Locale) -> Outcome {
    if options.keys {
        return keys::echo(locale);
    }
    if let Some(whose) = options.settings {
        return list(&shown(global, whose, locale)?, options.json);
    }
    let mut found = terminal::look(&terminal::Facts::gather(), locale);
    if !options.terminal {
        found.extend(examine(global, options, locale)?);
    }
    tell(&found, options.json, locale);
    conclude(&found, options.json, locale)
}

/// Looks at everything but the terminal.
fn examine(global: &Global, options: &Options, locale: &Locale) -> Outcome<Vec<Found>> {
    let paths = places::paths(global)?;
    let file = paths.config_file().display().to_string();
    let mut found = Vec::new();
    let console = match console(global, locale) {
        Ok(loaded) => {
            found.extend(settings(&file, &loaded.shown, &loaded.stray, locale));
            Some(loaded.settings)
        }
        Err(failure) => {
            let text = failure.sentence(locale);
            found.push(Found::new(Mark::Trouble, Area::Settings, text).ends(Exit::Usage));
            None
        }
    };
    let (own, keys) = own::look(global, &paths, options.unlock, locale)?;
    found.extend(own);
    let set = console.and_then(|console| console.relay).map(|url| url.to_string());
    // The vault knows where its line's relay is; the settings need not.
    let of_card = keys.as_ref().and_then(|keys| keys.relays.first().cloned());
    match options.relay.clone().or(set).or(of_card) {
        Some(url) => found.extend(relay::look(&url, keys.as_ref().map(|keys| &keys.root_public), locale)?),
        None => {
            let text = said(locale, "doctor-relay-none", &[("file", &file)]);
            found.push(Found::new(Mark::Look, Area::Relay, text));
        }
    }
    Ok(found)
}

fn settings(file: &str, shown: &[Shown], stray: &[String], locale: &Locale) -> Vec<Found> {
    let changed = shown.iter().filter(|shown| shown.origin != config::Origin::Default).count();
    let text =
        locale.say_with("doctor-settings-ok", &[("file", file.into()), ("count", (changed as u64).into())]);
    let stray = stray.iter().map(|name| {
        Found::new(Mark::Look, Area::Settings, said(locale, "doctor-settings-stray", &[("name", name)]))
    });
    std::iter::once(Found::new(Mark::Ok, Area::Settings, text)).chain(stray).collect()
}

fn console(global: &Global, locale: &Locale) -> Outcome<Loaded<config::Console>> {
    let paths = places::paths(global)?;
    let layers = places::layers(global, paths.config_file(), Vec::new(), locale)?;
    config::Console::load(&layers).map_err(|errors| places::settings(&errors, locale))
}

fn shown(global: &Global, whose: Whose, locale: &Locale) -> Outcome<Vec<Shown>> {
    if whose == Whose::Console {
        return Ok(console(global, locale)?.shown);
    }
    let file = global.config.clone().unwrap_or_else(|| PathBuf::from(DEFAULT_RELAY_CONFIG));
    let layers = places::layers(global, &file, Vec::new(), locale)?;
    let loaded = config::Relay::load(&layers).map_err(|errors| places::settings(&errors, locale))?;
    Ok(loaded.shown)
}

/// Lists every setting with where it came from.
fn list(shown: &[Shown], json: bool) -> Outcome {
    if json {
        let rows: Vec<_> = shown
            .iter()
            .map(|shown| {
                serde_json::json!({
                    "key": shown.key, "value": shown.value, "origin": shown.origin.to_string(),
                    "default": shown.default, "help": shown.help,
                })
            })
            .collect();
        say(&serde_json::Value::from(rows).to_string());
        return Ok(());
    }
    for Shown { key, value, origin, .. } in shown {
        say(&format!("{key} = {value}  ({origin})"));
    }
    Ok(())
}

fn tell(found: &[Found], json: bool, locale: &Locale) {
    if json {
        say(&serde_json::json!(found).to_string());
        return;
    }
    for Found { mark, area, text, .. } in found {
        let mark = locale.say(match mark {
            Mark::Ok => "doctor-ok",
            Mark::Look => "doctor-look",
            Mark::Trouble => "doctor-trouble",
        });
        let area = locale.say(match area {
            Area::Terminal => "doctor-area-terminal",
            Area::Settings => "doctor-area-settings",
            Area::Vault => "doctor-area-vault",
            Area::Casebook => "doctor-area-casebook",
            Area::Relay => "doctor-area-relay",
            Area::Card => "doctor-area-card",
            Area::Clock => "doctor-area-clock",
            Area::Page => "doctor-area-page",
            Area::Proxy => "doctor-area-proxy",
        });
        say(&format!("{mark:<8} {area:<9} {text}"));
    }
}

fn conclude(found: &[Found], json: bool, locale: &Locale) -> Outcome {
    let troubles: Vec<&Found> = found.iter().filter(|found| found.mark == Mark::Trouble).collect();
    if let Some(first) = troubles.first() {
        let sentence = locale.say_with("doctor-trouble-found", &[("count", troubles.len().into())]);
        return Err(Failure::ready(first.exit.unwrap_or(Exit::Failed), sentence));
    }
    if !json && found.iter().any(|found| found.mark == Mark::Look) {
        say(&locale.say("doctor-done-look"));
    }
    Ok(())
}
