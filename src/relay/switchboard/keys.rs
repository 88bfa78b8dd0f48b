//! Accounts and keys: invitations, joining, grants, revocation, line cards. Each is an entry of the house; the relay
//! cannot read a grant and cannot know the key keeper, so it takes these frames from any supervisor.

use super::append::After;
use super::card::LineCard;
use super::session::About;
use super::{SessionId, Switchboard};
use crate::conversation::event::{CardSet, Granted, Invited, Joined};
use crate::conversation::{Account, ConversationId, Entry, EntryId, Event, Hash, Log, Role};
use crate::protocol::frame::{Grant, SignedCard, ToClient, ToRelay};
use crate::protocol::{Goodbye, Refusal};
use crate::sealing::{card, identity};

/// The frame `join`, without the host.
pub struct Join {
    pub invite: Hash,
    pub key: Hash,
    pub box_key: [u8; 65],
    pub sig: [u8; 64],
}

impl Switchboard {
    pub(super) fn join(&mut self, id: SessionId, host: &str, join: Join) {
        if let Some(retry) = self.logins_wait(id) {
            return self.refuse_proof(id, Refusal::Busy, "join", Some(retry));
        }
        let Some(nonce) = self.sessions.get(&id).map(|session| session.nonce) else { return };
        let now = self.now.wall;
        let invited = self.house.invited.values().find(|i| i.public == join.invite && i.until > now).cloned();
        let is_ours = self.rules.hosts.iter().any(|own| own == host);
        let Join { invite, key, box_key, sig } = join;
        let is_new = self.house.by_key(&key).is_none();
        match invited {
            Some(invited)
                if is_ours && is_new && identity::verify_join(invite, host, nonce, key, &box_key, &sig) =>
            {
                let joined = Joined {
                    name: invited.name,
                    role: invited.role,
                    host: Some(host.to_owned()),
                    nonce: Some(nonce),
                    key,
                    box_key,
                    sig: Some(sig.to_vec()),
                };
                let after = After::Admit(id, Box::new(joined.clone()));
                self.write_house(Event::Joined(joined), after);
            }
            _ => self.login_failed(id, "join"),
        }
    }

    pub(super) fn keep_house(&mut self, id: SessionId, account: &Account, frame: ToRelay) {
        let re = frame.name();
        let role = self.house.member(account).map(|member| member.joined.role);
        let event = if role == Some(Role::Supervisor) {
            self.house_event(account, frame)
        } else {
            Err(Refusal::NotAllowed)
        };
        match event {
            Ok(event) => self.write_house(event, After::Done(id, re)),
            Err(code) => self.refuse(id, code, re),
        }
    }

    fn house_event(&self, who: &Account, frame: ToRelay) -> Result<Event, Refusal> {
        let who = who.clone();
        match frame {
            ToRelay::Invite { public, name, role, until } => {
                Ok(Event::Invited(Invited { who, name, role, public, until }))
            }
            ToRelay::Grant { account, key, enc, ct } => {
                if self.house.member(&account).is_none() || !self.card.names(&key) {
                    return Err(Refusal::NotAllowed);
                }
                Ok(Event::Granted(Granted { who: Some(who), name: account, key, enc, ct }))
            }
            ToRelay::Revoke { account } => Ok(Event::Revoked { who, name: account }),
            ToRelay::Card { card, sig } => {
                let least = self.card.serial() + 1;
                card::check(&card, &sig, &self.root, self.now.wall, least, None)
                    .map_err(|_| Refusal::NotAllowed)?;
                Ok(Event::Card(CardSet { who: Some(who), card, sig }))
            }
            _ => Err(Refusal::NotAllowed),
        }
    }

    /// The turn of an entry of the house: what must hold is looked at again, for others came before.
    pub(super) fn house_turn(&mut self, event: Event, id: Option<EntryId>, after: After) {
        if let Some(code) = self.house_refuses(&event) {
            return match after {
                After::Done(session, re) => self.refuse_about(session, code, re, About::default()),
                After::Admit(session, _) => self.login_failed(session, "join"),
                _ => {}
            };
        }
        let kind = super::keeping::kind_of(&event);
        self.write_own(ConversationId::HOUSE, Log::Desk, kind, event, id, after);
    }

    fn house_refuses(&self, event: &Event) -> Option<Refusal> {
        let house = &self.house;
        let refused = match event {
            Event::Invited(invited) => house.names.contains(&invited.name) || invited.until <= self.now.wall,
            Event::Joined(joined) if joined.sig.is_some() => {
                !house.invited.contains_key(&joined.name) || house.by_key(&joined.key).is_some()
            }
            Event::Revoked { name, .. } => house.member(name).is_none() && !house.invited.contains_key(name),
            _ => false,
        };
        refused.then_some(Refusal::NotAllowed)
    }

    /// An entry of the house is on disk.
    pub(super) fn house_took(&mut self, entry: &Entry, event: &Event) {
        self.meter_on();
        self.house.apply(entry, event);
        self.floor.house = true;
        match event {
            Event::Login(_) | Event::Logout(_) | Event::State(_) => self.floor.people = true,
            Event::Granted(granted) => {
                // With its first keys an account is on shift, if it said so.
                self.floor.people = true;
                let sockets =
                    self.presences.get(&granted.name).map(|p| p.sockets.clone()).unwrap_or_default();
                for socket in sockets {
                    self.send_keys(socket, &granted.name);
                }
            }
            Event::Revoked { name, .. } => self.cut_off(name, entry.at),
            Event::Card(card) => self.take_card(card),
            Event::Erased(conv) => self.floor.erased.push(*conv),
            _ => {}
        }
    }

    fn take_card(&mut self, card: &CardSet) {
        let signed = SignedCard { card: card.card.clone(), sig: card.sig, root: self.root };
        let Ok(card) = LineCard::read(signed) else { return };
        self.card = card;
        let desks: Vec<(SessionId, Account)> = self
            .presences
            .iter()
            .flat_map(|(account, presence)| presence.sockets.iter().map(|id| (*id, account.clone())))
            .collect();
        for (id, account) in desks {
            self.send_keys(id, &account);
        }
    }

    pub(super) fn send_keys(&mut self, id: SessionId, account: &Account) {
        let grants = self.house.member(account).map(|member| {
            member.grants.values().map(|g| Grant { key: g.key, enc: g.enc, ct: g.ct }).collect()
        });
        let frame = ToClient::Keys { grants: grants.unwrap_or_default(), card: self.card.signed().clone() };
        self.send(id, frame);
    }

    /// An account is out: its sockets close, its children return to the head of the queue.
    fn cut_off(&mut self, account: &Account, at: u64) {
        let sockets = self.presences.get(account).map(|p| p.sockets.clone()).unwrap_or_default();
        for socket in sockets {
            self.close(socket, Goodbye::Revoked);
        }
        self.presences.remove(account);
        self.floor.people = true;
        self.cut_off_talks(account, at);
    }

    pub(super) fn cut_off_talks(&mut self, account: &Account, at: u64) {
        let convs: Vec<ConversationId> = self.held_by.get(account).into_iter().flatten().copied().collect();
        for conv in convs {
            let Some(held) = self.talks.get_mut(&conv) else { continue };
            let phase = held.talk.phase;
            held.talk.cut_off(account, at);
            let now = held.talk.phase;
            self.refresh(conv);
            if now != phase {
                self.tell_phase(conv, now);
            }
        }
    }
}
