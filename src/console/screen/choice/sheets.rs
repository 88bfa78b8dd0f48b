//! What there is to choose from: each opens a window with its question.

use super::super::Screen;
use super::{Deed, Item, State, item};
use crate::console::keymap::Command;
use crate::console::model::Model;
use crate::console::theme::Role;
use crate::conversation::ConversationId;
use crate::conversation::event::ShiftState;
use crate::taxonomy::Facet;

/// Asks before a child is taken by hand.
pub fn open_take(model: &mut Model, conv: ConversationId) {
    let look = &model.look;
    let mut lines = Vec::new();
    if !model.has_place() {
        let values = [("held", model.held().into()), ("places", model.places().into())];
        lines.push(look.say_with("choice-take-full", &values));
    }
    let items = vec![
        item(look.say("choice-take-yes"), Deed::Take(conv)),
        item(look.say("choice-take-no"), Deed::Nothing),
    ];
    let title = look.say_with("choice-take-title", &[("handle", model.handle(conv).into())]);
    model.push(Screen::Choice(State::new(Some(conv), title, lines, items)));
}

/// Asks how long a break is to be.
pub fn open_break(model: &mut Model) {
    if model.desk.state == ShiftState::Break {
        return model.run(Command::Ready);
    }
    let look = &model.look;
    let items = [5_u64, 10, 15]
        .into_iter()
        .map(|minutes| {
            item(look.say_with("count-minutes", &[("count", minutes.into())]), Deed::Break(minutes))
        })
        .collect();
    let lines = if model.held() > 0 { vec![look.say("choice-break-chats")] } else { Vec::new() };
    model.push(Screen::Choice(State::new(None, look.say("choice-break-title"), lines, items)));
}

/// Asks before opora is left, and lists what stays open.
pub fn open_leave(model: &mut Model) {
    let look = &model.look;
    let mut lines: Vec<String> = model
        .chats
        .iter()
        .map(|chat| {
            let id = if chat.is_over() { "choice-leave-form" } else { "choice-leave-chat" };
            look.say_with(id, &[("handle", model.handle(chat.conv).into())])
        })
        .collect();
    let mut items = vec![item(look.say("choice-leave-yes"), Deed::Leave)];
    if !lines.is_empty() {
        lines.push(look.say("choice-leave-open"));
        items.insert(0, item(look.say("choice-leave-no"), Deed::Nothing));
    } else {
        items.push(item(look.say("choice-leave-no"), Deed::Nothing));
    }
    model.screens.retain(|screen| !matches!(screen, Screen::Choice(_)));
    model.push(Screen::Choice(State::new(None, look.say("choice-leave-title"), lines, items)));
}

/// Asks to whom a child is handed over.
pub fn open_colleagues(model: &mut Model, conv: ConversationId) {
    let look = &model.look;
    let holder = model.desk.row(conv).and_then(|row| row.holder.as_ref());
    let can_take = |person: &&crate::conversation::house::Person| {
        person.away.is_none()
            && Some(&person.account) != holder
            && matches!(person.state, ShiftState::Ready | ShiftState::Locked)
    };
    let items: Vec<Item> = model
        .desk
        .colleagues()
        .filter(can_take)
        .map(|person| {
            let name = look.name(&person.account);
            let load = model.desk.load(&person.account);
            item(format!("{name}  {load}/{}", person.places), Deed::HandTo(person.account.clone()))
        })
        .collect();
    if items.is_empty() {
        return model.tell(Role::Warning, "hand-over-nobody", &[]);
    }
    let title = look.say_with("choice-hand-over-title", &[("handle", model.handle(conv).into())]);
    model.push(Screen::Choice(State::new(Some(conv), title, Vec::new(), items)));
}

/// Asks once before all supervisors are alarmed.
pub fn open_danger(model: &mut Model, conv: ConversationId) {
    let look = &model.look;
    let lines = vec![look.say("choice-danger-lines")];
    let items = vec![
        item(look.say("choice-danger-yes"), Deed::Danger),
        item(look.say("choice-danger-no"), Deed::Nothing),
    ];
    let title = look.say_with("choice-danger-title", &[("handle", model.handle(conv).into())]);
    model.push(Screen::Choice(State::new(Some(conv), title, lines, items)));
}

/// Opens the emergency steps: each that is done becomes a line to colleagues, with its time.
pub fn open_emergency(model: &mut Model, conv: ConversationId) {
    let look = &model.look;
    let Some(list) = model.taxonomy.checklist("emergency") else { return };
    let items = list.steps.iter().map(|step| {
        let text = look.say_or(&list.step_label_id(step), step);
        item(text.clone(), Deed::Step(text))
    });
    let title = look.say_with("choice-emergency-title", &[("handle", model.handle(conv).into())]);
    let lines = vec![look.say("choice-emergency-lines")];
    let state = State { stays: true, ..State::new(Some(conv), title, lines, items.collect()) };
    model.push(Screen::Choice(state));
}

/// All outcomes, ticked or not.
pub fn open_outcomes(model: &mut Model, conv: ConversationId) {
    let Some(chat) = model.chat_of(conv) else { return };
    let ticked = &chat.contact.facets.outcomes;
    let is_referral = |code: &str| code.starts_with("ref.") || code.starts_with("report.");
    let mut codes: Vec<String> = model.taxonomy.outcomes().map(|outcome| outcome.id.to_string()).collect();
    codes.sort_by_key(|code| !is_referral(code));
    let items = codes
        .into_iter()
        .map(|code| Item {
            text: model.look.say_or(&format!("outcome-{}", code.replace('.', "-")), &code),
            is_ticked: ticked.contains(&code),
            deed: Deed::Outcome(code),
        })
        .collect();
    let title = model.look.say("choice-outcomes-title");
    let state = State { stays: true, ..State::new(Some(conv), title, Vec::new(), items) };
    model.push(Screen::Choice(state));
}

/// The kinds of contact: misuse and test first, for that is what the letter says.
pub fn open_kinds(model: &mut Model, conv: ConversationId) {
    let Some(chat) = model.chat_of(conv) else { return };
    let now = chat.contact.facets.kind.clone().unwrap_or_default();
    let mut codes: Vec<String> = model.taxonomy.codes(Facet::Kind).to_vec();
    codes.sort_by_key(|code| !matches!(code.as_str(), "test" | "abusive"));
    let items = codes.into_iter().map(|code| Item {
        text: model.look.say_or(&Facet::Kind.label_id(&code), &code),
        is_ticked: code == now,
        deed: Deed::Kind(code),
    });
    let title = model.look.say("choice-kinds-title");
    model.push(Screen::Choice(State::new(Some(conv), title, Vec::new(), items.collect())));
}

/// Facts about the child.
pub fn open_child(model: &mut Model, conv: ConversationId) {
    let Some(chat) = model.chat_of(conv) else { return };
    let facets = &chat.contact.facets;
    let mut items = Vec::new();
    type Make = fn(String) -> Deed;
    let groups: [(Facet, &Option<String>, &str, Make); 4] = [
        (Facet::AgeBand, &facets.age_band, "child-age", Deed::Age),
        (Facet::Gender, &facets.gender, "child-gender", Deed::Gender),
        (Facet::Person, &facets.person, "child-person", Deed::Person),
        (Facet::Region, &facets.region, "child-region", Deed::Region),
    ];
    for (facet, now, label, deed) in groups {
        for code in model.taxonomy.codes(facet) {
            let name = model.look.say_or(&facet.label_id(code), code);
            items.push(Item {
                text: format!("{}: {name}", model.look.say(label)),
                is_ticked: now.as_deref() == Some(code.as_str()),
                deed: deed(code.clone()),
            });
        }
    }
    let title = model.look.say("choice-child-title");
    let state = State { stays: true, ..State::new(Some(conv), title, Vec::new(), items) };
    model.push(Screen::Choice(state));
}
