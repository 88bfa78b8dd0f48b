//! Reviewed candidates on their way from a counsellor's casebook to the releaser's: codes and masked texts, sealed under
//! the house key, so that neither the courier nor a lost stick tells anything.
//!
//! File: `oporacnd` ‖ version 1 ‖ id of the house key (16) ‖ nonce (24) ‖ XChaCha20-Poly1305 of JSON under
//! HKDF-SHA256(house key, no salt, D("candidates")), all before it as associated data.

use chacha20poly1305::aead::{Aead as _, Payload};
use chacha20poly1305::{KeyInit as _, XChaCha20Poly1305, XNonce};
use hkdf::Hkdf;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::summary::{Candidate, Facts, note};
use crate::anonymise::{Anonymiser, Kind};
use crate::conversation::encoding::domain;
use crate::sealing::house::HouseKey;

const MAGIC: &[u8; 8] = b"oporacnd";
const VERSION: u8 = 1;
const HEAD: usize = 8 + 1 + 16 + 24;

/// Why a file of candidates is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HandoverError {
    /// It is none, or was changed or cut on the way.
    #[error("the file is no file of candidates, or is damaged")]
    Damaged,
    /// A newer opora wrote it.
    #[error("a newer opora wrote it")]
    Newer,
    /// It is sealed under a house key this vault does not have.
    #[error("it is sealed under another house key")]
    OtherKey,
}

/// What a file of candidates holds.
#[derive(Debug, Clone)]
pub struct Handover {
    /// The quarter.
    pub period: String,
    /// The account that made it.
    pub by: String,
    /// The candidates, each with its texts.
    pub candidates: Vec<Candidate>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    period: String,
    by: String,
    candidates: Vec<Written>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    case: String,
    facts: Facts,
    texts: Option<[String; 4]>,
    masks: Vec<(String, u64)>,
}

impl Handover {
    /// Seals it for the releaser.
    ///
    /// # Errors
    /// Fails only if JSON or the cipher does, which these shapes do not allow.
    pub fn seal(&self, key: &HouseKey, rng: &mut impl rand::CryptoRng) -> Result<Vec<u8>, HandoverError> {
        let candidates = self.candidates.iter().map(|one| Written {
            case: one.case.clone(),
            facts: one.facts.clone(),
            texts: one.text.as_ref().map(|texts| texts.each_ref().map(|text| text.get().clone())),
            masks: one.masks.iter().map(|(kind, count)| (kind.code().to_owned(), *count)).collect(),
        });
        let body =
            Body { period: self.period.clone(), by: self.by.clone(), candidates: candidates.collect() };
        let json = Zeroizing::new(serde_json::to_vec(&body).map_err(|_| HandoverError::Damaged)?);
        let mut nonce = [0; 24];
        rng.fill_bytes(&mut nonce);
        let mut file = Vec::with_capacity(HEAD + json.len() + 16);
        file.extend_from_slice(MAGIC);
        file.push(VERSION);
        file.extend_from_slice(key.id().as_bytes());
        file.extend_from_slice(&nonce);
        let sealed = cipher(key)?
            .encrypt(&XNonce::from(nonce), Payload { msg: &json, aad: &file })
            .map_err(|_| HandoverError::Damaged)?;
        file.extend_from_slice(&sealed);
        Ok(file)
    }

    /// Opens a file with one of the house keys. Its texts are read once more with this house's own lists: what they find
    /// is masked too.
    ///
    /// # Errors
    /// Fails if it is none of ours.
    pub fn open(file: &[u8], keys: &[HouseKey], anonymiser: &Anonymiser) -> Result<Self, HandoverError> {
        let (head, sealed) = file.split_at_checked(HEAD).ok_or(HandoverError::Damaged)?;
        if &head[..8] != MAGIC {
            return Err(HandoverError::Damaged);
        }
        if head[8] != VERSION {
            return Err(HandoverError::Newer);
        }
        let key =
            keys.iter().find(|key| key.id().as_bytes() == &head[9..25]).ok_or(HandoverError::OtherKey)?;
        let nonce: [u8; 24] = head[25..HEAD].try_into().map_err(|_| HandoverError::Damaged)?;
        let json = cipher(key)?
            .decrypt(&XNonce::from(nonce), Payload { msg: sealed, aad: head })
            .map(Zeroizing::new)
            .map_err(|_| HandoverError::Damaged)?;
        let body: Body = serde_json::from_slice(&json).map_err(|_| HandoverError::Damaged)?;
        let candidates = body.candidates.into_iter().map(|one| {
            let texts = one.texts.map(|texts| {
                let mut variant = 0;
                texts.map(|text| {
                    let how = note(&one.facts.language, variant);
                    variant += 1;
                    anonymiser.admit(&text, how).shortened(super::summary::LONGEST + 1)
                })
            });
            let kind = |code: &str| Kind::ALL.into_iter().find(|kind| kind.code() == code);
            let masks = one.masks.into_iter().filter_map(|(code, count)| Some((kind(&code)?, count)));
            Candidate { case: one.case, contact: None, facts: one.facts, text: texts, masks: masks.collect() }
        });
        Ok(Self { period: body.period, by: body.by, candidates: candidates.collect() })
    }
}

fn cipher(key: &HouseKey) -> Result<XChaCha20Poly1305, HandoverError> {
    let mut derived = Zeroizing::new([0; 32]);
    Hkdf::<Sha256>::new(None, key.secret().expose())
        .expand(&domain("candidates"), &mut *derived)
        .map_err(|_| HandoverError::Damaged)?;
    XChaCha20Poly1305::new_from_slice(&*derived).map_err(|_| HandoverError::Damaged)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::anonymise::Lists;
    use crate::anonymise::Note;
    use crate::anonymise::generalise::Audience;
    use crate::locale::Lang;

    #[test]
    fn candidates_arrive_and_nothing_else_opens_them() {
        let anonymiser = Anonymiser::new(&Lists::shipped());
        let note =
            Note { lang: Lang::Cs, audience: Audience::Partner, keeps_regions: true, coarse_ages: false };
        let text = anonymiser.mask("Kamarádka Tereza (13 let) je z Brna, tel. 731 372 028.", note);
        let handover = Handover {
            period: "2026-Q3".into(),
            by: "Jana".into(),
            candidates: vec![Candidate {
                case: "ab".into(),
                contact: None,
                facts: Facts { language: "cs".into(), ..Facts::default() },
                text: Some([text.clone(), text.clone(), text.clone(), text.clone()]),
                masks: vec![(Kind::Phone, 1)],
            }],
        };
        let key = HouseKey::new([7; 32]);
        let file = handover.seal(&key, &mut rand::rng()).unwrap();
        assert!(!file.windows(4).any(|piece| piece == b"2026"), "nothing is readable");
        let opened = Handover::open(&file, &[HouseKey::new([7; 32])], &anonymiser).unwrap();
        let candidate = &opened.candidates[0];
        assert_eq!(
            (opened.period.as_str(), opened.by.as_str(), candidate.masks.as_slice()),
            ("2026-Q3", "Jana", &[(Kind::Phone, 1)][..])
        );
        assert_eq!(candidate.text.as_ref().unwrap()[0], text, "what is masked stays as it is");

        let open = |file: &[u8], keys: &[HouseKey]| Handover::open(file, keys, &anonymiser).map(|_| ());
        assert_eq!(open(&file, &[HouseKey::new([8; 32])]), Err(HandoverError::OtherKey));
        for at in [0, 8, 10, 30, HEAD + 3, file.len() - 1] {
            let mut other = file.clone();
            other[at] ^= 1;
            assert!(open(&other, &[HouseKey::new([7; 32])]).is_err(), "byte {at}");
        }
        assert!(open(&file[..file.len() - 1], &[HouseKey::new([7; 32])]).is_err());
    }

    #[test]
    fn what_another_house_overlooked_is_masked_on_arrival() {
        let anonymiser = Anonymiser::new(&Lists::shipped());
        let text = anonymiser.admit("Volala Tereza Nováková, 731 372 028.", note("cs", 0)).into_inner();
        assert!(!text.contains("Terez") && !text.contains("731"), "{text}");
    }
}
