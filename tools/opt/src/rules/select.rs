//! `sel`. A selection between two cases by one bit is written `if s { b } else { a }`: operand 1 is a, operand 2 is b.

use xls_aot_eval::eval_op;
use xls_aot_ir::{Bits, NodeId, Op, Value};

use super::rules;
use crate::graph::{Expr, Graph};

rules! { pub(super) SEL: Select =
    sel_constant_selector,
    sel_equal_cases,
    sel_known_selector,
    sel_default_of_bit,
    sel_two_way_default,
    sel_trailing_default,
    sel_inverted,
    sel_neutral,
    sel_after_sign,
    sel_one_bit,
    sel_constants,
    sel_same_condition,
    sel_shared_arm,
    sel_of_extensions,
}

/// Deepest nesting of an operand that is looked into.
const MAX_NESTING: u32 = 4;

/// The parts of a selection.
struct Parts {
    selector: NodeId,
    cases: Vec<NodeId>,
    default: Option<NodeId>,
}

fn parts(e: &Expr<'_>) -> Option<Parts> {
    let Op::Sel { has_default } = *e.op else { return None };
    let (&selector, rest) = e.args.split_first()?;
    let (default, cases) = match rest.split_last() {
        Some((&default, cases)) if has_default => (Some(default), cases),
        _ => (None, rest),
    };
    Some(Parts { selector, cases: cases.to_vec(), default })
}

/// Adds a selection.
fn selection(g: &mut Graph<'_>, e: &Expr<'_>, parts: Parts) -> NodeId {
    let mut args = vec![parts.selector];
    args.extend(parts.cases);
    args.extend(parts.default);
    g.add(Op::Sel { has_default: parts.default.is_some() }, args, e.ty.clone())
}

/// The selector and arms `(s, a, b)` of `if s { b } else { a }` with a one-bit s.
pub(super) fn two_way(g: &Graph<'_>, op: &Op, args: &[NodeId]) -> Option<(NodeId, NodeId, NodeId)> {
    match (op, args) {
        (Op::Sel { has_default: false }, &[s, a, b]) if g.width(s) == 1 => Some((s, a, b)),
        _ => None,
    }
}

fn two_way_node(g: &Graph<'_>, id: NodeId) -> Option<(NodeId, NodeId, NodeId)> {
    two_way(g, g.op(id), g.args(id))
}

/// `sel(i, cases) = cases[i]` for a constant i; the default if there is no such case
fn sel_constant_selector(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let parts = parts(e)?;
    let index = g.constant(parts.selector)?.to_u64().and_then(|index| usize::try_from(index).ok());
    index.and_then(|index| parts.cases.get(index).copied()).or(parts.default)
}

/// `sel(s, [a, a, ...]) = a`, where the default is a too, if there is one
fn sel_equal_cases(_: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let &first = e.args.get(1)?;
    e.args[1..].iter().all(|&case| case == first).then_some(first)
}

/// If high bits of the selector are known to be zero, they are cut off, and the cases that it cannot reach are dropped
fn sel_known_selector(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let mut parts = parts(e)?;
    let significant = g.known(parts.selector).significant;
    if significant == 0 || significant >= g.width(parts.selector) {
        return None;
    }
    parts.selector = g.slice(parts.selector, 0, significant);
    let reachable = 1usize.checked_shl(significant).unwrap_or(usize::MAX);
    parts.cases.truncate(reachable);
    if parts.cases.len() == reachable {
        parts.default = None;
    }
    Some(selection(g, e, parts))
}

/// `sel(s, [a], default = b) = if s { b } else { a }` for one bit
fn sel_default_of_bit(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let parts = parts(e)?;
    let default = parts.default?;
    (g.width(parts.selector) == 1 && parts.cases.len() == 1).then(|| g.select(parts.selector, default, parts.cases[0]))
}

/// `sel(s, [a], default = b) = if s != 0 { b } else { a }`
fn sel_two_way_default(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let parts = parts(e)?;
    let default = parts.default?;
    if g.width(parts.selector) < 2 || parts.cases.len() != 1 {
        return None;
    }
    let zero = g.zeros(g.width(parts.selector));
    let condition = g.compare(Op::Ne, parts.selector, zero);
    Some(g.select(condition, default, parts.cases[0]))
}

/// Cases at the end that equal the default are dropped. Without a default, two or more equal cases at the end become
/// the default
fn sel_trailing_default(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let mut parts = parts(e)?;
    if parts.cases.len() < 3 && parts.default.is_none() {
        return None;
    }
    let last = parts.default.or(parts.cases.last().copied())?;
    let kept = parts.cases.iter().rposition(|&case| case != last).map_or(1, |at| at + 1);
    // Replacing a single case by a default would not make the expression smaller.
    if kept + usize::from(parts.default.is_none()) >= parts.cases.len() {
        return None;
    }
    parts.cases.truncate(kept);
    parts.default = Some(last);
    Some(selection(g, e, parts))
}

/// `if ~s { b } else { a } = if s { a } else { b }`, and `if x != y { b } else { a } = if x == y { a } else { b }`
fn sel_inverted(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (s, a, b) = two_way(g, e.op, e.args)?;
    let s = match g.op(s) {
        Op::Not => g.args(s)[0],
        Op::Ne => {
            let args = g.args(s).to_vec();
            g.add(Op::Eq, args, xls_aot_ir::Type::Bits(1))
        }
        _ => return None,
    };
    Some(g.select(s, a, b))
}

/// `if x == c { a } else { a << f(x) } = a << f(x)` if f(c) is 0; likewise for the other shifts, `a + f(x)`, `a - f(x)`,
/// `a | f(x)` and `a ^ f(x)`
fn sel_neutral(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (s, changed, a) = two_way(g, e.op, e.args)?;
    let (x, c) = g.pair_of(s, &Op::Eq)?;
    let c = g.constant(c)?;
    let is_zero = |y: NodeId| value_where(g, y, x, c, MAX_NESTING).is_some_and(|value| value.is_zero());
    let is_neutral = match (g.op(changed), g.args(changed)) {
        (Op::Shll | Op::Shrl | Op::Shra | Op::Sub, &[b, y]) => b == a && is_zero(y),
        (Op::Add | Op::Or | Op::Xor, &[b, y]) => b == a && is_zero(y) || y == a && is_zero(b),
        _ => false,
    };
    is_neutral.then_some(changed)
}

/// The value of y where x is c, if y is made of x and constants by a few operations.
fn value_where(g: &Graph<'_>, y: NodeId, x: NodeId, c: &Bits, nesting: u32) -> Option<Bits> {
    if y == x {
        return Some(c.clone());
    }
    let is_cheap = |op: &Op| {
        matches!(
            op,
            Op::Add
                | Op::Sub
                | Op::Neg
                | Op::Not
                | Op::ZeroExt
                | Op::SignExt
                | Op::BitSlice { .. }
                | Op::Literal { .. }
        )
    };
    if nesting == 0 || !is_cheap(g.op(y)) {
        return None;
    }
    let operand = |&arg: &NodeId| value_where(g, arg, x, c, nesting - 1).map(Value::Bits);
    let operands: Vec<Value> = g.args(y).iter().map(operand).collect::<Option<_>>()?;
    eval_op(g.op(y), &operands.iter().collect::<Vec<_>>(), g.ty(y)).ok()?.as_bits().cloned()
}

/// `if x < 0 { b } else { if x > 0 { c } else { d } } = if x < 0 { b } else { if x != 0 { c } else { d } }`, where x < 0 is the
/// sign bit and the inner selection has no other user
fn sel_after_sign(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (s, a, b) = two_way(g, e.op, e.args)?;
    let &Op::BitSlice { start } = g.op(s) else { return None };
    let x = g.args(s)[0];
    if g.width(x) != start + 1 || g.is_shared(a) {
        return None;
    }
    let (t, d, c) = two_way_node(g, a)?;
    let (y, zero) = g.pair_of(t, &Op::Sgt)?;
    if y != x || !g.constant(zero)?.is_zero() {
        return None;
    }
    let is_positive = g.compare(Op::Ne, x, zero);
    let a = g.select(is_positive, c, d);
    Some(g.select(s, b, a))
}

/// For one-bit arms: `if s { 1 } else { a } = s | a`, `if s { 0 } else { a } = ~s & a`, `if s { b } else { 0 } = s & b`,
/// `if s { b } else { 1 } = ~s | b`; an arm s counts as a constant, 1 if selected by s and 0 otherwise, and an arm ~s as
/// the opposite; `if s { b } else { ~b } = ~(s ^ b)`
fn sel_one_bit(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (s, a, b) = two_way(g, e.op, e.args)?;
    if e.ty.bit_count() != Some(1) {
        return None;
    }
    let is_opposite = |x: NodeId| g.operand_of(x, &Op::Not) == Some(s);
    let value = |x: NodeId, selected: bool| match g.constant(x) {
        Some(bits) => Some(!bits.is_zero()),
        None if x == s => Some(selected),
        None if is_opposite(x) => Some(!selected),
        None => None,
    };
    Some(match (value(a, false), value(b, true)) {
        (Some(a), Some(b)) if a == b => g.bool(a),
        (Some(false), Some(_)) => s,
        (Some(true), Some(_)) => g.not(s),
        (_, Some(true)) => g.or(s, a),
        (_, Some(false)) => {
            let inverted = g.not(s);
            g.and(inverted, a)
        }
        (Some(false), _) => g.and(s, b),
        (Some(true), _) => {
            let inverted = g.not(s);
            g.or(inverted, b)
        }
        (None, None) => {
            let opposite = g.operand_of(a, &Op::Not) == Some(b) || g.operand_of(b, &Op::Not) == Some(a);
            if !opposite {
                return None;
            }
            let differ = g.same(Op::Xor, [s, b]);
            g.not(differ)
        }
    })
}

/// `if s { 1..1 } else { 0 } = sext(s)`, `if s { 1 } else { 0 } = zext(s)`; with exchanged arms, the same of ~s. For arms of
/// more than one bit
fn sel_constants(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (s, a, b) = two_way(g, e.op, e.args)?;
    let width = e.ty.bit_count().filter(|&width| width > 1)?;
    let (a, b) = (g.constant(a)?, g.constant(b)?);
    let (inverted, other) = if a.is_zero() {
        (false, b)
    } else if b.is_zero() {
        (true, a)
    } else {
        return None;
    };
    let (ones, one) = (other.is_ones(), other.to_u64() == Some(1));
    if !ones && !one {
        return None;
    }
    let s = if inverted { g.not(s) } else { s };
    Some(if ones { g.sign_ext(s, width) } else { g.zero_ext(s, width) })
}

/// `if s { if s { b } else { _ } } else { a } = if s { b } else { a }`, and likewise in the other arm
fn sel_same_condition(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (s, a, b) = two_way(g, e.op, e.args)?;
    let inner = |x: NodeId| two_way_node(g, x).filter(|&(t, _, _)| t == s);
    let (new_a, new_b) = (inner(a).map_or(a, |(_, a, _)| a), inner(b).map_or(b, |(_, _, b)| b));
    (new_a != a || new_b != b).then(|| g.select(s, new_b, new_a))
}

/// Two selections with a common arm, of which the inner one has no other user:
/// `if s { b } else { if t { b } else { c } } = if s | t { b } else { c }`,
/// `if s { b } else { if t { d } else { b } } = if ~s & t { d } else { b }`,
/// `if s { if t { d } else { a } } else { a } = if s & t { d } else { a }`,
/// `if s { if t { a } else { c } } else { a } = if s & ~t { c } else { a }`
fn sel_shared_arm(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (s, a, b) = two_way(g, e.op, e.args)?;
    if let Some((t, c, d)) = two_way_node(g, a).filter(|_| !g.is_shared(a)) {
        if d == b {
            let any = g.or(s, t);
            return Some(g.select(any, b, c));
        }
        if c == b {
            let inverted = g.not(s);
            let both = g.and(inverted, t);
            return Some(g.select(both, d, b));
        }
    }
    let (t, c, d) = two_way_node(g, b).filter(|_| !g.is_shared(b))?;
    if c == a {
        let both = g.and(s, t);
        return Some(g.select(both, d, a));
    }
    if d == a {
        let inverted = g.not(t);
        let both = g.and(s, inverted);
        return Some(g.select(both, c, a));
    }
    None
}

/// `if s { zext(b) } else { zext(a) } = zext(if s { b } else { a })` for a and b of one width and a result of more than 64
/// bits, if this needs fewer machine words; likewise `sext`
fn sel_of_extensions(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (s, a, b) = two_way(g, e.op, e.args)?;
    let extension = g.op(a).clone();
    if !matches!(extension, Op::ZeroExt | Op::SignExt) || e.width() <= 64 {
        return None;
    }
    let (x, y) = (g.operand_of(a, &extension)?, g.operand_of(b, &extension)?);
    if g.ty(x) != g.ty(y) || !crate::weight::is_cheaper_width(g.width(x), e.width()) {
        return None;
    }
    let selected = g.select(s, y, x);
    Some(g.add(extension, [selected], e.ty.clone()))
}
