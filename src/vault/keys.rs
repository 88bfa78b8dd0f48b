//! What a vault holds once it is open, and the form in which it is stored.

use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::VaultError;
use super::team::{Invited, Member, Team};
use crate::conversation::event::Seal;
use crate::conversation::{Account, Hash, KeyId, Role};
use crate::sealing::Secret;
use crate::sealing::card::{self, Card, CardError};
use crate::sealing::grant::{BoxSeed, GrantedKey, Root};
use crate::sealing::house::HouseKey;
use crate::sealing::identity::Identity;
use crate::sealing::line::LineSeed;

/// An account's keys. Whoever changes them saves them with [`super::VaultFile::save`], which needs no passphrase.
pub struct Keys {
    /// The account's name.
    pub account: Account,
    /// Its role, as the relay last said.
    pub role: Role,
    /// It signs logins.
    pub identity: Identity,
    /// Grants are sealed to it.
    pub box_seed: BoxSeed,
    /// The line seeds, the newest last.
    pub line_seeds: Vec<LineSeed>,
    /// The house keys, the newest last; old ones still open old texts.
    pub house_keys: Vec<HouseKey>,
    /// V: what the casebook's keys are derived from.
    pub casebook: Secret<[u8; 32]>,
    /// V before a rekey that is not finished: what the casebook has not yet written anew is still sealed under it.
    pub former: Option<Secret<[u8; 32]>>,
    /// The key keeper's root; nobody else has it.
    pub root: Option<Root>,
    /// The pinned root public key.
    pub root_public: [u8; 65],
    /// The line's name.
    pub line: String,
    /// The relays of the last card.
    pub relays: Vec<String>,
    /// The serial of the last card: an older one is refused.
    pub least_serial: u64,
    /// Whom the keeper invited and verified; empty for everybody else.
    pub team: Team,
}

/// What became of the grants that came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Accepted {
    /// Keys that are new: the vault must be saved.
    pub new: usize,
    /// Seeds destroyed because no talk under them can remain: the vault must be saved.
    pub gone: usize,
    /// Grants that could not be read: not made for this account, or changed on the way.
    pub unread: usize,
}

impl Accepted {
    /// Whether the vault must be saved.
    pub fn is_change(self) -> bool {
        self.new + self.gone > 0
    }
}

impl Keys {
    /// Checks a card against the pinned root and the last serial; see [`card::check`].
    ///
    /// # Errors
    /// Returns the first reason to refuse it.
    pub fn check_card(
        &self,
        card: &str,
        sig: &[u8; 64],
        now: u64,
        dialled: Option<&str>,
    ) -> Result<Card, CardError> {
        card::check(card, sig, &self.root_public, now, self.least_serial, dialled)
    }

    /// Takes over a checked card and the grants that came with it: new keys are kept in the card's order, and seeds that
    /// the card no longer names are destroyed. Returns what changed.
    pub fn accept(&mut self, card: &Card, grants: &[Seal]) -> Accepted {
        let mut accepted = Accepted::default();
        for grant in grants {
            if self.line_seed(grant.key).is_some() || self.house_key(grant.key).is_some() {
                continue;
            }
            match self.box_seed.open_grant(&self.account, grant) {
                Ok(GrantedKey::Line(seed)) => self.line_seeds.push(seed),
                Ok(GrantedKey::House(key)) => self.house_keys.push(key),
                Err(_) => {
                    accepted.unread += 1;
                    continue;
                }
            }
            accepted.new += 1;
        }
        let from = |id: KeyId| card.keys.iter().find(|key| key.id == id).map(|key| key.from);
        let before = self.line_seeds.len();
        // The keeper's go when the next card is signed: a card just signed may not have reached the relay.
        let keeper = self.root.is_some();
        self.line_seeds.retain(|seed| keeper || from(seed.id()).is_some());
        accepted.gone = before - self.line_seeds.len();
        self.line_seeds.sort_by_key(|seed| from(seed.id()));
        let place = |id: KeyId| card.house.iter().flatten().position(|key| *key == id);
        self.house_keys.sort_by_key(|key| place(key.id()));
        self.least_serial = self.least_serial.max(card.serial);
        self.line.clone_from(&card.line);
        self.relays.clone_from(&card.relays);
        accepted
    }

    /// Takes over keys that were granted and opened; those that are held already stay as they are.
    pub fn hold(&mut self, line_seeds: Vec<Secret<[u8; 32]>>, house_keys: Vec<Secret<[u8; 32]>>) {
        for seed in line_seeds.into_iter().map(LineSeed::from_secret) {
            if self.line_seed(seed.id()).is_none() {
                self.line_seeds.push(seed);
            }
        }
        for key in house_keys.into_iter().map(HouseKey::from_secret) {
            if self.house_key(key.id()).is_none() {
                self.house_keys.push(key);
            }
        }
    }

    /// Returns the seed with this id.
    pub fn line_seed(&self, id: KeyId) -> Option<&LineSeed> {
        self.line_seeds.iter().find(|seed| seed.id() == id)
    }

    /// Returns the house key with this id.
    pub fn house_key(&self, id: KeyId) -> Option<&HouseKey> {
        self.house_keys.iter().find(|key| key.id() == id)
    }

    /// Returns the seed under which the desk writes at `now`: the newest valid one of the card that is held.
    pub fn desk_seed(&self, card: &Card, now: u64) -> Option<&LineSeed> {
        card.keys_at(now).into_iter().find_map(|key| self.line_seed(key.id))
    }

    /// Returns the house key under which texts are written: the last of the card that is held.
    pub fn newest_house_key(&self, card: &Card) -> Option<&HouseKey> {
        card.house.iter().flatten().rev().find_map(|id| self.house_key(*id))
    }

    /// Returns the stored form: a version byte, then postcard.
    pub(super) fn written(&self) -> Result<Zeroizing<Vec<u8>>, VaultError> {
        let stored = StoredV2 {
            first: StoredV1 {
                account: self.account.as_str().to_owned(),
                supervisor: self.role == Role::Supervisor,
                identity: *self.identity.secret().expose(),
                box_seed: *self.box_seed.secret().expose(),
                line_seeds: self.line_seeds.iter().map(|seed| *seed.secret().expose()).collect(),
                house_keys: self.house_keys.iter().map(|key| *key.secret().expose()).collect(),
                former: self.former.as_ref().map(|former| *former.expose()),
                root: self.root.as_ref().map(|root| *root.secret().expose()),
                root_public: self.root_public.to_vec(),
                line: self.line.clone(),
                relays: self.relays.clone(),
                least_serial: self.least_serial,
            },
            invited: self.team.invited.iter().map(StoredInvited::of).collect(),
            members: self.team.members.iter().map(StoredMember::of).collect(),
        };
        // Room for all of it at once: a buffer that grows leaves copies behind.
        let first = &stored.first;
        let texts = first.relays.iter().map(String::len).sum::<usize>() + first.line.len();
        let keys = 32 * (first.line_seeds.len() + first.house_keys.len());
        let granted: usize = stored.members.iter().map(|member| 16 * member.granted.len()).sum();
        let team = 256 * (stored.members.len() + stored.invited.len()) + granted;
        let room = 1024 + 10 * first.relays.len() + texts + keys + team;
        let mut out = Zeroizing::new(Vec::with_capacity(room));
        out.push(2);
        let room = out.capacity();
        postcard::to_io(&stored, &mut *out).map_err(|_| VaultError::Damaged)?;
        debug_assert_eq!(out.capacity(), room);
        Ok(out)
    }

    /// Reads the stored form.
    pub(super) fn read(bytes: &[u8], v: &Secret<[u8; 32]>) -> Result<Self, VaultError> {
        let (version, bytes) = bytes.split_first().ok_or(VaultError::Damaged)?;
        let read: (StoredV2, &[u8]) = match version {
            1 => {
                let (first, rest) = postcard::take_from_bytes(bytes).map_err(|_| VaultError::Damaged)?;
                (StoredV2 { first, invited: vec![], members: vec![] }, rest)
            }
            2 => postcard::take_from_bytes(bytes).map_err(|_| VaultError::Damaged)?,
            newer => return Err(VaultError::Newer(u16::from(*newer))),
        };
        let (StoredV2 { first: stored, invited, members }, rest) = read;
        if !rest.is_empty() {
            return Err(VaultError::Damaged);
        }
        let team = Team {
            invited: invited
                .into_iter()
                .map(StoredInvited::read)
                .collect::<Option<_>>()
                .ok_or(VaultError::Damaged)?,
            members: members
                .into_iter()
                .map(StoredMember::read)
                .collect::<Option<_>>()
                .ok_or(VaultError::Damaged)?,
        };
        let root = stored.root.map(|root| Root::from_secret(Secret::new(root))).transpose();
        let mut keys = Self {
            account: Account::parse(&stored.account).ok_or(VaultError::Damaged)?,
            role: if stored.supervisor { Role::Supervisor } else { Role::Counsellor },
            identity: Identity::new(stored.identity),
            box_seed: BoxSeed::new(stored.box_seed),
            line_seeds: stored.line_seeds.iter().map(|seed| LineSeed::new(*seed)).collect(),
            house_keys: stored.house_keys.iter().map(|key| HouseKey::new(*key)).collect(),
            casebook: v.duplicate(),
            former: stored.former.map(Secret::new),
            root: root.map_err(|_| VaultError::Damaged)?,
            root_public: stored.root_public.as_slice().try_into().map_err(|_| VaultError::Damaged)?,
            line: stored.line.clone(),
            relays: stored.relays.clone(),
            least_serial: stored.least_serial,
            team,
        };
        // Before there were teams, nobody but the keeper had keys.
        if *version == 1 && keys.root.is_some() {
            keys.team.members.push(keys.as_member(keys.held()));
        }
        Ok(keys)
    }

    /// Returns the ids of all seeds and house keys that are held.
    pub fn held(&self) -> Vec<KeyId> {
        self.line_seeds.iter().map(LineSeed::id).chain(self.house_keys.iter().map(HouseKey::id)).collect()
    }
}

/// Version 2: the same, and the keeper's team.
#[derive(Serialize, Deserialize)]
struct StoredV2 {
    first: StoredV1,
    invited: Vec<StoredInvited>,
    members: Vec<StoredMember>,
}

#[derive(Serialize, Deserialize)]
struct StoredInvited {
    name: String,
    supervisor: bool,
    public: [u8; 32],
    until: u64,
}

#[derive(Serialize, Deserialize)]
struct StoredMember {
    name: String,
    supervisor: bool,
    key: [u8; 32],
    box_key: Vec<u8>,
    granted: Vec<[u8; 16]>,
    is_out: bool,
}

fn role(supervisor: bool) -> Role {
    if supervisor { Role::Supervisor } else { Role::Counsellor }
}

impl StoredInvited {
    fn of(invited: &Invited) -> Self {
        let supervisor = invited.role == Role::Supervisor;
        Self { name: invited.name.to_string(), supervisor, public: invited.public.0, until: invited.until }
    }

    fn read(self) -> Option<Invited> {
        let (name, role) = (Account::parse(&self.name)?, role(self.supervisor));
        Some(Invited { name, role, public: Hash(self.public), until: self.until })
    }
}

impl StoredMember {
    fn of(member: &Member) -> Self {
        Self {
            name: member.name.to_string(),
            supervisor: member.role == Role::Supervisor,
            key: member.key.0,
            box_key: member.box_key.to_vec(),
            granted: member.granted.iter().map(|key| key.0).collect(),
            is_out: member.is_out,
        }
    }

    fn read(self) -> Option<Member> {
        Some(Member {
            name: Account::parse(&self.name)?,
            role: role(self.supervisor),
            key: Hash(self.key),
            box_key: self.box_key.try_into().ok()?,
            granted: self.granted.into_iter().map(KeyId).collect(),
            is_out: self.is_out,
        })
    }
}

/// Version 1 of the stored keys. Postcard is positional: a change is a new version and a golden file beside this one's.
#[derive(Serialize, Deserialize, Zeroize, ZeroizeOnDrop)]
struct StoredV1 {
    account: String,
    supervisor: bool,
    identity: [u8; 32],
    box_seed: [u8; 32],
    line_seeds: Vec<[u8; 32]>,
    house_keys: Vec<[u8; 32]>,
    former: Option<[u8; 32]>,
    root: Option<[u8; 32]>,
    root_public: Vec<u8>,
    line: String,
    relays: Vec<String>,
    least_serial: u64,
}
