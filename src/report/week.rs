//! A week ahead by half-hours: how many will come, and how many counsellors it takes. The past is read in local hours,
//! so that a change of the clocks moves nobody's evening; the week ahead is real time.

use jiff::civil::Date;

use super::forecast::{Forecast, Mase, Step, WEEK, Way};
use super::period::{LocalHour, Period, QUARTER_MS};
use super::staffing::{Demand, Handle, Staffed};
use super::statistics::Statistics;
use crate::conversation::board::Goals;

/// A half-hour in milliseconds.
pub const HALF_HOUR_MS: u64 = 2 * QUARTER_MS;
const HALVES: u64 = 7 * 48;
/// So many talks make a handle time worth counting on.
const LEAST_HANDLED: u64 = 20;

/// Returns what is asked of the line, from the handle times that were measured; nothing without any. Its arrivals are 0.
pub fn demand(statistics: &Statistics, goals: &Goals, slots: u32, patience_s: Option<f64>) -> Option<Demand> {
    let slots = slots.max(1);
    let measured = statistics.handle_s(u64::from(slots), LEAST_HANDLED).map(Handle::Measured);
    let alone = || statistics.handle_s(1, LEAST_HANDLED).map(Handle::Alone);
    let whole = || statistics.queue.handle.value().map(|ms| Handle::Measured(ms / 1000.0));
    Some(Demand {
        per_hour: 0.0,
        handle: measured.or_else(alone).or_else(whole)?,
        slots,
        service_level: goals.service_level,
        target_s: goals.terms.target_ms as f64 / 1000.0,
        patience_s,
    })
}

/// A half-hour ahead.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct HalfHour {
    /// When it begins, in milliseconds since 1970.
    pub start: u64,
    /// How many will come in it.
    pub arrivals: Step,
    /// The least staffing that reaches the goal if as many come as expected.
    pub needed: Option<Staffed>,
    /// The same if as many come as the interval allows.
    pub needed_high: Option<Staffed>,
}

/// A week ahead.
#[derive(Debug, Clone, PartialEq)]
pub struct WeekAhead {
    /// The way of forecasting that erred less.
    pub way: Way,
    /// By how much each erred.
    pub mase: Option<Mase>,
    /// The half-hours; the first is the one that runs.
    pub halves: Vec<HalfHour>,
}

impl WeekAhead {
    /// Forecasts the week that follows `past` from the openings in it, in milliseconds since 1970. `demand` says what is
    /// asked of the line; its arrivals are not read. Nothing if the past is shorter than a week of whole days.
    pub fn of(openings: impl IntoIterator<Item = u64>, past: &Period, demand: &Demand) -> Option<Self> {
        let history = History::of(openings, past)?;
        let steps = 7 * 24 + 2;
        let forecast = Forecast::of(&history.per_hour, WEEK, steps)?;
        let first = past.to / HALF_HOUR_MS * HALF_HOUR_MS;
        let half = |number: u64| {
            let start = first + number * HALF_HOUR_MS;
            let local = past.local(start);
            let step = history.place(local)?.checked_sub(history.per_hour.len())?;
            let arrivals = forecast.part(step, history.share(local))?;
            let need = |arrivals: f64| Demand { per_hour: arrivals * 2.0, ..*demand }.needed();
            Some(HalfHour {
                start,
                arrivals,
                needed: need(arrivals.expected),
                needed_high: need(arrivals.high),
            })
        };
        let halves = (0..HALVES).filter_map(half).collect();
        Some(Self { way: forecast.way, mase: forecast.mase, halves })
    }
}

/// The past by local hours, from its first whole day on.
struct History {
    first: Date,
    per_hour: Vec<f64>,
    /// Arrivals in the first half of each hour of the day, and in both.
    halves: [(u64, u64); 24],
}

impl History {
    fn of(openings: impl IntoIterator<Item = u64>, past: &Period) -> Option<Self> {
        let begin = past.local(past.from);
        let is_whole = past.from == Period::days(begin.date, begin.date.tomorrow().ok()?, past.zone())?.from;
        let first = if is_whole { begin.date } else { begin.date.tomorrow().ok()? };
        let mut history = Self { first, per_hour: Vec::new(), halves: [(0, 0); 24] };
        // The hour that runs is not over and says nothing yet.
        let length = history.place(past.local(past.to))?;
        let (mut counts, mut lengths) = (vec![0_u32; length], vec![0_u32; length]);
        for start in past.quarters() {
            if let Some(quarters) = history.place(past.local(start)).and_then(|place| lengths.get_mut(place))
            {
                *quarters += 1;
            }
        }
        for opened in openings.into_iter().filter(|opened| past.contains(*opened)) {
            let local = past.local(opened);
            if let Some(count) = history.place(local).and_then(|place| counts.get_mut(place)) {
                *count += 1;
                let halves = &mut history.halves[usize::from(local.hour)];
                halves.0 += u64::from(local.minute < 30);
                halves.1 += 1;
            }
        }
        for (place, (count, quarters)) in counts.iter().zip(&lengths).enumerate() {
            // An hour that the clocks skipped is as it was a week before; one that they repeat is twice as long.
            let per_hour = match quarters {
                0 => place.checked_sub(WEEK).map_or(0.0, |before| history.per_hour[before]),
                quarters => f64::from(*count) * 4.0 / f64::from(*quarters),
            };
            history.per_hour.push(per_hour);
        }
        Some(history)
    }

    /// Returns the number of a local hour, counted from the first.
    fn place(&self, local: LocalHour) -> Option<usize> {
        let days = usize::try_from(self.first.until(local.date).ok()?.get_days()).ok()?;
        Some(days * 24 + usize::from(local.hour))
    }

    /// Returns which share of its hour's arrivals came in this half; one half where nobody came.
    fn share(&self, local: LocalHour) -> f64 {
        let (first, both) = self.halves[usize::from(local.hour)];
        let share = (first as f64 + 1.0) / (both as f64 + 2.0);
        if local.minute < 30 { share } else { 1.0 - share }
    }
}

/// A change to the plan, to see what it does.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum WhatIf {
    /// As planned.
    AsPlanned,
    /// One counsellor more.
    OneMore,
    /// One less.
    OneLess,
    /// So many places for each.
    Slots(u32),
    /// Children give up after a mean of so many seconds.
    Patience(f64),
}

/// Returns what each change does to so many counsellors; nothing where the queue would grow without bound.
pub fn what_if(demand: &Demand, counsellors: u32, changes: &[WhatIf]) -> Vec<(WhatIf, Option<Staffed>)> {
    let outcome = |change: &WhatIf| match *change {
        WhatIf::AsPlanned => demand.with(counsellors),
        WhatIf::OneMore => demand.with(counsellors + 1),
        WhatIf::OneLess => counsellors.checked_sub(1).and_then(|fewer| demand.with(fewer)),
        WhatIf::Slots(slots) => demand.with_slots(slots).with(counsellors),
        WhatIf::Patience(patience_s) => Demand { patience_s: Some(patience_s), ..*demand }.with(counsellors),
    };
    changes.iter().map(|change| (*change, outcome(change))).collect()
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::*;

    const DEMAND: Demand = Demand {
        per_hour: 0.0,
        handle: Handle::Measured(1500.0),
        slots: 2,
        service_level: 0.8,
        target_s: 60.0,
        patience_s: None,
    };

    fn days(first: &str, end: &str) -> Period {
        let zone = TimeZone::get("Europe/Prague").expect("a zone");
        Period::days(first.parse().expect("a date"), end.parse().expect("a date"), &zone).expect("a period")
    }

    /// Twelve an hour from nine to nine, by the clock on the wall, two thirds of them in its first half.
    fn openings(past: &Period) -> Vec<u64> {
        let open = |start: &u64| (9..21).contains(&past.local(*start).hour);
        let many = |start: u64| if past.local(start).minute < 30 { 4 } else { 2 };
        past.quarters()
            .filter(open)
            .flat_map(|start| (0..many(start)).map(move |n| start + n * 1000))
            .collect()
    }

    #[test]
    fn the_evening_stays_the_evening_when_the_clocks_change() {
        for (first, end) in
            [("2026-09-28", "2026-10-26"), ("2026-03-02", "2026-03-30"), ("2026-10-19", "2026-11-16")]
        {
            let past = days(first, end);
            let ahead = WeekAhead::of(openings(&past), &past, &DEMAND).expect("weeks");
            assert_eq!(ahead.halves.len(), 336);
            for half in &ahead.halves {
                let local = past.local(half.start);
                let open = (9..21).contains(&local.hour);
                let expected = if !open {
                    0.0
                } else if local.minute < 30 {
                    8.0
                } else {
                    4.0
                };
                assert!((half.arrivals.expected - expected).abs() < 0.1, "{first} {local:?} {half:?}");
                assert!(half.arrivals.low <= expected + 0.1 && expected - 0.1 <= half.arrivals.high);
                let needed = |staffed: Option<Staffed>| staffed.map(|staffed| staffed.counsellors);
                assert_eq!(needed(half.needed).is_some_and(|needed| needed == 0), !open);
                assert!(needed(half.needed_high) >= needed(half.needed));
            }
        }
    }

    #[test]
    fn an_hour_that_the_clocks_repeat_counts_once() {
        let past = days("2026-09-28", "2026-10-26");
        let nights = past.quarters().filter(|start| past.local(*start).hour == 2);
        let openings: Vec<u64> = nights.flat_map(|start| (0..4).map(move |n| start + n * 1000)).collect();
        let ahead = WeekAhead::of(openings, &past, &DEMAND).expect("weeks");
        for half in ahead.halves.iter().filter(|half| past.local(half.start).hour == 2) {
            assert!((half.arrivals.expected - 8.0).abs() < 0.1, "{half:?}");
        }
    }

    #[test]
    fn the_hour_that_runs_is_ahead_and_a_day_begun_is_left_out() {
        let whole = days("2026-11-02", "2026-11-30");
        let past = Period::new(whole.from + 3_600_000, whole.to + 13 * 3_600_000 + 2_400_000, whole.zone());
        let ahead = WeekAhead::of(openings(&past), &past, &DEMAND).expect("weeks");
        assert_eq!(past.local(ahead.halves[0].start), past.local(whole.to + 13 * 3_600_000 + 1_800_000));
        assert!((ahead.halves[0].arrivals.expected - 4.0).abs() < 0.1);
        assert!(WeekAhead::of([], &days("2026-11-02", "2026-11-08"), &DEMAND).is_none());
    }

    #[test]
    fn changes_show_what_they_do() {
        let demand = Demand { per_hour: 12.0, ..DEMAND };
        let changes =
            [WhatIf::AsPlanned, WhatIf::OneMore, WhatIf::OneLess, WhatIf::Slots(3), WhatIf::Patience(300.0)];
        let found = what_if(&demand, 3, &changes);
        let level = |n: usize| found[n].1.map(|staffed| staffed.waiting.service_level);
        assert!(level(1) > level(0) && level(3) > level(0));
        assert_eq!(level(2), None, "five erlangs do not fit into two counsellors' four places");
        assert!(found[4].1.is_some_and(|staffed| staffed.waiting.abandonment > 0.0));
    }
}
