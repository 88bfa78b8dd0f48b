//! The list: who waits, my chats in the order they were taken, colleagues. Rows hold still, marks change.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use crate::console::model::{Chat, Model, Pane, QUIET_MS, Standing, Waiting};
use crate::console::screen::workspace::without_brackets;
use crate::console::theme::Role;
use crate::console::widget::{clip, pad, put, put_right, width};
use crate::conversation::ConversationId;
use crate::conversation::event::ShiftState;
use crate::conversation::house::Person;
use crate::conversation::queue::Row;

/// From how many columns on a child has two rows.
const TWO_ROWS: u16 = 28;

/// A row of the list: pieces of text with their looks, and whether it is selected.
#[derive(Default)]
struct Item {
    pieces: Vec<(String, Role)>,
    right: Option<(String, Role)>,
    is_selected: bool,
    conv: Option<ConversationId>,
}

impl Item {
    fn title(text: String) -> Self {
        Self { pieces: vec![(text, Role::TextStrong)], ..Self::default() }
    }
}

/// Returns all rows for an area, the one that is selected, and how many of them are above what is to be seen.
fn items(model: &Model, area: Rect) -> (Vec<Item>, Option<usize>, usize) {
    let rows = usize::from(area.height);
    let chats = chats(model, area.width);
    let colleagues = colleagues(model);
    let mut waiting = waiting(model, area.width);
    waiting.extend(others(model, area.width));
    // My chats are always to be seen; who waits gives way first, then colleagues.
    let per_child = if area.width >= TWO_ROWS { 2 } else { 1 };
    let others = chats.len() + 1 + if colleagues.is_empty() { 0 } else { colleagues.len() + 1 };
    let room = rows.saturating_sub(others).max(2 * per_child).min(waiting.len());
    if room < waiting.len() {
        let hidden = waiting.len() / per_child + 1 - room / per_child;
        waiting.truncate(room.saturating_sub(1));
        let more = model.look.say_with("list-more", &[("count", hidden.into())]);
        waiting.push(Item { pieces: vec![(format!("  {more}"), Role::TextDim)], ..Item::default() });
    }
    let mut items = waiting;
    items.push(Item::default());
    items.extend(chats);
    if !colleagues.is_empty() {
        items.push(Item::default());
        items.extend(colleagues);
    }
    let selected = items.iter().position(|item| item.is_selected);
    let skip = selected.map_or(0, |place| (place + 1).saturating_sub(rows));
    (items, selected, skip)
}

/// Returns the child whose row stands at a place of the terminal.
pub fn child_at(model: &Model, area: Rect, at: Position) -> Option<ConversationId> {
    if !area.contains(at) {
        return None;
    }
    let (items, _, skip) = items(model, area);
    items.get(skip + usize::from(at.y - area.y))?.conv
}

/// Draws the list and returns where its cursor stands.
pub fn draw(model: &Model, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let rows = usize::from(area.height);
    let (items, selected, skip) = items(model, area);
    for (y, item) in items.iter().skip(skip).take(rows).enumerate() {
        let y = u16::try_from(y).unwrap_or(u16::MAX);
        let mut x = 0;
        for (text, role) in &item.pieces {
            x = put(buffer, area, x, y, text, model.look.style(*role));
        }
        if let Some((text, role)) = &item.right {
            put_right(buffer, area, 0, y, text, model.look.style(*role));
        }
        if item.is_selected && model.pane == Pane::List {
            buffer.set_style(Rect { y: area.y + y, height: 1, ..area }, model.look.style(Role::Focus));
        }
    }
    let y = u16::try_from(selected.unwrap_or(0).saturating_sub(skip)).unwrap_or(0);
    Some(Position::new(area.x, area.y + y.min(area.height.saturating_sub(1))))
}

fn is_selected(model: &Model, conv: ConversationId) -> bool {
    model.selected.or(model.front) == Some(conv)
}

fn pointer(is_selected: bool) -> &'static str {
    if is_selected { "▸" } else { " " }
}

fn role_of(waiting: Waiting) -> Role {
    match waiting {
        Waiting::Late => Role::WaitLate,
        Waiting::Soon => Role::WaitSoon,
        Waiting::Ok => Role::WaitOk,
    }
}

/// Who waits: mark, how long, and only what the child chose to tell.
fn waiting(model: &Model, columns: u16) -> Vec<Item> {
    let look = &model.look;
    let mut items = Vec::new();
    for row in model.desk.waiting() {
        let wait = model.lasted(row.since);
        let how = model.waiting(wait);
        let is_selected = is_selected(model, row.conv);
        let mark = if is_selected { "▸" } else { how.mark() };
        let gap = if columns >= TWO_ROWS { "  " } else { " " };
        let flag = if row.level.is_some_and(|level| level >= 2) { "⚑" } else { "" };
        let lead = format!("{mark} {}", look.wait(wait));
        let room = usize::from(columns).saturating_sub(width(&lead) + gap.len() + width(flag));
        let told = told(model, row, gap, room);
        items.push(Item {
            pieces: vec![(lead, role_of(how)), (format!("{gap}{flag}{told}"), Role::Text)],
            is_selected,
            conv: Some(row.conv),
            ..Item::default()
        });
        if columns >= TWO_ROWS {
            let mut second = Vec::new();
            if let Some(feel) = row.facts.feel {
                let feel = look.say(&format!("feel-{}", feel.code()));
                second.push(look.say_with("list-feels", &[("feel", feel.into())]));
            }
            second.push(crate::conversation::SafeText::line(&row.lang).to_string());
            if row.back.is_some() {
                second.push(look.say("list-back"));
            }
            let pieces = vec![(format!("  {}", second.join(" · ")), Role::TextDim)];
            items.push(Item { pieces, conv: Some(row.conv), ..Item::default() });
        }
    }
    items
}

/// Chats of colleagues that somebody should look at: marked ones for a supervisor, and those whose counsellor has gone.
fn others(model: &Model, columns: u16) -> Vec<Item> {
    let look = &model.look;
    let mut items = Vec::new();
    for row in model.of_others() {
        let is_selected = is_selected(model, row.conv);
        let is_alarm = row.level.is_some_and(|level| level >= 2);
        let (sign, role) = if is_alarm { ("⚑", Role::Flag) } else { ("!", Role::WaitLate) };
        let mark = if is_selected { "▸" } else { " " };
        let who = row.holder.as_ref().map(|who| look.name(who)).unwrap_or_default();
        let id = if is_alarm { "list-flagged" } else { "list-left-behind" };
        let values = [("handle", model.handle(row.conv).into()), ("who", who.into())];
        let pieces = vec![
            (mark.to_owned(), Role::Focus),
            (sign.to_owned(), role),
            (format!(" {}", look.say_with(id, &values)), Role::Text),
        ];
        items.push(Item { pieces, is_selected, ..Item::default() });
        if columns >= TWO_ROWS {
            let asks = row.asks.map(|asks| look.wait(model.lasted(asks)));
            let text =
                asks.map(|wait| look.say_with("list-asks", &[("wait", wait.into())])).unwrap_or_default();
            items.push(Item { pieces: vec![(format!("   {text}"), Role::TextDim)], ..Item::default() });
        }
    }
    items
}

/// Returns what a child told of itself in so many columns. A topic that is too long gives way to its short name: cut off,
/// two of them could look alike.
fn told(model: &Model, row: &Row, gap: &str, room: usize) -> String {
    let look = &model.look;
    let age = row.facts.age.as_ref().map(|age| look.say_or(&format!("age-{age}"), age));
    let id = row.facts.topic.as_ref().map(|topic| {
        let kind = if topic.contains('.') { "topic" } else { "family" };
        format!("{kind}-{}", topic.replace('.', "-"))
    });
    let join = |topic: Option<String>| age.iter().cloned().chain(topic).collect::<Vec<_>>().join(gap);
    let topic = row.facts.topic.as_ref().zip(id).map(|(topic, id)| {
        let whole = look.say_or(&id, topic).to_lowercase();
        let fits = width(&join(Some(whole.clone()))) <= room;
        if fits { whole } else { look.say_or(&format!("{id}.short"), without_brackets(&whole)) }
    });
    let told = join(topic);
    if told.is_empty() { look.say("list-nothing-told") } else { told }
}

/// My chats: mark, handle, how long somebody waits, and how many messages are unanswered.
fn chats(model: &Model, columns: u16) -> Vec<Item> {
    let look = &model.look;
    let title = look.say_with("list-chats", &[("count", model.mine().count().into())]);
    let mut items = vec![Item::title(title)];
    let name_columns = usize::from(columns).saturating_sub(11).max(4);
    for chat in &model.chats {
        let is_selected = is_selected(model, chat.conv);
        let asks = model.asks(chat);
        let (mark, state, role) = chat_state(model, chat, asks);
        let flag = chat.transcript.level().is_some_and(|level| level >= 2);
        let handle = pad(&model.handle(chat.conv), name_columns - 1);
        let lead = if flag { "⚑" } else { " " };
        items.push(Item {
            pieces: vec![
                (pointer(is_selected).to_owned(), if is_selected { Role::Focus } else { Role::Text }),
                (mark.to_owned(), role),
                (lead.to_owned(), Role::Flag),
                (format!("{handle} "), if is_selected { Role::TextStrong } else { Role::Text }),
                (state, role),
            ],
            right: (chat.unanswered > 0 && !chat.is_over() && chat.is_mine())
                .then(|| (chat.unanswered.to_string(), role)),
            is_selected,
            conv: Some(chat.conv),
        });
        if columns >= TWO_ROWS && asks.is_some() {
            items.push(last_words(chat, columns));
        }
    }
    items
}

fn chat_state(model: &Model, chat: &Chat, asks: Option<u64>) -> (&'static str, String, Role) {
    let look = &model.look;
    match &chat.standing {
        Standing::Mine => {}
        Standing::Handed(to) => return (">", clip(&look.name(to), 5), Role::WhoColleague),
        Standing::Watched => return ("=", look.say("list-watched"), Role::WhoColleague),
        Standing::Gone(_) => return ("-", look.say("list-gone"), Role::TextDim),
    }
    if chat.is_over() {
        let id = if chat.closing.is_under_way() { "list-closing" } else { "list-to-close" };
        return ("◇", look.say(id), Role::TextDim);
    }
    if chat.is_altered {
        return ("!", look.say("list-altered"), Role::Error);
    }
    match asks {
        Some(asks) => {
            let wait = model.lasted(asks);
            ("●", look.wait(wait), role_of(model.waiting(wait)))
        }
        None if chat.quiet(model.now()).is_some_and(|quiet| quiet >= QUIET_MS) => {
            ("○", look.say("list-quiet"), Role::WaitSoon)
        }
        None => {
            let last = chat.transcript.lines().last().map_or(chat.contact.opened, |line| line.at);
            ("○", look.wait(model.lasted(last)), Role::TextDim)
        }
    }
}

fn last_words(chat: &Chat, columns: u16) -> Item {
    let words =
        chat.transcript.last_of_child().map(|text| text.as_str().replace('\n', " ")).unwrap_or_default();
    let words = clip(&words, usize::from(columns).saturating_sub(6));
    let pieces =
        if words.is_empty() { Vec::new() } else { vec![(format!("   “{words}”"), Role::TextDim)] };
    Item { pieces, conv: Some(chat.conv), ..Item::default() }
}

fn colleagues(model: &Model) -> Vec<Item> {
    let people: Vec<&Person> = model.desk.colleagues().collect();
    if people.is_empty() {
        return Vec::new();
    }
    let names =
        people.iter().map(|person| width(&model.look.name(&person.account))).max().unwrap_or(0).clamp(6, 10);
    let mut items = vec![Item::title(model.look.say("list-colleagues"))];
    for person in people {
        let (state, role) = state_of(model, person);
        let name = model.look.name(&person.account);
        items.push(Item {
            pieces: vec![(format!(" {} ", pad(&name, names)), Role::Text), (state, role)],
            ..Item::default()
        });
    }
    items
}

fn state_of(model: &Model, person: &Person) -> (String, Role) {
    let look = &model.look;
    let load = model.desk.load(&person.account);
    let places = usize::from(person.places);
    if person.away.is_some() {
        return (look.say("colleague-away"), Role::StateOffline);
    }
    match person.state {
        ShiftState::Break => match person.until {
            Some(until) => {
                (look.say_with("colleague-break", &[("until", look.clock(until).into())]), Role::StateBreak)
            }
            None => (look.say("colleague-on-break"), Role::StateBreak),
        },
        ShiftState::Off => (look.say("state-off"), Role::StateOffline),
        ShiftState::Ready | ShiftState::Locked if model.desk.is_full(person) => {
            (format!("{load}/{places} {}", look.say("state-busy")), Role::StateBusy)
        }
        ShiftState::Ready => (format!("{load}/{places} {}", look.say("state-ready")), Role::StateReady),
        ShiftState::Locked => (format!("{load}/{places} {}", look.say("state-locked")), Role::StateOffline),
    }
}
