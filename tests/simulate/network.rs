//! The pretend network: when a frame arrives, if it does, and what a liar makes of it.

use opora::conversation::{Account, Hash};
use opora::protocol::ToClient;
use rand::rngs::StdRng;
use rand::{Rng as _, RngExt as _};

use crate::world::Lie;

/// One direction of one socket.
#[derive(Default)]
pub struct Way {
    /// When the last frame arrives: the next comes after it, on an honest network.
    last: u64,
}

impl Way {
    /// Returns when a frame arrives; not at all, once, or twice. `is_loose`: it may be dropped, repeated or overtaken.
    pub fn arrivals(&mut self, now: u64, is_loose: bool, rng: &mut StdRng) -> Vec<u64> {
        let delay = if rng.random_bool(0.1) { rng.random_range(50..900) } else { rng.random_range(1..40) };
        let in_order = (now + delay).max(self.last);
        let late = in_order + rng.random_range(1..500);
        match if is_loose { rng.random_range(0..100) } else { 100 } {
            0..3 => vec![],
            3..6 => {
                self.last = in_order;
                vec![in_order, late]
            }
            6..12 => vec![late],
            _ => {
                self.last = in_order;
                vec![in_order]
            }
        }
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
