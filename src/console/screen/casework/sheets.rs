//! What there is to choose from around a case.

use super::{Deed, Purpose, State, Tick, lettered, push};
use crate::console::keymap::{Command, Context};
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::conversation::SafeText;
use crate::taxonomy::{Facet, Kind};

const DAY_MS: u64 = 86_400_000;

/// Does a command of the casebook.
pub fn run(model: &mut Model, command: Command) {
    match command {
        Command::ContactNew => open_new(model),
        Command::CaseDue => open_due(model, u64::MAX),
        Command::PromiseMake => open_promise(model),
        Command::PhraseAgree => {
            let (conv, title) = (model.front, model.look.say("agree-title"));
            let lines = vec![model.look.say("agree-lines")];
            push(model, State::words(conv, title, lines, Purpose::Phrase));
        }
        Command::PhraseFind => {
            let (title, lines) = (model.look.say("phrase-title"), vec![model.look.say("phrase-lines")]);
            push(model, State::words(None, title, lines, Purpose::Find));
        }
        Command::DisclosureOpen => open_disclosure(model),
        Command::CaseLink => {
            let key = model.look.key(Command::CaseLink, Context::Search);
            model.tell(Role::Text, "link-how", &[("key", key.into())]);
        }
        _ => {}
    }
}

/// The channels, the phone first, and by one letter each what needs no words at all.
fn open_new(model: &mut Model) {
    let look = &model.look;
    let mut items = Vec::new();
    for code in model.taxonomy.codes(Facet::Channel).iter().filter(|code| *code != "chat") {
        items.push((look.say_or(&Facet::Channel.label_id(code), code), Deed::New(code.clone()), false));
    }
    for code in model.taxonomy.codes(Facet::Kind) {
        if !model.taxonomy.needs_topics(&Kind::new(code.as_str())) && code != "information" {
            items.push((look.say_or(&Facet::Kind.label_id(code), code), Deed::Quick(code.clone()), false));
        }
    }
    let mut items = lettered(items);
    for item in items.iter_mut().filter(|item| matches!(item.deed, Deed::Quick(_))) {
        // The letter comes from the kind, not from the words that all of them begin with.
        item.text = look.say_with("new-quick", &[("kind", item.text.as_str().into())]);
    }
    let (title, lines) = (look.say("new-title"), vec![look.say("new-lines")]);
    push(model, State::sheet(None, title, lines, items, false));
}

/// Lists what was promised and is due before a time, the most urgent first; a letter says that it was kept.
pub fn open_due(model: &mut Model, until: u64) {
    let look = &model.look;
    let items: Vec<_> = model
        .promises
        .iter()
        .filter(|promise| promise.done.is_none() && promise.due < until)
        .map(|promise| {
            let due = look.civil(promise.due);
            let when = format!("{} {}", look.locale.date(due.date()), look.clock(promise.due));
            let late = if promise.due < model.wall { "! " } else { "" };
            let what = SafeText::line(&promise.what);
            (format!("{late}{when}  {}", what.as_str()), Deed::Kept(promise.id), false)
        })
        .collect();
    if items.is_empty() {
        return model.tell(Role::Ok, "due-nothing", &[]);
    }
    let (title, lines) = (look.say("due-title"), vec![look.say("due-lines")]);
    push(model, State::sheet(None, title, lines, lettered(items), true));
}

/// Asks until when.
fn open_promise(model: &mut Model) {
    let look = &model.look;
    let items = [0, 1, 3, 7, 14, 30].map(|days: u64| {
        let day = look.civil(model.wall + days * DAY_MS).date();
        let end = look.zone.to_timestamp(day.at(23, 59, 0, 0)).unwrap_or_default().as_millisecond();
        let name =
            look.say_with("promise-in", &[("days", days.into()), ("date", look.locale.date(day).into())]);
        (name, Deed::Until(u64::try_from(end).unwrap_or(model.wall)), false)
    });
    let title = look.say("promise-title");
    push(model, State::sheet(model.front, title, Vec::new(), lettered(items.into()), false));
}

/// What the child has told, and what follows from it: the helpline's own rule stands above it.
fn open_disclosure(model: &mut Model) {
    let Some(chat) = model.chat() else { return };
    let look = &model.look;
    let told = chat.contact.disclosure.clone().unwrap_or_default();
    let mut items = Vec::new();
    for (id, tick, is_ticked) in [
        ("disclosure-name", Tick::Name, told.name),
        ("disclosure-address", Tick::Address, told.address),
        ("disclosure-facts", Tick::Facts, told.facts),
        ("disclosure-told", Tick::Told, told.child_told),
    ] {
        items.push((look.say(id), Deed::Tick(tick), is_ticked));
    }
    let known = |id: &str, words: &str| {
        let words = if words.is_empty() { "–".to_owned() } else { SafeText::line(words).to_string() };
        look.say_with(id, &[("words", words.into())])
    };
    items.push((known("disclosure-decision", &told.decision), Deed::Decide, false));
    items.push((known("disclosure-second", &told.second), Deed::Second, false));
    let mut lines = vec![look.say("disclosure-rule")];
    if chat.contact.facets.risk.is_some_and(|risk| risk >= 3)
        && let Some(list) = model.taxonomy.checklist("child_protection")
    {
        lines.extend(
            list.steps.iter().map(|step| format!("· {}", look.say_or(&list.step_label_id(step), step))),
        );
    }
    let title = look.say("disclosure-title");
    push(model, State::sheet(Some(chat.conv), title, lines, lettered(items), true));
}
