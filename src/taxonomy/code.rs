//! Ids and codes: newtypes over text where the list is data, enums where the program acts on them.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! codes {
    ($($(#[$about:meta])* $name:ident: $prefix:literal;)*) => { $(
        $(#[$about])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes a code as it is written in data; whether it exists only a `Taxonomy` knows.
            pub fn new(code: impl Into<String>) -> Self {
                $name(code.into())
            }

            /// Returns the code.
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Returns the id of its name in the locale.
            pub fn label_id(&self) -> String {
                label_id($prefix, &self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(code: &str) -> Self {
                $name(code.to_owned())
            }
        }
    )* };
}

codes! {
    /// A topic, `violence.bullying`.
    TopicId: "topic";
    /// A family of topics, `violence`; also what a child may say it is about.
    Family: "family";
    /// What a contact was: counselling, information, or one of the kinds that are neither.
    Kind: "kind";
    /// How the contact came.
    Channel: "channel";
    /// Who made the contact.
    Person: "person";
    /// How old the child is; never a birth date.
    AgeBand: "age";
    /// Gender of the child.
    Gender: "gender";
    /// Region, nothing finer.
    Region: "region";
    /// How bad the child says it is now.
    Feel: "feel";
    /// Where on the internet.
    Where: "where";
    /// One of the four Cs of Insafe's remit.
    Risk4c: "risk4c";
    /// A result of a contact.
    OutcomeCode: "outcome";
    /// A category of Insafe's quarterly form.
    InsafeCode: "insafe";
    /// A family of Child Helpline International.
    ChiFamily: "chi";
    /// A sub-category of Child Helpline International, `violence.bullying`.
    ChiSub: "chi";
    /// An action of Child Helpline International.
    ChiAction: "chi_action";
}

impl TopicId {
    /// Returns the family, the half before the dot.
    pub fn family(&self) -> Family {
        Family::new(self.0.split('.').next().unwrap_or_default())
    }
}

impl ChiSub {
    /// Returns the family, the half before the dot.
    pub fn family(&self) -> ChiFamily {
        ChiFamily::new(self.0.split('.').next().unwrap_or_default())
    }
}

impl InsafeCode {
    pub(super) fn other() -> InsafeCode {
        InsafeCode::new("other")
    }
}

/// Returns the id of a name in the locale: Fluent ids have no dots.
pub(super) fn label_id(prefix: &str, code: &str) -> String {
    format!("{prefix}-{}", code.replace('.', "-"))
}

/// The facets whose codes are lists in the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Facet {
    /// See `taxonomy::Kind`.
    Kind,
    /// See `taxonomy::Channel`.
    Channel,
    /// See `taxonomy::Person`.
    Person,
    /// See `taxonomy::AgeBand`.
    AgeBand,
    /// See `taxonomy::Gender`.
    Gender,
    /// See `taxonomy::Region`.
    Region,
    /// See `taxonomy::Feel`.
    Feel,
    /// See `taxonomy::Where`.
    Where,
    /// See `taxonomy::Risk4c`.
    Risk4c,
}

impl Facet {
    /// All of them.
    pub const ALL: [Facet; 9] = [
        Facet::Kind,
        Facet::Channel,
        Facet::Person,
        Facet::AgeBand,
        Facet::Gender,
        Facet::Region,
        Facet::Feel,
        Facet::Where,
        Facet::Risk4c,
    ];

    /// Returns its name in the data and in exports.
    pub fn name(self) -> &'static str {
        match self {
            Facet::Kind => "kind",
            Facet::Channel => "channel",
            Facet::Person => "person",
            Facet::AgeBand => "age_band",
            Facet::Gender => "gender",
            Facet::Region => "region",
            Facet::Feel => "feel",
            Facet::Where => "where",
            Facet::Risk4c => "risk4c",
        }
    }

    /// Returns the id of a code's name in the locale.
    pub fn label_id(self, code: &str) -> String {
        label_id(if self == Facet::AgeBand { "age" } else { self.name() }, code)
    }
}

/// Whether the trouble exists offline, online, or goes from one to the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Online {
    /// Only outside the internet.
    Offline,
    /// Offline trouble that goes on online.
    Mixed,
    /// Could not exist offline.
    Online,
}

impl Online {
    /// All of them.
    pub const ALL: [Online; 3] = [Online::Offline, Online::Mixed, Online::Online];

    /// Returns its code.
    pub fn as_str(self) -> &'static str {
        match self {
            Online::Offline => "offline",
            Online::Mixed => "mixed",
            Online::Online => "online",
        }
    }

    /// Returns the facet of a code.
    pub fn from_code(code: &str) -> Option<Online> {
        Online::ALL.into_iter().find(|online| online.as_str() == code)
    }

    /// Returns the id of its name in the locale.
    pub fn label_id(self) -> String {
        label_id("online", self.as_str())
    }
}

/// How great the danger is, set by a person, never computed. Written as its number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, Default)]
#[serde(try_from = "u8", into = "u8")]
pub enum RiskLevel {
    /// No risk.
    #[default]
    R0,
    /// Low.
    R1,
    /// Raised.
    R2,
    /// High.
    R3,
    /// Immediate.
    R4,
}

impl RiskLevel {
    /// All levels from none to immediate.
    pub const ALL: [RiskLevel; 5] =
        [RiskLevel::R0, RiskLevel::R1, RiskLevel::R2, RiskLevel::R3, RiskLevel::R4];

    /// Returns its number, 0–4.
    pub fn number(self) -> u8 {
        self as u8
    }

    /// Returns the id of its name in the locale; `.short` is the form for tight places.
    pub fn label_id(self) -> String {
        label_id("risk", &self.number().to_string())
    }

    /// Returns the id of the sentence that says when this level is meant.
    pub fn anchor_id(self) -> String {
        label_id("risk_anchor", &self.number().to_string())
    }
}

impl From<RiskLevel> for u8 {
    fn from(level: RiskLevel) -> u8 {
        level.number()
    }
}

impl TryFrom<u8> for RiskLevel {
    type Error = String;
    fn try_from(number: u8) -> Result<Self, String> {
        RiskLevel::ALL
            .get(usize::from(number))
            .copied()
            .ok_or_else(|| format!("{number} is no risk level (0 to 4)"))
    }
}

/// What the console does at a risk level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trigger {
    /// Offers the safety plan.
    OfferSafetyPlan,
    /// Does not finish the form without an outcome.
    OutcomeRequired,
    /// Shows a mark on the board.
    SupervisorMark,
    /// Asks who is with the child now.
    WhoIsWithChild,
    /// Asks for the next contact or a reason why not.
    CallbackOrReason,
    /// Calls the supervisor at once.
    SupervisorAlert,
    /// Shows the steps of child protection.
    ChildProtectionChecklist,
    /// Does not finish the form without the supervisor's name.
    SupervisorNameRequired,
    /// Gives the counsellor no second child.
    TakesAllPlaces,
    /// Shows the banner over the whole width.
    EmergencyBanner,
    /// Sounds at the supervisor's.
    SupervisorSound,
    /// Shows the emergency steps with their clock.
    EmergencyChecklist,
}

impl Trigger {
    /// Returns its code.
    pub fn as_str(self) -> &'static str {
        match self {
            Trigger::OfferSafetyPlan => "offer_safety_plan",
            Trigger::OutcomeRequired => "outcome_required",
            Trigger::SupervisorMark => "supervisor_mark",
            Trigger::WhoIsWithChild => "who_is_with_child",
            Trigger::CallbackOrReason => "callback_or_reason",
            Trigger::SupervisorAlert => "supervisor_alert",
            Trigger::ChildProtectionChecklist => "child_protection_checklist",
            Trigger::SupervisorNameRequired => "supervisor_name_required",
            Trigger::TakesAllPlaces => "takes_all_places",
            Trigger::EmergencyBanner => "emergency_banner",
            Trigger::SupervisorSound => "supervisor_sound",
            Trigger::EmergencyChecklist => "emergency_checklist",
        }
    }

    /// Returns the id of the sentence that says it.
    pub fn label_id(self) -> String {
        label_id("trigger", self.as_str())
    }
}
