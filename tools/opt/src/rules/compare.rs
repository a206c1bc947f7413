//! Comparisons of order, unsigned and signed.

use xls_aot_ir::{Bits, NodeId, Op, Type};

use super::rules;
use crate::graph::{Expr, Graph};
use crate::known::compared;
use crate::weight::is_cheaper_width;

rules! { pub(super) ORDER: Compare = order_itself, order_constant_left, order_known, order_strict, order_one_bit }
rules! { pub(super) UNSIGNED: Compare = unsigned_boundary, unsigned_extended, unsigned_narrow }
rules! { pub(super) SIGNED: Compare = signed_sign_bit, signed_same_sign, signed_extended }

/// The comparison that is true exactly if this one is false.
pub(crate) fn opposite(op: &Op) -> Option<Op> {
    Some(match op {
        Op::Eq => Op::Ne,
        Op::Ne => Op::Eq,
        Op::Ult => Op::Uge,
        Op::Uge => Op::Ult,
        Op::Ugt => Op::Ule,
        Op::Ule => Op::Ugt,
        Op::Slt => Op::Sge,
        Op::Sge => Op::Slt,
        Op::Sgt => Op::Sle,
        Op::Sle => Op::Sgt,
        _ => return None,
    })
}

/// The comparison with the operands exchanged.
pub(crate) fn exchanged(op: &Op) -> Option<Op> {
    Some(match op {
        Op::Ult => Op::Ugt,
        Op::Ugt => Op::Ult,
        Op::Ule => Op::Uge,
        Op::Uge => Op::Ule,
        Op::Slt => Op::Sgt,
        Op::Sgt => Op::Slt,
        Op::Sle => Op::Sge,
        Op::Sge => Op::Sle,
        _ => return None,
    })
}

pub(crate) fn is_signed(op: &Op) -> bool {
    matches!(op, Op::Slt | Op::Sle | Op::Sgt | Op::Sge)
}

pub(crate) fn to_unsigned(op: &Op) -> Op {
    match op {
        Op::Slt => Op::Ult,
        Op::Sle => Op::Ule,
        Op::Sgt => Op::Ugt,
        Op::Sge => Op::Uge,
        op => op.clone(),
    }
}

/// Whether the comparison is true for equal operands.
pub(crate) fn holds_if_equal(op: &Op) -> bool {
    matches!(op, Op::Ule | Op::Uge | Op::Sle | Op::Sge)
}

/// Whether the comparison is true if the first operand is less.
pub(crate) fn wants_less(op: &Op) -> bool {
    matches!(op, Op::Ult | Op::Ule | Op::Slt | Op::Sle)
}

/// `x < x` is false, `x <= x` is true; so for `bits[0]`
fn order_itself(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    (e.args[0] == e.args[1] || g.width(e.args[0]) == 0).then(|| g.bool(holds_if_equal(e.op)))
}

/// `c < x` is `x > c`
fn order_constant_left(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    if g.constant(e.args[0]).is_none() || g.constant(e.args[1]).is_some() {
        return None;
    }
    Some(g.compare(exchanged(e.op)?, e.args[1], e.args[0]))
}

/// `a < b` is known if the ranges of a and b do not overlap
fn order_known(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (a, b) = (g.known(e.args[0]), g.known(e.args[1]));
    let holds = compared(e.op, a, b, g.width(e.args[0]))?;
    Some(g.bool(holds))
}

/// `x <= c` is `x < c + 1`, `x >= c` is `x > c - 1`; true if c is the greatest (least) value
fn order_strict(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let c = g.constant(e.args[1])?;
    let width = c.width();
    let (strict, step, extreme) = match e.op {
        Op::Ule => (Op::Ult, Op::Add, Bits::ones(width)),
        Op::Uge => (Op::Ugt, Op::Sub, Bits::zero(width)),
        Op::Sle => (Op::Slt, Op::Add, greatest_signed(width)),
        Op::Sge => (Op::Sgt, Op::Sub, least_signed(width)),
        _ => return None,
    };
    if *c == extreme {
        return Some(g.bool(true));
    }
    let one = g.number(width, 1);
    let next = g.same(step, [e.args[1], one]);
    g.constant(next)?;
    Some(g.compare(strict, e.args[0], next))
}

fn least_signed(width: u32) -> Bits {
    let mut bits = Bits::zero(width);
    if width > 0 {
        bits.set_bit(width - 1, true);
    }
    bits
}

fn greatest_signed(width: u32) -> Bits {
    let mut bits = Bits::ones(width);
    if width > 0 {
        bits.set_bit(width - 1, false);
    }
    bits
}

/// `a < b` is `~a & b`, `a <= b` is `~a | b` for one bit; signed, a set bit is -1, so the other way round
fn order_one_bit(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    if g.width(e.args[0]) != 1 {
        return None;
    }
    let (low, high) = if wants_less(e.op) != is_signed(e.op) { (e.args[0], e.args[1]) } else { (e.args[1], e.args[0]) };
    let inverted = g.not(low);
    Some(if holds_if_equal(e.op) { g.or(inverted, high) } else { g.and(inverted, high) })
}

/// `x < 1` is `x == 0`, `x < max` is `x != max`, `x > 0` is `x != 0`, `x > max - 1` is `x == max`, and `x < 0`, `x > max`
/// are false
fn unsigned_boundary(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let c = g.constant(e.args[1])?;
    let width = c.width();
    let mut last = Bits::ones(width);
    if width > 0 {
        last.set_bit(0, false);
    }
    let (op, other) = match e.op {
        Op::Ult if c.is_zero() => return Some(g.bool(false)),
        Op::Ugt if c.is_ones() => return Some(g.bool(false)),
        Op::Ult if c.to_u64() == Some(1) => (Op::Eq, Bits::zero(width)),
        Op::Ult if c.is_ones() => (Op::Ne, Bits::ones(width)),
        Op::Ugt if c.is_zero() => (Op::Ne, Bits::zero(width)),
        Op::Ugt if *c == last => (Op::Eq, Bits::ones(width)),
        _ => return None,
    };
    let other = g.bits(other);
    Some(g.compare(op, e.args[0], other))
}

/// `zext(a) < zext(b)` is `a < b`, the narrower one extended; either may be a constant
fn unsigned_extended(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let source = |x: NodeId| match g.constant(x) {
        Some(c) => Some((x, c.significant_bits())),
        None => g.operand_of(x, &Op::ZeroExt).map(|source| (source, g.width(source))),
    };
    let ((a, a_width), (b, b_width)) = (source(e.args[0])?, source(e.args[1])?);
    let width = a_width.max(b_width);
    if width >= g.width(e.args[0]) {
        return None;
    }
    let (a, b) = (g.resize(a, width), g.resize(b, width));
    Some(g.compare(e.op.clone(), a, b))
}

/// `a < b` is `a[0..k] < b[0..k]` if all bits from k on are known to be zero, where that needs fewer machine words
fn unsigned_narrow(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let width = g.width(e.args[0]);
    let k = g.known(e.args[0]).significant.max(g.known(e.args[1]).significant);
    if width <= 64 || !is_cheaper_width(k, width) {
        return None;
    }
    let (a, b) = (g.slice(e.args[0], 0, k), g.slice(e.args[1], 0, k));
    Some(g.compare(e.op.clone(), a, b))
}

/// `x < 0` is the sign bit, `x > -1` its complement
fn signed_sign_bit(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let c = g.constant(e.args[1])?;
    let width = c.width();
    let inverted = match e.op {
        Op::Slt if c.is_zero() => false,
        Op::Sgt if c.is_ones() => true,
        _ => return None,
    };
    let sign = g.slice(e.args[0], width.checked_sub(1)?, 1);
    Some(if inverted { g.not(sign) } else { sign })
}

/// Signed order is unsigned order if the sign bits are equal
fn signed_same_sign(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let width = g.width(e.args[0]);
    let (a, b) = (g.known(e.args[0]).sign(width)?, g.known(e.args[1]).sign(width)?);
    (a == b).then(|| g.compare(to_unsigned(e.op), e.args[0], e.args[1]))
}

/// `sext(a) < sext(b)` is `a < b` for a and b of one width; b may be a constant that is such an extension
fn signed_extended(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let a = g.operand_of(e.args[0], &Op::SignExt)?;
    let width = g.width(a);
    let b = match g.operand_of(e.args[1], &Op::SignExt) {
        Some(b) if g.width(b) == width => b,
        _ => {
            g.constant(e.args[1])?;
            let low = g.slice(e.args[1], 0, width);
            let extended = g.add(Op::SignExt, [low], Type::Bits(g.width(e.args[1])));
            if g.constant(extended)? != g.constant(e.args[1])? {
                return None;
            }
            low
        }
    };
    Some(g.compare(e.op.clone(), a, b))
}
