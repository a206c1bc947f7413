//! Selections and `gate`, on values of any type.

use xls_aot_ir::Type;

use crate::definitions::logic;
use crate::{Number, Value};

/// Case number `selector`, or the default.
pub(crate) fn sel(selector: &Number, cases: &[Value], default: Option<&Value>) -> Value {
    match selector.below(cases.len()) {
        Some(case) => cases[case].clone(),
        None => default.expect("the verifier wants a default").clone(),
    }
}

/// The case of the lowest set bit, or the default.
pub(crate) fn priority_sel(selector: &Number, cases: &[Value], default: &Value) -> Value {
    let lowest = selector.bits().iter().position(|&bit| bit);
    lowest.map_or(default, |case| &cases[case]).clone()
}

/// The cases of all set bits, or-ed.
pub(crate) fn one_hot_sel(selector: &Number, cases: &[Value], ty: &Type) -> Value {
    let chosen = cases.iter().zip(selector.bits()).filter(|(_, bit)| *bit).map(|(case, _)| case);
    chosen.fold(Value::zero(ty), |sum, case| or(&sum, case))
}

/// `or` of the bit vectors in the same places.
fn or(x: &Value, y: &Value) -> Value {
    let all = |x: &[Value], y: &[Value]| x.iter().zip(y).map(|(x, y)| or(x, y)).collect();
    match x {
        Value::Bits(x) => Value::Bits(logic::or(&[x, y.number()])),
        Value::Token => panic!("`one_hot_sel` has no tokens"),
        Value::Tuple(x) => Value::Tuple(all(x, y.tuple())),
        Value::Array(x) => Value::Array(all(x, y.array())),
    }
}

/// The data, or zeros where the condition is zero.
pub(crate) fn gate(condition: &Number, data: &Value, ty: &Type) -> Value {
    match condition.is_zero() {
        true => Value::zero(ty),
        false => data.clone(),
    }
}
