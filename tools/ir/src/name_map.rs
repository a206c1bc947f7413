//! Tables from names of the text to small values.
//!
//! Names are looked up several times a node, so this table is made for that: the hash takes eight bytes a multiplication,
//! a slot holds only part of the hash and the number of an entry, and growing never looks at the names again. The seed is
//! random for each table, so that a text cannot be written to collide; nothing depends on it but time. Entries keep the
//! order in which they came.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

/// A table from names to values; each name is there at most once.
pub(crate) struct NameMap<'a, V> {
    /// Upper half of the hash, and one more than the number of the entry; `(_, 0)` is free. A power of two of them, at
    /// least twice the number of entries; entry `e` is in the first free slot from `hash(e)` on.
    slots: Vec<(u32, u32)>,
    entries: Vec<(&'a str, V)>,
    seed: u64,
}

impl<V> Default for NameMap<'_, V> {
    fn default() -> Self {
        Self { slots: vec![(0, 0); 16], entries: Vec::new(), seed: RandomState::new().hash_one(0u64) }
    }
}

impl<'a, V: Copy> NameMap<'a, V> {
    /// The value of `name`.
    pub fn get(&self, name: &str) -> Option<V> {
        self.find(name, self.hash(name)).ok().map(|entry| self.entries[entry].1)
    }

    /// Adds a name, unless it is there: then its value is returned.
    pub fn insert(&mut self, name: &'a str, value: V) -> Option<V> {
        let hash = self.hash(name);
        match self.find(name, hash) {
            Ok(entry) => Some(self.entries[entry].1),
            Err(slot) => {
                self.entries.push((name, value));
                self.slots[slot] = ((hash >> 32) as u32, self.entries.len() as u32);
                if self.entries.len() * 2 > self.slots.len() {
                    self.grow();
                }
                None
            }
        }
    }

    /// The names, latest first.
    pub fn names(&self) -> impl Iterator<Item = &'a str> + '_ {
        self.entries.iter().rev().map(|(name, _)| *name)
    }

    /// The entry of `name`, or the slot where it belongs.
    fn find(&self, name: &str, hash: u64) -> Result<usize, usize> {
        let tag = (hash >> 32) as u32;
        let mut slot = self.first_slot(tag);
        loop {
            match self.slots[slot] {
                (_, 0) => return Err(slot),
                (found, entry) if found == tag && self.entries[entry as usize - 1].0 == name => {
                    return Ok(entry as usize - 1);
                }
                _ => slot = (slot + 1) & (self.slots.len() - 1),
            }
        }
    }

    /// Where the search for a hash begins. The tag alone decides, so that growing needs nothing else.
    fn first_slot(&self, tag: u32) -> usize {
        tag as usize & (self.slots.len() - 1)
    }

    fn grow(&mut self) {
        let old = std::mem::take(&mut self.slots);
        self.slots = vec![(0, 0); old.len() * 2];
        for (tag, entry) in old.into_iter().filter(|&(_, entry)| entry != 0) {
            let mut slot = self.first_slot(tag);
            while self.slots[slot].1 != 0 {
                slot = (slot + 1) & (self.slots.len() - 1);
            }
            self.slots[slot] = (tag, entry);
        }
    }

    fn hash(&self, name: &str) -> u64 {
        let mut hash = self.seed;
        let mut chunks = name.as_bytes().chunks_exact(8);
        for chunk in &mut chunks {
            let word = [chunk[0], chunk[1], chunk[2], chunk[3], chunk[4], chunk[5], chunk[6], chunk[7]];
            hash = mix(hash, u64::from_le_bytes(word));
        }
        let rest = chunks.remainder().iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte));
        mix(mix(hash, rest), name.len() as u64)
    }
}

/// A multiplication whose upper half is folded into the lower one.
fn mix(hash: u64, word: u64) -> u64 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let product = u128::from(hash ^ word) * u128::from(ODD);
    (product as u64) ^ ((product >> 64) as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn holds_what_was_put_in() {
        let names: Vec<String> =
            (0..20_000).map(|i| format!("n{i}")).chain((0..20_000).map(|i| format!("bit_slice.{i}"))).collect();
        let mut map = NameMap::default();
        for (i, name) in names.iter().enumerate() {
            assert_eq!(map.get(name), None);
            assert_eq!(map.insert(name, i), None);
            assert_eq!(map.insert(name, 7), Some(i));
        }
        for (i, name) in names.iter().enumerate() {
            assert_eq!(map.get(name), Some(i));
        }
        assert_eq!(map.get(""), None);
        assert_eq!(map.names().next(), names.last().map(String::as_str));
    }

    #[test]
    fn similar_names_hash_apart() {
        let map: NameMap<'_, u32> = NameMap::default();
        let names = (0..100_000).map(|i| format!("n{i}")).chain((0..100_000).map(|i| format!("bit_slice.{i}")));
        let low: HashSet<u64> = names.map(|name| (map.hash(&name) >> 32) & 0xf_ffff).collect();
        // 200,000 balls hit about 182,000 of 2^20 urns.
        assert!(low.len() > 150_000, "{}", low.len());
    }
}
