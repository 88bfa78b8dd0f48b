//! What an operator sets is heeded: times of keeping, sizes of answers, tries; and a disk that fails loses no promise.

use super::*;
use crate::conversation::Tag;
use crate::protocol::frame::HouseView;

const HOUSE: ConversationId = ConversationId::HOUSE;
const DAY: u64 = 86_400_000;

fn set(change: impl FnOnce(&mut Rules)) -> World {
    let mut rules = Rules::default();
    change(&mut rules);
    World::with(rules)
}

fn house(world: &mut World, session: SessionId) -> HouseView {
    world.frames(session);
    world.say(session, ToRelay::Sync {});
    let frames = world.frames(session);
    frames
        .into_iter()
        .find_map(|frame| match frame {
            ToClient::Queue { house, .. } => Some(house),
            _ => None,
        })
        .unwrap()
}

/// A talk that ended and that its holder has not archived.
fn unarchived(world: &mut World, jana: SessionId) -> (SessionId, ConversationId) {
    let (child, conv) = world.open();
    assert_eq!(world.by_desk(jana, conv, Kind::Claimed, ""), None);
    assert_eq!(world.by_desk(jana, conv, Kind::Closed, r#""reason":"ended""#), None);
    (child, conv)
}

/// A day and more goes by, the desk staying where it is.
fn days(world: &mut World, ms: u64) {
    world.now.wall += ms;
    world.pass(60_000);
}

#[test]
fn supervisors_are_told_of_talks_that_nobody_archived() {
    let mut world = set(|rules| {
        rules.keep.told_ms = 2 * DAY;
        rules.limits.silence_ms = DAY;
    });
    let (jana, eva) = (world.login("Jana"), world.login("Eva"));
    let (_, conv) = unarchived(&mut world, jana);
    days(&mut world, DAY);
    assert_eq!(house(&mut world, eva).overdue, []);
    world.frames(eva);
    days(&mut world, DAY);
    let told = world.frames(eva).into_iter().find_map(|frame| match frame {
        ToClient::QueueDelta { house: Some(house), .. } if !house.overdue.is_empty() => Some(house.overdue),
        _ => None,
    });
    assert_eq!(told, Some(vec![conv]), "without being asked");
    assert_eq!(house(&mut world, jana).overdue, [], "supervisors only");
    world.restart(0);
    let (jana, eva) = (world.login("Jana"), world.login("Eva"));
    world.pass(60_000);
    assert_eq!(house(&mut world, eva).overdue, [conv], "a restart knows it too");
    assert_eq!(world.by_desk(jana, conv, Kind::Archived, ""), None);
    world.pass(60_000);
    assert_eq!(house(&mut world, eva).overdue, []);
}

#[test]
fn what_is_not_archived_goes_at_the_longest_and_what_is_owed_to_a_child_in_danger_at_its_own_time() {
    for (case, forget, longest, danger, gone_after) in
        [("longest", false, 3, 9, 3), ("owed", true, 9, 3, 3), ("owed longer", true, 2, 4, 4)]
    {
        let mut world = set(|rules| {
            (rules.keep.unarchived_ms, rules.keep.danger_ms) = (longest * DAY, danger * DAY);
            rules.limits.silence_ms = DAY;
        });
        let jana = world.login("Jana");
        let (child, conv) = world.open();
        assert_eq!(world.by_desk(jana, conv, Kind::Claimed, ""), None);
        assert_eq!(world.by_desk(jana, conv, Kind::Flagged, r#""level":3"#), None);
        let end = if forget { ToRelay::Forget { conv } } else { ToRelay::Leave { conv } };
        world.say(child, end);
        days(&mut world, (gone_after - 1) * DAY);
        assert!(world.journal.shelf(conv).is_some(), "{case}: kept until then");
        days(&mut world, DAY);
        assert!(world.journal.shelf(conv).is_none(), "{case}: gone then");
    }
}

#[test]
fn notes_and_agreements_stand_no_longer_than_is_set() {
    let mut world = set(|rules| {
        (rules.keep.notes_ms, rules.keep.agreed_ms) = (DAY, 2 * DAY);
        rules.limits.silence_ms = DAY;
    });
    let jana = world.login("Jana");
    let until = START + 30 * DAY;
    assert_eq!(world.by_desk(jana, HOUSE, Kind::Announced, &format!(r#""until":{until}"#)), None);
    let tag = Tag([6; 16]);
    assert_eq!(world.by_desk(jana, HOUSE, Kind::Agreed, &format!(r#""tag":"{}""#, tag.to_b64())), None);
    let found = |world: &mut World| {
        let answer = world.ask(jana, ToRelay::Find { tag });
        let [ToClient::Found { entries }] = answer.as_slice() else { panic!("{answer:?}") };
        entries.len()
    };
    assert_eq!((house(&mut world, jana).notes.len(), found(&mut world)), (1, 1));
    days(&mut world, DAY);
    assert_eq!((house(&mut world, jana).notes.len(), found(&mut world)), (0, 1));
    days(&mut world, DAY);
    assert_eq!(found(&mut world), 0);
}

#[test]
fn rows_are_kept_as_long_as_is_set() {
    let mut world = set(|rules| rules.keep.rows_ms = 100 * DAY);
    world.login("Jana");
    let (child, conv) = world.open();
    world.say(child, ToRelay::Leave { conv });
    days(&mut world, DAY);
    assert_eq!(world.sw.house().contacts.len(), 1);
    days(&mut world, 98 * DAY);
    assert_eq!(world.sw.house().contacts.len(), 1);
    days(&mut world, 2 * DAY);
    assert_eq!(world.sw.house().contacts.len(), 0);
}

#[test]
fn answers_are_no_longer_than_is_set() {
    let mut world = set(|rules| rules.limits.answer_rows = 2);
    let (jana, eva) = (world.login("Jana"), world.login("Eva"));
    for _ in 0..3 {
        let (child, conv) = world.open();
        world.say(child, ToRelay::Leave { conv });
    }
    let rows = |world: &mut World, after| {
        let answer = world.ask(eva, ToRelay::Rows { from: START, to: START + DAY, after });
        let Some(ToClient::Rows { contacts, more, .. }) = answer.into_iter().next() else { panic!("rows") };
        (contacts.len(), more)
    };
    let (first, more) = rows(&mut world, None);
    assert_eq!((first, rows(&mut world, more)), (2, (1, None)));
    let tag = Tag([6; 16]);
    let mut newest = Vec::new();
    for _ in 0..3 {
        world.pass(1000);
        let frame = world.frame(HOUSE, Kind::Agreed, &format!(r#""tag":"{}""#, tag.to_b64()), Side::Line);
        let ToRelay::Append { id, .. } = &frame else { panic!("an append") };
        newest.push(*id);
        assert_eq!(world.refused(jana, frame), None);
    }
    let answer = world.ask(jana, ToRelay::Find { tag });
    let [ToClient::Found { entries }] = answer.as_slice() else { panic!("{answer:?}") };
    assert_eq!(entries.iter().map(|entry| entry.id).collect::<Vec<_>>(), newest[1..], "the newest");
}

#[test]
fn no_message_to_a_client_is_longer_than_is_set() {
    let mut world = set(|rules| {
        rules.limits.client_bytes = 8000;
        rules.limits.desk_append.burst = 1000;
    });
    let (jana, eva) = (world.login("Jana"), world.login("Eva"));
    let tag = Tag([6; 16]);
    for _ in 0..40 {
        let until = START + DAY;
        assert_eq!(world.by_desk(jana, HOUSE, Kind::Announced, &format!(r#""until":{until}"#)), None);
        assert_eq!(world.by_desk(jana, HOUSE, Kind::Agreed, &format!(r#""tag":"{}""#, tag.to_b64())), None);
        let (_, conv) = unarchived(&mut world, jana);
        assert_eq!(world.by_desk(jana, conv, Kind::Classified, ""), None);
        assert_eq!(world.by_desk(jana, conv, Kind::Archived, ""), None);
    }
    let longest = |frames: Vec<ToClient>| frames.iter().map(|frame| frame.to_text().len()).max();
    assert!(house(&mut world, jana).notes.len() > 2);
    world.say(jana, ToRelay::Find { tag });
    assert!(longest(world.frames(jana)) < Some(8000));
    let (mut after, mut all) = (None, 0);
    loop {
        world.frames(eva);
        world.say(eva, ToRelay::Rows { from: START, to: START + DAY, after });
        let frames = world.frames(eva);
        assert!(longest(frames.clone()) < Some(8000));
        let Some(ToClient::Rows { contacts, more, .. }) = frames.into_iter().next() else { panic!("rows") };
        all += contacts.len();
        after = more;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(all, 40, "every row comes, in more answers");
}

#[test]
fn the_try_after_the_last_one_allowed_closes_the_socket() {
    let mut world = set(|rules| rules.limits.tries = 2);
    world.login("Jana");
    let child = world.connect(Door::Child, None);
    for _ in 0..2 {
        let conv = world.fresh();
        assert_eq!(world.refused(child, resume_frame(conv, 0)), Some(Refusal::ResumeGone));
        assert_eq!(world.closed.get(&child), None);
    }
    let conv = world.fresh();
    world.say(child, resume_frame(conv, 0));
    assert_eq!(world.closed.get(&child), Some(&Goodbye::Timeout));
}

#[test]
fn urgent_and_returned_children_come_ahead_by_what_is_set() {
    let mut world = set(|rules| {
        (rules.ahead.urgent_ms, rules.ahead.returned_ms) = (7, 90);
    });
    let jana = world.login("Jana");
    let (child, conv) = world.open();
    let opened = i64::try_from(world.row(conv).unwrap().opened).unwrap();
    assert_eq!(world.by_child(child, conv, Kind::Told, r#""facts":{"topic":"violence"}"#), None);
    assert_eq!(world.row(conv).unwrap().order, opened - 7);
    assert_eq!(world.by_desk(jana, conv, Kind::Claimed, ""), None);
    assert_eq!(world.by_desk(jana, conv, Kind::Released, ""), None);
    assert_eq!(world.row(conv).unwrap().order, opened - 97);
}

#[test]
fn nobody_is_told_that_words_are_gone_which_the_disk_still_has() {
    let mut world = World::new();
    world.login("Jana");
    let (child, conv) = world.open();
    world.frames(child);
    world.cannot_erase = true;
    world.say(child, ToRelay::Forget { conv });
    let is_answer = |frame: &ToClient| matches!(frame, ToClient::Ok { re, .. } if re == "forget");
    assert!(!world.frames(child).iter().any(is_answer), "the disk failed");
    world.cannot_erase = false;
    world.pass(1000);
    assert!(world.frames(child).iter().any(is_answer), "tried again, and now they are gone");
    assert!(world.journal.shelf(conv).is_none());
}

#[test]
fn a_damaged_log_waits_no_more_supervisors_see_it_and_it_is_erased_in_its_time() {
    let mut world = set(|rules| rules.limits.silence_ms = DAY);
    let (jana, eva) = (world.login("Jana"), world.login("Eva"));
    let (child, conv) = world.open();
    let (_, next) = world.open();
    world.frames(jana);
    world.journal.damage(conv);
    assert_eq!(world.by_child(child, conv, Kind::Said, ""), Some(Refusal::LogDamaged));
    let gone = |frame: &ToClient| matches!(frame, ToClient::QueueDelta { del, .. } if del.contains(&conv));
    assert!(world.frames(jana).iter().any(gone), "who takes the next child is not given this one");
    world.say(jana, ToRelay::Sync {});
    let frames = world.frames(jana);
    let Some(ToClient::Queue { rows, house: seen, .. }) = frames.into_iter().next() else {
        panic!("a queue")
    };
    assert_eq!(rows.iter().map(|row| row.conv).collect::<Vec<_>>(), [next]);
    assert_eq!((seen.damaged, house(&mut world, eva).damaged), (vec![], vec![conv]));
    world.restart(0);
    let (jana, eva) = (world.login("Jana"), world.login("Eva"));
    assert_eq!(house(&mut world, eva).damaged, [conv], "a restart knows it too");
    assert_eq!(world.by_desk(jana, next, Kind::Claimed, ""), None);
    days(&mut world, 29 * DAY);
    assert!(world.journal.shelf(conv).is_some());
    days(&mut world, DAY);
    assert!(world.journal.shelf(conv).is_none(), "nothing is kept for ever because it is damaged");
}
