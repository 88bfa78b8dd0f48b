//! What has a shape of its own: mails, sites, handles, accounts, plates, codes.

use std::sync::OnceLock;

use regex::bytes::Regex;

use super::super::page::Page;
use super::super::{Kind, Public, pattern_of};
use super::Hit;

struct Patterns {
    mail: Regex,
    spelled_mail: Regex,
    site: Regex,
    host: Regex,
    spelled_host: Regex,
    at: Regex,
    tag: Regex,
    dotted: Regex,
    odd: Regex,
    called: Regex,
    account: Regex,
    plate: Regex,
    capitals: Regex,
    postcode: Regex,
    box_number: Regex,
    ip: Regex,
    wallet: Regex,
    document: Regex,
}

fn patterns() -> &'static Patterns {
    static PATTERNS: OnceLock<Patterns> = OnceLock::new();
    PATTERNS.get_or_init(|| Patterns {
        mail: pattern_of(r"[a-z0-9.!#$%&*+/=?^_{|}~\xF0-]+(?:@| @ )[a-z0-9\xF0-]+(?:(?:\.| \. )[a-z0-9\xF0-]+)*(?:\.| \. )[a-z]{2,}\b"),
        spelled_mail: pattern_of(
            r"[a-z0-9._-]+(?: (?:tecka|dot|podtrzitko|underscore|pomlcka|dash) [a-z0-9._-]+)*(?: ?(?:\(at\)|\[at\]|\{at\}|\(zavinac\)|\[zavinac\]|<at>) ?[a-z0-9-]+(?:\.[a-z0-9-]+|(?: | ?\(| ?\[)(?:tecka|dot)(?: |\) ?|\] ?)[a-z]+)+| zavinac[ek]*u? [a-z0-9-]+(?:\.[a-z0-9-]+| (?:tecka|dot|bod) [a-z]+)*| at (?:gmail|googlemail|hotmail|outlook|yahoo|icloud|live|seznam|email|centrum|post|volny|atlas|proton|protonmail|aol|btinternet|sky)\.[a-z]+(?:\.[a-z]+)?| at [a-z0-9-]+(?: (?:dot|tecka) [a-z]{2,})+)",
        ),
        site: pattern_of(r#"(?:\b[a-z][a-z0-9+]{1,9}://|\bwww\.|\bwww (?:tecka|dot) )[^\s"<>(){}]+(?: (?:tecka|dot) [a-z0-9]+)*"#),
        host: pattern_of(
            r#"\b[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:(?:\.|\[\.\]|\(\.\))[a-z0-9-]+)*(?:(?:\.|\[\.\]|\(\.\))(?:cz|sk|com|net|org|io|gg|tv|eu|uk|ie|info|app|dev|example|test|pl|de|at|hu|ru|ua|xyz|fm|edu|gov|vn|club|online|site|live|chat)\b(?:/[^\s"<>(){}]*)?|\.(?:me|to|be|ly|co|us|it|link|page|ai|fr|ee|is|in|so|ws|cc|gl|im|la|st)/[^\s"<>(){}]+)"#,
        ),
        spelled_host: pattern_of(
            r"\b[a-z0-9-]+ ?(?:tecka|\(dot\)|\(tecka\)|\[dot\]|\[tecka\]) ?(?:cz|com|net|org|sk|gg|eu|tv|io)\b(?:(?: ?lomeno ?| ?slash ?|/)[a-z0-9_-]+)*|\b[a-z0-9-]+ dot (?:com|net|org|gg|co|tv|io|ie|uk|cz)\b(?:(?: slash |/)[a-z0-9_-]+)*|\bdiscord gg ?/ ?[a-z0-9_-]+",
        ),
        at: pattern_of(r"@[a-z0-9_.\xF0-]*[a-z0-9_\xF0]"),
        tag: pattern_of(r"\b[a-z0-9_.\xF0]{2,32} ?#\d{3,4}\b"),
        dotted: pattern_of(r"\b[a-z][a-z0-9_]+(?:\.[a-z0-9_]{2,})+(?:\.[a-z])?\b"),
        odd: pattern_of(r"\b(?:[a-z0-9.-]*[a-z0-9]_[a-z0-9_.-]*[a-z0-9_]|[a-z0-9.]+_+|_+[a-z0-9][a-z0-9_.-]*[a-z0-9_])|_+[a-z][a-z0-9_.-]+[a-z0-9_]|\b(?:[a-z]{4,}\d{2,}|[a-z]{3,}\d{3,}|[a-z]+\d+[a-z]{2,}\d+|[a-z]+\d+[a-z]{5,})[a-z0-9]*\b|\b[a-z]{2,}\.[a-z]{0,12}\d{1,4}[a-z]*\b|\blive:[a-z0-9_.-]*[a-z0-9_]"),
        called: pattern_of(
            r#"\b(?:(?P<strong>prezdivk[a-z]*|nick(?:name|em|u|y|name je)?|username[a-z]*|user name|handle|gamertag|uziv(?:atelsk[a-z]*)?\.? ?jmen[a-z]*|loginem|login)|ig|insta(?:gram)?(?:u|em)?|dc|discord(?:u|em|e)?|disc|snap(?:chat)?(?:u|em|e)?|snapko|snapu|snapem|bereal(?:u)?|threads|viber(?:u|em)?|wattpad(?:u)?|pinterest(?:u)?|minecraft(?:u)?|epic|riot|tt|tik ?tok(?:u|em)?|telegram(?:u|em)?|steam(?:u|em)?|roblox(?:u|e)?|ucet|uctu|uctem|profil(?:u|em)?|account|user|acc|fb|facebook(?:u)?|messenger(?:u)?|skype|twitter(?:u)?|reddit(?:u)?|twitch(?:i)?|kik|xbox|psn)(?: (?:name|jmeno|nick|ucet|profil|acc|account|id|je|is|jako|as|called|pod|mam|ma|its))?(?: (?:je|is|jako))?[ :=\-"'(]{1,3}(?P<name>[a-z0-9_][a-z0-9_.-]*[a-z0-9_])"#,
        ),
        account: pattern_of(r"\b[a-z]{2}\d{2}(?: ?[a-z0-9]{4}){2,7}(?: ?[a-z0-9]{1,4})?\b"),
        plate: pattern_of(r"\b\d[a-z][a-z0-9][ -]?\d{2}[ -]?\d{2}\b|\b(?:spz|rz|plate|reg)[:. ]{1,3}([a-z0-9]{1,4}[ -]?[a-z0-9]{2,5}(?:-\d{2})?)\b"),
        capitals: pattern_of(r"\b(?:[a-z]{2}\d{2} ?[a-z]{3}|[a-z]{2} ?\d{2} ?\d{2} ?\d{2} ?[a-d]|e[a-z] ?\d{3} ?[a-z]{2})\b"),
        postcode: pattern_of(r"\b(?:[a-z]{1,2}\d[a-z\d]? ?\d[abd-hjlnp-uw-z]{2}|[ac-fhknprtv-y]\d[\dw] ?[a-z0-9]{4})\b"),
        box_number: pattern_of(r"\bp\.? ?o\.? ?box\.? ?\d+|\bpostovni (?:prihradka|schranka) \d+"),
        ip: pattern_of(r"\b\d{1,3}(?:\.\d{1,3}){3}\b|\b[0-9a-f]{1,4}(?::[0-9a-f]{1,4}){5,7}\b"),
        wallet: pattern_of(r"\b[a-z0-9]{26,}\b"),
        document: pattern_of(
            r"\b(?:passport|pas|pasu|op|obcank[a-z]*|id card|licen[cs]e|nhs|nino)\b[a-z .:#]{0,14}?[ :.]([a-z]{1,3} ?\d{6,9})\b",
        ),
    })
}

/// Finds everything with a shape of its own.
///
/// Returns the hits, and what is public and stays, so that no other detector takes it.
pub fn find(page: &Page, public: &Public) -> (Vec<Hit>, Vec<Hit>) {
    let fold = page.fold.as_slice();
    let patterns = patterns();
    let (mut hits, mut stays) = (Vec::new(), Vec::new());
    let has = |mark: u8| fold.contains(&mark);
    let at = has(b'@');
    if at {
        for found in patterns.mail.find_iter(fold) {
            let skipped = found
                .as_bytes()
                .iter()
                .take_while(|byte| !byte.is_ascii_alphanumeric() && **byte < 0x80)
                .count();
            hits.push(Hit::new(found.start() + skipped, found.end(), Kind::Email));
        }
        for found in patterns.at.find_iter(fold) {
            hits.push(Hit::new(found.start(), found.end(), Kind::Handle));
        }
    }
    all(&patterns.spelled_mail, fold, Kind::Email, &mut hits);
    if has(b'.') {
        for pattern in [&patterns.site, &patterns.host] {
            for found in pattern.find_iter(fold) {
                let end = trimmed(fold, found.start(), found.end());
                let stays_public = public.knows_site(&fold[found.start()..end]);
                let list = if stays_public { &mut stays } else { &mut hits };
                list.push(Hit::new(found.start(), end, Kind::Url));
            }
        }
        all(&patterns.ip, fold, Kind::OtherId, &mut hits);
    } else {
        all(&patterns.site, fold, Kind::Url, &mut hits);
    }
    all(&patterns.spelled_host, fold, Kind::Url, &mut hits);
    if has(b'#') {
        all(&patterns.tag, fold, Kind::Handle, &mut hits);
    }
    odd_tokens(page, patterns, &mut hits);
    dotted_tokens(page, patterns, &stays, &mut hits);
    for found in patterns.called.captures_iter(fold) {
        let Some(name) = found.name("name") else { continue };
        let bytes = name.as_bytes();
        let is_odd = bytes.iter().any(|byte| byte.is_ascii_digit() || matches!(byte, b'_' | b'.'))
            && bytes.iter().any(u8::is_ascii_lowercase)
            && !public.knows_site(bytes);
        // Snap dejvik-xy: a hyphen that no word of the language has.
        let hyphened = bytes.contains(&b'-') && !bytes.ends_with(b"-") && is_own_word(page, name.start());
        if is_odd || hyphened || (found.name("strong").is_some() && is_own_word(page, name.start())) {
            hits.push(Hit::new(name.start(), name.end(), Kind::Handle));
        }
    }
    for found in patterns.account.find_iter(fold) {
        if found.as_bytes().iter().filter(|byte| byte.is_ascii_digit()).count() >= 8 {
            hits.push(Hit::new(found.start(), found.end(), Kind::OtherId));
        }
    }
    for found in patterns.plate.captures_iter(fold) {
        if let Some(plate) = found.get(1).or(found.get(0))
            && plate.as_bytes().iter().any(u8::is_ascii_digit)
        {
            hits.push(Hit::new(plate.start(), plate.end(), Kind::OtherId));
        }
    }
    for (pattern, kind) in [(&patterns.capitals, Kind::OtherId), (&patterns.postcode, Kind::Address)] {
        for found in pattern.find_iter(fold) {
            let range = found.start()..found.end();
            let letters = |at: &usize| fold[*at].is_ascii_lowercase();
            let last_four = found.end().saturating_sub(4)..found.end();
            let capital = range.clone().filter(letters).all(|at| page.capital[at])
                && last_four.into_iter().any(|at| letters(&at));
            if capital || page.caseless && is_no_phrase(page, &fold[range.clone()], range.start) {
                hits.push(Hit::new(range.start, range.end, kind));
            }
        }
    }
    for found in patterns.document.captures_iter(fold) {
        if let Some(number) = found.get(1) {
            hits.push(Hit::new(number.start(), number.end(), Kind::OtherId));
        }
    }
    all(&patterns.box_number, fold, Kind::Address, &mut hits);
    for found in patterns.wallet.find_iter(fold) {
        if found.as_bytes().iter().any(u8::is_ascii_digit)
            && found.as_bytes().iter().any(u8::is_ascii_lowercase)
        {
            hits.push(Hit::new(found.start(), found.end(), Kind::OtherId));
        }
    }
    (hits, stays)
}

fn all(pattern: &Regex, fold: &[u8], kind: Kind, hits: &mut Vec<Hit>) {
    hits.extend(
        pattern
            .find_iter(fold)
            .map(|found| Hit::new(found.start(), trimmed(fold, found.start(), found.end()), kind)),
    );
}

/// Returns whether a code in small letters is one: not "yr10 the", "at9 2hr", "so12 and".
fn is_no_phrase(page: &Page, code: &[u8], start: usize) -> bool {
    use super::super::lexicon::Flags;
    let ordinary = Flags::WORD | Flags::COMMON | Flags::NAME;
    let last: Vec<u8> = code.iter().rev().take_while(|byte| byte.is_ascii_lowercase()).copied().collect();
    let unit =
        matches!(last.as_slice(), b"rh" | b"sh" | b"ht" | b"ts" | b"dn" | b"dr" | b"ry" | b"y" | b"h" | b"d");
    let first = page.tokens.partition_point(|token| token.end <= start);
    let end = start + code.len();
    let words = page.tokens[first..].iter().take_while(|token| token.start < end);
    let said = words.filter(|token| token.end - token.start > 1).any(|token| token.entry.flags.any(ordinary));
    let digits = code.iter().rev().take(4).any(u8::is_ascii_digit) || last.len() == 3;
    !unit && !said && digits && !code.starts_with(b"yr") && !code.starts_with(b"ks")
}

/// Tokens that nobody writes but as a handle: with an underscore, or letters run into digits.
fn odd_tokens(page: &Page, patterns: &Patterns, hits: &mut Vec<Hit>) {
    const KNOWN: &[&[u8]] = &[
        b"covid19",
        b"covid2019",
        b"windows10",
        b"windows11",
        b"iphone",
        b"fifa",
        b"xbox360",
        b"mp3",
        b"mp4",
        b"base64",
    ];
    for found in patterns.odd.find_iter(&page.fold) {
        let text = found.as_bytes();
        let is_name = text.iter().filter(|byte| byte.is_ascii_lowercase()).count() >= 2;
        let device = [&b"iphone"[..], b"fifa", b"windows", b"galaxy", b"ipad"]
            .iter()
            .any(|known| text.starts_with(known));
        if is_name && !device && !KNOWN.contains(&text) {
            hits.push(Hit::new(found.start(), found.end(), Kind::Handle));
        }
    }
}

/// Words with full stops between them: three are a handle, two are one if a word of them is in no list (terka.nova.era,
/// emmik.xoxo). Two ordinary words only lack the space that a sentence ends with.
fn dotted_tokens(page: &Page, patterns: &Patterns, stays: &[Hit], hits: &mut Vec<Hit>) {
    use super::super::lexicon::Flags;
    const SHORT: &[&[u8]] = &[
        b"napr", b"tzn", b"tj", b"tzv", b"kl", b"tel", b"mob", b"ul", b"nam", b"min", b"hod", b"mj", b"resp",
        b"event", b"apod", b"atd", b"mgr", b"ing", b"dr", b"mudr", b"phdr", b"judr", b"bc", b"por", b"st",
        b"sv", b"str", b"nar", b"dat", b"roc", b"zs", b"ms", b"ss", b"cj", b"sp", b"zn", b"tr", b"mr",
        b"mrs", b"tis", b"cca", b"viz",
    ];
    let mut public = vec![false; if stays.is_empty() { 0 } else { page.fold.len() }];
    stays.iter().for_each(|hit| public[hit.start..hit.end].fill(true));
    for found in patterns.dotted.find_iter(&page.fold) {
        let parts = || found.as_bytes().split(|byte| *byte == b'.');
        let stopped = found.as_bytes().windows(2).enumerate().any(|(at, pair)| {
            // A capital behind the stop begins a sentence.
            pair[0] == b'.' && page.capital[found.start() + at + 1]
        });
        if stopped || public.get(found.start()) == Some(&true) || parts().any(|part| SHORT.contains(&part)) {
            continue;
        }
        let first = page.tokens.partition_point(|token| token.end <= found.start());
        let known = Flags::WORD | Flags::COMMON;
        let words = page.tokens[first..].iter().take_while(|token| token.start < found.end());
        let odd = words
            .filter(|token| token.sort == super::super::page::Sort::Word)
            .any(|token| !token.entry.flags.any(known) && token.entry.relation == 0);
        if odd || parts().count() > 2 {
            hits.push(Hit { doubtful: !odd, ..Hit::new(found.start(), found.end(), Kind::Handle) });
        }
    }
}

/// Returns whether the word at a place is in no list of words, so that after "nick" it is the nick.
fn is_own_word(page: &Page, start: usize) -> bool {
    use super::super::lexicon::Flags;
    let at = page.tokens.partition_point(|token| token.end <= start);
    page.tokens.get(at).is_some_and(|token| {
        let entry = token.entry;
        token.end - token.start > 2 && !entry.flags.any(Flags::WORD | Flags::BRAND) && entry.relation == 0
    })
}

/// Returns the end without the marks that belong to the sentence.
fn trimmed(fold: &[u8], start: usize, mut end: usize) -> usize {
    while end > start
        && matches!(
            fold[end - 1],
            b'.' | b',' | b';' | b':' | b'!' | b'?' | b')' | b'"' | b'\'' | b']' | b'-'
        )
    {
        end -= 1;
    }
    end
}
