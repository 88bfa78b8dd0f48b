//! One entry on disk: what finds it and lets the chain go on stands in clear, the entry itself is sealed.
//!
//! version ‖ conv ‖ u8 log ‖ u64 seq ‖ h ‖ u16 quarter (0 but in the house) ‖ nonce ‖ sealed entry (JSON) ‖ tag

use crate::conversation::{ConversationId, Entry, Hash, Log, Seq};
use crate::journal::quarter::Quarter;
use crate::journal::shelf::StorageKey;

const VERSION: u8 = 1;
const NONCE: usize = 24;
const TAG: usize = 16;

/// How many bytes stand in clear; they are authenticated with the entry.
pub(super) const HEADER: usize = 1 + 16 + 1 + 8 + 32 + 2;
/// Where the conversation stands.
pub(super) const CONV: usize = 1;

/// What stands in clear.
pub(super) struct Header {
    pub conv: ConversationId,
    pub log: Log,
    pub seq: Seq,
    pub h: Hash,
    /// The quarter whose key seals it; none outside the house, and in the house for what is kept for ever.
    pub keeps: Option<Quarter>,
}

/// Why a record whose checksum is right is none of this version's.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Strange {
    /// A newer version wrote it.
    Newer,
    /// It cannot be a record at all.
    Malformed,
}

impl Header {
    /// Reads what stands in clear.
    pub fn parse(record: &[u8]) -> Result<Self, Strange> {
        let (version, rest) = record.split_first().ok_or(Strange::Malformed)?;
        if *version > VERSION {
            return Err(Strange::Newer);
        }
        (*version == VERSION).then(|| Self::parse_rest(rest)).flatten().ok_or(Strange::Malformed)
    }

    fn parse_rest(rest: &[u8]) -> Option<Self> {
        let (conv, rest) = rest.split_first_chunk()?;
        let (log, rest) = rest.split_first()?;
        let (seq, rest) = rest.split_first_chunk()?;
        let (h, rest) = rest.split_first_chunk()?;
        let (quarter, rest) = rest.split_first_chunk()?;
        let quarter = u16::from_be_bytes(*quarter);
        let header = Self {
            conv: ConversationId(*conv),
            log: *Log::BOTH.get(usize::from(*log))?,
            seq: Seq::from_be_bytes(*seq),
            h: Hash(*h),
            keeps: (quarter != 0).then_some(Quarter(quarter)),
        };
        (rest.len() >= NONCE + TAG && (1..1 << 53).contains(&header.seq)).then_some(header)
    }
}

/// Seals an entry. `None` only if JSON or the cipher cannot hold it, which the sizes of entries do not allow.
pub(super) fn seal(entry: &Entry, keeps: Option<Quarter>, key: &StorageKey) -> Option<Vec<u8>> {
    let mut record = Vec::with_capacity(HEADER + NONCE + TAG + 384 + entry.data.len() * 9 / 8);
    record.push(VERSION);
    record.extend_from_slice(entry.conv.as_bytes());
    record.push(entry.log.number());
    record.extend_from_slice(&entry.seq.to_be_bytes());
    record.extend_from_slice(entry.h.as_bytes());
    record.extend_from_slice(&keeps.map_or(0, |quarter| quarter.0).to_be_bytes());
    // Drawn anew for every record: an append that failed and came again must not meet its own nonce.
    let nonce: [u8; NONCE] = rand::random();
    record.extend_from_slice(&nonce);
    serde_json::to_writer(&mut record, entry).ok()?;
    let (clear, sealed) = record.split_at_mut(HEADER + NONCE);
    let tag = key.seal(&nonce, &clear[..HEADER], sealed)?;
    record.extend_from_slice(&tag);
    Some(record)
}

/// Opens a record; `None` if it is not what was sealed.
pub(super) fn open(record: &mut [u8], header: &Header, key: &StorageKey) -> Option<Entry> {
    let (clear, rest) = record.split_at_mut_checked(HEADER)?;
    let (nonce, rest) = rest.split_first_chunk_mut::<NONCE>()?;
    let (sealed, tag) = rest.split_last_chunk_mut::<TAG>()?;
    if !key.open(nonce, clear, sealed, tag) {
        return None;
    }
    let entry: Entry = serde_json::from_slice(sealed).ok()?;
    let same = (entry.conv, entry.log, entry.seq, entry.h) == (header.conv, header.log, header.seq, header.h);
    same.then_some(entry)
}
