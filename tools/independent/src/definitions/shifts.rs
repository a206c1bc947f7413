//! Shifts: on lists of bits. The amount is unsigned and of any width; all of its bits count.

use crate::Number;

/// Bit `i` of the result is what `x` has at `source(i)`, and `fill` where that is no bit of `x`.
fn moved(x: &Number, fill: bool, source: impl Fn(usize) -> Option<usize>) -> Number {
    let bits = x.bits();
    let bit = |position: usize| source(position).and_then(|from| bits.get(from).copied()).unwrap_or(fill);
    Number::from_bits(&(0..bits.len()).map(bit).collect::<Vec<_>>())
}

/// The amount, if it is less than the width.
fn amount(x: &Number, amount: &Number) -> Option<usize> {
    amount.below(x.width() as usize)
}

/// Towards the most significant bit; zeros come in.
pub(crate) fn shll(x: &Number, by: &Number) -> Number {
    let by = amount(x, by);
    moved(x, false, |position| position.checked_sub(by?))
}

/// Towards the least significant bit; zeros come in.
pub(crate) fn shrl(x: &Number, by: &Number) -> Number {
    let by = amount(x, by);
    moved(x, false, |position| Some(position + by?))
}

/// Towards the least significant bit; copies of the sign come in.
pub(crate) fn shra(x: &Number, by: &Number) -> Number {
    let by = amount(x, by);
    moved(x, x.is_negative(), |position| Some(position + by?))
}
