//! The phases of a load and where it stands.

/// The phases of a load, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Phase {
    /// First pass over the file: names, classes, objects, roots.
    Scan,
    /// Address map, class hierarchy, roots, sizes.
    Index,
    /// Second pass over the file: references.
    Link,
    /// Immediate dominators.
    Dominators,
    /// Retained sizes and the dominator tree.
    Retained,
    /// Minimum retained size of each class.
    Classes,
    /// Shortest paths from the GC roots.
    Paths,
}

impl Phase {
    /// Name of the phase, for programs.
    pub fn name(self) -> &'static str {
        match self {
            Self::Scan => "scan",
            Self::Index => "index",
            Self::Link => "link",
            Self::Dominators => "dominators",
            Self::Retained => "retained",
            Self::Classes => "classes",
            Self::Paths => "paths",
        }
    }

    /// What the phase does, as the beginning of a sentence.
    pub fn doing(self) -> &'static str {
        match self {
            Self::Scan => "Reading the objects",
            Self::Index => "Ordering the objects by address",
            Self::Link => "Following the references",
            Self::Dominators => "Computing the dominator tree",
            Self::Retained => "Adding up retained sizes",
            Self::Classes => "Adding up what each class retains",
            Self::Paths => "Finding shortest paths to GC roots",
        }
    }
}

/// All phases in order.
pub const PHASES: [Phase; 7] = [
    Phase::Scan,
    Phase::Index,
    Phase::Link,
    Phase::Dominators,
    Phase::Retained,
    Phase::Classes,
    Phase::Paths,
];

/// Where the load stands.
#[derive(Clone, Copy, Debug)]
pub struct LoadProgress {
    /// Phase under way.
    pub phase: Phase,
    /// Work done in this phase.
    pub done: u64,
    /// Work expected in this phase.
    pub total: u64,
    /// File bytes read so far, over both passes.
    pub bytes_read: u64,
    /// Objects found so far.
    pub objects: u64,
    /// Classes found so far.
    pub classes: u64,
}
