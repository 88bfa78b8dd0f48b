//! The line key: the pair to which a child's page seals its conversation key, and the keys that follow from both.

use super::hpke_suite::{self, Point};
use super::{CannotRead, CryptoRng, SealError, Secret, derive};
use crate::conversation::encoding::{domain, lp};
use crate::conversation::event::{Opened, Seal};
use crate::conversation::{ConversationId, KeyId, derive as formula};

/// The seed of a line key: who has it can open every talk of the key's days.
pub struct LineSeed {
    seed: Secret<[u8; 32]>,
    public: Point,
    id: KeyId,
}

impl LineSeed {
    /// Takes 32 random bytes.
    pub fn new(seed: [u8; 32]) -> Self {
        Self::from_secret(Secret::new(seed))
    }

    /// Takes 32 random bytes already in keeping.
    pub fn from_secret(seed: Secret<[u8; 32]>) -> Self {
        let (_, public) = hpke_suite::pair(&seed);
        Self { seed, public, id: formula::line_key_id(&public) }
    }

    /// Returns the public key, uncompressed, as the card names it.
    pub fn public(&self) -> [u8; 65] {
        self.public
    }

    /// Returns the key's id.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// Returns the seed, for a grant or the vault.
    pub fn secret(&self) -> &Secret<[u8; 32]> {
        &self.seed
    }

    /// Returns K' of a conversation, the key of its desk log, which no child can derive.
    pub fn desk_key(&self, conv: ConversationId) -> DeskKey {
        let mut info = domain("staff");
        info.extend_from_slice(conv.as_bytes());
        DeskKey { key: derive(self.seed.expose(), &info), line: self.id }
    }

    /// Opens the conversation's key from its first entry.
    ///
    /// # Errors
    /// Fails if no seal of the entry is to this key, or it was changed or made for another conversation or language.
    pub fn open(&self, conv: ConversationId, opened: &Opened) -> Result<TalkKey, CannotRead> {
        let seal = opened.seals.iter().find(|seal| seal.key == self.id).ok_or(CannotRead)?;
        let (info, aad) = (open_info(self.id), open_aad(conv, &opened.lang));
        let key = hpke_suite::open(&self.seed, &seal.enc, &info, &aad, &seal.ct)?;
        Secret::copied(&key).map(|key| TalkKey { key }).ok_or(CannotRead)
    }
}

/// K: the key of one conversation's talk, drawn by the child's page.
pub struct TalkKey {
    key: Secret<[u8; 32]>,
}

impl TalkKey {
    /// Takes 32 random bytes.
    pub fn new(key: [u8; 32]) -> Self {
        Self { key: Secret::new(key) }
    }

    /// Draws a new key, as a page does.
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        Self { key: Secret::random(rng) }
    }

    /// Seals the key to a line key of the card, for `open`.
    ///
    /// # Errors
    /// Fails if `public` is no point of the curve.
    pub fn seal_to(
        &self,
        public: &[u8; 65],
        conv: ConversationId,
        lang: &str,
        rng: &mut impl CryptoRng,
    ) -> Result<Seal, SealError> {
        let key = formula::line_key_id(public);
        let (info, aad) = (open_info(key), open_aad(conv, lang));
        let (enc, ct) = hpke_suite::seal(public, &info, &aad, self.key.expose(), rng)?;
        Ok(Seal { key, enc, ct: ct.try_into().map_err(|_| SealError::Mismatch)? })
    }

    pub(super) fn secret(&self) -> &Secret<[u8; 32]> {
        &self.key
    }
}

/// K': the key of one conversation's desk log under one line key.
pub struct DeskKey {
    key: Secret<[u8; 32]>,
    line: KeyId,
}

impl DeskKey {
    /// Returns the id of the line key it comes from, which the body names.
    pub fn id(&self) -> KeyId {
        self.line
    }

    pub(super) fn secret(&self) -> &Secret<[u8; 32]> {
        &self.key
    }
}

fn open_info(key: KeyId) -> Vec<u8> {
    let mut info = domain("open key");
    info.extend_from_slice(key.as_bytes());
    info
}

fn open_aad(conv: ConversationId, lang: &str) -> Vec<u8> {
    let mut aad = domain("open");
    aad.extend_from_slice(conv.as_bytes());
    lp(&mut aad, lang.as_bytes());
    aad
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sealing::tests::{ephemeral_of_the_rfc, hex, hex_array, vectors};

    fn opened(seal: Seal) -> Opened {
        Opened { lang: "cs".into(), seals: vec![seal], after: None }
    }

    /// The seed, conversation and first entry of the vectors.
    fn of_the_vectors() -> (LineSeed, ConversationId, Opened) {
        let vectors = vectors();
        let seed = LineSeed::new(hex_array(&vectors["line"]["seed"]));
        let open = &vectors["open"];
        let seal = Seal { key: seed.id(), enc: hex_array(&open["enc"]), ct: hex_array(&open["ct"]) };
        (seed, ConversationId(hex_array(&open["conv"])), opened(seal))
    }

    #[test]
    fn line_key_and_opening_are_the_vectors() {
        let vectors = vectors();
        let (seed, conv, first) = of_the_vectors();
        assert_eq!(seed.public().as_slice(), hex(&vectors["line"]["pub"]));
        assert_eq!(seed.id().as_bytes(), hex(&vectors["line"]["key_id"]));
        let open = &vectors["open"];
        assert_eq!(open_info(seed.id()), hex(&open["info"]));
        assert_eq!(open_aad(conv, "cs"), hex(&open["aad"]));
        let key = TalkKey::new(hex_array(&open["K"]));
        let seal = key.seal_to(&seed.public(), conv, "cs", &mut ephemeral_of_the_rfc()).expect("sealed");
        assert_eq!(seal, first.seals[0]);
        let back = seed.open(conv, &first).expect("opened");
        assert_eq!(back.secret().expose().as_slice(), hex(&open["K"]));
        assert_eq!(seed.desk_key(conv).secret().expose().as_slice(), hex(&vectors["desk"]["staff_key"]));
    }

    #[test]
    fn an_opening_that_was_changed_does_not_open() {
        let cases = vectors()["strict"]["open"].clone();
        for case in cases.as_array().expect("cases") {
            let (seed, mut conv, mut first) = of_the_vectors();
            if let Some(lang) = case["lang"].as_str() {
                first.lang = lang.to_owned();
            }
            if case["conv"].is_string() {
                conv = ConversationId(hex_array(&case["conv"]));
            }
            if case["ct"].is_string() {
                // A ciphertext of another length does not fit into the entry at all.
                let Ok(ct) = hex(&case["ct"]).try_into() else { continue };
                first.seals[0].ct = ct;
            }
            assert_eq!(seed.open(conv, &first).err(), Some(CannotRead), "{}", case["name"]);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn what_is_sealed_opens_and_no_flipped_bit_does(
            seed: [u8; 32], key: [u8; 32], conv: [u8; 16], bit in 0..(16 + 65 + 48) * 8usize,
        ) {
            let (line, conv) = (LineSeed::new(seed), ConversationId(conv));
            let seal = TalkKey::new(key)
                .seal_to(&line.public(), conv, "cs", &mut ephemeral_of_the_rfc())
                .expect("sealed");
            let back = line.open(conv, &opened(seal.clone())).expect("opened");
            prop_assert_eq!(back.secret().expose(), &key);
            let mut flipped = seal;
            let (byte, mask) = (bit / 8, 1 << (bit % 8));
            match byte {
                0..16 => flipped.key.0[byte] ^= mask,
                16..81 => flipped.enc[byte - 16] ^= mask,
                _ => flipped.ct[byte - 81] ^= mask,
            }
            prop_assert!(line.open(conv, &opened(flipped)).is_err());
        }

        #[test]
        fn arbitrary_seals_are_an_error_and_no_panic(enc in any::<[u8; 32]>(), ct in any::<[u8; 32]>()) {
            let line = LineSeed::new([1; 32]);
            let mut seal = Seal { key: line.id(), enc: [4; 65], ct: [0; 48] };
            seal.enc[1..33].copy_from_slice(&enc);
            seal.ct[..32].copy_from_slice(&ct);
            prop_assert!(line.open(ConversationId([3; 16]), &opened(seal)).is_err());
        }
    }
}
