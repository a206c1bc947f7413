//! Word-wise routines: logic, addition, multiplication, comparison, shifts.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{types, InstBuilder, Value};

use super::build::Builder;
use crate::lower_logic::Bitwise;

pub(super) fn bitwise(r: &mut Builder<'_>, op: Bitwise, p: &[Value]) -> Option<Value> {
    let (to, x, y, count) = (p[0], p[1], p[2], p[3]);
    let zero = r.imm(0);
    r.for_range(zero, count, |r, i| {
        let (x, y) = (r.word(x, i), r.word(y, i));
        let value = match op {
            Bitwise::And => r.b.ins().band(x, y),
            Bitwise::Or => r.b.ins().bor(x, y),
            Bitwise::Xor => r.b.ins().bxor(x, y),
        };
        r.set_word(to, i, value);
    });
    None
}

pub(super) fn complement(r: &mut Builder<'_>, p: &[Value]) -> Option<Value> {
    let (to, x, count) = (p[0], p[1], p[2]);
    let zero = r.imm(0);
    r.for_range(zero, count, |r, i| {
        let x = r.word(x, i);
        let value = r.b.ins().bnot(x);
        r.set_word(to, i, value);
    });
    None
}

/// `low:high + addend`, a two-word sum that the caller knows not to overflow.
pub(super) fn add_to_pair(r: &mut Builder<'_>, low: Value, high: Value, addend: Value) -> (Value, Value) {
    let sum = r.b.ins().iadd(low, addend);
    let carry = r.compare(IntCC::UnsignedLessThan, sum, addend);
    let carry = r.b.ins().uextend(types::I64, carry);
    let high = r.b.ins().iadd(high, carry);
    (sum, high)
}

/// `x * y` plus up to two words, which never overflows two words: low and high.
pub(super) fn multiply_add(r: &mut Builder<'_>, x: Value, y: Value, addends: &[Value]) -> (Value, Value) {
    let mut wide = |value: Value| r.b.ins().uextend(types::I128, value);
    let (x, y) = (wide(x), wide(y));
    let addends: Vec<Value> = addends.iter().map(|&addend| wide(addend)).collect();
    let product = r.b.ins().imul(x, y);
    let total = addends.into_iter().fold(product, |total, addend| r.b.ins().iadd(total, addend));
    r.b.ins().isplit(total)
}

pub(super) fn add(r: &mut Builder<'_>, p: &[Value]) -> Option<Value> {
    let zero = r.imm(0);
    let carry = r.var(p[5]);
    r.for_range(zero, p[3], |r, i| {
        let x = r.word(p[1], i);
        let y = r.word(p[2], i);
        let y = r.b.ins().bxor(y, p[4]);
        let carried = r.get(carry);
        let (sum, out) = add_to_pair(r, x, zero, y);
        let (sum, out) = add_to_pair(r, sum, out, carried);
        r.set_word(p[0], i, sum);
        r.set(carry, out);
    });
    None
}

/// Schoolbook: row `i` adds `x[i] * y` at word `i`, cut off at the destination's end.
pub(super) fn multiply(r: &mut Builder<'_>, p: &[Value]) -> Option<Value> {
    let (to, to_words, x, x_words, y, y_words) = (p[0], p[1], p[2], p[3], p[4], p[5]);
    let zero = r.imm(0);
    r.for_range(zero, to_words, |r, i| r.set_word(to, i, zero));
    let rows = r.b.ins().smin(x_words, to_words);
    r.for_range(zero, rows, |r, i| {
        let a = r.word(x, i);
        let room = r.b.ins().isub(to_words, i);
        let columns = r.b.ins().smin(y_words, room);
        let row = r.b.ins().ishl_imm_u(i, 3);
        let row = r.b.ins().iadd(to, row);
        let carry = r.var(zero);
        r.for_range(zero, columns, |r, j| {
            let b = r.word(y, j);
            let old = r.word(row, j);
            let carried = r.get(carry);
            let (low, high) = multiply_add(r, a, b, &[old, carried]);
            r.set_word(row, j, low);
            r.set(carry, high);
        });
        let has_room = r.compare(IntCC::SignedLessThan, columns, room);
        r.if_then(has_room, |r| {
            let carried = r.get(carry);
            r.set_word(row, columns, carried);
        });
    });
    None
}

pub(super) fn less(r: &mut Builder<'_>, p: &[Value]) -> Option<Value> {
    Some(less_words(r, p[0], p[1], p[2]))
}

/// 1 if `x < y`: from the top down, up to the first words that differ.
pub(super) fn less_words(r: &mut Builder<'_>, x: Value, y: Value, words: Value) -> Value {
    let index = r.var(words);
    let no = r.b.ins().iconst(types::I8, 0);
    let result = r.var(no);
    r.while_loop(
        |r| {
            let i = r.get(index);
            r.b.ins().icmp_imm_s(IntCC::SignedGreaterThan, i, 0)
        },
        |r| {
            let i = r.get(index);
            let i = r.b.ins().iadd_imm_s(i, -1);
            let (x, y) = (r.word(x, i), r.word(y, i));
            let below = r.compare(IntCC::UnsignedLessThan, x, y);
            r.set(result, below);
            let same = r.compare(IntCC::Equal, x, y);
            let zero = r.imm(0);
            let next = r.b.ins().select(same, i, zero);
            r.set(index, next);
        },
    );
    r.get(result)
}

pub(super) fn equal_bytes(r: &mut Builder<'_>, p: &[Value]) -> Option<Value> {
    let zero = r.imm(0);
    let words = r.b.ins().ushr_imm_u(p[2], 3);
    let difference = r.var(zero);
    r.for_range(zero, words, |r, i| {
        let (x, y) = (r.word(p[0], i), r.word(p[1], i));
        let part = r.b.ins().bxor(x, y);
        let old = r.get(difference);
        let all = r.b.ins().bor(old, part);
        r.set(difference, all);
    });
    let start = r.b.ins().ishl_imm_u(words, 3);
    r.for_range(start, p[2], |r, i| {
        let x = r.b.ins().iadd(p[0], i);
        let y = r.b.ins().iadd(p[1], i);
        let (x, y) = (r.load(types::I8, x), r.load(types::I8, y));
        let part = r.b.ins().bxor(x, y);
        let part = r.b.ins().uextend(types::I64, part);
        let old = r.get(difference);
        let all = r.b.ins().bor(old, part);
        r.set(difference, all);
    });
    let all = r.get(difference);
    Some(r.b.ins().icmp_imm_u(IntCC::Equal, all, 0))
}

/// Word `index` of a vector with `fill` beyond both ends.
fn word_or(r: &mut Builder<'_>, base: Value, count: Value, index: Value, fill: Value) -> Value {
    // Indices below zero are above every count when taken as unsigned.
    let inside = r.compare(IntCC::UnsignedLessThan, index, count);
    let value = r.var(fill);
    r.if_then(inside, |r| {
        let word = r.word(base, index);
        r.set(value, word);
    });
    r.get(value)
}

/// The upper word of `high:low << shift`, shift 0 to 63.
fn funnel_left(r: &mut Builder<'_>, high: Value, low: Value, shift: Value) -> Value {
    let up = r.b.ins().ishl(high, shift);
    let half = r.b.ins().ushr_imm_u(low, 1);
    let rest = r.b.ins().bxor_imm_u(shift, 63);
    let carried = r.b.ins().ushr(half, rest);
    r.b.ins().bor(up, carried)
}

pub(super) fn shift_left(r: &mut Builder<'_>, p: &[Value], or_into: bool) -> Option<Value> {
    let (to, to_words, x, x_words, amount) = (p[0], p[1], p[2], p[3], p[4]);
    let zero = r.imm(0);
    let skip = r.b.ins().ushr_imm_u(amount, 6);
    let shift = r.b.ins().band_imm_u(amount, 63);
    // Words below `skip` get nothing; a skip beyond the end leaves no word.
    let start = if or_into { r.b.ins().umin(skip, to_words) } else { zero };
    r.for_range(start, to_words, |r, i| {
        let index = r.b.ins().isub(i, skip);
        let high = word_or(r, x, x_words, index, zero);
        let below = r.b.ins().iadd_imm_s(index, -1);
        let low = word_or(r, x, x_words, below, zero);
        let mut word = funnel_left(r, high, low, shift);
        if or_into {
            let old = r.word(to, i);
            word = r.b.ins().bor(old, word);
        }
        r.set_word(to, i, word);
    });
    None
}

pub(super) fn shift_right(r: &mut Builder<'_>, p: &[Value]) -> Option<Value> {
    let (to, to_words, x, x_words, amount, fill) = (p[0], p[1], p[2], p[3], p[4], p[5]);
    let zero = r.imm(0);
    // The largest skips all words; it cannot overflow when an index is added.
    let skip = r.b.ins().ushr_imm_u(amount, 6);
    let shift = r.b.ins().band_imm_u(amount, 63);
    r.for_range(zero, to_words, |r, i| {
        let index = r.b.ins().iadd(i, skip);
        let low = word_or(r, x, x_words, index, fill);
        let above = r.b.ins().iadd_imm_s(index, 1);
        let high = word_or(r, x, x_words, above, fill);
        let down = r.b.ins().ushr(low, shift);
        let twice = r.b.ins().ishl_imm_u(high, 1);
        let rest = r.b.ins().bxor_imm_u(shift, 63);
        let carried = r.b.ins().ishl(twice, rest);
        let word = r.b.ins().bor(down, carried);
        r.set_word(to, i, word);
    });
    None
}

pub(super) fn or_masked(r: &mut Builder<'_>, p: &[Value]) -> Option<Value> {
    let zero = r.imm(0);
    let words = r.b.ins().ushr_imm_u(p[3], 3);
    r.for_range(zero, words, |r, i| {
        let x = r.word(p[1], i);
        let x = r.b.ins().band(x, p[2]);
        let old = r.word(p[0], i);
        let word = r.b.ins().bor(old, x);
        r.set_word(p[0], i, word);
    });
    let start = r.b.ins().ishl_imm_u(words, 3);
    let mask = r.b.ins().ireduce(types::I8, p[2]);
    r.for_range(start, p[3], |r, i| {
        let from = r.b.ins().iadd(p[1], i);
        let to = r.b.ins().iadd(p[0], i);
        let x = r.load(types::I8, from);
        let x = r.b.ins().band(x, mask);
        let old = r.load(types::I8, to);
        let byte = r.b.ins().bor(old, x);
        r.store(byte, to);
    });
    None
}
