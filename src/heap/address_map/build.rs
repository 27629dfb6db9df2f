//! Building an address map, step by step.

use super::{
    AddressMap, AddressSurvey, BLOCK_BITS, BLOCKS_PER_GRANULE, Bitmap, Built, Form, JOIN, NONE,
    Permutation, Range, WORDS_PER_BLOCK, granules_of, is_worth_a_bitmap,
};
use crate::error::Result;
use crate::heap::column::{DeltaLog, out_of_memory};

/// Builds an [`AddressMap`] from all ids in file order, step by step. O(n) for addresses; O(n log n)
/// for the fallback, in one step.
#[derive(Debug)]
pub(crate) struct AddressMapBuilder {
    form: Form,
    duplicates: Vec<u32>,
    stage: Stage,
    /// The object that comes next.
    next: u32,
}

#[derive(Debug)]
enum Stage {
    /// Sets bits, and finds which blocks are in file order.
    Fill(Run),
    /// Builds the permutation for the other blocks.
    Permute {
        permutation: Vec<u32>,
        duplicate: usize,
    },
    Sort,
}

/// The objects before, while they are in file order.
#[derive(Clone, Copy, Debug)]
struct Run {
    block: usize,
    last_slot: usize,
    expected: u32,
}

impl AddressMapBuilder {
    /// Begins with what was found out while ids streamed by.
    ///
    /// # Errors
    /// `TooLarge` when memory ends.
    pub(crate) fn new(objects: usize, survey: AddressSurvey) -> Result<Self> {
        let shift = survey.shift();
        let remainder = survey.first.unwrap_or(0) & ((1 << shift) - 1);
        let granules = granules_of(&survey, shift);
        drop(survey);
        let (form, stage) = if is_worth_a_bitmap(granules.len(), objects as u64) {
            let run = Run { block: usize::MAX, last_slot: 0, expected: 0 };
            (Form::Bitmap(Bitmap::reserve(shift, remainder, &granules)?), Stage::Fill(run))
        } else {
            (Form::Sorted { ids: Vec::new(), index: Vec::new() }, Stage::Sort)
        };
        Ok(Self { form, duplicates: Vec::new(), stage, next: 0 })
    }

    /// One batch of about `budget` objects; whether the map is complete. `ids` are the same each
    /// time.
    ///
    /// # Errors
    /// `TooLarge` when memory ends.
    pub(crate) fn step(&mut self, ids: &DeltaLog, budget: u64) -> Result<bool> {
        let Form::Bitmap(bitmap) = &mut self.form else {
            (self.form, self.duplicates) = sorted(ids)?;
            return Ok(true);
        };
        let count = usize::try_from(budget).unwrap_or(usize::MAX);
        let from = self.next;
        let end = (from as usize).saturating_add(count).min(ids.len());
        self.next = u32::try_from(end).unwrap_or(u32::MAX);
        let is_last = end == ids.len();
        match &mut self.stage {
            Stage::Fill(run) => {
                bitmap.fill(ids, from, count, run, &mut self.duplicates);
                if is_last {
                    let permuted = bitmap.begin_permutation();
                    let permutation = filled(permuted as usize, 0u32)?;
                    self.stage = Stage::Permute { permutation, duplicate: 0 };
                    self.next = 0;
                    return Ok(permuted == 0);
                }
            }
            Stage::Permute { permutation, duplicate } => {
                let duplicates = self.duplicates.get(*duplicate..).unwrap_or_default();
                *duplicate += bitmap.permute(ids, from, count, duplicates, permutation);
                if is_last {
                    bitmap.permutation = Permutation::Exact(core::mem::take(permutation));
                    return Ok(true);
                }
            }
            Stage::Sort => {}
        }
        Ok(false)
    }

    /// The map.
    pub(crate) fn finish(self) -> Built {
        Built { map: AddressMap { form: self.form }, duplicates: self.duplicates }
    }
}

/// Ids that are no addresses, with their indices; and the objects that repeat one.
fn sorted(ids: &DeltaLog) -> Result<(Form, Vec<u32>)> {
    let mut pairs: Vec<(u64, u32)> = Vec::new();
    pairs.try_reserve_exact(ids.len()).map_err(|_| out_of_memory(ids.len() * 16))?;
    pairs.extend(ids.iter_from(0).zip(0u32..));
    pairs.sort_unstable();
    let mut duplicates: Vec<u32> =
        pairs.windows(2).filter(|w| w[0].0 == w[1].0).map(|w| w[1].1).collect();
    duplicates.sort_unstable();
    pairs.dedup_by_key(|p| p.0);
    let sorted = pairs.iter().map(|p| p.0).collect();
    let index = pairs.iter().map(|p| p.1).collect();
    Ok((Form::Sorted { ids: sorted, index }, duplicates))
}

impl Bitmap {
    fn reserve(shift: u32, remainder: u64, granules: &[u64]) -> Result<Self> {
        let mut ranges: Vec<Range> = Vec::new();
        for (&granule, number) in granules.iter().zip(0u32..) {
            let joins =
                ranges.last().is_some_and(|r| granule - r.first < r.directory.len() as u64 + JOIN);
            if !joins {
                ranges.push(Range { first: granule, directory: Vec::new() });
            }
            if let Some(range) = ranges.last_mut() {
                let at = usize::try_from(granule - range.first).unwrap_or(usize::MAX);
                range.directory.resize(at, NONE);
                range.directory.push(number);
            }
        }
        let blocks = granules.len() * BLOCKS_PER_GRANULE;
        Ok(Self {
            shift,
            remainder,
            ranges,
            words: filled(blocks * WORDS_PER_BLOCK, 0)?,
            bases: filled(blocks, NONE)?,
            permuted: filled(blocks.div_ceil(64), 0)?,
            permutation: Permutation::Exact(Vec::new()),
        })
    }

    /// Sets the bits of a batch of objects, and notes which blocks are not in file order.
    #[inline(never)]
    fn fill(
        &mut self,
        ids: &DeltaLog,
        from: u32,
        count: usize,
        run: &mut Run,
        duplicates: &mut Vec<u32>,
    ) {
        let Run { block: mut block_now, mut last_slot, mut expected } = *run;
        for (id, index) in ids.iter_from(from as usize).take(count).zip(from..) {
            let Some(slot) = self.slot(id) else { continue };
            let (word, bit) = (slot >> 6, 1u64 << (slot & 63));
            if self.words[word] & bit != 0 {
                duplicates.push(index);
                continue;
            }
            self.words[word] |= bit;
            let block = slot >> BLOCK_BITS;
            if block == block_now {
                if slot < last_slot || index != expected {
                    self.permuted[block >> 6] |= 1 << (block & 63);
                }
            } else {
                block_now = block;
                if self.bases[block] == NONE {
                    self.bases[block] = index;
                } else {
                    self.permuted[block >> 6] |= 1 << (block & 63);
                }
            }
            last_slot = slot;
            expected = index.wrapping_add(1);
        }
        *run = Run { block: block_now, last_slot, expected };
    }

    /// Gives permuted blocks their places; how many objects they have.
    fn begin_permutation(&mut self) -> u32 {
        let mut total = 0u32;
        for block in 0..self.bases.len() {
            if self.permuted[block >> 6] >> (block & 63) & 1 == 1 {
                self.bases[block] = total;
                let words = &self.words[block * WORDS_PER_BLOCK..][..WORDS_PER_BLOCK];
                total += words.iter().map(|w| w.count_ones()).sum::<u32>();
            }
        }
        total
    }

    /// Puts a batch of objects into the permutation; how many of them were `duplicates`, which begin
    /// with the first one that is not before the batch.
    #[inline(never)]
    fn permute(
        &self,
        ids: &DeltaLog,
        from: u32,
        count: usize,
        duplicates: &[u32],
        permutation: &mut [u32],
    ) -> usize {
        let mut skipped = 0;
        for (id, index) in ids.iter_from(from as usize).take(count).zip(from..) {
            if duplicates.get(skipped) == Some(&index) {
                skipped += 1;
                continue;
            }
            let Some(slot) = self.slot(id) else { continue };
            let block = slot >> BLOCK_BITS;
            if self.permuted[block >> 6] >> (block & 63) & 1 == 1
                && let Some(at) = self.place(slot)
            {
                permutation[at as usize] = index;
            }
        }
        skipped
    }
}

fn filled<T: Clone>(len: usize, value: T) -> Result<Vec<T>> {
    let mut vec = Vec::new();
    vec.try_reserve_exact(len).map_err(|_| out_of_memory(len * size_of::<T>()))?;
    vec.resize(len, value);
    Ok(vec)
}
