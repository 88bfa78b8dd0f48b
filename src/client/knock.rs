//! Knocks at a relay's door and says exactly what answered: for whoever looks for the reason why nothing works. A link
//! needs no reason, it tries again.

use std::time::{Duration, Instant, SystemTime};

use futures_util::{SinkExt as _, StreamExt as _};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::address::Address;
use super::socket::{DIALLING, Door, try_dial};
use crate::protocol::frame::{Line, SignedCard};
use crate::protocol::{ToClient, ToRelay};

/// What a relay said before anybody proved anything. Nothing of it is checked.
#[derive(Debug, Clone, PartialEq)]
pub struct Knocked {
    /// Its card.
    pub card: SignedCard,
    /// Its line.
    pub line: Line,
    /// Whether it is for practice.
    pub is_drill: bool,
    /// How long a word and its answer take.
    pub took: Duration,
    /// How many milliseconds this computer's clock is ahead of its own; negative if it is behind.
    pub ahead_ms: i64,
}

/// Why nothing came of it.
#[derive(Debug, thiserror::Error)]
pub enum NoAnswer {
    /// The name is not found.
    #[error("{0}")]
    Name(std::io::Error),
    /// Nobody listens, or the network is cut.
    #[error("{0}")]
    Connect(std::io::Error),
    /// Not trusted, or no TLS.
    #[error("{0}")]
    Tls(String),
    /// HTTP, and no websocket.
    #[error("HTTP {0}")]
    Http(u16),
    /// Something else listens there.
    #[error("not a relay")]
    NotOurs,
    /// Too slow.
    #[error("no answer in time")]
    Silent,
}

/// Knocks at the desk's door and goes away again.
///
/// # Errors
/// Fails if no relay answers, with the reason.
pub async fn knock(address: Address) -> Result<Knocked, NoAnswer> {
    tokio::time::timeout(DIALLING, try_knock(address)).await.unwrap_or(Err(NoAnswer::Silent))
}

async fn try_knock(address: Address) -> Result<Knocked, NoAnswer> {
    // Looked up apart from dialling: a name that is not found has another cure than a port where nobody listens.
    drop(tokio::net::lookup_host((address.host.as_str(), address.port)).await.map_err(NoAnswer::Name)?);
    let mut socket = try_dial(Door::desk(address)).await.map_err(reason)?;
    let (mut card, mut asked) = (None, None);
    let knocked = loop {
        let Some(Ok(message)) = socket.next().await else { return Err(NoAnswer::NotOurs) };
        let Message::Text(text) = message else { continue };
        match ToClient::parse(&text) {
            Ok(ToClient::Hello { v: 1, now, card: signed, line, drill, .. }) => {
                card = Some((signed, line, drill == Some(true), now, wall_ms()));
                asked = Some(Instant::now());
                let ping = Message::text(ToRelay::Ping { n: 1 }.to_text());
                socket.send(ping).await.map_err(reason)?;
            }
            Ok(ToClient::Pong { n: 1 }) => {
                if let (Some((card, line, is_drill, theirs, ours)), Some(asked)) = (card.take(), asked) {
                    let took = asked.elapsed();
                    // What it said was on its way for half of the time.
                    let half = took.as_millis() as i64 / 2;
                    let ahead_ms = ours.saturating_sub(theirs.try_into().unwrap_or(i64::MAX)) - half;
                    break Knocked { card, line, is_drill, took, ahead_ms };
                }
            }
            _ => return Err(NoAnswer::NotOurs),
        }
    };
    // We are only looking: whether the goodbye arrives changes nothing.
    _ = socket.close(None).await;
    Ok(knocked)
}

fn wall_ms() -> i64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_millis()).unwrap_or(i64::MAX)
}

fn reason(error: Error) -> NoAnswer {
    match error {
        Error::Io(error) if is_tls(&error) => NoAnswer::Tls(error.to_string()),
        Error::Io(error) => NoAnswer::Connect(error),
        Error::Tls(error) => NoAnswer::Tls(error.to_string()),
        Error::Http(response) => NoAnswer::Http(response.status().as_u16()),
        _ => NoAnswer::NotOurs,
    }
}

/// A handshake that fails comes as an error of input, with the TLS library's own inside.
fn is_tls(error: &std::io::Error) -> bool {
    error.get_ref().is_some_and(|inner| inner.is::<rustls::Error>())
}
