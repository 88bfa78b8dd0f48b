//! The preview drawn: what would leave, the original, and what is asked about the place that is selected.

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::{Asking, State, is_for_another};
use crate::anonymise::{Choice, Kind, Review};
use crate::console::keymap::{Command, Context};
use crate::console::look::Look;
use crate::console::model::Model;
use crate::console::screen::workspace;
use crate::console::theme::Role;
use crate::console::widget::wrap::wrap;
use crate::console::widget::{fill, put, put_right, rule};
use crate::conversation::SafeText;
use crate::report::review::Standing;

/// How many rows stand below the text: a rule, the place, what may be done, another rule, the hint.
const BELOW: u16 = 5;

/// Draws the preview.
pub fn draw(model: &Model, state: &State, frame: &mut Frame<'_>) {
    let (look, area) = (&model.look, frame.area());
    let buffer = frame.buffer_mut();
    fill(buffer, area, look.style(Role::Text));
    heading(look, state, area, buffer);
    let last = area.height.saturating_sub(1);
    let Some(review) = state.review() else { return };
    let body = Rect { y: area.y + 2, height: area.height.saturating_sub(2 + BELOW), ..area };
    let masked = segments(review, false, state.span);
    let original = segments(review, true, state.span);
    if area.width >= workspace::BESIDE {
        let half = area.width / 2;
        let left = Rect { width: half.saturating_sub(1), ..body };
        let right = Rect { x: body.x + half + 1, width: body.width.saturating_sub(half + 1), ..body };
        let titles = [(left, "preview-masked"), (right, "preview-original")];
        for (pane, title) in titles {
            put(buffer, pane, 1, 0, &look.say(title), look.style(Role::TextDim));
        }
        paint(look, &masked, below(left), state.top, buffer);
        paint(look, &original, below(right), state.top, buffer);
        for y in body.top()..body.bottom() {
            put(buffer, Rect { y, height: 1, ..body }, half, 0, "│", look.style(Role::Rule));
        }
    } else if state.is_original {
        let upper = Rect { height: body.height / 2, ..body };
        let lower = Rect { y: body.y + upper.height, height: body.height - upper.height, ..body };
        paint(look, &masked, upper, state.top, buffer);
        let title = format!(" {} ", look.say("preview-original"));
        rule(buffer, lower, 0, &title, look.style(Role::Rule), look.style(Role::TextStrong));
        paint(look, &original, below(lower), state.top, buffer);
    } else {
        paint(look, &masked, body, state.top, buffer);
    }
    let asked =
        Rect { y: area.y + area.height.saturating_sub(BELOW), height: BELOW.min(area.height), ..area };
    let cursor = place(model, state, review, asked, buffer);
    match &model.notice {
        Some(notice) => put(buffer, area, 1, last, &notice.text, look.style(notice.role)),
        None => put(buffer, area, 1, last, &hint(look, state), look.style(Role::Hint)),
    };
    if let Some(cursor) = cursor {
        frame.set_cursor_position(crate::console::screen::inside(Some(cursor), area));
    }
}

fn below(area: Rect) -> Rect {
    Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area }
}

fn heading(look: &Look, state: &State, area: Rect, buffer: &mut Buffer) {
    let values = [("quarter", state.quarter.as_str().into()), ("count", state.cases.len().into())];
    put(buffer, area, 1, 0, &look.say_with("preview-title", &values), look.style(Role::TextStrong));
    let (text, role) = match state.standing {
        Standing::Leaves { k, held_back } => {
            let values = [("k", k.into()), ("count", held_back.into())];
            (look.say_with("preview-standing", &values), Role::Ok)
        }
        Standing::Refused => (look.say("preview-standing-refused"), Role::Warning),
    };
    put_right(buffer, area, 1, 0, &text, look.style(role));
    let Some(review) = state.review() else { return };
    let count = |wanted: &dyn Fn(usize) -> bool| (0..review.spans().len()).filter(|at| wanted(*at)).count();
    let general = |at: usize| review.spans()[at].kind.is_general();
    let masks = |at: usize| review.choice(at) == Some(&Choice::Mask);
    let numbers = [
        ("masked", count(&|at| masks(at) && !general(at)).into()),
        ("general", count(&|at| masks(at) && general(at)).into()),
        ("kept", count(&|at| matches!(review.choice(at), Some(Choice::Keep(_)))).into()),
        ("open", review.open().into()),
    ];
    let case = [("number", (state.at + 1).into()), ("total", state.cases.len().into())];
    let mark = if state.seen.get(state.at) == Some(&true) { " ✓" } else { "" };
    let title = format!(" {}{mark} ", look.say_with("preview-case", &case));
    rule(buffer, area, 1, &title, look.style(Role::Rule), look.style(Role::TextStrong));
    let counts = format!(" {} ", look.say_with("preview-counts", &numbers));
    put_right(buffer, area, 1, 1, &counts, look.style(Role::Text));
}

/// What is asked about the place that is selected. Returns where the cursor is.
fn place(model: &Model, state: &State, review: &Review, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let look = &model.look;
    let open = state.open();
    let title = match open {
        0 => look.say("preview-none-open"),
        open => look.say_with("preview-open", &[("count", open.into())]),
    };
    rule(buffer, area, 0, &format!(" {title} "), look.style(Role::Rule), look.style(Role::TextStrong));
    rule(buffer, area, 3, "", look.style(Role::Rule), look.style(Role::Text));
    if let Some((asking, text)) = &state.asking {
        let id = if *asking == Asking::Reason { "preview-ask-reason" } else { "preview-ask-words" };
        put(buffer, area, 1, 1, &look.say(id), look.style(Role::TextStrong));
        let field = Rect { x: area.x + 1, y: area.y + 2, width: area.width.saturating_sub(2), height: 1 };
        return text.draw(buffer, field, look.style(Role::Text));
    }
    let another = state.cases.get(state.at).is_some_and(|case| is_for_another(case, model));
    let Some(span) = state.span else {
        let id = if another { "preview-another" } else { "preview-no-places" };
        put(buffer, area, 1, 1, &look.say(id), look.style(Role::TextDim));
        return None;
    };
    let role = role(review, span);
    let x = put(buffer, area, 1, 1, &marked(review, span), look.style(role));
    let kind = look.say(&format!("export-kind-{}", review.spans()[span].kind.code().replace('_', "-")));
    let stands = review.replacement(span).unwrap_or_default();
    let values = |id: &str, reason: &str| {
        let values =
            [("kind", kind.as_str().into()), ("stands", stands.as_str().into()), ("reason", reason.into())];
        look.say_with(id, &values)
    };
    let said = match review.choice(span) {
        Some(Choice::Open) => values("preview-is-doubtful", ""),
        Some(Choice::Keep(reason)) => values("preview-is-kept", reason),
        _ => values("preview-is-masked", ""),
    };
    put(buffer, area, x + 2, 1, &said, look.style(Role::Text));
    let key = |command| look.key(command, Context::Preview);
    let keys = [
        ("mask", key(Command::PreviewMask).into()),
        ("keep", key(Command::PreviewKeep).into()),
        ("all", key(Command::PreviewEverywhere).into()),
        ("own", key(Command::PreviewOwnList).into()),
        ("stands", stands.as_str().into()),
    ];
    let id = if another { "preview-another" } else { "preview-choices" };
    put(buffer, area, 1, 2, &look.say_with(id, &keys), look.style(Role::Key));
    None
}

fn hint(look: &Look, state: &State) -> String {
    if state.asking.is_some() {
        return look.say("preview-hint-words");
    }
    let key = |command| look.key(command, Context::Preview);
    let keys = [
        ("original", key(Command::NoteToggle).into()),
        ("next", key(Command::PreviewNext).into()),
        ("add", key(Command::PreviewAdd).into()),
        ("open", state.open().into()),
    ];
    look.say_with("preview-hint", &keys)
}

/// How a place looks, beside its brackets.
fn role(review: &Review, span: usize) -> Role {
    match review.choice(span) {
        Some(Choice::Open) => Role::MaskUnsure,
        Some(Choice::Keep(_)) => Role::MaskKept,
        _ => match review.spans()[span].kind {
            Kind::Name => Role::MaskName,
            Kind::Place | Kind::School | Kind::Address | Kind::Region => Role::MaskPlace,
            Kind::Date | Kind::Age | Kind::Grade | Kind::DateOfBirth => Role::MaskDate,
            _ => Role::MaskContact,
        },
    }
}

/// A place with its brackets: a doubt is ‹so?›, what stays (so), what goes [so].
fn marked(review: &Review, span: usize) -> String {
    let words = SafeText::line(review.words(span).unwrap_or_default()).to_string();
    match review.choice(span) {
        Some(Choice::Open) => format!("‹{words}?›"),
        Some(Choice::Keep(_)) => format!("({words})"),
        _ => format!("[{words}]"),
    }
}

/// Returns the text in stretches with their looks: as it would leave, or the original with every place in brackets.
fn segments(review: &Review, is_original: bool, selected: Option<usize>) -> Vec<(String, Role)> {
    let piece = |piece: crate::anonymise::Piece| {
        let Some(span) = piece.span else { return (SafeText::new(&piece.words).to_string(), Role::Text) };
        let text = match review.choice(span) {
            Some(Choice::Open | Choice::Keep(_)) => marked(review, span),
            _ if is_original => marked(review, span),
            _ => SafeText::line(&piece.stands).to_string(),
        };
        let arrow = if selected == Some(span) { "▸" } else { "" };
        (format!("{arrow}{text}"), if selected == Some(span) { Role::Focus } else { role(review, span) })
    };
    review.pieces().into_iter().map(piece).collect()
}

/// Draws stretches of text, wrapped, from a line on.
fn paint(look: &Look, segments: &[(String, Role)], area: Rect, top: usize, buffer: &mut Buffer) {
    let text: String = segments.iter().map(|(text, _)| text.as_str()).collect();
    let lines = wrap(&text, usize::from(area.width.saturating_sub(2)).max(2));
    let room = usize::from(area.height);
    let top = top.min(lines.len().saturating_sub(room.max(1)));
    for (y, line) in lines.into_iter().skip(top).take(room).enumerate() {
        let (mut x, mut start) = (1, 0);
        for (words, role) in segments {
            let (from, to) = (line.start.max(start), line.end.min(start + words.len()));
            if from < to
                && let Some(part) = text.get(from..to)
            {
                x = put(buffer, area, x, u16::try_from(y).unwrap_or(u16::MAX), part, look.style(*role));
            }
            start += words.len();
        }
    }
}
