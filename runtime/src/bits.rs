//! Unsigned integers of any width up to 128 bits, on the narrowest primitive that holds them.
//!
//! Each type is `#[repr(transparent)]` over a primitive, its carrier, and has one invariant: **bits at and above `W` are
//! zero**. Every safe constructor checks or masks its argument. Therefore equality, order and hash are those of the
//! carrier, and a reference to a value can be passed to compiled code directly. The ABI fixes the carrier of each width, so
//! a width that belongs to another carrier is a compile-time error in every constructor.
//!
//! `new` returns an `Option`, like the standard library's `NonZero`. A constant is written
//! `const FIVE: Bits8<3> = Bits8::new(5).unwrap();`; a constant that does not fit is a compile error.
//!
//! Safe code cannot make a value with bits above its width:
//!
//! ```compile_fail
//! let value = xls_aot_runtime::Bits8::<5>(0xff); // the field is private
//! ```
//! ```compile_fail
//! const BAD: xls_aot_runtime::Bits8<5> = xls_aot_runtime::Bits8::new(32).unwrap();
//! fn main() { let _ = BAD; }
//! ```
//! ```compile_fail
//! let value = xls_aot_runtime::Bits8::<9>::ZERO; // 9 bits are a Bits16
//! ```
//! ```compile_fail
//! let value = xls_aot_runtime::Bits16::<8>::default(); // 8 bits fit a Bits8
//! ```

use crate::error::{parse_digits, OutOfRange, ParseBitsError};
use core::fmt;

macro_rules! bits_type {
    (
        $name:ident, $carrier:ident, widths $low:literal ..= $high:literal, example $example:literal,
        wider or equal $($wide:ident)*, narrower $($narrow:ident)*
    ) => {
        #[doc = concat!(
            "An unsigned integer of `W` bits, ", stringify!($low), " to ", stringify!($high), ", in a `",
            stringify!($carrier), "`; bits at and above `W` are zero.\n\n",
            "```\nuse xls_aot_runtime::", stringify!($name), ";\n",
            "type Word = ", stringify!($name), "<", stringify!($example), ">;\n",
            "const FIVE: Word = Word::new(5).unwrap();\n",
            "assert_eq!(FIVE.get(), 5);\n",
            "assert_eq!(Word::new(1 << ", stringify!($example), "), None);\n",
            "assert_eq!(Word::new_masked(", stringify!($carrier), "::MAX), Word::MAX);\n",
            "assert_eq!(\"0b101\".parse(), Ok(FIVE));\n```"
        )]
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[repr(transparent)]
        pub struct $name<const W: u32>($carrier);

        impl<const W: u32> $name<W> {
            #[allow(unused_comparisons)] // the lowest width may be 0
            const WIDTH_FITS: () = assert!(
                $low <= W && W <= $high,
                concat!(stringify!($name), " holds ", stringify!($low), " to ", stringify!($high), " bits"),
            );

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
            #[inline]
            #[must_use]
            pub const fn new(value: $carrier) -> Option<Self> {
                if value & !Self::MASK == 0 { Some(Self(value)) } else { None }
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

            /// The carrier's bytes, least significant first.
            #[inline]
            #[must_use]
            pub const fn to_le_bytes(self) -> [u8; size_of::<$carrier>()] {
                self.0.to_le_bytes()
            }

            /// The value of these bytes, least significant first, if it fits `W` bits.
            #[inline]
            #[must_use]
            pub const fn from_le_bytes(bytes: [u8; size_of::<$carrier>()]) -> Option<Self> {
                Self::new($carrier::from_le_bytes(bytes))
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

        $(
            impl<const W: u32> From<$name<W>> for $wide {
                #[inline]
                fn from(value: $name<W>) -> Self {
                    Self::from(value.0)
                }
            }
        )*

        $(
            impl<const W: u32> TryFrom<$name<W>> for $narrow {
                type Error = OutOfRange;

                #[inline]
                fn try_from(value: $name<W>) -> Result<Self, OutOfRange> {
                    Self::try_from(value.0).map_err(|_| OutOfRange::new($narrow::BITS))
                }
            }
        )*

        bits_type!(@try_from $name, $carrier, u8 u16 u32 u64 u128 usize);

        impl<const W: u32> TryFrom<bool> for $name<W> {
            type Error = OutOfRange;

            #[inline]
            fn try_from(value: bool) -> Result<Self, OutOfRange> {
                Self::try_from(u8::from(value))
            }
        }

        bits_type!(@format $name, Debug Display LowerHex UpperHex Octal Binary);

        /// Decimal, or with a prefix `0x`, `0o` or `0b`; digits may be separated by `_`.
        impl<const W: u32> core::str::FromStr for $name<W> {
            type Err = ParseBitsError;

            fn from_str(text: &str) -> Result<Self, ParseBitsError> {
                let mut value = Self::ZERO;
                parse_digits(text, |digit, radix| {
                    value = u128::from(value.0)
                        .checked_mul(u128::from(radix))
                        .and_then(|shifted| shifted.checked_add(u128::from(digit)))
                        .and_then(|sum| Self::try_from(sum).ok())
                        .ok_or(OutOfRange::new(W))?;
                    Ok(())
                })?;
                Ok(value)
            }
        }
    };

    (@try_from $name:ident, $carrier:ident, $($from:ident)*) => {
        $(
            impl<const W: u32> TryFrom<$from> for $name<W> {
                type Error = OutOfRange;

                #[inline]
                fn try_from(value: $from) -> Result<Self, OutOfRange> {
                    $carrier::try_from(value).ok().and_then(Self::new).ok_or(OutOfRange::new(W))
                }
            }
        )*
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

bits_type!(Bits8, u8, widths 0..=8, example 7, wider or equal u8 u16 u32 u64 u128 usize, narrower);
bits_type!(Bits16, u16, widths 9..=16, example 12, wider or equal u16 u32 u64 u128 usize, narrower u8);
bits_type!(Bits32, u32, widths 17..=32, example 24, wider or equal u32 u64 u128, narrower u8 u16 usize);
bits_type!(Bits64, u64, widths 33..=64, example 63, wider or equal u64 u128, narrower u8 u16 u32 usize);
bits_type!(Bits128, u128, widths 65..=128, example 127, wider or equal u128, narrower u8 u16 u32 u64 usize);
