//! Who refers to a node: a scan of all stored edges, since no inverse is kept.

use super::adjacency::Scan;
use super::{Graph, Step, hub_of, too_large};
use crate::error::Result;

/// Finds the inbound edges of one node, step by step, in one sequential pass over all edges.
#[derive(Debug)]
pub struct Inbound {
    target: u32,
    include_hub: bool,
    scan: Scan,
    found: Vec<u32>,
}

impl Inbound {
    /// For the nodes that lead to `target`; with `include_hub`, also those whose hub it is.
    pub fn new(target: u32, include_hub: bool) -> Self {
        Self { target, include_hub, scan: Scan::default(), found: Vec::new() }
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
        let mut work = 0;
        while work < budget.max(1) {
            let Some(mut piece) = adjacency.next_piece(&mut self.scan) else {
                return Ok(Step::Done);
            };
            let source = piece.targets.source();
            work += 1 + piece.targets.work();
            let by_hub = self.include_hub && piece.first && hub_of(graph, source, nodes) == target;
            if source != target && (by_hub || piece.targets.any(|found| found == target)) {
                self.add(source)?;
            }
        }
        Ok(Step::More { done: u64::from(self.scan.nodes_done()), total: u64::from(nodes) })
    }

    fn add(&mut self, source: u32) -> Result<()> {
        if self.found.last() != Some(&source) {
            let bytes = (self.found.len() as u64 + 1) * 4;
            self.found.try_reserve(1).map_err(|_| too_large(bytes, "the inbound references"))?;
            self.found.push(source);
        }
        Ok(())
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
    }
}
