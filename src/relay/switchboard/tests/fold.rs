//! No fold is a source of truth: whatever happens, a switchboard that reads the journal afresh is the one that wrote it.

use proptest::prelude::*;

use super::*;
use crate::conversation::house::House;
use crate::conversation::queue::Talk;
use crate::protocol::frame::Person;

/// Something that happens; numbers choose among what is there.
#[derive(Debug, Clone)]
enum Step {
    Open,
    Return(usize),
    Child(usize, Kind, &'static str),
    Desk(usize, usize, Kind, &'static str),
    Leave(usize),
    Forget(usize),
    Gone(usize),
    Watch(usize, usize),
    DeskGone(usize),
    Login(usize),
    Pass(u64),
    Revoke,
}

fn step() -> impl Strategy<Value = Step> {
    let child = prop_oneof![
        Just((Kind::Said, "")),
        Just((Kind::Told, r#""facts":{"topic":"violence"}"#)),
        Just((Kind::Told, r#""facts":{}"#)),
        Just((Kind::Rated, r#""felt":2"#)),
    ];
    let desk = prop_oneof![
        Just((Kind::Claimed, "")),
        Just((Kind::Claimed, "")),
        Just((Kind::Said, "")),
        Just((Kind::Released, "")),
        Just((Kind::Transferred, r#""to":"Petr""#)),
        Just((Kind::Moved, "")),
        Just((Kind::Flagged, r#""level":3"#)),
        Just((Kind::Flagged, r#""level":0"#)),
        Just((Kind::Classified, "")),
        Just((Kind::Whispered, "")),
        Just((Kind::Closed, r#""reason":"ended""#)),
        Just((Kind::Archived, "")),
    ];
    prop_oneof![
        2 => Just(Step::Open),
        1 => (0..8_usize).prop_map(Step::Return),
        4 => (0..8_usize, child).prop_map(|(talk, (kind, clear))| Step::Child(talk, kind, clear)),
        8 => (0..4_usize, 0..8_usize, desk).prop_map(|(who, talk, (kind, clear))| Step::Desk(who, talk, kind, clear)),
        1 => (0..8_usize).prop_map(Step::Leave),
        1 => (0..8_usize).prop_map(Step::Forget),
        1 => (0..8_usize).prop_map(Step::Gone),
        2 => (0..4_usize, 0..8_usize).prop_map(|(who, talk)| Step::Watch(who, talk)),
        1 => (0..4_usize).prop_map(Step::DeskGone),
        1 => (0..4_usize).prop_map(Step::Login),
        2 => (1..700_000_u64).prop_map(Step::Pass),
        1 => Just(Step::Revoke),
    ]
}

const TEAM: [&str; 4] = ["Jana", "Petr", "Eva", "Adam"];

struct Play {
    world: World,
    talks: Vec<(SessionId, ConversationId, EntryId)>,
    desks: [SessionId; 4],
    /// Which talks came with which ticket, good or not.
    came: Vec<(ConversationId, EntryId)>,
}

impl Play {
    fn new() -> Self {
        let mut world = World::new();
        let desks = TEAM.map(|name| world.login(name));
        Self { world, talks: Vec::new(), desks, came: Vec::new() }
    }

    fn talk(&self, n: usize) -> Option<(SessionId, ConversationId, EntryId)> {
        (!self.talks.is_empty()).then(|| self.talks[n % self.talks.len()])
    }

    fn open(&mut self, after: Option<EntryId>) {
        let session = self.world.connect(Door::Child, None);
        let conv = self.world.fresh();
        self.world.say(session, open_frame(conv, after));
        let ticket = self.world.frames(session).into_iter().find_map(|frame| match frame {
            ToClient::Welcome { after, .. } => after,
            _ => None,
        });
        if let Some(ticket) = ticket {
            self.talks.push((session, conv, ticket));
            self.came.extend(after.map(|after| (conv, after)));
        }
    }

    fn play(&mut self, step: Step) {
        match step {
            Step::Open => self.open(None),
            Step::Return(n) => {
                let after = self.talk(n).map(|(_, _, after)| after);
                self.open(after);
            }
            Step::Child(n, kind, clear) => {
                if let Some((session, conv, _)) = self.talk(n) {
                    self.world.by_child(session, conv, kind, clear);
                }
            }
            Step::Desk(who, n, kind, clear) => {
                if let Some((_, conv, _)) = self.talk(n) {
                    self.world.by_desk(self.desks[who], conv, kind, clear);
                }
            }
            Step::Leave(n) => self.with_child(n, |conv| ToRelay::Leave { conv }),
            Step::Forget(n) => self.with_child(n, |conv| ToRelay::Forget { conv }),
            Step::Gone(n) => {
                if let Some((session, ..)) = self.talk(n) {
                    self.world.input(Input::Closed { session });
                }
            }
            Step::Watch(who, n) => {
                if let Some((_, conv, _)) = self.talk(n) {
                    self.world.say(self.desks[who], ToRelay::Watch { conv, talk: 0, desk: 0 });
                }
            }
            Step::DeskGone(who) => self.world.input(Input::Closed { session: self.desks[who] }),
            Step::Login(who) => self.desks[who] = self.world.login(TEAM[who]),
            Step::Pass(ms) => self.world.pass(ms),
            Step::Revoke => self.world.say(self.desks[2], ToRelay::Revoke { account: account("Adam") }),
        }
        self.world.inbox.clear();
    }

    fn with_child(&mut self, n: usize, frame: impl Fn(ConversationId) -> ToRelay) {
        if let Some((session, conv, _)) = self.talk(n) {
            self.world.say(session, frame(conv));
        }
    }
}

/// The rows of the queue. What a ticket was worth is found again only while the talk it came from and those that came
/// with it are kept.
fn rows(play: &Play) -> Vec<Row> {
    let sw = &play.world.sw;
    let clear = |after: EntryId| {
        sw.talks.values().any(|held| held.shelf.after == after)
            && play.came.iter().all(|(conv, with)| *with != after || sw.talks.contains_key(conv))
    };
    let row = |talk: &Talk| {
        let mut row = talk.row(&sw.rules.ahead)?;
        if talk.after.is_some_and(|after| !clear(after)) {
            (row.back, row.order) = (None, 0);
        }
        Some(row)
    };
    let mut rows: Vec<Row> = sw.talks.values().filter_map(|held| row(&held.talk)).collect();
    rows.sort_by_key(|row| (row.order, row.conv));
    rows
}

/// What of an account does not depend on which sockets are open.
fn lasting(mut house: House) -> House {
    house.head = 0;
    for member in house.members.values_mut() {
        (member.here, member.gone) = (None, None);
    }
    house.notes.clear();
    // A quarter that is over is written when the relay next wakes.
    house.intervals.clear();
    house
}

/// Both in one millisecond: who held the child when it left must not depend on a restart.
#[test]
fn a_child_that_left_just_before_its_counsellor_was_revoked_was_still_held() {
    let mut play = Play::new();
    for step in
        [Step::Open, Step::Desk(3, 0, Kind::Claimed, ""), Step::Leave(0), Step::Return(0), Step::Revoke]
    {
        play.play(step);
    }
    let before = rows(&play);
    assert!(
        before.iter().any(|row| row.back.as_ref().is_some_and(|back| back.holder == Some(account("Adam"))))
    );
    play.world.restart(1000);
    assert_eq!(rows(&play), before);
}

#[test]
fn a_child_claimed_again_after_a_revocation_keeps_its_times() {
    let mut play = Play::new();
    for step in
        [Step::Open, Step::Desk(3, 0, Kind::Claimed, ""), Step::Revoke, Step::Desk(0, 0, Kind::Claimed, "")]
    {
        play.play(step);
    }
    let before = rows(&play);
    play.world.restart(1000);
    assert_eq!(rows(&play), before);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn a_restart_changes_nothing_that_was_decided(steps in prop::collection::vec(step(), 1..60)) {
        let mut play = Play::new();
        for step in steps {
            play.play(step);
        }
        let before = (rows(&play), lasting(play.world.sw.house().clone()));
        let world = &mut play.world;
        for held in world.sw.talks.values() {
            let mut entries = Vec::new();
            for log in Log::BOTH {
                entries.extend(world.journal.read(held.talk.conv, log, 0, 10_000).unwrap());
                prop_assert_eq!(world.journal.head(held.talk.conv, log).seq, held.talk.head(log));
            }
            prop_assert!(world.sw.talks.len() < 100 && !entries.is_empty());
        }
        world.restart(1000);
        let after = (rows(&play), lasting(play.world.sw.house().clone()));
        prop_assert_eq!(before.0, after.0);
        prop_assert_eq!(before.1, after.1);
    }

    #[test]
    fn nothing_of_the_desk_ever_reaches_a_child(steps in prop::collection::vec(step(), 1..40)) {
        let mut play = Play::new();
        for step in steps {
            // As `play`, but what children got is looked at before it is thrown away.
            let children: Vec<SessionId> = play.talks.iter().map(|(session, ..)| *session).collect();
            play.play(step);
            for child in children {
                for frame in play.world.frames(child) {
                    if let ToClient::Entry(entry) = frame {
                        prop_assert!(entry.log == Log::Talk && entry.author.is_none());
                    }
                }
            }
        }
    }
}

#[test]
fn people_are_those_on_shift() {
    let mut world = World::new();
    let jana = world.login("Jana");
    let names = |people: Vec<Person>| people.into_iter().map(|p| p.account.to_string()).collect::<Vec<_>>();
    assert_eq!(names(world.sw.people()), ["Jana"]);
    world.input(Input::Closed { session: jana });
    world.pass(599_000);
    assert_eq!(names(world.sw.people()), ["Jana"], "away");
    world.pass(2_000);
    assert_eq!(names(world.sw.people()), Vec::<String>::new());
}
