use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use super::super::statistics::tests::row;
use super::*;
use crate::locale::Lang;
use crate::taxonomy::Facets;

fn options(period: &str, hide_below: Option<u64>) -> Options {
    let zone = TimeZone::get("Europe/Prague").expect("a zone");
    let period = Period::parse(period, &zone).expect("a period");
    let made = period.to + 3_600_000;
    Options { period, goals: Goals::default(), slots: 2, patience_s: None, shrinkage: 0.3, hide_below, made }
}

/// A chat each hour from nine to nine, every fourth of them abandoned, and two counsellors on shift.
fn quarter(options: &Options) -> (Vec<Row>, Vec<Interval>) {
    let (mut rows, mut intervals) = (Vec::new(), Vec::new());
    for start in options.period.quarters() {
        let local = options.period.local(start);
        if !(9..21).contains(&local.hour) {
            continue;
        }
        intervals.push(Interval {
            start,
            staffed_s: 1800,
            slots_s: 3600,
            session_s: 900,
            with_s: 800,
            busy_s: 900,
        });
        if local.minute == 0 {
            let hour = u64::from(local.hour);
            let mut next = row(start, (hour % 4 > 0).then_some(hour * 20_000), hour * 200_000);
            next.contact.held = Some(200);
            let mut facets = Facets::new("chat".into(), "cs");
            facets.topics = vec![if hour < 15 { "violence.bullying" } else { "mental.anxiety" }.into()];
            next.facets = (hour != 12).then_some(facets);
            rows.push(next);
        }
    }
    (rows, intervals)
}

/// Fails unless every tag that is opened is closed in its turn.
fn check_tags(page: &str) {
    let tag = regex::Regex::new(r"<(/?)([a-zA-Z0-9]+)([^>]*)>").expect("a pattern");
    let void = ["meta", "br"];
    let mut open: Vec<String> = Vec::new();
    for found in tag.captures_iter(page) {
        let (close, name, rest) = (&found[1] == "/", found[2].to_owned(), &found[3]);
        if close {
            assert_eq!(open.pop(), Some(name), "{}", &found[0]);
        } else if !rest.ends_with('/') && !void.contains(&name.as_str()) {
            open.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
}

#[test]
fn the_page_is_whole_in_both_languages_and_for_every_reader() {
    let id = regex::Regex::new(r#" id="([^"]+)""#).expect("a pattern");
    let pointers = regex::Regex::new(r##"(?:href="#|aria-labelledby=")([^"]+)""##).expect("a pattern");
    for lang in Lang::ALL {
        let locale = Locale::new(lang);
        for (options, is_empty) in [
            (options("2026-Q4", None), false),
            (options("2026-Q4", Some(5)), false),
            (options("2026-11", None), false),
            (options("2026-Q4", None), true),
        ] {
            let (rows, intervals) = if is_empty { Default::default() } else { quarter(&options) };
            let page = report(&rows, &intervals, &options, &locale);
            check_tags(page.trim_start_matches("<!DOCTYPE html>"));
            for wrong in ["⟦", "NaN", "inf", "<script", "style=\"", "href=\"http", "src="] {
                assert!(!page.contains(wrong), "{lang} {wrong}");
            }
            let ids: Vec<&str> =
                id.captures_iter(&page).map(|id| id.get(1).expect("an id").as_str()).collect();
            let set: BTreeSet<&&str> = ids.iter().collect();
            assert_eq!(set.len(), ids.len(), "an id twice: {ids:?}");
            for pointer in pointers.captures_iter(&page) {
                assert!(pointer[1].split(' ').all(|id| set.contains(&id)), "{}", &pointer[0]);
            }
            let count = |what: &str| page.matches(what).count();
            assert_eq!(count("<svg "), count("<desc"), "each plot is described");
            assert_eq!(count("<svg "), count("<title "), "each plot has a title");
            assert_eq!(count("<table"), count("<caption"));
            assert!(count("<svg ") >= if is_empty { 4 } else { 6 } && count("<table") >= 6);
        }
    }
}

#[test]
fn the_page_says_what_the_folds_say() {
    let options = options("2026-Q4", None);
    let (rows, intervals) = quarter(&options);
    let page = report(&rows, &intervals, &options, &Locale::new(Lang::En));
    // 92 days of 12; of each three hours are abandoned, at 12, 16 and 20; waits up to 300 s end at 15 h.
    let cell = |name: &str| {
        let from = page.find(&format!("<th scope=\"row\">{name}</th><td>")).expect("a row");
        let cell = &page[from..][page[from..].find("<td>").expect("a cell") + 4..];
        cell[..cell.find('<').expect("its end")].to_owned()
    };
    assert_eq!(cell("Came"), "1\u{a0}104");
    assert_eq!(cell("Answered"), "828");
    assert_eq!(cell("Reach"), "75 %");
    assert_eq!(cell("Service level"), "50 %");
    assert_eq!(cell("Abandonment"), "25 %");
    assert_eq!(cell("Median wait"), "4 min 40 s");
    assert_eq!(cell("Concurrency"), "1.12");
    assert_eq!(cell("Occupancy"), "50 %");
    assert_eq!(cell("Violence"), "460", "9, 10, 11, 13, 14");
    assert!(page.contains("quarter 4 of 2026") && page.contains("Week of"));
    let month = report(&rows, &intervals, &super::tests::options("2026-11", None), &Locale::new(Lang::Cs));
    assert!(month.contains("1. 11. 2026 až 30. 11. 2026") && month.contains(">Den<"));
}

#[test]
fn hostile_codes_are_only_text() {
    let options = options("2026-Q4", None);
    let mut bad = row(options.period.from, Some(1_000), 60_000);
    bad.contact.lang = "<img src=x>".to_owned();
    bad.contact.channel = "chat".to_owned();
    let mut other = row(options.period.from, Some(1_000), 60_000);
    other.contact.channel = "\"><script>".to_owned();
    let page = report(&[bad, other], &[], &options, &Locale::new(Lang::En));
    assert!(!page.contains("<img") && !page.contains("<script"));
    assert!(page.contains("&lt;img src=x&gt;") && page.contains("&quot;&gt;&lt;script&gt;"));
}

#[test]
fn outside_the_house_no_small_count_is_shown() {
    let options = options("2026-11", Some(5));
    let (mut rows, intervals) = quarter(&options);
    rows.truncate(14);
    let page = report(&rows, &intervals, &options, &Locale::new(Lang::En));
    let cells = regex::Regex::new(r"<td>([1-4])</td>").expect("a pattern");
    let plan = page.find("id=\"report-handling\"").expect("the section");
    assert!(!cells.is_match(&page[..plan]), "{:?}", cells.find(&page[..plan]));
    assert!(page.contains("&lt;5"));
    assert!(!page.contains("class=\"week\""), "an hour of the week would show single children");
}
