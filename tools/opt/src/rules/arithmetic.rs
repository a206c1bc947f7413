//! Addition, subtraction and negation modulo 2^w.

use xls_aot_ir::{NodeId, Op};

use super::rules;
use crate::graph::{Expr, Graph};
use crate::weight::{is_cheaper_width, machine_width};

rules! { pub(super) ADD: Arithmetic =
    add_zero,
    add_one_bit,
    add_constants,
    add_constant_to_difference,
    add_negated,
    add_inverted_and_one,
    add_disjoint,
    add_extended,
    add_cut_operand,
}
rules! { pub(super) SUB: Arithmetic =
    sub_itself,
    sub_constant,
    sub_from_zero,
    sub_negated,
    sub_one_bit,
    sub_from_sum,
}
rules! { pub(super) NEG: Arithmetic = neg_one_bit, neg_neg, neg_difference, neg_inverted }

/// `x + 0 = x`
fn add_zero(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    g.constant(e.args[1])?.is_zero().then_some(e.args[0])
}

/// `a + b = a ^ b` for w = 1
fn add_one_bit(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    (e.width() == 1).then(|| g.add(Op::Xor, e.args.to_vec(), e.ty.clone()))
}

/// `(x + c) + d = x + (c + d)`
fn add_constants(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (x, c) = g.pair_of(e.args[0], &Op::Add)?;
    g.constant(c)?;
    g.constant(e.args[1])?;
    let sum = g.same(Op::Add, [c, e.args[1]]);
    Some(g.same(Op::Add, [x, sum]))
}

/// `(c - x) + d = (c + d) - x`
fn add_constant_to_difference(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (c, x) = g.pair_of(e.args[0], &Op::Sub)?;
    g.constant(c)?;
    g.constant(e.args[1])?;
    let sum = g.same(Op::Add, [c, e.args[1]]);
    Some(g.same(Op::Sub, [sum, x]))
}

/// `a + -b = a - b`, and with the operands exchanged
fn add_negated(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (a, b) = (e.args[0], e.args[1]);
    if let Some(b) = g.operand_of(b, &Op::Neg) {
        return Some(g.same(Op::Sub, [a, b]));
    }
    let a = g.operand_of(a, &Op::Neg)?;
    Some(g.same(Op::Sub, [b, a]))
}

/// `~x + 1 = -x`
fn add_inverted_and_one(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let x = g.operand_of(e.args[0], &Op::Not)?;
    (g.constant(e.args[1])?.to_u64() == Some(1)).then(|| g.same(Op::Neg, [x]))
}

/// `a + b = a | b` if no bit can be set in both; only where that makes a concatenation of them
fn add_disjoint(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    super::logic::joined_pieces(g, e)
}

/// `zext(a) + zext(b) = zext(zext(a) + zext(b))` with the inner sum one bit wider than the wider operand, where that
/// needs fewer machine words. The known bits of the operands decide.
fn add_extended(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let needed = g.known(e.args[0]).significant.max(g.known(e.args[1]).significant).saturating_add(1);
    // A sum of one machine word would not become cheaper.
    if e.width() <= 64 || !is_cheaper_width(needed, e.width()) {
        return None;
    }
    let width = machine_width(needed);
    let (a, b) = (g.slice(e.args[0], 0, width), g.slice(e.args[1], 0, width));
    let sum = g.same(Op::Add, [a, b]);
    Some(g.zero_ext(sum, e.width()))
}

/// `x[k..] + c = (x + c * 2^k)[k..]`, also where x[k..] is the lowest piece of a concatenation; it takes no wider machine
/// words. Logic optimised for hardware leaves the low bits out of an addition that does not change them. Other nodes
/// usually use the whole sum, so the cut one is often computed already. A concatenation that has another user by now is
/// computed anyway, and stays
fn add_cut_operand(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (x, c) = (e.args[0], e.args[1]);
    g.constant(c)?;
    let (high, cut) = match g.op(x) {
        Op::Concat => {
            let (&cut, high) = g.args(x).split_last()?;
            if g.is_shared(x) || g.has_users(x) {
                return None;
            }
            (high.to_vec(), cut)
        }
        _ => (Vec::new(), x),
    };
    let Op::BitSlice { start } = *g.op(cut) else { return None };
    let whole = g.args(cut)[0];
    let width = e.width().checked_add(start)?;
    if start == 0 || start + g.width(cut) != g.width(whole) || machine_width(width) != machine_width(e.width()) {
        return None;
    }
    let mut pieces = high;
    pieces.push(whole);
    let x = g.concat(pieces);
    let zeros = g.zeros(start);
    let c = g.concat([c, zeros]);
    g.constant(c)?;
    let sum = g.same(Op::Add, [x, c]);
    Some(g.slice(sum, start, e.width()))
}

/// `x - x = 0`
fn sub_itself(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    (e.args[0] == e.args[1]).then(|| g.zeros(e.width()))
}

/// `x - c = x + -c`
fn sub_constant(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    g.constant(e.args[1])?;
    let negated = g.same(Op::Neg, [e.args[1]]);
    // Without constant folding, another rule would undo this one.
    g.constant(negated)?;
    Some(g.same(Op::Add, [e.args[0], negated]))
}

/// `0 - x = -x`
fn sub_from_zero(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    g.constant(e.args[0])?.is_zero().then(|| g.same(Op::Neg, [e.args[1]]))
}

/// `a - -b = a + b`
fn sub_negated(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let b = g.operand_of(e.args[1], &Op::Neg)?;
    Some(g.same(Op::Add, [e.args[0], b]))
}

/// `a - b = a ^ b` for w = 1
fn sub_one_bit(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    (e.width() == 1).then(|| g.add(Op::Xor, e.args.to_vec(), e.ty.clone()))
}

/// `(a + b) - b = a`, `(a + b) - a = b`
fn sub_from_sum(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (a, b) = g.pair_of(e.args[0], &Op::Add)?;
    if b == e.args[1] {
        Some(a)
    } else {
        (a == e.args[1]).then_some(b)
    }
}

/// `-x = x` for w = 1
fn neg_one_bit(_: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    (e.width() == 1).then_some(e.args[0])
}

/// `--x = x`
fn neg_neg(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    g.operand_of(e.args[0], &Op::Neg)
}

/// `-(a - b) = b - a`
fn neg_difference(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (a, b) = g.pair_of(e.args[0], &Op::Sub)?;
    Some(g.same(Op::Sub, [b, a]))
}

/// `-~x = x + 1`
fn neg_inverted(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let x = g.operand_of(e.args[0], &Op::Not)?;
    let one = g.number(e.width(), 1);
    Some(g.same(Op::Add, [x, one]))
}
