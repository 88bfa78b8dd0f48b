//! Once a word is a name, every form of it in the note is.

use std::collections::HashSet;

use super::super::super::lexicon::{Entry, Flags};
use super::super::view::View;
use super::words::looks_ordinary;
use super::{Verdict, is_contraction, is_function};

/// The part of a name that stays when it is declined, for names that no list has.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Stem(Vec<u8>);

impl Stem {
    /// Cuts what Czech puts to the end of a name, and the consonants that change before it.
    pub fn of(word: &[u8]) -> Stem {
        const ENDS: &[&[u8]] = &[
            b"ovymi", b"ovych", b"ovou", b"ovym", b"ovic", b"ovi", b"ova", b"ove", b"ovu", b"ovy", b"inou",
            b"iny", b"ina", b"inu", b"ine", b"emi", b"ami", b"eho", b"emu", b"ych", b"ou", b"em", b"um",
            b"uv", b"in", b"ym", b"a", b"e", b"i", b"o", b"u", b"y", b"ek", b"ec",
        ];
        let end = ENDS
            .iter()
            .filter(|end| word.ends_with(end) && word.len() >= end.len() + 3)
            .max_by_key(|end| end.len());
        let mut stem = word[..word.len() - end.map_or(0, |end| end.len())].to_vec();
        if end.is_some_and(|end| end.len() == 2 && end.starts_with(b"e") && !end.ends_with(b"m")) {
            stem.push(if word.ends_with(b"k") { b'k' } else { b'c' });
        }
        if let Some(last) = stem.last_mut() {
            *last = match *last {
                b'k' => b'c',
                b'h' | b'g' => b'z',
                other => other,
            };
        }
        Stem(stem)
    }
}

/// Once a token is a name, every form of it in the note is.
pub fn remember(view: &View<'_>, verdicts: &mut [Verdict]) {
    let mut bases: HashSet<u16> = HashSet::new();
    let mut surnames: HashSet<u16> = HashSet::new();
    let mut stems: HashSet<Stem> = HashSet::new();
    let numbers = |entry: Entry| entry.bases.into_iter().filter(|base| *base != 0);
    for at in 0..view.len() {
        if verdicts[at] != Verdict::Mask {
            continue;
        }
        let entry = view.entry(at);
        bases.extend(numbers(entry));
        if entry.surname != 0 {
            surnames.insert(entry.surname);
        }
        if entry.bases[0] == 0 && entry.surname == 0 {
            stems.insert(Stem::of(view.word(at)));
        }
    }
    for at in 0..view.len() {
        if verdicts[at] == Verdict::Mask || !view.is_word(at) || view.is_taken(at) || view.word(at).len() < 3
        {
            continue;
        }
        let entry = view.entry(at);
        if entry.relation != 0
            || entry.flags.any(Flags::BRAND | Flags::STAYS | Flags::KEPT)
            || is_contraction(view, at)
        {
            continue;
        }
        // darnells, without its apostrophe
        let bare = view.word(at).strip_suffix(b"s").filter(|bare| !view.czech && bare.len() > 3);
        let plural = bare.is_some_and(|bare| {
            stems.contains(&Stem::of(bare))
                || numbers(view.lexicon.find(bare)).any(|base| bases.contains(&base))
        });
        let same = plural
            || numbers(entry).any(|base| bases.contains(&base))
            || entry.surname != 0 && surnames.contains(&entry.surname)
            || !stems.is_empty() && stems.contains(&Stem::of(view.word(at)));
        let capital = view.is_capital(at);
        if !same || is_function(view, at) && !capital {
            continue;
        }
        let ordinary = entry.flags.any(Flags::WORD) || !capital && looks_ordinary(view.word(at), view.czech);
        let named = capital
            && (entry.flags.any(Flags::NAME) && !is_function(view, at) || view.is_telling(at))
            || view.page.caseless && entry.flags.any(Flags::GIVEN) && entry.flags.any(Flags::PLAIN);
        verdicts[at] = if ordinary && !named { Verdict::Doubt } else { Verdict::Mask };
    }
}
