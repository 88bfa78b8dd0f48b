//! When the line is open by the clock on the wall: weekly hours in a time zone, and days on which it is closed.

use jiff::civil::{Date, Time, Weekday};
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};

/// Weekly hours. A time of 24:00 is the end of the day.
#[derive(Debug, Clone)]
pub struct Hours {
    /// The zone the hours are meant in.
    pub zone: TimeZone,
    /// For Monday to Sunday the spans of minutes after midnight at which the line is open, half-open.
    pub week: [Vec<(u16, u16)>; 7],
    /// Days on which it stays closed.
    pub closed: Vec<Date>,
}

impl Hours {
    /// Whether the line is open at `now`, in milliseconds since 1970.
    pub fn is_open(&self, now: u64) -> bool {
        let Some(local) = self.local(now) else { return true };
        if self.closed.contains(&local.date()) {
            return false;
        }
        let minute =
            u16::try_from(local.hour()).unwrap_or(0) * 60 + u16::try_from(local.minute()).unwrap_or(0);
        self.spans(local.weekday()).iter().any(|(from, to)| (*from..*to).contains(&minute))
    }

    /// Returns when the line opens next after `now`, within two weeks.
    pub fn next(&self, now: u64) -> Option<u64> {
        let today = self.local(now)?.date();
        for ahead in 0..15 {
            let date = today.checked_add(ahead.days()).ok()?;
            if self.closed.contains(&date) {
                continue;
            }
            for (from, _) in self.spans(date.weekday()) {
                let time = Time::midnight().checked_add(i64::from(*from).minutes()).ok()?;
                let at = self.zone.to_timestamp(date.to_datetime(time)).ok()?.as_millisecond();
                if let Ok(at) = u64::try_from(at)
                    && at > now
                {
                    return Some(at);
                }
            }
        }
        None
    }

    fn spans(&self, day: Weekday) -> &[(u16, u16)] {
        usize::try_from(day.to_monday_zero_offset())
            .ok()
            .and_then(|day| self.week.get(day))
            .map_or(&[], |spans| spans)
    }

    fn local(&self, now: u64) -> Option<jiff::civil::DateTime> {
        let now = Timestamp::from_millisecond(i64::try_from(now).ok()?).ok()?;
        Some(self.zone.to_datetime(now))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hours_open_and_close_in_their_zone() {
        let mut week: [Vec<(u16, u16)>; 7] = Default::default();
        week[..5].fill(vec![(9 * 60, 21 * 60)]);
        week[5] = vec![(14 * 60, 24 * 60)];
        let hours = Hours {
            zone: TimeZone::fixed(jiff::tz::offset(1)),
            week,
            closed: vec![jiff::civil::date(2026, 12, 24)],
        };
        let at = |text: &str| {
            u64::try_from(text.parse::<Timestamp>().expect("a time").as_millisecond()).expect("now")
        };
        for (time, open, next) in [
            ("2026-11-23T07:59:59Z", false, "2026-11-23T08:00:00Z"),
            ("2026-11-23T08:00:00Z", true, "2026-11-24T08:00:00Z"),
            ("2026-11-23T19:59:00Z", true, "2026-11-24T08:00:00Z"),
            ("2026-11-23T20:00:00Z", false, "2026-11-24T08:00:00Z"),
            ("2026-11-28T22:59:00Z", true, "2026-11-30T08:00:00Z"),
            ("2026-11-28T23:00:00Z", false, "2026-11-30T08:00:00Z"),
            ("2026-12-24T12:00:00Z", false, "2026-12-25T08:00:00Z"),
        ] {
            assert_eq!(hours.is_open(at(time)), open, "{time}");
            assert_eq!(hours.next(at(time)), Some(at(next)), "{time}");
        }
    }
}
