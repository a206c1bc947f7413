//! Unsigned integers of more than 128 bits, as 64-bit limbs.
//!
//! Invariants: **bits at and above `W` are zero**; limbs are in order of significance, least first; `LIMBS` is the power
//! of two that the ABI gives to the width. Another `LIMBS` is a compile-time error in every constructor:
//!
//! ```compile_fail,E0080
//! let value = xls_aot_runtime::WideBits::<257, 5>::ZERO; // for 257 bits write WideBits<257, 8>
//! ```
//! ```compile_fail,E0080
//! let value = xls_aot_runtime::WideBits::<128, 2>::ZERO; // 128 bits are a u128
//! ```
//! ```compile_fail
//! let value = xls_aot_runtime::WideBits::<257, 8> { limbs: [u64::MAX; 8] }; // the field is private
//! ```

use crate::abi;
use crate::const_text::wrong_limbs;
use crate::error::{parse_digits, OutOfRange, ParseBitsError};
use core::cmp::Ordering;

/// An unsigned integer of `W` bits, more than 128, in `LIMBS` limbs of 64 bits, least significant first; bits at and
/// above `W` are zero. `LIMBS` is the smallest power of two that holds `W` bits.
///
/// ```
/// use xls_aot_runtime::WideBits;
/// type Word = WideBits<257, 8>;
/// let top = Word::new([0, 0, 0, 0, 1, 0, 0, 0]).unwrap();
/// assert_eq!(format!("{top:#x}"), format!("0x1{}", "0".repeat(64)));
/// assert!(Word::from(u128::MAX) < top && top < Word::MAX);
/// assert!(Word::new([0, 0, 0, 0, 2, 0, 0, 0]).is_err());
/// assert_eq!(top + top, Word::ZERO); // modulo 2^257
/// assert_eq!(top >> 200, Word::from(1u64 << 56));
/// assert_eq!(top.to_string().parse(), Ok(top));
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
#[repr(C, align(16))]
pub struct WideBits<const W: u32, const LIMBS: usize> {
    limbs: [u64; LIMBS],
}

impl<const W: u32, const LIMBS: usize> WideBits<W, LIMBS> {
    const SHAPE_FITS: () = {
        if W <= 128 || LIMBS as u64 * 8 != abi::bits_size(W) {
            panic!("{}", wrong_limbs(W, LIMBS).as_str())
        }
    };

    /// The width in bits.
    pub const WIDTH: u32 = W;
    /// Zero, the smallest value.
    pub const ZERO: Self = Self::new_masked([0; LIMBS]);
    /// The smallest value: zero.
    pub const MIN: Self = Self::ZERO;
    /// The largest value: every bit set.
    pub const MAX: Self = Self::new_masked([u64::MAX; LIMBS]);

    /// Limbs that hold bits below `W`; the others are always zero.
    pub(crate) const USED: usize = {
        let () = Self::SHAPE_FITS;
        W.div_ceil(64) as usize
    };
    /// The used bits of limb `USED - 1`.
    const TOP_MASK: u64 = u64::MAX >> (Self::USED as u32 * 64 - W);

    /// The value of these limbs, least significant first, if it fits `W` bits.
    ///
    /// # Errors
    ///
    /// If it does not.
    pub const fn new(limbs: [u64; LIMBS]) -> Result<Self, OutOfRange> {
        let mut fits = limbs[Self::USED - 1] & !Self::TOP_MASK == 0;
        let mut i = Self::USED;
        while i < LIMBS {
            fits = fits && limbs[i] == 0;
            i += 1;
        }
        if fits {
            Ok(Self { limbs })
        } else {
            Err(OutOfRange::long(false, &limbs, W, false))
        }
    }

    /// The value of these limbs, least significant first, which must fit `W` bits: for constants.
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

    /// The low `W` bits of these limbs, least significant first.
    #[must_use]
    pub const fn new_masked(mut limbs: [u64; LIMBS]) -> Self {
        limbs[Self::USED - 1] &= Self::TOP_MASK;
        let mut i = Self::USED;
        while i < LIMBS {
            limbs[i] = 0;
            i += 1;
        }
        Self { limbs }
    }

    /// The limbs, least significant first.
    #[inline]
    #[must_use]
    pub const fn limbs(&self) -> &[u64; LIMBS] {
        &self.limbs
    }

    /// The limbs, least significant first.
    #[inline]
    #[must_use]
    pub const fn into_limbs(self) -> [u64; LIMBS] {
        self.limbs
    }

    /// The bit with weight 2^`index`; false above the width.
    #[must_use]
    pub const fn bit(&self, index: u32) -> bool {
        index < W && self.limbs[(index / 64) as usize] >> (index % 64) & 1 == 1
    }

    /// The bytes, least significant first, in groups of one limb; `.as_flattened()` of the result is the plain slice.
    ///
    /// ```
    /// let value = xls_aot_runtime::WideBits::<129, 4>::from(0x0201u64);
    /// assert_eq!(value.to_le_bytes().as_flattened()[..3], [1, 2, 0]);
    /// ```
    #[must_use]
    pub const fn to_le_bytes(&self) -> [[u8; 8]; LIMBS] {
        let mut bytes = [[0; 8]; LIMBS];
        let mut i = 0;
        while i < LIMBS {
            bytes[i] = self.limbs[i].to_le_bytes();
            i += 1;
        }
        bytes
    }

    /// The bytes, most significant first, in groups of one limb; `.as_flattened()` of the result is the plain slice. The
    /// limbs above the width come first, so the last `W / 8` bytes are those of the value.
    ///
    /// ```
    /// let value = xls_aot_runtime::WideBits::<160, 4>::from(0x0201u64);
    /// assert_eq!(value.to_be_bytes().as_flattened()[30..], [2, 1]);
    /// let bytes = value.to_be_bytes();
    /// let twenty: &[u8; 20] = bytes.as_flattened().last_chunk().unwrap();
    /// assert_eq!(xls_aot_runtime::WideBits::from_be_bytes(twenty), Ok(value));
    /// ```
    #[must_use]
    pub const fn to_be_bytes(&self) -> [[u8; 8]; LIMBS] {
        let mut bytes = [[0; 8]; LIMBS];
        let mut i = 0;
        while i < LIMBS {
            bytes[LIMBS - 1 - i] = self.limbs[i].to_be_bytes();
            i += 1;
        }
        bytes
    }

    /// The value of these bytes, least significant first. The slice may have any length: missing bytes count as zero, and
    /// bytes above the width must be zero.
    ///
    /// # Errors
    ///
    /// If the value does not fit `W` bits.
    pub const fn from_le_bytes(bytes: &[u8]) -> Result<Self, OutOfRange> {
        Self::from_bytes(bytes, false)
    }

    /// The value of these bytes, most significant first. The slice may have any length: its last byte is the least
    /// significant one, missing bytes count as zero, and bytes above the width must be zero.
    ///
    /// # Errors
    ///
    /// If the value does not fit `W` bits.
    pub const fn from_be_bytes(bytes: &[u8]) -> Result<Self, OutOfRange> {
        Self::from_bytes(bytes, true)
    }

    const fn from_bytes(bytes: &[u8], reversed: bool) -> Result<Self, OutOfRange> {
        let mut limbs = [0; LIMBS];
        let mut i = 0;
        while i < bytes.len() {
            let byte = bytes[if reversed { bytes.len() - 1 - i } else { i }];
            if i / 8 < LIMBS {
                limbs[i / 8] |= (byte as u64) << (i % 8 * 8);
            } else if byte != 0 {
                return Err(OutOfRange::unread(W, false));
            }
            i += 1;
        }
        Self::new(limbs)
    }

    /// The same value with `V` bits, at least `W`; fewer are a compile error.
    #[must_use]
    pub const fn widen<const V: u32, const MORE: usize>(self) -> WideBits<V, MORE> {
        const { assert!(V >= W, "`widen` is for widths that are at least the value's own") };
        let mut limbs = [0; MORE];
        let mut i = 0;
        while i < Self::USED {
            limbs[i] = self.limbs[i];
            i += 1;
        }
        WideBits::new_masked(limbs)
    }

    /// The number of limbs up to and including the one with the highest set bit.
    pub(crate) fn significant(&self) -> usize {
        self.limbs.iter().rposition(|&limb| limb != 0).map_or(0, |top| top + 1)
    }
}

impl<const W: u32, const LIMBS: usize> Default for WideBits<W, LIMBS> {
    #[inline]
    fn default() -> Self {
        Self::ZERO
    }
}

impl<const W: u32, const LIMBS: usize> Ord for WideBits<W, LIMBS> {
    fn cmp(&self, other: &Self) -> Ordering {
        self.limbs.iter().rev().cmp(other.limbs.iter().rev())
    }
}

impl<const W: u32, const LIMBS: usize> PartialOrd for WideBits<W, LIMBS> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<const W: u32, const LIMBS: usize> TryFrom<[u64; LIMBS]> for WideBits<W, LIMBS> {
    type Error = OutOfRange;

    fn try_from(limbs: [u64; LIMBS]) -> Result<Self, OutOfRange> {
        Self::new(limbs)
    }
}

impl<const W: u32, const LIMBS: usize> From<WideBits<W, LIMBS>> for [u64; LIMBS] {
    fn from(value: WideBits<W, LIMBS>) -> Self {
        value.limbs
    }
}

/// Decimal, or with a prefix `0x`, `0o` or `0b`; digits may be separated by `_`.
impl<const W: u32, const LIMBS: usize> core::str::FromStr for WideBits<W, LIMBS> {
    type Err = ParseBitsError;

    fn from_str(text: &str) -> Result<Self, ParseBitsError> {
        let mut limbs = [0u64; LIMBS];
        let mut used = 0;
        parse_digits(text, |digit, radix| {
            let mut carry = u128::from(digit);
            for limb in &mut limbs[..used] {
                let product = u128::from(*limb) * u128::from(radix) + carry;
                *limb = product as u64;
                carry = product >> 64;
            }
            if carry != 0 {
                *limbs.get_mut(used).ok_or(OutOfRange::unread(W, false))? = carry as u64;
                used += 1;
            }
            Ok(())
        })?;
        Self::new(limbs).map_err(ParseBitsError::OutOfRange)
    }
}

// SAFETY: `LIMBS` little-endian limbs at alignment 16 are the ABI's integer of more than 128 bits on a little-endian
// target, and `SHAPE_FITS` holds the size to it; zero is valid, and so are limbs without bits at or above the width.
unsafe impl<const W: u32, const LIMBS: usize> crate::value::AbiValue for WideBits<W, LIMBS> {
    const SHAPE: crate::Shape = crate::Shape::Bits(W);

    const LAYOUT_CHECK: () = {
        let () = Self::SHAPE_FITS;
        assert!(size_of::<Self>() as u64 == abi::bits_size(W));
        assert!(align_of::<Self>() as u64 == abi::bits_align(W));
    };

    unsafe fn is_valid(at: *const Self) -> bool {
        // SAFETY: the caller vouches for initialised limbs, and any limbs may be looked at as integers: the invariant on
        // unused bits is this library's own, not the language's.
        let limbs = unsafe { &(*at).limbs };
        limbs[Self::USED - 1] & !Self::TOP_MASK == 0 && limbs[Self::USED..].iter().all(|&limb| limb == 0)
    }

    fn fmt_dslx(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        crate::dslx::write_unsigned(f, W, self)
    }
}
