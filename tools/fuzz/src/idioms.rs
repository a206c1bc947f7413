//! Typical combinations of operations in designs: shifts by constants, rotations, steps of shift registers, permutations of
//! bytes, chains of selections. Optimisers have rules for these, and rules can be wrong.

use xls_aot_ir::{Bits, NodeId, Op, Type, Value};

use crate::builder::Builder;

/// `x ^ y ^ ..`.
pub(crate) fn exclusive_or(b: &mut Builder<'_>) -> NodeId {
    let (x, width) = b.some_bits();
    let count = if b.random.one_in(3) { b.random.between(1, 4) } else { 1 };
    let others: Vec<NodeId> = (0..count).map(|_| b.bits(width)).collect();
    let operands: Vec<NodeId> = [x].into_iter().chain(others).collect();
    b.push(Op::Xor, &operands, Type::Bits(width))
}

/// A shift by a constant such as `x << 3`, rarely by the width or more.
pub(crate) fn shift_by_constant(b: &mut Builder<'_>) -> NodeId {
    let (x, width) = b.some_bits();
    let amount = b.random.between(0, width as usize + 1) as u64;
    let needed = u64::BITS - amount.leading_zeros();
    let amount_width = needed.max(b.random.pick(&[0, 1, 8, 32, 64, 100]));
    let amount = b.literal(Value::Bits(Bits::from_u64(amount_width, amount)));
    let op = b.random.pick(&[0, 1, 2]);
    b.push([Op::Shll, Op::Shrl, Op::Shra][op].clone(), &[x, amount], Type::Bits(width))
}

/// `x` rotated by a constant, with slices or with shifts.
pub(crate) fn rotate(b: &mut Builder<'_>) -> NodeId {
    let (x, width) = b.some_positive_bits();
    let by = b.random.below(width as usize) as u32;
    let ty = Type::Bits(width);
    if b.random.one_in(2) {
        let low = b.push(Op::BitSlice { start: 0 }, &[x], Type::Bits(by));
        let high = b.push(Op::BitSlice { start: by }, &[x], Type::Bits(width - by));
        return b.push(Op::Concat, &[low, high], ty);
    }
    let amounts = [by, width - by].map(|amount| b.literal(Value::Bits(Bits::from_u64(32, amount.into()))));
    let right = b.push(Op::Shrl, &[x, amounts[0]], ty.clone());
    let left = b.push(Op::Shll, &[x, amounts[1]], ty.clone());
    let op = b.random.below(3);
    b.push([Op::Or, Op::Xor, Op::Add][op].clone(), &[right, left], ty)
}

/// A constant: one run of ones, a corner value or random bits.
fn pattern(b: &mut Builder<'_>, width: u32) -> NodeId {
    let bits = if width > 0 && b.random.one_in(2) {
        let start = b.random.below(width as usize) as u32;
        let end = b.random.between(start as usize, width as usize) as u32;
        let mut bits = Bits::zero(width);
        for at in start..end {
            bits.set_bit(at, true);
        }
        bits
    } else {
        xls_aot_values::bits(b.random, width)
    };
    b.literal(Value::Bits(bits))
}

/// `x & constant`, and the like.
pub(crate) fn mask(b: &mut Builder<'_>) -> NodeId {
    let (x, width) = b.some_bits();
    let constant = pattern(b, width);
    let op = b.random.pick(&[0, 0, 0, 1, 2]);
    b.push([Op::And, Op::Or, Op::Xor][op].clone(), &[x, constant], Type::Bits(width))
}

/// A step of a linear feedback shift register: `x >> 1`, and `^ constant` if the bit that falls out is set.
pub(crate) fn shift_register_step(b: &mut Builder<'_>) -> NodeId {
    let (x, width) = b.some_positive_bits();
    let ty = Type::Bits(width);
    let left = b.random.one_in(2);
    let bit = b.push(Op::BitSlice { start: if left { width - 1 } else { 0 } }, &[x], Type::Bits(1));
    let one = b.literal(Value::Bits(Bits::from_u64(8, 1)));
    let shifted = b.push(if left { Op::Shll } else { Op::Shrl }, &[x, one], ty.clone());
    let polynomial = pattern(b, width);
    if b.random.one_in(2) {
        let changed = b.push(Op::Xor, &[shifted, polynomial], ty.clone());
        return b.push(Op::Sel { has_default: false }, &[bit, shifted, changed], ty);
    }
    let spread = b.push(Op::SignExt, &[bit], ty.clone());
    let feedback = b.push(Op::And, &[spread, polynomial], ty.clone());
    b.push(Op::Xor, &[shifted, feedback], ty)
}

/// The parity of some bits of a value.
pub(crate) fn parity(b: &mut Builder<'_>) -> NodeId {
    let (x, width) = b.some_bits();
    let constant = pattern(b, width);
    let chosen = b.push(Op::And, &[x, constant], Type::Bits(width));
    b.push(Op::XorReduce, &[chosen], Type::Bits(1))
}

/// A concatenation of pieces of a value, in some order; some pieces are from another value.
pub(crate) fn pieces(b: &mut Builder<'_>) -> NodeId {
    let (x, width) = b.some_positive_bits();
    let y = b.bits(width);
    let step = b.random.pick(&[1, 4, 8, 8, 8, 13, 16, 32]).max(width / 12);
    let mut parts = Vec::new();
    for start in (0..width).step_by(step as usize) {
        let source = if b.random.one_in(4) { y } else { x };
        parts.push(b.push(Op::BitSlice { start }, &[source], Type::Bits(step.min(width - start))));
    }
    match b.random.below(4) {
        // Pieces in their own order give the value itself, if none is from the other value.
        0 | 1 => parts.reverse(),
        // The list of pieces begins with the lowest, so this is the opposite order.
        2 => {}
        _ => {
            let (one, other) = (b.random.below(parts.len()), b.random.below(parts.len()));
            parts.swap(one, other);
        }
    }
    b.push(Op::Concat, &parts, Type::Bits(width))
}

/// Two or three bitwise operations one after the other on words, which are rotated or not, cut into pieces as a hardware
/// optimiser leaves them; rarely with a piece of another bit. The result is the last word, whole.
pub(crate) fn words_in_pieces(b: &mut Builder<'_>) -> NodeId {
    let (x, width) = b.some_positive_bits();
    let cuts = [0, b.random.below(width as usize), b.random.below(width as usize), width as usize];
    let mut cuts = cuts.map(|cut| cut as u32);
    cuts.sort_unstable();
    let mut word = x;
    for _ in 0..b.random.between(2, 3) {
        let op = [Op::And, Op::Or, Op::Xor, Op::Xor, Op::Nand, Op::Nor][b.random.below(6)].clone();
        let (other, by) = (b.bits(width), b.random.below(width as usize) as u32);
        let inverted = b.random.one_in(4);
        let mut pieces = Vec::new();
        for ends in cuts.windows(2).filter(|ends| ends[0] < ends[1]).collect::<Vec<_>>() {
            let (start, own) = (ends[0], ends[1] - ends[0]);
            let one = b.push(Op::BitSlice { start }, &[word], Type::Bits(own));
            let off = by + u32::from(b.random.one_in(16));
            let mut two = cyclic_slice(b, other, (start + off) % width, own, width);
            if inverted {
                two = b.push(Op::Not, &[two], Type::Bits(own));
            }
            pieces.push(b.push(op.clone(), &[one, two], Type::Bits(own)));
        }
        pieces.reverse();
        word = b.push(Op::Concat, &pieces, Type::Bits(width));
    }
    word
}

/// A number that is found bit by bit: each step compares what is left with all bits so far and one behind them.
pub(crate) fn bit_by_bit(b: &mut Builder<'_>) -> NodeId {
    let width = b.random.between(4, 40) as u32;
    let behind = b.literal(Value::Bits(Bits::from_u64(2, 1)));
    let (mut bits, mut left) = (vec![b.bits(1)], b.bits(width));
    for _ in 0..b.random.between(2, width.min(9) as usize - 1) {
        let mut pieces = bits.clone();
        pieces.push(behind);
        let so_far = b.push(Op::Concat, &pieces, Type::Bits(bits.len() as u32 + 2));
        let trial = b.push(Op::ZeroExt, &[so_far], Type::Bits(width.max(bits.len() as u32 + 2)));
        let trial = b.push(Op::BitSlice { start: 0 }, &[trial], Type::Bits(width));
        bits.push(b.push(Op::Uge, &[left, trial], Type::Bits(1)));
        let rest = if b.random.one_in(2) { Op::Sub } else { Op::Xor };
        left = b.push(rest, &[left, trial], Type::Bits(width));
    }
    b.push(Op::Concat, &bits, Type::Bits(bits.len() as u32))
}

/// Bits of x from `start` on, after the last one from the first.
fn cyclic_slice(b: &mut Builder<'_>, x: NodeId, start: u32, own: u32, width: u32) -> NodeId {
    let below = own.min(width - start);
    let low = b.push(Op::BitSlice { start }, &[x], Type::Bits(below));
    if below == own {
        return low;
    }
    let high = b.push(Op::BitSlice { start: 0 }, &[x], Type::Bits(own - below));
    b.push(Op::Concat, &[high, low], Type::Bits(own))
}

/// `x == 7`, and the like.
pub(crate) fn compare_with_constant(b: &mut Builder<'_>) -> NodeId {
    let (x, width) = b.some_bits();
    let value = xls_aot_values::bits(b.random, width);
    let constant = b.literal(Value::Bits(value));
    let operations = [Op::Eq, Op::Eq, Op::Ne, Op::Ult, Op::Ule, Op::Ugt, Op::Uge, Op::Slt, Op::Sle, Op::Sgt, Op::Sge];
    let op = operations[b.random.below(operations.len())].clone();
    let operands = if b.random.one_in(5) { [constant, x] } else { [x, constant] };
    b.push(op, &operands, Type::Bits(1))
}

/// One of a few values of a width, by conditions.
pub(crate) fn choose_bits(b: &mut Builder<'_>) -> NodeId {
    let (x, width) = b.some_bits();
    let ty = Type::Bits(width);
    match b.random.below(6) {
        0..=2 => {
            let operands = [b.bits(1), x, b.bits(width)];
            b.push(Op::Sel { has_default: false }, &operands, ty)
        }
        3 => {
            let count = b.random.between(2, 6);
            let conditions: Vec<NodeId> = (0..count).map(|_| b.bits(1)).collect();
            let selector = b.push(Op::Concat, &conditions, Type::Bits(count as u32));
            let mut operands = vec![selector];
            operands.extend((0..count).map(|_| b.bits(width)).collect::<Vec<_>>());
            operands.push(x);
            b.push(Op::PrioritySel, &operands, ty)
        }
        4 => {
            let selector = b.bits(2);
            let operands = [selector, x, b.bits(width), x, b.bits(width)];
            b.push(Op::Sel { has_default: false }, &operands, ty)
        }
        _ => {
            let operands = [b.bits(1), x];
            b.push(Op::Gate, &operands, ty)
        }
    }
}

/// One of a few values by comparisons of one value with constants, as a match of DSLX; often all are constants.
pub(crate) fn match_value(b: &mut Builder<'_>) -> NodeId {
    let (x, x_width) = b.some_positive_bits();
    let (_, width) = b.some_bits();
    let count = b.random.between(3, 9);
    // Neighbours or spread, from zero on or not.
    let mut constant = xls_aot_values::bits(b.random, x_width.min(64)).low_u64();
    if b.random.one_in(2) {
        constant = 0;
    }
    let spread = b.random.pick(&[1, 1, 2, 5]);
    let mut conditions = Vec::new();
    for _ in 0..count {
        let comparison = Bits::from_u64(x_width, constant);
        constant = constant.wrapping_add(b.random.between(1, spread) as u64);
        let comparison = b.literal(Value::Bits(comparison));
        let operations = [Op::Eq, Op::Eq, Op::Eq, Op::Eq, Op::Eq, Op::Eq, Op::Ne, Op::Ult, Op::Uge];
        let op = operations[b.random.below(operations.len())].clone();
        let condition = b.push(op, &[x, comparison], Type::Bits(1));
        conditions.push(match conditions.last() {
            Some(&last) if b.random.one_in(4) => b.push(Op::Or, &[last, condition], Type::Bits(1)),
            _ => condition,
        });
    }
    let all_constant = !b.random.one_in(3);
    let values: Vec<NodeId> =
        (0..=count).map(|_| if all_constant { pattern(b, width) } else { b.bits(width) }).collect();
    let kind = b.random.below(8);
    if kind == 0 {
        return b.push(Op::Or, &conditions, Type::Bits(1));
    }
    if kind > 5 {
        // As `if x == 3 { a } else if x == 4 { b } else { c }`.
        return conditions.iter().zip(&values[1..]).fold(values[0], |rest, (&condition, &value)| {
            b.push(Op::Sel { has_default: false }, &[condition, rest, value], Type::Bits(width))
        });
    }
    let selector = b.push(Op::Concat, &conditions, Type::Bits(count as u32));
    let (op, values) = match kind {
        1 => (Op::OneHotSel, &values[1..]),
        2 => {
            let lsb_prio = b.random.one_in(2);
            let hot = b.push(Op::OneHot { lsb_prio }, &[selector], Type::Bits(count as u32 + 1));
            return select(b, Op::OneHotSel, hot, &values, width);
        }
        // A default is allowed only if the selector has more values than there are cases.
        3 if x_width >= 4 => return select(b, Op::Sel { has_default: true }, x, &values, width),
        _ => (Op::PrioritySel, &values[..]),
    };
    select(b, op, selector, values, width)
}

fn select(b: &mut Builder<'_>, op: Op, selector: NodeId, values: &[NodeId], width: u32) -> NodeId {
    let operands: Vec<NodeId> = [selector].into_iter().chain(values.iter().copied()).collect();
    b.push(op, &operands, Type::Bits(width))
}

/// A value by the first bit of a vector that is set, from the highest down or from the lowest up, as a tree of selections: mostly a
/// count of zeros.
pub(crate) fn first_set(b: &mut Builder<'_>) -> NodeId {
    let (x, x_width) = b.some_positive_bits();
    let count = b.random.between(1, x_width.min(14) as usize) as u32;
    let start = b.random.between(0, (x_width - count) as usize) as u32;
    let mut bits: Vec<NodeId> =
        (start..start + count).map(|start| b.push(Op::BitSlice { start }, &[x], Type::Bits(1))).collect();
    if b.random.one_in(2) {
        bits.reverse();
    }
    if b.random.one_in(4) {
        let at = b.random.below(bits.len());
        bits[at] = b.bits(1);
    }
    let width = b.random.pick(&[3, 4, 4, 5, 7]);
    let (first, descends) = (b.random.below(1 << width) as u64, b.random.one_in(3));
    let mut values: Vec<u64> =
        (0..=bits.len() as u64).map(|i| if descends { first.wrapping_sub(i) } else { first + i }).collect();
    if b.random.one_in(3) {
        let at = b.random.below(values.len());
        values[at] = b.random.word();
    }
    let values: Vec<NodeId> =
        values.into_iter().map(|value| b.literal(Value::Bits(Bits::from_u64(width, value)))).collect();
    first_of(b, &bits, &values, width)
}

/// The value of the first bit that is set, or the last value; there is one value more than there are bits.
fn first_of(b: &mut Builder<'_>, bits: &[NodeId], values: &[NodeId], width: u32) -> NodeId {
    if bits.is_empty() {
        return values[0];
    }
    let middle = if b.random.one_in(3) { 1 } else { b.random.between(1, bits.len()) };
    let any = if middle == 1 { bits[0] } else { b.push(Op::Or, &bits[..middle], Type::Bits(1)) };
    // The last bit of the first half is set if the others are not.
    let first = first_of(b, &bits[..middle - 1], &values[..middle], width);
    let rest = first_of(b, &bits[middle..], &values[middle..], width);
    if b.random.one_in(2) {
        return select(b, Op::PrioritySel, any, &[first, rest], width);
    }
    select(b, Op::Sel { has_default: false }, any, &[rest, first], width)
}

/// A condition made of conditions.
pub(crate) fn condition(b: &mut Builder<'_>) -> NodeId {
    let count = b.random.between(1, 4);
    let operands: Vec<NodeId> = (0..count).map(|_| b.bits(1)).collect();
    let operations = [Op::And, Op::And, Op::Or, Op::Or, Op::Xor, Op::Nand, Op::Nor];
    let op = operations[b.random.below(operations.len())].clone();
    b.push(op, &operands, Type::Bits(1))
}
