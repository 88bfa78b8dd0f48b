//! A scripted counsellor, for load: takes the next child while a place is free, answers in turn, closes, archives.

use super::*;
use crate::client::desk::{Act, Command, Denied, DeskLink, Queue, Setup, Update};
use crate::conversation::event::{ClosedReason, ShiftState, State};
use crate::conversation::queue::Phase;

/// One child in this counsellor's hands.
struct Chat {
    lang: String,
    answers: u32,
    /// The last number of talk it was shown.
    read: Seq,
    /// When it does what comes next, if it does not wait for the child.
    next: Option<Instant>,
    has_ended: bool,
}

struct CounsellorPlayer {
    reader: u64,
    handle: Handle<DeskLink>,
    script: CounsellorScript,
    pace: f64,
    chats: HashMap<ConversationId, Chat>,
    queue: Option<Arc<Queue>>,
    /// The claim under way.
    claiming: Option<(EntryId, ConversationId)>,
    /// Lost or refused: not tried again.
    passed: HashSet<ConversationId>,
    sent: HashMap<EntryId, Instant>,
    is_going: bool,
}

/// Plays one counsellor until the stage stops.
pub async fn play_counsellor(stage: Stage, setup: Setup, script: CounsellorScript, seed: u64) {
    let mut rng = StdRng::seed_from_u64(seed);
    let door = stage.door(Door::desk(stage.address.clone()));
    let mut player = CounsellorPlayer {
        reader: stage.ledger.reader(),
        handle: socket::spawn(DeskLink::new(setup), door),
        script,
        pace: stage.pace,
        chats: HashMap::new(),
        queue: None,
        claiming: None,
        passed: HashSet::new(),
        sent: HashMap::new(),
        is_going: false,
    };
    player.run(&stage, &mut rng).await;
    player.settle(&stage, &mut rng).await;
    _ = player.handle.commands.send(Command::Leave).await;
    player.handle.join().await;
}

impl CounsellorPlayer {
    async fn run(&mut self, stage: &Stage, rng: &mut StdRng) {
        let mut cut = stage.next_cut(rng);
        loop {
            let next = self.chats.values().filter_map(|chat| chat.next).min();
            tokio::select! {
                () = stage.stop.cancelled() => return,
                () = until(cut) => {
                    stage.ledger.kill();
                    self.handle.cut.notify_one();
                    cut = stage.next_cut(rng);
                }
                () = until(next.map(Into::into)) => {
                    let now = Instant::now();
                    let is_due = |(_, chat): &(&ConversationId, &Chat)| chat.next.is_some_and(|next| next <= now);
                    let due: Vec<_> = self.chats.iter().filter(is_due).map(|(conv, _)| *conv).collect();
                    for conv in due {
                        self.act(conv, rng).await;
                    }
                }
                update = self.handle.updates.recv() => match update {
                    Some(update) => self.hear(stage, update, rng).await,
                    None => return,
                }
            }
        }
    }

    async fn write(&mut self, conv: ConversationId, act: Act, rng: &mut StdRng) -> EntryId {
        let id = EntryId(rng.random());
        self.sent.insert(id, Instant::now());
        // A link that is gone ends the updates, and with them the play.
        _ = self.handle.commands.send(Command::Write { id, conv, act }).await;
        id
    }

    /// Says the next words to a child, or closes.
    async fn act(&mut self, conv: ConversationId, rng: &mut StdRng) {
        let exchanges = self.script.exchanges;
        let Some(chat) = self.chats.get_mut(&conv) else { return };
        chat.next = None;
        let Some(words) = self.script.words_in(&chat.lang) else { return };
        if chat.has_ended {
            self.write(conv, Act::Archive, rng).await;
            return;
        }
        if chat.answers > exchanges {
            let (reason, read) = (ClosedReason::Ended, chat.read);
            self.write(conv, Act::Close { reason, read }, rng).await;
            return;
        }
        let text = match chat.answers {
            0 => words.greet.clone(),
            count if count == exchanges => words.goodbye.clone(),
            count => words.answers[(count as usize - 1) % words.answers.len()].clone(),
        };
        chat.answers += 1;
        if chat.answers > exchanges {
            // After the goodbye it closes by itself.
            chat.next = Some(Instant::now() + Duration::from_secs_f64(self.script.think_s / self.pace));
        }
        self.write(conv, Act::Say { text }, rng).await;
    }

    async fn hear(&mut self, stage: &Stage, update: Update, rng: &mut StdRng) {
        match update {
            Update::Welcome(_) if !self.is_going => {
                let (state, until, places) = (ShiftState::Ready, None, self.script.places);
                self.write(ConversationId::HOUSE, Act::State(State { state, until, places }), rng).await;
            }
            Update::Queue(queue) => {
                self.queue = Some(queue);
                self.take_next(rng).await;
            }
            Update::Stored { id, conv, log, entry, seq, .. } => {
                let sent = self.sent.remove(&id);
                if self.claiming == Some((id, conv)) {
                    self.claimed(conv);
                    self.take_next(rng).await;
                }
                if let (crate::conversation::Log::Talk, Some(sent)) = (log, sent) {
                    stage.ledger.acknowledge(conv, entry, seq, sent);
                }
            }
            Update::Refused { id, conv, why, .. } => {
                self.sent.remove(&id);
                if self.claiming == Some((id, conv)) {
                    self.claiming = None;
                    self.passed.insert(conv);
                    self.take_next(rng).await;
                } else if why == Denied::Unread || self.chats.get(&conv).is_some_and(|chat| chat.has_ended) {
                    // The child wrote, or left, while this was on its way: read, and decide again.
                    self.think(conv, 20);
                } else {
                    stage.ledger.refuse();
                }
            }
            Update::Line(shown) => {
                let is_own = matches!(shown.who, Who::Line(_));
                stage.ledger.show(self.reader, &shown, is_own);
                self.shown(stage, &shown);
            }
            Update::NotWatched { conv, .. } if self.chats.remove(&conv).is_some() => {
                self.take_next(rng).await;
            }
            Update::Altered { .. } => stage.ledger.alter(),
            _ => {}
        }
    }

    fn shown(&mut self, stage: &Stage, shown: &crate::conversation::transcript::Shown) {
        let conv = shown.conv;
        let Some(chat) = self.chats.get_mut(&conv) else { return };
        if shown.log == crate::conversation::Log::Talk {
            chat.read = shown.seq;
        }
        match (&shown.who, &shown.what) {
            (Who::Child, What::Said(_)) if chat.answers > 0 && chat.next.is_none() => self.think(conv, 60),
            (_, What::Closed(_) | What::Left(_)) => {
                chat.has_ended = true;
                stage.ledger.finish(self.reader, conv, shown.seq);
                self.think(conv, 0);
            }
            _ => {}
        }
    }

    /// Plans the next act, after thinking and typing so many letters.
    fn think(&mut self, conv: ConversationId, letters: u32) {
        let seconds = self.script.think_s + f64::from(letters) / self.script.letters_per_s;
        if let Some(chat) = self.chats.get_mut(&conv) {
            chat.next = Some(Instant::now() + Duration::from_secs_f64(seconds / self.pace));
        }
    }

    /// Takes the child who comes first, if there is a place and no claim under way.
    async fn take_next(&mut self, rng: &mut StdRng) {
        let is_full = self.chats.len() >= usize::from(self.script.places);
        if is_full || self.claiming.is_some() || self.is_going {
            return;
        }
        let Some(queue) = &self.queue else { return };
        let free = queue.rows.iter().find(|row| {
            row.phase == Phase::Waiting
                && row.holder.is_none()
                && !self.passed.contains(&row.conv)
                && !self.chats.contains_key(&row.conv)
        });
        let Some(conv) = free.map(|row| row.conv) else { return };
        let id = self.write(conv, Act::Claim, rng).await;
        self.claiming = Some((id, conv));
    }

    fn claimed(&mut self, conv: ConversationId) {
        self.claiming = None;
        let row = self.queue.as_ref().and_then(|queue| queue.rows.iter().find(|row| row.conv == conv));
        let lang = row.map(|row| row.lang.clone()).unwrap_or_default();
        self.chats.insert(conv, Chat { lang, answers: 0, read: 0, next: None, has_ended: false });
        self.think(conv, 40);
    }

    /// Goes off shift and waits for what is on its way.
    async fn settle(&mut self, stage: &Stage, rng: &mut StdRng) {
        self.is_going = true;
        let off = State { state: ShiftState::Off, until: None, places: 0 };
        self.write(ConversationId::HOUSE, Act::State(off), rng).await;
        let all = async {
            while !self.sent.is_empty() {
                match self.handle.updates.recv().await {
                    Some(update) => self.hear(stage, update, rng).await,
                    None => return,
                }
            }
        };
        _ = tokio::time::timeout(LAST_WORDS, all).await;
    }
}
