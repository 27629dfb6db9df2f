//! Second phase: depth-first search.
//!
//! The search needs no stack of its own: the parent array is the path back, and the place in a
//! node's list at which the search went deeper is kept in the slots that later phases use.
//!
//! # Omitted nodes
//! A node with a single referrer at which the search ends - every node it leads to was met
//! before it, or is omitted itself - gives its order back: it is *omitted*. Its immediate
//! dominator is its referrer, no tree path of another node passes it, and its edges are lifted
//! to that referrer by the rule of [`super::preds`]. For an edge from an omitted `u` to `w` the
//! rule's first case holds all the way up to the first referrer that is not omitted: `w < u`
//! because `u` met it, and a referrer `p <= w` with `w` in its subtree would have a descendant
//! that is not omitted, and so would not be omitted itself.
//!
//! Most of a heap is omitted. A node at a depth that is a multiple of [`STOP_DEPTH`] never is,
//! so that the way up stays short on any graph.

use super::referrers::Referred;
use crate::error::Result;
use crate::graph::{BitSet, Graph, NONE, bytes_of, hub_of, node, too_large};

/// No chain of omitted nodes is longer.
const STOP_DEPTH: u32 = if cfg!(test) { 4 } else { 64 };

/// What is known of the node of one order. Every slot serves several phases.
#[derive(Clone, Copy, Debug)]
pub(super) struct Order {
    /// The order of the depth-first parent; then the ancestor in the compressed forest.
    pub(super) ancestor: u32,
    /// End of the node's cursor; then the head of its bucket (0: empty), the label, the node.
    pub(super) label: u32,
    /// The node; then where its list of referrers begins; then the semidominator.
    pub(super) semi: u32,
    /// Position of the node's cursor; then the least referrer before it; then the next in its
    /// bucket; then the immediate dominator.
    pub(super) dom: u32,
}

/// What the second phase hands on. *Order* is the place in depth-first preorder; 0 is the
/// virtual root.
#[derive(Debug)]
pub(super) struct Searched {
    /// Per node: its referrer if omitted, its order if reachable, else [`NONE`].
    pub(super) slots: Vec<u32>,
    /// The nodes omitted from the search.
    pub(super) omitted: BitSet,
    /// The nodes with several referrers, by node.
    pub(super) several: BitSet,
    /// The same, by order.
    pub(super) several_by_order: BitSet,
    pub(super) orders: Vec<Order>,
}

impl Searched {
    pub(super) fn bytes(&self) -> u64 {
        super::vec_bytes(&self.slots)
            + self.omitted.bytes()
            + self.several.bytes()
            + self.several_by_order.bytes()
            + super::vec_bytes(&self.orders)
    }
}

/// The depth-first search.
#[derive(Debug)]
pub(super) struct Search {
    arrays: Searched,
    roots: Vec<u32>,
    next_root: usize,
    /// Order of the open node; 0 between two roots.
    current: u32,
    /// Number of open nodes.
    depth: u32,
    /// Nodes that the search may meet, at most.
    most: u32,
}

impl Search {
    pub(super) fn new(referred: Referred) -> Result<Self> {
        let Referred { slots, several, count, roots } = referred;
        let omitted = BitSet::new(slots.len())?;
        let several_by_order = BitSet::new(count as usize + 1)?;
        let orders = Vec::new();
        let arrays = Searched { slots, omitted, several, several_by_order, orders };
        let mut search = Self { arrays, roots, next_root: 0, current: 0, depth: 0, most: count };
        search.room()?;
        search.arrays.orders.push(Order { ancestor: 0, label: 0, semi: NONE, dom: 0 });
        Ok(search)
    }

    pub(super) fn bytes(&self) -> u64 {
        self.arrays.bytes() + bytes_of::<u32>(self.roots.capacity())
    }

    pub(super) fn finish(mut self) -> Searched {
        self.arrays.orders.shrink_to_fit();
        self.arrays
    }

    /// One bounded batch; whether the search is over.
    #[inline(never)]
    pub(super) fn step<G: Graph>(&mut self, graph: &G, budget: u64) -> Result<bool> {
        let adjacency = graph.adjacency();
        let nodes = adjacency.node_count();
        let mut work = 0;
        while work < budget {
            work += 1;
            if self.current == 0 {
                let Some(&root) = self.roots.get(self.next_root) else { return Ok(true) };
                self.next_root += 1;
                self.open(graph, root)?;
                continue;
            }
            let order = &mut self.arrays.orders[self.current as usize];
            let source = order.semi;
            let cursor = adjacency.cursor_at(source, (order.dom, order.label));
            let mut targets = adjacency.rest(source, cursor);
            let mut child = NONE;
            for target in targets.by_ref() {
                work += 1;
                if self.arrays.slots[target as usize] == NONE {
                    child = target;
                    break;
                }
                if work >= budget {
                    break;
                }
            }
            let cursor = adjacency.advanced(cursor, &targets);
            order.dom = cursor.span().0;
            if child == NONE && cursor.is_done() {
                let hub = hub_of(graph, source, nodes);
                if hub == NONE || self.arrays.slots[hub as usize] != NONE {
                    self.close(source);
                    continue;
                }
                child = hub;
            }
            if child != NONE {
                self.open(graph, child)?;
            }
        }
        Ok(false)
    }

    /// Gives `node` the next order, as a child of the open node, and goes on from it.
    #[inline]
    fn open<G: Graph>(&mut self, graph: &G, node: u32) -> Result<()> {
        if self.arrays.orders.len() == self.arrays.orders.capacity() {
            self.room()?;
        }
        let order = self::node(self.arrays.orders.len());
        let (dom, label) = graph.adjacency().cursor(node).span();
        self.arrays.slots[node as usize] = order;
        self.arrays.orders.push(Order { ancestor: self.current, label, semi: node, dom });
        self.depth += 1;
        if self.arrays.several.contains(node) {
            self.arrays.several_by_order.insert(order);
        }
        self.current = order;
        Ok(())
    }

    /// Goes back from the open node `node`, omitting it if nothing speaks against it.
    #[inline]
    fn close(&mut self, node: u32) {
        let order = self.current;
        let parent = self.arrays.orders[order as usize].ancestor;
        let last = order as usize + 1 == self.arrays.orders.len();
        let single = parent != 0 && !self.arrays.several_by_order.contains(order);
        if last && single && !self.depth.is_multiple_of(STOP_DEPTH) {
            self.arrays.slots[node as usize] = self.arrays.orders[parent as usize].semi;
            self.arrays.omitted.insert(node);
            self.arrays.orders.pop();
        }
        self.current = parent;
        self.depth -= 1;
    }

    /// Room for more orders: a sixteenth more at a time, since how many there will be is not
    /// known before. Nothing else is allocated meanwhile, so an allocator can often extend the
    /// array where it is.
    #[cold]
    fn room(&mut self) -> Result<()> {
        let orders = &mut self.arrays.orders;
        let most = self.most as usize + 1 - orders.len();
        let more = (orders.len() / 16 + 4096).min(most);
        let bytes = bytes_of::<Order>(orders.len() + more);
        orders.try_reserve_exact(more).map_err(|_| too_large(bytes, super::WHAT))
    }
}
