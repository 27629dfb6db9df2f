//! Small graphs and naive oracles for the tests of this module.

use super::{Adjacency, AdjacencyBuilder, Edges, Graph, NONE, ROOT, Step};
use crate::error::Result;
use proptest::prelude::*;

/// A graph of explicit lists.
#[derive(Clone, Debug, Default)]
pub(crate) struct TestGraph {
    pub(crate) adjacency: Adjacency,
    pub(crate) hubs: Vec<u32>,
    pub(crate) skips: Vec<bool>,
    pub(crate) roots: Vec<u32>,
}

impl Graph for TestGraph {
    fn adjacency(&self) -> &Adjacency {
        &self.adjacency
    }

    fn hub(&self, node: u32) -> u32 {
        self.hubs.get(node as usize).copied().unwrap_or(NONE)
    }

    fn skips_first(&self, node: u32) -> bool {
        self.skips.get(node as usize).copied().unwrap_or(false)
    }
}

impl TestGraph {
    /// A graph of `lists`, one per node, without hubs.
    pub(crate) fn new(lists: impl IntoIterator<Item = Vec<u32>>, roots: &[u32]) -> Self {
        let mut builder = AdjacencyBuilder::new(0).unwrap();
        for list in lists {
            builder.begin_node().unwrap();
            for target in list {
                builder.target(target).unwrap();
            }
        }
        let adjacency = builder.finish().unwrap();
        Self { adjacency, roots: roots.to_vec(), ..Self::default() }
    }

    pub(crate) fn nodes(&self) -> u32 {
        self.adjacency.node_count()
    }

    /// The nodes that `node` leads to, self-edges left out.
    pub(crate) fn successors(&self, node: u32, edges: Edges) -> Vec<u32> {
        let skip = edges == Edges::SkipFirst && self.skips_first(node);
        let mut all: Vec<u32> = self.adjacency.targets(node).skip(usize::from(skip)).collect();
        all.extend(Some(self.hub(node)).filter(|&hub| hub != NONE));
        all.retain(|&target| target != node);
        all
    }

    /// Nodes reachable from the roots without entering `removed`.
    pub(crate) fn reachable(&self, edges: Edges, removed: impl Fn(u32) -> bool) -> Vec<bool> {
        let mut seen = vec![false; self.nodes() as usize];
        let mut work: Vec<u32> = self.roots.clone();
        while let Some(node) = work.pop() {
            if !removed(node) && !std::mem::replace(&mut seen[node as usize], true) {
                work.extend(self.successors(node, edges));
            }
        }
        seen
    }

    /// Immediate dominators by their definition, O(n * m).
    pub(crate) fn naive_idoms(&self) -> Vec<u32> {
        let n = self.nodes();
        let reachable = self.reachable(Edges::All, |_| false);
        let without: Vec<Vec<bool>> =
            (0..n).map(|d| self.reachable(Edges::All, |v| v == d)).collect();
        let dominates = |d: u32, v: u32| !without[d as usize][v as usize];
        (0..n)
            .map(|v| {
                if !reachable[v as usize] {
                    return NONE;
                }
                let strict: Vec<u32> = (0..n)
                    .filter(|&d| d != v && reachable[d as usize] && dominates(d, v))
                    .collect();
                let closest = strict.iter().find(|&&d| strict.iter().all(|&e| dominates(e, d)));
                closest.copied().unwrap_or(ROOT)
            })
            .collect()
    }
}

/// Steps until done, with budget `budget`; checks that progress only grows.
pub(crate) fn run(budget: u64, mut step: impl FnMut(u64) -> Result<Step>) {
    let mut before = 0;
    while let Step::More { done, total } = step(budget).unwrap() {
        assert!(before <= done && done <= total, "progress {before} -> {done} of {total}");
        before = done;
    }
}

/// How a random graph looks.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Shape {
    pub(crate) max_nodes: usize,
    pub(crate) edges_per_node: usize,
    /// Whether some edges go a short way forward, which makes long chains likely.
    pub(crate) local: bool,
}

/// Random graphs with roots, hubs, self-edges, repetitions, skipped edges and unreachable parts.
pub(crate) fn graphs(shape: Shape) -> impl Strategy<Value = TestGraph> {
    (2..shape.max_nodes).prop_flat_map(move |n| {
        let target = move |source: usize| {
            (0..n, 0..4usize).prop_map(move |(far, near)| {
                let near = (source + near) % n;
                (if shape.local && far % 3 != 0 { near } else { far }) as u32
            })
        };
        let list =
            move |source: usize| prop::collection::vec(target(source), 0..=shape.edges_per_node);
        let lists = (0..n).map(list).collect::<Vec<_>>();
        let hubs = prop_oneof![
            Just(vec![NONE; n]).boxed(),
            prop::collection::vec(prop_oneof![Just(NONE), 0..(n.min(4) as u32)], n).boxed(),
            prop::collection::vec(0..n as u32, n).boxed(),
        ];
        let skips = prop::collection::vec(any::<bool>(), n);
        let roots = prop::collection::vec(0..n as u32, 0..4);
        (lists, hubs, skips, roots).prop_map(|(lists, hubs, skips, roots)| TestGraph {
            hubs,
            skips,
            ..TestGraph::new(lists, &roots)
        })
    })
}

/// Random graphs of several shapes: sparse, local chains, dense.
pub(crate) fn any_graph() -> impl Strategy<Value = TestGraph> {
    prop_oneof![
        graphs(Shape { max_nodes: 40, edges_per_node: 2, local: true }),
        graphs(Shape { max_nodes: 40, edges_per_node: 3, local: false }),
        graphs(Shape { max_nodes: 14, edges_per_node: 9, local: false }),
        graphs(Shape { max_nodes: 70, edges_per_node: 1, local: true }),
    ]
}
