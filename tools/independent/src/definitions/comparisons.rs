//! Order of numbers. Equality is that of values (`run`).

use crate::Number;

/// `test` of the unsigned numbers' order.
pub(crate) fn unsigned(x: &Number, y: &Number, test: fn(std::cmp::Ordering) -> bool) -> Number {
    Number::bool(test(x.unsigned().cmp(&y.unsigned())))
}

/// `test` of the signed numbers' order.
pub(crate) fn signed(x: &Number, y: &Number, test: fn(std::cmp::Ordering) -> bool) -> Number {
    Number::bool(test(x.signed().cmp(&y.signed())))
}
