//! What goes wrong in the middle of a shift: each says one calm sentence, and nothing that was written is lost.

#[path = "../support/mounted.rs"]
mod mounted;

use std::io::Write as _;

use super::support::World;
use super::support::child::Child;
use super::support::journeys::journey;
use super::support::screen::{press, see, walk};
use super::team;

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_and_what_was_noted_meanwhile_is_kept_once_there_is_room() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("skipped: a full disk needs a small tmpfs, which only root can mount");
        return;
    }
    let world = World::new();
    let disk = mounted::Mounted::tmpfs(&world.path("data"), "48m");
    world.found_line();
    world.settings("[chat]\nguard = \"0s\"\n");
    let relay = world.relay(None, None);
    let mut console = world.console(relay.address, 80, 24, &[]);
    see(&mut console, "ready");
    let mut child = Child::of(&world.path("line.json"), relay.address).await;
    child.say("hello, is anybody there?").await;
    see(&mut console, "WAITING 1");
    walk(&mut console, journey("take"));
    see(&mut console, "hello, is anybody there?");

    // Not a byte is left.
    let filler = world.path("data/filler");
    let mut file = std::fs::File::create(&filler).expect("a file");
    while file.write(&[7; 4096]).is_ok_and(|written| written > 0) {}
    drop(file);
    press(&mut console, "f4");
    press(&mut console, "'Zatoulany zapis z plneho disku");
    see(&mut console, "The disk is full");
    // A child's answer goes out all the same.
    press(&mut console, "f4");
    walk(&mut console, journey("answer"));
    child.hears("Ahoj, jsem tady.").await;
    // With room it is kept by the key that the sentence names, and is there after a SIGKILL.
    std::fs::remove_file(&filler).expect("room");
    press(&mut console, "f4");
    see(&mut console, "· saved");
    console.signal(termlens::Signal::Kill).expect("SIGKILL");
    let mut console = world.console(relay.address, 80, 24, &[]);
    see(&mut console, "hello, is anybody there?");
    press(&mut console, "f4");
    see(&mut console, "Zatoulany zapis z plneho disku");
    drop(console);
    drop(disk);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_account_is_said_and_its_casebook_stays_readable() {
    let world = World::new();
    world.found_line();
    world.settings("[chat]\nguard = \"0s\"\n");
    let relay = world.relay(None, None);
    let mut jana = world.console(relay.address, 80, 24, &[]);
    see(&mut jana, "ready");
    team::join(&world, &relay, "Petr");
    see(&mut jana, "Petr has joined");
    let mut petr = team::console(&world, &relay, "Petr");
    let mut child = Child::of(&world.path("line.json"), relay.address).await;
    child.say("hello, is anybody there?").await;
    see(&mut petr, "WAITING 1");
    walk(&mut petr, journey("take"));
    see(&mut petr, "hello, is anybody there?");
    walk(&mut petr, journey("answer"));
    child.hears("Ahoj, jsem tady.").await;
    walk(&mut petr, journey("note"));
    press(&mut petr, "'half a sentence");
    see(&mut petr, "draft saved");

    let url = format!("ws://{}", relay.address);
    let passphrase = world.path("passphrase");
    let passphrase = passphrase.to_str().expect("UTF-8");
    world.run(&["keys", "revoke", "Petr", "--relay", &url, "--passphrase-file", passphrase]);
    see(&mut petr, "This account was closed; your casebook stays readable");
    see(&mut petr, "half a sentence");
    // The child is not left alone: it waits at the head of the queue, and another takes it with all that was said.
    see(&mut jana, "WAITING 1");
    walk(&mut jana, journey("take"));
    see(&mut jana, "Ahoj, jsem tady.");
    // What was noted is found, now and at the next start.
    walk(&mut petr, journey("find"));
    see(&mut petr, "Zatoulany");
    petr.signal(termlens::Signal::Kill).expect("SIGKILL");
    let data = world.path("Petr");
    let mut petr = world.console(relay.address, 80, 24, &["--data", data.to_str().expect("UTF-8")]);
    see(&mut petr, "your casebook stays readable");
    walk(&mut petr, journey("find"));
    see(&mut petr, "Zatoulany");
}

/// The keeper's vault on another computer, as a backup would bring it: a casebook of its own.
fn another_computer(world: &World, name: &str) -> String {
    let folder = world.path(name);
    std::fs::create_dir_all(&folder).expect("a folder");
    std::fs::copy(world.path("data/opora/vault"), folder.join("vault")).expect("the vault");
    folder.to_str().expect("UTF-8").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_console_of_one_account_shows_the_same_and_loses_nothing() {
    let world = World::new();
    world.found_line();
    world.settings("[chat]\nguard = \"0s\"\n");
    let relay = world.relay(None, None);
    let mut desk = world.console(relay.address, 80, 24, &[]);
    see(&mut desk, "ready");
    let mut child = Child::of(&world.path("line.json"), relay.address).await;
    child.say("hello, is anybody there?").await;
    see(&mut desk, "WAITING 1");
    walk(&mut desk, journey("take"));
    see(&mut desk, "hello, is anybody there?");

    // At home, or on the laptop: the child and its words are there, and what is said there is seen here.
    let mut home = world.console(relay.address, 80, 24, &["--data", &another_computer(&world, "home")]);
    see(&mut home, "hello, is anybody there?");
    press(&mut desk, "'half a sentence");
    see(&mut desk, "draft saved");
    walk(&mut home, journey("answer"));
    child.hears("Ahoj, jsem tady.").await;
    see(&mut desk, "Ahoj, jsem tady.");
    see(&mut desk, "on another computer");
    // Who has not seen it does not answer twice: Enter is held once, and the words stay.
    press(&mut desk, "enter");
    see(&mut desk, "You wrote here from another");
    see(&mut desk, " half a sentence");
    press(&mut desk, "enter");
    child.hears("half a sentence").await;
    see(&mut home, "me     half a sentence");

    // The newest state counts for both.
    press(&mut home, "esc");
    press(&mut home, "b");
    see(&mut home, "5 minutes");
    press(&mut home, "enter");
    see(&mut home, "break to");
    see(&mut desk, "break to");
    see(&mut desk, "You began a break");

    // Three are enough: the fourth is told why, and waits.
    let _third = {
        let mut third = world.console(relay.address, 80, 24, &["--data", &another_computer(&world, "third")]);
        see(&mut third, "hello, is anybody there?");
        third
    };
    let mut fourth = world.console(relay.address, 80, 24, &["--data", &another_computer(&world, "fourth")]);
    see(&mut fourth, "three places already");

    // One of them dies: the child stays where it was, and the others go on.
    home.signal(termlens::Signal::Kill).expect("SIGKILL");
    child.say("are you still there?").await;
    see(&mut desk, "are you still there?");
    walk(&mut desk, journey("answer"));
    child.hears("Ahoj, jsem tady.").await;
}
