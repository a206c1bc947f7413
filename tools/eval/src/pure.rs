//! One pure operation: the dispatch to the families.

use xls_aot_ir::{Bits, Op, Type, Value};

use crate::error::{EvalError, Fault, Resource};
use crate::multiply::PartialProducts;
use crate::operands::{width_of, Operands};
use crate::val::{cells, Val};
use crate::{arith, array, bitwise, compare, divide, encode, multiply, select, shift, slice};

/// Largest result of [`eval_op`], in scalars (wide ones count once a word).
const MAX_RESULT_CELLS: u64 = 1 << 25;

/// Computes one operation on constants: the value of a node of type `ty` with operation `op` and operands of these
/// values. All operations are covered but parameters, calls and loops, and those that record events.
///
/// # Errors
/// [`EvalError::Unsupported`] for an operation that is not covered, [`EvalError::Limit`] for a very large result,
/// [`EvalError::Internal`] if operands and type do not fit the operation.
pub fn eval_op(op: &Op, operands: &[&Value], ty: &Type) -> Result<Value, EvalError> {
    if cells(ty) > MAX_RESULT_CELLS {
        return Err(EvalError::Limit {
            resource: Resource::Cells,
            limit: MAX_RESULT_CELLS,
            needed: Some(cells(ty)),
            place: None,
        });
    }
    let result = operands
        .iter()
        .map(|value| Val::from_value(value))
        .collect::<Result<Vec<_>, _>>()
        .and_then(|mut operands| eval_pure(op, &mut Operands::new(&mut operands), ty, PartialProducts::default()))
        .map_err(|fault| fault.at(None))?
        .to_value();
    if result.has_type(ty) {
        Ok(result)
    } else {
        let what = format!("`{}` gives a value of type {}, not {ty}", op.mnemonic(), result.type_of());
        Err(EvalError::Internal { place: None, what })
    }
}

/// The value of a node whose operation is pure.
pub(crate) fn eval_pure(op: &Op, operands: &mut Operands<'_>, ty: &Type, split: PartialProducts) -> Result<Val, Fault> {
    let bits = match op {
        Op::Literal { value } => return Val::from_value(value),
        Op::Identity | Op::MinDelay { .. } => return operands.take(0),
        Op::Tuple => return Ok(Val::Tuple(operands.all().into())),
        Op::TupleIndex { index } => return tuple_index(operands, *index),
        Op::AfterAll => return Ok(Val::Token),
        Op::Eq => return Ok(Val::bool(operands.get(0)? == operands.get(1)?)),
        Op::Ne => return Ok(Val::bool(operands.get(0)? != operands.get(1)?)),
        Op::Sel { has_default } => return select::sel(operands, *has_default),
        Op::OneHotSel => return select::one_hot_sel(operands, ty),
        Op::PrioritySel => return select::priority_sel(operands),
        Op::Gate => return select::gate(operands, ty),
        Op::Array => return Val::array(operands.all().to_vec()),
        Op::ArrayIndex { .. } => return array::index(operands),
        Op::ArrayUpdate { .. } => return array::update(operands),
        Op::ArraySlice => return array::slice(operands, ty),
        Op::ArrayConcat => return array::concat(operands),
        Op::Umulp => return partial_products(multiply::umul, operands, ty, split),
        Op::Smulp => return partial_products(multiply::smul, operands, ty, split),

        Op::Not => bitwise::not(operands.bits(0)?.clone()),
        Op::Reverse => bitwise::reverse(operands.bits(0)?),
        Op::And => bitwise::fold(operands, |a, b| a & b)?,
        Op::Or => bitwise::fold(operands, |a, b| a | b)?,
        Op::Xor => bitwise::fold(operands, |a, b| a ^ b)?,
        Op::Nand => bitwise::not(bitwise::fold(operands, |a, b| a & b)?),
        Op::Nor => bitwise::not(bitwise::fold(operands, |a, b| a | b)?),
        Op::AndReduce => Bits::from_bool(operands.bits(0)?.is_ones()),
        Op::OrReduce => Bits::from_bool(!operands.bits(0)?.is_zero()),
        Op::XorReduce => Bits::from_bool(bitwise::xor_reduce(operands.bits(0)?)),

        Op::Neg => arith::neg(operands.bits(0)?),
        Op::Add => on_pair(arith::add, operands)?,
        Op::Sub => on_pair(arith::sub, operands)?,
        Op::Umul => multiply::umul(operands.bits(0)?, operands.bits(1)?, width_of(ty)?),
        Op::Smul => multiply::smul(operands.bits(0)?, operands.bits(1)?, width_of(ty)?),
        Op::Udiv => on_pair(divide::udiv, operands)?,
        Op::Umod => on_pair(divide::umod, operands)?,
        Op::Sdiv => on_pair(divide::sdiv, operands)?,
        Op::Smod => on_pair(divide::smod, operands)?,

        Op::Ult => on_pair(|a, b| Bits::from_bool(compare::unsigned(a, b).is_lt()), operands)?,
        Op::Ule => on_pair(|a, b| Bits::from_bool(compare::unsigned(a, b).is_le()), operands)?,
        Op::Ugt => on_pair(|a, b| Bits::from_bool(compare::unsigned(a, b).is_gt()), operands)?,
        Op::Uge => on_pair(|a, b| Bits::from_bool(compare::unsigned(a, b).is_ge()), operands)?,
        Op::Slt => on_pair(|a, b| Bits::from_bool(compare::signed(a, b).is_lt()), operands)?,
        Op::Sle => on_pair(|a, b| Bits::from_bool(compare::signed(a, b).is_le()), operands)?,
        Op::Sgt => on_pair(|a, b| Bits::from_bool(compare::signed(a, b).is_gt()), operands)?,
        Op::Sge => on_pair(|a, b| Bits::from_bool(compare::signed(a, b).is_ge()), operands)?,

        Op::Shll => shift::shll(operands.bits(0)?, operands.bits(1)?),
        Op::Shrl => shift::shrl(operands.bits(0)?, operands.bits(1)?),
        Op::Shra => shift::shra(operands.bits(0)?, operands.bits(1)?),

        Op::ZeroExt => slice::resize(widened(operands, ty)?, width_of(ty)?),
        Op::SignExt => slice::sign_extend(widened(operands, ty)?, width_of(ty)?),
        Op::BitSlice { start } => slice::bit_slice(operands.bits(0)?, *start, width_of(ty)?)?,
        Op::DynamicBitSlice => slice::dynamic_bit_slice(operands.bits(0)?, operands.bits(1)?, width_of(ty)?),
        Op::BitSliceUpdate => slice::bit_slice_update(operands.bits(0)?, operands.bits(1)?, operands.bits(2)?),
        Op::Concat => slice::concat(operands, width_of(ty)?)?,

        Op::OneHot { lsb_prio } => encode::one_hot(operands.bits(0)?, *lsb_prio)
            .ok_or_else(|| Fault::malformed("one_hot of the widest bits type"))?,
        Op::Encode => encode::encode(operands.bits(0)?, width_of(ty)?),
        Op::Decode => encode::decode(operands.bits(0)?, width_of(ty)?),

        Op::Param { .. }
        | Op::Invoke { .. }
        | Op::Map { .. }
        | Op::CountedFor { .. }
        | Op::DynamicCountedFor { .. }
        | Op::Assert { .. }
        | Op::Trace { .. }
        | Op::Cover { .. } => {
            return Err(Fault::Unsupported(format!("`{}` is not a pure operation on values", op.mnemonic())))
        }
    };
    Ok(Val::Bits(bits))
}

/// `f` on the two operands, which have one width.
fn on_pair(f: impl Fn(&Bits, &Bits) -> Bits, operands: &Operands<'_>) -> Result<Bits, Fault> {
    let (a, b) = operands.same_width(0)?;
    Ok(f(a, b))
}

/// The operand of an extension, which is not wider than the result.
fn widened<'a>(operands: &'a Operands<'_>, ty: &Type) -> Result<&'a Bits, Fault> {
    let x = operands.bits(0)?;
    if x.width() > width_of(ty)? {
        return Err(Fault::malformed(format!("bits[{}] extended to {ty}", x.width())));
    }
    Ok(x)
}

fn tuple_index(operands: &Operands<'_>, index: u32) -> Result<Val, Fault> {
    match operands.get(0)? {
        Val::Tuple(elements) => elements
            .get(index as usize)
            .cloned()
            .ok_or_else(|| Fault::malformed(format!("element {index} of a tuple of {}", elements.len()))),
        Val::Bits(_) | Val::Token | Val::Array(_) => Err(Fault::malformed("operand is not of a tuple type")),
    }
}

fn partial_products(
    multiply: impl Fn(&Bits, &Bits, u32) -> Bits,
    operands: &Operands<'_>,
    ty: &Type,
    split: PartialProducts,
) -> Result<Val, Fault> {
    let width = match ty {
        Type::Tuple(elements) if elements.len() == 2 => width_of(&elements[0])?,
        Type::Bits(_) | Type::Token | Type::Tuple(_) | Type::Array(_) => {
            return Err(Fault::malformed(format!("a pair of partial products of type {ty}")))
        }
    };
    let (a, b) = multiply::split_product(&multiply(operands.bits(0)?, operands.bits(1)?, width), split);
    Ok(Val::Tuple([Val::Bits(a), Val::Bits(b)].into()))
}
