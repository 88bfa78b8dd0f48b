//! `opora stats staffing`: how many counsellors the week ahead takes, half-hour by half-hour, and what a change would do.

use clap::Args;
use jiff::ToSpan as _;
use serde_json::{Value, json};

use super::{Fetch, Fetched};
use crate::cli::{Exit, Failure, Global, Outcome, keys, say};
use crate::locale::Locale;
use crate::report::forecast::Way;
use crate::report::period::{Period, moment};
use crate::report::staffing::{Demand, Handle, Staffed, people};
use crate::report::statistics::QUEUE;
use crate::report::week::{HalfHour, WeekAhead, WhatIf, demand, what_if};

/// Half-hours in which hardly anybody is expected are left out of the list, below so many.
const HARDLY: f64 = 0.05;

#[derive(Args)]
pub struct Options {
    #[command(flatten)]
    fetch: Fetch,
    #[arg(long, value_name = "PERCENT/SECONDS")]
    goal: Option<Goal>,
    #[arg(long, value_name = "N")]
    slots: Option<u32>,
    #[arg(long, value_name = "SECONDS")]
    patience: Option<f64>,
    #[arg(long, value_name = "SHARE", default_value_t = 0.0)]
    shrinkage: f64,
    #[arg(long, value_name = "N", default_value_t = 8)]
    weeks: u8,
    #[arg(long)]
    csv: bool,
    #[arg(long, conflicts_with = "csv")]
    json: bool,
}

/// A goal as it is written: `80/300` is 80 % within 300 seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Goal {
    level: f64,
    target_s: f64,
}

impl std::str::FromStr for Goal {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let parsed = text.split_once('/').and_then(|(percent, seconds)| {
            let (percent, seconds) = (percent.parse::<u8>().ok()?, seconds.parse::<u32>().ok()?);
            (percent < 100).then(|| Self { level: f64::from(percent) / 100.0, target_s: f64::from(seconds) })
        });
        parsed.ok_or_else(|| "80/300".to_owned())
    }
}

/// Runs `opora stats staffing`.
pub fn run(global: &Global, options: &Options, locale: &Locale) -> Outcome {
    let past = past(options)?;
    let fetched = options.fetch.fetch(global, past, locale)?;
    let demand = asked(&fetched, options).ok_or_else(|| Failure::new(Exit::Failed, "cli-error-no-handle"))?;
    let openings =
        fetched.rows.iter().filter(|row| row.contact.channel == QUEUE).map(|row| row.contact.opened);
    let openings: Vec<u64> = openings.collect();
    // A line that is younger than the weeks asked for begins with its first child.
    let first = openings.iter().min().copied().unwrap_or(fetched.asked.period.from);
    let period = &fetched.asked.period;
    let past = Period::new(first.max(period.from), period.to, period.zone());
    let ahead = WeekAhead::of(openings, &past, &demand)
        .ok_or_else(|| Failure::new(Exit::Failed, "cli-error-short-past"))?;
    let plan = Plan { ahead: &ahead, demand: &demand, past: &past, options, locale };
    if options.json {
        say(&plan.json().to_string());
    } else if options.csv {
        say(plan.csv().trim_end());
    } else {
        plan.say();
    }
    Ok(())
}

/// The weeks before now.
fn past(options: &Options) -> Outcome<Period> {
    let zone = options.fetch.zone()?;
    let now = keys::now();
    let today = Period::new(now, now + 1, &zone).local(now).date;
    let first = today.checked_sub((i64::from(options.weeks.max(1)) * 7).days()).unwrap_or(today);
    let begin = Period::days(first, today.tomorrow().unwrap_or(today), &zone);
    Ok(Period::new(begin.map_or(now, |days| days.from), now, &zone))
}

fn asked(fetched: &Fetched, options: &Options) -> Option<Demand> {
    let (goals, places) = (&fetched.asked.goals, fetched.asked.slots);
    let measured = demand(&fetched.statistics(), goals, places, options.patience)?;
    let demand = options.slots.map_or(measured, |slots| measured.with_slots(slots));
    Some(match options.goal {
        Some(goal) => Demand { service_level: goal.level, target_s: goal.target_s, ..demand },
        None => demand,
    })
}

struct Plan<'a> {
    ahead: &'a WeekAhead,
    demand: &'a Demand,
    past: &'a Period,
    options: &'a Options,
    locale: &'a Locale,
}

impl Plan<'_> {
    fn say(&self) {
        say(&self.basis());
        let mut is_empty = true;
        for half in &self.ahead.halves {
            if half.arrivals.expected >= HARDLY {
                is_empty = false;
                say(&self.half(half));
            }
        }
        if is_empty {
            say(&self.locale.say("cli-staffing-nobody"));
        }
        if let Some(busiest) = self.busiest() {
            say(&self.locale.say_with("cli-staffing-what-if", &[("at", self.at(busiest.start).into())]));
            for (change, staffed) in self.changes(busiest) {
                say(&format!("  {}: {}", self.change(change), self.outcome(staffed)));
            }
        }
        say(&self.locale.say("cli-staffing-method"));
    }

    /// What the forecast rests on: the way, its error beside the other's, handle time and goal.
    fn basis(&self) -> String {
        let locale = self.locale;
        let number = |value: f64| locale.decimal(value, 2);
        let way = match self.ahead.way {
            Way::SeasonalNaive => "cli-staffing-naive",
            Way::HoltWinters => "cli-staffing-holt",
        };
        let mase = self.ahead.mase.map(|mase| {
            let smooth = mase.holt_winters.map_or_else(|| "–".to_owned(), number);
            let values = [
                ("naive", number(mase.seasonal_naive).into()),
                ("holt", smooth.into()),
                ("weeks", mase.weeks.into()),
            ];
            locale.say_with("cli-staffing-mase", &values)
        });
        let (Handle::Measured(handle_s) | Handle::Alone(handle_s)) = self.demand.handle;
        let id = match self.demand.handle {
            Handle::Measured(_) => "cli-staffing-measured",
            Handle::Alone(_) => "cli-staffing-alone",
        };
        let values = [
            ("minutes", locale.decimal(handle_s / 60.0, 1).into()),
            ("slots", self.demand.slots.into()),
            ("level", locale.percent(Some(self.demand.service_level)).into()),
            ("seconds", (self.demand.target_s as u64).into()),
        ];
        let parts = [Some(locale.say(way)), mase, Some(locale.say_with(id, &values))];
        parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
    }

    fn at(&self, start: u64) -> String {
        let local = self.past.local(start);
        format!("{} {:02}:{:02}", self.locale.weekday(local.date), local.hour, local.minute)
    }

    fn half(&self, half: &HalfHour) -> String {
        let number = |value: f64| self.locale.decimal(value, 1);
        let count = |staffed: Option<Staffed>| {
            staffed.map_or_else(|| "–".to_owned(), |staffed| staffed.counsellors.to_string())
        };
        let level = half.needed.map(|staffed| staffed.waiting.service_level);
        let employed = half.needed.and_then(|staffed| people(staffed.counsellors, self.options.shrinkage));
        let values = [
            ("at", self.at(half.start).into()),
            ("rate", number(half.arrivals.expected * 2.0).into()),
            ("low", number(half.arrivals.low * 2.0).into()),
            ("high", number(half.arrivals.high * 2.0).into()),
            ("needed", count(half.needed).into()),
            ("level", self.locale.percent(level).into()),
            ("most", count(half.needed_high).into()),
            ("employed", employed.map_or_else(|| "–".to_owned(), |people| people.to_string()).into()),
        ];
        let id =
            if self.options.shrinkage > 0.0 { "cli-staffing-half-employed" } else { "cli-staffing-half" };
        self.locale.say_with(id, &values)
    }

    fn busiest(&self) -> Option<&HalfHour> {
        let halves = self.ahead.halves.iter().filter(|half| half.arrivals.expected >= HARDLY);
        halves.max_by(|one, other| one.arrivals.expected.total_cmp(&other.arrivals.expected))
    }

    fn changes(&self, half: &HalfHour) -> Vec<(WhatIf, Option<Staffed>)> {
        let demand = Demand { per_hour: half.arrivals.expected * 2.0, ..*self.demand };
        let counsellors = half.needed.map_or(1, |staffed| staffed.counsellors);
        let patience = self.options.patience.unwrap_or(self.demand.target_s);
        let changes = [
            WhatIf::AsPlanned,
            WhatIf::OneMore,
            WhatIf::OneLess,
            WhatIf::Slots(2),
            WhatIf::Slots(3),
            WhatIf::Patience(patience),
        ];
        what_if(&demand, counsellors, &changes)
    }

    fn change(&self, change: WhatIf) -> String {
        let say = |id: &str, value: u64| self.locale.say_with(id, &[("count", value.into())]);
        match change {
            WhatIf::AsPlanned => self.locale.say("cli-staffing-as-planned"),
            WhatIf::OneMore => self.locale.say("cli-staffing-one-more"),
            WhatIf::OneLess => self.locale.say("cli-staffing-one-less"),
            WhatIf::Slots(slots) => say("cli-staffing-slots-are", u64::from(slots)),
            WhatIf::Patience(seconds) => say("cli-staffing-patience-is", seconds as u64),
        }
    }

    fn outcome(&self, staffed: Option<Staffed>) -> String {
        let Some(Staffed { counsellors, waiting }) = staffed else {
            return self.locale.say("cli-staffing-without-end");
        };
        let values = [
            ("counsellors", counsellors.into()),
            ("level", self.locale.percent(Some(waiting.service_level)).into()),
            ("wait", self.locale.decimal(waiting.speed_s, 0).into()),
            ("occupancy", self.locale.percent(Some(waiting.occupancy)).into()),
            ("abandoned", self.locale.percent(Some(waiting.abandonment)).into()),
        ];
        self.locale.say_with("cli-staffing-outcome", &values)
    }

    fn csv(&self) -> String {
        let mut out = String::from(
            "start,arrivals,arrivals_low,arrivals_high,counsellors,service_level,counsellors_high,employed\n",
        );
        let count = |staffed: Option<Staffed>| {
            staffed.map_or_else(String::new, |staffed| staffed.counsellors.to_string())
        };
        for half in &self.ahead.halves {
            let step = &half.arrivals;
            let level = half
                .needed
                .map_or_else(String::new, |staffed| format!("{:.4}", staffed.waiting.service_level));
            let employed =
                half.needed.and_then(|staffed| people(staffed.counsellors, self.options.shrinkage));
            out.push_str(&format!(
                "{},{:.3},{:.3},{:.3},{},{level},{},{}\n",
                moment(half.start),
                step.expected,
                step.low,
                step.high,
                count(half.needed),
                count(half.needed_high),
                employed.map_or_else(String::new, |people| people.to_string()),
            ));
        }
        out
    }

    fn json(&self) -> Value {
        let staffed = |staffed: Option<Staffed>| {
            staffed.map(|Staffed { counsellors, waiting }| {
                json!({
                    "counsellors": counsellors,
                    "service_level": waiting.service_level,
                    "abandonment": waiting.abandonment,
                    "wait_s": waiting.speed_s,
                    "occupancy": waiting.occupancy,
                })
            })
        };
        let halves: Vec<Value> = self
            .ahead
            .halves
            .iter()
            .map(|half| {
                json!({
                    "start": moment(half.start).to_string(),
                    "arrivals": half.arrivals.expected,
                    "low": half.arrivals.low,
                    "high": half.arrivals.high,
                    "needed": staffed(half.needed),
                    "needed_high": staffed(half.needed_high),
                })
            })
            .collect();
        let changes = self.busiest().map(|half| {
            let changes: Vec<Value> = self
                .changes(half)
                .into_iter()
                .map(|(change, outcome)| json!({ "change": format!("{change:?}"), "outcome": staffed(outcome) }))
                .collect();
            json!({ "start": moment(half.start).to_string(), "changes": changes })
        });
        let (Handle::Measured(handle_s) | Handle::Alone(handle_s)) = self.demand.handle;
        json!({
            "way": format!("{:?}", self.ahead.way),
            "mase": self.ahead.mase.map(|mase| json!({
                "seasonal_naive": mase.seasonal_naive, "holt_winters": mase.holt_winters, "weeks": mase.weeks,
            })),
            "handle_s": handle_s,
            "slots": self.demand.slots,
            "goal": { "service_level": self.demand.service_level, "target_s": self.demand.target_s },
            "halves": halves,
            "what_if": changes,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_goal_is_percent_and_seconds_and_nothing_else() {
        assert_eq!("80/300".parse(), Ok(Goal { level: 0.8, target_s: 300.0 }));
        for text in ["", "80", "80/", "100/300", "80/5m", "-1/300", "80/300/1"] {
            assert!(text.parse::<Goal>().is_err(), "{text}");
        }
    }
}
