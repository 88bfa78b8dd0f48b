//! Wrong passphrases: after five of them the program takes none for a minute. The lock itself is the cost of each try;
//! the pause is for whoever stands at an unlocked screen and guesses.

/// How many tries there are before a pause.
const TRIES: u32 = 5;
/// How long the pause is, in milliseconds.
const PAUSE_MS: u64 = 60_000;

/// The tries of one program run.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Tries {
    wrong: u32,
    until: Option<u64>,
}

/// Whether a passphrase may be tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Try {
    /// This many more before the pause.
    Left(u32),
    /// None until this time, in milliseconds.
    PausedUntil(u64),
}

impl Tries {
    /// Returns whether a passphrase may be tried at `now`, in milliseconds of a clock that does not run backwards.
    pub fn at(&mut self, now: u64) -> Try {
        match self.until {
            Some(until) if now < until => return Try::PausedUntil(until),
            Some(_) => *self = Self::default(),
            None => {}
        }
        Try::Left(TRIES - self.wrong)
    }

    /// Counts a wrong one and returns what is left.
    pub fn wrong(&mut self, now: u64) -> Try {
        self.wrong += 1;
        if self.wrong >= TRIES {
            self.until = Some(now.saturating_add(PAUSE_MS));
        }
        self.at(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifth_wrong_try_pauses_for_a_minute() {
        let mut tries = Tries::default();
        assert_eq!(tries.at(0), Try::Left(5));
        for left in [4, 3, 2, 1] {
            assert_eq!(tries.wrong(1000), Try::Left(left));
        }
        assert_eq!(tries.wrong(1000), Try::PausedUntil(61_000));
        assert_eq!(tries.at(60_999), Try::PausedUntil(61_000));
        assert_eq!(tries.at(61_000), Try::Left(5));
        assert_eq!(tries.wrong(61_000), Try::Left(4));
    }
}
