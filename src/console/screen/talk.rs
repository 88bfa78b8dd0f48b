//! The conversation: both logs in one column, the newest at the bottom. Only what is to be seen is wrapped, so a frame
//! costs the same after ten lines and after ten thousand.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::workspace;
use crate::console::keymap::{Command, Context};
use crate::console::model::chat::key_of;
use crate::console::model::{Chat, Gone, Model, Standing};
use crate::console::theme::Role;
use crate::console::widget::wrap::wrap;
use crate::console::widget::{clip, emoji, pad, put, width};
use crate::conversation::SafeText;
use crate::conversation::event::{ClosedReason, LeftReason};
use crate::conversation::transcript::{Pending, Shown, What, Who};

/// The column in which the words begin.
const WORDS: u16 = 14;

/// How the conversation is moved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Scroll {
    PageUp,
    PageDown,
    Up(usize),
    Down(usize),
    Top,
    Bottom,
}

/// One row of the conversation.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Drawn {
    time: String,
    who: String,
    who_role: Role,
    words: String,
    role: Role,
}

/// What a line says: who, and words that are wrapped.
struct Saying {
    who: String,
    who_role: Role,
    words: String,
    role: Role,
}

/// Draws the conversation in front, or what to do while there is none.
pub fn draw(model: &Model, area: Rect, buffer: &mut Buffer) {
    match model.chat() {
        Some(chat) => draw_chat(model, chat, area, buffer),
        None => draw_nobody(model, area, buffer),
    }
}

/// Draws a conversation.
pub fn draw_chat(model: &Model, chat: &Chat, area: Rect, buffer: &mut Buffer) {
    let rows = usize::from(area.height);
    let columns = usize::from(area.width.saturating_sub(WORDS + 1));
    let mut drawn: Vec<Drawn> = Vec::new();
    let (end, hidden) = chat.scroll.unwrap_or((chat.transcript.lines().len(), 0));
    if chat.scroll.is_none() {
        drawn.extend(below(model, chat, columns).into_iter().rev());
    }
    let mut skip = hidden;
    for line in chat.transcript.lines()[..end.min(chat.transcript.lines().len())].iter().rev() {
        if drawn.len() >= rows {
            break;
        }
        let lines = rows_of(model, chat, line, columns);
        drawn.extend(lines.into_iter().rev().skip(std::mem::take(&mut skip)));
    }
    drawn.truncate(rows);
    drawn.reverse();
    for (y, row) in drawn.iter().enumerate() {
        let y = u16::try_from(y).unwrap_or(u16::MAX);
        if row.who_role == Role::Rule {
            put_news(model, area, y, &row.words, buffer);
            continue;
        }
        put(buffer, area, 1, y, &row.time, model.look.style(Role::TextDim));
        put(buffer, area, 7, y, &row.who, model.look.style(row.who_role));
        put(buffer, area, WORDS, y, &row.words, model.look.style(row.role));
    }
}

fn put_news(model: &Model, area: Rect, y: u16, words: &str, buffer: &mut Buffer) {
    let columns = usize::from(area.width.saturating_sub(5));
    let words = clip(words, columns.saturating_sub(2));
    let sides = columns.saturating_sub(width(&words) + 2);
    let line = format!("{} {words} {}", "─".repeat(sides / 2), "─".repeat(sides - sides / 2));
    put(buffer, area, 1, y, &line, model.look.style(Role::Rule));
}

/// Returns what stands below the last line: words on their way, and whether the child writes.
fn below(model: &Model, chat: &Chat, columns: usize) -> Vec<Drawn> {
    let mut drawn = Vec::new();
    for sent in chat.transcript.pending() {
        drawn.extend(pending_rows(model, sent, columns));
    }
    if let Some(outgoing) = &chat.outgoing {
        let seconds = outgoing.due.saturating_sub(model.mono).div_ceil(1_000);
        let values =
            [("seconds", seconds.into()), ("key", model.look.key(Command::Back, Context::Global).into())];
        let words =
            format!("{} ({})", SafeText::new(&outgoing.text), model.look.say_with("talk-outgoing", &values));
        let saying =
            Saying { who: model.look.say("talk-me"), who_role: Role::WhoMe, words, role: Role::Unsaved };
        drawn.extend(wrapped("", saying, columns));
    }
    if chat.is_mine() && !chat.is_over() {
        let state = if chat.writing_until.is_some() {
            Some("talk-writing")
        } else {
            chat.is_hidden.then_some("talk-hidden")
        };
        drawn.extend(state.into_iter().flat_map(|id| system(model.look.say(id), columns)));
    }
    drawn.extend(ending(chat).into_iter().flat_map(|id| system(model.look.say(id), columns)));
    drawn
}

fn system(words: String, columns: usize) -> Vec<Drawn> {
    let saying = Saying { who: String::new(), who_role: Role::WhoSystem, words, role: Role::WhoSystem };
    wrapped("", saying, columns)
}

/// Returns what stands below a chat that is not mine: that nothing can be sent, and why.
fn ending(chat: &Chat) -> Option<&'static str> {
    match &chat.standing {
        Standing::Mine => None,
        Standing::Watched => (!chat.is_loaded()).then_some("talk-coming"),
        Standing::Handed(_) => Some("talk-handed"),
        Standing::Gone(Gone::With(_) | Gone::Away) => Some("talk-gone-with"),
        Standing::Gone(Gone::Queue) => Some("talk-gone-queue"),
        Standing::Gone(Gone::Archived) => Some("talk-gone-archived"),
        Standing::Gone(Gone::Erased) => Some("talk-gone-erased"),
    }
}

/// Words on their way look like all others for a second; then they say that they are not yet stored.
fn pending_rows(model: &Model, sent: &Pending, columns: usize) -> Vec<Drawn> {
    let is_late = model.lasted(sent.at) >= 1_000;
    let words = if is_late {
        format!("{} ({})", sent.text, model.look.say("talk-not-stored"))
    } else {
        sent.text.to_string()
    };
    let role = if is_late { Role::Unsaved } else { Role::Text };
    let saying = Saying { who: model.look.say("talk-me"), who_role: Role::WhoMe, words, role };
    wrapped(&model.look.clock(sent.at), saying, columns)
}

/// Returns the rows of a line, with the rule above it where news begin.
fn rows_of(model: &Model, chat: &Chat, line: &Shown, columns: usize) -> Vec<Drawn> {
    let mut rows = Vec::new();
    let Some(mut saying) = saying(model, chat, line) else { return rows };
    // Of what somebody wrote every picture is as wide as it is counted; the signs of this screen are its own.
    if matches!(line.what, What::Said(_) | What::Whispered(_)) {
        saying.words = emoji::readable(&saying.words);
    }
    // A whisper never looks like words to a child, in whatever colours: a bar stands before each of its rows.
    let bar = if matches!(line.what, What::Whispered(_)) { "│ " } else { "" };
    let columns = columns.saturating_sub(width(bar));
    if chat.marker == Some(key_of(line)) {
        rows.push(Drawn {
            time: String::new(),
            who: String::new(),
            who_role: Role::Rule,
            words: model.look.say("talk-news"),
            role: Role::Rule,
        });
    }
    let mut lines = wrapped(&model.look.clock(line.at), saying, columns);
    lines.iter_mut().for_each(|row| row.words.insert_str(0, bar));
    rows.extend(lines);
    rows
}

fn wrapped(time: &str, saying: Saying, columns: usize) -> Vec<Drawn> {
    let Saying { who, who_role, words, role } = saying;
    wrap(&words, columns)
        .into_iter()
        .enumerate()
        .map(|(place, range)| Drawn {
            time: if place == 0 { time.to_owned() } else { String::new() },
            who: if place == 0 { pad(&who, 6) } else { String::new() },
            who_role,
            words: words[range].to_owned(),
            role,
        })
        .collect()
}

/// Returns what a line says; nothing for what a reader need not see.
fn saying(model: &Model, chat: &Chat, line: &Shown) -> Option<Saying> {
    let look = &model.look;
    let handle = || model.handle(chat.conv);
    let name = || line.who.account().map(|account| look.name(account)).unwrap_or_default();
    let note = |id: &str| {
        (look.say_with(id, &[("handle", handle().into()), ("who", name().into())]), Role::WhoSystem)
    };
    let (who, who_role) = who(model, line);
    let (words, role) = match &line.what {
        What::Said(said) => (said.text.to_string(), Role::Text),
        What::Whispered(said) => (said.text.to_string(), Role::WhoColleague),
        What::CouldNotBeRead(_) => (look.say("talk-unreadable"), Role::Warning),
        What::Left(LeftReason::Leave) => note("talk-left"),
        What::Left(LeftReason::Absent) => note("talk-absent"),
        What::Closed(ClosedReason::Misuse) => note("talk-closed-misuse"),
        What::Closed(_) => note("talk-closed"),
        What::Claimed => note("talk-claimed"),
        What::Released(reason) => with_words(note("talk-released"), reason.text.as_str()),
        What::Transferred { to, brief } => {
            let values = [("who", name().into()), ("to", look.name(to).into())];
            let said = (look.say_with("talk-transferred", &values), Role::WhoColleague);
            (format!("{}\n{}", said.0, brief.text.as_str()), said.1)
        }
        What::Moved(reason) => with_words(note("talk-moved"), reason.text.as_str()),
        What::Flagged { level, reason } => {
            let id = if *level >= 3 { "talk-danger" } else { "talk-flagged" };
            let (text, _) = with_words(note(id), reason.text.as_str());
            (format!("⚑ {text}"), if *level >= 3 { Role::Danger } else { Role::Flag })
        }
        What::Watched { who, on } => {
            let id = if *on { "talk-looks-in" } else { "talk-looks-out" };
            (look.say_with(id, &[("who", look.name(who).into())]), Role::WhoSystem)
        }
        What::Opened { .. }
        | What::Told(_)
        | What::Rated(_)
        | What::Classified(_)
        | What::Archived
        | What::House(_) => return None,
    };
    Some(Saying { who, who_role, words, role })
}

/// Returns what a line says without being drawn: who, the words, and whether somebody wrote them.
pub fn spoken(model: &Model, chat: &Chat, line: &Shown) -> Option<(String, String, bool)> {
    let Saying { who, words, .. } = saying(model, chat, line)?;
    let is_written = matches!(line.what, What::Said(_) | What::Whispered(_) | What::CouldNotBeRead(_));
    Some((who, words, is_written))
}

fn with_words((text, role): (String, Role), words: &str) -> (String, Role) {
    if words.is_empty() { (text, role) } else { (format!("{text} {words}"), role) }
}

fn who(model: &Model, line: &Shown) -> (String, Role) {
    let look = &model.look;
    match (&line.what, &line.who) {
        (What::Said(_) | What::CouldNotBeRead(_), Who::Child) => (look.say("talk-child"), Role::WhoChild),
        (What::Said(_) | What::CouldNotBeRead(_) | What::Whispered(_), Who::Line(account)) => {
            let is_me = account.is_some() && account.as_ref() == model.desk.account();
            match account {
                _ if is_me && matches!(line.what, What::Whispered(_)) => {
                    (look.say("talk-me"), Role::WhoColleague)
                }
                _ if is_me => (look.say("talk-me"), Role::WhoMe),
                Some(account) => (look.name(account), Role::WhoColleague),
                None => (look.say("talk-line"), Role::WhoColleague),
            }
        }
        _ => ("·".to_owned(), Role::WhoSystem),
    }
}

/// What to press while no chat is open; a demo also says where the child's page is.
fn draw_nobody(model: &Model, area: Rect, buffer: &mut Buffer) {
    let look = &model.look;
    let key = |command| look.key(command, Context::Global);
    let values = [
        ("take", key(Command::ChatTake).into()),
        ("close", key(Command::ChatClose).into()),
        ("menu", key(Command::MenuOpen).into()),
        ("note", key(Command::NoteToggle).into()),
        ("quit", key(Command::Quit).into()),
    ];
    let (waiting, _) = model.queue_waits();
    let mut lines: Vec<(String, Role)> = Vec::new();
    match &model.settings.welcome {
        Some(welcome) => {
            lines.push((look.say("welcome-title"), Role::TextStrong));
            lines.push((String::new(), Role::Text));
            for id in ["welcome-one", "welcome-two", "welcome-three"] {
                lines.push((look.say_with(id, &values), Role::Text));
            }
            lines.push((String::new(), Role::Text));
            lines.push((look.say("welcome-page"), Role::Text));
            lines.push((SafeText::line(&welcome.page_url).to_string(), Role::TextStrong));
        }
        None if waiting > 0 => lines.push((look.say_with("nobody-take", &values), Role::Text)),
        None => lines.push((look.say_with("nobody-waits", &values), Role::TextDim)),
    }
    let columns = usize::from(area.width.saturating_sub(2));
    let mut y = 1;
    for (text, role) in lines {
        for range in wrap(&text, columns) {
            put(buffer, area, 1, y, &text[range], look.style(role));
            y += 1;
        }
    }
}

/// Moves the conversation by what is to be seen of it.
pub fn scroll(model: &mut Model, scroll: Scroll) {
    let Some(area) = workspace::panes(model).talk else { return };
    let Some(place) = model.chat().map(|chat| scrolled(model, chat, area, scroll)) else { return };
    if let Some(chat) = model.chat_mut() {
        chat.scroll = place;
    }
}

/// Returns where a conversation stands in an area after it was moved.
pub fn scrolled(model: &Model, chat: &Chat, area: Rect, scroll: Scroll) -> Option<(usize, usize)> {
    let columns = usize::from(area.width.saturating_sub(WORDS + 1));
    let page = usize::from(area.height.saturating_sub(1)).max(1);
    let all = chat.transcript.lines().len();
    let here = chat.scroll.unwrap_or((all, 0));
    let place = match scroll {
        Scroll::Bottom => None,
        Scroll::Top => Some(down(model, chat, (0, 0), page, columns)),
        Scroll::PageUp => Some(up(model, chat, here, page, (page, columns))),
        Scroll::PageDown => Some(down(model, chat, here, page, columns)),
        Scroll::Up(rows) => Some(up(model, chat, here, rows.min(page), (page, columns))),
        Scroll::Down(rows) => Some(down(model, chat, here, rows.min(page), columns)),
    };
    place.filter(|(end, hidden)| *end < all || *hidden > 0)
}

/// Returns the place some rows above another; the first page is never left.
fn up(model: &Model, chat: &Chat, from: (usize, usize), by: usize, size: (usize, usize)) -> (usize, usize) {
    let (page, columns) = size;
    let lines = chat.transcript.lines();
    let (mut end, mut hidden) = from;
    let mut left = by;
    let first = down(model, chat, (0, 0), page, columns);
    while end > 0 {
        let rows = rows_of(model, chat, &lines[end - 1], columns).len();
        let shown = rows.saturating_sub(hidden);
        if shown > left {
            let place = (end, hidden + left);
            return if is_above(place, first) { first } else { place };
        }
        left -= shown;
        (end, hidden) = (end - 1, 0);
    }
    first
}

/// Returns the place some rows below another.
fn down(model: &Model, chat: &Chat, from: (usize, usize), page: usize, columns: usize) -> (usize, usize) {
    let lines = chat.transcript.lines();
    let (mut end, mut hidden) = from;
    let mut left = page;
    loop {
        if hidden >= left {
            return (end, hidden - left);
        }
        left -= hidden;
        let Some(line) = lines.get(end) else { return (end, 0) };
        hidden = rows_of(model, chat, line, columns).len();
        end += 1;
    }
}

fn is_above(place: (usize, usize), other: (usize, usize)) -> bool {
    place.0 < other.0 || place.0 == other.0 && place.1 > other.1
}
