//! What a person does at a terminal: looks, presses, writes. Waiting is always for something seen.

use termlens::{Key, Terminal};

use super::journeys::Journey;

/// Waits for words.
pub fn see(console: &mut Terminal, what: &str) {
    if let Err(error) = console.wait_until(|screen| screen.contains(what)) {
        panic!("never saw {what:?}: {error}\n{}", console.screen().text());
    }
}

/// Waits until words are gone.
pub fn gone(console: &mut Terminal, what: &str) {
    if let Err(error) = console.wait_until(|screen| !screen.contains(what)) {
        panic!("{what:?} stays: {error}\n{}", console.screen().text());
    }
}

/// Presses one key by its name in the table of journeys, or writes a text.
pub fn press(console: &mut Terminal, key: &str) {
    if let Some(text) = key.strip_prefix('\'') {
        return console.send_str(text).expect("keys");
    }
    let sent = match key {
        "enter" => console.send(Key::Enter),
        "esc" => console.send(Key::Esc),
        "tab" => console.send(Key::Tab),
        "up" => console.send(Key::Up),
        "down" => console.send(Key::Down),
        _ => match key.strip_prefix('f').and_then(|number| number.parse().ok()) {
            Some(number) => console.send(Key::F(number)),
            None => console.send_str(key),
        },
    };
    sent.expect("a key");
}

/// Presses the keys of a journey, all of them and no other.
pub fn walk(console: &mut Terminal, journey: &Journey) {
    assert!(journey.count() <= journey.target, "{}: {} keys", journey.name, journey.count());
    for key in journey.keys {
        press(console, key);
    }
}
