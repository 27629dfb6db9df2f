//! The edges that the third phase kept, until the fourth asks for them.
//!
//! The fourth phase processes orders from the last to the first. So edges are sorted into buckets by
//! the high bits of the order that they lead to, 6 bytes each, and only one bucket at a time is
//! spread out into a list per order.

use super::search::Order;
use crate::error::Result;
use crate::graph::filled;

/// Bytes per node that orders and remembered edges may take together: what later phases take in any
/// case.
const BYTES_PER_NODE: u64 = 7;

/// Bytes that remembered edges may take in any graph.
const LEAST_BYTES: u64 = if cfg!(test) { 400 } else { 256 << 10 };

/// Edges in one piece of a bucket.
const PIECE: usize = if cfg!(test) { 2 } else { 1 << 11 };

/// Bits of an order that are not the number of its bucket.
const BUCKET_BITS: u32 = if cfg!(test) { 2 } else { 16 };

/// The halves of the order where an edge begins, the low one first, and the low bits of that where it
/// ends.
type Edge = [u16; 3];

const PIECE_BYTES: u64 = (PIECE * size_of::<Edge>()) as u64;

/// Bytes that remembered edges take at most in a graph of `nodes` nodes.
pub(crate) fn remembered_bytes(nodes: u64) -> u64 {
    nodes.saturating_mul(BYTES_PER_NODE).max(LEAST_BYTES)
}

/// The first order in the bucket of `order`.
#[inline]
pub(super) const fn bucket_begin(order: u32) -> u32 {
    order >> BUCKET_BITS << BUCKET_BITS
}

/// See the module documentation.
#[derive(Debug)]
pub(super) struct Remembered {
    /// Each in pieces of which all but the last are full; empty when there were too many edges.
    buckets: Vec<Vec<Vec<Edge>>>,
    /// How many more pieces there may be.
    left: u64,
}

impl Remembered {
    /// For a graph of `nodes` nodes of which `orders` have an order.
    pub(super) fn new(nodes: usize, orders: usize) -> Result<Self> {
        let taken = (size_of::<Order>() as u64).saturating_mul(orders as u64);
        let room = BYTES_PER_NODE.saturating_mul(nodes as u64).saturating_sub(taken);
        let room = room.max(LEAST_BYTES);
        // A bucket may have a piece that is not full.
        let buckets = orders.div_ceil(1 << BUCKET_BITS);
        let taken = (buckets as u64).saturating_mul(PIECE_BYTES + 24);
        let buckets = if taken > room { 0 } else { buckets };
        let left = buckets as u64 + room.saturating_sub(taken) / PIECE_BYTES;
        Ok(Self { buckets: filled(buckets, Vec::new(), super::WHAT)?, left })
    }

    /// Whether every edge is remembered.
    pub(super) fn has_all(&self) -> bool {
        !self.buckets.is_empty()
    }

    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "halves and low bits are wanted")]
    pub(super) fn push(&mut self, from: u32, to: u32) {
        let Some(bucket) = self.buckets.get_mut((to >> BUCKET_BITS) as usize) else { return };
        let edge = [from as u16, (from >> 16) as u16, (to - bucket_begin(to)) as u16];
        match bucket.last_mut() {
            Some(piece) if piece.len() < piece.capacity() => piece.push(edge),
            _ => self.begin_piece(to, edge),
        }
    }

    /// Without room for more, all are forgotten: they can be met again.
    #[cold]
    fn begin_piece(&mut self, to: u32, edge: Edge) {
        let Some(bucket) = self.buckets.get_mut((to >> BUCKET_BITS) as usize) else { return };
        let mut piece = Vec::new();
        let room = piece.try_reserve_exact(PIECE).and_then(|()| bucket.try_reserve(1));
        if self.left == 0 || room.is_err() {
            self.buckets = Vec::new();
            return;
        }
        self.left -= 1;
        piece.push(edge);
        bucket.push(piece);
    }

    /// Gives about `budget` edges of the last bucket that is left, that of the order `to`, to `see`,
    /// with where they begin and end, and takes them off the budget; whether these were its last.
    #[inline(never)]
    pub(super) fn recall(
        &mut self,
        to: u32,
        budget: &mut u64,
        mut see: impl FnMut(u32, u32),
    ) -> bool {
        let first = bucket_begin(to);
        let Some(mut bucket) = self.buckets.pop() else { return true };
        while *budget > 0 {
            let Some(piece) = bucket.pop() else { return true };
            *budget = budget.saturating_sub(piece.len() as u64);
            for [low, high, to] in piece {
                see(u32::from(high) << 16 | u32::from(low), first | u32::from(to));
            }
        }
        self.buckets.push(bucket);
        false
    }

    pub(super) fn bytes(&self) -> u64 {
        let pieces = self.buckets.iter().flatten();
        super::vec_bytes(&self.buckets) + pieces.map(super::vec_bytes).sum::<u64>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_pushed_is_recalled_bucket_by_bucket_from_the_last() {
        let mut remembered = Remembered::new(1000, 10).unwrap();
        let edges = [(9, 1), (70_000, 5), (8, 1), (3, 2), (9, 8), (8, 7), (9, 5)];
        edges.iter().for_each(|&(from, to)| remembered.push(from, to));
        assert!(remembered.has_all());
        for (order, mut expected) in [
            (9, vec![(9, 8)]),
            (7, vec![(70_000, 5), (8, 7), (9, 5)]),
            (3, vec![(9, 1), (8, 1), (3, 2)]),
        ] {
            let mut recalled = Vec::new();
            while !remembered.recall(order, &mut 1, |from, to| recalled.push((from, to))) {}
            expected.sort_unstable();
            recalled.sort_unstable();
            assert_eq!(recalled, expected);
        }
    }

    #[test]
    fn too_many_edges_are_forgotten_for_good() {
        let mut remembered = Remembered::new(10, 10).unwrap();
        assert!(remembered.has_all());
        (0..1000).for_each(|_| remembered.push(9, 1));
        assert!(!remembered.has_all());
        assert_eq!(remembered.bytes(), 0);
    }
}
