//! `opora keys list`: what this vault holds, as somebody may read it aloud to their keeper. No key is shown.

use super::own;
use crate::cli::{Global, Outcome, say};
use crate::conversation::Role;
use crate::locale::Locale;
use crate::sealing::card::fingerprint;
use crate::vault::{Keys, team};

/// Runs `opora keys list`.
pub fn run(global: &Global, locale: &Locale) -> Outcome {
    let (_, keys, file) = own(global, locale)?;
    let role = role(keys.role, locale);
    let line = |id: &str, values: &[(&str, &str)]| {
        let values: Vec<_> = values.iter().map(|(name, value)| (*name, (*value).into())).collect();
        say(&locale.say_with(id, &values));
    };
    line("cli-keys-list-account", &[("name", keys.account.as_str()), ("role", &role)]);
    let own = team::fingerprint(keys.identity.public(), &keys.box_seed.public());
    line("cli-keys-list-own", &[("fingerprint", &own)]);
    line("cli-keys-list-fingerprint", &[("fingerprint", &fingerprint(&keys.root_public))]);
    for seed in &keys.line_seeds {
        line("cli-keys-list-line-key", &[("id", &seed.id().to_b64())]);
    }
    for key in &keys.house_keys {
        line("cli-keys-list-house-key", &[("id", &key.id().to_b64())]);
    }
    line(if file.has_recovery() { "cli-keys-list-recovery" } else { "cli-keys-list-no-recovery" }, &[]);
    if keys.root.is_some() {
        line("cli-keys-list-keeper", &[]);
        team(&keys, locale);
    }
    Ok(())
}

fn team(keys: &Keys, locale: &Locale) {
    for member in keys.team.members.iter().filter(|member| member.name != keys.account) {
        let (role, fingerprint) = (role(member.role, locale), member.fingerprint());
        let id = match (member.is_out, member.granted.is_empty()) {
            (true, _) => "cli-keys-list-member-out",
            (false, true) => "cli-keys-list-member-waits",
            (false, false) => "cli-keys-list-member",
        };
        let values = [
            ("name", member.name.as_str().into()),
            ("role", role.as_str().into()),
            ("fingerprint", fingerprint.as_str().into()),
        ];
        say(&locale.say_with(id, &values));
    }
    for invited in &keys.team.invited {
        let (role, until) = (super::list::role(invited.role, locale), super::until(invited.until));
        let values = [
            ("name", invited.name.as_str().into()),
            ("role", role.as_str().into()),
            ("until", until.as_str().into()),
        ];
        say(&locale.say_with("cli-keys-list-invited", &values));
    }
}

/// Returns the word for a role.
pub fn role(role: Role, locale: &Locale) -> String {
    locale.say(match role {
        Role::Counsellor => "role-counsellor",
        Role::Supervisor => "role-supervisor",
    })
}
