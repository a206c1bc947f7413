//! Long division with digits of 32 bits (Knuth, The Art of Computer Programming 2, algorithm 4.3.1 D).

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{types, InstBuilder, Value};

use super::build::Builder;

/// Number of digits up to the highest that is not zero.
fn significant(r: &mut Builder<'_>, base: Value, digits: Value) -> Value {
    let zero = r.imm(0);
    let count = r.var(zero);
    r.for_range(zero, digits, |r, i| {
        let digit = r.half(base, i);
        let end = r.b.ins().iadd_imm_s(i, 1);
        let old = r.get(count);
        let any = r.b.ins().icmp_imm_u(IntCC::NotEqual, digit, 0);
        let new = r.b.ins().select(any, end, old);
        r.set(count, new);
    });
    r.get(count)
}

/// `(quotient, remainder, x, y, words, scratch)`.
pub(super) fn divide(r: &mut Builder<'_>, p: &[Value]) -> Option<Value> {
    let (quotient, remainder, x, y, words) = (p[0], p[1], p[2], p[3], p[4]);
    let zero = r.imm(0);
    let digits = r.b.ins().ishl_imm_u(words, 1);
    let y_digits = significant(r, y, digits);
    let x_digits = significant(r, x, digits);
    let by_zero = r.b.ins().icmp_imm_u(IntCC::Equal, y_digits, 0);
    let fill = r.b.ins().bmask(types::I64, by_zero);
    r.for_range(zero, words, |r, i| r.set_word(quotient, i, fill));
    r.for_range(zero, words, |r, i| r.set_word(remainder, i, zero));
    let go_on = r.b.ins().icmp_imm_u(IntCC::NotEqual, y_digits, 0);
    r.if_then(go_on, |r| {
        let shorter = r.compare(IntCC::SignedLessThan, x_digits, y_digits);
        r.if_else(
            shorter,
            |r| {
                r.for_range(zero, words, |r, i| {
                    let word = r.word(x, i);
                    r.set_word(remainder, i, word);
                });
            },
            |r| {
                let single = r.b.ins().icmp_imm_u(IntCC::Equal, y_digits, 1);
                r.if_else(
                    single,
                    |r| divide_by_digit(r, quotient, remainder, x, y, x_digits),
                    |r| divide_long(r, p, x_digits, y_digits),
                );
            },
        );
    });
    None
}

fn divide_by_digit(r: &mut Builder<'_>, quotient: Value, remainder: Value, x: Value, y: Value, x_digits: Value) {
    let zero = r.imm(0);
    let divisor = r.half(y, zero);
    let rest = r.var(zero);
    r.for_down(x_digits, |r, i| {
        let high = r.get(rest);
        let high = r.b.ins().ishl_imm_u(high, 32);
        let low = r.half(x, i);
        let number = r.b.ins().bor(high, low);
        let digit = r.b.ins().udiv(number, divisor);
        r.set_half(quotient, i, digit);
        let product = r.b.ins().imul(digit, divisor);
        let new = r.b.ins().isub(number, product);
        r.set(rest, new);
    });
    let rest = r.get(rest);
    r.set_word(remainder, zero, rest);
}

/// Writes `x << shift` to `to`; `shift` is 0 to 31. The digit above the last gets what is shifted out.
fn normalise(r: &mut Builder<'_>, to: Value, x: Value, digits: Value, shift: Value) {
    let zero = r.imm(0);
    let carry = r.var(zero);
    r.for_range(zero, digits, |r, i| {
        let digit = r.half(x, i);
        let wide = r.b.ins().ishl(digit, shift);
        let low = r.get(carry);
        let value = r.b.ins().bor(wide, low);
        r.set_half(to, i, value);
        let high = r.b.ins().ushr_imm_u(value, 32);
        r.set(carry, high);
    });
    let carry = r.get(carry);
    r.set_half(to, digits, carry);
}

fn divide_long(r: &mut Builder<'_>, p: &[Value], x_digits: Value, y_digits: Value) {
    let (quotient, remainder, x, y, words, scratch) = (p[0], p[1], p[2], p[3], p[4], p[5]);
    let zero = r.imm(0);
    // u: x normalised, 2 * words + 1 digits (rounded up to a word); v: y normalised, one digit more than it has.
    let u = scratch;
    let u_bytes = r.b.ins().ishl_imm_u(words, 3);
    let u_bytes = r.b.ins().iadd_imm_s(u_bytes, 8);
    let v = r.b.ins().iadd(scratch, u_bytes);
    let top = r.b.ins().iadd_imm_s(y_digits, -1);
    let second = r.b.ins().iadd_imm_s(y_digits, -2);
    let leading = r.half(y, top);
    let zeros = r.b.ins().clz(leading);
    let shift = r.b.ins().iadd_imm_s(zeros, -32);
    normalise(r, u, x, x_digits, shift);
    normalise(r, v, y, y_digits, shift);
    let v1 = r.half(v, top);
    let v2 = r.half(v, second);
    let positions = r.b.ins().isub(x_digits, y_digits);
    let positions = r.b.ins().iadd_imm_s(positions, 1);
    r.for_down(positions, |r, j| {
        let u_j = r.b.ins().ishl_imm_u(j, 2);
        let u_j = r.b.ins().iadd(u, u_j);
        let digit = estimate(r, u_j, y_digits, v1, v2);
        let negative = subtract_product(r, u_j, v, y_digits, digit);
        let chosen = r.var(digit);
        r.if_then(negative, |r| {
            let less = r.b.ins().iadd_imm_s(digit, -1);
            r.set(chosen, less);
            add_back(r, u_j, v, y_digits);
        });
        let digit = r.get(chosen);
        r.set_half(quotient, j, digit);
    });
    // The remainder is the low digits of u, shifted back.
    r.for_range(zero, y_digits, |r, i| {
        let next = r.b.ins().iadd_imm_s(i, 1);
        let low = r.half(u, i);
        let high = r.half(u, next);
        let high = r.b.ins().ishl_imm_u(high, 32);
        let pair = r.b.ins().bor(low, high);
        let digit = r.b.ins().ushr(pair, shift);
        r.set_half(remainder, i, digit);
    });
}

/// The quotient digit from the two leading digits, corrected by the third: right, or one too large.
fn estimate(r: &mut Builder<'_>, u_j: Value, y_digits: Value, v1: Value, v2: Value) -> Value {
    let n1 = r.b.ins().iadd_imm_s(y_digits, -1);
    let n2 = r.b.ins().iadd_imm_s(y_digits, -2);
    let high = r.half(u_j, y_digits);
    let middle = r.half(u_j, n1);
    let third = r.half(u_j, n2);
    let high = r.b.ins().ishl_imm_u(high, 32);
    let number = r.b.ins().bor(high, middle);
    let first = r.b.ins().udiv(number, v1);
    let product = r.b.ins().imul(first, v1);
    let rest = r.b.ins().isub(number, product);
    let (digit, rest) = (r.var(first), r.var(rest));
    r.while_loop(
        |r| {
            // Goes on while the rest is one digit and the estimate does not fit.
            let (d, s) = (r.get(digit), r.get(rest));
            let too_large = r.b.ins().icmp_imm_u(IntCC::UnsignedGreaterThan, d, 0xffff_ffff);
            let product = r.b.ins().imul(d, v2);
            let bound = r.b.ins().ishl_imm_u(s, 32);
            let bound = r.b.ins().bor(bound, third);
            let above = r.compare(IntCC::UnsignedGreaterThan, product, bound);
            let wrong = r.b.ins().bor(too_large, above);
            let one_digit = r.b.ins().icmp_imm_u(IntCC::UnsignedLessThanOrEqual, s, 0xffff_ffff);
            r.b.ins().band(wrong, one_digit)
        },
        |r| {
            let (d, s) = (r.get(digit), r.get(rest));
            let d = r.b.ins().iadd_imm_s(d, -1);
            r.set(digit, d);
            let s = r.b.ins().iadd(s, v1);
            r.set(rest, s);
        },
    );
    r.get(digit)
}

/// `u[j..] -= digit * v`; true if that was negative.
fn subtract_product(r: &mut Builder<'_>, u_j: Value, v: Value, y_digits: Value, digit: Value) -> Value {
    let zero = r.imm(0);
    let borrow = r.var(zero);
    r.for_range(zero, y_digits, |r, i| {
        let part = r.half(v, i);
        let product = r.b.ins().imul(digit, part);
        let low = r.b.ins().band_imm_u(product, 0xffff_ffff);
        let high = r.b.ins().ushr_imm_u(product, 32);
        let old = r.half(u_j, i);
        let k = r.get(borrow);
        let t = r.b.ins().isub(old, k);
        let t = r.b.ins().isub(t, low);
        r.set_half(u_j, i, t);
        let sign = r.b.ins().sshr_imm_u(t, 32);
        let k = r.b.ins().isub(high, sign);
        r.set(borrow, k);
    });
    let k = r.get(borrow);
    let old = r.half(u_j, y_digits);
    let t = r.b.ins().isub(old, k);
    r.set_half(u_j, y_digits, t);
    r.b.ins().icmp_imm_s(IntCC::SignedLessThan, t, 0)
}

/// `u[j..] += v`, dropping the final carry.
fn add_back(r: &mut Builder<'_>, u_j: Value, v: Value, y_digits: Value) {
    let zero = r.imm(0);
    let carry = r.var(zero);
    r.for_range(zero, y_digits, |r, i| {
        let part = r.half(v, i);
        let old = r.half(u_j, i);
        let k = r.get(carry);
        let sum = r.b.ins().iadd(old, part);
        let sum = r.b.ins().iadd(sum, k);
        r.set_half(u_j, i, sum);
        let k = r.b.ins().ushr_imm_u(sum, 32);
        r.set(carry, k);
    });
    let k = r.get(carry);
    let old = r.half(u_j, y_digits);
    let sum = r.b.ins().iadd(old, k);
    r.set_half(u_j, y_digits, sum);
}
