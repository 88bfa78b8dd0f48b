//! The relay against those who mean it ill: tables of sections 1 to 3 of protocol.md, over real sockets, against the
//! shipped program. Beside each attack one child goes on talking to its counsellor and is heard in bounded time, and
//! the relay's memory stays bounded.
//!
//! What `tests/relay.rs` (hosts, origins, heads, sizes), `tests/frames.rs` (every field missing, doubled, unknown,
//! null) and `src/relay/switchboard/tests` (who may append what) hold already is not done again here.
#![allow(clippy::panic, reason = "a test says no by panicking")]

use std::time::Duration;

use futures_util::SinkExt as _;
use opora::conversation::{ConversationId, EntryId, Hash, Kind, Log, encoding};
use opora::protocol::frame::{ToClient, ToRelay};
use opora::protocol::{Goodbye, Refusal};
use opora::sealing::body::Clear;
use opora::sealing::identity;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;

#[path = "hostile/beside.rs"]
mod beside;
#[path = "support/process.rs"]
mod process;
#[path = "support/wire.rs"]
mod wire;

use beside::Relay;
use wire::Peer;

const DEADLINE: Duration = Duration::from_secs(20);
const EVIL: &str = "203.0.113.66";

/// A socket after its upgrade, on which anything can be written.
async fn raw(relay: &Relay, door: &str, more: &str) -> TcpStream {
    let mut stream = TcpStream::connect(relay.address).await.expect("connected");
    let origin = format!("Origin: http://localhost:{}\r\n", relay.address.port());
    let head = format!(
        "GET /ws/{door} HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         Sec-WebSocket-Protocol: opora.v1\r\nX-Forwarded-For: {EVIL}\r\n{}{more}\r\n",
        if door == "child" { &origin } else { "" }
    );
    stream.write_all(head.as_bytes()).await.expect("written");
    let mut answer = Vec::new();
    while !answer.windows(4).any(|four| four == b"\r\n\r\n") {
        let byte = stream.read_u8().await.expect("the head of an answer");
        answer.push(byte);
    }
    let text = String::from_utf8_lossy(&answer).to_ascii_lowercase();
    assert!(text.starts_with("http/1.1 101"), "{text}");
    assert!(!text.contains("sec-websocket-extensions"), "no compression: lengths would speak");
    stream
}

/// One websocket frame of a client, with a mask unless it is not wanted.
fn frame(first: u8, payload: &[u8], is_masked: bool) -> Vec<u8> {
    let mut bytes = vec![first];
    let mask = if is_masked { 0x80 } else { 0 };
    match payload.len() {
        short @ 0..126 => bytes.push(mask | short as u8),
        long => {
            bytes.push(mask | 127);
            bytes.extend_from_slice(&(long as u64).to_be_bytes());
        }
    }
    if is_masked {
        bytes.extend_from_slice(&[0; 4]);
    }
    bytes.extend_from_slice(payload);
    bytes
}

/// What the relay says until it closes.
async fn to_the_end(stream: &mut TcpStream) -> String {
    let mut said = Vec::new();
    // A connection that is reset has ended too.
    _ = tokio::time::timeout(DEADLINE, stream.read_to_end(&mut said)).await.expect("the relay closes it");
    String::from_utf8_lossy(&said).into_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn websocket_frames_that_are_none_end_their_socket() {
    let relay = Relay::start("").await;
    let oversized = [vec![0x81, 0x80 | 127], (1_u64 << 62).to_be_bytes().to_vec(), vec![0; 4]].concat();
    let half = vec![b' '; 20 * 1024];
    let fragments = [frame(0x01, &half, true), frame(0x80, &half, true)].concat();
    let many = [frame(0x01, b"{", true), frame(0x00, b" ", true).repeat(40_000)].concat();
    for (case, bytes, is_told) in [
        ("no mask", frame(0x81, b"{}", false), false),
        ("a compressed frame that nobody agreed on", frame(0xc1, b"{}", true), false),
        ("a reserved bit", frame(0xa1, b"{}", true), false),
        ("an opcode that is none", frame(0x83, b"{}", true), false),
        ("a continuation of nothing", frame(0x80, b"{}", true), false),
        ("a long control frame", frame(0x89, &[0; 200], true), false),
        ("a control frame in parts", frame(0x09, b"", true), false),
        ("bytes that are no UTF-8", frame(0x81, b"{\"t\":\"\xff\xfe\"}", true), false),
        ("half a letter at the end", frame(0x81, b"{\"t\":\"\xc5", true), false),
        ("a lone surrogate as bytes", frame(0x81, b"{\"t\":\"\xed\xa0\x80\"}", true), false),
        ("a frame of 4 EiB", oversized, true),
        ("a message too long in two parts", fragments, true),
        ("a message in forty thousand parts", many, true),
    ] {
        let mut stream = raw(&relay, "child", "").await;
        // The relay may close before all is written.
        _ = stream.write_all(&bytes).await;
        let said = to_the_end(&mut stream).await;
        assert!(!is_told || said.contains("too_big"), "{case}: {said}");
    }
    relay.stands("websocket frames that are none").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn json_that_is_none_is_a_bad_frame_and_nothing_more() {
    let relay = Relay::start("refusals = \"1000/min\"").await;
    let mut unproven = relay.child_from(EVIL).await;
    let mut child = relay.opened_from(EVIL).await;
    let mut desk = wire::Desk::on(relay.desk_from(EVIL).await, &relay.line, "Petr").await;
    let n = encoding::b64(&[7; 16]);
    let said = |data: &str| {
        format!(
            r#"{{"t":"append","id":"{n}","conv":"{}","log":"talk","kind":"said","data":{data}}}"#,
            child.conv
        )
    };
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let strung = |text: &str| serde_json::to_string(text).expect("a string");
    let table = [
        ("deep", deep(1_900)),
        ("deep objects", format!("{}1{}", r#"{"a":"#.repeat(600), "}".repeat(600))),
        ("a BOM", "\u{feff}{\"t\":\"ping\",\"n\":1}".to_owned()),
        ("NUL", "{\"t\":\"ping\",\"n\":1}\u{0}".to_owned()),
        ("NUL escaped", r#"{"t":"pi\u0000ng","n":1}"#.to_owned()),
        ("a lone surrogate", r#"{"t":"login","host":"\ud800","key":"","sig":""}"#.to_owned()),
        ("a surrogate turned round", r#"{"t":"\udc00\ud800","n":1}"#.to_owned()),
        ("two objects", r#"{"t":"ping","n":1}{"t":"ping","n":2}"#.to_owned()),
        ("the type twice", r#"{"t":"ping","t":"sync","n":1}"#.to_owned()),
        ("the type spelled otherwise", r#"{"\u0074":"ping","n":1,"t":"ping"}"#.to_owned()),
        ("an exponent", r#"{"t":"ping","n":1e3}"#.to_owned()),
        ("a leading zero", r#"{"t":"ping","n":01}"#.to_owned()),
        ("a number as text", r#"{"t":"ping","n":"1"}"#.to_owned()),
        ("no number", r#"{"t":"ping","n":NaN}"#.to_owned()),
        ("a comment", r#"{"t":"ping",/* */"n":1}"#.to_owned()),
        ("b64 with padding", format!(r#"{{"t":"leave","conv":"{n}=="}}"#)),
        ("b64 of the other alphabet", r#"{"t":"leave","conv":"//////////////////////"}"#.to_owned()),
        ("b64 with loose bits", r#"{"t":"leave","conv":"AAAAAAAAAAAAAAAAAAAAAB"}"#.to_owned()),
        ("a byte too few", format!(r#"{{"t":"leave","conv":"{}"}}"#, encoding::b64(&[1; 15]))),
    ];
    for (case, text) in &table {
        for peer in [&mut unproven, &mut child.peer, &mut desk.peer] {
            peer.raw(text).await;
            assert_eq!(peer.refusal().await, Refusal::BadFrame, "{case}");
        }
    }
    for (case, data) in [
        ("data that is no string", "{}".to_owned()),
        ("data that is no JSON", strung("{")),
        ("deep data", strung(&deep(5_000))),
        ("a field doubled in data", strung(r#"{"s":"child","s":"child"}"#)),
        ("an unknown field in data", strung(r#"{"s":"child","x":1}"#)),
        ("NUL in data", strung(r#"{"s":"chi\u0000ld"}"#)),
        ("a NUL byte in data", strung("{\"s\":\"chi\u{0}ld\"}")),
        ("a lone surrogate in data", strung(r#"{"s":"\ud800"}"#)),
        ("another form of a number in data", strung(r#"{"s":"child","n":1.0}"#)),
        ("a BOM in data", strung("\u{feff}{}")),
    ] {
        child.peer.raw(&said(&data)).await;
        assert_eq!(child.peer.refusal().await, Refusal::BadFrame, "{case}");
    }
    // Binary is refused like all that is no JSON, and costs as much.
    child.peer.socket.send(Message::Binary(vec![0; 1000].into())).await.expect("sent");
    assert_eq!(child.peer.refusal().await, Refusal::BadFrame, "binary");
    for peer in [&mut unproven, &mut child.peer, &mut desk.peer] {
        peer.send(&ToRelay::Ping { n: 7 }).await;
        peer.until(|frame| matches!(frame, ToClient::Pong { n: 7 }).then_some(())).await;
    }
    relay.stands("JSON that is none").await;
}

/// Changes the text of a sealed append of a child.
fn changed(frame: &ToRelay, from: &str, to: &str) -> ToRelay {
    let ToRelay::Append { id: _, conv, log, kind, data, expect } = frame.clone() else { panic!("an append") };
    assert!(data.contains(from), "{data}");
    let data = data.replacen(from, to, 1);
    ToRelay::Append { id: EntryId(rand::random()), conv, log, kind, data, expect }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn appends_that_are_not_the_writers_to_make_are_refused_each_for_its_reason() {
    let relay = Relay::start("refusals = \"1000/min\"").await;
    let mut other = relay.opened_from("203.0.113.67").await;
    let mut child = relay.opened_from(EVIL).await;
    child.say("one").await;
    let good = child.sealed(Kind::Said, Clear::Nothing, "two");
    let ToRelay::Append { id, conv, data, .. } = good.clone() else { panic!("an append") };
    let append = |conv, log, kind, data: &str, expect| ToRelay::Append {
        id: EntryId(rand::random()),
        conv,
        log,
        kind,
        data: data.to_owned(),
        expect,
    };
    let short = format!(
        "{}AAAA\"}}",
        data.split_once("\"ct\":\"").map(|(a, _)| format!("{a}\"ct\":\"")).expect("ct")
    );
    let long = format!("{{\"s\":\"child\",\"x\":\"{}\"}}", "x".repeat(12_001));
    let mut wrong = Vec::new();
    for (case, frame, code) in [
        ("expect from a child", append(conv, Log::Talk, Kind::Said, &data, Some(2)), Refusal::BadFrame),
        ("a length no body has", append(conv, Log::Talk, Kind::Said, &short, None), Refusal::BadFrame),
        ("a longer one than any body", append(conv, Log::Talk, Kind::Said, &long, None), Refusal::BadFrame),
        ("somebody else's talk", append(other.conv, Log::Talk, Kind::Said, &data, None), Refusal::NotAllowed),
        (
            "a talk that does not exist",
            append(ConversationId([9; 16]), Log::Talk, Kind::Said, &data, None),
            Refusal::NotAllowed,
        ),
        (
            "the house",
            append(ConversationId::HOUSE, Log::Desk, Kind::State, r#"{"state":"ready","places":3}"#, None),
            Refusal::NotAllowed,
        ),
        ("the desk's log", append(conv, Log::Desk, Kind::Archived, "{}", None), Refusal::NotAllowed),
        (
            "what only the relay says",
            append(conv, Log::Talk, Kind::Left, r#"{"reason":"leave"}"#, None),
            Refusal::NotAllowed,
        ),
        ("as the line", changed(&good, "\"child\"", "\"line\""), Refusal::BadFrame),
        ("a count that leaves one out", changed(&good, "\"n\":2", "\"n\":3"), Refusal::BadOrder),
        ("a count that comes again", changed(&good, "\"n\":2", "\"n\":1"), Refusal::BadOrder),
        ("seen what does not exist", changed(&good, "\"seen\":[0,", "\"seen\":[99,"), Refusal::BadSeen),
        ("seen another history", changed(&good, "\"seen\":[0,", "\"seen\":[1,"), Refusal::BadSeen),
    ] {
        child.peer.send(&frame).await;
        let answer = child.peer.answer_or_refusal(wire::id_of(&frame)).await;
        if answer != Err(code) {
            wrong.push(format!("{case}: {answer:?} instead of {code:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    child.peer.send(&good).await;
    assert_eq!(child.peer.answer(id).await, Ok(3), "after all that the honest one is taken");
    child.peer.send(&good).await;
    assert_eq!(child.peer.answer(id).await, Ok(3), "and again is the same");
    let reused = append(conv, Log::Talk, Kind::Said, &data.replace("\"n\":2", "\"n\":3"), None);
    let ToRelay::Append { conv, log, kind, data, expect, .. } = reused else { panic!("an append") };
    child.peer.send(&ToRelay::Append { id, conv, log, kind, data, expect }).await;
    assert_eq!(child.peer.answer(id).await, Err(Refusal::IdReused));
    // The other's talk is as it was.
    assert_eq!(other.say("mine").await, 2);
    relay.stands("appends of others").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_signature_serves_one_socket_of_one_host_once() {
    let relay = Relay::start("failed_logins = \"1000/min\"").await;
    let petr = relay.line.identity("Petr");
    let stranger = identity::Identity::random(&mut rand::rng());
    let mut first = relay.desk_from(EVIL).await;
    let nonce = first.hello.expect("hello").0;
    let login = wire::login_frame(petr, nonce);
    first.send(&login).await;
    first.until(|frame| matches!(frame, ToClient::Welcome { .. }).then_some(())).await;
    first.send(&login).await;
    assert_eq!(first.refusal().await, Refusal::NotAllowed, "a nonce serves once");
    let ToRelay::Login { key, sig, .. } = login.clone() else { panic!("a login") };
    let with = |host: &str, key: Hash, sig: [u8; 64]| ToRelay::Login { host: host.to_owned(), key, sig };
    let mut turned = sig;
    turned[63] ^= 0x10;
    type Forged = Box<dyn Fn(Hash) -> ToRelay>;
    let own = relay.line.identity("Petr").secret().duplicate();
    let petr_again = identity::Identity::from_secret(own);
    let table: Vec<(&str, Forged)> = vec![
        ("replayed on another socket", Box::new(move |_| login.clone())),
        ("signed for another relay", {
            let petr = identity::Identity::from_secret(petr_again.secret().duplicate());
            Box::new(move |nonce| with("evil.example", key, petr.sign_login("evil.example", nonce)))
        }),
        ("signed for another relay, shown as ours", {
            let petr = identity::Identity::from_secret(petr_again.secret().duplicate());
            Box::new(move |nonce| with("localhost", key, petr.sign_login("evil.example", nonce)))
        }),
        ("a host in another spelling", {
            let petr = identity::Identity::from_secret(petr_again.secret().duplicate());
            Box::new(move |nonce| with("LOCALHOST", key, petr.sign_login("LOCALHOST", nonce)))
        }),
        ("a nonce of its own", {
            let petr = identity::Identity::from_secret(petr_again.secret().duplicate());
            Box::new(move |_| with("localhost", key, petr.sign_login("localhost", Hash([1; 32]))))
        }),
        ("a bit of S turned", Box::new(move |_| with("localhost", key, turned))),
        ("nobody's key", {
            Box::new(move |nonce| {
                with("localhost", stranger.public(), stranger.sign_login("localhost", nonce))
            })
        }),
        ("another's key under Petr's signature", {
            let other = relay.line.identity("Eva").public();
            Box::new(move |nonce| with("localhost", other, petr_again.sign_login("localhost", nonce)))
        }),
    ];
    for (case, forged) in table {
        let mut peer = relay.desk_from(EVIL).await;
        let nonce = peer.hello.expect("hello").0;
        peer.send(&forged(nonce)).await;
        assert_eq!(peer.refusal().await, Refusal::LoginFailed, "{case}");
    }
    relay.stands("signatures of others").await;
}

/// The encodings of the points of small order on edwards25519, and two that are no canonical ones.
const SMALL: [&str; 8] = [
    "0100000000000000000000000000000000000000000000000000000000000000",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0000000000000000000000000000000000000000000000000000000000000080",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
];

fn hex(text: &str) -> [u8; 32] {
    std::array::from_fn(|place| u8::from_str_radix(&text[2 * place..2 * place + 2], 16).expect("hex"))
}

#[test]
fn keys_and_points_of_small_order_sign_nothing() {
    for key in SMALL.map(hex) {
        for r in SMALL.map(hex) {
            // With S = 0 a lenient verifier takes this for any message and any host.
            let mut sig = [0; 64];
            sig[..32].copy_from_slice(&r);
            for nonce in 0..8 {
                assert!(!identity::verify_login(Hash(key), "localhost", Hash([nonce; 32]), &sig));
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn points_that_are_none_harm_nobody() {
    let relay = Relay::start("failed_logins = \"1000/min\"").await;
    let invitation = identity::Invitation::random(&mut rand::rng());
    let mut eva = wire::Desk::on(relay.desk_from(EVIL).await, &relay.line, "Eva").await;
    let name = opora::conversation::Account::parse("Nova").expect("a name");
    let until = wire::now_ms() + 3_600_000;
    let role = opora::conversation::Role::Counsellor;
    eva.peer.send(&ToRelay::Invite { public: invitation.public(), name, role, until }).await;
    eva.peer.until(|frame| matches!(frame, ToClient::Ok { .. }).then_some(())).await;
    let key = identity::Identity::random(&mut rand::rng()).public();
    let off_curve = {
        let mut point = relay.line.seed.public();
        point[64] ^= 1;
        point
    };
    let compressed_form = {
        let mut point = relay.line.seed.public();
        point[0] = 2;
        point
    };
    for (case, box_key) in
        [("off the curve", off_curve), ("zero", [0; 65]), ("another form", compressed_form)]
    {
        let mut peer = relay.desk_from(EVIL).await;
        let nonce = peer.hello.expect("hello").0;
        let sig = invitation.sign_join("localhost", nonce, key, &box_key);
        let host = "localhost".to_owned();
        peer.send(&ToRelay::Join { host, invite: invitation.public(), key, box_key, sig }).await;
        assert_eq!(peer.refusal().await, Refusal::LoginFailed, "a box {case}");
    }
    for small in SMALL.map(hex) {
        let mut peer = relay.desk_from(EVIL).await;
        peer.send(&ToRelay::Login { host: "localhost".to_owned(), key: Hash(small), sig: [0; 64] }).await;
        assert_eq!(peer.refusal().await, Refusal::LoginFailed);
    }
    // A child whose seal is no point: the relay cannot know; whoever takes it is shown that it could not be read.
    let mut child = wire::Child::on(relay.child_from(EVIL).await, &relay.line);
    child.seal.enc = off_curve;
    child.peer.send(&child.open_frame(None)).await;
    child.peer.welcome_or_end().await.expect("open");
    child.say("words nobody can open").await;
    let mut petr = wire::Desk::on(relay.desk_from(EVIL).await, &relay.line, "Petr").await;
    petr.claim(child.conv, 0).await.expect("claimed");
    petr.watch(child.conv).await;
    let opened = petr.peer.entry(Kind::Opened).await;
    let Ok(opora::conversation::Event::Opened(opened)) = opened.event() else { panic!("opened") };
    assert!(relay.line.seed.open(child.conv, &opened).is_err());
    relay.stands("points that are none").await;
}

// ---- heads, silence, floods ----------------------------------------------------------------------------------------

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_and_endless_heads_are_not_waited_for() {
    let relay = Relay::start("head_time = \"1s\"").await;
    let address = relay.address;
    let mut slow = tokio::task::JoinSet::new();
    for _ in 0..150 {
        slow.spawn(async move {
            let mut stream = TcpStream::connect(address).await.expect("connected");
            for byte in b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ".iter().cycle() {
                if stream.write_all(&[*byte]).await.is_err() {
                    break;
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        });
    }
    let mut endless = TcpStream::connect(address).await.expect("connected");
    endless.write_all(b"GET / HTTP/1.1\r\nHost: localhost\r\nX: ").await.expect("written");
    let mut written = 0;
    while written < 20 << 20 && endless.write_all(&[b'x'; 65_536]).await.is_ok() {
        written += 65_536;
    }
    assert!(written < 20 << 20, "a head of 20 MB was taken");
    tokio::time::timeout(DEADLINE, async { while slow.join_next().await.is_some() {} })
        .await
        .expect("closed");
    relay.stands("slow and endless heads").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sockets_that_say_nothing_or_try_too_often_are_closed() {
    let relay = Relay::start("proof_time = \"500ms\"").await;
    let mut silent = tokio::task::JoinSet::new();
    for number in 0..120 {
        let (address, from) = (relay.address, format!("203.0.113.{}", number % 4));
        silent.spawn(async move {
            let mut peer = Peer::connect_from(address, "child", Some(&from)).await;
            peer.goodbye().await
        });
    }
    while let Some(goodbye) = silent.join_next().await {
        assert_eq!(goodbye.expect("joined"), Goodbye::Timeout);
    }
    // A ping prolongs nothing.
    let mut pinging = relay.child_from(EVIL).await;
    let goodbye = loop {
        pinging.send_if_open(&ToRelay::Ping { n: 1 }).await;
        match pinging.maybe().await {
            Some(ToClient::Goodbye { code, .. }) => break code,
            Some(_) => tokio::time::sleep(Duration::from_millis(50)).await,
            None => panic!("closed without a word"),
        }
    };
    assert_eq!(goodbye, Goodbye::Timeout);
    let mut trying = relay.child_from(EVIL).await;
    let resume = |_| ToRelay::Resume { conv: ConversationId(rand::random()), token: Hash([1; 32]), have: 0 };
    for number in 0..6 {
        trying.send(&resume(number)).await;
    }
    assert_eq!(trying.goodbye().await, Goodbye::Timeout, "the sixth try closes it");
    relay.stands("silence").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_from_one_address_meets_its_limits() {
    let relay = Relay::start("child_signals = \"1/2s\"").await;
    let mut sockets = Vec::new();
    let mut refused = 0;
    for _ in 0..90 {
        match status(&relay, EVIL).await {
            (101, stream) => sockets.push(stream),
            (429, _) => refused += 1,
            (other, _) => panic!("{other}"),
        }
    }
    assert_eq!((sockets.len(), refused), (60, 30), "a school is one address");
    drop(sockets);
    // Opens of one address: 20 at once, then each waits.
    let (mut taken, mut put_off) = (0, 0);
    for _ in 0..30 {
        let mut child = wire::Child::on(relay.child_from("203.0.113.9").await, &relay.line);
        child.peer.send(&child.open_frame(None)).await;
        match child.peer.until(opening).await {
            Ok(()) => taken += 1,
            Err(code) => {
                assert_eq!(code, Refusal::Rate);
                put_off += 1;
            }
        }
    }
    assert!((20..=22).contains(&taken) && put_off >= 8, "{taken} taken, {put_off} put off");
    // Logins that fail: after ten the address waits, and another one does not.
    let mut codes = Vec::new();
    for _ in 0..14 {
        let mut peer = relay.desk_from("203.0.113.10").await;
        peer.send(&ToRelay::Login { host: "localhost".to_owned(), key: Hash([3; 32]), sig: [0; 64] }).await;
        codes.push(peer.refusal().await);
    }
    assert!(codes[..10].iter().all(|code| *code == Refusal::LoginFailed), "{codes:?}");
    assert!(codes[12..].iter().all(|code| *code == Refusal::Busy), "{codes:?}");
    let _petr = wire::Desk::on(relay.desk_from("203.0.113.11").await, &relay.line, "Petr").await;
    relay.stands("one address").await;
}

fn opening(frame: &ToClient) -> Option<Result<(), Refusal>> {
    match frame {
        ToClient::Welcome { .. } => Some(Ok(())),
        ToClient::Refused { code, .. } => Some(Err(*code)),
        _ => None,
    }
}

/// Tries to open a child's socket from an address; returns the answer's status.
async fn status(relay: &Relay, from: &str) -> (u16, TcpStream) {
    let mut stream = TcpStream::connect(relay.address).await.expect("connected");
    let port = relay.address.port();
    let head = format!(
        "GET /ws/child HTTP/1.1\r\nHost: localhost\r\nOrigin: http://localhost:{port}\r\nConnection: Upgrade\r\n\
         Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
         Sec-WebSocket-Protocol: opora.v1\r\nX-Forwarded-For: {from}\r\n\r\n"
    );
    stream.write_all(head.as_bytes()).await.expect("written");
    let mut answer = [0; 12];
    tokio::time::timeout(DEADLINE, stream.read_exact(&mut answer))
        .await
        .expect("in time")
        .expect("an answer");
    let status = String::from_utf8_lossy(&answer[9..]).parse().expect("a status");
    (status, stream)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_from_many_addresses_fills_the_childrens_places_and_not_the_desks() {
    let relay = Relay::start("sockets = 400\ndesk_sockets = 60").await;
    let (mut sockets, mut full) = (Vec::new(), 0);
    for number in 0..500 {
        let from = format!("203.{}.{}.{}", number % 3, number % 250, number / 250);
        match status(&relay, &from).await {
            (101, stream) => sockets.push(stream),
            (503, _) => full += 1,
            (other, _) => panic!("{other}"),
        }
    }
    assert_eq!(sockets.len(), 400 - 60 - 1, "one place has the child beside");
    assert!(full > 100, "{full}");
    let _petr = wire::Desk::on(relay.desk_from("203.0.113.11").await, &relay.line, "Petr").await;
    relay.stands("many addresses").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_opens_ask_for_work_and_the_queue_is_full_at_its_limit() {
    let relay = Relay::start("work_above = \"50/min\"\nwaiting = 30").await;
    let (mut waiting, mut asked, mut full) = (0, 0, 0);
    for number in 0..70 {
        let peer = relay.child_from(&format!("203.0.113.{number}")).await;
        let bits = peer.hello.expect("hello").1;
        let mut child = wire::Child::on(peer, &relay.line);
        child.peer.send(&child.open_frame(None)).await;
        match child.peer.until(opening).await {
            Ok(()) => waiting += 1,
            Err(Refusal::QueueFull) => full += 1,
            Err(Refusal::Work) => {
                asked += 1;
                assert!(bits <= 16);
            }
            Err(other) => panic!("{other:?}"),
        }
    }
    assert!(waiting <= 30 && full + asked >= 40, "{waiting} wait, {full} full, {asked} asked for work");
    relay.stands("many opens").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_says_too_much_is_read_slowly_and_who_reads_nothing_is_cut_off() {
    let relay = Relay::start("live_bytes = 65536").await;
    // A child that writes what it may not write so fast.
    let mut loud = relay.opened_from(EVIL).await;
    let mut desk = wire::Desk::on(relay.desk_from(EVIL).await, &relay.line, "Petr").await;
    for n in 0..20_000 {
        loud.peer.send_if_open(&ToRelay::Ping { n }).await;
        if n % 100 == 0 {
            desk.peer.send_if_open(&ToRelay::Sync {}).await;
        }
    }
    // Nothing of the answers was read: what the network took is there, in order, and the rest waits nowhere without end.
    // (That such a reader is cut off is held in `tests/relay.rs`.)
    let mut next = 0;
    let goodbye = loop {
        match loud.peer.maybe().await {
            Some(ToClient::Pong { n }) => {
                assert_eq!(n, next, "in order");
                next += 1;
                if next == 20_000 {
                    break None;
                }
            }
            Some(ToClient::Goodbye { code, .. }) => break Some(code),
            Some(_) => {}
            None => break None,
        }
    };
    assert!(matches!(goodbye, Some(Goodbye::Slow) | None), "{goodbye:?} after {next}");
    // A socket that never reads a byte, and asks for the page of answers again and again.
    let mut deaf = raw(&relay, "child", "").await;
    let ping = frame(0x81, br#"{"t":"ping","n":1}"#, true).repeat(1000);
    for _ in 0..100 {
        if tokio::time::timeout(Duration::from_secs(1), deaf.write_all(&ping)).await.is_err() {
            break;
        }
    }
    relay.stands("floods of words").await;
}
