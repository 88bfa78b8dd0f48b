//! Writing to a child: the draft, the guard before Enter, sending, and what the child is told of my typing.

use super::guard::{self, Hold, Other, Sending};
use super::{Chat, Effect, Model, Wrote};
use crate::client::desk::{Act, Command};
use crate::console::theme::Role;
use crate::conversation::transcript::Pending;
use crate::conversation::{ConversationId, EntryId, Log, SafeText};
use crate::locale::{Address, Phrase};

/// How long after the last key the child still reads "is writing…", in milliseconds.
const TYPING_MS: u64 = 5_000;

impl Model {
    /// Notes that the draft of the chat in front changed.
    pub(super) fn draft_changed(&mut self) {
        let mono = self.mono;
        let Some(chat) = self.chat_mut() else { return };
        chat.held = None;
        chat.draft_keeping.touch(mono);
        let (conv, on) = (chat.conv, !chat.draft.is_blank());
        chat.typing_until = on.then_some(mono + TYPING_MS);
        self.effect(Effect::Link(Command::Typing { conv, on }));
    }

    /// Stops telling the child that I write once I have paused.
    pub(super) fn typing_pauses(&mut self) {
        let mono = self.mono;
        let mut paused: Vec<ConversationId> = Vec::new();
        for chat in &mut self.chats {
            if chat.typing_until.is_some_and(|until| until <= mono) {
                chat.typing_until = None;
                paused.push(chat.conv);
            }
        }
        for conv in paused {
            self.effect(Effect::Link(Command::Typing { conv, on: false }));
        }
    }

    /// Enter in the message box: sends to the child in front, unless it must be looked at once more.
    pub(super) fn send(&mut self) {
        let Some(chat) = self.chat() else { return };
        if chat.draft.is_blank() {
            return;
        }
        let handle = self.handle(chat.conv);
        if chat.is_over() {
            self.tell(Role::Warning, "send-over", &[("handle", handle.into())]);
            return;
        }
        if chat.is_altered {
            self.tell(Role::Error, "altered", &[("handle", handle.into())]);
            return;
        }
        let text = chat.draft.text().trim().to_owned();
        let is_confirmed = chat.held.as_deref() == Some(text.as_str());
        let limit = usize::try_from(self.desk.limits().chars).unwrap_or(usize::MAX);
        let count = text.chars().count();
        let hold = if is_confirmed { None } else { self.why_hold(chat, &text) };
        if let Some(hold) = hold {
            self.hold(&handle, &text, &hold);
        } else if (count > limit || text.len() > self.byte_limit()) && !is_confirmed {
            self.hold_long(&text, count, limit);
        } else {
            self.send_now(&text);
        }
    }

    fn byte_limit(&self) -> usize {
        usize::try_from(self.desk.limits().bytes).unwrap_or(usize::MAX)
    }

    fn why_hold(&self, chat: &Chat, text: &str) -> Option<Hold> {
        let drafts: Vec<(String, String)> = self
            .chats
            .iter()
            .filter(|other| other.conv != chat.conv)
            .map(|other| (self.handle(other.conv), other.draft.text()))
            .collect();
        let sending = Sending {
            text,
            in_front: self.mono.saturating_sub(chat.in_front_since),
            heard: chat.heard_at.map(|heard| self.mono.saturating_sub(heard)),
            guard: self.settings.guard_ms,
        };
        guard::check(sending, drafts.iter().map(|(handle, draft)| Other { handle, draft }))
    }

    fn hold(&mut self, handle: &str, text: &str, hold: &Hold) {
        if let Some(chat) = self.chat_mut() {
            chat.held = Some(text.to_owned());
        }
        let other = match hold {
            Hold::Names(other) | Hold::SameDraft(other) => other.as_str(),
            Hold::Switched | Hold::NewLine => "",
        };
        self.tell(Role::Warning, hold.text_id(), &[("handle", handle.into()), ("other", other.into())]);
    }

    fn hold_long(&mut self, text: &str, count: usize, limit: usize) {
        let parts = split(text, limit, self.byte_limit()).len();
        if let Some(chat) = self.chat_mut() {
            chat.held = Some(text.to_owned());
        }
        let values = [("count", count.into()), ("limit", limit.into()), ("parts", parts.into())];
        self.tell(Role::Warning, "send-too-long", &values);
    }

    fn send_now(&mut self, text: &str) {
        let limit = usize::try_from(self.desk.limits().chars).unwrap_or(usize::MAX);
        let parts = split(text, limit, self.byte_limit());
        let Some(chat) = self.chat_mut() else { return };
        let conv = chat.conv;
        chat.draft.take();
        (chat.held, chat.marker, chat.scroll, chat.typing_until) = (None, None, None, None);
        chat.look();
        for part in parts {
            let id = self.say(conv, part);
            if let Some(chat) = self.chat_of_mut(conv) {
                chat.leaving = Some(id);
            }
        }
        self.notice = None;
        self.effect(Effect::Link(Command::Typing { conv, on: false }));
    }

    /// Writes to a child; the words stand in the chat as not yet stored until the relay has them on disk.
    pub(super) fn say(&mut self, conv: ConversationId, text: String) -> EntryId {
        let safe = SafeText::new(&text);
        let id = self.write(conv, Act::Say { text }, Wrote::Say(conv));
        let at = self.wall;
        if let Some(chat) = self.chat_of_mut(conv) {
            chat.transcript.send(Pending { id, log: Log::Talk, at, text: safe });
        }
        id
    }

    /// Puts a phrase into the message box of the chat in front, to be edited.
    pub(in crate::console) fn insert_phrase(&mut self, phrase: &Phrase) {
        let Some(chat) = self.chat() else { return };
        let words = self.fill_phrase(phrase, chat);
        self.insert_words(&words);
    }

    /// Puts words into the message box of the chat in front.
    pub(in crate::console) fn insert_words(&mut self, words: &str) {
        self.pane = super::Pane::Box;
        if let Some(chat) = self.chat_mut() {
            chat.draft.insert(words);
            self.draft_changed();
        }
    }

    /// Returns a phrase for a child: `ty` to who is under 18 or has not said, and what is known in the braces.
    pub(super) fn fill_phrase(&self, phrase: &Phrase, chat: &Chat) -> String {
        let told = chat.transcript.facts().age.as_deref();
        let age = chat.contact.facets.age_band.as_deref().or(told).unwrap_or("unknown");
        let is_child = chat
            .contact
            .facets
            .person
            .as_deref()
            .is_none_or(|person| matches!(person, "child" | "peer" | "sibling" | "unknown"));
        let is_young = is_child && !matches!(age, "a19_26" | "over26" | "a18");
        let address = if is_young { Address::Ty } else { Address::Vy };
        let me = self.desk.account().map(ToString::to_string).unwrap_or_default();
        phrase.fill(address, &[("me", me.as_str())])
    }
}

/// Splits a text that is too long for one message, between words where it can.
fn split(text: &str, chars: usize, bytes: usize) -> Vec<String> {
    let mut parts = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let end = rest
            .char_indices()
            .enumerate()
            .find(|(count, (at, letter))| *count >= chars.max(1) || at + letter.len_utf8() > bytes.max(4))
            .map_or(rest.len(), |(_, (at, _))| at);
        let (mut end, is_all) = (end, end == rest.len());
        if !is_all && let Some(space) = rest[..end].rfind(char::is_whitespace) {
            end = space.max(1);
        }
        parts.push(rest[..end].trim_end().to_owned());
        rest = rest[end..].trim_start();
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_text_becomes_two_messages_and_no_word_is_lost() {
        for (case, text, chars, bytes, parts) in [
            ("fits", "ahoj lidi", 20, 80, vec!["ahoj lidi"]),
            ("between words", "ahoj lidi", 6, 80, vec!["ahoj", "lidi"]),
            ("one long word", "aaaaaaa", 3, 80, vec!["aaa", "aaa", "a"]),
            ("by bytes", "čččč", 10, 4, vec!["čč", "čč"]),
        ] {
            assert_eq!(split(text, chars, bytes), parts, "{case}");
        }
    }
}
