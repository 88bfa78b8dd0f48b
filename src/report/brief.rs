//! The brief for a youth panel or an advisory board: one page without script, made of public releases of Insafe's quarter
//! and of nothing else. What a release hides is missing here too, and said to be.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::page::escape;
use crate::locale::{Locale, Value};

/// How many topics the page shows.
const TOPICS: usize = 8;

/// Why no brief can be made of a release.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BriefError {
    /// It is not the form of a release.
    #[error("not a release")]
    Damaged,
    /// It is for partners, or no quarter of Insafe's table.
    #[error("not a public release of Insafe's quarter")]
    NotPublic,
}

/// A public release of a quarter, as read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quarter {
    /// The quarter, such as `2026-Q3`.
    pub period: String,
    id: String,
    /// Label and count by section and code; a hidden count is none.
    lines: BTreeMap<(String, String), (String, Option<u64>)>,
}

#[derive(Deserialize)]
struct Manifest {
    id: String,
    table: String,
    period: String,
    class: String,
}

#[derive(Deserialize)]
struct Line {
    section: String,
    code: String,
    label: String,
    count: String,
}

impl Quarter {
    /// Reads a release from its `release.json` and its `insafe_quarter.json`.
    ///
    /// # Errors
    /// Fails if it is not one, or not for the public.
    pub fn read(manifest: &str, table: &str) -> Result<Self, BriefError> {
        let manifest: Manifest = serde_json::from_str(manifest).map_err(|_| BriefError::Damaged)?;
        if manifest.class != "public" || manifest.table != "insafe" {
            return Err(BriefError::NotPublic);
        }
        let lines: Vec<Line> = serde_json::from_str(table).map_err(|_| BriefError::Damaged)?;
        let line = |line: Line| ((line.section, line.code), (line.label, line.count.parse().ok()));
        Ok(Self { period: manifest.period, id: manifest.id, lines: lines.into_iter().map(line).collect() })
    }

    fn count(&self, section: &str, code: &str) -> Option<u64> {
        self.lines.get(&(section.to_owned(), code.to_owned())).and_then(|(_, count)| *count)
    }

    /// Returns code, label and count of a section's lines that are shown and not empty, the largest first.
    fn section(&self, section: &str) -> Vec<(&str, &str, u64)> {
        let own = self.lines.iter().filter(|((name, _), _)| name == section);
        let mut shown: Vec<_> = own
            .filter_map(|((_, code), (label, count))| Some((code.as_str(), label.as_str(), (*count)?)))
            .filter(|(.., count)| *count > 0)
            .collect();
        shown.sort_by_key(|(code, _, count)| (std::cmp::Reverse(*count), code.to_owned()));
        shown
    }

    fn hidden(&self) -> usize {
        self.lines.values().filter(|(_, count)| count.is_none()).count()
    }
}

/// Returns what a code is called in the language of the page; a release may have been made in another.
fn named(locale: &Locale, section: &str, code: &str) -> Option<String> {
    let group = if section == "topic" { "insafe" } else { section };
    locale.try_say(&format!("{group}-{}", code.replace('.', "-")), &[])
}

/// Makes the page of the newest of some quarters, with the one before it beside it.
pub fn page(quarters: &[Quarter], locale: &Locale) -> Option<String> {
    let mut sorted: Vec<&Quarter> = quarters.iter().collect();
    sorted.sort_by(|one, other| one.period.cmp(&other.period));
    let (&newest, older) = sorted.split_last()?;
    let before = older.iter().rev().find(|quarter| quarter.period != newest.period).copied();
    let say = |id: &str, values: &[(&str, Value<'_>)]| escape(&locale.say_with(id, values));
    let period = [("period", newest.period.as_str().into())];
    let mut body = format!("<h1>{}</h1>\n", say("brief-title", &period));
    let all = newest.count("total", "all");
    body.push_str(&match all {
        Some(all) => format!("<p class=\"lead\">{}</p>\n", say("brief-all", &[("count", all.into())])),
        None => format!("<p class=\"lead\">{}</p>\n", say("brief-all-hidden", &[])),
    });
    let sections = [("topic", TOPICS), ("age", TOPICS), ("gender", TOPICS), ("where", TOPICS)];
    for (section, most) in sections {
        let lines = newest.section(section);
        if lines.is_empty() {
            continue;
        }
        body.push_str(&format!("<h2>{}</h2>\n<table>\n", say(&format!("brief-{section}"), &[])));
        let largest = lines.first().map_or(1, |(.., count)| *count).max(1);
        for (code, label, count) in lines.into_iter().take(most) {
            let change = match before.map(|before| before.count(section, code)) {
                Some(Some(then)) if then < count => say("brief-more", &[("then", then.into())]),
                Some(Some(then)) if then > count => say("brief-fewer", &[("then", then.into())]),
                Some(Some(_)) => say("brief-same", &[]),
                Some(None) => say("brief-unknown", &[]),
                None => String::new(),
            };
            let width = count * 100 / largest;
            body.push_str(&format!(
                "<tr><th scope=\"row\">{}</th><td class=\"n\">{count}</td><td class=\"bar\"><span \
                 style=\"width:{width}%\"></span></td><td class=\"change\">{change}</td></tr>\n",
                escape(&named(locale, section, code).unwrap_or_else(|| label.to_owned())),
            ));
        }
        body.push_str("</table>\n");
    }
    body.push_str(&format!("<h2>{}</h2>\n<ul>\n", say("brief-reading", &[])));
    let hidden = newest.hidden() as u64;
    let mut ids = vec!["brief-rounded", "brief-hidden", "brief-callers"];
    if before.is_some() {
        ids.push("brief-change");
    }
    let then = before.map_or("", |before| before.period.as_str());
    let values = [("hidden", hidden.into()), ("before", then.into())];
    ids.into_iter().for_each(|id| body.push_str(&format!("<li>{}</li>\n", say(id, &values))));
    let used = [Some(newest), before].into_iter().flatten();
    let sources = used.map(|quarter| escape(&quarter.id)).collect::<Vec<_>>().join(", ");
    body.push_str(&format!(
        "</ul>\n<h2>{}</h2>\n<ol>\n<li>{}</li>\n<li>{}</li>\n<li>{}</li>\n</ol>\n<p class=\"source\">{} {sources}</p>\n",
        say("brief-questions", &[]),
        say("brief-question-one", &[]),
        say("brief-question-two", &[]),
        say("brief-question-three", &[]),
        say("brief-source", &[]),
    ));
    Some(format!(
        "<!doctype html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" \
         content=\"width=device-width, initial-scale=1\">\n<title>{}</title>\n<style>{STYLE}</style>\n</head>\n\
         <body>\n{body}</body>\n</html>\n",
        locale.lang().code(),
        say("brief-title", &period),
    ))
}

const STYLE: &str = "body{font:1.05rem/1.5 system-ui,sans-serif;max-width:44rem;margin:1.5rem auto;padding:0 1rem;\
color:#1a1a1a;background:#fff}h1{font-size:1.7rem;line-height:1.2}h2{font-size:1.15rem;margin:1.1rem 0 .2rem}\
.lead{font-size:1.2rem}table{border-collapse:collapse;width:100%}th{text-align:left;font-weight:400;width:42%}\
th,td{padding:.1rem .5rem .1rem 0;vertical-align:top}td.n{text-align:right;font-variant-numeric:tabular-nums;width:3rem}\
td.bar{width:auto}td.bar span{display:block;height:.9rem;margin-top:.35rem;background:#2b5f8a;border:1px solid #1a1a1a}\
.change{white-space:nowrap;width:11rem}\
ul,ol{margin:.2rem 0;padding-left:1.3rem}.source{color:#555;font-size:.85rem}\
@media print{body{margin:0;font-size:10.5pt}td.bar span{print-color-adjust:exact}}";

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::locale::Lang;

    fn quarter(period: &str, class: &str, bullying: &str) -> Result<Quarter, BriefError> {
        let manifest = format!(
            "{{\"id\":\"insafe-{period}-public\",\"table\":\"insafe\",\"period\":\"{period}\",\"class\":\"{class}\",\"k\":10}}"
        );
        let line = |section: &str, code: &str, label: &str, count: &str| {
            format!(
                "{{\"period\":\"{period}\",\"section\":\"{section}\",\"code\":\"{code}\",\"label\":\"{label}\",\
                 \"count\":\"{count}\",\"share\":\"\",\"note\":\"\"}}"
            )
        };
        let lines = [
            line("total", "all", "all", "240"),
            line("topic", "own_code", "Cyberbullying <b>", bullying),
            line("topic", "oscec", "As the release says it", "30"),
            line("topic", "grooming", "Grooming", ""),
        ];
        Quarter::read(&manifest, &format!("[{}]", lines.join(",")))
    }

    #[test]
    fn a_brief_is_made_of_public_releases_only() {
        assert_eq!(quarter("2026-Q3", "partner", "80").unwrap_err(), BriefError::NotPublic);
        assert_eq!(Quarter::read("{}", "[]").unwrap_err(), BriefError::Damaged);
    }

    #[test]
    fn it_says_what_is_hidden_and_what_was_before_and_runs_nothing() {
        let two = [quarter("2026-Q3", "public", "80").unwrap(), quarter("2026-Q2", "public", "65").unwrap()];
        for lang in Lang::ALL {
            let page = page(&two, &Locale::new(lang)).unwrap();
            assert!(page.contains("2026-Q3") && page.contains(">80<") && page.contains("65"), "{page}");
            assert!(page.contains("Cyberbullying &lt;b&gt;") && !page.contains("<script"), "{page}");
            assert!(!page.contains("Grooming"), "what is hidden has no line: {page}");
            let sextortion = if lang == Lang::Cs { "vydírání" } else { "coercion" };
            assert!(page.contains(sextortion), "codes are said in the page's language: {page}");
            assert!(page.contains("insafe-2026-Q3-public, insafe-2026-Q2-public"), "{page}");
        }
    }
}
