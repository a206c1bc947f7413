//! Bit vectors as integers, and as lists of bits.

use num_bigint::{BigInt, BigUint, Sign};

/// A bit vector: a width, and a number below 2^width.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Number {
    width: u32,
    value: BigUint,
}

/// 2^exponent.
pub(crate) fn power_of_two(exponent: u32) -> BigInt {
    BigInt::from(2).pow(exponent)
}

impl Number {
    /// `value` modulo 2^width.
    pub fn new(width: u32, value: impl Into<BigInt>) -> Self {
        let modulus = power_of_two(width);
        // The remainder has the sign of the left operand.
        let remainder = value.into() % &modulus;
        let (_, value) = ((remainder + &modulus) % &modulus).into_parts();
        Number { width, value }
    }

    /// `bits[1]`.
    pub fn bool(value: bool) -> Self {
        Number::from_bits(&[value])
    }

    /// The bits, least significant first.
    pub fn from_bits(bits: &[bool]) -> Self {
        let mut value = BigUint::from(0u8);
        for &bit in bits.iter().rev() {
            value = value * 2u8 + u8::from(bit);
        }
        Number { width: bits.len() as u32, value }
    }

    /// The bits, least significant first.
    pub fn bits(&self) -> Vec<bool> {
        (0..u64::from(self.width)).map(|index| self.value.bit(index)).collect()
    }

    /// Little-endian 64-bit words.
    pub fn words(&self) -> Vec<u64> {
        self.value.to_u64_digits()
    }

    /// The low `width` bits of little-endian 64-bit words.
    pub fn from_words(width: u32, words: &[u64]) -> Self {
        let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
        Number::new(width, BigInt::from_bytes_le(Sign::Plus, &bytes))
    }

    /// Width in bits.
    pub fn width(&self) -> u32 {
        self.width
    }

    /// The number, from 0 to 2^width - 1.
    pub fn unsigned(&self) -> BigInt {
        BigInt::from(self.value.clone())
    }

    /// The number in two's complement, from -2^(width-1) to 2^(width-1) - 1. Without bits it is 0.
    pub fn signed(&self) -> BigInt {
        if self.is_negative() {
            self.unsigned() - power_of_two(self.width)
        } else {
            self.unsigned()
        }
    }

    /// Whether the number in two's complement is below zero.
    pub fn is_negative(&self) -> bool {
        self.bits().last().copied().unwrap_or(false)
    }

    /// Whether it is zero.
    pub fn is_zero(&self) -> bool {
        self.value == BigUint::from(0u8)
    }

    /// The number if it is below `bound`.
    pub fn below(&self, bound: usize) -> Option<usize> {
        let number = usize::try_from(&self.value).ok()?;
        (number < bound).then_some(number)
    }
}
