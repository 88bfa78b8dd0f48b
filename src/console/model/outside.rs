//! Contacts outside the chat: phone, e-mail, letter, in person. They stand among my chats with the same note and the same
//! form, their clock runs, and the house counts them by their facets alone. Until it has, the casebook remembers that it
//! must be told.

use sha2::{Digest as _, Sha256};

use super::closing::Step;
use super::{Chat, Effect, Job, Model, Pane, Wrote};
use crate::casebook::record::{Change, Contact, Kept};
use crate::client::desk::{Act, Command};
use crate::client::link::Connection;
use crate::console::theme::Role;
use crate::conversation::event::{Contact as Row, Facts};
use crate::conversation::{ConversationId, EntryId};

/// The channels on which somebody is there now, so that a clock runs.
const LIVE: [&str; 2] = ["phone", "in_person"];

impl Chat {
    /// Returns whether this is no chat but a contact on another channel.
    pub fn is_outside(&self) -> bool {
        self.contact.facets.channel != "chat"
    }

    /// Returns whether somebody is on the phone or in the room now.
    pub fn is_live_outside(&self) -> bool {
        LIVE.contains(&self.contact.facets.channel.as_str()) && self.contact.ended.is_none()
    }
}

impl Model {
    /// Returns the name of my account, from the vault until the relay has told it.
    pub(in crate::console) fn my_name(&self) -> String {
        self.desk.account().map_or_else(|| self.restored.account.clone(), ToString::to_string)
    }

    /// Begins a contact on a channel. With a kind it is one that needs no words (silence, a wrong number): it is counted
    /// at once.
    pub(in crate::console) fn begin_outside(&mut self, channel: &str, kind: Option<&str>) {
        let conv = ConversationId(self.draw_bytes());
        let (id, case) = self.draw_contact();
        let me = self.my_name();
        let mut contact = Contact::begun(id, case, channel, &self.look.handle(conv), &me, self.now());
        contact.conv = Some(conv);
        contact.taken = Some(self.now());
        contact.kept = Kept::Nothing;
        contact.facets.language = self.look.locale.lang().code().to_owned();
        contact.facets.kind = kind.map(str::to_owned);
        let mut chat = Chat::new(conv, contact, self.taxonomy, self.mono);
        chat.contact_changed(self.mono);
        self.chats.push(chat);
        if kind.is_some() {
            return self.outside_step(conv);
        }
        self.bring_to_front(conv);
        (self.pane, self.is_note_open) = (Pane::Note, true);
        self.save_chat(conv, true);
    }

    /// Takes up again what the casebook remembers: forms that wait, and contacts the house was not yet told of.
    pub(super) fn resume_outside(&mut self) {
        let is_outside = |contact: &Contact| contact.facets.channel != "chat";
        let (outside, chats) = std::mem::take(&mut self.restored.contacts).into_iter().partition(is_outside);
        self.restored.contacts = chats;
        let outside: Vec<Contact> = outside;
        for contact in outside {
            let Some(conv) = contact.conv.filter(|conv| self.chat_of(*conv).is_none()) else { continue };
            let is_finished = contact.finished.is_some();
            let mut chat = Chat::new(conv, contact, self.taxonomy, self.mono);
            if is_finished {
                chat.closing.step = Step::Saving;
            }
            self.chats.push(chat);
            if is_finished {
                self.outside_step(conv);
            }
        }
    }

    /// Takes the next step of a finished form: the casebook first, then the house.
    pub(super) fn outside_step(&mut self, conv: ConversationId) {
        let Some(chat) = self.chat_of(conv) else { return };
        match chat.closing.step {
            Step::Saving => self.tell_house(conv),
            Step::Form => self.keep_outside(conv),
            _ => {}
        }
    }

    fn keep_outside(&mut self, conv: ConversationId) {
        let wall = self.now();
        let Some(chat) = self.chat_of_mut(conv) else { return };
        chat.contact.note = chat.note.note();
        chat.contact.finished = Some(wall);
        chat.contact.ended.get_or_insert(wall);
        chat.contact_keeping.start();
        chat.closing.step = Step::Saving;
        let changes = vec![Change::Contact(Box::new(chat.contact.clone())), Change::DropDraft(conv)];
        self.effect(Effect::Save(Job::Finished(conv), changes));
    }

    /// Writes the row of the contact into the house. Its id is made of the contact's, so that told twice it counts once.
    fn tell_house(&mut self, conv: ConversationId) {
        if matches!(self.desk.connection, Connection::Stopped(_)) {
            self.drop_chat(conv);
            return self.tell(Role::Ok, "outside-later", &[]);
        }
        let wall = self.now();
        let Some(chat) = self.chat_of_mut(conv) else { return };
        let contact = &chat.contact;
        let Ok(facets) = serde_json::to_string(&contact.facets.classified()) else { return };
        let digest: [u8; 32] =
            Sha256::new().chain_update(b"opora contact row").chain_update(contact.id.0).finalize().into();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        let id = EntryId(bytes);
        let row = Row {
            channel: contact.facets.channel.clone(),
            opened: contact.opened,
            taken: contact.taken,
            first: None,
            ended: contact.ended.unwrap_or(wall),
            archived: contact.finished,
            reason: "ended".to_owned(),
            lines: None,
            gap_ms: None,
            facts: Facts::default(),
            lang: contact.facets.language.clone(),
            level: None,
            held: None,
            back: contact.facets.repeat,
            rated: None,
            class: None,
        };
        chat.closing.step = Step::Archive(id);
        self.desk.wrote.insert(id, Wrote::Outside(conv));
        let act = Act::Contact { contact: Box::new(row), facets };
        self.effect(Effect::Link(Command::Write { id, conv: ConversationId::HOUSE, act }));
    }

    /// Returns the contact outside the chat that an entry of the house is about, or the conversation itself.
    pub(super) fn meant(&self, id: EntryId, conv: ConversationId) -> ConversationId {
        match self.desk.wrote.get(&id) {
            Some(Wrote::Outside(outside)) => *outside,
            _ => conv,
        }
    }
}
