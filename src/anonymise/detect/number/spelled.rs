//! Numbers said in words: at least nine digits in a row of number words and digits.

use super::super::super::Kind;
use super::super::super::page::{Gap, Sort};
use super::super::Hit;
use super::super::view::View;

/// Finds numbers said in words: at least nine digits in a row of number words and digits.
pub fn spelled(view: &mut View<'_>) -> Vec<Hit> {
    let mut hits = Vec::new();
    let mut at = 0;
    while at < view.len() {
        // "O" is a zero where an English digit follows.
        let is_o = |at: usize| !view.czech && view.word(at) == b"o";
        if said_digits(view.word(at)).is_none() && !(is_o(at) && said_digits(view.word(at + 1)).is_some()) {
            at += 1;
            continue;
        }
        let (mut last, mut sum, mut words) = (at, 0usize, 0usize);
        // What the word before left open, and how much of that the last word filled.
        let (mut open, mut filled) = (0usize, 0usize);
        let mut next = at;
        while next < view.len() && next - last < 3 && (next == at || view.gap(next) != Gap::Line) {
            let Some(token) = view.token(next) else { break };
            let said = match token.sort {
                Sort::Number => Some((token.end - token.start, 0)),
                Sort::Word if is_o(next) => Some((1, 0)),
                Sort::Word => said_digits(view.page.word(token)),
                Sort::Mark(b',' | b'-' | b'.' | b'/' | b';') => {
                    (open, filled) = (0, 0);
                    next += 1;
                    continue;
                }
                Sort::Mark(_) => None,
            };
            match said {
                Some((digits, more)) => {
                    if more == HUNDRED {
                        // Of "two hundred" the two is the first digit, whatever was open before; a bare "sto" is a one.
                        let bare = digits == 0 && (words == 0 || !said_unit(view.word(next - 1)));
                        sum += HUNDRED + digits + if digits == 0 { filled } else { 0 } + usize::from(bare);
                        (open, filled) = (HUNDRED, 0);
                    } else {
                        // Twenty-one is two digits: the unit fills what the ten left open.
                        filled = if digits <= open { digits } else { 0 };
                        sum += digits - filled;
                        open = more;
                    }
                    words += 1;
                    last = next;
                }
                None if matches!(view.word(next), b"a" | b"and" | b"pak" | b"then") => {}
                None => break,
            }
            next += 1;
        }
        if sum >= 9 && words >= 3 {
            hits.push(view.hit(at, last, Kind::Phone));
        }
        at = last + 1;
    }
    hits
}

/// How many digits follow the first of a hundred.
const HUNDRED: usize = 2;

/// Whether a word is a digit by itself.
fn said_unit(word: &[u8]) -> bool {
    said_digits(word) == Some((1, 0))
}

/// Returns how many digits a number word stands for, and how many of them the next words may fill.
fn said_digits(word: &[u8]) -> Option<(usize, usize)> {
    match word {
        b"nula" | b"nul" | b"jedna" | b"jeden" | b"jednicka" | b"dva" | b"dve" | b"dvojka" | b"tri"
        | b"trojka" | b"ctyri" | b"styri" | b"ctyrka" | b"pet" | b"petka" | b"sest" | b"sestka" | b"sedm"
        | b"sedum" | b"sedmicka" | b"osm" | b"osum" | b"osmicka" | b"devet" | b"devitka" | b"nulka"
        | b"oh" | b"zero" | b"one" | b"two" | b"three" | b"four" | b"five" | b"six" | b"seven" | b"eight"
        | b"nine" | b"nought" | b"naught" | b"nil" | b"niner" | b"ctyry" | b"sedn" | b"jednu" => Some((1, 0)),
        b"double" => Some((1, 0)),
        b"triple" => Some((2, 0)),
        b"deset" | b"jedenact" | b"dvanact" | b"trinact" | b"ctrnact" | b"patnact" | b"sestnact"
        | b"sedmnact" | b"osmnact" | b"devatenact" | b"ten" | b"eleven" | b"twelve" | b"thirteen"
        | b"fourteen" | b"fifteen" | b"sixteen" | b"seventeen" | b"eighteen" | b"nineteen" => Some((2, 0)),
        b"dvacet" | b"tricet" | b"ctyricet" | b"padesat" | b"sedesat" | b"sedmdesat" | b"osmdesat"
        | b"devadesat" | b"twenty" | b"thirty" | b"forty" | b"fifty" | b"sixty" | b"seventy" | b"eighty"
        | b"ninety" => Some((2, 1)),
        // "Seven hundred": the seven is its first digit, two more follow.
        b"sto" | b"set" | b"ste" | b"sta" | b"hundred" => Some((0, HUNDRED)),
        b"dveste" | b"trista" | b"ctyrista" | b"petset" | b"sestset" | b"sedmset" | b"osmset"
        | b"devetset" => Some((1, HUNDRED)),
        _ => compound(word),
    }
}

/// Reads words written as one: sedmsettricetjedna, petadvacet.
fn compound(word: &[u8]) -> Option<(usize, usize)> {
    const PARTS: &[&[u8]] = &[
        b"nula",
        b"jedna",
        b"jeden",
        b"dva",
        b"dve",
        b"tri",
        b"ctyri",
        b"petset",
        b"pet",
        b"sest",
        b"sedmset",
        b"sedm",
        b"osm",
        b"devet",
        b"set",
        b"ste",
        b"sta",
        b"sto",
        b"dvacet",
        b"tricet",
        b"ctyricet",
        b"padesat",
        b"sedesat",
        b"sedmdesat",
        b"osmdesat",
        b"devadesat",
        b"a",
    ];
    if word.len() < 8 || word.len() > 40 {
        return None;
    }
    let (mut rest, mut count, mut hundreds) = (word, 0, false);
    while !rest.is_empty() {
        let part = PARTS.iter().filter(|part| rest.starts_with(part)).max_by_key(|part| part.len())?;
        hundreds |= part.ends_with(b"set") || [&b"ste"[..], b"sta", b"sto"].contains(part);
        count += 1;
        rest = &rest[part.len()..];
    }
    (count > 1).then_some((if hundreds { 3 } else { 2 }, 0))
}
