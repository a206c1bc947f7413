//! `priority_sel`, `one_hot_sel` and `sel` as two-way selections.
//!
//! A selector is usually a concatenation of conditions. Selecting on each condition takes a comparison and a conditional
//! move, whereas a selector packs all conditions into one value, of which each bit is tested again. Two-way selections also
//! meet the rules for `sel`.

use xls_aot_ir::{NodeId, Op, Type};

use super::rules;
use crate::graph::{Expr, Graph};

rules! { pub(super) SEL: Select = sel_is_tree }
rules! { pub(super) PRIORITY_SEL: Select = priority_is_chain }
rules! { pub(super) ONE_HOT_SEL: Select = one_hot_sel_of_one_hot, one_hot_sel_is_or }

/// Most cases of a selection that is written as two-way selections.
const MAX_CASES: usize = 1 << 10;

/// Widest piece of a selector whose bits are tested one by one. Wider values are in memory, where bits are read by the word.
const MAX_PIECE: u32 = 512;

/// Most cases of a `sel` that is written as two-way selections, as a power of two.
const MAX_TREE_BITS: u32 = 6;

/// The bits of a selector, the lowest first, if it is cheap to test each of them.
fn conditions(g: &mut Graph<'_>, selector: NodeId, count: usize) -> Option<Vec<NodeId>> {
    if count > MAX_CASES {
        return None;
    }
    let pieces = if *g.op(selector) == Op::Concat { g.args(selector).to_vec() } else { vec![selector] };
    if pieces.iter().any(|&piece| g.width(piece) > MAX_PIECE) {
        return None;
    }
    let mut bits = Vec::with_capacity(count);
    for piece in pieces.into_iter().rev() {
        bits.extend((0..g.width(piece)).map(|bit| g.slice(piece, bit, 1)));
    }
    Some(bits)
}

/// `priority_sel(s, [a, b, ..], default = d) = if s[0] { a } else { if s[1] { b } else { .. d } }`
fn priority_is_chain(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (&selector, rest) = e.args.split_first()?;
    let (&default, cases) = rest.split_last()?;
    let conditions = conditions(g, selector, cases.len())?;
    let pairs = conditions.into_iter().zip(cases).rev();
    Some(pairs.fold(default, |rest, (condition, &case)| g.select(condition, case, rest)))
}

/// `one_hot_sel(one_hot(s), [a, b, .., d]) = priority_sel(s, [a, b, ..], default = d)`; the other way round if the highest
/// bit of s has priority
fn one_hot_sel_of_one_hot(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (&selector, rest) = e.args.split_first()?;
    let &Op::OneHot { lsb_prio } = g.op(selector) else { return None };
    let s = g.args(selector)[0];
    let (&default, cases) = rest.split_last()?;
    let mut args = vec![s];
    args.extend(cases);
    if !lsb_prio {
        args[0] = g.same(Op::Reverse, [s]);
        args[1..].reverse();
    }
    args.push(default);
    Some(g.add(Op::PrioritySel, args, e.ty.clone()))
}

/// `one_hot_sel(s, [a, b, ..]) = (if s[0] { a } else { 0 }) | (if s[1] { b } else { 0 }) | ..` for values of a bits type
fn one_hot_sel_is_or(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (&selector, cases) = e.args.split_first()?;
    let &Type::Bits(width) = e.ty else { return None };
    if cases.is_empty() || width > MAX_PIECE {
        return None;
    }
    let conditions = conditions(g, selector, cases.len())?;
    let zero = g.zeros(width);
    let masked: Vec<NodeId> = conditions.into_iter().zip(cases).map(|(s, &case)| g.select(s, case, zero)).collect();
    Some(g.add(Op::Or, masked, e.ty.clone()))
}

/// `sel(s, [a, b, c, d]) = if s[1] { if s[0] { d } else { c } } else { if s[0] { b } else { a } }`, and so for each power of
/// two. Where more than half of the cases are there, the default stands for the others
fn sel_is_tree(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let Op::Sel { has_default } = *e.op else { return None };
    let (&selector, cases) = e.args.split_first()?;
    let bits = g.width(selector);
    let count = cases.len() - usize::from(has_default);
    if !(2..=MAX_TREE_BITS).contains(&bits) || 2 * count <= 1 << bits {
        return None;
    }
    let mut level = cases[..count].to_vec();
    if has_default {
        level.resize(1 << bits, *cases.last()?);
    }
    for condition in conditions(g, selector, level.len())? {
        level = level.chunks(2).map(|pair| g.select(condition, pair[1], pair[0])).collect();
    }
    level.first().copied()
}
