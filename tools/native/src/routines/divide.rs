//! Long division (Knuth, The Art of Computer Programming 2, algorithm 4.3.1 D). The quotient comes in digits of 32 bits,
//! because a 64-by-32-bit division is what every machine has; products are subtracted by words of 64 bits.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{types, InstBuilder, Value};

use super::build::Builder;
use super::words::{add_to_pair, less_words};

/// Operands and results, as the routine gets them.
struct Division {
    quotient: Value,
    remainder: Value,
    x: Value,
    y: Value,
    words: Value,
    scratch: Value,
    /// Words of `x` and `y` up to the highest that is not zero.
    x_words: Value,
    y_words: Value,
}

/// Number of words up to the highest that is not zero.
fn significant(r: &mut Builder<'_>, base: Value, words: Value) -> Value {
    let count = r.var(words);
    r.while_loop(
        |r| {
            let i = r.get(count);
            let any = r.b.ins().icmp_imm_s(IntCC::SignedGreaterThan, i, 0);
            // If no word is left, this reads the lowest word again; the first test makes the result irrelevant.
            let last = r.b.ins().iadd_imm_s(i, -1);
            let zero = r.imm(0);
            let last = r.b.ins().smax(last, zero);
            let word = r.word(base, last);
            let empty = r.b.ins().icmp_imm_u(IntCC::Equal, word, 0);
            r.b.ins().band(any, empty)
        },
        |r| {
            let i = r.get(count);
            let i = r.b.ins().iadd_imm_s(i, -1);
            r.set(count, i);
        },
    );
    r.get(count)
}

/// `(quotient, remainder, x, y, words, scratch)`.
pub(super) fn divide(r: &mut Builder<'_>, p: &[Value]) -> Option<Value> {
    let (x, y, words) = (p[2], p[3], p[4]);
    let y_words = significant(r, y, words);
    let x_words = significant(r, x, words);
    let d = Division { quotient: p[0], remainder: p[1], x, y, words, scratch: p[5], x_words, y_words };
    let by_zero = r.b.ins().icmp_imm_u(IntCC::Equal, y_words, 0);
    let shorter = r.compare(IntCC::SignedLessThan, x_words, y_words);
    let small = r.var(shorter);
    let same = r.compare(IntCC::Equal, x_words, y_words);
    r.if_then(same, |r| {
        let less = less_words(r, x, y, x_words);
        r.set(small, less);
    });
    let small = r.get(small);
    let simple = r.b.ins().bor(by_zero, small);
    r.if_else(
        simple,
        |r| {
            // x / 0 is all ones and x % 0 is 0; a smaller x is the remainder.
            let ones = r.b.ins().bmask(types::I64, by_zero);
            let kept = r.b.ins().bnot(ones);
            let zero = r.imm(0);
            r.for_range(zero, words, |r, i| {
                r.set_word(d.quotient, i, ones);
                let word = r.word(x, i);
                let word = r.b.ins().band(word, kept);
                r.set_word(d.remainder, i, word);
            });
        },
        |r| divide_larger(r, &d),
    );
    None
}

/// `x >= y > 0`.
fn divide_larger(r: &mut Builder<'_>, d: &Division) {
    let zero = r.imm(0);
    r.for_range(zero, d.words, |r, i| {
        r.set_word(d.quotient, i, zero);
        r.set_word(d.remainder, i, zero);
    });
    let top = r.b.ins().iadd_imm_s(d.y_words, -1);
    let leading = r.word(d.y, top);
    let one_word = r.b.ins().icmp_imm_u(IntCC::Equal, d.x_words, 1);
    r.if_else(
        one_word,
        |r| {
            let (a, b) = (r.word(d.x, zero), r.word(d.y, zero));
            let (quotient, remainder) = (r.b.ins().udiv(a, b), r.b.ins().urem(a, b));
            r.set_word(d.quotient, zero, quotient);
            r.set_word(d.remainder, zero, remainder);
        },
        |r| {
            let single = r.b.ins().icmp_imm_u(IntCC::UnsignedLessThanOrEqual, leading, 0xffff_ffff);
            let lowest = r.b.ins().icmp_imm_u(IntCC::Equal, d.y_words, 1);
            let single = r.b.ins().band(single, lowest);
            r.if_else(single, |r| divide_by_digit(r, d, leading), |r| divide_long(r, d, leading));
        },
    );
}

fn divide_by_digit(r: &mut Builder<'_>, d: &Division, divisor: Value) {
    let zero = r.imm(0);
    let rest = r.var(zero);
    let digits = r.b.ins().ishl_imm_u(d.x_words, 1);
    r.for_down(digits, |r, i| {
        let high = r.get(rest);
        let high = r.b.ins().ishl_imm_u(high, 32);
        let low = r.half(d.x, i);
        let number = r.b.ins().bor(high, low);
        let digit = r.b.ins().udiv(number, divisor);
        r.set_half(d.quotient, i, digit);
        let product = r.b.ins().imul(digit, divisor);
        let new = r.b.ins().isub(number, product);
        r.set(rest, new);
    });
    let rest = r.get(rest);
    r.set_word(d.remainder, zero, rest);
}

/// Number of 32-bit digits of a vector whose highest word is `leading`.
fn digits_of(r: &mut Builder<'_>, words: Value, leading: Value) -> Value {
    let digits = r.b.ins().ishl_imm_u(words, 1);
    let half_empty = r.b.ins().icmp_imm_u(IntCC::UnsignedLessThanOrEqual, leading, 0xffff_ffff);
    let half_empty = r.b.ins().uextend(types::I64, half_empty);
    r.b.ins().isub(digits, half_empty)
}

/// `low >> (64 - shift)`, shift 0 to 63.
fn carried_up(r: &mut Builder<'_>, low: Value, shift: Value) -> Value {
    let half = r.b.ins().ushr_imm_u(low, 1);
    let rest = r.b.ins().bxor_imm_u(shift, 63);
    r.b.ins().ushr(half, rest)
}

/// Writes `x << shift` to `to` and gives the bits shifted out.
fn normalise(r: &mut Builder<'_>, to: Value, x: Value, words: Value, shift: Value) -> Value {
    let zero = r.imm(0);
    let carry = r.var(zero);
    r.for_range(zero, words, |r, i| {
        let word = r.word(x, i);
        let up = r.b.ins().ishl(word, shift);
        let low = r.get(carry);
        let value = r.b.ins().bor(up, low);
        r.set_word(to, i, value);
        let out = carried_up(r, word, shift);
        r.set(carry, out);
    });
    r.get(carry)
}

fn divide_long(r: &mut Builder<'_>, d: &Division, y_leading: Value) {
    let zero = r.imm(0);
    // u: x normalised, one word more than x; v: y normalised.
    let u = d.scratch;
    let u_bytes = r.b.ins().ishl_imm_u(d.words, 3);
    let u_bytes = r.b.ins().iadd_imm_s(u_bytes, 8);
    let v = r.b.ins().iadd(d.scratch, u_bytes);
    let x_top = r.b.ins().iadd_imm_s(d.x_words, -1);
    let x_leading = r.word(d.x, x_top);
    let x_digits = digits_of(r, d.x_words, x_leading);
    let y_digits = digits_of(r, d.y_words, y_leading);
    let top = r.b.ins().iadd_imm_s(y_digits, -1);
    let second = r.b.ins().iadd_imm_s(y_digits, -2);
    let leading = r.half(d.y, top);
    let zeros = r.b.ins().clz(leading);
    let shift = r.b.ins().iadd_imm_s(zeros, -32);
    let out = normalise(r, u, d.x, d.x_words, shift);
    r.set_word(u, d.x_words, out);
    normalise(r, v, d.y, d.y_words, shift);
    let v1 = r.half(v, top);
    let v2 = r.half(v, second);
    let positions = r.b.ins().isub(x_digits, y_digits);
    let positions = r.b.ins().iadd_imm_s(positions, 1);
    r.for_down(positions, |r, j| {
        let u_j = r.b.ins().ishl_imm_u(j, 2);
        let u_j = r.b.ins().iadd(u, u_j);
        let digit = estimate(r, u_j, y_digits, v1, v2);
        let negative = subtract_product(r, u_j, v, d.y_words, digit);
        let chosen = r.var(digit);
        r.if_then(negative, |r| {
            let less = r.b.ins().iadd_imm_s(digit, -1);
            r.set(chosen, less);
            add_back(r, u_j, v, d.y_words);
        });
        let digit = r.get(chosen);
        r.set_half(d.quotient, j, digit);
    });
    // The remainder is what is left of u, shifted back.
    r.for_range(zero, d.y_words, |r, i| {
        let next = r.b.ins().iadd_imm_s(i, 1);
        let (low, high) = (r.word(u, i), r.word(u, next));
        let down = r.b.ins().ushr(low, shift);
        let twice = r.b.ins().ishl_imm_u(high, 1);
        let rest = r.b.ins().bxor_imm_u(shift, 63);
        let carried = r.b.ins().ishl(twice, rest);
        let word = r.b.ins().bor(down, carried);
        r.set_word(d.remainder, i, word);
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

/// The digit of `u` above the words that line up with `v`.
fn top_digit(r: &mut Builder<'_>, y_words: Value) -> Value {
    r.b.ins().ishl_imm_u(y_words, 1)
}

/// `u[j..] -= digit * v`; true if that was negative. The digit above takes the last borrow: where `v` has a digit less
/// than its words hold, the digits above are zero.
fn subtract_product(r: &mut Builder<'_>, u_j: Value, v: Value, y_words: Value, digit: Value) -> Value {
    let zero = r.imm(0);
    let borrow = r.var(zero);
    r.for_range(zero, y_words, |r, i| {
        let part = r.word(v, i);
        let low = r.b.ins().imul(digit, part);
        let high = r.b.ins().umulhi(digit, part);
        let carried = r.get(borrow);
        let (low, high) = add_to_pair(r, low, high, carried);
        let old = r.word(u_j, i);
        let new = r.b.ins().isub(old, low);
        r.set_word(u_j, i, new);
        let below = r.compare(IntCC::UnsignedLessThan, old, low);
        let below = r.b.ins().uextend(types::I64, below);
        let high = r.b.ins().iadd(high, below);
        r.set(borrow, high);
    });
    let top = top_digit(r, y_words);
    let borrow = r.get(borrow);
    let old = r.half(u_j, top);
    let new = r.b.ins().isub(old, borrow);
    r.set_half(u_j, top, new);
    r.b.ins().icmp_imm_s(IntCC::SignedLessThan, new, 0)
}

/// `u[j..] += v`, dropping the final carry.
fn add_back(r: &mut Builder<'_>, u_j: Value, v: Value, y_words: Value) {
    let zero = r.imm(0);
    let carry = r.var(zero);
    r.for_range(zero, y_words, |r, i| {
        let (part, old) = (r.word(v, i), r.word(u_j, i));
        let (sum, out) = add_to_pair(r, old, zero, part);
        let carried = r.get(carry);
        let (sum, out) = add_to_pair(r, sum, out, carried);
        r.set_word(u_j, i, sum);
        r.set(carry, out);
    });
    let top = top_digit(r, y_words);
    let carry = r.get(carry);
    let old = r.half(u_j, top);
    let sum = r.b.ins().iadd(old, carry);
    r.set_half(u_j, top, sum);
}
