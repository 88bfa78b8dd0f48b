//! Opening, locking and keeping: what the casebook gave back, what goes there when, and the clock that watches over it.

use super::{Effect, Gate, Job, Model, Notice, Pane, Restored, Results, SaveFailure, UnlockFailure, Wrote};
use zeroize::Zeroizing;

use crate::casebook::record::{Change, Draft};
use crate::client::desk::{Act, Command};
use crate::console::keymap::{Command as KeyCommand, Context};
use crate::console::screen::{Screen, casework, find, unlock};
use crate::console::theme::Role;
use crate::conversation::event::ShiftState;
use crate::conversation::{ConversationId, EntryId, Log};

/// After how long a locked screen without a child of mine is signed off, in milliseconds.
const SIGN_OFF_MS: u64 = 30 * 60_000;
const DAY_MS: u64 = 86_400_000;

impl Model {
    /// A passphrase that need not be typed: tried as if it had been.
    pub(super) fn passphrase(&mut self, passphrase: Zeroizing<String>) {
        if let Gate::Locked(state) = &mut self.gate {
            state.is_trying = true;
            self.effect(Effect::Unlock(passphrase));
        }
    }

    /// The system ends the program: what is unsaved is saved; my children stay mine for two minutes.
    pub(super) fn terminate(&mut self) {
        // Words that could still be taken back stay as a draft: nobody is there to see whether they arrive.
        let mono = self.mono;
        self.chats.iter_mut().for_each(|chat| _ = chat.take_back(mono));
        self.save_all();
        self.effect(Effect::Link(Command::Leave));
        self.effect(Effect::Quit);
    }

    /// Leaves: what is unsaved is saved, the relay is told, and after a second at most the program ends.
    pub(in crate::console) fn leave(&mut self) {
        self.send_all_out(true);
        self.save_all();
        // No child stays without an owner: those still open go back to the head of the queue.
        let is_online = self.desk.is_online();
        let is_open = |chat: &&super::Chat| is_online && !chat.is_over();
        let open: Vec<ConversationId> = self.mine().filter(is_open).map(|chat| chat.conv).collect();
        let reason = self.look.say("shift-release-reason");
        for conv in open {
            self.write(conv, Act::Release { reason: reason.clone() }, Wrote::Release(conv));
        }
        self.screens.clear();
        if self.desk.me.is_some() && self.desk.is_online() && !self.is_alone() {
            let id = self.say_state(ShiftState::Off, None);
            self.leaving = Some((id, self.mono + 2_000));
        } else {
            self.effect(Effect::Link(Command::Leave));
            self.effect(Effect::Quit);
        }
    }

    /// Goes, once the relay knows or the second is over.
    pub(super) fn go(&mut self, stored: Option<EntryId>) {
        let Some((id, until)) = self.leaving else { return };
        let is_released = !self.desk.wrote.values().any(|wrote| matches!(wrote, Wrote::Release(_)));
        let is_known = stored == Some(id) || !self.desk.wrote.contains_key(&id);
        if is_known && is_released || self.mono >= until {
            self.leaving = None;
            self.effect(Effect::Link(Command::Leave));
            self.effect(Effect::Quit);
        }
    }

    pub(super) fn unlocked(&mut self, restored: Restored) {
        let was_locked = matches!(&self.gate, Gate::Locked(state) if state.is_relock);
        let items = restored.outbox.iter().map(|item| item.order);
        self.order = self.order.max(items.max().unwrap_or(0));
        let damaged = restored.damaged;
        self.promises.clone_from(&restored.promises);
        self.restored = restored;
        self.gate = Gate::Open;
        self.locked_at = None;
        self.last_key = self.mono;
        self.resume_outside();
        self.remind();
        if damaged > 0 {
            self.tell(Role::Error, "casebook-damaged", &[("count", damaged.into())]);
        }
        if self.is_alone() {
            self.open_board();
        } else if was_locked {
            let held = self.desk.me.as_ref().map(|me| me.mine.clone()).unwrap_or_default();
            let rows = self.desk.rows().iter().filter(|row| row.holder.as_ref() == self.desk.account());
            let mut mine: Vec<ConversationId> = rows.map(|row| row.conv).collect();
            mine.extend(held.into_iter().filter(|conv| self.desk.row(*conv).is_some()));
            mine.sort();
            mine.dedup();
            for conv in mine {
                self.begin_chat(conv);
                self.effect(Effect::Link(Command::Reload { conv }));
            }
            self.chats.sort_by_key(|chat| (chat.contact.taken, chat.contact.opened));
            self.front = self.front.filter(|conv| self.chat_of(*conv).is_some());
            self.front = self.front.or(self.chats.first().map(|chat| chat.conv));
            let (state, until) = if self.desk.state == ShiftState::Break {
                (ShiftState::Break, self.desk.until)
            } else {
                (ShiftState::Ready, None)
            };
            self.say_state(state, until);
        }
    }

    /// Says at login what is due by the end of the day, or that the last backup is older than a week.
    fn remind(&mut self) {
        let tomorrow = self.wall + DAY_MS;
        if self.promises.iter().any(|promise| promise.due < tomorrow) {
            return casework::open_due(self, tomorrow);
        }
        let age = self.restored.backup.map(|at| self.wall.saturating_sub(at) / DAY_MS);
        match age {
            Some(days) if days > 7 => self.tell(Role::Warning, "backup-old", &[("days", days.into())]),
            // Whoever has just begun is not yet reminded.
            None if self.restored.count >= 20 => self.tell(Role::Warning, "backup-none", &[]),
            _ => {}
        }
    }

    pub(super) fn not_unlocked(&mut self, failure: UnlockFailure) {
        let mono = self.mono;
        if let Gate::Locked(state) = &mut self.gate {
            state.failed(failure, mono);
        }
    }

    pub(super) fn progress(&mut self, percent: u8) {
        if let Gate::Locked(state) = &mut self.gate {
            state.progress = Some(percent);
        }
    }

    /// Hides all words: drafts and notes go to the casebook, transcripts leave the state. The sockets stay alive.
    pub(super) fn lock(&mut self) {
        self.send_all_out(true);
        self.save_all();
        let watched: Vec<ConversationId> =
            self.chats.iter().filter(|chat| !chat.is_mine()).map(|chat| chat.conv).collect();
        watched.into_iter().for_each(|conv| self.effect(Effect::Link(Command::Unwatch { conv })));
        self.chats.clear();
        self.promises.clear();
        self.locked_at = Some(self.mono);
        self.screens.clear();
        self.prefix.clear();
        (self.notice, self.selected, self.pane) = (None, None, Pane::Box);
        self.restored = Restored::default();
        self.gate = Gate::Locked(Box::new(unlock::State { is_relock: true, ..unlock::State::default() }));
        if self.desk.me.is_some() && !self.is_alone() {
            self.say_state(
                if self.desk.state == ShiftState::Break { ShiftState::Break } else { ShiftState::Locked },
                self.desk.until,
            );
        }
        self.effect(Effect::Redraw);
    }

    /// A lock by hand. Without a child of mine it signs off and the program starts anew: freed memory keeps nothing then.
    pub(super) fn lock_by_hand(&mut self) {
        let holds_none = self.mine().all(super::Chat::is_outside);
        if self.settings.starts_anew && holds_none && !self.is_alone() {
            self.starts_anew = true;
            self.leave();
        } else {
            self.lock();
        }
    }

    /// Puts all that is unsaved on disk now.
    pub(in crate::console) fn save_all(&mut self) {
        let convs: Vec<ConversationId> = self.chats.iter().map(|chat| chat.conv).collect();
        for conv in convs {
            self.save_chat(conv, true);
        }
    }

    /// Puts what is unsaved of a chat on disk: what is due, or all of it.
    pub(super) fn save_chat(&mut self, conv: ConversationId, all: bool) {
        let (mono, wall) = (self.mono, self.wall);
        let mut saves = Vec::new();
        let Some(chat) = self.chat_of_mut(conv) else { return };
        if all {
            chat.draft_keeping.hurry();
            chat.contact_keeping.hurry();
        }
        // While sent words are not in the outbox on disk, the draft there is their only copy.
        if chat.draft_keeping.is_due(mono)
            && (chat.leaving.is_none() || all && !chat.unsent().trim().is_empty())
        {
            chat.draft_keeping.start();
            let text = chat.unsent();
            let change = if text.trim().is_empty() {
                Change::DropDraft(conv)
            } else {
                Change::Draft(Draft { conv, text, at: wall })
            };
            saves.push((Job::Draft(conv), change));
        }
        if chat.contact_keeping.is_due(mono) {
            chat.contact_keeping.start();
            saves.push((Job::Contact(conv), Change::Contact(Box::new(chat.contact.clone()))));
        }
        for (job, change) in saves {
            self.effect(Effect::Save(job, vec![change]));
        }
    }

    pub(super) fn saved(&mut self, job: Job, result: Result<u64, SaveFailure>) {
        let mono = self.mono;
        if let Err(failure) = result {
            self.not_saved(failure);
        }
        match job {
            Job::Draft(conv) => {
                if let Some(chat) = self.chat_of_mut(conv) {
                    chat.draft_keeping.done(mono, result);
                }
            }
            Job::Contact(conv) => {
                if let Some(chat) = self.chat_of_mut(conv) {
                    chat.contact_keeping.done(mono, result);
                }
            }
            Job::Finished(conv) => self.finished(conv, result),
            Job::Kept(id) => {
                // Even with a full disk a child's answer goes out; the notice says that it is in memory only.
                self.effect(Effect::Link(Command::Kept { id }));
                let left = self.chats.iter_mut().find(|chat| chat.leaving == Some(id));
                if let Some(chat) = left {
                    chat.leaving = None;
                    chat.draft_keeping.touch(mono);
                }
            }
            Job::Reviewed => self.reviewed(result),
            Job::Other => {}
        }
    }

    fn finished(&mut self, conv: ConversationId, result: Result<u64, SaveFailure>) {
        let mono = self.mono;
        let Some(chat) = self.chat_of_mut(conv) else { return };
        chat.contact_keeping.done(mono, result);
        if result.is_ok() {
            self.close_step(conv);
        } else {
            // Not archived before it is safe: the relay keeps the words, and the form can be confirmed again.
            chat.contact.finished = None;
            chat.closing.step = super::closing::Step::Form;
        }
    }

    fn not_saved(&mut self, failure: SaveFailure) {
        let key = self.look.key(KeyCommand::NoteToggle, Context::Global);
        match failure {
            SaveFailure::DiskFull => self.tell(Role::Error, "disk-full", &[("key", key.into())]),
            SaveFailure::Failed => self.tell(Role::Error, "not-saved", &[]),
        }
    }

    pub(super) fn found(&mut self, results: Results) {
        if results.number != self.search {
            return;
        }
        let search = self.screens.iter_mut().rev().find_map(|screen| match screen {
            Screen::Find(state) => Some(state),
            _ => None,
        });
        if let Some(state) = search {
            state.found(results);
            self.load_selected();
        }
    }

    pub(super) fn loaded(
        &mut self,
        contact: crate::casebook::record::Contact,
        transcript: Option<crate::casebook::record::Transcript>,
    ) {
        for screen in &mut self.screens {
            if let Screen::Find(state) = screen {
                state.loaded =
                    Some(find::Loaded { contact: contact.clone(), transcript: transcript.clone() });
            }
        }
    }

    /// Reads the contact that is selected in a search, for its preview.
    pub(in crate::console) fn load_selected(&mut self) {
        let wanted = self.screens.iter().rev().find_map(|screen| match screen {
            Screen::Find(state) => state.wanted(),
            _ => None,
        });
        if let Some(contact) = wanted {
            self.effect(Effect::Load(contact));
        }
    }

    /// Returns the next number under which the outbox keeps words in order.
    pub(super) fn next_order(&mut self) -> u64 {
        self.order += 1;
        self.order
    }

    /// What the clock brings: saving after a pause, the end of a sentence, the lock, the bell.
    pub(super) fn tick(&mut self) {
        let mono = self.mono;
        self.supervise_tick();
        self.send_all_out(false);
        let convs: Vec<ConversationId> = self.chats.iter().map(|chat| chat.conv).collect();
        for conv in convs {
            self.save_chat(conv, false);
        }
        self.typing_pauses();
        self.keep_shift();
        self.go(None);
        self.notice = self.notice.take().filter(|notice: &Notice| notice.until > mono);
        for chat in &mut self.chats {
            chat.writing_until = chat.writing_until.filter(|until| *until > mono);
        }
        let idle = mono.saturating_sub(self.last_key);
        let is_idle = self.settings.lock_after_ms > 0 && idle >= self.settings.lock_after_ms;
        if is_idle && matches!(self.gate, Gate::Open) {
            self.lock();
        }
        self.tell_dangers();
        self.ring();
    }

    /// Says a danger to life at a colleague's chat in words, once, to who is asked to look.
    fn tell_dangers(&mut self) {
        if !matches!(self.gate, Gate::Open) {
            return;
        }
        let dangers: Vec<_> = self.alarms().into_iter().filter(|row| row.level == Some(3)).cloned().collect();
        self.dangers.retain(|conv| dangers.iter().any(|row| row.conv == *conv));
        for row in dangers {
            if self.dangers.insert(row.conv) {
                let who = row.holder.map(|holder| self.look.name(&holder)).unwrap_or_default();
                let handle = self.handle(row.conv);
                self.tell(Role::Danger, "danger-raised", &[("handle", handle.into()), ("who", who.into())]);
            }
        }
    }

    /// One bell that repeats while a child waits and I have a free place, or anybody waits over the target.
    fn ring(&mut self) {
        if !self.settings.bell || self.mono < self.snoozed_until || !self.desk.is_online() {
            return;
        }
        let has_alarm = self.alarms().iter().any(|row| self.chat_of(row.conv).is_none());
        let (count, longest) = self.queue_waits();
        let is_late = longest.is_some_and(|wait| self.waiting(wait) == super::Waiting::Late);
        let can_take = count > 0 && self.has_place() && self.desk.is_ready();
        let is_due = self.rang_at.is_none_or(|rang| self.mono >= rang + self.settings.repeat_ms);
        if !(is_late || can_take || has_alarm) {
            self.rang_at = None;
        } else if is_due {
            self.rang_at = Some(self.mono);
            self.effect(Effect::Bell);
        }
    }

    /// Keeps what the others see of me true: the places I offer, a break that is over, a screen locked for long.
    fn keep_shift(&mut self) {
        if self.desk.me.is_none() || self.leaving.is_some() {
            return;
        }
        let offered = self.offered();
        let is_open = matches!(self.gate, Gate::Open);
        if is_open && self.desk.is_ready() && self.desk.places.is_some_and(|said| said != offered) {
            self.say_state(ShiftState::Ready, None);
        }
        let is_over =
            self.desk.state == ShiftState::Break && self.desk.until.is_some_and(|until| until <= self.now());
        if is_over && is_open && !self.desk.has_told_break {
            self.desk.has_told_break = true;
            let key = self.look.key(KeyCommand::Break, Context::List);
            self.tell(Role::Warning, "break-over", &[("key", key.into())]);
            if self.settings.bell {
                self.effect(Effect::Bell);
            }
        }
        let holds = self.desk.rows().iter().any(|row| row.holder.as_ref() == self.desk.account());
        let is_long = self.locked_at.is_some_and(|at| self.mono >= at + SIGN_OFF_MS);
        // Ready too: another computer of mine may have said so, and be gone.
        if is_long && !holds && matches!(self.desk.state, ShiftState::Locked | ShiftState::Ready) {
            self.say_state(ShiftState::Off, None);
        }
    }

    /// Returns when the next tick is needed, on the clock that never jumps. Once a second while a wait is shown; else at
    /// the next minute, so that the clock is right.
    pub fn wake_at(&self) -> u64 {
        let now = self.now();
        let into_second = now % 1_000;
        let shows_wait = !self.desk.rows().is_empty()
            || self.screens.iter().any(|screen| matches!(screen, Screen::Board))
            || !self.desk.is_online()
            || matches!(self.gate, Gate::Locked(_))
            || self.chats.iter().any(super::Chat::is_live_outside);
        let clock = if shows_wait { 1_000 - into_second } else { 60_000 - now % 60_000 };
        let mut next = self.mono + clock;
        for chat in &self.chats {
            let dues =
                [chat.draft_keeping.due(), chat.contact_keeping.due(), chat.typing_until, chat.writing_until];
            let blocked = chat.leaving.is_some();
            let due = dues
                .into_iter()
                .enumerate()
                .filter_map(|(place, due)| due.filter(|_| place != 0 || !blocked))
                .min();
            next = next.min(due.unwrap_or(u64::MAX));
            next = next.min(chat.outgoing.as_ref().map_or(u64::MAX, |outgoing| outgoing.due));
        }
        if let Some(notice) = &self.notice {
            next = next.min(notice.until);
        }
        next = next.min(self.leaving.map_or(u64::MAX, |(_, until)| until));
        if self.settings.lock_after_ms > 0 && matches!(self.gate, Gate::Open) {
            next = next.min(self.last_key + self.settings.lock_after_ms);
        }
        next.max(self.mono + 1)
    }

    /// Returns whether a chat holds anything that is not at the relay or in the casebook.
    pub fn is_unsaved(&self) -> bool {
        self.chats.iter().any(|chat| chat.draft_keeping.is_unsaved() || chat.contact_keeping.is_unsaved())
    }

    /// Returns the words longest on their way, if they have been for five seconds.
    pub fn longest_on_its_way(&self) -> Option<(&super::Chat, &crate::conversation::transcript::Pending)> {
        let waits = |chat: &'_ &super::Chat| {
            chat.transcript.pending().first().is_some_and(|sent| sent.log == Log::Talk)
        };
        let chat = self
            .chats
            .iter()
            .filter(waits)
            .min_by_key(|chat| chat.transcript.pending().first().map_or(u64::MAX, |sent| sent.at))?;
        let sent = chat.transcript.pending().first()?;
        (self.lasted(sent.at) >= 5_000).then_some((chat, sent))
    }
}
