//! The house: accounts, shift, doors, announcements. A fold over the log of the team.

use serde::{Deserialize, Serialize};

use super::event::ShiftState;
use super::id::{Account, EntryId, Role};

/// A colleague on shift.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Person {
    /// The account.
    pub account: Account,
    /// Its role.
    pub role: Role,
    /// Its state.
    pub state: ShiftState,
    /// Since when.
    pub since: u64,
    /// Until when, on a break.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<u64>,
    /// How many children it takes at once.
    pub places: u8,
    /// Since when it has no socket.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub away: Option<u64>,
}

/// A sealed text of the house that is in force, with its clear fields still in `data`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Note {
    /// Its entry's id.
    pub id: EntryId,
    /// When.
    pub at: u64,
    /// By whom.
    pub by: Account,
    /// Its data.
    pub data: String,
}
