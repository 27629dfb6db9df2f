//! Modified UTF-8: how a JVM writes names.
//!
//! The JVM specification (section 4.4.7) departs from UTF-8 in two ways: NUL is `C0 80`, and a
//! character past U+FFFF is its two UTF-16 surrogates, three bytes each. Neither is valid UTF-8, so
//! valid UTF-8 (other VMs, rewriting tools) can be accepted beside it without ambiguity.

/// Decodes a name of the dump.
///
/// Takes modified UTF-8 and plain UTF-8, mixed as they come. Whatever is neither (a lone surrogate,
/// an overlong form, a stray or missing continuation byte) becomes U+FFFD. Linear in
/// `bytes.len()`; never fails.
pub fn decode_modified_utf8(bytes: &[u8]) -> String {
    match core::str::from_utf8(bytes) {
        // Nearly every name: ASCII, which the standard library checks a word at a time.
        Ok(text) => text.to_owned(),
        Err(_) => decode_mixed(bytes),
    }
}

fn decode_mixed(mut rest: &[u8]) -> String {
    // Every arm below writes at most three bytes (U+FFFD) for each byte it takes; the usual case
    // shrinks, so the input's length is the better guess.
    let mut text = String::with_capacity(rest.len());
    while !rest.is_empty() {
        let error = match core::str::from_utf8(rest) {
            Ok(valid) => {
                text.push_str(valid);
                break;
            }
            Err(error) => error,
        };
        let (valid, invalid) = rest.split_at(error.valid_up_to());
        text.push_str(core::str::from_utf8(valid).unwrap_or_default());
        let (decoded, taken) = decode_special(invalid);
        text.push(decoded.unwrap_or(char::REPLACEMENT_CHARACTER));
        let taken = match decoded {
            Some(_) => taken,
            // `error_len` is `None` where the text ends inside a character.
            None => taken.max(error.error_len().unwrap_or(invalid.len())),
        };
        rest = invalid.get(taken..).unwrap_or_default();
    }
    text
}

/// The character that starts `bytes` in one of the forms that only modified UTF-8 has, and the
/// bytes it takes. `None` with a length is a lone surrogate, `None` with 0 nothing known.
fn decode_special(bytes: &[u8]) -> (Option<char>, usize) {
    if let [0xc0, 0x80, ..] = bytes {
        return (Some('\0'), 2);
    }
    let Some(unit) = surrogate(bytes) else { return (None, 0) };
    let low = bytes.get(3..).and_then(surrogate);
    match (unit, low) {
        (0xd800..=0xdbff, Some(low @ 0xdc00..=0xdfff)) => {
            let code = 0x1_0000 + ((unit - 0xd800) << 10) + (low - 0xdc00);
            (char::from_u32(code), 6)
        }
        _ => (None, 3),
    }
}

/// The UTF-16 surrogate that three bytes encode.
fn surrogate(bytes: &[u8]) -> Option<u32> {
    match *bytes {
        [0xed, second @ 0xa0..=0xbf, third @ 0x80..=0xbf, ..] => {
            Some(0xd000 | u32::from(second & 0x3f) << 6 | u32::from(third & 0x3f))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::decode_modified_utf8;
    use proptest::prelude::*;

    /// What `DataOutputStream.writeUTF` and HotSpot's symbols do: each UTF-16 unit by itself.
    fn encode_units(units: impl IntoIterator<Item = u16>) -> Vec<u8> {
        let mut bytes = Vec::new();
        for unit in units {
            let [high, low] = unit.to_be_bytes();
            let middle = (high & 0x0f) << 2 | low >> 6;
            let last = 0x80 | (low & 0x3f);
            match unit {
                0x0001..=0x007f => bytes.push(low),
                0x0000 | 0x0080..=0x07ff => bytes.extend([0xc0 | middle, last]),
                _ => bytes.extend([0xe0 | high >> 4, 0x80 | middle, last]),
            }
        }
        bytes
    }

    #[test]
    fn ascii_is_itself() {
        assert_eq!(decode_modified_utf8(b""), "");
        assert_eq!(decode_modified_utf8(b"java/lang/String"), "java/lang/String");
    }

    #[test]
    fn nul_is_written_as_c0_80() {
        assert_eq!(decode_modified_utf8(b"a\xc0\x80b"), "a\0b");
        assert_eq!(decode_modified_utf8(b"\xc0\x80\xc0\x80"), "\0\0");
        assert_eq!(decode_modified_utf8(b"a\0b"), "a\0b", "a plain zero byte is accepted too");
    }

    #[test]
    fn a_surrogate_pair_is_one_character() {
        assert_eq!(decode_modified_utf8(b"\xed\xa0\xbd\xed\xb8\x80"), "\u{1f600}");
        assert_eq!(decode_modified_utf8(b"<\xed\xa0\x80\xed\xb0\x80>"), "<\u{10000}>");
        assert_eq!(decode_modified_utf8(b"\xed\xaf\xbf\xed\xbf\xbf"), "\u{10ffff}");
    }

    #[test]
    fn plain_utf8_is_accepted_even_beside_modified_utf8() {
        assert_eq!(decode_modified_utf8("\u{1f600}".as_bytes()), "\u{1f600}");
        let mut both = "é\u{1f600}".as_bytes().to_vec();
        both.extend(b"\xc0\x80\xed\xa0\xbd\xed\xb8\x80z");
        assert_eq!(decode_modified_utf8(&both), "é\u{1f600}\0\u{1f600}z");
    }

    #[test]
    fn a_lone_surrogate_is_one_replacement_character() {
        assert_eq!(decode_modified_utf8(b"a\xed\xa0\xbdb"), "a\u{fffd}b", "high");
        assert_eq!(decode_modified_utf8(b"a\xed\xb8\x80b"), "a\u{fffd}b", "low");
        let swapped = b"\xed\xb8\x80\xed\xa0\xbd";
        assert_eq!(decode_modified_utf8(swapped), "\u{fffd}\u{fffd}", "the wrong order");
        let high_then_pair = b"\xed\xa0\xbd\xed\xa0\xbd\xed\xb8\x80";
        assert_eq!(decode_modified_utf8(high_then_pair), "\u{fffd}\u{1f600}");
    }

    #[test]
    fn what_is_invalid_is_replaced_and_the_rest_kept() {
        assert_eq!(decode_modified_utf8(b"a\x80b"), "a\u{fffd}b", "stray continuation");
        assert_eq!(decode_modified_utf8(b"a\xffb"), "a\u{fffd}b", "never a lead byte");
        assert_eq!(decode_modified_utf8(b"\xc1\x81x"), "\u{fffd}\u{fffd}x", "overlong");
        assert_eq!(decode_modified_utf8(b"a\xe2\x82"), "a\u{fffd}", "cut off");
        assert_eq!(decode_modified_utf8(b"\xc3(x"), "\u{fffd}(x", "missing continuation");
    }

    proptest! {
        #[test]
        fn what_a_jvm_encodes_comes_back(text in any::<String>()) {
            prop_assert_eq!(decode_modified_utf8(&encode_units(text.encode_utf16())), text);
        }

        #[test]
        fn lone_surrogates_decode_as_utf16_does(units in prop::collection::vec(
            prop_oneof![any::<u16>(), 0xd800_u16..=0xdfff], 0..40)
        ) {
            let decoded = decode_modified_utf8(&encode_units(units.iter().copied()));
            prop_assert_eq!(decoded, String::from_utf16_lossy(&units));
        }

        #[test]
        fn valid_utf8_is_unchanged(text in any::<String>()) {
            prop_assert_eq!(decode_modified_utf8(text.as_bytes()), text);
        }

        #[test]
        fn arbitrary_bytes_never_panic_and_grow_at_most_threefold(
            bytes in prop::collection::vec(prop_oneof![
                any::<u8>(), Just(0xed), Just(0xc0), 0x80_u8..=0xbf
            ], 0..60)
        ) {
            prop_assert!(decode_modified_utf8(&bytes).len() <= 3 * bytes.len());
        }
    }
}
