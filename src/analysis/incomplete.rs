//! What an analysis lacks for want of memory, as an answer.

use super::HeapInquiry;
use crate::error::{ErrorKind, Shortage};
use crate::heap::loader::Phase;
use serde::Serialize;

/// A part of the analysis that questions need.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Part {
    /// References between objects: who refers to an object.
    References,
    /// The dominator tree: retained sizes, and which objects are unreachable.
    Dominators,
    /// Retained sizes of classes.
    ClassRetained,
    /// Shortest paths to GC roots.
    Paths,
    /// Leak suspects.
    Suspects,
}

/// Parts that are missing, and why.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Incomplete {
    /// The phase of the load that did not fit into memory.
    pub phase: Phase,
    /// What it needed and what was free.
    pub memory: Shortage,
    /// What is missing.
    pub missing: Vec<Part>,
    /// The same as a sentence.
    pub message: String,
    /// What to do.
    pub advice: Option<String>,
}

impl HeapInquiry<'_> {
    /// What is missing; `None` of a dump that was analysed completely.
    pub fn incomplete(&self) -> Option<Incomplete> {
        let stop = self.known.stop?;
        let error = stop.error(ErrorKind::NotComputed);
        let is_missing = [
            (Part::References, !self.known.has_references),
            (Part::Dominators, self.known.tree.is_none()),
            (Part::ClassRetained, self.known.class_retained.is_none()),
            (Part::Paths, true),
            (Part::Suspects, true),
        ];
        Some(Incomplete {
            phase: stop.phase,
            memory: stop.shortage,
            missing: is_missing
                .iter()
                .filter(|(_, missing)| *missing)
                .map(|(part, _)| *part)
                .collect(),
            message: error.message().to_owned(),
            advice: error.advice().map(str::to_owned),
        })
    }
}
