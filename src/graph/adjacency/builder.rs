//! Writing an [`Adjacency`], node after node.

use super::{Adjacency, CHUNK_BYTES, GROUP, MAX_CHUNKS, OFFSET_BITS};
use crate::error::{Error, ErrorKind, Result};
use crate::graph::{MAX_NODES, bytes_of, node, reserve, too_large};

const WHAT: &str = "the references between objects";

/// The longest varint of a `u32`.
const MAX_VARINT: usize = 5;

/// Builds an [`Adjacency`]: nodes strictly in order, the targets of each in any number of calls.
///
/// Holds the finished part in its final form plus one group; adding an edge is O(1) amortised.
#[derive(Debug, Default)]
pub struct AdjacencyBuilder {
    built: Adjacency,
    /// The lists of the current group; becomes a chunk itself when it outgrows one.
    group: Vec<u8>,
    /// Where in `group` the length byte of the open node is.
    start: usize,
    open: bool,
    targets: u64,
    previous: u32,
    greatest: Option<u32>,
    /// Whether the last chunk takes more groups.
    appendable: bool,
}

impl AdjacencyBuilder {
    /// A builder that expects about `expected_nodes`; zero when unknown. Being wrong costs only
    /// memory.
    ///
    /// # Errors
    /// `TooLarge` when there is no memory for the samples, half a byte per expected node.
    pub fn new(expected_nodes: u32) -> Result<Self> {
        let mut builder = Self::default();
        reserve(&mut builder.built.starts, expected_nodes.div_ceil(GROUP) as usize, WHAT)?;
        Ok(builder)
    }

    /// Opens the next node (0 first), closing the one before if it still is open.
    ///
    /// # Errors
    /// `TooLarge`: too many nodes, or no memory.
    #[inline]
    pub fn begin_node(&mut self) -> Result<()> {
        self.end_node()?;
        if self.built.nodes == MAX_NODES {
            return Err(too_large(u64::from(MAX_NODES) + 1, WHAT));
        }
        self.room()?;
        self.start = self.group.len();
        self.group.push(0);
        self.open = true;
        self.targets = 0;
        Ok(())
    }

    /// Adds an edge from the open node; without one, nothing happens. A target equal to the one
    /// just before is dropped, except as the second edge, because the first may be one that
    /// searches skip. The target may be a later node; [`Self::finish`] checks that it exists.
    ///
    /// # Errors
    /// `TooLarge`: no memory.
    #[inline]
    pub fn target(&mut self, target: u32) -> Result<()> {
        if !self.open || (self.targets >= 2 && target == self.previous) {
            return Ok(());
        }
        self.room()?;
        self.previous = target;
        self.targets += 1;
        self.greatest = self.greatest.max(Some(target));
        let delta = target.wrapping_sub(self.built.nodes);
        push_varint(&mut self.group, (delta << 1) ^ (delta >> 31).wrapping_neg());
        Ok(())
    }

    /// Closes the open node, if one is.
    ///
    /// # Errors
    /// `TooLarge`: no memory, or more edges than can be addressed.
    #[inline]
    pub fn end_node(&mut self) -> Result<()> {
        if !self.open {
            return Ok(());
        }
        self.open = false;
        let length = self.group.len() - self.start - 1;
        if length < 0x80 {
            self.group[self.start] = length.to_le_bytes()[0];
        } else {
            self.write_long_length(length)?;
        }
        self.built.edges += self.targets;
        self.built.nodes += 1;
        if self.built.nodes.is_multiple_of(GROUP) { self.flush() } else { Ok(()) }
    }

    /// Closes everything and checks that every target is a node.
    ///
    /// # Errors
    /// `TooLarge`: no memory. `NotFound`: an edge leads to a node that was never begun.
    pub fn finish(mut self) -> Result<Adjacency> {
        self.end_node()?;
        self.flush()?;
        if let Some(target) = self.greatest.filter(|&target| target >= self.built.nodes) {
            let nodes = self.built.nodes;
            let message = format!("A reference leads to object {target}, but there are {nodes}");
            return Err(Error::new(ErrorKind::NotFound, message));
        }
        if let Some(last) = self.built.chunks.last_mut() {
            last.shrink_to_fit();
        }
        self.built.chunks.shrink_to_fit();
        self.built.starts.shrink_to_fit();
        Ok(self.built)
    }

    /// Memory held, in bytes.
    pub fn bytes(&self) -> u64 {
        self.built.bytes() + self.group.capacity() as u64
    }

    /// Number of nodes closed.
    pub fn node_count(&self) -> u32 {
        self.built.nodes
    }

    /// Puts the length of a long list in front of it: its single byte does not suffice.
    #[inline(never)]
    fn write_long_length(&mut self, length: usize) -> Result<()> {
        if u32::try_from(length + MAX_VARINT + self.start).is_err() {
            return Err(too_large(length as u64, WHAT));
        }
        let mut varint = Vec::with_capacity(MAX_VARINT);
        push_varint(&mut varint, node(length));
        self.room()?;
        let end = self.group.len();
        let extra = varint.len() - 1;
        self.group.resize(end + extra, 0);
        self.group.copy_within(self.start + 1..end, self.start + 1 + extra);
        self.group[self.start..=self.start + extra].copy_from_slice(&varint);
        Ok(())
    }

    /// Room in the group for one more varint.
    #[inline]
    fn room(&mut self) -> Result<()> {
        if self.group.capacity() - self.group.len() < MAX_VARINT { self.grow() } else { Ok(()) }
    }

    /// Doubles small groups; large ones grow by a quarter, to waste less.
    #[cold]
    fn grow(&mut self) -> Result<()> {
        let len = self.group.len();
        let more = if len < CHUNK_BYTES { len.max(256) } else { len / 4 };
        reserve(&mut self.group, more, WHAT)
    }

    /// Moves the finished group to the last chunk, or to a new one.
    fn flush(&mut self) -> Result<()> {
        let length = self.group.len();
        if length == 0 {
            return Ok(());
        }
        let chunks = &mut self.built.chunks;
        let fits = self.appendable
            && chunks.last().is_some_and(|chunk| chunk.len() + length <= CHUNK_BYTES);
        if !fits {
            if chunks.len() == MAX_CHUNKS {
                return Err(too_large(self.built.bytes() + length as u64, WHAT));
            }
            if let Some(full) = chunks.last_mut() {
                full.shrink_to_fit();
            }
            reserve(chunks, 1, WHAT)?;
            self.appendable = length <= CHUNK_BYTES;
            chunks.push(Vec::new());
        }
        let last = chunks.len() - 1;
        let chunk = &mut chunks[last];
        let start = node(last) << OFFSET_BITS | node(chunk.len());
        if self.appendable {
            if chunk.capacity() - chunk.len() < length {
                // Only the first chunk starts small: a small graph needs no more.
                let more = if last == 0 { chunk.len().max(length) } else { CHUNK_BYTES };
                reserve(chunk, more.min(CHUNK_BYTES - chunk.len()), WHAT)?;
            }
            chunk.extend_from_slice(&self.group);
            self.group.clear();
        } else {
            *chunk = core::mem::take(&mut self.group);
            chunk.shrink_to_fit();
        }
        let starts = &mut self.built.starts;
        if starts.len() == starts.capacity() {
            let more = (starts.len() / 8).max(1024);
            starts.try_reserve_exact(more).map_err(|_| too_large(bytes_of::<u32>(more), WHAT))?;
        }
        starts.push(start);
        Ok(())
    }
}

/// Appends `value` seven bits at a time, the low ones first.
#[inline]
pub(super) fn push_varint(bytes: &mut Vec<u8>, mut value: u32) {
    while value >= 0x80 {
        bytes.push(value.to_le_bytes()[0] | 0x80);
        value >>= 7;
    }
    bytes.push(value.to_le_bytes()[0]);
}
