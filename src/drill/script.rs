//! A child as data: what it tells, how it writes, what it says and when, and what it answers to certain words.

use std::collections::BTreeMap;

use serde::Deserialize;

use crate::conversation::event::{Facts, Feel, Rated};
use crate::protocol::limits;

/// A scripted child.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Script {
    /// How the script is called. It never crosses the wire.
    pub name: String,
    /// The child's language.
    pub lang: String,
    /// An age band, as the page offers it.
    #[serde(default)]
    pub age: Option<String>,
    /// A topic family, as the page offers it.
    #[serde(default)]
    pub topic: Option<String>,
    /// How it feels.
    #[serde(default)]
    pub feel: Option<Feel>,
    /// How it is, for whoever trains with it.
    pub temper: String,
    /// How fast it is.
    pub pace: Pace,
    /// What it says when it waited too long for an answer; each once.
    #[serde(default)]
    pub nudges: Vec<String>,
    /// What it says when the script is at its end and somebody still asks; in turn.
    #[serde(default)]
    pub fillers: Vec<String>,
    /// How it rates the talk after its end.
    #[serde(default)]
    pub rated: Option<Rated>,
    /// What it says, in order: the first by itself, each other after an answer.
    pub scene: Vec<Scene>,
    /// What it answers to certain words, each once, in the place of the next scene.
    #[serde(default)]
    pub reply: Vec<Reply>,
}

/// How fast a child is.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pace {
    /// How fast it types.
    pub letters_per_s: f64,
    /// How long it thinks before it begins to write, in seconds.
    pub think_s: f64,
    /// How long it stops between two lines, in seconds.
    pub gap_s: f64,
    /// How long it waits for an answer before a nudge, in seconds.
    pub patience_s: f64,
}

/// What is said at once.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scene {
    /// The lines; none is silence, which an answer may end.
    pub say: Vec<String>,
    /// Whether it leaves the page then.
    #[serde(default)]
    pub leave: bool,
}

/// What is said to certain words.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reply {
    /// Any of these in what was heard; without accents, in lower case, beginnings of words are enough.
    pub words: Vec<String>,
    /// The lines.
    pub say: Vec<String>,
}

/// A scripted counsellor, for load.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CounsellorScript {
    /// How many children it takes at once.
    pub places: u8,
    /// After how many answers it closes.
    pub exchanges: u32,
    /// How long it thinks, in seconds.
    pub think_s: f64,
    /// How fast it types.
    pub letters_per_s: f64,
    /// What it says, by language.
    pub words: BTreeMap<String, CounsellorWords>,
}

/// What a scripted counsellor says.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CounsellorWords {
    /// First.
    pub greet: String,
    /// Then, in turn.
    pub answers: Vec<String>,
    /// Before closing.
    pub goodbye: String,
}

/// A script that cannot be played.
#[derive(Debug, thiserror::Error)]
pub enum ScriptError {
    /// Not TOML, or fields that no script has.
    #[error("{name}: {error}")]
    Form {
        /// The script.
        name: String,
        /// What is wrong, with its line.
        error: Box<toml::de::Error>,
    },
    /// It could be read but not played.
    #[error("{name}: {what}")]
    Sense {
        /// The script.
        name: String,
        /// What is wrong.
        what: &'static str,
    },
}

/// The scripts that come with the program; the first five are the demo's.
const SHIPPED: [(&str, &str); 8] = [
    ("bara", include_str!("../../drills/bara.toml")),
    ("tom", include_str!("../../drills/tom.toml")),
    ("matej", include_str!("../../drills/matej.toml")),
    ("emily", include_str!("../../drills/emily.toml")),
    ("klara", include_str!("../../drills/klara.toml")),
    ("ben", include_str!("../../drills/ben.toml")),
    ("honza", include_str!("../../drills/honza.toml")),
    ("quick", include_str!("../../drills/quick.toml")),
];

impl Script {
    /// Reads a script; `name` is for errors.
    ///
    /// # Errors
    /// Fails if it is no script, or one that cannot be played.
    pub fn parse(name: &str, text: &str) -> Result<Self, ScriptError> {
        let script: Self = toml::from_str(text)
            .map_err(|error| ScriptError::Form { name: name.to_owned(), error: Box::new(error) })?;
        let fail = |what| Err(ScriptError::Sense { name: name.to_owned(), what });
        let Pace { letters_per_s, think_s, gap_s, patience_s } = script.pace;
        let lines = script.lines();
        if script.scene.first().is_none_or(|first| first.say.is_empty()) {
            return fail("the first scene must say something: it opens the talk");
        }
        if lines.iter().any(|line| line.trim().is_empty()) {
            return fail("a line is empty");
        }
        if lines.iter().any(|line| line.chars().count() > 2_000 || line.len() > limits::TEXT_BYTES) {
            return fail("a line is over 2,000 characters");
        }
        if !(letters_per_s > 0.0
            && [think_s, gap_s, patience_s].iter().all(|time| (0.0..3_600.0).contains(time)))
        {
            return fail("a pace must be above 0, and a time between 0 and an hour");
        }
        if !crate::conversation::event::data::is_lang(&script.lang) {
            return fail("lang is no language tag");
        }
        let is_code = |code: &String| {
            !code.is_empty()
                && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
        };
        if !script.age.iter().chain(&script.topic).all(is_code) {
            return fail("age and topic are codes of the taxonomy");
        }
        Ok(script)
    }

    /// Returns a script that comes with the program.
    pub fn shipped(name: &str) -> Option<Self> {
        let (name, text) = SHIPPED.iter().find(|(known, _)| *known == name)?;
        // The tests read them all.
        Self::parse(name, text).ok()
    }

    /// Returns the names of the scripts that come with the program; the first five are the demo's.
    pub fn names() -> impl Iterator<Item = &'static str> {
        SHIPPED.iter().map(|(name, _)| *name)
    }

    /// Returns what it tells in clear.
    pub fn facts(&self) -> Facts {
        Facts { age: self.age.clone(), topic: self.topic.clone(), feel: self.feel }
    }

    fn lines(&self) -> Vec<&String> {
        let scenes = self.scene.iter().flat_map(|scene| &scene.say);
        let replies = self.reply.iter().flat_map(|reply| &reply.say);
        scenes.chain(replies).chain(&self.nudges).chain(&self.fillers).collect()
    }
}

impl CounsellorScript {
    /// Returns the one that comes with the program; `None` never, as the tests read it.
    pub fn shipped() -> Option<Self> {
        Self::parse(include_str!("../../drills/counsellor.toml")).ok()
    }

    /// Reads a script.
    ///
    /// # Errors
    /// Fails if it is no script, or has nothing to say.
    pub fn parse(text: &str) -> Result<Self, ScriptError> {
        let name = || "counsellor".to_owned();
        let script: Self = toml::from_str(text)
            .map_err(|error| ScriptError::Form { name: name(), error: Box::new(error) })?;
        if script.words.is_empty() || script.words.values().any(|words| words.answers.is_empty()) {
            return Err(ScriptError::Sense {
                name: name(),
                what: "words need at least one language and answer",
            });
        }
        if !(script.letters_per_s > 0.0 && script.think_s >= 0.0) {
            return Err(ScriptError::Sense { name: name(), what: "a pace must be above 0" });
        }
        Ok(script)
    }

    /// Returns the words for a language, or the first there are.
    pub fn words_in(&self, lang: &str) -> Option<&CounsellorWords> {
        self.words.get(lang).or_else(|| self.words.values().next())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shipped_script_can_be_played() {
        for (name, text) in SHIPPED {
            if let Err(error) = Script::parse(name, text) {
                unreachable!("{error}");
            }
        }
        CounsellorScript::parse(include_str!("../../drills/counsellor.toml")).expect("a script");
    }

    #[test]
    fn the_demos_children_differ() {
        let cast: Vec<_> = Script::names().take(5).filter_map(Script::shipped).collect();
        let kinds = |kind: fn(&Script) -> String| {
            cast.iter().map(kind).collect::<std::collections::BTreeSet<_>>().len()
        };
        assert_eq!(cast.len(), 5);
        assert_eq!(kinds(|script| script.lang.clone()), 2);
        assert_eq!(kinds(|script| script.temper.clone()), 5);
        assert!(kinds(|script| format!("{:?}", script.age)) >= 3);
        assert!(kinds(|script| format!("{:?}", script.topic)) >= 4);
        assert!(cast.iter().any(|script| script.scene.iter().any(|scene| scene.leave)));
    }

    #[test]
    fn their_facts_are_codes_of_the_taxonomy_and_their_replies_can_be_met() {
        for script in Script::names().filter_map(Script::shipped) {
            let facts = serde_json::to_string(&script.facts()).expect("JSON");
            let read: Facts = serde_json::from_str(&facts).expect("facts an honest relay takes");
            assert_eq!(read, script.facts(), "{}", script.name);
            for reply in &script.reply {
                for word in &reply.words {
                    assert_eq!(&super::super::actor::folded(word), word, "{}: {word}", script.name);
                }
            }
        }
    }

    #[test]
    fn a_script_that_is_none_says_what_is_wrong() {
        let good = include_str!("../../drills/quick.toml");
        for (case, text, what) in [
            ("unknown field", good.replace("temper", "tempre"), "tempre"),
            ("empty line", good.replace("\"nine\"", "\" \""), "a line is empty"),
            (
                "no pace",
                good.replace("letters_per_s = 40.0", "letters_per_s = 0.0"),
                "a pace must be above 0",
            ),
            ("no opening", good.replace("[\"hello, one\", \"two\", \"three\"]", "[]"), "the first scene"),
            ("a topic in words", good.replace("\"peers\"", "\"My friends\""), "codes of the taxonomy"),
        ] {
            let error = Script::parse("mine", &text).expect_err(case).to_string();
            assert!(error.starts_with("mine: ") && error.contains(what), "{case}: {error}");
        }
    }
}
