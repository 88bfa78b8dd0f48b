//! What of a draft or a note is on disk, and when the rest goes there.

use super::{LONGEST_UNSAVED_MS, PAUSE_MS, SaveFailure};

/// How far words are kept. Times are on the clock that never jumps, but for `saved_at`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Keeping {
    due: Option<u64>,
    first: Option<u64>,
    in_flight: bool,
    /// When they were last put on disk, in milliseconds since 1970.
    pub saved_at: Option<u64>,
    /// Why they are not.
    pub failed: Option<SaveFailure>,
}

impl Keeping {
    /// Notes a change: it is due after a pause.
    pub fn touch(&mut self, mono: u64) {
        let first = *self.first.get_or_insert(mono);
        self.due = Some((mono + PAUSE_MS).min(first + LONGEST_UNSAVED_MS));
    }

    /// Returns whether something is to be put on disk now. One write at a time.
    pub fn is_due(&self, mono: u64) -> bool {
        !self.in_flight && self.due.is_some_and(|due| due <= mono)
    }

    /// Returns when it will be.
    pub fn due(&self) -> Option<u64> {
        if self.in_flight { None } else { self.due }
    }

    /// Makes what is unsaved due at once.
    pub fn hurry(&mut self) {
        if self.due.is_some() {
            self.due = Some(0);
        }
    }

    /// A write begins.
    pub fn start(&mut self) {
        (self.due, self.first, self.in_flight) = (None, None, true);
    }

    /// A write has ended. After a failure it is tried again in five seconds.
    pub fn done(&mut self, mono: u64, result: Result<u64, SaveFailure>) {
        self.in_flight = false;
        match result {
            Ok(at) => (self.saved_at, self.failed) = (Some(at), None),
            Err(failure) => {
                self.failed = Some(failure);
                self.due = Some(mono + 5_000);
            }
        }
    }

    /// Returns whether there is something that is not on disk.
    pub fn is_unsaved(&self) -> bool {
        self.due.is_some() || self.in_flight
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_go_to_disk_at_a_pause_and_at_least_every_two_seconds() {
        let mut keeping = Keeping::default();
        keeping.touch(1_000);
        assert!(!keeping.is_due(1_299));
        keeping.touch(1_200);
        assert!(!keeping.is_due(1_400), "the pause begins anew");
        assert!(keeping.is_due(1_500));
        for at in (1_300..3_000).step_by(100) {
            keeping.touch(at);
        }
        assert!(keeping.is_due(3_000), "no longer than two seconds");
    }

    #[test]
    fn what_changes_during_a_write_is_written_after_it() {
        let mut keeping = Keeping::default();
        keeping.touch(0);
        keeping.start();
        keeping.touch(10);
        assert!(!keeping.is_due(1_000), "one write at a time");
        keeping.done(1_000, Ok(7));
        assert!(keeping.is_due(1_000) && keeping.saved_at == Some(7));
        keeping.start();
        keeping.done(2_000, Err(SaveFailure::DiskFull));
        assert!(keeping.is_unsaved() && !keeping.is_due(2_000) && keeping.is_due(7_000));
    }
}
