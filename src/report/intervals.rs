//! `queue_intervals.csv`: quarters of an hour by channel, in integers that add; every ratio follows from sums.

use std::collections::BTreeMap;

use super::line::field;
use super::period::{Period, QUARTER_MS, moment};
use super::statistics::{QUEUE, Row, handle_ms};
use crate::conversation::event::Interval;
use crate::conversation::tally::{Fate, Staff, Tally, Terms, fate};

/// A quarter of an hour of one channel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Quarter {
    /// Who came in it.
    pub tally: Tally,
    /// The longest wait of all of them, also of those who gave up, in milliseconds.
    pub wait_max_ms: u64,
    /// Their handle times, in milliseconds.
    pub handle_ms: u64,
    /// The staffing; it has no channel and stands with the queue's.
    pub staff: Staff,
}

/// Returns the quarters of a period by start and channel; those in which nothing was are left out.
pub fn quarters(
    period: &Period,
    terms: Terms,
    rows: &[Row],
    intervals: &[Interval],
) -> BTreeMap<(u64, String), Quarter> {
    let mut quarters: BTreeMap<(u64, String), Quarter> = BTreeMap::new();
    for Row { contact, .. } in rows.iter().filter(|row| period.contains(row.contact.opened)) {
        let start = contact.opened / QUARTER_MS * QUARTER_MS;
        let quarter = quarters.entry((start, contact.channel.clone())).or_default();
        let (Fate::Answered(wait) | Fate::Abandoned(wait, _)) = fate(contact) else { continue };
        quarter.tally += Tally::of(contact, terms);
        quarter.wait_max_ms = quarter.wait_max_ms.max(wait);
        quarter.handle_ms += handle_ms(contact).unwrap_or(0);
    }
    for interval in intervals.iter().filter(|interval| period.contains(interval.start)) {
        quarters.entry((interval.start, QUEUE.to_owned())).or_default().staff += Staff::of(interval);
    }
    quarters
}

/// Returns them as CSV, times in UTC, sums in whole seconds.
pub fn csv(quarters: &BTreeMap<(u64, String), Quarter>) -> String {
    let mut out = String::from(
        "start,channel,offered,answered,abandoned,short_abandoned,within_target,wait_sum_s,wait_max_s,handle_sum_s,\
         session_s,with_s,busy_s,staffed_s,slots_s\n",
    );
    for ((start, channel), quarter) in quarters {
        let Quarter { tally, wait_max_ms, handle_ms, staff } = quarter;
        let start = moment(*start);
        let seconds = |ms: u64| (ms + 500) / 1000;
        let numbers = [
            tally.offered,
            tally.answered,
            tally.abandoned,
            tally.short,
            tally.within,
            seconds(tally.wait_ms),
            seconds(*wait_max_ms),
            seconds(*handle_ms),
            staff.session_s,
            staff.with_s,
            staff.busy_s,
            staff.staffed_s,
            staff.slots_s,
        ];
        out.push_str(&format!("{start},{}", field(channel)));
        numbers.iter().for_each(|number| out.push_str(&format!(",{number}")));
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::super::statistics::tests::row;
    use super::*;

    #[test]
    fn quarters_are_written_in_utc_and_add() {
        let start = 1_800_000_000_000 / QUARTER_MS * QUARTER_MS;
        let period = Period::new(start, start + 2 * QUARTER_MS, &TimeZone::UTC);
        let rows = [
            row(start + QUARTER_MS - 1, None, 70_000),
            row(start, Some(5_000), 600_000),
            row(start + QUARTER_MS, Some(1_000), 60_000),
            row(start + 2 * QUARTER_MS, Some(1_000), 60_000),
        ];
        let interval =
            Interval { start, staffed_s: 900, slots_s: 2700, session_s: 600, with_s: 600, busy_s: 650 };
        let text = csv(&quarters(&period, Terms::default(), &rows, &[interval]));
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines.len(), 3);
        assert_eq!(lines[1], "2027-01-15T08:00:00Z,chat,2,1,1,0,1,5,70,655,600,600,650,900,2700");
        assert_eq!(lines[2], "2027-01-15T08:15:00Z,chat,1,1,0,0,1,1,1,119,0,0,0,0,0");
    }
}
