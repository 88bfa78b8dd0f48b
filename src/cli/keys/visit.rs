//! A visit to the relay: a `keys` command logs in as a desk does, asks for one thing after the other, and leaves. What it
//! changes stands in the vault before the relay hears of it.

use std::time::Duration;

use tokio::time::{Instant, timeout_at};

use crate::cli::{Exit, Failure, Outcome, say, warn};
use crate::client::address::Address;
use crate::client::desk::{Answer, Command, Connection, DeskLink, Lost, Request, Stop, Update};
use crate::client::desk::{HouseEvent, NewKeys, What};
use crate::client::knock::{NoAnswer, knock};
use crate::client::socket::{self, Door, Handle};
use crate::console::setup_of;
use crate::conversation::event::{Joined, Seal};
use crate::conversation::{Account, ConversationId, Event, Log, Seq};
use crate::locale::Locale;
use crate::protocol::frame::SignedCard;
use crate::protocol::{Goodbye, Refusal};
use crate::sealing::card::{Card, FirstAccount};
use crate::sealing::identity::Invitation;
use crate::vault::{KeeperError, Keys, NewCard, VaultError, VaultFile};

/// How long the relay may take for an answer.
const PATIENCE: Duration = Duration::from_secs(30);
/// When what the relay is too busy for is asked again.
const AGAIN: Duration = Duration::from_secs(1);

/// An account at its relay.
pub struct Visit<'a> {
    /// Its keys, as they stand in the vault.
    pub keys: Keys,
    /// The line card in force.
    pub card: Card,
    file: VaultFile,
    wire: Wire,
    asked: u64,
    locale: &'a Locale,
}

/// The connection, and what it told so far.
struct Wire {
    link: Handle<DeskLink>,
    url: String,
    /// Who joined and has no keys yet.
    joins: Vec<Joined>,
    house: Vec<Event>,
    house_seen: Seq,
    house_head: Option<Seq>,
}

/// What came that somebody must do something about.
enum Came {
    Nothing,
    Card(Box<Card>),
    Keys(NewKeys),
    Queue,
    Answer(u64, Answer),
}

impl Wire {
    /// Waits for what comes next, until a time.
    async fn next(&mut self, until: Instant, locale: &Locale) -> Outcome<Came> {
        let Ok(Some(update)) = timeout_at(until, self.link.updates.recv()).await else {
            return Err(no_relay(&self.url, locale));
        };
        match update {
            Update::Connection(Connection::Waiting { why: Lost::Unreachable, .. }) => {
                return Err(no_relay(&self.url, locale));
            }
            Update::Connection(Connection::Stopped(stop)) => return Err(stopped(&stop, &self.url, locale)),
            Update::Card(card) => return Ok(Came::Card(card)),
            Update::Keys(new) => return Ok(Came::Keys(new)),
            Update::Answer { ask, answer } => return Ok(Came::Answer(ask, answer)),
            Update::Queue(queue) => {
                self.joins.clone_from(&queue.house.joins);
                return Ok(Came::Queue);
            }
            Update::Watching { conv: ConversationId::HOUSE, desk, .. } => self.house_head = Some(desk),
            Update::Line(line) if line.conv.is_house() && line.log == Log::Desk => {
                self.house_seen = line.seq;
                if let What::House(event) = line.what
                    && let HouseEvent::Plain(event) = *event
                {
                    self.house.push(*event);
                }
            }
            _ => {}
        }
        Ok(Came::Nothing)
    }
}

impl<'a> Visit<'a> {
    /// Logs in; with an invitation, joins first.
    ///
    /// # Errors
    /// Fails with the sentence of what is wrong: no relay, no such account, a card that is not to be trusted.
    pub async fn pay(
        address: &Address,
        mut keys: Keys,
        mut file: VaultFile,
        invitation: Option<Invitation>,
        locale: &'a Locale,
    ) -> Outcome<Visit<'a>> {
        let setup =
            setup_of(&keys, Some(address.clone())).ok_or_else(|| no_relay(&shown(address), locale))?;
        let link = match invitation {
            Some(invitation) => DeskLink::joining(setup, invitation),
            None => DeskLink::new(setup),
        };
        let link = socket::spawn(link, Door::desk(address.clone()));
        let (url, joins, house) = (shown(address), Vec::new(), Vec::new());
        let mut wire = Wire { link, url, joins, house, house_seen: 0, house_head: None };
        let (until, mut card, mut has_queue) = (Instant::now() + PATIENCE, None, false);
        let card = loop {
            match wire.next(until, locale).await? {
                Came::Card(new) => card = Some(*new),
                Came::Keys(new) => {
                    amend(&mut file, &mut keys, locale, |keys| keys.hold(new.line_seeds, new.house_keys))?
                }
                Came::Queue => has_queue = true,
                Came::Nothing | Came::Answer(..) => {}
            }
            if has_queue && let Some(card) = card.take() {
                break card;
            }
        };
        amend(&mut file, &mut keys, locale, |keys| keys.accept(&card, &[]))?;
        Ok(Visit { keys, card, file, wire, asked: 0, locale })
    }

    /// Waits for what comes next, and takes over what is for the vault.
    async fn next(&mut self, until: Instant) -> Outcome<Came> {
        let came = self.wire.next(until, self.locale).await?;
        match came {
            Came::Card(card) => {
                self.card = *card;
                Ok(Came::Nothing)
            }
            Came::Keys(new) => {
                self.amend(|keys| keys.hold(new.line_seeds, new.house_keys)).map(|()| Came::Nothing)
            }
            came => Ok(came),
        }
    }

    /// Changes the vault.
    ///
    /// # Errors
    /// Fails if the disk does; the relay then has heard of nothing.
    pub fn amend<R>(&mut self, change: impl FnOnce(&mut Keys) -> R) -> Outcome<R> {
        amend(&mut self.file, &mut self.keys, self.locale, change)
    }

    /// Asks for something and waits for the answer.
    ///
    /// # Errors
    /// Fails if the connection does; a refusal is an answer.
    pub async fn ask(&mut self, request: Request) -> Outcome<Result<(), Refusal>> {
        loop {
            self.asked += 1;
            let (ask, again) = (self.asked, request.clone());
            let until = Instant::now() + PATIENCE;
            if self.wire.link.commands.send(Command::Ask { ask, request: again }).await.is_err() {
                return Err(no_relay(&self.wire.url, self.locale));
            }
            let answer = loop {
                match self.next(until).await? {
                    Came::Answer(number, answer) if number == ask => break answer,
                    _ => {}
                }
            };
            match answer {
                Answer::Refused(code) if code.is_repeated() => tokio::time::sleep(AGAIN).await,
                Answer::Refused(code) => return Ok(Err(code)),
                _ => return Ok(Ok(())),
            }
        }
    }

    /// The keeper's duty at every visit: whoever joined with an invitation belongs to the line, and everybody gets the
    /// keys they lack.
    ///
    /// # Errors
    /// Fails if the connection or the disk does; the next visit goes on.
    pub async fn settle(&mut self) -> Outcome {
        if self.keys.root.is_none() {
            return Ok(());
        }
        let (card, joins) = (self.card.clone(), self.wire.joins.clone());
        let (admitted, owed) = self.amend(|keys| {
            let admitted = keys.admit(&joins, super::now());
            (admitted, keys.owed(&card, &mut super::random()).unwrap_or_default())
        })?;
        for name in &admitted.strange {
            warn(&self.say("cli-keys-strange", &[("name", name.as_str())]));
        }
        let waits = self.keys.team.members.iter().filter(|member| member.granted.is_empty());
        let first: Vec<Account> = waits.map(|member| member.name.clone()).collect();
        let mut done: Vec<(Account, crate::conversation::KeyId)> = Vec::new();
        let mut gone: Vec<Account> = Vec::new();
        for (account, seal) in owed {
            let Seal { key, enc, ct } = seal;
            let request = Request::Grant { account: account.clone(), key, enc, ct };
            match self.ask(request).await? {
                Ok(()) => done.push((account, key)),
                Err(_) if !gone.contains(&account) => gone.push(account),
                Err(_) => {}
            }
        }
        self.amend(|keys| {
            done.iter().for_each(|(name, key)| keys.note_granted(name, *key));
            gone.iter().for_each(|name| keys.cut_off(name));
        })?;
        for name in first.iter().filter(|name| done.iter().any(|(given, _)| given == *name)) {
            say(&self.say("cli-keys-given", &[("name", name.as_str())]));
        }
        for member in self.keys.team.members.iter().filter(|member| member.is_out) {
            warn(&self.say("cli-keys-renewal-due", &[("name", member.name.as_str())]));
        }
        Ok(())
    }

    /// Whether somebody joined under this name and has no keys yet.
    pub fn has_joined(&self, name: &Account) -> bool {
        self.wire.joins.iter().any(|joined| joined.name == *name)
    }

    /// Waits until the relay says something new, or until a time.
    ///
    /// # Errors
    /// Fails if the connection does, or the time is over.
    pub async fn wait(&mut self, until: Instant) -> Outcome {
        self.next(until).await.map(|_| ())
    }

    /// Signs a new card, brings it to the relay and gives the new keys to everybody: first the vault, then the relay, so
    /// that no talk is ever sealed to a key that is only in memory.
    ///
    /// # Errors
    /// Fails without the root, or if the relay does not take the card; the former one is then in force.
    pub async fn renew(
        &mut self,
        make: impl FnOnce(&mut Keys, &Card) -> Result<NewCard, KeeperError>,
    ) -> Outcome {
        let card = self.card.clone();
        let new =
            self.amend(|keys| make(keys, &card))?.map_err(|error| keeper_trouble(error, self.locale))?;
        if let Err(code) = self.ask(Request::Card { card: new.text, sig: new.sig }).await? {
            let reason = self.locale.say(&refused_id(code));
            return Err(Failure::new(Exit::Failed, "cli-error-card-not-taken").with("reason", reason));
        }
        let card = new.card;
        self.amend(|keys| {
            keys.accept(&card, &[]);
            keys.note_renewed(&card);
        })?;
        self.card = card;
        self.settle().await
    }

    /// Reads the whole house and returns the accounts in force, as the relay tells them.
    ///
    /// # Errors
    /// Fails if the connection does, or the account is no supervisor's.
    pub async fn accounts(&mut self) -> Outcome<Vec<FirstAccount>> {
        // A link that ended says so at the next update.
        _ = self.wire.link.commands.send(Command::Watch { conv: ConversationId::HOUSE }).await;
        while self.wire.house_head.is_none_or(|head| self.wire.house_seen < head) {
            self.next(Instant::now() + PATIENCE).await?;
        }
        let mut accounts: Vec<FirstAccount> = Vec::new();
        for event in &self.wire.house {
            match event {
                Event::Joined(joined) => {
                    let Joined { name, role, key, box_key, .. } = joined.clone();
                    accounts.push(FirstAccount { name, role, key, box_key });
                }
                Event::Revoked { name, .. } => accounts.retain(|account| account.name != *name),
                _ => {}
            }
        }
        Ok(accounts)
    }

    /// Says goodbye.
    pub async fn leave(self) {
        // It may have ended by itself.
        _ = self.wire.link.commands.send(Command::Leave).await;
        self.wire.link.join().await;
    }

    fn say(&self, id: &str, values: &[(&str, &str)]) -> String {
        let values: Vec<_> = values.iter().map(|(name, value)| (*name, (*value).into())).collect();
        self.locale.say_with(id, &values)
    }
}

/// Asks a relay for its card, before anything is proven.
///
/// # Errors
/// Fails if nobody answers, or something that is no relay.
pub async fn greet(address: &Address, locale: &Locale) -> Outcome<SignedCard> {
    match knock(address.clone()).await {
        Ok(knocked) => Ok(knocked.card),
        Err(NoAnswer::NotOurs | NoAnswer::Http(_)) => {
            Err(Failure::new(Exit::Failed, "cli-error-not-a-relay").with("url", shown(address)))
        }
        Err(_) => Err(no_relay(&shown(address), locale)),
    }
}

fn shown(address: &Address) -> String {
    format!("{}://{}", if address.is_tls { "wss" } else { "ws" }, address.authority())
}

fn no_relay(url: &str, locale: &Locale) -> Failure {
    let reason = locale.say("cli-no-answer");
    Failure::new(Exit::NoRelay, "cli-error-unreachable").with("url", url).with("reason", reason)
}

fn amend<R>(
    file: &mut VaultFile,
    keys: &mut Keys,
    locale: &Locale,
    change: impl FnOnce(&mut Keys) -> R,
) -> Outcome<R> {
    file.amend(keys, change).map_err(|error| vault_trouble(&error, locale))
}

fn refused_id(code: Refusal) -> String {
    let code = serde_json::to_value(code).ok();
    format!("refused-{}", code.as_ref().and_then(serde_json::Value::as_str).unwrap_or("not_allowed"))
}

fn stopped(stop: &Stop, url: &str, locale: &Locale) -> Failure {
    let sentence = |id: &str| Failure::ready(Exit::Refused, locale.say(id));
    match stop {
        Stop::LoginFailed => Failure::new(Exit::Refused, "cli-error-login"),
        Stop::Card(error) => sentence(error.text_id()),
        Stop::Goodbye(Goodbye::Revoked) => sentence("goodbye-revoked"),
        Stop::Goodbye(Goodbye::Abuse) => sentence("goodbye-abuse"),
        Stop::NotOurs => Failure::new(Exit::Failed, "cli-error-not-a-relay").with("url", url),
        _ => no_relay(url, locale),
    }
}

/// Says why the keeper's work cannot be done.
pub fn keeper_trouble(error: KeeperError, locale: &Locale) -> Failure {
    Failure::ready(Exit::Refused, locale.say(error.text_id()))
}

fn vault_trouble(error: &VaultError, locale: &Locale) -> Failure {
    let reason = error.to_string();
    Failure::ready(Exit::Failed, locale.say_with(error.text_id(), &[("reason", reason.as_str().into())]))
}
