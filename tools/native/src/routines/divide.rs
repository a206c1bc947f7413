//! Long division (Knuth, The Art of Computer Programming 2, algorithm 4.3.1 D). The quotient comes in digits of 32 bits,
//! because a 64-by-32-bit division is what every machine has; products are subtracted by words of 64 bits.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{types, InstBuilder, Value};

use super::build::Builder;
use super::words::{add_to_pair, less_words, multiply_add};

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
    let top = r.b.ins().iadd_imm_s(d.y_words, -1);
    let leading = r.word(d.y, top);
    let is_digit = r.b.ins().icmp_imm_u(IntCC::UnsignedLessThanOrEqual, leading, 0xffff_ffff);
    let lowest = r.b.ins().icmp_imm_u(IntCC::Equal, d.y_words, 1);
    let digit = r.b.ins().band(is_digit, lowest);
    let one_word = r.b.ins().icmp_imm_u(IntCC::Equal, d.x_words, 1);
    let short = r.b.ins().bor(one_word, digit);
    r.if_else(
        short,
        |r| {
            r.for_range(zero, d.words, |r, i| {
                r.set_word(d.quotient, i, zero);
                r.set_word(d.remainder, i, zero);
            });
            r.if_else(one_word, |r| divide_word(r, d), |r| divide_by_digit(r, d, leading));
        },
        |r| divide_long(r, d, leading),
    );
}

fn divide_word(r: &mut Builder<'_>, d: &Division) {
    let zero = r.imm(0);
    let (a, b) = (r.word(d.x, zero), r.word(d.y, zero));
    let (quotient, remainder) = (r.b.ins().udiv(a, b), r.b.ins().urem(a, b));
    r.set_word(d.quotient, zero, quotient);
    r.set_word(d.remainder, zero, remainder);
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

/// Digit `index` of a vector, or zero if the index is -1.
fn digit_or_zero(r: &mut Builder<'_>, base: Value, index: Value) -> Value {
    let zero = r.imm(0);
    let nearest = r.b.ins().smax(index, zero);
    let digit = r.half(base, nearest);
    let missing = r.b.ins().icmp_imm_s(IntCC::SignedLessThan, index, 0);
    r.b.ins().select(missing, zero, digit)
}

/// What the digits of the quotient are estimated from: the algorithm's normalised divisor has its highest bit set. Only its two
/// leading digits, and what they are compared with, are ever shifted; all else is computed with the numbers as they are.
struct Leading {
    /// How far the divisor would have to be shifted up, 0 to 31.
    shift: Value,
    /// `32 - shift`.
    rest: Value,
    /// The two leading digits of the normalised divisor.
    first: Value,
    second: Value,
}

impl Leading {
    /// Of a divisor of at least two digits.
    fn of(r: &mut Builder<'_>, y: Value, y_digits: Value) -> Self {
        let [top, second, third] = [-1, -2, -3].map(|at| r.b.ins().iadd_imm_s(y_digits, at));
        let (top, second, third) = (r.half(y, top), r.half(y, second), digit_or_zero(r, y, third));
        let zeros = r.b.ins().clz(top);
        let shift = r.b.ins().iadd_imm_s(zeros, -32);
        let digit_bits = r.imm(32);
        let rest = r.b.ins().isub(digit_bits, shift);
        let number = shifted_up(r, [top, second, third], shift, rest);
        let (first, second) = (r.b.ins().ushr_imm_u(number, 32), r.b.ins().band_imm_u(number, 0xffff_ffff));
        Leading { shift, rest, first, second }
    }
}

/// The two higher of three digits, highest first, after a shift up by `shift`, which loses no bit. `rest` is `32 - shift`.
fn shifted_up(r: &mut Builder<'_>, [high, middle, low]: [Value; 3], shift: Value, rest: Value) -> Value {
    let pair = joined(r, high, middle);
    let pair = r.b.ins().ishl(pair, shift);
    let carried = r.b.ins().ushr(low, rest);
    r.b.ins().bor(pair, carried)
}

/// Two digits as one number.
fn joined(r: &mut Builder<'_>, high: Value, low: Value) -> Value {
    let high = r.b.ins().ishl_imm_u(high, 32);
    r.b.ins().bor(high, low)
}

fn divide_long(r: &mut Builder<'_>, d: &Division, y_leading: Value) {
    let zero = r.imm(0);
    // u: x, of which products are subtracted until the remainder is left, and a word above it.
    let u = d.scratch;
    r.for_range(zero, d.words, |r, i| {
        r.set_word(d.quotient, i, zero);
        let word = r.word(d.x, i);
        r.set_word(u, i, word);
    });
    r.set_word(u, d.words, zero);
    let x_top = r.b.ins().iadd_imm_s(d.x_words, -1);
    let x_leading = r.word(d.x, x_top);
    let x_digits = digits_of(r, d.x_words, x_leading);
    let y_digits = digits_of(r, d.y_words, y_leading);
    let leading = Leading::of(r, d.y, y_digits);
    let positions = r.b.ins().isub(x_digits, y_digits);
    let positions = r.b.ins().iadd_imm_s(positions, 1);
    r.for_down(positions, |r, j| {
        let top = r.b.ins().iadd(j, y_digits);
        let digit = estimate(r, u, top, &leading);
        let u_j = r.b.ins().ishl_imm_u(j, 2);
        let u_j = r.b.ins().iadd(u, u_j);
        let negative = subtract_product(r, u_j, d.y, d.y_words, digit);
        let chosen = r.var(digit);
        r.if_then(negative, |r| {
            let less = r.b.ins().iadd_imm_s(digit, -1);
            r.set(chosen, less);
            add_back(r, u_j, d.y, d.y_words);
        });
        let digit = r.get(chosen);
        r.set_half(d.quotient, j, digit);
    });
    r.for_range(zero, d.words, |r, i| {
        let word = r.word(u, i);
        r.set_word(d.remainder, i, word);
    });
}

/// The quotient digit from the two leading digits, corrected by the third: right, or one too large. `top` is the place of the
/// digit of `u` above those that line up with the divisor.
fn estimate(r: &mut Builder<'_>, u: Value, top: Value, leading: &Leading) -> Value {
    let [n1, n2, n3] = [-1, -2, -3].map(|at| r.b.ins().iadd_imm_s(top, at));
    let (u0, u1, u2, u3) = (r.half(u, top), r.half(u, n1), r.half(u, n2), digit_or_zero(r, u, n3));
    // The product that is left is less than the divisor times 2^32, so nothing is lost above.
    let number = shifted_up(r, [u0, u1, u2], leading.shift, leading.rest);
    let third = joined(r, u2, u3);
    let third = r.b.ins().ishl(third, leading.shift);
    let third = r.b.ins().ushr_imm_u(third, 32);
    let (v1, v2) = (leading.first, leading.second);
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

/// The digit of `u` above the words that line up with `y`.
fn top_digit(r: &mut Builder<'_>, y_words: Value) -> Value {
    r.b.ins().ishl_imm_u(y_words, 1)
}

/// `u[j..] -= digit * y`; true if that was negative. The digit above takes the last borrow: where `y` has a digit less
/// than its words hold, the digits above are zero.
fn subtract_product(r: &mut Builder<'_>, u_j: Value, y: Value, y_words: Value, digit: Value) -> Value {
    let zero = r.imm(0);
    let borrow = r.var(zero);
    r.for_range(zero, y_words, |r, i| {
        let part = r.word(y, i);
        let carried = r.get(borrow);
        let (low, high) = multiply_add(r, digit, part, &[carried]);
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

/// `u[j..] += y`, dropping the final carry.
fn add_back(r: &mut Builder<'_>, u_j: Value, y: Value, y_words: Value) {
    let zero = r.imm(0);
    let carry = r.var(zero);
    r.for_range(zero, y_words, |r, i| {
        let (part, old) = (r.word(y, i), r.word(u_j, i));
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
