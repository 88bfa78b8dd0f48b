//! The pretend network: when a frame arrives, if it does, and what a liar makes of it.

use opora::conversation::{Account, Hash};
use opora::protocol::ToClient;
use rand::rngs::StdRng;
use rand::{Rng as _, RngExt as _};

use crate::world::{Lie, Weather};

/// One direction of one socket.
#[derive(Default)]
pub struct Way {
    /// When the last frame arrives: the next comes after it, on an honest network.
    last: u64,
}

impl Way {
    /// Returns when a frame arrives; not at all, once, or twice.
    pub fn arrivals(&mut self, now: u64, weather: Weather, rng: &mut StdRng) -> Vec<u64> {
        let delay = if rng.random_bool(0.1) { rng.random_range(50..900) } else { rng.random_range(1..40) };
        if weather == Weather::Broken {
            // Not what a websocket does, but what the links must survive nevertheless.
            return match rng.random_range(0..100) {
                0..3 => vec![],
                3..6 => vec![now + delay, now + delay + rng.random_range(1..500)],
                6..12 => vec![now + delay + rng.random_range(1..500)],
                _ => self.in_order(now + delay),
            };
        }
        self.in_order(now + delay)
    }

    fn in_order(&mut self, at: u64) -> Vec<u64> {
        self.last = at.max(self.last);
        vec![self.last]
    }
}

/// Tells a lie about a frame, sometimes.
pub fn lie(frame: &mut ToClient, lie: Lie, rng: &mut StdRng) {
    if !rng.random_bool(0.08) {
        return;
    }
    let ToClient::Entry(entry) = frame else {
        if let (ToClient::Appended { h, .. }, Lie::Hash) = (frame, lie) {
            h.0[0] ^= 1;
        }
        return;
    };
    match lie {
        Lie::Words => {
            // A letter of the sealed words, and a chain that was computed anew.
            let place = entry.data.len().saturating_sub(9);
            let letter = if entry.data.as_bytes().get(place) == Some(&b'A') { "B" } else { "A" };
            if entry.data.contains("\"ct\"") {
                entry.data.replace_range(place..=place, letter);
            }
        }
        Lie::Hash => entry.h = Hash(std::array::from_fn(|_| (rng.next_u32() & 255) as u8)),
        Lie::Number => entry.seq += 1,
        Lie::Author => {
            // Who claimed, whispered, flagged: part of the chain. In talk the account is the relay's word alone.
            if let opora::conversation::By::Account(_) = entry.by {
                entry.by = opora::conversation::By::Account(Account::parse("Mallory").expect("a name"));
            }
        }
        Lie::Again => entry.id.0[0] ^= 1,
    }
}
