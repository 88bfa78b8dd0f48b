//! `opora cases`: the casebook without the console: finding, showing, noting, linking, promises, forgetting.

use clap::{Args, Subcommand};
use jiff::civil::{Date, DateTime};
use jiff::tz::TimeZone;

use super::{Exit, Failure, Global, Outcome, book, own, places};
use crate::casebook::Casebook;
use crate::casebook::record::{CaseId, ContactId, ContactSummary, Filter, Promise};
use crate::locale::Locale;
use crate::taxonomy::Taxonomy;

mod change;
mod find;
mod forget;
mod show;

#[derive(Args)]
pub struct Options {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    Find(find::Find),
    Show(show::Show),
    Note(show::Note),
    Due(find::Due),
    Promise(change::PromiseOptions),
    Link(change::Link),
    Hold(change::Hold),
    Delete(forget::Delete),
    Expire(forget::Expire),
}

/// What every command here works with.
struct Desk {
    casebook: Casebook,
    /// The account whose casebook it is.
    me: String,
    locale: Locale,
    taxonomy: &'static Taxonomy,
    zone: TimeZone,
}

/// Runs `opora cases`.
pub fn run(global: &Global, options: &Options, locale: &Locale) -> Outcome {
    let paths = places::paths(global)?;
    let (taxonomy, mistake) = own::taxonomy(&paths, locale);
    let (locale, other) = own::texts(&paths, locale);
    mistake.iter().chain(&other).for_each(|sentence| book::tell(sentence));
    if let Command::Find(find) = &options.command {
        find.check(taxonomy)?;
    }
    let book = book::open(global, &locale)?;
    let (casebook, me) = (book.casebook, book.keys.account.to_string());
    let mut desk = Desk { casebook, me, locale, taxonomy, zone: TimeZone::system() };
    match &options.command {
        Command::Find(find) => find::find(&desk, find),
        Command::Show(show) => show::show(&mut desk, show),
        Command::Note(note) => show::note(&mut desk, note),
        Command::Due(due) => find::due(&desk, due),
        Command::Promise(promise) => change::promise(&mut desk, promise),
        Command::Link(link) => change::link(&mut desk, link),
        Command::Hold(hold) => change::hold(&mut desk, hold),
        Command::Delete(delete) => forget::delete(&mut desk, delete),
        Command::Expire(expire) => forget::expire(&mut desk, expire),
    }
}

/// How much of an id a person types: enough to be the only one.
const SHORT: usize = 8;

/// Returns an id as it is shown: the first letters of its hexadecimal spelling.
fn short(id: &[u8]) -> String {
    hex(id)[..SHORT].to_owned()
}

fn hex(id: &[u8]) -> String {
    id.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Returns the one among `ids` that begins as typed.
fn only<'a>(typed: &str, ids: impl Iterator<Item = &'a [u8]>) -> Outcome<[u8; 16]> {
    let typed = typed.to_ascii_lowercase();
    let found: std::collections::BTreeSet<&[u8]> =
        ids.filter(|id| typed.len() >= 4 && hex(id).starts_with(&typed)).collect();
    let failure = |id| Failure::new(Exit::Failed, id).with("id", &typed).with("count", found.len());
    match (found.len(), found.first()) {
        (1, Some(id)) => (*id).try_into().map_err(|_| failure("cases-error-no-such")),
        (0, _) => Err(failure("cases-error-no-such")),
        _ => Err(failure("cases-error-many")),
    }
}

impl Desk {
    fn all(&self) -> Vec<ContactSummary> {
        self.casebook.list(&Filter::default(), usize::MAX)
    }

    /// Returns the contact whose id begins as typed.
    fn contact(&self, typed: &str) -> Outcome<ContactSummary> {
        let all = self.all();
        let id = ContactId(only(typed, all.iter().map(|contact| contact.id.as_bytes()))?);
        all.into_iter().find(|contact| contact.id == id).ok_or_else(|| {
            Failure::new(Exit::Failed, "cases-error-no-such").with("id", typed).with("count", 0)
        })
    }

    /// Returns the case that is meant: by its own id, or by that of one of its contacts.
    fn case(&self, typed: &str) -> Outcome<CaseId> {
        if let Ok(contact) = self.contact(typed) {
            return Ok(contact.case);
        }
        let all = self.all();
        only(typed, all.iter().map(|contact| contact.case.as_bytes())).map(CaseId)
    }

    fn promise(&self, typed: &str) -> Outcome<Promise> {
        let open = self.casebook.promises();
        let id = only(typed, open.iter().map(|promise| promise.id.as_bytes()))?;
        let found = open.into_iter().find(|promise| promise.id.0 == id);
        found.ok_or_else(|| {
            Failure::new(Exit::Failed, "cases-error-no-such").with("id", typed).with("count", 0)
        })
    }

    fn civil(&self, at: u64) -> DateTime {
        let at = jiff::Timestamp::from_millisecond(i64::try_from(at).unwrap_or(i64::MAX)).unwrap_or_default();
        self.zone.to_datetime(at)
    }

    fn day(&self, at: u64) -> String {
        self.civil(at).date().to_string()
    }

    fn minute(&self, at: u64) -> String {
        let at = self.civil(at);
        format!("{} {:02}:{:02}", at.date(), at.hour(), at.minute())
    }

    /// Returns a time for programs.
    fn stamp(at: u64) -> String {
        let at = jiff::Timestamp::from_millisecond(i64::try_from(at).unwrap_or(i64::MAX)).unwrap_or_default();
        at.to_string()
    }

    /// Returns the beginning of a day, or the moment that was typed, in milliseconds since 1970.
    fn moment(&self, typed: &str) -> Outcome<u64> {
        moment(typed, &self.zone)
    }

    /// Returns the name of a code, or the code itself where a helpline gave it no name.
    fn name(&self, group: &str, code: &str) -> String {
        let id = format!("{group}-{}", code.replace('.', "-"));
        self.locale.try_say(&id, &[]).unwrap_or_else(|| code.to_owned())
    }

    /// Returns `bullying›online`, as the lists show what it was about; the kind where there is no topic.
    fn about(&self, contact: &ContactSummary) -> String {
        let facets = &contact.facets;
        let mut about: Vec<String> =
            facets.topics.iter().take(1).map(|topic| self.name("topic", topic)).collect();
        if about.is_empty() {
            about.extend(facets.kind.iter().map(|kind| self.name("kind", kind)));
        }
        about.extend(facets.online.iter().map(|online| self.name("online", online).to_lowercase()));
        about.join("›")
    }
}

/// Returns the moment that was typed, as `2026-11-24` or `2026-11-24T18:00`, in milliseconds since 1970.
fn moment(typed: &str, zone: &TimeZone) -> Outcome<u64> {
    let wrong = || Failure::new(Exit::Usage, "cases-error-day").with("day", typed);
    let civil = match typed.parse::<Date>() {
        Ok(day) if !typed.contains('T') => day.at(0, 0, 0, 0),
        _ => typed.parse::<DateTime>().map_err(|_| wrong())?,
    };
    let at = zone.to_timestamp(civil).map_err(|_| wrong())?;
    u64::try_from(at.as_millisecond()).map_err(|_| wrong())
}
