//! A line and the two kinds of people on it, speaking the wire themselves: what a relay test needs without a client.
#![allow(dead_code, reason = "each suite uses its part")]

use std::net::SocketAddr;
use std::time::Duration;

use futures_util::{SinkExt as _, StreamExt as _};
use opora::client::address::Address;
use opora::client::desk;
use opora::conversation::event::{Facts, Seal};
use opora::conversation::sealed::{Place, Side, Under};
use opora::conversation::{
    Account, ConversationId, Entry, EntryId, Hash, Kind, Log, Pen, Role, Seq, chain, encoding,
};
use opora::protocol::frame::{ToClient, ToRelay};
use opora::relay::Settings;
use opora::sealing::Secret;
use opora::sealing::body::{self, At, Body, BodyKind, Clear, Key};
use opora::sealing::card::{Card, FirstAccount, LineFile, LineKey};
use opora::sealing::grant::{BoxSeed, Root};
use opora::sealing::house::HouseKey;
use opora::sealing::identity::Identity;
use opora::sealing::line::{LineSeed, TalkKey};
use sha2::{Digest as _, Sha256};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};

/// How long a test waits for what must come.
pub const DEADLINE: Duration = Duration::from_secs(30);
const HOUR: u64 = 3_600_000;

pub fn now_ms() -> u64 {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).expect("after 1970");
    u64::try_from(now.as_millis()).expect("in time")
}

/// A line: its keys and its people.
pub struct TestLine {
    pub root: Root,
    pub seed: LineSeed,
    pub house: HouseKey,
    pub file: LineFile,
    people: Vec<(Account, Identity)>,
}

impl TestLine {
    /// Makes a line with these accounts.
    pub fn with(accounts: &[(&str, Role)]) -> Self {
        let (root, seed, house) = (Root::random(&mut rand::rng()), rand::random(), rand::random());
        Self::of(root, seed, house, accounts, |_| rand::random())
    }

    /// Makes the line whose keys every process of a test knows.
    pub fn fixed(accounts: &[(&str, Role)]) -> Self {
        let root = Root::from_secret(Secret::new([7; 32])).expect("a root");
        Self::of(root, [1; 32], [2; 32], accounts, |name| Sha256::digest(name).into())
    }

    fn of(
        root: Root,
        seed: [u8; 32],
        house: [u8; 32],
        accounts: &[(&str, Role)],
        identity: impl Fn(&str) -> [u8; 32],
    ) -> Self {
        let (seed, house) = (LineSeed::new(seed), HouseKey::new(house));
        let people: Vec<(Account, Identity, Role)> = accounts
            .iter()
            .map(|(name, role)| (Account::parse(name).expect("a name"), Identity::new(identity(name)), *role))
            .collect();
        let card = card(&[&seed], &[], &house, 1);
        let accounts = people
            .iter()
            .map(|(name, identity, role)| FirstAccount {
                name: name.clone(),
                role: *role,
                key: identity.public(),
                box_key: BoxSeed::new(rand::random()).public(),
            })
            .collect();
        let file =
            LineFile { sig: root.sign_card(&card), card, root: root.public(), accounts, grants: Vec::new() };
        let people = people.into_iter().map(|(name, identity, _)| (name, identity)).collect();
        Self { root, seed, house, file, people }
    }

    /// What the link of one of its accounts begins with.
    pub fn setup(&self, name: &str, relay: SocketAddr) -> desk::Setup {
        let identity = self.identity(name);
        desk::Setup {
            address: Address::parse(&format!("ws://{relay}")).expect("an address"),
            identity: Identity::from_secret(identity.secret().duplicate()),
            box_seed: BoxSeed::new([1; 32]),
            line_seeds: vec![LineSeed::from_secret(self.seed.secret().duplicate())],
            house_keys: vec![HouseKey::from_secret(self.house.secret().duplicate())],
            root: self.root.public(),
            least_serial: 0,
            alias: name.to_owned(),
            outbox: vec![],
            is_kept: false,
        }
    }

    pub fn identity(&self, name: &str) -> &Identity {
        self.people.iter().find(|(account, _)| account.as_str() == name).map(|(_, i)| i).expect("an account")
    }
}

/// Writes a card that holds now.
pub fn card(keys: &[&LineSeed], revoked: &[&LineSeed], house: &HouseKey, serial: u64) -> String {
    let now = now_ms();
    let keys = keys.iter().map(|seed| LineKey {
        id: seed.id(),
        public: seed.public(),
        from: now - HOUR,
        until: now + 24 * HOUR,
    });
    Card {
        v: 1,
        line: "test".to_owned(),
        serial,
        keys: keys.collect(),
        house: Some(vec![house.id()]),
        revoked: revoked.iter().map(|seed| seed.id()).collect(),
        relays: vec!["wss://relay.example".to_owned()],
        phone: "116 111".to_owned(),
        issued: now - HOUR,
        expires: now + 48 * HOUR,
    }
    .to_text()
}

/// Settings on a free port of loopback.
pub fn settings(data: &std::path::Path) -> Settings {
    let mut settings = Settings::new(data.to_owned());
    settings.listen = "127.0.0.1:0".parse().expect("an address");
    settings
}

/// One websocket.
pub struct Peer {
    pub socket: WebSocketStream<MaybeTlsStream<TcpStream>>,
    pub hello: Option<(Hash, u32)>,
}

impl Peer {
    /// Connects and reads `hello`.
    pub async fn connect(addr: SocketAddr, door: &str) -> Self {
        Self::connect_from(addr, door, None).await
    }

    /// As `connect`, through a proxy that forwards for this address.
    pub async fn connect_from(addr: SocketAddr, door: &str, forwarded: Option<&str>) -> Self {
        let socket = Self::dial_from(addr, door, forwarded).await;
        let mut peer = Self { socket, hello: None };
        let ToClient::Hello { nonce, work, .. } = peer.next().await else {
            unreachable!("hello comes first")
        };
        peer.hello = Some((nonce, work));
        peer
    }

    /// Connects, and leaves `hello` to be read.
    pub async fn dial(addr: SocketAddr, door: &str) -> WebSocketStream<MaybeTlsStream<TcpStream>> {
        Self::dial_from(addr, door, None).await
    }

    async fn dial_from(
        addr: SocketAddr,
        door: &str,
        forwarded: Option<&str>,
    ) -> WebSocketStream<MaybeTlsStream<TcpStream>> {
        let mut request =
            format!("ws://localhost:{}/ws/{door}", addr.port()).into_client_request().expect("a request");
        let headers = request.headers_mut();
        headers.insert("sec-websocket-protocol", "opora.v1".parse().expect("a value"));
        if door == "child" {
            let origin = format!("http://localhost:{}", addr.port());
            headers.insert("origin", origin.parse().expect("a value"));
        }
        if let Some(address) = forwarded {
            headers.insert("x-forwarded-for", address.parse().expect("a value"));
        }
        let stream = TcpStream::connect(addr).await.expect("the relay listens");
        let (socket, _) = tokio_tungstenite::client_async(request, MaybeTlsStream::Plain(stream))
            .await
            .expect("an upgrade");
        socket
    }

    /// Resumes on a new socket and returns the first words of the talk.
    pub async fn resumed_entry(&mut self, resume: &ToRelay, addr: SocketAddr) -> Entry {
        *self = Self::connect(addr, "child").await;
        self.send(resume).await;
        self.entry(Kind::Said).await
    }

    pub async fn send(&mut self, frame: &ToRelay) {
        self.raw(&frame.to_text()).await;
    }

    pub async fn raw(&mut self, text: &str) {
        self.socket.send(Message::Text(text.into())).await.expect("sent");
    }

    /// Returns the next frame; fails if none comes in time.
    pub async fn next(&mut self) -> ToClient {
        self.maybe().await.expect("a frame before the end")
    }

    /// Returns the next frame, or `None` once the socket is closed.
    pub async fn maybe(&mut self) -> Option<ToClient> {
        loop {
            let message =
                tokio::time::timeout(DEADLINE, self.socket.next()).await.expect("a message in time");
            match message? {
                Ok(Message::Text(text)) => return Some(ToClient::parse(&text).expect("a frame")),
                Ok(Message::Close(_)) | Err(_) => return None,
                Ok(_) => {}
            }
        }
    }

    /// Skips frames until one is wanted.
    pub async fn until<T>(&mut self, mut wanted: impl FnMut(&ToClient) -> Option<T>) -> T {
        loop {
            let frame = self.next().await;
            if let Some(found) = wanted(&frame) {
                return found;
            }
        }
    }

    /// Skips frames until the entry of this kind.
    pub async fn entry(&mut self, kind: Kind) -> Entry {
        self.until(|frame| match frame {
            ToClient::Entry(entry) if entry.kind == kind => Some(entry.clone()),
            _ => None,
        })
        .await
    }

    /// Skips frames until the answer to an append: its number, or the code of its refusal.
    pub async fn answer(&mut self, id: EntryId) -> Result<Seq, opora::protocol::Refusal> {
        self.until(|frame| match frame {
            ToClient::Appended { id: other, seq, .. } if *other == id => Some(Ok(*seq)),
            // In a replay the entry alone acknowledges.
            ToClient::Entry(entry) if entry.id == id => Some(Ok(entry.seq)),
            ToClient::Refused { id: Some(other), code, .. } if *other == id => Some(Err(*code)),
            _ => None,
        })
        .await
    }

    /// As `answer`, over whatever the relay asks to wait for.
    pub async fn appended_after_retries(&mut self, frame: &ToRelay, at_least: Seq) -> Seq {
        let began = std::time::Instant::now();
        loop {
            self.send(frame).await;
            match self.answer(id_of(frame)).await {
                Ok(seq) => {
                    assert!(seq > at_least);
                    return seq;
                }
                Err(code) => {
                    let waits = matches!(
                        code,
                        opora::protocol::Refusal::StorageFull | opora::protocol::Refusal::Rate
                    );
                    assert!(waits && began.elapsed() < DEADLINE, "{code:?}");
                    tokio::time::sleep(Duration::from_millis(100)).await;
                }
            }
        }
    }

    /// Skips frames until the answer to an append; `None` if the relay is gone before.
    pub async fn appended_or_end(&mut self, id: EntryId) -> Option<Seq> {
        loop {
            match self.maybe().await? {
                ToClient::Appended { id: other, seq, .. } if other == id => return Some(seq),
                ToClient::Entry(entry) if entry.id == id => return Some(entry.seq),
                _ => {}
            }
        }
    }

    /// Skips frames until a child's `welcome`, and returns its half and ticket; `None` if the relay is gone before.
    pub async fn welcome_or_end(&mut self) -> Option<(Hash, EntryId)> {
        loop {
            if let ToClient::Welcome { half, after, .. } = self.maybe().await? {
                return half.zip(after);
            }
        }
    }

    /// As `answer`, but the refusal may be one that names no id.
    pub async fn answer_or_refusal(&mut self, id: EntryId) -> Result<Seq, opora::protocol::Refusal> {
        self.until(|frame| match frame {
            ToClient::Appended { id: other, seq, .. } if *other == id => Some(Ok(*seq)),
            // In a replay the entry alone acknowledges.
            ToClient::Entry(entry) if entry.id == id => Some(Ok(entry.seq)),
            ToClient::Refused { code, .. } => Some(Err(*code)),
            _ => None,
        })
        .await
    }

    /// Sends, unless the relay has closed the socket.
    pub async fn send_if_open(&mut self, frame: &ToRelay) -> bool {
        self.socket.send(Message::Text(frame.to_text().into())).await.is_ok()
    }

    /// Skips frames until a refusal.
    pub async fn refusal(&mut self) -> opora::protocol::Refusal {
        self.until(|frame| match frame {
            ToClient::Refused { code, .. } => Some(*code),
            _ => None,
        })
        .await
    }

    /// Skips frames until the goodbye.
    pub async fn goodbye(&mut self) -> opora::protocol::Goodbye {
        self.until(|frame| match frame {
            ToClient::Goodbye { code, .. } => Some(*code),
            _ => None,
        })
        .await
    }
}

/// Somebody who writes into a log: a pen and what it counted.
pub struct Writer {
    pub pen: Pen,
    pub n: u64,
}

impl Writer {
    pub fn new() -> Self {
        Self { pen: Pen(rand::random()), n: 0 }
    }

    pub fn place(&mut self, conv: ConversationId, log: Log, side: Side) -> Place {
        self.n += 1;
        Place { side, pen: self.pen, n: self.n, seen: (0, chain::start(conv, log)) }
    }
}

/// A child's page without a page.
pub struct Child {
    pub peer: Peer,
    pub conv: ConversationId,
    pub token: Hash,
    pub key: TalkKey,
    pub seal: Seal,
    pub writer: Writer,
}

impl Child {
    /// Connects and opens a conversation; waits for `welcome`.
    pub async fn open(addr: SocketAddr, line: &TestLine) -> Self {
        let mut child = Self::ready(addr, line).await;
        child.peer.send(&child.open_frame(None)).await;
        child.peer.until(|frame| matches!(frame, ToClient::Welcome { .. }).then_some(())).await;
        child
    }

    /// Connects with everything in hand, and has not opened yet.
    pub async fn ready(addr: SocketAddr, line: &TestLine) -> Self {
        Self::on(Peer::connect(addr, "child").await, line)
    }

    /// Has everything in hand, and has not opened yet.
    pub fn on(peer: Peer, line: &TestLine) -> Self {
        let conv = ConversationId(rand::random());
        let key = TalkKey::new(rand::random());
        let seal = key.seal_to(&line.seed.public(), conv, "cs", &mut rand::rng()).expect("a seal");
        Self { peer, conv, token: Hash(rand::random()), key, seal, writer: Writer::new() }
    }

    pub fn open_frame(&self, after: Option<EntryId>) -> ToRelay {
        let hash =
            Sha256::new().chain_update(encoding::domain("token")).chain_update(self.token.0).finalize();
        ToRelay::Open {
            conv: self.conv,
            token_hash: Hash(hash.into()),
            lang: "cs".to_owned(),
            seals: vec![self.seal.clone()],
            after,
            work: None,
        }
    }

    pub fn resume_frame(&self, have: Seq) -> ToRelay {
        ToRelay::Resume { conv: self.conv, token: self.token, have }
    }

    /// Comes back on a new socket.
    pub async fn resume(&mut self, addr: SocketAddr, have: Seq) {
        self.peer = Peer::connect(addr, "child").await;
        let frame = self.resume_frame(have);
        self.peer.send(&frame).await;
        self.peer.until(|frame| matches!(frame, ToClient::Welcome { .. }).then_some(())).await;
    }

    pub fn sealed(&mut self, kind: Kind, clear: Clear, text: &str) -> ToRelay {
        let id = EntryId(rand::random());
        let place = self.writer.place(self.conv, Log::Talk, Side::Child);
        let body = Body { kind: BodyKind::Text, name: String::new(), text: text.to_owned() };
        let at = At::conversation(self.conv, kind, id);
        let data =
            body::seal(Key::Talk(&self.key), &at, &clear, Under::Talk(place), &body).expect("sealed").data();
        ToRelay::Append { id, conv: self.conv, log: Log::Talk, kind, data, expect: None }
    }

    /// Writes, and returns the number under which it is on disk.
    pub async fn say(&mut self, text: &str) -> Seq {
        let frame = self.sealed(Kind::Said, Clear::Nothing, text);
        self.peer.send(&frame).await;
        self.peer.answer(id_of(&frame)).await.expect("appended")
    }

    /// Tells its topic.
    pub async fn tell(&mut self, topic: &str) {
        let facts = Facts { topic: Some(topic.to_owned()), ..Facts::default() };
        let frame = self.sealed(Kind::Told, Clear::Facts(facts), "");
        self.peer.send(&frame).await;
        self.peer.answer(id_of(&frame)).await.expect("appended");
    }
}

/// A console without a console.
pub struct Desk {
    pub peer: Peer,
    pub talk: Writer,
    pub desk: Writer,
}

impl Desk {
    /// Connects and logs in; waits for the queue.
    pub async fn login(addr: SocketAddr, line: &TestLine, name: &str) -> Self {
        Self::on(Peer::connect(addr, "desk").await, line, name).await
    }

    /// Logs in on a socket, waits for the queue, and says that it is ready: without anybody on shift the line is closed.
    pub async fn on(peer: Peer, line: &TestLine, name: &str) -> Self {
        let mut desk = Self::silent(peer, line, name).await;
        let ready =
            plain(ConversationId::HOUSE, Log::Desk, Kind::State, r#"{"state":"ready","places":3}"#, None);
        desk.peer.send(&ready).await;
        // A relay that is killed meanwhile has said nothing.
        desk.peer.appended_or_end(id_of(&ready)).await;
        desk
    }

    /// Logs in on a socket and waits for the queue; says nothing of itself, like a board.
    pub async fn silent(mut peer: Peer, line: &TestLine, name: &str) -> Self {
        let frame = login_frame(line.identity(name), peer.hello.expect("hello").0);
        peer.send(&frame).await;
        peer.until(|frame| matches!(frame, ToClient::Queue { .. }).then_some(())).await;
        Self { peer, talk: Writer::new(), desk: Writer::new() }
    }

    /// Waits for the row of a conversation with this desk head.
    pub async fn sees(&mut self, conv: ConversationId) {
        self.peer
            .until(|frame| match frame {
                ToClient::QueueDelta { set, .. } => set.iter().any(|row| row.conv == conv).then_some(()),
                ToClient::Queue { rows, .. } => rows.iter().any(|row| row.conv == conv).then_some(()),
                _ => None,
            })
            .await;
    }

    pub async fn append(&mut self, frame: ToRelay) -> Result<Seq, opora::protocol::Refusal> {
        self.peer.send(&frame).await;
        self.peer.answer(id_of(&frame)).await
    }

    pub async fn claim(
        &mut self,
        conv: ConversationId,
        expect: Seq,
    ) -> Result<Seq, opora::protocol::Refusal> {
        self.append(plain(conv, Log::Desk, Kind::Claimed, "{}", Some(expect))).await
    }

    pub async fn watch(&mut self, conv: ConversationId) {
        self.peer.send(&ToRelay::Watch { conv, talk: 0, desk: 0 }).await;
        self.peer
            .until(|frame| match frame {
                ToClient::Watching { conv: other, .. } => (*other == conv).then_some(()),
                ToClient::Refused { code, .. } => unreachable!("watch refused: {code:?}"),
                _ => None,
            })
            .await;
    }

    /// Opens the child's key out of `opened`, says something, and returns its number.
    pub async fn say(&mut self, conv: ConversationId, key: &TalkKey, text: &str) -> Seq {
        let id = EntryId(rand::random());
        let place = self.talk.place(conv, Log::Talk, Side::Line);
        let body = Body { kind: BodyKind::Text, name: "Jana".to_owned(), text: text.to_owned() };
        let at = At::conversation(conv, Kind::Said, id);
        let data = body::seal(Key::Talk(key), &at, &Clear::Nothing, Under::Talk(place), &body)
            .expect("sealed")
            .data();
        let frame = ToRelay::Append { id, conv, log: Log::Talk, kind: Kind::Said, data, expect: None };
        self.append(frame).await.expect("appended")
    }

    /// Seals a desk entry.
    pub fn sealed(
        &mut self,
        line: &TestLine,
        conv: ConversationId,
        kind: Kind,
        clear: Clear,
        expect: Option<Seq>,
    ) -> ToRelay {
        let id = EntryId(rand::random());
        let key = line.seed.desk_key(conv);
        let place = self.desk.place(conv, Log::Desk, Side::Line);
        let body = Body { kind: BodyKind::Text, name: "Jana".to_owned(), text: "reason".to_owned() };
        let at = At::conversation(conv, kind, id);
        let under = Under::Desk(place, line.seed.id());
        let data = body::seal(Key::Desk(&key), &at, &clear, under, &body).expect("sealed").data();
        ToRelay::Append { id, conv, log: Log::Desk, kind, data, expect }
    }

    /// Seals an entry of the house.
    pub fn house(&mut self, line: &TestLine, kind: Kind, clear: Clear, expect: Option<Seq>) -> ToRelay {
        let id = EntryId(rand::random());
        let body = Body { kind: BodyKind::Text, name: "Eva".to_owned(), text: "because".to_owned() };
        let at = At::conversation(ConversationId::HOUSE, kind, id);
        let under = Under::House(line.house.id(), rand::random());
        let data = body::seal(Key::House(&line.house), &at, &clear, under, &body).expect("sealed").data();
        ToRelay::Append { id, conv: ConversationId::HOUSE, log: Log::Desk, kind, data, expect }
    }
}

pub fn login_frame(identity: &Identity, nonce: Hash) -> ToRelay {
    let sig = identity.sign_login("localhost", nonce);
    ToRelay::Login { host: "localhost".to_owned(), key: identity.public(), sig }
}

pub fn plain(conv: ConversationId, log: Log, kind: Kind, data: &str, expect: Option<Seq>) -> ToRelay {
    ToRelay::Append { id: EntryId(rand::random()), conv, log, kind, data: data.to_owned(), expect }
}

pub fn id_of(frame: &ToRelay) -> EntryId {
    match frame {
        ToRelay::Append { id, .. } => *id,
        _ => unreachable!("only appends have an id"),
    }
}
