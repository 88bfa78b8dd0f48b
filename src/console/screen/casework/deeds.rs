//! What the sheets and boxes around a case do.

use super::{Deed, Purpose, State, Tick, lettered, push};
use crate::casebook::record::{Case, Change, Promise, PromiseId};
use crate::client::desk::{Act, Agreed, Command as LinkCommand, Request};
use crate::console::model::{Effect, Job, Model, Wrote};
use crate::console::screen::find;
use crate::console::theme::Role;
use crate::conversation::{ConversationId, SafeText};

/// Does what a letter says.
pub fn perform(model: &mut Model, conv: Option<ConversationId>, deed: &Deed, is_ticked: bool) {
    match deed {
        Deed::Nothing => {}
        Deed::New(channel) => model.begin_outside(channel, None),
        Deed::Quick(kind) => model.begin_outside("phone", Some(kind)),
        Deed::Kept(id) => kept(model, *id, is_ticked),
        Deed::Until(due) => {
            let (title, lines) = (model.look.say("promise-title"), vec![model.look.say("promise-lines")]);
            push(model, State::words(conv, title, lines, Purpose::Promise(*due)));
        }
        Deed::Tick(tick) => {
            let disclosed = |model: &mut Model, conv: ConversationId| {
                let mono = model.mono;
                let Some(chat) = model.chat_of_mut(conv) else { return };
                let told = chat.contact.disclosure.get_or_insert_default();
                match tick {
                    Tick::Name => told.name = is_ticked,
                    Tick::Address => told.address = is_ticked,
                    Tick::Facts => told.facts = is_ticked,
                    Tick::Told => told.child_told = is_ticked,
                }
                chat.contact_changed(mono);
            };
            if let Some(conv) = conv {
                disclosed(model, conv);
            }
        }
        Deed::Decide => {
            let (title, lines) =
                (model.look.say("disclosure-title"), vec![model.look.say("disclosure-ask-decision")]);
            push(model, State::words(conv, title, lines, Purpose::Decision));
        }
        Deed::Second => {
            let (title, lines) =
                (model.look.say("disclosure-title"), vec![model.look.say("disclosure-ask-second")]);
            push(model, State::words(conv, title, lines, Purpose::Second));
        }
    }
}

/// Whether this tick is the last of the three, and the child does not know yet: then the console warns first.
pub fn must_be_told_first(model: &Model, conv: Option<ConversationId>, tick: Tick) -> bool {
    let Some(chat) = conv.and_then(|conv| model.chat_of(conv)) else { return false };
    let told = chat.contact.disclosure.clone().unwrap_or_default();
    let ticked = [(Tick::Name, told.name), (Tick::Address, told.address), (Tick::Facts, told.facts)];
    let is_open = ticked.iter().any(|(known, is)| *known == tick && !is);
    let others = ticked.iter().filter(|(known, _)| *known != tick).all(|(_, is)| *is);
    is_open && others && !told.child_told
}

fn kept(model: &mut Model, id: PromiseId, is_kept: bool) {
    let done = is_kept.then_some(model.wall);
    let Some(promise) = model.promises.iter_mut().find(|promise| promise.id == id) else { return };
    promise.done = done;
    let promise = promise.clone();
    model.effect(Effect::Save(Job::Other, vec![Change::Promise(promise)]));
}

/// Takes words that were written.
pub fn written(model: &mut Model, conv: Option<ConversationId>, purpose: Purpose, text: String) {
    let mono = model.mono;
    match (purpose, conv) {
        (Purpose::Promise(due), Some(conv)) => promise(model, conv, due, text),
        (Purpose::Phrase, conv) => {
            let (title, lines) = (model.look.say("agree-title"), vec![model.look.say("agree-what")]);
            push(model, State::words(conv, title, lines, Purpose::Agreed(text)));
        }
        (Purpose::Agreed(phrase), Some(conv)) => agree(model, conv, phrase, text),
        (Purpose::Find, _) => {
            let ask = model.next_ask();
            model.effect(Effect::Link(LinkCommand::Ask {
                ask,
                request: Request::Find { phrase: text.clone() },
            }));
            find::open_with(model, &text);
        }
        (purpose @ (Purpose::Decision | Purpose::Second), Some(conv)) => {
            let wall = model.wall;
            let Some(chat) = model.chat_of_mut(conv) else { return };
            let told = chat.contact.disclosure.get_or_insert_default();
            if purpose == Purpose::Decision {
                (told.decision, told.at) = (text, Some(wall));
            } else {
                told.second = text;
            }
            chat.contact_changed(mono);
            model.front = Some(conv);
            super::sheets::run(model, crate::console::keymap::Command::DisclosureOpen);
        }
        _ => {}
    }
}

fn promise(model: &mut Model, conv: ConversationId, due: u64, what: String) {
    let id = PromiseId(model.draw_bytes());
    let me = model.desk.account().map_or_else(|| model.restored.account.clone(), ToString::to_string);
    let Some(chat) = model.chat_of(conv) else { return };
    let (case, contact) = (chat.contact.case, chat.contact.clone());
    let promise = Promise { id, case, contact: Some(contact.id), what, by: me, due, done: None };
    model.promises.push(promise.clone());
    // The contact goes first: a promise stands under the key of its case.
    let changes = vec![Change::Contact(Box::new(contact)), Change::Promise(promise)];
    model.effect(Effect::Save(Job::Other, changes));
    let when = model.look.locale.date(model.look.civil(due).date());
    model.tell(Role::Ok, "promise-kept-for", &[("when", when.into())]);
}

/// What was agreed goes to the house, so that whoever is on shift finds it, and stands with the case here.
fn agree(model: &mut Model, conv: ConversationId, phrase: String, text: String) {
    let Some(chat) = model.chat_of(conv) else { return };
    let contact = chat.contact.clone();
    let case = Case {
        id: contact.case,
        handle: contact.handle.clone(),
        opened: contact.opened,
        phrase: Some(phrase.clone()),
        agreed: text.clone(),
        hold: false,
    };
    let changes = vec![Change::Contact(Box::new(contact)), Change::Agreed(case)];
    model.effect(Effect::Save(Job::Other, changes));
    model.write(ConversationId::HOUSE, Act::Agree { phrase, text }, Wrote::Agreed);
    model.tell(Role::Ok, "agree-done", &[]);
}

/// Shows what was agreed under a phrase, the newest first.
pub fn agreed(model: &mut Model, found: &[Agreed]) {
    let look = &model.look;
    let known: Vec<&Agreed> = found
        .iter()
        .filter(|agreed| agreed.words.as_ref().is_some_and(|words| !words.text.as_str().is_empty()))
        .collect();
    if known.is_empty() {
        return model.tell(Role::Text, "phrase-nothing", &[]);
    }
    let mut lines = vec![look.say_with("phrase-times", &[("count", known.len().into())])];
    for agreed in known {
        let when = look.locale.date(look.civil(agreed.at).date());
        let words = agreed.words.as_ref().map(|words| words.text.to_string()).unwrap_or_default();
        let values = [
            ("when", when.into()),
            ("who", look.name(&agreed.by).into()),
            ("words", SafeText::line(&words).to_string().into()),
        ];
        lines.push(look.say_with("phrase-agreed", &values));
    }
    let items = lettered(vec![(look.say("phrase-done"), Deed::Nothing, false)]);
    push(model, State::sheet(None, look.say("phrase-title"), lines, items, false));
}
