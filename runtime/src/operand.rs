//! Operands of traces: typed access to values whose type is known at run time only.
//!
//! Invariants: an operand's bytes are a value of its shape in the ABI's layout, all of them initialised; padding bytes and
//! unused bits are zero. [`copy_tuple`], which records them, ensures both, whatever a damaged object passes.

use crate::abi;
use crate::shape::{place, tuple_layout, Shape};
use crate::trace_format::{write_bits, Format};
use crate::value::AbiValue;
use core::fmt;
use core::mem::MaybeUninit;

/// A value that a trace recorded.
///
/// Its `Display` is the text of the placeholder `{}`; [`Operand::format`] gives the text of the others.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Operand<'a> {
    shape: &'static Shape,
    bytes: &'a [u8],
}

impl<'a> Operand<'a> {
    /// The value of a shape at the start of these bytes.
    pub(crate) fn new(shape: &'static Shape, bytes: &'a [u8]) -> Self {
        Self { shape, bytes: &bytes[..shape.layout().0 as usize] }
    }

    /// The operand's XLS type.
    #[must_use]
    pub const fn shape(&self) -> &'static Shape {
        self.shape
    }

    /// The value, if `T` is a type for the operand's XLS type.
    #[must_use]
    pub fn get<T: AbiValue>(&self) -> Option<T> {
        if T::SHAPE != *self.shape || size_of::<T>() != self.bytes.len() {
            return None;
        }
        let mut value = MaybeUninit::<T>::uninit();
        // SAFETY: room for exactly these bytes, all of which are initialised then, padding too; a value without unused bits
        // is valid.
        unsafe {
            value.as_mut_ptr().cast::<u8>().copy_from_nonoverlapping(self.bytes.as_ptr(), self.bytes.len());
            T::is_valid(value.as_ptr()).then(|| value.assume_init())
        }
    }

    /// The bytes of a bit vector of `w` bits, least significant first, `w / 8` rounded up; `None` for another type.
    #[must_use]
    pub fn bits(&self) -> Option<&'a [u8]> {
        match self.shape {
            Shape::Bits(width) => Some(&self.bytes[..width.div_ceil(8) as usize]),
            Shape::Tuple(_) | Shape::Array(..) | Shape::Token => None,
        }
    }

    /// The unsigned value of a bit vector of up to 128 bits; `None` for another type.
    #[must_use]
    pub fn to_u128(&self) -> Option<u128> {
        let bytes = self.bits()?;
        (bytes.len() <= 16).then(|| bytes.iter().rev().fold(0, |value, &byte| value << 8 | u128::from(byte)))
    }

    /// The elements of a tuple or array; none for another type.
    pub fn elements(&self) -> impl Iterator<Item = Operand<'a>> + 'a {
        let (shapes, element, count): (&'static [Shape], _, _) = match self.shape {
            Shape::Tuple(shapes) => (shapes, None, 0),
            Shape::Array(element, count) => (&[], Some(*element), *count),
            Shape::Bits(_) | Shape::Token => (&[], None, 0),
        };
        let bytes = self.bytes;
        let of_array = element.into_iter().flat_map(move |element| {
            let size = element.layout().0 as usize;
            (0..count as usize).map(move |i| Operand::new(element, &bytes[i * size..]))
        });
        operands(shapes, bytes).chain(of_array)
    }

    /// The operand's text in this format.
    #[must_use]
    pub const fn format(&self, format: Format) -> FormattedOperand<'a> {
        FormattedOperand { operand: *self, format }
    }

    fn write(&self, f: &mut fmt::Formatter<'_>, format: Format) -> fmt::Result {
        match self.shape {
            Shape::Bits(width) => write_bits(f, *width, self.bytes, format),
            Shape::Tuple(_) => self.write_elements(f, format, "(", ")"),
            Shape::Array(..) => self.write_elements(f, format, "[", "]"),
            Shape::Token => f.write_str("token"),
        }
    }

    fn write_elements(&self, f: &mut fmt::Formatter<'_>, format: Format, open: &str, close: &str) -> fmt::Result {
        f.write_str(open)?;
        for (i, element) in self.elements().enumerate() {
            if i > 0 {
                f.write_str(", ")?;
            }
            element.write(f, format)?;
        }
        f.write_str(close)
    }
}

/// The operands of these shapes in a tuple of them.
pub(crate) fn operands<'a>(shapes: &'static [Shape], bytes: &'a [u8]) -> impl Iterator<Item = Operand<'a>> + 'a {
    let mut end = 0;
    shapes.iter().map(move |shape| {
        let (size, align) = shape.layout();
        let at = place(end, align);
        end = at + size;
        Operand::new(shape, &bytes[at as usize..])
    })
}

/// Copies a tuple of these shapes out of compiled code's memory into zeroed bytes of the tuple's size: the bits of its
/// values, and neither padding, which may not be initialised, nor unused bits, which a damaged object may have set.
///
/// # Safety
///
/// `from` points to such a tuple.
pub(crate) unsafe fn copy_tuple(shapes: &[Shape], from: *const u8, to: &mut [u8]) {
    debug_assert_eq!(tuple_layout(shapes).0, to.len() as u64);
    let mut end = 0;
    for shape in shapes {
        let (size, align) = shape.layout();
        let at = place(end, align) as usize;
        end = (at as u64) + size;
        // SAFETY: the element lies inside the tuple that the caller vouches for.
        unsafe { copy_value(shape, from.add(at), &mut to[at..at + size as usize]) };
    }
}

/// As [`copy_tuple`], for one value.
///
/// # Safety
///
/// `from` points to a value of the shape.
unsafe fn copy_value(shape: &Shape, from: *const u8, to: &mut [u8]) {
    match shape {
        Shape::Bits(width) => {
            let used = width.div_ceil(8) as usize;
            // SAFETY: `used` bytes are inside the value that the caller vouches for.
            unsafe { to.as_mut_ptr().copy_from_nonoverlapping(from, used) };
            if width % 8 != 0 {
                to[used - 1] &= (1 << (width % 8)) - 1;
            }
            debug_assert!(abi::bits_size(*width) == to.len() as u64);
        }
        // SAFETY: as the caller vouches.
        Shape::Tuple(elements) => unsafe { copy_tuple(elements, from, to) },
        Shape::Array(element, count) => {
            let size = element.layout().0 as usize;
            if size > 0 {
                for i in 0..*count as usize {
                    // SAFETY: the element lies inside the array that the caller vouches for.
                    unsafe { copy_value(element, from.add(i * size), &mut to[i * size..(i + 1) * size]) };
                }
            }
        }
        Shape::Token => {}
    }
}

impl fmt::Display for Operand<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, Format::Default)
    }
}

/// The type and the text.
impl fmt::Debug for Operand<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.shape, self)
    }
}

/// Displays an operand in a format: see [`Operand::format`].
#[derive(Clone, Copy, Debug)]
pub struct FormattedOperand<'a> {
    operand: Operand<'a>,
    format: Format,
}

impl fmt::Display for FormattedOperand<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.operand.write(f, self.format)
    }
}
