//! Where a profile's files are, and its settings: options over environment over file over defaults.

use std::path::PathBuf;

use super::{Exit, Failure, Global, Outcome};
use crate::config::{ConfigErrors, Layers, Paths};
use crate::locale::{Locale, Value};

/// Returns the folders of the profile that was asked for.
///
/// # Errors
/// Fails if there is no home folder or the profile's name is none.
pub fn paths(global: &Global) -> Outcome<Paths> {
    Paths::find(global.profile.as_deref(), global.data.as_deref(), global.config.as_deref())
        .map_err(|error| Failure::ready(Exit::Usage, error.to_string()))
}

/// Returns where the vault of a profile is.
pub fn vault(paths: &Paths) -> PathBuf {
    paths.data().join("vault")
}

/// Returns the folder of a profile's casebook.
pub fn casebook(paths: &Paths) -> PathBuf {
    paths.data().join("casebook")
}

/// Returns the folder of the copies that opora makes by itself before an upgrade.
pub fn backups(paths: &Paths) -> PathBuf {
    paths.data().join("backups")
}

/// Returns where the last topics and forms of the helpline are kept that held.
pub fn last_good(paths: &Paths) -> PathBuf {
    paths.data().join("taxonomy.last-good")
}

/// Gathers what was set where. `options` are those given on the command line.
///
/// # Errors
/// Fails if the file cannot be read.
pub fn layers(
    global: &Global,
    file: &std::path::Path,
    options: Vec<(&str, Option<String>)>,
    locale: &Locale,
) -> Outcome<Layers> {
    let options = options.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))).collect();
    Layers::gather(file, global.config.is_some(), options).map_err(|errors| settings(&errors, locale))
}

/// Says what is wrong with settings, all of it at once.
pub fn settings(errors: &ConfigErrors, locale: &Locale) -> Failure {
    let say = |id: &str, values: &[(&str, &str)]| {
        let values: Vec<(&str, Value<'_>)> =
            values.iter().map(|(name, value)| (*name, (*value).into())).collect();
        locale.say_with(id, &values)
    };
    let sentences: Vec<String> = errors.0.iter().map(|error| error.sentence(say)).collect();
    Failure::ready(Exit::Usage, sentences.join("\n"))
}
