//! The thread that keeps the casebook: it opens vault and casebook, saves, searches, and reads, one job after the other,
//! so that no key ever waits for the disk. Jobs come in order and are answered in order; a search that a newer one
//! follows is not made. The shell is its only customer.

use std::collections::VecDeque;
use std::io;
use std::path::PathBuf;
use std::sync::mpsc;
use std::thread::JoinHandle;
use std::time::{Duration, Instant, SystemTime};

use zeroize::Zeroizing;

use super::model::{Input, Job, Restored, Results, SaveFailure, UnlockFailure};
use crate::anonymise::OwnEntry;
use crate::casebook::record::{Audited, Change, ContactId, Filter};
use crate::casebook::{self, Casebook, CasebookError, NotFinished, backup};
use crate::client::address::Address;
use crate::client::desk::{self, Setup};
use crate::conversation::event::Joined;
use crate::conversation::{Account, ConversationId, KeyId};
use crate::locale::{Lang, Locale, Phrase, Phrases, Value};
use crate::report::own::Own;
use crate::sealing::card::Card;
use crate::vault::{self, Admitted, Keys, Passphrase, VaultError, VaultFile};

mod reviewing;
mod watcher;
use watcher::Watching;
pub use watcher::setup_of;

/// How many contacts are shown while the casebook is read.
const NEWEST: usize = 50;
/// How many hits a search shows.
const HITS: usize = 200;
/// After how long without a job the casebook's files are tidied.
const IDLE: Duration = Duration::from_secs(30);
/// The pause between two pieces of that work.
const BREATH: Duration = Duration::from_millis(500);

/// How soon a search is made again while the index of the casebook still fills behind the first screen.
const AGAIN: Duration = Duration::from_millis(200);

/// What the keeper is asked to do.
pub enum Task {
    /// Open vault and casebook, or check the passphrase after a lock.
    Unlock(Zeroizing<String>),
    /// Put changes on disk.
    Save(Job, Vec<Change>),
    /// Search.
    Find(u64, String, Box<Filter>),
    /// Count this account's own numbers since a time.
    Own(String, u64),
    /// Read a contact.
    Load(ContactId),
    /// Look up the child of a conversation in an earlier one.
    Recall(ConversationId, ConversationId),
    /// Erase a conversation.
    Erase(ConversationId),
    /// Put new keys into the vault.
    AddKeys(desk::NewKeys),
    /// Take who joined into the team, and seal what the team lacks.
    Settle(Box<Card>, Vec<Joined>),
    /// Note that the relay took a key for somebody.
    Granted(Account, KeyId),
    /// Add a phrase to the person's own file.
    KeepPhrase(Lang, Phrase),
    /// Gather a quarter for review; whether the counsellor's own review does not count.
    Gather(String, bool),
    /// Add a line to the helpline's own list of words.
    KeepWord(OwnEntry),
}

/// What the keeper answers.
pub enum Answer {
    /// Something for the model.
    Input(Input),
    /// All that a link needs, once after the first unlocking.
    Link(Box<Setup>),
}

/// Where everything is.
pub struct Places {
    /// The key file.
    pub vault: PathBuf,
    /// The casebook's folder.
    pub casebook: PathBuf,
    /// The relay that was asked for.
    pub relay: Option<Address>,
    /// No link at all.
    pub is_offline: bool,
    /// The name under which children read me.
    pub alias: Option<String>,
    /// The person's own files of phrases, in English and in Czech.
    pub phrases: Option<[PathBuf; 2]>,
    /// The helpline's own list of words for the anonymiser.
    pub own_list: Option<PathBuf>,
    /// For sentences.
    pub locale: Locale,
}

/// The running keeper.
pub struct Keeper {
    /// How it is asked. The model has one write of a kind under way at most, so little ever waits here.
    tasks: mpsc::Sender<Task>,
    thread: JoinHandle<()>,
}

impl Keeper {
    /// Starts the thread; answers go to `answers`.
    ///
    /// # Errors
    /// Fails if the system gives no thread.
    pub fn start(places: Places, answers: tokio::sync::mpsc::Sender<Answer>) -> io::Result<Self> {
        let (tasks, waiting) = mpsc::channel();
        let keeping = Keeping { places, answers, open: None, again: None, failures: 0, is_untidy: false };
        let thread =
            std::thread::Builder::new().name("casebook".to_owned()).spawn(move || keeping.run(&waiting))?;
        Ok(Self { tasks, thread })
    }

    /// Starts the thread of a board that stands alone: it opens no casebook.
    ///
    /// # Errors
    /// Fails if the system gives no thread.
    pub fn watch(places: Places, answers: tokio::sync::mpsc::Sender<Answer>) -> io::Result<Self> {
        let (tasks, waiting) = mpsc::channel();
        let watching = Watching { places, answers, has_link: false };
        let thread =
            std::thread::Builder::new().name("vault".to_owned()).spawn(move || watching.run(&waiting))?;
        Ok(Self { tasks, thread })
    }

    /// Asks for something.
    pub fn ask(&self, task: Task) {
        // The thread ends only after this sender; if it panicked, its panic was told already.
        _ = self.tasks.send(task);
    }

    /// Waits until all that was asked is done.
    pub fn finish(self) {
        drop(self.tasks);
        _ = self.thread.join();
    }
}

struct Open {
    keys: Keys,
    vault: VaultFile,
    casebook: Casebook,
    damaged: u64,
}

struct Keeping {
    places: Places,
    answers: tokio::sync::mpsc::Sender<Answer>,
    open: Option<Open>,
    /// The last search, if it was made before everything could be found.
    again: Option<Task>,
    /// How many passphrases were wrong since the last good one: the audit knows them once it can be written.
    failures: u64,
    /// Whether the files can be made smaller still.
    is_untidy: bool,
}

impl Keeping {
    fn run(mut self, tasks: &mpsc::Receiver<Task>) {
        let mut waiting = VecDeque::new();
        loop {
            if waiting.is_empty() {
                let pause = match (&self.again, self.is_untidy) {
                    (Some(_), _) => AGAIN,
                    (None, true) => BREATH,
                    (None, false) => IDLE,
                };
                match tasks.recv_timeout(pause) {
                    Ok(task) => waiting.push_back(task),
                    Err(mpsc::RecvTimeoutError::Timeout) => match self.again.take() {
                        Some(search) => waiting.push_back(search),
                        None => self.tidy(),
                    },
                    Err(mpsc::RecvTimeoutError::Disconnected) => return,
                }
            }
            waiting.extend(tasks.try_iter());
            let Some(task) = waiting.pop_front() else { continue };
            let is_overtaken =
                matches!(task, Task::Find(..)) && waiting.iter().any(|later| matches!(later, Task::Find(..)));
            if !is_overtaken {
                self.perform(task);
            }
        }
    }

    fn perform(&mut self, task: Task) {
        match task {
            Task::Unlock(passphrase) => self.unlock(&passphrase),
            Task::Save(job, changes) => {
                let result = self.save(changes);
                self.answer(Input::Saved(job, result));
            }
            Task::Find(number, words, filter) => self.find(number, words, filter),
            Task::Own(account, since) => self.own(account, since),
            Task::Load(contact) => self.load(contact),
            Task::Recall(conv, former) => self.recall(conv, former),
            Task::Erase(conv) => self.erase(conv),
            Task::AddKeys(keys) => self.add_keys(keys),
            Task::Settle(card, joins) => self.settle(&card, &joins),
            Task::Granted(account, key) => self.granted(&account, key),
            Task::KeepPhrase(lang, phrase) => self.keep_phrase(lang, &phrase),
            Task::Gather(quarter, another) => self.gather(&quarter, another),
            Task::KeepWord(entry) => self.keep_word(&entry),
        }
    }

    fn answer(&self, input: Input) {
        self.tell(Answer::Input(input));
    }

    fn tell(&self, answer: Answer) {
        // Nobody listens any more only when the program ends.
        _ = self.answers.blocking_send(answer);
    }

    fn unlock(&mut self, passphrase: &str) {
        let passphrase = Passphrase::new(passphrase);
        let unlocked = match &self.open {
            Some(_) => vault::open(&self.places.vault, &passphrase)
                .map(|_| ())
                .map_err(|error| self.vault_failure(&error)),
            None => self.open(&passphrase),
        };
        if matches!(unlocked, Err(UnlockFailure::WrongPassphrase)) {
            self.failures += 1;
        }
        match unlocked.and_then(|()| self.restored()) {
            Ok(restored) => self.answer(Input::Unlocked(Box::new(restored))),
            Err(failure) => self.answer(Input::NotUnlocked(failure)),
        }
    }

    fn open(&mut self, passphrase: &Passphrase) -> Result<(), UnlockFailure> {
        let (mut keys, mut file) =
            vault::open(&self.places.vault, passphrase).map_err(|error| self.vault_failure(&error))?;
        let answers = self.answers.clone();
        let mut told = 0;
        let mut progress = |done: u64, all: u64| {
            let percent = u8::try_from(done.saturating_mul(100) / all.max(1)).unwrap_or(100);
            if percent >= told + 5 {
                told = percent;
                _ = answers.blocking_send(Answer::Input(Input::Progress(percent)));
            }
        };
        casebook::finish_rekey(&self.places.casebook, &mut file, &mut keys, now(), &mut progress).map_err(
            |error| match error {
                NotFinished::Casebook(error) => self.casebook_failure(&error),
                NotFinished::Vault(error) => self.vault_failure(&error),
            },
        )?;
        let folder = &self.places.casebook;
        let newest = casebook::newest(folder, file.casebook_id(), &keys.casebook, NEWEST);
        self.answer(Input::Newest(newest));
        let opened = Casebook::open(folder, file.casebook_id(), &keys.casebook, &mut progress);
        let (mut casebook, report) = opened.map_err(|error| self.casebook_failure(&error))?;
        let backups = self.places.vault.with_file_name("backups");
        if let Err(error) =
            backup::before_upgrade(&mut casebook, &backups, &self.places.vault, now(), &mut |_, _| {})
        {
            tracing::warn!(%error, "no copy before the new version writes; it is tried again");
        }
        let failures = std::mem::take(&mut self.failures);
        let mut audits = vec![Change::Audit(now(), Audited::Unlocked, String::new())];
        if failures > 0 {
            audits.insert(0, Change::Audit(now(), Audited::UnlockFailed, failures.to_string()));
        }
        if let Err(error) = casebook.save(audits, now()) {
            tracing::warn!(%error, "the unlocking is not in the audit");
        }
        self.open = Some(Open { keys, vault: file, casebook, damaged: report.unreadable });
        if !self.places.is_offline
            && let Some(setup) = self.setup()
        {
            self.tell(Answer::Link(Box::new(setup)));
        }
        Ok(())
    }

    /// Returns what a link begins with; none if there is no relay to go to.
    fn setup(&self) -> Option<Setup> {
        let open = self.open.as_ref()?;
        let setup = setup_of(&open.keys, self.places.relay.clone())?;
        let kept = open.casebook.outbox().into_iter();
        let outbox = kept.map(|item| desk::OutboxItem { id: item.id, conv: item.conv, bytes: item.bytes });
        let alias = self.places.alias.clone().unwrap_or_else(|| setup.alias.clone());
        Some(Setup { alias, outbox: outbox.collect(), is_kept: true, ..setup })
    }

    fn restored(&self) -> Result<Restored, UnlockFailure> {
        let Some(open) = &self.open else { return Ok(Restored::default()) };
        let contacts = open.casebook.with_conversation().map_err(|error| self.casebook_failure(&error))?;
        Ok(Restored {
            drafts: open.casebook.drafts(),
            promises: open.casebook.promises(),
            account: open.keys.account.to_string(),
            is_keyless: open.keys.line_seeds.is_empty(),
            backup: open.casebook.last_backup(),
            contacts,
            outbox: open.casebook.outbox(),
            count: open.casebook.count() as u64,
            damaged: open.damaged,
        })
    }

    fn vault_failure(&self, error: &VaultError) -> UnlockFailure {
        if matches!(error, VaultError::WrongPassphrase) {
            return UnlockFailure::WrongPassphrase;
        }
        tracing::warn!(%error, "the vault did not open");
        let reason = match error {
            VaultError::Io { source, .. } => source.to_string(),
            other => other.to_string(),
        };
        UnlockFailure::Failed(self.sentence(error.text_id(), &[("reason", reason.into())]))
    }

    fn casebook_failure(&self, error: &CasebookError) -> UnlockFailure {
        if let CasebookError::InUse(process) = error {
            return UnlockFailure::InUse(Some(*process).filter(|process| *process > 0));
        }
        tracing::warn!(%error, "the casebook did not open");
        UnlockFailure::Failed(self.sentence(error.text_id(), &[]))
    }

    fn sentence(&self, id: &str, values: &[(&str, Value<'_>)]) -> String {
        self.places.locale.say_with(id, values)
    }

    fn save(&mut self, changes: Vec<Change>) -> Result<u64, SaveFailure> {
        let Some(open) = &mut self.open else { return Err(SaveFailure::Failed) };
        let at = now();
        match open.casebook.save(changes, at) {
            // What the child had erased does not come back, and there is nothing left to keep.
            Ok(()) | Err(CasebookError::Erased) => Ok(at),
            Err(CasebookError::Full) => Err(SaveFailure::DiskFull),
            Err(error) => {
                tracing::error!(%error, "not saved");
                Err(SaveFailure::Failed)
            }
        }
    }

    fn find(&mut self, number: u64, words: String, filter: Box<Filter>) {
        let Some(open) = &self.open else { return };
        let began = Instant::now();
        let (indexed, all) = open.casebook.indexed();
        let found = open.casebook.find(&words, &filter, HITS).unwrap_or_else(|error| {
            tracing::error!(%error, "the search failed");
            crate::casebook::FoundContacts::default()
        });
        let micros = u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX);
        self.answer(Input::Found(Results { number, hits: found.hits, total: found.total, micros }));
        self.again = (indexed < all).then_some(Task::Find(number, words, filter));
    }

    fn own(&mut self, account: String, since: u64) {
        let Some(open) = &self.open else { return };
        let filter = Filter { by: Some(account), since: Some(since), ..Filter::default() };
        let mut own = Own::default();
        for found in open.casebook.list(&filter, usize::MAX) {
            match (open.casebook.contact(found.id), open.casebook.transcript(found.id)) {
                (Ok(Some(contact)), Ok(transcript)) => own.add(&contact, transcript.as_ref()),
                (Err(error), _) | (_, Err(error)) => tracing::error!(%error, "a contact could not be read"),
                (Ok(None), _) => {}
            }
        }
        self.answer(Input::Own(Box::new(own)));
    }

    fn load(&mut self, id: ContactId) {
        let Some(open) = &mut self.open else { return };
        let contact = open.casebook.contact(id);
        let transcript = open.casebook.transcript(id);
        match (contact, transcript) {
            (Ok(Some(contact)), Ok(transcript)) => self.answer(Input::Loaded(Box::new(contact), transcript)),
            (Err(error), _) | (_, Err(error)) => tracing::error!(%error, "a contact could not be read"),
            (Ok(None), _) => {}
        }
    }

    fn recall(&self, conv: ConversationId, former: ConversationId) {
        if let Some(before) = self.open.as_ref().and_then(|open| open.casebook.before(former)) {
            self.answer(Input::Recalled(conv, Box::new(before)));
        }
    }

    fn erase(&mut self, conv: ConversationId) {
        let Some(open) = &mut self.open else { return };
        if let Err(error) = open.casebook.forget_conversation(conv, now()) {
            tracing::error!(%error, "a conversation could not be erased");
        }
    }

    fn add_keys(&mut self, new: desk::NewKeys) {
        let Some(open) = &mut self.open else { return };
        let saved = open.vault.amend(&mut open.keys, |keys| {
            keys.hold(new.line_seeds, new.house_keys);
            keys.least_serial = keys.least_serial.max(new.serial);
        });
        if let Err(error) = saved {
            tracing::error!(%error, "new keys are not in the vault; the relay gives them again");
        }
    }

    /// Writes a phrase at the end of its file. One with the same code goes: the file would be refused with both.
    fn keep_phrase(&self, lang: Lang, phrase: &Phrase) {
        let Some(files) = &self.places.phrases else { return };
        let file = &files[lang as usize];
        let text = std::fs::read_to_string(file).unwrap_or_default();
        let has_code = Phrases::parse("", &text).is_ok_and(|own| own.get(&phrase.code).is_some());
        if has_code {
            let reason = self.sentence("phrase-code-taken", &[("code", phrase.code.as_str().into())]);
            return self.answer(Input::PhraseNotKept(reason));
        }
        let written = file.parent().map_or(Ok(()), std::fs::create_dir_all);
        let written = written.and_then(|()| std::fs::write(file, format!("{text}{}", phrase.to_toml())));
        if let Err(error) = written {
            self.answer(Input::PhraseNotKept(error.to_string()));
        }
    }

    /// Reads what of a quarter waits for a reviewer. It takes as long as there are cases; a search waits for it.
    fn gather(&mut self, quarter: &str, another: bool) {
        let Some(open) = &self.open else { return };
        let gathered = reviewing::gather(&open.casebook, quarter, another, self.places.own_list.as_deref());
        let gathered = gathered.map_err(|error| {
            tracing::error!(%error, "a quarter could not be gathered");
            self.sentence(error.text_id(), &error.values())
        });
        self.answer(Input::Gathered(Box::new(gathered)));
    }

    fn keep_word(&self, entry: &OwnEntry) {
        let Some(file) = &self.places.own_list else { return };
        if let Err(error) = reviewing::keep_word(file, entry) {
            self.answer(Input::PhraseNotKept(error.to_string()));
        }
    }

    /// The card in force is taken over, with all that it makes old; the keeper's vault says what the team lacks.
    fn settle(&mut self, card: &Card, joins: &[Joined]) {
        let Some(open) = &mut self.open else { return };
        let settled = open.vault.amend(&mut open.keys, |keys| {
            keys.accept(card, &[]);
            if keys.root.is_none() {
                return Default::default();
            }
            let admitted = keys.admit(joins, now());
            (keys.owed(card, &mut rand::rng()).unwrap_or_default(), admitted)
        });
        match settled {
            Ok((owed, admitted)) if owed.is_empty() && admitted == Admitted::default() => {}
            Ok((owed, admitted)) => self.answer(Input::Owed(owed, admitted)),
            Err(error) => tracing::error!(%error, "who joined is not in the vault; it is tried again"),
        }
    }

    fn granted(&mut self, account: &Account, key: KeyId) {
        let Some(open) = &mut self.open else { return };
        if let Err(error) = open.vault.amend(&mut open.keys, |keys| keys.note_granted(account, key)) {
            tracing::warn!(%error, "a grant is not noted; it is made again");
        }
    }

    fn tidy(&mut self) {
        let Some(open) = &mut self.open else { return };
        self.is_untidy = open.casebook.tidy().unwrap_or_else(|error| {
            tracing::warn!(%error, "the casebook was not tidied");
            false
        });
    }
}

fn now() -> u64 {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(now.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests;
