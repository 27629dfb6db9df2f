//! Sentences made of runs of text and links, for headlines and stories.

use super::label::Label;
use crate::heap::{ClassIndex, ObjectIndex};
use serde::Serialize;

/// How a run of text is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum PhraseKind {
    /// Plain text.
    Plain,
    /// A figure or word that matters.
    Strong,
    /// The culprit.
    Culprit,
    /// As it stands in code.
    Code,
    /// A link to an object.
    Object,
    /// A link to a class.
    Class,
}

/// A run of text, or a link.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Phrase {
    /// The text.
    pub text: String,
    /// How it is meant.
    pub kind: PhraseKind,
    /// Where a link to an object leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub object: Option<ObjectIndex>,
    /// Its address, which links are made of.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub address: Option<String>,
    /// Where a link to a class leads.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub class: Option<ClassIndex>,
    /// The text without what was read from strings of the dump, where it has any: for what leaves
    /// the machine.
    #[serde(skip)]
    #[cfg_attr(feature = "bindings", ts(skip))]
    pub without_content: Option<String>,
}

/// Builds a sentence.
#[derive(Clone, Debug, Default)]
pub struct Sentence {
    phrases: Vec<Phrase>,
}

impl Sentence {
    fn push(mut self, text: impl Into<Label>, kind: PhraseKind) -> Self {
        let (text, without_content) = text.into().into_parts();
        let (object, address, class) = (None, None, None);
        self.phrases.push(Phrase { text, kind, object, address, class, without_content });
        self
    }

    /// Plain text.
    #[must_use]
    pub fn plain(self, text: impl Into<Label>) -> Self {
        self.push(text, PhraseKind::Plain)
    }

    /// A figure or word that matters.
    #[must_use]
    pub fn strong(self, text: impl Into<Label>) -> Self {
        self.push(text, PhraseKind::Strong)
    }

    /// The culprit.
    #[must_use]
    pub fn culprit(self, text: impl Into<Label>) -> Self {
        self.push(text, PhraseKind::Culprit)
    }

    /// As it stands in code.
    #[must_use]
    pub fn code(self, text: impl Into<Label>) -> Self {
        self.push(text, PhraseKind::Code)
    }

    /// A link to an object.
    #[must_use]
    pub fn object(self, text: impl Into<Label>, object: ObjectIndex) -> Self {
        let mut sentence = self.push(text, PhraseKind::Object);
        if let Some(link) = sentence.phrases.last_mut() {
            link.object = Some(object);
        }
        sentence
    }

    /// A link to a class.
    #[must_use]
    pub fn class(self, text: impl Into<Label>, class: ClassIndex) -> Self {
        let mut sentence = self.push(text, PhraseKind::Class);
        if let Some(link) = sentence.phrases.last_mut() {
            link.class = Some(class);
        }
        sentence
    }

    /// The finished sentence; one that begins with `class X` or `thread X` gets its capital.
    pub fn end(mut self) -> Vec<Phrase> {
        if let Some(first) = self.phrases.first_mut()
            && (first.text.starts_with("class ") || first.text.starts_with("thread "))
            && let Some(letter) = first.text.get_mut(..1)
        {
            letter.make_ascii_uppercase();
            if let Some(letter) = first.without_content.as_mut().and_then(|t| t.get_mut(..1)) {
                letter.make_ascii_uppercase();
            }
        }
        self.phrases
    }
}

/// The text of a sentence without its links.
pub fn plain_text(phrases: &[Phrase]) -> String {
    phrases.iter().map(|p| p.text.as_str()).collect()
}

/// Bytes for people: `302 MiB`, `62.0 KiB`, three significant digits.
#[expect(clippy::cast_precision_loss, reason = "shown with three digits")]
pub fn bytes(bytes: u64) -> String {
    if bytes < 1024 {
        return format!("{bytes} B");
    }
    let mut value = bytes as f64;
    let mut unit = "B";
    for next in ["KiB", "MiB", "GiB", "TiB"] {
        if value < 999.5 {
            break;
        }
        value /= 1024.0;
        unit = next;
    }
    if unit == "B" {
        value /= 1024.0;
        unit = "KiB";
    }
    let digits = if value < 9.995 {
        2
    } else if value < 99.95 {
        1
    } else {
        0
    };
    format!("{value:.digits$} {unit}")
}

/// A count for people: `4,980`.
pub fn count(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A count with what is counted: `1 thread`, `4,980 threads`.
pub fn counted(number: u64, one: &str, many: &str) -> String {
    format!("{} {}", count(number), if number == 1 { one } else { many })
}

/// A share for people: `95.5 %`.
pub fn percent(share: f64) -> String {
    format!("{:.1} %", share * 100.0)
}

/// A class name without its package: `org.acme.Foo$Bar` is `Foo$Bar`.
pub fn simple_name(class: &str) -> &str {
    class.rsplit('.').next().unwrap_or(class)
}

/// The innermost name of a class: `org.acme.Foo$Bar` is `Bar`, but `Foo$1` stays as it is, since a
/// number names nothing.
pub fn innermost_name(class: &str) -> &str {
    let simple = simple_name(class);
    let inner = simple.rsplit('$').next().unwrap_or(simple);
    if inner.starts_with(|c: char| c.is_alphabetic()) { inner } else { simple }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_thing_is_named_as_one() {
        assert_eq!(counted(1, "slice is", "slices are"), "1 slice is");
        assert_eq!(counted(0, "thread", "threads"), "0 threads");
        assert_eq!(counted(4_980, "thread", "threads"), "4,980 threads");
    }

    #[test]
    fn figures_have_three_digits() {
        for (value, text) in [
            (0, "0 B"),
            (1023, "1023 B"),
            (1024, "1.00 KiB"),
            (63_488, "62.0 KiB"),
            (316_669_952, "302 MiB"),
            (1_048_000, "1.00 MiB"),
            (6_979_321_856, "6.50 GiB"),
        ] {
            assert_eq!(bytes(value), text);
        }
        assert_eq!(count(10_342), "10,342");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_000_000), "1,000,000");
        assert_eq!(percent(0.9547), "95.5 %");
    }

    #[test]
    fn nested_classes_are_called_by_their_own_name() {
        assert_eq!(innermost_name("org.acme.Foo$Bar"), "Bar");
        assert_eq!(innermost_name("org.acme.Foo$1"), "Foo$1");
        assert_eq!(innermost_name("org.acme.Foo"), "Foo");
        assert_eq!(innermost_name("int[]"), "int[]");
    }
}
