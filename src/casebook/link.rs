//! Contacts of the same child: brought into one case by hand, and taken apart again; and what is known of a child that
//! comes back.

use super::record::{Case, CaseId, Change, ContactId};
use super::row::draw;
use super::{Casebook, CasebookError};
use crate::conversation::id::ConversationId;

/// What is known of a child that comes back.
#[derive(Clone, PartialEq, Eq)]
pub struct Before {
    /// Its case.
    pub case: CaseId,
    /// How it was called when it was here last.
    pub handle: String,
    /// How often it was here before.
    pub times: usize,
    /// What was agreed with it; empty if nothing was.
    pub agreed: String,
}

impl Casebook {
    /// Returns what is known of the child of an earlier conversation, if that one is in this casebook.
    pub fn before(&self, former: ConversationId) -> Option<Before> {
        let last = self.summary(self.of_conversation(former)?)?;
        Some(Before {
            case: last.case,
            handle: last.handle,
            times: self.contacts_of(last.case).len(),
            agreed: self.case(last.case).map(|case| case.agreed.clone()).unwrap_or_default(),
        })
    }

    /// Brings a contact into another case, or into one of its own, and returns the case. What was agreed with the child
    /// goes along if nobody stays behind.
    ///
    /// # Errors
    /// Fails if the contact cannot be read, the case was erased, or the disk fails; nothing is changed then.
    pub fn link(&mut self, id: ContactId, to: Option<CaseId>, now: u64) -> Result<CaseId, CasebookError> {
        let mut contact = self.contact(id)?.ok_or(CasebookError::Damaged)?;
        let to = to.unwrap_or_else(|| CaseId(draw()));
        let from = std::mem::replace(&mut contact.case, to);
        if from == to {
            return Ok(to);
        }
        self.save(vec![Change::Contact(Box::new(contact))], now)?;
        Ok(to)
    }

    /// Returns what a case has of its own to say, or where it has nothing yet, what it begins with; none if nothing
    /// belongs to it.
    pub fn case_or_new(&self, id: CaseId) -> Option<Case> {
        let first = || self.contacts_of(id).into_iter().last();
        self.case(id).cloned().or_else(|| {
            first().map(|contact| Case {
                id,
                handle: contact.handle,
                opened: contact.opened,
                phrase: None,
                agreed: String::new(),
                hold: false,
            })
        })
    }
}

/// Joins a case that all contacts leave with the one they go to: what was agreed there stands, else what was agreed here
/// goes along, and a hold is never lost.
pub(super) fn joined(there: Option<Case>, left: Case, to: CaseId) -> Case {
    let mut case = there.unwrap_or(Case { id: to, ..left.clone() });
    if case.phrase.is_none() {
        case.phrase = left.phrase;
    }
    if case.agreed.is_empty() {
        case.agreed = left.agreed;
    }
    case.hold |= left.hold;
    case
}
