use super::*;
use crate::graph::testing::{TestGraph, any_graph, run};
use crate::graph::{NONE, ROOT};
use petgraph::graph::{DiGraph, NodeIndex};
use proptest::prelude::*;

fn idoms(graph: &TestGraph, budget: u64) -> Vec<u32> {
    let mut dominators = Dominators::new(graph, &graph.roots).unwrap();
    run(budget, |budget| dominators.step(graph, budget));
    dominators.finish()
}

/// The same by petgraph, with the virtual root as one more node.
fn petgraph_idoms(graph: &TestGraph) -> Vec<u32> {
    let n = graph.nodes();
    let mut peer = DiGraph::<(), ()>::new();
    let nodes: Vec<NodeIndex> = (0..=n).map(|_| peer.add_node(())).collect();
    for &root in &graph.roots {
        peer.add_edge(nodes[n as usize], nodes[root as usize], ());
    }
    for source in 0..n {
        for target in graph.successors(source, crate::graph::Edges::All) {
            peer.add_edge(nodes[source as usize], nodes[target as usize], ());
        }
    }
    let result = petgraph::algo::dominators::simple_fast(&peer, nodes[n as usize]);
    (0..n)
        .map(|v| match result.immediate_dominator(nodes[v as usize]) {
            None => NONE,
            Some(d) if d.index() == n as usize => ROOT,
            Some(d) => d.index() as u32,
        })
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1500))]

    #[test]
    fn equal_the_definition(graph in any_graph(), budget in 1u64..200) {
        prop_assert_eq!(idoms(&graph, budget), graph.naive_idoms());
    }

    #[test]
    fn equal_petgraph(graph in any_graph()) {
        prop_assert_eq!(idoms(&graph, u64::MAX), petgraph_idoms(&graph));
    }
}

/// The example of Lengauer and Tarjan's paper: R A B C D E F G H I J K L.
#[test]
fn the_figure_of_the_paper() {
    let lists = [
        vec![1, 2, 3],
        vec![4],
        vec![1, 4, 5],
        vec![6, 7],
        vec![12],
        vec![8],
        vec![9],
        vec![9, 10],
        vec![5, 11],
        vec![11],
        vec![9],
        vec![9, 0],
        vec![8],
    ];
    let graph = TestGraph::new(lists, &[0]);
    assert_eq!(idoms(&graph, 7), [ROOT, 0, 0, 0, 0, 0, 3, 3, 0, 0, 7, 0, 4]);
}

#[test]
fn nothing_is_reachable_without_roots() {
    let graph = TestGraph::new([vec![1], vec![2], vec![]], &[]);
    assert_eq!(idoms(&graph, 100), [NONE; 3]);
    assert_eq!(idoms(&TestGraph::new([], &[]), 100), [0u32; 0]);
}

#[test]
fn roots_that_do_not_exist_are_ignored() {
    let graph = TestGraph::new([vec![1], vec![]], &[0, 0, 7, NONE]);
    assert_eq!(idoms(&graph, 100), [ROOT, 0]);
}
