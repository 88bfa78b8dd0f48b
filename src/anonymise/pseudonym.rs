//! Who is who in one text, and what stands in their place. A pseudonym says what the text says (a friend, a mother, he
//! or she) and nothing more; it is counted anew in every text, so that nobody can be followed from one to another.

use std::collections::HashMap;

use super::decline::Gender;
use super::detect::Stem;
use super::generalise;
use super::lexicon::{Flags, Lexicon};
use super::lists::Role;
use super::page::{Page, Sort, Token};
use super::{Anonymised, Kind, Note, Span};
use crate::locale::Lang;

/// What a reviewer decides of a span.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Nobody has decided yet.
    Open,
    /// It goes.
    Mask,
    /// It stays, for a reason that is kept with the release.
    Keep(String),
}

/// Doubts are open, so nothing may leave.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} doubtful places are not decided")]
pub struct OpenDoubts(pub usize);

/// A text under review: its spans, each with a choice. A certain hit begins as masked, a doubt as open.
#[derive(Clone, Debug)]
pub struct Review {
    text: String,
    spans: Vec<Span>,
    choices: Vec<Choice>,
    persons: Vec<Person>,
    note: Note,
}

/// A stretch of a text under review.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// The words of the text.
    pub words: String,
    /// What stands in their place when they are masked; the words themselves between spans.
    pub stands: String,
    /// The number of the span, if it is one.
    pub span: Option<usize>,
}

/// Somebody in a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Person {
    role: Role,
    gender: Gender,
}

impl Review {
    pub(super) fn new(text: String, spans: Vec<Span>, persons: Vec<Person>, note: Note) -> Review {
        let choices =
            spans.iter().map(|span| if span.doubtful { Choice::Open } else { Choice::Mask }).collect();
        Review { text, spans, choices, persons, note }
    }

    /// Returns the text in NFC, which the offsets of the spans mean.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Returns all spans, in order.
    pub fn spans(&self) -> &[Span] {
        &self.spans
    }

    /// Returns the choice made for a span.
    pub fn choice(&self, span: usize) -> Option<&Choice> {
        self.choices.get(span)
    }

    /// Returns the first span after `from` that nobody has decided, beginning anew at the end.
    pub fn next_open(&self, from: usize) -> Option<usize> {
        let count = self.choices.len();
        (1..=count).map(|step| (from + step) % count).find(|at| self.choices[*at] == Choice::Open)
    }

    /// Decides one span; a number that is none changes nothing.
    pub fn decide(&mut self, span: usize, choice: Choice) {
        if let Some(old) = self.choices.get_mut(span) {
            *old = choice;
        }
    }

    /// Decides every span with the same words as this one, and returns how many.
    pub fn decide_everywhere(&mut self, span: usize, choice: &Choice) -> usize {
        let Some(words) = self.words(span).map(str::to_lowercase) else { return 0 };
        let same: Vec<usize> = (0..self.spans.len())
            .filter(|at| self.words(*at).is_some_and(|other| other.to_lowercase() == words))
            .collect();
        same.iter().for_each(|at| self.decide(*at, choice.clone()));
        same.len()
    }

    /// Decides every span with these words, whatever their case, and returns how many.
    pub fn decide_words(&mut self, words: &str, choice: &Choice) -> usize {
        let wanted = words.to_lowercase();
        let first = (0..self.spans.len())
            .find(|at| self.words(*at).is_some_and(|other| other.to_lowercase() == wanted));
        first.map_or(0, |at| self.decide_everywhere(at, choice))
    }

    /// Masks words wherever they stand as whole words, found by the detectors or not; returns at how many places.
    pub fn mask_words(&mut self, words: &str, kind: Kind) -> usize {
        let decided = self.decide_words(words, &Choice::Mask);
        let letters: Vec<char> = self.text.chars().collect();
        let wanted: Vec<char> = words.chars().collect();
        if wanted.is_empty() {
            return decided;
        }
        let whole = |start: usize| {
            let end = start + wanted.len();
            let before = start.checked_sub(1).is_some_and(|at| letters[at].is_alphanumeric());
            let after = letters.get(end).is_some_and(|letter| letter.is_alphanumeric());
            !before && !after && self.spans.iter().all(|span| span.end <= start || span.start >= end)
        };
        let places: Vec<usize> = letters
            .windows(wanted.len())
            .enumerate()
            .filter(|(start, piece)| *piece == wanted && whole(*start))
            .map(|(start, _)| start)
            .collect();
        let Some(first) = places.first() else { return decided };
        // All places with the same words are marked from the first.
        self.mark(*first, first + wanted.len(), kind);
        decided + places.len()
    }

    /// Returns how many doubts are open.
    pub fn open(&self) -> usize {
        self.choices.iter().filter(|choice| **choice == Choice::Open).count()
    }

    /// Returns the text in pieces, in order: what stands between the spans, and each span with what stands in its place.
    pub fn pieces(&self) -> Vec<Piece> {
        let letters: Vec<char> = self.text.chars().collect();
        let words = |from: usize, to: usize| letters[from..to].iter().collect::<String>();
        let (mut pieces, mut at) = (Vec::new(), 0);
        for (number, (span, stands)) in self.spans.iter().zip(self.replacements()).enumerate() {
            if at < span.start {
                let words = words(at, span.start);
                pieces.push(Piece { stands: words.clone(), words, span: None });
            }
            pieces.push(Piece { words: words(span.start, span.end), stands, span: Some(number) });
            at = span.end;
        }
        if at < letters.len() {
            let words = words(at, letters.len());
            pieces.push(Piece { stands: words.clone(), words, span: None });
        }
        pieces
    }

    /// Masks a stretch the detectors missed, in characters, and every other place with the same words.
    pub fn mark(&mut self, start: usize, end: usize, kind: Kind) {
        let letters: Vec<char> = self.text.chars().collect();
        let Some(wanted) = letters.get(start..end).filter(|wanted| !wanted.is_empty()).map(<[char]>::to_vec)
        else {
            return;
        };
        let mut at = 0;
        while at + wanted.len() <= letters.len() {
            let free = self.spans.iter().all(|span| span.end <= at || span.start >= at + wanted.len());
            if letters[at..at + wanted.len()] == wanted[..] && free {
                let place = self.spans.partition_point(|span| span.start < at);
                let span = Span { start: at, end: at + wanted.len(), kind, doubtful: false, entity: None };
                self.spans.insert(place, span);
                self.choices.insert(place, Choice::Mask);
                at += wanted.len();
            } else {
                at += 1;
            }
        }
    }

    /// Returns the words of a span.
    pub fn words(&self, span: usize) -> Option<&str> {
        let span = self.spans.get(span)?;
        let byte = |at: usize| self.text.char_indices().nth(at).map_or(self.text.len(), |(byte, _)| byte);
        self.text.get(byte(span.start)..byte(span.end))
    }

    /// Returns what stands in place of a span when it is masked.
    pub fn replacement(&self, span: usize) -> Option<String> {
        Some(self.replacements().swap_remove(self.spans.get(span).map(|_| span)?))
    }

    /// Returns the masked text, unless a doubt is open.
    pub fn finish(&self) -> Result<Anonymised<String>, OpenDoubts> {
        match self.choices.iter().filter(|choice| **choice == Choice::Open).count() {
            0 => Ok(self.masked()),
            open => Err(OpenDoubts(open)),
        }
    }

    /// Returns the masked text as it would be now, open doubts masked too.
    pub fn mask_all(&self) -> Anonymised<String> {
        self.masked()
    }

    fn masked(&self) -> Anonymised<String> {
        let mut out = String::with_capacity(self.text.len());
        let replacements = self.replacements();
        let mut spans = self.spans.iter().zip(&self.choices).zip(&replacements).peekable();
        let mut letters = self.text.chars().enumerate();
        while let Some((at, letter)) = letters.next() {
            while spans.next_if(|((span, _), _)| span.end <= at).is_some() {}
            match spans.peek() {
                Some(((span, choice), replacement))
                    if span.start == at && !matches!(choice, Choice::Keep(_)) =>
                {
                    out.push_str(replacement);
                    if span.end > at + 1 {
                        letters.nth(span.end - at - 2);
                    }
                }
                _ => out.push(letter),
            }
        }
        Anonymised(out)
    }

    fn replacements(&self) -> Vec<String> {
        let mut letters: HashMap<&'static str, usize> = HashMap::new();
        let mut names: HashMap<usize, String> = HashMap::new();
        let chars: Vec<char> = self.text.chars().collect();
        let mut replacements = Vec::with_capacity(self.spans.len());
        for span in &self.spans {
            let text = match (span.kind, span.entity) {
                (Kind::Name, Some(entity)) => names
                    .entry(entity)
                    .or_insert_with(|| {
                        let person = self
                            .persons
                            .get(entity)
                            .copied()
                            .unwrap_or(Person { role: Role::Person, gender: Gender::Unknown });
                        let label = person.label(self.note.lang);
                        let count = letters.entry(label).or_default();
                        *count += 1;
                        format!("[{label} {}]", letter(*count))
                    })
                    .clone(),
                (Kind::Region, _) if self.note.keeps_regions => chars[span.start..span.end].iter().collect(),
                (Kind::Date | Kind::Age | Kind::Grade, _) => {
                    let kind = span.kind;
                    let words: String = chars[span.start..span.end].iter().collect();
                    if self.note.coarse_ages {
                        generalise::in_coarse_text(kind, &words, self.note.audience, self.note.lang)
                    } else {
                        generalise::in_text(kind, &words, self.note.audience, self.note.lang)
                    }
                }
                (kind, _) => format!("[{}]", label(kind, self.note.lang)),
            };
            replacements.push(text);
        }
        replacements
    }
}

/// A, B, … Z, AA, AB …
fn letter(mut count: usize) -> String {
    let mut letters = Vec::new();
    while count > 0 {
        count -= 1;
        letters.push((b'A' + (count % 26) as u8) as char);
        count /= 26;
    }
    letters.iter().rev().collect()
}

fn label(kind: Kind, lang: Lang) -> &'static str {
    let (english, czech) = match kind {
        Kind::BirthNumber => ("BIRTH NUMBER", "RODNÉ ČÍSLO"),
        Kind::Email => ("EMAIL", "E-MAIL"),
        Kind::Url => ("LINK", "ODKAZ"),
        Kind::Handle => ("HANDLE", "PŘEZDÍVKA"),
        Kind::Phone => ("PHONE", "TELEFON"),
        Kind::OtherId => ("NUMBER", "ČÍSLO"),
        Kind::DateOfBirth => ("DATE OF BIRTH", "DATUM NAROZENÍ"),
        Kind::Address => ("ADDRESS", "ADRESA"),
        Kind::School => ("SCHOOL", "ŠKOLA"),
        Kind::Place => ("A TOWN", "OBEC"),
        Kind::Name => ("PERSON", "OSOBA"),
        Kind::Date => ("DATE", "DATUM"),
        Kind::Age => ("AGE", "VĚK"),
        Kind::Grade => ("SCHOOL YEAR", "TŘÍDA"),
        Kind::Region => ("A REGION", "KRAJ"),
    };
    if lang == Lang::Cs { czech } else { english }
}

impl Person {
    /// What a pseudonym calls somebody: as much of relation and gender as the text itself says.
    fn label(self, lang: Lang) -> &'static str {
        use Gender::{Female, Male};
        if lang == Lang::En {
            return match (self.role, self.gender) {
                (Role::Friend, _) => "FRIEND",
                (Role::Partner, _) => "PARTNER",
                (Role::Classmate, _) => "CLASSMATE",
                (Role::Teacher, _) => "TEACHER",
                (Role::Parent, Female) => "MOTHER",
                (Role::Parent, Male) => "FATHER",
                (Role::Parent, _) => "PARENT",
                (Role::Sibling, Female) => "SISTER",
                (Role::Sibling, Male) => "BROTHER",
                (Role::Sibling, _) => "SIBLING",
                (Role::Relative, _) => "RELATIVE",
                (Role::Child, Female) => "DAUGHTER",
                (Role::Child, Male) => "SON",
                (Role::Child, _) => "CHILD",
                (Role::Client, _) => "CLIENT",
                (Role::Adult, _) => "ADULT",
                (Role::Colleague, _) => "COLLEAGUE",
                (Role::Person, Female) => "PERSON (F)",
                (Role::Person, Male) => "PERSON (M)",
                (Role::Person, _) => "PERSON",
            };
        }
        match (self.role, self.gender) {
            (Role::Friend, Female) => "KAMARÁDKA",
            (Role::Friend, _) => "KAMARÁD",
            (Role::Partner, Female) => "PARTNERKA",
            (Role::Partner, _) => "PARTNER",
            (Role::Classmate, Female) => "SPOLUŽAČKA",
            (Role::Classmate, _) => "SPOLUŽÁK",
            (Role::Teacher, Female) => "UČITELKA",
            (Role::Teacher, _) => "UČITEL",
            (Role::Parent, Female) => "MATKA",
            (Role::Parent, Male) => "OTEC",
            (Role::Parent, _) => "RODIČ",
            (Role::Sibling, Female) => "SESTRA",
            (Role::Sibling, Male) => "BRATR",
            (Role::Sibling, _) => "SOUROZENEC",
            (Role::Relative, Female) => "PŘÍBUZNÁ",
            (Role::Relative, _) => "PŘÍBUZNÝ",
            (Role::Child, Female) => "DCERA",
            (Role::Child, Male) => "SYN",
            (Role::Child, _) => "DÍTĚ",
            (Role::Client, Female) => "KLIENTKA",
            (Role::Client, _) => "KLIENT",
            (Role::Adult, Female) => "DOSPĚLÁ",
            (Role::Adult, _) => "DOSPĚLÝ",
            (Role::Colleague, Female) => "KOLEGYNĚ",
            (Role::Colleague, _) => "KOLEGA",
            (Role::Person, Female) => "OSOBA Ž",
            (Role::Person, Male) => "OSOBA M",
            (Role::Person, _) => "OSOBA",
        }
    }
}

/// What one name shows of its bearer.
#[derive(Default)]
struct Marks {
    bases: Vec<u16>,
    surnames: Vec<u16>,
    stems: Vec<Stem>,
    hers: bool,
    his: bool,
}

fn words_of<'a>(page: &'a Page, span: &Span) -> impl Iterator<Item = &'a Token> {
    let first = page.tokens.partition_point(|token| token.end <= span.start);
    let end = span.end;
    page.tokens[first..]
        .iter()
        .take_while(move |token| token.start < end)
        .filter(|token| token.sort == Sort::Word)
}

fn marks(page: &Page, span: &Span) -> Marks {
    let mut marks = Marks::default();
    for token in words_of(page, span) {
        let entry = token.entry;
        let bases: Vec<u16> = entry.bases.into_iter().filter(|base| *base != 0).collect();
        match () {
            () if !bases.is_empty() => marks.bases.extend(bases),
            () if entry.surname != 0 => marks.surnames.push(entry.surname),
            () => marks.stems.push(Stem::of(page.word(token))),
        }
        // A form that either may have shows nothing.
        let (hers, his) = (entry.flags.any(Flags::HERS), entry.flags.any(Flags::HIS));
        marks.hers |= hers && !his;
        marks.his |= his && !hers;
    }
    marks
}

/// Gives every name in a text the number of its bearer.
///
/// Each part of a name is looked up in a table of those seen, so this is linear. Two names are one person's when they
/// share the given name, or, when one has none, the surname, unless one is hers and the other his.
pub(super) fn tell_apart(page: &Page, spans: &mut [Span]) {
    #[derive(PartialEq, Eq, Hash)]
    enum Part {
        Given(u16),
        Surname(u16, bool),
        Stem(Stem),
    }
    let mut seen: HashMap<Part, usize> = HashMap::new();
    let mut has_given: Vec<bool> = Vec::new();
    for span in spans.iter_mut().filter(|span| span.kind == Kind::Name && !span.doubtful) {
        let marks = marks(page, span);
        let given = marks.bases.iter().find_map(|base| seen.get(&Part::Given(*base)).copied());
        let family = || {
            let surname = marks
                .surnames
                .iter()
                .find_map(|surname| seen.get(&Part::Surname(*surname, marks.hers)).copied());
            surname
                .or_else(|| marks.stems.iter().find_map(|stem| seen.get(&Part::Stem(stem.clone())).copied()))
        };
        let entity = match given {
            Some(entity) => Some(entity),
            None if marks.bases.is_empty() => family(),
            None => family().filter(|entity| !has_given[*entity]),
        };
        let entity = entity.unwrap_or_else(|| {
            has_given.push(false);
            has_given.len() - 1
        });
        has_given[entity] |= !marks.bases.is_empty();
        for base in marks.bases {
            seen.entry(Part::Given(base)).or_insert(entity);
        }
        for surname in marks.surnames {
            seen.entry(Part::Surname(surname, marks.hers)).or_insert(entity);
        }
        for stem in marks.stems {
            seen.entry(Part::Stem(stem)).or_insert(entity);
        }
        span.entity = Some(entity);
    }
}

/// Returns what a text says of each person in it.
pub(super) fn persons(page: &Page, lexicon: &Lexicon, spans: &[Span]) -> Vec<Person> {
    let count = spans.iter().filter_map(|span| span.entity).max().map_or(0, |last| last + 1);
    let mut persons = vec![Person { role: Role::Person, gender: Gender::Unknown }; count];
    for span in spans {
        let Some(entity) = span.entity else { continue };
        let person = &mut persons[entity];
        let marks = marks(page, span);
        let relation = relation_before(page, lexicon, span.start);
        if let Some((role, gender)) = relation {
            if person.role == Role::Person {
                person.role = role;
            }
            if person.gender == Gender::Unknown {
                person.gender = gender;
            }
        }
        if person.gender == Gender::Unknown {
            person.gender = match (marks.hers, marks.his) {
                (true, false) => Gender::Female,
                (false, true) => Gender::Male,
                _ => Gender::Unknown,
            };
        }
    }
    persons
}

/// Returns the relation that stands just before a name: "kamarádka Eva", "máma (Eva)", "třídní učitelka Eva".
fn relation_before(page: &Page, lexicon: &Lexicon, start: usize) -> Option<(Role, Gender)> {
    let at = page.tokens.partition_point(|token| token.end <= start);
    let mut back = at.checked_sub(1)?;
    if let Sort::Mark(b'(' | b'"' | b'\'' | b',' | b':') = page.tokens[back].sort {
        back = back.checked_sub(1)?;
    }
    lexicon.relation(page.tokens[back].entry.relation)
}
