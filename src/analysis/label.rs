//! Text that knows which part of it was read from a string of the dump.

use serde::{Serialize, Serializer};

/// A name made of the program's code, of figures and, perhaps, of what strings of the dump say.
///
/// Dumps hold secrets, and what leaves the machine must be able to leave strings out. Only where a
/// string is read is it known to be one: so the text carries a second form of itself from there on.
/// It is shown, compared and serialised as the text.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Label {
    text: String,
    /// The same with a stand-in for what was read from strings; `None` where nothing was.
    without_content: Option<String>,
}

impl Label {
    /// Text of a string of the dump. `stand_in` says what it is where it is left out.
    pub fn content(text: impl Into<String>, stand_in: &str) -> Self {
        Self { text: text.into(), without_content: Some(stand_in.to_owned()) }
    }

    /// This and what follows it.
    #[must_use]
    pub fn then(mut self, next: impl Into<Self>) -> Self {
        let next = next.into();
        if self.without_content.is_some() || next.without_content.is_some() {
            let kept = self.without_content.get_or_insert_with(|| self.text.clone());
            kept.push_str(next.without_content());
        }
        self.text.push_str(&next.text);
        self
    }

    /// The text without what was read from strings of the dump.
    pub fn without_content(&self) -> &str {
        self.without_content.as_deref().unwrap_or(&self.text)
    }

    /// Whether anything of it was read from a string of the dump.
    pub fn has_content(&self) -> bool {
        self.without_content.is_some()
    }

    /// The text, and the text without contents where that is another.
    pub(super) fn into_parts(self) -> (String, Option<String>) {
        (self.text, self.without_content)
    }
}

impl core::ops::Deref for Label {
    type Target = str;

    fn deref(&self) -> &str {
        &self.text
    }
}

/// Text that nothing of the dump's strings is in.
impl From<String> for Label {
    fn from(text: String) -> Self {
        Self { text, without_content: None }
    }
}

/// Text that nothing of the dump's strings is in.
impl From<&str> for Label {
    fn from(text: &str) -> Self {
        Self::from(text.to_owned())
    }
}

impl PartialEq<&str> for Label {
    fn eq(&self, other: &&str) -> bool {
        self.text == *other
    }
}

impl core::fmt::Display for Label {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str(&self.text)
    }
}

impl Serialize for Label {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::Label;

    #[test]
    fn contents_stay_known_whatever_is_put_around_them() {
        let label = Label::from("thread ").then(Label::content("s3cret", "‹name›")).then(" › run");
        assert_eq!(&*label, "thread s3cret › run");
        assert_eq!(label.without_content(), "thread ‹name› › run");
        let label = label.then(Label::content("!", "‹mark›"));
        assert_eq!(label.without_content(), "thread ‹name› › run‹mark›");
        assert!(label.has_content());
        let label = Label::from("Foo.bar").then(" x");
        assert_eq!((label.without_content(), label.has_content()), ("Foo.bar x", false));
    }
}
