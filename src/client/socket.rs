//! The shell of a link: it dials, reads, writes and keeps time, and decides nothing. One task owns the link; a second
//! writes to the socket, so that a slow relay never stops reading. Both are bounded and joined. What can fail here is
//! told to the link as [`Lost`].

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use futures_util::stream::SplitStream;
use futures_util::{SinkExt as _, StreamExt as _};
use tokio::net::TcpStream;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::http::HeaderValue;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{Connector, MaybeTlsStream, WebSocketStream, client_async_tls_with_config};

use super::address::Address;
use super::link::{Effect, Input, Link, Lost, Moment};
use crate::protocol::{Goodbye, SUBPROTOCOL, ToClient, ToRelay, limits};

/// Longer than any honest dialling takes.
pub(super) const DIALLING: Duration = Duration::from_secs(10);
/// How long a closing socket may take to write what was sent before.
const CLOSING: Duration = Duration::from_secs(2);
/// Commands that wait for the link; a program that asks faster waits.
const COMMANDS: usize = 256;
/// Updates that wait for the program; a program that listens slower is waited for, and the relay with it.
const UPDATES: usize = 1024;
/// Frames that wait for the socket. More than one append per log never wait, so this is never reached in honesty.
const FRAMES: usize = 1024;

/// Which door of the relay to dial.
#[derive(Clone)]
pub struct Door {
    address: Address,
    path: &'static str,
    origin: Option<String>,
    tls: Option<Arc<rustls::ClientConfig>>,
}

impl Door {
    /// The desk's.
    pub fn desk(address: Address) -> Self {
        Self { address, path: "/ws/desk", origin: None, tls: None }
    }

    /// The child's; `origin` is where the page would have come from.
    pub fn child(address: Address, origin: String) -> Self {
        Self { address, path: "/ws/child", origin: Some(origin), tls: None }
    }

    /// Trusts what `tls` trusts, and not what the system does.
    pub fn trusting(self, tls: Arc<rustls::ClientConfig>) -> Self {
        Self { tls: Some(tls), ..self }
    }
}

/// A running link.
pub struct Handle<L: Link> {
    /// What is asked of it. When all senders are gone, the link ends.
    pub commands: mpsc::Sender<L::Command>,
    /// What it tells, until it ends.
    pub updates: mpsc::Receiver<L::Update>,
    /// Breaks the socket, as a network would: for drills.
    pub cut: Arc<tokio::sync::Notify>,
    task: JoinHandle<()>,
}

impl<L: Link> Handle<L> {
    /// Waits until the link has ended; ends it if it has not been told to.
    pub async fn join(self) {
        drop((self.commands, self.updates));
        // A task that panicked has nothing to tell that its panic did not.
        _ = self.task.await;
    }
}

/// Runs a link on the current runtime.
pub fn spawn<L: Link + Send + 'static>(link: L, door: Door) -> Handle<L> {
    let (commands, commands_in) = mpsc::channel(COMMANDS);
    let (updates_out, updates) = mpsc::channel(UPDATES);
    let cut = Arc::new(tokio::sync::Notify::new());
    let shell = Shell {
        link,
        door,
        socket: Socket::None,
        waiting: VecDeque::new(),
        began: Instant::now(),
        closing: tokio::task::JoinSet::new(),
        is_broken: false,
        has_ended: false,
    };
    let task = tokio::spawn(shell.run(commands_in, updates_out, cut.clone()));
    Handle { commands, updates, cut, task }
}

type Reading = SplitStream<WebSocketStream<MaybeTlsStream<TcpStream>>>;

enum Socket {
    None,
    Dialling(JoinHandle<Result<WebSocketStream<MaybeTlsStream<TcpStream>>, ()>>),
    Open { reading: Reading, writing: mpsc::Sender<Message>, writer: JoinHandle<()> },
}

struct Shell<L: Link> {
    link: L,
    door: Door,
    socket: Socket,
    waiting: VecDeque<L::Update>,
    began: Instant,
    /// Writers of sockets that were hung up and still write what was sent before.
    closing: tokio::task::JoinSet<()>,
    /// The socket could not be written to.
    is_broken: bool,
    has_ended: bool,
}

/// What woke the shell.
enum Woken<C> {
    Command(Option<C>),
    Told,
    Deaf,
    Dialled(bool),
    Heard(Option<Result<Message, Error>>),
    Time,
    Cut,
}

impl<L: Link> Shell<L> {
    async fn run(
        mut self,
        mut commands: mpsc::Receiver<L::Command>,
        updates: mpsc::Sender<L::Update>,
        cut: Arc<tokio::sync::Notify>,
    ) {
        self.update(Input::Begin);
        while !(self.has_ended && self.waiting.is_empty()) {
            let woken = self.wait(&mut commands, &updates, &cut).await;
            match woken {
                Woken::Command(Some(command)) => self.update(Input::Command(command)),
                // Nobody asks or listens any more.
                Woken::Command(None) | Woken::Deaf => break,
                Woken::Told => {}
                Woken::Dialled(true) => self.update(Input::Opened),
                Woken::Dialled(false) => self.update(Input::Lost(Lost::Unreachable)),
                Woken::Heard(heard) => self.hear(heard),
                Woken::Time => self.update(Input::Tick),
                Woken::Cut => self.lose(Lost::Broken),
            }
        }
        self.hang_up();
        let closed = async { while self.closing.join_next().await.is_some() {} };
        if tokio::time::timeout(CLOSING, closed).await.is_err() {
            self.closing.shutdown().await;
        }
    }

    /// Waits for whatever comes first. The socket is only read when all updates were taken: so a program that listens
    /// slowly slows the relay down, and memory stays bounded.
    async fn wait(
        &mut self,
        commands: &mut mpsc::Receiver<L::Command>,
        updates: &mpsc::Sender<L::Update>,
        cut: &tokio::sync::Notify,
    ) -> Woken<L::Command> {
        let wake_at = self.link.wake_at().map(|at| self.began + Duration::from_millis(at));
        let is_told = self.waiting.is_empty();
        tokio::select! {
            biased;
            permit = updates.reserve(), if !is_told => match permit {
                Ok(permit) => {
                    if let Some(update) = self.waiting.pop_front() {
                        permit.send(update);
                    }
                    Woken::Told
                }
                Err(_) => Woken::Deaf,
            },
            command = commands.recv(), if !self.has_ended && self.waiting.len() < UPDATES => Woken::Command(command),
            () = cut.notified() => Woken::Cut,
            () = tokio::time::sleep_until(wake_at.unwrap_or(self.began).into()), if wake_at.is_some() => Woken::Time,
            woken = next(&mut self.socket), if is_told && !matches!(self.socket, Socket::None) => woken,
        }
    }

    fn update(&mut self, input: Input<L::Command>) {
        // Durations since the program's start fit for half a billion years.
        let mono = u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let wall = u64::try_from(wall.as_millis()).unwrap_or(u64::MAX);
        let effects = self.link.update(input, Moment { mono, wall }, &mut rand::rng());
        for effect in effects {
            match effect {
                Effect::Dial => {
                    self.hang_up();
                    self.socket = Socket::Dialling(tokio::spawn(dial(self.door.clone())));
                }
                Effect::HangUp => self.hang_up(),
                Effect::Send(frame) => self.send(&frame),
                Effect::Tell(update) => self.waiting.push_back(*update),
                Effect::End => self.has_ended = true,
            }
        }
        if std::mem::take(&mut self.is_broken) {
            self.lose(Lost::Broken);
        }
    }

    fn send(&mut self, frame: &ToRelay) {
        if let Socket::Open { writing, .. } = &self.socket
            && writing.try_send(Message::text(frame.to_text())).is_err()
        {
            // The relay takes nothing. What was sent goes again on the next socket.
            self.is_broken = true;
        }
    }

    fn hear(&mut self, heard: Option<Result<Message, Error>>) {
        match heard {
            Some(Ok(Message::Text(text))) => match ToClient::parse(&text) {
                Ok(frame) => self.update(Input::Frame(Box::new(frame))),
                // A newer relay may say what this client does not know.
                Err(error) => tracing::debug!(%error, "a frame that is not understood"),
            },
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => {}
            Some(Ok(Message::Close(frame))) => {
                // Codes below 4000 may come from a proxy; only the relay's own word ends reconnecting.
                let code =
                    frame.map(|frame| u16::from(frame.code)).filter(|code| *code >= 4000 || *code == 1012);
                let code = code.and_then(Goodbye::from_close_code);
                self.lose(code.map_or(Lost::Broken, Lost::Closed));
            }
            Some(Ok(Message::Binary(_)) | Err(_)) | None => self.lose(Lost::Broken),
        }
    }

    fn lose(&mut self, why: Lost) {
        self.hang_up();
        self.update(Input::Lost(why));
    }

    fn hang_up(&mut self) {
        match std::mem::replace(&mut self.socket, Socket::None) {
            Socket::None => {}
            Socket::Dialling(task) => task.abort(),
            Socket::Open { writing, writer, .. } => {
                // Without a sender the writer writes what waits, says goodbye and ends.
                drop(writing);
                self.closing.spawn(async move {
                    let abort = writer.abort_handle();
                    if tokio::time::timeout(CLOSING, writer).await.is_err() {
                        abort.abort();
                    }
                });
            }
        }
    }
}

/// Waits for the socket; a dialled one is opened on the way.
async fn next<C>(socket: &mut Socket) -> Woken<C> {
    match socket {
        Socket::None => std::future::pending().await,
        Socket::Dialling(task) => match task.await {
            Ok(Ok(stream)) => {
                let (mut sink, reading) = stream.split();
                let (writing, mut frames) = mpsc::channel(FRAMES);
                let writer = tokio::spawn(async move {
                    while let Some(frame) = frames.recv().await {
                        if sink.send(frame).await.is_err() {
                            return;
                        }
                    }
                    // The relay may be gone already; then there is nobody to say goodbye to.
                    _ = sink.close().await;
                });
                *socket = Socket::Open { reading, writing, writer };
                Woken::Dialled(true)
            }
            _ => {
                *socket = Socket::None;
                Woken::Dialled(false)
            }
        },
        Socket::Open { reading, .. } => Woken::Heard(reading.next().await),
    }
}

async fn dial(door: Door) -> Result<WebSocketStream<MaybeTlsStream<TcpStream>>, ()> {
    let dialled = tokio::time::timeout(DIALLING, try_dial(door)).await;
    match dialled {
        Ok(Ok(stream)) => Ok(stream),
        Ok(Err(error)) => {
            tracing::debug!(%error, "no relay");
            Err(())
        }
        Err(_) => Err(()),
    }
}

pub(super) async fn try_dial(door: Door) -> Result<WebSocketStream<MaybeTlsStream<TcpStream>>, Error> {
    let Door { address, path, origin, tls } = door;
    let scheme = if address.is_tls { "wss" } else { "ws" };
    let mut request = format!("{scheme}://{}{path}", address.authority()).into_client_request()?;
    let headers = request.headers_mut();
    headers.insert("Sec-WebSocket-Protocol", HeaderValue::from_static(SUBPROTOCOL));
    if let Some(origin) = origin {
        headers.insert(
            "Origin",
            HeaderValue::from_str(&origin).map_err(|error| Error::HttpFormat(error.into()))?,
        );
    }
    // A relay's frames are at most 1 MiB; the library's own defaults would let it send 64.
    let config = WebSocketConfig::default()
        .read_buffer_size(16 * 1024)
        .write_buffer_size(0)
        .max_write_buffer_size(limits::MESSAGE_TO_CLIENT)
        .max_message_size(Some(limits::MESSAGE_TO_CLIENT))
        .max_frame_size(Some(limits::MESSAGE_TO_CLIENT));
    let tcp = TcpStream::connect((address.host.as_str(), address.port)).await?;
    tcp.set_nodelay(true)?;
    if address.is_tls && tls.is_none() {
        // Whichever crates of a build bring TLS along, ring is what this program uses; a second installation is refused.
        _ = rustls::crypto::ring::default_provider().install_default();
    }
    let connector = match (address.is_tls, tls) {
        (false, _) => Some(Connector::Plain),
        (true, Some(tls)) => Some(Connector::Rustls(tls)),
        (true, None) => None,
    };
    let (stream, _) = client_async_tls_with_config(request, tcp, Some(config), connector).await?;
    Ok(stream)
}
