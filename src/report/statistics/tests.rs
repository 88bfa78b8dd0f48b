use jiff::tz::TimeZone;
use proptest::prelude::*;

use super::super::line::Line;
use super::*;
use crate::conversation::event::{Facts, Rated};

/// A chat: opened, taken after a wait (or never), ended after the opening.
pub fn row(opened: u64, wait: Option<u64>, length: u64) -> Row {
    let contact = Contact {
        channel: QUEUE.to_owned(),
        opened,
        taken: wait.map(|wait| opened + wait),
        first: wait.map(|wait| opened + wait + 4_000),
        ended: opened + length,
        archived: wait.map(|_| opened + length + 60_000),
        reason: if wait.is_some() { "ended" } else { "leave" }.to_owned(),
        lines: Some((3, 4)),
        gap_ms: wait.map(|wait| wait / 2),
        facts: Facts::default(),
        lang: "cs".to_owned(),
        level: None,
        held: wait.map(|_| 130),
        back: false,
        rated: None,
        class: None,
    };
    Row { contact, facets: None }
}

fn prague() -> TimeZone {
    TimeZone::get("Europe/Prague").expect("a zone")
}

fn day(date: &str) -> Period {
    let first: Date = date.parse().expect("a date");
    Period::days(first, first.tomorrow().expect("a day"), &prague()).expect("a period")
}

#[test]
fn check_a_of_the_domain() {
    let terms = Terms { short_ms: 10_000, target_ms: 60_000 };
    let period = day("2026-11-12");
    let waits =
        [(5, true), (8, false), (12, true), (20, true), (35, true), (40, false), (55, true), (61, true)];
    let waits = waits.into_iter().chain([(70, true), (130, false)]);
    let rows: Vec<Row> = waits
        .map(|(wait, answered)| match answered {
            true => row(period.from + 1, Some(wait * 1000), 600_000),
            false => row(period.from + 1, None, wait * 1000),
        })
        .collect();
    let statistics = Statistics::of(period, terms, &rows, &[]);
    let line = Line::of("all", &statistics.queue);
    assert_eq!((line.offered, line.short), (Some(10), Some(1)));
    assert_eq!((line.abandonment, line.service_level), (Some(2.0 / 9.0), Some(5.0 / 9.0)));
    assert_eq!((line.asa_s, line.wait_p50_s, line.wait_p90_s), (Some(258.0 / 7.0), Some(35.0), Some(70.0)));
}

/// The next of a row of numbers below `limit` that look random and are the same on every run.
fn draw(seed: &mut u64, limit: u64) -> u64 {
    *seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
    (*seed >> 33) % limit
}

/// Some contacts around a day, of several channels, with everything that a row may have or lack.
fn simulated(period: &Period, count: usize, mut seed: u64) -> Vec<Row> {
    let span = period.to - period.from;
    let mut rows = Vec::new();
    for _ in 0..count {
        let opened = period.from - span / 10 + draw(&mut seed, span + span / 5);
        let wait = (draw(&mut seed, 4) > 0).then(|| draw(&mut seed, 700_000));
        let length = wait.unwrap_or(0) + draw(&mut seed, 3_000_000);
        let length = if wait.is_none() { draw(&mut seed, 400_000) } else { length };
        let mut next = row(opened, wait, length);
        let contact = &mut next.contact;
        contact.channel = ["chat", "chat", "chat", "phone", "email"][draw(&mut seed, 5) as usize].to_owned();
        contact.lang = ["cs", "en", "uk"][draw(&mut seed, 3) as usize].to_owned();
        contact.held = contact.held.map(|_| 100 + draw(&mut seed, 230));
        contact.archived = contact.archived.map(|_| contact.ended + draw(&mut seed, 2 * WRAP_MS));
        contact.reason = ["leave", "absent", "other"][draw(&mut seed, 3) as usize].to_owned();
        contact.back = draw(&mut seed, 10) == 0;
        contact.facts.age = (draw(&mut seed, 2) == 0).then(|| "a12_14".to_owned());
        contact.facts.topic = (draw(&mut seed, 2) == 0).then(|| "mental".to_owned());
        contact.rated = (draw(&mut seed, 3) == 0).then(|| Rated {
            felt: Some(1 + draw(&mut seed, 4) as u8),
            heard: Some(draw(&mut seed, 3) as u8),
        });
        if draw(&mut seed, 3) > 0 {
            let mut facets = Facets::new("chat".into(), "cs");
            facets.topics = vec![
                ["violence.bullying", "mental.suicide", "digital.gaming"][draw(&mut seed, 3) as usize].into(),
            ];
            facets.age_band = ["a9_11", "a15_17", "unknown"][draw(&mut seed, 3) as usize].into();
            next.facets = Some(facets);
        }
        rows.push(next);
    }
    rows
}

/// The numbers of some contacts counted once more, slowly and by hand.
fn counted(rows: &[&Row], target: u64) -> (Vec<u64>, Vec<Option<String>>) {
    let mut answered_waits: Vec<u64> = Vec::new();
    let mut handled: Vec<u64> = Vec::new();
    let (mut gave_up, mut short, mut within, mut hand, mut net, mut again) =
        (0_u64, 0_u64, 0_u64, 0_u64, 0_u64, 0_u64);
    for row in rows {
        let c = &row.contact;
        if c.back {
            again += 1;
        }
        if let Some(taken) = c.taken {
            let wait = taken - c.opened;
            answered_waits.push(wait);
            if wait <= target {
                within += 1;
            }
            let mut note = c.archived.expect("all of these are") - c.ended;
            if note > 30 * 60 * 1000 {
                note = 30 * 60 * 1000;
            }
            handled.push(c.ended - taken + note);
        } else {
            gave_up += 1;
            if c.ended - c.opened < 10_000 {
                short += 1;
            }
            if c.reason == "leave" {
                hand += 1;
            } else if c.reason == "absent" {
                net += 1;
            }
        }
    }
    answered_waits.sort_unstable();
    let offered = rows.len() as u64;
    let answered = answered_waits.len() as u64;
    let ratio =
        |top: f64, bottom: f64| if bottom == 0.0 { None } else { Some(format!("{:.9}", top / bottom)) };
    let rank = |percent: u64| {
        // The least value that at least so many percent of all do not exceed.
        let enough = |value: &&u64| {
            let below = answered_waits.iter().filter(|other| *other <= *value).count() as u64;
            below * 100 >= percent * answered
        };
        answered_waits.iter().find(enough).map(|value| format!("{:.9}", *value as f64 / 1000.0))
    };
    let tried = (offered - short) as f64;
    let shares = vec![
        ratio((gave_up - short) as f64, tried),
        ratio(within as f64, tried),
        ratio(answered_waits.iter().sum::<u64>() as f64 / 1000.0, answered as f64),
        rank(50),
        rank(90),
        ratio(handled.iter().sum::<u64>() as f64 / 1000.0, handled.len() as f64),
    ];
    (vec![offered, answered, within, gave_up, short, hand, net, again], shares)
}

fn seen(line: &Line) -> (Vec<u64>, Vec<Option<String>>) {
    let counts = [
        line.offered,
        line.answered,
        line.within,
        line.abandoned,
        line.short,
        line.by_hand,
        line.by_network,
        line.came_again,
    ];
    let shares =
        [line.abandonment, line.service_level, line.asa_s, line.wait_p50_s, line.wait_p90_s, line.aht_s];
    let written = |share: Option<f64>| share.map(|share| format!("{share:.9}"));
    (counts.into_iter().flatten().collect(), shares.into_iter().map(written).collect())
}

#[test]
fn a_simulated_day_is_what_counting_by_hand_gives() {
    for date in ["2026-11-12", "2026-03-29", "2026-10-25"] {
        let period = day(date);
        let rows = simulated(&period, 3000, 7);
        let statistics = Statistics::of(period.clone(), Terms::default(), &rows, &[]);
        let inside: Vec<&Row> = rows
            .iter()
            .filter(|row| period.from <= row.contact.opened && row.contact.opened < period.to)
            .collect();
        assert!(inside.len() < rows.len() && inside.len() > 2000);
        let chats: Vec<&Row> = inside.iter().copied().filter(|row| row.contact.channel == "chat").collect();
        assert_eq!(seen(&Line::of("", &statistics.queue)), counted(&chats, 300_000), "{date}");
        for by in By::ALL {
            let key = |row: &Row| match by {
                By::Hour => {
                    let at = jiff::Timestamp::from_millisecond(row.contact.opened as i64).expect("a time");
                    format!("{:02}", prague().to_datetime(at).hour())
                }
                By::Weekday => match date {
                    "2026-11-12" => "4".to_owned(),
                    _ => "7".to_owned(),
                },
                By::Family => match (&row.facets, &row.contact.facts.topic) {
                    (Some(facets), _) => facets.topics[0].as_str().split('.').next().expect("one").to_owned(),
                    (None, Some(topic)) => topic.clone(),
                    _ => "unknown".to_owned(),
                },
                By::Age => {
                    match (row.facets.as_ref().map(|facets| facets.age_band.as_str()), &row.contact.facts.age)
                    {
                        (Some(band @ ("a9_11" | "a15_17")), _) => band.to_owned(),
                        (_, Some(age)) => age.clone(),
                        _ => "unknown".to_owned(),
                    }
                }
                By::Language => row.contact.lang.clone(),
                By::Channel => row.contact.channel.clone(),
            };
            let mut total = 0;
            for line in Line::all(&statistics, by, None) {
                let of_key = |row: &&Row| key(row) == line.key;
                let group: Vec<&Row> =
                    if by == By::Channel { &inside } else { &chats }.iter().copied().filter(of_key).collect();
                let (counts, mut shares) = counted(&group, 300_000);
                if by == By::Channel && line.key != "chat" {
                    // Of a channel without a queue only the handle time says anything.
                    shares[..5].fill(None);
                }
                assert_eq!(seen(&line), (counts, shares), "{date} {by:?} {}", line.key);
                total += group.len();
            }
            assert_eq!(
                total,
                if by == By::Channel { inside.len() } else { chats.len() },
                "{by:?}: nobody is lost or twice"
            );
        }
        for ((channel, at_once), mean) in &statistics.handle {
            let same = |row: &&&Row| {
                let class = row.contact.held.map(|held| (held as f64 / 100.0).round().max(1.0) as u64);
                row.contact.channel == *channel && row.contact.taken.is_some() && class == *at_once
            };
            let group: Vec<&Row> = inside.iter().filter(same).copied().collect();
            assert_eq!(
                mean.value().map(|ms| format!("{:.9}", ms / 1000.0)),
                counted(&group, 0).1[5],
                "{channel} {at_once:?}"
            );
        }
    }
}

#[test]
fn the_clocks_change_without_gap_or_double_count() {
    for (date, hours, at_two) in [("2026-03-29", 23, 0), ("2026-10-25", 25, 2)] {
        let period = day(date);
        let every = |step: u64| (period.from..period.to).step_by(step as usize);
        let rows: Vec<Row> = every(1_800_000).map(|at| row(at, Some(1_000), 60_000)).collect();
        let intervals: Vec<Interval> = every(900_000)
            .map(|start| Interval { start, staffed_s: 900, slots_s: 900, session_s: 0, with_s: 0, busy_s: 0 })
            .collect();
        let statistics = Statistics::of(period, Terms::default(), &rows, &intervals);
        assert_eq!(statistics.queue.tally.offered, hours * 2, "{date}");
        let two = statistics.of_key(By::Hour, "02").map_or(0, |group| group.tally.offered);
        assert_eq!(two, at_two * 2, "{date}");
        assert_eq!(statistics.staff.staffed_s, hours * 3600);
        assert_eq!(statistics.week.iter().map(|hour| hour.length_s).sum::<u64>(), hours * 3600);
        for hour in &statistics.week {
            assert_eq!(hour.staff.staffed_s, hour.length_s, "one counsellor, all the time");
            assert_eq!(hour.tally.offered * 1800, hour.length_s);
        }
    }
}

#[test]
fn an_empty_period_has_no_numbers() {
    let statistics = Statistics::of(day("2026-11-12"), Terms::default(), &[], &[]);
    let line = Line::of("", &statistics.queue);
    assert_eq!((line.offered, line.service_level, line.wait_p50_s, line.aht_s), (Some(0), None, None, None));
    assert_eq!(statistics.keys(By::Family), Vec::<String>::new());
    assert_eq!((statistics.staff.occupancy(), statistics.handle_s(1, 1)), (None, None));
}

#[test]
fn ratings_need_five() {
    let period = day("2026-11-12");
    let rated = |felt| {
        let mut row = row(period.from, Some(1_000), 60_000);
        row.contact.rated = Some(Rated { felt: Some(felt), heard: None });
        row
    };
    let four: Vec<Row> = [1, 2, 3, 4].map(rated).into();
    let of =
        |rows: &[Row]| Line::of("", &Statistics::of(period.clone(), Terms::default(), rows, &[]).queue).felt;
    assert_eq!(of(&four), None);
    assert_eq!(of(&[four, vec![rated(4)]].concat()), Some(2.8));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 40, ..ProptestConfig::default() })]
    #[test]
    fn folds_of_parts_are_the_fold_of_the_whole(seed in any::<u64>(), at in 0..200_usize) {
        let period = day("2026-10-25");
        let rows = simulated(&period, 200, seed);
        let whole = Statistics::of(period.clone(), Terms::default(), &rows, &[]);
        let (one, two) = rows.split_at(at);
        let mut parts = Statistics::of(period.clone(), Terms::default(), one, &[]);
        parts.merge(&Statistics::of(period, Terms::default(), two, &[]));
        prop_assert_eq!(parts, whole);
    }

    #[test]
    fn a_period_split_anywhere_adds_up(seed in any::<u64>(), at in 0..86_400_000_u64) {
        let period = day("2026-11-12");
        let rows = simulated(&period, 200, seed);
        let middle = period.from + at;
        let of = |from, to| Statistics::of(Period::new(from, to, &prague()), Terms::default(), &rows, &[]);
        let (one, two) = (of(period.from, middle), of(middle, period.to));
        let mut sum = Statistics::new(period.clone(), Terms::default());
        sum.merge(&one);
        sum.merge(&two);
        prop_assert_eq!(sum, of(period.from, period.to));
    }
}
