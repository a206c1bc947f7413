//! Signed integers of more than 128 bits.
//!
//! In memory a value is the bit vector of its two's complement: the type is `#[repr(transparent)]` over
//! [`WideBits`] of the same width, and **bits at and above `W` are zero**, also in negative values.
//! [`WideSBits::limbs`] extends the sign.
//!
//! ```compile_fail
//! let value = xls_aot_runtime::WideSBits::<257, 5>::ZERO; // 257 bits take 8 limbs
//! ```
//! ```compile_fail
//! let value = xls_aot_runtime::WideSBits::<128, 2>::ZERO; // 128 bits are an i128
//! ```

use crate::error::{parse_sign, OutOfRange, ParseBitsError};
use crate::shape::Shape;
use crate::wide::WideBits;
use core::cmp::Ordering;

/// A signed integer of `W` bits, more than 128, in two's complement; bits at and above `W` are zero in memory. `LIMBS` is
/// the smallest power of two of 64-bit limbs that holds `W` bits.
///
/// ```
/// use xls_aot_runtime::WideSBits;
/// type Number = WideSBits<257, 8>;
/// let below = Number::from(-5);
/// assert!(Number::MIN < below && below < Number::ZERO && Number::ZERO < Number::MAX);
/// assert_eq!(below.limbs(), [u64::MAX - 4, u64::MAX, u64::MAX, u64::MAX, u64::MAX, u64::MAX, u64::MAX, u64::MAX]);
/// assert_eq!(below.to_bits().limbs()[4..], [1, 0, 0, 0]);
/// assert_eq!("-0b101".parse(), Ok(below));
/// assert_eq!(below.to_string(), "-5");
/// assert_eq!(i8::try_from(below), Ok(-5));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(transparent)]
pub struct WideSBits<const W: u32, const LIMBS: usize>(WideBits<W, LIMBS>);

impl<const W: u32, const LIMBS: usize> WideSBits<W, LIMBS> {
    /// The width in bits.
    pub const WIDTH: u32 = W;
    /// Zero.
    pub const ZERO: Self = Self(WideBits::ZERO);
    /// The smallest value, which is negative: only the sign bit is set.
    pub const MIN: Self = {
        let mut limbs = [0; LIMBS];
        limbs[Self::SIGN_LIMB] = Self::SIGN_MASK;
        Self::new_wrapped(limbs)
    };
    /// The largest value: every bit but the sign bit is set.
    pub const MAX: Self = {
        let mut limbs = *WideBits::<W, LIMBS>::MAX.limbs();
        limbs[Self::SIGN_LIMB] &= !Self::SIGN_MASK;
        Self::new_wrapped(limbs)
    };

    const SIGN_LIMB: usize = WideBits::<W, LIMBS>::USED - 1;
    const SIGN_MASK: u64 = 1 << ((W - 1) % 64);

    /// The value of these limbs, least significant first, in two's complement of all of them, if it fits `W` bits.
    #[must_use]
    pub fn new(limbs: [u64; LIMBS]) -> Option<Self> {
        let wrapped = Self::new_wrapped(limbs);
        (wrapped.limbs() == limbs).then_some(wrapped)
    }

    /// The value of the low `W` bits of these limbs, least significant first.
    #[must_use]
    pub const fn new_wrapped(limbs: [u64; LIMBS]) -> Self {
        Self(WideBits::new_masked(limbs))
    }

    /// The limbs, least significant first, in two's complement of all of them: with the sign extended.
    #[must_use]
    pub fn limbs(&self) -> [u64; LIMBS] {
        let mut limbs = *self.0.limbs();
        if self.is_negative() {
            limbs[Self::SIGN_LIMB] |= !(Self::SIGN_MASK | (Self::SIGN_MASK - 1));
            limbs[Self::SIGN_LIMB + 1..].fill(u64::MAX);
        }
        limbs
    }

    /// Whether the value is less than zero.
    #[inline]
    #[must_use]
    pub const fn is_negative(&self) -> bool {
        self.0.limbs()[Self::SIGN_LIMB] & Self::SIGN_MASK != 0
    }

    /// The two's complement.
    #[inline]
    #[must_use]
    pub const fn to_bits(self) -> WideBits<W, LIMBS> {
        self.0
    }

    /// The value of a two's complement.
    #[inline]
    #[must_use]
    pub const fn from_bits(bits: WideBits<W, LIMBS>) -> Self {
        Self(bits)
    }

    /// The absolute value, which always fits the unsigned type.
    #[must_use]
    pub fn unsigned_abs(self) -> WideBits<W, LIMBS> {
        if self.is_negative() {
            negated(self.0)
        } else {
            self.0
        }
    }
}

/// The negation modulo `2^W`.
fn negated<const W: u32, const LIMBS: usize>(bits: WideBits<W, LIMBS>) -> WideBits<W, LIMBS> {
    let mut limbs = *bits.limbs();
    let mut carry = true;
    for limb in &mut limbs {
        (*limb, carry) = (!*limb).overflowing_add(u64::from(carry));
    }
    WideBits::new_masked(limbs)
}

impl<const W: u32, const LIMBS: usize> Ord for WideSBits<W, LIMBS> {
    fn cmp(&self, other: &Self) -> Ordering {
        // Within one sign, two's complements are in the order of their values.
        other.is_negative().cmp(&self.is_negative()).then_with(|| self.0.cmp(&other.0))
    }
}

impl<const W: u32, const LIMBS: usize> PartialOrd for WideSBits<W, LIMBS> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<const W: u32, const LIMBS: usize> From<i128> for WideSBits<W, LIMBS> {
    fn from(value: i128) -> Self {
        let mut limbs = [(value >> 127) as u64; LIMBS];
        limbs[0] = value as u64;
        limbs[1] = (value >> 64) as u64;
        Self::new_wrapped(limbs)
    }
}

impl<const W: u32, const LIMBS: usize> From<u128> for WideSBits<W, LIMBS> {
    fn from(value: u128) -> Self {
        // More than 128 bits: the sign bit is above the value.
        Self(WideBits::from(value))
    }
}

impl<const W: u32, const LIMBS: usize> TryFrom<WideSBits<W, LIMBS>> for i128 {
    type Error = OutOfRange;

    fn try_from(value: WideSBits<W, LIMBS>) -> Result<Self, OutOfRange> {
        let limbs = value.limbs();
        let low = (u128::from(limbs[1]) << 64 | u128::from(limbs[0])) as i128;
        if WideSBits::from(low) == value {
            Ok(low)
        } else {
            Err(OutOfRange::new(i128::BITS))
        }
    }
}

impl<const W: u32, const LIMBS: usize> TryFrom<WideSBits<W, LIMBS>> for u128 {
    type Error = OutOfRange;

    fn try_from(value: WideSBits<W, LIMBS>) -> Result<Self, OutOfRange> {
        if value.is_negative() {
            return Err(OutOfRange::new(u128::BITS));
        }
        u128::try_from(value.0)
    }
}

macro_rules! primitives {
    ($wide:ident: $($ty:ident)*) => {
        $(
            impl<const W: u32, const LIMBS: usize> From<$ty> for WideSBits<W, LIMBS> {
                fn from(value: $ty) -> Self {
                    Self::from(value as $wide)
                }
            }

            impl<const W: u32, const LIMBS: usize> TryFrom<WideSBits<W, LIMBS>> for $ty {
                type Error = OutOfRange;

                fn try_from(value: WideSBits<W, LIMBS>) -> Result<Self, OutOfRange> {
                    $wide::try_from(value)
                        .ok()
                        .and_then(|low| $ty::try_from(low).ok())
                        .ok_or(OutOfRange::new($ty::BITS))
                }
            }
        )*
    };
}

primitives!(i128: i8 i16 i32 i64 isize);
primitives!(u128: u8 u16 u32 u64 usize);

/// Decimal, or with a prefix `0x`, `0o` or `0b`, after a `-` if negative; digits may be separated by `_`.
impl<const W: u32, const LIMBS: usize> core::str::FromStr for WideSBits<W, LIMBS> {
    type Err = ParseBitsError;

    fn from_str(text: &str) -> Result<Self, ParseBitsError> {
        let (negative, digits) = parse_sign(text);
        let magnitude: WideBits<W, LIMBS> = digits.parse()?;
        let value = Self(if negative { negated(magnitude) } else { magnitude });
        // A magnitude beyond the limit changes the sign; zero has none.
        if value.is_negative() == negative || value == Self::ZERO {
            Ok(value)
        } else {
            Err(ParseBitsError::OutOfRange(OutOfRange::new(W)))
        }
    }
}

// SAFETY: transparent over the unsigned type of the width.
unsafe impl<const W: u32, const LIMBS: usize> crate::value::AbiValue for WideSBits<W, LIMBS> {
    const SHAPE: Shape = Shape::Bits(W);
    const LAYOUT_CHECK: () = <WideBits<W, LIMBS> as crate::value::AbiValue>::LAYOUT_CHECK;

    unsafe fn is_valid(at: *const Self) -> bool {
        // SAFETY: transparent.
        unsafe { WideBits::<W, LIMBS>::is_valid(at.cast()) }
    }

    fn fmt_dslx(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        crate::dslx::write_signed(f, W, self)
    }
}
