//! Memory for compiled code to read and write, with margins on both sides that must not change.

/// Alignment of every block. It is larger than any alignment that code generators require.
const ALIGN: usize = 64;
/// Size of each margin before and after the data, in bytes.
const MARGIN: usize = 64;
/// The contents of new memory and of the margins: neither zeros nor ones, so that unwritten bytes are noticed.
const FILL: u8 = 0xa5;

/// A block of memory.
pub(crate) struct Block {
    bytes: Vec<u8>,
    start: usize,
    len: usize,
}

impl Block {
    /// A block of `len` bytes, aligned to `align` and to 64, filled with a pattern.
    pub(crate) fn new(len: usize, align: usize) -> Self {
        let align = align.max(ALIGN);
        let bytes = vec![FILL; len + 2 * MARGIN + align];
        // A u8 pointer can be aligned to any power of two within `align` bytes.
        let start = MARGIN + (bytes.as_ptr().wrapping_add(MARGIN)).align_offset(align).min(align);
        Block { bytes, start, len }
    }

    pub(crate) fn data(&self) -> &[u8] {
        &self.bytes[self.start..self.start + self.len]
    }

    pub(crate) fn data_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[self.start..self.start + self.len]
    }

    /// Fills the data with the pattern of new memory.
    pub(crate) fn refill(&mut self) {
        self.data_mut().fill(FILL);
    }

    /// Whether something was written outside the data.
    pub(crate) fn margins_are_damaged(&self) -> bool {
        let (before, rest) = self.bytes.split_at(self.start);
        before.iter().chain(&rest[self.len..]).any(|&byte| byte != FILL)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_aligned_and_writes_beside_them_are_found() {
        for (len, align) in [(0, 1), (1, 16), (1040, 64), (3, 4096)] {
            let mut block = Block::new(len, align);
            assert_eq!(block.data().as_ptr() as usize % align.max(64), 0);
            assert_eq!(block.data().len(), len);
            block.data_mut().fill(0);
            assert!(!block.margins_are_damaged());
            let behind = block.start + len;
            block.bytes[behind] = 0;
            assert!(block.margins_are_damaged());
        }
    }
}
