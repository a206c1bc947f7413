//! Built-in functions on values.

use xls_aot_ir::{Bits, Op, Value};

use super::evaluate::{clamp, is_true};
use super::{operation, Host, Stop};
use crate::check::typed::Builtin;
use crate::check::types::{TypeId, Types};
use crate::source::Span;

/// A use of a built-in function.
#[derive(Clone, Copy)]
pub(super) struct Site<'a> {
    /// Types of the arguments.
    pub types: &'a [TypeId],
    /// Type of the result.
    pub ty: TypeId,
    /// The call.
    pub span: Span,
    /// Label of an assertion.
    pub label: &'a str,
}

/// The value of a built-in function.
pub(super) fn apply(
    host: &mut dyn Host,
    builtin: Builtin,
    arguments: &[Value],
    Site { types, ty, span, label }: Site<'_>,
) -> Result<Value, Stop> {
    let refs: Vec<&Value> = arguments.iter().collect();
    let unit = || Ok(Value::Tuple(Vec::new()));
    let fails = |message: String| Err(Stop::Assertion { span, message });
    let op = match builtin {
        Builtin::AndReduce => Op::AndReduce,
        Builtin::OrReduce => Op::OrReduce,
        Builtin::XorReduce => Op::XorReduce,
        Builtin::ArraySlice => Op::ArraySlice,
        Builtin::BitSliceUpdate => Op::BitSliceUpdate,
        Builtin::Decode => Op::Decode,
        Builtin::Encode => Op::Encode,
        Builtin::Gate => Op::Gate,
        Builtin::OneHotSel => {
            return done(select(arguments, host.types(), ty, Op::OneHotSel), span);
        }
        Builtin::PrioritySel => return done(select(arguments, host.types(), ty, Op::PrioritySel), span),
        Builtin::Rev => Op::Reverse,
        Builtin::Smulp => Op::Smulp,
        Builtin::Umulp => Op::Umulp,
        Builtin::OneHot => {
            let lsb_prio = is_true(&arguments[1]);
            return done(operation::apply(&Op::OneHot { lsb_prio }, &refs[..1], &host.types().to_ir(ty)), span);
        }
        Builtin::Clz | Builtin::Ctz | Builtin::CeilLog2 => {
            let Value::Bits(bits) = &arguments[0] else { return Err(Stop::NoValue { span }) };
            return Ok(Value::Bits(Bits::from_u64(bits.width(), u64::from(count(builtin, bits)))));
        }
        Builtin::ArrayRev => {
            let Value::Array(elements) = &arguments[0] else { return Err(Stop::NoValue { span }) };
            return Ok(Value::Array(elements.iter().rev().cloned().collect()));
        }
        Builtin::Update => {
            let mut array = arguments[0].clone();
            update(&mut array, &arguments[1], &arguments[2]);
            return Ok(array);
        }
        Builtin::Enumerate => {
            let Value::Array(elements) = &arguments[0] else { return Err(Stop::NoValue { span }) };
            let number = |i| Value::Bits(Bits::from_u64(32, i as u64));
            let pairs = elements.iter().enumerate().map(|(i, e)| Value::Tuple(vec![number(i), e.clone()]));
            return Ok(Value::Array(pairs.collect()));
        }
        Builtin::Zip => {
            let (Value::Array(left), Value::Array(right)) = (&arguments[0], &arguments[1]) else {
                return Err(Stop::NoValue { span });
            };
            let pairs = left.iter().zip(right).map(|(a, b)| Value::Tuple(vec![a.clone(), b.clone()]));
            return Ok(Value::Array(pairs.collect()));
        }
        Builtin::AssertEq if arguments[0] == arguments[1] => return unit(),
        Builtin::AssertEq => {
            let show = |value| crate::check::show_value::show_value(host.types(), value, types[0]);
            return fails(format!("`assert_eq` fails: {} is not {}", show(&arguments[0]), show(&arguments[1])));
        }
        Builtin::AssertLt => {
            let signed = host.types().as_number(types[0]).is_some_and(|(signed, _)| signed);
            let (Value::Bits(a), Value::Bits(b)) = (&arguments[0], &arguments[1]) else {
                return Err(Stop::NoValue { span });
            };
            return match operation::compare(a, b, signed).is_lt() {
                true => unit(),
                false => fails("`assert_lt` fails: the first value is not below the second".to_string()),
            };
        }
        Builtin::Assert | Builtin::AssertFmt if is_true(&arguments[0]) => return unit(),
        Builtin::Assert | Builtin::AssertFmt => return fails(format!("assertion `{label}` fails")),
        Builtin::Fail => return fails(format!("`fail!` is reached: `{label}`")),
        Builtin::Cover => return unit(),
    };
    done(operation::apply(&op, &refs, &host.types().to_ir(ty)), span)
}

fn done(value: Option<Value>, span: Span) -> Result<Value, Stop> {
    value.ok_or_else(|| Stop::Limit { span, what: "the value is too large".to_string() })
}

/// `one_hot_sel` and `priority_sel`: the cases are an array, in the IR they are operands.
fn select(arguments: &[Value], types: &Types, ty: TypeId, op: Op) -> Option<Value> {
    let Value::Array(cases) = &arguments[1] else { return None };
    if cases.is_empty() {
        return arguments.get(2).cloned().or_else(|| Value::zero(&types.to_ir(ty)));
    }
    let operands: Vec<&Value> = arguments[..1].iter().chain(cases).chain(&arguments[2..]).collect();
    operation::apply(&op, &operands, &types.to_ir(ty))
}

/// Leading zeros, trailing zeros, or the width that counts up to the value.
fn count(builtin: Builtin, bits: &Bits) -> u32 {
    match builtin {
        Builtin::Clz => bits.width() - bits.significant_bits(),
        Builtin::Ctz => (0..bits.width()).find(|&i| bits.bit(i)).unwrap_or(bits.width()),
        _ => {
            let highest = bits.significant_bits();
            let power = highest > 0 && (0..highest - 1).all(|i| !bits.bit(i));
            if power {
                highest - 1
            } else {
                highest
            }
        }
    }
}

/// Replaces the element at `index` (a tuple: one index for each dimension, outermost first); nothing if it is past the end.
fn update(array: &mut Value, index: &Value, value: &Value) {
    let indices: &[Value] = match index {
        Value::Tuple(indices) => indices,
        single => std::slice::from_ref(single),
    };
    let mut place = array;
    for index in indices {
        let Value::Array(elements) = place else { return };
        let len = elements.len();
        match clamp(index, len) {
            at if at < len => place = &mut elements[at],
            _ => return,
        }
    }
    *place = value.clone();
}
