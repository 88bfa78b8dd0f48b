//! `opora console`: settings, keys and colours put together for the one who sits there.

use std::io::IsTerminal as _;
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use clap::Args;
use jiff::tz::TimeZone;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use zeroize::Zeroizing;

use super::{Exit, Failure, Global, Outcome, keys, own, page, places, prompt};
use crate::client::address::Address;
use crate::config;
use crate::console::keymap::{Keymap, KeymapError, SHIPPED as KEYMAPS};
use crate::console::terminal::{Desktop, Manner};
use crate::console::theme::{SHIPPED as THEMES, Theme, ThemeError};
use crate::console::{self, Alone, ConsoleStart, Ended, Look, Settings, Welcome};
use crate::locale::{Lang, Locale, Phrases};
use crate::vault::VaultError;

mod first_run;

#[derive(Args)]
pub struct Options {
    #[arg(long, value_name = "URL")]
    relay: Option<String>,
    #[arg(long, value_name = "NAME")]
    keymap: Option<String>,
    #[arg(long, value_name = "NAME")]
    theme: Option<String>,
    #[arg(long)]
    plain: bool,
    #[arg(long)]
    offline: bool,
}

/// What a demo's console begins with.
pub struct Demo {
    /// Its folder.
    pub data: PathBuf,
    /// Its relay.
    pub relay: String,
    /// Where a browser opens the child's page.
    pub page: String,
    /// What opens its vault.
    pub passphrase: Zeroizing<String>,
    /// The theme that was asked for.
    pub theme: Option<String>,
    /// The keymap that was asked for.
    pub keymap: Option<String>,
    /// Whether finished lines were asked for.
    pub is_plain: bool,
}

/// Runs `opora console`.
pub fn run(global: &Global, options: &Options, locale: &Locale) -> Outcome {
    let paths = places::paths(global)?;
    let vault = places::vault(&paths);
    let given = vec![
        ("relay", options.relay.clone()),
        ("theme", options.theme.clone()),
        ("keymap", options.keymap.clone()),
        ("plain", options.plain.then(|| "true".to_owned())),
    ];
    let config = load(global, &paths, given, locale)?;
    let mut passphrase = match &global.passphrase_file {
        Some(file) => Some(prompt::passphrase(Some(file), "")?),
        None => None,
    };
    let (mut global, mut locale) = (global.clone(), locale.clone());
    if !vault.exists() {
        if global.passphrase_file.is_some() || !std::io::stdout().is_terminal() {
            return Err(keys::trouble(&vault, &VaultError::Missing));
        }
        let spoken = spoken(&global, &config, &locale);
        let (lang, joined) = first_run::run(&global, options, &paths, &config, &spoken)?;
        let Some(joined) = joined else { return Ok(()) };
        (global.lang, locale, passphrase) = (Some(lang.into()), Locale::new(lang), Some(joined));
    }
    let (global, locale) = (&global, &locale);
    write_log(paths.state(), &config.log_level);
    let relay = config.relay.as_ref().map(ToString::to_string);
    let relay = relay.map(|url| address(&url)).transpose()?;
    let (locale, other) = own::texts(&paths, &spoken(global, &config, locale));
    let (taxonomy, mistake) = own::taxonomy(&paths, &locale);
    let Seen { look, by_ground, notice } = look(&paths, &config, &locale)?;
    let (settings, wrong) = settings(&paths, &config, &locale);
    let start = ConsoleStart {
        vault,
        casebook: places::casebook(&paths),
        relay,
        is_offline: options.offline,
        passphrase,
        alias: None,
        own_list: Some(paths.taxonomy().join("anonymise.txt")),
        look,
        settings: Settings { taxonomy, starts_anew: true, ..settings },
        phrases: Some(Lang::ALL.map(|lang| paths.phrases_file(lang.code()))),
        manner: manner(&config),
        by_ground,
        notice: notice.or(wrong).or(mistake).or(other),
        judge: page::judge,
    };
    begin(start, &locale)
}

/// Runs the console of a demo.
///
/// # Errors
/// Fails as a console does.
pub fn demo(global: &Global, demo: &Demo, locale: &Locale) -> Outcome {
    let paths = places::paths(global)?;
    let given = vec![
        ("relay", Some(demo.relay.clone())),
        ("theme", demo.theme.clone()),
        ("keymap", demo.keymap.clone()),
        ("plain", demo.is_plain.then(|| "true".to_owned())),
    ];
    let config = load(global, &paths, given, locale)?;
    let Seen { look, by_ground, notice } = look(&paths, &config, locale)?;
    let welcome = Some(Welcome { page_url: demo.page.clone() });
    let (settings, wrong) = settings(&paths, &config, locale);
    let start = ConsoleStart {
        vault: demo.data.join("vault"),
        casebook: demo.data.join("casebook"),
        relay: Some(address(&demo.relay)?),
        is_offline: false,
        passphrase: Some(demo.passphrase.clone()),
        alias: None,
        own_list: None,
        look,
        settings: Settings { welcome, lock_after_ms: 0, ..settings },
        phrases: None,
        manner: manner(&config),
        by_ground,
        notice: notice.or(wrong),
        judge: page::judge,
    };
    begin(start, locale)
}

/// Runs a board that stands alone.
///
/// # Errors
/// Fails as a console does.
pub fn board(
    global: &Global,
    relay: Option<String>,
    theme: &Option<String>,
    keymap: &Option<String>,
    alone: Alone,
    locale: &Locale,
) -> Outcome {
    let paths = places::paths(global)?;
    let vault = places::vault(&paths);
    if !vault.exists() {
        return Err(keys::trouble(&vault, &VaultError::Missing));
    }
    let given = vec![("relay", relay), ("theme", theme.clone()), ("keymap", keymap.clone())];
    let config = load(global, &paths, given, locale)?;
    let passphrase = match &global.passphrase_file {
        Some(file) => Some(prompt::passphrase(Some(file), "")?),
        None => None,
    };
    let relay = config.relay.as_ref().map(ToString::to_string);
    let locale = spoken(global, &config, locale);
    let Seen { look, by_ground, notice } = look(&paths, &config, &locale)?;
    let (settings, wrong) = settings(&paths, &config, &locale);
    let start = ConsoleStart {
        vault,
        casebook: places::casebook(&paths),
        relay: relay.map(|url| address(&url)).transpose()?,
        is_offline: false,
        passphrase,
        alias: None,
        own_list: None,
        look,
        // A wall shows no word that a lock could hide, and nobody sits there to answer a bell.
        settings: match alone {
            Alone::Board => settings,
            Alone::Wall => Settings { lock_after_ms: 0, bell: false, ..settings },
        },
        manner: manner(&config),
        by_ground,
        phrases: None,
        notice: notice.or(wrong),
        judge: page::judge,
    };
    _ = crate::vault::process::guard();
    console::board(start, alone).map_err(|error| ended(&error, &locale))
}

/// Returns the relay that was asked for, or that of the settings.
///
/// # Errors
/// Fails if the settings cannot be read or the address is none.
pub fn relay(
    global: &Global,
    paths: &config::Paths,
    relay: Option<String>,
    locale: &Locale,
) -> Outcome<Option<Address>> {
    let config = load(global, paths, vec![("relay", relay)], locale)?;
    config.relay.as_ref().map(ToString::to_string).map(|url| address(&url)).transpose()
}

/// Lets what goes wrong be written into a folder that only this person reads: the screen belongs to the console. Where
/// that cannot be, there is no log, and everything else goes on.
fn write_log(folder: &Path, level: &str) {
    const DAYS_KEPT: usize = 7;
    let made = std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    let file = RollingFileAppender::builder()
        .rotation(Rotation::DAILY)
        .filename_prefix("console")
        .filename_suffix("log")
        .max_log_files(DAYS_KEPT);
    if let (Ok(()), Ok(file)) = (made, file.build(folder)) {
        let filter = tracing_subscriber::EnvFilter::new(format!("opora={level}"));
        // A second subscriber is refused, which only a test's own would be.
        _ = tracing_subscriber::fmt().json().with_env_filter(filter).with_writer(Mutex::new(file)).try_init();
    }
}

fn begin(start: ConsoleStart, locale: &Locale) -> Outcome {
    // A core file would hold every word that is open; where the system does not let us forbid it, the lock still helps.
    _ = crate::vault::process::guard();
    match console::run(start).map_err(|error| ended(&error, locale))? {
        Ended::Left => Ok(()),
        Ended::Locked => Err(start_anew(locale)),
    }
}

/// Puts the same program in the place of this one: what is left in freed memory goes with the process image. It asks for
/// the passphrase, wherever this one had it from. Returns only if that fails; everything is saved and closed by then.
fn start_anew(locale: &Locale) -> Failure {
    use std::os::unix::process::CommandExt as _;
    let mut arguments = Vec::new();
    let mut given = std::env::args_os().skip(1);
    while let Some(argument) = given.next() {
        match argument.to_str() {
            Some("--passphrase-file") => _ = given.next(),
            Some(text) if text.starts_with("--passphrase-file=") => {}
            _ => arguments.push(argument),
        }
    }
    let failed = match std::env::current_exe() {
        Ok(program) => {
            std::process::Command::new(program).args(arguments).env_remove("OPORA_PASSPHRASE_FILE").exec()
        }
        Err(error) => error,
    };
    ended(&console::ConsoleError::Start(failed), locale)
}

fn ended(error: &console::ConsoleError, locale: &Locale) -> Failure {
    let reason = error.to_string();
    Failure::ready(Exit::Failed, locale.say_with(error.text_id(), &[("reason", reason.as_str().into())]))
}

fn load(
    global: &Global,
    paths: &config::Paths,
    given: Vec<(&str, Option<String>)>,
    locale: &Locale,
) -> Outcome<config::Console> {
    let layers = places::layers(global, paths.config_file(), given, locale)?;
    let loaded = config::Console::load(&layers).map_err(|errors| places::settings(&errors, locale))?;
    Ok(loaded.settings)
}

fn address(url: &str) -> Outcome<Address> {
    Address::parse(url).map_err(|_| Failure::new(Exit::Usage, "cli-error-relay-url").with("url", url))
}

/// The language of the screens: `--lang` over the settings over the system's.
fn spoken(global: &Global, config: &config::Console, locale: &Locale) -> Locale {
    match (global.lang, config.lang.as_deref().and_then(Lang::from_tag)) {
        (None, Some(lang)) => Locale::new(lang),
        _ => locale.clone(),
    }
}

/// What a console looks like before the terminal has said more.
struct Seen {
    look: Look,
    by_ground: Option<[Theme; 2]>,
    notice: Option<String>,
}

/// Puts words, keys and styles together. A mistake in a file of the user's is a sentence, and what is shipped stays in
/// force.
fn look(paths: &config::Paths, config: &config::Console, locale: &Locale) -> Outcome<Seen> {
    let shipped = Keymap::shipped(&config.keymap).ok_or_else(|| {
        let known = KEYMAPS.map(|(name, _)| name).join(", ");
        Failure::new(Exit::Usage, "cli-error-not-a-keymap").with("name", &config.keymap).with("known", known)
    })?;
    let (keymap, keymap_notice) = match std::fs::read_to_string(paths.keymap_file()) {
        Err(_) => (shipped, None),
        Ok(text) => match Keymap::with_differences("keymap.toml", &text) {
            Ok(keymap) => (keymap, None),
            Err(error) => (shipped, Some(keymap_sentence(&error, locale))),
        },
    };
    let told = supports_color::on(supports_color::Stream::Stdout);
    let colours = colours(if forces_colour(config) { "always" } else { &config.color }, told);
    let (choice, theme_notice) = themes(paths, &config.theme, colours, locale)?;
    let (theme, by_ground) = match choice {
        Choice::This(theme) => (theme, None),
        Choice::ByGround(otherwise, themes) => (otherwise, Some(*themes)),
    };
    let zone = TimeZone::system();
    let look = Look { locale: locale.clone(), keymap, theme, zone, is_ascii: config.ascii };
    Ok(Seen { look, by_ground, notice: theme_notice.or(keymap_notice) })
}

fn keymap_sentence(error: &KeymapError, locale: &Locale) -> String {
    let what = error.to_string();
    locale.say_with("cli-error-keymap", &[("what", what.as_str().into())])
}

/// How many colours may be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Colours {
    None,
    Sixteen,
    Many,
    All,
}

/// Whether colours are shown though the environment says `NO_COLOR`: by `color = "always"`, and by a theme that somebody
/// chose, for a choice made for this program outweighs the wish for all of them. `color = "never"` outweighs both, and
/// a terminal that knows no colours gets none.
fn forces_colour(config: &config::Console) -> bool {
    let is_refused = std::env::var_os("NO_COLOR").is_some();
    let is_dumb = std::env::var_os("TERM").is_some_and(|term| term == "dumb");
    let is_chosen = config.theme != "auto" && is_refused && !is_dumb;
    config.color == "always" || config.color == "auto" && is_chosen
}

/// What the setting `color` makes of what the terminal and the environment say.
fn colours(setting: &str, level: Option<supports_color::ColorLevel>) -> Colours {
    let told = match level {
        None => Colours::None,
        Some(level) if level.has_16m => Colours::All,
        Some(level) if level.has_256 => Colours::Many,
        Some(_) => Colours::Sixteen,
    };
    match setting {
        "never" => Colours::None,
        // Whoever wants colours in spite of NO_COLOR gets what every terminal of today has.
        "always" => told.max(Colours::Many),
        _ => told,
    }
}

/// A theme, or two of which the terminal's ground decides.
enum Choice {
    This(Theme),
    ByGround(Theme, Box<[Theme; 2]>),
}

/// Returns the theme asked for: shipped, or a file of the user's; it is `mono` where no colours are to be had. `auto` is `day` or `night` after the terminal's ground,
/// its own sixteen colours where it has no more or does not tell, and `mono` where colours are not wanted. A mistake in
/// the user's file is a sentence, and `auto` is in use.
fn themes(
    paths: &config::Paths,
    name: &str,
    colours: Colours,
    locale: &Locale,
) -> Outcome<(Choice, Option<String>)> {
    let fit = |theme: Theme| if colours == Colours::All { theme } else { theme.in_256() };
    let shipped = |name: &str| Theme::shipped(name).map(fit);
    let auto = || match (colours, shipped("terminal"), shipped("night"), shipped("day")) {
        (Colours::Many | Colours::All, Some(otherwise), Some(night), Some(day)) if tells_ground() => {
            Some(Choice::ByGround(otherwise, Box::new([night, day])))
        }
        (Colours::None, ..) => shipped("mono").map(Choice::This),
        (_, otherwise, ..) => otherwise.map(Choice::This),
    };
    let unknown = || {
        let known = THEMES.map(|(name, _)| name).join(", ");
        Failure::new(Exit::Usage, "cli-error-not-a-theme").with("name", name).with("known", known)
    };
    if name == "auto" || colours == Colours::None {
        return Ok((auto().ok_or_else(unknown)?, None));
    }
    if let Some(theme) = shipped(name) {
        return Ok((Choice::This(theme), None));
    }
    let own = paths.themes().join(format!("{name}.toml"));
    let text = std::fs::read_to_string(&own).map_err(|_| unknown())?;
    match Theme::parse(name, &text) {
        Ok(theme) => Ok((Choice::This(fit(theme)), None)),
        Err(error) => Ok((auto().ok_or_else(unknown)?, Some(theme_sentence(&error, locale)))),
    }
}

/// The Linux console and what is no real terminal would print the question.
fn tells_ground() -> bool {
    std::env::var("TERM").is_ok_and(|term| !["", "dumb", "linux"].contains(&term.as_str()))
}

fn theme_sentence(error: &ThemeError, locale: &Locale) -> String {
    let what = locale.say_with(error.what.text_id(), &[("what", error.what.what().into())]);
    let values = [("file", error.file.as_str().into()), ("line", error.line.into()), ("what", what.into())];
    locale.say_with("cli-error-theme", &values)
}

fn manner(config: &config::Console) -> Manner {
    let desktop = match config.alerts.desktop.as_str() {
        "osc9" => Desktop::Osc9,
        "osc777" => Desktop::Osc777,
        _ => Desktop::None,
    };
    Manner {
        is_plain: config.plain,
        has_mouse: config.mouse && !config.plain,
        rings: config.alerts.bell,
        desktop,
        forces_colour: forces_colour(config),
    }
}

/// Puts together what was chosen. A mistake in a person's own phrases is a sentence, and the shipped ones stay.
fn settings(paths: &config::Paths, config: &config::Console, locale: &Locale) -> (Settings, Option<String>) {
    let mut wrong = None;
    let phrases = Lang::ALL.map(|lang| {
        let file = paths.phrases_file(lang.code());
        let text = std::fs::read_to_string(&file).ok()?;
        match Phrases::parse(&file.display().to_string(), &text) {
            Ok(own) => Some(own),
            Err(error) => {
                let what = error.to_string();
                wrong = Some(locale.say_with("cli-error-phrases", &[("what", what.as_str().into())]));
                None
            }
        }
    });
    let ms = |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    let settings = Settings {
        places: config.chat.places,
        guard_ms: ms(config.chat.guard),
        send_hold_ms: ms(config.chat.send_hold),
        lock_after_ms: ms(config.privacy.lock_after),
        // An alert is wanted if it is heard or seen; the terminal knows how.
        bell: config.alerts.bell || config.alerts.desktop != "none",
        repeat_ms: ms(config.alerts.repeat),
        snooze_ms: ms(config.alerts.snooze),
        clipboard: config.privacy.clipboard,
        blur: config.privacy.blur,
        phrases,
        another_reviewer: config.review.another,
        taxonomy: crate::taxonomy::Taxonomy::shipped(),
        starts_anew: false,
        welcome: None,
    };
    (settings, wrong)
}
