//! Trouble as a person hears it: one sentence of the locale, with what it needs to be exact.

use super::Exit;
use crate::locale::{Locale, Value};

/// What a command returns.
pub type Outcome<T = ()> = Result<T, Failure>;

/// Why a command ended early. The sentence says what happened, what is safe, and what to do.
#[derive(Debug)]
pub struct Failure {
    /// The exit code.
    pub exit: Exit,
    words: Words,
}

#[derive(Debug)]
enum Words {
    /// A Fluent id with its arguments.
    Text(&'static str, Vec<(&'static str, String)>),
    /// A sentence that is already in the person's language.
    Ready(String),
}

impl Failure {
    /// Makes a failure whose sentence is `id` of the locales.
    pub fn new(exit: Exit, id: &'static str) -> Self {
        Self { exit, words: Words::Text(id, Vec::new()) }
    }

    /// Adds an argument to the sentence.
    pub fn with(mut self, name: &'static str, value: impl ToString) -> Self {
        if let Words::Text(_, arguments) = &mut self.words {
            arguments.push((name, value.to_string()));
        }
        self
    }

    /// Makes a failure from a sentence that is already one.
    pub fn ready(exit: Exit, sentence: String) -> Self {
        Self { exit, words: Words::Ready(sentence) }
    }

    /// The command line was not understood.
    pub fn usage(sentence: String) -> Self {
        Self::ready(Exit::Usage, sentence)
    }

    /// Something the program was doing failed; `reason` is what the system said.
    pub fn io(what: &std::path::Path, reason: &dyn std::fmt::Display) -> Self {
        Self::new(Exit::Failed, "cli-error-file").with("file", what.display()).with("reason", reason)
    }

    /// Returns the sentence in the person's language.
    pub fn sentence(&self, locale: &Locale) -> String {
        match &self.words {
            Words::Ready(sentence) => sentence.clone(),
            Words::Text(id, arguments) => {
                let arguments: Vec<_> =
                    arguments.iter().map(|(name, value)| (*name, self::value(name, value))).collect();
                locale.say_with(id, &arguments)
            }
        }
    }
}

/// A count chooses its plural, so it goes to the locale as a number.
fn value<'a>(name: &str, text: &'a str) -> Value<'a> {
    match text.parse::<u64>() {
        Ok(count) if name == "count" => count.into(),
        _ => text.into(),
    }
}
