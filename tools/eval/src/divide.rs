//! Division and remainder. Division by zero is defined: see each function.

use xls_aot_ir::bits::word_count;
use xls_aot_ir::Bits;

use crate::arith::{neg, sub};
use crate::compare::unsigned;

/// Quotient and remainder of unsigned values of one width; `y` is not zero.
fn divide(x: &Bits, y: &Bits) -> (Bits, Bits) {
    let width = x.width();
    if word_count(width) > 2 {
        return divide_long(x, y);
    }
    let number = |v: &Bits| v.words().iter().rev().fold(0u128, |n, &word| n << 64 | u128::from(word));
    let bits = |n: u128| Bits::from_words(width, &[n as u64, (n >> 64) as u64]);
    let (a, b) = (number(x), number(y));
    (bits(a / b), bits(a % b))
}

/// Long division in base 2: the remainder takes the bits of `x` from the top, and a quotient bit is set wherever `y`
/// can be subtracted.
fn divide_long(x: &Bits, y: &Bits) -> (Bits, Bits) {
    let width = x.width();
    let mut quotient = Bits::zero(width);
    let mut remainder = Bits::zero(width);
    for i in (0..x.significant_bits()).rev() {
        // The remainder is at most `x >> (i + 1)`, so no bit is shifted out.
        let mut carry = u64::from(x.bit(i));
        for word in remainder.words_mut() {
            (*word, carry) = (*word << 1 | carry, *word >> 63);
        }
        remainder.clear_unused();
        if unsigned(&remainder, y).is_ge() {
            remainder = sub(&remainder, y);
            quotient.set_bit(i, true);
        }
    }
    (quotient, remainder)
}

/// `floor(x / y)`; all ones if `y` is zero.
pub(crate) fn udiv(x: &Bits, y: &Bits) -> Bits {
    if y.is_zero() {
        return Bits::ones(x.width());
    }
    divide(x, y).0
}

/// The remainder of [`udiv`]; zero if `y` is zero.
pub(crate) fn umod(x: &Bits, y: &Bits) -> Bits {
    if y.is_zero() {
        return Bits::zero(x.width());
    }
    divide(x, y).1
}

/// The signed quotient, truncated towards zero. If `y` is zero: the greatest signed value for `x >= 0`, the least one
/// for `x < 0`. The least value divided by -1 is itself.
pub(crate) fn sdiv(x: &Bits, y: &Bits) -> Bits {
    let width = x.width();
    if width == 0 {
        return x.clone();
    }
    if y.is_zero() {
        let mut limit = if x.sign_bit() { Bits::zero(width) } else { Bits::ones(width) };
        limit.set_bit(width - 1, x.sign_bit());
        return limit;
    }
    let quotient = divide(&magnitude(x), &magnitude(y)).0;
    if x.sign_bit() != y.sign_bit() {
        neg(&quotient)
    } else {
        quotient
    }
}

/// The remainder of [`sdiv`], with the sign of `x`; zero if `y` is zero.
pub(crate) fn smod(x: &Bits, y: &Bits) -> Bits {
    if y.is_zero() {
        return Bits::zero(x.width());
    }
    let remainder = divide(&magnitude(x), &magnitude(y)).1;
    if x.sign_bit() {
        neg(&remainder)
    } else {
        remainder
    }
}

/// The absolute value as an unsigned number of the same width.
fn magnitude(x: &Bits) -> Bits {
    if x.sign_bit() {
        neg(x)
    } else {
        x.clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arith::add;
    use crate::multiply::umul;

    #[test]
    fn long_division_agrees_with_machine_division() {
        let words = [0u64, 1, 2, 3, 10, 0xff, 1 << 32, 0x8000_0000_0000_0000, u64::MAX, u64::MAX - 1];
        for &a in &words {
            for &b in &words {
                for &c in &words {
                    let (x, y) = (Bits::from_words(128, &[a, b]), Bits::from_words(128, &[c, a & 7]));
                    if !y.is_zero() {
                        assert_eq!(divide_long(&x, &y), divide(&x, &y), "{x:?} / {y:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn quotient_times_divisor_plus_remainder_is_the_dividend() {
        for width in [1, 7, 64, 65, 127, 129, 256, 333] {
            let x = Bits::from_words(width, &[0xdead_beef_dead_beef, u64::MAX, 0, 0x1234, u64::MAX, 77]);
            for y in [Bits::ones(width), Bits::from_u64(width, 1), Bits::from_words(width, &[9, 0, 1])] {
                let back = add(&umul(&udiv(&x, &y), &y, width), &umod(&x, &y));
                assert_eq!(back, x);
                assert!(unsigned(&umod(&x, &y), &y).is_lt());
            }
        }
    }

    #[test]
    fn signed_corners() {
        let b8 = |v: i8| Bits::from_u64(8, v as u8 as u64);
        for x in i8::MIN..=i8::MAX {
            for y in i8::MIN..=i8::MAX {
                let (quotient, remainder) = match y {
                    0 => (if x < 0 { i8::MIN } else { i8::MAX }, 0),
                    _ => (x.wrapping_div(y), x.wrapping_rem(y)),
                };
                assert_eq!(sdiv(&b8(x), &b8(y)), b8(quotient), "{x} / {y}");
                assert_eq!(smod(&b8(x), &b8(y)), b8(remainder), "{x} % {y}");
            }
        }
        let (zero, one) = (Bits::zero(1), Bits::ones(1));
        assert_eq!(sdiv(&zero, &zero), zero);
        assert_eq!(sdiv(&one, &zero), one);
        assert_eq!(udiv(&zero, &zero), one);
        assert_eq!(sdiv(&Bits::zero(0), &Bits::zero(0)), Bits::zero(0));
        assert_eq!(udiv(&Bits::zero(0), &Bits::zero(0)), Bits::zero(0));
    }
}
