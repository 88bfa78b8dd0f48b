//! `opora export review`: every proposed summary of a quarter before a person's eyes, original and masked, with each hit
//! and doubt named; what is decided is kept with the case. Answers come a line at a time, so that it works in any
//! terminal and with a screen reader.

use std::io::Write as _;

use super::{Quarter, Review as Options, anonymiser, own_list};
use crate::anonymise::{Anonymiser, Choice, Kind, Lists, OwnEntry, Review};
use crate::casebook::record::{Change, Contact};
use crate::cli::book::{self, Book};
use crate::cli::keys::now;
use crate::cli::{Failure, Global, Outcome, prompt, say};
use crate::conversation::safe_text::SafeText;
use crate::locale::{Locale, Value};
use crate::report::summary;

/// What became of a case before the reviewer.
enum Seen {
    Decided,
    Later,
    Enough,
}

/// Runs the review.
pub fn run(global: &Global, options: &Options, locale: &Locale) -> Outcome {
    let quarter = Quarter::parse(&options.quarter)?;
    let mut book = book::open(global, locale)?;
    let ledger = super::ledger(&book)?;
    let mut anonymiser = anonymiser(global)?;
    let flags = (true, options.another);
    let gathered = summary::gather(
        &book.casebook,
        &quarter.name,
        quarter.span(),
        &ledger.taken(false),
        flags,
        &mut |_, _| {},
    )
    .map_err(|error| book::trouble(&error))?;
    let total = gathered.open.len();
    let mut decided = 0_u64;
    for (at, id) in gathered.open.into_iter().enumerate() {
        let Some(contact) = book.casebook.contact(id).map_err(|error| book::trouble(&error))? else {
            continue;
        };
        let place = [("number", Value::from(at as u64 + 1)), ("total", (total as u64).into())];
        say(&locale.say_with("export-review-case", &place));
        match one(global, &mut anonymiser, &mut book, &contact, locale)? {
            Seen::Decided => decided += 1,
            Seen::Later => {}
            Seen::Enough => break,
        }
    }
    let left = (total as u64).saturating_sub(decided);
    say(&locale.say_with("export-review-done", &[("count", decided.into()), ("left", left.into())]));
    Ok(())
}

fn one(
    global: &Global,
    anonymiser: &mut Anonymiser,
    book: &mut Book,
    contact: &Contact,
    locale: &Locale,
) -> Outcome<Seen> {
    let how = summary::note(&contact.facets.language, 0);
    let mut review = summary::review(anonymiser, contact, book.casebook.reviewed(contact.id), how);
    let mut at = review.next_open(review.spans().len().saturating_sub(1));
    show(&review, locale);
    loop {
        let question = match at {
            Some(at) => {
                let words = SafeText::line(review.words(at).unwrap_or_default()).to_string();
                let kind =
                    locale.say(&format!("export-kind-{}", review.spans()[at].kind.code().replace('_', "-")));
                locale.say_with(
                    "export-review-doubt",
                    &[("words", words.as_str().into()), ("kind", kind.as_str().into())],
                )
            }
            None => locale.say("export-review-ready"),
        };
        let answer = prompt::line(&question, "")?;
        let (letter, rest) = answer.split_once(' ').unwrap_or((answer.as_str(), ""));
        let rest = rest.trim();
        match (letter, at) {
            ("m", Some(at)) => review.decide(at, Choice::Mask),
            ("e", Some(at)) => _ = review.decide_everywhere(at, &Choice::Mask),
            ("k", Some(_)) if rest.is_empty() => say(&locale.say("export-review-reason")),
            ("k", Some(at)) => _ = review.decide_everywhere(at, &Choice::Keep(rest.to_owned())),
            ("l", Some(at)) => {
                let words = review.words(at).unwrap_or_default().to_owned();
                remember(global, &words)?;
                *anonymiser = self::super::anonymiser(global)?;
                _ = review.decide_everywhere(at, &Choice::Keep(locale.say("export-review-own-list")));
            }
            // Words that were overlooked, and hits that are none: found by their words.
            ("+", _) if !rest.is_empty() => mark(&mut review, rest),
            ("-", _) if !rest.is_empty() => keep(&mut review, rest),
            ("o", _) => {}
            ("s", _) => return Ok(Seen::Later),
            ("q", _) => return Ok(Seen::Enough),
            ("", None) => {
                let by = book.keys.account.as_str().to_owned();
                let decided = summary::decided(&review, contact, &by, now());
                let change = Change::Reviewed(Box::new(decided));
                book.casebook.save(vec![change], now()).map_err(|error| book::trouble(&error))?;
                return Ok(Seen::Decided);
            }
            _ => say(&locale.say("export-review-help")),
        }
        at = review.next_open(at.unwrap_or_else(|| review.spans().len().saturating_sub(1)));
        if at.is_none() || matches!(letter, "+" | "-" | "o") {
            show(&review, locale);
        }
    }
}

/// Shows the original with every place marked, and what would leave. `[…]` is a hit, `[?…]` a doubt, `(…)` a place kept.
fn show(review: &Review, locale: &Locale) {
    let mut marked = String::new();
    let letters: Vec<char> = review.text().chars().collect();
    let mut at = 0;
    for (number, span) in review.spans().iter().enumerate() {
        marked.extend(letters.get(at..span.start).into_iter().flatten());
        let (open, close) = match review.choice(number) {
            Some(Choice::Open) => ("[?", "]"),
            Some(Choice::Keep(_)) => ("(", ")"),
            _ => ("[", "]"),
        };
        marked.push_str(open);
        marked.extend(letters.get(span.start..span.end).into_iter().flatten());
        marked.push_str(close);
        at = span.end;
    }
    marked.extend(letters.get(at..).into_iter().flatten());
    let masked = review.mask_all().shortened(summary::LONGEST).into_inner();
    say(&format!("{}\n  {}", locale.say("export-review-original"), SafeText::new(&marked)));
    say(&format!("{}\n  {}", locale.say("export-review-masked"), SafeText::new(&masked)));
}

fn mark(review: &mut Review, words: &str) {
    let letters: Vec<char> = review.text().chars().collect();
    let wanted: Vec<char> = words.chars().collect();
    let found = letters.windows(wanted.len()).position(|piece| piece == wanted);
    if let Some(start) = found {
        review.mark(start, start + wanted.len(), Kind::Name);
    }
}

fn keep(review: &mut Review, rest: &str) {
    let (words, reason) =
        rest.split_once('=').map_or((rest, ""), |(words, reason)| (words.trim(), reason.trim()));
    let found = (0..review.spans().len()).find(|at| review.words(*at) == Some(words));
    if let (Some(at), false) = (found, reason.is_empty()) {
        _ = review.decide_everywhere(at, &Choice::Keep(reason.to_owned()));
    }
}

/// Writes a word into the helpline's own list, so that it is never doubted again.
fn remember(global: &Global, words: &str) -> Outcome {
    let file = own_list(global)?;
    let failed = |error: std::io::Error| Failure::io(&file, &error);
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    let line = OwnEntry::Keep(words.split_whitespace().collect::<Vec<_>>().join(" ")).to_string();
    // Only what the list reads again may stand in it.
    if Lists::default().lay_over(&line).is_err() {
        return Ok(());
    }
    let mut list = std::fs::File::options().create(true).append(true).open(&file).map_err(failed)?;
    writeln!(list, "{line}").map_err(failed)
}
