//! What is odd in a dump: warnings of the parser and of the model, counted by kind.
//!
//! Each kind says in one sentence what happened and what that means for the numbers, for somebody
//! who has no time to learn the format.

use crate::hprof::{Warning, WarningKind};

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

/// A kind of oddity that the model finds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OddityKind {
    /// Stable name, for programs.
    pub name: &'static str,
    /// What happened, and what it means for the numbers.
    pub sentence: &'static str,
}

const fn kind(name: &'static str, sentence: &'static str) -> OddityKind {
    OddityKind { name, sentence }
}

/// Case 20.
pub const UNRESOLVED_NAME: OddityKind = kind(
    "unresolvedName",
    "Classes or fields whose names the dump does not hold are shown as \"Unresolved Name 0x...\"; no number depends on names",
);
/// Case 21.
pub const REPEATED_LOAD_CLASS: OddityKind = kind(
    "repeatedLoadClass",
    "A class, or the serial number of one, was given a second name; the last one is shown",
);
/// Case 22.
pub const UNKNOWN_UNLOAD: OddityKind = kind(
    "unknownUnload",
    "Classes were reported as unloaded that had not been reported as loaded; nothing is missing",
);
/// Case 23.
pub const CLASS_WITHOUT_NAME: OddityKind = kind(
    "classWithoutName",
    "Classes without a name in the dump are shown as \"unknown-name@0x...\"; their numbers are right",
);
/// Case 25.
pub const REPEATED_CLASS_DUMP: OddityKind = kind(
    "repeatedClassDump",
    "Classes were described more than once; the last description counts, and each class is shown once",
);
/// Case 26.
pub const REPEATED_OBJECT_ID: OddityKind = kind(
    "repeatedObjectId",
    "Objects that repeat the id of an earlier object were left out, so that nothing is counted twice",
);
/// Cases 27 and 29.
pub const MISSING_CLASS: OddityKind = kind(
    "missingClass",
    "Classes that objects belong to are not described in the dump; their fields and references are unknown, so what only these objects hold counts as unreachable, and their sizes are estimates",
);
/// Case 28.
pub const MISSING_SUPER_CLASS: OddityKind = kind(
    "missingSuperClass",
    "Super classes are not described in the dump; references in the fields that they declare are unknown, so what only those hold counts as unreachable",
);
/// Case 30.
pub const MISSING_PRIMITIVE_ARRAY_CLASS: OddityKind = kind(
    "missingPrimitiveArrayClass",
    "Classes of primitive arrays such as int[] are not described in the dump; the arrays are counted as usual",
);
/// Case 31.
pub const MISSING_CORE_CLASS: OddityKind = kind(
    "missingCoreClass",
    "java.lang.Class or java.lang.ClassLoader is not described in the dump; a stand-in without fields takes its place",
);
/// Case 32.
pub const OBJECT_AS_CLASS: OddityKind = kind(
    "objectAsClass",
    "Objects name as their class what is an object and no class: the dump is damaged, and their class is shown as unknown",
);
/// A class of instances and of arrays.
pub const CLASS_OF_BOTH_KINDS: OddityKind = kind(
    "classOfBothKinds",
    "Instances and arrays name the same class, which no JVM allows: the dump is damaged, and they are counted apart under one name",
);
/// Case 33.
pub const MISSING_LOADER: OddityKind = kind(
    "missingLoader",
    "Class loaders are not in the dump; their classes are counted as those of the boot loader",
);
/// Case 34.
pub const INSTANCE_LENGTH: OddityKind = kind(
    "instanceLength",
    "Instances do not have as much data as the fields of their class need; fields that are not there are shown as \"?\", and references in them are missing",
);
/// Case 37.
pub const CLASS_AS_INSTANCE: OddityKind = kind(
    "classAsInstance",
    "Classes are also written as instances, as exports from OpenJ9 do; the fields of the instance are shown as static fields of the class",
);
/// Case 38.
pub const DANGLING_REFERENCE: OddityKind = kind(
    "danglingReference",
    "References lead to objects that the dump does not hold and are left out; JVMs do this for archived class data, else retained sizes are too small",
);
/// Case 39.
pub const ROOT_WITHOUT_OBJECT: OddityKind = kind(
    "rootWithoutObject",
    "GC roots lead to objects that the dump does not hold and are left out",
);
/// A class that is its own ancestor.
pub const SUPER_CLASS_CYCLE: OddityKind = kind(
    "superClassCycle",
    "A class is its own ancestor, which no JVM allows: the chain was cut, and fields behind the cut are missing",
);
/// GC roots that a cut took away.
pub const ROOTS_CUT_OFF: OddityKind = kind(
    "rootsCutOff",
    "The GC roots at the end of the dump are missing: classes, and objects that nothing refers to, stand in for them",
);
/// A dump that lacks its last record, and more with it.
pub const END_CUT_OFF: OddityKind = kind(
    "endCutOff",
    "The file ends between two parts of its heap dump: what follows them is missing",
);
/// A dump that lacks its last record only.
pub const END_RECORD_MISSING: OddityKind = kind(
    "endRecordMissing",
    "The record that ends a heap dump is missing; objects and GC roots seem to be all there",
);

/// What an oddity of the file means for the numbers.
fn meaning(kind: WarningKind) -> &'static str {
    match kind {
        WarningKind::UnknownRecord => "it was skipped, and the rest of the file was read",
        WarningKind::RecordPastEnd => {
            "the file is cut off, and what it holds of the record was read"
        }
        WarningKind::Truncated => {
            "objects behind this place are missing, and sizes are too small by them"
        }
        WarningKind::SubRecordPastSegment => "it was read whole; nothing is missing",
        WarningKind::ZeroLengthHeapRecord => {
            "the JVM died before it wrote the length, so objects at the end may be missing"
        }
        WarningKind::OverflowedLength => "it was read whole; nothing is missing",
        WarningKind::ShortRecord => "it was skipped; a name or a stack trace may be missing",
        WarningKind::UnknownSubRecord => "objects in there are missing, and sizes are too small",
        WarningKind::UnknownType => {
            "it was left out; references to it are missing, and sizes are too small"
        }
        WarningKind::OversizedSubRecord => "no JVM writes this: the file is damaged",
        WarningKind::UnreadableAppendix => "the dumps before it are complete",
    }
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
        if !self.count(kind, count) {
            self.list.push(Oddity {
                kind: kind.to_owned(),
                message: message.to_owned(),
                count,
                first_offset: offset,
            });
        }
    }

    /// Counts `count` occurrences of a kind of the model.
    pub(crate) fn note_kind(&mut self, kind: OddityKind, count: u64, offset: Option<u64>) {
        self.note(kind.name, count, offset, kind.sentence);
    }

    pub(crate) fn note_parser(&mut self, warning: &Warning) {
        let kind = warning.kind.name();
        if !self.count(kind, 1) {
            let message = format!("{}: {}", warning.detail, meaning(warning.kind));
            self.note(kind, 1, Some(warning.offset), &message);
        }
    }

    /// Adds to a kind that was seen before, or has nothing to add.
    fn count(&mut self, kind: &str, count: u64) -> bool {
        if count == 0 {
            return true;
        }
        let known = self.list.iter_mut().find(|o| o.kind == kind);
        known.map(|known| known.count += count).is_some()
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
