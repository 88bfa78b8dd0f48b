//! The facets of a contact as the casebook keeps them: open until somebody sets them. What goes to the house and into
//! statistics is made of them in one place, [`Facets::classified`].

use serde::{Deserialize, Serialize};

use crate::taxonomy::{self, Online, RiskLevel};

/// The facets of domain.md 1: what statistics read, so that they never read words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Facets {
    /// `counselling`, `information`, `silent` …; none while the form is unfinished.
    pub kind: Option<String>,
    /// `chat`, `phone` …
    pub channel: String,
    /// Who wrote or called: `child`, `parent` …
    pub person: Option<String>,
    /// The child's age band.
    pub age_band: Option<String>,
    /// The child's gender.
    pub gender: Option<String>,
    /// ISO 3166-2 region, `abroad` or `unknown`.
    pub region: Option<String>,
    /// One to three topics; the first is the primary one.
    pub topics: Vec<String>,
    /// `offline`, `mixed` or `online`.
    pub online: Option<String>,
    /// Where online, several.
    #[serde(rename = "where")]
    pub places: Vec<String>,
    /// The 4 Cs, several.
    pub risk4c: Vec<String>,
    /// 0 to 4, set by a person.
    pub risk: Option<u8>,
    /// Outcome codes, several.
    pub outcomes: Vec<String>,
    /// Whether the child was here before.
    pub repeat: bool,
    /// A language tag.
    pub language: String,
}

impl Facets {
    /// Returns the facets as `classified` seals them and statistics read them: what was never set is `unknown`, a
    /// contact whose kind was never set is counselling, and what somebody must decide stays open.
    pub fn classified(&self) -> taxonomy::Facets {
        fn code<T: for<'a> From<&'a str>>(code: Option<&String>, otherwise: &str) -> T {
            code.map_or(otherwise, String::as_str).into()
        }
        fn codes<T: for<'a> From<&'a str>>(codes: &[String]) -> Vec<T> {
            codes.iter().map(|code| code.as_str().into()).collect()
        }
        let channel = if self.channel.is_empty() { "chat" } else { &self.channel };
        taxonomy::Facets {
            kind: code(self.kind.as_ref(), "counselling"),
            channel: channel.into(),
            person: code(self.person.as_ref(), "unknown"),
            age_band: code(self.age_band.as_ref(), "unknown"),
            gender: code(self.gender.as_ref(), "unknown"),
            region: code(self.region.as_ref(), "unknown"),
            topics: codes(&self.topics),
            online: self.online.as_deref().and_then(Online::from_code),
            places: codes(&self.places),
            risk4c: codes(&self.risk4c),
            risk: self.risk.and_then(|risk| RiskLevel::try_from(risk).ok()),
            outcomes: codes(&self.outcomes),
            repeat: self.repeat,
            language: self.language.clone(),
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]
    use super::*;

    #[test]
    fn what_was_never_set_is_unknown_and_what_must_be_decided_stays_open() {
        let sealed = serde_json::to_string(&Facets::default().classified()).unwrap();
        let open: taxonomy::Facets = serde_json::from_str(&sealed).unwrap();
        assert_eq!(open, taxonomy::Facets::new("chat".into(), ""));
    }

    #[test]
    fn what_was_set_arrives() {
        let text = |text: &str| Some(text.to_owned());
        let list = |codes: &[&str]| codes.iter().map(ToString::to_string).collect::<Vec<_>>();
        let facets = Facets {
            kind: text("information"),
            channel: "phone".to_owned(),
            person: text("parent"),
            age_band: text("a12_14"),
            gender: text("girl"),
            region: text("CZ-64"),
            topics: list(&["violence.grooming", "peers.class"]),
            online: text("mixed"),
            places: list(&["gaming"]),
            risk4c: list(&["contact", "conduct"]),
            risk: Some(3),
            outcomes: list(&["listened"]),
            repeat: true,
            language: "cs".to_owned(),
        };
        let json = serde_json::to_value(facets.classified()).unwrap();
        for (name, value) in serde_json::to_value(&facets).unwrap().as_object().unwrap() {
            assert_eq!(json[name], *value, "{name}");
        }
        assert_eq!(taxonomy::Taxonomy::shipped().check(&facets.classified()), []);
    }
}
