//! Who belongs to the line: inviting, cutting off, renewing the line's keys. All of it is the key keeper's, save that any
//! supervisor may cut somebody off.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum};
use tokio::time::Instant;

use super::visit::{Visit, keeper_trouble};
use super::{list, now, own, random, relay, runtime, until};
use crate::cli::{Exit, Failure, Global, Outcome, say};
use crate::client::desk::Request;
use crate::conversation::{Account, Role};
use crate::locale::Locale;
use crate::vault::KeeperError;

#[derive(Args)]
pub struct Invite {
    #[arg(value_name = "NAME")]
    name: String,
    #[arg(long, value_enum, default_value = "counsellor")]
    role: RoleChoice,
    #[arg(long, value_name = "TIME", default_value = "48h")]
    valid: String,
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    #[arg(long)]
    wait: bool,
    #[arg(long, value_name = "URL")]
    relay: Option<String>,
}

#[derive(Args)]
pub struct Revoke {
    #[arg(value_name = "NAME")]
    name: String,
    #[arg(long, value_name = "URL")]
    relay: Option<String>,
}

#[derive(Args)]
pub struct RotateLine {
    #[arg(long, value_name = "URL")]
    relay: Option<String>,
}

#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum RoleChoice {
    Counsellor,
    Supervisor,
}

impl RoleChoice {
    fn role(self) -> Role {
        match self {
            Self::Counsellor => Role::Counsellor,
            Self::Supervisor => Role::Supervisor,
        }
    }
}

/// Runs `opora keys invite`.
pub fn invite(global: &Global, options: &Invite, locale: &Locale) -> Outcome {
    let name = account(&options.name)?;
    let valid: jiff::SignedDuration = options
        .valid
        .parse()
        .ok()
        .filter(|valid: &jiff::SignedDuration| valid.is_positive())
        .ok_or_else(|| Failure::new(Exit::Usage, "cli-error-valid").with("time", &options.valid))?;
    let valid_ms = u64::try_from(valid.as_millis()).unwrap_or(u64::MAX);
    let (_, keys, file) = own(global, locale)?;
    if keys.root.is_none() {
        return Err(keeper_trouble(KeeperError::NotKeeper, locale));
    }
    let address = relay(global, options.relay.as_deref(), &keys, locale)?;
    runtime()?.block_on(async {
        let mut visit = Visit::pay(&address, keys, file, None, locale).await?;
        visit.settle().await?;
        if visit.keys.team.knows(&name) {
            return Err(taken(&name));
        }
        let code = visit.keys.invite(name.clone(), options.role.role(), &mut random());
        let code = code.map_err(|error| keeper_trouble(error, locale))?;
        let ends = now().saturating_add(valid_ms);
        // Before the relay hears of it: whoever joins with it must be known here.
        visit.amend(|keys| keys.expect(&code, ends))?;
        let (public, role) = (code.invitation.public().0, code.role);
        let request = Request::Invite { public, name: name.clone(), role, until: ends };
        if visit.ask(request).await?.is_err() {
            visit.amend(|keys| keys.team.invited.retain(|invited| invited.name != name))?;
            return Err(taken(&name));
        }
        let (role, ends) = (list::role(role, locale), until(ends));
        let values =
            [("name", name.as_str().into()), ("role", role.as_str().into()), ("until", ends.as_str().into())];
        say(&locale.say_with("cli-keys-invited", &values));
        match &options.out {
            Some(out) => write_code(out, &code.to_text())?,
            None => say(&code.to_text()),
        }
        if options.wait {
            say(&locale.say_with("cli-keys-waiting", &[("name", name.as_str().into())]));
            let until = Instant::now() + Duration::from_millis(valid_ms.min(30 * 86_400_000));
            while visit.keys.team.member(&name).is_none_or(|member| member.granted.is_empty()) {
                visit.wait(until).await?;
                visit.settle().await?;
            }
        } else {
            say(&locale.say_with("cli-keys-invited-next", &[("name", name.as_str().into())]));
        }
        visit.leave().await;
        Ok(())
    })
}

/// Runs `opora keys revoke`.
pub fn revoke(global: &Global, options: &Revoke, locale: &Locale) -> Outcome {
    let name = account(&options.name)?;
    let (_, keys, file) = own(global, locale)?;
    if name == keys.account {
        return Err(Failure::new(Exit::Refused, "cli-error-revoke-self"));
    }
    if keys.role != Role::Supervisor {
        return Err(Failure::new(Exit::Refused, "cli-error-not-supervisor"));
    }
    let address = relay(global, options.relay.as_deref(), &keys, locale)?;
    runtime()?.block_on(async {
        let mut visit = Visit::pay(&address, keys, file, None, locale).await?;
        let is_keeper = visit.keys.root.is_some();
        let is_cut = visit.ask(Request::Revoke { account: name.clone() }).await?.is_ok();
        let named = |id: &str| locale.say_with(id, &[("name", name.as_str().into())]);
        let is_ours = is_keeper && visit.keys.team.knows(&name);
        if !is_cut && !is_ours {
            return Err(Failure::new(Exit::Failed, "cli-error-no-account").with("name", &name));
        }
        // Nobody has used the invitation: nobody knows a key.
        let is_only_invited = visit.keys.team.member(&name).is_none()
            && visit.keys.team.knows(&name)
            && !visit.has_joined(&name);
        say(&named(if is_only_invited { "cli-keys-withdrawn" } else { "cli-keys-cut-off" }));
        if !is_keeper {
            say(&named("cli-keys-cut-off-next"));
            visit.leave().await;
            return Ok(());
        }
        visit.amend(|keys| keys.cut_off(&name))?;
        if !is_only_invited {
            visit.renew(|keys, card| keys.revoke(card, now(), &mut random())).await?;
            say(&named("cli-keys-renewed"));
        }
        visit.leave().await;
        Ok(())
    })
}

/// Runs `opora keys rotate-line`.
pub fn rotate_line(global: &Global, options: &RotateLine, locale: &Locale) -> Outcome {
    let (_, keys, file) = own(global, locale)?;
    if keys.root.is_none() {
        return Err(keeper_trouble(KeeperError::NotKeeper, locale));
    }
    let address = relay(global, options.relay.as_deref(), &keys, locale)?;
    runtime()?.block_on(async {
        let mut visit = Visit::pay(&address, keys, file, None, locale).await?;
        visit.settle().await?;
        // Somebody was cut off and the keys were not renewed: then the old ones must not go on for a day.
        if visit.keys.team.is_renewal_due() {
            visit.renew(|keys, card| keys.revoke(card, now(), &mut random())).await?;
        } else {
            visit.renew(|keys, card| keys.rotate_line(card, now(), &mut random())).await?;
        }
        let (serial, ends) = (visit.card.serial.to_string(), until(visit.card.expires));
        let values = [("serial", serial.as_str().into()), ("until", ends.as_str().into())];
        say(&locale.say_with("cli-keys-rotated", &values));
        visit.leave().await;
        Ok(())
    })
}

fn account(name: &str) -> Outcome<Account> {
    Account::parse(name).ok_or_else(|| Failure::new(Exit::Usage, "cli-error-name").with("name", name))
}

fn taken(name: &Account) -> Failure {
    Failure::new(Exit::Refused, "cli-error-name-taken").with("name", name)
}

/// Writes an invitation for one pair of eyes.
fn write_code(path: &std::path::Path, code: &str) -> Outcome {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(path);
    file.and_then(|mut file| writeln!(file, "{code}")).map_err(|error| Failure::io(path, &error))
}
