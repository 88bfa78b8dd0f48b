//! Sums over contacts, from which every share is computed: who came, who was answered, who gave up. Sums add, so the
//! board of this minute and the report of a quarter are the same arithmetic. Empty denominators give `None`, never
//! 0 or NaN. Sources of the definitions: docs/src/design/domain.md, section 6.

use std::ops::{AddAssign, SubAssign};

use super::event::{Contact, Interval};

/// The two limits against which waits are judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// Who gave up before this, in milliseconds, hardly tried: *short*.
    pub short_ms: u64,
    /// A child is to be answered within this, in milliseconds.
    pub target_ms: u64,
}

impl Default for Terms {
    fn default() -> Self {
        Self { short_ms: 10_000, target_ms: 300_000 }
    }
}

/// What became of a contact, as far as it is known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate {
    /// Somebody took it, after a wait in milliseconds.
    Answered(u64),
    /// It ended and was never taken, after a wait in milliseconds.
    Abandoned(u64, GaveUp),
    /// It waits past the target: that it was not reached in time is known already.
    Late,
}

/// How a contact ended that nobody took.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum GaveUp {
    /// The child pressed *leave*.
    ByHand,
    /// Its connection did not come back.
    ByNetwork,
    /// The line closed it.
    ByLine,
}

/// Sums over contacts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// All that came.
    pub offered: u64,
    /// Those that somebody took.
    pub answered: u64,
    /// Answered within the target.
    pub within: u64,
    /// Ended and never taken.
    pub abandoned: u64,
    /// Abandoned before the short limit.
    pub short: u64,
    /// Abandoned by pressing *leave*.
    pub by_hand: u64,
    /// Abandoned because the connection did not come back.
    pub by_network: u64,
    /// Came again with the ticket of a talk that was left.
    pub came_again: u64,
    /// Waits of those answered, in milliseconds.
    pub wait_ms: u64,
}

impl Tally {
    /// Returns the sums of one contact.
    pub fn of(contact: &Contact, terms: Terms) -> Self {
        let mut tally = Self::of_fate(fate(contact), terms);
        tally.came_again = u64::from(contact.back);
        tally
    }

    /// Returns the sums of one contact of which this became.
    pub fn of_fate(fate: Fate, terms: Terms) -> Self {
        let mut tally = Self { offered: 1, ..Self::default() };
        match fate {
            Fate::Answered(wait) => {
                tally.answered = 1;
                tally.within = u64::from(wait <= terms.target_ms);
                tally.wait_ms = wait;
            }
            Fate::Abandoned(wait, how) => {
                tally.abandoned = 1;
                tally.short = u64::from(wait < terms.short_ms);
                tally.by_hand = u64::from(how == GaveUp::ByHand);
                tally.by_network = u64::from(how == GaveUp::ByNetwork);
            }
            Fate::Late => {}
        }
        tally
    }

    /// Folds the contacts that were opened in a half-open time, in milliseconds since 1970.
    pub fn fold<'a>(
        contacts: impl IntoIterator<Item = &'a Contact>,
        from: u64,
        to: u64,
        terms: Terms,
    ) -> Self {
        let mut sum = Self::default();
        for contact in contacts {
            if (from..to).contains(&contact.opened) {
                sum += Self::of(contact, terms);
            }
        }
        sum
    }

    /// Returns those that tried: all but the short ones. It is the denominator of both shares.
    pub fn tried(&self) -> u64 {
        self.offered.saturating_sub(self.short)
    }

    /// Returns abandoned after the short limit.
    pub fn later(&self) -> u64 {
        self.abandoned.saturating_sub(self.short)
    }

    /// Returns the share of those that tried which gave up.
    pub fn abandonment(&self) -> Option<f64> {
        share(self.later(), self.tried())
    }

    /// Returns the share of those that tried which were answered within the target.
    pub fn service_level(&self) -> Option<f64> {
        share(self.within, self.tried())
    }

    /// Returns the share of those that tried which were answered at all.
    pub fn reach(&self) -> Option<f64> {
        share(self.answered, self.tried())
    }

    /// Returns the mean wait of those answered, in milliseconds (ASA).
    pub fn speed_of_answer_ms(&self) -> Option<f64> {
        share(self.wait_ms, self.answered)
    }
}

/// Returns how long a contact waited, in milliseconds, and what became of it.
pub fn fate(contact: &Contact) -> Fate {
    match contact.taken {
        Some(taken) => Fate::Answered(taken.saturating_sub(contact.opened)),
        None => {
            let how = match contact.reason.as_str() {
                "leave" => GaveUp::ByHand,
                "absent" => GaveUp::ByNetwork,
                _ => GaveUp::ByLine,
            };
            Fate::Abandoned(contact.ended.saturating_sub(contact.opened), how)
        }
    }
}

/// Returns `part / whole`; nothing of an empty whole.
pub fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// Adds and subtracts field by field: what is forgotten in one is forgotten in both.
macro_rules! sums {
    ($type:ident: $($field:ident),*) => {
        impl AddAssign for $type {
            fn add_assign(&mut self, other: Self) {
                let Self { $($field),* } = other;
                $(self.$field += $field;)*
            }
        }
        impl SubAssign for $type {
            fn sub_assign(&mut self, other: Self) {
                let Self { $($field),* } = other;
                $(self.$field -= $field;)*
            }
        }
    };
}

/// Sums of staffing over quarters of an hour and accounts, in seconds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Staff {
    /// Accounts neither off nor on a break.
    pub staffed_s: u64,
    /// Their places times that.
    pub slots_s: u64,
    /// The talks they had.
    pub session_s: u64,
    /// Time with at least one talk.
    pub with_s: u64,
    /// The same or finishing a note.
    pub busy_s: u64,
}

impl Staff {
    /// Returns the sums of one quarter.
    pub fn of(interval: &Interval) -> Self {
        let Interval { start: _, staffed_s, slots_s, session_s, with_s, busy_s } = *interval;
        Self { staffed_s, slots_s, session_s, with_s, busy_s }
    }

    /// Returns how many talks a counsellor had at once who had any.
    pub fn concurrency(&self) -> Option<f64> {
        share(self.session_s, self.with_s)
    }

    /// Returns the share of time on shift with a talk or its note.
    pub fn occupancy(&self) -> Option<f64> {
        share(self.busy_s, self.staffed_s)
    }

    /// Returns the share of places that were used.
    pub fn slot_use(&self) -> Option<f64> {
        share(self.session_s, self.slots_s)
    }
}

sums!(Staff: staffed_s, slots_s, session_s, with_s, busy_s);
sums!(Tally: offered, answered, within, abandoned, short, by_hand, by_network, came_again, wait_ms);

#[cfg(test)]
mod tests {
    use super::super::event::Facts;
    use super::*;

    pub fn contact(opened: u64, taken: Option<u64>, ended: u64, reason: &str) -> Contact {
        Contact {
            channel: "chat".to_owned(),
            opened,
            taken,
            first: None,
            ended,
            archived: None,
            reason: reason.to_owned(),
            lines: None,
            gap_ms: None,
            facts: Facts::default(),
            lang: "cs".to_owned(),
            level: None,
            held: None,
            back: false,
            rated: None,
            class: None,
        }
    }

    #[test]
    fn check_a_of_the_domain() {
        let terms = Terms { short_ms: 10_000, target_ms: 60_000 };
        let (answered, abandoned) = ([5, 12, 20, 35, 55, 61, 70], [8, 40, 130]);
        let rows: Vec<Contact> = answered
            .iter()
            .map(|wait| contact(1000, Some(1000 + wait * 1000), 900_000, "ended"))
            .chain(abandoned.iter().map(|wait| contact(1000, None, 1000 + wait * 1000, "leave")))
            .collect();
        let sum = Tally::fold(&rows, 0, 2000, terms);
        assert_eq!((sum.offered, sum.short, sum.answered), (10, 1, 7));
        assert_eq!(sum.abandonment(), Some(2.0 / 9.0));
        assert_eq!(sum.service_level(), Some(5.0 / 9.0));
        assert_eq!(sum.reach(), Some(7.0 / 9.0));
        assert_eq!(sum.speed_of_answer_ms(), Some(258_000.0 / 7.0));
    }

    #[test]
    fn limits_are_met_at_the_limit_and_intervals_are_half_open() {
        let terms = Terms { short_ms: 10_000, target_ms: 60_000 };
        for (case, row, within, short) in [
            ("taken at the target", contact(0, Some(60_000), 70_000, "ended"), 1, 0),
            ("taken a millisecond later", contact(0, Some(60_001), 70_000, "ended"), 0, 0),
            ("gave up just before the short limit", contact(0, None, 9_999, "leave"), 0, 1),
            ("gave up at the short limit", contact(0, None, 10_000, "leave"), 0, 0),
        ] {
            let sum = Tally::of(&row, terms);
            assert_eq!((sum.within, sum.short), (within, short), "{case}");
        }
        let rows = [contact(100, None, 50_000, "leave"), contact(200, None, 50_000, "absent")];
        let sum = Tally::fold(&rows, 100, 200, terms);
        assert_eq!((sum.offered, sum.by_hand, sum.by_network), (1, 1, 0));
    }

    #[test]
    fn check_b_of_the_domain() {
        // Signed in for an hour with three places; talks in the minutes 0–20, 10–40, 50–60, and no note after them.
        let talks = [(0, 20), (10, 40), (50, 60)];
        let (mut hour, quarter) = (Staff::default(), 15);
        for start in (0..60).step_by(quarter) {
            let minutes = start..start + quarter;
            let load =
                |minute: usize| talks.iter().filter(|(from, to)| (*from..*to).contains(&minute)).count();
            let session: usize = minutes.clone().map(load).sum();
            let with = minutes.filter(|minute| load(*minute) > 0).count() as u64 * 60;
            let interval = Interval {
                start: start as u64 * 60_000,
                staffed_s: 900,
                slots_s: 2700,
                session_s: session as u64 * 60,
                with_s: with,
                busy_s: with,
            };
            hour += Staff::of(&interval);
        }
        assert_eq!(hour.concurrency(), Some(1.2));
        assert_eq!(hour.occupancy(), Some(5.0 / 6.0));
        assert_eq!(hour.slot_use(), Some(1.0 / 3.0));
        assert_eq!(Staff::default().occupancy(), None);
    }

    #[test]
    fn nothing_is_no_number() {
        let none = Tally::default();
        assert_eq!(
            (none.abandonment(), none.service_level(), none.reach(), none.speed_of_answer_ms()),
            (None, None, None, None)
        );
        let only_short = Tally::of(&contact(0, None, 1, "leave"), Terms::default());
        assert_eq!((only_short.abandonment(), only_short.service_level()), (None, None));
    }
}
