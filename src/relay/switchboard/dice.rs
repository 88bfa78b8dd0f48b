//! Random bytes from a seed that the shell draws once: a switchboard is then the same function in every run of a test.

use sha2::{Digest as _, Sha256};

use crate::conversation::encoding::domain;

/// A forward-secure generator: what it gave cannot be found from what it holds.
pub struct Dice {
    state: [u8; 32],
}

impl Dice {
    /// Takes a seed, which in a real relay must be random.
    pub fn new(seed: [u8; 32]) -> Self {
        Self { state: seed }
    }

    /// Returns 32 bytes.
    pub fn bytes32(&mut self) -> [u8; 32] {
        let hash = |label: &str| -> [u8; 32] {
            Sha256::new().chain_update(domain(label)).chain_update(self.state).finalize().into()
        };
        let (out, next) = (hash("dice out"), hash("dice next"));
        self.state = next;
        out
    }

    /// Returns 16 bytes.
    pub fn bytes16(&mut self) -> [u8; 16] {
        let mut out = [0; 16];
        out.copy_from_slice(&self.bytes32()[..16]);
        out
    }
}
