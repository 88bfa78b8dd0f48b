//! Makes values coarser: an age its band, a date its month or quarter, an hour its part of the day, an amount its order
//! of magnitude. Pure functions; what cannot be read becomes the coarsest thing there is, never itself.

use jiff::civil::Date;

use super::Kind;
use super::page::fold_char;
use crate::locale::Lang;

/// To whom something goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Audience {
    /// Those bound by an agreement.
    Partner,
    /// Everybody.
    Public,
}

/// The stage of school; `grade` gives it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stage {
    /// Before school.
    Before,
    /// Years 1 to 5.
    First,
    /// Years 6 to 9.
    Second,
    /// Secondary school.
    Secondary,
}

/// A part of the day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayPart {
    /// 0 to 5.
    Night,
    /// 6 to 11.
    Morning,
    /// 12 to 17.
    Afternoon,
    /// 18 to 23.
    Evening,
}

/// Returns the ages of the taxonomy's band of an age, in years; the last has no upper end.
pub fn age(years: u32) -> (u32, Option<u32>) {
    match years {
        0..=4 => (0, Some(4)),
        5..=8 => (5, Some(8)),
        9..=11 => (9, Some(11)),
        12..=14 => (12, Some(14)),
        15..=17 => (15, Some(17)),
        18 => (18, Some(18)),
        19..=26 => (19, Some(26)),
        _ => (27, None),
    }
}

/// Returns the coarse band of domain.md 7: 0–11, 12–18, 19 and more.
pub fn coarse_age(years: u32) -> (u32, Option<u32>) {
    match years {
        0..=11 => (0, Some(11)),
        12..=18 => (12, Some(18)),
        _ => (19, None),
    }
}

/// Returns the stage of a Czech school year, 0 to 13.
pub fn grade(year: u32) -> Stage {
    match year {
        0 => Stage::Before,
        1..=5 => Stage::First,
        6..=9 => Stage::Second,
        _ => Stage::Secondary,
    }
}

/// Returns the month of a date for partners, `2026-03`, and the quarter for the public, `2026-Q1`.
pub fn date(date: Date, audience: Audience) -> String {
    match audience {
        Audience::Partner => format!("{:04}-{:02}", date.year(), date.month()),
        Audience::Public => format!("{:04}-Q{}", date.year(), (date.month() + 2) / 3),
    }
}

/// Returns the part of the day of an hour, 0 to 23.
pub fn clock(hour: u32) -> DayPart {
    match hour {
        0..=5 => DayPart::Night,
        6..=11 => DayPart::Morning,
        12..=17 => DayPart::Afternoon,
        _ => DayPart::Evening,
    }
}

/// Returns the power of ten at or below an amount: 1 for 1 to 9, 100 for 100 to 999; 0 for nothing.
pub fn amount(amount: u64) -> u64 {
    if amount == 0 { 0 } else { 10u64.pow(amount.ilog10()) }
}

/// Returns what stands for a date, an age or a school year in a text.
pub fn in_text(kind: Kind, words: &str, audience: Audience, lang: Lang) -> String {
    let czech = lang == Lang::Cs;
    let numbers = numbers(words);
    let first = numbers.first().copied();
    match (kind, first) {
        (Kind::Age, Some(years)) => match age(years) {
            (low, Some(high)) if low == high => format!("{low}"),
            (low, Some(high)) => format!("{low}–{high}"),
            (low, None) => format!("{low}+"),
        },
        (Kind::Grade, Some(year)) => match (grade(year), czech) {
            (Stage::Before, true) => "předškolní".into(),
            (Stage::First, true) => "1. stupeň".into(),
            (Stage::Second, true) => "2. stupeň".into(),
            (Stage::Secondary, true) => "střední škola".into(),
            // English years run from 1 to 13, the secondary school from 7.
            (_, false) => if year < 7 { "primary school" } else { "secondary school" }.into(),
        },
        (Kind::Date, _) => match (day_of(words), audience) {
            (Some((month, Some(year))), Audience::Partner) => format!("{year:04}-{month:02}"),
            (Some((month, Some(year))), Audience::Public) => format!("{year:04}-Q{}", month.div_ceil(3)),
            (Some((month, None)), Audience::Partner) => format!("[{month}.]"),
            _ => if czech { "[DATUM]" } else { "[DATE]" }.into(),
        },
        (Kind::Grade, None) => if czech { "[TŘÍDA]" } else { "[SCHOOL YEAR]" }.into(),
        _ => if czech { "[VĚK]" } else { "[AGE]" }.into(),
    }
}

/// Returns the same where the age of the case was made coarser: three bands of age, and no school year.
pub fn in_coarse_text(kind: Kind, words: &str, audience: Audience, lang: Lang) -> String {
    match (kind, numbers(words).first()) {
        (Kind::Age, Some(years)) => match coarse_age(*years) {
            (low, Some(high)) => format!("{low}–{high}"),
            (low, None) => format!("{low}+"),
        },
        (Kind::Grade, _) => in_text(kind, "", audience, lang),
        _ => in_text(kind, words, audience, lang),
    }
}

fn numbers(words: &str) -> Vec<u32> {
    words.split(|letter: char| !letter.is_ascii_digit()).filter_map(|digits| digits.parse().ok()).collect()
}

/// Reads month and year of a written date, day first; the year may be missing.
fn day_of(words: &str) -> Option<(u32, Option<u32>)> {
    const MONTHS: [&[&str]; 12] = [
        &["led", "jan"],
        &["unor", "feb"],
        &["brez", "mar"],
        &["dub", "apr"],
        &["kvet", "may"],
        &["cervn", "cerven", "jun"],
        &["cervenc", "cervenec", "jul"],
        &["srp", "aug"],
        &["zar", "sep"],
        &["rij", "oct"],
        &["listop", "nov"],
        &["pros", "dec"],
    ];
    let folded: String = words.chars().map(|letter| fold_char(letter) as char).collect();
    let numbers = numbers(words);
    let long = |year: u32| if year < 100 { 2000 + year } else { year };
    let word = folded.split(|letter: char| !letter.is_ascii_lowercase()).find(|word| word.len() > 2);
    if let Some(word) = word {
        // The longest beginning wins: červenec is not červen.
        let month = (0..12usize)
            .filter_map(|month| {
                MONTHS[month]
                    .iter()
                    .filter(|begin| word.starts_with(**begin))
                    .map(|begin| begin.len())
                    .max()
                    .map(|len| (len, month))
            })
            .max()?;
        let year = numbers.iter().skip(1).copied().next_back();
        return Some((u32::try_from(month.1).ok()? + 1, year.map(long)));
    }
    match numbers[..] {
        [year, month, _] if year > 99 => Some((month, Some(year))),
        [_, month, year] => Some((month, Some(long(year)))),
        [_, month] => Some((month, None)),
        _ => None,
    }
    .filter(|(month, _)| (1..=12).contains(month))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_become_coarser() {
        assert_eq!((age(13), age(18), age(40)), ((12, Some(14)), (18, Some(18)), (27, None)));
        assert_eq!(
            (coarse_age(11), coarse_age(12), coarse_age(19)),
            ((0, Some(11)), (12, Some(18)), (19, None))
        );
        assert_eq!((grade(5), grade(6), grade(10)), (Stage::First, Stage::Second, Stage::Secondary));
        assert_eq!(
            (clock(5), clock(6), clock(17), clock(23)),
            (DayPart::Night, DayPart::Morning, DayPart::Afternoon, DayPart::Evening)
        );
        assert_eq!((amount(0), amount(9), amount(2000), amount(8_999)), (0, 1, 1000, 1000));
        let day = jiff::civil::date(2026, 3, 31);
        assert_eq!(
            (date(day, Audience::Partner), date(day, Audience::Public)),
            ("2026-03".into(), "2026-Q1".into())
        );
    }

    #[test]
    fn a_text_says_them_coarsely() {
        for (kind, words, audience, lang, expected) in [
            (Kind::Age, "13 let", Audience::Partner, Lang::Cs, "12–14"),
            (Kind::Grade, "8. třída", Audience::Partner, Lang::Cs, "2. stupeň"),
            (Kind::Grade, "year 9", Audience::Partner, Lang::En, "secondary school"),
            (Kind::Date, "3. 4. 2026", Audience::Partner, Lang::Cs, "2026-04"),
            (Kind::Date, "2026-11-19", Audience::Public, Lang::En, "2026-Q4"),
            (Kind::Date, "20. července 2025", Audience::Partner, Lang::Cs, "2025-07"),
            (Kind::Date, "5 May", Audience::Public, Lang::En, "[DATE]"),
        ] {
            assert_eq!(in_text(kind, words, audience, lang), expected, "{words}");
        }
    }
}
