//! The console's settings: `~/.config/opora/config.toml`.

use std::time::Duration;

use super::read::{self, settings};
use super::value::{any, between, one_of, one_of_or_none, zero_or};
use super::{ConfigErrors, Layers, Loaded, RelayUrl};

settings! {
    /// Settings of the console.
    Console at "" {
        /// Language of the screens; nothing means that of the system.
        lang: Option<String> = "", one_of_or_none(&["cs", "en"]);
        /// Keys: `default`, `vim`, or a file in `keymaps/` beside this one.
        keymap: String = "default", any();
        /// Colours: `auto`, `terminal`, `day`, `night`, `contrast`, `mono`, or a file in `themes/` beside this one.
        theme: String = "auto", any();
        /// The relay, as `wss://chat.example.cz`; `ws://` only on this machine.
        relay: Option<RelayUrl> = "", any();
        /// One pane at a time and finished lines, for screen readers.
        plain: bool = "false", any();
        /// Only ASCII in frames and marks, for poor fonts.
        ascii: bool = "false", any();
        /// Wheel and clicks; then text is selected with Shift.
        mouse: bool = "false", any();
        /// Colours on the command line.
        color: String = "auto", one_of(&["auto", "always", "never"]);
        /// How much is written to the log in the state folder, never words of a talk; a week of it is kept.
        log_level: String = "info", one_of(&["error", "warn", "info", "debug", "trace"]);
        | chat: Chat;
        | alerts: Alerts;
        | privacy: Privacy;
        | review: Review;
    }
}

settings! {
    /// How one writes.
    Chat at "chat." {
        /// How long a sent message waits so that Esc takes it back; 0 sends at once.
        send_hold: Duration = "0s", zero_or("2s", "10s");
        /// Within this time after a switch or a new line of the child, Enter asks first.
        guard: Duration = "700ms", between("0s", "5s");
        /// How many children I take at once; never more than the relay's places.
        places: u8 = "3", between("1", "9");
    }
}

settings! {
    /// What calls for attention. No alert carries a word or a handle.
    Alerts at "alerts." {
        /// The terminal's bell.
        bell: bool = "true", any();
        /// How often the bell repeats while somebody waits.
        repeat: Duration = "30s", between("5s", "10m");
        /// How long `snooze` keeps it quiet.
        snooze: Duration = "5m", between("1m", "30m");
        /// Notices of the desktop, by the terminal's own sequences.
        desktop: String = "osc9", one_of(&["osc9", "osc777", "none"]);
    }
}

settings! {
    /// What an onlooker sees.
    Privacy at "privacy." {
        /// Idle time after which words are hidden and the passphrase is asked for.
        lock_after: Duration = "5m", between("10s", "1h");
        /// Hides words while the window has not the focus.
        blur: bool = "false", any();
        /// Lets words be copied to the clipboard (OSC 52).
        clipboard: bool = "false", any();
    }
}

settings! {
    /// How what leaves the house is looked at.
    Review at "review." {
        /// Lets a summary count as reviewed only if somebody else than its counsellor did it.
        another: bool = "false", any();
    }
}

impl Console {
    /// Lays the layers over each other.
    pub fn load(layers: &Layers) -> Result<Loaded<Console>, ConfigErrors> {
        read::load(layers, Console::read)
    }
}
