//! A few things to choose from, in a window: a question before a deed, colleagues, outcomes, facts about the child.
//! Letters narrow the list, Enter chooses.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Next, Press, Screen, prompt};
use crate::client::desk::Act;
use crate::console::keymap::Command;
use crate::console::model::guard::fold;
use crate::console::model::{Model, Wrote};
use crate::console::theme::Role;
use crate::console::widget::wrap::wrap;
use crate::console::widget::{TextBox, put, width};
use crate::conversation::event::ShiftState;
use crate::conversation::{Account, ConversationId, SafeText};
use crate::taxonomy::Facet;

/// What a choice does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Nothing.
    Nothing,
    /// Takes a child over the number of places.
    Take(ConversationId),
    /// A break of so many minutes.
    Break(u64),
    /// Leaves opora.
    Leave,
    /// Goes on to the brief for a colleague.
    HandTo(Account),
    /// Danger to life.
    Danger,
    /// A step of the emergency was done.
    Step(String),
    /// An outcome, ticked or not.
    Outcome(String),
    /// The kind of contact.
    Kind(String),
    /// The child's age band.
    Age(String),
    /// The child's gender.
    Gender(String),
    /// Who writes.
    Person(String),
    /// The region.
    Region(String),
}

/// One thing to choose.
#[derive(Debug, Clone)]
struct Item {
    text: String,
    deed: Deed,
    is_ticked: bool,
}

/// What the window knows.
#[derive(Debug)]
pub struct State {
    /// The chat it is about, if it is about one.
    pub conv: Option<ConversationId>,
    title: String,
    lines: Vec<String>,
    query: TextBox,
    items: Vec<Item>,
    selected: usize,
    stays: bool,
}

impl State {
    fn new(conv: Option<ConversationId>, title: String, lines: Vec<String>, items: Vec<Item>) -> Self {
        Self { conv, title, lines, query: TextBox::line(), items, selected: 0, stays: false }
    }

    /// Returns the places of the items that fit what was typed.
    fn fitting(&self) -> Vec<usize> {
        let query = fold(&self.query.text());
        let fits = |item: &Item| {
            fold(&item.text).split([' ', ':', ',']).any(|word| word.starts_with(&query))
                || fold(&item.text).contains(&query)
        };
        (0..self.items.len()).filter(|place| query.is_empty() || fits(&self.items[*place])).collect()
    }
}

fn item(text: String, deed: Deed) -> Item {
    Item { text, deed, is_ticked: false }
}

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
    let can_take = |person: &&crate::conversation::house::Person| {
        person.away.is_none() && matches!(person.state, ShiftState::Ready | ShiftState::Locked)
    };
    let items: Vec<Item> = model
        .desk
        .colleagues()
        .filter(can_take)
        .map(|person| {
            let name = SafeText::line(person.account.as_str());
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

/// The emergency steps: each that is done becomes a line to colleagues, with its time.
fn open_emergency(model: &mut Model, conv: ConversationId) {
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

/// Takes a key.
pub fn update(state: &mut State, press: &Press, model: &mut Model) -> Next {
    let fitting = state.fitting();
    match press {
        Press::Command(Command::ChatUp | Command::PanePrevious) => {
            state.selected = state.selected.saturating_sub(1)
        }
        Press::Command(Command::ChatDown | Command::PaneNext) => {
            state.selected = (state.selected + 1).min(fitting.len().saturating_sub(1));
        }
        Press::Command(Command::Open) => {
            let Some(place) = fitting.get(state.selected).copied() else { return Next::Stay };
            return choose(state, place, model);
        }
        Press::Command(Command::Back) => return Next::Close,
        Press::Command(command) => {
            if !state.query.command(*command) {
                return Next::Pass;
            }
            state.selected = 0;
        }
        Press::Key(event) => {
            state.query.key(*event);
            state.selected = 0;
        }
        Press::Paste(text) => state.query.insert(text),
    }
    Next::Stay
}

fn choose(state: &mut State, place: usize, model: &mut Model) -> Next {
    let deed = state.items[place].deed.clone();
    do_deed(state.conv, &deed, model);
    if !state.stays {
        return Next::Close;
    }
    // Of one group only one is ticked; outcomes and steps each for themselves.
    let is_single = !matches!(deed, Deed::Outcome(_) | Deed::Step(_));
    for (other, item) in state.items.iter_mut().enumerate() {
        if other == place {
            item.is_ticked = if is_single || matches!(deed, Deed::Step(_)) { true } else { !item.is_ticked };
        } else if is_single && std::mem::discriminant(&item.deed) == std::mem::discriminant(&deed) {
            item.is_ticked = false;
        }
    }
    _ = state.query.take();
    state.selected = place;
    Next::Stay
}

fn do_deed(conv: Option<ConversationId>, deed: &Deed, model: &mut Model) {
    match (deed, conv) {
        (Deed::Take(conv), _) => model.claim(*conv),
        (Deed::Break(minutes), _) => {
            let until = model.wall + minutes * 60_000;
            model.say_state(ShiftState::Break, Some(until));
        }
        (Deed::Leave, _) => model.leave(),
        (Deed::HandTo(account), Some(conv)) => {
            prompt::open(model, conv, prompt::Purpose::HandOver(account.clone()))
        }
        (Deed::Danger, Some(conv)) => {
            model.write(conv, Act::Flag { level: 3, reason: String::new() }, Wrote::Flag(conv, 3));
            open_emergency(model, conv);
        }
        (Deed::Step(text), Some(conv)) => {
            let text = format!("{} {text}", model.look.clock(model.wall));
            model.write(conv, Act::Whisper { text }, Wrote::Whisper(conv));
        }
        (_, Some(conv)) => set_fact(conv, deed, model),
        _ => {}
    }
}

fn set_fact(conv: ConversationId, deed: &Deed, model: &mut Model) {
    let mono = model.mono;
    let Some(chat) = model.chat_of_mut(conv) else { return };
    let facets = &mut chat.contact.facets;
    match deed.clone() {
        Deed::Outcome(code) => match facets.outcomes.iter().position(|known| *known == code) {
            Some(place) => _ = facets.outcomes.remove(place),
            None => facets.outcomes.push(code),
        },
        Deed::Kind(code) => facets.kind = Some(code),
        Deed::Age(code) => facets.age_band = Some(code),
        Deed::Gender(code) => facets.gender = Some(code),
        Deed::Person(code) => facets.person = Some(code),
        Deed::Region(code) => facets.region = Some(code),
        _ => return,
    }
    chat.contact_changed(mono);
}

/// Draws the window.
pub fn draw(model: &Model, state: &State, frame: &mut Frame<'_>) {
    let look = &model.look;
    let whole = frame.area();
    let longest = state.items.iter().map(|item| width(&item.text) + 8).max().unwrap_or(0);
    let columns = u16::try_from(longest.clamp(60, 78)).unwrap_or(78).min(whole.width);
    let text_columns = usize::from(columns.saturating_sub(4));
    let lines: Vec<String> = state
        .lines
        .iter()
        .flat_map(|line| {
            wrap(line, text_columns).into_iter().map(|range| line[range].to_owned()).collect::<Vec<_>>()
        })
        .collect();
    let fitting = state.fitting();
    let rows = lines.len() + state.items.len() + 4;
    let area = super::window(
        whole,
        columns,
        u16::try_from(rows).unwrap_or(u16::MAX).min(whole.height.saturating_sub(2)).max(5),
    );
    let buffer = frame.buffer_mut();
    super::framed(model, area, &state.title, buffer);
    let area = super::inner(area);
    let mut y = 0;
    for line in &lines {
        put(buffer, area, 1, y, line, look.style(Role::Text));
        y += 1;
    }
    let rows = usize::from(area.height.saturating_sub(y + 1)).max(1);
    let skip = (state.selected + 1).saturating_sub(rows);
    let mut cursor = None;
    for (row, place) in fitting.iter().enumerate().skip(skip).take(rows) {
        let item = &state.items[*place];
        let is_selected = row == state.selected;
        let mark = if is_selected { "▸" } else { " " };
        let tick = if item.is_ticked {
            "✓ "
        } else if state.stays {
            "  "
        } else {
            ""
        };
        let style = look.style(if is_selected { Role::Focus } else { Role::Text });
        put(buffer, area, 0, y, &format!("{mark}{tick}{}", item.text), style);
        if is_selected {
            cursor = Some((area.x, area.y + y).into());
        }
        y += 1;
    }
    let typed = state.query.text();
    let hint = if typed.is_empty() {
        look.say("choice-hint")
    } else {
        format!("{} {typed}", look.say("choice-typed"))
    };
    let last = Rect { y: area.bottom().saturating_sub(1), height: 1, ..area };
    put(buffer, last, 1, 0, &hint, look.style(Role::Hint));
    frame.set_cursor_position(super::inside(cursor, whole));
}
