//! A block cache, for sources whose single reads are slow.

use std::cell::RefCell;
use std::fmt;

use hashbrown::HashMap;

use super::ByteSource;
use crate::error::{Error, ErrorKind, Result};

/// Size of a block: in a browser a random read of 64 KiB takes as long as one of 4 KiB (0.65 ms).
const BLOCK: usize = 64 << 10;
/// Reads of at least this size go past the cache, so that a scan does not evict everything.
const BYPASS: usize = 16 * BLOCK;

/// A [`ByteSource`] that keeps recently read blocks of another one, least recently used first out.
///
/// Memory is bounded by the budget given; blocks are allocated as they are needed. A hit costs a
/// hash lookup and a copy; a miss one read of 64 KiB and a scan of the block table (hundreds of
/// entries, far below the cost of the read).
pub struct BlockCache<S> {
    source: S,
    blocks: RefCell<Blocks>,
}

#[derive(Default)]
struct Blocks {
    capacity: usize,
    slots: Vec<Slot>,
    slot_of_block: HashMap<u64, usize>,
    clock: u64,
}

struct Slot {
    block: u64,
    last_used: u64,
    /// Shorter than a block only for the last block of the source.
    bytes: Vec<u8>,
}

impl<S: ByteSource> BlockCache<S> {
    /// A cache over `source` of at most `budget` bytes (at least one block).
    pub fn new(source: S, budget: usize) -> Self {
        let capacity = (budget / BLOCK).max(1);
        Self { source, blocks: RefCell::new(Blocks { capacity, ..Blocks::default() }) }
    }

    /// The source below.
    pub fn get_ref(&self) -> &S {
        &self.source
    }

    /// Bytes of memory that the cached blocks take now.
    pub fn memory(&self) -> usize {
        self.blocks.borrow().slots.iter().map(|slot| slot.bytes.capacity()).sum()
    }
}

impl Blocks {
    /// The bytes of `block`, read from `source` when they are not here.
    fn get<S: ByteSource>(&mut self, source: &S, block: u64) -> Result<&[u8]> {
        self.clock += 1;
        let index = match self.slot_of_block.get(&block) {
            Some(&index) => index,
            None => self.load(source, block)?,
        };
        let Some(slot) = self.slots.get_mut(index) else { return Ok(&[]) };
        slot.last_used = self.clock;
        Ok(&slot.bytes)
    }

    /// Reads `block` into a new slot, or into the least recently used one when all are taken.
    fn load<S: ByteSource>(&mut self, source: &S, block: u64) -> Result<usize> {
        let index = if self.slots.len() < self.capacity { self.grow()? } else { self.evict() };
        let Some(slot) = self.slots.get_mut(index) else { return Ok(index) };
        slot.bytes.resize(BLOCK, 0);
        // On an error the slot stays without a block and is the next to be taken again.
        let read = source.read_at(block.saturating_mul(BLOCK as u64), &mut slot.bytes)?;
        slot.bytes.truncate(read);
        slot.block = block;
        self.slot_of_block.insert(block, index);
        Ok(index)
    }

    fn grow(&mut self) -> Result<usize> {
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(BLOCK).map_err(|_| {
            Error::new(ErrorKind::TooLarge, "No memory for reading from the dump")
                .advise("Close other tabs or programs and try again.")
        })?;
        self.slots.push(Slot { block: u64::MAX, last_used: 0, bytes });
        Ok(self.slots.len() - 1)
    }

    fn evict(&mut self) -> usize {
        let oldest = self.slots.iter_mut().enumerate().min_by_key(|(_, slot)| slot.last_used);
        let Some((index, slot)) = oldest else { return 0 };
        self.slot_of_block.remove(&slot.block);
        slot.block = u64::MAX;
        slot.last_used = 0;
        index
    }
}

impl<S: ByteSource> ByteSource for BlockCache<S> {
    fn len(&self) -> u64 {
        self.source.len()
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<usize> {
        if into.len() >= BYPASS {
            return self.source.read_at(offset, into);
        }
        let mut blocks = self.blocks.borrow_mut();
        let mut done = 0;
        while done < into.len() {
            let Some(at) = offset.checked_add(done as u64).filter(|at| *at < self.len()) else {
                break;
            };
            let within = usize::try_from(at % BLOCK as u64).unwrap_or(0);
            let block = blocks.get(&self.source, at / BLOCK as u64)?;
            let count = block.get(within..).unwrap_or_default().read_at(0, &mut into[done..])?;
            if count == 0 {
                break;
            }
            done += count;
        }
        Ok(done)
    }
}

impl<S> fmt::Debug for BlockCache<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BlockCache").field("blocks", &self.blocks.borrow().slots.len()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use proptest::prelude::*;

    use super::*;

    /// Counts reads, and fails them on demand.
    struct Probe {
        bytes: Vec<u8>,
        reads: Cell<usize>,
        broken: Cell<bool>,
    }

    impl Probe {
        fn of(len: usize) -> Self {
            let bytes = (0..=250).cycle().take(len).collect();
            Self { bytes, reads: Cell::new(0), broken: Cell::new(false) }
        }
    }

    impl ByteSource for Probe {
        fn len(&self) -> u64 {
            self.bytes.len() as u64
        }

        fn read_at(&self, offset: u64, into: &mut [u8]) -> Result<usize> {
            self.reads.set(self.reads.get() + 1);
            if self.broken.get() {
                return Err(Error::new(ErrorKind::Read, "broken device"));
            }
            self.bytes.read_at(offset, into)
        }
    }

    #[test]
    fn reads_of_one_block_cost_one_read_below() {
        let cache = BlockCache::new(Probe::of(3 * BLOCK), 2 * BLOCK);
        for offset in 0..100 {
            cache.read_exact_at(offset, &mut [0; 8]).unwrap();
        }
        assert_eq!(cache.get_ref().reads.get(), 1);
    }

    #[test]
    fn the_least_recently_used_block_goes_first_and_memory_stays_in_the_budget() {
        let cache = BlockCache::new(Probe::of(10 * BLOCK), 2 * BLOCK);
        let touch = |block: u64| cache.read_exact_at(block * BLOCK as u64, &mut [0]).unwrap();
        for block in [0, 1, 0, 2, 0] {
            touch(block);
        }
        assert_eq!(cache.get_ref().reads.get(), 3, "block 0 stayed, block 1 made room");
        touch(1);
        assert_eq!(cache.get_ref().reads.get(), 4);
        (0..10).for_each(touch);
        assert!(cache.memory() <= 2 * BLOCK);
    }

    #[test]
    fn a_large_read_leaves_the_cached_blocks_alone() {
        let cache = BlockCache::new(Probe::of(BYPASS + BLOCK), BLOCK);
        cache.read_exact_at(5, &mut [0]).unwrap();
        cache.read_exact_at(BLOCK as u64, &mut vec![0; BYPASS]).unwrap();
        cache.read_exact_at(6, &mut [0]).unwrap();
        assert_eq!(cache.get_ref().reads.get(), 2);
    }

    #[test]
    fn a_failed_read_is_not_remembered() {
        let cache = BlockCache::new(Probe::of(BLOCK), BLOCK);
        cache.get_ref().broken.set(true);
        assert!(cache.read_at(0, &mut [0; 4]).is_err());
        cache.get_ref().broken.set(false);
        let mut into = [0; 4];
        cache.read_exact_at(0, &mut into).unwrap();
        assert_eq!(into, cache.get_ref().bytes[..4]);
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn any_reads_equal_reads_without_the_cache(
            len in 0usize..(5 * BLOCK),
            reads in prop::collection::vec((0u64..(6 * BLOCK as u64), 0usize..(2 * BLOCK)), 1..20),
        ) {
            let cache = BlockCache::new(Probe::of(len), 2 * BLOCK);
            for (offset, size) in reads {
                let (mut got, mut expected) = (vec![0; size], vec![0; size]);
                let count = cache.read_at(offset, &mut got).unwrap();
                let naive = cache.get_ref().bytes.read_at(offset, &mut expected).unwrap();
                prop_assert_eq!(count, naive);
                prop_assert_eq!(got, expected);
            }
        }
    }
}
