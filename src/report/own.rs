//! A counsellor's own numbers, from the own casebook and for nobody else: how long children waited for an answer, how
//! the words were shared, the longest silence, what was heavy. Nothing of it leaves the computer; no file is written.

use super::spread::{Mean, Spread};
use crate::casebook::record::{Contact, Speaker, Transcript};

/// From this risk on a talk was heavy.
const HEAVY: u8 = 3;

/// A talk and a length of time or a time in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct In {
    /// The name on the screen.
    pub handle: String,
    /// When the talk was opened, in milliseconds since 1970.
    pub opened: u64,
    /// The length, in milliseconds.
    pub ms: u64,
}

/// The numbers of one counsellor.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Own {
    /// Talks that this counsellor led.
    pub talks: u64,
    /// How long they lasted, in milliseconds.
    pub lasted: Mean,
    /// Talks whose words are still here: only these know of waits and silence.
    pub with_words: u64,
    /// From the first message a child had to wait with to the answer.
    pub waits: Spread,
    /// The longest of them.
    pub longest_wait: Option<In>,
    /// Words of the children, and of this counsellor.
    pub words: (u64, u64),
    /// The longest time in which neither wrote.
    pub silence: Option<In>,
    /// The heavy talks, the newest first; `ms` is how long they lasted.
    pub heavy: Vec<In>,
}

impl Own {
    /// Adds a contact of this counsellor, and its words if they were kept.
    pub fn add(&mut self, contact: &Contact, transcript: Option<&Transcript>) {
        // A talk that goes on is not over and says nothing yet.
        let (Some(taken), Some(ended)) = (contact.taken, contact.ended) else { return };
        let length = ended.saturating_sub(taken);
        let within = |ms: u64| In { handle: contact.handle.clone(), opened: contact.opened, ms };
        self.talks += 1;
        self.lasted.add(length);
        if contact.facets.risk.is_some_and(|risk| risk >= HEAVY) {
            let place = self.heavy.partition_point(|other| other.opened > contact.opened);
            self.heavy.insert(place, within(length));
        }
        self.words.0 += u64::from(contact.lines.0);
        self.words.1 += u64::from(contact.lines.1);
        let Some(transcript) = transcript else { return };
        self.with_words += 1;
        let said = transcript.lines.iter().filter(|line| line.kind == "said");
        // What a child wrote in the queue waits for this counsellor from the taking on.
        let (mut asks, mut last) = (None, None);
        for line in said {
            let at = line.at.max(taken);
            if let Some(last) = last.filter(|_| line.at > taken) {
                longer(&mut self.silence, within(at.saturating_sub(last)));
            }
            last = Some(at);
            match line.by {
                Speaker::Child => asks = asks.or(Some(at)),
                Speaker::Line(_) => {
                    if let Some(asks) = asks.take() {
                        let wait = at.saturating_sub(asks);
                        self.waits.add(wait);
                        longer(&mut self.longest_wait, within(wait));
                    }
                }
                Speaker::Colleague(_) | Speaker::Relay => {}
            }
        }
    }

    /// Returns the share of the words that were this counsellor's; nothing where nobody wrote.
    pub fn word_share(&self) -> Option<f64> {
        crate::conversation::tally::share(self.words.1, self.words.0 + self.words.1)
    }
}

fn longer(longest: &mut Option<In>, other: In) {
    if longest.as_ref().is_none_or(|longest| longest.ms < other.ms) {
        *longest = Some(other);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::casebook::record::{CaseId, ContactId, Line};

    const MINUTE: u64 = 60_000;

    fn contact(
        handle: &str,
        opened: u64,
        taken: Option<u64>,
        risk: Option<u8>,
        lines: (u32, u32),
    ) -> Contact {
        let mut contact =
            Contact::begun(ContactId([1; 16]), CaseId([1; 16]), "chat", handle, "Jana", opened * MINUTE);
        contact.taken = taken.map(|taken| taken * MINUTE);
        contact.ended = taken.map(|taken| (taken + 30) * MINUTE);
        (contact.facets.risk, contact.lines) = (risk, lines);
        contact
    }

    /// Words by minute: a child's, mine, and what is no word of theirs.
    fn words(lines: &[(u64, char)]) -> Transcript {
        let line = |(at, who): &(u64, char)| {
            let (by, kind) = match who {
                'c' => (Speaker::Child, "said"),
                'm' => (Speaker::Line("Jana".into()), "said"),
                _ => (Speaker::Colleague("Eva".into()), "whispered"),
            };
            Line { at: at * MINUTE, by, kind: kind.into(), text: "slova".into() }
        };
        Transcript { contact: ContactId([1; 16]), conv: None, lines: lines.iter().map(line).collect() }
    }

    #[test]
    fn waits_begin_with_the_taking_and_end_with_the_answer() {
        let mut own = Own::default();
        // In the queue since 1, taken at 10, answered at 12; asked at 15 and 16, a colleague whispers, answered at 20;
        // nobody writes until 35, and what follows is not answered any more.
        let talk =
            [(1, 'c'), (3, 'c'), (12, 'm'), (15, 'c'), (16, 'c'), (18, 'w'), (20, 'm'), (35, 'm'), (36, 'c')];
        own.add(&contact("Blue Fox", 0, Some(10), Some(1), (60, 40)), Some(&words(&talk)));
        assert_eq!((own.talks, own.with_words, own.waits.count()), (1, 1, 2));
        assert_eq!(
            (own.waits.percentile(50), own.waits.percentile(90)),
            (Some(2 * MINUTE), Some(5 * MINUTE))
        );
        let found = |of: &Option<In>| of.as_ref().map(|found| (found.handle.clone(), found.ms / MINUTE));
        assert_eq!(found(&own.longest_wait), Some(("Blue Fox".into(), 5)));
        assert_eq!(
            found(&own.silence),
            Some(("Blue Fox".into(), 15)),
            "waiting in the queue is no silence of a talk"
        );
        assert_eq!(own.word_share(), Some(0.4));
    }

    #[test]
    fn heavy_talks_are_counted_without_words_and_the_newest_stands_first() {
        let mut own = Own::default();
        assert_eq!((own.word_share(), own.waits.percentile(50)), (None, None));
        own.add(&contact("Red Owl", 5, Some(6), Some(3), (0, 0)), None);
        own.add(&contact("Grey Seal", 50, Some(60), Some(4), (0, 0)), None);
        own.add(&contact("Blue Fox", 70, Some(71), Some(2), (0, 0)), None);
        own.add(&contact("Green Hare", 80, None, Some(4), (0, 0)), None);
        assert_eq!((own.talks, own.with_words), (3, 0), "who was never taken was no talk");
        let heavy: Vec<&str> = own.heavy.iter().map(|heavy| heavy.handle.as_str()).collect();
        assert_eq!(heavy, ["Grey Seal", "Red Owl"]);
        assert_eq!(own.lasted.value(), Some(30.0 * MINUTE as f64));
    }
}
