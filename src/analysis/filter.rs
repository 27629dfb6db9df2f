//! Filters of table columns, as people type them.

use std::fmt;

/// A number filter: `>1M`, `>=1000`, `<10`, `1000..2000`, `5%` (at least that share), `42`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct NumberFilter {
    low: f64,
    high: f64,
}

/// A text filter: a substring, or a regular expression between slashes; both ignore case.
#[derive(Clone, Debug)]
pub enum TextFilter {
    /// The text contains this, ignoring ASCII case.
    Contains(String),
    /// The text matches this regular expression.
    Regex(regex_lite::Regex),
}

/// Why a filter could not be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FilterError(pub String);

impl fmt::Display for FilterError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TextFilter {
    /// `text` is a substring; `/text/` is a regular expression, ignoring case.
    ///
    /// # Errors
    /// A regular expression that does not parse.
    pub fn parse(text: &str) -> Result<Self, FilterError> {
        match text.strip_prefix('/') {
            Some(pattern) => {
                let pattern = pattern.strip_suffix('/').unwrap_or(pattern);
                regex_lite::RegexBuilder::new(pattern)
                    .case_insensitive(true)
                    .build()
                    .map(Self::Regex)
                    .map_err(|e| FilterError(format!("Not a regular expression: {e}")))
            }
            None => Ok(Self::Contains(text.to_ascii_lowercase())),
        }
    }

    /// Whether the text passes.
    pub fn passes(&self, text: &str) -> bool {
        match self {
            Self::Contains(part) => text.to_ascii_lowercase().contains(part.as_str()),
            Self::Regex(regex) => regex.is_match(text),
        }
    }
}

impl NumberFilter {
    /// Parses a filter; `whole` is what percentages are of.
    ///
    /// # Errors
    /// Text that is no number filter.
    pub fn parse(text: &str, whole: f64) -> Result<Self, FilterError> {
        let text: String = text.chars().filter(|c| !c.is_whitespace() && *c != ',').collect();
        let any = Self { low: f64::NEG_INFINITY, high: f64::INFINITY };
        if let Some(rest) = text.strip_prefix(">=") {
            return Ok(Self { low: number(rest, whole)?, ..any });
        }
        if let Some(rest) = text.strip_prefix("<=") {
            return Ok(Self { high: number(rest, whole)?, ..any });
        }
        if let Some(rest) = text.strip_prefix('>') {
            return Ok(Self { low: number(rest, whole)?.next_up(), ..any });
        }
        if let Some(rest) = text.strip_prefix('<') {
            return Ok(Self { high: number(rest, whole)?.next_down(), ..any });
        }
        if let Some((low, high)) = text.split_once("..") {
            let low = if low.is_empty() { f64::NEG_INFINITY } else { number(low, whole)? };
            let high = if high.is_empty() { f64::INFINITY } else { number(high, whole)? };
            return Ok(Self { low, high });
        }
        let value = number(&text, whole)?;
        if text.ends_with('%') {
            return Ok(Self { low: value, ..any });
        }
        Ok(Self { low: value, high: value })
    }

    /// The one whole number that passes, if it is only one.
    #[expect(clippy::cast_possible_truncation, reason = "a whole number below 2^53")]
    #[expect(clippy::cast_sign_loss, reason = "not negative")]
    pub fn exactly(&self) -> Option<u64> {
        let one = self.low == self.high && self.low.fract() == 0.0;
        (one && (0.0..9e15).contains(&self.low)).then_some(self.low as u64)
    }

    /// Whether the share (or other number) passes.
    pub fn passes_float(&self, value: f64) -> bool {
        value >= self.low && value <= self.high
    }

    /// Whether the value passes.
    #[expect(clippy::cast_precision_loss, reason = "sizes are below 2^53")]
    pub fn passes(&self, value: u64) -> bool {
        self.passes_float(value as f64)
    }
}

/// `1000`, `1.5K`, `10MiB`, `2g`, `5%`.
fn number(text: &str, whole: f64) -> Result<f64, FilterError> {
    let lower = text.to_ascii_lowercase();
    let split = lower.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(lower.len());
    let (digits, unit) = lower.split_at(split);
    let factor = match unit {
        "" | "b" => 1.0,
        "k" | "kb" | "kib" => 1024.0,
        "m" | "mb" | "mib" => 1024.0 * 1024.0,
        "g" | "gb" | "gib" => 1024.0 * 1024.0 * 1024.0,
        "%" => whole / 100.0,
        _ => return Err(unclear(text)),
    };
    digits.parse::<f64>().map(|n| n * factor).map_err(|_| unclear(text))
}

fn unclear(text: &str) -> FilterError {
    FilterError(format!("\"{text}\" is no number filter; try >1M, >=1000, 1000..2000 or 5%"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_filtered_as_typed() {
        for (text, passes, fails) in [
            (">1M", 1_048_577, 1_048_576),
            (">=1000", 1000, 999),
            ("<10", 9, 10),
            ("<= 1,000", 1000, 1001),
            ("1000..2000", 2000, 2001),
            ("..5", 5, 6),
            ("5%", 50, 49),
            ("1.5K", 1536, 1535),
            ("42", 42, 43),
        ] {
            let filter = NumberFilter::parse(text, 1000.0).unwrap();
            assert!(filter.passes(passes), "{text} passes {passes}");
            assert!(!filter.passes(fails), "{text} fails {fails}");
        }
        for text in ["abc", ">", "1X", "--", "1..z"] {
            assert!(NumberFilter::parse(text, 1.0).is_err(), "{text}");
        }
    }

    #[test]
    fn text_is_a_substring_or_a_regular_expression() {
        assert!(TextFilter::parse("hashmap").unwrap().passes("java.util.HashMap"));
        assert!(TextFilter::parse("/^java\\..*Map$/").unwrap().passes("java.util.HashMap"));
        assert!(!TextFilter::parse("/^Map/").unwrap().passes("java.util.HashMap"));
        assert!(
            TextFilter::parse("a.b").unwrap().passes("a.b")
                && !TextFilter::parse("a.b").unwrap().passes("axb")
        );
        assert!(TextFilter::parse("/(/").is_err());
    }
}
