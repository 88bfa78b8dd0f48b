//! The topics of a chat: a few letters without diacritics, Enter; and whether it happens online.

use std::sync::LazyLock;

use crossterm::event::KeyCode;
use ratatui::Frame;
use ratatui::layout::Rect;

use super::{Next, Press, Screen, workspace};
use crate::console::keymap::{Command, Context};
use crate::console::model::{Chat, Model};
use crate::console::theme::Role;
use crate::console::widget::{TextBox, pad, put, put_right, rule};
use crate::conversation::ConversationId;
use crate::locale::{Lang, Locale};
use crate::taxonomy::{Online, TopicId};

/// How many topics a contact has at most.
pub const MOST: usize = 3;

/// What the screen knows.
#[derive(Debug)]
pub struct State {
    /// The chat.
    pub conv: ConversationId,
    query: TextBox,
    found: Vec<String>,
    suggested: usize,
    selected: usize,
}

/// Opens the topics of the chat in front.
pub fn open(model: &mut Model) {
    let Some(conv) = model.front else { return };
    let mut state = State { conv, query: TextBox::line(), found: Vec::new(), suggested: 0, selected: 0 };
    state.narrow(model);
    model.push(Screen::Topics(state));
}

/// Returns the topics that what is known of a chat suggests: those of the family the child chose, else none.
pub fn suggested(model: &Model, chat: &Chat) -> Vec<String> {
    let Some(told) = chat.transcript.facts().topic.as_deref() else { return Vec::new() };
    let fits = |id: &TopicId| id.as_str() == told || id.family().as_str() == told;
    let chosen = &chat.contact.facets.topics;
    let ids = model.taxonomy.topics().map(|topic| &topic.id).filter(|id| fits(id));
    ids.map(ToString::to_string).filter(|id| !chosen.contains(id)).take(5).collect()
}

/// Returns the words under which a topic is found in one language: its name, and others it is known by.
fn words(locale: &Locale, id: &TopicId) -> String {
    let label = id.label_id();
    let name = locale.try_say(&label, &[]).unwrap_or_else(|| id.to_string());
    let also = locale.try_say(&format!("{label}.also"), &[]).unwrap_or_default();
    format!("{name} {also}")
}

/// Returns the topics that letters mean: in the screen's language, or where it has none, in the other: a tired hand types
/// the word in which the child said it.
fn search(model: &Model, query: &str) -> Vec<TopicId> {
    static OTHERS: LazyLock<[Locale; 2]> = LazyLock::new(|| Lang::ALL.map(Locale::new));
    let own = &model.look.locale;
    let found = model.taxonomy.search(query, |id| words(own, id));
    let mut others = OTHERS.iter().filter(|other| found.is_empty() && other.lang() != own.lang());
    others.next().map_or(found, |other| model.taxonomy.search(query, |id| words(other, id)))
}

impl State {
    fn narrow(&mut self, model: &Model) {
        self.selected = 0;
        let query = self.query.text();
        let Some(chat) = model.chat_of(self.conv) else { return };
        let mut found = if query.trim().is_empty() { suggested(model, chat) } else { Vec::new() };
        self.suggested = found.len();
        let all = search(model, &query);
        found.extend(
            all.into_iter().map(|id| id.to_string()).filter(|id| !found.contains(id)).collect::<Vec<_>>(),
        );
        self.found = found;
    }
}

/// Takes a key.
pub fn update(state: &mut State, press: &Press, model: &mut Model) -> Next {
    match press {
        Press::Command(Command::ChatUp) => state.selected = state.selected.saturating_sub(1),
        Press::Command(Command::ChatDown) => {
            state.selected = (state.selected + 1).min(state.found.len().saturating_sub(1));
        }
        Press::Command(Command::Open) => toggle(state, model),
        Press::Command(Command::PaneNext) => turn_online(model, state.conv, true),
        Press::Command(Command::PanePrevious) => turn_online(model, state.conv, false),
        Press::Command(Command::Back | Command::TopicsOpen) => return Next::Close,
        Press::Command(command) => {
            if !state.query.command(*command) {
                return Next::Pass;
            }
            state.narrow(model);
        }
        Press::Key(event) if event.code == KeyCode::Backspace && state.query.is_empty() => {
            change(model, state.conv, |topics| _ = topics.pop());
            state.narrow(model);
        }
        Press::Key(event) => {
            state.query.key(*event);
            state.narrow(model);
        }
        Press::Paste(text) => {
            state.query.insert(text);
            state.narrow(model);
        }
    }
    Next::Stay
}

fn change(model: &mut Model, conv: ConversationId, change: impl FnOnce(&mut Vec<String>)) {
    let mono = model.mono;
    if let Some(chat) = model.chat_of_mut(conv) {
        change(&mut chat.contact.facets.topics);
        chat.contact_changed(mono);
    }
}

/// Enter chooses the selected topic, or takes it back.
fn toggle(state: &mut State, model: &mut Model) {
    let Some(topic) = state.found.get(state.selected).cloned() else { return };
    let Some(chat) = model.chat_of(state.conv) else { return };
    let chosen = &chat.contact.facets.topics;
    let (is_chosen, is_full, has_online) =
        (chosen.contains(&topic), chosen.len() >= MOST, chat.contact.facets.online.is_some());
    if is_full && !is_chosen {
        model.tell(Role::Warning, "topics-three", &[]);
        return;
    }
    change(model, state.conv, |topics| {
        if is_chosen {
            topics.retain(|known| *known != topic);
        } else {
            topics.push(topic.clone());
        }
    });
    // Only a few topics say by themselves where they happen; for the rest it is never guessed.
    let begins = model.taxonomy.topic(&topic.as_str().into()).and_then(|topic| topic.online);
    if let (Some(online), false, false) = (begins, has_online, is_chosen) {
        set_online(model, state.conv, online);
    }
    _ = state.query.take();
    state.narrow(model);
}

/// Sets whether it happens online.
pub fn set_online(model: &mut Model, conv: ConversationId, online: Online) {
    let mono = model.mono;
    if let Some(chat) = model.chat_of_mut(conv) {
        chat.contact.facets.online = Some(online.as_str().to_owned());
        if online == Online::Offline {
            chat.contact.facets.places.clear();
            chat.contact.facets.risk4c.clear();
        }
        chat.contact_changed(mono);
    }
}

/// Goes to the next of offline, online, both.
pub fn turn_online(model: &mut Model, conv: ConversationId, forward: bool) {
    const ORDER: [Online; 3] = [Online::Offline, Online::Online, Online::Mixed];
    let Some(chat) = model.chat_of(conv) else { return };
    let now = chat.contact.facets.online.as_deref().and_then(Online::from_code);
    let place = now.and_then(|online| ORDER.iter().position(|known| *known == online));
    let next = match (place, forward) {
        (None, _) => 0,
        (Some(place), true) => (place + 1) % ORDER.len(),
        (Some(place), false) => (place + ORDER.len() - 1) % ORDER.len(),
    };
    set_online(model, conv, ORDER[next]);
}

/// Returns the three choices of the online facet with the one that is set marked.
pub fn online_choices(model: &Model, chat: &Chat) -> String {
    let set = chat.contact.facets.online.as_deref();
    let choice = |(code, id): (&str, &str)| {
        let mark = if set == Some(code) { "(•)" } else { "( )" };
        format!("{mark} {}", model.look.say(id))
    };
    let choices = [("offline", "online-no"), ("online", "online-yes"), ("mixed", "online-both")];
    choices.into_iter().map(choice).collect::<Vec<_>>().join("   ")
}

/// Draws the topics in a window over the workspace.
pub fn draw(model: &Model, state: &State, frame: &mut Frame<'_>) {
    let look = &model.look;
    let Some(chat) = model.chat_of(state.conv) else { return };
    let whole = frame.area();
    let area = super::window(whole, 64, 18.min(whole.height));
    let buffer = frame.buffer_mut();
    super::framed(
        model,
        area,
        &look.say_with("topics-title", &[("handle", model.handle(state.conv).into())]),
        buffer,
    );
    let area = super::inner(area);
    let mut y = 0;
    for place in 0..MOST {
        let text = match chat.contact.facets.topics.get(place) {
            Some(topic) => format!("{} {}", place + 1, workspace::topic_name(model, topic)),
            None => format!("{} –", place + 1),
        };
        put(buffer, area, 1, y, &text, look.style(Role::Topic));
        y += 1;
    }
    let x = put(buffer, area, 1, y, &format!("{} ", look.say("topics-online")), look.style(Role::Text));
    put(buffer, area, x, y, &online_choices(model, chat), look.style(Role::TopicOnline));
    put_right(
        buffer,
        area,
        1,
        y,
        &look.say_with("topics-turn", &[("key", look.key(Command::PaneNext, Context::Global).into())]),
        look.style(Role::Hint),
    );
    y += 1;
    rule(buffer, area, y, "", look.style(Role::Rule), look.style(Role::Text));
    y += 1;
    let x = put(buffer, area, 1, y, &format!("{} ", look.say("topics-find")), look.style(Role::Text));
    let field = Rect { x: area.x + x, y: area.y + y, width: area.width.saturating_sub(x + 1), height: 1 }
        .intersection(area);
    let cursor = state.query.draw(buffer, field, look.style(Role::Text));
    y += 1;
    let rows = usize::from(area.height.saturating_sub(y + 1));
    let skip = (state.selected + 1).saturating_sub(rows.max(1));
    for (row, (place, topic)) in state.found.iter().enumerate().skip(skip).take(rows).enumerate() {
        let y = y + u16::try_from(row).unwrap_or(0);
        let is_selected = place == state.selected;
        let mark = if is_selected { "▸" } else { " " };
        let ticked = if chat.contact.facets.topics.contains(topic) { "✓" } else { " " };
        let family = TopicId::from(topic.as_str()).family();
        let family = look.say_or(&family.label_id(), family.as_str());
        let name = format!("{mark}{ticked} {}", workspace::topic_name(model, topic));
        let columns = usize::from(area.width.saturating_sub(22));
        put(
            buffer,
            area,
            0,
            y,
            &pad(&name, columns),
            look.style(if is_selected { Role::Focus } else { Role::Text }),
        );
        let right = if place < state.suggested { look.say("topics-suggested") } else { family };
        put_right(buffer, area, 1, y, &right, look.style(Role::TextDim));
    }
    let last = area.height.saturating_sub(1);
    match &model.notice {
        Some(notice) => put(buffer, area, 1, last, &notice.text, look.style(notice.role)),
        None => put(buffer, area, 1, last, &look.say("topics-hint"), look.style(Role::Hint)),
    };
    frame.set_cursor_position(super::inside(cursor, whole));
}
