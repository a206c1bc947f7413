//! Addition, subtraction, negation; all modulo 2^width.

use xls_aot_ir::Bits;

use crate::bitwise::not;

/// `a + b + carry`; the operands have one width.
fn add_with_carry(a: &Bits, b: &Bits, mut carry: bool) -> Bits {
    let mut sum = a.clone();
    for (word, &other) in sum.words_mut().iter_mut().zip(b.words()) {
        let (partial, first) = word.overflowing_add(other);
        let (full, second) = partial.overflowing_add(u64::from(carry));
        *word = full;
        carry = first || second;
    }
    sum.clear_unused();
    sum
}

/// `a + b`.
pub(crate) fn add(a: &Bits, b: &Bits) -> Bits {
    add_with_carry(a, b, false)
}

/// `a - b = a + ~b + 1`.
pub(crate) fn sub(a: &Bits, b: &Bits) -> Bits {
    add_with_carry(a, &not(b.clone()), true)
}

/// `-x = 0 - x`.
pub(crate) fn neg(x: &Bits) -> Bits {
    sub(&Bits::zero(x.width()), x)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn carries_cross_words_and_wrap_at_the_width() {
        for width in [1, 7, 8, 63, 64, 65, 127, 128, 129, 256] {
            let one = Bits::from_u64(width, 1);
            let ones = Bits::ones(width);
            assert_eq!(add(&ones, &one), Bits::zero(width));
            assert_eq!(sub(&Bits::zero(width), &one), ones);
            assert_eq!(neg(&one), ones);
            assert_eq!(neg(&ones), one);
            let mut min = Bits::zero(width);
            min.set_bit(width - 1, true);
            assert_eq!(neg(&min), min, "the least signed value is its own negation");
        }
        let nothing = Bits::zero(0);
        assert_eq!(add(&nothing, &nothing), nothing);
        assert_eq!(neg(&nothing), nothing);
    }
}
