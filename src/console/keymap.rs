//! Keys to commands. The shipped keymaps and a user's differences are TOML; help, footer, menu, man page and reference
//! are made from the same table, so they cannot disagree with what a key does. A mistake in a user's file is named
//! with its line and the default stays in force.

use std::collections::BTreeMap;
use std::fmt;

use crokey::KeyCombination;
use crossterm::event::{KeyCode, KeyModifiers};
use toml::Spanned;

mod command;
pub use command::Command;

/// Where the focus is, and so which table of a keymap is asked first; [`Context::Global`] is asked last everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Context {
    /// Everywhere.
    Global,
    /// The message box and other boxes of text.
    Text,
    /// A list, or the vim keymap's normal mode.
    List,
    /// The note beside the chat.
    Note,
    /// A form in which letters choose.
    Form,
    /// The sheet behind F7.
    Ask,
    /// Results of a search.
    Search,
    /// The supervisor's board.
    Board,
    /// The export preview.
    Preview,
}

impl Context {
    /// All contexts, in the order in which help shows them.
    pub const ALL: [Self; 9] = [
        Self::Global,
        Self::Text,
        Self::List,
        Self::Note,
        Self::Form,
        Self::Ask,
        Self::Search,
        Self::Board,
        Self::Preview,
    ];

    /// Returns the table's name in a keymap file.
    pub fn name(self) -> &'static str {
        match self {
            Self::Global => "global",
            Self::Text => "text",
            Self::List => "list",
            Self::Note => "note",
            Self::Form => "form",
            Self::Ask => "ask",
            Self::Search => "search",
            Self::Board => "board",
            Self::Preview => "preview",
        }
    }

    /// Returns whether letters are text here, so that a list's letters need Alt.
    pub fn takes_text(self) -> bool {
        matches!(self, Self::Text | Self::Note | Self::Search)
    }
}

/// What a key, or a key after others, stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lookup {
    /// A command.
    Command(Command),
    /// The beginning of a sequence such as `space t`.
    Prefix,
    /// Nothing.
    Nothing,
}

/// One or more keys pressed one after the other.
pub type Keys = Vec<KeyCombination>;

/// A mistake in a keymap file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file} line {line}: {what}")]
pub struct KeymapError {
    /// The file's name.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// What is wrong there.
    pub what: Mistake,
}

/// What is wrong at a line of a keymap file; each is a sentence in the locales (`keymap-…`).
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Mistake {
    /// The file is no TOML, or not of this shape.
    #[error("not a keymap: {0}")]
    Shape(String),
    /// There is no such table.
    #[error("no context is called \"{0}\"")]
    Context(String),
    /// There is no such command.
    #[error("no command is called \"{0}\"")]
    Command(String),
    /// There is no such key.
    #[error("\"{0}\" is not a key")]
    Key(String),
    /// No terminal can send it.
    #[error("\"{0}\" cannot be sent by a terminal")]
    Unsendable(String),
    /// It is already the beginning or the end of another sequence in the same context.
    #[error("\"{0}\" clashes with \"{1}\"")]
    Clash(String, String),
    /// It inherits from a keymap that is not shipped.
    #[error("no keymap is called \"{0}\"")]
    Inherits(String),
}

/// A keymap: for each context, keys and their commands.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keymap {
    tables: BTreeMap<Context, BTreeMap<KeysKey, Command>>,
    name: String,
}

/// Keys in an order that does not depend on the library.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct KeysKey(String);

/// The keymaps in the binary, by name.
pub const SHIPPED: [(&str, &str); 2] = [
    ("default", include_str!("../../keymaps/default.toml")),
    ("vim", include_str!("../../keymaps/vim.toml")),
];

type Table = BTreeMap<Spanned<String>, Spanned<String>>;

impl Keymap {
    /// Returns a shipped keymap; `None` if there is none of this name. A test holds that all of them parse.
    pub fn shipped(name: &str) -> Option<Self> {
        let (_, text) = SHIPPED.iter().find(|(shipped, _)| *shipped == name)?;
        Self::read(&format!("{name}.toml"), text, Self::default()).ok()
    }

    /// Lays a user's differences over the keymap they inherit from (`default` if they do not say).
    ///
    /// # Errors
    /// Names the first mistake with its line; the caller keeps the keymap it has.
    pub fn with_differences(file: &str, text: &str) -> Result<Self, KeymapError> {
        let shape: toml::Table = text.parse().map_err(|error| shape_error(file, text, &error))?;
        let base = match shape.get("inherits").map(|value| (value, value.as_str())) {
            None => "default",
            Some((_, Some(name))) => name,
            Some((value, None)) => return Err(at(file, text, 0, Mistake::Inherits(value.to_string()))),
        };
        let base = Self::shipped(base).ok_or_else(|| {
            let offset = text.find("inherits").unwrap_or(0);
            at(file, text, offset, Mistake::Inherits(base.to_owned()))
        })?;
        Self::read(file, text, base)
    }

    fn read(file: &str, text: &str, mut keymap: Self) -> Result<Self, KeymapError> {
        let tables: BTreeMap<Spanned<String>, toml::Value> =
            toml::from_str(text).map_err(|error| shape_error(file, text, &error))?;
        let is_context = |name: &str| Context::ALL.iter().any(|context| context.name() == name);
        let stray = tables.iter().find(|(name, value)| {
            name.get_ref() != "inherits" && !(is_context(name.get_ref()) && value.is_table())
        });
        if let Some((name, _)) = stray {
            return Err(at(file, text, name.span().start, Mistake::Context(name.get_ref().clone())));
        }
        #[derive(serde::Deserialize)]
        struct Shape {
            #[serde(rename = "inherits")]
            _inherits: Option<String>,
            #[serde(default)]
            global: Table,
            #[serde(default)]
            text: Table,
            #[serde(default)]
            list: Table,
            #[serde(default)]
            note: Table,
            #[serde(default)]
            form: Table,
            #[serde(default)]
            ask: Table,
            #[serde(default)]
            search: Table,
            #[serde(default)]
            board: Table,
            #[serde(default)]
            preview: Table,
        }
        let shape: Shape = toml::from_str(text).map_err(|error| shape_error(file, text, &error))?;
        let by_context = [
            (Context::Global, shape.global),
            (Context::Text, shape.text),
            (Context::List, shape.list),
            (Context::Note, shape.note),
            (Context::Form, shape.form),
            (Context::Ask, shape.ask),
            (Context::Search, shape.search),
            (Context::Board, shape.board),
            (Context::Preview, shape.preview),
        ];
        for (context, table) in by_context {
            for (spelled, command) in table {
                let mistake = |what| at(file, text, spelled.span().start, what);
                let keys = parse_keys(spelled.get_ref()).map_err(mistake)?;
                let entry = keymap.tables.entry(context).or_default();
                if command.get_ref() == "none" {
                    entry.remove(&key_of(&keys));
                    continue;
                }
                let bound = Command::from_id(command.get_ref()).ok_or_else(|| {
                    at(file, text, command.span().start, Mistake::Command(command.get_ref().clone()))
                })?;
                entry.insert(key_of(&keys), bound);
            }
            keymap.refuse_clashes(context, file, text)?;
        }
        keymap.name = file.trim_end_matches(".toml").to_owned();
        Ok(keymap)
    }

    /// A key that begins a sequence cannot be a command of its own in the same context.
    fn refuse_clashes(&self, context: Context, file: &str, text: &str) -> Result<(), KeymapError> {
        let Some(table) = self.tables.get(&context) else { return Ok(()) };
        for KeysKey(longer) in table.keys() {
            for (index, _) in longer.match_indices(' ') {
                let shorter = KeysKey(longer[..index].to_owned());
                if table.contains_key(&shorter) {
                    let offset = text.find(&format!("\"{longer}\"")).unwrap_or(0);
                    return Err(at(file, text, offset, Mistake::Clash(longer.clone(), shorter.0)));
                }
            }
        }
        Ok(())
    }

    /// Returns what the keys pressed so far stand for where the focus is.
    ///
    /// In a text box a letter with Alt is the letter of a list: Alt-t is also what a fast "Esc t" becomes in tmux.
    pub fn lookup(&self, context: Context, keys: &[KeyCombination]) -> Lookup {
        let own = self.lookup_in(context, keys);
        if own != Lookup::Nothing {
            return own;
        }
        if context.takes_text()
            && let [key] = keys
            && let Some(letter) = without_alt(*key)
            && let Lookup::Command(command) = self.lookup_in(Context::List, &[letter])
        {
            return Lookup::Command(command);
        }
        self.lookup_in(Context::Global, keys)
    }

    fn lookup_in(&self, context: Context, keys: &[KeyCombination]) -> Lookup {
        let Some(table) = self.tables.get(&context) else { return Lookup::Nothing };
        let wanted = key_of(keys);
        if let Some(command) = table.get(&wanted) {
            return Lookup::Command(*command);
        }
        let prefix = format!("{} ", wanted.0);
        if table.keys().any(|keys| keys.0.starts_with(&prefix)) { Lookup::Prefix } else { Lookup::Nothing }
    }

    /// Returns all bindings of a context, in the order of the keys' names.
    pub fn bindings(&self, context: Context) -> impl Iterator<Item = (String, Command)> + '_ {
        self.tables.get(&context).into_iter().flatten().map(|(keys, command)| (label(&keys.0), *command))
    }

    /// Returns the labels of the keys that reach `command` from `context` (its own first, then the global ones).
    pub fn keys_of(&self, command: Command, context: Context) -> Vec<String> {
        let contexts =
            if context == Context::Global { vec![Context::Global] } else { vec![context, Context::Global] };
        let mut found: Vec<String> = contexts
            .into_iter()
            .flat_map(|context| self.bindings(context))
            .filter_map(|(keys, bound)| (bound == command).then_some(keys))
            .collect();
        found
            .sort_by_key(|label| (label.starts_with("Alt"), label.contains('-'), label.len(), label.clone()));
        found.dedup();
        found
    }

    /// Returns the keymap's name.
    pub fn name(&self) -> &str {
        &self.name
    }
}

fn key_of(keys: &[KeyCombination]) -> KeysKey {
    KeysKey(keys.iter().map(|key| spelled(*key)).collect::<Vec<_>>().join(" "))
}

/// Spells a key as keymap files do: lower case, modifiers first, `ctrl-up`.
pub fn spelled(key: KeyCombination) -> String {
    let mut out = String::new();
    for (modifier, name) in
        [(KeyModifiers::CONTROL, "ctrl-"), (KeyModifiers::ALT, "alt-"), (KeyModifiers::SHIFT, "shift-")]
    {
        if key.modifiers.contains(modifier) {
            out.push_str(name);
        }
    }
    let code = *key.codes.first();
    out.push_str(&match code {
        KeyCode::Char(' ') => "space".to_owned(),
        KeyCode::Char('-') => "hyphen".to_owned(),
        KeyCode::Char(letter) => letter.to_lowercase().to_string(),
        KeyCode::F(number) => format!("f{number}"),
        KeyCode::BackTab => "backtab".to_owned(),
        other => format!("{other:?}").to_lowercase(),
    });
    out
}

/// Shows keys to a person: `F2`, `Ctrl-Up`, `Space t`.
fn label(spelled: &str) -> String {
    let one = |key: &str| {
        if key == "shift-backtab" || key == "backtab" {
            return "Shift-Tab".to_owned();
        }
        let mut parts: Vec<String> = key.split('-').map(str::to_owned).collect();
        let single = parts.len() == 1;
        for part in &mut parts {
            *part = match part.as_str() {
                "pageup" => "PgUp".to_owned(),
                "pagedown" => "PgDn".to_owned(),
                "up" => "↑".to_owned(),
                "down" => "↓".to_owned(),
                "left" => "←".to_owned(),
                "right" => "→".to_owned(),
                "hyphen" => "-".to_owned(),
                letter if letter.chars().count() == 1 && single => letter.to_owned(),
                word => {
                    let mut letters = word.chars();
                    letters
                        .next()
                        .map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
                }
            };
        }
        parts.join("-")
    };
    spelled.split(' ').map(one).collect::<Vec<_>>().join(" ")
}

fn without_alt(key: KeyCombination) -> Option<KeyCombination> {
    let letter = *key.codes.first();
    let is_alt = key.modifiers.contains(KeyModifiers::ALT) && matches!(letter, KeyCode::Char(_));
    is_alt.then(|| KeyCombination::new(letter, key.modifiers - KeyModifiers::ALT))
}

fn parse_keys(text: &str) -> Result<Keys, Mistake> {
    let keys: Keys = text
        .split(' ')
        .map(|key| {
            let parsed = match key {
                "?" | ":" | "/" => Ok(KeyCombination::new(
                    KeyCode::Char(key.chars().next().unwrap_or('?')),
                    KeyModifiers::NONE,
                )),
                _ => crokey::parse(key),
            };
            parsed.map_err(|_| Mistake::Key(key.to_owned()))
        })
        .collect::<Result<_, _>>()?;
    match keys.iter().find(|key| !is_sendable(**key)) {
        Some(key) => Err(Mistake::Unsendable(spelled(*key))),
        None => Ok(keys),
    }
}

/// A terminal sends Ctrl only with letters, arrows and the like: the rest arrives as another key or not at all.
fn is_sendable(key: KeyCombination) -> bool {
    let ctrl = key.modifiers.contains(KeyModifiers::CONTROL);
    let shift = key.modifiers.contains(KeyModifiers::SHIFT);
    match *key.codes.first() {
        KeyCode::Char(letter) if ctrl => {
            letter.is_ascii_lowercase() && !"imh".contains(letter) && !shift || letter == ' '
        }
        KeyCode::Enter | KeyCode::Backspace | KeyCode::Esc => !ctrl && !shift,
        KeyCode::Tab => !ctrl && !shift,
        _ => key.codes.len() == 1,
    }
}

fn at(file: &str, text: &str, offset: usize, what: Mistake) -> KeymapError {
    let line = text.get(..offset).map_or(1, |before| before.matches('\n').count() + 1);
    KeymapError { file: file.to_owned(), line, what }
}

fn shape_error(file: &str, text: &str, error: &toml::de::Error) -> KeymapError {
    let offset = error.span().map_or(0, |span| span.start);
    at(file, text, offset, Mistake::Shape(error.message().to_owned()))
}

impl fmt::Display for Context {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests;
