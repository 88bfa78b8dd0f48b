//! The recovery code: 160 random bits on paper, for a passphrase that was forgotten.

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use crate::conversation::encoding::domain;
use crate::sealing::card::crockford;
use crate::sealing::{CryptoRng, Secret};

/// A recovery code: nine groups of four letters, of which the last checks the others.
pub struct RecoveryCode {
    bits: Secret<[u8; 20]>,
}

/// A recovery code that was not copied as it stands on the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("that is not a recovery code: a letter is wrong or missing")]
pub struct BadRecoveryCode;

impl RecoveryCode {
    /// Draws a new one.
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        Self { bits: Secret::random(rng) }
    }

    /// Reads what a person typed: case, spaces and hyphens do not matter, nor `o` for 0 and `l` for 1.
    ///
    /// # Errors
    /// Fails if it is not 36 letters, or the last group does not check the others.
    pub fn parse(text: &str) -> Result<Self, BadRecoveryCode> {
        let letters: Zeroizing<String> =
            Zeroizing::new(text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-').collect());
        let split = letters.char_indices().nth(32).map(|(at, _)| letters.split_at(at));
        let (code, check) = split.ok_or(BadRecoveryCode)?;
        let bytes = crockford::read(code).ok_or(BadRecoveryCode)?;
        let code = Self { bits: Secret::copied(&bytes).ok_or(BadRecoveryCode)? };
        // Compared as bits, so that `o` is 0 here too.
        let same =
            crockford::read(&format!("{check}0000")) == crockford::read(&format!("{}0000", code.check()));
        if check.chars().count() == 4 && same { Ok(code) } else { Err(BadRecoveryCode) }
    }

    /// Returns the letters for the paper.
    pub fn to_text(&self) -> Zeroizing<String> {
        Zeroizing::new(format!(
            "{}-{}",
            *Zeroizing::new(crockford::grouped(self.bits.expose())),
            self.check()
        ))
    }

    pub(super) fn bits(&self) -> &Secret<[u8; 20]> {
        &self.bits
    }

    /// Returns the first four letters of a hash of the others.
    fn check(&self) -> String {
        let hash = Sha256::new().chain_update(domain("recovery check")).chain_update(self.bits.expose());
        crockford::grouped(&hash.finalize()[..3]).chars().take(4).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealing::tests::Bytes;

    #[test]
    fn a_code_is_read_from_paper_and_a_slip_is_noticed() {
        let code = RecoveryCode::random(&mut Bytes::new(&[0x00, 0x44, 0x32, 0x14, 0xc7]));
        let text = code.to_text();
        assert_eq!(text.len(), 9 * 4 + 8);
        assert!(text.starts_with("0123-4567-0123-4567-"), "{}", *text);
        for typed in [text.to_string(), text.to_lowercase(), text.replace('-', " "), text.replace('0', "o")] {
            let read = RecoveryCode::parse(&typed).expect("a code");
            assert_eq!(read.bits().expose(), code.bits().expose(), "{typed}");
        }
        for (at, _) in text.char_indices().filter(|(_, letter)| *letter != '-') {
            let mut slip = text.to_string();
            let other = if &text[at..=at] == "7" { "8" } else { "7" };
            slip.replace_range(at..=at, other);
            assert!(RecoveryCode::parse(&slip).is_err(), "{slip}");
        }
        for wrong in ["", "0123", &text[..text.len() - 1], &format!("{}0", *text), "ž"] {
            assert_eq!(RecoveryCode::parse(wrong).err(), Some(BadRecoveryCode), "{wrong}");
        }
    }
}
