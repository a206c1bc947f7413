//! Conversions between a number and a vector in which the bit at that index is set.

use xls_aot_ir::Bits;

use crate::shift::below;

/// `one_hot`: the winning bit alone, in one bit more than the operand; the extra bit is set if no bit was.
pub(crate) fn one_hot(x: &Bits, lsb_prio: bool) -> Option<Bits> {
    let width = x.width();
    let winner = match (x.is_zero(), lsb_prio) {
        (true, _) => width,
        (false, true) => lowest_set_bit(x)?,
        (false, false) => x.significant_bits() - 1,
    };
    let mut result = Bits::zero(width.checked_add(1)?);
    result.set_bit(winner, true);
    Some(result)
}

/// Index of the lowest set bit, if there is one.
pub(crate) fn lowest_set_bit(x: &Bits) -> Option<u32> {
    let (i, word) = x.words().iter().enumerate().find(|(_, &word)| word != 0)?;
    Some(i as u32 * 64 + word.trailing_zeros())
}

/// `encode`: the OR of the indices of all set bits.
pub(crate) fn encode(x: &Bits, width: u32) -> Bits {
    let indices = (0..x.width()).filter(|&i| x.bit(i)).fold(0, |indices, i| indices | i);
    Bits::from_u64(width, u64::from(indices))
}

/// `decode`: the bit of index `x`, if it is below the result's width.
pub(crate) fn decode(x: &Bits, width: u32) -> Bits {
    let mut result = Bits::zero(width);
    if let Some(index) = below(x, width) {
        result.set_bit(index, true);
    }
    result
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn priorities() {
        let b = Bits::from_u64;
        assert_eq!(one_hot(&b(8, 0b0110_1000), true), Some(b(9, 0b1000)));
        assert_eq!(one_hot(&b(8, 0b0110_1000), false), Some(b(9, 0b100_0000)));
        assert_eq!(one_hot(&b(8, 0), true), Some(b(9, 0x100)));
        assert_eq!(one_hot(&b(0, 0), false), Some(b(1, 1)));
        assert_eq!(lowest_set_bit(&Bits::from_words(130, &[0, 0, 2])), Some(129));
        assert_eq!(lowest_set_bit(&Bits::zero(130)), None);
    }

    #[test]
    fn encoding_ors_indices_and_decoding_is_bounded() {
        let b = Bits::from_u64;
        assert_eq!(encode(&b(8, 0b10_0010), 3), b(3, 5));
        assert_eq!(encode(&b(8, 0b10_0100), 3), b(3, 7));
        assert_eq!(encode(&b(1, 1), 0), b(0, 0));
        assert_eq!(decode(&b(3, 4), 5), b(5, 16));
        assert_eq!(decode(&b(3, 5), 5), b(5, 0));
        assert_eq!(decode(&Bits::from_words(70, &[1, 1]), 9), b(9, 0));
        assert_eq!(decode(&b(2, 0), 0), b(0, 0));
    }
}
