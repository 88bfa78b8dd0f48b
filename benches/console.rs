//! What a key costs: from the key to the bytes of the frame at 160x45 with four chats, beside a minimal ratatui program;
//! the same with a hundred and with a hundred thousand lines of history; bytes for one letter and for nothing; in a
//! pseudo-terminal from the key to its letter, beside weechat; and of the real program the start to the passphrase and the
//! memory when idle.

#![expect(clippy::print_stdout, reason = "figures are this program's result")]

use std::hint::black_box;
use std::io::{self, Write};
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use jiff::tz::TimeZone;
use opora::client::desk::{House, Queue, Update, Welcome};
use opora::client::link::{Connection, Moment};
use opora::console::keymap::Keymap;
use opora::console::model::{Input, Model};
use opora::console::terminal::TerminalEvent;
use opora::console::terminal::paper::Paper;
use opora::console::theme::Theme;
use opora::console::{Look, Settings, screen};
use opora::conversation::transcript::{Shown, What, Who, Words};
use opora::conversation::{Account, ConversationId, EntryId, Log, Role, SafeText};
use opora::locale::{Lang, Locale};
use opora::protocol::frame::{Goals, Line, LineState, TextLimits};
use ratatui::Terminal;
use ratatui::widgets::{Block, Paragraph, Wrap};

#[path = "console/typed.rs"]
mod typed;

const NOON: u64 = 1_795_528_931_000;
const SIZE: (u16, u16) = (160, 45);
const KEYS: usize = 4_000;

/// Counts what would go to a terminal.
#[derive(Default)]
struct Count(u64);

impl Write for Count {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

type Screen = Terminal<Paper<Count>>;

fn paper() -> Screen {
    Terminal::new(Paper::sized(Count::default(), SIZE.0, SIZE.1)).expect("a terminal")
}

/// A console at work with four chats, the first in front; each has so many lines.
fn console(lines: [u64; 4]) -> Model {
    let look = Look {
        theme: Theme::shipped("night").expect("shipped"),
        locale: Locale::new(Lang::Cs),
        keymap: Keymap::shipped("default").expect("shipped"),
        zone: TimeZone::UTC,
        is_ascii: false,
    };
    let moment = Moment { mono: 10_000, wall: NOON };
    let settings = Settings { places: 4, bell: false, ..Settings::default() };
    let mut model = Model::new(look, settings, SIZE, moment, [5; 32]);
    let mut give = |input| _ = model.update(moment, input);
    give(Input::Unlocked(Box::default()));
    give(Input::Link(Update::Connection(Connection::Online { host: "127.0.0.1".into(), since: NOON })));
    let jana = Account::parse("Jana").expect("a name");
    let mine: Vec<ConversationId> = (0..4).map(|chat| ConversationId([chat; 16])).collect();
    give(Input::Link(Update::Welcome(Welcome {
        account: jana.clone(),
        role: Role::Counsellor,
        mine: mine.clone(),
        limits: TextLimits { chars: 2_000, bytes: 8_000 },
        is_drill: false,
        ahead_ms: 0,
        phone: String::new(),
    })));
    let house = House {
        line: Line { state: LineState::Open, next: None, wait_min: None },
        goals: Goals { target_s: 300, level: 80, abandoned: 8, places: 4 },
        doors: None,
        hold: None,
        notes: Vec::new(),
        joins: Vec::new(),
        overdue: Vec::new(),
        damaged: Vec::new(),
    };
    let queue = Queue { rows: Vec::new(), people: Vec::new(), house, as_of: NOON };
    give(Input::Link(Update::Queue(Arc::new(queue))));
    for (conv, count) in mine.iter().zip(lines) {
        for seq in 1..=count {
            let (who, name) =
                if seq % 2 == 0 { (Who::Line(Some(jana.clone())), "Jana") } else { (Who::Child, "") };
            let text = "spolužáci si udělali skupinu, kde si ze mě dělají srandu, a dávají tam moje fotky";
            let words = Words { name: SafeText::line(name), text: SafeText::new(text) };
            let what = match seq {
                1 => What::Opened { lang: "cs".into(), after: None },
                _ => What::Said(words),
            };
            let mut id = [9; 16];
            id[..8].copy_from_slice(&seq.to_be_bytes());
            let at = NOON - 1_000 * (count - seq);
            let line = Shown { conv: *conv, log: Log::Talk, seq, at, who, id: EntryId(id), what };
            give(Input::Link(Update::Line(line)));
        }
    }
    model.front = Some(mine[0]);
    model
}

fn letter(letter: char) -> Input {
    let event = KeyEvent::new(KeyCode::Char(letter), KeyModifiers::NONE);
    Input::Terminal(TerminalEvent::Key(event.into(), event))
}

fn backspace() -> Input {
    let event = KeyEvent::new(KeyCode::Backspace, KeyModifiers::NONE);
    Input::Terminal(TerminalEvent::Key(event.into(), event))
}

/// Presses letters, a word and back again, and returns how long each took to its frame.
fn press(model: &mut Model, screen: &mut Screen) -> Vec<Duration> {
    let keys = "Ahoj, jsem tady pro tebe. ".chars().map(Some).chain(std::iter::repeat_n(None, 26));
    let keys: Vec<Option<char>> = keys.cycle().take(KEYS).collect();
    let mut took = Vec::with_capacity(KEYS);
    for (number, key) in keys.into_iter().enumerate() {
        let at = number as u64 * 150;
        let input = key.map_or_else(backspace, letter);
        let begun = Instant::now();
        let effects = model.update(Moment { mono: 20_000 + at, wall: NOON + at }, input);
        screen.draw(|frame| screen::draw(model, frame)).expect("drawn");
        took.push(begun.elapsed());
        black_box(effects);
    }
    took.sort();
    took
}

/// A minimal program: a frame with text, a line that is typed into.
fn minimal(screen: &mut Screen) -> Vec<Duration> {
    let mut took = Vec::with_capacity(KEYS);
    let mut typed = String::new();
    for number in 0..KEYS {
        let begun = Instant::now();
        if number / 26 % 2 == 0 {
            typed.push('a')
        } else {
            _ = typed.pop()
        }
        screen.draw(|frame| draw_minimal(frame, &typed)).expect("drawn");
        took.push(begun.elapsed());
    }
    took.sort();
    took
}

fn draw_minimal(frame: &mut ratatui::Frame<'_>, typed: &str) {
    let text = "spolužáci si udělali skupinu, kde si ze mě dělají srandu ".repeat(60);
    let area = frame.area();
    let below = ratatui::layout::Rect { y: area.height - 1, height: 1, ..area };
    let above = ratatui::layout::Rect { height: area.height - 1, ..area };
    let words = Paragraph::new(text.as_str()).wrap(Wrap { trim: true }).block(Block::bordered());
    frame.render_widget(words, above);
    frame.render_widget(Paragraph::new(typed), below);
}

fn at(took: &[Duration], part: f64) -> Duration {
    took[((took.len() - 1) as f64 * part) as usize]
}

fn say(what: &str, took: &[Duration]) {
    println!("{what:<52} p50 {:>9.1?}  p99 {:>9.1?}", at(took, 0.5), at(took, 0.99));
}

/// Returns the bytes that one input costs, as the last frame does.
fn bytes(model: &mut Model, screen: &mut Screen, input: Input) -> u64 {
    let before = screen.backend_mut().out().0;
    let moment = Moment { mono: model.mono, wall: model.wall };
    _ = model.update(moment, input);
    screen.draw(|frame| screen::draw(model, frame)).expect("drawn");
    screen.backend_mut().out().0 - before
}

fn in_memory() {
    let mut screen = paper();
    let mut model = console([10_000; 4]);
    screen.draw(|frame| screen::draw(&model, frame)).expect("drawn");
    let opora = press(&mut model, &mut screen);
    say("key to frame, 160x45, 4 chats of 10 000 lines", &opora);
    let baseline = minimal(&mut paper());
    say("key to frame, a minimal ratatui program", &baseline);
    println!("{:<52} {:.2}", "ratio of the medians", ratio(&opora, &baseline));

    let (mut few, mut many) = (console([100; 4]), console([100_000, 100, 100, 100]));
    // Several turns, and the best of each: another program on the machine must not decide.
    let best = |model: &mut Model| {
        (0..3).map(|_| press(model, &mut paper())).min_by_key(|took| at(took, 0.5)).unwrap_or_default()
    };
    let (few_took, many_took) = (best(&mut few), best(&mut many));
    say("key to frame, 100 lines", &few_took);
    say("key to frame, 100 000 lines", &many_took);
    println!("{:<52} {:.2} (target below 1.3)", "ratio of the medians", ratio(&many_took, &few_took));

    _ = bytes(&mut model, &mut screen, letter('a'));
    let one = bytes(&mut model, &mut screen, letter('b'));
    println!("{:<52} {one} bytes (target at most 200)", "one letter that changes one cell");
    let nothing = bytes(&mut model, &mut screen, Input::Tick);
    println!("{:<52} {nothing} bytes (target 0)", "a frame in which nothing changed");
}

fn ratio(one: &[Duration], other: &[Duration]) -> f64 {
    at(one, 0.5).as_secs_f64() / at(other, 0.5).as_secs_f64()
}

fn in_a_terminal() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = |name: &str| folder.path().join(name).to_str().expect("UTF-8").to_owned();
    std::fs::write(path("passphrase"), "quiet otters cross seven frozen rivers").expect("a file");
    let opora = env!("CARGO_BIN_EXE_opora");
    let data = path("data");
    let made = std::process::Command::new(opora)
        .args(["keys", "init", "--line", "Linka", "--name", "Jana", "--relay", "ws://127.0.0.1:1"])
        .args(["--phone", "116 111", "--cost", "floor", "--out", &path("line.json")])
        .args(["--passphrase-file", &path("passphrase"), "--data", &data])
        .output()
        .expect("opora runs");
    assert!(made.status.success(), "{made:?}");
    let start = |program: &str, arguments: &[&str], settings: &[(&str, &str)]| {
        let mut took = Vec::new();
        for _ in 0..15 {
            let mut builder =
                termlens::Terminal::builder().size(SIZE.0, SIZE.1).timeout(Duration::from_secs(20));
            for (name, value) in settings {
                builder = builder.env(name, value);
            }
            let begun = Instant::now();
            let mut terminal =
                builder.args(arguments.iter().copied()).spawn(program).expect("a pseudo-terminal");
            terminal.wait_until(|screen| screen.contains("assphrase")).expect("the prompt");
            took.push(begun.elapsed());
            _ = terminal.signal(termlens::Signal::Kill);
        }
        took.sort();
        took
    };
    let common = [("TERM", "xterm-256color"), ("LANG", "en_GB.UTF-8")];
    let console = ["console", "--offline", "--data", &data];
    let (asks, own) = (start(opora, &console, &common), std::env::current_exe().expect("this program"));
    say("start to passphrase, the ground asked for", &asks);
    let minimal = start(own.to_str().expect("UTF-8"), &["--minimal"], &common);
    say("start to passphrase, a minimal ratatui program", &minimal);

    let mut terminal = termlens::Terminal::builder()
        .size(SIZE.0, SIZE.1)
        .timeout(Duration::from_secs(60))
        .env("TERM", "xterm-256color")
        .env("LANG", "en_GB.UTF-8")
        .args(console)
        .args(["--passphrase-file", &path("passphrase")])
        .spawn(opora)
        .expect("a pseudo-terminal");
    terminal.wait_until(|screen| screen.contains("F9 Menu")).expect("at work");
    let pid = terminal.pid().expect("a process");
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
    let memory = status.lines().find(|line| line.starts_with("VmRSS")).unwrap_or("VmRSS: not told here");
    println!("{:<52} {}", "memory when idle, an empty casebook", memory.trim_start_matches("VmRSS:").trim());
}

/// What a program of fifty lines would do.
fn run_minimal() {
    let mut terminal = ratatui::init();
    terminal.draw(|frame| frame.render_widget(Paragraph::new("Passphrase:"), frame.area())).expect("drawn");
    std::thread::sleep(Duration::from_secs(20));
    ratatui::restore();
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if arguments.iter().any(|argument| argument == "--minimal") {
        return run_minimal();
    }
    if arguments.iter().any(|argument| argument == "--typed") {
        return typed::run_console(arguments.iter().any(|argument| argument == "--rain"));
    }
    if arguments.iter().any(|argument| argument == "--line") {
        return typed::run_line();
    }
    // `cargo test --benches` only looks whether it runs.
    if !arguments.iter().any(|argument| argument == "--bench") {
        return;
    }
    if arguments.iter().any(|argument| argument == "--keys") {
        return typed::measure();
    }
    in_memory();
    typed::measure();
    in_a_terminal();
}
