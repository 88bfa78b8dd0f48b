//! Plays scripts over real sockets, as a page and a console would. Each player is one task; all are joined.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::{Duration, Instant};

use rand::rngs::StdRng;
use rand::{RngExt as _, SeedableRng as _};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::actor::{Actor, Deed, Heard};
use super::ledger::{Ledger, Report};
use super::script::{CounsellorScript, Script};
use crate::client::address::Address;
use crate::client::child::{self, ChildLink};
use crate::client::desk;
use crate::client::socket::{self, Door, Handle};
use crate::conversation::transcript::{What, Who};
use crate::conversation::{ConversationId, EntryId, Seq};

mod counsellor;

pub use counsellor::play_counsellor;

/// How long a player waits for what it wrote to be acknowledged before it goes, at most.
const LAST_WORDS: Duration = Duration::from_secs(20);

/// Where a drill is played.
#[derive(Clone)]
pub struct Stage {
    /// The relay.
    pub address: Address,
    /// Where the child's page would have come from: an origin the relay allows.
    pub origin: String,
    /// The line's root key.
    pub root: [u8; 65],
    /// How fast: 2.0 is twice as fast as the scripts say.
    pub pace: f64,
    /// Cuts each player's connection about this often.
    pub cut: Option<Duration>,
    /// What the relay must be trusted with, if not what the system trusts.
    pub tls: Option<Arc<rustls::ClientConfig>>,
    /// The book.
    pub ledger: Arc<Ledger>,
    /// Ends the play: everybody finishes the sentence and goes.
    pub stop: CancellationToken,
}

impl Stage {
    fn door(&self, door: Door) -> Door {
        match &self.tls {
            Some(tls) => door.trusting(tls.clone()),
            None => door,
        }
    }

    /// When the next cut of a connection is due.
    fn next_cut(&self, rng: &mut StdRng) -> Option<tokio::time::Instant> {
        let cut = self.cut?.mul_f64(0.5 + rng.random::<f64>());
        Some(tokio::time::Instant::now() + cut)
    }
}

/// Waits until a time, or for ever.
async fn until(time: Option<tokio::time::Instant>) {
    match time {
        Some(time) => tokio::time::sleep_until(time).await,
        None => std::future::pending().await,
    }
}

/// Plays one child until it is done, left, or the stage stops.
pub async fn play_child(stage: Stage, script: Script, seed: u64) {
    let mut rng = StdRng::seed_from_u64(seed);
    let setup = child::Setup {
        address: stage.address.clone(),
        root: stage.root,
        least_serial: 0,
        built: 0,
        lang: script.lang.clone(),
        after: None,
    };
    let door = stage.door(Door::child(stage.address.clone(), stage.origin.clone()));
    let handle = socket::spawn(ChildLink::new(setup), door);
    let mut player = ChildPlayer {
        reader: stage.ledger.reader(),
        actor: Actor::new(script, stage.pace),
        handle,
        began: Instant::now(),
        sent: HashMap::new(),
        conv: None,
        own: HashSet::new(),
        last: 0,
    };
    player.actor.begin(0, rng.random());
    player.run(&stage, &mut rng).await;
    player.finish(&stage).await;
}

/// How a turn of a player ended.
#[derive(PartialEq, Eq)]
enum Flow {
    On,
    Finished,
    Leaving,
}

struct ChildPlayer {
    reader: u64,
    actor: Actor,
    handle: Handle<ChildLink>,
    began: Instant,
    /// What was sent and is not acknowledged: by command.
    sent: HashMap<EntryId, Instant>,
    conv: Option<ConversationId>,
    /// The acknowledged entries it wrote.
    own: HashSet<EntryId>,
    /// The highest number it was acknowledged.
    last: Seq,
}

impl ChildPlayer {
    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }

    async fn run(&mut self, stage: &Stage, rng: &mut StdRng) {
        let mut cut = stage.next_cut(rng);
        loop {
            let wake = self.actor.wake_at().map(|at| (self.began + Duration::from_millis(at)).into());
            tokio::select! {
                () = stage.stop.cancelled() => return,
                () = until(cut) => {
                    stage.ledger.kill();
                    self.handle.cut.notify_one();
                    cut = stage.next_cut(rng);
                }
                () = until(wake) => {
                    for deed in self.actor.due(self.now(), rng.random()) {
                        match self.act(deed, rng).await {
                            Flow::On => {}
                            Flow::Finished => return,
                            Flow::Leaving => {
                                self.settle(stage).await;
                                _ = self.handle.commands.send(child::Command::Leave).await;
                            }
                        }
                    }
                }
                update = self.handle.updates.recv() => match update {
                    Some(update) => {
                        if let Some(heard) = self.hear(stage, update) {
                            self.actor.hear(heard, self.now(), rng.random());
                        }
                    }
                    None => return,
                }
            }
        }
    }

    async fn act(&mut self, deed: Deed, rng: &mut StdRng) -> Flow {
        let id = EntryId(rng.random());
        let command = match deed {
            Deed::Done => return Flow::Finished,
            Deed::Leave => return Flow::Leaving,
            Deed::Typing(on) => child::Command::Typing { on },
            Deed::Tell(facts) => child::Command::Tell { id, facts },
            Deed::Rate(rated) => child::Command::Rate { id, rated },
            Deed::Say(text) => child::Command::Say { id, text },
        };
        if !matches!(command, child::Command::Typing { .. }) {
            self.sent.insert(id, Instant::now());
        }
        match self.handle.commands.send(command).await {
            Ok(()) => Flow::On,
            Err(_) => Flow::Finished,
        }
    }

    fn hear(&mut self, stage: &Stage, update: child::Update) -> Option<Heard> {
        match update {
            child::Update::Open { conv, .. } => self.conv = Some(conv),
            child::Update::Stored { id, entry, seq, .. } => {
                let sent = self.sent.remove(&id);
                self.last = self.last.max(seq);
                self.own.insert(entry);
                if let (Some(conv), Some(sent)) = (self.conv, sent) {
                    stage.ledger.acknowledge(conv, entry, seq, sent);
                }
            }
            child::Update::Refused { id, .. } => {
                self.sent.remove(&id);
                stage.ledger.refuse();
            }
            child::Update::Line(shown) => {
                stage.ledger.show(self.reader, &shown, shown.who == Who::Child);
                match (shown.who, shown.what) {
                    (Who::Line(_), What::Said(words)) => {
                        return Some(Heard::Answer(words.text.as_str().to_owned()));
                    }
                    (_, What::Closed(_) | What::Left(_)) => return Some(Heard::Ended),
                    _ => {}
                }
            }
            child::Update::Altered(_) => stage.ledger.alter(),
            _ => {}
        }
        None
    }

    /// Waits for what is on its way.
    async fn settle(&mut self, stage: &Stage) {
        let all = async {
            while !self.sent.is_empty() {
                match self.handle.updates.recv().await {
                    Some(update) => _ = self.hear(stage, update),
                    None => return,
                }
            }
        };
        // Whatever is not acknowledged by then was never promised.
        _ = tokio::time::timeout(LAST_WORDS, all).await;
    }

    async fn finish(mut self, stage: &Stage) {
        self.settle(stage).await;
        if let Some(conv) = self.conv {
            stage.ledger.finish(self.reader, conv, self.last);
        }
        self.handle.join().await;
    }
}

/// A load drill.
pub struct Load {
    /// Where.
    pub stage: Stage,
    /// How many children write at the same time.
    pub children: usize,
    /// Which scripts they play, in turn.
    pub scripts: Vec<Script>,
    /// The accounts that answer.
    pub counsellors: Vec<desk::Setup>,
    /// How they answer.
    pub counsellor: CounsellorScript,
    /// How long new children come.
    pub duration: Duration,
    /// Chance.
    pub seed: u64,
}

/// Plays many children, one after another in each place, and counts. Ends after its duration, or with the stage.
pub async fn play_load(load: Load) -> Report {
    let Load { stage, children, scripts, counsellors, counsellor, duration, seed } = load;
    let closing = CancellationToken::new();
    let mut desks = JoinSet::new();
    for (place, setup) in counsellors.into_iter().enumerate() {
        let (stage, script) = (stage.clone(), counsellor.clone());
        desks.spawn(play_counsellor(stage, setup, script, seed.wrapping_add(place as u64)));
    }
    let mut places = JoinSet::new();
    for place in 0..children {
        let (stage, scripts, closing) = (stage.clone(), scripts.clone(), closing.clone());
        places.spawn(async move {
            let mut turn = place;
            while !stage.stop.is_cancelled() && !closing.is_cancelled() {
                let Some(script) = scripts.get(turn % scripts.len().max(1)).cloned() else { return };
                play_child(stage.clone(), script, seed ^ ((turn as u64) << 20)).await;
                turn += children;
            }
        });
    }
    tokio::select! {
        () = stage.stop.cancelled() => {}
        () = tokio::time::sleep(duration) => {}
    }
    closing.cancel();
    stage.stop.cancel();
    while places.join_next().await.is_some() {}
    while desks.join_next().await.is_some() {}
    stage.ledger.report()
}
