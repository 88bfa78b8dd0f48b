//! Numbers: birth numbers, phones however they are grouped, accounts, and any long number nobody can explain.
#![expect(clippy::nonminimal_bool, reason = "the rules read as the sentences they stand for")]

use super::super::page::Page;
use super::super::{Kind, Public};
use super::Hit;

mod spelled;

pub use spelled::spelled;

/// Digits that stand together, with what is between this group and the one before.
#[derive(Clone, Copy)]
struct Group {
    start: usize,
    end: usize,
    between: u8,
}

impl Group {
    fn len(&self) -> usize {
        self.end - self.start
    }
}

/// A number of this many digits in one piece is never left alone.
const LONG: usize = 7;

/// Finds numbers in one pass; what a date covers is left out.
pub fn find(page: &Page, public: &Public, dates: &[Hit]) -> Vec<Hit> {
    let fold = page.fold.as_slice();
    let mut hits = Vec::new();
    let mut dates = dates.iter().peekable();
    let mut groups: Vec<Group> = Vec::new();
    let mut at = 0;
    while at < fold.len() {
        while dates.next_if(|date| date.end <= at).is_some() {}
        if let Some(date) = dates.peek().filter(|date| date.start <= at) {
            at = date.end;
            continue;
        }
        if !fold[at].is_ascii_digit()
            || (at > 0 && (fold[at - 1].is_ascii_alphanumeric() || fold[at - 1] == b'_'))
        {
            at += 1;
            continue;
        }
        let stop = dates.peek().map_or(fold.len(), |date| date.start);
        at = gather(&fold[..stop], at, &mut groups);
        classify(fold, &groups, public, &mut hits);
    }
    hits
}

/// Collects the groups that begin at `at` and returns where they end.
fn gather(fold: &[u8], mut at: usize, groups: &mut Vec<Group>) -> usize {
    groups.clear();
    let mut between = b' ';
    loop {
        let start = at;
        while at < fold.len() && fold[at].is_ascii_digit() {
            at += 1;
        }
        if at == start {
            return at;
        }
        // 3x, 4am, 91b and 2FA are no part of a number.
        if fold.get(at).is_some_and(|next| next.is_ascii_lowercase()) {
            return at;
        }
        groups.push(Group { start, end: at, between });
        let mark = at;
        between = 0;
        while at < fold.len()
            && at - mark < 3
            && matches!(fold[at], b' ' | b'.' | b'-' | b'/' | b'(' | b')' | b',')
        {
            // A comma joins only digit by digit ("6, 0, 3, …"); a full stop and a space end a sentence.
            if fold[at] == b','
                && !(groups.len() > 2 && groups.iter().all(|group| group.len() == 1))
                && groups.len() > 1
            {
                return mark;
            }
            between = if between == 0 || between == b' ' { fold[at] } else { between };
            at += 1;
        }
        let piece = &fold[mark..at];
        let joins = at < fold.len()
            && fold[at].is_ascii_digit()
            && !piece.is_empty()
            && piece != b". "
            && piece != b") ("
            && (piece != b", " || groups.iter().all(|group| group.len() == 1));
        if !joins {
            return mark.max(start + 1);
        }
    }
}

fn classify(fold: &[u8], groups: &[Group], public: &Public, hits: &mut Vec<Hit>) {
    let mut at = 0;
    while at < groups.len() {
        let first = groups[at];
        let before = context(fold, first.start);
        let taken = birth_number(fold, groups, at, &before)
            .or_else(|| phone(fold, groups, at, &before))
            .or_else(|| account(fold, groups, at, &before))
            .or_else(|| long(fold, groups, at, &before));
        let Some((count, kind, start)) = taken else {
            at += 1;
            continue;
        };
        let end = groups[at + count - 1].end;
        let is_amount = kind != Kind::BirthNumber && (before.money || money_follows(fold, end));
        if !is_amount && !(kind == Kind::Phone && public.knows_phone(&fold[start..end])) {
            hits.push(Hit::new(start, end, kind));
        }
        at += count;
    }
}

/// What the words just before a number say of it.
struct Context {
    plus: Option<usize>,
    money: bool,
    birth: bool,
    phone: bool,
    account: bool,
    case: bool,
}

fn context(fold: &[u8], start: usize) -> Context {
    let from = start.saturating_sub(18);
    let near = &fold[from..start];
    let said = |words: &[&str]| {
        words.iter().any(|word| near.windows(word.len()).any(|piece| piece == word.as_bytes()))
    };
    let trimmed = near.trim_ascii_end();
    let plus = match trimmed {
        [.., b'(', b'+'] => Some(from + trimmed.len() - 2),
        [.., b'+'] => Some(from + trimmed.len() - 1),
        _ => None,
    };
    Context {
        plus,
        money: trimmed.ends_with(b"$"),
        birth: said(&["rc ", "rc:", "rc.", "r.c", "rod.", "rodn", "r. c", " rc", "r. č"]),
        phone: said(&[
            "tel", "mob", "phone", "ring", "call", "text", "cisl", "volat", "number", "fone", "kontakt",
            "sms", "whats",
        ]),
        account: said(&["uct", "ucet", "c.u", "account", "sort", "bank"]),
        case: said(&["ref", "case", "c. 20", "pripad", "j. ", "sp. zn", "c.j", "ticket"]),
    }
}

fn money_follows(fold: &[u8], end: usize) -> bool {
    let rest = fold[end..].trim_ascii_start();
    [
        &b"kc"[..],
        b",-",
        b"korun",
        b"eur",
        b"czk",
        b"gbp",
        b"usd",
        b"tis",
        b"mil",
        b"pound",
        b"dolar",
        b"dollar",
        b"robux",
        b"bodu",
        b"let",
    ]
    .iter()
    .any(|unit| rest.starts_with(unit))
}

type Taken = (usize, Kind, usize);

fn digits(fold: &[u8], groups: &[Group]) -> Vec<u8> {
    groups.iter().flat_map(|group| &fold[group.start..group.end]).map(|digit| digit - b'0').collect()
}

/// Six digits that are a date as birth numbers write it, and three or four more. The checksum is not asked: a number
/// that was mistyped is one digit from somebody's.
fn birth_number(fold: &[u8], groups: &[Group], at: usize, before: &Context) -> Option<Taken> {
    let first = groups[at];
    let count = match (first.len(), groups.get(at + 1)) {
        (6, Some(next)) if matches!(next.len(), 3 | 4) && (next.between != b'.') => 2,
        (10, _) => 1,
        (9, _) if before.birth => 1,
        (2, Some(_)) => spaced_birth(groups, at)?,
        _ => return None,
    };
    let number = digits(fold, &groups[at..at + count]);
    let pair = |at: usize| number[at] * 10 + number[at + 1];
    let month = [0, 20, 50, 70].iter().any(|more| (1..=12).contains(&pair(2).wrapping_sub(*more)));
    let day = (1..=31).contains(&pair(4));
    ((month && day) || before.birth).then_some((count, Kind::BirthNumber, first.start))
}

/// A birth number written in pairs: 12 03 15 / 1234.
fn spaced_birth(groups: &[Group], at: usize) -> Option<usize> {
    let part = groups.get(at..at + 4)?;
    let lens: Vec<usize> = part.iter().map(Group::len).collect();
    (lens[..3] == [2, 2, 2] && matches!(lens[3], 3 | 4) && part[3].between == b'/').then_some(4)
}

fn phone(fold: &[u8], groups: &[Group], at: usize, before: &Context) -> Option<Taken> {
    let first = groups[at];
    let written = &fold[first.start..first.end];
    let start = before.plus.unwrap_or(first.start);
    if before.plus.is_some() || written.starts_with(b"00") && first.len() > 3 {
        let zeros = if written.starts_with(b"00") { 2 } else { 0 };
        return abroad(fold, groups, at, zeros).map(|count| (count, Kind::Phone, start));
    }
    let opening =
        if first.start > 0 && fold[first.start - 1] == b'(' { first.start - 1 } else { first.start };
    // 2026-0412 is a case, 2026 04 12 a date.
    if first.len() == 4 && (written.starts_with(b"20") || written.starts_with(b"19")) {
        return None;
    }
    let sizes: &[usize] = match written[0] {
        b'0' => &[11, 10],
        b'1' if first.len() == 1 => &[11],
        b'1' => &[],
        _ => &[9, 10],
    };
    for size in sizes {
        let Some(count) = exactly(groups, at, *size) else { continue };
        let lens: Vec<usize> = groups[at..at + count].iter().map(Group::len).collect();
        let plausible = match size {
            9 => count == 1 || lens.iter().all(|len| *len <= 4 || *len == 6) || before.phone,
            // 602 44 55 809: begun as a mobile and written in pieces, with a digit too many.
            10 if written[0] != b'0' => {
                lens == [3, 3, 4] || matches!(written[0], b'6' | b'7') && count > 2 && lens[0] == 3
            }
            _ => true,
        };
        if plausible && !before.account && !(before.case && !before.phone && count == 1) {
            // One digit too many is a slip of the pen, not another number.
            let slip = groups.get(at + count).is_some_and(|next| next.len() == 1 && next.between == b' ')
                && groups.len() == at + count + 1;
            return Some((count + usize::from(slip), Kind::Phone, opening));
        }
    }
    // Said to be a phone, or begun as one: a digit too few or too many is a slip of the pen.
    let begun = written[0] == b'0' && (3..=5).contains(&first.len());
    if (before.phone || begun) && !before.case && !before.account {
        let most = groups[at..].len().min(9);
        let fits = (1..=most).rev().find(|count| {
            let sum: usize = groups[at..at + count].iter().map(Group::len).sum();
            (9..=13).contains(&sum)
        });
        if let Some(count) = fits {
            return Some((count, Kind::Phone, opening));
        }
    }
    // A local number, after a word for it.
    let count = (1..=groups.len() - at).rev().find(|count| {
        let sum: usize = groups[at..at + count].iter().map(Group::len).sum();
        (7..=8).contains(&sum)
    })?;
    (before.phone && !before.case && groups[at..at + count].iter().all(|group| group.len() > 1 || count > 5))
        .then_some((count, Kind::Phone, opening))
}

/// Returns how many groups a number with its country takes: as many digits as that country has.
fn abroad(fold: &[u8], groups: &[Group], at: usize, zeros: usize) -> Option<usize> {
    let number: Vec<u8> =
        groups[at..].iter().take(16).flat_map(|group| &fold[group.start..group.end]).copied().collect();
    let number = number.get(zeros..)?;
    let most = [
        ("420", 12),
        ("421", 12),
        ("44", 13),
        ("353", 12),
        ("48", 11),
        ("49", 13),
        ("43", 13),
        ("380", 12),
        ("84", 12),
        ("1", 11),
    ]
    .iter()
    .find(|(country, _)| number.starts_with(country.as_bytes()))
    .map_or(15, |(_, most)| *most);
    let mut sum = 0;
    let mut count = 0;
    for group in &groups[at..] {
        if sum + group.len() > most + zeros {
            break;
        }
        sum += group.len();
        count += 1;
    }
    (sum >= 8 + zeros).then_some(count)
}

/// Returns how many groups have exactly so many digits.
fn exactly(groups: &[Group], at: usize, size: usize) -> Option<usize> {
    let mut sum = 0;
    for (count, group) in groups[at..].iter().enumerate() {
        sum += group.len();
        if sum >= size {
            return (sum == size).then_some(count + 1);
        }
    }
    None
}

/// An account with the code of its bank, a card, a sort code with an account.
fn account(fold: &[u8], groups: &[Group], at: usize, before: &Context) -> Option<Taken> {
    let first = groups[at];
    let next = |ahead: usize| groups.get(at + ahead);
    let is_bank =
        |group: Option<&Group>| group.is_some_and(|group| group.between == b'/' && group.len() == 4);
    if next(1).is_some_and(|group| group.between == b'-' && (2..=10).contains(&group.len()))
        && is_bank(next(2))
    {
        return Some((3, Kind::OtherId, first.start));
    }
    if (first.len() >= 6 || before.account && first.len() > 1) && is_bank(next(1)) {
        return Some((2, Kind::OtherId, first.start));
    }
    if let Some(count) = exactly(groups, at, 16)
        && groups[at..at + count].iter().all(|group| group.len() == 4 || group.len() == 16)
    {
        return Some((count, Kind::OtherId, first.start));
    }
    let sort_code = groups.get(at..at + 3)?;
    if sort_code.iter().all(|group| group.len() == 2)
        && (before.account || next(3).is_some_and(|group| group.len() == 8))
    {
        let more = usize::from(next(3).is_some_and(|group| group.len() >= 6));
        return Some((3 + more, Kind::OtherId, fold.len().min(first.start)));
    }
    None
}

/// Any other number in one long piece.
fn long(_fold: &[u8], groups: &[Group], at: usize, before: &Context) -> Option<Taken> {
    let first = groups[at];
    (first.len() >= LONG && !(before.case && first.len() < 9)).then_some((1, Kind::OtherId, first.start))
}

#[cfg(test)]
mod tests {
    use super::super::super::lexicon::Lexicon;
    use super::super::view::View;
    use super::*;

    fn kinds(text: &str) -> Vec<(String, Kind)> {
        let page = Page::read(text, &Lexicon::default());
        let public = Public::new(&[], &["116111".into(), "606021021".into()]);
        find(&page, &public, &[])
            .into_iter()
            .map(|hit| (page.text.chars().skip(hit.start).take(hit.end - hit.start).collect(), hit.kind))
            .collect()
    }

    #[test]
    fn numbers_are_told_apart() {
        for (text, expected) in [
            ("2708231779", Some(("2708231779", Kind::BirthNumber))),
            ("112614/9618", Some(("112614/9618", Kind::BirthNumber))),
            ("2901011070", Some(("2901011070", Kind::BirthNumber))),
            ("2708231778", Some(("2708231778", Kind::BirthNumber))),
            ("12 03 15/1234", Some(("12 03 15/1234", Kind::BirthNumber))),
            ("volat 731 372 028 večer", Some(("731 372 028", Kind::Phone))),
            ("73.13.72.028", Some(("73.13.72.028", Kind::Phone))),
            ("7 3 1 3 7 2 0 2 8", Some(("7 3 1 3 7 2 0 2 8", Kind::Phone))),
            ("(+420) 731-372-028", Some(("(+420) 731-372-028", Kind::Phone))),
            ("00420 731 372 028", Some(("00420 731 372 028", Kind::Phone))),
            ("+44 7700 900351", Some(("+44 7700 900351", Kind::Phone))),
            ("07700 900074", Some(("07700 900074", Kind::Phone))),
            ("020 7946 0456", Some(("020 7946 0456", Kind::Phone))),
            ("(312) 555-0190", Some(("(312) 555-0190", Kind::Phone))),
            ("Tel. 01554 496 0123, boy", Some(("01554 496 0123", Kind::Phone))),
            ("off: (01274) 496-0456.", Some(("(01274) 496-0456", Kind::Phone))),
            ("mobil 60 31 22 45 6 7 večer", Some(("60 31 22 45 6 7", Kind::Phone))),
            ("19-2000145399/0800", Some(("19-2000145399/0800", Kind::OtherId))),
            ("2600123456/2010", Some(("2600123456/2010", Kind::OtherId))),
            ("4000 1234 5678 9010", Some(("4000 1234 5678 9010", Kind::OtherId))),
            ("linka 116 111", None),
            ("rodičovská 606 021 021", None),
            ("150 000 000 Kč", None),
            ("č. 2026-0412 a 2026-0388", None),
            ("21:15-22:02, 3x, 4 %", None),
            ("C-SSRS 1 ano, 2 ano, 3–6 ne", None),
        ] {
            let found = kinds(text);
            assert_eq!(found.first().map(|(text, kind)| (text.as_str(), *kind)), expected, "{text}");
        }
    }

    #[test]
    fn numbers_in_words_are_phones() {
        for (text, expected) in [
            ("sedm tři jedna tři sedm dva nula dva osm", true),
            ("oh seven seven double oh nine hundred zero seven four", true),
            ("sedm set třicet jedna, dvě stě osm, devět set čtyři", true),
            ("šest set pět sto dvanáct sedm set", true),
            ("šest set dva třicet tři čtyřicet pět šedesát jedna", true),
            ("sedmset dvacet dva tři sta čtyřicet pět set", true),
            ("oh seven seven hundred nine hundred three five four", true),
            ("má dva bratry a tři sestry, pět let", false),
            ("stálo to dvě stě korun a pak tři sta", false),
        ] {
            let page = Page::read(text, &Lexicon::default());
            let lexicon = Lexicon::default();
            let mut view = View::new(&page, &lexicon, true);
            assert_eq!(!spelled(&mut view).is_empty(), expected, "{text}");
        }
    }
}
