//! Forms, shapes and lists of steps: what is written down, as data that a helpline edits.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::code::{OutcomeCode, RiskLevel, label_id};
use super::contact::Facets;

/// A form: `note`, `safety_plan`, `hotline_report`, `suicide_screen`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FormId(String);

impl FormId {
    /// Takes an id as it is written in data.
    pub fn new(id: impl Into<String>) -> Self {
        FormId(id.into())
    }

    /// Returns the form every contact's note is written in.
    pub fn note() -> Self {
        FormId::new("note")
    }

    /// Returns the id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for FormId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A form in one of its versions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    /// Its id.
    pub id: FormId,
    /// Counts up with every change; what was written keeps its version.
    pub version: u32,
    /// The fields in the order in which they are asked.
    pub fields: Vec<Field>,
    /// Facets of the contact without which the form is not finished: `topics`, `online`, `risk`, `outcomes`.
    pub facets: Vec<String>,
}

impl Form {
    /// Returns the id of its name in the locale.
    pub fn label_id(&self) -> String {
        label_id("form", self.id.as_str())
    }

    /// Returns a field.
    pub fn field(&self, id: &str) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }

    /// Returns the id of a field's name in the locale; `.hint` is the line below it.
    pub fn field_label_id(&self, field: &Field) -> String {
        label_id("form", &format!("{}-{}", self.id, field.id))
    }

    /// Returns the id of the name of one of a field's choices.
    pub fn choice_label_id(&self, field: &Field, choice: &str) -> String {
        label_id("form", &format!("{}-{}-{choice}", self.id, field.id))
    }
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its id within the form.
    pub id: String,
    /// What is entered.
    pub kind: FieldKind,
    /// Whether the form cannot be finished without it.
    pub required: bool,
    /// The yes-or-no field that must be yes for this one to be asked.
    pub only_if: Option<String>,
    /// From which level of risk on it is asked.
    pub from_risk: Option<RiskLevel>,
    /// The outcome with which it is not required.
    pub unless_outcome: Option<OutcomeCode>,
}

impl Field {
    /// Returns whether it is asked at a level of risk.
    pub fn is_asked(&self, risk: Option<RiskLevel>) -> bool {
        self.from_risk.is_none_or(|from| risk.is_some_and(|risk| risk >= from))
    }

    /// Returns whether the form of such a contact cannot be finished without it.
    pub fn is_needed(&self, facets: &Facets) -> bool {
        let is_spared = self.unless_outcome.as_ref().is_some_and(|outcome| facets.outcomes.contains(outcome));
        self.required && self.is_asked(facets.risk) && !is_spared
    }
}

/// What is entered in a field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldKind {
    /// Free text.
    Text,
    /// Yes or no.
    YesNo,
    /// One of these.
    Choice(Vec<String>),
    /// A day and a time.
    Time,
}

/// Another shape of a form, for who is used to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shape {
    /// `soap`, `birp`.
    pub id: String,
    /// The form it is a shape of.
    pub form: FormId,
    /// Its parts in order.
    pub parts: Vec<Part>,
}

impl Shape {
    /// Returns the id of its name in the locale.
    pub fn label_id(&self) -> String {
        label_id("shape", &self.id)
    }

    /// Returns the id of a part's name in the locale.
    pub fn part_label_id(&self, part: &Part) -> String {
        label_id("shape", &format!("{}-{}", self.id, part.id))
    }
}

/// A part of a shape.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Its id within the shape.
    pub id: String,
    /// The field of the form it is.
    pub field: String,
}

/// Steps that are ticked, each with its time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checklist {
    /// `emergency`, `child_protection`.
    pub id: String,
    /// The steps in order.
    pub steps: Vec<String>,
}

impl Checklist {
    /// Returns the id of its name in the locale.
    pub fn label_id(&self) -> String {
        label_id("checklist", &self.id)
    }

    /// Returns the id of a step's sentence in the locale.
    pub fn step_label_id(&self, step: &str) -> String {
        label_id("checklist", &format!("{}-{step}", self.id))
    }
}
