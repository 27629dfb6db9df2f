//! Reachability from the roots, with some nodes left out.

use super::traversal::{Open, Worklist};
use super::{BitSet, Edges, Graph, Step};
use crate::error::Result;

/// Marks what the roots reach, step by step, in linear time and about 4 bits per node.
///
/// With `excluded` nodes, which are treated as if visited already, the nodes left unmarked are
/// the *retained set* of the excluded ones (heap semantics D4), together with what is
/// unreachable anyway.
#[derive(Debug)]
pub struct Reach {
    marked: BitSet,
    excluded: Option<BitSet>,
    edges: Edges,
    work: Worklist,
    open: Option<Open>,
    done: u64,
}

impl Reach {
    /// Prepares the search from `roots` (any order, repetitions allowed) along `edges`. Excluded
    /// nodes are never entered, even when they are roots.
    ///
    /// # Errors
    /// `TooLarge` when there is no memory for the marks.
    pub fn new<G: Graph>(
        graph: &G,
        roots: &[u32],
        edges: Edges,
        excluded: Option<BitSet>,
    ) -> Result<Self> {
        let nodes = graph.adjacency().node_count();
        let mut marked = BitSet::new(nodes as usize)?;
        if let Some(excluded) = &excluded {
            marked.union(excluded);
        }
        let work = Worklist::new(nodes)?;
        let mut reach = Self { marked, excluded, edges, work, open: None, done: 0 };
        for &root in roots {
            reach.enter(root);
        }
        Ok(reach)
    }

    /// Adds a root, before the first step or after any, [`Step::Done`] too; whether the search
    /// had not come to it before.
    #[inline]
    pub fn enter(&mut self, root: u32) -> bool {
        let new = self.marked.insert(root);
        if new {
            self.work.push(root);
        }
        new
    }

    /// Whether the search has come to `node`, or the node is excluded.
    #[inline]
    pub fn has_met(&self, node: u32) -> bool {
        self.marked.contains(node)
    }

    /// Does about `budget` units of work. `graph` is the one given to [`Self::new`].
    ///
    /// # Errors
    /// None at present; all memory was had at the beginning.
    pub fn step<G: Graph>(&mut self, graph: &G, budget: u64) -> Result<Step> {
        self.step_along(graph, budget, |_, _| true)
    }

    /// As [`Self::step`], along only those edges (source, target) that `follows` allows: for
    /// retained sets with field names (heap semantics D5). The edge to a hub is asked for too.
    ///
    /// # Errors
    /// As [`Self::step`].
    pub fn step_along<G: Graph>(
        &mut self,
        graph: &G,
        budget: u64,
        follows: impl FnMut(u32, u32) -> bool,
    ) -> Result<Step> {
        if self.search(graph, &mut budget.max(1), follows) {
            return Ok(Step::Done);
        }
        let total = 2 * u64::from(graph.adjacency().node_count()) + graph.adjacency().edge_count();
        self.done = self.done.saturating_add(budget).min(total);
        Ok(Step::More { done: self.done, total })
    }

    /// Searches on and subtracts from `budget` what that was worth. Whether all is met.
    #[inline(never)]
    pub(super) fn search<G: Graph>(
        &mut self,
        graph: &G,
        budget: &mut u64,
        mut follows: impl FnMut(u32, u32) -> bool,
    ) -> bool {
        while *budget > 0 {
            if let Some(open) = &mut self.open {
                let source = open.node;
                let (marked, work) = (&mut self.marked, &mut self.work);
                let over = open.follow(graph, budget, |target| {
                    if !marked.contains(target) && follows(source, target) {
                        marked.insert(target);
                        work.push(target);
                    }
                });
                if !over {
                    break;
                }
            }
            self.open = self.work.pop().map(|node| Open::new(graph, node, self.edges));
            if self.open.is_none() {
                return true;
            }
        }
        false
    }

    /// Memory held, in bytes.
    pub fn bytes(&self) -> u64 {
        self.marked.bytes() + self.work.bytes() + self.excluded.as_ref().map_or(0, BitSet::bytes)
    }

    /// The nodes reached, no excluded ones among them.
    pub fn finish(mut self) -> BitSet {
        if let Some(excluded) = &self.excluded {
            self.marked.subtract(excluded);
        }
        self.marked
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::testing::{TestGraph, any_graph, run};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn equals_a_plain_search(
            graph in any_graph(),
            skip in any::<bool>(),
            excluded in prop::collection::vec(0u32..40, 0..5),
            budget in 1u64..50,
        ) {
            let edges = if skip { Edges::SkipFirst } else { Edges::All };
            let mut set = BitSet::new(graph.nodes() as usize).unwrap();
            for &node in &excluded {
                set.insert(node);
            }
            let mut reach = Reach::new(&graph, &graph.roots, edges, Some(set)).unwrap();
            run(budget, |budget| reach.step(&graph, budget));
            let reached = reach.finish();
            let naive = graph.reachable(edges, |node| excluded.contains(&node));
            for node in 0..graph.nodes() {
                prop_assert_eq!(reached.contains(node), naive[node as usize]);
            }
        }

        #[test]
        fn edges_not_allowed_are_not_followed(graph in any_graph(), salt in any::<u32>()) {
            let allowed = |a: u32, b: u32| !(a.wrapping_mul(31) ^ b ^ salt).is_multiple_of(3);
            let mut reach = Reach::new(&graph, &graph.roots, Edges::All, None).unwrap();
            run(10, |budget| reach.step_along(&graph, budget, allowed));
            let lists = (0..graph.nodes()).map(|source| {
                let mut list = graph.successors(source, Edges::All);
                list.retain(|&target| allowed(source, target));
                list
            });
            let thinned = TestGraph::new(lists, &graph.roots);
            let naive = thinned.reachable(Edges::All, |_| false);
            let reached = reach.finish();
            for node in 0..graph.nodes() {
                prop_assert_eq!(reached.contains(node), naive[node as usize]);
            }
        }
    }

    #[test]
    fn more_open_nodes_than_the_stack_holds() {
        let n = 100_000u32;
        let mut lists: Vec<Vec<u32>> = (0..n).map(|node| vec![(node * 7 + 1) % n]).collect();
        lists[5] = (0..n).step_by(3).collect();
        let graph = TestGraph::new(lists, &[5]);
        let mut reach = Reach::new(&graph, &graph.roots, Edges::All, None).unwrap();
        run(999, |budget| reach.step(&graph, budget));
        let naive = graph.reachable(Edges::All, |_| false);
        assert_eq!(reach.finish().count(), naive.iter().filter(|&&seen| seen).count() as u64);
    }
}
