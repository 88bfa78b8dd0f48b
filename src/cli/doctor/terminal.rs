//! The terminal: its size, its colours, its name, and whether letters beyond ASCII arrive.

use std::io::IsTerminal as _;

use super::{Area, Found, Mark, said};
use crate::locale::Locale;

/// The least size with which the console works, and the one from which it leaves nothing out.
const LEAST: (u16, u16) = (40, 10);
const WHOLE: (u16, u16) = (80, 24);

/// What is known of a terminal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Columns and rows; none if this is no terminal.
    pub size: Option<(u16, u16)>,
    /// `TERM`.
    pub term: String,
    /// How many colours it says it has.
    pub colours: u64,
    /// The language in which the system writes, such as `cs_CZ.UTF-8`.
    pub lang: String,
}

impl Facts {
    /// Asks the system.
    pub fn gather() -> Self {
        let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let size = std::io::stdout().is_terminal().then(|| crossterm::terminal::size().ok()).flatten();
        let colours = match supports_color::on(supports_color::Stream::Stdout) {
            Some(level) if level.has_16m => 16_000_000,
            Some(level) if level.has_256 => 256,
            Some(_) => 16,
            None => 0,
        };
        let lang = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(variable);
        Self {
            size,
            term: variable("TERM").unwrap_or_else(|| "–".to_owned()),
            colours,
            lang: lang.unwrap_or_else(|| "C".to_owned()),
        }
    }
}

/// Says what is good of it and what is not.
pub fn look(facts: &Facts, locale: &Locale) -> Vec<Found> {
    let found = |mark, text| Found::new(mark, Area::Terminal, text);
    let Some((columns, rows)) = facts.size else {
        return vec![found(Mark::Look, locale.say("doctor-terminal-none"))];
    };
    let (mark, id) = match () {
        () if columns < LEAST.0 || rows < LEAST.1 => (Mark::Trouble, "doctor-terminal-tiny"),
        () if columns < WHOLE.0 || rows < WHOLE.1 => (Mark::Look, "doctor-terminal-small"),
        () => (Mark::Ok, "doctor-terminal-size"),
    };
    let least = format!("{}x{}", LEAST.0, LEAST.1);
    let (columns, rows) = (columns.to_string(), rows.to_string());
    let size = said(locale, id, &[("columns", &columns), ("rows", &rows), ("least", &least)]);
    let mut all = vec![found(mark, size)];
    if matches!(facts.term.as_str(), "dumb" | "–" | "unknown") {
        all.push(found(Mark::Look, said(locale, "doctor-terminal-no-term", &[("term", &facts.term)])));
    }
    let colours = locale.say_with("doctor-terminal-colours", &[("count", facts.colours.into())]);
    all.push(found(Mark::Ok, colours));
    let lang = facts.lang.to_ascii_lowercase().replace('-', "");
    let (mark, id) = match lang.contains("utf8") {
        true => (Mark::Ok, "doctor-terminal-unicode"),
        false => (Mark::Look, "doctor-terminal-no-unicode"),
    };
    all.push(found(mark, said(locale, id, &[("lang", &facts.lang)])));
    all
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Lang;

    #[test]
    fn a_terminal_is_judged_by_what_it_can() {
        let good = Facts {
            size: Some((160, 45)),
            term: "xterm-256color".to_owned(),
            colours: 256,
            lang: "cs_CZ.UTF-8".to_owned(),
        };
        for (case, facts, worst) in [
            ("good", good.clone(), Mark::Ok),
            ("no colours are no trouble", Facts { colours: 0, ..good.clone() }, Mark::Ok),
            ("small", Facts { size: Some((80, 23)), ..good.clone() }, Mark::Look),
            ("tiny", Facts { size: Some((39, 45)), ..good.clone() }, Mark::Trouble),
            ("no terminal", Facts { size: None, ..good.clone() }, Mark::Look),
            ("dumb", Facts { term: "dumb".to_owned(), ..good.clone() }, Mark::Look),
            ("another alphabet", Facts { lang: "cs_CZ.ISO-8859-2".to_owned(), ..good.clone() }, Mark::Look),
            ("utf8 without a hyphen", Facts { lang: "C.utf8".to_owned(), ..good }, Mark::Ok),
        ] {
            for lang in [Lang::En, Lang::Cs] {
                let found = look(&facts, &Locale::new(lang));
                assert_eq!(found.iter().map(|found| found.mark).max(), Some(worst), "{case}: {found:?}");
            }
        }
    }
}
