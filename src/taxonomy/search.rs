//! Finding topics by a few letters, without diacritics.

use nucleo_matcher::{Config, Matcher, Utf32Str};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::{Taxonomy, Topic, TopicId};

/// How well a topic fits; the least is the best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    /// A word begins so: whether it is only another word for the topic, and which one it is.
    Begins(bool, usize),
    /// A word contains it.
    Contains(usize),
    /// The letters come in this order; the higher the score the better.
    Fuzzy(std::cmp::Reverse<u16>),
}

impl Taxonomy {
    /// Returns the topics that fit a few letters, the best first; all of them for an empty query. `words` gives the
    /// name of a topic in the language spoken and, on a second line, other words it is known by, as `Locale::words`
    /// does. The id is searched too.
    pub fn search(&self, query: &str, words: impl Fn(&TopicId) -> String) -> Vec<TopicId> {
        let query = fold(query);
        let parts: Vec<&str> = split(&query).collect();
        let mut matcher = Matcher::new(Config::DEFAULT);
        let mut found: Vec<(Fit, usize, &Topic)> = Vec::new();
        for (place, topic) in self.topics().enumerate() {
            let text = fold(&format!("{}\n{}", words(&topic.id), topic.id));
            let (name, others) = text.split_once('\n').unwrap_or((&text, ""));
            if let Some(fit) = fit(&parts, name, others, &mut matcher) {
                found.push((fit, place, topic));
            }
        }
        found.sort_by_key(|(fit, place, _)| (*fit, *place));
        found.into_iter().map(|(_, _, topic)| topic.id.clone()).collect()
    }
}

/// Returns how all the parts of a query fit: as badly as the worst of them.
fn fit(parts: &[&str], name: &str, others: &str, matcher: &mut Matcher) -> Option<Fit> {
    let named = split(name).count();
    let words: Vec<&str> = split(name).chain(split(others)).collect();
    let mut worst = Fit::Begins(false, 0);
    for part in parts {
        let begins =
            words.iter().position(|word| word.starts_with(part)).map(|at| Fit::Begins(at >= named, at));
        let contains = || words.iter().position(|word| word.contains(part)).map(Fit::Contains);
        worst = worst.max(begins.or_else(contains).or_else(|| fuzzy(part, &words, matcher))?);
    }
    Some(worst)
}

/// Two letters fit nearly everything in some way, so a slip is forgiven from three on, and within one word.
fn fuzzy(part: &str, words: &[&str], matcher: &mut Matcher) -> Option<Fit> {
    if part.chars().count() < 3 {
        return None;
    }
    let mut needle = Vec::new();
    let needle = Utf32Str::new(part, &mut needle);
    let scores = words.iter().filter_map(|word| {
        let mut hay = Vec::new();
        matcher.fuzzy_match(Utf32Str::new(word, &mut hay), needle)
    });
    scores.max().map(|score| Fit::Fuzzy(std::cmp::Reverse(score)))
}

fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty())
}

/// Takes diacritics and capitals off.
fn fold(text: &str) -> String {
    text.nfd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect()
}
