//! Bitwise logic and reductions.

use xls_aot_ir::Bits;

use crate::error::Fault;
use crate::operands::{as_bits, Operands};

/// `f` on all operands in turn, word by word; `f` must keep unused bits zero.
pub(crate) fn fold(operands: &Operands<'_>, f: impl Fn(u64, u64) -> u64) -> Result<Bits, Fault> {
    let mut result = operands.bits(0)?.clone();
    for operand in operands.from(1) {
        let operand = as_bits(operand)?;
        if operand.width() != result.width() {
            return Err(Fault::malformed(format!("operand widths {} and {} differ", result.width(), operand.width())));
        }
        for (word, &other) in result.words_mut().iter_mut().zip(operand.words()) {
            *word = f(*word, other);
        }
    }
    Ok(result)
}

/// Every bit inverted.
pub(crate) fn not(mut x: Bits) -> Bits {
    for word in x.words_mut() {
        *word = !*word;
    }
    x.clear_unused();
    x
}

/// Bit `i` becomes bit `width - 1 - i`.
pub(crate) fn reverse(x: &Bits) -> Bits {
    let width = x.width();
    if width == 0 {
        return x.clone();
    }
    if width <= 64 {
        return Bits::from_u64(width, x.low_u64().reverse_bits() >> (64 - width));
    }
    let mut result = Bits::zero(width);
    for i in 0..width {
        result.set_bit(width - 1 - i, x.bit(i));
    }
    result
}

/// Parity.
pub(crate) fn xor_reduce(x: &Bits) -> bool {
    x.words().iter().map(|word| word.count_ones()).sum::<u32>() % 2 == 1
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reversing_twice_is_the_identity_and_bits_swap_ends() {
        for width in [0, 1, 7, 8, 63, 64, 65, 127, 128, 129, 256, 333] {
            let x = Bits::from_words(width, &[0x0123_4567_89ab_cdef, 0xfeed_beef_0bad_f00d, 3, 4, 5, 6]);
            let reversed = reverse(&x);
            assert_eq!(reverse(&reversed), x);
            for i in 0..width {
                assert_eq!(reversed.bit(i), x.bit(width - 1 - i), "bit {i} of {width}");
            }
        }
    }

    #[test]
    fn inversion_keeps_unused_bits_zero() {
        for width in [0, 1, 63, 64, 65, 129] {
            assert_eq!(not(Bits::zero(width)), Bits::ones(width));
            assert_eq!(not(Bits::ones(width)), Bits::zero(width));
        }
    }
}
