//! Zero and sign extension.

use xls_aot_ir::{NodeId, Op};

use super::rules;
use crate::graph::{Expr, Graph};

rules! { pub(super) ZERO_EXT: Slice = zero_ext_same, zero_ext_nested, zero_ext_known }
rules! { pub(super) SIGN_EXT: Slice = sign_ext_same, sign_ext_nested, sign_ext_positive }

/// `zext(x) = x` to the same width
fn zero_ext_same(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    (g.width(e.args[0]) == e.width()).then_some(e.args[0])
}

/// `zext(zext(x)) = zext(x)`
fn zero_ext_nested(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let x = g.operand_of(e.args[0], &Op::ZeroExt)?;
    Some(g.zero_ext(x, e.width()))
}

/// `zext(x[0..k]) = x` if all bits of x from k on are known to be zero and x has
/// the width of the result
fn zero_ext_known(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let &Op::BitSlice { start: 0 } = g.op(e.args[0]) else { return None };
    let x = g.args(e.args[0])[0];
    (g.width(x) == e.width() && g.known(x).significant <= g.width(e.args[0])).then_some(x)
}

/// `sext(x) = x` to the same width
fn sign_ext_same(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    (g.width(e.args[0]) == e.width()).then_some(e.args[0])
}

/// `sext(sext(x)) = sext(x)`
fn sign_ext_nested(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let x = g.operand_of(e.args[0], &Op::SignExt)?;
    Some(g.sign_ext(x, e.width()))
}

/// `sext(x) = zext(x)` if the sign bit cannot be set
fn sign_ext_positive(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let x = e.args[0];
    (g.known(x).sign(g.width(x)) == Some(false)).then(|| g.zero_ext(x, e.width()))
}
