//! `opora relay`: prepares a data folder, checks it, or runs the one server.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::{Exit, Failure, Global, Outcome, keys, page, places, say};
use crate::config::{self, DEFAULT_RELAY_CONFIG};
use crate::journal::embedded::OpenError;
use crate::locale::{Locale, Value};
use crate::relay::{self, RelayError, Running};
use crate::sealing::card::{self, LineFile};

mod check;
pub(super) mod settings;

#[derive(Args)]
pub struct Options {
    #[arg(long, value_name = "FILE")]
    init: Option<PathBuf>,
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<SocketAddr>,
    #[arg(long, value_name = "URL")]
    public_url: Option<String>,
    #[arg(long, value_name = "URL")]
    exit_url: Option<String>,
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    #[arg(long)]
    drill: bool,
    #[arg(long, conflicts_with = "init")]
    check: bool,
}

/// Runs `opora relay`.
pub fn run(global: &Global, options: &Options, locale: &Locale) -> Outcome {
    let settings = load(global, options, locale)?;
    match &options.init {
        Some(line) => init(line, &settings.data, locale),
        None if options.check => check::run(&settings.data, locale),
        None => serve(settings, options.drill, locale),
    }
}

fn load(global: &Global, options: &Options, locale: &Locale) -> Outcome<config::Relay> {
    let file = global.config.clone().unwrap_or_else(|| PathBuf::from(DEFAULT_RELAY_CONFIG));
    let shown = |path: &Option<PathBuf>| path.as_ref().map(|path| path.display().to_string());
    let given = vec![
        ("data", shown(&global.data)),
        ("listen", options.listen.map(|address| address.to_string())),
        ("public_url", options.public_url.clone()),
        ("page.exit_url", options.exit_url.clone()),
        ("tls_cert", shown(&options.tls_cert)),
        ("tls_key", shown(&options.tls_key)),
    ];
    let layers = places::layers(global, &file, given, locale)?;
    let loaded = config::Relay::load(&layers).map_err(|errors| places::settings(&errors, locale))?;
    Ok(loaded.settings)
}

fn init(file: &Path, data: &Path, locale: &Locale) -> Outcome {
    let bad = |reason: String| {
        Failure::new(Exit::Failed, "cli-error-line-file").with("file", file.display()).with("reason", reason)
    };
    let text = std::fs::read_to_string(file).map_err(|error| bad(error.to_string()))?;
    let line: LineFile = serde_json::from_str(&text).map_err(|error| bad(error.to_string()))?;
    let now = keys::now();
    let card = card::check(&line.card, &line.sig, &line.root, now, 0, None)
        .map_err(|error| bad(error.to_string()))?;
    relay::init(data, &line, now).map_err(|error| trouble(&error, data))?;
    let folder = data.display().to_string();
    let name = line.accounts.first().map(|account| account.name.to_string()).unwrap_or_default();
    let relay = card.relays.first().map_or("ws://127.0.0.1:8787", String::as_str);
    let values: [(&str, Value<'_>); 4] = [
        ("folder", folder.as_str().into()),
        ("line", card.line.as_str().into()),
        ("name", name.as_str().into()),
        ("relay", relay.into()),
    ];
    say(&locale.say_with("cli-relay-ready", &values));
    let fingerprint = card::fingerprint(&line.root);
    say(&locale.say_with("cli-keys-fingerprint", &[("fingerprint", fingerprint.as_str().into())]));
    say(&locale.say_with("cli-relay-next", &values));
    Ok(())
}

fn serve(config: config::Relay, drill: bool, locale: &Locale) -> Outcome {
    tracing_subscriber::fmt()
        .json()
        .with_writer(std::io::stderr)
        .with_env_filter(tracing_subscriber::EnvFilter::new(format!("opora={}", config.log_level)))
        .init();
    let runtime = tokio::runtime::Runtime::new()
        .map_err(|error| Failure::new(Exit::Failed, "cli-error-relay").with("reason", error))?;
    runtime.block_on(async {
        let mut signals = Signals::listen()
            .map_err(|error| Failure::new(Exit::Failed, "cli-error-relay").with("reason", error))?;
        let data = config.data.clone();
        let stop = CancellationToken::new();
        let mut settings = settings::of(&config, drill);
        settings.page.read_own().map_err(|error| page::own_trouble(&error))?;
        let stale = page::stale_help(&settings.page.own.help, locale.lang().code()).len();
        for lang in settings.page.own.drafts.iter().filter(|lang| settings.page.languages.contains(lang)) {
            tracing::warn!(lang, "a language of the page is marked as a draft");
        }
        let running = relay::run(settings, &mut progress(locale), stop.clone())
            .await
            .map_err(|error| trouble(&error, &data))?;
        announce(&running, &config, locale);
        if stale > 0 {
            tracing::warn!(
                entries = stale,
                "help on the page was not checked within a year: `opora page build` names it"
            );
        }
        signals.stop(&running).await;
        _ = sd_notify::notify(&[sd_notify::NotifyState::Stopping]);
        running.stop().await;
        say(&locale.say("cli-relay-stopped"));
        Ok(())
    })
}

/// Says how far reading the journal is, once it takes longer than a moment.
fn progress(locale: &Locale) -> impl FnMut(u64, u64) + Send + '_ {
    let began = std::time::Instant::now();
    let mut last = Duration::ZERO;
    move |read, total| {
        let elapsed = began.elapsed();
        if elapsed - last > Duration::from_millis(500) && total > 0 {
            last = elapsed;
            let percent = read.saturating_mul(100) / total;
            say(&locale.say_with("cli-relay-reading", &[("percent", percent.into())]));
        }
    }
}

fn announce(running: &Running, config: &config::Relay, locale: &Locale) {
    let address = running.addr.to_string();
    let entries = running.report.entries.into();
    say(&locale
        .say_with("cli-relay-listening", &[("address", address.as_str().into()), ("entries", entries)]));
    let closed = running.report.damaged().len();
    if closed > 0 {
        say(&locale.say_with("check-closed", &[("count", closed.into())]));
    }
    let scheme = if config.tls_cert.is_some() { "https" } else { "http" };
    let url = config.public_url.as_ref().map_or(format!("{scheme}://{address}/"), |url| format!("{url}/"));
    say(&locale.say_with("cli-relay-page", &[("url", url.as_str().into())]));
    _ = sd_notify::notify(&[sd_notify::NotifyState::Ready]);
}

/// What the process may be told from outside.
struct Signals {
    term: Signal,
    int: Signal,
    hup: Signal,
}

impl Signals {
    /// Begins to listen: a signal that came before would end the process as it stands.
    fn listen() -> std::io::Result<Self> {
        Ok(Self {
            term: signal(SignalKind::terminate())?,
            int: signal(SignalKind::interrupt())?,
            hup: signal(SignalKind::hangup())?,
        })
    }

    /// Returns when the process is told to stop; SIGHUP reads the certificate again.
    async fn stop(&mut self, running: &Running) {
        loop {
            tokio::select! {
                _ = self.term.recv() => return,
                _ = self.int.recv() => return,
                () = running.stopped() => return,
                _ = self.hup.recv() => match running.reload() {
                    Ok(()) => tracing::info!("certificate read again"),
                    Err(error) => tracing::error!(%error, "the old certificate stays in use"),
                },
            }
        }
    }
}

fn trouble(error: &RelayError, data: &Path) -> Failure {
    let folder = data.display();
    match error {
        RelayError::AlreadyThere(_) => {
            Failure::new(Exit::Refused, "cli-error-relay-there").with("folder", folder)
        }
        RelayError::NotThere(_) => {
            Failure::new(Exit::Failed, "cli-error-no-relay-data").with("folder", folder)
        }
        RelayError::TlsNeeded(_) => Failure::new(Exit::Refused, "cli-error-tls"),
        RelayError::Listen { address, source } if source.kind() == std::io::ErrorKind::AddrInUse => {
            Failure::new(Exit::Failed, "cli-error-port").with("address", address)
        }
        RelayError::Listen { address, source } => {
            Failure::new(Exit::Failed, "cli-error-address").with("address", address).with("reason", source)
        }
        RelayError::Folder { path, source } => Failure::io(path, source),
        RelayError::Journal(error) => journal_trouble(error, data),
        other => Failure::new(Exit::Failed, "cli-error-relay").with("reason", other),
    }
}

fn journal_trouble(error: &OpenError, data: &Path) -> Failure {
    let (exit, id) = match error {
        OpenError::Locked(_) => (Exit::Locked, "cli-error-relay-in-use"),
        OpenError::HouseKey(_) => (Exit::Damaged, "cli-error-relay-damaged"),
        _ => (Exit::Failed, "cli-error-relay-damaged"),
    };
    Failure::new(exit, id).with("folder", data.display()).with("reason", error)
}
