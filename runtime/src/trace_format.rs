//! The text of trace operands, exactly as libxls prints it.
//!
//! | placeholder | format | `bits[8]:0xc5` | `bits[70]` of all ones |
//! |---|---|---|---|
//! | `{}` | [`Format::Default`] | `197` | `0x3f_ffff_ffff_ffff_ffff` |
//! | `{:u}` | [`Format::Unsigned`] | `197` | `1180591620717411303423` |
//! | `{:d}` | [`Format::Signed`] | `-59` | `-1` |
//! | `{:x}` | [`Format::Hex`] | `c5` | `3fffffffffffffffff` |
//! | `{:0x}` | [`Format::PaddedHex`] | `c5` | `3f_ffff_ffff_ffff_ffff` |
//! | `{:#x}` | [`Format::PrefixedHex`] | `0xc5` | `0x3f_ffff_ffff_ffff_ffff` |
//! | `{:b}` | [`Format::Binary`] | `11000101` | |
//! | `{:0b}` | [`Format::PaddedBinary`] | `1100_0101` | |
//! | `{:#b}` | [`Format::PrefixedBinary`] | `0b1100_0101` | |
//!
//! A format applies to each bit vector of its operand: tuples print as `(a, b)`, arrays as `[a, b]`, tokens as `token`.

use crate::wide_format::Decimal;
use alloc::vec::Vec;
use core::fmt::{self, Write};

/// How a placeholder of a format string prints the bit vectors of its operand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Format {
    /// `{}`: unsigned decimal up to 64 bits, above as `{:#x}`.
    #[default]
    Default,
    /// `{:u}`: unsigned decimal.
    Unsigned,
    /// `{:d}`: signed decimal.
    Signed,
    /// `{:x}`: hexadecimal digits without leading zeros.
    Hex,
    /// `{:0x}`: hexadecimal with all leading zeros, `_` before each group of four digits.
    PaddedHex,
    /// `{:#x}`: `0x` and hexadecimal without leading zeros, `_` before each group of four digits.
    PrefixedHex,
    /// `{:b}`: binary digits without leading zeros.
    Binary,
    /// `{:0b}`: binary with all leading zeros, `_` before each group of four digits.
    PaddedBinary,
    /// `{:#b}`: `0b` and binary without leading zeros, `_` before each group of four digits.
    PrefixedBinary,
}

/// Writes a bit vector of `width` bits, given by its bytes, least significant first. Bits above the width are zero.
pub(crate) fn write_bits(f: &mut fmt::Formatter<'_>, width: u32, bytes: &[u8], format: Format) -> fmt::Result {
    let digits = |f: &mut fmt::Formatter<'_>, prefix, digit_bits, shown, grouped| {
        f.write_str(prefix)?;
        write_digits(f, bytes, digit_bits, shown, grouped)
    };
    let used = significant(bytes);
    match format {
        Format::Default if width <= 64 => write!(f, "{}", Decimal(&limbs(bytes))),
        Format::Default | Format::PrefixedHex => digits(f, "0x", 4, used, true),
        Format::Unsigned => write!(f, "{}", Decimal(&limbs(bytes))),
        Format::Signed if width > 0 && used == width => {
            f.write_str("-")?;
            write!(f, "{}", Decimal(&negated(bytes, width)))
        }
        Format::Signed => write!(f, "{}", Decimal(&limbs(bytes))),
        Format::Hex => digits(f, "", 4, used, false),
        Format::PaddedHex => digits(f, "", 4, width, true),
        Format::Binary => digits(f, "", 1, used, false),
        Format::PaddedBinary => digits(f, "", 1, width, true),
        Format::PrefixedBinary => digits(f, "0b", 1, used, true),
    }
}

/// The number of bits up to the highest one that is set.
fn significant(bytes: &[u8]) -> u32 {
    bytes.iter().rposition(|&byte| byte != 0).map_or(0, |top| top as u32 * 8 + 8 - bytes[top].leading_zeros())
}

/// Writes the digits of `shown` bits, at least one.
fn write_digits(f: &mut fmt::Formatter<'_>, bytes: &[u8], digit_bits: u32, shown: u32, grouped: bool) -> fmt::Result {
    for i in (0..shown.div_ceil(digit_bits).max(1)).rev() {
        // A digit has 1 or 4 bits, so it is in one byte.
        let low = i * digit_bits;
        let byte = bytes.get(low as usize / 8).copied().unwrap_or(0);
        let digit = byte >> (low % 8) & ((1 << digit_bits) - 1);
        f.write_char(char::from(b"0123456789abcdef"[usize::from(digit)]))?;
        if grouped && i > 0 && i % 4 == 0 {
            f.write_char('_')?;
        }
    }
    Ok(())
}

/// The value in limbs, least significant first, without zeros at the top.
fn limbs(bytes: &[u8]) -> Vec<u64> {
    let used = &bytes[..significant(bytes).div_ceil(8) as usize];
    let limb = |chunk: &[u8]| chunk.iter().rev().fold(0, |limb, &byte| limb << 8 | u64::from(byte));
    used.chunks(8).map(limb).collect()
}

/// The limbs of the value's negation modulo `2^width`.
fn negated(bytes: &[u8], width: u32) -> Vec<u64> {
    let mut limbs = limbs(bytes);
    let mut carry = true;
    for limb in &mut limbs {
        (*limb, carry) = (!*limb).overflowing_add(u64::from(carry));
    }
    if !width.is_multiple_of(64) {
        if let Some(top) = limbs.get_mut(width as usize / 64) {
            *top &= (1 << (width % 64)) - 1;
        }
    }
    while limbs.last() == Some(&0) {
        limbs.pop();
    }
    limbs
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::operand::Operand;
    use crate::shape::Shape;
    use alloc::boxed::Box;
    use alloc::string::ToString;
    use alloc::vec;

    fn format(placeholder: &str) -> Format {
        match placeholder {
            "{}" => Format::Default,
            "{:u}" => Format::Unsigned,
            "{:d}" => Format::Signed,
            "{:x}" => Format::Hex,
            "{:0x}" => Format::PaddedHex,
            "{:#x}" => Format::PrefixedHex,
            "{:b}" => Format::Binary,
            "{:0b}" => Format::PaddedBinary,
            "{:#b}" => Format::PrefixedBinary,
            _ => panic!("no placeholder: {placeholder}"),
        }
    }

    /// The bytes of a bit vector in the ABI's layout, from hexadecimal digits.
    fn bytes_of(width: u32, digits: &str) -> Vec<u8> {
        let mut bytes = vec![0; crate::abi::bits_size(width) as usize];
        for (i, digit) in digits.chars().rev().enumerate() {
            bytes[i / 2] |= (digit.to_digit(16).unwrap() as u8) << (i % 2 * 4);
        }
        bytes
    }

    #[test]
    fn texts_are_those_of_libxls() {
        const PAIR: Shape = Shape::Tuple(&[Shape::Bits(1), Shape::Bits(70)]);
        const INNER: Shape = Shape::Tuple(&[Shape::Array(&Shape::Bits(12), 2), Shape::Bits(0)]);
        const ROW: Shape = Shape::Array(&Shape::Bits(5), 2);
        let mut pairs = [0; 64];
        pairs[0] = 1;
        pairs[16..24].fill(0xff);
        pairs[24] = 0x3f;
        (pairs[48], pairs[50]) = (5, 1);
        // The aggregates at the end of the table, in order.
        let mut aggregates = [
            (&Shape::Array(&PAIR, 2), &pairs[..]),
            (&Shape::Tuple(&[Shape::Bits(8), INNER]), &[0xc5, 0x77, 0x00, 0x08, 0xff, 0x07, 0x00, 0x77]),
            (&Shape::Tuple(&[Shape::Bits(8)]), &[0xc5]),
            (&Shape::Tuple(&[]), &[]),
            (&Shape::Array(&ROW, 3), &[1, 2, 3, 4, 5, 0x1f]),
        ]
        .into_iter();
        let mut compared = 0;
        for line in include_str!("../tests/trace_texts.txt").lines().filter(|line| !line.starts_with('#')) {
            let columns: Vec<&str> = line.split('\t').collect();
            let [placeholder, ty, value, text] = columns[..] else { panic!("four columns: {line}") };
            let width = ty.strip_prefix("bits[").and_then(|rest| rest.strip_suffix(']')?.parse().ok());
            let shown = match width {
                Some(width) => {
                    let bytes = bytes_of(width, value.strip_prefix("0x").unwrap());
                    let shape: &'static Shape = Box::leak(Box::new(Shape::Bits(width)));
                    Operand::new(shape, &bytes).format(format(placeholder)).to_string()
                }
                None => {
                    let (shape, bytes) = aggregates.next().unwrap();
                    assert_eq!(shape.to_string(), ty);
                    Operand::new(shape, bytes).format(format(placeholder)).to_string()
                }
            };
            assert_eq!(shown, text, "{line}");
            compared += 1;
        }
        assert!(compared > 1000 && aggregates.next().is_none());
    }
}
