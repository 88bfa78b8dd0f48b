//! Schools: a word for a kind of school with the proper words around it, and a helpline's own nicknames.

use super::super::Kind;
use super::super::lexicon::Flags;
use super::super::page::Gap;
use super::Hit;
use super::address::{counts_something, number_end};
use super::view::View;

mod english;

use english::{attended, english, saint};

/// Finds schools. "The school" alone is none, nor is "8. třída".
pub fn find(view: &mut View<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut at = 0;
    while at < view.len() {
        let found = if view.is_taken(at) {
            None
        } else {
            nickname(view, at)
                .or_else(|| czech(view, at))
                .or_else(|| english(view, at))
                .or_else(|| saint(view, at))
                .or_else(|| attended(view, at))
        };
        match found {
            Some((from, to)) => {
                hits.push(view.hit(from, to, Kind::School));
                at = to + 1;
            }
            None => at += 1,
        }
    }
    hits
}

fn nickname(view: &View<'_>, at: usize) -> Option<(usize, usize)> {
    if view.has(at, Flags::SCHOOL) {
        return Some((at, at));
    }
    let (count, flags) = view.phrase(at)?;
    flags.any(Flags::SCHOOL).then_some((at, at + count - 1))
}

/// Whether a word is a kind of school by itself.
fn is_kind(word: &[u8]) -> bool {
    const SHORT: &[&[u8]] = &[
        b"zs", b"ms", b"ss", b"sos", b"sps", b"sou", b"ou", b"zus", b"vos", b"oa", b"szs", b"ssps", b"ssou",
        b"zss", b"sup", b"sups", b"hs", b"spse", b"spsei", b"spss", b"spsst", b"spsch", b"sspu", b"iss",
        b"szes", b"dd", b"du", b"vu", b"ddu", b"dds", b"svp", b"zscr", b"zsms", b"ssoa", b"soss", b"ssgs",
        b"ssse",
    ];
    const LONG: &[&[u8]] = &[
        b"gymnazi",
        b"gympl",
        b"gymp",
        b"zakladk",
        b"zakladce",
        b"prumyslovk",
        b"prumyslovce",
        b"obchodk",
        b"obchodce",
        b"zdravk",
        b"ucnak",
        b"ucilist",
        b"konzervator",
        b"lyce",
        b"pastak",
        b"pastac",
        b"decak",
        b"diagnostak",
        b"skolk",
        b"skolic",
        b"druzin",
        b"devitilet",
        b"osmilet",
        b"waldorf",
        b"montessori",
        b"hotelovk",
        b"hotelovce",
        b"pedak",
        b"pajdak",
        b"stavark",
        b"stavarn",
        b"strojark",
        b"strojarn",
        b"zemedelk",
        b"lesark",
        b"umprum",
        b"zdravotk",
        b"specialk",
        b"priemyslovk",
        b"intrak",
    ];
    SHORT.contains(&word) || LONG.iter().any(|kind| word.starts_with(kind) && word.len() < kind.len() + 5)
}

/// Whether a word is "school" itself, which needs another word to be one of them.
fn is_school(word: &[u8]) -> bool {
    matches!(
        word,
        b"skola"
            | b"skoly"
            | b"skole"
            | b"skolu"
            | b"skolou"
            | b"skolka"
            | b"skolky"
            | b"skolce"
            | b"skolku"
            | b"internat"
            | b"internatu"
            | b"internate"
            | b"domov"
            | b"domova"
            | b"domove"
            | b"ustav"
            | b"ustavu"
    )
}

/// Whether an adjective says what kind of school follows.
fn is_sort(word: &[u8]) -> bool {
    const SORTS: &[&[u8]] = &[
        b"zakladni",
        b"stredni",
        b"vyssi",
        b"matersk",
        b"odborn",
        b"umeleck",
        b"prumyslov",
        b"obchodni",
        b"zdravotnick",
        b"hotelov",
        b"specialni",
        b"praktick",
        b"zvlastni",
        b"sportovni",
        b"jazykov",
        b"lesnick",
        b"chemick",
        b"priemyseln",
        b"technick",
        b"strojni",
        b"waldorfsk",
        b"cirkevni",
        b"soukrom",
        b"zemedelsk",
        b"detsk",
        b"vychovn",
        b"diagnostick",
        b"stavebn",
        b"ekonomick",
        b"elektrotechnick",
    ];
    SORTS.iter().any(|sort| word.starts_with(sort))
}

fn czech(view: &View<'_>, at: usize) -> Option<(usize, usize)> {
    let word = view.word(at);
    if !view.czech && !matches!(word, b"zs" | b"gymnazium" | b"gympl") {
        return None;
    }
    let kind = is_kind(word)
        && !(matches!(word, b"ms" | b"ou" | b"sup" | b"dd" | b"du" | b"vu" | b"svp")
            && !view.is_upper(at)
            && !view.page.caseless);
    if !kind && !is_school(word) {
        return None;
    }
    // "Škola: Střední škola X" is one school, the second.
    if !kind && (is_kind(view.word(at + 1)) || is_sort(view.word(at + 1)) && view.is_capital(at + 1)) {
        return None;
    }
    let mut from = at;
    let mut sorted = false;
    while from > 0 && is_sort(view.before(from)) {
        from -= 1;
        sorted = true;
    }
    let proper_before = from > 0
        && view.gap(from) == Gap::Space
        && !view.is_taken(from - 1)
        && (view.is_telling(from - 1) || view.page.caseless)
        && (is_proper_adjective(view.word(from - 1))
            || view.is_telling(from - 1) && view.entry(from - 1).is_unknown() && !view.is_ordinary(from - 1))
        && !view.has(from - 1, Flags::WORD);
    if proper_before {
        from -= 1;
    }
    // 8. ZŠ
    let numbered = from > 1
        && view.is_mark(from - 1, b'.')
        && view.is_number(from - 2)
        && kind
        && view.gap(from - 1) == Gap::None;
    if numbered {
        from -= 2;
    }
    let mut to = forward(view, at, kind || sorted);
    // ZŠ Lipová 12: called by its address.
    let house = view.is_number(to + 1) && view.gap(to + 1) == Gap::Space && !counts_something(view, to + 1);
    if to > at && house {
        to = number_end(view, to + 1);
    }
    (to > at || numbered || proper_before).then_some((from, to))
}

/// Jiráskova, žďárský, Komenského, Lipová.
fn is_proper_adjective(word: &[u8]) -> bool {
    const ENDS: &[&[u8]] = &[
        b"ova", b"ove", b"ovu", b"ovo", b"ovou", b"ska", b"ske", b"sky", b"skou", b"skeho", b"skem", b"cka",
        b"cke", b"cky", b"ckou",
    ];
    word.len() > 4 && ENDS.iter().any(|end| word.ends_with(end))
}

/// Returns the last token of the name that follows the kind of school.
fn forward(view: &View<'_>, at: usize, kind: bool) -> usize {
    let mut to = at;
    let mut next = at + 1;
    let mut proper = 0;
    while next < view.len() && next - at < 10 && view.gap(next) != Gap::Line && proper < 4 {
        let word = view.word(next);
        let capital = view.is_capital(next);
        if word.is_empty() {
            // T. G. Masaryka, "Komenského", Gymnázium (Náchod) is taken by places.
            let initial = view.is_mark(next, b'.')
                && view.word(next - 1).len() <= 2
                && (view.is_capital(next - 1) || view.page.caseless && view.word(next - 1).len() == 1);
            let quote = view.is_mark(next, b'"') && next == at + 1;
            if !(initial || quote) {
                break;
            }
        } else if view.gap(next) == Gap::None
            && !view.is_mark(next - 1, b'"')
            && !view.is_mark(next - 1, b'.')
        {
            break;
        } else if matches!(
            word,
            b"a" | b"v"
                | b"ve"
                | b"na"
                | b"nad"
                | b"pod"
                | b"u"
                | b"pri"
                | b"za"
                | b"k"
                | b"i"
                | b"do"
                | b"z"
                | b"ze"
        ) {
            // A small word joins only what is proper behind it.
            let joins = is_kind(view.word(next + 1))
                || (view.is_capital(next + 1) && !view.is_capital(next))
                || view.is_capital(next);
            let lower = view.page.caseless
                && matches!(word, b"na" | b"v" | b"ve" | b"nad" | b"pod" | b"u")
                && (is_own(view, next + 1)
                    || kind && is_nobody(view, next + 1)
                    || super::address::is_place_adjective(view.word(next + 1))
                    || kind && is_called_on(view, next));
            if !(joins && kind || lower) {
                break;
            }
        } else if view.page.caseless && kind && word.len() == 1 && view.is_mark(next + 1, b'.') {
            // T. G. Masaryka, l. danka
        } else if is_kind(word) || (is_sort(word) && kind) {
            to = next;
        } else if capital && !view.has(next, Flags::BRAND) && view.entry(next).relation == 0 {
            to = next;
            proper += 1;
        } else if !capital
            && kind
            && (proper == 0 || view.page.caseless && view.has(next - 1, Flags::GIVEN))
            && (is_own(view, next)
                || view.page.caseless
                    && next > at + 1
                    && (is_nobody(view, next) || is_called_on(view, next - 1)))
        {
            to = next;
            proper += 1;
            if !view.page.caseless {
                break;
            }
        } else {
            break;
        }
        next += 1;
    }
    to
}

/// Zs na vysluni, ms pod lipou: what a short word for a school is called by, in a note without capitals.
fn is_called_on(view: &View<'_>, at: usize) -> bool {
    matches!(view.word(at), b"na" | b"pod" | b"nad" | b"u")
        && is_kind(view.before(at))
        && view.before(at).len() < 4
        && view.word(at + 1).len() > 3
        && view.gap(at + 1) == Gap::Space
        && view.entry(at + 1).relation == 0
        && !view.has(at + 1, Flags::KEPT)
}

/// Whether a word in lower case may be a school's own: no ordinary word, or an adjective made from a name.
fn is_own(view: &View<'_>, at: usize) -> bool {
    let entry = view.entry(at);
    view.word(at).len() > 3
        && entry.relation == 0
        && !entry.flags.any(Flags::WORD | Flags::BRAND)
        && (entry.flags.any(Flags::PLACE | Flags::NAME | Flags::KEPT) || is_proper_adjective(view.word(at)))
}

/// Whether a word in a note without capitals is in no list and ends as no ordinary word does.
fn is_nobody(view: &View<'_>, at: usize) -> bool {
    view.word(at).len() > 3
        && view.gap(at) == Gap::Space
        && view.entry(at).is_unknown()
        && !super::name::looks_ordinary(view.word(at), view.czech)
}
