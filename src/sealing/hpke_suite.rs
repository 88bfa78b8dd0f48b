//! The one suite: HPKE Base, DHKEM(P-256, HKDF-SHA256), HKDF-SHA256, AES-256-GCM. Used once per conversation and once
//! per grant, for 32 bytes each.

use hpke::aead::AesGcm256;
use hpke::kdf::HkdfSha256;
use hpke::kem::DhP256HkdfSha256;
use hpke::{Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _};
use zeroize::Zeroizing;

use super::{CannotRead, CryptoRng, SealError, Secret};

type Kem = DhP256HkdfSha256;
type PrivateKey = <Kem as hpke::Kem>::PrivateKey;
type PublicKey = <Kem as hpke::Kem>::PublicKey;

/// An uncompressed point of P-256.
pub(super) type Point = [u8; 65];

/// Derives the pair of a 32-byte seed: RFC 9180 DeriveKeyPair. The private key is wiped when dropped.
pub(super) fn pair(seed: &Secret<[u8; 32]>) -> (PrivateKey, Point) {
    let (private, public) = Kem::derive_keypair(seed.expose());
    (private, public.to_bytes().into())
}

/// Whether the bytes are an uncompressed point of the curve, other than infinity.
pub(super) fn is_point(bytes: &[u8]) -> bool {
    PublicKey::from_bytes(bytes).is_ok()
}

/// Seals `plain` to a public key; returns `enc` and the ciphertext.
pub(super) fn seal(
    public: &Point,
    info: &[u8],
    aad: &[u8],
    plain: &[u8],
    rng: &mut impl CryptoRng,
) -> Result<(Point, Vec<u8>), SealError> {
    let public = PublicKey::from_bytes(public).map_err(|_| SealError::NotAKey)?;
    let sealed = hpke::single_shot_seal_with_rng::<AesGcm256, HkdfSha256, Kem>(
        &OpModeS::Base,
        &public,
        info,
        plain,
        aad,
        rng,
    );
    let (enc, ct) = sealed.map_err(|_| SealError::NotAKey)?;
    Ok((enc.to_bytes().into(), ct))
}

/// Opens what was sealed to the seed's public key.
pub(super) fn open(
    seed: &Secret<[u8; 32]>,
    enc: &Point,
    info: &[u8],
    aad: &[u8],
    ct: &[u8],
) -> Result<Zeroizing<Vec<u8>>, CannotRead> {
    let enc = <Kem as hpke::Kem>::EncappedKey::from_bytes(enc).map_err(|_| CannotRead)?;
    let (private, _) = pair(seed);
    hpke::single_shot_open::<AesGcm256, HkdfSha256, Kem>(&OpModeR::Base, &private, &enc, info, ct, aad)
        .map(Zeroizing::new)
        .map_err(|_| CannotRead)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealing::tests::{ephemeral_of_the_rfc, hex, hex_array, vectors};

    #[test]
    fn the_suite_is_the_one_of_the_rfc() {
        let rfc = &vectors()["rfc9180"];
        let seed = Secret::new(hex_array(&rfc["ikmR"]));
        let (private, public) = pair(&seed);
        assert_eq!(private.to_bytes().as_slice(), hex(&rfc["skRm"]));
        assert_eq!(public.as_slice(), hex(&rfc["pkRm"]));
        let (info, aad, plain) = (hex(&rfc["info"]), hex(&rfc["aad"]), hex(&rfc["pt"]));
        let (enc, ct) = seal(&public, &info, &aad, &plain, &mut ephemeral_of_the_rfc()).expect("sealed");
        assert_eq!((enc.as_slice(), ct.as_slice()), (&*hex(&rfc["enc"]), &*hex(&rfc["ct"])));
        assert_eq!(*open(&seed, &enc, &info, &aad, &ct).expect("opened"), plain);
    }

    #[test]
    fn a_key_that_is_no_point_is_refused() {
        let vectors = vectors();
        let seed = Secret::new(hex_array(&vectors["rfc9180"]["ikmR"]));
        for case in vectors["strict"]["enc"].as_array().expect("cases") {
            let bytes = hex(&case["enc"]);
            assert!(!is_point(&bytes), "{}", case["name"]);
            // Other lengths do not even fit into the type.
            let Ok(enc) = Point::try_from(bytes) else { continue };
            assert_eq!(open(&seed, &enc, b"", b"", &[0; 48]).err(), Some(CannotRead), "{}", case["name"]);
            assert_eq!(
                seal(&enc, b"", b"", b"x", &mut ephemeral_of_the_rfc()).err(),
                Some(SealError::NotAKey),
                "{}",
                case["name"]
            );
        }
    }
}
