//! Terms of operations on bits.

/// The constant `value` of `width` bits; higher bits of `value` are lost.
pub(crate) fn number(value: u64, width: u32) -> String {
    let bit = |i: u32| if i < 64 && value >> i & 1 == 1 { '1' } else { '0' };
    format!("#b{}", (0..width).rev().map(bit).collect::<String>())
}

/// The bit that says whether a formula holds.
pub(crate) fn bit_of(formula: &str) -> String {
    format!("(ite {formula} #b1 #b0)")
}

/// The formula that a bit is set.
pub(crate) fn is_set(bit: &str) -> String {
    format!("(= {bit} #b1)")
}

/// Bits `low ..= high` of `x`.
pub(crate) fn extract(x: &str, high: u32, low: u32) -> String {
    format!("((_ extract {high} {low}) {x})")
}

/// `x`, of `from` bits, cut or extended with zeros to `to` bits.
pub(crate) fn resized(x: &str, from: u32, to: u32) -> String {
    match to <= from {
        true => extract(x, to - 1, 0),
        false => format!("((_ zero_extend {}) {x})", to - from),
    }
}

/// `x`, of `from` bits, cut or extended with its sign to `to` bits.
pub(crate) fn sign_resized(x: &str, from: u32, to: u32) -> String {
    match to <= from {
        true => extract(x, to - 1, 0),
        false => format!("((_ sign_extend {}) {x})", to - from),
    }
}

/// The low `result` bits of `x` (of `width` bits) shifted by `operator` by an amount of any width. Both are extended to a common
/// width, in which an amount that is too large shifts everything out.
pub(crate) fn shifted(operator: &str, (x, width): (&str, u32), (amount, of): (&str, u32), result: u32) -> String {
    let common = width.max(of).max(result);
    let x = match operator {
        "bvashr" => sign_resized(x, width, common),
        _ => resized(x, width, common),
    };
    let amount = resized(amount, of, common);
    extract(&format!("({operator} {x} {amount})"), result - 1, 0)
}

/// All bits of `width` bits set.
pub(crate) fn ones(width: u32) -> String {
    format!("(bvnot {})", number(0, width))
}

/// An application of an operator that takes two operands or more; one operand stands for itself.
pub(crate) fn joined(operator: &str, operands: &[String]) -> String {
    match operands {
        [one] => one.clone(),
        _ => format!("({operator} {})", operands.join(" ")),
    }
}
