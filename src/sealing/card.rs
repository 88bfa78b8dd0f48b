//! The line card: what the root signs, so that pages and consoles know to which keys they may seal, and at which
//! relays. And `line.json`, with which a relay begins. Nothing here is secret.

use p256::ecdsa::signature::Verifier as _;
use p256::ecdsa::{Signature, VerifyingKey};
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use super::hpke_suite;
use crate::conversation::derive::line_key_id;
use crate::conversation::encoding::domain;
use crate::conversation::event::Seal;
use crate::conversation::event::data::{bytes64, bytes65};
use crate::conversation::strict::{self, integer, present};
use crate::conversation::{Account, Hash, KeyId, Role};

/// The longest time between `issued` and `expires`: 90 days, in milliseconds.
pub const LONGEST_MS: u64 = 90 * 24 * 3_600_000;

/// From this age of a card on every supervisor is reminded to rotate: 30 days, in milliseconds.
const ROTATE_MS: u64 = 30 * 24 * 3_600_000;
/// This long before a card ends every console says so: 7 days, so that a holiday does not close the line.
const ENDS_MS: u64 = 7 * 24 * 3_600_000;

/// A line card, parsed. [`check`] alone makes one that may be trusted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// The version, 1.
    pub v: u64,
    /// The line's name.
    pub line: String,
    /// Grows with each card.
    #[serde(deserialize_with = "integer")]
    pub serial: u64,
    /// The line keys, valid or not.
    pub keys: Vec<LineKey>,
    /// The ids of the house keys; texts are sealed under the last one.
    #[serde(default, deserialize_with = "present", skip_serializing_if = "Option::is_none")]
    pub house: Option<Vec<KeyId>>,
    /// The ids of line keys that are no longer valid, whatever their times.
    pub revoked: Vec<KeyId>,
    /// The relays: `wss://host` or `wss://host:port`.
    pub relays: Vec<String>,
    /// The telephone number shown when there is no chat.
    pub phone: String,
    /// When the root signed it, in milliseconds since 1970.
    #[serde(deserialize_with = "integer")]
    pub issued: u64,
    /// When it ends.
    #[serde(deserialize_with = "integer")]
    pub expires: u64,
}

/// A line key as a card names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineKey {
    /// Its id, the hash of `public`.
    pub id: KeyId,
    /// The public key, uncompressed.
    #[serde(rename = "pub", with = "bytes65")]
    pub public: [u8; 65],
    /// From when it is valid, in milliseconds since 1970.
    #[serde(deserialize_with = "integer")]
    pub from: u64,
    /// Until when.
    #[serde(deserialize_with = "integer")]
    pub until: u64,
}

/// Why a card is refused; a person is shown the telephone number whichever it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum CardError {
    /// Not signed by the root.
    #[error("the line card is not signed by the root")]
    Signature,
    /// Signed, but not a card of version 1.
    #[error("the line card is not of this version")]
    Form,
    /// Expired.
    #[error("the line card has expired")]
    Expired,
    /// Valid for over 90 days.
    #[error("the line card is valid for more than 90 days")]
    TooLong,
    /// Older than one that was seen.
    #[error("the line card is older than the last one")]
    Older,
    /// It does not name the address that was dialled.
    #[error("the line card does not name this relay")]
    Relay,
    /// No key in it is valid.
    #[error("no key of the line card is valid")]
    NoKey,
}

impl CardError {
    /// Returns the id of its sentence in `locales/*/vault.ftl`.
    pub fn text_id(self) -> &'static str {
        match self {
            Self::Signature => "card-signature",
            Self::Form => "card-form",
            Self::Expired => "card-expired",
            Self::TooLong => "card-too-long",
            Self::Older => "card-older",
            Self::Relay => "card-relay",
            Self::NoKey => "card-no-key",
        }
    }
}

/// Checks a card and returns it.
///
/// `root` is the pinned key, `now` the reader's own clock in milliseconds since 1970, `least_serial` the highest
/// serial seen so far. `dialled` is the address (`wss://host[:port]`) that must be among the card's relays: `None` for
/// whoever dials nobody, such as the relay. Loopback addresses are always allowed.
///
/// # Errors
/// Returns the first reason to refuse it.
pub fn check(
    card: &str,
    sig: &[u8; 64],
    root: &[u8; 65],
    now: u64,
    least_serial: u64,
    dialled: Option<&str>,
) -> Result<Card, CardError> {
    let card = parse_signed(card, sig, root)?;
    if now >= card.expires {
        return Err(CardError::Expired);
    }
    if card.expires.saturating_sub(card.issued) > LONGEST_MS {
        return Err(CardError::TooLong);
    }
    if card.serial < least_serial {
        return Err(CardError::Older);
    }
    if dialled.is_some_and(|dialled| !is_loopback(dialled) && !card.names(dialled)) {
        return Err(CardError::Relay);
    }
    if card.keys_at(now).is_empty() { Err(CardError::NoKey) } else { Ok(card) }
}

/// Checks the signature and the form only: what the relay asks of a card that may be in force later, or was before.
///
/// # Errors
/// Fails if the root did not sign it, or it is no card of version 1.
pub fn parse_signed(card: &str, sig: &[u8; 64], root: &[u8; 65]) -> Result<Card, CardError> {
    let root = VerifyingKey::from_sec1_bytes(root).map_err(|_| CardError::Signature)?;
    let sig = Signature::from_slice(sig).map_err(|_| CardError::Signature)?;
    root.verify(&signed_bytes(card), &sig).map_err(|_| CardError::Signature)?;
    let card: Card = strict::parse(card).map_err(|_| CardError::Form)?;
    if card.v == 1 { Ok(card) } else { Err(CardError::Form) }
}

/// Returns what the root signs: D("card") ‖ card.
pub(super) fn signed_bytes(card: &str) -> Vec<u8> {
    let mut bytes = domain("card");
    bytes.extend_from_slice(card.as_bytes());
    bytes
}

impl Card {
    /// Returns the keys to which a page seals at `now`: of the valid ones the two that began last, the newest first.
    pub fn keys_at(&self, now: u64) -> Vec<&LineKey> {
        let mut keys: Vec<_> = self.keys.iter().filter(|key| self.is_valid(key, now)).collect();
        keys.sort_by_key(|key| std::cmp::Reverse(key.from));
        keys.truncate(2);
        keys
    }

    /// Whether a key may be sealed to at `now`.
    pub fn is_valid(&self, key: &LineKey, now: u64) -> bool {
        key.id == line_key_id(&key.public)
            && (key.from..key.until).contains(&now)
            && !self.revoked.contains(&key.id)
            && hpke_suite::is_point(&key.public)
    }

    /// Whether the card names a key, valid or not: whatever it names may be granted.
    pub fn names_key(&self, id: KeyId) -> bool {
        self.keys.iter().any(|key| key.id == id)
            || self.house.iter().flatten().any(|key| *key == id)
            || self.revoked.contains(&id)
    }

    /// Returns the id of the house key under which texts are sealed: the last.
    pub fn house_key(&self) -> Option<KeyId> {
        self.house.iter().flatten().next_back().copied()
    }

    /// Whether the card names the relay at this address.
    pub fn names(&self, address: &str) -> bool {
        let address = plain_address(address);
        self.relays.iter().any(|relay| plain_address(relay) == address)
    }

    /// Whether supervisors are reminded at `now` that the line key should be renewed.
    pub fn is_due(&self, now: u64) -> bool {
        now >= self.issued.saturating_add(ROTATE_MS)
    }

    /// Whether every console says at `now` that the line will close if nobody renews its key: the card, or the last of
    /// its valid keys, ends within 7 days.
    pub fn ends_soon(&self, now: u64) -> bool {
        let valid = self.keys.iter().filter(|key| self.is_valid(key, now));
        let ends = valid.map(|key| key.until).max().unwrap_or_default().min(self.expires);
        now.saturating_add(ENDS_MS) >= ends
    }

    /// Returns the JSON text that is signed.
    pub fn to_text(&self) -> String {
        // Strings and numbers always make JSON; an empty text would be refused by every reader.
        serde_json::to_string(self).unwrap_or_default()
    }
}

/// An address without what two spellings of it may differ in: case, the default port, a final slash.
fn plain_address(address: &str) -> String {
    let address = address.trim_end_matches('/').to_ascii_lowercase();
    let bare = address.strip_prefix("wss://").and_then(|host| host.strip_suffix(":443"));
    bare.map_or_else(|| address.clone(), |host| format!("wss://{host}"))
}

/// Whether an address `ws[s]://host[:port]` is this machine itself.
fn is_loopback(address: &str) -> bool {
    let Some((_, rest)) = address.split_once("://") else { return false };
    let authority = rest.split('/').next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    matches!(host, "localhost" | "127.0.0.1" | "::1")
}

/// Returns a root's fingerprint: the first 80 bits of SHA-256(D("root") ‖ pub) as 4×4 Crockford letters.
pub fn fingerprint(root: &[u8; 65]) -> String {
    let hash: [u8; 32] = Sha256::new().chain_update(domain("root")).chain_update(root).finalize().into();
    crockford::grouped(&hash[..10])
}

/// What a relay begins with: the file `line.json`. Nothing in it is secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineFile {
    /// The card's JSON text.
    pub card: String,
    /// The root's signature.
    #[serde(with = "bytes64")]
    pub sig: [u8; 64],
    /// The root's public key, uncompressed.
    #[serde(with = "bytes65")]
    pub root: [u8; 65],
    /// The first accounts; the key keeper's own is the first of them.
    pub accounts: Vec<FirstAccount>,
    /// Keys granted to them; the keeper needs none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<FirstGrant>,
}

/// An account that stands in `line.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirstAccount {
    /// Its name.
    pub name: Account,
    /// Its role.
    pub role: Role,
    /// Its Ed25519 public key.
    pub key: Hash,
    /// Its box, to which grants are sealed.
    #[serde(rename = "box", with = "bytes65")]
    pub box_key: [u8; 65],
}

/// A key granted in `line.json`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FirstGrant {
    /// To whom.
    pub name: Account,
    /// The key, sealed to the account's box.
    pub grant: Seal,
}

impl LineFile {
    /// Reads the file strictly.
    ///
    /// # Errors
    /// Returns what is wrong with it, naming fields and no values.
    pub fn parse(text: &str) -> Result<Self, serde_json::Error> {
        strict::parse(text)
    }

    /// Writes the file.
    pub fn to_text(&self) -> String {
        let mut text = serde_json::to_string_pretty(self).unwrap_or_default();
        text.push('\n');
        text
    }
}

pub mod crockford;

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sealing::Secret;
    use crate::sealing::grant::Root;
    use crate::sealing::tests::{hex_array, vectors};

    fn root() -> Root {
        Root::from_secret(Secret::new(hex_array(&vectors()["rfc9180"]["skRm"]))).expect("a root")
    }

    fn good() -> (String, [u8; 64]) {
        let card = &vectors()["card"];
        (card["card"].as_str().expect("a card").to_owned(), hex_array(&card["sig"]))
    }

    const NOW: u64 = 1_700_000_000_010;

    #[test]
    fn the_card_is_the_vector() {
        let vectors = vectors();
        let (card, sig) = good();
        let root = root();
        assert_eq!(fingerprint(&root.public()), vectors["card"]["fingerprint"].as_str().expect("letters"));
        let checked =
            check(&card, &sig, &root.public(), NOW, 1, Some("wss://relay.example.org")).expect("good");
        assert_eq!(checked.to_text(), card, "one spelling");
        // Another signature of the same root holds as well: ECDSA has many.
        assert!(check(&card, &root.sign_card(&card), &root.public(), NOW, 1, None).is_ok());
    }

    #[test]
    fn cards_are_refused_or_give_their_keys() {
        for case in vectors()["strict"]["card"].as_array().expect("cases") {
            let number = |name: &str| case[name].as_u64().expect("a number");
            let card = case["card"].as_str().expect("a card");
            let checked = check(
                card,
                &hex_array(&case["sig"]),
                &root().public(),
                number("now"),
                number("serial"),
                None,
            );
            let keys = checked.ok().map(|card| card.keys_at(number("now")).len() as u64);
            assert_eq!(keys, case["expect"].as_u64(), "{}", case["name"]);
        }
    }

    #[test]
    fn each_refusal_has_its_reason() {
        let (text, sig) = good();
        let (good, root) = (parse_signed(&text, &sig, &root().public()).expect("good"), root());
        let day = 24 * 3_600_000;
        for (error, change) in [
            (CardError::Form, (|card| card.v = 2) as fn(&mut Card)),
            (CardError::Expired, |card| card.expires = NOW),
            (CardError::TooLong, |card| card.issued -= LONGEST_MS),
            (CardError::Older, |card| card.serial = 0),
            (CardError::Relay, |card| card.relays[0] = "wss://relay.example.com".into()),
            (CardError::NoKey, |card| card.keys[0].until = NOW),
            (CardError::NoKey, |card| card.keys[0].public[64] ^= 1),
            (CardError::NoKey, |card| card.keys[0].id = KeyId([0; 16])),
            (CardError::NoKey, |card| card.revoked.push(card.keys[0].id)),
        ] {
            let mut card = good.clone();
            change(&mut card);
            let text = card.to_text();
            let dialled = Some("wss://relay.example.org");
            let checked = check(&text, &root.sign_card(&text), &root.public(), NOW, 1, dialled);
            assert_eq!(checked.err(), Some(error));
        }
        let other = Root::from_secret(Secret::new([1; 32])).expect("a root");
        assert_eq!(
            check(&text, &other.sign_card(&text), &root.public(), NOW, 1, None).err(),
            Some(CardError::Signature)
        );
        assert!(good.expires - good.issued <= 90 * day);
    }

    #[test]
    fn a_page_seals_to_the_two_newest_keys() {
        let (text, sig) = good();
        let mut card = parse_signed(&text, &sig, &root().public()).expect("good");
        let until = NOW + 1000;
        for (seed, from) in [(2, NOW - 3), (3, NOW - 1), (4, NOW - 2), (5, NOW + 1)] {
            let seed = crate::sealing::line::LineSeed::new([seed; 32]);
            card.keys.push(LineKey { id: seed.id(), public: seed.public(), from, until });
        }
        let from: Vec<_> = card.keys_at(NOW).iter().map(|key| NOW - key.from).collect();
        assert_eq!(from, [1, 2], "newest first, two at most, none of the future");
        assert!(card.names_key(card.keys[4].id), "a key that is not valid yet may be granted already");
    }

    #[test]
    fn a_card_reminds_of_its_end() {
        let (text, sig) = good();
        let mut card = parse_signed(&text, &sig, &root().public()).expect("good");
        let (day, begun) = (24 * 3_600_000, card.issued);
        card.expires = begun + 90 * day;
        card.keys[0].until = card.expires;
        for (days, due, soon) in
            [(0, false, false), (29, false, false), (30, true, false), (82, true, false), (83, true, true)]
        {
            let now = begun + days * day;
            assert_eq!((card.is_due(now), card.ends_soon(now)), (due, soon), "day {days}");
        }
        card.keys[0].until = begun + 40 * day;
        assert!(card.ends_soon(begun + 33 * day), "its last key ends");
    }

    #[test]
    fn the_address_that_was_dialled_must_be_named() {
        let (text, sig) = good();
        for (dialled, allowed) in [
            ("wss://relay.example.org", true),
            ("wss://Relay.Example.org:443/", true),
            ("wss://relay.example.org:8443", false),
            ("ws://relay.example.org", false),
            ("wss://relay.example.org.evil.example", false),
            ("wss://other.example.org", false),
            ("ws://127.0.0.1:8080", true),
            ("ws://localhost:8080", true),
            ("ws://[::1]:8080", true),
            ("wss://localhost.evil.example", false),
            ("wss://127.0.0.1.evil.example", false),
        ] {
            let checked = check(&text, &sig, &root().public(), NOW, 0, Some(dialled));
            assert_eq!(checked.is_ok(), allowed, "{dialled}");
        }
    }

    #[test]
    fn the_file_of_a_line_is_read_as_it_was_written() {
        let (card, sig) = good();
        let key = Hash([1; 32]);
        let name = Account::parse("Jana").expect("an account");
        let grant = Seal { key: KeyId([2; 16]), enc: [3; 65], ct: [4; 48] };
        let file = LineFile {
            card,
            sig,
            root: root().public(),
            accounts: vec![FirstAccount {
                name: name.clone(),
                role: Role::Supervisor,
                key,
                box_key: [5; 65],
            }],
            grants: vec![FirstGrant { name, grant }],
        };
        let text = file.to_text();
        assert_eq!(LineFile::parse(&text).expect("as written"), file);
        assert!(LineFile::parse(&text.replacen("\"card\"", "\"Card\"", 1)).is_err());
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]

        #[test]
        fn a_changed_card_is_refused(bit: prop::sample::Index, in_card: bool) {
            let (mut card, mut sig) = (good().0.into_bytes(), good().1);
            let target: &mut [u8] = if in_card { &mut card } else { &mut sig };
            let bit = bit.index(target.len() * 8);
            target[bit / 8] ^= 1 << (bit % 8);
            if let Ok(card) = String::from_utf8(card) {
                prop_assert!(check(&card, &sig, &root().public(), NOW, 0, None).is_err());
            }
        }

        #[test]
        fn any_text_signed_or_not_is_no_panic(text in ".{0,200}", sig in prop::collection::vec(any::<u8>(), 64)) {
            let sig: [u8; 64] = sig.try_into().expect("64 bytes");
            prop_assert!(check(&text, &sig, &root().public(), NOW, 0, None).is_err());
            let signed = root().sign_card(&text);
            prop_assert_eq!(check(&text, &signed, &root().public(), NOW, 0, None).err(), Some(CardError::Form));
        }
    }
}
