//! Numbers: boxed, atomic, counted in stripes, of any precision; sets of bits; positions of buffers.

use super::primitive_text;
use crate::analysis::collections;
use crate::analysis::record::Record;
use crate::heap::ObjectIndex;
use crate::heap::values::Values;
use crate::hprof::Value;

/// The number in a box.
pub(super) fn boxed(record: &Record<'_>) -> Option<String> {
    record.value(&["value"]).filter(|value| !matches!(value, Value::Object(_))).map(primitive_text)
}

/// `AtomicBoolean` keeps an int.
pub(super) fn atomic_boolean(record: &Record<'_>) -> Option<String> {
    record.integer("value").map(|value| (value != 0).to_string())
}

/// The sum of a `LongAdder`: its base and cells.
pub(super) fn adder(values: &Values<'_>, object: ObjectIndex) -> Option<String> {
    collections::striped_sum(values, object, "base", "cells").map(|sum| sum.to_string())
}

/// Words of a number that are told in digits: some 600 of them.
const MAX_WORDS: u32 = 64;

/// The magnitude of a `BigInteger`, most significant word first, and its sign.
struct Magnitude {
    negative: bool,
    words: Vec<u32>,
}

impl Magnitude {
    fn digits(&self) -> String {
        let mut words = self.words.clone();
        let mut parts: Vec<u32> = Vec::new();
        // Nine digits at a time.
        while words.iter().any(|&word| word != 0) {
            let mut rest = 0u64;
            for word in &mut words {
                let part = rest << 32 | u64::from(*word);
                // Below 2^32, as the rest is below the divisor.
                *word = u32::try_from(part / 1_000_000_000).unwrap_or(u32::MAX);
                rest = part % 1_000_000_000;
            }
            parts.push(u32::try_from(rest).unwrap_or(0));
        }
        let mut text = parts.pop().unwrap_or(0).to_string();
        for part in parts.iter().rev() {
            text.push_str(&format!("{part:09}"));
        }
        text
    }
}

/// The magnitude, or how long it is where it is longer than anybody reads.
fn magnitude(values: &Values<'_>, record: &Record<'_>) -> Option<Result<Magnitude, u32>> {
    let array = record.reference("mag")?;
    let length = values.heap().objects.length(array)?;
    if length > MAX_WORDS {
        return Some(Err(length));
    }
    let elements = values.primitive_elements(array, 0, MAX_WORDS).ok()?;
    let words: Vec<u32> = elements
        .into_iter()
        .map(|value| match value {
            Value::Int(word) => Some(word.cast_unsigned()),
            _ => None,
        })
        .collect::<Option<_>>()?;
    (words.len() == length as usize)
        .then(|| Ok(Magnitude { negative: record.integer("signum") == Some(-1), words }))
}

/// A `BigInteger` in decimal; of a very long one how many bits it has.
pub(super) fn big_integer(values: &Values<'_>, record: &Record<'_>) -> Option<String> {
    Some(match magnitude(values, record)? {
        Ok(number) => signed(number.negative, number.digits()),
        Err(words) => format!("a number of about {} bits", u64::from(words) * 32),
    })
}

fn signed(negative: bool, digits: String) -> String {
    if negative { format!("-{digits}") } else { digits }
}

/// A `BigDecimal` as its `toString` writes it.
pub(super) fn big_decimal(values: &Values<'_>, record: &Record<'_>) -> Option<String> {
    let scale = record.integer("scale")?;
    // Long.MIN_VALUE stands for "see intVal".
    let (negative, digits) = match record.integer("intCompact") {
        Some(compact) if compact != i64::MIN => (compact < 0, compact.unsigned_abs().to_string()),
        _ => {
            let inner = Record::read(values, record.reference("intVal")?);
            match magnitude(values, &inner)? {
                Ok(number) => (number.negative, number.digits()),
                Err(words) => {
                    return Some(format!(
                        "a decimal number of about {} bits",
                        u64::from(words) * 32
                    ));
                }
            }
        }
    };
    Some(signed(negative, decimal(&digits, scale)))
}

/// The canonical form of `BigDecimal.toString`.
fn decimal(digits: &str, scale: i64) -> String {
    let length = i64::try_from(digits.len()).unwrap_or(i64::MAX);
    let exponent = (length - 1).saturating_sub(scale);
    if scale == 0 {
        return digits.to_owned();
    }
    if scale > 0 && exponent >= -6 {
        let point = length - scale;
        return match usize::try_from(point) {
            Ok(point) if point > 0 => format!("{}.{}", &digits[..point], &digits[point..]),
            // The exponent bounds the zeros by six.
            _ => {
                let zeros = usize::try_from(-point).unwrap_or(0);
                format!("0.{}{digits}", "0".repeat(zeros))
            }
        };
    }
    let (first, rest) = digits.split_at(1.min(digits.len()));
    let point = if rest.is_empty() { "" } else { "." };
    let sign = if exponent >= 0 { "+" } else { "" };
    format!("{first}{point}{rest}E{sign}{exponent}")
}

/// Words of a `BitSet` that are looked at, and bits that are named.
const MAX_BIT_WORDS: u32 = 1 << 12;
const NAMED_BITS: usize = 8;

/// The first bits of a `BitSet`, and how many are set.
pub(super) fn bit_set(values: &Values<'_>, record: &Record<'_>) -> Option<String> {
    let array = record.reference("words")?;
    let used = record.count("wordsInUse").unwrap_or(u32::MAX);
    let length = values.heap().objects.length(array)?.min(used);
    let words = values.primitive_elements(array, 0, length.min(MAX_BIT_WORDS)).ok()?;
    let (mut named, mut set) = (Vec::new(), 0u64);
    for (at, word) in words.into_iter().enumerate() {
        let Value::Long(word) = word else { return None };
        set += u64::from(word.count_ones());
        let bits = (0..64).filter(|bit| word >> bit & 1 == 1);
        let left = NAMED_BITS - named.len().min(NAMED_BITS);
        named.extend(bits.take(left).map(|bit| (at * 64 + bit).to_string()));
    }
    let more = if length > MAX_BIT_WORDS { " or more" } else { "" };
    let rest = if set > named.len() as u64 || length > MAX_BIT_WORDS {
        format!(", … {}{more} bits set", super::super::story::count(set))
    } else {
        String::new()
    };
    Some(format!("{{{}{rest}}}", named.join(", ")))
}

/// Where a `java.nio.Buffer` stands.
pub(super) fn buffer(record: &Record<'_>) -> Option<String> {
    let part = |name| record.integer(name);
    let (position, limit, capacity) = (part("position")?, part("limit")?, part("capacity")?);
    Some(format!("position {position}, limit {limit}, capacity {capacity}"))
}

#[cfg(test)]
mod tests {
    use super::{Magnitude, decimal};

    #[test]
    fn words_become_digits() {
        let digits = |words: &[u32]| Magnitude { negative: false, words: words.to_vec() }.digits();
        assert_eq!(digits(&[]), "0");
        assert_eq!(digits(&[1, 0]), "4294967296");
        assert_eq!(digits(&[0x3b9a_ca00]), "1000000000");
        assert_eq!(digits(&[u32::MAX; 4]), u128::MAX.to_string());
    }

    /// Lines of the documentation of `BigDecimal.toString`.
    #[test]
    fn decimals_are_written_as_java_writes_them() {
        for (digits, scale, text) in [
            ("123", 0, "123"),
            ("123", -1, "1.23E+3"),
            ("123", -3, "1.23E+5"),
            ("123", 1, "12.3"),
            ("123", 5, "0.00123"),
            ("123", 10, "1.23E-8"),
            ("5", 7, "5E-7"),
            ("0", 2, "0.00"),
        ] {
            assert_eq!(decimal(digits, scale), text);
        }
        assert_eq!(decimal("1", i64::MIN), format!("1E+{}", i64::MAX));
    }
}
