//! What an open casebook holds in memory: who and when of every contact, cases, drafts, the outbox, promises, settings,
//! and where each record lies. Notes and transcripts stay on the disk and are read when they are looked at.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::index::Number;
use super::migrate::Record;
use super::record::{
    Audit, Case, CaseId, Contact, ContactId, ContactSummary, Draft, Filter, OutboxItem, Promise, PromiseId,
    Released, Reviewed,
};
use super::row::{Mark, RowKey, draw};
use crate::conversation::id::{ConversationId, EntryId};

/// What a record is called, whatever it says.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Name {
    Contact(ContactId),
    Case(CaseId),
    Transcript(ContactId),
    Draft(ConversationId),
    Outbox(EntryId),
    Promise(PromiseId),
    Setting(String),
    Audit(u64),
    Reviewed(ContactId),
    Released(u64),
}

impl Name {
    /// Returns the name of a record.
    pub fn of(record: &Record) -> Self {
        match record {
            Record::Contact(contact) => Self::Contact(contact.id),
            Record::Case(case) => Self::Case(case.id),
            Record::Transcript(transcript) => Self::Transcript(transcript.contact),
            Record::Draft(draft) => Self::Draft(draft.conv),
            Record::Outbox(item) => Self::Outbox(item.id),
            Record::Promise(promise) => Self::Promise(promise.id),
            Record::Setting(setting) => Self::Setting(setting.name.clone()),
            Record::Audit(audit) => Self::Audit(audit.n),
            Record::Reviewed(reviewed) => Self::Reviewed(reviewed.contact),
            Record::Released(released) => Self::Released(released.n),
        }
    }
}

/// The fold of all records.
#[derive(Default)]
pub(super) struct Memory {
    pub places: HashMap<Name, (RowKey, Mark)>,
    /// The key of each case.
    marks: HashMap<CaseId, Mark>,
    numbers: HashMap<ContactId, Number>,
    /// By number; none for a number whose contact is not there.
    contacts: Vec<Option<ContactSummary>>,
    by_time: BTreeSet<(u64, Number)>,
    pub conversations: HashMap<ConversationId, ContactId>,
    /// Of what chat the kept words of a contact are: it is known long after the contact let go of the conversation.
    former: HashMap<ContactId, ConversationId>,
    pub cases: BTreeMap<CaseId, Case>,
    pub members: HashMap<CaseId, BTreeSet<ContactId>>,
    pub drafts: HashMap<ConversationId, Draft>,
    pub outbox: BTreeMap<(u64, EntryId), OutboxItem>,
    pub promises: BTreeMap<PromiseId, Promise>,
    pub settings: BTreeMap<String, String>,
    pub audits: BTreeMap<u64, Audit>,
    pub reviewed: HashMap<ContactId, Reviewed>,
    pub released: BTreeMap<u64, Released>,
}

impl Memory {
    /// Takes in a record that lies at this place.
    pub fn apply(&mut self, record: &Record, key: RowKey, mark: Mark) {
        let name = Name::of(record);
        match record {
            Record::Contact(contact) => {
                self.marks.insert(contact.case, mark);
                self.put_contact(contact);
            }
            Record::Case(case) => {
                self.marks.insert(case.id, mark);
                self.cases.insert(case.id, case.clone());
            }
            Record::Transcript(transcript) => {
                if let Some(conv) = transcript.conv {
                    self.former.insert(transcript.contact, conv);
                }
            }
            Record::Draft(draft) => _ = self.drafts.insert(draft.conv, draft.clone()),
            Record::Outbox(item) => {
                self.outbox.retain(|(_, id), _| *id != item.id);
                self.outbox.insert((item.order, item.id), item.clone());
            }
            Record::Promise(promise) => {
                self.marks.insert(promise.case, mark);
                self.promises.insert(promise.id, promise.clone());
            }
            Record::Setting(setting) => _ = self.settings.insert(setting.name.clone(), setting.value.clone()),
            Record::Audit(audit) => _ = self.audits.insert(audit.n, audit.clone()),
            Record::Reviewed(reviewed) => _ = self.reviewed.insert(reviewed.contact, (**reviewed).clone()),
            Record::Released(released) => _ = self.released.insert(released.n, released.clone()),
        }
        self.places.insert(name, (key, mark));
    }

    /// Forgets a record that was removed.
    pub fn remove(&mut self, name: &Name) {
        self.places.remove(name);
        match name {
            Name::Contact(id) => self.remove_contact(*id),
            Name::Case(id) => _ = self.cases.remove(id),
            Name::Transcript(id) => _ = self.former.remove(id),
            Name::Draft(conv) => _ = self.drafts.remove(conv),
            Name::Outbox(id) => self.outbox.retain(|(_, known), _| known != id),
            Name::Promise(id) => _ = self.promises.remove(id),
            Name::Setting(name) => _ = self.settings.remove(name),
            Name::Audit(n) => _ = self.audits.remove(n),
            Name::Reviewed(id) => _ = self.reviewed.remove(id),
            Name::Released(n) => _ = self.released.remove(n),
        }
    }

    /// Forgets the key of a case that has no records any more.
    pub fn forget_mark(&mut self, case: CaseId) {
        self.marks.remove(&case);
    }

    /// Gives a case another key.
    pub fn set_mark(&mut self, case: CaseId, mark: Mark) {
        self.marks.insert(case, mark);
    }

    /// Returns the key of a case, a new one for a new case.
    pub fn mark_of(&mut self, case: CaseId) -> Mark {
        *self.marks.entry(case).or_insert_with(|| Mark(draw()))
    }

    /// Returns where a record lies or will lie.
    pub fn key_of(&self, name: &Name) -> RowKey {
        self.places.get(name).map_or_else(draw, |(key, _)| *key)
    }

    /// Returns the number of a contact, a new one for a new contact.
    pub fn number_of(&mut self, id: ContactId) -> Number {
        let next = self.contacts.len() as Number;
        let number = *self.numbers.entry(id).or_insert(next);
        if number == next {
            self.contacts.push(None);
        }
        number
    }

    fn put_contact(&mut self, contact: &Contact) {
        self.remove_contact(contact.id);
        let number = self.number_of(contact.id);
        self.by_time.insert((contact.opened, number));
        self.members.entry(contact.case).or_default().insert(contact.id);
        if let Some(conv) = contact.conv {
            self.conversations.insert(conv, contact.id);
        }
        self.contacts[number as usize] = Some(summary(contact));
    }

    fn remove_contact(&mut self, id: ContactId) {
        let Some(&number) = self.numbers.get(&id) else { return };
        let Some(before) = self.contacts[number as usize].take() else { return };
        self.by_time.remove(&(before.opened, number));
        if let Some(conv) = before.conv {
            self.conversations.remove(&conv);
        }
        if let Some(members) = self.members.get_mut(&before.case) {
            members.remove(&id);
            if members.is_empty() {
                self.members.remove(&before.case);
            }
        }
    }

    /// Returns the contact of a conversation, also of one that was archived.
    pub fn of_conversation(&self, conv: ConversationId) -> Option<ContactId> {
        let former = || self.former.iter().find(|(_, former)| **former == conv).map(|(id, _)| *id);
        self.conversations.get(&conv).copied().or_else(former)
    }

    /// Returns how many contacts there are.
    pub fn count(&self) -> usize {
        self.by_time.len()
    }

    /// Returns a contact as lists show it.
    pub fn summary(&self, id: ContactId) -> Option<ContactSummary> {
        self.numbered(*self.numbers.get(&id)?)
    }

    /// Returns a contact by its number.
    pub fn numbered(&self, number: Number) -> Option<ContactSummary> {
        let mut summary = self.contacts.get(number as usize)?.clone()?;
        summary.due = self.due(summary.case);
        Some(summary)
    }

    /// Returns when a contact came, if the filter lets it through.
    pub fn passes(&self, number: Number, filter: &Filter) -> Option<u64> {
        let contact = self.contacts.get(number as usize)?.as_ref()?;
        let due = filter.due.map(|_| self.due(contact.case));
        lets_through(filter, contact, due.flatten()).then_some(contact.opened)
    }

    /// Returns contacts, newest first.
    pub fn newest(&self) -> impl Iterator<Item = Number> {
        self.by_time.iter().rev().map(|(_, number)| *number)
    }

    fn due(&self, case: CaseId) -> Option<u64> {
        let open = self.promises.values().filter(|promise| promise.case == case && promise.done.is_none());
        open.map(|promise| promise.due).min()
    }
}

/// Returns a contact as lists show it.
pub(super) fn summary(contact: &Contact) -> ContactSummary {
    ContactSummary {
        id: contact.id,
        case: contact.case,
        conv: contact.conv,
        handle: contact.handle.clone(),
        by: contact.by.clone(),
        opened: contact.opened,
        taken: contact.taken,
        ended: contact.ended,
        facets: contact.facets.clone(),
        kept: contact.kept,
        finished: contact.finished.is_some(),
        due: None,
    }
}

/// Whether a contact fulfils every condition of a filter.
fn lets_through(filter: &Filter, contact: &ContactSummary, due: Option<u64>) -> bool {
    let facets = &contact.facets;
    let is = |wanted: &Option<String>, found: &Option<String>| wanted.is_none() || wanted == found;
    let topic = |wanted: &String| {
        let belongs = |topic: &String| {
            topic == wanted || topic.strip_prefix(wanted.as_str()).is_some_and(|rest| rest.starts_with('.'))
        };
        facets.topics.iter().any(belongs)
    };
    filter.topic.as_ref().is_none_or(topic)
        && is(&filter.online, &facets.online)
        && is(&filter.person, &facets.person)
        && filter.risk.is_none_or(|least| facets.risk.is_some_and(|risk| risk >= least))
        && filter.since.is_none_or(|since| contact.opened >= since)
        && filter.until.is_none_or(|until| contact.opened < until)
        && filter.by.as_ref().is_none_or(|by| *by == contact.by)
        && filter.outcome.as_ref().is_none_or(|outcome| facets.outcomes.contains(outcome))
        && filter.channel.as_ref().is_none_or(|channel| *channel == facets.channel)
        && filter.case.is_none_or(|case| case == contact.case)
        && filter.due.is_none_or(|until| due.is_some_and(|due| due < until))
        && !(filter.unfinished && contact.finished)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::casebook::record::Facets;

    #[test]
    fn a_filter_joins_its_conditions_by_and() {
        let mut contact =
            Contact::begun(ContactId([1; 16]), CaseId([2; 16]), "chat", "Blue Fox", "Jana", 1_000);
        contact.facets = Facets {
            person: Some("child".to_owned()),
            topics: vec!["violence.bullying".to_owned(), "peers.class".to_owned()],
            online: Some("mixed".to_owned()),
            risk: Some(2),
            outcomes: vec!["listened".to_owned()],
            ..contact.facets
        };
        let contact = summary(&contact);
        let text = |text: &str| Some(text.to_owned());
        let any = Filter::default();
        for (case, filter, expected) in [
            ("nothing asked", any.clone(), true),
            ("a topic", Filter { topic: text("peers.class"), ..any.clone() }, true),
            ("a family", Filter { topic: text("violence"), ..any.clone() }, true),
            ("half a name of a family", Filter { topic: text("viol"), ..any.clone() }, false),
            ("another topic", Filter { topic: text("violence.sexual"), ..any.clone() }, false),
            ("online", Filter { online: text("online"), ..any.clone() }, false),
            ("its own risk", Filter { risk: Some(2), ..any.clone() }, true),
            ("a higher risk", Filter { risk: Some(3), ..any.clone() }, false),
            ("since then", Filter { since: Some(1_000), ..any.clone() }, true),
            ("until then", Filter { until: Some(1_000), ..any.clone() }, false),
            ("by another", Filter { by: text("Petr"), ..any.clone() }, false),
            ("person", Filter { person: text("child"), ..any.clone() }, true),
            ("outcome", Filter { outcome: text("callback"), ..any.clone() }, false),
            ("channel", Filter { channel: text("phone"), ..any.clone() }, false),
            ("another case", Filter { case: Some(CaseId([3; 16])), ..any.clone() }, false),
            ("due", Filter { due: Some(501), ..any.clone() }, true),
            ("due before", Filter { due: Some(500), ..any.clone() }, false),
            ("unfinished", Filter { unfinished: true, ..any.clone() }, true),
            ("two", Filter { unfinished: true, risk: Some(4), ..any.clone() }, false),
        ] {
            assert_eq!(lets_through(&filter, &contact, Some(500)), expected, "{case}");
        }
    }
}
