//! Bitwise operations, reductions and reversal.

use xls_aot_ir::{Bits, NodeId, Op, Operands};

use super::{opposite, rules};
use crate::graph::{Expr, Graph};
use crate::weight::is_cheaper_width;

rules! { pub(super) NARY: Logic = nary_operands, nary_of_extensions }
rules! { pub(super) AND: Logic = and_absorbs, of_complements, and_of_opposites, and_needless_mask, and_low_mask, and_wide_mask, and_narrow }
rules! { pub(super) OR: Logic = or_absorbs, of_complements, or_needless_bits, or_disjoint }
rules! { pub(super) XOR: Logic = xor_inverted, xor_disjoint }
rules! { pub(super) NAND: Logic = nand_is_not_and }
rules! { pub(super) NOR: Logic = nor_is_not_or }
rules! { pub(super) NOT: Logic = not_not, not_comparison, not_sign_ext }
rules! { pub(super) REDUCE: Logic = and_reduce_is_eq, or_reduce_is_ne, xor_reduce_one_bit, xor_reduce_zero_ext }
rules! { pub(super) REVERSE: Logic = reverse_one_bit, reverse_reverse, reverse_of_bits }

/// Most pieces of a concatenation that [`joined_pieces`] looks at.
const MAX_PIECES: usize = 32;

/// Most single bits that are put in the opposite order one by one.
const MAX_BITS: usize = 64;

/// Deepest nesting of concatenations and extensions that [`joined_pieces`] looks into.
const MAX_NESTING: u32 = 8;

/// `~a & ~b = ~(a | b)`, `~a | ~b = ~(a & b)`, and likewise for any number of operands, if one of the complements has no other user
fn of_complements(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let opposite = match e.op {
        Op::And => Op::Or,
        Op::Or => Op::And,
        _ => return None,
    };
    let operands: Vec<NodeId> = e.args.iter().map(|&arg| g.operand_of(arg, &Op::Not)).collect::<Option<_>>()?;
    if operands.len() < 2 || e.args.iter().all(|&arg| g.is_shared(arg)) {
        return None;
    }
    let combined = g.same(opposite, operands);
    Some(g.not(combined))
}

/// `~a & x != y = ~(a | x == y)` for one bit, if the node `x == y` exists; likewise for all comparisons and numbers of operands
fn and_of_opposites(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    if e.width() != 1 || e.args.len() < 2 {
        return None;
    }
    let mut opposites = Vec::with_capacity(e.args.len());
    let mut saves = false;
    for &arg in e.args {
        opposites.push(match g.op(arg) {
            Op::Not => g.args(arg)[0],
            op => {
                saves = true;
                g.existing_condition(&opposite(op)?, g.args(arg))?
            }
        });
    }
    if !saves {
        return None;
    }
    let any = g.add(Op::Or, opposites, e.ty.clone());
    Some(g.not(any))
}

/// One operand: `and(x) = or(x) = xor(x) = x`. Equal operands: `x & x = x | x = x`, `x ^ x = 0`. Opposites:
/// `x & ~x = 0`, `x | ~x = 1..1`, `x ^ ~x = 1..1`. Constants are combined, also with one inside the first operand:
/// `(x & c) & d = x & (c & d)`; `x & 0 = 0`, `x | 1..1 = 1..1`, `x ^ 1..1 = ~x`. Neutral constants are removed.
fn nary_operands(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let width = e.width();
    let mut constant = neutral(e.op, width);
    let mut rest: Vec<NodeId> = Vec::with_capacity(e.args.len());
    let mut constants = 0;
    for &arg in e.args {
        if let Some(bits) = g.constant(arg) {
            constants += 1;
            constant = combine(e.op, &constant, bits);
        } else {
            rest.push(arg);
        }
    }
    let mut changed = constants > 1 || constants == 1 && constant == neutral(e.op, width) || e.args.len() == 1;
    if constants > 0 {
        // A constant inside an operand.
        for arg in &mut rest {
            if let Some((x, c)) = g.pair_of(*arg, e.op) {
                if let Some(bits) = g.constant(c) {
                    constant = combine(e.op, &constant, bits);
                    *arg = x;
                    changed = true;
                }
            }
        }
        rest.sort();
    }
    // Equal operands are neighbours in the ordered list.
    let before = rest.len();
    if *e.op == Op::Xor {
        let mut kept: Vec<NodeId> = Vec::with_capacity(rest.len());
        for arg in rest {
            if kept.last() == Some(&arg) {
                kept.pop();
            } else {
                kept.push(arg);
            }
        }
        rest = kept;
    } else {
        rest.dedup();
    }
    changed |= rest.len() != before;
    // Opposites.
    for i in (0..rest.len()).rev() {
        let Some(x) = rest.get(i).and_then(|&arg| g.operand_of(arg, &Op::Not)) else { continue };
        let Ok(at) = rest.binary_search(&x) else { continue };
        changed = true;
        constant = combine(e.op, &constant, &if *e.op == Op::And { Bits::zero(width) } else { Bits::ones(width) });
        if *e.op == Op::Xor {
            rest.remove(i.max(at));
            rest.remove(i.min(at));
        }
    }
    if *e.op == Op::And && constant.is_zero() || *e.op == Op::Or && constant.is_ones() {
        return Some(g.bits(constant));
    }
    if *e.op == Op::Xor && constant.is_ones() && !constant.is_zero() && !rest.is_empty() {
        let x = if rest.len() == 1 { rest[0] } else { g.add(Op::Xor, rest, e.ty.clone()) };
        return Some(g.not(x));
    }
    if !changed {
        return None;
    }
    if rest.is_empty() || constant != neutral(e.op, width) {
        rest.push(g.bits(constant));
    }
    Some(if rest.len() == 1 { rest[0] } else { g.add(e.op.clone(), rest, e.ty.clone()) })
}

fn neutral(op: &Op, width: u32) -> Bits {
    if *op == Op::And {
        Bits::ones(width)
    } else {
        Bits::zero(width)
    }
}

fn combine(op: &Op, a: &Bits, b: &Bits) -> Bits {
    let mut result = a.clone();
    for (to, from) in result.words_mut().iter_mut().zip(b.words()) {
        *to = match op {
            Op::And => *to & from,
            Op::Or => *to | from,
            _ => *to ^ from,
        };
    }
    result
}

/// `zext(a) op zext(b) = zext(a op b)`, `sext(a) op sext(b) = sext(a op b)` for a and b of one width
fn nary_of_extensions(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let first = *e.args.first()?;
    let extension = g.op(first).clone();
    if e.args.len() < 2 || !matches!(extension, Op::ZeroExt | Op::SignExt) {
        return None;
    }
    let sources: Vec<_> = e.args.iter().map(|&arg| g.operand_of(arg, &extension)).collect::<Option<_>>()?;
    if sources.iter().any(|&source| g.ty(source) != g.ty(sources[0])) {
        return None;
    }
    let result = g.same(e.op.clone(), sources);
    Some(g.add(extension, [result], e.ty.clone()))
}

/// `x & (x | y) = x`
fn and_absorbs(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    absorbed(g, e, &Op::Or)
}

/// `x | (x & y) = x`
fn or_absorbs(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    absorbed(g, e, &Op::And)
}

fn absorbed(g: &Graph<'_>, e: &Expr<'_>, inner: &Op) -> Option<NodeId> {
    let &[a, b] = e.args else { return None };
    let within = |x: NodeId, y: NodeId| g.op(y) == inner && g.args(y).contains(&x);
    if within(a, b) {
        Some(a)
    } else {
        within(b, a).then_some(b)
    }
}

/// `x & c = x` if x has no bit outside c
fn and_needless_mask(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let &[x, c] = e.args else { return None };
    g.constant(c)?;
    let width = e.width();
    (width <= 128 && g.known(x).max(width) & !g.known(c).bits.ones == 0).then_some(x)
}

/// `x & (2^k - 1) = zext(x[0..k])`
fn and_low_mask(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let &[x, c] = e.args else { return None };
    let mask = g.constant(c)?;
    let k = mask.significant_bits();
    let ones: u32 = mask.words().iter().map(|word| word.count_ones()).sum();
    if ones != k || k == 0 || k == e.width() {
        return None;
    }
    let low = g.slice(x, 0, k);
    Some(g.zero_ext(low, e.width()))
}

/// `x & (2^k - 1) * 2^s = x[s..s+k] * 2^s` for values of more than one machine word, where it is cheaper
fn and_wide_mask(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let &[x, c] = e.args else { return None };
    let mask = g.constant(c)?;
    let width = e.width();
    let end = mask.significant_bits();
    let ones: u32 = mask.words().iter().map(|word| word.count_ones()).sum();
    if width <= 64 || ones == 0 || ones == width || !mask.bit(end - ones) {
        return None;
    }
    if (end - ones..end).any(|bit| !mask.bit(bit)) {
        return None;
    }
    let middle = g.slice(x, end - ones, ones);
    let zeros = g.zeros(end - ones);
    let low = g.concat([middle, zeros]);
    Some(g.zero_ext(low, width))
}

/// `x & y = zext(x[0..k] & y[0..k])` if the bits from k on are zero in one of them, where that needs fewer machine words
fn and_narrow(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let width = e.width();
    let k = e.args.iter().map(|&arg| g.known(arg).significant).min()?;
    if width <= 64 || k == 0 || !is_cheaper_width(k, width) {
        return None;
    }
    let args: Operands = e.args.iter().map(|&arg| g.slice(arg, 0, k)).collect();
    let low = g.same(Op::And, args);
    Some(g.zero_ext(low, width))
}

/// `x | c = x` if x has all bits of c
fn or_needless_bits(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let &[x, c] = e.args else { return None };
    g.constant(c)?;
    (e.width() <= 128 && g.known(c).bits.ones & !g.known(x).bits.ones == 0).then_some(x)
}

/// `a | b` is a concatenation of pieces of a and b if they do not overlap
fn or_disjoint(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    joined_pieces(g, e)
}

/// `a ^ b` is a concatenation of pieces of a and b if they do not overlap
fn xor_disjoint(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    joined_pieces(g, e)
}

/// A part of a value: bits `[start, start + width)` of a node, or zeros.
#[derive(Clone, Copy)]
struct Piece {
    of: Option<NodeId>,
    start: u32,
    width: u32,
}

/// `a | b`, `a ^ b`, `a + b` where a and b are made of pieces (by concatenation and extension) and wherever one has a
/// piece, the other has zeros: the concatenation of those pieces.
pub(super) fn joined_pieces(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let &[a, b] = e.args else { return None };
    let is_made_of_pieces = |x: NodeId| matches!(g.op(x), Op::Concat | Op::ZeroExt);
    if !is_made_of_pieces(a) || !is_made_of_pieces(b) {
        return None;
    }
    let (mut left, mut right) = (Vec::new(), Vec::new());
    pieces_of(g, a, MAX_NESTING, &mut left)?;
    pieces_of(g, b, MAX_NESTING, &mut right)?;
    // Most significant first, so the least significant are at the ends.
    let mut joined = Vec::new();
    while let (Some(mut l), Some(mut r)) = (left.pop(), right.pop()) {
        let width = l.width.min(r.width);
        for (piece, rest) in [(&mut l, &mut left), (&mut r, &mut right)] {
            if piece.width > width {
                rest.push(Piece { of: piece.of, start: piece.start + width, width: piece.width - width });
                piece.width = width;
            }
        }
        joined.push(match (l.of, r.of) {
            (_, None) => l,
            (None, Some(_)) => r,
            (Some(_), Some(_)) => return None,
        });
    }
    joined.reverse();
    let nodes: Operands = joined
        .into_iter()
        .map(|piece| match piece.of {
            Some(x) => g.slice(x, piece.start, piece.width),
            None => g.zeros(piece.width),
        })
        .collect();
    Some(g.concat(nodes))
}

/// The pieces of a node, most significant first; none of them is empty.
fn pieces_of(g: &Graph<'_>, x: NodeId, nesting: u32, pieces: &mut Vec<Piece>) -> Option<()> {
    let width = g.width(x);
    match g.op(x) {
        _ if width == 0 => {}
        Op::ZeroExt if nesting > 0 => {
            let source = g.args(x)[0];
            let extra = width - g.width(source);
            if extra > 0 {
                pieces.push(Piece { of: None, start: 0, width: extra });
            }
            pieces_of(g, source, nesting - 1, pieces)?;
        }
        Op::Concat if nesting > 0 && g.args(x).len() <= MAX_PIECES => {
            for &arg in g.args(x) {
                pieces_of(g, arg, nesting - 1, pieces)?;
            }
        }
        _ => {
            let is_zero = g.known(x).significant == 0;
            pieces.push(Piece { of: (!is_zero).then_some(x), start: 0, width });
        }
    }
    (pieces.len() <= MAX_PIECES).then_some(())
}

/// `~x ^ y = ~(x ^ y)`
fn xor_inverted(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let mut inverted = false;
    let mut args = Vec::with_capacity(e.args.len());
    for &arg in e.args {
        match g.operand_of(arg, &Op::Not) {
            Some(x) => {
                inverted = !inverted;
                args.push(x);
            }
            None => args.push(arg),
        }
    }
    if args == e.args {
        return None;
    }
    let result = g.add(Op::Xor, args, e.ty.clone());
    Some(if inverted { g.not(result) } else { result })
}

/// `nand(x, ..) = ~(x & ..)`
fn nand_is_not_and(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let and = g.add(Op::And, e.args.to_vec(), e.ty.clone());
    Some(g.not(and))
}

/// `nor(x, ..) = ~(x | ..)`
fn nor_is_not_or(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let or = g.add(Op::Or, e.args.to_vec(), e.ty.clone());
    Some(g.not(or))
}

/// `~~x = x`
fn not_not(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    g.operand_of(e.args[0], &Op::Not)
}

/// `~(a < b) = a >= b`, and likewise for all comparisons
fn not_comparison(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let opposite = super::compare::opposite(g.op(e.args[0]))?;
    let args = g.args(e.args[0]).to_vec();
    Some(g.add(opposite, args, e.ty.clone()))
}

/// `~sext(x) = sext(~x)`
fn not_sign_ext(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let x = g.operand_of(e.args[0], &Op::SignExt)?;
    let inverted = g.not(x);
    Some(g.sign_ext(inverted, e.width()))
}

/// `and_reduce(x) = (x == 1..1)`
fn and_reduce_is_eq(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    if *e.op != Op::AndReduce {
        return None;
    }
    let ones = g.ones(g.width(e.args[0]));
    Some(g.compare(Op::Eq, e.args[0], ones))
}

/// `or_reduce(x) = (x != 0)`
fn or_reduce_is_ne(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    if *e.op != Op::OrReduce {
        return None;
    }
    let zeros = g.zeros(g.width(e.args[0]));
    Some(g.compare(Op::Ne, e.args[0], zeros))
}

/// `xor_reduce(x) = x` for one bit
fn xor_reduce_one_bit(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    (*e.op == Op::XorReduce && g.width(e.args[0]) == 1).then_some(e.args[0])
}

/// `xor_reduce(zext(x)) = xor_reduce(x)`
fn xor_reduce_zero_ext(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let x = g.operand_of(e.args[0], &Op::ZeroExt)?;
    (*e.op == Op::XorReduce).then(|| g.add(Op::XorReduce, [x], e.ty.clone()))
}

/// `reverse(x) = x` for at most one bit
fn reverse_one_bit(_: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    (e.width() <= 1).then_some(e.args[0])
}

/// `reverse(reverse(x)) = x`
fn reverse_reverse(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    g.operand_of(e.args[0], &Op::Reverse)
}

/// `reverse(a ++ b ++ .. ++ c) = c ++ .. ++ b ++ a` for single bits
fn reverse_of_bits(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let pieces = g.args(e.args[0]);
    if *g.op(e.args[0]) != Op::Concat || pieces.len() > MAX_BITS || pieces.iter().any(|&piece| g.width(piece) != 1) {
        return None;
    }
    let pieces: Operands = pieces.iter().rev().copied().collect();
    Some(g.concat(pieces))
}
