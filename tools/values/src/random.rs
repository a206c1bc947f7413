//! Pseudo-random numbers: xoshiro256** seeded by splitmix64.
//!
//! Invariant: the same seed gives the same numbers on every machine and in every version, because seeds are written
//! into bug reports. The crate `rand_xoshiro` promises it of these two generators, and a test holds the sequence.

use rand_xoshiro::rand_core::{Rng, SeedableRng};
use rand_xoshiro::{SplitMix64, Xoshiro256StarStar};

/// A generator.
pub struct Random(Xoshiro256StarStar);

impl Random {
    /// The generator for item `index` of a run with `seed`: items do not depend on each other.
    pub fn new(seed: u64, index: u64) -> Self {
        let start = SplitMix64::seed_from_u64(seed).next_u64() ^ index.wrapping_mul(0xd134_2543_de82_ef95);
        Random(Xoshiro256StarStar::seed_from_u64(start))
    }

    /// 64 random bits.
    pub fn word(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number in `0..bound`; 0 if the bound is 0. (The bias of at most bound / 2^64 does not matter here.)
    pub fn below(&mut self, bound: usize) -> usize {
        ((u128::from(self.word()) * bound as u128) >> 64) as usize
    }

    /// A number in `low..=high`.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// True once in `n` times.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// One of `items`, which is not empty.
    pub fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.below(items.len())]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sequences_are_fixed_and_independent() {
        let words = |seed, index| {
            let mut random = Random::new(seed, index);
            [random.word(), random.word(), random.word()]
        };
        assert_eq!(words(1, 0), words(1, 0));
        assert_ne!(words(1, 0), words(1, 1));
        assert_ne!(words(1, 0), words(2, 0));
        // What recorded seeds mean.
        assert_eq!(words(1, 2), [0x8f0e_1cd4_e34b_dd22, 0x2444_5b8b_2b2a_b560, 0x2148_1457_603f_9df7]);
    }

    #[test]
    fn bounds_hold_and_all_values_occur() {
        let mut random = Random::new(3, 4);
        let mut seen = [false; 5];
        for _ in 0..200 {
            seen[random.below(5)] = true;
            assert!((2..=4).contains(&random.between(2, 4)));
        }
        assert_eq!(seen, [true; 5]);
        assert_eq!(random.below(0), 0);
    }
}
