//! Ages and school years: they identify nobody alone and are made coarser, not masked.

use std::sync::OnceLock;

use regex::bytes::Regex;

use super::super::{Kind, pattern_of};
use super::Hit;

/// Finds ages and school years.
pub fn find(fold: &[u8]) -> Vec<Hit> {
    static AGE: OnceLock<Regex> = OnceLock::new();
    static GRADE: OnceLock<Regex> = OnceLock::new();
    let age = AGE.get_or_init(|| {
        pattern_of(
            r"\b\d{1,2}(?:[- ]?(?:ti|cti)?[- ]?(?:let[a-z]*|lety|rok[uy]?|roc[a-z]*|yrs?(?: old)?|years?[ -]old|year[ -]olds?|yo|y/o))\b|\b(?:je (?:mi|ji|mu)|vek|veku|aged?|i'?m) (?P<said>\d{1,2})\b|\((?P<bare>[4-9]|1\d|2[0-6])\)",
        )
    });
    let grade = GRADE.get_or_init(|| {
        pattern_of(r"\b\d{1,2}\. ?(?:trid|rocnik|tr\b)[a-z]*|\b(?:year|yr|grade|form) \d{1,2}\b|\b\d(?:st|nd|rd|th) (?:year|grade|form)\b|\b\d ?\. ?[a-f]\b")
    });
    let mut hits: Vec<Hit> =
        grade.find_iter(fold).map(|found| Hit::new(found.start(), found.end(), Kind::Grade)).collect();
    for found in age.captures_iter(fold) {
        if let Some(span) = found.name("said").or(found.name("bare")).or(found.get(0)) {
            hits.push(Hit::new(span.start(), span.end(), Kind::Age));
        }
    }
    hits
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_and_school_years_are_found() {
        for (text, expected) in [
            ("eliska, 13 let", Some((8, 14, Kind::Age))),
            ("je mi 14 a", Some((6, 8, Kind::Age))),
            ("marek (10) pise", Some((7, 9, Kind::Age))),
            ("a 15-year-old girl", Some((2, 13, Kind::Age))),
            ("chodi do 8. tridy", Some((9, 17, Kind::Grade))),
            ("she is in year 9", Some((10, 16, Kind::Grade))),
            ("trva 3 hodiny", None),
        ] {
            let found = find(text.as_bytes()).first().map(|hit| (hit.start, hit.end, hit.kind));
            assert_eq!(found, expected, "{text}");
        }
    }
}
