//! What is odd in a dump, and how much each oddity matters.

use super::HeapInquiry;
use crate::heap::oddities::ROOTS_CUT_OFF;
use serde::Serialize;

/// How much an oddity matters; the order is that in which a person should read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// Bytes are wrong: what is shown may be wrong, too.
    Damage,
    /// Something is not there: what is shown is right, but not all.
    Missing,
    /// Odd, but all of it was read.
    Curiosity,
}

/// An oddity of the dump.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct WarningFact {
    /// Stable name of the kind.
    pub kind: String,
    /// How much it matters.
    pub severity: Severity,
    /// What happened and what it means for the numbers; details are those of the first occurrence.
    pub message: String,
    /// How often.
    pub count: u64,
    /// Offset of the first occurrence in the uncompressed dump.
    pub first_offset: Option<u64>,
}

/// What is known of the end of a file that was cut off.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Truncation {
    /// Bytes of the uncompressed dump that were understood.
    pub read_up_to: u64,
    /// Bytes that the record at the end declares but the file does not hold; `None` where the end
    /// does not tell. What would have followed that record is missing beside them.
    pub missing: Option<u64>,
    /// Whether the GC roots were cut off, so that other objects stand in for them.
    pub roots_stand_in: bool,
    /// Whether the file is compressed: its own length says nothing about what is missing.
    pub compressed: bool,
}

impl HeapInquiry<'_> {
    /// All oddities, the most important first; those that matter alike as they come in the file.
    pub(super) fn warnings(&self) -> Vec<WarningFact> {
        let oddities = self.heap().oddities.list();
        let mut warnings: Vec<WarningFact> = oddities
            .iter()
            .map(|oddity| WarningFact {
                kind: oddity.kind.clone(),
                severity: severity_of(&oddity.kind).unwrap_or(Severity::Damage),
                message: oddity.message.clone(),
                count: oddity.count,
                first_offset: oddity.first_offset,
            })
            .collect();
        warnings.sort_by_key(|w| (w.severity, w.first_offset.unwrap_or(u64::MAX)));
        warnings
    }

    /// What is missing of a file that was cut off.
    pub(super) fn truncation(&self) -> Option<Truncation> {
        let file = &self.file;
        file.truncated.then(|| Truncation {
            read_up_to: file.dump_bytes,
            missing: file.missing,
            roots_stand_in: self
                .heap()
                .oddities
                .list()
                .iter()
                .any(|o| o.kind == ROOTS_CUT_OFF.name),
            compressed: file.compressed,
        })
    }
}

/// How much a kind of oddity matters; `None` for kinds that are not known here.
fn severity_of(kind: &str) -> Option<Severity> {
    Some(match kind {
        "unknownSubRecord"
        | "unknownType"
        | "oversizedSubRecord"
        | "subRecordPastSegment"
        | "shortRecord"
        | "instanceLength"
        | "repeatedObjectId"
        | "superClassCycle"
        | "objectAsClass"
        | "classOfBothKinds"
        | "gzipDamage"
        | "gzipChecksum" => Severity::Damage,
        "truncated" | "recordPastEnd" | "rootsCutOff" | "missingClass" | "missingSuperClass"
        | "missingCoreClass" | "missingLoader" | "unresolvedName" | "classWithoutName"
        | "unreadableAppendix" | "endCutOff" | "gzipCut" => Severity::Missing,
        "overflowedLength"
        | "zeroLengthHeapRecord"
        | "unknownRecord"
        | "repeatedLoadClass"
        | "unknownUnload"
        | "repeatedClassDump"
        | "missingPrimitiveArrayClass"
        | "classAsInstance"
        | "danglingReference"
        | "rootWithoutObject"
        | "endRecordMissing"
        | "gzipChecksumMissing"
        | "gzipTrailer" => Severity::Curiosity,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::{Severity, severity_of};

    /// The kinds that the sources note: string literals by these names where kinds are defined.
    fn noted_kinds() -> Vec<String> {
        let model = include_str!("../heap/oddities.rs").split("= kind(").skip(1);
        let parser = include_str!("../hprof/visitor.rs").split("fn name(self)").nth(1).unwrap();
        let parser = parser.split("\n    }").next().unwrap().split("=> ").skip(1);
        let gzip = include_str!("../source/gzip/ending.rs").split("\"gzip").skip(1);
        let quoted =
            |rest: &str| rest.trim_start().strip_prefix('"')?.split('"').next().map(str::to_owned);
        let mut kinds: Vec<_> = model.chain(parser).filter_map(quoted).collect();
        let end_of = |rest: &str| rest.split('"').next().unwrap_or_default().to_owned();
        kinds.extend(gzip.map(|rest| format!("gzip{}", end_of(rest))));
        kinds
    }

    #[test]
    fn every_kind_of_oddity_has_a_severity() {
        let kinds = noted_kinds();
        assert!(kinds.len() > 35, "found only {kinds:?}");
        for kind in kinds {
            assert!(severity_of(&kind).is_some(), "{kind} has no severity");
        }
        assert_eq!(severity_of("noSuchKind"), None);
    }

    #[test]
    fn damage_comes_before_what_is_missing_and_both_before_curiosities() {
        let order = ["gzipDamage", "truncated", "gzipTrailer"].map(severity_of);
        let expected = [Severity::Damage, Severity::Missing, Severity::Curiosity].map(Some);
        assert_eq!(order, expected);
        assert!(expected.map(|severity| severity.unwrap()).is_sorted());
    }
}
