//! Asking for a passphrase: at the terminal without echo, or from a file that its owner alone may read.

use std::io::Write as _;
use std::path::Path;

use zeroize::Zeroizing;

use super::{Exit, Failure, Outcome};
use crate::locale::Locale;

/// Reads a passphrase from `file` (its first line), or asks for it at the terminal.
///
/// # Errors
/// Fails if the file cannot be read or there is no terminal.
pub fn passphrase(file: Option<&Path>, question: &str) -> Outcome<Zeroizing<String>> {
    if let Some(path) = file {
        let text = Zeroizing::new(std::fs::read_to_string(path).map_err(|error| Failure::io(path, &error))?);
        return Ok(Zeroizing::new(text.lines().next().unwrap_or_default().to_owned()));
    }
    _ = write!(std::io::stderr(), "{question} ");
    let typed =
        rpassword::read_password().map_err(|_| Failure::new(Exit::Failed, "cli-error-no-terminal"))?;
    Ok(Zeroizing::new(typed))
}

/// Asks for one line; an empty answer is `default`.
///
/// # Errors
/// Fails if there is nobody to ask.
pub fn line(question: &str, default: &str) -> Outcome<String> {
    let shown = if default.is_empty() { String::new() } else { format!(" [{default}]") };
    _ = write!(std::io::stderr(), "{question}{shown}: ");
    let mut answer = String::new();
    let read = std::io::stdin().read_line(&mut answer);
    match read {
        Ok(0) | Err(_) => Err(Failure::new(Exit::Failed, "cli-error-no-terminal")),
        Ok(_) => {
            let answer = answer.trim();
            Ok(if answer.is_empty() { default.to_owned() } else { answer.to_owned() })
        }
    }
}

/// Asks twice for a new passphrase until both agree.
///
/// # Errors
/// Fails if there is nobody to ask.
pub fn new_passphrase(file: Option<&Path>, locale: &Locale) -> Outcome<Zeroizing<String>> {
    if file.is_some() {
        return passphrase(file, "");
    }
    loop {
        let first = passphrase(None, &locale.say("cli-ask-new-passphrase"))?;
        let again = passphrase(None, &locale.say("cli-ask-again"))?;
        if *first == *again {
            return Ok(first);
        }
        _ = writeln!(std::io::stderr(), "{}", locale.say("cli-passphrases-differ"));
    }
}
