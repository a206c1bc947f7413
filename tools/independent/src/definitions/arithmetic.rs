//! Addition, products and quotients: integers, cut to the result's width.

use crate::number::power_of_two;
use crate::Number;

/// `x + y`.
pub(crate) fn add(x: &Number, y: &Number) -> Number {
    Number::new(x.width(), x.unsigned() + y.unsigned())
}

/// `x - y`.
pub(crate) fn sub(x: &Number, y: &Number) -> Number {
    Number::new(x.width(), x.unsigned() - y.unsigned())
}

/// `-x`.
pub(crate) fn neg(x: &Number) -> Number {
    Number::new(x.width(), -x.unsigned())
}

/// The product of two unsigned numbers of any widths; `width` is the result's.
pub(crate) fn umul(x: &Number, y: &Number, width: u32) -> Number {
    Number::new(width, x.unsigned() * y.unsigned())
}

/// The product of two signed numbers of any widths, sign-extended where the result is wider.
pub(crate) fn smul(x: &Number, y: &Number, width: u32) -> Number {
    Number::new(width, x.signed() * y.signed())
}

/// The quotient, rounded down; all ones where `y` is zero.
pub(crate) fn udiv(x: &Number, y: &Number) -> Number {
    match y.is_zero() {
        true => Number::new(x.width(), -1),
        false => Number::new(x.width(), x.unsigned() / y.unsigned()),
    }
}

/// The remainder of [`udiv`]; zero where `y` is zero.
pub(crate) fn umod(x: &Number, y: &Number) -> Number {
    match y.is_zero() {
        true => Number::new(x.width(), 0),
        false => Number::new(x.width(), x.unsigned() % y.unsigned()),
    }
}

/// The quotient, rounded towards zero. Where `y` is zero, the greatest number if `x` is not negative, else the least.
pub(crate) fn sdiv(x: &Number, y: &Number) -> Number {
    let width = x.width();
    if !y.is_zero() {
        // The division of integers rounds towards zero. The least number divided by -1 is cut to the least number.
        return Number::new(width, x.signed() / y.signed());
    }
    match width {
        0 => Number::new(0, 0),
        _ if x.is_negative() => Number::new(width, -power_of_two(width - 1)),
        _ => Number::new(width, power_of_two(width - 1) - 1),
    }
}

/// The remainder of [`sdiv`], with the sign of `x`; zero where `y` is zero.
pub(crate) fn smod(x: &Number, y: &Number) -> Number {
    match y.is_zero() {
        true => Number::new(x.width(), 0),
        false => Number::new(x.width(), x.signed() % y.signed()),
    }
}
