//! Hash maps keyed by names of the text.
//!
//! Names are looked up several times a node, so the hash is a short one: eight bytes a multiplication, folded. The seed is
//! random for each map, so that a text cannot be written to collide. Nothing depends on the order of such a map.

use std::collections::hash_map::RandomState;
use std::collections::HashMap;
use std::hash::{BuildHasher, Hasher};

/// A map from names.
pub(crate) type NameMap<'a, V> = HashMap<&'a str, V, Seed>;

/// The random start of a map's hashes.
#[derive(Clone)]
pub(crate) struct Seed(u64);

impl Default for Seed {
    fn default() -> Self {
        Self(RandomState::new().hash_one(0u64))
    }
}

impl BuildHasher for Seed {
    type Hasher = FoldedMultiply;

    fn build_hasher(&self) -> FoldedMultiply {
        FoldedMultiply(self.0)
    }
}

/// State of a hash.
pub(crate) struct FoldedMultiply(u64);

impl FoldedMultiply {
    fn mix(&mut self, word: u64) {
        const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
        let product = u128::from(self.0 ^ word) * u128::from(ODD);
        self.0 = (product as u64) ^ ((product >> 64) as u64) ^ self.0.rotate_left(23);
    }
}

impl Hasher for FoldedMultiply {
    fn write(&mut self, bytes: &[u8]) {
        let mut chunks = bytes.chunks_exact(8);
        for chunk in &mut chunks {
            self.mix(u64::from_le_bytes([
                chunk[0], chunk[1], chunk[2], chunk[3], chunk[4], chunk[5], chunk[6], chunk[7],
            ]));
        }
        let rest = chunks.remainder().iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte));
        self.mix(rest ^ (bytes.len() as u64) << 56);
    }

    fn write_u8(&mut self, _end_of_str: u8) {
        // The length is already part of the hash.
    }

    fn finish(&self) -> u64 {
        // The table takes its buckets from the low and its tags from the high bits; the fold feeds both.
        self.0 ^ self.0 >> 32
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn similar_names_hash_apart() {
        let seed = Seed::default();
        let names = (0..100_000).map(|i| format!("n{i}")).chain((0..100_000).map(|i| format!("bit_slice.{i}")));
        let mut low = HashSet::new();
        let mut whole = HashSet::new();
        for name in names {
            let hash = seed.hash_one(name.as_str());
            whole.insert(hash);
            low.insert(hash & 0xf_ffff);
        }
        assert!(whole.len() >= 199_990, "{}", whole.len());
        // 200,000 balls in 2^20 urns hit about 182,000 of them.
        assert!(low.len() > 150_000, "{}", low.len());
    }
}
