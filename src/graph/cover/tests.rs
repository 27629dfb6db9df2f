use super::*;
use crate::graph::testing::{TestGraph, any_graph, run};
use proptest::prelude::*;
use std::collections::BTreeSet;

fn cover(graph: &TestGraph, prefer: impl Fn(u32) -> [u8; 2], budget: u64) -> Roots {
    let mut cover = Cover::new(graph).unwrap();
    run(budget, |budget| cover.step(graph, &prefer, budget));
    cover.finish()
}

/// Per node, what it reaches, itself included.
fn closure(graph: &TestGraph) -> Vec<Vec<bool>> {
    let from = |root| TestGraph { roots: vec![root], ..graph.clone() };
    (0..graph.nodes()).map(|root| from(root).reachable(Edges::All, |_| false)).collect()
}

/// What the choice is by its definition: of each strongly connected component that nothing outside
/// leads into, the best node.
fn naive(graph: &TestGraph, prefer: impl Fn(u32) -> [u8; 2]) -> BTreeSet<u32> {
    let reaches = closure(graph);
    let reach = |a: u32, b: u32| reaches[a as usize][b as usize];
    let nodes = || 0..graph.nodes();
    let referrers = |node: u32| {
        let edges = nodes().flat_map(|source| graph.successors(source, Edges::All));
        edges.filter(|&target| target == node).count() as u32
    };
    nodes()
        .filter(|&node| nodes().all(|other| !reach(other, node) || reach(node, other)))
        .map(|node| {
            let component = nodes().filter(|&other| reach(node, other) && reach(other, node));
            let rank = |&node: &u32| {
                let [first, last] = prefer(node);
                (first, roughly(referrers(node)), last, std::cmp::Reverse(node))
            };
            component.max_by_key(rank).unwrap()
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn chooses_the_best_node_of_every_component_that_nothing_leads_into(
        graph in any_graph(),
        ranks in prop::collection::vec(prop::array::uniform2(0u8..3), 70),
        budget in 1u64..200,
    ) {
        let prefer = |node: u32| ranks[node as usize];
        let roots = cover(&graph, prefer, budget);
        let chosen: BTreeSet<u32> = roots.list.iter().copied().collect();
        prop_assert_eq!(chosen.len(), roots.list.len(), "a root twice");
        prop_assert_eq!(chosen, naive(&graph, prefer));
    }

    #[test]
    fn reaches_everything_and_no_root_from_another(graph in any_graph(), budget in 1u64..200) {
        let roots = cover(&graph, |_| [0; 2], budget);
        let reaches = closure(&graph);
        let from_some_root = |node| roots.list.iter().any(|&root| reaches[root as usize][node]);
        prop_assert!((0..graph.nodes() as usize).all(from_some_root));
        for &root in &roots.list {
            for &other in &roots.list {
                prop_assert!(root == other || !reaches[root as usize][other as usize]);
            }
        }
        let has_referrer = |&node: &u32| {
            (0..graph.nodes()).any(|source| graph.successors(source, Edges::All).contains(&node))
        };
        let (without, cycles) = roots.list.split_at(roots.without_referrer as usize);
        prop_assert!(!without.iter().any(has_referrer) && cycles.iter().all(has_referrer));
        prop_assert!(without.is_sorted());
    }

    #[test]
    fn rough_numbers_keep_the_order(a in any::<u32>(), b in any::<u32>()) {
        let (low, high) = (a.min(b), a.max(b));
        prop_assert!(roughly(low) <= roughly(high));
        if u64::from(high) * 8 > u64::from(low) * 9 + 8 {
            prop_assert!(roughly(low) < roughly(high));
        }
    }
}

#[test]
fn small_numbers_of_referrers_are_told_apart() {
    let distinct: BTreeSet<u8> = (0..16).map(roughly).collect();
    assert_eq!(distinct.len(), 16);
    assert_eq!(roughly(u32::MAX), 28 * 8 + 15);
}

#[test]
fn the_parent_of_a_tree_whose_children_know_it_is_its_root() {
    // 1 is the parent of 0, 2, 3, which hold it; 4 hangs from 3 only.
    let graph = TestGraph::new([vec![1], vec![0, 2, 3], vec![1], vec![1, 4], vec![]], &[]);
    let roots = cover(&graph, |_| [0; 2], 1);
    assert_eq!((roots.list, roots.without_referrer), (vec![1], 0));
}

#[test]
fn a_node_without_referrer_makes_the_cycle_behind_it_needless() {
    let graph = TestGraph::new([vec![1], vec![0], vec![1], vec![2], vec![3]], &[]);
    let roots = cover(&graph, |_| [0; 2], 3);
    assert_eq!((roots.list, roots.without_referrer), (vec![4], 1));
}

#[test]
fn a_graph_without_nodes_needs_no_root() {
    assert!(cover(&TestGraph::new([], &[]), |_| [0; 2], 9).list.is_empty());
}

#[test]
fn the_sets_tell_cycles_from_the_rest() {
    let graph = TestGraph::new([vec![], vec![2], vec![1], vec![0]], &[]);
    let [all, cycles] = cover(&graph, |_| [0; 2], 9).sets(4).unwrap();
    assert_eq!(all.iter().collect::<Vec<_>>(), [1, 3]);
    assert_eq!(cycles.iter().collect::<Vec<_>>(), [1]);
}
