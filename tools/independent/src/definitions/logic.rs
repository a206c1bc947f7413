//! Bitwise operations, reductions and `reverse`: on lists of bits.

use crate::Number;

/// `~x`.
pub(crate) fn not(x: &Number) -> Number {
    Number::from_bits(&x.bits().iter().map(|bit| !bit).collect::<Vec<_>>())
}

/// For each position, `gate` of the bits that the operands have there.
fn bitwise(operands: &[&Number], gate: impl Fn(&[bool]) -> bool) -> Number {
    let lists: Vec<Vec<bool>> = operands.iter().map(|operand| operand.bits()).collect();
    let column = |position: usize| lists.iter().map(|list| list[position]).collect::<Vec<_>>();
    Number::from_bits(&(0..lists[0].len()).map(|position| gate(&column(position))).collect::<Vec<_>>())
}

/// One where every operand is one.
pub(crate) fn and(operands: &[&Number]) -> Number {
    bitwise(operands, |bits| !bits.contains(&false))
}

/// One where any operand is one.
pub(crate) fn or(operands: &[&Number]) -> Number {
    bitwise(operands, |bits| bits.contains(&true))
}

/// One where an odd number of operands is one.
pub(crate) fn xor(operands: &[&Number]) -> Number {
    bitwise(operands, is_odd)
}

/// One where any operand is zero.
pub(crate) fn nand(operands: &[&Number]) -> Number {
    bitwise(operands, |bits| bits.contains(&false))
}

/// One where every operand is zero.
pub(crate) fn nor(operands: &[&Number]) -> Number {
    bitwise(operands, |bits| !bits.contains(&true))
}

fn is_odd(bits: &[bool]) -> bool {
    bits.iter().filter(|&&bit| bit).count() % 2 == 1
}

/// Whether all bits are one; yes where there are none.
pub(crate) fn and_reduce(x: &Number) -> Number {
    Number::bool(!x.bits().contains(&false))
}

/// Whether any bit is one; no where there are none.
pub(crate) fn or_reduce(x: &Number) -> Number {
    Number::bool(x.bits().contains(&true))
}

/// Whether an odd number of bits is one.
pub(crate) fn xor_reduce(x: &Number) -> Number {
    Number::bool(is_odd(&x.bits()))
}

/// The bits in the other order.
pub(crate) fn reverse(x: &Number) -> Number {
    let mut bits = x.bits();
    bits.reverse();
    Number::from_bits(&bits)
}
