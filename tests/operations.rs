//! What an operator does with a relay: starts and stops it, checks what it keeps, looks after disk, certificate and log,
//! and asks the doctor. Real processes over real folders; waiting is always for something seen.
#![allow(clippy::panic, reason = "tests")]

use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::os::unix::net::UnixDatagram;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::Arc;

use opora::conversation::{ConversationId, Kind, Log, Role};
use opora::journal::embedded::Waits;
use opora::journal::{Embedded, Finding, Journal as _, Replay};
use opora::protocol::frame::{ToClient, ToRelay};
use opora::protocol::{Goodbye, Refusal};
use opora::relay;
use opora::segment::fault::FaultDisk;
use support::{Process, World, files};
use tokio_util::sync::CancellationToken;
use wire::{Child, Desk, Peer, TestLine, plain, settings};

mod support;
#[path = "support/wire.rs"]
mod wire;

const TEAM: &[(&str, Role)] = &[("Jana", Role::Counsellor), ("Eva", Role::Supervisor)];

/// A relay's folder for a line whose people the test can be.
fn founded(world: &World) -> TestLine {
    let line = TestLine::with(TEAM);
    relay::init(&world.path("relay"), &line.file, wire::now_ms()).expect("a new relay");
    line
}

/// A relay as a process of its own.
struct Running {
    process: Process,
    address: SocketAddr,
}

impl Running {
    fn start(world: &World, change: impl FnOnce(&mut Command)) -> Self {
        let mut command = world.opora();
        command.args(["relay", "--listen", "127.0.0.1:0", "--data"]).arg(world.path("relay"));
        change(&mut command);
        let process = Process::start(command, &world.path("relay.log"));
        let line = process.line("listening on ");
        let address = line.split("listening on ").nth(1).and_then(|rest| rest.split_whitespace().next());
        Self { process, address: address.and_then(|text| text.parse().ok()).expect("an address") }
    }

    /// Tells it to stop as systemd does, and waits for its last words.
    fn stop(self) {
        self.process.signal("TERM");
        self.process.line("everything acknowledged is on disk");
    }
}

fn check(world: &World) -> Output {
    let mut command = world.opora();
    command.args(["relay", "--check", "--data"]).arg(world.path("relay"));
    command.output().expect("opora runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The one segment of the day.
fn segment(world: &World) -> PathBuf {
    let all = files(&world.path("relay/journal/days"));
    all.into_iter().find(|path| path.ends_with("log")).expect("a segment")
}

/// Flips a byte inside a record of this conversation: behind its id, which stands in clear before what is sealed.
fn damage(path: &Path, conv: ConversationId) {
    let mut bytes = fs::read(path).expect("a segment");
    let at = bytes.windows(16).position(|window| window == conv.0).expect("a record of it");
    bytes[at + 120] ^= 0x40;
    fs::write(path, bytes).expect("written");
}

/// The answer to a plain request: status line and body.
fn get(address: SocketAddr, path: &str, more: &str) -> (String, String) {
    let mut stream = TcpStream::connect(address).expect("connected");
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\n{more}\r\n").expect("written");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    let (head, body) = answer.split_once("\r\n\r\n").expect("head and body");
    (head.split(' ').nth(1).unwrap_or_default().to_owned(), body.to_owned())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_check_finds_the_damage_and_the_damage_closes_one_conversation() {
    let world = World::new();
    let line = founded(&world);
    let running = Running::start(&world, |_| {});
    let _jana = Desk::login(running.address, &line, "Jana").await;
    let (mut first, mut second) =
        (Child::open(running.address, &line).await, Child::open(running.address, &line).await);
    for n in 0..4 {
        first.say(&format!("first {n}")).await;
        second.say(&format!("second {n}")).await;
    }
    let held = check(&world);
    assert_eq!(held.status.code(), Some(5), "a relay runs: {}", text(&held.stderr));
    running.stop();

    let whole = check(&world);
    assert_eq!(whole.status.code(), Some(0), "{}", text(&whole.stderr));
    assert!(text(&whole.stdout).contains("of 2 conversations"), "{}", text(&whole.stdout));
    assert!(text(&whole.stdout).contains("Everything is whole."));

    damage(&segment(&world), first.conv);
    let before = fs::read(segment(&world)).expect("a segment");
    let found = check(&world);
    assert_eq!(found.status.code(), Some(6));
    let (said, failed) = (text(&found.stdout), text(&found.stderr));
    assert!(said.contains(&first.conv.to_string()) && !said.contains(&second.conv.to_string()), "{said}");
    assert!(failed.contains("1 conversation is closed"), "{failed}");
    assert!(!said.contains(&first.conv.to_b64()) && !failed.contains(&first.conv.to_b64()), "no whole id");
    assert_eq!(fs::read(segment(&world)).expect("a segment"), before, "a check changes nothing");

    let running = Running::start(&world, |_| {});
    let mut jana = Desk::login(running.address, &line, "Jana").await;
    second.resume(running.address, 0).await;
    assert_eq!(second.say("still here").await, 6, "the other conversation goes on");
    let mut third = Child::open(running.address, &line).await;
    assert_eq!(third.say("new").await, 2, "so does the relay");
    let claim = plain(first.conv, Log::Desk, Kind::Claimed, "{}", Some(0));
    let refused = jana.append(claim).await;
    assert!(matches!(refused, Err(Refusal::LogDamaged | Refusal::NotAllowed)), "{refused:?}");
    running.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_flipped_byte_of_a_real_relays_folder_closes_more_than_one_conversation() {
    let world = World::new();
    let line = founded(&world);
    let running = Running::start(&world, |_| {});
    let _jana = Desk::login(running.address, &line, "Jana").await;
    for n in 0..3 {
        let mut child = Child::open(running.address, &line).await;
        child.say(&format!("words {n}")).await;
    }
    running.stop();
    let (home, whole) = (world.path("relay"), fs::read(segment(&world)).expect("a segment"));
    // Every record is hit several times, in its frame, its header and its sealed part.
    for at in (0..whole.len()).step_by(whole.len() / 60) {
        let mut bytes = whole.clone();
        bytes[at] ^= 0x10;
        fs::write(segment(&world), bytes).expect("written");
        let report = relay::check(&home, &mut |_, _| {}).expect("a check never fails for damage");
        let damage =
            report.findings.iter().filter(|finding| !matches!(finding, Finding::Torn { .. })).count();
        assert!(damage > 0 || report.findings.len() == 1, "byte {at} is found: {report:?}");
        assert!(report.damaged().len() <= 1, "byte {at} closes {:?}", report.damaged());
    }
    fs::write(segment(&world), whole).expect("written");
    assert_eq!(relay::check(&home, &mut |_, _| {}).expect("whole").findings, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_of_the_house_alone_brings_back_accounts_and_no_talk() {
    let world = World::new();
    let line = founded(&world);
    let running = Running::start(&world, |_| {});
    let _jana = Desk::login(running.address, &line, "Jana").await;
    let mut child = Child::open(running.address, &line).await;
    child.say("words that must not come back").await;
    running.stop();
    // As the guide to backups says.
    fs::rename(world.path("relay"), world.path("lost")).expect("moved");
    for file in files(&world.path("lost")) {
        let name = file.strip_prefix(world.path("lost")).expect("below").to_owned();
        let spelled = name.to_str().expect("UTF-8");
        let is_of_house = ["root.pub", "journal/house/", "journal/shelf/house"];
        if is_of_house.iter().any(|part| spelled.starts_with(part)) {
            let to = world.path("relay").join(&name);
            fs::create_dir_all(to.parent().expect("a folder")).expect("made");
            fs::copy(file, to).expect("copied");
        }
    }
    let checked = check(&world);
    assert_eq!(checked.status.code(), Some(0), "{}{}", text(&checked.stdout), text(&checked.stderr));
    let running = Running::start(&world, |_| {});
    let mut eva = Desk::login(running.address, &line, "Eva").await;
    eva.watch(ConversationId::HOUSE).await;
    let mut again = Peer::connect(running.address, "child").await;
    again.send(&child.resume_frame(0)).await;
    assert_eq!(again.refusal().await, Refusal::ResumeGone);
    running.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sigterm_says_restart_to_everybody_and_systemd_hears_of_it() {
    let world = World::new();
    let line = founded(&world);
    let socket = UnixDatagram::bind(world.path("notify")).expect("a socket");
    let heard = || {
        let mut bytes = [0; 256];
        let length = socket.recv(&mut bytes).expect("a word");
        text(&bytes[..length])
    };
    let running = Running::start(&world, |command| {
        command.env("NOTIFY_SOCKET", world.path("notify"));
    });
    assert!(heard().contains("READY=1"));
    let mut jana = Desk::login(running.address, &line, "Jana").await;
    let mut child = Child::open(running.address, &line).await;
    let said = child.sealed(Kind::Said, opora::sealing::body::Clear::Nothing, "just before");
    child.peer.send(&said).await;
    child.peer.answer(wire::id_of(&said)).await.expect("appended");
    running.stop();
    assert!(heard().contains("STOPPING=1"));
    assert_eq!(jana.peer.goodbye().await, Goodbye::Restart);
    let goodbye = child.peer.until(|frame| match frame {
        ToClient::Goodbye { code, retry_ms } => Some((*code, *retry_ms)),
        _ => None,
    });
    assert_eq!(goodbye.await, (Goodbye::Restart, Some(1000)));
    let running = Running::start(&world, |_| {});
    child.resume(running.address, 0).await;
    assert_eq!(child.peer.entry(Kind::Said).await.seq, 2, "nothing acknowledged is lost");
    running.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_second_relay_waits_for_the_lock_as_long_as_is_set() {
    let world = World::new();
    founded(&world);
    let running = Running::start(&world, |_| {});
    let second = |wait: &str| {
        let mut command = world.opora();
        command.args(["relay", "--listen", "127.0.0.1:0", "--data"]).arg(world.path("relay"));
        command.env("OPORA_LIMITS_LOCK_WAIT", wait).stdout(Stdio::piped());
        command
    };
    let refused = second("0s").output().expect("opora runs");
    assert_eq!(refused.status.code(), Some(5), "{}", text(&refused.stderr));
    let waiting = Process::start(second("1m"), &world.path("second.log"));
    running.stop();
    waiting.line("listening on ");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_full_disk_shows_in_readyz_until_there_is_room() {
    let world = World::new();
    let line = TestLine::with(TEAM);
    let disk = FaultDisk::default();
    let shared = Arc::new(disk.clone());
    let (journal, report) =
        Embedded::open_on(shared, Path::new("/journal"), Waits::default(), &mut |_: Replay| {})
            .expect("opens");
    let entries = relay::first_entries(&line.file, wire::now_ms());
    for entry in &entries {
        journal.append(entry.clone(), Box::new(|_| {}));
    }
    let kept = relay::gather(&journal, [(ConversationId::HOUSE, entries)].into());
    fs::create_dir_all(world.path("relay")).expect("a folder");
    let settings = settings(&world.path("relay"));
    let stop = CancellationToken::new();
    let relay = relay::run_on(settings, Arc::new(journal), kept, line.file.root, None, report, stop);
    let relay = relay.await.expect("a relay");
    let address = relay.addr;
    let ready = move || async move {
        tokio::task::spawn_blocking(move || get(address, "/readyz", "")).await.expect("an answer")
    };
    let _jana = Desk::login(address, &line, "Jana").await;
    let mut child = Child::open(address, &line).await;
    child.say("there is room").await;
    assert_eq!(ready().await.0, "200");
    disk.room(Some(0));
    let said = child.sealed(Kind::Said, opora::sealing::body::Clear::Nothing, "kept by the page");
    child.peer.send(&said).await;
    assert_eq!(child.peer.answer(wire::id_of(&said)).await, Err(Refusal::StorageFull));
    let (status, body) = ready().await;
    assert_eq!((status.as_str(), body.contains("storage")), ("503", true), "{body}");
    let numbers = tokio::task::spawn_blocking(move || get(address, "/metrics", "")).await.expect("numbers").1;
    assert!(numbers.contains("opora_storage_failing 1") && numbers.contains("opora_disk_free_bytes "));
    disk.room(None);
    assert_eq!(ready().await.0, "200", "found out by itself, with nothing to write");
    child.peer.send(&said).await;
    assert_eq!(child.peer.answer(wire::id_of(&said)).await, Ok(3), "the same bytes again");
    relay.stop().await;
}

#[test]
fn numbers_behind_a_proxy_are_given_to_whom_it_forwards_and_not_to_everybody() {
    let world = World::new();
    founded(&world);
    let running = Running::start(&world, |command| {
        command.env("OPORA_BEHIND_PROXY", "127.0.0.1");
    });
    let metrics = |more: &str| get(running.address, "/metrics", more);
    assert_eq!(metrics("X-Forwarded-For: 192.0.2.7\r\n").0, "403", "a visitor of the proxy");
    assert_eq!(metrics("X-Forwarded-For: 127.0.0.1, 192.0.2.7\r\n").0, "403", "whatever it writes itself");
    assert_eq!(metrics("").0, "200", "this machine");
    running.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sighup_reads_the_certificate_again_without_closing_a_socket() {
    let world = World::new();
    founded(&world);
    let write = || {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
        fs::write(world.path("cert.pem"), made.cert.pem()).expect("written");
        fs::write(world.path("key.pem"), made.signing_key.serialize_pem()).expect("written");
        made.cert.der().clone()
    };
    let first = write();
    let running = Running::start(&world, |command| {
        command.arg("--tls-cert").arg(world.path("cert.pem")).arg("--tls-key").arg(world.path("key.pem"));
    });
    let address = running.address;
    let trusts = |trusted: rustls_pki_types::CertificateDer<'static>| async move {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(trusted).expect("a root");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let stream = tokio::net::TcpStream::connect(address).await.expect("connected");
        let name = "localhost".try_into().expect("a name");
        tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, stream).await.is_ok()
    };
    assert!(trusts(first.clone()).await);
    let second = write();
    running.process.signal("HUP");
    running.process.error("certificate read again");
    assert!(trusts(second.clone()).await && !trusts(first).await);
    fs::write(world.path("cert.pem"), "no certificate").expect("written");
    running.process.signal("HUP");
    running.process.error("the old certificate stays in use");
    assert!(trusts(second).await, "a broken one changes nothing");
    running.stop();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_log_is_json_and_holds_no_word_name_address_or_whole_id() {
    let world = World::new();
    let line = TestLine::with(&[("Kanarkova", Role::Counsellor), ("Eva", Role::Supervisor)]);
    relay::init(&world.path("relay"), &line.file, wire::now_ms()).expect("a new relay");
    let running = Running::start(&world, |command| {
        command.env("OPORA_LOG_LEVEL", "trace").env("OPORA_BEHIND_PROXY", "127.0.0.1");
    });
    let mut jana = Desk::login(running.address, &line, "Kanarkova").await;
    let mut eva = Desk::login(running.address, &line, "Eva").await;
    let mut child = Child::open(running.address, &line).await;
    child.say("kanarekvolavtma").await;
    child.tell("violence").await;
    jana.claim(child.conv, 0).await.expect("claimed");
    jana.watch(child.conv).await;
    eva.watch(child.conv).await;
    jana.say(child.conv, &child.key, "kanarekodpovida").await;
    let mut hostile = Peer::connect(running.address, "child").await;
    hostile.raw(r#"{"t":"open","kanarekvramci":1}"#).await;
    assert_eq!(hostile.refusal().await, Refusal::BadFrame);
    let wrong = ToRelay::Resume { conv: child.conv, token: child.token, have: 9 };
    hostile.send(&wrong).await;
    let address = running.address;
    let forwarded = "X-Forwarded-For: 203.0.113.77\r\nCookie: kanarekvhlavicce\r\n";
    tokio::task::spawn_blocking(move || get(address, "/kanarekvadrese", forwarded)).await.expect("an answer");
    running.stop();
    // A damaged record and a folder in use are logged too.
    damage(&segment(&world), child.conv);
    let running = Running::start(&world, |command| {
        command.env("OPORA_LOG_LEVEL", "trace");
    });
    running.stop();

    let log = fs::read_to_string(world.path("relay.log")).expect("a log");
    assert!(log.lines().count() >= 2, "something is logged");
    for entry in log.lines() {
        serde_json::from_str::<serde_json::Value>(entry).unwrap_or_else(|_| panic!("no JSON: {entry}"));
    }
    let (conv, hex) = (child.conv.to_b64(), format!("{:032x}", u128::from_be_bytes(child.conv.0)));
    let token = opora::conversation::encoding::b64(&child.token.0);
    for canary in ["kanarek", "Kanarkova", "203.0.113.77", "violence", &conv, &hex, &token] {
        assert!(!log.to_lowercase().contains(&canary.to_lowercase()), "{canary} stands in the log:\n{log}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_doctor_says_what_is_good_and_what_is_not() {
    let world = World::new();
    let doctor = |arguments: &[&str]| {
        let output = world.opora().arg("doctor").args(arguments).output().expect("opora runs");
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let (code, said, _) = doctor(&[]);
    assert_eq!(code, Some(0), "{said}");
    assert!(said.contains("There is no vault") && said.contains("No relay is set"), "{said}");

    world.found_line();
    let relay = world.relay(None, None);
    let url = format!("ws://{}", relay.address);
    let passphrase = world.path("passphrase");
    let (code, said, failed) =
        doctor(&["--relay", &url, "--passphrase-file", passphrase.to_str().expect("UTF-8")]);
    assert_eq!(code, Some(0), "{said}{failed}");
    for words in [
        "is there and yours alone",
        "opens with this passphrase: Jana",
        "answers as a relay",
        "the one this opora builds",
        "serial 1",
    ] {
        assert!(said.contains(words), "{words}: {said}");
    }
    let (_, said, _) = doctor(&["--lang", "cs", "--relay", &url]);
    assert!(said.contains("odpovídá jako server opory"), "{said}");
    let (_, json, _) = doctor(&["--json", "--relay", &url]);
    let json: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let clock = json.as_array().expect("a list").iter().find(|found| found["area"] == "clock");
    assert_eq!(clock.expect("a clock")["mark"], "ok");

    fs::set_permissions(world.path("data/opora/vault"), open_to_all()).expect("changed");
    relay.kill();
    let (code, said, failed) = doctor(&["--relay", &url]);
    assert_eq!(code, Some(1), "{said}");
    assert!(said.contains("chmod 600") && said.contains("nobody listens there"), "{said}");
    assert!(failed.contains("2 things are in trouble"), "{failed}");

    let (code, said, _) = doctor(&["--settings"]);
    assert_eq!(code, Some(0));
    assert!(said.contains("chat.places = 3  (default)"), "{said}");
    let with = |name: &str, value: &str| {
        let output = world.opora().args(["doctor", "--settings", "relay"]).env(name, value).output();
        text(&output.expect("opora runs").stdout)
    };
    assert!(with("OPORA_KEEP_WORDS", "1h").contains("keep.words = \"1h\"  (OPORA_KEEP_WORDS)"));
}

#[test]
fn a_console_logs_as_much_as_is_set_and_no_secret() {
    for (level, is_told) in [("debug", true), ("error", false)] {
        let world = World::new();
        world.found_line();
        fs::create_dir_all(world.path("config/opora")).expect("a folder");
        fs::write(world.path("config/opora/config.toml"), format!("log_level = \"{level}\"\n"))
            .expect("written");
        // Nobody listens there.
        let mut console = world.console("127.0.0.1:9".parse().expect("an address"), 80, 24, &[]);
        console.wait_until(|screen| screen.contains("does not answer")).expect("told");
        let log: String =
            files(&world.path("state")).iter().map(|file| fs::read_to_string(file).expect("a log")).collect();
        assert_eq!(log.contains("no relay"), is_told, "{level}: {log}");
        assert!(!log.contains(support::PASSPHRASE) && !log.contains("Jana"), "{log}");
    }
}

fn open_to_all() -> fs::Permissions {
    use std::os::unix::fs::PermissionsExt as _;
    fs::Permissions::from_mode(0o644)
}
