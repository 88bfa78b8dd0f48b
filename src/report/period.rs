//! A half-open span of days in the zone of the helpline, and its clock: which local hour a moment belongs to. Days of
//! 23 and 25 hours are as long as they are.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

/// A span of time, half-open, and the zone in which its days are meant.
#[derive(Debug, Clone, PartialEq)]
pub struct Period {
    /// Its beginning, in milliseconds since 1970.
    pub from: u64,
    /// Its end, exclusive.
    pub to: u64,
    zone: TimeZone,
}

/// A local hour: the day and the hour of it, 0 to 23.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct LocalHour {
    /// The day.
    pub date: Date,
    /// The hour, 0 to 23.
    pub hour: u8,
    /// Minutes after it.
    pub minute: u8,
}

impl LocalHour {
    /// Returns the day of the week, Monday 0 to Sunday 6.
    pub fn weekday(&self) -> usize {
        usize::try_from(self.date.weekday().to_monday_zero_offset()).unwrap_or_default()
    }

    /// Returns the hour of the week, 0 for Monday's first to 167.
    pub fn of_week(&self) -> usize {
        self.weekday() * 24 + usize::from(self.hour)
    }
}

/// A quarter of an hour in milliseconds: every zone's clocks change on one.
pub const QUARTER_MS: u64 = 900_000;

impl Period {
    /// Returns the days from `first` to before `end`; nothing if there is none or the calendar ends.
    pub fn days(first: Date, end: Date, zone: &TimeZone) -> Option<Self> {
        let start = |date: Date| {
            // A midnight that the clocks skip is the moment after.
            let at = zone.to_timestamp(date.to_datetime(Time::midnight())).ok()?.as_millisecond();
            u64::try_from(at).ok()
        };
        let (from, to) = (start(first)?, start(end)?);
        (from < to).then(|| Self { from, to, zone: zone.clone() })
    }

    /// Returns a span of milliseconds since 1970.
    pub fn new(from: u64, to: u64, zone: &TimeZone) -> Self {
        Self { from, to, zone: zone.clone() }
    }

    /// Reads a quarter, `2026-Q3`, or a month, `2026-09`.
    pub fn parse(text: &str, zone: &TimeZone) -> Option<Self> {
        let (year, rest) = text.split_once('-')?;
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        if year.len() != 4 || !is_number(year) {
            return None;
        }
        let year: i16 = year.parse().ok()?;
        let (month, months) = match rest.strip_prefix('Q').or_else(|| rest.strip_prefix('q')) {
            Some(quarter @ ("1" | "2" | "3" | "4")) => (quarter.parse::<i8>().ok()? * 3 - 2, 3),
            Some(_) => return None,
            None if rest.len() == 2 && is_number(rest) => (rest.parse().ok()?, 1),
            None => return None,
        };
        let first = Date::new(year, month, 1).ok()?;
        Self::days(first, first.checked_add(months.months()).ok()?, zone)
    }

    /// Returns the zone.
    pub fn zone(&self) -> &TimeZone {
        &self.zone
    }

    /// Whether it holds a moment.
    pub fn contains(&self, at: u64) -> bool {
        (self.from..self.to).contains(&at)
    }

    /// Returns its first day and its last, inclusive.
    pub fn ends(&self) -> (Date, Date) {
        (self.local(self.from).date, self.local(self.to.saturating_sub(1).max(self.from)).date)
    }

    /// Returns the year and number of the quarter that it is, if it is a whole one.
    pub fn as_quarter(&self) -> Option<(i16, u8)> {
        let first = self.local(self.from).date;
        let number = u8::try_from((first.month() - 1) / 3 + 1).ok()?;
        let whole = Self::parse(&format!("{:04}-Q{number}", first.year()), &self.zone)?;
        (whole == *self).then_some((first.year(), number))
    }

    /// Returns the local hour of a moment.
    pub fn local(&self, at: u64) -> LocalHour {
        let local = self.zone.to_datetime(moment(at));
        LocalHour {
            date: local.date(),
            hour: u8::try_from(local.hour()).unwrap_or_default(),
            minute: u8::try_from(local.minute()).unwrap_or_default(),
        }
    }

    /// Returns the starts of its quarters of an hour.
    pub fn quarters(&self) -> impl Iterator<Item = u64> + use<> {
        let to = self.to;
        (self.from.div_ceil(QUARTER_MS)..)
            .map(|quarter| quarter * QUARTER_MS)
            .take_while(move |start| *start < to)
    }
}

/// Returns a moment of so many milliseconds since 1970; what no calendar holds is its first day.
pub fn moment(at: u64) -> Timestamp {
    i64::try_from(at).ok().and_then(|at| Timestamp::from_millisecond(at).ok()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn prague() -> TimeZone {
        TimeZone::get("Europe/Prague").expect("a zone")
    }

    #[test]
    fn quarters_and_months_are_read_and_nothing_else() {
        for (text, first, last) in [
            ("2026-Q3", "2026-07-01", "2026-09-30"),
            ("2026-q4", "2026-10-01", "2026-12-31"),
            ("2024-02", "2024-02-01", "2024-02-29"),
        ] {
            let (from, to) = Period::parse(text, &prague()).expect(text).ends();
            assert_eq!((from.to_string(), to.to_string()), (first.to_owned(), last.to_owned()), "{text}");
        }
        for text in
            ["", "2026", "2026-Q0", "2026-Q5", "2026-Q+1", "2026-13", "26-Q1", "2026-1", "2026-+1", "+026-Q1"]
        {
            assert_eq!(Period::parse(text, &prague()), None, "{text}");
        }
        assert_eq!(Period::parse("2026-Q3", &prague()).expect("one").as_quarter(), Some((2026, 3)));
        assert_eq!(Period::parse("2026-07", &prague()).expect("one").as_quarter(), None);
    }

    #[test]
    fn days_are_as_long_as_they_are() {
        let day = |date: &str| {
            let first: Date = date.parse().expect("a date");
            Period::days(first, first.tomorrow().expect("a day"), &prague()).expect("a period")
        };
        for (date, hours) in [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-12", 24)] {
            let day = day(date);
            assert_eq!(day.quarters().count(), hours * 4, "{date}");
            let twos = day.quarters().filter(|start| day.local(*start).hour == 2).count();
            assert_eq!(
                twos,
                [4, 0, 8][[24, 23, 25].iter().position(|h| *h == hours).expect("one")],
                "{date}"
            );
        }
        let night = day("2026-10-25");
        assert!(night.contains(night.from) && !night.contains(night.to));
    }
}
