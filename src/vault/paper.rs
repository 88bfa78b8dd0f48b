//! What a helpline keeps on paper: the recovery code of a vault, for a passphrase that was forgotten, and the root, for a
//! keeper who is gone. Letters in groups of four, of which the last group checks the others.

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::Keys;
use crate::conversation::encoding::domain;
use crate::sealing::card::crockford;
use crate::sealing::grant::Root;
use crate::sealing::{CryptoRng, Secret};

/// How many letters check the others: a slip passes one time in a million.
const CHECK: usize = 4;

/// A recovery code: 160 random bits, nine groups.
pub struct RecoveryCode {
    bits: Secret<[u8; 20]>,
}

/// A code that was not copied as it stands on the paper.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("that is not the code on the paper: a letter is wrong or missing")]
pub struct BadPaperCode;

/// Why a root on paper is not taken over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum RootError {
    /// It was not copied as it stands on the paper.
    #[error(transparent)]
    Code(#[from] BadPaperCode),
    /// It is the root of another line.
    #[error("that is the root of another line")]
    OtherLine,
}

impl RecoveryCode {
    /// Draws a new one.
    pub fn random(rng: &mut impl CryptoRng) -> Self {
        Self { bits: Secret::random(rng) }
    }

    /// Reads what a person typed: case, spaces and hyphens do not matter, nor `o` for 0 and `l` for 1.
    ///
    /// # Errors
    /// Fails if any letter is wrong or missing.
    pub fn parse(text: &str) -> Result<Self, BadPaperCode> {
        read("recovery check", text).map(|bits| Self { bits })
    }

    /// Returns the letters for the paper.
    pub fn to_text(&self) -> Zeroizing<String> {
        written("recovery check", self.bits.expose())
    }

    pub(super) fn bits(&self) -> &Secret<[u8; 20]> {
        &self.bits
    }
}

impl Keys {
    /// Returns the root for the paper in the safe, if this is the keeper's vault: 14 groups.
    pub fn root_on_paper(&self) -> Option<Zeroizing<String>> {
        self.root.as_ref().map(|root| written("root check", root.secret().expose()))
    }

    /// Makes this account the key keeper, from the root on paper: when the keeper is gone, any account of the line can
    /// take over. The caller saves the vault.
    ///
    /// # Errors
    /// Fails if a letter is wrong or missing, or the root is another line's.
    pub fn take_root(&mut self, text: &str) -> Result<(), RootError> {
        let root = Root::from_secret(read("root check", text)?).map_err(|_| BadPaperCode)?;
        if root.public() != self.root_public {
            return Err(RootError::OtherLine);
        }
        self.root = Some(root);
        Ok(())
    }
}

fn written(label: &str, bytes: &[u8]) -> Zeroizing<String> {
    let code = Zeroizing::new(crockford::grouped(bytes));
    Zeroizing::new(format!("{}-{}", *code, check(label, bytes)))
}

fn read<const N: usize>(label: &str, text: &str) -> Result<Secret<[u8; N]>, BadPaperCode> {
    let mut letters = Zeroizing::new(String::with_capacity(text.len()));
    letters.extend(text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-'));
    let at = letters.len().checked_sub(CHECK).filter(|at| letters.is_char_boundary(*at));
    let (code, found) = letters.split_at(at.ok_or(BadPaperCode)?);
    let bytes = Secret::copied(&crockford::read(code).ok_or(BadPaperCode)?).ok_or(BadPaperCode)?;
    // Compared as bits, so that `o` is 0 here too; doubled, so that they are whole bytes.
    let same = |letters: &str| crockford::read(&format!("{letters}{letters}"));
    let (found, meant) = (same(found).ok_or(BadPaperCode)?, same(&check(label, bytes.expose())));
    if meant.as_ref() == Some(&found) { Ok(bytes) } else { Err(BadPaperCode) }
}

/// Returns the first four letters of a hash of the bytes.
fn check(label: &str, bytes: &[u8]) -> String {
    let hash = Sha256::new().chain_update(domain(label)).chain_update(bytes).finalize();
    crockford::grouped(&hash[..3]).chars().take(CHECK).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::{Account, Role};
    use crate::sealing::tests::Bytes;
    use crate::vault::found;

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
        for wrong in ["", "0123", "žžž", &text[..text.len() - 1], &format!("{}0", *text), "ž"] {
            assert_eq!(RecoveryCode::parse(wrong).err(), Some(BadPaperCode), "{wrong}");
        }
    }

    #[test]
    fn a_colleague_takes_over_from_paper() {
        let account = |name| Account::parse(name).expect("an account");
        let line =
            || found("Linka", account("Klára"), "wss://relay.example.org", "116111", 1, &mut rand::rng());
        let (keeper, file) = line();
        let card = crate::sealing::card::parse_signed(&file.card, &file.sig, &file.root).expect("signed");
        let code = keeper.invite(account("Jana"), Role::Supervisor, &mut rand::rng()).expect("a code");
        let mut jana = code.join(&file.root, &card, &mut rand::rng()).expect("the same root");
        assert!(jana.root_on_paper().is_none());

        let paper = keeper.root_on_paper().expect("the keeper's");
        assert_eq!(jana.take_root(&paper[1..]), Err(RootError::Code(BadPaperCode)));
        let other = line().0.root_on_paper().expect("the keeper's");
        assert_eq!(jana.take_root(&other), Err(RootError::OtherLine));
        assert!(jana.root.is_none());
        assert_eq!(jana.take_root(&paper.to_lowercase()), Ok(()));
        let new = jana.rotate_line(&card, 2, &mut rand::rng()).expect("the keeper's");
        assert!(keeper.check_card(&new.text, &new.sig, 2, None).is_ok());
    }
}
