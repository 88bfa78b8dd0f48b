//! Who somebody is: an account's Ed25519 identity, the one-time key of an invitation, and what each of them signs. A
//! signature names the host it was made for and the nonce of one socket, so that it can be passed on nowhere.

use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};
use sha2::{Digest as _, Sha256};

use super::{CryptoRng, Secret};
use crate::conversation::Hash;
use crate::conversation::encoding::{domain, lp};

pub mod work;

/// An account's identity: it signs logins.
pub struct Identity {
    seed: Secret<[u8; 32]>,
}

impl Identity {
    /// Takes 32 random bytes.
    pub fn new(seed: [u8; 32]) -> Self {
        Self { seed: Secret::new(seed) }
    }

    /// Takes 32 random bytes already in keeping.
    pub fn from_secret(seed: Secret<[u8; 32]>) -> Self {
        Self { seed }
    }

    /// Draws a new identity.
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        Self { seed: Secret::random(rng) }
    }

    /// Returns the public key.
    pub fn public(&self) -> Hash {
        Hash(SigningKey::from_bytes(self.seed.expose()).verifying_key().to_bytes())
    }

    /// Returns the seed, for the vault.
    pub fn secret(&self) -> &Secret<[u8; 32]> {
        &self.seed
    }

    /// Signs a login: `host` is the name that was dialled, lower case without port; `nonce` is that of the socket.
    pub fn sign_login(&self, host: &str, nonce: Hash) -> [u8; 64] {
        let key = SigningKey::from_bytes(self.seed.expose());
        let public = Hash(key.verifying_key().to_bytes());
        key.sign(&login_bytes(host, nonce, public)).to_bytes()
    }
}

/// Whether `sig` is the login of `key` on the socket with `nonce` of `host`.
pub fn verify_login(key: Hash, host: &str, nonce: Hash, sig: &[u8; 64]) -> bool {
    verify(key, &login_bytes(host, nonce, key), sig)
}

/// The one-time key of an invitation, drawn by the console that invites and carried by hand.
pub struct Invitation {
    token: Secret<[u8; 16]>,
}

impl Invitation {
    /// Draws a new one.
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        Self { token: Secret::random(rng) }
    }

    /// Takes the 16 random bytes of a code; the key pair follows from them.
    pub fn from_token(token: Secret<[u8; 16]>) -> Self {
        Self { token }
    }

    /// Returns the 16 bytes, for the code.
    pub fn token(&self) -> &Secret<[u8; 16]> {
        &self.token
    }

    /// Returns the public key, for `invite`.
    pub fn public(&self) -> Hash {
        Hash(self.key().verifying_key().to_bytes())
    }

    /// Signs a new account's `key` and `box_public`, so that the relay cannot put in keys of its own.
    pub fn sign_join(&self, host: &str, nonce: Hash, key: Hash, box_public: &[u8; 65]) -> [u8; 64] {
        self.key().sign(&join_bytes(host, nonce, key, box_public)).to_bytes()
    }

    fn key(&self) -> SigningKey {
        // 128 bits are enough for a code that lives two days and halve what is typed.
        let mut seed: [u8; 32] =
            Sha256::new().chain_update(domain("invite")).chain_update(self.token.expose()).finalize().into();
        let key = SigningKey::from_bytes(&seed);
        zeroize::Zeroize::zeroize(&mut seed);
        key
    }
}

/// Whether `sig` is by the invitation's key `invite` over a new account's keys.
pub fn verify_join(
    invite: Hash,
    host: &str,
    nonce: Hash,
    key: Hash,
    box_public: &[u8; 65],
    sig: &[u8; 64],
) -> bool {
    super::hpke_suite::is_point(box_public) && verify(invite, &join_bytes(host, nonce, key, box_public), sig)
}

/// Strictly: no key or R of small order, no second spelling of S.
fn verify(key: Hash, signed: &[u8], sig: &[u8; 64]) -> bool {
    let Ok(key) = VerifyingKey::from_bytes(&key.0) else { return false };
    key.verify_strict(signed, &Signature::from_bytes(sig)).is_ok()
}

fn login_bytes(host: &str, nonce: Hash, key: Hash) -> Vec<u8> {
    let mut bytes = domain("login");
    lp(&mut bytes, host.as_bytes());
    bytes.extend_from_slice(nonce.as_bytes());
    bytes.extend_from_slice(key.as_bytes());
    bytes
}

fn join_bytes(host: &str, nonce: Hash, key: Hash, box_public: &[u8; 65]) -> Vec<u8> {
    let mut bytes = domain("join");
    lp(&mut bytes, host.as_bytes());
    bytes.extend_from_slice(nonce.as_bytes());
    bytes.extend_from_slice(key.as_bytes());
    bytes.extend_from_slice(box_public);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealing::tests::{hex, hex_array, vectors};

    #[test]
    fn a_login_is_the_vector() {
        let case = &vectors()["login"];
        let identity = Identity::new(hex_array(&case["ed25519_seed"]));
        let (host, nonce) = (case["host"].as_str().expect("a host"), Hash(hex_array(&case["nonce"])));
        assert_eq!(identity.public().as_bytes(), hex(&case["pub"]));
        assert_eq!(login_bytes(host, nonce, identity.public()), hex(&case["signed"]));
        let sig = identity.sign_login(host, nonce);
        assert_eq!(sig.as_slice(), hex(&case["sig"]));
        assert!(verify_login(identity.public(), host, nonce, &sig));
        assert!(!verify_login(identity.public(), "relay.example.com", nonce, &sig), "passed on");
        assert!(!verify_login(identity.public(), host, Hash([0; 32]), &sig), "replayed");
        assert!(!verify_login(Identity::new([1; 32]).public(), host, nonce, &sig), "another key");
    }

    #[test]
    fn a_join_is_the_vector() {
        let case = &vectors()["join"];
        let (host, nonce) = (case["host"].as_str().expect("a host"), Hash(hex_array(&case["nonce"])));
        let (key, box_public) = (Hash(hex_array(&case["key"])), hex_array(&case["box"]));
        assert_eq!(join_bytes(host, nonce, key, &box_public), hex(&case["signed"]));
        let one_time = SigningKey::from_bytes(&hex_array(&case["invite_seed"]));
        let invite = Hash(hex_array(&case["invite"]));
        assert_eq!(one_time.verifying_key().to_bytes(), invite.0);
        let sig = one_time.sign(&join_bytes(host, nonce, key, &box_public)).to_bytes();
        assert_eq!(sig.as_slice(), hex(&case["sig"]));
        assert!(verify_join(invite, host, nonce, key, &box_public, &sig));
        assert!(!verify_join(invite, host, nonce, Hash([7; 32]), &box_public, &sig), "a key of the relay's");
        assert!(!verify_join(invite, host, nonce, key, &[4; 65], &sig), "a box of the relay's");
    }

    #[test]
    fn an_invitation_signs_what_its_public_key_verifies() {
        let invitation = Invitation::from_token(Secret::new([5; 16]));
        let (nonce, key) = (Hash([1; 32]), Hash([2; 32]));
        let box_public = super::super::grant::BoxSeed::new([3; 32]).public();
        let sig = invitation.sign_join("relay.example.org", nonce, key, &box_public);
        assert!(verify_join(invitation.public(), "relay.example.org", nonce, key, &box_public, &sig));
    }

    #[test]
    fn weak_keys_and_second_spellings_are_refused() {
        let vectors = vectors();
        for case in vectors["strict"]["ed25519"].as_array().expect("cases") {
            let (key, sig) = (Hash(hex_array(&case["pub"])), hex_array(&case["sig"]));
            assert!(!verify(key, &hex(&case["signed"]), &sig), "{}", case["name"]);
        }
    }
}
