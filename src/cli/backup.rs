//! `opora backup`: a sealed copy of casebook and vault in one file, read back before it counts; verifying and restoring it.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};

use super::book::{Progress, backup_trouble, tell};
use super::{Failure, Global, Outcome, book, keys, places, prompt, say};
use crate::casebook::backup::{self, Contents, With};
use crate::locale::Locale;
use crate::sealing::Secret;
use crate::vault::{self, Cost, Passphrase};

/// The name under which the vault lies in a backup.
const VAULT: &str = "vault";

#[derive(Args)]
pub struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Create(Create),
    Verify(Verify),
    Restore(Restore),
}

#[derive(Args)]
struct Create {
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[arg(long, value_name = "FILE")]
    backup_passphrase_file: Option<PathBuf>,
    #[arg(long, conflicts_with = "backup_passphrase_file")]
    own_key: bool,
}

#[derive(Args)]
struct Verify {
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[command(flatten)]
    opened: Opened,
}

#[derive(Args)]
struct Restore {
    #[arg(value_name = "FILE")]
    file: PathBuf,
    #[arg(long, value_name = "DIR")]
    into: Option<PathBuf>,
    #[command(flatten)]
    opened: Opened,
}

/// What opens a backup: its own passphrase, or the key of the casebook it was made of.
#[derive(Args)]
struct Opened {
    #[arg(long, value_name = "FILE")]
    backup_passphrase_file: Option<PathBuf>,
    #[arg(long, conflicts_with = "backup_passphrase_file")]
    own_key: bool,
}

/// Runs `opora backup`.
pub fn run(global: &Global, options: &Options, locale: &Locale) -> Outcome {
    match &options.command {
        Command::Create(create) => self::create(global, create, locale),
        Command::Verify(verify) => self::verify(global, verify, locale),
        Command::Restore(restore) => self::restore(global, restore, locale),
    }
}

fn create(global: &Global, options: &Create, locale: &Locale) -> Outcome {
    if options.file.exists() {
        return Err(backup_trouble(&options.file, &backup::BackupError::Exists));
    }
    let mut book = book::open(global, locale)?;
    let passphrase = match options.own_key {
        true => None,
        false => {
            tell(&locale.say("backup-ask-why"));
            let cost = Cost::calibrated().map_err(|error| keys::trouble(&book.vault_path, &error))?;
            Some((keys::new_passphrase(options.backup_passphrase_file.as_deref(), locale)?, cost))
        }
    };
    let vault = fs::read(&book.vault_path).map_err(|error| Failure::io(&book.vault_path, &error))?;
    let seal = passphrase.as_ref().map(|(passphrase, cost)| (passphrase, *cost));
    let mut progress = Progress::new("backup-writing", locale);
    let made = backup::create(
        &mut book.casebook,
        &options.file,
        seal,
        &[(VAULT, &vault)],
        keys::now(),
        &mut |done, total| progress.show(done, total),
    );
    drop(progress);
    let made = made.map_err(|error| backup_trouble(&options.file, &error))?;
    let values = [("contacts", made.contacts.into()), ("size", locale.size(made.bytes).into())];
    say(&locale.say_with("backup-made", &values));
    Ok(())
}

fn verify(global: &Global, options: &Verify, locale: &Locale) -> Outcome {
    let file = &options.file;
    let with = opening(global, file, &options.opened, locale)?;
    let mut progress = Progress::new("backup-verifying", locale);
    let found = backup::verify(file, &with.borrow(), &mut |done, total| progress.show(done, total));
    drop(progress);
    say_verified(&found.map_err(|error| backup_trouble(file, &error))?, locale);
    Ok(())
}

fn say_verified(contents: &Contents, locale: &Locale) {
    let made = jiff::Timestamp::from_millisecond(i64::try_from(contents.made).unwrap_or(i64::MAX))
        .unwrap_or_default();
    let made = jiff::tz::TimeZone::system().to_datetime(made);
    let when = format!("{} {}", locale.date_year(made.date()), locale.clock(made.time()));
    let values = [
        ("contacts", contents.contacts.into()),
        ("records", contents.records.into()),
        ("size", locale.size(contents.bytes).into()),
        ("when", when.into()),
    ];
    say(&locale.say_with("backup-verified", &values));
}

fn restore(global: &Global, options: &Restore, locale: &Locale) -> Outcome {
    let paths = places::paths(global)?;
    let file = &options.file;
    let folder = options.into.clone().unwrap_or_else(|| paths.data().to_owned());
    let (vault_path, casebook) = (folder.join("vault"), folder.join("casebook"));
    let with = opening(global, file, &options.opened, locale)?;
    // On a new machine the key file comes out of the backup; where there is one, it stays.
    let arriving = folder.join("vault.restoring");
    if !vault_path.exists() {
        let attached = backup::attached(file, &with.borrow(), &mut |_, _| {});
        let attached = attached.map_err(|error| backup_trouble(file, &error))?;
        let vault = attached.into_iter().find(|(name, _)| name == VAULT);
        let (_, vault) = vault.ok_or_else(|| keys::trouble(&vault_path, &vault::VaultError::Missing))?;
        private_folder(&folder)
            .and_then(|()| private_file(&arriving, &vault))
            .map_err(|error| Failure::io(&folder, &error))?;
    }
    let is_new = !vault_path.exists();
    let vault = if is_new { &arriving } else { &vault_path };
    // The key that opened the backup is that of the vault in it, and of this profile's.
    let own = match &with {
        Opening::Own(id, keys) if is_new || options.into.is_none() => Some((*id, keys.casebook.duplicate())),
        _ => None,
    };
    let keys = own.map_or_else(
        || {
            keys::open(global, vault, locale)
                .map(|(keys, opened)| (opened.casebook_id(), keys.casebook.duplicate()))
        },
        Ok,
    );
    let restored = keys.and_then(|(id, v)| restore_by(file, &with, id, &v, &casebook, locale));
    let settled = restored.and_then(|sentences| {
        if is_new {
            fs::rename(&arriving, &vault_path).map_err(|error| Failure::io(&vault_path, &error))?;
        }
        Ok(sentences)
    });
    if is_new {
        _ = fs::remove_file(&arriving);
    }
    settled?.iter().for_each(|sentence| say(sentence));
    Ok(())
}

/// Restores under these keys, and returns what is to be said of it.
fn restore_by(
    file: &Path,
    with: &Opening,
    id: [u8; 16],
    v: &Secret<[u8; 32]>,
    casebook: &Path,
    locale: &Locale,
) -> Outcome<Vec<String>> {
    let mut progress = Progress::new("backup-restoring", locale);
    let restored = backup::restore(file, &with.borrow(), casebook, id, v, keys::now(), &mut |done, total| {
        progress.show(done, total);
    });
    drop(progress);
    let restored = restored.map_err(|error| backup_trouble(file, &error))?;
    let values = [("contacts", restored.contents.contacts.into()), ("erased", restored.erased.into())];
    let mut sentences = vec![locale.say_with("backup-restored", &values)];
    if let Some(aside) = &restored.aside {
        let aside = aside.display().to_string();
        sentences.push(locale.say_with("backup-aside", &[("folder", aside.as_str().into())]));
    }
    Ok(sentences)
}

/// What opens a backup, as it was asked for.
enum Opening {
    Passphrase(Passphrase),
    Own([u8; 16], Box<vault::Keys>),
}

impl Opening {
    fn borrow(&self) -> With<'_> {
        match self {
            Self::Passphrase(passphrase) => With::Passphrase(passphrase),
            Self::Own(id, keys) => With::Casebook(*id, &keys.casebook),
        }
    }
}

/// Asks for what opens a backup. Its own passphrase, unless the vault of this profile is to open it.
fn opening(global: &Global, file: &Path, options: &Opened, locale: &Locale) -> Outcome<Opening> {
    if !file.exists() {
        return Err(Failure::io(file, &locale.say("cli-file-missing")));
    }
    if options.own_key {
        let vault = places::vault(&places::paths(global)?);
        let (keys, opened) = keys::open(global, &vault, locale)?;
        return Ok(Opening::Own(opened.casebook_id(), Box::new(keys)));
    }
    let question = locale.say("backup-ask-passphrase");
    let typed = prompt::passphrase(options.backup_passphrase_file.as_deref(), &question)?;
    Ok(Opening::Passphrase(Passphrase::new(&typed)))
}

fn private_folder(folder: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::DirBuilderExt as _;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

fn private_file(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file = fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(bytes)?;
    file.sync_all()
}
