//! Shifts. The amount is unsigned, of any width; all its bits count. An amount of at least the operand's width shifts all bits
//! out.

use xls_aot_ir::Bits;

use crate::slice::{deposit, extract};

/// The amount if it is below `width`.
pub(crate) fn below(amount: &Bits, width: u32) -> Option<u32> {
    amount.to_u64().and_then(|amount| u32::try_from(amount).ok()).filter(|&amount| amount < width)
}

/// Shift left.
pub(crate) fn shll(x: &Bits, amount: &Bits) -> Bits {
    let mut result = Bits::zero(x.width());
    if let Some(amount) = below(amount, x.width()) {
        deposit(&mut result, amount, x);
    }
    result
}

/// Shift right, zeros from the left.
pub(crate) fn shrl(x: &Bits, amount: &Bits) -> Bits {
    match below(amount, x.width()) {
        Some(amount) => extract(x, amount, x.width()),
        None => Bits::zero(x.width()),
    }
}

/// Shift right, copies of the sign from the left.
pub(crate) fn shra(x: &Bits, amount: &Bits) -> Bits {
    let width = x.width();
    let amount = below(amount, width).unwrap_or(width);
    let mut result = extract(x, amount, width);
    if x.sign_bit() {
        deposit(&mut result, width - amount, &Bits::ones(amount));
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_amount_moves_every_bit() {
        for width in [0u32, 1, 7, 63, 64, 65, 127, 128, 129] {
            let x = Bits::from_words(width, &[0x8123_4567_89ab_cdef, 0xfedc_ba98_7654_3211, 1]);
            for amount in 0..width + 3 {
                let s = Bits::from_u64(8, u64::from(amount));
                let (left, right, arithmetic) = (shll(&x, &s), shrl(&x, &s), shra(&x, &s));
                for i in 0..width {
                    assert_eq!(left.bit(i), i >= amount && x.bit(i.wrapping_sub(amount)));
                    assert_eq!(right.bit(i), x.bit(i + amount));
                    assert_eq!(arithmetic.bit(i), if i + amount < width { x.bit(i + amount) } else { x.sign_bit() });
                }
            }
        }
    }

    #[test]
    fn wide_amounts_are_not_truncated() {
        let x = Bits::ones(8);
        let huge = Bits::from_words(70, &[0, 1]);
        assert!(shll(&x, &huge).is_zero() && shrl(&x, &huge).is_zero());
        assert_eq!(shra(&x, &huge), x);
        assert_eq!(shll(&x, &Bits::zero(0)), x);
    }
}
