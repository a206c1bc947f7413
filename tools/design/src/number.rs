//! Integers of any width, with a sign or without: values of enums, parametrics and constants.

use std::fmt;

use xls_aot_ir::bits::word_count;
use xls_aot_ir::Bits;

/// An integer of a stated width. `Display` is decimal up to 128 bits, and hexadecimal beyond.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Number {
    /// The bits.
    pub bits: Bits,
    /// Whether they are a two's complement number.
    pub signed: bool,
}

/// Most digits of a decimal number: converting takes quadratic time.
const MAX_DECIMAL_DIGITS: usize = 4096;

impl Number {
    /// Reads `127`, `-3`, `0xff`, `0b101`; underscores may separate digits.
    ///
    /// # Errors
    /// What is wrong, in words that follow the number in a sentence.
    pub(crate) fn parse(text: &str, width: u32, signed: bool) -> Result<Number, String> {
        let (negative, magnitude) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let magnitude = magnitude.replace('_', "");
        let (radix, digits) = match magnitude.get(..2) {
            Some("0x" | "0X") => (16, &magnitude[2..]),
            Some("0b" | "0B") => (2, &magnitude[2..]),
            _ => (10, &*magnitude),
        };
        if digits.is_empty() || !digits.chars().all(|c| c.is_digit(radix)) {
            return Err("is not an integer; write it as `12`, `-12`, `\"0x1f\"` or `\"0b101\"`".to_owned());
        }
        if radix == 10 && digits.len() > MAX_DECIMAL_DIGITS {
            return Err(format!("has more than {MAX_DECIMAL_DIGITS} decimal digits; write it in hexadecimal"));
        }
        let out_of_range = || format!("does not fit {}", range(width, signed));
        let words = magnitude_words(digits, radix, word_count(width) + 1).ok_or_else(out_of_range)?;
        let mut bits = Bits::from_words(width, &words);
        let zero = words.iter().all(|&word| word == 0);
        // The magnitude has at most `room` bits, or is exactly the power of two that only a negative number reaches.
        let significant = significant_bits(&words);
        let room = if signed { width.saturating_sub(1) } else { width };
        let lowest = negative && signed && width > 0 && is_power_of_two(&words) && significant == width;
        if (significant > room && !lowest) || (negative && !signed && !zero) {
            return Err(out_of_range());
        }
        if negative {
            negate(&mut bits);
        }
        Ok(Number { bits, signed })
    }

    /// Whether the number is below zero.
    pub fn is_negative(&self) -> bool {
        self.signed && self.bits.sign_bit()
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut magnitude = self.bits.clone();
        if self.is_negative() {
            f.write_str("-")?;
            negate(&mut magnitude);
        }
        let words = magnitude.words();
        if words.get(2..).is_none_or(|high| high.iter().all(|&word| word == 0)) {
            let word = |index: usize| u128::from(words.get(index).copied().unwrap_or(0));
            return write!(f, "{}", word(1) << 64 | word(0));
        }
        f.write_str("0x")?;
        let mut digits = words.iter().rev().skip_while(|&&word| word == 0);
        digits.next().map_or(Ok(()), |first| write!(f, "{first:x}"))?;
        digits.try_for_each(|word| write!(f, "{word:016x}"))
    }
}

/// `u8, which holds 0 to 255`; of wide ones only the name.
pub(crate) fn range(width: u32, signed: bool) -> String {
    let name = spelled(width, signed);
    match (signed, width) {
        (_, 0) => format!("{name}, which holds 0 only"),
        (false, 1..=64) => format!("{name}, which holds 0 to {}", u64::MAX >> (64 - width)),
        (true, 1..=64) => {
            let highest = (u64::MAX >> (64 - width)) >> 1;
            format!("{name}, which holds -{} to {highest}", u128::from(highest) + 1)
        }
        _ => name,
    }
}

/// `u8`, `s8`; `uN[200]` where DSLX has no name of its own.
pub(crate) fn spelled(width: u32, signed: bool) -> String {
    let sign = if signed { 's' } else { 'u' };
    match width {
        1..=128 => format!("{sign}{width}"),
        _ => format!("{sign}N[{width}]"),
    }
}

/// Little-endian words of a number; `None` if it takes more than `most` of them.
fn magnitude_words(digits: &str, radix: u32, most: usize) -> Option<Vec<u64>> {
    let digits = digits.trim_start_matches('0');
    let mut words = vec![0u64; most];
    if radix == 10 {
        for digit in digits.chars() {
            let mut carry = u128::from(digit.to_digit(radix)?);
            for word in &mut words {
                let value = u128::from(*word) * 10 + carry;
                *word = value as u64;
                carry = value >> 64;
            }
            if carry != 0 {
                return None;
            }
        }
        return Some(words);
    }
    let bits_per_digit = radix.trailing_zeros() as usize;
    if digits.len() * bits_per_digit > most * 64 + 3 {
        return None;
    }
    for (index, digit) in digits.chars().rev().enumerate() {
        // A digit never crosses a word: 64 is a multiple of both sizes.
        let (word, shift) = (index * bits_per_digit / 64, index * bits_per_digit % 64);
        *words.get_mut(word)? |= u64::from(digit.to_digit(radix)?) << shift;
    }
    Some(words)
}

fn significant_bits(words: &[u64]) -> u32 {
    match words.iter().rposition(|&word| word != 0) {
        Some(index) => index as u32 * 64 + 64 - words[index].leading_zeros(),
        None => 0,
    }
}

fn is_power_of_two(words: &[u64]) -> bool {
    words.iter().map(|word| word.count_ones()).sum::<u32>() == 1
}

/// Two's complement.
fn negate(bits: &mut Bits) {
    let mut carry = true;
    for word in bits.words_mut() {
        let (value, overflow) = (!*word).overflowing_add(u64::from(carry));
        *word = value;
        carry = overflow;
    }
    bits.clear_unused();
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str, width: u32, signed: bool) -> Result<String, String> {
        Number::parse(text, width, signed).map(|number| format!("{number} {:x?}", number.bits.words()))
    }

    #[test]
    fn numbers_of_every_form() {
        for (text, width, signed, expected) in [
            ("0", 0, false, "0 []"),
            ("1", 1, false, "1 [1]"),
            ("-1", 1, true, "-1 [1]"),
            ("255", 8, false, "255 [ff]"),
            ("-128", 8, true, "-128 [80]"),
            ("127", 8, true, "127 [7f]"),
            ("0xf_f", 8, false, "255 [ff]"),
            ("-0x80", 8, true, "-128 [80]"),
            ("0b101", 7, false, "5 [5]"),
            ("-0", 8, false, "0 [0]"),
            ("9223372036854775807", 64, true, "9223372036854775807 [7fffffffffffffff]"),
            ("-9223372036854775808", 64, true, "-9223372036854775808 [8000000000000000]"),
            ("18446744073709551616", 65, false, "18446744073709551616 [0, 1]"),
            ("-18446744073709551616", 65, true, "-18446744073709551616 [0, 1]"),
            ("0x100000000000000000000000000000000", 129, false, "0x100000000000000000000000000000000 [0, 0, 1]"),
            ("-1", 129, true, "-1 [ffffffffffffffff, ffffffffffffffff, 1]"),
        ] {
            assert_eq!(parsed(text, width, signed).as_deref(), Ok(expected), "{text} in {width} bits");
        }
    }

    #[test]
    fn numbers_that_do_not_fit() {
        for (text, width, signed, expected) in [
            ("1", 0, false, "does not fit uN[0], which holds 0 only"),
            ("2", 1, false, "does not fit u1, which holds 0 to 1"),
            ("1", 1, true, "does not fit s1, which holds -1 to 0"),
            ("256", 8, false, "does not fit u8, which holds 0 to 255"),
            ("-1", 8, false, "does not fit u8, which holds 0 to 255"),
            ("128", 8, true, "does not fit s8, which holds -128 to 127"),
            ("-129", 8, true, "does not fit s8, which holds -128 to 127"),
            (
                "0xffffffffffffffff",
                64,
                true,
                "does not fit s64, which holds -9223372036854775808 to 9223372036854775807",
            ),
            ("0x200000000000000000000000000000000", 129, false, "does not fit uN[129]"),
            ("0x1ffffffffffffffffffffffffffffffffffffffffffffffffffff", 100, false, "does not fit u100"),
        ] {
            assert_eq!(parsed(text, width, signed), Err(expected.to_owned()), "{text} in {width} bits");
        }
        for text in ["", "-", "0x", "1.5", "1e3", "--1", "0b2", "x", "ü1"] {
            assert!(parsed(text, 8, false).unwrap_err().starts_with("is not an integer"), "{text}");
        }
        assert!(parsed(&"9".repeat(5000), 24, false).unwrap_err().contains("hexadecimal"));
    }
}
