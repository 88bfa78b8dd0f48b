//! The keeper of a board that stands alone: it opens the vault and no casebook, so that a board beside a console does not
//! lock its notes. Nothing of a talk is kept: what would be saved is only acknowledged.

use std::sync::mpsc;

use super::{Answer, Places, Task, now};
use crate::client::address::Address;
use crate::client::desk::Setup;
use crate::console::model::{Input, UnlockFailure};
use crate::sealing::grant::BoxSeed;
use crate::sealing::house::HouseKey;
use crate::sealing::identity::Identity;
use crate::sealing::line::LineSeed;
use crate::vault::{self, Keys, Passphrase, VaultError};

/// Returns what a link begins with that keeps nothing; none if there is no relay to go to.
pub fn setup_of(keys: &Keys, relay: Option<Address>) -> Option<Setup> {
    let of_card = || keys.relays.iter().find_map(|relay| Address::parse(relay).ok());
    let line_seeds = keys.line_seeds.iter().map(|seed| LineSeed::from_secret(seed.secret().duplicate()));
    let house_keys = keys.house_keys.iter().map(|key| HouseKey::from_secret(key.secret().duplicate()));
    Some(Setup {
        address: relay.or_else(of_card)?,
        identity: Identity::from_secret(keys.identity.secret().duplicate()),
        box_seed: BoxSeed::from_secret(keys.box_seed.secret().duplicate()),
        line_seeds: line_seeds.collect(),
        house_keys: house_keys.collect(),
        root: keys.root_public,
        least_serial: keys.least_serial,
        alias: keys.account.to_string(),
        outbox: Vec::new(),
        is_kept: false,
    })
}

/// What a board's keeper knows.
pub(super) struct Watching {
    pub places: Places,
    pub answers: tokio::sync::mpsc::Sender<Answer>,
    pub has_link: bool,
}

impl Watching {
    pub(super) fn run(mut self, tasks: &mpsc::Receiver<Task>) {
        for task in tasks {
            let answer = match task {
                Task::Unlock(passphrase) => match self.unlock(&Passphrase::new(&passphrase)) {
                    Ok(()) => Input::Unlocked(Box::default()),
                    Err(failure) => Input::NotUnlocked(failure),
                },
                Task::Save(job, _) => Input::Saved(job, Ok(now())),
                // There is no casebook to search, and the relay grants its keys again.
                _ => continue,
            };
            _ = self.answers.blocking_send(Answer::Input(answer));
        }
    }

    fn unlock(&mut self, passphrase: &Passphrase) -> Result<(), UnlockFailure> {
        let (keys, _) = vault::open(&self.places.vault, passphrase).map_err(|error| self.failure(&error))?;
        if !std::mem::replace(&mut self.has_link, true)
            && let Some(setup) = setup_of(&keys, self.places.relay.clone())
        {
            _ = self.answers.blocking_send(Answer::Link(Box::new(setup)));
        }
        Ok(())
    }

    fn failure(&self, error: &VaultError) -> UnlockFailure {
        if matches!(error, VaultError::WrongPassphrase) {
            return UnlockFailure::WrongPassphrase;
        }
        let reason = error.to_string();
        UnlockFailure::Failed(
            self.places.locale.say_with(error.text_id(), &[("reason", reason.as_str().into())]),
        )
    }
}
