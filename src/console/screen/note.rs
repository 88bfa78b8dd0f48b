//! The note beside the chat: one box a field of the form, always saved. Where there is room, topics and phrases below.

use crossterm::event::{KeyCode, KeyEvent};
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{topics, workspace};
use crate::console::keymap::{Command, Context};
use crate::console::model::{Chat, Model, Pane, SaveFailure};
use crate::console::theme::Role;
use crate::console::widget::wrap::wrap;
use crate::console::widget::{put, put_right};

/// From how many rows on topics and phrases stand below the note.
pub const BELOW: u16 = 24;

/// Takes a key into the note of a chat; returns whether its words changed.
pub fn key(chat: &mut Chat, event: KeyEvent) -> bool {
    let note = &mut chat.note;
    let Some(words) = note.active_mut() else { return false };
    let leaves = match event.code {
        KeyCode::Up => words.at_edge(false),
        KeyCode::Down => words.at_edge(true),
        _ => false,
    };
    if leaves {
        note.step(event.code == KeyCode::Down);
        return false;
    }
    let before = words.text();
    words.key(event) && words.text() != before
}

/// Returns the title of the note: whether it is saved, and when.
pub fn title(model: &Model, chat: &Chat) -> String {
    let look = &model.look;
    let note = look.say("note-title");
    let state = match (chat.contact_keeping.failed, chat.contact_keeping.saved_at) {
        (Some(SaveFailure::DiskFull | SaveFailure::Failed), _) => look.say("draft-memory"),
        _ if chat.contact_keeping.is_unsaved() => look.say("draft-unsaved"),
        (None, Some(at)) => look.say_with("note-saved", &[("at", look.clock_seconds(at).into())]),
        (None, None) => return note,
    };
    format!("{note} · {state}")
}

/// Draws the note and returns where its cursor stands.
pub fn draw(model: &Model, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let chat = model.chat()?;
    let side = if area.height >= BELOW { side_rows(model, chat) } else { Vec::new() };
    let side_height = u16::try_from(side.len()).unwrap_or(0).min(area.height / 2);
    let inner = Rect {
        x: area.x + 1,
        width: area.width.saturating_sub(2),
        height: area.height - side_height,
        ..area
    };
    for (y, (text, right, role)) in side.iter().take(usize::from(side_height)).enumerate() {
        let y = inner.height + u16::try_from(y).unwrap_or(0);
        if *role == Role::Rule {
            put(buffer, area, 0, y, &"─".repeat(usize::from(area.width)), model.look.style(Role::Rule));
            put(buffer, area, 1, y, &format!(" {text} "), model.look.style(Role::TextStrong));
            if !right.is_empty() {
                put_right(buffer, area, 1, y, &format!(" {right} "), model.look.style(Role::Hint));
            }
        } else {
            let x = put(buffer, area, 1, y, text, model.look.style(*role));
            if usize::from(x) + right.chars().count() < usize::from(area.width) {
                put_right(buffer, area, 1, y, right, model.look.style(Role::TextDim));
            }
        }
    }
    draw_fields(model, chat, inner, buffer)
}

fn draw_fields(model: &Model, chat: &Chat, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let columns = usize::from(area.width).max(2);
    let form = chat.note.form()?;
    let in_focus = model.pane == Pane::Note;
    let heights: Vec<u16> = chat
        .note
        .fields
        .iter()
        .enumerate()
        .map(|(place, (_, words))| {
            let is_open = !words.is_blank() || place == chat.note.active;
            let lines = if is_open { wrap(&words.text(), columns.saturating_sub(1)).len() } else { 0 };
            u16::try_from(1 + lines).unwrap_or(u16::MAX)
        })
        .collect();
    let upto: u16 =
        heights.iter().take(chat.note.active + 1).fold(0, |sum, height| sum.saturating_add(*height));
    let mut skip = upto.saturating_sub(area.height);
    let mut cursor = None;
    let mut y = 0;
    for (place, (field, words)) in chat.note.fields.iter().enumerate() {
        let height = heights[place];
        if skip >= height {
            skip -= height;
            continue;
        }
        if y >= area.height {
            break;
        }
        let is_active = place == chat.note.active;
        let required = form.field(field).is_some_and(|field| field.required);
        let label = form
            .field(field)
            .map_or_else(|| field.clone(), |field| model.look.say(&form.field_label_id(field)));
        let label = if required { format!("{label} *") } else { label };
        let role = if is_active && in_focus { Role::Focus } else { Role::TextDim };
        if skip == 0 {
            put(buffer, area, 0, y, &label, model.look.style(role));
            y += 1;
        }
        let hidden = std::mem::take(&mut skip).saturating_sub(1);
        let left = height.saturating_sub(1).saturating_sub(hidden).min(area.height.saturating_sub(y));
        let text_area = Rect { y: area.y + y, height: left, ..area };
        if is_active {
            cursor = words.draw(buffer, text_area, model.look.style(Role::Text));
        } else if left > 0 {
            let text = words.text();
            let lines = wrap(&text, columns.saturating_sub(1));
            for (row, range) in
                lines.into_iter().skip(usize::from(hidden)).take(usize::from(left)).enumerate()
            {
                let row = u16::try_from(row).unwrap_or(0);
                put(buffer, text_area, 0, row, &text[range], model.look.style(Role::Text));
            }
        }
        y += left;
    }
    cursor.filter(|_| in_focus)
}

type SideRow = (String, String, Role);

/// Topics, earlier cases and phrases, for who has the room.
fn side_rows(model: &Model, chat: &Chat) -> Vec<SideRow> {
    let look = &model.look;
    let key = |command| look.key(command, Context::Global);
    let row = |text: String, right: String, role| (text, right, role);
    let change = look.say_with("side-change", &[("key", key(Command::TopicsOpen).into())]);
    let mut rows = vec![row(look.say("side-topics"), change, Role::Rule)];
    let facets = &chat.contact.facets;
    let online = facets
        .online
        .as_deref()
        .map(|online| look.say_or(&format!("online-{online}"), online).to_lowercase());
    for topic in &facets.topics {
        let online = online.clone().unwrap_or_default();
        rows.push(row(workspace::topic_name(model, topic), online, Role::Topic));
    }
    if facets.topics.is_empty() {
        let suggested = topics::suggested(model, chat).into_iter().take(2);
        let suggested: Vec<SideRow> = suggested
            .map(|topic| {
                row(workspace::topic_name(model, &topic), look.say("topics-suggested"), Role::TextDim)
            })
            .collect();
        rows.extend(if suggested.is_empty() {
            vec![row(look.say("side-no-topics"), String::new(), Role::TextDim)]
        } else {
            suggested
        });
    }
    let find = look.say_with("side-search", &[("key", key(Command::CaseFind).into())]);
    rows.push(row(look.say("side-earlier"), find, Role::Rule));
    let earlier = if facets.repeat { "side-came-back" } else { "side-none-linked" };
    let earlier = look.say_with(earlier, &[("key", key(Command::CaseFind).into())]);
    rows.push(row(chat.before.clone().unwrap_or(earlier), String::new(), Role::TextDim));
    rows.push(row(look.say("side-phrases"), String::new(), Role::Rule));
    for phrase in model.phrases(chat.lang()).all().iter().take(6) {
        let title = model.phrase_title(phrase);
        rows.push(row(format!("/{:<9} {title}", phrase.code), String::new(), Role::Text));
    }
    rows
}
