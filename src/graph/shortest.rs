//! Shortest paths from the roots: one breadth-first search gives every node one parent.
//!
//! # Memory
//! The parent of most nodes is their immediate dominator: that of all with one referrer, for a
//! start. So the result is two bits per node, a sixteenth of one of them for finding, and 4 bytes
//! for each node with another parent. While the search runs, such a node costs 8 bytes, in the
//! order in which they were found; when there are so many that 4 bytes for every node are less,
//! these take over.

use super::traversal::{Frontier, Open};
use super::{
    BitSet, Edges, Graph, Idoms, NONE, ROOT, RankedBitSet, Step, bytes_of, clean_roots, filled,
    node, reserve,
};
use crate::error::Result;
use std::sync::Arc;

const WHAT: &str = "the shortest paths to GC roots";

/// The breadth-first search, step by step.
///
/// Levels are processed in index order (heap semantics P3): the parent of a node is the least
/// node one level above that leads to it, so the result depends on the graph alone. Time is
/// linear but for sorting short levels, however many levels there are.
#[derive(Debug)]
pub struct ShortestPaths {
    tree: PathTree,
    others: BitSet,
    found: Found,
    edges: Edges,
    level: Frontier,
    next: Frontier,
    place: u32,
    open: Option<Open>,
    phase: Phase,
    done: u64,
}

#[derive(Clone, Copy, Debug)]
enum Phase {
    Search,
    /// Puts what was found in the order of nodes.
    Place {
        next: u32,
    },
}

/// Parents that are not what was guessed.
#[derive(Debug)]
enum Found {
    /// Pairs of node and parent, as found, in chunks that grow up to a size.
    List { chunks: Vec<Vec<(u32, u32)>>, pairs: usize },
    /// By node.
    Table(Vec<u32>),
}

/// Pairs per chunk of a list.
const CHUNK: usize = if cfg!(test) { 4 } else { 1 << 14 };
/// A list is left for a table when it has a pair for every fourth node: half of the table.
const TABLE_FROM: usize = 4;

impl Found {
    #[inline]
    fn push(&mut self, node: u32, parent: u32) -> Result<()> {
        match self {
            Self::Table(parents) => parents[node as usize] = parent,
            Self::List { chunks, .. } => match chunks.last_mut() {
                Some(chunk) if chunk.len() < chunk.capacity() => chunk.push((node, parent)),
                _ => return self.grow(node, parent),
            },
        }
        Ok(())
    }

    #[cold]
    fn grow(&mut self, node: u32, parent: u32) -> Result<()> {
        let Self::List { chunks, pairs } = self else { return Ok(()) };
        let mut chunk = Vec::new();
        *pairs += chunks.last().map_or(0, Vec::len);
        reserve(&mut chunk, (*pairs).clamp(CHUNK / 256 + 1, CHUNK), WHAT)?;
        chunk.push((node, parent));
        reserve(chunks, 1, WHAT)?;
        chunks.push(chunk);
        Ok(())
    }

    /// Turns to a table when the list has become too long for `nodes` nodes.
    fn settle(&mut self, nodes: usize) -> Result<()> {
        let Self::List { chunks, pairs } = self else { return Ok(()) };
        if *pairs <= nodes / TABLE_FROM {
            return Ok(());
        }
        let mut parents = filled(nodes, NONE, WHAT)?;
        for (node, parent) in core::mem::take(chunks).into_iter().flatten() {
            parents[node as usize] = parent;
        }
        *self = Self::Table(parents);
        Ok(())
    }

    fn bytes(&self) -> u64 {
        match self {
            Self::List { chunks, .. } => {
                bytes_of::<(u32, u32)>(chunks.iter().map(Vec::capacity).sum())
            }
            Self::Table(parents) => bytes_of::<u32>(parents.capacity()),
        }
    }
}

impl ShortestPaths {
    /// Prepares the search from `roots` (any order, repetitions allowed) along `edges`. `guess`
    /// is what the parents are likely to be, by node: the better, the less memory it takes.
    ///
    /// # Errors
    /// `TooLarge` when there is no memory for about 5 bits per node.
    pub fn new<G: Graph>(
        graph: &G,
        roots: &[u32],
        edges: Edges,
        guess: Arc<Idoms>,
    ) -> Result<Self> {
        let nodes = graph.adjacency().node_count();
        let tree = PathTree { guess, reached: BitSet::new(nodes as usize)?, ..PathTree::default() };
        let level = Frontier::new(nodes)?;
        let next = Frontier::new(nodes)?;
        let mut search = Self {
            tree,
            others: BitSet::new(nodes as usize)?,
            found: Found::List { chunks: Vec::new(), pairs: 0 },
            edges,
            level,
            next,
            place: 0,
            open: None,
            phase: Phase::Search,
            done: 0,
        };
        for root in clean_roots(roots, nodes)? {
            search.tree.reached.insert(root);
            if search.tree.guessed(root) != ROOT {
                search.others.insert(root);
                search.found.push(root, ROOT)?;
            }
            search.level.push(root);
        }
        search.level.seal();
        Ok(search)
    }

    /// Does about `budget` units of work. `graph` is the one given to [`Self::new`].
    ///
    /// # Errors
    /// `TooLarge` when memory runs out; the search cannot go on then.
    pub fn step<G: Graph>(&mut self, graph: &G, budget: u64) -> Result<Step> {
        match self.phase {
            Phase::Search => {
                let nodes = graph.adjacency().node_count() as usize;
                let over = self.search(graph, budget)?;
                self.found.settle(nodes)?;
                if over {
                    self.begin_place()?;
                    self.phase = Phase::Place { next: 0 };
                }
            }
            Phase::Place { next } => match self.place_some(next, budget) {
                Some(next) => self.phase = Phase::Place { next },
                None => return Ok(Step::Done),
            },
        }
        let total = 2 * u64::from(graph.adjacency().node_count()) + graph.adjacency().edge_count();
        self.done = self.done.saturating_add(budget).min(total);
        Ok(Step::More { done: self.done, total })
    }

    /// A batch of the search; whether it is over.
    #[inline(never)]
    fn search<G: Graph>(&mut self, graph: &G, budget: u64) -> Result<bool> {
        let mut left = budget.max(1);
        let mut kept = Ok(());
        while left > 0 {
            if let Some(open) = &mut self.open {
                let source = open.node;
                let (tree, others, next) = (&mut self.tree, &mut self.others, &mut self.next);
                let found = &mut self.found;
                let over = open.follow(graph, &mut left, |target| {
                    if tree.reached.insert(target) {
                        if tree.guessed(target) != source {
                            others.insert(target);
                            if let Err(error) = found.push(target, source) {
                                kept = Err(error);
                            }
                        }
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
                return kept.map(|()| true);
            }
        }
        kept.map(|()| false)
    }

    fn begin_place(&mut self) -> Result<()> {
        self.level = Frontier::new(0)?;
        self.next = Frontier::new(0)?;
        let others = RankedBitSet::new(core::mem::take(&mut self.others))?;
        if let Found::List { .. } = self.found {
            self.tree.parents = filled(others.count() as usize, NONE, WHAT)?;
        }
        self.tree.others = others;
        Ok(())
    }

    /// A batch of putting parents in order: where the next one begins, if there is one.
    #[inline(never)]
    fn place_some(&mut self, next: u32, budget: u64) -> Option<u32> {
        let PathTree { others, parents, .. } = &mut self.tree;
        match &mut self.found {
            Found::List { chunks, .. } => {
                for _ in 0..budget.div_ceil(CHUNK as u64) {
                    for (node, parent) in chunks.pop()? {
                        parents[others.rank(node) as usize] = parent;
                    }
                }
                Some(next)
            }
            // A table moves together in its own place: no node has a rank above its number.
            Found::Table(table) => {
                let end = next.saturating_add(u32::try_from(budget).unwrap_or(u32::MAX));
                let mut rank = others.rank(next.min(node(table.len())));
                let mut from = next;
                while let Some(member) = others.set().next(from).filter(|&member| member < end) {
                    table[rank as usize] = table[member as usize];
                    rank += 1;
                    from = member + 1;
                }
                if (end as usize) < table.len() {
                    return Some(end);
                }
                table.truncate(rank as usize);
                table.shrink_to_fit();
                *parents = core::mem::take(table);
                None
            }
        }
    }

    /// Memory held, in bytes, the guess not counted.
    pub fn bytes(&self) -> u64 {
        self.tree.bytes()
            + self.others.bytes()
            + self.found.bytes()
            + self.level.bytes()
            + self.next.bytes()
    }

    /// The search tree; incomplete before [`Step::Done`].
    pub fn finish(self) -> PathTree {
        self.tree
    }
}

/// One shortest path from the roots to each node.
#[derive(Debug, Default)]
pub struct PathTree {
    /// By node, what its parent is unless it is among `others`.
    guess: Arc<Idoms>,
    reached: BitSet,
    /// Nodes whose parent is not the one guessed.
    others: RankedBitSet,
    /// The parents of `others`.
    parents: Vec<u32>,
}

impl PathTree {
    #[inline]
    fn guessed(&self, node: u32) -> u32 {
        self.guess.get(node as usize).copied().unwrap_or(NONE)
    }

    /// The node before `node` on its path: [`ROOT`] when `node` is a root, [`NONE`] when no path
    /// leads to it or it is not there.
    #[inline]
    pub fn parent(&self, node: u32) -> u32 {
        if !self.is_reached(node) {
            return NONE;
        }
        match self.others.position(node) {
            Some(at) => self.parents.get(at as usize).copied().unwrap_or(NONE),
            None => self.guessed(node),
        }
    }

    /// Whether a path leads to `node`.
    #[inline]
    pub fn is_reached(&self, node: u32) -> bool {
        self.reached.contains(node)
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

    /// Memory held, in bytes, the guess not counted.
    pub fn bytes(&self) -> u64 {
        self.reached.bytes() + self.others.bytes() + bytes_of::<u32>(self.parents.capacity())
    }
}

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, reason = "tests count small things")]
mod tests {
    use super::*;
    use crate::graph::testing::{TestGraph, any_graph, run};
    use proptest::prelude::*;

    fn search(graph: &TestGraph, edges: Edges, guess: Idoms, budget: u64) -> PathTree {
        let guess = Arc::new(guess);
        let mut search = ShortestPaths::new(graph, &graph.roots, edges, guess).unwrap();
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
            graph in any_graph(), skip in any::<bool>(), guesses in any::<bool>(), budget in 1u64..50,
        ) {
            let edges = if skip { Edges::SkipFirst } else { Edges::All };
            let guess = if guesses { graph.naive_idoms() } else { Vec::new() };
            let tree = search(&graph, edges, guess, budget);
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
        let tree = search(&graph, Edges::All, Vec::new(), 1000);
        for target in n / 2..n {
            assert_eq!(tree.parent(target), least[target as usize], "node {target}");
        }
    }
}
