//! The listener: time and size of HTTP heads, TLS, upgrades to websockets by hand, the page, and the routes for machines.
//! Connections end when the relay stops; none is left behind.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio::sync::{Semaphore, mpsc};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt as _;

use super::metrics::Metrics;
use super::outbox::Room;
use super::page::press::Pages;
use super::session::Sizes;
use super::switchboard::Input;
use crate::journal::Journal;
use doorman::Doorman;
use shell::Arrival;

pub mod doorman;
mod http;
pub mod shell;
pub mod tls;

/// What the listener must know.
#[derive(Debug, Clone)]
pub struct Front {
    /// Names this relay answers to, lower case without port.
    pub hosts: Vec<String>,
    /// Origins from which children may connect: scheme, host and port.
    pub origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` counts.
    pub behind_proxy: Vec<IpAddr>,
    /// Addresses that may read `/metrics`.
    pub metrics: Vec<IpAddr>,
    /// The head of a request, in bytes.
    pub head_bytes: usize,
    /// How many headers it may have.
    pub head_fields: usize,
    /// Time for the head, from accept.
    pub head_time: Duration,
    /// Of each websocket.
    pub sizes: Sizes,
    /// What waits for each websocket.
    pub room: Room,
    /// How many connections there may be, of any kind.
    pub connections: usize,
    /// Whether browsers reach it by TLS: then they are told to keep to it.
    pub secure: bool,
}

/// Everything a connection needs.
pub struct House {
    /// What it was told.
    pub front: Front,
    /// The page, as it is now.
    pub pages: Pages,
    /// The memory, to be asked whether it takes anything.
    pub journal: Arc<dyn Journal>,
    /// The data folder, whose disk is measured.
    pub data: PathBuf,
    /// The numbers.
    pub metrics: Arc<Metrics>,
    /// Who counts sockets.
    pub doorman: Arc<Doorman>,
    /// Where inputs go.
    pub inputs: mpsc::Sender<Input>,
    /// Where new sockets are announced.
    pub arrivals: mpsc::Sender<Arrival>,
    /// The sockets' tasks.
    pub tasks: TaskTracker,
    /// The next socket's number.
    pub next: std::sync::atomic::AtomicU64,
    /// Set when the relay stops.
    pub stop: CancellationToken,
}

/// Accepts connections until the relay stops.
pub async fn listen(house: Arc<House>, listener: TcpListener, tls: Option<tls::Keys>) {
    let places = Arc::new(Semaphore::new(house.front.connections));
    loop {
        let Ok(place) = Arc::clone(&places).acquire_owned().await else { return };
        let accepted = tokio::select! {
            () = house.stop.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        let (stream, peer) = match accepted {
            Ok(accepted) => accepted,
            Err(error) => {
                // No file handles, most likely: others must close first.
                tracing::warn!(kind = ?error.kind(), "accept failed");
                tokio::time::sleep(Duration::from_millis(100)).await;
                continue;
            }
        };
        _ = stream.set_nodelay(true);
        let acceptor = tls.as_ref().map(tls::Keys::acceptor);
        let served = Arc::clone(&house);
        house.tasks.spawn(async move {
            let _place = place;
            let time = served.front.head_time;
            match acceptor {
                None => serve(served, stream, peer, time).await,
                Some(acceptor) => {
                    let began = tokio::time::Instant::now();
                    if let Ok(Ok(stream)) = tokio::time::timeout(time, acceptor.accept(stream)).await {
                        serve(served, stream, peer, time.saturating_sub(began.elapsed())).await;
                    }
                }
            }
        });
    }
}

/// Serves one request; a websocket lives on in a task of its own.
async fn serve<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(
    house: Arc<House>,
    stream: S,
    peer: SocketAddr,
    head_time: Duration,
) {
    let router = http::router::<S>(Arc::clone(&house));
    let service = hyper::service::service_fn(move |request: Request<hyper::body::Incoming>| {
        let router = router.clone();
        async move {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer));
            router.oneshot(request).await
        }
    });
    let mut builder = hyper::server::conn::http1::Builder::new();
    builder
        .timer(TokioTimer::new())
        .header_read_timeout(head_time)
        .max_headers(house.front.head_fields)
        .max_buf_size(house.front.head_bytes);
    let connection = builder.serve_connection(TokioIo::new(stream), service).with_upgrades();
    tokio::select! {
        _ = connection => {}
        () = house.stop.cancelled() => {}
        // A page is small: whoever takes longer than this for it holds a place for nothing.
        () = tokio::time::sleep(head_time + LONGEST_ANSWER) => {}
    }
}

/// The longest time for an answer to be taken.
const LONGEST_ANSWER: Duration = Duration::from_secs(60);
