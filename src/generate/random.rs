//! Numbers that look random and are the same on every machine.

/// The finalizer of SplitMix64 (Steele, Lea, Flood 2014): every bit of `x` changes half of the result.
#[inline]
pub(super) fn mix(x: u64) -> u64 {
    let x = (x ^ x >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let x = (x ^ x >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ x >> 31
}

/// SplitMix64.
#[derive(Clone, Debug)]
pub(super) struct Random(u64);

impl Random {
    /// The sequence of one part of what `seed` generates.
    pub(super) fn new(seed: u64, part: u64) -> Self {
        Self(mix(seed).wrapping_add(mix(part ^ 0x5851_f42d_4c95_7f2d)))
    }

    #[inline]
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number below `bound`; 0 if that is 0.
    #[inline]
    pub(super) fn below(&mut self, bound: u32) -> u32 {
        let wide = u64::from(high(self.next())) * u64::from(bound);
        high(wide)
    }

    /// A number from `least` to `most`.
    #[inline]
    pub(super) fn range(&mut self, least: u32, most: u32) -> u32 {
        least + self.below(most - least + 1)
    }

    /// Whether something happens that does so in `percent` of all cases.
    #[inline]
    pub(super) fn percent(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    /// A number below `bound`, the small ones far more often: a few classes have most instances.
    #[inline]
    pub(super) fn skewed(&mut self, bound: u32) -> u32 {
        let near = self.below(bound) + 1;
        let nearer = self.below(near) + 1;
        self.below(nearer)
    }
}

/// The upper half.
#[inline]
pub(super) fn high(wide: u64) -> u32 {
    (wide >> 32) as u32
}

/// A permutation of the numbers below `len` that needs no table: a balanced Feistel network over
/// the next even number of bits, walked until it is back in range (Black, Rogaway 2002).
#[derive(Clone, Copy, Debug)]
pub(super) struct Permutation {
    len: u64,
    half_bits: u32,
    key: u64,
}

impl Permutation {
    pub(super) fn new(len: u64, key: u64) -> Self {
        let bits = u64::BITS - len.max(2).leading_zeros();
        Self { len, half_bits: bits.div_ceil(2), key: mix(key) }
    }

    /// Where `number` goes; it must be below the length.
    pub(super) fn of(&self, number: u64) -> u64 {
        debug_assert!(number < self.len);
        let mask = (1u64 << self.half_bits) - 1;
        let mut at = number;
        loop {
            let (mut left, mut right) = (at >> self.half_bits, at & mask);
            for round in 0..4u64 {
                let turned = left ^ (mix(right ^ self.key.wrapping_add(round << 40)) & mask);
                (left, right) = (right, turned);
            }
            at = left << self.half_bits | right;
            // At most four times as many numbers as are in range: four turns on average.
            if at < self.len {
                return at;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_permutation_reaches_every_number_once() {
        for len in [1u64, 2, 3, 5, 64, 1000, 4097] {
            let permutation = Permutation::new(len, 7);
            let mut seen: Vec<u64> = (0..len).map(|n| permutation.of(n)).collect();
            let in_order = seen.is_sorted();
            seen.sort_unstable();
            assert!(seen.iter().copied().eq(0..len), "{len}");
            assert!(len < 64 || !in_order, "{len} numbers are as they were");
        }
    }

    #[test]
    fn numbers_stay_in_their_range() {
        let mut random = Random::new(1, 2);
        for _ in 0..10_000 {
            assert!(random.below(7) < 7 && random.skewed(7) < 7);
            assert!((3..=5).contains(&random.range(3, 5)));
        }
        assert_eq!(random.below(0), 0);
    }
}
