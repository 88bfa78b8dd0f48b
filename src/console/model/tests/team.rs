//! Working together: whispers, handing over, taking over, looking in, danger to life.

use super::*;
use crate::conversation::Role as Rank;
use crate::conversation::house::Person;

fn last_whisper(stage: &Stage) -> Option<String> {
    stage.written().into_iter().rev().find_map(|(_, act)| match act {
        Act::Whisper { text } => Some(text),
        _ => None,
    })
}

/// Eva, a supervisor, with Petr's chats on the desk.
fn supervisor() -> Stage {
    let mut stage = Stage::new(Lang::En, (80, 24));
    stage.model.desk.me.as_mut().expect("a welcome").role = Rank::Supervisor;
    let mut marked = held(RED_OWL, "Petr", NOON - 600_000);
    marked.level = Some(2);
    stage.queue(vec![held(BLUE_FOX, "Petr", NOON - 500_000), marked]);
    stage
}

#[test]
fn after_handing_over_i_read_and_whisper_until_the_other_writes() {
    let mut stage = two_chats();
    stage.write("rozepsané");
    stage.press("f7 o p e enter");
    stage.write("šikana");
    stage.press("tab");
    stage.write("napíše třídní");
    stage.press("tab");
    stage.write("máma nesmí vědět");
    stage.press("enter");
    let brief = "Why it writes: šikana\nAgreed so far: napíše třídní\nWatch for: máma nesmí vědět";
    assert_eq!(stage.written(), [(BLUE_FOX, Act::Transfer { to: account("Petr"), brief: brief.to_owned() })]);
    stage.press("enter");
    assert!(stage.notice().contains("being handed on"), "{}", stage.notice());
    stage.store_last();
    assert_eq!(stage.model.front, Some(BLUE_FOX), "no other child comes to the front by itself");
    stage.press("enter");
    assert_eq!(stage.said(), [], "the draft stays a draft");
    assert!(stage.notice().contains("is with Petr now"));
    stage.child(BLUE_FOX, stage.wall, "jsi tam?");
    assert!(stage.screen().contains("jsi tam?"), "I read along");
    assert_eq!(stage.model.waits_for_me().iter().filter(|(conv, _)| *conv == BLUE_FOX).count(), 0);
    stage.press("f7 w");
    stage.write("ptá se, jestli tu někdo je");
    stage.press("enter");
    assert_eq!(last_whisper(&stage).as_deref(), Some("ptá se, jestli tu někdo je"));
    let petr = Who::Line(Some(account("Petr")));
    stage.line(BLUE_FOX, Log::Talk, stage.wall, petr, What::Said(words("Petr", "Ahoj, tady Petr.")));
    assert!(stage.model.chat().is_some_and(Chat::is_gone));
    stage.press("f7 w");
    assert!(stage.notice().contains("not yours"), "the right to whisper is over: {}", stage.notice());
    stage.press("ctrl-down");
    assert_eq!(stage.model.chats.len(), 1, "once I am elsewhere it leaves the list");
}

#[test]
fn the_brief_stands_in_the_chat_of_the_one_who_receives() {
    let mut stage = two_chats();
    stage.queue(vec![
        held(GREEN_HARE, "Jana", NOON - 600_000),
        held(BLUE_FOX, "Jana", NOON),
        held(RED_OWL, "Jana", NOON),
    ]);
    let what = What::Transferred {
        to: account("Jana"),
        brief: words("Petr", "Proč píše: šikana\nNa co dát pozor: máma"),
    };
    stage.child(GREEN_HARE, NOON - 60_000, "ahoj");
    stage.line(GREEN_HARE, Log::Desk, NOON, Who::Line(Some(account("Petr"))), what);
    assert!(stage.notice().starts_with("Petr handed Green Hare over to you"));
    assert_eq!(stage.model.front, Some(BLUE_FOX));
    stage.press("ctrl-down ctrl-down");
    let screen = stage.screen();
    assert!(screen.contains("Proč píše: šikana") && screen.contains("Na co dát pozor: máma"), "{screen}");
}

#[test]
fn whispers_look_like_nothing_a_child_could_read() {
    let mut stage = two_chats();
    let eva = Who::Line(Some(account("Eva")));
    stage.line(
        BLUE_FOX,
        Log::Desk,
        stage.wall,
        eva,
        What::Whispered(words("Eva", "Zeptej se, kdo je doma.")),
    );
    assert_eq!(stage.notice(), "Eva whispers about Blue Fox.");
    assert!(stage.screen().contains("│ Zeptej se, kdo je doma."), "{}", stage.screen());
    stage.press("f7 w");
    let screen = stage.screen();
    assert!(screen.contains("Eva: Zeptej se, kdo je doma."), "the side line stands above the box: {screen}");
}

#[test]
fn a_child_left_behind_can_be_taken_over_after_two_minutes() {
    for (case, away, can_be_taken) in [("just gone", 60_000, false), ("two minutes", 120_000, true)] {
        let mut stage = at_work();
        let mut petr = person("Petr", ShiftState::Ready, None);
        petr.away = Some(NOON - away);
        stage.people(vec![held(RED_OWL, "Petr", NOON - 600_000)], vec![petr]);
        assert_eq!(stage.screen().contains("Red Owl, left by Petr"), can_be_taken, "{case}");
        if can_be_taken {
            stage.press("esc up o enter");
            assert_eq!(stage.written(), [(RED_OWL, Act::Claim)], "{case}");
        }
    }
}

#[test]
fn a_supervisor_looks_in_whispers_and_takes_over() {
    let mut stage = supervisor();
    assert!(stage.screen().contains("⚑ Red Owl · Petr"), "{}", stage.screen());
    stage.press("esc up enter");
    assert!(
        stage.asked.iter().any(|command| matches!(command, LinkCommand::Watch { conv } if *conv == RED_OWL))
    );
    stage.child(RED_OWL, NOON - 20_000, "nevím co mám dělat");
    assert!(stage.screen().contains("nevím co mám dělat"));
    assert!(
        stage.screen().contains("You read along, and Petr sees it. Nothing you type"),
        "{}",
        stage.screen()
    );
    // There is no box: what is typed or pasted is nowhere, and no draft of it comes back.
    stage.press("x y q");
    stage.give(Input::Terminal(TerminalEvent::Paste("Ahoj".into())));
    assert!(stage.model.chat().is_some_and(|chat| chat.draft.is_empty()) && stage.model.screens.is_empty());
    stage.press("w");
    stage.write("jsem tu");
    stage.press("enter");
    assert_eq!(stage.said(), [], "the child is Petr's");
    assert_eq!(last_whisper(&stage).as_deref(), Some("jsem tu"));
    assert!(
        stage.saved.iter().all(|(job, _)| !matches!(job, Job::Contact(_))),
        "nothing of it in my casebook"
    );
    stage.press("o enter");
    assert_eq!(stage.written().last(), Some(&(RED_OWL, Act::Claim)));
    stage.store_last();
    assert!(stage.model.chat_of(RED_OWL).is_some_and(Chat::is_mine));
    assert!(stage.screen().contains("to RED OWL"), "now there is a box: {}", stage.screen());
    assert!(stage.screen().contains("nevím co mám dělat"), "and what was read is still there");
}

#[test]
fn who_looks_out_is_back_in_the_list() {
    let mut stage = supervisor();
    stage.press("esc up enter");
    assert_eq!(stage.model.front, Some(RED_OWL));
    stage.press("esc");
    assert_eq!(stage.asked.last(), Some(&LinkCommand::Unwatch { conv: RED_OWL }));
    assert!(stage.model.chats.is_empty() && stage.model.pane == Pane::List, "{}", stage.screen());
    // A second look asks for all of it again, and the answer to looking away does not end it.
    stage.asked.clear();
    stage.press("enter");
    stage.link(Update::NotWatched { conv: RED_OWL, code: None });
    assert_eq!(stage.asked, [LinkCommand::Reload { conv: RED_OWL }, LinkCommand::Watch { conv: RED_OWL }]);
    assert_eq!(stage.model.reads_along(), Some(RED_OWL));
}

#[test]
fn a_supervisor_hears_an_alarm_until_it_is_looked_at() {
    let mut stage = supervisor();
    stage.model.settings.bell = true;
    stage.pass(1_000);
    let rings = |stage: &Stage| stage.others.iter().filter(|effect| matches!(effect, Effect::Bell)).count();
    assert_eq!(rings(&stage), 1);
    stage.press("esc up enter");
    stage.pass(40_000);
    assert_eq!(rings(&stage), 1);
}

#[test]
fn a_danger_to_life_is_said_in_words_once() {
    let mut stage = supervisor();
    assert!(!stage.notice().contains("Danger"), "{}", stage.notice());
    let mut danger = held(RED_OWL, "Petr", NOON - 600_000);
    danger.level = Some(3);
    stage.queue(vec![danger]);
    stage.pass(1_000);
    assert!(
        stage.notice().contains("Danger to life") && stage.notice().contains("Petr"),
        "{}",
        stage.notice()
    );
    stage.pass(60_000);
    assert!(!stage.notice().contains("Danger to life"), "{}", stage.notice());
}

#[test]
fn danger_to_life_has_a_clock_and_each_step_is_a_whispered_line() {
    let mut stage = two_chats();
    stage.press("f7 d enter");
    assert_eq!(stage.written(), [(BLUE_FOX, Act::Flag { level: 3, reason: String::new() })]);
    stage.pass(65_000);
    assert!(stage.screen().contains("since the alarm 01:05"), "{}", stage.screen());
    stage.press("enter");
    let step = last_whisper(&stage).expect("a step");
    assert!(step.starts_with("14:03 "), "with its time: {step}");
    stage.store_last();
    let me = Who::Line(Some(account("Jana")));
    let at = stage.wall - 65_000;
    stage.line(BLUE_FOX, Log::Desk, at, me, What::Flagged { level: 3, reason: words("", "") });
    stage.press("esc");
    stage.model.notice = None;
    assert!(stage.notice().starts_with("⚑ Danger to life: Blue Fox, 01:05; no supervisor"));
    stage.line(BLUE_FOX, Log::Desk, stage.wall, Who::Relay, What::Watched { who: account("Eva"), on: true });
    stage.model.notice = None;
    assert!(stage.notice().ends_with("Eva reads along"), "{}", stage.notice());
    assert!(!stage.model.has_place(), "a child in danger takes all places");
    let before = stage.written().len();
    stage.press("f7 d");
    assert!(stage.screen().contains("✓ "), "the step is done: {}", stage.screen());
    assert_eq!(stage.written().len(), before, "no second alarm");
}

#[test]
fn a_high_risk_set_by_a_person_alarms_the_supervisors() {
    let mut stage = two_chats();
    stage.press("f8 s s s s d");
    assert_eq!(stage.written(), [(BLUE_FOX, Act::Flag { level: 2, reason: String::new() })]);
    stage.press("f8 d");
    assert_eq!(stage.written().len(), 1, "once");
}

#[test]
fn a_note_of_the_shift_before_is_the_first_thing_seen_and_is_taken_over_with_one_key() {
    let mut stage = Stage::locked(Lang::En, (80, 24), Settings::default());
    stage.give(Input::Unlocked(Box::default()));
    stage.welcome(&[]);
    let mut other = at_work();
    other.queue(Vec::new());
    let mut queue = other.model.desk.queue.as_deref().expect("a queue").clone();
    queue.house.notes = vec![desk::Notice {
        id: EntryId([8; 16]),
        at: NOON - 600_000,
        by: account("Eva"),
        to: None,
        until: Some(NOON + 600_000),
        words: Some(words("Eva", "Zítra v 16 píše Modrá liška.")),
    }];
    stage.link(Update::Queue(std::sync::Arc::new(queue)));
    assert!(stage.screen().contains("Zítra v 16 píše Modrá liška."), "{}", stage.screen());
    stage.press("down enter");
    let [(conv, Act::Announce { to: None, text, .. })] = &stage.written()[..] else { panic!("told to all") };
    assert!(conv.is_house() && text.contains("from Eva: Zítra v 16"), "{text}");
}

#[test]
fn what_i_write_at_another_computer_stands_here_and_is_not_said_twice_unasked() {
    let mut stage = two_chats();
    stage.pass(2_000);
    stage.write("od stolu");
    stage.press("enter");
    stage.store_last();
    assert!(!stage.notice().contains("computer"), "what this console wrote is its own: {}", stage.notice());
    stage.write("rozepsané");
    stage.me(BLUE_FOX, stage.wall, "psáno jinde");
    assert!(stage.notice().contains("on another computer"), "{}", stage.notice());
    stage.press("enter");
    assert_eq!(stage.said(), [], "held once");
    assert!(stage.notice().contains("You wrote here from another computer"), "{}", stage.notice());
    stage.press("enter");
    assert_eq!(stage.said(), [(BLUE_FOX, "rozepsané".to_owned())]);
    // After a moment the words were seen.
    stage.store_last();
    stage.me(BLUE_FOX, stage.wall, "a ještě");
    stage.pass(10_000);
    stage.write("dál");
    stage.press("enter");
    assert_eq!(stage.said(), [(BLUE_FOX, "dál".to_owned())]);
}

#[test]
fn a_chat_that_is_closed_at_another_computer_leaves_and_its_note_stays() {
    let mut stage = two_chats();
    stage.press("f4");
    stage.write("zapsáno tady");
    stage.pass(2_000);
    stage.saved.clear();
    let me = Who::Line(Some(account("Jana")));
    stage.line(BLUE_FOX, Log::Talk, stage.wall, me.clone(), What::Closed(ClosedReason::Ended));
    assert!(stage.notice().contains("on another computer"), "{}", stage.notice());
    stage.line(BLUE_FOX, Log::Desk, stage.wall, me, What::Archived);
    assert!(stage.notice().contains("is in its casebook"), "{}", stage.notice());
    assert!(!stage.model.mine().any(|chat| chat.conv == BLUE_FOX));
    assert_eq!(stage.written(), [], "nothing is told to the relay again");
}

#[test]
fn the_newest_state_on_shift_counts_for_both_computers() {
    let mut stage = two_chats();
    let told = stage.model.desk.wrote.iter().find(|(_, wrote)| **wrote == Wrote::State).map(|(id, _)| *id);
    let (id, conv) = (told.expect("my state was said"), ConversationId::HOUSE);
    let log = Log::Desk;
    stage.link(Update::Stored { id, conv, log, entry: id, seq: 1, at: stage.wall });
    let said = |state, until, since| vec![Person { since, ..person("Jana", state, until) }];
    // What the relay knew before is old.
    stage.people(Vec::new(), said(ShiftState::Off, None, stage.wall));
    assert_eq!(stage.model.desk.state, ShiftState::Ready);
    stage.pass(5_000);
    let until = Some(stage.wall + 300_000);
    stage.people(Vec::new(), said(ShiftState::Break, until, stage.wall));
    assert_eq!((stage.model.desk.state, stage.model.desk.until), (ShiftState::Break, until));
    assert!(stage.notice().contains("began a break"), "{}", stage.notice());
    assert!(stage.asked.iter().all(|command| !is_state(command)), "nothing is said back: {:?}", stage.asked);
    // The other one locks itself; here somebody works.
    stage.pass(5_000);
    stage.people(Vec::new(), said(ShiftState::Locked, until, stage.wall));
    assert_eq!(stage.model.desk.state, ShiftState::Break);
    assert_eq!(stage.asked.iter().filter(|command| is_state(command)).count(), 1);
}

fn is_state(command: &LinkCommand) -> bool {
    matches!(command, LinkCommand::Write { act: Act::State(_), .. })
}
