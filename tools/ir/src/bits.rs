//! Bit vectors of any width.
//!
//! A [`Bits`] of width `w` is `ceil(w / 64)` little-endian words; the bits of the last word above `w` are zero. Widths
//! up to 64 are stored inline, so the common case allocates nothing. This module has the representation and conversions.
//! Arithmetic is in the crates that use it (evaluator, optimiser).

use std::fmt::{self, Write as _};

/// A bit vector.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Bits {
    width: u32,
    repr: Repr,
}

#[derive(Clone, PartialEq, Eq, Hash)]
enum Repr {
    /// Width at most 64 (for width 0 the word is zero).
    Inline(u64),
    /// Width above 64.
    Heap(Box<[u64]>),
}

/// Number of 64-bit words of a bit vector of `width` bits.
pub const fn word_count(width: u32) -> usize {
    width.div_ceil(64) as usize
}

/// Mask of the bits of the last word that a bit vector of `width` bits uses (all ones for a multiple of 64).
pub const fn last_word_mask(width: u32) -> u64 {
    match width % 64 {
        0 => u64::MAX,
        used => (1 << used) - 1,
    }
}

impl Bits {
    /// All zeros.
    pub fn zero(width: u32) -> Self {
        let repr = if width <= 64 { Repr::Inline(0) } else { Repr::Heap(vec![0; word_count(width)].into()) };
        Self { width, repr }
    }

    /// The low `width` bits of `value`.
    pub fn from_u64(width: u32, value: u64) -> Self {
        let mut bits = Self::zero(width);
        if let Some(word) = bits.words_mut().first_mut() {
            *word = value;
        }
        bits.clear_unused();
        bits
    }

    /// The low `width` bits of the little-endian `words`; missing words are zero.
    pub fn from_words(width: u32, words: &[u64]) -> Self {
        let mut bits = Self::zero(width);
        for (to, from) in bits.words_mut().iter_mut().zip(words) {
            *to = *from;
        }
        bits.clear_unused();
        bits
    }

    /// `bits[1]`: 0 or 1.
    pub fn from_bool(value: bool) -> Self {
        Self::from_u64(1, u64::from(value))
    }

    /// All ones.
    pub fn ones(width: u32) -> Self {
        let mut bits = Self::zero(width);
        bits.words_mut().fill(u64::MAX);
        bits.clear_unused();
        bits
    }

    /// Width in bits.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// The little-endian words; `word_count(width)` of them.
    pub fn words(&self) -> &[u64] {
        match &self.repr {
            Repr::Inline(_) if self.width == 0 => &[],
            Repr::Inline(word) => std::slice::from_ref(word),
            Repr::Heap(words) => words,
        }
    }

    /// The words for writing. A caller that may set bits above the width calls [`Bits::clear_unused`] afterwards.
    pub fn words_mut(&mut self) -> &mut [u64] {
        match &mut self.repr {
            Repr::Inline(_) if self.width == 0 => &mut [],
            Repr::Inline(word) => std::slice::from_mut(word),
            Repr::Heap(words) => words,
        }
    }

    /// Clears the bits of the last word above the width.
    pub fn clear_unused(&mut self) {
        let mask = last_word_mask(self.width);
        if let Some(last) = self.words_mut().last_mut() {
            *last &= mask;
        }
    }

    /// Bit `index` (0 is the least significant); false from the width on.
    pub fn bit(&self, index: u32) -> bool {
        index < self.width && self.words()[(index / 64) as usize] >> (index % 64) & 1 == 1
    }

    /// Sets bit `index`, which must be below the width.
    pub fn set_bit(&mut self, index: u32, value: bool) {
        assert!(index < self.width, "bit {index} of bits[{}]", self.width);
        let word = &mut self.words_mut()[(index / 64) as usize];
        *word = *word & !(1 << (index % 64)) | u64::from(value) << (index % 64);
    }

    /// True if all bits are zero (also for width 0).
    pub fn is_zero(&self) -> bool {
        self.words().iter().all(|&w| w == 0)
    }

    /// True if all bits are one (also for width 0).
    pub fn is_ones(&self) -> bool {
        match self.words().split_last() {
            None => true,
            Some((last, rest)) => rest.iter().all(|&w| w == u64::MAX) && *last == last_word_mask(self.width),
        }
    }

    /// The value if it fits 64 bits (whatever the width).
    pub fn to_u64(&self) -> Option<u64> {
        match self.words().split_first() {
            None => Some(0),
            Some((low, rest)) => rest.iter().all(|&w| w == 0).then_some(*low),
        }
    }

    /// The low 64 bits.
    pub fn low_u64(&self) -> u64 {
        self.words().first().copied().unwrap_or(0)
    }

    /// The most significant bit; false for width 0.
    pub fn sign_bit(&self) -> bool {
        self.width > 0 && self.bit(self.width - 1)
    }

    /// Number of bits up to the highest set one; 0 for zero.
    pub fn significant_bits(&self) -> u32 {
        match self.words().iter().rposition(|&w| w != 0) {
            None => 0,
            Some(i) => i as u32 * 64 + 64 - self.words()[i].leading_zeros(),
        }
    }
}

impl fmt::Debug for Bits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "bits[{}]:{:#x}", self.width, self)
    }
}

impl fmt::LowerHex for Bits {
    /// Hexadecimal without leading zeros (and without separators).
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut digits = String::new();
        for &word in self.words().iter().rev() {
            if !digits.is_empty() {
                write!(digits, "{word:016x}")?;
            } else if word != 0 {
                write!(digits, "{word:x}")?;
            }
        }
        if digits.is_empty() {
            digits.push('0');
        }
        f.pad_integral(true, "0x", &digits)
    }
}
