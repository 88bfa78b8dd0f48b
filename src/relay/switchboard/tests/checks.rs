//! The table of checks and the matrix of rights.

use super::*;

#[test]
fn the_first_check_that_fails_answers() {
    let mut world = World::new();
    let eva = world.login("Eva");
    let (child, conv) = world.open();
    assert_eq!(world.by_child(child, conv, Kind::Said, ""), None);
    let other = world.open().1;
    let h0 = chain::start(conv, Log::Talk);
    let pen = Pen([8; 8]);
    let good = |n, seen| sealed(Kind::Said, conv, "", Side::Child, pen, n, seen);
    let known = {
        let frame = world.frame(conv, Kind::Said, "", Side::Child);
        world.say(child, frame.clone());
        frame
    };
    let ToRelay::Append { id: known, .. } = known else { panic!("an append") };
    let long = format!(r#"{{"reason":"ended"{}}}"#, " ".repeat(13_000));
    let wrong_seen = (0, Hash([1; 32]));
    let append = |id: EntryId, conv, log, kind, data: String, expect| ToRelay::Append {
        id,
        conv,
        log,
        kind,
        data,
        expect,
    };
    let fresh = |n: u8| EntryId([n; 16]);
    let cases: Vec<(&str, ToRelay, Option<Refusal>)> = vec![
        ("shape", append(fresh(1), other, Log::Talk, Kind::Said, "{}".into(), None), Some(Refusal::BadFrame)),
        (
            "a field too many",
            append(fresh(1), conv, Log::Talk, Kind::Rated, r#"{"felt":3,"x":1}"#.into(), None),
            Some(Refusal::BadFrame),
        ),
        (
            "the side of another",
            append(
                fresh(1),
                conv,
                Log::Talk,
                Kind::Said,
                sealed(Kind::Said, conv, "", Side::Line, pen, 1, (0, h0)),
                None,
            ),
            Some(Refusal::BadFrame),
        ),
        (
            "a child never expects",
            append(fresh(1), other, Log::Talk, Kind::Closed, r#"{"reason":"ended"}"#.into(), Some(1)),
            Some(Refusal::BadFrame),
        ),
        ("size", append(fresh(1), other, Log::Talk, Kind::Closed, long, None), Some(Refusal::TooLong)),
        (
            "another's conversation, though the id is known",
            append(known, other, Log::Talk, Kind::Said, good(1, (0, h0)), None),
            Some(Refusal::NotAllowed),
        ),
        (
            "a known id with other bytes, though the kind is not a child's",
            append(known, conv, Log::Talk, Kind::Closed, r#"{"reason":"ended"}"#.into(), None),
            Some(Refusal::IdReused),
        ),
        (
            "a kind that is not a child's",
            append(fresh(2), conv, Log::Desk, Kind::Archived, "{}".into(), None),
            Some(Refusal::NotAllowed),
        ),
        (
            "the wrong log",
            append(fresh(2), conv, Log::Desk, Kind::Said, good(1, wrong_seen), None),
            Some(Refusal::NotAllowed),
        ),
        (
            "not yet",
            append(fresh(2), conv, Log::Talk, Kind::Rated, "{}".into(), None),
            Some(Refusal::NotAllowed),
        ),
        (
            "seen before n",
            append(fresh(2), conv, Log::Talk, Kind::Said, good(7, wrong_seen), None),
            Some(Refusal::BadSeen),
        ),
        (
            "seen beyond the head",
            append(fresh(2), conv, Log::Talk, Kind::Said, good(1, (99, h0)), None),
            Some(Refusal::BadSeen),
        ),
        ("n", append(fresh(2), conv, Log::Talk, Kind::Said, good(2, (0, h0)), None), Some(Refusal::BadOrder)),
        ("good", append(fresh(2), conv, Log::Talk, Kind::Said, good(1, (0, h0)), None), None),
        ("repeated", append(fresh(2), conv, Log::Talk, Kind::Said, good(1, (0, h0)), None), None),
        (
            "n again",
            append(fresh(3), conv, Log::Talk, Kind::Said, good(1, (0, h0)), None),
            Some(Refusal::BadOrder),
        ),
    ];
    for (case, frame, code) in cases {
        world.pass(1000);
        assert_eq!(world.refused(child, frame), code, "{case}");
    }
    assert_eq!(world.head(conv, Log::Talk), 4, "a repeat and what is refused change nothing");
    // At the desk: a false `expect` before the relation, the relation before `seen`.
    let stale = append(fresh(4), conv, Log::Desk, Kind::Claimed, "{}".into(), Some(5));
    assert_eq!(world.refused(eva, stale), Some(Refusal::Conflict));
    let missing = append(fresh(4), conv, Log::Desk, Kind::Claimed, "{}".into(), None);
    assert_eq!(world.refused(eva, missing), Some(Refusal::BadFrame), "claimed needs expect");
    let needless = append(fresh(4), conv, Log::Desk, Kind::Archived, "{}".into(), Some(0));
    assert_eq!(world.refused(eva, needless), Some(Refusal::BadFrame), "archived takes none");
    let unproven = world.connect(Door::Child, None);
    let early = append(fresh(5), conv, Log::Talk, Kind::Said, "{".into(), None);
    assert_eq!(world.refused(unproven, early), Some(Refusal::NotAllowed), "proof comes before shape");
}

#[test]
fn rate_is_paid_by_repeats_too() {
    let mut world = World::new();
    world.login("Jana");
    let (child, conv) = world.open();
    let frame = world.frame(conv, Kind::Said, "", Side::Child);
    for n in 0..10 {
        assert_eq!(world.refused(child, frame.clone()), None, "{n}");
    }
    let answer = world.ask(child, frame);
    let [ToClient::Refused { code: Refusal::Rate, retry_ms: Some(retry), .. }] = answer.as_slice() else {
        panic!("{answer:?}")
    };
    assert!((1..=1000).contains(retry));
}

#[test]
fn a_repeat_is_acknowledged_after_a_hand_over_the_end_and_a_restart() {
    let mut world = World::new();
    let jana = world.login("Jana");
    let (_, conv) = world.open();
    assert_eq!(world.by_desk(jana, conv, Kind::Claimed, ""), None);
    let said = world.frame(conv, Kind::Said, "", Side::Line);
    let first = world.ask(jana, said.clone());
    let [ToClient::Appended { .. }] = first.as_slice() else { panic!("{first:?}") };
    let eva = world.login("Eva");
    assert_eq!(world.by_desk(eva, conv, Kind::Claimed, ""), None);
    assert_eq!(world.ask(jana, said.clone()), first);
    assert_eq!(world.by_desk(eva, conv, Kind::Closed, r#""reason":"ended""#), None);
    assert_eq!(world.ask(jana, said.clone()), first);
    world.restart(1000);
    let jana = world.login("Jana");
    assert_eq!(world.ask(jana, said), first);
}

/// Who tries, for the matrix: the child, the holder, another counsellor, a supervisor.
const WHO: [&str; 4] = ["child", "Jana", "Petr", "Eva"];

/// What each kind gives in each phase of a talk that Jana took: `+` appended, `c` closed, `n` not allowed, `x` conflict,
/// `b` bad frame. Four letters for waiting, with Jana, ended and not archived, archived.
const MATRIX: &[(Kind, &str, [&str; 4])] = &[
    (Kind::Told, r#""facts":{}"#, ["++cc", "nnnn", "nnnn", "nnnn"]),
    (Kind::Said, "", ["++cc", "n+cc", "nncn", "nncc"]),
    (Kind::Closed, r#""reason":"ended""#, ["nnnn", "n+cc", "nxcn", "++cc"]),
    (Kind::Rated, r#""felt":1"#, ["nn++", "nnnn", "nnnn", "nnnn"]),
    (Kind::Left, r#""reason":"leave""#, ["nnnn", "nnnn", "nnnn", "nnnn"]),
    (Kind::Claimed, "", ["nnnn", "+ncc", "+xcn", "+++c"]),
    (Kind::Released, "", ["nnnn", "n+cc", "nxcn", "++cc"]),
    (Kind::Transferred, r#""to":"Adam""#, ["nnnn", "n++c", "nxxn", "+++c"]),
    (Kind::Moved, "", ["nnnn", "nnnn", "nnnn", "+ncc"]),
    (Kind::Flagged, r#""level":2"#, ["nnnn", "n++c", "nnnn", "+++c"]),
    (Kind::Classified, "", ["nnnn", "n++c", "nnnn", "+++c"]),
    (Kind::Whispered, "", ["nnnn", "n++c", "nnnn", "+++c"]),
    (Kind::Watched, r#""who":"Eva","on":true"#, ["nnnn", "nnnn", "nnnn", "nnnn"]),
    (Kind::Archived, "", ["nnnn", "nn+c", "nnnn", "nnnc"]),
];

#[test]
fn the_matrix_of_rights_holds_for_every_kind_role_and_phase() {
    for (kind, clear, rows) in MATRIX {
        for (who, expected) in WHO.iter().zip(rows) {
            let mut got = String::new();
            for phase in 0..4 {
                let mut world = World::new();
                let desks: HashMap<&str, SessionId> = ["Jana", "Petr", "Eva", "Adam"]
                    .into_iter()
                    .map(|name| (name, world.login(name)))
                    .collect();
                let (child, conv) = world.open();
                if phase >= 1 {
                    assert_eq!(world.by_desk(desks["Jana"], conv, Kind::Claimed, ""), None);
                }
                if phase >= 2 {
                    assert_eq!(world.by_desk(desks["Jana"], conv, Kind::Closed, r#""reason":"ended""#), None);
                }
                if phase >= 3 {
                    assert_eq!(world.by_desk(desks["Jana"], conv, Kind::Archived, ""), None);
                }
                let (session, side) =
                    if *who == "child" { (child, Side::Child) } else { (desks[who], Side::Line) };
                let mut frame = world.frame(conv, *kind, clear, side);
                if let ToRelay::Append { data, expect, .. } = &mut frame {
                    if *who == "child" {
                        *expect = None;
                    }
                    if *kind == Kind::Watched {
                        *data = format!("{{{clear}}}");
                    }
                }
                got.push(match world.refused(session, frame) {
                    None => '+',
                    Some(Refusal::Closed) => 'c',
                    Some(Refusal::NotAllowed) => 'n',
                    Some(Refusal::Conflict) => 'x',
                    Some(Refusal::BadFrame) => 'b',
                    Some(other) => panic!("{kind} by {who}: {other:?}"),
                });
            }
            assert_eq!(got, *expected, "{kind} by {who}: waiting, with, ended, archived");
        }
    }
}

#[test]
fn full_disks_and_damaged_logs_are_told_and_reading_goes_on() {
    let mut world = World::new();
    let jana = world.login("Jana");
    let (child, conv) = world.open();
    assert_eq!(world.by_desk(jana, conv, Kind::Claimed, ""), None);
    world.journal.fail(Some(AppendError::StorageFull));
    let frame = world.frame(conv, Kind::Said, "", Side::Child);
    assert_eq!(world.refused(child, frame.clone()), Some(Refusal::StorageFull));
    world.journal.fail(None);
    assert_eq!(world.refused(child, frame), None, "the same bytes again");
    world.journal.damage(conv);
    assert_eq!(world.by_child(child, conv, Kind::Said, ""), Some(Refusal::LogDamaged));
    assert_eq!(world.by_child(child, conv, Kind::Said, ""), Some(Refusal::LogDamaged), "for good");
    let (_, next) = world.open();
    assert!(world.row(next).is_some(), "another conversation is not harmed");
}

#[test]
fn a_leaving_that_finds_no_room_on_disk_is_written_later() {
    let mut world = World::new();
    world.login("Jana");
    let (child, conv) = world.open();
    world.journal.fail(Some(AppendError::StorageFull));
    world.say(child, ToRelay::Leave { conv });
    assert!(!world.closed.contains_key(&child), "the goodbye waits for the disk");
    world.journal.fail(None);
    world.pass(2000);
    assert_eq!(world.closed.get(&child), Some(&Goodbye::Bye));
    assert_eq!(world.row(conv), None);
}

#[test]
fn one_append_is_under_way_and_the_next_is_judged_on_what_it_left() {
    let mut world = World::new();
    let (jana, petr) = (world.login("Jana"), world.login("Petr"));
    let (_, conv) = world.open();
    world.frames(jana);
    world.frames(petr);
    world.slow = true;
    let (first, second) =
        (world.frame(conv, Kind::Claimed, "", Side::Line), world.frame(conv, Kind::Claimed, "", Side::Line));
    world.say(jana, first);
    world.say(petr, second);
    assert!(
        world.entries(jana).is_empty() && world.frames(petr).is_empty(),
        "nothing is told before the disk"
    );
    world.slow = false;
    world.flush();
    assert_eq!(world.entries(jana), ["appended 1"]);
    let refusal = world.frames(petr).into_iter().find_map(|frame| match frame {
        ToClient::Refused { code, head, holder, .. } => Some((code, head, holder)),
        _ => None,
    });
    assert_eq!(refusal, Some((Refusal::Conflict, Some(1), Some(account("Jana")))));
}
