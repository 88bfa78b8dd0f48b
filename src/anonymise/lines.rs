//! `opora anonymise`: one JSON line in, one out, for measuring and for other programs.

use serde::{Deserialize, Serialize};

use super::generalise::Audience;
use super::{Anonymiser, Kind, Note};
use crate::locale::Lang;

/// A line that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// It is no object with `id`, `lang` and `text`. Only the column is said: what stands there may be a child's words.
    #[error("no object with id, lang and text (column {0})")]
    NotANote(usize),
    /// Its language is none of ours.
    #[error("{0:?} is not a language of opora (en, cs)")]
    Lang(String),
}

#[derive(Deserialize)]
struct NoteLine {
    id: serde_json::Value,
    lang: String,
    text: String,
}

#[derive(Serialize)]
struct SpansLine {
    id: serde_json::Value,
    spans: Vec<SpanLine>,
}

#[derive(Serialize)]
struct MaskedLine {
    id: serde_json::Value,
    text: String,
}

#[derive(Serialize)]
struct SpanLine {
    start: usize,
    end: usize,
    kind: &'static str,
    doubtful: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    entity: Option<usize>,
}

/// Turns a line `{"id", "lang", "text"}` into a line `{"id", "spans": [{"start", "end", "kind", "doubtful"}]}`, without
/// the line's end. Other members are ignored. Offsets count characters of the text in NFC.
pub fn spans_of_line(anonymiser: &Anonymiser, line: &str) -> Result<String, LineError> {
    let (note, lang) = read(line)?;
    // What stays in the text is no span to others.
    let found = anonymiser.spans(&note.text, lang).into_iter().filter(|span| span.kind != Kind::Region);
    let spans = found.map(|span| SpanLine {
        start: span.start,
        end: span.end,
        kind: span.kind.code(),
        doubtful: span.doubtful,
        entity: span.entity,
    });
    Ok(line_of(&SpansLine { id: note.id, spans: spans.collect() }))
}

/// Turns a line `{"id", "lang", "text"}` into a line `{"id", "text"}` with everything masked that is found or doubted.
pub fn mask_of_line(anonymiser: &Anonymiser, line: &str) -> Result<String, LineError> {
    let (note, lang) = read(line)?;
    let how = Note { lang, audience: Audience::Partner, keeps_regions: true, coarse_ages: false };
    let text = anonymiser.mask(&note.text, how).into_inner();
    Ok(line_of(&MaskedLine { id: note.id, text }))
}

/// Such a line always is JSON: its members are strings, numbers and what was JSON before.
fn line_of(line: &impl Serialize) -> String {
    serde_json::to_string(line).unwrap_or_default()
}

fn read(line: &str) -> Result<(NoteLine, Lang), LineError> {
    let note: NoteLine = serde_json::from_str(line).map_err(|error| LineError::NotANote(error.column()))?;
    let lang = Lang::from_tag(&note.lang).ok_or_else(|| LineError::Lang(note.lang.clone()))?;
    Ok((note, lang))
}

#[cfg(test)]
mod tests {
    use super::super::Lists;
    use super::*;

    #[test]
    fn a_line_becomes_a_line() {
        let anonymiser = Anonymiser::new(&Lists::default());
        let line = r#"{"id": "a", "lang": "cs", "text": "tel. 731 372 028", "style": []}"#;
        assert_eq!(
            spans_of_line(&anonymiser, line).expect("spans"),
            r#"{"id":"a","spans":[{"start":5,"end":16,"kind":"phone","doubtful":false}]}"#
        );
        assert_eq!(mask_of_line(&anonymiser, line).expect("a text"), r#"{"id":"a","text":"tel. [TELEFON]"}"#);
        assert!(matches!(spans_of_line(&anonymiser, "{}"), Err(LineError::NotANote(_))));
        assert!(matches!(
            spans_of_line(&anonymiser, r#"{"id":1,"lang":"de","text":""}"#),
            Err(LineError::Lang(_))
        ));
    }
}
