//! First phase: which nodes have several referrers.

use crate::error::Result;
use crate::graph::adjacency::Scan;
use crate::graph::{BitSet, Graph, NONE, ROOT, SEVERAL, filled, hub_of, node};

/// Tells nodes with several referrers from those with one or none. Repeated edges from the same
/// node are one referrer; edges into roots are irrelevant (see the parent module).
#[derive(Debug)]
pub(super) struct Referrers {
    /// Per node: [`ROOT`], [`NONE`] (no referrer), [`SEVERAL`] or the only referrer.
    slots: Vec<u32>,
    several: BitSet,
    roots: Vec<u32>,
    pass: Pass,
    scan: Scan,
    referred: u32,
}

#[derive(Clone, Copy, Debug)]
enum Pass {
    Count,
    Sort { next: u32 },
}

/// What the first phase found out.
#[derive(Debug)]
pub(super) struct Referred {
    /// Per node: [`ROOT`] for roots and [`NONE`] for all others.
    pub(super) slots: Vec<u32>,
    /// The nodes with more than one referrer; no roots.
    pub(super) several: BitSet,
    /// Number of nodes that the search may meet.
    pub(super) count: u32,
    pub(super) roots: Vec<u32>,
}

impl Referrers {
    pub(super) fn new(nodes: u32, roots: Vec<u32>) -> Result<Self> {
        let mut slots = filled(nodes as usize, NONE, super::WHAT)?;
        for &root in &roots {
            slots[root as usize] = ROOT;
        }
        let several = BitSet::new(nodes as usize)?;
        let scan = Scan::default();
        Ok(Self { slots, several, roots, pass: Pass::Count, scan, referred: 0 })
    }

    pub(super) fn bytes(&self) -> u64 {
        super::vec_bytes(&self.slots) + super::vec_bytes(&self.roots) + self.several.bytes()
    }

    /// One bounded batch; whether the phase is over.
    pub(super) fn step<G: Graph>(&mut self, graph: &G, budget: u64) -> bool {
        match self.pass {
            Pass::Count => {
                if self.count_referrers(graph, budget) {
                    self.pass = Pass::Sort { next: 0 };
                }
                false
            }
            Pass::Sort { next } => {
                let end = self.slots.len().min(super::after(next, budget));
                self.sort(next as usize, end);
                self.pass = Pass::Sort { next: node(end) };
                end == self.slots.len()
            }
        }
    }

    pub(super) fn finish(self) -> Referred {
        let Self { slots, several, referred: count, roots, .. } = self;
        Referred { slots, several, count, roots }
    }

    #[inline(never)]
    fn count_referrers<G: Graph>(&mut self, graph: &G, budget: u64) -> bool {
        let adjacency = graph.adjacency();
        let nodes = adjacency.node_count();
        let slots = self.slots.as_mut_slice();
        let mut work = 0;
        while work < budget {
            let Some(piece) = adjacency.next_piece(&mut self.scan) else { return true };
            let source = piece.targets.source();
            work += 1 + piece.targets.work();
            if piece.first {
                let hub = hub_of(graph, source, nodes);
                if hub != NONE {
                    refer(&mut slots[hub as usize], source);
                }
            }
            for target in piece.targets {
                if target != source {
                    refer(&mut slots[target as usize], source);
                }
            }
        }
        false
    }

    /// Turns the slots into what the search starts with.
    #[inline(never)]
    fn sort(&mut self, from: usize, end: usize) {
        for index in from..end {
            let slot = &mut self.slots[index];
            self.referred += u32::from(*slot != NONE);
            if *slot == SEVERAL {
                self.several.insert(node(index));
            }
            if *slot != ROOT {
                *slot = NONE;
            }
        }
    }
}

/// Notes that `source` refers to the node of `slot`.
#[inline]
fn refer(slot: &mut u32, source: u32) {
    if *slot == NONE {
        *slot = source;
    } else if *slot != source && *slot != ROOT {
        *slot = SEVERAL;
    }
}
