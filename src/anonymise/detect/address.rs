//! Addresses: a street with its number, or a word for a street with a name, and the town behind them.
#![expect(
    clippy::nonminimal_bool,
    clippy::collapsible_if,
    clippy::explicit_counter_loop,
    reason = "the rules read as the sentences they stand for"
)]

use super::super::Kind;
use super::super::lexicon::Flags;
use super::super::page::Gap;
use super::Hit;
use super::view::View;

mod english;

use english::{
    bare_street, english_street, flat, flat_before, house_before, is_english_street, named_behind,
};

/// Finds addresses.
pub fn find(view: &mut View<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut at = 0;
    let mut free = 0;
    while at < view.len() {
        let found = if view.is_taken(at) {
            None
        } else if view.is_number(at) {
            flat(view, at, free).or_else(|| house_number(view, at, free)).or_else(|| postcode(view, at))
        } else {
            street(view, at, free).or_else(|| bare_street(view, at, free))
        };
        match found {
            Some((from, to)) => {
                hits.push(view.hit(from, to, Kind::Address));
                at = to + 1;
                free = at;
            }
            None => at += 1,
        }
    }
    hits
}

/// Ulice, náměstí and the like, in their forms.
fn is_street_word(word: &[u8]) -> bool {
    const WHOLE: &[&[u8]] = &[
        b"ul",
        b"nam",
        b"tr",
        b"nabr",
        b"alej",
        b"aleje",
        b"aleji",
        b"trida",
        b"tride",
        b"tridu",
        b"namesticko",
        b"navsi",
    ];
    const BEGIN: &[&[u8]] = &[b"ulic", b"namest", b"nabrez", b"sidlist", b"bulvar"];
    WHOLE.contains(&word) || BEGIN.iter().any(|begin| word.starts_with(begin))
}

/// Husova, Družstevní, Komenského, Lipová: an adjective that streets are called by.
fn is_street_shape(word: &[u8]) -> bool {
    const ENDS: &[&[u8]] = &[
        b"ova", b"ove", b"ovo", b"ska", b"ske", b"skeho", b"sky", b"cka", b"cke", b"ckeho", b"cky", b"ni",
        b"sti", b"eho", b"ovou", b"skou", b"ovy", b"ckou",
    ];
    word.len() > 3 && ENDS.iter().any(|end| word.ends_with(end))
}

/// What is never the number of a house: an age, a count, an hour, a year of school.
pub fn counts_something(view: &View<'_>, number: usize) -> bool {
    const UNITS: &[&[u8]] = &[
        b"let", b"lety", b"leta", b"rok", b"roky", b"roku", b"mesic", b"mesicu", b"mesice", b"dni", b"dny",
        b"tydny", b"hodin", b"hod", b"min", b"minut", b"kc", b"tis", b"krat", b"dnu", b"years", b"yrs",
        b"yo", b"months", b"weeks", b"days", b"hours", b"mins", b"x", b"km",
    ];
    let next = view.word(number + 1);
    UNITS.contains(&next)
        || view.is_mark(number + 1, b'%')
        || view.is_mark(number + 1, b':')
        || (view.is_mark(number + 1, b'.')
            && view.gap(number + 1) == Gap::None
            && !view.word(number + 2).is_empty()
            && !view.is_capital(number + 2)
            && view.gap(number + 2) == Gap::Space
            && !view.page.caseless)
}

/// Returns the last token of a house number: 12, 1688/26, 91b.
pub fn number_end(view: &View<'_>, at: usize) -> usize {
    let mut to = at;
    if view.gap(to + 1) == Gap::None && view.word(to + 1).len() == 1 {
        to += 1;
    }
    if view.is_mark(to + 1, b'/')
        && view.is_number(to + 2)
        && view.gap(to + 1) == Gap::None
        && view.gap(to + 2) == Gap::None
    {
        to += 2;
        if view.gap(to + 1) == Gap::None && view.word(to + 1).len() == 1 {
            to += 1;
        }
    }
    to
}

fn digits(view: &View<'_>, at: usize) -> usize {
    view.token(at).map_or(0, |token| token.end - token.start)
}

/// A street before a number, or in English behind it.
fn house_number(view: &View<'_>, at: usize, free: usize) -> Option<(usize, usize)> {
    let said = said_address(view, at).is_some() && view.is_mark(at + 1, b'.');
    if digits(view, at) > 4 || counts_something(view, at) && !said {
        return None;
    }
    let end = number_end(view, at);
    if let Some(to) = english_street(view, at, end) {
        let from = flat_before(view, at).filter(|from| *from >= free).unwrap_or(at);
        return Some((from, town(view, to)));
    }
    if let Some(from) = street_before(view, at, end > at + 1) {
        let from = from.max(free);
        return (from < at).then(|| (from, town(view, end)));
    }
    named_behind(view, at, end).map(|to| (at, town(view, to)))
}

/// Returns where the street before a house number begins.
fn street_before(view: &View<'_>, at: usize, slashed: bool) -> Option<usize> {
    if let Some(from) = said_address(view, at) {
        return Some(from);
    }
    let mut from = at;
    let mut named = 0;
    let mut strong = slashed;
    let mut word_for_it = false;
    // č. p. 12, č.p. 12, čp. 12
    let mut marks = from;
    while marks > 0
        && at - marks < 5
        && (view.is_mark(marks - 1, b'.')
            || matches!(view.word(marks - 1), b"c" | b"p" | b"cp" | b"cislo" | b"popisne" | b"cislem"))
    {
        marks -= 1;
    }
    if marks < from && matches!(view.word(marks), b"c" | b"cp" | b"cislo") && (marks + 1 < from)
        || view.word(marks) == b"cp"
    {
        if view.word(marks) == b"cp" || view.word(marks + 2) == b"p" || view.word(marks + 1) == b"popisne" {
            strong = true;
            word_for_it = true;
            from = marks;
        }
    }
    // Palackého tř. 77: the word for a street stands behind its name.
    if from > 1
        && view.is_mark(from - 1, b'.')
        && is_street_word(view.word(from - 2))
        && (view.is_telling(from.saturating_sub(3))
            || view.page.caseless && is_street_shape(view.word(from.saturating_sub(3))))
        && view.gap(from - 2) == Gap::Space
    {
        from -= 2;
        word_for_it = true;
    }
    while from > 0 && named < 4 && view.gap(from) == Gap::Space
        || (from > 0
            && view.is_mark(from - 1, b'.')
            && named > 0
            && view.word(from.saturating_sub(2)).len() < 4)
    {
        let before = from - 1;
        if view.is_mark(before, b'.') {
            if before == 0 || !(is_street_word(view.word(before - 1)) || view.word(before - 1).len() == 1) {
                break;
            }
            from = before;
            continue;
        }
        let word = view.word(before);
        if word.is_empty() || view.is_taken(before) {
            break;
        }
        if is_street_word(word) {
            word_for_it = true;
            from = before;
            // Smetanovo nábřeží: the adjective stands before.
            if named == 0 {
                named += 1;
                // Hlavní třída: an ordinary adjective, and the word behind it says what it is.
                if view.page.caseless && is_street_shape(view.before(from)) && view.before(from).len() > 4 {
                    from -= 1;
                    break;
                }
            }
            continue;
        }
        let entry = view.entry(before);
        let capital = view.is_capital(before);
        if capital && is_small(word) && named > 0 {
            // Na Návsi, Pod Lesem
            from = before;
            strong = true;
            break;
        }
        let given = entry.flags.any(Flags::GIVEN)
            && named == 0
            && !is_street_word(view.before(before))
            && ![&b"ova"[..], b"ovo", b"ove", b"ovy"].iter().any(|end| word.ends_with(end));
        if given || entry.relation != 0 || entry.flags.any(Flags::BRAND) {
            break;
        }
        let telling = view.is_telling(before);
        if capital && (telling || !entry.flags.any(Flags::WORD)) {
            strong |= is_street_shape(word) && (telling || !entry.flags.any(Flags::WORD));
            // Na Nerudovku 8: a word nobody knows, between a preposition of place and a number.
            strong |= telling
                && named == 0
                && entry.is_unknown()
                && matches!(view.before(before), b"na" | b"do" | b"v" | b"ve" | b"z" | b"ze");
            named += 1;
            from = before;
            continue;
        }
        if view.page.caseless
            && !entry.flags.any(Flags::WORD)
            && word.len() > 3
            && (is_street_shape(word)
                || lives_before(view, before)
                || view.is_nobody(before)
                    && matches!(view.before(before), b"na" | b"do" | b"v" | b"ve" | b"z"))
        {
            strong = true;
            named += 1;
            from = before;
            break;
        }
        break;
    }
    // Pod lesem 1688/26: such a number is a house's, whatever the words before it.
    if from == at && slashed && digits(view, at) > 2 && view.page.caseless && view.before(at).len() > 3 {
        from -= 1;
        named += 1;
        strong = true;
        if is_small(view.before(from)) {
            from -= 1;
        }
    }
    if from == at {
        return None;
    }
    if named == 0 && !word_for_it {
        return None;
    }
    let lived = lives_before(view, from);
    let surname_only = named == 1
        && view.has(from, Flags::NAME)
        && !slashed
        && !lived
        && !word_for_it
        && digits(view, at) <= 2;
    ((strong || word_for_it || lived) && !(surname_only && !is_street_shape(view.word(from)))).then_some(from)
}

/// Adresa k lesu 220, bydlíme na vyhlídce 12: said to be an address, so ordinary words are its street.
fn said_address(view: &View<'_>, at: usize) -> Option<usize> {
    let mut from = at;
    while from > 0 && at - from < 3 && view.gap(from) == Gap::Space && view.is_word(from - 1) {
        from -= 1;
        if view.entry(from).relation != 0 || view.is_taken(from) {
            return None;
        }
        let told = from > 0
            && view.page.caseless
            && matches!(
                view.word(from.saturating_sub(1 + usize::from(view.is_mark(from - 1, b':')))),
                b"adresa" | b"adrese" | b"adresu" | b"bytem"
            );
        if told {
            return (!view.is_mark(at + 1, b'+')).then_some(from);
        }
        if at - from > 1 && is_small(view.word(from)) {
            let said = from.checked_sub(1 + usize::from(from > 0 && view.is_mark(from - 1, b':')))?;
            let word = view.word(said);
            let lives = word.starts_with(b"bydl") || word.starts_with(b"adres") || word == b"bytem";
            return (lives && !view.is_mark(at + 1, b'+')).then_some(from);
        }
    }
    None
}

/// A preposition with which streets begin.
fn is_small(word: &[u8]) -> bool {
    matches!(
        word,
        b"na"
            | b"u"
            | b"pod"
            | b"nad"
            | b"v"
            | b"ve"
            | b"za"
            | b"k"
            | b"ke"
            | b"pri"
            | b"mezi"
            | b"pred"
            | b"po"
            | b"do"
    )
}

/// Whether words of living somewhere stand just before.
fn lives_before(view: &View<'_>, at: usize) -> bool {
    const LIVES: &[&[u8]] = &[
        b"bydli",
        b"bydlim",
        b"bydlime",
        b"bydliste",
        b"adresa",
        b"adrese",
        b"adresu",
        b"adresy",
        b"address",
        b"lives",
        b"live",
        b"living",
        b"vyslana",
        b"vyslan",
        b"bytem",
        b"trvale",
        b"bydlel",
        b"bydlela",
        b"ulici",
        b"ulice",
    ];
    (1..=3).any(|back| at >= back && LIVES.contains(&view.word(at - back)))
}

/// A street without a number: ulice Husova, v Husově ulici, náměstí Míru, Back Lane.
fn street(view: &View<'_>, at: usize, free: usize) -> Option<(usize, usize)> {
    let word = view.word(at);
    if view.czech
        && is_street_word(word)
        && !matches!(word, b"tr" | b"trida" | b"tride" | b"tridu" | b"navsi")
    {
        let mut to = at;
        let mut next = at + 1 + usize::from(view.is_mark(at + 1, b'.'));
        while view.is_capital(next) && view.gap(next) != Gap::Line && next - at < 6 {
            to = next;
            next += 1;
        }
        let mut from = at;
        if from > free
            && view.gap(at) == Gap::Space
            && view.is_telling(at - 1)
            && is_street_shape(view.word(at - 1))
            || from > free
                && view.is_telling(at.saturating_sub(1))
                && view.word(at - 1).ends_with(b"e")
                && view.gap(at) == Gap::Space
                && view.entry(at - 1).relation == 0
                && !view.has(at - 1, Flags::WORD)
        {
            from -= 1;
        }
        let short = matches!(word, b"ul" | b"nam" | b"nabr") && view.is_mark(at + 1, b'.');
        if view.page.caseless
            && to == at
            && (short || !view.has(next, Flags::WORD))
            && view.word(next).len() > 3
            && view.gap(next) == Gap::Space
        {
            to = next;
        }
        return (from < at || to > at).then(|| {
            let number = to + 1 + marks_of_number(view, to + 1);
            let to = if view.is_number(number) && digits(view, number) < 5 && !counts_something(view, number)
            {
                number_end(view, number)
            } else {
                to
            };
            (from, town(view, to))
        });
    }
    if is_english_street(word)
        && view.is_capital(at)
        && !matches!(word, b"st" | b"dr" | b"end" | b"way" | b"side")
        && !view.starts_sentence(at)
    {
        let mut from = at;
        while from > free
            && at - from < 3
            && view.gap(from) == Gap::Space
            && view.is_capital(from - 1)
            && !view.has(from - 1, Flags::BRAND)
            && view.entry(from - 1).relation == 0
            && !(view.starts_sentence(from - 1) && view.has(from - 1, Flags::WORD))
        {
            from -= 1;
        }
        let number = at + 1 + marks_of_number(view, at + 1);
        let numbered = number > at + 1 && view.is_number(number) && digits(view, number) < 5;
        let to = if numbered { number_end(view, number) } else { at };
        return (from < at).then(|| (house_before(view, from).max(free), town(view, to)));
    }
    None
}

/// Returns how many tokens say that the number of a house follows: č., č. p., no, number.
fn marks_of_number(view: &View<'_>, at: usize) -> usize {
    (0..4)
        .take_while(|ahead| {
            let at = at + ahead;
            view.gap(at) != Gap::Line
                && (view.is_mark(at, b'.') && *ahead > 0
                    || matches!(
                        view.word(at),
                        b"c" | b"p" | b"cp" | b"cislo" | b"popisne" | b"no" | b"number" | b"nr"
                    ))
        })
        .count()
}

/// 370 01 České Budějovice: a postal code with its town.
fn postcode(view: &View<'_>, at: usize) -> Option<(usize, usize)> {
    let end = if digits(view, at) == 3
        && digits(view, at + 1) == 2
        && view.is_number(at + 1)
        && view.gap(at + 1) == Gap::Space
    {
        at + 1
    } else if digits(view, at) == 5 {
        at
    } else {
        return None;
    };
    let next = end + 1;
    let named = view.is_capital(next)
        || view.page.caseless && view.has(next, Flags::PLACE | Flags::KEPT | Flags::PLACE_FIRST);
    (named && view.gap(next) == Gap::Space && !view.has(next, Flags::WORD))
        .then(|| (at, words_of_town(view, next)))
}

/// Returns the last token of the address when a town, a code, a flat or a floor follows.
fn town(view: &View<'_>, end: usize) -> usize {
    let mut to = end;
    for _ in 0..4 {
        let comma = usize::from(view.is_mark(to + 1, b','));
        let next = to + 1 + comma;
        if view.gap(next) == Gap::Line {
            break;
        }
        let coded = view.is_number(next)
            && digits(view, next) == 3
            && view.is_number(next + 1)
            && digits(view, next + 1) == 2;
        if coded {
            to = next + 1;
            let named = view.is_capital(next + 2) || view.page.caseless && !view.has(next + 2, Flags::WORD);
            if named && view.gap(next + 2) == Gap::Space && view.is_word(next + 2) {
                to = words_of_town(view, next + 2);
            }
            continue;
        }
        if matches!(
            view.word(next),
            b"byt"
                | b"flat"
                | b"patro"
                | b"vchod"
                | b"apt"
                | b"dvere"
                | b"schodiste"
                | b"poschodi"
                | b"floor"
        ) && view.is_number(next + 1)
        {
            to = number_end(view, next + 1);
            continue;
        }
        if view.is_number(next)
            && view.is_mark(next + 1, b'.')
            && matches!(view.word(next + 2), b"patro" | b"patre")
        {
            to = next + 2;
            continue;
        }
        let entry = view.entry(next);
        let known = entry.flags.any(Flags::PLACE | Flags::KEPT) || view.phrase(next).is_some();
        let capital = view.is_capital(next)
            && comma == 1
            && !entry.flags.any(Flags::WORD | Flags::GIVEN | Flags::BRAND)
            && entry.relation == 0;
        let adjective = comma == 1
            && is_place_adjective(view.word(next))
            && (view.is_capital(next) || view.has(next + 1, Flags::PLACE));
        let nobody = view.page.caseless
            && comma == 1
            && view.word(next).len() > 4
            && entry.is_unknown()
            && !super::name::looks_ordinary(view.word(next), view.czech);
        let known = known
            && (comma == 1 || view.is_capital(next))
            && !(entry.flags.any(Flags::WORD) && !view.is_capital(next));
        if !view.is_word(next) || view.is_taken(next) || !(known || capital || adjective || nobody) {
            break;
        }
        to = words_of_town(view, next);
    }
    to
}

pub fn is_place_adjective(word: &[u8]) -> bool {
    const STEMS: &[&[u8]] = &[
        b"nov",
        b"star",
        b"horni",
        b"dolni",
        b"velk",
        b"mal",
        b"cesk",
        b"moravsk",
        b"dlouh",
        b"cerven",
        b"bil",
        b"cern",
        b"vysok",
        b"krasn",
        b"kamenn",
        b"lazn",
        b"valassk",
        b"uhersk",
        b"jindrichov",
        b"havlickov",
        b"rych",
        b"zlat",
        b"hlubok",
        b"such",
        b"mor",
        b"banska",
        b"spissk",
        b"sv",
        b"kralov",
        b"ostroz",
        b"zelezn",
        b"mlad",
        b"vyssi",
        b"nizni",
    ];
    const ENDS: &[&[u8]] = &[
        b"a", b"y", b"e", b"i", b"ou", b"eho", b"em", b"ych", b"ich", b"iho", b"im", b"emu", b"ym", b"u",
        b"ove", b"",
    ];
    STEMS.iter().any(|stem| word.strip_prefix(*stem).is_some_and(|rest| ENDS.contains(&rest)))
        && word.len() > 3
}

/// Returns the last token of a town's name that begins at a token.
pub fn words_of_town(view: &View<'_>, at: usize) -> usize {
    if let Some((count, _)) = view.phrase(at) {
        return at + count - 1;
    }
    let mut to = at;
    if is_place_adjective(view.word(at))
        && view.gap(at + 1) == Gap::Space
        && (view.is_capital(at + 1) || view.has(at + 1, Flags::PLACE))
    {
        to += 1;
    }
    while to - at < 5 && view.gap(to + 1) == Gap::Space {
        if view.is_capital(to + 1)
            && !view.has(to + 1, Flags::BRAND | Flags::GIVEN)
            && view.entry(to + 1).relation == 0
            && !view.is_taken(to + 1)
        {
            to += 1;
        } else if matches!(
            view.word(to + 1),
            b"nad" | b"pod" | b"na" | b"u" | b"v" | b"ve" | b"pri" | b"upon" | b"on" | b"under" | b"by"
        ) && view.is_capital(to + 2)
            && view.gap(to + 2) == Gap::Space
            && !view.has(to + 2, Flags::BRAND)
        {
            to += 2;
        } else if view.word(to + 1).len() <= 3
            && matches!(view.word(to + 1), b"n" | b"nad" | b"p" | b"pod" | b"u")
            && view.is_mark(to + 2, b'.')
            && view.is_capital(to + 3)
            && view.word(to + 3).len() < 3
        {
            // Kostelec n. O.
            to += 3 + usize::from(view.is_mark(to + 4, b'.'));
        } else {
            break;
        }
    }
    to
}
