//! Finds what identifies somebody. Patterns first (numbers, mails, sites, handles, dates), then what stands in words
//! (schools, addresses, places, names). All detectors may overlap; here the longest wins, then the order of `Kind`, and
//! what sticks out of a loser is still covered: a miss is worse than an odd border.

use super::lexicon::Lexicon;
use super::page::Page;
use super::{Kind, Public};

mod address;
mod date;
mod general;
mod name;
mod number;
mod pattern;
mod place;
mod school;
mod view;

pub use name::Stem;

/// A place in a text, in characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Hit {
    pub start: usize,
    pub end: usize,
    pub kind: Kind,
    pub doubtful: bool,
}

impl Hit {
    fn new(start: usize, end: usize, kind: Kind) -> Hit {
        Hit { start, end, kind, doubtful: false }
    }
}

/// What was found on a page.
pub struct Found {
    /// In order, apart from each other.
    pub hits: Vec<Hit>,
}

/// Reads a page with all detectors. `year` is the current one: a full date well before it is somebody's birth.
pub fn detect(page: &Page, lexicon: &Lexicon, public: &Public, czech: bool, year: u32) -> Found {
    let dates = date::find(&page.fold, year);
    let (mut hits, stays) = pattern::find(page, public);
    hits.extend(number::find(page, public, &dates));
    hits.extend(dates);
    hits.extend(general::find(&page.fold));
    let mut view = view::View::new(page, lexicon, czech);
    stays.iter().for_each(|hit| view.take(hit));
    hits.iter().filter(|hit| !hit.kind.is_general()).for_each(|hit| view.take(hit));
    for detector in [number::spelled, school::find, address::find, place::find, name::find] {
        let found = detector(&mut view);
        found.iter().filter(|hit| !hit.doubtful).for_each(|hit| view.take(hit));
        hits.extend(found);
    }
    Found { hits: resolve(hits, page.fold.len()) }
}

/// Settles overlaps: a certain hit before a doubtful one, the longer before the shorter, then by kind. Each character
/// is visited once for each hit that covers it, and a detector's hits do not overlap, so this is linear.
fn resolve(mut hits: Vec<Hit>, length: usize) -> Vec<Hit> {
    hits.retain(|hit| hit.start < hit.end && hit.end <= length);
    hits.sort_by_key(|hit| (hit.doubtful, std::cmp::Reverse(hit.end - hit.start), hit.kind, hit.start));
    let mut taken = vec![false; length];
    let mut settled = Vec::with_capacity(hits.len());
    for hit in hits {
        let mut at = hit.start;
        while at < hit.end {
            if taken[at] {
                at += 1;
                continue;
            }
            let start = at;
            while at < hit.end && !taken[at] {
                taken[at] = true;
                at += 1;
            }
            settled.push(Hit { start, end: at, ..hit });
        }
    }
    settled.sort_by_key(|hit| hit.start);
    settled
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_wins_and_what_sticks_out_of_a_loser_stays_covered() {
        let hits = vec![
            Hit::new(0, 6, Kind::Name),
            Hit::new(4, 14, Kind::Address),
            Hit { doubtful: true, ..Hit::new(12, 16, Kind::Name) },
        ];
        let settled: Vec<_> =
            resolve(hits, 20).into_iter().map(|hit| (hit.start, hit.end, hit.kind, hit.doubtful)).collect();
        assert_eq!(
            settled,
            [(0, 4, Kind::Name, false), (4, 14, Kind::Address, false), (14, 16, Kind::Name, true)]
        );
    }
}
