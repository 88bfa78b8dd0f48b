//! Holds the arrows of `docs/src/design/architecture.md`: which part may know which, and which files stay pure.
#![allow(clippy::panic, reason = "a test says no by panicking")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use regex::Regex;

/// What each part may name directly; what those may name, it may too, save for the relay.
const MAY_USE: &[(&str, &[&str])] = &[
    ("conversation", &[]),
    ("taxonomy", &[]),
    ("locale", &[]),
    ("config", &[]),
    ("segment", &[]),
    ("protocol", &["conversation"]),
    ("sealing", &["conversation"]),
    ("journal", &["conversation", "segment"]),
    ("client", &["protocol", "sealing"]),
    ("drill", &["client"]),
    ("vault", &["sealing"]),
    ("casebook", &["vault", "segment", "taxonomy"]),
    ("relay", &["protocol", "journal", "conversation", "segment"]),
    ("anonymise", &["taxonomy"]),
    ("report", &["casebook", "anonymise"]),
    ("console", &["client", "casebook", "report"]),
    ("cli", &["console", "drill", "relay", "report"]),
];

/// Known to all, and knowing nobody.
const KNOWN_TO_ALL: [&str; 3] = ["taxonomy", "locale", "config"];

/// The only rooms of `sealing` that the relay may enter: it checks signatures and opens nothing.
const RELAY_SEALING: [&str; 2] = ["identity", "card"];

/// Files and folders without I/O, async, clock or randomness of their own.
const PURE: &[&str] = &[
    "conversation",
    "protocol",
    "sealing",
    "taxonomy",
    "anonymise",
    "relay/switchboard",
    "client/link",
    "client/desk",
    "client/child",
    "client/reader",
    "console/model",
    "console/screen",
    "console/widget",
];

fn sources(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            found.extend(sources(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// The file's code without its tests: tests may use anything.
fn code(path: &Path) -> String {
    let text = fs::read_to_string(path).expect("readable source");
    let end = text.find("#[cfg(test)]\nmod ").unwrap_or(text.len());
    let comments = Regex::new(r"(?m)//.*$").expect("a pattern");
    comments.replace_all(&text[..end], "").into_owned()
}

fn part_of(path: &Path) -> String {
    let inside = path.strip_prefix("src").expect("below src");
    let first = inside.iter().next().expect("a name").to_str().expect("UTF-8");
    first.trim_end_matches(".rs").to_owned()
}

fn allowed(part: &str) -> BTreeSet<&'static str> {
    let table: BTreeMap<_, _> = MAY_USE.iter().copied().collect();
    let mut open: Vec<&str> =
        table.get(part).unwrap_or_else(|| panic!("{part} is not in the table")).to_vec();
    let mut found: BTreeSet<&'static str> = KNOWN_TO_ALL.into();
    while let Some(next) = open.pop() {
        let (name, uses) = MAY_USE.iter().find(|(name, _)| *name == next).expect("in the table");
        if found.insert(name) {
            open.extend(uses.iter());
        }
    }
    found
}

#[test]
fn dependencies_point_one_way() {
    let named = Regex::new(r"crate::(?:\{([^}]*)\}|(\w+))").expect("a pattern");
    let mut wrong = Vec::new();
    for path in sources(Path::new("src")) {
        let part = part_of(&path);
        if ["lib", "main"].contains(&part.as_str()) {
            continue;
        }
        let allowed = allowed(&part);
        for found in named.captures_iter(&code(&path)) {
            let names = found.get(1).or(found.get(2)).expect("one of them").as_str();
            for name in names.split(',').map(|name| name.split("::").next().unwrap_or(name).trim()) {
                let is_part = MAY_USE.iter().any(|(part, _)| *part == name);
                let sealing = part == "relay" && name == "sealing";
                if is_part && name != part && !allowed.contains(name) && !sealing {
                    wrong.push(format!("{}: {part} names {name}", path.display()));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_dependency_is_used() {
    let manifest = fs::read_to_string("Cargo.toml").expect("a manifest");
    let manifest: toml::Table = manifest.parse().expect("TOML");
    let code: String = sources(Path::new("src")).iter().map(|path| code(path)).collect();
    let names = manifest["dependencies"].as_table().expect("dependencies").keys();
    let unused: Vec<_> = names.filter(|name| !code.contains(&name.replace('-', "_"))).collect();
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn the_relay_cannot_name_what_opens_a_body() {
    let room = Regex::new(r"crate::sealing(?:::(?:\{([^}]*)\}|(\w+)))?").expect("a pattern");
    for path in sources(Path::new("src")).iter().filter(|path| part_of(path) == "relay") {
        for found in room.captures_iter(&code(path)) {
            let names = found.get(1).or(found.get(2)).map_or("everything", |names| names.as_str());
            for name in names.split(',').map(str::trim) {
                let name = name.split("::").next().unwrap_or(name);
                assert!(RELAY_SEALING.contains(&name), "{} names sealing::{name}", path.display());
            }
        }
    }
}

#[test]
fn pure_files_do_no_io_and_ask_no_clock() {
    let forbidden = Regex::new(
        r"\b(tokio|sled|rand)::|\bstd::(fs|net|env|thread)\b|\b(Instant|SystemTime|Timestamp|Zoned)::now\(",
    )
    .expect("a pattern");
    let mut wrong = Vec::new();
    for path in sources(Path::new("src")) {
        let inside = path.strip_prefix("src").expect("below src").with_extension("");
        let is_test = inside.iter().any(|part| part == "tests");
        if !is_test && PURE.iter().any(|pure| inside.starts_with(pure)) {
            for found in forbidden.find_iter(&code(&path)) {
                wrong.push(format!("{}: {}", path.display(), found.as_str()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
