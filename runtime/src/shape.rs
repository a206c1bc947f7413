//! XLS types as data: the types of a trace's operands, and the XLS type of each Rust type of values.

use crate::abi;
use core::fmt;

/// An XLS type.
///
/// ```
/// use xls_aot_runtime::{AbiValue, Bits16, Shape};
/// assert_eq!(<[Bits16<12>; 3]>::SHAPE, Shape::Array(&Shape::Bits(12), 3));
/// assert_eq!(<[Bits16<12>; 3]>::SHAPE.to_string(), "bits[12][3]");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Shape {
    /// `bits` of this width.
    Bits(u32),
    /// A tuple of these elements.
    Tuple(&'static [Shape]),
    /// An array of this element, and its length.
    Array(&'static Shape, u64),
    /// A token.
    Token,
}

impl Shape {
    /// Size in bytes and alignment of a value in memory, as [`crate::abi`] states them.
    ///
    /// # Panics
    ///
    /// If the size does not fit 64 bits.
    #[must_use]
    pub const fn layout(&self) -> (u64, u64) {
        match self {
            Self::Bits(width) => (abi::bits_size(*width), abi::bits_align(*width)),
            Self::Tuple(elements) => tuple_layout(elements),
            Self::Array(element, count) => {
                let (size, align) = element.layout();
                match size.checked_mul(*count) {
                    Some(size) => (size, align),
                    None => panic!("the type is too large"),
                }
            }
            Self::Token => (0, 1),
        }
    }
}

/// Size and alignment of a tuple of these elements.
pub(crate) const fn tuple_layout(elements: &[Shape]) -> (u64, u64) {
    let (mut end, mut most) = (0, 1);
    let mut i = 0;
    while i < elements.len() {
        let (size, align) = elements[i].layout();
        end = place(end, align) + size;
        if align > most {
            most = align;
        }
        i += 1;
    }
    (place(end, most), most)
}

/// The next multiple of `align`.
pub(crate) const fn place(offset: u64, align: u64) -> u64 {
    match abi::align_up(offset, align) {
        Some(offset) => offset,
        None => panic!("the type is too large"),
    }
}

/// The type as XLS IR writes it.
impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bits(width) => write!(f, "bits[{width}]"),
            Self::Tuple(elements) => {
                f.write_str("(")?;
                for (i, element) in elements.iter().enumerate() {
                    let separator = if i > 0 { ", " } else { "" };
                    write!(f, "{separator}{element}")?;
                }
                f.write_str(")")
            }
            Self::Array(element, count) => write!(f, "{element}[{count}]"),
            Self::Token => f.write_str("token"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloc::string::ToString;

    #[test]
    fn layouts() {
        const PAIR: Shape = Shape::Tuple(&[Shape::Bits(8), Shape::Bits(8192)]);
        assert_eq!(PAIR.layout(), (1040, 16));
        assert_eq!(Shape::Array(&PAIR, 3).layout(), (3120, 16));
        assert_eq!(Shape::Tuple(&[]).layout(), (0, 1));
        assert_eq!(Shape::Tuple(&[Shape::Token, Shape::Bits(16), Shape::Bits(0)]).layout(), (4, 2));
        assert_eq!(Shape::Array(&Shape::Token, u64::MAX).layout(), (0, 1));
    }

    #[test]
    fn text() {
        const INNER: Shape = Shape::Tuple(&[Shape::Bits(1), Shape::Token]);
        assert_eq!(Shape::Array(&Shape::Array(&INNER, 2), 3).to_string(), "(bits[1], token)[2][3]");
    }
}
