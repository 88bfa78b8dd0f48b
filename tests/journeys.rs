//! The journeys of experience.md, section 2, in a real pseudo-terminal against a real relay: the keys of the table, in its
//! numbers, and what must be seen behind each; and what goes wrong at work, each with its calm sentence.
#![allow(clippy::panic, reason = "a test says no by panicking")]

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use opora::casebook::Casebook;
use opora::casebook::record::{CaseId, Change, Contact, ContactId};
use opora::vault::Passphrase;
use support::World;
use support::child::Child;
use support::journeys::journey;
use support::screen::{gone, press, see, walk};

mod support;
#[path = "journeys/team.rs"]
mod team;
#[path = "journeys/trouble.rs"]
mod trouble;

/// A relay, a console, and a child whose words stand in its chat.
struct Shift {
    world: World,
    relay: support::Relay,
    console: termlens::Terminal,
    child: Child,
}

/// Begins a shift by the first two journeys: the passphrase, and the next child.
async fn begin(arguments: &[&str], columns: u16, rows: u16) -> Shift {
    let world = World::new();
    world.found_line();
    // A line that has just come holds Enter once; that is another test's matter.
    world.settings("[chat]\nguard = \"0s\"\n");
    let relay = world.relay(None, None);
    let mut console = world.locked_console(&format!("ws://{}", relay.address), columns, rows, arguments);
    walk(&mut console, journey("start"));
    see(&mut console, "ready");
    let mut child = Child::of(&world.path("line.json"), relay.address).await;
    child.say("hello, is anybody there?").await;
    console
        .wait_until(|screen| screen.contains("WAITING 1") || screen.contains("One child waits"))
        .expect("who waits");
    console.wait_until(|screen| screen.bells() > 0).expect("one bell, for a child waits");
    walk(&mut console, journey("take"));
    see(&mut console, "hello, is anybody there?");
    Shift { world, relay, console, child }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_counsellors_journeys() {
    let Shift { world, relay, mut console, mut child } = begin(&[], 80, 24).await;
    let console = &mut console;
    walk(console, journey("answer"));
    child.hears("Ahoj, jsem tady.").await;
    walk(console, journey("phrase"));
    child.hears("That sounds").await;

    let mut other = Child::of(&world.path("line.json"), relay.address).await;
    other.say("a second child").await;
    see(console, "WAITING 1");
    walk(console, journey("take"));
    see(console, "a second child");
    walk(console, journey("answer"));
    other.hears("Ahoj, jsem tady.").await;
    // Answered: whoever is said to have waited from now on is the first child.
    gone(console, "has waited");
    child.say("are you still there?").await;
    see(console, "has waited");
    walk(console, journey("next"));
    see(console, "are you still there?");

    walk(console, journey("topics"));
    gone(console, "Topics of");
    walk(console, journey("note"));
    see(console, "to ");
    walk(console, journey("second"));
    see(console, "asks for a second pair of eyes");
    // Grooming does not say by itself whether it happens online; that is set during the chat too.
    for key in ["f5", "tab", "esc"] {
        press(console, key);
    }
    gone(console, "Topics of");
    // The starred fields of the note: the data are there, the assessment and the plan are not.
    for key in ["f4", "down", "'Smutek", "down", "down", "down", "'Ozve se", "f4"] {
        press(console, key);
    }
    walk(console, journey("close"));
    see(console, "MY CHATS 1");
    walk(console, journey("find"));
    see(console, "Zatoulany");
    press(console, "esc");
    press(console, "esc");
    gone(console, "Find:");

    walk(console, journey("danger"));
    see(console, "Emergency steps");
}

/// A contact of the quarter that closed last, with a note of which the anonymiser is not sure.
fn contact_of_last_quarter() -> Contact {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    let now = Timestamp::from_second(i64::try_from(now.as_secs()).expect("a time")).expect("a time");
    let today = TimeZone::UTC.to_datetime(now).date();
    let begun = Date::new(today.year(), (today.month() - 1) / 3 * 3 + 1, 1).expect("a day");
    let day = begun.checked_sub(jiff::Span::new().days(20)).expect("a day");
    let opened = TimeZone::UTC.to_timestamp(day.at(12, 0, 0, 0)).expect("a time").as_millisecond();
    let opened = u64::try_from(opened).expect("after 1970");
    let mut contact = Contact::begun(ContactId([1; 16]), CaseId([2; 16]), "chat", "Blue Fox", "Jana", opened);
    contact.facets.kind = Some("counselling".to_owned());
    contact.facets.topics = vec!["violence.bullying".to_owned()];
    contact.facets.language = "en".to_owned();
    (contact.ended, contact.finished) = (Some(opened + 60_000), Some(opened + 60_000));
    contact.note.set("data", "Her friend left the group. Xantipka calmed her down.");
    contact
}

#[test]
fn a_quarter_is_reviewed_in_seven_keys_and_one_for_each_decision() {
    let world = World::new();
    world.found_line();
    let folder = world.path("data/opora");
    let passphrase = Passphrase::new(support::PASSPHRASE);
    let (keys, file) = opora::vault::open(&folder.join("vault"), &passphrase).expect("the vault");
    let open =
        || Casebook::open(&folder.join("casebook"), file.casebook_id(), &keys.casebook, &mut |_, _| {});
    let (mut casebook, _) = open().expect("a casebook");
    casebook.save(vec![Change::Contact(Box::new(contact_of_last_quarter()))], 1).expect("saved");
    drop(casebook);
    let mut console = world.locked_console("ws://127.0.0.1:1", 80, 24, &["--offline"]);
    walk(&mut console, journey("start"));
    see(&mut console, "F9 Menu");
    // Who reviews reads before deciding: the summaries take a moment to come.
    let (ask, decide) = journey("export").keys.split_at(6);
    ask.iter().for_each(|key| press(&mut console, key));
    see(&mut console, "Xantipka?");
    decide.iter().for_each(|key| press(&mut console, key));
    gone(&mut console, "Xantipka");
    console.signal(termlens::Signal::Kill).expect("SIGKILL");
    drop(console);
    let (casebook, _) = open().expect("the casebook");
    assert!(casebook.reviewed(ContactId([1; 16])).is_some(), "what was decided is on disk");
}

#[tokio::test(flavor = "multi_thread")]
async fn three_of_them_with_the_vim_keymap() {
    let Shift { mut console, mut child, world: _world, relay: _relay } =
        begin(&["--keymap", "vim"], 80, 24).await;
    walk(&mut console, journey("answer"));
    child.hears("Ahoj, jsem tady.").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn three_of_them_in_finished_lines() {
    let Shift { mut console, mut child, world: _world, relay: _relay } = begin(&["--plain"], 100, 40).await;
    see(&mut console, "wrote: hello, is anybody there?");
    walk(&mut console, journey("answer"));
    child.hears("Ahoj, jsem tady.").await;
    see(&mut console, "Ahoj, jsem tady.");
    child.say("thanks").await;
    see(&mut console, "wrote: thanks");
    assert!(!console.screen().alternate_screen(), "nothing is drawn over");
    assert!(!console.screen().text().contains(['─', '│', '▸']), "no frames");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relay_that_is_stopped_or_dead_is_one_calm_sentence_and_nothing_is_lost() {
    let Shift { world, relay, mut console, mut child } = begin(&[], 120, 30).await;
    let console = &mut console;
    let address = relay.address;
    // Stopped: the socket lives, and nobody answers.
    let pid = i32::try_from(relay.pid()).expect("a number");
    let pid = rustix::process::Pid::from_raw(pid).expect("a process");
    rustix::process::kill_process(pid, rustix::process::Signal::STOP).expect("stopped");
    walk(console, journey("answer"));
    see(console, "stays at the top of the outbox; nothing is lost");
    rustix::process::kill_process(pid, rustix::process::Signal::CONT).expect("going on");
    child.hears("Ahoj, jsem tady.").await;
    gone(console, "stays at the top of the outbox");
    // Dead, in the middle of a sentence.
    relay.kill();
    see(console, "The relay does not answer; your words are kept");
    press(console, "'written without a relay");
    press(console, "enter");
    see(console, "me     written without a relay");
    let _relay = world.relay(Some(address), None);
    child.hears("written without a relay").await;
    gone(console, "does not answer");
    assert_eq!(console.screen().text().matches("written without a relay").count(), 1);
}
