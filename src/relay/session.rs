//! One websocket: decodes messages and checks their size, writes what waits, says goodbye. What a frame may do is the
//! switchboard's. A reader that does not read is cut off, and delays nobody else.

use std::sync::Arc;
use std::time::{Duration, Instant};

use futures_util::{SinkExt as _, StreamExt as _};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::mpsc;
use tokio::time::timeout;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::protocol::frame::CloseFrame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

use super::outbox::{Next, Outbox};
use super::rules::Rate;
use super::switchboard::{Input, SessionId};
use crate::protocol::frame::{ToClient, ToRelay};
use crate::protocol::{Goodbye, limits};

/// How long a closing socket may take for its last words.
const LAST_WORDS: Duration = Duration::from_secs(5);
/// How long the other side may then take to close too.
const LAST_ANSWER: Duration = Duration::from_millis(500);

/// Sizes of one websocket, in bytes, and how often it may ping.
#[derive(Debug, Clone, Copy)]
pub struct Sizes {
    /// The longest message before proof, fragments joined.
    pub unproven: usize,
    /// The longest message after proof, fragments joined.
    pub message: usize,
    /// The read buffer.
    pub read_buffer: usize,
    /// The write buffer.
    pub write_buffer: usize,
    /// The most that may wait in the write buffer.
    pub max_write: usize,
    /// Websocket pings.
    pub pings: Rate,
}

impl Default for Sizes {
    fn default() -> Self {
        Self {
            unproven: limits::MESSAGE_BEFORE_PROOF,
            message: limits::MESSAGE,
            read_buffer: 1024,
            write_buffer: 16 * 1024,
            max_write: limits::MESSAGE_TO_CLIENT,
            pings: Rate { every_ms: 100, burst: 10 },
        }
    }
}

/// One socket, from the end of its upgrade to its close.
pub struct Session {
    /// Its number.
    pub id: SessionId,
    /// What waits for it.
    pub outbox: Arc<Outbox>,
    /// Where its inputs go.
    pub inputs: mpsc::Sender<Input>,
    /// Its limits.
    pub sizes: Sizes,
}

impl Session {
    /// Runs until the socket is closed. `rest` is what the client sent behind its request.
    pub async fn run<S: AsyncRead + AsyncWrite + Unpin>(self, stream: S, rest: Vec<u8>) {
        let config = WebSocketConfig::default()
            .read_buffer_size(self.sizes.read_buffer)
            .write_buffer_size(self.sizes.write_buffer)
            .max_write_buffer_size(self.sizes.write_buffer + self.sizes.max_write)
            .max_message_size(Some(self.sizes.message))
            .max_frame_size(Some(self.sizes.message));
        let mut socket = WebSocketStream::from_partially_read(stream, rest, Role::Server, Some(config)).await;
        let mut pings = Pings { since: Instant::now(), left: self.sizes.pings.burst };
        loop {
            if !self.write(&mut socket).await {
                break;
            }
            tokio::select! {
                () = self.outbox.more.notified() => {}
                message = socket.next() => {
                    let goes_on = match message {
                        Some(message) => self.read(message, &mut pings).await,
                        None => false,
                    };
                    if !goes_on {
                        break;
                    }
                }
            }
        }
        _ = self.inputs.send(Input::Closed { session: self.id }).await;
    }

    /// Takes one message. Returns false if there is nobody left to talk to.
    async fn read(&self, message: Result<Message, Error>, pings: &mut Pings) -> bool {
        let input = match message {
            Ok(Message::Text(text)) => {
                if text.len() > self.sizes.unproven && !self.outbox.is_proven() {
                    self.outbox.close(Goodbye::TooBig);
                    return true;
                }
                match ToRelay::parse(&text) {
                    Ok(frame) => Input::Frame { session: self.id, frame },
                    Err(_) => Input::BadFrame { session: self.id },
                }
            }
            Ok(Message::Binary(_)) => Input::BadFrame { session: self.id },
            Ok(Message::Ping(_)) => {
                if !pings.take(self.sizes.pings) {
                    self.outbox.close(Goodbye::Abuse);
                }
                return true;
            }
            Ok(Message::Pong(_) | Message::Frame(_)) => return true,
            Ok(Message::Close(_)) => return false,
            Err(Error::Capacity(_)) => {
                self.outbox.close(Goodbye::TooBig);
                return true;
            }
            Err(_) => return false,
        };
        // The queue to the switchboard is bounded: a socket that says more than can be judged is read more slowly.
        self.outbox.is_closing() || self.inputs.send(input).await.is_ok()
    }

    /// Writes all that waits. Returns false if the socket is closed.
    async fn write<S: AsyncRead + AsyncWrite + Unpin>(&self, socket: &mut WebSocketStream<S>) -> bool {
        loop {
            let input = match self.outbox.next() {
                Next::Write(text) => {
                    let sent = tokio::select! {
                        sent = socket.feed(Message::Text(text)) => sent.is_ok(),
                        () = self.cut_late() => false,
                    };
                    if sent {
                        continue;
                    }
                    return false;
                }
                Next::Close(goodbye) => {
                    _ = timeout(LAST_WORDS, say_goodbye(socket, goodbye)).await;
                    return false;
                }
                Next::Drained => Some(Input::Drained { session: self.id }),
                Next::Missed => Some(Input::Missed { session: self.id }),
                Next::Wait => None,
            };
            let flushed = tokio::select! {
                flushed = socket.flush() => flushed.is_ok(),
                () = self.cut_late() => false,
            };
            let Some(input) = input.filter(|_| flushed) else { return flushed };
            if self.inputs.send(input).await.is_err() {
                return false;
            }
        }
    }

    /// Ends some time after the socket was told to close: its reader may still be reading.
    async fn cut_late(&self) {
        self.outbox.cut.notified().await;
        tokio::time::sleep(LAST_WORDS).await;
    }
}

async fn say_goodbye<S: AsyncRead + AsyncWrite + Unpin>(socket: &mut WebSocketStream<S>, goodbye: Goodbye) {
    let retry_ms = (goodbye == Goodbye::Restart).then_some(1000);
    let frame = ToClient::Goodbye { code: goodbye, retry_ms };
    if socket.send(Message::Text(frame.to_text().into())).await.is_err() {
        return;
    }
    let close = CloseFrame { code: CloseCode::from(goodbye.close_code()), reason: "".into() };
    if socket.close(Some(close)).await.is_err() {
        return;
    }
    // The other side's close, or its end: a socket closed with unread bytes would lose our last words.
    let answered = async { while let Some(Ok(_)) = socket.next().await {} };
    _ = timeout(LAST_ANSWER, answered).await;
}

/// Counts websocket pings, which are answered by the library and tell the switchboard nothing.
struct Pings {
    since: Instant,
    left: u64,
}

impl Pings {
    fn take(&mut self, rate: Rate) -> bool {
        let window = Duration::from_millis(rate.every_ms * rate.burst);
        if self.since.elapsed() >= window {
            (self.since, self.left) = (Instant::now(), rate.burst);
        }
        let may = self.left > 0;
        self.left = self.left.saturating_sub(1);
        may
    }
}
