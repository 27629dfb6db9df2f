//! Sorting every list of children, resumably.
//!
//! Lists of ordinary size are sorted whole. One node may have tens of millions of children; such
//! a list is first checked (often all weights are equal and the order by index is right), then
//! partitioned by a quicksort that can stop anywhere, down to ordinary size.

use super::WHAT;
use crate::error::Result;
use crate::graph::{BitSet, node, reserve};
use core::cmp::Reverse;

/// The longest range that is sorted in one go: its keys take 128 KiB.
const WHOLE: usize = if cfg!(test) { 8 } else { 1 << 13 };

/// Elements looked at to choose a pivot.
const SAMPLES: usize = 9;

/// Heaviest first, equals by index. All keys of a list differ, since all indices do.
type Key = (Reverse<u64>, u32);

/// Sorts consecutive lists, each by descending weight, then index.
#[derive(Debug)]
pub(super) struct SortLists {
    /// Where the list to begin next begins.
    next: usize,
    /// Ranges of the list begun that are still to be sorted.
    ranges: Vec<(usize, usize)>,
    large: Large,
    keys: Vec<Key>,
    random: u64,
}

/// What is being done with one range too long to sort in one go.
#[derive(Clone, Copy, Debug)]
enum Large {
    Nothing,
    /// `start..at` is in order.
    Check {
        start: usize,
        at: usize,
        end: usize,
    },
    /// Before `store`: elements below the pivot; `store..at`: above it. The pivot is at `end`.
    Split {
        start: usize,
        store: usize,
        at: usize,
        end: usize,
        pivot: Key,
    },
}

impl SortLists {
    /// To sort lists of `items` elements in all.
    pub(super) fn new(items: usize) -> Result<Self> {
        let mut keys = Vec::new();
        reserve(&mut keys, items.min(WHOLE), WHAT)?;
        let mut ranges = Vec::new();
        // The shorter part is always split first: 64 open ranges are enough for any length.
        reserve(&mut ranges, 64, WHAT)?;
        Ok(Self { next: 0, ranges, large: Large::Nothing, keys, random: 0x9e37_79b9_7f4a_7c15 })
    }

    /// One batch of about `budget` elements; whether all lists are in order. `begins` says where
    /// in `items` lists begin.
    #[inline(never)]
    pub(super) fn step(
        &mut self,
        begins: &BitSet,
        items: &mut [u32],
        weight: impl Fn(u32) -> u64,
        budget: u64,
    ) -> bool {
        let key = |item: u32| (Reverse(weight(item)), item);
        let mut work = 0;
        while work < budget {
            work += 1;
            match self.large {
                Large::Check { .. } => work += self.check(items, key, budget - work + 1),
                Large::Split { .. } => work += self.split(items, key, budget - work + 1),
                Large::Nothing => {
                    if let Some((start, end)) = self.ranges.pop() {
                        work += self.begin(items, start, end, key, false);
                        continue;
                    }
                    let start = self.next;
                    if start == items.len() {
                        return true;
                    }
                    let end = begins.next(node(start + 1));
                    self.next = end.map_or(items.len(), |end| end as usize);
                    if self.next - start > 1 {
                        work += self.begin(items, start, self.next, key, true);
                    }
                }
            }
        }
        false
    }

    /// Sorts a range of ordinary length; starts on a long one.
    fn begin(
        &mut self,
        items: &mut [u32],
        start: usize,
        end: usize,
        key: impl Fn(u32) -> Key,
        check: bool,
    ) -> u64 {
        if end - start > WHOLE {
            if check {
                self.large = Large::Check { start, at: start + 1, end };
            } else {
                self.begin_split(items, start, end, key);
            }
            return 0;
        }
        let items = &mut items[start..end];
        self.keys.clear();
        self.keys.extend(items.iter().map(|&item| key(item)));
        self.keys.sort_unstable();
        for (item, key) in items.iter_mut().zip(&self.keys) {
            *item = key.1;
        }
        items.len() as u64
    }

    fn check(&mut self, items: &mut [u32], key: impl Fn(u32) -> Key, budget: u64) -> u64 {
        let Large::Check { start, at, end } = self.large else { return 0 };
        let stop = end.min(at.saturating_add(usize::try_from(budget).unwrap_or(usize::MAX)));
        let mut before = key(items[at - 1]);
        for &item in &items[at..stop] {
            let next = key(item);
            if next < before {
                self.begin_split(items, start, end, key);
                return (stop - at) as u64;
            }
            before = next;
        }
        self.large =
            if stop == end { Large::Nothing } else { Large::Check { start, at: stop, end } };
        (stop - at) as u64
    }

    /// Chooses a pivot, the median of a random sample, and puts it at the end.
    fn begin_split(
        &mut self,
        items: &mut [u32],
        start: usize,
        end: usize,
        key: impl Fn(u32) -> Key,
    ) {
        let mut sample = [(Reverse(0), 0, 0); SAMPLES];
        for place in &mut sample {
            let at = start + self.below(end - start);
            let (weight, item) = key(items[at]);
            *place = (weight, item, at);
        }
        sample.sort_unstable();
        let (weight, item, at) = sample[SAMPLES / 2];
        items.swap(at, end - 1);
        let pivot = (weight, item);
        self.large = Large::Split { start, store: start, at: start, end: end - 1, pivot };
    }

    fn split(&mut self, items: &mut [u32], key: impl Fn(u32) -> Key, budget: u64) -> u64 {
        let Large::Split { start, mut store, at, end, pivot } = self.large else { return 0 };
        let stop = end.min(at.saturating_add(usize::try_from(budget).unwrap_or(usize::MAX)));
        for next in at..stop {
            if key(items[next]) < pivot {
                items.swap(store, next);
                store += 1;
            }
        }
        if stop < end {
            self.large = Large::Split { start, store, at: stop, end, pivot };
        } else {
            items.swap(store, end);
            self.large = Large::Nothing;
            let parts = [(start, store), (store + 1, end + 1)];
            let longer = usize::from(parts[0].1 - parts[0].0 < parts[1].1 - parts[1].0);
            self.ranges.push(parts[longer]);
            self.ranges.push(parts[1 - longer]);
        }
        (stop - at) as u64
    }

    /// A pseudo-random number below `bound` (xorshift).
    fn below(&mut self, bound: usize) -> usize {
        self.random ^= self.random << 13;
        self.random ^= self.random >> 7;
        self.random ^= self.random << 17;
        usize::try_from(self.random % bound as u64).unwrap_or(0)
    }
}
