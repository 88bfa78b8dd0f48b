use proptest::prelude::*;

use super::super::chain::Hash;
use super::super::event::{By, ClosedReason, Entry, Event, Kind, LeftReason, Log, Opened};
use super::super::id::{KeyId, Pen};
use super::super::queue::{Back, Talk};
use super::super::sealed::{Place, SealedBody, Side, Under};
use super::*;

const MINUTE: u64 = 60_000;
const DAY: u64 = 1_700_000_000_000;

fn account(name: &str) -> Account {
    Account::parse(name).expect("a name")
}

fn person(name: &str, state: ShiftState, since: u64) -> Person {
    Person {
        account: account(name),
        role: Role::Counsellor,
        state,
        since,
        until: None,
        places: 3,
        away: None,
    }
}

fn row(n: u8, opened: u64) -> Row {
    Row {
        conv: ConversationId([n; 16]),
        lang: "cs".to_owned(),
        facts: super::super::event::Facts::default(),
        phase: Phase::Waiting,
        opened,
        since: opened,
        order: 0,
        head: 0,
        taken: None,
        holder: None,
        asks: None,
        level: None,
        back: None,
    }
}

fn with(n: u8, opened: u64, taken: u64, holder: &str) -> Row {
    Row {
        phase: Phase::With,
        since: taken,
        taken: Some(taken),
        holder: Some(account(holder)),
        ..row(n, opened)
    }
}

#[test]
fn six_numbers_stand_beside_their_goals() {
    let mut board = Board::new(Goals::default(), DAY);
    board.people([person("Jana", ShiftState::Ready, DAY), person("Eva", ShiftState::Break, DAY)]);
    board.set(row(1, DAY), DAY);
    board.set(with(2, DAY, DAY + MINUTE, "Jana"), DAY + MINUTE);
    board.advance(DAY + 4 * MINUTE);
    let six = board.six();
    assert_eq!((six.waiting.value, six.longest.value), (Some(1.0), Some(240_000.0)));
    assert_eq!(six.longest.verdict, Verdict::Near, "four of five minutes");
    assert_eq!((six.free.value, six.places), (Some(2.0), 3), "a break gives no place");
    assert_eq!((six.service_level.value, six.abandoned.value), (Some(1.0), Some(0.0)));
    board.advance(DAY + 5 * MINUTE);
    assert_eq!(board.six().service_level.value, Some(1.0), "at the target nobody is late");
    board.advance(DAY + 5 * MINUTE + 1);
    let six = board.six();
    assert_eq!((six.service_level.value, six.service_level.verdict), (Some(0.5), Verdict::Missed));
    assert_eq!(six.longest.verdict, Verdict::Missed);
    assert_eq!((board.alarms()[0].kind, board.alarms()[0].others), (AlarmKind::LongWait, 0));
    board.set(row(3, DAY + MINUTE), DAY + MINUTE);
    board.advance(DAY + 6 * MINUTE);
    assert_eq!(board.alarms()[0].others, 0, "at the target nobody is late");
    board.advance(DAY + 6 * MINUTE + 1);
    assert_eq!(board.alarms()[0].others, 1, "the children past the target, not all who wait");
    board.set(row(4, DAY + 6 * MINUTE), DAY + 6 * MINUTE);
    board.people([person("Jana", ShiftState::Break, DAY)]);
    let alarms = board.alarms();
    assert_eq!((alarms[0].kind, alarms[0].others), (AlarmKind::NobodyTakes, 2));
}

#[test]
fn an_empty_board_shows_no_share() {
    let board = Board::new(Goals::default(), DAY);
    let six = board.six();
    assert_eq!((six.longest.value, six.service_level.value, six.abandoned.value), (None, None, None));
    assert_eq!(six.service_level.verdict, Verdict::None);
    assert!(board.alarms().is_empty() && board.colleagues().next().is_none());
}

#[test]
fn alarms_come_gravest_first() {
    let mut board = Board::new(Goals::default(), DAY);
    let mut eva = person("Eva", ShiftState::Ready, DAY);
    eva.away = Some(DAY + MINUTE);
    board.people([eva, person("Jana", ShiftState::Break, DAY)]);
    board.set(row(1, DAY), DAY);
    board.set(with(2, DAY, DAY, "Eva"), DAY);
    board.set(Row { level: Some(2), ..with(2, DAY, DAY, "Eva") }, DAY + 2 * MINUTE);
    board.set(Row { level: Some(3), asks: Some(DAY), ..with(3, DAY, DAY, "Jana") }, DAY);
    board.advance(DAY + 10 * MINUTE);
    let alarms = board.alarms();
    let kinds: Vec<AlarmKind> = alarms.iter().map(|alarm| alarm.kind).collect();
    use AlarmKind::{Away, Danger, NobodyTakes, SecondEyes, Unanswered};
    assert_eq!(kinds, [Danger, SecondEyes, Away, NobodyTakes, Unanswered]);
    assert_eq!(alarms[1].since, Some(DAY + 2 * MINUTE), "seen when it came");
    assert_eq!(alarms[0].since, None, "it stood already");
    board.set(Row { level: Some(3), phase: Phase::Ended, ..with(3, DAY, DAY, "Jana") }, DAY + 11 * MINUTE);
    assert_eq!(board.alarms()[0].kind, Danger, "danger does not end because the child left");
}

#[test]
fn a_talk_in_danger_takes_all_places_of_its_counsellor() {
    let mut board = Board::new(Goals::default(), DAY);
    board.set(Row { level: Some(2), ..with(2, DAY, DAY, "Jana") }, DAY);
    board.people([person("Jana", ShiftState::Ready, DAY)]);
    assert_eq!(board.six().free.value, Some(0.0));
    board.set(Row { level: Some(0), ..with(2, DAY, DAY, "Jana") }, DAY);
    assert_eq!(board.six().free.value, Some(2.0));
    board.remove(ConversationId([2; 16]));
    assert_eq!(board.six().free.value, Some(3.0));
}

#[test]
fn a_lock_is_no_break() {
    let mut board = Board::new(Goals::default(), DAY);
    let since = |board: &Board| board.colleagues().next().and_then(|line| line.since_break);
    board.people([person("Jana", ShiftState::Ready, DAY)]);
    board.people([person("Jana", ShiftState::Locked, DAY + MINUTE)]);
    board.people([person("Jana", ShiftState::Ready, DAY + 2 * MINUTE)]);
    assert_eq!(since(&board), Some(DAY));
    board.people([person("Jana", ShiftState::Break, DAY + 3 * MINUTE)]);
    assert_eq!(since(&board), None);
    board.people([person("Jana", ShiftState::Ready, DAY + 4 * MINUTE)]);
    assert_eq!(since(&board), Some(DAY + 4 * MINUTE));
}

#[test]
fn midnight_begins_a_new_day_and_loses_nobody() {
    let midnight = DAY + 10 * MINUTE;
    let mut board = Board::new(Goals::default(), DAY);
    board.people([person("Jana", ShiftState::Ready, DAY)]);
    board.set(with(1, DAY, DAY + MINUTE, "Jana"), DAY + MINUTE);
    board.set(row(2, midnight - MINUTE), midnight - MINUTE);
    board.set(Row { level: Some(1), ..row(2, midnight - MINUTE) }, midnight - 1);
    board.advance(midnight);
    board.begin_day(Goals::default(), midnight);
    assert_eq!(board.today(), Tally::default());
    assert_eq!((board.six().waiting.value, board.six().free.value), (Some(1.0), Some(2.0)));
    board.advance(midnight + 10 * MINUTE);
    assert_eq!(board.today().offered, 0, "who came yesterday belongs to yesterday");
    board.set(with(3, midnight, midnight + MINUTE, "Jana"), midnight + MINUTE);
    assert_eq!(board.today().offered, 1);
}

#[test]
fn the_last_hour_goes_on_over_midnight_and_its_cells_are_half_open() {
    let midnight = DAY + 60 * MINUTE;
    let mut board = Board::new(Goals::default(), DAY);
    let (opened, taken) = (midnight - 20 * MINUTE, midnight - CELL_MS);
    board.contact(EntryId([1; 16]), ended(opened, taken, midnight - MINUTE));
    board.advance(midnight);
    let before = board.spark();
    assert_eq!(before.waiting, [0, 0, 0, 0, 0, 1, 0, 0], "at the end of a cell it is taken already");
    assert!(before.service_level.iter().any(Option::is_some));
    board.begin_day(Goals::default(), midnight);
    assert_eq!(board.spark(), before, "a new day does not cut the curve");
    board.set(
        Row {
            back: Some(Back { conv: ConversationId([9; 16]), holder: None }),
            ..with(2, midnight, midnight, "Jana")
        },
        midnight,
    );
    assert_eq!(board.today().came_again, 1);
}

/// What stays of a talk that Jana took and ended.
fn ended(opened: u64, taken: u64, ended: u64) -> Contact {
    let conv = ConversationId([1; 16]);
    let opening = Event::Opened(Opened { lang: "cs".into(), seals: vec![], after: None });
    let mut talk = Talk::begin(&entry(conv, opened, By::Child, Log::Talk), &opening).expect("opened");
    let jana = || By::Account(account("Jana"));
    talk.apply(&entry(conv, taken, jana(), Log::Desk), &Event::Claimed);
    talk.apply(&entry(conv, ended, jana(), Log::Talk), &Event::Closed(ClosedReason::Ended));
    talk.contact(None, false).expect("ended")
}

// A shift of random events, folded live at every entry and from scratch at every entry.

fn body(desk: bool) -> SealedBody {
    let place = Place { side: Side::Line, pen: Pen([1; 8]), n: 1, seen: (0, Hash([0; 32])) };
    let under = if desk { Under::Desk(place, KeyId([2; 16])) } else { Under::Talk(place) };
    SealedBody { clear: String::new(), under, ct: vec![0; 272] }
}

#[derive(Debug, Clone)]
enum Deed {
    Open { back: bool },
    Act { talk: usize, who: usize, act: u8 },
}

fn deeds() -> impl Strategy<Value = Vec<(u64, Deed)>> {
    let act = (0..6_usize, 0..3_usize, 0..9_u8).prop_map(|(talk, who, act)| Deed::Act { talk, who, act });
    let deed = prop_oneof![1 => any::<bool>().prop_map(|back| Deed::Open { back }), 4 => act];
    prop::collection::vec((0..4 * MINUTE, deed), 1..60)
}

const NAMES: [&str; 3] = ["Eva", "Jana", "Petr"];

fn event(act: u8) -> (Event, Log) {
    match act {
        0 | 1 => (Event::Claimed, Log::Desk),
        2 => (Event::Released(body(true)), Log::Desk),
        3 => (Event::Said(body(false)), Log::Talk),
        4 => (Event::Flagged(3, body(true)), Log::Desk),
        5 => (Event::Flagged(0, body(true)), Log::Desk),
        6 => (Event::Left(LeftReason::Absent), Log::Talk),
        7 => (Event::Closed(ClosedReason::Ended), Log::Talk),
        _ => (Event::Archived, Log::Desk),
    }
}

fn entry(conv: ConversationId, at: u64, by: By, log: Log) -> Entry {
    let id = EntryId([0; 16]);
    let author = match &by {
        By::Account(account) => Some(account.clone()),
        _ => None,
    };
    Entry { conv, log, seq: 1, at, author, by, kind: Kind::Said, id, data: String::new(), h: Hash([0; 32]) }
}

/// All that can be read of a board, save since when a mark was seen.
fn read(board: &Board) -> (Six, Tally, Spark, Vec<Hour>, Vec<Alarm>, String) {
    let mut alarms = board.alarms();
    alarms
        .iter_mut()
        .filter(|alarm| alarm.kind <= AlarmKind::SecondEyes)
        .for_each(|alarm| alarm.since = None);
    alarms.sort_by_key(|alarm| (alarm.kind, alarm.since, alarm.conv));
    let lines = format!("{:?} {:?}", board.colleagues().collect::<Vec<_>>(), board.topics());
    (board.six(), board.today(), board.spark(), board.hours(), alarms, lines)
}

/// The day counted once more, by hand.
fn counted(talks: &[Talk], now: u64) -> (usize, usize, usize, usize) {
    let (mut offered, mut within, mut abandoned, mut waiting) = (0, 0, 0, 0);
    for talk in talks {
        let waits = talk.phase == Phase::Waiting;
        let late = waits && talk.taken.is_none() && now - talk.opened > 5 * MINUTE;
        let gone = talk.end.is_some() && talk.taken.is_none();
        waiting += usize::from(waits);
        abandoned += usize::from(gone);
        offered += usize::from(talk.taken.is_some() || gone || late);
        within += usize::from(talk.taken.is_some_and(|taken| taken - talk.opened <= 5 * MINUTE));
    }
    (offered, within, abandoned, waiting)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn the_live_board_equals_the_replayed_one_at_every_entry(deeds in deeds()) {
        let people = || NAMES.map(|name| person(name, ShiftState::Ready, DAY));
        let mut live = Board::new(Goals::default(), DAY);
        live.people(people());
        let (mut talks, mut now): (Vec<Talk>, u64) = (Vec::new(), DAY);
        for (pause, deed) in deeds {
            now += pause + 1;
            let changed = match deed {
                Deed::Open { back } => {
                    let conv = ConversationId([talks.len() as u8 + 1; 16]);
                    let opened = Event::Opened(Opened { lang: "cs".into(), seals: vec![], after: None });
                    let mut talk = Talk::begin(&entry(conv, now, By::Child, Log::Talk), &opened).expect("opened");
                    if back {
                        talk.came_back(Back { conv, holder: None });
                    }
                    talks.push(talk);
                    talks.len() - 1
                }
                Deed::Act { talk, who, act } => {
                    let Some(found) = talks.get_mut(talk) else { continue };
                    let (event, log) = event(act);
                    let ended = found.end.is_some();
                    // What an honest relay would not write: acts after the end, an archive before it.
                    if found.archived.is_some() || ended != (act == 8) && act != 4 && act != 5 {
                        continue;
                    }
                    if ended && found.holder.is_none() {
                        continue;
                    }
                    let by = if act == 6 { By::Relay } else { By::Account(account(NAMES[who])) };
                    let by = if act == 3 && who == 0 { By::Child } else { by };
                    found.apply(&entry(found.conv, now, by, log), &event);
                    talk
                }
            };
            let talk = &talks[changed];
            match talk.row(&crate::conversation::queue::Ahead::default()) {
                Some(row) => live.set(row, now),
                None => {
                    live.remove(talk.conv);
                    live.contact(EntryId(talk.conv.0), talk.contact(None, false).expect("ended"));
                }
            }
            live.advance(now);

            let mut replayed = Board::new(Goals::default(), DAY);
            for talk in &talks {
                if let Some(row) = talk.row(&crate::conversation::queue::Ahead::default()) {
                    replayed.set(row, now);
                }
                if let Some(contact) = talk.contact(None, false) {
                    replayed.contact(EntryId(talk.conv.0), contact);
                }
            }
            replayed.people(people());
            replayed.advance(now);
            prop_assert_eq!(read(&live), read(&replayed));

            let today = live.today();
            let waiting = live.six().waiting.value.expect("a number") as usize;
            let seen = (today.offered as usize, today.within as usize, today.abandoned as usize, waiting);
            prop_assert_eq!(seen, counted(&talks, now));
        }
        let mut again = live.clone();
        again.begin_day(Goals::default(), DAY);
        prop_assert_eq!(read(&again), read(&live));
    }
}
