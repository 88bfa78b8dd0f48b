//! `opora drill`: scripted children against a practice relay. What was acknowledged, lost or doubled is counted.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use clap::{Args, Subcommand};
use tokio_util::sync::CancellationToken;

use super::{Exit, Failure, Global, Outcome, keys, say};
use crate::client::address::Address;
use crate::drill::{CounsellorScript, Ledger, Load, Script, Stage, play_child, play_load};
use crate::locale::Locale;
use crate::sealing::card::LineFile;

mod casebook;
mod practice;

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Options {
    #[command(subcommand)]
    command: Option<Command>,
    #[arg(long, value_name = "URL", requires = "line")]
    relay: Option<String>,
    #[arg(long, value_name = "FILE")]
    line: Option<PathBuf>,
    #[arg(long, value_name = "URL")]
    origin: Option<String>,
    #[arg(long, value_name = "N", default_value_t = 5)]
    children: usize,
    #[arg(long, value_name = "N", default_value_t = 2, conflicts_with = "relay")]
    counsellors: usize,
    #[arg(long, value_name = "NAME")]
    script: Option<String>,
    #[arg(long, value_name = "MINUTES", default_value_t = 1.0)]
    minutes: f64,
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0)]
    pace: f64,
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    /// Each child once, and then the end: the demo's play.
    #[arg(long)]
    once: bool,
    #[arg(long, value_name = "FILE")]
    report: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    Casebook(casebook::Options),
}

/// Runs `opora drill`.
pub fn run(global: &Global, options: &Options, locale: &Locale) -> Outcome {
    if let Some(Command::Casebook(options)) = &options.command {
        return casebook::run(global, options, locale);
    }
    let scripts = scripts(options.script.as_deref())?;
    let runtime = tokio::runtime::Runtime::new().map_err(failed)?;
    runtime.block_on(async {
        let stop = CancellationToken::new();
        let interrupt = stop.clone();
        tokio::spawn(async move {
            // Without a signal to wait for, the drill ends by its own time.
            if tokio::signal::ctrl_c().await.is_ok() {
                interrupt.cancel();
            }
        });
        let ledger = Arc::new(Ledger::new());
        let (stage, practice) = match (&options.relay, &options.line) {
            (Some(relay), Some(line)) => (elsewhere(options, relay, line, &ledger, &stop)?, None),
            _ => {
                let practice = practice::start(options.counsellors).await?;
                (practice.stage(options.pace, &ledger, &stop)?, Some(practice))
            }
        };
        let report = if options.once {
            play_once(&stage, &scripts, options).await;
            ledger.report()
        } else {
            let counsellor = CounsellorScript::shipped().ok_or_else(|| failed("no counsellor"))?;
            let load = Load {
                stage,
                children: options.children,
                scripts,
                counsellors: practice.as_ref().map_or_else(Vec::new, practice::Practice::desks),
                counsellor,
                duration: Duration::from_secs_f64(options.minutes.clamp(0.01, 24.0 * 60.0) * 60.0),
                seed: options.seed,
            };
            play_load(load).await
        };
        let text = serde_json::to_string_pretty(&report).map_err(failed)?;
        match &options.report {
            Some(file) => std::fs::write(file, text).map_err(|error| Failure::io(file, &error))?,
            None => say(&text),
        }
        if let Some(practice) = practice {
            practice.end().await;
        }
        let is_true = report.lost + report.doubled + report.out_of_order + report.altered == 0;
        if is_true { Ok(()) } else { Err(Failure::ready(Exit::Failed, locale.say("cli-drill-broken"))) }
    })
}

/// Plays the first scripts once each, all at the same time.
async fn play_once(stage: &Stage, scripts: &[Script], options: &Options) {
    let mut players = tokio::task::JoinSet::new();
    for (place, script) in scripts.iter().cycle().take(options.children).enumerate() {
        players.spawn(play_child(stage.clone(), script.clone(), options.seed.wrapping_add(place as u64)));
    }
    while players.join_next().await.is_some() {}
}

fn scripts(name: Option<&str>) -> Outcome<Vec<Script>> {
    match name {
        None => Ok(Script::names().filter_map(Script::shipped).collect()),
        Some(name) => Script::shipped(name).map(|script| vec![script]).ok_or_else(|| {
            let known = Script::names().collect::<Vec<_>>().join(", ");
            Failure::new(Exit::Usage, "cli-error-no-script").with("name", name).with("known", known)
        }),
    }
}

fn elsewhere(
    options: &Options,
    relay: &str,
    line: &PathBuf,
    ledger: &Arc<Ledger>,
    stop: &CancellationToken,
) -> Outcome<Stage> {
    let text = std::fs::read_to_string(line).map_err(|error| Failure::io(line, &error))?;
    let file: LineFile = serde_json::from_str(&text).map_err(|error| {
        Failure::new(Exit::Failed, "cli-error-line-file").with("file", line.display()).with("reason", error)
    })?;
    let address = Address::parse(relay)
        .map_err(|_| Failure::new(Exit::Usage, "cli-error-relay-url").with("url", relay))?;
    let web = relay.replacen("ws", "http", 1);
    Ok(Stage {
        address,
        origin: options.origin.clone().unwrap_or_else(|| web.trim_end_matches('/').to_owned()),
        root: file.root,
        pace: options.pace,
        cut: None,
        tls: None,
        ledger: Arc::clone(ledger),
        stop: stop.clone(),
    })
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::ready(Exit::Failed, error.to_string())
}
