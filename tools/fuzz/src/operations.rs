//! One random operation on bit vectors, aggregates or tokens, with operands that fit.

use xls_aot_ir::{NodeId, Op, Type};

use crate::builder::Builder;
use crate::types;

/// The largest width of results.
const MAX_WIDTH: u32 = 4096;

/// Adds a random operation of the program's style that has no callee.
pub(crate) fn add(b: &mut Builder<'_>) -> NodeId {
    if b.style.events && b.random.one_in(8) {
        // Beside the operation, so that programs with events have no fewer operations than others.
        if b.random.one_in(3) {
            cover(b)
        } else {
            trace(b)
        };
    }
    if b.style.asserts && b.random.one_in(12) {
        return assertion(b);
    }
    b.style.operation(b.random)(b)
}

pub(crate) fn unary(b: &mut Builder<'_>) -> NodeId {
    let (x, width) = b.some_bits();
    let (op, width) = match b.random.below(7) {
        0 => (Op::Identity, width),
        1 => (Op::Not, width),
        2 => (Op::Neg, width),
        3 => (Op::Reverse, width),
        4 => (Op::AndReduce, 1),
        5 => (Op::OrReduce, 1),
        _ => (Op::XorReduce, 1),
    };
    b.push(op, &[x], Type::Bits(width))
}

pub(crate) fn logic(b: &mut Builder<'_>) -> NodeId {
    let (x, width) = b.some_bits();
    let count = if b.random.one_in(4) { b.random.between(1, 5) } else { 2 };
    let mut operands = vec![x];
    operands.resize_with(count, || b.bits(width));
    let op = match b.random.below(5) {
        0 => Op::And,
        1 => Op::Or,
        2 => Op::Xor,
        3 => Op::Nand,
        _ => Op::Nor,
    };
    b.push(op, &operands, Type::Bits(width))
}

pub(crate) fn add_or_subtract(b: &mut Builder<'_>) -> NodeId {
    let (x, width) = b.some_bits();
    let y = b.bits(width);
    let op = if b.random.one_in(2) { Op::Add } else { Op::Sub };
    b.push(op, &[x, y], Type::Bits(width))
}

/// Products of any widths. Only the sum of partial products is used, because nothing else about them is specified.
pub(crate) fn multiply(b: &mut Builder<'_>) -> NodeId {
    let ((x, m), (y, n)) = (b.some_bits(), b.some_bits());
    let width = match b.random.below(4) {
        0 => m,
        1 => (m + n).min(MAX_WIDTH),
        2 => m.max(n),
        _ => b.width(),
    };
    let ty = Type::Bits(width);
    match b.random.below(6) {
        0..=2 => b.push(Op::Umul, &[x, y], ty),
        3 | 4 => b.push(Op::Smul, &[x, y], ty),
        _ => {
            let op = if b.random.one_in(2) { Op::Umulp } else { Op::Smulp };
            let pair = b.push(op, &[x, y], Type::tuple([ty.clone(), ty.clone()]));
            let parts = [b.element(pair, 0), b.element(pair, 1)];
            for node in [pair, parts[0], parts[1]] {
                b.hide(node);
            }
            b.push(Op::Add, &parts, ty)
        }
    }
}

pub(crate) fn divide(b: &mut Builder<'_>) -> NodeId {
    let (x, width) = b.some_bits();
    let y = b.bits(width);
    let op = match b.random.below(4) {
        0 => Op::Udiv,
        1 => Op::Umod,
        2 => Op::Sdiv,
        _ => Op::Smod,
    };
    b.push(op, &[x, y], Type::Bits(width))
}

pub(crate) fn compare(b: &mut Builder<'_>) -> NodeId {
    let op = match b.random.below(12) {
        0 | 1 => Op::Eq,
        2 | 3 => Op::Ne,
        4 => Op::Ult,
        5 => Op::Ule,
        6 => Op::Ugt,
        7 => Op::Uge,
        8 => Op::Slt,
        9 => Op::Sle,
        10 => Op::Sgt,
        _ => Op::Sge,
    };
    let aggregates = matches!(op, Op::Eq | Op::Ne) && b.random.one_in(3);
    let x = match b.existing(|ty| matches!(ty, Type::Tuple(_) | Type::Array(_)) && !ty.contains_token()) {
        Some(x) if aggregates => x,
        _ => b.some_bits().0,
    };
    let ty = b.ty(x);
    let y = b.value(&ty);
    b.push(op, &[x, y], Type::Bits(1))
}

pub(crate) fn shift(b: &mut Builder<'_>) -> NodeId {
    let ((x, width), (amount, _)) = (b.some_bits(), b.some_bits());
    // An amount of just enough bits is within the width more often than not.
    let amount = if b.random.one_in(2) { b.bits(32 - width.leading_zeros()) } else { amount };
    let op = b.random.below(3);
    b.push([Op::Shll, Op::Shrl, Op::Shra][op].clone(), &[x, amount], Type::Bits(width))
}

pub(crate) fn slice(b: &mut Builder<'_>) -> NodeId {
    let (x, width) = b.some_positive_bits();
    match b.random.below(6) {
        0 => {
            let to = (width + b.width()).min(width.max(MAX_WIDTH));
            let op = if b.random.one_in(2) { Op::ZeroExt } else { Op::SignExt };
            b.push(op, &[x], Type::Bits(to))
        }
        1 => {
            let start = b.random.between(0, width as usize) as u32;
            let to = b.random.between(0, (width - start) as usize) as u32;
            b.push(Op::BitSlice { start }, &[x], Type::Bits(to))
        }
        2 => {
            let start = b.some_bits().0;
            let to = b.random.between(0, width as usize) as u32;
            b.push(Op::DynamicBitSlice, &[x, start], Type::Bits(to))
        }
        3 => {
            let (start, update) = (b.some_bits().0, b.some_bits().0);
            b.push(Op::BitSliceUpdate, &[x, start, update], Type::Bits(width))
        }
        _ => {
            let count = b.random.between(0, 4);
            let mut parts: Vec<(NodeId, u32)> = (0..count).map(|_| b.some_bits()).collect();
            while parts.iter().map(|(_, width)| width).sum::<u32>() > MAX_WIDTH {
                parts.pop();
            }
            let total = parts.iter().map(|(_, width)| width).sum();
            let operands: Vec<NodeId> = parts.into_iter().map(|(node, _)| node).collect();
            b.push(Op::Concat, &operands, Type::Bits(total))
        }
    }
}

pub(crate) fn encode(b: &mut Builder<'_>) -> NodeId {
    let (x, width) = b.some_positive_bits();
    match b.random.below(3) {
        0 => {
            let lsb_prio = b.random.one_in(2);
            b.push(Op::OneHot { lsb_prio }, &[x], Type::Bits(width + 1))
        }
        1 => b.push(Op::Encode, &[x], Type::Bits(u32::BITS - (width - 1).leading_zeros())),
        _ => {
            let most = if width < 10 { 1usize << width } else { 600 };
            let to = b.random.between(0, most) as u32;
            b.push(Op::Decode, &[x], Type::Bits(to))
        }
    }
}

/// The type of the cases of a selection: the type of an existing value or a new type, without tokens.
fn some_type(b: &mut Builder<'_>) -> Type {
    match b.existing(|ty| !ty.contains_token()) {
        Some(node) if !b.random.one_in(4) => b.ty(node),
        _ => b.new_type(2),
    }
}

/// A number of cases: mostly a few, sometimes as many as a selector has values, or more than a word has bits.
fn cases(b: &mut Builder<'_>) -> usize {
    match b.random.below(64) {
        0 => b.random.between(62, 67),
        1 | 2 => b.random.between(6, 20),
        3..=5 => b.random.pick(&[4, 8, 16, 32]),
        _ => b.random.between(1, 5),
    }
}

pub(crate) fn select(b: &mut Builder<'_>) -> NodeId {
    let ty = some_type(b);
    let count = cases(b);
    let (op, selector, default) = match b.random.below(5) {
        0 | 1 => {
            // A default is required exactly if the selector has more values than there are cases.
            let least = usize::BITS - (count - 1).leading_zeros();
            let width = if b.random.one_in(2) { least } else { least + b.width() };
            let has_default = width >= usize::BITS || count < 1 << width;
            (Op::Sel { has_default }, width, has_default)
        }
        2 => (Op::OneHotSel, count as u32, false),
        3 => (Op::PrioritySel, count as u32, true),
        _ => {
            let operands = [b.bits(1), b.value(&ty)];
            return b.push(Op::Gate, &operands, ty);
        }
    };
    let mut operands = vec![b.bits(selector)];
    operands.extend((0..count + usize::from(default)).map(|_| b.value(&ty)).collect::<Vec<_>>());
    b.push(op, &operands, ty)
}

pub(crate) fn array(b: &mut Builder<'_>) -> NodeId {
    let a = match b.existing(|ty| matches!(ty, Type::Array(_))) {
        Some(a) if !b.random.one_in(6) => a,
        _ => {
            let ty = types::array_type(b.random, &b.style.widths, 2);
            b.value(&ty)
        }
    };
    let ty = b.ty(a);
    let Type::Array(array) = &ty else { return a };
    match b.random.below(8) {
        0..=2 => {
            let (indices, element) = path(b, &ty);
            let operands: Vec<NodeId> = [a].into_iter().chain(indices).collect();
            let assumed_in_bounds = b.random.one_in(8);
            b.push(Op::ArrayIndex { assumed_in_bounds }, &operands, element)
        }
        3..=5 => {
            let (indices, element) = path(b, &ty);
            let value = b.value(&element);
            let operands: Vec<NodeId> = [a, value].into_iter().chain(indices).collect();
            let assumed_in_bounds = b.random.one_in(8);
            b.push(Op::ArrayUpdate { assumed_in_bounds }, &operands, ty.clone())
        }
        6 => {
            let start = b.some_bits().0;
            let len = b.random.between(1, array.len as usize + 2) as u64;
            b.push(Op::ArraySlice, &[a, start], Type::array(array.element.clone(), len))
        }
        _ => {
            let count = b.random.between(1, 3);
            let mut operands = vec![a];
            for _ in 1..count {
                let other = Type::array(array.element.clone(), b.random.between(1, 3) as u64);
                operands.push(b.value(&other));
            }
            let lens = operands.iter().map(|&operand| match b.ty(operand) {
                Type::Array(array) => array.len,
                Type::Bits(_) | Type::Tuple(_) | Type::Token => 0,
            });
            let len: u64 = lens.sum();
            if len > 64 {
                return a;
            }
            b.push(Op::ArrayConcat, &operands, Type::array(array.element.clone(), len))
        }
    }
}

/// An operation on arrays of no bits, if the program has such types: a change, or a choice between two that may be the same. Several
/// values made from one then are results, whose places begin at the same byte.
pub(crate) fn on_empties(b: &mut Builder<'_>) -> Option<NodeId> {
    let ty = b.style.empties.first()?.clone();
    let Type::Array(array) = &ty else { return None };
    let x = b.value(&ty);
    let other = if b.random.one_in(2) { x } else { b.value(&ty) };
    Some(match b.random.below(5) {
        0..=2 => {
            let (value, index) = (b.value(&array.element), b.some_bits().0);
            b.push(Op::ArrayUpdate { assumed_in_bounds: false }, &[x, value, index], ty.clone())
        }
        3 => {
            let bit = b.bits(1);
            let op = if b.random.one_in(2) { Op::PrioritySel } else { Op::Sel { has_default: false } };
            b.push(op, &[bit, x, other], ty.clone())
        }
        _ => b.push(Op::Identity, &[x], ty.clone()),
    })
}

/// Indices into an array, for any number of its dimensions, and the type that they select.
fn path(b: &mut Builder<'_>, ty: &Type) -> (Vec<NodeId>, Type) {
    let mut indices = Vec::new();
    let mut ty = ty.clone();
    if b.random.one_in(16) {
        return (indices, ty);
    }
    while let Type::Array(array) = &ty {
        if !indices.is_empty() && b.random.one_in(4) {
            break;
        }
        // An index of just enough bits is within bounds more often than not.
        let index = if b.random.one_in(3) { b.some_bits().0 } else { b.bits(64 - (array.len - 1).leading_zeros()) };
        indices.push(index);
        ty = array.element.clone();
    }
    (indices, ty)
}

pub(crate) fn tuple(b: &mut Builder<'_>) -> NodeId {
    match b.existing(|ty| matches!(ty, Type::Tuple(elements) if !elements.is_empty())) {
        Some(tuple) if b.random.one_in(2) => {
            let Type::Tuple(elements) = b.ty(tuple) else { return tuple };
            let index = b.random.below(elements.len());
            b.element(tuple, index)
        }
        _ => {
            let count = b.random.below(4);
            let operands: Vec<NodeId> = (0..count).filter_map(|_| b.existing(|_| true)).collect();
            let types: Vec<Type> = operands.iter().map(|&operand| b.ty(operand)).collect();
            let ty = Type::tuple(types);
            if ty.flat_bit_count().is_none_or(|bits| bits > 1 << 14) {
                return b.value(&Type::unit());
            }
            b.push(Op::Tuple, &operands, ty)
        }
    }
}

/// Operations on tokens that have no effect.
pub(crate) fn tokens(b: &mut Builder<'_>) -> NodeId {
    if b.random.one_in(2) {
        let count = b.random.below(3);
        let tokens: Vec<NodeId> = (0..count).map(|_| b.value(&Type::Token)).collect();
        return b.push(Op::AfterAll, &tokens, Type::Token);
    }
    let token = b.value(&Type::Token);
    let delay = b.random.below(3) as u64;
    b.push(Op::MinDelay { delay }, &[token], Type::Token)
}

fn assertion(b: &mut Builder<'_>) -> NodeId {
    let operands = [b.value(&Type::Token), b.bits(1)];
    let number = b.len();
    let label = b.random.one_in(2).then(|| format!("label {number}").into());
    let message = format!("assertion {number} of a random program").into();
    b.push(Op::Assert { message, label }, &operands, Type::Token)
}

/// A trace of up to four values of any types, in any formats, with text between.
fn trace(b: &mut Builder<'_>) -> NodeId {
    let mut operands = vec![b.value(&Type::Token), b.bits(1)];
    let mut format = format!("trace {}:", b.next_id());
    for _ in 0..b.random.below(5) {
        let Some(operand) = b.existing(|_| true) else { break };
        operands.push(operand);
        format += b.random.pick(&[" ", ", ", " {{}} ", "\"", " \u{fc}="]);
        format += b.random.pick(&["{}", "{:u}", "{:d}", "{:x}", "{:0x}", "{:#x}", "{:b}", "{:0b}", "{:#b}"]);
    }
    let verbosity = b.random.below(3) as u64;
    b.push(Op::Trace { format: format.into(), verbosity }, &operands, Type::Token)
}

fn cover(b: &mut Builder<'_>) -> NodeId {
    let condition = b.bits(1);
    let label = format!("cover {}", b.next_id()).into();
    b.push(Op::Cover { label }, &[condition], Type::unit())
}
