//! How chats come to be mine and cease to be, and the one rule above it: only a key of mine brings another child to the
//! front. What another takes meanwhile stays there with its own box, so that no word falls into a wrong one.

use super::chat::NoteBoxes;
use super::{Chat, Effect, Gone, Model, Pane, Standing};
use crate::casebook::record::Note;
use crate::client::desk::Command;
use crate::console::theme::Role;
use crate::conversation::transcript::{Shown, Transcript, What};
use crate::conversation::{Account, ConversationId};

/// After how long without a key the hands rest, in milliseconds.
pub(super) const HANDS_MS: u64 = 2_000;

impl Model {
    /// Returns whether nobody has pressed a key for a moment.
    pub(super) fn hands_rest(&self) -> bool {
        self.mono.saturating_sub(self.last_key) >= HANDS_MS
    }

    /// Returns where a conversation is that somebody else holds, or nobody; nothing while it is mine or unknown.
    pub(super) fn gone_to(&self, conv: ConversationId) -> Option<Gone> {
        let row = self.desk.row(conv)?;
        match &row.holder {
            Some(holder) if Some(holder) == self.desk.account() => None,
            Some(holder) => Some(Gone::With(holder.clone())),
            None => Some(Gone::Queue),
        }
    }

    /// A chat is mine no longer. In front it stays on the screen until a key of mine leads elsewhere.
    pub(super) fn let_go(&mut self, conv: ConversationId, gone: Gone) {
        let mono = self.mono;
        if self.front != Some(conv) {
            return self.drop_chat(conv);
        }
        let handle = self.handle(conv);
        let Some(chat) = self.chat_of_mut(conv).filter(|chat| !chat.is_gone()) else { return };
        chat.take_back(mono);
        (chat.writing_until, chat.typing_until, chat.held) = (None, None, None);
        let who = if let Gone::With(who) = &gone { Some(who.clone()) } else { None };
        (chat.standing, chat.gone_at) = (Standing::Gone(gone), mono);
        self.save_chat(conv, true);
        self.screens.retain(|screen| screen.conv() != Some(conv));
        self.leave_note();
        if let Some(who) = who {
            let values = [("handle", handle.into()), ("who", self.look.name(&who).into())];
            self.tell(Role::Warning, "is-with", &values);
        }
    }

    /// A child was handed over: its words stay to be read, and whispers are possible, until the other writes.
    pub(super) fn handed(&mut self, conv: ConversationId, to: Account) {
        let mono = self.mono;
        let Some(chat) = self.chat_of_mut(conv) else { return };
        chat.take_back(mono);
        (chat.typing_until, chat.held) = (None, None);
        (chat.standing, chat.gone_at) = (Standing::Handed(to), mono);
    }

    /// A line came in a chat that is not mine.
    pub(super) fn line_of_another(&mut self, line: &Shown, is_fresh: bool) {
        let me = self.desk.account().cloned();
        let by = line.who.account();
        let is_mine_again = match &line.what {
            What::Claimed => me.is_some() && by == me.as_ref(),
            What::Transferred { to, .. } => Some(to) == me.as_ref(),
            _ => false,
        };
        // Beside a board that stands alone it is the console of the same account that has the child.
        let may_be_mine = is_fresh && !self.is_alone();
        let Some(chat) = self.chat_of_mut(line.conv) else { return };
        if is_mine_again && may_be_mine {
            chat.standing = Standing::Mine;
            return;
        }
        match (&chat.standing, &line.what) {
            (Standing::Handed(to), What::Said(_)) if by.is_some() && by != me.as_ref() => {
                let gone = Gone::With(to.clone());
                self.effect(Effect::Link(Command::Unwatch { conv: line.conv }));
                self.let_go(line.conv, gone);
            }
            (Standing::Handed(_), What::Claimed | What::Released(_)) if is_fresh => {
                let gone = self.gone_to(line.conv).unwrap_or(Gone::Away);
                self.let_go(line.conv, gone);
            }
            (_, What::Whispered(_)) if is_fresh => self.whispered(line),
            _ => {}
        }
    }

    /// The child had its words deleted: they go from the screen at once.
    pub(super) fn erased(&mut self, conv: ConversationId) {
        let taxonomy = self.taxonomy;
        let Some(chat) = self.chat_of_mut(conv) else { return };
        chat.outgoing = None;
        chat.draft.take();
        chat.transcript = Transcript::default();
        chat.contact.note = Note::default();
        chat.note = NoteBoxes::open(&chat.contact.note, chat.contact.facets.risk, taxonomy);
        (chat.marker, chat.looked, chat.scroll) = (None, None, None);
        let handle = self.handle(conv);
        self.let_go(conv, Gone::Erased);
        self.tell(Role::Warning, "erased", &[("handle", handle.into())]);
    }

    /// The casebook has all of a chat and the relay knows: it leaves the list, or stays in front until a key of mine.
    pub(super) fn archived_away(&mut self, conv: ConversationId) {
        let has_others = self.mine().any(|chat| chat.conv != conv);
        if self.front == Some(conv) && has_others && !self.hands_rest() {
            self.let_go(conv, Gone::Archived);
        } else {
            self.drop_chat(conv);
        }
    }

    /// Takes a chat up again that is still on the screen; returns whether there is one.
    pub(super) fn take_up_again(&mut self, conv: ConversationId) -> bool {
        match self.chat_of(conv).map(Chat::is_gone) {
            // In front, with words in its box: it is the same child, so they may go on.
            Some(true) if self.front == Some(conv) => {
                if let Some(chat) = self.chat_of_mut(conv) {
                    (chat.standing, chat.transcript) = (Standing::Mine, Transcript::default());
                }
                self.effect(Effect::Link(Command::Reload { conv }));
                true
            }
            Some(true) => {
                self.drop_chat(conv);
                false
            }
            Some(false) => true,
            None => false,
        }
    }

    /// Returns whether a chat that left a moment ago may only seem to be mine, by a queue that is older than that.
    pub(super) fn may_be_stale(&self, conv: ConversationId) -> bool {
        self.chat_of(conv).is_some_and(|chat| !chat.is_gone() || self.mono < chat.gone_at + HANDS_MS)
    }

    /// Chats that are gone leave the list once they are not in front.
    pub(super) fn drop_gone(&mut self) {
        let is_over = |chat: &&Chat| chat.is_gone() && Some(chat.conv) != self.front;
        let gone: Vec<ConversationId> = self.chats.iter().filter(is_over).map(|chat| chat.conv).collect();
        gone.into_iter().for_each(|conv| self.drop_chat(conv));
    }

    /// A chat goes from the list. Its unsent words stay in the casebook. No other comes to the front by itself.
    pub(super) fn drop_chat(&mut self, conv: ConversationId) {
        let mono = self.mono;
        let Some(place) = self.chats.iter().position(|chat| chat.conv == conv) else { return };
        self.chats[place].take_back(mono);
        self.save_chat(conv, true);
        self.chats.remove(place);
        self.screens.retain(|screen| screen.conv() != Some(conv));
        if self.front == Some(conv) {
            self.front = None;
            self.leave_note();
        }
        if self.selected == Some(conv) {
            self.selected = None;
        }
    }

    /// The note has the cursor no longer.
    fn leave_note(&mut self) {
        if self.pane == Pane::Note {
            self.pane = Pane::Box;
        }
    }

    /// Goes on to the next chat of mine after a key that closed this one.
    pub(super) fn go_on_after(&mut self, conv: ConversationId) {
        let place = self.chats.iter().position(|chat| chat.conv == conv).unwrap_or(0);
        let (before, after) = self.chats.split_at(place);
        let goes_on = |chat: &&Chat| chat.is_mine() && chat.conv != conv && !chat.closing.is_under_way();
        let next = after.iter().find(goes_on).or(before.iter().rfind(goes_on)).map(|chat| chat.conv);
        if let Some(next) = next {
            self.bring_to_front(next);
        }
    }
}
