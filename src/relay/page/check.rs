//! Is a page that somebody serves the one that opora builds? A page names all its inputs; so whoever has it builds it
//! again from them and compares the bytes: then its script, style and texts are this program's own, and only the inputs
//! are left to be looked at. A page of another version differs, and so does one that was altered.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use sha2::{Digest as _, Sha256};

use serde_json::{Map, Value};

use super::script::{MODULES, Settings};
use super::words::Words;
use super::{PageInputs, build, shipped};

/// What a page turned out to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Checked {
    /// Byte for byte what this program builds of the inputs it names.
    Same(Box<PageInputs>),
    /// It names inputs, and is not what this program builds of them.
    Differs(Box<PageInputs>, Part),
    /// Not a page of opora, or of a version that names its inputs otherwise.
    Foreign,
}

/// Where a page differs first, by weight: the script can do everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Part {
    Script,
    Style,
    Text,
}

/// An input that is not what was meant: its name, what the page has, what it should have.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "as said above")]
pub struct Difference {
    pub setting: &'static str,
    pub page: String,
    pub meant: String,
}

/// Looks at a page.
pub fn check(html: &[u8]) -> Checked {
    let Some(inputs) = inputs(html) else { return Checked::Foreign };
    let Ok(built) = build(&inputs) else { return Checked::Foreign };
    if built.html == html {
        return Checked::Same(Box::new(inputs));
    }
    let (served, built) = (String::from_utf8_lossy(html), String::from_utf8_lossy(&built.html));
    let is_other = |tag: &str| parts(&served, tag) != parts(&built, tag);
    let part = match () {
        () if is_other("script") => Part::Script,
        () if is_other("style") => Part::Style,
        () => Part::Text,
    };
    Checked::Differs(Box::new(inputs), part)
}

/// Returns the inputs that are not what was meant. A newer card than the one that was meant is none: the page was built
/// after a rotation.
pub fn differences(page: &PageInputs, meant: &PageInputs) -> Vec<Difference> {
    let list = |list: &[String]| list.join(", ");
    let help = |inputs: &PageInputs| {
        let places = inputs.help.iter().map(|place| {
            let parts = [place.name.values().next(), place.phone.as_ref(), place.url.as_ref()];
            parts.into_iter().flatten().cloned().collect::<Vec<_>>().join(" ")
        });
        places.collect::<Vec<_>>().join(", ")
    };
    let relay = |inputs: &PageInputs| inputs.relay.clone().unwrap_or_else(|| "–".to_owned());
    let phone = |inputs: &PageInputs| inputs.phone.replace('\u{a0}', " ");
    // Only that they are others can be said in a line: each own language by a few letters of its hash.
    let texts = |inputs: &PageInputs| {
        let used = inputs.texts.iter().filter(|(lang, _)| inputs.languages.contains(lang));
        let used = used.filter(|(lang, words)| !shipped(lang).is_ok_and(|ours| ours.json() == words.json()));
        let named = used.map(|(lang, words)| {
            let hash = Sha256::digest(words.json().to_string());
            format!("{lang} {:02x}{:02x}{:02x}{:02x}", hash[0], hash[1], hash[2], hash[3])
        });
        let named: Vec<String> = named.collect();
        if named.is_empty() { "–".to_owned() } else { named.join(", ") }
    };
    let least = page.serial.min(meant.serial);
    let all = [
        (
            "root",
            crate::sealing::card::fingerprint(&page.root),
            crate::sealing::card::fingerprint(&meant.root),
        ),
        ("relay", relay(page), relay(meant)),
        ("serial", least.to_string(), meant.serial.to_string()),
        ("phone", phone(page), phone(meant)),
        ("emergency", list(&page.emergency), list(&meant.emergency)),
        ("exit_url", page.exit_url.clone(), meant.exit_url.clone()),
        ("title", page.title.clone(), meant.title.clone()),
        ("languages", list(&page.languages), list(&meant.languages)),
        ("ages", list(&page.ages), list(&meant.ages)),
        ("topics", list(&page.topics), list(&meant.topics)),
        ("absence", page.absence_min.to_string(), meant.absence_min.to_string()),
        ("help", help(page), help(meant)),
        ("texts", texts(page), texts(meant)),
    ];
    let other = all.into_iter().filter(|(_, page, meant)| page != meant);
    other.map(|(setting, page, meant)| Difference { setting, page, meant }).collect()
}

/// Reads the inputs that a page names.
fn inputs(html: &[u8]) -> Option<PageInputs> {
    let text = std::str::from_utf8(html).ok()?;
    let (_, source) = MODULES.iter().find(|(name, _)| *name == "page")?;
    let before = source.split_once("\"{{settings}}\"")?.0.lines().next_back()?.trim_start();
    let (_, rest) = text.split_once(before)?;
    let settings = serde_json::Deserializer::from_str(rest).into_iter::<Settings>().next()?.ok()?;
    let texts = texts(text, source)?;
    Some(PageInputs {
        title: settings.title,
        phone: settings.phone.replace('\u{a0}', " "),
        emergency: settings.emergency,
        exit_url: settings.exit,
        languages: settings.languages,
        texts,
        ages: settings.ages,
        topics: settings.topics,
        help: settings.help,
        relay: settings.relay,
        root: Base64UrlUnpadded::decode_vec(&settings.root).ok()?.try_into().ok()?,
        serial: settings.serial,
        built_at_ms: settings.built_at_ms,
        absence_min: settings.absence_min,
    })
}

/// Reads the texts that are not those which come with opora: a line's own.
fn texts(page: &str, source: &str) -> Option<Vec<(String, Words)>> {
    let before = source.split_once("\"{{words}}\"")?.0.lines().next_back()?.trim_start();
    let (_, rest) = page.split_once(before)?;
    let words = serde_json::Deserializer::from_str(rest).into_iter::<Map<String, Value>>().next()?.ok()?;
    let is_own = |lang: &str, words: &Value| {
        shipped(lang).is_err() || shipped(lang).is_ok_and(|own| own.json() != *words)
    };
    let own = words.iter().filter(|(lang, words)| is_own(lang, words));
    own.map(|(lang, words)| Some((lang.clone(), Words::from_json(words)?))).collect()
}

/// Returns what stands between the tags of an element, each time.
fn parts<'a>(html: &'a str, tag: &str) -> Vec<&'a str> {
    let (from, to) = (format!("<{tag}"), format!("</{tag}>"));
    html.split(from.as_str()).skip(1).map(|rest| rest.split(to.as_str()).next().unwrap_or(rest)).collect()
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use std::collections::BTreeMap;

    use super::super::HelpPlace;
    use super::*;
    use crate::sealing::card::crockford;

    fn page() -> PageInputs {
        let mut root = [0x11; 65];
        root[0] = 4;
        let mut inputs = PageInputs::new(root, 7, 1_700_000_000_000);
        inputs.relay = Some("wss://relay.example.org".to_owned());
        inputs.help.push(HelpPlace {
            name: BTreeMap::from([("cs".to_owned(), "Linka bezpečí".to_owned())]),
            what: BTreeMap::from([("cs".to_owned(), "s čímkoli".to_owned())]),
            url: Some("https://www.linkabezpeci.cz".to_owned()),
            phone: Some("116 111".to_owned()),
            hours: BTreeMap::new(),
            langs: vec!["cs".to_owned()],
        });
        inputs
    }

    #[test]
    fn a_page_is_built_again_from_what_it_names() {
        let html = build(&page()).unwrap().html;
        assert_eq!(check(&html), Checked::Same(Box::new(page())));
        assert_eq!(differences(&page(), &page()), []);
    }

    #[test]
    fn what_was_altered_is_found_and_named() {
        let html = String::from_utf8(build(&page()).unwrap().html).unwrap();
        for (case, altered, part) in [
            (
                "a word more in the script",
                html.replacen("\"use strict\";", "\"use strict\"; ", 1),
                Part::Script,
            ),
            ("a second script", html.replacen("</body>", "<script>1</script></body>", 1), Part::Script),
            ("a style", html.replacen("<style>", "<style>a{}", 1), Part::Style),
            ("a text", html.replacen("</body>", "<p>x</p></body>", 1), Part::Text),
        ] {
            assert_ne!(altered, html, "{case}");
            let Checked::Differs(inputs, found) = check(altered.as_bytes()) else { unreachable!("{case}") };
            assert_eq!((*inputs, found), (page(), part), "{case}");
        }
        for foreign in [&b"<html>another page"[..], b"", b"\xff\xfe", &html.as_bytes()[..html.len() / 2]] {
            assert!(!matches!(check(foreign), Checked::Same(_)));
        }
        assert_eq!(check(b"<html>another page"), Checked::Foreign);
    }

    #[test]
    fn texts_of_the_line_s_own_are_read_out_of_the_page_and_named() {
        let words = |send: &str| {
            let text =
                super::super::LOCALES[1].1.replace("page-send = Odeslat", &format!("page-send = {send}"));
            Words::parse(&text).unwrap()
        };
        let mut own = page();
        own.texts = vec![("cs".to_owned(), words("Poslat <b>"))];
        let html = build(&own).unwrap().html;
        let Checked::Same(named) = check(&html) else { unreachable!("it is opora's own code") };
        assert_eq!(named.texts[0].1.json(), own.texts[0].1.json());
        let found: Vec<_> = differences(&named, &page()).into_iter().map(|other| other.setting).collect();
        assert_eq!(found, ["texts"]);
        assert_eq!(differences(&named, &own), []);
        own.texts[0].1 = words("Odeslat");
        assert_eq!(
            check(&build(&own).unwrap().html),
            Checked::Same(Box::new(page())),
            "the same words are no own ones"
        );
    }

    #[test]
    fn inputs_that_are_not_meant_are_named_one_by_one() {
        let mut other = page();
        other.root[1] ^= 1;
        (other.exit_url, other.serial) = ("https://evil.example/".to_owned(), 8);
        other.help[0].phone = Some("900 000 000".to_owned());
        let html = build(&other).unwrap().html;
        let Checked::Same(named) = check(&html) else { unreachable!("it is opora's own code") };
        let found: Vec<_> = differences(&named, &page()).into_iter().map(|other| other.setting).collect();
        assert_eq!(found, ["root", "exit_url", "help"], "a newer serial is none");
        let older: Vec<_> = differences(&page(), &other).into_iter().map(|other| other.setting).collect();
        assert!(older.contains(&"serial"));
        assert!(
            crockford::read(&differences(&named, &page())[0].page).is_some(),
            "the root by its fingerprint"
        );
    }
}
