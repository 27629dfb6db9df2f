//! Second phase: depth-first search over the kept nodes.
//!
//! The search needs no stack of its own: the parent array is the path back, and the place in a
//! node's list at which the search went deeper is kept in the arrays that later phases use.

use super::referrers::Kept;
use crate::error::Result;
use crate::graph::{BitSet, Graph, NONE, bytes_of, hub_of, node, reserve};

/// What the second phase hands on. *Order* is the place in depth-first preorder; 0 is the
/// virtual root.
#[derive(Debug)]
pub(super) struct Searched {
    /// Per node: its order if kept and reachable, its referrer if peeled, else [`NONE`].
    pub(super) slots: Vec<u32>,
    pub(super) peeled: BitSet,
    /// The nodes with several referrers, by node.
    pub(super) several: BitSet,
    /// The same, by order.
    pub(super) several_by_order: BitSet,
    /// Per order: the order of the depth-first parent, and a spare number.
    pub(super) tree: Vec<[u32; 2]>,
    /// Per order: two spare numbers.
    pub(super) info: Vec<[u32; 2]>,
}

impl Searched {
    pub(super) fn bytes(&self) -> u64 {
        super::vec_bytes(&self.slots)
            + self.peeled.bytes()
            + self.several.bytes()
            + self.several_by_order.bytes()
            + super::vec_bytes(&self.tree)
            + super::vec_bytes(&self.info)
    }
}

/// The depth-first search. While it runs, `tree` is `[parent, end]` and `info` is
/// `[node, position]`: the cursor of each open node.
#[derive(Debug)]
pub(super) struct Search {
    arrays: Searched,
    roots: Vec<u32>,
    next_root: usize,
    /// Order of the open node; 0 between two roots.
    current: u32,
}

impl Search {
    pub(super) fn new(kept: Kept) -> Result<Self> {
        let Kept { slots, peeled, several, kept, roots } = kept;
        let orders = kept as usize + 1;
        let mut tree = Vec::new();
        let mut info = Vec::new();
        reserve(&mut tree, orders, super::WHAT)?;
        reserve(&mut info, orders, super::WHAT)?;
        tree.push([0, 0]);
        info.push([NONE, 0]);
        let several_by_order = BitSet::new(orders)?;
        let arrays = Searched { slots, peeled, several, several_by_order, tree, info };
        Ok(Self { arrays, roots, next_root: 0, current: 0 })
    }

    pub(super) fn bytes(&self) -> u64 {
        self.arrays.bytes() + bytes_of::<u32>(self.roots.capacity())
    }

    pub(super) fn finish(self) -> Searched {
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
                self.open(graph, root, 0);
                continue;
            }
            let order = self.current as usize;
            let [source, position] = self.arrays.info[order];
            let [parent, end] = self.arrays.tree[order];
            let cursor = adjacency.cursor_at(source, (position, end));
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
            self.arrays.info[order][1] = cursor.span().0;
            if child == NONE && cursor.is_done() {
                let hub = hub_of(graph, source, nodes);
                if hub != NONE && self.arrays.slots[hub as usize] == NONE {
                    child = hub;
                } else {
                    self.current = parent;
                }
            }
            if child != NONE {
                self.open(graph, child, self.current);
            }
        }
        Ok(false)
    }

    /// Gives `node` the next order, as a child of order `parent`, and goes on from it.
    #[inline]
    fn open<G: Graph>(&mut self, graph: &G, node: u32, parent: u32) {
        let arrays = &mut self.arrays;
        let order = self::node(arrays.tree.len());
        let (position, end) = graph.adjacency().cursor(node).span();
        arrays.slots[node as usize] = order;
        arrays.tree.push([parent, end]);
        arrays.info.push([node, position]);
        if arrays.several.contains(node) {
            arrays.several_by_order.insert(order);
        }
        self.current = order;
    }
}
