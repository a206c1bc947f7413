//! Unsigned integers of any width up to 128 bits, on the narrowest primitive that holds them.
//!
//! Each type is `#[repr(transparent)]` over a primitive, its carrier, and has one invariant: **bits at and above `W` are
//! zero**. Every safe constructor checks or masks its argument. Therefore equality, order and hash are those of the
//! carrier, and a reference to a value can be passed to compiled code directly. The ABI fixes the carrier of each width, so
//! a width that belongs to another carrier is a compile-time error in every constructor.
//!
//! `new` returns a `Result`, whose error names value and width. A constant is written `const FIVE: Bits8<3> = Bits8::of(5);`;
//! a constant that does not fit is a compile error with the same text. `arithmetic` has the operators, `convert` the
//! conversions to and from other types.
//!
//! Safe code cannot make a value with bits above its width:
//!
//! ```compile_fail
//! let value = xls_aot_runtime::Bits8::<5>(0xff); // the field is private
//! ```
//! ```compile_fail
//! const BAD: xls_aot_runtime::Bits8<5> = xls_aot_runtime::Bits8::of(32); // the value 32 does not fit 5 bits
//! fn main() { let _ = BAD; }
//! ```
//! ```compile_fail
//! let value = xls_aot_runtime::Bits8::<9>::ZERO; // 9 bits are a Bits16
//! ```
//! ```compile_fail
//! let value = xls_aot_runtime::Bits16::<8>::default(); // 8 bits fit a Bits8
//! ```

use crate::const_text::wrong_type;
use crate::error::{parse_digits, OutOfRange, ParseBitsError};
use core::fmt;

macro_rules! bits_type {
    ($name:ident, $carrier:ident, widths $low:literal ..= $high:literal, example $example:literal) => {
        #[doc = concat!(
            "An unsigned integer of `W` bits, ", stringify!($low), " to ", stringify!($high), ", in a `",
            stringify!($carrier), "`; bits at and above `W` are zero.\n\n",
            "```\nuse xls_aot_runtime::", stringify!($name), ";\n",
            "type Word = ", stringify!($name), "<", stringify!($example), ">;\n",
            "const FIVE: Word = Word::of(5);\n",
            "assert_eq!(FIVE.get(), 5);\n",
            "assert_eq!(Word::new(5), Ok(FIVE));\n",
            "assert!(Word::new(1 << ", stringify!($example), ").is_err());\n",
            "assert_eq!(Word::new_masked(", stringify!($carrier), "::MAX), Word::MAX);\n",
            "assert_eq!(Word::MAX + FIVE, Word::of(4)); // modulo 2^", stringify!($example), "\n",
            "assert_eq!(\"0b101\".parse(), Ok(FIVE));\n```"
        )]
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(transparent)]
        pub struct $name<const W: u32>($carrier);

        impl<const W: u32> $name<W> {
            #[allow(unused_comparisons)] // the lowest width may be 0
            const WIDTH_FITS: () = if W < $low || $high < W {
                panic!("{}", wrong_type(stringify!($name), $low, $high, false, W).as_str())
            };

            const MASK: $carrier = {
                let () = Self::WIDTH_FITS;
                if W == 0 { 0 } else { $carrier::MAX >> ($carrier::BITS - W) }
            };

            /// The width in bits.
            pub const WIDTH: u32 = W;
            /// Zero, the smallest value.
            pub const ZERO: Self = Self::new_masked(0);
            /// The smallest value: zero.
            pub const MIN: Self = Self::ZERO;
            /// The largest value: every bit set.
            pub const MAX: Self = Self::new_masked($carrier::MAX);

            /// The value, if it fits `W` bits.
            ///
            /// # Errors
            ///
            /// If it does not; the error names value and width.
            #[inline]
            pub const fn new(value: $carrier) -> Result<Self, OutOfRange> {
                if value & !Self::MASK == 0 {
                    Ok(Self(value))
                } else {
                    Err(OutOfRange::unsigned(value as u128, W, false))
                }
            }

            /// The value, which must fit `W` bits: for constants.
            ///
            /// # Panics
            ///
            /// If it does not, with a message that names value and width. In a constant, this is a compile error.
            #[inline]
            #[must_use]
            #[track_caller]
            pub const fn of(value: $carrier) -> Self {
                match Self::new(value) {
                    Ok(value) => value,
                    Err(error) => error.panic(),
                }
            }

            /// The low `W` bits of `value`.
            #[inline]
            #[must_use]
            pub const fn new_masked(value: $carrier) -> Self {
                Self(value & Self::MASK)
            }

            /// The value.
            #[inline]
            #[must_use]
            pub const fn get(self) -> $carrier {
                self.0
            }

            /// The same value with `V` bits, at least `W`; fewer are a compile error. To a type with another carrier, use
            /// `From`.
            #[inline]
            #[must_use]
            pub const fn widen<const V: u32>(self) -> $name<V> {
                const { assert!(V >= W, "`widen` is for widths that are at least the value's own") };
                $name::<V>::new_masked(self.0)
            }

            /// The carrier's bytes, least significant first.
            #[inline]
            #[must_use]
            pub const fn to_le_bytes(self) -> [u8; size_of::<$carrier>()] {
                self.0.to_le_bytes()
            }

            /// The carrier's bytes, most significant first.
            #[inline]
            #[must_use]
            pub const fn to_be_bytes(self) -> [u8; size_of::<$carrier>()] {
                self.0.to_be_bytes()
            }

            /// The value of these bytes, least significant first.
            ///
            /// # Errors
            ///
            /// If it does not fit `W` bits.
            #[inline]
            pub const fn from_le_bytes(bytes: [u8; size_of::<$carrier>()]) -> Result<Self, OutOfRange> {
                Self::new($carrier::from_le_bytes(bytes))
            }

            /// The value of these bytes, most significant first.
            ///
            /// # Errors
            ///
            /// If it does not fit `W` bits.
            #[inline]
            pub const fn from_be_bytes(bytes: [u8; size_of::<$carrier>()]) -> Result<Self, OutOfRange> {
                Self::new($carrier::from_be_bytes(bytes))
            }

            /// An unsigned number, if it fits.
            #[inline]
            pub(crate) fn from_unsigned(value: u128) -> Result<Self, OutOfRange> {
                if value <= u128::from(Self::MASK) {
                    Ok(Self(value as $carrier))
                } else {
                    Err(OutOfRange::unsigned(value, W, false))
                }
            }

            /// A signed number, if it fits.
            #[inline]
            pub(crate) fn from_signed(value: i128) -> Result<Self, OutOfRange> {
                match u128::try_from(value) {
                    Ok(value) => Self::from_unsigned(value),
                    Err(_) => Err(OutOfRange::signed(value, W, false)),
                }
            }
        }

        impl<const W: u32> Default for $name<W> {
            #[inline]
            fn default() -> Self {
                Self::ZERO
            }
        }

        // SAFETY: transparent over the carrier, whose size and alignment are the ABI's for every accepted width (that
        // is what `WIDTH_FITS` accepts); zero is valid, and so is a carrier without bits above the width.
        unsafe impl<const W: u32> crate::value::AbiValue for $name<W> {
            const SHAPE: crate::Shape = crate::Shape::Bits(W);

            const LAYOUT_CHECK: () = {
                let () = Self::WIDTH_FITS;
                assert!(size_of::<Self>() as u64 == crate::abi::bits_size(W));
                assert!(align_of::<Self>() as u64 == crate::abi::bits_align(W));
            };

            #[inline]
            unsafe fn is_valid(at: *const Self) -> bool {
                // SAFETY: the caller vouches for initialised memory at `at`; any carrier is readable as an integer.
                unsafe { at.cast::<$carrier>().read() & !Self::MASK == 0 }
            }

            fn fmt_dslx(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                crate::dslx::write_unsigned(f, W, self)
            }
        }

        bits_type!(@format $name, Debug Display LowerHex UpperHex Octal Binary);

        /// Decimal, or with a prefix `0x`, `0o` or `0b`; digits may be separated by `_`.
        impl<const W: u32> core::str::FromStr for $name<W> {
            type Err = ParseBitsError;

            fn from_str(text: &str) -> Result<Self, ParseBitsError> {
                let mut value: u128 = 0;
                parse_digits(text, |digit, radix| {
                    let shifted = value.checked_mul(u128::from(radix));
                    let sum = shifted.and_then(|shifted| shifted.checked_add(u128::from(digit)));
                    value = sum.ok_or(OutOfRange::unread(W, false))?;
                    Ok(())
                })?;
                Self::from_unsigned(value).map_err(ParseBitsError::OutOfRange)
            }
        }
    };

    (@format $name:ident, $($style:ident)*) => {
        $(
            impl<const W: u32> fmt::$style for $name<W> {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    fmt::$style::fmt(&self.0, f)
                }
            }
        )*
    };
}

bits_type!(Bits8, u8, widths 0..=8, example 7);
bits_type!(Bits16, u16, widths 9..=16, example 12);
bits_type!(Bits32, u32, widths 17..=32, example 24);
bits_type!(Bits64, u64, widths 33..=64, example 63);
bits_type!(Bits128, u128, widths 65..=128, example 127);
