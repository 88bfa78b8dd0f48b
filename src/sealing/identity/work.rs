//! Work: what a busy line asks of a page before it takes an `open`, so that a flood costs its sender more than the line.

use sha2::{Digest as _, Sha256};

use crate::conversation::encoding::domain;
use crate::conversation::{ConversationId, Hash};

/// Whether SHA-256(D("work") ‖ nonce ‖ conv ‖ u64 w) starts with `bits` zero bits.
pub fn check(nonce: Hash, conv: ConversationId, bits: u32, w: u64) -> bool {
    leading_zeros(&digest(&prefix(nonce, conv), w)) >= bits
}

/// Finds the least `w` that passes [`check`]; 2^`bits` digests on average, so `bits` is at most 16 on the wire.
pub fn find(nonce: Hash, conv: ConversationId, bits: u32) -> u64 {
    let prefix = prefix(nonce, conv);
    (0..u64::MAX).find(|w| leading_zeros(&digest(&prefix, *w)) >= bits).unwrap_or(u64::MAX)
}

fn prefix(nonce: Hash, conv: ConversationId) -> Sha256 {
    Sha256::new().chain_update(domain("work")).chain_update(nonce.as_bytes()).chain_update(conv.as_bytes())
}

fn digest(prefix: &Sha256, w: u64) -> [u8; 32] {
    prefix.clone().chain_update(w.to_be_bytes()).finalize().into()
}

fn leading_zeros(hash: &[u8; 32]) -> u32 {
    let whole = hash.iter().take_while(|byte| **byte == 0).count();
    let rest = hash.get(whole).map_or(0, |byte| byte.leading_zeros());
    u32::try_from(whole).unwrap_or(u32::MAX).saturating_mul(8).saturating_add(rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealing::tests::{hex, hex_array, vectors};

    #[test]
    fn work_is_the_vector() {
        let case = &vectors()["work"];
        let (nonce, conv) = (Hash(hex_array(&case["nonce"])), ConversationId(hex_array(&case["conv"])));
        let bits = case["bits"].as_u64().and_then(|bits| u32::try_from(bits).ok()).expect("bits");
        let w = case["w"].as_u64().expect("w");
        assert_eq!(digest(&prefix(nonce, conv), w).as_slice(), hex(&case["hash"]));
        assert!(check(nonce, conv, bits, w));
        assert!(!check(nonce, conv, bits + 1, w) && !check(nonce, conv, bits, w + 1));
        let found = find(nonce, conv, bits);
        assert!(found <= w && check(nonce, conv, bits, found));
        assert!(check(nonce, conv, 0, 123));
        assert_eq!(leading_zeros(&[0; 32]), 256);
    }
}
