//! When to dial, when to ask whether anybody is there, and when to give a socket up.

use super::{CryptoRng, Moment};
use crate::protocol::Goodbye;
use crate::protocol::limits::{PING, SILENCE};

/// The first backoff, and the longest, in milliseconds. The wait is drawn between 0 and the backoff (full jitter).
const FIRST: u64 = 500;
const LONGEST: u64 = 30_000;
/// After `restart` a client first waits up to this long, so that a relay does not get all of them at once.
const SPREAD: u64 = 5_000;
/// Longer than any dialling and proving takes, in milliseconds.
const PROOF: u64 = 15_000;

/// What is to be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::client) enum Beat {
    /// Open a socket.
    Dial,
    /// Send `ping` with this number.
    Ping(u64),
    /// Give the socket up: it is silent, or the relay does not take the proof.
    Drop,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Resting,
    Waiting {
        until: u64,
    },
    /// Since when a socket is dialled or not yet proven.
    Proving {
        since: u64,
    },
    Up,
}

/// The times of one connection. All in milliseconds on the monotonic clock.
#[derive(Debug)]
pub(in crate::client) struct Lifeline {
    state: State,
    attempt: u32,
    heard: u64,
    pinged: u64,
    ping: u64,
}

impl Lifeline {
    pub(in crate::client) fn new() -> Self {
        Self { state: State::Resting, attempt: 0, heard: 0, pinged: 0, ping: 0 }
    }

    /// How many tries failed in a row.
    pub(in crate::client) fn attempt(&self) -> u32 {
        self.attempt
    }

    /// Whether a socket is dialled or open.
    pub(in crate::client) fn is_alive(&self) -> bool {
        matches!(self.state, State::Proving { .. } | State::Up)
    }

    /// Whether the relay took the proof.
    pub(in crate::client) fn is_up(&self) -> bool {
        self.state == State::Up
    }

    /// Dials now, whatever was planned.
    pub(in crate::client) fn dial(&mut self, now: Moment) {
        self.state = State::Proving { since: now.mono };
        (self.heard, self.pinged) = (now.mono, now.mono);
    }

    /// Notes that something came from the relay.
    pub(in crate::client) fn hear(&mut self, now: Moment) {
        self.heard = now.mono;
    }

    /// Notes that the relay took the proof.
    pub(in crate::client) fn prove(&mut self) {
        (self.state, self.attempt) = (State::Up, 0);
    }

    /// Plans the next try and returns how long it is until then. `least` is what the relay asked to wait.
    pub(in crate::client) fn lose(
        &mut self,
        why: Option<Goodbye>,
        least: u64,
        now: Moment,
        rng: &mut dyn CryptoRng,
    ) -> u64 {
        let most = match why {
            Some(Goodbye::Restart) => SPREAD,
            _ => LONGEST.min(FIRST << self.attempt.min(10)),
        };
        // 64 random bits for at most 30,000 values: the bias is far below anything measurable.
        let wait = least + rng.next_u64() % (most + 1);
        self.attempt = self.attempt.saturating_add(1);
        self.state = State::Waiting { until: now.mono + wait };
        wait
    }

    /// Rests until [`Lifeline::dial`].
    pub(in crate::client) fn rest(&mut self) {
        self.state = State::Resting;
    }

    /// Returns what is due.
    pub(in crate::client) fn beat(&mut self, now: Moment) -> Option<Beat> {
        match self.state {
            State::Resting => None,
            State::Waiting { until } => (now.mono >= until).then_some(Beat::Dial),
            State::Proving { since } if now.mono >= since + PROOF => Some(Beat::Drop),
            State::Proving { .. } => None,
            State::Up if now.mono >= self.heard + millis(SILENCE) => Some(Beat::Drop),
            State::Up if now.mono >= self.pinged + millis(PING) => {
                self.pinged = now.mono;
                self.ping += 1;
                Some(Beat::Ping(self.ping))
            }
            State::Up => None,
        }
    }

    /// Returns when something is due next.
    pub(in crate::client) fn wake_at(&self) -> Option<u64> {
        match self.state {
            State::Resting => None,
            State::Waiting { until } => Some(until),
            State::Proving { since } => Some(since + PROOF),
            State::Up => Some((self.heard + millis(SILENCE)).min(self.pinged + millis(PING))),
        }
    }
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;
    use rand::rngs::StdRng;

    use super::*;

    fn at(mono: u64) -> Moment {
        Moment { mono, wall: 0 }
    }

    #[test]
    fn tries_come_for_ever_and_ever_further_apart_up_to_half_a_minute() {
        let mut line = Lifeline::new();
        let mut longest = Vec::new();
        for attempt in 0..40u32 {
            let mut most = 0;
            for seed in 0..200 {
                let mut rng = StdRng::seed_from_u64(seed);
                line.attempt = attempt;
                most = most.max(line.lose(None, 0, at(1_000), &mut rng));
            }
            longest.push(most);
        }
        for (attempt, most) in longest.iter().enumerate() {
            let bound = LONGEST.min(500u64 << attempt.min(20));
            assert!(*most <= bound && *most > bound / 2, "{attempt}: {most} of {bound}");
        }
    }

    #[test]
    fn after_a_restart_the_first_try_is_spread_over_five_seconds() {
        let mut waits: Vec<u64> = (0..400)
            .map(|seed| {
                let mut line = Lifeline::new();
                line.lose(Some(Goodbye::Restart), 0, at(0), &mut StdRng::seed_from_u64(seed))
            })
            .collect();
        waits.sort_unstable();
        assert!(waits[0] < 500 && waits[200] > 1_500 && waits[399] <= SPREAD && waits[399] > 4_500);
    }

    #[test]
    fn a_silent_socket_is_asked_and_then_given_up() {
        let mut line = Lifeline::new();
        line.dial(at(0));
        line.prove();
        let mut beats = Vec::new();
        while beats.last().is_none_or(|(_, beat)| *beat != Beat::Drop) {
            let time = line.wake_at().expect("something is due");
            beats.extend(line.beat(at(time)).map(|beat| (time, beat)));
        }
        assert_eq!(beats, [(20_000, Beat::Ping(1)), (40_000, Beat::Ping(2)), (45_000, Beat::Drop)]);
    }

    #[test]
    fn a_socket_that_is_never_proven_is_given_up() {
        let mut line = Lifeline::new();
        line.dial(at(7));
        assert_eq!((line.wake_at(), line.beat(at(15_006))), (Some(15_007), None));
        assert_eq!(line.beat(at(15_007)), Some(Beat::Drop));
    }
}
