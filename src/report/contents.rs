//! What of a dump's strings a report may tell: by default nothing.
//!
//! [`Content`] is the only type of the model for what was read from a string, and [`Contents`] its
//! only maker: a report whose contents are left out cannot hold one. Sentences know which of their
//! runs hold text of the dump ([`Phrase::without_content`]).

use super::model::{Run, Told};
use crate::analysis::label::Label;
use crate::analysis::story::{Phrase, plain_text};
use serde::Serialize;

/// Whether a report tells what strings and arrays of the dump hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Contents {
    /// Names of classes, fields and methods, counts, sizes and addresses only.
    #[default]
    LeftOut,
    /// Names of threads, decoded values, versions and messages, too.
    Included,
}

/// Text that was read from a string of the dump.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Content(String);

impl Content {
    /// The text.
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl Contents {
    /// Text of a string of the dump, if it may be told.
    pub fn of(self, text: Option<&str>) -> Option<Content> {
        text.filter(|_| self == Self::Included).map(|text| Content(text.to_owned()))
    }

    /// A name with no more of the dump's strings than may be told.
    pub fn label(self, label: &Label) -> String {
        match self {
            Self::LeftOut => label.without_content().to_owned(),
            Self::Included => label.to_string(),
        }
    }

    /// A sentence with no more of the dump's strings than may be told.
    pub fn sentence(self, phrases: &[Phrase]) -> Told {
        let mut phrases = phrases.to_vec();
        if self == Self::LeftOut {
            for phrase in &mut phrases {
                if let Some(kept) = phrase.without_content.take() {
                    phrase.text = kept;
                }
            }
        }
        let run = |phrase: &Phrase| Run {
            text: phrase.text.clone(),
            kind: phrase.kind,
            address: phrase.address.clone(),
        };
        Told { text: plain_text(&phrases), runs: phrases.iter().map(run).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::analysis::story::Sentence;
    use crate::heap::ObjectIndex;

    fn sentence() -> Vec<Phrase> {
        let name = Label::content("worker of mallory", "‹name›");
        let thread = Label::from("thread ").then(name);
        let sentence = Sentence::default().object(thread, ObjectIndex(1)).plain(" failed with ");
        sentence.code(Label::content("no disk for mallory", "‹message›")).plain(".").end()
    }

    #[test]
    fn a_sentence_is_told_without_what_strings_say() {
        let told = Contents::LeftOut.sentence(&sentence());
        assert_eq!(told.text, "Thread ‹name› failed with ‹message›.");
        let told = Contents::Included.sentence(&sentence());
        assert_eq!(told.text, "Thread worker of mallory failed with no disk for mallory.");
    }

    #[test]
    fn a_string_makes_no_content_where_it_is_left_out() {
        assert_eq!(Contents::LeftOut.of(Some("s3cret")), None);
        assert_eq!(Contents::Included.of(Some("s3cret")).unwrap().text(), "s3cret");
    }
}
