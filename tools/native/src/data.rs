//! Constant data of an object: one read-only block in which equal items are stored once.

use std::collections::HashMap;

/// Alignment of the blob and of items in it.
pub(crate) const DATA_ALIGN: u64 = 16;

/// A place in the blob.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct DataRef {
    /// Offset in bytes.
    pub offset: u64,
}

/// The key of an item: items with the same bytes and the same alignment are one, whatever their types.
#[derive(PartialEq, Eq, Hash)]
struct Item {
    bytes: Vec<u8>,
    align: u64,
}

/// The read-only data of the object being written.
#[derive(Default)]
pub(crate) struct DataPool {
    bytes: Vec<u8>,
    known: HashMap<Item, DataRef>,
}

impl DataPool {
    /// Places `bytes` at a multiple of `align` (a power of two up to [`DATA_ALIGN`]).
    pub fn add(&mut self, mut bytes: Vec<u8>, align: u64) -> DataRef {
        if bytes.is_empty() {
            // An empty item takes one byte: without any data there would be no section that its address could refer to.
            bytes.push(0);
        }
        let item = Item { bytes, align };
        if let Some(&found) = self.known.get(&item) {
            return found;
        }
        let offset = (self.bytes.len() as u64).next_multiple_of(align);
        self.bytes.resize(offset as usize, 0);
        self.bytes.extend_from_slice(&item.bytes);
        let data = DataRef { offset };
        self.known.insert(item, data);
        data
    }

    /// The blob.
    pub fn into_bytes(self) -> Vec<u8> {
        self.bytes
    }
}
