//! Hostile text: whatever a child, a colleague or a file says, the bytes that reach the terminal are opora's own sequences
//! and letters. Read by a parser of what terminals understand.

use ratatui::Terminal;

use super::model::{Input, Pane, Results, Settings};
use super::plain::{self, Plain};
use super::screen;
use super::stage::*;
use super::terminal::paper::Paper;
use crate::casebook::record::{CaseId, ContactId, ContactSummary, Facets, Hit, Kept, Snippet};
use crate::client::desk::Update;
use crate::client::link::Connection;
use crate::conversation::event::{Facts, ShiftState};
use crate::conversation::transcript::{What, Who, Words};
use crate::conversation::{Account, Log, SafeText};
use crate::locale::{Lang, Phrases};

/// Every kind of text that was ever used against a terminal or a reader.
fn texts() -> Vec<String> {
    let c0: String = ('\0'..' ').filter(|letter| *letter != '\n').collect();
    let c1: String = ('\u{7f}'..='\u{9f}').collect();
    let tags: String = ('\u{e0020}'..='\u{e007f}').collect();
    vec![
        c0.clone(),
        c1,
        format!("a{c0}b"),
        "\x1b]0;title\x07\x1b]52;c;b3BvcmE=\x07\x1b]8;;http://x\x1b\\link".into(),
        "\u{9d}0;title\u{9c}\u{90}1$r\u{9c}\u{9b}2J".into(),
        "\x1bP+q544e\x1b\\\x1b_apc\x1b\\\x1b^pm\x1b\\\x1bXsos\x1b\\".into(),
        "\x1b[2J\x1b[?1049l\x1b[6n\x1b[c\x1b[31m\x1bc\x1b#8\x1b(0".into(),
        "\u{202e}obracene\u{202c}\u{2066}a\u{2069}\u{200e}\u{200f}\u{61c}".into(),
        "z\u{200b}\u{200c}\u{200d}\u{2060}\u{feff}\u{180e}\u{ad}z".into(),
        format!("tag{tags}"),
        format!("x{}", "\u{301}".repeat(10_000)),
        format!("{}\u{20dd}", "\u{1d165}".repeat(50)),
        "\u{fffd}\u{fdd0}\u{ffff}\u{10ffff}\u{e000}\u{2028}\u{2029}\u{85}".into(),
        "👩\u{200d}👩\u{200d}👧\u{fe0f} 日本語 ﷽ \u{1f1e8}\u{1f1ff}".into(),
    ]
}

/// What a terminal would do, as far as opora may ask for it.
#[derive(Default)]
struct Reader {
    wrong: Vec<String>,
    text: String,
}

impl vte::Perform for Reader {
    fn print(&mut self, letter: char) {
        let hides = SafeText::new(&letter.to_string()).as_str() != letter.to_string();
        if hides && letter != '\u{fffd}' {
            self.wrong.push(format!("prints {letter:?}"));
        }
        self.text.push(letter);
    }

    fn execute(&mut self, byte: u8) {
        if ![b'\r', b'\n'].contains(&byte) {
            self.wrong.push(format!("control {byte:#x}"));
        }
    }

    fn hook(&mut self, _: &vte::Params, _: &[u8], _: bool, action: char) {
        self.wrong.push(format!("DCS {action}"));
    }

    fn osc_dispatch(&mut self, params: &[&[u8]], _: bool) {
        self.wrong.push(format!("OSC {params:?}"));
    }

    fn csi_dispatch(&mut self, params: &vte::Params, between: &[u8], _: bool, action: char) {
        let numbers: Vec<u16> = params.iter().flatten().copied().collect();
        let is_ours = match (between, action) {
            ([], 'H' | 'm' | 'K' | 'C') => true,
            ([], 'J') => numbers == [2],
            ([b'?'], 'h' | 'l') => numbers == [25],
            _ => false,
        };
        if !is_ours {
            self.wrong.push(format!("CSI {between:?} {numbers:?} {action}"));
        }
    }

    fn esc_dispatch(&mut self, between: &[u8], _: bool, byte: u8) {
        self.wrong.push(format!("ESC {between:?} {byte:#x}"));
    }
}

/// Everything that a screen and a screen reader get to see of a console.
fn read(stage: &Stage) -> Reader {
    let mut reader = Reader::default();
    let mut parser = vte::Parser::new();
    let (columns, rows) = stage.model.size;
    let mut terminal = Terminal::new(Paper::sized(Vec::new(), columns, rows)).expect("a terminal");
    terminal.draw(|frame| screen::draw(&stage.model, frame)).expect("drawn");
    parser.advance(&mut reader, terminal.backend_mut().out());
    parser.advance(&mut reader, Plain::default().tell(&stage.model, 80).as_bytes());
    reader
}

fn hold(case: &str, stage: &Stage) {
    let reader = read(stage);
    assert!(reader.wrong.is_empty(), "{case}: {:?}", &reader.wrong[..reader.wrong.len().min(5)]);
    assert!(!reader.text.is_empty(), "{case}");
}

#[test]
fn words_aliases_topics_and_names_are_only_text() {
    for text in texts() {
        let safe = || SafeText::new(&text);
        for size in [(80, 24), (160, 45), plain::SIZE] {
            let mut stage = Stage::shift(Lang::En, size);
            let at = stage.wall;
            stage.child(BLUE_FOX, at, &text);
            let words = Words { name: SafeText::line(&text), text: safe() };
            let petr = Account::parse("Petr");
            stage.line(BLUE_FOX, Log::Talk, at, Who::Line(petr.clone()), What::Said(words.clone()));
            stage.line(BLUE_FOX, Log::Desk, at, Who::Line(petr.clone()), What::Whispered(words.clone()));
            let flag = What::Flagged { level: 3, reason: words.clone() };
            stage.line(BLUE_FOX, Log::Desk, at, Who::Line(petr), flag);
            let told = Facts { age: Some(text.clone()), topic: Some(text.clone()), feel: None };
            stage.line(BLUE_FOX, Log::Talk, at, Who::Child, What::Told(told.clone()));
            let mut row = waiting(GREY_SEAL, at, "a12_14", "peers", crate::conversation::event::Feel::Bad);
            (row.facts, row.lang) = (told, text.clone());
            stage.people(vec![row], vec![person("Jana", ShiftState::Ready, None)]);
            let chat = stage.model.chat_mut().expect("a chat");
            chat.contact.facets.topics = vec![text.clone()];
            chat.contact.facets.age_band = Some(text.clone());
            chat.contact.facets.online = Some(text.clone());
            stage.paste(&text);
            hold("workspace", &stage);
            for keys in ["f4", "f5", "f8", "f7", "f9", "f3", "esc"] {
                stage.press(keys);
                stage.paste(&text);
                hold(keys, &stage);
                stage.model.screens.clear();
            }
            stage.press("esc");
            hold("list", &stage);
        }
    }
}

fn with_phrase(text: &str) -> Settings {
    let phrase = [("code", "hostile"), ("title", text), ("text", text)];
    let phrase: toml::Table = phrase.into_iter().map(|(key, value)| (key.to_owned(), value.into())).collect();
    let file = toml::Table::from_iter([("phrase".to_owned(), toml::Value::Array(vec![phrase.into()]))]);
    let own = Phrases::parse("phrases.toml", &file.to_string()).expect("phrases");
    Settings { phrases: [Some(own.clone()), Some(own)], bell: false, ..Settings::default() }
}

#[test]
fn what_a_file_says_is_only_text() {
    for text in texts() {
        // A phrase of the helpline's own file, what a search found, a file's name in a sentence.
        let mut stage = Stage::locked(Lang::Cs, (80, 24), with_phrase(&text));
        stage.give(Input::Unlocked(Box::default()));
        stage.link(Update::Connection(Connection::Online { host: text.clone(), since: NOON }));
        stage.welcome(&[BLUE_FOX]);
        stage.hold(BLUE_FOX, NOON - 60_000);
        stage.press("esc");
        stage.model.pane = Pane::Box;
        stage.press("/");
        hold("phrases", &stage);
        stage.press("h o s enter");
        hold("phrase in the box", &stage);
        stage.press("f3");
        let contact = ContactSummary {
            id: ContactId([1; 16]),
            case: CaseId([1; 16]),
            conv: None,
            handle: text.clone(),
            by: text.clone(),
            opened: NOON,
            taken: None,
            ended: None,
            facets: Facets { topics: vec![text.clone()], ..Facets::default() },
            kept: Kept::Here,
            finished: true,
            due: None,
        };
        let hit = Hit { contact, snippet: Snippet { text: text.clone(), marks: Vec::new() } };
        let number = stage.model.search;
        stage.give(Input::Found(Results { number, hits: vec![hit], total: 1, micros: 1 }));
        hold("search", &stage);
        let mut stage = Stage::new(Lang::En, (80, 24));
        stage.model.say_first(format!("/tmp/{text}.toml line 3: no"));
        hold("notice", &stage);
    }
}
