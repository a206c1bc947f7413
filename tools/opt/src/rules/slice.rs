//! Slices and concatenations. `x[s..t]` are the bits of x from s to t - 1; `a ++ b` has a in the high bits.

use xls_aot_ir::{NodeId, Op};

use super::rules;
use crate::graph::{Expr, Graph};

rules! { pub(super) BIT_SLICE: Slice =
    slice_whole,
    slice_of_slice,
    slice_of_concat,
    slice_of_zero_ext,
    slice_of_sign_ext,
    slice_of_inverted,
    slice_of_selected_constants,
}
rules! { pub(super) CONCAT: Slice =
    concat_single,
    concat_pieces,
    concat_leading_zeros,
    concat_repeated_sign,
}

/// Most pieces of a concatenation that is looked into.
const MAX_PIECES: usize = 64;

/// Most pieces of a concatenation that becomes part of another one.
const MAX_NESTED_PIECES: usize = 8;

fn start_of(op: &Op) -> Option<u32> {
    match op {
        Op::BitSlice { start } => Some(*start),
        _ => None,
    }
}

/// `x[0..w] = x` for x of w bits
fn slice_whole(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    (g.width(e.args[0]) == e.width()).then_some(e.args[0])
}

/// `x[s..][t..t+w] = x[s+t..s+t+w]`
fn slice_of_slice(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let inner = start_of(g.op(e.args[0]))?;
    let x = g.args(e.args[0])[0];
    Some(g.slice(x, inner + start_of(e.op)?, e.width()))
}

/// A slice of a concatenation is the concatenation of the slices of the pieces that it meets
fn slice_of_concat(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let start = start_of(e.op)?;
    let end = start + e.width();
    if *g.op(e.args[0]) != Op::Concat || g.args(e.args[0]).len() > MAX_PIECES {
        return None;
    }
    let mut pieces = Vec::new();
    let mut low = 0;
    for &piece in g.args(e.args[0]).to_vec().iter().rev() {
        let high = low + g.width(piece);
        let (from, to) = (low.max(start), high.min(end));
        if from < to {
            pieces.push(g.slice(piece, from - low, to - from));
        }
        low = high;
    }
    pieces.reverse();
    Some(g.concat(pieces))
}

/// `zext(x)[s..t]` is a slice of x, zeros, or such a slice extended
fn slice_of_zero_ext(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let x = g.operand_of(e.args[0], &Op::ZeroExt)?;
    let start = start_of(e.op)?;
    let own = g.width(x);
    if start >= own {
        return Some(g.zeros(e.width()));
    }
    let low = g.slice(x, start, e.width().min(own - start));
    Some(g.zero_ext(low, e.width()))
}

/// `sext(x)[s..t]` is a slice of x, or such a slice with the sign of x extended
fn slice_of_sign_ext(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let x = g.operand_of(e.args[0], &Op::SignExt)?;
    let own = g.width(x);
    if own == 0 || e.width() == 0 {
        return None;
    }
    let start = start_of(e.op)?.min(own - 1);
    let low = g.slice(x, start, e.width().min(own - start));
    Some(g.sign_ext(low, e.width()))
}

/// `(~x)[s..t] = ~(x[s..t])` for a single bit, so that complements meet the logic that uses them
fn slice_of_inverted(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let x = g.operand_of(e.args[0], &Op::Not)?;
    if e.width() != 1 {
        return None;
    }
    let bit = g.slice(x, start_of(e.op)?, 1);
    Some(g.not(bit))
}

/// `(if s { c1 } else { c0 })[s..t] = if s { c1[s..t] } else { c0[s..t] }` for constants, or for a constant and an extended value, if
/// the selection has no other user
fn slice_of_selected_constants(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let Op::Sel { has_default: false } = g.op(e.args[0]) else { return None };
    let &[s, c0, c1] = g.args(e.args[0]) else { return None };
    let is_extended = |x: NodeId| g.has_one_user(e.args[0]) && *g.op(x) == Op::ZeroExt;
    match (g.constant(c0), g.constant(c1)) {
        (Some(_), Some(_)) => {}
        (Some(_), None) if is_extended(c1) => {}
        (None, Some(_)) if is_extended(c0) => {}
        _ => return None,
    }
    let start = start_of(e.op)?;
    let (c0, c1) = (g.slice(c0, start, e.width()), g.slice(c1, start, e.width()));
    Some(g.select(s, c1, c0))
}

/// `concat(x) = x`, `concat() = bits[0]:0`
fn concat_single(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    match e.args {
        [] => Some(g.zeros(0)),
        &[x] => Some(x),
        _ => None,
    }
}

/// Empty pieces are removed. Short concatenations and extensions with zeros inside become part of this concatenation.
/// Adjacent slices of one value become one slice, also if the low one is of x and the high one of x + c, where c does not
/// change the low bits. Adjacent constants become one constant
fn concat_pieces(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let mut flat = Vec::with_capacity(e.args.len());
    for &piece in e.args {
        flatten(g, piece, 4, &mut flat);
    }
    let mut merged: Vec<NodeId> = Vec::with_capacity(flat.len());
    let mut rest = &flat[..];
    while let Some((&first, others)) = rest.split_first() {
        // A run of constants is joined at once: joining them one by one would copy the first ones again and again.
        let run = rest.iter().take_while(|&&piece| g.constant(piece).is_some()).count();
        let (piece, after) = if run > 1 { (join_constants(g, &rest[..run]), &rest[run..]) } else { (first, others) };
        rest = after;
        match merged.last().copied().and_then(|last| join(g, last, piece)) {
            Some(joined) => {
                merged.pop();
                merged.push(joined);
            }
            None => merged.push(piece),
        }
    }
    (merged != e.args).then(|| g.concat(merged))
}

/// Adds the pieces of a piece. It looks into extensions that are nested at most `nesting` deep.
fn flatten(g: &mut Graph<'_>, piece: NodeId, nesting: u32, flat: &mut Vec<NodeId>) {
    let width = g.width(piece);
    match g.op(piece) {
        _ if width == 0 => {}
        Op::Concat if g.args(piece).len() <= MAX_NESTED_PIECES => flat.extend_from_slice(g.args(piece)),
        Op::ZeroExt if nesting > 0 => {
            let x = g.args(piece)[0];
            let zeros = g.zeros(width - g.width(x));
            flat.push(zeros);
            flatten(g, x, nesting - 1, flat);
        }
        _ => flat.push(piece),
    }
}

/// Adjacent constants as one.
fn join_constants(g: &mut Graph<'_>, pieces: &[NodeId]) -> NodeId {
    let width = pieces.iter().map(|&piece| g.width(piece)).sum();
    let mut joined = xls_aot_ir::Bits::zero(width);
    let mut low = 0;
    for bits in pieces.iter().rev().filter_map(|&piece| g.constant(piece)) {
        for i in (0..bits.width()).filter(|&i| bits.bit(i)) {
            joined.set_bit(low + i, true);
        }
        low += bits.width();
    }
    g.bits(joined)
}

/// Two adjacent pieces, not both constants, as one.
fn join(g: &mut Graph<'_>, high: NodeId, low: NodeId) -> Option<NodeId> {
    let high_start = start_of(g.op(high))?;
    let source = g.args(high)[0];
    if let Some(start) = low_part_of_sum(g, source, high_start, low) {
        return Some(g.slice(source, start, g.width(low) + g.width(high)));
    }
    let (low_start, low_source) = match start_of(g.op(low)) {
        Some(start) => (start, g.args(low)[0]),
        None => return None,
    };
    (low_source == source && low_start + g.width(low) == high_start)
        .then(|| g.slice(source, low_start, g.width(low) + g.width(high)))
}

/// The position of `low` in `sum`, if `sum` is `x + c` for a constant c whose bits below `end` are zero, and `low` is the
/// slice of x that ends at `end`. Below `end`, the sum has the bits of x.
fn low_part_of_sum(g: &mut Graph<'_>, sum: NodeId, end: u32, low: NodeId) -> Option<u32> {
    let (x, c) = g.pair_of(sum, &Op::Add)?;
    g.constant(c)?;
    let start = end.checked_sub(g.width(low))?;
    if g.known(c).trailing_zeros() < end {
        return None;
    }
    (g.slice(x, start, end - start) == low).then_some(start)
}

/// `0..0 ++ x ++ .. = zext(x ++ ..)`
fn concat_leading_zeros(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (&first, rest) = e.args.split_first()?;
    if !g.constant(first)?.is_zero() {
        return None;
    }
    let low = g.concat(rest.to_vec());
    Some(g.zero_ext(low, e.width()))
}

/// `s ++ .. ++ s ++ x ++ .. = sext(x ++ ..)` where s is the most significant bit of x
fn concat_repeated_sign(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let &first = e.args.first()?;
    if g.width(first) != 1 && *g.op(first) != Op::SignExt {
        return None;
    }
    // The bit that is repeated, and how many of the operands are it.
    let bit = match g.operand_of(first, &Op::SignExt) {
        Some(x) if g.width(x) == 1 => x,
        Some(_) => return None,
        None => first,
    };
    if g.constant(bit).is_some() {
        return None;
    }
    let is_copy = |g: &Graph<'_>, x: NodeId| x == bit || g.operand_of(x, &Op::SignExt) == Some(bit);
    let copies = e.args.iter().take_while(|&&x| is_copy(g, x)).count();
    let rest = &e.args[copies..];
    let starts_with_bit = rest.first().is_some_and(|&x| most_significant_bit(g, x) == Some(bit));
    if starts_with_bit {
        let low = g.concat(rest.to_vec());
        return Some(g.sign_ext(low, e.width()));
    }
    if rest.is_empty() && copies > 1 {
        return Some(g.sign_ext(bit, e.width()));
    }
    // The copies at the front are `sext(s ++ rest)`.
    if copies > 1 || first != bit {
        let low: Vec<NodeId> = std::iter::once(bit).chain(rest.iter().copied()).collect();
        let low = g.concat(low);
        return Some(g.sign_ext(low, e.width()));
    }
    None
}

/// The node that is the most significant bit of `x`, if there is one.
fn most_significant_bit(g: &Graph<'_>, x: NodeId) -> Option<NodeId> {
    // The slice is looked for among the existing nodes; none is made.
    let width = g.width(x);
    if width == 1 {
        return Some(x);
    }
    match start_of(g.op(x)) {
        Some(start) => g.existing_bit(g.args(x)[0], start + width - 1),
        None => g.existing_bit(x, width.checked_sub(1)?),
    }
}
