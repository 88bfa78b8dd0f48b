//! `opora keys line`: `line.json` anew, with the line card in force and the accounts of today. A page built from the
//! file of the first day would still take that day's card.

use std::path::PathBuf;

use clap::Args;

use super::visit::{Visit, greet, keeper_trouble};
use super::{now, own, relay, runtime};
use crate::cli::{Exit, Failure, Global, Outcome, say};
use crate::locale::Locale;
use crate::sealing::card::{self, LineFile};
use crate::vault::KeeperError;

#[derive(Args)]
pub struct Line {
    #[arg(long, value_name = "FILE", default_value = "line.json")]
    out: PathBuf,
    #[arg(long, value_name = "URL")]
    relay: Option<String>,
}

/// Runs `opora keys line`.
pub fn run(global: &Global, options: &Line, locale: &Locale) -> Outcome {
    let (_, keys, file) = own(global, locale)?;
    if keys.root.is_none() {
        return Err(keeper_trouble(KeeperError::NotKeeper, locale));
    }
    let address = relay(global, options.relay.as_deref(), &keys, locale)?;
    let (root, least_serial) = (keys.root_public, keys.least_serial);
    let (shown, accounts) = runtime()?.block_on(async {
        let shown = greet(&address, locale).await?;
        let mut visit = Visit::pay(&address, keys, file, None, locale).await?;
        let accounts = visit.accounts().await?;
        visit.leave().await;
        Ok::<_, Failure>((shown, accounts))
    })?;
    // The visit has checked the card of its own connection; this one came before it.
    let card = card::check(&shown.card, &shown.sig, &root, now(), least_serial, address.on_card().as_deref())
        .map_err(|error| Failure::ready(Exit::Refused, locale.say(error.text_id())))?;
    let line = LineFile { card: shown.card, sig: shown.sig, root, accounts, grants: Vec::new() };
    std::fs::write(&options.out, line.to_text()).map_err(|error| Failure::io(&options.out, &error))?;
    let serial = card.serial.to_string();
    let values = [("file", options.out.display().to_string().into()), ("serial", serial.as_str().into())];
    say(&locale.say_with("cli-keys-line-written", &values));
    Ok(())
}
