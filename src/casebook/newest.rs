//! A first look: the newest contacts, read from the end of the change log before the whole casebook is read and checked
//! against its head. What it returns was sealed here and is no forgery, but it may lack something: it is shown, and
//! nothing is built on it.

use std::collections::HashSet;
use std::path::Path;

use super::log;
use super::memory::summary;
use super::migrate::Record;
use super::record::ContactSummary;
use super::row::{Keys, Mark, Row};
use super::shelf::Shelf;
use crate::sealing::Secret;
use crate::segment::{RealDisk, SegmentError};

/// So much of the change log is looked at.
const LOOKED_AT: u64 = 4 * 1024 * 1024;

/// Returns up to `limit` of the newest contacts, the youngest first; none if the casebook is new or cannot be read.
pub fn newest(dir: &Path, id: [u8; 16], v: &Secret<[u8; 32]>, limit: usize) -> Vec<ContactSummary> {
    look(dir, &Keys::derive(id, v.expose()), limit).unwrap_or_default()
}

fn look(dir: &Path, keys: &Keys, limit: usize) -> Result<Vec<ContactSummary>, SegmentError> {
    let values = log::newest(&RealDisk, &dir.join("log"), LOOKED_AT)?;
    let marks: HashSet<Mark> = values.iter().filter_map(|(_, value)| Some(Row::parse(value)?.mark)).collect();
    let shelved = Shelf::peek(&RealDisk, dir, keys, &marks)?;
    let opened = values.iter().filter_map(|(key, value)| {
        let row = Row::parse(value)?;
        let by = keys.derived(row.mark).or_else(|| shelved.get(&row.mark))?;
        match Record::read(&keys.open_row(by, key, &row).ok()?).ok()? {
            Record::Contact(contact) => Some(summary(&contact)),
            _ => None,
        }
    });
    let mut contacts: Vec<ContactSummary> = opened.take(limit).collect();
    contacts.sort_by_key(|contact| std::cmp::Reverse(contact.opened));
    Ok(contacts)
}
