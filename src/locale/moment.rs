//! Times, durations and dates as each language writes them.

use std::time::Duration;

use jiff::civil::{Date, Time};

use super::{Locale, Value};

impl Locale {
    /// Writes a time of day: 14:02.
    pub fn clock(&self, time: Time) -> String {
        format!("{:02}:{:02}", time.hour(), time.minute())
    }

    /// Writes a time of day to the second: 14:02:11.
    pub fn clock_seconds(&self, time: Time) -> String {
        format!("{:02}:{:02}:{:02}", time.hour(), time.minute(), time.second())
    }

    /// Writes a wait as a running clock: 06:12, from an hour on 1:06:12.
    pub fn wait(&self, wait: Duration) -> String {
        let seconds = wait.as_secs();
        match seconds / 3600 {
            0 => format!("{:02}:{:02}", seconds / 60, seconds % 60),
            hours => format!("{hours}:{:02}:{:02}", seconds / 60 % 60, seconds % 60),
        }
    }

    /// Writes how long something took, in whole minutes begun: 34 min, from an hour on 2 h 10 min.
    pub fn minutes(&self, length: Duration) -> String {
        let minutes = length.as_secs() / 60;
        match minutes / 60 {
            0 => self.say_with("length-minutes", &[("minutes", minutes.into())]),
            hours => {
                self.say_with("length-hours", &[("hours", hours.into()), ("minutes", (minutes % 60).into())])
            }
        }
    }

    /// Writes a day of this year: 12 Nov, 12. 11.
    pub fn date(&self, date: Date) -> String {
        self.say_with(
            "date-short",
            &[("day", day(date)), ("month", self.say(&month_id("month-short", date)).into())],
        )
    }

    /// Writes a day with its year: 12 Nov 2026, 12. 11. 2026.
    pub fn date_year(&self, date: Date) -> String {
        self.say_with("date-year", &self.parts("month-short", date))
    }

    /// Writes a day in full: 12 November 2026, 12. listopadu 2026.
    pub fn date_full(&self, date: Date) -> String {
        self.say_with("date-full", &self.parts("month-full", date))
    }

    /// Writes the short name of a day of the week: Fri, pá.
    pub fn weekday(&self, date: Date) -> String {
        self.say(&format!("weekday-{}", date.weekday().to_monday_one_offset()))
    }

    fn parts(&self, month: &str, date: Date) -> [(&'static str, Value<'static>); 3] {
        [
            ("day", day(date)),
            ("month", self.say(&month_id(month, date)).into()),
            ("year", date.year().to_string().into()),
        ]
    }
}

fn day(date: Date) -> Value<'static> {
    date.day().to_string().into()
}

fn month_id(form: &str, date: Date) -> String {
    format!("{form}-{}", date.month())
}
