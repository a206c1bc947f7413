//! Pseudo-random numbers: xoshiro256** seeded by splitmix64, both by Blackman and Vigna (public domain).
//!
//! Invariant: the same seed gives the same numbers on every machine and in every version, because seeds are written
//! into bug reports.

/// A generator.
pub struct Random {
    state: [u64; 4],
}

/// One step of splitmix64.
fn split_mix(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ z >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ z >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ z >> 31
}

impl Random {
    /// The generator for item `index` of a run with `seed`: items do not depend on each other.
    pub fn new(seed: u64, index: u64) -> Self {
        let mut state = seed;
        let mut state = split_mix(&mut state) ^ index.wrapping_mul(0xd134_2543_de82_ef95);
        Random { state: std::array::from_fn(|_| split_mix(&mut state)) }
    }

    /// 64 random bits.
    pub fn word(&mut self) -> u64 {
        let [a, b, c, d] = self.state;
        let result = b.wrapping_mul(5).rotate_left(7).wrapping_mul(9);
        let (c, d) = (c ^ a, d ^ b);
        self.state = [a ^ d, b ^ c, c ^ b << 17, d.rotate_left(45)];
        result
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
        // The reference sequence of splitmix64 for seed 0.
        let mut state = 0;
        assert_eq!(split_mix(&mut state), 0xe220_a839_7b1d_cdaf);
        assert_eq!(split_mix(&mut state), 0x6e78_9e6a_a1b9_65f4);
        // The reference sequence of xoshiro256** for the state 1, 2, 3, 4.
        let mut random = Random { state: [1, 2, 3, 4] };
        assert_eq!(
            [random.word(), random.word(), random.word(), random.word()],
            [11520, 0, 1509978240, 1215971899390074240]
        );
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
