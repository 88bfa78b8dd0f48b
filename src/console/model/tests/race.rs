//! Never to the wrong child, as a race: a person types for the child it last saw in front, while lines come, colleagues
//! take over, queues arrive late and the relay answers in its own time. Thousands of seeds; a failure prints its seed.

use std::collections::BTreeMap;

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};

use super::*;
use crate::conversation::queue::Row;

const CHILDREN: [(ConversationId, &str); 5] =
    [(BLUE_FOX, "fox"), (RED_OWL, "owl"), (GREEN_HARE, "hare"), (GREY_SEAL, "seal"), (GOLD_HERON, "heron")];

fn tag(conv: ConversationId) -> &'static str {
    CHILDREN.iter().find(|(child, _)| *child == conv).map_or("?", |(_, tag)| tag)
}

/// The words of a text that were typed for somebody else.
fn strangers(text: &str, conv: ConversationId) -> Vec<String> {
    let is_marked = |word: &&str| word.contains('-');
    let words = text.split_whitespace().filter(is_marked);
    // A word may begin in a note and end in the box of the same child, if the child is taken over in its middle.
    let is_own = |word: &&str| word.split('-').next().is_some_and(|mark| tag(conv).ends_with(mark));
    words.filter(|word| !is_own(word)).map(str::to_owned).collect()
}

struct Race {
    stage: Stage,
    rng: StdRng,
    /// What the relay knows.
    holders: BTreeMap<ConversationId, Option<&'static str>>,
    ended: Vec<ConversationId>,
    /// Where the person believes that it writes: what it saw after its own last key.
    eyes: Option<(ConversationId, Pane)>,
    /// How many writes were looked at.
    seen: usize,
    words: u32,
    said: usize,
}

impl Race {
    fn new(seed: u64) -> Self {
        let mut stage = at_work();
        stage.model.settings.lock_after_ms = 0;
        let mut rng = StdRng::seed_from_u64(seed);
        stage.model.settings.send_hold_ms = if rng.random_bool(0.5) { 2_000 } else { 0 };
        let mut holders: BTreeMap<_, _> = CHILDREN.iter().map(|(conv, _)| (*conv, None)).collect();
        for (conv, _) in &CHILDREN[..3] {
            holders.insert(*conv, Some("Jana"));
        }
        let mut race =
            Self { stage, rng, holders, ended: Vec::new(), eyes: None, seen: 0, words: 0, said: 0 };
        race.tell_queue();
        for (conv, _) in &CHILDREN[..3] {
            race.stage.hold(*conv, NOON - 600_000);
            race.stage.child(*conv, NOON - 300_000, "ahoj");
        }
        race.stage.model.front = Some(BLUE_FOX);
        race.stage.pass(3_000);
        race.look();
        race
    }

    fn tell_queue(&mut self) {
        let row = |(conv, holder): (&ConversationId, &Option<&'static str>)| -> Row {
            match holder {
                Some(name) => held(*conv, name, NOON - 600_000),
                None => waiting(*conv, NOON - 60_000, "a12_14", "peers", Feel::Bad),
            }
        };
        let rows = self.holders.iter().filter(|(conv, _)| !self.ended.contains(conv)).map(row).collect();
        self.stage.queue(rows);
    }

    /// The person sees what is there after a key of its own.
    fn look(&mut self) {
        let model = &self.stage.model;
        let is_plain = model.screens.is_empty() && matches!(model.gate, Gate::Open);
        self.eyes = model.front.filter(|_| is_plain).map(|front| (front, model.pane));
    }

    fn press(&mut self, keys: &str) {
        self.stage.press(keys);
        self.look();
    }

    /// Types for the child it believes to write to, without looking up in between.
    fn write(&mut self) {
        let Some((conv, Pane::Box | Pane::Note)) = self.eyes else { return };
        for _ in 0..self.rng.random_range(1..4) {
            self.words += 1;
            let word = format!("{}-{} ", tag(conv), self.words);
            for letter in word.chars() {
                self.stage.write(letter.encode_utf8(&mut [0; 4]));
                if self.rng.random_ratio(1, 12) {
                    self.happen();
                }
            }
        }
    }

    /// Something that the person does not do.
    fn happen(&mut self) {
        let (conv, _) = CHILDREN[self.rng.random_range(0..CHILDREN.len())];
        let at = self.stage.wall;
        let by = |name: &str| Who::Line(Some(account(name)));
        match self.rng.random_range(0..16) {
            0..=3 => self.stage.child(conv, at, "a ještě něco"),
            4 => _ = self.stage.line(conv, Log::Desk, at, by("Eva"), What::Whispered(words("Eva", "hm"))),
            5 if self.holders[&conv] == Some("Jana") => {
                self.holders.insert(conv, Some("Petr"));
                self.stage.line(conv, Log::Desk, at, by("Petr"), What::Claimed);
            }
            6 if self.holders[&conv] != Some("Jana") => {
                self.holders.insert(conv, Some("Jana"));
                let what = What::Transferred { to: account("Jana"), brief: words("Petr", "Proč píše: -") };
                self.stage.line(conv, Log::Desk, at, by("Petr"), what);
            }
            7 if self.holders[&conv] == Some("Jana") => {
                self.holders.insert(conv, None);
                self.stage.line(conv, Log::Desk, at, by("Eva"), What::Released(words("Eva", "")));
            }
            8 if self.rng.random_ratio(1, 4) => {
                self.ended.push(conv);
                self.stage.link(Update::Erased { conv });
            }
            9 if self.holders[&conv] == Some("Petr") => {
                let what = What::Said(words("Petr", "Tady Petr."));
                self.stage.line(conv, Log::Talk, at, by("Petr"), what);
            }
            10 => {
                let mine = self.holders.iter().filter(|(_, holder)| **holder == Some("Jana"));
                let mine: Vec<_> =
                    mine.map(|(conv, _)| *conv).filter(|conv| !self.ended.contains(conv)).collect();
                self.stage.welcome(&mine);
            }
            11..=12 => self.answer(),
            13 => {
                let ms = self.rng.random_range(1..900);
                self.stage.pass(ms);
            }
            _ => self.tell_queue(),
        }
        self.check();
    }

    /// The relay answers the oldest write.
    fn answer(&mut self) {
        let oldest = self.stage.asked.iter().position(|command| matches!(command, LinkCommand::Write { .. }));
        let Some(place) = oldest else { return };
        self.check();
        let LinkCommand::Write { id, conv, act } = self.stage.asked.remove(place) else { return };
        self.seen = self.stage.asked.len();
        let holder = self.holders.get(&conv).copied().flatten();
        let me = Who::Line(Some(account("Jana")));
        let (log, what) = match &act {
            Act::Claim if holder.is_some() => {
                let why = Denied::Relay(crate::protocol::Refusal::Conflict);
                self.stage.link(Update::Refused { id, conv, why, holder: holder.map(account) });
                return;
            }
            Act::Say { .. } | Act::Transfer { .. } | Act::Release { .. } | Act::Close { .. }
                if holder != Some("Jana") =>
            {
                let why = Denied::Relay(crate::protocol::Refusal::NotAllowed);
                self.stage.link(Update::Refused { id, conv, why, holder: None });
                return;
            }
            Act::Claim => (Log::Desk, Some(What::Claimed)),
            Act::Say { text } => (Log::Talk, Some(What::Said(words("Jana", text)))),
            Act::Transfer { to, brief } => {
                (Log::Desk, Some(What::Transferred { to: to.clone(), brief: words("Jana", brief) }))
            }
            Act::Release { reason } => (Log::Desk, Some(What::Released(words("Jana", reason)))),
            Act::Close { reason, .. } => (Log::Talk, Some(What::Closed(*reason))),
            Act::Archive => (Log::Desk, Some(What::Archived)),
            _ => (Log::Desk, None),
        };
        match &act {
            Act::Claim => _ = self.holders.insert(conv, Some("Jana")),
            Act::Transfer { .. } => _ = self.holders.insert(conv, Some("Petr")),
            Act::Release { .. } => _ = self.holders.insert(conv, None),
            Act::Archive => self.ended.push(conv),
            _ => {}
        }
        let (at, is_claim) = (self.stage.wall, act == Act::Claim);
        let is_line_first = self.rng.random_bool(0.5);
        let before = self.stage.model.front;
        if let Some(what) = what.clone().filter(|_| is_line_first) {
            self.stage.line(conv, log, at, me.clone(), what);
        }
        self.stage.link(Update::Stored { id, conv, log, entry: id, seq: 1, at });
        if let Some(what) = what.filter(|_| !is_line_first) {
            self.stage.line(conv, log, at, me, what);
        }
        // Who pressed F2 and nothing since waits for the new child, and sees it come.
        if is_claim && self.stage.model.front != before {
            self.look();
        }
        self.seen = self.seen.min(self.stage.asked.len());
    }

    /// No word is where it does not belong: not in what was sent, not in a box, not in a note.
    fn check(&mut self) {
        let new = &self.stage.asked[self.seen.min(self.stage.asked.len())..];
        for command in new {
            if let LinkCommand::Write { conv, act: Act::Say { text }, .. } = command {
                assert_eq!(strangers(text, *conv), Vec::<String>::new(), "sent to {}", tag(*conv));
                self.said += 1;
            }
        }
        self.seen = self.stage.asked.len();
        for chat in &self.stage.model.chats {
            assert_eq!(
                strangers(&chat.unsent(), chat.conv),
                Vec::<String>::new(),
                "box of {}",
                tag(chat.conv)
            );
            let note = chat.note.note();
            assert_eq!(
                strangers(note.field("data"), chat.conv),
                Vec::<String>::new(),
                "note of {}",
                tag(chat.conv)
            );
        }
    }

    fn act(&mut self) {
        const KEYS: [&str; 12] =
            ["ctrl-down", "ctrl-up", "f6", "f2", "f4", "esc", "tab", "f7", "f7", "f8", "esc f2", "enter"];
        match self.rng.random_range(0..10) {
            0..=3 => self.write(),
            4..=5 => self.press("enter"),
            6..=7 => {
                let keys = KEYS[self.rng.random_range(0..KEYS.len())];
                self.press(keys);
                // Hand over, back to the queue, or a whisper.
                if keys == "f7" && !self.stage.model.screens.is_empty() {
                    let next = ["o", "r", "w"][self.rng.random_range(0..3)];
                    self.press(next);
                    if next == "o" && !self.stage.model.screens.is_empty() {
                        self.press("enter");
                    }
                }
                // Words for colleagues, typed into whatever is open; then the person steps out of it.
                if !self.stage.model.screens.is_empty() {
                    if self.rng.random_bool(0.5) {
                        self.stage.write("kolegovi ");
                        self.happen();
                        self.press("enter");
                    }
                    while !self.stage.model.screens.is_empty() {
                        self.press("esc");
                    }
                }
            }
            _ => self.happen(),
        }
        self.check();
    }
}

#[test]
fn no_word_reaches_a_wrong_child_whatever_races() {
    let seeds = std::env::var("OPORA_SEEDS").ok().and_then(|seeds| seeds.parse().ok()).unwrap_or(400_u64);
    let mut said = 0;
    for seed in 0..seeds {
        let ran = std::panic::catch_unwind(|| {
            let mut race = Race::new(seed);
            for _ in 0..40 {
                race.act();
            }
            race.said
        });
        said += ran.unwrap_or_else(|_| panic!("seed {seed}"));
    }
    assert!(said as u64 > seeds, "words were sent at all: {said}");
}
