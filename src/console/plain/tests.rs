//! What a screen reader gets to read.

use super::*;
use crate::console::model::Settings;
use crate::console::stage::*;
use crate::locale::Lang;

/// A terminal that only has lines: what stands there, with the cursor as `█`.
#[derive(Default)]
struct Lines {
    done: Vec<String>,
    line: Vec<char>,
    at: usize,
}

impl Lines {
    fn take(&mut self, bytes: &str) {
        let mut letters = bytes.chars();
        while let Some(letter) = letters.next() {
            match letter {
                '\r' => self.at = 0,
                '\n' => self.done.push(std::mem::take(&mut self.line).into_iter().collect()),
                '\x1b' => {
                    let mut sequence = String::new();
                    while !sequence.ends_with(|letter: char| letter.is_ascii_alphabetic()) {
                        sequence.push(letters.next().expect("a whole sequence"));
                    }
                    match sequence.as_str() {
                        "[K" => self.line.truncate(self.at),
                        right => {
                            let count = right.trim_start_matches('[').trim_end_matches('C');
                            self.at += count.parse::<usize>().expect(right);
                        }
                    }
                }
                letter => {
                    self.line.resize(self.line.len().max(self.at + 1), ' ');
                    self.line[self.at] = letter;
                    self.at += 1;
                }
            }
        }
    }

    fn text(&self) -> String {
        let mut line = self.line.clone();
        line.resize(line.len().max(self.at), ' ');
        line.insert(self.at, '█');
        let last: String = line.into_iter().collect();
        self.done.iter().map(|line| format!("{line}\n")).chain([last]).collect()
    }
}

/// A console that is told.
struct Told {
    stage: Stage,
    plain: Plain,
    lines: Lines,
}

impl Told {
    fn of(stage: Stage) -> Self {
        let mut told = Self { stage, plain: Plain::default(), lines: Lines::default() };
        told.hear();
        told
    }

    /// Returns the bytes that tell what changed.
    fn hear(&mut self) -> String {
        let bytes = self.plain.tell(&self.stage.model, 100);
        self.lines.take(&bytes);
        bytes
    }

    fn press(&mut self, keys: &str) {
        for key in keys.split(' ') {
            self.stage.press(key);
            self.hear();
        }
    }
}

#[test]
fn a_shift_in_finished_lines() {
    for lang in Lang::ALL {
        let mut told = Told::of(Stage::shift(lang, SIZE));
        for letter in "Ahoj".chars() {
            told.stage.write(&letter.to_string());
            told.hear();
        }
        told.stage.pass(1_000);
        told.hear();
        let at = told.stage.wall;
        told.stage.child(RED_OWL, at, "jsi tam?\nprosím");
        told.hear();
        told.press("esc up down enter f6 f4");
        told.stage.write("Zápis");
        told.hear();
        told.press("f4 f5 g r o enter esc f9 c l o esc pageup f8 l");
        insta::assert_snapshot!(format!("shift_{lang}"), told.lines.text());
    }
}

#[test]
fn the_passphrase_is_asked_for_in_one_line() {
    let mut told = Told::of(Stage::locked(Lang::En, SIZE, Settings::default()));
    told.stage.write("abc");
    told.hear();
    insta::assert_snapshot!("unlock", told.lines.text());
}

#[test]
fn a_letter_costs_a_letter_and_time_costs_nothing() {
    let mut told = Told::of(Stage::shift(Lang::En, SIZE));
    told.stage.write("a");
    assert_eq!(told.hear(), "a");
    told.stage.press("backspace");
    assert_eq!(told.hear(), "\r\x1b[13C\x1b[K");
    for _ in 0..90 {
        told.stage.pass(1_000);
        let heard = told.hear();
        // A wait that goes over the target is news; a clock that ticks is not.
        assert!(heard.is_empty() || heard.contains("wait"), "{heard}");
    }
    told.stage.press("esc");
    told.hear();
    told.stage.pass(1_000);
    let heard = told.hear();
    assert!(!heard.contains('\n'), "the list's clocks are no news: {heard}");
}

#[test]
fn the_cursor_stands_on_the_selected_row() {
    let mut told = Told::of(Stage::shift(Lang::En, SIZE));
    told.press("esc up");
    let line: String = told.lines.line.iter().collect();
    assert!(line.contains("peers") || line.contains("family"), "{line}");
    assert_eq!(told.lines.at, 0);
}

#[test]
fn words_that_are_hidden_are_not_told() {
    let mut told = Told::of(Stage::shift(Lang::En, SIZE));
    told.stage.model.settings.blur = true;
    told.stage.model.is_focused = false;
    told.hear();
    let at = told.stage.wall;
    told.stage.child(BLUE_FOX, at, "tajemství");
    assert!(!told.hear().contains("tajemství"));
    told.stage.model.is_focused = true;
    assert!(told.hear().contains("tajemství"), "and told when one looks again");
}
