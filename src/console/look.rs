//! How things are said and shown: theme, words, keys and time zone, handed to every view.

use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use ratatui::style::Style;

use super::keymap::{Command, Context, Keymap};
use super::theme::{Role, Theme};
use crate::conversation::{Account, ConversationId, SafeText};
use crate::locale::{Locale, Value};

/// What every view reads beside its state.
#[derive(Debug, Clone)]
pub struct Look {
    /// The styles.
    pub theme: Theme,
    /// The words.
    pub locale: Locale,
    /// The keys, for every hint.
    pub keymap: Keymap,
    /// Where the clock hangs.
    pub zone: TimeZone,
    /// Only ASCII for frames and marks.
    pub is_ascii: bool,
}

impl Look {
    /// Returns the style of a role.
    pub fn style(&self, role: Role) -> Style {
        self.theme.style(role)
    }

    /// Returns a text.
    pub fn say(&self, id: &str) -> String {
        self.locale.say(id)
    }

    /// Returns a text with its values.
    pub fn say_with(&self, id: &str, values: &[(&str, Value<'_>)]) -> String {
        self.locale.say_with(id, values)
    }

    /// Returns a text if there is one, else the given one: for codes that a helpline may have added.
    pub fn say_or(&self, id: &str, otherwise: &str) -> String {
        self.locale.try_say(id, &[]).unwrap_or_else(|| SafeText::line(otherwise).as_str().to_owned())
    }

    /// Returns the civil time of a moment in milliseconds since 1970.
    pub fn civil(&self, at: u64) -> DateTime {
        let at = Timestamp::from_millisecond(i64::try_from(at).unwrap_or(0)).unwrap_or(Timestamp::UNIX_EPOCH);
        self.zone.to_datetime(at)
    }

    /// Writes a time of day: 14:02.
    pub fn clock(&self, at: u64) -> String {
        self.locale.clock(self.civil(at).time())
    }

    /// Writes a time of day to the second: 14:02:11.
    pub fn clock_seconds(&self, at: u64) -> String {
        self.locale.clock_seconds(self.civil(at).time())
    }

    /// Writes a wait in milliseconds as a running clock: 06:12.
    pub fn wait(&self, wait_ms: u64) -> String {
        self.locale.wait(std::time::Duration::from_millis(wait_ms))
    }

    /// Writes a length in milliseconds: 34 min.
    pub fn minutes(&self, length_ms: u64) -> String {
        self.locale.minutes(std::time::Duration::from_millis(length_ms))
    }

    /// Returns an account's name, fit to draw.
    pub fn name(&self, account: &Account) -> String {
        SafeText::line(account.as_str()).as_str().to_owned()
    }

    /// Returns the handle of a conversation: Blue Fox.
    pub fn handle(&self, conv: ConversationId) -> String {
        self.locale.handle([conv.0[0], conv.0[1], conv.0[2]])
    }

    /// Returns the best key of a command where the focus is, or an empty text.
    pub fn key(&self, command: Command, context: Context) -> String {
        self.keymap.keys_of(command, context).into_iter().next().unwrap_or_default()
    }
}
