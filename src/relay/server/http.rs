//! What the relay answers over HTTP: the page, the two websocket endpoints, and three routes for machines.

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request, State};
use axum::http::header::{
    self, ACCEPT_ENCODING, CACHE_CONTROL, CONNECTION, CONTENT_ENCODING, CONTENT_SECURITY_POLICY,
    CONTENT_TYPE, HOST, ORIGIN, REFERRER_POLICY, RETRY_AFTER, SEC_WEBSOCKET_ACCEPT, SEC_WEBSOCKET_KEY,
    SEC_WEBSOCKET_PROTOCOL, SEC_WEBSOCKET_VERSION, STRICT_TRANSPORT_SECURITY, UPGRADE, VARY,
    X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use axum::middleware::map_response;
use axum::routing::get;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;

use super::House;
use super::doorman::{Full, Inside};
use super::shell::Arrival;
use crate::protocol::SUBPROTOCOL;
use crate::relay::outbox::Outbox;
use crate::relay::session::Session;
use crate::relay::switchboard::{AddressKey, Door, Input};

/// The longest a disk is waited for before it counts as failing.
const PROBING: Duration = Duration::from_secs(5);

type Shared = State<Arc<House>>;

/// Returns the routes, for connections over `S`.
pub fn router<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(house: Arc<House>) -> Router {
    Router::new()
        .route("/", get(page))
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
        .route("/metrics", get(metrics))
        .route("/ws/child", get(child::<S>))
        .route("/ws/desk", get(desk::<S>))
        .fallback(async || plain(StatusCode::NOT_FOUND))
        .layer(map_response(one_answer))
        .with_state(house)
}

/// A connection serves one request: whoever keeps it open holds a place for nothing.
async fn one_answer(mut response: Response<Body>) -> Response<Body> {
    if response.status() != StatusCode::SWITCHING_PROTOCOLS {
        response.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    }
    response
}

fn plain(status: StatusCode) -> Response<Body> {
    let mut response = Response::new(Body::from(format!("{status}\n")));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

/// Refuses, and names what was met.
fn refusal(status: StatusCode, what: &str) -> Response<Body> {
    let mut response = plain(status);
    *response.body_mut() = Body::from(format!("{status}: {what}\n"));
    response
}

async fn page(State(house): Shared, headers: HeaderMap) -> Response<Body> {
    if !is_our_host(&house, &headers) {
        return plain(StatusCode::MISDIRECTED_REQUEST);
    }
    let printed = Arc::clone(&house.pages.borrow());
    let packed = takes_gzip(&headers) && !printed.gzip.is_empty();
    let file = if packed { printed.gzip.clone() } else { printed.page.html.clone() };
    let mut response = Response::new(Body::from(file));
    let fixed = [
        (CONTENT_TYPE, "text/html; charset=utf-8"),
        (CACHE_CONTROL, "no-store"),
        (VARY, "accept-encoding"),
        (REFERRER_POLICY, "no-referrer"),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
        (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
        (HeaderName::from_static("permissions-policy"), ""),
    ];
    let to = response.headers_mut();
    for (name, value) in fixed {
        to.insert(name, HeaderValue::from_static(value));
    }
    if packed {
        to.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    if let Ok(policy) = HeaderValue::from_str(&printed.page.csp) {
        to.insert(CONTENT_SECURITY_POLICY, policy);
    }
    if house.front.secure {
        to.insert(STRICT_TRANSPORT_SECURITY, HeaderValue::from_static("max-age=63072000"));
    }
    response
}

/// Whether a browser says that it unpacks gzip. One that refuses it (`gzip;q=0`), or says nothing, gets the plain file.
fn takes_gzip(headers: &HeaderMap) -> bool {
    let said = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    said.flat_map(|value| value.split(',')).any(|coding| {
        let (name, rest) = coding.split_once(';').unwrap_or((coding, ""));
        let weight = rest.trim().strip_prefix("q=").map_or(Ok(1.0), str::parse::<f32>);
        name.trim().eq_ignore_ascii_case("gzip") && weight.is_ok_and(|weight| weight > 0.0)
    })
}

async fn ready(State(house): Shared) -> Response<Body> {
    // The listener is opened only when the journal has been read: what can fail here is stopping, and the disk.
    let stops = house.stop.is_cancelled() || house.inputs.is_closed();
    if stops {
        return refusal(StatusCode::SERVICE_UNAVAILABLE, "stopping");
    }
    if house.metrics.storage_failing() && !disk_takes(&house).await {
        return refusal(StatusCode::SERVICE_UNAVAILABLE, "storage");
    }
    plain(StatusCode::OK)
}

/// Asks a disk that failed whether it takes something now: with nothing to write nobody else would notice.
async fn disk_takes(house: &House) -> bool {
    let (done, result) = tokio::sync::oneshot::channel();
    house.journal.probe(Box::new(move |probed| _ = done.send(probed.is_ok())));
    let takes = tokio::time::timeout(PROBING, result).await.is_ok_and(|probed| probed.unwrap_or(false));
    if takes {
        house.metrics.storage(true);
    }
    takes
}

async fn metrics(
    State(house): Shared,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    headers: HeaderMap,
) -> Response<Body> {
    // Behind a proxy everybody would else come from the proxy's own address, which is often an allowed one.
    let peer = peer.ip().to_canonical();
    let asks =
        if house.front.behind_proxy.contains(&peer) { forwarded(&headers).unwrap_or(peer) } else { peer };
    if !house.front.metrics.contains(&asks.to_canonical()) {
        return plain(StatusCode::FORBIDDEN);
    }
    let mut text = house.metrics.render();
    if let Ok(disk) = rustix::fs::statvfs(&house.data) {
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        text.push_str("# HELP opora_disk_free_bytes room for the relay on its disk\n");
        text.push_str(&format!("# TYPE opora_disk_free_bytes gauge\nopora_disk_free_bytes {free}\n"));
    }
    let mut response = Response::new(Body::from(text));
    response
        .headers_mut()
        .insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; version=0.0.4; charset=utf-8"));
    response
}

async fn child<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(
    State(house): Shared,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response<Body> {
    upgrade::<S>(&house, peer, request, Door::Child).unwrap_or_else(|refusal| *refusal)
}

async fn desk<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(
    State(house): Shared,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    request: Request,
) -> Response<Body> {
    upgrade::<S>(&house, peer, request, Door::Desk).unwrap_or_else(|refusal| *refusal)
}

/// Checks a request for a websocket and answers it; the socket begins once the answer is written.
fn upgrade<S: AsyncRead + AsyncWrite + Send + Unpin + 'static>(
    house: &Arc<House>,
    peer: SocketAddr,
    mut request: Request,
    door: Door,
) -> Result<Response<Body>, Box<Response<Body>>> {
    let headers = request.headers();
    let refuse = |status| Box::new(plain(status));
    if !is_our_host(house, headers) {
        return Err(refuse(StatusCode::MISDIRECTED_REQUEST));
    }
    if !is_our_origin(house, headers, door) {
        return Err(refuse(StatusCode::FORBIDDEN));
    }
    let key = websocket_key(headers).ok_or_else(|| refuse(StatusCode::BAD_REQUEST))?;
    let accept = derive_accept_key(key.as_bytes());
    let address = counted_address(house, peer.ip().to_canonical(), headers);
    let inside = house.doorman.admit(door, address).map_err(|full| {
        // Before the upgrade: a full relay spends no socket on saying that it is full.
        let mut response = match full {
            Full::Relay => refusal(StatusCode::SERVICE_UNAVAILABLE, "limits.sockets"),
            Full::Address => refusal(StatusCode::TOO_MANY_REQUESTS, "limits.sockets_per_address"),
        };
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("5"));
        Box::new(response)
    })?;
    let upgraded = hyper::upgrade::on(&mut request);
    let at_home = Arc::clone(house);
    house.tasks.spawn(async move {
        let Ok(upgraded) = upgraded.await else { return };
        // Without hyper's own layers an idle socket costs less memory.
        match upgraded.downcast::<TokioIo<S>>() {
            Ok(parts) => {
                run(at_home, door, address, inside, parts.io.into_inner(), parts.read_buf.into()).await;
            }
            Err(upgraded) => run(at_home, door, address, inside, TokioIo::new(upgraded), Vec::new()).await,
        }
    });
    let mut response = Response::new(Body::empty());
    *response.status_mut() = StatusCode::SWITCHING_PROTOCOLS;
    let to = response.headers_mut();
    to.insert(CONNECTION, HeaderValue::from_static("upgrade"));
    to.insert(UPGRADE, HeaderValue::from_static("websocket"));
    to.insert(SEC_WEBSOCKET_PROTOCOL, HeaderValue::from_static(SUBPROTOCOL));
    to.insert(
        SEC_WEBSOCKET_ACCEPT,
        HeaderValue::from_str(&accept).map_err(|_| refuse(StatusCode::BAD_REQUEST))?,
    );
    Ok(response)
}

async fn run<S: AsyncRead + AsyncWrite + Send + Unpin>(
    house: Arc<House>,
    door: Door,
    address: Option<AddressKey>,
    inside: Inside,
    stream: S,
    rest: Vec<u8>,
) {
    let id = house.next.fetch_add(1, Ordering::Relaxed);
    let outbox = Arc::new(Outbox::new(house.front.room));
    let input = Box::new(Input::Connected { session: id, door, address });
    if house.arrivals.send(Arrival::Came(id, Arc::clone(&outbox), input)).await.is_err() {
        return;
    }
    let session = Session { id, outbox, inputs: house.inputs.clone(), sizes: house.front.sizes };
    session.run(stream, rest).await;
    drop(inside);
}

/// Returns the key of a well-formed request for a websocket with our subprotocol.
fn websocket_key(headers: &HeaderMap) -> Option<&HeaderValue> {
    let has = |name: HeaderName, token: &str| {
        headers
            .get_all(name)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .any(|value| value.split(',').any(|part| part.trim().eq_ignore_ascii_case(token)))
    };
    let ours = sole(headers, SEC_WEBSOCKET_PROTOCOL).is_some_and(|value| value == SUBPROTOCOL);
    let version = sole(headers, SEC_WEBSOCKET_VERSION).is_some_and(|value| value == "13");
    let key = sole(headers, SEC_WEBSOCKET_KEY).filter(|key| key.len() == 24)?;
    (has(CONNECTION, "upgrade") && has(UPGRADE, "websocket") && ours && version).then_some(key)
}

/// Returns the value of a header that is there exactly once.
fn sole(headers: &HeaderMap, name: HeaderName) -> Option<&HeaderValue> {
    let mut values = headers.get_all(name).iter();
    values.next().filter(|_| values.next().is_none())
}

fn is_our_host(house: &House, headers: &HeaderMap) -> bool {
    let host = sole(headers, HOST).and_then(|value| value.to_str().ok()).map(host_name);
    host.is_some_and(|host| house.front.hosts.contains(&host))
}

/// Returns the name in a `Host` header: lower case, without port, brackets or final dot.
fn host_name(host: &str) -> String {
    let name = match host.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or_default(),
        None => host.split(':').next().unwrap_or_default(),
    };
    name.trim_end_matches('.').to_ascii_lowercase()
}

/// A browser says where it comes from and cannot be made to lie about it; a console never does.
fn is_our_origin(house: &House, headers: &HeaderMap, door: Door) -> bool {
    match door {
        Door::Desk => !headers.contains_key(ORIGIN),
        Door::Child => sole(headers, ORIGIN)
            .and_then(|value| value.to_str().ok())
            .is_some_and(|origin| house.front.origins.iter().any(|ours| ours == origin)),
    }
}

/// Returns where a peer is counted: a proxy's by the last address it forwards; loopback's nowhere.
fn counted_address(house: &House, peer: IpAddr, headers: &HeaderMap) -> Option<AddressKey> {
    if house.front.behind_proxy.contains(&peer) {
        let forwarded = forwarded(headers);
        if forwarded.is_none() && house.metrics.forwarded_missing() {
            tracing::warn!("the proxy forwards no address: its visitors are counted as one");
        }
        return Some(house.doorman.key(forwarded.unwrap_or(peer)));
    }
    (!peer.is_loopback()).then(|| house.doorman.key(peer))
}

/// Returns the last address that `X-Forwarded-For` names: what stands before it anybody could have written.
fn forwarded(headers: &HeaderMap) -> Option<IpAddr> {
    let lists = headers.get_all(header::HeaderName::from_static("x-forwarded-for")).iter();
    let last = lists.filter_map(|value| value.to_str().ok()).next_back()?;
    last.rsplit(',').next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_a_name_without_port_brackets_or_final_dot() {
        for (header, name) in [
            ("Chat.Example.CZ:443", "chat.example.cz"),
            ("chat.example.cz.", "chat.example.cz"),
            ("[::1]:8787", "::1"),
            ("127.0.0.1:1", "127.0.0.1"),
        ] {
            assert_eq!(host_name(header), name, "{header}");
        }
    }
}
