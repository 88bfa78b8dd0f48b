//! Places: municipalities of the lists in any case, and what a preposition of place and a capital show to be one. Large
//! cities, regions and countries stay.

use super::super::Kind;
use super::super::lexicon::Flags;
use super::Hit;
use super::address::{is_place_adjective, words_of_town};
use super::view::View;

/// Finds places.
pub fn find(view: &mut View<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut at = 0;
    while at < view.len() {
        if view.is_taken(at) || !view.is_word(at) {
            at += 1;
            continue;
        }
        if let Some(to) = kept(view, at) {
            hits.push(view.hit(at, to, Kind::Region));
            at = to + 1;
            continue;
        }
        match place(view, at) {
            Some((to, doubtful)) => {
                hits.push(Hit { doubtful, ..view.hit(at, to, Kind::Place) });
                at = to + 1;
            }
            None => at += 1,
        }
    }
    hits
}

/// Returns the last token of a place that stays and begins here.
pub fn kept(view: &View<'_>, at: usize) -> Option<usize> {
    let capital = view.is_capital(at) || view.page.caseless;
    match view.phrase(at) {
        Some((count, flags)) if flags.any(Flags::KEPT) && capital => Some(at + count - 1),
        Some(_) => None,
        None => (capital && view.has(at, Flags::KEPT) && !view.has(at, Flags::GIVEN)).then_some(at),
    }
}

/// How surely the words before say that a place follows.
#[derive(PartialEq, PartialOrd)]
enum Way {
    None,
    /// A preposition that also stands before persons.
    May,
    /// v, ve, z, ze, do; in, from, near.
    In,
    /// bydlí v, stěhování do; live in, moved to.
    Lives,
}

fn way(view: &View<'_>, at: usize) -> Way {
    let before = view.before(at);
    let further = if at > 1 { view.before(at - 1) } else { b"" };
    if view.czech {
        let preposition = matches!(before, b"v" | b"ve" | b"z" | b"ze" | b"do");
        let lives = [
            &b"bydli"[..],
            b"bydlim",
            b"bydlel",
            b"bydlist",
            b"stehova",
            b"stehuj",
            b"prestehova",
            b"pochazi",
            b"zije",
            b"zijou",
            b"chalup",
            b"chat",
        ]
        .iter()
        .any(|verb| further.starts_with(verb));
        let called = [&b"vesnic"[..], b"obec", b"obci", b"obce", b"mest", b"mestys", b"osad"]
            .iter()
            .any(|word| before.starts_with(word));
        return match () {
            () if called
                || lives && (preposition || matches!(before, b"na" | b"u" | b"nedaleko" | b"blizko")) =>
            {
                Way::Lives
            }
            () if preposition
                && matches!(
                    further,
                    b"jsem" | b"jsme" | b"je" | b"divka" | b"kluk" | b"holka" | b"rodina"
                )
                && before != b"v"
                && before != b"do" =>
            {
                Way::Lives
            }
            () if preposition || matches!(before, b"nedaleko" | b"poblic" | b"okoli") => Way::In,
            () if matches!(
                before,
                b"u" | b"na"
                    | b"k"
                    | b"ke"
                    | b"kolem"
                    | b"od"
                    | b"pres"
                    | b"po"
                    | b"za"
                    | b"pod"
                    | b"nad"
                    | b"pri"
            ) =>
            {
                Way::May
            }
            () => Way::None,
        };
    }
    let lives = matches!(
        further,
        b"live"
            | b"lives"
            | b"living"
            | b"lived"
            | b"based"
            | b"move"
            | b"moved"
            | b"moving"
            | b"relocated"
            | b"house"
            | b"home"
            | b"village"
            | b"town"
            | b"grew"
            | b"stays"
            | b"staying"
    ) || matches!(further, b"m" | b"im" | b"am" | b"is" | b"comes" | b"originally")
        && before == b"from";
    match before {
        b"in" | b"from" | b"near" | b"to" | b"outside" | b"at" if lives => Way::Lives,
        b"in" | b"from" | b"near" | b"outside" | b"around" | b"via" => Way::In,
        b"of"
            if matches!(
                further,
                b"village" | b"town" | b"outskirts" | b"north" | b"south" | b"east" | b"west"
            ) =>
        {
            Way::In
        }
        b"to" | b"at" | b"through" => Way::May,
        _ => Way::None,
    }
}

fn place(view: &View<'_>, at: usize) -> Option<(usize, bool)> {
    let entry = view.entry(at);
    let way = way(view, at);
    let telling = view.is_telling(at);
    let capital = view.is_capital(at);
    if entry.flags.any(Flags::STAYS)
        || super::name::is_title(view.word(at))
        || entry.relation != 0 && !entry.flags.any(Flags::PLACE | Flags::PLACE_FIRST)
    {
        return None;
    }
    if let Some((count, flags)) = view.phrase(at) {
        let sure = flags.any(Flags::PLACE) && (capital || view.page.caseless);
        return sure.then_some((at + count - 1, false));
    }
    if entry.flags.any(Flags::BRAND) && !entry.flags.any(Flags::PLACE) {
        return None;
    }
    // FK Pardubičky, TJ Slavoj: a club is few, and a person must say whether it may stay.
    let club = matches!(
        view.word(at),
        b"fk" | b"afk" | b"sk" | b"tj" | b"hc" | b"fc" | b"bk" | b"tk" | b"sdh" | b"ddm"
    );
    if club
        && view.is_upper(at)
        && view.is_capital(at + 1)
        && view.gap(at + 1) == super::super::page::Gap::Space
        && !view.has(at + 1, Flags::PLACE | Flags::NAME)
    {
        return Some((words_of_town(view, at + 1), true));
    }
    let to = words_of_town(view, at);
    // Nová Paka, Horní Lideč: an adjective of place names and a word in its likeness.
    if to > at && is_place_adjective(view.word(at)) && !entry.flags.any(Flags::GIVEN) {
        let next = view.entry(at + 1);
        let named = !next.flags.any(Flags::WORD | Flags::BRAND | Flags::NAME | Flags::KEPT)
            || next.flags.any(Flags::PLACE)
            || way >= Way::In && telling;
        let both = capital && view.is_capital(at + 1) && !view.is_upper(at + 1);
        if named
            && (both && (telling || next.flags.any(Flags::PLACE) || !next.flags.any(Flags::NAME))
                || view.page.caseless && next.flags.any(Flags::PLACE))
        {
            return Some((to, false));
        }
    }
    let word = entry.flags.any(Flags::WORD | Flags::BOTH);
    if entry.flags.any(Flags::PLACE) {
        let named = entry.flags.any(Flags::NAME);
        let sure = match () {
            () if capital && way >= Way::In => true,
            () if telling => !named || way == Way::May && !entry.flags.any(Flags::GIVEN),
            () if capital => !named && !word,
            () if view.page.caseless => {
                way >= Way::In && !word || way == Way::Lives || !word && !named && view.word(at).len() > 4
            }
            () => way >= Way::In && !word && !named || way == Way::Lives && !word,
        };
        return sure.then_some((to, false));
    }
    // Bečov nad Teplou: no person is called so.
    let joined = to > at + 1
        && matches!(view.word(to - 1), b"nad" | b"pod" | b"u" | b"na" | b"v" | b"upon" | b"under");
    if view.czech && telling && joined && entry.is_unknown() {
        return Some((to, false));
    }
    // Little Snoring: ordinary words with one that is not.
    let odd = (at..=to).any(|at| view.entry(at).is_unknown() || view.has(at, Flags::PLACE));
    if telling && way >= Way::In && to > at && odd && entry.flags.any(Flags::WORD) {
        return Some((to, false));
    }
    let known = entry.flags.any(Flags::NAME | Flags::WORD | Flags::BRAND | Flags::KEPT);
    if telling
        && !view.is_upper(at)
        && way >= Way::In
        && (!known
            || way == Way::Lives
                && !entry.flags.any(Flags::KEPT | Flags::BRAND)
                && !entry.flags.any(Flags::GIVEN))
    {
        return Some((to, false));
    }
    // A surname after "v" is hardly a person: Zemanová says who, v Zemanech where.
    if telling
        && way >= Way::In
        && entry.flags.any(Flags::SURNAME)
        && !entry.flags.any(Flags::GIVEN | Flags::HERS)
        && view.czech
    {
        return Some((to, false));
    }
    // Lives in market drayton: an ordinary word and one that is in no list.
    if view.page.caseless
        && !view.czech
        && way == Way::Lives
        && entry.flags.any(Flags::WORD)
        && view.word(at).len() > 3
        && view.gap(at + 1) == super::super::page::Gap::Space
        && view.word(at + 1).len() > 3
        && view.entry(at + 1).is_unknown()
        && !super::name::looks_ordinary(view.word(at + 1), false)
    {
        return Some((at + 1, false));
    }
    if !capital
        && way == Way::Lives
        && entry.is_unknown()
        && view.word(at).len() > 3
        && !super::name::looks_ordinary(view.word(at), view.czech)
    {
        return Some((at, !view.page.caseless && view.czech));
    }
    // V kozolupech, do bezdedic: no list has it, and it stands and ends as a place does.
    let lower = !capital && (view.page.caseless || view.page.lax);
    let unheard = entry.is_unknown() && !view.has(at, Flags::COMMON) && view.word(at).len() > 3;
    if view.czech && lower && way >= Way::In && unheard {
        return Some((at, !ends_as_town(view.word(at))));
    }
    // Lives dungarvan: the word between was spared.
    let bare = matches!(view.before(at), b"lives" | b"bydli" | b"bydlim");
    if bare && lower && view.is_nobody(at) && view.word(at).len() > 4 {
        return Some((at, true));
    }
    if !capital
        && !view.czech
        && view.page.caseless
        && way == Way::In
        && view.before(at) == b"from"
        && entry.is_unknown()
        && view.word(at).len() > 3
    {
        return Some((at, true));
    }
    None
}

/// Whether a Czech word ends as many towns do behind "v", "z" or "do": Kozolupech, Bezdědicích, Koterově, Lužkovic.
fn ends_as_town(word: &[u8]) -> bool {
    const ENDS: &[&[u8]] = &[
        b"icich", b"ovicich", b"ovech", b"upech", b"anech", b"inech", b"ovic", b"ove", b"ova", b"ina",
        b"ine", b"itech",
    ];
    word.len() > 5 && ENDS.iter().any(|end| word.ends_with(end))
}
