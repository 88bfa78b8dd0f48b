//! The house: shift, doors, notes, agreements, accounts and keys, statistics.

use ed25519_dalek::Signer as _;

use super::*;
use crate::conversation::Tag;
use crate::conversation::event::ShiftState;
use crate::protocol::frame::{HouseView, LineState};

const HOUSE: ConversationId = ConversationId::HOUSE;

fn queue(world: &mut World, session: SessionId) -> (HouseView, Vec<crate::protocol::frame::Person>) {
    world.frames(session);
    world.say(session, ToRelay::Sync {});
    let frames = world.frames(session);
    let found = frames.into_iter().find_map(|frame| match frame {
        ToClient::Queue { house, people, .. } => Some((house, people)),
        _ => None,
    });
    found.unwrap()
}

/// A counsellor's tag, clear fields and so on for each kind of the house.
const MATRIX: &[(Kind, &str, &str, &str)] = &[
    // kind, clear fields, Jana (counsellor), Eva (supervisor)
    (Kind::State, r#""state":"ready","places":2"#, "+", "+"),
    (Kind::Doors, r#""open":false"#, "n", "+"),
    (Kind::Hold, r#""on":true"#, "n", "+"),
    (Kind::Announced, r#""until":1800000000000"#, "+", "+"),
    (Kind::Agreed, r#""tag":"AAAAAAAAAAAAAAAAAAAAAA""#, "+", "+"),
];

#[test]
fn who_writes_what_in_the_house() {
    for (kind, clear, jana, eva) in MATRIX {
        for (name, expected) in [("Jana", jana), ("Eva", eva)] {
            let mut world = World::new();
            let session = world.login(name);
            let got = match world.by_desk(session, HOUSE, *kind, clear) {
                None => "+",
                Some(Refusal::NotAllowed) => "n",
                Some(other) => panic!("{kind} by {name}: {other:?}"),
            };
            assert_eq!(got, *expected, "{kind} by {name}");
        }
    }
    let mut world = World::new();
    let eva = world.login("Eva");
    for kind in [Kind::Login, Kind::Looked, Kind::Interval, Kind::Setting, Kind::Erased] {
        let data = match kind {
            Kind::Login => r#"{"name":"Eva"}"#.to_owned(),
            Kind::Looked => r#"{"who":"Eva","conv":"AAAA"}"#.to_owned(),
            Kind::Setting => r#"{"name":"a","value":"b"}"#.to_owned(),
            Kind::Erased => format!(r#"{{"conv":"{}"}}"#, HOUSE.to_b64()),
            _ => r#"{"start":0,"staffed_s":0,"slots_s":0,"session_s":0,"with_s":0,"busy_s":0}"#.to_owned(),
        };
        let frame =
            ToRelay::Append { id: world.fresh_id(), conv: HOUSE, log: Log::Desk, kind, data, expect: None };
        assert_eq!(world.refused(eva, frame), Some(Refusal::NotAllowed), "{kind}");
    }
    let (child, conv) = world.open();
    let frame = world.frame(HOUSE, Kind::State, r#""state":"off","places":0"#, Side::Child);
    assert_eq!(world.refused(child, frame), Some(Refusal::NotAllowed));
    _ = conv;
}

#[test]
fn the_line_is_open_busy_or_closed_by_who_is_there() {
    let mut world = World::new();
    let jana = world.login("Jana");
    let state = |world: &mut World| queue(world, jana).0.line.state;
    assert_eq!(state(&mut world), LineState::Open);
    for (clear, line) in [
        (r#""state":"break","until":1700000600000,"places":3"#, LineState::Busy),
        (r#""state":"off","places":3"#, LineState::Closed),
        (r#""state":"ready","places":1"#, LineState::Open),
    ] {
        assert_eq!(world.by_desk(jana, HOUSE, Kind::State, clear), None);
        assert_eq!(state(&mut world), line, "{clear}");
    }
    let (_, conv) = world.open();
    assert_eq!(world.by_desk(jana, conv, Kind::Claimed, ""), None);
    assert_eq!(state(&mut world), LineState::Busy, "no free place");
    let people = queue(&mut world, jana).1;
    assert_eq!((people[0].state, people[0].places), (ShiftState::Ready, 1));
    assert_eq!(world.by_desk(jana, conv, Kind::Closed, r#""reason":"ended""#), None);
    assert_eq!(state(&mut world), LineState::Open);
}

#[test]
fn who_says_nothing_of_itself_is_not_on_shift() {
    let mut world = World::new();
    let eva = world.sign_in("Eva");
    let seen = |world: &mut World| {
        let (house, people) = queue(world, eva);
        (
            house.line.state,
            people.into_iter().map(|person| (person.account.to_string(), person.state)).collect(),
        )
    };
    let people = |people: &[(&str, ShiftState)]| -> Vec<(String, ShiftState)> {
        people.iter().map(|(name, state)| ((*name).to_owned(), *state)).collect()
    };
    let only_eva = people(&[("Eva", ShiftState::Off)]);
    assert_eq!(seen(&mut world), (LineState::Closed, only_eva.clone()), "a board keeps no line open");
    let child = world.connect(Door::Child, None);
    let frame = open_frame(world.fresh(), None);
    assert_eq!(world.refused(child, frame), Some(Refusal::LineClosed));

    let jana = world.login("Jana");
    let both = people(&[("Eva", ShiftState::Off), ("Jana", ShiftState::Ready)]);
    assert_eq!(seen(&mut world), (LineState::Open, both.clone()));
    // A short cut, and a relay that starts again, change nothing of it.
    world.input(Input::Closed { session: jana });
    world.sign_in("Jana");
    assert_eq!(seen(&mut world), (LineState::Open, both));
    world.restart(5_000);
    let eva = world.sign_in("Eva");
    assert_eq!(
        queue(&mut world, eva).0.line.state,
        LineState::Open,
        "whoever was there has the time to come back"
    );
    world.sign_in("Jana");
    assert_eq!(queue(&mut world, eva).0.line.state, LineState::Open);
    let jana = queue(&mut world, eva).1.into_iter().find(|person| person.account == account("Jana")).unwrap();
    assert_eq!(jana.state, ShiftState::Ready);
}

#[test]
fn what_was_said_the_last_time_does_not_count() {
    let mut world = World::new();
    let eva = world.sign_in("Eva");
    let jana = world.login("Jana");
    // Her console is killed; much later she only looks at the board.
    world.input(Input::Closed { session: jana });
    let absence = world.sw.rules.keep.absence_ms;
    for _ in 0..=absence / 20_000 {
        world.pass(20_000);
        world.say(eva, ToRelay::Ping { n: 1 });
    }
    world.sign_in("Jana");
    let (house, people) = queue(&mut world, eva);
    let jana = people.iter().find(|person| person.account == account("Jana")).unwrap();
    assert_eq!((house.line.state, jana.state), (LineState::Closed, ShiftState::Off));
}

#[test]
fn shut_doors_refuse_the_new_and_keep_who_waits() {
    let mut world = World::new();
    let eva = world.login("Eva");
    let (_, waits) = world.open();
    let until = START + 60_000;
    assert_eq!(world.by_desk(eva, HOUSE, Kind::Doors, &format!(r#""open":false,"until":{until}"#)), None);
    let child = world.connect(Door::Child, None);
    let frames = world.frames(child);
    let ToClient::Hello { line, .. } = &frames[0] else { panic!("hello") };
    assert_eq!((line.state, line.next), (LineState::Closed, Some(until)));
    let frame = open_frame(world.fresh(), None);
    assert_eq!(world.refused(child, frame), Some(Refusal::LineClosed));
    assert!(world.row(waits).is_some());
    assert!(queue(&mut world, eva).0.doors.is_some());
    for _ in 0..4 {
        world.pass(20_000);
        world.say(eva, ToRelay::Ping { n: 1 });
    }
    assert!(queue(&mut world, eva).0.doors.is_none(), "they open by themselves");
    let child = world.connect(Door::Child, None);
    let frame = open_frame(world.fresh(), None);
    assert_eq!(world.refused(child, frame), None);
}

#[test]
fn while_on_hold_only_supervisors_hand_out_children() {
    let mut world = World::new();
    let (jana, eva) = (world.login("Jana"), world.login("Eva"));
    let (_, conv) = world.open();
    assert_eq!(world.by_desk(eva, HOUSE, Kind::Hold, r#""on":true"#), None);
    assert!(queue(&mut world, jana).0.hold.is_some());
    assert_eq!(world.by_desk(jana, conv, Kind::Claimed, ""), Some(Refusal::NotAllowed));
    assert_eq!(world.by_desk(eva, conv, Kind::Transferred, r#""to":"Jana""#), None);
    let stale = {
        let ToRelay::Append { id, conv, log, kind, data, expect } =
            world.frame(HOUSE, Kind::Hold, r#""on":false"#, Side::Line)
        else {
            panic!("an append")
        };
        ToRelay::Append { id, conv, log, kind, data, expect: expect.map(|head| head - 1) }
    };
    assert_eq!(world.refused(eva, stale), Some(Refusal::Conflict));
    assert_eq!(world.by_desk(eva, HOUSE, Kind::Hold, r#""on":false"#), None);
    assert!(queue(&mut world, jana).0.hold.is_none());
}

#[test]
fn notes_stand_until_their_time_and_agreements_are_found_by_their_tag() {
    let mut world = World::new();
    let jana = world.login("Jana");
    let until = START + 90_000;
    assert_eq!(world.by_desk(jana, HOUSE, Kind::Announced, &format!(r#""until":{until}"#)), None);
    assert_eq!(
        world.by_desk(jana, HOUSE, Kind::Announced, &format!(r#""to":"Nobody","until":{until}"#)),
        Some(Refusal::NotAllowed)
    );
    assert_eq!(queue(&mut world, jana).0.notes.len(), 1);
    for _ in 0..7 {
        world.pass(20_000);
        world.say(jana, ToRelay::Ping { n: 1 });
    }
    assert_eq!(queue(&mut world, jana).0.notes.len(), 0);
    let tag = Tag([6; 16]);
    let clear = format!(r#""tag":"{}""#, tag.to_b64());
    assert_eq!(world.by_desk(jana, HOUSE, Kind::Agreed, &clear), None);
    let answer = world.ask(jana, ToRelay::Find { tag });
    let [ToClient::Found { entries }] = answer.as_slice() else { panic!("{answer:?}") };
    assert_eq!((entries.len(), entries[0].by.clone()), (1, account("Jana")));
    let other = world.ask(jana, ToRelay::Find { tag: Tag([7; 16]) });
    assert_eq!(other, [ToClient::Found { entries: vec![] }]);
}

#[test]
fn an_invited_account_joins_once_and_is_granted_keys() {
    let mut world = World::new();
    let (jana, eva) = (world.login("Jana"), world.login("Eva"));
    let one_time = ed25519_dalek::SigningKey::from_bytes(&[5; 32]);
    let public = Hash(one_time.verifying_key().to_bytes());
    let invite =
        ToRelay::Invite { public, name: account("Nora"), role: Role::Counsellor, until: START + 1000 };
    assert_eq!(world.refused(jana, invite.clone()), Some(Refusal::NotAllowed));
    assert_eq!(world.ask(eva, invite.clone()), [ToClient::Ok { re: "invite".into(), conv: None }]);
    assert_eq!(world.refused(eva, invite), Some(Refusal::NotAllowed), "a name is unique for ever");
    let nora = identity("Nora");
    let join = |world: &mut World| {
        let session = world.connect(Door::Desk, None);
        let frames = world.frames(session);
        let ToClient::Hello { nonce, .. } = frames[0] else { panic!("hello") };
        let mut signed = crate::conversation::encoding::domain("join");
        crate::conversation::encoding::lp(&mut signed, b"localhost");
        signed.extend_from_slice(&[&nonce.0[..], &nora.public().0, &point()].concat());
        let sig = one_time.sign(&signed).to_bytes();
        let frame = ToRelay::Join {
            host: "localhost".into(),
            invite: public,
            key: nora.public(),
            box_key: point(),
            sig,
        };
        (session, world.ask(session, frame))
    };
    let (session, answer) = join(&mut world);
    assert!(
        matches!(&answer[0], ToClient::Welcome { account: Some(name), .. } if *name == account("Nora")),
        "{answer:?}"
    );
    let (_, again) = join(&mut world);
    assert!(matches!(again.as_slice(), [ToClient::Refused { code: Refusal::LoginFailed, .. }]), "{again:?}");
    assert_eq!(queue(&mut world, eva).0.joins.len(), 1, "supervisors see who waits for keys");
    assert_eq!(queue(&mut world, jana).0.joins.len(), 0);
    let people = queue(&mut world, eva).1;
    let state = people.iter().find(|person| person.account == account("Nora")).map(|person| person.state);
    assert_eq!(state, Some(ShiftState::Off), "who can read nothing yet keeps no line open");
    assert_eq!(world.by_desk(session, HOUSE, Kind::State, r#""state":"ready","places":3"#), None);
    world.frames(session);
    world.frames(jana);
    let grant = |key| ToRelay::Grant { account: account("Nora"), key, enc: point(), ct: [1; 48] };
    assert_eq!(world.refused(eva, grant(KeyId([1; 16]))), Some(Refusal::NotAllowed), "not named by the card");
    assert_eq!(world.refused(eva, grant(line_key())), None);
    let keys = world.frames(session).into_iter().find_map(|frame| match frame {
        ToClient::Keys { grants, .. } => Some(grants.len()),
        _ => None,
    });
    assert_eq!(keys, Some(1), "told at once");
    let told = world.frames(jana).into_iter().any(|frame| match frame {
        ToClient::QueueDelta { people: Some(people), .. } => {
            people.iter().any(|person| person.account == account("Nora") && person.state == ShiftState::Ready)
        }
        _ => false,
    });
    assert!(told, "with the keys it is on shift, as it had said");
    assert_eq!(queue(&mut world, eva).0.joins.len(), 0);
    world.restart(1000);
    world.login("Nora");
}

#[test]
fn a_revoked_account_is_out_and_its_children_wait_at_the_head() {
    let mut world = World::new();
    let (jana, eva) = (world.login("Jana"), world.login("Eva"));
    let (_, earlier) = world.open();
    let (child, conv) = world.open();
    assert_eq!(world.by_desk(jana, conv, Kind::Claimed, ""), None);
    world.frames(child);
    let revoke = ToRelay::Revoke { account: account("Jana") };
    assert_eq!(world.ask(eva, revoke.clone()), [ToClient::Ok { re: "revoke".into(), conv: None }]);
    assert_eq!(world.closed.get(&jana), Some(&Goodbye::Revoked));
    let row = world.row(conv).unwrap();
    assert_eq!((row.phase, row.holder.clone()), (crate::conversation::queue::Phase::Waiting, None));
    assert!(row.order < world.row(earlier).unwrap().order);
    assert!(
        world
            .frames(child)
            .iter()
            .any(|frame| matches!(frame, ToClient::Signal(signal) if signal.value == Some("waiting".into())))
    );
    assert_eq!(world.refused(eva, revoke), Some(Refusal::NotAllowed), "not twice");
    let session = world.connect(Door::Desk, None);
    let frames = world.frames(session);
    let ToClient::Hello { nonce, .. } = frames[0] else { panic!("hello") };
    assert_eq!(world.refused(session, login_frame("Jana", nonce)), Some(Refusal::LoginFailed));
    world.restart(1000);
    assert_eq!(world.row(conv), Some(row), "a restart knows it too");
}

#[test]
fn only_a_card_that_the_root_signed_is_taken() {
    let mut world = World::new();
    let eva = world.login("Eva");
    let frame = ToRelay::Card { card: card(2, &[]), sig: [1; 64] };
    assert_eq!(world.refused(eva, frame), Some(Refusal::NotAllowed));
}

#[test]
fn rows_are_numbers_of_the_ended_and_pages_do_not_overlap() {
    let mut world = World::new();
    world.rules.limits.child_append.burst = 1000;
    world.rules.limits.desk_append.burst = 10_000;
    world.rules.goals.places = 20;
    world.rules.limits.opens_per_min = 10_000;
    world.restart(0);
    let (jana, eva) = (world.login("Jana"), world.login("Eva"));
    for _ in 0..510 {
        let (child, conv) = world.open();
        world.say(child, ToRelay::Leave { conv });
    }
    let (child, conv) = world.open();
    assert_eq!(world.by_child(child, conv, Kind::Said, ""), None);
    world.pass(2000);
    assert_eq!(world.by_desk(jana, conv, Kind::Claimed, ""), None);
    assert_eq!(world.by_desk(jana, conv, Kind::Said, ""), None);
    world.pass(3000);
    assert_eq!(world.by_desk(jana, conv, Kind::Closed, r#""reason":"ended""#), None);
    let rows = |world: &mut World, after: Option<String>| {
        let answer = world.ask(eva, ToRelay::Rows { from: START, to: START + 10_000, after });
        match answer.into_iter().next() {
            Some(ToClient::Rows { contacts, more, .. }) => (contacts, more),
            other => panic!("{other:?}"),
        }
    };
    let (mut contacts, more) = rows(&mut world, None);
    assert_eq!(contacts.len(), 500);
    let (rest, end) = rows(&mut world, more);
    assert_eq!((rest.len(), end), (11, None));
    contacts.extend(rest);
    let mut ids: Vec<EntryId> = contacts.iter().map(|row| row.id).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 511);
    let taken = contacts.iter().find(|row| row.data.taken.is_some()).unwrap();
    assert_eq!(taken.data.lines, Some((1, 1)));
    assert_eq!((taken.data.gap_ms, taken.data.held), (Some(2001), Some(100)));
    assert_eq!(contacts.iter().filter(|row| row.data.reason == "leave").count(), 510);
    let refused = world.refused(jana, ToRelay::Rows { from: 0, to: 1, after: None });
    assert_eq!(refused, Some(Refusal::NotAllowed));
    let refused = world.refused(eva, ToRelay::Rows { from: 0, to: 1, after: Some("nonsense".into()) });
    assert_eq!(refused, Some(Refusal::BadFrame));
}

#[test]
fn words_go_after_a_day_and_their_row_stays() {
    let mut world = World::new();
    let jana = world.login("Jana");
    let (_, kept) = world.open();
    assert_eq!(world.by_desk(jana, kept, Kind::Claimed, ""), None);
    let (child, conv) = world.open();
    world.say(child, ToRelay::Leave { conv });
    world.now.wall += 86_400_000;
    world.pass(61_000);
    assert!(world.journal.shelf(conv).is_none());
    assert!(world.journal.shelf(kept).is_some(), "held: its time has not begun");
    assert_eq!(world.sw.house().contacts.len(), 1);
    assert!(world.sw.house().erased.is_empty(), "nobody asked to forget");
    world.restart(0);
    assert_eq!(world.sw.house().contacts.len(), 1);
}

#[test]
fn an_erasing_cut_short_by_a_crash_is_finished() {
    let mut world = World::new();
    world.login("Jana");
    let (child, conv) = world.open();
    world.say(child, ToRelay::Leave { conv });
    world.now.wall += 86_400_000;
    // The row is on disk, the words are not yet off it.
    world.slow = true;
    world.pass(61_000);
    let row = world.held.pop_front();
    while let Some(entry) = row.clone().filter(|_| world.slow) {
        world.append(entry);
        world.slow = false;
    }
    assert!(world.journal.shelf(conv).is_some());
    world.restart(0);
    assert!(world.journal.shelf(conv).is_none() || world.sw.house().contacts.is_empty());
}

/// Check B of domain.md 6: signed in 0–60 min, talks 0–20, 10–40, 50–60, no wrap, 3 places; the relay is killed and starts
/// again at some minutes, and the console is back at once.
fn check_b(restarts: &[u64]) -> (usize, [u64; 5]) {
    let mut world = World::new();
    world.now.wall = (START / 900_000 + 1) * 900_000;
    world.rules.limits.silence_ms = u64::MAX / 4;
    // Children whose socket went with the relay stay; who left would end the talk too early.
    world.rules.keep.absence_ms = 2 * 3_600_000;
    world.restart(0);
    let mut jana = world.login("Jana");
    let mut talks = Vec::new();
    for minute in 0..=61 {
        if restarts.contains(&minute) {
            world.restart(0);
            jana = world.sign_in("Jana");
        }
        if let 20 | 40 | 60 = minute {
            let conv = talks.remove(0);
            assert_eq!(world.by_desk(jana, conv, Kind::Closed, r#""reason":"ended""#), None);
            assert_eq!(world.by_desk(jana, conv, Kind::Archived, ""), None);
        }
        if let 0 | 10 | 50 = minute {
            let (_, conv) = world.open();
            assert_eq!(world.by_desk(jana, conv, Kind::Claimed, ""), None);
            talks.push(conv);
        }
        world.pass(60_000);
    }
    let intervals = &world.sw.house().intervals;
    let sums = intervals.values().fold([0; 5], |mut sums, (_, row)| {
        let row = [row.staffed_s, row.slots_s, row.session_s, row.with_s, row.busy_s];
        sums.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
        sums
    });
    (intervals.len(), sums)
}

#[test]
fn quarters_of_staffing_are_the_check_of_the_statistics_also_when_the_relay_is_killed() {
    let expected = (4, [3600, 3 * 3600, 3600, 50 * 60, 50 * 60]);
    for restarts in [&[][..], &[7], &[15], &[7, 8, 22, 33], &[14, 15, 16, 30, 45, 59, 60]] {
        assert_eq!(check_b(restarts), expected, "killed at {restarts:?}");
    }
}

#[test]
fn a_relay_that_was_away_for_long_had_nobody_on_shift() {
    let mut world = World::new();
    world.now.wall = (START / 900_000 + 1) * 900_000;
    world.rules.limits.silence_ms = u64::MAX / 4;
    world.restart(0);
    let jana = world.login("Jana");
    world.pass(5 * 60_000);
    let (_, conv) = world.open();
    assert_eq!(world.by_desk(jana, conv, Kind::Claimed, ""), None);
    // Two hours later: what is known ends with the last entry, five minutes after the first.
    world.restart(2 * 3_600_000);
    let intervals: Vec<(u64, u64)> =
        world.sw.house().intervals.values().map(|(_, row)| (row.staffed_s, row.session_s)).collect();
    assert_eq!(intervals, [(300, 0)]);
}

#[test]
fn rows_go_after_two_years_and_the_house_goes_on() {
    let mut world = World::new();
    let jana = world.login("Jana");
    let tag = Tag([6; 16]);
    assert_eq!(world.by_desk(jana, HOUSE, Kind::Agreed, &format!(r#""tag":"{}""#, tag.to_b64())), None);
    let (child, conv) = world.open();
    world.say(child, ToRelay::Leave { conv });
    world.now.wall += 86_400_000;
    world.pass(61_000);
    assert_eq!((world.sw.house().contacts.len(), world.sw.house().agreed.len()), (1, 1));
    world.now.wall += 3 * 365 * 86_400_000;
    world.pass(61_000);
    assert_eq!((world.sw.house().contacts.len(), world.sw.house().agreed.len()), (0, 0));
    let head = world.head(HOUSE, Log::Desk);
    world.restart(1000);
    assert_eq!((world.sw.house().contacts.len(), world.sw.house().agreed.len()), (0, 0), "off the disk, too");
    assert!(world.head(HOUSE, Log::Desk) >= head);
    let eva = world.login("Eva");
    let clear = r#""state":"ready","places":1"#;
    assert_eq!(world.by_desk(eva, HOUSE, Kind::State, clear), None, "accounts stay and the chain goes on");
    world.frames(eva);
    world.say(eva, ToRelay::Watch { conv: HOUSE, talk: 0, desk: 0 });
    assert!(world.entries(eva).iter().any(|entry| entry.starts_with("state")), "what is left is served");
}

#[test]
fn of_two_supervisors_acts_on_what_both_saw_one_wins() {
    let mut world = World::new();
    let (one, two) = (world.login("Eva"), world.sign_in("Eva"));
    for (kind, clear) in [(Kind::Doors, r#""open":false"#), (Kind::Hold, r#""on":true"#)] {
        let frames =
            [world.frame(HOUSE, kind, clear, Side::Line), world.frame(HOUSE, kind, clear, Side::Line)];
        let [first, second] = frames;
        assert_eq!(world.refused(two, second), None, "{kind}");
        assert_eq!(
            world.refused(one, first),
            Some(Refusal::Conflict),
            "{kind}: the other decided on an older head"
        );
    }
    let house = queue(&mut world, one).0;
    assert!(house.doors.is_some() && house.hold.is_some());
}

#[test]
fn a_child_taken_over_while_its_holder_gives_it_back_has_one_holder() {
    for supervisor_first in [true, false] {
        let mut world = World::new();
        let (jana, eva) = (world.login("Jana"), world.login("Eva"));
        let (_, conv) = world.open();
        assert_eq!(world.by_desk(jana, conv, Kind::Claimed, ""), None);
        let over = world.frame(conv, Kind::Claimed, "", Side::Line);
        let back = world.frame(conv, Kind::Released, "", Side::Line);
        let (first, second) =
            if supervisor_first { ((eva, over), (jana, back)) } else { ((jana, back), (eva, over)) };
        assert_eq!(world.refused(first.0, first.1), None);
        assert_eq!(world.refused(second.0, second.1), Some(Refusal::Conflict));
        let holder = world.row(conv).unwrap().holder;
        assert_eq!(holder, supervisor_first.then(|| account("Eva")), "{supervisor_first}");
    }
}
