//! Growing columns that never move: chunked vectors and a varint-delta log of addresses.
//!
//! A `Vec` doubles by copying, which on wasm32 leaves holes as large as the column itself. These
//! columns grow by chunks, so what they occupy is what they hold.

use crate::error::{Error, ErrorKind, Result, Shortage};
use core::hash::Hash;
use hashbrown::HashMap;

const CHUNK_BITS: u32 = 18;
const CHUNK_LEN: usize = 1 << CHUNK_BITS;
const CHUNK_MASK: usize = CHUNK_LEN - 1;

/// What to say when memory ends while a column grows.
#[cold]
pub(crate) fn out_of_memory(bytes: usize) -> Error {
    Error::new(
        ErrorKind::TooLarge,
        format!("Out of memory: {bytes} more bytes were needed for the object table"),
    )
    .advise("Close other tabs, or open the dump with the native command line")
    .short_of(Shortage::of(bytes as u64))
}

/// Room for one more entry of a table.
pub(crate) fn room<K: Eq + Hash, V>(table: &mut HashMap<K, V>) -> Result<()> {
    let grown = 2 * (table.len() + 1) * (size_of::<(K, V)>() + 1);
    table.try_reserve(1).map_err(|_| out_of_memory(grown))
}

/// A vector of `Copy` values that grows by fixed chunks of 2^18 elements.
#[derive(Clone, Debug)]
pub struct Column<T> {
    chunks: Vec<Vec<T>>,
    len: usize,
}

impl<T> Default for Column<T> {
    fn default() -> Self {
        Self { chunks: Vec::new(), len: 0 }
    }
}

impl<T: Copy> Column<T> {
    /// Number of elements.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is no element.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends one element. Amortised O(1).
    ///
    /// # Errors
    /// `TooLarge` when no memory can be had for the next chunk.
    #[inline]
    pub fn push(&mut self, value: T) -> Result<()> {
        if self.len & CHUNK_MASK == 0 {
            self.grow()?;
        }
        if let Some(chunk) = self.chunks.last_mut() {
            chunk.push(value);
        }
        self.len += 1;
        Ok(())
    }

    #[cold]
    fn grow(&mut self) -> Result<()> {
        // The first chunk grows by doubling, so that small dumps stay small.
        let mut chunk = Vec::new();
        if !self.chunks.is_empty() {
            chunk
                .try_reserve_exact(CHUNK_LEN)
                .map_err(|_| out_of_memory(CHUNK_LEN * size_of::<T>()))?;
        }
        self.chunks.push(chunk);
        Ok(())
    }

    /// The element at `index`, or `None` past the end.
    #[inline]
    pub fn get(&self, index: usize) -> Option<T> {
        self.chunks.get(index >> CHUNK_BITS)?.get(index & CHUNK_MASK).copied()
    }

    /// Replaces the element at `index`; nothing happens past the end.
    #[inline]
    pub fn set(&mut self, index: usize, value: T) {
        if let Some(slot) =
            self.chunks.get_mut(index >> CHUNK_BITS).and_then(|c| c.get_mut(index & CHUNK_MASK))
        {
            *slot = value;
        }
    }

    /// All elements in order, fast.
    pub fn iter(&self) -> impl Iterator<Item = T> + '_ {
        self.chunks.iter().flat_map(|chunk| chunk.iter().copied())
    }

    /// Bytes of memory occupied.
    pub fn bytes(&self) -> usize {
        self.chunks.iter().map(|c| c.capacity() * size_of::<T>()).sum()
    }
}

const LOG_CHUNK_BITS: u32 = 20;
const LOG_CHUNK: usize = 1 << LOG_CHUNK_BITS;
const MAX_VARINT: usize = 10;
/// Every this many values a sample of position and value makes random access cheap.
pub(super) const SAMPLE_BITS: u32 = 6;
const SAMPLE: usize = 1 << SAMPLE_BITS;

/// An append-only log of `u64` values, stored as zig-zag varint deltas with a sample every 64
/// values. Ascending neighbours, as object addresses mostly are, cost one to two bytes each.
#[derive(Clone, Debug, Default)]
pub struct DeltaLog {
    chunks: Vec<Vec<u8>>,
    /// Value before, and packed position of, each 64th entry.
    samples: Column<(u64, u64)>,
    len: usize,
    last: u64,
}

impl DeltaLog {
    /// Number of values.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether the log is empty.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Appends a value.
    ///
    /// # Errors
    /// `TooLarge` when memory ends.
    #[inline]
    pub fn push(&mut self, value: u64) -> Result<()> {
        if self.chunks.last().is_none_or(|c| c.len() + MAX_VARINT > LOG_CHUNK) {
            self.grow()?;
        }
        let chunk_index = self.chunks.len() - 1;
        let Some(chunk) = self.chunks.last_mut() else { return Ok(()) };
        if self.len.is_multiple_of(SAMPLE) {
            let position = ((chunk_index as u64) << LOG_CHUNK_BITS) | chunk.len() as u64;
            self.samples.push((self.last, position))?;
        }
        let delta = value.wrapping_sub(self.last).cast_signed();
        let mut zigzag = ((delta << 1) ^ (delta >> 63)).cast_unsigned();
        while zigzag >= 0x80 {
            chunk.push((zigzag & 0x7f) as u8 | 0x80);
            zigzag >>= 7;
        }
        chunk.push((zigzag & 0x7f) as u8);
        self.last = value;
        self.len += 1;
        Ok(())
    }

    #[cold]
    fn grow(&mut self) -> Result<()> {
        let mut chunk = Vec::new();
        if !self.chunks.is_empty() {
            chunk.try_reserve_exact(LOG_CHUNK).map_err(|_| out_of_memory(LOG_CHUNK))?;
        }
        self.chunks.push(chunk);
        Ok(())
    }

    /// The values from `start` on. O(64) to begin, O(1) each after.
    pub fn iter_from(&self, start: usize) -> DeltaLogIter<'_> {
        let Some((value, position)) = self.samples.get(start / SAMPLE) else {
            return DeltaLogIter { log: self, chunk: self.chunks.len(), at: 0, value: 0, left: 0 };
        };
        let chunk = usize::try_from(position >> LOG_CHUNK_BITS).unwrap_or(usize::MAX);
        let at = usize::try_from(position).unwrap_or(usize::MAX) & (LOG_CHUNK - 1);
        let first = start / SAMPLE * SAMPLE;
        let mut iter = DeltaLogIter { log: self, chunk, at, value, left: self.len - first };
        for _ in first..start {
            iter.next();
        }
        iter
    }

    /// The value at `index`. O(64).
    pub fn get(&self, index: usize) -> Option<u64> {
        self.iter_from(index).next()
    }

    /// Bytes of memory occupied.
    pub fn bytes(&self) -> usize {
        self.chunks.iter().map(Vec::capacity).sum::<usize>() + self.samples.bytes()
    }
}

/// Iterator over a [`DeltaLog`].
#[derive(Clone, Debug)]
pub struct DeltaLogIter<'a> {
    log: &'a DeltaLog,
    chunk: usize,
    at: usize,
    value: u64,
    left: usize,
}

impl Iterator for DeltaLogIter<'_> {
    type Item = u64;

    #[inline]
    fn next(&mut self) -> Option<u64> {
        self.left = self.left.checked_sub(1)?;
        let mut chunk = self.log.chunks.get(self.chunk)?;
        if self.at >= chunk.len() {
            self.chunk += 1;
            self.at = 0;
            chunk = self.log.chunks.get(self.chunk)?;
        }
        let mut zigzag = 0u64;
        let mut shift = 0u32;
        loop {
            let byte = *chunk.get(self.at)?;
            self.at += 1;
            zigzag |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                break;
            }
            shift = (shift + 7).min(63);
        }
        let delta = (zigzag >> 1) ^ (zigzag & 1).wrapping_neg();
        self.value = self.value.wrapping_add(delta);
        Some(self.value)
    }
}

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, reason = "tests count small things")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn delta_log_gives_back_what_was_pushed(values in prop::collection::vec(any::<u64>(), 0..500)) {
            let mut log = DeltaLog::default();
            for &v in &values { log.push(v).unwrap(); }
            prop_assert_eq!(log.iter_from(0).collect::<Vec<_>>(), values.clone());
            for (i, &v) in values.iter().enumerate() { prop_assert_eq!(log.get(i), Some(v)); }
            prop_assert_eq!(log.get(values.len()), None);
        }
    }

    #[test]
    fn columns_cross_chunks() {
        let mut column = Column::default();
        for i in 0..CHUNK_LEN as u32 * 2 + 5 {
            column.push(i).unwrap();
        }
        column.set(CHUNK_LEN + 1, 7);
        assert_eq!(column.get(CHUNK_LEN + 1), Some(7));
        assert_eq!(column.get(CHUNK_LEN * 2 + 4), Some(CHUNK_LEN as u32 * 2 + 4));
        assert_eq!(column.get(CHUNK_LEN * 2 + 5), None);
        assert_eq!(column.iter().count(), column.len());
    }

    #[test]
    fn log_crosses_chunks() {
        let mut log = DeltaLog::default();
        let value = |i: u64| i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 3;
        for i in 0..400_000 {
            log.push(value(i)).unwrap();
        }
        assert!(log.chunks.len() > 1);
        assert_eq!(log.get(399_999), Some(value(399_999)));
        assert_eq!(log.iter_from(123_457).next(), Some(value(123_457)));
    }
}
