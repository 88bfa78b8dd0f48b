//! What of a quarter waits for a reviewer's eyes: the proposed summary of each case, read by the anonymiser, with what
//! was decided of the same words before. The console and the command line review with the same core.

use jiff::tz::TimeZone;

use super::period::Period;
use super::release;
use super::summary;
use crate::anonymise::generalise::Audience;
use crate::anonymise::ledger::{Ledger, Release};
use crate::anonymise::{Anonymiser, Review};
use crate::casebook::record::Contact;
use crate::casebook::{Casebook, CasebookError};
use crate::locale::Value;

/// The summaries of a quarter that nobody has decided yet.
pub struct Gathered {
    /// The quarter, such as `2026-Q3`.
    pub quarter: String,
    /// Each with its contact.
    pub cases: Vec<Case>,
    /// How many are decided, or have no words to decide.
    pub ready: usize,
    /// How many left before to the same audience.
    pub left: usize,
    /// How a partner release of the whole would stand.
    pub standing: Standing,
}

/// A case before a reviewer.
pub struct Case {
    /// The contact whose note is summarised.
    pub contact: Contact,
    /// Its summary.
    pub review: Review,
}

/// How a release of all cases of the quarter would stand, whatever their words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    /// So many rows would be alike, and so many cases would be held back.
    Leaves {
        /// The smallest number of rows that are alike.
        k: usize,
        /// How many cases would be held back.
        held_back: usize,
    },
    /// There are too few.
    Refused,
}

/// Why a quarter cannot be gathered.
#[derive(Debug, thiserror::Error)]
pub enum ReviewError {
    /// It is no quarter.
    #[error("{0} is no quarter")]
    Quarter(String),
    /// An entry of the ledger is not what was written.
    #[error("release {0} of the ledger is damaged")]
    Ledger(u64),
    /// The casebook cannot be read.
    #[error(transparent)]
    Casebook(#[from] CasebookError),
}

impl ReviewError {
    /// Returns the id of the sentence that a person sees.
    pub fn text_id(&self) -> &'static str {
        match self {
            Self::Quarter(_) => "export-error-quarter",
            Self::Ledger(_) => "export-error-ledger",
            Self::Casebook(error) => error.text_id(),
        }
    }

    /// Returns what the sentence takes.
    pub fn values(&self) -> Vec<(&'static str, Value<'_>)> {
        match self {
            Self::Quarter(quarter) => vec![("quarter", quarter.as_str().into())],
            Self::Ledger(number) => vec![("number", (*number).into())],
            Self::Casebook(_) => Vec::new(),
        }
    }
}

/// Returns the ledger of a casebook.
///
/// # Errors
/// Names the first release that is not what was written.
pub fn ledger(casebook: &Casebook) -> Result<Ledger, u64> {
    if let Some(number) = casebook.broken_ledger() {
        return Err(number);
    }
    let read = casebook
        .released()
        .map(|released| serde_json::from_str::<Release>(&released.release).map_err(|_| released.n));
    Ok(Ledger::new(read.collect::<Result<_, _>>()?))
}

/// Gathers a quarter for review. With `another`, a review by the contact's own counsellor does not count.
///
/// # Errors
/// Fails if the quarter is none, the ledger is damaged, or a note that is there cannot be read.
pub fn gather(
    casebook: &Casebook,
    quarter: &str,
    another: bool,
    anonymiser: &Anonymiser,
) -> Result<Gathered, ReviewError> {
    let wrong = || ReviewError::Quarter(quarter.to_owned());
    let period = Period::parse(quarter, &TimeZone::system()).ok_or_else(wrong)?;
    let (year, number) = period.as_quarter().ok_or_else(wrong)?;
    let quarter = format!("{year:04}-Q{number}");
    let ledger = ledger(casebook).map_err(ReviewError::Ledger)?;
    let span = (period.from, period.to);
    let taken = ledger.taken(false);
    let gathered = summary::gather(casebook, &quarter, span, &taken, (true, another), &mut |_, _| {})?;
    let mut cases = Vec::with_capacity(gathered.open.len());
    for id in &gathered.open {
        let Some(contact) = casebook.contact(*id)? else { continue };
        let how = summary::note(&contact.facets.language, 0);
        let review = summary::review(anonymiser, &contact, casebook.reviewed(contact.id), how);
        cases.push(Case { contact, review });
    }
    // Words do not count towards k, so how the whole stands is known before they are decided.
    let whole = summary::gather(casebook, &quarter, span, &taken, (false, false), &mut |_, _| {})?;
    let standing = match release::plan(&whole.ready, Audience::Partner) {
        Ok(plan) => Standing::Leaves { k: plan.risk.k, held_back: plan.dropped },
        Err(_) => Standing::Refused,
    };
    Ok(Gathered { quarter, cases, ready: gathered.ready.len(), left: gathered.left, standing })
}
