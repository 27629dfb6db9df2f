//! Object id to object index: a bitmap of occupied slots with a rank directory.
//!
//! Object addresses are multiples of the heap's alignment within a few ranges. One bit per slot in
//! granules of 2^17 slots that exist only where objects are, plus one base per 256 slots, answer a
//! lookup with at most four popcounts and cost about one byte per object. Where the dump lists the
//! objects of a 256-slot block in address order without a gap (serial, parallel, G1), the base is
//! the file index itself; other blocks (ZGC, Shenandoah dump in traversal order) go through a
//! permutation of four bytes per object. When all references have been looked up, two of them are
//! kept, which say where among the ids to look. Ids that are no addresses (too sparse for a bitmap)
//! fall back to a sorted array.

mod build;

pub(crate) use build::AddressMapBuilder;

use super::ObjectIndex;
use super::column::{DeltaLog, SAMPLE_BITS as LOG_SAMPLE_BITS};
use super::memory::Need;
use crate::hprof::ObjectId;
use std::sync::Arc;

/// Slots per granule: 1 MiB of heap at the usual alignment of 8.
const GRANULE_BITS: u32 = 17;
const BLOCK_BITS: u32 = 8;
const WORDS_PER_BLOCK: usize = 4;
const BLOCKS_PER_GRANULE: usize = 1 << (GRANULE_BITS - BLOCK_BITS);
/// Of ordinary size, in a granule that is full.
const OBJECTS_PER_GRANULE: u64 = 1 << 15;
const NONE: u32 = u32::MAX;

/// Maps object ids to indices. See the module documentation.
#[derive(Debug)]
pub struct AddressMap {
    form: Form,
}

#[derive(Debug)]
enum Form {
    Bitmap(Bitmap),
    Sorted { ids: Vec<u64>, index: Vec<u32> },
}

#[derive(Debug)]
struct Bitmap {
    shift: u32,
    /// Low bits that all ids share (0 unless ids are odd in both senses).
    remainder: u64,
    ranges: Vec<Range>,
    words: Vec<u64>,
    /// Per block: file index of its first object, or start in `permutation`.
    bases: Vec<u32>,
    /// One bit per block that goes through `permutation`.
    permuted: Vec<u64>,
    permutation: Permutation,
}

/// From the place of an object of a permuted block to its index.
#[derive(Debug)]
enum Permutation {
    Exact(Vec<u32>),
    Coarse(Coarse),
}

/// Leads to `2^shift` indices, among which the ids tell the right one.
#[derive(Debug)]
struct Coarse {
    stretches: Vec<u16>,
    shift: u32,
    ids: Arc<DeltaLog>,
}

impl Coarse {
    /// For `objects` objects: a stretch is no shorter than what a log begins to read at.
    fn shift(objects: usize) -> u32 {
        (usize::BITS - objects.leading_zeros()).saturating_sub(u16::BITS).max(LOG_SAMPLE_BITS)
    }

    #[inline(never)]
    fn get(&self, at: u32, id: u64) -> Option<u32> {
        let first = u32::from(*self.stretches.get(at as usize)?) << self.shift;
        let ids = self.ids.iter_from(first as usize).take(1 << self.shift);
        ids.zip(first..).find(|pair| pair.0 == id).map(|pair| pair.1)
    }
}

impl Permutation {
    /// The index of the object at a place, which has this id.
    #[inline]
    fn get(&self, at: u32, id: impl FnOnce() -> u64) -> Option<u32> {
        match self {
            Self::Exact(indices) => indices.get(at as usize).copied(),
            Self::Coarse(coarse) => coarse.get(at, id()),
        }
    }

    fn bytes(&self) -> usize {
        match self {
            Self::Exact(indices) => indices.capacity() * 4,
            Self::Coarse(coarse) => coarse.stretches.capacity() * 2,
        }
    }
}

/// Consecutive granules; `directory` holds the dense granule number or `NONE`.
#[derive(Debug)]
struct Range {
    first: u64,
    directory: Vec<u32>,
}

/// What building the map found.
#[derive(Debug)]
pub struct Built {
    /// The map.
    pub map: AddressMap,
    /// Objects whose id another object before them has; sorted.
    pub duplicates: Vec<u32>,
}

/// Collects which granules hold objects while addresses stream by.
#[derive(Debug, Default)]
pub struct AddressSurvey {
    first: Option<u64>,
    /// Greatest common divisor of all differences so far (rule S2).
    divisor: u64,
    last_megabyte: u64,
    recent: Vec<u64>,
    megabytes: hashbrown::HashSet<u64>,
}

/// The survey counts pages of 2^20 bytes, whatever the alignment turns out to be.
const PAGE_BITS: u32 = 20;

impl AddressSurvey {
    /// Takes note of one object id.
    #[inline]
    pub fn add(&mut self, id: u64) {
        let Some(first) = self.first else {
            self.first = Some(id);
            self.last_megabyte = id >> PAGE_BITS;
            self.recent = vec![u64::MAX; 4096];
            self.megabytes.insert(self.last_megabyte);
            return;
        };
        let difference = id.abs_diff(first);
        if self.divisor == 0
            || (self.divisor.is_power_of_two() && difference & (self.divisor - 1) != 0)
            || (!self.divisor.is_power_of_two() && !difference.is_multiple_of(self.divisor))
        {
            self.divisor = gcd(self.divisor, difference);
        }
        let megabyte = id >> PAGE_BITS;
        if megabyte != self.last_megabyte {
            self.last_megabyte = megabyte;
            let slot = &mut self.recent[(megabyte & 4095) as usize];
            if *slot != megabyte {
                *slot = megabyte;
                self.megabytes.insert(megabyte);
            }
        }
    }

    /// Greatest common divisor of all id differences; 0 with fewer than two distinct ids.
    pub fn divisor(&self) -> u64 {
        self.divisor
    }

    /// Bytes of memory occupied.
    pub(crate) fn bytes(&self) -> u64 {
        (self.recent.capacity() * 8 + self.megabytes.allocation_size()) as u64
    }

    /// Low bits of ids that tell no objects apart.
    fn shift(&self) -> u32 {
        match self.divisor {
            0 => 3,
            d => d.trailing_zeros().min(12),
        }
    }
}

fn gcd(mut a: u64, mut b: u64) -> u64 {
    while b != 0 {
        (a, b) = (b, a % b);
    }
    a
}

impl AddressMap {
    /// What an [`AddressMapBuilder`] takes for `objects` objects whose ids differ.
    pub(crate) fn need(objects: u64, survey: &AddressSurvey) -> Need {
        let granules = granules_of(survey, survey.shift());
        if !is_worth_a_bitmap(granules.len(), objects) {
            // Pairs of id and index, sorted, then taken apart.
            let bytes = objects * (16 + 8 + 4);
            return Need { least: bytes, most: bytes };
        }
        let blocks = granules.len() as u64 * BLOCKS_PER_GRANULE as u64;
        let least = blocks * 36 + blocks.div_ceil(64) * 8;
        // Directories grow by doubling; in the worst order every object is permuted.
        let directory = |pair: &[u64]| match pair {
            [before, after] if after - before < JOIN => after - before,
            _ => 1,
        };
        let directories: u64 = granules.windows(2).map(directory).sum::<u64>() + 1;
        let most = least + 4 * objects + directories * (8 + 64) + granules.len() as u64 * 16;
        Need { least, most }
    }

    /// The object with this id, if the dump holds one. O(1) for addresses.
    #[inline]
    pub fn get(&self, id: ObjectId) -> Option<ObjectIndex> {
        match &self.form {
            Form::Bitmap(bitmap) => bitmap.get(id.0).map(ObjectIndex),
            Form::Sorted { ids, index } => {
                ids.binary_search(&id.0).ok().and_then(|at| index.get(at)).map(|&i| ObjectIndex(i))
            }
        }
    }

    /// Whether the dump holds an object with this id. As [`get`](Self::get), but as fast in any
    /// order of objects.
    #[inline]
    pub fn contains(&self, id: ObjectId) -> bool {
        match &self.form {
            Form::Bitmap(bitmap) => {
                bitmap.slot(id.0).is_some_and(|slot| bitmap.place(slot).is_some())
            }
            Form::Sorted { ids, .. } => ids.binary_search(&id.0).is_ok(),
        }
    }

    /// Bytes that [`coarsen`](Self::coarsen) takes for a moment.
    pub(crate) fn coarse_bytes(&self) -> u64 {
        match &self.form {
            Form::Bitmap(Bitmap { permutation: Permutation::Exact(indices), .. }) => {
                2 * indices.len() as u64
            }
            _ => 0,
        }
    }

    /// Gives half of the memory of objects in traversal order back; from then on looking one of
    /// them up takes microseconds. `ids` are those that the map was built from. Without memory for
    /// the other half everything stays as it is.
    pub(crate) fn coarsen(&mut self, ids: Arc<DeltaLog>) {
        let Form::Bitmap(Bitmap { permutation, .. }) = &mut self.form else { return };
        let Permutation::Exact(indices) = permutation else { return };
        let shift = Coarse::shift(ids.len());
        let mut stretches = Vec::new();
        if stretches.try_reserve_exact(indices.len()).is_ok() {
            let stretch = |&index: &u32| u16::try_from(index >> shift).unwrap_or(u16::MAX);
            stretches.extend(indices.iter().map(stretch));
            *permutation = Permutation::Coarse(Coarse { stretches, shift, ids });
        }
    }

    /// Bytes of memory occupied.
    pub fn bytes(&self) -> usize {
        match &self.form {
            Form::Bitmap(b) => {
                b.words.capacity() * 8
                    + b.bases.capacity() * 4
                    + b.permuted.capacity() * 8
                    + b.permutation.bytes()
                    + b.ranges.iter().map(|r| r.directory.capacity() * 4).sum::<usize>()
            }
            Form::Sorted { ids, index } => ids.capacity() * 8 + index.capacity() * 4,
        }
    }

    /// A batch of the distances from each object to its next neighbour in address order, fed to
    /// `see(object, distance in bytes)`; objects at the end of a range are left out. Whether these
    /// were the last. O(slots) in all.
    pub(crate) fn gaps(
        &self,
        walk: &mut GapWalk,
        budget: u64,
        mut see: impl FnMut(ObjectIndex, u64),
    ) -> bool {
        match &self.form {
            Form::Bitmap(bitmap) => bitmap.gaps(walk, budget, &mut see),
            Form::Sorted { ids, index } => {
                let end = walk.at.saturating_add(usize::try_from(budget).unwrap_or(usize::MAX));
                let pairs = ids.windows(2).zip(index).take(end).skip(walk.at);
                for (pair, &object) in pairs {
                    see(ObjectIndex(object), pair[1] - pair[0]);
                }
                walk.at = end;
                end >= index.len()
            }
        }
    }
}

/// Where a walk over all neighbours is; see [`AddressMap::gaps`].
#[derive(Debug, Default)]
pub(crate) struct GapWalk {
    range: usize,
    /// In the directory of the range, or among sorted ids.
    at: usize,
    /// The object before, and its slot.
    previous: Option<(u32, u64)>,
}

/// Gaps below this many granules are cheaper as directory entries than as another range.
const JOIN: u64 = 4096;

/// Whether a bitmap of so many granules is not too large for so many objects.
fn is_worth_a_bitmap(granules: usize, objects: u64) -> bool {
    granules as u64 * (BLOCKS_PER_GRANULE as u64) * 36 <= objects * 24 + (1 << 21)
}

/// Granule numbers (sorted, distinct) that the surveyed pages fall into.
fn granules_of(survey: &AddressSurvey, shift: u32) -> Vec<u64> {
    let granule_shift = shift + GRANULE_BITS;
    let mut granules: Vec<u64> = Vec::new();
    for &page in &survey.megabytes {
        let start = page << PAGE_BITS;
        let end = start | ((1 << PAGE_BITS) - 1);
        granules.extend((start >> granule_shift)..=(end >> granule_shift));
    }
    granules.sort_unstable();
    granules.dedup();
    granules
}

impl Bitmap {
    /// The global slot of an id, or `None` where no granule is.
    #[inline]
    fn slot(&self, id: u64) -> Option<usize> {
        if id & ((1 << self.shift) - 1) != self.remainder {
            return None;
        }
        let slot = id >> self.shift;
        let granule = slot >> GRANULE_BITS;
        let range = match self.ranges.as_slice() {
            [one] => one,
            many => {
                let after = many.partition_point(|r| r.first <= granule);
                many.get(after.checked_sub(1)?)?
            }
        };
        let at = usize::try_from(granule.checked_sub(range.first)?).ok()?;
        let number = *range.directory.get(at)?;
        if number == NONE {
            return None;
        }
        let low = usize::try_from(slot & ((1 << GRANULE_BITS) - 1)).ok()?;
        Some(((number as usize) << GRANULE_BITS) | low)
    }

    #[inline]
    fn get(&self, id: u64) -> Option<u32> {
        let slot = self.slot(id)?;
        let at = self.place(slot)?;
        let block = slot >> BLOCK_BITS;
        if self.permuted[block >> 6] >> (block & 63) & 1 == 0 {
            return Some(at);
        }
        self.permutation.get(at, || id)
    }

    /// The index of the object at a slot, or its place in the permutation.
    #[inline]
    fn place(&self, slot: usize) -> Option<u32> {
        let block = slot >> BLOCK_BITS;
        let words: &[u64; WORDS_PER_BLOCK] =
            self.words.get(block * WORDS_PER_BLOCK..)?.first_chunk()?;
        let word = (slot >> 6) & (WORDS_PER_BLOCK - 1);
        let bit = slot & 63;
        if words[word] >> bit & 1 == 0 {
            return None;
        }
        let mut rank = (words[word] & ((1 << bit) - 1)).count_ones();
        for earlier in words.iter().take(word) {
            rank += earlier.count_ones();
        }
        Some(self.bases.get(block)?.wrapping_add(rank))
    }

    fn gaps(
        &self,
        walk: &mut GapWalk,
        budget: u64,
        see: &mut impl FnMut(ObjectIndex, u64),
    ) -> bool {
        let mut work = 0;
        while let Some(range) = self.ranges.get(walk.range) {
            while let Some(&number) = range.directory.get(walk.at) {
                if work >= budget {
                    return false;
                }
                work += 1;
                walk.previous = match number {
                    NONE => None,
                    number => {
                        work += OBJECTS_PER_GRANULE;
                        let granule = range.first + walk.at as u64;
                        self.gaps_of_granule(number, granule, walk.previous, see)
                    }
                };
                walk.at += 1;
            }
            *walk = GapWalk { range: walk.range + 1, at: 0, previous: None };
        }
        true
    }

    /// The gaps that end in one granule, which is the step of the walk; its last object and slot.
    #[inline(never)]
    fn gaps_of_granule(
        &self,
        number: u32,
        granule: u64,
        mut previous: Option<(u32, u64)>,
        see: &mut impl FnMut(ObjectIndex, u64),
    ) -> Option<(u32, u64)> {
        let first_block = number as usize * BLOCKS_PER_GRANULE;
        let mut first_slot = granule << GRANULE_BITS;
        for block in first_block..first_block + BLOCKS_PER_GRANULE {
            let permuted = self.permuted[block >> 6] >> (block & 63) & 1 == 1;
            let mut at = self.bases[block];
            for &word in &self.words[block * WORDS_PER_BLOCK..][..WORDS_PER_BLOCK] {
                let mut bits = word;
                while bits != 0 {
                    let slot = first_slot + u64::from(bits.trailing_zeros());
                    let id = || slot << self.shift | self.remainder;
                    let object = if permuted { self.permutation.get(at, id) } else { Some(at) };
                    let object = object.unwrap_or(NONE);
                    if let Some((before, slot_before)) = previous {
                        see(ObjectIndex(before), (slot - slot_before) << self.shift);
                    }
                    previous = Some((object, slot));
                    at = at.wrapping_add(1);
                    bits &= bits - 1;
                }
                // Behind the very last slot of the address space this wraps, and is not used.
                first_slot = first_slot.wrapping_add(64);
            }
        }
        previous
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn check(ids: &[u64]) {
        let mut log = DeltaLog::default();
        let mut survey = AddressSurvey::default();
        for &id in ids {
            log.push(id).unwrap();
            survey.add(id);
        }
        let mut builder = AddressMapBuilder::new(log.len(), survey).unwrap();
        while !builder.step(&log, 100).unwrap() {}
        let mut built = builder.finish();
        let gaps_of = |map: &AddressMap| {
            let (mut walk, mut gaps) = (GapWalk::default(), std::collections::HashMap::new());
            while !map.gaps(&mut walk, 100, |object, gap| {
                assert_eq!(gaps.insert(object.0, gap), None);
            }) {}
            gaps
        };
        let mut first = std::collections::HashMap::new();
        let mut duplicates = Vec::new();
        for (&id, i) in ids.iter().zip(0u32..) {
            if *first.entry(id).or_insert(i) != i {
                duplicates.push(i);
            }
        }
        assert_eq!(built.duplicates, duplicates);
        let look_up = |map: &AddressMap| {
            for &id in ids {
                assert_eq!(map.get(ObjectId(id)), Some(ObjectIndex(first[&id])), "{id:#x}");
                for near in [id ^ 8, id.wrapping_add(16), id ^ 1, id << 1] {
                    assert_eq!(map.get(ObjectId(near)).map(|i| i.0), first.get(&near).copied());
                    assert_eq!(map.contains(ObjectId(near)), first.contains_key(&near));
                }
            }
        };
        look_up(&built.map);
        let mut sorted: Vec<_> = first.iter().map(|(&id, &i)| (id, i)).collect();
        sorted.sort_unstable();
        let gap_of: std::collections::HashMap<_, _> =
            sorted.windows(2).map(|w| (w[0].1, w[1].0 - w[0].0)).collect();
        let gaps = gaps_of(&built.map);
        assert!(gaps.iter().all(|(object, gap)| gap_of.get(object) == Some(gap)));
        let (before, halved) = (built.map.bytes(), built.map.coarse_bytes());
        built.map.coarsen(Arc::new(log));
        assert_eq!(built.map.bytes() as u64, before as u64 - halved);
        look_up(&built.map);
        assert_eq!(gaps_of(&built.map), gaps);
    }

    proptest! {
        #[test]
        fn addresses_in_any_order_map_to_their_first_index(
            base in prop::sample::select(vec![0u64, 0x7_0000_0000, 0x4000_1234_5000]),
            slots in prop::collection::vec(0u64..200_000, 1..400),
            sorted in any::<bool>(),
        ) {
            let mut slots = slots;
            if sorted { slots.sort_unstable(); }
            check(&slots.iter().map(|s| base + s * 8).collect::<Vec<_>>());
        }

        #[test]
        fn arbitrary_ids_map_too(ids in prop::collection::vec(any::<u64>(), 1..300)) {
            check(&ids);
        }
    }

    /// Found by fuzzing: unaligned ids at the end of the address space.
    #[test]
    fn the_last_addresses_there_are() {
        check(&(0..3000).rev().map(|i| u64::MAX - i).collect::<Vec<_>>());
    }

    #[test]
    fn several_far_ranges_with_descending_runs() {
        let mut ids = Vec::new();
        for base in [0x7f00_0000_0000u64, 0x8_0000_0000, 0x1000] {
            ids.extend((0..5000).map(|i| base + i * 24));
        }
        ids.extend((5000..9000).rev().map(|i| 0x8_0000_0000u64 + i * 24));
        check(&ids);
    }
}
