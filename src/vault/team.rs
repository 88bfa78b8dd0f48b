//! The team as the key keeper's vault knows it: whom it invited, whose box it verified, and who has which keys already.
//! The relay may tell anything about accounts; what stands here alone decides to whom a key is sealed. Nobody but the
//! keeper has a team in the vault.

use super::{InviteCode, Keys};
use crate::conversation::event::{Joined, Seal};
use crate::conversation::{Account, Hash, KeyId, Role};
use crate::sealing::card::{Card, FirstAccount, crockford};
use crate::sealing::identity::verify_join;
use crate::sealing::{CryptoRng, SealError};

/// A spent or withdrawn invitation is remembered so long: a `joined` may come late.
const REMEMBERED_MS: u64 = 90 * 24 * 3_600_000;

/// Invitations under way, and everybody who has the line's keys.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Team {
    /// Who was invited and has not joined.
    pub invited: Vec<Invited>,
    /// Who belongs to the line, the keeper too.
    pub members: Vec<Member>,
}

/// An invitation that this vault made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invited {
    /// The name.
    pub name: Account,
    /// The role.
    pub role: Role,
    /// The one-time public key: whoever joins has signed with it.
    pub public: Hash,
    /// Until when it holds, in milliseconds since 1970.
    pub until: u64,
}

/// Somebody whose keys were verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// The name.
    pub name: Account,
    /// The role.
    pub role: Role,
    /// The identity.
    pub key: Hash,
    /// The box, to which keys are sealed.
    pub box_key: [u8; 65],
    /// The keys that the relay has taken for it.
    pub granted: Vec<KeyId>,
    /// It was cut off, and the keys are not renewed yet.
    pub is_out: bool,
}

/// What became of those who joined.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Admitted {
    /// They hold an invitation of this vault, and belong to the line now.
    pub new: Vec<Account>,
    /// They do not: the relay shows an account that nobody invited.
    pub strange: Vec<Account>,
}

impl Member {
    /// Returns what somebody and their keeper compare by voice: 80 bits of both public keys.
    pub fn fingerprint(&self) -> String {
        fingerprint(self.key, &self.box_key)
    }
}

/// Returns the fingerprint of an account's two public keys, as 4×4 Crockford letters.
pub fn fingerprint(key: Hash, box_key: &[u8; 65]) -> String {
    use sha2::{Digest as _, Sha256};
    let label = crate::conversation::encoding::domain("account");
    let hash = Sha256::new().chain_update(label).chain_update(key.0).chain_update(box_key).finalize();
    crockford::grouped(&hash[..10])
}

impl Team {
    /// Returns somebody who belongs to the line.
    pub fn member(&self, name: &Account) -> Option<&Member> {
        self.members.iter().find(|member| member.name == *name)
    }

    /// Whether the name is taken, as far as this vault knows.
    pub fn knows(&self, name: &Account) -> bool {
        self.member(name).is_some() || self.invited.iter().any(|invited| invited.name == *name)
    }

    /// Whether somebody was cut off and can still read what comes, for the keys are the old ones.
    pub fn is_renewal_due(&self) -> bool {
        self.members.iter().any(|member| member.is_out)
    }
}

impl Keys {
    /// Returns this account as the keeper's vault knows it.
    pub fn as_member(&self, granted: Vec<KeyId>) -> Member {
        Member {
            name: self.account.clone(),
            role: self.role,
            key: self.identity.public(),
            box_key: self.box_seed.public(),
            granted,
            is_out: false,
        }
    }

    /// Remembers an invitation, so that who comes with it is known.
    pub fn expect(&mut self, code: &InviteCode, until: u64) {
        let (name, role, public) = (code.name.clone(), code.role, code.invitation.public());
        self.team.invited.push(Invited { name, role, public, until });
    }

    /// Takes those who joined into the team: whoever signed with an invitation that this vault made.
    pub fn admit(&mut self, joins: &[Joined], now: u64) -> Admitted {
        let mut admitted = Admitted::default();
        for joined in joins {
            if self.team.member(&joined.name).is_some_and(|member| member.key == joined.key) {
                continue;
            }
            let invited = self.team.invited.iter().position(|invited| is_of(joined, invited));
            match invited {
                Some(place) if self.team.member(&joined.name).is_none() => {
                    let Invited { name, role, .. } = self.team.invited.swap_remove(place);
                    admitted.new.push(name.clone());
                    let (key, box_key) = (joined.key, joined.box_key);
                    self.team.members.push(Member {
                        name,
                        role,
                        key,
                        box_key,
                        granted: vec![],
                        is_out: false,
                    });
                }
                _ => admitted.strange.push(joined.name.clone()),
            }
        }
        self.team.invited.retain(|invited| invited.until.saturating_add(REMEMBERED_MS) > now);
        admitted
    }

    /// Notes that somebody is cut off; their invitation too. The keys are to be renewed.
    pub fn cut_off(&mut self, name: &Account) {
        self.team.invited.retain(|invited| invited.name != *name);
        for member in self.team.members.iter_mut().filter(|member| member.name == *name) {
            member.is_out = true;
        }
    }

    /// Seals what the card names and somebody of the team has not yet: the keys, each with its receiver.
    ///
    /// # Errors
    /// Fails if a box is no point of the curve, which no verified one is.
    pub fn owed(&self, card: &Card, rng: &mut impl CryptoRng) -> Result<Vec<(Account, Seal)>, SealError> {
        let mut owed = Vec::new();
        if self.root.is_none() {
            return Ok(owed);
        }
        for member in self.team.members.iter().filter(|member| !member.is_out) {
            let lacks = |id: KeyId| card.names_key(id) && !member.granted.contains(&id);
            let seeds = self.line_seeds.iter().map(|seed| seed.id()).filter(|id| lacks(*id));
            let house = self.house_keys.iter().map(|key| key.id()).filter(|id| lacks(*id));
            let missing: Vec<KeyId> = seeds.chain(house).collect();
            if missing.is_empty() {
                continue;
            }
            let seals = self.grant_all(card, &member.name, &member.box_key, rng)?;
            let seals = seals.into_iter().filter(|seal| missing.contains(&seal.key));
            owed.extend(seals.map(|seal| (member.name.clone(), seal)));
        }
        Ok(owed)
    }

    /// Notes that the relay has taken a key for somebody.
    pub fn note_granted(&mut self, name: &Account, key: KeyId) {
        for member in self.team.members.iter_mut().filter(|member| member.name == *name) {
            if !member.granted.contains(&key) {
                member.granted.push(key);
            }
        }
    }

    /// Notes that a card which renews the keys is in force: who was cut off is forgotten, and so are keys that are gone.
    pub fn note_renewed(&mut self, card: &Card) {
        self.team.members.retain(|member| !member.is_out);
        for member in &mut self.team.members {
            member.granted.retain(|key| card.names_key(*key));
        }
    }

    /// Takes over a team that was read from the house and confirmed by a person: for a new keeper, from the root on paper.
    pub fn take_team(&mut self, accounts: Vec<FirstAccount>) {
        let member = |account: FirstAccount| Member {
            name: account.name,
            role: account.role,
            key: account.key,
            box_key: account.box_key,
            granted: vec![],
            is_out: false,
        };
        self.team.members = accounts.into_iter().map(member).collect();
    }
}

/// Whether somebody joined with this invitation.
fn is_of(joined: &Joined, invited: &Invited) -> bool {
    let sig: Option<[u8; 64]> = joined.sig.as_deref().and_then(|sig| sig.try_into().ok());
    let (Some(host), Some(nonce), Some(sig)) = (&joined.host, joined.nonce, sig) else { return false };
    (&joined.name, joined.role) == (&invited.name, invited.role)
        && verify_join(invited.public, host, nonce, joined.key, &joined.box_key, &sig)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sealing::card::parse_signed;
    use crate::vault::found;

    const NOW: u64 = 1_700_000_000_000;

    fn account(name: &str) -> Account {
        Account::parse(name).expect("an account")
    }

    fn founded() -> (Keys, Card) {
        let (keys, file) =
            found("Linka", account("Klára"), "wss://relay.example.org", "116111", NOW, &mut rand::rng());
        let card = parse_signed(&file.card, &file.sig, &file.root).expect("a card");
        (keys, card)
    }

    fn invited(keeper: &mut Keys, name: &str) -> InviteCode {
        let code = keeper.invite(account(name), Role::Counsellor, &mut rand::rng()).expect("a code");
        keeper.expect(&code, NOW + 1);
        code
    }

    /// What the house says of somebody who joined with `code`.
    fn joined(keeper: &Keys, card: &Card, code: &InviteCode) -> (Keys, Joined) {
        let keys = code.join(&keeper.root_public, card, &mut rand::rng()).expect("the same root");
        let (key, box_key, nonce) = (keys.identity.public(), keys.box_seed.public(), Hash([4; 32]));
        let sig = code.invitation.sign_join("relay.example.org", nonce, key, &box_key);
        let host = Some("relay.example.org".to_owned());
        let (name, role, nonce, sig) = (code.name.clone(), code.role, Some(nonce), Some(sig.to_vec()));
        (keys, Joined { name, role, host, nonce, key, box_key, sig })
    }

    fn names(owed: &[(Account, Seal)]) -> Vec<&str> {
        owed.iter().map(|(name, _)| name.as_str()).collect()
    }

    #[test]
    fn who_joins_with_an_invitation_gets_the_keys_once() {
        let (mut keeper, card) = founded();
        assert!(keeper.owed(&card, &mut rand::rng()).expect("sealed").is_empty(), "the keeper has them");
        let code = invited(&mut keeper, "Jana");
        let (mut jana, join) = joined(&keeper, &card, &code);
        let admitted = keeper.admit(std::slice::from_ref(&join), NOW);
        assert_eq!((admitted.new, admitted.strange.len()), (vec![account("Jana")], 0));
        assert_eq!(keeper.admit(std::slice::from_ref(&join), NOW), Admitted::default(), "the second time");
        let owed = keeper.owed(&card, &mut rand::rng()).expect("sealed");
        assert_eq!(names(&owed), ["Jana", "Jana"]);
        let seals: Vec<Seal> = owed.iter().map(|(_, seal)| seal.clone()).collect();
        assert_eq!(jana.accept(&card, &seals).new, 2);
        owed.iter().for_each(|(name, seal)| keeper.note_granted(name, seal.key));
        assert!(keeper.owed(&card, &mut rand::rng()).expect("sealed").is_empty());

        // After a rotation everybody lacks the new one, the keeper's own other console too.
        let next = keeper.rotate_line(&card, NOW, &mut rand::rng()).expect("the keeper's").card;
        let mut owed = names(&keeper.owed(&next, &mut rand::rng()).expect("sealed")).join(" ");
        assert_eq!(owed, "Klára Jana");
        // Cut off: nothing more for her, and she is gone once the keys are renewed.
        keeper.cut_off(&account("Jana"));
        assert!(keeper.team.is_renewal_due());
        owed = names(&keeper.owed(&next, &mut rand::rng()).expect("sealed")).join(" ");
        assert_eq!(owed, "Klára");
        let renewed = keeper.revoke(&next, NOW, &mut rand::rng()).expect("the keeper's").card;
        keeper.note_renewed(&renewed);
        assert!(!keeper.team.is_renewal_due() && !keeper.team.knows(&account("Jana")));
        assert!(jana.owed(&card, &mut rand::rng()).expect("sealed").is_empty(), "no root, nothing to give");
    }

    #[test]
    fn whom_the_relay_makes_up_gets_nothing() {
        let (mut keeper, card) = founded();
        let code = invited(&mut keeper, "Jana");
        let (_, join) = joined(&keeper, &card, &code);
        let other = keeper.invite(account("Jana"), Role::Counsellor, &mut rand::rng()).expect("a code");
        let (_, forged) = joined(&keeper, &card, &other);
        for (case, joined) in [
            ("another invitation", forged),
            ("another box", Joined { box_key: keeper.box_seed.public(), ..join.clone() }),
            ("another role", Joined { role: Role::Supervisor, ..join.clone() }),
            ("another name", Joined { name: account("Eva"), ..join.clone() }),
            ("no signature", Joined { sig: None, ..join.clone() }),
        ] {
            let admitted = keeper.admit(std::slice::from_ref(&joined), NOW);
            assert_eq!((admitted.new.len(), admitted.strange), (0, vec![joined.name]), "{case}");
        }
        assert_eq!(keeper.team.members.len(), 1);
        assert_eq!(keeper.admit(&[join], NOW).new, [account("Jana")]);
    }
}
