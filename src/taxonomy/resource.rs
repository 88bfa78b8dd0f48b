//! Help that can be named to a child.

use std::collections::BTreeMap;

use jiff::civil::Date;

/// A text in several languages, by language code.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Words(pub(super) BTreeMap<String, String>);

impl Words {
    /// Returns the text in a language, else in whatever language there is: help is better named in English than not.
    pub fn get(&self, lang: &str) -> &str {
        self.0
            .get(lang)
            .or_else(|| self.0.get("en"))
            .or_else(|| self.0.values().next())
            .map_or("", String::as_str)
    }

    /// Whether there is a text in this very language.
    pub fn has(&self, lang: &str) -> bool {
        self.0.contains_key(lang)
    }
}

/// A line, service or page that helps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Resource {
    /// Its id.
    pub id: String,
    /// What it is called.
    pub name: Words,
    /// Whom it helps with what.
    pub purpose: Words,
    /// Telephone number as people write it.
    pub phone: Option<String>,
    /// Address on the web.
    pub web: Option<String>,
    /// Languages spoken there.
    pub languages: Vec<String>,
    /// When it answers.
    pub hours: Words,
    /// The day on which a person last checked all this; nothing means never.
    pub checked: Option<Date>,
}

impl Resource {
    /// Returns what can be put into a message, all of it text: name, telephone, address.
    pub fn line(&self, lang: &str) -> String {
        let mut line = self.name.get(lang).to_owned();
        for part in [&self.phone, &self.web].into_iter().flatten() {
            line.push_str(" · ");
            line.push_str(part);
        }
        line
    }

    /// Whether it was not checked within the year before `today`.
    pub fn is_stale(&self, today: Date) -> bool {
        self.checked.is_none_or(|checked| today.duration_since(checked).as_hours() > 365 * 24)
    }
}
