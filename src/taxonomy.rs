//! Topics, the online facet, codes, crosswalks, forms and resources, read from `taxonomy/*.toml`.
//!
//! The data is compiled in, and a helpline may lay its own files over it: what is wrong in one is named with its line,
//! and the caller keeps the last good version. Ids are for ever, names of things stand in the locale under the id that
//! `label_id` gives. PURE: takes text, reads no file, knows no other part of opora.

use std::collections::BTreeMap;
use std::sync::OnceLock;

mod code;
mod contact;
mod form;
mod load;
mod raw;
mod resource;
mod search;

pub use code::{
    AgeBand, Channel, ChiAction, ChiFamily, ChiSub, Facet, Family, Feel, Gender, InsafeCode, Kind, Online,
    OutcomeCode, Person, Region, Risk4c, RiskLevel, TopicId, Trigger, Where,
};
pub use contact::{Facets, Problem};
pub use form::{Checklist, Field, FieldKind, Form, FormId, Part, Shape};
pub use load::{FILES, Sources, TaxonomyError};
pub use resource::{Resource, Words};

/// A topic of a contact, with how others count it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its id, `violence.bullying`.
    pub id: TopicId,
    /// Whether choosing it suggests a flag for the supervisor.
    pub starred: bool,
    /// Whether it is no longer offered; old contacts keep it.
    pub retired: bool,
    /// Insafe's category, where Insafe has one.
    pub insafe: Option<InsafeCode>,
    /// Child Helpline International's sub-category.
    pub chi: ChiSub,
    /// The same for what happens online, where that differs.
    pub chi_online: Option<ChiSub>,
    /// Other sub-categories a person may choose instead.
    pub chi_or: Vec<ChiSub>,
    /// What the online facet begins with; only a few families have it, for the rest it is never guessed.
    pub online: Option<Online>,
}

impl Topic {
    /// Returns the family, the first half of the id.
    pub fn family(&self) -> Family {
        self.id.family()
    }
}

/// A family of Child Helpline International with its sub-categories, in the order of its survey.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChiGroup {
    /// The family.
    pub id: ChiFamily,
    /// Its sub-categories.
    pub subs: Vec<ChiSub>,
}

/// A result of a contact, and the action it counts as at Child Helpline International.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Its code.
    pub id: OutcomeCode,
    /// The action it counts as.
    pub chi: ChiAction,
    /// Whether it is no longer offered.
    pub retired: bool,
}

/// A risk level and what follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Risk {
    /// The level.
    pub level: RiskLevel,
    /// The least open mark (`flagged`, 0–3) that goes with it and routes alarms.
    pub flag: u8,
    /// What the console does.
    pub triggers: Vec<Trigger>,
}

/// One age group of Insafe's form, and the bands it sums.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgeGroup {
    /// `5_11`, `12_18`.
    pub id: String,
    /// The bands.
    pub bands: Vec<AgeBand>,
}

/// The codes of one facet.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
struct Codes {
    offered: Vec<String>,
    retired: Vec<String>,
}

/// All that can be said of a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taxonomy {
    topics: Vec<Topic>,
    insafe: Vec<InsafeCode>,
    chi: Vec<ChiGroup>,
    chi_actions: Vec<ChiAction>,
    codes: BTreeMap<Facet, Codes>,
    needs_topics: Vec<Kind>,
    age_groups: Vec<AgeGroup>,
    outcomes: Vec<Outcome>,
    risks: Vec<Risk>,
    forms: Vec<Form>,
    shapes: Vec<Shape>,
    checklists: Vec<Checklist>,
    resources: Vec<Resource>,
}

impl Taxonomy {
    /// Returns the shipped taxonomy.
    pub fn shipped() -> &'static Taxonomy {
        static SHIPPED: OnceLock<Taxonomy> = OnceLock::new();
        SHIPPED.get_or_init(|| match Taxonomy::parse(&Sources::shipped()) {
            Ok(taxonomy) => taxonomy,
            Err(error) => unreachable!("a test reads the shipped taxonomy: {error}"),
        })
    }

    /// Reads a taxonomy; `Sources` holds the shipped text of every file that was not replaced.
    pub fn parse(sources: &Sources<'_>) -> Result<Taxonomy, TaxonomyError> {
        load::parse(sources)
    }

    /// Returns the topics that are offered, in the order of the file.
    pub fn topics(&self) -> impl Iterator<Item = &Topic> {
        self.topics.iter().filter(|topic| !topic.retired)
    }

    /// Returns a topic, also a retired one.
    pub fn topic(&self, id: &TopicId) -> Option<&Topic> {
        self.topics.iter().find(|topic| topic.id == *id)
    }

    /// Returns the families that are offered, each once, in the order of the file.
    pub fn families(&self) -> Vec<Family> {
        let mut families = Vec::new();
        for topic in self.topics() {
            if !families.contains(&topic.family()) {
                families.push(topic.family());
            }
        }
        families
    }

    /// Returns how Insafe counts a contact: nothing if offline, `other` where it has no category of its own.
    pub fn insafe(&self, topic: &TopicId, online: Online) -> Option<InsafeCode> {
        if online == Online::Offline {
            return None;
        }
        let own = self.topic(topic).and_then(|topic| topic.insafe.clone());
        Some(own.unwrap_or_else(InsafeCode::other))
    }

    /// Returns Insafe's categories, in the order of its form.
    pub fn insafe_categories(&self) -> &[InsafeCode] {
        &self.insafe
    }

    /// Returns the sub-category of Child Helpline International a contact counts in.
    pub fn chi(&self, topic: &TopicId, online: Online) -> Option<&ChiSub> {
        let topic = self.topic(topic)?;
        let online = topic.chi_online.as_ref().filter(|_| online != Online::Offline);
        Some(online.unwrap_or(&topic.chi))
    }

    /// Returns the families of Child Helpline International with their sub-categories.
    pub fn chi_families(&self) -> &[ChiGroup] {
        &self.chi
    }

    /// Returns the actions of Child Helpline International.
    pub fn chi_actions(&self) -> &[ChiAction] {
        &self.chi_actions
    }

    /// Returns the codes of a facet that are offered, in the order of the file.
    pub fn codes(&self, facet: Facet) -> &[String] {
        self.codes.get(&facet).map_or(&[], |codes| &codes.offered)
    }

    /// Whether a facet has or had this code.
    pub fn knows(&self, facet: Facet, code: &str) -> bool {
        self.codes
            .get(&facet)
            .is_some_and(|codes| codes.offered.iter().chain(&codes.retired).any(|known| known == code))
    }

    /// Whether contacts of this kind have topics and need the online facet.
    pub fn needs_topics(&self, kind: &Kind) -> bool {
        self.needs_topics.contains(kind)
    }

    /// Returns the age groups of Insafe's form.
    pub fn age_groups(&self) -> &[AgeGroup] {
        &self.age_groups
    }

    /// Returns the outcomes that are offered.
    pub fn outcomes(&self) -> impl Iterator<Item = &Outcome> {
        self.outcomes.iter().filter(|outcome| !outcome.retired)
    }

    /// Returns an outcome, also a retired one.
    pub fn outcome(&self, id: &OutcomeCode) -> Option<&Outcome> {
        self.outcomes.iter().find(|outcome| outcome.id == *id)
    }

    /// Returns what follows from a risk level.
    pub fn risk(&self, level: RiskLevel) -> &Risk {
        // The loader refuses a taxonomy in which a level is missing or out of order.
        &self.risks[level.number() as usize]
    }

    /// Returns a form in its newest version.
    pub fn form(&self, id: &FormId) -> Option<&Form> {
        self.forms.iter().filter(|form| form.id == *id).max_by_key(|form| form.version)
    }

    /// Returns a form in the version in which something was written.
    pub fn form_version(&self, id: &FormId, version: u32) -> Option<&Form> {
        self.forms.iter().find(|form| form.id == *id && form.version == version)
    }

    /// Returns all forms in their newest version.
    pub fn forms(&self) -> impl Iterator<Item = &Form> {
        self.forms.iter().filter(|form| self.form(&form.id) == Some(form))
    }

    /// Returns the other shapes a note can be shown in.
    pub fn shapes(&self) -> &[Shape] {
        &self.shapes
    }

    /// Returns a list of steps, `emergency` or `child_protection`.
    pub fn checklist(&self, id: &str) -> Option<&Checklist> {
        self.checklists.iter().find(|list| list.id == id)
    }

    /// Returns all lists of steps.
    pub fn checklists(&self) -> &[Checklist] {
        &self.checklists
    }

    /// Returns the help that can be named to a child.
    pub fn resources(&self) -> &[Resource] {
        &self.resources
    }
}

#[cfg(test)]
mod tests;
