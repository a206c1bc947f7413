//! Routines that look at single bits: reversal, folds, first and last set bit, encode.

use cranelift_codegen::ir::condcodes::IntCC;
use cranelift_codegen::ir::{InstBuilder, Value};

use super::build::Builder;
use super::Routine;

pub(super) fn reverse(r: &mut Builder<'_>, p: &[Value]) -> Option<Value> {
    let zero = r.imm(0);
    r.for_range(zero, p[2], |r, i| {
        let word = r.word(p[1], i);
        let word = r.b.ins().bitrev(word);
        let last = r.b.ins().iadd_imm_s(p[2], -1);
        let at = r.b.ins().isub(last, i);
        r.set_word(p[0], at, word);
    });
    None
}

pub(super) fn fold(r: &mut Builder<'_>, routine: Routine, p: &[Value]) -> Option<Value> {
    let zero = r.imm(0);
    let all = r.var(zero);
    r.for_range(zero, p[1], |r, i| {
        let word = r.word(p[0], i);
        let old = r.get(all);
        let new = if routine == Routine::FoldXor { r.b.ins().bxor(old, word) } else { r.b.ins().bor(old, word) };
        r.set(all, new);
    });
    Some(r.get(all))
}

pub(super) fn lowest_set(r: &mut Builder<'_>, p: &[Value]) -> Option<Value> {
    let none = r.imm(u64::MAX);
    let result = r.var(none);
    r.for_down(p[1], |r, i| {
        let word = r.word(p[0], i);
        let zeros = r.b.ins().ctz(word);
        let base = r.b.ins().ishl_imm_u(i, 6);
        let index = r.b.ins().iadd(base, zeros);
        let old = r.get(result);
        let any = r.b.ins().icmp_imm_u(IntCC::NotEqual, word, 0);
        let new = r.b.ins().select(any, index, old);
        r.set(result, new);
    });
    Some(r.get(result))
}

pub(super) fn highest_set(r: &mut Builder<'_>, p: &[Value]) -> Option<Value> {
    let none = r.imm(u64::MAX);
    let zero = r.imm(0);
    let result = r.var(none);
    r.for_range(zero, p[1], |r, i| {
        let word = r.word(p[0], i);
        let zeros = r.b.ins().clz(word);
        let base = r.b.ins().ishl_imm_u(i, 6);
        let end = r.b.ins().iadd_imm_s(base, 63);
        let index = r.b.ins().isub(end, zeros);
        let old = r.get(result);
        let any = r.b.ins().icmp_imm_u(IntCC::NotEqual, word, 0);
        let new = r.b.ins().select(any, index, old);
        r.set(result, new);
    });
    Some(r.get(result))
}

/// Bits of the word index come from the words that are not zero, bits within a word from the or of all words.
pub(super) fn encode(r: &mut Builder<'_>, p: &[Value]) -> Option<Value> {
    let zero = r.imm(0);
    let (indices, all) = (r.var(zero), r.var(zero));
    r.for_range(zero, p[1], |r, i| {
        let word = r.word(p[0], i);
        let old = r.get(all);
        let new = r.b.ins().bor(old, word);
        r.set(all, new);
        let any = r.b.ins().icmp_imm_u(IntCC::NotEqual, word, 0);
        let index = r.b.ins().select(any, i, zero);
        let old = r.get(indices);
        let new = r.b.ins().bor(old, index);
        r.set(indices, new);
    });
    let high = r.get(indices);
    let mut result = r.b.ins().ishl_imm_u(high, 6);
    let all = r.get(all);
    for bit in 0..6 {
        let with_bit = (0..64).filter(|i| i >> bit & 1 == 1).fold(0u64, |mask, i| mask | 1 << i);
        let any = r.b.ins().band_imm_u(all, with_bit as i64);
        let any = r.b.ins().icmp_imm_u(IntCC::NotEqual, any, 0);
        let one = r.imm(1 << bit);
        let part = r.b.ins().select(any, one, zero);
        result = r.b.ins().bor(result, part);
    }
    Some(result)
}
