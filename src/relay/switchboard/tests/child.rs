//! The child's side: opening, coming back, leaving, being forgotten, its place.

use super::*;
use crate::conversation::queue::{Back, Phase};
use crate::protocol::frame::{LineState, SignalKind};

fn line_state(frame: &ToClient) -> LineState {
    match frame {
        ToClient::Hello { line, .. } => line.state,
        other => panic!("{other:?}"),
    }
}

fn welcome(frames: &[ToClient]) -> (Hash, EntryId, Seq, Phase) {
    let found = frames.iter().find_map(|frame| match frame {
        ToClient::Welcome { half, after, head, phase, .. } => {
            Some((half.unwrap(), after.unwrap(), head.unwrap(), phase.unwrap()))
        }
        _ => None,
    });
    found.unwrap_or_else(|| panic!("no welcome in {frames:?}"))
}

#[test]
fn open_is_an_append_that_may_come_again() {
    let mut world = World::new();
    world.login("Jana");
    let first = world.connect(Door::Child, None);
    let conv = world.fresh();
    let frames = world.ask(first, open_frame(conv, None));
    let (half, after, head, phase) = welcome(&frames);
    assert_eq!((head, phase), (1, Phase::Waiting));
    assert!(matches!(&frames[1], ToClient::Entry(entry) if entry.kind == Kind::Opened && entry.seq == 1));
    let second = world.connect(Door::Child, None);
    let again = world.ask(second, open_frame(conv, None));
    assert_eq!(welcome(&again), (half, after, 1, Phase::Waiting));
    assert_eq!(world.closed.get(&first), Some(&Goodbye::Replaced));
    let third = world.connect(Door::Child, None);
    let ToRelay::Open { conv, token_hash, lang: _, seals, after: _, work } = open_frame(conv, None) else {
        panic!("open")
    };
    let other = ToRelay::Open { conv, token_hash, lang: "en".into(), seals, after: None, work };
    assert_eq!(world.refused(third, other), Some(Refusal::ConvTaken));
    let elsewhere = open_frame(world.fresh(), None);
    assert_eq!(
        world.refused(second, elsewhere),
        Some(Refusal::NotAllowed),
        "a socket speaks for one conversation"
    );
}

#[test]
fn an_open_that_a_crash_left_on_the_shelf_without_an_entry_may_come_again() {
    let mut world = World::new();
    let conv = world.fresh();
    let shelf = Shelf { token: None, after: EntryId([7; 16]), stamp: START };
    world.journal.shelve(conv, shelf, Box::new(|result| result.unwrap()));
    world.restart(0);
    assert_eq!(world.journal.shelf(conv), None, "nothing was promised");
    world.login("Jana");
    let child = world.connect(Door::Child, None);
    let (_, _, head, phase) = welcome(&world.ask(child, open_frame(conv, None)));
    assert_eq!((head, phase), (1, Phase::Waiting));
}

#[test]
fn the_same_open_twice_before_the_disk_answers_is_one_conversation() {
    let mut world = World::new();
    world.login("Jana");
    let (first, second) = (world.connect(Door::Child, None), world.connect(Door::Child, None));
    let conv = world.fresh();
    world.slow = true;
    world.say(first, open_frame(conv, None));
    world.say(second, open_frame(conv, None));
    world.slow = false;
    world.flush();
    assert_eq!(world.head(conv, Log::Talk), 1);
    assert_eq!(world.closed.get(&first), Some(&Goodbye::Replaced));
    assert_eq!(welcome(&world.frames(second)).2, 1);
}

#[test]
fn the_first_words_may_come_right_behind_their_opening() {
    let mut world = World::new();
    world.login("Jana");
    let child = world.connect(Door::Child, None);
    let conv = world.fresh();
    let early = world.frame(conv, Kind::Said, "", Side::Child);
    assert_eq!(world.refused(child, early.clone()), Some(Refusal::NotAllowed), "nothing is being opened");
    world.slow = true;
    world.say(child, open_frame(conv, None));
    world.say(child, early.clone());
    let other = world.connect(Door::Child, None);
    assert_eq!(world.refused(other, early.clone()), Some(Refusal::NotAllowed), "it did not open");
    let second = world.frame(conv, Kind::Said, "", Side::Child);
    assert_eq!(world.refused(child, second), Some(Refusal::NotAllowed), "one, and no more");
    world.slow = false;
    world.flush();
    let frames = world.frames(child);
    assert_eq!(welcome(&frames).3, Phase::Waiting);
    let ToRelay::Append { id, .. } = early else { panic!("append") };
    let is_told = |frame: &ToClient| match frame {
        ToClient::Appended { id: told, seq, .. } => *told == id && *seq == 2,
        ToClient::Entry(entry) => entry.id == id && entry.seq == 2,
        _ => false,
    };
    assert_eq!(frames.iter().filter(|frame| is_told(frame)).count(), 1, "{frames:?}");
    assert_eq!(world.head(conv, Log::Talk), 2);
}

#[test]
fn words_behind_an_opening_that_fails_are_refused_with_it_and_may_come_again() {
    let mut world = World::new();
    world.login("Jana");
    let child = world.connect(Door::Child, None);
    let conv = world.fresh();
    let early = world.frame(conv, Kind::Said, "", Side::Child);
    world.slow = true;
    world.say(child, open_frame(conv, None));
    world.say(child, early.clone());
    world.journal.fail(Some(AppendError::StorageFull));
    world.flush();
    let refused = |frame: &ToClient| match frame {
        ToClient::Refused { code, re, .. } => Some((*code, re.clone().unwrap_or_default())),
        _ => None,
    };
    let all: Vec<_> = world.frames(child).iter().filter_map(refused).collect();
    let named = |code, re: &str| (code, re.to_owned());
    assert_eq!(all, [named(Refusal::NotAllowed, "append"), named(Refusal::StorageFull, "open")]);
    world.journal.fail(None);
    world.slow = false;
    world.say(child, open_frame(conv, None));
    assert_eq!(world.refused(child, early), None);
    assert_eq!(world.head(conv, Log::Talk), 2);
}

#[test]
fn what_open_refuses() {
    let mut rules = Rules::default();
    rules.limits.waiting = 1;
    let mut world = World::with(rules);
    let child = world.connect(Door::Child, None);
    assert_eq!(line_state(&world.frames(child)[0]), LineState::Closed, "nobody is signed in");
    let frame = open_frame(world.fresh(), None);
    assert_eq!(world.refused(child, frame), Some(Refusal::LineClosed));
    let jana = world.login("Jana");
    let ToRelay::Open { conv, token_hash, lang, mut seals, after, work } = open_frame(world.fresh(), None)
    else {
        panic!("open")
    };
    seals[0].key = KeyId([1; 16]);
    let retired = ToRelay::Open { conv, token_hash, lang, seals, after, work };
    let answer = world.ask(child, retired);
    assert!(matches!(
        answer.as_slice(),
        [ToClient::Refused { code: Refusal::LineKeyRetired, .. }, ToClient::Hello { .. }]
    ));
    world.open();
    let frame = open_frame(world.fresh(), None);
    assert_eq!(world.refused(child, frame), Some(Refusal::QueueFull));
    let zero = open_frame(ConversationId::HOUSE, None);
    assert_eq!(world.refused(child, zero), Some(Refusal::BadFrame));
    _ = jana;
}

#[test]
fn the_sixth_refused_try_closes_an_unproven_socket() {
    let mut world = World::new();
    world.login("Jana");
    let child = world.connect(Door::Child, None);
    for n in 1..=6 {
        assert_eq!(world.closed.get(&child), None, "try {n}");
        let conv = world.fresh();
        assert_eq!(world.refused(child, resume_frame(conv, 0)), Some(Refusal::ResumeGone));
    }
    assert_eq!(world.closed.get(&child), Some(&Goodbye::Timeout));
}

#[test]
fn a_flood_of_opens_is_asked_for_work() {
    let mut rules = Rules::default();
    rules.limits.opens_per_min = 2;
    rules.limits.work_bits = 4;
    let mut world = World::with(rules);
    world.login("Jana");
    for _ in 0..3 {
        world.open();
    }
    let child = world.connect(Door::Child, None);
    let frames = world.frames(child);
    let ToClient::Hello { nonce, work: 4, .. } = frames[0] else { panic!("{frames:?}") };
    let conv = world.fresh();
    let answer = world.ask(child, open_frame(conv, None));
    let [ToClient::Refused { code: Refusal::Work, .. }, ToClient::Hello { nonce: again, work: 4, .. }] =
        answer.as_slice()
    else {
        panic!("{answer:?}")
    };
    assert_eq!(*again, nonce, "the same nonce");
    let w = crate::sealing::identity::work::find(nonce, conv, 4);
    let ToRelay::Open { conv, token_hash, lang, seals, after, .. } = open_frame(conv, None) else {
        panic!("open")
    };
    let frame = ToRelay::Open { conv, token_hash, lang, seals, after, work: Some(w) };
    welcome(&world.ask(child, frame));
    world.pass(61_000);
    let late = world.connect(Door::Child, None);
    assert!(matches!(world.frames(late)[0], ToClient::Hello { work: 0, .. }), "the flood is over");
}

#[test]
fn opens_are_counted_per_address_and_loopback_nowhere() {
    let mut world = World::new();
    world.login("Jana");
    world.rules.limits.open.burst = 2;
    world.restart(0);
    world.login("Jana");
    for n in 0..4 {
        let child = world.connect(Door::Child, Some(7));
        let frame = open_frame(world.fresh(), None);
        let refused = world.refused(child, frame);
        assert_eq!(refused, (n >= 2).then_some(Refusal::Rate), "{n}");
    }
    for _ in 0..4 {
        let child = world.connect(Door::Child, None);
        let frame = open_frame(world.fresh(), None);
        assert_eq!(world.refused(child, frame), None);
    }
}

#[test]
fn a_child_that_leaves_comes_back_first_by_its_ticket_once() {
    let mut world = World::new();
    let jana = world.login("Jana");
    let (child, conv) = world.open();
    let after = welcome(&world.frames(child)).1;
    assert_eq!(world.by_desk(jana, conv, Kind::Claimed, ""), None);
    world.say(child, ToRelay::Leave { conv });
    assert_eq!(world.closed.get(&child), Some(&Goodbye::Bye));
    let old = world.connect(Door::Child, None);
    assert_eq!(world.refused(old, resume_frame(conv, 0)), Some(Refusal::ResumeGone), "leaving is final");
    world.pass(60_000);
    let (_, waiting) = world.open();
    let (back, spent) = (world.fresh(), world.fresh());
    for conv in [back, spent] {
        let child = world.connect(Door::Child, None);
        welcome(&world.ask(child, open_frame(conv, Some(after))));
    }
    let row = world.row(back).unwrap();
    assert_eq!(row.back, Some(Back { conv, holder: Some(account("Jana")) }));
    assert!(row.order < world.row(waiting).unwrap().order, "ahead of all");
    assert_eq!(world.row(spent).unwrap().back, None, "a ticket is spent by the first");
    world.restart(1000);
    assert_eq!(world.row(back), Some(row), "a restart knows it too");
    assert_eq!(world.row(spent).unwrap().back, None);
}

#[test]
fn a_ticket_ends_after_ten_minutes() {
    let mut world = World::new();
    let jana = world.login("Jana");
    let (child, conv) = world.open();
    let after = welcome(&world.frames(child)).1;
    world.say(child, ToRelay::Leave { conv });
    for _ in 0..40 {
        world.pass(15_001);
        world.say(jana, ToRelay::Ping { n: 1 });
    }
    let late = world.fresh();
    let child = world.connect(Door::Child, None);
    welcome(&world.ask(child, open_frame(late, Some(after))));
    assert_eq!(world.row(late).unwrap().back, None);
}

/// Keeps desk sockets alive while time passes.
fn pass_with(world: &mut World, desk: SessionId, ms: u64) {
    for _ in 0..ms / 20_000 {
        world.pass(20_000);
        world.say(desk, ToRelay::Ping { n: 1 });
    }
    world.pass(ms % 20_000);
}

#[test]
fn an_absent_child_has_left_after_ten_minutes_and_not_before() {
    let mut world = World::new();
    let jana = world.login("Jana");
    let (child, conv) = world.open();
    world.input(Input::Closed { session: child });
    pass_with(&mut world, jana, 599_000);
    assert_eq!(world.row(conv).map(|row| row.phase), Some(Phase::Waiting));
    let back = world.connect(Door::Child, None);
    welcome(&world.ask(back, resume_frame(conv, 1)));
    world.input(Input::Closed { session: back });
    pass_with(&mut world, jana, 599_000);
    assert!(world.row(conv).is_some(), "the clock began anew");
    pass_with(&mut world, jana, 2_000);
    assert_eq!(world.row(conv), None);
    let late = world.connect(Door::Child, None);
    assert_eq!(world.refused(late, resume_frame(conv, 1)), Some(Refusal::ResumeGone));
}

#[test]
fn after_a_restart_an_absent_child_has_two_minutes_at_least() {
    let mut world = World::new();
    world.login("Jana");
    let (_, conv) = world.open();
    world.restart(3_600_000);
    let jana = world.login("Jana");
    pass_with(&mut world, jana, 119_000);
    assert!(world.row(conv).is_some());
    pass_with(&mut world, jana, 2_000);
    assert!(world.row(conv).is_none());
}

#[test]
fn the_way_back_ends_half_an_hour_after_the_close() {
    let mut world = World::new();
    let jana = world.login("Jana");
    let (mut child, conv) = world.open();
    assert_eq!(world.by_desk(jana, conv, Kind::Claimed, ""), None);
    assert_eq!(world.by_desk(jana, conv, Kind::Closed, r#""reason":"ended""#), None);
    for _ in 0..3 {
        child = world.connect(Door::Child, None);
        let frames = world.ask(child, resume_frame(conv, 0));
        assert_eq!(welcome(&frames).3, Phase::Ended);
        for _ in 0..29 {
            world.pass(20_000);
            world.say(jana, ToRelay::Ping { n: 1 });
            world.say(child, ToRelay::Ping { n: 1 });
        }
    }
    for _ in 0..6 {
        world.pass(20_000);
        world.say(jana, ToRelay::Ping { n: 1 });
        world.say(child, ToRelay::Ping { n: 1 });
    }
    let late = world.connect(Door::Child, None);
    assert_eq!(world.refused(late, resume_frame(conv, 0)), Some(Refusal::ResumeGone));
    assert_eq!(world.by_child(child, conv, Kind::Rated, r#""felt":2"#), Some(Refusal::Closed));
}

#[test]
fn resume_serves_what_is_missing_and_nothing_beyond_the_head() {
    let mut world = World::new();
    world.login("Jana");
    let (first, conv) = world.open();
    for _ in 0..4 {
        assert_eq!(world.by_child(first, conv, Kind::Said, ""), None);
    }
    for (have, wanted) in [
        (0, vec!["opened 1", "said 2", "said 3", "said 4", "said 5"]),
        (3, vec!["said 4", "said 5"]),
        (5, vec![]),
        (99, vec![]),
    ] {
        let child = world.connect(Door::Child, None);
        world.say(child, resume_frame(conv, have));
        let frames = world.frames(child);
        assert_eq!(welcome(&frames).2, 5);
        world.inbox.insert(child, frames.into());
        assert_eq!(world.entries(child), wanted, "have {have}");
        world.say(child, resume_frame(conv, 4));
        assert_eq!(world.entries(child), ["said 5"], "again on the same socket");
        assert!(!world.closed.contains_key(&child), "which replaces nothing");
    }
}

#[test]
fn a_forgotten_talk_is_erased_and_leaves_a_row_without_words() {
    let mut world = World::new();
    let (jana, eva) = (world.login("Jana"), world.login("Eva"));
    let (child, conv) = world.open();
    assert_eq!(world.by_desk(jana, conv, Kind::Claimed, ""), None);
    assert_eq!(world.by_child(child, conv, Kind::Said, ""), None);
    world.say(jana, ToRelay::Watch { conv, talk: 0, desk: 0 });
    world.frames(jana);
    let answer = world.ask(child, ToRelay::Forget { conv });
    assert_eq!(answer, [ToClient::Ok { re: "forget".into(), conv: Some(conv) }]);
    assert_eq!(world.closed.get(&child), Some(&Goodbye::Bye));
    assert!(world.journal.shelf(conv).is_none(), "key and words are destroyed");
    let told = world.frames(jana).into_iter().any(|frame| match frame {
        ToClient::QueueDelta { del, erased, .. } => del.contains(&conv) || erased.contains(&conv),
        _ => false,
    });
    assert!(told);
    let rows = world.ask(eva, ToRelay::Rows { from: 0, to: START * 2, after: None });
    let [ToClient::Rows { contacts, .. }] = rows.as_slice() else { panic!("{rows:?}") };
    assert_eq!(contacts.len(), 1);
    assert_eq!((contacts[0].data.lines, contacts[0].data.class.is_none()), (None, true));
    let again = world.connect(Door::Child, None);
    assert_eq!(world.refused(again, open_frame(conv, None)), Some(Refusal::ConvTaken));
    world.restart(1000);
    assert!(world.sw.talk(conv).is_none() && world.sw.house().erased.contains_key(&conv));
}

#[test]
fn a_talk_in_danger_is_kept_until_archived_and_the_child_cannot_tell() {
    let mut world = World::new();
    let jana = world.login("Jana");
    let (child, conv) = world.open();
    assert_eq!(world.by_desk(jana, conv, Kind::Claimed, ""), None);
    assert_eq!(world.by_desk(jana, conv, Kind::Flagged, r#""level":3"#), None);
    let answer = world.ask(child, ToRelay::Forget { conv });
    assert_eq!(answer.last(), Some(&ToClient::Ok { re: "forget".into(), conv: Some(conv) }));
    assert_eq!(world.closed.get(&child), Some(&Goodbye::Bye));
    assert_eq!(world.row(conv).map(|row| row.phase), Some(Phase::Ended), "kept for its holder");
    world.restart(1000);
    let jana = world.login("Jana");
    assert_eq!(world.by_desk(jana, conv, Kind::Archived, ""), None);
    assert!(world.journal.shelf(conv).is_none(), "erased once it is archived");
    assert!(world.sw.house().erased.contains_key(&conv));
}

#[test]
fn a_child_is_told_its_phase_its_place_and_who_is_away() {
    let mut world = World::new();
    let jana = world.login("Jana");
    let (first, conv) = world.open();
    let (second, _) = world.open();
    let signals = |frames: Vec<ToClient>| -> Vec<(SignalKind, String)> {
        frames
            .into_iter()
            .filter_map(|frame| match frame {
                ToClient::Signal(signal) => {
                    Some((signal.kind, signal.value.map(|value| value.to_string()).unwrap_or_default()))
                }
                _ => None,
            })
            .collect()
    };
    assert_eq!(signals(world.frames(first)), [(SignalKind::Place, r#"{"before":0}"#.to_owned())]);
    assert_eq!(signals(world.frames(second)), [(SignalKind::Place, r#"{"before":1}"#.to_owned())]);
    assert_eq!(world.by_desk(jana, conv, Kind::Claimed, ""), None);
    assert_eq!(signals(world.frames(first)), [(SignalKind::Phase, r#""with""#.to_owned())]);
    world.pass(15_000);
    let told = signals(world.frames(second));
    assert!(
        told.iter().any(|(kind, value)| *kind == SignalKind::Place && value.starts_with(r#"{"before":0"#)),
        "{told:?}"
    );
    world.input(Input::Closed { session: jana });
    world.pass(29_000);
    assert_eq!(signals(world.frames(first)), []);
    world.pass(1_000);
    assert_eq!(signals(world.frames(first)), [(SignalKind::Away, "true".to_owned())]);
    world.login("Jana");
    assert_eq!(signals(world.frames(first)), [(SignalKind::Away, "false".to_owned())]);
}

#[test]
fn a_silent_socket_is_closed_and_pings_keep_it() {
    let mut world = World::new();
    world.login("Jana");
    let (talks, _) = world.open();
    let (silent, _) = world.open();
    for n in 0..3 {
        world.pass(20_000);
        world.say(talks, ToRelay::Ping { n });
    }
    assert_eq!(world.closed.get(&silent), Some(&Goodbye::Timeout));
    assert_eq!(world.closed.get(&talks), None);
    let unproven = world.connect(Door::Child, None);
    world.pass(9_000);
    world.say(unproven, ToRelay::Ping { n: 1 });
    world.pass(1_000);
    assert_eq!(world.closed.get(&unproven), Some(&Goodbye::Timeout), "a ping prolongs nothing before proof");
}

#[test]
fn misuse_asks_its_address_for_work_for_an_hour() {
    let mut world = World::new();
    let jana = world.login("Jana");
    let child = world.connect(Door::Child, Some(9));
    let conv = world.fresh();
    world.say(child, open_frame(conv, None));
    assert_eq!(world.by_desk(jana, conv, Kind::Claimed, ""), None);
    assert_eq!(world.by_desk(jana, conv, Kind::Closed, r#""reason":"misuse""#), None);
    let work = |world: &mut World, address| {
        let session = world.connect(Door::Child, Some(address));
        match world.frames(session)[0] {
            ToClient::Hello { work, .. } => work,
            ref other => panic!("{other:?}"),
        }
    };
    assert!(work(&mut world, 9) > 0);
    assert_eq!(work(&mut world, 10), 0);
    world.pass(3_600_001);
    assert_eq!(work(&mut world, 9), 0);
}
