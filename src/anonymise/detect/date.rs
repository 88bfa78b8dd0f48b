//! Dates: a birth where the words say so or the date is old; any other is only generalised.

use std::sync::OnceLock;

use regex::bytes::Regex;

use super::super::{Kind, pattern_of};
use super::Hit;

const MONTHS: &str = "ledna|leden|unora|unor|brezna|brezen|dubna|duben|kvetna|kveten|cervna|cerven|cervence|cervenec|srpna|srpen|zari|rijna|rijen|listopadu|listopad|prosince|prosinec|\
    january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec";

/// A full date is somebody's birth when it is at least this many years old.
const YEARS: u32 = 4;

/// Finds all dates that have at least day and month, or a year after words of birth.
pub fn find(fold: &[u8], year: u32) -> Vec<Hit> {
    static DATE: OnceLock<Regex> = OnceLock::new();
    static BORN: OnceLock<Regex> = OnceLock::new();
    let date = DATE.get_or_init(|| {
        pattern_of(&format!(
            r"\b(?:(?P<iso>(?:19|20)\d\d)[-/.](?:0?[1-9]|1[0-2])[-/.](?:[0-2]?\d|3[01])\b|(?:[0-2]?\d|3[01]) ?[./-] ?(?:[0-2]?\d|3[01]) ?[./-] ?(?P<num>(?:19|20)\d\d|'?\d\d)\b|(?:[0-2]?\d|3[01])(?:st|nd|rd|th|\.)? ?(?:of )?(?:{MONTHS})\b(?:[., ]{{1,2}}(?P<word>(?:19|20)\d\d|'?\d\d)\b)?|(?:{MONTHS})\.? (?:[0-2]?\d|3[01])(?:st|nd|rd|th)?(?:,? (?P<us>(?:19|20)\d\d))\b)"
        ))
    });
    let born = BORN.get_or_init(|| {
        pattern_of(r"(?:\bnar(?:oz[a-z]*)?|\bdat(?:um|a)?\.? ?nar[a-z]*|\bdob|\bd\.o\.b|\bborn(?: on| in)?|\bb|\bbirth ?day|\bdate of birth|\bbirth|\broc(?:nik)?|\bbday)\.?(?: (?:je|ma|is|v|dne|on|in|roku))?[:. (]{0,3}$")
    });
    static YEAR: OnceLock<Regex> = OnceLock::new();
    let only_year = YEAR.get_or_init(|| {
        pattern_of(r"\b(?:nar(?:oz[a-z]*)?\.?(?: v)?(?: roce)?|born(?: in)?|roc(?:nik)?\.?)[: ]{1,2}((?:19|20)\d\d)\b")
    });
    let mut hits = Vec::new();
    for found in date.captures_iter(fold) {
        let Some(whole) = found.get(0) else { continue };
        let (start, end) = (whole.start(), whole.end());
        // 10.20.30.40 is no date, nor is 3-6-9 inside a longer number.
        if start > 1 && matches!(fold[start - 1], b'.' | b'-' | b'/') && fold[start - 2].is_ascii_digit() {
            continue;
        }
        if fold.get(end).is_some_and(|next| matches!(next, b'.' | b'-' | b'/'))
            && fold.get(end + 1).is_some_and(u8::is_ascii_digit)
        {
            continue;
        }
        let full = ["iso", "num", "word", "us"]
            .iter()
            .find_map(|name| found.name(name))
            .and_then(|year| full_year(year.as_bytes()));
        let is_birth = born.is_match(&fold[start.saturating_sub(28)..start]);
        let is_old = full.is_some_and(|full| full + YEARS <= year);
        hits.push(Hit::new(start, end, if is_birth || is_old { Kind::DateOfBirth } else { Kind::Date }));
    }
    for found in only_year.captures_iter(fold) {
        if let Some(year) = found.get(1) {
            hits.push(Hit::new(year.start(), year.end(), Kind::DateOfBirth));
        }
    }
    hits
}

/// Reads a year of four or two digits; two digits mean this century up to 40.
fn full_year(digits: &[u8]) -> Option<u32> {
    let digits = std::str::from_utf8(digits).ok()?.trim_start_matches('\'');
    let year: u32 = digits.parse().ok()?;
    Some(match digits.len() {
        2 if year <= 40 => 2000 + year,
        2 => 1900 + year,
        _ => year,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_birth_is_told_from_another_date() {
        for (text, expected) in [
            ("narozen 17.2.2009", Some((8, Kind::DateOfBirth))),
            ("nar. 2/3/10", Some((5, Kind::DateOfBirth))),
            ("dat. nar. 20. prosince 2012", Some((10, Kind::DateOfBirth))),
            ("dob 19 march 2012", Some((4, Kind::DateOfBirth))),
            ("(b. october 3, 2010)", Some((4, Kind::DateOfBirth))),
            ("born 2013-11-19", Some((5, Kind::DateOfBirth))),
            ("stalo se 3. 4. 2019", Some((9, Kind::DateOfBirth))),
            ("stalo se 3. 4. 2026", Some((9, Kind::Date))),
            ("zitra 5. kvetna", Some((6, Kind::Date))),
            ("rocnik 2011", Some((7, Kind::DateOfBirth))),
            ("ip 10.20.30.40", None),
            ("v 5 hodin", None),
        ] {
            let hits = find(text.as_bytes(), 2026);
            assert_eq!(hits.first().map(|hit| (hit.start, hit.kind)), expected, "{text}");
        }
    }
}
