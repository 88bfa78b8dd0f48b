//! For the console's tests: a model with a stage around it. Keys are pressed by name, time passes when told, the relay
//! and the casebook are lists that a test reads and answers.

use std::sync::Arc;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::tz::TimeZone;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use super::keymap::Keymap;
use super::look::Look;
use super::model::chat::NoteBoxes;
use super::model::{Effect, Input, Job, Model, Moment, SaveFailure, Settings};
use super::screen;
use super::terminal::TerminalEvent;
use super::theme::Theme;
use crate::anonymise::{Anonymiser, Lists};
use crate::casebook::record::{CaseId, Change, Contact, ContactId};
use crate::client::desk::{Act, Command as LinkCommand, House, Queue, Update, Welcome};
use crate::client::link::Connection;
use crate::conversation::event::{Facts, Feel, ShiftState};
use crate::conversation::house::Person;
use crate::conversation::queue::{Phase, Row};
use crate::conversation::transcript::{Shown, What, Who, Words};
use crate::conversation::{Account, ConversationId, EntryId, Log, Role, SafeText};
use crate::locale::{Lang, Locale};
use crate::protocol::frame::{Goals, Line, LineState, TextLimits};
use crate::report::review::{Case, Gathered, Standing};
use crate::report::summary;
use crate::taxonomy::Taxonomy;

/// 24 Nov 2026, 14:02:11 in UTC.
pub const NOON: u64 = 1_795_528_931_000;

pub const BLUE_FOX: ConversationId = conv(0, 0);
pub const RED_OWL: ConversationId = conv(1, 1);
pub const GREEN_HARE: ConversationId = conv(2, 2);
pub const GREY_SEAL: ConversationId = conv(3, 3);
pub const GOLD_HERON: ConversationId = conv(4, 4);

const fn conv(colour: u8, animal: u8) -> ConversationId {
    let mut bytes = [7; 16];
    bytes[0] = colour;
    bytes[1] = animal;
    ConversationId(bytes)
}

pub fn account(name: &str) -> Account {
    Account::parse(name).expect("a name")
}

/// A console with a stage around it.
pub struct Stage {
    pub model: Model,
    pub mono: u64,
    pub wall: u64,
    /// What the console asked of the link, without typing.
    pub asked: Vec<LinkCommand>,
    /// What it saved.
    pub saved: Vec<(Job, Vec<Change>)>,
    /// What else it asked for.
    pub others: Vec<Effect>,
    /// How saving ends; nothing means that the answer does not come by itself.
    pub saving: Option<Result<(), SaveFailure>>,
    seqs: std::collections::HashMap<(ConversationId, Log), u64>,
    ids: u64,
}

impl Stage {
    /// Begins at work, online, with nobody waiting.
    pub fn new(lang: Lang, size: (u16, u16)) -> Self {
        let mut stage = Self::locked(lang, size, Settings { bell: false, ..Settings::default() });
        stage.give(Input::Unlocked(Box::default()));
        stage.link(Update::Connection(Connection::Online { host: "127.0.0.1".into(), since: NOON }));
        stage.welcome(&[]);
        stage.queue(Vec::new());
        stage.asked.clear();
        stage
    }

    /// Begins before the passphrase.
    pub fn locked(lang: Lang, size: (u16, u16), settings: Settings) -> Self {
        let look = Look {
            theme: Theme::shipped("mono").expect("shipped"),
            locale: Locale::new(lang),
            keymap: Keymap::shipped("default").expect("shipped"),
            zone: TimeZone::UTC,
            is_ascii: false,
        };
        let (mono, wall) = (10_000, NOON);
        let model = Model::new(look, settings, size, Moment { mono, wall }, [5; 32]);
        Self {
            model,
            mono,
            wall,
            asked: Vec::new(),
            saved: Vec::new(),
            others: Vec::new(),
            saving: Some(Ok(())),
            seqs: std::collections::HashMap::new(),
            ids: 0,
        }
    }

    fn next(&mut self) -> u64 {
        self.ids += 1;
        self.ids
    }

    /// Gives an input, and plays the casebook for what it brings.
    pub fn give(&mut self, input: Input) {
        let moment = Moment { mono: self.mono, wall: self.wall };
        let effects = self.model.update(moment, input);
        for effect in effects {
            match effect {
                Effect::Link(LinkCommand::Typing { .. }) => {}
                Effect::Link(command) => self.asked.push(command),
                Effect::Save(job, changes) => {
                    self.saved.push((job, changes));
                    if let Some(result) = self.saving {
                        let at = self.wall;
                        self.give(Input::Saved(job, result.map(|()| at)));
                    }
                }
                other => self.others.push(other),
            }
        }
    }

    /// Lets time pass, a tick whenever the console wants one.
    pub fn pass(&mut self, ms: u64) {
        let end = self.mono + ms;
        while self.mono < end {
            let next = self.model.wake_at().min(end);
            self.wall += next - self.mono;
            self.mono = next;
            self.give(Input::Tick);
        }
    }

    /// Presses keys by name, one after the other: `f2`, `esc`, `enter`, `ctrl-up`, or a single letter.
    pub fn press(&mut self, names: &str) {
        for name in names.split(' ') {
            let event = event(name);
            self.give(Input::Terminal(TerminalEvent::Key(event.into(), event)));
        }
    }

    /// Types letters.
    pub fn write(&mut self, text: &str) {
        for letter in text.chars() {
            let event = KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE);
            self.give(Input::Terminal(TerminalEvent::Key(event.into(), event)));
        }
    }

    pub fn paste(&mut self, text: &str) {
        self.give(Input::Terminal(TerminalEvent::Paste(text.to_owned())));
    }

    pub fn link(&mut self, update: Update) {
        self.give(Input::Link(update));
    }

    pub fn welcome(&mut self, mine: &[ConversationId]) {
        self.link(Update::Welcome(Welcome {
            account: account("Jana"),
            role: Role::Counsellor,
            mine: mine.to_vec(),
            limits: TextLimits { chars: 2_000, bytes: 8_000 },
            is_drill: false,
            ahead_ms: 0,
            phone: "116 111".into(),
        }));
    }

    pub fn queue(&mut self, rows: Vec<Row>) {
        let people = vec![
            person("Jana", ShiftState::Ready, None),
            person("Petr", ShiftState::Ready, None),
            person("Eva", ShiftState::Break, Some(NOON + 469_000)),
        ];
        self.people(rows, people);
    }

    pub fn people(&mut self, rows: Vec<Row>, people: Vec<Person>) {
        let house = House {
            line: Line { state: LineState::Busy, next: None, wait_min: None },
            goals: Goals { target_s: 300, level: 80, abandoned: 8, places: 3 },
            doors: None,
            hold: None,
            notes: Vec::new(),
            joins: Vec::new(),
            overdue: Vec::new(),
            damaged: Vec::new(),
        };
        let as_of = self.wall;
        self.link(Update::Queue(Arc::new(Queue { rows, people, house, as_of })));
    }

    /// An entry comes.
    pub fn line(&mut self, conv: ConversationId, log: Log, at: u64, who: Who, what: What) -> EntryId {
        let id = self.id();
        self.line_with(id, conv, log, at, who, what);
        id
    }

    pub fn line_with(&mut self, id: EntryId, conv: ConversationId, log: Log, at: u64, who: Who, what: What) {
        let seq = self.seqs.entry((conv, log)).or_default();
        *seq += 1;
        let seq = *seq;
        self.link(Update::Line(Shown { conv, log, seq, at, who, id, what }));
    }

    fn id(&mut self) -> EntryId {
        let mut bytes = [9; 16];
        bytes[..8].copy_from_slice(&self.next().to_be_bytes());
        EntryId(bytes)
    }

    pub fn child(&mut self, conv: ConversationId, at: u64, text: &str) {
        self.line(conv, Log::Talk, at, Who::Child, What::Said(words("", text)));
    }

    pub fn me(&mut self, conv: ConversationId, at: u64, text: &str) {
        let who = Who::Line(Some(account("Jana")));
        self.line(conv, Log::Talk, at, who, What::Said(words("Jana", text)));
    }

    /// A chat of mine begins at the relay: opened, claimed.
    pub fn hold(&mut self, conv: ConversationId, opened: u64) {
        let what = What::Opened { lang: "cs".into(), after: None };
        self.line(conv, Log::Talk, opened, Who::Child, what);
        self.line(conv, Log::Desk, opened + 20_000, Who::Line(Some(account("Jana"))), What::Claimed);
    }

    /// Writes what a note cannot be finished without, at any risk.
    pub fn noted(&mut self, conv: ConversationId) {
        let chat = self.model.chat_of_mut(conv).expect("the chat");
        for field in ["data", "assessment", "plan", "with_child", "no_callback"] {
            chat.contact.note.set(field, "zapsáno");
        }
        chat.note = NoteBoxes::open(&chat.contact.note, chat.contact.facets.risk, Taxonomy::shipped());
    }

    /// The relay stores what was written last, as a relay does: the answer, and the entry.
    pub fn store_last(&mut self) -> Act {
        let last = self.asked.iter().rev().find_map(|command| match command {
            LinkCommand::Write { id, conv, act } => Some((*id, *conv, act.clone())),
            _ => None,
        });
        let (id, conv, act) = last.expect("something written");
        let me = Who::Line(Some(account("Jana")));
        let (log, what) = match &act {
            Act::Say { text } => (Log::Talk, Some(What::Said(words("Jana", text)))),
            Act::Close { reason, .. } => (Log::Talk, Some(What::Closed(*reason))),
            Act::Claim => (Log::Desk, Some(What::Claimed)),
            Act::Classify { facets } => (Log::Desk, Some(What::Classified(facets.clone()))),
            Act::Archive => (Log::Desk, Some(What::Archived)),
            Act::Whisper { text } => (Log::Desk, Some(What::Whispered(words("Jana", text)))),
            _ => (Log::Desk, None),
        };
        self.asked.retain(|command| !matches!(command, LinkCommand::Write { id: known, .. } if *known == id));
        let at = self.wall;
        // On the wire an entry may carry another id than the console's.
        let entry = self.id();
        if let Some(what) = what {
            self.line_with(entry, conv, log, at, me, what);
        }
        let seq = self.seqs.get(&(conv, log)).copied().unwrap_or(1);
        self.link(Update::Stored { id, conv, log, entry, seq, at });
        act
    }

    /// Returns what was written and not stored yet, without what is said of my own state.
    pub fn written(&self) -> Vec<(ConversationId, Act)> {
        let writes = self.asked.iter().filter_map(|command| match command {
            LinkCommand::Write { act: Act::State(_), .. } => None,
            LinkCommand::Write { conv, act, .. } => Some((*conv, act.clone())),
            _ => None,
        });
        writes.collect()
    }

    /// Returns the words sent to children, in order.
    pub fn said(&self) -> Vec<(ConversationId, String)> {
        let said = self.written().into_iter().filter_map(|(conv, act)| match act {
            Act::Say { text } => Some((conv, text)),
            _ => None,
        });
        said.collect()
    }

    /// Draws and returns what is to be seen, one line a row.
    pub fn screen(&self) -> String {
        let (columns, rows) = self.model.size;
        let mut terminal = Terminal::new(TestBackend::new(columns, rows)).expect("a terminal");
        terminal.draw(|frame| screen::draw(&self.model, frame)).expect("drawn");
        let buffer = terminal.backend().buffer();
        let mut lines = Vec::new();
        for y in 0..rows {
            let mut line = String::new();
            let mut skip = 0;
            for x in 0..columns {
                let symbol = buffer[(x, y)].symbol();
                if skip == 0 {
                    line.push_str(symbol);
                }
                skip = skip.max(super::widget::width(symbol)).saturating_sub(1);
            }
            lines.push(line.trim_end().to_owned());
        }
        lines.join("\n")
    }

    /// Draws and returns where the cursor stands.
    pub fn cursor(&self) -> (u16, u16) {
        let (columns, rows) = self.model.size;
        let mut terminal = Terminal::new(TestBackend::new(columns, rows)).expect("a terminal");
        terminal.draw(|frame| screen::draw(&self.model, frame)).expect("drawn");
        let at = ratatui::backend::Backend::get_cursor_position(terminal.backend_mut()).expect("a cursor");
        (at.x, at.y)
    }

    /// Returns the notice line.
    pub fn notice(&self) -> String {
        screen::workspace::notice(&self.model).map(|(text, _)| text).unwrap_or_default()
    }

    /// Three chats and two who wait, as in the picture of the workspace.
    pub fn shift(lang: Lang, size: (u16, u16)) -> Self {
        let mut stage = Self::new(lang, size);
        stage.queue(picture());
        let minutes = |count: u64| NOON - count * 60_000;
        for (conv, opened) in [(BLUE_FOX, minutes(34)), (RED_OWL, minutes(20)), (GREEN_HARE, minutes(30))] {
            stage.model_take(conv);
            stage.hold(conv, opened);
        }
        let told =
            Facts { age: Some("a12_14".into()), topic: Some("violence".into()), feel: Some(Feel::Bad) };
        stage.line(BLUE_FOX, Log::Talk, NOON - 320_000, Who::Child, What::Told(told));
        stage.child(BLUE_FOX, NOON - 311_000, "ahoj můžu se na něco zeptat");
        stage.me(BLUE_FOX, NOON - 251_000, "Ahoj, jsem tady pro tebe. Ptej se, na co potřebuješ.");
        stage.child(
            BLUE_FOX,
            NOON - 191_000,
            "spolužáci si udělali skupinu, kde si ze mě dělají srandu, a dávají tam moje fotky",
        );
        stage.me(RED_OWL, NOON - 20_000, "Jak se máš teď?");
        stage.child(GREEN_HARE, NOON - 600_000, "děkuju, je to lepší");
        let left = crate::conversation::event::LeftReason::Leave;
        stage.line(GREEN_HARE, Log::Talk, NOON - 590_000, Who::Relay, What::Left(left));
        stage.press("esc");
        stage.model.front = Some(BLUE_FOX);
        stage.press("esc");
        // The counsellor looks away: what comes now is new.
        stage.model.is_focused = false;
        stage.me(BLUE_FOX, NOON - 131_000, "To zní těžce.");
        stage.child(BLUE_FOX, NOON - 70_000, "máma to nesmí vědět");
        stage.model.is_focused = true;
        stage.link(Update::Signal { conv: BLUE_FOX, signal: crate::client::desk::ChildSignal::Typing });
        stage.model.notice = None;
        stage.asked.clear();
        stage.saved.clear();
        stage.model.look.locale = Locale::new(lang);
        stage
    }

    fn model_take(&mut self, conv: ConversationId) {
        self.welcome(&[conv]);
    }
}

pub fn words(name: &str, text: &str) -> Words {
    Words { name: SafeText::line(name), text: SafeText::new(text) }
}

pub fn person(name: &str, state: ShiftState, until: Option<u64>) -> Person {
    let since = NOON - 3_600_000;
    Person { account: account(name), role: Role::Counsellor, state, since, until, places: 3, away: None }
}

pub fn row(conv: ConversationId, phase: Phase, since: u64) -> Row {
    Row {
        conv,
        lang: "cs".into(),
        facts: Facts::default(),
        phase,
        opened: since,
        since,
        order: i64::try_from(since).expect("a time"),
        head: 0,
        taken: None,
        holder: None,
        asks: None,
        level: None,
        back: None,
    }
}

pub fn waiting(conv: ConversationId, since: u64, age: &str, topic: &str, feel: Feel) -> Row {
    let facts = Facts { age: Some(age.into()), topic: Some(topic.into()), feel: Some(feel) };
    Row { facts, ..row(conv, Phase::Waiting, since) }
}

pub fn held(conv: ConversationId, by: &str, since: u64) -> Row {
    Row { holder: Some(account(by)), taken: Some(since), ..row(conv, Phase::With, since) }
}

fn picture() -> Vec<Row> {
    let mut rows = vec![
        waiting(GREY_SEAL, NOON - 372_000, "a12_14", "peers", Feel::VeryBad),
        waiting(GOLD_HERON, NOON - 220_000, "a15_17", "family", Feel::SoSo),
    ];
    for (conv, by) in [(BLUE_FOX, "Jana"), (RED_OWL, "Jana"), (GREEN_HARE, "Jana")] {
        rows.push(held(conv, by, NOON - 2_040_000));
    }
    for place in 0..3 {
        rows.push(held(ConversationId([100 + place; 16]), "Petr", NOON - 600_000));
    }
    rows
}

fn event(name: &str) -> KeyEvent {
    match name {
        "?" | "/" | ":" => {
            KeyEvent::new(KeyCode::Char(name.chars().next().expect("a key")), KeyModifiers::NONE)
        }
        name => {
            let keys = crokey::parse(name).expect("a key");
            KeyEvent::new(*keys.codes.first(), keys.modifiers)
        }
    }
}

/// A note with one word, twice, of which the anonymiser is not sure.
pub const UNSURE: &str =
    "Her friend left the group. Xantipka calmed her down. Xantipka stays with her tonight.";

/// What of a quarter waits for a reviewer: a case for each note.
pub fn gathered(notes: &[&str]) -> Gathered {
    let anonymiser = Anonymiser::new(&Lists::shipped());
    let case = |(number, note): (usize, &&str)| {
        let id = u8::try_from(number).expect("few") + 1;
        let mut contact =
            Contact::begun(ContactId([id; 16]), CaseId([id; 16]), "chat", "Blue Fox", "Jana", 1_000);
        contact.facets.language = "en".to_owned();
        contact.note.set("data", note);
        let how = summary::note("en", 0);
        Case { review: summary::review(&anonymiser, &contact, None, how), contact }
    };
    Gathered {
        quarter: "2026-Q3".into(),
        cases: notes.iter().enumerate().map(case).collect(),
        ready: 115,
        left: 0,
        standing: Standing::Leaves { k: 5, held_back: 3 },
    }
}
