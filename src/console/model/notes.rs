//! Notes of the house: announcements as they come, and what the shift before left, which somebody takes over.

use super::{Model, Wrote};
use crate::client::desk::{self, Act};
use crate::console::theme::Role;
use crate::conversation::{ConversationId, EntryId};

impl Model {
    /// Shows a new announcement.
    pub(super) fn announce(&mut self, notes: &[desk::Notice]) {
        let known: Vec<EntryId> =
            self.desk.queue.iter().flat_map(|queue| &queue.house.notes).map(|note| note.id).collect();
        let me = self.desk.account().cloned();
        let new = notes.iter().rev().find(|note| !known.contains(&note.id) && Some(&note.by) != me.as_ref());
        if let Some(note) = new
            && let Some(words) = &note.words
        {
            let values = [("who", self.look.name(&note.by).into()), ("words", words.text.as_str().into())];
            self.tell(Role::WhoColleague, "announced", &values);
        }
    }

    /// Returns the notes of others that stand for me.
    pub fn notes(&self) -> Vec<&desk::Notice> {
        let me = self.desk.account();
        let notes = self.desk.queue.iter().flat_map(|queue| &queue.house.notes);
        notes.filter(|note| Some(&note.by) != me && note.words.is_some()).collect()
    }

    /// Takes a hand-over note over: everybody sees that it has an owner.
    pub(in crate::console) fn take_note(&mut self, id: EntryId) {
        let Some(note) = self.notes().into_iter().find(|note| note.id == id).cloned() else { return };
        let words = note.words.map(|words| words.text.to_string()).unwrap_or_default();
        let values = [("who", self.look.name(&note.by).into()), ("words", words.into())];
        let text = self.look.say_with("note-taken", &values);
        let until = note.until.unwrap_or(0).max(self.now() + 60 * 60_000);
        self.write(
            ConversationId::HOUSE,
            Act::Announce { to: None, until, text: text.clone() },
            Wrote::Note(None, text),
        );
    }
}
