//! Keys to deeds: which table of the keymap is asked, which box a letter goes to, and what each command does.

use crokey::KeyCombination;
use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use super::{Chat, Effect, Gate, Model, Pane};
use crate::client::desk::Command as LinkCommand;
use crate::console::keymap::{Command, Context, Lookup};
use crate::console::screen::{self, Next, Press, Screen};
use crate::console::theme::Role;
use crate::conversation::ConversationId;
use crate::conversation::event::ShiftState;
use crate::conversation::transcript::{What, Who};

impl Model {
    /// Returns which table of the keymap is asked first.
    pub fn context(&self) -> Context {
        match (self.screens.last(), self.pane) {
            (Some(screen), _) => screen.context(),
            // Who reads along has no box; the keys are those of the board.
            (None, Pane::Box) if self.reads_along().is_some() => Context::Board,
            (None, Pane::Box) => Context::Text,
            (None, Pane::List) => Context::List,
            (None, Pane::Note) => Context::Note,
        }
    }

    pub(super) fn key(&mut self, keys: KeyCombination, event: KeyEvent) {
        self.last_key = self.mono;
        if matches!(self.gate, Gate::Locked(_)) {
            return screen::unlock::key(self, keys, event);
        }
        let mut pressed = std::mem::take(&mut self.prefix);
        pressed.push(keys);
        let press = match self.look.keymap.lookup(self.context(), &pressed) {
            Lookup::Command(command) => Press::Command(command),
            Lookup::Prefix => {
                self.prefix = pressed;
                return;
            }
            // A sequence that leads nowhere is dropped; its last key counts for itself.
            Lookup::Nothing if pressed.len() > 1 => match self.look.keymap.lookup(self.context(), &[keys]) {
                Lookup::Command(command) => Press::Command(command),
                Lookup::Prefix | Lookup::Nothing => return,
            },
            Lookup::Nothing => Press::Key(event),
        };
        self.press(press);
    }

    pub(super) fn paste(&mut self, text: &str) {
        self.last_key = self.mono;
        if let Gate::Locked(state) = &mut self.gate {
            state.passphrase.insert(text);
            return;
        }
        self.press(Press::Paste(text.to_owned()));
    }

    pub(super) fn press(&mut self, press: Press) {
        if matches!(self.screens.last(), Some(Screen::Board)) {
            // The board stays in its place meanwhile: which child a key means depends on whether it is open.
            match screen::board::update(&press, self) {
                Next::Stay => {}
                Next::Close => self.screens.retain(|screen| !matches!(screen, Screen::Board)),
                Next::Pass => {
                    if let Press::Command(command) = press {
                        self.run_over(command);
                    }
                }
            }
            return;
        }
        if let Some(top) = self.screens.pop() {
            let place = self.screens.len();
            let mut top = top;
            match top.update(&press, self) {
                Next::Stay => self.screens.insert(place.min(self.screens.len()), top),
                Next::Close => {}
                Next::Pass => {
                    self.screens.insert(place.min(self.screens.len()), top);
                    if let Press::Command(command) = press {
                        self.run_over(command);
                    }
                }
            }
            return;
        }
        self.look_at_front();
        match press {
            Press::Command(command) => self.run(command),
            Press::Key(event) => self.type_key(event),
            Press::Paste(text) => self.type_paste(&text),
        }
    }

    /// The counsellor pressed a key: what the chat in front shows was seen.
    fn look_at_front(&mut self) {
        if let Some(chat) = self.chat_mut() {
            chat.look();
        }
    }

    fn type_key(&mut self, event: KeyEvent) {
        self.typed += 1;
        let mono = self.mono;
        let pane = self.pane;
        let Some(chat) = self.chat_mut() else { return };
        match pane {
            Pane::Box if !chat.has_box() => {}
            Pane::Box if chat.is_mine() && chat.draft.is_empty() && is_slash(event) => {
                screen::phrases::open(self);
            }
            Pane::Box => {
                let (before, is_key) = (chat.draft.text(), chat.draft.key(event));
                if is_key && chat.draft.text() != before {
                    self.draft_changed();
                }
            }
            Pane::Note => {
                if screen::note::key(chat, event) {
                    chat.note_changed(mono);
                }
            }
            Pane::List => {}
        }
    }

    fn type_paste(&mut self, text: &str) {
        self.typed += 1;
        let mono = self.mono;
        let pane = self.pane;
        let Some(chat) = self.chat_mut() else { return };
        match pane {
            Pane::Box if !chat.has_box() => {}
            Pane::Box => {
                chat.draft.insert(text);
                self.draft_changed();
            }
            Pane::Note => {
                if let Some(words) = chat.note.active_mut() {
                    words.insert(text);
                    chat.note_changed(mono);
                }
            }
            Pane::List => {}
        }
    }

    /// A command that the topmost screen does not know: the few that work from everywhere do, the others close it first.
    fn run_over(&mut self, command: Command) {
        let stays_open =
            matches!(command, Command::KeysShow | Command::MenuOpen | Command::Quit | Command::Lock);
        let is_global =
            Command::ALL.contains(&command) && !self.look.keymap.keys_of(command, Context::Global).is_empty();
        if stays_open || !is_global {
            if stays_open {
                self.run(command);
            }
            return;
        }
        if command == Command::Back {
            self.screens.pop();
            return;
        }
        self.screens.clear();
        self.run(command);
    }

    /// Does what a command says, or says why it cannot be done here.
    pub(in crate::console) fn run(&mut self, command: Command) {
        if let Some(reason) = self.why_not(command) {
            let key = self.look.key(Command::ChatTake, Context::Global);
            self.tell(Role::Warning, reason, &[("key", key.into())]);
            return;
        }
        match command {
            Command::ChatTake => self.take(),
            Command::ChatNext => self.go_to_who_waits(),
            Command::ChatUp => self.step(false),
            Command::ChatDown => self.step(true),
            Command::Open => self.open_selected(),
            Command::ChatClose => self.close(),
            Command::NoteToggle => self.toggle_note(),
            Command::TopicsOpen => screen::topics::open(self),
            Command::PhrasesOpen => screen::phrases::open(self),
            Command::CaseFind => screen::find::open(self),
            Command::HelpAsk => screen::ask::open(self),
            Command::AskSecond => screen::ask::second(self),
            Command::AskHandOver => screen::ask::hand_over(self),
            Command::AskDanger => screen::ask::danger(self),
            Command::AskWhisper => screen::ask::whisper(self),
            Command::ChatRelease => screen::ask::release(self),
            Command::ChatTakeOver => self.take_over(),
            Command::ChatLookIn => screen::choice::open_look_in(self),
            Command::EmojiOpen => screen::phrases::open_emoji(self),
            Command::PhraseMake => screen::prompt::open_phrase(self),
            Command::WordsCopy => self.copy(),
            Command::Places => screen::choice::open_places(self),
            Command::NotesShow => screen::choice::open_notes(self),
            Command::NotesWrite => screen::choice::open_note_to(self),
            Command::OwnShow => screen::casework::ask_own(self),
            Command::MenuOpen => screen::menu::open(self),
            Command::KeysShow => screen::keys::open(self),
            Command::FindInChat => screen::within::open(self),
            Command::BoxFocus => self.pane = Pane::Box,
            Command::Back => self.back(),
            Command::PaneNext => self.turn(true),
            Command::PanePrevious => self.turn(false),
            Command::ScrollUp => screen::talk::scroll(self, screen::talk::Scroll::PageUp),
            Command::ScrollDown => screen::talk::scroll(self, screen::talk::Scroll::PageDown),
            Command::ScrollTop => screen::talk::scroll(self, screen::talk::Scroll::Top),
            Command::ScrollBottom => screen::talk::scroll(self, screen::talk::Scroll::Bottom),
            Command::TextSend => self.send(),
            Command::DraftClear => self.edit_draft(|chat| chat.draft.clear()),
            Command::TextNewline
            | Command::TextUndo
            | Command::TextRedo
            | Command::TextDeleteWord
            | Command::TextDeleteLine => self.edit(command),
            Command::Lock => self.lock_by_hand(),
            Command::Break => screen::choice::open_break(self),
            Command::Ready => _ = self.say_state(ShiftState::Ready, None),
            Command::Snooze => {
                self.snoozed_until = self.mono + self.settings.snooze_ms;
                let length = self.look.minutes(self.settings.snooze_ms);
                self.tell(Role::Ok, "snoozed", &[("length", length.into())]);
            }
            Command::Retry => self.effect(Effect::Link(LinkCommand::RetryNow)),
            Command::Language => self.switch_language(),
            Command::BoardOpen => self.open_board(),
            Command::BoardWhisper
            | Command::BoardTakeOver
            | Command::BoardAssign
            | Command::BoardMove
            | Command::BoardShutDoors
            | Command::BoardOpenDoors
            | Command::BoardHold
            | Command::BoardAnnounce => screen::board::act(self, command),
            Command::Quit => screen::choice::open_leave(self),
            Command::ContactNew
            | Command::CaseDue
            | Command::PromiseMake
            | Command::PhraseAgree
            | Command::PhraseFind
            | Command::DisclosureOpen
            | Command::CaseLink => screen::casework::run(self, command),
            Command::ExportReview => screen::choice::open_quarters(self),
            Command::PreviewNext
            | Command::PreviewMask
            | Command::PreviewKeep
            | Command::PreviewEverywhere
            | Command::PreviewOwnList
            | Command::PreviewAdd
            | Command::PreviewForward
            | Command::PreviewBackward
            | Command::FormConfirm
            | Command::FormTick
            | Command::FormLater
            | Command::FormChild
            | Command::FormOnline
            | Command::FormRisk
            | Command::FormGoodbye
            | Command::FormListened
            | Command::FormInfo
            | Command::FormRefer
            | Command::FormLeft
            | Command::FormMisuse => {}
        }
    }

    fn edit_draft(&mut self, change: impl FnOnce(&mut Chat)) {
        if let Some(chat) = self.chat_mut().filter(|chat| chat.has_box()) {
            let before = chat.draft.text();
            change(chat);
            if chat.draft.text() != before {
                self.draft_changed();
            }
        }
    }

    /// A command of a text box, given to the box that has the cursor; from the list it means the message box.
    fn edit(&mut self, command: Command) {
        if self.pane == Pane::Note {
            let mono = self.mono;
            if let Some(chat) = self.chat_mut()
                && let Some(words) = chat.note.active_mut()
                && words.command(command)
            {
                chat.note_changed(mono);
            }
        } else {
            self.edit_draft(|chat| _ = chat.draft.command(command));
        }
    }

    fn go_to_who_waits(&mut self) {
        if let Some(conv) = self.who_waits_for_me() {
            self.bring_to_front(conv);
            self.pane = Pane::Box;
        }
    }

    /// Returns what the list steps through: who waits (in the list only), then my chats.
    fn steps(&self) -> Vec<ConversationId> {
        let others = self.desk.waiting().chain(self.of_others()).map(|row| row.conv);
        others.filter(|_| self.pane == Pane::List).chain(self.chats.iter().map(|chat| chat.conv)).collect()
    }

    /// Up and down: through the list, or from chat to chat.
    fn step(&mut self, down: bool) {
        if self.reads_along().is_some() && self.chats.len() == 1 && self.pane == Pane::Box {
            let by = if down { screen::talk::Scroll::Down(1) } else { screen::talk::Scroll::Up(1) };
            return screen::talk::scroll(self, by);
        }
        let steps = self.steps();
        let here = self.selected.filter(|_| self.pane == Pane::List).or(self.front);
        let place = here.and_then(|conv| steps.iter().position(|step| *step == conv));
        let next = match (place, down) {
            (None, _) => steps.first(),
            (Some(place), true) => steps.get(place + 1),
            (Some(place), false) => place.checked_sub(1).and_then(|place| steps.get(place)),
        };
        let Some(next) = next.copied() else { return };
        if self.chat_of(next).is_some() {
            self.bring_to_front(next);
        } else {
            self.selected = Some(next);
        }
    }

    fn open_selected(&mut self) {
        match self.selected {
            Some(conv) if self.chat_of(conv).is_none() && self.is_of_another(conv) => {
                if self.desk.is_supervisor() {
                    self.look_in(conv);
                } else {
                    self.take_over();
                }
            }
            Some(conv) if self.chat_of(conv).is_none() => self.take(),
            _ => self.pane = Pane::Box,
        }
    }

    /// Takes so many children at once from now on, and tells the others.
    pub(in crate::console) fn take_places(&mut self, places: u8) {
        self.settings.places = places;
        if self.desk.is_ready() {
            self.say_state(ShiftState::Ready, None);
        }
    }

    /// Goes to a chat of mine and does something there.
    pub(in crate::console) fn go_and(&mut self, conv: ConversationId, command: Command) {
        self.bring_to_front(conv);
        self.pane = Pane::Box;
        self.run(command);
    }

    /// F8: the form of a chat of mine; a chat that is read along or is gone is simply left.
    fn close(&mut self) {
        match self.chat().map(|chat| (chat.conv, chat.standing.clone())) {
            Some((conv, super::Standing::Watched)) => self.look_out(conv),
            Some((conv, super::Standing::Gone(_))) => self.drop_chat(conv),
            _ => screen::close::open(self),
        }
    }

    /// Copies what is last to be seen of the child's words, if that is allowed.
    fn copy(&mut self) {
        let Some(chat) = self.chat() else { return };
        let lines = chat.transcript.lines();
        let end = chat.scroll.map_or(lines.len(), |(end, _)| end.min(lines.len()));
        let words = lines[..end].iter().rev().find_map(|line| match (&line.who, &line.what) {
            (Who::Child, What::Said(words)) => Some(words.text.to_string()),
            _ => None,
        });
        if let Some(words) = words {
            self.effect(Effect::Copy(words));
            self.tell(Role::Ok, "copied", &[]);
        }
    }

    fn toggle_note(&mut self) {
        if self.pane == Pane::Note {
            self.pane = Pane::Box;
            self.is_note_open = self.size.0 >= screen::workspace::BESIDE;
        } else {
            self.open_note();
        }
    }

    /// Brings the cursor into the note.
    pub(in crate::console) fn open_note(&mut self) {
        self.pane = Pane::Note;
        self.is_note_open = true;
    }

    /// Esc steps out: from the note to the box, from the box to the list; it never discards.
    fn back(&mut self) {
        let mono = self.mono;
        if self.chat_mut().is_some_and(|chat| chat.take_back(mono)) {
            self.pane = Pane::Box;
            return self.tell(Role::Ok, "taken-back", &[]);
        }
        let held = self.chat_mut().and_then(|chat| chat.held.take());
        if held.is_some() {
            self.notice = None;
            return;
        }
        match self.pane {
            Pane::Note => self.toggle_note(),
            Pane::Box => match self.reads_along() {
                Some(conv) => self.look_out(conv),
                None => self.pane = Pane::List,
            },
            Pane::List => self.pane = Pane::Box,
        }
    }

    fn turn(&mut self, forward: bool) {
        let has_note = self.chat().is_some_and(Chat::has_note)
            && (self.is_note_open || self.size.0 >= screen::workspace::THREE);
        let panes: &[Pane] =
            if has_note { &[Pane::List, Pane::Box, Pane::Note] } else { &[Pane::List, Pane::Box] };
        let place = panes.iter().position(|pane| *pane == self.pane).unwrap_or(0);
        let next = if forward { place + 1 } else { place + panes.len() - 1 };
        self.pane = panes[next % panes.len()];
        self.selected = None;
    }

    /// Adds a screen over what is there.
    pub(in crate::console) fn push(&mut self, screen: Screen) {
        self.screens.push(screen);
    }
}

/// `/` in an empty box opens the phrases.
fn is_slash(event: KeyEvent) -> bool {
    event.code == KeyCode::Char('/') && !event.modifiers.intersects(KeyModifiers::CONTROL | KeyModifiers::ALT)
}
