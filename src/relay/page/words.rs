//! The page's words: the part of Fluent that a child's page understands, parsed when the page is built.
//!
//! A message is `page-id = pattern`. A pattern is text, `{ $variable }` and `{ $variable -> [key] pattern … }`, where a
//! key is a number, a word or a plural category and exactly one key has a star. Terms, attributes, functions, literals
//! and text over several lines are errors: what the page could not say must not be written. Real Fluent reads the same
//! files to the same sentences; a test holds the two together.

use serde_json::{Value, json};
use std::collections::BTreeMap;

/// The prefix of every id in `page.ftl`; the page itself does without.
const PREFIX: &str = "page-";

/// One language's messages by id, without the prefix.
#[derive(Debug, Clone, PartialEq)]
pub struct Words(BTreeMap<String, Pattern>);

/// What a message says: pieces in order.
#[derive(Debug, Clone, PartialEq)]
pub struct Pattern(Vec<Part>);

#[derive(Debug, Clone, PartialEq)]
enum Part {
    Text(String),
    Variable(String),
    Choice { name: String, variants: Vec<(String, Pattern)>, other: String },
}

/// Why a file of texts is not understood: the line where the message begins, and what is wrong with it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("line {line}: {reason}")]
pub struct WordsError {
    /// The first line of the message, counted from 1.
    pub line: usize,
    /// What is wrong, in fixed words.
    pub reason: &'static str,
}

impl Words {
    /// Parses a whole file.
    pub fn parse(source: &str) -> Result<Self, WordsError> {
        let mut words = BTreeMap::new();
        for (line, id, value) in messages(source)? {
            let fail = |reason| WordsError { line, reason };
            let id = id.strip_prefix(PREFIX).ok_or_else(|| fail("an id that does not begin with `page-`"))?;
            let mut cursor = Cursor { rest: value.trim() };
            let pattern = cursor.pattern(false).map_err(fail)?;
            if !cursor.rest.is_empty() {
                return Err(fail("a closing brace without its opening one"));
            }
            if words.insert(id.to_owned(), pattern).is_some() {
                return Err(fail("an id that is there already"));
            }
        }
        Ok(Self(words))
    }

    /// Returns the ids, sorted.
    pub fn ids(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// Returns the message with this id.
    pub fn get(&self, id: &str) -> Option<&Pattern> {
        self.0.get(id)
    }

    /// Returns all messages as the page's script reads them: a text, or a list of texts, `[variable]` and
    /// `[variable, variants, default]`.
    pub fn json(&self) -> Value {
        self.0.iter().map(|(id, pattern)| (id.clone(), pattern.json())).collect()
    }

    /// Reads what [`Words::json`] wrote.
    pub fn from_json(value: &Value) -> Option<Self> {
        let words = value.as_object()?.iter();
        words
            .map(|(id, pattern)| Some((id.clone(), Pattern::from_json(pattern)?)))
            .collect::<Option<_>>()
            .map(Self)
    }
}

impl Pattern {
    /// Fills the pattern in with words; the plural category of a number is not known here and counts as the default.
    pub fn fill(&self, args: &BTreeMap<&str, String>) -> String {
        let known = |name: &String| args.get(name.as_str());
        let part = |part: &Part| match part {
            Part::Text(text) => text.clone(),
            Part::Variable(name) => known(name).cloned().unwrap_or_default(),
            Part::Choice { name, variants, other } => {
                let find = |key: &String| variants.iter().find(|(k, _)| k == key);
                let chosen = known(name).and_then(find).or_else(|| find(other));
                chosen.map(|(_, pattern)| pattern.fill(args)).unwrap_or_default()
            }
        };
        self.0.iter().map(part).collect()
    }

    fn json(&self) -> Value {
        match &self.0[..] {
            [] => json!(""),
            [Part::Text(text)] => json!(text),
            parts => parts.iter().map(Part::json).collect(),
        }
    }

    fn from_json(value: &Value) -> Option<Self> {
        match value {
            Value::String(text) if text.is_empty() => Some(Self(Vec::new())),
            Value::Array(parts) => parts.iter().map(Part::from_json).collect::<Option<_>>().map(Self),
            text => Some(Self(vec![Part::from_json(text)?])),
        }
    }
}

impl Part {
    fn json(&self) -> Value {
        match self {
            Self::Text(text) => json!(text),
            Self::Variable(name) => json!([name]),
            Self::Choice { name, variants, other } => {
                let variants: Value =
                    variants.iter().map(|(key, pattern)| (key.clone(), pattern.json())).collect();
                json!([name, variants, other])
            }
        }
    }

    fn from_json(value: &Value) -> Option<Self> {
        let word = |value: &Value| value.as_str().map(str::to_owned);
        match value {
            Value::String(text) => Some(Self::Text(text.clone())),
            Value::Array(parts) => match &parts[..] {
                [name] => Some(Self::Variable(word(name)?)),
                [name, variants, other] => {
                    let variants = variants.as_object()?.iter();
                    let variants =
                        variants.map(|(key, pattern)| Some((key.clone(), Pattern::from_json(pattern)?)));
                    let variants = variants.collect::<Option<_>>()?;
                    Some(Self::Choice { name: word(name)?, variants, other: word(other)? })
                }
                _ => None,
            },
            _ => None,
        }
    }
}

/// Splits a file into messages: line number, id, and the value with its continuation lines.
fn messages(source: &str) -> Result<Vec<(usize, &str, String)>, WordsError> {
    let mut messages: Vec<(usize, &str, String)> = Vec::new();
    for (number, line) in (1..).zip(source.lines()) {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        if line.starts_with([' ', '}']) {
            let Some((_, _, value)) = messages.last_mut() else {
                return Err(WordsError { line: number, reason: "a continuation of nothing" });
            };
            value.push('\n');
            value.push_str(line);
        } else {
            let (id, value) = line
                .split_once('=')
                .ok_or(WordsError { line: number, reason: "neither a message nor a comment" })?;
            messages.push((number, id.trim(), value.to_owned()));
        }
    }
    Ok(messages)
}

/// Reads a pattern from the front of a value.
struct Cursor<'a> {
    rest: &'a str,
}

impl<'a> Cursor<'a> {
    /// Reads up to the end, or inside a variant up to the end of its line.
    fn pattern(&mut self, variant: bool) -> Result<Pattern, &'static str> {
        let mut parts = Vec::new();
        loop {
            let end = self.rest.find(['{', '}', '\n']).unwrap_or(self.rest.len());
            let text = self.take(end);
            let text = if self.rest.starts_with('\n') { text.trim_end() } else { text };
            if !text.is_empty() {
                parts.push(Part::Text(text.to_owned()));
            }
            if self.eat("{") {
                parts.push(self.placeable()?);
            } else if self.rest.starts_with('\n') && !variant {
                return Err("text over several lines");
            } else {
                return if parts.is_empty() { Err("an empty text") } else { Ok(Pattern(parts)) };
            }
        }
    }

    fn placeable(&mut self) -> Result<Part, &'static str> {
        self.space();
        if !self.eat("$") {
            return Err("something in braces that is not a $variable");
        }
        let name = self.word().ok_or("a variable without a name")?;
        self.space();
        let part = if self.eat("->") { self.choice(name)? } else { Part::Variable(name) };
        if self.eat("}") { Ok(part) } else { Err("an opening brace without its closing one") }
    }

    fn choice(&mut self, name: String) -> Result<Part, &'static str> {
        let (mut variants, mut other) = (Vec::new(), None);
        loop {
            self.space();
            let star = self.eat("*");
            if !self.eat("[") {
                break;
            }
            let key = self.word().ok_or("a variant without a key")?;
            if !self.eat("]") {
                return Err("a variant's key without its closing bracket");
            }
            self.rest = self.rest.trim_start_matches(' ');
            if star && other.replace(key.clone()).is_some() {
                return Err("two variants with a star");
            }
            variants.push((key, self.pattern(true)?));
        }
        let other = other.ok_or("a choice without a starred variant")?;
        Ok(Part::Choice { name, variants, other })
    }

    fn word(&mut self) -> Option<String> {
        let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        let end = self.rest.find(|c| !is_word(c)).unwrap_or(self.rest.len());
        (end > 0).then(|| self.take(end).to_owned())
    }

    fn space(&mut self) {
        self.rest = self.rest.trim_start();
    }

    fn eat(&mut self, token: &str) -> bool {
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn take(&mut self, end: usize) -> &'a str {
        let (text, rest) = self.rest.split_at(end);
        self.rest = rest;
        text
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};

    const CHOICE: &str = "page-n = { $n ->\n    [0] none\n    [one] { $n } child\n   *[other] { $n } of { $you ->\n        [vy] yours\n       *[ty] thine\n    }\n}\n";

    #[test]
    fn a_choice_becomes_what_the_script_reads() {
        let words = Words::parse(CHOICE).unwrap();
        let nested = json!([["you", {"vy": "yours", "ty": "thine"}, "ty"]]);
        let [you] = nested.as_array().unwrap().as_slice() else { unreachable!() };
        let expected = json!({"n": [["n", {"0": "none", "one": [["n"], " child"], "other": [["n"], " of ", you]}, "other"]]});
        assert_eq!(words.json(), expected);
        assert_eq!(Words::from_json(&expected).unwrap().json(), expected);
        for wrong in
            [json!("x"), json!({"n": 1}), json!({"n": [["a", {}]]}), json!({"n": [["a", {"b": 1}, "b"]]})]
        {
            assert_eq!(Words::from_json(&wrong), None, "{wrong}");
        }
    }

    #[test]
    fn what_the_page_cannot_say_is_an_error_with_its_line() {
        for (source, line, reason) in [
            ("# only\n\nother = x", 3, "an id that does not begin with `page-`"),
            ("page-a = x\npage-a = y", 2, "an id that is there already"),
            ("page-a =", 1, "an empty text"),
            ("page-a", 1, "neither a message nor a comment"),
            ("  page-a = x", 1, "a continuation of nothing"),
            ("page-a = x\n  y", 1, "text over several lines"),
            ("page-a = { \"x\" }", 1, "something in braces that is not a $variable"),
            ("page-a = { -term }", 1, "something in braces that is not a $variable"),
            ("page-a = { $ }", 1, "a variable without a name"),
            ("page-a = { $x", 1, "an opening brace without its closing one"),
            ("page-a = x }", 1, "a closing brace without its opening one"),
            ("page-a = { $x ->\n [a] b\n }", 1, "a choice without a starred variant"),
            ("page-a = { $x ->\n *[a] b\n *[c] d\n }", 1, "two variants with a star"),
            ("page-a = { $x ->\n *[a b\n }", 1, "a variant's key without its closing bracket"),
        ] {
            assert_eq!(Words::parse(source), Err(WordsError { line, reason }), "{source}");
        }
    }

    /// The real Fluent is asked for every message of both languages, with every word that a choice knows.
    #[test]
    fn the_shipped_files_mean_what_fluent_says_they_mean() {
        for (code, source) in super::super::LOCALES {
            let words = Words::parse(source).unwrap();
            let mut bundle = FluentBundle::new(vec![code.parse().unwrap()]);
            bundle.set_use_isolating(false);
            bundle.add_resource(FluentResource::try_new((*source).to_owned()).unwrap()).unwrap();
            for id in words.ids() {
                for you in ["ty", "vy"] {
                    let mut args = BTreeMap::from([("you", you.to_owned())]);
                    let mut fluent = FluentArgs::new();
                    fluent.set("you", you);
                    for name in [
                        "phone", "minutes", "name", "when", "n", "low", "before", "high", "over", "left",
                        "seconds",
                    ] {
                        // A word has no plural category, so both sides take the default.
                        args.insert(name, format!("<{name}>"));
                        fluent.set(name, FluentValue::from(format!("<{name}>")));
                    }
                    let pattern = bundle.get_message(&format!("{PREFIX}{id}")).unwrap().value().unwrap();
                    let mut errors = Vec::new();
                    let said = bundle.format_pattern(pattern, Some(&fluent), &mut errors).into_owned();
                    assert!(errors.is_empty(), "{code} {id}: {errors:?}");
                    assert_eq!(words.get(id).unwrap().fill(&args), said, "{code} {id}");
                }
            }
        }
    }
}
