//! Pace and care: sending with a hold, breaks, places, silence, the end of a shift, and a clock that is wrong.

use super::*;
use crate::casebook::record::{Promise, PromiseId};

fn holding() -> Stage {
    let mut stage = two_chats();
    stage.model.settings.send_hold_ms = 3_000;
    stage
}

fn draft(stage: &Stage) -> String {
    stage.model.chat().expect("a chat").draft.text()
}

#[test]
fn a_sent_line_waits_and_esc_takes_it_back() {
    let mut stage = holding();
    stage.write("Ahoj");
    stage.press("enter");
    stage.pass(2_000);
    assert_eq!(stage.said(), []);
    assert!(stage.screen().contains("Ahoj (goes in 1 s · Esc takes it back)"), "{}", stage.screen());
    stage.write("a dál");
    stage.press("esc");
    assert_eq!(draft(&stage), "Ahoj\na dál");
    stage.pass(10_000);
    assert_eq!(stage.said(), []);
    stage.press("enter");
    stage.pass(3_000);
    assert_eq!(stage.said(), [(BLUE_FOX, "Ahoj\na dál".to_owned())]);
}

#[test]
fn a_held_line_goes_to_its_own_child_and_keeps_the_order() {
    let mut stage = holding();
    stage.write("první");
    stage.press("enter");
    stage.write("druhá");
    stage.press("enter");
    assert_eq!(stage.said(), [(BLUE_FOX, "první".to_owned())], "the next Enter sends the one before");
    stage.press("ctrl-down esc");
    assert_eq!(stage.model.pane, Pane::List, "Esc in another chat takes nothing back");
    stage.pass(3_000);
    assert_eq!(stage.said(), [(BLUE_FOX, "první".to_owned()), (BLUE_FOX, "druhá".to_owned())]);
}

#[test]
fn a_held_line_is_never_lost() {
    type Deed = fn(&mut Stage);
    let cases: [(&str, Deed, usize); 4] = [
        ("the lock sends it", |stage| stage.press("f4 f4 alt-l"), 1),
        ("leaving sends it", |stage| stage.press("ctrl-c down enter"), 1),
        ("the system ends the program: it stays a draft", |stage| stage.give(Input::Terminate), 0),
        (
            "the child left: it is back in the box",
            |stage| {
                let left = crate::conversation::event::LeftReason::Leave;
                stage.line(BLUE_FOX, Log::Talk, NOON, Who::Relay, What::Left(left));
                stage.pass(3_000);
            },
            0,
        ),
    ];
    for (case, deed, sent) in cases {
        let mut stage = holding();
        stage.write("Ahoj");
        stage.press("enter");
        deed(&mut stage);
        assert_eq!(stage.said().len(), sent, "{case}");
        if sent == 0 {
            let kept = |(_, changes): &(Job, Vec<Change>)| matches!(&changes[..], [Change::Draft(draft)] if draft.text == "Ahoj");
            assert!(stage.saved.iter().any(kept), "{case}: {:?}", stage.saved);
        }
    }
}

#[test]
fn waits_do_not_depend_on_this_computers_clock() {
    for (case, wrong) in [("an hour behind", -3_600_000_i64), ("a day ahead", 86_400_000)] {
        let mut stage = Stage::locked(Lang::En, (80, 24), Settings { bell: false, ..Settings::default() });
        stage.wall = NOON.saturating_add_signed(wrong);
        stage.give(Input::Unlocked(Box::default()));
        let mut other = at_work();
        other.queue(vec![waiting(GREY_SEAL, NOON - 65_000, "a12_14", "peers", Feel::Bad)]);
        let queue = other.model.desk.queue.clone().expect("a queue");
        stage.link(Update::Connection(Connection::Online { host: "r".into(), since: stage.wall }));
        stage.link(Update::Welcome(desk::Welcome {
            ahead_ms: -wrong,
            ..other.model.desk.me.clone().expect("me")
        }));
        stage.link(Update::Queue(queue));
        assert!(stage.screen().contains("1 waiting, longest 01:05"), "{case}: {}", stage.screen());
        // The clock is put right in the middle of the shift: the wait goes on as it was.
        stage.wall = NOON;
        stage.pass(1_000);
        assert!(stage.screen().contains("longest 01:06"), "{case}: {}", stage.screen());
    }
}

#[test]
fn a_child_that_fell_silent_is_asked_gently() {
    let mut stage = two_chats();
    stage.model.settings.lock_after_ms = 0;
    stage.me(BLUE_FOX, NOON, "Jsem tu.");
    stage.me(RED_OWL, NOON, "Jsem tu.");
    stage.model.notice = None;
    stage.pass(4 * 60_000);
    assert!(!stage.screen().contains("quiet"));
    stage.pass(2 * 60_000);
    assert!(stage.screen().contains("Blue Fox       quiet"), "{}", stage.screen());
    assert!(stage.notice().starts_with("○ Blue Fox has been quiet for 06:"), "{}", stage.notice());
    stage.press("/ enter");
    assert_eq!(stage.said(), [], "never sent by itself");
    assert!(draft(&stage).starts_with("Klidně si dej na čas"), "{}", draft(&stage));
    stage.child(BLUE_FOX, stage.wall, ".");
    assert!(!stage.notice().contains("quiet"));
}

#[test]
fn who_waits_for_me_is_seen_beside_every_other_sentence() {
    let mut stage = two_chats();
    stage.press("esc s");
    let screen = stage.screen();
    let line = screen.lines().find(|line| line.contains("The bell is quiet")).expect("the notice");
    assert!(line.ends_with("● 2 · 05:05"), "{line}");
}

#[test]
fn a_break_ends_by_being_told_not_by_itself() {
    let mut stage = two_chats();
    stage.model.settings.lock_after_ms = 0;
    stage.press("esc b enter");
    assert_eq!(stage.model.desk.state, ShiftState::Break);
    stage.pass(5 * 60_000 + 1_000);
    assert_eq!(stage.notice(), "Your break is over; b makes you ready.");
    assert_eq!(stage.model.desk.state, ShiftState::Break);
    stage.press("b");
    assert_eq!(stage.model.desk.state, ShiftState::Ready);
}

#[test]
fn a_break_is_proposed_after_a_heavy_chat() {
    let mut stage = two_chats();
    stage.model.chats[0].contact.facets.risk = Some(4);
    stage.model.chats[0].contact.supervisor = "Eva".into();
    let conv = stage.model.chats[0].conv;
    stage.noted(conv);
    stage.press("f8 f5 b u l enter esc o o l b enter");
    stage.asked.retain(|command| !matches!(command, LinkCommand::Write { act: Act::Flag { .. }, .. }));
    while !stage.written().is_empty() {
        stage.store_last();
    }
    assert!(stage.notice().contains("That was a heavy one: b is a break"), "{}", stage.notice());
}

#[test]
fn the_others_see_how_many_places_i_offer() {
    let mut stage = two_chats();
    let offers = |stage: &Stage| {
        stage.asked.iter().rev().find_map(|command| match command {
            LinkCommand::Write { act: Act::State(state), .. } => Some(state.places),
            _ => None,
        })
    };
    stage.model.chats[0].contact.facets.risk = Some(3);
    stage.pass(1);
    assert_eq!(offers(&stage), Some(2), "a child at high risk takes all");
    stage.model.chats[0].contact.facets.risk = Some(1);
    stage.pass(1);
    assert_eq!(offers(&stage), Some(3));
    stage.press("f9");
    stage.write("how many");
    stage.press("enter up enter");
    assert_eq!((offers(&stage), stage.model.places()), (Some(2), 2));
}

#[test]
fn a_locked_screen_without_a_child_is_signed_off_after_half_an_hour() {
    for (case, rows, off) in
        [("no child", Vec::new(), true), ("a child", vec![held(BLUE_FOX, "Jana", NOON)], false)]
    {
        let mut stage = at_work();
        stage.queue(rows);
        stage.press("esc l");
        stage.pass(31 * 60_000);
        assert_eq!(stage.model.desk.state == ShiftState::Off, off, "{case}");
        stage.give(Input::Unlocked(Box::default()));
        assert_eq!(stage.model.desk.state, ShiftState::Ready, "{case}");
    }
}

#[test]
fn the_end_of_a_shift_names_what_is_open_and_puts_promises_into_a_note() {
    let mut stage = Stage::shift(Lang::En, (80, 30));
    stage.model.promises = vec![Promise {
        id: PromiseId([1; 16]),
        case: CaseId([1; 16]),
        contact: None,
        what: "zavolat škole".into(),
        by: "Jana".into(),
        due: NOON + 86_400_000,
        done: None,
    }];
    stage.press("ctrl-c");
    let screen = stage.screen();
    for line in [
        "● Blue Fox is open",
        "◇ Green Hare is not finished",
        "One promise is due soon",
        "Red Owl: hand over…",
    ] {
        assert!(screen.contains(line), "{line}\n{screen}");
    }
    stage.write("note");
    stage.press("enter enter");
    assert!(stage.screen().contains("25 Nov: zavolat škole"), "{}", stage.screen());
    stage.press("enter");
    assert!(
        matches!(&stage.written()[..], [(_, Act::Announce { to: None, text, .. })] if text.contains("zavolat"))
    );
    stage.asked.clear();
    stage.press("ctrl-c");
    stage.write("red owl: hand");
    stage.press("enter");
    assert_eq!(stage.model.front, Some(RED_OWL));
    assert!(stage.screen().contains("Hand Red Owl over to"));
}

#[test]
fn a_phrase_is_made_of_a_sent_line_and_is_at_hand_at_once() {
    let mut stage = two_chats();
    stage.me(BLUE_FOX, NOON, "Jsi moc statečná.");
    stage.press("f9");
    stage.write("make a phrase");
    stage.press("enter");
    stage.write("Stat");
    stage.press("enter");
    assert!(stage.notice().contains("short code"), "{}", stage.notice());
    stage.press("ctrl-u");
    stage.write("stat");
    stage.press("enter");
    let kept = stage.others.iter().find_map(|effect| match effect {
        Effect::KeepPhrase(lang, phrase) => Some((*lang, phrase.clone())),
        _ => None,
    });
    let (lang, phrase) = kept.expect("a phrase for the file");
    assert_eq!(
        (lang, phrase.code.as_str(), phrase.text(crate::locale::Address::Vy)),
        (Lang::Cs, "stat", "Jsi moc statečná.")
    );
    stage.press("/");
    stage.write("st");
    stage.press("enter");
    assert_eq!(draft(&stage), "Jsi moc statečná.");
}

#[test]
fn emoji_are_put_in_by_name() {
    let mut stage = two_chats();
    stage.write("drž se ");
    stage.press("esc e");
    stage.write("hea");
    stage.press("enter");
    assert_eq!(draft(&stage), "drž se 💙");
}

#[test]
fn words_are_copied_only_where_that_is_allowed() {
    for (case, allowed) in [("not by itself", false), ("on wish", true)] {
        let mut stage = two_chats();
        stage.model.settings.clipboard = allowed;
        stage.press("esc k");
        let copied =
            stage.others.iter().any(|effect| matches!(effect, Effect::Copy(words) if words == "ahoj"));
        assert_eq!(copied, allowed, "{case}");
    }
}

#[test]
fn a_search_is_narrowed_and_widened_again() {
    let mut stage = two_chats();
    let filter = |stage: &Stage| {
        stage.others.iter().rev().find_map(|effect| match effect {
            Effect::Find(_, words, filter) => Some((words.clone(), filter.clone())),
            _ => None,
        })
    };
    stage.press("f3");
    stage.write("fot");
    stage.press("f5");
    stage.write("high");
    stage.press("enter");
    stage.write("grooming");
    stage.press("enter esc");
    let (words, narrowed) = filter(&stage).expect("a search");
    assert_eq!(
        (words.as_str(), narrowed.risk, narrowed.topic.as_deref()),
        ("fot", Some(3), Some("violence.grooming"))
    );
    assert!(
        stage.screen().contains("Grooming · risk High or more")
            || stage.screen().contains("risk high or more"),
        "{}",
        stage.screen()
    );
    stage.press("f5 enter esc");
    let (_, narrowed) = filter(&stage).expect("a search");
    assert_eq!(*narrowed, crate::casebook::record::Filter::default());
}

#[test]
fn a_console_that_comes_back_after_long_says_its_state_again() {
    let states = |stage: &Stage| -> Vec<ShiftState> {
        let said = stage.asked.iter().filter_map(|command| match command {
            LinkCommand::Write { act: Act::State(state), .. } => Some(state.state),
            _ => None,
        });
        said.collect()
    };
    for (case, seen, said) in
        [("forgotten", ShiftState::Off, vec![ShiftState::Break]), ("known", ShiftState::Break, vec![])]
    {
        let mut stage = at_work();
        stage.model.settings.lock_after_ms = 0;
        stage.press("esc b enter");
        stage.asked.clear();
        stage.welcome(&[]);
        stage.people(vec![], vec![person("Jana", seen, None)]);
        assert_eq!(states(&stage), said, "{case}");
        // What comes later is another console's word, and the newest counts.
        stage.asked.clear();
        stage.people(vec![], vec![person("Jana", ShiftState::Off, None)]);
        assert_eq!(states(&stage), [], "{case}");
    }
}

#[test]
fn on_a_break_nobody_new_comes_by_itself() {
    let mut stage = at_work();
    stage.model.settings.lock_after_ms = 0;
    stage.queue(vec![waiting(BLUE_FOX, NOON - 60_000, "a12_14", "family", Feel::Bad)]);
    stage.press("esc b enter f2");
    assert_eq!(stage.written(), []);
    assert!(stage.notice().contains("You are on a break"), "{}", stage.notice());
    stage.press("b f2");
    assert_eq!(stage.written(), [(BLUE_FOX, Act::Claim)]);
}
