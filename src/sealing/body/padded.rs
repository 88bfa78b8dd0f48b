//! A body in clear, and its padding: only four lengths exist, so that a length says little.

use zeroize::{Zeroize as _, Zeroizing};

use crate::conversation::sealed::BUCKETS;
use crate::sealing::{CannotRead, SealError};

/// The longest name, in bytes.
const NAME: usize = 64;
/// The longest text that is sealed, in bytes.
const TEXT: usize = 8000;
/// What a body has beside name and text: u8 type, u16 and u32 lengths.
const FRAME: usize = 7;

/// What a body's text is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BodyKind {
    /// A person's words.
    Text,
    /// The facets of a contact.
    Json,
}

/// What a person wrote, in clear. Wiped when dropped, and shown by no `Debug`.
#[derive(PartialEq, Eq)]
pub struct Body {
    /// What the text is.
    pub kind: BodyKind,
    /// The counsellor's alias; a child has none.
    pub name: String,
    /// The words. Untrusted: only a `SafeText` of them may be drawn.
    pub text: String,
}

impl Body {
    /// A person's words, under an alias at the line and under none as a child.
    pub fn text(name: &str, text: &str) -> Self {
        Self { kind: BodyKind::Text, name: name.to_owned(), text: text.to_owned() }
    }

    /// The facets of a contact.
    pub fn json(name: &str, text: &str) -> Self {
        Self { kind: BodyKind::Json, name: name.to_owned(), text: text.to_owned() }
    }

    /// Returns u8 type ‖ u16 length ‖ name ‖ u32 length ‖ text ‖ zeros, to the least of the four sizes.
    pub(super) fn padded(&self) -> Result<Zeroizing<Vec<u8>>, SealError> {
        let (name, text) = (self.name.as_bytes(), self.text.as_bytes());
        if name.len() > NAME || text.len() > TEXT {
            return Err(SealError::TooLong);
        }
        let size = bucket(FRAME + name.len() + text.len()).ok_or(SealError::TooLong)?;
        let (name_length, text_length) = (u16::try_from(name.len()), u32::try_from(text.len()));
        let (Ok(name_length), Ok(text_length)) = (name_length, text_length) else {
            return Err(SealError::TooLong);
        };
        let mut out = Zeroizing::new(Vec::with_capacity(size));
        out.push(match self.kind {
            BodyKind::Text => 1,
            BodyKind::Json => 4,
        });
        out.extend_from_slice(&name_length.to_be_bytes());
        out.extend_from_slice(name);
        out.extend_from_slice(&text_length.to_be_bytes());
        out.extend_from_slice(text);
        out.resize(size, 0);
        Ok(out)
    }

    /// Reads what [`Body::padded`] wrote, and nothing else.
    pub(super) fn unpadded(bytes: &[u8]) -> Result<Self, CannotRead> {
        let (kind, rest) = bytes.split_first().ok_or(CannotRead)?;
        let kind = match kind {
            1 => BodyKind::Text,
            4 => BodyKind::Json,
            _ => return Err(CannotRead),
        };
        let (length, rest) = rest.split_first_chunk().ok_or(CannotRead)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (name, rest) = rest.split_at_checked(length).ok_or(CannotRead)?;
        let (length, rest) = rest.split_first_chunk().ok_or(CannotRead)?;
        let length = usize::try_from(u32::from_be_bytes(*length)).map_err(|_| CannotRead)?;
        let (text, zeros) = rest.split_at_checked(length).ok_or(CannotRead)?;
        let fits = name.len() <= NAME
            && bucket(FRAME + name.len() + text.len()) == Some(bytes.len())
            && zeros.iter().all(|byte| *byte == 0);
        match (fits, std::str::from_utf8(name), std::str::from_utf8(text)) {
            (true, Ok(name), Ok(text)) => Ok(Self { kind, name: name.to_owned(), text: text.to_owned() }),
            _ => Err(CannotRead),
        }
    }
}

impl Drop for Body {
    fn drop(&mut self) {
        self.name.zeroize();
        self.text.zeroize();
    }
}

/// Returns the least padded size that holds `length` bytes.
fn bucket(length: usize) -> Option<usize> {
    BUCKETS.into_iter().find(|bucket| *bucket >= length)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use sha2::{Digest as _, Sha256};

    use super::*;
    use crate::sealing::tests::{hex, vectors};

    #[test]
    fn the_sizes_are_the_vectors() {
        for case in vectors()["bodies"].as_array().expect("cases") {
            let count = case["x"].as_u64().and_then(|count| usize::try_from(count).ok()).expect("a length");
            let body = Body::text(case["name"].as_str().expect("a name"), &"x".repeat(count));
            let padded = body.padded().expect("fits");
            assert_eq!(Some(padded.len() as u64), case["size"].as_u64(), "{case}");
            assert_eq!(Sha256::digest(&*padded).as_slice(), hex(&case["sha256"]), "{case}");
            assert!(Body::unpadded(&padded) == Ok(body), "{case}");
        }
    }

    #[test]
    fn another_form_is_refused() {
        for case in vectors()["strict"]["body"].as_array().expect("cases") {
            assert_eq!(Body::unpadded(&hex(&case["body"])).err(), Some(CannotRead), "{}", case["name"]);
        }
        assert_eq!(Body::unpadded(&[]).err(), Some(CannotRead));
    }

    #[test]
    fn what_is_too_long_is_not_sealed() {
        for body in [Body::text("", &"x".repeat(TEXT + 1)), Body::text(&"x".repeat(NAME + 1), "")] {
            assert_eq!(body.padded().err(), Some(SealError::TooLong));
        }
    }

    proptest! {
        #[test]
        fn padding_loses_nothing(name in "\\PC{0,16}", text in ".{0,2000}", json: bool) {
            let body = if json { Body::json(&name, &text) } else { Body::text(&name, &text) };
            let padded = body.padded().expect("fits");
            prop_assert!(BUCKETS.contains(&padded.len()));
            prop_assert!(Body::unpadded(&padded) == Ok(body));
        }

        #[test]
        fn what_is_read_is_what_would_be_written(bytes in prop::collection::vec(any::<u8>(), 0..300), size in 0..2usize) {
            let mut bytes = bytes;
            bytes.resize(BUCKETS[size], 0);
            bytes[0] = 1;
            bytes[1] = 0;
            bytes[2] %= 80;
            let after = 3 + usize::from(bytes[2]);
            bytes[after..after + 3].fill(0);
            if let Ok(body) = Body::unpadded(&bytes) {
                prop_assert_eq!(&*body.padded().expect("fits"), &bytes);
            }
        }

        #[test]
        fn arbitrary_bytes_are_no_panic(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            prop_assert!(Body::unpadded(&bytes).is_err());
        }
    }
}
