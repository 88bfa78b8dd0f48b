//! Secrets: values that are wiped when dropped and that cannot be printed, copied or written down by accident.

use zeroize::Zeroize;

use super::CryptoRng;

/// A value that is wiped from memory when dropped. It has no `Debug`, `Clone` or `Serialize` on purpose. The value is
/// boxed, so that moving the secret leaves no copy behind.
pub struct Secret<T: Zeroize>(Box<T>);

impl<T: Zeroize> Secret<T> {
    /// Takes a secret into keeping. The caller wipes what it copied from.
    pub fn new(value: T) -> Self {
        Self(Box::new(value))
    }

    /// Returns the secret; the name makes every look at it easy to find.
    pub fn expose(&self) -> &T {
        &self.0
    }

    /// Returns the secret to be filled in place.
    pub fn expose_mut(&mut self) -> &mut T {
        &mut self.0
    }
}

impl<const N: usize> Secret<[u8; N]> {
    /// Draws N random bytes.
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        let mut secret = Self::new([0; N]);
        rng.fill_bytes(secret.expose_mut());
        secret
    }

    /// Copies N bytes into keeping; `None` for any other length.
    pub fn copied(bytes: &[u8]) -> Option<Self> {
        let mut secret = Self::new([0; N]);
        (bytes.len() == N).then(|| {
            secret.expose_mut().copy_from_slice(bytes);
            secret
        })
    }

    /// Makes a second copy, for a second owner.
    pub fn duplicate(&self) -> Self {
        let mut secret = Self::new([0; N]);
        secret.expose_mut().copy_from_slice(self.expose());
        secret
    }
}

impl<T: Zeroize> Drop for Secret<T> {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_must_have_the_length() {
        assert!(Secret::<[u8; 4]>::copied(b"four").is_some_and(|secret| secret.expose() == b"four"));
        assert!(Secret::<[u8; 4]>::copied(b"three").is_none());
    }

    #[test]
    fn what_is_dropped_is_wiped() {
        // The value says itself that it was wiped: memory may not be looked at after the drop.
        struct Witness(std::sync::Arc<std::sync::atomic::AtomicBool>);
        impl Zeroize for Witness {
            fn zeroize(&mut self) {
                self.0.store(true, std::sync::atomic::Ordering::SeqCst);
            }
        }
        let wiped = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
        drop(Secret::new(Witness(wiped.clone())));
        assert!(wiped.load(std::sync::atomic::Ordering::SeqCst));
    }
}
