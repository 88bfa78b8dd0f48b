//! All that makes one line's page differ from another's, and what no page is built of.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::words::{Words, WordsError};

/// All that makes one line's page differ from another's.
#[derive(Debug, Clone, PartialEq)]
pub struct PageInputs {
    /// The title of the tab and of the history entry: something that says nothing.
    pub title: String,
    /// The free telephone number of the line, as people write it.
    pub phone: String,
    /// Emergency numbers; `page-emergency-NUMBER` says what each is for, where the texts know it.
    pub emergency: Vec<String>,
    /// Where "Leave this page" goes: `https:`, and nothing personal there.
    pub exit_url: String,
    /// Languages of the page, the first of which greets whoever speaks none of them.
    pub languages: Vec<String>,
    /// A line's own texts as (code, words), for a language that does not come with opora or instead of its texts.
    pub texts: Vec<(String, Words)>,
    /// Age bands to ask for (codes of the taxonomy); none: no question.
    pub ages: Vec<String>,
    /// Families of topics to ask for; none: no question.
    pub topics: Vec<String>,
    /// Other places that help. Only these addresses ever become links.
    pub help: Vec<HelpPlace>,
    /// `wss://host[:port]` of the relay; `None`: the page talks to whoever served it.
    pub relay: Option<String>,
    /// The line's root key, uncompressed P-256: whoever signs with another is refused.
    pub root: [u8; 65],
    /// The least serial of a line card that is still believed.
    pub serial: u64,
    /// When the card was issued with which the page was built (ms since 1970): no relay can turn its clock back further.
    pub built_at_ms: u64,
    /// How long a place is kept for whoever is away, in minutes.
    pub absence_min: u32,
}

/// A place of help beside the line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HelpPlace {
    /// Its name, by language.
    pub name: BTreeMap<String, String>,
    /// What it helps with, by language.
    pub what: BTreeMap<String, String>,
    /// Its address, `https:` only.
    pub url: Option<String>,
    /// Its telephone number.
    pub phone: Option<String>,
    /// When it answers, by language.
    pub hours: BTreeMap<String, String>,
    /// The languages spoken there, as codes.
    pub langs: Vec<String>,
}

impl PageInputs {
    /// Returns the page of a Czech line with these keys; everything else can be changed afterwards.
    pub fn new(root: [u8; 65], serial: u64, built_at_ms: u64) -> Self {
        let list = |codes: &str| codes.split(' ').map(str::to_owned).collect();
        Self {
            title: "Chat".to_owned(),
            phone: "116 111".to_owned(),
            emergency: list("112 155 158"),
            exit_url: "https://www.chmi.cz/".to_owned(),
            languages: list("cs en"),
            texts: Vec::new(),
            ages: list("a9_11 a12_14 a15_17 a18"),
            topics: list(
                "violence mental family peers sexuality health school discrimination missing access digital",
            ),
            help: Vec::new(),
            relay: None,
            root,
            serial,
            built_at_ms,
            absence_min: 10,
        }
    }
}

/// Why no page is built of these inputs.
#[derive(Debug, thiserror::Error, PartialEq)]
pub enum PageError {
    /// A page without a language has no word to say.
    #[error("the page needs at least one language")]
    NoLanguage,
    /// No `page.ftl` is there for a language.
    #[error("no texts of the page in language `{0}`")]
    UnknownLanguage(String),
    /// A `page.ftl` that is not understood.
    #[error("texts of the page in language `{lang}`: {error}")]
    Words {
        /// The language.
        lang: String,
        /// Where and why.
        error: WordsError,
    },
    /// A text that another language has.
    #[error("the page's text `page-{id}` is missing in language `{lang}`")]
    MissingText {
        /// The language.
        lang: String,
        /// The id without its prefix.
        id: String,
    },
    /// A text nobody asks for: most likely a misspelt id.
    #[error("the page knows no text `page-{id}` (language `{lang}`)")]
    UnknownText {
        /// The language.
        lang: String,
        /// The id without its prefix.
        id: String,
    },
    /// A setting the page cannot be built with.
    #[error("{setting} cannot be `{value}`: {reason}")]
    Setting {
        /// The field of the inputs.
        setting: &'static str,
        /// What it was.
        value: String,
        /// What it must be.
        reason: &'static str,
    },
}

/// Refuses what would break a promise of the page, or the page out of its quotes.
pub(super) fn check(inputs: &PageInputs) -> Result<(), PageError> {
    let refuse =
        |setting, value: &str, reason| Err(PageError::Setting { setting, value: value.to_owned(), reason });
    let plain = |text: &str| text.bytes().all(|b| b.is_ascii_graphic() && !b"\"'<>;,\\`".contains(&b));
    let web = |url: &str| plain(url) && (url.starts_with("https://") || url.starts_with("http://127.0.0.1"));
    let numbers =
        inputs.emergency.iter().chain([&inputs.phone]).chain(inputs.help.iter().flat_map(|h| &h.phone));
    if let Some(bad) = numbers.into_iter().find(|phone| tel(phone).is_none()) {
        return refuse("phone", bad, "a telephone number has digits, spaces and perhaps a plus");
    }
    if !web(&inputs.exit_url) {
        return refuse("exit_url", &inputs.exit_url, "it must be an https address");
    }
    if let Some(relay) = &inputs.relay {
        let host = relay.strip_prefix("wss://").or_else(|| relay.strip_prefix("ws://"));
        if !host.is_some_and(|host| !host.is_empty() && plain(host) && !host.contains('/')) {
            return refuse("relay", relay, "it must be wss://host or wss://host:port");
        }
    }
    if let Some(url) = inputs.help.iter().flat_map(|place| &place.url).find(|url| !web(url)) {
        return refuse("help", url, "it must be an https address");
    }
    if inputs.title.trim().is_empty() {
        return refuse("title", &inputs.title, "a tab needs a title");
    }
    let is_code =
        |code: &String| !code.is_empty() && code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
    if let Some(bad) = inputs.languages.iter().find(|code| !is_code(code)) {
        return refuse("languages", bad, "a language is a code of letters, digits and hyphens");
    }
    Ok(())
}

/// Returns a number as a `tel:` address has it.
pub(super) fn tel(phone: &str) -> Option<String> {
    let digits: String = phone.chars().filter(|c| !matches!(c, ' ' | '\u{a0}')).collect();
    let rest = digits.strip_prefix('+').unwrap_or(&digits);
    (rest.len() >= 2 && rest.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}

/// Returns a number that no line end can tear apart.
pub(super) fn unbroken(phone: &str) -> String {
    phone.replace(' ', "\u{a0}")
}
