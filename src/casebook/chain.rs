//! Two chains of records, each with the hash of the one before: the audit, and the ledger of releases. A line that was
//! taken out, put in or changed makes the next one wrong.

use sha2::{Digest as _, Sha256};

use super::Casebook;
use super::migrate::Record;
use super::record::{Audit, Released};

impl Casebook {
    /// Returns the audit, oldest first.
    pub fn audit(&self) -> impl Iterator<Item = &Audit> {
        self.memory.audits.values()
    }

    /// Returns the number of the first line of the audit that does not follow the one before; none if all do.
    pub fn broken_audit(&self) -> Option<u64> {
        let mut before = ([0; 32], 0);
        for (n, audit) in &self.memory.audits {
            if audit.before != before.0 || *n != before.1 + 1 {
                return Some(*n);
            }
            before = (chained(audit), *n);
        }
        None
    }

    /// Returns the ledger of releases, oldest first.
    pub fn released(&self) -> impl Iterator<Item = &Released> {
        self.memory.released.values()
    }

    /// Returns the number of the first release that does not follow the one before; none if all do.
    pub fn broken_ledger(&self) -> Option<u64> {
        let mut before = ([0; 32], 0);
        for (n, released) in &self.memory.released {
            if released.before != before.0 || *n != before.1 + 1 {
                return Some(*n);
            }
            before = (chained_release(released), *n);
        }
        None
    }
}

/// Returns what the next line of the audit must carry.
pub(super) fn chained(audit: &Audit) -> [u8; 32] {
    Record::Audit(audit.clone()).write().map(|bytes| Sha256::digest(&*bytes).into()).unwrap_or_default()
}

/// Returns what the next release must carry.
pub(super) fn chained_release(released: &Released) -> [u8; 32] {
    Record::Released(released.clone()).write().map(|bytes| Sha256::digest(&*bytes).into()).unwrap_or_default()
}
