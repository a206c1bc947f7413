//! Numbers as IR text and typed values write them.
//!
//! Forms: decimal without leading zeros, `0x...`, `0b...`, each with `_` between digits and an optional leading `-`.
//! Work is bounded: a hexadecimal or binary number is converted in linear time, a decimal one only up to
//! [`MAX_DECIMAL_DIGITS`] digits, and nothing is converted that cannot fit the wanted width.

use crate::limits::{MAX_BIT_COUNT, MAX_DECIMAL_DIGITS};
use crate::Bits;

/// Why a number cannot be used.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum NumberError {
    /// Digits missing or of another base, a leading zero, an unknown prefix.
    Malformed,
    /// The value does not fit.
    TooLarge,
    /// A decimal number with more digits than are converted.
    TooLong,
}

/// Sign, base and digits (still with `_`).
struct Parts<'a> {
    negative: bool,
    radix: u32,
    digits: &'a str,
}

fn split(text: &str) -> Result<Parts<'_>, NumberError> {
    let (negative, rest) = match text.strip_prefix('-') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (radix, digits) = match rest.as_bytes() {
        [b'0'] => (10, rest),
        [b'0', b'x', ..] => (16, &rest[2..]),
        [b'0', b'b', ..] => (2, &rest[2..]),
        [b'1'..=b'9', ..] => (10, rest),
        _ => return Err(NumberError::Malformed),
    };
    let well_formed = digits.bytes().all(|b| b == b'_' || (b as char).is_digit(radix));
    if !well_formed || !digits.bytes().any(|b| b != b'_') {
        return Err(NumberError::Malformed);
    }
    Ok(Parts { negative, radix, digits })
}

/// The value of a number that fits 64 bits with sign.
pub(crate) fn parse_i64(text: &str) -> Result<i64, NumberError> {
    let bytes = text.as_bytes();
    if matches!(bytes, [b'1'..=b'9', ..]) && bytes.len() <= 18 && bytes.iter().all(u8::is_ascii_digit) {
        return Ok(bytes.iter().fold(0, |value, digit| value * 10 + i64::from(digit - b'0')));
    }
    let parts = split(text)?;
    let mut magnitude = 0u64;
    for digit in parts.digits.chars().filter_map(|c| c.to_digit(parts.radix)) {
        magnitude = magnitude
            .checked_mul(u64::from(parts.radix))
            .and_then(|m| m.checked_add(u64::from(digit)))
            .ok_or(NumberError::TooLarge)?;
    }
    let value = if parts.negative { -i128::from(magnitude) } else { i128::from(magnitude) };
    i64::try_from(value).map_err(|_| NumberError::TooLarge)
}

/// A number has more digits than are converted: [`MAX_DECIMAL_DIGITS`], or those of a number of [`MAX_BIT_COUNT`] bits.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct TooManyDigits;

/// The number that `digits` write in a radix of 2, 10 or 16, as narrow as it can be (width 0 for zero). `_` between digits
/// means nothing; digits that the radix does not have count as zero.
pub fn magnitude(radix: u32, digits: &str) -> Result<Bits, TooManyDigits> {
    let bits_per_digit = if radix == 2 { 1 } else { 4 };
    let width = (digits.len() as u64 * bits_per_digit).min(u64::from(MAX_BIT_COUNT)) as u32;
    let wide = match radix {
        10 => decimal(digits, width),
        16 => power_of_two_radix(digits, 4, width),
        _ => power_of_two_radix(digits, 1, width),
    };
    let wide = wide.map_err(|_| TooManyDigits)?;
    Ok(Bits::from_words(wide.significant_bits(), wide.words()))
}

/// The bit vector of `width` bits with the number's value: `0 ..= 2^width - 1`, or down to `-2^(width-1)` in two's
/// complement.
pub(crate) fn parse_bits(text: &str, width: u32) -> Result<Bits, NumberError> {
    let parts = split(text)?;
    let magnitude = match parts.radix {
        10 => decimal(parts.digits, width)?,
        16 => power_of_two_radix(parts.digits, 4, width)?,
        _ => power_of_two_radix(parts.digits, 1, width)?,
    };
    if !parts.negative || magnitude.is_zero() {
        return Ok(magnitude);
    }
    let negated = negate(&magnitude);
    // 0 < m <= 2^(w-1) is the same as: -m has its sign bit set.
    if negated.sign_bit() {
        Ok(negated)
    } else {
        Err(NumberError::TooLarge)
    }
}

fn negate(bits: &Bits) -> Bits {
    let mut result = bits.clone();
    let mut carry = true;
    for word in result.words_mut() {
        let (sum, overflow) = (!*word).overflowing_add(u64::from(carry));
        *word = sum;
        carry = overflow;
    }
    result.clear_unused();
    result
}

/// Digits of `digit_bits` bits each, most significant first.
fn power_of_two_radix(digits: &str, digit_bits: u32, width: u32) -> Result<Bits, NumberError> {
    let mut bits = Bits::zero(width);
    let mut position = 0u64;
    for digit in digits.bytes().rev().filter_map(|b| (b as char).to_digit(16)) {
        let value = u64::from(digit);
        if value != 0 {
            let top = position + u64::from(64 - value.leading_zeros());
            if top > u64::from(width) {
                return Err(NumberError::TooLarge);
            }
            bits.words_mut()[(position / 64) as usize] |= value << (position % 64);
        }
        position += u64::from(digit_bits);
    }
    Ok(bits)
}

/// A decimal number: chunks of 18 digits, each multiplied into the words so far.
fn decimal(digits: &str, width: u32) -> Result<Bits, NumberError> {
    const CHUNK_DIGITS: u32 = 18;
    let count = digits.bytes().filter(|&b| b != b'_').count();
    // A number of d digits without leading zeros is at least 10^(d-1) > 2^(3.32 (d-1)).
    if count > 1 && (count as u64 - 1) * 332 / 100 > u64::from(width) {
        return Err(NumberError::TooLarge);
    }
    if count > MAX_DECIMAL_DIGITS {
        return Err(NumberError::TooLong);
    }
    let mut words: Vec<u64> = Vec::new();
    let mut chunk = 0u64;
    let mut chunk_len = 0u32;
    for digit in digits.bytes().filter(|&b| b != b'_') {
        chunk = chunk * 10 + u64::from(digit - b'0');
        chunk_len += 1;
        if chunk_len == CHUNK_DIGITS {
            multiply_add(&mut words, 10u64.pow(CHUNK_DIGITS), chunk);
            (chunk, chunk_len) = (0, 0);
        }
    }
    multiply_add(&mut words, 10u64.pow(chunk_len), chunk);
    let significant = match words.iter().rposition(|&w| w != 0) {
        None => 0,
        Some(i) => i as u64 * 64 + u64::from(64 - words[i].leading_zeros()),
    };
    if significant > u64::from(width) {
        return Err(NumberError::TooLarge);
    }
    Ok(Bits::from_words(width, &words))
}

/// `words = words * factor + addend`.
fn multiply_add(words: &mut Vec<u64>, factor: u64, addend: u64) {
    let mut carry = u128::from(addend);
    for word in words.iter_mut() {
        let product = u128::from(*word) * u128::from(factor) + carry;
        *word = product as u64;
        carry = product >> 64;
    }
    if carry != 0 {
        words.push(carry as u64);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn magnitudes_are_as_narrow_as_they_can_be() {
        let of = |radix, digits: &str| magnitude(radix, digits).map(|bits| (bits.width(), bits.words().to_vec()));
        assert_eq!(of(10, "0"), Ok((0, vec![])));
        assert_eq!(of(10, "12"), Ok((4, vec![12])));
        assert_eq!(of(16, "00_fF"), Ok((8, vec![255])));
        assert_eq!(of(2, "1_0000_0000"), Ok((9, vec![256])));
        assert_eq!(of(10, "18446744073709551616"), Ok((65, vec![0, 1])));
        assert_eq!(of(16, &format!("{}1", "0".repeat(5_000_000))), Ok((1, vec![1])));
        assert_eq!(magnitude(16, &format!("1{}", "0".repeat(5_000_000))), Err(TooManyDigits));
        assert_eq!(magnitude(10, &"1".repeat(MAX_DECIMAL_DIGITS + 1)), Err(TooManyDigits));
    }

    #[test]
    fn integers() {
        for (text, value) in
            [("0", 0), ("-0", 0), ("1_0", 10), ("0x_fF", 255), ("-0b101", -5), ("-9223372036854775808", i64::MIN)]
        {
            assert_eq!(parse_i64(text), Ok(value), "{text}");
        }
        for text in ["007", "0_8", "0X1", "0xg", "1a", "0x", "0b2", "0x_", "-", ""] {
            assert_eq!(parse_i64(text), Err(NumberError::Malformed), "{text}");
        }
        for text in ["9223372036854775808", "0x1_0000_0000_0000_0000", "-9223372036854775809"] {
            assert_eq!(parse_i64(text), Err(NumberError::TooLarge), "{text}");
        }
    }

    #[test]
    fn fits_or_does_not() {
        for (text, width, ok) in [
            ("255", 8, true),
            ("256", 8, false),
            ("-128", 8, true),
            ("-129", 8, false),
            ("-0x80", 8, true),
            ("0b0000000000001", 8, true),
            ("0", 0, true),
            ("-0", 0, true),
            ("1", 0, false),
            ("-1", 0, false),
            ("-1", 1, true),
            ("340282366920938463463374607431768211455", 128, true),
            ("340282366920938463463374607431768211456", 128, false),
            ("-170141183460469231731687303715884105728", 128, true),
            ("-170141183460469231731687303715884105729", 128, false),
            ("10", 4, true),
            ("16", 4, false),
        ] {
            assert_eq!(parse_bits(text, width).is_ok(), ok, "{text} in bits[{width}]");
        }
    }

    #[test]
    fn every_base_gives_the_same_value() {
        let width = 257;
        for shift in [0, 1, 17, 63, 64, 65, 128, 200, 256] {
            let mut expected = Bits::zero(width);
            expected.set_bit(shift, true);
            let binary = format!("0b1{}", "0".repeat(shift as usize));
            let hex = format!("0x{}{}", 1 << (shift % 4), "0".repeat(shift as usize / 4));
            let mut decimal = vec![1u8];
            for _ in 0..shift {
                let mut carry = 0;
                for digit in decimal.iter_mut() {
                    let doubled = *digit * 2 + carry;
                    *digit = doubled % 10;
                    carry = doubled / 10;
                }
                if carry > 0 {
                    decimal.push(carry);
                }
            }
            let decimal: String = decimal.iter().rev().map(|d| (d + b'0') as char).collect();
            for text in [binary, hex, decimal] {
                assert_eq!(parse_bits(&text, width).as_ref(), Ok(&expected), "{text}");
            }
        }
    }

    #[test]
    fn negative_numbers_are_twos_complement() {
        assert_eq!(parse_bits("-1", 65), Ok(Bits::ones(65)));
        assert_eq!(parse_bits("-3", 8), Ok(Bits::from_u64(8, 0xfd)));
    }

    #[test]
    fn long_numbers_are_refused_before_conversion() {
        let nines = "9".repeat(1_000_000);
        assert_eq!(parse_bits(&nines, 64), Err(NumberError::TooLarge));
        assert_eq!(parse_bits(&nines, 1 << 24), Err(NumberError::TooLong));
        assert_eq!(parse_i64(&nines), Err(NumberError::TooLarge));
        assert_eq!(parse_bits(&format!("0x{}", "0".repeat(1_000_000)), 8), Ok(Bits::zero(8)));
    }
}
