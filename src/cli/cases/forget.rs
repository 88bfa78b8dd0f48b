//! Forgetting: a case that somebody names, or those past their time.

use clap::Args;

use super::{Desk, find, short};
use crate::casebook::record::CaseId;
use crate::cli::{Exit, Failure, Outcome, book, keys, prompt, say};

/// How long a case is kept after its last contact unless somebody says otherwise, in months.
const MONTHS: i64 = 36;

#[derive(Args)]
pub struct Delete {
    #[arg(value_name = "ID")]
    id: String,
    #[arg(long)]
    yes: bool,
}

#[derive(Args)]
pub struct Expire {
    #[arg(long)]
    dry_run: bool,
    #[arg(long, value_name = "COUNT", default_value_t = MONTHS, value_parser = clap::value_parser!(i64).range(1..))]
    months: i64,
    #[arg(long, value_name = "DAY", conflicts_with = "months")]
    before: Option<String>,
    #[arg(long)]
    yes: bool,
}

impl Desk {
    /// Asks, unless it was answered already; only the word that is asked for is a yes.
    fn confirm(&self, is_answered: bool, question: &str) -> Outcome {
        if is_answered {
            return Ok(());
        }
        let yes = self.locale.say("cases-yes");
        let answer = prompt::line(&format!("{question} ({yes})"), "-").inspect_err(|_| book::tell(""))?;
        if answer.eq_ignore_ascii_case(&yes) {
            return Ok(());
        }
        Err(Failure::new(Exit::Refused, "cases-not-done"))
    }
}

/// Erases a case with all its contacts for ever, after asking.
pub fn delete(desk: &mut Desk, delete: &Delete) -> Outcome {
    let case = desk.case(&delete.id)?;
    if desk.casebook.case(case).is_some_and(|case| case.hold) {
        return Err(Failure::new(Exit::Refused, "cases-error-held").with("id", short(case.as_bytes())));
    }
    let contacts = desk.casebook.contacts_of(case);
    contacts.iter().for_each(|contact| book::tell(&find::line(desk, contact, None)));
    let question = desk.locale.say_with("cases-ask-delete", &[("count", contacts.len().into())]);
    desk.confirm(delete.yes, &question)?;
    desk.casebook.erase_case(case, keys::now()).map_err(|error| book::trouble(&error))?;
    say(&desk.locale.say("casebook-erased"));
    Ok(())
}

/// Erases the cases past their time, after asking; with `--dry-run` only names them.
pub fn expire(desk: &mut Desk, expire: &Expire) -> Outcome {
    let before = match &expire.before {
        Some(day) => desk.moment(day)?,
        None => {
            let today = desk.civil(keys::now());
            let day = today.saturating_sub(jiff::Span::new().months(expire.months));
            let at = desk.zone.to_timestamp(day).unwrap_or_default();
            u64::try_from(at.as_millisecond()).unwrap_or(0)
        }
    };
    let cases: Vec<CaseId> = desk.casebook.expired(before);
    for case in &cases {
        desk.casebook.contacts_of(*case).iter().for_each(|contact| say(&find::line(desk, contact, None)));
    }
    let values = [("count", cases.len().into()), ("day", desk.day(before).into())];
    if expire.dry_run || cases.is_empty() {
        say(&desk.locale.say_with("cases-expired-dry", &values));
        return Ok(());
    }
    desk.confirm(expire.yes, &desk.locale.say_with("cases-ask-expire", &values))?;
    let erased = desk.casebook.expire(before, keys::now()).map_err(|error| book::trouble(&error))?;
    let values = [("count", erased.len().into()), ("day", desk.day(before).into())];
    say(&desk.locale.say_with("cases-expired", &values));
    Ok(())
}
