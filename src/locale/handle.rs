//! Handles: the name of a child on the screen, made from the conversation's id and never from the child.

use super::Locale;

const COLOURS: u8 = 32;
const ANIMALS: u8 = 64;

impl Locale {
    /// Returns the handle of a conversation (Blue Fox, Modrá Liška) from the first three bytes of its id: the first
    /// picks one of 32 colours, the second one of 64 animals. The same bytes mean the same colour and animal in every
    /// language, so that two colleagues can speak of the child.
    pub fn handle(&self, start: [u8; 3]) -> String {
        let animal = format!("animal-{}", start[1] % ANIMALS);
        let colour = format!("colour-{}", start[0] % COLOURS);
        let form = match self.try_say(&format!("{animal}.gender"), &[]) {
            Some(gender) if gender != "masculine" => format!("{colour}.{gender}"),
            _ => colour,
        };
        self.say_with("handle", &[("colour", self.say(&form).into()), ("animal", self.say(&animal).into())])
    }

    /// Returns the handle with a number (Blue Fox 7) for where two on one screen would be alike; whether they are is
    /// the caller's to see.
    pub fn handle_numbered(&self, start: [u8; 3]) -> String {
        format!("{} {}", self.handle(start), u16::from(start[2]) + 1)
    }
}
