//! The desk's side: who reads what and until when, hand-overs, presence, the queue.

use super::*;
use crate::conversation::queue::Phase;
use crate::protocol::frame::ClientSignal;

fn watch(world: &mut World, session: SessionId, conv: ConversationId) -> Vec<String> {
    world.frames(session);
    world.say(session, ToRelay::Watch { conv, talk: 0, desk: 0 });
    world.entries(session)
}

#[test]
fn logins_are_for_this_host_this_nonce_and_an_account_in_force() {
    let mut world = World::new();
    let session = world.connect(Door::Desk, None);
    let frames = world.frames(session);
    let ToClient::Hello { nonce, .. } = frames[0] else { panic!("hello") };
    let good = |host: &str, nonce| {
        let jana = identity("Jana");
        ToRelay::Login { host: host.into(), key: jana.public(), sig: jana.sign_login(host, nonce) }
    };
    assert_eq!(world.refused(session, good("relay.example", nonce)), Some(Refusal::LoginFailed), "passed on");
    assert_eq!(
        world.refused(session, good("localhost", Hash([0; 32]))),
        Some(Refusal::LoginFailed),
        "replayed"
    );
    assert_eq!(world.refused(session, login_frame("Nobody", nonce)), Some(Refusal::LoginFailed));
    let answer = world.ask(session, good("localhost", nonce));
    assert!(matches!(answer.as_slice(), [ToClient::Welcome { .. }, ToClient::Keys { .. }]), "{answer:?}");
    assert_eq!(world.refused(session, good("localhost", nonce)), Some(Refusal::NotAllowed), "once");
}

#[test]
fn failed_logins_put_their_address_off() {
    let mut world = World::new();
    let mut codes = Vec::new();
    for _ in 0..12 {
        let session = world.connect(Door::Desk, Some(5));
        codes.push(world.refused(session, login_frame("Nobody", Hash([0; 32]))).unwrap());
    }
    assert!(codes[..11].iter().all(|code| *code == Refusal::LoginFailed), "{codes:?}");
    assert_eq!(codes[11], Refusal::Busy);
    let other = world.connect(Door::Desk, Some(6));
    assert_eq!(world.refused(other, login_frame("Nobody", Hash([0; 32]))), Some(Refusal::LoginFailed));
}

#[test]
fn only_who_may_read_is_served() {
    let mut world = World::new();
    let (jana, petr, eva) = (world.login("Jana"), world.login("Petr"), world.login("Eva"));
    let (child, conv) = world.open();
    assert_eq!(world.refused(jana, ToRelay::Watch { conv, talk: 0, desk: 0 }), Some(Refusal::NotAllowed));
    assert_eq!(world.by_desk(jana, conv, Kind::Claimed, ""), None);
    assert_eq!(watch(&mut world, jana, conv), ["opened 1", "claimed 1"]);
    assert_eq!(world.refused(petr, ToRelay::Watch { conv, talk: 0, desk: 0 }), Some(Refusal::NotAllowed));
    let unknown = ToRelay::Watch { conv: ConversationId([1; 16]), talk: 0, desk: 0 };
    assert_eq!(
        world.refused(eva, unknown),
        Some(Refusal::NotAllowed),
        "what is not looks like what may not be"
    );
    let house = ToRelay::Watch { conv: ConversationId::HOUSE, talk: 0, desk: 0 };
    assert_eq!(world.refused(jana, house.clone()), Some(Refusal::NotAllowed));
    assert_eq!(world.refused(eva, house), None);
    assert_eq!(world.by_child(child, conv, Kind::Said, ""), None);
    assert_eq!(world.entries(jana), ["said 2"]);
    assert!(world.entries(child).contains(&"appended 2".to_owned()) || world.head(conv, Log::Talk) == 2);
}

#[test]
fn a_supervisor_is_seen_before_it_is_served_and_once_per_account() {
    let mut world = World::new();
    let (jana, eva, eva2) = (world.login("Jana"), world.login("Eva"), world.login("Eva"));
    let (_, conv) = world.open();
    assert_eq!(world.by_desk(jana, conv, Kind::Claimed, ""), None);
    watch(&mut world, jana, conv);
    assert_eq!(watch(&mut world, eva, conv), ["opened 1", "claimed 1", "watched 2"]);
    assert_eq!(world.entries(jana), ["watched 2"]);
    assert_eq!(watch(&mut world, eva2, conv), ["opened 1", "claimed 1", "watched 2"]);
    world.say(eva, ToRelay::Unwatch { conv });
    world.pass(31_000);
    assert_eq!(world.entries(jana), Vec::<String>::new(), "another socket still watches");
    world.say(jana, ToRelay::Ping { n: 1 });
    world.say(eva2, ToRelay::Unwatch { conv });
    world.pass(29_000);
    assert_eq!(world.entries(jana), Vec::<String>::new());
    world.pass(1_000);
    assert_eq!(world.entries(jana), ["watched 3"]);
    let looked = world.sw.house();
    assert!(looked.head > 0);
}

#[test]
fn nothing_that_ends_a_right_is_followed_by_more() {
    let mut world = World::new();
    let (jana, petr) = (world.login("Jana"), world.login("Petr"));
    let (child, conv) = world.open();
    assert_eq!(world.by_desk(jana, conv, Kind::Claimed, ""), None);
    watch(&mut world, jana, conv);
    assert_eq!(world.by_desk(jana, conv, Kind::Transferred, r#""to":"Petr""#), None);
    watch(&mut world, petr, conv);
    assert_eq!(world.by_child(child, conv, Kind::Said, ""), None);
    assert_eq!(world.entries(jana), ["said 2"], "the last holder reads on");
    assert_eq!(world.by_desk(jana, conv, Kind::Whispered, ""), None, "and may whisper");
    world.frames(jana);
    assert_eq!(world.by_desk(petr, conv, Kind::Said, ""), None);
    assert_eq!(world.entries(jana), ["said 3"], "the new holder's first words are the last it is served");
    assert_eq!(world.by_child(child, conv, Kind::Said, ""), None);
    assert_eq!(world.entries(jana), Vec::<String>::new());
    assert_eq!(world.by_desk(jana, conv, Kind::Whispered, ""), Some(Refusal::NotAllowed));
    assert_eq!(world.refused(jana, ToRelay::Watch { conv, talk: 0, desk: 0 }), Some(Refusal::NotAllowed));
}

#[test]
fn a_right_that_ends_during_a_replay_ends_at_its_entry() {
    let mut world = World::new();
    let (jana, petr) = (world.login("Jana"), world.login("Petr"));
    let (child, conv) = world.open();
    assert_eq!(world.by_desk(jana, conv, Kind::Claimed, ""), None);
    world.frames(jana);
    world.lazy = true;
    world.say(jana, ToRelay::Watch { conv, talk: 0, desk: 0 });
    let release = world.frame(conv, Kind::Released, "", Side::Line);
    world.say(jana, release);
    assert_eq!(world.by_desk(petr, conv, Kind::Claimed, ""), None);
    assert_eq!(world.by_child(child, conv, Kind::Said, ""), None);
    while world.answer_read() {}
    assert_eq!(world.entries(jana), ["opened 1", "claimed 1", "released 2"]);
}

#[test]
fn live_entries_wait_for_the_replay_and_none_is_skipped_or_doubled() {
    let mut rules = Rules::default();
    rules.limits.replay = 2;
    let mut world = World::with(rules);
    let jana = world.login("Jana");
    let (child, conv) = world.open();
    for _ in 0..4 {
        assert_eq!(world.by_child(child, conv, Kind::Said, ""), None);
    }
    assert_eq!(world.by_desk(jana, conv, Kind::Claimed, ""), None);
    world.frames(jana);
    world.lazy = true;
    world.say(jana, ToRelay::Watch { conv, talk: 1, desk: 0 });
    assert_eq!(world.by_child(child, conv, Kind::Said, ""), None);
    let own = world.frame(conv, Kind::Said, "", Side::Line);
    world.say(jana, own);
    while world.answer_read() {}
    let mut got = world.entries(jana);
    let desk = got.iter().position(|entry| entry == "claimed 1").map(|at| got.remove(at));
    assert_eq!(desk.as_deref(), Some("claimed 1"));
    assert_eq!(got, ["said 2", "said 3", "said 4", "said 5", "said 6", "said 7"]);
    assert_eq!(world.by_child(child, conv, Kind::Said, ""), None);
    assert_eq!(world.entries(jana), ["said 8"], "live again");
}

#[test]
fn the_desk_never_sees_a_rating() {
    let mut world = World::new();
    let (jana, eva) = (world.login("Jana"), world.login("Eva"));
    let (child, conv) = world.open();
    assert_eq!(world.by_desk(jana, conv, Kind::Claimed, ""), None);
    watch(&mut world, jana, conv);
    assert_eq!(world.by_desk(jana, conv, Kind::Closed, r#""reason":"ended""#), None);
    world.frames(jana);
    world.frames(child);
    assert_eq!(world.by_child(child, conv, Kind::Rated, r#""felt":2"#), None);
    assert_eq!(world.entries(jana), Vec::<String>::new());
    assert_eq!(watch(&mut world, eva, conv), ["opened 1", "closed 2", "claimed 1", "watched 2"]);
    let frames = world.ask(jana, ToRelay::Watch { conv, talk: 0, desk: 0 });
    let ToClient::Watching { talk, desk, contact, .. } = frames[0] else { panic!("{frames:?}") };
    assert_eq!((talk, desk), (2, 2), "heads of what is served");
    assert_eq!(contact, world.journal.contact_id(conv));
}

#[test]
fn a_holder_who_gives_a_child_away_and_watches_on_is_seen() {
    let mut world = World::new();
    let (jana, eva) = (world.login("Jana"), world.login("Eva"));
    let (child, conv) = world.open();
    assert_eq!(world.by_desk(eva, conv, Kind::Claimed, ""), None);
    assert_eq!(watch(&mut world, eva, conv), ["opened 1", "claimed 1"], "the holder needs no note");
    let transfer = world.frame(conv, Kind::Transferred, r#""to":"Jana""#, Side::Line);
    world.say(eva, transfer);
    assert_eq!(world.sw.talk(conv).unwrap().lookers, [account("Eva")]);
    assert_eq!(world.by_child(child, conv, Kind::Said, ""), None);
    assert_eq!(world.entries(eva), ["appended 2", "watched 3", "said 2"]);
    _ = jana;
}

#[test]
fn children_of_an_away_counsellor_may_be_taken_over_after_two_minutes() {
    let mut world = World::new();
    let (jana, petr) = (world.login("Jana"), world.login("Petr"));
    let (_, conv) = world.open();
    assert_eq!(world.by_desk(jana, conv, Kind::Claimed, ""), None);
    world.input(Input::Closed { session: jana });
    let away = |world: &mut World| {
        world.sw.people().into_iter().find(|p| p.account == account("Jana")).unwrap().away
    };
    world.pass(29_000);
    assert_eq!(away(&mut world), None);
    world.pass(2_000);
    assert!(away(&mut world).is_some());
    world.say(petr, ToRelay::Ping { n: 1 });
    assert_eq!(world.by_desk(petr, conv, Kind::Claimed, ""), Some(Refusal::Conflict));
    world.pass(50_000);
    world.say(petr, ToRelay::Ping { n: 1 });
    world.pass(39_000);
    assert_eq!(world.by_desk(petr, conv, Kind::Claimed, ""), None);
    assert_eq!(world.row(conv).unwrap().holder, Some(account("Petr")));
}

#[test]
fn a_transfer_needs_somebody_who_is_there_and_holds_at_once() {
    let mut world = World::new();
    let (jana, eva) = (world.login("Jana"), world.login("Eva"));
    let (_, conv) = world.open();
    assert_eq!(
        world.by_desk(eva, conv, Kind::Transferred, r#""to":"Petr""#),
        Some(Refusal::NotAllowed),
        "not here"
    );
    assert_eq!(world.by_desk(eva, conv, Kind::Transferred, r#""to":"Jana""#), None, "from the queue");
    assert_eq!(
        world.row(conv).map(|row| (row.phase, row.holder)),
        Some((Phase::With, Some(account("Jana"))))
    );
    assert_eq!(
        world.by_desk(eva, conv, Kind::Transferred, r#""to":"Jana""#),
        Some(Refusal::NotAllowed),
        "holds already"
    );
    assert_eq!(world.by_desk(eva, conv, Kind::Said, ""), Some(Refusal::NotAllowed), "only the holder writes");
    assert_eq!(world.by_desk(jana, conv, Kind::Said, ""), None);
}

#[test]
fn the_queue_tells_what_changed_with_versions_without_holes() {
    let mut world = World::new();
    let jana = world.login("Jana");
    world.say(jana, ToRelay::Sync {});
    let queue = world.frames(jana);
    let mut ver = queue
        .iter()
        .find_map(|frame| match frame {
            ToClient::Queue { ver, .. } => Some(*ver),
            _ => None,
        })
        .unwrap();
    let mut rows: HashMap<ConversationId, Row> = HashMap::new();
    let mut fold = |frames: Vec<ToClient>| {
        for frame in frames {
            if let ToClient::QueueDelta { ver: next, set, del, .. } = frame {
                assert_eq!(next, ver + 1);
                ver = next;
                rows.extend(set.into_iter().map(|row| (row.conv, row)));
                del.iter().for_each(|conv| _ = rows.remove(conv));
            }
        }
        rows.clone()
    };
    fold(queue.into_iter().skip_while(|frame| !matches!(frame, ToClient::Queue { .. })).collect());
    let (child, conv) = world.open();
    assert_eq!(world.by_child(child, conv, Kind::Told, r#""facts":{"topic":"violence"}"#), None);
    assert_eq!(fold(world.frames(jana))[&conv], world.row(conv).unwrap());
    let claim = world.frame(conv, Kind::Claimed, "", Side::Line);
    world.say(jana, claim);
    assert_eq!(fold(world.frames(jana))[&conv].holder, Some(account("Jana")));
    world.say(child, ToRelay::Leave { conv });
    let archive = world.frame(conv, Kind::Archived, "", Side::Line);
    world.say(jana, archive);
    assert_eq!(fold(world.frames(jana)).len(), 0);
}

#[test]
fn signals_go_between_the_child_and_who_talks_with_it_only() {
    let mut world = World::new();
    let (jana, petr) = (world.login("Jana"), world.login("Petr"));
    let (child, conv) = world.open();
    assert_eq!(world.by_desk(jana, conv, Kind::Claimed, ""), None);
    watch(&mut world, jana, conv);
    let signal = |kind| ToRelay::Signal { conv, kind };
    let count = |frames: Vec<ToClient>| frames.iter().filter(|f| matches!(f, ToClient::Signal(_))).count();
    world.frames(child);
    world.say(child, signal(ClientSignal::Typing));
    world.say(child, signal(ClientSignal::Idle));
    assert_eq!((count(world.frames(jana)), count(world.frames(petr))), (1, 0), "what is too much is dropped");
    world.say(petr, signal(ClientSignal::Typing));
    assert_eq!(count(world.frames(child)), 0, "not from others");
    world.say(jana, signal(ClientSignal::Typing));
    assert_eq!(count(world.frames(child)), 1);
}

#[test]
fn forty_conversations_are_watched_at_most() {
    let mut rules = Rules::default();
    rules.limits.watched = 2;
    let mut world = World::with(rules);
    world.login("Jana");
    let eva = world.login("Eva");
    let convs: Vec<ConversationId> = (0..3).map(|_| world.open().1).collect();
    for (n, conv) in convs.iter().enumerate() {
        let refused = world.refused(eva, ToRelay::Watch { conv: *conv, talk: 0, desk: 0 });
        assert_eq!(refused, (n == 2).then_some(Refusal::Busy));
    }
    world.say(eva, ToRelay::Unwatch { conv: convs[0] });
    assert_eq!(world.refused(eva, ToRelay::Watch { conv: convs[2], talk: 0, desk: 0 }), None);
}

#[test]
fn twenty_offences_a_minute_are_borne_and_no_more() {
    let mut world = World::new();
    let jana = world.login("Jana");
    for n in 0..20 {
        world.input(Input::BadFrame { session: jana });
        assert_eq!(world.closed.get(&jana), None, "{n}");
    }
    world.input(Input::BadFrame { session: jana });
    assert_eq!(world.closed.get(&jana), Some(&Goodbye::Abuse));
}
