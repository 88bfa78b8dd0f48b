//! What a drill counts: what was acknowledged, and whether every reader was shown exactly that, once and in order.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use serde::Serialize;

use crate::conversation::transcript::Shown;
use crate::conversation::{ConversationId, EntryId, Log, Seq};

/// One reader: a link, for as long as it runs.
pub type ReaderId = u64;

/// The book of one drill, written by all its players.
pub struct Ledger {
    began: Instant,
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    readers: ReaderId,
    /// Every acknowledged entry of talk: its number, and when its writer sent it.
    acknowledged: HashMap<(ConversationId, EntryId), (Seq, Instant)>,
    shown: HashMap<(ReaderId, ConversationId, Log), ShownLog>,
    /// When somebody other than its writer was shown it.
    delivered: HashMap<(ConversationId, EntryId), Instant>,
    /// Up to where a reader must have been shown everything.
    finished: Vec<(ReaderId, ConversationId, Seq)>,
    doubled: u64,
    out_of_order: u64,
    altered: u64,
    refused: u64,
    kills: u64,
    last: Option<Instant>,
}

#[derive(Default)]
struct ShownLog {
    last: Seq,
    ids: HashSet<EntryId>,
}

/// What came of a drill: `opora drill --report`. Times in milliseconds, from the sender's hand to the other's eyes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Report {
    /// Entries of children and counsellors that the relay acknowledged.
    pub acknowledged: u64,
    /// Acknowledged, and not shown to a reader that read to the end.
    pub lost: u64,
    /// Shown twice to one reader.
    pub doubled: u64,
    /// Shown before or after their place.
    pub out_of_order: u64,
    /// Conversations that were altered on the way.
    pub altered: u64,
    /// Words the relay refused for good.
    pub refused: u64,
    /// How often a connection or a relay was killed on purpose.
    pub kills: u64,
    /// Acknowledged in a second, on average over the drill.
    pub per_second: f64,
    /// The median; none if nothing was delivered.
    pub p50_ms: Option<f64>,
    /// The 99th percentile.
    pub p99_ms: Option<f64>,
}

impl Default for Ledger {
    fn default() -> Self {
        Self { began: Instant::now(), inner: Mutex::default() }
    }
}

impl Ledger {
    /// Begins a book.
    pub fn new() -> Self {
        Self::default()
    }

    // The book is only counted in; whoever panicked while counting left numbers, not nonsense.
    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Returns a name for a new reader.
    pub fn reader(&self) -> ReaderId {
        let mut inner = self.inner();
        inner.readers += 1;
        inner.readers
    }

    /// Notes that an entry of talk was acknowledged, and when it was sent.
    pub fn acknowledge(&self, conv: ConversationId, id: EntryId, seq: Seq, sent: Instant) {
        let mut inner = self.inner();
        inner.acknowledged.insert((conv, id), (seq, sent));
        inner.last = Some(Instant::now());
    }

    /// Notes that a reader was shown an entry; `is_own` if it wrote it.
    pub fn show(&self, reader: ReaderId, shown: &Shown, is_own: bool) {
        let now = Instant::now();
        let mut inner = self.inner();
        let Shown { conv, log, seq, id, .. } = *shown;
        let known = inner.shown.entry((reader, conv, log)).or_default();
        let is_next = seq == known.last + 1;
        let is_new = known.ids.insert(id);
        known.last = known.last.max(seq);
        if !is_new {
            inner.doubled += 1;
        } else if !is_next {
            inner.out_of_order += 1;
        }
        if !is_own {
            inner.delivered.entry((conv, id)).or_insert(now);
        }
    }

    /// Notes that a reader has read a talk up to this number: all before it must have been shown.
    pub fn finish(&self, reader: ReaderId, conv: ConversationId, up_to: Seq) {
        self.inner().finished.push((reader, conv, up_to));
    }

    /// Notes that words were refused for good.
    pub fn refuse(&self) {
        self.inner().refused += 1;
    }

    /// Notes that a conversation was altered on the way.
    pub fn alter(&self) {
        self.inner().altered += 1;
    }

    /// Notes that something was killed on purpose.
    pub fn kill(&self) {
        self.inner().kills += 1;
    }

    /// Returns every acknowledged entry of talk with its number, to be held against a disk.
    pub fn acknowledged(&self) -> Vec<(ConversationId, EntryId, Seq)> {
        self.inner().acknowledged.iter().map(|((conv, id), (seq, _))| (*conv, *id, *seq)).collect()
    }

    /// Returns what came of it.
    pub fn report(&self) -> Report {
        let inner = self.inner();
        let mut by_conv: HashMap<ConversationId, Vec<(Seq, EntryId)>> = HashMap::new();
        for ((conv, id), (seq, _)) in &inner.acknowledged {
            by_conv.entry(*conv).or_default().push((*seq, *id));
        }
        let lost = inner.finished.iter().map(|(reader, conv, up_to)| {
            let shown = inner.shown.get(&(*reader, *conv, Log::Talk));
            let is_lost = |(seq, id): &&(Seq, EntryId)| {
                seq <= up_to && shown.is_none_or(|shown| !shown.ids.contains(id))
            };
            by_conv.get(conv).into_iter().flatten().filter(is_lost).count() as u64
        });
        let lost = lost.sum();
        let mut times: Vec<Duration> = inner
            .acknowledged
            .iter()
            .filter_map(|(key, (_, sent))| Some(inner.delivered.get(key)?.saturating_duration_since(*sent)))
            .collect();
        times.sort_unstable();
        let percentile = |share: usize| {
            let place = (times.len() * share).div_ceil(100).saturating_sub(1);
            times.get(place).map(|time| time.as_secs_f64() * 1000.0)
        };
        let acknowledged = inner.acknowledged.len() as u64;
        let seconds = inner.last.map_or(0.0, |last| last.saturating_duration_since(self.began).as_secs_f64());
        #[expect(clippy::cast_precision_loss, reason = "a drill has fewer than 2^52 messages")]
        let per_second = if seconds > 0.0 { acknowledged as f64 / seconds } else { 0.0 };
        let Inner { doubled, out_of_order, altered, refused, kills, .. } = *inner;
        let (p50_ms, p99_ms) = (percentile(50), percentile(99));
        Report {
            acknowledged,
            lost,
            doubled,
            out_of_order,
            altered,
            refused,
            kills,
            per_second,
            p50_ms,
            p99_ms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::transcript::{What, Who};

    const CONV: ConversationId = ConversationId([1; 16]);

    fn shown(seq: Seq) -> Shown {
        let id = EntryId([u8::try_from(seq).expect("few"); 16]);
        Shown { conv: CONV, log: Log::Talk, seq, at: 0, who: Who::Child, id, what: What::Claimed }
    }

    /// A book in which three entries were acknowledged, and a reader was shown some.
    fn book(seqs: &[Seq], up_to: Seq) -> Report {
        let ledger = Ledger::new();
        let reader = ledger.reader();
        for seq in 1..=3 {
            ledger.acknowledge(CONV, shown(seq).id, seq, Instant::now());
        }
        seqs.iter().for_each(|seq| ledger.show(reader, &shown(*seq), false));
        ledger.finish(reader, CONV, up_to);
        ledger.report()
    }

    #[test]
    fn what_is_lost_doubled_or_out_of_order_is_counted() {
        for (case, seqs, up_to, expected) in [
            ("as it should be", &[1, 2, 3][..], 3, (0, 0, 0)),
            ("one is missing", &[1, 2], 3, (1, 0, 0)),
            ("read only so far", &[1, 2], 2, (0, 0, 0)),
            ("a hole", &[1, 3], 3, (1, 0, 1)),
            ("twice", &[1, 2, 2, 3], 3, (0, 1, 0)),
            ("in another order", &[1, 3, 2], 3, (0, 0, 2)),
        ] {
            let report = book(seqs, up_to);
            assert_eq!((report.lost, report.doubled, report.out_of_order), expected, "{case}");
            assert_eq!(report.acknowledged, 3, "{case}");
        }
    }

    #[test]
    fn only_what_another_was_shown_has_a_time() {
        let ledger = Ledger::new();
        let (child, desk) = (ledger.reader(), ledger.reader());
        ledger.acknowledge(CONV, shown(1).id, 1, Instant::now());
        ledger.show(child, &shown(1), true);
        assert_eq!(ledger.report().p50_ms, None);
        ledger.show(desk, &shown(1), false);
        assert!(ledger.report().p99_ms.is_some());
    }
}
