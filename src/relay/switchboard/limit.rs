//! Rates without a clock of their own: GCRA, the time handed in.

use crate::relay::rules::Rate;

/// One counted rate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bucket {
    /// The theoretical arrival time of the next, in milliseconds.
    next: u64,
}

impl Bucket {
    /// Takes one at `now`, in milliseconds.
    ///
    /// # Errors
    /// Returns the milliseconds after which one may be taken again.
    pub fn take(&mut self, now: u64, rate: Rate) -> Result<(), u64> {
        let next = self.next.max(now);
        let room = rate.every_ms * rate.burst.saturating_sub(1);
        if next - now > room {
            return Err(next - now - room);
        }
        self.next = next + rate.every_ms;
        Ok(())
    }

    /// Whether nothing is counted any more.
    pub fn is_idle(&self, now: u64) -> bool {
        self.next <= now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_burst_then_the_rate() {
        let rate = Rate { every_ms: 1000, burst: 3 };
        let mut bucket = Bucket::default();
        for (now, taken) in [
            (10_000, Ok(())),
            (10_000, Ok(())),
            (10_000, Ok(())),
            (10_000, Err(1000)),
            (10_400, Err(600)),
            (11_000, Ok(())),
            (11_000, Err(1000)),
            (20_000, Ok(())),
        ] {
            assert_eq!(bucket.take(now, rate), taken, "at {now}");
        }
        assert!(!bucket.is_idle(20_000) && bucket.is_idle(21_000));
    }
}
