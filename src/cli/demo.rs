//! `opora demo`: the whole helpline on one computer, of the same programs that run a real one: a relay, scripted children
//! and a console, in a folder that goes when the console does.

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use clap::Args;

use super::{Exit, Failure, Global, Outcome, console, keys, say};
use crate::conversation::Account;
use crate::locale::{Locale, Value};
use crate::vault::{self, Cost, Passphrase};

/// The demo's counsellor.
const NAME: &str = "Jana";

#[derive(Args)]
pub struct Options {
    #[arg(long, value_name = "N", default_value_t = 5)]
    children: usize,
    #[arg(long, value_name = "FACTOR", default_value_t = 1.0)]
    pace: f64,
    #[arg(long, value_name = "N", default_value_t = 1)]
    seed: u64,
    #[arg(long, value_name = "DIR")]
    keep: Option<PathBuf>,
    #[arg(long, value_name = "NAME")]
    theme: Option<String>,
    #[arg(long, value_name = "NAME")]
    keymap: Option<String>,
    #[arg(long)]
    plain: bool,
}

/// Runs `opora demo`.
pub fn run(global: &Global, options: &Options, locale: &Locale) -> Outcome {
    let temporary = match &options.keep {
        Some(_) => None,
        None => Some(tempfile::Builder::new().prefix("opora-demo-").tempdir().map_err(failed)?),
    };
    let folder = match (&temporary, &options.keep) {
        (Some(temporary), _) => temporary.path().to_owned(),
        (None, Some(keep)) => keep.clone(),
        (None, None) => return Err(failed("no folder")),
    };
    say(&locale.say_with("cli-demo-starting", &[("children", (options.children as u64).into())]));
    let stage = Stage::build(&folder, options, locale)?;
    say(&locale.say_with("cli-demo-page", &[("url", stage.page.as_str().into())]));
    let outcome = console::demo(
        global,
        &console::Demo {
            data: folder.join("console"),
            relay: format!("ws://{}", stage.address),
            page: stage.page.clone(),
            passphrase: stage.passphrase.expose().to_owned().into(),
            theme: options.theme.clone(),
            keymap: options.keymap.clone(),
            is_plain: options.plain,
        },
        locale,
    );
    let passphrase = stage.passphrase.expose().to_owned();
    drop(stage);
    match temporary {
        Some(temporary) => {
            temporary.close().map_err(failed)?;
            say(&locale.say("cli-demo-gone"));
        }
        None => {
            let shown = folder.display().to_string();
            let values: [(&str, Value<'_>); 2] =
                [("folder", shown.as_str().into()), ("passphrase", passphrase.as_str().into())];
            say(&locale.say_with("cli-demo-kept", &values));
        }
    }
    outcome
}

/// A practice: a demo with one child.
///
/// # Errors
/// Fails as a demo does.
pub fn practise(global: &Global, theme: Option<String>, keymap: Option<String>, locale: &Locale) -> Outcome {
    let options = Options { children: 1, pace: 1.0, seed: 1, keep: None, theme, keymap, plain: false };
    run(global, &options, locale)
}

/// The running programs of a demo; dropping it ends them.
struct Stage {
    address: String,
    page: String,
    passphrase: Passphrase,
    children: Child,
    relay: Child,
}

impl Stage {
    fn build(folder: &Path, options: &Options, locale: &Locale) -> Outcome<Self> {
        let mut rng = keys::random();
        let keeper = Account::parse(NAME).ok_or_else(|| failed("no name"))?;
        let (account, line) =
            vault::found("opora demo", keeper, "ws://127.0.0.1", "116 111", keys::now(), &mut rng);
        let passphrase = Passphrase::proposed(locale.lang().code(), &mut rng);
        let vault_file = folder.join("console").join("vault");
        vault::create(&vault_file, &passphrase, &account, Cost::floor())
            .map_err(|error| keys::trouble(&vault_file, &error))?;
        let line_file = folder.join("line.json");
        let text = serde_json::to_string_pretty(&line).map_err(failed)?;
        std::fs::write(&line_file, text).map_err(|error| Failure::io(&line_file, &error))?;
        let data = folder.join("relay");
        crate::relay::init(&data, &line, keys::now()).map_err(failed)?;

        // An empty file of settings: what stands in /etc is not meant for the demo.
        let settings = folder.join("relay.toml");
        std::fs::write(&settings, "").map_err(|error| Failure::io(&settings, &error))?;
        let mut relay = opora(locale)?;
        relay.arg("--config").arg(&settings);
        relay.args(["relay", "--drill", "--listen", "127.0.0.1:0", "--data"]).arg(&data);
        let mut relay =
            relay.stdout(Stdio::piped()).stderr(log(folder, "relay.log")?).spawn().map_err(failed)?;
        let (address, page) = match heard(&mut relay) {
            Some(heard) => heard,
            None => {
                end(&mut relay);
                let reason = std::fs::read_to_string(folder.join("relay.log")).unwrap_or_default();
                let reason = reason.lines().last().unwrap_or_default();
                return Err(Failure::new(Exit::Failed, "cli-error-demo-relay").with("reason", reason));
            }
        };
        let mut children = opora(locale)?;
        children
            .args(["drill", "--once", "--relay", &format!("ws://{address}"), "--line"])
            .arg(&line_file)
            .args(["--children", &options.children.to_string(), "--pace", &options.pace.to_string()])
            .args(["--seed", &options.seed.to_string(), "--report"])
            .arg(folder.join("children.json"));
        let children = children.stdout(Stdio::null()).stderr(log(folder, "children.log")?).spawn();
        let children = children.inspect_err(|_| end(&mut relay)).map_err(failed)?;
        Ok(Self { address, page, passphrase, children, relay })
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        end(&mut self.children);
        end(&mut self.relay);
    }
}

fn end(child: &mut Child) {
    // It may have ended by itself.
    _ = child.kill();
    _ = child.wait();
}

/// Returns this same program, to be run again in its own process.
fn opora(locale: &Locale) -> Outcome<Command> {
    let mut command = Command::new(std::env::current_exe().map_err(failed)?);
    command.stdin(Stdio::null()).args(["--lang", locale.lang().code()]);
    // What a person set for a real relay does not concern the demo's.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("OPORA_") {
            command.env_remove(name);
        }
    }
    Ok(command)
}

fn log(folder: &Path, name: &str) -> Outcome<std::fs::File> {
    let path = folder.join(name);
    std::fs::File::create(&path).map_err(|error| Failure::io(&path, &error))
}

/// Reads where the relay listens and where its page is, from what it prints.
fn heard(relay: &mut Child) -> Option<(String, String)> {
    let mut lines = BufReader::new(relay.stdout.take()?).lines().map_while(Result::ok);
    let address = lines.by_ref().find_map(|line| {
        line.split_whitespace().find(|word| word.parse::<std::net::SocketAddr>().is_ok()).map(str::to_owned)
    })?;
    let page = lines.by_ref().find_map(|line| line.find("http").map(|at| line[at..].trim().to_owned()))?;
    // Whoever prints into a closed pipe would end: keep it open for as long as the relay runs.
    std::thread::spawn(move || lines.for_each(drop));
    Some((address, page))
}

fn failed(error: impl std::fmt::Display) -> Failure {
    Failure::ready(Exit::Failed, error.to_string())
}
