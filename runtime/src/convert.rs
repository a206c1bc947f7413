//! Conversions between the value types of up to 128 bits and Rust's integers. `wide_convert` has those of wide types.
//!
//! A conversion is `From` if every value of the source, at every width that its type can have, fits the target at every
//! width. `Bits16` has 9 bits or more, so it is `From<u8>`; a `Bits8` of 7 bits cannot hold every `u8`, so that is
//! `TryFrom`, also at 8 bits: stable Rust decides by type, not by width. One conversion is checked when it is compiled:
//! `bool` to a type of up to 8 bits, which may have none. Between two widths of one type, there is the method `widen`.

use crate::bits::{Bits128, Bits16, Bits32, Bits64, Bits8};
use crate::error::OutOfRange;
use crate::sbits::{SBits128, SBits16, SBits32, SBits64, SBits8};

/// `into PRIMITIVE: SOURCE ...`: values of the sources always fit.
macro_rules! primitive_from {
    ($($ty:ident: $($source:ident)*;)*) => {
        $($(
            impl<const W: u32> From<$source<W>> for $ty {
                #[inline]
                fn from(value: $source<W>) -> Self {
                    value.get() as $ty
                }
            }
        )*)*
    };
}

macro_rules! primitive_try_from {
    ($error:ident, $wide:ident: $($ty:ident $signed:literal: $($source:ident)*;)*) => {
        $($(
            impl<const W: u32> TryFrom<$source<W>> for $ty {
                type Error = OutOfRange;

                #[inline]
                fn try_from(value: $source<W>) -> Result<Self, OutOfRange> {
                    Self::try_from(value.get())
                        .map_err(|_| OutOfRange::$error(value.get() as $wide, $ty::BITS, $signed))
                }
            }
        )*)*
    };
}

primitive_from! {
    u8: Bits8;
    u16: Bits8 Bits16;
    u32: Bits8 Bits16 Bits32;
    u64: Bits8 Bits16 Bits32 Bits64;
    u128: Bits8 Bits16 Bits32 Bits64 Bits128;
    usize: Bits8 Bits16;
    i8: SBits8;
    i16: SBits8 SBits16 Bits8;
    i32: SBits8 SBits16 SBits32 Bits8 Bits16;
    i64: SBits8 SBits16 SBits32 SBits64 Bits8 Bits16 Bits32;
    i128: SBits8 SBits16 SBits32 SBits64 SBits128 Bits8 Bits16 Bits32 Bits64;
    isize: SBits8 SBits16 Bits8;
}

primitive_try_from! { unsigned, u128:
    u8 false: Bits16 Bits32 Bits64 Bits128;
    u16 false: Bits32 Bits64 Bits128;
    u32 false: Bits64 Bits128;
    u64 false: Bits128;
    usize false: Bits32 Bits64 Bits128;
    i8 true: Bits8 Bits16 Bits32 Bits64 Bits128;
    i16 true: Bits16 Bits32 Bits64 Bits128;
    i32 true: Bits32 Bits64 Bits128;
    i64 true: Bits64 Bits128;
    i128 true: Bits128;
    isize true: Bits16 Bits32 Bits64 Bits128;
}

primitive_try_from! { signed, i128:
    u8 false: SBits8 SBits16 SBits32 SBits64 SBits128;
    u16 false: SBits8 SBits16 SBits32 SBits64 SBits128;
    u32 false: SBits8 SBits16 SBits32 SBits64 SBits128;
    u64 false: SBits8 SBits16 SBits32 SBits64 SBits128;
    u128 false: SBits8 SBits16 SBits32 SBits64 SBits128;
    usize false: SBits8 SBits16 SBits32 SBits64 SBits128;
    i8 true: SBits16 SBits32 SBits64 SBits128;
    i16 true: SBits32 SBits64 SBits128;
    i32 true: SBits64 SBits128;
    i64 true: SBits128;
    isize true: SBits32 SBits64 SBits128;
}

/// What a type of this crate is made from: primitives and types that always fit, then those that may not.
macro_rules! bits_from {
    (
        $name:ident, $new:ident as $carrier:ident, from $($from:ident)*; from bits $($bits:ident)*;
        try unsigned $($unsigned:ident)*; try signed $($signed:ident)*;
        try unsigned bits $($unsigned_bits:ident)*; try signed bits $($signed_bits:ident)*
    ) => {
        $(
            impl<const W: u32> From<$from> for $name<W> {
                #[inline]
                fn from(value: $from) -> Self {
                    Self::$new(value as $carrier)
                }
            }
        )*

        $(
            impl<const W: u32, const V: u32> From<$bits<V>> for $name<W> {
                #[inline]
                fn from(value: $bits<V>) -> Self {
                    Self::$new(value.get() as $carrier)
                }
            }
        )*

        $(
            impl<const W: u32> TryFrom<$unsigned> for $name<W> {
                type Error = OutOfRange;

                #[inline]
                fn try_from(value: $unsigned) -> Result<Self, OutOfRange> {
                    Self::from_unsigned(value as u128)
                }
            }
        )*

        $(
            impl<const W: u32> TryFrom<$signed> for $name<W> {
                type Error = OutOfRange;

                #[inline]
                fn try_from(value: $signed) -> Result<Self, OutOfRange> {
                    Self::from_signed(value as i128)
                }
            }
        )*

        $(
            impl<const W: u32, const V: u32> TryFrom<$unsigned_bits<V>> for $name<W> {
                type Error = OutOfRange;

                #[inline]
                fn try_from(value: $unsigned_bits<V>) -> Result<Self, OutOfRange> {
                    Self::from_unsigned(value.get().into())
                }
            }
        )*

        $(
            impl<const W: u32, const V: u32> TryFrom<$signed_bits<V>> for $name<W> {
                type Error = OutOfRange;

                #[inline]
                fn try_from(value: $signed_bits<V>) -> Result<Self, OutOfRange> {
                    Self::from_signed(value.get().into())
                }
            }
        )*
    };
}

bits_from!(
    Bits8, new_masked as u8, from; from bits;
    try unsigned u8 u16 u32 u64 u128 usize; try signed i8 i16 i32 i64 i128 isize;
    try unsigned bits Bits16 Bits32 Bits64 Bits128; try signed bits SBits8 SBits16 SBits32 SBits64 SBits128
);
bits_from!(
    Bits16, new_masked as u16, from bool u8; from bits Bits8;
    try unsigned u16 u32 u64 u128 usize; try signed i8 i16 i32 i64 i128 isize;
    try unsigned bits Bits32 Bits64 Bits128; try signed bits SBits8 SBits16 SBits32 SBits64 SBits128
);
bits_from!(
    Bits32, new_masked as u32, from bool u8 u16; from bits Bits8 Bits16;
    try unsigned u32 u64 u128 usize; try signed i8 i16 i32 i64 i128 isize;
    try unsigned bits Bits64 Bits128; try signed bits SBits8 SBits16 SBits32 SBits64 SBits128
);
bits_from!(
    Bits64, new_masked as u64, from bool u8 u16 u32; from bits Bits8 Bits16 Bits32;
    try unsigned u64 u128 usize; try signed i8 i16 i32 i64 i128 isize;
    try unsigned bits Bits128; try signed bits SBits8 SBits16 SBits32 SBits64 SBits128
);
bits_from!(
    Bits128, new_masked as u128, from bool u8 u16 u32 u64; from bits Bits8 Bits16 Bits32 Bits64;
    try unsigned u128 usize; try signed i8 i16 i32 i64 i128 isize;
    try unsigned bits; try signed bits SBits8 SBits16 SBits32 SBits64 SBits128
);
bits_from!(
    SBits8, new_wrapped as i8, from; from bits;
    try unsigned u8 u16 u32 u64 u128 usize; try signed i8 i16 i32 i64 i128 isize;
    try unsigned bits Bits8 Bits16 Bits32 Bits64 Bits128; try signed bits SBits16 SBits32 SBits64 SBits128
);
bits_from!(
    SBits16, new_wrapped as i16, from bool u8 i8; from bits Bits8 SBits8;
    try unsigned u16 u32 u64 u128 usize; try signed i16 i32 i64 i128 isize;
    try unsigned bits Bits16 Bits32 Bits64 Bits128; try signed bits SBits32 SBits64 SBits128
);
bits_from!(
    SBits32, new_wrapped as i32, from bool u8 u16 i8 i16; from bits Bits8 Bits16 SBits8 SBits16;
    try unsigned u32 u64 u128 usize; try signed i32 i64 i128 isize;
    try unsigned bits Bits32 Bits64 Bits128; try signed bits SBits64 SBits128
);
bits_from!(
    SBits64, new_wrapped as i64, from bool u8 u16 u32 i8 i16 i32; from bits Bits8 Bits16 Bits32 SBits8 SBits16 SBits32;
    try unsigned u64 u128 usize; try signed i64 i128 isize;
    try unsigned bits Bits64 Bits128; try signed bits SBits128
);
bits_from!(
    SBits128, new_wrapped as i128, from bool u8 u16 u32 u64 i8 i16 i32 i64;
    from bits Bits8 Bits16 Bits32 Bits64 SBits8 SBits16 SBits32 SBits64;
    try unsigned u128 usize; try signed i128 isize;
    try unsigned bits Bits128; try signed bits
);

/// 1 for true. A type of 0 bits is a compile error.
///
/// ```
/// assert_eq!(xls_aot_runtime::Bits8::<3>::from(true).get(), 1);
/// ```
/// ```compile_fail,E0080
/// let value = xls_aot_runtime::Bits8::<0>::from(true);
/// ```
impl<const W: u32> From<bool> for Bits8<W> {
    #[inline]
    fn from(value: bool) -> Self {
        const { assert!(W >= 1, "a `bool` does not fit 0 bits") };
        Self::new_masked(u8::from(value))
    }
}

/// 1 for true. A type of less than 2 bits, which cannot hold 1 beside the sign, is a compile error.
///
/// ```compile_fail,E0080
/// let value = xls_aot_runtime::SBits8::<1>::from(true);
/// ```
impl<const W: u32> From<bool> for SBits8<W> {
    #[inline]
    fn from(value: bool) -> Self {
        const { assert!(W >= 2, "a `bool` does not fit a signed integer of less than 2 bits") };
        Self::new_wrapped(i8::from(value))
    }
}
