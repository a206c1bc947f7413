//! Which types are in SSA values and which in memory.
//!
//! This depends only on the type, so that all values that a selection, a loop or a call combines have the same form.

use xls_aot_ir::Type;
use xls_aot_layout::{layout_of, Layout};
use xls_aot_runtime::abi;

use crate::value::limb_count;
use crate::Fault;

/// Widest bits type held in SSA values; wider ones live in memory and are worked on by routines.
pub(crate) const SSA_BITS_MAX: u32 = 512;

/// Most carriers of an array held in SSA values.
const ARRAY_LEAVES_MAX: u64 = 8;

/// Most leaves of a tuple held as a list.
const TUPLE_LEAVES_MAX: u64 = 128;

/// What a type is made of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Shape {
    /// Carriers and memory places of the value.
    pub leaves: u64,
    /// Whether some leaf is in memory.
    pub has_memory: bool,
    /// Whether the value as a whole is one place in memory.
    pub in_memory: bool,
}

impl Shape {
    const IN_MEMORY: Self = Self { leaves: 1, has_memory: true, in_memory: true };
}

/// The shape of values of a type.
pub(crate) fn shape_of(ty: &Type) -> Shape {
    match ty {
        Type::Bits(width) if *width > SSA_BITS_MAX => Shape::IN_MEMORY,
        Type::Bits(width) => Shape { leaves: limb_count(*width) as u64, has_memory: false, in_memory: false },
        Type::Token => Shape { leaves: 0, has_memory: false, in_memory: false },
        Type::Tuple(elements) => {
            let mut shape = Shape { leaves: 0, has_memory: false, in_memory: false };
            if elements.len() as u64 > TUPLE_LEAVES_MAX {
                return Shape::IN_MEMORY;
            }
            for element in elements.iter() {
                let part = shape_of(element);
                shape.leaves += part.leaves;
                shape.has_memory |= part.has_memory;
            }
            if shape.leaves > TUPLE_LEAVES_MAX {
                return Shape::IN_MEMORY;
            }
            shape
        }
        Type::Array(array) => {
            let part = shape_of(&array.element);
            let leaves = part.leaves.saturating_mul(array.len);
            if part.has_memory || leaves > ARRAY_LEAVES_MAX || array.len > ARRAY_LEAVES_MAX {
                return Shape::IN_MEMORY;
            }
            Shape { leaves, has_memory: false, in_memory: false }
        }
    }
}

/// True if values of the type are one place in memory.
pub(crate) fn in_memory(ty: &Type) -> bool {
    shape_of(ty).in_memory
}

/// Size and alignment of a type in memory.
pub(crate) fn layout(ty: &Type) -> Result<Layout, Fault> {
    layout_of(ty).map_err(|error| Fault::TooLarge(error.to_string()))
}

/// Words of 64 bits that a bits type held in memory takes (it is wider than 64 bits).
pub(crate) const fn memory_words(width: u32) -> u64 {
    let size = abi::bits_size(width);
    if size < 8 {
        1
    } else {
        size / 8
    }
}
