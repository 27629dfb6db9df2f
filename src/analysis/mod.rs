//! Questions and answers: pure functions from a loaded dump to plain data.
//!
//! An [`Inquiry`] is the loaded dump together with the file behind it; every answer is a struct
//! that serialises to what the page and the command line's `--json` show. No layout, no state.
//!
//! Where memory did not suffice for the whole analysis, a [`TreeInquiry`] or a [`HeapInquiry`] still
//! has answers: what a question needs is the type that it is a method of.

pub mod class_details;
pub mod class_leaks;
pub mod collections;
pub mod dominated;
pub mod exhaustion;
pub mod facts;
pub mod filter;
mod finder;
pub mod gc_roots;
pub mod histogram;
pub mod holder;
pub mod icicle;
pub mod incomplete;
pub mod instances;
pub mod known_leaks;
pub mod label;
pub mod limits;
pub mod loaders;
pub mod naming;
pub mod object_details;
pub mod outside;
pub mod paths;
pub mod pile;
pub mod properties;
pub mod queries;
pub mod query;
mod record;
mod reference_piles;
pub mod references;
pub mod remedy;
pub mod rows;
pub mod search;
pub mod story;
pub mod suspects;
pub mod table;
mod telling;
pub mod text;
pub mod threads;
pub mod unreachable;
pub mod verdict;
pub mod warnings;

use crate::error::{ErrorKind, Result};
use crate::graph::DominatorTree;
use crate::heap::loader::{FileFacts, Loaded, Outcome};
use crate::heap::memory::Stop;
use crate::heap::totals::ClassTotals;
use crate::heap::values::Values;
use crate::heap::{Heap, ObjectIndex};
use crate::source::ByteSource;
use core::ops::Deref;
use serde::Serialize;
use unreachable::UnreachableForest;

/// Questions that need no more than objects and classes: all that can be asked of a dump for whose
/// analysis memory did not suffice. What is not known is `None` in the answers.
#[derive(Clone, Copy, Debug)]
pub struct HeapInquiry<'a> {
    heap: &'a Heap,
    /// Instances and shallow bytes per class.
    pub totals: &'a ClassTotals,
    /// What the file is.
    pub file: &'a FileFacts,
    /// Reads field values and array contents.
    pub values: Values<'a>,
    known: Parts<'a>,
}

/// The parts of an analysis that some answers tell when they are there.
#[derive(Clone, Copy, Debug)]
struct Parts<'a> {
    has_references: bool,
    tree: Option<&'a DominatorTree>,
    class_retained: Option<&'a [u64]>,
    stop: Option<&'a Stop>,
    /// The unreachable objects as a forest, once somebody asked for it.
    forest: Option<&'a UnreachableForest>,
}

/// Questions that need the dominator tree too.
#[derive(Clone, Copy, Debug)]
pub struct TreeInquiry<'a> {
    /// The dominator tree with retained sizes.
    pub tree: &'a DominatorTree,
    below: HeapInquiry<'a>,
}

/// All questions: a loaded dump and its file.
#[derive(Clone, Copy, Debug)]
pub struct Inquiry<'a> {
    /// The dump.
    pub loaded: &'a Loaded,
    below: TreeInquiry<'a>,
}

impl<'a> Deref for TreeInquiry<'a> {
    type Target = HeapInquiry<'a>;

    fn deref(&self) -> &Self::Target {
        &self.below
    }
}

impl<'a> Deref for Inquiry<'a> {
    type Target = TreeInquiry<'a>;

    fn deref(&self) -> &Self::Target {
        &self.below
    }
}

impl<'a> Inquiry<'a> {
    /// Questions about `loaded`, whose uncompressed bytes `source` gives.
    pub fn new(loaded: &'a Loaded, source: &'a dyn ByteSource) -> Self {
        let tree = &loaded.dominators;
        let class_retained = Some(loaded.class_retained.as_slice());
        let known = Parts {
            has_references: true,
            tree: Some(tree),
            class_retained,
            stop: None,
            forest: None,
        };
        let values = Values::new(&loaded.heap, source);
        let (heap, totals, file) = (&loaded.heap, &loaded.totals, &loaded.file);
        let below = TreeInquiry { tree, below: HeapInquiry { heap, totals, file, values, known } };
        Self { loaded, below }
    }

    /// The same with the forest of its unreachable objects.
    #[must_use]
    pub fn with_forest(self, forest: Option<&'a UnreachableForest>) -> Self {
        Self { below: self.below.with_forest(forest), ..self }
    }

    /// All questions, of a dump that was loaded completely.
    ///
    /// # Errors
    /// `NotComputed` when it was not.
    pub fn of(outcome: &'a Outcome, source: &'a dyn ByteSource) -> Result<Self> {
        match outcome {
            Outcome::Complete(loaded) => Ok(Self::new(loaded, source)),
            Outcome::Partial(partial) => Err(partial.stop.error(ErrorKind::NotComputed)),
        }
    }
}

impl<'a> TreeInquiry<'a> {
    /// Questions about the dominator tree of what was loaded.
    ///
    /// # Errors
    /// `NotComputed` when it has none.
    pub fn of(outcome: &'a Outcome, source: &'a dyn ByteSource) -> Result<Self> {
        let below = HeapInquiry::of(outcome, source);
        match (below.known.tree, below.known.stop) {
            (Some(tree), _) => Ok(Self { tree, below }),
            (None, Some(stop)) => Err(stop.error(ErrorKind::NotComputed)),
            (None, None) => Err(not_computed()),
        }
    }

    /// The same with the forest of unreachable objects.
    #[must_use]
    pub fn with_forest(self, forest: Option<&'a UnreachableForest>) -> Self {
        Self { below: self.below.with_forest(forest), ..self }
    }

    /// Retained size in bytes (rule D2). For unreachable objects that within their forest; without
    /// one their shallow size.
    pub fn retained(&self, object: ObjectIndex) -> u64 {
        let heap = self.heap();
        if let Some(retained) = self.known.forest.and_then(|forest| forest.retained(heap, object)) {
            return retained;
        }
        self.tree.retained(object.0, |node| heap.shallow(ObjectIndex(node)))
    }

    /// Whether a GC root reaches the object.
    pub fn is_reachable(&self, object: ObjectIndex) -> bool {
        self.tree.is_reachable(object.0)
    }

    /// Used heap in bytes: the shallow sizes of all reachable objects (rule S7).
    pub fn used_heap(&self) -> u64 {
        self.tree.total()
    }
}

impl<'a> HeapInquiry<'a> {
    /// Questions about what was loaded, whose uncompressed bytes `source` gives.
    pub fn of(outcome: &'a Outcome, source: &'a dyn ByteSource) -> Self {
        let partial = match outcome {
            Outcome::Complete(loaded) => return Inquiry::new(loaded, source).below.below,
            Outcome::Partial(partial) => &**partial,
        };
        let known = Parts {
            has_references: partial.known.has_references(),
            tree: partial.known.dominators(),
            class_retained: partial.known.class_retained(),
            stop: Some(&partial.stop),
            forest: None,
        };
        let values = Values::new(&partial.heap, source);
        let (heap, totals, file) = (&partial.heap, &partial.totals, &partial.file);
        Self { heap, totals, file, values, known }
    }

    /// The same with the forest of unreachable objects.
    #[must_use]
    pub fn with_forest(mut self, forest: Option<&'a UnreachableForest>) -> Self {
        self.known.forest = forest;
        self
    }

    /// The model of the dump.
    pub fn heap(&self) -> &'a Heap {
        self.heap
    }

    /// The dominator tree, for those who have use for it but need it not.
    fn tree_if_known(&self) -> Option<TreeInquiry<'a>> {
        self.known.tree.map(|tree| TreeInquiry { tree, below: *self })
    }

    /// Minimum retained size per class, if known.
    pub fn class_retained(&self) -> Option<&'a [u64]> {
        self.known.class_retained
    }

    /// That references are known.
    ///
    /// # Errors
    /// `NotComputed` when they are not.
    fn need_references(&self) -> Result<()> {
        if self.known.has_references {
            return Ok(());
        }
        Err(self.known.stop.map_or_else(not_computed, |s| s.error(ErrorKind::NotComputed)))
    }

    /// Whether nothing speaks against a GC root reaching the object.
    fn may_be_reachable(&self, object: ObjectIndex) -> bool {
        self.known.tree.is_none_or(|tree| tree.is_reachable(object.0))
    }

    /// Shallow bytes of all objects that may be reachable (rule S7).
    fn used_heap_at_most(&self) -> u64 {
        self.known.tree.map_or_else(|| self.totals.sum().shallow, DominatorTree::total)
    }
}

fn not_computed() -> crate::error::Error {
    crate::error::Error::new(ErrorKind::NotComputed, "This part of the dump was not analysed")
}

/// A window of a sorted, filtered list.
#[derive(Clone, Debug, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct Window<R> {
    /// The rows.
    pub rows: Vec<R>,
    /// Position of the first row.
    pub start: u32,
    /// Rows that pass the filter.
    pub matching: u32,
    /// All rows.
    pub total: u32,
}

impl<R> Window<R> {
    /// A window over an unfiltered list.
    pub fn of(rows: Vec<R>, start: u32, total: u32) -> Self {
        Self { rows, start, matching: total, total }
    }
}
