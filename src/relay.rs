//! Assembles and runs one relay node: journal, switchboard, listener. It prints nothing; what a person should know is
//! returned or logged, and no log holds a word, a handle, an address or a whole id.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::conversation::event::{CardSet, Granted, Joined};
use crate::conversation::{By, ConversationId, Entry, EntryId, Event, Kind, Log, chain};
use crate::journal::{AppendError, Embedded, Journal, Replay, Report, embedded};
use crate::sealing::card::{self, Card, CardError, LineFile};
use crate::segment::RealDisk;

use self::metrics::Metrics;
use self::outbox::Room;
use self::page::own::{Own, OwnError};
use self::page::press::Press;
use self::page::words::Words;
use self::page::{PageError, PageInputs};
use self::rules::Rules;
use self::server::doorman::{Doorman, Places};
use self::server::shell::{Clock, INPUTS, Shell};
use self::server::{Front, House, tls};
use self::session::Sizes;
use self::switchboard::{BadCard, Kept, Switchboard};

pub mod metrics;
pub mod outbox;
pub mod page;
pub mod rules;
pub mod server;
pub mod session;
pub mod switchboard;

/// The folder of the journal in the data folder.
const JOURNAL: &str = "journal";
/// The root's public key in the data folder.
const ROOT: &str = "root.pub";

/// All settings of one relay, as plain values; `config` makes them, tests shorten them.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Where to listen; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The data folder.
    pub data: PathBuf,
    /// Names to answer to; with none, those of the listening address.
    pub hosts: Vec<String>,
    /// Origins of pages that may connect; with none, those of the listening address.
    pub origins: Vec<String>,
    /// Proxies whose `X-Forwarded-For` counts, and which speak TLS for the relay.
    pub behind_proxy: Vec<IpAddr>,
    /// Certificate and key, PEM.
    pub tls: Option<(PathBuf, PathBuf)>,
    /// Addresses that may read `/metrics`.
    pub metrics: Vec<IpAddr>,
    /// What the switchboard is told.
    pub rules: Rules,
    /// Of each websocket.
    pub sizes: Sizes,
    /// What waits for each websocket.
    pub room: Room,
    /// What the journal waits for.
    pub waits: embedded::Waits,
    /// The head of a request, in bytes.
    pub head_bytes: usize,
    /// How many headers it may have.
    pub head_fields: usize,
    /// Time for the head, from accept.
    pub head_time: Duration,
    /// Changes the page's inputs, which otherwise are those of [`PageInputs::new`].
    pub page: PageSettings,
}

/// What of the page is a setting.
#[derive(Debug, Clone)]
#[expect(missing_docs, reason = "as in `PageInputs`")]
pub struct PageSettings {
    pub title: String,
    pub phone: Option<String>,
    pub exit_url: String,
    pub languages: Vec<String>,
    pub ages: Vec<String>,
    pub folder: Option<PathBuf>,
    pub own: Own,
}

impl PageSettings {
    /// Reads the folder with the line's own texts and help.
    ///
    /// # Errors
    /// Fails if a file there cannot be read or is not understood.
    pub fn read_own(&mut self) -> Result<(), OwnError> {
        self.own = Own::read(self.folder.as_deref())?;
        Ok(())
    }

    /// Returns the inputs of the page with a card: nothing else is in them, so that the same settings and the same card
    /// make the same bytes anywhere and at any time.
    pub fn inputs(&self, root: [u8; 65], card: Option<&Card>, absence_ms: u64) -> PageInputs {
        let Some(card) = card else { return PageInputs::new(root, 0, 0) };
        let mut inputs = PageInputs::new(root, card.serial, card.issued);
        inputs.title.clone_from(&self.title);
        inputs.phone = self.phone.clone().unwrap_or_else(|| card.phone.clone());
        inputs.exit_url.clone_from(&self.exit_url);
        inputs.languages.clone_from(&self.languages);
        inputs.ages.clone_from(&self.ages);
        inputs.absence_min = u32::try_from(absence_ms / rules::MINUTE).unwrap_or(inputs.absence_min);
        let phones = [&inputs.emergency[..], std::slice::from_ref(&inputs.phone)].concat();
        inputs.help = page::places(&self.own.help, &inputs.languages, &phones);
        let is_used = |(lang, _): &&(String, Words)| inputs.languages.contains(lang);
        inputs.texts = self.own.texts.iter().filter(is_used).cloned().collect();
        inputs
    }
}

impl Settings {
    /// Returns the protocol's defaults: loopback, this data folder.
    pub fn new(data: PathBuf) -> Self {
        let inputs = PageInputs::new([0; 65], 0, 0);
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 8787)),
            data,
            hosts: Vec::new(),
            origins: Vec::new(),
            behind_proxy: Vec::new(),
            tls: None,
            metrics: vec![IpAddr::V4(Ipv4Addr::LOCALHOST)],
            rules: Rules::default(),
            sizes: Sizes::default(),
            room: Room { frames: 256, bytes: 1024 * 1024 },
            waits: embedded::Waits::default(),
            head_bytes: crate::protocol::limits::HEAD_BYTES,
            head_fields: crate::protocol::limits::HEADERS,
            head_time: Duration::from_secs(5),
            page: PageSettings {
                title: inputs.title,
                phone: None,
                exit_url: inputs.exit_url,
                languages: inputs.languages,
                ages: inputs.ages,
                folder: None,
                own: Own { help: Vec::new(), ..Own::shipped() },
            },
        }
    }
}

/// Why a relay does not begin.
#[derive(Debug, thiserror::Error)]
pub enum RelayError {
    /// The data folder holds a relay already.
    #[error("{0} already holds a line")]
    AlreadyThere(PathBuf),
    /// The data folder holds none.
    #[error("{0} holds no line: begin with `opora relay --init line.json`")]
    NotThere(PathBuf),
    /// The line file names a card that is not good.
    #[error("the line's card: {0}")]
    Card(#[from] CardError),
    /// The card on disk cannot be read.
    #[error(transparent)]
    BadCard(#[from] BadCard),
    /// The line file names no account.
    #[error("the line file names no account")]
    NoAccount,
    /// The journal does not open.
    #[error(transparent)]
    Journal(#[from] embedded::OpenError),
    /// The journal does not take the first entries.
    #[error("the journal: {0}")]
    Append(#[from] AppendError),
    /// The page cannot be built.
    #[error("the page: {0}")]
    Page(#[from] PageError),
    /// No TLS with these files.
    #[error(transparent)]
    Tls(#[from] tls::TlsError),
    /// Words would cross a network in the open.
    #[error("{0} is reached from outside: TLS, or a proxy that speaks it, is needed")]
    TlsNeeded(SocketAddr),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Which.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// The data folder cannot be used.
    #[error("{path}: {source}")]
    Folder {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
}

/// A relay that runs.
pub struct Running {
    /// Where it listens.
    pub addr: SocketAddr,
    /// Whether by TLS.
    pub secure: bool,
    /// What was found when the journal was read.
    pub report: Report,
    /// The page's SHA-256.
    pub page: [u8; 32],
    tls: Option<tls::Keys>,
    stop: CancellationToken,
    tasks: TaskTracker,
}

impl Running {
    /// Reads certificate and key again.
    ///
    /// # Errors
    /// Fails if they cannot be used; the old ones stay.
    pub fn reload(&self) -> Result<(), tls::TlsError> {
        self.tls.as_ref().map_or(Ok(()), tls::Keys::reload)
    }

    /// Says `restart` to every socket and ends when all are closed.
    pub async fn stop(self) {
        self.stop.cancel();
        self.tasks.close();
        self.tasks.wait().await;
    }

    /// Ends when the relay has stopped, by [`Self::stop`] or the token it was given.
    pub async fn stopped(&self) {
        self.stop.cancelled().await;
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// Makes the data folder of a new relay from `line.json`: the first entries of its house are the accounts, their grants
/// and the card.
///
/// # Errors
/// Fails if a relay is there already, the card is not good, or the disk fails.
pub fn init(data: &Path, line: &LineFile, now_ms: u64) -> Result<(), RelayError> {
    card::check(&line.card, &line.sig, &line.root, now_ms, 0, None)?;
    if line.accounts.is_empty() {
        return Err(RelayError::NoAccount);
    }
    let root = data.join(ROOT);
    if root.exists() {
        return Err(RelayError::AlreadyThere(data.to_owned()));
    }
    let folder = |source| RelayError::Folder { path: data.to_owned(), source };
    std::fs::create_dir_all(data).map_err(folder)?;
    let (journal, _) = Embedded::open(&data.join(JOURNAL), &mut |_| {})?;
    if journal.head(ConversationId::HOUSE, Log::Desk).seq > 0 {
        return Err(RelayError::AlreadyThere(data.to_owned()));
    }
    for entry in first_entries(line, now_ms) {
        let (done, result) = std::sync::mpsc::channel();
        journal.append(entry, Box::new(move |outcome| _ = done.send(outcome)));
        result.recv().unwrap_or(Err(AppendError::Failed))?;
    }
    drop(journal);
    // Last of all: a folder with it is whole.
    let temporary = data.join("root.pub.new");
    let text = crate::conversation::encoding::b64(&line.root);
    std::fs::write(&temporary, text)
        .and_then(|()| std::fs::File::open(&temporary)?.sync_all())
        .map_err(folder)?;
    std::fs::rename(&temporary, &root).and_then(|()| std::fs::File::open(data)?.sync_all()).map_err(folder)
}

/// Returns the entries with which a house begins.
pub fn first_entries(line: &LineFile, now_ms: u64) -> Vec<Entry> {
    let joined = line.accounts.iter().map(|account| {
        let joined = Joined {
            name: account.name.clone(),
            role: account.role,
            host: None,
            nonce: None,
            key: account.key,
            box_key: account.box_key,
            sig: None,
        };
        (Kind::Joined, Event::Joined(joined))
    });
    let granted = line.grants.iter().map(|first| {
        let grant = &first.grant;
        let granted =
            Granted { who: None, name: first.name.clone(), key: grant.key, enc: grant.enc, ct: grant.ct };
        (Kind::Granted, Event::Granted(granted))
    });
    let card = CardSet { who: None, card: line.card.clone(), sig: line.sig };
    let events = joined.chain(granted).chain([(Kind::Card, Event::Card(card))]);
    let (conv, log) = (ConversationId::HOUSE, Log::Desk);
    let mut before = chain::start(conv, log);
    let mut entries = Vec::new();
    for (kind, event) in events {
        let Some(data) = event.data() else { continue };
        let seq = entries.len() as u64 + 1;
        let id = EntryId(rand::random());
        let mut entry =
            Entry { conv, log, seq, at: now_ms, by: By::Relay, author: None, kind, id, data, h: before };
        entry.h = chain::of_entry(before, &entry);
        before = entry.h;
        entries.push(entry);
    }
    entries
}

/// Verifies segments, shelf and chains of a relay's data folder without changing anything.
///
/// # Errors
/// Fails if the folder holds no line, a relay uses it, or the disk fails; damage is in the [`Report`].
pub fn check(data: &Path, progress: &mut dyn FnMut(u64, u64)) -> Result<Report, RelayError> {
    read_root(data)?;
    let mut replay = |replay| {
        if let Replay::Progress { read, total } = replay {
            progress(read, total);
        }
    };
    Ok(embedded::check(&data.join(JOURNAL), &mut replay)?)
}

/// Reads a relay's data folder and runs it until `stop`. `progress` is told how many bytes of how many are read.
///
/// # Errors
/// Fails if the folder holds no line, another relay uses it, the address is taken or TLS is missing.
pub async fn run(
    settings: Settings,
    progress: &mut (dyn FnMut(u64, u64) + Send),
    stop: CancellationToken,
) -> Result<Running, RelayError> {
    let root = read_root(&settings.data)?;
    let is_open = settings.tls.is_none() && settings.behind_proxy.is_empty();
    if !settings.listen.ip().is_loopback() && is_open {
        return Err(RelayError::TlsNeeded(settings.listen));
    }
    let keys = settings.tls.as_ref().map(|(cert, key)| tls::Keys::read(cert, key)).transpose()?;
    let (journal, kept, report) = read_journal(&settings, progress)?;
    run_on(settings, Arc::new(journal), kept, root, keys, report, stop).await
}

/// Runs a relay on any journal, for tests and drills.
///
/// # Errors
/// As [`run`].
pub async fn run_on(
    settings: Settings,
    journal: Arc<dyn Journal>,
    kept: Vec<Kept>,
    root: [u8; 65],
    keys: Option<tls::Keys>,
    report: Report,
    stop: CancellationToken,
) -> Result<Running, RelayError> {
    let listen = |source| RelayError::Listen { address: settings.listen, source };
    let listener = TcpListener::bind(settings.listen).await.map_err(listen)?;
    let addr = listener.local_addr().map_err(listen)?;
    let secure = keys.is_some() || !settings.behind_proxy.is_empty();
    let hosts = if settings.hosts.is_empty() { names_of(addr) } else { settings.hosts.clone() };
    let origins =
        if settings.origins.is_empty() { origins_of(addr, keys.is_some()) } else { settings.origins.clone() };
    let clock = Clock::start();
    let rules = Rules { hosts: hosts.clone(), ..settings.rules.clone() };
    let limits = rules.limits;
    let mut switchboard = Switchboard::new(rules, root, rand::random(), clock.now());
    for conversation in kept {
        switchboard.restore(conversation);
    }
    let first = switchboard.start(clock.now())?;
    let absence_ms = settings.rules.keep.absence_ms;
    let press = Press::start(settings.page.clone(), root, absence_ms, switchboard.card())?;
    let pages = press.pages();
    let sha256 = pages.borrow().page.sha256;
    let metrics = Arc::new(Metrics::default());
    let (inputs, inputs_out) = mpsc::channel(INPUTS);
    let (arrivals, arrivals_out) = mpsc::channel(64);
    let tasks = TaskTracker::new();
    let places = Places { all: limits.sockets, desk: limits.desk_sockets, address: limits.address_sockets };
    let house = Arc::new(House {
        front: Front {
            hosts,
            origins,
            behind_proxy: settings.behind_proxy.clone(),
            metrics: settings.metrics.clone(),
            head_bytes: settings.head_bytes,
            head_fields: settings.head_fields,
            head_time: settings.head_time,
            sizes: settings.sizes,
            room: settings.room,
            // Websockets leave this count once they are upgraded.
            connections: limits.sockets,
            secure,
        },
        pages,
        journal: Arc::clone(&journal),
        data: settings.data.clone(),
        metrics: Arc::clone(&metrics),
        doorman: Arc::new(Doorman::new(places, Arc::clone(&metrics))),
        inputs,
        arrivals,
        tasks: tasks.clone(),
        next: std::sync::atomic::AtomicU64::new(1),
        stop: stop.clone(),
    });
    let shell =
        Shell { switchboard, press, journal, metrics, clock, inputs: inputs_out, arrivals: arrivals_out };
    tasks.spawn(shell.run(first, stop.clone()));
    tasks.spawn(server::listen(house, listener, keys.clone()));
    tracing::info!(port = addr.port(), secure, entries = report.entries, "the relay listens");
    Ok(Running { addr, secure, report, page: sha256, tls: keys, stop, tasks })
}

fn read_root(data: &Path) -> Result<[u8; 65], RelayError> {
    let text = std::fs::read_to_string(data.join(ROOT)).map_err(|error| match error.kind() {
        std::io::ErrorKind::NotFound => RelayError::NotThere(data.to_owned()),
        _ => RelayError::Folder { path: data.to_owned(), source: error },
    })?;
    let bytes = crate::conversation::encoding::unb64(text.trim()).and_then(|bytes| bytes.try_into().ok());
    bytes.ok_or_else(|| RelayError::NotThere(data.to_owned()))
}

/// Opens the journal and gathers each conversation's entries.
fn read_journal(
    settings: &Settings,
    progress: &mut (dyn FnMut(u64, u64) + Send),
) -> Result<(Embedded, Vec<Kept>, Report), RelayError> {
    let mut entries: HashMap<ConversationId, Vec<Entry>> = HashMap::new();
    let mut replay = |replay| match replay {
        Replay::Entry(entry) => {
            let entry: Entry = entry;
            entries.entry(entry.conv).or_default().push(entry);
        }
        Replay::Progress { read, total } => progress(read, total),
    };
    let (disk, path) = (Arc::new(RealDisk), settings.data.join(JOURNAL));
    let (journal, report) = Embedded::open_on(disk, &path, settings.waits, &mut replay)?;
    let kept = gather(&journal, entries);
    Ok((journal, kept, report))
}

/// Puts each conversation's entries beside its shelf, as the switchboard begins with them: the house first.
pub fn gather(journal: &dyn Journal, mut entries: HashMap<ConversationId, Vec<Entry>>) -> Vec<Kept> {
    let house = Kept {
        conv: ConversationId::HOUSE,
        shelf: None,
        contact: EntryId([0; 16]),
        entries: entries.remove(&ConversationId::HOUSE).unwrap_or_default(),
        heads: Log::BOTH.map(|log| journal.head(ConversationId::HOUSE, log)),
        damaged: false,
    };
    let talks = journal.conversations().into_iter().map(|standing| Kept {
        conv: standing.conv,
        shelf: journal.shelf(standing.conv),
        contact: journal.contact_id(standing.conv).unwrap_or(EntryId([0; 16])),
        entries: entries.remove(&standing.conv).unwrap_or_default(),
        heads: [standing.talk, standing.desk],
        damaged: standing.damaged,
    });
    std::iter::once(house).chain(talks).collect()
}

/// Returns the names of a listening address.
fn names_of(addr: SocketAddr) -> Vec<String> {
    if addr.ip().is_loopback() {
        ["localhost", "127.0.0.1", "::1"].map(str::to_owned).to_vec()
    } else {
        vec![addr.ip().to_canonical().to_string()]
    }
}

/// Returns the origins of pages that a listening address serves.
fn origins_of(addr: SocketAddr, secure: bool) -> Vec<String> {
    let scheme = if secure { "https" } else { "http" };
    let name = |host: String| match addr.port() {
        80 if !secure => format!("{scheme}://{host}"),
        443 if secure => format!("{scheme}://{host}"),
        port => format!("{scheme}://{host}:{port}"),
    };
    let bracketed = |host: &String| if host.contains(':') { format!("[{host}]") } else { host.clone() };
    names_of(addr).iter().map(bracketed).map(name).collect()
}
