//! Joins the script's modules into one, with the settings and the texts it was built with.

use base64ct::{Base64UrlUnpadded, Encoding as _};
use serde::{Deserialize, Serialize};

use super::inputs::{HelpPlace, PageInputs, unbroken};
use super::words::Words;

/// The script's modules, each after those it imports.
pub(super) const MODULES: [(&str, &str); 8] = [
    ("seal", include_str!("../../../web/seal.js")),
    ("log", include_str!("../../../web/log.js")),
    ("link", include_str!("../../../web/link.js")),
    ("keys", include_str!("../../../web/keys.js")),
    ("words", include_str!("../../../web/words.js")),
    ("sentences", include_str!("../../../web/sentences.js")),
    ("view", include_str!("../../../web/view.js")),
    ("page", include_str!("../../../web/page.js")),
];

/// What the script is told: all inputs, so that whoever has the page can build it again and compare.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Settings {
    pub(super) title: String,
    pub(super) phone: String,
    pub(super) emergency: Vec<String>,
    pub(super) exit: String,
    pub(super) languages: Vec<String>,
    pub(super) relay: Option<String>,
    pub(super) root: String,
    pub(super) serial: u64,
    pub(super) built_at_ms: u64,
    pub(super) absence_min: u32,
    pub(super) ages: Vec<String>,
    pub(super) topics: Vec<String>,
    pub(super) help: Vec<HelpPlace>,
}

pub(super) fn joined(inputs: &PageInputs, words: &[(String, Words)]) -> String {
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
    format!("\"use strict\";(()=>{{\n{script}}})();")
}

/// JSON that may stand inside a `script` element.
fn literal(value: &serde_json::Value) -> String {
    value.to_string().replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029")
}

/// Wraps a module into a function of its own that returns what it exports, so that names cannot clash.
pub(super) fn module(name: &str, source: &str) -> String {
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
