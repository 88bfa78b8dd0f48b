//! A wire between two programs that a test can cut and mend, as a phone on a train does, and that can be taped.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};

/// Passes every connection on to a relay, until cut.
pub struct Proxy {
    /// Where it listens.
    pub address: SocketAddr,
    is_cut: Arc<AtomicBool>,
    cut: Arc<Notify>,
    target: watch::Sender<SocketAddr>,
    tape: Tape,
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

async fn copy(mut from: OwnedReadHalf, mut to: OwnedWriteHalf, tape: Tape) {
    let place = tape.begin();
    let mut bytes = vec![0; 16 * 1024];
    while let Ok(count) = from.read(&mut bytes).await {
        tape.write(place, &bytes[..count]);
        if count == 0 || to.write_all(&bytes[..count]).await.is_err() {
            break;
        }
    }
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
        tokio::spawn(async move {
            while let Ok((from, _)) = listener.accept().await {
                if gate.load(Ordering::SeqCst) {
                    continue;
                }
                let target = *targets.borrow();
                let (cutting, tape) = (cutting.clone(), taped.clone());
                tokio::spawn(async move {
                    let Ok(to) = TcpStream::connect(target).await else { return };
                    let ((from, from_back), (to_back, to)) = (from.into_split(), to.into_split());
                    tokio::select! {
                        _ = async { tokio::join!(copy(from, to, tape.clone()), copy(to_back, from_back, tape)) } => {}
                        () = cutting.notified() => {}
                    }
                });
            }
        });
        Self { address, is_cut, cut, target, tape }
    }

    /// Returns all that went and will go through it.
    pub fn tape(&self) -> Tape {
        self.tape.clone()
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
