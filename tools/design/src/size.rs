//! How large a type is, by the measures that have limits. Named types share their parts, so a short table can stand for
//! a type that is too large to be written out.

use xls_aot_ir::limits::{MAX_ARRAY_LEN, MAX_BIT_COUNT, MAX_FLAT_BIT_COUNT, MAX_TYPE_DEPTH};

/// Most types within a type, each counted as often as it occurs.
const MAX_PARTS: u64 = 1 << 16;

/// Measures of a type; beyond 64 bits they stay at the highest number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Size {
    /// Bits of all leaves.
    bits: u64,
    /// The widest integer.
    widest: u32,
    /// The longest array.
    longest: u64,
    /// Levels of tuples and arrays, the innermost element included.
    depth: usize,
    /// Types within it, itself included.
    parts: u64,
}

impl Size {
    pub fn of_bits(width: u32) -> Self {
        Size { bits: u64::from(width), widest: width, longest: 0, depth: 1, parts: 1 }
    }

    pub fn of_tuple(elements: &[Size]) -> Self {
        elements.iter().fold(Size { depth: 1, ..Size::of_bits(0) }, |sum, element| Size {
            bits: sum.bits.saturating_add(element.bits),
            widest: sum.widest.max(element.widest),
            longest: sum.longest.max(element.longest),
            depth: sum.depth.max(element.depth.saturating_add(1)),
            parts: sum.parts.saturating_add(element.parts),
        })
    }

    pub fn of_array(self, len: u64) -> Self {
        Size {
            bits: self.bits.saturating_mul(len),
            longest: self.longest.max(len),
            depth: self.depth.saturating_add(1),
            parts: self.parts.saturating_add(1),
            ..self
        }
    }

    /// Checks the limits.
    ///
    /// # Errors
    /// The limit that the type is beyond.
    pub fn check(&self) -> Result<(), String> {
        if self.widest > MAX_BIT_COUNT {
            return Err(format!("the type has an integer of more than {MAX_BIT_COUNT} bits"));
        }
        if self.longest > MAX_ARRAY_LEN {
            return Err(format!("the type has an array of more than {MAX_ARRAY_LEN} elements"));
        }
        if self.bits > MAX_FLAT_BIT_COUNT {
            return Err(format!("a value of this type has more than {MAX_FLAT_BIT_COUNT} bits"));
        }
        if self.depth > MAX_TYPE_DEPTH {
            return Err(format!("the type is nested more than {MAX_TYPE_DEPTH} levels deep"));
        }
        if self.parts > MAX_PARTS {
            return Err(format!("the type has more than {MAX_PARTS} parts"));
        }
        Ok(())
    }
}
