//! Whether a dump that lacks the record which ends it lacks more than that.
//!
//! A file that was cut between two heap segments looks well-formed, and so does a whole dump whose
//! writer died before its last nine bytes. What is in the heap tells them apart: HotSpot writes
//! roots behind the objects, threads first and system classes last, and the old hprof agent writes
//! them first, so that after a cut many references lead nowhere.

use super::Heap;
use super::oddities::{END_CUT_OFF, END_RECORD_MISSING};
use crate::hprof::{GcRoot, RootKind};

/// One in this many references may lead to an object that a whole dump does not hold: class
/// mirrors of the shared archive are some in ten thousand.
const WHOLE_DUMP_REFERENCES_PER_DANGLING: u64 = 100;

/// What the roots of a file tell of its end.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct RootsInFile {
    any: bool,
    threads: bool,
    system_classes: bool,
}

impl RootsInFile {
    pub(crate) fn of(roots: &[GcRoot]) -> Self {
        let has = |kind| roots.iter().any(|root| root.kind == kind);
        Self {
            any: !roots.is_empty(),
            threads: has(RootKind::ThreadObject),
            system_classes: has(RootKind::StickyClass),
        }
    }
}

/// Whether objects or roots are missing behind the last heap record, and what to say about the
/// missing end. Needs the references; `dangling` of them lead nowhere.
pub(crate) fn judge(heap: &mut Heap, roots: RootsInFile, dangling: u64) -> bool {
    let cut_among_roots = roots.threads && !roots.system_classes;
    let referenced = heap.edges.edge_count().saturating_add(dangling);
    let lacks_more =
        !roots.any || cut_among_roots || dangling > referenced / WHOLE_DUMP_REFERENCES_PER_DANGLING;
    let kind = if lacks_more { END_CUT_OFF } else { END_RECORD_MISSING };
    heap.oddities.note_kind(kind, 1, None);
    lacks_more
}
