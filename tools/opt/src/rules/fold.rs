//! Operations on constants, and values without bits.

use xls_aot_eval::eval_op;
use xls_aot_ir::{NodeId, Op, Value};

use super::rules;
use crate::build::is_small_constant;
use crate::graph::{Expr, Graph};

rules! { pub(super) PURE: Fold = constant_operands }

/// Most operands of an operation that is computed at compile time.
const MAX_OPERANDS: usize = 4096;

/// Widest operand of a multiplication or division that is computed at compile time, which takes quadratic time.
const MAX_MULTIPLIED_BITS: u32 = 1 << 13;

/// `op(c, ..) = c'`, computed by the reference evaluator. Results that would be large stay as they are.
fn constant_operands(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    if e.args.len() > MAX_OPERANDS || !is_small_constant(e.ty) {
        return None;
    }
    // Whoever computes partial products chooses the two elements, so folding must not choose them.
    if matches!(e.op, Op::Umulp | Op::Smulp) {
        return None;
    }
    let is_quadratic = matches!(e.op, Op::Umul | Op::Smul | Op::Udiv | Op::Umod | Op::Sdiv | Op::Smod);
    if is_quadratic && e.args.iter().any(|&id| g.width(id) > MAX_MULTIPLIED_BITS) {
        return None;
    }
    let operands: Vec<&Value> = e.args.iter().map(|&id| g.value(id)).collect::<Option<_>>()?;
    let value = eval_op(e.op, &operands, e.ty).ok()?;
    Some(g.literal(value, e.ty.clone()))
}
