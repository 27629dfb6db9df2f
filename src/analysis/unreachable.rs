//! What no GC root reaches: garbage that the collector had not removed yet (heap semantics G10).
//!
//! Its histogram is known with every dump. Who holds what within it is worked out on request only,
//! by a [`ForestBuilder`]: a dominator tree needs roots, garbage has none, and so the fewest
//! objects that reach all others are chosen as such ([`crate::graph::cover`]).

mod build;

pub use build::{ForestBuilder, ForestPhase, ForestProgress};

use super::histogram::{self, HistogramQuery, HistogramWindow};
use super::rows::ObjectRow;
use super::{Inquiry, Window};
use crate::error::{Error, ErrorKind, Result};
use crate::graph::{BitSet, DominatorTree, RankedBitSet};
use crate::heap::{Heap, ObjectIndex};
use serde::Serialize;

/// The unreachable objects of a dump as a forest: their dominator tree below the chosen roots, with
/// retained sizes of its own.
///
/// Every unreachable object is in it once. The retained sizes of its first level add up to all
/// unreachable bytes.
#[derive(Debug)]
pub struct UnreachableForest {
    /// The objects; their rank is the node in `tree`.
    members: RankedBitSet,
    tree: DominatorTree,
    /// The nodes chosen as roots, and of these the ones that stand for a cycle.
    roots: [BitSet; 2],
    /// Minimum retained size per class within the forest (rule D3), by class index.
    class_retained: Vec<u64>,
    facts: ForestFacts,
}

/// What the forest is, in figures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ForestFacts {
    /// Unreachable objects.
    pub objects: u64,
    /// Their shallow bytes.
    pub bytes: u64,
    /// Objects on the first level: nothing within the garbage dominates them.
    pub top: u32,
    /// Of these, objects to which no other unreachable object refers.
    pub unreferenced: u32,
    /// Of these, objects that stand for a cycle. The others are shared.
    pub cycles: u32,
    /// Memory that the forest takes in the engine.
    pub engine_bytes: u64,
}

/// Why an object is on the first level of the forest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub enum Standing {
    /// No other unreachable object refers to it.
    Unreferenced,
    /// It was chosen among the objects of a cycle that nothing outside leads to.
    Cycle,
    /// Several trees of the forest lead to it, and none of them alone holds it.
    Shared,
}

/// An object on the first level of the forest.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[cfg_attr(feature = "bindings", derive(ts_rs::TS))]
#[serde(rename_all = "camelCase")]
pub struct ForestTop {
    /// The object; its retained size is that in the forest.
    #[serde(flatten)]
    pub row: ObjectRow,
    /// Why it is here.
    pub standing: Standing,
}

impl UnreachableForest {
    /// Figures of the forest.
    pub fn facts(&self) -> ForestFacts {
        self.facts
    }

    /// Minimum retained size of every class within the forest, by class index.
    pub fn class_retained(&self) -> &[u64] {
        &self.class_retained
    }

    /// Retained size within the forest; `None` for reachable objects. O(1).
    pub fn retained(&self, heap: &Heap, object: ObjectIndex) -> Option<u64> {
        let node = self.members.position(object.0)?;
        Some(self.tree.retained(node, |_| heap.shallow(object)))
    }

    /// The object that immediately dominates this one within the forest.
    pub fn parent(&self, object: ObjectIndex) -> Option<ObjectIndex> {
        let parent = self.tree.parent(self.members.position(object.0)?);
        self.members.select(parent).map(ObjectIndex)
    }

    /// The objects that dominate this one within the forest, the immediate one first; none for
    /// reachable objects. O(log n) each.
    pub fn ancestors(&self, object: ObjectIndex) -> impl Iterator<Item = ObjectIndex> + '_ {
        core::iter::successors(self.parent(object), |&above| self.parent(above))
    }

    /// Number of objects that this one immediately dominates within the forest.
    pub fn children_count(&self, object: ObjectIndex) -> u32 {
        self.members.position(object.0).map_or(0, |node| self.tree.children_count(node))
    }

    /// These objects, the largest retained size first: at most `count` from the `start`-th on.
    pub fn children(&self, object: ObjectIndex, start: u32, count: u32) -> Vec<ObjectIndex> {
        match self.members.position(object.0) {
            Some(node) => self.objects(self.tree.children(node, start, count)),
            None => Vec::new(),
        }
    }

    /// Number of objects on the first level.
    pub fn top_count(&self) -> u32 {
        self.tree.top_count()
    }

    /// The first level in the order of [`Self::children`].
    pub fn top(&self, start: u32, count: u32) -> Vec<ObjectIndex> {
        self.objects(self.tree.top(start, count))
    }

    /// Why an object of the first level is there; `None` for all others.
    pub fn standing(&self, object: ObjectIndex) -> Option<Standing> {
        let node = self.members.position(object.0)?;
        let [roots, cycles] = &self.roots;
        if self.tree.parent(node) != crate::graph::ROOT {
            return None;
        }
        Some(match (roots.contains(node), cycles.contains(node)) {
            (_, true) => Standing::Cycle,
            (true, false) => Standing::Unreferenced,
            (false, false) => Standing::Shared,
        })
    }

    fn objects(&self, nodes: &[u32]) -> Vec<ObjectIndex> {
        nodes.iter().filter_map(|&node| self.members.select(node)).map(ObjectIndex).collect()
    }
}

impl Inquiry<'_> {
    /// A window of the histogram of unreachable objects: rows are as in the class histogram, but
    /// instances and sizes are those of unreachable objects, and classes without any are left out.
    /// Retained sizes need the forest. O(classes log classes).
    pub fn unreachable_histogram(&self, query: &HistogramQuery) -> HistogramWindow {
        let retained = self.known.forest.map(UnreachableForest::class_retained);
        let mut rows = histogram::rows(self.heap(), &self.loaded.totals, retained);
        rows.retain(|row| row.unreachable > 0);
        for row in &mut rows {
            row.instances = row.unreachable;
            row.shallow = row.unreachable_shallow;
        }
        histogram::window(rows, query)
    }

    /// The first level of the forest, the largest retained size first. O(count) file reads.
    ///
    /// # Errors
    /// `NotFound` when there is no forest.
    pub fn forest_top(&self, start: u32, count: u32) -> Result<Window<ForestTop>> {
        let Some(forest) = self.known.forest else {
            return Err(Error::new(
                ErrorKind::NotFound,
                "The unreachable objects were not worked out as a forest yet",
            ));
        };
        let top = forest.top(start, count);
        let rows = top
            .into_iter()
            .filter_map(|object| {
                let standing = forest.standing(object)?;
                Some(ForestTop { row: self.row(object), standing })
            })
            .collect();
        Ok(Window::of(rows, start, forest.top_count()))
    }
}
