//! The terminal console, assembled: [`run`] takes the terminal, opens vault and casebook behind a passphrase, keeps a
//! link to the relay, and gives the terminal back on every way out. What happens is decided in `model`, which is pure;
//! `shell` is its one loop; `screen` draws. It never shows text that is not safe, and never waits for disk or network
//! while somebody types. What may fail before the first screen is [`ConsoleError`]; all else is a sentence on the screen.

use std::io;
use std::path::PathBuf;

use zeroize::Zeroizing;

use crate::client::address::Address;

mod ascii;
pub mod first;
#[cfg(test)]
mod hostile;
#[cfg(test)]
mod journeys;
mod keeper;
pub mod keymap;
pub mod look;
pub mod model;
#[cfg(test)]
mod picture;
pub mod plain;
pub mod screen;
mod shell;
#[cfg(test)]
pub(crate) mod stage;
pub mod terminal;
pub mod theme;
pub mod widget;

pub use keeper::setup_of;
pub use look::Look;
pub use model::{Alone, PageVerdict, Settings, Welcome};

/// Looks at a page: its bytes, the root of the line, the relays on its card. The console may not know how pages are built.
pub type PageJudge = fn(&[u8], &[u8; 65], &[String]) -> PageVerdict;

/// What a console begins with.
pub struct ConsoleStart {
    /// The key file.
    pub vault: PathBuf,
    /// The folder of the casebook.
    pub casebook: PathBuf,
    /// The relay; without one, that of the line card in the vault. None at all with `is_offline`.
    pub relay: Option<Address>,
    /// Opens only the casebook.
    pub is_offline: bool,
    /// A passphrase that need not be typed: a demo's, or from a file.
    pub passphrase: Option<Zeroizing<String>>,
    /// The name under which children read me; without one, the account's.
    pub alias: Option<String>,
    /// Words, keys, styles, time zone.
    pub look: Look,
    /// What was chosen.
    pub settings: Settings,
    /// The person's own files of phrases, in English and in Czech; none where nothing is to be left behind.
    pub phrases: Option<[PathBuf; 2]>,
    /// The helpline's own list of words for the anonymiser; none where nothing is to be left behind.
    pub own_list: Option<PathBuf>,
    /// How the terminal is used.
    pub manner: terminal::Manner,
    /// The themes for a dark and for a light ground, if the terminal is to be asked for its own; else that of the look.
    pub by_ground: Option<[theme::Theme; 2]>,
    /// A sentence for the first screen, such as a mistake in a keymap file.
    pub notice: Option<String>,
    /// Looks at the page that the relay serves.
    pub judge: PageJudge,
}

/// Why a console did not begin, or ended without being asked to.
#[derive(Debug, thiserror::Error)]
pub enum ConsoleError {
    /// Standard output is no terminal, or the terminal is gone.
    #[error("the terminal: {0}")]
    Terminal(#[source] io::Error),
    /// A thread or the runtime could not be started.
    #[error("cannot start: {0}")]
    Start(#[source] io::Error),
}

impl ConsoleError {
    /// Returns the id of the sentence that a person sees; it takes `reason`.
    pub fn text_id(&self) -> &'static str {
        match self {
            Self::Terminal(_) => "console-error-terminal",
            Self::Start(_) => "console-error-start",
        }
    }
}

/// How a console ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Its person left, or the system ended it.
    Left,
    /// It was locked and no child is held: whoever called it puts a new process image in its place.
    Locked,
}

/// Runs a console until its person leaves or the system ends it. Everything unsaved is saved before this returns.
///
/// # Errors
/// Fails if there is no terminal, or nothing can be started.
pub fn run(start: ConsoleStart) -> Result<Ended, ConsoleError> {
    run_as(start, None)
}

/// Runs a board that stands alone: the vault is opened, no casebook, and nothing is said of oneself on shift.
///
/// # Errors
/// Fails if there is no terminal, or nothing can be started.
pub fn board(start: ConsoleStart, alone: Alone) -> Result<(), ConsoleError> {
    run_as(start, Some(alone)).map(drop)
}

fn run_as(start: ConsoleStart, alone: Option<Alone>) -> Result<Ended, ConsoleError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(ConsoleError::Start)?;
    let ended = runtime.block_on(shell::run(start, alone));
    // A name lookup that hangs must not keep a tired person from leaving.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    ended
}
