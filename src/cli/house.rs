//! A supervisor's connection for a command: it opens the vault, signs in, and fetches what the house knows. It says nothing
//! of anybody's state on shift and keeps nothing.

use std::io::{IsTerminal as _, Write as _};
use std::sync::Arc;
use std::time::{Duration, Instant};

use super::{Exit, Failure, Global, Outcome, console, keys, places};
use crate::client::desk::{Answer, Command, ContactRow, DeskLink, Queue, Request, Update};
use crate::client::link::{Connection, Stop};
use crate::client::socket::{self, Door, Handle};
use crate::console::setup_of;
use crate::conversation::Role;
use crate::conversation::event::Interval;
use crate::locale::Locale;
use crate::report::statistics::Row;

/// How long a relay may take to answer at all.
const PATIENCE: Duration = Duration::from_secs(20);
/// From when on it is said how far the fetching is.
const QUIET: Duration = Duration::from_millis(100);
/// The number under which rows are asked for.
const ROWS: u64 = 1;

/// A connection as a supervisor.
pub struct House {
    /// The link.
    pub link: Handle<DeskLink>,
    /// The queue as it was first told.
    pub queue: Arc<Queue>,
    url: String,
}

impl House {
    /// Opens the vault and connects.
    ///
    /// # Errors
    /// Fails with the sentence of what is wrong: the passphrase, no relay, no supervisor.
    pub async fn connect(global: &Global, relay: Option<String>, locale: &Locale) -> Outcome<Self> {
        let paths = places::paths(global)?;
        let relay = console::relay(global, &paths, relay, locale)?;
        let (keys, _) = keys::open(global, &places::vault(&paths), locale)?;
        let no_relay = || {
            Failure::new(Exit::Usage, "cli-error-no-relay-url").with("file", paths.config_file().display())
        };
        let setup = setup_of(&keys, relay).ok_or_else(no_relay)?;
        let url = setup.address.authority();
        let door = Door::desk(setup.address.clone());
        let mut link = socket::spawn(DeskLink::new(setup), door);
        let found = tokio::time::timeout(PATIENCE, first_queue(&mut link, &url)).await;
        let queue = found.unwrap_or_else(|_| Err(unreachable(&url, "–")))?;
        Ok(Self { link, queue, url })
    }

    /// Fetches the rows and quarters of an hour of a half-open time, in milliseconds since 1970, saying how far it is
    /// where that takes longer than a blink.
    ///
    /// # Errors
    /// Fails if the relay refuses or goes away.
    pub async fn rows(&mut self, from: u64, to: u64, locale: &Locale) -> Outcome<(Vec<Row>, Vec<Interval>)> {
        let request = Request::Rows { from, to };
        let gone = || unreachable(&self.url, "–");
        self.link.commands.send(Command::Ask { ask: ROWS, request }).await.map_err(|_| gone())?;
        let (mut rows, mut intervals) = (Vec::new(), Vec::new());
        let mut progress = Progress::begin();
        loop {
            let update = tokio::time::timeout(PATIENCE, self.link.updates.recv()).await;
            match update.ok().flatten().ok_or_else(gone)? {
                Update::Answer {
                    ask: ROWS,
                    answer: Answer::Rows { contacts, intervals: quarters, is_last },
                } => {
                    rows.extend(contacts.into_iter().map(row));
                    intervals.extend(quarters.into_iter().map(|(_, interval)| interval));
                    progress.tell(locale, rows.len());
                    if is_last {
                        progress.end();
                        return Ok((rows, intervals));
                    }
                }
                Update::Answer { ask: ROWS, answer: Answer::Refused(_) } => return Err(not_supervisor()),
                Update::Connection(Connection::Waiting { why, .. }) => {
                    return Err(unreachable(&self.url, &format!("{why:?}")));
                }
                Update::Connection(Connection::Stopped(stop)) => return Err(stopped(&stop)),
                _ => {}
            }
        }
    }

    /// Says goodbye.
    pub async fn leave(self) {
        _ = self.link.commands.send(Command::Leave).await;
        // A relay that does not answer any more is left without a word.
        _ = tokio::time::timeout(Duration::from_secs(2), self.link.join()).await;
    }
}

/// Returns a row with its facets, where the house key opened them.
pub fn row(row: ContactRow) -> Row {
    let facets = row.facets.as_deref().and_then(|facets| serde_json::from_str(facets).ok());
    Row { contact: row.contact, facets }
}

async fn first_queue(link: &mut Handle<DeskLink>, url: &str) -> Outcome<Arc<Queue>> {
    loop {
        match link.updates.recv().await.ok_or_else(|| unreachable(url, "–"))? {
            Update::Welcome(welcome) if welcome.role != Role::Supervisor => return Err(not_supervisor()),
            Update::Queue(queue) => return Ok(queue),
            Update::Connection(Connection::Waiting { why, .. }) => {
                return Err(unreachable(url, &format!("{why:?}")));
            }
            Update::Connection(Connection::Stopped(stop)) => return Err(stopped(&stop)),
            _ => {}
        }
    }
}

/// The relay does not answer.
pub fn unreachable(url: &str, reason: &str) -> Failure {
    Failure::new(Exit::NoRelay, "cli-error-unreachable").with("url", url).with("reason", reason)
}

fn not_supervisor() -> Failure {
    Failure::new(Exit::Refused, "cli-error-house-supervisor")
}

/// Says why no try is made any more.
pub fn stopped(stop: &Stop) -> Failure {
    let reason = match stop {
        Stop::Card(reason) => reason.to_string(),
        other => format!("{other:?}"),
    };
    Failure::new(Exit::Refused, "cli-error-stopped").with("reason", reason)
}

/// How many rows have come, on one line of stderr that goes again.
struct Progress {
    began: Instant,
    is_shown: bool,
    is_terminal: bool,
}

impl Progress {
    fn begin() -> Self {
        Self { began: Instant::now(), is_shown: false, is_terminal: std::io::stderr().is_terminal() }
    }

    fn tell(&mut self, locale: &Locale, rows: usize) {
        if !self.is_terminal || self.began.elapsed() < QUIET {
            return;
        }
        let count = locale.number(i64::try_from(rows).unwrap_or(i64::MAX));
        let line = locale.say_with("cli-stats-fetching", &[("rows", count.into())]);
        _ = write!(std::io::stderr(), "\r{line} ");
        self.is_shown = true;
    }

    fn end(&self) {
        if self.is_shown {
            _ = write!(std::io::stderr(), "\r\x1b[K");
        }
    }
}
