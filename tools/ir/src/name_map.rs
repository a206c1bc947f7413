//! Tables from names of the text to small values.
//!
//! Names are looked up several times for each node, so this table is optimised for that. The hash function processes
//! eight bytes with each multiplication. A slot contains only part of the hash and the number of an entry. Growing does
//! not read the names again. Each table has a random seed, so that no text can be written to cause collisions; only
//! time depends on the seed. Entries keep the order in which they were added.
//!
//! Most names in real packages consist of an operation and the node's id (`add.7`), and nodes that refer to each other
//! have similar ids. If the ids are dense, such a name is looked up by its id. Then neighbours share cache lines,
//! whereas hashes would be spread over a table that is larger than the cache. Names that only differ in their last
//! character (`v10` to `v19`) share cache lines for the same reason: the hash leaves that character out, and it decides
//! about the place within a group of slots.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;

/// A table from names to values; each name is there at most once.
pub(crate) struct NameMap<'a, V> {
    /// Each slot has the upper half of a hash, and one more than the number of the entry; a slot `(_, 0)` is free. The number
    /// of slots is a power of two, and at least twice the number of entries. Entry `e` is in the first slot from `hash(e)` on
    /// that was free.
    slots: Vec<(u32, u32)>,
    entries: Vec<(&'a str, V)>,
    seed: u64,
    /// For each number of a name, counted from `first`: one more than the number of the entry, or 0 if there is none. A name
    /// is in the slots instead if its place is taken or too far away.
    numbered: Vec<u32>,
    /// The number that `numbered` begins with.
    first_number: u32,
    /// Whether a name with a number is in the slots.
    has_hashed_numbers: bool,
    /// How many entries are in the slots.
    hashed: usize,
}

/// The distance below the first number at which smaller numbers are expected.
const SLACK: usize = 64;

/// The result of looking up a name by its number.
enum Numbered {
    /// The name is this entry.
    Entry(usize),
    /// The name is not in `numbered`; this would be its place there.
    Absent(Option<usize>),
}

impl<V> Default for NameMap<'_, V> {
    fn default() -> Self {
        Self {
            slots: vec![(0, 0); 16],
            entries: Vec::new(),
            seed: RandomState::new().hash_one(0u64),
            numbered: Vec::new(),
            first_number: 0,
            has_hashed_numbers: false,
            hashed: 0,
        }
    }
}

impl<'a, V: Copy> NameMap<'a, V> {
    /// The value of `name`.
    pub fn get(&self, name: &str) -> Option<V> {
        let entry = match self.by_number(name) {
            Numbered::Entry(entry) => entry,
            Numbered::Absent(Some(_)) if !self.has_hashed_numbers => return None,
            Numbered::Absent(_) => self.find(name, self.hash(name)).ok()?,
        };
        Some(self.entries[entry].1)
    }

    /// Adds a name. If it is in the table already, nothing changes, and its value is returned.
    pub fn insert(&mut self, name: &'a str, value: V) -> Option<V> {
        if self.numbered.is_empty() {
            self.first_number = number(name).unwrap_or(0).saturating_sub(SLACK as u32);
        }
        match self.by_number(name) {
            Numbered::Entry(entry) => Some(self.entries[entry].1),
            Numbered::Absent(Some(place)) => {
                if self.has_hashed_numbers {
                    if let Ok(entry) = self.find(name, self.hash(name)) {
                        return Some(self.entries[entry].1);
                    }
                }
                self.entries.push((name, value));
                if place >= self.numbered.len() {
                    self.numbered.resize(place + 1, 0);
                }
                self.numbered[place] = self.entries.len() as u32;
                None
            }
            Numbered::Absent(None) => self.insert_hashed(name, value),
        }
    }

    fn insert_hashed(&mut self, name: &'a str, value: V) -> Option<V> {
        let hash = self.hash(name);
        match self.find(name, hash) {
            Ok(entry) => Some(self.entries[entry].1),
            Err(slot) => {
                self.has_hashed_numbers |= number(name).is_some();
                self.entries.push((name, value));
                self.slots[slot] = ((hash >> 32) as u32, self.entries.len() as u32);
                self.hashed += 1;
                if self.hashed * 2 > self.slots.len() {
                    self.grow();
                }
                None
            }
        }
    }

    /// The entry of a name with a number, if it is among the dense ones.
    fn by_number(&self, name: &str) -> Numbered {
        let Some(place) = number(name).and_then(|number| number.checked_sub(self.first_number)) else {
            return Numbered::Absent(None);
        };
        let place = place as usize;
        match self.numbered.get(place) {
            Some(0) => Numbered::Absent(Some(place)),
            Some(&entry) if self.entries[entry as usize - 1].0 == name => Numbered::Entry(entry as usize - 1),
            Some(_) => Numbered::Absent(None),
            // Room for a few numbers that no name has, so that the table is not much larger than the names.
            None if place <= 4 * self.entries.len() + 2 * SLACK => Numbered::Absent(Some(place)),
            None => Numbered::Absent(None),
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
        let (&last, others) = name.as_bytes().split_last().unwrap_or((&0, &[]));
        let mut hash = self.seed;
        let mut chunks = others.chunks_exact(8);
        for chunk in &mut chunks {
            let word = [chunk[0], chunk[1], chunk[2], chunk[3], chunk[4], chunk[5], chunk[6], chunk[7]];
            hash = mix(hash, u64::from_le_bytes(word));
        }
        let rest = chunks.remainder().iter().rev().fold(0, |word, &byte| word << 8 | u64::from(byte));
        let hash = mix(mix(hash, rest), name.len() as u64);
        // The lowest bits of the upper half, of which slots are chosen.
        hash & !(15 << 32) | u64::from(last & 15) << 32
    }
}

/// The number after the last dot of a name, if it is written as XLS writes it.
fn number(name: &str) -> Option<u32> {
    let bytes = name.as_bytes();
    let mut number = 0;
    let mut unit = 1;
    for (digits, &byte) in bytes.iter().rev().enumerate() {
        match byte {
            b'0'..=b'9' if digits < 9 => number += u32::from(byte - b'0') * unit,
            b'.' if digits > 0 && (digits == 1 || bytes[bytes.len() - digits] != b'0') => return Some(number),
            _ => return None,
        }
        unit *= 10;
    }
    None
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
    fn names_with_numbers_are_told_apart() {
        // Dense, taken by another name, far off, below the first, not as XLS writes numbers, too long.
        let dense = (7..500).map(|i| format!("add.{i}"));
        let taken = (7..500).map(|i| format!("sub.{i}"));
        let others =
            ["add.4000000000", "add.1000000", "add.3", "add.07", "add.0", "add.", "add", ".7", "a.add.7", "add.7.x"];
        let names: Vec<String> = dense
            .chain(taken)
            .chain(others.map(str::to_owned))
            .chain((500..3000).map(|i| format!("add.{i}")))
            .collect();
        for step in [1, 7, names.len() - 1] {
            // Different orders: what is dense depends on what came first.
            let order: Vec<&str> = (0..names.len()).map(|i| &*names[i * step % names.len()]).collect();
            let mut map = NameMap::default();
            let mut known = std::collections::HashMap::new();
            for (i, name) in order.iter().enumerate() {
                assert_eq!(map.get(name), known.get(name).copied(), "{name}");
                assert_eq!(map.insert(name, i), known.get(name).copied(), "{name}");
                known.entry(*name).or_insert(i);
                assert_eq!(map.insert(name, names.len()), known.get(name).copied(), "{name}");
            }
            for (name, value) in &known {
                assert_eq!(map.get(name), Some(*value), "{name}");
            }
            assert!(map.names().eq(map.entries.iter().rev().map(|(name, _)| *name)));
        }
    }

    #[test]
    fn similar_names_hash_apart() {
        let map: NameMap<'_, u32> = NameMap::default();
        let names = (0..100_000).map(|i| format!("n{i}")).chain((0..100_000).map(|i| format!("bit_slice.{i}")));
        let low: HashSet<u64> = names.map(|name| (map.hash(&name) >> 32) & 0xf_ffff).collect();
        // 20,000 groups of ten names hit about 17,200 of 2^16 groups of slots.
        assert!(low.len() > 150_000, "{}", low.len());
    }
}
