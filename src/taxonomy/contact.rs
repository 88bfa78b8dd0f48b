//! The facets of one contact, and what is still missing or wrong in them.

use serde::{Deserialize, Serialize};

use super::{
    AgeBand, Channel, Facet, Gender, Kind, Online, OutcomeCode, Person, Region, Risk4c, RiskLevel, Taxonomy,
    TopicId, Trigger, Where,
};

/// All that statistics know of a contact: no words, nothing finer than these codes. It is what `classified` seals.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facets {
    /// What it was.
    pub kind: Kind,
    /// How it came.
    pub channel: Channel,
    /// Who made the contact.
    pub person: Person,
    /// Age of the child.
    pub age_band: AgeBand,
    /// Gender of the child.
    pub gender: Gender,
    /// Region.
    pub region: Region,
    /// One to three topics for counselling, the first is the primary one.
    pub topics: Vec<TopicId>,
    /// Whether it happens online; required for counselling.
    pub online: Option<Online>,
    /// Where, if not offline.
    #[serde(rename = "where")]
    pub places: Vec<Where>,
    /// The four Cs, if not offline.
    pub risk4c: Vec<Risk4c>,
    /// How great the danger is; nothing until a person set it.
    pub risk: Option<RiskLevel>,
    /// What came of it.
    pub outcomes: Vec<OutcomeCode>,
    /// Whether this child was here before.
    pub repeat: bool,
    /// Language code of the talk.
    pub language: String,
}

impl Facets {
    /// Returns the facets of a contact of which nothing is known but how it came and its language.
    pub fn new(channel: Channel, language: impl Into<String>) -> Facets {
        Facets {
            kind: "counselling".into(),
            channel,
            person: "unknown".into(),
            age_band: "unknown".into(),
            gender: "unknown".into(),
            region: "unknown".into(),
            topics: Vec::new(),
            online: None,
            places: Vec::new(),
            risk4c: Vec::new(),
            risk: None,
            outcomes: Vec::new(),
            repeat: false,
            language: language.into(),
        }
    }
}

/// What keeps a contact from being finished.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Problem {
    /// A facet that must be set is not: `topics`, `online`, `risk`, `outcomes`.
    Missing(&'static str),
    /// More than three topics.
    TooManyTopics,
    /// A topic twice.
    TopicTwice(TopicId),
    /// A code the taxonomy has never had: the facet and the code.
    Unknown(&'static str, String),
    /// Set although the contact is offline: `where` or `risk4c`.
    OnlyOnline(&'static str),
}

impl Taxonomy {
    /// Returns all that is missing or wrong, in the order of the form; nothing means that it can be finished.
    pub fn check(&self, facets: &Facets) -> Vec<Problem> {
        let mut problems = Vec::new();
        let topics_needed = self.needs_topics(&facets.kind);
        let note = self.form(&super::FormId::note());
        let needed =
            |facet: &str| topics_needed && note.is_some_and(|form| form.facets.iter().any(|f| f == facet));
        if needed("topics") && facets.topics.is_empty() {
            problems.push(Problem::Missing("topics"));
        }
        if facets.topics.len() > 3 {
            problems.push(Problem::TooManyTopics);
        }
        for (place, topic) in facets.topics.iter().enumerate() {
            if self.topic(topic).is_none() {
                problems.push(Problem::Unknown("topics", topic.to_string()));
            }
            if facets.topics[..place].contains(topic) {
                problems.push(Problem::TopicTwice(topic.clone()));
            }
        }
        if needed("online") && facets.online.is_none() {
            problems.push(Problem::Missing("online"));
        }
        if facets.online == Some(Online::Offline) {
            for (name, set) in [("where", !facets.places.is_empty()), ("risk4c", !facets.risk4c.is_empty())] {
                if set {
                    problems.push(Problem::OnlyOnline(name));
                }
            }
        }
        self.check_codes(facets, &mut problems);
        if needed("risk") && facets.risk.is_none() {
            problems.push(Problem::Missing("risk"));
        }
        let by_risk =
            facets.risk.is_some_and(|level| self.risk(level).triggers.contains(&Trigger::OutcomeRequired));
        if (needed("outcomes") || by_risk) && facets.outcomes.is_empty() {
            problems.push(Problem::Missing("outcomes"));
        }
        for outcome in &facets.outcomes {
            if self.outcome(outcome).is_none() {
                problems.push(Problem::Unknown("outcomes", outcome.to_string()));
            }
        }
        problems
    }

    fn check_codes(&self, facets: &Facets, problems: &mut Vec<Problem>) {
        let single = [
            (Facet::Kind, facets.kind.as_str()),
            (Facet::Channel, facets.channel.as_str()),
            (Facet::Person, facets.person.as_str()),
            (Facet::AgeBand, facets.age_band.as_str()),
            (Facet::Gender, facets.gender.as_str()),
            (Facet::Region, facets.region.as_str()),
        ];
        let places = facets.places.iter().map(|code| (Facet::Where, code.as_str()));
        let risks = facets.risk4c.iter().map(|code| (Facet::Risk4c, code.as_str()));
        for (facet, code) in single.into_iter().chain(places).chain(risks) {
            if !self.knows(facet, code) {
                problems.push(Problem::Unknown(facet.name(), code.to_owned()));
            }
        }
    }
}
