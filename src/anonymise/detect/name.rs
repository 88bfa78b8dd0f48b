//! Names of persons: what the lists know, what the words before announce, what a capital inside a sentence shows, and
//! what the note itself has called somebody by before.
#![expect(
    clippy::nonminimal_bool,
    clippy::needless_range_loop,
    clippy::if_same_then_else,
    reason = "the rules read as the sentences they stand for"
)]

use super::super::Kind;
use super::super::lexicon::Flags;
use super::super::page::Gap;
use super::Hit;
use super::place::kept;
use super::view::View;

mod call;
mod memory;
mod words;

use call::{Call, call};
pub use memory::Stem;
use memory::remember;
use words::{
    acts, ends_as_name, is_big, is_middle, is_surname_like, is_surname_shape, is_verb_like, is_whom, joins,
    said_name,
};
pub use words::{is_title, looks_ordinary};

/// What is thought of one token.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Leave,
    Doubt,
    Mask,
}

/// Finds names.
pub fn find(view: &mut View<'_>) -> Vec<Hit> {
    let mut verdicts: Vec<Verdict> = Vec::with_capacity(view.len());
    let mut stays = 0;
    for at in 0..view.len() {
        let open = view.is_word(at) && !view.is_taken(at) && at >= stays;
        if open && let Some(to) = kept(view, at) {
            stays = to + 1;
        }
        let verdict = if open && at >= stays { judge(view, at, &verdicts) } else { Verdict::Leave };
        verdicts.push(verdict);
    }
    remember(view, &mut verdicts);
    let mut hits = join(view, &verdicts);
    initials(view, &mut hits);
    hits
}

fn judge(view: &View<'_>, at: usize, before: &[Verdict]) -> Verdict {
    let entry = view.entry(at);
    let flags = entry.flags;
    let length = view.word(at).len();
    if flags.any(Flags::STAYS) || length < 2 || is_contraction(view, at) {
        return Verdict::Leave;
    }
    let call = call(view, at);
    let capital = view.is_capital(at);
    let telling = view.is_telling(at);
    let hyphen = at > 1
        && before[at - 2] == Verdict::Mask
        && view.is_mark(at - 1, b'-')
        && view.gap(at - 1) == Gap::None
        && view.gap(at) == Gap::None;
    if hyphen && length > 2 && !is_function(view, at) && (capital || !flags.any(Flags::WORD)) {
        return Verdict::Mask;
    }
    let after_name = at > 0 && before[at - 1] == Verdict::Mask && view.gap(at) == Gap::Space;
    let word = flags.any(Flags::WORD | Flags::BOTH | Flags::BRAND);
    let plain = flags.any(Flags::PLAIN);
    if flags.any(Flags::NAME) {
        // The shortest names are mostly words when no capital marks them.
        let short = length < 4 && !capital && !(length == 3 && plain && view.page.caseless);
        return match () {
            () if flags.any(Flags::BRAND)
                && !flags.any(Flags::GIVEN)
                && call == Call::None
                && !after_name =>
            {
                Verdict::Leave
            }
            () if entry.relation != 0 && !telling => Verdict::Leave,
            // Big mo
            () if view.page.caseless && !view.czech && length < 6 && is_big(view.before(at)) => Verdict::Mask,
            // A declined name in lower case among capitals is more often a word no list has.
            () if !word
                && !short
                && !capital
                && !view.page.caseless
                && !plain
                && call == Call::None
                && !after_name =>
            {
                Verdict::Doubt
            }
            () if !word && !short => Verdict::Mask,
            () if call != Call::None && capital => Verdict::Mask,
            () if call == Call::Sure && !is_function(view, at) => Verdict::Mask,
            () if call == Call::Likely && view.page.caseless && plain && !is_function(view, at) => {
                Verdict::Mask
            }
            () if after_name
                && (capital || flags.any(Flags::SURNAME) && view.page.caseless && !is_function(view, at)) =>
            {
                Verdict::Mask
            }
            () if flags.any(Flags::GIVEN)
                && is_person(view, at)
                && !is_function(view, at)
                && (capital || view.page.caseless && view.starts_sentence(at)) =>
            {
                Verdict::Mask
            }
            () if telling && (length > 3 || flags.any(Flags::BOTH) || !word) => Verdict::Mask,
            () if telling => Verdict::Doubt,
            () if capital && is_person(view, at) => Verdict::Mask,
            () if capital && next_is_surname(view, at) && flags.any(Flags::GIVEN) => Verdict::Mask,
            () if capital && acts(view.word(at + 1)) && !is_function(view, at) => Verdict::Mask,
            // Big Tel
            () if telling && at > 0 && view.is_telling(at - 1) && view.gap(at) == Gap::Space => Verdict::Mask,
            () if capital && length > 2 && !is_function(view, at) => Verdict::Doubt,
            () if view.page.caseless && flags.any(Flags::GIVEN) && plain => {
                if surname_follows(view, at) {
                    Verdict::Mask
                } else if is_function(view, at) {
                    if call != Call::None || is_whom(view.before(at)) {
                        Verdict::Doubt
                    } else {
                        Verdict::Leave
                    }
                } else if stands_as_person(view, at, call) {
                    Verdict::Mask
                } else {
                    Verdict::Doubt
                }
            }
            () if flags.any(Flags::BOTH) && !capital && (view.page.caseless || !flags.any(Flags::WORD)) => {
                Verdict::Doubt
            }
            () if view.page.caseless && !word && call != Call::None => Verdict::Mask,
            // Reditelka ticha, chodim s ladou: a name that is also a word, where a name is to be expected.
            () if view.page.caseless
                && (call != Call::None && (flags.any(Flags::SURNAME) || !is_function(view, at))
                    || view.czech
                        && flags.any(Flags::GIVEN)
                        && !is_function(view, at)
                        && matches!(view.before(at), b"s" | b"se")) =>
            {
                Verdict::Doubt
            }
            () => Verdict::Leave,
        };
    }
    // Jmenuju se mates: said to be a name, though it is another language's word for friends.
    if call == Call::Sure && entry.relation != 0 && view.page.caseless {
        return Verdict::Doubt;
    }
    if flags.any(Flags::BRAND | Flags::KEPT) || entry.relation != 0 {
        return if call == Call::Sure && telling && entry.relation == 0 && !flags.any(Flags::KEPT) {
            Verdict::Doubt
        } else {
            Verdict::Leave
        };
    }
    if flags.any(Flags::WORD) {
        let named = telling && (call != Call::None && length > 3 || after_name && !view.is_upper(at));
        let said = call == Call::Sure && view.page.caseless && length > 2 && !is_function(view, at);
        return match () {
            () if named => Verdict::Mask,
            () if said && !flags.any(Flags::BARE_WORD) && !looks_ordinary(view.word(at), view.czech) => {
                Verdict::Doubt
            }
            () => Verdict::Leave,
        };
    }
    if view.czech && is_of_relation(view, at) {
        return Verdict::Leave;
    }
    unknown(view, at, call, after_name)
}

/// Whether a given name that is also a word stands where a person does: grace and ray, told grace, grace feels.
fn stands_as_person(view: &View<'_>, at: usize, call: Call) -> bool {
    let given =
        |at: usize| view.has(at, Flags::GIVEN) && view.has(at, Flags::PLAIN) && !is_function(view, at);
    let and = |at: usize| matches!(view.word(at), b"and" | b"n" | b"a" | b"i" | b"or");
    call != Call::None
        || and(at + 1) && given(at + 2)
        || at > 1 && and(at - 1) && given(at - 2)
        || acts(view.word(at + 1)) && (view.starts_sentence(at) || joins(view.before(at)))
        || is_person(view, at)
        || is_whom(view.before(at)) && !view.czech
        || view.before(at) == b"to"
}

/// Mark fenwick: a surname, or a word that nobody knows, stands behind.
fn surname_follows(view: &View<'_>, at: usize) -> bool {
    let next = view.entry(at + 1);
    let surname = next.flags.any(Flags::SURNAME) && next.flags.any(Flags::PLAIN);
    view.gap(at + 1) == Gap::Space
        && view.word(at + 1).len() > 3
        && (surname && !next.flags.any(Flags::WORD | Flags::BOTH | Flags::GIVEN)
            || !view.czech && view.is_nobody(at + 1))
}

/// Whether a word that nobody knows, in a note without capitals, stands where a name does.
fn stands_alone(view: &View<'_>, at: usize, call: Call) -> bool {
    let before = view.before(at);
    let alone = view.is_mark(at + 1, b',') || view.is_mark(at + 1, b'.') || view.is_mark(at + 1, b'\'');
    call != Call::None
        || acts(view.word(at + 1))
        || is_person(view, at)
        || is_whom(before)
        || matches!(view.word(at + 1), b"and") && view.is_nobody(at + 2)
        || matches!(before, b"and" | b"by" | b"to" | b"for" | b"at" | b"in" | b"is" | b"was" | b"called")
        || view.starts_sentence(at) && (alone || view.is_nobody(at + 1))
}

/// Chlapcova, sestřin: whose the relation is, not who.
fn is_of_relation(view: &View<'_>, at: usize) -> bool {
    const HIS: [&[u8]; 7] = [b"ovou", b"ova", b"ovo", b"ove", b"ovu", b"ovi", b"uv"];
    const HERS: [&[u8]; 6] = [b"inou", b"ina", b"ino", b"ine", b"inu", b"in"];
    let word = view.word(at);
    let known = |stem: &[u8], ends: &[&[u8]]| {
        ends.iter().any(|end| view.lexicon.find(&[stem, end].concat()).relation != 0)
    };
    HIS.iter().filter_map(|end| word.strip_suffix(*end)).any(|stem| known(stem, &[b"", b"e", b"a", b"em"]))
        || HERS.iter().filter_map(|end| word.strip_suffix(*end)).any(|stem| known(stem, &[b"a", b"e", b"u"]))
}

/// Judges a word that is in no list.
fn unknown(view: &View<'_>, at: usize, call: Call, after_name: bool) -> Verdict {
    let word = view.word(at);
    let ordinary = match view.is_capital(at) {
        true => looks_ordinary(word, view.czech) || view.is_ordinary(at) && !acts(view.word(at + 1)),
        false => view.is_ordinary(at),
    };
    let surname = view.czech && is_surname_shape(word);
    let upper = view.is_upper(at);
    if view.is_capital(at) {
        let telling = view.is_telling(at);
        if is_title(word) {
            return Verdict::Leave;
        }
        return match () {
            () if upper && call != Call::Sure && !(at > 0 && after_name && view.is_upper(at - 1)) => {
                if word.len() > 5 { Verdict::Doubt } else { Verdict::Leave }
            }
            () if word.len() < 3 && call == Call::None && !after_name => Verdict::Leave,
            () if call != Call::None || telling || after_name || surname => Verdict::Mask,
            () if is_person(view, at) && !ordinary => Verdict::Mask,
            () if next_is_surname(view, at) && !view.has(at, Flags::COMMON) => Verdict::Mask,
            () if ordinary || word.len() < 3 => Verdict::Leave,
            () => Verdict::Doubt,
        };
    }
    if word.len() < 3 || is_function(view, at) || is_title(word) {
        return Verdict::Leave;
    }
    match () {
        () if call == Call::Sure && (surname || !ordinary) => Verdict::Mask,
        // Known as bunny: said to be a name, though it is a word.
        () if call == Call::Sure && view.page.caseless => Verdict::Doubt,
        () if surname && (call == Call::Likely || after_name) => Verdict::Mask,
        () if after_name && view.page.caseless && !ordinary && is_surname_like(word, view.czech) => {
            Verdict::Mask
        }
        () if view.page.caseless
            && is_person(view, at)
            && !ordinary
            && (view.starts_sentence(at) || call == Call::Likely) =>
        {
            Verdict::Mask
        }
        // Nguyen van hung
        () if after_name && view.page.caseless && is_middle(word) => Verdict::Mask,
        () if after_name && view.is_nobody(at) && (!view.czech || ends_as_name(word)) => Verdict::Mask,
        () if !view.czech && view.is_nobody(at) && stands_alone(view, at, call) => Verdict::Mask,
        // Kez says: three letters are enough before what a person does.
        () if !view.czech && view.is_nobody(at) && (word.len() > 3 || acts(view.word(at + 1))) => {
            Verdict::Doubt
        }
        // Deda dezo, ucitel matulik: behind a relation, and no verb.
        () if view.czech
            && call == Call::Likely
            && view.is_nobody(at)
            && (is_surname_like(word, true) || said_name(view.before(at)))
            && !is_verb_like(word) =>
        {
            Verdict::Mask
        }
        () if after_name && view.is_nobody(at) => Verdict::Doubt,
        // Ucitel mladek, jan kalousek: the wider vocabulary has surnames too, so it alone frees nobody here.
        () if view.czech
            && (view.page.caseless || view.page.lax)
            && (call == Call::Likely || after_name)
            && view.entry(at).is_unknown()
            && !looks_ordinary(word, true)
            && is_surname_like(word, true)
            && !is_verb_like(word) =>
        {
            Verdict::Doubt
        }
        // This guy darnell in my year: nothing an adjective or a verb could stand between.
        () if view.page.caseless
            && !view.czech
            && call == Call::Likely
            && !ordinary
            && word.len() > 3
            && (acts(view.word(at + 1))
                || matches!(view.word(at + 1), b"in" | b"from" | b"and" | b"who" | b"at")) =>
        {
            Verdict::Mask
        }
        () if view.page.caseless && call == Call::Likely && !(view.czech && view.has(at, Flags::COMMON)) => {
            Verdict::Doubt
        }
        // U reznickovych, od bemesovych: a family, though it ends as adjectives do.
        () if view.czech
            && (view.page.caseless || view.page.lax)
            && (word.ends_with(b"ovych") || word.ends_with(b"ovic"))
            && !view.has(at, Flags::COMMON)
            && matches!(view.before(at), b"u" | b"od" | b"k" | b"ke" | b"s") =>
        {
            Verdict::Mask
        }
        // darnell said …, at kingsmead: who does something, or where somebody is, in a note without capitals.
        () if view.page.caseless
            && !view.czech
            && word.len() > 3
            && !ordinary
            && (acts(view.word(at + 1))
                || matches!(view.before(at), b"at" | b"from" | b"with" | b"guy" | b"kid")) =>
        {
            Verdict::Doubt
        }
        () if view.page.caseless && (surname || after_name && !ordinary && !view.czech) => Verdict::Doubt,
        // No list has it, however wide, and no ending says that it is a word.
        () if view.is_nobody(at) && word.len() > 3 => Verdict::Doubt,
        // Hes called spud: an ordinary word, but said of somebody.
        () if !view.czech && view.before(at) == b"called" => Verdict::Doubt,
        () => Verdict::Leave,
    }
}

/// Don't, I'll, she's: the first half is no name.
fn is_contraction(view: &View<'_>, at: usize) -> bool {
    view.is_mark(at + 1, b'\'')
        && view.gap(at + 1) == Gap::None
        && view.gap(at + 2) == Gap::None
        && matches!(view.word(at + 2), b"t" | b"ll" | b"ve" | b"re" | b"d" | b"m")
}

/// Words so frequent that in lower case they are never a name, whatever the lists say.
fn is_function(view: &View<'_>, at: usize) -> bool {
    const CZECH: &[&[u8]] = &[
        b"ale", b"jen", b"sam", b"sama", b"sami", b"mam", b"ma", b"maji", b"max", b"min", b"dan", b"den",
        b"dne", b"dny", b"dana", b"tom", b"toma", b"tomu", b"bez", b"jak", b"jim", b"ji", b"mi", b"my",
        b"ty", b"vy", b"ten", b"ta", b"to", b"tu", b"ho", b"ani", b"ali", b"leni", b"jana", b"rada", b"radu",
        b"rady", b"rad", b"neco", b"nic", b"nik", b"kde", b"kdy", b"kari", b"mala", b"maly", b"male",
        b"nova", b"novy", b"nove", b"stara", b"stary", b"stare", b"cela", b"dobra", b"rok", b"mila", b"mily",
        b"mile", b"lidi", b"doma", b"domu", b"vera", b"vir", b"dal", b"dala", b"pak", b"tak", b"zla", b"sla",
        b"sel", b"byl", b"byla", b"bylo",
    ];
    const ENGLISH: &[&[u8]] = &[
        b"will", b"may", b"mark", b"an", b"in", b"so", b"si", b"do", b"the", b"art", b"bill", b"can", b"dad",
        b"don", b"drew", b"fin", b"gene", b"guy", b"has", b"her", b"him", b"his", b"jo", b"let", b"long",
        b"max", b"me", b"mo", b"nan", b"nick", b"no", b"pat", b"read", b"see", b"she", b"short", b"small",
        b"still", b"sue", b"tell", b"tel", b"then", b"told", b"was", b"way", b"well", b"went", b"young",
        b"old", b"love", b"best", b"day", b"power", b"self", b"child", b"case", b"call", b"little",
    ];
    let word = view.word(at);
    if view.czech { CZECH.contains(&word) } else { ENGLISH.contains(&word) }
}

/// Whether an age, a bracket with one, or a possessive follows: Eliška (13), Lukáš, 12, Ethan's.
fn is_person(view: &View<'_>, at: usize) -> bool {
    let mut next = at + 1;
    if view.is_mark(next, b'"') || view.is_mark(next, b'\'') && view.word(next + 1) != b"s" {
        next += 1;
    }
    if view.is_mark(next, b'\'') && view.word(next + 1) == b"s" && view.gap(next) == Gap::None && !view.czech
    {
        return true;
    }
    if view.is_mark(next, b'(') || view.is_mark(next, b',') {
        next += 1;
    }
    if matches!(view.word(next), b"asi" | b"about" | b"cca" | b"aged" | b"age") {
        next += 1;
    }
    let number = view.is_number(next) && view.token(next).is_some_and(|token| token.end - token.start <= 2);
    let other = view.is_mark(next + 1, b':')
        || view.is_mark(next + 1, b'%')
        || view.is_mark(next + 1, b'/')
        || view.is_mark(next + 1, b'-');
    let counted = view.is_mark(next - 1, b',') || view.is_mark(next - 1, b'(');
    let of_school =
        matches!(view.word(next + 2), b"trida" | b"tride" | b"tridy") && view.is_mark(next + 1, b'.');
    let aged = matches!(view.word(next + 1), b"let" | b"years" | b"yrs" | b"yo" | b"rok" | b"roku");
    number
        && !other
        && (counted
            || aged
            || of_school
            || view.is_mark(next + 1, b',')
            || view.is_mark(next + 1, b'.') && next + 1 == view.len() - 1)
}

fn next_is_surname(view: &View<'_>, at: usize) -> bool {
    let next = at + 1;
    view.gap(next) == Gap::Space
        && view.is_capital(next)
        && !view.is_upper(next)
        && !view.is_taken(next)
        && (view.has(next, Flags::SURNAME) || view.entry(next).is_unknown())
        && !view.has(at, Flags::WORD)
        || view.gap(next) == Gap::Space
            && view.is_capital(next)
            && view.has(next, Flags::SURNAME)
            && view.has(at, Flags::GIVEN)
            && !view.has(next, Flags::WORD)
}

/// J. K.: two letters with their stops are a person who was not written out.
fn initials(view: &View<'_>, hits: &mut Vec<Hit>) {
    let letter = |at: usize| {
        view.word(at).len() == 1
            && (view.is_capital(at) || view.page.caseless)
            && view.is_mark(at + 1, b'.')
            && view.gap(at + 1) == Gap::None
    };
    let mut at = 0;
    while at + 3 < view.len() {
        let alone = at == 0 || !view.is_mark(at - 1, b'.') || view.gap(at) != Gap::None;
        let country = matches!((view.word(at), view.word(at + 2)), (b"u", b"s" | b"k") | (b"c", b"j" | b"p"));
        let pair = letter(at) && letter(at + 2) && view.gap(at + 2) != Gap::Line;
        if pair
            && alone
            && !country
            && !view.is_taken(at)
            && !view.is_word(at + 4) | (view.gap(at + 4) != Gap::None)
        {
            let named = call(view, at) != Call::None;
            if view.page.caseless && !named {
                at += 1;
                continue;
            }
            hits.push(Hit { doubtful: !named || view.page.caseless, ..view.hit(at, at + 3, Kind::Name) });
            at += 4;
        } else {
            at += 1;
        }
    }
}

/// Tyler b said: in a note without capitals, a letter that is no word, before a verb or a mark.
fn cut_short(view: &View<'_>, at: usize) -> bool {
    let word = view.word(at);
    let is_word = match view.czech {
        true => matches!(word, b"a" | b"i" | b"k" | b"o" | b"s" | b"u" | b"v" | b"z"),
        false => matches!(word, b"a" | b"i" | b"u" | b"n" | b"r" | b"x" | b"y" | b"w" | b"k" | b"s"),
    };
    let ends = acts(view.word(at + 1)) || [b',', b'.', b'('].iter().any(|mark| view.is_mark(at + 1, *mark));
    let stop = view.is_mark(at + 1, b'.') && view.gap(at + 1) == Gap::None;
    let one = word.len() == 1 && !is_word && ends || (word.len() == 1 || word == b"ch") && stop && view.czech;
    view.page.caseless && view.gap(at) == Gap::Space && one
}

/// Makes spans of verdicts: names that follow each other are one, with initials and hyphens between.
fn join(view: &View<'_>, verdicts: &[Verdict]) -> Vec<Hit> {
    let mut hits = Vec::new();
    let masked = |at: usize| verdicts.get(at) == Some(&Verdict::Mask);
    let initial = |at: usize| {
        view.word(at).len() == 1
            && (view.is_capital(at)
                || view.page.caseless
                    && !matches!(view.word(at), b"a" | b"i" | b"k" | b"o" | b"s" | b"u" | b"v" | b"z"))
            && view.is_mark(at + 1, b'.')
            && view.gap(at + 1) == Gap::None
    };
    let mut at = 0;
    while at < verdicts.len() {
        if verdicts[at] == Verdict::Doubt {
            hits.push(Hit { doubtful: true, ..view.hit(at, at, Kind::Name) });
        }
        if verdicts[at] != Verdict::Mask {
            at += 1;
            continue;
        }
        let mut from = at;
        if at > 1 && initial(at - 2) && view.gap(at) != Gap::Line {
            from = at - 2;
        } else if is_big(view.before(from)) && !view.is_taken(from - 1) {
            from -= 1;
        }
        let mut to = at;
        loop {
            if masked(to + 1) && view.gap(to + 1) == Gap::Space {
                to += 1;
            } else if view.is_mark(to + 1, b'-')
                && masked(to + 2)
                && view.gap(to + 1) == Gap::None
                && view.gap(to + 2) == Gap::None
            {
                to += 2;
            } else if initial(to + 1) && view.gap(to + 1) == Gap::Space {
                to += 2;
            } else if view.word(to + 1).len() == 1
                && view.is_capital(to + 1)
                && view.gap(to + 1) == Gap::Space
                && !view.is_word(to + 2)
                && !matches!(view.word(to + 1), b"i" | b"a")
                || cut_short(view, to + 1)
            {
                to += 1;
            } else {
                break;
            }
        }
        hits.push(view.hit(from, to, Kind::Name));
        at = to + 1;
    }
    hits
}
