//! Shortest paths from the roots: one breadth-first search gives every node one parent.

use super::traversal::{Frontier, Open};
use super::{Edges, Graph, NONE, ROOT, Step, bytes_of, clean_roots, filled, reserve};
use crate::error::Result;

const WHAT: &str = "the shortest paths to GC roots";

/// The breadth-first search, step by step.
///
/// Levels are processed in index order (heap semantics P3): the parent of a node is the least
/// node one level above that leads to it, so the result depends on the graph alone. Time is
/// linear but for sorting short levels, however many levels there are.
#[derive(Debug)]
pub struct ShortestPaths {
    parents: Vec<u32>,
    edges: Edges,
    level: Frontier,
    next: Frontier,
    place: u32,
    open: Option<Open>,
    done: u64,
}

impl ShortestPaths {
    /// Prepares the search from `roots` (any order, repetitions allowed) along `edges`.
    ///
    /// # Errors
    /// `TooLarge` when there is no memory for about 4.4 bytes per node.
    pub fn new<G: Graph>(graph: &G, roots: &[u32], edges: Edges) -> Result<Self> {
        let nodes = graph.adjacency().node_count();
        let mut parents = filled(nodes as usize, NONE, WHAT)?;
        let mut level = Frontier::new(nodes)?;
        for root in clean_roots(roots, nodes)? {
            parents[root as usize] = ROOT;
            level.push(root);
        }
        level.seal();
        let next = Frontier::new(nodes)?;
        Ok(Self { parents, edges, level, next, place: 0, open: None, done: 0 })
    }

    /// Does about `budget` units of work. `graph` is the one given to [`Self::new`].
    ///
    /// # Errors
    /// None at present; all memory was had at the beginning.
    #[inline(never)]
    pub fn step<G: Graph>(&mut self, graph: &G, budget: u64) -> Result<Step> {
        let mut left = budget.max(1);
        while left > 0 {
            if let Some(open) = &mut self.open {
                let source = open.node;
                let (parents, next) = (&mut self.parents, &mut self.next);
                let over = open.follow(graph, &mut left, |target| {
                    let parent = &mut parents[target as usize];
                    if *parent == NONE {
                        *parent = source;
                        next.push(target);
                    }
                });
                if !over {
                    break;
                }
                self.open = None;
            }
            if let Some((node, place)) = self.level.at(self.place) {
                self.place = place;
                self.open = Some(Open::new(graph, node, self.edges));
                continue;
            }
            core::mem::swap(&mut self.level, &mut self.next);
            self.next.clear();
            self.level.seal();
            self.place = 0;
            if self.level.at(0).is_none() {
                return Ok(Step::Done);
            }
        }
        let total = 2 * u64::from(graph.adjacency().node_count()) + graph.adjacency().edge_count();
        self.done = self.done.saturating_add(budget).min(total);
        Ok(Step::More { done: self.done, total })
    }

    /// Memory held, in bytes.
    pub fn bytes(&self) -> u64 {
        bytes_of::<u32>(self.parents.capacity()) + self.level.bytes() + self.next.bytes()
    }

    /// The search tree; incomplete before [`Step::Done`].
    pub fn finish(self) -> PathTree {
        PathTree { parents: self.parents }
    }
}

/// One shortest path from the roots to each node.
#[derive(Debug, Default)]
pub struct PathTree {
    parents: Vec<u32>,
}

impl PathTree {
    /// The node before `node` on its path: [`ROOT`] when `node` is a root, [`NONE`] when no path
    /// leads to it or it is not there.
    #[inline]
    pub fn parent(&self, node: u32) -> u32 {
        self.parents.get(node as usize).copied().unwrap_or(NONE)
    }

    /// Whether a path leads to `node`.
    #[inline]
    pub fn is_reached(&self, node: u32) -> bool {
        self.parent(node) != NONE
    }

    /// `node` and the nodes before it on its path, the root last; nothing when no path leads to
    /// it. O(1) each, and no cycle: each is one level above the one before.
    pub fn to_root(&self, node: u32) -> impl Iterator<Item = u32> + '_ {
        core::iter::successors(Some(node).filter(|&node| self.is_reached(node)), |&node| {
            Some(self.parent(node)).filter(|&parent| parent < ROOT)
        })
    }

    /// The path to `node`, the root first; empty when there is none.
    ///
    /// # Errors
    /// `TooLarge` when there is no memory for 4 bytes per node of the path.
    pub fn path(&self, node: u32) -> Result<Vec<u32>> {
        let mut path = Vec::new();
        reserve(&mut path, self.to_root(node).count(), WHAT)?;
        path.extend(self.to_root(node));
        path.reverse();
        Ok(path)
    }

    /// Memory held, in bytes.
    pub fn bytes(&self) -> u64 {
        bytes_of::<u32>(self.parents.capacity())
    }
}

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, reason = "tests count small things")]
mod tests {
    use super::*;
    use crate::graph::testing::{TestGraph, any_graph, run};
    use proptest::prelude::*;

    fn search(graph: &TestGraph, edges: Edges, budget: u64) -> PathTree {
        let mut search = ShortestPaths::new(graph, &graph.roots, edges).unwrap();
        run(budget, |budget| search.step(graph, budget));
        search.finish()
    }

    /// Distance per node by relaxing every edge until nothing changes.
    fn distances(graph: &TestGraph, edges: Edges) -> Vec<u32> {
        let mut distance = vec![u32::MAX; graph.nodes() as usize];
        for &root in &graph.roots {
            distance[root as usize] = 0;
        }
        loop {
            let before = distance.clone();
            for source in 0..graph.nodes() {
                for target in graph.successors(source, edges) {
                    let new = distance[source as usize].saturating_add(1);
                    distance[target as usize] = distance[target as usize].min(new);
                }
            }
            if distance == before {
                return distance;
            }
        }
    }

    proptest! {
        #[test]
        fn each_parent_is_the_least_node_one_level_above(
            graph in any_graph(), skip in any::<bool>(), budget in 1u64..50,
        ) {
            let edges = if skip { Edges::SkipFirst } else { Edges::All };
            let tree = search(&graph, edges, budget);
            let distance = distances(&graph, edges);
            for node in 0..graph.nodes() {
                let expected = match distance[node as usize] {
                    u32::MAX => NONE,
                    0 => ROOT,
                    level => (0..graph.nodes())
                        .find(|&source| {
                            distance[source as usize] == level - 1
                                && graph.successors(source, edges).contains(&node)
                        })
                        .unwrap(),
                };
                prop_assert_eq!(tree.parent(node), expected, "node {}", node);
                let path = tree.path(node).unwrap();
                let length = distance[node as usize];
                prop_assert_eq!(path.len() as u32, if length == u32::MAX { 0 } else { length + 1 });
                prop_assert_eq!(path.last().copied(), tree.is_reached(node).then_some(node));
            }
        }
    }

    #[test]
    fn wide_levels_are_read_in_index_order_too() {
        let n = 40_000u32;
        let mut lists = vec![Vec::new(); n as usize];
        lists[0] = (1..n / 2).rev().collect();
        let mut least = vec![NONE; n as usize];
        for source in 1..n / 2 {
            lists[source as usize] = vec![n - source, n - 1 - source / 2];
            for &target in &lists[source as usize] {
                least[target as usize] = source.min(least[target as usize]);
            }
        }
        let graph = TestGraph::new(lists, &[0]);
        let tree = search(&graph, Edges::All, 1000);
        for target in n / 2..n {
            assert_eq!(tree.parent(target), least[target as usize], "node {target}");
        }
    }
}
