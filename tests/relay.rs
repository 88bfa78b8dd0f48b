//! The relay over real sockets: the main flow, races, restarts, and what hostile or broken clients get.

use std::sync::Arc;
use std::time::Duration;

use opora::conversation::queue::Phase;
use opora::conversation::{ConversationId, Entry, Kind, Log, Role, chain};
use opora::journal::{Journal as _, Memory, Report};
use opora::protocol::frame::ToClient;
use opora::protocol::frame::ToRelay;
use opora::protocol::{Goodbye, Refusal};
use opora::relay::{self, Running};
use tokio_util::sync::CancellationToken;

#[path = "support/wire.rs"]
mod wire;
use wire::{Child, Desk, Peer, TestLine, plain, settings};

const TEAM: &[(&str, Role)] =
    &[("Jana", Role::Counsellor), ("Petr", Role::Counsellor), ("Eva", Role::Supervisor)];

struct Stage {
    folder: tempfile::TempDir,
    line: TestLine,
}

impl Stage {
    fn with(team: &[(&str, Role)]) -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let line = TestLine::with(team);
        relay::init(folder.path(), &line.file, wire::now_ms()).expect("a new relay");
        Self { folder, line }
    }

    /// Starts it on a journal in memory: what is tested then is not the disk.
    async fn start_in_memory(&self, change: impl FnOnce(&mut relay::Settings)) -> Running {
        let journal = Arc::new(Memory::new(1));
        let entries = relay::first_entries(&self.line.file, wire::now_ms());
        for entry in &entries {
            journal.append(entry.clone(), Box::new(|result| result.expect("appended")));
        }
        let kept = relay::gather(&*journal, [(ConversationId::HOUSE, entries)].into());
        let mut settings = settings(self.folder.path());
        change(&mut settings);
        let (root, report) = (self.line.file.root, Report::default());
        relay::run_on(settings, journal, kept, root, None, report, CancellationToken::new())
            .await
            .expect("a relay")
    }

    async fn start(&self) -> Running {
        self.start_with(|_| {}).await
    }

    async fn start_with(&self, change: impl FnOnce(&mut relay::Settings)) -> Running {
        let mut settings = settings(self.folder.path());
        change(&mut settings);
        relay::run(settings, &mut |_, _| {}, CancellationToken::new()).await.expect("a relay")
    }
}

fn check_chain(entries: &[Entry]) {
    let mut before = chain::start(entries[0].conv, entries[0].log);
    for (index, entry) in entries.iter().enumerate() {
        assert_eq!(entry.seq, index as u64 + 1);
        assert!(entry.follows(before), "entry {} does not follow", entry.seq);
        before = entry.h;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_writes_and_a_counsellor_answers() {
    let stage = Stage::with(TEAM);
    let relay = stage.start().await;
    let mut jana = Desk::login(relay.addr, &stage.line, "Jana").await;
    let mut child = Child::open(relay.addr, &stage.line).await;
    let opened = child.peer.entry(Kind::Opened).await;
    assert_eq!((opened.seq, opened.id.0), (1, child.conv.0), "the child's own entry comes first");
    child.tell("violence").await;
    assert_eq!(child.say("ahoj").await, 3);
    jana.sees(child.conv).await;
    assert_eq!(jana.claim(child.conv, 0).await, Ok(1));
    jana.watch(child.conv).await;
    let said = jana.peer.entry(Kind::Said).await;
    assert_eq!((said.seq, said.author), (3, None));
    jana.peer
        .send(&ToRelay::Signal { conv: child.conv, kind: opora::protocol::frame::ClientSignal::Typing })
        .await;
    assert_eq!(jana.say(child.conv, &child.key, "jsem tady").await, 4);
    let mut phases = Vec::new();
    let answer = child
        .peer
        .until(|frame| match frame {
            ToClient::Signal(signal) => {
                phases.push(serde_json::to_string(signal).expect("json"));
                None
            }
            ToClient::Entry(entry) if entry.kind == Kind::Said => Some(entry.clone()),
            _ => None,
        })
        .await;
    assert_eq!(
        (answer.by.spelled().as_ref(), answer.author.clone()),
        ("line", None),
        "no account at a child"
    );
    assert!(phases.iter().any(|signal| signal.contains(r#""kind":"phase","value":"with""#)), "{phases:?}");
    assert!(phases.iter().any(|signal| signal.contains("typing")), "{phases:?}");

    let unread = plain(child.conv, Log::Talk, Kind::Closed, r#"{"reason":"ended"}"#, Some(3));
    assert_eq!(jana.append(unread).await, Err(Refusal::Conflict), "nobody closes over an unread message");
    let close = plain(child.conv, Log::Talk, Kind::Closed, r#"{"reason":"ended"}"#, Some(4));
    assert_eq!(jana.append(close).await, Ok(5));
    child.peer.entry(Kind::Closed).await;
    let rate = plain(child.conv, Log::Talk, Kind::Rated, r#"{"felt":3}"#, None);
    child.peer.send(&rate).await;
    assert_eq!(child.peer.answer(wire::id_of(&rate)).await, Ok(6));
    let late = child.sealed(Kind::Said, opora::sealing::body::Clear::Nothing, "ještě něco");
    child.peer.send(&late).await;
    assert_eq!(child.peer.answer(wire::id_of(&late)).await, Err(Refusal::Closed));
    assert_eq!(jana.append(plain(child.conv, Log::Desk, Kind::Archived, "{}", None)).await, Ok(2));
    assert_eq!(
        jana.append(plain(child.conv, Log::Desk, Kind::Archived, "{}", None)).await,
        Err(Refusal::Closed)
    );
    child.peer.send(&ToRelay::Leave { conv: child.conv }).await;
    assert_eq!(child.peer.goodbye().await, Goodbye::Bye);
    assert!(child.peer.maybe().await.is_none());
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_acknowledged_is_lost_over_a_restart() {
    let stage = Stage::with(TEAM);
    let relay = stage.start().await;
    let mut jana = Desk::login(relay.addr, &stage.line, "Jana").await;
    let mut child = Child::open(relay.addr, &stage.line).await;
    for n in 0..8 {
        child.say(&format!("slovo {n}")).await;
    }
    jana.claim(child.conv, 0).await.expect("claimed");
    relay.stop().await;
    assert_eq!(jana.peer.goodbye().await, Goodbye::Restart);

    let relay = stage.start().await;
    child.resume(relay.addr, 0).await;
    let mut talk = Vec::new();
    while talk.len() < 9 {
        if let ToClient::Entry(entry) = child.peer.next().await {
            talk.push(entry);
        }
    }
    check_chain(&talk);
    child.say("zpátky").await;
    let mut jana = Desk::login(relay.addr, &stage.line, "Jana").await;
    jana.watch(child.conv).await;
    let mut talk = Vec::new();
    while talk.len() < 10 {
        match jana.peer.next().await {
            ToClient::Entry(entry) if entry.log == Log::Talk => talk.push(entry),
            _ => {}
        }
    }
    check_chain(&talk);
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_fifty_who_claim_one_child_one_wins_and_all_learn_who() {
    let names: Vec<String> = (0..17).map(|n| format!("Jana {n}")).collect();
    let mut team: Vec<(&str, Role)> = names.iter().map(|name| (name.as_str(), Role::Counsellor)).collect();
    team.push(("Eva", Role::Supervisor));
    let stage = Stage::with(&team);
    let relay = stage.start().await;
    let mut desks = Vec::new();
    for n in 0..50 {
        desks.push(Desk::login(relay.addr, &stage.line, &names[n % 17]).await);
    }
    let child = Child::open(relay.addr, &stage.line).await;
    for desk in &mut desks {
        desk.sees(child.conv).await;
    }
    let gate = Arc::new(tokio::sync::Barrier::new(50));
    let conv = child.conv;
    let claims = desks.into_iter().map(|mut desk| {
        let gate = Arc::clone(&gate);
        tokio::spawn(async move {
            gate.wait().await;
            let claim = plain(conv, Log::Desk, Kind::Claimed, "{}", Some(0));
            desk.peer.send(&claim).await;
            desk.peer
                .until(|frame| match frame {
                    ToClient::Appended { id, .. } if *id == wire::id_of(&claim) => Some(Ok(())),
                    ToClient::Refused { code: Refusal::Conflict, holder, .. } => Some(Err(holder.clone())),
                    _ => None,
                })
                .await
        })
    });
    let claims: Vec<_> = claims.collect();
    let (mut winners, mut holders) = (0, Vec::new());
    for claim in claims {
        match claim.await.expect("joined") {
            Ok(()) => winners += 1,
            Err(holder) => holders.push(holder.expect("a loser learns who won")),
        }
    }
    assert_eq!((winners, holders.len()), (1, 49));
    holders.dedup();
    assert_eq!(holders.len(), 1, "all learn the same");
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fourth_socket_of_an_account_is_busy() {
    let stage = Stage::with(TEAM);
    let relay = stage.start().await;
    let mut sockets = Vec::new();
    for _ in 0..3 {
        sockets.push(Desk::login(relay.addr, &stage.line, "Jana").await);
    }
    let mut fourth = Peer::connect(relay.addr, "desk").await;
    let nonce = fourth.hello.expect("hello").0;
    fourth.send(&wire::login_frame(stage.line.identity("Jana"), nonce)).await;
    assert_eq!(fourth.refusal().await, Refusal::Busy);
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_duplicated_tab_replaces_the_older_one() {
    let stage = Stage::with(TEAM);
    let relay = stage.start().await;
    let _jana = Desk::login(relay.addr, &stage.line, "Jana").await;
    let mut child = Child::open(relay.addr, &stage.line).await;
    child.say("jedna").await;
    let mut second = Peer::connect(relay.addr, "child").await;
    second.send(&child.resume_frame(1)).await;
    let (head, phase) = second
        .until(|frame| match frame {
            ToClient::Welcome { head, phase, .. } => Some((*head, *phase)),
            _ => None,
        })
        .await;
    assert_eq!((head, phase), (Some(2), Some(Phase::Waiting)));
    assert_eq!(second.entry(Kind::Said).await.seq, 2);
    assert_eq!(child.peer.goodbye().await, Goodbye::Replaced);
    let wrong = ToRelay::Resume { conv: child.conv, token: chain::start(child.conv, Log::Talk), have: 0 };
    let mut third = Peer::connect(relay.addr, "child").await;
    third.send(&wrong).await;
    assert_eq!(third.refusal().await, Refusal::ResumeGone);
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn broken_frames_are_refused_and_too_many_close_the_socket() {
    let stage = Stage::with(TEAM);
    let relay = stage.start().await;
    let _jana = Desk::login(relay.addr, &stage.line, "Jana").await;
    let mut peer = Peer::connect(relay.addr, "child").await;
    for text in [
        "",
        "{",
        "[]",
        r#"{"t":"nope"}"#,
        r#"{"t":"ping","n":1,"x":1}"#,
        r#"{"t":"ping","n":1,"n":2}"#,
        r#"{"t":"ping","n":1.0}"#,
        r#"{"t":"ping","n":-1}"#,
        r#"{"t":"ping","n":9007199254740992}"#,
        r#"{"t":"ping"}"#,
        r#"{"t":"sync","extra":null}"#,
    ] {
        peer.raw(text).await;
        assert_eq!(peer.refusal().await, Refusal::BadFrame, "{text}");
    }
    peer.send(&ToRelay::Ping { n: 7 }).await;
    assert_eq!(peer.next().await, ToClient::Pong { n: 7 }, "the socket stays open");
    for _ in 0..11 {
        peer.raw("{").await;
    }
    assert_eq!(peer.goodbye().await, Goodbye::Abuse);
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn long_messages_close_the_socket() {
    let stage = Stage::with(TEAM);
    let relay = stage.start().await;
    let _jana = Desk::login(relay.addr, &stage.line, "Jana").await;
    let mut unproven = Peer::connect(relay.addr, "child").await;
    unproven.raw(&"x".repeat(4097)).await;
    assert_eq!(unproven.goodbye().await, Goodbye::TooBig);
    let mut child = Child::open(relay.addr, &stage.line).await;
    child.peer.raw(&"x".repeat(32 * 1024)).await;
    assert_eq!(child.peer.refusal().await, Refusal::BadFrame, "32 KiB are read after proof");
    child.peer.raw(&"x".repeat(32 * 1024 + 1)).await;
    assert_eq!(child.peer.goodbye().await, Goodbye::TooBig);
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn silence_before_proof_ends_the_socket() {
    let stage = Stage::with(TEAM);
    let relay = stage.start_with(|settings| settings.rules.limits.proof_ms = 50).await;
    let mut peer = Peer::connect(relay.addr, "child").await;
    assert_eq!(peer.goodbye().await, Goodbye::Timeout);
    relay.stop().await;
}

/// Sends a raw request head and returns the status line of the answer, or an empty string if there was none.
async fn status_of(addr: std::net::SocketAddr, head: &str) -> String {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut stream = tokio::net::TcpStream::connect(addr).await.expect("connected");
    stream.write_all(head.as_bytes()).await.expect("written");
    let mut answer = vec![0; 1024];
    let read =
        tokio::time::timeout(Duration::from_secs(20), stream.read(&mut answer)).await.expect("an answer");
    let text = String::from_utf8_lossy(&answer[..read.unwrap_or(0)]).into_owned();
    text.split(' ').nth(1).unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_socket_needs_host_origin_and_subprotocol() {
    let stage = Stage::with(TEAM);
    let relay = stage.start().await;
    let port = relay.addr.port();
    let own = format!("http://localhost:{port}");
    let upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    let head = |door: &str, host: &str, more: &str| {
        format!("GET /ws/{door} HTTP/1.1\r\nHost: {host}\r\n{upgrade}{more}\r\n")
    };
    let protocol = "Sec-WebSocket-Protocol: opora.v1\r\n";
    for (case, head, status) in [
        ("child", head("child", "localhost", &format!("{protocol}Origin: {own}\r\n")), "101"),
        ("child by address", head("child", "127.0.0.1:1", &format!("{protocol}Origin: {own}\r\n")), "101"),
        ("desk", head("desk", "LOCALHOST.", protocol), "101"),
        ("child without origin", head("child", "localhost", protocol), "403"),
        ("null origin", head("child", "localhost", &format!("{protocol}Origin: null\r\n")), "403"),
        (
            "another port",
            head("child", "localhost", &format!("{protocol}Origin: http://localhost:1\r\n")),
            "403",
        ),
        (
            "two origins",
            head("child", "localhost", &format!("{protocol}Origin: {own}\r\nOrigin: {own}\r\n")),
            "403",
        ),
        ("desk with origin", head("desk", "localhost", &format!("{protocol}Origin: {own}\r\n")), "403"),
        ("another host", head("desk", "evil.example", protocol), "421"),
        ("no subprotocol", head("desk", "localhost", ""), "400"),
        ("another subprotocol", head("desk", "localhost", "Sec-WebSocket-Protocol: chat\r\n"), "400"),
        (
            "compression is not taken up",
            head("desk", "localhost", &format!("{protocol}Sec-WebSocket-Extensions: permessage-deflate\r\n")),
            "101",
        ),
        ("page for another host", "GET / HTTP/1.1\r\nHost: evil.example\r\n\r\n".to_owned(), "421"),
        ("page", "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned(), "200"),
        ("health", "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), "200"),
        ("ready", "GET /readyz HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), "200"),
        ("metrics", "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".to_owned(), "200"),
        ("nothing", "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned(), "404"),
        (
            "a long head",
            format!("GET / HTTP/1.1\r\nHost: localhost\r\nX: {}\r\n\r\n", "x".repeat(20_000)),
            "431",
        ),
        (
            "many headers",
            format!("GET / HTTP/1.1\r\nHost: localhost\r\n{}\r\n", "X: y\r\n".repeat(70)),
            "431",
        ),
    ] {
        assert_eq!(status_of(relay.addr, &head).await, status, "{case}");
    }
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_that_takes_too_long_is_not_waited_for() {
    let stage = Stage::with(TEAM);
    let relay = stage.start_with(|settings| settings.head_time = Duration::from_millis(100)).await;
    let answer = status_of(relay.addr, "GET / HTTP/1.1\r\nHost: ").await;
    assert!(answer.is_empty() || answer == "408", "closed: {answer}");
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_stops_is_cut_off_and_delays_nobody() {
    let stage = Stage::with(TEAM);
    let relay = stage
        .start_in_memory(|settings| {
            settings.rules.limits.child_append.burst = 10_000;
            settings.room.bytes = 64 * 1024;
        })
        .await;
    let mut jana = Desk::login(relay.addr, &stage.line, "Jana").await;
    let mut eva = Desk::login(relay.addr, &stage.line, "Eva").await;
    let mut child = Child::open(relay.addr, &stage.line).await;
    jana.claim(child.conv, 0).await.expect("claimed");
    jana.watch(child.conv).await;
    eva.watch(child.conv).await;
    // Eva stops reading; the child goes on writing what no buffer between here and there can hold.
    let text = "x".repeat(7000);
    let mut written = 0;
    while written < 1200 {
        let burst: Vec<ToRelay> =
            (0..5).map(|_| child.sealed(Kind::Said, opora::sealing::body::Clear::Nothing, &text)).collect();
        for frame in &burst {
            child.peer.send(frame).await;
        }
        for frame in &burst {
            written = child.peer.answer(wire::id_of(frame)).await.expect("appended");
        }
        loop {
            let last = jana.peer.entry(Kind::Said).await;
            if last.seq == written {
                break;
            }
        }
    }
    let mut served = 0;
    let goodbye = loop {
        match eva.peer.maybe().await {
            Some(ToClient::Entry(entry)) if entry.log == Log::Talk => {
                assert_eq!(entry.seq, served + 1, "entries are never skipped");
                served = entry.seq;
            }
            Some(ToClient::Goodbye { code, .. }) => break Some(code),
            Some(_) => {}
            None => break None,
        }
    };
    assert!(matches!(goodbye, Some(Goodbye::Slow) | None), "{goodbye:?}");
    assert!(served < written, "Eva was cut off");
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_long_talk_is_replayed_whole_to_a_slow_reader() {
    let stage = Stage::with(TEAM);
    let relay = stage
        .start_in_memory(|settings| {
            settings.rules.limits.child_append.burst = 10_000;
            settings.room.bytes = 64 * 1024;
        })
        .await;
    let mut jana = Desk::login(relay.addr, &stage.line, "Jana").await;
    let mut child = Child::open(relay.addr, &stage.line).await;
    let text = "y".repeat(3000);
    let frames: Vec<ToRelay> =
        (0..600).map(|_| child.sealed(Kind::Said, opora::sealing::body::Clear::Nothing, &text)).collect();
    for part in frames.chunks(50) {
        for frame in part {
            child.peer.send(frame).await;
        }
        for frame in part {
            child.peer.answer(wire::id_of(frame)).await.expect("appended");
        }
    }
    jana.claim(child.conv, 0).await.expect("claimed");
    jana.watch(child.conv).await;
    let mut served = 0;
    while served < 601 {
        match jana.peer.next().await {
            ToClient::Entry(entry) if entry.log == Log::Talk => {
                assert_eq!(entry.seq, served + 1);
                served = entry.seq;
            }
            _ => {}
        }
    }
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_is_spoken_and_its_certificate_read_again() {
    let stage = Stage::with(TEAM);
    let write = |name: &str| {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
        let (cert, key) = (stage.folder.path().join("cert.pem"), stage.folder.path().join("key.pem"));
        std::fs::write(&cert, made.cert.pem()).expect(name);
        std::fs::write(&key, made.signing_key.serialize_pem()).expect(name);
        (cert, key, made.cert.der().clone())
    };
    let (cert, key, first) = write("the first");
    let relay = stage.start_with(|settings| settings.tls = Some((cert, key))).await;
    assert!(relay.secure);
    let served = |addr: std::net::SocketAddr, trusted: rustls_pki_types::CertificateDer<'static>| async move {
        let mut roots = rustls::RootCertStore::empty();
        roots.add(trusted).expect("a root");
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_root_certificates(roots)
            .with_no_client_auth();
        let stream = tokio::net::TcpStream::connect(addr).await.expect("connected");
        let name = "localhost".try_into().expect("a name");
        tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, stream).await.is_ok()
    };
    assert!(served(relay.addr, first.clone()).await);
    let (_, _, second) = write("the second");
    assert!(!served(relay.addr, second.clone()).await, "not before it is told");
    relay.reload().expect("read again");
    assert!(served(relay.addr, second).await && !served(relay.addr, first).await);
    relay.stop().await;
}

#[tokio::test]
async fn outside_of_loopback_tls_is_needed() {
    let stage = Stage::with(TEAM);
    let mut settings = settings(stage.folder.path());
    settings.listen = "0.0.0.0:0".parse().expect("an address");
    let refused = relay::run(settings.clone(), &mut |_, _| {}, CancellationToken::new()).await;
    assert!(matches!(refused, Err(relay::RelayError::TlsNeeded(_))));
    settings.behind_proxy = vec!["127.0.0.1".parse().expect("an address")];
    let relay =
        relay::run(settings, &mut |_, _| {}, CancellationToken::new()).await.expect("a proxy speaks it");
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_pings_of_the_websocket_are_abuse() {
    use futures_util::SinkExt as _;
    let stage = Stage::with(TEAM);
    let relay = stage.start().await;
    let mut peer = Peer::connect(relay.addr, "child").await;
    for _ in 0..50 {
        let ping = tokio_tungstenite::tungstenite::Message::Ping(Vec::new().into());
        if peer.socket.send(ping).await.is_err() {
            break;
        }
    }
    assert_eq!(peer.goodbye().await, Goodbye::Abuse);
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_comes_with_its_headers() {
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let stage = Stage::with(TEAM);
    let relay = stage.start().await;
    let mut stream = tokio::net::TcpStream::connect(relay.addr).await.expect("connected");
    stream.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("written");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("the whole answer, then the end");
    let text = String::from_utf8(answer).expect("text");
    let (head, body) = text.split_once("\r\n\r\n").expect("a head and a body");
    let head = head.to_ascii_lowercase();
    for header in [
        "content-security-policy: default-src 'none'; script-src 'sha256-",
        "frame-ancestors 'none'",
        "cache-control: no-store",
        "referrer-policy: no-referrer",
        "x-content-type-options: nosniff",
        "cross-origin-opener-policy: same-origin",
        "cross-origin-resource-policy: same-origin",
        "permissions-policy:",
        "content-type: text/html; charset=utf-8",
    ] {
        assert!(head.contains(header), "{header} is missing in\n{head}");
    }
    assert!(body.starts_with("<!doctype html>") || body.starts_with("<!DOCTYPE html>"));
    relay.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn places_of_an_address_behind_a_proxy_are_counted_by_what_it_forwards() {
    let stage = Stage::with(TEAM);
    let relay = stage
        .start_with(|settings| {
            settings.behind_proxy = vec!["127.0.0.1".parse().expect("an address")];
            settings.rules.limits.address_sockets = 1;
        })
        .await;
    let head = |forwarded: &str| {
        format!(
            "GET /ws/child HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost:{}\r\nConnection: Upgrade\r\n\
             Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
             Sec-WebSocket-Protocol: opora.v1\r\nX-Forwarded-For: {forwarded}\r\n\r\n",
            relay.addr.port()
        )
    };
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    let mut open = Vec::new();
    for (forwarded, status) in [
        ("203.0.113.1, 192.0.2.1", "101"),
        ("203.0.113.2, 192.0.2.1", "429"),
        ("192.0.2.1, 192.0.2.2", "101"),
    ] {
        let mut stream = tokio::net::TcpStream::connect(relay.addr).await.expect("connected");
        stream.write_all(head(forwarded).as_bytes()).await.expect("written");
        let mut answer = vec![0; 512];
        let read = stream.read(&mut answer).await.expect("an answer");
        assert_eq!(String::from_utf8_lossy(&answer[..read]).split(' ').nth(1), Some(status), "{forwarded}");
        open.push(stream);
    }
    relay.stop().await;
}
