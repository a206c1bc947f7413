//! Operations of the typed tree as operations of the IR, on values.

use std::cmp::Ordering;

use xls_aot_eval::eval_op;
use xls_aot_ir::{Bits, Op, Type as IrType, Value};

use crate::check::typed::{BinaryOp, UnaryOp};
use crate::check::types::{Type, TypeId, Types};

/// One operation of the IR. `None`: the result is too large (operands always fit in a typed tree).
pub fn apply(op: &Op, operands: &[&Value], ty: &IrType) -> Option<Value> {
    eval_op(op, operands, ty).ok()
}

/// `!` and `-`.
pub fn unary(op: UnaryOp, operand: &Value, types: &Types, ty: TypeId) -> Option<Value> {
    if let (Value::Bits(bits), Some((_, width @ 0..=64))) = (operand, types.as_bits(ty)) {
        let word = bits.low_u64();
        return Some(Value::Bits(Bits::from_u64(
            width,
            match op {
                UnaryOp::Not => !word,
                UnaryOp::Negate => word.wrapping_neg(),
            },
        )));
    }
    let op = match op {
        UnaryOp::Not => Op::Not,
        UnaryOp::Negate => Op::Neg,
    };
    apply(&op, &[operand], &types.to_ir(ty))
}

/// An operation with two operands; `operand_ty` is the type of the left one.
pub fn binary(
    op: BinaryOp,
    (left, right): (&Value, &Value),
    types: &Types,
    operand_ty: TypeId,
    ty: TypeId,
) -> Option<Value> {
    let signed = types.as_number(operand_ty).is_some_and(|(signed, _)| signed);
    let by_sign = |yes, no| if signed { yes } else { no };
    if let Some(value) = short(op, left, right, signed, types.as_bits(ty).map(|(_, width)| width)) {
        return Some(value);
    }
    let op = match op {
        BinaryOp::Add => Op::Add,
        BinaryOp::Subtract => Op::Sub,
        BinaryOp::Multiply => by_sign(Op::Smul, Op::Umul),
        BinaryOp::Divide => by_sign(Op::Sdiv, Op::Udiv),
        BinaryOp::Modulo => by_sign(Op::Smod, Op::Umod),
        BinaryOp::And | BinaryOp::LogicalAnd => Op::And,
        BinaryOp::Or | BinaryOp::LogicalOr => Op::Or,
        BinaryOp::Xor => Op::Xor,
        BinaryOp::Equal => return Some(Value::bool(left == right)),
        BinaryOp::NotEqual => return Some(Value::bool(left != right)),
        BinaryOp::Less => by_sign(Op::Slt, Op::Ult),
        BinaryOp::LessEqual => by_sign(Op::Sle, Op::Ule),
        BinaryOp::Greater => by_sign(Op::Sgt, Op::Ugt),
        BinaryOp::GreaterEqual => by_sign(Op::Sge, Op::Uge),
        BinaryOp::ShiftLeft => Op::Shll,
        BinaryOp::ShiftRight => by_sign(Op::Shra, Op::Shrl),
        BinaryOp::Concat if types.as_array(ty).is_some() => {
            return match (left, right) {
                (Value::Array(left), Value::Array(right)) => Some(Value::Array([&left[..], &right[..]].concat())),
                _ => None,
            };
        }
        BinaryOp::Concat => Op::Concat,
    };
    apply(&op, &[left, right], &types.to_ir(ty))
}

/// Whether the result of an addition, subtraction or multiplication does not fit its type.
pub fn wraps(op: BinaryOp, (left, right): (&Value, &Value), types: &Types, ty: TypeId) -> bool {
    let (Value::Bits(left), Value::Bits(right), Some((signed, width))) = (left, right, types.as_bits(ty)) else {
        return false;
    };
    // Wide enough for any result: the operation is done there as well, and compared.
    let Some(wide) = width.checked_mul(2).and_then(|wide| wide.checked_add(1)) else { return false };
    let op = match op {
        BinaryOp::Add => Op::Add,
        BinaryOp::Subtract => Op::Sub,
        BinaryOp::Multiply if signed => Op::Smul,
        BinaryOp::Multiply => Op::Umul,
        _ => return false,
    };
    let extend = |bits: &Bits| resize(&Value::Bits(bits.clone()), signed, width, wide);
    let exact = apply(&op, &[&extend(left), &extend(right)], &IrType::Bits(wide));
    let kept = exact.as_ref().map(|exact| resize(&resize(exact, false, wide, width), signed, width, wide));
    exact != kept
}

/// The frequent operations on up to 64 bits, which constant expressions of widths are made of.
fn short(op: BinaryOp, left: &Value, right: &Value, signed: bool, width: Option<u32>) -> Option<Value> {
    let (Value::Bits(left), Value::Bits(right)) = (left, right) else { return None };
    if left.width() > 64 || left.width() != right.width() {
        return None;
    }
    let (a, b) = (left.low_u64(), right.low_u64());
    let order = if signed { compare_signed(left, right) } else { a.cmp(&b) };
    let word = |word| Some(Value::Bits(Bits::from_u64(width?, word)));
    match op {
        BinaryOp::Add => word(a.wrapping_add(b)),
        BinaryOp::Subtract => word(a.wrapping_sub(b)),
        BinaryOp::Multiply => word(a.wrapping_mul(b)),
        BinaryOp::And | BinaryOp::LogicalAnd => word(a & b),
        BinaryOp::Or | BinaryOp::LogicalOr => word(a | b),
        BinaryOp::Xor => word(a ^ b),
        BinaryOp::Equal => Some(Value::bool(a == b)),
        BinaryOp::NotEqual => Some(Value::bool(a != b)),
        BinaryOp::Less => Some(Value::bool(order.is_lt())),
        BinaryOp::LessEqual => Some(Value::bool(order.is_le())),
        BinaryOp::Greater => Some(Value::bool(order.is_gt())),
        BinaryOp::GreaterEqual => Some(Value::bool(order.is_ge())),
        BinaryOp::Divide | BinaryOp::Modulo | BinaryOp::ShiftLeft | BinaryOp::ShiftRight | BinaryOp::Concat => None,
    }
}

/// Compares two values of one width by the sign.
pub fn compare(left: &Bits, right: &Bits, signed: bool) -> Ordering {
    if signed && left.sign_bit() != right.sign_bit() {
        return right.sign_bit().cmp(&left.sign_bit());
    }
    left.words().iter().rev().cmp(right.words().iter().rev())
}

fn compare_signed(left: &Bits, right: &Bits) -> Ordering {
    compare(left, right, true)
}

/// `operand as ty`, as [`crate::check::typed::ExprKind::Cast`] describes.
pub fn cast(operand: &Value, types: &Types, from: TypeId, to: TypeId) -> Option<Value> {
    if from == to {
        return Some(operand.clone());
    }
    match (types.get(from), types.get(to)) {
        (Type::Array { .. }, _) => {
            let Value::Array(elements) = operand else { return None };
            let elements: Vec<&Value> = elements.iter().collect();
            apply(&Op::Concat, &elements, &types.to_ir(to))
        }
        (_, &Type::Array { element, len }) => {
            let (_, width) = types.as_number(element)?;
            let part = types.to_ir(element);
            (0..len)
                .map(|i| apply(&Op::BitSlice { start: (len - 1 - i) * width }, &[operand], &part))
                .collect::<Option<_>>()
                .map(Value::Array)
        }
        _ => {
            let ((signed, have), (_, want)) = (types.as_number(from)?, types.as_number(to)?);
            Some(resize(operand, signed, have, want))
        }
    }
}

/// Extends by the sign or cuts.
pub fn resize(operand: &Value, signed: bool, have: u32, want: u32) -> Value {
    let Value::Bits(bits) = operand else { return operand.clone() };
    let mut result = Bits::from_words(want, bits.words());
    if signed && want > have && bits.sign_bit() {
        for i in have..want {
            result.set_bit(i, true);
        }
    }
    Value::Bits(result)
}
