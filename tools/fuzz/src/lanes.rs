//! The same operation on many values: elements of arrays that are read, computed with side by side, and put into arrays or
//! summed up, as vectors do it. Some lists of values are not quite regular, because code that finds vectors must see that.

use xls_aot_ir::{Bits, NodeId, Op, Type, Value};
use xls_aot_values::Random;

use crate::builder::Builder;

/// Widths around the limits of lanes.
const WIDTHS: &[u32] = &[1, 1, 2, 5, 7, 8, 8, 8, 9, 13, 15, 16, 16, 17, 27, 31, 32, 32, 33, 63, 64];

/// Numbers of values.
const COUNTS: &[usize] = &[2, 3, 4, 4, 5, 7, 8, 8, 9, 12, 15, 16, 16, 17, 31, 32, 33];

/// The types of the parameters: arrays of numbers, of pairs, of arrays; and numbers.
pub(crate) fn params(random: &mut Random) -> Vec<Type> {
    let count = random.between(1, 4);
    let width = |random: &mut Random| Type::Bits(random.pick(WIDTHS));
    (0..count)
        .map(|_| match random.below(8) {
            0 => width(random),
            1 => {
                let pair = Type::tuple([width(random), width(random)]);
                Type::array(pair, random.pick(COUNTS) as u64)
            }
            2 => {
                let row = Type::array(width(random), random.between(2, 9) as u64);
                Type::array(row, random.between(2, 9) as u64)
            }
            3 => Type::tuple([width(random), Type::array(width(random), random.pick(COUNTS) as u64)]),
            _ => Type::array(width(random), random.pick(COUNTS) as u64),
        })
        .collect()
}

/// Values of one width.
struct List {
    width: u32,
    values: Vec<NodeId>,
}

/// A function's body: lists of values, operations on them, and what is made of them.
pub(crate) fn body(b: &mut Builder<'_>) -> NodeId {
    let count = b.random.pick(COUNTS);
    let mut lists: Vec<List> = (0..b.random.between(1, 3)).map(|_| leaves(b, count)).collect();
    for _ in 0..b.random.between(1, 12) {
        let list = operation(b, &lists, count);
        lists.push(list);
    }
    let mut results = Vec::new();
    for _ in 0..b.random.between(1, 3) {
        // The last lists depend on most of the others.
        let at = lists.len() - 1 - b.random.below(lists.len().min(3));
        results.push(result(b, &lists[at]));
    }
    if results.len() == 1 && b.random.one_in(2) {
        return results[0];
    }
    let types = results.iter().map(|&result| b.ty(result)).collect::<Vec<_>>();
    b.push(Op::Tuple, &results, Type::tuple(types))
}

fn literal(b: &mut Builder<'_>, width: u32) -> NodeId {
    let bits = xls_aot_values::bits(b.random, width);
    b.literal(Value::Bits(bits))
}

fn number(b: &mut Builder<'_>, value: u64) -> NodeId {
    let width = b.random.pick(&[8, 32, 64]);
    b.literal(Value::Bits(Bits::from_u64(width, value)))
}

/// Values that were not computed: from memory, constants, or one for all.
fn leaves(b: &mut Builder<'_>, count: usize) -> List {
    let params = b.params().to_vec();
    let param = params[b.random.below(params.len())];
    match b.random.below(8) {
        0 => {
            let width = b.random.pick(WIDTHS);
            let same = b.random.one_in(2).then(|| literal(b, width));
            List { width, values: (0..count).map(|_| same.unwrap_or_else(|| literal(b, width))).collect() }
        }
        1 => {
            let (value, width) = b.some_bits();
            if (1..=64).contains(&width) {
                return List { width, values: vec![value; count] };
            }
            elements(b, param, count)
        }
        _ => elements(b, param, count),
    }
}

/// Elements of a parameter: neighbours, every second, in the opposite order, or any.
fn elements(b: &mut Builder<'_>, param: NodeId, count: usize) -> List {
    let (mut source, mut ty) = (param, b.ty(param));
    if let Type::Tuple(elements) = &ty {
        let inner = elements[1].clone();
        source = b.element(source, 1);
        ty = inner;
    }
    let Type::Array(array) = ty else {
        let width = b.ty(source).bit_count().unwrap_or(1);
        return List { width, values: vec![source; count] };
    };
    let len = array.len as usize;
    let start = if b.random.one_in(3) { b.random.below(len) } else { 0 };
    let order = b.random.below(8);
    let column = b.random.below(16);
    let values: Vec<NodeId> = (0..count)
        .map(|i| {
            let at = match order {
                0 => start + 2 * i,
                1 => (start + len * count).wrapping_sub(i),
                2 => b.random.below(len),
                _ => start + i,
            };
            // Beyond the end, the last element is read.
            let at = if b.random.one_in(64) { at } else { at % len };
            element(b, source, &array.element, at, column)
        })
        .collect();
    List { width: b.ty(values[0]).bit_count().unwrap_or(1), values }
}

fn element(b: &mut Builder<'_>, array: NodeId, ty: &Type, at: usize, column: usize) -> NodeId {
    let assumed_in_bounds = false;
    let op = Op::ArrayIndex { assumed_in_bounds };
    let index = number(b, at as u64);
    match ty {
        Type::Array(row) => {
            let inner = number(b, (column % row.len as usize) as u64);
            if column.is_multiple_of(2) {
                return b.push(op, &[array, index, inner], row.element.clone());
            }
            let (index, inner) = (inner, index);
            let inner = if at < row.len as usize { inner } else { index };
            b.push(op, &[array, index, inner], row.element.clone())
        }
        Type::Tuple(_) => {
            let pair = b.push(op, &[array, index], ty.clone());
            b.element(pair, column % 2)
        }
        Type::Bits(_) | Type::Token => b.push(op, &[array, index], ty.clone()),
    }
}

/// The values extended or cut to a width.
fn resized(b: &mut Builder<'_>, list: &List, width: u32) -> List {
    let start = b.random.below((list.width.saturating_sub(width) + 1) as usize) as u32;
    let op = match (list.width.cmp(&width), b.random.below(2)) {
        (std::cmp::Ordering::Equal, _) => return List { width, values: list.values.clone() },
        (std::cmp::Ordering::Greater, _) => Op::BitSlice { start },
        (std::cmp::Ordering::Less, 0) => Op::ZeroExt,
        (std::cmp::Ordering::Less, _) => Op::SignExt,
    };
    let values = list.values.iter().map(|&value| b.push(op.clone(), &[value], Type::Bits(width))).collect();
    List { width, values }
}

/// One of the lists, or new values, of a width.
fn operand(b: &mut Builder<'_>, lists: &[List], count: usize, width: Option<u32>) -> List {
    let list = if b.random.one_in(4) {
        leaves(b, count)
    } else {
        let late = lists.len() - 1 - b.random.below(lists.len().min(4));
        List { width: lists[late].width, values: lists[late].values.clone() }
    };
    match width {
        Some(width) => resized(b, &list, width),
        None => list,
    }
}

/// An operation on lists, value by value.
fn operation(b: &mut Builder<'_>, lists: &[List], count: usize) -> List {
    let x = operand(b, lists, count, None);
    let width = x.width;
    match b.random.below(14) {
        0 => {
            let width = b.random.pick(WIDTHS);
            resized(b, &x, width)
        }
        1 => {
            let op = [Op::Not, Op::Neg][b.random.below(2)].clone();
            each(b, &op, &[&x], width)
        }
        2 => {
            let op = [Op::Shll, Op::Shrl, Op::Shra][b.random.below(3)].clone();
            let amount = b.random.below(width as usize + 2) as u64;
            let amount = number(b, amount);
            let amounts = List { width: 0, values: vec![amount; count] };
            each(b, &op, &[&x, &amounts], width)
        }
        3 | 4 => {
            let y = operand(b, lists, count, Some(width));
            let compared = comparison(b, &x, &y);
            if b.random.one_in(3) {
                return compared;
            }
            let data = operand(b, lists, count, None);
            let other = operand(b, lists, count, Some(data.width));
            selection(b, &compared, &data, &other)
        }
        5 => {
            let bits = resized(b, &x, 1);
            let data = operand(b, lists, count, None);
            let other = operand(b, lists, count, Some(data.width));
            selection(b, &bits, &data, &other)
        }
        6 | 7 => {
            let y = operand(b, lists, count, None);
            let op = [Op::Umul, Op::Smul][b.random.below(2)].clone();
            let width = if b.random.one_in(2) { width } else { b.random.pick(WIDTHS) };
            each(b, &op, &[&x, &y], width)
        }
        8 => {
            let y = operand(b, lists, count, None);
            if x.width + y.width > 64 {
                return x;
            }
            each(b, &Op::Concat, &[&x, &y], x.width + y.width)
        }
        9 => {
            let y = operand(b, lists, count, Some(width));
            let z = operand(b, lists, count, Some(width));
            let op = [Op::And, Op::Or, Op::Xor, Op::Nand, Op::Nor][b.random.below(5)].clone();
            each(b, &op, &[&x, &y, &z], width)
        }
        _ => {
            let y = operand(b, lists, count, Some(width));
            let operations = [Op::Add, Op::Add, Op::Sub, Op::And, Op::Or, Op::Xor, Op::Nand, Op::Nor];
            let op = operations[b.random.below(operations.len())].clone();
            each(b, &op, &[&x, &y], width)
        }
    }
}

/// The operation on each of the values. Sometimes one of them is another operation, or its operands are swapped.
fn each(b: &mut Builder<'_>, op: &Op, operands: &[&List], width: u32) -> List {
    let count = operands[0].values.len();
    let odd = if b.random.one_in(12) { b.random.below(count) } else { count };
    let values = (0..count).map(|i| {
        let mut of_value: Vec<NodeId> = operands.iter().map(|list| list.values[i]).collect();
        let commutes = matches!(op, Op::Add | Op::And | Op::Or | Op::Xor | Op::Nand | Op::Nor);
        if commutes && b.random.one_in(8) {
            of_value.reverse();
        }
        let op = if i == odd && commutes { Op::Xor } else { op.clone() };
        b.push(op, &of_value, Type::Bits(width))
    });
    List { width, values: values.collect() }
}

fn comparison(b: &mut Builder<'_>, x: &List, y: &List) -> List {
    let operations = [Op::Eq, Op::Ne, Op::Ult, Op::Ule, Op::Ugt, Op::Uge, Op::Slt, Op::Sle, Op::Sgt, Op::Sge];
    let op = operations[b.random.below(operations.len())].clone();
    each(b, &op, &[x, y], 1)
}

fn selection(b: &mut Builder<'_>, condition: &List, x: &List, y: &List) -> List {
    let op =
        [Op::Sel { has_default: false }, Op::Sel { has_default: true }, Op::PrioritySel][b.random.below(3)].clone();
    each(b, &op, &[condition, x, y], x.width)
}

/// What is made of a list: an array, one of arrays, a sum, a concatenation, one value.
fn result(b: &mut Builder<'_>, list: &List) -> NodeId {
    let ty = Type::Bits(list.width);
    let values = &list.values;
    match b.random.below(8) {
        0 if values.len() >= 4 => {
            let half = values.len() / 2;
            let row = Type::array(ty, half as u64);
            let rows =
                [&values[..half], &values[half..2 * half]].map(|row_values| b.push(Op::Array, row_values, row.clone()));
            b.push(Op::Array, &rows, Type::array(row, 2))
        }
        1 | 2 => {
            let op = [Op::Add, Op::Add, Op::And, Op::Or, Op::Xor][b.random.below(5)].clone();
            let mut left = values.clone();
            let is_chain = b.random.one_in(2);
            while left.len() > 1 {
                let (x, y) = (left.remove(0), left.remove(0));
                let sum = b.push(op.clone(), &[x, y], ty.clone());
                let at = if is_chain { 0 } else { left.len() };
                left.insert(at, sum);
            }
            left[0]
        }
        3 if list.width * values.len() as u32 <= 2000 => {
            b.push(Op::Concat, values, Type::Bits(list.width * values.len() as u32))
        }
        4 => {
            // Scalar code needs some of the values, too.
            let array = b.push(Op::Array, values, Type::array(ty.clone(), values.len() as u64));
            let one = values[b.random.below(values.len())];
            let other = values[b.random.below(values.len())];
            let sum = b.push(Op::Add, &[one, other], ty.clone());
            b.push(Op::Tuple, &[array, sum], Type::tuple([b.ty(array), ty]))
        }
        _ => b.push(Op::Array, values, Type::array(ty, values.len() as u64)),
    }
}
