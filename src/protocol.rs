//! What the page is told besides the answers of [`crate::analysis`]: how a load goes, the facts
//! that only the session knows, and errors as data.
//!
//! Plain data without a browser, so that the page's types can be written from here and from the
//! answers alone (`tests/bindings.rs`).

use crate::analysis::facts::DumpFacts;
use crate::analysis::incomplete::Incomplete;
use crate::analysis::unreachable::{ForestFacts, ForestProgress};
use crate::error::{Error, ErrorKind, Shortage};
use crate::heap::loader::Phase;
use serde::{Deserialize, Serialize};

/// A phase of the whole load: those of the loader, then the search for suspects.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum PhaseName {
    /// Looking for leak suspects.
    Suspects,
    /// A phase of the loader.
    #[serde(untagged)]
    Load(Phase),
}

/// What `done` and `total` of a [`Progress`] count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum WorkUnit {
    /// Bytes of the file.
    Bytes,
    /// Objects, or other items of about as many.
    Objects,
}

/// Where the load stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// What is being done.
    pub phase: PhaseName,
    /// Number of this phase, from 1.
    pub step: usize,
    /// How many phases there are.
    pub steps: usize,
    /// Work done in this phase, in `unit`.
    pub done: u64,
    /// Work expected in this phase, in `unit`; at least 1.
    pub total: u64,
    /// Unit of `done` and `total`.
    pub unit: WorkUnit,
    /// Bytes of the file read since the load began; each pass counts.
    pub bytes_read: u64,
    /// Bytes of the file.
    pub file_bytes: u64,
    /// Objects found so far.
    pub objects: u64,
    /// Classes found so far.
    pub classes: u64,
    /// Bytes of wasm linear memory.
    pub engine_bytes: u64,
    /// True as soon as the class histogram (without retained sizes) can be asked for.
    pub histogram_ready: bool,
}

/// What one step of the load answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct StepAnswer {
    /// True when the load is complete.
    pub done: bool,
    /// Where it stands.
    pub progress: Progress,
}

/// What one step towards the forest of unreachable objects answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ForestStep {
    /// True when the forest is ready.
    pub done: bool,
    /// Where it stands.
    pub progress: ForestProgress,
    /// The forest in figures, once it is ready.
    pub facts: Option<ForestFacts>,
}

/// The facts of a dump, and what loading it took.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS), ts(rename = "DumpFacts"))]
#[serde(rename_all = "camelCase")]
pub struct SessionFacts {
    /// Name of the file.
    pub file_name: String,
    /// Seconds from start to suspects.
    pub seconds: f64,
    /// Bytes of wasm linear memory, which never shrinks: this is also the peak.
    pub engine_bytes: u64,
    /// Engine bytes per object.
    pub bytes_per_object: f64,
    /// What is missing for want of memory; `None` when everything is there.
    pub incomplete: Option<Incomplete>,
    /// The dump itself.
    #[serde(flatten)]
    pub facts: DumpFacts,
}

/// What is worked out once, when somebody asks for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum SurveyTopic {
    /// All threads with their stacks.
    Threads,
    /// All class loaders with what their classes retain.
    Loaders,
    /// What objects own outside the heap, of which the view of the same name and reports are made.
    Outside,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SurveyProgress {
    /// What is being worked out.
    pub phase: SurveyTopic,
    /// Work done.
    pub done: u64,
    /// Work in all, never 0.
    pub total: u64,
}

/// One step of working it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct SurveyStep {
    /// Whether that was the last one.
    pub done: bool,
    /// How far it is.
    pub progress: SurveyProgress,
}

/// An [`Error`] as data.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ErrorData {
    /// The kind, for programs.
    pub kind: ErrorKind,
    /// What happened, in one sentence.
    pub message: String,
    /// Absolute offset in the uncompressed dump, when the cause has one.
    pub offset: Option<u64>,
    /// What to do, when there is something to do.
    pub advice: Option<String>,
    /// Memory that did not suffice, when that is the cause.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "bindings", ts(optional))]
    pub memory: Option<Shortage>,
}

impl From<&Error> for ErrorData {
    fn from(error: &Error) -> Self {
        Self {
            kind: error.kind(),
            message: error.message().to_owned(),
            offset: error.offset(),
            advice: error.advice().map(str::to_owned),
            memory: error.memory(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::heap::loader::PHASES;

    #[test]
    fn phases_of_the_loader_and_of_the_session_read_alike() {
        for phase in PHASES {
            assert_eq!(serde_json::to_value(PhaseName::Load(phase)).unwrap(), phase.name());
        }
        assert_eq!(serde_json::to_value(PhaseName::Suspects).unwrap(), "suspects");
    }

    #[test]
    fn an_error_keeps_all_it_says() {
        let error = Error::new(ErrorKind::NotHprof, "No dump").at(7).advise("Unpack it");
        assert_eq!(
            serde_json::to_value(ErrorData::from(&error)).unwrap(),
            serde_json::json!({
                "kind": "notHprof", "message": "No dump", "offset": 7, "advice": "Unpack it"
            })
        );
    }
}
