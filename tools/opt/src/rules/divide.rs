//! Division and remainder; a divisor of zero is defined (all ones, zero).

use xls_aot_ir::{NodeId, Op};

use super::multiply::power_of_two;
use super::rules;
use crate::graph::{Expr, Graph};
use crate::weight::{is_cheaper_width, machine_width};

rules! { pub(super) UDIV: Arithmetic = udiv_power_of_two, udiv_small_dividend, udiv_narrow }
rules! { pub(super) UMOD: Arithmetic = umod_power_of_two, umod_small_dividend, umod_narrow }
rules! { pub(super) SDIV: Arithmetic = sdiv_one, sdiv_power_of_two, sdiv_positive }
rules! { pub(super) SMOD: Arithmetic = smod_one, smod_power_of_two, smod_positive }

/// `x / 2^k = x >> k`
fn udiv_power_of_two(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let k = power_of_two(g, e.args[1])?;
    let quotient = g.slice(e.args[0], k, e.width() - k);
    Some(g.zero_ext(quotient, e.width()))
}

/// `x / y = 0` if x < y always
fn udiv_small_dividend(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    is_always_less(g, e).then(|| g.zeros(e.width()))
}

/// Whether the first operand is always less than the second.
fn is_always_less(g: &Graph<'_>, e: &Expr<'_>) -> bool {
    let (x, y) = (g.known(e.args[0]), g.known(e.args[1]));
    x.significant <= 128 && x.greatest(x.significant) < y.least()
}

/// `x / y = zext(x' / y')` on fewer machine words if the high bits of both are known to be zero and y is not zero
fn udiv_narrow(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    if g.known(e.args[1]).least() == 0 {
        return None;
    }
    narrow(g, e)
}

/// `x % y = zext(x' % y')` on fewer machine words if the high bits of both are known to be zero
fn umod_narrow(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    narrow(g, e)
}

fn narrow(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let needed = g.known(e.args[0]).significant.max(g.known(e.args[1]).significant);
    if !is_cheaper_width(needed, e.width()) {
        return None;
    }
    let width = machine_width(needed);
    let (x, y) = (g.slice(e.args[0], 0, width), g.slice(e.args[1], 0, width));
    let result = g.same(e.op.clone(), [x, y]);
    Some(g.zero_ext(result, e.width()))
}

/// `x % 2^k = zext(x[0..k])`
fn umod_power_of_two(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let k = power_of_two(g, e.args[1])?;
    let rest = g.slice(e.args[0], 0, k);
    Some(g.zero_ext(rest, e.width()))
}

/// `x % y = x` if x < y always
fn umod_small_dividend(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    is_always_less(g, e).then_some(e.args[0])
}

/// `x / 1 = x` for w > 1 (`bits[1]:1` is minus one)
fn sdiv_one(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    (e.width() > 1 && power_of_two(g, e.args[1]) == Some(0)).then_some(e.args[0])
}

/// `x % 1 = 0`; for w = 1, where `bits[1]:1` is minus one, too
fn smod_one(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    (power_of_two(g, e.args[1]) == Some(0)).then(|| g.zeros(e.width()))
}

/// The sum `x + (2^k - 1 if x < 0 else 0)`, whose arithmetic shift right by k is `x / 2^k` rounded towards zero.
fn biased(g: &mut Graph<'_>, x: NodeId, k: u32) -> NodeId {
    let width = g.width(x);
    let sign = g.slice(x, width - 1, 1);
    let bias = g.sign_ext(sign, k);
    let bias = g.zero_ext(bias, width);
    g.same(Op::Add, [x, bias])
}

/// `x / 2^k = (x + bias) >> k` with arithmetic shift, 0 < k < w - 1 (2^(w-1) is negative)
fn sdiv_power_of_two(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let k = power_of_two(g, e.args[1]).filter(|&k| k > 0 && k + 1 < e.width())?;
    let sum = biased(g, e.args[0], k);
    let quotient = g.slice(sum, k, e.width() - k);
    Some(g.sign_ext(quotient, e.width()))
}

/// `x % 2^k = x - ((x + bias) & -2^k)`, 0 < k < w - 1
fn smod_power_of_two(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    let k = power_of_two(g, e.args[1]).filter(|&k| k > 0 && k + 1 < e.width())?;
    let sum = biased(g, e.args[0], k);
    let multiple = g.slice(sum, k, e.width() - k);
    let zeros = g.zeros(k);
    let multiple = g.concat([multiple, zeros]);
    Some(g.same(Op::Sub, [e.args[0], multiple]))
}

fn both_positive(g: &Graph<'_>, e: &Expr<'_>) -> bool {
    e.args.iter().all(|&x| g.known(x).sign(e.width()) == Some(false))
}

/// `sdiv(x, y) = udiv(x, y)` if neither sign bit can be set and y is not zero
fn sdiv_positive(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    (both_positive(g, e) && g.known(e.args[1]).bits.ones != 0).then(|| g.same(Op::Udiv, e.args.to_vec()))
}

/// `smod(x, y) = umod(x, y)` if neither sign bit can be set
fn smod_positive(g: &mut Graph<'_>, e: &Expr<'_>) -> Option<NodeId> {
    both_positive(g, e).then(|| g.same(Op::Umod, e.args.to_vec()))
}
