//! Aligned memory for compiled code.

/// Alignment of every block: a cache line, and above what code generators ask for as a rule.
const ALIGN: usize = 64;

/// A block of zeros whose address is a multiple of 64, and of more where that is asked for.
pub(crate) struct Block {
    bytes: Vec<u8>,
    start: usize,
    len: usize,
}

impl Block {
    pub(crate) fn new(len: u64, align: u64) -> Self {
        let (len, align) = (len as usize, (align as usize).max(ALIGN));
        let bytes = vec![0; len + align];
        let start = bytes.as_ptr().align_offset(align).min(align);
        Block { bytes, start, len }
    }

    pub(crate) fn data(&self) -> &[u8] {
        &self.bytes[self.start..self.start + self.len]
    }

    pub(crate) fn data_mut(&mut self) -> &mut [u8] {
        &mut self.bytes[self.start..self.start + self.len]
    }
}
