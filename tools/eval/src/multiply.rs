//! Multiplication: operands and result have independent widths.

use xls_aot_ir::bits::word_count;
use xls_aot_ir::Bits;

use crate::arith::sub;
use crate::slice::{resize, sign_extend};

/// The low `width` bits of the product of the words `a` and `b`, by the school method.
fn product(a: &[u64], b: &[u64], width: u32) -> Bits {
    let mut words = vec![0u64; word_count(width)];
    for (i, &x) in a.iter().enumerate() {
        let Some(row) = words.get_mut(i..) else { break };
        if x == 0 {
            continue;
        }
        let mut carry = 0u64;
        // Beyond the words of b only the carry is left to add, until the row ends.
        let factors = b.iter().copied().chain(std::iter::repeat(0));
        for (j, (word, y)) in row.iter_mut().zip(factors).enumerate() {
            if j >= b.len() && carry == 0 {
                break;
            }
            let sum = u128::from(x) * u128::from(y) + u128::from(*word) + u128::from(carry);
            *word = sum as u64;
            carry = (sum >> 64) as u64;
        }
    }
    Bits::from_words(width, &words)
}

/// The unsigned product modulo 2^width.
pub(crate) fn umul(a: &Bits, b: &Bits, width: u32) -> Bits {
    product(a.words(), b.words(), width)
}

/// The signed product modulo 2^width: both operands sign-extended (or truncated) to the result's width.
pub(crate) fn smul(a: &Bits, b: &Bits, width: u32) -> Bits {
    let fit = |x: &Bits| if x.width() < width { sign_extend(x, width) } else { resize(x, width) };
    product(fit(a).words(), fit(b).words(), width)
}

/// How a product is split into the two elements of `umulp` and `smulp`, of which XLS specifies only the sum.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum PartialProducts {
    /// A constant and the rest, as in XLS's own interpreter. Code that relies on an element being the product shows
    /// itself.
    #[default]
    Offset,
    /// Zero and the product. Results that differ from those of [`PartialProducts::Offset`] are unspecified.
    Whole,
}

/// A pair whose sum is `full`.
pub(crate) fn split_product(full: &Bits, split: PartialProducts) -> (Bits, Bits) {
    let first = match split {
        PartialProducts::Offset => partial_product_offset(full.width()),
        PartialProducts::Whole => Bits::zero(full.width()),
    };
    let rest = sub(full, &first);
    (first, rest)
}

/// For widths above 2: `01` followed by ones from `min(width - 3, 2)` places further down; below: all ones but the top.
fn partial_product_offset(width: u32) -> Bits {
    let mut offset = Bits::zero(width);
    if width > 2 {
        offset.set_bit(width - 2, true);
        let gap = (width - 3).min(2);
        for i in 0..width - 2 - gap {
            offset.set_bit(i, true);
        }
    } else if width == 2 {
        offset.set_bit(0, true);
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arith::add;

    #[test]
    fn agrees_with_128_bit_arithmetic() {
        let values = [0u64, 1, 2, 3, 0x7f, 0x80, 0xff, 0x1234_5678, u64::MAX, u64::MAX - 1, 1 << 63];
        for &x in &values {
            for &y in &values {
                for width in [0, 1, 8, 64, 65, 100, 128] {
                    let mask = if width == 128 { u128::MAX } else { (1u128 << width) - 1 };
                    let expected = |v: u128| Bits::from_words(width, &[(v & mask) as u64, ((v & mask) >> 64) as u64]);
                    let (a, b) = (Bits::from_u64(64, x), Bits::from_u64(64, y));
                    assert_eq!(umul(&a, &b, width), expected(u128::from(x) * u128::from(y)));
                    let signed = i128::from(x as i64) * i128::from(y as i64);
                    assert_eq!(smul(&a, &b, width), expected(signed as u128));
                }
            }
        }
    }

    #[test]
    fn wide_results_are_extended_by_signedness() {
        let minus_one = Bits::ones(100);
        assert_eq!(smul(&minus_one, &Bits::from_u64(100, 1), 300), Bits::ones(300));
        assert_eq!(umul(&Bits::ones(8), &Bits::ones(8), 40), Bits::from_u64(40, 0xfe01));
        // (2^100 - 1)^2 = 2^200 - 2^101 + 1
        let mut square = Bits::zero(300);
        for i in 101..200 {
            square.set_bit(i, true);
        }
        square.set_bit(0, true);
        assert_eq!(umul(&minus_one, &minus_one, 300), square);
        assert_eq!(umul(&Bits::zero(0), &Bits::ones(8), 9), Bits::zero(9));
        assert_eq!(smul(&Bits::zero(0), &Bits::ones(8), 9), Bits::zero(9));
    }

    #[test]
    fn the_parts_sum_to_the_product() {
        for width in [0, 1, 2, 3, 4, 5, 8, 16, 63, 64, 65, 128, 200] {
            for full in [Bits::zero(width), Bits::ones(width), Bits::from_u64(width, 35)] {
                for split in [PartialProducts::Offset, PartialProducts::Whole] {
                    let (a, b) = split_product(&full, split);
                    assert_eq!(add(&a, &b), full);
                }
            }
        }
        assert_eq!(partial_product_offset(8), Bits::from_u64(8, 79));
        assert_eq!(partial_product_offset(16), Bits::from_u64(16, 20479));
    }
}
