//! Values put into texts, and how numbers are written.

use std::borrow::Cow;

use fluent_bundle::FluentValue;
use fluent_bundle::types::{FluentNumber, FluentNumberOptions};

use super::{Lang, Locale};

/// What is put into a text.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    /// Words, and numbers that are names (a year, a port).
    Text(Cow<'a, str>),
    /// A whole number: chooses the plural form, is grouped by thousands.
    Number(i64),
    /// A number with so many places behind the comma.
    Decimal(f64, usize),
}

impl<'a> Value<'a> {
    pub(super) fn to_fluent(&self) -> FluentValue<'_> {
        match self {
            Value::Text(text) => FluentValue::String(Cow::Borrowed(text)),
            Value::Number(number) => FluentValue::from(*number),
            Value::Decimal(number, places) => FluentValue::Number(FluentNumber::new(
                round(*number, *places),
                FluentNumberOptions { minimum_fraction_digits: Some(*places), ..Default::default() },
            )),
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(Cow::Borrowed(text))
    }
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(text: &'a String) -> Self {
        Value::Text(Cow::Borrowed(text))
    }
}

impl From<String> for Value<'_> {
    fn from(text: String) -> Self {
        Value::Text(Cow::Owned(text))
    }
}

macro_rules! whole_numbers {
    ($($number:ty),*) => { $(
        impl From<$number> for Value<'_> {
            fn from(number: $number) -> Self {
                Value::Number(i64::try_from(number).unwrap_or(i64::MAX))
            }
        }
    )* };
}
whole_numbers!(u8, u16, u32, u64, usize, i32, i64);

impl Locale {
    /// Writes a whole number: 1 204. The gap does not break.
    pub fn number(&self, number: i64) -> String {
        group(&number.to_string(), self.lang())
    }

    /// Writes a number with so many places behind the comma: 12.4 in English, 12,4 in Czech.
    pub fn decimal(&self, number: f64, places: usize) -> String {
        group(&format!("{number:.places$}"), self.lang())
    }

    /// Writes a share of one as whole percent: `0.781` is `78 %`, and nothing is `–`.
    pub fn percent(&self, share: Option<f64>) -> String {
        match share {
            Some(share) => format!("{} %", self.decimal(share * 100.0, 0)),
            None => "–".to_owned(),
        }
    }

    /// Writes a size: 312 B, 31.2 kB, 12.4 MB.
    pub fn size(&self, bytes: u64) -> String {
        let bytes = bytes as f64;
        match bytes {
            b if b < 1e3 => format!("{} B", self.decimal(b, 0)),
            b if b < 1e6 => format!("{} kB", self.decimal(b / 1e3, 1)),
            b if b < 1e9 => format!("{} MB", self.decimal(b / 1e6, 1)),
            b => format!("{} GB", self.decimal(b / 1e9, 1)),
        }
    }
}

pub(super) fn format_english<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    format_number(value, Lang::En)
}

pub(super) fn format_czech<M>(value: &FluentValue<'_>, _: &M) -> Option<String> {
    format_number(value, Lang::Cs)
}

fn format_number(value: &FluentValue<'_>, lang: Lang) -> Option<String> {
    match value {
        FluentValue::Number(number) => Some(group(&number.as_string(), lang)),
        _ => None,
    }
}

/// Rounds as it will be written, so that plural form and digits agree.
fn round(number: f64, places: usize) -> f64 {
    format!("{number:.places$}").parse().unwrap_or(number)
}

/// Sets gaps between thousands and the decimal mark of the language into plain digits.
fn group(digits: &str, lang: Lang) -> String {
    let (whole, fraction) =
        digits.split_once('.').map_or((digits, None), |(whole, rest)| (whole, Some(rest)));
    let (sign, whole) = whole.strip_prefix('-').map_or(("", whole), |whole| ("-", whole));
    let mut written = sign.to_owned();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            written.push('\u{a0}');
        }
        written.push(digit);
    }
    if let Some(fraction) = fraction {
        written.push(if lang == Lang::Cs { ',' } else { '.' });
        written.push_str(fraction);
    }
    written
}
