//! The report of a quarter as a reader has it: a quarter's contacts as a helpline has them, made by a seed, written as the
//! page in both languages and opened in a real browser. It is for everybody (axe), fits a phone, a screen and paper.
//! `OPORA_KEEP_REPORT=DIR` keeps the pages to be looked at.
#![allow(clippy::panic, reason = "a test says no by panicking")]

use opora::conversation::board::Goals;
use opora::conversation::event::{Contact, Facts, Interval, Rated};
use opora::locale::{Lang, Locale};
use opora::report::page::{Options, report};
use opora::report::period::Period;
use opora::report::statistics::Row;
use opora::taxonomy::Facets;
use serde_json::{Value, json};
use support::World;
use support::browser::Browser;

mod support;

const MINUTE: u64 = 60_000;

/// Numbers that look random and are the same on every run.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }

    /// Draws one by its weight.
    fn one<T: Copy>(&mut self, of: &[(T, u64)]) -> T {
        let mut left = self.below(of.iter().map(|(_, weight)| weight).sum());
        for (one, weight) in of {
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => return *one,
            }
        }
        of[0].0
    }
}

/// A quarter of a line that is open from nine to nine, at the weekend from two: chats, calls, e-mails, staffing.
fn quarter(period: &Period) -> (Vec<Row>, Vec<Interval>) {
    let mut dice = Dice(2026);
    let (mut rows, mut intervals) = (Vec::new(), Vec::new());
    for start in period.quarters() {
        let local = period.local(start);
        let is_weekend = local.weekday() >= 5;
        if !(if is_weekend { 14 } else { 9 }..21).contains(&local.hour) {
            continue;
        }
        let staff = match local.hour {
            9..14 => 2,
            14..18 => 3,
            _ => 4 - u64::from(is_weekend),
        };
        let busy = 300 + dice.below(500);
        intervals.push(Interval {
            start,
            staffed_s: staff * 900,
            slots_s: staff * 2_700,
            session_s: staff * busy * 17 / 10,
            with_s: staff * busy,
            busy_s: staff * (busy + 60),
        });
        let come = match local.hour {
            9..13 => dice.below(2),
            13..17 => dice.below(3),
            _ => 1 + dice.below(4),
        };
        for _ in 0..come {
            rows.push(chat(&mut dice, start + dice_moment(start), u64::from(local.hour)));
        }
        if dice.below(6) == 0 {
            rows.push(other(
                &mut dice,
                start,
                if dice_moment(start).is_multiple_of(3) { "email" } else { "phone" },
            ));
        }
    }
    (rows, intervals)
}

fn dice_moment(start: u64) -> u64 {
    Dice(start).below(900_000)
}

fn chat(dice: &mut Dice, opened: u64, hour: u64) -> Row {
    let patience = dice.below(dice_limit(hour));
    let is_answered = dice.below(100) < if hour >= 19 { 74 } else { 90 };
    let wait = if is_answered { patience * 700 } else { patience * 1_100 + 4_000 };
    let taken = is_answered.then_some(opened + wait);
    let ended = taken.map_or(opened + wait, |taken| taken + 4 * MINUTE + dice.below(45) * MINUTE);
    let band = dice.one(&[("a9_11", 8), ("a12_14", 35), ("a15_17", 38), ("a18", 6), ("unknown", 13)]);
    let contact = Contact {
        channel: "chat".to_owned(),
        opened,
        taken,
        first: taken.map(|taken| taken + 8_000 + dice.below(40_000)),
        ended,
        archived: taken.map(|_| ended + MINUTE + dice.below(14 * MINUTE)),
        reason: match (is_answered, dice.below(3)) {
            (true, _) => "ended",
            (false, 0) => "absent",
            (false, _) => "leave",
        }
        .to_owned(),
        lines: Some((4 + dice.below(30), 4 + dice.below(30))),
        gap_ms: taken.map(|_| 25_000 + dice.below(90_000)),
        facts: Facts {
            age: (dice.below(2) == 0).then(|| band.to_owned()),
            topic: (dice.below(3) > 0)
                .then(|| dice.one(&[("family", 3), ("mental", 4), ("peers", 2)]).to_owned()),
            feel: None,
        },
        lang: dice.one(&[("cs", 90), ("uk", 6), ("en", 3), ("sk", 1)]).to_owned(),
        level: None,
        held: taken.map(|_| 100 + dice.below(180)),
        back: dice.below(20) == 0,
        rated: (is_answered && dice.below(4) == 0)
            .then(|| Rated { felt: Some(2 + dice.below(3) as u8), heard: Some(1 + dice.below(2) as u8) }),
        class: None,
    };
    let facets = is_answered.then(|| facets(dice, "chat", band));
    Row { contact, facets }
}

fn dice_limit(hour: u64) -> u64 {
    if hour >= 18 { 1_500 } else { 500 }
}

fn other(dice: &mut Dice, start: u64, channel: &str) -> Row {
    let ended = start + (3 + dice.below(30)) * MINUTE;
    let contact = Contact {
        channel: channel.to_owned(),
        opened: start,
        taken: Some(start),
        first: None,
        ended,
        archived: Some(ended + dice.below(10) * MINUTE),
        reason: "ended".to_owned(),
        lines: None,
        gap_ms: None,
        facts: Facts::default(),
        lang: "cs".to_owned(),
        level: None,
        held: None,
        back: false,
        rated: None,
        class: None,
    };
    let facets = facets(dice, channel, "a12_14");
    Row { contact, facets: Some(facets) }
}

fn facets(dice: &mut Dice, channel: &str, band: &str) -> Facets {
    let mut facets = Facets::new(channel.into(), "cs");
    facets.age_band = band.into();
    let kinds = [("counselling", 80), ("information", 6), ("silent", 5), ("test", 6), ("thanks", 3)];
    facets.kind = dice.one(&kinds).into();
    if facets.kind.as_str() == "counselling" {
        let topics = [
            ("mental.suicide", 9),
            ("mental.selfharm", 12),
            ("mental.anxiety", 22),
            ("family.parents", 18),
            ("family.separation", 6),
            ("violence.bullying", 14),
            ("violence.sextortion", 6),
            ("peers.friends", 10),
            ("peers.partner", 9),
            ("sexuality.identity", 4),
            ("school.performance", 6),
            ("digital.fraud", 3),
            ("health.reproductive", 2),
            ("discrimination.other", 1),
        ];
        facets.topics = vec![dice.one(&topics).into()];
    }
    facets
}

/// Returns the pages: by language, for the house and for outside of it, and one of a line at which nobody was.
fn pages() -> Vec<(String, String)> {
    let zone = jiff::tz::TimeZone::get("Europe/Prague").expect("a zone");
    let period = Period::parse("2026-Q4", &zone).expect("a quarter");
    let made = period.to + 3 * 24 * 60 * MINUTE;
    let options = Options {
        period,
        goals: Goals::default(),
        slots: 3,
        patience_s: None,
        shrinkage: 0.3,
        hide_below: None,
        made,
    };
    let (rows, intervals) = quarter(&options.period);
    assert!((2_500..12_000).contains(&rows.len()), "a quarter as a helpline has it: {}", rows.len());
    let outside = Options { hide_below: Some(5), ..options.clone() };
    let mut pages = Vec::new();
    for lang in [Lang::En, Lang::Cs] {
        let locale = Locale::new(lang);
        let named = |name: &str| format!("{}-{name}.html", lang.code());
        pages.push((named("house"), report(&rows, &intervals, &options, &locale)));
        pages.push((named("outside"), report(&rows[..300], &intervals[..200], &outside, &locale)));
        pages.push((named("empty"), report(&[], &[], &options, &locale)));
    }
    pages
}

async fn ask(browser: &Browser, script: &str) -> Value {
    browser.window.execute(script, vec![]).await.expect("a script").json().clone()
}

/// Has axe look at the page that is shown.
async fn axe(browser: &Browser, what: &str) {
    const AXE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/page/node_modules/axe-core/axe.min.js");
    const LOOK: &str = r#"
        const done = arguments[arguments.length - 1];
        const options = {
            runOnly: { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] },
            resultTypes: ["violations", "passes"],
        };
        const say = ({ id, help, nodes }) => id + ": " + help + " " + nodes.map((node) => node.html + " " + node.failureSummary).join(" ");
        axe.run(document, options).then(
            ({ violations, passes }) => done([passes.map(({ id }) => id), violations.map(say)]),
            (error) => done([[], [String(error)]]),
        );
    "#;
    let Ok(axe) = std::fs::read_to_string(AXE) else {
        panic!("axe-core is not installed: run `npm ci` in tests/page, or tests/run");
    };
    ask(browser, &axe).await;
    let found = browser.window.execute_async(LOOK, vec![]).await.expect("axe").json().clone();
    assert_eq!(found[1], json!([]), "{what}");
    let passed = found[0].as_array().expect("rules");
    for rule in ["color-contrast", "svg-img-alt", "html-has-lang", "document-title", "heading-order"] {
        assert!(passed.contains(&rule.into()), "{what}: axe looked at nothing of {rule}: {passed:?}");
    }
}

/// Nothing stands outside of the page, no text of a plot outside of its plot or on another, and no script ran.
const WRONG: &str = r#"
    const wrong = [];
    if (document.scripts.length > 0) wrong.push("a script");
    if (document.documentElement.scrollWidth > document.documentElement.clientWidth) wrong.push("the page is wider than its window");
    for (const plot of document.querySelectorAll("svg")) {
        const frame = plot.getBoundingClientRect();
        const texts = [...plot.querySelectorAll("text")].map((text) => [text.textContent, text.getBoundingClientRect()]);
        for (const [text, box] of texts) {
            if (box.left < frame.left - 1 || box.right > frame.right + 1 || box.top < frame.top - 1 || box.bottom > frame.bottom + 1)
                wrong.push("outside of its plot: " + text);
            for (const [other, at] of texts)
                if (other !== text && box.left < at.right && at.left < box.right && box.top + 2 < at.bottom && at.top + 2 < box.bottom)
                    wrong.push("on each other: " + text + ", " + other);
        }
    }
    return wrong;
"#;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_report_of_a_quarter_is_for_everybody_in_a_real_browser() {
    let world = World::new();
    let browser = Browser::start(&world, 1000, 900).await;
    let keep = std::env::var_os("OPORA_KEEP_REPORT").map(std::path::PathBuf::from);
    for (name, page) in pages() {
        let path = world.path(&name);
        std::fs::write(&path, &page).expect("a page");
        if let Some(keep) = &keep {
            std::fs::write(keep.join(&name), &page).expect("a folder to keep it");
        }
        browser.window.goto(format!("file://{}", path.display())).await.expect("the page");
        let lang = ask(&browser, "return document.documentElement.lang").await;
        assert!(name.starts_with(lang.as_str().expect("a language")), "{name}");
        for width in [360, 1000] {
            browser.window.set_window_rect(0, 0, width, 900).await.expect("a window");
            assert_eq!(ask(&browser, WRONG).await, json!([]), "{name} at {width}");
        }
        axe(&browser, &name).await;
    }
    browser.quit().await;
}
