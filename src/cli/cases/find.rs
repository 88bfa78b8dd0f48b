//! Finding contacts, and what is due.

use clap::Args;
use serde_json::{Value, json};

use super::{Desk, moment, short};
use crate::casebook::record::{ContactSummary, Filter, Hit};
use crate::cli::{Exit, Failure, Outcome, book, keys::now, say};
use crate::conversation::SafeText;
use crate::taxonomy::{Facet, Taxonomy};

const DAY_MS: u64 = 86_400_000;

#[derive(Args)]
pub struct Find {
    #[arg(value_name = "WORDS")]
    words: Vec<String>,
    #[arg(long, value_name = "DAY")]
    since: Option<String>,
    #[arg(long, value_name = "DAY")]
    until: Option<String>,
    #[arg(long, value_name = "TOPIC")]
    topic: Option<String>,
    #[arg(long, value_name = "CODE")]
    online: Option<String>,
    #[arg(long, value_name = "LEVEL", value_parser = clap::value_parser!(u8).range(0..=4))]
    risk: Option<u8>,
    #[arg(long, value_name = "NAME")]
    by: Option<String>,
    #[arg(long, value_name = "CODE")]
    person: Option<String>,
    #[arg(long, value_name = "CODE")]
    channel: Option<String>,
    #[arg(long, value_name = "CODE")]
    outcome: Option<String>,
    #[arg(long, value_name = "DAY")]
    due: Option<String>,
    #[arg(long)]
    unfinished: bool,
    #[arg(long, value_name = "ID")]
    case: Option<String>,
    #[arg(long, value_name = "COUNT", default_value_t = 50)]
    limit: usize,
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct Due {
    #[arg(long, value_name = "COUNT", default_value_t = 7)]
    days: u64,
    #[arg(long)]
    json: bool,
}

impl Find {
    /// Refuses codes that nobody could ever find anything by, before a passphrase is asked for.
    pub fn check(&self, taxonomy: &Taxonomy) -> Outcome {
        let families = || taxonomy.families().into_iter().map(|family| family.as_str().to_owned());
        let topics = || taxonomy.topics().map(|topic| topic.id.to_string());
        let codes = |facet: Facet| taxonomy.codes(facet).to_vec();
        let outcomes = || taxonomy.outcomes().map(|outcome| outcome.id.to_string()).collect();
        let known =
            |code: &str| taxonomy.topic(&code.into()).is_some() || families().any(|family| family == code);
        let online: Vec<String> = ["offline", "mixed", "online"].map(str::to_owned).into();
        let checks: [(&Option<String>, bool, Vec<String>); 5] = [
            (&self.topic, self.topic.as_deref().is_none_or(known), families().chain(topics()).collect()),
            (&self.online, self.online.as_ref().is_none_or(|code| online.contains(code)), online.clone()),
            (&self.person, self.fits(taxonomy, Facet::Person, &self.person), codes(Facet::Person)),
            (&self.channel, self.fits(taxonomy, Facet::Channel, &self.channel), codes(Facet::Channel)),
            (
                &self.outcome,
                self.outcome.as_deref().is_none_or(|code| taxonomy.outcome(&code.into()).is_some()),
                outcomes(),
            ),
        ];
        for (code, fits, all) in checks {
            if let (Some(code), false) = (code, fits) {
                let nearest = all.join(", ");
                return Err(Failure::new(Exit::Usage, "cases-error-code")
                    .with("code", code)
                    .with("known", nearest));
            }
        }
        let zone = jiff::tz::TimeZone::system();
        let days = [&self.since, &self.until, &self.due];
        days.into_iter().flatten().try_for_each(|day| moment(day, &zone).map(drop))
    }

    fn fits(&self, taxonomy: &Taxonomy, facet: Facet, code: &Option<String>) -> bool {
        code.as_deref().is_none_or(|code| taxonomy.knows(facet, code))
    }

    fn filter(&self, desk: &Desk) -> Outcome<Filter> {
        let day = |typed: &Option<String>| typed.as_deref().map(|day| desk.moment(day)).transpose();
        Ok(Filter {
            topic: self.topic.clone(),
            online: self.online.clone(),
            risk: self.risk,
            since: day(&self.since)?,
            // A day that is named belongs to what is sought.
            until: day(&self.until)?.map(|until| until + DAY_MS),
            by: self.by.clone(),
            person: self.person.clone(),
            outcome: self.outcome.clone(),
            channel: self.channel.clone(),
            case: self.case.as_deref().map(|case| desk.case(case)).transpose()?,
            due: day(&self.due)?.map(|due| due + DAY_MS),
            unfinished: self.unfinished,
        })
    }
}

/// Finds contacts: the best first, among equals the newest.
pub fn find(desk: &Desk, find: &Find) -> Outcome {
    let filter = find.filter(desk)?;
    desk.casebook.settle();
    let found = desk.casebook.find(&find.words.join(" "), &filter, find.limit.max(1));
    let found = found.map_err(|error| book::trouble(&error))?;
    if find.json {
        let hits: Vec<Value> = found.hits.iter().map(|hit| as_json(&hit.contact, Some(hit))).collect();
        say(&json!({ "total": found.total, "contacts": hits }).to_string());
        return Ok(());
    }
    found.hits.iter().for_each(|hit| say(&line(desk, &hit.contact, Some(hit))));
    if found.total > found.hits.len() {
        let values = [("shown", found.hits.len().into()), ("count", found.total.into())];
        book::tell(&desk.locale.say_with("cases-more", &values));
    }
    if found.total == 0 {
        book::tell(&desk.locale.say("cases-none"));
    }
    Ok(())
}

/// Returns one line of a list: day, name, about what, how long, risk, id, and where it matched.
pub fn line(desk: &Desk, contact: &ContactSummary, hit: Option<&Hit>) -> String {
    let length = match contact.ended {
        Some(ended) => {
            desk.locale.minutes(std::time::Duration::from_millis(ended.saturating_sub(contact.opened)))
        }
        None => desk.locale.say("cases-goes-on"),
    };
    let risk = contact.facets.risk.map(|risk| format!("R{risk}")).unwrap_or_default();
    let handle = SafeText::line(&contact.handle);
    let mut line = format!(
        "{}  {}  {:<16} {:<28} {:>8}  {risk:<2}",
        short(contact.id.as_bytes()),
        desk.day(contact.opened),
        handle.as_str(),
        desk.about(contact),
        length,
    );
    if let Some(hit) = hit.filter(|hit| !hit.snippet.text.is_empty()) {
        line = format!("{line}  {}", SafeText::line(&hit.snippet.text));
    }
    line.trim_end().to_owned()
}

/// Returns a contact as programs read it; no words but those that matched.
pub fn as_json(contact: &ContactSummary, hit: Option<&Hit>) -> Value {
    let time = |at: Option<u64>| at.map(Desk::stamp);
    let mut value = json!({
        "id": super::hex(contact.id.as_bytes()),
        "case": super::hex(contact.case.as_bytes()),
        "handle": SafeText::line(&contact.handle),
        "by": SafeText::line(&contact.by),
        "opened": Desk::stamp(contact.opened),
        "taken": time(contact.taken),
        "ended": time(contact.ended),
        "finished": contact.finished,
        "due": time(contact.due),
        "facets": contact.facets,
    });
    if let (Some(hit), Some(fields)) = (hit, value.as_object_mut()) {
        fields.insert("snippet".to_owned(), json!(SafeText::line(&hit.snippet.text)));
    }
    value
}

/// Lists promises and follow-ups that are due within so many days, the most urgent first.
pub fn due(desk: &Desk, due: &Due) -> Outcome {
    let until = now().saturating_add(due.days.saturating_mul(DAY_MS));
    let promises: Vec<_> =
        desk.casebook.promises().into_iter().filter(|promise| promise.due < until).collect();
    if due.json {
        let all: Vec<Value> = promises
            .iter()
            .map(|promise| {
                json!({
                    "id": super::hex(promise.id.as_bytes()),
                    "case": super::hex(promise.case.as_bytes()),
                    "what": SafeText::new(&promise.what),
                    "by": SafeText::line(&promise.by),
                    "due": Desk::stamp(promise.due),
                    "late": promise.due < now(),
                })
            })
            .collect();
        say(&Value::Array(all).to_string());
        return Ok(());
    }
    for promise in &promises {
        let late = if promise.due < now() { desk.locale.say("cases-late") } else { String::new() };
        let newest = desk.casebook.contacts_of(promise.case).into_iter().next();
        let handle = newest.map(|contact| SafeText::line(&contact.handle).to_string()).unwrap_or_default();
        let (id, due, what) =
            (short(promise.id.as_bytes()), desk.minute(promise.due), SafeText::line(&promise.what));
        say(format!("{id}  {due}  {handle:<16} {what}  {late}").trim_end());
    }
    if promises.is_empty() {
        book::tell(&desk.locale.say("cases-nothing-due"));
    }
    Ok(())
}
