//! Earlier cases by words, without diacritics and by beginnings; what is selected is shown below.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{Next, Press, Screen, choice, workspace};
use crate::casebook::record::{Contact, ContactId, Filter, Hit, Speaker, Transcript};
use crate::console::keymap::{Command, Context};
use crate::console::model::{Effect, Model, Results};
use crate::console::theme::Role;
use crate::console::widget::wrap::wrap;
use crate::console::widget::{TextBox, clip, fill, pad, put, put_right, rule, width};
use crate::conversation::SafeText;

/// The columns of a topic in a row of what was found.
const TOPIC: usize = 22;

/// How long a day is, in milliseconds.
const DAY_MS: u64 = 24 * 60 * 60_000;

/// One thing a search is narrowed by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Narrow {
    /// Nothing: everything is found again.
    Everything,
    /// The last so many days.
    Days(u64),
    /// A promise due within a week.
    Due,
    /// The form is not finished.
    Unfinished,
    /// Online or not.
    Online(String),
    /// This risk or more.
    Risk(u8),
    /// Who wrote.
    Person(String),
    /// An outcome.
    Outcome(String),
    /// A topic or a family of topics.
    Topic(String),
}

impl Narrow {
    fn since(days: u64, now: u64) -> u64 {
        now.saturating_sub(days * DAY_MS)
    }

    /// Returns whether a filter has it set.
    pub fn is_set(&self, filter: &Filter, now: u64) -> bool {
        match self {
            Self::Everything => filter == &Filter::default(),
            // The filter was set a moment ago.
            Self::Days(days) => {
                filter.since.is_some_and(|since| since.abs_diff(Self::since(*days, now)) < DAY_MS / 2)
            }
            Self::Due => filter.due.is_some(),
            Self::Unfinished => filter.unfinished,
            Self::Online(code) => filter.online.as_ref() == Some(code),
            Self::Risk(risk) => filter.risk == Some(*risk),
            Self::Person(code) => filter.person.as_ref() == Some(code),
            Self::Outcome(code) => filter.outcome.as_ref() == Some(code),
            Self::Topic(id) => filter.topic.as_ref() == Some(id),
        }
    }

    /// Sets it, or takes it back if it is set.
    fn turn(&self, filter: &mut Filter, now: u64) {
        let is_set = self.is_set(filter, now);
        let code = |code: &String| (!is_set).then(|| code.clone());
        match self {
            Self::Everything => *filter = Filter::default(),
            Self::Days(days) => filter.since = (!is_set).then(|| Self::since(*days, now)),
            Self::Due => filter.due = (!is_set).then_some(now + 7 * DAY_MS),
            Self::Unfinished => filter.unfinished = !is_set,
            Self::Online(online) => filter.online = code(online),
            Self::Risk(risk) => filter.risk = (!is_set).then_some(*risk),
            Self::Person(person) => filter.person = code(person),
            Self::Outcome(outcome) => filter.outcome = code(outcome),
            Self::Topic(topic) => filter.topic = code(topic),
        }
    }
}

/// A contact read for its preview.
#[derive(Debug, Clone)]
pub struct Loaded {
    /// The contact.
    pub contact: Contact,
    /// Its words, if they were kept.
    pub transcript: Option<Transcript>,
}

/// What the screen knows.
#[derive(Debug)]
pub struct State {
    query: TextBox,
    filter: Filter,
    hits: Vec<Hit>,
    total: usize,
    micros: Option<u64>,
    selected: usize,
    /// What is shown of the selected contact.
    pub loaded: Option<Loaded>,
    is_open: bool,
    top: usize,
}

impl State {
    /// Results came.
    pub fn found(&mut self, results: Results) {
        let selected = self.hits.get(self.selected).map(|hit| hit.contact.id);
        (self.hits, self.total, self.micros) = (results.hits, results.total, Some(results.micros));
        // The selection sticks to the contact, not to the row.
        let place = selected.and_then(|id| self.hits.iter().position(|hit| hit.contact.id == id));
        self.is_open &= place.is_some();
        self.selected = place.unwrap_or(0);
    }

    /// Returns the selected contact, if it is not the one that was read.
    pub fn wanted(&self) -> Option<ContactId> {
        let id = self.hits.get(self.selected)?.contact.id;
        let is_here = self.loaded.as_ref().is_some_and(|loaded| loaded.contact.id == id);
        (!is_here).then_some(id)
    }

    fn shown(&self) -> Option<&Loaded> {
        let id = self.hits.get(self.selected)?.contact.id;
        self.loaded.as_ref().filter(|loaded| loaded.contact.id == id)
    }
}

/// Opens the search; without words it shows the newest contacts.
pub fn open(model: &mut Model) {
    open_with(model, "");
}

/// Opens the search with words that were typed elsewhere.
pub fn open_with(model: &mut Model, words: &str) {
    let mut query = TextBox::line();
    query.insert(words);
    let state = State {
        query,
        filter: Filter::default(),
        hits: Vec::new(),
        total: 0,
        micros: None,
        selected: 0,
        loaded: None,
        is_open: false,
        top: 0,
    };
    model.push(Screen::Find(state));
    search(model, words, Filter::default());
}

fn search(model: &mut Model, words: &str, filter: Filter) {
    model.search += 1;
    model.effect(Effect::Find(model.search, words.to_owned(), Box::new(filter)));
}

/// Narrows the search that is open, or takes that back, and searches anew.
pub fn narrow(model: &mut Model, narrow: &Narrow) {
    let now = model.now();
    let search_on = model.screens.iter_mut().rev().find_map(|screen| match screen {
        Screen::Find(state) => Some(state),
        _ => None,
    });
    let Some(state) = search_on else { return };
    narrow.turn(&mut state.filter, now);
    state.is_open = false;
    let (words, filter) = (state.query.text(), state.filter.clone());
    search(model, &words, filter);
}

/// Takes a key.
pub fn update(state: &mut State, press: &Press, model: &mut Model) -> Next {
    let page = usize::from(model.size.1.saturating_sub(4)).max(1);
    let before = state.query.text();
    match press {
        Press::Command(Command::ChatUp) if state.is_open => state.top = state.top.saturating_sub(1),
        Press::Command(Command::ChatDown) if state.is_open => state.top += 1,
        Press::Command(Command::ScrollUp) if state.is_open => state.top = state.top.saturating_sub(page),
        Press::Command(Command::ScrollDown) if state.is_open => state.top += page,
        Press::Command(Command::ChatUp) => select(state, state.selected.saturating_sub(1), model),
        Press::Command(Command::ChatDown) => {
            select(state, (state.selected + 1).min(state.hits.len().saturating_sub(1)), model);
        }
        Press::Command(Command::Open) => {
            (state.is_open, state.top) = (state.shown().is_some(), 0);
        }
        Press::Command(Command::TopicsOpen) => {
            choice::open_filter(model, &state.filter);
            return Next::Stay;
        }
        Press::Command(Command::CaseLink) => link(state, model),
        Press::Command(Command::Back) if state.is_open => state.is_open = false,
        Press::Command(Command::Back | Command::CaseFind) => return Next::Close,
        Press::Command(command) => {
            if !state.query.command(*command) {
                return Next::Pass;
            }
        }
        Press::Key(event) => _ = state.query.key(*event),
        Press::Paste(text) => state.query.insert(text),
    }
    if state.query.text() != before {
        state.is_open = false;
        search(model, &state.query.text(), state.filter.clone());
    }
    Next::Stay
}

/// Brings the contact in front into the case of the one that is selected: it is the same child.
fn link(state: &State, model: &mut Model) {
    let mono = model.mono;
    let Some(hit) = state.hits.get(state.selected) else { return };
    let (case, id, handle) =
        (hit.contact.case, hit.contact.id, SafeText::line(&hit.contact.handle).to_string());
    let Some(chat) = model.chat_mut().filter(|chat| chat.contact.id != id) else {
        return model.tell(Role::Warning, "not-here-no-chat", &[]);
    };
    chat.contact.case = case;
    chat.contact.facets.repeat = true;
    chat.contact_changed(mono);
    model.tell(Role::Ok, "linked", &[("handle", handle.into())]);
}

fn select(state: &mut State, place: usize, model: &mut Model) {
    state.selected = place;
    if let Some(contact) = state.wanted() {
        model.effect(Effect::Load(contact));
    }
}

/// Draws the search.
pub fn draw(model: &Model, state: &State, frame: &mut Frame<'_>) {
    let look = &model.look;
    let area = frame.area();
    let buffer = frame.buffer_mut();
    fill(buffer, area, look.style(Role::Text));
    let title = look.say("find-title");
    put(buffer, area, 1, 0, &title, look.style(Role::TextStrong));
    let x = u16::try_from(width(&title) + 2).unwrap_or(0);
    let field = Rect { x: area.x + x, width: area.width.saturating_sub(x + 24), height: 1, ..area };
    let cursor = state.query.draw(buffer, field, look.style(Role::Text));
    if let Some(micros) = state.micros {
        let values = [("count", state.total.into()), ("ms", micros.div_ceil(1_000).into())];
        put_right(buffer, area, 1, 0, &look.say_with("find-count", &values), look.style(Role::TextDim));
    }
    put(buffer, area, 1, 1, &narrowed(model, &state.filter), look.style(Role::TextDim));
    let change = look.key(Command::TopicsOpen, Context::Search);
    put_right(
        buffer,
        area,
        1,
        1,
        &look.say_with("find-filter", &[("key", change.into())]),
        look.style(Role::Hint),
    );
    rule(buffer, area, 2, "", look.style(Role::Rule), look.style(Role::Text));
    let last = area.height.saturating_sub(1);
    match &model.notice {
        Some(notice) => put(buffer, area, 1, last, &notice.text, look.style(notice.role)),
        None => put(buffer, area, 1, last, &look.say("find-hint"), look.style(Role::Hint)),
    };
    let body = Rect { y: area.y + 3, height: area.height.saturating_sub(5), ..area };
    if state.is_open {
        preview(model, state, body, state.top, buffer);
    } else if area.width >= workspace::BESIDE {
        let left = area.width / 2;
        results(model, state, Rect { width: left, ..body }, buffer);
        preview(model, state, Rect { x: area.x + left + 1, width: area.width - left - 1, ..body }, 0, buffer);
    } else {
        let upper = body.height / 2;
        results(model, state, Rect { height: upper, ..body }, buffer);
        let lower = Rect { y: body.y + upper, height: body.height - upper, ..body };
        preview(model, state, lower, 0, buffer);
    }
    frame.set_cursor_position(super::inside(cursor, area));
}

/// Returns what a search is narrowed by, in words.
fn narrowed(model: &Model, filter: &Filter) -> String {
    let look = &model.look;
    let mut parts = Vec::new();
    if let Some(topic) = &filter.topic {
        parts.push(match topic.contains('.') {
            true => workspace::topic_name(model, topic),
            false => look.say_or(&crate::taxonomy::Family::from(topic.as_str()).label_id(), topic),
        });
    }
    if let Some(since) = filter.since {
        let date = look.locale.date(look.civil(since).date());
        parts.push(look.say_with("find-since", &[("date", date.into())]));
    }
    let code = |prefix: &str, code: &str| {
        look.say_or(&format!("{prefix}-{}", code.replace('.', "-")), code).to_lowercase()
    };
    parts.extend(filter.online.as_deref().map(|online| code("online", online)));
    if let Some(risk) = filter.risk {
        let level = look.say_or(&format!("risk-{risk}.short"), &risk.to_string());
        let level = look.say_with("filter-risk-from", &[("level", level.into())]);
        parts.push(look.say_with("find-risk", &[("level", level.into())]));
    }
    parts.extend(filter.person.as_deref().map(|person| code("person", person)));
    parts.extend(filter.outcome.as_deref().map(|outcome| code("outcome", outcome)));
    parts.extend(filter.due.map(|_| look.say("filter-due-week")));
    parts.extend(filter.unfinished.then(|| look.say("filter-unfinished")));
    if parts.is_empty() { look.say("find-all") } else { parts.join(" · ") }
}

fn results(model: &Model, state: &State, area: Rect, buffer: &mut Buffer) {
    let look = &model.look;
    if state.hits.is_empty() && state.micros.is_some() {
        put(buffer, area, 1, 0, &look.say("find-nothing"), look.style(Role::TextDim));
    }
    let rows = usize::from(area.height).max(1);
    let skip = (state.selected + 1).saturating_sub(rows);
    for (y, (place, hit)) in state.hits.iter().enumerate().skip(skip).take(rows).enumerate() {
        let y = u16::try_from(y).unwrap_or(0);
        let is_selected = place == state.selected;
        let style = look.style(if is_selected { Role::Focus } else { Role::Text });
        let mark = if is_selected { "▸" } else { " " };
        let date = look.locale.date(look.civil(hit.contact.opened).date());
        let handle = SafeText::line(&hit.contact.handle);
        let topic = hit
            .contact
            .facets
            .topics
            .first()
            .map(|topic| workspace::topic_name(model, topic))
            .unwrap_or_default();
        let online = match hit.contact.facets.online.as_deref() {
            Some(online) if !topic.is_empty() => {
                format!(" › {}", look.say_or(&format!("online-{online}"), online).to_lowercase())
            }
            _ => String::new(),
        };
        // Whether it happened online is seen at every length of the topic.
        let topic = clip(workspace::without_brackets(&topic), TOPIC.saturating_sub(width(&online)));
        let topic = pad(&format!("{topic}{online}"), TOPIC);
        let head = format!("{mark}{} {} {topic} ", pad(&date, 7), pad(handle.as_str(), 16));
        let mut x = put(buffer, area, 0, y, &head, style);
        for (piece, is_match) in pieces(hit) {
            let piece = if is_match { format!("[{piece}]") } else { piece };
            x = put(buffer, area, x, y, &piece, look.style(if is_match { Role::Match } else { Role::Text }));
        }
    }
}

/// Returns the snippet in pieces, and which of them matched.
fn pieces(hit: &Hit) -> Vec<(String, bool)> {
    let text = &hit.snippet.text;
    let safe = |text: &str| SafeText::line(text).to_string();
    let (mut pieces, mut at) = (Vec::new(), 0);
    for mark in &hit.snippet.marks {
        let (Some(before), Some(inside)) = (text.get(at..mark.start), text.get(mark.clone())) else {
            continue;
        };
        pieces.extend([(safe(before), false), (safe(inside), true)]);
        at = mark.end;
    }
    pieces.push((safe(text.get(at..).unwrap_or_default()), false));
    pieces.retain(|(piece, _)| !piece.is_empty());
    pieces
}

fn preview(model: &Model, state: &State, area: Rect, top: usize, buffer: &mut Buffer) {
    let look = &model.look;
    let Some(Loaded { contact, transcript }) = state.shown() else { return };
    let columns = usize::from(area.width.saturating_sub(2)).max(2);
    let mut lines: Vec<(String, Role)> = Vec::new();
    rule(buffer, area, 0, &heading(model, contact), look.style(Role::Rule), look.style(Role::TextStrong));
    let push = |lines: &mut Vec<(String, Role)>, text: &str, role| {
        let safe = SafeText::new(text);
        lines.extend(
            wrap(safe.as_str(), columns).into_iter().map(|range| (safe.as_str()[range].to_owned(), role)),
        );
    };
    for (field, words) in &contact.note.fields {
        push(&mut lines, &look.say_or(&format!("form-note-{field}"), field), Role::TextDim);
        push(&mut lines, words, Role::Text);
    }
    if contact.note.fields.is_empty() {
        push(&mut lines, &look.say("find-no-note"), Role::TextDim);
    }
    for line in transcript.iter().filter(|_| state.is_open).flat_map(|transcript| &transcript.lines) {
        let who = match &line.by {
            Speaker::Child => look.say("talk-child"),
            Speaker::Line(name) | Speaker::Colleague(name) => SafeText::line(name).to_string(),
            Speaker::Relay => "·".to_owned(),
        };
        let words = if line.text.is_empty() { line.kind.clone() } else { line.text.clone() };
        let role = if line.by == Speaker::Child { Role::WhoChild } else { Role::Text };
        push(&mut lines, &format!("{} {who}: {words}", look.clock(line.at)), role);
    }
    let room = usize::from(area.height.saturating_sub(1));
    let top = top.min(lines.len().saturating_sub(room));
    for (y, (text, role)) in lines.iter().skip(top).take(room).enumerate() {
        put(buffer, area, 1, 1 + u16::try_from(y).unwrap_or(0), text, look.style(*role));
    }
}

fn heading(model: &Model, contact: &Contact) -> String {
    let look = &model.look;
    let mut parts = vec![
        look.locale.date(look.civil(contact.opened).date()),
        SafeText::line(&contact.handle).to_string(),
        SafeText::line(&contact.by).to_string(),
    ];
    if let Some(ended) = contact.ended {
        parts.push(look.minutes(ended.saturating_sub(contact.opened)));
    }
    if let Some(outcome) = contact.facets.outcomes.first() {
        parts.push(look.say_or(&format!("outcome-{}", outcome.replace('.', "-")), outcome).to_lowercase());
    }
    if let Some(risk) = contact.facets.risk {
        let level = look.say_or(&format!("risk-{risk}.short"), &risk.to_string());
        parts.push(look.say_with("find-risk", &[("level", level.into())]));
    }
    format!(" {} ", parts.join(" · "))
}
