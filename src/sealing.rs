//! Line keys, conversation keys, sealed bodies, cards and identities: every formula of `docs/src/design/protocol.md`
//! sections 3 and 4, made of vetted crypto crates only. It does no I/O and draws no randomness of its own: what must
//! be random comes in as bytes or as a generator. Whatever fails while opening fails as [`CannotRead`], which says
//! nothing about why; nothing here panics on any input.
//!
//! The relay may name [`identity`] and [`card`] alone: it checks signatures and can open nothing.

pub mod body;
pub mod card;
pub mod grant;
pub mod house;
mod hpke_suite;
pub mod identity;
pub mod line;
pub mod secret;

pub use body::{At, Body, BodyKind, Clear, Key, open, seal};
pub use hpke::rand_core::CryptoRng;
pub use secret::Secret;

/// Something does not open: a wrong key, a changed byte, a point off the curve. All look alike on purpose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("could not be read")]
pub struct CannotRead;

/// Why something cannot be sealed: always a fault of the caller, never of chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The text is over 8,000 bytes, or the name over 64.
    #[error("longer than a body may be")]
    TooLong,
    /// The public key is no point of the curve.
    #[error("not a public key")]
    NotAKey,
    /// Kind, clear fields, place and key do not belong together: the relay would refuse the entry.
    #[error("these parts do not make an entry")]
    Mismatch,
}

/// HKDF-SHA256 without salt, as every derivation of the protocol is.
fn derive<const N: usize>(key: &[u8; 32], info: &[u8]) -> Secret<[u8; N]> {
    let mut out = Secret::new([0; N]);
    // The only error is an output of over 8,160 bytes; the longest here is 44.
    let done = hkdf::Hkdf::<sha2::Sha256>::new(None, key).expand(info, out.expose_mut());
    debug_assert!(done.is_ok());
    out
}

#[cfg(test)]
pub(crate) mod tests {
    use serde_json::Value;

    /// The protocol's vectors.
    pub(crate) fn vectors() -> Value {
        serde_json::from_str(include_str!("sealing/vectors/protocol-vectors.json")).expect("vectors are JSON")
    }

    /// Reads a hex string of the vectors.
    pub(crate) fn hex(text: &Value) -> Vec<u8> {
        let text = text.as_str().expect("hex");
        (0..text.len() / 2).map(|i| u8::from_str_radix(&text[2 * i..2 * i + 2], 16).expect("hex")).collect()
    }

    /// Reads a hex string of a known length.
    pub(crate) fn hex_array<const N: usize>(text: &Value) -> [u8; N] {
        hex(text).try_into().expect("the length")
    }

    /// A generator that gives these bytes, again and again: never for real keys.
    #[derive(Clone)]
    pub(crate) struct Bytes(Vec<u8>, usize);

    impl Bytes {
        /// Gives `bytes` in a circle.
        pub(crate) fn new(bytes: &[u8]) -> Self {
            Self(bytes.to_vec(), 0)
        }
    }

    impl hpke::rand_core::TryRng for Bytes {
        type Error = std::convert::Infallible;

        fn try_next_u32(&mut self) -> Result<u32, Self::Error> {
            let mut bytes = [0; 4];
            self.try_fill_bytes(&mut bytes).map(|()| u32::from_le_bytes(bytes))
        }

        fn try_next_u64(&mut self) -> Result<u64, Self::Error> {
            let mut bytes = [0; 8];
            self.try_fill_bytes(&mut bytes).map(|()| u64::from_le_bytes(bytes))
        }

        fn try_fill_bytes(&mut self, out: &mut [u8]) -> Result<(), Self::Error> {
            for byte in out {
                *byte = self.0[self.1 % self.0.len()];
                self.1 += 1;
            }
            Ok(())
        }
    }

    impl hpke::rand_core::TryCryptoRng for Bytes {}

    /// The generator whose one ephemeral key is the RFC's skEm.
    pub(crate) fn ephemeral_of_the_rfc() -> Bytes {
        Bytes::new(&hex(&vectors()["rfc9180"]["ikmE"]))
    }
}
