//! Every text a person reads: Fluent lookup, plural rules, dates, handles, phrases.
//!
//! Texts stand in `locales/LANGUAGE/*.ftl`, one file a part of the program, and are compiled in. A helpline may lay its
//! own words over them. Nothing here reads a file or a clock: what is shown is handed in, in civil time.
//! A text that is missing is shown as `⟦its-id⟧` and never ends the program.

use std::fmt;
use std::sync::Arc;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource};
use serde::{Deserialize, Serialize};

mod handle;
mod moment;
mod number;
mod phrases;

pub use number::Value;
pub use phrases::{Address, PLACEHOLDERS, Phrase, PhraseError, Phrases};

/// A language in which opora speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lang {
    /// English
    En,
    /// Czech
    Cs,
}

impl Lang {
    /// All languages, the first being what is spoken when no other is asked for.
    pub const ALL: [Lang; 2] = [Lang::En, Lang::Cs];

    /// Returns the code of the language, `en` or `cs`.
    pub fn code(self) -> &'static str {
        match self {
            Lang::En => "en",
            Lang::Cs => "cs",
        }
    }

    /// Reads a language out of `cs`, `cs-CZ`, `cs_CZ.UTF-8` and the like.
    pub fn from_tag(tag: &str) -> Option<Lang> {
        let primary = tag.split(['-', '_', '.', '@']).next().unwrap_or_default().to_ascii_lowercase();
        Lang::ALL.into_iter().find(|lang| lang.code() == primary)
    }

    /// Chooses the language: what was asked for, else the variable (`OPORA_LANG`), else the first language of the
    /// system that opora speaks, else English.
    pub fn detect(asked: Option<Lang>, variable: Option<&str>) -> Lang {
        asked
            .or_else(|| variable.and_then(Lang::from_tag))
            .or_else(|| sys_locale::get_locales().find_map(|tag| Lang::from_tag(&tag)))
            .unwrap_or(Lang::En)
    }

    fn identifier(self) -> unic_langid::LanguageIdentifier {
        self.code().parse().unwrap_or_default()
    }
}

impl fmt::Display for Lang {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl std::str::FromStr for Lang {
    type Err = String;
    fn from_str(tag: &str) -> Result<Self, String> {
        Lang::from_tag(tag).ok_or_else(|| format!("{tag:?} is not a language of opora (en, cs)"))
    }
}

macro_rules! shipped {
    ($($file:literal),* $(,)?) => {
        /// The texts of each part: file name, English, Czech.
        const SHIPPED: &[(&str, &str, &str)] = &[$((
            concat!($file, ".ftl"),
            include_str!(concat!("../locales/en/", $file, ".ftl")),
            include_str!(concat!("../locales/cs/", $file, ".ftl")),
        )),*];
    };
}
shipped!(
    "common",
    "taxonomy",
    "handles",
    "commands",
    "console",
    "board",
    "stats",
    "cli",
    "errors",
    "page",
    "relay",
    "report",
    "casebook",
    "vault",
    "operations",
    "anonymise",
    "export",
);

/// Why texts cannot be used: the helpline's own file is not Fluent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file} line {line}: {what}")]
pub struct LocaleError {
    /// The file as its caller named it.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// What is wrong with it.
    pub what: String,
}

/// All texts in one language. Cheap to clone, shared between threads.
#[derive(Clone)]
pub struct Locale {
    lang: Lang,
    bundle: Arc<FluentBundle<FluentResource>>,
}

impl Locale {
    /// Returns the shipped texts.
    pub fn new(lang: Lang) -> Locale {
        Locale { lang, bundle: Arc::new(shipped_bundle(lang)) }
    }

    /// Returns the shipped texts with the helpline's own laid over them: `own` is pairs of file name and Fluent text.
    pub fn with_own(lang: Lang, own: &[(&str, &str)]) -> Result<Locale, LocaleError> {
        let mut bundle = shipped_bundle(lang);
        for (file, text) in own {
            bundle.add_resource_overriding(parse(file, text)?);
        }
        Ok(Locale { lang, bundle: Arc::new(bundle) })
    }

    /// Returns the language.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// Returns a text that needs no values. `id.attribute` names an attribute of a text.
    pub fn say(&self, id: &str) -> String {
        self.say_with(id, &[])
    }

    /// Returns a text with its values put in. Whole numbers choose the plural form and are grouped (1 204);
    /// years, ports and other numbers that are names are to be given as text.
    pub fn say_with(&self, id: &str, values: &[(&str, Value<'_>)]) -> String {
        let said = self.try_say(id, values);
        debug_assert!(!cfg!(test) || said.is_some(), "no text {id:?} in {}", self.lang);
        said.unwrap_or_else(|| format!("⟦{id}⟧"))
    }

    /// Returns a text, or nothing where there is none: for what a helpline may have added or left out.
    pub fn try_say(&self, id: &str, values: &[(&str, Value<'_>)]) -> Option<String> {
        let (message, attribute) = match id.split_once('.') {
            Some((message, attribute)) => (message, Some(attribute)),
            None => (id, None),
        };
        let message = self.bundle.get_message(message)?;
        let pattern = match attribute {
            Some(name) => message.get_attribute(name)?.value(),
            None => message.value()?,
        };
        let arguments: FluentArgs<'_> =
            values.iter().map(|(name, value)| (*name, value.to_fluent())).collect();
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&arguments), &mut errors);
        debug_assert!(!cfg!(test) || errors.is_empty(), "text {id:?} in {}: {errors:?}", self.lang);
        Some(text.into_owned())
    }

    /// Returns a name and, on a second line, the other words it is known by (`.also`), for searching.
    pub fn words(&self, id: &str) -> String {
        match self.try_say(&format!("{id}.also"), &[]) {
            Some(also) => format!("{}\n{also}", self.say(id)),
            None => self.say(id),
        }
    }

    /// Whether there is a text of this id.
    pub fn has(&self, id: &str) -> bool {
        self.bundle.has_message(id)
    }
}

impl fmt::Debug for Locale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Locale({})", self.lang)
    }
}

fn shipped_bundle(lang: Lang) -> FluentBundle<FluentResource> {
    let mut bundle = FluentBundle::new_concurrent(vec![lang.identifier()]);
    // The marks would stand in the terminal as cells of their own, and drawn text is never bidirectional by itself.
    bundle.set_use_isolating(false);
    bundle.set_formatter(Some(match lang {
        Lang::En => number::format_english,
        Lang::Cs => number::format_czech,
    }));
    for (file, english, czech) in SHIPPED {
        let text = if lang == Lang::En { english } else { czech };
        let resource = FluentResource::try_new((*text).to_owned()).unwrap_or_else(|(readable, errors)| {
            debug_assert!(false, "{lang}/{file}: {errors:?}");
            readable
        });
        if let Err(errors) = bundle.add_resource(resource) {
            debug_assert!(false, "{lang}/{file}: {errors:?}");
        }
    }
    bundle
}

fn parse(file: &str, text: &str) -> Result<FluentResource, LocaleError> {
    FluentResource::try_new(text.to_owned()).map_err(|(_, errors)| {
        let (start, what) =
            errors.first().map_or((0, String::new()), |error| (error.pos.start, error.kind.to_string()));
        LocaleError { file: file.to_owned(), line: line_of(text, start), what }
    })
}

/// Returns the line, counted from 1, in which a byte stands.
fn line_of(text: &str, offset: usize) -> usize {
    1 + text.bytes().take(offset).filter(|byte| *byte == b'\n').count()
}

#[cfg(test)]
mod tests;
