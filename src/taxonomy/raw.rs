//! The files as they are written, before anything is held against anything else.

use std::collections::BTreeMap;

use serde::Deserialize;
use toml::Spanned;

use super::Trigger;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TopicsFile {
    pub version: Spanned<u32>,
    pub topic: Vec<RawTopic>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawTopic {
    pub id: Spanned<String>,
    #[serde(default)]
    pub starred: bool,
    #[serde(default)]
    pub retired: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OnlineFile {
    pub version: Spanned<u32>,
    pub online: Spanned<Vec<String>>,
    #[serde(rename = "where")]
    pub places: Spanned<Vec<String>>,
    pub risk4c: Spanned<Vec<String>>,
    pub defaults: BTreeMap<Spanned<String>, Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CrosswalkFile {
    pub version: Spanned<u32>,
    pub insafe: RawInsafe,
    pub chi: Vec<RawChi>,
    pub topic: Vec<RawMapping>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawInsafe {
    pub categories: Spanned<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawChi {
    pub id: Spanned<String>,
    pub subs: Spanned<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawMapping {
    pub id: Spanned<String>,
    pub insafe: Option<Spanned<String>>,
    pub chi: Spanned<String>,
    pub chi_online: Option<Spanned<String>>,
    #[serde(default)]
    pub chi_or: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CodesFile {
    pub version: Spanned<u32>,
    pub facet: Vec<RawFacet>,
    pub age_group: Vec<RawAgeGroup>,
    pub chi: RawActions,
    pub outcome: Vec<RawOutcome>,
    pub risk: Vec<RawRisk>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawFacet {
    pub id: Spanned<String>,
    pub codes: Spanned<Vec<String>>,
    #[serde(default)]
    pub retired: Vec<String>,
    #[serde(default)]
    pub needs_topics: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawAgeGroup {
    pub id: Spanned<String>,
    pub bands: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawActions {
    pub actions: Spanned<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawOutcome {
    pub id: Spanned<String>,
    pub chi: Spanned<String>,
    #[serde(default)]
    pub retired: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawRisk {
    pub level: Spanned<u8>,
    pub flag: Spanned<u8>,
    pub triggers: Vec<Trigger>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormsFile {
    pub form: Vec<RawForm>,
    pub shape: Vec<RawShape>,
    pub checklist: Vec<RawChecklist>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawForm {
    pub id: Spanned<String>,
    pub version: u32,
    pub field: Vec<RawField>,
    #[serde(default)]
    pub facets: Vec<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawField {
    pub id: Spanned<String>,
    pub kind: Spanned<String>,
    #[serde(default)]
    pub choices: Vec<String>,
    #[serde(default)]
    pub required: bool,
    pub only_if: Option<Spanned<String>>,
    pub from_risk: Option<Spanned<u8>>,
    pub unless_outcome: Option<Spanned<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawShape {
    pub id: Spanned<String>,
    pub form: Spanned<String>,
    pub part: Vec<RawPart>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawPart {
    pub id: String,
    pub field: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawChecklist {
    pub id: Spanned<String>,
    pub steps: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResourcesFile {
    #[serde(default)]
    pub resource: Vec<RawResource>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawResource {
    pub id: Spanned<String>,
    pub name: BTreeMap<String, String>,
    #[serde(rename = "for")]
    pub purpose: BTreeMap<String, String>,
    pub phone: Option<String>,
    pub web: Option<Spanned<String>>,
    pub languages: Vec<String>,
    pub hours: BTreeMap<String, String>,
    pub checked: Option<Spanned<toml::value::Datetime>>,
}
