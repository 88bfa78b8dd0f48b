//! When the line is open: `[hours]` with a line for each day or span of days, in the zone of the people.

use std::collections::BTreeSet;

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::Must;
use super::read::Reader;
use super::value::{Raw, any};

/// The hours of the line. A span over midnight belongs to the day on which it begins; a closed day begins none.
#[derive(Debug, Clone, PartialEq)]
pub struct Hours {
    zone: TimeZone,
    /// Spans of each day, Monday first, as minutes of the day; beyond 24 h they reach into the next. `None`: always open.
    days: Option<[Vec<Span>; 7]>,
    closed: BTreeSet<Date>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Span {
    from: i16,
    to: i16,
}

const DAY: i16 = 24 * 60;
const NAMES: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// How far ahead an opening is looked for: over every holiday a calendar can hold.
const HORIZON_DAYS: i32 = 800;

impl Hours {
    /// Returns the hours of a line that never closes.
    pub fn always() -> Hours {
        Hours { zone: TimeZone::UTC, days: None, closed: BTreeSet::new() }
    }

    pub(super) fn read(reader: &mut Reader<'_>) -> Hours {
        let zone = reader.take("hours.zone", "Time zone of the hours.", "Europe/Prague", any());
        let closed: Vec<Date> =
            reader.take("hours.closed", "Days on which the line does not open, as `2026-12-24`.", "", any());
        let mut days: [Option<Vec<Span>>; 7] = Default::default();
        let mut is_set = false;
        let forms = ["mon-fri", "sat-sun", "mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        for line in reader.take_rest("hours.", &forms) {
            let origin = reader.origin_of(line.line);
            let Some(named) = parse_days(line.key.trim_start_matches("hours.")) else {
                reader.put_back(line);
                continue;
            };
            is_set = true;
            let spans = match &line.raw {
                Raw::Text(text) => parse_spans(text),
                _ => None,
            };
            let Some(spans) = spans else {
                reader.wrong(&line.key, &origin, line.raw.to_string(), Must::Be("open"));
                continue;
            };
            for day in named {
                if days[day].replace(spans.clone()).is_some() {
                    reader.wrong(&line.key, &origin, line.raw.to_string(), Must::Be("days"));
                }
            }
        }
        // Without a line for a day the line never closes, save on the days named as closed.
        let days = match (is_set, closed.is_empty()) {
            (true, _) => Some(days.map(Option::unwrap_or_default)),
            (false, false) => Some(std::array::from_fn(|_| vec![Span { from: 0, to: DAY }])),
            (false, true) => None,
        };
        Hours { zone, days, closed: closed.into_iter().collect() }
    }

    /// Returns the zone in which the hours are meant.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Whether the line is open at a moment.
    pub fn is_open(&self, at: Timestamp) -> bool {
        let today = self.zone.to_datetime(at).date();
        let yesterday = today.yesterday().unwrap_or(today);
        [yesterday, today]
            .into_iter()
            .flat_map(|date| self.spans(date))
            .any(|(from, to)| from <= at && at < to)
    }

    /// Returns when the line opens next: `at` itself if it is open, nothing if it never does.
    pub fn next_opening(&self, at: Timestamp) -> Option<Timestamp> {
        if self.is_open(at) {
            return Some(at);
        }
        // In the order of days spans also begin in order, so the first found is the next.
        self.days_from(at).flat_map(|date| self.spans(date)).map(|(from, _)| from).find(|from| *from > at)
    }

    /// Returns when the line closes: nothing if it is closed, or never closes.
    pub fn closing(&self, at: Timestamp) -> Option<Timestamp> {
        if self.days.is_none() || !self.is_open(at) {
            return None;
        }
        // Spans may touch, as at midnight: only an end at which the line is not open again counts. One that begins later
        // and ends earlier lies inside, so the first found is the earliest.
        let mut ends = self.days_from(at).flat_map(|date| self.spans(date)).map(|(_, to)| to);
        ends.find(|to| *to > at && !self.is_open(*to))
    }

    /// Returns the moment of the next opening or closing after `at`.
    pub fn next_change(&self, at: Timestamp) -> Option<Timestamp> {
        if self.is_open(at) { self.closing(at) } else { self.next_opening(at) }
    }

    fn days_from(&self, at: Timestamp) -> impl Iterator<Item = Date> {
        let today = self.zone.to_datetime(at).date();
        let first = today.yesterday().unwrap_or(today);
        let horizon = if self.days.is_some() { HORIZON_DAYS } else { 0 };
        (0..=horizon).filter_map(move |ahead| first.checked_add(ahead.days()).ok())
    }

    /// Returns the spans that begin on a day. A time the clocks skip counts as just after, one they repeat as the first.
    fn spans(&self, date: Date) -> Vec<(Timestamp, Timestamp)> {
        let Some(days) = &self.days else { return vec![(Timestamp::MIN, Timestamp::MAX)] };
        if self.closed.contains(&date) {
            return Vec::new();
        }
        let spans = days[weekday_index(date.weekday())].iter();
        let moments =
            spans.filter_map(|span| Some((self.moment(date, span.from)?, self.moment(date, span.to)?)));
        // A span that lies in a skipped hour is none.
        moments.filter(|(from, to)| from < to).collect()
    }

    fn moment(&self, date: Date, minutes: i16) -> Option<Timestamp> {
        let date = date.checked_add(i32::from(minutes / DAY).days()).ok()?;
        let minutes = minutes % DAY;
        let time = Time::new((minutes / 60) as i8, (minutes % 60) as i8, 0, 0).ok()?;
        self.zone.to_timestamp(date.to_datetime(time)).ok()
    }
}

fn weekday_index(day: Weekday) -> usize {
    usize::try_from(day.to_monday_zero_offset()).unwrap_or_default()
}

/// Reads `mon`, `mon-fri`, `sat-sun`, `fri-mon`.
fn parse_days(text: &str) -> Option<Vec<usize>> {
    let index = |name: &str| NAMES.iter().position(|known| *known == name);
    match text.split_once('-') {
        None => Some(vec![index(text)?]),
        Some((first, last)) => {
            let (first, last) = (index(first)?, index(last)?);
            let length = (last + 7 - first) % 7;
            Some((0..=length).map(|ahead| (first + ahead) % 7).collect())
        }
    }
}

/// Reads `9-21`, `9:30-12, 13-17`, `22-6`, `0-24`; an empty text is a closed day. Spans of a day may not overlap.
fn parse_spans(text: &str) -> Option<Vec<Span>> {
    let mut spans = Vec::new();
    for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
        let (from, to) = part.split_once('-')?;
        let (from, mut to) = (parse_time(from)?, parse_time(to)?);
        if from >= DAY || from == to {
            return None;
        }
        if to < from {
            to += DAY;
        }
        spans.push(Span { from, to });
    }
    spans.sort();
    spans.is_sorted_by(|one, next| one.to <= next.from).then_some(spans)
}

fn parse_time(text: &str) -> Option<i16> {
    let (hours, minutes) = text.trim().split_once(':').unwrap_or((text.trim(), "0"));
    let number = |text: &str| {
        (text.len() <= 2 && text.bytes().all(|byte| byte.is_ascii_digit()))
            .then(|| text.parse::<i16>().ok())?
    };
    let (hours, minutes) = (number(hours)?, number(minutes)?);
    (hours < 24 && minutes < 60 || (hours, minutes) == (24, 0)).then_some(hours * 60 + minutes)
}
