//! The main job, whole: a real relay, a real browser as the child, a real console in a pseudo-terminal. A message each
//! way, topics, a note, closing, finding it again; then relay and console are killed in the middle of a second chat,
//! started again, and both sides see every acknowledged word once and in order.
#![allow(clippy::panic, reason = "a test says no by panicking")]

use support::browser::Browser;
use support::proxy::Proxy;
use support::{World, files, holds};
use termlens::{Key, Terminal};

mod support;

/// Words that must be found on no disk of the relay.
const CANARY: &str = "kanarekvolavtma";

fn see(console: &mut Terminal, what: &str) {
    if let Err(error) = console.wait_until(|screen| screen.contains(what)) {
        panic!("never saw {what:?}: {error}\n{}", console.screen().text());
    }
}

fn gone(console: &mut Terminal, what: &str) {
    console
        .wait_until(|screen| !screen.contains(what))
        .unwrap_or_else(|error| panic!("{what:?} stays: {error}"));
}

fn press(console: &mut Terminal, keys: &[Key]) {
    for key in keys {
        console.send(*key).expect("a key");
    }
}

fn write(console: &mut Terminal, text: &str) {
    console.send_str(text).expect("keys");
}

/// Writes to the child and sends, answering the guard's question if a line came in just before.
fn answer(console: &mut Terminal, text: &str) {
    write(console, text);
    see(console, text);
    press(console, &[Key::Enter]);
    let sent = format!("me     {text}");
    console
        .wait_until(|screen| screen.contains(&sent) || screen.contains("Send to"))
        .expect("sent, or a question");
    if !console.screen().contains(&sent) {
        press(console, &[Key::Enter]);
        see(console, &sent);
    }
}

/// How often a line with exactly these words stands in the child's log.
async fn times(child: &Browser, words: &str) -> usize {
    let script = "return [...document.querySelectorAll('#log li.line')].filter(l => l.textContent.includes(arguments[0])).length";
    let found = child.window.execute(script, vec![words.into()]).await.expect("a script");
    usize::try_from(found.json().as_u64().expect("a number")).expect("small")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_child_writes_and_a_counsellor_answers() {
    let world = World::new();
    world.found_line();
    let mut relay = world.relay(None, None);
    let wire = Proxy::to(relay.address).await;
    // The page is served through the wire, so the relay has to know that name of itself.
    relay.kill();
    relay = world.relay(None, Some(wire.address));
    wire.point_to(relay.address);
    let mut console = world.console(relay.address, 80, 24, &[]);
    see(&mut console, "ready");

    // The child writes before anybody is there.
    let child = Browser::start(&world, 360, 640).await;
    child.window.goto(format!("http://{}/", wire.address)).await.expect("the page");
    child.send(&format!("ahoj {CANARY} muzu se na neco zeptat")).await;
    child.find("#log li.line[data-by=child][data-state=sent]").await;

    // The counsellor takes the child and answers.
    see(&mut console, "WAITING 1");
    press(&mut console, &[Key::F(2)]);
    see(&mut console, CANARY);
    answer(&mut console, "Ahoj, jsem tady pro tebe.");
    child.until("the answer", |text| text.contains("jsem tady pro tebe")).await;
    child.until("the counsellor's name", |text| text.contains("Jana")).await;
    child.photograph(&world.path("chat.png")).await;

    // The network goes and comes back: nothing lost, nothing doubled.
    wire.cut();
    child.send("tohle pisu bez site").await;
    child.find("#outbox > li.line").await;
    wire.mend();
    see(&mut console, "tohle pisu bez site");
    child.find("#outbox:empty, #log li.line:last-of-type[data-state=sent]").await;
    assert_eq!(times(&child, "tohle pisu bez site").await, 1);

    // A reload goes on where it was.
    child.window.refresh().await.expect("a reload");
    child.until("the talk after a reload", |text| text.contains("jsem tady pro tebe")).await;

    // Note and topics, then the end with an outcome.
    press(&mut console, &[Key::F(4)]);
    write(&mut console, "Zatoulany zapis o pristavu");
    // The other starred fields: assessment and plan.
    press(&mut console, &[Key::Down]);
    write(&mut console, "Smutek");
    press(&mut console, &[Key::Down, Key::Down, Key::Down]);
    write(&mut console, "Ozve se");
    see(&mut console, "saved");
    press(&mut console, &[Key::F(4), Key::F(5)]);
    see(&mut console, "Topics");
    write(&mut console, "sikan");
    see(&mut console, "Bullying");
    press(&mut console, &[Key::Enter]);
    see(&mut console, "1 Bullying");
    press(&mut console, &[Key::Esc]);
    gone(&mut console, "Topics of");
    press(&mut console, &[Key::F(8)]);
    see(&mut console, "Outcome");
    write(&mut console, "los");
    press(&mut console, &[Key::Enter]);
    child.find("body[data-state=ended]").await;

    // It can be found again by a word of the note, without diacritics.
    see(&mut console, "MY CHATS 0");
    press(&mut console, &[Key::F(3)]);
    write(&mut console, "pristav");
    see(&mut console, "Zatoulany");
    press(&mut console, &[Key::Esc]);
    gone(&mut console, "Find:");

    // A second child; relay and console die in the middle of it.
    child.window.goto(format!("http://{}/?druhe", wire.address)).await.expect("the page again");
    child.window.execute("sessionStorage.clear()", vec![]).await.expect("a fresh tab");
    child.window.goto(format!("http://{}/", wire.address)).await.expect("the page again");
    child.send("druhy rozhovor prvni veta").await;
    see(&mut console, "WAITING 1");
    press(&mut console, &[Key::F(2)]);
    see(&mut console, "druhy rozhovor prvni veta");
    answer(&mut console, "Slysim te.");
    child.until("the answer", |text| text.contains("Slysim te.")).await;
    write(&mut console, "rozepsana odpoved");
    see(&mut console, "draft saved");
    child.send("druhy rozhovor druha veta").await;
    see(&mut console, "druhy rozhovor druha veta");
    let address = relay.address;
    relay.kill();
    console.signal(termlens::Signal::Kill).expect("SIGKILL");
    child.send("druhy rozhovor treti veta").await;

    let relay = world.relay(Some(address), Some(wire.address));
    let mut console = world.console(relay.address, 80, 24, &[]);
    see(&mut console, "druhy rozhovor treti veta");
    see(&mut console, "rozepsana odpoved");
    let screen = console.screen().text();
    let order = ["prvni veta", "Slysim te.", "druha veta", "treti veta"].map(|words| {
        assert_eq!(screen.matches(words).count(), 1, "{words}\n{screen}");
        screen.find(words).expect(words)
    });
    assert!(order.is_sorted(), "{screen}");
    for words in ["prvni veta", "druha veta", "treti veta", "Slysim te."] {
        child.until(words, |text| text.contains(words)).await;
        assert_eq!(times(&child, words).await, 1, "{words}");
    }

    // The relay never had a word.
    for file in files(&world.path("relay")).into_iter().chain([world.path("relay.log")]) {
        assert!(!holds(&file, CANARY), "{}", file.display());
    }

    // The child leaves with one tap; nothing is left to go back to.
    child.find("#leave").await.click().await.expect("a tap");
    see(&mut console, "left");
}
