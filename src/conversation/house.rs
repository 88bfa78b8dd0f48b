//! The house: accounts, shift, doors, announcements. A fold over the log of the team; it refuses nothing.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::chain::Hash;
use super::event::{
    CardSet, Contact, Doors, Entry, Event, Granted, Interval, Invited, Joined, Seq, ShiftState, State,
};
use super::id::{Account, ConversationId, EntryId, KeyId, Role, Tag};

/// A colleague on shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The account.
    pub account: Account,
    /// Its role.
    pub role: Role,
    /// Its state.
    pub state: ShiftState,
    /// Since when.
    pub since: u64,
    /// Until when, on a break.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<u64>,
    /// How many children it takes at once.
    pub places: u8,
    /// Since when it has no socket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub away: Option<u64>,
}

/// A sealed text of the house that is in force, with its clear fields still in `data`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Its entry's id.
    pub id: EntryId,
    /// When.
    pub at: u64,
    /// By whom.
    pub by: Account,
    /// Its data.
    pub data: String,
}

/// An account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// How it came to be, with its keys.
    pub joined: Joined,
    /// When it was cut off.
    pub revoked: Option<u64>,
    /// The keys granted to it, the newest of each.
    pub grants: BTreeMap<KeyId, Granted>,
    /// What it last said of itself, and when.
    pub state: Option<(State, u64)>,
    /// Since when it is signed in, by its first socket.
    pub here: Option<u64>,
    /// When its last socket went.
    pub gone: Option<u64>,
}

impl Member {
    /// Whether it joined and holds no key yet: it can read no child's words.
    pub fn waits_for_keys(&self) -> bool {
        self.revoked.is_none() && self.joined.sig.is_some() && self.grants.is_empty()
    }
}

/// The house, folded.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct House {
    /// The number of its newest entry.
    pub head: Seq,
    /// All accounts that ever were.
    pub members: BTreeMap<Account, Member>,
    /// Invitations not yet spent or cut off, by name.
    pub invited: BTreeMap<Account, Invited>,
    /// Every name that was ever invited or joined: names are unique for ever.
    pub names: BTreeSet<Account>,
    /// The card in force.
    pub card: Option<CardSet>,
    /// The newest `doors`.
    pub doors: Option<(Doors, Note)>,
    /// The newest `hold`, while on.
    pub hold: Option<Note>,
    /// Announcements and the time at which each is to end.
    pub notes: Vec<(u64, Note)>,
    /// What was agreed, by tag, oldest first.
    pub agreed: BTreeMap<Tag, Vec<Note>>,
    /// Contact rows by the time they were opened.
    pub contacts: BTreeMap<(u64, EntryId), Contact>,
    /// Quarters of an hour by their start.
    pub intervals: BTreeMap<u64, (EntryId, Interval)>,
    /// What was forgotten, and when.
    pub erased: BTreeMap<ConversationId, u64>,
    /// What a child asked to forget while duty keeps it.
    pub owed: BTreeSet<ConversationId>,
}

/// The name of the `setting` that notes a forgetting owed to a child; its value is the conversation.
pub const OWED: &str = "forget";

impl House {
    /// Folds a whole log.
    pub fn fold<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Self {
        let mut house = Self::default();
        for entry in entries {
            if let Ok(event) = entry.event() {
                house.apply(entry, &event);
            }
        }
        house
    }

    /// Takes the next entry, whose parsed data is `event`.
    pub fn apply(&mut self, entry: &Entry, event: &Event) {
        self.head = entry.seq;
        let note =
            |by: &Account| Note { id: entry.id, at: entry.at, by: by.clone(), data: entry.data.clone() };
        match (event, entry.account()) {
            (Event::Invited(invited), _) => {
                self.names.insert(invited.name.clone());
                self.invited.insert(invited.name.clone(), invited.clone());
            }
            (Event::Joined(joined), _) => self.joined(joined),
            (Event::Granted(granted), _) => {
                if let Some(member) = self.members.get_mut(&granted.name) {
                    member.grants.insert(granted.key, granted.clone());
                }
            }
            (Event::Revoked { name, .. }, _) => {
                self.invited.remove(name);
                if let Some(member) = self.members.get_mut(name) {
                    (member.revoked, member.here) = (Some(entry.at), None);
                }
            }
            (Event::Card(card), _) => self.card = Some(card.clone()),
            (Event::Login(name), _) => {
                if let Some(member) = self.members.get_mut(name) {
                    (member.here, member.gone) = (Some(entry.at), None);
                }
            }
            (Event::Logout(name), _) => {
                if let Some(member) = self.members.get_mut(name) {
                    (member.here, member.gone) = (None, Some(entry.at));
                }
            }
            (Event::State(state), Some(by)) => {
                if let Some(member) = self.members.get_mut(by) {
                    member.state = Some((*state, entry.at));
                }
            }
            (Event::Doors(doors, _), Some(by)) => self.doors = Some((*doors, note(by))),
            (Event::Hold(on, _), Some(by)) => self.hold = on.then(|| note(by)),
            (Event::Announced(announced, _), Some(by)) => {
                self.notes.retain(|(until, _)| *until > entry.at);
                self.notes.push((announced.until, note(by)));
            }
            (Event::Agreed(tag, _), Some(by)) => self.agreed.entry(*tag).or_default().push(note(by)),
            (Event::Contact(contact, _), _) => {
                self.contacts.insert((contact.opened, entry.id), contact.clone());
            }
            (Event::Interval(interval), _) => {
                self.intervals.insert(interval.start, (entry.id, *interval));
            }
            (Event::Erased(conv), _) => {
                self.erased.insert(*conv, entry.at);
                self.owed.remove(conv);
            }
            (Event::Setting(setting), _) if setting.name == OWED => {
                self.owed.extend(ConversationId::parse(&setting.value));
            }
            _ => {}
        }
    }

    fn joined(&mut self, joined: &Joined) {
        self.names.insert(joined.name.clone());
        self.invited.remove(&joined.name);
        let member = Member {
            joined: joined.clone(),
            revoked: None,
            grants: BTreeMap::new(),
            state: None,
            here: None,
            gone: None,
        };
        self.members.insert(joined.name.clone(), member);
    }

    /// Returns the account in force whose identity key this is.
    pub fn by_key(&self, key: &Hash) -> Option<(&Account, &Member)> {
        self.members.iter().find(|(_, member)| member.joined.key == *key && member.revoked.is_none())
    }

    /// Returns the account, unless it was cut off.
    pub fn member(&self, account: &Account) -> Option<&Member> {
        self.members.get(account).filter(|member| member.revoked.is_none())
    }

    /// Returns who was cut off and when, the first one first.
    pub fn revocations(&self) -> Vec<(u64, Account)> {
        let mut all: Vec<(u64, Account)> = self
            .members
            .iter()
            .filter_map(|(name, member)| member.revoked.map(|at| (at, name.clone())))
            .collect();
        all.sort_unstable();
        all
    }

    /// Whether the doors are open at `now`: shut ones open by themselves at their time.
    pub fn doors_open(&self, now: u64) -> bool {
        match &self.doors {
            Some((doors, _)) => doors.open || doors.until.is_some_and(|until| until <= now),
            None => true,
        }
    }

    /// Returns the announcements in force at `now`, none of which stands longer than `longest` milliseconds.
    pub fn notes_at(&self, now: u64, longest: u64) -> impl DoubleEndedIterator<Item = &Note> {
        let stands = move |(until, note): &&(u64, Note)| *until > now && note.at + longest > now;
        self.notes.iter().filter(stands).map(|(_, note)| note)
    }

    /// Returns what was agreed under `tag` since a time, oldest first.
    pub fn found(&self, tag: &Tag, since: u64) -> impl DoubleEndedIterator<Item = &Note> {
        self.agreed.get(tag).into_iter().flatten().filter(move |note| note.at >= since)
    }

    /// Returns the accounts that joined and still wait for their keys.
    pub fn joins(&self) -> impl Iterator<Item = &Joined> {
        self.members.values().filter(|member| member.waits_for_keys()).map(|member| &member.joined)
    }
}

#[cfg(test)]
mod tests {
    use super::super::event::{By, Kind, Log};
    use super::*;

    fn entry(seq: Seq, by: By, kind: Kind, data: &str) -> (Entry, Event) {
        let event = Event::parse(kind, data).expect("honest data");
        let entry = Entry {
            conv: ConversationId::HOUSE,
            log: Log::Desk,
            seq,
            at: 1000 * seq,
            by,
            author: None,
            kind,
            id: EntryId([u8::try_from(seq).unwrap_or(0); 16]),
            data: data.to_owned(),
            h: Hash([0; 32]),
        };
        (entry, event)
    }

    fn joined(name: &str, sig: bool) -> String {
        let joined = Joined {
            name: Account::parse(name).expect("a name"),
            role: Role::Counsellor,
            host: None,
            nonce: None,
            key: Hash([9; 32]),
            box_key: [4; 65],
            sig: sig.then(|| vec![1; 64]),
        };
        Event::Joined(joined).data().expect("json")
    }

    #[test]
    fn accounts_come_sign_in_and_are_cut_off() {
        let jana = Account::parse("Jana").expect("a name");
        let mut house = House::default();
        let mut seq = 0;
        let mut add = |house: &mut House, by, kind, data: &str| {
            seq += 1;
            let (entry, event) = entry(seq, by, kind, data);
            house.apply(&entry, &event);
        };
        add(&mut house, By::Relay, Kind::Joined, &joined("Jana", true));
        assert_eq!(house.by_key(&Hash([9; 32])).map(|(name, _)| name), Some(&jana));
        assert_eq!(house.joins().count(), 1);
        add(&mut house, By::Relay, Kind::Login, r#"{"name":"Jana"}"#);
        assert_eq!(house.members[&jana].here, Some(2000));
        add(&mut house, By::Account(jana.clone()), Kind::State, r#"{"state":"ready","places":2}"#);
        assert_eq!(house.members[&jana].state.map(|(state, at)| (state.places, at)), Some((2, 3000)));
        add(&mut house, By::Relay, Kind::Logout, r#"{"name":"Jana"}"#);
        assert_eq!((house.members[&jana].here, house.members[&jana].gone), (None, Some(4000)));
        add(&mut house, By::Relay, Kind::Revoked, r#"{"who":"Eva","name":"Jana"}"#);
        assert!(house.by_key(&Hash([9; 32])).is_none() && house.member(&jana).is_none());
        assert!(house.names.contains(&jana), "a name is never given twice");
        assert_eq!(house.head, 5);
    }
}
