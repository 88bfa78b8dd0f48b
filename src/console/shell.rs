//! The one loop: keys, link, casebook and clock come in as inputs, effects go out in order, and the screen is drawn once
//! after each batch. Nothing in it waits: what cannot go out at once stands in a queue.

use std::collections::VecDeque;
use std::time::{Duration, Instant, SystemTime};

use crossterm::event::EventStream;
use futures_util::StreamExt as _;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use super::keeper::{Answer, Keeper, Places, Task};
use super::model::{Alone, Effect, Input, Model, Moment, PageVerdict};
use super::terminal::ground::Ground;
use super::terminal::{self, Screen, TerminalEvent};
use super::theme::Theme;
use super::{ConsoleError, ConsoleStart, Ended, PageJudge};
use crate::client::desk::{Command, DeskLink, Setup, Update};
use crate::client::fetch::{PageAddress, fetch};
use crate::client::link::{Connection, Stop};
use crate::client::socket::{self, Door, Handle};

/// How many inputs are taken before the screen is drawn again.
const BATCH: usize = 512;
/// How many answers of the keeper wait; it waits when nobody takes them.
const ANSWERS: usize = 1024;
/// How long the link may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);

/// Runs the console, or a board that stands alone.
pub async fn run(start: ConsoleStart, alone: Option<Alone>) -> Result<Ended, ConsoleError> {
    let ConsoleStart {
        vault, casebook, relay, is_offline, passphrase, alias, phrases, own_list, judge, ..
    } = start;
    let ConsoleStart { mut look, settings, manner, by_ground, notice, .. } = start;
    let (answers_out, answers) = mpsc::channel(ANSWERS);
    let page = Page { judge, from: None, answers: answers_out.downgrade(), task: None };
    let locale = look.locale.clone();
    let places = Places { vault, casebook, relay, is_offline, alias, phrases, own_list, locale };
    let begun = match alone {
        Some(_) => Keeper::watch(places, answers_out),
        None => Keeper::start(places, answers_out),
    };
    let keeper = begun.map_err(ConsoleError::Start)?;
    let signals = Signals::listen().map_err(ConsoleError::Start)?;
    let (screen, asked) = Screen::take(manner, by_ground.is_some()).map_err(ConsoleError::Terminal)?;
    if let (Some(ground), Some(themes)) = (asked.ground, &by_ground) {
        look.theme = theme_for(ground, themes);
    }
    let size = screen.size().map_err(ConsoleError::Terminal)?;
    let clock = Clock(Instant::now());
    let mut model = Model::new(look, settings, size, clock.moment(), rand::random());
    if let Some(alone) = alone {
        model.stand_alone(alone);
    }
    if let Some(sentence) = notice {
        model.say_first(sentence);
    }
    let mut shell = Shell {
        model,
        clock,
        keeper,
        answers,
        screen,
        by_ground,
        is_away: false,
        link: None,
        to_link: VecDeque::new(),
        page,
        has_ended: false,
        error: None,
    };
    if is_offline {
        shell.input(Input::Link(Update::Connection(Connection::Stopped(Stop::Left))));
    }
    if let Some(passphrase) = passphrase {
        shell.input(Input::Passphrase(passphrase));
    }
    for event in asked.typed {
        shell.input(Input::Terminal(event));
    }
    shell.serve(signals).await;
    let ended = if shell.model.starts_anew { Ended::Locked } else { Ended::Left };
    shell.end().await.map(|()| ended)
}

fn theme_for(ground: Ground, [dark, light]: &[Theme; 2]) -> Theme {
    match ground {
        Ground::Dark => dark.clone(),
        Ground::Light => light.clone(),
    }
}

struct Clock(Instant);

impl Clock {
    fn moment(&self) -> Moment {
        let wall = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        let millis = |time: Duration| u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        Moment { mono: millis(self.0.elapsed()), wall: millis(wall) }
    }
}

struct Signals {
    ends: [Signal; 4],
    stop: Signal,
    go_on: Signal,
}

impl Signals {
    fn listen() -> std::io::Result<Self> {
        let ends =
            [SignalKind::terminate(), SignalKind::hangup(), SignalKind::interrupt(), SignalKind::quit()];
        let [term, hang_up, interrupt, quit] = ends.map(signal);
        let raw = |signal: rustix::process::Signal| SignalKind::from_raw(signal.as_raw());
        Ok(Self {
            ends: [term?, hang_up?, interrupt?, quit?],
            stop: signal(raw(rustix::process::Signal::TSTP))?,
            go_on: signal(raw(rustix::process::Signal::CONT))?,
        })
    }

    /// Waits for a signal that ends the program.
    async fn end(ends: &mut [Signal; 4]) {
        let [term, hang_up, interrupt, quit] = ends;
        tokio::select! {
            _ = term.recv() => {}
            _ = hang_up.recv() => {}
            _ = interrupt.recv() => {}
            _ = quit.recv() => {}
        }
    }
}

struct Shell {
    model: Model,
    clock: Clock,
    keeper: Keeper,
    answers: mpsc::Receiver<Answer>,
    screen: Screen,
    by_ground: Option<[Theme; 2]>,
    /// The program was stopped, and the terminal is somebody else's until it goes on.
    is_away: bool,
    link: Option<Handle<DeskLink>>,
    /// What the link has not taken yet.
    to_link: VecDeque<Command>,
    page: Page,
    has_ended: bool,
    error: Option<ConsoleError>,
}

/// Looking at the page that the relay serves, beside everything else: it never keeps a key or the login waiting.
struct Page {
    judge: PageJudge,
    from: Option<(PageAddress, [u8; 65])>,
    answers: mpsc::WeakSender<Answer>,
    task: Option<JoinHandle<()>>,
}

impl Page {
    fn look(&mut self, relays: Vec<String>) {
        let (judge, answers) = (self.judge, self.answers.clone());
        let Some((page, root)) = self.from.clone() else { return };
        self.end();
        self.task = Some(tokio::spawn(async move {
            let verdict = match fetch(&page).await {
                Ok(html) => judge(&html, &root, &relays),
                Err(error) => {
                    tracing::info!(%error, "the page was not fetched");
                    PageVerdict::NotThere
                }
            };
            if let Some(answers) = answers.upgrade() {
                // Nobody listens any more only when the program ends.
                _ = answers.send(Answer::Input(Input::Page(verdict))).await;
            }
        }));
    }

    fn end(&mut self) {
        if let Some(task) = self.task.take() {
            task.abort();
        }
    }
}

/// What woke the loop.
enum Woken {
    Event(Option<std::io::Result<crossterm::event::Event>>),
    Update(Option<Update>),
    Answer(Option<Answer>),
    Room,
    Time,
    Terminate,
    Suspend,
    GoOn,
}

impl Shell {
    async fn serve(&mut self, mut signals: Signals) {
        let mut events = EventStream::new();
        self.draw();
        while !self.has_ended {
            let woken = self.wait(&mut events, &mut signals).await;
            self.take(woken);
            self.take_what_is_there(&mut events).await;
            for event in self.screen.pause() {
                self.input(Input::Terminal(event));
            }
            self.draw();
        }
    }

    async fn wait(&mut self, events: &mut EventStream, signals: &mut Signals) -> Woken {
        let wake = self.clock.0 + Duration::from_millis(self.model.wake_at());
        let has_commands = !self.to_link.is_empty();
        let (updates, commands) = match &mut self.link {
            Some(link) => (Some(&mut link.updates), Some(&link.commands)),
            None => (None, None),
        };
        let update = async {
            match updates {
                Some(updates) => updates.recv().await,
                None => std::future::pending().await,
            }
        };
        let room = async {
            match commands {
                Some(commands) if has_commands => _ = commands.reserve().await,
                _ => std::future::pending().await,
            }
        };
        tokio::select! {
            biased;
            () = Signals::end(&mut signals.ends) => Woken::Terminate,
            _ = signals.stop.recv() => Woken::Suspend,
            _ = signals.go_on.recv() => Woken::GoOn,
            event = events.next() => Woken::Event(event),
            answer = self.answers.recv() => Woken::Answer(answer),
            update = update => Woken::Update(update),
            () = room => Woken::Room,
            () = tokio::time::sleep_until(wake.into()) => Woken::Time,
        }
    }

    fn take(&mut self, woken: Woken) {
        match woken {
            Woken::Event(Some(Ok(event))) => {
                let (events, ground) = self.screen.hear(event);
                if let (Some(ground), Some(themes)) = (ground, &self.by_ground) {
                    self.model.look.theme = theme_for(ground, themes);
                }
                events.into_iter().for_each(|event| self.input(Input::Terminal(event)));
            }
            // The terminal is gone: as if the system had said so.
            Woken::Event(Some(Err(_)) | None) | Woken::Terminate => self.input(Input::Terminate),
            Woken::Update(Some(update)) => self.input(Input::Link(update)),
            Woken::Update(None) => self.link_ended(),
            Woken::Answer(Some(Answer::Input(input))) => self.input(input),
            Woken::Answer(Some(Answer::Link(setup))) => self.begin_link(*setup),
            Woken::Answer(None) => self.input(Input::Terminate),
            Woken::Room => {}
            Woken::Time => self.input(Input::Tick),
            Woken::Suspend => self.suspend(),
            Woken::GoOn => self.go_on(),
        }
        self.flush();
    }

    /// Takes everything that has come meanwhile, so that a hundred lines are drawn once.
    async fn take_what_is_there(&mut self, events: &mut EventStream) {
        for _ in 0..BATCH {
            if self.has_ended {
                return;
            }
            let next = if let Some(event) = terminal::at_hand(events).await {
                Woken::Event(event)
            } else if let Ok(answer) = self.answers.try_recv() {
                Woken::Answer(Some(answer))
            } else if let Some(Ok(update)) = self.link.as_mut().map(|link| link.updates.try_recv()) {
                Woken::Update(Some(update))
            } else {
                return;
            };
            self.take(next);
        }
    }

    fn begin_link(&mut self, setup: Setup) {
        let door = Door::desk(setup.address.clone());
        self.page.from = Some((PageAddress::of_relay(&setup.address), setup.root));
        self.link = Some(socket::spawn(DeskLink::new(setup), door));
    }

    fn link_ended(&mut self) {
        self.link = None;
    }

    fn input(&mut self, input: Input) {
        let effects = self.model.update(self.clock.moment(), input);
        effects.into_iter().for_each(|effect| self.perform(effect));
        self.flush();
    }

    fn perform(&mut self, effect: Effect) {
        match effect {
            Effect::Unlock(passphrase) => self.keeper.ask(Task::Unlock(passphrase)),
            Effect::Link(command) => self.to_link.push_back(command),
            Effect::Save(job, changes) => self.keeper.ask(Task::Save(job, changes)),
            Effect::Find(number, words, filter) => self.keeper.ask(Task::Find(number, words, filter)),
            Effect::Own(account, since) => self.keeper.ask(Task::Own(account, since)),
            Effect::Load(contact) => self.keeper.ask(Task::Load(contact)),
            Effect::Recall(conv, former) => self.keeper.ask(Task::Recall(conv, former)),
            Effect::Erase(conv) => self.keeper.ask(Task::Erase(conv)),
            Effect::AddKeys(keys) => self.keeper.ask(Task::AddKeys(keys)),
            Effect::Settle(card, joins) => self.keeper.ask(Task::Settle(card, joins)),
            Effect::Granted(account, key) => self.keeper.ask(Task::Granted(account, key)),
            Effect::CheckPage(relays) => self.page.look(relays),
            Effect::Bell => {
                let rung = self.screen.alert();
                self.check(rung);
            }
            Effect::Copy(words) => {
                let copied = self.screen.copy(&words);
                self.check(copied);
            }
            Effect::Gather(quarter) => {
                let another = self.model.settings.another_reviewer;
                self.keeper.ask(Task::Gather(quarter, another));
            }
            Effect::KeepWord(entry) => self.keeper.ask(Task::KeepWord(entry)),
            Effect::KeepPhrase(lang, phrase) => self.keeper.ask(Task::KeepPhrase(lang, phrase)),
            Effect::Redraw => {
                let cleared = self.screen.clear();
                self.check(cleared);
            }
            Effect::Quit => self.has_ended = true,
        }
    }

    /// Gives the link as much as it takes at once. Before there is one, everything waits for it.
    fn flush(&mut self) {
        let Some(link) = &self.link else { return };
        while let Some(command) = self.to_link.pop_front() {
            match link.commands.try_send(command) {
                Ok(()) => {}
                Err(mpsc::error::TrySendError::Full(command)) => {
                    self.to_link.push_front(command);
                    return;
                }
                Err(mpsc::error::TrySendError::Closed(_)) => {
                    self.to_link.clear();
                    return;
                }
            }
        }
    }

    fn draw(&mut self) {
        if self.has_ended {
            return;
        }
        if !self.is_away && !terminal::is_taken() {
            // A part of the program panicked and gave the terminal back: what can be saved is saved, and the rest goes.
            return self.input(Input::Terminate);
        }
        let drawn = self.screen.draw(&self.model);
        self.check(drawn);
    }

    /// A terminal that is gone ends the console, with everything saved.
    fn check(&mut self, result: std::io::Result<()>) {
        if let Err(error) = result
            && self.error.is_none()
        {
            self.error = Some(ConsoleError::Terminal(error));
            self.input(Input::Terminate);
        }
    }

    /// Gives the terminal back and stops, as the shell above wants it. The signal to go on wakes the loop again.
    fn suspend(&mut self) {
        self.screen.suspend();
        self.is_away = true;
        let me = rustix::process::getpid();
        if let Err(error) = rustix::process::kill_process(me, rustix::process::Signal::STOP) {
            tracing::warn!(%error, "could not stop");
            self.go_on();
        }
    }

    /// Takes the terminal again, whose size may be another by now.
    fn go_on(&mut self) {
        self.is_away = false;
        let taken = self.screen.resume();
        self.check(taken);
        if let Ok((columns, rows)) = self.screen.size() {
            self.input(Input::Terminal(TerminalEvent::Resize(columns, rows)));
        }
    }

    /// Everything that was asked is done before the program goes: the casebook saves, the link says goodbye.
    async fn end(mut self) -> Result<(), ConsoleError> {
        self.flush();
        self.page.end();
        let Self { keeper, screen, link, answers, error, .. } = self;
        drop((screen, answers));
        if let Some(link) = link
            && tokio::time::timeout(GOODBYE, link.join()).await.is_err()
        {
            tracing::warn!("the link did not say goodbye in time");
        }
        // Joining a thread blocks, and nothing else is left to do on this one.
        keeper.finish();
        error.map_or(Ok(()), Err)
    }
}
