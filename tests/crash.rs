//! SIGKILL at any moment: of the relay and of desk programs while 200 children and 20 counsellors talk, of a relay at
//! each step of one append and one opening, of a casebook's writer at each step of its saves. And disks that are full
//! or fail a sync under a whole relay. Always: what was acknowledged is on disk once, in its place, and opens.
//!
//! Segments cut at every byte and with every byte flipped are `src/segment/tests.rs` and `src/journal/embedded/tests.rs`.
#![allow(clippy::panic, reason = "a test says no by panicking")]

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use opora::casebook::record::{Change, ContactId, Filter};
use opora::casebook::{Casebook, backup};
use opora::client::address::Address;
use opora::conversation::{EntryId, Kind, Log, Role};
use opora::drill::{CounsellorScript, Ledger, Load, Script, Stage, play_load};
use opora::journal::embedded::Waits;
use opora::journal::{Embedded, Journal as _, Replay};
use opora::protocol::Refusal;
use opora::protocol::frame::ToClient;
use opora::relay::{self, Running};
use opora::sealing::Secret;
use opora::sealing::body::Clear;
use opora::segment::Disk;
use opora::segment::fault::FaultDisk;
use rand::RngExt as _;
use tokio_util::sync::CancellationToken;

#[path = "crash/audit.rs"]
mod audit;
#[path = "crash/desk.rs"]
mod desk;
#[path = "crash/dying.rs"]
mod dying;
#[path = "support/mounted.rs"]
mod mounted;
#[path = "support/process.rs"]
mod process;
#[path = "support/wire.rs"]
mod wire;

use audit::{Audit, Desks};
use process::{Program, count, is_root, part, shipped_relay, tell};
use wire::{Child, TestLine};

const CHILDREN: usize = 200;
const COUNSELLORS: usize = 20;
const DEADLINE: Duration = Duration::from_secs(60);

fn names() -> Vec<String> {
    (1..=COUNSELLORS).map(|number| format!("Jana {number}")).collect()
}

fn line() -> TestLine {
    let names = names();
    TestLine::fixed(&names.iter().map(|name| (name.as_str(), Role::Counsellor)).collect::<Vec<_>>())
}

/// The shipped relay on this port, with a configuration that lets so many children in at once.
fn relay_for_many(folder: &Path, port: u16) -> (Program, u16) {
    let listen = format!("127.0.0.1:{port}");
    let many = "[limits]\nwork_above = \"60000/min\"\n";
    let (relay, address) = shipped_relay(folder, many, &["--listen", &listen]);
    (relay, address.port())
}

// ---- the whole line ---------------------------------------------------------------------------------------------

#[test]
fn desk_program() {
    if let Some(with) = part("desk_program") {
        desk::run(&line(), &with);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_or_doubled_when_relay_and_desks_are_killed() {
    let home = tempfile::tempdir().expect("a folder");
    let line = line();
    relay::init(&home.path().join("relay"), &line.file, wire::now_ms()).expect("a new relay");
    let (mut relay, port) = relay_for_many(home.path(), 0);
    let ledger = Arc::new(Ledger::new());
    let stop = CancellationToken::new();
    let address = Address::parse(&format!("ws://127.0.0.1:{port}")).expect("an address");
    let stage = Stage {
        address,
        origin: format!("http://127.0.0.1:{port}"),
        root: line.root.public(),
        pace: 2.0,
        cut: None,
        tls: None,
        ledger: Arc::clone(&ledger),
        stop: stop.clone(),
    };
    let children = tokio::spawn(play_load(Load {
        stage,
        children: CHILDREN,
        scripts: vec![Script::shipped("quick").expect("a script")],
        counsellors: vec![],
        counsellor: CounsellorScript::shipped().expect("a script"),
        duration: Duration::from_secs(3_600),
        seed: 1,
    }));
    let mut desks = Desks::start(&names(), home.path(), port, Arc::clone(&ledger));

    let mut rng = rand::rng();
    for round in 0..count(3, 20) {
        desks.until_acknowledged(150).await;
        tokio::time::sleep(Duration::from_millis(rng.random_range(0..400))).await;
        relay.kill();
        ledger.kill();
        relay = relay_for_many(home.path(), port).0;
        for _ in 0..3 {
            desks.until_acknowledged(40).await;
            tokio::time::sleep(Duration::from_millis(rng.random_range(0..200))).await;
            desks.kill_and_start(rng.random_range(0..COUNSELLORS));
            ledger.kill();
        }
        eprintln!("round {round}: {:?}", ledger.report());
    }
    desks.until_acknowledged(150).await;
    stop.cancel();
    let ended = tokio::time::timeout(DEADLINE, children);
    ended.await.expect("children settle").expect("played");
    let desks = tokio::task::block_in_place(|| desks.finish());
    relay.kill();

    let report = ledger.report();
    let wrong = (report.lost, report.doubled, report.out_of_order, report.altered);
    assert_eq!(wrong, (0, 0, 0, 0), "{report:?}");
    let audit = Audit::of(&home.path().join("relay/journal"), &line);
    for (conv, id, seq) in ledger.acknowledged() {
        assert_eq!(audit.times(conv, Log::Talk, id, seq), 1, "acknowledged as {seq}");
    }
    let kept = desks.check(&audit);
    assert!(kept > 100 && report.acknowledged > 600, "{kept} kept, {report:?}");

    // The same audit of a disk from which something that was acknowledged is gone: it would be seen.
    cut_the_newest_segment(&home.path().join("relay/journal"));
    let robbed = Audit::of(&home.path().join("relay/journal"), &line);
    let acknowledged = ledger.acknowledged().into_iter();
    let gone = acknowledged.filter(|(conv, id, seq)| robbed.times(*conv, Log::Talk, *id, *seq) != 1);
    assert!(gone.count() > 0, "an audit that misses nothing sees nothing");
}

/// Takes the last half of today's records away.
fn cut_the_newest_segment(journal: &Path) {
    let days = std::fs::read_dir(journal.join("days")).expect("a journal").flatten();
    let newest = days.map(|day| day.path().join("log")).max().expect("a day");
    let file = std::fs::OpenOptions::new().write(true).open(&newest).expect("opens");
    file.set_len(file.metadata().expect("a size").len() / 2).expect("cut");
}

// ---- one relay, each step ---------------------------------------------------------------------------------------

/// A relay on a disk that dies with the process: after `die N`, at the N-th step from then.
#[test]
fn dying_relay_program() {
    let Some(folder) = part("dying_relay_program") else { return };
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let disk = Arc::new(dying::DyingDisk::default());
        let running = relay_on(Arc::clone(&disk) as Arc<dyn Disk>, Path::new(&folder), |_| {}).await;
        tell(&format!("port {}", running.addr.port()));
        tokio::task::spawn_blocking(move || dying::obey(&disk)).await.expect("obeyed");
    });
}

/// Starts a relay on any disk; its line is in `folder` already.
async fn relay_on(disk: Arc<dyn Disk>, folder: &Path, change: impl FnOnce(&mut relay::Settings)) -> Running {
    let (mut entries, mut settings) = (std::collections::HashMap::<_, Vec<_>>::new(), wire::settings(folder));
    change(&mut settings);
    let mut replay = |replay| {
        if let Replay::Entry(entry) = replay {
            entries.entry(entry.conv).or_default().push(entry);
        }
    };
    let opened = Embedded::open_on(disk, &folder.join("journal"), Waits::default(), &mut replay);
    let (journal, report) = opened.expect("opens");
    let kept = relay::gather(&journal, entries);
    let (root, stop) = (line().root.public(), CancellationToken::new());
    relay::run_on(settings, Arc::new(journal), kept, root, None, report, stop).await.expect("a relay")
}

fn dying_relay(folder: &Path) -> (Program, std::net::SocketAddr) {
    let relay = Program::part("dying_relay_program", folder.to_str().expect("UTF-8"));
    let port = relay.hear("@port ").rsplit(' ').next().and_then(|port| port.parse().ok()).expect("a port");
    (relay, std::net::SocketAddr::from(([127, 0, 0, 1], port)))
}

/// Reads a child's whole talk on a new socket.
async fn read_talk(child: &mut Child, relay: std::net::SocketAddr) -> Vec<opora::conversation::Entry> {
    child.peer = wire::Peer::connect(relay, "child").await;
    let frame = child.resume_frame(0);
    child.peer.send(&frame).await;
    let welcome = |frame: &ToClient| match frame {
        ToClient::Welcome { head, .. } => Some(*head),
        _ => None,
    };
    let head = child.peer.until(welcome).await.expect("a child's welcome has a head");
    let mut talk = Vec::new();
    while (talk.len() as u64) < head {
        if let ToClient::Entry(entry) = child.peer.next().await {
            talk.push(entry);
        }
    }
    audit::check_chain(&talk);
    talk
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_killed_at_any_step_of_an_append_keeps_what_it_acknowledged() {
    let home = tempfile::tempdir().expect("a folder");
    let line = line();
    relay::init(home.path(), &line.file, wire::now_ms()).expect("a new relay");
    let (mut deaths, mut unanswered) = (0, 0);
    for step in 1.. {
        let (mut relay, address) = dying_relay(home.path());
        let _jana = wire::Desk::login(address, &line, "Jana 1").await;
        let mut child = Child::open(address, &line).await;
        let first = child.say("before").await;
        relay.say(&format!("die {step}"));
        relay.hear("@dies");
        let frame = child.sealed(Kind::Said, Clear::Nothing, "the one");
        child.peer.send(&frame).await;
        let answer = child.peer.appended_or_end(wire::id_of(&frame)).await;
        let survived = answer.is_some() && !relay.dies_within(Duration::from_millis(300));
        relay.kill();
        deaths += u32::from(!survived);
        unanswered += u32::from(answer.is_none());

        let (relay, address) = dying_relay(home.path());
        let talk = read_talk(&mut child, address).await;
        let times = talk.iter().filter(|entry| entry.id == wire::id_of(&frame)).count();
        assert!(talk.iter().any(|entry| entry.seq == first), "step {step}: the first words");
        assert!(times == 1 || (times == 0 && answer.is_none()), "step {step}: {times} times, {answer:?}");
        // The same bytes again, as a page does that heard nothing.
        child.peer.send(&frame).await;
        let again = child.peer.answer(wire::id_of(&frame)).await.expect("appended");
        assert!(answer.is_none_or(|first| first == again), "step {step}: the same number");
        let talk = read_talk(&mut child, address).await;
        assert_eq!(talk.iter().filter(|entry| entry.id == wire::id_of(&frame)).count(), 1, "step {step}");
        relay.kill();
        if survived {
            break;
        }
    }
    // Two halves of the write and the sync at least: and each of them left the words unacknowledged.
    assert!(deaths >= 3 && unanswered >= 3, "{deaths} deaths, {unanswered} of them before an answer");
    Audit::of(&home.path().join("journal"), &line);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_relay_killed_at_any_step_of_an_opening_lets_the_child_open_again() {
    let home = tempfile::tempdir().expect("a folder");
    let line = line();
    relay::init(home.path(), &line.file, wire::now_ms()).expect("a new relay");
    let mut deaths = 0;
    for step in 1.. {
        let (mut relay, address) = dying_relay(home.path());
        let _jana = wire::Desk::login(address, &line, "Jana 1").await;
        let mut child = Child::ready(address, &line).await;
        relay.say(&format!("die {step}"));
        relay.hear("@dies");
        let open = child.open_frame(None);
        child.peer.send(&open).await;
        let welcome = child.peer.welcome_or_end().await;
        let survived = welcome.is_some() && !relay.dies_within(Duration::from_millis(300));
        relay.kill();
        deaths += 1;

        let (relay, address) = dying_relay(home.path());
        let _jana = wire::Desk::login(address, &line, "Jana 1").await;
        child.peer = wire::Peer::connect(address, "child").await;
        child.peer.send(&open).await;
        let again = child.peer.welcome_or_end().await.expect("the same fields open it again");
        assert!(welcome.is_none_or(|first| first == again), "step {step}: the same half and ticket");
        assert_eq!(child.say("hello").await, 2, "step {step}");
        assert_eq!(read_talk(&mut child, address).await.len(), 2, "step {step}");
        relay.kill();
        if survived {
            break;
        }
    }
    assert!(deaths >= 6, "a shelf file and an entry have more steps than {deaths}");
    Audit::of(&home.path().join("journal"), &line);
}

// ---- the casebook's writer --------------------------------------------------------------------------------------

const CASEBOOK: [u8; 16] = [1; 16];

#[test]
fn dying_casebook_program() {
    let Some(with) = part("dying_casebook_program") else { return };
    let (steps, folder) = with.split_once(' ').expect("steps and a folder");
    let disk = dying::DyingDisk::default();
    let shared: Arc<dyn Disk> = Arc::new(disk.clone());
    let v = Secret::new([2; 32]);
    let opened = Casebook::open_on(&shared, Path::new(folder), CASEBOOK, &v, &mut |_, _| {});
    let (mut casebook, _) = opened.expect("opens");
    disk.die_after(steps.parse().expect("a number"));
    for _ in 0..4 {
        let id: [u8; 16] = rand::random();
        casebook.save(vec![audit::draft(id)], wire::now_ms()).expect("saved");
        tell(&format!("saved {}", u128::from_be_bytes(id)));
    }
    tell("done");
}

#[test]
fn a_note_that_was_saved_survives_a_kill_at_any_step() {
    let home = tempfile::tempdir().expect("a folder");
    let folder = home.path().join("casebook");
    let (mut saved, mut deaths) = (Vec::new(), 0);
    for step in 1.. {
        let with = format!("{step} {}", folder.display());
        let (_, heard) = Program::part("dying_casebook_program", &with).end();
        saved.extend(heard.iter().filter_map(|line| line.strip_prefix("@saved ")?.parse::<u128>().ok()));
        let is_done = heard.iter().any(|line| line == "@done");
        deaths += usize::from(!is_done);
        if is_done {
            break;
        }
    }
    assert!(deaths >= 8 && saved.len() >= 8, "{deaths} deaths, {} saved", saved.len());
    let opened = Casebook::open(&folder, CASEBOOK, &Secret::new([2; 32]), &mut |_, _| {});
    let (casebook, report) = opened.expect("opens");
    assert_eq!(report.unreadable, 0);
    assert!(casebook.verify().expect("read"), "sled, change log and head agree");
    let drafts = casebook.drafts();
    for id in &saved {
        let found = drafts.iter().filter(|draft| u128::from_be_bytes(draft.conv.0) == *id).count();
        assert_eq!(found, 1, "saved, and {found} times there");
    }
    // Each run died in at most one save that was not said to be saved.
    assert!(drafts.len() <= saved.len() + deaths, "{} drafts", drafts.len());
}

/// Brings a casebook of an older opora to this one: opened, copied before the upgrade, each contact written anew.
#[test]
fn dying_migration_program() {
    let Some(with) = part("dying_migration_program") else { return };
    let (steps, home) = with.split_once(' ').expect("steps and a folder");
    let home = Path::new(home);
    let disk = dying::DyingDisk::default();
    disk.die_after(steps.parse().expect("a number"));
    let shared: Arc<dyn Disk> = Arc::new(disk.clone());
    let v = Secret::new([2; 32]);
    let opened = Casebook::open_on(&shared, &home.join("casebook"), CASEBOOK, &v, &mut |_, _| disk.step());
    let (mut casebook, _) = opened.expect("opens");
    let backups = home.join("backups");
    let mut copied = |_, _| disk.step();
    backup::before_upgrade(&mut casebook, &backups, &home.join("vault"), 9, &mut copied).expect("copied");
    for summary in casebook.list(&Filter::default(), 9) {
        let mut contact = casebook.contact(summary.id).expect("read").expect("there");
        contact.note.set("plan", "written anew");
        casebook.save(vec![Change::Contact(Box::new(contact))], 10).expect("saved");
        tell(&format!("saved {}", summary.id.0[0]));
    }
    tell("done");
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let to = to.join(entry.file_name());
        if entry.path().is_dir() {
            copy(&entry.path(), &to);
        } else {
            std::fs::copy(entry.path(), to).expect("copied");
        }
    }
}

#[test]
fn an_upgrade_killed_at_any_step_loses_nothing_of_an_older_casebook() {
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/old-casebook");
    let v = Secret::new([2; 32]);
    let mut deaths = 0;
    for step in 1.. {
        let home = tempfile::tempdir().expect("a folder");
        copy(&golden, &home.path().join("casebook"));
        std::fs::write(home.path().join("vault"), b"a key file").expect("written");
        let with = format!("{step} {}", home.path().display());
        let (_, heard) = Program::part("dying_migration_program", &with).end();
        let opened = Casebook::open(&home.path().join("casebook"), CASEBOOK, &v, &mut |_, _| {});
        let (mut casebook, report) = opened.expect("opens");
        assert!(report.unreadable == 0 && !report.mended.pieced, "step {step}: {report:?}");
        assert!(casebook.verify().expect("read"), "step {step}: sled, change log and head agree");
        for n in 1..=4 {
            let contact = casebook.contact(ContactId([n; 16])).expect("read").expect("there");
            let plan = contact.note.field("plan");
            let is_said = heard.iter().any(|line| *line == format!("@saved {n}"));
            assert!(
                plan == "written anew" || (plan.is_empty() && !is_said),
                "step {step}, contact {n}: {plan:?}"
            );
            assert_eq!(contact.note.field("data"), "Fotky ve skupině.", "step {step}, contact {n}");
            assert_eq!(contact.facets.risk4c, ["conduct"], "step {step}, contact {n}");
        }
        // However often it was cut short, there is one copy in the end, and every copy there is opens.
        let (backups, vault) = (home.path().join("backups"), home.path().join("vault"));
        backup::before_upgrade(&mut casebook, &backups, &vault, 11, &mut |_, _| {}).expect("copied");
        let copies =
            std::fs::read_dir(&backups).expect("a folder").map(|entry| entry.expect("an entry").path());
        let copies: Vec<_> =
            copies.filter(|path| path.extension().is_some_and(|end| end == "opora")).collect();
        assert!(!copies.is_empty(), "step {step}");
        for copy in copies {
            let with = backup::With::Casebook(CASEBOOK, &v);
            let contents = backup::verify(&copy, &with, &mut |_, _| {}).expect("whole");
            assert_eq!(contents.contacts, 4, "step {step}");
        }
        if heard.iter().any(|line| line == "@done") {
            break;
        }
        deaths += 1;
    }
    assert!(deaths >= 20, "{deaths} deaths");
}

// ---- disks ------------------------------------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_takes_nothing_reading_goes_on_and_room_lets_it_go_on() {
    if !is_root("a full disk needs a small tmpfs") {
        return;
    }
    let home = tempfile::tempdir().expect("a folder");
    let disk = mounted::Mounted::tmpfs(&home.path().join("disk"), "256k");
    let line = line();
    relay::init(&disk.path.join("relay"), &line.file, wire::now_ms()).expect("a new relay");
    let config_home = &disk.path;
    let (relay, port) = relay_for_many(config_home, 0);
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], port));
    let _jana = wire::Desk::login(address, &line, "Jana 1").await;
    let mut children = Vec::new();
    // More than one child, for each may only write ten at once; their long words fill it.
    let (mut taken, refused) = 'full: loop {
        let mut child = Child::open(address, &line).await;
        let mut taken = 0;
        for _ in 0..9 {
            let frame = child.sealed(Kind::Said, Clear::Nothing, &"x".repeat(7_000));
            child.peer.send(&frame).await;
            match child.peer.answer(wire::id_of(&frame)).await {
                Ok(seq) => taken = seq,
                Err(code) => {
                    assert_eq!(code, Refusal::StorageFull);
                    children.push((child, taken));
                    break 'full (taken, frame);
                }
            }
        }
        children.push((child, taken));
    };
    // Reading goes on.
    for (child, taken) in &mut children {
        let talk = read_talk(child, address).await;
        assert!(talk.len() as u64 >= *taken, "{} of {taken}", talk.len());
    }
    disk.resize("4m");
    let (child, _) = children.last_mut().expect("a child");
    taken = child.peer.appended_after_retries(&refused, taken).await;
    relay.kill();
    let (_relay, port) = relay_for_many(config_home, 0);
    let address = std::net::SocketAddr::from(([127, 0, 0, 1], port));
    let talk = read_talk(child, address).await;
    let id = wire::id_of(&refused);
    assert_eq!(talk.iter().filter(|entry| entry.id == id && entry.seq == taken).count(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn after_a_sync_that_failed_nothing_is_acknowledged_that_is_not_there() {
    for nth in 1..=3 {
        let home = tempfile::tempdir().expect("a folder");
        let line = line();
        let disk = FaultDisk::default();
        let first = first_entries(&disk, home.path(), &line);
        let relay = relay_on(Arc::new(disk.clone()), home.path(), |_| {}).await;
        let mut child = Child::ready(relay.addr, &line).await;
        let _jana = wire::Desk::login(relay.addr, &line, "Jana 1").await;
        let open = child.open_frame(None);
        child.peer.send(&open).await;
        child.peer.welcome_or_end().await.expect("open");
        disk.fail_sync(nth);
        let mut acknowledged: Vec<(EntryId, u64)> = Vec::new();
        for _ in 0..4 {
            let frame = child.sealed(Kind::Said, Clear::Nothing, "words");
            child.peer.send(&frame).await;
            let seq = match child.peer.answer(wire::id_of(&frame)).await {
                Ok(seq) => seq,
                Err(code) => {
                    assert_eq!(code, Refusal::StorageFull, "to be tried again");
                    child.peer.appended_after_retries(&frame, 0).await
                }
            };
            acknowledged.push((wire::id_of(&frame), seq));
        }
        relay.stop().await;
        let after = disk.cut_power(opora::segment::fault::Cut::Strict);
        let mut found = Vec::new();
        let opened = Embedded::open_on(
            Arc::new(after),
            &home.path().join("journal"),
            Waits::default(),
            &mut |replay| {
                if let Replay::Entry(entry) = replay {
                    found.push(entry);
                }
            },
        );
        opened.expect("opens");
        assert!(found.len() > first);
        for (id, seq) in acknowledged {
            let times = found.iter().filter(|entry| entry.id == id && entry.seq == seq).count();
            assert_eq!(times, 1, "sync {nth} failed; acknowledged as {seq}, and {times} times there");
        }
    }
}

/// Writes a new relay's folder onto a pretended disk; returns how many entries that are.
fn first_entries(disk: &FaultDisk, folder: &Path, line: &TestLine) -> usize {
    let shared: Arc<dyn Disk> = Arc::new(disk.clone());
    let (journal, _) =
        Embedded::open_on(shared, &folder.join("journal"), Waits::default(), &mut |_| {}).expect("opens");
    let entries = relay::first_entries(&line.file, wire::now_ms());
    let (told, fates) = std::sync::mpsc::channel();
    for entry in &entries {
        let told = told.clone();
        journal.append(entry.clone(), Box::new(move |fate| told.send(fate).expect("the test waits")));
    }
    fates.iter().take(entries.len()).for_each(|fate| fate.expect("appended"));
    entries.len()
}
