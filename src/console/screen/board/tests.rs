//! The board at 80x24 and 160x45 in both languages, without colour, and what its keys do.

use crate::client::desk::{Act, Answer, Command as LinkCommand, ContactRow, Update, Welcome};
use crate::console::model::watch::{PAST, TODAY};
use crate::console::model::{Alone, Effect, Input, Settings};
use crate::console::screen::Screen;
use crate::console::stage::*;
use crate::conversation::SafeText;
use crate::conversation::event::{Contact, Facts, Feel, ShiftState};
use crate::conversation::queue::Row;
use crate::conversation::transcript::{What, Who, Words};
use crate::conversation::{ConversationId, EntryId, Log, Role};
use crate::locale::Lang;
use crate::protocol::Refusal;
use crate::protocol::frame::TextLimits;

const MINUTE: u64 = 60_000;
const SIZES: [(u16, u16); 2] = [(80, 24), (160, 45)];

fn supervisor(stage: &mut Stage) {
    stage.link(Update::Welcome(Welcome {
        account: account("Eva"),
        role: Role::Supervisor,
        mine: Vec::new(),
        limits: TextLimits { chars: 2_000, bytes: 8_000 },
        is_drill: false,
        ahead_ms: 0,
        phone: String::new(),
    }));
}

/// What stays of a chat that was taken after a wait (or never) and ended after a length.
fn contact(n: u8, opened: u64, wait: Option<u64>, length: u64, topic: &str) -> ContactRow {
    let contact = Contact {
        channel: "chat".to_owned(),
        opened,
        taken: wait.map(|wait| opened + wait),
        first: None,
        ended: opened + length,
        archived: None,
        reason: if wait.is_some() { "ended" } else { "leave" }.to_owned(),
        lines: None,
        gap_ms: None,
        facts: Facts { topic: Some(topic.to_owned()), ..Facts::default() },
        lang: "cs".to_owned(),
        level: None,
        held: wait.map(|_| 300),
        back: false,
        rated: None,
        class: None,
    };
    let mut id = [n; 16];
    id[..8].copy_from_slice(&opened.to_be_bytes());
    ContactRow { id: EntryId(id), contact, facets: None }
}

fn answer(stage: &mut Stage, ask: u64, contacts: Vec<ContactRow>) {
    let answer = Answer::Rows { contacts, intervals: Vec::new(), is_last: true };
    stage.link(Update::Answer { ask, answer });
}

fn rows() -> Vec<Row> {
    vec![
        waiting(GREY_SEAL, NOON - 372_000, "a12_14", "peers", Feel::VeryBad),
        waiting(GOLD_HERON, NOON - 220_000, "a15_17", "family", Feel::SoSo),
        Row { level: Some(2), asks: Some(NOON - 70_000), ..held(BLUE_FOX, "Jana", NOON - 34 * MINUTE) },
        held(RED_OWL, "Jana", NOON - 20 * MINUTE),
        Row { asks: Some(NOON - 20_000), ..held(GREEN_HARE, "Petr", NOON - 9 * MINUTE) },
    ]
}

/// A shift with its day so far, a week ago and eight weeks of Tuesdays like it, and the board open.
fn board(lang: Lang, size: (u16, u16)) -> Stage {
    let mut stage = Stage::new(lang, size);
    supervisor(&mut stage);
    let people = vec![
        person("Eva", ShiftState::Break, Some(NOON + 469_000)),
        person("Jana", ShiftState::Ready, None),
        person("Petr", ShiftState::Ready, None),
    ];
    stage.people(rows(), people);
    stage.press("esc v");
    let morning = NOON - 4 * 60 * MINUTE;
    let today = (0..24_u8).map(|n| {
        let opened = morning + u64::from(n) * 9 * MINUTE;
        let topic = if n.is_multiple_of(3) { "violence" } else { "family" };
        contact(n, opened, (!n.is_multiple_of(6)).then_some(u64::from(n) * 17_000), 20 * MINUTE, topic)
    });
    let today: Vec<ContactRow> = today.collect();
    let day = 24 * 60 * MINUTE;
    let past = (1..=56_u64).flat_map(|back| {
        (0..20_u8).map(move |n| {
            let opened = morning - back * day + u64::from(n) * 25 * MINUTE;
            contact(n, opened, (!n.is_multiple_of(9)).then_some(u64::from(n) * 14_000), 25 * MINUTE, "peers")
        })
    });
    answer(&mut stage, TODAY, today);
    answer(&mut stage, PAST, past.collect());
    stage
}

fn each(name: &str, before: impl Fn(&mut Stage)) {
    for lang in Lang::ALL {
        for (columns, rows) in SIZES {
            let mut stage = board(lang, (columns, rows));
            before(&mut stage);
            insta::assert_snapshot!(format!("{name}_{columns}x{rows}_{lang}"), stage.screen());
        }
    }
}

#[test]
fn board_of_a_shift() {
    each("board", |stage| stage.press("down"));
}

#[test]
fn board_that_is_stale() {
    let mut stage = board(Lang::En, (80, 24));
    stage.pass(35_000);
    assert!(stage.screen().contains("STALE 35 s"), "{}", stage.screen());
    assert!(!stage.screen().contains("live"), "{}", stage.screen());
    assert!(stage.screen().contains("silent for 35 s"), "{}", stage.screen());
    stage.model.stand_alone(Alone::Wall);
    assert!(stage.screen().contains("silent for 35 s"), "{}", stage.screen());
}

#[test]
fn a_board_that_locks_goes_on_without_names() {
    for (columns, rows) in SIZES {
        let mut stage = board(Lang::En, (columns, rows));
        stage.model.stand_alone(Alone::Board);
        stage.press("l");
        let screen = stage.screen();
        for name in ["Jana", "Petr", "Fox", "Seal"] {
            assert!(!screen.contains(name), "{name}: {screen}");
        }
        insta::assert_snapshot!(format!("locked_{columns}x{rows}"), screen);
    }
}

#[test]
fn what_is_in_force_stands_on_the_board_with_its_reason() {
    let mut stage = board(Lang::En, (160, 45));
    let mut queue = (**stage.model.desk.queue.as_ref().expect("a queue")).clone();
    let notice = |until| crate::client::desk::Notice {
        id: EntryId([1; 16]),
        at: NOON,
        by: account("Eva"),
        to: None,
        until,
        words: Some(Words { name: SafeText::new("Eva"), text: SafeText::new("porada") }),
    };
    (queue.house.doors, queue.house.hold) = (Some(notice(Some(NOON + 24 * 60 * MINUTE))), Some(notice(None)));
    stage.link(Update::Queue(queue.into()));
    let screen = stage.screen();
    assert!(screen.contains("doors shut by Eva since 14:02 until 25 Nov 14:02: porada"), "{screen}");
    assert!(screen.contains("Eva hands out children since 14:02: porada"), "{screen}");
    assert!(screen.contains("open doors"), "{screen}");
}

#[test]
fn board_read_along() {
    each("look", |stage| {
        stage.press("down enter");
        stage.hold(BLUE_FOX, NOON - 34 * MINUTE);
        stage.child(BLUE_FOX, NOON - 33 * MINUTE, "ahoj můžu se na něco zeptat");
        stage.me(BLUE_FOX, NOON - 32 * MINUTE, "Ahoj, jsem tady pro tebe. Ptej se, na co potřebuješ.");
        let eva = What::Watched { who: account("Eva"), on: true };
        stage.line(BLUE_FOX, Log::Desk, NOON, Who::Relay, eva);
    });
}

#[test]
fn board_on_a_wall_names_nobody() {
    for (columns, rows) in SIZES {
        let mut stage = board(Lang::En, (columns, rows));
        stage.model.stand_alone(Alone::Wall);
        let screen = stage.screen();
        for name in ["Jana", "Petr", "Eva", "Fox", "Seal"] {
            assert!(!screen.contains(name), "{name}: {screen}");
        }
        insta::assert_snapshot!(format!("wall_{columns}x{rows}"), screen);
        stage.model.size = (40, 12);
        assert!(stage.screen().contains("WAITING"), "{}", stage.screen());
    }
}

#[test]
fn no_size_is_too_small() {
    let mut stage = board(Lang::Cs, (80, 24));
    for columns in [1, 20, 40, 60, 79, 100, 149] {
        for rows in [1, 8, 10, 16, 23, 29] {
            stage.model.size = (columns, rows);
            stage.screen();
            stage.press("down");
        }
    }
}

#[test]
fn a_counsellor_has_no_board() {
    let mut stage = Stage::new(Lang::En, (80, 24));
    stage.press("esc v");
    assert_eq!(stage.notice(), "Only supervisors have the board.");
    assert!(stage.model.screens.is_empty() && stage.asked.is_empty());
    stage.press("f9 b o a r d");
    assert!(!stage.screen().contains("Shows the shift"), "{}", stage.screen());
}

#[test]
fn colleagues_stand_by_name_whatever_they_do() {
    let mut stage = board(Lang::En, (160, 45));
    let names = |stage: &Stage| -> Vec<usize> {
        ["Eva     ", "Jana     ", "Petr     "].map(|name| stage.screen().find(name).expect("a line")).into()
    };
    let before = names(&stage);
    assert!(before.is_sorted());
    let people = ["Petr", "Jana", "Eva"].map(|name| person(name, ShiftState::Ready, None)).into();
    let rows = (0..9).map(|n| held(ConversationId([100 + n; 16]), "Petr", NOON)).collect();
    stage.people(rows, people);
    assert!(names(&stage).is_sorted());
}

#[test]
fn who_looks_in_is_told_to_the_relay_and_looks_away_with_the_screen() {
    let mut stage = board(Lang::En, (80, 24));
    stage.asked.clear();
    stage.press("down enter");
    assert_eq!(stage.asked, [LinkCommand::Watch { conv: BLUE_FOX }]);
    stage.press("esc");
    assert_eq!(stage.asked.last(), Some(&LinkCommand::Unwatch { conv: BLUE_FOX }));
    // The link told its lines once; for a second look they are asked for from the beginning.
    stage.asked.clear();
    stage.press("enter");
    assert_eq!(stage.asked, [LinkCommand::Reload { conv: BLUE_FOX }, LinkCommand::Watch { conv: BLUE_FOX }]);
    // The lock hides the talk and ends the reading.
    stage.asked.clear();
    stage.press("l");
    assert!(stage.asked.contains(&LinkCommand::Unwatch { conv: BLUE_FOX }), "{:?}", stage.asked);
    assert!(!stage.screen().contains("read along"));
}

#[test]
fn a_talk_that_may_not_be_read_is_left() {
    let mut stage = board(Lang::En, (80, 24));
    stage.press("down enter");
    stage.link(Update::NotWatched { conv: BLUE_FOX, code: Some(Refusal::NotAllowed) });
    assert!(stage.screen().contains("COUNSELLORS") && stage.notice().contains("can no longer be read"));
}

#[test]
fn every_act_of_the_board_writes_one_entry() {
    let (house, fox) = (ConversationId::HOUSE, BLUE_FOX);
    let until = Some(NOON + 30 * MINUTE);
    for (keys, words, conv, act) in [
        ("down w", "vidím", fox, Act::Whisper { text: "vidím".into() }),
        (
            "down a enter",
            "krátce",
            fox,
            Act::Transfer { to: account("Petr"), brief: "Why it writes: krátce".into() },
        ),
        ("d enter", "porada", house, Act::Doors { open: false, until, reason: "porada".into() }),
        ("h", "sama", house, Act::Hold { on: true, reason: "sama".into() }),
        (
            "n enter",
            "konec",
            house,
            Act::Announce { to: None, until: NOON + 720 * MINUTE, text: "konec".into() },
        ),
        ("end u", "dlouho", GOLD_HERON, Act::Move { reason: "dlouho".into() }),
    ] {
        let mut stage = board(Lang::En, (80, 24));
        stage.press(keys);
        stage.write(words);
        stage.press("enter");
        assert_eq!(stage.written(), [(conv, act)], "{keys}");
        stage.store_last();
        assert!(!stage.notice().is_empty(), "{keys}: it is said once it is stored");
    }
}

#[test]
fn a_refused_act_says_that_nothing_changed() {
    let mut stage = board(Lang::En, (80, 24));
    stage.press("h");
    stage.write("sama");
    stage.press("enter");
    let id = stage.asked.iter().find_map(|command| match command {
        LinkCommand::Write { id, .. } => Some(*id),
        _ => None,
    });
    let why = crate::client::link::Denied::Relay(Refusal::NotAllowed);
    stage.link(Update::Refused { id: id.expect("written"), conv: ConversationId::HOUSE, why, holder: None });
    assert!(stage.notice().starts_with("Nothing was changed"), "{}", stage.notice());
}

#[test]
fn a_child_that_is_taken_over_is_a_chat_of_mine_with_all_that_was_read() {
    let mut stage = board(Lang::En, (80, 24));
    stage.press("down enter");
    stage.hold(BLUE_FOX, NOON - 34 * MINUTE);
    stage.press("o enter");
    assert_eq!(stage.written(), [(BLUE_FOX, Act::Claim)]);
    stage.store_last();
    assert!(stage.model.screens.is_empty() && stage.model.front == Some(BLUE_FOX));
    assert!(stage.model.chat().is_some_and(|chat| chat.is_mine() && chat.is_loaded()));
    assert!(!stage.asked.contains(&LinkCommand::Unwatch { conv: BLUE_FOX }), "it is mine now");
}

#[test]
fn a_board_that_stands_alone_says_nothing_of_itself_and_stays() {
    let mut stage = Stage::locked(Lang::En, (80, 24), Settings::default());
    stage.model.stand_alone(Alone::Board);
    stage.give(Input::Unlocked(Box::default()));
    supervisor(&mut stage);
    stage.people(rows(), vec![person("Jana", ShiftState::Ready, None)]);
    assert!(stage.screen().contains("COUNSELLORS"), "{}", stage.screen());
    stage.press("f2");
    assert!(stage.notice().contains("open opora console"), "{}", stage.notice());
    stage.press("down o");
    assert!(matches!(stage.model.screens.last(), Some(Screen::Board)), "no casebook, no taking over");
    assert!(stage.written().is_empty(), "{:?}", stage.written());
    // It looks in with the same chat as the console, and comes back.
    stage.press("enter");
    stage.child(BLUE_FOX, NOON - 33 * MINUTE, "ahoj můžu se na něco zeptat");
    let screen = stage.screen();
    assert!(screen.contains("ahoj můžu") && screen.contains("You read along"), "{screen}");
    assert!(!screen.contains("take over") && !screen.contains("MY CHATS"), "{screen}");
    stage.press("esc");
    assert!(stage.screen().contains("COUNSELLORS") && stage.saved.is_empty(), "{}", stage.screen());
    stage.press("ctrl-c enter");
    assert!(matches!(stage.others.last(), Some(Effect::Quit)) && stage.written().is_empty());
}

#[test]
fn midnight_asks_anew_and_begins_at_nothing() {
    let mut stage = board(Lang::En, (80, 24));
    stage.asked.clear();
    let offered =
        |stage: &Stage| stage.model.supervision.watch.as_deref().map(|watch| watch.board.today().offered);
    assert!(offered(&stage) > Some(20));
    // To 00:00:01 in UTC.
    stage.wall += 9 * 3_600_000 + 57 * MINUTE + 50_000;
    stage.give(Input::Tick);
    assert_eq!(offered(&stage), Some(0));
    let asks = stage.asked.iter().filter(|command| matches!(command, LinkCommand::Ask { .. })).count();
    assert_eq!(asks, 2);
}
