//! Static frames: where temporaries in memory live, and for how long.
//!
//! XLS functions cannot recurse, so every temporary has a fixed place in its function's frame. Places are handed out
//! while the code is written, in program order; a buffer whose last holder is gone gives its place back at once. The
//! holder counts also tell whether a value may be updated in place.

use std::collections::BTreeMap;

/// Alignment of every buffer.
pub(crate) const BUFFER_ALIGN: u64 = 16;

struct Buffer {
    offset: u64,
    size: u64,
    holders: u32,
    pins: u32,
}

/// The frame of the function being lowered.
#[derive(Default)]
pub(crate) struct Frame {
    buffers: Vec<Buffer>,
    /// Free places below `size`: offset to length; neighbours are merged.
    free: BTreeMap<u64, u64>,
    size: u64,
}

impl Frame {
    /// A new buffer with one holder: its number and offset. `None` if the frame would exceed the address space.
    pub fn allocate(&mut self, size: u64) -> Option<(u32, u64)> {
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
                // Grow a free place at the very end rather than leaving it behind.
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
        self.buffers.push(Buffer { offset, size, holders: 1, pins: 0 });
        Some((self.buffers.len() as u32 - 1, offset))
    }

    /// One more holder.
    pub fn retain(&mut self, buffer: u32) {
        self.buffers[buffer as usize].holders += 1;
    }

    /// One holder less.
    pub fn release(&mut self, buffer: u32) {
        let entry = &mut self.buffers[buffer as usize];
        debug_assert!(entry.holders > 0, "buffer {buffer} released too often");
        entry.holders -= 1;
        if entry.holders == 0 && entry.pins == 0 {
            let (offset, size) = (entry.offset, entry.size);
            self.give_back(offset, size);
        }
    }

    /// Number of holders.
    pub fn holders(&self, buffer: u32) -> u32 {
        self.buffers[buffer as usize].holders
    }

    /// Keeps the buffer's place although it may have no holder. Pins of nested loops add up.
    pub fn pin(&mut self, buffer: u32) {
        self.buffers[buffer as usize].pins += 1;
    }

    /// Ends one [`Frame::pin`], leaving the caller as a holder.
    pub fn unpin_and_hold(&mut self, buffer: u32) {
        let entry = &mut self.buffers[buffer as usize];
        entry.pins -= 1;
        entry.holders += 1;
    }

    /// Bytes that the frame needs.
    pub fn size(&self) -> u64 {
        self.size
    }

    fn give_back(&mut self, mut offset: u64, mut size: u64) {
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_reused_and_merged() {
        let mut frame = Frame::default();
        let (a, a_at) = frame.allocate(100).unwrap();
        let (b, b_at) = frame.allocate(100).unwrap();
        let (c, c_at) = frame.allocate(100).unwrap();
        assert_eq!((a_at, b_at, c_at), (0, 112, 224));
        frame.release(a);
        frame.release(b);
        assert_eq!(frame.allocate(224).unwrap().1, 0);
        frame.release(c);
        assert_eq!(frame.allocate(200).unwrap().1, 224);
        assert_eq!(frame.size(), 432);
    }

    #[test]
    fn a_pinned_place_stays() {
        let mut frame = Frame::default();
        let (a, _) = frame.allocate(16).unwrap();
        frame.pin(a);
        frame.release(a);
        assert_eq!(frame.allocate(16).unwrap().1, 16);
        frame.unpin_and_hold(a);
        frame.release(a);
        assert_eq!(frame.allocate(16).unwrap().1, 0);
    }

    #[test]
    fn impossible_sizes_are_refused() {
        assert!(Frame::default().allocate(u64::MAX).is_none());
    }
}
