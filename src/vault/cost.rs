//! What it costs to try a passphrase: Argon2id, calibrated to a second, within bounds that are checked before any work.

use std::time::{Duration, Instant};

use argon2::{Algorithm, Argon2, Block, Params, Version};
use zeroize::Zeroize as _;

use super::VaultError;
use crate::sealing::Secret;

/// The least memory, in KiB: 64 MiB.
const LEAST_KIB: u32 = 64 * 1024;
/// The most memory that is accepted, in KiB: 2 GiB.
const MOST_KIB: u32 = 2 * 1024 * 1024;
/// The most that calibration chooses, in KiB: a vault must open on a colleague's smaller machine as well.
const CHOSEN_KIB: u32 = 1024 * 1024;
/// How long one try shall take.
const TARGET: Duration = Duration::from_secs(1);

/// The cost of one try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cost {
    memory_kib: u32,
    passes: u32,
    lanes: u32,
}

impl Cost {
    /// Returns the least cost that is accepted: 64 MiB, 3 passes, 1 lane. For tests.
    pub fn floor() -> Self {
        Self { memory_kib: LEAST_KIB, passes: 3, lanes: 1 }
    }

    /// Measures this machine and returns the cost of about one second on it.
    ///
    /// # Errors
    /// Fails if there is not even the least memory.
    pub fn calibrated() -> Result<Self, VaultError> {
        let before = Instant::now();
        Self::floor().stretch(b"calibration", &[0; 16])?;
        Ok(Self::scaled(before.elapsed()))
    }

    /// Returns the cost of a second on a machine that needs `floor` for the least one; time grows with memory.
    fn scaled(floor: Duration) -> Self {
        let times = TARGET.as_millis() / floor.as_millis().max(1);
        let memory_kib = u32::try_from(times).unwrap_or(u32::MAX).saturating_mul(LEAST_KIB);
        Self { memory_kib: memory_kib.clamp(LEAST_KIB, CHOSEN_KIB), ..Self::floor() }
    }

    /// Returns whether a file may ask this of a machine.
    fn is_in_bounds(self) -> bool {
        (LEAST_KIB..=MOST_KIB).contains(&self.memory_kib)
            && (3..=16).contains(&self.passes)
            && self.lanes == 1
    }

    /// Reads the three numbers of a slot.
    pub(crate) fn parse(bytes: [u8; 12]) -> Result<Self, VaultError> {
        let [m0, m1, m2, m3, t0, t1, t2, t3, p0, p1, p2, p3] = bytes;
        let cost = Self {
            memory_kib: u32::from_be_bytes([m0, m1, m2, m3]),
            passes: u32::from_be_bytes([t0, t1, t2, t3]),
            lanes: u32::from_be_bytes([p0, p1, p2, p3]),
        };
        if cost.is_in_bounds() { Ok(cost) } else { Err(VaultError::Bounds) }
    }

    /// Writes the three numbers.
    pub(crate) fn bytes(self) -> [u8; 12] {
        let mut bytes = [0; 12];
        for (place, number) in bytes.chunks_exact_mut(4).zip([self.memory_kib, self.passes, self.lanes]) {
            place.copy_from_slice(&number.to_be_bytes());
        }
        bytes
    }

    /// Returns Argon2id of a passphrase.
    pub(crate) fn stretch(self, passphrase: &[u8], salt: &[u8; 16]) -> Result<Secret<[u8; 32]>, VaultError> {
        let params = Params::new(self.memory_kib, self.passes, self.lanes, Some(32));
        let params = params.ok().filter(|_| self.is_in_bounds()).ok_or(VaultError::Bounds)?;
        let mut blocks = Vec::new();
        blocks.try_reserve_exact(params.block_count()).map_err(|_| VaultError::NoMemory)?;
        blocks.resize_with(params.block_count(), Block::new);
        let mut out = Secret::new([0; 32]);
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        let done =
            argon.hash_password_into_with_memory(passphrase, salt, out.expose_mut(), blocks.as_mut_slice());
        blocks.zeroize();
        done.map(|()| out).map_err(|_| VaultError::Bounds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slower_machine_gets_less_and_no_machine_less_than_the_floor() {
        for (floor_ms, mib) in
            [(200, 320), (100, 640), (60, 1024), (1, 1024), (0, 1024), (900, 64), (9000, 64)]
        {
            let cost = Cost::scaled(Duration::from_millis(floor_ms));
            assert_eq!((cost.memory_kib, cost.passes, cost.lanes), (mib * 1024, 3, 1), "{floor_ms} ms");
            assert!(cost.is_in_bounds());
        }
    }

    #[test]
    fn what_is_outside_the_bounds_is_refused_before_any_work() {
        let floor = Cost::floor();
        for cost in [
            Cost { memory_kib: LEAST_KIB - 1, ..floor },
            Cost { memory_kib: MOST_KIB + 1, ..floor },
            Cost { memory_kib: u32::MAX, ..floor },
            Cost { passes: 2, ..floor },
            Cost { passes: 17, ..floor },
            Cost { passes: u32::MAX, ..floor },
            Cost { lanes: 0, ..floor },
            Cost { lanes: 2, ..floor },
        ] {
            assert!(matches!(Cost::parse(cost.bytes()), Err(VaultError::Bounds)), "{cost:?}");
            assert!(matches!(cost.stretch(b"", &[0; 16]), Err(VaultError::Bounds)), "{cost:?}");
        }
        let most = Cost { memory_kib: MOST_KIB, passes: 16, lanes: 1 };
        assert_eq!(Cost::parse(most.bytes()).expect("in bounds"), most);
    }
}
