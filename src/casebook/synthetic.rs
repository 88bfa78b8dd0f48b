//! Synthetic contacts, for measuring and for practice: notes of about 1.5 KiB in words that look like a language, some
//! common and most rare. The same number gives the same contact; nothing in it comes from anybody.

use super::record::{CaseId, Contact, ContactId, Facets, Note};

/// Who wrote them.
pub const BY: &str = "Jana";

const SYLLABLES: [&str; 40] = [
    "ba", "by", "ce", "či", "do", "dí", "fo", "ha", "hle", "cho", "já", "ji", "ka", "kla", "ko", "lí", "lo",
    "má", "mi", "ne", "ní", "ob", "pa", "po", "pře", "ra", "ro", "řek", "se", "sku", "stra", "ško", "ta",
    "to", "ty", "vě", "vy", "za", "zná", "že",
];
/// How many words the language has.
const WORDS: u64 = 60_000;
const LENGTH: usize = 1_500;
/// An hour between two contacts.
const APART_MS: u64 = 3_600_000;
const BEGAN_MS: u64 = 1_500_000_000_000;

/// Draws one after the other from a number, always the same.
struct Draws(u64);

impl Draws {
    fn next(&mut self) -> u64 {
        // SplitMix64 (Steele, Lea, Flood 2014).
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, count: u64) -> u64 {
        self.next() % count
    }

    /// A word, by Zipf's law: the n-th is about n times rarer than the first.
    fn word(&mut self) -> u64 {
        let share = self.below(1 << 20) as f64 / f64::from(1 << 20);
        ((WORDS as f64).powf(share) - 1.0) as u64
    }
}

/// Returns the n-th word of the language.
pub fn word(n: u64) -> String {
    let mut draws = Draws(n * 7_919 + 1);
    let count = 1 + u64::from(n > 30) + u64::from(n > 300) + draws.below(2) + u64::from(n > 3_000);
    (0..count).map(|_| SYLLABLES[draws.below(SYLLABLES.len() as u64) as usize]).collect()
}

/// Returns the n-th contact, in a case of its own.
pub fn contact(n: u64) -> Contact {
    let mut draws = Draws(n);
    let mut id = [0; 16];
    id[..8].copy_from_slice(&draws.next().to_be_bytes());
    id[8..].copy_from_slice(&n.to_be_bytes());
    let opened = BEGAN_MS + n * APART_MS;
    let mut contact = Contact::begun(ContactId(id), CaseId(id), "chat", &word(draws.below(500)), BY, opened);
    contact.taken = Some(opened + 60_000);
    contact.ended = Some(opened + 1_800_000);
    contact.finished = contact.ended;
    let topic =
        ["violence.bullying", "family.parents", "peers.friends", "mental.anxiety"][draws.below(4) as usize];
    contact.facets = Facets {
        kind: Some("counselling".to_owned()),
        topics: vec![topic.to_owned()],
        online: Some("offline".to_owned()),
        risk: Some(draws.below(3) as u8),
        outcomes: vec!["listened".to_owned()],
        language: "cs".to_owned(),
        ..contact.facets
    };
    let mut fields = Vec::new();
    for (field, share) in [("request", 6), ("data", 2), ("assessment", 6), ("plan", 6)] {
        let mut words = String::new();
        while words.len() < LENGTH / share {
            words.push_str(&word(draws.word()));
            words.push(' ');
        }
        fields.push((field.to_owned(), words));
    }
    contact.note = Note { template: "note".to_owned(), version: 2, fields };
    contact
}
