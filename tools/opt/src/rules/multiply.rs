//! Multiplication: operands of m and n bits, a result of r bits.

use xls_aot_ir::{NodeId, Op, Operands, Type};

use super::rules;
use crate::graph::{Expr, Graph};

rules! { pub(super) MULTIPLY: Arithmetic = mul_empty, mul_zero, mul_truncated_operand, mul_low_product }
rules! { pub(super) UMUL: Arithmetic = umul_power_of_two, umul_one_bit, umul_known_width, umul_wide_result }
rules! { pub(super) SMUL: Arithmetic = smul_minus_one, smul_positive, smul_extended }

/// `a * b = 0` if a or b has no bits
fn mul_empty(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    e.args.iter().any(|&x| g.width(x) == 0).then(|| g.zeros(e.width()))
}

/// `x * 0 = 0`
fn mul_zero(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    g.constant(e.args[1])?.is_zero().then(|| g.zeros(e.width()))
}

/// `a * b = a[0..r] * b` for m > r: only the low r bits of the operands matter modulo 2^r, however they are extended
fn mul_truncated_operand(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let r = e.width();
    if e.args.iter().all(|&x| g.width(x) <= r) {
        return None;
    }
    let args: Operands = e.args.iter().map(|&x| g.slice(x, 0, r.min(g.width(x)))).collect();
    Some(g.add(e.op.clone(), args, e.ty.clone()))
}

/// `smul(a, b) = umul(a, b)` for m, n >= r: no operand is extended
fn mul_low_product(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    (*e.op == Op::Smul && e.args.iter().all(|&x| g.width(x) >= e.width()))
        .then(|| g.add(Op::Umul, e.args.to_vec(), e.ty.clone()))
}

/// `umul(x, 2^k) = zext(x) << k` modulo 2^r
fn umul_power_of_two(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let r = e.width();
    let k = power_of_two(g, e.args[1])?;
    if k >= r {
        return Some(g.zeros(r));
    }
    let x = g.resize(e.args[0], r - k);
    let zeros = g.zeros(k);
    Some(g.concat([x, zeros]))
}

/// The exponent if the node is a constant power of two.
pub(super) fn power_of_two(g: &Graph<'_>, id: NodeId) -> Option<u32> {
    let bits = g.constant(id)?;
    let ones: u32 = bits.words().iter().map(|word| word.count_ones()).sum();
    (ones == 1).then(|| bits.significant_bits() - 1)
}

/// `umul(x, b) = if b { zext(x) } else { 0 }` for n = 1, and with the operands exchanged
fn umul_one_bit(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (x, b) = match (g.width(e.args[0]), g.width(e.args[1])) {
        (_, 1) => (e.args[0], e.args[1]),
        (1, _) => (e.args[1], e.args[0]),
        _ => return None,
    };
    let x = g.resize(x, e.width());
    let zeros = g.zeros(e.width());
    Some(g.select(b, x, zeros))
}

/// `umul(a, b) = umul(a[0..k], b)` if the bits of a from k on are known to be zero, k < m
fn umul_known_width(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let significant = |x: NodeId| g.known(x).significant;
    if e.args.iter().all(|&x| significant(x) == g.width(x) || g.constant(x).is_some()) {
        return None;
    }
    let args: Operands = e.args.iter().map(|&x| g.slice(x, 0, g.known(x).significant)).collect();
    Some(g.add(Op::Umul, args, e.ty.clone()))
}

/// `umul(a, b) = zext(umul(a, b))` with an inner product of m + n bits, for r > m + n
fn umul_wide_result(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let full = g.width(e.args[0]).checked_add(g.width(e.args[1]))?;
    if e.width() <= full {
        return None;
    }
    let product = g.add(Op::Umul, e.args.to_vec(), Type::Bits(full));
    Some(g.zero_ext(product, e.width()))
}

/// `smul(x, -1) = -sext(x)`
fn smul_minus_one(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let c = g.constant(e.args[1])?;
    if !c.is_ones() || c.width() == 0 {
        return None;
    }
    let x = g.resize_signed(e.args[0], e.width());
    Some(g.same(Op::Neg, [x]))
}

/// `smul(x, c) = umul(sext(x), c)` modulo 2^r for a constant c that is not negative; x is extended to r bits
///
/// `smul(a, b) = umul(a, b)` if neither sign bit can be set
fn smul_positive(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let positive = |x: NodeId| g.known(x).sign(g.width(x)) == Some(false);
    if !positive(e.args[1]) {
        return None;
    }
    if positive(e.args[0]) {
        return Some(g.add(Op::Umul, e.args.to_vec(), e.ty.clone()));
    }
    power_of_two(g, e.args[1])?;
    let x = g.resize_signed(e.args[0], e.width());
    Some(g.add(Op::Umul, [x, e.args[1]], e.ty.clone()))
}

/// `smul(sext(a), b) = smul(a, b)`
fn smul_extended(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let source = |x: NodeId| g.operand_of(x, &Op::SignExt).unwrap_or(x);
    let args: Vec<_> = e.args.iter().map(|&x| source(x)).collect();
    (args != e.args).then(|| g.add(Op::Smul, args, e.ty.clone()))
}
