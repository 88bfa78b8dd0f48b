//! Makes text fit to leave the house: finds who and where somebody is, masks it, and says what it doubts. Works on one
//! text at a time, without network, files or clock; time is linear in the text and flat in the lists. Nothing here
//! fails: what is not understood is at worst left for the reviewer's eye, who sees every hit and every doubt.
//!
//! Only this part can make an `Anonymised<T>`, and only what is one may be exported.

use std::collections::HashSet;

use regex::bytes::{Regex, RegexBuilder};

use crate::locale::Lang;

mod decline;
mod detect;
pub mod generalise;
pub mod ledger;
mod lexicon;
mod lines;
mod lists;
mod page;
mod pseudonym;
pub mod risk;
pub mod table;

pub use decline::Gender;
pub use lines::{LineError, mask_of_line, spans_of_line};
pub use lists::{ListError, Lists, OwnEntry, Role};
pub use pseudonym::{Choice, OpenDoubts, Piece, Review};

use lexicon::Lexicon;
use lists::Tongue;
use page::Page;

/// What a span is; in the order in which kinds win when two cover the same text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// A Czech birth number.
    BirthNumber,
    /// A mail address.
    Email,
    /// A site or page.
    Url,
    /// A name on a platform.
    Handle,
    /// A phone number.
    Phone,
    /// An account, card, plate, document or anything else that is one person's.
    OtherId,
    /// The day somebody was born.
    DateOfBirth,
    /// A street, house or postal code.
    Address,
    /// A school.
    School,
    /// A place that is not large.
    Place,
    /// A person's name.
    Name,
    /// Another date; only generalised.
    Date,
    /// An age; only generalised.
    Age,
    /// A school year; only generalised.
    Grade,
    /// A large city, region or country; stays while the region of the case does.
    Region,
}

impl Kind {
    /// All kinds, in order.
    pub const ALL: [Kind; 15] = [
        Kind::BirthNumber,
        Kind::Email,
        Kind::Url,
        Kind::Handle,
        Kind::Phone,
        Kind::OtherId,
        Kind::DateOfBirth,
        Kind::Address,
        Kind::School,
        Kind::Place,
        Kind::Name,
        Kind::Date,
        Kind::Age,
        Kind::Grade,
        Kind::Region,
    ];

    /// Returns its code, as in exports and `--spans`.
    pub fn code(self) -> &'static str {
        match self {
            Kind::BirthNumber => "birth_number",
            Kind::Email => "email",
            Kind::Url => "url",
            Kind::Handle => "handle",
            Kind::Phone => "phone",
            Kind::OtherId => "other_id",
            Kind::DateOfBirth => "date_of_birth",
            Kind::Address => "address",
            Kind::School => "school",
            Kind::Place => "place",
            Kind::Name => "name",
            Kind::Date => "date",
            Kind::Age => "age",
            Kind::Grade => "grade",
            Kind::Region => "region",
        }
    }

    /// Returns whether it identifies nobody and is made coarser instead of masked.
    pub fn is_general(self) -> bool {
        matches!(self, Kind::Date | Kind::Age | Kind::Grade | Kind::Region)
    }
}

/// A stretch of a text that identifies somebody, or may.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// In characters of the text in NFC.
    pub start: usize,
    /// In characters, not included.
    pub end: usize,
    /// What it is.
    pub kind: Kind,
    /// Whether a person must decide: it may be an ordinary word.
    pub doubtful: bool,
    /// Who it is within this text, for names: equal numbers are one person.
    pub entity: Option<usize>,
}

/// Something made fit to leave the house. Only `anonymise` can make one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anonymised<T>(T);

impl<T> Anonymised<T> {
    /// Returns what may leave.
    pub fn get(&self) -> &T {
        &self.0
    }

    /// Returns what may leave made coarser or shorter; whatever is made of it was in it.
    fn map<U>(self, turn: impl FnOnce(T) -> U) -> Anonymised<U> {
        Anonymised(turn(self.0))
    }

    /// Returns what may leave, for writing it out.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl Anonymised<String> {
    /// Returns at most so many characters of it, cut between words and never inside a pseudonym.
    pub fn shortened(self, most: usize) -> Anonymised<String> {
        self.map(|text| {
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if text.chars().count() <= most {
                return text;
            }
            let mut end = 0;
            let mut open = false;
            for (count, (byte, letter)) in text.char_indices().enumerate() {
                if count + 1 > most {
                    break;
                }
                match letter {
                    '[' => open = true,
                    ']' => open = false,
                    ' ' if !open => end = byte,
                    _ => {}
                }
            }
            let mut short = text;
            short.truncate(end);
            short.push('…');
            short
        })
    }
}

/// What is said of a note beside its text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Note {
    /// The language of the note and of its pseudonyms.
    pub lang: Lang,
    /// To whom it goes; a date is coarser for the public.
    pub audience: generalise::Audience,
    /// Whether large cities and regions stay in the text; not where the region of the case was made coarser.
    pub keeps_regions: bool,
    /// Whether ages are said in three bands only; where the age of the case was made coarser.
    pub coarse_ages: bool,
}

/// Finds and masks. Making one turns the lists into tables once; reading a text costs no list.
pub struct Anonymiser {
    czech: Lexicon,
    english: Lexicon,
    public: Public,
    year: u32,
}

/// The year that counts as now where the caller names none: full dates well before it are somebody's birth.
const YEAR: u32 = 2026;

impl Anonymiser {
    /// Makes one from lists.
    pub fn new(lists: &Lists) -> Anonymiser {
        Anonymiser {
            czech: Lexicon::new(lists, Tongue::Czech),
            english: Lexicon::new(lists, Tongue::English),
            public: Public::new(&lists.hosts, &lists.phones),
            year: YEAR,
        }
    }

    /// Sets the current year.
    pub fn in_year(self, year: u32) -> Anonymiser {
        Anonymiser { year, ..self }
    }

    /// Returns what identifies somebody in a text, and what may, in order and apart from each other.
    pub fn spans(&self, text: &str, lang: Lang) -> Vec<Span> {
        self.read(text, lang).1
    }

    /// Opens a text for review: every span with a choice to make or to change.
    pub fn review(&self, text: &str, note: Note) -> Review {
        let (page, spans) = self.read(text, note.lang);
        let persons = pseudonym::persons(&page, self.lexicon(note.lang), &spans);
        Review::new(page.text, spans, persons, note)
    }

    /// Takes a text that was masked and reviewed in another casebook; what this one still finds in it is masked too.
    pub fn admit(&self, text: &str, note: Note) -> Anonymised<String> {
        let mut review = self.review(text, note);
        for at in 0..review.spans().len() {
            let start = review.spans()[at].start;
            let before: Vec<char> = review.text().chars().take(start).collect();
            // What stands in brackets is what the other casebook put there.
            let is_pseudonym = before.iter().rev().find(|letter| matches!(letter, '[' | ']')) == Some(&'[');
            let (doubtful, general) = (review.spans()[at].doubtful, review.spans()[at].kind.is_general());
            if doubtful || general || is_pseudonym {
                review.decide(at, Choice::Keep(String::new()));
            }
        }
        review.mask_all()
    }

    /// Masks a text whole; a doubt counts as a hit, since nobody is asked.
    pub fn mask(&self, text: &str, note: Note) -> Anonymised<String> {
        self.review(text, note).mask_all()
    }

    fn read(&self, text: &str, lang: Lang) -> (Page, Vec<Span>) {
        let lexicon = self.lexicon(lang);
        let page = Page::read(text, lexicon);
        let found = detect::detect(&page, lexicon, &self.public, lang == Lang::Cs, self.year);
        let mut spans: Vec<Span> = found
            .hits
            .into_iter()
            .map(|hit| Span {
                start: hit.start,
                end: hit.end,
                kind: hit.kind,
                doubtful: hit.doubtful,
                entity: None,
            })
            .collect();
        pseudonym::tell_apart(&page, &mut spans);
        (page, spans)
    }

    fn lexicon(&self, lang: Lang) -> &Lexicon {
        match lang {
            Lang::Cs => &self.czech,
            Lang::En => &self.english,
        }
    }
}

/// Sites and numbers of public helps, which stay.
struct Public {
    hosts: HashSet<Vec<u8>>,
    phones: HashSet<Vec<u8>>,
}

impl Public {
    fn new(hosts: &[String], phones: &[String]) -> Public {
        Public {
            hosts: hosts.iter().map(|host| host.to_lowercase().into_bytes()).collect(),
            phones: phones.iter().map(|phone| phone.as_bytes().to_vec()).collect(),
        }
    }

    /// Returns whether a folded site is a public help, or a platform without a path.
    fn knows_site(&self, site: &[u8]) -> bool {
        const PLATFORMS: [&[u8]; 16] = [
            b"instagram.com",
            b"tiktok.com",
            b"facebook.com",
            b"discord.com",
            b"snapchat.com",
            b"youtube.com",
            b"whatsapp.com",
            b"roblox.com",
            b"google.com",
            b"twitch.tv",
            b"reddit.com",
            b"telegram.org",
            b"omegle.com",
            b"discord.gg",
            b"seznam.cz",
            b"gmail.com",
        ];
        let rest = [&b"https://"[..], b"http://"]
            .iter()
            .find_map(|scheme| site.strip_prefix(*scheme))
            .unwrap_or(site);
        let rest = rest.strip_prefix(b"www.").unwrap_or(rest);
        let end =
            rest.iter().position(|byte| matches!(byte, b'/' | b'?' | b'#' | b':')).unwrap_or(rest.len());
        let (mut host, path) = rest.split_at(end);
        if path.len() < 2 && PLATFORMS.contains(&host) {
            return true;
        }
        loop {
            if self.hosts.contains(host) {
                return true;
            }
            match host.iter().position(|byte| *byte == b'.') {
                Some(dot) => host = &host[dot + 1..],
                None => return false,
            }
        }
    }

    fn knows_phone(&self, written: &[u8]) -> bool {
        let digits: Vec<u8> = written.iter().copied().filter(u8::is_ascii_digit).collect();
        let home = [&b"00420"[..], b"420"]
            .iter()
            .find_map(|country| digits.strip_prefix(*country))
            .unwrap_or(&digits);
        self.phones.contains(home) || self.phones.contains(&digits)
    }
}

/// Makes a pattern over folded bytes; every pattern is made by a test.
fn pattern_of(pattern: &str) -> Regex {
    match RegexBuilder::new(pattern).unicode(false).build() {
        Ok(pattern) => pattern,
        Err(error) => unreachable!("a pattern of ours is wrong: {error}"),
    }
}
