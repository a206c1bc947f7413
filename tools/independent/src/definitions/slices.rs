//! Extensions, slices and `concat`: on lists of bits, least significant first.

use crate::Number;

/// `x` with zeros in front.
pub(crate) fn zero_ext(x: &Number, width: u32) -> Number {
    extended(x, false, width)
}

/// `x` with copies of its sign in front.
pub(crate) fn sign_ext(x: &Number, width: u32) -> Number {
    extended(x, x.is_negative(), width)
}

fn extended(x: &Number, fill: bool, width: u32) -> Number {
    let mut bits = x.bits();
    bits.resize(width as usize, fill);
    Number::from_bits(&bits)
}

/// The `width` bits from bit `start`.
pub(crate) fn bit_slice(x: &Number, start: u32, width: u32) -> Number {
    Number::from_bits(&x.bits()[start as usize..(start + width) as usize])
}

/// The `width` bits from bit `start`; what `x` does not have is zero.
pub(crate) fn dynamic_bit_slice(x: &Number, start: &Number, width: u32) -> Number {
    let bits = x.bits();
    let start = start.below(bits.len()).unwrap_or(bits.len());
    let bit = |position: usize| bits.get(start + position).copied().unwrap_or(false);
    Number::from_bits(&(0..width as usize).map(bit).collect::<Vec<_>>())
}

/// `x` with `update` in place of its bits from bit `start`; what goes beyond `x` is dropped.
pub(crate) fn bit_slice_update(x: &Number, start: &Number, update: &Number) -> Number {
    let mut bits = x.bits();
    if let Some(start) = start.below(bits.len()) {
        for (to, from) in bits[start..].iter_mut().zip(update.bits()) {
            *to = from;
        }
    }
    Number::from_bits(&bits)
}

/// The operands side by side, the first most significant.
pub(crate) fn concat(operands: &[&Number]) -> Number {
    let bits: Vec<bool> = operands.iter().rev().flat_map(|operand| operand.bits()).collect();
    Number::from_bits(&bits)
}
