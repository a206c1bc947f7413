//! Memory layout of XLS types under the artefact ABI.
//!
//! The rules are those of `xls_aot_runtime::abi`: a bits type takes the smallest power of two of bytes that holds it
//! (at least one) and is aligned to its size, at most 16; a tuple is laid out as a C struct; an array has its elements
//! at a stride of their size; a token takes no space. All numbers are in bytes, little endian.

mod memory;

use std::fmt;

use xls_aot_ir::Type;
use xls_aot_runtime::abi;

pub use memory::{load, store, ShapeMismatch};

/// Size and alignment of a type, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Layout {
    /// Size; a multiple of the alignment, possibly zero.
    pub size: u64,
    /// Alignment: a power of two, at most 16.
    pub align: u64,
}

/// A type whose size does not fit the address space.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TooLarge {
    /// The type.
    pub ty: Type,
}

impl fmt::Display for TooLarge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a value of type {} is larger than {MAX_SIZE} bytes", self.ty)
    }
}

impl std::error::Error for TooLarge {}

/// Largest size of one value: what a Rust object may take on a 64-bit target.
pub const MAX_SIZE: u64 = i64::MAX as u64;

/// The layout of `ty`.
///
/// # Errors
/// [`TooLarge`] if its size exceeds [`MAX_SIZE`].
pub fn layout_of(ty: &Type) -> Result<Layout, TooLarge> {
    match ty {
        Type::Bits(width) => Ok(Layout { size: abi::bits_size(*width) as u64, align: abi::bits_align(*width) as u64 }),
        Type::Token => Ok(Layout { size: 0, align: 1 }),
        Type::Tuple(elements) => tuple_layout(elements).map(|(layout, _)| layout).map_err(|error| match error {
            Some(inner) => inner,
            None => TooLarge { ty: ty.clone() },
        }),
        Type::Array(array) => {
            let element = layout_of(&array.element)?;
            match element.size.checked_mul(array.len) {
                Some(size) if size <= MAX_SIZE => Ok(Layout { size, align: element.align }),
                _ => Err(TooLarge { ty: ty.clone() }),
            }
        }
    }
}

/// Byte offsets of a tuple's elements (tokens included: they have size zero).
///
/// # Errors
/// [`TooLarge`] if the tuple's size exceeds [`MAX_SIZE`].
pub fn tuple_offsets(elements: &[Type]) -> Result<Vec<u64>, TooLarge> {
    tuple_layout(elements)
        .map(|(_, offsets)| offsets)
        .map_err(|error| error.unwrap_or_else(|| TooLarge { ty: Type::tuple(elements) }))
}

/// `Err(None)` means that the tuple itself is too large.
fn tuple_layout(elements: &[Type]) -> Result<(Layout, Vec<u64>), Option<TooLarge>> {
    let mut end: u64 = 0;
    let mut align: u64 = 1;
    let mut offsets = Vec::with_capacity(elements.len());
    for element in elements {
        let layout = layout_of(element).map_err(Some)?;
        align = align.max(layout.align);
        let offset = end.next_multiple_of(layout.align);
        offsets.push(offset);
        end = offset.checked_add(layout.size).filter(|&end| end <= MAX_SIZE - 15).ok_or(None)?;
    }
    Ok((Layout { size: end.next_multiple_of(align), align }, offsets))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(ty: Type, size: u64, align: u64) {
        assert_eq!(layout_of(&ty), Ok(Layout { size, align }), "{ty}");
    }

    #[test]
    fn bits_take_a_power_of_two_of_bytes() {
        for (width, size, align) in [
            (0, 1, 1),
            (1, 1, 1),
            (7, 1, 1),
            (8, 1, 1),
            (9, 2, 2),
            (63, 8, 8),
            (64, 8, 8),
            (65, 16, 16),
            (127, 16, 16),
            (128, 16, 16),
            (129, 32, 16),
            (256, 32, 16),
            (257, 64, 16),
            (8192, 1024, 16),
            (8193, 2048, 16),
        ] {
            check(Type::Bits(width), size, align);
        }
    }

    #[test]
    fn aggregates_are_c_structs_and_plain_arrays() {
        check(Type::unit(), 0, 1);
        check(Type::Token, 0, 1);
        check(Type::tuple([Type::Bits(8), Type::Bits(8192)]), 1040, 16);
        check(Type::tuple([Type::Bits(8), Type::Token, Type::Bits(16)]), 4, 2);
        check(Type::array(Type::Bits(65), 2), 32, 16);
        check(Type::array(Type::unit(), 7), 0, 1);
        let elements = [Type::Bits(1), Type::Bits(33), Type::unit(), Type::Bits(9)];
        assert_eq!(tuple_offsets(&elements), Ok(vec![0, 8, 16, 16]));
        check(Type::tuple(elements), 24, 8);
    }

    #[test]
    fn sizes_beyond_the_address_space_are_refused() {
        let huge = Type::array(Type::array(Type::Bits(64), u64::MAX / 16), 4);
        assert!(layout_of(&huge).is_err());
        assert!(layout_of(&Type::tuple([Type::array(Type::Bits(8), MAX_SIZE), Type::Bits(8)])).is_err());
    }
}
