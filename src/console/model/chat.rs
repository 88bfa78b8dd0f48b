//! A chat of mine: what was said, what I am writing, what I noted, and where I looked last.

use super::closing::Closing;
use super::keeping::Keeping;
use crate::casebook::record::{Contact, Note};
use crate::console::widget::TextBox;
use crate::conversation::transcript::{End, Shown, Transcript, What, Who};
use crate::conversation::{Account, ConversationId, EntryId, Kind, Log, Seq};
use crate::taxonomy::{Facets, Field, Form, FormId, RiskLevel, Taxonomy};

/// A place in a transcript that stays the same when lines come.
pub type LineKey = (u64, Log, Seq);

/// Returns the place of a line.
pub fn key_of(line: &Shown) -> LineKey {
    (line.at, line.log, line.seq)
}

/// The note: one box a field of the form.
#[derive(Debug, Clone)]
pub struct NoteBoxes {
    /// The field's id, and its words.
    pub fields: Vec<(String, TextBox)>,
    /// Which has the cursor.
    pub active: usize,
    /// The form it is written in.
    form: Option<&'static Form>,
}

impl NoteBoxes {
    /// Opens a note in the form it was written in; the cursor goes where most is written first: into the data.
    pub fn open(note: &Note, risk: Option<u8>, taxonomy: &'static Taxonomy) -> Self {
        let id = FormId::note();
        let form = taxonomy.form_version(&id, note.version).or_else(|| taxonomy.form(&id));
        let fields = note.fields.iter().map(|(field, words)| (field.clone(), TextBox::with(words)));
        let mut boxes = Self { fields: fields.collect(), active: 0, form };
        boxes.ask(risk);
        boxes.go_to("data");
        boxes
    }

    /// Shows the fields that are asked at a level of risk, and those that say something already. What the form does not
    /// know (its version was taken away) stands at the end: no word may be lost.
    pub fn ask(&mut self, risk: Option<u8>) {
        let risk = risk.and_then(|risk| RiskLevel::try_from(risk).ok());
        let active = self.fields.get(self.active).map(|(field, _)| field.clone());
        let mut before = std::mem::take(&mut self.fields);
        for field in self.form.iter().flat_map(|form| &form.fields) {
            let place = before.iter().position(|(known, _)| *known == field.id);
            let words = place.map(|place| before.remove(place).1).unwrap_or_else(|| TextBox::with(""));
            if field.is_asked(risk) || !words.is_blank() {
                self.fields.push((field.id.clone(), words));
            }
        }
        self.fields.extend(before);
        self.active = self.active.min(self.fields.len().saturating_sub(1));
        self.go_to(active.as_deref().unwrap_or_default());
    }

    /// Puts the cursor into a field, if it is asked.
    pub fn go_to(&mut self, field: &str) {
        self.active = self.fields.iter().position(|(known, _)| known == field).unwrap_or(self.active);
    }

    /// Returns the form it is written in.
    pub fn form(&self) -> Option<&'static Form> {
        self.form
    }

    /// Returns the first field that is still empty and without which such a contact cannot be finished.
    pub fn missing(&self, facets: &Facets) -> Option<&'static Field> {
        let says = |field: &Field| self.fields.iter().any(|(id, words)| *id == field.id && !words.is_blank());
        self.form?.fields.iter().find(|field| field.is_needed(facets) && !says(field))
    }

    /// Returns the box with the cursor.
    pub fn active_mut(&mut self) -> Option<&mut TextBox> {
        self.fields.get_mut(self.active).map(|(_, words)| words)
    }

    /// Moves the cursor to the field before or behind; returns whether there is one.
    pub fn step(&mut self, down: bool) -> bool {
        let next = if down { Some(self.active + 1) } else { self.active.checked_sub(1) };
        let next = next.filter(|next| *next < self.fields.len());
        self.active = next.unwrap_or(self.active);
        next.is_some()
    }

    /// Returns the note as it is kept.
    pub fn note(&self) -> Note {
        let mut note = Note {
            template: FormId::note().as_str().to_owned(),
            version: self.version(),
            fields: Vec::new(),
        };
        for (field, words) in &self.fields {
            note.set(field, words.text().trim_end());
        }
        note
    }

    fn version(&self) -> u32 {
        self.form.map_or(1, |form| form.version)
    }

    /// Returns how many lines are written.
    pub fn lines(&self) -> usize {
        self.fields
            .iter()
            .filter(|(_, words)| !words.is_blank())
            .map(|(_, words)| words.text().trim_end().lines().count())
            .sum()
    }
}

/// How I stand to a conversation. Only what is mine can be answered; the front never changes under the hands, so what
/// goes from me stays on the screen until I move on, and what was typed stays in its own box.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Standing {
    /// It is mine to answer.
    #[default]
    Mine,
    /// I handed it over: I read and whisper until the other writes.
    Handed(Account),
    /// A supervisor reads along and whispers.
    Watched,
    /// It is mine no longer.
    Gone(Gone),
}

/// Where a conversation went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gone {
    /// To a colleague.
    With(Account),
    /// Back to the queue.
    Queue,
    /// Into the casebook.
    Archived,
    /// The child had its words deleted.
    Erased,
    /// Nowhere that this console knows of.
    Away,
}

/// Words that Enter sent and that wait a moment, so that Esc can take them back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// The words.
    pub text: String,
    /// When they go, on the clock that never jumps.
    pub due: u64,
}

/// A chat of mine.
pub struct Chat {
    /// The conversation.
    pub conv: ConversationId,
    /// Both logs, opened.
    pub transcript: Transcript,
    /// What the casebook keeps of it.
    pub contact: Contact,
    /// How far that is kept.
    pub contact_keeping: Keeping,
    /// The note.
    pub note: NoteBoxes,
    /// What is known of the child from before, in a sentence.
    pub before: Option<String>,
    /// What I am writing.
    pub draft: TextBox,
    /// How far that is kept.
    pub draft_keeping: Keeping,
    /// Words that went to the link and are not yet in the outbox on disk: until then the draft on disk stays.
    pub leaving: Option<EntryId>,
    /// Since when it has been in front.
    pub in_front_since: u64,
    /// When a line came that I wrote at another computer.
    pub elsewhere_at: Option<u64>,
    /// When the child's last line came here.
    pub heard_at: Option<u64>,
    /// The words for which Enter was held once.
    pub held: Option<String>,
    /// Above which line it says *new since you looked*.
    pub marker: Option<LineKey>,
    /// The last line that was there when a key was pressed in this chat.
    pub looked: Option<LineKey>,
    /// The last line shown, and how many rows of it are hidden; nothing follows the end.
    pub scroll: Option<(usize, usize)>,
    /// Until when the child is shown as writing.
    pub writing_until: Option<u64>,
    /// Until when the child is told that I write.
    pub typing_until: Option<u64>,
    /// How many messages of the child stand behind my last.
    pub unanswered: usize,
    /// The closing form.
    pub closing: Closing,
    /// How I stand to it.
    pub standing: Standing,
    /// When it went, on the clock that never jumps.
    pub gone_at: u64,
    /// Words that can still be taken back.
    pub outgoing: Option<Outgoing>,
    /// Whether the child's page lies in the background.
    pub is_hidden: bool,
    /// The conversation was altered on the way.
    pub is_altered: bool,
}

impl Chat {
    /// Begins with what the casebook keeps.
    pub fn new(conv: ConversationId, contact: Contact, taxonomy: &'static Taxonomy, mono: u64) -> Self {
        Self {
            conv,
            transcript: Transcript::default(),
            note: NoteBoxes::open(&contact.note, contact.facets.risk, taxonomy),
            contact_keeping: Keeping::default(),
            contact,
            before: None,
            draft: TextBox::default(),
            draft_keeping: Keeping::default(),
            leaving: None,
            in_front_since: mono,
            elsewhere_at: None,
            heard_at: None,
            held: None,
            marker: None,
            looked: None,
            scroll: None,
            writing_until: None,
            typing_until: None,
            unanswered: 0,
            closing: Closing::default(),
            standing: Standing::Mine,
            gone_at: 0,
            outgoing: None,
            is_hidden: false,
            is_altered: false,
        }
    }

    /// Returns whether I am the one who answers.
    pub fn is_mine(&self) -> bool {
        self.standing == Standing::Mine
    }

    /// Returns whether the casebook keeps a note of mine on it.
    pub fn has_note(&self) -> bool {
        matches!(self.standing, Standing::Mine | Standing::Handed(_))
    }

    /// Returns whether there is a box to write in: who only reads along has none, so nothing can be meant for the child.
    pub fn has_box(&self) -> bool {
        self.standing != Standing::Watched
    }

    /// Returns whether nothing but its words on the screen is left here.
    pub fn is_gone(&self) -> bool {
        matches!(self.standing, Standing::Gone(_))
    }

    /// Returns whether a child is in it that needs me: at high or immediate risk it takes all places.
    pub fn takes_all(&self) -> bool {
        self.is_mine()
            && !self.is_over()
            && (self.contact.facets.risk.is_some_and(|risk| risk >= 3) || self.transcript.level() == Some(3))
    }

    /// Returns all words that are not on their way yet: those that can be taken back, and what is being typed.
    pub fn unsent(&self) -> String {
        match &self.outgoing {
            Some(outgoing) if self.draft.is_blank() => outgoing.text.clone(),
            Some(outgoing) => format!("{}\n{}", outgoing.text, self.draft.text()),
            None => self.draft.text(),
        }
    }

    /// Brings words that can be taken back into the box again; returns whether there were any.
    pub fn take_back(&mut self, mono: u64) -> bool {
        let text = self.unsent();
        let has_any = self.outgoing.take().is_some();
        if has_any {
            self.draft = TextBox::with(&text);
            self.held = None;
            self.draft_keeping.touch(mono);
        }
        has_any
    }

    /// Returns how long the child has been silent after my last words, in milliseconds, at a time by the relay's clock.
    pub fn quiet(&self, now: u64) -> Option<u64> {
        let is_line = |shown: &Shown| matches!((&shown.who, &shown.what), (Who::Line(_), What::Said(_)));
        if !self.is_mine() || self.is_over() || self.transcript.asks().is_some() {
            return None;
        }
        let last = self.transcript.lines().iter().rev().find(|shown| is_said(&shown.what))?;
        is_line(last).then(|| now.saturating_sub(last.at))
    }

    /// Returns since when danger to life has been told, by the relay's clock.
    pub fn danger_since(&self) -> Option<u64> {
        let is_danger = |shown: &&Shown| matches!(shown.what, What::Flagged { level: 3, .. });
        if self.transcript.level() != Some(3) || self.is_over() {
            return None;
        }
        self.transcript.lines().iter().find(is_danger).map(|shown| shown.at)
    }

    /// Returns whether the talk has ended, so that only the form is left; outside the chat there is nothing but the form.
    pub fn is_over(&self) -> bool {
        self.is_outside() || self.transcript.end().is_some()
    }

    /// Returns how it ended, and when.
    pub fn end(&self) -> Option<(u64, End)> {
        self.transcript.end()
    }

    /// Returns whether the words that a chat shows have come.
    pub fn is_loaded(&self) -> bool {
        self.transcript.head(Log::Talk) > 0
    }

    /// Folds a new line in; returns whether it is the child's.
    pub fn line(&mut self, line: &Shown, mono: u64, is_watched: bool) -> bool {
        let is_new = line.seq > self.transcript.head(line.log);
        if !is_new {
            return false;
        }
        self.transcript.apply(line);
        let is_child = line.who == Who::Child && is_said(&line.what);
        match (&line.who, &line.what) {
            (Who::Child, what) if is_said(what) => {
                self.unanswered += 1;
                self.heard_at = Some(mono);
                (self.writing_until, self.is_hidden) = (None, false);
            }
            (Who::Line(_), What::Said(_)) => self.unanswered = 0,
            _ => {}
        }
        let key = key_of(line);
        let is_news = is_child || matches!(line.what, What::Whispered(_) | What::Transferred { .. });
        let has_looked_since =
            self.marker.is_none_or(|marker| self.looked.is_some_and(|looked| looked >= marker));
        if is_news && !is_watched && has_looked_since && self.looked.is_some() {
            self.marker = Some(key);
        }
        is_child
    }

    /// The counsellor pressed a key here: all that is there was seen.
    pub fn look(&mut self) {
        self.looked = self.transcript.lines().last().map(key_of).or(self.looked);
    }

    /// Returns the child's language, as far as opora speaks it.
    pub fn lang(&self) -> crate::locale::Lang {
        let tag = self.transcript.lang().unwrap_or(&self.contact.facets.language);
        crate::locale::Lang::from_tag(tag).unwrap_or(crate::locale::Lang::En)
    }

    /// Brings the note into the contact, and says that it must be kept.
    pub fn note_changed(&mut self, mono: u64) {
        self.contact.note = self.note.note();
        self.contact_keeping.touch(mono);
    }

    /// Something else of the contact changed; at another risk the note asks for other things.
    pub fn contact_changed(&mut self, mono: u64) {
        self.note.ask(self.contact.facets.risk);
        self.contact_keeping.touch(mono);
    }
}

/// Returns whether this is a message, readable or not.
pub fn is_said(what: &What) -> bool {
    matches!(what, What::Said(_) | What::CouldNotBeRead(Kind::Said))
}
