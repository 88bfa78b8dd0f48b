//! The console as a value: [`Model::update`] takes what happened and returns what to do. No I/O, no clock, no
//! randomness of its own, so that two children writing at once, a lost relay and a slip of the hand are lists of inputs
//! in a test. What a person reads comes only from [`SafeText`](crate::conversation::SafeText) and the locales.

use std::collections::{BTreeMap, BTreeSet};

use crokey::KeyCombination;
use sha2::{Digest as _, Sha256};

use super::keymap::Command;
use super::look::Look;
use super::screen::Screen;
use super::screen::unlock;
use super::terminal::TerminalEvent;
use super::theme::Role;
use crate::casebook::record::{CaseId, ContactId, Promise};
pub use crate::client::link::Moment;
use crate::conversation::transcript::Shown;
use crate::conversation::{Account, ConversationId, EntryId, SafeText};
use crate::locale::{Lang, Locale, Phrase, Phrases, Value};
use crate::taxonomy::Taxonomy;

pub mod chat;
pub mod closing;
pub mod desk_state;
mod elsewhere;
pub mod guard;
pub mod keeping;
mod keys;
mod link;
mod mouse;
mod notes;
mod outside;
mod review;
mod run;
mod session;
mod speech;
mod standing;
pub mod supervision;
mod taking;
mod waits;
pub mod watch;
mod writing;

#[cfg(test)]
mod tests;

pub use chat::{Chat, Gone, Outgoing, Standing};
pub use desk_state::{Desk, Wrote};
pub use keeping::Keeping;
pub use speech::{
    Effect, Input, Job, PageVerdict, Restored, Results, SaveFailure, Settings, UnlockFailure, Welcome,
};
pub use supervision::{Alone, Supervision};
pub use waits::{QUIET_MS, Waiting};

/// How long a pause in typing is before a draft or a note is saved, in milliseconds.
pub const PAUSE_MS: u64 = 300;
/// Words are saved at least this often while somebody types without a pause, in milliseconds.
pub const LONGEST_UNSAVED_MS: u64 = 2_000;

/// A sentence in the notice line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The sentence.
    pub text: String,
    /// How it looks.
    pub role: Role,
    /// Until when it stands, on the clock that never jumps.
    pub until: u64,
}

/// Where the focus is in the workspace.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pane {
    /// The message box.
    Box,
    /// Waiting, my chats, colleagues.
    List,
    /// The note.
    Note,
}

/// Whether words may be seen.
pub enum Gate {
    /// Before the passphrase, or after the lock.
    Locked(Box<unlock::State>),
    /// At work.
    Open,
}

/// The console.
pub struct Model {
    /// Words, keys, styles.
    pub look: Look,
    /// What was chosen.
    pub settings: Settings,
    /// The phrases in English and in Czech.
    phrase_sets: [Phrases; 2],
    /// Topics and codes.
    pub taxonomy: &'static Taxonomy,
    /// Columns and rows of the terminal.
    pub size: (u16, u16),
    /// Whether the window has the focus.
    pub is_focused: bool,
    /// Milliseconds on a clock that never jumps.
    pub mono: u64,
    /// Milliseconds since 1970 by this computer's clock.
    pub wall: u64,
    /// Whether words may be seen.
    pub gate: Gate,
    /// What the relay told.
    pub desk: Desk,
    /// My chats, in the order in which they were taken.
    pub chats: Vec<Chat>,
    /// The chat in front.
    pub front: Option<ConversationId>,
    /// The child selected in the list, if it is not the one in front.
    pub selected: Option<ConversationId>,
    /// Where the focus is.
    pub pane: Pane,
    /// Whether the note is shown where it does not stand by itself.
    pub is_note_open: bool,
    /// What lies over the workspace, the topmost last.
    pub screens: Vec<Screen>,
    /// What was said last.
    pub notice: Option<Notice>,
    /// What the casebook remembered of conversations that are not here yet.
    pub restored: Restored,
    /// What was promised and is not kept yet.
    pub promises: Vec<Promise>,
    /// Lines of a child that is being claimed: the link reads them before the claim is answered.
    early: BTreeMap<ConversationId, Vec<Shown>>,
    /// The keys of an unfinished sequence.
    pub prefix: Vec<KeyCombination>,
    /// When the last key came.
    pub last_key: u64,
    /// How many text keys came: a late answer must not take the box from under the hands.
    pub typed: u64,
    /// Until when the bell is quiet.
    pub snoozed_until: u64,
    /// When the bell rang last.
    pub rang_at: Option<u64>,
    /// Dangers to life that were said.
    pub dangers: BTreeSet<ConversationId>,
    /// A moment on the clock that never jumps, and what the relay's clock said then.
    relay_clock: Option<(u64, u64)>,
    /// A hand-over note that was refused: its words come back when a note is written again.
    pub refused_note: Option<(Option<Account>, String)>,
    /// Since when the screen has been locked.
    locked_at: Option<u64>,
    /// The number of the last search.
    pub search: u64,
    /// What only supervisors have: the board, and a talk they read along.
    pub supervision: Supervision,
    /// The line's keys.
    keys: keys::Keys,
    /// The console is leaving: what it said last to the relay, and when it goes without an answer.
    pub leaving: Option<(EntryId, u64)>,
    /// Whether the program starts anew once it has left, for it was locked and no child is held.
    pub starts_anew: bool,
    order: u64,
    asked: u64,
    seed: [u8; 32],
    drawn: u64,
    effects: Vec<Effect>,
}

impl Model {
    /// Returns a console that waits for its passphrase. `seed` is 32 random bytes that nothing else is drawn from.
    pub fn new(look: Look, settings: Settings, size: (u16, u16), moment: Moment, seed: [u8; 32]) -> Self {
        let phrase_sets = [Lang::En, Lang::Cs].map(|lang| match &settings.phrases[lang as usize] {
            Some(own) => Phrases::shipped(lang).with(own.clone()),
            None => Phrases::shipped(lang),
        });
        Self {
            look,
            taxonomy: settings.taxonomy,
            settings,
            phrase_sets,
            size,
            is_focused: true,
            mono: moment.mono,
            wall: moment.wall,
            gate: Gate::Locked(Box::default()),
            desk: Desk::default(),
            chats: Vec::new(),
            front: None,
            selected: None,
            promises: Vec::new(),
            pane: Pane::Box,
            is_note_open: false,
            screens: Vec::new(),
            notice: None,
            restored: Restored::default(),
            early: BTreeMap::new(),
            prefix: Vec::new(),
            last_key: moment.mono,
            typed: 0,
            snoozed_until: 0,
            rang_at: None,
            dangers: BTreeSet::new(),
            relay_clock: None,
            refused_note: None,
            locked_at: None,
            search: 0,
            supervision: Supervision::default(),
            keys: keys::Keys::default(),
            leaving: None,
            starts_anew: false,
            order: 0,
            asked: 0,
            seed,
            drawn: 0,
            effects: Vec::new(),
        }
    }

    /// Takes what happened at a moment and returns what to do, in order.
    pub fn update(&mut self, moment: Moment, input: Input) -> Vec<Effect> {
        self.mono = self.mono.max(moment.mono);
        self.wall = moment.wall;
        match input {
            Input::Terminal(event) => self.terminal(event),
            Input::Link(update) => self.link(update),
            Input::Unlocked(restored) => self.unlocked(*restored),
            Input::NotUnlocked(failure) => self.not_unlocked(failure),
            Input::Progress(percent) => self.progress(percent),
            Input::Saved(job, result) => self.saved(job, result),
            Input::Found(results) => self.found(results),
            Input::Own(own) => super::screen::casework::own(self, &own),
            Input::Loaded(contact, transcript) => self.loaded(*contact, transcript),
            Input::Recalled(conv, before) => self.recalled(conv, *before),
            Input::Newest(newest) => {
                if let Gate::Locked(state) = &mut self.gate {
                    state.newest = newest;
                }
            }
            Input::Passphrase(passphrase) => self.passphrase(passphrase),
            Input::Gathered(gathered) => self.gathered(*gathered),
            Input::PhraseNotKept(reason) => {
                self.tell(Role::Warning, "phrase-not-kept", &[("reason", reason.into())]);
            }
            Input::Owed(owed, admitted) => self.owed(owed, &admitted),
            Input::Page(verdict) => self.page_looked_at(verdict),
            Input::Tick => {}
            Input::Terminate => self.terminate(),
        }
        self.tick();
        std::mem::take(&mut self.effects)
    }

    /// Says something that was found before the first screen, for as long as it takes to read it there.
    pub fn say_first(&mut self, sentence: String) {
        // It may quote a file's name, or what stands in it.
        let text = SafeText::line(&sentence).to_string();
        self.notice = Some(Notice { text, role: Role::Warning, until: self.mono + 60_000 });
    }

    fn terminal(&mut self, event: TerminalEvent) {
        match event {
            TerminalEvent::Key(keys, event) => self.key(keys, event),
            TerminalEvent::Paste(text) => self.paste(&text),
            TerminalEvent::Mouse(what, column, row) => self.mouse(what, column, row),
            TerminalEvent::Resize(columns, rows) => self.size = (columns, rows),
            TerminalEvent::FocusGained => self.is_focused = true,
            TerminalEvent::FocusLost => {
                self.is_focused = false;
                self.save_all();
            }
        }
    }

    /// Asks for something to be done.
    pub(super) fn effect(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Draws 16 bytes out of the seed: each call gives others.
    pub(in crate::console) fn draw_bytes(&mut self) -> [u8; 16] {
        self.drawn += 1;
        let digest: [u8; 32] =
            Sha256::new().chain_update(self.seed).chain_update(self.drawn.to_be_bytes()).finalize().into();
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&digest[..16]);
        bytes
    }

    /// Returns the number of the next question to the relay.
    pub(in crate::console) fn next_ask(&mut self) -> u64 {
        self.asked += 1;
        self.asked
    }

    /// Draws the id of an entry.
    pub(super) fn draw_id(&mut self) -> EntryId {
        EntryId(self.draw_bytes())
    }

    /// Draws the ids of a contact and of a case of its own.
    pub(super) fn draw_contact(&mut self) -> (ContactId, CaseId) {
        (ContactId(self.draw_bytes()), CaseId(self.draw_bytes()))
    }

    /// Says something in the notice line, for eight seconds.
    pub(super) fn tell(&mut self, role: Role, id: &str, values: &[(&str, Value<'_>)]) {
        let text = self.look.say_with(id, values);
        self.notice = Some(Notice { text, role, until: self.mono + 8_000 });
    }

    /// The same for a sentence that somebody should have time to read twice.
    fn tell_long(&mut self, role: Role, id: &str) {
        self.tell(role, id, &[]);
        if let Some(notice) = &mut self.notice {
            notice.until = self.mono + 60_000;
        }
    }

    /// Returns the chat in front.
    pub fn chat(&self) -> Option<&Chat> {
        self.front.and_then(|conv| self.chat_of(conv))
    }

    /// Returns the chat in front, to be changed.
    pub fn chat_mut(&mut self) -> Option<&mut Chat> {
        self.front.and_then(|conv| self.chat_of_mut(conv))
    }

    /// Returns a chat of mine.
    pub fn chat_of(&self, conv: ConversationId) -> Option<&Chat> {
        self.chats.iter().find(|chat| chat.conv == conv)
    }

    /// Returns a chat of mine, to be changed.
    pub fn chat_of_mut(&mut self, conv: ConversationId) -> Option<&mut Chat> {
        self.chats.iter_mut().find(|chat| chat.conv == conv)
    }

    /// Returns the phrases at hand in the language of a child.
    pub fn phrases(&self, lang: Lang) -> &Phrases {
        let [english, czech] = &self.phrase_sets;
        match lang {
            Lang::En => english,
            Lang::Cs => czech,
        }
    }

    /// Returns what a phrase is for, in the language of whoever works here.
    pub fn phrase_title(&self, phrase: &Phrase) -> String {
        let own = self.phrases(self.look.locale.lang());
        let title = own.get(&phrase.code).map_or(&phrase.title, |own| &own.title);
        SafeText::line(title).to_string()
    }

    /// Switches to the other language.
    pub(super) fn switch_language(&mut self) {
        let lang = if self.look.locale.lang() == Lang::En { Lang::Cs } else { Lang::En };
        self.look.locale = Locale::new(lang);
        self.notice = None;
    }

    /// Returns why a command does nothing here: the id of a sentence. Nothing means that it can be done.
    pub fn why_not(&self, command: Command) -> Option<&'static str> {
        let needs_chat = matches!(
            command,
            Command::ChatClose
                | Command::NoteToggle
                | Command::TopicsOpen
                | Command::PhrasesOpen
                | Command::HelpAsk
                | Command::AskSecond
                | Command::AskHandOver
                | Command::AskDanger
                | Command::AskWhisper
                | Command::ChatRelease
                | Command::DraftClear
                | Command::TextSend
                | Command::FindInChat
                | Command::EmojiOpen
                | Command::PhraseMake
                | Command::WordsCopy
                | Command::PromiseMake
                | Command::PhraseAgree
                | Command::DisclosureOpen
                | Command::CaseLink
        );
        // What only the one who answers may do; a supervisor who reads along may do some of it for them.
        let needs_mine = matches!(
            command,
            Command::TopicsOpen | Command::PhrasesOpen | Command::EmojiOpen | Command::NoteToggle
        );
        let needs_power = matches!(
            command,
            Command::AskSecond | Command::AskHandOver | Command::AskDanger | Command::ChatRelease
        );
        let standing = self.chat().map(|chat| &chat.standing);
        let is_mine = matches!(standing, None | Some(Standing::Mine));
        let may_note = command == Command::NoteToggle && matches!(standing, Some(Standing::Handed(_)));
        let may_act = is_mine || matches!(standing, Some(Standing::Watched));
        match command {
            _ if self.why_not_supervise(command).is_some() => self.why_not_supervise(command),
            _ if needs_chat && self.chat().is_none() => Some("not-here-no-chat"),
            _ if needs_mine && !is_mine && !may_note => Some("not-here-not-mine"),
            _ if needs_power && !may_act => Some("not-here-not-mine"),
            Command::AskWhisper if matches!(standing, Some(Standing::Gone(_))) => Some("not-here-not-mine"),
            Command::ChatLookIn if !self.desk.is_supervisor() => Some("not-here-supervisor"),
            Command::WordsCopy if !self.settings.clipboard => Some("not-here-clipboard"),
            Command::AskSecond | Command::AskHandOver | Command::ChatRelease
                if self.chat().is_some_and(Chat::is_over) =>
            {
                Some("not-here-over")
            }
            Command::Ready if self.desk.is_ready() => Some("not-here-ready"),
            Command::Retry if self.desk.is_online() => Some("not-here-online"),
            Command::ChatNext if self.who_waits_for_me().is_none() => Some("not-here-nobody-asks"),
            Command::ChatTake if self.next_child().is_none() => Some("not-here-nobody-waits"),
            _ => None,
        }
    }
}
