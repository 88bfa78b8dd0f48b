//! A wire between two programs that a test can cut and mend, as a phone on a train does.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::io::copy_bidirectional;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{Notify, watch};

/// Passes every connection on to a relay, until cut.
pub struct Proxy {
    /// Where it listens.
    pub address: SocketAddr,
    is_cut: Arc<AtomicBool>,
    cut: Arc<Notify>,
    target: watch::Sender<SocketAddr>,
}

impl Proxy {
    /// Listens on a free port and passes on to `target`.
    pub async fn to(target: SocketAddr) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("an address");
        let (is_cut, cut) = (Arc::new(AtomicBool::new(false)), Arc::new(Notify::new()));
        let (target, targets) = watch::channel(target);
        let (gate, cutting) = (is_cut.clone(), cut.clone());
        tokio::spawn(async move {
            while let Ok((mut from, _)) = listener.accept().await {
                if gate.load(Ordering::SeqCst) {
                    continue;
                }
                let target = *targets.borrow();
                let cutting = cutting.clone();
                tokio::spawn(async move {
                    let Ok(mut to) = TcpStream::connect(target).await else { return };
                    tokio::select! {
                        _ = copy_bidirectional(&mut from, &mut to) => {}
                        () = cutting.notified() => {}
                    }
                });
            }
        });
        Self { address, is_cut, cut, target }
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
