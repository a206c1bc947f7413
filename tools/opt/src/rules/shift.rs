//! Shifts and slices by variable amounts, and `decode`.
//!
//! Amounts are unsigned values of any width, compared as a whole: an amount of at least the width shifts everything out.

use xls_aot_ir::{NodeId, Op, Type};

use super::rules;
use crate::graph::{Expr, Graph};

rules! { pub(super) SHIFT: Shift = shift_constant, shift_zero, shift_beyond, shift_amount, shra_positive }
rules! { pub(super) DYNAMIC_BIT_SLICE: Shift = dynamic_slice_constant, dynamic_slice_amount }
rules! { pub(super) BIT_SLICE_UPDATE: Shift = slice_update_constant, slice_update_empty, slice_update_amount }
rules! { pub(super) DECODE: Shift = decode_one_bit }

/// A constant amount, cut to at most `limit`.
fn constant_amount(g: &Graph<'_>, amount: NodeId, limit: u32) -> Option<u32> {
    let bits = g.constant(amount)?;
    Some(bits.to_u64().map_or(limit, |amount| amount.min(u64::from(limit)) as u32))
}

/// `x << c = x[0..w-c] ++ 0`, `x >> c = zext(x[c..w])`, arithmetic `x >> c = sext(x[c..w])` (of the sign bit at least)
fn shift_constant(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (x, width) = (e.args[0], e.width());
    let amount = constant_amount(g, e.args[1], width)?;
    if width == 0 {
        return Some(x);
    }
    Some(match e.op {
        Op::Shll => {
            let high = g.slice(x, 0, width - amount);
            let zeros = g.zeros(amount);
            g.concat([high, zeros])
        }
        Op::Shrl => {
            let high = g.slice(x, amount, width - amount);
            g.zero_ext(high, width)
        }
        _ => {
            let amount = amount.min(width - 1);
            let high = g.slice(x, amount, width - amount);
            g.sign_ext(high, width)
        }
    })
}

/// `0 << s = 0 >> s = 0`
fn shift_zero(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    g.constant(e.args[0])?.is_zero().then_some(e.args[0])
}

/// `x << s = x >> s = 0` if s is at least w always
fn shift_beyond(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let beyond = g.known(e.args[1]).least() >= u128::from(e.width());
    (beyond && *e.op != Op::Shra).then(|| g.zeros(e.width()))
}

/// The amount without high bits that are known to be zero, if it has any.
fn short_amount(g: &mut Graph<'_>, amount: NodeId) -> Option<NodeId> {
    let significant = g.known(amount).significant;
    (significant < g.width(amount)).then(|| g.slice(amount, 0, significant))
}

/// `x << s = x << s[0..k]` if the bits of s from k on are known to be zero
fn shift_amount(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let amount = short_amount(g, e.args[1])?;
    Some(g.same(e.op.clone(), [e.args[0], amount]))
}

/// Arithmetic `x >> s` is logical if the sign bit cannot be set
fn shra_positive(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let positive = *e.op == Op::Shra && g.known(e.args[0]).sign(e.width()) == Some(false);
    positive.then(|| g.same(Op::Shrl, e.args.to_vec()))
}

/// `dynamic_bit_slice(x, c) = x[c..c+w]`, zeros beyond the end of x
fn dynamic_slice_constant(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let own = g.width(e.args[0]);
    let start = constant_amount(g, e.args[1], own)?;
    let low = g.slice(e.args[0], start, e.width().min(own - start));
    Some(g.zero_ext(low, e.width()))
}

/// The start without high bits that are known to be zero
fn dynamic_slice_amount(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let start = short_amount(g, e.args[1])?;
    Some(g.add(Op::DynamicBitSlice, [e.args[0], start], e.ty.clone()))
}

/// `bit_slice_update(x, c, u) = x[c+m..w] ++ u ++ x[0..c]` for u of m bits, as much of it as fits
fn slice_update_constant(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (x, update, width) = (e.args[0], e.args[2], e.width());
    let start = constant_amount(g, e.args[1], width)?;
    let count = g.width(update).min(width - start);
    let high = g.slice(x, start + count, width - start - count);
    let middle = g.slice(update, 0, count);
    let low = g.slice(x, 0, start);
    Some(g.concat([high, middle, low]))
}

/// An update of no bits changes nothing
fn slice_update_empty(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    (g.width(e.args[2]) == 0).then_some(e.args[0])
}

/// The start without high bits that are known to be zero
fn slice_update_amount(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let start = short_amount(g, e.args[1])?;
    Some(g.same(Op::BitSliceUpdate, [e.args[0], start, e.args[2]]))
}

/// `decode(x)` is `~x`, then `x ++ ~x` for one bit
fn decode_one_bit(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let x = e.args[0];
    if g.width(x) != 1 || !(1..=2).contains(&e.width()) {
        return None;
    }
    let inverted = g.add(Op::Not, [x], Type::Bits(1));
    Some(if e.width() == 1 { inverted } else { g.concat([x, inverted]) })
}
