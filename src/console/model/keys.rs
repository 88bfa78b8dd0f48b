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
        self.restored.is_keyless = false;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::client::desk::{Act, Update, Welcome};
    use crate::console::model::{Input, PageVerdict};
    use crate::console::stage::*;
    use crate::conversation::Log;
    use crate::conversation::event::{Feel, Kind};
    use crate::conversation::transcript::Who;
    use crate::locale::Lang;
    use crate::sealing::Secret;
    use crate::sealing::card::LineKey;
    use crate::sealing::line::LineSeed;

    fn card(days: u64) -> Box<Card> {
        let seed = LineSeed::new([1; 32]);
        let (from, expires) = (NOON - days * DAY_MS, NOON - days * DAY_MS + 90 * DAY_MS);
        Box::new(Card {
            v: 1,
            line: "Linka".into(),
            serial: 2,
            keys: vec![LineKey { id: seed.id(), public: seed.public(), from, until: expires }],
            house: None,
            revoked: vec![],
            relays: vec!["wss://chat.example.cz".into()],
            phone: "116 111".into(),
            issued: from,
            expires,
        })
    }

    fn supervisor() -> Stage {
        let mut stage = Stage::new(Lang::En, (80, 24));
        stage.link(Update::Welcome(Welcome {
            account: account("Jana"),
            role: crate::conversation::Role::Supervisor,
            mine: vec![],
            limits: crate::protocol::frame::TextLimits { chars: 2_000, bytes: 8_000 },
            is_drill: false,
            ahead_ms: 0,
            phone: String::new(),
        }));
        stage.others.clear();
        stage.asked.clear();
        stage
    }

    fn notice(stage: &Stage) -> String {
        stage.model.notice.as_ref().map(|notice| notice.text.clone()).unwrap_or_default()
    }

    #[test]
    fn a_card_reminds_supervisors_after_a_month_and_everybody_before_it_ends() {
        for (days, is_supervisor, part) in [
            (29, true, ""),
            (30, true, "30 days old"),
            (30, false, ""),
            (85, false, "5 days"),
            (85, true, "5 days"),
        ] {
            let mut stage = if is_supervisor { supervisor() } else { Stage::new(Lang::En, (80, 24)) };
            stage.model.notice = None;
            stage.link(Update::Card(card(days)));
            let said = notice(&stage);
            assert!(said.contains(part) && said.is_empty() == part.is_empty(), "day {days}: {said}");
        }
    }

    #[test]
    fn who_joined_gets_keys_and_what_the_relay_took_is_noted() {
        let mut stage = supervisor();
        stage.link(Update::Card(card(1)));
        let settles =
            |stage: &Stage| stage.others.iter().filter(|effect| matches!(effect, Effect::Settle(..))).count();
        assert_eq!(settles(&stage), 1);
        let key = KeyId([7; 16]);
        let seal = Seal { key, enc: [1; 65], ct: [2; 48] };
        let admitted = Admitted { new: vec![account("Petr")], strange: vec![] };
        stage.give(Input::Owed(vec![(account("Petr"), seal)], admitted));
        assert!(notice(&stage).contains("Petr has joined"));
        let Some(Command::Ask { ask, request: Request::Grant { account: to, .. } }) =
            stage.asked.last().cloned()
        else {
            unreachable!("no grant")
        };
        assert_eq!(to, account("Petr"));
        stage.link(Update::Answer { ask, answer: Answer::Done });
        let is_noted =
            |effect: &Effect| matches!(effect, Effect::Granted(name, noted) if *name == to && *noted == key);
        assert!(stage.others.iter().any(is_noted));
        // A strange account is an alarm, and gets nothing.
        let strange = Admitted { new: vec![], strange: vec![account("Eva")] };
        stage.give(Input::Owed(vec![], strange));
        assert!(notice(&stage).contains("did not invite"));
        // The same joins again ask for nothing; others do.
        let before = settles(&stage);
        stage.queue(vec![]);
        assert_eq!(settles(&stage), before);
    }

    #[test]
    fn the_page_is_looked_at_once_an_hour_and_only_another_one_is_told() {
        let mut stage = Stage::new(Lang::En, (80, 24));
        let looks = |stage: &Stage| {
            stage.others.iter().filter(|effect| matches!(effect, Effect::CheckPage(_))).count()
        };
        stage.link(Update::Card(card(1)));
        stage.link(Update::Card(card(1)));
        assert_eq!(looks(&stage), 1);
        for (verdict, part) in [
            (PageVerdict::Same, ""),
            (PageVerdict::NotThere, ""),
            (PageVerdict::Differs, "not the one this opora builds"),
            (PageVerdict::OtherLine, "another line"),
        ] {
            stage.model.notice = None;
            stage.give(Input::Page(verdict));
            let said = notice(&stage);
            assert!(said.contains(part) && said.is_empty() == part.is_empty(), "{verdict:?}: {said}");
        }
        stage.link(Update::Card(card(1)));
        assert_eq!(looks(&stage), 2, "it was not there; the next time it may be");
    }

    #[test]
    fn who_could_not_read_a_child_takes_none() {
        let mut stage = Stage::new(Lang::En, (80, 24));
        stage.queue(vec![waiting(BLUE_FOX, NOON - 60_000, "a12_14", "family", Feel::Bad)]);
        stage.model.restored.is_keyless = true;
        stage.press("f2");
        assert_eq!(stage.written(), []);
        assert!(notice(&stage).contains("no keys"), "{}", notice(&stage));
        let line_seeds = vec![Secret::new([1; 32])];
        stage.link(Update::Keys(NewKeys { line_seeds, house_keys: vec![], serial: 2 }));
        stage.press("f2");
        assert_eq!(stage.written(), [(BLUE_FOX, Act::Claim)]);
    }

    #[test]
    fn a_key_that_comes_late_has_the_chat_read_anew() {
        let mut stage = Stage::new(Lang::En, (80, 24));
        stage.queue(vec![held(BLUE_FOX, "Jana", NOON - 600_000)]);
        stage.hold(BLUE_FOX, NOON - 600_000);
        stage.line(BLUE_FOX, Log::Talk, NOON, Who::Child, What::CouldNotBeRead(Kind::Said));
        stage.asked.clear();
        let keys = |seeds: usize| NewKeys {
            line_seeds: (0..seeds).map(|_| Secret::new([1; 32])).collect(),
            house_keys: vec![],
            serial: 2,
        };
        stage.link(Update::Keys(keys(0)));
        assert!(stage.asked.is_empty(), "a card alone opens nothing");
        stage.link(Update::Keys(keys(1)));
        assert_eq!(stage.asked, [Command::Reload { conv: BLUE_FOX }]);
        let chat = stage.model.chat_of(BLUE_FOX).expect("the chat stays");
        assert!(chat.transcript.lines().is_empty());
    }
}
