//! The section of the report that holds staffing against need.

use super::{Options, Plot, Report, Table};
use crate::report::staffing::{Demand, Handle, people};
use crate::report::statistics::{By, WeekHour};
use crate::report::week::demand;

/// An hour of the week: how many were there in the mean, and how many it takes.
#[derive(Clone, Copy)]
struct Hour {
    staffed: Option<f64>,
    needed: Option<u32>,
}

impl Report<'_> {
    /// How many counsellors were there, and how many the arrivals of each hour take.
    pub(super) fn plan(&mut self) {
        self.page.heading("report-plan");
        let Options { goals, slots, patience_s, .. } = self.options;
        let Some(demand) = demand(self.statistics, goals, *slots, *patience_s) else {
            return self.page.paragraph(&self.say("report-plan-nothing"));
        };
        let (Handle::Measured(handle_s) | Handle::Alone(handle_s)) = demand.handle;
        let basis = match demand.handle {
            Handle::Measured(_) => "report-plan-measured",
            Handle::Alone(_) => "report-plan-alone",
        };
        let values = [("aht", self.seconds(Some(handle_s)).into()), ("slots", demand.slots.into())];
        self.page.paragraph(&format!(
            "{} {}",
            self.say("report-plan-about"),
            self.locale.say_with(basis, &values)
        ));

        let hours: Vec<Hour> = self.statistics.week.iter().map(|hour| plan_of(hour, &demand)).collect();
        let days = |hour: usize| (0..7).map(move |day| day * 24 + hour);
        let mean =
            |values: Vec<f64>| (!values.is_empty()).then(|| values.iter().sum::<f64>() / values.len() as f64);
        let staffed: Vec<Option<f64>> =
            (0..24).map(|hour| mean(days(hour).filter_map(|place| hours[place].staffed).collect())).collect();
        let is_shown = |hour: usize| {
            let group = self.statistics.of_key(By::Hour, &format!("{hour:02}"));
            self.k(group.map_or(0, |group| group.tally.offered)).is_some()
        };
        let need = |hour: usize| {
            let needed = days(hour).filter_map(|place| hours[place].needed.map(f64::from)).collect();
            mean(needed).filter(|_| is_shown(hour))
        };
        let needed: Vec<Option<f64>> = (0..24).map(need).collect();
        let labels: Vec<String> = (0..24).map(|hour| format!("{hour:02}")).collect();
        let (heading, about) = (self.say("report-plan"), self.say("report-plan-about"));
        let number = |value: f64| self.locale.decimal(value, if value.fract() == 0.0 { 0 } else { 1 });
        let plot = Plot { id: "plan", title: &heading, about: &about, labels: &labels, value: &number };
        let drawn = plot.columns(&[], &staffed, &needed);
        self.page.figure(&drawn, &self.say("report-legend-plan"));

        let mut table = Table::new(&["report-hour", "report-staffed", "report-needed", "report-employed"]);
        for (hour, label) in labels.iter().enumerate() {
            let employed = needed[hour].and_then(|need| people(need.ceil() as u32, self.options.shrinkage));
            let employed = employed.map_or_else(|| "–".to_owned(), |people| people.to_string());
            table.row(label, &[self.decimal(staffed[hour], 1), self.decimal(needed[hour], 1), employed]);
        }
        self.page.table(&table, &heading);
        // Outside the house a single hour of the week would show single children.
        if self.options.hide_below.is_none() {
            self.week(&hours);
        }
    }

    fn week(&mut self, hours: &[Hour]) {
        let mut table = Table::new(&[
            "report-hour",
            "weekday-1",
            "weekday-2",
            "weekday-3",
            "weekday-4",
            "weekday-5",
            "weekday-6",
            "weekday-7",
        ]);
        for hour in 0..24 {
            let cell = |day: usize| {
                let Hour { staffed, needed } = hours[day * 24 + hour];
                let is_short =
                    staffed.zip(needed).is_some_and(|(staffed, needed)| staffed + 0.05 < f64::from(needed));
                let needed = needed.map_or_else(|| "–".to_owned(), |needed| needed.to_string());
                format!("{} / {needed}{}", self.decimal(staffed, 1), if is_short { " !" } else { "" })
            };
            let cells: Vec<String> = (0..7).map(cell).collect();
            table.row(&format!("{hour:02}"), &cells);
        }
        let caption = self.say("report-plan-week");
        self.page.table(&table.with_class("week"), &caption);
    }
}

fn plan_of(hour: &WeekHour, demand: &Demand) -> Hour {
    if hour.length_s == 0 {
        return Hour { staffed: None, needed: None };
    }
    let per_hour = hour.tally.offered as f64 * 3600.0 / hour.length_s as f64;
    let needed = Demand { per_hour, ..*demand }.needed().map(|staffed| staffed.counsellors);
    Hour { staffed: Some(hour.staff.staffed_s as f64 / hour.length_s as f64), needed }
}
