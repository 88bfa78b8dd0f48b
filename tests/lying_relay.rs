//! A relay that lies, word by word of the table *Receive* and of section 5 of protocol.md: it alters, drops, repeats,
//! reorders, invents, moves, swaps cards, forges names. It stands between an honest relay and one link over real
//! sockets, and computes every hash anew, as a liar would. Each lie has its row: what the link must make of it. And
//! whatever the lie, no words are ever shown as a person's that this person did not write there, in this order.
//!
//! Random lies under random weather are `tests/simulate.rs`.
#![allow(clippy::panic, reason = "a test says no by panicking")]

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use opora::client::address::Address;
use opora::client::child::{self, ChildLink};
use opora::client::desk::{self, Act, DeskLink};
use opora::client::link::{Alteration, Connection, Stop};
use opora::client::socket::{self, Door, Handle};
use opora::conversation::event::{Facts, ShiftState, State};
use opora::conversation::transcript::{Shown, What, Who};
use opora::conversation::{Account, By, ConversationId, Entry, EntryId, Hash, Kind, Log, Role, Seq, chain};
use opora::journal::{Journal as _, Memory, Report};
use opora::protocol::ToClient;
use opora::protocol::frame::SignedCard;
use opora::relay::{self, Running};
use opora::sealing::card::Card;
use opora::sealing::grant::Root;
use opora::sealing::line::{LineSeed, TalkKey};
use tokio::net::{TcpListener, TcpStream};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};
use tokio_util::sync::CancellationToken;

#[path = "support/wire.rs"]
mod wire;

use wire::TestLine;

const TEAM: &[(&str, Role)] = &[("Jana", Role::Counsellor), ("Petr", Role::Counsellor)];
const DEADLINE: Duration = Duration::from_secs(20);

// ---- the liar -----------------------------------------------------------------------------------------------------

/// Turns one frame into what is said instead of it.
type Lie = fn(ToClient, &mut Memo) -> Vec<ToClient>;

/// What a liar remembers over the sockets of one link.
#[derive(Default)]
struct Memo {
    /// Where the log stands that it shows: so it can compute every hash anew.
    shown: HashMap<(ConversationId, Log), (Seq, Hash)>,
    held_back: Vec<Entry>,
    has_lied: bool,
    /// Entries of another conversation.
    elsewhere: Option<Entry>,
}

impl Memo {
    /// Puts an entry behind the log that was shown so far, with a number and hash that fit.
    fn chained(&mut self, mut entry: Entry) -> Entry {
        let start = (0, chain::start(entry.conv, entry.log));
        let (seq, h) = self.shown.get(&(entry.conv, entry.log)).copied().unwrap_or(start);
        entry.seq = seq + 1;
        entry.h = chain::of_entry(h, &entry);
        self.shown.insert((entry.conv, entry.log), (entry.seq, entry.h));
        entry
    }

    fn once(&mut self) -> bool {
        !std::mem::replace(&mut self.has_lied, true)
    }
}

/// Lies about entries alone, everything after which is chained anew.
fn rechained(
    frame: ToClient,
    memo: &mut Memo,
    lie: impl Fn(Entry, &mut Memo) -> Vec<Entry>,
) -> Vec<ToClient> {
    match frame {
        ToClient::Entry(entry) => {
            let told = lie(entry, memo);
            told.into_iter().map(|entry| ToClient::Entry(memo.chained(entry))).collect()
        }
        other => vec![other],
    }
}

/// The second words of the child.
fn is_second(entry: &Entry) -> bool {
    entry.kind == Kind::Said && entry.by == By::Child && entry.data.contains("\"n\":3")
}

/// Turns a letter of the sealed words.
fn turned(mut entry: Entry) -> Entry {
    let place = entry.data.len() - 9;
    let letter = if entry.data.as_bytes()[place] == b'A' { "B" } else { "A" };
    entry.data.replace_range(place..=place, letter);
    entry
}

/// Stands between links and a relay, and lies to whoever dials it.
async fn liar(relay: SocketAddr, lie: Lie, memo: Arc<Mutex<Memo>>) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(between(stream, relay, lie, Arc::clone(&memo)));
        }
    });
    address
}

#[allow(clippy::result_large_err, reason = "the library's own type")]
async fn between(stream: TcpStream, relay: SocketAddr, lie: Lie, memo: Arc<Mutex<Memo>>) -> Option<()> {
    let mut path = String::new();
    let mut client =
        tokio_tungstenite::accept_hdr_async(stream, |request: &Request, mut answer: Response| {
            path = request.uri().path().to_owned();
            answer.headers_mut().insert("sec-websocket-protocol", "opora.v1".parse().expect("a value"));
            Ok(answer)
        })
        .await
        .ok()?;
    let door = if path.ends_with("child") { "child" } else { "desk" };
    let mut honest = wire::Peer::dial(relay, door).await;
    loop {
        tokio::select! {
            said = client.next() => match said?.ok()? {
                Message::Text(text) => honest.send(Message::Text(text)).await.ok()?,
                Message::Close(_) => return None,
                _ => {}
            },
            said = honest.next() => match said?.ok()? {
                Message::Text(text) => {
                    let frame = ToClient::parse(&text).expect("an honest frame");
                    if let ToClient::Hello { card, .. } = &frame {
                        let card = serde_json::from_str::<Card>(&card.card).expect("an honest card");
                        *PUBLIC.lock().expect("no panic") = card.keys.first().map(|key| key.public);
                    }
                    let instead = lie(frame, &mut memo.lock().expect("no panic"));
                    for frame in instead {
                        client.send(Message::Text(frame.to_text().into())).await.ok()?;
                    }
                }
                Message::Close(_) => return None,
                _ => {}
            },
        }
    }
}

// ---- the honest rest ------------------------------------------------------------------------------------------------

struct Stage {
    line: TestLine,
    relay: Running,
    _folder: tempfile::TempDir,
}

impl Stage {
    async fn begin() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let line = TestLine::with(TEAM);
        let journal = Arc::new(Memory::new(1));
        let entries = relay::first_entries(&line.file, wire::now_ms());
        for entry in &entries {
            journal.append(entry.clone(), Box::new(|result| result.expect("appended")));
        }
        let kept = relay::gather(&*journal, [(ConversationId::HOUSE, entries)].into());
        let (root, stop) = (line.file.root, CancellationToken::new());
        let settings = wire::settings(folder.path());
        let relay = relay::run_on(settings, journal, kept, root, None, Report::default(), stop).await;
        Self { line, relay: relay.expect("a relay"), _folder: folder }
    }

    fn child(&self, at: SocketAddr) -> Handle<ChildLink> {
        let address = Address::parse(&format!("ws://{at}")).expect("an address");
        let setup = child::Setup {
            address: address.clone(),
            root: self.line.root.public(),
            least_serial: 1,
            built: 0,
            lang: "cs".to_owned(),
            after: None,
        };
        socket::spawn(ChildLink::new(setup), Door::child(address, format!("http://{}", self.relay.addr)))
    }

    fn desk(&self, name: &str, at: SocketAddr) -> Handle<DeskLink> {
        let setup = desk::Setup { least_serial: 1, ..self.line.setup(name, at) };
        let door = Door::desk(setup.address.clone());
        socket::spawn(DeskLink::new(setup), door)
    }
}

fn id() -> EntryId {
    EntryId(rand::random())
}

/// What a link made of a lie.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Made {
    /// *This conversation was altered on the way*.
    Altered(Alteration),
    /// So many *could not be read*, and the rest as it was written.
    Unread(usize),
    /// All as it was written, for the link asked again.
    Whole,
    /// It would not begin at all.
    Stopped,
}

const WORDS: [&str; 3] = ["prvni slova", "druha slova", "treti slova"];

/// No words are shown as the child's but the child's own, each in its place.
fn only_what_was_written(case: &str, shown: &[Shown]) {
    let said = shown.iter().filter_map(|line| match (&line.who, &line.what) {
        (Who::Child, What::Said(words)) => Some(words.text.as_str()),
        _ => None,
    });
    let mut rest = WORDS.iter();
    for words in said {
        assert!(rest.any(|written| *written == words), "{case}: shown as the child's: {words}");
    }
}

// ---- to a desk ----------------------------------------------------------------------------------------------------

/// A child writes to an honest relay; a desk reads it through a liar.
async fn to_a_desk(lie: Lie) -> (Made, Vec<Shown>) {
    let stage = Stage::begin().await;
    let honest = stage.relay.addr;
    let mut petr = stage.desk("Petr", honest);
    let state = State { state: ShiftState::Ready, until: None, places: 3 };
    stored(&mut petr, ConversationId::HOUSE, Act::State(state)).await;
    // Another child, of whose talk the liar has an entry to move.
    let mut other = wire::Child::open(honest, &stage.line).await;
    other.say("cizi slova").await;
    let memo = Arc::new(Mutex::new(Memo::default()));
    let elsewhere = other.peer.resumed_entry(&other.resume_frame(0), honest).await;
    memo.lock().expect("no panic").elsewhere = Some(elsewhere);

    let mut child = stage.child(honest);
    let mut conv = None;
    for (place, words) in WORDS.iter().enumerate() {
        let mut wanted = vec![id()];
        let text = (*words).to_owned();
        child.commands.send(child::Command::Say { id: wanted[0], text }).await.expect("a link");
        if place == 0 {
            // What it tells is its second entry: sealed empty, so that nobody changes it unseen.
            wanted.push(id());
            let facts = Facts { topic: Some("peers".to_owned()), ..Facts::default() };
            child.commands.send(child::Command::Tell { id: wanted[1], facts }).await.expect("a link");
        }
        while !wanted.is_empty() {
            match tokio::time::timeout(DEADLINE, child.updates.recv())
                .await
                .expect("in time")
                .expect("a link")
            {
                child::Update::Open { conv: own, .. } => conv = Some(own),
                child::Update::Stored { id, .. } => wanted.retain(|other| *other != id),
                child::Update::Refused { why, .. } => panic!("{why:?}"),
                _ => {}
            }
        }
    }
    let conv = conv.expect("open");
    let at = liar(honest, lie, memo).await;
    let mut jana = stage.desk("Jana", at);
    let made = read_by_desk(&mut jana, conv).await;
    _ = jana.commands.send(desk::Command::Leave).await;
    jana.join().await;
    stage.relay.stop().await;
    made
}

async fn stored(desk: &mut Handle<DeskLink>, conv: ConversationId, act: Act) {
    let wanted = id();
    desk.commands.send(desk::Command::Write { id: wanted, conv, act }).await.expect("a link");
    loop {
        match tokio::time::timeout(DEADLINE, desk.updates.recv()).await.expect("in time").expect("a link") {
            desk::Update::Stored { id, .. } if id == wanted => return,
            desk::Update::Refused { id, why, .. } if id == wanted => panic!("{why:?}"),
            _ => {}
        }
    }
}

async fn read_by_desk(desk: &mut Handle<DeskLink>, conv: ConversationId) -> (Made, Vec<Shown>) {
    let (mut shown, mut claimed) = (Vec::new(), false);
    let made = loop {
        let update = tokio::time::timeout(DEADLINE, desk.updates.recv()).await;
        match update.unwrap_or_else(|_| panic!("nothing more comes after {shown:?}")).expect("a link") {
            desk::Update::Connection(Connection::Stopped(Stop::Card(_) | Stop::NotOurs)) => {
                break Made::Stopped;
            }
            desk::Update::Queue(queue) if !claimed && queue.rows.iter().any(|row| row.conv == conv) => {
                claimed = true;
                let write = desk::Command::Write { id: id(), conv, act: Act::Claim };
                desk.commands.send(write).await.expect("a link");
            }
            desk::Update::Line(line) if line.conv == conv => {
                let is_talk = line.log == Log::Talk;
                shown.push(line);
                // `opened`, three words and the facts: and nothing is left out.
                if is_talk && shown.iter().filter(|line| line.log == Log::Talk).count() == 5 {
                    let is_unread = |line: &&Shown| matches!(line.what, What::CouldNotBeRead(_));
                    let unread = shown.iter().filter(is_unread).count();
                    break if unread == 0 { Made::Whole } else { Made::Unread(unread) };
                }
            }
            desk::Update::Altered { conv: altered, why, .. } if altered == conv => break Made::Altered(why),
            _ => {}
        }
    };
    (made, shown)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_desk_sees_each_lie_as_what_it_is() {
    use Alteration::{AnotherHistory, FalseHash, FalseSeen, IdAgain, NotDelivered};
    let table: [(&str, Lie, Made); 27] = [
        ("no lie", |frame, memo| rechained(frame, memo, |entry, _| vec![entry]), Made::Whole),
        (
            "a letter of the sealed words, with a chain that fits",
            |frame, memo| {
                rechained(frame, memo, |entry, _| vec![if is_second(&entry) { turned(entry) } else { entry }])
            },
            // And what comes after it knows another history.
            Made::Altered(FalseSeen),
        ),
        (
            "the last words altered: nothing after them can tell",
            |frame, memo| {
                rechained(frame, memo, |entry, _| {
                    vec![if entry.data.contains("\"n\":4") { turned(entry) } else { entry }]
                })
            },
            Made::Unread(1),
        ),
        (
            "a letter of the sealed words, and the old hash",
            |frame, _| match frame {
                ToClient::Entry(entry) if is_second(&entry) => vec![ToClient::Entry(turned(entry))],
                other => vec![other],
            },
            Made::Altered(FalseHash),
        ),
        (
            "an entry left out, with a chain that fits",
            |frame, memo| {
                rechained(frame, memo, |entry, _| if is_second(&entry) { vec![] } else { vec![entry] })
            },
            Made::Altered(FalseSeen),
        ),
        (
            "an entry left out once",
            |frame, memo| match frame {
                ToClient::Entry(entry) if is_second(&entry) && memo.once() => vec![],
                other => vec![other],
            },
            Made::Whole,
        ),
        (
            "an entry twice",
            |frame, memo| match &frame {
                ToClient::Entry(entry) if is_second(entry) && memo.once() => vec![frame.clone(), frame],
                _ => vec![frame],
            },
            Made::Whole,
        ),
        (
            "an entry again under the next number",
            |frame, memo| {
                rechained(frame, memo, |entry, _| {
                    if is_second(&entry) { vec![entry.clone(), entry] } else { vec![entry] }
                })
            },
            Made::Altered(IdAgain),
        ),
        (
            "the same words again as new ones",
            |frame, memo| {
                rechained(frame, memo, |entry, memo| {
                    if entry.data.contains("\"n\":4") && memo.once() {
                        let again = Entry { id: EntryId([9; 16]), ..entry.clone() };
                        // Before the true ones, so that the count of five is reached with it.
                        return vec![again, entry];
                    }
                    vec![entry]
                })
            },
            Made::Unread(1),
        ),
        (
            "two entries in the other order",
            |frame, memo| {
                rechained(frame, memo, |entry, memo| {
                    if is_second(&entry) {
                        memo.held_back.push(entry);
                        return vec![];
                    }
                    let mut both = vec![entry];
                    both.append(&mut memo.held_back);
                    both
                })
            },
            Made::Altered(FalseSeen),
        ),
        (
            "two frames in the other order",
            |frame, memo| match frame {
                ToClient::Entry(entry) if is_second(&entry) && memo.once() => {
                    memo.held_back.push(entry);
                    vec![]
                }
                other => {
                    let late = std::mem::take(&mut memo.held_back);
                    std::iter::once(other).chain(late.into_iter().map(ToClient::Entry)).collect()
                }
            },
            Made::Whole,
        ),
        (
            "another entry under a number that was read",
            |frame, memo| match frame {
                ToClient::Entry(entry) if is_second(&entry) && memo.once() => {
                    let mut again = turned(entry.clone());
                    again.h = Hash([7; 32]);
                    vec![ToClient::Entry(entry), ToClient::Entry(again)]
                }
                other => vec![other],
            },
            Made::Altered(AnotherHistory),
        ),
        (
            "words of its own, sealed under a key of its own",
            |frame, memo| {
                rechained(frame, memo, |entry, memo| {
                    if entry.data.contains("\"n\":4") && memo.once() {
                        let forged = forged(&entry);
                        return vec![forged, entry];
                    }
                    vec![entry]
                })
            },
            Made::Unread(1),
        ),
        (
            "another child's words",
            |frame, memo| {
                rechained(frame, memo, |entry, memo| {
                    if entry.data.contains("\"n\":4")
                        && let Some(moved) = memo.elsewhere.take()
                    {
                        let conv = entry.conv;
                        return vec![Entry { conv, ..moved }, entry];
                    }
                    vec![entry]
                })
            },
            Made::Unread(1),
        ),
        (
            "the child's words as the line's",
            |frame, memo| {
                rechained(frame, memo, |entry, _| {
                    let by = if entry.data.contains("\"n\":4") { By::Line } else { entry.by.clone() };
                    vec![Entry { by, ..entry }]
                })
            },
            Made::Unread(1),
        ),
        (
            "words as another kind",
            |frame, memo| {
                rechained(frame, memo, |entry, _| {
                    let kind = if entry.data.contains("\"n\":4") { Kind::Whispered } else { entry.kind };
                    vec![Entry { kind, ..entry }]
                })
            },
            Made::Unread(1),
        ),
        (
            "another pen's count",
            |frame, memo| {
                rechained(frame, memo, |mut entry, _| {
                    entry.data = entry.data.replace("\"n\":4", "\"n\":5");
                    vec![entry]
                })
            },
            Made::Unread(1),
        ),
        (
            "facts that the child did not tell",
            |frame, memo| {
                rechained(frame, memo, |mut entry, _| {
                    entry.data = entry.data.replace("peers", "abuse");
                    vec![entry]
                })
            },
            // Shown as what could not be read; the next words know another history.
            Made::Altered(FalseSeen),
        ),
        (
            "the seal of K changed: nothing opens, nothing is shown",
            |frame, memo| {
                rechained(frame, memo, |mut entry, _| {
                    if entry.kind == Kind::Opened {
                        let enc = entry.data.find("\"ct\":\"").expect("a seal") + 6;
                        let other = if entry.data.as_bytes()[enc] == b'A' { "B" } else { "A" };
                        entry.data.replace_range(enc..=enc, other);
                    }
                    vec![entry]
                })
            },
            Made::Unread(4),
        ),
        (
            "K of the liar's own, sealed to the line",
            |frame, memo| {
                rechained(frame, memo, |entry, _| {
                    vec![if entry.kind == Kind::Opened { reopened(entry) } else { entry }]
                })
            },
            Made::Unread(4),
        ),
        (
            "a log that is shorter than what was acknowledged",
            |frame, memo| match frame {
                ToClient::Watching { conv, contact, talk, .. } if memo.once() => {
                    vec![ToClient::Watching { conv, talk, desk: 0, contact }]
                }
                other => vec![other],
            },
            Made::Altered(NotDelivered),
        ),
        (
            "a claim acknowledged under a false hash",
            |frame, _| match frame {
                ToClient::Appended { id, conv, log, seq, at, .. } if log == Log::Desk => {
                    vec![ToClient::Appended { id, conv, log, seq, at, h: Hash([3; 32]) }]
                }
                other => vec![other],
            },
            // Made from the queue: whoever does not read the log yet checks no hash, and the entry itself is true.
            Made::Whole,
        ),
        ("a card of another root", |frame, _| with_card(frame, forged_card), Made::Stopped),
        ("a card with a key of its own", |frame, _| with_card(frame, changed_card), Made::Stopped),
        (
            "another version of the protocol",
            |frame, _| {
                let ToClient::Hello { .. } = &frame else { return vec![frame] };
                let text = frame.to_text().replacen("\"v\":1", "\"v\":0", 1);
                vec![ToClient::parse(&text).expect("a frame")]
            },
            Made::Stopped,
        ),
        (
            "keys granted by nobody",
            |frame, _| match frame {
                ToClient::Keys { mut grants, card } => {
                    let key = LineSeed::new([66; 32]);
                    let grant =
                        opora::protocol::frame::Grant { key: key.id(), enc: key.public(), ct: [1; 48] };
                    grants.push(grant);
                    vec![ToClient::Keys { grants, card }]
                }
                other => vec![other],
            },
            Made::Whole,
        ),
        (
            "an author that the sealed name does not agree with",
            |frame, _| match frame {
                ToClient::Entry(mut entry) => {
                    entry.author = Account::parse("Mallory");
                    vec![ToClient::Entry(entry)]
                }
                other => vec![other],
            },
            // The account beside a talk entry is the relay's word, and a child's words stay a child's.
            Made::Whole,
        ),
    ];
    let mut wrong = Vec::new();
    for (case, lie, expected) in table {
        let (made, shown) = to_a_desk(lie).await;
        only_what_was_written(case, &shown);
        let is_mallory = |line: &Shown| line.who == Who::Line(Account::parse("Mallory"));
        assert!(!shown.iter().any(is_mallory), "{case}");
        if made != expected {
            wrong.push(format!("{case}: {made:?} instead of {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Words sealed under a key that the liar drew.
fn forged(like: &Entry) -> Entry {
    use opora::conversation::sealed::{Place, Side, Under};
    use opora::sealing::body::{self, At, Body, BodyKind, Clear, Key};
    let (key, id) = (TalkKey::new([5; 32]), EntryId([8; 16]));
    let seen = (like.seq - 1, chain::start(like.conv, like.log));
    let place = Place { side: Side::Child, pen: opora::conversation::Pen([1; 8]), n: 1, seen };
    let body = Body { kind: BodyKind::Text, name: String::new(), text: "podvrzena slova".to_owned() };
    let at = At::conversation(like.conv, Kind::Said, id);
    let data = body::seal(Key::Talk(&key), &at, &Clear::Nothing, Under::Talk(place), &body).expect("sealed");
    Entry { id, data: data.data(), ..like.clone() }
}

/// The opening with K of the liar's own, sealed to the line's true key, which is public.
fn reopened(entry: Entry) -> Entry {
    let Ok(opora::conversation::Event::Opened(mut opened)) = entry.event() else { panic!("opened") };
    let public = PUBLIC.lock().expect("no panic").expect("a line");
    let key = TalkKey::new([5; 32]);
    opened.seals = vec![key.seal_to(&public, entry.conv, &opened.lang, &mut rand::rng()).expect("a seal")];
    let data = opora::conversation::Event::Opened(opened).data().expect("data");
    Entry { data, ..entry }
}

/// The line's key of the card that came last: what everybody may know.
static PUBLIC: Mutex<Option<[u8; 65]>> = Mutex::new(None);

fn with_card(frame: ToClient, change: fn(SignedCard) -> SignedCard) -> Vec<ToClient> {
    vec![match frame {
        ToClient::Hello { v, nonce, now, work, card, limits, line, drill } => {
            ToClient::Hello { v, nonce, now, work, card: change(card), limits, line, drill }
        }
        ToClient::Keys { grants, card } => ToClient::Keys { grants, card: change(card) },
        other => other,
    }]
}

/// Signed by a root of its own, which it names beside.
fn forged_card(card: SignedCard) -> SignedCard {
    let root = Root::random(&mut rand::rng());
    SignedCard { sig: root.sign_card(&card.card), root: root.public(), card: card.card }
}

/// A key of its own in the card that the true root signed.
fn changed_card(card: SignedCard) -> SignedCard {
    let mut text = serde_json::from_str::<Card>(&card.card).expect("a card");
    let own = LineSeed::new([66; 32]);
    for key in &mut text.keys {
        (key.id, key.public) = (own.id(), own.public());
    }
    SignedCard { card: text.to_text(), ..card }
}

// ---- to a child ---------------------------------------------------------------------------------------------------

/// A child writes and reads through a liar; the desk beside it is on an honest relay.
async fn to_a_child(lie: Lie) -> (Made, Vec<Shown>) {
    let stage = Stage::begin().await;
    let honest = stage.relay.addr;
    let mut jana = wire::Desk::login(honest, &stage.line, "Jana").await;
    let at = liar(honest, lie, Arc::default()).await;
    let mut child = stage.child(at);
    let (mut shown, mut answered, mut conv) = (Vec::new(), false, None);
    let say = |text: &str| child::Command::Say { id: id(), text: text.to_owned() };
    child.commands.send(say(WORDS[0])).await.expect("a link");
    let made = loop {
        let update = tokio::time::timeout(DEADLINE, child.updates.recv()).await;
        match update.unwrap_or_else(|_| panic!("nothing more comes after {shown:?}")).expect("a link") {
            child::Update::Connection(Connection::Stopped(Stop::Card(_) | Stop::NotOurs)) => {
                break Made::Stopped;
            }
            child::Update::Open { conv: own, .. } => conv = Some(own),
            child::Update::Stored { .. } if !answered => {
                answered = true;
                let conv = conv.expect("open");
                jana.claim(conv, 0).await.expect("claimed");
                jana.watch(conv).await;
                let opened = jana.peer.entry(Kind::Opened).await;
                let Ok(opora::conversation::Event::Opened(opened)) = opened.event() else { panic!("opened") };
                let key = stage.line.seed.open(conv, &opened).expect("K");
                jana.say(conv, &key, "odpoved jedna").await;
                jana.say(conv, &key, "odpoved dve").await;
            }
            child::Update::Line(line) => {
                shown.push(line);
                if shown.len() == 4 {
                    let is_unread = |line: &&Shown| matches!(line.what, What::CouldNotBeRead(_));
                    let unread = shown.iter().filter(is_unread).count();
                    break if unread == 0 { Made::Whole } else { Made::Unread(unread) };
                }
            }
            child::Update::Altered(why) => break Made::Altered(why),
            _ => {}
        }
    };
    _ = child.commands.send(child::Command::Leave).await;
    child.join().await;
    stage.relay.stop().await;
    (made, shown)
}

/// The first answer of the line.
fn is_answer(entry: &Entry) -> bool {
    entry.kind == Kind::Said && entry.by == By::Line && entry.data.contains("\"n\":1,")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_child_sees_each_lie_as_what_it_is() {
    use Alteration::{AnotherHistory, FalseCount, FalseHash, IdAgain, OwnBytesChanged};
    let table: [(&str, Lie, Made); 12] = [
        ("no lie", |frame, _| vec![frame], Made::Whole),
        (
            "an answer altered",
            |frame, _| match frame {
                ToClient::Entry(entry) if is_answer(&entry) => vec![ToClient::Entry(turned(entry))],
                other => vec![other],
            },
            Made::Altered(FalseHash),
        ),
        (
            "an answer altered, with a chain that fits",
            |frame, memo| {
                lied_to_child(frame, memo, |entry| {
                    vec![if is_answer(&entry) { turned(entry) } else { entry }]
                })
            },
            // The next answer is the second of its pen, and the first never opened.
            Made::Altered(FalseCount),
        ),
        (
            "an answer left out, with a chain that fits",
            |frame, memo| {
                lied_to_child(frame, memo, |entry| if is_answer(&entry) { vec![] } else { vec![entry] })
            },
            Made::Altered(FalseCount),
        ),
        (
            "an answer again",
            |frame, memo| {
                lied_to_child(frame, memo, |entry| {
                    if is_answer(&entry) { vec![entry.clone(), entry] } else { vec![entry] }
                })
            },
            Made::Altered(IdAgain),
        ),
        (
            "an answer that nobody wrote",
            |frame, memo| {
                lied_to_child(frame, memo, |entry| {
                    if is_answer(&entry) { vec![forged(&entry), entry] } else { vec![entry] }
                })
            },
            Made::Unread(1),
        ),
        (
            "its own words changed",
            |frame, memo| {
                let ToClient::Appended { .. } = &frame else { return vec![frame] };
                memo.has_lied = true;
                let text = frame.to_text();
                let ToClient::Appended { id, conv, log, seq, at, h: _ } = frame else { panic!("{text}") };
                // In the place of the acknowledgement comes an entry with other words under its id.
                let data = r#"{"s":"child","ct":""}"#.to_owned();
                let before = chain::start(conv, log);
                let mut entry = Entry {
                    conv,
                    log,
                    seq,
                    at,
                    by: By::Child,
                    author: None,
                    kind: Kind::Said,
                    id,
                    data,
                    h: before,
                };
                entry.h = chain::of_entry(before, &entry);
                vec![ToClient::Entry(entry)]
            },
            Made::Altered(OwnBytesChanged),
        ),
        (
            "acknowledged under a false number",
            |frame, _| match frame {
                ToClient::Appended { id, conv, log, at, h, .. } => {
                    vec![ToClient::Appended { id, conv, log, seq: 1, at, h }]
                }
                other => vec![other],
            },
            Made::Altered(AnotherHistory),
        ),
        (
            "acknowledged under a false hash",
            |frame, _| match frame {
                ToClient::Appended { id, conv, log, seq, at, .. } => {
                    vec![ToClient::Appended { id, conv, log, seq, at, h: Hash([3; 32]) }]
                }
                other => vec![other],
            },
            Made::Altered(FalseHash),
        ),
        ("a card of another root", |frame, _| with_card(frame, forged_card), Made::Stopped),
        ("a card with a key of its own", |frame, _| with_card(frame, changed_card), Made::Stopped),
        (
            "an account beside the answer",
            |frame, _| match frame {
                ToClient::Entry(mut entry) if is_answer(&entry) => {
                    entry.author = Account::parse("Mallory");
                    vec![ToClient::Entry(entry)]
                }
                other => vec![other],
            },
            Made::Whole,
        ),
    ];
    let mut wrong = Vec::new();
    for (case, lie, expected) in table {
        let (made, shown) = to_a_child(lie).await;
        let answers: Vec<_> = shown
            .iter()
            .filter_map(|line| match &line.what {
                What::Said(words) if line.who != Who::Child => {
                    Some((words.name.as_str(), words.text.as_str()))
                }
                _ => None,
            })
            .collect();
        let written = [("Jana", "odpoved jedna"), ("Jana", "odpoved dve")];
        assert!(answers.iter().all(|answer| written.contains(answer)), "{case}: {answers:?}");
        assert!(answers.is_sorted_by_key(|answer| written.iter().position(|own| own == answer)), "{case}");
        only_what_was_written(case, &shown);
        if made != expected {
            wrong.push(format!("{case}: {made:?} instead of {expected:?}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Lies about the line's entries alone: the child's own it computes from its own bytes, so their chain is the true one.
fn lied_to_child(frame: ToClient, memo: &mut Memo, lie: fn(Entry) -> Vec<Entry>) -> Vec<ToClient> {
    match frame {
        ToClient::Entry(entry) if entry.by == By::Line => {
            let before = memo.shown.get(&(entry.conv, entry.log)).copied();
            let before = before.expect("the child's own words come first");
            memo.shown.insert((entry.conv, entry.log), before);
            lie(entry).into_iter().map(|entry| ToClient::Entry(memo.chained(entry))).collect()
        }
        ToClient::Entry(entry) => {
            memo.shown.insert((entry.conv, entry.log), (entry.seq, entry.h));
            vec![ToClient::Entry(entry)]
        }
        ToClient::Appended { conv, log, seq, h, .. } => {
            memo.shown.insert((conv, log), (seq, h));
            vec![frame]
        }
        other => vec![other],
    }
}
