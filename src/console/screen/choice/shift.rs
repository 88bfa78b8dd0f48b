//! The pace of a shift: how many children at once, a break, and its end, which leaves nothing without an owner.

use super::super::{Screen, prompt};
use super::{Deed, State, item};
use crate::console::keymap::Command;
use crate::console::model::Model;
use crate::conversation::event::ShiftState;
use crate::conversation::{Account, ConversationId};

/// Asks how long a break is to be; on a break, ends it.
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

/// Asks of which quarter the case summaries are to be reviewed; the last closed one is first.
pub fn open_quarters(model: &mut Model) {
    let look = &model.look;
    let today = look.civil(model.now());
    let (mut year, mut quarter) = (today.year(), (today.month() + 2) / 3);
    let items = (0..4)
        .map(|_| {
            (year, quarter) = if quarter == 1 { (year - 1, 4) } else { (year, quarter - 1) };
            let name = format!("{year:04}-Q{quarter}");
            let values = [("quarter", i64::from(quarter).into()), ("year", year.to_string().into())];
            item(look.say_with("preview-quarter", &values), Deed::Review(name))
        })
        .collect();
    let lines = vec![look.say("preview-quarter-lines")];
    model.push(Screen::Choice(State::new(None, look.say("preview-quarter-title"), lines, items)));
}

/// Asks how many children I take at once.
pub fn open_places(model: &mut Model) {
    let look = &model.look;
    let line = model.desk.queue.as_ref().map_or(3, |queue| queue.house.goals.places.max(1));
    let places = model.places();
    let items = (1..=line)
        .map(|count| {
            let mut item =
                item(look.say_with("count-places", &[("count", count.into())]), Deed::Places(count));
            item.is_ticked = usize::from(count) == places;
            item
        })
        .collect();
    let lines = vec![look.say("choice-places-lines")];
    let mut state = State::new(None, look.say("choice-places-title"), lines, items);
    state.selected = places.saturating_sub(1);
    model.push(Screen::Choice(state));
}

/// Asks before opora is left: each open chat, each unfinished form and each promise due is there with what can be done.
pub fn open_leave(model: &mut Model) {
    let look = &model.look;
    let due = due(model);
    let mut lines = Vec::new();
    let mut items = Vec::new();
    let mut has_open = false;
    for chat in model.mine() {
        let handle = || [("handle", model.handle(chat.conv).into())];
        let is_over = chat.is_over();
        has_open |= !is_over;
        let id = if is_over { "choice-leave-form" } else { "choice-leave-chat" };
        lines.push(look.say_with(id, &handle()));
        if is_over {
            items.push(item(look.say_with("shift-form", &handle()), Deed::ShiftClose(chat.conv)));
            continue;
        }
        items.push(item(look.say_with("shift-hand-over", &handle()), Deed::ShiftHandOver(chat.conv)));
        items.push(item(look.say_with("shift-close", &handle()), Deed::ShiftClose(chat.conv)));
        items.push(item(look.say_with("shift-release", &handle()), Deed::ShiftRelease(chat.conv)));
    }
    if !due.is_empty() {
        lines.push(look.say_with("shift-promises", &[("count", due.len().into())]));
    }
    if has_open {
        lines.push(look.say("choice-leave-open"));
    } else if !lines.is_empty() {
        lines.push(look.say("choice-leave-kept"));
    }
    let stay = item(look.say("choice-leave-no"), Deed::Nothing);
    let leave =
        item(look.say(if has_open { "choice-leave-release" } else { "choice-leave-yes" }), Deed::Leave);
    let note = item(look.say("shift-note"), Deed::Note);
    if lines.is_empty() {
        // Who only looked at the board has nothing to hand over.
        let note = Some(note).filter(|_| !model.is_alone());
        items.extend([Some(leave), note, Some(stay)].into_iter().flatten());
    } else {
        items.splice(0..0, [stay, leave]);
        items.push(note);
    }
    model.screens.retain(|screen| !matches!(screen, Screen::Choice(_)));
    model.push(Screen::Choice(State::new(None, look.say("choice-leave-title"), lines, items)));
}

/// Returns the promises of mine that are due within three days, as lines of a note.
fn due(model: &Model) -> Vec<String> {
    let me = model.desk.account().map(ToString::to_string).unwrap_or_default();
    let end = model.now() + 3 * 24 * 60 * 60_000;
    let is_due = |promise: &&crate::casebook::record::Promise| promise.due <= end && promise.by == me;
    let line = |promise: &crate::casebook::record::Promise| {
        let date = model.look.locale.date(model.look.civil(promise.due).date());
        format!("{date}: {}", promise.what)
    };
    model.promises.iter().filter(is_due).map(line).collect()
}

/// Asks for whom a hand-over note is.
pub fn open_note_to(model: &mut Model) {
    let look = &model.look;
    let mut items = vec![item(look.say("note-to-all"), Deed::NoteTo(None))];
    items.extend(
        model
            .desk
            .colleagues()
            .map(|person| item(look.name(&person.account), Deed::NoteTo(Some(person.account.clone())))),
    );
    model.push(Screen::Choice(State::new(None, look.say("choice-note-title"), Vec::new(), items)));
}

/// Opens the note; what is due stands in it already.
pub fn open_note(model: &mut Model, to: Option<Account>) {
    let refused = model.refused_note.take().map(|(_, words)| words);
    let words = refused.unwrap_or_else(|| due(model).join("\n"));
    prompt::open_with(model, ConversationId::HOUSE, prompt::Purpose::Note(to), &[&words]);
}

/// Shows the notes that colleagues left; Enter takes one over.
pub fn open_notes(model: &mut Model) {
    let look = &model.look;
    let mut lines = Vec::new();
    let mut items = Vec::new();
    for note in model.notes() {
        let words = note.words.as_ref().map(|words| words.text.as_str()).unwrap_or_default();
        let head = format!("{} {}:", look.clock(note.at), look.name(&note.by));
        lines.push(format!("{head} {words}"));
        let first = words.lines().next().unwrap_or_default();
        let values = [("who", look.name(&note.by).into()), ("words", first.into())];
        items.push(item(look.say_with("note-take", &values), Deed::TakeNote(note.id)));
    }
    if items.is_empty() {
        return model.tell(crate::console::theme::Role::Text, "notes-none", &[]);
    }
    items.insert(0, item(look.say("note-leave"), Deed::Nothing));
    model.push(Screen::Choice(State::new(None, look.say("choice-notes-title"), lines, items)));
}
