//! Strict JSON: what the relay accepts. An unknown, missing or doubled field, `null` for a field, another form of a
//! number, U+0000, a lone surrogate or a byte order mark is an error, at any depth.

use serde::{Deserialize, Deserializer, de};

/// The largest integer on the wire: 2^53 − 1, the last that JavaScript can count to.
pub const MAX_INTEGER: u64 = (1 << 53) - 1;

/// Parses `text` as exactly one `T`. Fields must be denied by `T` itself (`deny_unknown_fields`).
///
/// # Errors
/// Returns the reason, which names fields and positions but never echoes a value.
pub fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> Result<T, serde_json::Error> {
    if text.contains("\\u0000") && has_nul(text)? {
        return Err(de::Error::custom("U+0000 in a string"));
    }
    serde_json::from_str(text)
}

fn has_nul(text: &str) -> Result<bool, serde_json::Error> {
    fn walk(value: &serde_json::Value) -> bool {
        match value {
            serde_json::Value::String(text) => text.contains('\0'),
            serde_json::Value::Array(items) => items.iter().any(walk),
            serde_json::Value::Object(fields) => {
                fields.iter().any(|(key, value)| key.contains('\0') || walk(value))
            }
            _ => false,
        }
    }
    Ok(walk(&serde_json::from_str(text)?))
}

/// Reads an integer below 2^53; for `#[serde(deserialize_with)]`.
///
/// # Errors
/// Fails for every other number and for anything that is no number.
pub fn integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    let value = u64::deserialize(deserializer)?;
    if value > MAX_INTEGER {
        return Err(de::Error::custom("integer of 2^53 or more"));
    }
    Ok(value)
}

/// Reads a present optional field, refusing `null`; for `#[serde(default, deserialize_with)]`.
///
/// # Errors
/// Fails as `T` does.
pub fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

/// Reads a present optional integer below 2^53, refusing `null`.
///
/// # Errors
/// Fails as [`integer`] does.
pub fn present_integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u64>, D::Error> {
    integer(deserializer).map(Some)
}
