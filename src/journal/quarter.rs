//! How long the house keeps an entry: accounts and audit for ever, the rest a quarter at a time.

use jiff::ToSpan as _;
use jiff::civil::{Date, date};

use crate::conversation::{Entry, Kind};

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// A quarter of a year in UTC: the year × 4 + 0 to 3.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Quarter(pub u16);

impl Quarter {
    /// Returns the quarter of a time in milliseconds since 1970; what is beyond the calendar is in its last.
    pub fn of(at: u64) -> Self {
        let date = date_of_day(day_of(at));
        let year = u16::try_from(date.year()).unwrap_or(0);
        Self(year * 4 + u16::try_from(date.month() - 1).unwrap_or(0) / 3)
    }

    /// Returns the quarter that keeps an entry of the house; none if the entry is kept for ever.
    pub fn keeping(entry: &Entry) -> Option<Self> {
        use Kind::{Card, Erased, Granted, Invited, Joined, Looked, Revoked, Setting};
        match entry.kind {
            Invited | Joined | Granted | Revoked | Card | Looked | Erased | Setting => None,
            _ => Some(Self::of(entry.at)),
        }
    }

    /// Returns the spelling in file names: `2025-4`.
    pub fn spelled(self) -> String {
        format!("{}-{}", self.0 / 4, self.0 % 4 + 1)
    }

    /// Reads that spelling.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, quarter) = text.split_once('-')?;
        let (year, quarter): (u16, u16) = (year.parse().ok()?, quarter.parse().ok()?);
        let quarter = Self(year.checked_mul(4)?.checked_add(quarter.checked_sub(1)?)?);
        (quarter.spelled() == text).then_some(quarter)
    }
}

/// Returns the day of a time, counted from 1970.
pub(crate) fn day_of(at: u64) -> u32 {
    u32::try_from(at / DAY_MS).unwrap_or(u32::MAX).min(last_day())
}

/// Returns the date of a day.
pub(crate) fn date_of_day(day: u32) -> Date {
    EPOCH.checked_add(i64::from(day).days()).unwrap_or(Date::MAX)
}

/// Returns the day of a date written as `2025-11-24`.
pub(crate) fn parse_day(text: &str) -> Option<u32> {
    let date: Date = text.parse().ok()?;
    let day = u32::try_from(EPOCH.until(date).ok()?.get_days()).ok()?;
    (date_of_day(day).to_string() == text).then_some(day)
}

const EPOCH: Date = date(1970, 1, 1);

fn last_day() -> u32 {
    EPOCH.until(Date::MAX).map_or(0, |span| span.get_days().unsigned_abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_fall_into_their_day_and_quarter() {
        for (at, date, quarter) in [
            (0, "1970-01-01", "1970-1"),
            (1_763_942_400_000, "2025-11-24", "2025-4"),
            (1_764_028_799_999, "2025-11-24", "2025-4"),
            (1_767_225_600_000, "2026-01-01", "2026-1"),
            (1 << 53, "9999-12-31", "9999-4"),
        ] {
            assert_eq!(date_of_day(day_of(at)).to_string(), date, "{at}");
            assert_eq!(parse_day(date), Some(day_of(at)), "{at}");
            assert_eq!(Quarter::of(at).spelled(), quarter, "{at}");
            assert_eq!(Quarter::parse(quarter), Some(Quarter::of(at)), "{at}");
        }
        for stranger in
            ["", "2025", "2025-0", "2025-5", "x-1", "2025-01", "20250101", "1969-12-31", "lost+found"]
        {
            assert_eq!((parse_day(stranger), Quarter::parse(stranger)), (None, None), "{stranger}");
        }
    }
}
