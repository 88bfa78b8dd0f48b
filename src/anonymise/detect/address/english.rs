//! Streets as English writes them: the number before, a word for a street behind.

use super::super::super::lexicon::Flags;
use super::super::super::page::Gap;
use super::super::view::View;
use super::{counts_something, digits, lives_before, number_end, town};

pub fn is_english_street(word: &[u8]) -> bool {
    matches!(
        word,
        b"road"
            | b"rd"
            | b"street"
            | b"st"
            | b"lane"
            | b"ln"
            | b"avenue"
            | b"ave"
            | b"close"
            | b"drive"
            | b"dr"
            | b"way"
            | b"court"
            | b"ct"
            | b"place"
            | b"crescent"
            | b"cres"
            | b"gardens"
            | b"gdns"
            | b"grove"
            | b"terrace"
            | b"hill"
            | b"park"
            | b"row"
            | b"square"
            | b"walk"
            | b"mews"
            | b"view"
            | b"green"
            | b"parade"
            | b"boulevard"
            | b"blvd"
            | b"estate"
            | b"rise"
            | b"vale"
            | b"heights"
            | b"quay"
            | b"wharf"
            | b"heath"
            | b"common"
            | b"croft"
            | b"fold"
            | b"gate"
            | b"hollow"
            | b"meadow"
            | b"meadows"
            | b"end"
            | b"house"
            | b"cottage"
            | b"cottages"
            | b"farm"
            | b"circle"
            | b"trail"
            | b"pike"
            | b"highway"
            | b"bank"
            | b"side"
            | b"yard"
    )
}

/// Returns the last word of a street behind a house number.
pub fn english_street(view: &View<'_>, at: usize, end: usize) -> Option<usize> {
    if view.czech && !view.is_capital(end + 1) {
        return None;
    }
    let mut to = end + 1;
    for named in 0..4 {
        let word = view.word(to);
        if word.is_empty() || view.gap(to) != Gap::Space || view.is_taken(to) {
            return None;
        }
        if named > 0 && is_english_street(word) {
            // "5 days in the house" is no address.
            let proper = (end + 1..to).all(|at| view.is_capital(at) || !is_link(view.word(at)));
            let capital = view.page.caseless || (end + 1..=to).any(|at| view.is_capital(at));
            let weak = matches!(
                word,
                b"end"
                    | b"house"
                    | b"way"
                    | b"hill"
                    | b"bank"
                    | b"side"
                    | b"park"
                    | b"st"
                    | b"close"
                    | b"view"
                    | b"place"
                    | b"green"
            ) && view.page.caseless
                && !lives_before(view, at)
                && (end + 1..to).all(|at| view.has(at, Flags::WORD));
            return (proper
                && (capital
                    || digits(view, at) <= 3
                        && !matches!(word, b"end" | b"way" | b"close" | b"side" | b"place"))
                && !weak)
                .then_some(to);
        }
        to += 1;
    }
    None
}

/// Brixton Hill, flat 6B; flat 12b, kestrel house, penge.
pub fn flat(view: &View<'_>, at: usize, free: usize) -> Option<(usize, usize)> {
    let from = at.checked_sub(1).filter(|from| *from >= free)?;
    let room = matches!(view.word(from), b"flat" | b"apt" | b"apartment");
    if view.czech || !room || counts_something(view, at) {
        return None;
    }
    let end = number_end(view, at);
    if english_street(view, at, end).is_some() || view.is_mark(end + 1, b',') && view.is_number(end + 2) {
        return None;
    }
    let house = (end + 2..end + 5).find(|to| {
        matches!(
            view.word(*to),
            b"house" | b"court" | b"tower" | b"heights" | b"lodge" | b"point" | b"mansions"
        )
    });
    let to = house.filter(|to| {
        view.is_mark(end + 1, b',') && *to > end + 2 && (end + 3..=*to).all(|at| view.gap(at) == Gap::Space)
    });
    Some((from, town(view, to.unwrap_or(end))))
}

/// Off brixton hill, on foxglove way: a street without a number where no capital shows it.
pub fn bare_street(view: &View<'_>, at: usize, free: usize) -> Option<(usize, usize)> {
    if view.czech || !is_english_street(view.word(at)) || view.gap(at) != Gap::Space {
        return None;
    }
    let from = at.checked_sub(1).filter(|from| *from >= free)?;
    let named = view.word(from);
    let generic = is_link(named)
        || matches!(
            named,
            b"main"
                | b"busy"
                | b"same"
                | b"next"
                | b"our"
                | b"their"
                | b"your"
                | b"this"
                | b"that"
                | b"other"
                | b"bus"
                | b"long"
                | b"no"
                | b"some"
                | b"any"
                | b"every"
                | b"one"
                | b"dead"
                | b"her"
                | b"car"
                | b"new"
                | b"old"
                | b"big"
        );
    let proper = match view.page.caseless {
        true => named.len() > 2 && !view.is_taken(from),
        false => view.is_telling(from) && view.is_capital(at),
    };
    if generic || !proper {
        return None;
    }
    let before = view.before(from);
    let comma = from > 1 && view.is_mark(from - 1, b',');
    let strong = matches!(
        view.word(at),
        b"road"
            | b"rd"
            | b"street"
            | b"lane"
            | b"avenue"
            | b"ave"
            | b"crescent"
            | b"terrace"
            | b"grove"
            | b"parade"
            | b"mews"
            | b"gardens"
            | b"boulevard"
            | b"cottage"
            | b"cottages"
    );
    let there = matches!(
        before,
        b"on" | b"off" | b"near" | b"down" | b"at" | b"along" | b"in" | b"opposite" | b"behind"
    );
    let odd = !view.has(from, Flags::WORD) && !view.has(from, Flags::COMMON);
    let lived = lives_before(view, from) || from > 2 && lives_before(view, from - 2);
    let end = view.is_mark(at + 1, b',') && (view.is_nobody(at + 2) || view.has(at + 2, Flags::PLACE));
    let sure = match () {
        () if strong => there || lived || comma && end,
        () => there && (odd || lived || matches!(before, b"off" | b"on") && view.has(from, Flags::COMMON)),
    };
    let mut first = from;
    // Rose cottage, back lane
    if comma
        && from > 3
        && matches!(view.word(from - 2), b"cottage" | b"farm" | b"house" | b"lodge" | b"vicarage")
    {
        first = from - if view.word(from - 2) == b"vicarage" { 2 } else { 3 };
    }
    sure.then(|| (first.max(free), town(view, at)))
}

fn is_link(word: &[u8]) -> bool {
    matches!(
        word,
        b"the"
            | b"of"
            | b"in"
            | b"a"
            | b"an"
            | b"my"
            | b"to"
            | b"at"
            | b"on"
            | b"and"
            | b"or"
            | b"days"
            | b"years"
            | b"min"
            | b"mins"
            | b"hours"
            | b"times"
            | b"for"
            | b"from"
            | b"with"
            | b"down"
            | b"up"
            | b"his"
            | b"her"
            | b"y"
            | b"yrs"
            | b"am"
            | b"pm"
    )
}

/// Flat 3, 22 Harbour Road.
pub fn flat_before(view: &View<'_>, at: usize) -> Option<usize> {
    let comma = usize::from(at > 0 && view.is_mark(at - 1, b','));
    let mut number = at.checked_sub(1 + comma)?;
    if view.word(number).len() == 1 && view.gap(number) == Gap::None {
        number = number.checked_sub(1)?;
    }
    let flat = number.checked_sub(1)?;
    (matches!(view.word(flat), b"flat" | b"apt" | b"apartment" | b"unit" | b"room")
        && (view.is_number(number) || view.word(number).len() == 1))
        .then_some(flat)
}

/// The Vicarage, Church Lane: a house that has a name instead of a number.
pub fn house_before(view: &View<'_>, from: usize) -> usize {
    if from < 2 || !view.is_mark(from - 1, b',') {
        return from;
    }
    let house = matches!(
        view.word(from - 2),
        b"house"
            | b"cottage"
            | b"farm"
            | b"lodge"
            | b"vicarage"
            | b"rectory"
            | b"manor"
            | b"villa"
            | b"hall"
            | b"barn"
            | b"mill"
            | b"court"
            | b"farmhouse"
    );
    let mut start = from - 2;
    while start > 0 && view.is_capital(start - 1) && view.gap(start) == Gap::Space && from - start < 5 {
        start -= 1;
    }
    if house || view.word(start) == b"the" && start < from - 2 { start } else { from }
}

/// Lives 14 Maes y Coed, lives at 3 Tŷ Gwyn: proper words behind a number where somebody lives, no street among them.
pub fn named_behind(view: &View<'_>, at: usize, end: usize) -> Option<usize> {
    let close = usize::from(view.before(at) == b"at" || view.is_mark(at.wrapping_sub(1), b':')) + 1;
    let lives = at >= close
        && matches!(
            view.word(at - close),
            b"lives" | b"live" | b"living" | b"lived" | b"address" | b"addr" | b"home"
        );
    let mut to = end;
    while lives && !view.czech && to - end < 5 && view.gap(to + 1) == Gap::Space {
        let link = matches!(
            view.word(to + 1),
            b"y" | b"yr" | b"the" | b"of" | b"an" | b"na" | b"le" | b"la" | b"de"
        );
        if view.is_capital(to + 1) && !view.has(to + 1, Flags::BRAND) {
            to += 1;
        } else if link && view.is_capital(to + 2) && view.gap(to + 2) == Gap::Space {
            to += 2;
        } else {
            break;
        }
    }
    (to > end).then_some(to)
}
