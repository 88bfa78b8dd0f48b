//! The relay from outside: whether it answers, whose it is, how its clock goes, and what it says of its proxy.

use super::{Area, Found, Mark, said};
use crate::cli::page::judge;
use crate::cli::{Exit, Failure, Outcome, keys};
use crate::client::address::Address;
use crate::client::fetch::{PageAddress, fetch};
use crate::client::knock::{Knocked, NoAnswer, knock};
use crate::console::PageVerdict;
use crate::locale::Locale;
use crate::protocol::frame::{LineState, SignedCard};
use crate::sealing::card::{self, CardError};

/// From so many seconds on, clocks that differ deserve a look; from the second number on, they are trouble: cards and
/// keepings go by them.
const CLOCK: (i64, i64) = (5, 120);
/// Within so many days of its end a card deserves a look.
const CARD_SOON: u64 = 7;
const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// Knocks at a relay; `root` is the line's of this vault, if it was opened.
pub fn look(url: &str, root: Option<&[u8; 65]>, locale: &Locale) -> Outcome<Vec<Found>> {
    let address =
        Address::parse(url).map_err(|_| Failure::new(Exit::Usage, "cli-error-relay-url").with("url", url))?;
    let runtime = keys::runtime()?;
    Ok(runtime.block_on(async {
        match knock(address.clone()).await {
            Err(why) => vec![no_answer(url, &why, locale)],
            Ok(knocked) => {
                let mut found = answered(url, &knocked, locale);
                found.push(card(&address, &knocked, root, keys::now(), locale));
                found.push(clock(knocked.ahead_ms, locale));
                found.extend(page(&address, &knocked.card, root, locale).await);
                found.extend(proxy(&address, locale).await);
                found
            }
        }
    }))
}

fn no_answer(url: &str, why: &NoAnswer, locale: &Locale) -> Found {
    let reason = why.to_string();
    let text = |id, name| said(locale, id, &[("url", url), (name, &reason)]);
    let text = match why {
        NoAnswer::Name(_) => text("doctor-relay-name", "reason"),
        NoAnswer::Connect(_) => text("doctor-relay-connect", "reason"),
        NoAnswer::Tls(_) => text("doctor-relay-tls", "reason"),
        NoAnswer::Http(429 | 503) => text("doctor-relay-full", "status"),
        NoAnswer::Http(_) => text("doctor-relay-http", "status"),
        NoAnswer::NotOurs => text("doctor-relay-not-ours", "reason"),
        NoAnswer::Silent => text("doctor-relay-silent", "reason"),
    };
    Found::new(Mark::Trouble, Area::Relay, text).ends(Exit::NoRelay)
}

fn answered(url: &str, knocked: &Knocked, locale: &Locale) -> Vec<Found> {
    let ms = knocked.took.as_millis().to_string();
    let found = |mark, text| Found::new(mark, Area::Relay, text);
    let line = match knocked.line.state {
        LineState::Open => "doctor-line-open",
        LineState::Busy => "doctor-line-busy",
        LineState::Full => "doctor-line-full",
        LineState::Closed => "doctor-line-closed",
    };
    let mut all = vec![found(Mark::Ok, said(locale, "doctor-relay-ok", &[("url", url), ("ms", &ms)]))];
    if knocked.is_drill {
        all.push(found(Mark::Look, said(locale, "doctor-relay-practice", &[("url", url)])));
    }
    all.push(found(Mark::Ok, locale.say(line)));
    all
}

fn card(address: &Address, knocked: &Knocked, own: Option<&[u8; 65]>, now: u64, locale: &Locale) -> Found {
    let signed = &knocked.card;
    let fingerprint = card::fingerprint(&signed.root);
    let found = |mark, text| Found::new(mark, Area::Card, text);
    if let Some(own) = own.filter(|own| **own != signed.root) {
        let own = card::fingerprint(own);
        let values = [("fingerprint", fingerprint.as_str()), ("own", own.as_str())];
        return found(Mark::Trouble, said(locale, "doctor-card-other", &values)).ends(Exit::Refused);
    }
    let dialled = address.on_card();
    let checked: Result<card::Card, CardError> =
        card::check(&signed.card, &signed.sig, &signed.root, now, 0, dialled.as_deref());
    match checked {
        Err(error) => {
            let text = said(locale, "doctor-card-bad", &[("reason", &error.to_string())]);
            found(Mark::Trouble, text).ends(Exit::Refused)
        }
        Ok(card) => {
            let days = (card.expires - now) / DAY_MS;
            let serial = card.serial.to_string();
            let (mark, id) = match days < CARD_SOON {
                true => (Mark::Look, "doctor-card-soon"),
                false => (Mark::Ok, "doctor-card-ok"),
            };
            let values = [
                ("days", days.into()),
                ("serial", serial.as_str().into()),
                ("fingerprint", fingerprint.as_str().into()),
            ];
            found(mark, locale.say_with(id, &values))
        }
    }
}

fn clock(ahead_ms: i64, locale: &Locale) -> Found {
    let seconds = ahead_ms / 1000;
    let mark = match seconds.abs() {
        apart if apart < CLOCK.0 => Mark::Ok,
        apart if apart < CLOCK.1 => Mark::Look,
        _ => Mark::Trouble,
    };
    let text = match (mark, seconds > 0) {
        (Mark::Ok, _) => locale.say_with("doctor-clock-ok", &[("seconds", seconds.unsigned_abs().into())]),
        (_, true) => said(locale, "doctor-clock-ahead", &[("seconds", &seconds.to_string())]),
        (_, false) => said(locale, "doctor-clock-behind", &[("seconds", &(-seconds).to_string())]),
    };
    Found::new(mark, Area::Clock, text)
}

/// Compares the page it serves with the one this program builds for the line.
async fn page(
    address: &Address,
    signed: &SignedCard,
    own: Option<&[u8; 65]>,
    locale: &Locale,
) -> Option<Found> {
    let html = fetch(&PageAddress::of_relay(address)).await.ok()?;
    let relays = card::parse_signed(&signed.card, &signed.sig, &signed.root).ok()?.relays;
    let authority = address.authority();
    let url = format!("{}://{authority}", if address.is_tls { "https" } else { "http" });
    let (mark, id) = match judge(&html, own.unwrap_or(&signed.root), &relays) {
        PageVerdict::Same => (Mark::Ok, "doctor-page-ok"),
        PageVerdict::Differs => (Mark::Look, "doctor-page-differs"),
        PageVerdict::OtherLine => (Mark::Trouble, "doctor-page-other-line"),
        PageVerdict::NotThere => return None,
    };
    Some(Found::new(mark, Area::Page, said(locale, id, &[("url", &url)])).ends(Exit::Refused))
}

/// Asks the relay's own numbers, where it gives them to us, whether a proxy hides where its visitors come from.
async fn proxy(address: &Address, locale: &Locale) -> Option<Found> {
    let numbers = PageAddress { address: address.clone(), path: "/metrics".to_owned() };
    let numbers = String::from_utf8(fetch(&numbers).await.ok()?).ok()?;
    let missing = numbers.lines().find_map(|line| line.strip_prefix("opora_forwarded_missing_total "))?;
    Some(match missing.trim() {
        "0" => Found::new(Mark::Ok, Area::Proxy, locale.say("doctor-proxy-ok")),
        _ => Found::new(Mark::Look, Area::Proxy, locale.say("doctor-proxy-missing")),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::locale::Lang;

    #[test]
    fn clocks_that_differ_are_told_with_their_direction() {
        for (ahead_ms, mark, words) in [
            (0, Mark::Ok, "the second"),
            (-4_900, Mark::Ok, "4 seconds"),
            (41_000, Mark::Look, "41 seconds ahead"),
            (-41_000, Mark::Look, "41 seconds behind"),
            (-7_200_000, Mark::Trouble, "7200 seconds behind"),
        ] {
            let found = clock(ahead_ms, &Locale::new(Lang::En));
            assert_eq!(found.mark, mark, "{ahead_ms}");
            assert!(found.text.contains(words), "{ahead_ms}: {}", found.text);
        }
    }

    #[test]
    fn every_reason_why_nothing_answers_has_its_sentence() {
        let io = || std::io::Error::other("because");
        for lang in [Lang::En, Lang::Cs] {
            let locale = Locale::new(lang);
            let mut said: Vec<String> = [
                NoAnswer::Name(io()),
                NoAnswer::Connect(io()),
                NoAnswer::Tls("because".to_owned()),
                NoAnswer::Http(429),
                NoAnswer::Http(400),
                NoAnswer::NotOurs,
                NoAnswer::Silent,
            ]
            .iter()
            .map(|why| no_answer("wss://chat.example.cz", why, &locale).text)
            .collect();
            assert!(said.iter().all(|text| text.contains("wss://chat.example.cz")), "{said:?}");
            said.sort();
            said.dedup();
            assert_eq!(said.len(), 7);
        }
    }
}
