//! What the console's model is told and what it asks for: its inputs and effects, and what they carry.

use zeroize::Zeroizing;

use crate::anonymise::OwnEntry;
use crate::casebook::Before;
use crate::casebook::record::{
    Change, Contact, ContactId, ContactSummary, Draft, Filter, Hit, OutboxItem, Promise, Transcript,
};
use crate::client::desk;
use crate::console::terminal::TerminalEvent;
use crate::conversation::event::{Joined, Seal};
use crate::conversation::{Account, ConversationId, EntryId, KeyId};
use crate::locale::{Lang, Phrase, Phrases};
use crate::report::own::Own;
use crate::report::review::Gathered;
use crate::sealing::card::Card;
use crate::taxonomy::Taxonomy;
use crate::vault::Admitted;

/// What the person or the helpline chose; the rest are the relay's rules.
#[derive(Debug, Clone)]
pub struct Settings {
    /// How many children I take at once; at most the relay's number.
    pub places: u8,
    /// How long Enter is held once after a switch or a new line, in milliseconds.
    pub guard_ms: u64,
    /// How long a sent line can be taken back, in milliseconds; 0 sends at once.
    pub send_hold_ms: u64,
    /// After how long without a key the screen locks, in milliseconds; 0 never.
    pub lock_after_ms: u64,
    /// Whether the bell rings.
    pub bell: bool,
    /// How long between two rings, in milliseconds.
    pub repeat_ms: u64,
    /// How long `snooze` keeps it quiet, in milliseconds.
    pub snooze_ms: u64,
    /// Whether words may be copied to the clipboard.
    pub clipboard: bool,
    /// Whether words are hidden while the window does not have the focus.
    pub blur: bool,
    /// The person's own phrases in English and in Czech, laid over the shipped ones.
    pub phrases: [Option<Phrases>; 2],
    /// Topics, codes and forms: the shipped ones, or the helpline's own over them.
    pub taxonomy: &'static Taxonomy,
    /// Whether a summary counts as reviewed only if somebody else than its counsellor did it.
    pub another_reviewer: bool,
    /// Whether a lock by hand may start the program anew, so that nothing it read stays in memory.
    pub starts_anew: bool,
    /// What the demo shows first.
    pub welcome: Option<Welcome>,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            places: 3,
            guard_ms: 700,
            send_hold_ms: 0,
            lock_after_ms: 5 * 60_000,
            bell: true,
            repeat_ms: 30_000,
            snooze_ms: 5 * 60_000,
            clipboard: false,
            blur: false,
            phrases: [None, None],
            taxonomy: Taxonomy::shipped(),
            another_reviewer: false,
            starts_anew: false,
            welcome: None,
        }
    }
}

/// What the first screen of a demo says beside the keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Welcome {
    /// Where a browser opens the child's page.
    pub page_url: String,
}

/// Something happened to the console.
pub enum Input {
    /// At the terminal.
    Terminal(TerminalEvent),
    /// At the link.
    Link(desk::Update),
    /// The passphrase is known already: a demo's, or from a file.
    Passphrase(Zeroizing<String>),
    /// The vault is open and the casebook read.
    Unlocked(Box<Restored>),
    /// It is not.
    NotUnlocked(UnlockFailure),
    /// How far the opening of the casebook is, in percent.
    Progress(u8),
    /// Something is on disk, or could not be put there.
    Saved(Job, Result<u64, SaveFailure>),
    /// A search was done.
    Found(Results),
    /// A counsellor's own numbers were counted.
    Own(Box<Own>),
    /// A contact was read for its preview.
    Loaded(Box<Contact>, Option<Transcript>),
    /// What is known of a child that came back, in this conversation.
    Recalled(ConversationId, Box<Before>),
    /// The newest contacts, while the rest of the casebook is still read.
    Newest(Vec<ContactSummary>),
    /// Keys that people of the line lack yet, sealed to them; and who joined.
    Owed(Vec<(Account, Seal)>, Admitted),
    /// The page that the relay serves was looked at.
    Page(PageVerdict),
    /// What of a quarter waits for a reviewer, or a sentence why that cannot be told.
    Gathered(Box<Result<Gathered, String>>),
    /// A phrase could not be written into its file: why.
    PhraseNotKept(String),
    /// The clock went on.
    Tick,
    /// The system asks the program to end: nobody can be asked back.
    Terminate,
}

/// What a search found.
pub struct Results {
    /// The number of the search; only the newest counts.
    pub number: u64,
    /// The best hits.
    pub hits: Vec<Hit>,
    /// How many there are in all.
    pub total: usize,
    /// How long it took, in microseconds.
    pub micros: u64,
}

/// What the console asks the world to do.
pub enum Effect {
    /// Open vault and casebook with this passphrase; the first time also begin the link.
    Unlock(Zeroizing<String>),
    /// Tell the link.
    Link(desk::Command),
    /// Put this on disk and answer with [`Input::Saved`].
    Save(Job, Vec<Change>),
    /// Search the casebook.
    Find(u64, String, Box<Filter>),
    /// Count this account's own numbers since a time; answered with [`Input::Own`].
    Own(String, u64),
    /// Read a contact.
    Load(ContactId),
    /// Look up the child of this conversation, which was here before in that one; answered with [`Input::Recalled`] if it is known.
    Recall(ConversationId, ConversationId),
    /// Erase what the casebook holds of a conversation, for the child wanted it so.
    Erase(ConversationId),
    /// Put keys into the vault.
    AddKeys(desk::NewKeys),
    /// Look whom the key keeper owes keys; answered with [`Input::Owed`] if this vault is the keeper's and it owes any.
    Settle(Box<Card>, Vec<Joined>),
    /// The relay has taken a key for somebody.
    Granted(Account, KeyId),
    /// Fetch the page that the relay serves and look at it; answered with [`Input::Page`]. It may send words to these relays.
    CheckPage(Vec<String>),
    /// Ring once; no word.
    Bell,
    /// Put words on the clipboard, by the terminal's own sequence.
    Copy(String),
    /// Gather the case summaries of a quarter for review; answered with [`Input::Gathered`].
    Gather(String),
    /// Add a line to the helpline's own list of words.
    KeepWord(OwnEntry),
    /// Add a phrase to the person's own file of a language.
    KeepPhrase(Lang, Phrase),
    /// Draw everything anew, for the words on the screen must go.
    Redraw,
    /// End the program.
    Quit,
}

/// What the child's page turned out to be, as the relay serves it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageVerdict {
    /// Byte for byte what this program would build, for this line.
    Same,
    /// This program's own page, but for another line: it trusts another root, or sends words to a relay that is not on the
    /// line's card.
    OtherLine,
    /// Not what this program would build: of another version of opora, or altered.
    Differs,
    /// It could not be fetched; the link says what is the matter with the relay.
    NotThere,
}

/// For what something was saved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Job {
    /// A draft.
    Draft(ConversationId),
    /// A contact with its note.
    Contact(ConversationId),
    /// A finished contact with its transcript.
    Finished(ConversationId),
    /// Words on their way.
    Kept(EntryId),
    /// What a reviewer decided.
    Reviewed,
    /// Something that nobody waits for.
    Other,
}

/// Why something is not on disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SaveFailure {
    /// No room.
    DiskFull,
    /// Anything else; the log says what.
    Failed,
}

/// Why the casebook did not open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UnlockFailure {
    /// Not this passphrase.
    WrongPassphrase,
    /// Another console has it.
    InUse(Option<u32>),
    /// It is damaged, or not there: the sentence for whoever sits there.
    Failed(String),
}

/// What the casebook remembers for the desk.
#[derive(Default)]
pub struct Restored {
    /// Unsent words.
    pub drafts: Vec<Draft>,
    /// Contacts whose conversation the relay may still hold, with their notes.
    pub contacts: Vec<Contact>,
    /// Words on their way, in their order.
    pub outbox: Vec<OutboxItem>,
    /// What was promised and is not kept yet, the most urgent first.
    pub promises: Vec<Promise>,
    /// The account whose casebook it is.
    pub account: String,
    /// The key keeper has granted no line key yet: no child's words could be read.
    pub is_keyless: bool,
    /// When the last verified backup was made, in milliseconds since 1970.
    pub backup: Option<u64>,
    /// How many contacts there are.
    pub count: u64,
    /// How many records could not be read.
    pub damaged: u64,
}
