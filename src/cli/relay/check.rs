//! `opora relay --check`: reads segments, shelf and chains without changing them, and says what it found in sentences.
//! No word, whole id or name of a key file is among them.

use std::path::Path;

use super::{progress, trouble};
use crate::cli::{Exit, Failure, Outcome, say};
use crate::journal::{Finding, Report};
use crate::locale::{Locale, Value};
use crate::relay;

/// Checks the data folder. What is damaged makes it end as [`Exit::Damaged`].
pub fn run(data: &Path, locale: &Locale) -> Outcome {
    let report = relay::check(data, &mut progress(locale)).map_err(|error| trouble(&error, data))?;
    sentences(&report, data, locale).iter().for_each(|sentence| say(sentence));
    let closed = report.damaged().len();
    let lost = report.findings.iter().filter(|finding| is_loss(finding)).count();
    if closed > 0 {
        let sentence = locale.say_with("check-closed", &[("count", closed.into())]);
        return Err(Failure::ready(Exit::Damaged, sentence));
    }
    if lost > 0 {
        return Err(Failure::new(Exit::Damaged, "check-lost"));
    }
    say(&locale.say("check-whole"));
    Ok(())
}

/// Returns what was read and found, a sentence each.
fn sentences(report: &Report, data: &Path, locale: &Locale) -> Vec<String> {
    let folder = data.display().to_string();
    let size = locale.size(report.bytes);
    let read = locale.say_with(
        "check-read",
        &[
            ("folder", folder.as_str().into()),
            ("entries", report.entries.into()),
            ("conversations", report.conversations.into()),
            ("segments", report.segments.into()),
            ("size", size.as_str().into()),
        ],
    );
    let erased =
        (report.erased > 0).then(|| locale.say_with("check-erased", &[("count", report.erased.into())]));
    let found = report.findings.iter().map(|finding| sentence(finding, data, locale));
    std::iter::once(read).chain(erased).chain(found).collect()
}

fn sentence(finding: &Finding, data: &Path, locale: &Locale) -> String {
    // Names below the data folder are enough; those on the shelf are whole ids and are not shown.
    let below = |path: &Path| path.strip_prefix(data).unwrap_or(path).display().to_string();
    let say = |id: &str, values: &[(&str, String)]| {
        let values: Vec<(&str, Value<'_>)> =
            values.iter().map(|(name, value)| (*name, value.as_str().into())).collect();
        locale.say_with(id, &values)
    };
    match finding {
        Finding::Torn { path, at, bytes } => {
            let values = [("file", below(path)), ("at", at.to_string()), ("bytes", bytes.to_string())];
            say("check-torn", &values)
        }
        Finding::Damaged { path, range, conv } => {
            let place = [("file", below(path)), ("at", range.start.to_string())];
            match conv {
                None => say("check-damaged-erased", &place),
                Some(conv) if conv.is_house() => say("check-damaged-house", &place),
                Some(conv) => {
                    let [file, at] = place;
                    say("check-damaged", &[file, at, ("conv", conv.to_string())])
                }
            }
        }
        Finding::Unchained { conv, seq, .. } if conv.is_house() => {
            say("check-unchained-house", &[("seq", seq.to_string())])
        }
        Finding::Unchained { conv, seq, .. } => {
            say("check-unchained", &[("conv", conv.to_string()), ("seq", seq.to_string())])
        }
        Finding::Shelf { conv: Some(conv), .. } => say("check-shelf", &[("conv", conv.to_string())]),
        Finding::Shelf { path, conv: None } => say("check-shelf-house", &[("file", below(path))]),
        Finding::Leftover { .. } => say("check-leftover", &[]),
        Finding::Stranger { path } => say("check-stranger", &[("file", below(path))]),
    }
}

/// Whether something that was kept is gone.
fn is_loss(finding: &Finding) -> bool {
    match finding {
        Finding::Damaged { conv, .. } => conv.is_some(),
        Finding::Unchained { .. } | Finding::Shelf { .. } => true,
        Finding::Torn { .. } | Finding::Leftover { .. } | Finding::Stranger { .. } => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conversation::{ConversationId, Log};
    use crate::locale::Lang;

    #[test]
    fn every_finding_has_a_sentence_without_a_whole_id() {
        let data = Path::new("/var/lib/opora");
        let conv = ConversationId([0xab; 16]);
        let (path, key) = (data.join("journal/days/2026-11-24/log"), data.join("journal/shelf/abab.key"));
        let findings = vec![
            Finding::Torn { path: path.clone(), at: 812, bytes: 40 },
            Finding::Damaged { path: path.clone(), range: 100..180, conv: Some(conv) },
            Finding::Damaged { path: path.clone(), range: 100..180, conv: Some(ConversationId::HOUSE) },
            Finding::Damaged { path, range: 100..180, conv: None },
            Finding::Unchained { conv, log: Log::Talk, seq: 7 },
            Finding::Unchained { conv: ConversationId::HOUSE, log: Log::Desk, seq: 9 },
            Finding::Shelf { path: key.clone(), conv: Some(conv) },
            Finding::Shelf { path: data.join("journal/shelf/house-2026-4.key"), conv: None },
            Finding::Leftover { path: key.clone() },
            Finding::Stranger { path: data.join("journal/shelf/notes.txt") },
        ];
        let report =
            Report { segments: 2, bytes: 41_203, entries: 1203, conversations: 17, erased: 2, findings };
        for lang in [Lang::En, Lang::Cs] {
            let said = sentences(&report, data, &Locale::new(lang)).join("\n");
            assert_eq!(said.lines().count(), 12, "{said}");
            assert!(!said.contains(&conv.to_b64()) && !said.contains("abab"), "{said}");
        }
        insta::assert_snapshot!(sentences(&report, data, &Locale::new(Lang::En)).join("\n"));
    }
}
