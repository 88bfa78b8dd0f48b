//! The line's keys, as far as a console has to do with them: what is granted goes to the vault, the keeper's console gives
//! keys to whoever joined, everybody is reminded before the line card ends, and the child's page is looked at.

use super::speech::PageVerdict;
use super::{Effect, Model};
use crate::client::desk::{Answer, Command, NewKeys, Request};
use crate::console::theme::Role;
use crate::conversation::event::{Joined, Seal};
use crate::conversation::transcript::{Transcript, What};
use crate::conversation::{Account, ConversationId, KeyId};
use crate::sealing::card::Card;
use crate::vault::Admitted;

/// The numbers of what is asked here begin behind those of the screens.
const FIRST_ASK: u64 = 1 << 48;
/// The page is looked at once in so long at most, in milliseconds: a link that comes and goes asks for it no oftener.
const PAGE_MS: u64 = 3_600_000;
const DAY_MS: u64 = 24 * 3_600_000;

/// What is under way.
#[derive(Default)]
pub struct Keys {
    card: Option<Box<Card>>,
    joins: Vec<Joined>,
    /// Grants that the relay has not answered.
    grants: Vec<(u64, Account, KeyId)>,
    asked: u64,
    page_at: Option<u64>,
}

impl Model {
    /// New keys: what could not be read before is read anew.
    pub(super) fn new_keys(&mut self, keys: NewKeys) {
        let has_seeds = !keys.line_seeds.is_empty();
        self.effect(Effect::AddKeys(keys));
        if !has_seeds {
            return;
        }
        let could_not = |chat: &&mut super::Chat| {
            chat.transcript.lines().iter().any(|line| matches!(line.what, What::CouldNotBeRead(_)))
        };
        let mut again: Vec<ConversationId> = Vec::new();
        for chat in self.chats.iter_mut().filter(could_not) {
            let pending = chat.transcript.pending().to_vec();
            chat.transcript = Transcript::default();
            pending.into_iter().for_each(|words| chat.transcript.send(words));
            again.push(chat.conv);
        }
        for conv in again {
            self.effect(Effect::Link(Command::Reload { conv }));
        }
    }

    /// The card in force.
    pub(super) fn card(&mut self, card: Box<Card>) {
        let (wall, is_supervisor) = (self.wall, self.desk.is_supervisor());
        if card.ends_soon(wall) {
            let ends = card.keys_at(wall).iter().map(|key| key.until).max().unwrap_or(0).min(card.expires);
            let days = ends.saturating_sub(wall) / DAY_MS;
            self.tell(Role::Warning, "card-ends-soon", &[("days", days.into())]);
        } else if is_supervisor && card.is_due(wall) {
            self.tell(Role::Warning, "card-due", &[]);
        }
        if self.keys.page_at.is_none_or(|at| self.mono >= at + PAGE_MS) {
            self.keys.page_at = Some(self.mono);
            self.effect(Effect::CheckPage(card.relays.clone()));
        }
        self.keys.card = Some(card);
        self.settle();
    }

    /// Who joined and waits for keys, as the relay says.
    pub(super) fn joins(&mut self, joins: &[Joined]) {
        if self.keys.joins != joins {
            self.keys.joins = joins.to_vec();
            self.settle();
        }
    }

    fn settle(&mut self) {
        // The grants of the socket before were not answered; what the relay took it takes again.
        self.keys.grants.clear();
        if let Some(card) = self.keys.card.clone() {
            self.effect(Effect::Settle(card, self.keys.joins.clone()));
        }
    }

    /// What the vault owes: each key goes to the relay, and is noted once the relay has it.
    pub(super) fn owed(&mut self, owed: Vec<(Account, Seal)>, admitted: &Admitted) {
        for (account, seal) in owed {
            let Seal { key, enc, ct } = seal;
            self.keys.asked += 1;
            let ask = FIRST_ASK + self.keys.asked;
            self.keys.grants.push((ask, account.clone(), key));
            let request = Request::Grant { account, key, enc, ct };
            self.effect(Effect::Link(Command::Ask { ask, request }));
        }
        if let Some(name) = admitted.strange.first() {
            self.tell(Role::Error, "keys-strange", &[("name", self.look.name(name).into())]);
        } else if let Some(name) = admitted.new.first() {
            self.tell(Role::Ok, "keys-joined", &[("name", self.look.name(name).into())]);
        }
    }

    /// The relay answered; returns whether it was about a key.
    pub(super) fn key_answered(&mut self, ask: u64, answer: &Answer) -> bool {
        let place = self.keys.grants.iter().position(|(number, ..)| *number == ask);
        let Some((_, account, key)) = place.map(|place| self.keys.grants.swap_remove(place)) else {
            return ask >= FIRST_ASK;
        };
        if matches!(answer, Answer::Done) {
            self.effect(Effect::Granted(account, key));
        }
        true
    }

    /// The page that children get was looked at.
    pub(super) fn page_looked_at(&mut self, verdict: PageVerdict) {
        match verdict {
            PageVerdict::Same => {}
            PageVerdict::NotThere => self.keys.page_at = None,
            PageVerdict::Differs => self.tell_long(Role::Warning, "served-page-differs"),
            PageVerdict::OtherLine => self.tell_long(Role::Error, "served-page-other-line"),
        }
    }
}
