//! What may leave of a case: codes, and a summary of at most 600 characters proposed from the note's fields, masked and
//! decided by a person. This reads notes only to propose; what comes out of here is `Anonymised`, or codes.
//!
//! A reviewer's decisions are kept, not the masked text: it is made anew for each release, since a region that the
//! release gives up must go from the text too. A note that was changed, and a place the program doubts since its lists
//! were changed, are open again.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

use crate::anonymise::generalise::Audience;
use crate::anonymise::ledger::case_digest;
use crate::anonymise::risk::{self, Step};
use crate::anonymise::{Anonymised, Anonymiser, Choice, Kind, Note, OpenDoubts, Review};
use crate::casebook::record::{CaseId, Contact, ContactId, ContactSummary, Decision, Filter, Reviewed};
use crate::casebook::{Casebook, CasebookError};
use crate::locale::Lang;

/// The longest summary, in characters.
pub const LONGEST: usize = 600;

/// A text masked in the four ways a release may need it: large places kept or not, ages in bands or in three only.
pub type Variants = [Anonymised<String>; 4];

/// One case as a candidate for a release: nothing in it is a child's word.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The digest of its case.
    pub case: String,
    /// The contact whose note is summarised; none if another casebook sent it.
    pub contact: Option<ContactId>,
    /// Quasi-identifiers and trouble.
    pub facts: Facts,
    /// The masked text, if another casebook sent it.
    pub text: Option<Variants>,
    /// How many places of each kind were masked in it.
    pub masks: Vec<(Kind, u64)>,
}

/// The codes of a case.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// The quarter.
    pub period: String,
    /// Region of the child.
    pub region: String,
    /// Its age band.
    pub age_band: String,
    /// Its gender.
    pub gender: String,
    /// Who made the contact.
    pub person: String,
    /// By which channel.
    pub channel: String,
    /// The topics of the contact that is summarised, the primary one first.
    pub topics: Vec<String>,
    /// Whether online.
    pub online: String,
    /// Where.
    pub places: Vec<String>,
    /// Risk, `R0` to `R4`.
    pub risk: String,
    /// Outcomes.
    pub outcomes: Vec<String>,
    /// How many contacts the case had in the quarter.
    pub contacts: u32,
    /// The language of the note.
    pub language: String,
}

impl Facts {
    /// Returns it as risk sees it.
    pub fn case(&self, row: usize) -> risk::Case {
        risk::Case {
            period: self.period.clone(),
            region: self.region.clone(),
            age_band: self.age_band.clone(),
            gender: self.gender.clone(),
            person: self.person.clone(),
            channel: self.channel.clone(),
            topic: self.topics.first().cloned().unwrap_or_else(|| "unknown".to_owned()),
            risk: self.risk.clone(),
            summary: None,
            row,
        }
    }

    /// Returns the band of how many contacts there were.
    pub fn contacts_band(&self) -> &'static str {
        match self.contacts {
            0 | 1 => "1",
            2..=4 => "2–4",
            _ => "5+",
        }
    }
}

/// Returns the cases of a span of time that may be candidates: of each, the last finished contact that was counselling or
/// information. Notes are not read.
pub fn cases(casebook: &Casebook, from: u64, to: u64) -> Vec<(CaseId, ContactSummary, u32)> {
    let filter = Filter { since: Some(from), until: Some(to), ..Filter::default() };
    let mut found: std::collections::BTreeMap<CaseId, (ContactSummary, u32)> =
        std::collections::BTreeMap::new();
    for contact in casebook.list(&filter, usize::MAX) {
        let counts = matches!(contact.facets.kind.as_deref(), Some("counselling" | "information"));
        if !contact.finished || !counts {
            continue;
        }
        match found.get_mut(&contact.case) {
            // The newest came first.
            Some((_, count)) => *count += 1,
            None => _ = found.insert(contact.case, (contact, 1)),
        }
    }
    found.into_iter().map(|(case, (contact, count))| (case, contact, count)).collect()
}

/// Returns a case as a candidate, its text still to be made.
pub fn candidate(period: &str, case: CaseId, contact: &ContactSummary, contacts: u32) -> Candidate {
    let facets = contact.facets.classified();
    Candidate {
        case: case_digest(&case.0),
        contact: Some(contact.id),
        facts: Facts {
            period: period.to_owned(),
            region: facets.region.as_str().to_owned(),
            age_band: facets.age_band.as_str().to_owned(),
            gender: facets.gender.as_str().to_owned(),
            person: facets.person.as_str().to_owned(),
            channel: facets.channel.as_str().to_owned(),
            topics: facets.topics.iter().map(|topic| topic.as_str().to_owned()).collect(),
            online: facets.online.map_or("unknown", |online| online.as_str()).to_owned(),
            places: facets.places.iter().map(|place| place.as_str().to_owned()).collect(),
            risk: facets.risk.map_or_else(|| "unknown".to_owned(), |risk| format!("R{}", risk.number())),
            outcomes: facets.outcomes.iter().map(|outcome| outcome.as_str().to_owned()).collect(),
            contacts,
            language: facets.language.clone(),
        },
        text: None,
        masks: Vec::new(),
    }
}

/// The fields a summary is proposed from, in its order, and the share of its length each may take before the others
/// have had theirs.
const FIELDS: [(&str, usize); 5] =
    [("request", 3), ("data", 4), ("assessment", 3), ("intervention", 2), ("plan", 2)];

/// Proposes a summary from the fields of a note. It is longer than what leaves, since it is cut after it was masked: cut
/// before, half a number might stay that nobody recognises.
pub fn proposed(contact: &Contact) -> String {
    let shares: usize = FIELDS.iter().map(|(_, share)| share).sum();
    let mut text = String::new();
    for (field, share) in FIELDS {
        let words = contact.note.field(field);
        let words = words.split_whitespace().collect::<Vec<_>>().join(" ");
        if words.is_empty() {
            continue;
        }
        let most = LONGEST * 2 * share / shares;
        text.push_str(sentences(&words, most));
        if !text.ends_with(['.', '!', '?', '…']) {
            text.push('.');
        }
        text.push(' ');
    }
    text.truncate(text.trim_end().len());
    text
}

/// Returns as many whole sentences as fit, at least the first.
fn sentences(words: &str, most: usize) -> &str {
    let mut end = None;
    for (count, (at, letter)) in words.char_indices().enumerate() {
        let ends = matches!(letter, '.' | '!' | '?') && words[at + letter.len_utf8()..].starts_with(' ');
        if ends && (end.is_none() || count < most) {
            end = Some(at + letter.len_utf8());
        }
        if count >= most && end.is_some() {
            return &words[..end.unwrap_or(words.len())];
        }
    }
    words
}

/// Returns the language in which a note is read.
pub fn lang(language: &str) -> Lang {
    Lang::from_tag(language).unwrap_or(Lang::Cs)
}

/// Opens the proposed summary of a contact for review, with what was decided of the same text before.
pub fn review(anonymiser: &Anonymiser, contact: &Contact, reviewed: Option<&Reviewed>, note: Note) -> Review {
    let mut review = anonymiser.review(&proposed(contact), note);
    let same = reviewed.filter(|reviewed| reviewed.source == source(review.text()));
    for decision in same.into_iter().flat_map(|reviewed| &reviewed.decisions) {
        let (start, end) = (decision.start as usize, decision.end as usize);
        let choice = decision.keep.clone().map_or(Choice::Mask, Choice::Keep);
        match review.spans().iter().position(|span| (span.start, span.end) == (start, end)) {
            Some(at) => review.decide(at, choice),
            None if choice == Choice::Mask => review.mark(start, end, Kind::OtherId),
            None => {}
        }
    }
    review
}

/// Returns what a reviewer decided, to be kept with the case.
pub fn decided(review: &Review, contact: &Contact, by: &str, at: u64) -> Reviewed {
    let number = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let decisions = review.spans().iter().enumerate().filter_map(|(place, span)| {
        let keep = match review.choice(place)? {
            Choice::Open => return None,
            Choice::Mask => None,
            Choice::Keep(reason) => Some(reason.clone()),
        };
        Some(Decision { start: number(span.start), end: number(span.end), keep })
    });
    Reviewed {
        contact: contact.id,
        case: contact.case,
        source: source(review.text()),
        decisions: decisions.collect(),
        by: by.to_owned(),
        at,
    }
}

/// Returns the digest of a proposed text.
pub fn source(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// Whether a person has seen this very text.
pub fn is_reviewed(contact: &Contact, reviewed: Option<&Reviewed>) -> bool {
    reviewed.is_some_and(|reviewed| reviewed.source == source(&proposed_in_nfc(contact)))
}

fn proposed_in_nfc(contact: &Contact) -> String {
    use unicode_normalization::UnicodeNormalization as _;
    proposed(contact).nfc().collect()
}

/// How a text is masked for a release in which these columns were made coarser.
pub fn note(language: &str, variant: usize) -> Note {
    Note {
        lang: lang(language),
        audience: Audience::Partner,
        keeps_regions: variant & 1 == 0,
        coarse_ages: variant & 2 != 0,
    }
}

/// Returns which of the four variants a release needs.
pub fn variant(steps: &[Step]) -> usize {
    usize::from(steps.contains(&Step::Region)) + 2 * usize::from(steps.contains(&Step::Age))
}

/// A masked text, and how often each kind was masked in it.
type Masked = (Anonymised<String>, Vec<(Kind, u64)>);

/// Returns the summary of a contact as it may leave, and how many places of each kind were masked.
///
/// # Errors
/// Fails while a place is undecided.
pub fn masked(
    anonymiser: &Anonymiser,
    contact: &Contact,
    reviewed: Option<&Reviewed>,
    variant: usize,
) -> Result<Masked, OpenDoubts> {
    let review = review(anonymiser, contact, reviewed, note(&contact.facets.language, variant));
    let text = review.finish()?.shortened(LONGEST);
    let mut masks: std::collections::BTreeMap<Kind, u64> = std::collections::BTreeMap::new();
    for (at, span) in review.spans().iter().enumerate() {
        if review.choice(at) == Some(&Choice::Mask) && !(span.kind == Kind::Region && variant & 1 == 0) {
            *masks.entry(span.kind).or_default() += 1;
        }
    }
    Ok((text, masks.into_iter().collect()))
}

/// What of a span of time is ready and what is not.
#[derive(Clone, Debug, Default)]
pub struct Gathered {
    /// The candidates whose text is decided or that have none.
    pub ready: Vec<Candidate>,
    /// Contacts whose text nobody has decided yet.
    pub open: Vec<ContactId>,
    /// Cases that left before to the same audience.
    pub left: usize,
}

/// Gathers the candidates of a quarter. With `texts`, those whose text is open are set aside. `another` means that a
/// review by the contact's own counsellor does not count.
///
/// # Errors
/// Fails if a note that is there cannot be read.
pub fn gather(
    casebook: &Casebook,
    period: &str,
    (from, to): (u64, u64),
    taken: &std::collections::BTreeSet<&str>,
    (texts, another): (bool, bool),
    progress: &mut dyn FnMut(u64, u64),
) -> Result<Gathered, CasebookError> {
    let mut gathered = Gathered::default();
    let cases = cases(casebook, from, to);
    let total = cases.len() as u64;
    for (done, (case, summary, count)) in cases.into_iter().enumerate() {
        progress(done as u64 + 1, total);
        let candidate = candidate(period, case, &summary, count);
        if taken.contains(candidate.case.as_str()) {
            gathered.left += 1;
            continue;
        }
        if texts && let Some(contact) = casebook.contact(summary.id)? {
            let reviewed =
                casebook.reviewed(summary.id).filter(|reviewed| !another || reviewed.by != contact.by);
            if !proposed(&contact).is_empty() && !is_reviewed(&contact, reviewed) {
                gathered.open.push(summary.id);
                continue;
            }
        }
        gathered.ready.push(candidate);
    }
    Ok(gathered)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;
    use crate::anonymise::Lists;

    fn contact(fields: &[(&str, &str)]) -> Contact {
        let mut contact =
            Contact::begun(ContactId([1; 16]), CaseId([2; 16]), "chat", "Blue Fox", "Jana", 1_000);
        contact.facets.language = "cs".to_owned();
        fields.iter().for_each(|(field, words)| contact.note.set(field, words));
        contact
    }

    #[test]
    fn a_summary_is_proposed_from_the_fields_and_cut_after_it_is_masked() {
        let long = "Volala Tereza z čísla 731 372 028. ".repeat(40);
        let contact = contact(&[("request", "co mám dělat"), ("data", &long), ("plan", "OSPOD.")]);
        let text = proposed(&contact);
        assert!(text.starts_with("co mám dělat. Volala") && text.ends_with("OSPOD."), "{text}");
        let anonymiser = Anonymiser::new(&Lists::shipped());
        let (masked, masks) = masked(&anonymiser, &contact, None, 0).unwrap();
        assert!(masked.get().chars().count() <= LONGEST + 1, "{}", masked.get());
        assert!(!masked.get().contains("731") && !masked.get().contains("Terez"));
        assert!(masks.iter().any(|(kind, count)| *kind == Kind::Phone && *count > 1));
    }

    #[test]
    fn decisions_are_kept_with_the_text_they_were_made_of() {
        let anonymiser = Anonymiser::new(&Lists::shipped());
        let mut contact = contact(&[("data", "Xantipka přišla domů z Brna. Je jí 13 let.")]);
        assert_eq!(masked(&anonymiser, &contact, None, 0).unwrap_err(), OpenDoubts(1));
        let mut open = review(&anonymiser, &contact, None, note("cs", 0));
        let at = open.next_open(open.spans().len() - 1).unwrap();
        open.decide(at, Choice::Keep("a cat".to_owned()));
        let kept = decided(&open, &contact, "Eva", 5);
        assert!(is_reviewed(&contact, Some(&kept)));
        let text = |variant| masked(&anonymiser, &contact, Some(&kept), variant).unwrap().0.into_inner();
        assert_eq!(text(0), "Xantipka přišla domů z Brna. Je jí 12–14 let.");
        assert_eq!(text(3), "Xantipka přišla domů z [KRAJ]. Je jí 12–18 let.");
        contact.note.set("data", "Xantipka přišla domů z Brna. Je jí 14 let.");
        assert!(!is_reviewed(&contact, Some(&kept)), "a changed note is open again");
        assert_eq!(masked(&anonymiser, &contact, Some(&kept), 0).unwrap_err(), OpenDoubts(1));
    }
}
