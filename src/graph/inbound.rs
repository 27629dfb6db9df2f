//! Who refers to a node: a scan of all stored edges, since no inverse is kept.

use super::adjacency::{Scan, Search};
use super::{BitSet, Graph, Step, hub_of, too_large};
use crate::error::Result;

/// Finds the inbound edges of one node, step by step, in one sequential pass over all edges, most
/// of which are only compared, eight bytes at a time.
#[derive(Debug)]
pub struct Inbound {
    target: u32,
    include_hub: bool,
    search: Search,
    found: Vec<u32>,
}

impl Inbound {
    /// For the nodes that lead to `target`; with `include_hub`, also those whose hub it is.
    pub fn new(target: u32, include_hub: bool) -> Self {
        Self { target, include_hub, search: Search::new(target), found: Vec::new() }
    }

    /// Does about `budget` units of work. `graph` is the same each time.
    ///
    /// # Errors
    /// `TooLarge` when there is no memory for the result.
    #[inline(never)]
    pub fn step<G: Graph>(&mut self, graph: &G, budget: u64) -> Result<Step> {
        let adjacency = graph.adjacency();
        let nodes = adjacency.node_count();
        let target = self.target;
        let include_hub = self.include_hub && graph.may_be_hub(target);
        let mut work = 0;
        while work < budget.max(1) {
            let Some(part) = adjacency.next_searched(&mut self.search) else {
                return Ok(Step::Done);
            };
            work += part.work;
            let mut by_edge = part.sources.iter().copied().filter(|&source| source != target);
            if include_hub {
                work += u64::from(part.nodes.end - part.nodes.start);
                let mut next = by_edge.next();
                for source in part.nodes {
                    let is_edge = next == Some(source);
                    if is_edge {
                        next = by_edge.next();
                    }
                    if is_edge || (source != target && hub_of(graph, source, nodes) == target) {
                        add(&mut self.found, source)?;
                    }
                }
            } else {
                by_edge.try_for_each(|source| add(&mut self.found, source))?;
            }
        }
        Ok(Step::More { done: u64::from(self.search.nodes_done()), total: u64::from(nodes) })
    }

    /// The referrers found so far, ascending, each once, `target` itself never: a self-edge is
    /// no reference.
    pub fn found(&self) -> &[u32] {
        &self.found
    }

    /// The referrers; incomplete before [`Step::Done`].
    pub fn finish(self) -> Vec<u32> {
        self.found
    }
}

fn add(found: &mut Vec<u32>, source: u32) -> Result<()> {
    let bytes = (found.len() as u64 + 1) * 4;
    found.try_reserve(1).map_err(|_| too_large(bytes, "the inbound references"))?;
    found.push(source);
    Ok(())
}

/// Finds the inbound edges of many nodes in one pass: a level of a search towards the roots.
#[derive(Debug)]
pub struct InboundOfSet {
    targets: BitSet,
    include_hub: bool,
    scan: Scan,
    found: Vec<(u32, u32)>,
    /// Where in `found` the edges of the node being scanned begin.
    current: usize,
}

impl InboundOfSet {
    /// For the edges that lead to members of `targets`; with `include_hub`, those to hubs too.
    pub fn new(targets: BitSet, include_hub: bool) -> Self {
        Self { targets, include_hub, scan: Scan::default(), found: Vec::new(), current: 0 }
    }

    /// Does about `budget` units of work. `graph` is the same each time.
    ///
    /// # Errors
    /// `TooLarge` when there is no memory for the result.
    #[inline(never)]
    pub fn step<G: Graph>(&mut self, graph: &G, budget: u64) -> Result<Step> {
        let adjacency = graph.adjacency();
        let nodes = adjacency.node_count();
        let mut work = 0;
        while work < budget.max(1) {
            let Some(piece) = adjacency.next_piece(&mut self.scan) else { return Ok(Step::Done) };
            let source = piece.targets.source();
            work += 1 + piece.targets.work();
            if self.include_hub && piece.first {
                self.edge(source, hub_of(graph, source, nodes))?;
            }
            for target in piece.targets {
                self.edge(source, target)?;
            }
            if piece.last && self.found.len() > self.current {
                self.close_node();
            }
        }
        Ok(Step::More { done: u64::from(self.scan.nodes_done()), total: u64::from(nodes) })
    }

    /// Sorts the edges of the node scanned last and drops repetitions.
    fn close_node(&mut self) {
        let edges = &mut self.found[self.current..];
        edges.sort_unstable();
        let mut distinct = 1;
        for at in 1..edges.len() {
            if edges[at] != edges[distinct - 1] {
                edges[distinct] = edges[at];
                distinct += 1;
            }
        }
        self.current += distinct;
        self.found.truncate(self.current);
    }

    #[inline]
    fn edge(&mut self, source: u32, target: u32) -> Result<()> {
        if target == source || !self.targets.contains(target) {
            return Ok(());
        }
        let bytes = (self.found.len() as u64 + 1) * 8;
        self.found.try_reserve(1).map_err(|_| too_large(bytes, "the inbound references"))?;
        self.found.push((source, target));
        Ok(())
    }

    /// The edges as (source, target), ascending, each once; incomplete before [`Step::Done`].
    pub fn finish(self) -> Vec<(u32, u32)> {
        self.found
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::graph::Edges;
    use crate::graph::testing::{any_graph, run};
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn finds_every_referrer_once(
            graph in any_graph(), include_hub in any::<bool>(), budget in 1u64..100,
        ) {
            for target in 0..graph.nodes() {
                let mut inbound = Inbound::new(target, include_hub);
                run(budget, |budget| inbound.step(&graph, budget));
                let expected: Vec<u32> = (0..graph.nodes())
                    .filter(|&source| {
                        source != target
                            && if include_hub {
                                graph.successors(source, Edges::All).contains(&target)
                            } else {
                                graph.adjacency.targets(source).any(|found| found == target)
                            }
                    })
                    .collect();
                prop_assert_eq!(inbound.finish(), expected);
            }
        }

        #[test]
        fn finds_every_edge_into_a_set_once(
            graph in any_graph(),
            members in prop::collection::vec(0u32..20, 0..9),
            include_hub in any::<bool>(),
            budget in 1u64..100,
        ) {
            let mut set = BitSet::new(graph.nodes() as usize).unwrap();
            let mut expected = Vec::new();
            for &target in members.iter().filter(|&&member| member < graph.nodes()) {
                set.insert(target);
                let mut inbound = Inbound::new(target, include_hub);
                run(1000, |budget| inbound.step(&graph, budget));
                expected.extend(inbound.finish().into_iter().map(|source| (source, target)));
            }
            expected.sort_unstable();
            expected.dedup();
            let mut inbound = InboundOfSet::new(set, include_hub);
            run(budget, |budget| inbound.step(&graph, budget));
            prop_assert_eq!(inbound.finish(), expected);
        }
    }
}
