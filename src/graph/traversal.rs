//! What the searches share: following the edges of a node resumably, and a set of nodes to
//! visit whose memory and upkeep stay proportional to the graph on any shape.

use super::adjacency::Cursor;
use super::{BitSet, Edges, Graph, NONE, hub_of, reserve};
use crate::error::Result;

const WHAT: &str = "a search through the heap";

/// A node whose edges are being followed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Open {
    pub(crate) node: u32,
    cursor: Cursor,
}

impl Open {
    /// Before the first edge of `node` to follow. Always inlined, as is [`Self::follow`]: with several
    /// searches the compiler would share them, which cost shortest paths a sixth of their time.
    #[inline(always)]
    pub(crate) fn new<G: Graph>(graph: &G, node: u32, edges: Edges) -> Self {
        let adjacency = graph.adjacency();
        let mut cursor = adjacency.cursor(node);
        if edges == Edges::SkipFirst && graph.skips_first(node) {
            let mut targets = adjacency.rest(node, cursor);
            targets.next();
            cursor = adjacency.advanced(cursor, &targets);
        }
        Self { node, cursor }
    }

    /// Calls `visit` with the targets, the hub last, and subtracts from `budget` what that was
    /// worth. Whether all have been visited; if not, call again.
    #[inline(always)]
    pub(crate) fn follow<G: Graph>(
        &mut self,
        graph: &G,
        budget: &mut u64,
        mut visit: impl FnMut(u32),
    ) -> bool {
        let adjacency = graph.adjacency();
        let mut targets = adjacency.rest(self.node, self.cursor);
        while *budget > 0 {
            *budget -= 1;
            let Some(target) = targets.next() else {
                let hub = hub_of(graph, self.node, adjacency.node_count());
                if hub != NONE {
                    visit(hub);
                }
                return true;
            };
            visit(target);
        }
        self.cursor = adjacency.advanced(self.cursor, &targets);
        false
    }
}

/// A set of distinct nodes: a list while it is short, one bit per node when it is not.
///
/// The list holds up to `nodes / 64`. So a set that uses bits has more members than the bits
/// have words, and passing over the words is paid for by the members.
#[derive(Debug)]
pub(crate) struct Frontier {
    list: Vec<u32>,
    limit: usize,
    bits: BitSet,
    in_bits: bool,
}

impl Frontier {
    pub(crate) fn new(nodes: u32) -> Result<Self> {
        let limit = (nodes as usize / 64).max(64);
        let mut list = Vec::new();
        reserve(&mut list, limit, WHAT)?;
        Ok(Self { list, limit, bits: BitSet::new(nodes as usize)?, in_bits: false })
    }

    /// Adds a node that is not in it.
    #[inline]
    pub(crate) fn push(&mut self, node: u32) {
        if self.in_bits {
            self.bits.insert(node);
        } else if self.list.len() < self.limit {
            self.list.push(node);
        } else {
            self.spill(node);
        }
    }

    #[cold]
    fn spill(&mut self, node: u32) {
        self.in_bits = true;
        for member in self.list.drain(..) {
            self.bits.insert(member);
        }
        self.bits.insert(node);
    }

    /// Prepares reading in index order.
    pub(crate) fn seal(&mut self) {
        self.list.sort_unstable();
    }

    /// The member at or after `place` in index order, and the place after it; 0 is the first
    /// place. Only after [`Self::seal`].
    #[inline]
    pub(crate) fn at(&self, place: u32) -> Option<(u32, u32)> {
        if self.in_bits {
            let member = self.bits.next(place)?;
            Some((member, member + 1))
        } else {
            Some((*self.list.get(place as usize)?, place + 1))
        }
    }

    pub(crate) fn clear(&mut self) {
        self.list.clear();
        if core::mem::take(&mut self.in_bits) {
            self.bits.clear();
        }
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bits.bytes() + super::bytes_of::<u32>(self.list.capacity())
    }
}

/// Nodes to visit in any order: a stack of bounded length, one bit per node for the overflow.
///
/// Bits are moved back by whole stacks, so passing over the words is paid for by the members.
#[derive(Debug)]
pub(crate) struct Worklist {
    stack: Vec<u32>,
    limit: usize,
    overflow: BitSet,
    overflowed: u64,
}

impl Worklist {
    pub(crate) fn new(nodes: u32) -> Result<Self> {
        let limit = (nodes as usize / 64).max(64);
        let mut stack = Vec::new();
        reserve(&mut stack, limit, WHAT)?;
        Ok(Self { stack, limit, overflow: BitSet::new(nodes as usize)?, overflowed: 0 })
    }

    /// Adds a node that was never in it.
    #[inline]
    pub(crate) fn push(&mut self, node: u32) {
        if self.stack.len() < self.limit {
            self.stack.push(node);
        } else {
            self.overflow.insert(node);
            self.overflowed += 1;
        }
    }

    /// Takes some node out.
    #[inline]
    pub(crate) fn pop(&mut self) -> Option<u32> {
        if self.stack.is_empty() && self.overflowed > 0 {
            self.refill();
        }
        self.stack.pop()
    }

    #[cold]
    fn refill(&mut self) {
        let mut place = 0;
        while self.stack.len() < self.limit {
            let Some(member) = self.overflow.next(place) else { break };
            self.overflow.remove(member);
            self.stack.push(member);
            self.overflowed -= 1;
            place = member;
        }
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.overflow.bytes() + super::bytes_of::<u32>(self.stack.capacity())
    }
}
