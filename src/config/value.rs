//! The kinds of values a setting can have, and what each must be.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::time::Duration;

use toml::de::DeValue;

/// A value as it was written.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Raw {
    Text(String),
    Number(i64),
    Bool(bool),
    List(Vec<Raw>),
    /// A fraction, a date, a table: as it looks.
    Other(String),
}

impl Raw {
    pub fn from_toml(value: &DeValue<'_>) -> Raw {
        match value {
            DeValue::String(text) => Raw::Text(text.to_string()),
            DeValue::Integer(number) => match i64::from_str_radix(number.as_str(), number.radix()) {
                Ok(number) => Raw::Number(number),
                Err(_) => Raw::Other(number.to_string()),
            },
            DeValue::Boolean(yes) => Raw::Bool(*yes),
            DeValue::Array(items) => {
                Raw::List(items.iter().map(|item| Raw::from_toml(item.get_ref())).collect())
            }
            DeValue::Float(number) => Raw::Other(number.to_string()),
            DeValue::Datetime(moment) => Raw::Other(moment.to_string()),
            DeValue::Table(_) => Raw::Other("{…}".to_owned()),
        }
    }
}

impl fmt::Display for Raw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Raw::Text(text) => write!(f, "{text:?}"),
            Raw::Number(number) => write!(f, "{number}"),
            Raw::Bool(yes) => write!(f, "{yes}"),
            Raw::Other(text) => f.write_str(text),
            Raw::List(items) => {
                let items: Vec<String> = items.iter().map(Raw::to_string).collect();
                write!(f, "[{}]", items.join(", "))
            }
        }
    }
}

/// What a value must be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Must {
    /// Of a kind: `duration`, `number`, … which is also the end of its text's id, `setting-must-duration`.
    Be(&'static str),
    /// From the one to the other.
    Between(String, String),
    /// Nothing, or from the one to the other.
    ZeroOr(String, String),
    /// One, or for lists each, of these.
    OneOf(Vec<String>),
}

impl Must {
    /// All kinds there are.
    pub const KINDS: [&'static str; 18] = [
        "bool",
        "number",
        "text",
        "duration",
        "rate",
        "socket",
        "ip",
        "path",
        "origin",
        "web",
        "relay",
        "date",
        "zone",
        "days",
        "open",
        "host",
        "list",
        "languages",
    ];

    pub(super) fn sentence(&self, say: &impl Fn(&str, &[(&str, &str)]) -> String) -> String {
        match self {
            Must::Be(kind) => say(&format!("setting-must-{kind}"), &[]),
            Must::Between(least, most) => say("setting-must-between", &[("least", least), ("most", most)]),
            Must::ZeroOr(least, most) => say("setting-must-zero-or", &[("least", least), ("most", most)]),
            Must::OneOf(these) => say("setting-must-one-of", &[("these", &these.join(", "))]),
        }
    }
}

impl fmt::Display for Must {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Must::Be(kind) => f.write_str(match *kind {
                "bool" => "true or false",
                "number" => "a whole number",
                "text" => "a text",
                "duration" => "a duration such as \"5m\" (ms, s, m, h, d, w, y)",
                "rate" => "a rate such as \"10/min, burst 20\"",
                "socket" => "an address with port such as \"127.0.0.1:8787\"",
                "ip" => "an IP address",
                "path" => "a path",
                "origin" => "an address such as \"https://chat.example.cz\", nothing behind it",
                "web" => "a web address that begins with https://",
                "relay" => "an address such as \"wss://chat.example.cz\" (ws:// only on this machine)",
                "date" => "a day such as \"2026-12-24\"",
                "zone" => "a time zone such as \"Europe/Prague\"",
                "days" => "each day once",
                "open" => "hours such as \"9-21\" or \"9-12, 13:30-6\"",
                "host" => "a host name in lower case, without port",
                "languages" => "codes of languages, each once, such as [\"cs\", \"en\"]",
                "list" => "a list such as [\"a\", \"b\"]",
                other => other,
            }),
            Must::Between(least, most) => write!(f, "{least} to {most}"),
            Must::ZeroOr(least, most) => write!(f, "0, or {least} to {most}"),
            Must::OneOf(these) => write!(f, "one of {}", these.join(", ")),
        }
    }
}

/// A kind of value. From text it reads what stands in an option or a variable, and defaults.
pub(super) trait Setting: Sized {
    const MUST: Must;
    fn from_text(text: &str) -> Option<Self>;
    fn show(&self) -> String;

    fn from_raw(raw: &Raw) -> Result<Self, Must> {
        match raw {
            Raw::Text(text) => Self::from_text(text).ok_or(Self::MUST),
            _ => Err(Self::MUST),
        }
    }
}

/// What a value must be beyond its kind.
pub(super) struct Rule<T> {
    pub must: Option<Must>,
    holds: Box<dyn Fn(&T) -> bool>,
}

impl<T> Rule<T> {
    pub fn check(&self, value: T) -> Result<T, Must> {
        match &self.must {
            Some(must) if !(self.holds)(&value) => Err(must.clone()),
            _ => Ok(value),
        }
    }
}

pub(super) fn any<T>() -> Rule<T> {
    Rule { must: None, holds: Box::new(|_| true) }
}

pub(super) fn between<T: Setting + PartialOrd + 'static>(least: &str, most: &str) -> Rule<T> {
    let (from, to) = (T::from_text(least), T::from_text(most));
    Rule {
        must: Some(Must::Between(least.to_owned(), most.to_owned())),
        holds: Box::new(move |value| from.as_ref() <= Some(value) && Some(value) <= to.as_ref()),
    }
}

pub(super) fn zero_or(least: &str, most: &str) -> Rule<Duration> {
    let range = between::<Duration>(least, most);
    Rule {
        must: Some(Must::ZeroOr(least.to_owned(), most.to_owned())),
        holds: Box::new(move |value| value.is_zero() || (range.holds)(value)),
    }
}

pub(super) fn one_of(these: &'static [&'static str]) -> Rule<String> {
    Rule { must: Some(must_be_one_of(these)), holds: Box::new(move |value| these.contains(&value.as_str())) }
}

/// One of these, or not said.
pub(super) fn one_of_or_none(these: &'static [&'static str]) -> Rule<Option<String>> {
    Rule {
        must: Some(must_be_one_of(these)),
        holds: Box::new(move |value| value.as_ref().is_none_or(|value| these.contains(&value.as_str()))),
    }
}

/// Codes such as `cs`, each once; whether there are texts in them is seen where they are read.
pub(super) fn languages() -> Rule<Vec<String>> {
    let is_code =
        |code: &String| (2..=3).contains(&code.len()) && code.bytes().all(|b| b.is_ascii_lowercase());
    let is_first = |all: &[String], at: usize| !all[..at].contains(&all[at]);
    Rule {
        must: Some(Must::Be("languages")),
        holds: Box::new(move |all| {
            !all.is_empty() && all.iter().enumerate().all(|(at, code)| is_code(code) && is_first(all, at))
        }),
    }
}

fn must_be_one_of(these: &[&str]) -> Must {
    Must::OneOf(these.iter().map(|&one| one.to_owned()).collect())
}

impl Setting for bool {
    const MUST: Must = Must::Be("bool");
    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }
    fn show(&self) -> String {
        self.to_string()
    }
    fn from_raw(raw: &Raw) -> Result<Self, Must> {
        match raw {
            Raw::Bool(yes) => Ok(*yes),
            Raw::Text(text) => Self::from_text(text).ok_or(Self::MUST),
            _ => Err(Self::MUST),
        }
    }
}

macro_rules! numbers {
    ($($kind:ty),*) => { $(
        impl Setting for $kind {
            const MUST: Must = Must::Be("number");
            fn from_text(text: &str) -> Option<Self> {
                text.replace('_', "").parse().ok()
            }
            fn show(&self) -> String {
                self.to_string()
            }
            fn from_raw(raw: &Raw) -> Result<Self, Must> {
                match raw {
                    Raw::Number(number) => <$kind>::try_from(*number).map_err(|_| Self::MUST),
                    Raw::Text(text) => Self::from_text(text).ok_or(Self::MUST),
                    _ => Err(Self::MUST),
                }
            }
        }
    )* };
}
numbers!(u8, u32, usize);

impl Setting for String {
    const MUST: Must = Must::Be("text");
    fn from_text(text: &str) -> Option<Self> {
        Some(text.to_owned())
    }
    fn show(&self) -> String {
        format!("{self:?}")
    }
}

impl<T: Setting> Setting for Option<T> {
    const MUST: Must = T::MUST;
    fn from_text(text: &str) -> Option<Self> {
        if text.is_empty() { Some(None) } else { T::from_text(text).map(Some) }
    }
    fn show(&self) -> String {
        self.as_ref().map_or_else(|| "\"\"".to_owned(), T::show)
    }
}

impl<T: Setting> Setting for Vec<T> {
    const MUST: Must = Must::Be("list");
    /// In an option or a variable commas stand between the items.
    fn from_text(text: &str) -> Option<Self> {
        text.split(',').map(str::trim).filter(|item| !item.is_empty()).map(T::from_text).collect()
    }
    fn show(&self) -> String {
        format!("[{}]", self.iter().map(T::show).collect::<Vec<_>>().join(", "))
    }
    fn from_raw(raw: &Raw) -> Result<Self, Must> {
        match raw {
            Raw::List(items) => items.iter().map(T::from_raw).collect(),
            Raw::Text(text) => Self::from_text(text).ok_or(T::MUST),
            _ => Err(Self::MUST),
        }
    }
}

/// Values that are written as a text and read back by their own parser.
macro_rules! written_as_text {
    ($($kind:ty: $must:literal;)*) => { $(
        impl Setting for $kind {
            const MUST: Must = Must::Be($must);
            fn from_text(text: &str) -> Option<Self> {
                text.parse().ok()
            }
            fn show(&self) -> String {
                format!("\"{self}\"")
            }
        }
    )* };
}
written_as_text! {
    SocketAddr: "socket";
    IpAddr: "ip";
    Rate: "rate";
    super::WebOrigin: "origin";
    super::WebUrl: "web";
    super::RelayUrl: "relay";
}

impl Setting for jiff::civil::Date {
    const MUST: Must = Must::Be("date");
    fn from_text(text: &str) -> Option<Self> {
        text.parse().ok()
    }
    fn show(&self) -> String {
        format!("\"{self}\"")
    }
    fn from_raw(raw: &Raw) -> Result<Self, Must> {
        match raw {
            Raw::Text(text) | Raw::Other(text) => Self::from_text(text).ok_or(Self::MUST),
            _ => Err(Self::MUST),
        }
    }
}

impl Setting for PathBuf {
    const MUST: Must = Must::Be("path");
    fn from_text(text: &str) -> Option<Self> {
        (!text.is_empty()).then(|| PathBuf::from(text))
    }
    fn show(&self) -> String {
        format!("{:?}", self.display().to_string())
    }
}

impl Setting for jiff::tz::TimeZone {
    const MUST: Must = Must::Be("zone");
    fn from_text(text: &str) -> Option<Self> {
        jiff::tz::TimeZone::get(text).ok()
    }
    fn show(&self) -> String {
        format!("{:?}", self.iana_name().unwrap_or("UTC"))
    }
}

const UNITS: [(&str, u64); 7] = [
    ("y", 365 * 86_400_000),
    ("w", 7 * 86_400_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1000),
    ("ms", 1),
];

impl Setting for Duration {
    const MUST: Must = Must::Be("duration");

    /// Reads `5m`, `700ms`, `1h30m`, `0`; a year has 365 days.
    fn from_text(text: &str) -> Option<Self> {
        if text == "0" {
            return Some(Duration::ZERO);
        }
        let mut rest = text;
        let mut total: u64 = 0;
        while !rest.is_empty() {
            let digits = rest.find(|c: char| !c.is_ascii_digit())?;
            let unit =
                rest[digits..].find(|c: char| c.is_ascii_digit()).map_or(rest.len(), |end| digits + end);
            let (_, length) = UNITS.into_iter().find(|(name, _)| *name == &rest[digits..unit])?;
            total = total.checked_add(rest[..digits].parse::<u64>().ok()?.checked_mul(length)?)?;
            rest = &rest[unit..];
        }
        (!text.is_empty()).then_some(Duration::from_millis(total))
    }

    fn show(&self) -> String {
        format!("\"{}\"", show_duration(*self))
    }
}

/// Writes a duration in the largest unit that leaves no rest.
fn show_duration(duration: Duration) -> String {
    let whole = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
    if whole == 0 {
        return "0s".to_owned();
    }
    let (name, length) = UNITS.into_iter().find(|(_, length)| whole % length == 0).unwrap_or(("ms", 1));
    format!("{}{name}", whole / length)
}

/// How often something may happen: so many at once, and then so many in each span of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    /// How many in `per`; at least 1.
    pub count: u32,
    /// The span of time; never zero.
    pub per: Duration,
    /// How many at once; at least 1.
    pub burst: u32,
}

impl std::str::FromStr for Rate {
    type Err = ();

    /// Reads `1/s`, `10/min, burst 20`, `1/2s`; without a burst it is the count.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (rate, burst) =
            text.split_once(", burst ").map_or((text, None), |(rate, burst)| (rate, Some(burst)));
        let (count, per) = rate.split_once('/').ok_or(())?;
        let count: u32 = count.parse().map_err(|_| ())?;
        let per = match per {
            "s" => Duration::from_secs(1),
            "min" | "m" => Duration::from_secs(60),
            "h" => Duration::from_secs(3600),
            other => Duration::from_text(other).ok_or(())?,
        };
        let burst = burst.map_or(Ok(count), str::parse).map_err(|_| ())?;
        if count == 0 || burst == 0 || per.is_zero() { Err(()) } else { Ok(Rate { count, per, burst }) }
    }
}

impl fmt::Display for Rate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let per = match self.per.as_millis() {
            1000 => "s".to_owned(),
            60_000 => "min".to_owned(),
            3_600_000 => "h".to_owned(),
            _ => show_duration(self.per),
        };
        write!(f, "{}/{per}", self.count)?;
        if self.burst == self.count { Ok(()) } else { write!(f, ", burst {}", self.burst) }
    }
}
