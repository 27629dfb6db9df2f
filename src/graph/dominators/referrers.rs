//! First phase: who has one referrer, who several, and who needs no place in the search.

use crate::error::Result;
use crate::graph::adjacency::Scan;
use crate::graph::{BitSet, Graph, NONE, ROOT, SEVERAL, filled, hub_of};

/// Peeling rounds at most; each is one pass over the edges.
const MAX_ROUNDS: u32 = 1;

/// A round must peel more than one in this many nodes for another to follow.
const WORTHWHILE: u32 = 50;

/// Finds the only referrer of each node that has but one, then peels (see the parent module).
#[derive(Debug)]
pub(super) struct Referrers {
    /// Per node: [`ROOT`], [`NONE`] (no referrer), [`SEVERAL`] or the only referrer.
    slots: Vec<u32>,
    peeled: BitSet,
    roots: Vec<u32>,
    pass: Pass,
    scan: Scan,
    /// Whether all pieces so far of a node in several pieces allow peeling it.
    peelable: bool,
    gain: u32,
    several: BitSet,
    kept: u32,
}

#[derive(Clone, Copy, Debug)]
enum Pass {
    Count,
    Peel { round: u32 },
    Sort { next: u32 },
}

/// What the first phase found out.
#[derive(Debug)]
pub(super) struct Kept {
    /// Per node: its referrer if peeled, else [`ROOT`] for roots and [`NONE`] for all others.
    pub(super) slots: Vec<u32>,
    pub(super) peeled: BitSet,
    /// The kept nodes with more than one referrer; no roots.
    pub(super) several: BitSet,
    /// Number of nodes that the search may meet.
    pub(super) kept: u32,
    pub(super) roots: Vec<u32>,
}

impl Referrers {
    pub(super) fn new(nodes: u32, roots: Vec<u32>) -> Result<Self> {
        let mut slots = filled(nodes as usize, NONE, super::WHAT)?;
        for &root in &roots {
            slots[root as usize] = ROOT;
        }
        Ok(Self {
            slots,
            peeled: BitSet::new(nodes as usize)?,
            roots,
            pass: Pass::Count,
            scan: Scan::default(),
            peelable: true,
            gain: 0,
            several: BitSet::new(nodes as usize)?,
            kept: 0,
        })
    }

    pub(super) fn bytes(&self) -> u64 {
        super::vec_bytes(&self.slots)
            + super::vec_bytes(&self.roots)
            + self.peeled.bytes()
            + self.several.bytes()
    }

    /// One bounded batch; whether the phase is over.
    pub(super) fn step<G: Graph>(&mut self, graph: &G, budget: u64) -> Result<bool> {
        match self.pass {
            Pass::Count => {
                if self.count_referrers(graph, budget) {
                    self.scan = Scan::default();
                    self.pass = Pass::Peel { round: 1 };
                }
            }
            Pass::Peel { round } => {
                if self.peel(graph, budget) {
                    let nodes = graph.adjacency().node_count();
                    let again = self.gain > nodes / WORTHWHILE && round < MAX_ROUNDS;
                    self.scan = Scan::default();
                    self.gain = 0;
                    self.pass = if again {
                        Pass::Peel { round: round + 1 }
                    } else {
                        Pass::Sort { next: 0 }
                    };
                }
            }
            Pass::Sort { next } => {
                let end = self.slots.len().min(super::after(next, budget));
                self.sort(next as usize, end);
                self.pass = Pass::Sort { next: crate::graph::node(end) };
                return Ok(end == self.slots.len());
            }
        }
        Ok(false)
    }

    pub(super) fn finish(self) -> Kept {
        let Self { slots, peeled, several, kept, roots, .. } = self;
        Kept { slots, peeled, several, kept, roots }
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

    #[inline(never)]
    fn peel<G: Graph>(&mut self, graph: &G, budget: u64) -> bool {
        let adjacency = graph.adjacency();
        let nodes = adjacency.node_count();
        let mut work = 0;
        while work < budget {
            let Some(mut piece) = adjacency.next_piece(&mut self.scan) else { return true };
            let source = piece.targets.source();
            work += 1;
            if piece.first {
                self.peelable = self.slots[source as usize] < SEVERAL
                    && !self.peeled.contains(source)
                    && self.is_outside(hub_of(graph, source, nodes));
            }
            if !self.peelable {
                continue;
            }
            work += piece.targets.work();
            self.peelable = piece.targets.all(|target| target == source || self.is_outside(target));
            if self.peelable && piece.last {
                self.peeled.insert(source);
                self.gain += 1;
            }
        }
        false
    }

    /// Whether an edge to `target` leads out of the search: to a peeled node, a root or nowhere.
    #[inline]
    fn is_outside(&self, target: u32) -> bool {
        target == NONE || self.peeled.contains(target) || self.slots[target as usize] == ROOT
    }

    /// Turns the slots of kept nodes into what the search starts with.
    #[inline(never)]
    fn sort(&mut self, from: usize, end: usize) {
        for index in from..end {
            let node = crate::graph::node(index);
            if self.peeled.contains(node) {
                continue;
            }
            let slot = &mut self.slots[index];
            if *slot == NONE {
                continue;
            }
            self.kept += 1;
            if *slot == ROOT {
                continue;
            }
            if *slot == SEVERAL {
                self.several.insert(node);
            }
            *slot = NONE;
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
