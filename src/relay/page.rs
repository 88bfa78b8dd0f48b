//! Joins the child's page out of `web/` and `locales/` into one self-contained file: the same bytes from the same
//! inputs, so that its hash can be printed, published and compared. The relay serves it, or anybody else does.
//!
//! It reads no clock, no file and no random number; all that differs between two lines comes in with [`PageInputs`].
//! What may fail is an input that the page could not keep its promises with, or a text that is missing.

pub mod check;
mod help;
pub mod own;
pub mod press;
pub mod words;

use base64ct::{Base64, Base64UrlUnpadded, Encoding as _};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use std::collections::BTreeMap;
use words::{Words, WordsError};

pub use help::places;

const HTML: &str = include_str!("../../web/page.html");
const STYLE: &str = include_str!("../../web/page.css");

/// The script's modules, each after those it imports.
const MODULES: [(&str, &str); 8] = [
    ("seal", include_str!("../../web/seal.js")),
    ("log", include_str!("../../web/log.js")),
    ("link", include_str!("../../web/link.js")),
    ("keys", include_str!("../../web/keys.js")),
    ("words", include_str!("../../web/words.js")),
    ("sentences", include_str!("../../web/sentences.js")),
    ("view", include_str!("../../web/view.js")),
    ("page", include_str!("../../web/page.js")),
];

/// The languages that come with opora. The first is the one every other must be as complete as.
const LOCALES: [(&str, &str); 2] =
    [("en", include_str!("../../locales/en/page.ftl")), ("cs", include_str!("../../locales/cs/page.ftl"))];

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

/// One page, ready to serve.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BuiltPage {
    /// The file.
    pub html: Vec<u8>,
    /// Its SHA-256, which the line publishes.
    pub sha256: [u8; 32],
    /// The `Content-Security-Policy` to serve it with.
    pub csp: String,
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

/// Builds the page.
pub fn build(inputs: &PageInputs) -> Result<BuiltPage, PageError> {
    check(inputs)?;
    let words = texts(inputs)?;
    let style = pack(&without_comments(STYLE));
    let script = script(inputs, &words)?;
    let connect = inputs.relay.as_ref().map(|relay| format!(" {relay}")).unwrap_or_default();
    let policy = |ancestors: &str| {
        format!(
            "default-src 'none'; script-src 'sha256-{}'; style-src 'sha256-{}'; connect-src 'self'{connect}; base-uri \
             'none'; form-action 'none'; {ancestors}require-trusted-types-for 'script'; trusted-types 'none'",
            Base64::encode_string(&Sha256::digest(&script)),
            Base64::encode_string(&Sha256::digest(&style)),
        )
    };
    // In a `meta` element the ancestors would be ignored with a complaint; there the script looks for itself.
    let html = html(inputs, &words, &policy(""), &style, &script)?.into_bytes();
    Ok(BuiltPage { sha256: Sha256::digest(&html).into(), csp: policy("frame-ancestors 'none'; "), html })
}

/// Returns the fingerprint of a root key: 80 bits as 4×4 Crockford letters, as on paper and in the console.
fn fingerprint(root: &[u8; 65]) -> String {
    const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
    let label = b"opora/1 root";
    let hash = Sha256::new().chain_update([0, 0, 0, 12]).chain_update(label).chain_update(root).finalize();
    let bits = hash[..10].iter().fold(0u128, |bits, byte| bits << 8 | u128::from(*byte));
    let letter = |i: usize| char::from(LETTERS[(bits >> (75 - 5 * i)) as usize & 31]);
    let quad = |q: usize| (4 * q..4 * q + 4).map(letter).collect::<String>();
    [quad(0), quad(1), quad(2), quad(3)].join("-")
}

/// Refuses what would break a promise of the page, or the page out of its quotes.
fn check(inputs: &PageInputs) -> Result<(), PageError> {
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
fn tel(phone: &str) -> Option<String> {
    let digits: String = phone.chars().filter(|c| !matches!(c, ' ' | '\u{a0}')).collect();
    let rest = digits.strip_prefix('+').unwrap_or(&digits);
    (rest.len() >= 2 && rest.bytes().all(|b| b.is_ascii_digit())).then_some(digits)
}

/// Returns a number that no line end can tear apart.
fn unbroken(phone: &str) -> String {
    phone.replace(' ', "\u{a0}")
}

/// Reads the texts of every language and holds them against the first that comes with opora.
fn texts(inputs: &PageInputs) -> Result<Vec<(String, Words)>, PageError> {
    let model = shipped(LOCALES[0].0)?;
    let asked = inputs.ages.iter().map(|code| format!("age-{code}"));
    let asked: Vec<String> = asked.chain(inputs.topics.iter().map(|code| format!("topic-{code}"))).collect();
    let mut all = Vec::new();
    for lang in &inputs.languages {
        let own = inputs.texts.iter().find(|(code, _)| code == lang);
        let words = own.map_or_else(|| shipped(lang), |(_, words)| Ok(words.clone()))?;
        let fail = |id: &str| (lang.clone(), id.to_owned());
        if let Some((lang, id)) =
            model.ids().chain(asked.iter().map(String::as_str)).find(|id| words.get(id).is_none()).map(fail)
        {
            return Err(PageError::MissingText { lang, id });
        }
        let is_list = |id: &str| ["age-", "topic-", "emergency-"].iter().any(|list| id.starts_with(list));
        if let Some((lang, id)) = words.ids().find(|id| model.get(id).is_none() && !is_list(id)).map(fail) {
            return Err(PageError::UnknownText { lang, id });
        }
        all.push((lang.clone(), words));
    }
    if all.is_empty() { Err(PageError::NoLanguage) } else { Ok(all) }
}

/// Reads the texts that come with opora in a language.
fn shipped(lang: &str) -> Result<Words, PageError> {
    let found = LOCALES.iter().find(|(code, _)| *code == lang);
    let (_, source) = found.ok_or_else(|| PageError::UnknownLanguage(lang.to_owned()))?;
    Words::parse(source).map_err(|error| PageError::Words { lang: lang.to_owned(), error })
}

/// What the script is told: all inputs, so that whoever has the page can build it again and compare.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    title: String,
    phone: String,
    emergency: Vec<String>,
    exit: String,
    languages: Vec<String>,
    relay: Option<String>,
    root: String,
    serial: u64,
    built_at_ms: u64,
    absence_min: u32,
    ages: Vec<String>,
    topics: Vec<String>,
    help: Vec<HelpPlace>,
}

fn script(inputs: &PageInputs, words: &[(String, Words)]) -> Result<String, PageError> {
    let settings = Settings {
        title: inputs.title.clone(),
        phone: unbroken(&inputs.phone),
        emergency: inputs.emergency.clone(),
        exit: inputs.exit_url.clone(),
        languages: inputs.languages.clone(),
        relay: inputs.relay.clone(),
        root: Base64UrlUnpadded::encode_string(&inputs.root),
        serial: inputs.serial,
        built_at_ms: inputs.built_at_ms,
        absence_min: inputs.absence_min,
        ages: inputs.ages.clone(),
        topics: inputs.topics.clone(),
        help: inputs.help.clone(),
    };
    let settings = serde_json::to_value(&settings).unwrap_or_default();
    // A list of pairs, for the order of the languages is meant.
    let words: Vec<String> = words
        .iter()
        .map(|(lang, words)| format!("{}:{}", literal(&lang.as_str().into()), literal(&words.json())))
        .collect();
    let fill =
        [("\"{{settings}}\"", literal(&settings)), ("\"{{words}}\"", format!("{{{}}}", words.join(",")))];
    let modules: String = MODULES.iter().map(|(name, source)| module(name, source)).collect();
    let script = fill.iter().fold(modules, |script, (mark, value)| script.replacen(mark, value, 1));
    Ok(format!("\"use strict\";(()=>{{\n{script}}})();"))
}

/// JSON that may stand inside a `script` element.
fn literal(value: &serde_json::Value) -> String {
    value.to_string().replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

/// Wraps a module into a function of its own that returns what it exports, so that names cannot clash.
fn module(name: &str, source: &str) -> String {
    let mut exports = Vec::new();
    let mut body = String::new();
    for line in source.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//")) {
        if let Some(import) = line.strip_prefix("import ") {
            let (what, from) = import.split_once(" from ").unwrap_or((import, ""));
            let from = from.trim_matches(['"', ';', '.', '/']).trim_end_matches(".js");
            let what = what.strip_prefix("* as ").unwrap_or(what);
            body.push_str(&format!("const {what} = m_{from};\n"));
            continue;
        }
        let line = match line.strip_prefix("export ") {
            Some(exported) => {
                let words = exported.split([' ', '(', '=']).filter(|word| !word.is_empty());
                exports.extend(
                    words.into_iter().find(|word| !["async", "function", "const", "class"].contains(word)),
                );
                exported
            }
            None => line,
        };
        body.push_str(line);
        body.push('\n');
    }
    format!("const m_{name} = (() => {{\n{body}return {{ {} }};\n}})();\n", exports.join(", "))
}

fn without_comments(style: &str) -> String {
    let mut parts = style.split("/*");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |out, part| out + part.split_once("*/").map_or("", |(_, rest)| rest))
}

/// Drops indentation and empty lines.
fn squeeze(text: &str) -> String {
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    lines.collect::<Vec<_>>().join("\n")
}

/// Drops what a style can do without.
fn pack(style: &str) -> String {
    let pairs = [(": ", ":"), ("; ", ";"), (", ", ","), (" {", "{"), ("{ ", "{"), (" }", "}"), (";}", "}")];
    pairs.iter().fold(squeeze(style), |style, (from, to)| style.replace(from, to))
}

fn html(
    inputs: &PageInputs,
    words: &[(String, Words)],
    policy: &str,
    style: &str,
    script: &str,
) -> Result<String, PageError> {
    let (lang, first) = &words[0];
    let minutes = inputs.absence_min.to_string();
    let args =
        BTreeMap::from([("you", "ty".to_owned()), ("phone", unbroken(&inputs.phone)), ("minutes", minutes)]);
    let say = |words: &Words, id: &str| {
        escape(&words.get(id).map(|pattern| pattern.fill(&args)).unwrap_or_default())
    };
    let call = |number: &String| {
        format!("<a class=\"call\" href=\"tel:{}\">{}</a>", tel(number).unwrap_or_default(), escape(number))
    };
    let emergency = |number: &String| {
        let id = format!("emergency-{number}");
        let what = format!(" <span class=\"what\" data-text=\"{id}\"></span>");
        format!("<li>{}{}</li>", call(number), if first.get(&id).is_some() { &what } else { "" })
    };
    let noscript =
        words.iter().map(|(lang, words)| format!("<p lang=\"{lang}\">{}</p>", say(words, "noscript")));
    let marks: BTreeMap<&str, String> = BTreeMap::from([
        ("lang", escape(lang)),
        ("policy", escape(policy)),
        ("title", escape(&inputs.title)),
        ("style", style.to_owned()),
        ("phone", call(&inputs.phone)),
        ("emergency", inputs.emergency.iter().map(emergency).collect()),
        ("noscript", noscript.collect()),
        ("fingerprint", fingerprint(&inputs.root)),
    ]);
    let (page, end) = HTML.split_once("{{script}}").unwrap_or((HTML, ""));
    let page = fill(&squeeze(page), &marks);
    let page = speak(&page, "data-text", |id| (say(first, id), Place::Content));
    let page = speak(&page, "data-label", |id| (say(first, id), Place::Attribute("aria-label")));
    let page = speak(&page, "data-hint", |id| (say(first, id), Place::Attribute("placeholder")));
    Ok(format!("{page}{script}{}\n", squeeze(end)))
}

fn fill(template: &str, marks: &BTreeMap<&str, String>) -> String {
    let mut parts = template.split("{{");
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |out, part| {
        let (mark, rest) = part.split_once("}}").unwrap_or(("", part));
        out + marks.get(mark).map_or("", String::as_str) + rest
    })
}

/// Where a text of the template belongs.
enum Place {
    Content,
    Attribute(&'static str),
}

/// Writes the texts of the first language where the template names them: there is something to read before the script.
fn speak(template: &str, attribute: &str, text: impl Fn(&str) -> (String, Place)) -> String {
    let opening = format!(" {attribute}=\"");
    let mut parts = template.split(opening.as_str());
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |out, part| {
        let (id, rest) = part.split_once('"').unwrap_or((part, ""));
        let (text, place) = text(id);
        let (tag, after) = rest.split_once('>').unwrap_or((rest, ""));
        match place {
            Place::Content => format!("{out}{opening}{id}\"{tag}>{text}{after}"),
            Place::Attribute(name) => format!("{out}{opening}{id}\" {name}=\"{text}\"{tag}>{after}"),
        }
    })
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;
    use serde_json::Value;

    fn vectors() -> Value {
        serde_json::from_str(include_str!("../sealing/vectors/protocol-vectors.json")).unwrap()
    }

    fn root() -> [u8; 65] {
        let hex = vectors()["card"]["root_pub"].as_str().unwrap().to_owned();
        let bytes: Vec<u8> =
            (0..65).map(|i| u8::from_str_radix(&hex[2 * i..2 * i + 2], 16).unwrap()).collect();
        bytes.try_into().unwrap()
    }

    fn inputs() -> PageInputs {
        PageInputs::new(root(), 7, 1_700_000_000_000)
    }

    fn text(inputs: &PageInputs) -> String {
        String::from_utf8(build(inputs).unwrap().html).unwrap()
    }

    fn between<'a>(text: &'a str, from: &str, to: &str) -> &'a str {
        text.split_once(from).unwrap().1.split_once(to).unwrap().0
    }

    #[test]
    fn the_same_inputs_give_the_same_bytes_and_others_do_not() {
        let page = build(&inputs()).unwrap();
        assert_eq!(page, build(&inputs()).unwrap());
        assert_eq!(page.sha256, <[u8; 32]>::from(Sha256::digest(&page.html)));
        for change in [
            |i: &mut PageInputs| i.serial += 1,
            |i: &mut PageInputs| i.built_at_ms += 1,
            |i: &mut PageInputs| i.phone = "116 000".to_owned(),
            |i: &mut PageInputs| i.relay = Some("wss://relay.example.org".to_owned()),
            |i: &mut PageInputs| i.languages.reverse(),
            |i: &mut PageInputs| i.root[64] ^= 1,
        ] {
            let mut other = inputs();
            change(&mut other);
            assert_ne!(page.sha256, build(&other).unwrap().sha256);
        }
    }

    #[test]
    fn the_policy_names_exactly_the_script_and_the_style_that_are_there() {
        let mut inputs = inputs();
        inputs.relay = Some("wss://relay.example.org:8443".to_owned());
        let page = build(&inputs).unwrap();
        let html = String::from_utf8(page.html).unwrap();
        let hash = |text: &str| Base64::encode_string(&Sha256::digest(text));
        assert_eq!(html.matches("<script").count(), 1);
        assert_eq!(html.matches("<style").count(), 1);
        let script = hash(between(&html, "<script>", "</script>"));
        let style = hash(between(&html, "<style>", "</style>"));
        let expected = format!(
            "default-src 'none'; script-src 'sha256-{script}'; style-src 'sha256-{style}'; connect-src 'self' \
             wss://relay.example.org:8443; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; \
             require-trusted-types-for 'script'; trusted-types 'none'"
        );
        assert_eq!(page.csp, expected);
        let meta = between(&html, "<meta http-equiv=\"Content-Security-Policy\" content=\"", "\">");
        assert_eq!(meta, expected.replace("frame-ancestors 'none'; ", ""));
    }

    #[test]
    fn nothing_on_the_page_needs_anybody_else_or_escapes_the_policy() {
        let html = text(&inputs());
        for forbidden in
            [" style=", " onclick=", "innerHTML", "outerHTML", "insertAdjacent", "document.write", "eval("]
        {
            assert!(!html.contains(forbidden), "{forbidden}");
        }
        for forbidden in
            ["localStorage", "indexedDB", "serviceWorker", "document.cookie", "fetch(", " src=", "@import"]
        {
            assert!(!html.contains(forbidden), "{forbidden}");
        }
        assert!(!html.contains("{{"), "a mark of the template is left");
        assert!(html.contains("<html lang=\"cs\">"));
        assert!(html.contains("<title>Chat</title>"));
        assert!(html.contains("href=\"tel:116111\">116 111</a>"));
        assert!(html.contains(vectors()["card"]["fingerprint"].as_str().unwrap()));
    }

    #[test]
    fn what_comes_before_the_script_fits_the_first_round_trip() {
        let html = text(&inputs());
        assert!(html.split("<script>").next().unwrap().len() <= 14 * 1024);
        assert!(html.len() <= 100 * 1024);
    }

    #[test]
    fn every_text_the_page_asks_for_exists() {
        let words = Words::parse(LOCALES[0].1).unwrap();
        let named = ["data-text", "data-late", "data-label", "data-hint"];
        for part in
            named.iter().flat_map(|name| HTML.split(&format!(" {name}=\"")).skip(1).collect::<Vec<_>>())
        {
            let id = part.split('"').next().unwrap();
            assert!(words.get(id).is_some(), "page.html asks for {id}");
        }
        let scripts = MODULES.map(|(_, source)| source).concat();
        for part in scripts.split("say(\"").skip(1) {
            let id = part.split('"').next().unwrap();
            let known =
                words.ids().any(|known| if id.ends_with('-') { known.starts_with(id) } else { known == id });
            assert!(known, "the script asks for {id}");
        }
        let calm = between(&scripts, "const CALM = [", "]");
        for state in calm.split(',').map(|state| state.trim().trim_matches('"')) {
            for part in ["title", "text"] {
                assert!(words.get(&format!("{state}-{part}")).is_some(), "{state}-{part}");
            }
        }
    }

    #[test]
    fn hostile_inputs_stay_inputs() {
        let mut inputs = inputs();
        inputs.title = "</title><script>".to_owned();
        let words = Words::parse(&LOCALES[1].1.replace("Odeslat", "</script><b>&\u{2028}")).unwrap();
        inputs.texts = vec![("cs".to_owned(), words)];
        let place = HelpPlace {
            name: BTreeMap::from([("cs".to_owned(), "</script>".to_owned())]),
            what: BTreeMap::new(),
            url: None,
            phone: None,
            hours: BTreeMap::new(),
            langs: Vec::new(),
        };
        inputs.help.push(place);
        let html = text(&inputs);
        assert_eq!(html.matches("<script").count(), 1);
        assert_eq!(html.matches("</script").count(), 1);
        assert!(html.contains("&lt;/script&gt;&lt;b&gt;&amp;"));
        assert!(!html.contains("\u{2028}") || html.contains("\\u2028"));
    }

    #[test]
    fn inputs_that_would_break_a_promise_are_refused() {
        let exit = |url: &str| PageInputs { exit_url: url.to_owned(), ..inputs() };
        let relay = |url: &str| PageInputs { relay: Some(url.to_owned()), ..inputs() };
        let phone = |phone: &str| PageInputs { phone: phone.to_owned(), ..inputs() };
        for (case, refused) in [
            ("a script as exit", exit("javascript:alert(1)")),
            ("an open network", exit("http://www.example.org/")),
            ("a relay that adds to the policy", relay("wss://a; script-src *")),
            ("a relay with a path", relay("wss://a/b")),
            ("no relay", relay("wss://")),
            ("not a websocket", relay("https://a")),
            ("no number", phone("")),
            ("letters in a number", phone("116 CALL")),
            ("no title", PageInputs { title: " ".to_owned(), ..inputs() }),
            ("a language out of its quotes", PageInputs { languages: vec!["c\"s".to_owned()], ..inputs() }),
        ] {
            assert!(matches!(build(&refused), Err(PageError::Setting { .. })), "{case}");
        }
        assert_eq!(build(&PageInputs { languages: vec![], ..inputs() }), Err(PageError::NoLanguage));
        let unknown = PageInputs { languages: vec!["uk".to_owned()], ..inputs() };
        assert_eq!(build(&unknown), Err(PageError::UnknownLanguage("uk".to_owned())));
        let topic = PageInputs { topics: vec!["weather".to_owned()], ..inputs() };
        let missing = PageError::MissingText { lang: "cs".to_owned(), id: "topic-weather".to_owned() };
        assert_eq!(build(&topic), Err(missing));
    }

    #[test]
    fn a_language_that_is_half_there_is_refused() {
        let third = |text: &str| {
            let texts = vec![("uk".to_owned(), Words::parse(text).unwrap())];
            PageInputs { languages: vec!["cs".to_owned(), "uk".to_owned()], texts, ..inputs() }
        };
        let whole = LOCALES[0].1.replace("= English", "= Українська");
        assert!(text(&third(&whole)).contains("Українська"));
        let half = whole.replace("page-send = Send\n", "");
        let missing = PageError::MissingText { lang: "uk".to_owned(), id: "send".to_owned() };
        assert_eq!(build(&third(&half)), Err(missing));
        let unknown = PageError::UnknownText { lang: "uk".to_owned(), id: "sned".to_owned() };
        assert_eq!(build(&third(&(half + "page-send = x\npage-sned = y\n"))), Err(unknown));
    }

    /// The draft that comes with opora is no language of its own accord: a line copies it, has it read, and switches it on.
    #[test]
    fn a_third_language_is_one_file_a_draft_and_off() {
        assert!(!text(&inputs()).contains("Українська"));
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("uk.ftl"), include_str!("../../locales/drafts/uk.ftl")).unwrap();
        let own = own::Own::read(Some(folder.path())).unwrap();
        assert_eq!(own.drafts, ["uk"]);
        let languages = ["cs", "en", "uk"].map(str::to_owned).to_vec();
        let page = text(&PageInputs { languages, texts: own.texts, ..inputs() });
        assert!(page.contains("Українська (чернетка)"), "who chooses it is told that it is a draft");
    }

    #[test]
    fn modules_keep_their_names_to_themselves() {
        let joined = module(
            "b",
            "// why\nimport { x } from \"./a.js\";\nexport const y = 1;\n  export async function z() {}\n",
        );
        let expected = "const m_b = (() => {\nconst { x } = m_a;\nconst y = 1;\nasync function z() {}\nreturn { y, z };\n})();\n";
        assert_eq!(joined, expected);
    }
}
