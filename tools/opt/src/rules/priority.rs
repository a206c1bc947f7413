//! `priority_sel`, `one_hot_sel` and `gate`. Case i belongs to bit i of the selector.

use xls_aot_ir::{NodeId, Op};

use super::rules;
use crate::build::is_small_constant;
use crate::graph::{Expr, Graph};

rules! { pub(super) PRIORITY_SEL: Select =
    priority_known_bits,
    priority_equal_cases,
    priority_last_is_default,
    priority_one_bit,
    priority_equal_neighbours,
}
rules! { pub(super) ONE_HOT_SEL: Select = one_hot_sel_known_bits, one_hot_sel_zero_case, one_hot_sel_one_bit }
rules! { pub(super) GATE: Select = gate_constant, gate_of_zero }

/// Most cases of a selection whose selector is taken apart.
const MAX_CASES: usize = 64;

/// The selector without the bits whose cases are dropped.
fn remaining_selector(g: &mut Graph<'_>, selector: NodeId, kept: &[bool]) -> NodeId {
    let mut pieces = Vec::new();
    let mut at = 0;
    while at < kept.len() {
        let run = kept[at..].iter().take_while(|&&keep| keep == kept[at]).count();
        if kept[at] {
            pieces.push(g.slice(selector, at as u32, run as u32));
        }
        at += run;
    }
    pieces.reverse();
    g.concat(pieces)
}

/// A case whose bit is known to be zero is removed; a case whose bit is known to be one becomes the default and ends the list
fn priority_known_bits(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (&selector, rest) = e.args.split_first()?;
    let (&default, cases) = rest.split_last()?;
    if cases.len() > MAX_CASES {
        return None;
    }
    let known = g.known(selector);
    let bits: Vec<Option<bool>> = (0..cases.len() as u32).map(|i| known.bit(i)).collect();
    if bits.iter().all(Option::is_none) {
        return None;
    }
    let certain = bits.iter().position(|&bit| bit == Some(true));
    let default = certain.map_or(default, |at| cases[at]);
    let count = certain.unwrap_or(cases.len());
    let kept: Vec<bool> = bits[..count].iter().map(Option::is_none).collect();
    if !kept.contains(&true) {
        return Some(default);
    }
    let mut args = vec![remaining_selector(g, selector, &kept)];
    args.extend(cases.iter().zip(&kept).filter(|(_, &keep)| keep).map(|(&case, _)| case));
    args.push(default);
    Some(g.add(Op::PrioritySel, args, e.ty.clone()))
}

/// `priority_sel(s, [d, d, ..], default = d) = d`
fn priority_equal_cases(_: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let &first = e.args.get(1)?;
    e.args[1..].iter().all(|&case| case == first).then_some(first)
}

/// The last case is removed if it equals the default
fn priority_last_is_default(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (&default, rest) = e.args.split_last()?;
    let kept = rest.iter().rposition(|&case| case != default)?;
    if kept == 0 || kept + 1 == rest.len() {
        return None;
    }
    let selector = g.slice(e.args[0], 0, kept as u32);
    let mut args = vec![selector];
    args.extend_from_slice(&e.args[1..=kept]);
    args.push(default);
    Some(g.add(Op::PrioritySel, args, e.ty.clone()))
}

/// `priority_sel(s, [a], default = d) = if s { a } else { d }`
fn priority_one_bit(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let &[s, a, default] = e.args else { return None };
    Some(g.select(s, a, default))
}

/// Two neighbouring cases that are equal become one with the disjunction of their bits, if the selector is made of
/// single bits
fn priority_equal_neighbours(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let selector = e.args[0];
    let cases = &e.args[1..e.args.len() - 1];
    let at = (1..cases.len()).find(|&i| cases[i] == cases[i - 1])?;
    let is_bits = *g.op(selector) == Op::Concat && g.args(selector).iter().all(|&piece| g.width(piece) == 1);
    if !is_bits || cases.len() > MAX_CASES {
        return None;
    }
    // The last operand of the concatenation is bit 0.
    let mut bits: Vec<NodeId> = g.args(selector).iter().rev().copied().collect();
    let both = g.or(bits[at - 1], bits[at]);
    bits[at - 1] = both;
    bits.remove(at);
    bits.reverse();
    let mut args = vec![g.concat(bits)];
    args.extend(e.args[1..].iter().enumerate().filter(|&(i, _)| i != at).map(|(_, &case)| case));
    Some(g.add(Op::PrioritySel, args, e.ty.clone()))
}

/// A case whose bit is known to be zero is removed
fn one_hot_sel_known_bits(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let (&selector, cases) = e.args.split_first()?;
    let known = g.known(selector);
    let kept: Vec<bool> = (0..cases.len() as u32).map(|i| known.bit(i) != Some(false)).collect();
    without_cases(g, e, &kept)
}

/// A case that is zero is removed
fn one_hot_sel_zero_case(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let kept: Vec<bool> = e.args[1..].iter().map(|&case| g.constant(case).is_none_or(|c| !c.is_zero())).collect();
    without_cases(g, e, &kept)
}

fn without_cases(g: &mut Graph<'_>, e: &Expr<'_>, kept: &[bool]) -> Option<NodeId> {
    if kept.len() > MAX_CASES || kept.iter().all(|&keep| keep) {
        return None;
    }
    if !kept.contains(&true) {
        return g.zero_of(e.ty);
    }
    let mut args = vec![remaining_selector(g, e.args[0], kept)];
    args.extend(e.args[1..].iter().zip(kept).filter(|(_, &keep)| keep).map(|(&case, _)| case));
    Some(g.add(Op::OneHotSel, args, e.ty.clone()))
}

/// `one_hot_sel(s, [a]) = if s { a } else { 0 }`
fn one_hot_sel_one_bit(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let &[s, a] = e.args else { return None };
    let zero = g.zero_of(e.ty)?;
    Some(g.select(s, a, zero))
}

/// `gate(1, x) = x`, `gate(0, x) = 0`
fn gate_constant(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    if g.constant(e.args[0])?.is_ones() {
        Some(e.args[1])
    } else {
        g.zero_of(e.ty)
    }
}

/// `gate(c, 0) = 0`
fn gate_of_zero(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    (g.constant(e.args[1])?.is_zero() && is_small_constant(e.ty)).then_some(e.args[1])
}
