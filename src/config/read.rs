//! Lays the layers over each other and remembers where each value was found.

use std::fmt;

use toml::de::{DeTable, DeValue};

use super::value::{Raw, Rule, Setting};
use super::{ConfigError, ConfigErrors, Fault, Layers, Loaded, Must, Origin, Shown};

/// Variables that are no settings but say where to find them, or how one command behaves.
const OTHER_VARIABLES: [&str; 6] =
    ["OPORA_CONFIG", "OPORA_DATA", "OPORA_PROFILE", "OPORA_LOG", "OPORA_JSON", "OPORA_PASSPHRASE_FILE"];

/// One key of the file that nobody has asked for yet.
#[derive(Debug, Clone)]
pub(super) struct Line {
    pub key: String,
    pub raw: Raw,
    pub line: usize,
}

/// Hands out settings one by one; what it was asked for is what there is.
pub(super) struct Reader<'a> {
    layers: &'a Layers,
    lines: Vec<Line>,
    pub shown: Vec<Shown>,
    errors: Vec<ConfigError>,
    /// Keys that are known only by their form, as the days of `[hours]`: what may be written there.
    forms: Vec<String>,
}

/// Reads the file of the layers, lets `build` take its settings, and complains of what is left over.
pub(super) fn load<T>(
    layers: &Layers,
    build: impl Fn(&mut Reader<'_>) -> T,
) -> Result<Loaded<T>, ConfigErrors> {
    let mut reader = Reader::new(layers, lines_of_file(layers)?);
    let settings = build(&mut reader);
    reader.refuse_the_rest();
    if !reader.errors.is_empty() {
        reader.errors.sort_by_key(|error| error.line);
        return Err(ConfigErrors(reader.errors));
    }
    Ok(Loaded { settings, shown: reader.shown, stray: stray_variables(layers) })
}

impl<'a> Reader<'a> {
    pub fn new(layers: &'a Layers, lines: Vec<Line>) -> Reader<'a> {
        Reader { layers, lines, shown: Vec::new(), errors: Vec::new(), forms: Vec::new() }
    }

    /// Takes one setting. A wrong value is noted, and the default stands in for it until `load` refuses the whole.
    pub fn take<T: Setting>(&mut self, key: &str, help: &str, default: &str, rule: Rule<T>) -> T {
        let fallback = T::from_raw(&Raw::Text(default.to_owned()));
        let fallback = fallback.unwrap_or_else(|must| unreachable!("default of {key}: {must}"));
        let (raw, origin) = self.find(key);
        let value = match &raw {
            None => fallback,
            Some(raw) => match T::from_raw(raw).and_then(|value| rule.check(value)) {
                Ok(value) => value,
                Err(must) => {
                    self.wrong(key, &origin, raw.to_string(), must);
                    fallback
                }
            },
        };
        let must = rule.must.clone().unwrap_or(T::MUST);
        self.shown.push(Shown {
            key: key.to_owned(),
            value: value.show(),
            origin,
            default: default.to_owned(),
            must,
            help: help.trim().to_owned(),
        });
        value
    }

    /// Takes all keys of the file below a prefix that nobody has taken; they are known by their form, of which `forms`
    /// are examples.
    pub fn take_rest(&mut self, prefix: &str, forms: &[&str]) -> Vec<Line> {
        self.forms.extend(forms.iter().map(|form| format!("{prefix}{form}")));
        let (taken, rest) =
            std::mem::take(&mut self.lines).into_iter().partition(|line| line.key.starts_with(prefix));
        self.lines = rest;
        taken
    }

    /// Gives a key back: it is unknown after all.
    pub fn put_back(&mut self, line: Line) {
        self.lines.push(line);
    }

    pub fn wrong(&mut self, key: &str, origin: &Origin, value: String, must: Must) {
        let (place, line) = match origin {
            Origin::Option => (format!("--{}", key.rsplit('.').next().unwrap_or(key).replace('_', "-")), 0),
            Origin::Variable(name) => (name.clone(), 0),
            Origin::File(path, line) => (path.display().to_string(), *line),
            Origin::Default => (key.to_owned(), 0),
        };
        self.errors.push(ConfigError {
            place,
            line,
            fault: Fault::Wrong { key: key.to_owned(), value, must },
        });
    }

    /// Notes that a setting which was read does not go with the others.
    pub fn refuse(&mut self, key: &str, must: Must) {
        if let Some(shown) = self.shown.iter().find(|shown| shown.key == key).cloned() {
            self.wrong(key, &shown.origin, shown.value, must);
        }
    }

    pub fn origin_of(&self, line: usize) -> Origin {
        self.layers.file.as_ref().map_or(Origin::Default, |(path, _)| Origin::File(path.clone(), line))
    }

    fn find(&mut self, key: &str) -> (Option<Raw>, Origin) {
        let from_file =
            self.lines.iter().position(|line| line.key == key).map(|place| self.lines.remove(place));
        if let Some((_, value)) = self.layers.options.iter().find(|(name, _)| name == key) {
            return (Some(Raw::Text(value.clone())), Origin::Option);
        }
        let name = variable(key);
        if let Some((_, value)) = self.layers.variables.iter().find(|(known, _)| *known == name) {
            return (Some(Raw::Text(value.clone())), Origin::Variable(name));
        }
        match from_file {
            Some(line) => (Some(line.raw), self.origin_of(line.line)),
            None => (None, Origin::Default),
        }
    }

    fn refuse_the_rest(&mut self) {
        let known: Vec<&str> = self
            .shown
            .iter()
            .map(|shown| shown.key.as_str())
            .chain(self.forms.iter().map(String::as_str))
            .collect();
        let place = self.layers.file.as_ref().map(|(path, _)| path.display().to_string()).unwrap_or_default();
        for line in &self.lines {
            let fault = Fault::Unknown { key: line.key.clone(), nearest: nearest(&line.key, &known) };
            self.errors.push(ConfigError { place: place.clone(), line: line.line, fault });
        }
        for (key, _) in &self.layers.options {
            if !self.shown.iter().any(|shown| shown.key == *key) {
                let fault = Fault::Unknown { key: key.clone(), nearest: nearest(key, &known) };
                self.errors.push(ConfigError { place: "option".to_owned(), line: 0, fault });
            }
        }
    }
}

fn variable(key: &str) -> String {
    format!("OPORA_{}", key.to_ascii_uppercase().replace(['.', '-'], "_"))
}

fn stray_variables(layers: &Layers) -> Vec<String> {
    let (console, relay) = super::reference();
    let known: Vec<String> = console.iter().chain(&relay).map(|shown| variable(&shown.key)).collect();
    let is_stray = |name: &String| {
        name.starts_with("OPORA_") && !known.contains(name) && !OTHER_VARIABLES.contains(&name.as_str())
    };
    layers.variables.iter().map(|(name, _)| name.clone()).filter(is_stray).collect()
}

fn lines_of_file(layers: &Layers) -> Result<Vec<Line>, ConfigErrors> {
    let Some((path, text)) = &layers.file else { return Ok(Vec::new()) };
    let table = DeTable::parse(text).map_err(|error| {
        let line = error.span().map_or(0, |span| line_of(text, span.start));
        ConfigErrors::one(path, line, Fault::Syntax { what: error.message().to_owned() })
    })?;
    let mut lines = Vec::new();
    flatten("", table.get_ref(), text, &mut lines);
    lines.sort_by_key(|line| line.line);
    Ok(lines)
}

fn flatten(prefix: &str, table: &DeTable<'_>, text: &str, lines: &mut Vec<Line>) {
    for (key, value) in table {
        let path = format!("{prefix}{}", key.get_ref());
        match value.get_ref() {
            DeValue::Table(inner) => flatten(&format!("{path}."), inner, text, lines),
            other => lines.push(Line {
                key: path,
                raw: Raw::from_toml(other),
                line: line_of(text, key.span().start),
            }),
        }
    }
}

fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

/// Returns the known key with the fewest letters to change, unless that is more than a third of them. A setting written
/// under another heading, or none, is near too.
fn nearest(key: &str, known: &[&str]) -> Option<String> {
    let last = |key: &str| key.rsplit('.').next().unwrap_or_default().to_owned();
    let near = known.iter().map(|known| {
        let whole = distance(key, known);
        let name = distance(&last(key), &last(known)) + 1;
        (whole.min(name), *known)
    });
    let (distance, best) = near.min()?;
    (distance <= last(best).chars().count().max(3) / 3 + 1).then(|| best.to_owned())
}

/// Counts the letters to insert, delete, change or swap with their neighbour (optimal string alignment).
fn distance(left: &str, right: &str) -> usize {
    let (left, right): (Vec<char>, Vec<char>) = (left.chars().collect(), right.chars().collect());
    let mut rows = vec![vec![0; right.len() + 1]; left.len() + 1];
    for (i, row) in rows.iter_mut().enumerate() {
        row[0] = i;
    }
    rows[0] = (0..=right.len()).collect();
    for i in 1..=left.len() {
        for j in 1..=right.len() {
            let change = usize::from(left[i - 1] != right[j - 1]);
            let mut best = (rows[i - 1][j] + 1).min(rows[i][j - 1] + 1).min(rows[i - 1][j - 1] + change);
            if i > 1 && j > 1 && left[i - 1] == right[j - 2] && left[i - 2] == right[j - 1] {
                best = best.min(rows[i - 2][j - 2] + 1);
            }
            rows[i][j] = best;
        }
    }
    rows[left.len()][right.len()]
}

impl fmt::Debug for Reader<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Reader({} read, {} left)", self.shown.len(), self.lines.len())
    }
}

/// Declares a table of settings: one line each with type, default and rule, its doc comment being its help.
macro_rules! settings {
    (
        $(#[doc = $about:literal])+
        $name:ident at $prefix:literal {
            $($(#[doc = $help:literal])+ $field:ident: $kind:ty = $default:literal, $rule:expr;)*
            $(| $inner:ident: $table:ty;)*
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            $($(#[doc = $help])+ pub $field: $kind,)*
            $(#[doc = concat!("See `", stringify!($table), "`.")] pub $inner: $table,)*
        }

        impl $name {
            pub(super) fn read(reader: &mut $crate::config::read::Reader<'_>) -> Self {
                $name {
                    $($field: reader.take(concat!($prefix, stringify!($field)), concat!($($help),+), $default, $rule),)*
                    $($inner: <$table>::read(reader),)*
                }
            }
        }
    };
}
pub(super) use settings;
