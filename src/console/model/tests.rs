//! What a shift may bring, as lists of inputs.

use proptest::prelude::*;

mod care;
mod race;
mod team;

use super::*;
use crate::casebook::record::{Change, Contact, Draft, Kept, OutboxItem};
use crate::client::desk;
use crate::client::desk::{Act, ChildSignal, Command as LinkCommand, Update};
use crate::client::link::{Connection, Denied, Lost};
use crate::console::keymap::Context;
use crate::console::stage::*;
use crate::conversation::Log;
use crate::conversation::event::{ClosedReason, Feel, ShiftState};
use crate::conversation::queue::{Back, Phase};
use crate::conversation::transcript::{What, Who};

fn at_work() -> Stage {
    Stage::new(Lang::En, (80, 24))
}

/// Blue Fox in front, Red Owl beside it, both quiet for long.
fn two_chats() -> Stage {
    let mut stage = at_work();
    stage.queue(vec![held(BLUE_FOX, "Jana", NOON - 600_000), held(RED_OWL, "Jana", NOON - 500_000)]);
    for conv in [BLUE_FOX, RED_OWL] {
        stage.hold(conv, NOON - 600_000);
        stage.child(conv, NOON - 300_000, "ahoj");
    }
    stage.model.front = Some(BLUE_FOX);
    stage.pass(5_000);
    stage.asked.clear();
    stage.saved.clear();
    stage
}

#[test]
fn f2_takes_the_child_whom_the_relay_puts_first() {
    let mut stage = at_work();
    stage.queue(vec![
        waiting(GREY_SEAL, NOON - 60_000, "a12_14", "peers", Feel::VeryBad),
        waiting(GOLD_HERON, NOON - 220_000, "a15_17", "family", Feel::SoSo),
    ]);
    stage.press("f2");
    assert_eq!(stage.written(), [(GREY_SEAL, Act::Claim)]);
    stage.press("f2");
    assert_eq!(
        stage.written().last(),
        Some(&(GOLD_HERON, Act::Claim)),
        "a claim under way is not made twice"
    );
}

#[test]
fn a_claim_that_is_won_comes_to_the_front_and_the_box_has_the_cursor() {
    let mut stage = at_work();
    stage.queue(vec![waiting(GREY_SEAL, NOON - 60_000, "a12_14", "peers", Feel::Bad)]);
    stage.press("esc f2");
    // The link reads a child as soon as it is mine: its words may come before the answer to the claim.
    stage.child(GREY_SEAL, NOON, "je tu někdo?");
    stage.store_last();
    assert_eq!((stage.model.front, stage.model.pane), (Some(GREY_SEAL), Pane::Box));
    assert!(stage.screen().contains("je tu někdo?"));
    stage.queue(vec![waiting(GREY_SEAL, NOON - 60_000, "a12_14", "peers", Feel::Bad)]);
    assert_eq!(stage.model.front, Some(GREY_SEAL), "an older queue does not take it away again");
}

#[test]
fn a_late_answer_does_not_take_the_box_from_under_the_hands() {
    let mut stage = two_chats();
    stage.queue(vec![waiting(GREY_SEAL, NOON - 60_000, "a12_14", "peers", Feel::Bad)]);
    stage.press("f2");
    stage.write("A co");
    stage.store_last();
    assert_eq!(stage.model.front, Some(BLUE_FOX));
    assert_eq!(stage.notice(), "Grey Seal is yours now and waits in your list.");
    assert_eq!(stage.model.chat().expect("a chat").draft.text(), "A co");
}

#[test]
fn who_loses_the_race_learns_who_won() {
    let mut stage = at_work();
    stage.queue(vec![waiting(RED_OWL, NOON - 60_000, "a12_14", "peers", Feel::Bad)]);
    stage.press("f2");
    let LinkCommand::Write { id, conv, .. } = stage.asked[0].clone() else { panic!("a claim") };
    let why = Denied::Relay(crate::protocol::Refusal::Conflict);
    stage.link(Update::Refused { id, conv, why, holder: Some(account("Petr")) });
    assert_eq!(stage.notice(), "Petr took Red Owl a moment ago; F2 takes the next child.");
    assert!(stage.model.chats.is_empty());
}

#[test]
fn without_a_free_place_f2_says_so_and_the_list_asks() {
    for (case, risk, places, sentence) in [
        ("all places taken", None, 2, "You have no free place (2 of 2)"),
        ("a child at high risk takes all", Some(3), 3, "A child at high risk has all your places"),
    ] {
        let mut stage = two_chats();
        stage.model.settings.places = places;
        stage.model.chats[0].contact.facets.risk = risk;
        let mut rows = stage.model.desk.rows().to_vec();
        rows.push(waiting(GREY_SEAL, NOON - 60_000, "a12_14", "peers", Feel::Bad));
        stage.queue(rows);
        stage.press("f2");
        assert!(stage.notice().starts_with(sentence), "{case}: {}", stage.notice());
        assert_eq!(stage.written(), [], "{case}");
        stage.press("esc ctrl-up ctrl-up up up a enter");
        assert_eq!(stage.written(), [(GREY_SEAL, Act::Claim)], "{case}");
    }
}

#[test]
fn a_child_that_comes_back_is_left_to_its_colleague_for_a_minute() {
    let mut stage = at_work();
    let mut back = row(BLUE_FOX, Phase::Waiting, NOON - 30_000);
    back.back = Some(Back { conv: RED_OWL, holder: Some(account("Petr")) });
    stage.queue(vec![back, row(GREY_SEAL, Phase::Waiting, NOON - 10_000)]);
    assert_eq!(stage.model.next_child().map(|row| row.conv), Some(GREY_SEAL));
    stage.pass(31_000);
    assert_eq!(stage.model.next_child().map(|row| row.conv), Some(BLUE_FOX));
}

#[test]
fn enter_sends_to_the_child_in_front() {
    let mut stage = two_chats();
    stage.write("Ahoj, jsem tady.");
    stage.press("enter");
    assert_eq!(stage.said(), [(BLUE_FOX, "Ahoj, jsem tady.".to_owned())]);
    let chat = stage.model.chat().expect("a chat");
    assert!(chat.draft.is_empty());
    assert_eq!(chat.transcript.pending().len(), 1, "not yet stored");
    stage.store_last();
    assert_eq!(stage.model.chat().expect("a chat").transcript.pending().len(), 0);
}

#[test]
fn the_guard_holds_enter_once() {
    type Before = fn(&mut Stage);
    let cases: [(&str, Before, &str); 5] = [
        ("just switched", |stage| stage.press("f6"), "Send to Red Owl? You came to this chat a moment ago."),
        (
            "a line just came",
            |stage| stage.child(BLUE_FOX, NOON, "ještě něco"),
            "Send to Blue Fox? A new line came a moment ago.",
        ),
        ("names another", |stage| stage.write("red owl: "), "Send to Blue Fox? The text names Red Owl."),
        (
            "another's draft",
            |stage| {
                stage.press("f6");
                stage.write("Ahoj");
                stage.press("f6");
                stage.pass(1_000);
            },
            "Send to Blue Fox? The same text stands in the box of Red Owl.",
        ),
        ("a line end in a paste", |stage| stage.paste("první\ndruhý\n"), ""),
    ];
    for (case, before, sentence) in cases {
        let mut stage = two_chats();
        before(&mut stage);
        assert_eq!(stage.said(), [], "{case}");
        stage.write("Ahoj");
        stage.press("enter");
        if sentence.is_empty() {
            assert_eq!(stage.said(), [(BLUE_FOX, "první\ndruhý\nAhoj".to_owned())], "{case}");
            continue;
        }
        assert_eq!(stage.said(), [], "{case}");
        assert!(stage.notice().starts_with(sentence), "{case}: {}", stage.notice());
        stage.press("enter");
        assert_eq!(stage.said().len(), 1, "{case}: the second Enter sends");
    }
}

#[test]
fn esc_does_not_send_what_was_held_and_a_change_holds_anew() {
    let mut stage = two_chats();
    stage.press("f6");
    stage.write("Ahoj");
    stage.press("enter esc");
    assert_eq!((stage.said(), stage.model.pane), (vec![], Pane::Box));
    assert_eq!(stage.model.chat().expect("a chat").draft.text(), "Ahoj");
    stage.press("enter");
    stage.write("!");
    stage.press("enter");
    assert_eq!(stage.said(), [], "other words are looked at again");
}

#[test]
fn drafts_belong_to_their_chats_and_are_kept_at_every_pause() {
    let mut stage = two_chats();
    stage.write("pro lišku");
    stage.pass(299);
    assert!(stage.saved.is_empty(), "no pause yet");
    stage.pass(1);
    let Some((Job::Draft(conv), changes)) = stage.saved.last() else { panic!("a draft") };
    assert_eq!(*conv, BLUE_FOX);
    assert!(matches!(&changes[..], [Change::Draft(draft)] if draft.text == "pro lišku"));
    stage.press("ctrl-down");
    stage.write("pro sovu");
    stage.press("ctrl-up");
    assert_eq!(stage.model.chat().expect("a chat").draft.text(), "pro lišku");
    let kept = |stage: &Stage, words: &str| {
        stage
            .saved
            .iter()
            .any(|(_, changes)| matches!(&changes[..], [Change::Draft(draft)] if draft.text == words))
    };
    stage.pass(300);
    assert!(kept(&stage, "pro sovu"));
}

#[test]
fn a_draft_stays_on_disk_until_the_sent_words_are_in_the_outbox() {
    let mut stage = two_chats();
    stage.write("Ahoj");
    stage.pass(400);
    stage.saved.clear();
    stage.press("enter");
    stage.pass(10_000);
    assert!(stage.saved.is_empty(), "the draft on disk is the only copy: {:?}", stage.saved);
    let Some(LinkCommand::Write { id, conv, .. }) = stage.asked.last().cloned() else { panic!("words") };
    let item = desk::OutboxItem { id, conv, bytes: b"sealed".to_vec() };
    stage.link(Update::Keep(item));
    assert!(
        stage.asked.iter().any(|command| matches!(command, LinkCommand::Kept { id: kept } if *kept == id))
    );
    stage.pass(400);
    let jobs: Vec<bool> =
        stage.saved.iter().map(|(_, changes)| matches!(changes[..], [Change::DropDraft(_)])).collect();
    assert_eq!(jobs, [false, true], "first the outbox, then the draft goes");
}

#[test]
fn after_a_crash_drafts_notes_and_words_on_their_way_are_back() {
    let mut stage = Stage::locked(Lang::En, (80, 24), Settings::default());
    let say = |text: &str| {
        let act = serde_json::json!({"act": {"say": {"text": text}}});
        serde_json::to_vec(&act).expect("JSON")
    };
    let mut contact =
        Contact::begun(ContactId([1; 16]), CaseId([2; 16]), "chat", "Blue Fox", "Jana", NOON - 60_000);
    contact.conv = Some(BLUE_FOX);
    contact.note.set("data", "Fotky ve skupině.");
    contact.facets.topics = vec!["violence.bullying".into()];
    let restored = Restored {
        drafts: vec![
            Draft { conv: BLUE_FOX, text: "rozepsané".into(), at: NOON - 1_000 },
            Draft { conv: RED_OWL, text: "Na cestě".into(), at: NOON - 1_000 },
        ],
        contacts: vec![contact],
        outbox: vec![OutboxItem { id: EntryId([5; 16]), conv: RED_OWL, order: 1, bytes: say("Na cestě") }],
        promises: Vec::new(),
        count: 1,
        ..Restored::default()
    };
    stage.give(Input::Unlocked(Box::new(restored)));
    stage.welcome(&[BLUE_FOX, RED_OWL]);
    let fox = stage.model.chat_of(BLUE_FOX).expect("the chat");
    assert_eq!(fox.draft.text(), "rozepsané");
    assert_eq!(fox.note.note().field("data"), "Fotky ve skupině.");
    assert_eq!(fox.contact.facets.topics, ["violence.bullying"]);
    let owl = stage.model.chat_of(RED_OWL).expect("the chat");
    assert_eq!(owl.transcript.pending()[0].text.as_str(), "Na cestě");
    assert!(owl.draft.is_empty(), "what is on its way is no draft any more");
}

#[test]
fn f6_goes_to_who_waits_longest_for_me() {
    let mut stage = two_chats();
    stage.press("f6");
    assert_eq!(stage.model.front, Some(RED_OWL), "Blue Fox is in front already");
    stage.me(RED_OWL, NOON, "Ano?");
    stage.press("f6");
    assert_eq!(stage.model.front, Some(BLUE_FOX));
    stage.press("f6");
    assert_eq!(stage.notice(), "Nobody else waits for an answer of yours.");
}

#[test]
fn the_note_is_always_saved() {
    let mut stage = two_chats();
    stage.press("f4");
    stage.write("Fotky ve skupině.");
    stage.press("f4");
    assert_eq!(stage.model.pane, Pane::Box);
    stage.pass(300);
    let kept = stage.saved.iter().any(|(job, changes)| {
        *job == Job::Contact(BLUE_FOX)
            && matches!(&changes[..], [Change::Contact(contact)] if contact.note.field("data") == "Fotky ve skupině.")
    });
    assert!(kept);
    assert!(stage.model.chat().expect("a chat").draft.is_empty());
}

#[test]
fn a_full_disk_is_told_and_nothing_is_lost() {
    let mut stage = two_chats();
    stage.saving = Some(Err(SaveFailure::DiskFull));
    stage.press("f4");
    stage.write("Důležité");
    stage.pass(300);
    assert!(stage.notice().starts_with("The disk is full"));
    stage.saving = Some(Ok(()));
    stage.pass(5_000);
    let kept = |change: &Change| matches!(change, Change::Contact(contact) if contact.note.field("data") == "Důležité");
    assert!(stage.saved.last().is_some_and(|(_, changes)| changes.iter().any(kept)));
}

#[test]
fn topics_are_found_by_a_few_letters_without_accents() {
    let mut stage = Stage::shift(Lang::Cs, (80, 24));
    stage.press("f5 s i k enter");
    let facets = |stage: &Stage| stage.model.chat_of(BLUE_FOX).expect("a chat").contact.facets.clone();
    assert_eq!(facets(&stage).topics, ["violence.bullying"]);
    assert_eq!(facets(&stage).online, None, "never guessed");
    stage.press("tab tab esc");
    assert_eq!(facets(&stage).online.as_deref(), Some("online"));
    assert!(stage.model.screens.is_empty());
    stage.press("f5 s i k enter");
    assert!(facets(&stage).topics.is_empty(), "Enter takes it back");
}

#[test]
fn the_note_that_the_form_opens_takes_what_is_typed_next() {
    let mut stage = Stage::shift(Lang::En, (80, 24));
    // It was open before the form: it must not be shut.
    stage.press("f4 f8 f4");
    assert_eq!(stage.model.pane, Pane::Note);
    stage.press("f8 f4");
    assert_eq!(stage.model.pane, Pane::Note);
}

#[test]
fn closing_takes_every_step_in_order_and_archives_only_what_is_safe() {
    let mut stage = Stage::shift(Lang::En, (80, 24));
    stage.press("f8");
    stage.press("enter");
    assert_eq!(stage.notice(), "! One thing is missing: the topics. Press F5.");
    stage.press("f5 b u l enter esc o o l s");
    stage.press("enter");
    assert!(stage.notice().contains("Data. F4 opens the note"), "the starred fields: {}", stage.notice());
    stage.noted(BLUE_FOX);
    stage.press("enter");
    assert!(
        matches!(&stage.written()[..], [(BLUE_FOX, Act::Say { .. })]),
        "first the goodbye: {:?}",
        stage.written()
    );
    stage.store_last();
    let Act::Close { reason, .. } = stage.store_last() else { panic!("then the end") };
    assert_eq!(reason, ClosedReason::Ended);
    stage.saving = None;
    let Act::Classify { facets } = stage.store_last() else { panic!("then the facets") };
    let facets: crate::taxonomy::Facets = serde_json::from_str(&facets).expect("facets");
    assert_eq!(facets.topics, ["violence.bullying".into()]);
    assert_eq!(facets.outcomes, ["listened".into()]);
    assert_eq!(facets.online, Some(crate::taxonomy::Online::Online));
    assert_eq!(stage.written(), [], "not archived before it is safe");
    let Some((Job::Finished(BLUE_FOX), changes)) = stage.saved.last() else { panic!("then the casebook") };
    assert!(
        matches!(&changes[0], Change::Contact(contact) if contact.finished.is_some() && contact.lines == (3, 3))
    );
    assert!(matches!(&changes[1], Change::Transcript(transcript) if !transcript.lines.is_empty()));
    stage.saving = Some(Ok(()));
    stage.give(Input::Saved(Job::Finished(BLUE_FOX), Ok(NOON)));
    assert_eq!(stage.store_last(), Act::Archive);
    assert!(stage.model.chat_of(BLUE_FOX).is_none());
    assert_eq!(stage.model.front, Some(RED_OWL));
    assert_eq!(stage.notice(), "Blue Fox is closed and in your casebook.");
}

#[test]
fn a_casebook_that_cannot_save_keeps_the_form() {
    let mut stage = Stage::shift(Lang::En, (80, 24));
    stage.noted(BLUE_FOX);
    stage.press("f8 f5 b u l enter esc o o l s b enter");
    stage.store_last();
    stage.saving = Some(Err(SaveFailure::DiskFull));
    stage.store_last();
    assert_eq!(stage.written(), []);
    assert!(stage.model.chat_of(BLUE_FOX).expect("still there").contact.finished.is_none());
    stage.saving = Some(Ok(()));
    stage.press("ctrl-up f8 enter");
    assert!(
        matches!(stage.store_last(), Act::Classify { .. }),
        "the talk is over: only what is left is done"
    );
    assert_eq!(stage.store_last(), Act::Archive);
}

#[test]
fn nobody_closes_over_an_unread_message() {
    let mut stage = Stage::shift(Lang::En, (80, 24));
    stage.noted(BLUE_FOX);
    stage.press("f8 f5 b u l enter esc o o l s b");
    stage.child(BLUE_FOX, NOON, "počkej");
    stage.press("enter");
    assert_eq!(stage.written(), []);
    assert!(stage.notice().contains("počkej"));
    stage.press("enter");
    assert!(matches!(&stage.written()[..], [(BLUE_FOX, Act::Close { .. })]));
    let Some(LinkCommand::Write { id, conv, .. }) = stage.asked.last().cloned() else { panic!("the end") };
    stage.link(Update::Refused { id, conv, why: Denied::Unread, holder: None });
    assert!(stage.notice().contains("wrote at this very moment"));
    assert!(!stage.model.chat_of(BLUE_FOX).expect("a chat").closing.is_under_way());
    assert_eq!(stage.model.front, Some(RED_OWL), "the hands may already be writing there");
}

#[test]
fn a_chat_whose_child_left_is_only_to_be_closed() {
    let mut stage = Stage::shift(Lang::En, (80, 24));
    stage.model.front = Some(GREEN_HARE);
    stage.noted(GREEN_HARE);
    stage.press("f8 f5 b u l enter esc o o n s enter");
    assert!(matches!(&stage.written()[..], [(GREEN_HARE, Act::Classify { .. })]), "{:?}", stage.written());
    stage.store_last();
    assert_eq!(stage.store_last(), Act::Archive);
    assert!(stage.model.chat_of(GREEN_HARE).is_none());
}

#[test]
fn at_an_hour_without_a_supervisor_a_chat_of_high_risk_can_be_closed_too() {
    for (case, people) in [("a colleague", vec!["Petr"]), ("alone", vec![])] {
        let mut stage = Stage::shift(Lang::En, (80, 24));
        let rows = stage.model.desk.rows().to_vec();
        stage.people(rows, people.iter().map(|name| person(name, ShiftState::Ready, None)).collect());
        let own = stage.model.chat_of(BLUE_FOX).expect("a chat").contact.by.clone();
        stage.noted(BLUE_FOX);
        stage.press("f8 f5 b u l enter esc o o l tab space space space space tab space enter");
        let looked = &stage.model.chat_of(BLUE_FOX).expect("a chat").contact.supervisor;
        assert_eq!(looked, people.first().copied().unwrap_or(&own), "{case}");
        assert!(!stage.written().is_empty(), "{case}: {}", stage.notice());
    }
}

#[test]
fn high_risk_needs_the_name_of_who_looked_too() {
    let mut stage = Stage::shift(Lang::En, (80, 24));
    let mut eva = person("Eva", ShiftState::Ready, None);
    eva.role = crate::conversation::Role::Supervisor;
    let rows = stage.model.desk.rows().to_vec();
    stage.people(rows, vec![eva]);
    stage.noted(BLUE_FOX);
    stage.press("f8 f5 b u l enter esc o o l tab space space space space enter");
    assert!(stage.notice().contains("supervisor"), "{}", stage.notice());
    stage.press("tab space enter");
    assert_eq!(stage.model.chat_of(BLUE_FOX).expect("a chat").contact.supervisor, "Eva");
    assert!(!stage.written().is_empty());
}

#[test]
fn a_raised_risk_asks_who_is_with_the_child_and_for_the_next_contact() {
    let mut stage = Stage::shift(Lang::En, (80, 24));
    let chat = stage.model.chat_of_mut(BLUE_FOX).expect("a chat");
    ["data", "assessment", "plan"].iter().for_each(|field| chat.contact.note.set(field, "zapsáno"));
    chat.note = super::chat::NoteBoxes::open(&chat.contact.note, None, crate::taxonomy::Taxonomy::shipped());
    stage.press("f8 f5 b u l enter esc o o l tab space space");
    assert!(stage.screen().contains("Offer a safety plan."), "{}", stage.screen());
    stage.press("space enter");
    assert!(stage.notice().contains("Who is with the child now"), "{}", stage.notice());
    stage.press("f4");
    stage.write("máma");
    assert_eq!(stage.model.chat().expect("a chat").note.note().field("with_child"), "máma");
    stage.press("f8 enter");
    assert!(stage.notice().contains("Why no next contact"), "{}", stage.notice());
    stage.model.chat_mut().expect("a chat").contact.facets.outcomes.push("callback".into());
    stage.press("enter");
    assert!(!stage.written().is_empty(), "{}", stage.notice());
}

#[test]
fn a_lock_by_hand_starts_the_program_anew_only_if_no_child_is_held() {
    let settings = || Settings { starts_anew: true, ..Settings::default() };
    for (case, conv, anew) in [("nobody", None, true), ("a child", Some(BLUE_FOX), false)] {
        let mut stage = Stage::locked(Lang::En, (80, 24), settings());
        stage.give(Input::Unlocked(Box::default()));
        stage.welcome(conv.as_slice());
        stage.queue(conv.iter().map(|conv| held(*conv, "Jana", NOON - 600_000)).collect());
        conv.iter().for_each(|conv| stage.hold(*conv, NOON - 600_000));
        stage.press("esc l");
        stage.pass(3_000);
        let quits = stage.others.iter().any(|effect| matches!(effect, Effect::Quit));
        assert_eq!((stage.model.starts_anew, quits), (anew, anew), "{case}");
        assert!(anew || matches!(stage.model.gate, Gate::Locked(_)), "{case}");
    }
}

#[test]
fn a_counsellor_may_keep_no_words() {
    let mut stage = Stage::shift(Lang::En, (80, 24));
    stage.noted(BLUE_FOX);
    stage.press("f8 f5 b u l enter esc o o l s b tab tab tab space");
    assert!(stage.screen().contains("none kept here"), "{}", stage.screen());
    stage.press("enter");
    while !stage.written().is_empty() && stage.saved.iter().all(|(job, _)| *job != Job::Finished(BLUE_FOX)) {
        stage.store_last();
    }
    let (_, changes) = stage.saved.iter().find(|(job, _)| *job == Job::Finished(BLUE_FOX)).expect("saved");
    assert!(matches!(&changes[0], Change::Contact(contact) if contact.kept == Kept::Nothing));
    assert!(matches!(&changes[1], Change::Transcript(kept) if kept.lines.is_empty() && kept.conv.is_some()));
}

#[test]
fn of_a_child_that_came_back_what_was_agreed_is_said_and_its_case_goes_on() {
    let mut stage = Stage::new(Lang::En, (160, 45));
    let mut row = held(BLUE_FOX, "Jana", NOON - 600_000);
    row.back = Some(Back { conv: RED_OWL, holder: Some(account("Jana")) });
    stage.queue(vec![row]);
    let recall = |effect: &Effect| matches!(effect, Effect::Recall(BLUE_FOX, RED_OWL));
    assert!(stage.others.iter().any(recall));
    stage.hold(BLUE_FOX, NOON - 600_000);
    stage.model.front = Some(BLUE_FOX);
    let case = crate::casebook::record::CaseId([9; 16]);
    let agreed = "píše v pátek".to_owned();
    let before = crate::casebook::Before { case, handle: "Red Owl".into(), times: 2, agreed };
    stage.give(Input::Recalled(BLUE_FOX, Box::new(before)));
    assert_eq!(stage.notice(), "Third time here; agreed: píše v pátek");
    let contact = &stage.model.chat().expect("a chat").contact;
    assert!(contact.case == case && contact.facets.repeat);
    stage.pass(10_000);
    assert!(stage.screen().contains("agreed: píše v pátek"), "beside the note: {}", stage.screen());
}

#[test]
fn words_that_were_refused_come_back_into_the_box() {
    let mut stage = two_chats();
    stage.write("Ahoj");
    stage.press("enter");
    stage.write("a dál");
    let Some(LinkCommand::Write { id, conv, .. }) =
        stage.asked.iter().rev().find(|command| matches!(command, LinkCommand::Write { .. })).cloned()
    else {
        panic!("words")
    };
    let why = Denied::Relay(crate::protocol::Refusal::Closed);
    stage.link(Update::Refused { id, conv, why, holder: None });
    assert_eq!(stage.model.chat().expect("a chat").draft.text(), "Ahoj\na dál");
}

#[test]
fn the_connection_is_told_as_it_is() {
    let mut stage = two_chats();
    let retry_at_ms = stage.wall + 4_000;
    stage.link(Update::Connection(Connection::Waiting { retry_at_ms, attempt: 1, why: Lost::Broken }));
    assert_eq!(
        stage.notice(),
        "The relay does not answer; your words are kept and go out when it is back (next try in 4 s, F9 retry)."
    );
    stage.link(Update::Connection(Connection::Online { host: "r".into(), since: NOON }));
    stage.write("To je mi líto");
    stage.press("enter");
    stage.pass(5_000);
    assert_eq!(
        stage.notice(),
        "Not yet stored for Blue Fox: “To je mi líto” stays at the top of the outbox; nothing is lost."
    );
}

#[test]
fn the_lock_hides_all_words_and_unlocking_brings_them_back() {
    let mut stage = Stage::shift(Lang::En, (80, 24));
    stage.write("rozepsané");
    stage.press("esc l");
    assert!(stage.model.chats.is_empty(), "no word in the state");
    let screen = stage.screen();
    for word in ["Fox", "Owl", "máma", "rozepsané"] {
        assert!(!screen.contains(word), "{word}\n{screen}");
    }
    let draft = stage.saved.iter().find_map(|(_, changes)| match &changes[..] {
        [Change::Draft(draft)] => Some(draft.clone()),
        _ => None,
    });
    stage.write("a passphrase");
    stage.press("enter");
    assert!(matches!(stage.others.last(), Some(Effect::Unlock(typed)) if typed.as_str() == "a passphrase"));
    stage.asked.clear();
    let restored = Restored { drafts: draft.into_iter().collect(), ..Restored::default() };
    stage.give(Input::Unlocked(Box::new(restored)));
    let reloads = stage.asked.iter().filter(|command| matches!(command, LinkCommand::Reload { .. })).count();
    assert_eq!(reloads, 3);
    assert_eq!(stage.model.chat_of(BLUE_FOX).expect("a chat").draft.text(), "rozepsané");
}

#[test]
fn five_minutes_without_a_key_lock() {
    let mut stage = two_chats();
    stage.pass(294_999);
    assert!(matches!(stage.model.gate, Gate::Open));
    stage.pass(1);
    assert!(matches!(stage.model.gate, Gate::Locked(_)));
}

#[test]
fn five_wrong_passphrases_pause_for_a_minute() {
    let mut stage = crate::console::stage::Stage::locked(Lang::En, (80, 24), Settings::default());
    for left in ["4 more tries", "3 more tries", "2 more tries", "one more try"] {
        stage.write("wrong");
        stage.press("enter");
        stage.give(Input::NotUnlocked(UnlockFailure::WrongPassphrase));
        assert!(stage.screen().contains(left), "{left}");
    }
    stage.write("wrong");
    stage.press("enter");
    stage.give(Input::NotUnlocked(UnlockFailure::WrongPassphrase));
    assert!(stage.screen().contains("the next try is possible in 60 s"));
    stage.write("right");
    stage.press("enter");
    assert_eq!(stage.others.len(), 5, "nothing is tried in the pause");
}

#[test]
fn a_whisper_goes_to_colleagues_and_never_to_the_child() {
    let mut stage = two_chats();
    stage.press("f7 w");
    stage.write("Podívej se prosím");
    stage.press("enter");
    assert_eq!(stage.written(), [(BLUE_FOX, Act::Whisper { text: "Podívej se prosím".into() })]);
    assert!(stage.model.chat().expect("a chat").draft.is_empty());
}

#[test]
fn help_is_two_keys_away_and_danger_three() {
    for (case, keys, act) in [
        ("a second pair of eyes", "f7 enter", Act::Flag { level: 2, reason: String::new() }),
        ("danger to life", "f7 d enter", Act::Flag { level: 3, reason: String::new() }),
    ] {
        let mut stage = two_chats();
        stage.press(keys);
        assert_eq!(stage.written(), [(BLUE_FOX, act)], "{case}");
    }
    let mut stage = two_chats();
    stage.press("f7 o p e enter");
    stage.write("Fotky ve skupině, máma nesmí vědět.");
    stage.press("enter");
    let brief = "Why it writes: Fotky ve skupině, máma nesmí vědět.".to_owned();
    assert_eq!(stage.written(), [(BLUE_FOX, Act::Transfer { to: account("Petr"), brief })]);
    stage.store_last();
    let chat = stage.model.chat().expect("it can be read until Petr writes");
    assert_eq!(chat.standing, Standing::Handed(account("Petr")));
}

#[test]
fn what_another_holds_leaves_my_list_and_what_is_handed_to_me_comes() {
    let mut stage = two_chats();
    stage.line(BLUE_FOX, Log::Desk, NOON, Who::Line(Some(account("Petr"))), What::Claimed);
    stage.queue(vec![
        held(BLUE_FOX, "Petr", NOON),
        held(RED_OWL, "Jana", NOON),
        held(GREEN_HARE, "Jana", NOON),
    ]);
    let mine: Vec<_> = stage.model.mine().map(|chat| chat.conv).collect();
    assert_eq!(mine, [RED_OWL, GREEN_HARE]);
    let what = What::Transferred { to: account("Jana"), brief: words("Petr", "Fotky ve skupině.") };
    stage.line(GREEN_HARE, Log::Desk, NOON, Who::Line(Some(account("Petr"))), what);
    assert_eq!(stage.notice(), "Petr handed Green Hare over to you; the brief stands in the chat.");
}

#[test]
fn the_child_is_told_that_i_write_only_while_i_write_to_it() {
    let mut stage = two_chats();
    let typing = |stage: &mut Stage, deed: &dyn Fn(&mut Stage)| {
        deed(stage);
        stage.model.chat().expect("a chat").typing_until.is_some()
    };
    assert!(typing(&mut stage, &|stage| stage.write("Ah")));
    assert!(!typing(&mut stage, &|stage| stage.pass(5_000)), "a pause");
    assert!(!typing(&mut stage, &|stage| {
        stage.press("f4");
        stage.write("poznámka");
    }));
}

#[test]
fn the_bell_rings_once_and_again_after_half_a_minute() {
    let mut stage = at_work();
    stage.model.settings.bell = true;
    stage.model.settings.lock_after_ms = 0;
    stage.queue(vec![waiting(GREY_SEAL, NOON - 10_000, "a12_14", "peers", Feel::Bad)]);
    let rings = |stage: &Stage| stage.others.iter().filter(|effect| matches!(effect, Effect::Bell)).count();
    assert_eq!(rings(&stage), 1);
    stage.pass(29_000);
    assert_eq!(rings(&stage), 1);
    stage.pass(2_000);
    assert_eq!(rings(&stage), 2);
    stage.press("esc s");
    stage.pass(60_000);
    assert_eq!(rings(&stage), 2, "quiet for five minutes");
}

#[test]
fn news_stand_below_a_rule_until_i_answer() {
    let mut stage = two_chats();
    stage.press("esc esc");
    stage.model.is_focused = false;
    stage.child(BLUE_FOX, NOON, "nové");
    stage.model.is_focused = true;
    assert!(stage.screen().contains("new since you looked"));
    stage.write("Ahoj");
    assert!(stage.screen().contains("new since you looked"), "it does not jump away under the eyes");
    stage.pass(1_000);
    stage.press("enter");
    assert!(!stage.screen().contains("new since you looked"));
}

#[test]
fn a_phrase_goes_into_the_box_and_is_not_sent() {
    let mut stage = two_chats();
    stage.press("/");
    stage.write("by");
    stage.press("enter");
    assert_eq!(stage.said(), []);
    assert!(!stage.model.chat().expect("a chat").draft.is_blank());
}

#[test]
fn leaving_asks_while_chats_are_open() {
    let mut stage = two_chats();
    stage.press("ctrl-c");
    assert!(stage.screen().contains("● Blue Fox is open"));
    stage.press("enter");
    assert!(!stage.others.iter().any(|effect| matches!(effect, Effect::Quit)), "Stay comes first");
    stage.press("ctrl-c down enter");
    assert!(matches!(stage.store_last(), Act::State(state) if state.state == ShiftState::Off));
    assert!(!stage.others.iter().any(|effect| matches!(effect, Effect::Quit)), "no child without an owner");
    for _ in 0..2 {
        assert!(matches!(stage.store_last(), Act::Release { .. }));
    }
    assert!(stage.others.iter().any(|effect| matches!(effect, Effect::Quit)));
}

#[test]
fn erased_words_go_from_screen_and_casebook() {
    let mut stage = two_chats();
    stage.link(Update::Erased { conv: BLUE_FOX });
    assert!(stage.model.chat_of(BLUE_FOX).is_some_and(|chat| chat.transcript.lines().is_empty()));
    assert!(!stage.screen().contains("ahoj"), "{}", stage.screen());
    assert!(stage.others.iter().any(|effect| matches!(effect, Effect::Erase(conv) if *conv == BLUE_FOX)));
}

#[test]
fn a_search_shows_only_the_newest_results() {
    let mut stage = two_chats();
    stage.press("f3");
    stage.write("fo");
    let number = stage.model.search;
    stage.give(Input::Found(Results { number: number - 1, hits: Vec::new(), total: 0, micros: 1 }));
    assert!(!stage.screen().contains("Nothing found"), "an older answer");
    stage.give(Input::Found(Results { number, hits: Vec::new(), total: 0, micros: 1 }));
    assert!(stage.screen().contains("Nothing found"));
}

#[test]
fn the_menu_knows_every_command_and_says_why_some_do_nothing() {
    let mut stage = at_work();
    stage.press("f9");
    stage.write("close");
    assert!(stage.screen().contains("not here: Close this chat"), "{}", stage.screen());
    stage.press("esc");
    assert_eq!(stage.model.context(), Context::Text);
}

/// Anything that can happen while somebody types.
#[derive(Debug, Clone)]
enum Chance {
    Letter(char),
    Key(&'static str),
    Line(bool),
    Size(u16, u16),
    Pass(u64),
    Paste(String),
}

/// Mostly windows as they are, now and then the extremes.
fn size() -> impl Strategy<Value = (u16, u16)> {
    prop_oneof![6 => (1_u16..90, 1_u16..30), 1 => (90_u16..300, 1_u16..100)]
}

fn chance() -> impl Strategy<Value = Chance> {
    const KEYS: [&str; 36] = [
        "f2",
        "f3",
        "f4",
        "f5",
        "f6",
        "f7",
        "f8",
        "f9",
        "esc",
        "tab",
        "shift-backtab",
        "ctrl-up",
        "ctrl-down",
        "up",
        "down",
        "left",
        "right",
        "pageup",
        "pagedown",
        "home",
        "end",
        "enter",
        "backspace",
        "delete",
        "ctrl-z",
        "ctrl-r",
        "ctrl-w",
        "ctrl-u",
        "ctrl-j",
        "ctrl-f",
        "ctrl-c",
        "alt-t",
        "alt-n",
        "space",
        "?",
        "/",
    ];
    prop_oneof![
        4 => any::<char>().prop_map(Chance::Letter),
        4 => "[a-zěščřžýáíé ]".prop_map(|text| Chance::Letter(text.chars().next().unwrap_or('a'))),
        6 => prop::sample::select(&KEYS[..]).prop_map(Chance::Key),
        1 => any::<bool>().prop_map(Chance::Line),
        1 => size().prop_map(|(columns, rows)| Chance::Size(columns, rows)),
        1 => (1_u64..3_000).prop_map(Chance::Pass),
        1 => any::<String>().prop_map(Chance::Paste),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 32, ..ProptestConfig::default() })]

    #[test]
    fn nothing_that_happens_makes_it_stumble(chances in prop::collection::vec(chance(), 1..60), size in size()) {
        let mut stage = crate::console::stage::Stage::shift(Lang::Cs, size);
        for chance in chances {
            match chance {
                Chance::Letter(letter) => stage.write(&letter.to_string()),
                Chance::Key(name) => stage.press(name),
                Chance::Line(first) => {
                    let conv = if first { BLUE_FOX } else { RED_OWL };
                    let at = stage.wall;
                    stage.child(conv, at, "něco\u{202e} \u{1b}[31mdlouhého 🙂 日本語 x\u{301}");
                }
                Chance::Size(columns, rows) => {
                    let event = crate::console::terminal::TerminalEvent::Resize(columns, rows);
                    stage.give(Input::Terminal(event));
                }
                Chance::Pass(ms) => stage.pass(ms),
                Chance::Paste(text) => stage.paste(&text),
            }
            let screen = stage.screen();
            let acts = |c: char| c == '\u{1b}' || c == '\u{202e}';
            prop_assert!(!screen.contains(acts));
        }
    }

    #[test]
    fn no_letter_typed_into_the_box_is_lost_or_goes_to_another_child(
        words in prop::collection::vec("[a-zěščřž]{1,6}", 1..12),
        switches in prop::collection::vec(0_u8..4, 12),
    ) {
        let mut stage = two_chats();
        let mut typed = std::collections::BTreeMap::from([(BLUE_FOX, String::new()), (RED_OWL, String::new())]);
        for (word, switch) in words.iter().zip(switches) {
            match switch {
                0 => stage.press("ctrl-down"),
                1 => stage.press("ctrl-up"),
                2 => stage.child(RED_OWL, NOON, "a ještě"),
                _ => stage.press("enter"),
            }
            let front = stage.model.front.expect("a chat");
            stage.write(word);
            typed.entry(front).or_default().push_str(word);
        }
        for conv in [BLUE_FOX, RED_OWL] {
            let said: String = stage.said().into_iter().filter(|(to, _)| *to == conv).map(|(_, text)| text).collect();
            let draft = stage.model.chat_of(conv).expect("a chat").draft.text();
            prop_assert_eq!(format!("{said}{draft}"), typed[&conv].clone());
        }
    }
}

#[test]
fn signals_of_unknown_children_are_nothing() {
    let mut stage = at_work();
    stage.link(Update::Signal { conv: BLUE_FOX, signal: ChildSignal::Typing });
    stage.line(BLUE_FOX, Log::Talk, NOON, Who::Child, What::Said(words("", "ahoj")));
    assert!(stage.model.chats.is_empty());
}

#[test]
fn what_supervisors_have_in_force_is_in_everyones_top_line() {
    let mut stage = at_work();
    let notice = |words_: &str| desk::Notice {
        id: EntryId([8; 16]),
        at: NOON - 600_000,
        by: account("Eva"),
        to: None,
        until: None,
        words: Some(words("Eva", words_)),
    };
    let mut queue = stage.model.desk.queue.as_deref().expect("a queue").clone();
    queue.house.hold = Some(notice("málo lidí"));
    queue.house.notes = vec![notice("Porada ve tři.")];
    stage.link(Update::Queue(std::sync::Arc::new(queue)));
    assert!(stage.screen().contains("Eva hands out children since 13:52"), "{}", stage.screen());
    assert_eq!(stage.notice(), "Eva: Porada ve tři.");
    let mut queue = stage.model.desk.queue.as_deref().expect("a queue").clone();
    queue.rows = vec![waiting(GREY_SEAL, NOON - 60_000, "a12_14", "peers", Feel::Bad)];
    stage.link(Update::Queue(std::sync::Arc::new(queue)));
    stage.press("f2");
    assert_eq!(stage.written(), [], "a counsellor waits until a child is handed out");
}

#[test]
fn a_supervisor_is_told_once_of_what_nobody_archived() {
    let mut stage = at_work();
    let told = |stage: &mut Stage, overdue: Vec<ConversationId>| {
        let mut queue = stage.model.desk.queue.as_deref().expect("a queue").clone();
        queue.house.overdue = overdue;
        stage.model.notice = None;
        stage.link(Update::Queue(std::sync::Arc::new(queue)));
        stage.model.notice.as_ref().map(|notice| notice.text.clone())
    };
    assert_eq!(told(&mut stage, vec![]), None);
    let first = told(&mut stage, vec![BLUE_FOX]).expect("told");
    assert!(first.contains("nobody has archived it"), "{first}");
    assert_eq!(told(&mut stage, vec![BLUE_FOX]), None, "once");
    let both = told(&mut stage, vec![BLUE_FOX, RED_OWL]).expect("told");
    assert!(both.contains("2 in all"), "{both}");
}
