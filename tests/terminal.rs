//! The terminal: asked what it is, taken, and given back as it was on every way out. Real programs in a pseudo-terminal.
#![allow(clippy::panic, reason = "a test says no by panicking")]

use std::fs;
use std::time::{Duration, Instant};

use opora::console::terminal::{Manner, Screen};
use rustix::process::{Pid, Signal, kill_process};
use support::World;
use support::screen::{gone, press, see};
use termlens::{Color, Terminal};

mod support;

/// Runs the console, then says with what it ended. The terminal's settings before and after stand in two files.
const AROUND: &str = r#"stty -g > "$1/before"; PIDFILE="$1/pid"; export PIDFILE; shift
sh -c 'echo $$ > "$PIDFILE"; exec "$@"' inner "$@"; echo "ended with $?"; stty -g > "${PIDFILE%pid}after"; echo settled; read line"#;

/// Starts a program between two looks at the terminal's settings.
fn around(world: &World, program: &str, arguments: &[&str]) -> Terminal {
    let folder = world.path("");
    let folder = folder.to_str().expect("UTF-8");
    let terminal = world.terminal(80, 24).args(["-c", AROUND, "outer", folder, program]).args(arguments);
    terminal.spawn("/bin/sh").expect("a shell in a pseudo-terminal")
}

/// The console with nothing but its casebook.
fn offline(world: &World) -> Terminal {
    world.found_line();
    let mut terminal = around(world, env!("CARGO_BIN_EXE_opora"), &["console", "--offline"]);
    see(&mut terminal, "assphrase");
    terminal
}

fn pid(world: &World) -> Pid {
    let pid = fs::read_to_string(world.path("pid")).expect("a process id");
    Pid::from_raw(pid.trim().parse().expect("a number")).expect("a process")
}

fn is_taken(terminal: &Terminal) -> bool {
    let screen = terminal.screen();
    screen.alternate_screen() && screen.bracketed_paste() && screen.focus_events()
}

/// Holds that nothing of the console is left in the terminal.
fn is_given_back(world: &World, terminal: &mut Terminal) {
    see(terminal, "settled");
    let screen = terminal.screen();
    assert!(!screen.alternate_screen() && !screen.bracketed_paste() && !screen.focus_events());
    assert!(screen.cursor_visible());
    assert!(screen.mouse_modes().is_empty());
    let read = |name| fs::read_to_string(world.path(name)).expect("the terminal's settings");
    assert_eq!(read("before"), read("after"));
}

fn unlock(terminal: &mut Terminal) {
    press(terminal, &format!("'{}", support::PASSPHRASE));
    press(terminal, "enter");
    see(terminal, "F9 Menu");
}

#[test]
fn whoever_leaves_gets_the_terminal_back() {
    let world = World::new();
    world.settings("mouse = true\n");
    let mut terminal = offline(&world);
    unlock(&mut terminal);
    assert!(is_taken(&terminal));
    assert!(!terminal.screen().mouse_modes().is_empty(), "wheel and clicks were asked for");
    terminal.send(termlens::Key::Ctrl('c')).expect("a key");
    see(&mut terminal, "Leave");
    press(&mut terminal, "enter");
    see(&mut terminal, "ended with 0");
    is_given_back(&world, &mut terminal);
}

/// Nothing else that happens may have to wake the loop: here it is one tick a second.
#[test]
fn a_key_is_painted_when_it_is_pressed_and_not_at_the_next_tick() {
    let world = World::new();
    let mut terminal = offline(&world);
    unlock(&mut terminal);
    let mut took = Vec::new();
    for _ in 0..7 {
        for (key, is_open) in [("f9", true), ("esc", false)] {
            let begun = Instant::now();
            press(&mut terminal, key);
            terminal.wait_until(|screen| screen.contains("Menu:") == is_open).expect("the menu");
            took.push(begun.elapsed());
        }
    }
    took.sort();
    // Half of them, and half a second: a busy machine is that fast, a console that waits for its tick never.
    assert!(took[took.len() / 2] < Duration::from_millis(500), "{took:?}");
}

#[test]
fn every_signal_that_ends_the_console_gives_the_terminal_back() {
    for signal in [Signal::TERM, Signal::HUP, Signal::INT, Signal::QUIT] {
        let world = World::new();
        let mut terminal = offline(&world);
        assert!(is_taken(&terminal));
        kill_process(pid(&world), signal).expect("a signal");
        see(&mut terminal, "ended with 0");
        is_given_back(&world, &mut terminal);
    }
}

#[test]
fn whoever_stops_the_console_gets_the_terminal_and_finds_all_again() {
    let world = World::new();
    let mut terminal = offline(&world);
    press(&mut terminal, "'abc");
    see(&mut terminal, "•••");
    for stop in [Signal::TSTP, Signal::STOP] {
        kill_process(pid(&world), stop).expect("a signal");
        if stop == Signal::TSTP {
            terminal.wait_until(|screen| !screen.alternate_screen()).expect("given back");
        }
        terminal.resize(100, 30).expect("another size");
        kill_process(pid(&world), Signal::CONT).expect("a signal");
        terminal.wait_until(|screen| screen.alternate_screen() && screen.contains("•••")).expect("as it was");
        assert!(is_taken(&terminal));
        terminal.resize(80, 24).expect("the first size");
    }
    press(&mut terminal, "'d");
    see(&mut terminal, "••••");
}

#[test]
#[ignore = "run by the next test, in a pseudo-terminal"]
fn panics_while_it_has_the_terminal() {
    let (_screen, _) = Screen::take(Manner::default(), false).expect("a terminal");
    panic!("on purpose");
}

#[test]
fn a_panic_gives_the_terminal_back_and_is_readable() {
    let world = World::new();
    let this = std::env::current_exe().expect("this program");
    let this = this.to_str().expect("UTF-8");
    let arguments = ["--ignored", "--exact", "--nocapture", "panics_while_it_has_the_terminal"];
    let mut terminal = around(&world, this, &arguments);
    see(&mut terminal, "on purpose");
    is_given_back(&world, &mut terminal);
}

/// Returns the colour of the ground in a corner of the screen.
fn ground(terminal: &Terminal) -> Color {
    terminal.screen().cell(0, 0).expect("a cell").style().bg
}

fn console(world: &World, builder: termlens::TerminalBuilder) -> Terminal {
    world.found_line();
    builder.args(["console", "--offline"]).spawn(env!("CARGO_BIN_EXE_opora")).expect("a console")
}

#[test]
fn the_terminals_ground_decides_between_day_and_night() {
    let dark = Color::Rgb(0x12, 0x12, 0x12);
    let light = Color::Rgb(255, 255, 255);
    for (case, ground_of, colorterm, wanted) in [
        ("dark", (20, 20, 30), "truecolor", dark),
        ("light", (250, 250, 240), "truecolor", light),
        ("256 colours", (0, 0, 0), "", Color::Indexed(233)),
    ] {
        let world = World::new();
        let (red, green, blue) = ground_of;
        let builder = world.terminal(80, 24).background_rgb(red, green, blue).env("COLORTERM", colorterm);
        let mut terminal = console(&world, builder);
        see(&mut terminal, "assphrase");
        assert_eq!(ground(&terminal), wanted, "{case}");
        assert_eq!(terminal.screen().text().matches("rgb").count(), 0, "{case}");
    }
}

#[test]
fn keys_pressed_while_the_terminal_is_asked_are_not_lost_and_a_late_answer_is_no_key() {
    let world = World::new();
    let builder = world.terminal(80, 24).answer_queries(false).env("COLORTERM", "truecolor");
    let mut terminal = console(&world, builder);
    // Before there is anything to see.
    press(&mut terminal, "'abcd");
    see(&mut terminal, "••••");
    assert_eq!(ground(&terminal), Color::Default, "nobody answered");
    terminal.send_str("\x1b]11;rgb:ffff/ffff/ffff\x1b\\e").expect("an answer, late");
    see(&mut terminal, "•••••");
    assert!(!terminal.screen().contains("••••••"), "the answer is no key");
    assert_eq!(ground(&terminal), Color::Rgb(255, 255, 255), "and it is heard");
}

#[test]
fn a_theme_that_was_chosen_outweighs_no_color_and_nothing_outweighs_never() {
    let night = "theme = \"night\"";
    for (case, settings, options, (variable, value), is_coloured) in [
        ("NO_COLOR", "", &[][..], ("NO_COLOR", "1"), false),
        ("NO_COLOR that says nothing", night, &[], ("NO_COLOR", ""), true),
        ("NO_COLOR and a theme in the settings", night, &[], ("NO_COLOR", "1"), true),
        ("NO_COLOR and a theme as an option", "", &["--theme", "night"], ("NO_COLOR", "1"), true),
        ("NO_COLOR and a theme without colours", night, &["--theme", "mono"], ("NO_COLOR", "1"), false),
        (
            "NO_COLOR and the theme that follows the terminal",
            night,
            &["--theme", "auto"],
            ("NO_COLOR", "1"),
            false,
        ),
        ("TERM=dumb", "", &[], ("TERM", "dumb"), false),
        ("TERM=dumb and a theme", night, &[], ("TERM", "dumb"), false),
        ("never", "color = \"never\"\ntheme = \"night\"", &[], ("X", ""), false),
        ("never and a theme as an option", "color = \"never\"", &["--theme", "night"], ("X", ""), false),
        ("always", "color = \"always\"\ntheme = \"night\"", &[], ("NO_COLOR", "1"), true),
    ] {
        let world = World::new();
        world.settings(settings);
        world.found_line();
        let builder = world.terminal(80, 24).env(variable, value).args(["console", "--offline"]);
        let mut terminal =
            builder.args(options.iter().copied()).spawn(env!("CARGO_BIN_EXE_opora")).expect("a console");
        see(&mut terminal, "assphrase");
        assert_eq!(ground(&terminal) != Color::Default, is_coloured, "{case}");
    }
}

#[test]
fn a_theme_of_ones_own_is_used_and_a_mistake_in_it_is_named() {
    let world = World::new();
    world.settings("theme = \"mine\"\n");
    let themes = world.path("config/opora/themes");
    fs::create_dir_all(&themes).expect("a folder");
    fs::write(themes.join("mine.toml"), "inherits = \"night\"\n[roles]\n\"text\" = { bg = \"#0000ff\" }\n")
        .expect("a theme");
    let mut terminal = console(&world, world.terminal(80, 24).env("COLORTERM", "truecolor"));
    see(&mut terminal, "assphrase");
    assert_eq!(ground(&terminal), Color::Rgb(0, 0, 255));
    fs::write(themes.join("mine.toml"), "inherits = \"night\"\n[roles]\n\"flags\" = { }\n").expect("a theme");
    let mut terminal = world
        .terminal(100, 24)
        .args(["console", "--offline"])
        .spawn(env!("CARGO_BIN_EXE_opora"))
        .expect("a console");
    see(&mut terminal, "assphrase");
    unlock(&mut terminal);
    see(&mut terminal, "mine.toml line 3: no role is called \"flags\"");
}

#[test]
fn a_second_console_on_the_same_casebook_says_so_and_takes_nothing() {
    let world = World::new();
    let mut first = console(&world, world.terminal(80, 24));
    see(&mut first, "assphrase");
    unlock(&mut first);
    let mut second = world
        .terminal(80, 24)
        .args(["console", "--offline"])
        .spawn(env!("CARGO_BIN_EXE_opora"))
        .expect("a console");
    see(&mut second, "assphrase");
    press(&mut second, &format!("'{}", support::PASSPHRASE));
    press(&mut second, "enter");
    see(&mut second, "already open on this casebook");
    assert!(first.screen().contains("F9 Menu"));
}

/// Whether a word is anywhere in the memory of a process; nothing if the kernel does not let us look.
fn is_in_memory(pid: Pid, word: &str) -> Option<bool> {
    use std::os::unix::fs::FileExt as _;
    let pid = pid.as_raw_nonzero();
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).ok()?;
    let memory = fs::File::open(format!("/proc/{pid}/mem")).ok()?;
    let wide: Vec<u8> = word.chars().flat_map(|letter| u32::from(letter).to_le_bytes()).collect();
    let machine = aho_corasick::AhoCorasick::new([word.as_bytes(), &wide]).expect("patterns");
    let (mut read, mut is_there) = (0, false);
    for line in maps.lines().filter(|line| line.contains(" r") && !line.contains("[v")) {
        let (from, to) = line.split(' ').next()?.split_once('-')?;
        let parse = |text| u64::from_str_radix(text, 16).expect("hex");
        let (from, to) = (parse(from), parse(to));
        let mut piece = vec![0; usize::try_from(to - from).expect("fits")];
        if memory.read_exact_at(&mut piece, from).is_ok() {
            read += piece.len();
            is_there |= machine.is_match(&piece);
        }
    }
    (read > 0).then_some(is_there)
}

#[test]
fn after_the_lock_no_word_of_a_note_or_a_search_is_in_memory() {
    let world = World::new();
    let mut terminal = offline(&world);
    unlock(&mut terminal);
    press(&mut terminal, "f9");
    press(&mut terminal, "'New contact");
    press(&mut terminal, "enter");
    see(&mut terminal, "The clock runs from now");
    press(&mut terminal, "p");
    press(&mut terminal, "'kanarekzapisu");
    see(&mut terminal, "kanarekzapisu");
    press(&mut terminal, "f3");
    press(&mut terminal, "'kanarekhled");
    see(&mut terminal, "kanarekhled");
    let words = ["kanarekzapisu", "kanarekhled"];
    let found = words.map(|word| is_in_memory(pid(&world), word));
    if found.contains(&None) {
        return eprintln!("skipped: the kernel lets nobody read another's memory");
    }
    assert_eq!(found, [Some(true); 2], "what is searched for is found while it is open");
    // Out of the search, out of the note, out of the box; in one piece a terminal's two ESC are one.
    press(&mut terminal, "esc");
    gone(&mut terminal, "Find:");
    press(&mut terminal, "esc");
    gone(&mut terminal, "kanarekzapisu");
    press(&mut terminal, "esc");
    press(&mut terminal, "l");
    see(&mut terminal, "Passphrase:");
    assert_eq!(words.map(|word| is_in_memory(pid(&world), word)), [Some(false); 2]);
    unlock(&mut terminal);
}

#[test]
fn frames_and_marks_in_ascii() {
    let world = World::new();
    world.settings("ascii = true\n");
    let mut terminal = console(&world, world.terminal(80, 24));
    see(&mut terminal, "assphrase");
    unlock(&mut terminal);
    let text = terminal.screen().text();
    assert!(text.is_ascii(), "{text}");
}
