use super::*;
use crate::error::ErrorKind;
use proptest::prelude::*;

fn build(lists: &[Vec<u32>]) -> Adjacency {
    let mut builder = AdjacencyBuilder::new(lists.len() as u32).unwrap();
    for list in lists {
        builder.begin_node().unwrap();
        for &target in list {
            builder.target(target).unwrap();
        }
        builder.end_node().unwrap();
    }
    builder.finish().unwrap()
}

/// What the builder keeps of a list: all but repetitions, the second edge always.
fn kept(list: &[u32]) -> Vec<u32> {
    let mut kept: Vec<u32> = Vec::new();
    for &target in list {
        if kept.len() < 2 || kept.last() != Some(&target) {
            kept.push(target);
        }
    }
    kept
}

fn scanned(adjacency: &Adjacency) -> Vec<Vec<u32>> {
    let mut scan = Scan::default();
    let mut lists: Vec<Vec<u32>> = Vec::new();
    while let Some(piece) = adjacency.next_piece(&mut scan) {
        if piece.first {
            lists.push(Vec::new());
        }
        assert_eq!(piece.targets.source() as usize, lists.len() - 1);
        assert_eq!(piece.last, scan.nodes_done() as usize == lists.len());
        lists.last_mut().unwrap().extend(piece.targets);
    }
    lists
}

fn check(adjacency: &Adjacency, lists: &[Vec<u32>]) {
    assert_eq!(adjacency.node_count() as usize, lists.len());
    assert_eq!(adjacency.edge_count(), lists.iter().map(|list| list.len() as u64).sum::<u64>());
    for (source, list) in lists.iter().enumerate() {
        let source = source as u32;
        assert!(adjacency.targets(source).eq(list.iter().copied()), "node {source}");
        let mut cursor = adjacency.cursor(source);
        for &target in list {
            cursor = adjacency.cursor_at(source, cursor.span());
            let mut rest = adjacency.rest(source, cursor);
            assert_eq!(rest.next(), Some(target));
            cursor = adjacency.advanced(cursor, &rest);
        }
        assert!(cursor.is_done());
    }
    assert_eq!(scanned(adjacency), lists);
    assert_eq!(adjacency.targets(lists.len() as u32).count(), 0);
}

proptest! {
    #[test]
    fn targets_come_back_in_order(
        lists in prop::collection::vec(
            prop::collection::vec(any::<prop::sample::Index>(), 0..90), 1..60),
    ) {
        let n = lists.len();
        let lists: Vec<Vec<u32>> =
            lists.iter().map(|l| l.iter().map(|t| t.index(n) as u32).collect()).collect();
        let kept: Vec<Vec<u32>> = lists.iter().map(|list| kept(list)).collect();
        check(&build(&lists), &kept);
    }
}

#[test]
fn far_targets_use_every_varint_length() {
    let n = 3 << 20;
    let mut lists = vec![Vec::new(); n];
    lists[0] = vec![0, 63, 64, 8191, 8192, (1 << 20) - 1, 1 << 20, n as u32 - 1];
    lists[n - 1] = vec![n as u32 - 1, n as u32 - 64, 5, 0, n as u32 - 2];
    let adjacency = build(&lists);
    assert_eq!(adjacency.targets(0).collect::<Vec<_>>(), lists[0]);
    assert_eq!(adjacency.targets(n as u32 - 1).collect::<Vec<_>>(), lists[n - 1]);
    let per_node = adjacency.bytes() as f64 / n as f64;
    assert!(per_node < 1.51, "an empty node costs {per_node} bytes");
}

#[test]
fn lists_larger_than_a_chunk_lie_between_ordinary_ones() {
    let n = 50u32;
    let big: Vec<u32> = (0..900_000).map(|i| (i * 7) % n).collect();
    let mut lists = vec![vec![1, 2]; n as usize];
    lists[9] = big.clone();
    lists[10] = big.clone();
    lists[30] = (0..400_000).map(|i| (i * 3) % n).collect();
    lists[49] = big;
    let adjacency = build(&lists);
    for (source, list) in lists.iter().enumerate() {
        assert!(adjacency.targets(source as u32).eq(list.iter().copied()));
    }
    assert_eq!(scanned(&adjacency), lists);
    let mut scan = Scan::default();
    let mut most = 0;
    while let Some(piece) = adjacency.next_piece(&mut scan) {
        most = most.max(piece.targets.work());
    }
    assert!(most <= PIECE_BYTES as u64 + 5, "a piece is bounded");
}

#[test]
fn an_edge_to_a_node_that_is_not_there_is_an_error() {
    let mut builder = AdjacencyBuilder::new(0).unwrap();
    builder.begin_node().unwrap();
    builder.target(1).unwrap();
    assert_eq!(builder.finish().unwrap_err().kind(), ErrorKind::NotFound);
}

#[test]
fn an_empty_graph_has_no_nodes() {
    let adjacency = build(&[]);
    check(&adjacency, &[]);
    assert_eq!(adjacency.bytes(), 0);
}
