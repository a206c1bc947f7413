//! Bits that are known of a vector, and what operations that move or combine single bits make of them.
//!
//! Known bits stand for all vectors that have them. What an operation makes of known bits holds for the results of all
//! vectors that its operands stand for. Bits above the width of a vector are neither known to be zero nor to be one, unless a
//! function says so; `low_bits` removes them.

/// The known bits of a vector, of its low 128.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct KnownBits {
    /// The bits that are zero.
    pub zeros: u128,
    /// The bits that are one.
    pub ones: u128,
}

/// The low `width` bits of the 128.
pub(crate) fn low_mask(width: u32) -> u128 {
    if width >= 128 {
        u128::MAX
    } else {
        (1 << width) - 1
    }
}

impl KnownBits {
    /// No bit is known.
    pub const NONE: Self = KnownBits { zeros: 0, ones: 0 };

    /// All of the low `width` bits are known.
    pub fn exactly(value: u128, width: u32) -> Self {
        KnownBits { zeros: !value, ones: value }.low_bits(width)
    }

    /// The bits of which it is known whether they are zero or one.
    pub fn known(self) -> u128 {
        self.zeros | self.ones
    }

    /// Only the low `width` bits.
    pub fn low_bits(self, width: u32) -> Self {
        KnownBits { zeros: self.zeros & low_mask(width), ones: self.ones & low_mask(width) }
    }

    /// Each bit that is one may be zero instead.
    pub fn without_ones(self) -> Self {
        KnownBits { ones: 0, ..self }
    }

    pub fn inverted(self) -> Self {
        KnownBits { zeros: self.ones, ones: self.zeros }
    }

    pub fn and(self, other: Self) -> Self {
        KnownBits { zeros: self.zeros | other.zeros, ones: self.ones & other.ones }
    }

    pub fn or(self, other: Self) -> Self {
        KnownBits { zeros: self.zeros & other.zeros, ones: self.ones | other.ones }
    }

    pub fn xor(self, other: Self) -> Self {
        KnownBits {
            zeros: self.zeros & other.zeros | self.ones & other.ones,
            ones: self.zeros & other.ones | self.ones & other.zeros,
        }
    }

    /// One of the two: the bits that are known, and equal, in both.
    pub fn either(self, other: Self) -> Self {
        KnownBits { zeros: self.zeros & other.zeros, ones: self.ones & other.ones }
    }

    /// Whether the two differ in a bit that is known in both.
    pub fn differs(self, other: Self) -> bool {
        self.zeros & other.ones | self.ones & other.zeros != 0
    }

    /// Bits `start ..` of a vector.
    pub fn from(self, start: u32) -> Self {
        let cut = |bits: u128| bits.checked_shr(start).unwrap_or(0);
        KnownBits { zeros: cut(self.zeros), ones: cut(self.ones) }
    }

    /// `self` in front of a piece of `width` bits.
    pub fn before(self, low: Self, width: u32) -> Self {
        let up = |bits: u128| bits.checked_shl(width).unwrap_or(0);
        KnownBits { zeros: up(self.zeros) | low.zeros, ones: up(self.ones) | low.ones }
    }
}
