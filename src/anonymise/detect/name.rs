//! Names of persons: what the lists know, what the words before announce, what a capital inside a sentence shows, and
//! what the note itself has called somebody by before.
#![expect(
    clippy::nonminimal_bool,
    clippy::needless_range_loop,
    clippy::if_same_then_else,
    reason = "the rules read as the sentences they stand for"
)]

use std::collections::HashSet;

use super::super::Kind;
use super::super::lexicon::{Entry, Flags};
use super::super::page::Gap;
use super::Hit;
use super::place::kept;
use super::view::View;

/// What is thought of one token.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Verdict {
    Leave,
    Doubt,
    Mask,
}

/// How strongly the words before announce a name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Call {
    None,
    /// kamarádka …, ahoj …, jsem …
    Likely,
    /// jmenuju se …, paní …, my name is …
    Sure,
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

/// A word after which a clause begins.
fn joins(word: &[u8]) -> bool {
    matches!(
        word,
        b"and"
            | b"but"
            | b"because"
            | b"cos"
            | b"cuz"
            | b"when"
            | b"that"
            | b"says"
            | b"said"
            | b"if"
            | b"so"
            | b"then"
            | b"ze"
            | b"kdyz"
            | b"ale"
            | b"protoze"
            | b"jak"
    )
}

/// A word after which stands whom it is about.
fn is_whom(word: &[u8]) -> bool {
    matches!(
        word,
        b"with"
            | b"told"
            | b"tell"
            | b"likes"
            | b"like"
            | b"love"
            | b"loves"
            | b"named"
            | b"from"
            | b"about"
            | b"hate"
            | b"hates"
            | b"met"
            | b"asked"
            | b"blocked"
            | b"s"
            | b"se"
            | b"od"
            | b"u"
            | b"pro"
    )
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

/// What stands between the surname and the given name of a Vietnamese person.
fn is_middle(word: &[u8]) -> bool {
    matches!(
        word,
        b"van"
            | b"thi"
            | b"duc"
            | b"minh"
            | b"quoc"
            | b"xuan"
            | b"huu"
            | b"ngoc"
            | b"kim"
            | b"thanh"
            | b"hong"
            | b"thu"
            | b"anh"
            | b"viet"
            | b"dinh"
            | b"trong"
            | b"quang"
    )
}

/// Whether a word ends as Czech verbs do.
fn is_verb_like(word: &[u8]) -> bool {
    const ENDS: &[&[u8]] = &[
        b"l", b"la", b"li", b"lo", b"t", b"me", b"te", b"je", b"ji", b"na", b"no", b"en", b"an", b"is",
        b"as", b"es",
    ];
    ENDS.iter().any(|end| word.ends_with(end))
}

/// Whether a word ends as no Czech verb does.
fn ends_as_name(word: &[u8]) -> bool {
    word.len() > 3
        && word.last().is_some_and(|last| {
            !matches!(last, b'a' | b'e' | b'i' | b'o' | b'u' | b'y' | b'l' | b'm' | b's' | b't')
        })
}

/// Whether a word is what a person does, so that the word before it is one: Hope says …
fn acts(word: &[u8]) -> bool {
    matches!(
        word,
        b"is"
            | b"was"
            | b"has"
            | b"had"
            | b"says"
            | b"said"
            | b"feels"
            | b"felt"
            | b"asked"
            | b"asks"
            | b"wants"
            | b"wanted"
            | b"told"
            | b"called"
            | b"rang"
            | b"thinks"
            | b"lives"
            | b"doesn"
            | b"isn"
            | b"wasn"
            | b"didn"
            | b"texted"
            | b"wrote"
            | b"cried"
            | b"went"
            | b"came"
            | b"knows"
            | b"goes"
            | b"keeps"
            | b"kept"
            | b"helped"
            | b"loves"
            | b"hates"
            | b"wont"
            | b"doesnt"
            | b"isnt"
            | b"wasnt"
            | b"didnt"
            | b"sent"
            | b"sends"
            | b"hit"
            | b"hits"
            | b"started"
            | b"moved"
            | b"left"
            | b"got"
            | b"gets"
            | b"took"
            | b"made"
            | b"makes"
            | b"vola"
            | b"volala"
            | b"volal"
            | b"pise"
            | b"psala"
            | b"psal"
            | b"rika"
            | b"rikala"
            | b"rikal"
            | b"rekla"
            | b"rekl"
            | b"chce"
            | b"bydli"
            | b"brecela"
            | b"brecel"
            | b"breci"
            | b"place"
            | b"zavolala"
            | b"zavolal"
            | b"napsala"
            | b"napsal"
            | b"utekla"
            | b"utekl"
            | b"chtela"
            | b"chtel"
    )
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
            () if is_person(view, at) && !ordinary || next_is_surname(view, at) => Verdict::Mask,
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
        () if !view.czech && view.is_nobody(at) && word.len() > 3 => Verdict::Doubt,
        () if view.is_nobody(at) && word.len() > 3 && stands_alone(view, at, call) => Verdict::Doubt,
        // Deda dezo, ucitel matulik: behind a relation, and no verb.
        () if view.czech
            && call == Call::Likely
            && view.is_nobody(at)
            && is_surname_like(word, true)
            && !is_verb_like(word) =>
        {
            Verdict::Mask
        }
        () if after_name && view.is_nobody(at) => Verdict::Doubt,
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
        () if view.page.caseless && call == Call::Likely => Verdict::Doubt,
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

/// Hájková, Hájkové, Hájkovou: what only women are called in Czech.
fn is_surname_shape(word: &[u8]) -> bool {
    word.len() > 5 && (word.ends_with(b"ova") || word.ends_with(b"ove") || word.ends_with(b"ovou"))
}

fn is_surname_like(word: &[u8], czech: bool) -> bool {
    const ENDS: &[&[u8]] = &[
        b"sky", b"ska", b"skeho", b"skou", b"cky", b"cka", b"ak", b"aka", b"akem", b"ek", b"ka", b"kem",
        b"ik", b"ika", b"ikem", b"ec", b"ce", b"ar", b"are", b"an", b"ana", b"anem", b"il", b"al", b"ala",
        b"el", b"ous", b"ouse", b"ko", b"enko",
    ];
    word.len() > 3 && (!czech || is_surname_shape(word) || ENDS.iter().any(|end| word.ends_with(end)))
}

/// Whether a word that no list has ends as ordinary words of the language do.
pub fn looks_ordinary(word: &[u8], czech: bool) -> bool {
    const CZECH: &[&[u8]] = &[
        b"uje", b"uji", b"uju", b"ujeme", b"ujou", b"ovat", b"ovala", b"oval", b"ovali", b"ovano", b"ovana",
        b"ovan", b"eni", b"ani", b"iti", b"ace", b"aci", b"osti", b"ost", b"ila", b"ili", b"ilo", b"ala",
        b"ali", b"alo", b"ela", b"eli", b"elo", b"ula", b"uli", b"eno", b"eny", b"ano", b"ata", b"at", b"it",
        b"et", b"ut", b"me", b"te", b"ich", b"ych", b"ymi", b"imi", b"eho", b"emu", b"stvi", b"ctvi", b"ism",
        b"tel", b"ove", b"ovy", b"ny", b"ne", b"ni", b"ske", b"cke", b"sky", b"cky", b"aji", b"eji", b"ly",
    ];
    const ENGLISH: &[&[u8]] = &[
        b"ing", b"ings", b"ed", b"ly", b"tion", b"tions", b"sion", b"ment", b"ments", b"ness", b"able",
        b"ible", b"ous", b"ful", b"ies", b"ive", b"ity", b"ance", b"ence", b"less", b"ical", b"ised",
        b"ized", b"ism", b"ist", b"ers", b"ship", b"hood", b"ward", b"wards", b"self", b"thing", b"body",
    ];
    let ends = if czech { CZECH } else { ENGLISH };
    word.len() > 4 && ends.iter().any(|end| word.len() > end.len() + 1 && word.ends_with(end))
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

/// Titles and ranks, as written before a full stop.
pub fn is_title(word: &[u8]) -> bool {
    matches!(
        word,
        b"p" | b"pi"
            | b"sl"
            | b"mgr"
            | b"ing"
            | b"mudr"
            | b"phdr"
            | b"judr"
            | b"bc"
            | b"dr"
            | b"mr"
            | b"mrs"
            | b"ms"
            | b"prof"
            | b"uc"
            | b"pc"
            | b"por"
            | b"npor"
            | b"kpt"
            | b"nprap"
            | b"pprap"
            | b"prap"
            | b"mjr"
            | b"plk"
            | b"rev"
            | b"sgt"
            | b"insp"
            | b"doc"
            | b"paeddr"
            | b"rndr"
            | b"mvdr"
    )
}

/// Returns how strongly the words before announce a name here.
fn call(view: &View<'_>, at: usize) -> Call {
    // Marks between: „jmenuju se: Eva“, kamarádka (Eva), teacher 'Smith'.
    let mut end = at;
    let mut marked = false;
    while end > 0
        && at - end < 2
        && view.gap(end) != Gap::Line
        && [b'"', b'\'', b'(', b':', b','].iter().any(|mark| view.is_mark(end - 1, *mark))
    {
        end -= 1;
        marked |= !view.is_mark(end, b'"') && !view.is_mark(end, b'\'');
    }
    if end == 0 || view.gap(end) == Gap::Line && end == at {
        return Call::None;
    }
    let mut one = end - 1;
    if view.is_mark(one, b'.') && one > 0 && view.word(one - 1).len() <= 5 && view.gap(one) == Gap::None {
        one -= 1;
        let title = is_title(view.word(one));
        if !title && view.entry(one).relation == 0 {
            return Call::None;
        }
        if title {
            return Call::Sure;
        }
    }
    let last = view.word(one);
    let two = if one > 0 && view.gap(one) == Gap::Space { view.word(one - 1) } else { b"" };
    let three = if one > 1 && view.gap(one - 1) == Gap::Space { view.word(one - 2) } else { b"" };
    let comma = end < at && view.is_mark(end, b',');
    if view.czech {
        match (three, two, last) {
            (
                _,
                b"jmenuju" | b"jmenuji" | b"jmenuje" | b"jmenovala" | b"jmenoval" | b"jmenujou",
                b"se" | b"s" | b"si",
            )
            | (_, b"se" | b"si", b"jmenuje" | b"jmenuju" | b"jmenuji" | b"jmenovala" | b"jmenoval")
            | (_, b"rika" | b"rikam" | b"rikala" | b"rikal" | b"rikat" | b"necha", b"si")
            | (_, b"si", b"rika" | b"rikala" | b"rikal" | b"rikat")
            | (
                _,
                b"rikaji" | b"rikaj" | b"rikejte" | b"rikej" | b"rikat" | b"rikal",
                b"mi" | b"ji" | b"mu",
            )
            | (_, b"oslovovat" | b"oslovit" | b"predstavila" | b"predstavil", b"jako")
            | (b"predstavila" | b"predstavil", b"se" | b"jako", b"jako" | b"se")
            | (b"moje", b"jmeno", b"je") => return Call::Sure,
            (
                _,
                _,
                b"podepsana" | b"podepsany" | b"podepsan" | b"prezdivana" | b"prezdivany" | b"jmenem"
                | b"prijmenim" | b"prijmeni" | b"jmenuje" | b"rodena" | b"krestni",
            ) if !comma => {
                return Call::Sure;
            }
            (_, _, b"rikaji" | b"rikaj" | b"rikame" | b"prezdivaji") if !comma => return Call::Sure,
            (_, _, b"jmeno" | b"jmena") if marked && !comma => return Call::Sure,
            (
                _,
                _,
                b"pani" | b"pan" | b"pana" | b"panu" | b"panem" | b"slecna" | b"slecnu" | b"slecne" | b"pane",
            ) if end == at => return Call::Sure,
            (
                _,
                _,
                b"ahoj" | b"cau" | b"cus" | b"nazdar" | b"zdravim" | b"mily" | b"mila" | b"mile" | b"draha"
                | b"drahy" | b"diky" | b"dik" | b"hej" | b"cauko" | b"ahojky" | b"dekuju" | b"dekuji"
                | b"zdar",
            ) => {
                return Call::Likely;
            }
            (
                _,
                _,
                b"jsem" | b"tady" | b"tu" | b"jako" | b"jmeno" | b"zvany" | b"zvana" | b"kontakt" | b"podpis"
                | b"prezdivka",
            ) if !comma => return Call::Likely,
            (_, b"dobry", b"den") => return Call::Likely,
            _ => {}
        }
    } else {
        let apostrophe = one > 0 && view.is_mark(one - 1, b'\'');
        match (three, two, last) {
            (_, b"name", b"is" | b"was")
            | (
                _,
                b"call" | b"calls" | b"called",
                b"me" | b"her" | b"him" | b"himself" | b"herself" | b"themselves",
            ) => return Call::Sure,
            (_, b"my" | b"his" | b"her" | b"whose", b"names")
            | (_, b"goes" | b"go", b"by")
            | (_, b"off", b"as")
            | (_, b"known", b"as") => return Call::Sure,
            (_, _, b"s") if apostrophe && one > 1 && view.word(one - 2) == b"name" => return Call::Sure,
            (_, _, b"named" | b"surname" | b"signed" | b"aka" | b"nicknamed") => return Call::Sure,
            (_, _, b"mr" | b"mrs" | b"ms" | b"miss" | b"mx" | b"sir" | b"dr" | b"madam") if end == at => {
                return Call::Sure;
            }
            (_, _, b"name" | b"names") if marked && !comma => return Call::Sure,
            (_, _, b"name") if !comma && view.page.caseless => return Call::Likely,
            (
                _,
                _,
                b"hi" | b"hey" | b"hello" | b"hiya" | b"dear" | b"thanks" | b"bye" | b"heya" | b"called"
                | b"im" | b"cheers" | b"yo",
            ) => return Call::Likely,
            (_, b"i", b"am") | (_, b"this", b"is") | (_, b"it", b"is") => return Call::Likely,
            (_, _, b"s") if apostrophe && one > 1 && matches!(view.word(one - 2), b"it" | b"here") => {
                return Call::Likely;
            }
            (_, _, b"m") if apostrophe && one > 1 && view.word(one - 2) == b"i" => return Call::Likely,
            _ => {}
        }
    }
    if view.entry(one).relation != 0 && !(comma && !view.is_capital(at)) {
        return Call::Likely;
    }
    Call::None
}

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
fn remember(view: &View<'_>, verdicts: &mut [Verdict]) {
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
