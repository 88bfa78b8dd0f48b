//! What waits to be written to one socket. Bounded: when it is full, signals go first, then deltas of the queue (a whole
//! `queue` follows), then the socket closes as slow. Replays do not count: the next part is read only when this one is
//! written.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::Notify;
use tokio_tungstenite::tungstenite::Utf8Bytes;

use crate::protocol::Goodbye;
use crate::protocol::frame::ToClient;

/// How a message counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// Must arrive.
    Word,
    /// May be lost.
    Signal,
    /// May be lost if a whole queue follows.
    Delta,
    /// The whole queue.
    Queue,
    /// Part of a replay.
    Replay,
}

impl Class {
    /// Returns the class of a frame that is not part of a replay.
    pub fn of(frame: &ToClient) -> Self {
        match frame {
            ToClient::Signal(_) => Self::Signal,
            ToClient::QueueDelta { .. } => Self::Delta,
            ToClient::Queue { .. } => Self::Queue,
            _ => Self::Word,
        }
    }
}

/// How much may wait.
#[derive(Debug, Clone, Copy)]
pub struct Room {
    /// Messages.
    pub frames: usize,
    /// Bytes.
    pub bytes: usize,
}

/// What the writer does next.
#[derive(Debug, PartialEq, Eq)]
pub enum Next {
    /// Write this.
    Write(Utf8Bytes),
    /// All of a replay is written: ask for more.
    Drained,
    /// Deltas were dropped and all else is written: ask for the whole queue.
    Missed,
    /// Close.
    Close(Goodbye),
    /// Nothing for now.
    Wait,
}

#[derive(Default)]
struct State {
    items: VecDeque<(Utf8Bytes, Class)>,
    live: usize,
    bytes: usize,
    replays: usize,
    drained: bool,
    missed: bool,
    asked: bool,
    closing: Option<Goodbye>,
    proven: bool,
}

/// The queue of one socket, filled by the shell and emptied by the session.
pub struct Outbox {
    state: Mutex<State>,
    room: Room,
    /// Told when there is something to do.
    pub more: Notify,
    /// Told when the socket must not wait for its reader any longer.
    pub cut: Notify,
}

impl Outbox {
    /// Makes an empty one.
    pub fn new(room: Room) -> Self {
        Self { state: Mutex::default(), room, more: Notify::new(), cut: Notify::new() }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets a message wait. Returns false if the socket is too slow and closes.
    pub fn push(&self, text: Utf8Bytes, class: Class) -> bool {
        let mut state = self.lock();
        if state.closing.is_some() {
            return true;
        }
        match class {
            Class::Replay => {
                state.replays += 1;
                state.drained = false;
            }
            Class::Delta if state.missed => return true,
            Class::Queue => {
                state.missed = false;
                state.asked = false;
            }
            _ => {}
        }
        if class != Class::Replay && !make_room(&mut state, self.room, text.len()) {
            state.items.clear();
            state.closing = Some(Goodbye::Slow);
            drop(state);
            self.more.notify_one();
            self.cut.notify_one();
            return false;
        }
        if class == Class::Signal && state.live >= self.room.frames {
            return true;
        }
        if class == Class::Delta && state.missed {
            return true;
        }
        if class != Class::Replay {
            state.live += 1;
            state.bytes += text.len();
        }
        state.items.push_back((text, class));
        drop(state);
        self.more.notify_one();
        true
    }

    /// Closes after what waits.
    pub fn close(&self, goodbye: Goodbye) {
        let mut state = self.lock();
        state.closing.get_or_insert(goodbye);
        drop(state);
        self.more.notify_one();
        self.cut.notify_one();
    }

    /// Marks the socket as proven: it may send longer messages.
    pub fn prove(&self) {
        self.lock().proven = true;
    }

    /// Whether the socket has proven itself.
    pub fn is_proven(&self) -> bool {
        self.lock().proven
    }

    /// Whether it is closing.
    pub fn is_closing(&self) -> bool {
        self.lock().closing.is_some()
    }

    /// Returns what to do next.
    pub fn next(&self) -> Next {
        let mut state = self.lock();
        if let Some((text, class)) = state.items.pop_front() {
            if class == Class::Replay {
                state.replays -= 1;
                state.drained = state.replays == 0;
            } else {
                state.live -= 1;
                state.bytes -= text.len();
            }
            if state.items.is_empty() && state.items.capacity() > 4 {
                state.items = VecDeque::new();
            }
            return Next::Write(text);
        }
        if let Some(goodbye) = state.closing {
            return Next::Close(goodbye);
        }
        if std::mem::take(&mut state.drained) {
            return Next::Drained;
        }
        if state.missed && !state.asked {
            state.asked = true;
            return Next::Missed;
        }
        Next::Wait
    }
}

/// Drops what may be lost until one more message has room. Returns false if that is not enough.
fn make_room(state: &mut State, room: Room, length: usize) -> bool {
    let fits = |state: &State| state.live < room.frames && state.bytes + length <= room.bytes;
    for class in [Class::Signal, Class::Delta] {
        if fits(state) {
            return true;
        }
        let before = state.items.len();
        state.items.retain(|(_, other)| *other != class);
        state.live -= before - state.items.len();
        state.bytes =
            state.items.iter().filter(|(_, class)| *class != Class::Replay).map(|(text, _)| text.len()).sum();
        if class == Class::Delta && state.items.len() < before {
            state.missed = true;
        }
    }
    fits(state) || state.bytes == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outbox() -> Outbox {
        Outbox::new(Room { frames: 4, bytes: 100 })
    }

    /// Writes all that waits; returns it, and what comes next.
    fn drain(outbox: &Outbox) -> (Vec<String>, Next) {
        let mut all = Vec::new();
        loop {
            match outbox.next() {
                Next::Write(text) => all.push(text.to_string()),
                next => return (all, next),
            }
        }
    }

    #[test]
    fn signals_go_first_then_deltas_then_the_socket() {
        let outbox = outbox();
        for (text, class) in
            [("w1", Class::Word), ("s", Class::Signal), ("d", Class::Delta), ("w2", Class::Word)]
        {
            assert!(outbox.push(text.into(), class));
        }
        assert!(outbox.push("w3".into(), Class::Word), "the signal went");
        assert!(outbox.push("w4".into(), Class::Word), "the delta went");
        assert!(outbox.push("d2".into(), Class::Delta), "deltas are dropped until a whole queue");
        assert!(!outbox.push("w5".into(), Class::Word), "nothing is left to drop");
        assert_eq!(outbox.next(), Next::Close(Goodbye::Slow));
    }

    #[test]
    fn a_whole_queue_follows_dropped_deltas() {
        let outbox = outbox();
        for text in ["d1", "d2", "d3", "d4"] {
            outbox.push(text.into(), Class::Delta);
        }
        assert!(outbox.push("w".into(), Class::Word));
        assert_eq!(drain(&outbox), (vec!["w".to_owned()], Next::Missed));
        assert_eq!(outbox.next(), Next::Wait, "asked once");
        outbox.push("d5".into(), Class::Delta);
        outbox.push("q".into(), Class::Queue);
        outbox.push("d6".into(), Class::Delta);
        assert_eq!(drain(&outbox), (vec!["q".to_owned(), "d6".to_owned()], Next::Wait));
    }

    #[test]
    fn replays_do_not_count_and_ask_for_more_when_written() {
        let outbox = outbox();
        for _ in 0..64 {
            assert!(outbox.push("x".repeat(50).into(), Class::Replay));
        }
        assert!(outbox.push("live".into(), Class::Word));
        let (written, next) = drain(&outbox);
        assert_eq!((written.len(), next), (65, Next::Drained));
        assert_eq!(outbox.next(), Next::Wait);
    }

    #[test]
    fn bytes_count_too() {
        let outbox = outbox();
        assert!(outbox.push("x".repeat(90).into(), Class::Word));
        assert!(!outbox.push("x".repeat(20).into(), Class::Word));
    }

    #[test]
    fn a_goodbye_comes_after_what_waits() {
        let outbox = outbox();
        outbox.push("w".into(), Class::Word);
        outbox.close(Goodbye::Bye);
        outbox.push("late".into(), Class::Word);
        assert_eq!(drain(&outbox), (vec!["w".to_owned()], Next::Close(Goodbye::Bye)));
    }
}
