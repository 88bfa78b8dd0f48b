//! The closing form, and the steps that follow it: goodbye, the end, the facets, the casebook, and only then *archived*.
//! After a crash the steps go on where they were, because each is decided by what is already there.

use super::{Chat, Effect, Job, Model, Notice, Wrote};
use crate::casebook::record::{Change, Kept, Line, Speaker, Transcript as Kept_};
use crate::client::desk::{Act, Command};
use crate::console::keymap::{Command as KeyCommand, Context};
use crate::console::theme::Role;
use crate::conversation::event::ClosedReason;
use crate::conversation::transcript::{Shown, What, Who, Words};
use crate::conversation::{ConversationId, EntryId, Log, Seq};
use crate::taxonomy::{Facets, Field as NoteField, Form, Problem};

/// A talk of this length is a heavy one, in milliseconds.
const LONG_MS: u64 = 60 * 60_000;

/// A field of the form, in the order of Tab.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Field {
    Topics,
    Online,
    Child,
    #[default]
    Outcome,
    Risk,
    Supervisor,
    Note,
    Words,
    Goodbye,
}

/// How far a chat is on its way to be archived.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Step {
    /// The form is open or waits.
    #[default]
    Form,
    /// The goodbye is on its way.
    Goodbye(EntryId),
    /// The end is on its way.
    Close(EntryId),
    /// The facets are on their way.
    Classify(EntryId),
    /// The casebook writes.
    Saving,
    /// The relay is told that the casebook has all.
    Archive(EntryId),
}

/// The closing form of a chat.
#[derive(Debug, Clone, Default)]
pub struct Closing {
    /// Which field has the focus.
    pub field: Field,
    /// Whether a goodbye is sent before the end.
    pub goodbye: bool,
    /// Whether the casebook keeps none of the chat's words.
    pub keeps_none: bool,
    /// Whether the form was opened before, so that its first guesses were made.
    pub was_opened: bool,
    /// The last talk number the counsellor has seen with the form open.
    pub read: Seq,
    /// How far it is.
    pub step: Step,
}

impl Closing {
    /// Returns whether the form was confirmed and its steps are under way.
    pub fn is_under_way(&self) -> bool {
        self.step != Step::Form
    }
}

impl Model {
    /// Returns the facets of a chat as statistics take them.
    pub fn facets(&self, conv: ConversationId) -> Option<Facets> {
        Some(self.chat_of(conv)?.contact.facets.classified())
    }

    /// Returns the first thing that is missing in a form, in a sentence.
    pub fn missing(&self, conv: ConversationId) -> Option<String> {
        let facet = self.missing_facet(conv).map(|id| self.look.say(id));
        facet.or_else(|| {
            let (form, field) = self.missing_field(conv)?;
            let label = self.look.say(&form.field_label_id(field));
            let key = self.look.key(KeyCommand::NoteToggle, Context::Form);
            Some(self.look.say_with("missing-note", &[("field", label.into()), ("key", key.into())]))
        })
    }

    /// Returns the field of the note that a counselling contact cannot be finished without and that is empty.
    fn missing_field(&self, conv: ConversationId) -> Option<(&'static Form, &'static NoteField)> {
        let facets = self.facets(conv).filter(|facets| self.taxonomy.needs_topics(&facets.kind))?;
        let note = &self.chat_of(conv)?.note;
        note.form().zip(note.missing(&facets))
    }

    fn missing_facet(&self, conv: ConversationId) -> Option<&'static str> {
        let facets = self.facets(conv)?;
        let first = self.taxonomy.check(&facets).into_iter().next().map(|problem| match problem {
            Problem::Missing("topics") => "missing-topics",
            Problem::Missing("online") => "missing-online",
            Problem::Missing("risk") => "missing-risk",
            Problem::Missing("outcomes") => "missing-outcomes",
            Problem::TooManyTopics | Problem::TopicTwice(_) => "missing-topics-three",
            Problem::OnlyOnline(_) => "missing-only-online",
            Problem::Missing(_) | Problem::Unknown(..) => "missing-unknown",
        });
        let needs_name = facets.risk.is_some_and(|risk| risk.number() >= 3)
            && self.chat_of(conv).is_some_and(|chat| chat.contact.supervisor.is_empty());
        first.or(needs_name.then_some("missing-supervisor"))
    }

    /// Confirms the form of a chat: begins the steps. Returns whether the form goes.
    pub(in crate::console) fn confirm_closing(&mut self, conv: ConversationId) -> bool {
        if let Some(missing) = self.missing(conv) {
            let field = self.missing_facet(conv).is_none().then(|| self.missing_field(conv)).flatten();
            if let (Some((_, field)), Some(chat)) = (field, self.chat_of_mut(conv)) {
                chat.closing.field = Field::Note;
                chat.note.go_to(&field.id);
            }
            self.notice = Some(Notice { text: missing, role: Role::Warning, until: self.mono + 8_000 });
            return false;
        }
        self.send_out(conv);
        let handle = self.handle(conv);
        let Some(chat) = self.chat_of_mut(conv) else { return true };
        let head = chat.transcript.head(Log::Talk);
        if !chat.is_over() && chat.transcript.unread(chat.closing.read) > 0 {
            chat.closing.read = head;
            let words = chat.transcript.last_of_child().map(ToString::to_string).unwrap_or_default();
            self.tell(Role::Warning, "close-unread", &[("handle", handle.into()), ("words", words.into())]);
            return false;
        }
        if !chat.draft.is_blank() && !chat.is_over() {
            self.tell(Role::Warning, "close-draft", &[("handle", handle.into())]);
            return true;
        }
        self.settle_risk(conv);
        self.close_step(conv);
        self.go_on_after(conv);
        true
    }

    /// A raised risk marks the conversation, so that supervisors see it: 1 for raised, 2 for high, 3 for immediate.
    pub(in crate::console) fn settle_risk(&mut self, conv: ConversationId) {
        let Some(chat) = self.chat_of(conv).filter(|chat| chat.is_mine() && !chat.is_outside()) else {
            return;
        };
        let level = chat.contact.facets.risk.unwrap_or(0).saturating_sub(1);
        let is_under_way = self
            .desk
            .wrote
            .values()
            .any(|wrote| matches!(wrote, Wrote::Flag(to, flag) if *to == conv && *flag >= level));
        if level >= 1 && chat.transcript.level().is_none_or(|now| now < level) && !is_under_way {
            self.write(conv, Act::Flag { level, reason: String::new() }, Wrote::Flag(conv, level));
        }
    }

    /// Takes the next step on the way to the archive, decided by what is already there.
    pub(super) fn close_step(&mut self, conv: ConversationId) {
        let Some(chat) = self.chat_of(conv) else { return };
        if chat.is_outside() {
            return self.outside_step(conv);
        }
        let (is_over, step, goodbye) = (chat.is_over(), chat.closing.step, chat.closing.goodbye);
        let next = match step {
            Step::Form if !is_over && goodbye => self.say_goodbye(conv),
            Step::Form | Step::Goodbye(_) if !is_over => self.write_end(conv),
            Step::Form | Step::Goodbye(_) | Step::Close(_) => self.classify(conv),
            Step::Classify(_) => self.keep_finished(conv),
            Step::Saving => {
                let id = self.write(conv, Act::Archive, Wrote::Archive(conv));
                Some(Step::Archive(id))
            }
            Step::Archive(_) => None,
        };
        if let (Some(next), Some(chat)) = (next, self.chat_of_mut(conv)) {
            chat.closing.step = next;
        }
    }

    fn say_goodbye(&mut self, conv: ConversationId) -> Option<Step> {
        let words = self.goodbye(conv)?;
        let id = self.say(conv, words);
        Some(Step::Goodbye(id))
    }

    /// Returns the goodbye phrase in the child's language.
    pub fn goodbye(&self, conv: ConversationId) -> Option<String> {
        let chat = self.chat_of(conv)?;
        let phrases = self.phrases(chat.lang());
        phrases.get("bye").map(|phrase| self.fill_phrase(phrase, chat))
    }

    fn write_end(&mut self, conv: ConversationId) -> Option<Step> {
        let chat = self.chat_of(conv)?;
        let kind = chat.contact.facets.kind.as_deref();
        let reason =
            if matches!(kind, Some("test" | "abusive")) { ClosedReason::Misuse } else { ClosedReason::Ended };
        let read = chat.closing.read;
        Some(Step::Close(self.write(conv, Act::Close { reason, read }, Wrote::Close(conv))))
    }

    fn classify(&mut self, conv: ConversationId) -> Option<Step> {
        let facets = serde_json::to_string(&self.facets(conv)?).ok()?;
        Some(Step::Classify(self.write(conv, Act::Classify { facets }, Wrote::Classify(conv))))
    }

    /// Puts contact, note and transcript on disk in one batch, with the form finished.
    fn keep_finished(&mut self, conv: ConversationId) -> Option<Step> {
        let wall = self.wall;
        let chat = self.chat_of_mut(conv)?;
        chat.contact.note = chat.note.note();
        chat.contact.finished = Some(wall);
        chat.contact.ended = chat.end().map(|(at, _)| at);
        chat.contact.kept = if chat.closing.keeps_none { Kept::Nothing } else { Kept::Here };
        let mut lines: Vec<Line> = chat.transcript.lines().iter().filter_map(kept_line).collect();
        let said_by = |by_child: bool| {
            let side = |line: &&Line| line.kind == "said" && (line.by == Speaker::Child) == by_child;
            u32::try_from(lines.iter().filter(side).count()).unwrap_or(u32::MAX)
        };
        chat.contact.lines = (said_by(true), said_by(false));
        chat.contact_keeping.start();
        // Without words it still says which conversation it was: a child that comes back is known by it.
        if chat.closing.keeps_none {
            lines.clear();
        }
        let transcript = Kept_ { contact: chat.contact.id, conv: Some(conv), lines };
        let changes = vec![
            Change::Contact(Box::new(chat.contact.clone())),
            Change::Transcript(transcript),
            Change::DropDraft(conv),
        ];
        self.effect(Effect::Save(Job::Finished(conv), changes));
        Some(Step::Saving)
    }

    /// Something was written of a chat that stands before its archive.
    pub(super) fn closing_stored(&mut self, conv: ConversationId, id: EntryId) {
        let Some(chat) = self.chat_of(conv) else { return };
        match chat.closing.step {
            Step::Goodbye(step) | Step::Close(step) | Step::Classify(step) if step == id => {
                self.close_step(conv)
            }
            Step::Archive(step) if step == id => self.archived(conv),
            _ => {}
        }
    }

    /// The relay knows that the casebook has all: the contact lets go of the conversation, and the chat leaves the list.
    fn archived(&mut self, conv: ConversationId) {
        let handle = self.handle(conv);
        let Some(chat) = self.chat_of_mut(conv) else { return };
        chat.contact.conv = None;
        let contact = Change::Contact(Box::new(chat.contact.clone()));
        self.effect(Effect::Save(Job::Other, vec![contact]));
        let is_heavy = self.chat_of(conv).is_some_and(is_heavy);
        self.archived_away(conv);
        self.tell(Role::Ok, "archived", &[("handle", handle.clone().into())]);
        if is_heavy && self.desk.is_ready() {
            let key = self.look.key(KeyCommand::Break, Context::List);
            self.tell(Role::Ok, "break-proposed", &[("handle", handle.into()), ("key", key.into())]);
        }
    }

    /// Something was refused of a chat that stands before its archive: back to the form, nothing is lost.
    pub(super) fn closing_refused(&mut self, conv: ConversationId, id: EntryId) -> bool {
        let Some(chat) = self.chat_of_mut(conv) else { return false };
        let concerns = matches!(
            chat.closing.step,
            Step::Goodbye(step) | Step::Close(step) | Step::Classify(step) | Step::Archive(step) if step == id
        );
        if concerns {
            chat.closing.step = Step::Form;
        }
        concerns
    }

    /// Asks the link to write an entry, and remembers what it was.
    pub(in crate::console) fn write(&mut self, conv: ConversationId, act: Act, wrote: Wrote) -> EntryId {
        let id = self.draw_id();
        self.desk.wrote.insert(id, wrote);
        self.effect(Effect::Link(Command::Write { id, conv, act }));
        id
    }
}

/// A chat after which somebody needs a few minutes: danger, high risk, or a very long talk.
fn is_heavy(chat: &Chat) -> bool {
    let length = chat.contact.ended.unwrap_or(0).saturating_sub(chat.contact.opened);
    let risk = chat.contact.facets.risk.unwrap_or(0);
    risk >= 3 || chat.transcript.level().is_some_and(|level| level >= 2) || length >= LONG_MS
}

/// Returns a line as the casebook keeps it; what says nothing to a reader is left out.
fn kept_line(shown: &Shown) -> Option<Line> {
    let words = |words: &Words| words.text.to_string();
    let (kind, text) = match &shown.what {
        What::Said(said) => ("said", words(said)),
        What::Whispered(said) => ("whispered", words(said)),
        What::Flagged { reason, .. } => ("flagged", words(reason)),
        What::Released(reason) => ("released", words(reason)),
        What::Transferred { brief, .. } => ("transferred", words(brief)),
        What::Left(_) => ("left", String::new()),
        What::Closed(_) => ("closed", String::new()),
        What::Claimed => ("claimed", String::new()),
        What::CouldNotBeRead(kind) => (kind.as_str(), String::new()),
        _ => return None,
    };
    let by = match (&shown.who, shown.log, &shown.what) {
        (Who::Child, ..) => Speaker::Child,
        (Who::Line(_), Log::Talk, What::Said(said)) => Speaker::Line(said.name.to_string()),
        (Who::Line(account), ..) => {
            Speaker::Colleague(account.as_ref().map(ToString::to_string).unwrap_or_default())
        }
        (Who::Relay, ..) => Speaker::Relay,
    };
    Some(Line { at: shown.at, by, kind: kind.to_owned(), text })
}
