//! Choosing among cases.

use xls_aot_ir::Type;

use crate::encode::lowest_set_bit;
use crate::error::Fault;
use crate::operands::Operands;
use crate::val::Val;

/// `sel`: operands are selector, cases and, if `has_default`, the default.
pub(crate) fn sel(operands: &mut Operands<'_>, has_default: bool) -> Result<Val, Fault> {
    let cases = operands.len().saturating_sub(1 + usize::from(has_default));
    let chosen = operands.bits(0)?.to_u64().and_then(|s| usize::try_from(s).ok()).filter(|&s| s < cases);
    match chosen {
        Some(case) => operands.take(1 + case),
        None if has_default => operands.take(1 + cases),
        None => Err(Fault::malformed("the selector is beyond the cases, and there is no default")),
    }
}

/// `priority_sel`: operands are selector, cases, default; the lowest set bit chooses.
pub(crate) fn priority_sel(operands: &mut Operands<'_>) -> Result<Val, Fault> {
    let default = operands.len().saturating_sub(1);
    let case = lowest_set_bit(operands.bits(0)?).map(|bit| 1 + bit as usize).filter(|&case| case < default);
    operands.take(case.unwrap_or(default))
}

/// `one_hot_sel`: the OR of the cases whose selector bit is set.
pub(crate) fn one_hot_sel(operands: &mut Operands<'_>, ty: &Type) -> Result<Val, Fault> {
    let selector = operands.bits(0)?.clone();
    let mut result = None;
    for case in 0..operands.len().saturating_sub(1) {
        if u32::try_from(case).is_ok_and(|bit| selector.bit(bit)) {
            let value = operands.take(1 + case)?;
            result = Some(match result {
                None => value,
                Some(sum) => or(&sum, &value)?,
            });
        }
    }
    match result {
        Some(value) => Ok(value),
        None => Val::zero(ty),
    }
}

/// `gate`: the data, or zero of its type.
pub(crate) fn gate(operands: &mut Operands<'_>, ty: &Type) -> Result<Val, Fault> {
    if operands.bits(0)?.is_zero() {
        Val::zero(ty)
    } else {
        operands.take(1)
    }
}

/// Bitwise OR, leaf by leaf.
fn or(a: &Val, b: &Val) -> Result<Val, Fault> {
    match (a, b) {
        (Val::Bits(a), Val::Bits(b)) if a.width() == b.width() => {
            let mut result = a.clone();
            for (word, &other) in result.words_mut().iter_mut().zip(b.words()) {
                *word |= other;
            }
            Ok(Val::Bits(result))
        }
        (Val::Tuple(a), Val::Tuple(b)) if a.len() == b.len() => {
            Ok(Val::Tuple(a.iter().zip(b.iter()).map(|(a, b)| or(a, b)).collect::<Result<_, _>>()?))
        }
        (Val::Array(a), Val::Array(b)) if a.len() == b.len() => {
            Val::array(a.iter().zip(b.iter()).map(|(a, b)| or(a, b)).collect::<Result<_, _>>()?)
        }
        _ => Err(Fault::malformed("cases are of different types, or have tokens")),
    }
}
