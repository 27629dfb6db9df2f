//! Immediate dominators, exact, for graphs of a hundred million nodes.
//!
//! A node `d` dominates `v` when every path from the roots to `v` passes `d`; the closest such
//! `d` other than `v` is its immediate dominator. This is the simple variant of Lengauer and
//! Tarjan, "A Fast Algorithm for Finding Dominators in a Flowgraph" (TOPLAS 1979): semidominators
//! with path compression, O(m log n) whatever the graph. (The shorter semi-NCA variant is
//! quadratic on graphs a heap can contain, such as a long list sharing one leaf.)
//!
//! # What keeps it small
//! Three facts let most of a heap stay out of the arrays. None is an approximation.
//!
//! 1. *Edges into a root are irrelevant.* A path through such an edge can be cut: the rest of
//!    it, from that root on, is a path too and passes fewer nodes.
//! 2. *A node with one referrer is dominated by it.* If it also is an end of the depth-first
//!    search, it is *omitted*; see [`search`].
//! 3. *Of the referrers that precede `w` in the depth-first order only the first counts*,
//!    because each is an ancestor of `w` and its own candidate for the semidominator. Of the
//!    others, one with a single referrer may be *lifted* to that one; see [`preds`].
//!
//! # Memory
//! Per node of the graph 4 bytes for the result and two to three bits; per node not omitted 16
//! bytes; per edge into a node with several referrers that
//! survives rule 3, 6 bytes, or 4 where they are many. The graph of `benches/graph.rs` needs 6 bytes per
//! node in all, a single list 20, a double list 24.

mod forest;
mod preds;
mod referrers;
mod remembered;
mod search;

use self::forest::Forest;
use self::preds::Preds;
use self::referrers::Referrers;
pub(crate) use self::remembered::remembered_bytes;
use self::search::Search;
use super::{Graph, Step, bytes_of, clean_roots};
#[cfg(doc)]
use super::{NONE, ROOT};
use crate::error::Result;

/// The result: immediate dominator per node; [`ROOT`] for roots and for nodes that no single
/// node dominates, [`NONE`] for unreachable nodes.
pub type Idoms = Vec<u32>;

/// Computes [`Idoms`], step by step.
#[derive(Debug)]
pub struct Dominators {
    phase: Phase,
    nodes: u32,
    edges: u64,
    done: u64,
    peak: u64,
    idoms: Idoms,
}

#[derive(Debug)]
enum Phase {
    Referrers(Referrers),
    Search(Search),
    Preds(Preds),
    Link(Forest),
    Done,
}

/// What memory is asked for, in words for a person.
const WHAT: &str = "the dominator tree";

/// Full passes over nodes and edges that the whole computation is worth, for progress.
const PASSES: u64 = 12;

impl Dominators {
    /// Prepares the computation for `graph` and `roots` (any order, repetitions and nodes that
    /// do not exist are ignored).
    ///
    /// # Errors
    /// `TooLarge` when there is no memory for 4 bytes per node.
    pub fn new<G: Graph>(graph: &G, roots: &[u32]) -> Result<Self> {
        let nodes = graph.adjacency().node_count();
        let roots = clean_roots(roots, nodes)?;
        let referrers = Referrers::new(nodes, roots)?;
        let peak = referrers.bytes();
        let edges = graph.adjacency().edge_count();
        let phase = Phase::Referrers(referrers);
        Ok(Self { phase, nodes, edges, done: 0, peak, idoms: Vec::new() })
    }

    /// Does about `budget` units of work. `graph` is the one given to [`Self::new`].
    ///
    /// # Errors
    /// `TooLarge` when memory runs out; the computation cannot go on then.
    pub fn step<G: Graph>(&mut self, graph: &G, budget: u64) -> Result<Step> {
        let budget = budget.max(1);
        let ready = match &mut self.phase {
            Phase::Referrers(phase) => phase.step(graph, budget),
            Phase::Search(phase) => phase.step(graph, budget)?,
            Phase::Preds(phase) => phase.step(graph, budget)?,
            Phase::Link(phase) => phase.step(budget)?,
            Phase::Done => return Ok(Step::Done),
        };
        let total = PASSES * (u64::from(self.nodes) + self.edges) + 1;
        self.done = self.done.saturating_add(budget).min(total - 1);
        self.peak = self.peak.max(self.bytes());
        if ready {
            self.advance()?;
        }
        match self.phase {
            Phase::Done => Ok(Step::Done),
            _ => Ok(Step::More { done: self.done, total }),
        }
    }

    /// Hands the arrays of the finished phase to the next.
    fn advance(&mut self) -> Result<()> {
        self.phase = match core::mem::replace(&mut self.phase, Phase::Done) {
            Phase::Referrers(phase) => Phase::Search(Search::new(phase.finish())?),
            Phase::Search(phase) => Phase::Preds(Preds::new(phase.finish())?),
            Phase::Preds(phase) => Phase::Link(phase.finish()),
            Phase::Link(phase) => {
                self.idoms = phase.finish();
                Phase::Done
            }
            Phase::Done => Phase::Done,
        };
        self.peak = self.peak.max(self.bytes());
        Ok(())
    }

    fn bytes(&self) -> u64 {
        match &self.phase {
            Phase::Referrers(phase) => phase.bytes(),
            Phase::Search(phase) => phase.bytes(),
            Phase::Preds(phase) => phase.bytes(),
            Phase::Link(phase) => phase.bytes(),
            Phase::Done => bytes_of::<u32>(self.idoms.capacity()),
        }
    }

    /// The most memory held at any time so far, in bytes, the graph not counted.
    pub fn peak_bytes(&self) -> u64 {
        self.peak
    }

    /// The immediate dominators; empty before [`Step::Done`].
    pub fn finish(self) -> Idoms {
        self.idoms
    }
}

/// Bytes held by `vec`.
fn vec_bytes<T>(vec: &Vec<T>) -> u64 {
    bytes_of::<T>(vec.capacity())
}

/// The end of a batch of `budget` elements from `from`, before it is cut to the length.
fn after(from: u32, budget: u64) -> usize {
    (from as usize).saturating_add(usize::try_from(budget).unwrap_or(usize::MAX))
}

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, reason = "tests count small things")]
mod tests;
