//! The parts of the page: headings, tables, figures; escaping; how lengths of time are written.

use std::fmt::Write as _;

use crate::locale::Locale;

pub use crate::conversation::tally::share;

/// A table: the first column heads its rows.
pub struct Table {
    columns: Vec<&'static str>,
    rows: Vec<(String, Vec<String>)>,
    class: &'static str,
}

impl Table {
    /// Begins a table with the texts of its columns.
    pub fn new(columns: &[&'static str]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new(), class: "" }
    }

    /// Adds a row.
    pub fn row(&mut self, head: &str, cells: &[String]) {
        self.rows.push((head.to_owned(), cells.to_vec()));
    }

    /// Gives it a class of its own.
    pub fn with_class(mut self, class: &'static str) -> Self {
        self.class = class;
        self
    }
}

/// A page as it grows.
pub struct Page<'a> {
    locale: &'a Locale,
    body: String,
    contents: Vec<(String, String)>,
    is_open: bool,
}

impl<'a> Page<'a> {
    /// Begins an empty page.
    pub fn new(locale: &'a Locale) -> Self {
        Self { locale, body: String::new(), contents: Vec::new(), is_open: false }
    }

    /// Begins a section under the heading of a text, which is its anchor as well.
    pub fn heading(&mut self, id: &str) {
        let text = self.locale.say(id);
        let close = if std::mem::replace(&mut self.is_open, true) { "</section>\n" } else { "" };
        let written = escape(&text);
        _ = writeln!(self.body, "{close}<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{written}</h2>");
        self.contents.push((id.to_owned(), text));
    }

    /// Adds a paragraph.
    pub fn paragraph(&mut self, text: &str) {
        _ = writeln!(self.body, "<p>{}</p>", escape(text));
    }

    /// Adds a plot with what its parts mean.
    pub fn figure(&mut self, svg: &str, legend: &str) {
        _ = writeln!(self.body, "<figure>\n{svg}<figcaption>{}</figcaption>\n</figure>", escape(legend));
    }

    /// Adds a table.
    pub fn table(&mut self, table: &Table, caption: &str) {
        // A wide table scrolls by itself, and with the keyboard too.
        let label = escape(caption);
        // What the heading says is only said, not shown again.
        let is_heading = self.contents.last().is_some_and(|(_, heading)| heading == caption);
        let seen = if is_heading { " class=\"said\"" } else { "" };
        _ = write!(
            self.body,
            "<div class=\"wide\" tabindex=\"0\" role=\"group\" aria-label=\"{label}\">\n<table class=\"{}\">\
             <caption{seen}>{label}</caption>\n<thead><tr>",
            table.class
        );
        for id in &table.columns {
            _ = write!(self.body, "<th scope=\"col\">{}</th>", escape(&self.locale.say(id)));
        }
        self.body.push_str("</tr></thead>\n<tbody>\n");
        for (head, cells) in &table.rows {
            _ = write!(self.body, "<tr><th scope=\"row\">{}</th>", escape(head));
            cells.iter().for_each(|cell| _ = write!(self.body, "<td>{}</td>", escape(cell)));
            self.body.push_str("</tr>\n");
        }
        self.body.push_str("</tbody></table>\n</div>\n");
    }

    /// Returns the whole page.
    pub fn end(self, title: &str, intro: &str) -> String {
        let (lang, title, intro) = (self.locale.lang().code(), escape(title), escape(intro));
        let mut contents = String::new();
        for (id, text) in &self.contents {
            _ = write!(contents, "<li><a href=\"#{id}\">{}</a></li>", escape(text));
        }
        let close = if self.is_open { "</section>\n" } else { "" };
        let label = escape(&self.locale.say("report-contents"));
        format!(
            "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n\
             <p>{intro}</p>\n<nav aria-label=\"{label}\"><ol>{contents}</ol></nav>\n{}{close}</main>\n</body>\n</html>\n",
            self.body
        )
    }
}

const STYLE: &str = include_str!("report.css");

/// Returns a text as it may stand in HTML, between tags and in quoted attributes.
pub fn escape(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => written.push_str("&amp;"),
            '<' => written.push_str("&lt;"),
            '>' => written.push_str("&gt;"),
            '"' => written.push_str("&quot;"),
            letter => written.push(letter),
        }
    }
    written
}

/// Writes a length of time: 37 s, 6 min 12 s, 2 h 10 min; nothing is `–`.
pub fn seconds(locale: &Locale, seconds: Option<f64>) -> String {
    let Some(seconds) = seconds.filter(|seconds| seconds.is_finite() && *seconds >= 0.0) else {
        return "–".to_owned();
    };
    let whole = seconds.round() as u64;
    let values = |minutes: u64, seconds: u64| [("minutes", minutes.into()), ("seconds", seconds.into())];
    match (whole / 60, whole % 60) {
        (0, seconds) => locale.say_with("report-seconds", &values(0, seconds)[1..]),
        (minutes @ 60.., _) if minutes % 60 == 0 => {
            locale.say_with("length-whole-hours", &[("hours", (minutes / 60).into())])
        }
        (60.., _) => locale.minutes(std::time::Duration::from_secs(whole)),
        (minutes, 0) => locale.say_with("length-minutes", &values(minutes, 0)[..1]),
        (minutes, seconds) => locale.say_with("report-minutes-seconds", &values(minutes, seconds)),
    }
}
