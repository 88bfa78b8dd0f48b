//! The keeper's thread with a real vault and casebook in a temporary folder.

use rand::SeedableRng as _;

use super::*;
use crate::casebook::record::{CaseId, Contact, Draft};
use crate::conversation::Account;
use crate::vault::Cost;

const PHRASE: &str = "six words that nobody would guess";
const CHILD: ConversationId = ConversationId([3; 16]);

struct Desk {
    folder: tempfile::TempDir,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let mut rng = rand::rngs::StdRng::seed_from_u64(1);
        let name = Account::parse("Jana").expect("a name");
        let (keys, _) = vault::found("Linka", name, "wss://chat.example.cz", "116 111", 1_000, &mut rng);
        let vault = folder.path().join("vault");
        vault::create(&vault, &Passphrase::new(PHRASE), &keys, Cost::floor()).expect("a vault");
        Self { folder }
    }

    fn open(&self) -> (Keeper, tokio::sync::mpsc::Receiver<Answer>) {
        let (answers, told) = tokio::sync::mpsc::channel(64);
        let places = Places {
            vault: self.folder.path().join("vault"),
            casebook: self.folder.path().join("casebook"),
            relay: None,
            is_offline: false,
            alias: None,
            phrases: None,
            own_list: None,
            locale: Locale::new(Lang::En),
        };
        (Keeper::start(places, answers).expect("a thread"), told)
    }
}

fn next(told: &mut tokio::sync::mpsc::Receiver<Answer>) -> Answer {
    loop {
        match told.blocking_recv().expect("an answer") {
            Answer::Input(Input::Progress(_) | Input::Newest(_)) => {}
            other => return other,
        }
    }
}

fn unlock(keeper: &Keeper, told: &mut tokio::sync::mpsc::Receiver<Answer>) -> Restored {
    keeper.ask(Task::Unlock(Zeroizing::new(PHRASE.to_owned())));
    loop {
        match next(told) {
            Answer::Link(_) | Answer::Input(Input::Newest(_)) => {}
            Answer::Input(Input::Unlocked(restored)) => return *restored,
            Answer::Input(_) => panic!("not unlocked"),
        }
    }
}

fn note(words: &str) -> Contact {
    let mut contact = Contact::begun(ContactId([1; 16]), CaseId([2; 16]), "chat", "Blue Fox", "Jana", 5_000);
    contact.conv = Some(CHILD);
    contact.note.set("data", words);
    contact
}

#[test]
fn what_was_saved_is_there_after_the_next_unlocking() {
    let desk = Desk::new();
    let (keeper, mut told) = desk.open();
    assert_eq!(unlock(&keeper, &mut told).count, 0);
    let draft = Draft { conv: CHILD, text: "rozepsané".into(), at: 6_000 };
    let changes = vec![Change::Contact(Box::new(note("Fotky ve skupině."))), Change::Draft(draft)];
    keeper.ask(Task::Save(Job::Contact(CHILD), changes));
    let Answer::Input(Input::Saved(Job::Contact(CHILD), Ok(_))) = next(&mut told) else {
        panic!("not saved")
    };
    keeper.finish();
    let (keeper, mut told) = desk.open();
    let restored = unlock(&keeper, &mut told);
    assert_eq!(restored.drafts[0].text, "rozepsané");
    assert_eq!(restored.contacts[0].note.field("data"), "Fotky ve skupině.");
    keeper.finish();
}

#[test]
fn a_wrong_passphrase_opens_nothing_and_the_right_one_brings_the_link() {
    let desk = Desk::new();
    let (keeper, mut told) = desk.open();
    keeper.ask(Task::Unlock(Zeroizing::new("another".to_owned())));
    let failure = next(&mut told);
    assert!(matches!(failure, Answer::Input(Input::NotUnlocked(UnlockFailure::WrongPassphrase))));
    keeper.ask(Task::Unlock(Zeroizing::new(PHRASE.to_owned())));
    let Answer::Link(setup) = next(&mut told) else { panic!("a link comes first") };
    assert_eq!((setup.alias.as_str(), setup.address.host.as_str()), ("Jana", "chat.example.cz"));
    assert!(matches!(next(&mut told), Answer::Input(Input::Unlocked(_))));
    keeper.ask(Task::Unlock(Zeroizing::new("another".to_owned())));
    let failure = next(&mut told);
    assert!(
        matches!(failure, Answer::Input(Input::NotUnlocked(UnlockFailure::WrongPassphrase))),
        "the lock too"
    );
    assert!(matches!(unlock(&keeper, &mut told), Restored { count: 0, .. }), "and no second link");
    keeper.finish();
}

#[test]
fn a_second_console_on_the_same_casebook_is_told_so() {
    let desk = Desk::new();
    let (first, mut told) = desk.open();
    unlock(&first, &mut told);
    let (second, mut told) = desk.open();
    second.ask(Task::Unlock(Zeroizing::new(PHRASE.to_owned())));
    let failure = next(&mut told);
    assert!(matches!(failure, Answer::Input(Input::NotUnlocked(UnlockFailure::InUse(_)))));
    second.finish();
    first.finish();
}

#[test]
fn a_search_finds_by_beginnings_and_a_newer_one_overtakes_it() {
    let desk = Desk::new();
    let (keeper, mut told) = desk.open();
    unlock(&keeper, &mut told);
    keeper.ask(Task::Save(Job::Contact(CHILD), vec![Change::Contact(Box::new(note("Fotky ve skupině.")))]));
    for number in 1..50 {
        keeper.ask(Task::Find(number, "fotky".into(), Box::default()));
    }
    keeper.ask(Task::Find(50, "skup".into(), Box::default()));
    let last = loop {
        // While the index still fills, the search is made again by itself.
        if let Answer::Input(Input::Found(results)) = next(&mut told)
            && results.number == 50
            && results.total > 0
        {
            break results;
        }
    };
    assert_eq!(last.hits.len(), 1);
    keeper.ask(Task::Load(last.hits[0].contact.id));
    let Answer::Input(Input::Loaded(contact, None)) = next(&mut told) else { panic!("no preview") };
    assert_eq!(contact.handle, "Blue Fox");
    keeper.finish();
}

#[test]
fn what_a_child_had_erased_is_gone() {
    let desk = Desk::new();
    let (keeper, mut told) = desk.open();
    unlock(&keeper, &mut told);
    let draft = Draft { conv: CHILD, text: "pro dítě".into(), at: 6_000 };
    let changes = vec![Change::Contact(Box::new(note("Poznámka"))), Change::Draft(draft)];
    keeper.ask(Task::Save(Job::Other, changes));
    next(&mut told);
    keeper.ask(Task::Erase(CHILD));
    keeper.finish();
    let (keeper, mut told) = desk.open();
    let restored = unlock(&keeper, &mut told);
    assert!(restored.drafts.is_empty() && restored.contacts.is_empty());
    keeper.finish();
}
