//! What may leave the house, before somebody's eyes: each summary as it would leave, the original beside it, every hit
//! and doubt marked in words and by its brackets, never by colour alone. Nothing is kept while a doubt is open.

use super::{Next, Press};
use crate::anonymise::{Choice, Kind, OwnEntry, Review};
use crate::casebook::record::Change;
use crate::console::keymap::{Command, Context};
use crate::console::model::{Effect, Model};
use crate::console::theme::Role;
use crate::console::widget::TextBox;
use crate::conversation::SafeText;
use crate::report::review::{Case, Gathered, Standing};
use crate::report::summary;

mod draw;
pub use draw::draw;

/// What the screen knows.
pub struct State {
    quarter: String,
    standing: Standing,
    cases: Vec<Case>,
    /// Which of them somebody has seen with nothing undecided.
    seen: Vec<bool>,
    at: usize,
    span: Option<usize>,
    /// Whether the original is shown where it does not stand beside the text by itself.
    is_original: bool,
    asking: Option<(Asking, TextBox)>,
    top: usize,
    /// The cases that are on their way to the casebook.
    sent: Vec<usize>,
}

/// For what words are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asking {
    /// Why a place stays.
    Reason,
    /// What was overlooked.
    Words,
}

impl State {
    /// Begins at the first doubt.
    pub fn new(gathered: Gathered) -> Self {
        let Gathered { quarter, cases, standing, .. } = gathered;
        let seen = vec![false; cases.len()];
        let mut state = Self {
            quarter,
            standing,
            cases,
            seen,
            at: 0,
            span: None,
            is_original: false,
            asking: None,
            top: 0,
            sent: Vec::new(),
        };
        state.span = state.first_span();
        state
    }

    /// Returns which table of the keymap is asked first.
    pub fn context(&self) -> Context {
        if self.asking.is_some() { Context::Text } else { Context::Preview }
    }

    /// What was sent is on disk: returns how many cases, the quarter, and how many are left.
    pub fn kept(&mut self) -> Option<(usize, String, usize)> {
        let sent = std::mem::take(&mut self.sent);
        if sent.is_empty() {
            return None;
        }
        let mut place = 0;
        self.cases.retain(|_| (!sent.contains(&place), place += 1).0);
        self.seen = vec![false; self.cases.len()];
        self.go_to(0);
        Some((sent.len(), self.quarter.clone(), self.cases.len()))
    }

    fn review(&self) -> Option<&Review> {
        self.cases.get(self.at).map(|case| &case.review)
    }

    fn first_span(&self) -> Option<usize> {
        let review = self.review()?;
        let last = review.spans().len().checked_sub(1)?;
        Some(review.next_open(last).unwrap_or(0))
    }

    fn go_to(&mut self, case: usize) {
        (self.at, self.top) = (case, 0);
        self.span = self.first_span();
    }

    /// Returns how many doubts of all cases are open.
    fn open(&self) -> usize {
        self.cases.iter().map(|case| case.review.open()).sum()
    }

    /// Goes to the next doubt: of this case, then of the others in turn. Returns whether there is one.
    fn next_unsure(&mut self) -> bool {
        let here = self.review().and_then(|review| review.next_open(self.span.unwrap_or(0)));
        if here.is_some() {
            self.span = here;
            return true;
        }
        let count = self.cases.len();
        let next =
            (1..count).map(|step| (self.at + step) % count).find(|at| self.cases[*at].review.open() > 0);
        if let Some(next) = next {
            self.go_to(next);
        }
        next.is_some()
    }

    /// A place was decided: on to the next one. A case whose last doubt went was seen by whoever decided it.
    fn on(&mut self) {
        if self.review().is_some_and(|review| review.open() == 0) {
            self.seen[self.at] = true;
        }
        self.next_unsure();
    }

    /// Decides all places of this case with the words of the one that is selected.
    fn decide(&mut self, choice: &Choice) {
        if let (Some(span), Some(case)) = (self.span, self.cases.get_mut(self.at)) {
            case.review.decide_everywhere(span, choice);
        }
        self.on();
    }

    /// Returns the words that are selected, and what they are.
    fn selected(&self) -> Option<(String, Kind)> {
        let (span, review) = (self.span?, self.review()?);
        Some((review.words(span)?.to_owned(), review.spans()[span].kind))
    }

    /// Decides words in every case.
    fn everywhere(&mut self, words: &str, decide: impl Fn(&mut Review, &str)) {
        for (case, seen) in self.cases.iter_mut().zip(&mut self.seen) {
            let before = case.review.open();
            decide(&mut case.review, words);
            // Somebody was asked about all that was open there.
            *seen |= before > 0 && case.review.open() == 0;
        }
        self.on();
    }

    fn step(&mut self, forward: bool) {
        let count = self.review().map_or(0, |review| review.spans().len());
        let here = self.span.unwrap_or(0);
        self.span =
            (count > 0).then(|| if forward { (here + 1) % count } else { (here + count - 1) % count });
    }
}

/// Whether somebody else must decide this case.
fn is_for_another(case: &Case, model: &Model) -> bool {
    model.settings.another_reviewer && model.my_name() == case.contact.by
}

/// Takes a key.
pub fn update(state: &mut State, press: &Press, model: &mut Model) -> Next {
    if state.asking.is_some() {
        return answer(state, press, model);
    }
    let Press::Command(command) = press else { return Next::Stay };
    let page = usize::from(model.size.1.saturating_sub(12)).max(1);
    match command {
        Command::PreviewNext => {
            if !state.next_unsure() {
                model.tell(Role::Ok, "preview-all-decided", &[]);
            }
        }
        Command::PreviewForward => state.step(true),
        Command::PreviewBackward => state.step(false),
        Command::ChatUp => state.go_to(state.at.saturating_sub(1)),
        Command::ChatDown => state.go_to((state.at + 1).min(state.cases.len().saturating_sub(1))),
        Command::ScrollUp => state.top = state.top.saturating_sub(page),
        Command::ScrollDown => state.top += page,
        Command::NoteToggle => state.is_original = !state.is_original,
        Command::PreviewMask => state.decide(&Choice::Mask),
        Command::PreviewKeep if state.span.is_some() => {
            state.asking = Some((Asking::Reason, TextBox::line()));
        }
        Command::PreviewAdd => state.asking = Some((Asking::Words, TextBox::line())),
        Command::PreviewEverywhere => {
            if let Some((words, kind)) = state.selected() {
                state.everywhere(&words, |review, words| _ = review.mask_words(words, kind));
            }
        }
        Command::PreviewOwnList => {
            if let Some((words, _)) = state.selected() {
                let keep = Choice::Keep(model.look.say("export-review-own-list"));
                state.everywhere(&words, |review, words| _ = review.decide_words(words, &keep));
                let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
                model.effect(Effect::KeepWord(OwnEntry::Keep(words)));
            }
        }
        Command::PreviewKeep => {}
        Command::Open => confirm(state, model),
        Command::Back => {
            // What was decided whole is not lost.
            send(state, model);
            return Next::Close;
        }
        _ => return Next::Pass,
    }
    Next::Stay
}

/// A key while words are asked for.
fn answer(state: &mut State, press: &Press, model: &mut Model) -> Next {
    let Some((asking, text)) = &mut state.asking else { return Next::Stay };
    match press {
        Press::Command(Command::Back) => state.asking = None,
        Press::Command(Command::TextSend) => {
            let words = SafeText::line(&text.text()).to_string().trim().to_owned();
            let asking = *asking;
            if words.is_empty() {
                model.tell(Role::Warning, "preview-words-missing", &[]);
                return Next::Stay;
            }
            state.asking = None;
            match asking {
                Asking::Reason => state.decide(&Choice::Keep(words)),
                Asking::Words => {
                    let found = state
                        .cases
                        .get_mut(state.at)
                        .map_or(0, |case| case.review.mask_words(&words, Kind::Name));
                    if found == 0 {
                        model.tell(Role::Warning, "preview-words-not-there", &[]);
                    }
                }
            }
        }
        Press::Command(command) => {
            if !text.command(*command) {
                return Next::Pass;
            }
        }
        Press::Key(event) => _ = text.key(*event),
        Press::Paste(pasted) => text.insert(pasted),
    }
    Next::Stay
}

/// This case is right as it stands: on to the next that nobody has seen; behind the last one all are kept.
fn confirm(state: &mut State, model: &mut Model) {
    if state.review().is_some_and(|review| review.open() > 0) {
        let (case, count) = (state.at + 1, state.open());
        state.next_unsure();
        let key = model.look.key(Command::PreviewNext, Context::Preview);
        let values = [("count", count.into()), ("case", case.into()), ("key", key.into())];
        return model.tell(Role::Warning, "preview-undecided", &values);
    }
    if let Some(seen) = state.seen.get_mut(state.at) {
        *seen = true;
    }
    let count = state.cases.len();
    let waits = |at: &usize| !state.seen[*at] && !is_for_another(&state.cases[*at], model);
    let next = (1..count).map(|step| (state.at + step) % count).find(waits);
    match next {
        Some(next) => state.go_to(next),
        None if !send(state, model) => model.tell(Role::Warning, "preview-another", &[]),
        None => {}
    }
}

/// Gives the casebook what was seen whole; returns whether there is anything.
fn send(state: &mut State, model: &mut Model) -> bool {
    // Also without a relay: who reviews stands in the vault.
    let by = model.my_name();
    let is_ready = |at: &usize| {
        state.seen[*at] && state.cases[*at].review.open() == 0 && !is_for_another(&state.cases[*at], model)
    };
    state.sent = (0..state.cases.len()).filter(is_ready).collect();
    let changes: Vec<Change> = state
        .sent
        .iter()
        .map(|at| {
            let Case { contact, review } = &state.cases[*at];
            Change::Reviewed(Box::new(summary::decided(review, contact, &by, model.wall)))
        })
        .collect();
    let has_any = !changes.is_empty();
    if has_any {
        model.keep_reviewed(changes);
    }
    has_any
}
