//! The shell loop of the switchboard: sockets, journal and timers in; effects out, in order.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::mpsc as std_mpsc;
use std::time::{Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::mpsc;
use tokio_tungstenite::tungstenite::Utf8Bytes;
use tokio_util::sync::CancellationToken;

use crate::conversation::{ConversationId, Log, Seq};
use crate::journal::{AppendError, Journal, ReadError, StoreError};
use crate::protocol::frame::ToClient;
use crate::relay::metrics::Metrics;
use crate::relay::outbox::{Class, Outbox};
use crate::relay::page::press::Press;
use crate::relay::switchboard::{Effect, Failure, Input, Now, SessionId, Switchboard};

/// How many inputs of sockets wait before sockets are read more slowly.
pub const INPUTS: usize = 1024;
/// How many inputs are taken before the desk is told what they changed.
const BATCH: usize = 256;

/// Two clocks that begin together.
#[derive(Debug, Clone, Copy)]
pub struct Clock {
    start: Instant,
}

impl Clock {
    /// Begins now.
    pub fn start() -> Self {
        Self { start: Instant::now() }
    }

    /// Returns the time.
    pub fn now(&self) -> Now {
        let wall = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        let millis = |duration: std::time::Duration| u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Now { wall: millis(wall), mono: millis(self.start.elapsed()) }
    }

    fn at(&self, mono: u64) -> tokio::time::Instant {
        (self.start + std::time::Duration::from_millis(mono)).into()
    }
}

/// A message for the shell that is no input.
pub enum Arrival {
    /// A socket came: its number and its queue.
    Came(SessionId, Arc<Outbox>, Box<Input>),
}

/// What a read needs.
struct Wanted {
    session: SessionId,
    conv: ConversationId,
    log: Log,
    after: Seq,
    limit: usize,
}

/// Everything the loop owns.
pub struct Shell {
    /// The mind.
    pub switchboard: Switchboard,
    /// What builds the page for a new card.
    pub press: Press,
    /// The memory.
    pub journal: Arc<dyn Journal>,
    /// The numbers.
    pub metrics: Arc<Metrics>,
    /// The time.
    pub clock: Clock,
    /// What sockets say.
    pub inputs: mpsc::Receiver<Input>,
    /// Sockets that came.
    pub arrivals: mpsc::Receiver<Arrival>,
}

/// The loop's own tools, apart from what it reads, so that both can be borrowed.
struct Hands {
    journal: Arc<dyn Journal>,
    metrics: Arc<Metrics>,
    outboxes: HashMap<SessionId, Arc<Outbox>>,
    results: mpsc::UnboundedSender<Input>,
    reads: std_mpsc::Sender<Wanted>,
    wake: Option<u64>,
}

impl Shell {
    /// Runs until `stop`; performs what `first` asks for before anything else. Ends when every socket has been told.
    pub async fn run(self, first: Vec<Effect>, stop: CancellationToken) {
        let Self { mut switchboard, mut press, journal, metrics, clock, mut inputs, mut arrivals } = self;
        let (results, mut stored) = mpsc::unbounded_channel();
        let (reads, wanted) = std_mpsc::channel();
        let reader = std::thread::Builder::new().name("replay".into());
        let reader = reader.spawn({
            let (journal, results) = (Arc::clone(&journal), results.clone());
            move || read_all(&*journal, &wanted, &results)
        });
        let mut hands = Hands { journal, metrics, outboxes: HashMap::new(), results, reads, wake: None };
        hands.perform_all(first);
        let (mut batch, mut said, mut came) = (Vec::new(), Vec::new(), Vec::new());
        loop {
            let wake = hands.wake.map(|at| clock.at(at));
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                _ = stored.recv_many(&mut batch, BATCH) => {}
                _ = arrivals.recv_many(&mut came, BATCH) => {}
                _ = inputs.recv_many(&mut said, BATCH) => {}
                () = sleep_until(wake) => {
                    hands.wake = None;
                    said.push(Input::Woken);
                }
            }
            for Arrival::Came(session, outbox, input) in came.drain(..) {
                hands.outboxes.insert(session, outbox);
                batch.push(*input);
            }
            batch.append(&mut said);
            let now = clock.now();
            for input in batch.drain(..) {
                hands.notice(&input);
                hands.perform_all(switchboard.update(now, input));
            }
            hands.perform_all(switchboard.update(now, Input::Settle));
            press.follow(switchboard.card());
            hands.metrics.floor(switchboard.gauges());
        }
        hands.perform_all(switchboard.update(clock.now(), Input::Stop));
        drop(hands);
        if let Ok(reader) = reader {
            _ = tokio::task::spawn_blocking(move || reader.join()).await;
        }
    }
}

async fn sleep_until(wake: Option<tokio::time::Instant>) {
    match wake {
        Some(at) => tokio::time::sleep_until(at).await,
        None => std::future::pending().await,
    }
}

impl Hands {
    /// What of an input concerns the shell itself.
    fn notice(&mut self, input: &Input) {
        match input {
            Input::Closed { session } => _ = self.outboxes.remove(session),
            Input::Logged { conv, result } => {
                if let Err(failure) = result {
                    // An id shows its first letters only.
                    tracing::warn!(conv = %conv, ?failure, "an entry is not on disk");
                }
                self.notice_disk(result.err());
            }
            Input::Shelved { result, .. } => self.notice_disk(result.err()),
            Input::Erased { result, .. } => self.notice_disk(result.err()),
            _ => {}
        }
    }

    fn notice_disk(&self, failure: Option<Failure>) {
        match failure {
            None => self.metrics.storage(true),
            Some(Failure::StorageFull) => self.metrics.storage(false),
            Some(Failure::Damaged | Failure::Gone(_)) => {}
        }
    }

    fn perform_all(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            self.perform(effect);
        }
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Send { to, frame } => {
                if matches!(frame, ToClient::Welcome { .. })
                    && let Some(outbox) = self.outboxes.get(&to)
                {
                    outbox.prove();
                }
                self.push(to, frame.to_text().into(), Class::of(&frame));
            }
            Effect::SendAll { to, frame } => {
                let text: Utf8Bytes = frame.to_text().into();
                for session in to {
                    self.push(session, text.clone(), Class::of(&frame));
                }
            }
            Effect::Replay { to, frames } => {
                for frame in frames {
                    self.push(to, frame.to_text().into(), Class::Replay);
                }
            }
            Effect::Close { session, goodbye } => {
                if let Some(outbox) = self.outboxes.remove(&session) {
                    outbox.close(goodbye);
                }
            }
            Effect::Shelve { conv, shelf } => {
                let (results, journal) = (self.results.clone(), Arc::downgrade(&self.journal));
                let done = Box::new(move |result: Result<(), StoreError>| {
                    let contact = journal.upgrade().and_then(|journal| journal.contact_id(conv));
                    let result = match (result, contact) {
                        (Ok(()), Some(contact)) => Ok(contact),
                        (Err(StoreError::StorageFull | StoreError::Failed), _) => Err(Failure::StorageFull),
                        _ => Err(Failure::Damaged),
                    };
                    _ = results.send(Input::Shelved { conv, result });
                });
                self.journal.shelve(conv, shelf, done);
            }
            Effect::ForgetToken { conv } => self.journal.forget_token(conv, Box::new(|_| {})),
            Effect::Stamp { conv, at } => self.journal.stamp(conv, at),
            Effect::Append(entry) => {
                let (conv, results) = (entry.conv, self.results.clone());
                let done = Box::new(move |result: Result<(), AppendError>| {
                    let result = result.map_err(|error| match error {
                        AppendError::StorageFull | AppendError::Failed => Failure::StorageFull,
                        AppendError::Conflict { .. } | AppendError::NotShelved | AppendError::Damaged => {
                            Failure::Damaged
                        }
                    });
                    _ = results.send(Input::Logged { conv, result });
                });
                self.journal.append(entry, done);
            }
            Effect::Read { session, conv, log, after, limit } => {
                _ = self.reads.send(Wanted { session, conv, log, after, limit });
            }
            Effect::Erase { conv } => {
                let results = self.results.clone();
                let done = Box::new(move |result: Result<(), StoreError>| {
                    let result = match result {
                        Err(StoreError::StorageFull | StoreError::Failed) => Err(Failure::StorageFull),
                        // Not on the shelf is as good as erased.
                        Ok(()) | Err(StoreError::NotShelved | StoreError::Taken) => Ok(()),
                    };
                    _ = results.send(Input::Erased { conv, result });
                });
                self.journal.erase(conv, done);
            }
            Effect::EraseHouse { before } => self.journal.erase_house(before, Box::new(|_| {})),
            Effect::WakeAt(at) => self.wake = Some(at),
            Effect::Count(metric) => self.metrics.count(metric),
        }
    }

    fn push(&self, to: SessionId, text: Utf8Bytes, class: Class) {
        if let Some(outbox) = self.outboxes.get(&to)
            && !outbox.push(text, class)
        {
            self.metrics.slow();
        }
    }
}

/// Reads for replays, one after the other, on a thread of its own: disks may be slow.
fn read_all(
    journal: &dyn Journal,
    wanted: &std_mpsc::Receiver<Wanted>,
    results: &mpsc::UnboundedSender<Input>,
) {
    for Wanted { session, conv, log, after, limit } in wanted {
        let entries = journal.read(conv, log, after, limit).map_err(|error| match error {
            ReadError::Failed => Failure::StorageFull,
            ReadError::Gone { until } => Failure::Gone(until),
            ReadError::NotShelved | ReadError::Damaged => Failure::Damaged,
        });
        if results.send(Input::Replayed { session, conv, log, after, entries }).is_err() {
            return;
        }
    }
}
