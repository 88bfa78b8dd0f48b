//! Joins the child's page out of `web/` and `locales/` into one self-contained file: the same bytes from the same
//! inputs, so that its hash can be printed, published and compared. The relay serves it, or anybody else does.
//!
//! It reads no clock, no file and no random number; all that differs between two lines comes in with [`PageInputs`].
//! What may fail is an input that the page could not keep its promises with, or a text that is missing.

pub mod check;
mod help;
mod inputs;
pub mod own;
pub mod press;
mod script;
mod template;
pub mod words;

use base64ct::{Base64, Encoding as _};
use sha2::{Digest as _, Sha256};
use words::Words;

pub use help::places;
pub use inputs::{HelpPlace, PageError, PageInputs};

/// The languages that come with opora. The first is the one every other must be as complete as.
const LOCALES: [(&str, &str); 2] =
    [("en", include_str!("../../locales/en/page.ftl")), ("cs", include_str!("../../locales/cs/page.ftl"))];

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

/// Builds the page.
pub fn build(inputs: &PageInputs) -> Result<BuiltPage, PageError> {
    inputs::check(inputs)?;
    let words = texts(inputs)?;
    let style = template::style();
    let script = script::joined(inputs, &words);
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
    let html = template::filled(inputs, &words, &policy(""), &style, &script).into_bytes();
    Ok(BuiltPage { sha256: Sha256::digest(&html).into(), csp: policy("frame-ancestors 'none'; "), html })
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

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::script::MODULES;
    use super::template::HTML;
    use super::*;
    use serde_json::Value;
    use std::collections::BTreeMap;

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
        assert!(html.len() <= 104 * 1024, "{}", html.len());
    }

    #[test]
    fn what_we_keep_can_be_read_without_the_script() {
        let html = text(&inputs());
        let mute = html.split_once("</script>").unwrap().1;
        let mute = between(mute, "<noscript>", "</noscript>");
        for (lang, source) in LOCALES {
            let words = Words::parse(source).unwrap();
            let opening = format!("<details lang=\"{lang}\">");
            let part = between(mute, &opening, "</details>");
            assert_eq!(part.matches("<li>").count(), 7, "{lang}");
            let last = words.get("keep-7").unwrap().fill(&BTreeMap::new());
            assert!(part.contains(&last), "{lang}: {last}");
        }
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
        let joined = script::module(
            "b",
            "// why\nimport { x } from \"./a.js\";\nexport const y = 1;\n  export async function z() {}\n",
        );
        let expected = "const m_b = (() => {\nconst { x } = m_a;\nconst y = 1;\nasync function z() {}\nreturn { y, z };\n})();\n";
        assert_eq!(joined, expected);
    }
}
