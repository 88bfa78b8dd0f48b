//! How an account comes to its keys: the key keeper seals each seed and house key to the account's box, and the root
//! signs the cards. The relay carries both and can use neither.

use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};

use super::house::HouseKey;
use super::hpke_suite::{self, Point};
use super::line::LineSeed;
use super::{CannotRead, CryptoRng, SealError, Secret, card};
use crate::conversation::encoding::{domain, lp};
use crate::conversation::event::Seal;
use crate::conversation::{Account, KeyId};

/// The seed of an account's box, the P-256 pair to which grants are sealed.
pub struct BoxSeed {
    seed: Secret<[u8; 32]>,
    public: Point,
}

/// A key that was granted, known by its id to be what it says.
pub enum GrantedKey {
    /// A line seed.
    Line(LineSeed),
    /// A house key.
    House(HouseKey),
}

impl BoxSeed {
    /// Takes 32 random bytes.
    pub fn new(seed: [u8; 32]) -> Self {
        Self::from_secret(Secret::new(seed))
    }

    /// Takes 32 random bytes already in keeping.
    pub fn from_secret(seed: Secret<[u8; 32]>) -> Self {
        let (_, public) = hpke_suite::pair(&seed);
        Self { seed, public }
    }

    /// Returns the public key, uncompressed, as `joined` names it.
    pub fn public(&self) -> [u8; 65] {
        self.public
    }

    /// Returns the seed, for the vault.
    pub fn secret(&self) -> &Secret<[u8; 32]> {
        &self.seed
    }

    /// Opens a grant made for `account`. The id tells a line seed from a house key, as it is a hash of either.
    ///
    /// # Errors
    /// Fails if it was not sealed to this box for this account, or the key is not the one it names.
    pub fn open_grant(&self, account: &Account, grant: &Seal) -> Result<GrantedKey, CannotRead> {
        let (info, aad) = (grant_info(grant.key), grant_aad(account));
        let bytes = hpke_suite::open(&self.seed, &grant.enc, &info, &aad, &grant.ct)?;
        let house = HouseKey::from_secret(Secret::copied(&bytes).ok_or(CannotRead)?);
        if house.id() == grant.key {
            return Ok(GrantedKey::House(house));
        }
        let line = LineSeed::from_secret(Secret::copied(&bytes).ok_or(CannotRead)?);
        if line.id() == grant.key { Ok(GrantedKey::Line(line)) } else { Err(CannotRead) }
    }
}

/// Seals a key (a line seed or house key, 32 bytes) to the box of `account`.
///
/// # Errors
/// Fails if `box_public` is no point of the curve.
pub fn seal_grant(
    box_public: &[u8; 65],
    key: KeyId,
    secret: &Secret<[u8; 32]>,
    account: &Account,
    rng: &mut impl CryptoRng,
) -> Result<Seal, SealError> {
    let (info, aad) = (grant_info(key), grant_aad(account));
    let (enc, ct) = hpke_suite::seal(box_public, &info, &aad, secret.expose(), rng)?;
    Ok(Seal { key, enc, ct: ct.try_into().map_err(|_| SealError::Mismatch)? })
}

fn grant_info(key: KeyId) -> Vec<u8> {
    let mut info = domain("grant");
    info.extend_from_slice(key.as_bytes());
    info
}

fn grant_aad(account: &Account) -> Vec<u8> {
    let mut aad = Vec::new();
    lp(&mut aad, account.as_str().as_bytes());
    aad
}

/// The root: the key keeper's ECDSA P-256 key, which signs cards and nothing else.
pub struct Root {
    scalar: Secret<[u8; 32]>,
    public: Point,
}

impl Root {
    /// Takes a private key; fails for the few values that are none (0, or the curve's order and above).
    ///
    /// # Errors
    /// Fails if the bytes are no private key.
    pub fn from_secret(scalar: Secret<[u8; 32]>) -> Result<Self, CannotRead> {
        let key = SigningKey::from_slice(scalar.expose()).map_err(|_| CannotRead)?;
        let point = key.verifying_key().to_sec1_point(false);
        let public = point.as_bytes().try_into().map_err(|_| CannotRead)?;
        Ok(Self { scalar, public })
    }

    /// Draws a new root.
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        loop {
            // One draw in 2^32 is no private key.
            if let Ok(root) = Self::from_secret(Secret::random(rng)) {
                return root;
            }
        }
    }

    /// Returns the public key, uncompressed, which pages and vaults pin.
    pub fn public(&self) -> [u8; 65] {
        self.public
    }

    /// Returns the private key, for the vault.
    pub fn secret(&self) -> &Secret<[u8; 32]> {
        &self.scalar
    }

    /// Signs a card's JSON text: r ‖ s of ECDSA with SHA-256 over D("card") ‖ card.
    pub fn sign_card(&self, card: &str) -> [u8; 64] {
        let signed = SigningKey::from_slice(self.scalar.expose()).map(|key| {
            let signature: Signature = key.sign(&card::signed_bytes(card));
            <[u8; 64]>::from(signature.to_bytes())
        });
        // `from_secret` proved that the bytes are a key.
        signed.unwrap_or([0; 64])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealing::tests::{ephemeral_of_the_rfc, hex, hex_array, vectors};

    #[test]
    fn grants_are_the_vectors() {
        let vectors = vectors();
        let box_seed = BoxSeed::new(hex_array(&vectors["join"]["box_seed"]));
        assert_eq!(box_seed.public().as_slice(), hex(&vectors["join"]["box"]));
        let grants = &vectors["grant"];
        let account = Account::parse(grants["account"].as_str().expect("a name")).expect("an account");
        for (name, secret) in [("line", &vectors["line"]["seed"]), ("house", &vectors["house"]["key"])] {
            let case = &grants[name];
            let (key, secret) = (KeyId(hex_array(&case["key"])), Secret::new(hex_array(secret)));
            assert_eq!(grant_info(key), hex(&case["info"]), "{name}");
            assert_eq!(grant_aad(&account), hex(&case["aad"]), "{name}");
            let grant = seal_grant(&box_seed.public(), key, &secret, &account, &mut ephemeral_of_the_rfc())
                .expect("sealed");
            assert_eq!(grant.enc.as_slice(), hex(&case["enc"]), "{name}");
            assert_eq!(grant.ct.as_slice(), hex(&case["ct"]), "{name}");
            let (is_line, back) = match box_seed.open_grant(&account, &grant).expect("opened") {
                GrantedKey::Line(seed) => (true, seed.secret().duplicate()),
                GrantedKey::House(key) => (false, key.secret().duplicate()),
            };
            assert_eq!((is_line, back.expose()), (name == "line", secret.expose()));

            let other = Account::parse("Karel").expect("an account");
            assert!(box_seed.open_grant(&other, &grant).is_err(), "for another account");
            let mut renamed = grant.clone();
            renamed.key = KeyId([9; 16]);
            assert!(box_seed.open_grant(&account, &renamed).is_err(), "under another id");
        }
    }

    #[test]
    fn a_key_that_is_not_the_one_it_names_is_refused() {
        let (box_seed, account) = (BoxSeed::new([1; 32]), Account::parse("Jana").expect("an account"));
        let grant = seal_grant(
            &box_seed.public(),
            KeyId([9; 16]),
            &Secret::new([2; 32]),
            &account,
            &mut ephemeral_of_the_rfc(),
        );
        assert!(box_seed.open_grant(&account, &grant.expect("sealed")).is_err());
    }

    #[test]
    fn a_root_is_a_private_key() {
        for scalar in [[0; 32], [0xff; 32]] {
            assert!(Root::from_secret(Secret::new(scalar)).is_err());
        }
        let rfc = &vectors()["rfc9180"];
        let root = Root::from_secret(Secret::new(hex_array(&rfc["skRm"]))).expect("a root");
        assert_eq!(root.public().as_slice(), hex(&vectors()["card"]["root_pub"]));
    }
}
