//! The queue: who waits, who is with whom, in which order. A fold over the entries of each conversation.

use serde::{Deserialize, Serialize};

use super::event::{Facts, Seq};
use super::id::{Account, ConversationId};

/// Where a conversation stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Nobody holds it.
    Waiting,
    /// Somebody holds it.
    With,
    /// It was closed or left.
    Ended,
}

/// A line of the queue, as the desk sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The conversation.
    pub conv: ConversationId,
    /// Its language.
    pub lang: String,
    /// What the child told last.
    #[serde(default)]
    pub facts: Facts,
    /// Where it stands.
    pub phase: Phase,
    /// When it was opened, in milliseconds since 1970.
    pub opened: u64,
    /// Since when it is in this phase.
    pub since: u64,
    /// The least comes first; may be negative.
    pub order: i64,
    /// The head of the desk log, for `expect`.
    pub head: Seq,
    /// When it was first claimed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub taken: Option<u64>,
    /// Who holds it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Account>,
    /// The time of the child's oldest message since the line's last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub asks: Option<u64>,
    /// The newest mark.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// The talk it comes back from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub back: Option<Back>,
}

/// The talk a child comes back from by its ticket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Back {
    /// That conversation.
    pub conv: ConversationId,
    /// Who held it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<Account>,
}
