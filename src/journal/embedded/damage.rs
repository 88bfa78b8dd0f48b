//! Whose a damaged record was. Only its conversation is to be closed, so the bytes are asked, and only if they say
//! nothing, the conversations that may have lost their end.

use std::collections::BTreeSet;
use std::ops::Range;
use std::path::PathBuf;

use super::index::{Conversation, FileId, Index};
use super::record::CONV;
use crate::conversation::ConversationId;

/// The frame of a segment: length and checksum.
pub(super) const FRAME: usize = 8;
/// An id with at most so many of its 128 bits wrong is still that id: two random ones differ in about 64.
const WRONG_BITS: u32 = 16;

/// Bytes of a segment that are no record, although they were.
pub(super) struct Hole {
    pub file: FileId,
    pub path: PathBuf,
    pub range: Range<u64>,
    pub bytes: Vec<u8>,
}

impl Hole {
    /// Returns the conversations that lost something here; none if it was of an `erased` one.
    pub fn owners(&self, index: &Index, erased: &BTreeSet<ConversationId>) -> BTreeSet<ConversationId> {
        let conversations = &index.conversations;
        let named: BTreeSet<_> = self.ids().filter(|id| conversations.contains_key(id)).collect();
        if !named.is_empty() {
            return named;
        }
        let Some(written) = self.bytes.get(FRAME + CONV..).and_then(|rest| rest.first_chunk::<16>()) else {
            return self.unproven(index);
        };
        let near = |id: &&ConversationId| wrong_bits(id, written) <= WRONG_BITS;
        let meant: BTreeSet<_> = conversations.keys().filter(near).copied().collect();
        if meant.is_empty()
            && !self.ids().any(|id| erased.contains(&id))
            && !erased.iter().any(|id| near(&id))
        {
            return self.unproven(index);
        }
        meant
    }

    /// Every 16 bytes that may be an id.
    fn ids(&self) -> impl Iterator<Item = ConversationId> {
        self.bytes.array_windows().map(|bytes| ConversationId(*bytes))
    }

    /// Returns the conversations of which a log is not seen to go on behind the hole: its end may have been here.
    fn unproven(&self, index: &Index) -> BTreeSet<ConversationId> {
        let goes_on =
            |talk: &Conversation| talk.logs.iter().all(|log| log.goes_on_behind(self.file, self.range.start));
        index.conversations.iter().filter(|(_, talk)| !goes_on(talk)).map(|(conv, _)| *conv).collect()
    }
}

fn wrong_bits(conv: &ConversationId, written: &[u8; 16]) -> u32 {
    conv.as_bytes().iter().zip(written).map(|(left, right)| (left ^ right).count_ones()).sum()
}
