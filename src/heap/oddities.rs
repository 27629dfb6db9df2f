//! What is odd in a dump: warnings of the parser and of the model, counted by kind.

use crate::hprof::Warning;

/// One kind of oddity: how often, and where first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Oddity {
    /// Stable name of the kind, for programs.
    pub kind: String,
    /// One sentence for a person; details are those of the first occurrence.
    pub message: String,
    /// How often it occurred.
    pub count: u64,
    /// Absolute offset of the first occurrence in the uncompressed dump.
    pub first_offset: Option<u64>,
}

/// All oddities of a dump, in order of first occurrence. At most one entry per kind, so that a
/// damaged file cannot make the list long.
#[derive(Clone, Debug, Default)]
pub struct Oddities {
    list: Vec<Oddity>,
}

impl Oddities {
    /// Counts `count` occurrences of `kind`; the message of the first one is kept.
    pub fn note(&mut self, kind: &str, count: u64, offset: Option<u64>, message: &str) {
        if count == 0 {
            return;
        }
        if let Some(known) = self.list.iter_mut().find(|o| o.kind == kind) {
            known.count += count;
            return;
        }
        self.list.push(Oddity {
            kind: kind.to_owned(),
            message: message.to_owned(),
            count,
            first_offset: offset,
        });
    }

    pub(crate) fn note_parser(&mut self, warning: &Warning) {
        self.note(warning.kind.name(), 1, Some(warning.offset), &warning.detail);
    }

    /// Takes over all entries of another list.
    pub fn append(&mut self, other: Self) {
        for entry in other.list {
            self.note(&entry.kind, entry.count, entry.first_offset, &entry.message);
        }
    }

    /// All kinds seen.
    pub fn list(&self) -> &[Oddity] {
        &self.list
    }
}
