//! Signed integers of any width up to 128 bits.
//!
//! In memory a signed integer is the bit vector of its two's complement, as XLS has it: the types are
//! `#[repr(transparent)]` over the unsigned type of the same width, and **bits at and above `W` are zero**, also in negative
//! values. [`SBits8::get`] and its like extend the sign. Order is that of the signed values.
//!
//! Widths of another carrier are a compile-time error, as for the unsigned types:
//!
//! ```compile_fail
//! let value = xls_aot_runtime::SBits8::<9>::ZERO; // 9 bits are an SBits16
//! ```
//! ```compile_fail
//! let value = xls_aot_runtime::SBits16::<8>::default(); // 8 bits fit an SBits8
//! ```
//! ```compile_fail
//! const BAD: xls_aot_runtime::SBits8<5> = xls_aot_runtime::SBits8::of(16); // -16 to 15
//! fn main() { let _ = BAD; }
//! ```
//! ```compile_fail
//! let value = xls_aot_runtime::SBits8::<5>(xls_aot_runtime::Bits8::ZERO); // the field is private
//! ```

use crate::bits::{Bits128, Bits16, Bits32, Bits64, Bits8};
use crate::const_text::wrong_type;
use crate::error::{parse_digits, parse_sign, OutOfRange, ParseBitsError};
use crate::shape::Shape;
use core::cmp::Ordering;
use core::fmt;

macro_rules! sbits_type {
    (
        $name:ident, $bits:ident, $unsigned:ident, $signed:ident, widths $low:literal to $high:literal,
        example $example:literal
    ) => {
        #[doc = concat!(
            "A signed integer of `W` bits, ", stringify!($low), " to ", stringify!($high), ", in two's complement; bits at and above `W` are zero \
             in memory.\n\n",
            "```\nuse xls_aot_runtime::{", stringify!($name), ", ", stringify!($bits), "};\n",
            "type Number = ", stringify!($name), "<", stringify!($example), ">;\n",
            "const BELOW: Number = Number::of(-5);\n",
            "assert_eq!(BELOW.get(), -5);\n",
            "assert!(Number::MIN < BELOW && BELOW < Number::ZERO);\n",
            "assert_eq!(BELOW.to_bits(), ", stringify!($bits), "::new_masked(", stringify!($unsigned), "::MAX - 4));\n",
            "assert!(Number::new(", stringify!($signed), "::MAX).is_err());\n",
            "assert_eq!(Number::MIN - Number::of(1), Number::MAX); // modulo 2^", stringify!($example), "\n",
            "assert_eq!(Number::new_wrapped(", stringify!($signed), "::MAX).get(), -1);\n",
            "assert_eq!(\"-0b101\".parse(), Ok(BELOW));\n```"
        )]
        #[derive(Clone, Copy, PartialEq, Eq, Hash)]
        #[repr(transparent)]
        pub struct $name<const W: u32>($bits<W>);

        impl<const W: u32> $name<W> {
            #[allow(unused_comparisons)] // the lowest width may be 0
            const WIDTH_FITS: () = if W < $low || $high < W {
                panic!("{}", wrong_type(stringify!($name), $low, $high, true, W).as_str())
            };

            /// The width in bits.
            pub const WIDTH: u32 = W;
            /// Zero.
            pub const ZERO: Self = Self::new_wrapped(0);
            /// The smallest value, which is negative (but of 0 bits, zero is the only value).
            pub const MIN: Self = Self($bits::new_masked($bits::<W>::MAX.get() / 2 + $bits::<W>::MAX.get() % 2));
            /// The largest value.
            pub const MAX: Self = Self($bits::new_masked($bits::<W>::MAX.get() / 2));

            /// The value, if it fits `W` bits.
            ///
            /// # Errors
            ///
            /// If it does not; the error names value and width.
            #[inline]
            pub const fn new(value: $signed) -> Result<Self, OutOfRange> {
                let wrapped = Self::new_wrapped(value);
                if wrapped.get() == value {
                    Ok(wrapped)
                } else {
                    Err(OutOfRange::signed(value as i128, W, true))
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
            pub const fn of(value: $signed) -> Self {
                match Self::new(value) {
                    Ok(value) => value,
                    Err(error) => error.panic(),
                }
            }

            /// The value of the low `W` bits of `value`.
            #[inline]
            #[must_use]
            pub const fn new_wrapped(value: $signed) -> Self {
                let () = Self::WIDTH_FITS;
                Self($bits::new_masked(value as $unsigned))
            }

            /// The value, with its sign extended.
            #[inline]
            #[must_use]
            pub const fn get(self) -> $signed {
                if W == 0 {
                    return 0;
                }
                let unused = $unsigned::BITS - W;
                (self.0.get() << unused) as $signed >> unused
            }

            /// The two's complement.
            #[inline]
            #[must_use]
            pub const fn to_bits(self) -> $bits<W> {
                self.0
            }

            /// The value of a two's complement.
            #[inline]
            #[must_use]
            pub const fn from_bits(bits: $bits<W>) -> Self {
                Self(bits)
            }

            /// The same value with `V` bits, at least `W`; fewer are a compile error. To a type with another carrier, use
            /// `From`.
            #[inline]
            #[must_use]
            pub const fn widen<const V: u32>(self) -> $name<V> {
                const { assert!(V >= W, "`widen` is for widths that are at least the value's own") };
                $name::<V>::new_wrapped(self.get())
            }

            /// The bytes of the primitive with the sign extended, least significant first.
            #[inline]
            #[must_use]
            pub const fn to_le_bytes(self) -> [u8; size_of::<$signed>()] {
                self.get().to_le_bytes()
            }

            /// The bytes of the primitive with the sign extended, most significant first.
            #[inline]
            #[must_use]
            pub const fn to_be_bytes(self) -> [u8; size_of::<$signed>()] {
                self.get().to_be_bytes()
            }

            /// The value of a primitive's bytes, least significant first.
            ///
            /// # Errors
            ///
            /// If it does not fit `W` bits.
            #[inline]
            pub const fn from_le_bytes(bytes: [u8; size_of::<$signed>()]) -> Result<Self, OutOfRange> {
                Self::new($signed::from_le_bytes(bytes))
            }

            /// The value of a primitive's bytes, most significant first.
            ///
            /// # Errors
            ///
            /// If it does not fit `W` bits.
            #[inline]
            pub const fn from_be_bytes(bytes: [u8; size_of::<$signed>()]) -> Result<Self, OutOfRange> {
                Self::new($signed::from_be_bytes(bytes))
            }

            /// An unsigned number, if it fits.
            #[inline]
            pub(crate) fn from_unsigned(value: u128) -> Result<Self, OutOfRange> {
                match $signed::try_from(value).map(Self::new) {
                    Ok(Ok(number)) => Ok(number),
                    Ok(Err(_)) | Err(_) => Err(OutOfRange::unsigned(value, W, true)),
                }
            }

            /// A signed number, if it fits.
            #[inline]
            pub(crate) fn from_signed(value: i128) -> Result<Self, OutOfRange> {
                match $signed::try_from(value).map(Self::new) {
                    Ok(Ok(number)) => Ok(number),
                    Ok(Err(_)) | Err(_) => Err(OutOfRange::signed(value, W, true)),
                }
            }
        }

        impl<const W: u32> Default for $name<W> {
            #[inline]
            fn default() -> Self {
                Self::ZERO
            }
        }

        impl<const W: u32> Ord for $name<W> {
            #[inline]
            fn cmp(&self, other: &Self) -> Ordering {
                self.get().cmp(&other.get())
            }
        }

        impl<const W: u32> PartialOrd for $name<W> {
            #[inline]
            fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
                Some(self.cmp(other))
            }
        }

        // SAFETY: transparent over the unsigned type of the width.
        unsafe impl<const W: u32> crate::value::AbiValue for $name<W> {
            const SHAPE: Shape = Shape::Bits(W);
            const LAYOUT_CHECK: () = <$bits<W> as crate::value::AbiValue>::LAYOUT_CHECK;

            #[inline]
            unsafe fn is_valid(at: *const Self) -> bool {
                // SAFETY: transparent.
                unsafe { <$bits<W> as crate::value::AbiValue>::is_valid(at.cast()) }
            }

            fn fmt_dslx(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                crate::dslx::write_signed(f, W, &self.get())
            }
        }

        sbits_type!(@format $name, get, Debug Display);
        sbits_type!(@format $name, to_bits, LowerHex UpperHex Octal Binary);

        /// Decimal, or with a prefix `0x`, `0o` or `0b`, after a `-` if negative; digits may be separated by `_`.
        impl<const W: u32> core::str::FromStr for $name<W> {
            type Err = ParseBitsError;

            fn from_str(text: &str) -> Result<Self, ParseBitsError> {
                let (negative, digits) = parse_sign(text);
                let mut magnitude: u128 = 0;
                parse_digits(digits, |digit, radix| {
                    let shifted = magnitude.checked_mul(u128::from(radix));
                    let sum = shifted.and_then(|shifted| shifted.checked_add(u128::from(digit)));
                    magnitude = sum.ok_or(OutOfRange::unread(W, true))?;
                    Ok(())
                })?;
                let limit = if negative { Self::MIN } else { Self::MAX }.get().unsigned_abs();
                if magnitude > u128::from(limit) {
                    let words = [magnitude as u64, (magnitude >> 64) as u64];
                    return Err(ParseBitsError::OutOfRange(OutOfRange::long(negative, &words, W, true)));
                }
                let value = magnitude as $signed;
                Ok(Self::new_wrapped(if negative { value.wrapping_neg() } else { value }))
            }
        }
    };

    (@format $name:ident, $get:ident, $($style:ident)*) => {
        $(
            impl<const W: u32> fmt::$style for $name<W> {
                fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                    fmt::$style::fmt(&self.$get(), f)
                }
            }
        )*
    };
}

sbits_type!(SBits8, Bits8, u8, i8, widths 0 to 8, example 7);
sbits_type!(SBits16, Bits16, u16, i16, widths 9 to 16, example 12);
sbits_type!(SBits32, Bits32, u32, i32, widths 17 to 32, example 24);
sbits_type!(SBits64, Bits64, u64, i64, widths 33 to 64, example 63);
sbits_type!(SBits128, Bits128, u128, i128, widths 65 to 128, example 127);
