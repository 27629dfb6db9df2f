//! The part of a graph that lies within a set of nodes, with numbers of its own.
//!
//! For questions about a small part of a large graph: the algorithms of this module run on it as
//! on any graph, and their memory goes with the part instead of the whole.

use super::traversal::Open;
use super::{Adjacency, AdjacencyBuilder, BitSet, Edges, Graph, NONE, RankedBitSet, Step};
use crate::error::Result;

/// The subgraph induced by a set of nodes of a graph, the *outer* one: its members, and every edge
/// of which both ends are members, those to hubs included. Edges from a node to itself are left
/// out. The members are numbered `0..count` in their outer order.
///
/// Takes one bit and a sixteenth per outer node, and per member and edge what an [`Adjacency`]
/// takes.
#[derive(Debug)]
pub struct Induced {
    members: RankedBitSet,
    adjacency: Adjacency,
}

impl Induced {
    /// Gives up the edges and keeps the numbering.
    pub fn into_members(self) -> RankedBitSet {
        self.members
    }

    /// The outer number of a node. O(log n) at worst.
    pub fn outer(&self, node: u32) -> u32 {
        self.members.select(node).unwrap_or(NONE)
    }

    /// Memory held, in bytes.
    pub fn bytes(&self) -> u64 {
        self.members.bytes() + self.adjacency.bytes()
    }
}

impl Graph for Induced {
    fn adjacency(&self) -> &Adjacency {
        &self.adjacency
    }

    /// None: edges to hubs are stored like all others.
    fn hub(&self, _: u32) -> u32 {
        NONE
    }

    fn skips_first(&self, _: u32) -> bool {
        false
    }
}

/// Builds an [`Induced`], step by step: one pass over the members and their edges.
#[derive(Debug)]
pub struct InducedBuilder {
    members: RankedBitSet,
    edges: AdjacencyBuilder,
    /// The outer node whose edges are being copied.
    open: Option<Open>,
    /// The outer node after that one.
    next: u32,
}

impl InducedBuilder {
    /// For the nodes of `members`, all of them nodes of the outer graph.
    ///
    /// # Errors
    /// `TooLarge` when there is no memory for counting the set.
    pub fn new(members: BitSet) -> Result<Self> {
        let members = RankedBitSet::new(members)?;
        let edges = AdjacencyBuilder::new(members.count())?;
        Ok(Self { members, edges, open: None, next: 0 })
    }

    /// Does about `budget` units of work. `outer` is the same graph each time.
    ///
    /// # Errors
    /// `TooLarge` when there is no memory for the edges.
    #[inline(never)]
    pub fn step<G: Graph>(&mut self, outer: &G, budget: u64) -> Result<Step> {
        let mut left = budget.max(1);
        while left > 0 {
            if let Some(open) = &mut self.open {
                let (source, members, edges) = (open.node, &self.members, &mut self.edges);
                let mut result = Ok(());
                let over = open.follow(outer, &mut left, |target| {
                    if target != source
                        && result.is_ok()
                        && let Some(target) = members.position(target)
                    {
                        result = edges.target(target);
                    }
                });
                result?;
                if !over {
                    break;
                }
            }
            let Some(member) = self.members.set().next(self.next) else {
                self.open = None;
                return Ok(Step::Done);
            };
            self.edges.begin_node()?;
            self.open = Some(Open::new(outer, member, Edges::All));
            self.next = member + 1;
        }
        let done = u64::from(self.edges.node_count());
        Ok(Step::More { done, total: u64::from(self.members.count()).max(done) })
    }

    /// The subgraph; incomplete before [`Step::Done`].
    ///
    /// # Errors
    /// `TooLarge` when there is no memory for the last edges.
    pub fn finish(self) -> Result<Induced> {
        Ok(Induced { members: self.members, adjacency: self.edges.finish()? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::testing::{TestGraph, any_graph, run};
    use proptest::prelude::*;

    fn induced(graph: &TestGraph, members: &[u32], budget: u64) -> Induced {
        let mut set = BitSet::new(graph.nodes() as usize).unwrap();
        for &member in members {
            set.insert(member);
        }
        let mut builder = InducedBuilder::new(set).unwrap();
        run(budget, |budget| builder.step(graph, budget));
        builder.finish().unwrap()
    }

    proptest! {
        #[test]
        fn has_the_edges_between_members(
            graph in any_graph(),
            picks in prop::collection::vec(any::<bool>(), 70),
            budget in 1u64..60,
        ) {
            let members: Vec<u32> =
                (0..graph.nodes()).filter(|&node| picks[node as usize]).collect();
            let part = induced(&graph, &members, budget);
            prop_assert_eq!(part.adjacency().node_count() as usize, members.len());
            for (node, &outer) in (0..).zip(&members) {
                prop_assert_eq!(part.outer(node), outer);
                let mut found: Vec<u32> =
                    part.adjacency().targets(node).map(|target| part.outer(target)).collect();
                let mut expected = graph.successors(outer, Edges::All);
                expected.retain(|target| members.contains(target));
                for list in [&mut found, &mut expected] {
                    list.sort_unstable();
                    list.dedup();
                }
                prop_assert_eq!(found, expected);
            }
        }
    }
}
