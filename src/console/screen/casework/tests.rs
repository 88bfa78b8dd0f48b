use super::*;
use crate::casebook::record::{CaseId, Change, Contact, ContactId, Kept, Promise};
use crate::client::desk::{Act, Agreed, Answer, Command as LinkCommand, Request, Update};
use crate::console::model::{Chat, Effect, Input, Pane, Restored};
use crate::console::stage::*;
use crate::conversation::{ConversationId, EntryId};
use crate::locale::Lang;
use crate::taxonomy::Facets;

fn at_work() -> Stage {
    Stage::new(Lang::En, (80, 24))
}

fn saved_contacts(stage: &Stage) -> Vec<Contact> {
    let changes = stage.saved.iter().flat_map(|(_, changes)| changes);
    changes
        .filter_map(
            |change| if let Change::Contact(contact) = change { Some((**contact).clone()) } else { None },
        )
        .collect()
}

fn told(stage: &Stage) -> Vec<(EntryId, Facets)> {
    let rows = stage.asked.iter().filter_map(|command| match command {
        LinkCommand::Write { id, conv: ConversationId::HOUSE, act: Act::Contact { contact, facets } } => {
            assert!(contact.channel != "chat" && contact.ended >= contact.opened);
            Some((*id, serde_json::from_str(facets).expect("facets")))
        }
        _ => None,
    });
    rows.collect()
}

#[test]
fn every_item_has_a_letter_of_its_own() {
    let texts =
        ["Mlčení", "Zavěšeno, odešlo", "Test, žert", "Zneužití linky", "Technická závada", "Omyl", "O"];
    let items = lettered(texts.map(|text| (text.to_owned(), Deed::Nothing, false)).into());
    let letters: Vec<_> = items.iter().map(|item| item.letter).collect();
    assert_eq!(letters, [Some('m'), Some('z'), Some('t'), Some('n'), Some('e'), Some('o'), None]);
}

#[test]
fn a_call_has_a_running_clock_a_note_and_the_same_form_and_the_house_counts_it() {
    let mut stage = at_work();
    stage.model.run(Command::ContactNew);
    assert!(stage.screen().contains("New contact"), "{}", stage.screen());
    stage.press("p");
    assert_eq!((stage.model.pane, stage.model.screens.len()), (Pane::Note, 0));
    stage.write("Volal kluk z osmičky.");
    stage.pass(65_000);
    assert!(
        stage.screen().contains("Phone · 1:05") || stage.screen().contains("Phone · 01:05"),
        "{}",
        stage.screen()
    );
    assert_eq!(stage.model.held(), 0, "it takes no place in the chat");

    let conv = stage.model.front.expect("the call");
    stage.press("f8 enter");
    assert!(stage.model.chat().is_some(), "what is missing is named, as in a chat: {}", stage.screen());
    let chat = stage.model.chat_of_mut(conv).expect("the call");
    chat.contact.facets.topics = vec!["peers.class".to_owned()];
    chat.contact.facets.online = Some("offline".to_owned());
    chat.contact.facets.outcomes = vec!["listened".to_owned()];
    chat.contact.facets.risk = Some(0);
    for field in ["assessment", "plan"] {
        let words = chat.note.fields.iter_mut().find(|(id, _)| id == field);
        words.expect("a field").1.insert("zapsáno");
    }
    stage.press("enter");
    let kept = saved_contacts(&stage).pop().expect("saved");
    assert_eq!(
        (kept.kept, kept.conv, kept.note.field("data")),
        (Kept::Nothing, Some(conv), "Volal kluk z osmičky.")
    );
    let rows = told(&stage);
    assert_eq!((rows.len(), rows[0].1.channel.as_str()), (1, "phone"));
    stage.store_last();
    assert_eq!(
        saved_contacts(&stage).pop().expect("saved").conv,
        None,
        "the house knows, so nothing is owed"
    );
    assert!(stage.model.chats.is_empty());
}

#[test]
fn what_the_house_was_not_told_is_told_after_a_crash_under_the_same_id() {
    let mut stage = at_work();
    stage.model.run(Command::ContactNew);
    // A wrong number needs no words: one letter counts it.
    stage.press("r");
    let first = told(&stage);
    assert_eq!((first.len(), first[0].1.kind.as_str()), (1, "wrong_number"));
    let contact = saved_contacts(&stage).pop().expect("saved");

    let mut stage = Stage::locked(Lang::En, (80, 24), Default::default());
    stage.give(Input::Unlocked(Box::new(Restored { contacts: vec![contact], ..Restored::default() })));
    stage.welcome(&[]);
    let again = told(&stage);
    assert_eq!((again.len(), again[0].0), (1, first[0].0), "told twice it counts once");
}

#[test]
fn an_unfinished_letter_is_there_after_the_next_login() {
    let mut contact =
        Contact::begun(ContactId([1; 16]), CaseId([2; 16]), "letter", "Grey Seal", "Jana", NOON);
    contact.conv = Some(GREY_SEAL);
    contact.note.set("data", "Dopis z tábora.");
    let mut stage = Stage::locked(Lang::En, (80, 24), Default::default());
    stage.give(Input::Unlocked(Box::new(Restored { contacts: vec![contact], ..Restored::default() })));
    stage.welcome(&[]);
    let chat = stage.model.chat_of(GREY_SEAL).expect("the letter");
    assert!(Chat::is_outside(chat) && !chat.is_live_outside());
    assert_eq!(chat.note.note().field("data"), "Dopis z tábora.");
    assert!(told(&stage).is_empty());
}

#[test]
fn a_note_whose_form_was_taken_away_keeps_every_word() {
    let mut note = crate::casebook::record::Note { template: "note".into(), version: 9, fields: Vec::new() };
    note.set("school", "čtvrtá třída");
    note.set("data", "fotky");
    let boxes =
        crate::console::model::chat::NoteBoxes::open(&note, None, crate::taxonomy::Taxonomy::shipped());
    assert_eq!((boxes.note().field("school"), boxes.note().field("data")), ("čtvrtá třída", "fotky"));
}

fn with_chat() -> Stage {
    let mut stage = at_work();
    stage.queue(vec![held(BLUE_FOX, "Jana", NOON - 600_000)]);
    stage.hold(BLUE_FOX, NOON - 600_000);
    stage.model.front = Some(BLUE_FOX);
    stage.saved.clear();
    stage
}

#[test]
fn a_promise_is_kept_with_the_case_and_shown_at_login_when_it_is_due() {
    let mut stage = with_chat();
    stage.model.run(Command::PromiseMake);
    stage.press("o");
    stage.write("zavolat, jak to dopadlo");
    stage.press("enter");
    let changes = stage.saved.iter().flat_map(|(_, changes)| changes);
    let mut promises: Vec<Promise> = changes
        .filter_map(|change| if let Change::Promise(promise) = change { Some(promise.clone()) } else { None })
        .collect();
    let promise = promises.pop().expect("saved");
    let case = stage.model.chat().expect("the chat").contact.case;
    assert_eq!((promise.what.as_str(), promise.case), ("zavolat, jak to dopadlo", case));
    assert!(
        promise.due > NOON + 86_400_000 - 43_200_000 && promise.due < NOON + 2 * 86_400_000,
        "{}",
        promise.due
    );

    let mut stage = Stage::locked(Lang::En, (80, 24), Default::default());
    stage.wall = promise.due - 3_600_000;
    let restored = Restored { promises: vec![promise], backup: Some(1), count: 30, ..Restored::default() };
    stage.give(Input::Unlocked(Box::new(restored)));
    assert!(stage.screen().contains("zavolat, jak to dopadlo"), "{}", stage.screen());
    stage.press("enter");
    assert!(stage.model.promises[0].done.is_some());
    assert!(stage.screen().contains("[x]"));
    stage.press("esc");
    assert!(stage.model.screens.is_empty());
}

#[test]
fn an_old_backup_is_said_at_login() {
    let mut stage = Stage::locked(Lang::En, (80, 24), Default::default());
    let restored = Restored { backup: Some(stage.wall - 9 * 86_400_000), count: 30, ..Restored::default() };
    stage.give(Input::Unlocked(Box::new(restored)));
    assert!(stage.notice().contains("9 days old"), "{}", stage.notice());
}

#[test]
fn before_the_last_tick_the_child_is_told_first() {
    let mut stage = with_chat();
    stage.model.run(Command::DisclosureOpen);
    let told =
        |stage: &Stage| stage.model.chat().expect("the chat").contact.disclosure.clone().unwrap_or_default();
    stage.press("space down space down space");
    assert!(told(&stage).name && told(&stage).address && !told(&stage).facts, "the third waits");
    assert!(stage.screen().contains("Tell the child first"), "{}", stage.screen());
    stage.press("down space up space");
    assert!(told(&stage).child_told && told(&stage).facts);
    stage.press("down down enter");
    stage.write("oznámeno OSPOD");
    stage.press("enter");
    assert_eq!(told(&stage).decision, "oznámeno OSPOD");
    assert!(told(&stage).at.is_some() && stage.screen().contains("oznámeno OSPOD"));
    stage.press("down down down down down enter");
    stage.write("Eva");
    stage.press("enter");
    assert_eq!(told(&stage).second, "Eva");
}

#[test]
fn what_was_agreed_goes_to_the_house_and_is_found_by_its_phrase() {
    let mut stage = with_chat();
    stage.model.run(Command::PhraseAgree);
    stage.write("modrá liška");
    stage.press("enter");
    stage.write("píše v pátek");
    stage.press("enter");
    let act = stage.written().pop().expect("written").1;
    assert_eq!(act, Act::Agree { phrase: "modrá liška".into(), text: "píše v pátek".into() });
    let agreed = stage.saved.iter().flat_map(|(_, changes)| changes).any(|change| {
        matches!(change, Change::Agreed(case) if case.phrase.as_deref() == Some("modrá liška") && case.agreed == "píše v pátek")
    });
    assert!(agreed, "and stands with the case");

    stage.model.run(Command::PhraseFind);
    stage.write("modra liska");
    stage.press("enter");
    let asked = stage.asked.iter().any(|command| {
        matches!(command, LinkCommand::Ask { request: Request::Find { phrase }, .. } if phrase == "modra liska")
    });
    assert!(asked);
    assert!(
        stage
            .others
            .iter()
            .any(|effect| matches!(effect, Effect::Find(_, words, _) if words == "modra liska"))
    );
    let found =
        |at, text| Agreed { at, by: account("Eva"), id: EntryId([1; 16]), words: Some(words("Eva", text)) };
    let answer = Answer::Found(vec![found(NOON - 1_000, "třetí"), found(NOON - 9_000, "druhá")]);
    stage.link(Update::Answer { ask: 1, answer });
    let screen = stage.screen();
    assert!(screen.contains("Agreed 2 times") && screen.contains("Eva: třetí"), "{screen}");
}

#[test]
fn own_numbers_are_asked_of_the_own_casebook_and_shown_in_both_languages() {
    use crate::report::own::{In, Own};

    for (lang, title, waits, heavy) in [
        (Lang::En, "My own numbers, 28 days", "at most 1 min 10 s in half of the times", "One was heavy"),
        (Lang::Cs, "Moje vlastní čísla za 28 dní", "v polovině případů nejvýš 1 min 10 s", "Jeden byl těžký"),
    ] {
        let mut stage = Stage::new(lang, (80, 24));
        stage.press("esc i");
        let asked = stage.others.iter().find_map(|effect| match effect {
            Effect::Own(account, since) => Some((account.clone(), *since)),
            _ => None,
        });
        assert_eq!(asked, Some(("Jana".to_owned(), stage.wall - 28 * 86_400_000)));
        let mut own = Own { talks: 7, with_words: 5, words: (600, 400), ..Own::default() };
        own.lasted.add(1_800_000);
        [40_000, 70_000, 200_000].into_iter().for_each(|wait| own.waits.add(wait));
        let of = |ms| In { handle: "Blue Fox".into(), opened: NOON, ms };
        (own.longest_wait, own.silence, own.heavy) =
            (Some(of(200_000)), Some(of(600_000)), vec![of(1_800_000)]);
        stage.give(Input::Own(Box::new(own)));
        let screen = stage.screen();
        let flat = screen.split('│').map(str::trim).collect::<Vec<_>>().join(" ");
        let flat = flat.split_whitespace().collect::<Vec<_>>().join(" ");
        for wanted in [title, waits, heavy, "40 %", "3 min 20 s", "Blue Fox"] {
            assert!(flat.contains(wanted), "{wanted}: {screen}");
        }
        stage.press("enter");
        assert!(stage.model.screens.is_empty());
    }
}
