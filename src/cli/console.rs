//! `opora console`: settings, keys and colours put together for the one who sits there.

use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use clap::Args;
use jiff::tz::TimeZone;
use tracing_appender::rolling::{RollingFileAppender, Rotation};
use zeroize::Zeroizing;

use super::{Exit, Failure, Global, Outcome, keys, page, places, prompt};
use crate::client::address::Address;
use crate::config;
use crate::console::keymap::{Keymap, KeymapError, SHIPPED as KEYMAPS};
use crate::console::theme::{SHIPPED as THEMES, Theme};
use crate::console::{self, ConsoleStart, Look, Settings, Welcome};
use crate::locale::{Lang, Locale, Phrases};
use crate::vault::VaultError;

#[derive(Args)]
pub struct Options {
    #[arg(long, value_name = "URL")]
    relay: Option<String>,
    #[arg(long, value_name = "NAME")]
    keymap: Option<String>,
    #[arg(long, value_name = "NAME")]
    theme: Option<String>,
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
}

/// Runs `opora console`.
pub fn run(global: &Global, options: &Options, locale: &Locale) -> Outcome {
    let paths = places::paths(global)?;
    let vault = places::vault(&paths);
    if !vault.exists() {
        return Err(keys::trouble(&vault, &VaultError::Missing));
    }
    let config = load(global, &paths, options.relay.clone(), &options.theme, &options.keymap, locale)?;
    let passphrase = match &global.passphrase_file {
        Some(file) => Some(prompt::passphrase(Some(file), "")?),
        None => None,
    };
    write_log(paths.state(), &config.log_level);
    let relay = config.relay.as_ref().map(ToString::to_string);
    let relay = relay.map(|url| address(&url)).transpose()?;
    let locale = spoken(global, &config, locale);
    let (look, notice) = look(&paths, &config, &locale)?;
    let start = ConsoleStart {
        vault,
        casebook: places::casebook(&paths),
        relay,
        is_offline: options.offline,
        passphrase,
        alias: None,
        look,
        settings: settings(&paths, &config, &locale)?,
        notice,
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
    let config = load(global, &paths, Some(demo.relay.clone()), &demo.theme, &demo.keymap, locale)?;
    let (look, notice) = look(&paths, &config, locale)?;
    let welcome = Some(Welcome { page_url: demo.page.clone() });
    let start = ConsoleStart {
        vault: demo.data.join("vault"),
        casebook: demo.data.join("casebook"),
        relay: Some(address(&demo.relay)?),
        is_offline: false,
        passphrase: Some(demo.passphrase.clone()),
        alias: None,
        look,
        settings: Settings { welcome, lock_after_ms: 0, ..settings(&paths, &config, locale)? },
        notice,
        judge: page::judge,
    };
    begin(start, locale)
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
    console::run(start).map_err(|error| {
        let reason = error.to_string();
        let sentence = locale.say_with(error.text_id(), &[("reason", reason.as_str().into())]);
        Failure::ready(Exit::Failed, sentence)
    })
}

fn load(
    global: &Global,
    paths: &config::Paths,
    relay: Option<String>,
    theme: &Option<String>,
    keymap: &Option<String>,
    locale: &Locale,
) -> Outcome<config::Console> {
    let given = vec![("relay", relay), ("theme", theme.clone()), ("keymap", keymap.clone())];
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

/// Puts words, keys and styles together. A mistake in the user's keymap is a sentence, and the shipped keys stay in force.
fn look(paths: &config::Paths, config: &config::Console, locale: &Locale) -> Outcome<(Look, Option<String>)> {
    let shipped = Keymap::shipped(&config.keymap).ok_or_else(|| {
        let known = KEYMAPS.map(|(name, _)| name).join(", ");
        Failure::new(Exit::Usage, "cli-error-not-a-keymap").with("name", &config.keymap).with("known", known)
    })?;
    let (keymap, notice) = match std::fs::read_to_string(paths.keymap_file()) {
        Err(_) => (shipped, None),
        Ok(text) => match Keymap::with_differences("keymap.toml", &text) {
            Ok(keymap) => (keymap, None),
            Err(error) => (shipped, Some(keymap_sentence(&error, locale))),
        },
    };
    let theme = theme(paths, &config.theme)?;
    Ok((Look { locale: locale.clone(), keymap, theme, zone: TimeZone::system() }, notice))
}

fn keymap_sentence(error: &KeymapError, locale: &Locale) -> String {
    let what = error.to_string();
    locale.say_with("cli-error-keymap", &[("what", what.as_str().into())])
}

/// Returns the theme asked for: shipped, or a file of the user's. `auto` is the terminal's own colours, or none of them
/// where they are not wanted.
fn theme(paths: &config::Paths, name: &str) -> Outcome<Theme> {
    let name = match name {
        "auto" if supports_color::on(supports_color::Stream::Stdout).is_none() => "mono",
        "auto" => "terminal",
        name => name,
    };
    if let Some(theme) = Theme::shipped(name) {
        return Ok(theme);
    }
    let own = paths.themes().join(format!("{name}.toml"));
    let text = std::fs::read_to_string(&own).map_err(|_| {
        let known = THEMES.map(|(name, _)| name).join(", ");
        Failure::new(Exit::Usage, "cli-error-not-a-theme").with("name", name).with("known", known)
    })?;
    Theme::parse(name, &text).map_err(|error| Failure::ready(Exit::Usage, error.to_string()))
}

fn settings(paths: &config::Paths, config: &config::Console, locale: &Locale) -> Outcome<Settings> {
    let file = paths.phrases_file(locale.lang().code());
    let phrases = match std::fs::read_to_string(&file) {
        Err(_) => None,
        Ok(text) => {
            let shown = file.display().to_string();
            let own = Phrases::parse(&shown, &text)
                .map_err(|error| Failure::ready(Exit::Usage, error.to_string()))?;
            Some(own)
        }
    };
    let ms = |time: std::time::Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
    Ok(Settings {
        places: config.chat.places,
        guard_ms: ms(config.chat.guard),
        send_hold_ms: ms(config.chat.send_hold),
        lock_after_ms: ms(config.privacy.lock_after),
        bell: config.alerts.bell,
        blur: config.privacy.blur,
        phrases,
        welcome: None,
    })
}
