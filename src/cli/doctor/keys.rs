//! Shows what each pressed key arrives as: terminals keep some keys for themselves, and a keymap cannot bind those.

use crossterm::event::{Event, KeyCode, KeyEventKind, KeyModifiers, read};
use crossterm::terminal::{disable_raw_mode, enable_raw_mode};

use crate::cli::{Exit, Failure, Outcome, say};
use crate::console::keymap::spelled;
use crate::locale::Locale;

/// Echoes keys until Ctrl-C.
pub fn echo(locale: &Locale) -> Outcome {
    let broken =
        |error: std::io::Error| Failure::new(Exit::Failed, "cli-error-terminal").with("reason", error);
    say(&locale.say("doctor-keys-begin"));
    enable_raw_mode().map_err(broken)?;
    let ended = loop {
        match read() {
            Ok(Event::Key(key)) if key.kind == KeyEventKind::Press => {
                // In raw mode a line does not begin at the left by itself.
                say(&format!("{}\r", spelled(key.into())));
                if key.code == KeyCode::Char('c') && key.modifiers == KeyModifiers::CONTROL {
                    break Ok(());
                }
            }
            Ok(_) => {}
            Err(error) => break Err(broken(error)),
        }
    };
    disable_raw_mode().map_err(broken)?;
    ended
}
