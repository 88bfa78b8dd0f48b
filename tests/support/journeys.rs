//! The journeys of the page of experience, section 2: who wants what, which keys are pressed, and how many they may be.
//! The same table goes through the model in every keymap and manner, and through real programs in a pseudo-terminal.
#![allow(dead_code, reason = "each suite uses its part")]

/// What somebody wants to do, and the keys for it.
pub struct Journey {
    /// What it is called in tests.
    pub name: &'static str,
    /// The keys. What begins with an apostrophe is text, which is not counted.
    pub keys: &'static [&'static str],
    /// How many keys it may take.
    pub target: usize,
}

impl Journey {
    /// Returns how many keys it takes.
    pub fn count(&self) -> usize {
        self.keys.iter().filter(|key| !key.starts_with('\'')).count()
    }
}

/// A counsellor's.
pub const COUNSELLOR: [Journey; 13] = [
    Journey { name: "start", keys: &["'quiet otters cross seven frozen rivers", "enter"], target: 1 },
    Journey { name: "take", keys: &["f2"], target: 1 },
    Journey { name: "answer", keys: &["'Ahoj, jsem tady.", "enter"], target: 1 },
    Journey { name: "phrase", keys: &["/", "h", "a", "enter", "enter"], target: 5 },
    Journey { name: "next", keys: &["f6"], target: 1 },
    Journey { name: "topics", keys: &["f5", "g", "r", "o", "enter", "esc"], target: 6 },
    Journey { name: "note", keys: &["f4", "'Zatoulany zapis", "f4"], target: 2 },
    Journey { name: "second", keys: &["f7", "enter"], target: 2 },
    Journey {
        name: "hand over",
        keys: &["f7", "o", "p", "enter", "'Night shift is over.", "enter"],
        target: 5,
    },
    Journey { name: "danger", keys: &["f7", "d", "enter"], target: 3 },
    Journey { name: "close", keys: &["f8", "l", "s", "enter"], target: 4 },
    Journey { name: "find", keys: &["f3", "z", "a", "t", "o", "u", "l", "enter"], target: 8 },
    // Seven, and a letter for the one word that is unsure.
    Journey { name: "export", keys: &["f9", "e", "x", "p", "enter", "enter", "m", "enter"], target: 8 },
];

/// A supervisor's, from the row of a colleague on the board.
pub const SUPERVISOR: [Journey; 3] = [
    Journey { name: "look in", keys: &["enter"], target: 1 },
    Journey { name: "whisper", keys: &["w", "'Zeptej se na doma.", "enter"], target: 2 },
    Journey { name: "take over", keys: &["o", "enter"], target: 2 },
];

/// Returns a journey.
pub fn journey(name: &str) -> &'static Journey {
    COUNSELLOR.iter().chain(&SUPERVISOR).find(|journey| journey.name == name).expect(name)
}
