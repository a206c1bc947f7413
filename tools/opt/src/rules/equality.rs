//! `eq` and `ne`. The identities are written for `==`; those for `!=` are their negations.

use xls_aot_ir::{Bits, NodeId, Op, Type, Value};

use super::rules;
use crate::graph::{Expr, Graph};
use crate::weight::is_cheaper_width;

rules! { pub(super) EQUALITY: Compare =
    equal_itself,
    equal_known_bits,
    equal_one_bit,
    equal_aggregates,
    equal_extended,
    equal_narrow,
    equal_shifted_operand,
    equal_difference,
    equal_constant_piece,
    equal_single_bits,
    equal_selected,
}

/// Most elements of arrays that are compared one by one.
const MAX_ELEMENTS: u64 = 16;

/// Most single bits that are compared one by one.
const MAX_BITS: usize = 8;

/// The result of the comparison for operands that are equal, or not.
fn outcome(g: &mut Graph<'_>, e: &Expr<'_>, equal: bool) -> NodeId {
    g.bool(equal == (*e.op == Op::Eq))
}

/// The comparison, from a bit that says whether the operands are equal.
fn from_bit(g: &mut Graph<'_>, e: &Expr<'_>, equal: NodeId) -> NodeId {
    if *e.op == Op::Eq {
        equal
    } else {
        g.not(equal)
    }
}

/// `x == x` is true, for any type
fn equal_itself(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    (e.args[0] == e.args[1]).then(|| outcome(g, e, true))
}

/// `a == b` is false if a bit is known to differ, or their ranges do not overlap
fn equal_known_bits(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    g.ty(e.args[0]).bit_count()?;
    let (a, b) = (g.known(e.args[0]), g.known(e.args[1]));
    let differs = a.bits.differs(b.bits) || exceeds(g, e.args[0], e.args[1]);
    let are_apart = match (a.range(), b.range()) {
        (Some(a), Some(b)) => a.greatest < b.least || b.greatest < a.least,
        _ => false,
    };
    (differs || are_apart || exceeds(g, e.args[1], e.args[0])).then(|| outcome(g, e, false))
}

/// Whether constant `c` has a bit set where `x` has only zeros above.
fn exceeds(g: &Graph<'_>, c: NodeId, x: NodeId) -> bool {
    g.constant(c).is_some_and(|c| c.significant_bits() > g.known(x).significant)
}

/// `(x == 1) = x`, `(x == 0) = ~x`, `(a == b) = ~(a ^ b)` for one bit
fn equal_one_bit(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    if g.width(e.args[0]) != 1 {
        return None;
    }
    let differ = g.add(Op::Xor, e.args.to_vec(), Type::Bits(1));
    Some(if *e.op == Op::Ne { differ } else { g.not(differ) })
}

/// `(a, b) == (c, d)` is `a == c && b == d`; arrays likewise if both are written out element by element. Tokens are equal.
fn equal_aggregates(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (a, b) = (e.args[0], e.args[1]);
    let pairs: Vec<(NodeId, NodeId)> = match g.ty(a).clone() {
        Type::Bits(_) | Type::Token => return None,
        Type::Tuple(types) => (0..types.len())
            .filter(|&i| types[i] != Type::Token)
            .map(|i| Some((g.element(a, i)?, g.element(b, i)?)))
            .collect::<Option<_>>()?,
        Type::Array(array) => {
            let is_written_out = |x: NodeId| matches!(g.op(x), Op::Array | Op::Literal { .. });
            if array.len > MAX_ELEMENTS || !is_written_out(a) || !is_written_out(b) {
                return None;
            }
            (0..array.len).map(|i| Some((g.array_element(a, i)?, g.array_element(b, i)?))).collect::<Option<_>>()?
        }
    };
    let mut equal = Vec::with_capacity(pairs.len());
    for (x, y) in pairs {
        equal.push(g.compare(Op::Eq, x, y));
    }
    let all = if equal.is_empty() { g.bool(true) } else { g.add(Op::And, equal, Type::Bits(1)) };
    Some(from_bit(g, e, all))
}

/// `zext(a) == zext(b)` is `a == b`, `sext(a) == sext(b)` is `a == b` for a and b of one width; either may be a constant
/// that is such an extension
fn equal_extended(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (a, b) = (e.args[0], e.args[1]);
    let extension = g.op(a).clone();
    if !matches!(extension, Op::ZeroExt | Op::SignExt) {
        return None;
    }
    let source = g.operand_of(a, &extension)?;
    let width = g.width(source);
    let other = match g.operand_of(b, &extension) {
        Some(other) if g.width(other) == width => other,
        _ => {
            g.constant(b)?;
            let low = g.slice(b, 0, width);
            let extended = g.add(extension, [low], Type::Bits(g.width(b)));
            if extended != b {
                // If equal nodes are not merged, equal constants may be different nodes.
                return (g.constant(extended)? != g.constant(b)?).then(|| outcome(g, e, false));
            }
            low
        }
    };
    Some(g.compare(e.op.clone(), source, other))
}

/// `a == b` is `a[0..k] == b[0..k]` if all bits from k on are known to be zero, where that needs fewer machine words
fn equal_narrow(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let width = g.ty(e.args[0]).bit_count()?;
    let k = g.known(e.args[0]).significant.max(g.known(e.args[1]).significant);
    if width <= 64 || !is_cheaper_width(k, width) {
        return None;
    }
    let (a, b) = (g.slice(e.args[0], 0, k), g.slice(e.args[1], 0, k));
    Some(g.compare(e.op.clone(), a, b))
}

/// `x + c == d` is `x == d - c`, `c - x == d` is `x == c - d`, `x ^ c == d` is `x == c ^ d`, `~x == d` is `x == ~d`,
/// `-x == d` is `x == -d`
fn equal_shifted_operand(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (a, d) = (e.args[0], e.args[1]);
    g.constant(d)?;
    let (x, other) = match (g.op(a), g.args(a)) {
        (Op::Add, &[x, c]) if g.constant(c).is_some() => (x, (Op::Sub, vec![d, c])),
        (Op::Sub, &[c, x]) if g.constant(c).is_some() => (x, (Op::Sub, vec![c, d])),
        (Op::Xor, &[x, c]) if g.constant(c).is_some() => (x, (Op::Xor, vec![d, c])),
        (Op::Not, &[x]) => (x, (Op::Not, vec![d])),
        (Op::Neg, &[x]) => (x, (Op::Neg, vec![d])),
        _ => return None,
    };
    let other = g.same(other.0, other.1);
    g.constant(other)?;
    Some(g.compare(e.op.clone(), x, other))
}

/// `a - b == 0` and `a ^ b == 0` are `a == b`
fn equal_difference(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    if !g.constant(e.args[1])?.is_zero() {
        return None;
    }
    let (a, b) = g.pair_of(e.args[0], &Op::Sub).or_else(|| g.pair_of(e.args[0], &Op::Xor))?;
    Some(g.compare(e.op.clone(), a, b))
}

/// `a ++ c ++ b == d` for constants c and d is `a ++ b == d'` without those bits, if c agrees with them, else false
fn equal_constant_piece(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let d = g.constant(e.args[1])?;
    if *g.op(e.args[0]) != Op::Concat {
        return None;
    }
    let pieces = g.args(e.args[0]).to_vec();
    let kept: Vec<NodeId> = pieces.iter().copied().filter(|&piece| g.constant(piece).is_none()).collect();
    if kept.len() == pieces.len() {
        return None;
    }
    let mut agrees = true;
    let mut bits = Vec::new();
    let mut end = d.width();
    for &piece in &pieces {
        let width = g.width(piece);
        match g.constant(piece) {
            Some(c) => agrees &= (0..width).all(|i| c.bit(i) == d.bit(end - width + i)),
            None => bits.extend((0..width).rev().map(|i| d.bit(end - width + i))),
        }
        end -= width;
    }
    if !agrees {
        return Some(outcome(g, e, false));
    }
    let mut rest = Bits::zero(bits.len() as u32);
    for (i, &bit) in bits.iter().rev().enumerate() {
        rest.set_bit(i as u32, bit);
    }
    let x = g.concat(kept);
    let rest = g.bits(rest);
    Some(g.compare(e.op.clone(), x, rest))
}

/// `a ++ b ++ .. == c` for single bits is the conjunction of each or its complement
fn equal_single_bits(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let c = g.constant(e.args[1])?.clone();
    let pieces = g.args(e.args[0]).to_vec();
    if *g.op(e.args[0]) != Op::Concat || pieces.len() > MAX_BITS || pieces.iter().any(|&piece| g.width(piece) != 1) {
        return None;
    }
    if pieces.is_empty() {
        return Some(outcome(g, e, true));
    }
    // Where the concatenation is needed anyway, comparing it is one operation, and no piece is needed longer.
    if pieces.len() > 2 && (g.is_shared(e.args[0]) || g.has_users(e.args[0])) {
        return None;
    }
    let count = pieces.len() as u32;
    let mut terms = Vec::with_capacity(pieces.len());
    for (i, piece) in (0..count).zip(pieces) {
        terms.push(if c.bit(count - 1 - i) { piece } else { g.not(piece) });
    }
    let all = g.add(Op::And, terms, Type::Bits(1));
    Some(from_bit(g, e, all))
}

/// `(if s { c1 } else { c0 }) == d` for constants is true, false, s or ~s
fn equal_selected(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let d = g.value(e.args[1])?;
    let (Op::Sel { has_default: false }, &[s, c0, c1]) = (g.op(e.args[0]), g.args(e.args[0])) else { return None };
    let matches: [bool; 2] = [equals(g, c0, d)?, equals(g, c1, d)?];
    let equal = match matches {
        [false, true] => s,
        [true, false] => g.not(s),
        [both, _] => return Some(outcome(g, e, both)),
    };
    Some(from_bit(g, e, equal))
}

fn equals(g: &Graph<'_>, x: NodeId, d: &Value) -> Option<bool> {
    Some(g.value(x)? == d)
}
