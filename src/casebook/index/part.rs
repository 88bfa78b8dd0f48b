//! A part of the index: the words of some documents, sorted, each with where it stands. A part never changes; two small
//! ones are merged into a larger one. Its words are wiped when it is dropped.
//!
//! The postings of a word are, a document after the other: serial less the one before ‖ how often ‖ the positions, each
//! less the one before; all as variable-length numbers.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::ops::Range;

use zeroize::{Zeroize as _, Zeroizing};

/// A document's number in the order of indexing; a document that is indexed again gets a new one.
pub(super) type Serial = u32;

/// Words of documents, being collected.
#[derive(Default)]
pub(super) struct Builder {
    numbers: HashMap<Box<str>, u32, Fast>,
    postings: Vec<Postings>,
    serials: Option<(Serial, Serial)>,
    documents: u32,
    /// Word and position of the document that is being added.
    places: Vec<(u32, u32)>,
}

#[derive(Default)]
struct Postings {
    last: Serial,
    bytes: Vec<u8>,
}

/// Hashes short words fast (FNV-1a). Who writes the notes is no adversary of the search.
#[derive(Default)]
struct Fnv(u64);

type Fast = BuildHasherDefault<Fnv>;

impl Hasher for Fnv {
    fn finish(&self) -> u64 {
        // The table looks at the highest bits too.
        self.0 ^ self.0.rotate_right(32)
    }

    fn write(&mut self, bytes: &[u8]) {
        let mut hash = if self.0 == 0 { 0xcbf2_9ce4_8422_2325 } else { self.0 };
        for byte in bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        self.0 = hash;
    }
}

/// The sorted, immutable form.
#[derive(Default)]
pub(super) struct Part {
    text: Zeroizing<Vec<u8>>,
    /// Where each word ends in `text`.
    ends: Vec<u32>,
    postings: Zeroizing<Vec<u8>>,
    /// Where each word's postings end.
    posting_ends: Vec<u32>,
    /// The first and the last document.
    serials: (Serial, Serial),
}

impl Builder {
    /// Adds a document. Serials must rise.
    pub fn add(&mut self, serial: Serial, texts: &[String]) {
        let mut position = 0;
        let mut places = std::mem::take(&mut self.places);
        for text in texts {
            super::words::words(text, &mut |_, word| {
                let number = match self.numbers.get(word) {
                    Some(number) => *number,
                    None => {
                        let number = self.postings.len() as u32;
                        self.numbers.insert(word.into(), number);
                        self.postings.push(Postings::default());
                        number
                    }
                };
                places.push((number, position));
                position += 1;
            });
            // No phrase reaches from one text into the next.
            position += 8;
        }
        places.sort_unstable();
        for of_word in places.chunk_by(|a, b| a.0 == b.0) {
            self.postings[of_word[0].0 as usize].add(serial, of_word);
        }
        places.clear();
        self.places = places;
        self.documents += 1;
        self.serials = Some((self.serials.map_or(serial, |(first, _)| first), serial));
    }

    /// Returns how many documents were added.
    pub fn documents(&self) -> u32 {
        self.documents
    }

    /// Sorts the words; none if no document was added.
    pub fn finish(mut self) -> Option<Part> {
        let mut part = Part { serials: self.serials?, ..Part::default() };
        let mut words: Vec<_> = self.numbers.into_iter().collect();
        words.sort_unstable_by(|(a, _), (b, _)| a.cmp(b));
        for (word, number) in words {
            let postings = &mut self.postings[number as usize].bytes;
            part.push(word.as_bytes(), postings);
            postings.zeroize();
            word.into_string().zeroize();
        }
        Some(part)
    }
}

impl Postings {
    fn add(&mut self, serial: Serial, places: &[(u32, u32)]) {
        number(&mut self.bytes, serial - self.last);
        self.last = serial;
        number(&mut self.bytes, places.len() as u32);
        let mut last = 0;
        for (_, position) in places {
            number(&mut self.bytes, position - last);
            last = *position;
        }
    }
}

impl Part {
    fn push(&mut self, word: &[u8], postings: &[u8]) {
        self.text.extend_from_slice(word);
        self.ends.push(self.text.len() as u32);
        self.postings.extend_from_slice(postings);
        self.posting_ends.push(self.postings.len() as u32);
    }

    /// Returns the first and the last document it was made of.
    pub fn serials(&self) -> (Serial, Serial) {
        self.serials
    }

    /// Returns how many bytes it takes.
    pub fn bytes(&self) -> usize {
        self.text.len() + self.postings.len() + 4 * (self.ends.len() + self.posting_ends.len())
    }

    fn word(&self, n: usize) -> &[u8] {
        let from = n.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.text[from..self.ends[n] as usize]
    }

    fn postings_of(&self, n: usize) -> &[u8] {
        let from = n.checked_sub(1).map_or(0, |before| self.posting_ends[before] as usize);
        &self.postings[from..self.posting_ends[n] as usize]
    }

    fn first_not(&self, mut before: impl FnMut(&[u8]) -> bool) -> usize {
        let (mut low, mut high) = (0, self.ends.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            if before(self.word(middle)) { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// Returns the words that are `word`, or begin with it.
    pub fn range(&self, word: &str, open: bool) -> Range<usize> {
        let word = word.as_bytes();
        let from = self.first_not(|known| known < word);
        let to = self
            .first_not(|known| if open { known < word || known.starts_with(word) } else { known <= word });
        from..to.max(from)
    }

    /// Whether word `n` is exactly this.
    pub fn is(&self, n: usize, word: &str) -> bool {
        self.word(n) == word.as_bytes()
    }

    /// Calls `each` with the documents of word `n` and how often it stands there.
    pub fn each(&self, n: usize, each: &mut impl FnMut(Serial, u32)) {
        let mut bytes = Numbers(self.postings_of(n));
        let mut serial = 0;
        while let Some(step) = bytes.next() {
            serial += step;
            let times = bytes.next().unwrap_or(0);
            bytes.skip_numbers(times);
            each(serial, times);
        }
    }

    /// Calls `each` with the documents of word `n` and the positions there.
    pub fn each_with_positions(&self, n: usize, each: &mut impl FnMut(Serial, &[u32])) {
        let mut bytes = Numbers(self.postings_of(n));
        let mut serial = 0;
        let mut positions = Vec::new();
        while let Some(step) = bytes.next() {
            serial += step;
            positions.clear();
            let mut position = 0;
            for _ in 0..bytes.next().unwrap_or(0) {
                position += bytes.next().unwrap_or(0);
                positions.push(position);
            }
            each(serial, &positions);
        }
    }

    /// Merges two parts, the second of which is younger, leaving out documents that are dead.
    pub fn merged(a: &Self, b: &Self, is_dead: &impl Fn(Serial) -> bool) -> Self {
        let mut part = Self { serials: (a.serials.0, b.serials.1), ..Self::default() };
        let (mut i, mut j) = (0, 0);
        let mut postings = Vec::new();
        while i < a.ends.len() || j < b.ends.len() {
            let order = match (i < a.ends.len(), j < b.ends.len()) {
                (true, true) => a.word(i).cmp(b.word(j)),
                (true, false) => std::cmp::Ordering::Less,
                _ => std::cmp::Ordering::Greater,
            };
            postings.clear();
            let mut last = 0;
            let word = if order.is_le() { a.word(i) } else { b.word(j) };
            if order.is_le() {
                copy_living(a.postings_of(i), &mut postings, &mut last, is_dead);
                i += 1;
            }
            if order.is_ge() {
                copy_living(b.postings_of(j), &mut postings, &mut last, is_dead);
                j += 1;
            }
            if !postings.is_empty() {
                part.push(word, &postings);
            }
        }
        part
    }
}

fn copy_living(from: &[u8], to: &mut Vec<u8>, last: &mut Serial, is_dead: &impl Fn(Serial) -> bool) {
    let mut numbers = Numbers(from);
    let mut serial = 0;
    while let Some(step) = numbers.next() {
        serial += step;
        let body = numbers.0;
        let times = numbers.next().unwrap_or(0);
        numbers.skip_numbers(times);
        if !is_dead(serial) {
            number(to, serial - *last);
            *last = serial;
            to.extend_from_slice(&body[..body.len() - numbers.0.len()]);
        }
    }
}

/// Appends a number, seven bits a byte, the last byte with the high bit clear.
fn number(out: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

struct Numbers<'a>(&'a [u8]);

impl Numbers<'_> {
    #[inline]
    fn next(&mut self) -> Option<u32> {
        let (&first, rest) = self.0.split_first()?;
        self.0 = rest;
        if first < 0x80 {
            return Some(first.into());
        }
        let mut value = u32::from(first & 0x7f);
        for shift in [7, 14, 21, 28] {
            let (&byte, rest) = self.0.split_first()?;
            self.0 = rest;
            value |= u32::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
        }
        Some(value)
    }

    #[inline]
    fn skip_numbers(&mut self, count: u32) {
        let mut left = count;
        let mut at = 0;
        while left > 0 && at < self.0.len() {
            left -= u32::from(self.0[at] < 0x80);
            at += 1;
        }
        self.0 = &self.0[at..];
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(documents: &[(Serial, &str)]) -> Part {
        let mut builder = Builder::default();
        for (serial, text) in documents {
            builder.add(*serial, &[(*text).to_owned()]);
        }
        builder.finish().expect("there are documents")
    }

    fn found(part: &Part, word: &str, open: bool) -> Vec<(Serial, Vec<u32>)> {
        let mut out = Vec::new();
        for n in part.range(word, open) {
            part.each_with_positions(n, &mut |serial, positions| out.push((serial, positions.to_vec())));
        }
        out.sort();
        out
    }

    #[test]
    fn a_word_is_found_with_its_places() {
        let part = part(&[(3, "ahoj fotky ahoj"), (200, "fotka"), (70_000, "ahoj")]);
        assert_eq!(found(&part, "ahoj", false), [(3, vec![0, 2]), (70_000, vec![0])]);
        assert_eq!(found(&part, "fotk", true), [(3, vec![1]), (200, vec![0])]);
        assert_eq!(found(&part, "fotk", false), []);
        assert_eq!(found(&part, "", true).len(), 4);
        assert_eq!(found(&part, "z", true), []);
        let mut times = Vec::new();
        part.range("ahoj", false)
            .for_each(|n| part.each(n, &mut |serial, count| times.push((serial, count))));
        assert_eq!(times, [(3, 2), (70_000, 1)]);
    }

    #[test]
    fn merging_loses_nothing_but_the_dead() {
        let (a, b) = (part(&[(1, "ahoj svete"), (2, "ahoj")]), part(&[(5, "svete a"), (900, "ahoj ahoj")]));
        let merged = Part::merged(&a, &b, &|serial| serial == 2);
        assert_eq!(found(&merged, "ahoj", false), [(1, vec![0]), (900, vec![0, 1])]);
        assert_eq!(found(&merged, "svete", false), [(1, vec![1]), (5, vec![0])]);
        assert_eq!(found(&merged, "a", false), [(5, vec![1])]);
        let nothing = Part::merged(&a, &b, &|_| true);
        assert_eq!(nothing.range("", true), 0..0);
    }
}
