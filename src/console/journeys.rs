//! The journeys through the model, in every keymap and manner: the keys of the table and no other.

use super::keymap::Keymap;
use super::model::supervision::Target;
use super::model::{Effect, Input, Job, Pane, Results, Settings};
use super::plain::{self, Plain};
use super::stage::*;
use crate::casebook::record::Change;
use crate::client::desk::{Act, Command};
use crate::conversation::Role;
use crate::conversation::event::Feel;
use crate::locale::Lang;

#[path = "../../tests/support/journeys.rs"]
mod table;
use table::{COUNSELLOR, SUPERVISOR};

/// The shift before a journey begins.
fn before(name: &str, size: (u16, u16)) -> Stage {
    let mut stage = match name {
        "start" => return Stage::locked(Lang::En, size, Settings::default()),
        "take" => {
            let mut stage = Stage::new(Lang::En, size);
            stage.queue(vec![waiting(GREY_SEAL, NOON - 60_000, "a12_14", "peers", Feel::Bad)]);
            return stage;
        }
        "look in" | "whisper" | "take over" => led(name, size),
        _ => Stage::shift(Lang::En, size),
    };
    match name {
        "next" => stage.child(RED_OWL, NOON - 5_000, "jsi tam?"),
        "close" => {
            stage.noted(BLUE_FOX);
            let chat = stage.model.chat_mut().expect("a chat");
            chat.contact.facets.topics = vec!["violence.bullying".into()];
            chat.contact.facets.online = Some("offline".into());
        }
        _ => {}
    }
    // The moment of the guard is over.
    stage.pass(2_000);
    (stage.asked, stage.saved) = (Vec::new(), Vec::new());
    stage
}

/// A supervisor at the board with a colleague selected, or already reading along.
fn led(name: &str, size: (u16, u16)) -> Stage {
    let mut stage = Stage::new(Lang::En, size);
    stage.model.desk.me.as_mut().expect("a welcome").role = Role::Supervisor;
    stage.queue(vec![held(RED_OWL, "Petr", NOON - 60_000)]);
    stage.press("f9");
    stage.write("board");
    stage.press("enter");
    while stage.model.supervision.selected != Some(Target::Colleague(account("Petr"))) {
        stage.press("down");
    }
    if name != "look in" {
        stage.press("enter");
    }
    stage
}

/// What must be true behind it.
fn after(name: &str, stage: &mut Stage) {
    let written = stage.written();
    let act = written.last().map(|(conv, act)| (*conv, act.clone()));
    match name {
        "start" => assert!(matches!(stage.others.last(), Some(Effect::Unlock(_)))),
        "take" => assert_eq!(act, Some((GREY_SEAL, Act::Claim))),
        "answer" => assert_eq!(stage.said(), [(BLUE_FOX, "Ahoj, jsem tady.".to_owned())]),
        "phrase" => assert!(stage.said()[0].1.starts_with("To zní"), "in the child's language"),
        "next" => assert_eq!((stage.model.front, stage.model.pane), (Some(RED_OWL), Pane::Box)),
        "topics" => {
            assert!(stage.model.screens.is_empty());
            assert_eq!(stage.model.chat().expect("a chat").contact.facets.topics.len(), 1);
        }
        "note" => {
            stage.pass(300);
            let is_there = |change: &Change| match change {
                Change::Contact(contact) => contact.note.field("data") == "Zatoulany zapis",
                _ => false,
            };
            assert!(stage.saved.iter().any(|(_, changes)| changes.iter().any(is_there)));
            assert_eq!(stage.model.pane, Pane::Box);
        }
        "second" => assert!(matches!(act, Some((BLUE_FOX, Act::Flag { level: 2, .. })))),
        "hand over" => assert!(matches!(act, Some((BLUE_FOX, Act::Transfer { .. }))), "{act:?}"),
        "danger" => assert!(matches!(act, Some((BLUE_FOX, Act::Flag { level: 3, .. })))),
        // The goodbye goes first, and what follows waits for the relay and the casebook.
        "close" => {
            let chat = stage.model.chats.iter().find(|chat| chat.conv == BLUE_FOX).expect("the chat");
            assert!(chat.closing.is_under_way(), "{}", stage.screen());
        }
        "look in" => assert_eq!(stage.asked, [Command::Watch { conv: RED_OWL }]),
        "whisper" => {
            assert_eq!(act, Some((RED_OWL, Act::Whisper { text: "Zeptej se na doma.".to_owned() })));
            assert!(stage.said().is_empty());
        }
        "take over" => assert_eq!(act, Some((RED_OWL, Act::Claim))),
        "export" => {
            let is_kept = |(job, changes): &(Job, Vec<Change>)| {
                *job == Job::Reviewed && matches!(changes.as_slice(), [Change::Reviewed(_)])
            };
            assert!(stage.saved.iter().any(is_kept), "{}", stage.screen());
            assert!(stage.model.screens.is_empty());
        }
        "find" => {
            let asked = stage
                .others
                .iter()
                .any(|effect| matches!(effect, Effect::Find(_, words, _) if words == "zatoul"));
            assert!(asked);
            stage.give(Input::Found(Results {
                number: stage.model.search,
                hits: Vec::new(),
                total: 0,
                micros: 1,
            }));
        }
        other => panic!("{other}: nobody knows what must come of it"),
    }
}

/// The casebook answers who asked for a quarter.
fn gather(stage: &mut Stage) {
    let asked = stage.others.extract_if(.., |effect| matches!(effect, Effect::Gather(_))).count();
    if asked > 0 {
        stage.give(Input::Gathered(Box::new(Ok(gathered(&[UNSURE])))));
    }
}

#[test]
fn every_journey_takes_its_keys_in_every_keymap_and_manner() {
    for journey in COUNSELLOR.iter().chain(&SUPERVISOR) {
        assert!(journey.count() <= journey.target, "{}: {} keys", journey.name, journey.count());
        for keymap in ["default", "vim"] {
            for size in [(80, 24), (160, 45), plain::SIZE] {
                let mut stage = before(journey.name, size);
                stage.model.look.keymap = Keymap::shipped(keymap).expect("shipped");
                let mut plain = Plain::default();
                plain.tell(&stage.model, 80);
                let mut told = String::new();
                for key in journey.keys {
                    match key.strip_prefix('\'') {
                        Some(text) => stage.write(text),
                        None => stage.press(key),
                    }
                    gather(&mut stage);
                    told.push_str(&plain.tell(&stage.model, 80));
                }
                assert!(!told.is_empty(), "{}: every key is heard at once", journey.name);
                assert!(!told.contains(['─', '│', '▸', '●']), "{}: {told}", journey.name);
                after(journey.name, &mut stage);
            }
        }
    }
}
