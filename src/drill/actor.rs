//! What a scripted child does next: pure, with time and chance from outside, so that a whole talk is a list in a test.

use std::collections::VecDeque;

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

use super::script::Script;
use crate::conversation::event::{Facts, Rated};

/// What happens to a child.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Heard {
    /// Its counsellor wrote.
    Answer(String),
    /// The talk was ended at the line.
    Ended,
}

/// What a child does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// Tells in clear.
    Tell(Facts),
    /// Begins or stops writing.
    Typing(bool),
    /// Writes.
    Say(String),
    /// Rates the talk.
    Rate(Rated),
    /// Leaves the page.
    Leave,
    /// Is done: nothing more comes.
    Done,
}

/// A script being played. Times are milliseconds on any clock that never jumps.
pub struct Actor {
    script: Script,
    /// How much slower than the script; 0.5 is twice as fast.
    slowness: f64,
    /// What is planned, in order of time.
    plan: VecDeque<(u64, Deed)>,
    scene: usize,
    used_replies: Vec<bool>,
    nudges: usize,
    fillers: usize,
    /// An answer that came while it was writing.
    pending: Option<String>,
    /// When patience ends.
    patience: Option<u64>,
    is_done: bool,
}

impl Actor {
    /// Makes a child that has not begun. `pace` is how fast: 2.0 is twice as fast as the script says.
    pub fn new(script: Script, pace: f64) -> Self {
        let used_replies = vec![false; script.reply.len()];
        let slowness = 1.0 / pace.clamp(0.001, 10_000.0);
        let plan = VecDeque::new();
        Self {
            script,
            slowness,
            plan,
            scene: 0,
            used_replies,
            nudges: 0,
            fillers: 0,
            pending: None,
            patience: None,
            is_done: false,
        }
    }

    /// Begins: what it tells, and the first scene. `chance` is in 0..1 and spreads children who begin together.
    pub fn begin(&mut self, now: u64, chance: f64) {
        let facts = self.script.facts();
        self.next_scene(now, chance);
        if facts != Facts::default() {
            let last = self.plan.back().map_or(now, |(at, _)| *at);
            let at = last + self.millis(self.script.pace.think_s, 1.0);
            self.plan.push_back((at, Deed::Tell(facts)));
        }
    }

    /// Takes what happened.
    pub fn hear(&mut self, heard: Heard, now: u64, chance: f64) {
        match heard {
            _ if self.is_done => {}
            Heard::Ended => {
                self.plan.clear();
                self.pending = None;
                self.patience = None;
                let mut at = now + self.millis(self.script.pace.think_s, chance);
                if let Some(rated) = self.script.rated {
                    self.plan.push_back((at, Deed::Rate(rated)));
                    // Long enough for the rating to be stored before the page goes.
                    at += 5_000;
                }
                self.plan.push_back((at, Deed::Done));
            }
            Heard::Answer(text) if self.plan.is_empty() => self.react(&text, now, chance),
            Heard::Answer(text) => self.pending = Some(text),
        }
    }

    /// Returns what is due.
    pub fn due(&mut self, now: u64, chance: f64) -> Vec<Deed> {
        let mut deeds = Vec::new();
        while let Some((_, deed)) = self.plan.pop_front_if(|(at, _)| *at <= now) {
            self.is_done |= matches!(deed, Deed::Done | Deed::Leave);
            self.patience = Some(now + self.millis(self.script.pace.patience_s, 1.0));
            deeds.push(deed);
        }
        if self.plan.is_empty() && !self.is_done {
            if let Some(text) = self.pending.take() {
                self.react(&text, now, chance);
            } else if self.patience.is_some_and(|patience| patience <= now) {
                self.patience = None;
                if let Some(nudge) = self.script.nudges.get(self.nudges).cloned() {
                    self.nudges += 1;
                    self.plan_lines(&[nudge], now, chance);
                }
            }
        }
        deeds
    }

    /// Returns when [`Actor::due`] has something to say.
    pub fn wake_at(&self) -> Option<u64> {
        let plan = self.plan.front().map(|(at, _)| *at);
        plan.or(if self.is_done { None } else { self.patience })
    }

    fn react(&mut self, text: &str, now: u64, chance: f64) {
        self.patience = None;
        let heard = folded(text);
        let is_met = |words: &[String]| words.iter().any(|word| begins_a_word(&heard, word));
        let reply = self
            .script
            .reply
            .iter()
            .zip(&self.used_replies)
            .position(|(reply, used)| !used && is_met(&reply.words));
        if let Some(reply) = reply {
            self.used_replies[reply] = true;
            let lines = self.script.reply[reply].say.clone();
            return self.plan_lines(&lines, now, chance);
        }
        if self.scene < self.script.scene.len() {
            return self.next_scene(now, chance);
        }
        if !self.script.fillers.is_empty() {
            let filler = self.script.fillers[self.fillers % self.script.fillers.len()].clone();
            self.fillers += 1;
            self.plan_lines(&[filler], now, chance);
        }
    }

    fn next_scene(&mut self, now: u64, chance: f64) {
        let Some(scene) = self.script.scene.get(self.scene).cloned() else { return };
        self.scene += 1;
        self.plan_lines(&scene.say, now, chance);
        if scene.leave {
            let last = self.plan.back().map_or(now, |(at, _)| *at);
            let at = last + self.millis(self.script.pace.gap_s, 1.0);
            self.plan.push_back((at, Deed::Leave));
        }
    }

    fn plan_lines(&mut self, lines: &[String], now: u64, chance: f64) {
        let pace = self.script.pace;
        // Nobody takes exactly as long each time: half to one and a half of the script's time.
        let mut at = now + self.millis(pace.think_s, 0.5 + chance);
        for line in lines {
            self.plan.push_back((at, Deed::Typing(true)));
            #[expect(clippy::cast_precision_loss, reason = "lines have at most 2,000 letters")]
            let letters = line.chars().count() as f64;
            at += self.millis(letters / pace.letters_per_s, 1.0);
            self.plan.push_back((at, Deed::Say(line.clone())));
            at += self.millis(pace.gap_s, 0.5 + chance);
        }
    }

    /// Seconds of the script as milliseconds of this play.
    fn millis(&self, seconds: f64, factor: f64) -> u64 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to some hours")]
        let millis = (seconds * 1000.0 * factor * self.slowness).max(0.0) as u64;
        millis
    }
}

/// Folds what was heard as scripts spell their words: lower case, without accents.
pub(super) fn folded(text: &str) -> String {
    text.nfd().filter(|letter| !is_combining_mark(*letter)).flat_map(char::to_lowercase).collect()
}

/// Whether `word` stands in `text` at the beginning of a word.
fn begins_a_word(text: &str, word: &str) -> bool {
    text.match_indices(word)
        .any(|(place, _)| text[..place].chars().next_back().is_none_or(|before| !before.is_alphanumeric()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn script() -> Script {
        let mut script = Script::shipped("bara").expect("a script");
        script.scene.truncate(2);
        script
    }

    /// Plays until nothing is due, and returns what was said.
    fn said(actor: &mut Actor, now: &mut u64) -> Vec<String> {
        let mut said = Vec::new();
        while let Some(at) = actor.plan.front().map(|(at, _)| *at) {
            *now = at;
            said.extend(actor.due(*now, 0.5).into_iter().filter_map(|deed| match deed {
                Deed::Say(line) => Some(line),
                _ => None,
            }));
        }
        said
    }

    #[test]
    fn a_child_opens_waits_for_an_answer_and_goes_on() {
        let (mut actor, mut now) = (Actor::new(script(), 1.0), 0);
        actor.begin(now, 0.5);
        assert_eq!(said(&mut actor, &mut now), ["ahoj", "můžu se na něco zeptat"]);
        actor.hear(Heard::Answer("Ahoj, ptej se.".into()), now, 0.5);
        assert_eq!(said(&mut actor, &mut now).len(), 5);
        actor.hear(Heard::Answer("Ahoj.".into()), now, 0.5);
        assert_eq!(said(&mut actor, &mut now), ["hm"], "at its end it still answers something");
    }

    #[test]
    fn certain_words_are_answered_once() {
        let (mut actor, mut now) = (Actor::new(script(), 1.0), 0);
        actor.begin(now, 0.5);
        said(&mut actor, &mut now);
        actor.hear(Heard::Answer("Ví to MÁMA?".into()), now, 0.5);
        assert_eq!(said(&mut actor, &mut now)[0], "máma to nesmí vědět");
        actor.hear(Heard::Answer("Co máma?".into()), now, 0.5);
        assert_eq!(said(&mut actor, &mut now)[0], "spolužáci si udělali skupinu");
    }

    #[test]
    fn what_comes_while_it_writes_is_answered_afterwards() {
        let (mut actor, mut now) = (Actor::new(script(), 1.0), 0);
        actor.begin(now, 0.5);
        actor.hear(Heard::Answer("Ahoj!".into()), now, 0.5);
        assert_eq!(said(&mut actor, &mut now).len(), 7);
    }

    #[test]
    fn a_child_that_waits_too_long_asks_whether_anybody_is_there() {
        let (mut actor, mut now) = (Actor::new(script(), 1.0), 0);
        actor.begin(now, 0.5);
        said(&mut actor, &mut now);
        let mut nudges = Vec::new();
        while let Some(at) = actor.wake_at() {
            now = at;
            nudges.extend(actor.due(now, 0.5).into_iter().filter(|deed| matches!(deed, Deed::Say(_))));
        }
        assert_eq!(nudges, [Deed::Say("jste tam?".into()), Deed::Say("halo".into())]);
    }

    #[test]
    fn a_closed_talk_is_rated_and_done() {
        let (mut actor, mut now) = (Actor::new(script(), 1.0), 0);
        actor.begin(now, 0.5);
        actor.hear(Heard::Ended, now, 0.5);
        let mut deeds = Vec::new();
        while let Some(at) = actor.wake_at() {
            now = at;
            deeds.extend(actor.due(now, 0.5));
        }
        let rated = Deed::Rate(Rated { felt: Some(3), heard: Some(2) });
        assert_eq!(deeds, [rated, Deed::Done]);
    }

    #[test]
    fn one_leaves_in_the_middle() {
        let mut script = Script::shipped("emily").expect("a script");
        script.scene.drain(..4);
        let (mut actor, mut deeds) = (Actor::new(script, 1.0), Vec::new());
        actor.begin(0, 0.5);
        while let Some(at) = actor.wake_at() {
            deeds.extend(actor.due(at, 0.5));
        }
        assert!(deeds.contains(&Deed::Leave), "{deeds:?}");
    }

    #[test]
    fn the_pace_is_the_players() {
        let time = |pace| {
            let (mut actor, mut now) = (Actor::new(script(), pace), 0);
            actor.begin(now, 0.5);
            said(&mut actor, &mut now);
            now
        };
        assert!(time(10.0) * 9 < time(1.0) && time(1.0) < time(10.0) * 11);
    }
}
