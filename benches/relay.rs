//! A whole relay, and what its promises cost. As ratios of one run: beside a bare relay (websockets, one `fdatasync` a
//! group, no check of anything), and beside itself with the journal in memory. As figures of this machine: memory of an
//! idle child's connection, CPU time, the return of thousands after a restart, the start with many entries, and the cost
//! of one input to the switchboard as the queue grows.
//!
//! `cargo bench --bench relay`; `RELAY_BENCH=core` (or `ends`, `paced`, `idle`, `start`) runs one part.

#![allow(clippy::print_stdout, reason = "ratios are this program's result")]

use std::collections::HashMap;
use std::io::{BufRead as _, BufReader, Write as _};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child as Process, Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use opora::conversation::{By, ConversationId, Entry, EntryId, Kind, Log, Role, chain};
use opora::journal::{Embedded, Head, Journal as _, Memory, Report, Shelf};
use opora::protocol::{ToClient, ToRelay};
use opora::relay::rules::{Rate, Rules};
use opora::relay::switchboard::{Door, Effect, Failure, Input, Now, Switchboard};
use opora::relay::{self, Running, Settings};
use opora::sealing::body::Clear;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Message;
use tokio_util::sync::CancellationToken;

#[path = "../tests/support/wire.rs"]
mod wire;

use wire::{Child, Desk, TestLine};

const CONVERSATIONS: usize = 800;
const DESKS: usize = 20;
/// Messages of each conversation, one in flight.
const MESSAGES: usize = 25;
const SOCKETS: usize = 4_000;
const ENTRIES: u64 = 100_000;

fn names() -> Vec<String> {
    (0..DESKS).map(|number| format!("Jana {number}")).collect()
}

fn line() -> TestLine {
    let names = names();
    TestLine::fixed(&names.iter().map(|name| (name.as_str(), Role::Counsellor)).collect::<Vec<_>>())
}

fn settings(data: &Path) -> Settings {
    let mut settings = wire::settings(data);
    let limits = &mut settings.rules.limits;
    limits.child_append = Rate { every_ms: 1, burst: 1_000_000 };
    limits.opens_per_min = 1_000_000;
    limits.waiting = 10_000;
    limits.sockets = SOCKETS + 400;
    limits.watched = 200;
    settings
}

fn home() -> tempfile::TempDir {
    tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).expect("a folder")
}

// ---- end to end -----------------------------------------------------------------------------------------------------

type Socket = tokio_tungstenite::WebSocketStream<tokio_tungstenite::MaybeTlsStream<TcpStream>>;
/// Which conversation a message at a desk belongs to, if it is a child's words.
type PlaceOf = Arc<dyn Fn(&str) -> Option<usize> + Send + Sync>;

/// Children with what they will say, and the desks at which it must arrive.
struct Cast {
    children: Vec<(Socket, Vec<Message>)>,
    desks: Vec<Socket>,
    place_of: PlaceOf,
}

/// Plays all conversations: each says its next words once the last came to its counsellor's link. Returns messages a
/// second.
async fn drive(cast: Cast) -> f64 {
    let (goes, comes): (Vec<_>, Vec<_>) =
        cast.children.iter().map(|_| mpsc::unbounded_channel::<()>()).unzip();
    let (goes, arrived) = (Arc::new(goes), Arc::new(AtomicUsize::new(0)));
    let all = cast.children.len() * MESSAGES;
    let (done, mut is_done) = mpsc::unbounded_channel();
    let mut tasks = tokio::task::JoinSet::new();
    for mut desk in cast.desks {
        let (goes, arrived, done) = (Arc::clone(&goes), Arc::clone(&arrived), done.clone());
        let place_of = Arc::clone(&cast.place_of);
        tasks.spawn(async move {
            while let Some(Ok(message)) = desk.next().await {
                if let Message::Text(text) = message
                    && let Some(place) = place_of(&text)
                {
                    _ = goes[place].send(());
                    if arrived.fetch_add(1, Ordering::Relaxed) + 1 == all {
                        _ = done.send(());
                    }
                }
            }
        });
    }
    let began = Instant::now();
    for ((mut socket, frames), mut come) in cast.children.into_iter().zip(comes) {
        tasks.spawn(async move {
            for frame in frames {
                if socket.send(frame).await.is_err() {
                    return;
                }
                // The acknowledgement is read too, as a page does.
                loop {
                    tokio::select! {
                        _ = come.recv() => break,
                        said = socket.next() => if !matches!(said, Some(Ok(_))) { return },
                    }
                }
            }
            while socket.next().await.is_some() {}
        });
    }
    is_done.recv().await;
    let took = began.elapsed();
    tasks.shutdown().await;
    all as f64 / took.as_secs_f64()
}

fn words() -> String {
    "Nevim, jak to rict, ale doma je to poslednich par tydnu horsi a horsi. ".repeat(3)[..200].to_owned()
}

/// Everybody at a relay, each child with its counsellor.
async fn cast(address: SocketAddr, line: &TestLine) -> Cast {
    let (mut desks, mut children, mut places) = (Vec::new(), Vec::new(), HashMap::new());
    for name in names() {
        desks.push(Desk::login(address, line, &name).await);
    }
    for place in 0..CONVERSATIONS {
        let mut child = Child::open(address, line).await;
        let desk = &mut desks[place % DESKS];
        desk.claim(child.conv, 0).await.expect("claimed");
        desk.watch(child.conv).await;
        places.insert(child.conv, place);
        let said = |child: &mut Child| child.sealed(Kind::Said, Clear::Nothing, &words()).to_text();
        let frames = (0..MESSAGES).map(|_| Message::Text(said(&mut child).into())).collect();
        children.push((child.peer.socket, frames));
    }
    let place_of = Arc::new(move |text: &str| match ToClient::parse(text) {
        Ok(ToClient::Entry(entry)) if entry.kind == Kind::Said => places.get(&entry.conv).copied(),
        _ => None,
    });
    let desks = desks.into_iter().map(|desk| desk.peer.socket).collect();
    Cast { children, desks, place_of }
}

/// A relay with no rules: what children say goes to a file, one `fdatasync` a group, then to the desk and back.
async fn bare(file: &Path) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let address = listener.local_addr().expect("an address");
    type Said = (usize, String, mpsc::UnboundedSender<Message>);
    let (said, heard) = std::sync::mpsc::channel::<Said>();
    let desks: Arc<Mutex<Vec<mpsc::UnboundedSender<Message>>>> = Arc::default();
    let (mut file, to_desks) = (std::fs::File::create(file).expect("a file"), Arc::clone(&desks));
    std::thread::spawn(move || {
        while let Ok(first) = heard.recv() {
            let batch: Vec<Said> = std::iter::once(first).chain(heard.try_iter()).collect();
            let bytes: Vec<u8> = batch.iter().flat_map(|(_, text, _)| text.bytes()).collect();
            file.write_all(&bytes).and_then(|()| file.sync_data()).expect("synced");
            let desks = to_desks.lock().expect("no panic");
            for (place, text, child) in batch {
                _ = child.send(Message::Text("ok".into()));
                _ = desks[place % DESKS].send(Message::Text(text.into()));
            }
        }
    });
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let (said, desks) = (said.clone(), Arc::clone(&desks));
            let mut socket = tokio_tungstenite::accept_async(stream).await.expect("an upgrade");
            tokio::spawn(async move {
                let (own, mut out) = mpsc::unbounded_channel();
                loop {
                    tokio::select! {
                        Some(message) = out.recv() => if socket.send(message).await.is_err() { return },
                        message = socket.next() => match message {
                            Some(Ok(Message::Text(text))) if text == "desk" => {
                                desks.lock().expect("no panic").push(own.clone());
                                _ = own.send(Message::Text("ok".into()));
                            }
                            Some(Ok(Message::Text(text))) => {
                                let place = place_in(&text).expect("a place");
                                _ = said.send((place, text.to_string(), own.clone()));
                            }
                            _ => return,
                        },
                    }
                }
            });
        }
    });
    address
}

/// A message to the bare relay begins with its conversation's place.
fn place_in(text: &str) -> Option<usize> {
    text.split_once('#')?.0.parse().ok()
}

async fn dial(address: SocketAddr) -> Socket {
    tokio_tungstenite::connect_async(format!("ws://{address}/")).await.expect("connected").0
}

async fn bare_cast(address: SocketAddr) -> Cast {
    let (mut desks, mut children) = (Vec::new(), Vec::new());
    for _ in 0..DESKS {
        let mut desk = dial(address).await;
        desk.send(Message::Text("desk".into())).await.expect("sent");
        desk.next().await;
        desks.push(desk);
    }
    for place in 0..CONVERSATIONS {
        // As long as the sealed append of the same words is.
        let text = format!("{place}#{}", "x".repeat(700));
        let frames = (0..MESSAGES).map(|_| Message::Text(text.clone().into())).collect();
        children.push((dial(address).await, frames));
    }
    Cast { children, desks, place_of: Arc::new(place_in) }
}

// ---- at an even pace ------------------------------------------------------------------------------------------------

/// Messages a second.
const PACE: u32 = 200;
/// For how many seconds.
const PACED: u32 = 10;

/// Plays an even stream of messages; returns how long each took to its counsellor's link, sorted.
async fn pace(cast: Cast) -> Vec<Duration> {
    let sent: Arc<Mutex<HashMap<usize, Instant>>> = Arc::default();
    let (took, mut all_took) = mpsc::unbounded_channel();
    let mut tasks = tokio::task::JoinSet::new();
    for mut desk in cast.desks {
        let (sent, took, place_of) = (Arc::clone(&sent), took.clone(), Arc::clone(&cast.place_of));
        tasks.spawn(async move {
            while let Some(Ok(message)) = desk.next().await {
                if let Message::Text(text) = message
                    && let Some(place) = place_of(&text)
                    && let Some(at) = sent.lock().expect("no panic").remove(&place)
                {
                    _ = took.send(at.elapsed());
                }
            }
        });
    }
    let mut senders = Vec::new();
    for (socket, frames) in cast.children {
        let (mut writes, mut reads) = socket.split();
        tasks.spawn(async move { while reads.next().await.is_some() {} });
        let (send, mut wanted) = mpsc::unbounded_channel::<()>();
        tasks.spawn(async move {
            for frame in frames {
                if wanted.recv().await.is_none() || writes.send(frame).await.is_err() {
                    return;
                }
            }
            std::future::pending::<()>().await;
        });
        senders.push(send);
    }
    let mut beat = tokio::time::interval(Duration::from_secs(1) / PACE);
    for number in 0..(PACE * PACED) as usize {
        beat.tick().await;
        let place = number % senders.len();
        sent.lock().expect("no panic").insert(place, Instant::now());
        _ = senders[place].send(());
    }
    let mut times = Vec::new();
    while times.len() < (PACE * PACED) as usize {
        match tokio::time::timeout(Duration::from_secs(5), all_took.recv()).await {
            Ok(Some(time)) => times.push(time),
            _ => break,
        }
    }
    tasks.shutdown().await;
    times.sort();
    times
}

async fn paced() {
    let (folder, line) = (home(), line());
    let bare = Served::bare(folder.path());
    let plain = pace(bare_cast(bare.1).await).await;
    relay::init(folder.path(), &line.file, wire::now_ms()).expect("a new relay");
    let served = Served::start(folder.path(), 0);
    let ours = pace(cast(served.1, &line).await).await;
    let millis = |times: &[Duration], percent: usize| times[times.len() * percent / 100].as_secs_f64() * 1e3;
    println!(
        "{PACE} messages a second, to the counsellor's link: {} and {} of them",
        plain.len(),
        ours.len()
    );
    for percent in [50, 99] {
        let (plain, ours) = (millis(&plain, percent), millis(&ours, percent));
        println!("  p{percent}: {ours:.2} ms, bare relay {plain:.2} ms, ratio {:.2}", ours / plain);
    }
    // A new one: it knows no desk that leaves.
    let bare = Served::bare(folder.path());
    let plain = work(&bare, bare_cast(bare.1).await).await;
    let ours = work(&served, cast(served.1, &line).await).await;
    println!(
        "CPU time for 100,000 messages: {ours:.1} s, bare relay {plain:.1} s, ratio {:.2}",
        ours / plain
    );
}

/// Returns the CPU time that a relay takes for 100,000 messages, in seconds.
async fn work(served: &Served, cast: Cast) -> f64 {
    let before = served.seconds();
    drive(cast).await;
    (served.seconds() - before) / (CONVERSATIONS * MESSAGES) as f64 * 1e5
}

async fn in_memory(folder: &Path, line: &TestLine) -> Running {
    let journal = Arc::new(Memory::new(1));
    let entries = relay::first_entries(&line.file, wire::now_ms());
    for entry in &entries {
        journal.append(entry.clone(), Box::new(|result| result.expect("appended")));
    }
    let kept = relay::gather(&*journal, [(ConversationId::HOUSE, entries)].into());
    let (root, stop) = (line.file.root, CancellationToken::new());
    relay::run_on(settings(folder), journal, kept, root, None, Report::default(), stop)
        .await
        .expect("a relay")
}

async fn ends() {
    let (mut durable, mut memory, mut plain) = (0.0, 0.0, 0.0);
    const ROUNDS: u32 = 3;
    for _ in 0..ROUNDS {
        let (folder, line) = (home(), line());
        plain += drive(bare_cast(bare(&folder.path().join("bare")).await).await).await;
        relay::init(folder.path(), &line.file, wire::now_ms()).expect("a new relay");
        let relay = relay::run(settings(folder.path()), &mut |_, _| {}, CancellationToken::new()).await;
        let relay = relay.expect("a relay");
        durable += drive(cast(relay.addr, &line).await).await;
        relay.stop().await;
        let relay = in_memory(folder.path(), &line).await;
        memory += drive(cast(relay.addr, &line).await).await;
        relay.stop().await;
    }
    let mean = |sum: f64| sum / f64::from(ROUNDS);
    println!(
        "messages a second, {CONVERSATIONS} conversations with one of 200 characters in flight, to the counsellor's link:"
    );
    println!("  bare relay with fdatasync: {:.0}", mean(plain));
    println!("  relay, journal on disk: {:.0}", mean(durable));
    println!("  relay, journal in memory: {:.0}", mean(memory));
    println!("relay / bare relay: {:.2}", durable / plain);
    println!("relay on disk / relay in memory: {:.2}", durable / memory);
}

// ---- thousands of sockets -------------------------------------------------------------------------------------------

/// A relay in a process of its own, so that its memory and its time are only its own.
fn serve(folder: &str, port: &str) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        if port == "bare" {
            println!("@{}", bare(&Path::new(folder).join("bare")).await);
            return std::future::pending().await;
        }
        let port = port.parse().expect("a port");
        let mut settings = settings(Path::new(folder));
        settings.listen.set_port(port);
        let relay = relay::run(settings, &mut |_, _| {}, CancellationToken::new()).await.expect("a relay");
        println!("@{}", relay.addr);
        std::future::pending::<()>().await;
    });
}

struct Served(Process, SocketAddr);

impl Served {
    fn start(folder: &Path, port: u16) -> Self {
        Self::of(folder, &port.to_string())
    }

    fn bare(folder: &Path) -> Self {
        Self::of(folder, "bare")
    }

    fn of(folder: &Path, port: &str) -> Self {
        let mut process = Command::new(std::env::current_exe().expect("this program"))
            .env("RELAY_BENCH", format!("serve {port} {}", folder.display()))
            .stdout(Stdio::piped())
            .spawn()
            .expect("starts");
        let out = process.stdout.take().expect("piped");
        let line = BufReader::new(out)
            .lines()
            .map_while(Result::ok)
            .find_map(|line| line.strip_prefix('@').and_then(|address| address.parse().ok()));
        Self(process, line.expect("an address"))
    }

    /// CPU time so far, in seconds.
    fn seconds(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.0.id())).unwrap_or_default();
        let fields = stat.rsplit(')').next().unwrap_or_default().split_whitespace();
        let ticks: f64 = fields.skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
        // Linux tells programs of 100 ticks a second, whatever its own.
        ticks / 100.0
    }

    /// Memory, in KiB.
    fn resident(&self) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
        line.split_whitespace().next().and_then(|kib| kib.parse().ok()).unwrap_or(0.0)
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}

async fn idle() {
    let (folder, line) = (home(), line());
    relay::init(folder.path(), &line.file, wire::now_ms()).expect("a new relay");
    let relay = Served::start(folder.path(), 0);
    let _desk = Desk::login(relay.1, &line, "Jana 0").await;
    let before = relay.resident();
    let mut knocking = Vec::new();
    for _ in 0..SOCKETS {
        knocking.push(wire::Peer::dial(relay.1, "child").await);
    }
    let a_socket = (relay.resident() - before) / SOCKETS as f64;
    drop(knocking);
    let mut children = Vec::new();
    for _ in 0..SOCKETS {
        children.push(Child::open(relay.1, &line).await);
    }
    let all = (relay.resident() - before) / SOCKETS as f64;
    println!(
        "memory of {SOCKETS} idle children: a connection {a_socket:.1} KiB, with its conversation {all:.1} KiB"
    );
    // Until nothing is left of their coming: the longest clock of a new socket goes for ten seconds.
    tokio::time::sleep(Duration::from_secs(12)).await;
    let busy = relay.seconds();
    tokio::time::sleep(Duration::from_secs(10)).await;
    println!("  and {:.2} % of a processor while nothing happens", (relay.seconds() - busy) * 10.0);
    let address = relay.1;
    drop(relay);
    let began = Instant::now();
    let relay = Served::start(folder.path(), address.port());
    let started = began.elapsed();
    let mut coming = tokio::task::JoinSet::new();
    let places = Arc::new(tokio::sync::Semaphore::new(200));
    for mut child in children {
        let places = Arc::clone(&places);
        coming.spawn(async move {
            let _place = places.acquire_owned().await;
            child.resume(address, 1).await;
            child
        });
    }
    let back = coming.join_all().await;
    println!(
        "restart with {} conversations: listening after {:.2} s, all back after {:.2} s",
        back.len(),
        started.as_secs_f64(),
        began.elapsed().as_secs_f64()
    );
    drop(relay);
}

// ---- start ----------------------------------------------------------------------------------------------------------

fn start() {
    let (folder, line) = (home(), line());
    relay::init(folder.path(), &line.file, wire::now_ms()).expect("a new relay");
    {
        let (journal, _) = Embedded::open(&folder.path().join("journal"), &mut |_| {}).expect("opens");
        let mut rng = rand::rng();
        let seeds = 1_000;
        let (told, fates) = std::sync::mpsc::channel();
        for _ in 0..seeds {
            // An opening that a relay can read, then words: sealed ones, for it looks at their form.
            let conv = ConversationId(rand::random());
            let key = opora::sealing::line::TalkKey::new(rand::random());
            let seal = key.seal_to(&line.seed.public(), conv, "cs", &mut rng).expect("a seal");
            let opened =
                opora::conversation::event::Opened { lang: "cs".to_owned(), seals: vec![seal], after: None };
            let data = opora::conversation::Event::Opened(opened).data().expect("data");
            let shelf = Shelf { token: None, after: EntryId(rand::random()), stamp: wire::now_ms() };
            journal.shelve(conv, shelf, Box::new(|result| result.expect("shelved")));
            let mut head = Head::start(conv, Log::Talk);
            let mut writer = wire::Writer::new();
            for n in 0..ENTRIES / seeds {
                let (kind, id, data) = if n == 0 {
                    (Kind::Opened, EntryId(conv.0), data.clone())
                } else {
                    let id = EntryId(rand::random());
                    (Kind::Said, id, sealed(&key, conv, id, &mut writer))
                };
                let (log, by, author, at) = (Log::Talk, By::Child, None, wire::now_ms());
                let mut entry = Entry { conv, log, seq: n + 1, at, by, author, kind, id, data, h: head.h };
                entry.h = chain::of_entry(head.h, &entry);
                head = Head { seq: entry.seq, h: entry.h };
                let told = told.clone();
                journal.append(entry, Box::new(move |fate| told.send(fate).expect("heard")));
            }
        }
        drop(told);
        fates.iter().for_each(|fate| fate.expect("appended"));
    }
    let began = Instant::now();
    let (mut bytes, mut into) = (0_u64, vec![0; 1 << 20]);
    for day in std::fs::read_dir(folder.path().join("journal/days")).expect("a folder").flatten() {
        let mut file = std::fs::File::open(day.path().join("log")).expect("opens");
        loop {
            let read = std::io::Read::read(&mut file, &mut into).expect("read");
            bytes += read as u64;
            if read == 0 {
                break;
            }
        }
    }
    let plain = began.elapsed();
    let began = Instant::now();
    let (journal, _) = Embedded::open(&folder.path().join("journal"), &mut |_| {}).expect("opens");
    println!(
        "reading {} MiB of journal: {:.2} s, its files alone {:.2} s",
        bytes >> 20,
        began.elapsed().as_secs_f64(),
        plain.as_secs_f64()
    );
    drop(journal);
    let began = Instant::now();
    let relay = Served::start(folder.path(), 0);
    println!("start with {ENTRIES} entries of 1,000 conversations: {:.2} s", began.elapsed().as_secs_f64());
    println!("  and {:.0} MiB", relay.resident() / 1024.0);
}

fn sealed(
    key: &opora::sealing::line::TalkKey,
    conv: ConversationId,
    id: EntryId,
    writer: &mut wire::Writer,
) -> String {
    use opora::conversation::sealed::{Side, Under};
    use opora::sealing::body::{self, At, Body, BodyKind, Key};
    let place = writer.place(conv, Log::Talk, Side::Child);
    let body = Body { kind: BodyKind::Text, name: String::new(), text: words() };
    let at = At::conversation(conv, Kind::Said, id);
    body::seal(Key::Talk(key), &at, &Clear::Nothing, Under::Talk(place), &body).expect("sealed").data()
}

// ---- the pure core --------------------------------------------------------------------------------------------------

/// A switchboard with a journal in memory, and how many frames it sent.
struct Core {
    board: Switchboard,
    journal: Arc<Memory>,
    now: u64,
    nonces: HashMap<u64, opora::conversation::Hash>,
    sent: u64,
}

impl Core {
    fn new(line: &TestLine) -> Self {
        let journal = Arc::new(Memory::new(1));
        let entries = relay::first_entries(&line.file, wire::now_ms());
        for entry in &entries {
            journal.append(entry.clone(), Box::new(|result| result.expect("appended")));
        }
        let mut rules = Rules { hosts: vec!["localhost".to_owned()], ..Rules::default() };
        rules.limits.waiting = 20_000;
        rules.limits.opens_per_min = 1_000_000;
        let wall = wire::now_ms();
        let mut board = Switchboard::new(rules, line.file.root, [1; 32], Now { wall, mono: 0 });
        for kept in relay::gather(&*journal, [(ConversationId::HOUSE, entries)].into()) {
            board.restore(kept);
        }
        let first = board.start(Now { wall, mono: 0 }).expect("a card");
        let mut core = Self { board, journal, now: 0, nonces: HashMap::new(), sent: 0 };
        core.perform(first);
        core
    }

    fn input(&mut self, input: Input) {
        self.now += 1;
        let now = Now { wall: wire::now_ms() + self.now, mono: self.now };
        let effects = self.board.update(now, input);
        self.perform(effects);
    }

    fn settle(&mut self) {
        self.input(Input::Settle);
    }

    fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Send { to, frame } => {
                    self.sent += 1;
                    if let ToClient::Hello { nonce, .. } = frame {
                        self.nonces.insert(to, nonce);
                    }
                }
                Effect::SendAll { to, .. } => self.sent += to.len() as u64,
                Effect::Replay { to, .. } => self.input(Input::Drained { session: to }),
                Effect::Shelve { conv, shelf } => {
                    self.journal.shelve(conv, shelf, Box::new(|result| result.expect("shelved")));
                    let result = self.journal.contact_id(conv).ok_or(Failure::Damaged);
                    self.input(Input::Shelved { conv, result });
                }
                Effect::Append(entry) => {
                    let conv = entry.conv;
                    self.journal.append(entry, Box::new(|result| result.expect("appended")));
                    self.input(Input::Logged { conv, result: Ok(()) });
                }
                Effect::Read { session, conv, log, after, limit } => {
                    let entries = self.journal.read(conv, log, after, limit).map_err(|_| Failure::Damaged);
                    self.input(Input::Replayed { session, conv, log, after, entries });
                }
                _ => {}
            }
        }
    }
}

fn core() {
    let line = line();
    println!(
        "the switchboard alone, {DESKS} desks signed in, microseconds for one with all that follows from it:"
    );
    println!("  waiting   append   claim   queue to the desks");
    for waiting in [10_usize, 500, 5_000] {
        let mut core = Core::new(&line);
        for (number, name) in names().iter().enumerate() {
            let session = number as u64 + 1;
            core.input(Input::Connected { session, door: Door::Desk, address: None });
            let nonce = core.nonces[&session];
            core.input(Input::Frame { session, frame: wire::login_frame(line.identity(name), nonce) });
        }
        core.settle();
        let conv_of = |place: usize| ConversationId((place as u128 + 1).to_be_bytes());
        let key = opora::sealing::line::TalkKey::new([1; 32]);
        let seal = key.seal_to(&line.seed.public(), conv_of(0), "cs", &mut rand::rng()).expect("a seal");
        for place in 0..waiting {
            let (session, conv) = (1_000 + place as u64, conv_of(place));
            core.input(Input::Connected { session, door: Door::Child, address: None });
            let (token_hash, lang) = (opora::conversation::Hash([1; 32]), "cs".to_owned());
            let frame =
                ToRelay::Open { conv, token_hash, lang, seals: vec![seal.clone()], after: None, work: None };
            core.input(Input::Frame { session, frame });
            if place % 50 == 0 {
                core.settle();
            }
        }
        core.settle();
        let rounds = 10_usize;
        let mut writers: Vec<wire::Writer> = (0..rounds).map(|_| wire::Writer::new()).collect();
        let (mut append, mut delta, mut claim) = (Duration::ZERO, Duration::ZERO, Duration::ZERO);
        for (round, writer) in writers.iter_mut().enumerate() {
            // Somewhere in the queue, not only at its head.
            let place = round * waiting / rounds;
            let conv = conv_of(place);
            for _ in 0..5 {
                let id = EntryId(rand::random());
                let data = sealed(&key, conv, id, writer);
                let (log, kind, expect) = (Log::Talk, Kind::Said, None);
                let frame = ToRelay::Append { id, conv, log, kind, data, expect };
                let began = Instant::now();
                core.input(Input::Frame { session: 1_000 + place as u64, frame });
                append += began.elapsed() / 5;
            }
            let began = Instant::now();
            core.settle();
            delta += began.elapsed();
            let frame = wire::plain(conv, Log::Desk, Kind::Claimed, "{}", Some(0));
            let began = Instant::now();
            core.input(Input::Frame { session: 1, frame });
            claim += began.elapsed();
            core.settle();
        }
        let micros = |time: Duration| time.as_secs_f64() * 1e6 / rounds as f64;
        println!("  {waiting:>7} {:>8.0} {:>7.0} {:>8.0}", micros(append), micros(claim), micros(delta));
    }
}

fn main() {
    let part = std::env::var("RELAY_BENCH").unwrap_or_default();
    if let Some((port, folder)) = part.strip_prefix("serve ").and_then(|rest| rest.split_once(' ')) {
        return serve(folder, port);
    }
    let is_wanted = |name: &str| part.is_empty() || part == name;
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    if is_wanted("core") {
        core();
    }
    if is_wanted("start") {
        start();
    }
    if is_wanted("idle") {
        runtime.block_on(idle());
    }
    if is_wanted("paced") {
        runtime.block_on(paced());
    }
    if is_wanted("ends") {
        runtime.block_on(ends());
    }
}
