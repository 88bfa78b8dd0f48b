//! What needs more than one person: a supervisor beside a counsellor, and a newcomer with an invitation.

use super::support::child::Child;
use super::support::journeys::journey;
use super::support::screen::{gone, press, see, walk};
use super::support::{PASSPHRASE, Relay, World};

/// Writes an invitation of the keeper's for somebody, and returns the code as it is given by hand.
pub fn invitation(world: &World, relay: &Relay, name: &str) -> String {
    let path = |name: &str| world.path(name).to_str().expect("UTF-8").to_owned();
    let (code, passphrase) = (path("code"), path("passphrase"));
    let url = format!("ws://{}", relay.address);
    let arguments =
        ["keys", "invite", name, "--relay", &url, "--out", &code, "--passphrase-file", &passphrase];
    world.run(&arguments);
    std::fs::read_to_string(code).expect("a code").trim().to_owned()
}

/// Joins as a colleague in a folder of their own; the keeper's open console gives the keys.
pub fn join(world: &World, relay: &Relay, name: &str) {
    invitation(world, relay, name);
    let path = |name: &str| world.path(name).to_str().expect("UTF-8").to_owned();
    let (data, code, passphrase) = (path(name), path("code"), path("passphrase"));
    let url = format!("ws://{}", relay.address);
    let arguments = ["keys", "join", "--code-file", &code, "--cost", "floor", "--data", &data];
    world.run(&[&arguments[..], &["--relay", &url, "--passphrase-file", &passphrase]].concat());
}

/// Opens the console of a colleague.
pub fn console(world: &World, relay: &Relay, name: &str) -> termlens::Terminal {
    let data = world.path(name);
    let mut console = world.console(relay.address, 80, 24, &["--data", data.to_str().expect("UTF-8")]);
    see(&mut console, "ready");
    console
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supervisors_journeys() {
    let world = World::new();
    world.found_line();
    world.settings("[chat]\nguard = \"0s\"\n");
    let relay = world.relay(None, None);
    let mut jana = world.console(relay.address, 80, 24, &[]);
    see(&mut jana, "ready");
    join(&world, &relay, "Petr");
    see(&mut jana, "Petr has joined");
    let mut petr = console(&world, &relay, "Petr");
    let mut child = Child::of(&world.path("line.json"), relay.address);
    child.say("hello, is anybody there?").await;
    see(&mut petr, "WAITING 1");
    walk(&mut petr, journey("take"));
    see(&mut petr, "hello, is anybody there?");

    press(&mut jana, "esc");
    press(&mut jana, "v");
    see(&mut jana, "COUNSELLORS");
    see(&mut jana, "1/3");
    // The row of Petr, wherever what needs somebody has put it.
    for _ in 0..4 {
        press(&mut jana, "down");
    }
    jana.wait_until(|screen| screen.text().lines().any(|line| line.contains('▸') && line.contains("Petr")))
        .expect("Petr is selected");
    walk(&mut jana, journey("look in"));
    see(&mut jana, "You read along, and Petr sees it");
    see(&mut jana, "hello, is anybody there?");
    see(&mut petr, "Jana looks in");
    walk(&mut jana, journey("whisper"));
    see(&mut petr, "│ Zeptej se na doma.");
    // Back to the board, and in again: all of it is there once more.
    press(&mut jana, "esc");
    see(&mut jana, "COUNSELLORS");
    walk(&mut jana, journey("look in"));
    see(&mut jana, "│ Zeptej se na doma.");
    walk(&mut jana, journey("take over"));
    see(&mut jana, "to ");
    see(&mut petr, "with Jana");
    walk(&mut jana, journey("answer"));
    child.hears("Ahoj, jsem tady.").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn from_nothing_to_the_first_chat_in_five_commands_and_four_steps() {
    // The operator's: the package is installed; then these, in this order. The line's card names where the relay is.
    let world = World::new();
    let address =
        std::net::TcpListener::bind("127.0.0.1:0").and_then(|port| port.local_addr()).expect("a port");
    world.found_line_at(&format!("ws://{address}")); // 1. opora keys init, the keeper's; 2. opora relay --init
    world.settings("[chat]\nguard = \"0s\"\n");
    let relay = world.relay(Some(address), None); // 3. what `systemctl enable --now opora-relay` starts
    let code = invitation(&world, &relay, "Petr"); // 4. opora keys invite
    let mut jana = world.console(relay.address, 80, 24, &[]);
    see(&mut jana, "ready");

    // The newcomer's first run: language, passphrase, invitation, practice.
    let data = world.path("Petr");
    let mut petr = world
        .terminal(80, 24)
        .args(["console", "--data", data.to_str().expect("UTF-8")]) // 5. opora console
        .spawn(env!("CARGO_BIN_EXE_opora"))
        .expect("a console in a pseudo-terminal");
    let petr = &mut petr;
    see(petr, "step 1 of 4");
    press(petr, "enter");
    see(petr, "step 2 of 4");
    let typed = format!("'{PASSPHRASE}");
    for key in [&typed, "enter", &typed, "enter"] {
        press(petr, key);
    }
    see(petr, "step 3 of 4");
    // A mistyped invitation is said, and what was typed stays to be mended.
    press(petr, "'xx");
    press(petr, "enter");
    see(petr, "not an invitation");
    petr.send_str("\u{15}").expect("a key");
    petr.send_str(&code).expect("an invitation");
    press(petr, "enter");
    see(petr, "step 4 of 4");
    press(petr, "s");
    see(petr, "ready");
    see(&mut jana, "Petr has joined");

    let mut child = Child::of(&world.path("line.json"), relay.address);
    child.say("hello, is anybody there?").await;
    see(petr, "WAITING 1");
    walk(petr, journey("take"));
    see(petr, "hello, is anybody there?");
    walk(petr, journey("answer"));
    child.hears("Ahoj, jsem tady.").await;
    gone(petr, "not yet stored");
    assert!(data.join("vault").exists());
}
