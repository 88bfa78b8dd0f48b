//! `opora keys join`: on a new colleague's computer, with the code that the key keeper gave by hand. The code names the
//! relay and the root; whatever answers there must hold both.

use std::path::PathBuf;

use clap::Args;

use super::visit::{Visit, greet};
use super::{CostChoice, address, code, new_passphrase, now, open, random, runtime, trouble};
use crate::cli::{Exit, Failure, Global, Outcome, places, say};
use crate::locale::Locale;
use crate::sealing::card::{self, fingerprint};
use crate::vault::{self, InviteCode, Keys, VaultError, VaultFile, team};

#[derive(Args)]
pub struct Join {
    #[arg(long, value_name = "FILE")]
    code_file: Option<PathBuf>,
    #[arg(long, value_name = "URL")]
    relay: Option<String>,
    #[arg(long, value_enum, default_value = "calibrated")]
    cost: CostChoice,
}

/// Runs `opora keys join`.
pub fn run(global: &Global, options: &Join, locale: &Locale) -> Outcome {
    let vault = places::vault(&places::paths(global)?);
    let refused = |id: &str| Failure::ready(Exit::Refused, locale.say(id));
    let text = code(options.code_file.as_deref(), "cli-ask-code", locale)?;
    let code = InviteCode::parse(&text).map_err(|_| refused("invite-bad-code"))?;
    // A vault may be there from a try that was cut short.
    let begun = if vault.exists() { Some(begun(global, &vault, &code, locale)?) } else { None };
    let address = address(options.relay.as_deref().unwrap_or(&code.relay))?;
    let runtime = runtime()?;
    let shown = runtime.block_on(greet(&address, locale))?;
    if !code.names(&shown.root) {
        return Err(refused("invite-other-root"));
    }
    let dialled = address.on_card();
    let card = card::check(&shown.card, &shown.sig, &shown.root, now(), 0, dialled.as_deref())
        .map_err(|error| refused(error.text_id()))?;
    let is_new = begun.is_none();
    let (keys, file) = match begun {
        Some(begun) => begun,
        None => {
            let keys = code.join(&shown.root, &card, &mut random());
            let keys = keys.ok_or_else(|| refused("invite-other-root"))?;
            let passphrase = new_passphrase(global.passphrase_file.as_deref(), locale)?;
            let cost = options.cost.cost(&vault)?;
            // Before the relay hears of them: keys that are only in memory would be an account nobody can use.
            let file =
                vault::create(&vault, &passphrase, &keys, cost).map_err(|error| trouble(&vault, &error))?;
            (keys, file)
        }
    };
    let own = team::fingerprint(keys.identity.public(), &keys.box_seed.public());
    let name = keys.account.clone();
    let joined = runtime.block_on(async {
        let visit = Visit::pay(&address, keys, file, Some(code.invitation), locale).await?;
        let has_keys = !visit.keys.line_seeds.is_empty();
        visit.leave().await;
        Ok(has_keys)
    });
    let has_keys = joined.map_err(|failure: Failure| {
        if failure.exit == Exit::Refused && is_new {
            // The relay knows nothing of these keys, and nothing is sealed with them.
            _ = std::fs::remove_file(&vault);
            return Failure::new(Exit::Refused, "cli-error-invitation");
        }
        failure
    })?;
    let line = |id: &str, values: &[(&str, &str)]| {
        let values: Vec<_> = values.iter().map(|(name, value)| (*name, (*value).into())).collect();
        say(&locale.say_with(id, &values));
    };
    let root = fingerprint(&shown.root);
    line("cli-keys-joined-line", &[("line", &card.line), ("name", name.as_str())]);
    line("cli-keys-list-fingerprint", &[("fingerprint", &root)]);
    line("cli-keys-list-own", &[("fingerprint", &own)]);
    line(if has_keys { "cli-keys-joined-ready" } else { "cli-keys-joined-next" }, &[]);
    Ok(())
}

/// Opens the vault of an earlier try with the same invitation.
fn begun(
    global: &Global,
    vault: &std::path::Path,
    code: &InviteCode,
    locale: &Locale,
) -> Outcome<(Keys, VaultFile)> {
    let (keys, file) = open(global, vault, locale)?;
    let is_begun = keys.account == code.name && keys.root.is_none() && code.names(&keys.root_public);
    if is_begun { Ok((keys, file)) } else { Err(trouble(vault, &VaultError::Exists)) }
}
