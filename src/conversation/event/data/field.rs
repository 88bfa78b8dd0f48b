//! Checks of single fields, for `#[serde(deserialize_with)]`: each takes one spelling and refuses every other.

use serde::{Deserialize, Deserializer, de};

use super::Seal;
use crate::conversation::encoding::{b64, unb64};

pub fn lang<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    let text = String::deserialize(deserializer)?;
    if !is_lang(&text) {
        return Err(de::Error::custom("not a language tag"));
    }
    Ok(text)
}

/// Returns whether `text` is a language tag as `open` takes it: 2 to 16 ASCII letters, digits or `-`.
pub fn is_lang(text: &str) -> bool {
    (2..=16).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

pub fn seals<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Seal>, D::Error> {
    let seals = Vec::<Seal>::deserialize(deserializer)?;
    if !(1..=2).contains(&seals.len()) {
        return Err(de::Error::custom("one or two seals"));
    }
    Ok(seals)
}

pub fn present_code<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let fits = (1..=64).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"_.".contains(&byte));
    if fits { Ok(Some(text)) } else { Err(de::Error::custom("not a code")) }
}

pub fn small<'de, D: Deserializer<'de>>(
    deserializer: D,
    range: std::ops::RangeInclusive<u8>,
) -> Result<Option<u8>, D::Error> {
    let value = u8::deserialize(deserializer)?;
    if range.contains(&value) { Ok(Some(value)) } else { Err(de::Error::custom("out of range")) }
}

pub fn felt<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u8>, D::Error> {
    small(deserializer, 1..=4)
}

pub fn heard<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u8>, D::Error> {
    small(deserializer, 0..=2)
}

pub fn places<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u8, D::Error> {
    small(deserializer, 0..=20)?.ok_or_else(|| de::Error::custom("places"))
}

pub fn present_salt<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<[u8; 12]>, D::Error> {
    let text = String::deserialize(deserializer)?;
    let salt = unb64(&text).and_then(|bytes| bytes.try_into().ok());
    salt.map(Some).ok_or_else(|| de::Error::custom("not a salt"))
}

pub fn present_b64<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Vec<u8>>, D::Error> {
    let text = String::deserialize(deserializer)?;
    unb64(&text).map(Some).ok_or_else(|| de::Error::custom("not b64"))
}

pub fn some_b64<S: serde::Serializer>(value: &Option<Vec<u8>>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&b64(value.as_deref().unwrap_or_default()))
}

/// Defines a serde module for a fixed number of bytes in b64.
macro_rules! bytes_module {
    ($name:ident, $length:expr) => {
        /// Serde for a fixed number of bytes in b64.
        pub(crate) mod $name {
            use super::*;
            /// Writes b64.
            pub fn serialize<S: serde::Serializer>(
                value: &[u8; $length],
                serializer: S,
            ) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&b64(value))
            }
            /// Reads exactly this many bytes of b64.
            pub fn deserialize<'de, D: Deserializer<'de>>(
                deserializer: D,
            ) -> Result<[u8; $length], D::Error> {
                let text = String::deserialize(deserializer)?;
                let bytes = unb64(&text).and_then(|bytes| bytes.try_into().ok());
                bytes.ok_or_else(|| de::Error::custom(concat!("not ", stringify!($length), " bytes")))
            }
        }
    };
}
bytes_module!(bytes48, 48);
bytes_module!(bytes64, 64);
bytes_module!(bytes65, 65);
