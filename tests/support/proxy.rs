//! A wire between two programs that a test can cut and mend, as a phone on a train does, slow down, hold in one direction,
//! and that can be taped.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, mpsc, watch};
use tokio::time::Instant;

/// Passes every connection on to a relay, until cut.
pub struct Proxy {
    /// Where it listens.
    pub address: SocketAddr,
    is_cut: Arc<AtomicBool>,
    cut: Arc<Notify>,
    target: watch::Sender<SocketAddr>,
    tape: Tape,
    up: watch::Sender<Flow>,
    down: watch::Sender<Flow>,
}

/// How one direction of the wire flows.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Flow {
    /// At once.
    Free,
    /// What comes waits until this changes: lost on the way, and sent again by the network when it can.
    Held,
    /// What comes waits for the end of its connection, as with a proxy that wants the whole of an answer first.
    Gathered,
    /// So many bytes a second for all connections together, and so late.
    Slow {
        /// Bytes a second.
        rate: u32,
        /// How long each byte is under way.
        late: Duration,
    },
}

/// One direction of the wire, shared by its connections.
#[derive(Clone)]
struct Lane {
    flow: watch::Receiver<Flow>,
    /// When all that came so far has gone through a slow wire.
    free: Arc<Mutex<Instant>>,
}

impl Lane {
    /// Returns when these bytes arrive.
    fn arrival(&self, bytes: usize) -> Instant {
        let now = Instant::now();
        let Flow::Slow { rate, late } = *self.flow.borrow() else { return now };
        let mut free = self.free.lock().expect("no panic");
        *free = now.max(*free) + Duration::from_secs_f64(bytes as f64 / f64::from(rate));
        *free + late
    }
}

/// All that went over a wire: each direction of each connection.
#[derive(Clone, Default)]
pub struct Tape(Arc<Mutex<Vec<Vec<u8>>>>);

impl Tape {
    fn begin(&self) -> usize {
        let mut all = self.0.lock().expect("no panic");
        all.push(Vec::new());
        all.len() - 1
    }

    fn write(&self, place: usize, bytes: &[u8]) {
        self.0.lock().expect("no panic")[place].extend_from_slice(bytes);
    }

    /// Returns how many bytes went over the wire, and for how many requests.
    pub fn sums(&self) -> (usize, usize) {
        let all = self.0.lock().expect("no panic");
        let is_request = |bytes: &&Vec<u8>| bytes.starts_with(b"GET ");
        (all.iter().map(Vec::len).sum(), all.iter().filter(is_request).count())
    }

    /// Returns heads and payloads of all websocket frames, without their masks.
    pub fn frames(&self) -> Vec<u8> {
        let all = self.0.lock().expect("no panic");
        all.iter().flat_map(|bytes| unmasked(bytes)).collect()
    }
}

fn unmasked(bytes: &[u8]) -> Vec<u8> {
    let head = bytes.windows(4).position(|four| four == b"\r\n\r\n").map_or(bytes.len(), |at| at + 4);
    let mut plain = bytes[..head].to_vec();
    let mut rest = &bytes[head..];
    while let [_, second, more @ ..] = rest {
        let (length, more) = match (second & 0x7f, more) {
            (126, [a, b, more @ ..]) => (usize::from(u16::from_be_bytes([*a, *b])), more),
            (127, [a, b, c, d, e, f, g, h, more @ ..]) => {
                let length = u64::from_be_bytes([*a, *b, *c, *d, *e, *f, *g, *h]);
                (usize::try_from(length).unwrap_or(usize::MAX), more)
            }
            (short, more) => (usize::from(short), more),
        };
        let (mask, more) = match more {
            [a, b, c, d, more @ ..] if second & 0x80 != 0 => ([*a, *b, *c, *d], more),
            more => ([0; 4], more),
        };
        let payload = &more[..length.min(more.len())];
        plain.extend(payload.iter().zip(mask.iter().cycle()).map(|(byte, mask)| byte ^ mask));
        plain.push(b'\n');
        rest = &more[payload.len()..];
    }
    plain
}

async fn copy(mut from: OwnedReadHalf, to: OwnedWriteHalf, tape: Tape, lane: Lane) {
    let place = tape.begin();
    // Small pieces, so that on a slow wire the connections share it.
    let mut bytes = vec![0; 2048];
    let (under_way, arriving) = mpsc::unbounded_channel();
    let deliver = deliver(arriving, to, lane.clone());
    let read = async move {
        while let Ok(count @ 1..) = from.read(&mut bytes).await {
            tape.write(place, &bytes[..count]);
            if under_way.send((lane.arrival(count), bytes[..count].to_vec())).is_err() {
                break;
            }
        }
    };
    tokio::join!(read, deliver);
}

async fn deliver(
    mut arriving: mpsc::UnboundedReceiver<(Instant, Vec<u8>)>,
    mut to: OwnedWriteHalf,
    mut lane: Lane,
) {
    let mut gathered = Vec::new();
    while let Some((at, bytes)) = arriving.recv().await {
        tokio::time::sleep_until(at).await;
        _ = lane.flow.wait_for(|flow| *flow != Flow::Held).await;
        gathered.extend(bytes);
        if *lane.flow.borrow() == Flow::Gathered {
            continue;
        }
        if to.write_all(&std::mem::take(&mut gathered)).await.is_err() {
            break;
        }
    }
    _ = to.write_all(&gathered).await;
    _ = to.shutdown().await;
}

impl Proxy {
    /// Listens on a free port and passes on to `target`.
    pub async fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (is_cut, cut) = (Arc::new(AtomicBool::new(false)), Arc::new(Notify::new()));
        let (target, targets) = watch::channel(target);
        let (gate, cutting, tape) = (is_cut.clone(), cut.clone(), Tape::default());
        let taped = tape.clone();
        let (up, down) = (watch::Sender::new(Flow::Free), watch::Sender::new(Flow::Free));
        let lane = |flow: &watch::Sender<Flow>| Lane {
            flow: flow.subscribe(),
            free: Arc::new(Mutex::new(Instant::now())),
        };
        let lanes = (lane(&up), lane(&down));
        tokio::spawn(async move {
            while let Ok((from, _)) = listener.accept().await {
                if gate.load(Ordering::SeqCst) {
                    continue;
                }
                let target = *targets.borrow();
                let (cutting, tape, (up, down)) = (cutting.clone(), taped.clone(), lanes.clone());
                tokio::spawn(async move {
                    let Ok(to) = TcpStream::connect(target).await else { return };
                    let ((from, from_back), (to_back, to)) = (from.into_split(), to.into_split());
                    // A slow wire also takes its time to connect: there and back, before the first byte goes out.
                    let flow = *up.flow.borrow();
                    if let Flow::Slow { late, .. } = flow {
                        tokio::time::sleep(2 * late).await;
                    }
                    let both = async {
                        tokio::join!(copy(from, to, tape.clone(), up), copy(to_back, from_back, tape, down))
                    };
                    tokio::select! {
                        _ = both => {}
                        () = cutting.notified() => {}
                    }
                });
            }
        });
        Self { address, is_cut, cut, target, tape, up, down }
    }

    /// Returns all that went and will go through it.
    pub fn tape(&self) -> Tape {
        self.tape.clone()
    }

    /// Changes how the wire flows: to the target, and back.
    pub fn flow(&self, up: Flow, down: Flow) {
        self.up.send_replace(up);
        self.down.send_replace(down);
    }

    /// Cuts every connection and lets none through.
    pub fn cut(&self) {
        self.is_cut.store(true, Ordering::SeqCst);
        self.cut.notify_waiters();
    }

    /// Lets connections through again.
    pub fn mend(&self) {
        self.is_cut.store(false, Ordering::SeqCst);
    }

    /// Sends new connections to another address: the relay came back elsewhere.
    pub fn point_to(&self, target: SocketAddr) {
        self.target.send_replace(target);
    }
}
