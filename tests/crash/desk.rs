//! A desk's program as the console wires it: a link whose outbox is kept in a casebook before anything is sent. It
//! plays a counsellor, and says each thing it promised or was promised to the test that may kill it at any moment.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::Path;
use std::time::Duration;

use opora::casebook::Casebook;
use opora::casebook::record::{self, Change};
use opora::client::desk::{
    Act, Command, Denied, DeskLink, OutboxItem, Queue, Setup, Shown, Update, What, Who,
};
use opora::client::socket::{self, Door, Handle};
use opora::conversation::event::{ClosedReason, ShiftState, State};
use opora::conversation::queue::Phase;
use opora::conversation::{ConversationId, EntryId, Log, Seq};
use opora::sealing::Secret;

use crate::process::tell;
use crate::wire::{TestLine, now_ms};

/// How many children it takes, and after how many answers it closes.
const PLACES: usize = 12;
const ANSWERS: u32 = 5;

#[derive(Default)]
struct Chat {
    answers: u32,
    read: Seq,
    child_waits: bool,
    has_ended: bool,
}

struct Counsellor {
    name: String,
    /// Tells the words of this run from those of every other.
    run: u32,
    casebook: Casebook,
    orders: HashMap<EntryId, u64>,
    link: Handle<DeskLink>,
    chats: BTreeMap<ConversationId, Chat>,
    flying: HashMap<EntryId, ConversationId>,
    texts: HashMap<EntryId, String>,
    passed: HashSet<ConversationId>,
    claiming: Option<EntryId>,
    is_going: bool,
}

/// Runs until told to go and everything is answered; `with` is the name's number, the port and the folder.
pub fn run(line: &TestLine, with: &str) {
    let mut with = with.splitn(3, ' ');
    let mut word = || with.next().expect("a number, a port, a folder");
    let (name, port, folder) = (format!("Jana {}", word()), word().parse::<u16>().expect("a port"), word());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        let mut counsellor = Counsellor::begin(line, name, port, Path::new(folder));
        counsellor.play().await;
    });
}

impl Counsellor {
    fn begin(line: &TestLine, name: String, port: u16, folder: &Path) -> Self {
        let opened = Casebook::open(folder, [1; 16], &Secret::new([2; 32]), &mut |_, _| {});
        let (casebook, _) = opened.expect("the casebook opens after every kill");
        let kept = casebook.outbox();
        let restored = |item: &record::OutboxItem| OutboxItem {
            id: item.id,
            conv: item.conv,
            bytes: item.bytes.clone(),
        };
        let relay = std::net::SocketAddr::from(([127, 0, 0, 1], port));
        let setup = line.setup(&name, relay);
        let setup = Setup { outbox: kept.iter().map(restored).collect(), is_kept: true, ..setup };
        let door = Door::desk(setup.address.clone());
        Self {
            name,
            run: rand::random(),
            orders: kept.iter().map(|item| (item.id, item.order)).collect(),
            casebook,
            link: socket::spawn(DeskLink::new(setup), door),
            chats: BTreeMap::new(),
            flying: kept.iter().map(|item| (item.id, item.conv)).collect(),
            texts: HashMap::new(),
            passed: HashSet::new(),
            claiming: None,
            is_going: false,
        }
    }

    async fn play(&mut self) {
        let (told, mut go) = tokio::sync::mpsc::channel(1);
        std::thread::spawn(move || {
            for line in std::io::stdin().lines().map_while(Result::ok) {
                if line == "go" {
                    _ = told.blocking_send(());
                }
            }
        });
        let mut beat = tokio::time::interval(Duration::from_millis(100));
        let mut has_welcome = false;
        loop {
            tokio::select! {
                Some(()) = go.recv() => self.is_going = true,
                _ = beat.tick() => {
                    if self.is_going && self.flying.is_empty() {
                        return tell("done");
                    }
                    if !self.is_going {
                        self.act().await;
                    }
                }
                update = self.link.updates.recv() => {
                    let update = update.expect("a link tries for ever");
                    if let Update::Welcome(welcome) = &update {
                        welcome.mine.iter().for_each(|conv| _ = self.chats.entry(*conv).or_default());
                        if !std::mem::replace(&mut has_welcome, true) && !self.is_going {
                            let (state, until, places) = (ShiftState::Ready, None, 9);
                            self.write(ConversationId::HOUSE, Act::State(State { state, until, places })).await;
                        }
                    }
                    self.hear(update).await;
                }
            }
        }
    }

    /// What comes next in each talk in which nothing is on its way.
    async fn act(&mut self) {
        let busy: HashSet<ConversationId> = self.flying.values().copied().collect();
        let mut deeds = Vec::new();
        for (conv, chat) in self.chats.iter_mut().filter(|(conv, _)| !busy.contains(conv)) {
            if chat.has_ended {
                deeds.push((*conv, Act::Archive));
            } else if chat.answers >= ANSWERS {
                deeds.push((*conv, Act::Close { reason: ClosedReason::Ended, read: chat.read }));
            } else if chat.child_waits {
                chat.child_waits = false;
                let text = format!("{} {} {} {}", self.name, self.run, conv, chat.answers);
                deeds.push((*conv, Act::Say { text }));
            }
        }
        for (conv, act) in deeds {
            self.write(conv, act).await;
        }
    }

    async fn write(&mut self, conv: ConversationId, act: Act) -> EntryId {
        let id = EntryId(rand::random());
        if let Act::Say { text } = &act {
            self.texts.insert(id, text.clone());
        }
        self.flying.insert(id, conv);
        self.link.commands.send(Command::Write { id, conv, act }).await.expect("a link");
        id
    }

    fn save(&mut self, change: Change) {
        self.casebook.save(vec![change], now_ms()).expect("saved");
    }

    async fn hear(&mut self, update: Update) {
        match update {
            Update::Keep(OutboxItem { id, conv, bytes }) => {
                let next = self.orders.values().max().map_or(1, |last| last + 1);
                let order = *self.orders.entry(id).or_insert(next);
                self.save(Change::Keep(record::OutboxItem { id, conv, order, bytes }));
                let text = self.texts.get(&id).map_or("", String::as_str);
                tell(&format!("kept {} {text}", number(id)));
                self.link.commands.send(Command::Kept { id }).await.expect("a link");
            }
            Update::Drop { id } => self.save(Change::Drop(id)),
            Update::Stored { id, conv, log, entry, seq, .. } => {
                let (conv_number, log) = (u128::from_be_bytes(conv.0), log.number());
                tell(&format!("stored {} {conv_number} {log} {} {seq}", number(id), number(entry)));
                self.flying.remove(&id);
                if self.claiming == Some(id) {
                    self.claiming = None;
                    self.chats.entry(conv).or_default();
                }
            }
            Update::Refused { id, conv, why, .. } => {
                tell(&format!("refused {}", number(id)));
                self.flying.remove(&id);
                if self.claiming == Some(id) {
                    self.claiming = None;
                    self.passed.insert(conv);
                } else if why != Denied::Unread
                    && let Some(chat) = self.chats.get_mut(&conv)
                {
                    // The child left, or what was said comes after the end: the lines will tell.
                    chat.child_waits = false;
                }
            }
            Update::Queue(queue) => self.take_next(&queue).await,
            Update::NotWatched { conv, .. } => _ = self.chats.remove(&conv),
            Update::Line(shown) => self.shown(&shown),
            Update::Altered { conv, why, .. } => tell(&format!("altered {conv} {why:?}")),
            _ => {}
        }
    }

    fn shown(&mut self, shown: &Shown) {
        let (conv, log) = (u128::from_be_bytes(shown.conv.0), shown.log.number());
        tell(&format!("shown {conv} {log} {} {}", number(shown.id), shown.seq));
        if matches!(shown.what, What::CouldNotBeRead(_)) {
            tell(&format!("altered {} unread", shown.conv));
        }
        let Some(chat) = self.chats.get_mut(&shown.conv).filter(|_| shown.log == Log::Talk) else { return };
        chat.read = shown.seq;
        match (&shown.who, &shown.what) {
            (Who::Child, What::Said(_)) => chat.child_waits = true,
            (Who::Line(_), What::Said(_)) => {
                chat.answers += 1;
                chat.child_waits = false;
            }
            (_, What::Closed(_) | What::Left(_)) => chat.has_ended = true,
            _ => {}
        }
    }

    async fn take_next(&mut self, queue: &Queue) {
        if self.is_going || self.claiming.is_some() || self.chats.len() >= PLACES {
            return;
        }
        let is_free = |conv: &ConversationId| !self.passed.contains(conv) && !self.chats.contains_key(conv);
        let waiting = queue.rows.iter().filter(|row| row.phase == Phase::Waiting && row.holder.is_none());
        let free: Vec<_> = waiting.map(|row| row.conv).filter(is_free).take(COLLEAGUES).collect();
        if !free.is_empty() {
            // Not all the same one, or nineteen of twenty lose; but often enough two do.
            let conv = free[self.run as usize % free.len()];
            self.claiming = Some(self.write(conv, Act::Claim).await);
        }
    }
}

/// Among how many of the first it chooses.
const COLLEAGUES: usize = 10;

fn number(id: EntryId) -> u128 {
    u128::from_be_bytes(id.0)
}
