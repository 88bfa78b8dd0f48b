//! The invitation code: what a supervisor gives a new colleague by hand. It names the relay, the account and the root,
//! and holds the one-time key that may join, so that the relay can put in neither keys nor a root of its own.

use sha2::{Digest as _, Sha256};
use zeroize::Zeroizing;

use super::{Keys, Team};
use crate::conversation::encoding::domain;
use crate::conversation::{Account, Role};
use crate::sealing::card::{self, Card, crockford};
use crate::sealing::grant::BoxSeed;
use crate::sealing::identity::{Identity, Invitation};
use crate::sealing::{CryptoRng, Secret};

const VERSION: u8 = 1;
/// Version, role, one-time key, fingerprint, length of the name.
const FIXED: usize = 1 + 1 + 16 + 10 + 1;
const CHECK: usize = 4;

/// An invitation as it is given by hand.
pub struct InviteCode {
    /// The relay's address, `wss://host[:port]`.
    pub relay: String,
    /// The account's name.
    pub name: Account,
    /// The role it is invited to.
    pub role: Role,
    /// The one-time key.
    pub invitation: Invitation,
    fingerprint: [u8; 10],
}

/// A code that was not copied as it was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("that is not an invitation code: a letter is wrong or missing")]
pub struct BadInviteCode;

impl InviteCode {
    pub(super) fn new(
        relay: &str,
        name: Account,
        role: Role,
        root: &[u8; 65],
        invitation: Invitation,
    ) -> Option<Self> {
        Some(Self { relay: relay.to_owned(), name, role, invitation, fingerprint: fingerprint(root)? })
    }

    /// Returns the letters to hand over: in groups of four, of which any slip is noticed.
    pub fn to_text(&self) -> Zeroizing<String> {
        let relay = self.relay.strip_prefix("wss://").unwrap_or(&self.relay);
        let name = self.name.as_str();
        let mut bytes = Zeroizing::new(Vec::with_capacity(FIXED + name.len() + relay.len() + CHECK));
        bytes.push(VERSION);
        bytes.push(match self.role {
            Role::Counsellor => 0,
            Role::Supervisor => 1,
        });
        bytes.extend_from_slice(self.invitation.token().expose());
        bytes.extend_from_slice(&self.fingerprint);
        // An account's name has at most 64 bytes.
        bytes.push(u8::try_from(name.len()).unwrap_or(u8::MAX));
        bytes.extend_from_slice(name.as_bytes());
        bytes.extend_from_slice(relay.as_bytes());
        let check = check(&bytes);
        bytes.extend_from_slice(&check);
        Zeroizing::new(crockford::grouped(&bytes))
    }

    /// Reads what was pasted or typed.
    ///
    /// # Errors
    /// Fails if any letter is wrong or missing.
    pub fn parse(text: &str) -> Result<Self, BadInviteCode> {
        let bytes = crockford::read(text).ok_or(BadInviteCode)?;
        let (said, found) = bytes.split_last_chunk::<CHECK>().ok_or(BadInviteCode)?;
        let (fixed, rest) = said.split_first_chunk::<FIXED>().ok_or(BadInviteCode)?;
        if check(said) != *found || fixed[0] != VERSION {
            return Err(BadInviteCode);
        }
        let role = match fixed[1] {
            0 => Role::Counsellor,
            1 => Role::Supervisor,
            _ => return Err(BadInviteCode),
        };
        let token = Secret::copied(&fixed[2..18]).ok_or(BadInviteCode)?;
        let fingerprint = fixed[18..28].try_into().map_err(|_| BadInviteCode)?;
        let (name, relay) = rest.split_at_checked(usize::from(fixed[28])).ok_or(BadInviteCode)?;
        let text = |bytes: &[u8]| std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| BadInviteCode);
        let (name, relay) = (Account::parse(&text(name)?).ok_or(BadInviteCode)?, text(relay)?);
        if relay.is_empty() || relay.contains(|letter: char| letter.is_control() || letter.is_whitespace()) {
            return Err(BadInviteCode);
        }
        let relay = if relay.contains("://") { relay } else { format!("wss://{relay}") };
        Ok(Self { relay, name, role, invitation: Invitation::from_token(token), fingerprint })
    }

    /// Whether this is the root that the code names. A relay that shows another one is not the line's.
    pub fn names(&self, root: &[u8; 65]) -> bool {
        fingerprint(root) == Some(self.fingerprint)
    }

    /// Makes the keys of the new account, with an identity and a box of its own; its seeds and house keys come as
    /// grants after `join`. `card` was checked against `root`. `None` if the code names another root.
    pub fn join(&self, root: &[u8; 65], card: &Card, rng: &mut impl CryptoRng) -> Option<Keys> {
        self.names(root).then(|| Keys {
            account: self.name.clone(),
            role: self.role,
            identity: Identity::random(rng),
            box_seed: BoxSeed::from_secret(Secret::random(rng)),
            line_seeds: Vec::new(),
            house_keys: Vec::new(),
            casebook: Secret::random(rng),
            former: None,
            root: None,
            root_public: *root,
            line: card.line.clone(),
            relays: card.relays.clone(),
            least_serial: card.serial,
            team: Team::default(),
        })
    }
}

/// Returns the 80 bits that the root's fingerprint shows.
fn fingerprint(root: &[u8; 65]) -> Option<[u8; 10]> {
    crockford::read(&card::fingerprint(root))?.as_slice().try_into().ok()
}

fn check(bytes: &[u8]) -> [u8; CHECK] {
    let hash: [u8; 32] =
        Sha256::new().chain_update(domain("invitation")).chain_update(bytes).finalize().into();
    [hash[0], hash[1], hash[2], hash[3]]
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::sealing::tests::{Bytes, hex_array, vectors};

    fn code(relay: &str, name: &str) -> InviteCode {
        let root = hex_array(&vectors()["card"]["root_pub"]);
        let invitation = Invitation::random(&mut Bytes::new(&[1, 2, 3]));
        let name = Account::parse(name).expect("an account");
        InviteCode::new(relay, name, Role::Supervisor, &root, invitation).expect("a root")
    }

    #[test]
    fn a_code_is_read_as_it_was_given() {
        for (relay, name) in [
            ("wss://relay.example.org", "Jana"),
            ("wss://relay.example.org:8443", "Žofie Ř."),
            ("ws://127.0.0.1:8787", "x"),
        ] {
            let code = code(relay, name);
            let text = code.to_text();
            for typed in [text.to_string(), text.to_lowercase(), text.replace('-', "\n")] {
                let read = InviteCode::parse(&typed).expect("a code");
                assert_eq!(
                    (read.relay.as_str(), read.name.as_str(), read.role),
                    (relay, name, Role::Supervisor)
                );
                assert_eq!(read.invitation.public(), code.invitation.public());
                assert!(read.names(&hex_array(&vectors()["card"]["root_pub"])));
                assert!(!read.names(&BoxSeed::new([1; 32]).public()));
            }
        }
        assert!(code("wss://relay.example.org", "Jana").to_text().len() < 120, "short enough to type");
    }

    #[test]
    fn a_slip_is_noticed() {
        let text = code("wss://relay.example.org", "Jana").to_text();
        for (at, letter) in text.char_indices().filter(|(_, letter)| *letter != '-') {
            let mut slip = text.to_string();
            slip.replace_range(at..=at, if letter == '7' { "8" } else { "7" });
            assert_eq!(InviteCode::parse(&slip).err(), Some(BadInviteCode), "{slip}");
        }
        for end in 0..text.len() - 1 {
            assert!(InviteCode::parse(&text[..end]).is_err(), "{end}");
        }
    }

    proptest! {
        #[test]
        fn any_text_is_no_panic(text in ".{0,80}", bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            _ = InviteCode::parse(&text);
            let mut bytes = bytes;
            let check = check(&bytes);
            bytes.extend_from_slice(&check);
            _ = InviteCode::parse(&crockford::grouped(&bytes));
        }
    }
}
