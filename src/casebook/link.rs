//! Contacts of the same child: brought into one case by hand, and taken apart again.

use super::record::{Case, CaseId, Change, ContactId};
use super::row::draw;
use super::{Casebook, CasebookError};

impl Casebook {
    /// Brings a contact into another case, or into one of its own, and returns the case. What was agreed with the child
    /// goes along if nobody stays behind: a phrase that is still in use, and a hold, are never lost.
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
        let is_left = self.contacts_of(from).len() == 1;
        let left = self.case(from).filter(|_| is_left).cloned();
        let mut changes = vec![Change::Contact(Box::new(contact.clone()))];
        if let Some(left) = left {
            let mut case = self.case_or_new(to).unwrap_or(Case { id: to, ..left.clone() });
            case.phrase = case.phrase.or(left.phrase);
            if case.agreed.is_empty() {
                case.agreed = left.agreed;
            }
            case.hold |= left.hold;
            changes.push(Change::Case(case));
        }
        self.save(changes, now)?;
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
