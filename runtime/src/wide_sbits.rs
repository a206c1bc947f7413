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
    ///
    /// # Errors
    ///
    /// If it does not.
    pub const fn new(limbs: [u64; LIMBS]) -> Result<Self, OutOfRange> {
        let wrapped = Self::new_wrapped(limbs);
        let extended = wrapped.limbs();
        let mut fits = true;
        let mut i = 0;
        while i < LIMBS {
            fits = fits && extended[i] == limbs[i];
            i += 1;
        }
        if fits {
            return Ok(wrapped);
        }
        let negative = limbs[LIMBS - 1] >> 63 != 0;
        let magnitude = if negative { negated(limbs) } else { limbs };
        Err(OutOfRange::long(negative, &magnitude, W, true))
    }

    /// The value of these limbs, as [`WideSBits::new`] has it, which must fit `W` bits: for constants.
    ///
    /// # Panics
    ///
    /// If it does not. In a constant, this is a compile error.
    #[must_use]
    #[track_caller]
    pub const fn of(limbs: [u64; LIMBS]) -> Self {
        match Self::new(limbs) {
            Ok(value) => value,
            Err(error) => error.panic(),
        }
    }

    /// The value of the low `W` bits of these limbs, least significant first.
    #[must_use]
    pub const fn new_wrapped(limbs: [u64; LIMBS]) -> Self {
        Self(WideBits::new_masked(limbs))
    }

    /// The limbs, least significant first, in two's complement of all of them: with the sign extended.
    #[must_use]
    pub const fn limbs(&self) -> [u64; LIMBS] {
        let mut limbs = *self.0.limbs();
        if self.is_negative() {
            limbs[Self::SIGN_LIMB] |= !(Self::SIGN_MASK | (Self::SIGN_MASK - 1));
            let mut i = Self::SIGN_LIMB + 1;
            while i < LIMBS {
                limbs[i] = u64::MAX;
                i += 1;
            }
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
            -self.0
        } else {
            self.0
        }
    }

    /// The bytes of [`WideSBits::limbs`], least significant first, in groups of one limb; `.as_flattened()` of the result is
    /// the plain slice.
    #[must_use]
    pub fn to_le_bytes(&self) -> [[u8; 8]; LIMBS] {
        self.limbs().map(u64::to_le_bytes)
    }

    /// The bytes of [`WideSBits::limbs`], most significant first, in groups of one limb.
    #[must_use]
    pub fn to_be_bytes(&self) -> [[u8; 8]; LIMBS] {
        let mut bytes = self.limbs().map(u64::to_be_bytes);
        bytes.reverse();
        bytes
    }

    /// The value of these bytes, least significant first, in two's complement. The slice may have any length: the last byte
    /// has the sign, which is extended.
    ///
    /// # Errors
    ///
    /// If the value does not fit `W` bits.
    pub fn from_le_bytes(bytes: &[u8]) -> Result<Self, OutOfRange> {
        Self::from_bytes(bytes.iter(), bytes.last())
    }

    /// The value of these bytes, most significant first, in two's complement. The slice may have any length: the first byte
    /// has the sign, which is extended.
    ///
    /// ```
    /// type Number = xls_aot_runtime::WideSBits<200, 4>;
    /// assert_eq!(Number::from_be_bytes(&[0xff, 0xfe]), Ok(Number::from(-2)));
    /// ```
    ///
    /// # Errors
    ///
    /// If the value does not fit `W` bits.
    pub fn from_be_bytes(bytes: &[u8]) -> Result<Self, OutOfRange> {
        Self::from_bytes(bytes.iter().rev(), bytes.first())
    }

    /// The value of bytes, least significant first, of which `top` is the last.
    fn from_bytes<'a>(bytes: impl Iterator<Item = &'a u8>, top: Option<&u8>) -> Result<Self, OutOfRange> {
        let sign = if top.is_some_and(|top| top >> 7 != 0) { u8::MAX } else { 0 };
        let mut limbs = [u64::from(sign) * (u64::MAX / 0xff); LIMBS];
        for (i, byte) in bytes.enumerate() {
            match limbs.get_mut(i / 8) {
                Some(limb) => *limb ^= u64::from(byte ^ sign) << (i % 8 * 8),
                None if *byte == sign => {}
                None => return Err(OutOfRange::unread(W, true)),
            }
        }
        if (limbs[LIMBS - 1] >> 63 != 0) != (sign != 0) {
            return Err(OutOfRange::unread(W, true));
        }
        Self::new(limbs)
    }

    /// The same value with `V` bits, at least `W`; fewer are a compile error.
    #[must_use]
    pub fn widen<const V: u32, const MORE: usize>(self) -> WideSBits<V, MORE> {
        const { assert!(V >= W, "`widen` is for widths that are at least the value's own") };
        let (from, mut limbs) = (self.limbs(), [if self.is_negative() { u64::MAX } else { 0 }; MORE]);
        limbs[..LIMBS].copy_from_slice(&from);
        WideSBits::new_wrapped(limbs)
    }
}

/// The negation of a two's complement.
const fn negated<const LIMBS: usize>(mut limbs: [u64; LIMBS]) -> [u64; LIMBS] {
    let mut carry = true;
    let mut i = 0;
    while i < LIMBS {
        (limbs[i], carry) = (!limbs[i]).overflowing_add(carry as u64);
        i += 1;
    }
    limbs
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

/// Decimal, or with a prefix `0x`, `0o` or `0b`, after a `-` if negative; digits may be separated by `_`.
impl<const W: u32, const LIMBS: usize> core::str::FromStr for WideSBits<W, LIMBS> {
    type Err = ParseBitsError;

    fn from_str(text: &str) -> Result<Self, ParseBitsError> {
        let (negative, digits) = parse_sign(text);
        let magnitude: WideBits<W, LIMBS> = digits.parse()?;
        let value = Self(if negative { -magnitude } else { magnitude });
        // A magnitude beyond the limit changes the sign; zero has none.
        if value.is_negative() == negative || value == Self::ZERO {
            Ok(value)
        } else {
            Err(ParseBitsError::OutOfRange(OutOfRange::long(negative, magnitude.limbs(), W, true)))
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
