//! Writing to a child: the draft, the guard before Enter, sending, and what the child is told of my typing.

use super::guard::{self, Hold, Other, Sending};
use super::{Chat, Effect, Gone, Model, Outgoing, Standing, Wrote};
use crate::client::desk::{Act, Command};
use crate::console::theme::Role;
use crate::conversation::transcript::{Pending, What};
use crate::conversation::{ConversationId, EntryId, Log, SafeText};
use crate::locale::{Address, Lang, Phrase, Phrases};

/// How long after the last key the child still reads "is writing…", in milliseconds.
const TYPING_MS: u64 = 5_000;

impl Model {
    /// Notes that the draft of the chat in front changed.
    pub(super) fn draft_changed(&mut self) {
        let mono = self.mono;
        let Some(chat) = self.chat_mut() else { return };
        chat.held = None;
        chat.draft_keeping.touch(mono);
        let can_be_read = chat.is_mine() && !chat.is_over();
        let (conv, on) = (chat.conv, can_be_read && !chat.draft.is_blank());
        chat.typing_until = on.then_some(mono + TYPING_MS);
        if can_be_read {
            self.effect(Effect::Link(Command::Typing { conv, on }));
        }
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
        if self.cannot_be_sent(chat.conv) {
            return;
        }
        let Some(chat) = self.chat() else { return };
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

    /// Says why nothing can be sent to a child; returns whether it is so. The words stay in the box.
    fn cannot_be_sent(&mut self, conv: ConversationId) -> bool {
        let Some(chat) = self.chat_of(conv) else { return true };
        let handle = self.handle(conv);
        let is_handing = self.desk.wrote.values().any(
            |wrote| matches!(wrote, Wrote::Transfer(given, _) | Wrote::Release(given) if *given == conv),
        );
        let with = |account: &crate::conversation::Account| Some(self.look.name(account));
        let (id, who) = match &chat.standing {
            Standing::Mine if chat.is_over() => ("send-over", None),
            Standing::Mine if chat.is_altered => ("altered", None),
            Standing::Mine if is_handing => ("send-handing", None),
            Standing::Mine => return false,
            Standing::Handed(to) | Standing::Gone(Gone::With(to)) => ("send-with", with(to)),
            Standing::Watched => ("send-watched", None),
            Standing::Gone(_) => ("send-gone", None),
        };
        let role = if chat.is_altered { Role::Error } else { Role::Warning };
        let who = who.unwrap_or_default();
        self.tell(role, id, &[("handle", handle.into()), ("who", who.into())]);
        true
    }

    fn byte_limit(&self) -> usize {
        usize::try_from(self.desk.limits().bytes).unwrap_or(usize::MAX)
    }

    fn why_hold(&self, chat: &Chat, text: &str) -> Option<Hold> {
        let drafts: Vec<(String, String)> = self
            .chats
            .iter()
            .filter(|other| other.conv != chat.conv)
            .map(|other| (self.handle(other.conv), other.unsent()))
            .collect();
        let sending = Sending {
            text,
            in_front: self.mono.saturating_sub(chat.in_front_since),
            heard: chat.heard_at.map(|heard| self.mono.saturating_sub(heard)),
            elsewhere: self.wrote_elsewhere(chat.conv),
            guard: self.settings.guard_ms,
        };
        guard::check(sending, drafts.iter().map(|(handle, draft)| Other { handle, draft }))
    }

    fn hold(&mut self, handle: &str, text: &str, hold: &Hold) {
        if let Some(chat) = self.chat_mut() {
            chat.held = Some(text.to_owned());
        }
        let other = match hold {
            Hold::Names(other) | Hold::SameDraft(other) | Hold::Gap(other) => other.as_str(),
            Hold::Switched | Hold::NewLine | Hold::Elsewhere => "",
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

    /// Sends what the box of the chat in front holds; on wish it waits a moment, so that Esc takes it back.
    fn send_now(&mut self, text: &str) {
        let (mono, hold) = (self.mono, self.settings.send_hold_ms);
        let Some(conv) = self.front else { return };
        self.send_out(conv);
        let Some(chat) = self.chat_of_mut(conv) else { return };
        chat.draft.take();
        // What I wrote at another computer was seen by now.
        chat.elsewhere_at = None;
        (chat.held, chat.marker, chat.scroll, chat.typing_until) = (None, None, None, None);
        chat.look();
        self.notice = None;
        if hold == 0 {
            self.put_on_its_way(conv, text);
        } else if let Some(chat) = self.chat_of_mut(conv) {
            chat.outgoing = Some(Outgoing { text: text.to_owned(), due: mono + hold });
            chat.draft_keeping.touch(mono);
        }
        self.effect(Effect::Link(Command::Typing { conv, on: false }));
    }

    fn put_on_its_way(&mut self, conv: ConversationId, text: &str) {
        let limit = usize::try_from(self.desk.limits().chars).unwrap_or(usize::MAX);
        for part in split(text, limit, self.byte_limit()) {
            let id = self.say(conv, part);
            if let Some(chat) = self.chat_of_mut(conv) {
                chat.leaving = Some(id);
            }
        }
    }

    /// Sends the words of a chat that could still be taken back; where the child is no longer to be reached, they come
    /// back into the box.
    pub(super) fn send_out(&mut self, conv: ConversationId) {
        if self.chat_of(conv).is_none_or(|chat| chat.outgoing.is_none()) {
            return;
        }
        let mono = self.mono;
        if self.cannot_be_sent(conv) {
            if let Some(chat) = self.chat_of_mut(conv) {
                chat.take_back(mono);
            }
        } else if let Some(outgoing) = self.chat_of_mut(conv).and_then(|chat| chat.outgoing.take()) {
            self.put_on_its_way(conv, &outgoing.text);
        }
    }

    /// Sends all words that could still be taken back: those due, or all of them.
    pub(in crate::console) fn send_all_out(&mut self, all: bool) {
        let mono = self.mono;
        let is_due =
            |chat: &&Chat| chat.outgoing.as_ref().is_some_and(|outgoing| all || outgoing.due <= mono);
        let due: Vec<ConversationId> = self.chats.iter().filter(is_due).map(|chat| chat.conv).collect();
        due.into_iter().for_each(|conv| self.send_out(conv));
    }

    /// Writes to a child; the words stand in the chat as not yet stored until the relay has them on disk.
    pub(super) fn say(&mut self, conv: ConversationId, text: String) -> EntryId {
        let safe = SafeText::new(&text);
        let id = self.write(conv, Act::Say { text }, Wrote::Say(conv));
        let at = self.now();
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
    pub fn fill_phrase(&self, phrase: &Phrase, chat: &Chat) -> String {
        let me = self.desk.account().map(ToString::to_string).unwrap_or_default();
        let phone = self.desk.me.as_ref().map(|me| me.phone.clone()).filter(|phone| !phone.is_empty());
        let opens = self.desk.queue.as_ref().and_then(|queue| queue.house.line.next);
        let opens = opens.map(|at| self.look.clock(at));
        let mut known = vec![("me", me.as_str())];
        known.extend(phone.as_deref().map(|phone| ("phone", phone)));
        known.extend(opens.as_deref().map(|opens| ("opens", opens)));
        phrase.fill(self.address(chat), &known)
    }

    /// Returns my last words in a chat.
    pub fn last_of_mine(&self, chat: &Chat) -> String {
        let me = self.desk.account();
        let said = chat.transcript.lines().iter().rev().find_map(|line| match &line.what {
            What::Said(words) if me.is_some() && line.who.account() == me => Some(words.text.to_string()),
            _ => None,
        });
        said.unwrap_or_default()
    }

    /// Adds a phrase to those at hand.
    pub(in crate::console) fn add_phrase(&mut self, lang: Lang, phrase: Phrase) {
        let set = &mut self.phrase_sets[lang as usize];
        *set = std::mem::take(set).with(Phrases::of(vec![phrase]));
    }

    /// Returns how somebody is spoken to: a child, or who has not said, with *ty*.
    pub fn address(&self, chat: &Chat) -> Address {
        let told = chat.transcript.facts().age.as_deref();
        let age = chat.contact.facets.age_band.as_deref().or(told).unwrap_or("unknown");
        let is_child = chat
            .contact
            .facets
            .person
            .as_deref()
            .is_none_or(|person| matches!(person, "child" | "peer" | "sibling" | "unknown"));
        let is_young = is_child && !matches!(age, "a19_26" | "over26" | "a18");
        if is_young { Address::Ty } else { Address::Vy }
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
