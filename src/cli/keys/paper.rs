//! What is kept on paper: the recovery code of a vault, for a forgotten passphrase, and the root, for a keeper who is gone.

use std::path::PathBuf;

use clap::Args;

use super::visit::{Visit, keeper_trouble};
use super::{CostChoice, code, list, new_passphrase, own, relay, runtime, trouble};
use crate::cli::{Exit, Failure, Global, Outcome, places, prompt, say};
use crate::locale::Locale;
use crate::sealing::card::FirstAccount;
use crate::vault::{self, KeeperError, Passphrase, RecoveryCode, RootError, VaultError, team};

#[derive(Args)]
pub struct Recovery {
    #[arg(long)]
    restore: bool,
    #[arg(long, value_name = "FILE", requires = "restore")]
    code_file: Option<PathBuf>,
    #[arg(long, value_name = "FILE", requires = "restore")]
    new_passphrase_file: Option<PathBuf>,
    #[arg(long, value_enum, default_value = "calibrated")]
    cost: CostChoice,
}

#[derive(Args)]
pub struct Root {
    #[arg(long)]
    take: bool,
    #[arg(long, value_name = "FILE", requires = "take")]
    code_file: Option<PathBuf>,
    #[arg(long, value_name = "URL", requires = "take")]
    relay: Option<String>,
}

/// Runs `opora keys recovery`.
pub fn recovery(global: &Global, options: &Recovery, locale: &Locale) -> Outcome {
    let vault = places::vault(&places::paths(global)?);
    if !vault.exists() {
        return Err(trouble(&vault, &VaultError::Missing));
    }
    if options.restore {
        return restore(&vault, options, locale);
    }
    let typed = prompt::passphrase(global.passphrase_file.as_deref(), &locale.say("cli-ask-passphrase"))?;
    let passphrase = Passphrase::new(&typed);
    let (keys, mut file) = vault::open(&vault, &passphrase).map_err(|error| trouble(&vault, &error))?;
    let code = file.set_recovery(&keys, &passphrase).map_err(|error| trouble(&vault, &error))?;
    say(&locale.say("cli-keys-recovery-code"));
    say(&code.to_text());
    Ok(())
}

fn restore(vault: &std::path::Path, options: &Recovery, locale: &Locale) -> Outcome {
    let refused = |id: &str| Failure::ready(Exit::Locked, locale.say(id));
    let text = code(options.code_file.as_deref(), "cli-ask-recovery", locale)?;
    let code = RecoveryCode::parse(&text).map_err(|_| refused("paper-bad-code"))?;
    let (keys, mut file) = vault::recover(vault, &code).map_err(|error| match error {
        VaultError::NoRecovery => refused("vault-no-recovery"),
        VaultError::WrongPassphrase => refused("vault-wrong-code"),
        other => trouble(vault, &other),
    })?;
    let new = new_passphrase(options.new_passphrase_file.as_deref(), locale)?;
    let cost = options.cost.cost(vault)?;
    file.set_passphrase(&keys, &new, cost).map_err(|error| trouble(vault, &error))?;
    say(&locale.say("cli-keys-passphrase-set"));
    Ok(())
}

/// Runs `opora keys root`.
pub fn root(global: &Global, options: &Root, locale: &Locale) -> Outcome {
    let (vault, mut keys, mut file) = own(global, locale)?;
    if !options.take {
        let paper = keys.root_on_paper().ok_or_else(|| keeper_trouble(KeeperError::NotKeeper, locale))?;
        say(&locale.say("cli-keys-root-paper"));
        say(&paper);
        return Ok(());
    }
    let text = code(options.code_file.as_deref(), "cli-ask-root", locale)?;
    let refused = |id: &str| Failure::ready(Exit::Refused, locale.say(id));
    keys.take_root(&text).map_err(|error| match error {
        RootError::Code(_) => refused("paper-bad-code"),
        RootError::OtherLine => refused("paper-other-line"),
    })?;
    let address = relay(global, options.relay.as_deref(), &keys, locale)?;
    let taken = file.amend(&mut keys, |keys| keys.take_root(&text));
    taken.map_err(|error| trouble(&vault, &error))?.map_err(|_| refused("paper-bad-code"))?;
    runtime()?.block_on(async {
        let mut visit = Visit::pay(&address, keys, file, None, locale).await?;
        let accounts = visit.accounts().await?;
        if !confirmed(&accounts, locale)? {
            visit.leave().await;
            return Err(Failure::new(Exit::Refused, "cli-error-team"));
        }
        visit.amend(|keys| keys.take_team(accounts))?;
        visit.settle().await?;
        visit.leave().await;
        say(&locale.say("cli-keys-root-taken"));
        Ok(())
    })
}

/// Shows the accounts that the relay tells of: nobody but a person can say whether they are the line's.
fn confirmed(accounts: &[FirstAccount], locale: &Locale) -> Outcome<bool> {
    say(&locale.say("cli-keys-team"));
    for account in accounts {
        let (role, fingerprint) =
            (list::role(account.role, locale), team::fingerprint(account.key, &account.box_key));
        let values = [
            ("name", account.name.as_str().into()),
            ("role", role.as_str().into()),
            ("fingerprint", fingerprint.as_str().into()),
        ];
        say(&locale.say_with("cli-keys-list-member", &values));
    }
    let answer = prompt::line(&locale.say("cli-ask-team"), "")?;
    Ok(["yes", "ano"].contains(&answer.to_lowercase().as_str()))
}
