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

#[tokio::test(flavor = "multi_thread")]
async fn a_casebook_that_may_not_be_written_is_said_at_unlock_and_opens_once_it_may() {
    if !rustix::process::geteuid().is_root() {
        eprintln!("skipped: a read-only disk needs a mount, which only root can make");
        return;
    }
    let world = World::new();
    let disk = mounted::Mounted::tmpfs(&world.path("data"), "24m");
    world.found_line();
    disk.read_only(true);
    let mut console = world
        .terminal(80, 24)
        .args(["console", "--offline"])
        .spawn(env!("CARGO_BIN_EXE_opora"))
        .expect("a console");
    see(&mut console, "assphrase");
    press(&mut console, &format!("'{}", super::support::PASSPHRASE));
    press(&mut console, "enter");
    see(&mut console, "may not write");
    disk.read_only(false);
    press(&mut console, &format!("'{}", super::support::PASSPHRASE));
    press(&mut console, "enter");
    see(&mut console, "F9 Menu");
    drop(console);
    drop(disk);
}
