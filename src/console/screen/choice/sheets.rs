//! What there is to choose from: each opens a window with its question.

use super::super::Screen;
use super::{Deed, Item, State, item};
use crate::casebook::record::Filter;
use crate::console::model::Model;
use crate::console::screen::find::Narrow;
use crate::console::theme::Role;
use crate::conversation::ConversationId;
use crate::conversation::event::ShiftState;
use crate::conversation::queue::{Phase, Row};
use crate::conversation::transcript::What;
use crate::taxonomy::{Facet, RiskLevel};

/// Asks before a child is taken by hand.
pub fn open_take(model: &mut Model, conv: ConversationId) {
    let look = &model.look;
    let mut lines = Vec::new();
    if model.is_full_by_risk() {
        lines.push(look.say("choice-take-risk"));
    } else if !model.has_place() {
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

/// Asks before a child is taken from a colleague.
pub fn open_take_over(model: &mut Model, conv: ConversationId) {
    let look = &model.look;
    let holder = model.desk.row(conv).and_then(|row| row.holder.as_ref());
    let who = holder.map(|who| look.name(who)).unwrap_or_default();
    let values = [("handle", model.handle(conv).into()), ("who", who.into())];
    let items = vec![
        item(look.say_with("choice-take-over-yes", &values), Deed::Take(conv)),
        item(look.say("choice-danger-no"), Deed::Nothing),
    ];
    let title = look.say_with("choice-take-over-title", &values);
    model.push(Screen::Choice(State::new(Some(conv), title, Vec::new(), items)));
}

/// The children whose counsellor has gone; a supervisor may take any.
pub fn open_left_behind(model: &mut Model) {
    let items: Vec<Item> = match model.desk.is_supervisor() {
        true => others(model, Deed::Take),
        false => {
            model.left_behind().map(|row| item(row_of_another(model, row), Deed::Take(row.conv))).collect()
        }
    };
    if items.is_empty() {
        return model.tell(Role::Warning, "take-over-nobody", &[]);
    }
    let title = model.look.say("choice-take-over-which");
    model.push(Screen::Choice(State::new(None, title, Vec::new(), items)));
}

/// The chats of colleagues, for a supervisor to look in: marked ones first.
pub fn open_look_in(model: &mut Model) {
    let items = others(model, Deed::LookIn);
    if items.is_empty() {
        return model.tell(Role::Warning, "look-in-nobody", &[]);
    }
    let title = model.look.say("choice-look-in-title");
    model.push(Screen::Choice(State::new(None, title, Vec::new(), items)));
}

fn others(model: &Model, deed: fn(ConversationId) -> Deed) -> Vec<Item> {
    let me = model.desk.account();
    let is_other = |row: &&Row| row.phase == Phase::With && row.holder.is_some() && row.holder.as_ref() != me;
    let mut rows: Vec<&Row> = model.desk.rows().iter().filter(is_other).collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.level));
    rows.into_iter().map(|row| item(row_of_another(model, row), deed(row.conv))).collect()
}

fn row_of_another(model: &Model, row: &Row) -> String {
    let look = &model.look;
    let flag = if row.level.is_some_and(|level| level >= 2) { "⚑ " } else { "" };
    let who = row.holder.as_ref().map(|who| look.name(who)).unwrap_or_default();
    let asks = row.asks.map(|asks| format!(" · ● {}", look.wait(model.lasted(asks)))).unwrap_or_default();
    format!("{flag}{} · {who}{asks}", model.handle(row.conv))
}

/// Asks once before all supervisors are alarmed; if they are already, the steps go on.
pub fn open_danger(model: &mut Model, conv: ConversationId) {
    if let Some(since) = model.chat_of(conv).and_then(crate::console::model::Chat::danger_since) {
        return open_emergency(model, conv, since);
    }
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
pub fn open_emergency(model: &mut Model, conv: ConversationId, since: u64) {
    let look = &model.look;
    let Some(list) = model.taxonomy.checklist("emergency") else { return };
    let lines = model.chat_of(conv).map_or(&[][..], |chat| chat.transcript.lines());
    let was_done = |text: &str| {
        lines.iter().any(|line| {
            matches!(&line.what, What::Whispered(words) if line.at >= since && words.text.as_str().ends_with(text))
        })
    };
    let items = list.steps.iter().map(|step| {
        let text = look.say_or(&list.step_label_id(step), step);
        Item { is_ticked: was_done(&text), text: text.clone(), deed: Deed::Step(text) }
    });
    let title = look.say_with("choice-emergency-title", &[("handle", model.handle(conv).into())]);
    let lines = vec![look.say("choice-emergency-lines")];
    let items = items.collect();
    let state = State { stays: true, since: Some(since), ..State::new(Some(conv), title, lines, items) };
    model.push(Screen::Choice(state));
}

/// What a search can be narrowed by.
pub fn open_filter(model: &mut Model, filter: &Filter) {
    let look = &model.look;
    let mut items = Vec::new();
    let mut push = |label: &str, text: String, narrow: Narrow| {
        let is_ticked = narrow.is_set(filter, model.now());
        items.push(Item {
            text: format!("{}: {text}", look.say(label)),
            is_ticked,
            deed: Deed::Filter(narrow),
        });
    };
    push("filter-all", look.say("filter-nothing"), Narrow::Everything);
    for (days, id) in [(1, "filter-today"), (7, "filter-week"), (30, "filter-month"), (90, "filter-quarter")]
    {
        push("filter-since", look.say(id), Narrow::Days(days));
    }
    push("filter-due", look.say("filter-due-week"), Narrow::Due);
    push("filter-form", look.say("filter-unfinished"), Narrow::Unfinished);
    for (code, id) in [("offline", "online-no"), ("online", "online-yes"), ("mixed", "online-both")] {
        push("filter-online", look.say(id), Narrow::Online(code.to_owned()));
    }
    for risk in RiskLevel::ALL.into_iter().filter(|risk| risk.number() > 0) {
        let name = look.say(&format!("{}.short", risk.label_id()));
        push(
            "filter-risk",
            look.say_with("filter-risk-from", &[("level", name.into())]),
            Narrow::Risk(risk.number()),
        );
    }
    for code in model.taxonomy.codes(Facet::Person) {
        push("filter-person", look.say_or(&Facet::Person.label_id(code), code), Narrow::Person(code.clone()));
    }
    for outcome in model.taxonomy.outcomes() {
        let code = outcome.id.to_string();
        let name = look.say_or(&format!("outcome-{}", code.replace('.', "-")), &code);
        push("filter-outcome", name, Narrow::Outcome(code));
    }
    for family in model.taxonomy.families() {
        let name = look.say_or(&family.label_id(), family.as_str());
        push("filter-family", name, Narrow::Topic(family.as_str().to_owned()));
    }
    for topic in model.taxonomy.topics() {
        let id = topic.id.to_string();
        push("filter-topic", look.say_or(&topic.id.label_id(), &id), Narrow::Topic(id));
    }
    let title = look.say("filter-title");
    let state = State { stays: true, ..State::new(None, title, Vec::new(), items) };
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
