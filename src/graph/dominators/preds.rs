//! Third phase: the referrers that the semidominators need.
//!
//! Nodes are named by their order here: `u < w` says that the search met `u` first. The
//! semidominator of `w` is the least of `eval(u)` over the referrers `u` of `w`, where
//! `eval(u) = u` when `u < w`, and otherwise the least semidominator on the tree path that ends
//! at `u` and begins below the first node not greater than `w`.
//!
//! *Only the least referrer below `w` matters*, since each contributes itself. It starts as the
//! tree parent and is all there is for a node with a single referrer.
//!
//! *Lifting.* Let `u > w` have one referrer; that is its tree parent `p` (for a root: 0), and
//! `semi(u) = p`. If `p > w`, then `p` lies on the path of `eval(u)` and `semi(p) < p = semi(u)`,
//! so `u` itself never is the least: `eval(u) = eval(p)`, and the edge `u -> w` may be replaced by
//! `p -> w`. If `p <= w`, the path is `u` alone, so `eval(u) = semi(u) = p`: the referrer `p`
//! below `w` says the same (and `p = w` says nothing). Repeating this turns the edges of a
//! million private instances to their hub into one edge from the node that owns them. Edges
//! that a small cache knows to be repeated are dropped; missing some costs memory only.
//!
//! *One pass over the edges, as a rule.* How much room each list takes is known only when all
//! edges were seen. In most heaps few are left, and are [`remembered`](super::remembered) until the
//! next phase has come to the orders that they lead to. Where they are too many, a second pass meets
//! them again.

use super::forest::Forest;
use super::remembered::Remembered;
use super::search::{Order, Searched};
use crate::error::Result;
use crate::graph::adjacency::Scan;
use crate::graph::{Graph, NONE, filled, hub_of, node, too_large};

/// How far an edge is lifted at most.
const MAX_LIFT: u32 = if cfg!(test) { 3 } else { 16 };

/// Entries of the cache of recent edges; a power of two.
const RECENT: usize = 1 << 12;

/// Collects, per node with several referrers, the referrers that come after it.
///
/// Per order, `semi` is the number of those and, unless they are remembered, then their place in
/// `sources`, `dom` is the least referrer before it, and `label` is 0.
#[derive(Debug)]
pub(super) struct Preds {
    arrays: Searched,
    pass: Pass,
    scan: Scan,
    recent: Vec<Recent>,
    remembered: Remembered,
    total: u64,
    sources: Vec<u32>,
}

/// A recent edge: `first` was lifted to `lifted`, so both say the same to `to`.
#[derive(Clone, Copy, Debug, Default)]
struct Recent {
    to: u32,
    first: u32,
    lifted: u32,
}

#[derive(Clone, Copy, Debug)]
enum Pass {
    Clear {
        next: u32,
    },
    Count,
    Place {
        next: u32,
        total: u32,
    },
    /// Meets the edges again.
    Fill,
}

impl Preds {
    pub(super) fn new(arrays: Searched) -> Result<Self> {
        let recent = filled(RECENT, Recent::default(), super::WHAT)?;
        let pass = Pass::Clear { next: 0 };
        let sources = Vec::new();
        let remembered = Remembered::new(arrays.slots.len(), arrays.orders.len())?;
        Ok(Self { arrays, pass, scan: Scan::default(), recent, remembered, total: 0, sources })
    }

    pub(super) fn bytes(&self) -> u64 {
        self.arrays.bytes()
            + super::vec_bytes(&self.sources)
            + super::vec_bytes(&self.recent)
            + self.remembered.bytes()
    }

    pub(super) fn finish(self) -> Forest {
        let Searched { slots, omitted, orders, .. } = self.arrays;
        Forest::new(slots, omitted, orders, self.sources, self.remembered)
    }

    /// One bounded batch; whether the phase is over.
    pub(super) fn step<G: Graph>(&mut self, graph: &G, budget: u64) -> Result<bool> {
        match self.pass {
            Pass::Clear { next } => {
                let end = self.arrays.orders.len().min(super::after(next, budget));
                self.clear(next as usize, end);
                let over = end == self.arrays.orders.len();
                self.pass = if over { Pass::Count } else { Pass::Clear { next: node(end) } };
            }
            Pass::Count => {
                if self.collect::<G, false>(graph, budget) {
                    if u32::try_from(self.total).is_err() {
                        return Err(too_large(self.total.saturating_mul(4), super::WHAT));
                    }
                    if self.remembered.has_all() {
                        return Ok(true);
                    }
                    self.pass = Pass::Place { next: 0, total: 0 };
                }
            }
            Pass::Place { next, total } => {
                let end = self.arrays.orders.len().min(super::after(next, budget));
                let total = self.place(next as usize, end, total);
                self.pass = Pass::Place { next: node(end), total };
                if end == self.arrays.orders.len() {
                    self.sources = filled(total as usize, 0, super::WHAT)?;
                    self.recent.fill(Recent::default());
                    self.scan = Scan::default();
                    self.pass = Pass::Fill;
                }
            }
            Pass::Fill => return Ok(self.collect::<G, true>(graph, budget)),
        }
        Ok(false)
    }

    #[inline(never)]
    fn clear(&mut self, from: usize, end: usize) {
        for order in &mut self.arrays.orders[from..end] {
            *order = Order { ancestor: order.ancestor, label: 0, semi: 0, dom: order.ancestor };
        }
    }

    /// Turns counts into the ends of the lists; filling makes them the beginnings.
    #[inline(never)]
    fn place(&mut self, from: usize, end: usize, mut total: u32) -> u32 {
        for order in &mut self.arrays.orders[from..end] {
            total += order.semi;
            order.semi = total;
        }
        total
    }

    /// Counts the edges, or stores them: both passes see the same ones.
    #[inline(never)]
    fn collect<G: Graph, const FILL: bool>(&mut self, graph: &G, budget: u64) -> bool {
        let adjacency = graph.adjacency();
        let nodes = adjacency.node_count();
        let mut work = 0;
        while work < budget {
            let Some(piece) = adjacency.next_piece(&mut self.scan) else { return true };
            let source = piece.targets.source();
            work += 1 + piece.targets.work();
            let hub = if piece.first { hub_of(graph, source, nodes) } else { NONE };
            let mut from = None;
            for target in piece.targets.chain(Some(hub)) {
                if !self.arrays.several.contains(target) || target == source {
                    continue;
                }
                match *from.get_or_insert_with(|| self.order_above(source)) {
                    NONE => break,
                    from => self.edge::<FILL>(from, self.arrays.slots[target as usize]),
                }
            }
        }
        false
    }

    /// The order of `source` or, when it is omitted, of the first referrer above it that is not;
    /// [`NONE`] when it is unreachable.
    #[inline]
    fn order_above(&self, mut source: u32) -> u32 {
        while self.arrays.omitted.contains(source) {
            source = self.arrays.slots[source as usize];
        }
        self.arrays.slots[source as usize]
    }

    /// Takes in the edge between two orders.
    #[inline]
    fn edge<const FILL: bool>(&mut self, from: u32, to: u32) {
        if from > to {
            self.edge_back::<FILL>(from, to);
        } else if !FILL && from < to {
            let least = &mut self.arrays.orders[to as usize].dom;
            *least = from.min(*least);
        }
    }

    #[inline]
    fn edge_back<const FILL: bool>(&mut self, from: u32, to: u32) {
        let slot = to as usize % RECENT;
        let recent = self.recent[slot];
        let mut lifted = from;
        for _ in 0..MAX_LIFT {
            if recent.to == to && (lifted == recent.first || lifted == recent.lifted) {
                self.recent[slot].first = from;
                return;
            }
            if self.arrays.several_by_order.contains(lifted) {
                break;
            }
            let parent = self.arrays.orders[lifted as usize].ancestor;
            if parent <= to {
                if !FILL {
                    let least = &mut self.arrays.orders[to as usize].dom;
                    *least = parent.min(*least);
                }
                return;
            }
            lifted = parent;
        }
        self.recent[slot] = Recent { to, first: from, lifted };
        let place = &mut self.arrays.orders[to as usize].semi;
        if FILL {
            *place -= 1;
            self.sources[*place as usize] = lifted;
        } else {
            // A single count only wraps when the total is too large, which `step` reports.
            *place = place.wrapping_add(1);
            self.total += 1;
            self.remembered.push(lifted, to);
        }
    }
}
