//! Linking contacts of the same child, promises, and the legal hold.

use clap::Args;

use super::{Desk, short};
use crate::casebook::record::{Change, Promise, PromiseId};
use crate::cli::{Exit, Failure, Outcome, book, keys, say};
use crate::conversation::SafeText;

#[derive(Args)]
pub struct Link {
    #[arg(value_name = "ID")]
    id: String,
    #[arg(value_name = "CASE", required_unless_present = "apart")]
    to: Option<String>,
    #[arg(long, conflicts_with = "to")]
    apart: bool,
}

#[derive(Args)]
pub struct PromiseOptions {
    #[arg(value_name = "ID")]
    id: String,
    #[arg(long, value_name = "DAY", required_unless_present = "kept")]
    due: Option<String>,
    #[arg(long, value_name = "TEXT", required_unless_present = "kept")]
    what: Option<String>,
    #[arg(long, conflicts_with_all = ["due", "what"])]
    kept: bool,
}

#[derive(Args)]
pub struct Hold {
    #[arg(value_name = "ID")]
    id: String,
    #[arg(long)]
    off: bool,
}

/// Brings a contact into the case of another, or out of it into one of its own.
pub fn link(desk: &mut Desk, link: &Link) -> Outcome {
    let contact = desk.contact(&link.id)?;
    let to = link.to.as_deref().map(|to| desk.case(to)).transpose()?;
    let linked = desk.casebook.link(contact.id, to, keys::now());
    let case = linked.map_err(|error| book::trouble(&error))?;
    let count = desk.casebook.contacts_of(case).len();
    let values = [("case", short(case.as_bytes()).into()), ("count", count.into())];
    say(&desk.locale.say_with("cases-linked", &values));
    Ok(())
}

/// Writes down what was promised and for when, or that it was kept.
pub fn promise(desk: &mut Desk, options: &PromiseOptions) -> Outcome {
    let now = keys::now();
    let promise = if options.kept {
        Promise { done: Some(now), ..desk.promise(&options.id)? }
    } else {
        let (due, what) =
            (options.due.as_deref().unwrap_or_default(), options.what.as_deref().unwrap_or_default());
        let contact = desk.contact(&options.id)?;
        let due = desk.moment(due)?;
        // A day without a time is over at its end.
        let due =
            if options.due.as_ref().is_some_and(|due| due.contains('T')) { due } else { due + 86_399_000 };
        let id = PromiseId::new(&mut keys::random());
        let by = desk.me.clone();
        Promise {
            id,
            case: contact.case,
            contact: Some(contact.id),
            what: what.to_owned(),
            by,
            due,
            done: None,
        }
    };
    let (id, when, what) = (promise.id, desk.minute(promise.due), SafeText::line(&promise.what).to_string());
    let text = if promise.done.is_some() { "cases-promise-kept" } else { "casebook-promise-due" };
    desk.casebook.save(vec![Change::Promise(promise)], now).map_err(|error| book::trouble(&error))?;
    let sentence = desk.locale.say_with(text, &[("when", when.into()), ("what", what.into())]);
    say(&format!("{}  {sentence}", short(id.as_bytes())));
    Ok(())
}

/// Keeps a case past its time because of danger to life, or no longer.
pub fn hold(desk: &mut Desk, hold: &Hold) -> Outcome {
    let case = desk.case(&hold.id)?;
    let Some(mut record) = desk.casebook.case_or_new(case) else {
        return Err(Failure::new(Exit::Failed, "cases-error-no-such").with("id", &hold.id).with("count", 0));
    };
    record.hold = !hold.off;
    let saved = desk.casebook.save(vec![Change::Case(record)], keys::now());
    saved.map_err(|error| book::trouble(&error))?;
    say(&desk.locale.say(if hold.off { "cases-hold-off" } else { "cases-hold-on" }));
    Ok(())
}
