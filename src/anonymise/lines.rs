//! `opora anonymise --spans`: one JSON line in, one out, for measuring and for other programs.

use serde::{Deserialize, Serialize};

use super::{Anonymiser, Kind};
use crate::locale::Lang;

/// A line that cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LineError {
    /// It is no object with `id`, `lang` and `text`.
    #[error("not a note: {0}")]
    NotANote(#[from] serde_json::Error),
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
    let note: NoteLine = serde_json::from_str(line)?;
    let lang = Lang::from_tag(&note.lang).ok_or(LineError::Lang(note.lang))?;
    // What stays in the text is no span to others.
    let found = anonymiser.spans(&note.text, lang).into_iter().filter(|span| span.kind != Kind::Region);
    let spans = found.map(|span| SpanLine {
        start: span.start,
        end: span.end,
        kind: span.kind.code(),
        doubtful: span.doubtful,
        entity: span.entity,
    });
    Ok(serde_json::to_string(&SpansLine { id: note.id, spans: spans.collect() })?)
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
        assert!(matches!(spans_of_line(&anonymiser, "{}"), Err(LineError::NotANote(_))));
        assert!(matches!(
            spans_of_line(&anonymiser, r#"{"id":1,"lang":"de","text":""}"#),
            Err(LineError::Lang(_))
        ));
    }
}
