//! Who is at the desk: sockets per account, who is away, who may be taken over from.

use serde_json::json;

use super::append::{After, Job};
use super::limit::Bucket;
use super::session::Proof;
use super::{Alarm, SessionId, Switchboard};
use crate::conversation::event::{ShiftState, State};
use crate::conversation::house::Person;
use crate::conversation::queue::Phase;
use crate::conversation::{Account, ConversationId, Event, Role};
use crate::protocol::frame::{SignalKind, ToClient};

/// An account that is or lately was at the desk.
pub struct Presence {
    pub sockets: Vec<SessionId>,
    /// When the last socket went: on both clocks.
    pub lost: Option<super::Now>,
    /// When it came, in milliseconds since 1970.
    pub since: u64,
    pub appends: Bucket,
}

impl Switchboard {
    pub(super) fn presence(&mut self, account: &Account) -> Option<&mut Presence> {
        self.presences.get_mut(account)
    }

    /// A proven account's socket is let in.
    pub(super) fn admit(&mut self, id: SessionId, account: &Account) {
        let Some(role) = self.house.member(account).map(|member| member.joined.role) else { return };
        let Some(session) = self.sessions.get_mut(&id) else { return };
        session.proof = Proof::Desk(account.clone());
        self.meter_on();
        let was_away = self.is_away(account);
        let since = self.now.wall;
        let presence = self.presences.entry(account.clone()).or_insert_with(|| Presence {
            sockets: Vec::new(),
            lost: None,
            since,
            appends: Bucket::default(),
        });
        let is_first = presence.sockets.is_empty();
        presence.sockets.push(id);
        presence.lost = None;
        self.floor.people = true;
        let mine = self.mine(account);
        let welcome = ToClient::Welcome {
            conv: None,
            half: None,
            after: None,
            head: None,
            phase: None,
            account: Some(account.clone()),
            role: Some(role),
            mine: Some(mine),
        };
        self.send(id, welcome);
        self.send_keys(id, account);
        self.send_queue(id);
        if is_first {
            self.write_house(Event::Login(account.clone()), After::Nothing);
        }
        if was_away {
            self.tell_away(account, false);
        }
    }

    pub(super) fn desk_gone(&mut self, id: SessionId, account: &Account) {
        self.meter_on();
        let now = self.now;
        let Some(presence) = self.presences.get_mut(account) else { return };
        presence.sockets.retain(|socket| *socket != id);
        if !presence.sockets.is_empty() {
            return;
        }
        presence.lost = Some(now);
        self.floor.people = true;
        self.lost(account);
        // What ends with the relay itself is written by the next one.
        if !self.stopping {
            self.write_house(Event::Logout(account.clone()), After::Nothing);
        }
    }

    fn lost(&mut self, account: &Account) {
        self.alarm(self.rules.keep.away_ms, Alarm::Away(account.clone()));
        self.alarm(self.rules.keep.absence_ms, Alarm::Gone(account.clone()));
    }

    /// Whoever was signed in when the relay went is given the time to come back.
    pub(super) fn presence_after_restart(&mut self, account: &Account) {
        let Some(member) = self.house.member(account) else { return };
        let was_here = member.here.is_some();
        let just_gone = member.gone.is_some_and(|gone| gone + self.rules.keep.takeover_ms > self.now.wall);
        if !was_here && !just_gone {
            return;
        }
        let since = self.roll.since(account).unwrap_or(self.now.wall);
        let presence =
            Presence { sockets: Vec::new(), lost: Some(self.now), since, appends: Bucket::default() };
        self.presences.insert(account.clone(), presence);
        self.lost(account);
        if was_here {
            self.write_house(Event::Logout(account.clone()), After::Nothing);
        }
    }

    pub(super) fn is_away(&self, account: &Account) -> bool {
        self.is_lost_for(account, self.rules.keep.away_ms)
    }

    /// Whether any counsellor may claim this account's children.
    pub(super) fn may_take_over(&self, holder: &Account) -> bool {
        self.is_lost_for(holder, self.rules.keep.takeover_ms)
    }

    fn is_lost_for(&self, account: &Account, time: u64) -> bool {
        self.presences.get(account).is_none_or(|presence| {
            presence.sockets.is_empty() && presence.lost.is_none_or(|lost| self.now.mono >= lost.mono + time)
        })
    }

    pub(super) fn away(&mut self, account: &Account) {
        if self.presences.contains_key(account) && self.is_away(account) {
            self.floor.people = true;
            self.tell_away(account, true);
        }
    }

    fn tell_away(&mut self, account: &Account, away: bool) {
        for conv in self.mine(account) {
            if self.talks.get(&conv).is_some_and(|held| held.talk.phase == Phase::With) {
                self.signal_child(conv, SignalKind::Away, Some(json!(away)));
            }
        }
    }

    /// Nobody came back: the account leaves the list, unless it still holds a child.
    pub(super) fn off_shift(&mut self, account: &Account) {
        let gone = self.is_lost_for(account, self.rules.keep.absence_ms);
        if gone && self.presences.contains_key(account) {
            if self.mine(account).is_empty() {
                self.presences.remove(account);
                self.floor.people = true;
            } else {
                self.alarm(self.rules.keep.absence_ms, Alarm::Gone(account.clone()));
            }
        }
    }

    /// Returns what an account holds and has not archived.
    pub(super) fn mine(&self, account: &Account) -> Vec<ConversationId> {
        let held = self.held_by.get(account).into_iter().flatten();
        held.filter(|conv| {
            self.talks.get(conv).is_some_and(|held| {
                held.talk.holder.as_ref() == Some(account) && held.talk.archived.is_none()
            })
        })
        .copied()
        .collect()
    }

    /// Returns the state of an account at the desk. On shift is who says so itself: before it says anything, since it
    /// came, it is off, for it may only look at the board. What it said the last time it was here no longer counts. A
    /// new account that waits for its keys can read no child's words, and keeps no line open.
    pub(super) fn state_of(&self, account: &Account) -> (State, u64) {
        let since = self.presences.get(account).map_or(0, |presence| presence.since);
        let member = self.house.member(account).filter(|member| !member.waits_for_keys());
        let silent = (State { state: ShiftState::Off, until: None, places: self.rules.goals.places }, since);
        member.and_then(|member| member.state).filter(|(_, at)| *at >= since).unwrap_or(silent)
    }

    pub(super) fn people(&self) -> Vec<Person> {
        let mut people: Vec<Person> = self
            .presences
            .iter()
            .filter_map(|(account, presence)| {
                let role = self.house.member(account)?.joined.role;
                let (State { state, until, places }, since) = self.state_of(account);
                let away = presence.lost.filter(|_| self.is_away(account)).map(|lost| lost.wall);
                Some(Person { account: account.clone(), role, state, since, until, places, away })
            })
            .collect();
        people.sort_by(|one, other| one.account.cmp(&other.account));
        people
    }

    /// Returns the sockets of the desk, supervisors' apart.
    pub(super) fn desks(&self) -> (Vec<SessionId>, Vec<SessionId>) {
        let (mut counsellors, mut supervisors) = (Vec::new(), Vec::new());
        for (account, presence) in &self.presences {
            match self.house.member(account).map(|member| member.joined.role) {
                Some(Role::Supervisor) => supervisors.extend(&presence.sockets),
                Some(Role::Counsellor) => counsellors.extend(&presence.sockets),
                None => {}
            }
        }
        counsellors.sort_unstable();
        supervisors.sort_unstable();
        (counsellors, supervisors)
    }

    /// A supervisor stopped watching: after a while without any socket that watches, this is written down.
    pub(super) fn watch_ended(&mut self, account: &Account, conv: ConversationId) {
        if self.talks.get(&conv).is_some_and(|held| held.talk.lookers.contains(account)) {
            self.alarm(self.rules.keep.watch_off_ms, Alarm::WatchOff(conv, account.clone()));
        }
    }

    pub(super) fn watch_off(&mut self, conv: ConversationId, account: Account) {
        if self.looks_in(conv, &account) == (true, false) {
            self.enqueue(conv, Job::LookOff { account });
        }
    }

    /// Whether the log says that the account looks in, and whether one of its sockets does.
    pub(super) fn looks_in(&self, conv: ConversationId, account: &Account) -> (bool, bool) {
        let says = self.talks.get(&conv).is_some_and(|held| held.talk.lookers.contains(account));
        let does = self.books.get(&conv).is_some_and(|book| {
            book.watchers
                .iter()
                .any(|id| self.sessions.get(id).is_some_and(|session| session.account() == Some(account)))
        });
        (says, does)
    }
}
