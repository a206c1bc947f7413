//! The allocator of a static frame: which bytes are free.
//!
//! XLS functions cannot recurse, so every temporary has a fixed place in its function's frame. Places are allocated while
//! the code is written, in program order, and a freed place is used again. [`crate::ownership`] decides who may use a
//! place.

use std::collections::BTreeMap;

/// Alignment of every place.
pub(crate) const BUFFER_ALIGN: u64 = 16;

/// The free space of the frame of the function being lowered.
#[derive(Default, Debug)]
pub(crate) struct Frame {
    /// Free places below `size`: offset to length; neighbours are merged.
    free: BTreeMap<u64, u64>,
    size: u64,
}

impl Frame {
    /// A place of at least `size` bytes: its offset and length. `None` if the frame would exceed the address space.
    pub fn take(&mut self, size: u64) -> Option<(u64, u64)> {
        let size = size.max(1).checked_next_multiple_of(BUFFER_ALIGN)?;
        let found = self.free.iter().find(|&(_, &length)| length >= size).map(|(&offset, &length)| (offset, length));
        let offset = match found {
            Some((offset, length)) => {
                self.free.remove(&offset);
                if length > size {
                    self.free.insert(offset + size, length - size);
                }
                offset
            }
            None => {
                // A free place at the end of the frame grows, instead of staying unused next to a new one.
                let offset = match self.free.last_key_value() {
                    Some((&offset, &length)) if offset + length == self.size => {
                        self.free.remove(&offset);
                        offset
                    }
                    _ => self.size,
                };
                self.size = offset.checked_add(size).filter(|&end| end <= i64::MAX as u64 / 2)?;
                offset
            }
        };
        Some((offset, size))
    }

    /// Ends the use of a place that [`Frame::take`] gave.
    pub fn give_back(&mut self, mut offset: u64, mut size: u64) {
        if let Some((&before, &length)) = self.free.range(..offset).next_back() {
            if before + length == offset {
                self.free.remove(&before);
                offset = before;
                size += length;
            }
        }
        if let Some(&length) = self.free.get(&(offset + size)) {
            self.free.remove(&(offset + size));
            size += length;
        }
        self.free.insert(offset, size);
    }

    /// Bytes that the frame needs.
    pub fn size(&self) -> u64 {
        self.size
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_reused_and_merged() {
        let mut frame = Frame::default();
        assert_eq!(frame.take(100), Some((0, 112)));
        assert_eq!(frame.take(100), Some((112, 112)));
        assert_eq!(frame.take(100), Some((224, 112)));
        frame.give_back(0, 112);
        frame.give_back(112, 112);
        assert_eq!(frame.take(224), Some((0, 224)));
        frame.give_back(224, 112);
        assert_eq!(frame.take(200), Some((224, 208)));
        assert_eq!(frame.size(), 432);
    }

    #[test]
    fn impossible_sizes_are_refused() {
        assert_eq!(Frame::default().take(u64::MAX), None);
    }
}
