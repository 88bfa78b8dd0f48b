//! Words that no relay may ever hold, sought where a relay keeps or says anything: its files, its log at its loudest,
//! its metrics, every frame to and from it, and its memory; and those a casebook seals, in the casebook's files. Plain,
//! in UTF-16, hex and base64. Each place has a control: something that is there and must be found.
#![allow(clippy::panic, reason = "a test says no by panicking")]

use std::collections::HashMap;
use std::fs;
use std::net::SocketAddr;
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use aho_corasick::AhoCorasick;
use opora::casebook::Casebook;
use opora::casebook::record::{self, CaseId, Change, Contact, ContactId, Note};
use opora::client::address::Address;
use opora::client::child::{self, ChildLink};
use opora::client::desk::{self, Act, DeskLink, Setup};
use opora::client::socket::{self, Door, Handle};
use opora::conversation::event::{ClosedReason, Facts};
use opora::conversation::queue::Phase;
use opora::conversation::transcript::{What, Who};
use opora::conversation::{ConversationId, EntryId, Log, Role};
use opora::relay;
use opora::sealing::Secret;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

#[path = "support/process.rs"]
mod process;
mod support;
#[path = "support/wire.rs"]
mod wire;

use process::shipped_relay;
use support::proxy::Proxy;
use support::{files, spellings};
use wire::TestLine;

/// What each says, so that whatever is found tells whose words they were.
const CHILD: &str = "kanarekditete";
const ANSWER: &str = "kanarekodpovedi";
const ALIAS: &str = "kanarekprezdivky";
const WHISPER: &str = "kanarekseptani";
const REASON: &str = "kanarekduvodu";
const CLASS: &str = "kanarektridy";
const NOTICE: &str = "kanarekvzkazu";
const PHRASE: &str = "kanarekhesla";
const AGREED: &str = "kanarekdohody";
const NOTE: &str = "kanarekzapisu";
const DRAFT: &str = "kanarekkonceptu";
const ALL: [&str; 11] = [CHILD, ANSWER, ALIAS, WHISPER, REASON, CLASS, NOTICE, PHRASE, AGREED, NOTE, DRAFT];
/// What a child tells in clear, for the queue: the relay must know it.
const TOPIC: &str = "violence";

/// Looks for many words in many spellings, and for keys as they are, at once.
struct Seeker {
    machine: AhoCorasick,
    whose: Vec<String>,
}

impl Seeker {
    fn of(words: &[&str], keys: &[(&str, &[u8; 32])]) -> Self {
        let spelled =
            words.iter().flat_map(|word| spellings(word).into_iter().map(move |bytes| (*word, bytes)));
        let keys = keys.iter().map(|(name, key)| (*name, key.to_vec()));
        let (whose, patterns): (Vec<_>, Vec<_>) = spelled.chain(keys).unzip();
        let whose = whose.into_iter().map(str::to_owned).collect();
        Self { machine: AhoCorasick::new(patterns).expect("patterns"), whose }
    }

    fn find(&self, bytes: &[u8]) -> Option<&str> {
        self.machine.find(bytes).map(|found| self.whose[found.pattern().as_usize()].as_str())
    }
}

/// The readable memory of a process, piece by piece; `None` if the kernel does not let us.
fn memory(pid: u32, mut each: impl FnMut(&[u8])) -> Option<usize> {
    let maps = fs::read_to_string(format!("/proc/{pid}/maps")).ok()?;
    let memory = fs::File::open(format!("/proc/{pid}/mem")).ok()?;
    let mut read = 0;
    for line in maps.lines() {
        let mut words = line.split_whitespace();
        let (range, rights) = (words.next()?, words.next()?);
        let Some((from, to)) = range.split_once('-') else { continue };
        let parse = |text| u64::from_str_radix(text, 16).expect("hex");
        let (from, to) = (parse(from), parse(to));
        if !rights.starts_with('r') || line.contains("[v") {
            continue;
        }
        let mut piece = vec![0; usize::try_from(to - from).expect("fits")];
        if memory.read_exact_at(&mut piece, from).is_ok() {
            read += piece.len();
            each(&piece);
        }
    }
    (read > 0).then_some(read)
}

/// A desk's link and the casebook that keeps its outbox.
struct Desk {
    link: Handle<DeskLink>,
    casebook: Casebook,
    shown: Vec<desk::Shown>,
    queue: Option<std::sync::Arc<desk::Queue>>,
    orders: HashMap<EntryId, u64>,
}

impl Desk {
    fn begin(line: &TestLine, relay: SocketAddr, folder: &Path, alias: &str) -> Self {
        let opened = Casebook::open(folder, [1; 16], &Secret::new([3; 32]), &mut |_, _| {});
        let setup = line.setup("Eva", relay);
        let setup = Setup { alias: alias.to_owned(), is_kept: true, ..setup };
        let door = Door::desk(setup.address.clone());
        let link = socket::spawn(DeskLink::new(setup), door);
        Self { link, casebook: opened.expect("opens").0, shown: vec![], queue: None, orders: HashMap::new() }
    }

    async fn hear(&mut self) -> desk::Update {
        let update = tokio::time::timeout(support::DEADLINE, self.link.updates.recv()).await;
        let update = update.expect("an update in time").expect("a link");
        match &update {
            desk::Update::Keep(item) => {
                let order = self.orders.len() as u64;
                let order = *self.orders.entry(item.id).or_insert(order);
                let (id, conv, bytes) = (item.id, item.conv, item.bytes.clone());
                let kept = Change::Keep(record::OutboxItem { id, conv, order, bytes });
                self.casebook.save(vec![kept], wire::now_ms()).expect("saved");
                self.link.commands.send(desk::Command::Kept { id }).await.expect("a link");
            }
            desk::Update::Line(shown) => self.shown.push(shown.clone()),
            desk::Update::Queue(queue) => self.queue = Some(queue.clone()),
            desk::Update::Altered { why, .. } => panic!("{why:?}"),
            _ => {}
        }
        update
    }

    async fn write(&mut self, conv: ConversationId, act: Act) {
        let id = EntryId(rand::random());
        let what = format!("{act:?}");
        self.link.commands.send(desk::Command::Write { id, conv, act }).await.expect("a link");
        loop {
            match self.hear().await {
                desk::Update::Stored { id: stored, .. } if stored == id => return,
                desk::Update::Refused { id: refused, why, .. } if refused == id => panic!("{what}: {why:?}"),
                _ => {}
            }
        }
    }

    async fn waiting(&mut self) -> ConversationId {
        loop {
            let rows = self.queue.iter().flat_map(|queue| &queue.rows);
            if let Some(row) = rows.into_iter().find(|row| row.phase == Phase::Waiting) {
                return row.conv;
            }
            self.hear().await;
        }
    }

    /// Waits until the child's words were opened here, so that the test is about words that came through.
    async fn reads(&mut self, word: &str) {
        loop {
            let is_it = |shown: &desk::Shown| matches!((&shown.who, &shown.what), (Who::Child, What::Said(words)) if words.text.as_str().contains(word));
            if self.shown.iter().any(is_it) {
                return;
            }
            self.hear().await;
        }
    }
}

async fn metrics(relay: SocketAddr) -> Vec<u8> {
    let mut stream = tokio::net::TcpStream::connect(relay).await.expect("connected");
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("written");
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.expect("an answer");
    answer
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_word_is_anywhere_a_relay_is() {
    let home = tempfile::tempdir().expect("a folder");
    let line = TestLine::with(&[("Eva", Role::Supervisor)]);
    relay::init(&home.path().join("relay"), &line.file, wire::now_ms()).expect("a new relay");
    let proxy = Proxy::to(SocketAddr::from(([127, 0, 0, 1], 9))).await;
    let taped = proxy.tape();
    let public = format!("http://{}", proxy.address);
    let (process, address) = shipped_relay(
        home.path(),
        "log_level = \"trace\"\n",
        &["--listen", "127.0.0.1:0", "--public-url", &public],
    );
    proxy.point_to(address);

    let mut desk = Desk::begin(&line, proxy.address, &home.path().join("casebook"), ALIAS);
    let relay_address = Address::parse(&format!("ws://{}", proxy.address)).expect("an address");
    let setup = child::Setup {
        address: relay_address.clone(),
        root: line.root.public(),
        least_serial: 0,
        built: 0,
        lang: "cs".to_owned(),
        after: None,
    };
    let mut child = socket::spawn(ChildLink::new(setup), Door::child(relay_address, public));
    desk.write(
        ConversationId::HOUSE,
        Act::State(opora::conversation::event::State {
            state: opora::conversation::event::ShiftState::Ready,
            until: None,
            places: 3,
        }),
    )
    .await;
    let say = |text: &str| child::Command::Say { id: EntryId(rand::random()), text: text.to_owned() };
    child.commands.send(say(&format!("ahoj {CHILD}"))).await.expect("a link");
    let facts = Facts { topic: Some(TOPIC.to_owned()), ..Facts::default() };
    child.commands.send(child::Command::Tell { id: EntryId(rand::random()), facts }).await.expect("a link");
    let conv = desk.waiting().await;
    desk.write(conv, Act::Claim).await;
    desk.reads(CHILD).await;
    let text = |word: &str| format!("slovo {word} konec");
    desk.write(conv, Act::Say { text: text(ANSWER) }).await;
    desk.write(conv, Act::Whisper { text: text(WHISPER) }).await;
    desk.write(conv, Act::Flag { level: 2, reason: text(REASON) }).await;
    desk.write(conv, Act::Classify { facets: format!("{{\"free\":\"{CLASS}\"}}") }).await;
    let until = wire::now_ms() + 3_600_000;
    desk.write(ConversationId::HOUSE, Act::Announce { to: None, until, text: text(NOTICE) }).await;
    desk.write(ConversationId::HOUSE, Act::Agree { phrase: PHRASE.to_owned(), text: text(AGREED) }).await;
    loop {
        let update = tokio::time::timeout(support::DEADLINE, child.updates.recv()).await;
        match update.expect("in time").expect("a link") {
            child::Update::Line(shown) if matches!(&shown.what, What::Said(words) if words.text.as_str().contains(ANSWER)) =>
            {
                assert!(matches!(&shown.what, What::Said(words) if words.name.as_str() == ALIAS));
                break;
            }
            _ => {}
        }
    }
    // What a console keeps of it.
    let mut contact = Contact::begun(ContactId([1; 16]), CaseId([1; 16]), "chat", "Blue Fox", "Eva", 1);
    contact.note = Note { template: "dap".into(), version: 1, fields: vec![("data".into(), text(NOTE))] };
    let draft = record::Draft { conv, text: text(DRAFT), at: 1 };
    let kept = vec![Change::Contact(Box::new(contact)), Change::Draft(draft)];
    desk.casebook.save(kept, wire::now_ms()).expect("saved");
    // More words while memory is read, some just on their way.
    child.commands.send(say(&format!("a jeste {CHILD}"))).await.expect("a link");
    desk.reads("a jeste").await;

    let keys = [
        ("the line seed", line.seed.secret().expose()),
        ("the house key", line.house.secret().expose()),
        ("an identity", line.identity("Eva").secret().expose()),
    ];
    let words = Seeker::of(&ALL, &keys);
    let control = Seeker::of(&[TOPIC], &[]);

    // Memory, at its fullest.
    let (mut found, mut control_found) = (None, false);
    let read = memory(process.pid(), |piece| {
        found = found.take().or_else(|| words.find(piece).map(str::to_owned));
        control_found |= control.find(piece).is_some();
    });
    match read {
        Some(read) => {
            eprintln!("{} MiB of the relay's memory", read >> 20);
            assert_eq!(found, None, "in the relay's memory");
            assert!(control_found, "the topic the relay knows is in its memory");
        }
        None => eprintln!("skipped: the relay's memory cannot be read here; root may"),
    }
    // Metrics.
    let metrics = metrics(address).await;
    assert_eq!(words.find(&metrics), None, "in the metrics");
    assert!(metrics.windows(6).any(|six| six == b"opora_"), "there are metrics");

    let read = desk.shown.iter().filter(|shown| shown.log == Log::Talk).map(|shown| shown.seq).max();
    desk.write(conv, Act::Close { reason: ClosedReason::Ended, read: read.unwrap_or(0) }).await;
    desk.write(conv, Act::Archive).await;
    desk.link.commands.send(desk::Command::Leave).await.expect("a link");
    child.commands.send(child::Command::Leave).await.expect("a link");
    child.join().await;

    // Frames, without their masks.
    let frames = taped.frames();
    assert_eq!(words.find(&frames), None, "in a frame");
    assert!(control.find(&frames).is_some(), "what is told in clear is in the frames");
    // Files and the log, while the relay holds all in its cache and after it was killed.
    for dead in [false, true] {
        if dead {
            process_kill(process.pid());
        }
        let all = files(home.path());
        let (mut log_found, mut root_found) = (false, false);
        let root = opora::conversation::encoding::b64(&line.root.public());
        for file in &all {
            let bytes = fs::read(file).unwrap_or_default();
            assert_eq!(words.find(&bytes), None, "in {}", file.display());
            let holds = |what: &[u8]| bytes.windows(what.len()).any(|window| window == what);
            log_found |= file.ends_with("relay.log") && holds(b"\"level\"");
            root_found |= file.ends_with("relay/root.pub") && holds(root.as_bytes());
        }
        assert!(all.len() > 10, "{all:?}");
        assert!(root_found, "the files were read");
        assert!(log_found, "a relay at its loudest says something");
    }
    let on_desk = desk.shown.iter().filter(|shown| shown.log == Log::Desk).count();
    assert!(on_desk >= 3, "claim, whisper and flag were read");
}

fn process_kill(pid: u32) {
    let pid = rustix::process::Pid::from_raw(i32::try_from(pid).expect("a pid")).expect("a pid");
    rustix::process::kill_process(pid, rustix::process::Signal::KILL).expect("killed");
}

#[test]
fn a_seeker_finds_every_spelling() {
    let seeker = Seeker::of(&[CHILD], &[("a key", &[0xA5; 32])]);
    for (case, bytes) in [
        ("plain", format!("xx{CHILD}yy").into_bytes()),
        ("base64", opora::conversation::encoding::b64(format!("a{CHILD}b").as_bytes()).into_bytes()),
        ("UTF-16", CHILD.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("hex", CHILD.bytes().map(|byte| format!("{byte:02x}")).collect::<String>().into_bytes()),
    ] {
        assert_eq!(seeker.find(&bytes), Some(CHILD), "{case}");
    }
    assert_eq!(seeker.find(&[0xA5; 40]), Some("a key"));
    assert_eq!(seeker.find(b"nothing of it"), None);
}
