//! The statistics of one group as plain numbers: what tables, JSON and CSV show. Outside the house small numbers are
//! hidden here, before anything is drawn.

use serde::Serialize;

use super::statistics::{By, Group, LEAST_RATINGS, QUEUE, Statistics};

/// One group in plain numbers. A count that is missing is hidden (`<k`), a measure that is missing is `–`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Line {
    /// The code of the group.
    pub key: String,
    /// All that came.
    pub offered: Option<u64>,
    /// Somebody took them.
    pub answered: Option<u64>,
    /// Answered within the target.
    pub within: Option<u64>,
    /// Ended and never taken.
    pub abandoned: Option<u64>,
    /// Of those before the short limit.
    pub short: Option<u64>,
    /// Of those by pressing *leave*.
    pub by_hand: Option<u64>,
    /// Of those because the connection did not come back.
    pub by_network: Option<u64>,
    /// Came again with the ticket of a talk that was left.
    pub came_again: Option<u64>,
    /// Share of those that tried which gave up.
    pub abandonment: Option<f64>,
    /// Share of those that tried which were answered within the target.
    pub service_level: Option<f64>,
    /// Share of those that tried which were answered.
    pub reach: Option<f64>,
    /// Mean wait of those answered, in seconds.
    pub asa_s: Option<f64>,
    /// Median wait of those answered, in seconds.
    pub wait_p50_s: Option<f64>,
    /// 90th percentile of the same.
    pub wait_p90_s: Option<f64>,
    /// Median from the opening to the counsellor's first message, in seconds.
    pub first_p50_s: Option<f64>,
    /// Median over contacts of the response gap, in seconds.
    pub gap_p50_s: Option<f64>,
    /// Mean handle time in seconds.
    pub aht_s: Option<f64>,
    /// Mean of how the child felt afterwards, 1 to 4, of at least five.
    pub felt: Option<f64>,
    /// Mean of whether it felt listened to, 0 to 2, of at least five.
    pub heard: Option<f64>,
}

impl Line {
    /// Returns a group in plain numbers.
    pub fn of(key: &str, group: &Group) -> Self {
        let tally = &group.tally;
        let seconds = |ms: Option<u64>| ms.map(|ms| ms as f64 / 1000.0);
        Self {
            key: key.to_owned(),
            offered: Some(tally.offered),
            answered: Some(tally.answered),
            within: Some(tally.within),
            abandoned: Some(tally.abandoned),
            short: Some(tally.short),
            by_hand: Some(tally.by_hand),
            by_network: Some(tally.by_network),
            came_again: Some(tally.came_again),
            abandonment: tally.abandonment(),
            service_level: tally.service_level(),
            reach: tally.reach(),
            asa_s: tally.speed_of_answer_ms().map(|ms| ms / 1000.0),
            wait_p50_s: seconds(group.waits.percentile(50)),
            wait_p90_s: seconds(group.waits.percentile(90)),
            first_p50_s: seconds(group.first.percentile(50)),
            gap_p50_s: seconds(group.gaps.percentile(50)),
            aht_s: group.handle.value().map(|ms| ms / 1000.0),
            felt: group.felt.of_at_least(LEAST_RATINGS),
            heard: group.heard.of_at_least(LEAST_RATINGS),
        }
    }

    /// Returns the lines of a grouping, small ones hidden if `k` says so.
    pub fn all(statistics: &Statistics, by: By, k: Option<u64>) -> Vec<Self> {
        let empty = Group::default();
        let keys = statistics.keys(by);
        let group = |key: &String| {
            let mut line = Self::of(key, statistics.of_key(by, key).unwrap_or(&empty));
            if by == By::Channel && key != QUEUE {
                line.without_queue();
            }
            line
        };
        let mut lines: Vec<Self> = keys.iter().map(group).collect();
        if let Some(k) = k {
            hide(&mut lines, k);
        }
        lines
    }

    /// Hides what in one line is small: the whole line if few came, else each part with all that it follows from.
    pub fn hide_small(&mut self, k: u64) {
        if self.offered.is_none_or(|offered| is_small(offered, k)) {
            self.hide_all();
            return;
        }
        let small = |count: Option<u64>| count.is_none_or(|count| is_small(count, k));
        let difference = |whole: Option<u64>, part: Option<u64>| Some(whole?.saturating_sub(part?));
        let tried = difference(self.offered, self.short);
        // Answered and abandoned sum to offered: with one hidden the other would tell.
        if small(self.answered) || small(self.abandoned) || small(difference(self.answered, self.within)) {
            (self.within, self.service_level) = (None, None);
        }
        if small(self.answered) || small(self.abandoned) {
            (self.answered, self.abandoned, self.reach, self.abandonment) = (None, None, None, None);
        }
        if small(self.within) {
            (self.within, self.service_level) = (None, None);
        }
        if small(self.abandoned) || small(self.short) || small(difference(self.abandoned, self.short)) {
            (self.short, self.abandonment, self.reach) = (None, None, None);
            self.service_level = None;
        }
        let by_line = difference(difference(self.abandoned, self.by_hand), self.by_network);
        if small(self.abandoned) || [self.by_hand, self.by_network, by_line].into_iter().any(small) {
            (self.by_hand, self.by_network) = (None, None);
        }
        if small(self.came_again) {
            self.came_again = None;
        }
        if small(tried) {
            (self.service_level, self.abandonment, self.reach) = (None, None, None);
        }
        if self.answered.is_none_or(|answered| answered < k) {
            (self.asa_s, self.wait_p50_s, self.wait_p90_s) = (None, None, None);
            (self.first_p50_s, self.gap_p50_s, self.aht_s) = (None, None, None);
            (self.felt, self.heard) = (None, None);
        }
    }

    /// Leaves out what only a queue has: a call is written down by whoever took it, and of those who gave up on the
    /// telephone nobody knows, so all of its contacts were reached at once.
    fn without_queue(&mut self) {
        (self.abandonment, self.service_level, self.reach) = (None, None, None);
        (self.asa_s, self.wait_p50_s, self.wait_p90_s) = (None, None, None);
        (self.first_p50_s, self.gap_p50_s) = (None, None);
    }

    /// Whether few came, so that nothing is shown.
    pub fn is_hidden(&self) -> bool {
        self.offered.is_none()
    }

    fn hide_all(&mut self) {
        *self = Self { key: std::mem::take(&mut self.key), ..Self::default() };
    }
}

/// Whether a count is one that must not leave the house: 1 to k − 1.
pub fn is_small(count: u64, k: u64) -> bool {
    (1..k).contains(&count)
}

/// Hides small lines, and as many others, smallest first, as it takes that the total does not give them away.
pub fn hide(lines: &mut [Line], k: u64) {
    let counts: Vec<u64> = lines.iter().map(|line| line.offered.unwrap_or(0)).collect();
    let hidden = hidden(&counts, k);
    for (line, is_hidden) in lines.iter_mut().zip(hidden) {
        if is_hidden { line.hide_all() } else { line.hide_small(k) }
    }
}

/// Returns which counts of a line with a known total are hidden: the small ones, then the smallest others until at
/// least two are and each could be anything within a span of k.
pub fn hidden(counts: &[u64], k: u64) -> Vec<bool> {
    let mut hidden: Vec<bool> = counts.iter().map(|count| is_small(*count, k)).collect();
    loop {
        let open = || counts.iter().zip(&hidden).filter(|(_, hidden)| **hidden);
        let (many, sum) = (open().count(), open().map(|(count, _)| count).sum::<u64>());
        let is_safe = many == 0 || many > 1 && sum >= k;
        let next = (0..counts.len())
            .filter(|place| !hidden[*place] && counts[*place] > 0)
            .min_by_key(|place| counts[*place]);
        match next {
            Some(place) if !is_safe => hidden[place] = true,
            _ => return hidden,
        }
    }
}

/// Returns lines as CSV: a header, RFC 4180, hidden counts as `<k`, missing measures empty.
pub fn csv(lines: &[Line], k: Option<u64>) -> String {
    let mut out = String::from(
        "key,offered,answered,within_target,abandoned,short_abandoned,left_by_hand,left_by_network,came_again,\
         abandonment,service_level,reach,asa_s,wait_p50_s,wait_p90_s,first_response_p50_s,response_gap_p50_s,aht_s,\
         felt_mean,heard_mean\n",
    );
    let hidden = k.map_or(String::new(), |k| format!("<{k}"));
    for line in lines {
        let counts = [
            line.offered,
            line.answered,
            line.within,
            line.abandoned,
            line.short,
            line.by_hand,
            line.by_network,
            line.came_again,
        ];
        let shares = [line.abandonment, line.service_level, line.reach];
        let seconds =
            [line.asa_s, line.wait_p50_s, line.wait_p90_s, line.first_p50_s, line.gap_p50_s, line.aht_s];
        let counts = counts.map(|count| count.map_or(hidden.clone(), |count| count.to_string()));
        let number = |places: usize| {
            move |value: Option<f64>| value.map_or(String::new(), |v| format!("{v:.places$}"))
        };
        let fields: Vec<String> = std::iter::once(field(&line.key))
            .chain(counts)
            .chain(shares.map(number(4)))
            .chain(seconds.map(number(1)))
            .chain([line.felt, line.heard].map(number(2)))
            .collect();
        out.push_str(&fields.join(","));
        out.push('\n');
    }
    out
}

/// Returns a text as a field of CSV that no spreadsheet takes for a formula.
pub(super) fn field(text: &str) -> String {
    let is_formula = text.starts_with(['=', '+', '-', '@', '\t', '\r']);
    let text = if is_formula { format!("'{text}") } else { text.to_owned() };
    if text.contains([',', '"', '\n', '\r']) { format!("\"{}\"", text.replace('"', "\"\"")) } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::tally::Tally;

    fn group(offered: u64, abandoned: u64) -> Group {
        let answered = offered - abandoned;
        let tally =
            Tally { offered, answered, within: answered, abandoned, by_hand: abandoned, ..Tally::default() };
        Group { tally, ..Group::default() }
    }

    #[test]
    fn small_lines_are_hidden_and_the_total_does_not_tell() {
        for (case, counts, expected) in [
            ("nothing small", vec![0, 7, 9], vec![false, false, false]),
            ("one small hides the smallest other", vec![3, 7, 9, 0], vec![true, true, false, false]),
            ("two small that sum to less than k", vec![1, 2, 9, 7], vec![true, true, false, true]),
            ("two small that sum to enough", vec![3, 2, 9, 7], vec![true, true, false, false]),
            ("there is no other", vec![3], vec![true]),
        ] {
            assert_eq!(hidden(&counts, 5), expected, "{case}");
        }
    }

    #[test]
    fn a_part_that_is_small_takes_with_it_what_would_tell_it() {
        let mut line = Line::of("09", &group(40, 2));
        line.hide_small(5);
        assert_eq!((line.offered, line.answered, line.abandoned), (Some(40), None, None));
        assert_eq!(
            (line.abandonment, line.reach, line.by_hand, line.service_level),
            (None, None, None, None)
        );
        let mut open = Line::of("10", &group(40, 20));
        open.hide_small(5);
        assert_eq!(open, Line::of("10", &group(40, 20)), "nothing in it is small");
        let mut few = Line::of("11", &group(4, 0));
        few.hide_small(5);
        assert!(few.is_hidden() && few.service_level.is_none() && few.key == "11");
    }

    #[test]
    fn csv_has_a_field_for_each_head_and_no_formula() {
        let mut line = Line::of("=cmd|'x'", &group(8, 8));
        line.hide_small(5);
        let text = csv(&[line], Some(5));
        let rows: Vec<Vec<&str>> = text.lines().map(|line| line.split(',').collect()).collect();
        assert_eq!(rows[0].len(), rows[1].len());
        assert_eq!((rows[1][0], rows[1][1], rows[1][9]), ("'=cmd|'x'", "8", "1.0000"));
        assert_eq!(field("a,\"b\""), "\"a,\"\"b\"\"\"");
    }
}
