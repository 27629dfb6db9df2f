//! The stored edges of a graph, compressed.
//!
//! Per node: the byte length of its list as a varint, then for each target the zig-zag varint
//! of `target - source` (modulo 2^32), in the order given. References in a heap are short, so
//! an edge costs 1.4 to 1.9 bytes on measured dumps and a node without edges one byte.
//!
//! Eight consecutive nodes form a *group*. Groups lie in chunks of 1 MiB, none straddles two
//! and one that is larger than a chunk has its own: nothing is ever copied to grow, and
//! the chunk (12 bits) and offset (20 bits) of a group fit one `u32`, the only index there is.
//! That bounds an adjacency to 4096 chunks, 2 GiB at the very least and 4 GiB as a rule;
//! beyond it the answer is `TooLarge`.

mod builder;
mod search;

pub use builder::AdjacencyBuilder;
pub use search::{Search, Searched};

use super::{bytes_of, node};

/// Nodes per sampled start.
const GROUP: u32 = 8;
/// Bits of a sampled start that are the offset in its chunk.
const OFFSET_BITS: u32 = 20;
/// Bytes of an ordinary chunk.
const CHUNK_BYTES: usize = 1 << OFFSET_BITS;
/// Chunks that can be told apart in a sampled start.
const MAX_CHUNKS: usize = 1 << (32 - OFFSET_BITS);
/// Encoded bytes of one node that a [`Scan`] hands out at once.
const PIECE_BYTES: usize = 1 << 14;

/// Compressed outbound edges of nodes `0..node_count`; made by an [`AdjacencyBuilder`].
///
/// Every target is below [`Adjacency::node_count`].
#[derive(Clone, Debug, Default)]
pub struct Adjacency {
    chunks: Vec<Vec<u8>>,
    starts: Vec<u32>,
    nodes: u32,
    edges: u64,
}

/// Where the remaining targets of a node are: a stack entry of 12 bytes for a depth-first
/// search. The node is not part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor {
    chunk: u32,
    position: u32,
    end: u32,
}

impl Cursor {
    /// Whether no target is left.
    pub fn is_done(self) -> bool {
        self.position == self.end
    }

    /// The two numbers that, with the node, are this cursor; see [`Adjacency::cursor_at`].
    pub fn span(self) -> (u32, u32) {
        (self.position, self.end)
    }
}

impl Adjacency {
    /// Number of nodes.
    pub fn node_count(&self) -> u32 {
        self.nodes
    }

    /// Number of stored edges, self-edges included, dropped repetitions not.
    pub fn edge_count(&self) -> u64 {
        self.edges
    }

    /// Memory held, in bytes.
    pub fn bytes(&self) -> u64 {
        let lists: u64 = self.chunks.iter().map(|chunk| chunk.capacity() as u64).sum();
        lists
            + bytes_of::<Vec<u8>>(self.chunks.capacity())
            + bytes_of::<u32>(self.starts.capacity())
    }

    /// The targets of `node` in stored order; none when there is no such node.
    #[inline]
    pub fn targets(&self, node: u32) -> Targets<'_> {
        self.rest(node, self.cursor(node))
    }

    /// A cursor before the first target of `node`. O(1): at most seven lists are skipped.
    #[inline]
    pub fn cursor(&self, node: u32) -> Cursor {
        let nowhere = Cursor { chunk: 0, position: 0, end: 0 };
        if node >= self.nodes {
            return nowhere;
        }
        let start = self.starts[(node / GROUP) as usize];
        let chunk = start >> OFFSET_BITS;
        let bytes = self.chunks[chunk as usize].as_slice();
        let mut position = start as usize & (CHUNK_BYTES - 1);
        for _ in 0..node % GROUP {
            let (length, after) = list_length(bytes, position);
            position = after + length;
        }
        let (length, after) = list_length(bytes, position);
        Cursor { chunk, position: self::node(after), end: self::node(after + length) }
    }

    /// The cursor of `node` whose [`Cursor::span`] was `span`.
    #[inline]
    pub fn cursor_at(&self, node: u32, span: (u32, u32)) -> Cursor {
        let chunk =
            self.starts.get((node / GROUP) as usize).map_or(0, |start| start >> OFFSET_BITS);
        Cursor { chunk, position: span.0, end: span.1 }
    }

    /// The targets of `node` that `cursor` has still before it.
    #[inline]
    pub fn rest(&self, node: u32, cursor: Cursor) -> Targets<'_> {
        let bytes = self
            .chunks
            .get(cursor.chunk as usize)
            .and_then(|chunk| chunk.get(cursor.position as usize..cursor.end as usize))
            .unwrap_or_default();
        Targets { bytes, source: node }
    }

    /// `cursor` moved to where `targets`, which began at it, has come.
    #[inline]
    pub fn advanced(&self, cursor: Cursor, targets: &Targets<'_>) -> Cursor {
        Cursor { position: cursor.end - node(targets.bytes.len()), ..cursor }
    }

    /// The next stretch of the sequential pass `scan`: all targets of the next node, or a part
    /// of them when they are very many. `None` at the end.
    #[inline]
    pub fn next_piece(&self, scan: &mut Scan) -> Option<Piece<'_>> {
        if scan.node >= self.nodes {
            return None;
        }
        let mut bytes = self.chunks.get(scan.chunk as usize)?.as_slice();
        let first = scan.position == scan.end;
        if first {
            if scan.position as usize == bytes.len() {
                scan.chunk += 1;
                scan.position = 0;
                bytes = self.chunks.get(scan.chunk as usize)?.as_slice();
            }
            let (length, after) = list_length(bytes, scan.position as usize);
            scan.position = node(after);
            scan.end = node(after + length);
        }
        let mut piece = bytes.get(scan.position as usize..scan.end as usize)?;
        if piece.len() > PIECE_BYTES {
            let tail = piece[PIECE_BYTES..].iter().position(|byte| byte & 0x80 == 0);
            piece = &piece[..PIECE_BYTES + tail.map_or(0, |tail| tail + 1)];
        }
        scan.position += node(piece.len());
        let source = scan.node;
        let last = scan.position == scan.end;
        scan.node += u32::from(last);
        Some(Piece { first, last, targets: Targets { bytes: piece, source } })
    }
}

/// The place of a resumable pass over all nodes in order; see [`Adjacency::next_piece`].
#[derive(Clone, Copy, Debug, Default)]
pub struct Scan {
    node: u32,
    chunk: u32,
    position: u32,
    end: u32,
}

impl Scan {
    /// Nodes passed completely.
    pub fn nodes_done(&self) -> u32 {
        self.node
    }
}

/// One node in a sequential pass, or a part of one with very many targets.
#[derive(Clone, Debug)]
pub struct Piece<'a> {
    /// Whether this is the first piece of its node.
    pub first: bool,
    /// Whether this is the last piece of its node.
    pub last: bool,
    /// The targets; [`Targets::source`] is the node.
    pub targets: Targets<'a>,
}

/// Targets of one node in stored order, self-edges included.
#[derive(Clone, Debug)]
pub struct Targets<'a> {
    bytes: &'a [u8],
    source: u32,
}

impl Targets<'_> {
    /// The node these are the targets of.
    #[inline]
    pub fn source(&self) -> u32 {
        self.source
    }

    /// Whether `target` may be among the targets left, by their length alone: most lists are
    /// shorter than what a far target takes. For a short list this is faster than a look at it.
    #[inline]
    pub fn may_hold(&self, target: u32) -> bool {
        let delta = target.wrapping_sub(self.source);
        let zigzag = (delta << 1) ^ (delta >> 31).wrapping_neg();
        self.bytes.len() >= 5 || zigzag >> (7 * self.bytes.len()) == 0
    }

    /// A measure of the work left, at least the number of targets left.
    #[inline]
    pub fn work(&self) -> u64 {
        self.bytes.len() as u64
    }
}

impl Iterator for Targets<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        let (&first, rest) = self.bytes.split_first()?;
        self.bytes = rest;
        let mut zigzag = u32::from(first);
        if first >= 0x80 {
            zigzag &= 0x7f;
            let mut shift = 7;
            while let Some((&byte, rest)) = self.bytes.split_first() {
                self.bytes = rest;
                zigzag |= u32::from(byte & 0x7f) << shift;
                shift += 7;
                if byte < 0x80 || shift > 28 {
                    break;
                }
            }
        }
        let delta = (zigzag >> 1) ^ (zigzag & 1).wrapping_neg();
        Some(self.source.wrapping_add(delta))
    }
}

/// Length of the list whose length varint is at `position`, and the position after the varint.
#[inline]
fn list_length(bytes: &[u8], position: usize) -> (usize, usize) {
    let first = bytes[position] as usize;
    if first < 0x80 {
        return (first, position + 1);
    }
    let mut length = first & 0x7f;
    let mut shift = 7;
    let mut at = position + 1;
    while let Some(&byte) = bytes.get(at) {
        at += 1;
        length |= (byte as usize & 0x7f) << shift;
        shift += 7;
        if byte < 0x80 || shift > 28 {
            break;
        }
    }
    (length, at)
}

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, reason = "tests count small things")]
mod tests;
