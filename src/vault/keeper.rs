//! What the key keeper does with the root: found a line, renew its keys, cut somebody off, invite, and hand out keys.
//! Everything here only computes. Whoever calls it saves the vault **before** the card goes to the relay, as a seed that
//! is only in memory would take the talks of a crashed minute with it; once the relay has the card, [`Keys::accept`]
//! takes it over, and the grants follow. If the card never arrives, the one before is still good, and the work is done
//! again.

use super::{InviteCode, Keys, Team};
use crate::conversation::event::Seal;
use crate::conversation::{Account, KeyId, Role};
use crate::sealing::card::{Card, FirstAccount, LONGEST_MS, LineFile, LineKey};
use crate::sealing::grant::{BoxSeed, Root, seal_grant};
use crate::sealing::house::HouseKey;
use crate::sealing::identity::{Identity, Invitation};
use crate::sealing::line::LineSeed;
use crate::sealing::{CryptoRng, SealError, Secret};

const HOUR_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * HOUR_MS;
/// A new key is valid from an hour before it was made: the relay's clock may be behind the keeper's.
const SLACK_MS: u64 = HOUR_MS;
/// After a rotation the old key goes on for a day: pages that were loaded before seal to it.
const OVERLAP_MS: u64 = DAY_MS;
/// A key that ended stays in the card, and its seed in the vaults, for as long as a talk under it may be kept: 30 days
/// at most, and a day for clocks and for the talk itself.
const KEPT_MS: u64 = 31 * DAY_MS;

/// Why the keeper's work cannot be done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum KeeperError {
    /// This vault has no root.
    #[error("only the key keeper's vault can do this")]
    NotKeeper,
    /// The card given is older than one that was seen: the relay shows an old one.
    #[error("the relay shows an older line card than the last one")]
    OldCard,
    /// No relay is known to invite to.
    #[error("the line card names no relay")]
    NoRelay,
}

impl KeeperError {
    /// Returns the id of its sentence in `locales/*/vault.ftl`.
    pub fn text_id(self) -> &'static str {
        match self {
            Self::NotKeeper => "keeper-not-keeper",
            Self::OldCard => "keeper-old-card",
            Self::NoRelay => "keeper-no-relay",
        }
    }
}

/// A card just signed, to be sent with `card`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewCard {
    /// The card's JSON text.
    pub text: String,
    /// The root's signature.
    pub sig: [u8; 64],
    /// The same, parsed: what the grants are made for.
    pub card: Card,
}

/// Founds a line: root, line seed, house key, the first card and the keeper's account. Returns the keeper's keys, for
/// its vault, and `line.json`, with which a relay begins.
///
/// `relay` is the address children and consoles dial, `wss://host[:port]`; `now` in milliseconds since 1970.
pub fn found(
    line: &str,
    keeper: Account,
    relay: &str,
    phone: &str,
    now: u64,
    rng: &mut impl CryptoRng,
) -> (Keys, LineFile) {
    let root = Root::random(rng);
    let mut keys = Keys {
        account: keeper.clone(),
        role: Role::Supervisor,
        identity: Identity::random(rng),
        box_seed: BoxSeed::from_secret(Secret::random(rng)),
        line_seeds: vec![LineSeed::from_secret(Secret::random(rng))],
        house_keys: vec![HouseKey::from_secret(Secret::random(rng))],
        casebook: Secret::random(rng),
        former: None,
        root_public: root.public(),
        root: None,
        line: line.to_owned(),
        relays: vec![relay.to_owned()],
        least_serial: 1,
        team: Team::default(),
    };
    let keeper_has = keys.held();
    keys.team.members.push(keys.as_member(keeper_has));
    let expires = now.saturating_add(LONGEST_MS);
    let card = Card {
        v: 1,
        line: line.to_owned(),
        serial: 1,
        keys: keys
            .line_seeds
            .iter()
            .map(|seed| line_key(seed, now.saturating_sub(SLACK_MS), expires))
            .collect(),
        house: Some(keys.house_keys.iter().map(HouseKey::id).collect()),
        revoked: Vec::new(),
        relays: keys.relays.clone(),
        phone: phone.to_owned(),
        issued: now,
        expires,
    };
    let text = card.to_text();
    let (key, box_key) = (keys.identity.public(), keys.box_seed.public());
    let file = LineFile {
        sig: root.sign_card(&text),
        card: text,
        root: root.public(),
        accounts: vec![FirstAccount { name: keeper, role: Role::Supervisor, key, box_key }],
        grants: Vec::new(),
    };
    keys.root = Some(root);
    (keys, file)
}

impl Keys {
    /// Makes a new line seed, and a card in which it stands beside the old one, which goes on for a day.
    ///
    /// # Errors
    /// Fails without the root, or if `card` is not the newest that was seen.
    pub fn rotate_line(
        &mut self,
        card: &Card,
        now: u64,
        rng: &mut impl CryptoRng,
    ) -> Result<NewCard, KeeperError> {
        let mut next = self.next_card(card, now)?;
        for key in &mut next.keys {
            key.until = key.until.min(now.saturating_add(OVERLAP_MS));
        }
        self.add_seed(&mut next, now, rng);
        self.sign(next)
    }

    /// Makes a new line seed and a new house key after somebody was cut off: every line key of the card is revoked at
    /// once. The leaver's account is revoked by the relay; here it is enough that nobody grants it the new keys.
    ///
    /// # Errors
    /// Fails without the root, or if `card` is not the newest that was seen.
    pub fn revoke(
        &mut self,
        card: &Card,
        now: u64,
        rng: &mut impl CryptoRng,
    ) -> Result<NewCard, KeeperError> {
        let mut next = self.next_card(card, now)?;
        let named: Vec<KeyId> = next.keys.iter().map(|key| key.id).collect();
        next.revoked.extend(named.into_iter().filter(|id| !card.revoked.contains(id)));
        let house = HouseKey::from_secret(Secret::random(rng));
        next.house.get_or_insert_default().push(house.id());
        self.house_keys.push(house);
        self.add_seed(&mut next, now, rng);
        self.sign(next)
    }

    /// Invites a colleague: returns the code to hand over. Its `invitation.public()` goes to the relay with `invite`.
    ///
    /// # Errors
    /// Fails without the root, as only the keeper verifies every box, or without a relay.
    pub fn invite(
        &self,
        name: Account,
        role: Role,
        rng: &mut impl CryptoRng,
    ) -> Result<InviteCode, KeeperError> {
        self.root.as_ref().ok_or(KeeperError::NotKeeper)?;
        let relay = self.relays.first().ok_or(KeeperError::NoRelay)?;
        let code = InviteCode::new(relay, name, role, &self.root_public, Invitation::random(rng));
        code.ok_or(KeeperError::NoRelay)
    }

    /// Seals to an account's box every seed and house key that the card names. `box_public` was verified by the keeper:
    /// it stands in `line.json`, or in a `joined` that the invitation's key signed.
    ///
    /// # Errors
    /// Fails if the box is no point of the curve.
    pub fn grant_all(
        &self,
        card: &Card,
        account: &Account,
        box_public: &[u8; 65],
        rng: &mut impl CryptoRng,
    ) -> Result<Vec<Seal>, SealError> {
        let seeds = self.line_seeds.iter().map(|seed| (seed.id(), seed.secret()));
        let house = self.house_keys.iter().map(|key| (key.id(), key.secret()));
        let named = seeds.chain(house).filter(|(id, _)| card.names_key(*id));
        named.map(|(id, secret)| seal_grant(box_public, id, secret, account, rng)).collect()
    }

    /// Begins the next card: the same line, without the keys under which no talk can be kept any more.
    fn next_card(&self, card: &Card, now: u64) -> Result<Card, KeeperError> {
        self.root.as_ref().ok_or(KeeperError::NotKeeper)?;
        if card.serial < self.least_serial {
            return Err(KeeperError::OldCard);
        }
        let mut next = card.clone();
        next.serial += 1;
        next.keys.retain(|key| key.until.saturating_add(KEPT_MS) > now);
        next.revoked.retain(|id| next.keys.iter().any(|key| key.id == *id));
        next.issued = now;
        next.expires = now.saturating_add(LONGEST_MS);
        Ok(next)
    }

    fn add_seed(&mut self, next: &mut Card, now: u64, rng: &mut impl CryptoRng) {
        let seed = LineSeed::from_secret(Secret::random(rng));
        // Always the newest, even if two are made within the slack.
        let newest = next.keys.iter().map(|key| key.from).max();
        let from = newest.map_or(0, |from| from + 1).max(now.saturating_sub(SLACK_MS));
        next.keys.push(line_key(&seed, from, next.expires));
        self.line_seeds.push(seed);
    }

    /// Signs. The last serial is raised only by [`Keys::accept`]: a card that got lost must not shut the keeper out.
    fn sign(&mut self, card: Card) -> Result<NewCard, KeeperError> {
        let root = self.root.as_ref().ok_or(KeeperError::NotKeeper)?;
        let text = card.to_text();
        self.line_seeds.retain(|seed| card.keys.iter().any(|key| key.id == seed.id()));
        Ok(NewCard { sig: root.sign_card(&text), text, card })
    }
}

fn line_key(seed: &LineSeed, from: u64, until: u64) -> LineKey {
    LineKey { id: seed.id(), public: seed.public(), from, until }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::event::Opened;
    use crate::conversation::{ConversationId, Hash};
    use crate::sealing::card::check;
    use crate::sealing::identity::verify_join;
    use crate::sealing::line::TalkKey;

    const NOW: u64 = 1_700_000_000_000;
    const RELAY: &str = "wss://relay.example.org";

    fn account(name: &str) -> Account {
        Account::parse(name).expect("an account")
    }

    fn founded() -> (Keys, Card) {
        let (keys, file) = found("Linka", account("Klára"), RELAY, "116111", NOW, &mut rand::rng());
        let card = check(&file.card, &file.sig, &file.root, NOW, 1, Some(RELAY)).expect("a good card");
        (keys, card)
    }

    fn joined(keeper: &Keys, card: &Card, name: &str) -> Keys {
        let code = keeper.invite(account(name), Role::Counsellor, &mut rand::rng()).expect("a code");
        let code = InviteCode::parse(&code.to_text()).expect("as it was given");
        let mut keys = code.join(&keeper.root_public, card, &mut rand::rng()).expect("the same root");
        let grants = granted(keeper, card, &keys);
        assert_eq!(keys.accept(card, &grants).unread, 0);
        keys
    }

    fn granted(keeper: &Keys, card: &Card, to: &Keys) -> Vec<Seal> {
        keeper.grant_all(card, &to.account, &to.box_seed.public(), &mut rand::rng()).expect("sealed")
    }

    fn opened_at(card: &Card, now: u64) -> Opened {
        let key = TalkKey::new([2; 32]);
        let seal =
            |line: &LineKey| key.seal_to(&line.public, ConversationId([3; 16]), "cs", &mut rand::rng());
        let seals = card.keys_at(now).into_iter().map(seal).collect::<Result<_, _>>().expect("sealed");
        Opened { lang: "cs".into(), seals, after: None }
    }

    fn opens(keys: &Keys, opened: &Opened) -> bool {
        keys.line_seeds.iter().any(|seed| seed.open(ConversationId([3; 16]), opened).is_ok())
    }

    #[test]
    fn a_line_is_founded_with_all_it_needs() {
        let (keys, file) = found("Linka", account("Klára"), RELAY, "116111", NOW, &mut rand::rng());
        let file = LineFile::parse(&file.to_text()).expect("as written");
        let card = check(&file.card, &file.sig, &file.root, NOW, 1, Some(RELAY)).expect("a good card");
        assert_eq!(
            (card.line.as_str(), card.phone.as_str(), card.house_key()),
            ("Linka", "116111", Some(keys.house_keys[0].id()))
        );
        assert_eq!(card.keys_at(NOW)[0].id, keys.line_seeds[0].id());
        assert_eq!(card.keys_at(NOW - SLACK_MS).len(), 1, "for a relay whose clock is behind");
        let first = &file.accounts[0];
        assert_eq!(
            (&first.name, first.role, first.key),
            (&keys.account, Role::Supervisor, keys.identity.public())
        );
        assert_eq!((first.box_key, file.root), (keys.box_seed.public(), keys.root_public));
        let secrets =
            [keys.casebook.expose(), keys.line_seeds[0].secret().expose(), keys.identity.secret().expose()];
        let text = file.to_text();
        assert!(secrets.iter().all(|secret| !text.contains(&crate::conversation::encoding::b64(*secret))));
        assert!(opens(&keys, &opened_at(&card, NOW)));
    }

    #[test]
    fn an_invited_colleague_has_the_keys_of_the_card_and_no_root() {
        let (keeper, card) = founded();
        let code = keeper.invite(account("Jana"), Role::Counsellor, &mut rand::rng()).expect("a code");
        let keys = code.join(&keeper.root_public, &card, &mut rand::rng()).expect("the same root");
        let (nonce, box_public) = (Hash([1; 32]), keys.box_seed.public());
        let sig = code.invitation.sign_join("relay.example.org", nonce, keys.identity.public(), &box_public);
        let public = code.invitation.public();
        assert!(verify_join(public, "relay.example.org", nonce, keys.identity.public(), &box_public, &sig));
        assert!(
            code.join(&BoxSeed::new([1; 32]).public(), &card, &mut rand::rng()).is_none(),
            "another root"
        );

        let mut jana = joined(&keeper, &card, "Jana");
        assert!(opens(&jana, &opened_at(&card, NOW)));
        assert_eq!(
            jana.newest_house_key(&card).map(HouseKey::id),
            keeper.newest_house_key(&card).map(HouseKey::id)
        );
        assert_eq!(
            jana.desk_seed(&card, NOW).map(LineSeed::id),
            keeper.desk_seed(&card, NOW).map(LineSeed::id)
        );
        assert!(
            !jana.accept(&card, &granted(&keeper, &card, &jana)).is_change(),
            "nothing new the second time"
        );
        assert_eq!(
            jana.invite(account("Eva"), Role::Counsellor, &mut rand::rng()).err(),
            Some(KeeperError::NotKeeper)
        );
        assert_eq!(jana.rotate_line(&card, NOW, &mut rand::rng()).err(), Some(KeeperError::NotKeeper));
        let others = granted(&keeper, &card, &joined(&keeper, &card, "Eva"));
        assert_eq!(jana.accept(&card, &others), Accepted::default(), "keys that are held need no grant");
        jana.line_seeds.clear();
        assert_eq!(jana.accept(&card, &others).unread, 1, "a grant for somebody else");
    }

    use super::super::Accepted;

    #[test]
    fn a_rotation_is_noticed_by_nobody() {
        let (mut keeper, first) = founded();
        let mut jana = joined(&keeper, &first, "Jana");
        let now = NOW + 30 * DAY_MS;
        let old_page = opened_at(&first, now);
        let new = keeper.rotate_line(&first, now, &mut rand::rng()).expect("the keeper's");
        let card = jana.check_card(&new.text, &new.sig, now, Some(RELAY)).expect("a good card");
        assert_eq!((card.serial, card.revoked.len(), card.keys_at(now).len()), (2, 0, 2));
        // Before the grants come, the old seed opens what pages seal to both keys.
        assert!(opens(&jana, &opened_at(&card, now)) && opens(&jana, &old_page));
        let accepted = jana.accept(&card, &granted(&keeper, &card, &jana));
        assert_eq!((accepted.new, accepted.gone), (1, 0));
        let later = now + OVERLAP_MS;
        assert_eq!(card.keys_at(later).len(), 1);
        assert!(opens(&jana, &opened_at(&card, later)));
        assert_eq!(jana.desk_seed(&card, later).map(LineSeed::id), jana.line_seeds.last().map(LineSeed::id));

        assert_eq!(keeper.accept(&card, &[]), Accepted::default());
        assert_eq!(keeper.rotate_line(&first, now, &mut rand::rng()).err(), Some(KeeperError::OldCard));
    }

    #[test]
    fn a_card_that_never_arrived_is_made_again() {
        let (mut keeper, first) = founded();
        let lost = keeper.rotate_line(&first, NOW, &mut rand::rng()).expect("the keeper's").card;
        // The relay still shows the first card; the keeper takes it and keeps the seed, which may yet be needed.
        assert_eq!(keeper.accept(&first, &[]), Accepted::default());
        assert!(keeper.line_seed(lost.keys[1].id).is_some());
        assert_eq!(keeper.newest_house_key(&first).map(HouseKey::id), first.house_key());
        let again = keeper.rotate_line(&first, NOW + 1, &mut rand::rng()).expect("the keeper's").card;
        assert!(again.serial == lost.serial && keeper.line_seed(again.keys[1].id).is_some());
        // Or it did arrive, and only the answer was lost.
        let (mut keeper, first) = founded();
        let arrived = keeper.rotate_line(&first, NOW, &mut rand::rng()).expect("the keeper's").card;
        assert_eq!(keeper.accept(&arrived, &[]), Accepted::default());
        assert_eq!(keeper.desk_seed(&arrived, NOW).map(LineSeed::id), Some(arrived.keys[1].id));
        assert!(keeper.check_card(&first.to_text(), &[0; 64], NOW, None).is_err());
    }

    #[test]
    fn a_seed_goes_when_no_talk_under_it_can_be_kept() {
        let (mut keeper, first) = founded();
        let mut jana = joined(&keeper, &first, "Jana");
        let old = first.keys[0].id;
        let rotated = NOW + 30 * DAY_MS;
        let second = keeper.rotate_line(&first, rotated, &mut rand::rng()).expect("the keeper's").card;
        jana.accept(&second, &granted(&keeper, &second, &jana));
        let early = rotated + OVERLAP_MS + KEPT_MS - 1;
        let third = keeper.rotate_line(&second, early, &mut rand::rng()).expect("the keeper's").card;
        assert!(third.names_key(old) && keeper.line_seed(old).is_some(), "a talk may still be kept");
        let fourth = keeper.rotate_line(&third, early + 1, &mut rand::rng()).expect("the keeper's").card;
        assert!(!fourth.names_key(old) && keeper.line_seed(old).is_none());
        assert_eq!(jana.accept(&fourth, &granted(&keeper, &fourth, &jana)).gone, 1);
        assert!(jana.line_seed(old).is_none() && jana.line_seeds.len() == 3);
        assert_eq!(jana.house_keys.len(), 1, "house keys stay");
    }

    #[test]
    fn who_was_cut_off_opens_nothing_new() {
        let (mut keeper, first) = founded();
        let (mut jana, leaver) = (joined(&keeper, &first, "Jana"), joined(&keeper, &first, "Petr"));
        let (before, house) = (opened_at(&first, NOW), first.house_key());
        let new = keeper.revoke(&first, NOW, &mut rand::rng()).expect("the keeper's");
        let card = jana.check_card(&new.text, &new.sig, NOW, Some(RELAY)).expect("a good card");
        assert_eq!(card.revoked, [first.keys[0].id]);
        jana.accept(&card, &granted(&keeper, &card, &jana));
        let after = opened_at(&card, NOW);
        assert_eq!(after.seals.len(), 1, "the page seals to the new key alone");
        assert!(opens(&jana, &after) && opens(&jana, &before), "old talks stay readable to the team");
        assert!(!opens(&leaver, &after));
        assert_ne!(card.house_key(), house);
        assert!(
            jana.newest_house_key(&card).map(HouseKey::id) == card.house_key() && jana.house_keys.len() == 2
        );
        assert!(leaver.house_keys.iter().all(|key| Some(key.id()) != card.house_key()));
        // Twice within the hour: the newest key is still the one that is used.
        let again = keeper.revoke(&card, NOW + 1, &mut rand::rng()).expect("the keeper's").card;
        assert_eq!(again.keys_at(NOW + 1).len(), 1);
        assert_eq!(Some(again.keys_at(NOW + 1)[0].id), keeper.line_seeds.last().map(LineSeed::id));
        assert_eq!(again.revoked.len(), 2);
    }
}
