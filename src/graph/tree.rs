//! The dominator tree: retained weights, and children from the heaviest to the lightest.
//!
//! The *retained weight* of a node is the sum of the weights of all nodes it dominates, itself
//! included (heap semantics D2): in a heap, the bytes that would be freed with it.
//!
//! # Memory
//! 4 bytes per node for the immediate dominators, 4 per reachable node for the children, and 4
//! or 8 per node that dominates something for its retained weight. Which nodes those are, and
//! where in the list of all children theirs begin, takes one bit per node each, and half a bit at most
//! for finding it.

mod build;
mod groups;
mod sort;
mod walk;

pub use build::TreeBuilder;
pub use groups::{MinRetained, MinRetainedByGroup};
pub use walk::{Visit, Walk};

use super::{Idoms, NONE, RankedBitSet, bytes_of};
#[cfg(doc)]
use super::{ROOT, Step};
use std::sync::Arc;

/// What memory is asked for, in words for a person.
const WHAT: &str = "the dominator tree";

/// A dominator tree with retained weights; made by a [`TreeBuilder`].
///
/// The weight function passed to the queries must be the one the tree was built with.
#[derive(Debug, Default)]
pub struct DominatorTree {
    /// Shared with the shortest paths, which mostly are the same.
    idoms: Arc<Idoms>,
    /// The nodes that dominate some other.
    inner: RankedBitSet,
    retained: Sums,
    /// The children of every inner node, by parent, then those of the virtual root.
    children: Vec<u32>,
    /// Where in `children` those of a node begin.
    begins: RankedBitSet,
    total: u64,
}

/// Exact sums, in units of 8 when that fits 32 bits.
#[derive(Debug)]
enum Sums {
    Eights(Vec<u32>),
    Ones(Vec<u64>),
}

impl Default for Sums {
    fn default() -> Self {
        Self::Ones(Vec::new())
    }
}

impl Sums {
    #[inline]
    fn get(&self, at: u32) -> u64 {
        match self {
            Self::Eights(sums) => u64::from(sums[at as usize]) * 8,
            Self::Ones(sums) => sums[at as usize],
        }
    }

    /// Adds `weight`; the builder has checked that the sum of all weights fits.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "the total fits, so each part does")]
    fn add(&mut self, at: u32, weight: u64) {
        match self {
            Self::Eights(sums) => sums[at as usize] += (weight / 8) as u32,
            Self::Ones(sums) => sums[at as usize] += weight,
        }
    }

    fn bytes(&self) -> u64 {
        match self {
            Self::Eights(sums) => bytes_of::<u32>(sums.capacity()),
            Self::Ones(sums) => bytes_of::<u64>(sums.capacity()),
        }
    }
}

impl DominatorTree {
    /// Number of nodes of the graph, unreachable ones included.
    pub fn node_count(&self) -> usize {
        self.idoms.len()
    }

    /// Whether `node` is reachable from the roots, and so in the tree.
    #[inline]
    pub fn is_reachable(&self, node: u32) -> bool {
        self.parent(node) != NONE
    }

    /// The immediate dominator of `node`: a node, [`ROOT`] at the top level, or [`NONE`] for a
    /// node that is unreachable or not there.
    #[inline]
    pub fn parent(&self, node: u32) -> u32 {
        self.idoms.get(node as usize).copied().unwrap_or(NONE)
    }

    /// The immediate dominators of all nodes.
    pub fn idoms(&self) -> &Arc<Idoms> {
        &self.idoms
    }

    /// The proper dominators of `node`, the immediate one first; O(1) each.
    pub fn ancestors(&self, node: u32) -> impl Iterator<Item = u32> + '_ {
        let inside = move |&node: &u32| (node as usize) < self.idoms.len();
        core::iter::successors(Some(self.parent(node)).filter(inside), move |&above| {
            Some(self.parent(above)).filter(inside)
        })
    }

    /// The retained weight of `node`, O(1). An unreachable node retains nothing but its own
    /// weight.
    #[inline]
    pub fn retained(&self, node: u32, weight: impl Fn(u32) -> u64) -> u64 {
        match self.inner.position(node) {
            Some(at) => self.retained.get(at),
            None => weight(node),
        }
    }

    /// The weight of all reachable nodes: what the virtual root retains.
    pub fn total(&self) -> u64 {
        self.total
    }

    /// Number of reachable nodes.
    pub fn reachable_count(&self) -> u32 {
        super::node(self.children.len())
    }

    /// Number of nodes that `node` dominates immediately; as fast as [`Self::children`].
    pub fn children_count(&self, node: u32) -> u32 {
        let (start, end) = self.span(node);
        end - start
    }

    /// The nodes that `node` dominates immediately, the one with the greatest retained weight
    /// first, equals by index: at most `count` of them from the `start`-th on. O(1), but for a
    /// fifth of a millisecond when there are tens of millions.
    pub fn children(&self, node: u32, start: u32, count: u32) -> &[u32] {
        self.page(self.span(node), start, count)
    }

    /// The nodes that no other node dominates, in the order of [`Self::children`].
    pub fn top(&self, start: u32, count: u32) -> &[u32] {
        self.page(self.top_span(), start, count)
    }

    /// Number of nodes that no other node dominates.
    pub fn top_count(&self) -> u32 {
        let (start, end) = self.top_span();
        end - start
    }

    /// Memory held, in bytes.
    pub fn bytes(&self) -> u64 {
        bytes_of::<u32>(self.idoms.capacity())
            + self.inner.bytes()
            + self.retained.bytes()
            + self.begins.bytes()
            + bytes_of::<u32>(self.children.capacity())
    }

    /// Where in `children` those of `node` are. Finding the end takes a look at one bit each.
    #[inline]
    fn span(&self, node: u32) -> (u32, u32) {
        self.inner.position(node).map_or((0, 0), |at| self.span_at(at))
    }

    fn top_span(&self) -> (u32, u32) {
        self.span_at(self.inner.count())
    }

    #[inline]
    fn span_at(&self, at: u32) -> (u32, u32) {
        let end = self.reachable_count();
        let start = self.begins.select(at).unwrap_or(end);
        (start, self.begins.set().next(start.saturating_add(1)).unwrap_or(end))
    }

    fn page(&self, (start, end): (u32, u32), from: u32, count: u32) -> &[u32] {
        let from = start.saturating_add(from).min(end);
        let to = from.saturating_add(count).min(end);
        self.children.get(from as usize..to as usize).unwrap_or_default()
    }
}

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, reason = "tests count small things")]
mod tests;
