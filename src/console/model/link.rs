//! What the link tells: each update folded into the state, and the sentence for whoever looks at the screen.

use super::standing::HANDS_MS;
use super::{Chat, Effect, Gate, Gone, Job, Model, Standing, Wrote};
use crate::casebook::record::{Change, Contact, Draft, OutboxItem};
use crate::client::desk::{self, Act, Answer, ChildSignal, Update, Welcome};
use crate::client::link::{Connection, Denied};
use crate::console::screen::{self, choice};
use crate::console::theme::Role;
use crate::conversation::event::{ShiftState, State};
use crate::conversation::transcript::{Pending, Shown, What};
use crate::conversation::{Account, ConversationId, EntryId, Log, SafeText};

/// How long "is writing…" stands without a new signal, in milliseconds.
const WRITING_MS: u64 = 8_000;
/// What is older was known before: nothing is said of it anew, in milliseconds.
const FRESH_MS: u64 = 60_000;

impl Model {
    pub(super) fn link(&mut self, update: Update) {
        self.supervise(&update);
        match update {
            Update::Connection(connection) => self.connection(connection),
            Update::Welcome(welcome) => self.welcome(welcome),
            Update::Queue(queue) => {
                let is_first = self.desk.queue.is_none();
                self.overdue(&queue.house.overdue);
                self.damaged(&queue.house.damaged);
                self.announce(&queue.house.notes);
                self.joins(&queue.house.joins);
                self.desk.queue = Some(queue);
                self.reconcile();
                self.still_on_shift();
                self.state_elsewhere();
                // What the shift before left is the first thing to be seen.
                if is_first && matches!(self.gate, Gate::Open) && !self.notes().is_empty() {
                    choice::open_notes(self);
                }
            }
            Update::Heard(at) => self.desk.heard = Some(at),
            Update::Answer { answer: Answer::Found(found), .. } => screen::casework::agreed(self, &found),
            Update::Answer { ask, answer } => _ = self.key_answered(ask, &answer),
            Update::Watching { .. } | Update::Ended(_) => {}
            Update::NotWatched { conv, code } => self.not_watched(conv, code.is_some()),
            Update::Line(line) => self.line(&line),
            Update::Stored { id, conv, entry, at, .. } => {
                self.desk.own.insert(entry);
                self.stored(id, conv, at);
            }
            Update::Refused { id, conv, why, holder } => self.refused(id, conv, why, holder.as_ref()),
            Update::Altered { conv, .. } => {
                let handle = self.handle(conv);
                if let Some(chat) = self.chat_of_mut(conv) {
                    chat.is_altered = true;
                }
                self.tell(Role::Error, "altered", &[("handle", handle.into())]);
            }
            Update::Signal { conv, signal } => self.signal(conv, signal),
            Update::Erased { conv } => {
                self.effect(Effect::Erase(conv));
                self.erased(conv);
            }
            Update::Keys(keys) => self.new_keys(keys),
            Update::Card(card) => self.card(card),
            Update::Keep(item) => self.keep(item),
            Update::Drop { id } => self.effect(Effect::Save(Job::Other, vec![Change::Drop(id)])),
        }
    }

    fn connection(&mut self, connection: Connection) {
        if matches!(connection, Connection::Online { .. }) && !self.desk.is_online() {
            self.desk.heard = Some(self.wall);
        }
        self.desk.connection = connection;
    }

    fn welcome(&mut self, welcome: Welcome) {
        let is_first = self.desk.me.is_none();
        let mine = welcome.mine.clone();
        self.set_clock(welcome.ahead_ms);
        self.desk.me = Some(welcome);
        let now = self.now();
        self.desk.heard_from.get_or_insert(now);
        for conv in mine {
            self.begin_chat(conv);
        }
        self.sort_chats();
        if is_first && !self.is_alone() {
            self.front = self.front.or(self.chats.first().map(|chat| chat.conv));
            self.say_state(ShiftState::Ready, None);
        }
        self.desk.is_back = !is_first && !self.is_alone();
    }

    /// Says my state again where the relay forgot it: whoever was away for long counts as off.
    fn still_on_shift(&mut self) {
        let Some(me) = self.desk.account().filter(|_| self.desk.is_back) else { return };
        let people = self.desk.queue.as_ref().map_or(&[][..], |queue| &queue.people);
        let is_off = people.iter().any(|person| person.account == *me && person.state == ShiftState::Off);
        self.desk.is_back = false;
        if is_off && self.desk.state != ShiftState::Off {
            self.say_state(self.desk.state, self.desk.until);
        }
    }

    /// Says how I am on shift.
    pub(in crate::console) fn say_state(&mut self, state: ShiftState, until: Option<u64>) -> EntryId {
        let places = self.offered();
        (self.desk.state, self.desk.until) = (state, until);
        (self.desk.places, self.desk.has_told_break) = (Some(places), false);
        self.write(ConversationId::HOUSE, Act::State(State { state, until, places }), Wrote::State)
    }

    /// Begins a chat with what the casebook remembers of it, or anew. While the screen is locked nothing is begun.
    pub(super) fn begin_chat(&mut self, conv: ConversationId) {
        if matches!(self.gate, Gate::Locked(_)) || self.is_alone() || self.take_up_again(conv) {
            return;
        }
        let kept = self.restored.contacts.iter().position(|contact| contact.conv == Some(conv));
        let contact = match kept {
            Some(place) => self.restored.contacts.swap_remove(place),
            None => {
                if let Some(back) = self.desk.row(conv).and_then(|row| row.back.clone()) {
                    self.effect(Effect::Recall(conv, back.conv));
                }
                self.new_contact(conv)
            }
        };
        let is_finished = contact.finished.is_some();
        let mut chat = Chat::new(conv, contact, self.taxonomy, self.mono);
        for item in self.restored.outbox.iter().filter(|item| item.conv == conv) {
            if let Some(Act::Say { text }) = act_of(item) {
                let (id, at, text) = (item.id, self.now(), SafeText::new(&text));
                chat.transcript.send(Pending { id, log: Log::Talk, at, text });
            }
        }
        if let Some(place) = self.restored.drafts.iter().position(|draft| draft.conv == conv) {
            let Draft { text, at, .. } = self.restored.drafts.swap_remove(place);
            // What is on its way is no draft any more; what was typed after it is.
            let mut rest = text.trim();
            for sent in chat.transcript.pending() {
                rest = rest.strip_prefix(sent.text.as_str()).map_or(rest, str::trim_start);
            }
            if !rest.is_empty() {
                let text = if rest.len() == text.trim().len() { text.as_str() } else { rest };
                chat.draft = crate::console::widget::TextBox::with(text);
                chat.draft_keeping.saved_at = Some(at);
            }
        }
        if is_finished {
            // The casebook has all of it: only the relay does not know yet.
            chat.closing.step = super::closing::Step::Saving;
        }
        self.chats.push(chat);
        for line in self.early.remove(&conv).unwrap_or_default() {
            self.line(&line);
        }
        if is_finished {
            self.close_step(conv);
        }
    }

    pub(super) fn new_contact(&mut self, conv: ConversationId) -> Contact {
        let (id, case) = self.draw_contact();
        let me = self.desk.account().map(ToString::to_string).unwrap_or_default();
        let row = self.desk.row(conv).cloned();
        let opened = row.as_ref().map_or(self.now(), |row| row.opened);
        let mut contact = Contact::begun(id, case, "chat", &self.look.handle(conv), &me, opened);
        contact.conv = Some(conv);
        contact.taken = Some(self.now());
        contact.facets.person = Some("child".to_owned());
        if let Some(row) = row {
            contact.facets.language = row.lang;
            contact.facets.age_band = row.facts.age;
            contact.facets.repeat = row.back.is_some();
        }
        contact
    }

    /// My chats stay in the order in which they were taken.
    fn sort_chats(&mut self) {
        self.chats.sort_by_key(|chat| (chat.contact.taken, chat.contact.opened));
    }

    /// Brings my chats in line with the queue: what was handed to me begins, what another holds goes.
    fn reconcile(&mut self) {
        let Some(me) = self.desk.account().cloned() else { return };
        let mine = |row: &&crate::conversation::queue::Row| row.holder.as_ref() == Some(&me);
        let taken: Vec<ConversationId> = self.desk.rows().iter().filter(mine).map(|row| row.conv).collect();
        for conv in taken {
            if !self.may_be_stale(conv) && !self.desk.is_claiming(conv) {
                self.begin_chat(conv);
            }
        }
        let lost: Vec<(ConversationId, Gone)> = self
            .mine()
            .filter(|chat| chat.is_loaded() && chat.transcript.holder() != Some(&me))
            .filter_map(|chat| Some((chat.conv, self.gone_to(chat.conv)?)))
            .collect();
        for (conv, gone) in lost {
            self.let_go(conv, gone);
        }
        let is_gone =
            self.selected.is_some_and(|conv| self.desk.row(conv).is_none() && self.chat_of(conv).is_none());
        if is_gone {
            self.selected = None;
        }
    }

    /// A supervisor hears of talks that ended days ago and that nobody archived.
    fn overdue(&mut self, overdue: &[ConversationId]) {
        let known = self.desk.queue.as_ref().map_or(&[][..], |queue| &queue.house.overdue);
        let Some(new) = overdue.iter().find(|conv| !known.contains(conv)).copied() else { return };
        let values = [("count", overdue.len().into()), ("handle", self.handle(new).into())];
        self.tell(Role::Warning, "overdue", &values);
    }

    /// A supervisor hears of a conversation that the relay's disk damaged.
    fn damaged(&mut self, damaged: &[ConversationId]) {
        let known = self.desk.queue.as_ref().map_or(&[][..], |queue| &queue.house.damaged);
        if let Some(new) = damaged.iter().find(|conv| !known.contains(conv)).copied() {
            self.tell(Role::Warning, "damaged-on-relay", &[("handle", self.handle(new).into())]);
        }
    }

    fn not_watched(&mut self, conv: ConversationId, is_refused: bool) {
        let is_read_along = self.chat_of(conv).is_some_and(|chat| chat.standing == Standing::Watched);
        if is_read_along {
            // Without a reason it is the answer to a look away before this look.
            return if is_refused {
                self.not_readable(conv)
            };
        }
        let is_mine = self.desk.row(conv).is_some_and(|row| row.holder.as_ref() == self.desk.account());
        let is_archiving = self.chat_of(conv).is_some_and(|chat| chat.closing.is_under_way());
        if !is_mine && !is_archiving {
            let gone = self.gone_to(conv).unwrap_or(Gone::Away);
            self.let_go(conv, gone);
        }
    }

    fn line(&mut self, line: &Shown) {
        let is_watched = self.is_watched(line.conv);
        self.clock_at_least(line.at);
        let (mono, now) = (self.mono, self.now());
        let is_fresh = now.saturating_sub(line.at) < FRESH_MS;
        let me = self.desk.account().cloned();
        if self.chat_of(line.conv).is_none() && self.desk.is_claiming(line.conv) {
            return self.early.entry(line.conv).or_default().push(line.clone());
        }
        let Some(chat) = self.chat_of_mut(line.conv).filter(|chat| !chat.is_gone()) else { return };
        let is_new = line.seq > chat.transcript.head(line.log);
        chat.line(line, mono, is_watched);
        if !chat.is_mine() {
            return self.line_of_another(line, is_fresh);
        }
        match &line.what {
            What::Told(facts) if chat.contact.facets.age_band.is_none() && facts.age.is_some() => {
                chat.contact.facets.age_band = facts.age.clone();
                chat.contact_changed(mono);
            }
            What::Opened { lang, .. } => {
                chat.contact.facets.language.clone_from(lang);
                chat.contact.opened = line.at;
            }
            What::Claimed if line.who.account() == me.as_ref() => chat.contact.taken = Some(line.at),
            What::Left(_) | What::Closed(_) => {
                chat.contact.ended = Some(line.at);
                chat.contact_changed(mono);
                if is_fresh {
                    self.ended(line);
                }
            }
            What::Transferred { to, .. } if Some(to) == me.as_ref() && is_fresh => {
                let who = line.who.account().map(|who| self.look.name(who)).unwrap_or_default();
                let values = [("who", who.into()), ("handle", self.handle(line.conv).into())];
                self.tell(Role::WhoColleague, "handed-to-you", &values);
            }
            What::Watched { who, on: true } if is_fresh => {
                let (who, handle) = (self.look.name(who), self.handle(line.conv));
                self.tell(Role::WhoColleague, "looks-in", &[("who", who.into()), ("handle", handle.into())]);
            }
            What::Whispered(_) if is_fresh => self.whispered(line),
            _ => {}
        }
        if is_new && is_fresh {
            self.elsewhere(line);
        }
    }

    /// Says that a colleague whispered, if it was not I.
    pub(super) fn whispered(&mut self, line: &Shown) {
        let Some(who) = line.who.account().filter(|who| Some(*who) != self.desk.account()) else { return };
        let (who, handle) = (self.look.name(who), self.handle(line.conv));
        self.tell(Role::WhoColleague, "whispers", &[("who", who.into()), ("handle", handle.into())]);
    }

    fn ended(&mut self, line: &Shown) {
        if matches!(line.what, What::Left(_)) {
            let (handle, at) = (self.handle(line.conv), self.look.clock(line.at));
            let until = self.look.clock(line.at + 10 * 60_000);
            let values = [("handle", handle.into()), ("at", at.into()), ("until", until.into())];
            self.tell(Role::Warning, "child-left", &values);
        }
    }

    /// Returns whether a chat is before somebody's eyes now.
    fn is_watched(&self, conv: ConversationId) -> bool {
        self.front == Some(conv) && self.is_focused && matches!(self.gate, Gate::Open)
    }

    fn signal(&mut self, conv: ConversationId, signal: ChildSignal) {
        let until = self.mono + WRITING_MS;
        if let Some(chat) = self.chat_of_mut(conv) {
            chat.writing_until = (signal == ChildSignal::Typing).then_some(until);
            chat.is_hidden = signal == ChildSignal::Hidden;
        }
    }

    fn keep(&mut self, item: desk::OutboxItem) {
        let order = self.next_order();
        let desk::OutboxItem { id, conv, bytes } = item;
        let item = OutboxItem { id, conv, order, bytes };
        self.effect(Effect::Save(Job::Kept(id), vec![Change::Keep(item)]));
    }

    fn stored(&mut self, id: EntryId, conv: ConversationId, at: u64) {
        let conv = self.meant(id, conv);
        match self.desk.wrote.remove(&id) {
            Some(Wrote::Claim(conv, typed, pressed)) => self.claimed(conv, typed, pressed),
            // Its entry carries another id if the link had to write it anew.
            Some(Wrote::Say(conv)) => {
                if let Some(chat) = self.chat_of_mut(conv) {
                    chat.transcript.take_back(id);
                }
            }
            Some(Wrote::Transfer(_, to)) => {
                let values = [("handle", self.handle(conv).into()), ("who", self.look.name(&to).into())];
                self.tell(Role::Ok, "handed-over", &values);
                self.handed(conv, to);
            }
            Some(Wrote::Release(_)) => {
                self.let_go(conv, Gone::Queue);
                self.tell(Role::Ok, "released", &[("handle", self.handle(conv).into())]);
            }
            Some(Wrote::State) => self.desk.said_at = Some(at),
            Some(Wrote::Note(..)) => self.tell(Role::Ok, "note-sent", &[]),
            Some(Wrote::Flag(_, level)) if level >= 2 => {
                let sentence = if level >= 3 { "danger-sent" } else { "second-asked" };
                self.tell(Role::Ok, sentence, &[("handle", self.handle(conv).into())]);
            }
            Some(Wrote::Shift(told)) => {
                let handle = self.handle(conv);
                self.tell(Role::Ok, told, &[("handle", handle.into())]);
            }
            _ => {}
        }
        self.closing_stored(conv, id);
        self.go(Some(id));
    }

    /// A claim was won: the child comes to the front, unless the hands have gone on typing elsewhere meanwhile.
    fn claimed(&mut self, conv: ConversationId, typed: u64, at: u64) {
        self.desk.claimed.insert(conv);
        self.taken_over(conv);
        self.begin_chat(conv);
        if let Some(chat) = self.chat_of_mut(conv) {
            chat.standing = Standing::Mine;
        }
        // Any key after F2 means that the hands, or the eyes, are elsewhere.
        let hands_rest =
            self.typed == typed && self.last_key <= at && self.mono.saturating_sub(at) < HANDS_MS;
        if hands_rest && self.screens.is_empty() {
            self.bring_to_front(conv);
            self.pane = super::Pane::Box;
            self.notice = None;
        } else {
            self.tell(Role::Ok, "taken", &[("handle", self.handle(conv).into())]);
        }
    }

    fn refused(&mut self, id: EntryId, conv: ConversationId, why: Denied, holder: Option<&Account>) {
        let conv = self.meant(id, conv);
        let wrote = self.desk.wrote.remove(&id);
        self.early.remove(&conv);
        let handle = self.handle(conv);
        let key =
            self.look.key(crate::console::keymap::Command::ChatTake, crate::console::keymap::Context::Global);
        match (&wrote, holder, why) {
            (Some(Wrote::Claim(..)), Some(holder), _) => {
                let values =
                    [("who", self.look.name(holder).into()), ("handle", handle.into()), ("key", key.into())];
                self.tell(Role::Warning, "race-lost", &values);
            }
            (Some(Wrote::Claim(..)), None, _) => {
                self.tell(Role::Warning, "claim-gone", &[("handle", handle.into()), ("key", key.into())]);
            }
            (Some(Wrote::Close(_)), _, Denied::Unread) => {
                self.tell(Role::Warning, "close-unread-late", &[("handle", handle.into())]);
            }
            (Some(Wrote::State | Wrote::Agreed), ..) => {}
            (Some(Wrote::Shift(_)), ..) if conv.is_house() => self.denied_in_house(why),
            (Some(Wrote::Note(to, text)), ..) => {
                self.refused_note = Some((to.clone(), text.clone()));
                self.tell(Role::Error, "note-refused", &[]);
            }
            _ => self.denied(&handle, why),
        }
        self.closing_refused(conv, id);
        self.back_into_box(id, conv);
    }

    /// Something of the shift was refused: nothing changed.
    fn denied_in_house(&mut self, why: Denied) {
        let reason = self.look.locale.try_say(&reason_of(why), &[("handle", "–".into())]).unwrap_or_default();
        self.tell(Role::Error, "board-not-done", &[("reason", reason.into())]);
    }

    fn denied(&mut self, handle: &str, why: Denied) {
        let id = reason_of(why);
        let reason = self.look.locale.try_say(&id, &[("handle", handle.into())]).unwrap_or_default();
        self.tell(Role::Error, "not-stored", &[("handle", handle.into()), ("reason", reason.into())]);
    }

    /// Words that were refused for good come back into the box: nothing that was typed is lost.
    fn back_into_box(&mut self, id: EntryId, conv: ConversationId) {
        let mono = self.mono;
        let Some(chat) = self.chat_of_mut(conv) else { return };
        let Some(back) = chat.transcript.take_back(id) else { return };
        let text = match chat.draft.is_blank() {
            true => back.text.to_string(),
            false => format!("{}\n{}", back.text, chat.draft.text()),
        };
        chat.draft = crate::console::widget::TextBox::with(&text);
        chat.draft_keeping.touch(mono);
        chat.held = None;
    }

    /// Brings a chat to the front; the guard counts from now.
    pub(super) fn bring_to_front(&mut self, conv: ConversationId) {
        if self.chat_of(conv).is_none() {
            return;
        }
        if self.front != Some(conv) {
            if let Some(before) = self.front {
                self.save_chat(before, false);
                if let Some(chat) = self.chat_of_mut(before) {
                    chat.held = None;
                }
            }
            self.front = Some(conv);
            let mono = self.mono;
            if let Some(chat) = self.chat_of_mut(conv) {
                (chat.in_front_since, chat.held, chat.scroll) = (mono, None, None);
            }
            self.drop_gone();
            if self.pane == super::Pane::Note && !self.chat().is_some_and(Chat::has_note) {
                self.pane = super::Pane::Box;
            }
        }
        self.selected = None;
    }
}

/// Returns the id of the sentence that says why something was refused.
fn reason_of(why: Denied) -> String {
    match why {
        Denied::Relay(code) => format!("refused-{}", code_of(code)),
        Denied::Unread => "close-unread-late".to_owned(),
        Denied::NoKey => "denied-no-key".to_owned(),
        Denied::Altered => "altered".to_owned(),
    }
}

fn code_of(code: crate::protocol::Refusal) -> String {
    serde_json::to_value(code)
        .ok()
        .and_then(|code| Some(code.as_str()?.replace('_', "-")))
        .unwrap_or_default()
}

/// Returns what an outbox item was to write.
pub(super) fn act_of(item: &OutboxItem) -> Option<Act> {
    desk::OutboxItem { id: item.id, conv: item.conv, bytes: item.bytes.clone() }.act()
}
