//! Modified UTF-8: how a JVM writes names.
//!
//! The JVM specification (section 4.4.7) departs from UTF-8 in two ways: NUL is `C0 80`, and a
//! character past U+FFFF is its two UTF-16 surrogates, three bytes each. Neither is valid UTF-8, so
//! valid UTF-8 (other VMs, rewriting tools) can be accepted beside it without ambiguity.

/// Decodes a name of the dump.
///
/// Takes modified UTF-8 and plain UTF-8, mixed as they come. A surrogate without its other half,
/// which Java's strings may hold and Rust's may not, is written as its escape: `\\ud83d`. Whatever
/// is no encoding of anything (an overlong form, a stray or missing continuation byte) becomes
/// U+FFFD. Linear in `bytes.len()`; never fails.
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
    decode_parts(&mut rest, |part| match part {
        Part::Valid(valid) => text.push_str(valid),
        Part::Char(decoded) => text.push(decoded),
        Part::Lone(unit) => text.push_str(&escaped_unit(unit)),
    });
    text
}

/// The UTF-16 units of a name, lone surrogates included. Linear in `bytes.len()`.
pub fn modified_utf8_units(mut bytes: &[u8]) -> Vec<u16> {
    let mut units = Vec::with_capacity(bytes.len());
    decode_parts(&mut bytes, |part| match part {
        Part::Valid(valid) => units.extend(valid.encode_utf16()),
        Part::Char(decoded) => units.extend_from_slice(decoded.encode_utf16(&mut [0; 2])),
        Part::Lone(unit) => units.push(unit),
    });
    units
}

/// The escape that stands for a surrogate without its other half.
fn escaped_unit(unit: u16) -> String {
    format!("\\u{unit:04x}")
}

/// Text of UTF-16 units; surrogates without their other half as escapes.
pub fn utf16_text(units: impl IntoIterator<Item = u16>) -> String {
    let mut text = String::new();
    for decoded in char::decode_utf16(units) {
        match decoded {
            Ok(decoded) => text.push(decoded),
            Err(lone) => text.push_str(&escaped_unit(lone.unpaired_surrogate())),
        }
    }
    text
}

/// The last position up to `at` at which `bytes` can be cut without cutting a character, or a
/// surrogate pair, in two. `at` itself where what is there is no text. O(1).
pub fn boundary_before(bytes: &[u8], at: usize) -> usize {
    if at >= bytes.len() {
        return bytes.len();
    }
    let is_inside = |at: usize| bytes.get(at).is_some_and(|b| b & 0xc0 == 0x80);
    let Some(start) = (at.saturating_sub(3)..=at).rev().find(|&at| !is_inside(at)) else {
        return at;
    };
    let pair = start.checked_sub(3).and_then(|high| bytes.get(high..));
    match pair.map(decode_special) {
        Some((Special::Char(_), 6)) => start - 3,
        _ => start,
    }
}

/// A stretch of decoded text.
enum Part<'a> {
    Valid(&'a str),
    Char(char),
    Lone(u16),
}

fn decode_parts(rest: &mut &[u8], mut take: impl FnMut(Part<'_>)) {
    while !rest.is_empty() {
        let error = match core::str::from_utf8(rest) {
            Ok(valid) => return take(Part::Valid(valid)),
            Err(error) => error,
        };
        let (valid, invalid) = rest.split_at(error.valid_up_to());
        take(Part::Valid(core::str::from_utf8(valid).unwrap_or_default()));
        let (decoded, taken) = decode_special(invalid);
        let taken = match decoded {
            Special::Char(decoded) => {
                take(Part::Char(decoded));
                taken
            }
            Special::Lone(unit) => {
                take(Part::Lone(unit));
                taken
            }
            Special::None => {
                take(Part::Char(char::REPLACEMENT_CHARACTER));
                // `error_len` is `None` where the text ends inside a character.
                error.error_len().unwrap_or(invalid.len())
            }
        };
        *rest = invalid.get(taken..).unwrap_or_default();
    }
}

/// One of the forms that only modified UTF-8 has.
enum Special {
    /// NUL, or a pair of surrogates.
    Char(char),
    /// A surrogate without its other half.
    Lone(u16),
    /// None of them.
    None,
}

/// The form that starts `bytes`, and the bytes it takes.
fn decode_special(bytes: &[u8]) -> (Special, usize) {
    if let [0xc0, 0x80, ..] = bytes {
        return (Special::Char('\0'), 2);
    }
    let Some(unit) = surrogate(bytes) else { return (Special::None, 0) };
    let low = bytes.get(3..).and_then(surrogate);
    match low.map(|low| char::decode_utf16([unit, low]).next()) {
        Some(Some(Ok(decoded))) => (Special::Char(decoded), 6),
        _ => (Special::Lone(unit), 3),
    }
}

/// The UTF-16 surrogate that three bytes encode.
fn surrogate(bytes: &[u8]) -> Option<u16> {
    match *bytes {
        [0xed, second @ 0xa0..=0xbf, third @ 0x80..=0xbf, ..] => {
            Some(0xd000 | u16::from(second & 0x3f) << 6 | u16::from(third & 0x3f))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::{boundary_before, decode_modified_utf8, modified_utf8_units, utf16_text};
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
    fn a_lone_surrogate_is_shown_as_its_escape() {
        assert_eq!(decode_modified_utf8(b"a\xed\xa0\xbdb"), "a\\ud83db", "high");
        assert_eq!(decode_modified_utf8(b"a\xed\xb8\x80b"), "a\\ude00b", "low");
        let swapped = b"\xed\xb8\x80\xed\xa0\xbd";
        assert_eq!(decode_modified_utf8(swapped), "\\ude00\\ud83d", "the wrong order");
        let high_then_pair = b"\xed\xa0\xbd\xed\xa0\xbd\xed\xb8\x80";
        assert_eq!(decode_modified_utf8(high_then_pair), "\\ud83d\u{1f600}");
    }

    #[test]
    fn a_cut_leaves_characters_and_pairs_whole() {
        let text = b"a\xc3\xa9\xe4\xb8\x96\xf0\x9f\x98\x80\xed\xa0\xbd\xed\xb8\x80z";
        let cuts: Vec<usize> = (0..=text.len()).map(|at| boundary_before(text, at)).collect();
        assert_eq!(cuts, [0, 1, 1, 3, 3, 3, 6, 6, 6, 6, 10, 10, 10, 10, 10, 10, 16, 17]);
        assert_eq!(boundary_before(b"\x80\x80\x80\x80\x80\x80", 4), 4, "no text at all");
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
        fn every_string_of_java_comes_back_unit_by_unit(units in prop::collection::vec(
            prop_oneof![any::<u16>(), 0xd800_u16..=0xdfff], 0..40)
        ) {
            let encoded = encode_units(units.iter().copied());
            prop_assert_eq!(decode_modified_utf8(&encoded), utf16_text(units.iter().copied()));
            prop_assert_eq!(modified_utf8_units(&encoded), units);
        }

        #[test]
        fn pieces_that_are_cut_at_boundaries_join_to_the_whole(units in prop::collection::vec(
            prop_oneof![any::<u16>(), 0xd800_u16..=0xdfff, 0x20_u16..0x7f], 0..40), step in 7_usize..12
        ) {
            let encoded = encode_units(units.iter().copied());
            let (mut at, mut text) = (0, String::new());
            while at < encoded.len() {
                let end = boundary_before(&encoded, at + step);
                prop_assert!(end > at, "a piece of {} bytes holds no character", step);
                text += &decode_modified_utf8(&encoded[at..end]);
                at = end;
            }
            prop_assert_eq!(text, decode_modified_utf8(&encoded));
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
