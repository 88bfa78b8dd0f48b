//! The six numbers with their goals, and the alarms.

use super::Goals;
use crate::conversation::id::{Account, ConversationId};
use crate::conversation::tally::Tally;

/// How a number stands to its goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It has no goal, or there is nothing to judge.
    None,
    /// The goal is met.
    Met,
    /// It is met, but not for long at this rate.
    Near,
    /// It is missed.
    Missed,
}

/// A number, its goal and how they stand to each other.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Measure {
    /// The number; nothing is shown as `–`.
    pub value: Option<f64>,
    /// The goal.
    pub goal: Option<f64>,
    /// How they stand.
    pub verdict: Verdict,
}

impl Measure {
    /// A number without goal.
    fn plain(value: f64) -> Self {
        Self { value: Some(value), goal: None, verdict: Verdict::None }
    }

    /// A number that should not be more than its goal; from `near` times the goal on it is near.
    fn at_most(value: Option<f64>, goal: f64, near: f64) -> Self {
        let judge = |value| match value {
            value if value > goal => Verdict::Missed,
            value if value > goal * near => Verdict::Near,
            _ => Verdict::Met,
        };
        Self { value, goal: Some(goal), verdict: value.map_or(Verdict::None, judge) }
    }

    /// A number that should not be less than its goal; below `near` times the goal it is near.
    fn at_least(value: Option<f64>, goal: f64, near: f64) -> Self {
        let judge = |value| match value {
            value if value < goal => Verdict::Missed,
            value if value < goal * near => Verdict::Near,
            _ => Verdict::Met,
        };
        Self { value, goal: Some(goal), verdict: value.map_or(Verdict::None, judge) }
    }
}

/// The six numbers of the board.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Six {
    /// Children who wait.
    pub waiting: Measure,
    /// The longest wait, in milliseconds.
    pub longest: Measure,
    /// The share answered within the target today, 0 to 1.
    pub service_level: Measure,
    /// The share that gave up today, 0 to 1.
    pub abandoned: Measure,
    /// Free places of all places of those who take children.
    pub free: Measure,
    /// Talks with a mark.
    pub marks: Measure,
    /// All places.
    pub places: u64,
}

impl Six {
    pub(super) fn new(
        goals: &Goals,
        today: &Tally,
        waiting: usize,
        longest: Option<u64>,
        free: u64,
        places: u64,
        marks: usize,
    ) -> Self {
        let longest = longest.map(|wait| wait as f64);
        Self {
            waiting: Measure::plain(waiting as f64),
            longest: Measure::at_most(longest, goals.terms.target_ms as f64, 0.75),
            service_level: Measure::at_least(today.service_level(), goals.service_level, 1.0),
            abandoned: Measure::at_most(today.abandonment(), goals.abandonment, 1.0),
            free: Measure::at_least(Some(free as f64), 1.0, 1.0),
            marks: Measure::at_most(Some(marks as f64), 0.0, 1.0),
            places,
        }
    }

    /// Returns them in the order of the board, each with its name, which is its name in JSON too.
    pub fn named(&self) -> [(&'static str, Measure); 6] {
        [
            ("waiting", self.waiting),
            ("longest_ms", self.longest),
            ("service_level", self.service_level),
            ("abandoned", self.abandoned),
            ("free", self.free),
            ("marks", self.marks),
        ]
    }
}

/// What an alarm says, the gravest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum AlarmKind {
    /// A mark of danger to life.
    Danger,
    /// A counsellor asks for a second pair of eyes.
    SecondEyes,
    /// A counsellor lost the connection while children are with it.
    Away,
    /// A child waits and nobody takes children.
    NobodyTakes,
    /// A child waits past the target.
    LongWait,
    /// A child waits for an answer longer than the target.
    Unanswered,
}

/// Something that needs somebody now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alarm {
    /// What.
    pub kind: AlarmKind,
    /// The talk it concerns.
    pub conv: Option<ConversationId>,
    /// The colleague it concerns.
    pub account: Option<Account>,
    /// Since when, in milliseconds since 1970, where that is known.
    pub since: Option<u64>,
    /// How many other children wait as this one does.
    pub others: usize,
}
