//! The same operands in several operations of one family, at several widths: extended, truncated, and as they are.
//!
//! Code that remembers a result (a table of equal nodes, a division whose quotient and remainder are both needed, limbs
//! that were already split) must take everything into account that the result depends on. Operands that are used only
//! once never test this.

use xls_aot_ir::{NodeId, Op, Type};
use xls_aot_values::Random;

use crate::builder::Builder;
use crate::types;

/// Widths around the limits of words, and between them.
const WIDTHS: &[u32] = &[
    7, 8, 16, 31, 32, 33, 48, 63, 64, 65, 66, 90, 100, 127, 128, 129, 150, 160, 192, 193, 200, 256, 257, 300, 320, 384,
    448, 500, 511, 512, 513, 520, 600, 640,
];

/// A width for the operands of a program.
pub(crate) fn width(random: &mut Random) -> u32 {
    if random.one_in(4) {
        types::width(random, &[])
    } else {
        random.pick(WIDTHS)
    }
}

/// A width near `width`, mostly with the same number of words.
fn other_width(random: &mut Random, width: u32) -> u32 {
    let rounded = width.next_multiple_of(64).max(64);
    let other = match random.below(8) {
        0 => width + 1,
        1 => width.saturating_sub(1),
        2 | 3 => rounded,
        4 => random.between(rounded as usize - 63, rounded as usize) as u32,
        5 => rounded + 64,
        6 => width / 2,
        _ => random.pick(WIDTHS),
    };
    other.clamp(1, 1100)
}

/// Adds an operation of a family on two operands of one width.
type Make = fn(&mut Builder<'_>, Op, NodeId, NodeId, u32) -> NodeId;

fn same_width(b: &mut Builder<'_>, op: Op, x: NodeId, y: NodeId, width: u32) -> NodeId {
    b.push(op, &[x, y], Type::Bits(width))
}

/// A shift by the second operand, or by its low bits, which are less often too large.
fn shift(b: &mut Builder<'_>, op: Op, x: NodeId, y: NodeId, width: u32) -> NodeId {
    let low = 32 - width.leading_zeros();
    let amount = if b.random.one_in(2) { b.resized(y, low) } else { y };
    b.push(op, &[x, amount], Type::Bits(width))
}

fn one_bit(b: &mut Builder<'_>, op: Op, x: NodeId, y: NodeId, _: u32) -> NodeId {
    b.push(op, &[x, y], Type::Bits(1))
}

fn product(b: &mut Builder<'_>, op: Op, x: NodeId, y: NodeId, width: u32) -> NodeId {
    let result = b.random.pick(&[width, width, 2 * width, width / 2 + 1]);
    b.push(op, &[x, y], Type::Bits(result))
}

/// The sum of partial products. Nothing else about them is specified.
fn partial_product(b: &mut Builder<'_>, op: Op, x: NodeId, y: NodeId, width: u32) -> NodeId {
    let ty = Type::Bits(b.random.pick(&[width, 2 * width]));
    let pair = b.push(op, &[x, y], Type::tuple([ty.clone(), ty.clone()]));
    let parts = [b.element(pair, 0), b.element(pair, 1)];
    for node in [pair, parts[0], parts[1]] {
        b.hide(node);
    }
    b.push(Op::Add, &parts, ty)
}

/// An operation on the first operand alone, of its width.
fn of_first(b: &mut Builder<'_>, op: Op, x: NodeId, _: NodeId, width: u32) -> NodeId {
    b.push(op, &[x], Type::Bits(width))
}

/// A reduction of the first operand.
fn reduction(b: &mut Builder<'_>, op: Op, x: NodeId, _: NodeId, _: u32) -> NodeId {
    b.push(op, &[x], Type::Bits(1))
}

fn one_hot(b: &mut Builder<'_>, op: Op, x: NodeId, _: NodeId, width: u32) -> NodeId {
    b.push(op, &[x], Type::Bits(width + 1))
}

fn encode(b: &mut Builder<'_>, op: Op, x: NodeId, _: NodeId, width: u32) -> NodeId {
    b.push(op, &[x], Type::Bits(u32::BITS - (width - 1).leading_zeros()))
}

/// The highest bit of the first operand, by which operations of the selection family select.
fn highest_bit(b: &mut Builder<'_>, x: NodeId, width: u32) -> NodeId {
    b.push(Op::BitSlice { start: width - 1 }, &[x], Type::Bits(1))
}

/// A choice between both operands.
fn choice(b: &mut Builder<'_>, op: Op, x: NodeId, y: NodeId, width: u32) -> NodeId {
    let bit = highest_bit(b, x, width);
    b.push(op, &[bit, x, y], Type::Bits(width))
}

/// The second operand or zero.
fn gate(b: &mut Builder<'_>, op: Op, x: NodeId, y: NodeId, width: u32) -> NodeId {
    let bit = highest_bit(b, x, width);
    b.push(op, &[bit, y], Type::Bits(width))
}

/// The first operand or zero.
fn one_hot_sel(b: &mut Builder<'_>, op: Op, x: NodeId, _: NodeId, width: u32) -> NodeId {
    let bit = highest_bit(b, x, width);
    b.push(op, &[bit, x], Type::Bits(width))
}

/// Adds operations of one family on the same two operands, and a tuple of all that they give.
pub(crate) fn family(b: &mut Builder<'_>) -> NodeId {
    const SELECT: Op = Op::Sel { has_default: false };
    let (x, width) = b.some_positive_bits();
    let y = b.bits(width);
    let width = width.min(1100);
    let operations: Vec<(Op, Make)> = match b.random.below(9) {
        0..=3 => [Op::Udiv, Op::Umod, Op::Sdiv, Op::Smod].map(|op| (op, same_width as Make)).into(),
        4 => [Op::Shll, Op::Shrl, Op::Shra].map(|op| (op, shift as Make)).into(),
        5 => vec![(Op::Umul, product), (Op::Smul, product), (Op::Umulp, partial_product), (Op::Smulp, partial_product)],
        6 => {
            let compares = [Op::Eq, Op::Ne, Op::Ult, Op::Ule, Op::Ugt, Op::Uge, Op::Slt, Op::Sle, Op::Sgt, Op::Sge];
            compares.map(|op| (op, one_bit as Make)).into()
        }
        7 => {
            let (low, high) = (Op::OneHot { lsb_prio: true }, Op::OneHot { lsb_prio: false });
            vec![
                (Op::AndReduce, reduction),
                (Op::OrReduce, reduction),
                (Op::XorReduce, reduction),
                (low, one_hot),
                (high, one_hot),
                (Op::Encode, encode),
                (Op::Neg, of_first),
                (Op::Reverse, of_first),
            ]
        }
        _ => vec![(SELECT, choice), (Op::Gate, gate), (Op::OneHotSel, one_hot_sel), (Op::PrioritySel, choice)],
    };
    let mut results = Vec::new();
    for _ in 0..b.random.between(2, 5) {
        let (op, make) = operations[b.random.below(operations.len())].clone();
        let (p, q, at) = match b.random.below(4) {
            0 => (x, y, b.ty(x).bit_count().unwrap_or(width)),
            1 if b.random.one_in(2) => {
                // Operands that were narrowed and widened again have the same width and other bits.
                let low = other_width(b.random, width / 2);
                let (p, q) = (b.resized(x, low), b.resized(y, low));
                (b.resized(p, width), b.resized(q, width), width)
            }
            _ => {
                let at = other_width(b.random, width);
                (b.resized(x, at), b.resized(y, at), at)
            }
        };
        let (p, q) = if b.random.one_in(6) { (q, p) } else { (p, q) };
        results.push(make(b, op, p, q, at));
    }
    let types: Vec<Type> = results.iter().map(|&result| b.ty(result)).collect();
    b.push(Op::Tuple, &results, Type::tuple(types))
}
