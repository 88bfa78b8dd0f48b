//! Crockford's base 32: for what people read aloud, copy from paper and type. No `i`, `l`, `o` or `u`.

use zeroize::Zeroizing;

const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// Writes bytes as letters in groups of four with `-` between them; the last letter is filled with zero bits.
pub fn grouped(bytes: &[u8]) -> String {
    let count = (bytes.len() * 8).div_ceil(5);
    let mut out = String::with_capacity(count + count / 4);
    for index in 0..count {
        if index > 0 && index % 4 == 0 {
            out.push('-');
        }
        let value = (0..5).fold(0, |value, bit| value << 1 | bit_of(bytes, index * 5 + bit));
        out.push(char::from(LETTERS[usize::from(value)]));
    }
    out
}

/// Reads letters: in either case, with spaces and `-` anywhere, `o` as 0, `i` and `l` as 1. `None` for another
/// character, or if the filling bits are not zero.
pub fn read(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(Vec::with_capacity(text.len()));
    let (mut pending, mut bits) = (0u16, 0);
    for letter in text.chars().filter(|letter| !letter.is_whitespace() && *letter != '-') {
        let letter = match letter.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            other => other,
        };
        let value = LETTERS.iter().position(|known| char::from(*known) == letter)?;
        pending = pending << 5 | u16::try_from(value).ok()?;
        bits += 5;
        if bits >= 8 {
            bits -= 8;
            bytes.push(u8::try_from(pending >> bits).ok()?);
            pending &= (1 << bits) - 1;
        }
    }
    (bits < 5 && pending == 0).then_some(bytes)
}

fn bit_of(bytes: &[u8], index: usize) -> u8 {
    bytes.get(index / 8).map_or(0, |byte| byte >> (7 - index % 8) & 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn people_may_type_it_as_they_see_it() {
        assert_eq!(grouped(&[0x00, 0x44, 0x32, 0x14, 0xc7]), "0123-4567");
        for typed in ["O123 4567", "oi23-4567", "0l234567"] {
            assert_eq!(read(typed).as_deref(), Some(&vec![0x00, 0x44, 0x32, 0x14, 0xc7]), "{typed}");
        }
        for wrong in ["U123", "01", "0123-456!", "č"] {
            assert_eq!(read(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(bytes in prop::collection::vec(any::<u8>(), 0..80)) {
            prop_assert_eq!(&*read(&grouped(&bytes)).expect("letters"), &bytes);
        }

        #[test]
        fn any_text_is_no_panic(text in ".{0,40}") {
            _ = read(&text);
        }
    }
}
