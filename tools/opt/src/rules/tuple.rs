//! Rules for tuples. They replace tuples by their elements wherever these are known.

use xls_aot_ir::{NodeId, Op, Type, Value};

use super::rules;
use crate::graph::{Expr, Graph};

rules! { pub(super) TUPLE: Aggregate = tuple_of_elements }
rules! { pub(super) TUPLE_INDEX: Aggregate = element_of_tuple, element_of_constant }
rules! { pub(super) SELECTION: Aggregate = selection_of_tuples }

/// Most elements times cases of a selection that is split.
const MAX_SPLIT: usize = 512;

/// `(t.0, t.1, ..) = t`
fn tuple_of_elements(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let &first = e.args.first()?;
    let Op::TupleIndex { .. } = g.op(first) else { return None };
    let tuple = g.args(first)[0];
    if g.ty(tuple) != e.ty {
        return None;
    }
    let is_element = |(i, &x): (usize, &NodeId)| {
        g.args(x) == [tuple] && matches!(g.op(x), Op::TupleIndex { index } if *index as usize == i)
    };
    e.args.iter().enumerate().all(is_element).then_some(tuple)
}

fn index_of(op: &Op) -> Option<usize> {
    match op {
        Op::TupleIndex { index } => Some(*index as usize),
        _ => None,
    }
}

/// `(x0, x1, ..).i = xi`
fn element_of_tuple(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let index = index_of(e.op)?;
    match g.op(e.args[0]) {
        Op::Tuple => g.args(e.args[0]).get(index).copied(),
        _ => None,
    }
}

/// An element of a constant tuple is a constant, also where constant folding leaves it alone because it is large
fn element_of_constant(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let index = index_of(e.op)?;
    match g.value(e.args[0])? {
        Value::Tuple(elements) => {
            let value = elements.get(index)?.clone();
            Some(g.literal(value, e.ty.clone()))
        }
        Value::Bits(_) | Value::Token | Value::Array(_) => None,
    }
}

/// A selection between tuples is the tuple of the selections between their elements. That holds for `sel`,
/// `priority_sel` and `one_hot_sel`.
fn selection_of_tuples(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let Type::Tuple(types) = e.ty else { return None };
    let cases = &e.args[1..];
    if types.len().saturating_mul(cases.len()) > MAX_SPLIT {
        return None;
    }
    let mut elements = Vec::with_capacity(types.len());
    for (i, ty) in types.iter().enumerate() {
        let mut args = vec![e.args[0]];
        for &case in cases {
            args.push(g.element(case, i)?);
        }
        elements.push(g.add(e.op.clone(), args, ty.clone()));
    }
    Some(g.add(Op::Tuple, elements, e.ty.clone()))
}
