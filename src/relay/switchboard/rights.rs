//! Who may append what: one table. A row says that a role, standing to the conversation in one of the named ways, may
//! add this kind, whether the writer names the head it decided on, and what the end of the talk does to it.

use crate::conversation::Kind;

/// Whose socket it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// The child of the conversation.
    Child,
    /// A counsellor.
    Counsellor,
    /// A supervisor.
    Supervisor,
}

/// How a writer stands to a conversation; more than one may hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stand(pub u8);

impl Stand {
    /// The child's own.
    pub const OWN: Self = Self(1);
    /// Holds it.
    pub const HOLDER: Self = Self(2);
    /// Held it before a hand-over; the new holder has not written yet.
    pub const LAST: Self = Self(4);
    /// Nobody holds it.
    pub const FREE: Self = Self(8);
    /// Its holder has been without a socket for the time of takeover.
    pub const AWAY: Self = Self(16);
    /// Somebody else holds it.
    pub const OTHER: Self = Self(32);
    /// Free, but only supervisors hand out children now.
    pub const KEPT: Self = Self(64);
    /// Any.
    pub const ANY: Self = Self(127);

    /// Returns both.
    pub const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether they have one in common.
    pub fn meets(self, other: Self) -> bool {
        self.0 & other.0 != 0
    }
}

/// When, in the life of a talk, a kind may be added.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum While {
    /// Until the end.
    Talking,
    /// Until it is archived.
    Kept,
    /// From the end until it is archived.
    Over,
    /// After `closed`, for the time of feedback, once.
    Feedback,
    /// The house has no end.
    House,
}

/// A row of the table.
#[derive(Debug, Clone, Copy)]
pub struct Right {
    /// What may be added.
    pub kind: Kind,
    /// By whom.
    pub who: Who,
    /// Standing how.
    pub stand: Stand,
    /// Whether the writer names the head it decided on.
    pub expect: bool,
    /// When.
    pub when: While,
}

/// The whole matrix: what is not here is not allowed.
pub const RIGHTS: &[Right] = &{
    use Kind as K;
    use While::{Feedback, House, Kept, Over, Talking};
    use Who::{Child, Counsellor, Supervisor};
    const fn row(kind: Kind, who: Who, stand: Stand, expect: bool, when: While) -> Right {
        Right { kind, who, stand, expect, when }
    }
    const ANY: Stand = Stand::ANY;
    const HOLDER: Stand = Stand::HOLDER;
    [
        row(K::Told, Child, Stand::OWN, false, Talking),
        row(K::Said, Child, Stand::OWN, false, Talking),
        row(K::Rated, Child, Stand::OWN, false, Feedback),
        row(K::Said, Counsellor, HOLDER, false, Talking),
        row(K::Said, Supervisor, HOLDER, false, Talking),
        row(K::Closed, Counsellor, HOLDER, true, Talking),
        row(K::Closed, Supervisor, ANY, true, Talking),
        row(K::Claimed, Counsellor, Stand::FREE.or(Stand::AWAY), true, Talking),
        row(K::Claimed, Supervisor, ANY, true, Kept),
        row(K::Released, Counsellor, HOLDER, true, Talking),
        row(K::Released, Supervisor, ANY, true, Talking),
        row(K::Transferred, Counsellor, HOLDER, true, Kept),
        row(K::Transferred, Supervisor, ANY, true, Kept),
        row(K::Moved, Supervisor, Stand::FREE, false, Talking),
        row(K::Flagged, Counsellor, HOLDER, false, Kept),
        row(K::Flagged, Supervisor, ANY, false, Kept),
        row(K::Classified, Counsellor, HOLDER, false, Kept),
        row(K::Classified, Supervisor, ANY, false, Kept),
        row(K::Whispered, Counsellor, HOLDER.or(Stand::LAST), false, Kept),
        row(K::Whispered, Supervisor, ANY, false, Kept),
        row(K::Archived, Counsellor, HOLDER, false, Over),
        row(K::Archived, Supervisor, HOLDER, false, Over),
        row(K::State, Counsellor, ANY, false, House),
        row(K::State, Supervisor, ANY, false, House),
        row(K::Doors, Supervisor, ANY, true, House),
        row(K::Hold, Supervisor, ANY, true, House),
        row(K::Announced, Counsellor, ANY, false, House),
        row(K::Announced, Supervisor, ANY, false, House),
        row(K::Agreed, Counsellor, ANY, false, House),
        row(K::Agreed, Supervisor, ANY, false, House),
        row(K::Contact, Counsellor, ANY, false, House),
        row(K::Contact, Supervisor, ANY, false, House),
    ]
};

/// Returns the right of `who` to add `kind`, if there is one at all.
pub fn find(kind: Kind, who: Who) -> Option<&'static Right> {
    RIGHTS.iter().find(|right| right.kind == kind && right.who == who)
}

/// Whether writers of `kind` name the head they decided on: the same for all who may write it.
pub fn expects(kind: Kind) -> bool {
    RIGHTS.iter().any(|right| right.kind == kind && right.expect)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kind_expects_for_all_its_writers_or_for_none() {
        for right in RIGHTS {
            let same = RIGHTS.iter().filter(|other| other.kind == right.kind);
            assert!(same.clone().all(|other| other.expect == right.expect), "{}", right.kind);
            assert_eq!(same.filter(|other| other.who == right.who).count(), 1, "{} twice", right.kind);
            assert!(right.who != Who::Child || !right.expect, "a child never expects");
        }
    }

    #[test]
    fn the_relays_own_kinds_are_nobodys() {
        use Kind as K;
        for kind in [
            K::Opened,
            K::Left,
            K::Watched,
            K::Invited,
            K::Joined,
            K::Granted,
            K::Revoked,
            K::Card,
            K::Login,
            K::Logout,
            K::Looked,
            K::Erased,
            K::Setting,
            K::Interval,
        ] {
            assert!(RIGHTS.iter().all(|right| right.kind != kind), "{kind}");
        }
    }
}
