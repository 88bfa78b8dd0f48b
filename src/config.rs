//! Settings: an option of the command line, else `OPORA_*` in the environment, else the file, else the default.
//!
//! Every setting is declared once, in `console.rs` or `relay.rs`, with its type, default, range and a sentence about
//! it; reference pages and `opora doctor --settings` are made from the same declaration. An unknown key is an error that
//! names the nearest known one, a wrong value one that says what it must be, each with its line. Nothing secret is ever
//! a setting.

use std::fmt;
use std::path::{Path, PathBuf};

mod address;
mod console;
mod hours;
mod paths;
mod read;
mod relay;
mod value;

pub use address::{RelayUrl, WebOrigin, WebUrl};
pub use console::{Alerts, Chat, Console, Privacy};
pub use hours::Hours;
pub use paths::{DEFAULT_RELAY_CONFIG, Paths, PathsError};
pub use relay::{Keep, Limits, Metrics, Page, Queue, Relay};
pub use value::{Must, Rate};

/// Where settings come from, the strongest first.
#[derive(Debug, Clone, Default)]
pub struct Layers {
    /// Options of the command line: key (`chat.places`) and value.
    pub options: Vec<(String, String)>,
    /// The environment; only names that begin with `OPORA_` are looked at.
    pub variables: Vec<(String, String)>,
    /// The file and its text.
    pub file: Option<(PathBuf, String)>,
}

impl Layers {
    /// Reads file and environment. A file that is not there is no error unless it was asked for by name.
    pub fn gather(
        file: &Path,
        asked_for: bool,
        options: Vec<(String, String)>,
    ) -> Result<Layers, ConfigErrors> {
        let text = match std::fs::read_to_string(file) {
            Ok(text) => Some((file.to_owned(), text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound && !asked_for => None,
            Err(error) => {
                return Err(ConfigErrors::one(file, 0, Fault::Unreadable { what: error.to_string() }));
            }
        };
        // A variable that is not UTF-8 cannot be a setting.
        let variables = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        let variables = variables.filter(|(name, _)| name.starts_with("OPORA_")).collect();
        Ok(Layers { options, variables, file: text })
    }
}

/// Where a setting's value was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// An option of the command line.
    Option,
    /// A variable of the environment, by name.
    Variable(String),
    /// The file, and the line in it.
    File(PathBuf, usize),
    /// Nowhere: it is the default.
    Default,
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Origin::Option => f.write_str("option"),
            Origin::Variable(name) => f.write_str(name),
            Origin::File(path, line) => write!(f, "{}:{line}", path.display()),
            Origin::Default => f.write_str("default"),
        }
    }
}

/// One setting as it is in force, for `opora doctor --settings` and the reference pages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// Its key, `chat.places`.
    pub key: String,
    /// Its value as it would stand in the file.
    pub value: String,
    /// Where it was found.
    pub origin: Origin,
    /// What it is if nobody says anything.
    pub default: String,
    /// What it must be.
    pub must: Must,
    /// What it is for.
    pub help: String,
}

/// Settings with where each came from.
#[derive(Debug, Clone)]
pub struct Loaded<T> {
    /// The settings.
    pub settings: T,
    /// Every one of them with its origin, in the order of declaration.
    pub shown: Vec<Shown>,
    /// Variables that begin with `OPORA_` and are no setting: probably misspelt.
    pub stray: Vec<String>,
}

/// What is wrong with a setting, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigError {
    /// The file, the variable or `--option`.
    pub place: String,
    /// Line, counted from 1; 0 where there are no lines.
    pub line: usize,
    /// What is wrong.
    pub fault: Fault,
}

/// What can be wrong with a setting.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fault {
    /// There is no such setting.
    Unknown {
        /// What was written.
        key: String,
        /// The setting that was probably meant.
        nearest: Option<String>,
    },
    /// The value does not fit.
    Wrong {
        /// The setting.
        key: String,
        /// What was written.
        value: String,
        /// What it must be.
        must: Must,
    },
    /// The file is not TOML.
    Syntax {
        /// What the reader says.
        what: String,
    },
    /// The file cannot be read.
    Unreadable {
        /// What the system says.
        what: String,
    },
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.place)?;
        if self.line > 0 {
            write!(f, " line {}", self.line)?;
        }
        match &self.fault {
            Fault::Unknown { key, nearest: None } => write!(f, ": unknown setting {key}"),
            Fault::Unknown { key, nearest: Some(near) } => {
                write!(f, ": unknown setting {key}; did you mean {near}?")
            }
            Fault::Wrong { key, value, must } => write!(f, ": {key} = {value}: must be {must}"),
            Fault::Syntax { what } | Fault::Unreadable { what } => write!(f, ": {what}"),
        }
    }
}

impl ConfigError {
    /// Says it in a person's language: `say` looks a text up and puts its values in, as `Locale::say_with` does.
    pub fn sentence(&self, say: impl Fn(&str, &[(&str, &str)]) -> String) -> String {
        let line = self.line.to_string();
        let place = match self.line {
            0 => self.place.clone(),
            _ => say("setting-place", &[("file", &self.place), ("line", &line)]),
        };
        match &self.fault {
            Fault::Unknown { key, nearest: None } => {
                say("setting-unknown", &[("place", &place), ("key", key)])
            }
            Fault::Unknown { key, nearest: Some(near) } => {
                say("setting-unknown-near", &[("place", &place), ("key", key), ("nearest", near)])
            }
            Fault::Wrong { key, value, must } => {
                let must = must.sentence(&say);
                say("setting-wrong", &[("place", &place), ("key", key), ("value", value), ("must", &must)])
            }
            Fault::Syntax { what } => say("setting-syntax", &[("place", &place), ("what", what)]),
            Fault::Unreadable { what } => say("setting-unreadable", &[("place", &place), ("what", what)]),
        }
    }
}

/// All that is wrong, so that it can be put right at once; never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConfigErrors(pub Vec<ConfigError>);

impl ConfigErrors {
    fn one(file: &Path, line: usize, fault: Fault) -> ConfigErrors {
        ConfigErrors(vec![ConfigError { place: file.display().to_string(), line, fault }])
    }
}

impl fmt::Display for ConfigErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, error) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str("\n")?;
            }
            write!(f, "{error}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ConfigErrors {}

/// Returns every setting of console and relay with its default, for reference pages.
pub fn reference() -> (Vec<Shown>, Vec<Shown>) {
    let nothing = Layers::default();
    let mut console = read::Reader::new(&nothing, Vec::new());
    Console::read(&mut console);
    let mut relay = read::Reader::new(&nothing, Vec::new());
    Relay::read(&mut relay);
    (console.shown, relay.shown)
}

#[cfg(test)]
mod tests;
