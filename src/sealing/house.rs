//! The house key: what the team keeps readable after a line key is gone, and the tags of agreed phrases.

use std::sync::LazyLock;

use hmac::{Hmac, KeyInit as _, Mac as _};
use regex::Regex;
use sha2::{Digest as _, Sha256};
use unicode_normalization::UnicodeNormalization as _;
use zeroize::{Zeroize as _, Zeroizing};

use super::Secret;
use crate::conversation::encoding::{domain, lp};
use crate::conversation::{KeyId, Tag};

/// A house key: it opens classes and the texts of the house, and no talk.
pub struct HouseKey {
    key: Secret<[u8; 32]>,
    id: KeyId,
}

impl HouseKey {
    /// Takes 32 random bytes.
    pub fn new(key: [u8; 32]) -> Self {
        Self::from_secret(Secret::new(key))
    }

    /// Takes 32 random bytes already in keeping.
    pub fn from_secret(key: Secret<[u8; 32]>) -> Self {
        let hash = Sha256::new().chain_update(domain("house key")).chain_update(key.expose()).finalize();
        let mut id = [0; 16];
        id.copy_from_slice(&hash[..16]);
        Self { key, id: KeyId(id) }
    }

    /// Returns the key's id: SHA-256(D("house key") ‖ key)[..16].
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// Returns the key, for a grant or the vault.
    pub fn secret(&self) -> &Secret<[u8; 32]> {
        &self.key
    }

    /// Returns what an agreed phrase folds to under this key. Accents, case and spacing do not matter.
    pub fn tag(&self, phrase: &str) -> Tag {
        let phrase = folded(phrase);
        let mut input = Zeroizing::new(domain("agreed"));
        lp(&mut input, phrase.as_bytes());
        // HMAC takes keys of any length, so this cannot fail.
        let mac = Hmac::<Sha256>::new_from_slice(self.key.expose()).map(|mut mac| {
            mac.update(&input);
            <[u8; 32]>::from(mac.finalize().into_bytes())
        });
        let mut tag = [0; 16];
        tag.copy_from_slice(&mac.unwrap_or_default()[..16]);
        Tag(tag)
    }
}

/// A phrase in NFD without category Mn, then in lower case, each run of white space as one space, trimmed.
fn folded(phrase: &str) -> Zeroizing<String> {
    static MARKS: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"\p{Mn}+").expect("a fixed pattern"));
    let decomposed = Zeroizing::new(phrase.nfd().collect::<String>());
    let mut bare = MARKS.replace_all(&decomposed, "").into_owned();
    let lower = Zeroizing::new(bare.to_lowercase());
    bare.zeroize();
    let mut out = Zeroizing::new(String::with_capacity(lower.len()));
    for word in lower.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealing::tests::{hex, hex_array, vectors};

    #[test]
    fn key_and_tag_are_the_vectors() {
        let house = &vectors()["house"];
        let key = HouseKey::new(hex_array(&house["key"]));
        assert_eq!(key.id().as_bytes(), hex(&house["key_id"]));
        let agreed = &house["agreed"];
        let phrase = agreed["phrase"].as_str().expect("a phrase");
        assert_eq!(*folded(phrase), agreed["folded"].as_str().expect("a phrase"));
        assert_eq!(key.tag(phrase).as_bytes(), hex(&agreed["tag"]));
    }

    #[test]
    fn a_phrase_folds_to_what_a_child_may_type_again() {
        for (typed, folds) in [
            ("  Modry\u{301}\tslon\u{a0}\u{2003}PIJE čaj\n", "modry slon pije caj"),
            ("ŽLUŤOUČKÝ KŮŇ", "zlutoucky kun"),
            ("", ""),
            (" \u{3000} ", ""),
            // Spacing marks (Mc) belong to the word; only Mn goes.
            ("\u{915}\u{93e}", "\u{915}\u{93e}"),
        ] {
            assert_eq!(*folded(typed), folds, "{typed:?}");
        }
    }
}
