//! Conversions of wide types: from every narrower type without loss (but from signed to unsigned), back where the value fits.

use crate::bits::{Bits128, Bits16, Bits32, Bits64, Bits8};
use crate::error::OutOfRange;
use crate::sbits::{SBits128, SBits16, SBits32, SBits64, SBits8};
use crate::wide::WideBits;
use crate::wide_sbits::WideSBits;

impl<const W: u32, const LIMBS: usize> WideBits<W, LIMBS> {
    fn from_unsigned(value: u128) -> Self {
        let mut limbs = [0; LIMBS];
        limbs[0] = value as u64;
        limbs[1] = (value >> 64) as u64;
        Self::new_masked(limbs)
    }

    /// The value, if it fits 128 bits.
    fn low(&self) -> Option<u128> {
        let [first, second] = *self.limbs().first_chunk()?;
        (self.significant() <= 2).then_some(u128::from(second) << 64 | u128::from(first))
    }
}

impl<const W: u32, const LIMBS: usize> WideSBits<W, LIMBS> {
    fn from_signed(value: i128) -> Self {
        let mut limbs = [(value >> 127) as u64; LIMBS];
        limbs[0] = value as u64;
        limbs[1] = (value >> 64) as u64;
        Self::new_wrapped(limbs)
    }

    fn from_unsigned(value: u128) -> Self {
        // More than 128 bits: the sign bit is above the value.
        Self::from_bits(WideBits::from_unsigned(value))
    }

    /// The value, if it fits 128 signed bits.
    fn low(&self) -> Option<i128> {
        let [first, second] = *self.limbs().first_chunk()?;
        let low = (u128::from(second) << 64 | u128::from(first)) as i128;
        (Self::from_signed(low) == *self).then_some(low)
    }

    fn out_of_range(self, width: u32, signed: bool) -> OutOfRange {
        OutOfRange::long(self.is_negative(), self.unsigned_abs().limbs(), width, signed)
    }
}

/// From primitives, and into them where the value fits.
macro_rules! primitives {
    (unsigned $($ty:ident)*) => {
        $(
            impl<const W: u32, const LIMBS: usize> From<$ty> for WideBits<W, LIMBS> {
                fn from(value: $ty) -> Self {
                    Self::from_unsigned(value as u128)
                }
            }

            impl<const W: u32, const LIMBS: usize> From<$ty> for WideSBits<W, LIMBS> {
                fn from(value: $ty) -> Self {
                    Self::from_unsigned(value as u128)
                }
            }

            primitives!(@back $ty, false);
        )*
    };

    (signed $($ty:ident)*) => {
        $(
            impl<const W: u32, const LIMBS: usize> From<$ty> for WideSBits<W, LIMBS> {
                fn from(value: $ty) -> Self {
                    Self::from_signed(value as i128)
                }
            }

            impl<const W: u32, const LIMBS: usize> TryFrom<$ty> for WideBits<W, LIMBS> {
                type Error = OutOfRange;

                fn try_from(value: $ty) -> Result<Self, OutOfRange> {
                    let fits = u128::try_from(value).map(Self::from_unsigned);
                    fits.map_err(|_| OutOfRange::signed(value as i128, W, false))
                }
            }

            primitives!(@back $ty, true);
        )*
    };

    (@back $ty:ident, $signed:literal) => {
        impl<const W: u32, const LIMBS: usize> TryFrom<WideBits<W, LIMBS>> for $ty {
            type Error = OutOfRange;

            fn try_from(value: WideBits<W, LIMBS>) -> Result<Self, OutOfRange> {
                let fits = value.low().and_then(|low| $ty::try_from(low).ok());
                fits.ok_or(OutOfRange::long(false, value.limbs(), $ty::BITS, $signed))
            }
        }

        impl<const W: u32, const LIMBS: usize> TryFrom<WideSBits<W, LIMBS>> for $ty {
            type Error = OutOfRange;

            fn try_from(value: WideSBits<W, LIMBS>) -> Result<Self, OutOfRange> {
                // A magnitude of 128 bits fits a `u128`, which is no `i128`.
                let fits = if value.is_negative() {
                    value.low().and_then(|low| $ty::try_from(low).ok())
                } else {
                    value.to_bits().low().and_then(|low| $ty::try_from(low).ok())
                };
                fits.ok_or(value.out_of_range($ty::BITS, $signed))
            }
        }
    };
}

primitives!(unsigned u8 u16 u32 u64 u128 usize);
primitives!(signed i8 i16 i32 i64 i128 isize);

impl<const W: u32, const LIMBS: usize> From<bool> for WideBits<W, LIMBS> {
    fn from(value: bool) -> Self {
        Self::from_unsigned(u128::from(value))
    }
}

impl<const W: u32, const LIMBS: usize> From<bool> for WideSBits<W, LIMBS> {
    fn from(value: bool) -> Self {
        Self::from_unsigned(u128::from(value))
    }
}

/// From the types of up to 128 bits, and into them where the value fits.
macro_rules! narrow {
    (unsigned $($ty:ident)*) => {
        $(
            impl<const V: u32, const W: u32, const LIMBS: usize> From<$ty<V>> for WideBits<W, LIMBS> {
                fn from(value: $ty<V>) -> Self {
                    Self::from(value.get())
                }
            }

            narrow!(@both $ty);
        )*
    };

    (signed $($ty:ident)*) => {
        $(
            impl<const V: u32, const W: u32, const LIMBS: usize> TryFrom<$ty<V>> for WideBits<W, LIMBS> {
                type Error = OutOfRange;

                fn try_from(value: $ty<V>) -> Result<Self, OutOfRange> {
                    Self::try_from(value.get())
                }
            }

            narrow!(@both $ty);
        )*
    };

    (@both $ty:ident) => {
        impl<const V: u32, const W: u32, const LIMBS: usize> From<$ty<V>> for WideSBits<W, LIMBS> {
            fn from(value: $ty<V>) -> Self {
                Self::from(value.get())
            }
        }

        impl<const V: u32, const W: u32, const LIMBS: usize> TryFrom<WideBits<W, LIMBS>> for $ty<V> {
            type Error = OutOfRange;

            fn try_from(value: WideBits<W, LIMBS>) -> Result<Self, OutOfRange> {
                let fits = value.low().and_then(|low| Self::from_unsigned(low).ok());
                let signed = Self::MIN.get() != 0;
                fits.ok_or(OutOfRange::long(false, value.limbs(), V, signed))
            }
        }

        impl<const V: u32, const W: u32, const LIMBS: usize> TryFrom<WideSBits<W, LIMBS>> for $ty<V> {
            type Error = OutOfRange;

            fn try_from(value: WideSBits<W, LIMBS>) -> Result<Self, OutOfRange> {
                let fits = if value.is_negative() {
                    value.low().and_then(|low| Self::from_signed(low).ok())
                } else {
                    value.to_bits().low().and_then(|low| Self::from_unsigned(low).ok())
                };
                let signed = Self::MIN.get() != 0;
                fits.ok_or(value.out_of_range(V, signed))
            }
        }
    };
}

narrow!(unsigned Bits8 Bits16 Bits32 Bits64 Bits128);
narrow!(signed SBits8 SBits16 SBits32 SBits64 SBits128);
