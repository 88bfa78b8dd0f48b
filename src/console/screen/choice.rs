//! A few things to choose from, in a window: a question before a deed, colleagues, outcomes, facts about the child.
//! Letters narrow the list, Enter chooses.

use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Next, Press, find, prompt};
use crate::client::desk::Act;
use crate::console::keymap::Command;
use crate::console::model::guard::fold;
use crate::console::model::{Effect, Model, Wrote};
use crate::console::theme::Role;
use crate::console::widget::wrap::wrap;
use crate::console::widget::{TextBox, put, width};
use crate::conversation::event::ShiftState;
use crate::conversation::{Account, ConversationId, EntryId};

mod sheets;
mod shift;
mod supervise;
pub use supervise::{open_announce, open_doors, open_talks};

pub use sheets::{
    open_child, open_colleagues, open_danger, open_emergency, open_filter, open_kinds, open_left_behind,
    open_look_in, open_outcomes, open_take, open_take_over,
};
pub use shift::{open_break, open_leave, open_note_to, open_notes, open_places, open_quarters};

/// Where what concerns the team is written.
const HOUSE: ConversationId = ConversationId::HOUSE;

/// What a choice does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Nothing.
    Nothing,
    /// Takes a child over the number of places.
    Take(ConversationId),
    /// A break of so many minutes.
    Break(u64),
    /// Leaves opora; open chats go back to the queue first.
    Leave,
    /// Looks in on a chat of a colleague.
    LookIn(ConversationId),
    /// Takes so many children at once.
    Places(u8),
    /// Hands a chat over before leaving.
    ShiftHandOver(ConversationId),
    /// Gives a chat back before leaving.
    ShiftRelease(ConversationId),
    /// Opens the form of a chat before leaving.
    ShiftClose(ConversationId),
    /// Writes a hand-over note: asks to whom first.
    Note,
    /// Goes on to the note for somebody, or for all.
    NoteTo(Option<Account>),
    /// Takes a hand-over note over.
    TakeNote(EntryId),
    /// Narrows the search.
    Filter(find::Narrow),
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
    /// Goes on to the reason why the doors are shut, until a time.
    ShutDoors(Option<u64>),
    /// Gathers the case summaries of a quarter for review.
    Review(String),
    /// Goes on to the words of an announcement.
    Announce(Option<Account>),
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
    /// Since when a clock above the items runs, by the relay's clock.
    since: Option<u64>,
}

impl State {
    fn new(conv: Option<ConversationId>, title: String, lines: Vec<String>, items: Vec<Item>) -> Self {
        Self { conv, title, lines, query: TextBox::line(), items, selected: 0, stays: false, since: None }
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
    let is_same = |item: &Item| match (&item.deed, &deed) {
        (Deed::Filter(one), Deed::Filter(other)) => {
            std::mem::discriminant(one) == std::mem::discriminant(other)
        }
        (one, other) => std::mem::discriminant(one) == std::mem::discriminant(other),
    };
    for (other, item) in state.items.iter_mut().enumerate() {
        if other == place {
            item.is_ticked = if is_single || matches!(deed, Deed::Step(_)) { true } else { !item.is_ticked };
        } else if is_single && is_same(item) {
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
            let until = model.now() + minutes * 60_000;
            model.say_state(ShiftState::Break, Some(until));
        }
        (Deed::Leave, _) => model.leave(),
        (Deed::LookIn(conv), _) => model.look_in(*conv),
        (Deed::ShutDoors(until), _) => prompt::open(model, HOUSE, prompt::Purpose::ShutDoors(*until)),
        (Deed::Announce(to), _) => prompt::open(model, HOUSE, prompt::Purpose::Announce(to.clone())),
        (Deed::Review(quarter), _) => model.effect(Effect::Gather(quarter.clone())),
        (Deed::Places(places), _) => model.take_places(*places),
        (Deed::ShiftHandOver(conv), _) => model.go_and(*conv, Command::AskHandOver),
        (Deed::ShiftRelease(conv), _) => model.go_and(*conv, Command::ChatRelease),
        (Deed::ShiftClose(conv), _) => model.go_and(*conv, Command::ChatClose),
        (Deed::Note, _) => open_note_to(model),
        (Deed::NoteTo(to), _) => shift::open_note(model, to.clone()),
        (Deed::TakeNote(id), _) => model.take_note(*id),
        (Deed::Filter(narrow), _) => find::narrow(model, narrow),
        (Deed::HandTo(account), Some(conv)) => {
            prompt::open(model, conv, prompt::Purpose::HandOver(account.clone()))
        }
        (Deed::Danger, Some(conv)) => {
            model.write(conv, Act::Flag { level: 3, reason: String::new() }, Wrote::Flag(conv, 3));
            open_emergency(model, conv, model.now());
        }
        (Deed::Step(text), Some(conv)) => {
            let text = format!("{} {text}", model.look.clock(model.now()));
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
    let clock = state.since.map(|since| {
        let values = [
            ("wait", look.wait(model.lasted(since)).into()),
            ("now", look.clock_seconds(model.now()).into()),
        ];
        look.say_with("choice-clock", &values)
    });
    let lines: Vec<String> = clock
        .iter()
        .chain(&state.lines)
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
