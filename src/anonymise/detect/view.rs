//! A page as the word detectors see it: words by number, what stands before them, and what is taken already.

use super::super::lexicon::{Entry, Flags, Lexicon};
use super::super::page::{Case, Gap, Page, Sort, Token};
use super::Hit;

pub struct View<'a> {
    pub page: &'a Page,
    pub lexicon: &'a Lexicon,
    pub czech: bool,
    taken: Vec<bool>,
}

impl<'a> View<'a> {
    pub fn new(page: &'a Page, lexicon: &'a Lexicon, czech: bool) -> View<'a> {
        View { page, lexicon, czech, taken: vec![false; page.tokens.len()] }
    }

    /// Marks the tokens of a hit, so that later detectors leave them.
    pub fn take(&mut self, hit: &Hit) {
        let first = self.page.tokens.partition_point(|token| token.end <= hit.start);
        for at in first..self.page.tokens.len() {
            if self.page.tokens[at].start >= hit.end {
                break;
            }
            self.taken[at] = true;
        }
    }

    pub fn len(&self) -> usize {
        self.page.tokens.len()
    }

    pub fn token(&self, at: usize) -> Option<&'a Token> {
        self.page.tokens.get(at)
    }

    pub fn is_taken(&self, at: usize) -> bool {
        self.taken.get(at).copied().unwrap_or(true)
    }

    /// Returns the folded word at a token, empty if it is none.
    pub fn word(&self, at: usize) -> &'a [u8] {
        match self.token(at) {
            Some(token) if token.sort == Sort::Word => self.page.word(token),
            _ => b"",
        }
    }

    /// Returns the word before, if nothing but a space stands between.
    pub fn before(&self, at: usize) -> &'a [u8] {
        if at > 0 && self.token(at).is_some_and(|token| token.gap != Gap::Line) {
            self.word(at - 1)
        } else {
            b""
        }
    }

    pub fn is_word(&self, at: usize) -> bool {
        self.token(at).is_some_and(|token| token.sort == Sort::Word)
    }

    pub fn is_number(&self, at: usize) -> bool {
        self.token(at).is_some_and(|token| token.sort == Sort::Number)
    }

    pub fn is_mark(&self, at: usize, mark: u8) -> bool {
        self.token(at).is_some_and(|token| token.sort == Sort::Mark(mark))
    }

    pub fn gap(&self, at: usize) -> Gap {
        self.token(at).map_or(Gap::Line, |token| token.gap)
    }

    pub fn entry(&self, at: usize) -> Entry {
        self.token(at).map(|token| token.entry).unwrap_or_default()
    }

    pub fn has(&self, at: usize, flags: Flags) -> bool {
        self.entry(at).flags.any(flags)
    }

    /// Returns whether a word is an ordinary one: by the wider vocabulary, or by its ending.
    pub fn is_ordinary(&self, at: usize) -> bool {
        let word = self.word(at);
        let plural = || {
            let base = word.strip_suffix(b"s").filter(|base| !self.czech && base.len() > 2);
            base.is_some_and(|base| self.lexicon.find(base).flags.any(Flags::COMMON | Flags::WORD))
        };
        let known = |word: &[u8]| self.lexicon.find(word).flags.any(Flags::COMMON | Flags::WORD);
        // Nenapíšu, nejmenší, rozesmál: a prefix and a word.
        let prefixed = || {
            const PREFIXES: [&[u8]; 12] =
                [b"ne", b"nej", b"po", b"za", b"na", b"vy", b"pre", b"pri", b"roz", b"do", b"pro", b"od"];
            let rests = PREFIXES.iter().filter_map(|prefix| word.strip_prefix(*prefix));
            self.czech && rests.filter(|rest| rest.len() > 3).any(known)
        };
        super::name::looks_ordinary(word, self.czech) || self.has(at, Flags::COMMON) || plural() || prefixed()
    }

    /// Returns whether no list has a word where capitals are spared, and nothing says that it is ordinary.
    pub fn is_nobody(&self, at: usize) -> bool {
        let lower = self.page.caseless || self.page.lax && !self.is_capital(at);
        lower && self.is_word(at) && self.entry(at).is_unknown() && !self.is_ordinary(at)
    }

    /// Returns whether the word is written with a capital in a note where that says something.
    pub fn is_capital(&self, at: usize) -> bool {
        !self.page.caseless
            && self.token(at).is_some_and(|token| token.sort == Sort::Word && token.case != Case::Lower)
    }

    pub fn is_upper(&self, at: usize) -> bool {
        self.token(at).is_some_and(|token| token.case == Case::Upper)
    }

    /// Returns whether any word would have a capital here.
    pub fn starts_sentence(&self, at: usize) -> bool {
        let mut at = at;
        loop {
            if at == 0 || self.gap(at) == Gap::Line {
                return true;
            }
            match self.page.tokens[at - 1].sort {
                Sort::Mark(b'.') => return !self.is_abbreviation(at - 1),
                Sort::Mark(b'!' | b'?' | b':' | b'|' | b'>' | b'*') => return true,
                // A dash between spaces begins a new thought; one inside a word does not.
                Sort::Mark(b'-') => return self.gap(at - 1) != Gap::None && self.gap(at) != Gap::None,
                // An opening quote stands close to what follows.
                Sort::Mark(b'"' | b'\'') if self.gap(at) == Gap::None && self.gap(at - 1) != Gap::None => {
                    return true;
                }
                Sort::Mark(b'"' | b'\'' | b'(' | b'[') if self.gap(at) == Gap::None => at -= 1,
                // A quote that closed after a full stop.
                Sort::Mark(b'"' | b')')
                    if at > 1 && [b'.', b'!', b'?'].iter().any(|end| self.is_mark(at - 2, *end)) =>
                {
                    return true;
                }
                _ => return false,
            }
        }
    }

    /// Returns whether the full stop at a token ends an abbreviation: kl., mgr., tř., J.
    fn is_abbreviation(&self, at: usize) -> bool {
        if at == 0 || self.gap(at) != Gap::None {
            return false;
        }
        let word = self.word(at - 1);
        const SHORT: &[&[u8]] = &[
            b"kl", b"mgr", b"ing", b"mudr", b"phdr", b"bc", b"dr", b"tr", b"uc", b"st", b"sl", b"p", b"pi",
            b"mr", b"mrs", b"ms", b"tel", b"nar", b"roc", b"soc", b"prac", b"ul", b"nam", b"tzv", b"napr",
            b"kpt", b"gen", b"sv", b"judr", b"prof", b"por", b"npor", b"kpt", b"nprap", b"pprap", b"prap",
            b"mjr", b"plk", b"det", b"insp", b"rev", b"sgt",
        ];
        SHORT.contains(&word) || word.len() == 1
    }

    /// Returns whether a capital here is a sign of a proper name.
    pub fn is_telling(&self, at: usize) -> bool {
        self.is_capital(at) && !self.starts_sentence(at)
    }

    /// Returns how many tokens a place or school of several words takes that begins here.
    pub fn phrase(&self, at: usize) -> Option<(usize, Flags)> {
        if !self.has(at, Flags::PLACE_FIRST) {
            return None;
        }
        self.lexicon.phrase(self.word(at), |ahead| {
            let at = at + ahead;
            (self.is_word(at) && self.gap(at) == Gap::Space).then(|| self.word(at))
        })
    }

    /// Returns the hit that covers tokens `from` to `to`, the last included.
    pub fn hit(&self, from: usize, to: usize, kind: super::Kind) -> Hit {
        let start = self.token(from).map_or(0, |token| token.start);
        let end = self.token(to).map_or(start, |token| token.end);
        Hit::new(start, end, kind)
    }
}
