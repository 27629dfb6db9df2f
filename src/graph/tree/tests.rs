use super::*;
use crate::graph::testing::{TestGraph, any_graph, run};
use crate::graph::{BitSet, Dominators, Edges, ROOT};
use proptest::prelude::*;

fn tree(graph: &TestGraph, weight: impl Fn(u32) -> u64, budget: u64) -> DominatorTree {
    let mut dominators = Dominators::new(graph, &graph.roots).unwrap();
    run(budget, |budget| dominators.step(graph, budget));
    let mut builder = TreeBuilder::new(dominators.finish()).unwrap();
    run(budget, |budget| builder.step(&weight, budget));
    builder.finish()
}

/// Weights that fit units of 8, weights that do not, and weights too large for 32 bits.
fn any_weight() -> impl Strategy<Value = fn(u32) -> u64> {
    prop_oneof![
        Just((|node| u64::from(node % 3) * 8) as fn(u32) -> u64),
        Just((|node| u64::from(node % 5)) as fn(u32) -> u64),
        Just((|node| 1 << (34 + node % 9)) as fn(u32) -> u64),
    ]
}

/// Members of a set that have no other member among their dominators.
fn topmost(tree: &DominatorTree, member: impl Fn(u32) -> bool) -> Vec<u32> {
    (0..tree.node_count() as u32)
        .filter(|&node| tree.is_reachable(node) && member(node))
        .filter(|&node| !tree.ancestors(node).any(&member))
        .collect()
}

proptest! {
    #[test]
    fn retained_is_what_becomes_unreachable_without_the_node(
        graph in any_graph(), weight in any_weight(), budget in 1u64..100,
    ) {
        let tree = tree(&graph, weight, budget);
        let before = graph.reachable(Edges::All, |_| false);
        for node in (0..graph.nodes()).filter(|&node| before[node as usize]) {
            let after = graph.reachable(Edges::All, |removed| removed == node);
            let freed = (0..graph.nodes())
                .filter(|&other| before[other as usize] && !after[other as usize])
                .map(weight)
                .sum::<u64>();
            prop_assert_eq!(tree.retained(node, weight), freed, "node {}", node);
        }
    }

    #[test]
    fn the_top_level_retains_all_that_is_reachable(
        graph in any_graph(), weight in any_weight(),
    ) {
        let tree = tree(&graph, weight, 1000);
        let reachable = graph.reachable(Edges::All, |_| false);
        let nodes = (0..graph.nodes()).filter(|&node| reachable[node as usize]);
        prop_assert_eq!(tree.total(), nodes.clone().map(weight).sum::<u64>());
        prop_assert_eq!(tree.reachable_count() as usize, nodes.count());
        let top = tree.top(0, u32::MAX).iter().map(|&node| tree.retained(node, weight));
        prop_assert_eq!(top.sum::<u64>(), tree.total());
    }

    #[test]
    fn children_are_those_dominated_immediately_the_heaviest_first(
        graph in any_graph(), weight in any_weight(), budget in 1u64..100,
    ) {
        let tree = tree(&graph, weight, budget);
        for parent in (0..graph.nodes()).chain([ROOT]) {
            let mut expected: Vec<u32> =
                (0..graph.nodes()).filter(|&node| tree.parent(node) == parent).collect();
            expected.sort_by_key(|&node| (core::cmp::Reverse(tree.retained(node, weight)), node));
            let (all, count) = if parent == ROOT {
                (tree.top(0, u32::MAX), tree.top_count())
            } else {
                (tree.children(parent, 0, u32::MAX), tree.children_count(parent))
            };
            prop_assert_eq!(all, &expected);
            prop_assert_eq!(count as usize, expected.len());
            if parent != ROOT {
                let page = expected.iter().skip(1).take(2);
                prop_assert!(tree.children(parent, 1, 2).iter().eq(page));
            }
        }
    }

    #[test]
    fn a_walk_nests_every_reachable_node_in_its_dominators(graph in any_graph()) {
        let tree = tree(&graph, |_| 8, 1000);
        let mut walk = Walk::all();
        let mut path = Vec::new();
        let mut entered = 0;
        while let Some(visit) = walk.next(&tree).unwrap() {
            match visit {
                Visit::Enter(node) => {
                    prop_assert_eq!(tree.parent(node), path.last().copied().unwrap_or(ROOT));
                    path.push(node);
                    entered += 1;
                }
                Visit::Leave(node) => prop_assert_eq!(path.pop(), Some(node)),
            }
        }
        prop_assert!(path.is_empty());
        prop_assert_eq!(entered, tree.reachable_count());
        for start in 0..graph.nodes() {
            let mut walk = Walk::of(start);
            let mut sum = 0;
            let mut last = None;
            while let Some(visit) = walk.next(&tree).unwrap() {
                sum += u64::from(matches!(visit, Visit::Enter(_))) * 8;
                last = Some(visit);
            }
            if tree.is_reachable(start) {
                prop_assert_eq!(sum, tree.retained(start, |_| 8));
                prop_assert_eq!(last, Some(Visit::Leave(start)));
            } else {
                prop_assert_eq!(last, None);
            }
        }
    }

    #[test]
    fn a_set_retains_at_least_what_its_topmost_members_do(
        graph in any_graph(), weight in any_weight(), salt in any::<u32>(), budget in 1u64..50,
    ) {
        let tree = tree(&graph, weight, 1000);
        let group_of = |node: u32| {
            let hash = (node ^ salt).wrapping_mul(0x9e37_79b9) >> 20;
            match hash % 4 {
                0 => [hash / 4 % 3, NONE],
                1 => [hash / 4 % 3, hash / 16 % 3],
                2 => [9, hash / 4 % 3],
                _ => [NONE, NONE],
            }
        };
        let mut groups = MinRetainedByGroup::new(3).unwrap();
        run(budget, |budget| groups.step(&tree, weight, group_of, budget));
        let sums = groups.finish();
        for group in 0..3 {
            let member = |node: u32| group_of(node).contains(&group);
            let expected: u64 =
                topmost(&tree, member).into_iter().map(|node| tree.retained(node, weight)).sum();
            prop_assert_eq!(sums[group as usize], expected);

            let members: Vec<u32> = (0..graph.nodes()).filter(|&node| member(node)).collect();
            let mut one = MinRetained::of_nodes(&tree, &members).unwrap();
            run(budget, |budget| Ok(one.step(&tree, weight, budget)));
            prop_assert_eq!(one.finish(), expected);
        }
    }
}

#[test]
fn weights_beyond_64_bits_are_an_error() {
    let mut builder = TreeBuilder::new(vec![ROOT, 0]).unwrap();
    let error = builder.step(|_| u64::MAX, 100).unwrap_err();
    assert_eq!(error.kind(), crate::error::ErrorKind::TooLarge);
}

#[test]
fn the_set_of_a_whole_chain_retains_what_its_first_node_does() {
    let n = 100_000;
    let idoms = (0..n).map(|node| if node == 0 { ROOT } else { node - 1 }).collect();
    let mut builder = TreeBuilder::new(idoms).unwrap();
    run(5000, |budget| builder.step(|_| 8, budget));
    let tree = builder.finish();
    let mut every_other = BitSet::new(n as usize).unwrap();
    for node in (0..n).rev().step_by(2) {
        every_other.insert(node);
    }
    let mut set = MinRetained::new(every_other).unwrap();
    let mut steps = 0;
    while set.step(&tree, |_| 8, 1000) != super::super::Step::Done {
        steps += 1;
    }
    assert!(steps < 1000, "each node is passed once, not once per member");
    assert_eq!(set.finish(), u64::from(n - 1) * 8);
}
