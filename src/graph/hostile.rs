//! Shapes that cost careless algorithms quadratic time: every algorithm must do about the same
//! work per node and edge on them as on an ordinary graph. Work is counted, not timed: a step
//! does at most about its budget, so the number of steps says how much there was.

use super::testing::TestGraph;
use super::*;
use crate::error::Result;

const NODES: u32 = 500_000;
const LAST: u32 = NODES - 1;
const BUDGET: u64 = 5000;

/// Work per node and edge that no shape may exceed. The worst takes 16; a quadratic algorithm
/// would take 100,000.
const LIMIT: u64 = 30;

fn steps(graph: &TestGraph, mut step: impl FnMut(u64) -> Result<Step>) {
    let items = u64::from(graph.nodes()) + graph.adjacency.edge_count();
    let mut work = 0;
    while step(BUDGET).unwrap() != Step::Done {
        work += BUDGET;
        assert!(work <= LIMIT * items, "more than {LIMIT} units per node and edge");
    }
}

/// Runs everything; returns the immediate dominators.
fn check(graph: &TestGraph) -> DominatorTree {
    let mut dominators = Dominators::new(graph, &graph.roots).unwrap();
    steps(graph, |budget| dominators.step(graph, budget));
    assert!(dominators.peak_bytes() < u64::from(NODES) * 26 + (1 << 20), "bytes per node");
    let mut builder = TreeBuilder::new(dominators.finish()).unwrap();
    steps(graph, |budget| builder.step(|_| 8, budget));
    let tree = builder.finish();
    let mut groups = MinRetainedByGroup::new(2).unwrap();
    steps(graph, |budget| groups.step(&tree, |_| 8, |node| [node % 2, NONE], budget));
    let mut every = BitSet::new(NODES as usize).unwrap();
    (0..graph.nodes()).for_each(|node| assert!(every.insert(node)));
    let mut all = MinRetained::new(every).unwrap();
    steps(graph, |budget| Ok(all.step(&tree, |_| 8, budget)));
    assert_eq!(all.finish(), tree.total());
    let mut search =
        ShortestPaths::new(graph, &graph.roots, Edges::All, tree.idoms().clone()).unwrap();
    steps(graph, |budget| search.step(graph, budget));
    let mut reach = Reach::new(graph, &graph.roots, Edges::All, None).unwrap();
    steps(graph, |budget| reach.step(graph, budget));
    assert_eq!(reach.finish().count(), u64::from(tree.reachable_count()));
    let paths = search.finish();
    assert!((0..graph.nodes()).all(|node| paths.is_reached(node) == tree.is_reachable(node)));
    tree
}

fn shape(targets: impl FnMut(u32) -> Vec<u32>) -> TestGraph {
    TestGraph::new((0..NODES).map(targets), &[0])
}

#[test]
fn an_ordinary_graph_sets_the_measure() {
    let mut seed = 1u32;
    let graph = shape(|node| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        let child = node * 2 + 1;
        let mut list: Vec<u32> = [child, child + 1].into_iter().filter(|&c| c < NODES).collect();
        if seed >> 24 < 64 {
            list.push((seed >> 4) % NODES);
        }
        list
    });
    check(&graph);
}

#[test]
fn single_lists_in_both_directions() {
    let forward = shape(|node| if node + 1 < NODES { vec![node + 1] } else { vec![] });
    let tree = check(&forward);
    assert!((1..NODES).all(|node| tree.parent(node) == node - 1));
    assert_eq!(tree.retained(0, |_| 8), u64::from(NODES) * 8);
    let backward = TestGraph::new(
        (0..NODES).map(|node| if node > 0 { vec![node - 1] } else { vec![] }),
        &[NODES - 1],
    );
    let tree = check(&backward);
    assert!((0..NODES - 1).all(|node| tree.parent(node) == node + 1));
}

#[test]
fn a_double_list() {
    let tree = check(&shape(|node| {
        if node + 1 < NODES { vec![node + 1, node.saturating_sub(1)] } else { vec![node - 1] }
    }));
    assert!((1..NODES).all(|node| tree.parent(node) == node - 1));
}

#[test]
fn one_array_of_all() {
    let graph = shape(|node| if node == 0 { (1..NODES).collect() } else { vec![] });
    let tree = check(&graph);
    assert_eq!(tree.children_count(0), NODES - 1);
    assert!(tree.children(0, 0, NODES).is_sorted());
}

#[test]
fn one_array_whose_elements_refer_to_one_another() {
    let graph = shape(|node| match node {
        0 => (1..NODES).rev().collect(),
        _ => vec![1 + node.wrapping_mul(7919) % (NODES - 1)],
    });
    let tree = check(&graph);
    assert_eq!(tree.children_count(0), NODES - 1);
}

#[test]
fn a_chain_sharing_one_leaf() {
    let leaf = NODES - 1;
    let tree = check(&shape(|node| if node < leaf { vec![node + 1, leaf] } else { vec![] }));
    assert_eq!(tree.parent(leaf), 0);
    assert!((1..leaf).all(|node| tree.parent(node) == node - 1));
}

#[test]
fn a_chain_whose_every_link_has_the_same_two_leaves_and_one_of_its_own() {
    let tree = check(&shape(|node| match node % 2 {
        0 if node + 2 < NODES - 2 => vec![node + 1, NODES - 1, NODES - 2, node + 2],
        _ => vec![],
    }));
    assert_eq!((tree.parent(NODES - 1), tree.parent(NODES - 2)), (0, 0));
    assert_eq!(tree.parent(1001), 1000);
}

#[test]
fn a_ladder() {
    let tree = check(&shape(|node| {
        let mut list = vec![node + 2, node + 3 - 2 * (node % 2)];
        list.retain(|&target| target < NODES);
        list
    }));
    assert!((4..NODES).all(|node| tree.parent(node) == 0));
}

#[test]
fn chains_with_edges_back() {
    let tree = check(&shape(|node| [(node + 1) % NODES, node / 2].to_vec()));
    assert!((1..NODES).all(|node| tree.parent(node) == node - 1));
    let mut seed = 9u32;
    let tree = check(&shape(|node| {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        vec![(node + 1) % NODES, (seed >> 4) % (node + 1)]
    }));
    assert!((1..NODES).all(|node| tree.parent(node) == node - 1));
}

#[test]
fn complete_bipartite_blocks() {
    let half = 200;
    let nodes = 20_000;
    let lists = (0..nodes).map(|node: u32| {
        let first = node / (2 * half) * 2 * half;
        if node - first < half {
            (first + half..first + 2 * half).collect()
        } else if first + 2 * half < nodes {
            vec![first + 2 * half + node % half, node - half]
        } else {
            vec![node - half]
        }
    });
    let graph = TestGraph::new(lists, &[0]);
    let tree = check(&graph);
    assert_eq!(tree.parent(half), 0);
    assert!((2 * half..nodes).all(|node| tree.parent(node) == 0));
}

#[test]
fn a_list_of_instances_of_one_hub() {
    let hub = NODES - 1;
    for forward in [true, false] {
        let mut graph = TestGraph::new(
            (0..NODES).map(|node| match (node, forward) {
                (LAST, _) => vec![],
                (0, false) => vec![NODES - 2],
                (1, false) => vec![],
                (_, true) if node + 1 < hub => vec![node + 1],
                (_, true) => vec![],
                (_, false) => vec![node - 1],
            }),
            &[0],
        );
        graph.hubs = vec![hub; NODES as usize];
        graph.hubs[hub as usize] = NONE;
        let tree = check(&graph);
        assert_eq!(tree.parent(hub), 0);
        assert_eq!(tree.children_count(0), 2);
    }
}

/// What no root reaches, as a forest: the chosen roots and the dominator tree below them. All
/// nodes of `graph` are dead; behind them lie as many living ones.
fn check_dead(graph: &TestGraph) -> (Roots, DominatorTree) {
    let nodes = graph.nodes();
    let lists = (0..2 * nodes).map(|node| match node {
        dead if dead < nodes => graph.adjacency.targets(dead).chain([nodes]).collect(),
        _ => vec![node - nodes],
    });
    let heap = TestGraph::new(lists, &[]);
    let mut dead = BitSet::new(2 * nodes as usize).unwrap();
    (0..nodes).for_each(|node| assert!(dead.insert(node)));
    let mut induced = InducedBuilder::new(dead).unwrap();
    steps(&heap, |budget| induced.step(&heap, budget));
    let induced = induced.finish().unwrap();
    assert_eq!(induced.adjacency().edge_count(), graph.adjacency.edge_count());

    let mut cover = Cover::new(&induced).unwrap();
    steps(graph, |budget| cover.step(&induced, |_| [0; 2], budget));
    assert!(cover.peak_bytes() < u64::from(nodes) * 16 + (1 << 20), "bytes per node");
    let roots = cover.finish();
    let mut dominators = Dominators::new(&induced, &roots.list).unwrap();
    steps(graph, |budget| dominators.step(&induced, budget));
    let mut builder = TreeBuilder::new(dominators.finish()).unwrap();
    steps(graph, |budget| builder.step(|_| 8, budget));
    let tree = builder.finish();
    assert_eq!(tree.reachable_count(), nodes);
    let top: u64 = tree.top(0, u32::MAX).iter().map(|&root| tree.retained(root, |_| 8)).sum();
    assert_eq!(top, u64::from(nodes) * 8);
    (roots, tree)
}

const DEAD: u32 = 1_000_000;

#[test]
fn a_dead_list_is_one_tree() {
    let lists = |forward: bool| {
        (0..DEAD).map(move |node| {
            let next = if forward { node + 1 } else { node.wrapping_sub(1) };
            [next].into_iter().filter(|&next| next < DEAD).collect()
        })
    };
    for (forward, head) in [(true, 0), (false, DEAD - 1)] {
        let (roots, tree) = check_dead(&TestGraph::new(lists(forward), &[]));
        assert_eq!((roots.list, roots.without_referrer), (vec![head], 1));
        assert_eq!(tree.top(0, 9), [head]);
    }
}

#[test]
fn a_dead_double_list_and_a_dead_ring_need_one_root() {
    let double = (0..DEAD).map(|node| {
        let ends = [node.wrapping_sub(1), node + 1];
        ends.into_iter().filter(|&next| next < DEAD).collect()
    });
    let ring = (0..DEAD).map(|node| vec![(node * 21 + 1) % DEAD]);
    for graph in [TestGraph::new(double, &[]), TestGraph::new(ring, &[])] {
        let (roots, tree) = check_dead(&graph);
        assert_eq!((roots.list.len(), roots.without_referrer), (1, 0));
        assert_eq!(tree.top_count(), 1);
    }
}

#[test]
fn dead_pairs_need_a_root_each() {
    let pairs = 300_000;
    let (roots, tree) = check_dead(&TestGraph::new((0..2 * pairs).map(|node| vec![node ^ 1]), &[]));
    assert_eq!((roots.list.len(), roots.without_referrer), (pairs as usize, 0));
    assert_eq!(tree.top_count(), pairs);
}

#[test]
fn a_chain_of_dead_pairs_tried_from_its_end_needs_one_root() {
    // Every pair leads to the one before, and low numbers are tried first.
    let lists = (0..DEAD).map(|node| {
        let mut list = vec![node ^ 1];
        list.extend((node % 2 == 0 && node >= 2).then(|| node - 2));
        list
    });
    let (roots, tree) = check_dead(&TestGraph::new(lists, &[]));
    assert_eq!(roots.list.len(), 1);
    assert_eq!(tree.top_count(), 1);
}
