//! What the words before a name announce: jmenuju se …, paní …, my name is …

use super::super::super::page::Gap;
use super::super::view::View;
use super::words::is_title;

/// How strongly the words before announce a name.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Call {
    None,
    /// kamarádka …, ahoj …, jsem …
    Likely,
    /// jmenuju se …, paní …, my name is …
    Sure,
}

/// Returns how strongly the words before announce a name here.
pub fn call(view: &View<'_>, at: usize) -> Call {
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
                | b"im" | b"its" | b"cheers" | b"yo",
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
