//! The lists turned into one table of forms, so that a word of a note costs one look-up however long the lists are.
//! A form is kept as it is written and, without its accents, as a child writes it.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasherDefault, Hasher};

use super::decline::{self, Gender};
use super::lists::{Lists, Role, Tongue};
use super::page::fold_char;

/// What a form may be. A form is often several things.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Flags(u32);

impl Flags {
    pub const GIVEN: Flags = Flags(1);
    pub const SURNAME: Flags = Flags(1 << 1);
    pub const NAME: Flags = Flags(0b11);
    pub const HERS: Flags = Flags(1 << 2);
    pub const HIS: Flags = Flags(1 << 3);
    /// An ordinary word of the language.
    pub const WORD: Flags = Flags(1 << 4);
    /// A name of which the lists say that it is a word too.
    pub const BOTH: Flags = Flags(1 << 5);
    pub const PLACE: Flags = Flags(1 << 6);
    /// The first word of a place of several.
    pub const PLACE_FIRST: Flags = Flags(1 << 7);
    pub const KEPT: Flags = Flags(1 << 8);
    /// A service, platform, people or medicine: a capital there names nobody.
    pub const BRAND: Flags = Flags(1 << 9);
    /// A helpline's own word that stays.
    pub const STAYS: Flags = Flags(1 << 10);
    pub const SCHOOL: Flags = Flags(1 << 11);
    /// A name as a list has it, not declined.
    pub const PLAIN: Flags = Flags(1 << 12);
    /// An ordinary word once its accents are taken away (řádek, which Radek is not).
    pub const BARE_WORD: Flags = Flags(1 << 13);
    /// A word of the wider vocabulary, which is no name where no capital says so.
    pub const COMMON: Flags = Flags(1 << 14);

    /// Returns whether any of the others is among these.
    pub fn any(self, others: Flags) -> bool {
        self.0 & others.0 != 0
    }

    fn without(self, others: Flags) -> Flags {
        Flags(self.0 & !others.0)
    }
}

impl std::ops::BitOr for Flags {
    type Output = Flags;
    fn bitor(self, other: Flags) -> Flags {
        Flags(self.0 | other.0)
    }
}

/// What the lists know of one form.
#[derive(Clone, Copy, Debug, Default)]
pub struct Entry {
    pub flags: Flags,
    /// The given names it may be short for, by number from 1; 0 is none.
    pub bases: [u16; 4],
    /// The surname, by number from 1.
    pub surname: u16,
    /// The relation, by number from 1.
    pub relation: u8,
}

impl Entry {
    /// Returns whether it is in no list at all.
    pub fn is_unknown(&self) -> bool {
        self.flags.without(Flags::PLACE_FIRST | Flags::BARE_WORD | Flags::COMMON) == Flags::default()
            && self.relation == 0
    }

    fn add(&mut self, other: Entry) {
        self.flags = self.flags | other.flags;
        for base in other.bases.into_iter().filter(|base| *base != 0) {
            if let Some(place) = self.bases.iter_mut().find(|place| **place == 0 || **place == base) {
                *place = base;
            }
        }
        self.surname = if self.surname == 0 { other.surname } else { self.surname };
        self.relation = if self.relation == 0 { other.relation } else { self.relation };
    }
}

/// Forms and what they may be, for notes of one language.
#[derive(Default)]
pub struct Lexicon {
    entries: HashMap<u64, Entry, BuildHasherDefault<Hashed>>,
    relations: Vec<(Role, Gender)>,
    /// Places of several words, by the folded forms of the first.
    phrases: HashMap<Vec<u8>, Vec<usize>>,
    words: Vec<Phrase>,
}

struct Phrase {
    rest: Vec<HashSet<Vec<u8>>>,
    flags: Flags,
}

impl Lexicon {
    /// Makes the table for notes in one language: all lists of both, but only its own words, and Czech forms only in
    /// Czech, since half of them are English words.
    pub fn new(lists: &Lists, tongue: Tongue) -> Lexicon {
        let mut lexicon = Lexicon::default();
        let czech = tongue == Tongue::Czech;
        for (number, given) in lists.given.iter().enumerate() {
            let number = u16::try_from(number + 1).unwrap_or(u16::MAX);
            for (place, form) in given.forms.iter().enumerate() {
                // Jim, Si, Ty: short forms of another language are too often words of this one.
                if given.tongue != tongue && (place > 0 || form.text.chars().count() < 4) {
                    continue;
                }
                let flags = Flags::GIVEN | sex(given.gender);
                let entry = Entry { flags, bases: [number, 0, 0, 0], ..Entry::default() };
                let both = if form.is_word { Flags::BOTH } else { Flags::default() };
                if czech {
                    lexicon.insert_all(
                        &decline::given(&form.text, given.gender),
                        Entry { flags: entry.flags | both, ..entry },
                    );
                }
                lexicon.insert(&form.text, Entry { flags: entry.flags | both | Flags::PLAIN, ..entry });
            }
        }
        for (number, surname) in lists.surnames.iter().enumerate() {
            let number = u16::try_from(number + 1).unwrap_or(u16::MAX);
            let both =
                if surname.form.is_word && surname.tongue == tongue { Flags::BOTH } else { Flags::default() };
            let entry = |flags| Entry { flags, surname: number, ..Entry::default() };
            let text = &surname.form.text;
            lexicon.insert(text, entry(Flags::SURNAME | Flags::PLAIN));
            if surname.tongue == Tongue::Czech {
                let (his, hers) = decline::surname(text);
                if czech {
                    lexicon.insert_all(&his, entry(Flags::SURNAME | Flags::HIS | both));
                    let hers_both = if text.ends_with('ý') { both } else { Flags::default() };
                    lexicon.insert_all(&hers, entry(Flags::SURNAME | Flags::HERS | hers_both));
                } else {
                    let plain = hers.into_iter().filter(|form| form.ends_with('á')).collect();
                    lexicon.insert_all(&plain, entry(Flags::SURNAME | Flags::HERS));
                    lexicon.insert(text, entry(Flags::SURNAME | Flags::HIS));
                }
            } else {
                lexicon.insert(text, entry(Flags::SURNAME | both));
                if czech {
                    let (his, hers) = decline::surname(text);
                    lexicon.insert_all(&his, entry(Flags::SURNAME | Flags::HIS));
                    lexicon.insert_all(&hers, entry(Flags::SURNAME | Flags::HERS));
                } else if text.contains('\'') {
                    lexicon.insert(&text.replace('\'', ""), entry(Flags::SURNAME | both));
                }
            }
        }
        lexicon.add_places(lists, tongue);
        for school in &lists.schools {
            lexicon.add_phrase(school, Flags::SCHOOL, czech);
        }
        for word in lists.words.iter().filter(|word| word.tongue == tongue) {
            lexicon.insert(&word.text, Entry { flags: Flags::WORD, ..Entry::default() });
        }
        for brand in &lists.brands {
            if czech && let Some(stem) = brand.strip_suffix(['á', 'ý']) {
                for ending in ["é", "ou", "ého", "ému", "ým", "ém"] {
                    lexicon.insert(
                        &format!("{stem}{ending}"),
                        Entry { flags: Flags::BRAND, ..Entry::default() },
                    );
                }
            }
            for ending in if czech {
                &["", "u", "em", "ům", "y", "ech", "a", "ovi", "e", "ě", "s"][..]
            } else {
                &["", "s"]
            } {
                lexicon
                    .insert(&format!("{brand}{ending}"), Entry { flags: Flags::BRAND, ..Entry::default() });
            }
        }
        for keep in &lists.keeps {
            lexicon.insert(keep, Entry { flags: Flags::STAYS, ..Entry::default() });
        }
        for (number, relation) in lists.relations.iter().enumerate() {
            lexicon.relations.push((relation.role, relation.gender));
            let number = u8::try_from(number + 1).unwrap_or(u8::MAX);
            for form in &relation.forms {
                lexicon.insert(form, Entry { relation: number, ..Entry::default() });
            }
        }
        for word in lists.vocabulary.iter().filter(|word| word.tongue == tongue) {
            lexicon.insert_common(&word.text);
        }
        lexicon
    }

    fn add_places(&mut self, lists: &Lists, tongue: Tongue) {
        for place in &lists.places {
            if !place.kept && place.tongue != tongue && place.tongue == Tongue::English {
                continue;
            }
            let flags = if place.kept { Flags::KEPT } else { Flags::PLACE };
            let flags = if place.form.is_word { flags | Flags::BOTH } else { flags };
            self.add_phrase(&place.form.text, flags, tongue == Tongue::Czech);
        }
    }

    fn add_phrase(&mut self, name: &str, flags: Flags, czech: bool) {
        let forms = |word: &str| if czech { decline::place(word) } else { [word.to_owned()].into() };
        let mut words = name.split(' ').filter(|word| !word.is_empty());
        let Some(first) = words.next() else { return };
        let rest: Vec<HashSet<Vec<u8>>> =
            words.map(|word| forms(word).iter().map(|form| fold_word(form)).collect()).collect();
        if rest.is_empty() {
            self.insert_all(&forms(first), Entry { flags, ..Entry::default() });
            return;
        }
        self.words.push(Phrase { rest, flags });
        for form in forms(first) {
            self.insert(&form, Entry { flags: Flags::PLACE_FIRST, ..Entry::default() });
            self.phrases.entry(fold_word(&form)).or_default().push(self.words.len() - 1);
        }
        // Losiny, said without Velké, is enough to know the place.
        if let Some(last) = name.split(' ').next_back()
            && name.split(' ').count() == 2
            && last.chars().count() > 4
        {
            self.insert_all(&forms(last), Entry { flags, ..Entry::default() });
        }
    }

    fn insert_all(&mut self, forms: &std::collections::BTreeSet<String>, entry: Entry) {
        forms.iter().for_each(|form| self.insert(form, entry));
    }

    fn insert(&mut self, form: &str, entry: Entry) {
        let lower = form.to_lowercase();
        let folded = fold_word(&lower);
        if folded != lower.as_bytes() {
            self.entries.entry(hash(lower.as_bytes())).or_default().add(entry);
            let bare = if entry.flags.any(Flags::WORD) { Flags::BARE_WORD } else { Flags::default() };
            let entry = Entry { flags: entry.flags.without(Flags::WORD) | bare, ..entry };
            self.entries.entry(hash(&folded)).or_default().add(entry);
        } else {
            self.entries.entry(hash(&folded)).or_default().add(entry);
        }
    }

    /// Adds a word of the wider vocabulary, unless a list has the form for something else.
    fn insert_common(&mut self, word: &str) {
        let entry = Entry { flags: Flags::COMMON, ..Entry::default() };
        for form in [word.as_bytes(), &fold_word(word)] {
            self.entries.entry(hash(form)).or_insert(entry);
        }
    }

    /// Returns what is known of a word in lower case: written with accents, or folded.
    pub fn find(&self, word: &[u8]) -> Entry {
        self.entries.get(&hash(word)).copied().unwrap_or_default()
    }

    /// Returns role and gender of a relation.
    pub fn relation(&self, number: u8) -> Option<(Role, Gender)> {
        self.relations.get(usize::from(number).checked_sub(1)?).copied()
    }

    /// Returns how many words, the first included, of a known place or school begin here, the longest.
    pub fn phrase<'a>(
        &self,
        first: &[u8],
        next: impl Fn(usize) -> Option<&'a [u8]>,
    ) -> Option<(usize, Flags)> {
        let candidates = self.phrases.get(first)?;
        let fits = |phrase: &&Phrase| {
            phrase
                .rest
                .iter()
                .enumerate()
                .all(|(at, forms)| next(at + 1).is_some_and(|word| forms.contains(word)))
        };
        let best = candidates
            .iter()
            .map(|at| &self.words[*at])
            .filter(fits)
            .max_by_key(|phrase| phrase.rest.len())?;
        Some((best.rest.len() + 1, best.flags))
    }
}

fn sex(gender: Gender) -> Flags {
    match gender {
        Gender::Female => Flags::HERS,
        Gender::Male => Flags::HIS,
        Gender::Unknown => Flags::HERS | Flags::HIS,
    }
}

/// Folds a word as `Page` folds a text.
pub fn fold_word(word: &str) -> Vec<u8> {
    word.chars().map(fold_char).collect()
}

/// FNV-1a: the table is built from our own lists, so nobody can choose what collides in it.
fn hash(word: &[u8]) -> u64 {
    word.iter()
        .fold(0xCBF2_9CE4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3))
}

/// Keys are hashes already.
#[derive(Default)]
struct Hashed(u64);

impl Hasher for Hashed {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        self.0 = hash(bytes);
    }
    fn write_u64(&mut self, key: u64) {
        // The table takes its buckets from the low bits and its tags from the high ones.
        self.0 = key ^ (key >> 32);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_tell_a_name_from_a_word() {
        let mut lists = Lists::default();
        lists.lay_over("name f Mája\nkeep mají").expect("a list");
        let lexicon = Lexicon::new(&lists, Tongue::Czech);
        assert!(lexicon.find("máji".as_bytes()).flags.any(Flags::GIVEN));
        assert!(!lexicon.find("mají".as_bytes()).flags.any(Flags::GIVEN));
        assert!(
            lexicon.find(b"maji").flags.any(Flags::GIVEN) && lexicon.find(b"maji").flags.any(Flags::STAYS)
        );
    }

    #[test]
    fn a_place_of_several_words_is_found_in_any_case() {
        let mut lists = Lists::default();
        lists.lay_over("place Horní Lideč\nplace Kostelec nad Orlicí").expect("a list");
        let lexicon = Lexicon::new(&lists, Tongue::Czech);
        let words: [&[u8]; 3] = [b"kostelci", b"nad", b"orlici"];
        assert_eq!(lexicon.phrase(words[0], |at| words.get(at).copied()).map(|(count, _)| count), Some(3));
        let words: [&[u8]; 2] = [b"horni", b"lidce"];
        assert_eq!(lexicon.phrase(words[0], |at| words.get(at).copied()).map(|(count, _)| count), Some(2));
    }
}
