//! Tokens, effects that cannot happen, and loops whose number of iterations is known.

use xls_aot_ir::{Bits, NodeId, Op};

use super::rules;
use crate::graph::{Expr, Graph};

rules! { pub(super) IDENTITY: Token = identity_of }
rules! { pub(super) AFTER_ALL: Token = after_all_of_few }
rules! { pub(super) ASSERT: Token = assert_holds }
rules! { pub(super) TRACE: Token = trace_never }
rules! { pub(super) COUNTED_FOR: Unroll = counted_for_never }
rules! { pub(super) DYNAMIC_COUNTED_FOR: Unroll = dynamic_counted_for_constant }

/// `identity(x) = x`, `min_delay(t) = t`
fn identity_of(_: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    e.args.first().copied()
}

/// `after_all(t) = t`, and a token that is given twice counts once
fn after_all_of_few(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    if let &[token] = e.args {
        return Some(token);
    }
    let mut tokens = e.args.to_vec();
    tokens.sort();
    tokens.dedup();
    (tokens.len() < e.args.len()).then(|| g.add(Op::AfterAll, tokens, e.ty.clone()))
}

/// An assertion of a true constant never fails, so it is its token
fn assert_holds(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    g.constant(e.args[1])?.is_ones().then_some(e.args[0])
}

/// A trace with a false constant as condition prints nothing, so it is its token
fn trace_never(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    g.constant(e.args[1])?.is_zero().then_some(e.args[0])
}

/// A loop of no iterations is its initial state
fn counted_for_never(_: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    matches!(e.op, Op::CountedFor { trip_count: 0, .. }).then(|| e.args[0])
}

/// A loop whose trip count and stride are constants is a counted one; of no iterations, if either is zero. The stride
/// must be positive and the limit a value of the index: a loop beyond it is not defined.
fn dynamic_counted_for_constant(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let Op::DynamicCountedFor { body } = *e.op else { return None };
    let (trips, stride): (&Bits, &Bits) = match (g.constant(e.args[1]), g.constant(e.args[2])) {
        (Some(trips), _) if trips.is_zero() => return Some(e.args[0]),
        (_, Some(stride)) if stride.is_zero() => return Some(e.args[0]),
        (Some(trips), Some(stride)) => (trips, stride),
        _ => return None,
    };
    if stride.sign_bit() {
        return None;
    }
    let trip_count = trips.to_u64()?;
    let stride = i64::try_from(stride.to_u64()?).ok()?;
    let limit = i64::try_from(trip_count).ok()?.checked_mul(stride)?;
    let index_width = g.index_width(body);
    if index_width < 64 && limit >> (index_width.checked_sub(1)?) != 0 {
        return None;
    }
    let mut args = vec![e.args[0]];
    args.extend_from_slice(&e.args[3..]);
    Some(g.add(Op::CountedFor { trip_count, stride, body }, args, e.ty.clone()))
}
