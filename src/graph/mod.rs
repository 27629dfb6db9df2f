//! Directed graphs over `u32` nodes: adjacency, dominators, retained weights, searches.
//!
//! This module knows neither HPROF nor Java. A graph is a compressed list of stored edges
//! ([`Adjacency`]) plus at most one implicit edge per node to its *hub* (in a heap: from an
//! object to its class), which costs no memory because the [`Graph`] computes it.
//!
//! # Conventions
//! * A *self-edge* is ignored by every algorithm. As the first stored edge it is the
//!   placeholder for "this node's skippable edge has no target".
//! * A *root* is preceded by a virtual root, [`ROOT`], which is no node.
//! * Every algorithm is a state machine: `new`, then `step` until it says [`Step::Done`], then
//!   `finish`. A step does about `budget` units of work (one unit is one node or one edge), so
//!   that progress and cancelling come from the same loop. The graph is passed to each step
//!   and must be the same one every time.
//! * Memory is asked for, never assumed: what does not fit is [`ErrorKind::TooLarge`].
//! * No recursion; time near-linear in nodes plus edges for any graph.

pub mod adjacency;
pub mod bitset;
pub mod cover;
pub mod dominators;
pub mod inbound;
pub mod induced;
pub mod reach;
pub mod shortest;
mod traversal;
pub mod tree;

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, reason = "tests count small things")]
mod testing;

#[cfg(test)]
mod hostile;

pub use adjacency::{Adjacency, AdjacencyBuilder};
pub use bitset::{BitSet, RankedBitSet};
pub use cover::{Cover, Roots};
pub use dominators::{Dominators, Idoms};
pub use inbound::{Inbound, InboundOfSet};
pub use induced::{Induced, InducedBuilder};
pub use reach::Reach;
pub use shortest::{PathTree, ShortestPaths};
pub use tree::{DominatorTree, MinRetained, MinRetainedByGroup, TreeBuilder, Visit, Walk};

use crate::error::{Error, ErrorKind, Result, Shortage};

/// No node: an absent hub, the dominator of an unreachable node, the parent of an unreached one.
pub const NONE: u32 = u32::MAX;

/// The virtual root, which precedes every root: the immediate dominator and the search parent
/// of each root.
pub const ROOT: u32 = u32::MAX - 1;

/// A node with several referrers; only inside the dominator computation.
pub(crate) const SEVERAL: u32 = u32::MAX - 2;

/// The largest number of nodes a graph may have; the indices above it have special meanings.
pub const MAX_NODES: u32 = u32::MAX - 2;

/// What one `step` of an algorithm left to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// There is more to do. `done` of `total` are estimated units of work, good for a progress
    /// bar: `done` never falls and never exceeds `total`.
    More {
        /// Work done so far.
        done: u64,
        /// Work in all.
        total: u64,
    },
    /// The result is ready.
    Done,
}

/// A directed graph: stored edges, and an optional implicit edge per node to its hub.
pub trait Graph {
    /// The stored edges.
    fn adjacency(&self) -> &Adjacency;

    /// The target of the implicit edge of `node`, or [`NONE`]. Must be cheap and constant.
    fn hub(&self, node: u32) -> u32;

    /// Whether `node` may be the hub of another: where it is not, nobody need ask for hubs.
    fn may_be_hub(&self, _node: u32) -> bool {
        true
    }

    /// Whether the first stored edge of `node` is one that searches may ignore
    /// ([`Edges::SkipFirst`]): in a heap the referent of a weak, soft or phantom reference.
    /// Dominators follow it all the same (heap semantics D1).
    fn skips_first(&self, node: u32) -> bool;
}

/// Which edges a search follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edges {
    /// Every stored edge and the edge to the hub.
    All,
    /// As [`Edges::All`], without the first stored edge of the nodes that skip it.
    SkipFirst,
}

/// The hub of `node`, with everything that is no other node of the graph mapped to [`NONE`].
#[inline]
pub(crate) fn hub_of<G: Graph>(graph: &G, node: u32, nodes: u32) -> u32 {
    let hub = graph.hub(node);
    if hub < nodes && hub != node { hub } else { NONE }
}

/// The nodes among `roots` that exist, ascending, each once.
pub(crate) fn clean_roots(roots: &[u32], nodes: u32) -> Result<Vec<u32>> {
    let mut clean = Vec::new();
    reserve(&mut clean, roots.len(), "the list of roots")?;
    clean.extend(roots.iter().copied().filter(|&root| root < nodes));
    clean.sort_unstable();
    clean.dedup();
    Ok(clean)
}

/// The error for `bytes` of memory that could not be had for `what`.
#[cold]
pub(crate) fn too_large(bytes: u64, what: &str) -> Error {
    Error::new(ErrorKind::TooLarge, format!("Not enough memory for {what}: {bytes} bytes needed"))
        .advise("Close other tabs, or open the dump with the native command line")
        .short_of(Shortage::of(bytes))
}

/// Reserves room for exactly `additional` more elements.
pub(crate) fn reserve<T>(vec: &mut Vec<T>, additional: usize, what: &str) -> Result<()> {
    vec.try_reserve_exact(additional).map_err(|_| too_large(bytes_of::<T>(additional), what))
}

/// A vector of `len` copies of `value`.
pub(crate) fn filled<T: Clone>(len: usize, value: T, what: &str) -> Result<Vec<T>> {
    let mut vec = Vec::new();
    reserve(&mut vec, len, what)?;
    vec.resize(len, value);
    Ok(vec)
}

/// Bytes that `len` elements of `T` take.
pub(crate) const fn bytes_of<T>(len: usize) -> u64 {
    (len as u64).saturating_mul(size_of::<T>() as u64)
}

/// An index known to be below a node count, as a node.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "callers pass indices below a u32 count")]
pub(crate) const fn node(index: usize) -> u32 {
    index as u32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_that_cannot_be_had_is_an_error_that_names_the_bytes() {
        let mut vec: Vec<u64> = Vec::new();
        let error = reserve(&mut vec, usize::MAX / 8, "a test").unwrap_err();
        assert_eq!(error.kind(), ErrorKind::TooLarge);
        let bytes = (usize::MAX / 8 * 8).to_string();
        assert!(error.message().contains(&bytes), "{error}");
        assert_eq!(error.memory(), Some(Shortage::of((usize::MAX / 8 * 8) as u64)));
    }
}
