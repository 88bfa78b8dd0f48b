//! Schools as English names them: proper words before a word for a school.

use super::super::super::lexicon::Flags;
use super::super::super::page::Gap;
use super::super::view::View;

fn is_english_kind(word: &[u8]) -> bool {
    matches!(
        word,
        b"high"
            | b"academy"
            | b"primary"
            | b"secondary"
            | b"college"
            | b"grammar"
            | b"comprehensive"
            | b"comp"
            | b"infants"
            | b"juniors"
            | b"junior"
            | b"infant"
            | b"nursery"
            | b"school"
            | b"elementary"
            | b"middle"
            | b"prep"
            | b"sixth"
            | b"preschool"
            | b"university"
            | b"uni"
            | b"boys"
            | b"girls"
            | b"community"
            | b"catholic"
            | b"rc"
            | b"ce"
            | b"cofe"
    )
}

/// St Cuthbert's, without a word for school; a street called so has its own name before "st".
pub fn saint(view: &View<'_>, at: usize) -> Option<(usize, usize)> {
    let known = view.before(at);
    let named =
        view.word(at + 1).len() > 3 && !view.has(at + 1, Flags::WORD) && view.gap(at + 1) == Gap::Space;
    let street = view.is_capital(at.wrapping_sub(1)) || !known.is_empty() && !view.has(at - 1, Flags::WORD);
    if view.czech || !matches!(view.word(at), b"st" | b"saint") || !named || street {
        return None;
    }
    let possessive = view.is_mark(at + 2, b'\'') && view.word(at + 3) == b"s";
    let mut to = if possessive { at + 3 } else { at + 1 };
    // St Aldhelm's C of E
    if view.word(to + 1) == b"c" && view.word(to + 2) == b"of" && view.word(to + 3) == b"e" {
        to += 3;
    }
    Some((at, to))
}

/// Ordinary words with which the names of schools begin.
fn begins_school(word: &[u8]) -> bool {
    matches!(
        word,
        b"bishop"
            | b"archbishop"
            | b"cardinal"
            | b"king"
            | b"kings"
            | b"queen"
            | b"queens"
            | b"lady"
            | b"sir"
            | b"holy"
            | b"our"
            | b"prince"
            | b"princess"
            | b"duke"
            | b"lord"
            | b"north"
            | b"south"
            | b"east"
            | b"west"
            | b"upper"
            | b"lower"
            | b"great"
            | b"little"
            | b"new"
            | b"old"
            | b"blessed"
            | b"sacred"
    )
}

/// Holly bank juniors, ashdown park academy: a word before a word for a place, before a word for a school.
fn named_ordinarily(view: &View<'_>, at: usize) -> Option<usize> {
    let strong = matches!(
        view.word(at),
        b"academy"
            | b"primary"
            | b"juniors"
            | b"infants"
            | b"grammar"
            | b"comprehensive"
            | b"secondary"
            | b"comp"
            | b"high"
    );
    let place = matches!(
        view.before(at),
        b"park"
            | b"bank"
            | b"hill"
            | b"green"
            | b"lane"
            | b"road"
            | b"wood"
            | b"field"
            | b"fields"
            | b"house"
            | b"court"
            | b"grove"
            | b"view"
            | b"vale"
            | b"bridge"
            | b"heath"
            | b"gate"
            | b"mount"
            | b"cross"
            | b"hall"
            | b"manor"
            | b"abbey"
            | b"church"
            | b"side"
            | b"brook"
    );
    let from = at.checked_sub(2)?;
    let proper = view.word(from).len() > 3
        && view.gap(from + 1) == Gap::Space
        && !matches!(
            view.word(from),
            b"from" | b"near" | b"this" | b"that" | b"your" | b"local" | b"their" | b"with"
        );
    (strong && place && proper).then_some(from)
}

/// Everyone at westfield: where pupils are, in a note without capitals.
pub fn attended(view: &View<'_>, at: usize) -> Option<(usize, usize)> {
    let further = if at > 1 { view.before(at - 1) } else { b"" };
    let there = matches!(
        (further, view.before(at)),
        (
            b"everyone"
                | b"pupil"
                | b"student"
                | b"teacher"
                | b"kids"
                | b"girls"
                | b"boys"
                | b"someone"
                | b"people"
                | b"year"
                | b"am"
                | b"im"
                | b"m",
            b"at"
        ) | (b"go" | b"goes" | b"went" | b"going", b"to")
    ) || matches!(view.before(at), b"attends" | b"attend" | b"attended");
    (!view.czech && there && view.is_nobody(at) && view.word(at).len() > 4).then_some((at, at))
}

pub fn english(view: &View<'_>, at: usize) -> Option<(usize, usize)> {
    let word = view.word(at);
    if view.czech && !view.is_telling(at)
        || !is_english_kind(word)
        || matches!(word, b"boys" | b"girls" | b"community" | b"catholic" | b"rc" | b"ce")
    {
        return None;
    }
    let mut from = at;
    let mut proper = 0;
    while from > 0 && proper < 5 {
        let mut before = from - 1;
        if view.gap(from) == Gap::Line || view.is_taken(before) {
            break;
        }
        // St Brigid's
        if view.word(before) == b"s" && before > 1 && view.is_mark(before - 1, b'\'') {
            before -= 2;
        }
        if view.is_mark(before, b'.') && view.word(before.saturating_sub(1)) == b"st" {
            before -= 1;
        }
        // Northgate Boys' High
        if view.is_mark(before, b'\'') && before > 0 && matches!(view.word(before - 1), b"boys" | b"girls") {
            before -= 1;
        }
        let word = view.word(before);
        let capital =
            view.is_capital(before) && !(view.starts_sentence(before) && view.has(before, Flags::WORD));
        let lower = view.page.caseless
            && (matches!(word, b"st" | b"saint")
                || proper > 0 && begins_school(word)
                || !view.has(before, Flags::WORD | Flags::BRAND) && view.entry(before).relation == 0)
            && word.len() > 1;
        let inside = matches!(word, b"of" | b"the" | b"and")
            && before > 0
            && view.is_capital(before - 1)
            && from != at;
        if word.is_empty()
            || !(capital || lower || inside || is_english_kind(word) && proper > 0)
            || view.has(before, Flags::BRAND)
        {
            if is_english_kind(word) && !capital && view.gap(from) == Gap::Space {
                from = before;
                continue;
            }
            break;
        }
        if !is_english_kind(word) {
            proper += 1;
        }
        from = before;
    }
    if proper == 0 && view.page.caseless {
        from = named_ordinarily(view, at)?;
    } else if proper == 0 {
        return None;
    }
    let mut to = at;
    while is_english_kind(view.word(to + 1)) || view.word(to + 1) == b"form" || view.word(to + 1) == b"school"
    {
        to += 1;
    }
    Some((from, to))
}
