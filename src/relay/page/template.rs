//! Fills `page.html` and packs `page.css`: what stands on the page before the script runs, and where it never does.

use std::collections::BTreeMap;

use sha2::{Digest as _, Sha256};

use super::inputs::{PageInputs, tel, unbroken};
use super::words::Words;

pub(super) const HTML: &str = include_str!("../../../web/page.html");

const STYLE: &str = include_str!("../../../web/page.css");

pub(super) fn filled(
    inputs: &PageInputs,
    words: &[(String, Words)],
    policy: &str,
    style: &str,
    script: &str,
) -> String {
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
    // What we keep, for whom no script opens it: behind the script, as nobody else waits for it.
    let keep = |lang: &String, words: &Words| {
        let lines = (1..).map(|n| say(words, &format!("keep-{n}"))).take_while(|line| !line.is_empty());
        let lines: String = lines.map(|line| format!("<li>{line}</li>")).collect();
        let title = say(words, "keep-title");
        format!("<details lang=\"{lang}\"><summary>{title}</summary><ul>{lines}</ul></details>")
    };
    let marks: BTreeMap<&str, String> = BTreeMap::from([
        ("lang", escape(lang)),
        ("policy", escape(policy)),
        ("title", escape(&inputs.title)),
        ("style", style.to_owned()),
        ("phone", call(&inputs.phone)),
        ("emergency", inputs.emergency.iter().map(emergency).collect()),
        ("noscript", noscript.collect()),
        ("keep", words.iter().map(|(lang, words)| keep(lang, words)).collect()),
        ("fingerprint", fingerprint(&inputs.root)),
    ]);
    let (page, end) = HTML.split_once("{{script}}").unwrap_or((HTML, ""));
    let page = fill(&squeeze(page), &marks);
    let page = speak(&page, "data-text", |id| (say(first, id), Place::Content));
    let page = speak(&page, "data-label", |id| (say(first, id), Place::Attribute("aria-label")));
    let page = speak(&page, "data-hint", |id| (say(first, id), Place::Attribute("placeholder")));
    format!("{page}{script}{}\n", fill(&squeeze(end), &marks))
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

/// Returns the style as it stands on the page.
pub(super) fn style() -> String {
    pack(&without_comments(STYLE))
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
