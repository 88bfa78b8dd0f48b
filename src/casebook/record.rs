//! What a casebook keeps: contacts, cases, notes, transcripts, drafts, the outbox, promises, settings. Types only.
//!
//! Codes (`mental.suicide`, `a12_14`, `phone` …) are strings; the taxonomy checks them where a person enters them, and an
//! old record keeps the code it was written with. All times are in milliseconds since 1970. A record is stored as kind
//! byte, version byte, postcard: `migrate` reads every version, and its golden files hold the bytes.

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::conversation::encoding::{b64, unb64};
use crate::conversation::id::{ConversationId, EntryId, bytes_newtype};

mod facets;

pub use facets::Facets;

bytes_newtype!(
    /// A contact: 16 random bytes, drawn here and never told to the relay.
    ContactId, 16
);
bytes_newtype!(
    /// A case: 16 random bytes; the words of its contacts are sealed under a key of its own.
    CaseId, 16
);
bytes_newtype!(
    /// A promise or follow-up: 16 random bytes.
    PromiseId, 16
);

/// Gives each id its constructor; randomness comes from the caller, so that tests can repeat it.
macro_rules! drawn {
    ($($name:ident),*) => {$(
        impl $name {
            /// Draws a new id.
            pub fn new(rng: &mut impl rand::CryptoRng) -> Self {
                let mut bytes = [0; 16];
                rng.fill_bytes(&mut bytes);
                Self(bytes)
            }
        }
    )*};
}
drawn!(ContactId, CaseId, PromiseId);

/// Records have no `Debug` that could bring a word into a log: only the name of the type.
macro_rules! silent {
    ($($name:ident),*) => {$(
        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )*};
}
silent!(
    Contact, Case, Note, Transcript, Line, Draft, OutboxItem, Promise, Setting, Disclosure, Reviewed,
    Decision, Released
);

/// A filled form: it keeps the template and the version it was written in, and is shown by them.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// The template's id, such as `dap`.
    pub template: String,
    /// The template's version.
    pub version: u32,
    /// Field id and words, in the template's order; empty fields are left out.
    pub fields: Vec<(String, String)>,
}

impl Note {
    /// Returns the words of a field, empty if there are none.
    pub fn field(&self, id: &str) -> &str {
        self.fields.iter().find(|(field, _)| field == id).map_or("", |(_, words)| words)
    }

    /// Sets the words of a field; empty words remove it.
    pub fn set(&mut self, id: &str, words: &str) {
        match self.fields.iter().position(|(field, _)| field == id) {
            Some(at) if words.is_empty() => _ = self.fields.remove(at),
            Some(at) => words.clone_into(&mut self.fields[at].1),
            None if words.is_empty() => {}
            None => self.fields.push((id.to_owned(), words.to_owned())),
        }
    }

    /// Whether nothing is written.
    pub fn is_empty(&self) -> bool {
        self.fields.iter().all(|(_, words)| words.trim().is_empty())
    }
}

/// What became of the words of the chat.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kept {
    /// Not decided yet: the relay keeps the chat until it is.
    #[default]
    Undecided,
    /// A [`Transcript`] is here.
    Here,
    /// The counsellor decided to keep none, or the channel has none.
    Nothing,
    /// The child had it erased.
    Forgotten,
}

/// What the child has disclosed, ticked by the counsellor, and what was decided (domain.md 4, duty to tell).
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Disclosure {
    /// Its name is known.
    pub name: bool,
    /// Its full address is known.
    pub address: bool,
    /// Facts that must be told are known.
    pub facts: bool,
    /// The child was told before anybody else.
    pub child_told: bool,
    /// What was decided.
    pub decision: String,
    /// The second person who decided.
    pub second: String,
    /// When it was decided.
    pub at: Option<u64>,
}

/// One conversation on one channel, with its note.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Contact {
    /// Its id.
    pub id: ContactId,
    /// The case it belongs to; every contact has one, of its own until somebody links it.
    pub case: CaseId,
    /// The conversation, for a chat that the relay may still hold.
    pub conv: Option<ConversationId>,
    /// The name on the screen, such as *Blue Fox*.
    pub handle: String,
    /// The account that led it.
    pub by: String,
    /// Topics, risk, outcome and the rest.
    pub facets: Facets,
    /// When it came.
    pub opened: u64,
    /// When it was taken.
    pub taken: Option<u64>,
    /// When it ended; none while it goes on.
    pub ended: Option<u64>,
    /// The counsellor's note.
    pub note: Note,
    /// Other filled forms: safety plan, emergency checklist, hotline report …
    pub forms: Vec<Note>,
    /// What became of the words.
    pub kept: Kept,
    /// What must be told to whom; none if it never came up.
    pub disclosure: Option<Disclosure>,
    /// Who looked with a second pair of eyes (needed from R3 on).
    pub supervisor: String,
    /// When the closing form was finished; none while it stands as *to close*.
    pub finished: Option<u64>,
    /// How many words were written on each side: child, line.
    pub lines: (u32, u32),
}

impl Contact {
    /// Returns a contact that has just begun, in a case of its own.
    pub fn begun(id: ContactId, case: CaseId, channel: &str, handle: &str, by: &str, opened: u64) -> Self {
        Self {
            id,
            case,
            conv: None,
            handle: handle.to_owned(),
            by: by.to_owned(),
            facets: Facets { channel: channel.to_owned(), ..Facets::default() },
            opened,
            taken: None,
            ended: None,
            note: Note::default(),
            forms: Vec::new(),
            kept: Kept::Undecided,
            disclosure: None,
            supervisor: String::new(),
            finished: None,
            lines: (0, 0),
        }
    }
}

/// Contacts of the same child.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Case {
    /// Its id.
    pub id: CaseId,
    /// The name on the screen.
    pub handle: String,
    /// When it began.
    pub opened: u64,
    /// The phrase agreed with the child, by which it is found again.
    pub phrase: Option<String>,
    /// What was agreed last: shown when the phrase is entered and when the child comes back.
    pub agreed: String,
    /// Whether it is kept past its time (danger to life).
    pub hold: bool,
}

/// Who speaks in a transcript.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Speaker {
    /// The child.
    Child,
    /// The counsellor, by the alias the child saw.
    Line(String),
    /// A colleague, by account: whispers, flags.
    Colleague(String),
    /// Nobody: what happened.
    Relay,
}

/// One line of a transcript.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// When.
    pub at: u64,
    /// Who.
    pub by: Speaker,
    /// The kind of the entry on the wire: `said`, `left`, `whispered` …
    pub kind: String,
    /// The words; empty for kinds that have none.
    pub text: String,
}

/// The words of a chat, kept with its contact.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transcript {
    /// The contact.
    pub contact: ContactId,
    /// The conversation, by which a child's *delete what I wrote* finds it.
    pub conv: Option<ConversationId>,
    /// The lines, in order.
    pub lines: Vec<Line>,
}

/// Words in a message box that were not sent yet; one a conversation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// The conversation.
    pub conv: ConversationId,
    /// The words.
    pub text: String,
    /// When they were typed.
    pub at: u64,
}

/// Something the link must send and has no answer for yet. Its bytes are the link's.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxItem {
    /// The entry's id.
    pub id: EntryId,
    /// The conversation.
    pub conv: ConversationId,
    /// The writer's rising number: items come back in this order.
    pub order: u64,
    /// What to send.
    pub bytes: Vec<u8>,
}

/// Something promised to a child, or to be followed up.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Promise {
    /// Its id.
    pub id: PromiseId,
    /// The case.
    pub case: CaseId,
    /// The contact in which it was given.
    pub contact: Option<ContactId>,
    /// What was promised.
    pub what: String,
    /// The account that keeps it.
    pub by: String,
    /// When it is due.
    pub due: u64,
    /// When it was kept.
    pub done: Option<u64>,
}

/// What was decided of the places of a proposed summary that identify somebody, or may. It lies under the key of its
/// case and goes with it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reviewed {
    /// The contact whose note the summary is made of.
    pub contact: ContactId,
    /// Its case.
    pub case: CaseId,
    /// SHA-256 of the proposed text: a note that was changed since must be reviewed again.
    pub source: [u8; 32],
    /// What was decided against the program's own proposal.
    pub decisions: Vec<Decision>,
    /// The account that reviewed it.
    pub by: String,
    /// When.
    pub at: u64,
}

/// One decision of a reviewer, in characters of the proposed text.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// Where it begins.
    pub start: u32,
    /// Where it ends, exclusive.
    pub end: u32,
    /// Why it stays; none where it goes.
    pub keep: Option<String>,
}

/// One release, as `anonymise::ledger` writes it. The ledger is append-only and hash-chained like the audit.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Released {
    /// 1, 2, 3 … without gaps.
    pub n: u64,
    /// The release as JSON.
    pub release: String,
    /// SHA-256 of the one before; zeros before the first.
    pub before: [u8; 32],
}

/// A setting of the console that is nobody else's business (last export, seen versions …).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Setting {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

/// One line of the casebook's audit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Audit {
    /// 1, 2, 3 … without gaps.
    pub n: u64,
    /// When.
    pub at: u64,
    /// What was done.
    pub what: Audited,
    /// How many, which quarter …; never a word or name of a child.
    pub detail: String,
    /// SHA-256 of the line before; zeros before the first.
    pub before: [u8; 32],
}

/// What the audit knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the names say it")]
pub enum Audited {
    Unlocked,
    UnlockFailed,
    Opened,
    Exported,
    Printed,
    Erased,
    BackedUp,
    Restored,
    Rebuilt,
}

/// What is written: each change names a record whole. A batch of changes is saved or not saved, never in part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// Writes a contact.
    Contact(Box<Contact>),
    /// Writes a case.
    Case(Case),
    /// Writes what a case has agreed; if it is known already, only that.
    Agreed(Case),
    /// Writes the transcript of a contact.
    Transcript(Transcript),
    /// Writes the draft of a conversation.
    Draft(Draft),
    /// Removes the draft of a conversation.
    DropDraft(ConversationId),
    /// Keeps something to be sent.
    Keep(OutboxItem),
    /// Removes what the relay has acknowledged or refused.
    Drop(EntryId),
    /// Writes a promise.
    Promise(Promise),
    /// Writes a setting.
    Setting(Setting),
    /// Writes what a reviewer decided.
    Reviewed(Box<Reviewed>),
    /// Appends a release to the ledger; number and hash are filled in.
    Release(String),
    /// Writes a line of the audit; number and hash are filled in.
    Audit(u64, Audited, String),
}

/// A contact as a list shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContactSummary {
    /// Its id.
    pub id: ContactId,
    /// Its case.
    pub case: CaseId,
    /// Its conversation, if the relay may still hold it.
    pub conv: Option<ConversationId>,
    /// The name on the screen.
    pub handle: String,
    /// The account that led it.
    pub by: String,
    /// When it came.
    pub opened: u64,
    /// When it was taken.
    pub taken: Option<u64>,
    /// When it ended.
    pub ended: Option<u64>,
    /// Topics, risk, outcome and the rest.
    pub facets: Facets,
    /// What became of the words.
    pub kept: Kept,
    /// Whether the closing form is finished.
    pub finished: bool,
    /// The nearest promise of its case that is still open.
    pub due: Option<u64>,
}

/// What a search may be narrowed by; the default lets everything through. Conditions are joined by *and*.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// A topic (`violence.bullying`) or a family (`violence`).
    pub topic: Option<String>,
    /// `offline`, `mixed` or `online`.
    pub online: Option<String>,
    /// This risk or more.
    pub risk: Option<u8>,
    /// Opened at this time or later.
    pub since: Option<u64>,
    /// Opened before this time.
    pub until: Option<u64>,
    /// The account that led it.
    pub by: Option<String>,
    /// Who wrote or called.
    pub person: Option<String>,
    /// An outcome code.
    pub outcome: Option<String>,
    /// The channel.
    pub channel: Option<String>,
    /// Only contacts of this case.
    pub case: Option<CaseId>,
    /// Only with an open promise due before this time.
    pub due: Option<u64>,
    /// Only those whose closing form is not finished.
    pub unfinished: bool,
}

/// A piece of a note with what matched in it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snippet {
    /// One line of text, `…` at a cut end.
    pub text: String,
    /// Byte ranges of `text` that matched, in order, not overlapping.
    pub marks: Vec<std::ops::Range<usize>>,
}

/// A contact that was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The contact.
    pub contact: ContactSummary,
    /// Where it matched.
    pub snippet: Snippet,
}
