//! Sets of nodes, one bit each.

use super::{bytes_of, filled, node, reserve};
use crate::error::Result;

/// A set of the integers below a fixed length, one bit each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BitSet {
    words: Vec<u64>,
    len: usize,
}

impl BitSet {
    /// The empty set with room for the integers below `len`.
    ///
    /// # Errors
    /// `TooLarge` when there is no memory for `len / 8` bytes.
    pub fn new(len: usize) -> Result<Self> {
        Ok(Self { words: filled(len.div_ceil(64), 0, "a set of objects")?, len })
    }

    /// The bound: every member is below it.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there is room for nothing at all (not: whether there are no members).
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Whether `index` is a member; false from the bound on.
    #[inline]
    pub fn contains(&self, index: u32) -> bool {
        match self.words.get(index as usize / 64) {
            Some(word) => word >> (index % 64) & 1 != 0,
            None => false,
        }
    }

    /// Adds `index`; whether it was new. From the bound on nothing happens.
    #[inline]
    pub fn insert(&mut self, index: u32) -> bool {
        let bit = 1 << (index % 64);
        if index as usize >= self.len {
            return false;
        }
        let word = &mut self.words[index as usize / 64];
        let new = *word & bit == 0;
        *word |= bit;
        new
    }

    /// Removes `index`.
    #[inline]
    pub fn remove(&mut self, index: u32) {
        if let Some(word) = self.words.get_mut(index as usize / 64) {
            *word &= !(1 << (index % 64));
        }
    }

    /// Removes the members of `other`.
    pub fn subtract(&mut self, other: &Self) {
        for (word, other) in self.words.iter_mut().zip(&other.words) {
            *word &= !other;
        }
    }

    /// Adds the members of `other` that are below the bound.
    pub fn union(&mut self, other: &Self) {
        for member in other {
            self.insert(member);
        }
    }

    /// Removes every member.
    pub fn clear(&mut self) {
        self.words.fill(0);
    }

    /// Number of members, O(len / 64).
    pub fn count(&self) -> u64 {
        self.words.iter().map(|word| u64::from(word.count_ones())).sum()
    }

    /// The smallest member not below `from`, in O(distance / 64).
    #[inline]
    pub fn next(&self, from: u32) -> Option<u32> {
        let mut at = from as usize / 64;
        let mut word = self.words.get(at)? & (u64::MAX << (from % 64));
        while word == 0 {
            at += 1;
            word = *self.words.get(at)?;
        }
        Some(node(at * 64) + word.trailing_zeros())
    }

    /// The members, ascending.
    pub fn iter(&self) -> Members<'_> {
        Members { set: self, next: Some(0) }
    }

    /// Memory held, in bytes.
    pub fn bytes(&self) -> u64 {
        bytes_of::<u64>(self.words.capacity())
    }
}

impl<'a> IntoIterator for &'a BitSet {
    type Item = u32;
    type IntoIter = Members<'a>;

    fn into_iter(self) -> Members<'a> {
        self.iter()
    }
}

/// The members of a [`BitSet`], ascending.
#[derive(Clone, Debug)]
pub struct Members<'a> {
    set: &'a BitSet,
    next: Option<u32>,
}

impl Iterator for Members<'_> {
    type Item = u32;

    #[inline]
    fn next(&mut self) -> Option<u32> {
        let member = self.set.next(self.next?)?;
        self.next = member.checked_add(1);
        Some(member)
    }
}

/// Words between two entries of the rank directory.
const RANK_WORDS: usize = 2;

/// A one in every byte.
const ONES: u64 = 0x0101_0101_0101_0101;
/// The highest bit of every byte.
const HIGHS: u64 = 0x8080_8080_8080_8080;

/// How many bytes of `bytes`, each below 128, are not above `limit`.
#[inline]
fn bytes_up_to(bytes: u64, limit: u64) -> u64 {
    let not_above = (((limit * ONES) | HIGHS) - bytes) & HIGHS;
    (not_above >> 7).wrapping_mul(ONES) >> 56
}

/// The place of the one in `word` that has `rank` ones below it, which there must be. Without a
/// branch (Vigna, "Broadword Implementation of Rank/Select Queries", 2008).
#[inline]
fn select_in_word(word: u64, rank: u32) -> u32 {
    let rank = u64::from(rank & 63);
    let pairs = word - (word >> 1 & 0x5555_5555_5555_5555);
    let fours = (pairs & 0x3333_3333_3333_3333) + (pairs >> 2 & 0x3333_3333_3333_3333);
    let counts = (fours + (fours >> 4)) & 0x0f0f_0f0f_0f0f_0f0f;
    // Of each byte, the ones in it and in those below.
    let sums = counts.wrapping_mul(ONES);
    let place = (8 * bytes_up_to(sums, rank)) & 63;
    let left = rank - (sums << 8 >> place & 0xff);
    let byte = word >> place & 0xff;
    // The same with the bits of the byte, each in a byte of its own.
    let bits = (byte.wrapping_mul(ONES) & 0x8040_2010_0804_0201) + (HIGHS - ONES);
    let sums = ((bits & HIGHS) >> 7).wrapping_mul(ONES);
    place_of(place + bytes_up_to(sums, left))
}

/// A place in a word.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "a place in a word is below 64, or just above")]
const fn place_of(place: u64) -> u32 {
    place as u32
}

/// Blocks that are all looked at rather than searched.
const NEAR: usize = 8;

/// Members between two entries of the select directory.
const SELECT_MEMBERS: u32 = 128;

/// A fixed [`BitSet`] that also counts: how many members are below an integer, in O(1), and
/// which member has a given number of members below it, in O(log n) at the very worst.
///
/// The directories cost at most half of the bits: 4 bytes per 128 integers and per 128 members.
#[derive(Clone, Debug, Default)]
pub struct RankedBitSet {
    set: BitSet,
    ranks: Vec<u32>,
    /// The block of every 128th member.
    selects: Vec<u32>,
    count: u32,
}

impl RankedBitSet {
    /// Freezes `set` and counts it.
    ///
    /// # Errors
    /// `TooLarge` when there is no memory for the directory.
    pub fn new(set: BitSet) -> Result<Self> {
        let blocks = set.words.len().div_ceil(RANK_WORDS);
        let mut ranks = filled(blocks, 0, "a set of objects")?;
        let mut count = 0;
        for (rank, block) in ranks.iter_mut().zip(set.words.chunks(RANK_WORDS)) {
            *rank = count;
            count += block.iter().map(|word| word.count_ones()).sum::<u32>();
        }
        let mut selects = Vec::new();
        reserve(&mut selects, count.div_ceil(SELECT_MEMBERS) as usize, "a set of objects")?;
        for block in 0..ranks.len() {
            let after = ranks.get(block + 1).copied().unwrap_or(count);
            while selects.len() < after.div_ceil(SELECT_MEMBERS) as usize {
                selects.push(node(block));
            }
        }
        Ok(Self { set, ranks, selects, count })
    }

    /// The member that has `rank` members below it.
    #[inline]
    pub fn select(&self, rank: u32) -> Option<u32> {
        if rank >= self.count {
            return None;
        }
        let sample = (rank / SELECT_MEMBERS) as usize;
        let first = *self.selects.get(sample)? as usize;
        let last = self.selects.get(sample + 1).map_or(self.ranks.len(), |&last| last as usize + 1);
        let ranks = &self.ranks[first..last];
        let mut block = first;
        if last - first > NEAR {
            block += ranks.partition_point(|&before| before <= rank) - 1;
        } else {
            block += ranks.iter().skip(1).filter(|&&before| before <= rank).count();
        }
        let mut left = rank - self.ranks[block];
        let mut at = block * RANK_WORDS;
        loop {
            let word = *self.set.words.get(at)?;
            let members = word.count_ones();
            if left < members {
                return Some(node(at * 64) + select_in_word(word, left));
            }
            left -= members;
            at += 1;
        }
    }

    /// Whether `index` is a member.
    #[inline]
    pub fn contains(&self, index: u32) -> bool {
        self.set.contains(index)
    }

    /// Number of members.
    pub fn count(&self) -> u32 {
        self.count
    }

    /// Number of members below `index`; `index` must not be above the bound.
    #[inline]
    pub fn rank(&self, index: u32) -> u32 {
        let word = index as usize / 64;
        let block = word / RANK_WORDS;
        let Some(&before) = self.ranks.get(block) else { return self.count };
        let words = &self.set.words;
        let whole: u32 = words[block * RANK_WORDS..word].iter().map(|w| w.count_ones()).sum();
        let below = (1u64 << (index % 64)) - 1;
        before + whole + words.get(word).map_or(0, |w| (w & below).count_ones())
    }

    /// The rank of `index` if it is a member.
    #[inline]
    pub fn position(&self, index: u32) -> Option<u32> {
        self.contains(index).then(|| self.rank(index))
    }

    /// The set itself.
    pub fn set(&self) -> &BitSet {
        &self.set
    }

    /// Memory held, in bytes.
    pub fn bytes(&self) -> u64 {
        self.set.bytes()
            + bytes_of::<u32>(self.ranks.capacity())
            + bytes_of::<u32>(self.selects.capacity())
    }
}

#[cfg(test)]
#[expect(clippy::cast_possible_truncation, reason = "tests count small things")]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::collections::BTreeSet;

    proptest! {
        #[test]
        fn behaves_like_a_set_of_integers(
            len in 1usize..1500,
            picks in prop::collection::vec((any::<prop::sample::Index>(), any::<bool>()), 0..400),
        ) {
            let mut bits = BitSet::new(len).unwrap();
            let mut model = BTreeSet::new();
            for (pick, add) in picks {
                let index = pick.index(len) as u32;
                if add {
                    prop_assert_eq!(bits.insert(index), model.insert(index));
                } else {
                    bits.remove(index);
                    model.remove(&index);
                }
            }
            prop_assert!(bits.iter().eq(model.iter().copied()));
            prop_assert_eq!(bits.count(), model.len() as u64);
            prop_assert!(!bits.contains(len as u32) && !bits.insert(len as u32));
            let ranked = RankedBitSet::new(bits).unwrap();
            for index in 0..=len as u32 {
                prop_assert_eq!(ranked.rank(index) as usize, model.range(..index).count());
            }
            prop_assert_eq!(ranked.count() as usize, model.len());
            for (rank, &member) in model.iter().enumerate() {
                prop_assert_eq!(ranked.select(rank as u32), Some(member));
            }
            prop_assert_eq!(ranked.select(ranked.count()), None);
        }
    }
    #[test]
    fn select_in_a_word_finds_each_of_its_ones() {
        let mut word = 0x9e37_79b9_7f4a_7c15u64;
        for _ in 0..1000 {
            word = word.rotate_left(7).wrapping_mul(0x2545_f491_4f6c_dd1d);
            for word in [word, word & word.rotate_left(9), u64::MAX, 1 << 63, 1] {
                let places = (0..64u32).filter(|place| word >> place & 1 == 1);
                for (rank, place) in (0..).zip(places) {
                    assert_eq!(select_in_word(word, rank), place, "{word:#x}");
                }
            }
        }
    }

    #[test]
    fn select_is_the_inverse_of_rank_in_large_sets() {
        for (len, gap) in [(100_000, 1), (300_000, 3), (3_000_000, 1009)] {
            let mut bits = BitSet::new(len).unwrap();
            for member in (gap as u32 - 1..len as u32).step_by(gap) {
                bits.insert(member);
            }
            let ranked = RankedBitSet::new(bits).unwrap();
            for rank in 0..ranked.count() {
                let member = ranked.select(rank).unwrap();
                assert_eq!(member, (rank + 1) * gap as u32 - 1);
                assert_eq!(ranked.rank(member), rank);
            }
            assert_eq!(ranked.select(ranked.count()), None);
        }
    }
}
