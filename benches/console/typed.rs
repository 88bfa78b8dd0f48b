//! What a person who types waits for: from the byte of a key in a pseudo-terminal to the byte of its letter on the way
//! back, at 160x45. The same harness types into opora with four chats of 10,000 lines each, into it while a hundred
//! lines a second arrive, into weechat with a buffer of 10,000 lines, and into a program of fifty lines.

use std::io::{Read as _, Write};
use std::path::Path;
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crossterm::event::EventStream;
use futures_util::StreamExt as _;
use opora::client::desk::Update;
use opora::console::model::{Input, Moment};
use opora::console::terminal::{self, Manner, Screen};
use opora::conversation::transcript::{Shown, What, Who, Words};
use opora::conversation::{ConversationId, EntryId, Log, SafeText};
use portable_pty::{CommandBuilder, PtySize, native_pty_system};

use super::{NOON, SIZE, at, say};

/// How many keys are pressed.
const KEYS: usize = 1_500;
/// After how many the line is emptied again.
const LINE: usize = 60;
/// The letter: no name of a buffer or of a control sequence has it.
const LETTER: u8 = b'x';
/// One frame of a screen with 60 Hz.
const FRAME: Duration = Duration::from_millis(16);

/// A program in a pseudo-terminal: what it writes, with when it came.
struct Typed {
    writer: Box<dyn Write + Send>,
    heard: mpsc::Receiver<(Instant, Vec<u8>)>,
    child: Box<dyn portable_pty::Child + Send + Sync>,
    _master: Box<dyn portable_pty::MasterPty + Send>,
}

impl Typed {
    fn start(program: &str, arguments: &[&str], home: &Path) -> Self {
        let size = PtySize { rows: SIZE.1, cols: SIZE.0, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).expect("a pseudo-terminal");
        let mut command = CommandBuilder::new(program);
        command.args(arguments);
        command.env_clear();
        command.env("TERM", "xterm-256color");
        command.env("LANG", "C.UTF-8");
        command.env("HOME", home);
        command.env("PATH", std::env::var("PATH").unwrap_or_default());
        let child = pair.slave.spawn_command(command).expect("a program");
        let mut reader = pair.master.try_clone_reader().expect("what it writes");
        let writer = pair.master.take_writer().expect("its keys");
        let (tell, heard) = mpsc::channel();
        std::thread::spawn(move || {
            let mut bytes = vec![0; 1 << 16];
            while let Ok(count @ 1..) = reader.read(&mut bytes) {
                if tell.send((Instant::now(), bytes[..count].to_vec())).is_err() {
                    break;
                }
            }
        });
        Self { writer, heard, child, _master: pair.master }
    }

    /// Waits until nothing has come for so long.
    fn rest(&self, quiet: Duration) {
        while self.heard.recv_timeout(quiet).is_ok() {}
    }

    /// Presses a key and returns how long its letter took.
    fn press(&mut self) -> Option<Duration> {
        let begun = Instant::now();
        self.writer.write_all(&[LETTER]).expect("a key");
        loop {
            let (came, bytes) = self.heard.recv_timeout(Duration::from_secs(5)).ok()?;
            if bytes.contains(&LETTER) {
                return Some(came - begun);
            }
        }
    }

    /// Types, and returns how long each key took, in order of length.
    fn all(mut self, is_busy: bool) -> Vec<Duration> {
        self.rest(Duration::from_millis(if is_busy { 0 } else { 600 }));
        let mut took = Vec::with_capacity(KEYS);
        for number in 0..KEYS + LINE {
            if number % LINE == 0 {
                self.writer.write_all(&[0x15]).expect("the line is emptied");
                std::thread::sleep(Duration::from_millis(30));
                while self.heard.try_recv().is_ok() {}
            }
            let one = self.press().expect("the letter comes back");
            // The first line warms up.
            took.extend((number >= LINE).then_some(one));
            let quiet = Duration::from_millis(2);
            if is_busy { std::thread::sleep(quiet) } else { self.rest(quiet) }
        }
        took.sort();
        took
    }
}

impl Drop for Typed {
    fn drop(&mut self) {
        _ = self.child.kill();
        _ = self.child.wait();
    }
}

/// Types into all of them and says what came of it.
pub fn measure() {
    let folder = tempfile::tempdir().expect("a folder");
    let own = std::env::current_exe().expect("this program");
    let own = own.to_str().expect("UTF-8");
    let start = |arguments: &[&str]| Typed::start(own, arguments, folder.path());
    let opora = start(&["--typed"]).all(false);
    say("key to letter in a terminal, opora", &opora);
    let busy = start(&["--typed", "--rain"]).all(true);
    say("the same while 100 lines a second arrive", &busy);
    let minimal = start(&["--line"]).all(false);
    say("the same, a minimal ratatui program", &minimal);
    let late = opora.iter().chain(&busy).filter(|took| **took >= FRAME).count();
    println!("{:<52} {late} of {} (target 0)", "keys that took longer than a frame of 60 Hz", 2 * KEYS);
    let Some(weechat) = weechat(folder.path()) else {
        return println!("weechat is not installed: not compared (apt-get install weechat-curses)");
    };
    say("the same, weechat with a buffer of 10 000 lines", &weechat);
    for (what, took) in [("quiet", &opora), ("100 lines a second", &busy)] {
        let of = |part| at(took, part).as_secs_f64() / at(&weechat, part).as_secs_f64();
        let name = format!("opora to weechat, {what}");
        println!(
            "{name:<52} p50 {:.2} (at most 1.5, aim 1.2)  p99 {:.2} (at most 2, aim 1.5)",
            of(0.5),
            of(0.99)
        );
    }
}

fn weechat(home: &Path) -> Option<Vec<Duration>> {
    let is_there = std::process::Command::new("weechat").arg("--version").output().is_ok();
    let text = "spoluzaci si udelali skupinu, kde si ze me delaji srandu, a davaji tam moje fotky";
    let fill = format!("/repeat 10000 /print {text}");
    let folder = home.join("weechat");
    let arguments = [
        "--no-plugin",
        "--dir",
        folder.to_str()?,
        "--run-command",
        "/set weechat.history.max_buffer_lines_number 0",
        "--run-command",
        &fill,
    ];
    is_there.then(|| Typed::start("weechat", &arguments, home).all(false))
}

/// The console with four chats in a real terminal: its own screen, model and events, in a loop such as the shell's.
pub fn run_console(is_rain: bool) {
    let mut model = super::console([10_000; 4]);
    let (mut screen, _) = Screen::take(Manner::default(), false).expect("a terminal");
    model.size = screen.size().expect("a size");
    let begun = Instant::now();
    let moment = |begun: Instant| {
        let passed = u64::try_from(begun.elapsed().as_millis()).unwrap_or(0);
        Moment { mono: 20_000 + passed, wall: NOON + passed }
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
    runtime.expect("a runtime").block_on(async {
        let mut events = EventStream::new();
        let mut drops = tokio::time::interval(Duration::from_millis(if is_rain { 10 } else { 3_600_000 }));
        let mut seq = 10_000;
        screen.draw(&model).expect("drawn");
        loop {
            let mut inputs = Vec::new();
            tokio::select! {
                event = events.next() => {
                    let mut next = Some(event);
                    while let Some(event) = next {
                        let Some(Ok(event)) = event else { return };
                        inputs.extend(screen.hear(event).0);
                        next = terminal::at_hand(&mut events).await;
                    }
                    inputs.extend(screen.pause());
                }
                _ = drops.tick(), if is_rain => {
                    seq += 1;
                    _ = model.update(moment(begun), Input::Link(Update::Line(drop(seq))));
                }
            }
            for input in inputs {
                _ = model.update(moment(begun), Input::Terminal(input));
            }
            screen.draw(&model).expect("drawn");
        }
    });
}

/// A line of a child, in each chat in turn.
fn drop(seq: u64) -> Shown {
    let conv = ConversationId([u8::try_from(seq % 4).unwrap_or(0); 16]);
    let words = Words { name: SafeText::line(""), text: SafeText::new("a pak mi to poslali zase") };
    let mut id = [8; 16];
    id[..8].copy_from_slice(&seq.to_be_bytes());
    Shown { conv, log: Log::Talk, seq, at: NOON, who: Who::Child, id: EntryId(id), what: What::Said(words) }
}

/// A program of fifty lines that is typed into.
pub fn run_line() {
    use crossterm::event::{Event, KeyCode, KeyModifiers, read};
    let mut terminal = ratatui::init();
    let mut typed = String::new();
    loop {
        let draw = |frame: &mut ratatui::Frame<'_>| super::draw_minimal(frame, &typed);
        terminal.draw(draw).expect("drawn");
        match read() {
            Ok(Event::Key(key)) if key.modifiers.contains(KeyModifiers::CONTROL) => typed.clear(),
            Ok(Event::Key(key)) => {
                if let KeyCode::Char(letter) = key.code {
                    typed.push(letter);
                }
            }
            Ok(_) => {}
            Err(_) => return ratatui::restore(),
        }
    }
}
