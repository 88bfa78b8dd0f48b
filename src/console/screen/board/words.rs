//! The board's numbers in words: the same on the screen, in `opora board --once`, `--plain` and on a wall.

use crate::client::desk::Notice;
use crate::console::look::Look;
use crate::console::model::watch::Watch;
use crate::console::theme::Role;
use crate::conversation::board::{Alarm, AlarmKind, Measure, Six, Verdict};
use crate::conversation::queue::Row;

/// The six numbers in the order of the board.
pub const NAMES: [&str; 6] = ["waiting", "longest", "service-level", "abandoned", "free", "marks"];

/// Returns a number of the six as it is written: `06:12`, `78 %`, `1 of 6`, `–`.
pub fn value(look: &Look, six: &Six, name: &str) -> String {
    let count =
        |measure: Measure| measure.value.map_or_else(|| "–".to_owned(), |value| format!("{value:.0}"));
    match name {
        "waiting" => count(six.waiting),
        "longest" => six.longest.value.map_or_else(|| "–".to_owned(), |ms| look.wait(ms as u64)),
        "service-level" => look.locale.percent(six.service_level.value),
        "abandoned" => look.locale.percent(six.abandoned.value),
        "free" => {
            look.say_with("board-free-of", &[("free", count(six.free).into()), ("all", six.places.into())])
        }
        _ => count(six.marks),
    }
}

/// Returns one of the six.
pub fn measure(six: &Six, name: &str) -> Measure {
    match name {
        "waiting" => six.waiting,
        "longest" => six.longest,
        "service-level" => six.service_level,
        "abandoned" => six.abandoned,
        "free" => six.free,
        _ => six.marks,
    }
}

/// Returns the goal of one of the six in words; empty where it has none.
pub fn goal(look: &Look, watch: &Watch, name: &str) -> String {
    let goals = watch.board.goals();
    let target = look.wait(goals.terms.target_ms);
    match name {
        "longest" => look.say_with("board-goal-wait", &[("wait", target.into())]),
        "service-level" => {
            let level = look.locale.percent(Some(goals.service_level));
            look.say_with("board-goal-level", &[("level", level.into())])
        }
        "abandoned" => {
            let level = look.locale.percent(Some(goals.abandonment));
            look.say_with("board-goal-most", &[("level", level.into())])
        }
        "free" => look.say("board-goal-free"),
        "marks" => look.say("board-goal-marks"),
        _ => String::new(),
    }
}

/// Returns the mark and the look of a verdict: colour is never alone.
pub fn verdict(verdict: Verdict) -> (&'static str, Role) {
    match verdict {
        Verdict::None => ("", Role::TextStrong),
        Verdict::Met => ("", Role::WaitOk),
        Verdict::Near => ("!", Role::WaitSoon),
        Verdict::Missed => ("‼", Role::WaitLate),
    }
}

/// Returns what an alarm says, without the child's handle.
pub fn alarm(look: &Look, alarm: &Alarm) -> String {
    let id = format!("board-alarm-{}", alarm_name(alarm.kind));
    match (&alarm.account, alarm.kind) {
        (Some(who), _) => look.say_with(&id, &[("who", look.name(who).into())]),
        (None, AlarmKind::LongWait | AlarmKind::NobodyTakes) => {
            look.say_with(&id, &[("others", alarm.others.into())])
        }
        // Nobody holds the child.
        (None, _) => nameless(look, alarm),
    }
}

/// Returns what an alarm says to whoever walks past: no name, no handle.
pub fn nameless(look: &Look, alarm: &Alarm) -> String {
    let id = format!("board-wall-{}", alarm_name(alarm.kind));
    look.say_with(&id, &[("count", (alarm.others + 1).into())])
}

/// Returns what the supervisors have in force, with the reason and for how long.
pub fn in_force(look: &Look, notice: &Notice, id: &str, now: u64) -> String {
    let until = notice.until.map_or_else(String::new, |until| {
        let clock = look.clock(until);
        let date = look.civil(until).date();
        let at = if date == look.civil(now).date() {
            clock
        } else {
            format!("{} {clock}", look.locale.date(date))
        };
        format!(" {}", look.say_with("board-until", &[("at", at.into())]))
    });
    let values = [("who", look.name(&notice.by).into()), ("at", look.clock(notice.at).into())];
    let words = notice.words.as_ref().map(|words| format!(": {}", words.text.as_str()));
    format!("{}{until}{}", look.say_with(id, &values), words.unwrap_or_default())
}

/// Returns the mark and the look of an alarm.
pub fn alarm_mark(kind: AlarmKind) -> (&'static str, Role) {
    match kind {
        AlarmKind::Danger => ("⚑", Role::Danger),
        AlarmKind::SecondEyes => ("⚑", Role::Flag),
        _ => ("‼", Role::WaitLate),
    }
}

/// Returns what a child told: age and topic.
pub fn told(look: &Look, row: &Row) -> String {
    let age = row.facts.age.as_ref().map(|age| look.say_or(&format!("age-{age}"), age));
    let topic = row.facts.topic.as_ref().map(|topic| {
        let id = if topic.contains('.') { "topic" } else { "family" };
        look.say_or(&format!("{id}-{}", topic.replace('.', "-")), topic).to_lowercase()
    });
    let told: Vec<String> = age.into_iter().chain(topic).collect();
    if told.is_empty() { look.say("list-nothing-told") } else { told.join(" · ") }
}

/// Returns how the same weekday a week ago was by now.
pub fn week_ago(look: &Look, watch: &Watch) -> String {
    let Some(tally) = watch.week_ago() else { return look.say("board-week-ago-nothing") };
    let values = [
        ("offered", tally.offered.into()),
        ("level", look.locale.percent(tally.service_level()).into()),
        ("abandoned", look.locale.percent(tally.abandonment()).into()),
    ];
    look.say_with("board-week-ago", &values)
}

/// Returns what the next hours bring, as far as the past tells.
pub fn ahead(look: &Look, watch: &Watch, hours: usize) -> String {
    let ahead = watch.ahead(hours);
    if ahead.is_empty() {
        return look.say("board-ahead-nothing");
    }
    let hours: Vec<String> = ahead
        .iter()
        .map(|hour| {
            let needed = hour.needed.map_or_else(|| "–".to_owned(), |needed| needed.to_string());
            let values = [
                ("at", look.clock(hour.start).into()),
                ("expected", look.locale.decimal(hour.expected, 1).into()),
                ("needed", needed.into()),
            ];
            look.say_with("board-ahead-hour", &values)
        })
        .collect();
    look.say_with("board-ahead", &[("hours", hours.join(" · ").into())])
}

/// Returns that the relay has been silent for so many milliseconds.
pub fn silent(look: &Look, silent: u64) -> String {
    look.say_with("board-silent", &[("seconds", (silent / 1_000).into())])
}

/// Returns the board as one line of finished words.
pub fn sentence(look: &Look, six: &Six) -> String {
    let values: Vec<(&str, crate::locale::Value<'_>)> =
        NAMES.iter().map(|name| (*name, value(look, six, name).into())).collect();
    look.say_with("board-sentence", &values)
}

/// Returns the name of an alarm in ids and JSON.
pub fn alarm_name(kind: AlarmKind) -> &'static str {
    match kind {
        AlarmKind::Danger => "danger",
        AlarmKind::SecondEyes => "second",
        AlarmKind::Away => "away",
        AlarmKind::NobodyTakes => "nobody",
        AlarmKind::LongWait => "wait",
        AlarmKind::Unanswered => "unanswered",
    }
}
