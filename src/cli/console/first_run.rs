//! The first `opora console` on a computer without keys: four steps, joining by the same command that does it by hand, a
//! practice child, and then the console.

use std::io::Write as _;
use std::process::{Command, Stdio};

use zeroize::Zeroizing;

use super::look;
use crate::cli::{Exit, Failure, Global, Outcome, demo, say};
use crate::config;
use crate::console::first::{self, Joining};
use crate::locale::{Lang, Locale};
use crate::vault::Passphrase;

/// Leads through the first run. Returns the language, and the passphrase of the new vault if somebody joined.
///
/// # Errors
/// Fails if there is no terminal, or the practice cannot begin.
pub fn run(
    global: &Global,
    options: &super::Options,
    paths: &config::Paths,
    config: &config::Console,
    locale: &Locale,
) -> Outcome<(Lang, Option<Zeroizing<String>>)> {
    let super::Seen { look, .. } = look(paths, config, locale)?;
    let mut rng = crate::cli::keys::random();
    let proposed = Passphrase::proposed(locale.lang().code(), &mut rng).expose().to_owned().into();
    let mut joins = |joining: &Joining, locale: &Locale| join(global, joining, locale);
    let first = first::run(look, proposed, &mut joins).map_err(|error| {
        let reason = error.to_string();
        Failure::ready(Exit::Failed, locale.say_with(error.text_id(), &[("reason", reason.as_str().into())]))
    })?;
    let spoken = Locale::new(first.lang);
    if !first.has_left {
        keep_language(paths, first.lang);
    }
    if first.practises {
        let global = Global { lang: Some(first.lang.into()), ..global.clone() };
        demo::practise(&global, options.theme.clone(), options.keymap.clone(), &spoken)?;
    }
    if first.passphrase.is_none() {
        say(&spoken.say("cli-first-later"));
    }
    Ok((first.lang, first.passphrase.filter(|_| !first.has_left)))
}

/// Joins by `opora keys join`, in a process of its own. The passphrase goes through a pipe, never through a file.
fn join(global: &Global, joining: &Joining, locale: &Locale) -> Result<(), String> {
    let trouble = |error: std::io::Error| error.to_string();
    let mut code = tempfile::NamedTempFile::new().map_err(trouble)?;
    code.write_all(joining.code.as_bytes()).map_err(trouble)?;
    let mut command = Command::new(std::env::current_exe().map_err(trouble)?);
    command.args(["--lang", locale.lang().code()]);
    for (option, value) in [("--config", &global.config), ("--data", &global.data)] {
        if let Some(value) = value {
            command.arg(option).arg(value);
        }
    }
    if let Some(profile) = &global.profile {
        command.args(["--profile", profile]);
    }
    command.args(["--passphrase-file", "/dev/stdin", "keys", "join", "--code-file"]).arg(code.path());
    let joined = command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn();
    let mut joined = joined.map_err(trouble)?;
    if let Some(mut stdin) = joined.stdin.take() {
        // If it ended before it read, its own sentence says why.
        _ = stdin.write_all(joining.passphrase.as_bytes());
    }
    let output = joined.wait_with_output().map_err(trouble)?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(said.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default().to_owned())
}

/// Writes the language into the settings, if there are none yet; what a person wrote there stays as it is.
fn keep_language(paths: &config::Paths, lang: Lang) {
    let file = paths.config_file();
    if file.exists() {
        return;
    }
    let written = file.parent().map_or(Ok(()), std::fs::create_dir_all);
    let written = written.and_then(|()| std::fs::write(file, format!("lang = \"{}\"\n", lang.code())));
    if let Err(error) = written {
        tracing::warn!(%error, "the language is not in the settings");
    }
}
