//! The two encodings every formula of the protocol is made of: strict base64url, and length-prefixed labels.

use base64ct::{Base64UrlUnpadded, Encoding as _};

/// Encodes bytes as base64url without padding.
pub fn b64(bytes: &[u8]) -> String {
    Base64UrlUnpadded::encode_string(bytes)
}

/// Decodes base64url without padding, accepting exactly one spelling per value; `None` for anything else.
pub fn unb64(text: &str) -> Option<Vec<u8>> {
    Base64UrlUnpadded::decode_vec(text).ok()
}

/// Appends LP(x): the length of `bytes` as a big-endian u32, then the bytes.
///
/// Nothing in the protocol comes near 4 GiB, so a longer input is a bug of the caller and is cut at `u32::MAX`.
pub fn lp(out: &mut Vec<u8>, bytes: &[u8]) {
    let length = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(bytes);
}

/// Returns D(label) = LP("opora/1 " + label), the domain separation of every hash, key and signature.
pub fn domain(label: &str) -> Vec<u8> {
    let mut out = Vec::with_capacity(12 + label.len());
    lp(&mut out, format!("opora/1 {label}").as_bytes());
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_has_one_spelling() {
        for (text, bytes) in
            [("", Some(vec![])), ("AA", Some(vec![0])), ("-_-_", Some(vec![0xfb, 0xff, 0xbf]))]
        {
            assert_eq!(unb64(text), bytes, "{text}");
        }
        for text in ["AB", "AAB", "AAAAAB", "AAAAA", "AA==", "A", "+/+/", "AA\n", " AA", "ÁA"] {
            assert_eq!(unb64(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_label_carries_its_length() {
        assert_eq!(domain("log"), b"\x00\x00\x00\x0bopora/1 log");
    }
}
