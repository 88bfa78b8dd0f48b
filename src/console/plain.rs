//! The console told in finished lines, for screen readers: one pane at a time, no frames, nothing that is drawn over. The
//! same model, screens and keys; here only what changed is said, and below it stands one line with the cursor.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::mem::Discriminant;

use ratatui::backend::{Backend as _, TestBackend};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;
use ratatui::{Frame, Terminal};

use super::ascii;
use super::model::{Chat, Gate, Model, Pane, Waiting};
use super::screen::{self, Screen, note, talk, unlock, workspace};
use super::widget::wrap::wrap;
use super::widget::{clip, width};
use crate::conversation::transcript::Who;
use crate::conversation::{ConversationId, Log};

/// The size for which screens are made before they are told: narrow, so that there is one pane at a time.
pub const SIZE: (u16, u16) = (79, 24);

/// How many lines of a chat are told when one comes to it.
const BEFORE: usize = 10;
/// How old a line may be to be news, in milliseconds: what a console reads again at its start is history.
const NEWS_MS: u64 = 120_000;
/// How many changed rows beside the selected one are told.
const CHANGES: usize = 3;

/// What was told so far.
#[derive(Default)]
pub struct Plain {
    place: Option<Place>,
    rows: Vec<String>,
    selected: Option<String>,
    heads: BTreeMap<ConversationId, [u64; 2]>,
    front: Option<ConversationId>,
    scroll: Option<(usize, usize)>,
    status: String,
    queue: Option<(usize, Waiting)>,
    said: String,
    /// The line with the cursor, as it stands there, and the cursor's column.
    prompt: String,
    at: usize,
}

/// Where one is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    Locked,
    Over(usize, Discriminant<Screen>, Option<ConversationId>),
    Pane(Pane, Option<ConversationId>),
}

/// What would be drawn of where one is.
#[derive(Default)]
struct Page {
    rows: Vec<String>,
    selected: Option<String>,
    /// Which of the rows has the cursor.
    own: Option<String>,
    prompt: String,
    cursor: usize,
}

impl Plain {
    /// Returns the bytes that tell what changed; nothing if nothing did.
    pub fn tell(&mut self, model: &Model, columns: u16) -> String {
        let columns = usize::from(columns).max(20);
        let mut lines = Vec::new();
        let page = page(model, columns);
        let hides = model.settings.blur && !model.is_focused;
        if matches!(model.gate, Gate::Open) && !hides {
            self.tell_line(model, &mut lines);
        }
        let place = place(model);
        if self.place != Some(place) {
            self.place = Some(place);
            lines.extend(page.rows.iter().filter(|row| page.own.as_ref() != Some(row)).cloned());
        } else {
            lines.extend(self.changes(&page));
        }
        self.rows = page.rows.iter().map(|row| bare(row)).collect();
        self.selected = page.selected.as_deref().map(bare);
        if matches!(model.gate, Gate::Open) && !hides {
            self.tell_talks(model, &mut lines);
        }
        self.write(&lines, &page.prompt, page.cursor, columns)
    }

    /// Forgets what was told: it is no longer to be seen.
    pub fn forget(&mut self) {
        *self = Self::default();
    }

    /// What changed where one is: the selected row, and a few others.
    fn changes(&self, page: &Page) -> Vec<String> {
        let is_own = |row: &String| page.own.as_ref() == Some(row);
        let is_new = |row: &&String| !is_own(row) && !self.rows.contains(&bare(row));
        let is_selected = |row: &String| page.selected.as_ref() == Some(row);
        let moved = page.selected.as_deref().map(bare) != self.selected;
        let mut lines: Vec<String> =
            page.selected.iter().filter(|row| moved && !is_own(row)).cloned().collect();
        let others: Vec<String> =
            page.rows.iter().filter(is_new).filter(|row| !is_selected(row)).cloned().collect();
        if page.selected.is_none() || others.len() <= CHANGES {
            lines.extend(others);
        }
        lines
    }

    /// What I am, who waits, what was said.
    fn tell_line(&mut self, model: &Model, lines: &mut Vec<String>) {
        let status = workspace::status(model);
        if self.status != status {
            lines.push(signs(&status));
            self.status = status;
        }
        let (count, longest) = model.queue_waits();
        let queue = (count, longest.map_or(Waiting::Ok, |wait| model.waiting(wait)));
        if self.queue != Some(queue) {
            let minutes = longest.unwrap_or(0) / 60_000;
            let values = [("count", count.into()), ("minutes", minutes.into())];
            lines.push(model.look.say_with("plain-queue", &values));
            self.queue = Some(queue);
        }
        let said = workspace::said(model).map(|(text, _)| text).unwrap_or_default();
        if without_digits(&self.said) != without_digits(&said) && !said.is_empty() {
            lines.push(signs(&said));
        }
        self.said = said;
    }

    /// What was written and what happened in my chats.
    fn tell_talks(&mut self, model: &Model, lines: &mut Vec<String>) {
        if self.front != model.front {
            self.front = model.front;
            if let Some(chat) = model.chat() {
                lines.push(signs(&workspace::chat_title(model, chat)));
                self.heads.insert(chat.conv, [0; 2]);
            }
        }
        for chat in &model.chats {
            let is_front = model.front == Some(chat.conv);
            let heads = self.heads.entry(chat.conv).or_default();
            // The newest lines stand at the end: what is told already is not looked at again.
            let new = chat
                .transcript
                .lines()
                .iter()
                .rev()
                .take_while(|line| line.seq > heads[index(line.log)] || line.at + NEWS_MS > model.now());
            let mut told: Vec<String> = new
                .filter(|line| line.seq > heads[index(line.log)])
                .filter(|line| is_front || line.at + NEWS_MS > model.now())
                .take(BEFORE + 1)
                .filter_map(|line| spoken(model, chat, line))
                .collect();
            if told.len() > BEFORE {
                told.truncate(BEFORE);
                told.push(model.look.say("plain-earlier"));
            }
            lines.extend(told.into_iter().rev());
            for log in [Log::Talk, Log::Desk] {
                heads[index(log)] = chat.transcript.head(log);
            }
        }
        self.heads.retain(|conv, _| model.chat_of(*conv).is_some());
        let scroll = model.chat().and_then(|chat| chat.scroll);
        if self.scroll != scroll {
            self.scroll = scroll;
            let area = Rect::new(0, 0, SIZE.0, SIZE.1 - 5);
            let page = told(|frame| {
                talk::draw(model, area, frame.buffer_mut());
                None
            });
            lines.extend(page.rows);
        }
    }

    /// Writes finished lines above the one with the cursor, and changes that as little as it can.
    fn write(&mut self, lines: &[String], prompt: &str, cursor: usize, columns: usize) -> String {
        let prompt = clip(prompt, columns - 1);
        let mut out = String::new();
        if !lines.is_empty() {
            out.push_str("\r\x1b[K");
            for line in lines {
                for range in wrap(line, columns) {
                    out.push_str(&line[range]);
                    out.push_str("\r\n");
                }
            }
            out.push_str(&prompt);
            self.at = width(&prompt);
        } else if let Some(more) =
            prompt.strip_prefix(&self.prompt).filter(|_| self.at == width(&self.prompt))
        {
            out.push_str(more);
            self.at = width(&prompt);
        } else if prompt != self.prompt {
            if self.prompt.starts_with(&prompt) {
                out.push_str(&column(width(&prompt)));
                out.push_str("\x1b[K");
            } else {
                _ = write!(out, "\r\x1b[K{prompt}");
            }
            self.at = width(&prompt);
        }
        let cursor = cursor.min(columns - 1);
        if self.at != cursor {
            out.push_str(&column(cursor));
            self.at = cursor;
        }
        self.prompt = prompt;
        out
    }
}

fn index(log: Log) -> usize {
    usize::from(log.number())
}

fn column(column: usize) -> String {
    if column == 0 { "\r".to_owned() } else { format!("\r\x1b[{column}C") }
}

/// A row without its selection and without its clocks: what stays the same while time goes on.
fn bare(row: &str) -> String {
    without_digits(row.trim_start_matches('>').trim())
}

fn without_digits(text: &str) -> String {
    text.chars().filter(|letter| !letter.is_ascii_digit()).collect()
}

fn place(model: &Model) -> Place {
    match (&model.gate, model.screens.last()) {
        (Gate::Locked(_), _) => Place::Locked,
        (Gate::Open, Some(screen)) => {
            Place::Over(model.screens.len(), std::mem::discriminant(screen), screen.conv())
        }
        (Gate::Open, None) => Place::Pane(model.pane, model.front.filter(|_| model.pane != Pane::List)),
    }
}

/// Returns what a line of a chat says, as a sentence.
fn spoken(model: &Model, chat: &Chat, line: &crate::conversation::transcript::Shown) -> Option<String> {
    let (who, words, is_message) = talk::spoken(model, chat, line)?;
    let handle = model.handle(chat.conv);
    let is_me = line.who.account().is_some() && line.who.account() == model.desk.account();
    let id = match (is_message, &line.who) {
        (false, _) => "plain-event",
        (true, Who::Child) => "plain-wrote",
        (true, _) if is_me => "plain-i-wrote",
        (true, _) => "plain-colleague-wrote",
    };
    let values = [("handle", handle.into()), ("who", who.into()), ("words", words.into())];
    Some(model.look.say_with(id, &values))
}

fn page(model: &Model, columns: usize) -> Page {
    let look = &model.look;
    match (&model.gate, model.screens.last()) {
        (Gate::Locked(state), _) => told(|frame| {
            unlock::draw(model, state, frame);
            None
        }),
        (Gate::Open, Some(screen)) => told(|frame| {
            screen::draw_top(model, screen, frame);
            None
        }),
        (Gate::Open, None) => match model.pane {
            Pane::List => {
                let mut page = told(|frame| {
                    let area = Rect { height: SIZE.1 - 1, ..frame.area() };
                    workspace::list::draw(model, area, frame.buffer_mut())
                });
                let count = model.desk.waiting().count();
                page.rows.insert(0, look.say_with("list-waiting", &[("count", count.into())]));
                page
            }
            Pane::Note if model.chat().is_some() => {
                let mut page = told(|frame| note::draw(model, note_area(), frame.buffer_mut()));
                // Whether it is saved is told only when it cannot be.
                let title = model.chat().map(|chat| note::title(model, chat)).unwrap_or_default();
                page.rows.insert(0, title.split(" · ").next().unwrap_or_default().to_owned());
                page
            }
            Pane::Box | Pane::Note => message(model, columns),
        },
    }
}

/// Too low for what stands beside a note where there is room.
fn note_area() -> Rect {
    Rect::new(0, 0, SIZE.0, note::BELOW - 1)
}

/// The message box: one line, in which the cursor is.
fn message(model: &Model, columns: usize) -> Page {
    let Some(chat) = model.chat() else {
        let mut page = told(|frame| {
            talk::draw(model, frame.area(), frame.buffer_mut());
            None
        });
        (page.prompt, page.cursor) = ("> ".to_owned(), 2);
        return page;
    };
    if !chat.has_box() {
        let rows = vec![workspace::along(model, chat)];
        return Page { rows, prompt: "> ".to_owned(), cursor: 2, ..Page::default() };
    }
    let to = model.look.say_with("box-to", &[("handle", model.handle(chat.conv).into())]);
    let to = format!("{to}: ");
    let room = columns.saturating_sub(width(&to) + 1).max(8);
    let area = Rect::new(0, 0, u16::try_from(room).unwrap_or(u16::MAX), 1);
    let mut buffer = Buffer::empty(area);
    let cursor = chat.draft.draw(&mut buffer, area, Style::new()).map_or(0, |at| usize::from(at.x));
    let mut words = row(&buffer, 0).trim_end().to_owned();
    words.extend(std::iter::repeat_n(' ', cursor.saturating_sub(width(&words))));
    Page { cursor: width(&to) + cursor, prompt: format!("{to}{words}"), ..Page::default() }
}

/// Draws something and returns its rows, the selected one, and the one with the cursor.
fn told(draw: impl FnOnce(&mut Frame<'_>) -> Option<Position>) -> Page {
    let Ok(mut terminal) = Terminal::new(TestBackend::new(SIZE.0, SIZE.1));
    let Ok(drawn) = terminal.draw(|frame| {
        if let Some(at) = draw(frame) {
            frame.set_cursor_position(at);
        }
    });
    let buffer = drawn.buffer.clone();
    let rows: Vec<String> = (0..SIZE.1).filter_map(|y| unframed(&row(&buffer, y))).collect();
    let selected = rows.iter().find(|row| row.starts_with('>')).cloned();
    let Ok(at) = terminal.backend_mut().get_cursor_position();
    let with = row(&buffer, at.y);
    let (prompt, cursor) = with_cursor(&with, usize::from(at.x));
    Page { rows, selected, own: unframed(&with), prompt, cursor }
}

/// Returns a text with signs that a screen reader reads as pauses and words, or not at all.
fn signs(text: &str) -> String {
    ascii::text(&text.trim_start_matches(" · ").replace(" · ", ", ").replace('…', "..."))
}

/// Returns a row without frames; nothing of one that says nothing. Columns are for eyes: here two spaces part them.
fn unframed(row: &str) -> Option<String> {
    let text = signs(&row.replace(is_frame, " "));
    let parts: Vec<&str> = text.split("  ").map(str::trim).filter(|part| !part.is_empty()).collect();
    (!parts.is_empty()).then(|| parts.join("  "))
}

/// Returns the row with the cursor, as it is from its first letter on, and the cursor's column in it.
fn with_cursor(row: &str, column: usize) -> (String, usize) {
    let begin = row.chars().take_while(|letter| is_frame(*letter) || *letter == ' ').count().min(column);
    let text: String = row.chars().skip(begin).collect();
    let mut text = signs(text.replace(is_frame, " ").trim_end());
    let cursor = column - begin;
    // The space just typed is there, though nothing shows it.
    text.extend(std::iter::repeat_n(' ', cursor.saturating_sub(width(&text))));
    (text, cursor)
}

fn is_frame(letter: char) -> bool {
    ('\u{2500}'..='\u{257f}').contains(&letter)
}

fn row(buffer: &Buffer, y: u16) -> String {
    let mut line = String::new();
    let mut skip = 0;
    for x in 0..buffer.area.width {
        let symbol = buffer[(x, y)].symbol();
        if skip == 0 {
            line.push_str(symbol);
        }
        skip = skip.max(width(symbol)).saturating_sub(1);
    }
    line
}

#[cfg(test)]
mod tests;
