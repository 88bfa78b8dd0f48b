//! Phrases: sentences that are written often, inserted into the message box and never sent by themselves.

use serde::Deserialize;
use toml::Spanned;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{Lang, line_of};

/// How somebody is spoken to: *ty* to a child, *vy* to an adult. English knows no difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Address {
    /// To who is under 18.
    Ty,
    /// To adults.
    Vy,
}

/// What may stand in braces in a phrase, filled in by the console; what it does not know stays visible.
pub const PLACEHOLDERS: [&str; 5] = ["me", "phone", "opens", "closes", "minutes"];

/// One phrase.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phrase {
    /// What is typed after `/`.
    pub code: String,
    /// What it is for, in a few words.
    pub title: String,
    ty: String,
    vy: String,
}

impl Phrase {
    /// Makes a phrase that reads the same to everybody, as out of a sentence just sent.
    pub fn new(code: impl Into<String>, title: impl Into<String>, text: impl Into<String>) -> Phrase {
        let text = text.into();
        Phrase { code: code.into(), title: title.into(), ty: text.clone(), vy: text }
    }

    /// Writes it as a file of phrases holds it.
    pub fn to_toml(&self) -> String {
        let quoted = |text: &str| toml::Value::String(text.to_owned()).to_string();
        let words = match self.ty == self.vy {
            true => format!("text = {}", quoted(&self.ty)),
            false => format!("ty = {}\nvy = {}", quoted(&self.ty), quoted(&self.vy)),
        };
        format!("\n[[phrase]]\ncode = {}\ntitle = {}\n{words}\n", quoted(&self.code), quoted(&self.title))
    }

    /// Returns its words, placeholders still in braces.
    pub fn text(&self, address: Address) -> &str {
        match address {
            Address::Ty => &self.ty,
            Address::Vy => &self.vy,
        }
    }

    /// Returns its words with what is known put in; the rest stays in braces for the eye to catch.
    pub fn fill(&self, address: Address, known: &[(&str, &str)]) -> String {
        let mut text = self.text(address).to_owned();
        for (name, value) in known {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }
}

/// What is wrong in a file of phrases, and where.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file} line {line}: {what}")]
pub struct PhraseError {
    /// The file as its caller named it.
    pub file: String,
    /// Line, counted from 1.
    pub line: usize,
    /// What is wrong.
    pub what: String,
}

/// The phrases at hand.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Phrases {
    all: Vec<Phrase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawFile {
    #[serde(default)]
    phrase: Vec<RawPhrase>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPhrase {
    code: Spanned<String>,
    title: String,
    text: Option<Spanned<String>>,
    ty: Option<Spanned<String>>,
    vy: Option<Spanned<String>>,
}

impl Phrases {
    /// Returns the shipped phrases of a language.
    pub fn shipped(lang: Lang) -> Phrases {
        let text = match lang {
            Lang::En => include_str!("../../locales/en/phrases.toml"),
            Lang::Cs => include_str!("../../locales/cs/phrases.toml"),
        };
        Phrases::parse("phrases.toml", text).unwrap_or_else(|error| {
            debug_assert!(false, "{lang}: {error}");
            Phrases::default()
        })
    }

    /// Reads phrases: `code`, `title`, and either `text` or both `ty` and `vy`.
    pub fn parse(file: &str, text: &str) -> Result<Phrases, PhraseError> {
        let error = |offset: usize, what: String| PhraseError {
            file: file.to_owned(),
            line: line_of(text, offset),
            what,
        };
        let raw: RawFile = toml::from_str(text)
            .map_err(|wrong| error(wrong.span().map_or(0, |span| span.start), wrong.message().to_owned()))?;
        let mut phrases = Phrases::default();
        for phrase in raw.phrase {
            let at = phrase.code.span().start;
            let code = phrase.code.into_inner();
            if code.is_empty() || !code.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit()) {
                return Err(error(at, format!("{code:?} is no short code: letters a-z and digits")));
            }
            if phrases.get(&code).is_some() {
                return Err(error(at, format!("{code:?} is there twice")));
            }
            let (ty, vy) = match (phrase.text, phrase.ty, phrase.vy) {
                (Some(both), None, None) => (both.clone(), both),
                (None, Some(ty), Some(vy)) => (ty, vy),
                _ => return Err(error(at, format!("{code:?} needs text, or ty and vy"))),
            };
            for words in [&ty, &vy] {
                if let Some(unknown) = unknown_placeholder(words.get_ref()) {
                    return Err(error(
                        words.span().start,
                        format!("{{{unknown}}} is none of {}", PLACEHOLDERS.join(", ")),
                    ));
                }
            }
            let [ty, vy] = [ty, vy].map(|words| words.into_inner().trim().to_owned());
            phrases.all.push(Phrase { code, title: phrase.title, ty, vy });
        }
        Ok(phrases)
    }

    /// Returns the phrases given.
    pub fn of(all: Vec<Phrase>) -> Phrases {
        Phrases { all }
    }

    /// Lays others over these: the same code is replaced, new ones come first.
    pub fn with(mut self, own: Phrases) -> Phrases {
        self.all.retain(|phrase| own.get(&phrase.code).is_none());
        Phrases { all: own.all.into_iter().chain(self.all).collect() }
    }

    /// Returns a phrase by its code.
    pub fn get(&self, code: &str) -> Option<&Phrase> {
        self.all.iter().find(|phrase| phrase.code == code)
    }

    /// Returns all phrases in their order.
    pub fn all(&self) -> &[Phrase] {
        &self.all
    }

    /// Returns the phrases whose code, or a word of whose title, begins with what was typed after `/`; codes first.
    pub fn find(&self, typed: &str) -> Vec<&Phrase> {
        let typed = fold(typed.trim());
        let by_code = self.all.iter().filter(|phrase| phrase.code.starts_with(&typed));
        let by_title = self.all.iter().filter(|phrase| {
            let title = fold(&phrase.title);
            !phrase.code.starts_with(&typed) && title.split(' ').any(|word| word.starts_with(&typed))
        });
        by_code.chain(by_title).collect()
    }
}

fn unknown_placeholder(text: &str) -> Option<&str> {
    let inside = text.split('{').skip(1).filter_map(|rest| rest.split_once('}').map(|(name, _)| name));
    inside.into_iter().find(|name| !PLACEHOLDERS.contains(name))
}

fn fold(text: &str) -> String {
    text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}
