//! `one_hot`, `encode` and `decode`.

use crate::number::power_of_two;
use crate::Number;

/// A one at the lowest (`lsb_prio`) or highest set bit; at the bit above the operand where no bit is set.
pub(crate) fn one_hot(x: &Number, lsb_prio: bool) -> Number {
    let bits = x.bits();
    let found = if lsb_prio { bits.iter().position(|&bit| bit) } else { bits.iter().rposition(|&bit| bit) };
    Number::new(x.width() + 1, power_of_two(found.unwrap_or(bits.len()) as u32))
}

/// The positions of all set bits, or-ed.
pub(crate) fn encode(x: &Number, width: u32) -> Number {
    let set = x.bits().iter().enumerate().filter(|(_, &bit)| bit).fold(0, |sum, (position, _)| sum | position);
    Number::new(width, set)
}

/// 2^x, or zero where that has more bits than the result.
pub(crate) fn decode(x: &Number, width: u32) -> Number {
    match x.below(width as usize) {
        Some(position) => Number::new(width, power_of_two(position as u32)),
        None => Number::new(width, 0),
    }
}
